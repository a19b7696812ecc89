"""What of a sentence speaks of this year's requests: other years and other matters are blotted out, places kept.

较上年增加5件, 2022年为8件 and 留言350件，办结340件 hold numbers of another year or of another thing; no pattern may
meet them. Digits come out in ASCII; the length never changes, so that a place in the answer is a place in the sentence.
"""

from __future__ import annotations

import re

_WIDE = str.maketrans("０１２３４５６７８９．", "0123456789.")
_ANY_WIDE = re.compile("[０-９．]")
_END = "，,；;。！？!?"
_CLAUSE = re.compile(rf"[^{_END}]*[{_END}]?")
_COMPARED = re.compile(
    rf"(?:同比|环比)[^{_END}]*|"
    r"(?:较|比|相较于?|对比|同期|与)(?:之?前|往年|20\d\d年|上年|上一年|去年|前年|上升|下降|增长|增加|减少|增|减|降|回落|持平)"
    rf"[^{_END}]*"
)
ROSE = "﹏"
"""Stands for what a count rose or fell from: 由300件增至482件 is ﹏﹏﹏﹏﹏﹏﹏482件."""
_UNIT = "件次|件|条|份|宗|起|项|篇|次|个|期|场"
_CHANGED = r"(?:增加|增长|上升|提高|提升|扩大|攀升|减少|下降|降低|回落|压减|缩减|增|升|减|降)"
_FROM = re.compile(
    rf"(?:[由从自][^，,；;。由从\d]{{0,10}}(?:20\d\d年)?[^，,；;。\d]{{0,8}})?\d[\d,]{{0,12}}(?:\.\d+)?\s?万?\s?(?:{_UNIT})?"
    rf"[^，,；;。\d]{{0,3}}{_CHANGED}(?:[到至为]|成)了?"
)
_FELL_FROM = re.compile(
    rf"[由从][^，,；;。]{{0,6}}(?:上年|去年|上一年|前年|20\d\d年)[^，,；;。]{{0,20}}(?>{_CHANGED})(?!了?[到至为成])[^，,；;。]*"
)
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[元一二三四五六七八九])"
_WHOLE_YEAR = re.compile(
    r"(?<!\d)(?:0?1|[一元])月?(?:0?1日|一日)?(?:起|开始)?\s?(?:[-—–~～－―─至到]|日?[至到]){1,3}\s?(?:20\d\d年)?(?:12|十二)月(?:份|底|末|31日|三十一日)?"
    r"|(?:12|十二)月(?:31日|三十一日|底|末)|截[至止]到?(?:20\d\d年)?(?:12|十二)月"
    r"|(?<!\d)(?:0?1|[一元])月(?:1日|一日)(?:起|以来)(?!\s?[-—–~至到])"
)
_PART = re.compile(
    rf"(?<![\d个数每]){_MONTH}\s?月|[上下]半年|[第前][一二三四1-4两]个?季度|[一二三四1-4]季度|[当本每上]月|每[季周日天年]"
    r"|[日周月年季人户]均|平均|单[日月周]|近[两二三四五六七八九十\d]{1,2}年|历年|预计|预期|力争|明年|下一年|今后"
)
_WITHIN = re.compile(r"半年|季度|[下次]月")
_SINCE = re.compile(rf"(?:自|从)?(?:20\d\d年|条例|《条例》)[^{_END}]{{0,12}}(?:以来|至今)[^{_END}]*")
_OTHER_YEAR = re.compile(r"^(?:其中|而|而在|与|在|\s)*(?:去年|上年度?|上一年度?|前年|往年|(?P<year>20\d\d)年度?)")
_EARLIER = re.compile(r"[去上前往]年|上一年|往年|20\d\d年")
_THIS_YEAR = re.compile(r"今年|本年|本年度|全年|年内")
_CARRIED = re.compile(r"结转|转结|遗留|未办结|顺延|延续|转入|转至|转到")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_OTHER_MATTER = re.compile(
    r"留言|信箱|群众来信|人民来信|来信来访|建议|提案|议案|诉求|投诉|举报|信访|咨询|热线|工单|许可|审批|处罚|备案|证照|查阅|点击|浏览|访问量|阅读量|关注|粉丝"
    r"|(?:审理|审结|受理|办理|承办|应诉)[^，。；]{0,10}行政(?:复议|诉讼)"
)
_REQUESTED = re.compile(r"公开申请|依申请|申请公开|信息公开|(?:申请|收到|受理)(?:的)?政府信息")
_GOES_ON = re.compile(
    r"^\s?(?:目前|现|并|其中|均|都|已|全部|共|按期|按时){0,3}(?:办结|答复|办理|办复|回复|受理|收到|处理|反馈|审[理结])"
)


