"""Figures that the prose states: 收到依申请公开50件, 其中当面申请1件, 办结50件 …

A figure is only what the text says; whether it agrees with the tables is for the checks. Every pattern has a bounded
window and runs over short sentences of a bounded text, so that no page can hold the parser up.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from crawler.reports import channels, outcomes, spoken, whose
from crawler.reports.model import Figure, Scope, Section
from crawler.reports.numbers import chinese_number
from crawler.reports.whose import Class
from crawler.reports.wordings import CN, ITEMS, REQUEST, RULES, UNITS, Rule, by_chance

MOST_CHARS = 120_000
"""Prose read for figures; the longest reports have about 60,000 characters."""
_SENTENCE_CHARS = 700
_NEEDED = tuple({word: None for rule in RULES for word in rule.needs})
_TOPICS = {rule.topic: re.compile(rule.topic) for rule in RULES}
_STATES = re.compile(rf"\d|[{CN}](?:{UNITS})|无|未|没有|零")
"""What stands in a sentence that states a number."""


@dataclass(slots=True)
class _Reader:
    """Reads paragraphs in order; the first statement of a quantity stands."""

    year: int | None = None
    scope: Scope | None = None
    found: dict[str, Figure] = field(default_factory=dict)
    left: int = MOST_CHARS
    _suffix: str = ""

    def paragraph(self, text: str, section: str | None) -> None:
        text = text[: self.left]
        self.left -= len(text)
        topics = {topic for topic, pattern in _TOPICS.items() if pattern.search(text)}
        goes_on: Class = ""
        for sentence in _sentences(text):
            plain = spoken.digits(sentence)
            if _STATES.search(plain):
                views, goes_on = whose.views(spoken.of_this_year(plain, self.year), self.scope, goes_on)
                for self._suffix, view in views:
                    self._sentence(sentence, view, topics, section)

    def _sentence(self, sentence: str, plain: str, topics: Container[str], section: str | None) -> None:
        asked = spoken.of_requests(plain)
        if REQUEST in topics:
            for quantity, printed, unit in channels.read(asked):
                if (value := number(printed)) is not None:
                    self._note(quantity, value, unit, sentence, section, printed)
            for stated in outcomes.of_requests(asked):
                if (value := number(stated.number)) is not None:
                    self._note(stated.quantity, value, stated.unit, sentence, section, stated.number)
                    asked = _blotted(asked, *stated.span)
        if _of_reviews(plain, section):
            for stated in outcomes.of_reviews(plain):
                if (value := number(stated.number)) is not None:
                    self._note(stated.quantity, value, stated.unit, sentence, section, stated.number)
        words = {word for word in _NEEDED if word in plain}
        for rule in RULES if words else ():
            if words.isdisjoint(rule.needs) or rule.topic not in topics:
                continue
            if rule.quantity in _REVIEWS and not _of_reviews(plain, section):
                continue
            if rule.quantity == "accounts" and "新媒体" not in plain and len(_ACCOUNTS.findall(plain)) > 1:
                continue
            if rule.quantity == "disclosed" and _MEDIA.search(plain) and not _SITES.search(plain):
                continue
            asked = self._apply(rule, asked if rule.topic else plain, asked, sentence, section)

    def _apply(self, rule: Rule, text: str, asked: str, sentence: str, section: str | None) -> str:
        """Note the rule's figure; the answer is the text on requests, blotted where this rule owns its words."""
        for pattern in rule.patterns:
            match = next((m for m in pattern.finditer(text) if not by_chance(rule.quantity, m)), None)
            if match is None or (rule.fixed is None and "分别" in match.group()):
                continue
            value = rule.fixed if rule.fixed is not None else number(match["n"])
            if value is None:
                continue
            if rule.quantity == "posts" and (others := _each_media(text)):
                for quantity, printed, unit in others:
                    if (own := number(printed)) is not None:
                        self._note(quantity, own, unit, sentence, section, printed)
                break
            printed = match["n"] if rule.fixed is None else ""
            self._note(rule.quantity, value, rule.unit or match["u"], sentence, section, printed)
            if rule.mask:
                return _blotted(text, *match.span())
            break
        return asked

    def _note(
        self, quantities: str, value: Decimal, unit: str, sentence: str, section: str | None, printed: str
    ) -> None:
        for quantity in (name + self._suffix for name in quantities.split("|")):
            figure = Figure(quantity, value, unit, sentence.strip()[:400], section, spoken.about(printed, sentence))
            self.found.setdefault(quantity, figure)


