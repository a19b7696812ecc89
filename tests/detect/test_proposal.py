"""A proposed row loads, passes the linter, and says what it lacks instead of inventing it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import rtoml

from crawler.detect import detect
from crawler.detect.page import Page
from crawler.detect.proposal import Proposal, propose
from crawler.detect.publisher import publisher
from crawler.portals import registry
from crawler.portals.lint import lint
from crawler.portals.own import staged
from crawler.portals.registry import Registry

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def known() -> Registry:
    return registry.load()


def proposed(known: Registry, url: str, name: str = "许昌市样例管理局", **said: object) -> Proposal:
    page = Page(url, f"<html><head><meta name='SiteName' content='{name}'></head></html>".encode())
    return propose(detect(url), publisher(url, page, known), today=TODAY, **said)  # type: ignore[arg-type]


def loaded(known: Registry, proposal: Proposal, folder: Path) -> Registry:
    with staged(folder, proposal.to_toml()) as rows:
        return registry.load(rows)


@pytest.mark.parametrize(
    ("url", "portal_id", "family", "shape", "base"),
    [
        ("https://a.example.gov.cn/zwgk/202401/t20240112_1234.html", "a.example.gov.cn", "trs", None, "https://a.example.gov.cn/"),
        ("http://www.example.gov.cn:8080/info/1011/2261.htm", "www.example.gov.cn", "vsb", None, "http://www.example.gov.cn:8080/"),
        ("http://www.example.gov.cn/jyj/gkmlpt/annualreport", "www.example.gov.cn/jyj", "gkmlpt", None, "http://www.example.gov.cn/jyj/"),
        ("http://www.example.gov.cn/gkmlpt/index", "www.example.gov.cn", "gkmlpt", None, "http://www.example.gov.cn/"),
        ("https://www.example.gov.cn/gi_class/jyj_02", "www.example.gov.cn/gi_class/jyj", "changzhou", None, "https://www.example.gov.cn/"),
        ("http://www.example.gov.cn/cms/html/a/2024-01-18/1111264329.html", "www.example.gov.cn", "dated", "cms_html", "http://www.example.gov.cn/"),
        ("http://WWW.Example.gov.cn/", "www.example.gov.cn", "generic", None, "http://www.example.gov.cn/"),
    ],
)  # fmt: skip
def test_a_row_of_any_family_loads_and_passes_the_linter(
    known: Registry, tmp_path: Path, url: str, portal_id: str, family: str, shape: str | None, base: str
) -> None:
    proposal = proposed(known, url, column=(f"{base}zfxxgknb/", "政府信息公开年报"), years=[2023, 2021])
    assert proposal.lacks == ()
    together = loaded(known, proposal, tmp_path)
    row = together.portal(portal_id)
    assert (row.family, row.shape, row.base, row.oldest_year, row.place) == (family, shape, base, 2021, "许昌市")
    assert (row.columns[0].url, row.columns[0].title) == (f"{base}zfxxgknb/", "政府信息公开年报")
    assert row.checked == TODAY
    mine = {f"portal {portal_id}", *(f"agency {one.id}" for one in row.agencies)}
    assert [one for one in lint(together) if one.subject in mine or portal_id in one.message] == []


def test_a_registered_agency_stands_by_its_id_alone(known: Registry, tmp_path: Path) -> None:
    proposal = proposed(known, "http://b.example.gov.cn/info/1011/2261.htm", "广州市生态环境局")
    assert rtoml.loads(proposal.to_toml())["portal"][0]["agencies"] == [{"id": "440100-sthjj"}]
    assert loaded(known, proposal, tmp_path).portal("b.example.gov.cn").agencies[0].name == "广州市生态环境局"


def test_what_is_not_told_is_lacking_and_said(known: Registry) -> None:
    nameless = proposed(known, "http://b.example.gov.cn/info/1011/2261.htm", "")
    placeless = proposed(known, "http://b.example.gov.cn/info/1011/2261.htm", "鼓楼区样例局")
    foreign = proposed(known, "http://www.example.com/info/1011/2261.htm")
    assert [len(one.lacks) for one in (nameless, placeless, foreign)] == [1, 1, 1]
    assert "--name" in nameless.lacks[0]
    assert "--code" in placeless.lacks[0]
    assert "--allow" in foreign.lacks[0]
    assert placeless.to_toml().startswith("# lacks the place of 鼓楼区样例局")
    assert "agencies" not in placeless.table


def test_a_host_outside_gov_cn_is_allowed_with_a_reason(known: Registry, tmp_path: Path) -> None:
    proposal = proposed(known, "http://www.example.com/info/1011/2261.htm", allow="许昌 publishes outside gov.cn")
    assert proposal.lacks == ()
    assert "www.example.com" in loaded(known, proposal, tmp_path)


def test_what_a_person_says_goes_first_and_is_told_as_evidence(known: Registry) -> None:
    proposal = proposed(
        known, "http://b.example.gov.cn/info/1011/2261.htm", family="trs", portal_id="b.example.gov.cn/x"
    )
    assert (proposal.table["family"], proposal.id) == ("trs", "b.example.gov.cn/x")
    assert "was given" in proposal.table["evidence"]
    assert proposed(known, "http://b.example.gov.cn/", family="").table["confidence"] == "R"


def test_hostile_names_stay_inside_their_strings(known: Registry) -> None:
    name = '许昌市"]\n[[portal]]\nid="x"\u202e局'
    table = rtoml.loads(proposed(known, "http://b.example.gov.cn/info/1011/2261.htm", name.replace("'", "")).to_toml())
    assert len(table["portal"]) == 1
