"""Outcomes of requests and reviews that the prose states: 其中12件予以公开，3件部分公开；维持1件，1件被纠正.

Outcomes of requests with the number behind them (予以公开12件) are rules of `crawler.reports.narrative`. A number
belongs to the word behind it only where its clause begins with it and no other number follows: in
予以公开12件、部分公开3件 nothing is read that way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Stated(NamedTuple):
    """An outcome: its quantity, the number as printed, the unit, and where it stands in the text."""

    quantity: str
    number: str
    unit: str
    span: tuple[int, int]


_NUMBER = r"(?P<n>\d[\d,，]{0,12}|[零一二三四五六七八九十百两]{1,5})\s?(?P<u>件次|件|条|份|宗|起|次|例|个|项)"
_BEGINS = r"(?:^|(?<=[，,、；;：:（(。\s中有]))"
_BETWEEN = r"(?:的)?(?:申请|案件|信息)?(?:被|已|均|为|是|属于?|属|依法|作出|决定|答复|经审查|给予|复议机关|法院){0,3}"
_NOT_BEHIND = r"(?![^，,、；;：:。！？\n]{0,14}?(?:\d|[零一二三四五六七八九十百两]{1,5}(?:件|宗|起|条|份|次|例|项)))"

_REQUESTS = {
    "granted_partial": r"(?:予以公开|同意公开|公开)(?:和|或|及|与|或者)部分公开",
    "partial": r"(?:予以|同意)?部分公开",
    "denied": r"(?:不予公开|不同意公开|不公开)",
    "unable": r"(?:无法提供|无法公开)",
    "notproc": r"(?:不予处理|不予受理)",
    "granted": r"(?:予以公开|同意公开|全部公开|全部予以公开)",
}
_REVIEWS = {
    "upheld": r"(?:结果)?(?:维持|被维持)",
    "corrected": r"(?:结果)?(?:纠正|被纠正)",
    "pending": r"(?:尚未审[结理]|未审[结理]|正在审[结理])",
}


def _ahead(word: str) -> re.Pattern[str]:
    return re.compile(f"{_BEGINS}{_NUMBER}{_BETWEEN}{word}{_NOT_BEHIND}")


_CLAUSE = r"(?:[^。；;，,！!？?\d\n]|20\d\d年){0,3}?"
_REVIEWS_BEHIND = {
    "upheld": re.compile(rf"维持(?:原[^，,；;。\d]{{0,6}})?(?:的)?{_CLAUSE}{_NUMBER}"),
    "corrected": re.compile(rf"纠正(?:的)?{_CLAUSE}{_NUMBER}"),
    "other": re.compile(rf"其[他它]结果(?:的)?{_CLAUSE}{_NUMBER}"),
    "pending": re.compile(rf"(?:尚未|未|正在)审[结理](?:的)?{_CLAUSE}{_NUMBER}"),
}
_OF_REQUESTS = {quantity: _ahead(word) for quantity, word in _REQUESTS.items()}
_OF_REVIEWS = {result: _ahead(word) for result, word in _REVIEWS.items()}


def of_requests(text: str) -> Iterator[Stated]:
    """What a sentence on requests says of their outcomes with the number ahead; the first statement of each."""
    return _stated(_OF_REQUESTS, text, 0, len(text))


def of_reviews(text: str) -> Iterator[Stated]:
    """Results behind 行政复议 or 行政诉讼 (`recon.upheld` …), each up to the other's name; numbers on either side."""
    places = [(found.start(), found.group()) for found in re.finditer(r"行政复议|行政?诉讼(?!请求|法)", text)]
    for at, (start, word) in enumerate(places):
        end = places[at + 1][0] if at + 1 < len(places) else len(text)
        of = "recon" if "复议" in word else "suits"
        for patterns in (_REVIEWS_BEHIND, _OF_REVIEWS):
            for stated in _stated(patterns, text, start, end):
                yield stated._replace(quantity=f"{of}.{stated.quantity}")


def _stated(patterns: dict[str, re.Pattern[str]], text: str, start: int, end: int) -> Iterator[Stated]:
    for quantity, pattern in patterns.items():
        if found := pattern.search(text, start, end):
            yield Stated(quantity, found["n"], found["u"], found.span())