_REVIEWS = frozenset(("recon", "suits", "recon|suits"))
_MEDIA = re.compile(r"微信|微博|公众号|新媒体|客户端|抖音")
_ACCOUNTS = re.compile(r"(?:微信|微博|公众号|抖音|头条|快手)[^，,、；;。\d]{0,6}\d{1,4}\s?个")
_SITES = re.compile(r"网站|门户|主动公开")
_JUDGES = re.compile(r"(?:审理|审结|受理|收到|办理|承办|办结|应诉)[^，。；]{0,10}行政(?:复议|诉讼|应诉)")
_POST = re.compile(
    rf"(?P<m>微博|微信|公众号|抖音)[^，,；;。\d]{{0,20}}?(?:发布|推送|发文|刊发|发)[^，,；;。\d]{{0,10}}?{ITEMS}"
)
_MEDIA_NAMES = {"微博": "weibo", "微信": "wechat", "公众号": "wechat", "抖音": "douyin"}


def _blotted(text: str, start: int, end: int) -> str:
    """The text with a passage made unreadable, so that no other rule takes its number."""
    return text[:start] + "＿" * (end - start) + text[end:]


def _of_reviews(sentence: str, section: str | None) -> bool:
    """Whether reviews and lawsuits in the sentence are about disclosure, not the cases that an office hears itself."""
    return section == "review" or "公开" in sentence or not _JUDGES.search(sentence)


def _each_media(sentence: str) -> list[tuple[str, str, str]]:
    """(`posts.weibo` …, number, unit) where a sentence gives several media a number each; their sum is not stated."""
    found = [(f"posts.{_MEDIA_NAMES[post['m']]}", post["n"], post["u"]) for post in _POST.finditer(sentence)]
    return found if len({quantity for quantity, _, _ in found}) > 1 else []


def figures(
    sections: Sequence[Section], preamble: Sequence[str] = (), year: int | None = None, scope: Scope | None = None
) -> dict[str, Figure]:
    """What the prose of a report states, by quantity; tables are no prose.

    Quantities: `new`, `carried_over`, `decided_total`, `carried_forward`, `granted`, `partial`, `granted_partial`
    (both in one number), `denied`, `unable`, `notproc`, `other`, `channel.face|fax|mail|written|net|email`,
    `applicant.natural|organisation|enterprise|research|public_good|legal_service`, `recon`, `suits`, each with
    `.upheld|corrected|other|pending`, `fees`, `fees.notices`, `normative_made`, `normative_valid`,
    `normative_repealed`, `disclosed`, `interpretations`, `trainings`, `press`, `accounts`, `posts`, and
    `posts.weibo|wechat|douyin` where each has its own number. 没有收到…申请 states 0 for `new`.

    With the fiscal `year`, clauses that begin with another one are passed over; 去年, 较上年, 上半年, 1-6月 always are.
    A quantity of a whole area in the report of one office is named `new.all`, one of the office in a consolidated
    report `new.own`; where the `scope` is not known and both are stated, both are (see `crawler.reports.whose`).
    """
    reader = _Reader(year, scope)
    for line in preamble:
        reader.paragraph(line, None)
    for section in sections:
        for line in _lines(section):
            reader.paragraph(line, section.id or section.heading)
    return reader.found


def _lines(section: Section) -> Iterator[str]:
    yield from section.text.split("\n")
    for child in section.subsections:
        yield from _lines(child)


_SENTENCES = re.compile(r"[^。！？!?]*[。！？!?]|[^。！？!?]+")


def _sentences(text: str) -> Iterator[str]:
    """Sentences of a paragraph; 。 ends one, and one that runs on is cut at a fixed length."""
    for sentence in _SENTENCES.findall(text):
        for start in range(0, len(sentence), _SENTENCE_CHARS):
            yield sentence[start : start + _SENTENCE_CHARS]


@lru_cache(maxsize=4096)
def number(text: str) -> Decimal | None:
    """A printed number (with thousands commas) or a Chinese numeral as a Decimal; None when it is neither.

    `2.3万` is 23,000.
    """
    if re.search("[,，]", text) and not re.match(r"\s?\d{1,3}(?:[,，]\d{3})+(?!\d)", text):
        return None  # 12，23件 is two numbers, not 1223
    plain = re.sub(r"[,，\s]", "", text)
    if plain.endswith("万") and re.fullmatch(r"\d{1,9}(?:\.\d{1,6})?", plain[:-1], re.ASCII):
        return Decimal(plain[:-1]) * 10_000
    if re.fullmatch(r"\d{1,15}(?:\.\d{1,6})?", plain, re.ASCII):
        return Decimal(plain)
    return chinese_number(plain)
