from __future__ import annotations

import re

import pytest

from crawler.portals.registry import Registry
from crawler.portals.sectors import SECTORS, initials, sector_of, slug_of


@pytest.mark.parametrize(
    ("body", "sector", "slug"),
    [
        ("生态环境局", "environment", "sthjj"), ("生态环境厅", "environment", "sthjt"),
        ("环境保护局", "environment", "hjbhj"),
        ("发展和改革委员会", "development", "fgw"), ("审计局", "audit", "sjj"), ("数据局", "data", "shujj"),
        ("水务局", "water", "shuiwj"), ("商务局", "commerce", "swj"), ("人民政府外事办公室", "foreign", "wsb"),
        ("人民政府国有资产监督管理委员会", "assets", "gzw"),
        ("民政局", "civil", "mzj"), ("住房公积金管理中心", "funds", "gjj"),
        ("文化广电和旅游局", "culture", "wglj"), ("广播电视局", "media", "gbdsj"), ("知识产权局", "patents", "zscqj"),
        ("市政园林局", "forestry", "szylj"), ("奇怪局", "other", "qgj"),
    ],
)  # fmt: skip
def test_sector_and_slug_of_a_body(body: str, sector: str, slug: str) -> None:
    assert (sector_of(body), slug_of(body)) == (sector, slug)
    assert sector in SECTORS


def test_slugs_are_fit_for_ids(whole: Registry) -> None:
    made = [initials(name) for agency in whole.agencies for name in agency.names]
    assert all(re.fullmatch(r"[a-z0-9]+", slug) for slug in made)
    assert initials("合水镇") == "hsz"


def test_the_sectors_of_the_registry_are_those_of_the_names(whole: Registry) -> None:
    words = {agency.sector for agency in whole.agencies} - {None}
    assert words <= set(SECTORS)
    told = [one for one in whole.agencies if one.sector == "finance"]
    assert told
    assert all("财政" in one.name for one in told)
