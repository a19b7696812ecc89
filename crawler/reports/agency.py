"""Which agency reports, and for which scope, where the title does not say it: opening sentence, signature, metadata.

Every answer says where it was read. Which year it is, `when` decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crawler.reports import dates, names
from crawler.reports.metas import PageFacts
from crawler.reports.model import Finding, Scope
from crawler.reports.titles import TitleReading

_NAME = r"[\u3400-\u9fff（）()·]{2,40}?"
_OPENING = (
    re.compile(
        rf"(?:现)?(?:将|公布|发布|公开|为)(?P<a>{_NAME})(?:关于)?20\d\d年(?:度)?(?:本级)?(?:政府|政务)?信息公开"
    ),
    re.compile(
        rf"(?:^|[。，,\s])(?P<a>{_NAME})(?:关于)?20\d\d年(?:度)?(?:政府|政务)信息公开(?:工作)?(?:年度)?(?:工作)?(?:报告|年报)"
    ),
    re.compile(rf"(?:涵盖|反映|汇总)了?(?P<a>{_NAME})20\d\d年(?:度)?(?:1月1日|政府信息公开|期间|全年)"),
    re.compile(rf"本(?:年度)?(?:报告|年报)[^。]{{0,20}}?由(?P<a>{_NAME})(?:编制|汇总|负责|根据|按照|依据|组织)"),
    re.compile(
        rf"(?:与|向|同)(?P<a>{_NAME})(?:政务公开|政府信息公开|信息公开)?(?:办公室|科|处|股)?(?:进行)?(?:联系|咨询|反映)"
    ),
)
_EDITED = re.compile(
    rf"(?:^|[。，,；;\n])(?P<a>{_NAME})(?:特|现|组织|认真|及时|牵头|负责|(?:根据|按照|依据|结合)[^。\n]{{0,80}}?[，,》])?"
    r"(?:特|现|组织|认真)?(?:编制|编写|撰写|形成|起草)(?:了|完成|并(?:发布|公布)了?)?(?:本|20\d\d年|《)"
)
_LABELLED = re.compile(
    r"(?:填报|编制|报送|报告|填表|编报|上报)(?:单位|机关|部门)(?:名称)?(?:[（(](?:盖章|公章|章)[)）])?[：:]\s?"
    r"(?P<a>[\u3400-\u9fff（）()]{3,40})(?=$|[\s|，,。；;：:])"
)
_SUBJECT = re.compile(
    rf"(?:^|[。\n])20\d\d年(?:度|1月1日至12月31日|以来)?[，,、]?(?P<a>{_NAME})"
    r"(?:认真|坚持|深入|严格|全面|坚决|始终|积极|高度|切实|围绕|持续|紧紧|紧扣|按照|根据|贯彻|不断|进一步|扎实|在|以|共|政府信息公开)"
)
_DATE_LINE = re.compile(r"^[（(]?(?:19|20|二)[\d○〇零一二三四五六七八九０-９]{2,3}\s?年.{1,6}月.{1,4}日[)）]?$")
_MEDIA = re.compile(r"日报|晚报|新闻|网$|网站$|电视|融媒体|本站|原创|通讯|记者|作者|公众号|微信")
_SOURCE_TAIL = re.compile(r"(?:办公室|综合科|秘书科|政务公开科|信息科|综合股|办文科|行政科)$")


@dataclass(frozen=True, slots=True)
class Who:
    """An agency name and where it was read (`title`, `text`, `signature`, `meta`)."""

    name: str | None
    source: str | None


def who(title: TitleReading, facts: PageFacts, lines: Sequence[str]) -> Who:
    """The reporting agency as the page prints it.

    A bare area in the title (平潭综合实验区, 正定县) becomes its organ and a short name (市生态环境局) its full one,
    where the page prints them; nothing is completed from outside the page.
    """
    text = "\n".join(lines)
    around = " ".join(filter(None, (facts.publisher, facts.source, facts.site)))
    if title.agency:
        return _fuller(title.agency, around, text, facts.surroundings)
    for name, source in _candidates(facts, lines):
        if names.is_body(name) or names.is_area(name):
            full = _fuller(name, around, text, facts.surroundings).name
            return Who(full, source)
    return Who(None, None)


def _fuller(name: str, around: str, text: str, page: str) -> Who:
    if not names.is_body(name) or (names.is_area(name) and not name.endswith(("街道", "镇", "乡"))):
        for place, source in ((around, "meta"), (text, "text"), (page, "meta")):
            organ = names.government_of(name, place)
            if organ:
                return Who(organ, source)
    if names.is_branch(name):
        for place in (around, text, page):
            if full := names.parent_and_branch(name, place):
                return Who(full, "title")
    full = names.expand(name, around + "\n" + text)
    return Who(full or name, "title")


def _candidates(facts: PageFacts, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names found on the page, best source first."""
    head = dates.arabic("\n".join(lines[:12])[:6000])
    for pattern in _OPENING[:4]:
        yield from _named(pattern, head, "text")
    yield from _named(_LABELLED, "\n".join((*lines[:12], *lines[-8:])), "text")
    signed = signature(lines)
    if signed:
        yield signed, "signature"
    yield from _named(_EDITED, head, "text")
    for value in (facts.publisher, facts.source):
        cleaned = names.clean(value) if value else None
        if cleaned and names.is_body(cleaned) and not _MEDIA.search(cleaned):
            yield cleaned, "meta"
    yield from _named(_SUBJECT, head, "text")
    yield from _named(_OPENING[4], head, "text")


