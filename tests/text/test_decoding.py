"""Which encoding a page is in: the bytes decide, declarations vote."""

from __future__ import annotations

import codecs
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.text import decode
from crawler.text.script import traditional_forms
from tests.text.damage import HEADINGS, SENTENCES

PAGE = "<!DOCTYPE html><html><head>{meta}<title>年度报告</title></head><body><p>{text}</p></body></html>"
TEXT = "".join(SENTENCES)


def traditional(text: str) -> str:
    """A Big5 page is in traditional script."""
    return "".join((*traditional_forms(char), char)[0] if char in "报没开务实" else char for char in text)


@pytest.mark.parametrize(
    ("encoding", "chosen"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
    ],
)
@pytest.mark.parametrize(
    "declared",
    [None, "utf-8", "UTF8", "gb2312", "GBK", "big5", "iso-8859-1", "windows-1252", "utf-16", "x-unknown-label"],
)
@pytest.mark.parametrize("where", ["header", "meta"])
def test_the_bytes_win_over_any_declaration(encoding: str, chosen: str, declared: str | None, where: str) -> None:
    meta = f'<meta charset="{declared}">' if declared and where == "meta" else ""
    page = PAGE.format(meta=meta, text=TEXT)
    header = f"text/html; charset={declared}" if declared and where == "header" else None

    found = decode(page.encode(encoding), header)

    assert (found.text, found.chosen, found.lost, found.lossy) == (page, chosen, 0, False)
    assert found.declared == (declared.lower() if declared else None)
    assert found.score > found.runner_up_score


def test_big5_page_under_a_gbk_header() -> None:
    page = "<p>本局依申請公開政府信息共計十七件，均已按時辦結，並將繼續加強業務培訓。</p>"
    found = decode(page.encode("big5hkscs"), "text/html; charset=GBK")
    assert (found.text, found.chosen) == (page, "big5hkscs")


def test_utf8_that_is_valid_gbk_is_utf8_even_under_a_gb2312_meta() -> None:
    # Pairs of characters have six bytes in UTF-8, an even number, and read as three rare characters in GBK.
    text = "信息公开条例规定办理"
    body = f'<meta http-equiv="Content-Type" content="text/html; charset=gb2312"><p>{text}</p>'.encode()
    assert body.decode("gb18030") != body.decode("utf-8")
    assert text in decode(body, "text/html; charset=gb2312").text


@pytest.mark.parametrize(
    ("declaration", "label"),
    [
        ('<meta charset="utf-8" name="viewport">', "utf-8"),
        ("<META HTTP-EQUIV=Content-Type CONTENT='text/html; charset=GB2312'>", "gb2312"),
        ('<meta content="text/html;charset=gbk" http-equiv="content-type"/>', "gbk"),
        ("<meta charset=utf8>", "utf8"),
        ("<meta charset = 'GB18030' >", "gb18030"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=&quot;gbk&quot;">', "gbk"),
        ('<meta\n  charset="big5">', "big5"),
        ('<?xml version="1.0" encoding="GB2312"?><html>', "gb2312"),
        ("<meta name='description' content='no charset here'>", None),
    ],
)
def test_declarations_are_heard_however_they_are_written(declaration: str, label: str | None) -> None:
    body = (declaration + f"<p>{TEXT}</p>").encode("gbk")
    found = decode(body)
    assert found.declared == label
    assert found.chosen == "gb18030"
    assert found.text.endswith(f"<p>{TEXT}</p>")


def test_every_voice_is_recorded_and_the_header_is_the_strongest_declaration() -> None:
    body = codecs.BOM_UTF8 + f'<meta charset="gbk"><p>{TEXT}</p>'.encode()
    found = decode(body, "text/html; charset=ISO-8859-1")
    voices = {(vote.source, vote.encoding) for vote in found.votes}
    assert {("bom", "utf-8"), ("header", "cp1252"), ("meta", "gb18030"), ("bytes", "utf-8")} <= voices
    assert found.declared == "iso-8859-1"
    assert not found.text.startswith("\ufeff")


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"plain text, 2023\r\n"])
def test_ascii_and_nothing_are_utf8(body: bytes) -> None:
    found = decode(body, "text/html; charset=gb2312")
    assert (found.text, found.chosen, found.lost) == (body.decode("ascii"), "utf-8", 0)


@pytest.mark.parametrize("text", ["Copyright © 2020", "it’s “quoted”", "café · naïve", "100 ℃"])
def test_signs_above_ascii_in_a_page_without_chinese(text: str) -> None:
    assert decode(text.encode()).text == text


