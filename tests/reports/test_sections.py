"""Sections: numbered in every way, in one paragraph, with a list inside, with a heading missing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reports import blocks, headings, sections, textgrids, tree
from crawler.reports.sections import Node, Outline
from tests.reports.pages import IDS, NUMERALS, PROSE, SECTIONS, T2, body, heading, paragraphs


def outline(source: str) -> Outline:
    if "<" in source:
        page = tree.parse(source)
        assert page is not None
        return sections.outline(textgrids.regroup(blocks.from_html(page.root)))
    return sections.outline(textgrids.regroup(blocks.from_text(source)))


def heads(source: str) -> list[str]:
    return [node.heading for node in outline(source).nodes]


def ids(source: str) -> list[str | None]:
    return [node.id for node in outline(source).nodes]


def subs(node: Node) -> list[str]:
    return [child.heading for child in node.children]


NUMBERINGS = {
    "cn": lambda at: f"{NUMERALS[at]}、",
    "cn dot": lambda at: f"{NUMERALS[at]}．",
    "paren": lambda at: f"（{NUMERALS[at]}）",
    "half paren": lambda at: f"({NUMERALS[at]})",
    "arabic": lambda at: f"{at + 1}、",
    "arabic dot": lambda at: f"{at + 1}.",
    "part": lambda at: f"第{NUMERALS[at]}部分 ",
    "none": lambda at: "",
    "twice one": lambda at: f"{NUMERALS[max(at - 1, 0)]}、",
    "third missing": lambda at: "" if at == 2 else f"{NUMERALS[at]}、",
    "numeral on its own line": lambda at: f"{NUMERALS[at]}、\n",
}


@pytest.mark.parametrize("numbering", NUMBERINGS)
def test_all_numberings(numbering: str) -> None:
    mark = NUMBERINGS[numbering]
    text = "\n".join(f"{mark(at)}{name}\n{PROSE}" for at, name in enumerate(SECTIONS))
    assert ids(text) == list(IDS)


@pytest.mark.parametrize("joint", ["。", "：", " ", "  2023年，", "2023年，"])
def test_heading_and_text_in_one_line(joint: str) -> None:
    text = "\n".join(f"{heading(at)}{joint}{PROSE}" for at in range(6))
    found = outline(text)
    assert [node.id for node in found.nodes] == list(IDS)
    assert heads(text)[:2] == ["一、总体情况", "二、主动公开政府信息情况"]
    assert all(PROSE in node.lines[0] for node in found.nodes)


def test_everything_in_one_paragraph() -> None:
    text = " ".join(
        f"{heading(at)} 2021年,{PROSE}" + (f" (一)主动公开情况。{PROSE} (二)依申请公开情况。{PROSE}" if at == 0 else "")
        for at in range(6)
    )
    found = outline(f"根据条例编制本报告。 {text}")
    assert [node.id for node in found.nodes] == list(IDS)
    assert subs(found.nodes[0]) == ["（一）主动公开情况", "（二）依申请公开情况"]
    assert found.preamble == ("根据条例编制本报告。",)


def test_sub_sections_of_two_levels() -> None:
    text = (
        f"{heading(0)}\n{PROSE}\n（一）主动公开\n{PROSE}\n1.网站\n{PROSE}\n2.微博"
        f"\n{PROSE}\n（二）依申请公开。{PROSE}\n{heading(1)}\n{PROSE}"
    )
    first = outline(text).nodes[0]
    assert subs(first) == ["（一）主动公开", "（二）依申请公开"]
    assert subs(first.children[0]) == ["1.网站", "2.微博"]
    assert first.children[1].lines == [PROSE]


def test_a_numbered_list_of_sentences_is_no_sub_section() -> None:
    items = "\n".join(
        f"{n}.在门户网站第{n}个栏目及时公开本单位的机构职责、联系方式和办公地址等各类应当主动公开的政府信息内容。"
        for n in (1, 2, 3)
    )
    text = f"{heading(0)}\n（一）主动公开\n{PROSE}\n{items}\n{heading(1)}\n{PROSE}"
    first = outline(text).nodes[0]
    assert first.children[0].children == []
    assert len(first.children[0].lines) == 4


def test_firstly_and_secondly_are_prose() -> None:
    text = "\n".join(f"{heading(at)}\n一是加强领导。{PROSE}\n二是抓好落实。\n三是强化监督。" for at in range(6))
    found = outline(text)
    assert [node.id for node in found.nodes] == list(IDS)
    assert all(not node.children for node in found.nodes)


def test_a_list_of_sentences_with_section_numerals_is_prose() -> None:
    lines = (
        "一、今年以来，我单位认真贯彻落实各项部署，切实加强组织领导，全面完成了各项任务。\n二、全年"
        "公布各类文件一百余件，其中计划类二十件，总结类三十件，其余均为动态类。"
    )
    text = f"{heading(0)}\n{lines}\n{heading(1)}\n{PROSE}\n{heading(2)}\n{PROSE}"
    assert heads(text) == [heading(0), heading(1), heading(2)]


def test_numerals_that_start_again_inside_a_section_are_its_sub_sections() -> None:
    text = "\n".join(
        f"{heading(at)}\n{PROSE}" + (f"\n一、存在的主要问题\n{PROSE}\n二、改进措施\n{PROSE}" if at == 4 else "")
        for at in range(6)
    )
    found = outline(text)
    assert [node.id for node in found.nodes] == list(IDS)
    assert subs(found.nodes[4]) == ["一、存在的主要问题", "二、改进措施"]


def test_seven_sections_keep_their_order_and_share_an_id() -> None:
    names = [*SECTIONS[:4], "存在的问题", "改进措施", SECTIONS[5]]
    text = "\n".join(f"{heading(at, name)}\n{PROSE}" for at, name in enumerate(names))
    assert ids(text) == ["overview", "proactive", "requests", "review", "problems", "problems", "other"]


def test_the_sections_of_the_2014_form() -> None:
    names = [
        "概述",
        "主动公开政府信息情况",
        "依申请公开政府信息情况",
        "政府信息公开的收费及减免情况",
        "因政府信息公开申请行政复议、提起行政诉讼的情况",
        "存在的主要问题和改进措施",
        "其他需要说明的事项",
    ]
    text = "\n".join(f"{heading(at, name)}\n{PROSE}" for at, name in enumerate(names))
    assert ids(text) == ["overview", "proactive", "requests", "fees", "review", "problems", "other"]


@pytest.mark.parametrize(
    "wording",
    ["我局政府信息公开总体情况", "工作概述", "信息公开总体情况", "基本情况", "2023年度总体情况", "总体 情况："],
)
def test_wordings_of_the_first_heading(wording: str) -> None:
    assert headings.match(f"一、{wording}").id == "overview"


def test_a_table_of_contents_is_not_the_report() -> None:
    listed = "\n".join(heading(at) for at in range(6))
    text = f"目录\n{listed}\n{PROSE}\n" + "\n".join(f"{heading(at)}\n{PROSE}" for at in range(6))
    found = outline(text)
    assert [node.id for node in found.nodes] == list(IDS)
    assert all(node.lines == [PROSE] for node in found.nodes)


@pytest.mark.parametrize("comma", ["；", "、", "，", ","])
def test_the_preamble_may_list_the_parts(comma: str) -> None:
    listed = comma.join(heading(at) for at in range(6))
    text = f"本报告由 {listed}{comma}共六部分组成。\n" + "\n".join(f"{heading(at)}\n{PROSE}" for at in range(6))
    assert [node.lines for node in outline(text).nodes] == [[PROSE]] * 6
    text = "本报告由总体情况、主动公开政府信息情况、存在的问题等部分组成。\n" + "\n".join(
        f"{heading(at)}\n{PROSE}" for at in range(6)
    )
    assert len(outline(text).nodes) == 6


def test_the_first_heading_may_be_missing() -> None:
    text = f"现将有关情况总结如下：\n{PROSE}{PROSE}\n（一）平台建设\n{PROSE}\n" + "\n".join(
        f"{heading(at)}\n{PROSE}" for at in range(1, 6)
    )
    found = outline(text)
    assert [node.id for node in found.nodes] == list(IDS)
    assert (found.nodes[0].implied, found.nodes[0].num, subs(found.nodes[0])) == (True, "", ["（一）平台建设"])
    assert found.preamble == ()


def test_a_preamble_before_section_one_is_no_section() -> None:
    found = outline(f"{PROSE}{PROSE}\n" + "\n".join(f"{heading(at)}\n{PROSE}" for at in range(6)))
    assert len(found.nodes) == 6
    assert len(found.preamble) == 1


def test_the_signature_is_no_part_of_the_last_section() -> None:
    found = outline("\n".join(f"{heading(at)}\n{PROSE}" for at in range(6)) + "\n清河县水务局\n2024年1月15日")
    assert found.nodes[-1].lines == [PROSE]


def test_rows_of_the_requests_table_are_no_headings() -> None:
    text = (
        f"{heading(2)}\n一、本年新收政府信息公开申请数量\n二、上年结转政府信息公开申请数量"
        f"\n三、本年度办理结果\n四、结转下年度继续办理\n{heading(3)}\n{PROSE}"
    )
    assert heads(text) == [heading(2), heading(3)]


def test_references_to_articles_do_not_cut_a_paragraph() -> None:
    text = f"{heading(0)}\n按照第二十条第（一）项、第（二）项的规定，{PROSE}（三）是错的。\n{heading(1)}\n{PROSE}"
    assert outline(text).nodes[0].children == []


def test_navigation_links_are_no_headings() -> None:
    menu = "<ul>" + "".join(f'<li><a href="#{at}">{heading(at)}</a></li>' for at in range(6)) + "</ul>"
    found = outline(f"<div>{menu}{body()}</div>")
    assert [node.id for node in found.nodes] == list(IDS)
    assert found.nodes[0].lines == [PROSE]


def test_tables_stand_in_their_sections() -> None:
    nodes = outline(f"<div>{body()}</div>").nodes
    assert [node.grids for node in nodes] == [[], [0], [], [1], [], []]
    frozen = sections.freeze(nodes, {0: ("t2",), 1: ("t4",)})
    assert [section.tables for section in frozen] == [(), ("t2",), (), ("t4",), (), ()]


@pytest.mark.parametrize(
    ("inner", "carrier"),
    [
        ('<p><img src="/t2.png"></p>', "image"),
        ("<p>详见附件。</p>", "attachment"),
        ('<p><a href="t2.xlsx">情况表</a></p>', "attachment"),
        (f"<p>{PROSE}</p>", None),
        (T2, None),
    ],
)
def test_a_section_says_where_its_table_is(inner: str, carrier: str | None) -> None:
    html = f"<div>{paragraphs(heading(0), PROSE)}<p>{heading(1)}</p>{inner}{paragraphs(heading(2), PROSE)}</div>"
    assert sections.freeze(outline(html).nodes, {})[1].carrier == carrier


def test_prose_without_headings_has_no_sections() -> None:
    assert outline(f"{PROSE}\n{PROSE}").nodes == ()


@pytest.mark.parametrize(
    ("line", "scheme", "number", "rest"),
    [
        ("一、总体情况", "cn", 1, "总体情况"),
        ("十二、其他", "cn", 12, "其他"),
        ("（二）依申请", "paren", 2, "依申请"),
        ("(三) 平台", "paren", 3, "平台"),
        ("1.网站", "arabic", 1, "网站"),
        ("12、微博", "arabic", 12, "微博"),
        ("（4）其他", "aparen", 4, "其他"),
        ("第三部分 其他", "part", 3, "其他"),
    ],
)
def test_numerals(line: str, scheme: str, number: int, rest: str) -> None:
    found = headings.numeral(line)
    assert found is not None
    assert (found.scheme, found.number, found.rest) == (scheme, number, rest)


@pytest.mark.parametrize("line", ["一是加强领导", "2023年工作", "1.5万件", "二季度", "", "（一", "总体情况", "一、"])
def test_no_numerals(line: str) -> None:
    assert headings.numeral(line) is None


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([*(heading(n) for n in range(6)), PROSE, "（一）甲", "1.乙", "一、丙", "三、", "附件"]),
        max_size=25,
    )
)
def test_nothing_is_lost_or_doubled(lines: list[str]) -> None:
    found = outline("\n".join(lines))
    kept = [*found.preamble, *(text for node in found.nodes for text in [node.heading, *node.every_line()])]
    assert kept.count(PROSE) == lines.count(PROSE)
    assert "".join(kept).count("丙") == lines.count("一、丙")
