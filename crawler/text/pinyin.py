"""Pronunciations in brackets: 根據(jù)… is 根據….

Mirror sites insert the reading of a character behind it to look original. An annotation is damage when the bracket
follows a Chinese character directly, or with tags between them, and holds one of *its* readings; 政策(policy),
颗粒物(PM) and 办公室(OA) stay. What an author may have written himself (涪(fú)陵, 单(shàn)县) stays: see `is_damage`.
"""

from __future__ import annotations

import html as html_module
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from crawler.text import lexicon
from crawler.text.markup import INLINE_TAG, on_runs, on_text
from crawler.text.model import Repair
from crawler.text.record import Log
from crawler.text.script import simplify_char, traditional_forms

_TONED = "üāáǎăàēéěĕèêīíǐĭìōóǒŏòūúǔŭùǖǘǚǜńňǹḿ\u0300\u0301\u0304\u0306\u0308\u030c"
_LETTERS = f"a-zɡɑ{_TONED}"
_HANZI_RANGE = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

# Names of tags and entities are matched in either case, readings in small letters only: (PM) is no reading.
_TAGS = rf"(?i:\s?{INLINE_TAG}){{0,6}}"
_BLANKS = r"[ \t\u3000\xa0]{0,4}"
_SOURCE_BLANKS = r"(?:[ \t\u3000\xa0]|&nbsp;|&\#160;){0,4}"
_OPEN = r"(?:[(（﹙]|(?i:&(?:lpar|\#0?40|\#x28|\#65288|\#xff08);))"
_CLOSE = r"(?:[)）﹚]|(?i:&(?:rpar|\#0?41|\#x29|\#65289|\#xff09);))"
_LETTER = rf"(?:[{_LETTERS}]|&[A-Za-z]{{2,8}};|&\#[xX]?[0-9a-fA-F]{{2,5}};)"

_BRACKET = rf"{_BLANKS}[(（﹙]{_BLANKS}(?P<reading>[{_LETTERS}]{{1,12}}[0-5]?){_BLANKS}[)）﹚]"
_SOURCE_BRACKET = (
    rf"{_TAGS}{_SOURCE_BLANKS}{_OPEN}{_TAGS}{_SOURCE_BLANKS}"
    rf"(?P<reading>{_LETTER}{{1,12}}?[0-5]?){_TAGS}{_SOURCE_BLANKS}{_CLOSE}"
)


def _behind(bracket: str) -> str:
    """Pattern of a character with such brackets behind it: 现(xiàn)(xiàn) has two."""
    unnamed = bracket.replace("?P<reading>", "?:")
    return rf"(?P<char>[{_HANZI_RANGE}])(?=[(（﹙ \t\u3000\xa0<&])(?P<brackets>(?:{unnamed})+)"


_ANNOTATION = re.compile(_behind(_BRACKET))
_READING = re.compile(_BRACKET)
_SOURCE_ANNOTATION = re.compile(rf"(?i:{INLINE_TAG})|{_behind(_SOURCE_BRACKET)}")
"""A tag first: what stands in its attributes is no text."""
_SOURCE_READING = re.compile(_SOURCE_BRACKET)
_TAG = re.compile(INLINE_TAG, re.I)

_HALF = re.compile(
    rf"(?P<char>[{_HANZI_RANGE}])"
    rf"(?:[(（](?P<opened>[a-zɡɑ{_TONED}]{{1,8}})|(?P<closed>[a-zɡɑ{_TONED}]{{1,8}})[)）])"
    r"(?=[\u3400-\u9fff、。《》“”，；：！？\s]|\Z)"
)
"""An annotation that lost one of its brackets, before Chinese or the end."""

_INSIDE = rf"{_TAGS}{_SOURCE_BLANKS}{_LETTER}{{1,12}}[0-5]?{_TAGS}{_SOURCE_BLANKS}{_CLOSE}"
_BEFORE = rf"[{_HANZI_RANGE}\s>;)）]"
_LOOKS = (
    ("(", re.compile(rf"\((?<={_BEFORE}\(){_INSIDE}")),
    ("（", re.compile(rf"（(?<={_BEFORE}（){_INSIDE}")),
    ("﹙", re.compile(rf"﹙(?<={_BEFORE}﹙){_INSIDE}")),
    ("&", re.compile(rf"&(?i:lpar|\#0?40|\#x28|\#65288|\#xff08);{_INSIDE}")),
)
"""Cheap looks, each with a first character that is searched at full speed."""