def test_western_page_is_cp1252_only_without_chinese() -> None:
    assert decode("The café © at Zürich — “open”".encode("cp1252")).chosen == "cp1252"
    assert decode("<p>café</p><p>公开</p>".encode("gb18030")).chosen == "gb18030"


@pytest.mark.parametrize("text", ["一", "简介", "目录", "无", "公开指南", "2023年"])
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_a_few_characters_are_enough(text: str, codec: str) -> None:
    assert decode(f"<td>{text}</td>".encode(codec)).text == f"<td>{text}</td>"


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5hkscs", "utf-16-le"])
def test_a_page_cut_in_its_last_character_loses_that_one(codec: str) -> None:
    text = "".join(char for char in traditional(TEXT) if char.encode(codec, "ignore"))
    whole = text.encode(codec)
    cut = decode(whole[:-1])
    assert cut.lost == 1
    assert cut.text == text[:-1] + "\ufffd"


def test_a_few_broken_bytes_in_a_large_page_cost_only_those() -> None:
    text = f"<p>{TEXT}</p>\n" * 5_000
    body = bytearray(text.encode())
    places = [body.index("公".encode(), start) for start in (1_000, 500_000, 900_000)]
    for place in places:
        body[place] = 0xFF
    found = decode(bytes(body), "text/html; charset=gbk")
    assert found.chosen == "utf-8"
    # A first byte was hit: it and its two orphans cannot be read.
    assert found.lost == found.text.count("\ufffd") == 9
    assert len(re.findall("\ufffd{3}", found.text)) == 3
    assert found.text.replace("\ufffd" * 3, "公") == text


def test_a_character_which_the_page_itself_had_lost_is_not_counted() -> None:
    found = decode(f"<p>{TEXT}\ufffd</p>".encode())
    assert (found.text.count("\ufffd"), found.lost) == (1, 0)


@pytest.mark.parametrize(("page_codec", "piece_codec"), [("gb18030", "utf-8"), ("utf-8", "gb18030")])
def test_a_passage_in_another_encoding_than_its_page(page_codec: str, piece_codec: str) -> None:
    before, piece, after = f"<p>{TEXT}</p><div>", "政府信息公开指南", f"</div><p>{TEXT}</p>"
    found = decode(before.encode(page_codec) + piece.encode(piece_codec) + after.encode(page_codec))
    assert found.text == before + piece + after
    assert (found.chosen, found.lost) == (page_codec, 0)


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 40,
        b"\xff\xfe",
        b"\xff\xfe\x00",
        b"\xef\xbb\xbf",
        b"\x00" * 100,
        b"\x81",
        b"\xff" * 1000,
        b"\xd8\x00\xdc\x00" * 50,
        b"<meta charset=" * 2000 + b"\xb9\xab",
    ],
)
def test_what_is_no_text_is_survived(body: bytes) -> None:
    found = decode(body, "text/html; charset=utf-16")
    assert found.lost == found.text.count("\ufffd")
    found.text.encode("utf-8")  # no lone surrogate ever leaves the decoder


def test_only_an_unsure_judge_asks_chardet(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: bytes) -> dict[str, str]:
        raise AssertionError("chardet was asked about a clear case")

    monkeypatch.setattr("crawler.text.decoding.chardet.detect", never)
    for codec in ("utf-8", "gb18030"):
        assert decode(TEXT.encode(codec), "text/html; charset=iso-8859-1").text == TEXT


fields = st.lists(st.sampled_from(HEADINGS + SENTENCES), min_size=1, max_size=6).map("\n".join)
labels = st.sampled_from([None, "utf-8", "gbk", "gb2312", "iso-8859-1", "big5"])


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(text=fields, codec=st.sampled_from(["utf-8", "gb18030", "utf-16-le", "utf-16-be"]), header=labels, meta=labels)
def test_any_text_of_the_field_comes_back_whatever_is_declared(
    text: str, codec: str, header: str | None, meta: str | None
) -> None:
    page = (f'<meta charset="{meta}">' if meta else "") + f"<p>{text}</p>"
    found = decode(page.encode(codec), f"text/html;charset={header}" if header else None)
    assert found.text == page
    assert found.lost == 0


@settings(deadline=None)
@given(body=st.binary(max_size=400), header=labels)
def test_any_bytes_at_all_give_text_that_can_be_stored(body: bytes, header: str | None) -> None:
    found = decode(body, header)
    found.text.encode("utf-8")
    assert (found.lost > 0) == found.lossy
    assert found.text.count("\ufffd") >= found.lost
