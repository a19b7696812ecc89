"""Two states of a text, compared for people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.text import repair
from crawler.text.changes import Change, changes


def test_passages_between_tags_with_their_lines() -> None:
    before = "<p>总体情况</p>\n<p>根據(jù)條例，收到申請五件</p>\n<p>六件</p>"
    found = list(changes(before, repair(before).text))
    assert found == [Change(2, "根據(jù)條例，收到申請五件", "根据条例，收到申请五件")]


def test_a_line_that_is_gone() -> None:
    assert list(changes("甲\n乙\n丙", "甲\n丙")) == [Change(2, "乙\n", "")]


def test_equal_texts_have_none() -> None:
    assert not list(changes("甲" * 100_000, "甲" * 100_000))


@given(before=st.text("甲乙<p>\n", max_size=60), after=st.text("甲乙<p>\n", max_size=60))
def test_changes_lead_from_one_to_the_other(before: str, after: str) -> None:
    found = list(changes(before, after))
    assert bool(found) == (before != after)
    # What stands in no change stands in both.
    assert len(before) - sum(len(change.before) for change in found) == len(after) - sum(
        len(change.after) for change in found
    )
