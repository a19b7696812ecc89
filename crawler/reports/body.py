"""The article's body in a page: found by what a report looks like first, by known containers second, by prose
density last.

No selectors per site. Containers of the CMS families (portal-families 1.5, 1.6, 2.6, 3.4, 4.3, 5.4, 6.6, 7.5, 8.1)
are a clue only: an agency that moves to another template must not lose its reports.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import cast

import lxml.etree as etree

from crawler.reports import headings, textgrids, tree, unseen
from crawler.reports.blocks import MAX_BLOCKS, Block, from_html, from_text, grids, too_many
from crawler.reports.signs import MOST_ELEMENTS, is_form, named_sections, sections_of, signs
from crawler.reports.tree import Element

_KNOWN_ID = re.compile(
    r"^(?:zoom|zoomcon|UCAP-CONTENT|mainText|font_size|ivs_content|vsb_content\w*|zhengwen|fontzoom|artibody|"
    r"article-?content|article-?body|content_?body|newscontent|infocontent|js_content)$",
    re.I,
)
_KNOWN_CLASS = re.compile(
    r"(?:^|\s)(?:TRS_Editor|trs_editor_view|TRS_UEDITOR|TRS_PreAppend|article[-_]content\w*|Article_content|"
    r"news_cont_d_wrap|tyxxy_main|content_body_box|GovInfoContent|v_news_content|artile_zw|main-txt|zc_article_con|"
    r"wzzw-article|Three_xilan_07|detail-news|j-fontContent|wzcon|newscontnet|h_dl_c|ewb-article-info|article-info|"
    r"pages_content|bt-article-02|xxgk_content|view)(?=\s|$)"
)
_KNOWN_TAG = frozenset({"ucapcontent"})
_CLUTTER = re.compile(
    r"^(?:字体?[：:]?\s?[\[【(（]?\s?(?:大|小)|【?(?:打印|关闭|收藏|分享|返回)|分享到|浏览(?:次数|量)|阅读(?:次数|量)|点击(?:数|率|收听)|"
    r"当前位置|您(?:的|现在的|当前的?)?位置|首页\s?[>＞»]|上一[篇条]|下一[篇条]|扫一扫|返回顶部|附件下载$|相关(?:链接|附件)[：:]?$|文件下载$|"
    r"(?:微信|微博|QQ空间|全真版|文字版|无障碍|长者模式|打印本页|关闭窗口|加入收藏|信息来源[：:]?$))"
)
_TAIL = re.compile(
    r"^[【\[]?(?:相关(?:词条|文章|新闻|阅读|信息|推荐|稿件|报道|解读|内容|附件|文件)|热门(?:词条|文章|推荐|搜索|新闻)|联[系络]我们|延伸阅读|"
    r"推荐阅读|猜你喜欢|参考资料|词条(?:图册|标签|统计)|上一[篇条]|下一[篇条]|扫一扫|分享到|版权所有|主办单位|主办[：:]|承办单位|"
    r"网站(?:标识码|地图|声明)|技术支持|关于我们|友情链接|责任编辑|编辑[：:]|打印本?[页文]|关闭(?:窗口|本页)?|返回(?:顶部|列表|首页)|"
    r"您是第|浏览次数|评论|网友评论|Copyright|©|备案号|[\u4e00-\u9fff]ICP备|[\u4e00-\u9fff]公网安备|使用帮助|隐私保护|站点地图)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a page as blocks, tables grouped and numbered. `how` says which clue found it.

    `cut` tells that it had more than `MAX_BLOCKS` lines and tables, of which the first were kept.
    """

    blocks: tuple[Block, ...]
    how: str
    element: Element | None = None
    cut: bool = False


def of_text(text: str) -> Body:
    """The body of a plain text: all of it but its tail."""
    return _body(from_text(text), "text")


def of_html(root: Element) -> Body:
    """The body of a page."""
    found = _report_element(root)
    how = "report"
    if found is None:
        found, how = _container(root), "container"
    if found is None:
        found, how = _densest(root), "density"
    if found is None:
        found, how = root, "page"
    return _body(from_html(found), how, found)


def _body(blocks: list[Block], how: str, element: Element | None = None) -> Body:
    kept = _trim(textgrids.regroup(blocks[:MAX_BLOCKS]))
    return Body(tuple(kept), how, element, cut=too_many(blocks))


def looks_like_report(text_or_html: str) -> bool:
    """True when a page or text is itself an annual report: at least four of the six fixed sections, or two and a table.

    A column page that lists reports says their titles, not their headings; link text never counts.
    """
    page = tree.parse(text_or_html) if tree.looks_like_html(text_or_html) else None
    if page is not None:
        unseen.settle(page)
    found = from_html(page.root) if page else from_text(tree.bounded(text_or_html)[0])
    blocks = textgrids.regroup(found[:MAX_BLOCKS])
    named = named_sections(blocks)
    return len(named) >= 4 or (len(named) >= 2 and any(is_form(grid) for grid in grids(blocks)))


# ------------------------------------------------------------------ finding the element


