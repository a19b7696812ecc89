"""The rows that are installed: each says what the seeds and the facts say, and keeps the house rules for rows."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest

from crawler.portals.model import Agency, Portal
from crawler.portals.quirks import FAMILIES
from crawler.portals.registry import Registry, load

PORTALS = list(load())
AGENCIES = load().agencies


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
    known: Registry, name: str, portal: str, family: str, code: str
) -> None:
    found = known.find(name)[0]
    agency = known.find_agencies(name, found)[0]
    assert (found.id, found.family, agency.name, agency.code) == (portal, family, name, code)


def test_every_family_has_rows(known: Registry) -> None:
    assert {family for family in FAMILIES if known.by_family(family)} <= set(FAMILIES)
    assert len(known) >= 30


@pytest.mark.parametrize("portal", PORTALS, ids=lambda portal: portal.id)
def test_a_row_says_where_it_comes_from(portal: Portal) -> None:
    assert re.match(r"\[[PCR]\] ", portal.evidence), "evidence begins with its mark"
    assert portal.place
    assert portal.oldest_year >= 2016
    assert portal.floor >= 1
    assert all(host.startswith(("wap.", "m.")) is False for host in portal.hosts)
    assert urlsplit(portal.base).path.endswith(("/", "hbj", "fgw", "jyj", "czj"))


@pytest.mark.parametrize("agency", AGENCIES, ids=lambda agency: agency.id)
def test_codes_levels_and_names_agree(agency: Agency) -> None:
    depth = {"province": "0000", "prefecture": "00"}.get(agency.level)
    assert depth is None or agency.code.endswith(depth)
    assert agency.level not in {"county", "township"} or not agency.code.endswith("00")
    assert agency.level != "prefecture" or not agency.code.endswith("0000")
    assert agency.id.startswith(agency.code)
    assert (agency.sector is None) == (agency.type in {"government", "township", "zone"})
    assert all(old.code != agency.code for old in agency.former_codes)


def test_lufeng_was_a_county_until_2020(known: Registry) -> None:
    lufeng = known.agency("532302-sthjfj")
    assert [lufeng.code_in(year) for year in (2019, 2020, 2021, 2023)] == ["532331", "532331", "532302", "532302"]


def test_the_collection_of_guangzhou_publishes_for_many(known: Registry) -> None:
    collection = known.portal("www.gz.gov.cn")
    assert {agency.id for agency in collection.agencies} == {"440100-zf", "440100-sthjj", "440100-czj"}
    assert all(not column.agencies for column in collection.columns)


def test_hosts_of_some_portals(known: Registry) -> None:
    chosen = [known.portal("www.xuchang.gov.cn"), known.portal("sthjj.xuchang.gov.cn")]
    assert known.allowed_hosts(chosen) == {"www.xuchang.gov.cn", "xuchang.gov.cn", "sthjj.xuchang.gov.cn"}
    assert known.allowed_hosts([]) == frozenset()
