"""Years and dates as Chinese government pages print them.

A fiscal year is read from a title or a period statement, never from a URL or a directory (portal-families 0.3): old
reports are republished years later and directory names lie. What a URL says of dates is kept apart, as `url`.
"""

from __future__ import annotations

import re
from datetime import date

_CN_ZERO = "〇○◯零ОоＯｏOoΟο⓪0０"
_CN_DIGITS = dict.fromkeys(_CN_ZERO, "0") | {
    char: str(value)
    for chars in ("一二三四五六七八九", "壹贰叁肆伍陆柒捌玖", "123456789")
    for value, char in enumerate(chars, 1)
}
_CN_TWO = "二贰貳2"
_CN_ONES = "".join(dict.fromkeys((*_CN_DIGITS, "貳", "l", "I")))
_CN_YEAR = re.compile(
    rf"(?<![\d一二三四五六七八九〇零十])[{_CN_TWO}]\s?([{_CN_ZERO}])\s?([{_CN_ONES}])\s?([{_CN_ONES}])"
    r"(?=\s?(?:年|度|(?:政府|政务)?信息公开|政务公开))"
)
_SPOKEN_YEAR = re.compile(r"二千(?:零|〇)?(?:(?P<tens>[一二三四]?)十)?(?P<ones>[一二三四五六七八九]?)(?=年)")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
_WIDE_DIGIT = re.compile("[０-９]")
_SPLIT_YEAR = re.compile(r"(?<!\d)2\s?0\s?[0-4]\s?\d(?=\s?年)")

YEAR = r"(?<!\d)20[0-4]\d(?!\d)"
"""A fiscal year in digits, alone (not a part of a longer number)."""

_PERIOD_WORD = re.compile(
    r"(?:统计期限|统计时限|数据期限|统计时间|统计期间|统计时段|统计期(?=为|是|：|:|自|从)|报告期|时间范围|起止时间)"
    r"[^。；]{0,24}?(?<!\d)(20[0-4]\d)"
    r"|统计(?:的)?截[止至](?:时间|日期)?[^。；]{0,6}?(?<!\d)(20[0-4]\d)年12月31日"
)
_DASH = r"(?:至|到|—+|-+|－|~|～)+"
_PERIOD_SPAN = re.compile(
    rf"(?<!\d)(20[0-4]\d)\s?[年./-]?\s?0?[15]\s?[月./-]\s?0?1\s?日?\s?起?\s?[,，、]?\s?{_DASH}\s?"
    r"(?:(20[0-4]\d)\s?[年./-]|同年|当年|本年)?\s?12\s?[月./-]\s?31(?!\d)"
    # marks lost between digits: 201711日至20171231日, 20180101-20181231
    rf"|(?<!\d)(20[0-4]\d)年?0?[15]0?1日?起?{_DASH}(20[0-4]\d)?年?1231(?!\d)"
)
_YMD = re.compile(
    r"(?<!\d)((?:19|20)\d\d)\s?(?:年|[-/.．－])\s?(0?[1-9]|1[0-2])\s?(?:月|[-/.．－])\s?(3[01]|[12]\d|0?[1-9])(?!\d)"
)
_URL_DATES = (
    re.compile(r"/t((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])_\d+"),
    re.compile(r"/art/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})/"),
    re.compile(r"/((?:19|20)\d\d)-(\d\d)-(\d\d)/"),
    re.compile(r"/((?:19|20)\d\d)-(\d\d)/(\d\d)/"),
    re.compile(r"/((?:19|20)\d\d)/(\d\d)-(\d\d)/"),
    re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})/"),
    re.compile(r"/((?:19|20)\d\d)(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])/"),
    re.compile(r"/((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])/"),
)


def arabic(text: str) -> str:
    """The text with full-width digits and Chinese year numerals (二〇二一年, 二○○八年, 二零一九年) in ASCII digits."""
    if _WIDE_DIGIT.search(text):
        text = text.translate(_FULL_WIDTH)
    if "二千" in text:
        text = _SPOKEN_YEAR.sub(_spoken, text)
    return _CN_YEAR.sub(_in_digits, text)


