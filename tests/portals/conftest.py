from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.portals import registry

FEW_ROWS = [
    "sthjt.fujian.gov.cn",
    "sthjj.xm.gov.cn",
    "www.pingtan.gov.cn",
    "sthjj.gz.gov.cn",
    "www.gz.gov.cn",
    "wglj.gz.gov.cn",
    "rsj.gz.gov.cn",
    "nyncj.gz.gov.cn",
    "www.haizhu.gov.cn",
    "www.gd.gov.cn",
    "drc.gd.gov.cn",
    "whly.gd.gov.cn",
    "lyj.gd.gov.cn",
    "www.sz.gov.cn",
    "meeb.sz.gov.cn",
    "www.szns.gov.cn/nsqajj",
    "www.gdqy.gov.cn/qylyj",
    "www.jiangmen.gov.cn/jmstj",
    "heping.gov.cn/hyhphsz",
    "sthj.guizhou.gov.cn",
    "www.guizhou.gov.cn",
    "sthj.qdn.gov.cn",
    "www.qdn.gov.cn",
    "rsj.zunyi.gov.cn",
    "www.anshun.gov.cn",
    "www.panzhou.gov.cn",
    "sthj.gzlps.gov.cn",
    "sthjj.xuchang.gov.cn",
    "www.xuchang.gov.cn",
    "sthjj.ezhou.gov.cn",
    "sthjt.hunan.gov.cn",
    "www.changzhou.gov.cn/gi_class/hbj",
    "www.changzhou.gov.cn/gi_class/fgw",
    "www.changzhou.gov.cn/gi_class/jyj",
    "www.changzhou.gov.cn/gi_class/czj",
    "www.zhonglou.gov.cn",
    "www.jintan.gov.cn",
    "www.wj.gov.cn",
    "fushun.gov.cn",
    "www.shangluo.gov.cn",
    "sthjt.shaanxi.gov.cn",
    "xxgk.shbsq.gov.cn",
    "www.ynlf.gov.cn",
    "www.ynnh.gov.cn",
    "www.cxs.gov.cn",
    "www.hhml.gov.cn",
    "baoshan.gov.cn",
]
"""Rows whose neighbours are known one by one: what is expected of a query is written out for them, and stays so when
rows are added."""


@pytest.fixture(scope="session")
def whole() -> registry.Registry:
    return registry.load()


@pytest.fixture(scope="session")
def known(whole: registry.Registry) -> registry.Registry:
    return registry.Registry([whole.portal(one) for one in FEW_ROWS])


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Writes registry files (name to text) into a fresh folder."""

    def write(**files: str) -> Path:
        for name, text in files.items():
            (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


ROW = """\
[[portal]]
id = "www.lintian.gov.cn"
name = "林田市人民政府"
place = "林田市"
family = "trs"
base = "https://www.lintian.gov.cn/"
evidence = "[P] a page"
checked = 2026-11-22
[[portal.agencies]]
id = "449900-zf"
name = "林田市人民政府"
type = "government"
level = "prefecture"
code = "449900"
"""