def _report_element(root: Element) -> Element | None:
    """The smallest element around all section headings and statutory tables, or the known container around that."""
    found = signs(root)
    if found.count < 3:
        return None
    common = _common(found.anchors)
    for parent in (common, *common.iterancestors()):
        if parent.tag not in ("table", "tbody", "thead", "tr", "p", "span", "strong", "font"):
            return _known_around(parent)
    return common


def _common(elements: Sequence[Element]) -> Element:
    """Lowest common ancestor (or the element itself)."""
    path = _path(elements[0])
    for element in elements[1:]:
        other = _path(element)
        length = next((n for n, (a, b) in enumerate(zip(path, other, strict=False)) if a is not b), None)
        path = path[: min(len(path), len(other)) if length is None else length]
    return path[-1]


def _path(element: Element) -> list[Element]:
    return [*reversed(list(element.iterancestors())), element]


def _is_known(element: Element) -> bool:
    return (
        element.tag in _KNOWN_TAG
        or _KNOWN_ID.match(element.get("id") or "") is not None
        or _KNOWN_CLASS.search(element.get("class") or "") is not None
    )


def _known_around(element: Element) -> Element:
    """The nearest known container around an element when it adds little (preamble, signature), else the element."""
    size = len(tree.text_of(element))
    for parent in (element, *element.iterancestors()):
        if _is_known(parent) and len(tree.text_of(parent)) <= size * 1.6 + 1500:
            return parent
    return element


def _container(root: Element) -> Element | None:
    """The known container with the most prose; an inner one when it holds nearly all of an outer one."""
    best: Element | None = None
    most, left = 0, _MOST_READ
    for element in cast(list[Element], _NAMED(root)):
        if left > 0 and _is_known(element):
            size, read = _prose(element)
            left -= read
            if size > most or (best is not None and size >= most * 0.8 and best in element.iterancestors()):
                best, most = element, max(size, most)
    return best if most >= 10 or (best is not None and next(best.iter("img", "a"), None) is not None) else None


_NAMED = etree.XPath("//*[@id or @class or self::ucapcontent]")
_MOST_READ = 20_000_000
"""Characters of known containers that are weighed; hundreds of them in one another hold each text again."""


def _prose(element: Element) -> tuple[int, int]:
    """Length of the text that is not link text, and how much was read for it."""
    linked = sum(len(tree.squeeze(tree.text_of(link))) for link in element.iter("a"))
    text = tree.text_of(element)
    return len(tree.squeeze(text)) - linked, len(text)


def _densest(root: Element) -> Element | None:
    """The element under which most sentences stand (parents count in full, grandparents half)."""
    scores: dict[Element, float] = {}
    for element in islice(root.iter("p", "td", "div", "pre", "br"), MOST_ELEMENTS):
        text = (element.tail if element.tag == "br" else _direct(element) if len(element) else element.text) or ""
        if len(text) < 20:
            continue
        weight = len(text.strip()) if re.search(r"[。，；,]", text) else 0
        parent = element.getparent()
        if weight < 20 or parent is None:
            continue
        if element.tag in ("td", "div", "pre"):
            scores[element] = scores.get(element, 0.0) + weight
        scores[parent] = scores.get(parent, 0.0) + weight
        above = parent.getparent()
        if above is not None:
            scores[above] = scores.get(above, 0.0) + weight / 2
    return max(scores, key=lambda element: scores[element]) if scores else None


def _direct(element: Element) -> str:
    """Text of an element and of the inline elements in it."""
    parts = [element.text or ""]
    for child in element:
        if child.tag in ("span", "font", "b", "strong", "em", "i", "u", "a"):
            parts.append("".join(etree.ElementTextIterator(child)) if child.tag != "a" else "")
        parts.append(child.tail or "")
    return "".join(parts)


# ------------------------------------------------------------------ head and tail


def _trim(blocks: Sequence[Block]) -> list[Block]:
    """The blocks without the page's own words around the article (share bars, related links, footers)."""
    kept = [
        block for block in blocks if not (block.kind == "text" and _CLUTTER.match(block.text) and len(block.text) < 40)
    ]
    return _without_menu(kept[: _tail_start(kept)])


def _without_menu(blocks: list[Block]) -> list[Block]:
    """The blocks without short links before the article: where a page has no containers, its menu stands there."""
    first = next((at for at, block in enumerate(blocks) if block.grid or sections_of(block.text)), len(blocks))
    menu = {at for at in range(first) if blocks[at].linked and len(blocks[at].text) <= 30}
    return [block for at, block in enumerate(blocks) if at not in menu]


def _tail_start(blocks: Sequence[Block]) -> int:
    """Index of the first block of the tail: a mark such as 相关词条 behind the last heading, table or long paragraph.

    What follows a mark may be long (an encyclopedia describes its related entries), so the search starts at the last
    section heading; before it nothing is ever cut.
    """
    anchor = 0
    for at, block in enumerate(blocks):
        if block.grid is not None or (block.kind in ("text", "heading") and _is_heading(block)):
            anchor = at
    for at in range(anchor + 1, len(blocks)):
        block = blocks[at]
        if block.kind in ("text", "heading") and len(block.text) <= 60 and _TAIL.match(block.text):
            return at
    return len(blocks)


def _is_heading(block: Block) -> bool:
    number = headings.numeral(block.text)
    return not block.linked and number is not None and number.scheme in ("cn", "paren") and len(block.text) < 60
