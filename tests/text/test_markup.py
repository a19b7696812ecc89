"""What is text in a source, and what of attributes people read."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.text.markup import on_runs, on_source, on_text


def marked(text: str) -> str:
    """Every Chinese character as 文."""
    return re.sub("[\u4e00-\u9fff]", "文", text)


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ('<p title="公开">信息</p>', '<p title="文文">文文</p>'),
        ("<img alt='公开' src='/公开.jpg'>", "<img alt='文文' src='/公开.jpg'>"),
        ("<p title=公开 class=公开>", "<p title=文文 class=公开>"),
        ('<meta name="description" content="公开">', '<meta name="description" content="文文">'),
        ('<div content="公开">', '<div content="公开">'),
        ('<input type="text" placeholder="公开" value="公开">', '<input type="text" placeholder="文文" value="文文">'),
        ('<input type="hidden" value="公开">', '<input type="hidden" value="公开">'),
        ('<option value="公开" label="公开">公开</option>', '<option value="公开" label="文文">文文</option>'),
        ('<table summary="公开"><td abbr="公开">', '<table summary="文文"><td abbr="公开">'),
        (
            "<a onclick=\"f(title='公开')\" id='公开' style='公开'>",
            "<a onclick=\"f(title='公开')\" id='公开' style='公开'>",
        ),
        ('<a data-title="公开" title = "公开">', '<a data-title="公开" title = "文文">'),
        ('<a title="/公开/1.html">', '<a title="/公开/1.html">'),
        ('<a title="javascript:公开()">', '<a title="javascript:公开()">'),
        ('<a title="见http://a.cn/b 公开">', '<a title="文http://a.cn/b 文文">'),
        (
            "<script>公开</script><style>公开</style><!-- 公开 -->公开",
            "<script>公开</script><style>公开</style><!-- 公开 -->文文",
        ),
    ],
)
def test_what_is_text(source: str, changed: str) -> None:
    assert on_text(source, marked, html=True) == changed


@pytest.mark.parametrize(
    ("source", "changed"),
    [
        ('<p title="公">', '<p title="&#34;">'),
        ("<p title='公\"'>", "<p title='\"\"'>"),
        ("<p title=公>", "<p title=公>"),
    ],
)
def test_a_change_cannot_end_an_attribute(source: str, changed: str) -> None:
    assert on_text(source, lambda part: part.replace("公", '"'), html=True) == changed


def test_entities_are_kept_apart_or_left_in() -> None:
    parts: list[str] = []

    def collect(part: str) -> str:
        parts.append(part)
        return part

    source = '<p title="甲&nbsp;乙">丙&nbsp;<b>丁</b></p>'
    assert on_text(source, collect, html=True) is source
    assert parts == ["甲", "乙", "丙", "丁"]
    parts.clear()
    assert on_source(source, collect, html=True) is source
    assert parts == ["甲&nbsp;乙", "丙&nbsp;", "丁"]
    parts.clear()
    assert on_runs(source, collect, html=True) is source
    assert parts == ["丙&nbsp;<b>丁</b>"]


pieces = st.lists(
    st.sampled_from(
        ['<p title="公开">', "<b alt='公' x=1>", "</p>", "公开", "<", ">", '"', "'", "=", "&amp;", "<a href=公>",
         "<!--", "-->", "<script>", "</script>", "http://a.cn/公", "<input value=公", " ", "title=公", "\n"]
    ),
    max_size=14,
).map("".join)  # fmt: skip


@settings(deadline=None)
@given(source=pieces, html=st.booleans())
def test_everything_else_stays_letter_for_letter(source: str, html: bool) -> None:
    """One character for one: what is no Chinese stands where it stood."""
    for walk in (on_text, on_source, on_runs):
        changed = walk(source, marked, html=html)
        assert len(changed) == len(source)
        assert all(a == b or (b == "文" and "\u4e00" <= a <= "\u9fff") for a, b in zip(source, changed, strict=True))


@settings(deadline=None)
@given(source=pieces)
def test_nothing_changed_is_the_same_object(source: str) -> None:
    assert on_text(source, lambda part: part + "", html=True) is source
    assert on_text(source, lambda part: "".join(list(part)), html=True) == source
