"""Readings that hide characters which vanished without a trace."""

from __future__ import annotations

import pytest

from crawler.text import gbk, hidden, lexicon


def certain(restored: str, *, before: str = "\n", behind: str = "\n", swallowed: bool = False, effort: int = 0) -> bool:
    left = hidden.Effort(effort) if effort else None
    return hidden.certain(before, restored, behind, swallowed=swallowed, model=lexicon.model(), effort=left)


def trace(text: str) -> str:
    """What stands of a text read one byte off."""
    data = text.encode("gbk")[1:-1]
    pairs = zip(data[::2], data[1::2], strict=True)
    return "".join(bytes(pair).decode("gbk") for pair in pairs if pair[1] not in gbk.VANISHED.get(pair[0], gbk.NONE))


def test_two_texts_may_leave_the_same() -> None:
    assert trace("主动公开工作") == trace("主动工作")
    assert not certain("　主动工作")


@pytest.mark.parametrize("text", ["　规章制度", "　平台建设", "　总体情况"])
def test_pairs_that_stand_prove_that_nothing_is_between(text: str) -> None:
    assert certain(text)


def test_a_swallowed_end_may_hide_more() -> None:
    assert not certain("供", swallowed=True)
    assert not certain("予以提供", behind="<", swallowed=True)


def test_effort_is_bounded() -> None:
    assert not certain("　主动公开政府信息情况", effort=1)
    left = hidden.Effort(50)
    left.take(50)
    with pytest.raises(hidden.Spent):
        left.take(1)
