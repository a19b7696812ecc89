"""The pipeline as a whole: what must never change, and the small repairs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.text import repair
from crawler.text.markup import is_html
from tests.text.damage import HEADINGS, SENTENCES

CLEAN = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>公开年报</title>
<style>p {{ color: red }}</style></head><body><!-- 注释(zhushi) -->
<p class="a">{SENTENCES[0]}&nbsp;&mdash;</p><a href="http://example.cn/?a=1&b=于">相关政策(policy)</a>
<script>if (a < b && c > d) {{ x("務(wù)？。ǘ┮") }}</script></body></html>"""


@pytest.mark.parametrize(
    "text",
    [CLEAN, "", "\n".join(SENTENCES), "\n".join(HEADINGS), "1 < 2 && 3 > 2", "a?b&c", "plain\x00nul", "\ud800 lone"],
)
def test_clean_text_comes_back_as_the_same_object(text: str) -> None:
    result = repair(text)
    assert result.text is text
    assert result.repairs == ()


DAMAGED = (
    "根據(jù)條例",
    "規範性檔案",
    "入口網站的模組",
    "⽂件和⻔户",
    "業務(wù)&nbsp;",
    "?。ǘ┮郎暾埞_情況。",
    "开(kai)放",
    "<b>",
    "</p>",
    "<p title='業務(wù)'>",
    "<!--",
    "<script>",
    "</script>",
    "&nbsp;",
    "http://example.cn/務?a=公",
    "\ud800",
)
pieces = st.lists(st.sampled_from([*DAMAGED, *SENTENCES, *HEADINGS, "\n"]), max_size=12).map("".join)


@settings(deadline=None)
@given(text=pieces)
def test_repairing_twice_changes_nothing_more(text: str) -> None:
    once = repair(text)
    twice = repair(once.text)
    assert twice.text == once.text


@settings(deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_survived(text: str) -> None:
    once = repair(text)
    # What is lost is told of, though nothing can be done about it, but for marking what is made of it (锟斤拷).
    assert (once.text is text) == all(
        entry.kind == "lost" and entry.sample[0] == entry.sample[1] for entry in once.repairs
    )


TAGS = re.compile(r"<[^<>]*>|&[a-z]+;|https?://[!-~]+", re.I)
ALT = 'alt="业务(wù)工作"'


@settings(deadline=None)
@given(
    texts=st.lists(
        st.sampled_from([*SENTENCES, "根據(jù)規(guī)定對業務(wù)進行檢查", "規範性檔案"]), min_size=3, max_size=3
    )
)
def test_markup_comes_back_letter_for_letter(texts: list[str]) -> None:
    source = (
        f"<div id=\"業務(wù)\" data-x='a>b 網(wǎng)' onclick=\"f('務(wù)')\"><p>{texts[0]}&nbsp;</p><br/>{texts[1]}"
        f'<img {ALT} src="/務/1.jpg">&mdash;http://example.cn/a?b=1<style>務(wù)</style>{texts[2]}</div>'
    )
    result = repair(source).text
    expected = [tag.replace(ALT, 'alt="业务工作"') for tag in TAGS.findall(source)]
    assert TAGS.findall(result) == expected
    assert "<style>務(wù)</style>" in result


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("⼀、总体情况 ⼆、⽂件 ⾏政 ⽆", "一、总体情况 二、文件 行政 无"),
        ("⻔⻓⺠⻅⻛⻬⻝⻆⻢⻩", "门长民见风齐食角马黄"),
        ("⽤⼾", "用户"),
    ],
)
def test_radicals(damaged: str, clean: str) -> None:
    result = repair(damaged)
    assert result.text == clean
    assert [entry.kind for entry in result.repairs] == ["radicals"]


def test_entities_are_damage_in_plain_text_only() -> None:
    plain = repair("共五件。&nbsp;&nbsp;其中&ldquo;部分公开&rdquo;两件")
    assert plain.text == "共五件。  其中“部分公开”两件"
    assert [(entry.kind, entry.count) for entry in plain.repairs] == [("entity", 4)]
    source = "<p>共五件。&nbsp;&nbsp;其中</p>"
    assert repair(source).text is source
    kept = "甲&lt;乙&gt;丙&amp;nbsp;"
    assert repair(kept).text is kept


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<p>公开</p>", True),
        ("<!doctype html>", True),
        ("关于印发<中华人民共和国政府信息公开工作年度报告格式>的通知", False),
        ("1 < 2", False),
        ("公开", False),
    ],
)
def test_what_is_html(text: str, html: bool) -> None:
    assert is_html(text) is html
