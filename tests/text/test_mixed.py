"""Pages that are in more than one encoding, broken pages, and the account that is kept of both."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import decode, judge, lattice, mixed
from crawler.text.model import Decoded, Piece
from tests.text.damage import HEADINGS, SENTENCES

SIMPLE = "".join(f"<p>{sentence}</p>\n" for sentence in SENTENCES)
TRADITIONAL = (
    "<p>本局依申請公開政府信息共計十七件，均已按時辦結。</p>\n"
    "<p>下一步將繼續加強業務培訓，提高工作人員的能力和水平。</p>\n"
    "<p>沒有因政府信息公開工作引起的行政復議和行政訴訟。</p>\n"
)
PAGES = {"utf-8": SIMPLE, "gb18030": SIMPLE, "big5hkscs": TRADITIONAL}
PIECES = {
    "utf-8": ("主动公开政府信息情况", "2023年度报告", "无", "二审法院驳回上诉，维持原判", "《条例》第二十条第（一）项"),
    "gb18030": ("主动公开政府信息情况", "2023年度报告内容", "二审法院驳回上诉，维持原判", "《条例》第二十条第（一）项"),
    "big5hkscs": ("主動公開政府信息情況", "本年度收到申請共計十七件", "第二十條第（一）項規定的政府信息"),
}
PAIRS = [(page, piece, text) for page in PAGES for piece, texts in PIECES.items() if piece != page for text in texts]


def account(found: Decoded, body: bytes) -> None:
    """Each part of the text, in the encoding it was read in, makes the bytes again."""
    parts = []
    at = 0
    for piece in found.pieces:
        parts += [
            found.text[at : piece.start].encode(found.chosen),
            found.text[piece.start : piece.end].encode(piece.encoding),
        ]
        at = piece.end
    parts.append(found.text[at:].encode(found.chosen))
    assert b"".join(parts) == body


@pytest.mark.parametrize(("page", "piece", "text"), PAIRS)
def test_a_passage_is_read_in_its_own_encoding(page: str, piece: str, text: str) -> None:
    before, after = PAGES[page] + '<td class="a">', "</td>" + PAGES[page]
    body = before.encode(page) + text.encode(piece) + after.encode(page)

    found = decode(body, "text/html; charset=gb2312")

    assert found.text == before + text + after
    assert (found.chosen, found.lost) == (page, 0)
    assert {part.encoding for part in found.pieces} == {piece}
    assert found.pieces[0].start >= len(before)
    assert found.pieces[-1].end <= len(before + text)
    account(found, body)


@pytest.mark.parametrize(("page", "piece"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_pieces_without_anything_between(page: str, piece: str) -> None:
    parts = ("本机关名称：", "湖滨新区行政审批局", "，年度报告如下")
    before = SIMPLE.encode(page)
    body = before + parts[0].encode(page) + parts[1].encode(piece) + parts[2].encode(page)
    found = decode(body)
    assert found.text == SIMPLE + "".join(parts)
    start = len(SIMPLE) + len(parts[0])
    assert found.pieces == (Piece(piece, start, start + len(parts[1])),)


def test_pieces_with_only_a_little_ascii_between_are_one() -> None:
    value = "<td>总计</td><td>17</td><td>上年结转</td>"
    found = decode((SIMPLE + "<table><tr>").encode("gbk") + value.encode() + ("</tr></table>" + SIMPLE).encode("gbk"))
    assert [found.text[piece.start : piece.end] for piece in found.pieces] == ["总计</td><td>17</td><td>上年结转"]


def test_the_evidence_tells_of_pieces_where_there_are_any() -> None:
    assert "pieces" not in decode(SIMPLE.encode("gbk")).evidence()
    found = decode((SIMPLE + "<td>").encode("gbk") + "上年结转政府信息公开申请".encode() + b"</td>")
    start = len(SIMPLE) + 4
    assert found.evidence()["pieces"] == [{"encoding": "utf-8", "start": start, "end": start + 12}]


@pytest.mark.parametrize(
    "words", ["pīnyīn hé zhōngwén", "Москва", "Ελλάδα του 2023", "שלום עולם", "العربية", "Đặng Văn Ngữ", "ˈtʃaɪnə"]
)
def test_letters_of_two_bytes_in_a_utf8_page_are_no_gbk(words: str) -> None:
    text = SIMPLE + f"<p>{words}</p>"
    found = decode(text.encode(), "text/html; charset=gbk")
    assert (found.text, found.pieces) == (text, ())


@pytest.mark.parametrize("piece", ["为什么", "一站式", "一双双"])
def test_gbk_that_is_valid_utf8_in_a_utf8_page(piece: str) -> None:
    assert piece.encode("gbk").decode("utf-8")
    found = decode((SIMPLE + "<td>").encode() + piece.encode("gbk") + b"</td>")
    assert found.text == f"{SIMPLE}<td>{piece}</td>"


def test_a_page_that_is_half_and_half() -> None:
    lines = [(f"<p>{text}</p>", codec) for text in SENTENCES * 4 for codec in ("utf-8", "gb18030")]
    body = b"\n".join(text.encode(codec) for text, codec in lines)
    found = decode(body)
    assert found.text == "\n".join(text for text, _ in lines)
    account(found, body)


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "big5hkscs"])
@pytest.mark.parametrize("other", ["utf-8", "gb18030", "big5hkscs"])
def test_text_behind_a_page_that_was_cut_off(codec: str, other: str) -> None:
    whole = PAGES[codec].encode(codec)
    cut = whole[: whole.rindex(b"</p>") - len("。".encode(codec)) - 1]
    tail = PAGES[other]
    found = decode(cut + b"\n" + tail.encode(other))
    assert found.text.endswith("\n" + tail)
    assert found.lost == found.text.count("\ufffd") == 1
    start = PAGES[codec].rindex("</p>") - 2
    assert found.text[: start + 1] == PAGES[codec][:start] + "\ufffd"


def test_0x80_in_a_gbk_page_is_the_euro_sign() -> None:
    found = decode(f"<p>{SIMPLE}</p><td>".encode("gbk") + b"\x80 100</td>")
    assert found.text.endswith("<td>€ 100</td>")
    assert found.lost == 0


@pytest.mark.parametrize(
    ("data", "sign"),
    [(b"\xa1\xe3", "～"), (b"\xa2\x44", "￥"), (b"\xa3\xe1", "€"), (b"\xc7\xe9", "①"), (b"\xc6\xa1", "①")],
)
def test_signs_that_dialects_of_big5_spell_differently_are_as_browsers_show_them(data: bytes, sign: str) -> None:
    body = TRADITIONAL.encode("big5hkscs") + b"<td>" + data + b"</td>"
    assert decode(body).text == f"{TRADITIONAL}<td>{sign}</td>"


def test_kana_of_hong_kong_stay_kana_in_a_word() -> None:
    text = TRADITIONAL + "<p>ロンドン</p>"
    assert decode(text.encode("big5hkscs")).text == text


@pytest.mark.parametrize(
    ("codec", "names"),
    [
        ("gb18030", "苟圊焜、靳玥彧、邬堃、臧垚、瞿喆、阚镕"),
        ("gb18030", "鄜州 邛崃 亳州 儋州 阆中 蕲春 郫都 盱眙 歙县 浉河"),
        ("big5hkscs", "蠜訩驤、鏃楈塺、壁粘評、諜煊昡"),
        ("utf-8", "𠮷野、䶮、㛃、𬭎、ǎ、жи、αβγ"),
    ],
)
def test_rare_names_are_not_taken_for_pieces(codec: str, names: str) -> None:
    text = PAGES[codec] + f"<p>{names}</p>"
    found = decode(text.encode(codec))
    assert (found.text, found.pieces, found.lost) == (text, (), 0)


def test_a_run_too_long_for_the_lattice_loses_only_what_is_broken() -> None:
    text = "".join(re.findall("[\u4e00-\u9fff，。]+", SIMPLE)) * 200
    body = bytearray(text.encode())
    body[len(body) // 2 // 3 * 3] = 0xFF
    found = decode(bytes(body))
    assert len(body) > mixed.LONGEST
    assert found.lost == 3
    assert found.text.replace("\ufffd", "").count("公") >= text.count("公") - 1


pieces = st.lists(
    st.tuples(st.sampled_from(HEADINGS + SENTENCES), st.sampled_from(["utf-8", "gb18030"])), min_size=2, max_size=8
)


@given(pieces)
def test_any_mixture_of_paragraphs_comes_back(parts: list[tuple[str, str]]) -> None:
    body = b"".join(f"<p>{text}</p>".encode(codec) for text, codec in parts)
    found = decode(body)
    assert found.text == "".join(f"<p>{text}</p>" for text, _ in parts)
    account(found, body)


@given(data=st.binary(min_size=1, max_size=60), codec=st.sampled_from(lattice.CODECS))
def test_the_lattice_uses_every_byte_once(data: bytes, codec: str) -> None:
    runs = lattice.read(data, codec)
    lost = sum(run.lost for run in runs)
    read = b"".join(_bytes(run) for run in runs)
    assert len(read) + lost <= len(data) <= len(read) + 3 * lost
    assert "".join(run.text for run in runs).count("\ufffd") >= lost


def _bytes(run: lattice.Run) -> bytes:
    """What was read in `run`, without what was not: a U+FFFD that was read counts as read."""
    text = run.text.replace("\ufffd", "", run.lost)
    return text.replace("\u20ac", "?" if run.codec == "gb18030" else "\u20ac").encode(
        "cp950" if run.codec == "big5hkscs" and "\u20ac" in text else run.codec, "surrogatepass"
    )


def test_neighbours_give_a_wrong_reading_away_where_single_rare_characters_do_not() -> None:
    assert judge.worst("公示名单：瞿喆、张三、李镕", mixed.TOGETHER) > mixed.LOOKS_WRONG
    assert (
        judge.worst("公示名单" + "信息公开条例规定办理".encode().decode("gb18030"), mixed.TOGETHER) < mixed.LOOKS_WRONG
    )
    assert judge.worst("", mixed.TOGETHER) == 0


@pytest.mark.parametrize("codec", ["gb18030", "big5hkscs"])
def test_half_a_character_inside_a_line_costs_that_one_character(codec: str) -> None:
    text = PAGES[codec]
    at = text.index("政府信息公")
    head, tail = text[: at + 2], text[at + 2 :]
    found = decode(head.encode(codec)[:-1] + b" " + tail.encode(codec))
    assert found.text == head[:-1] + "\ufffd " + tail
    assert found.lost == 1


def test_a_utf8_page_with_marks_of_what_was_lost_before_stays_as_it_is() -> None:
    text = SIMPLE + "<p>\ufffd政府\ufffd\ufffd信息</p><p>锟斤拷锟斤拷</p><p>鍏紑鎸囧崡</p><p>Õþ¸®ÐÅÏ¢</p>"
    for codec in ("utf-8", "utf-16-le"):
        found = decode(text.encode(codec), "text/html; charset=gbk")
        assert (found.text, found.lost, found.pieces) == (text, 0, ())
