"""Private-use characters that are characters: of GBK's user area, and bullets of the Wingdings and Symbol fonts.

GBK software kept characters in Unicode's private area until Unicode had them. GB 18030-2000 moved most, 2005 and 2022
the others; the WHATWG Encoding standard reads A3A0 as a blank. Where a font decides what a private character shows,
nothing is known and nothing is changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from crawler.text import rare
from crawler.text.markup import INLINE_TAG, on_runs, on_text
from crawler.text.model import Repair
from crawler.text.record import Log, first_difference

_RARE = dict(
    zip(
        range(0xE815, 0xE865),
        "⺁\U00020087\U00020089\U000200cc⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧\U000215d7龸⺪䁖䅟⺮䌷⺳⺶⺷\U0002298f䎱䎬⺻"
        "䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺\U000241fe䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻",
        strict=True,
    )
)
"""FE50 to FEA0 of GBK, as GB 18030-2022 assigns them."""

_SIGNS = {
    0xE5E5: "\u3000",  # A3A0
    0xE76C: "€",  # A2E3
    0xE7C7: "ḿ",  # A8BC
    0xE7C8: "ǹ",  # A8BF
    **dict(zip(range(0xE78D, 0xE797), "︐︒︑︓︔︕︖︗︘︙", strict=True)),  # A6D9 to A6DF, A6EC, A6ED, A6F3
    **dict(zip(range(0xE7E7, 0xE7F4), "〾⿰⿱⿲⿳⿴⿵⿶⿷⿸⿹⿺⿻", strict=True)),  # A989 to A995
}

_ANYWHERE = dict(zip("\uf0b7\uf0fb\uf0fc\uf0fd\uf0fe", "•✗✓☒☑", strict=True))
"""Bullet of Symbol, ticks and crosses of Wingdings: they stand in cells and beside words too."""

_BULLETS = dict(
    zip(
        "\uf06c\uf06d\uf06e\uf06f\uf070\uf071\uf072\uf073\uf074\uf075\uf076\uf077\uf09e\uf09f\uf0a1\uf0a7\uf0a8\uf0b2\uf0d8\uf0e0\uf0e8\uf0f0",
        "●❍■□❐❑❒⬧⧫◆❖⬥·•○▪◻✧➢→➔⇨",
        strict=True,
    )
)
"""Bullets of Wingdings (Unicode's mapping, the commoner arrow for D8). In the Symbol font the same codes are Greek
letters and signs, so they are bullets only where a line or a sentence begins."""

_TAGS = rf"(?i:{INLINE_TAG}){{0,6}}"
_BLANK = r"[\s\u3000\xa0]|&nbsp;|&ensp;|&emsp;|&\#160;|&\#12288;"
_BULLET = re.compile(
    rf"(?P<before>(?:\A|{_BLANK}|[。；：！？、）)】》]){_TAGS})(?P<bullet>[{''.join(_BULLETS)}])"
    rf"(?={_TAGS}(?:\Z|{_BLANK}|[\u2e80-\uffef“‘\d（(]))"
)
"""A bullet where a line or a sentence begins, the tags of its font around it; in 5<font>\uf06d</font>g it is µ."""

_ALWAYS = re.compile(f"[{''.join(map(chr, (*_SIGNS, *_RARE)))}{''.join(_ANYWHERE)}]")
_ANY = re.compile(f"{_ALWAYS.pattern}|[{''.join(_BULLETS)}]")
_CHARACTERS = {chr(code): char for code, char in (_SIGNS | _RARE).items()} | _ANYWHERE


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Put the characters back."""
    if not rare.holds(text, rare.PRIVATE) or not _ANY.search(text):
        return text, None
    log = Log("private_use")

    def clean(part: str, pattern: re.Pattern[str], instead: Callable[[re.Match[str]], str]) -> str:
        new, count = pattern.subn(instead, part)
        if new != part:
            log.note(*first_difference(part, new), count)
        return new

    new = on_runs(text, lambda part: clean(part, _BULLET, _bullet), html=html)
    new = on_text(new, lambda part: clean(part, _ALWAYS, lambda match: _CHARACTERS[match[0]]), html=html)
    return (new, log.repair()) if log.count else (text, None)


def _bullet(match: re.Match[str]) -> str:
    return match["before"] + _BULLETS[match["bullet"]]
