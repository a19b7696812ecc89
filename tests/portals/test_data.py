"""The rows that are installed: each says what the seeds and the facts say, and keeps the house rules for rows."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawler.portals.lint import lint
from crawler.portals.loader import SHIPPED
from crawler.portals.names import PROVINCES
from crawler.portals.quirks import FAMILIES, SHAPES
from crawler.portals.registry import Registry
from tests.portals.conftest import FEW_ROWS

FACTS = Path(__file__).resolve().parents[2].parent / "shared" / "facts"


@pytest.mark.parametrize(
    ("name", "portal", "family", "code"),
    [
        ("贵州省生态环境厅", "sthj.guizhou.gov.cn", "trs", "520000"),
        ("广州市生态环境局", "sthjj.gz.gov.cn", "gkmlpt", "440100"),
        ("许昌市生态环境局", "sthjj.xuchang.gov.cn", "epoint", "411000"),
        ("楚雄州生态环境局禄丰分局", "www.ynlf.gov.cn", "vsb", "532302"),
        ("常州市生态环境局", "www.changzhou.gov.cn/gi_class/hbj", "changzhou", "320400"),
    ],
)
def test_the_five_bureaus_whose_reports_are_known(
    whole: Registry, name: str, portal: str, family: str, code: str
) -> None:
    found = whole.find(name)[0]
    agency = whole.find_agencies(name, found)[0]
    assert (found.id, found.family, agency.name, agency.code) == (portal, family, name, code)


def test_nothing_is_inconsistent(whole: Registry) -> None:
    assert [str(remark) for remark in lint(whole)] == []


def test_families_and_shapes_have_rows(whole: Registry) -> None:
    words = """
        gkmlpt trs epoint vsb changzhou hanweb ucap longxun shanghai eportal liaoning henan hebei nantong mongoid dated
        generic
    """
    assert {portal.family for portal in whole} == set(words.split()) <= set(FAMILIES)
    assert {portal.shape for portal in whole} - {None} == set(SHAPES)
    assert len(whole) >= 1300
    assert set(FEW_ROWS) <= {portal.id for portal in whole}


def test_the_31_provinces_have_their_portals(whole: Registry) -> None:
    names = Counter(portal.name for portal in whole if portal.name.endswith("人民政府") and portal.code[2:] == "0000")
    assert names == {f"{full}人民政府": 1 for full, _ in PROVINCES.values()}
    with_list = [portal for portal in whole if portal.name in names and portal.columns]
    assert len(with_list) == 31


def test_each_province_has_its_file() -> None:
    files = {path.stem for path in SHIPPED.glob("*.toml")}
    assert len(files) == 33
    assert {"national", "left_out", "neimenggu", "shaanxi", "shanxi"} < files


def test_a_row_says_where_it_comes_from(whole: Registry) -> None:
    faults = [
        portal.id
        for portal in whole
        if not re.match(r"\[[PCR]\] ", portal.evidence)
        or not portal.place
        or not 2008 <= portal.oldest_year <= 2026
        or portal.floor < 1
        or any(host.startswith(("wap.", "m.")) for host in portal.hosts)
        or not (urlsplit(portal.base).path.endswith("/") or "/gi_class/" in portal.base)
    ]
    assert faults == []


def test_no_name_holds_what_is_no_name(whole: Registry) -> None:
    strange = re.compile(r"[\[\]|｜*●:：;；]|https?|官网|\.cn|[A-Za-z]")
    names = [portal.name for portal in whole] + [name for agency in whole.agencies for name in agency.names]
    assert [name for name in names if strange.search(name) or name != name.strip()] == []


def test_levels_ids_and_sectors(whole: Registry) -> None:
    for agency in whole.agencies:
        depth = {"province": "0000", "prefecture": "00"}.get(agency.level)
        assert depth is None or agency.code.endswith(depth), agency
        assert agency.id.startswith(agency.code), agency
        assert (agency.sector is None) == (agency.type in {"government", "township", "zone"}), agency


def test_all_environment_bureaus_are_marked_and_know_their_former_name(whole: Registry, known: Registry) -> None:
    bureaus = [agency for agency in whole.agencies if re.search("生态环境|环境保护", agency.name)]
    assert len(bureaus) >= 120
    assert {agency.sector for agency in bureaus} == {"environment"}
    forgetful = [
        agency.id
        for agency in bureaus
        if agency.code[2:] != "0000" or agency.level == "province"
        if not any("环境保护" in name or "环保" in name or "人居环境" in name for name in agency.names)
        if not re.search("高新区|经开区", agency.name)  # zones that came later
        if not known.has_agency(agency.id)  # these carry it as an alias, where at all
    ]
    assert forgetful == []


@pytest.mark.parametrize(
    ("agency", "year", "name"),
    [
        ("220000-sthjt", 2017, "吉林省环境保护厅"),
        ("420200-sthjj", 2018, "黄石市环境保护局"),
        ("420200-sthjj", 2019, "黄石市生态环境局"),
        ("500155-sthjj", 2014, "梁平县环境保护局"),
        ("500155-sthjj", 2017, "重庆市梁平区环境保护局"),
        ("140930-sthjfj", 2017, "河曲县环境保护局"),
        ("100000-mee", 2016, "环境保护部"),
        ("450181-zf", 2019, "横县人民政府"),
    ],
)
def test_an_id_survives_reorganisations(whole: Registry, agency: str, year: int, name: str) -> None:
    assert whole.agency(agency).name_in(year) == name


def test_a_body_that_was_merged_names_its_successor(whole: Registry) -> None:
    ended = whole.agency("100000-cbirc")
    assert (ended.until, ended.successor) == (2022, "100000-nfra")
    assert whole.agency("100000-nfra").name == "国家金融监督管理总局"


def test_parents_stand_above(whole: Registry) -> None:
    parents = {agency.id: agency.parent for agency in whole.agencies}
    assert parents["330825-sthjfj"] == "330800-sthjj"
    assert parents["330800-sthjj"] == "330800-zf"
    assert parents["330800-zf"] == "330000-zf"
    assert parents["530425-qxj"] == "530400-qxj"


def test_lufeng_was_a_county_until_2020(whole: Registry) -> None:
    lufeng = whole.agency("532302-sthjfj")
    assert [lufeng.code_in(year) for year in (2019, 2020, 2021, 2023)] == ["532331", "532331", "532302", "532302"]


def test_the_collection_of_guangzhou_publishes_for_many(whole: Registry) -> None:
    collection = whole.portal("www.gz.gov.cn")
    assert {agency.id for agency in collection.agencies} == {"440100-zf", "440100-sthjj", "440100-czj"}
    assert all(not column.agencies for column in collection.columns)


def test_hosts_of_some_portals(whole: Registry) -> None:
    chosen = [whole.portal("www.xuchang.gov.cn"), whole.portal("sthjj.xuchang.gov.cn")]
    assert whole.allowed_hosts(chosen) == {"www.xuchang.gov.cn", "xuchang.gov.cn", "sthjj.xuchang.gov.cn"}
    assert whole.allowed_hosts([]) == frozenset()


@pytest.mark.parametrize("name", ["portals.csv", "portals_unclassified.csv"])
def test_every_listed_host_has_a_row_or_a_reason(whole: Registry, name: str) -> None:
    if not (FACTS / name).is_file():
        pytest.skip(f"{FACTS / name} is not here")
    with (FACTS / name).open(encoding="utf-8", newline="") as file:
        listed = {row["host"].partition(":")[0] for row in csv.DictReader(file)}
    told = {host for portal in whole for host in portal.hosts} | set(whole.left_out)
    assert sorted(listed - told) == []
