"""Readings that hide a sign which vanished without a trace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import gbk, hidden


def trace(text: str) -> str:
    """What stands of a text read one byte off."""
    data = text.encode("gbk")[1:-1]
    pairs = zip(data[::2], data[1::2], strict=True)
    return "".join(bytes(pair).decode("gbk") for pair in pairs if pair[1] not in gbk.VANISHED.get(pair[0], gbk.NONE))


def changed(text: str) -> set[str]:
    return {text[:place] + sign + text[place + less :] for place, sign, less in hidden.variants(text)}


def test_two_texts_may_leave_the_same() -> None:
    assert trace("主动公开工作") == trace("主动工作")
    assert trace("，不斷提升") == trace("不斷提升")


def test_a_comma_may_have_stood_before_the_run_or_not() -> None:
    assert "，不斷提升" in changed("不斷提升")
    assert "不斷提升" in changed("，不斷提升")


@pytest.mark.parametrize("text", ["文書依法保障", "文書，依法保障"])
def test_a_comma_within(text: str) -> None:
    assert changed(text) & {"文書依法保障", "文書，依法保障"}


HIGH = [char for char in "政府信息公開，。、不斷提升文書依法保障的了（）“”業務辦" if char.encode("gbk")[1] >= 0x80]


@given(st.text(alphabet=HIGH, min_size=2, max_size=12))
def test_every_change_leaves_the_same(text: str) -> None:
    for other in changed(text):
        if other:
            assert trace(other) == trace(text)