FEW, SHARE = 2, 4
"""Up to FEW annotations may be the author's own; among more, at least one in SHARE says what needs no saying."""

_TEACHING = re.compile(
    "拼音(?!首|输入|輸入|检索|檢索|搜索|查询|查詢|简称|簡稱|域名)|注音|多音字|[读讀]音|[读讀念](?:作|成|为|為|第[一二三四]声)|生僻字|[声聲][调調]|[”’」』][字]?[读讀念音]"
)
_CLAUSE = re.compile(r"[^，。；！？\n<>]+")
"""Where readings are the matter, and the clauses within which they are."""

_WORDS = frozenset(
    re.findall(r"\w+", "a e o m n r an ai he me she pin pan ping wan lan can man sun ma mi la pa bo gun")
)
"""Without tones these may be words, units or abbreviations of another language."""


class Annotation(NamedTuple):
    """One annotation found: the character, the reading said of it, where in the text it stands, and whether it comes
    directly behind another one."""

    char: str
    reading: str
    start: int
    joined: bool


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Remove pronunciations in brackets."""
    if not _looks_annotated(text):
        return text, None
    found = _found(text, html=html)
    if not found or _of_a_name(found, text) or not is_damage(found, text):
        return text, None
    log = Log("pinyin")
    drop, drop_source = _dropper(log, html=False), _dropper(log, html=True)
    if html:
        text = on_runs(text, lambda part: _SOURCE_ANNOTATION.sub(drop_source, part), html=html)
    if not html or _looks_annotated(text):  # attributes are left, or brackets that are no readings
        text = on_text(text, lambda part: _ANNOTATION.sub(drop, part), html=html)
    if len(found) > FEW:
        text = on_text(text, lambda part: _HALF.sub(lambda match: _half(match, log), part), html=html)
    return text, log.repair()


def _looks_annotated(text: str) -> bool:
    return any(bracket in text and look.search(text) is not None for bracket, look in _LOOKS)


def _found(text: str, *, html: bool) -> list[Annotation]:
    pattern = _SOURCE_ANNOTATION if html else _ANNOTATION
    found: list[Annotation] = []
    end = -1
    for match in pattern.finditer(text):
        char = match["char"]
        reading = _read(char, match["brackets"], html=html)[0] if char else ""
        if reading:
            found.append(Annotation(char, reading, match.start(), match.start() == end))
            end = match.end()
    return found


def _dropper(log: Log, *, html: bool) -> Callable[[re.Match[str]], str]:
    def drop(match: re.Match[str]) -> str:
        char = match["char"]
        if not char:
            return match[0]
        reading, left, count = _read(char, match["brackets"], html=html)
        if not reading:
            return match[0]
        log.note(match[0], char, count)
        return char + left

    return drop


@lru_cache(maxsize=16_384)
def _read(char: str, brackets: str, *, html: bool) -> tuple[str, str, int]:
    """(the first reading, what is left of the brackets without the readings, number of readings); tags stay."""
    pattern = _SOURCE_READING if html else _READING
    first, kept, at, count = "", "", 0, 0
    while one := pattern.match(brackets, at):
        reading = html_module.unescape(one["reading"])
        if not is_reading(char, reading):
            break
        first = first or reading
        kept += "".join(_TAG.findall(one[0])) if html else ""
        at, count = one.end(), count + 1
    return first, kept + brackets[at:], count


def _half(match: re.Match[str], log: Log) -> str:
    """The character alone if the reading has its tone: certain enough with one bracket only."""
    reading = match["opened"] or match["closed"]
    if reading.isascii() or not is_reading(match["char"], reading):
        return match[0]
    log.note(match[0], match["char"])
    return match["char"]


_SURNAMES = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江"
    "史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文樊兰殷施陶翟安颜倪严牛温芦季俞章鲁葛韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成"
    "游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边辜吉饶刁瞿戚丘古米池滕晋苑邬臧畅宫来嵺苟全褚廉简娄盖符奚木穆党燕郎邸冀谈姬屠连郜晏栾郁商蒙计喻揭窦迟宇敖糜鄢冷卓花仇艾蓝都巩稽井练仲乐虞卞封竺冼原官衣楚佟栗匡宗应台巫鞠僧桑荆谌银扬明沙薄伏岑习胥保和蔺"
)
_SOMEBODY = re.compile(rf"(?P<char>[{_HANZI_RANGE}]){_BRACKET}某")
_NAMED = re.compile(
    r"(?:(?<![\u3400-\u9fff])|(?<=[长長任记記员員席理授师師士志人由与與和及]))"
    rf"(?P<char>[{_HANZI_RANGE}]){_BRACKET}(?!.{{0,2}}[区區县縣市省州镇鎮乡鄉村街路局部委厅廳])"
    rf"[{_HANZI_RANGE}]{{1,2}}(?:某|同志|先生|女士|等|[^{_HANZI_RANGE}]|\Z)"
)
"""A person's name with the reading of its surname: 王（wang）某, 赵(zhao)志强同志."""


