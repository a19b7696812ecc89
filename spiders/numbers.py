"""Pages of a list by their numbers: links whose text is one, in whatever attribute, and how many there are told."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from spiders.documents import Document, squeeze
from spiders.scripts import inline_scripts, number

_ATTRIBUTES = ("href", "tagname", "data-href", "data-url", "data-link", "value", "onclick")
_QUOTED = re.compile(r"[\"']([^\"'\s]{3,300})[\"']")
_TURN_CALL = re.compile(
    r"(?:go|to|turn|jump|change|goto|show|load)_?Page\w{0,12}\(\s{0,3}['\"]?(\d{1,4})", re.IGNORECASE
)
_TOLD = re.compile(
    r"共(?:有)?[:：]?(\d{1,4})页|(?:第|页次[:：]?|页[:：])\d{1,4}(?:页)?/(?:共)?(\d{1,4})|\d{1,4}/(\d{1,4})页"
)
_FOLLOWING = re.compile(r"^(?:下一?页|后一?页|下页|next|[>›»]{1,2})$", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,500}>|&nbsp;|\s|　")
_PAGES = r"totalPages?|pageTotal|total_pages?|pageCount|page_count|countPage|pages?Num|maxPage|allPage|pageSum|sumPage"
_ROWS = r"totalRecords?|total_?[cC]ount|recordCount|totalRows?|totalSize|totalNum|countNum|recordTotal|records"
_SIZE = r"page_?[sS]ize|per_?[pP]age|pageRows?|rowsPerPage|perPageCount|prepage"


def numbered_links(document: Document, is_article: Callable[[str], bool]) -> dict[int, str]:
    """Number of a page of this list to its absolute address, as anchors, buttons and options lead there."""
    found: dict[int, str] = {}
    if document.tree is None:
        return found
    for node in document.tree.xpath("//a | //option[@value] | //li[@data-href or @onclick] | //span[@onclick]")[:5_000]:
        text = squeeze("".join(node.itertext()))[:12]
        match = re.fullmatch(r"(?:第\s?)?(\d{1,3})(?:\s?页)?", text)
        if match is None:
            continue
        for value in (node.get(name) or "" for name in _ATTRIBUTES):
            url = _page_url(document, value)
            if url and not is_article(url) and _same_list(url, document.url):
                found.setdefault(int(match[1]), url)
                break
    return found


def following_pages(document: Document, is_article: Callable[[str], bool]) -> list[str]:
    """Where 下一页 leads on the same host, when not its `href` but another attribute says so (`tagname`, `onclick`)."""
    found: list[str] = []
    if document.tree is None:
        return found
    for node in document.tree.xpath("//a[@tagname or @onclick or @data-href or @data-url]")[:2_000]:
        if not _FOLLOWING.match(squeeze("".join(node.itertext()))[:12]):
            continue
        urls = (_page_url(document, node.get(name) or "") for name in _ATTRIBUTES[1:])
        found += [url for url in urls if url and not is_article(url) and _host(url) == _host(document.url)][:1]
    return found


def _host(url: str) -> str:
    return urlsplit(url).netloc


def pages_told(document: Document) -> int:
    """Number of pages as printed (`共5页`, `1/5页`), as buttons jump there, or scripted; 0 where nothing says."""
    text = _TAG.sub("", re.sub(r"<script.*?(?:</script>|\Z)", "", document.text, flags=re.DOTALL | re.IGNORECASE))
    printed = [int(next(filter(None, groups))) for groups in _TOLD.findall(text)]
    jumps = [int(page) for page in _TURN_CALL.findall(document.text)]
    script = inline_scripts(document)
    rows, size = number(script, _ROWS), number(script, _SIZE)
    by_rows = -(-rows // size) if rows and size else 0
    # Buttons lead past the end on a last page; they count where nothing else does.
    return max([*printed[:3], number(script, _PAGES) or by_rows]) or max(jumps, default=0)


def _page_url(document: Document, value: str) -> str | None:
    """The address in an attribute: as it stands, or in quotes within a call."""
    if "(" in value:
        match = next((match for match in _QUOTED.finditer(value) if re.search(r"[/.?]", match[1])), None)
        value = match[1] if match else ""
    if not re.search(r"[/?]|\.(?:s?html?|jhtml|jsp|aspx?)", value) or value.lower().startswith("javascript"):
        return None
    return document.absolute(value)


def _same_list(url: str, list_url: str) -> bool:
    """True for an address in the list's folder, or in a numbered one below it, that differs in numbers alone."""
    one, other = urlsplit(url), urlsplit(list_url)
    folder, own = one.path.rpartition("/")[0], other.path.rpartition("/")[0]
    # `…/113469/11040/index2.html` is a page of `…/113469/index.html`: the number of the list's own element.
    if one.netloc != other.netloc or re.sub(r"/\d{3,8}$", "", folder.removeprefix(own)):
        return False
    mine, given = parse_qs(one.query), parse_qs(other.query)
    differing = [key for key in {*mine, *given} if mine.get(key) != given.get(key)]
    return all(re.fullmatch(r"\d{1,4}", (mine.get(key) or ["1"])[0]) for key in differing)
