"""Headings lost in mid-report: the statutory table tells where its section begins."""

from __future__ import annotations

import pytest

from crawler.reports import formats, headings, parse
from crawler.reports.model import Section
from tests.reports import forms
from tests.reports.gridlib import as_html
from tests.reports.pages import PROSE, T2, T4, heading, page, paragraphs

FORM = formats.load()["fmt2021"]
_T3 = FORM.table("t3")
assert _T3
T3 = as_html(forms.t3_rows(FORM, dict.fromkeys(_T3.addresses(), "0"), [*forms.KINDS, "total"]))
TABLES = {1: T2, 2: T3, 3: T4}


def article(*lost: int, marks: str = "", between: str = "") -> str:
    """A report without the headings of some sections; `between` stands above each table."""
    parts = []
    for at in range(6):
        head = "" if at in lost else f"<p>{heading(at) if not marks else marks[at] + heading(at)[1:]}</p>"
        parts.append(head + (between + TABLES[at] if at in TABLES else paragraphs(PROSE)))
    return "".join(parts)


def sections(body: str) -> tuple[Section, ...]:
    return parse(page(f'<div class="TRS_Editor">{body}</div>')).sections


def shown(found: tuple[Section, ...]) -> list[tuple[str | None, tuple[str, ...], bool]]:
    return [(section.id, section.tables, section.implied) for section in found]


WHOLE = [
    ("overview", (), False),
    ("proactive", ("t2",), False),
    ("requests", ("t3",), False),
    ("review", ("t4",), False),
    ("problems", (), False),
    ("other", (), False),
]


@pytest.mark.parametrize("lost", [(1,), (2,), (3,), (1, 2), (2, 3), (1, 2, 3), ()])
def test_a_lost_heading(lost: tuple[int, ...]) -> None:
    wanted = [(name, tables, at in lost) for at, (name, tables, _) in enumerate(WHOLE)]
    found = sections(article(*lost))
    assert shown(found) == wanted
    assert all((found[at].num, found[at].heading) == ("", "") for at in lost)


def test_numbers_that_close_the_gap_tell_nothing_else() -> None:
    assert shown(sections(article(2, marks="一二三三四五")))[2] == ("requests", ("t3",), True)


def test_text_behind_the_table_is_the_lost_section_s_and_text_before_is_not() -> None:
    found = sections(article(2).replace(T3, paragraphs("表前一句。") + T3 + paragraphs("表后一句。")))
    assert (found[1].text, found[2].text) == ("表前一句。", "表后一句。")


def test_the_title_of_the_table_opens_its_section() -> None:
    found = sections(article(2).replace(T3, paragraphs("依申请公开情况") + T3))
    assert shown(found)[2] == ("requests", ("t3",), True)
    assert (found[1].text, found[2].text) == ("", "依申请公开情况")


def test_sub_headings_above_belong_to_the_printed_section() -> None:
    found = sections(article(1).replace(T2, paragraphs("（一）主动公开", PROSE, "（二）监督保障", PROSE) + T2))
    assert [child.heading for child in found[0].subsections] == ["（一）主动公开", "（二）监督保障"]
    assert shown(found)[1] == ("proactive", ("t2",), True)


@pytest.mark.parametrize(
    "body",
    [
        article(2).replace("主动公开政府信息情况", "主动公开和依申请公开情况"),
        article(2).replace(T3, paragraphs("（一）规章制度", PROSE, "（二）依申请公开", PROSE) + T3),
        article(2).replace(T3, paragraphs("（一）规章制度", PROSE) + T3 + paragraphs("（二）平台建设", PROSE)),
        article(2).replace("主动公开政府信息情况", "年度十件大事"),
    ],
    ids=["a heading for both", "a sub-section for it", "the section goes on", "a section no form knows"],
)
def test_what_may_belong_where_it_stands_stays(body: str) -> None:
    found = sections(body)
    assert not any(section.implied for section in found)
    assert ("t2", "t3") in [section.tables for section in found]


def test_tables_in_an_annex_open_no_sections() -> None:
    body = "".join(f"<p>{heading(at)}</p>{paragraphs(PROSE)}" for at in (0, 4, 5)) + T2 + T3 + T4
    assert shown(sections(body)) == [WHOLE[0], WHOLE[4], ("other", ("t2", "t3", "t4"), False)]


def test_the_order_of_sections_is_that_of_the_forms() -> None:
    assert headings.follows("proactive", "requests")
    assert headings.follows("fees", "review")
    assert not headings.follows("review", "requests")
    assert not headings.follows("fees", "nothing")
