"""Readers that the families lend to a search: which family's software made a page, and its spider as a reader of it.

A family is told by the addresses of a page's articles, and by what its scripts and links name. A reader is a spider of
that family that shares arguments, tallies and memory with the spider it reads for; it starts nothing of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import urlsplit

from crawler.detect import detect
from crawler.reports.titles import judge
from spiders.base import FamilySpider
from spiders.changzhou import ChangzhouSpider
from spiders.dated import DatedSpider
from spiders.documents import Document
from spiders.epoint import EpointSpider
from spiders.eportal import EportalSpider
from spiders.gkmlpt import GkmlptSpider
from spiders.hanweb import HanwebSpider
from spiders.hebei import HebeiSpider
from spiders.henan import HenanSpider
from spiders.liaoning import LiaoningSpider
from spiders.longxun import LongxunSpider
from spiders.mongoid import MongoidSpider
from spiders.nantong import NantongSpider
from spiders.platform import platform_of
from spiders.scripts import links_in_scripts
from spiders.shanghai import ShanghaiSpider
from spiders.trs import TrsSpider
from spiders.ucap import UcapSpider
from spiders.vsb import VsbSpider
from spiders.xxgk import area_of, asks_module

Reader = TypeVar("Reader", bound=FamilySpider)

FAMILIES: tuple[type[FamilySpider], ...] = (
    GkmlptSpider, HanwebSpider, UcapSpider, EpointSpider, ChangzhouSpider, VsbSpider, TrsSpider, LongxunSpider,
    ShanghaiSpider, NantongSpider, HebeiSpider, EportalSpider, LiaoningSpider, HenanSpider, MongoidSpider, DatedSpider,
)  # fmt: skip
"""Families whose lists can be lent a reader, those with the narrower shapes first: of equals the first one is taken."""

_BY_LIST: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("nantong", re.compile(r"/([A-Za-z][\w-]+)/\1\.html$")),
    ("mongoid", re.compile(r"/channel_\w+/?$")),
)
"""Families whose lists show by their own address alone what their services' records are called."""
_LONGXUN = re.compile(r"/(?:public/column|site/tpl)/\d+/?$|/XxgkContent/showList/")
_CHANGZHOU = re.compile(r"^/gi_class/[a-z]+")


def family_of_address(url: str) -> type[FamilySpider] | None:
    """The family whose columns alone have such an address, and are opened in a manner of their own; None as a rule."""
    path = urlsplit(url).path
    if platform_of(url, strict=True):
        return GkmlptSpider
    if asks_module(url) and area_of(url):
        return HanwebSpider
    if _LONGXUN.search(path):
        return LongxunSpider
    return ChangzhouSpider if _CHANGZHOU.match(path) else None


def family_of_page(document: Document, spiders: Iterable[FamilySpider]) -> str:
    """Word of the family whose software made a list; "" where nothing tells.

    The rows decide: the family that has articles with the addresses of most of them. Where the page shows none that
    speaks of a report, the detector does. `spiders` are one of each family, asked for the shapes of their articles.
    """
    found = detect(document.url, document.body, content_type=document.headers.get("content-type"))
    likely = [one.family for one in found.candidates]
    counts = {spider.family: _reports(document, spider) for spider in spiders}
    most = max(counts.values(), default=0)
    best = [family for family, count in counts.items() if count == most and most]
    best.sort(key=lambda family: likely.index(family) if family in likely else len(likely))
    by_list = (family for family, pattern in _BY_LIST if pattern.search(urlsplit(document.url).path))
    return next((family for family in (*best, *likely[:1], *by_list) if family in counts), "")


def _reports(document: Document, spider: FamilySpider) -> int:
    """How many links, of the page or of its scripts, have this family's shape and a title that speaks of a report."""
    links = (*document.links, *links_in_scripts(document, spider.is_article))
    return len({one.url for one in links if spider.is_article(one.url) and _is_report(one.text)})


def _is_report(title: str) -> bool:
    reading = judge(title)
    return reading.kind == "annual_report" and reading.reason != "bare_title"


def lend(owner: FamilySpider, family: type[Reader]) -> Reader:
    """A spider of another family that reads for `owner`: same crawl, same arguments, same tallies, own memory."""
    reader = family()
    reader.crawler, reader.settings = owner.crawler, owner.settings
    reader.prepare(owner.selection, owner.registry)
    reader.ledger, reader.lists, reader.notices = owner.ledger, owner.lists, owner.notices
    reader.via = owner.via or reader.via
    return reader
