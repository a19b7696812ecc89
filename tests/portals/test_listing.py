from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from crawler.portals import listing
from crawler.portals.listing import BadFilter, Filter
from crawler.portals.registry import Registry

DOCS = Path(__file__).resolve().parents[2] / "docs" / "portals.md"


def test_the_list_of_the_docs_is_current(whole: Registry) -> None:
    made = listing.as_markdown(list(whole))
    assert DOCS.read_text(encoding="utf-8") == made, "scrapy portals --format md > docs/portals.md"


@pytest.mark.parametrize("name", ["广东", "广东省", "guangdong", "44", "440000", " Guangdong "])
def test_a_province_has_many_names(known: Registry, name: str) -> None:
    assert {portal.code[:2] for portal in Filter(province=name).apply(known)} == {"44"}


def test_filters_meet(known: Registry) -> None:
    found = Filter(province="福建", sector="environment", family="trs", level="prefecture", confidence="p").apply(known)
    assert [portal.id for portal in found] == ["sthjj.xm.gov.cn"]
    assert Filter(shape="jpaas").apply(known) == []
    assert len(Filter().apply(known)) == len(known)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Filter(province="广西省"), "there is no such province; there are national, beijing"),
        (Filter(family="wordpress"), "there is no such family; there are gkmlpt"),
        (Filter(sector="money"), "--sector money"),
        (Filter(level="town"), "national, province"),
        (Filter(confidence="X"), "P, C, R"),
    ],
)
def test_a_word_that_names_nothing_is_told(known: Registry, asked: Filter, said: str) -> None:
    with pytest.raises(BadFilter, match=said):
        asked.apply(known)


@pytest.mark.parametrize("key", listing.KEYS)
def test_counts_add_up(whole: Registry, key: listing.Key) -> None:
    found = listing.counts(whole, key)
    assert sum(found.values()) >= len(whole)
    assert key == "sector" or sum(found.values()) == len(whole)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_csv_and_json_hold_every_row(whole: Registry) -> None:
    rows = list(csv.DictReader(io.StringIO(listing.as_csv(whole))))
    full = listing.as_json(whole)
    assert [row["id"] for row in rows] == [row["id"] for row in full] == [portal.id for portal in whole]
    row = next(row for row in rows if row["id"] == "www.gz.gov.cn")
    assert (row["province"], row["level"], row["sectors"]) == ("广东", "prefecture", "government environment finance")
    assert row["agencies"].split() == ["440100-zf", "440100-sthjj", "440100-czj"]
    assert full[0]["agencies"][0]["id"]


def test_provinces_that_sound_alike_are_two() -> None:
    assert listing.province_digits("shanxi") == "14"
    assert listing.province_digits("shaanxi") == "61"
    assert listing.province_digits("内蒙古") == "15"