def _named(pattern: re.Pattern[str], text: str, source: str) -> Iterator[tuple[str, str]]:
    for found in pattern.finditer(text):
        cleaned = names.clean(found.group("a"))
        if cleaned:
            yield cleaned, source


_STEM = re.compile(r"(?:人民政府|管理委员会|委员会|管委会|局|厅|委|办|部|院|处|中心)$")
_OFFICE = re.compile(r"(?:政府|办公[室厅]|办|中心|领导小组|[科股站])$")


def disagreement(title: str | None, lines: Sequence[str]) -> tuple[Finding, ...]:
    """A finding where another body signs than the title names: one of the two was copied from elsewhere.

    Offices that sign for their government, branches, short and former names (水利局, 水务局) are no other body.
    """
    signed = signature(lines) if title else None
    if not title or not signed or _OFFICE.search(signed) or _OFFICE.search(title) or title in signed or signed in title:
        return ()
    places, organs = zip(*map(_parted, (title, signed)), strict=True)
    if not (_disjoint(*organs) or _disjoint(*places)):
        return ()
    message = f"the title names {title}, the signature {signed}; the title's was taken"
    return (Finding("agency_disagrees", "soft", message, left=title, right=signed),)


def _parted(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """Characters of the places in a name, and of what its organ deals with."""
    organ = re.split("[省市县区州盟旗镇乡]", name)[-1]
    return frozenset(name[: len(name) - len(organ)]) - frozenset("省市县区州盟旗镇乡自治"), frozenset(
        _STEM.sub("", organ)
    )


def _disjoint(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and not one & other


def signature(lines: Sequence[str]) -> str | None:
    """The name below the text: before a date or at the very end; what follows the date (annexes, contacts) is passed
    over. A branch below its parent is one name, two bodies below each other sign together (甲局、乙局)."""
    tail = [re.sub(r"\s+", "", line) for line in lines[-12:]]
    dated = [at for at, line in enumerate(tail) if _DATE_LINE.match(line) or _dated_name(tail[at])]
    end = dated[-1] if dated else len(tail) - 1
    if end < 0:
        return None
    found: list[str] = []
    for line in reversed([*tail[max(0, end - 3) : end], _dated_name(tail[end]) or tail[end]]):
        name = _signing(line)
        if name is None and (found or not _DATE_LINE.match(line)):
            break
        if name:
            found.insert(0, name)
    if not found and dated and dated[-1] == len(tail) - 2:
        found = [name for name in [_signing(tail[-1])] if name]  # the date stands above the name
    return _joined(found)


def _dated_name(line: str) -> str:
    """The name in a line that holds the date too: 清河县水务局2024年1月15日."""
    found = re.search(r"^([^。；]{3,40}?)[（(]?(?:19|20)\d\d年\d{1,2}月\d{1,2}日[)）]?$", line)
    return found.group(1) if found and names.is_body(names.clean(found.group(1)) or "") else ""


def _signing(line: str) -> str | None:
    """The body that a line names and nothing else."""
    name = None if "。" in line else names.clean(line)
    return name if name and len(name) <= 40 and names.is_body(name) else None


def _joined(found: Sequence[str]) -> str | None:
    if not found:
        return None
    if len(found) > 1 and names.is_branch(found[-1]):
        return "".join(found[-2:])
    return "、".join(dict.fromkeys(found))


def signature_date(lines: Sequence[str]) -> str | None:
    """The date line of the signature, as printed; None when the last lines hold none.

    In the last three lines a date may stand beside other words; above them, where annexes and contacts follow the
    signature, it stands alone or behind a name.
    """
    for back, line in enumerate(reversed(lines[-12:])):
        flat = re.sub(r"\s", "", line)
        alone = _DATE_LINE.match(flat) is not None or bool(_dated_name(flat))
        near = back < 3 and len(flat) <= 60 and not re.search(r"[。，；]", flat)
        if (alone or near) and dates.iso_date(flat):
            return flat
    return None


# ------------------------------------------------------------------ scope

_WHOLE = re.compile(
    r"汇总(?:了)?[^。]{0,40}(?:各|所属|全[省市县区州])|"
    r"全[省市县区州旗盟](?:各|政府信息公开|行政机关|范围|共|累计|\d|主动公开|政府系统|依申请|政府网站|上下)|"
    r"各(?:镇|乡|街道|部门|单位|县|区|市|直|地|有关单位)[^。]{0,30}(?:汇总|报送|数据|编制而成|年度报告)|"
    r"(?:覆盖|涵盖|包括)[^。]{0,30}各(?:镇|乡|街道|部门|单位|县|区|市)"
)
_ITS_OFFICE = re.compile(
    r"(?:人民政府|政府)(?:本级)?(?:及其?|和|与|暨|、)[^，。；]{0,14}?(?:办公[室厅]|政府办)"
    r"|政府[（(]办公[室厅][)）]|本级(?:政府)?(?:及其?|和|与|、)[^，。；]{0,10}?(?:办公[室厅]|政府办)"
)
_ONLY_ITSELF = re.compile(r"(?:仅|只)(?:包括|包含|反映|含|限|统计)[^。]{0,20}(?:本级|本机关|机关本身)")
_OWN = re.compile(
    r"(?:局|厅|处|办公室|办公厅|办事处|街道|镇|乡|苏木|委|委员会|中心|院|所|部|署|队|站|馆|会|联|社|台|公司|集团|银行|学校|大学)$"
    r"|[镇乡]人民政府$|政府办$"
)


def scope(agency: str | None, preamble: Sequence[str]) -> Scope | None:
    """Whether the report speaks for one office (`own`), a whole area (`consolidated`) or both; None when it does
    not say.

    全市 or 汇总各… in the opening makes a report consolidated; the name of one office, or 仅包括本级, makes it own; a
    government named together with its office speaks for both. A government's report whose opening says nothing is
    left open, because both habits exist; so is a committee's of a zone, which governs an area.
    """
    opening = "".join(preamble)[:1500]
    office = agency is not None and _OWN.search(agency) is not None
    zone = agency is not None and agency.endswith(("管理委员会", "管委会"))
    if agency and _ITS_OFFICE.search(agency):
        return "both"
    if _ONLY_ITSELF.search(opening):
        return "own"
    if _WHOLE.search(opening) and (not office or zone or (agency or "").endswith(("办公室", "办公厅", "政府办"))):
        return "consolidated"
    if office and not zone:
        return "own"
    return "both" if _ITS_OFFICE.search(opening) and agency else None
