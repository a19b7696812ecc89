"""Text that was read in a wrong encoding: every kind, whole and in part, with and without lost bytes."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.text import repair
from crawler.text.model import Repair
from crawler.text.mojibake import told, undo
from tests.text.damage import HEADINGS, SENTENCES

TEXTS = (
    *HEADINGS,
    *SENTENCES,
    "公开年报",
    "主动公开",
    "规范性文件",
    "“一网通办”平台（试行）",
    "欧阳震华、祁灏璟曦：《条例》第二十条……",
)

Misreading = Callable[[str], str | None]


def as_gbk(text: str) -> str | None:
    """UTF-8 as browsers read GBK: 80 is the euro sign, user-defined areas are private characters; None if it loses."""
    shown = text.encode().decode("gb18030", "surrogateescape").replace("\udc80", "€")
    return None if re.search("[\ud800-\udfff]", shown) else shown


def as_latin1(text: str) -> str | None:
    return text.encode().decode("latin-1")


def as_cp1252(text: str) -> str | None:
    """The five bytes that windows-1252 leaves unassigned are control characters to browsers."""
    return "".join(
        chr(byte) if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else bytes((byte,)).decode("cp1252")
        for byte in text.encode()
    )


def gbk_as_latin1(text: str) -> str | None:
    return text.encode("gb18030").decode("latin-1")


def twice(misreading: Misreading) -> Misreading:
    def read(text: str) -> str | None:
        once = misreading(text)
        return None if once is None else misreading(once)

    return read


KINDS: dict[str, tuple[Misreading, str]] = {
    "gbk": (as_gbk, "utf8_as_gbk"),
    "latin1": (as_latin1, "utf8_as_latin1"),
    "cp1252": (as_cp1252, "utf8_as_latin1"),
    "gbk_as_latin1": (gbk_as_latin1, "gbk_as_latin1"),
    "gbk_twice": (twice(as_gbk), "gbk_twice"),
    "latin1_twice": (twice(as_latin1), "utf8_twice"),
    "cp1252_twice": (twice(as_cp1252), "utf8_twice"),
}


@pytest.mark.parametrize(("misreading", "kind"), KINDS.values(), ids=KINDS)
def test_misread_text_is_put_back(misreading: Misreading, kind: str) -> None:
    tried = 0
    for text in TEXTS:
        shown = misreading(text)
        if shown is None:
            continue
        tried += 1
        restored, repairs = undo(shown, html=False)
        assert restored == text
        assert [entry.kind for entry in repairs] == [kind]
        assert not repairs[0].inferred
        assert not repairs[0].lost
    assert tried


@pytest.mark.parametrize(("misreading", "kind"), KINDS.values(), ids=KINDS)
def test_a_label_in_a_page_that_is_fine_otherwise(misreading: Misreading, kind: str) -> None:
    label = misreading("公开年报目录信息")
    page = f'<html><body title="{SENTENCES[0]}"><p>{SENTENCES[1]}</p><a title="%s">首页</a><p>{SENTENCES[2]}</p>'
    if label is None:
        pytest.skip("this label loses bytes")
    restored, repairs = undo(page % label, html=True)
    assert restored == page % "公开年报目录信息"
    assert [entry.kind for entry in repairs] == [kind]


def test_the_classic_examples() -> None:
    assert undo("Õþ¸®", html=False)[0] == "政府"
    assert undo("鏀垮簻淇℃伅", html=False)[0] == "政府信息"
    assert undo("æ”¿åºœ", html=False)[0] == "政府"


def test_parts_of_one_page_are_misread_in_different_ways() -> None:
    parts = [as_gbk(HEADINGS[6]), as_latin1(HEADINGS[7]), gbk_as_latin1(HEADINGS[8]), as_cp1252(SENTENCES[2])]
    clean = [HEADINGS[6], HEADINGS[7], HEADINGS[8], SENTENCES[2]]
    source = "".join(f"<p>{SENTENCES[0]}</p><p>{part}</p>" for part in parts)
    restored, repairs = undo(source, html=True)
    assert restored == "".join(f"<p>{SENTENCES[0]}</p><p>{part}</p>" for part in clean)
    assert {entry.kind for entry in repairs} == {"utf8_as_gbk", "utf8_as_latin1", "gbk_as_latin1"}


def test_two_mistakes_one_on_the_other() -> None:
    once = as_gbk(HEADINGS[6])
    assert once is not None
    restored, repairs = undo(once.encode().decode("latin-1"), html=False)
    assert restored == HEADINGS[6]
    assert [entry.kind for entry in repairs] == ["utf8_as_latin1", "utf8_as_gbk"]


LOSSES: dict[str, Callable[[str], str]] = {
    "gb18030": lambda text: text.encode().decode("gb18030", "replace"),
    "gbk": lambda text: text.encode().decode("gbk", "replace"),
    "question": lambda text: text.encode().decode("gbk", "replace").replace("\ufffd", "?"),
    "cp1252": lambda text: text.encode().decode("cp1252", "replace"),
}


@pytest.mark.parametrize("damage", LOSSES.values(), ids=LOSSES)
def test_what_survived_is_right_and_what_is_lost_is_marked_or_flagged(damage: Callable[[str], str]) -> None:
    guessed = 0
    for text in TEXTS:
        shown = damage(text)
        restored, repairs = undo(shown, html=False)
        assert len(restored) == len(text), (text, restored)
        marks = restored.count("\ufffd")
        assert all(new in (old, "\ufffd") for new, old in zip(restored, text, strict=True)), (text, restored)
        assert sum(entry.lost for entry in repairs) == marks
        guesses = [entry for entry in repairs if entry.inferred]
        guessed += len(guesses)
        assert all(after.strip("\ufffd") for entry in guesses for _, after in entry.passages)
    assert guessed


@pytest.mark.parametrize("mark", ["\ufffd", "?"])
@pytest.mark.parametrize("codec", ["gb18030", "gbk"])
def test_a_whole_page_with_lost_bytes_keeps_its_markup_and_numbers(codec: str, mark: str) -> None:
    page = "<html><body>" + "".join(f'<p class="a">{text}</p>\n' for text in TEXTS * 2) + "</body></html>"
    shown = page.encode().decode(codec, "replace").replace("\ufffd", mark)
    restored, _ = undo(shown, html=True)
    assert len(restored) == len(page)
    wrong = [(new, old) for new, old in zip(restored, page, strict=True) if new not in (old, "\ufffd")]
    assert not wrong


def test_text_with_pairs_that_vanished() -> None:
    """The pair AC E5 of 公开 is in a user-defined area of GBK; copies without private characters lack it."""
    restored, repairs = undo("鍏紑骞存姤", html=False)
    assert restored == "公开年报"
    assert repairs[0].inferred
    assert repairs[0].passages == (("��", "公开"),)


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("<title>鏀垮簻淇℃伅鍏?/title><p>", "<title>政府信息公</title><p>"),
        ('<meta content="鏀垮簻淇℃伅鍏? />', '<meta content="政府信息公" />'),
        ("<td>鎺ュ彈鍩硅浜哄憳鏁?nbsp;</td>", "<td>接受培训人员数&nbsp;</td>"),
        ("<p>鏀垮簻淇℃伅鍏?br/>鏀垮簻淇℃伅鍏?span>", "<p>政府信息公<br/>政府信息公<span>"),
    ],
)
def test_markup_that_a_lost_byte_swallowed_is_put_back(damaged: str, clean: str) -> None:
    restored, _ = undo(damaged, html=True)
    assert re.findall(r"<[^<>]*>|&\w+;", restored.replace("\ufffd", "公")) == re.findall(r"<[^<>]*>|&\w+;", clean)


def test_scripts_and_attributes_are_put_back_too() -> None:
    value = as_gbk(HEADINGS[6])
    restored, _ = undo(f"<script>var a = '{value}';</script><img alt='{value}'>", html=True)
    assert restored == f"<script>var a = '{HEADINGS[6]}';</script><img alt='{HEADINGS[6]}'>"


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("锘�<!DOCTYPE html>", "<!DOCTYPE html>"),
        ("ï»¿<p>", "<p>"),
        ("锘縜bc", "abc"),
        ("锘夸竴銆佹€讳綋鎯呭喌", "一、总体情况"),
    ],
)
def test_byte_order_marks_go(damaged: str, clean: str) -> None:
    assert undo(damaged, html=True)[0] == clean


def test_nothing_is_made_of_what_is_lost() -> None:
    """锟斤拷 is U+FFFD; what survived between them by chance stays."""
    text = "锟斤拷锟斤拷锟斤拷息锟斤拷锟斤拷"
    restored, repairs = undo(text, html=False)
    assert restored == "\ufffd" * 9 + "息" + "\ufffd" * 6
    assert [(entry.kind, entry.lost) for entry in repairs] == [("lost", 15)]


@pytest.mark.parametrize(("text", "lost"), [("2023年�月", 1), ("���", 3), ("烫烫烫烫", 4), ("屯屯屯", 3)])
def test_what_cannot_be_read_is_told(text: str, lost: int) -> None:
    assert undo(text, html=False) == (text, [])
    entries = told(text, [])
    assert [(entry.kind, entry.lost) for entry in entries] == [("lost", lost)]


def test_what_other_entries_tell_is_not_told_again() -> None:
    entry = Repair("utf8_as_gbk", 1, ("", ""), lost=2)
    assert told("公��", [entry]) == [entry]
    assert [other.lost for other in told("公���", [entry])] == [2, 1]


fragments = st.lists(
    st.sampled_from(
        [*TEXTS[:6], *(shown for text in TEXTS[:8] for read, _ in KINDS.values() if (shown := read(text)))]
        + [damage(text) for text in TEXTS[:5] for damage in LOSSES.values()]
        + ["<p>", "</p>", '"', "?", "\ufffd", "€", "é", "锘", "锟斤拷", "\ud800", "12", "\n"]
    ),
    max_size=8,
).map("".join)


@settings(max_examples=60)
@given(text=fragments, html=st.booleans())
def test_undoing_twice_changes_nothing_more(text: str, html: bool) -> None:
    once, _ = undo(text, html=html)
    assert undo(once, html=html)[0] == once


@settings(max_examples=150)
@given(text=st.text(st.characters(codec=None), max_size=300), html=st.booleans())
def test_any_text_is_survived(text: str, html: bool) -> None:
    restored, repairs = undo(text, html=html)
    assert (restored is text) == (not repairs)


@settings(max_examples=150)
@given(data=st.binary(max_size=300), codec=st.sampled_from(["gb18030", "gbk", "latin-1", "cp1252", "big5hkscs"]))
def test_any_bytes_read_in_any_way_are_survived(data: bytes, codec: str) -> None:
    undo(data.decode(codec, "replace"), html=True)


@pytest.mark.parametrize(
    "text",
    ["?" * 300_000, "鍏?" * 60_000, "å?" * 60_000, "€" * 200_000, "锘" * 200_000, "\ufffd鍏" * 60_000, "é_" * 60_000],
)
def test_effort_is_bounded(text: str) -> None:
    assert len(undo(text, html=True)[0]) <= len(text)


def test_a_euro_sign_is_two_bytes_where_one_is_too_few() -> None:
    """80 and A2 E3 both show as the euro sign: a character that ends in A2 before one that begins with E3."""
    for text in ("涉及交通、气象、信用等十二个领域，", "改用图片年度", "用等年度"):
        shown = twice(as_gbk)(text) or ""
        assert "€" in shown
        assert undo(shown, html=False)[0] == text
    assert undo("鍏ㄥ勾娌℃湁鏀跺彇妫?绱€?佸", html=False)[0].endswith("索、�")


def test_nothing_is_guessed_where_most_is_lost() -> None:
    text = SENTENCES[0]
    shown = re.sub("[\x80-\x9f]", "?", as_latin1(text) or "")
    restored, (entry,) = undo(shown, html=False)
    assert not entry.inferred
    assert entry.lost >= 16
    assert len(restored) == len(text)
    assert all(char in (meant, "\ufffd") for char, meant in zip(restored, text, strict=True))


def test_a_no_break_blank_that_became_a_plain_one() -> None:
    """A0 is a byte of 校, 栏, 核 and 标: pages and editors turn it into 20."""
    text = "2023年，学校对栏目进行了检查和核对，标题"
    for misreading in (as_latin1, as_cp1252):
        shown = (misreading(text) or "").replace("\xa0", " ")
        assert undo(shown, html=False)[0] == text
    assert undo("à «là-bas», é ¡Qué! ã ª", html=False) == ("à «là-bas», é ¡Qué! ã ª", [])


def test_bytes_of_windows_1252_written_as_numbers() -> None:
    text = "2023年政府信息公开"
    shown = as_cp1252(text) or ""
    for form in ("&#{};", "&#x{:X};"):
        entities = "".join(form.format(ord(char)) if char > "\x7f" else char for char in shown)
        assert repair(f"<p>{entities}</p>").text == f"<p>{text}</p>"


@pytest.mark.parametrize("read", [as_latin1, as_cp1252])
def test_bytes_that_were_escaped_amid_misread_text(read: Misreading) -> None:
    text = "学校栏目：信息公开"
    shown = re.sub("[\x80-\x9f]", lambda match: f"&#{ord(match[0])};", read(text) or "")
    for form in (shown, shown.replace("\xa0", "&nbsp;"), shown.replace("\xa0", "&#xA0;")):
        assert undo(f"<p>{form}</p>", html=True)[0] == f"<p>{text}</p>"


SHORT = ("2023年3月17日", "晋ICP备12000773号", "海峡导报", "闽政通APP", "本年增/减", "12345热线：", "0.5元")


MISREAD = [
    (text, read, shown)
    for text in SHORT
    for read in (as_gbk, as_latin1, as_cp1252, gbk_as_latin1)
    if (shown := read(text)) is not None  # else the reading loses bytes
]


@pytest.mark.parametrize(("text", "read", "shown"), MISREAD)
def test_short_labels_of_which_every_sign_is_misread(text: str, read: Misreading, shown: str) -> None:
    single = text == "0.5元" and read in (as_gbk, gbk_as_latin1)  # one pair of bytes proves nothing
    assert undo(shown, html=False)[0] == (shown if single else text)


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("2022骞\ufffd05鏈\ufffd23鏃\ufffd 13:32", "2022年05月23日 13:32"),
        ("2022骞?05鏈?23鏃? 13:32", "2022年05月23日 13:32"),
        ("xxgk@example.cn銆?", "xxgk@example.cn。"),
        ("宸蹭簬1鏈\ufffd17鏃ョ瓟澶嶃€\ufffd", "已于1月17日答复。"),
        ("(ä¸?)å¹³å�°å»ºè®¾", "(一)平台建设"),
        ("ç±³Ã?1.2ç±³ï¼?å¤§å°?ä¸º", "米×1.2米，大小为"),
        ("590(å??ç»?æ?°)", "590(办结数)"),
        ("É½Î÷Ê¡ÈËÃñÕþ¸®Íø\ufffd0„2°æÈ¨ËùÓÐ", "山西省人民政府网\xa0版权所有"),
        ("ä¸»å?¨å?¬å¼?æ??ä»¶ç?®å½?ð«?\xad", "主动公开文件目录𫝭"),
    ],
)
def test_every_lost_character_is_marked_and_none_stays_misread(damaged: str, clean: str) -> None:
    restored, _ = undo(damaged, html=False)
    assert len(restored) == len(clean)
    assert all(new in (old, "\ufffd") for new, old in zip(restored, clean, strict=True)), restored


def test_a_digit_that_went_with_half_a_character_is_not_guessed_away() -> None:
    """`涓?浠?` is 业6件 as much as 一件: the mark may have swallowed the digit."""
    text = "自然人占九成以上，商业企业"
    shown = (as_gbk(text[:-1]) or "") + "涓?浠讹紝"
    restored, _ = undo(shown, html=False)
    assert restored.startswith(text[:-1] + "\ufffd")
    assert restored.endswith("件，")


@pytest.mark.parametrize(
    ("damaged", "clean"),
    [
        ("部分".encode().decode("gbk") + "(f猫n)" + "申请人".encode().decode("gbk", "replace"), "(fèn)"),
        ("申请公开".encode().decode("gb18030") + "(q菒ng)", "(qǐng)"),
        ("公开办理情况".encode().decode("gb18030") + "2.4脳1.2", "2.4×1.2"),
        ("´ó(d¨¤)Ð¡Îª(w¨¨i)", "大(dà)小为(wèi)"),
    ],
)
def test_pronunciations_and_signs_between_numbers(damaged: str, clean: str) -> None:
    assert clean in undo(damaged, html=False)[0]


def test_a_text_that_speaks_of_lost_text_keeps_it() -> None:
    text = "“锟斤拷”是编码错误留下的乱码，网页上的锟斤拷由此而来。"
    assert undo(text, html=False) == (text, [])
    assert undo("政府锟斤拷息公开", html=False)[0] == "政府���息公开"


@pytest.mark.parametrize("clean", ["春节前夕，商务局", "在全省名列前茅", "逄玥、上官淼", "政府信息公开"])
def test_clean_words_that_are_letters_by_chance_stay_beside_misread_text(clean: str) -> None:
    """The bytes of 前夕 and 息 in GBK are two-byte characters of UTF-8."""
    for read in (as_gbk, twice(as_gbk)):
        shown = read("公开年报目录信息")
        if shown is None:
            shown = read("主动公开政府信息") or ""
        for page in (f"<p>{shown}</p><p>{clean}</p>", f"<p>{clean}</p><p>{shown}</p>"):
            assert clean in undo(page, html=True)[0]


@pytest.mark.parametrize(("wrong", "right"), [("big5hkscs", "gb18030"), ("gb18030", "big5hkscs")])
def test_big5_and_gbk_taken_for_each_other(wrong: str, right: str) -> None:
    text = "部門資訊公開14條" if wrong == "big5hkscs" else "部门信息公开14条"
    restored, (entry,) = undo(text.encode(wrong).decode(right), html=False)
    assert restored == text
    assert entry.kind == ("big5_as_gbk" if wrong == "big5hkscs" else "gbk_as_big5")
