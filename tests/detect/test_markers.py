"""The marks are data: each fits what it says it fits, is reached in its order, and names a family of the registry."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.detect.markers import Mark, marks
from crawler.detect.scoring import family_of_address
from crawler.portals.quirks import FAMILIES

ALL = [(kind, mark) for kind in ("address", "page", "meta", "cookie") for mark in getattr(marks(), kind)]
ADDRESSES = [(mark, piece) for mark in marks().address for piece in mark.like]


@pytest.mark.parametrize(("kind", "mark"), ALL, ids=lambda one: one if isinstance(one, str) else one.says[:40])
def test_a_mark_fits_its_examples_and_not_the_others(kind: str, mark: Mark) -> None:
    assert all(mark.pattern.search(piece) for piece in mark.like)
    assert not any(mark.pattern.search(piece) for piece in mark.unlike)


@pytest.mark.parametrize(("mark", "piece"), ADDRESSES, ids=lambda one: one if isinstance(one, str) else one.family)
def test_no_earlier_shape_takes_an_address_away(mark: Mark, piece: str) -> None:
    assert family_of_address(f"https://www.example.gov.cn{piece}") is mark


def test_every_family_has_a_shape_of_its_own() -> None:
    assert {mark.family for mark in marks().address} == set(FAMILIES)


# A list's address, a service, a resource: known by the detector, but no article for the spider.
NO_ARTICLES = (
    "/gkmlpt/", "/postmeta/", "_class/", "/class/", "/module/", "/col/", "list.jsp", "showList", "/public/column/",
    "/site/tpl/", "/content/column/", "/columns/29527d47", "searchList", "manuscriptList", ".shtml?", "common_z",
    "/zfxxgk.shtml", "/c118707/", "xxgknbs", "/index.html", "/index_2.html", "/index.shtml", "/eportal/ui",
    "channel_x", "/xxgknb/xxgknb", "/002005/", "list.html", "second-page", "api-gateway", "/content/article/",
    "226124.html", "zfxxgknb_5669188", "/n810760/", "/suitable/",
)  # fmt: skip


@pytest.mark.parametrize(
    ("mark", "piece"),
    [
        (mark, piece)
        for mark, piece in ADDRESSES
        if mark.family != "generic" and not any(part in piece for part in NO_ARTICLES)
    ],
    ids=lambda one: one if isinstance(one, str) else one.family,
)
def test_what_the_detector_calls_an_article_the_spider_reads_as_one(mark: Mark, piece: str) -> None:
    settings = Settings({"SPIDER_MODULES": ["spiders"]})
    spider = SpiderLoader.from_settings(settings).load(mark.family)
    assert spider.is_article(spider(), f"https://www.example.gov.cn{piece}")


@pytest.mark.parametrize(
    "change", [{"weight": 1.0}, {"family": "nosuch"}, {"shape": "jpaas"}, {"source": "somewhere"}, {"like": []}]
)
def test_an_entry_that_is_not_as_it_must_be_is_refused(change: dict[str, object]) -> None:
    good = {"family": "trs", "weight": 0.5, "says": "a mark", "source": "2.1 [P]", "like": ["x"]}
    assert Mark.model_validate(good).family == "trs"
    with pytest.raises(ValidationError):
        Mark.model_validate({**good, **change})
