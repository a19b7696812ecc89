"""Pages taken apart into blocks: paragraphs, headings, tables with bounded spans, images, attachment links."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reports import blocks, textgrids, tree
from crawler.reports.blocks import Block
from crawler.reports.grids import Grid
from crawler.reports.htmltables import MAX_COLS
from tests.reports import pages


def read(html: str) -> list[Block]:
    page = tree.parse(html)
    assert page is not None
    return textgrids.regroup(blocks.from_html(page.root))


def texts(html: str) -> list[str]:
    return [block.text for block in read(html) if block.text]


def only_grid(html: str) -> Grid:
    (grid,) = blocks.grids(read(html))
    return grid


def cells(grid: Grid) -> list[list[str]]:
    return [[cell.text for cell in row] for row in grid.rows]


def test_paragraphs_breaks_and_headings() -> None:
    html = "<div>甲<br>乙<p>丙<span>丁</span></p><h2>戊</h2>己</div><script>坏</script><style>坏</style>"
    assert texts(html) == ["甲", "乙", "丙丁", "戊", "己"]
    assert [block.level for block in read(html)] == [0, 0, 0, 2, 0]


def test_source_line_breaks_inside_a_word_go_and_blanks_collapse() -> None:
    assert texts("<p>政府\n   信息\n公开 &nbsp; 2023\n年</p>") == ["政府信息公开 2023 年"]


def test_word_markup() -> None:
    html = (
        "<p class=MsoNormal><o:p></o:p><span lang=EN-US>2023</span><st1:chsdate>年</st1:chsdate><o:p>&nbsp;</o:p></p>"
    )
    assert texts(html) == ["2023年"]


def test_links_are_told_from_text() -> None:
    found = read('<ul><li><a href="/a.htm">上级文件</a></li></ul><p>正文<a href="/b.htm">链接</a></p>')
    assert [(block.text, block.linked) for block in found] == [("上级文件", True), ("正文链接", False)]


def test_attachments_and_images() -> None:
    html = (
        '<p>附件：<a href="./P020240108.pdf">年报.pdf</a></p><p><img src="/t3.'
        'png" alt="表"><img src="/images/icon_pdf.gif"></p>'
    )
    found = [(block.kind, block.text, block.href) for block in read(html) if block.kind in ("link", "image")]
    assert found == [("link", "年报.pdf", "./P020240108.pdf"), ("image", "表", "/t3.png")]


def test_an_embedded_pdf_is_a_link() -> None:
    assert [b.href for b in read('<iframe src="/viewer.html?file=/a.pdf"></iframe><p>x</p>') if b.kind == "link"] == [
        "/viewer.html?file=/a.pdf"
    ]


def test_spans_are_expanded() -> None:
    grid = only_grid(
        "<table><tr><th rowspan=2>甲</th><td colspan=2>乙</td></tr><tr><td>1"
        "</td><td>2</td></tr><tr><td>丙</td></tr></table>"
    )
    places = [(cell.text, cell.row, cell.col, cell.rowspan, cell.colspan) for row in grid.rows for cell in row]
    assert places == [("甲", 0, 0, 2, 1), ("乙", 0, 1, 1, 2), ("1", 1, 1, 1, 1), ("2", 1, 2, 1, 1), ("丙", 2, 0, 1, 1)]
    assert grid.rows[0][0].header


@pytest.mark.parametrize("span", ["100000", "0", "-3", "abc", "", "2.5", "99999999999999999999"])
def test_absurd_spans_are_clipped(span: str) -> None:
    html = (
        f'<table><tr><td colspan="{span}" rowspan="{span}">规章</td><td>0</'
        f"td></tr><tr><td>a</td><td>1</td></tr></table>"
    )
    for row in only_grid(html).rows:
        for cell in row:
            assert 1 <= cell.colspan <= MAX_COLS
            assert 1 <= cell.rowspan <= 2
            assert cell.col < MAX_COLS


def test_rowspan_zero_reaches_to_the_end() -> None:
    grid = only_grid("<table><tr><td rowspan=0>三</td><td>1</td></tr><tr><td>2</td></tr><tr><td>3</td></tr></table>")
    assert [cell.col for row in grid.rows[1:] for cell in row] == [1, 1]


def test_a_label_broken_in_its_cell_is_one_label_and_a_broken_number_stays_apart() -> None:
    html = (
        "<table><tr><td>商业<br>企业</td><td><p>科研</p><p>机构</p></td></t"
        "r><tr><td>12<br>34</td><td>2</td></tr></table>"
    )
    assert cells(only_grid(html)) == [["商业企业", "科研机构"], ["12 34", "2"]]


def test_an_image_in_a_cell_is_told() -> None:
    grid = only_grid('<table><tr><td>甲</td><td><img src="1.png"></td></tr><tr><td>乙</td><td>0</td></tr></table>')
    assert [cell.image for cell in grid.rows[0]] == [False, True]


def test_an_article_inside_a_one_cell_table_is_walked() -> None:
    found = read(f"<table><tr><td>{pages.body()}</td></tr></table>")
    assert len(blocks.grids(found)) == 2
    assert pages.heading(0) in [block.text for block in found]


def test_layout_tables_three_deep() -> None:
    html = (
        f"<table><tr><td><table><tr><td>左</td><td><table><tr><td>"
        f"{pages.body()}</td></tr></table></td></tr></table></table>"
    )
    assert len(blocks.grids(read(html))) == 2


def test_one_table_for_the_whole_report_is_split_at_headings_and_prose() -> None:
    rows = [f'<tr><td colspan="4">{pages.heading(0)}</td></tr><tr><td colspan="4"><p>{pages.PROSE * 4}</p></td></tr>']
    rows.append(f'<tr><td colspan="4">{pages.heading(1)}</td></tr>')
    inner = pages.T2.removeprefix('<table border="1">').removesuffix("</table>")
    rows.append(
        inner + f'<tr><td colspan="4">{pages.heading(2)}</td></tr><tr><td colspan=4>{pages.PROSE * 4}</td></tr>'
    )
    found = read(f"<table>{''.join(rows)}</table>")
    assert [block.kind for block in found] == ["text", "text", "text", "grid", "text", "text"]
    assert found[3].grid is not None
    assert cells(found[3].grid)[0] == ["第二十条第（一）项"]


def test_the_caption_is_the_line_before() -> None:
    found = blocks.grids(read(pages.body()))
    assert [grid.caption for grid in found] == [pages.heading(1), pages.heading(3)]
    assert [grid.index for grid in found] == [0, 1]


# ------------------------------------------------------------------ text tables


def from_text(text: str) -> list[Block]:
    return textgrids.regroup(blocks.from_text(text))


PIPES = """二、主动公开政府信息情况

   | 第二十条第(一)项 |

   | 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |

   | 规章 | 0 |  | 0 |
   | 行政规范性文件 | 2 | 1 | 9 |

