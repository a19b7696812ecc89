"""Traditional script and Taiwan or Hong Kong wording back to mainland simplified.

Whether a text is traditional is counted, over the whole text, on characters that only one of the two scripts uses: a
name such as 於 or 喆 in a simplified page proves nothing and stays. A text of both scripts is decided clause by clause.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter, ne

from crawler.text import wording
from crawler.text.markup import is_html, on_text
from crawler.text.model import Repair
from crawler.text.record import Log, first_difference
from crawler.text.script import tables
from crawler.text.variants import simplified, usual

_FREQUENT = "國務開關報與資會發為這個對請時機構數據網單業門們實現區爲來辦電"
"""One character in ten or so of a traditional text is one of these."""

LONG, DIFFERENT = 200, 4
"""A traditional text of more than so many characters has so many different ones of the frequent; looking is cheap."""

_COMPOUND = re.compile(
    "徵[集求收用文稿信地管占兆]|乾[燥旱洗]|瞭解|餘[人件次名元家]|藉[此助由口]|[由至位用便利易基限等低高多少早晚先在始源生出建置介善敢勇急]於|於[是此]"
    "|[答批回]覆|夥伴|著[力手眼重]"
    "|[其剩多盈結节節有]餘|餘[下地額]|[以之最今此事日落背前先]後|後[果期勤代面]|[特象]徵"
)
"""Words whose characters prove nothing one by one; in a heading without any simplified character they do."""

FEW = 5
"""One character in so many of a traditional text is traditional only, and sentences have common ones among them."""

_COMMON = _FREQUENT + (
    "則顯計滿內並節體經過種長當從動進產應無義變點結導條處書總間級議論調認識話聯選錄號邊讓說語記設許證評責費質購題類項預領願風驗"
    "規範屬護權穩審強醫農財環監縣陽東橋審鄉聽裏裡頭條職錢複雜難雙歲樓樣檢標歷專車軍運達遠適銀聲聞習續線練組給統維綠"
    "繼編緊約紙納紅級細終絕訊詢試該詳誤誰談講謝識譯讀轉輕輛輸農連週遊違遲還鄰釋鎮鐵關閉閱隊階際陸險隨離頁頻額顧飯館"
)

SURE = 4
"""A text with this many times more traditional than simplified characters is traditional in all its parts."""

SOME = 0.1
"""Share of traditional among the telling characters above which a text may be mixed; else they are names, quotes."""

_SURROGATES = re.compile("([\ud800-\udfff]+)")
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_QUOTED = re.compile(r"“[^“”\n]{0,100}”|《[^《》\n]{0,100}》")
_CLAUSE = re.compile(rf"(?:{_QUOTED.pattern}|[^，。；：！？\s<>|])*(?:[，。；：！？\s<>|]+|\Z)")


def to_mainland(text: str) -> str:
    """`text` in mainland simplified script and wording; the same object if it is not traditional."""
    return convert(text, html=is_html(text))[0]


def convert(text: str, *, html: bool) -> tuple[str, list[Repair]]:
    """Convert a text that is in traditional script, with a log entry for script and one for wording.

    A simplified text is changed only where it holds more than one word that converters write and nobody else.
    """
    traditional, simple = _telling(text)
    if not traditional or traditional <= SOME * (traditional + simple):
        return _reworded(text, html=html)
    logs = Log("traditional"), Log("wording")
    whole = traditional >= SURE * simple and not _KANA.search(text)
    pieces: dict[str, str] = {}

    def script(part: str) -> str:
        if part not in pieces:
            pieces[part] = _script(part, logs[0])
        return pieces[part]

    def each(change: Callable[[str], str]) -> str:
        return on_text(text, change if whole else partial(_by_clause, change, _Before()), html=html)

    plain = each(script)
    # Values of attributes that no converter touched would speak against it.
    found = "\n".join(new for old, new in pieces.items() if new != old)
    chosen = wording.rules_for(found, traditional=True)
    result = each(lambda part: chosen.undo(pieces[part], logs[1])) if chosen else plain
    repairs = [repair for log in logs if (repair := log.repair())]
    return (result, repairs) if repairs else (text, [])


@dataclass(slots=True)
class _Before:
    """The script of the last text of a page that showed it."""

    traditional: bool = False


def _by_clause(change: Callable[[str], str], before: _Before, text: str) -> str:
    """Change the traditional clauses of a text of both scripts; what is in quotes goes with the clause around it.

    A text that shows its script in one doubtful character only, as a heading may, goes with the text before it.
    """
    clauses = _CLAUSE.findall(text)
    verdicts = [_verdict(clause) for clause in clauses]
    shown = next((verdict for verdict in reversed(verdicts) if verdict is not None), None)
    if shown is None:
        verdicts[:1] = [before.traditional and _leans(text)]
    else:
        before.traditional = shown
    done: list[str] = []
    for traditional, run in groupby(zip(_settled(verdicts), clauses, strict=True), key=itemgetter(0)):
        part = "".join(clause for _, clause in run)
        done.append(change(part) if traditional else part)
    return "".join(done)


def _verdict(clause: str) -> bool | None:
    """True for a clause in traditional script, None where it does not show; Japanese is never touched."""
    traditional, simple = _telling(_QUOTED.sub("", clause))
    if _KANA.search(clause) or simple >= max(1, traditional):
        return False
    return True if traditional and any(char in clause for char in _COMMON) else None


def _leans(text: str) -> bool:
    """Whether a text holds a traditional character and no simplified one."""
    known = tables()
    return not known.traditional_only.isdisjoint(text) and known.simplified_only.isdisjoint(text)


def _settled(verdicts: list[bool | None]) -> Iterator[bool]:
    """Clauses that do not show their script go with the one before, those at the beginning with the first that does."""
    last = next((verdict for verdict in verdicts if verdict is not None), False)
    for verdict in verdicts:
        last = last if verdict is None else verdict
        yield last


def _reworded(text: str, *, html: bool) -> tuple[str, list[Repair]]:
    """A text in simplified script, with converters' words undone if it proves that one was at work."""
    chosen = wording.rules_for(text, traditional=False)
    if not chosen:
        return text, []
    logs = Log("traditional"), Log("wording")

    def change(part: str) -> str:
        return chosen.undo(_again(part, logs[0]), logs[1])

    new = on_text(text, change, html=html)
    repairs = [repair for log in logs if (repair := log.repair())]
    return (new, repairs) if repairs else (text, [])


