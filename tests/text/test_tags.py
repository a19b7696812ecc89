"""Overlong tags are reduced to their names, and nothing else is touched."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.reports import parse
from crawler.text.tags import LONGEST_TAG, tamed

REPORT = "<html><body><h1>某局2023年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>公开三条。</p>{}</body></html>"


def test_a_tag_with_endless_attributes_keeps_its_name_and_its_content() -> None:
    tag = "<div " + " ".join(f"a{number}=1" for number in range(100_000)) + ">文字</div>"
    assert tamed(tag) == "<div >文字</div>"


def test_a_page_with_such_a_tag_is_read() -> None:
    hostile = "<div " + " ".join(f"a{number}=1" for number in range(300_000)) + ">文字</div>"
    assert parse(REPORT.format(hostile)).year == 2023


@given(st.text(alphabet="<>ab c=\"'年报", max_size=400))
def test_ordinary_sources_stay_the_same_object(text: str) -> None:
    assert tamed(text) is text


def test_long_text_is_no_tag() -> None:
    text = "<p>" + "公开" * LONGEST_TAG + "</p>" + "a < b " * LONGEST_TAG
    assert tamed(text) == text
