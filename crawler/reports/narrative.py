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

from crawler.reports import channels, outcomes, spoken
from crawler.reports.model import Figure, Section
from crawler.reports.numbers import chinese_number

MOST_CHARS = 120_000
"""Prose read for figures; the longest reports have about 60,000 characters."""
_SENTENCE_CHARS = 700
_CN = "零一二三四五六七八九十百两"
_UNITS = "件次|人次|件|条|份|宗|起|个|次|篇|例|项|万元|元|期|场"
_CASES = r"(?P<n>\d[\d,，]{0,12}|[" + _CN + r"]{1,5})\s?[余多]?(?P<u>件次|件|条|份|宗|起|次|例|个|项)"
_ITEMS = r"(?P<n>\d[\d,，]{0,12}(?:\.\d{1,6})?\s?万?)\s?[余多]?(?P<u>条次|条|件|篇|份)"
_TIMES = r"(?P<n>\d[\d,，]{0,12}|[" + _CN + r"]{1,5})\s?[余多]?(?P<u>场次|次|场|期|个|堂)"


def _w(most: int) -> str:
    """Up to `most` characters of the same clause, digits only as a year."""
    return rf"(?:[^。；;，,！!？?\d\n]|20\d\d年){{0,{most}}}?"


@dataclass(frozen=True, slots=True)
class _Rule:
    """Patterns for one quantity. `topic` must stand in the paragraph; one of `needs` stands in whatever they match."""

    quantity: str
    patterns: tuple[re.Pattern[str], ...]
    needs: tuple[str, ...]
    topic: str = ""
    mask: bool = False
    fixed: Decimal | None = None
    unit: str | None = None


_REQUEST = r"申请"
_ZERO_VERB = r"(?:没有|未曾|尚未|并未|未|无)"
_NO = r"(?:没有|未有|不存在|暂无|无)"
_LAST = r"(?:上一?年度?|往年|以前年度)"
_ASKS = r"(?:的|申请|提出|提交|类|方面|共|为|有|计|数量|[：:\s]){0,4}+"
_JOINED = r"(?<!公民[、和或及与])(?<!自然人[、和或及与])(?<!个人[、和或及与])"


def _rule(quantity: str, *patterns: str, needs: str, topic: str = "", mask: bool = False) -> _Rule:
    return _Rule(quantity, tuple(map(re.compile, patterns)), tuple(needs.split()), topic, mask)


def _none(quantity: str, *patterns: str, needs: str, unit: str, topic: str = "") -> _Rule:
    return _Rule(quantity, tuple(map(re.compile, patterns)), tuple(needs.split()), topic, fixed=Decimal(0), unit=unit)


def _applicant(who: str, word: str) -> _Rule:
    return _rule(
        f"applicant.{who}",
        rf"{word}{_ASKS}{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="自然人 公民 法人 企业 机构 组织",
    )


