from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.portals import registry


@pytest.fixture(scope="session")
def known() -> registry.Registry:
    return registry.load()


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
