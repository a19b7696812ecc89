"""Text that nothing is wrong with stays as it is, however odd it looks."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.text import language, repair
from crawler.text.mojibake import gate, undo
from crawler.text.script import traditional_forms

ODD = """Ã é São Paulo Zürich naïve â
L'été dernier, à Nîmes, Mme Lefèvre a créé une œuvre où l'âme s'élève: «Ça alors!» – déjà vu… “Sì, è…” caffè…” «è»
Größe, Übermut, Äpfel, süß, Straße, Öl, ÄÖÜäöüß ÄÄÄÄ ÖÖÖÖ ééééé
Cộng hòa Xã hội Chủ nghĩa Việt Nam, Độc lập – Tự do – Hạnh phúc, Đặng Thị Ngọc Ánh
Zażółć gęślą jaźń, Łódź, Kraków, Świętokrzyskie, źródło
Ελληνική Δημοκρατία, καλημέρα κόσμε; Российская Федерация, Москва, ёлка, объезд
日本国憲法は、国民主権を原則とする。ソフトウェア・データベース、東京都庁の情報公開条例。ﾊﾝｶｸ
대한민국 정부 정보공개법에 따라 청구인은
∑∫√∞≈≠≤≥±×÷°′″℃‰§¶†‡•·¤¢£¥€©®™ªº¹²³¼½¾ µ Ω π α β
Þórbjörg Ævarsdóttir Ísafjörður, Ångström, Ørsted, příliš žluťoučký kůň, não, coração, informações, ¿Qué? ¡Año! ñandú
ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ
·················· ×××××× ○○○ □□□ ☆★ ※※ ══════ ━━━ │┃ ┌─┐ ╔══╗ ……………… ———— ～～～
張騫 鄭州 鏞 錕鋙 昆吾 媺 翀 赟 彧 堃 喆 犇 淼 鑫 焱 垚 骉 羴 龘 囍 朤 镕 璟 曦 灏 瀚 懋 翯
永和九年，歲在癸丑，暮春之初，會於會稽山陰之蘭亭，修禊事也。羣賢畢至，少長咸集。此地有崇山峻領，茂林修竹
帝高阳之苗裔兮，朕皇考曰伯庸。摄提贞于孟陬兮，惟庚寅吾以降。扈江离与辟芷兮，纫秋兰以为佩。
鑰匙、鏈條、鎮長、鏡頭、鐘錶、鐵路、鑑定、閱讀、闡述、陝西、陳列、際遇、隊伍、頒布、項目、預算、領導、頻道、額度
涓涓细流 浠水 鏖战 骞 淇河 搴旗 寮国 鎏 鏸 鏐 鏈? 鏈？ 锘? 元素锘
document.write("é"+'ä'); var s="\\u00e5"; {"name":"Zoë","city":"Kōbe"} http://example.cn/?a=é&b=中"""


def unchanged(text: str) -> bool:
    restored, repairs = undo(text, html=False)
    return restored is text and not repairs


@pytest.mark.parametrize("text", [*ODD.split("\n"), ODD, ODD.upper()])
def test_odd_text_stays(text: str) -> None:
    assert unchanged(text)
    assert all(map(unchanged, text.split()))


def test_words_of_the_dictionary_stay() -> None:
    """Every third of jieba's words, alone, and all of them in sentences; so do their traditional forms."""
    words = [word for word, _ in language.words()]
    assert all(map(unchanged, words[::3]))
    traditional = [
        "".join(next(iter(traditional_forms(char)), char) for char in word) for word in islice(words, 0, None, 5)
    ]
    assert all(map(unchanged, traditional[::3]))
    for place in range(0, len(traditional), 60):
        assert unchanged("，".join(traditional[place : place + 60]))
    for place in range(0, len(words), 60):
        assert unchanged("".join(words[place : place + 60]))


def test_every_character_stays() -> None:
    for code in range(0x80, 0x2FFF):
        assert unchanged(chr(code) * 5)
    for start in (*range(0x3400, 0xD7A0, 7), *range(0xE000, 0xFFF0, 7), *range(0x20000, 0x20400, 7)):
        assert unchanged("".join(map(chr, range(start, start + 7))))
    assert unchanged("".join(map(chr, range(0x4E00, 0xA000))))