_RULES: tuple[_Rule, ...] = (
    _rule(
        "carried_over",
        rf"(?:上年|上年度|往年|上一年|上一年度|去年|20\d\d年)(?:度)?(?:结转|转结|遗留|未办结){_w(12)}{_CASES}",
        rf"结转{_LAST}{_w(8)}{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="结转 转结 遗留 未办结",
    ),
    _none(
        "carried_over",
        rf"{_NO}{_w(4)}{_LAST}{_w(4)}(?:结转|遗留|未办结)",
        unit="件",
        topic=_REQUEST,
        needs="结转 遗留 未办结",
    ),
    _none(
        "carried_forward",
        rf"{_NO}{_w(4)}(?:结转|顺延|延续)(?:至|到)?(?:下|明年|20\d\d年)",
        unit="件",
        topic=_REQUEST,
        needs="结转 顺延 延续",
    ),
    _rule(
        "carried_forward",
        rf"(?:结转|延续|顺延|转)(?:至|到|下|入下){_w(14)}{_CASES}",
        rf"{_CASES}{_w(14)}(?:结转|顺延|延续|转)(?:至|到|下)",
        rf"结转{_w(4)}{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="转 顺延 延续",
    ),
    _applicant("natural", r"(?:自然人|公民(?:个人)?)"),
    _applicant("organisation", rf"{_JOINED}(?:法人(?:(?:[和或及与、]|或者|以及)(?:其[他它])?(?:社会)?组织)?)"),
    _applicant("enterprise", "商业企业"),
    _applicant("research", "科研机构"),
    _applicant("public_good", "社会公益组织"),
    _applicant("legal_service", "法律服务机构"),
    _rule(
        "new",
        rf"新收(?:到|申请)?(?:数量|数)?(?:为|共|共计)?\s?{_CASES}",
        rf"(?:新收|新增受理|新增|收到|收办|受理|接收|接到|收悉){_w(30)}(?:公开|申请){_w(10)}{_CASES}",
        rf"(?:新收|新增受理|新增|收到|收办|受理|接收|接到)(?:了|到)?(?:各类)?\s?{_CASES}{_w(14)}申请",
        rf"(?:政府信息公开|依申请公开|信息公开)(?:的)?申请(?:总数|数量|共计|总计|共|数)?(?:为|计|合计)?\s?{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="公开 申请",
    ),
    _none(
        "new",
        rf"{_ZERO_VERB}(?:收到|接到|受理|接收|新收){_w(24)}申请(?![^。，,；;]{{0,6}}(?:行政复议|行政诉讼))",
        rf"{_ZERO_VERB}{_w(20)}(?:提出|提交|递交|申请){_w(10)}(?:信息公开|依申请公开)",
        rf"{_NO}(?:政府)?(?:信息公开|依申请公开)(?:的)?(?:申请|事项|件|案件|情况)",
        r"(?:信息公开|依申请公开)(?:的)?申请(?:数量|件数|数|量)?(?:均)?(?:为|：|:)?(?:0|零)(?=[。，,；;]|$)",
        unit="件",
        topic=_REQUEST,
        needs="申请 信息公开 依申请公开",
    ),
    _rule(
        "granted_partial",
        rf"(?:予以公开|同意公开|公开)(?:[及和与或、]|以及|或者){{1,2}}(?:予以)?部分公开{_w(8)}{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="部分公开",
    ),
    _rule("partial", rf"部分公开(?:的)?{_w(8)}{_CASES}", topic=_REQUEST, mask=True, needs="部分公开"),
    _rule(
        "denied",
        rf"(?:不予公开|不同意公开|不公开)(?:的)?{_w(8)}{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="不予公开 不同意公开 不公开",
    ),
    _rule("unable", rf"无法(?:提供|公开)(?:的)?{_w(8)}{_CASES}", topic=_REQUEST, mask=True, needs="无法"),
    _rule("notproc", rf"不予(?:处理|受理)(?:的)?{_w(8)}{_CASES}", topic=_REQUEST, mask=True, needs="不予"),
    _rule("other", rf"其[他它](?:处理|情形|情况)(?:的)?{_w(8)}{_CASES}", topic=_REQUEST, mask=True, needs="其他 其它"),
    _rule(
        "granted",
        rf"(?<!不)(?:予以公开|同意公开|全部公开|已?主动公开(?=\d))(?:的)?{_w(8)}{_CASES}",
        topic=_REQUEST,
        mask=True,
        needs="予以公开 同意公开 全部公开 主动公开",
    ),
    _rule(
        "decided_total",
        rf"(?:办结|答复|办理完毕|办理完成|办理)(?!率){_w(16)}{_CASES}",
        rf"{_CASES}(?:申请)?(?:已|均已|均|已经)?(?:全部|按[时期])?(?:办结|答复)",
        topic=r"依申请|公开申请|信息公开",
        needs="办结 答复 办理",
    ),
    _none(
        "recon|suits",
        rf"{_ZERO_VERB}{_w(40)}行政复议(?:[、和及或与]|以及|或者|案件|、提起){_w(8)}(?:行政)?诉讼",
        rf"行政复议(?:[、和及或与]|以及|或者|、提起){{1,2}}(?:行政)?诉讼{_w(10)}(?:均|都)?为?(?:0|零)\s?(?:件|起|宗|次)",
        rf"行政复议(?:[、和及或与]|以及|或者|、提起){{1,2}}(?:行政)?诉讼{_w(10)}(?:没有发生|未发生|均?无(?=[。，,；]|$))",
        unit="件",
        needs="行政复议",
    ),
    _rule("recon", rf"行政复议(?!决定|机关|法|答复书){_w(10)}{_CASES}", rf"{_CASES}{_w(3)}行政复议", needs="行政复议"),
    _none("recon", rf"{_ZERO_VERB}{_w(24)}行政复议(?:案件|情况|的)?", unit="件", needs="行政复议"),
    _rule("suits", rf"诉讼(?!法|费){_w(10)}{_CASES}", rf"{_CASES}{_w(3)}行政诉讼", needs="诉讼"),
    _none("suits", rf"{_ZERO_VERB}{_w(24)}行政诉讼(?:案件|情况|的)?", unit="件", needs="诉讼"),
    _rule(
        "fees",
        rf"(?:信息处理费|收取费用|收费|收取){_w(14)}(?P<n>\d[\d,，]{{0,12}}(?:\.\d{{1,6}})?)\s?(?P<u>万元|元)",
        needs="费 收取",
    ),
    _none(
        "fees",
        rf"(?:未|没有|无|不存在|不)(?:收取|发生|产生|收|涉及|向.{{1,10}}收取){_w(24)}费",
        r"信息处理费(?:的)?(?:收取)?(?:情况|金额)?(?:为|：|:)?(?:0|零|无)(?!\d)",
        unit="元",
        needs="费",
    ),
    _rule(
        "fees.notices",
        rf"收费通知(?:书)?(?:的)?(?:件数|数量)?{_w(4)}{_CASES}",
        needs="收费通知",
    ),
    _rule(
        "normative_made", rf"(?:制发|制定|印发|出台|制作)(?:了|的)?{_w(8)}规范性文件{_w(4)}{_CASES}", needs="规范性文件"
    ),
    _rule(
        "normative_valid", rf"现行有效{_w(14)}{_CASES}", rf"规范性文件{_w(6)}现行有效{_w(6)}{_CASES}", needs="现行有效"
    ),
    _rule(
        "normative_repealed",
        rf"规范性文件[^。]{{0,40}}?废止(?:失效)?(?:了|的)?{_w(6)}{_CASES}",
        topic="规范性文件",
        needs="废止",
    ),
    _rule(
        "interpretations",
        rf"(?:发布|编发|制作|推出|公开|公布|编制|撰写){_w(10)}解读(?:材料|信息|稿件|文章|产品|文件|稿)?{_w(3)}(?P<n>\d[\d,，]{{0,12}})\s?[余多]?(?P<u>条|篇|件|份|期|个|次)",
        needs="解读",
    ),
    _rule(
        "trainings",
        rf"(?:组织|举办|开展|召开|举行){_w(16)}培训(?:班|会|活动|会议|讲座)?{_w(2)}{_TIMES}",
        topic="公开",
        needs="培训",
    ),
    _rule("press", rf"新闻发布会{_w(3)}{_TIMES}", needs="新闻发布会"),
    _rule(
        "disclosed",
        rf"(?:主动公开|(?<!申请)公开|发布)(?:各类|各种)?(?:政府|政务)?信息(?:数|数量|总数|共计|共|合计|总计)?{_w(4)}"
        + _ITEMS,
        needs="信息",
    ),
    _rule(
        "accounts",
        rf"(?:政务)?(?:新媒体|微博|微信|公众号|抖音|客户端){_w(10)}(?:账号|帐号|公众号){_w(6)}(?P<n>\d+)\s?(?P<u>个)",
        r"政务新媒体(?:共计|共有|共|总数|数量)?(?:为)?\s?(?P<n>\d{1,5})\s?(?P<u>个)",
        needs="新媒体 微博 微信 公众号 抖音 客户端",
    ),
    _rule(
        "posts",
        rf"(?:微博|微信|公众号|新媒体|两微|双微|“两微”){_w(24)}(?:发布|推送|发文|刊发|发)(?:(?!微博|微信|点击|阅读|浏览){_w(1)}){{0,14}}?{_ITEMS}",
        rf"(?:微博|微信|公众号|新媒体)(?:账号|帐号)?\s?\d{{1,4}}个[，,](?:共|累计|全年)?(?:发布|推送){_w(6)}{_ITEMS}",
        needs="微博 微信 公众号 新媒体 两微 双微",
    ),
)