_LEFT = re.compile("(?<![显名巨专论编译原遗撰卓土拙合所昭较])著(?![名作称者述书录于文])")


def _again(part: str, log: Log) -> str:
    """What the converter's way back to simplified script left: 著力 for 着力, 偏於 for 偏于."""
    new = usual(_LEFT.sub("着", part))
    if new != part:
        log.note(*first_difference(part, new), sum(map(ne, part, new)))
    return new


def _telling(text: str) -> tuple[int, int]:
    """Number of characters that only traditional, and that only simplified script uses."""
    if len(text) > LONG and sum(map(text.__contains__, _FREQUENT)) < DIFFERENT:
        return 0, 0
    counts = Counter(text)
    traditional, simplified = tables().traditional_only, tables().simplified_only
    many = sum(count for char, count in counts.items() if char in traditional)
    others = sum(count for char, count in counts.items() if char in simplified)
    if others:
        return many, others
    if 0 < many * FEW < sum(char >= "一" for char in text) and not any(char in text for char in _COMMON):
        return 0, 0  # a list of rare names: 曾鈞, 朱鎔基
    return many or (1 if _COMPOUND.search(text) else 0), 0


def _script(part: str, log: Log) -> str:
    # OpenCC refuses lone surrogates, which texts from broken JSON hold.
    pieces = _SURROGATES.split(part)
    new = "".join(piece if index % 2 else simplified(piece) for index, piece in enumerate(pieces))
    if new != part:
        log.note(*first_difference(part, new), sum(map(ne, part, new)))
    return new