def digits(sentence: str) -> str:
    """The sentence with full-width digits and points in ASCII, as long as before."""
    return sentence.translate(_WIDE) if _ANY_WIDE.search(sentence) else sentence


_ABOUT = re.compile("[约近余多]")


def about(printed: str, sentence: str) -> str | None:
    """The word by which the sentence says that a number is only about so (约30件, 30余件)."""
    if not printed or not _ABOUT.search(sentence):
        return None
    at = rf"(?<!\d){re.escape(printed.strip())}"
    found = re.search(rf"(?P<before>大约|约|近)\s?{at}(?!\d)|{at}\s?万?(?P<behind>[余多])", digits(sentence))
    return (found["before"] or found["behind"]) if found else None


def of_this_year(sentence: str, year: int | None) -> str:
    """The sentence with what it says of other years blotted out: comparisons, 去年…, and, when the fiscal year is
    known, clauses that begin with an earlier one, up to the clause that returns to this year.

    What is carried over from an earlier year (2022年结转3件) belongs to this year's figures and stays.
    """
    text = _SINCE.sub(_blot, sentence) if "以来" in sentence or "至今" in sentence else sentence
    text = _of_whole_years(_FROM.sub(_rose, _FELL_FROM.sub(_blot, text)))
    if not _EARLIER.search(text):
        return _COMPARED.sub(_blot, text)  # most sentences: none of its clauses is of another year
    out, away = [], False
    for clause in _CLAUSE.findall(text):
        other = _OTHER_YEAR.match(clause)
        named = [int(found) for found in _YEAR.findall(clause)]
        earlier = other is not None and (other["year"] is None or (year is not None and int(other["year"]) != year))
        if _CARRIED.search(clause):
            away = False
        elif earlier:
            away = True
        elif _THIS_YEAR.search(clause) or (year is not None and year in named):
            away = False
        out.append("＿" * len(clause) if away else _COMPARED.sub(_blot, clause))
        away = away and not clause.endswith(("。", "；", ";"))
    return "".join(out)


def _of_whole_years(text: str) -> str:
    """The text without clauses on a part of a year (1-6月, 上半年, 截至6月底), on rates and on plans, up to the clause
    that returns to the whole (全年, 1-12月)."""
    if not _PART.search(text):
        return text
    out, away = [], False
    for clause in _CLAUSE.findall(text):
        rest = _WHOLE_YEAR.sub("", clause)
        if _CARRIED.search(clause) and not _WITHIN.search(clause):
            away = False
        elif _PART.search(rest):
            away = True
        elif rest != clause or _THIS_YEAR.search(clause):
            away = False
        out.append("＿" * len(clause) if away else clause)
        away = away and not clause.endswith(("。", "；", ";"))
    return "".join(out)


_REVIEWED = re.compile(r"复议|诉讼|应诉|起诉")
_OWN_PART = re.compile(
    r"[^，,；;。]*?公开(?:的)?申请(?:[^\d复诉]{0,8}?\d[\d,]{0,9}\s?(?:件次|件|宗|起|份|条|项)|(?=以及|及|和|与|或|、))"
)


def _before_review(clause: str) -> str | None:
    """The clause with all that it says of a review blotted out, and what it says of requests ahead of it kept; None
    where it speaks of no review."""
    found = _REVIEWED.search(clause)
    if found is None:
        return None
    own = _OWN_PART.match(clause, 0, found.start())
    kept = own.end() if own is not None else 0
    return clause[:kept] + "＿" * (len(clause) - kept)


def of_requests(sentence: str) -> str:
    """The sentence without the clauses on other matters (留言, 提案, 许可, 行政复议 …) and those that only go on with
    them."""
    if not _OTHER_MATTER.search(sentence) and not _REVIEWED.search(sentence):
        return sentence
    out, away = [], False
    for clause in _CLAUSE.findall(sentence):
        reviewed = _before_review(clause)
        if reviewed is not None:
            out.append(reviewed)
            away = True
            continue
        if _REQUESTED.search(clause):
            away = False
        elif _OTHER_MATTER.search(clause):
            away = True
        else:
            away = away and _GOES_ON.search(clause) is not None
        out.append("＿" * len(clause) if away else clause)
    return "".join(out)


def _rose(found: re.Match[str]) -> str:
    return ROSE * len(found.group())


def _blot(found: re.Match[str]) -> str:
    return "＿" * len(found.group())