_NEEDED = tuple({word: None for rule in _RULES for word in rule.needs})
_TOPICS = {rule.topic: re.compile(rule.topic) for rule in _RULES}
_STATES = re.compile(rf"\d|[{_CN}](?:{_UNITS})|无|未|没有|零")
"""What stands in a sentence that states a number."""


@dataclass(slots=True)
class _Reader:
    """Reads paragraphs in order; the first statement of a quantity stands."""

    year: int | None = None
    found: dict[str, Figure] = field(default_factory=dict)
    left: int = MOST_CHARS

    def paragraph(self, text: str, section: str | None) -> None:
        text = text[: self.left]
        self.left -= len(text)
        topics = {topic for topic, pattern in _TOPICS.items() if pattern.search(text)}
        for sentence in _sentences(text):
            plain = spoken.digits(sentence)
            if _STATES.search(plain):
                self._sentence(sentence, spoken.of_this_year(plain, self.year), topics, section)

    def _sentence(self, sentence: str, plain: str, topics: Container[str], section: str | None) -> None:
        asked = spoken.of_requests(plain)
        if _REQUEST in topics:
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
        for rule in _RULES if words else ():
            if words.isdisjoint(rule.needs) or rule.topic not in topics:
                continue
            if rule.quantity in _REVIEWS and not _of_reviews(plain, section):
                continue
            if rule.quantity == "accounts" and "新媒体" not in plain and len(_ACCOUNTS.findall(plain)) > 1:
                continue
            if rule.quantity == "disclosed" and _MEDIA.search(plain) and not _SITES.search(plain):
                continue
            asked = self._apply(rule, asked if rule.topic else plain, asked, sentence, section)

    def _apply(self, rule: _Rule, text: str, asked: str, sentence: str, section: str | None) -> str:
        """Note the rule's figure; the answer is the text on requests, blotted where this rule owns its words."""
        for pattern in rule.patterns:
            match = pattern.search(text)
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
        for quantity in quantities.split("|"):
            figure = Figure(quantity, value, unit, sentence.strip()[:400], section, spoken.about(printed, sentence))
            self.found.setdefault(quantity, figure)


