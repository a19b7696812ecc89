"""All small repairs together: twice is once, clean text is left alone, any size is survived."""

from __future__ import annotations

import re
from pathlib import Path

import jieba
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.text import repair
from crawler.text.repairing import REPAIRERS, _settled

TOKENS = (
    "&", "amp;", "&amp;", "nbsp;", "&nbsp", "&nbsp;", "&amp;nbsp;", "&amp;amp;#160;", "；", "#", "25919", ";",
    "公", "开", "務", "务", "行", "(wù)", "(wu)", "（wù）", "(", ")", "wù", "(háng)", "读音", "，", "。", "\n",
    "<p>", "</p>", "<b>", "</b>", '<span title="', '">', '"', "'", "=", "<", ">", "<ruby>", "</ruby>", "<rt>",
    "</rt>", "<rp>(</rp>", "<!--", "-->", "<script>", "</script>", "&#40;", "&#41;", "&lpar;", "&#147;",
    "&#25919;", "&#x653f;", "&amp;#25919;", "\x93", "\x81", "é", "\ue5e5", "\uf06c", "\uf0b7", "\ue815",
    "\ue78d", "⺁", "⻔", "⼀", "部首", "\uf914", "﹐", "︵", "︶", "﹁", "﹂", "︰", "\u200b", "\u00ad",
    "\ufeff", "０", "１", "，", "．", "％", "Ａ", "あ", "http://x.cn", "<code>", "&lt;", "&amp;lt;", "&quot;",
    "&#39;", "<img alt='", "<meta content=", "&shy;", "&#8203;", "&eacute;", "&#229;", "\ud800", "𠂇", "3", ".",
    " ", "\xa0", "\u3000",
)  # fmt: skip
pieces = st.lists(st.sampled_from(TOKENS), max_size=25).map("".join)


@settings(deadline=None, max_examples=250)
@given(text=pieces)
def test_twice_is_once(text: str) -> None:
    once = _settled(text)[0]
    assert _settled(once)[0] == once


@settings(deadline=None)
@given(text=pieces)
def test_the_log_tells_of_every_change(text: str) -> None:
    changed, entries = _settled(text)
    assert changed == text or entries
    assert len({entry.kind for entry in entries}) == len(entries)
    assert all(entry.count > 0 for entry in entries)


def words() -> list[str]:
    lines = Path(jieba.__file__).with_name("dict.txt").read_text(encoding="utf-8").split("\n")
    return [line.split(" ")[0] for line in lines if line]


@pytest.mark.parametrize("form", ["{0}", "《{0}》（OA）", "<p>{0}(policy)</p>"])
def test_no_word_is_damage(form: str) -> None:
    """Every second word of the dictionary, in texts of two hundred words."""
    every = words()
    assert len(every) > 300_000
    for start in range(0, len(every), 400):
        text = "，".join(form.format(word) for word in every[start : start + 400 : 2])
        for repairer in REPAIRERS:
            assert repairer(text, html="<p>" in text) == (text, None), repairer


LATIN = re.findall(
    r"[^|]+",
    "policy|OA|PM|PM2.5|an|A|a|m|O3|GDP|API|app|web|ie|etc|km|kg|mg/L|ml|www.example.cn|a@b.cn|C++|x+y|i,j|i, j|xi|yi|"
    "zhang|zhāngsān|wángwěi|iPhone|http://a.cn|1.2|100%|2023|n=3|p<0.05|No.3|Wù|WU|Zhang San|zhang san|zhāng sān",
)


def test_latin_in_brackets_stays() -> None:
    """Behind characters that have no such reading, all of them."""
    for word in ("政策", "办公室", "中国", "附件", "指标", "参数", "网络", "第三方", "标准"):
        for latin in LATIN:
            for brackets in ("({})", "（{}）", "( {} )"):
                text = f"{word}{brackets.format(latin)}的说明"
                assert repair(text).text is text, text


HOSTILE = (
    "&", "&amp;", "nbsp;", "公nbsp; ", "务(", "(", "务(wù)", "(wù)", "<ruby>务", "<ruby>务<rt>wù</rt>", "<rt>wù",
    "務wù)", "<p title=公 ", "<p 公=", '<p 公="a', "Ａ", "１，", "１２３，", "\uf06c", "︵公", "︵", "\u200b",
    "公\u200b", "\x93", "&#25919;", "&eacute;", "&eacute;x", "http://", "http://&", "务(a", "<p>务(&a",
    "<input ", "读作，务(wù)", "⼀", "\ud800⼀", "<code", "<b>",
)  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("before", ["", "<p>务"])
def test_endless_repetition_is_survived(piece: str, before: str) -> None:
    """Time that grew with the square of the length would be hours here; the limit of all tests stops it."""
    text = before + piece * (100_000 // len(piece))
    once = _settled(text)[0]
    assert len(once) <= 2 * len(text)


def test_numbers_on_pages_stay_readable() -> None:
    """A repaired page gives the parser what a clean one gives it."""
    clean = "<table><tr><td>本年新收</td><td>3,012</td><td>12.5%</td></tr></table>"
    damaged = "<table><tr><td>本\u200b年新收</td><td>３，０１２</td><td>１２．５％</td></tr></table>"
    assert repair(damaged).text == clean
    assert not re.search("[０-９\u200b]", repair(damaged).text)
