"""Headings and pages in each encoding of the closed set, declared wrongly, rightly and not at all."""

from __future__ import annotations

from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from random import Random

import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import decode, language
from crawler.text.sampling import BREAK, sample, windows

DECLARED = (None, "utf-8", "gb2312", "gbk", "gb18030", "big5", "iso-8859-1", "utf-16", "windows-1252", "x-unknown")
CODECS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
    "cp950": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "utf-16": "utf-16-le",
    "utf-16-le": "utf-16-le",
    "utf-16-be": "utf-16-be",
}
LATIN = (
    "{}",
    "<td>{}</td>",
    '<td class="x1">{}</td><td>17</td>',
    "COVID-19 {}",
    "{} 5.6%",
    "\r\n\t<p>&nbsp;&nbsp;{}</p>\r\n",
)


@cache
def _headings() -> tuple[str, ...]:
    """The project's headings and labels, from ten characters on; short ones two by two."""
    text = resources.files("crawler.text").joinpath("phrases.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and line[0] not in "#*" and " " not in line]
    short = [line for line in lines if len(line) < 10]
    return (*(line for line in lines if len(line) >= 10), *map("：".join, pairwise(short)))


@cache
def _words() -> tuple[str, ...]:
    """Ten characters of dictionary words that have nothing to do with the field."""
    chance = Random(5)
    words = [word for word, _ in language.words() if 1 < len(word) < 5]
    return tuple("".join(chance.choices(words, k=5)) for _ in range(400))


@cache
def _texts(codec: str) -> tuple[str, ...]:
    """Texts that `codec` can hold, traditional ones for Big5."""
    texts: tuple[str, ...] = _headings()[:600] + tuple(text for text in _words() if len(text) >= 10)
    if "big5" in codec or codec == "cp950":
        texts = tuple(opencc.OpenCC("s2t").convert("\n".join(texts)).split("\n"))
    return tuple(text for text in texts if _holds(codec, text))


def _holds(codec: str, text: str) -> bool:
    try:
        return text.encode(codec).decode(codec) == text
    except UnicodeError:
        return False


@pytest.mark.parametrize("codec", CODECS)
def test_ten_characters_are_enough_whatever_is_declared(codec: str) -> None:
    chance = Random(7)
    texts = _texts(codec)
    wrong = []
    for text in texts:
        page = chance.choice(LATIN).format(text)
        header = chance.choice(DECLARED)
        found = decode(page.encode(codec), header and f"text/html; charset={header}")
        if (found.text, found.chosen, found.lost) != (page, CODECS[codec], 0):
            wrong.append((page, header, found.text))
    assert len(texts) > 500
    assert len(wrong) <= len(texts) // 1000, wrong


@pytest.mark.parametrize("codec", CODECS)
def test_whole_pages_whatever_is_declared(codec: str) -> None:
    chance = Random(11)
    for header in DECLARED:
        script = "<script>" + "var a = 1;\n" * chance.choice((0, 3_000)) + "</script>"
        body = "".join(f"<p>{chance.choice(_texts(codec))}</p>\n" for _ in range(chance.choice((2, 60, 900))))
        page = f'<meta charset="{chance.choice(DECLARED)}">{script}{body}'
        found = decode(page.encode(codec), header and f"text/html; charset={header}")
        assert found.text == page
        assert (found.chosen, found.lost, found.pieces) == (CODECS[codec], 0, ())


def test_real_reports_in_each_encoding_whatever_is_declared(seeds: Path) -> None:
    chance = Random(13)
    files = sorted(seeds.glob("*.txt"))
    assert files
    for file in files:
        page = "".join(f"<p>{line}</p>\n" for line in file.read_text(encoding="utf-8").splitlines())
        for codec in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
            header = chance.choice(DECLARED)
            assert decode(page.encode(codec), header and f"text/html; charset={header}").text == page


WESTERN = (
    "L'accès à l'information publique est un droit garanti à toute personne.",
    "Die Behörde veröffentlicht jährlich einen Bericht über die Öffentlichkeitsarbeit.",
    "El año pasado se publicó información pública sobre la administración española.",
    "Città di Milano: perché più libertà è così",
    "Øresund på København, Ærø, Århus",
    "RÉPUBLIQUE FRANÇAISE – ÉCOLE SUPÉRIEURE",
    "The café’s naïve “résumé” © 2008 Zürich®",
)


@pytest.mark.parametrize("text", WESTERN)
@pytest.mark.parametrize("codec", ["cp1252", "latin-1", "utf-8"])
@pytest.mark.parametrize("header", DECLARED)
def test_western_pages(text: str, codec: str, header: str | None) -> None:
    if not _holds(codec, text):
        text = text.translate(str.maketrans("“”’–", '""\'-'))
    page = f"<title>{text}</title>"
    found = decode(page.encode(codec), header and f"text/html; charset={header}")
    assert (found.text, found.chosen) == (page, "utf-8" if codec == "utf-8" else "cp1252")


@pytest.mark.parametrize("text", ["公开", "政府信息", "收费标准", "第三季度决算"])
def test_characters_of_four_bytes_and_beyond_the_first_plane(text: str) -> None:
    page = f"<p>{text}：𠮷㐀䶮𬭎</p>"
    found = decode(page.encode("gb18030"), "text/html; charset=gb2312")
    assert (found.text, found.chosen, found.lost) == (page, "gb18030", 0)


def test_utf16_of_nothing_but_ascii_and_of_nothing_but_chinese() -> None:
    for text in ("<html><body>2023 report</body></html>", "政府信息公开工作年度报告"):
        for codec in ("utf-16-le", "utf-16-be"):
            assert decode(text.encode(codec)).text == text


def test_a_body_that_says_utf16_and_is_ascii_is_ascii() -> None:
    body = b'<meta charset="utf-16"><p>annual report 2023</p>'
    assert decode(body, "text/html; charset=utf-16").text == body.decode("ascii")


han = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
usual = st.sampled_from(sorted({char for line in _headings() for char in line if char > "\x7f"}))


@given(
    text=st.text(usual, min_size=12, max_size=200),
    codec=st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be"]),
    header=st.sampled_from(DECLARED),
)
def test_usual_characters_in_any_order_come_back(text: str, codec: str, header: str | None) -> None:
    assert decode(text.encode(codec), header and f"text/html; charset={header}").text == text


@given(
    text=st.text(han, min_size=40, max_size=200),
    codec=st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be"]),
)
def test_any_chinese_characters_come_back_from_what_they_are_declared_to_be(text: str, codec: str) -> None:
    page = f'<meta charset="{codec}"><p>{text}</p>'
    assert decode(page.encode(codec), f"text/html; charset={codec}").text == page


@given(st.binary(max_size=300), st.sampled_from(DECLARED))
def test_without_loss_and_pieces_the_text_is_the_bytes(body: bytes, header: str | None) -> None:
    found = decode(body, header and f"text/html; charset={header}")
    assert found.text.count("\ufffd") >= found.lost
    found.text.encode()
    if found.lost or found.pieces or found.chosen in ("big5hkscs", "gb18030"):
        return  # the last two have more than one spelling of some characters
    again = found.text.encode(found.chosen)
    assert body.endswith(again)
    assert len(body) - len(again) <= 4  # a byte order mark


@given(st.binary(max_size=5_000), st.integers(10, 300))
def test_samples_are_parts_of_the_body(body: bytes, size: int) -> None:
    part = sample(body, size, 3)
    assert all(line in body for line in part.split(b"\n"))
    assert part or not body
    assert len(windows(body, size)) <= max(size, 1) or len(body) <= size


def test_a_sample_of_a_long_page_holds_its_chinese_and_cuts_no_character() -> None:
    page = "<script>x</script>" * 5_000 + "<td>政府信息公开</td>" + " " * 50_000 + "<td>年度报告</td>"
    for codec in ("utf-8", "gb18030", "big5hkscs"):
        text = page if codec != "big5hkscs" else opencc.OpenCC("s2t").convert(page)
        part = sample(text.encode(codec), 120, 3)
        assert len(part) < 200
        assert set(part.decode(codec)) >= set("政府信息")
        assert BREAK.search(part)


FOREIGN = (
    "Русский язык и литература в Китае",
    "Η ελληνική γλώσσα και η διαφάνεια",
    "العربية هي لغة رسمية في الأمم المتحدة",
    "דוח שנתי על חופש המידע",
    "Türkçe yıllık rapor şeffaflık",
    "Đặng Văn Ngữ và Nguyễn Thị Minh Khai",
    "日本語の年次報告書、カタカナも",
    "한국어 연차 보고서 공개",
)


@pytest.mark.parametrize("text", FOREIGN)
@pytest.mark.parametrize("header", DECLARED)
@pytest.mark.parametrize("around", ["", "<p>政府信息公开工作年度报告，主动公开情况如下：</p>"])
def test_utf8_of_other_scripts_is_not_taken_for_gbk(text: str, header: str | None, around: str) -> None:
    page = f"{around}<p>{text}</p>{around}"
    found = decode(page.encode(), header and f"text/html; charset={header}")
    assert (found.text, found.chosen, found.pieces) == (page, "utf-8", ())