三、收到和处理政府信息公开申请情况"""


def test_pipe_rows_with_blank_lines_between() -> None:
    found = from_text(PIPES)
    assert [block.kind for block in found] == ["text", "grid", "text"]
    grid = found[1].grid
    assert grid is not None
    assert grid.kind == "pipe"
    assert cells(grid)[2] == ["规章", "0", "", "0"]


def test_markdown_rulers_and_headings_inside_the_rows() -> None:
    found = from_text(
        "| 二、主动公开政府信息情况 |\n|---|---|\n| 信息内容 | 本年制发件数 |\n| 规章 | 0 |\n| 三、本年度办理结果 | 1 |"
    )
    assert [block.kind for block in found] == ["text", "grid"]
    assert found[1].grid is not None
    assert len(found[1].grid.rows) == 3


def test_a_row_broken_inside_a_cell_is_joined() -> None:
    found = from_text("| 信息内容 | 本年制发\n件数 | 现行有效件数 |\n| 规章 | 0 | 3 |\n| 行政规范性文件 | 1 | 2 |")
    assert found[0].grid is not None
    assert cells(found[0].grid)[0] == ["信息内容", "本年制发 件数", "现行有效件数"]


def test_layout_noise_is_no_table() -> None:
    found = from_text(f"|\n{'|' * 300}\n某局2021年报告 | {'|' * 300}\n一、总体情况 2021年，{pages.PROSE} | {'|' * 300}")
    assert [block.kind for block in found] == ["text", "text"]
    assert found[0].text == "某局2021年报告"


def test_a_menu_with_pipes_stays_text() -> None:
    assert [block.kind for block in from_text("首页 | 政务公开 | 联系我们\n使用帮助 | 站点地图")] == ["text", "text"]


def test_tab_rows() -> None:
    found = from_text("规章\t0\t0\t10\n行政规范性文件\t3\t\t39")
    assert found[0].grid is not None
    assert (found[0].grid.kind, cells(found[0].grid)[1]) == ("tabs", ["行政规范性文件", "3", "", "39"])


def test_tabs_inside_prose_are_blanks() -> None:
    assert [block.text for block in from_text("总体\t情况良好，任务完成。")] == ["总体 情况良好，任务完成。"]


LINES = "第二十条第(一)项 信息内容 本年新制作数量 本年新 公开数量 对外公开 总数量 规章 0 0 10 规范性文件 3 3 39"
REQUEST_LINES = (
    "(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和) 申请人情"
    "况 自然人 总计 一、本年新收政府信息公开申请数量 52 59 "
    "二、上年结转政府信息公开申请数量 0 0 三、本年度办理结果 (一)予以公开 23 26 四、结转下年度继续办理 1 1"
)


def test_one_cell_per_line() -> None:
    text = "\n".join(
        [
            "二、主动公开政府信息情况",
            *LINES.split(),
            "三、收到和处理政府信息公开申请情况",
            *REQUEST_LINES.split(),
            "四、其他",
            pages.PROSE,
        ]
    )
    found = from_text(text)
    assert [block.kind for block in found] == ["text", "grid", "text", "grid", "text", "text"]
    assert found[1].grid is not None
    assert found[1].grid.kind == "lines"
    assert all(len(row) == 1 for row in found[1].grid.rows)
    assert found[3].grid is not None
    assert cells(found[3].grid)[-1] == ["1"]


def test_one_cell_per_paragraph_in_html() -> None:
    found = read(pages.paragraphs("二、主动公开政府信息情况", *LINES.split(), "三、收到", pages.PROSE))
    assert [block.kind for block in found] == ["text", "grid", "text", "text"]


def test_rows_of_the_2014_form_are_no_headings() -> None:
    rows = (
        "统计指标 单位 统计数 一、主动公开情况 —— —— （一）主动公开政府信息数 "
        "条 1203 四、行政复议数量 件 0 五、行政诉讼数量 件 0"
    )
    found = from_text("\n".join(rows.split()))
    assert [block.kind for block in found] == ["grid"]


def test_labels_without_numbers_stay_text() -> None:
    assert {block.kind for block in from_text("信息内容\n内容一\n内容二\n内容三")} == {"text"}


# ------------------------------------------------------------------ bad input


@pytest.mark.parametrize("tag", ["div", "font", "span", "table><tr><td", "ul><li", "b"])
def test_depth_never_loses_text(tag: str) -> None:
    page = tree.parse("<html><body><p>开头</p>" + f"<{tag}>" * 100_000 + "深处</body></html>")
    assert page is not None
    assert page.flattened
    found = "".join(block.text for block in blocks.from_html(page.root))
    assert "开头" in found
    assert "深处" in found


def test_hundreds_of_unclosed_inline_tags_do_not_cut_the_page() -> None:
    html = "".join(f"<p><font><span>第{n}段" for n in range(400)) + pages.body()
    found = read(html)
    assert len(blocks.grids(found)) == 2


def test_entities_from_outside_are_never_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("秘密", encoding="utf-8")
    html = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{secret}">]><html><body><p>&x;文字</p></body></html>'
    assert "文字" in "".join(texts(html))
    assert "秘密" not in "".join(texts(html))


def test_an_xml_declaration_is_no_obstacle() -> None:
    assert texts('<?xml version="1.0" encoding="gb2312"?><html><body><p>文字\x00\x0b尾</p></body></html>') == [
        "文字 尾"
    ]


@pytest.mark.parametrize("source", ["", "   ", "<!-- only a comment -->", "\x00"])
def test_nothing_is_nothing(source: str) -> None:
    page = tree.parse(source)
    assert page is None or blocks.from_html(page.root) == []


def test_pictures_inside_the_source_do_not_count() -> None:
    html = f'<p>甲<img src="data:image/png;base64,{"A" * 7_000_000}">乙</p>'
    page = tree.parse(html)
    assert page is not None
    assert not page.cut
    assert "".join(block.text for block in blocks.from_html(page.root)) == "甲乙"


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/=\"'pdivtablersn &#;一二、（）0|\n\t公开", max_size=400))
def test_no_source_breaks_it(source: str) -> None:
    page = tree.parse(source)
    if page is not None:
        textgrids.regroup(blocks.from_html(page.root))
    textgrids.regroup(blocks.from_text(source))
