"""The search of portals whose software is not known, on every fake portal there is: home address in, reports out."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import pytest

import crawler.demo
from crawler.demo.country import Country, country
from crawler.portals import registry
from spiders.ways import MAX_STEPS
from tests.spiders import test_hanweb, test_longxun, test_shaped, test_ucap
from tests.spiders.crawl import crawl, row

IN_THE_DEMO = ("gkmlpt", "trs", "epoint", "vsb", "changzhou")
DEMO_ROWS = Path(crawler.demo.__file__).parent / "portals"
OWN_COUNTRIES = {"hanweb": test_hanweb, "ucap": test_ucap, "longxun": test_longxun, "": test_shaped}
NOWHERE = {"www.wenshang.gov.cn", "js.dl.gov.cn"}
"""Portals on whose home page nothing leads on: the row's column is all that is known of them."""


@lru_cache(maxsize=1)
def whole() -> Country:
    return country()


@lru_cache(maxsize=1)
def portals() -> dict[str, tuple[str, Country, dict[str, object]]]:
    """Portal to its family, its country and its registry row without columns."""
    found = {}
    built = {one.portal_id for one in whole().built if one.reports}
    known = registry.load(DEMO_ROWS)
    for portal in (one for family in IN_THE_DEMO for one in known.by_family(family)):
        if portal.id in built:
            bodies = [one.model_dump(include={"id", "name", "type", "level", "code"}) for one in portal.agencies]
            fields = {"base": portal.base, "hosts": [*portal.hosts], "agencies": bodies, "oldest_year": 2019}
            found[portal.id] = portal.family, whole(), fields
    for family, module in OWN_COUNTRIES.items():
        for one in module.LAND.built:
            given = module.registry_row(one.portal_id, searched=True)
            fields = {key: given[key] for key in ("base", "agencies", "oldest_year")}
            fields["hosts"] = [site.host for site in one.sites]
            found[one.portal_id] = family or test_shaped.FAMILY[one.portal_id], module.LAND, fields
    return found


def bare(url):
    """An address without scheme and without what does not tell pages apart."""
    address = url.split("://", 1)[1]
    year = re.search(r"timeFrame=\d+", address)
    if "/public/column" in address:
        return address.partition("?")[0] + (f"?{year[0]}" if year else "")
    return re.sub(r"\?[^#]*(?=#)", "", address)


def search(host, family="generic", **arguments):
    _, land, fields = portals()[host]
    rows = [row(host, family, columns=[], **fields)]
    return crawl(family, land.only(host), rows=rows, portal=host, **arguments)


def test_no_family_is_left_out():
    assert {family for family, _, _ in portals().values()} == {
        "gkmlpt", "trs", "epoint", "vsb", "changzhou", "hanweb", "ucap", "longxun", "shanghai", "nantong", "liaoning",
        "eportal", "henan", "hebei", "mongoid", "dated",
    }  # fmt: skip
    assert len(portals()) > 80


@pytest.mark.parametrize("host", sorted(set(portals()) - NOWHERE))
def test_a_portal_of_any_family_is_read_from_its_home_address(host):
    result = search(host)
    assert "spider_fault" not in result.reasons, [one.detail for one in result.attempts]
    truth = portals()[host][1].only(host).truth()
    got = [bare(one.url) for one in result.pages]
    allowed = [{bare(one.url), *map(bare, one.also)} for one in truth]
    found = [urls for urls in allowed if urls & set(got)]
    assert len(found) >= 0.9 * len(truth), f"found {len(found)} of {len(truth)}: {got}"
    assert [url for url in got if not any(url in urls for urls in allowed)] == [], "no look-alike, nothing twice"
    assert len(got) == len(set(got))
    assert {one.via for one in result.pages} == {"generic"}
    assert len(result.urls) <= len(truth) + MAX_STEPS + 12


@pytest.mark.parametrize("host", sorted(NOWHERE))
def test_where_nothing_leads_on_the_family_itself_finds_nothing_either(host):
    assert search(host).found == []
    assert search(host, portals()[host][0], settings={"SECOND_PATH": False}).found == []