_REVIEWS = frozenset(("recon", "suits", "recon|suits"))
_MEDIA = re.compile(r"微信|微博|公众号|新媒体|客户端|抖音")
_ACCOUNTS = re.compile(r"(?:微信|微博|公众号|抖音|头条|快手)[^，,、；;。\d]{0,6}\d{1,4}\s?个")
_SITES = re.compile(r"网站|门户|主动公开")
_JUDGES = re.compile(r"(?:审理|审结|受理|收到|办理|承办|办结|应诉)[^，。；]{0,10}行政(?:复议|诉讼|应诉)")
_POST = re.compile(
    rf"(?P<m>微博|微信|公众号|抖音)[^，,；;。\d]{{0,20}}?(?:发布|推送|发文|刊发|发)[^，,；;。\d]{{0,10}}?{_ITEMS}"
)
_MEDIA_NAMES = {"微博": "weibo", "微信": "wechat", "公众号": "wechat", "抖音": "douyin"}


def _blotted(text: str, start: int, end: int) -> str:
    """The text with a passage made unreadable, so that no other rule takes its number."""
    return text[:start] + "＿" * (end - start) + text[end:]


def _of_reviews(sentence: str, section: str | None) -> bool:
    """Whether reviews and lawsuits in the sentence are about disclosure, not the cases that an office hears itself."""
    return section == "review" or "公开" in sentence or "申请" in sentence or not _JUDGES.search(sentence)


def _each_media(sentence: str) -> list[tuple[str, str, str]]:
    """(`posts.weibo` …, number, unit) where a sentence gives several media a number each; their sum is not stated."""
    found = [(f"posts.{_MEDIA_NAMES[post['m']]}", post["n"], post["u"]) for post in _POST.finditer(sentence)]
    return found if len({quantity for quantity, _, _ in found}) > 1 else []


def figures(sections: Sequence[Section], preamble: Sequence[str] = (), year: int | None = None) -> dict[str, Figure]:
    """What the prose of a report states, by quantity; tables are no prose.

    Quantities: `new`, `carried_over`, `decided_total`, `carried_forward`, `granted`, `partial`, `granted_partial`
    (both in one number), `denied`, `unable`, `notproc`, `other`, `channel.face|fax|mail|written|net|email`,
    `applicant.natural|organisation|enterprise|research|public_good|legal_service`, `recon`, `suits`, each with
    `.upheld|corrected|other|pending`, `fees`, `fees.notices`, `normative_made`, `normative_valid`,
    `normative_repealed`, `disclosed`, `interpretations`, `trainings`, `press`, `accounts`, `posts`, and
    `posts.weibo|wechat|douyin` where each has its own number. 没有收到…申请 states 0 for `new`.

    With the fiscal `year`, clauses that begin with an earlier one are passed over; 去年, 较上年… always are.
    """
    reader = _Reader(year)
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
