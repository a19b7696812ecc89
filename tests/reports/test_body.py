"""The article's body in a page, without selectors per site."""

from __future__ import annotations

import pytest

from crawler.reports import body, tree
from tests.reports import pages
from tests.reports.pages import PROSE, heading, page, paragraphs


def text_of(html: str) -> str:
    found = tree.parse(html)
    assert found is not None
    return "\n".join(block.text for block in body.of_html(found.root).blocks)


CONTAINERS = [
    '<div class="TRS_Editor">{}</div>',
    '<div id="vsb_content_501"><div class="v_news_content">{}</div></div>',
    '<div id="zoom">{}</div>',
    "<UCAPCONTENT>{}</UCAPCONTENT>",
    '<table><tr><td class="GovInfoContent">{}</td></tr></table>',
    '<div class="news_cont_d_wrap">{}</div>',
    '<div class="something-nobody-knows"><div><div>{}</div></div></div>',
    "<table><tr><td><table><tr><td>{}</td></tr></table></td></tr></table>",
    "{}",
]


@pytest.mark.parametrize("container", CONTAINERS)
def test_the_report_is_found_in_any_container(container: str) -> None:
    found = text_of(page(container.format(pages.body())))
    assert found.startswith(heading(0)) or found.startswith(pages.TITLE) or heading(0) in found.split("\n")[:6]
    assert "清河县水务局\n2024年1月15日" in found
    assert "主办单位" not in found
    assert "互动交流" not in found


def test_the_preamble_inside_the_container_is_kept() -> None:
    article = f'<div class="article-content"><p>现公布有关情况。</p><div>{pages.body()}</div></div>'
    assert text_of(page(article)).startswith("现公布有关情况。")


def test_prose_without_statutory_headings_is_found_by_container_or_density() -> None:
    prose = paragraphs(*[PROSE] * 5)
    for article in (f'<div class="TRS_Editor">{prose}</div>', f"<div><div>{prose}</div></div>"):
        assert text_of(page(article)).split("\n") == [PROSE] * 5


def test_share_bars_and_related_links_stay_out() -> None:
    before = '<div class="TRS_Editor"><p>【打印】</p><p>字体：大 中 小</p>'
    after = '<p>上一篇：<a href="x">甲</a></p><p>相关文章</p><p><a href="y">乙县水务局年报解读</a></p></div>'
    found = text_of(page(pages.body(), before=before, after=after))
    assert "打印" not in found
    assert "相关文章" not in found
    assert "乙县" not in found


def test_an_encyclopedia_tail_is_cut_even_with_long_entries() -> None:
    text = f"{pages.plain()}\n相关词条\n清河县\n清河县是一个县。{PROSE * 3}\n热门词条\n联系我们"
    found = body.of_text(text)
    assert found.blocks[-1].text == PROSE
    assert all("词条" not in block.text for block in found.blocks)


def test_the_words_of_a_tail_inside_the_report_cut_nothing() -> None:
    lines = [heading(0), "联系我们", PROSE, *(line for at in range(1, 6) for line in (heading(at), PROSE))]
    assert len(body.of_text("\n".join(lines)).blocks) == len(lines)


@pytest.mark.parametrize("source", [pages.plain(), page(pages.body()), pages.plain(numbers=False)])
def test_a_report_looks_like_one(source: str) -> None:
    assert body.looks_like_report(source)


def test_other_pages_do_not() -> None:
    rows = "".join(
        f'<li><a href="/t{year}.htm">清河县水务局{year}年政府信息公开工作年度报告</a><span>{year + 1}-01-20</span></li>'
        for year in range(2015, 2024)
    )
    assert not body.looks_like_report(page(f"<ul>{rows}</ul>"))
    menu = "".join(f'<li><a href="#{at}">{heading(at)}</a></li>' for at in range(6))
    assert not body.looks_like_report(page(f"<ul>{menu}</ul>"))
    listed = "、".join(pages.SECTIONS)
    assert not body.looks_like_report(f"关于报送年度报告的通知\n请按照{listed}六个部分编写。\n{PROSE}")
    assert not body.looks_like_report("")


def test_a_page_without_text_gives_an_empty_body() -> None:
    found = tree.parse("<html><head><title>x</title></head><body></body></html>")
    assert found is not None
    assert body.of_html(found.root).blocks == ()


def test_a_page_of_menus_only_is_read_whole_at_most() -> None:
    found = tree.parse(page(""))
    assert found is not None
    assert body.of_html(found.root).how in ("page", "density", "container")


def test_bodies_are_bounded() -> None:
    found = body.of_text("字\n" * (body.MAX_BLOCKS + 10))
    assert found.cut
    assert len(found.blocks) == body.MAX_BLOCKS
