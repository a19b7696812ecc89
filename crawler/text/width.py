"""Full-width digits where a number stands: ２０２３年 is 2023年, １２．５％ is 12.5%, ３，０００件 is 3,000件.

A number is digits of which one at least is full-width, with its decimal point, its groups of three, its per cent
sign and letters that are written on to it (ＰＭ２．５, ５Ｇ). Full-width letters and signs alone are a matter of style;
lines with kana are Japanese, where full-width digits are ordinary.
"""

from __future__ import annotations

import re

from crawler.text import rare
from crawler.text.markup import on_text
from crawler.text.model import Repair
from crawler.text.record import Log

_NUMBER = re.compile(
    r"(?:(?<![Ａ-Ｚａ-ｚ／])[Ａ-Ｚａ-ｚ]{1,40}+(?:／[Ａ-Ｚａ-ｚ]{1,40}+){0,3}／?)?(?:[0-9０-９]{1,3}+(?:[，,][0-9０-９]{3}(?![0-9０-９]))++|[0-9０-９]++)"
    r"(?:[．.／][0-9０-９]++)*+[％%‰]?[Ａ-Ｚａ-ｚ]{0,40}+"
)
_WIDE_DIGIT = re.compile("[０-９]")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_KANA = re.compile("[\u3041-\u30fa\uff66-\uff9d]")


def repair(text: str, *, html: bool) -> tuple[str, Repair | None]:
    """Write numbers in ASCII digits."""
    if not rare.holds(text, rare.DIGITS):
        return text, None
    log = Log("fullwidth")

    def number(match: re.Match[str]) -> str:
        if not _WIDE_DIGIT.search(match[0]):
            return match[0]
        new = match[0].translate(_NARROW)
        log.note(match[0], new)
        return new

    def clean(part: str) -> str:
        if not _WIDE_DIGIT.search(part):
            return part
        if not _KANA.search(part):
            return _NUMBER.sub(number, part)
        lines = part.splitlines(keepends=True)
        return "".join(line if _KANA.search(line) else _NUMBER.sub(number, line) for line in lines)

    new = on_text(text, clean, html=html)
    return (new, log.repair()) if log.count else (text, None)
