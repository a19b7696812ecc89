"""Two states of a text, compared for people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.text import repair
from crawler.text.changes import Change, changes


def test_passages_between_tags_with_their_places() -> None:
    before = "<p>总体情况</p>\n<p>根據(jù)條例，收到申請五件</p>\n<p>六件</p>"
    found = list(changes(before, repair(before).text))
    (one,) = found
    assert (one.before, one.after) == ("據(jù)條例，收到申請", "据条例，收到申请")
    assert before[one.start :].startswith(one.before)
    assert (one.left, one.right) == ("<p>总体情况</p>\n<p>根", "五件</p>\n<p>六件</p>")


def test_a_line_that_is_gone() -> None:
    assert list(changes("甲\n乙\n丙", "甲\n丙")) == [Change(2, "乙\n", "", "甲\n", "丙")]


def test_a_page_of_one_line_tells_each_sentence_by_its_place() -> None:
    before = "<p>" + "本机关公开信息。" * 50 + "設立窗口。" + "本机关公开信息。" * 50 + "答覆五件。</p>"
    found = list(changes(before, before.replace("設", "设").replace("覆", "复")))
    assert [(one.start, one.before, one.after) for one in found] == [(403, "設", "设"), (809, "覆", "复")]
    assert all(len(one.left) == 20 for one in found)


def test_equal_texts_have_none() -> None:
    assert not list(changes("甲" * 100_000, "甲" * 100_000))


@given(before=st.text("甲乙<p>\n", max_size=60), after=st.text("甲乙<p>\n", max_size=60))
def test_changes_lead_from_one_to_the_other(before: str, after: str) -> None:
    found = list(changes(before, after))
    assert bool(found) == (before != after)
    # What stands in no change stands in both.
    for change in found:
        assert before.startswith(change.before, change.start)
        assert before[: change.start].endswith(change.left)
        assert before.startswith(change.right, change.start + len(change.before))
    assert len(before) - sum(len(change.before) for change in found) == len(after) - sum(
        len(change.after) for change in found
    )
