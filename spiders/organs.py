"""Pages of organs in Longxun's portals: what their addresses ask, which years they offer, what they show.

(portal-families §8.1)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from crawler.reports.titles import TitleReading, judge
from spiders.attachments import attached
from spiders.documents import Document, squeeze
from spiders.scripts import inline_scripts

_ORGAN = re.compile(r"/public/column/(\d+)/?$")
_TIME_FRAME = re.compile(r"\btimeFrame[\"']?\s{0,3}[=:,]\s{0,3}[\"']?((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_CHOICE = re.compile(
    r"<option\b[^<>]{0,80}\bvalue\s?=\s?[\"']?((?:19|20)\d\d)[\"'\s>]|\bdata-year=[\"']?((?:19|20)\d\d)\b"
)
_LABEL = re.compile(r"[\"'](/site/label/\d{1,6}\?[^\"'\s]{10,900})[\"']")
_LABEL_OBJECT = re.compile(r"\{[^{}]{0,900}\blabelName[\"']?\s{0,3}:[^{}]{0,900}\}")
_PAIR = re.compile(r"\b(\w{2,30})[\"']?\s{0,3}:\s{0,3}(?:[\"']([^\"'{}]{0,120})[\"']|(\w{1,30}))")
_PRINTED = (
    "//body//text()[not(ancestor::a or ancestor::script or ancestor::style or ancestor::option)]"
    "[not(ancestor::*[@onclick])]"
)
_COUNTED = re.compile(r"浏览|阅读|点击|访问量|今天是|当前时间")
_SHORTEST_LINE = 14
_MAX_TEXTS = 4_000
_MAX_TITLES = 400
_LONGEST_PAGE = 2_000_000


def asked(url: str) -> dict[str, str]:
    """What an address asks."""
    return dict(parse_qsl(urlsplit(url).query))


def with_query(url: str, **changed: str) -> str:
    """An address with some of its parameters changed."""
    return urlsplit(url)._replace(query=urlencode({**asked(url), **changed}), fragment="").geturl()


def organ_of(url: str) -> str:
    """The organ whose page an address is; "" for another address."""
    match = _ORGAN.search(urlsplit(url).path)
    return match[1] if match else ""


def year_of(url: str) -> str:
    """The year whose report an address asks for; "" for none."""
    year = asked(url).get("timeFrame", "")
    return year if re.fullmatch(r"(?:19|20)\d\d", year) else ""


def years_in(document: Document) -> list[int]:
    """Years that an organ's page offers in its switch, newest first. One alone is the year that is shown."""
    text = document.text[:_LONGEST_PAGE]
    years = {int(year) for year in _TIME_FRAME.findall(text)}
    if "timeFrame" in text:
        years |= {int(one or other) for one, other in _CHOICE.findall(text)}
    return sorted(years, reverse=True) if len(years) > 1 else []


def label_in(document: Document) -> str:
    """Address of the list that a page's script asks for (`/site/label/8888?labelName=publicInfoList&…`), "" for none.

    It stands there whole, or its parameters are the properties of an object.
    """
    script = inline_scripts(document)
    if whole := _LABEL.search(script):
        return with_query(urljoin(document.url, whole[1]), pageIndex="1")
    if "/site/label/" not in script or not (found := _LABEL_OBJECT.search(script)):
        return ""
    told = {
        name: quoted or ("" if plain in {"null", "undefined"} else plain)
        for name, quoted, plain in _PAIR.findall(found[0])
    }
    path = re.search(r"/site/label/\d{1,6}", script)
    return with_query(urljoin(document.url, path[0] if path else "/site/label/8888"), **{**told, "pageIndex": "1"})


def report_in(document: Document) -> TitleReading | None:
    """What the title of the report in a page says: its metas and title, then its lines; None where no line is one.

    Links never count: a switch of years names other reports. Of several titles that of the year asked for is meant.
    """
    titles = (*_heads(document), *(line for line in _lines(document)[:_MAX_TITLES] if 8 <= len(line) <= 120))
    readings = [one for title in titles if (one := judge(title)).kind == "annual_report"]
    readings.sort(key=lambda one: (str(one.year) != year_of(document.url), one.year is None))
    return readings[0] if readings else None


def content_key(document: Document) -> str:
    """A hash of what a page says and of the files it shows; menus, switches and counters are left out."""
    lines = [line for line in _lines(document) if len(line) >= _SHORTEST_LINE and not _COUNTED.search(line)]
    files = [one.url for one in attached(document)]
    return sha256("\n".join((*lines, *files)).encode()).hexdigest()


def _heads(document: Document) -> Iterator[str]:
    if document.tree is None:
        return
    for meta in document.tree.xpath("//meta[@name and @content]")[:60]:
        if meta.get("name", "").strip().lower() == "articletitle":
            yield meta.get("content", "")
    yield from (title.text_content() for title in document.tree.xpath("//title")[:2])


def _lines(document: Document) -> list[str]:
    found = document.tree.xpath(_PRINTED)[:_MAX_TEXTS] if document.tree is not None else []
    return [text for one in found if (text := squeeze(str(one)))]
