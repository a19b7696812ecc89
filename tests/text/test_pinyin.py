"""Pronunciations in brackets, and brackets that are no pronunciation."""

from __future__ import annotations

import pytest

from crawler.text import repair
from crawler.text.pinyin import is_reading


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("根據(jù)規(guī)定，現(xiàn)公布", "根據規定，現公布"),
        ("門戶網(wǎng)站和狀態(tài)", "門戶網站和狀態"),
        ("业务(wu)和网(wang)站", "业务和网站"),
        ("服務（wù）", "服務"),
        ("工（ɡōnɡ）作", "工作"),
        ("效率(lv)", "效率"),
        ("效率(lǜ)和規律(lü)", "效率和規律"),
        ("務( wù )", "務"),
        ("务(wu4)", "务"),
        ("务(wu\u0300)", "务"),  # combining accent
        ("务(wù)(wù)", "务"),
        ("重(zhòng)要和重(chóng)復", "重要和重復"),
    ],
)
def test_annotations_go(damaged: str, clean: str) -> None:
    result = repair(damaged, keep_script=True)
    assert result.text == clean
    (entry,) = result.repairs
    assert entry.kind == "pinyin"
    assert not entry.inferred


@pytest.mark.parametrize(
    "text",
    [
        "相关政策(policy)已公布",
        "可吸入颗粒物(PM)浓度和细颗粒物(PM2.5)",
        "办公室(OA)系统",
        "附件(a)和附件(b)",
        "网址(www.example.cn)",
        "公开(wù)",  # not a reading of 开
        "位于重庆市涪(fú)陵区",  # an author explains an uncommon character
        "单(shàn)县人民政府",  # or an unusual reading
        "参数(x)和变量(n)",
        "中国(china)",
    ],
)
def test_real_latin_in_brackets_stays(text: str) -> None:
    assert repair(text).text is text


def test_the_log_counts_and_shows_the_first() -> None:
    result = repair("业务(wu)、网(wang)站、状态(tai)", keep_script=True)
    (entry,) = result.repairs
    assert (entry.count, entry.sample) == (3, ("务(wu)", "务"))


def test_scripts_and_addresses_keep_their_brackets() -> None:
    source = '<a title="業務(wù)" href="/務(wù).html">業務(wù)</a><script>f("業務(wù)")</script><!-- 務(wù) -->'
    clean = source.replace(">業務(wù)<", ">業務<").replace('title="業務(wù)"', 'title="業務"')
    assert repair(source, keep_script=True).text == clean


@pytest.mark.parametrize(
    ("char", "reading", "expected"),
    [
        ("務", "wù", True),
        ("务", "wu", True),
        ("绿", "lv", True),
        ("行", "hang", True),
        ("行", "wu", False),
        ("x", "x", False),
    ],
)
def test_readings(char: str, reading: str, expected: bool) -> None:
    assert is_reading(char, reading) is expected
