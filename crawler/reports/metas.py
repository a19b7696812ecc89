"""What a page says of itself outside its body: standard metas, titles, the metadata block (索引号, 发布机构, 文号 …).

Names of metas are compared without case; attributes stand in any order and quoting, values may hold entities twice or
`&lt;br/&gt;` (portal-families 0.5). PubDate is only claimed: some portals write the time at which the page was
generated.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.reports import tree
from crawler.reports.titles import split_site_suffix
from crawler.reports.tree import Element


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Facts around a body.

    Attributes:
        titles: titles that name this article (ArticleTitle, UCAPTITLE, h1, title classes), strongest first.
        page_titles: parts of `<title>`, article first, column and site name behind it.
        source: meta ContentSource, or 来源 of the page; may be a newspaper or an organisation code.
        publisher: 发布机构 of the metadata block.
        document_number: 文号 of the metadata block.
        published: meta PubDate or the page's 发布日期, as printed.
        site: meta SiteName.
        column: meta ColumnName.
        surroundings: text of the whole page, menus and footer included; names of organs are looked up in it.
    """

    titles: tuple[str, ...] = ()
    page_titles: tuple[str, ...] = ()
    source: str | None = None
    publisher: str | None = None
    document_number: str | None = None
    published: str | None = None
    meta_date: str | None = None
    site: str | None = None
    column: str | None = None
    surroundings: str = ""


_MOST_TEXT = 60_000
_TITLE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:article|content|news|info|detail|xl|show|main|art|doc|wz)?[_-]?(?:title|tit|bt|biaoti|headline)(?:$|[\s\d_-])",
    re.I,
)
_PUBLISHER = re.compile(
    r"(?:发布机构|公开机构|发文机关|发布单位|公开单位|信息提供单位|责任部门|机构名称)\s?[：:】\]]?\s{0,3}"
    r"([\u3400-\u9fff（）()]{3,40})"
)
_SOURCE = re.compile(
    r"(?:信息来源|文章来源|稿件来源|来源)\s?[：:]\s{0,3}([\u3400-\u9fff（）()]{3,40}?)(?=\s|$|发布|时间|作者|日期|浏览|字)"
)
_PUBLISHED = re.compile(
    r"(?:发布(?:日期|时间)|公开日期|发文日期|生成日期|成文日期|日期|时间)\s?[：:】\]]?\s{0,3}"
    r"((?:19|20)\d\d\s?[-年/.]\s?\d{1,2}\s?[-月/.]\s?\d{1,2})"
)
_NUMBER = re.compile(
    r"(?:文号|发文字号|文件编号|文件字号)\s?[：:】\]]?\s{0,3}([\u3400-\u9fff]{1,12}[〔\[［(（]\s?20\d\d\s?[〕\]］)）]\s?第?\d{1,5}\s?号)"
)
_NAMED = re.compile(
    r"(?:信息名称|文件名称|名称|标题)\s?[：:】\]]?\s{0,3}([^：:\n<>]{4,80}?(?:报告单|报告|年报|总结))(?=\s|$|文号|发文|主题|索引|发布|生成|有效)"
)
_LABELS = re.compile(
    r"(?:发布|名称|主题|文号|发文|成文|公开|索引|信息|生成|有效|体裁|分类|日期|时间|组配|产生|废止|内容|关键).*$"
)


def read(root: Element) -> PageFacts:
    """The facts of a page."""
    metas = _metas(root)
    whole = tree.text_of(root)[:_MOST_TEXT]
    around = around_text(whole)
    return PageFacts(
        titles=tuple(
            dict.fromkeys(title for title in (*_meta_titles(metas), *_printed_titles(root), *around.titles) if title)
        ),
        page_titles=tuple(part for element in root.iter("title") for part in split_site_suffix(element.text or "")),
        source=metas.get("contentsource") or around.source,
        publisher=metas.get("publisher") or around.publisher,
        document_number=around.document_number,
        published=around.published,
        meta_date=metas.get("pubdate") or metas.get("firstpublishedtime"),
        site=metas.get("sitename"),
        column=metas.get("columnname"),
        surroundings=whole,
    )


def around_text(text: str) -> PageFacts:
    """The facts that the printed text of a page gives: 发布机构, 来源, 发布日期, 文号."""
    flat = " ".join(text.split())
    publisher = _first(_PUBLISHER, flat)
    named = _first(_NAMED, flat)
    return PageFacts(
        titles=(named,) if named else (),
        source=_first(_SOURCE, flat),
        publisher=_LABELS.sub("", publisher) or None if publisher else None,
        document_number=_first(_NUMBER, flat),
        published=_first(_PUBLISHED, flat),
    )


def _first(pattern: re.Pattern[str], text: str) -> str | None:
    found = pattern.search(text)
    return "".join(found.group(1).split()) if found else None


def _metas(root: Element) -> dict[str, str]:
    """Named metas with lower-case names; the first that is not empty wins."""
    found: dict[str, str] = {}
    for element in root.iter("meta"):
        name = (element.get("name") or element.get("property") or "").strip().lower()
        value = tree.squeeze(html.unescape(element.get("content") or ""))
        if name and value:
            found.setdefault(name, value[:1000])
    return found


def _meta_titles(metas: dict[str, str]) -> Sequence[str]:
    return [metas[name] for name in ("articletitle", "og:title", "dc.title") if name in metas]


_HEADS = frozenset(("ucaptitle", "h1"))
_SUBHEADS = frozenset(("h2", "h3"))


def _printed_titles(root: Element) -> list[str]:
    """Titles printed in the page: `<UCAPTITLE>`, h1…h3, elements of a title class; short ones that are no links
    only."""
    strong: list[str] = []
    weak: list[str] = []
    for element in root.iter():
        tag = element.tag
        style, name = element.get("class"), element.get("id")
        if tag in _HEADS:
            strong.append(_line(element))
        elif tag in _SUBHEADS or (
            ((style and _is_title_name(style)) or (name and _is_title_name(name))) and _may_be_title(element)
        ):
            weak.append(_line(element))
            if len(weak) > 60:
                break
    return [text for text in (*strong, *weak) if 6 <= len(text) <= 200]


def _may_be_title(element: Element) -> bool:
    return element.tag not in ("a", "body", "html", "table") and next(element.iter("a"), None) is None


@lru_cache(maxsize=4096)
def _is_title_name(names: str) -> bool:
    return _TITLE_CLASS.search(names) is not None


def _line(element: Element) -> str:
    if sum(1 for _, _ in zip(element.iter(), range(30), strict=False)) >= 30:
        return ""
    return tree.squeeze(tree.text_of(element)[:2000])