def _of_a_name(found: Sequence[Annotation], text: str) -> bool:
    """Whether the only annotation of a text, without tones, tells how a surname is read: authors write that."""
    if len(found) > 1 or not found[0].reading.isascii() or found[0].reading[-1].isdigit():
        return False
    match = _SOMEBODY.match(text, found[0].start) or _NAMED.match(text, found[0].start)
    return match is not None and simplify_char(match["char"]) in _SURNAMES


def is_damage(found: Sequence[Annotation], text: str) -> bool:
    """Whether readings in a text were put there by a machine.

    An author explains an uncommon character or an unusual reading, and does it seldom. A machine says also what every
    reader knows: one such annotation in a report is damage, unless the text is about pronunciation, or the letters may
    be a word of their own.
    """
    needless = [item for item in found if not _teaches(item.char, item.reading)]
    if _TEACHING.search(text):
        needless = _elsewhere(needless, text)
        different = {item.char for item in needless}
        if len(different) < FEW or len(different | {item.char for item in _elsewhere(found, text)}) <= FEW:
            return False
    if len(found) > FEW:
        certain = any(len(item.reading) > 1 or not item.reading.isascii() for item in needless)  # no variables
        return certain and SHARE * len(needless) >= len(found)
    if len(needless) < len(found) and any(item.joined for item in found):
        return False  # 番(pān)禺(yú): one name, both of its characters
    return any(item.reading not in _WORDS for item in needless)


def _elsewhere(needless: Sequence[Annotation], text: str) -> list[Annotation]:
    """The annotations outside the clauses that speak of pronunciation."""
    clauses = [match.span() for match in _CLAUSE.finditer(text) if _TEACHING.search(match[0])]
    starts = [start for start, _ in clauses]

    def within(at: int) -> bool:
        place = bisect_right(starts, at) - 1
        return place >= 0 and at < clauses[place][1]

    return [item for item in needless if not within(item.start)]


_SPELLING = re.compile(f"[{_LETTERS}]+[0-5]?")
_PLAIN_LETTERS = str.maketrans("ɡɑ", "ga")


@lru_cache(maxsize=16_384)
def is_reading(char: str, reading: str) -> bool:
    """True if `reading` (with or without tones, ü as u or v, ɡ for g) is one of the character's pronunciations."""
    return _SPELLING.fullmatch(reading) is not None and _bare(reading) in _readings(char)


@lru_cache(maxsize=16_384)
def _teaches(char: str, reading: str) -> bool:
    """True where an author might explain the reading: an uncommon character, or not its usual reading."""
    simple = simplify_char(char)
    if simple not in lexicon.common():
        return True
    usual = _listed(simple).split(",")[0]
    plain = unicodedata.normalize("NFC", reading.translate(_PLAIN_LETTERS))
    if plain.replace("ü", "u").isascii():
        return _bare(plain) != _bare(usual)
    return plain != usual


def _bare(reading: str) -> str:
    """A reading without tones, in plain letters: lǜ, lü, lv and lu are all `lu`."""
    plain = unicodedata.normalize("NFD", reading.translate(_PLAIN_LETTERS).replace("v", "u"))
    return "".join(letter for letter in plain if "a" <= letter <= "z")


def _listed(char: str) -> str:
    # Loading pypinyin takes a fifth of a second and is needed for annotated pages only.
    from pypinyin.constants import PINYIN_DICT

    return str(PINYIN_DICT.get(ord(char), ""))


@cache
def _readings(char: str) -> frozenset[str]:
    """Bare readings of a character in either script."""
    simple = simplify_char(char)
    forms = {char, simple, *traditional_forms(simple)}
    return frozenset(_bare(reading) for form in forms for reading in _listed(form).split(",") if reading)
