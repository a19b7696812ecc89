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
_SINCE = re.compile(rf"(?:自|从)?(?:20\d\d年|条例|《条例》)[^{_END}]{{0,12}}(?:以来|至今)[^{_END}]*")
_OTHER_YEAR = re.compile(r"^(?:其中|而|而在|与|在|\s)*(?:去年|上年度?|上一年度?|前年|往年|(?P<year>20\d\d)年度?)")
_EARLIER = re.compile(r"[去上前往]年|上一年|往年|20\d\d年")
_THIS_YEAR = re.compile(r"今年|本年|本年度|全年|年内")
_CARRIED = re.compile(r"结转|转结|遗留|未办结|顺延|延续|转入|转至|转到")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_OTHER_MATTER = re.compile(
    r"留言|信箱|建议|提案|议案|诉求|投诉|举报|信访|咨询|热线|工单|许可|审批|处罚|备案|证照|查阅|点击|浏览|访问量|阅读量|关注|粉丝"
    r"|(?:审理|审结|受理|办理|承办|应诉)[^，。；]{0,10}行政(?:复议|诉讼)"
)
_REQUESTED = re.compile(r"公开申请|依申请|申请公开|信息公开|(?:申请|收到|受理)(?:的)?政府信息")
_GOES_ON = re.compile(
    r"^\s?(?:目前|现|并|其中|均|都|已|全部|共|按期|按时){0,3}(?:办结|答复|办理|办复|回复|受理|收到|处理|反馈)"
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
    if not _EARLIER.search(text):
        return _COMPARED.sub(_blot, text)  # most sentences: none of its clauses is of another year
    out, away = [], False
    for clause in _CLAUSE.findall(text):
        other = _OTHER_YEAR.match(clause)
        named = [int(found) for found in _YEAR.findall(clause)]
        earlier = other is not None and (other["year"] is None or (year is not None and int(other["year"]) < year))
        if _CARRIED.search(clause):
            away = False
        elif earlier:
            away = True
        elif _THIS_YEAR.search(clause) or (year is not None and year in named):
            away = False
        out.append("＿" * len(clause) if away else _COMPARED.sub(_blot, clause))
        away = away and not clause.endswith(("。", "；", ";"))
    return "".join(out)


def of_requests(sentence: str) -> str:
    """The sentence without the clauses on other matters (留言, 提案, 许可 …) and those that only go on with them."""
    if not _OTHER_MATTER.search(sentence):
        return sentence
    out, away = [], False
    for clause in _CLAUSE.findall(sentence):
        if _REQUESTED.search(clause):
            away = False
        elif _OTHER_MATTER.search(clause):
            away = True
        else:
            away = away and _GOES_ON.search(clause) is not None
        out.append("＿" * len(clause) if away else clause)
    return "".join(out)


def _blot(found: re.Match[str]) -> str:
    return "＿" * len(found.group())