def _in_digits(found: re.Match[str]) -> str:
    printed = found.group()
    if len(printed) == 4 and printed.isdecimal() and printed.isascii():
        return printed  # 2023, as nearly every year is printed
    return "2" + "".join(_one(char) for char in found.groups())


def _one(char: str) -> str:
    return {"貳": "2", "l": "1", "I": "1"}.get(char) or _CN_DIGITS[char]


def _spoken(found: re.Match[str]) -> str:
    tens = 0 if found["tens"] is None else int(_CN_DIGITS.get(found["tens"], "1"))
    return str(2000 + 10 * tens + int(_CN_DIGITS.get(found["ones"], "0")))


def join_split_year(text: str) -> str:
    """`20 23年` (a year broken by a line break or a space inside a title) as `2023年`."""
    return _SPLIT_YEAR.sub(lambda m: re.sub(r"\s", "", m.group()), text)


_SHORT_YEAR = re.compile(
    r"(?<![\d第近满])['‘’`]?(?P<year>(?:0[89]|[12]\d)|[〇○零一二][一二三四五六七八九〇○零])年(?=度?(?!级|来|以|前|后|间|代|计划|规划|[\d一二三四五六七八九十]))"
)


def whole_year(title: str) -> str:
    """A title with a year of two digits (22年, ’22年, 二二年度) written out, where it prints no other year."""
    return title if "20" in title else _SHORT_YEAR.sub(_written_out, title, count=1)


def _written_out(found: re.Match[str]) -> str:
    return f"20{''.join(_CN_DIGITS.get(char, char) for char in found['year'])}年"


def period_year(text: str) -> int | None:
    """The year of the reporting period that the text states (统计期限…, 2023年1月1日至12月31日), None if it states
    none.

    A period over more than one year (2008年5月1日至2010年12月31日) gives None: it names no single fiscal year.
    """
    head = _cn_month_day(arabic(text))
    found = _PERIOD_SPAN.search(head)
    if found:
        first, last = found.group(1) or found.group(3), found.group(2) or found.group(4)
        return int(first) if last is None or last == first else None
    worded = _PERIOD_WORD.search(head)
    return int(worded.group(1) or worded.group(2)) if worded else None


def period_words(text: str) -> str:
    """The words in which a text states its reporting period, "" where it states none."""
    head = _cn_month_day(arabic(text))
    found = _PERIOD_SPAN.search(head) or _PERIOD_WORD.search(head)
    return found.group() if found else ""


def iso_date(text: str) -> str | None:
    """First calendar date in the text as ISO `YYYY-MM-DD` (2024年1月10日, 2024-01-10, 二〇二四年一月十日 …), else
    None."""
    for found in _YMD.finditer(_cn_month_day(arabic(text))):
        iso = _valid(*found.groups())
        if iso:
            return iso
    return None


def last_iso_date(text: str) -> str | None:
    """Last calendar date in the text as ISO, else None."""
    last: str | None = None
    for found in _YMD.finditer(_cn_month_day(arabic(text))):
        last = _valid(*found.groups()) or last
    return last


_CN_MD = re.compile(r"(?<=年)\s?([一二三四五六七八九十]{1,2})\s?月\s?([一二三四五六七八九十廿]{1,3})\s?日")


def _cn_month_day(text: str) -> str:
    return _CN_MD.sub(lambda m: f"{_cn_int(m.group(1))}月{_cn_int(m.group(2))}日", text) if "月" in text else text


def _cn_int(text: str) -> int:
    text = text.replace("廿", "二十")
    if "十" not in text:
        return int("".join(_CN_DIGITS[c] for c in text) or 0)
    tens, _, ones = text.partition("十")
    return (int(_CN_DIGITS.get(tens, "1")) * 10) + int(_CN_DIGITS.get(ones, "0"))


def url_date(url: str | None) -> str | None:
    """The date in a URL's path as ISO, None when it holds none. Never a source of the fiscal year."""
    for pattern in _URL_DATES:
        found = pattern.search(url or "")
        if found:
            return _valid(*found.groups())
    return None


def _valid(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
