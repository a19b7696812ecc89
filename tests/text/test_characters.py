"""Characters in place of others: private use, compatibility forms, what nobody sees, full-width numbers."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import radicals, rare, repair
from crawler.text.private import _RARE


@pytest.mark.parametrize(
    ("kind", "damaged", "clean"),
    [
        ("private_use", "\ue5e5\ue5e5一、总体情况", "\u3000\u3000一、总体情况"),
        ("private_use", "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864", "龴龵龶龷龸龹龺龻"),
        (
            "private_use",
            "\ue816\ue817\ue818\ue831\ue83b\ue855",
            "\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe",
        ),
        ("private_use", "\ue7c7\ue7c8\ue76c", "ḿǹ€"),
        ("private_use", "\uf06c 公开", "● 公开"),
        ("private_use", "<h3>\uf06e 公开</h3>", "<h3>■ 公开</h3>"),
        ("private_use", "<p>&nbsp;\uf06c工作</p>", "<p>&nbsp;●工作</p>"),
        ("private_use", "<p>&nbsp;<font face='a'>\uf06e</font>总体</p>", "<p>&nbsp;<font face='a'>■</font>总体</p>"),
        ("private_use", "<td>\uf0fe是</td>", "<td>☑是</td>"),
        ("private_use", "一是公开；\uf0d8二是解读", "一是公开；➢二是解读"),
        ("private_use", "<p>\uf0b7公开\uf0fc</p><li>\uf06e 解读</li>", "<p>•公开✓</p><li>■ 解读</li>"),
        ("compatibility", "行政机关\uf98e报", "行政机关年报"),
        ("compatibility", "\U0002f81a", "\u51ac"),
        ("compatibility", "公开﹐解读﹑回应﹔一是﹕完了﹗", "公开，解读、回应；一是：完了！"),
        ("compatibility", "︵一︶公开﹁二﹂电话︰5﹒5﹪", "（一）公开「二」电话：5.5%"),
        ("compatibility", "\ue78d", "︐"),
        ("zero_width", "公\u200b开\ufeff信\u00ad息，20\u200b23年\u2060", "公开信息，2023年"),
        ("zero_width", "公开\u200b(一\u200b)5\u200b%", "公开(一)5%"),
        ("zero_width", "<td>\u200b5</td><td>\u200e公开\u200b</td>", "<td>5</td><td>公开</td>"),
        ("fullwidth", "２０２３年收到３，０００件，占１２．５％。", "2023年收到3,000件，占12.5%。"),
        ("fullwidth", "ＰＭ２．５、Ａ４纸、５Ｇ、５ｋｍ", "PM2.5、A4纸、5G、5km"),
        ("fullwidth", "ＧＢ／Ｔ１９００１、２０２１／１２、是／否", "GB/T19001、2021/12、是／否"),
        ("fullwidth", "１．公开５，６月；２０２１，２０２２", "1．公开5，6月；2021，2022"),
        ("fullwidth", "2０2３年第１2号", "2023年第12号"),
        ("fullwidth", "<td>１２</td>", "<td>12</td>"),
    ],
)
def test_put_back(kind: str, damaged: str, clean: str) -> None:
    result = repair(damaged, keep_script=True)
    if clean == "︐":  # what GB 18030 assigned is a vertical form, and that a comma, if something stands before it
        assert result.text == clean
        return
    assert result.text == clean
    assert [entry.kind for entry in result.repairs] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "\ue000\ue5e6\uf8ff\uf000",  # of some font, nobody knows which
        "角\uf061＝30°，5\uf06dm",  # Greek letters of the Symbol font
        "㎡㈠①⑴％℃№Ⅳ㍿㏄ｱｲｳ｡",
        "(︶︿︶) ╮(﹀_﹀)╭ ﹏﹏ ﹋",
        "﹐",
        "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩",  # in the block of compatibility ideographs, and ordinary all the same
        "\ufeff公开",
        "ภาษา\u200bไทย",
        "👨\u200d👩\u200d👧 ❤\ufe0f",
        "می\u200cخواهم",
        "co\u00adoperation",
        "ＡＢＣ类企业、Ｔ恤衫、湿度45％、－5℃",
        "平成２０年のガイド",
        "部首⺮和⺾的写法",
        "若干\u00a0年",
    ],
)
def test_what_means_something_stays(text: str) -> None:
    assert repair(text).text is text


def test_lines_with_kana_keep_their_digits() -> None:
    assert repair("平成２０年のガイド\n２０２３年").text == "平成２０年のガイド\n2023年"


def test_rare_characters_of_gbk_are_those_that_codecs_know() -> None:
    """Where Python's gb18030 has a character for FE50 to FEA0, it is the one of the table."""
    seconds = [*range(0x50, 0x7F), *range(0x80, 0xA1)]
    decoded = [bytes((0xFE, second)).decode("gb18030") for second in seconds]
    table = [_RARE[0xE815 + index] for index in range(len(seconds))]
    known = [(ours, theirs) for ours, theirs in zip(table, decoded, strict=True) if not "\ue000" <= theirs <= "\uf8ff"]
    assert len(known) >= 60
    assert [ours for ours, _ in known] == [theirs for _, theirs in known]
    assert len(set(table)) == len(table)


def test_compatibility_ideographs_are_canonically_the_same() -> None:
    for code in (*range(0xF900, 0xFADA), *range(0x2F800, 0x2FA1E)):
        char = chr(code)
        if unicodedata.normalize("NFC", char) != char:
            assert repair(char, keep_script=True).text == unicodedata.normalize("NFC", char)


GROUPS = {
    "PRIVATE": "\ue000\ue5e5\uefff\uf06c\uf0fe",
    "IDEOGRAPHS": "\uf900\ufad9\U0002f800\U0002fa1d",
    "FORMS": "\ufe10\ufe19\ufe30\ufe4f\ufe50\ufe6b",
    "DIGITS": "０９",
    "RADICALS": "⺀⻳⼀⿕",
    "UNSEEN": "\u200b\u200f\u2060\ufeff\u00ad",
    "CONTROLS": "\x80\x9f",
}


@given(before=st.text(max_size=30), after=st.text(max_size=30))
def test_the_look_misses_nothing(before: str, after: str) -> None:
    for name, chars in GROUPS.items():
        for char in chars:
            assert rare.holds(before + char + after, getattr(rare, name)), (name, char)


def test_the_look_passes_ordinary_text() -> None:
    text = "“公开”——（一）ＡＢＣ，：；！？、《》·…×÷㎡①é中文English 12.5％\u3000\xa0"
    assert not any(rare.holds(text, getattr(rare, name)) for name in GROUPS)


def test_a_page_that_mentions_radicals_is_repaired_where_it_is_full_of_them() -> None:
    damaged = "⼀⼆⼈" * 40 + "部首"
    assert repair(damaged).text == "一二人" * 40 + "部首"
    assert len(damaged) > radicals.FEW