LATIN = "abc ABC éèêëàâäçîïôöùûüß ÄÖÜ ñ áíóú ãõ åøæ «»…–“”‘’ .,!? ·×÷° \n"


@settings(max_examples=300)
@given(
    words=st.lists(
        st.builds(
            lambda start, letter, end: start + letter + end,
            st.text("abcdeghilmnoprstu", max_size=4),
            st.sampled_from(LATIN),
            st.text("abcdeghilmnoprstu", max_size=4),
        ),
        max_size=60,
    )
)
def test_words_with_accents_stay(words: list[str]) -> None:
    assert unchanged(" ".join(words))


def test_real_pages_stay(seeds: Path, corpus: Path) -> None:
    for file in sorted(seeds.glob("*.txt")):
        assert unchanged(file.read_text(encoding="utf-8").replace("\ufffd", ""))
    read = 0
    for file in sorted(corpus.glob("*.html")):
        data = file.read_bytes()
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            continue
        read += 1
        restored, repairs = undo(text, html=True)
        assert restored is text
        assert not repairs
    assert read


def test_signs_of_damage_are_seen_in_a_page_that_is_mostly_ascii() -> None:
    page = "<div class='row'>cell?</div>\n" * 200
    for shown in ("鏀垮簻", "鏈?鍏", "æ”¿åºœ", "å?ª", "\udc80é©"):
        assert gate.may_hold(page + shown + page) == gate.may_hold(shown)
    assert not gate.may_hold(page + "é" + page + "年" + page)


MISREAD_AS_GBK = "（二）存在的主要问题及改进措施".encode().decode("gb18030", "replace")
MISREAD_AS_1252 = "（二）存在的主要问题及改进措施".encode("gbk").decode("cp1252")


@pytest.mark.parametrize(
    "clean",
    [
        "烟台市牟平区、芝罘区",
        "负责人司徒淼主持会议",
        "乍暖还寒",
        "多少天答复?不服怎么办?",
        "芫荽",
        "汉语拼音",
        "扈江离",
    ],
)
def test_chinese_beside_misread_text_stays(clean: str) -> None:
    """GBK bytes of some names are UTF-8 by chance: 牟平 would be two Latin letters and a sign."""
    assert repair(f"{MISREAD_AS_GBK}\n{clean}").text.endswith(f"\n{clean}")
    assert repair(f"<td>{MISREAD_AS_GBK}</td><td>{clean}</td>").text.endswith(f"<td>{clean}</td>")


@pytest.mark.parametrize(
    "text",
    [
        "«\xa0été\xa0»",
        "é\xa0»",
        "vécu… été… côté…",
        "à&nbsp;« là&#160;»",
        "INFORMAÇÕES, SITUAÇÃO, AÇÃO",
        "ÄÖ ÜÄ ÖÜ",
        "¼½¾ ±²³ °·",
        "5°±2°, 3×4",
        "鏈? 鏈？",
        "¡£100!",
        "ぁぃ 羆瓣",
    ],
)
def test_short_text_of_odd_signs_stays(text: str) -> None:
    assert unchanged(text)


@pytest.mark.parametrize("clean", ["“×”", "naïve café…", "José María", "扈江", "25℃", "㎡", "供应链？", "颍东区"])
@pytest.mark.parametrize(
    "shown",
    [
        "政府信息公开年报".encode().decode("gb18030", "replace"),
        "政府信息公开年报".encode().decode("latin-1"),
        "政府信息公开年报".encode("gbk").decode("latin-1"),
        "政府信息公开年报".encode("gbk").decode("big5hkscs", "replace"),
    ],
)
def test_odd_text_stays_beside_each_kind_of_misreading(clean: str, shown: str) -> None:
    assert undo(f"<p>{shown}</p><p>{clean}</p>", html=True)[0].endswith(f"<p>{clean}</p>")


@pytest.mark.parametrize("clean", ["Müller", "José María", "été", "naïve", "Größe", "×÷≠"])
def test_latin_words_beside_misread_text_stay(clean: str) -> None:
    assert repair(f"{MISREAD_AS_1252}\n{clean}").text.endswith(f"\n{clean}")
