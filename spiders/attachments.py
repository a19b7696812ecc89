"""Files that an article page carries in place of its report, or of the report's tables.

Portals put them there in many ways (portal-families 0.10): a plain link, a frame or an embedded object, a viewer whose
address names the file (`viewer.html?file=…`), `onclick` and `window.open`, a data attribute, a string in a script, a
download page whose link text names the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from crawler.reports.signs import FORM_WORDS
from crawler.reports.titles import judge
from spiders.documents import Document, squeeze

MAX_FETCHED = 3
"""Files that are fetched for one article: a report and its tables, rarely more."""

_READ = "pdf|docx?|wps|rtf|xlsx?|et|zip|mht|mhtml"
_PATH = re.compile(rf"\.(?:{_READ})$", re.I)
_NAMED = re.compile(rf"\.(?:{_READ})\s*(?:[\[(（【].{{0,20}})?$", re.I)
_QUOTED = re.compile(
    rf"[\"'(=]\s{{0,3}}([^\"'()<>\s=]{{1,400}}\.(?:{_READ})(?:[?#][^\"'()<>\s]{{0,200}})?)\s{{0,3}}[\"')&]", re.I
)
_DOWNLOAD = re.compile(r"download|downfile|attach|/file", re.I)
_MAY = re.compile(rf"(?:\.|%2e)(?:{_READ})|{_DOWNLOAD.pattern}", re.I)
"""An address without this is none of a file: hundreds on a page are not looked at any further."""
_VALUES = ("href", "src", "data", "value", "onclick", "data-href", "data-url", "data-src", "data-file", "data-pdf")
_TELLING = XPath(f"descendant-or-self::*[self::script or {' or '.join(f'@{one}' for one in _VALUES)}]")
_OURS = re.compile("年度?报告?|年报|信息公开")
_NOT_OURS = re.compile("指南|目录|解读|图解|手册|说明书|申请表|网站工作|法治政府")
_MAX_ELEMENTS = 20_000
_MAX_SCRIPT = 400_000
_MAX_FILES = 40


@dataclass(frozen=True, slots=True)
class Attached:
    """One file: its address, and what the page calls it."""

    url: str
    name: str


def attached(document: Document) -> tuple[Attached, ...]:
    """The files that a page links or shows and that can be read, each once, in document order."""
    found: dict[str, Attached] = {}
    for address, name in _addresses(document):
        url = document.absolute(address)
        if url is not None and len(found) < _MAX_FILES:
            known = found.get(url)
            if known is None or (not known.name and name):
                found[url] = Attached(url, name)
    return tuple(found.values())


def worth_fetching(files: tuple[Attached, ...]) -> list[Attached]:
    """The files that may carry the report, the likeliest first; of one document in several forms only one.

    What names itself as something else is left out; files whose names say nothing are taken if none says more.
    """
    kept = [one for one in files if not _NOT_OURS.search(_shown(one)) and not _is_other(_shown(one))]
    named = [one for one in kept if _OURS.search(_shown(one))]
    chosen: dict[str, Attached] = {}
    for one in sorted(named or kept, key=_form):
        chosen.setdefault(_stem(one), one)
    order = {one.url: n for n, one in enumerate(files)}
    return sorted(chosen.values(), key=lambda one: order[one.url])[:MAX_FETCHED]


def holds_tables(document: Document) -> bool:
    """True when a page prints statutory tables itself: then its files only say the same again."""
    text = "".join(document.text.split())
    if sum(word in text for word in FORM_WORDS) >= 2:
        return True
    if document.tree is None:
        return False
    shown = "".join("".join(document.tree.itertext()).split())
    return sum(word in shown for word in FORM_WORDS) >= 2


def _is_other(name: str) -> bool:
    """True for what names itself a look-alike; a 统计表 is no report by its name, but may belong to one."""
    return judge(name).kind in ("website_form", "rule_of_law", "interpretation")


def _shown(one: Attached) -> str:
    return f"{one.name} {unquote(urlsplit(one.url).path.rpartition('/')[2])}"


def _stem(one: Attached) -> str:
    """What two forms of one document have in common: the name without its ending."""
    return _NAMED.sub("", one.name).strip() or _PATH.sub("", urlsplit(one.url).path)


def _form(one: Attached) -> int:
    """Word before PDF before the rest: the form that is read best."""
    ending = re.search(rf"\.({_READ})\b", f"{one.url} {one.name}".lower())
    order = ("docx", "pdf", "doc", "wps", "rtf", "mht", "mhtml", "xlsx", "xls", "et", "zip")
    return order.index(ending[1]) if ending else len(order)


# ------------------------------------------------------------------ finding


def _addresses(document: Document) -> Iterator[tuple[str, str]]:
    """Addresses of files as written, with what the page calls them."""
    if document.tree is None:
        return
    # Most elements name no address at all: they are passed over without a step of Python.
    telling = cast("list[HtmlElement]", _TELLING(document.tree))
    for element in telling[:_MAX_ELEMENTS]:
        if element.tag == "script":
            yield from ((one, "") for one in _quoted((element.text or "")[:_MAX_SCRIPT]))
            continue
        values = [(attribute, value) for attribute in _VALUES if _MAY.search(value := element.get(attribute, ""))]
        name = _name(element) if values and element.tag in ("a", "area", "button", "li", "span", "div") else ""
        for attribute, value in values:
            yield from ((one, name) for one in _of_value(value.strip()[:2000], attribute, name))


def _of_value(value: str, attribute: str, name: str) -> Iterator[str]:
    """Addresses of files in one attribute."""
    if attribute == "onclick" or value.lower().startswith("javascript:"):
        yield from _quoted(value)
        return
    try:
        parts = urlsplit(value)
    except ValueError:
        return
    if _PATH.search(parts.path):
        yield value
        return
    for key, inner in parse_qsl(parts.query)[:20]:
        if key.lower() in ("file", "url", "src", "path", "pdf", "fileurl", "pdfurl") and _PATH.search(
            urlsplit(inner).path
        ):
            yield urljoin(value, inner)
            return
    if _DOWNLOAD.search(value) and (
        _NAMED.search(name) or any(_PATH.search(v) for _, v in parse_qsl(parts.query)[:20])
    ):
        yield value


def _quoted(text: str) -> Iterator[str]:
    plain = text.replace("\\/", "/")
    return (match[1] for match, _ in zip(_QUOTED.finditer(plain), range(_MAX_FILES), strict=False))


def _name(element: HtmlElement) -> str:
    """What a link calls its file: its text, or its title."""
    if len(element) > 12:
        return ""
    own = squeeze("".join(element.itertext()))[:200]
    title = squeeze(element.get("title") or "")[:200]
    return title if len(title) > len(own) else own
