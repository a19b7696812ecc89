"""What the world does to clean Chinese text, written forwards: each damage names the repair that it calls for.

A damage is a pure function of (text, random numbers); `apply(name, text, seed)` is the same on every machine. What it
returns says what a perfect repair gives back, which is not always the text that went in: a character whose last byte is
gone cannot be read any more, and `&nbsp;` needs a blank to have stood there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from benchmarks import content, misread
from benchmarks.misread import Piece


@dataclass(frozen=True, slots=True)
class Damaged:
    """A damaged text and the truth about it.

    Attributes:
        value: what arrives: text, or the bytes of a body.
        clean: what `repair(value, keep_script=keep_script).text` ought to be, of bytes after `decode`.
        read: what `decode(value).text` ought to be (bytes only).
        lost: indices in `clean` of characters that the damage does not tell any more; U+FFFD may stand for them.
        content_type: the header that comes with the bytes, None if there is none.
        keep_script: the text is to be compared in traditional script.
        counts: characters that an error rate is a share of, if they are fewer than all of `clean`.
    """

    value: str | bytes
    clean: str
    read: str = ""
    lost: tuple[int, ...] = ()
    content_type: str | None = None
    keep_script: bool = False
    counts: int | None = None


@dataclass(frozen=True, slots=True)
class Damage:
    """One entry of the registry.

    Attributes:
        name: what was done.
        kind: `Repair.kind` that undoes it, `decode` for bytes, `lost` where nothing can.
        group: `content` (done to characters), `codec` (text misread), `bytes` (misread on arrival), `shift`.
        lossless: every character can be read from what is left.
        where: `any`, `plain` (in HTML source it is no damage) or `html` (needs tags).
        run: the function; None as its result says that the damage cannot happen to this text.
    """

    name: str
    kind: str
    group: str
    lossless: bool
    where: str
    run: Callable[[str, Random], Damaged | None]

    @property
    def gives_bytes(self) -> bool:
        """True if the result is a body, False if it is text."""
        return self.group == "bytes"


REGISTRY: dict[str, Damage] = {}

_HANZI = re.compile("[\u3400-\u9fff]")


def is_page(text: str) -> bool:
    """True for the source of a whole HTML page."""
    return text.startswith(("<!DOCTYPE", "<html"))


def _add(
    name: str,
    kind: str,
    group: str,
    run: Callable[[str, Random], Damaged | None],
    *,
    lossless: bool = True,
    where: str = "any",
) -> None:
    REGISTRY[name] = Damage(name, kind, group, lossless, where, run)


def apply(name: str, text: str, seed: int = 0) -> Damaged | None:
    """Do the damage `name` to `text`; None if it cannot happen to it or would leave it as it is.

    `text` may be a whole HTML page: what is done to characters is then done to its texts, never to its tags.
    """
    done = REGISTRY[name].run(text, Random(f"{name}/{seed}/{text}"))
    return None if done is None or done.value == text or not done.value else done


def apply_pair(first: str, second: str, text: str, seed: int = 0) -> Damaged | None:
    """Do `first` and then `second`; None if one of them cannot happen, or if the second would hide what is lost."""
    done = apply(first, text, seed)
    if done is None or isinstance(done.value, bytes):
        return None
    again = apply(second, done.value, seed)
    if again is None or again.lost or (isinstance(again.value, str) and again.clean != done.value):
        return None
    clean = done.clean
    if isinstance(again.value, bytes):
        label = again.content_type.rpartition("=")[2] if again.content_type else None
        clean = declaring(clean, label)
    return replace(again, clean=clean, lost=done.lost, keep_script=done.keep_script)


# --- content -----------------------------------------------------------------------------------------------------


def _content(change: Callable[[str, Random], tuple[str, str] | None]) -> Callable[[str, Random], Damaged | None]:
    def run(text: str, rng: Random) -> Damaged | None:
        changed = content.in_page(change, text, rng) if is_page(text) else change(text, rng)
        return Damaged(changed[0], changed[1]) if changed else None

    return run


for _name, (_kind, _where, _change) in content.CHANGES.items():
    _add(_name, _kind, "content", _content(_change), where=_where)

# --- codecs: text that was misread -------------------------------------------------------------------------------


def _bytes_of(text: str, encoding: str) -> bytes | None:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


def _misread(
    encoding: str, reader: Callable[[bytes], list[Piece]], *, lossy: bool = False
) -> Callable[..., Damaged | None]:
    """Bytes of the text in `encoding` read by `reader`, where something is lost (`lossy`) or where nothing is."""

    def run(text: str, rng: Random) -> Damaged | None:
        body = _bytes_of(text, encoding)
        if body is None or text.isascii():
            return None
        pieces = reader(body)
        lost = misread.lost_characters(text, encoding, pieces)
        return Damaged(misread.shown(pieces), text, lost=lost) if bool(lost) == lossy else None

    return run


def _twice(reader: Callable[[bytes], list[Piece]]) -> Callable[[str, Random], Damaged | None]:
    def run(text: str, rng: Random) -> Damaged | None:
        current = text if _HANZI.search(text) else ""
        for _ in range(2):
            pieces = reader(current.encode("utf-8"))
            if any(piece.lost for piece in pieces):
                return None
            current = misread.shown(pieces)
        return Damaged(current, text)

    return run


def _gbk(mark: str = "\ufffd", *, swallow: bool = False, euro: bool = True) -> Callable[[bytes], list[Piece]]:
    return lambda body: list(misread.as_gbk(body, mark, swallow=swallow, euro=euro))


def _cp1252(hole: str | None = None) -> Callable[[bytes], list[Piece]]:
    return lambda body: list(misread.as_cp1252(body, hole))


def _latin1(control: str | None = None) -> Callable[[bytes], list[Piece]]:
    return lambda body: list(misread.as_latin1(body, control))


def _through_big5(encoding: str, other: str) -> Callable[[str, Random], Damaged | None]:
    """Chinese bytes of one kind read as the other kind, where every byte can be."""

    def run(text: str, rng: Random) -> Damaged | None:
        before = content.converted("s2t", text) if encoding == "big5hkscs" else text
        body = _bytes_of(before, encoding)
        try:
            return Damaged(body.decode(other), text) if body and not before.isascii() else None
        except UnicodeDecodeError:
            return None

    return run


def _nothing_left(text: str, rng: Random) -> Damaged | None:
    """GBK bytes read as UTF-8 with marks, saved, and read as GBK: 锟斤拷 says nothing; nothing may be made of it."""
    body = _bytes_of(text, "gb18030")
    if body is None:
        return None
    marks = body.decode("utf-8", "replace")
    if marks.count("\ufffd") < 4:
        return None
    value = marks.encode("utf-8").decode("gb18030", "replace")
    return Damaged(value, value, lost=tuple(range(len(value))))


_add("utf8_as_gbk", "utf8_as_gbk", "codec", _misread("utf-8", _gbk()))
_add("utf8_as_gbk_fffd", "utf8_as_gbk", "codec", _misread("utf-8", _gbk(), lossy=True), lossless=False)
_add("utf8_as_gbk_question", "utf8_as_gbk", "codec", _misread("utf-8", _gbk("?"), lossy=True), lossless=False)
_add(
    "utf8_as_gbk_swallowed",
    "utf8_as_gbk",
    "codec",
    _misread("utf-8", _gbk("?", swallow=True), lossy=True),
    lossless=False,
)
_add(
    "utf8_as_gbk_no_euro", "utf8_as_gbk", "codec", _misread("utf-8", _gbk("?", euro=False), lossy=True), lossless=False
)
_add("utf8_as_cp1252", "utf8_as_latin1", "codec", _misread("utf-8", _cp1252()))
_add("utf8_as_latin1", "utf8_as_latin1", "codec", _misread("utf-8", _latin1()))
_add("utf8_as_cp1252_fffd", "utf8_as_latin1", "codec", _misread("utf-8", _cp1252("\ufffd"), lossy=True), lossless=False)
_add("utf8_as_cp1252_holes", "utf8_as_latin1", "codec", _misread("utf-8", _cp1252(""), lossy=True), lossless=False)
_add("utf8_as_latin1_holes", "utf8_as_latin1", "codec", _misread("utf-8", _latin1("?"), lossy=True), lossless=False)
_add("utf8_twice", "utf8_twice", "codec", _twice(_cp1252()))
_add("utf8_twice_latin1", "utf8_twice", "codec", _twice(_latin1()))
_add("gbk_twice", "gbk_twice", "codec", _twice(_gbk()))
_add("gbk_as_latin1", "gbk_as_latin1", "codec", _misread("gb18030", _latin1()))
_add("gbk_as_cp1252", "gbk_as_latin1", "codec", _misread("gb18030", _cp1252()))
_add("gbk_as_cp1252_fffd", "gbk_as_latin1", "codec", _misread("gb18030", _cp1252("\ufffd"), lossy=True), lossless=False)
_add("big5_as_gbk", "big5_as_gbk", "codec", _through_big5("big5hkscs", "gb18030"))
_add("gbk_as_big5", "gbk_as_big5", "codec", _through_big5("gb18030", "big5hkscs"))
_add("nothing_left", "lost", "codec", _nothing_left, lossless=False)

# --- bytes: pages that do not say, or do not say truly, what they are --------------------------------------------

_META = re.compile(r"""(<meta\b[^<>]*charset\s*=\s*["']?)[\w-]+""", re.I)


def declaring(page: str, label: str | None) -> str:
    """A page whose meta says `label`, or nothing."""
    return _META.sub(rf"\g<1>{label}" if label else "<meta ", page)


def _body(encoding: str, declared: str | None, script: str | None = None) -> Callable[[str, Random], Damaged | None]:
    """The text as a body in `encoding`, with a header (and, in a page, a meta) that says `declared`.

    A page whose declaration is None loses its meta. UTF-16 comes without byte order mark.
    """

    def run(text: str, rng: Random) -> Damaged | None:
        if encoding != "cp1252" and not _HANZI.search(text):
            return None
        before = content.converted(script, text) if script else text
        before = declaring(before, declared)
        if is_page(before):  # as editors do it: what the encoding lacks is written as a number
            before = before.encode(encoding, "xmlcharrefreplace").decode(encoding)
        body = _bytes_of(before, encoding)
        header = f"text/html; charset={declared}" if declared else None
        return Damaged(body, before, read=before, content_type=header, keep_script=True) if body else None

    return run


BODIES = (
    ("utf8", "utf-8", None, ("gb2312", "big5", "iso-8859-1")),
    ("gbk", "gb18030", None, ("utf-8", "big5", "iso-8859-1")),
    ("big5", "big5", "s2t", ("gb2312", "utf-8")),
    ("big5hkscs", "big5hkscs", "s2hk", ("gb2312", "utf-8")),
    ("utf16le", "utf-16-le", None, ("utf-8", "gb2312")),
    ("utf16be", "utf-16-be", None, ("utf-8", "gb2312")),
    ("cp1252", "cp1252", None, ("gb2312", "utf-8")),
)
"""(name, codec, conversion of the script before, labels that are not true)."""

for _name, _codec, _script, _wrong in BODIES:
    _add(f"{_name}_undeclared", "decode", "bytes", _body(_codec, None, _script))
    for _label in _wrong:
        _add(f"{_name}_declared_{_label}", "decode", "bytes", _body(_codec, _label, _script))

# --- runs read one byte off --------------------------------------------------------------------------------------


def read_one_byte_off(text: str, at: int) -> str:
    """What old GBK software makes of `text` once the first byte of the two-byte character `text[at]` is lost.

    The byte shows as `?`; pairs that GBK does not define vanish; a pair whose second byte is below 0x40 becomes `?`.
    """
    return _one_byte_off(text, at)[0]


def _one_byte_off(text: str, at: int) -> tuple[str, tuple[int, ...]]:
    """The text, and the indices of what the end of the run swallowed: half a character, and the ASCII one behind it."""
    data = text[at:].encode("gbk")
    starts = _starts(data)
    shown_ = ["?"]
    swallowed: tuple[int, ...] = ()
    place = 1
    while place < len(data) and place not in starts:
        pair = data[place : place + 2]
        if pair[0] < 0x80:
            shown_.append(chr(pair[0]))
            place += 1
            continue
        if len(pair) == 1 or pair[1] < 0x40:
            shown_.append("?")
            half = at + starts.index(place - 1)
            swallowed = (half, half + 1) if place + 1 in starts else (half,)
        else:
            shown_.append(_old_gbk(pair))
        place += 2
    return text[:at] + "".join(shown_) + data[place:].decode("gbk"), swallowed


def _old_gbk(pair: bytes) -> str:
    try:
        return pair.decode("gbk")
    except UnicodeDecodeError:
        return ""


def _starts(data: bytes) -> list[int]:
    """Offsets at which a character begins."""
    found = []
    place = 0
    while place < len(data):
        found.append(place)
        place += 2 if data[place] >= 0x80 else 1
    return found


_SIGN = re.compile("[，。、；：！？）》”]")
_INNER = re.compile("(?<=[\u4e00-\u9fff])[\u4e00-\u9fff](?=[\u4e00-\u9fff]{2})")


def _places(text: str, place: str) -> list[int]:
    """Where a run may begin, in a page only in its texts."""
    found = {"space": re.compile("(?<=　)　"), "sign": _SIGN, "middle": _INNER}[place]
    tags = [match.span() for match in re.finditer(r"<(script|title)\b.*?</\1>|<[^<>]*>", text, re.S)]
    starts = [match.start() for match in found.finditer(text)]
    return [start for start in starts if not any(first < start < last for first, last in tags)]


def _shift(script: str | None, place: str) -> Callable[[str, Random], Damaged | None]:
    """A run that begins at an ideographic space (put before the text), at a sign, or in the middle of words."""

    def run(text: str, rng: Random) -> Damaged | None:
        before = content.converted(script, text) if script else text
        before = f"　　{before}" if place == "space" and not is_page(text) else before
        places = _places(before, place)
        if not places or not _HANZI.search(before) or _bytes_of(before, "gbk") is None:
            return None
        at = rng.choice(places)
        value, swallowed = _one_byte_off(before, at)
        if value[at + 1 : at + 2].isascii():
            return None  # too short to be a run: nothing stands there to read
        return Damaged(value, before, lost=swallowed, keep_script=script is not None)

    return run


for _script, _name in (("s2t", "traditional"), (None, "simplified")):
    for _place in ("space", "sign", "middle"):
        _add(f"shift_{_name}_{_place}", "byte_shift", "shift", _shift(_script, _place))

PAIRS: tuple[tuple[str, str], ...] = (
    *((first, "utf8_as_gbk") for first in ("traditional", "pinyin", "radicals", "fullwidth")),
    *((first, "utf8_as_cp1252") for first in ("traditional", "taiwan_words", "pinyin", "radicals", "fullwidth")),
    *((first, "gbk_as_cp1252") for first in ("traditional", "pinyin", "fullwidth", "entity_twice")),
    *((first, "utf8_twice") for first in ("hongkong", "pinyin_plain", "radicals")),
    *((first, "gbk_undeclared") for first in ("traditional", "pinyin", "entity_twice", "fullwidth")),
    *((first, "utf8_declared_gb2312") for first in ("taiwan_words", "pinyin_wide", "radicals", "private_use")),
    *((first, "utf16le_undeclared") for first in ("traditional", "pinyin")),
    ("entity_twice", "utf8_as_cp1252"), ("traditional", "pinyin"),
    ("taiwan_words", "pinyin_script_g"), ("traditional", "entity_twice"),
    ("taiwan_words", "fullwidth"), ("radicals", "fullwidth"), ("pinyin", "entity_twice"),
    ("utf8_as_gbk", "entity_numeric"), ("gbk_as_cp1252", "utf8_as_cp1252"), ("utf8_as_gbk", "utf8_as_cp1252"),
    ("shift_traditional_space", "pinyin_some"), ("shift_traditional_space", "gbk_undeclared"),
)  # fmt: skip
"""Pairs in the order in which they happen: first what writers and mirrors do to the text, then what codecs do to it."""
