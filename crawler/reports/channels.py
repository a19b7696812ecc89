"""Requests by the way they came in: 当面申请1件、信函申请4件、邮件2件、网络、传真申请分别为5件和1件.

A number belongs to a channel only where nothing but words of asking stands between them: 网站公开信息300条 is no
request, 信函、传真申请共3件 is a number of neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORDS = {
    "channel.email": r"电子邮[件箱]|(?<![政快号递])邮件|(?<!子)邮箱|[Ee]-?mail",
    "channel.face": r"当面|现场|窗口|上门|来人来访|来访",
    "channel.fax": r"传真",
    "channel.mail": r"信函|邮寄|书信|信件|来信|寄送|邮政(?:快递|特快专递|邮件|寄递|挂号信?)?|特快专递|快递|挂号信",
    "channel.written": r"书面(?:材料|形式|方式)?",
    "channel.net": r"互联网|网络|网上|在线|线上|网站|(?:公开|申请)(?:平台|系统)|平台(?=提交|申请|递交|提出|受理的)",
}
"""Quantity -> its words. 书面 may be a letter or a sheet filled in at a counter; it is kept as what it is."""

_ANY = "|".join(_WORDS.values())
_NUMBER = r"\d[\d,，]{0,12}|[零一二三四五六七八九十百两]{1,5}"
_CASE = "件次|件|份|宗|起|例"
_ALSO = f"{_CASE}|人次|条|次|个|项"
_FILL = (
    r"(?:平台|渠道|方式|途径|形式|系统|窗口|门户|在线|等|的|为|有"
    r"|共计|合计|总计|共|计|数量|总数|数|量|[“”\"（(）)：:\s])"
)
_ASKED = r"(?:申请表|申请|提交|递交|提出|提起|受理|收到|接收|接到|寄来|发来)"
_MATTER = r"(?:依申请公开|政府信息公开|信息公开|政府信息|信息|公开|了|到|书|材料|件(?=数))"
_BEHIND = (
    rf"{_FILL}{{0,6}}+(?:(?P<n>{_NUMBER})\s?(?P<u>{_CASE})"
    rf"|{_ASKED}(?:{_FILL}|{_ASKED}|{_MATTER}){{0,8}}+(?P<n2>{_NUMBER})\s?(?P<u2>{_ALSO}))"
)
_BEFORE = rf"(?P<n>{_NUMBER})\s?(?P<u>{_CASE})(?:均|都)?(?:为|是|系|来自于?|通过|以|采用|经由?)?(?:政府|门户){{0,2}}"
_PATTERNS = {
    name: (
        re.compile(rf"(?<!办结)(?<!答复)(?<!回复)(?:{words}){_BEHIND}"),
        re.compile(rf"{_BEFORE}(?:{words}){_FILL}{{0,3}}+{_ASKED}"),
    )
    for name, words in _WORDS.items()
}
_SEVERAL = re.compile(
    rf"(?:(?:{_ANY}){_FILL}{{0,2}}+{_ASKED}?\s?(?:以及|或者|[、/和及与或]|[（(](?:含|包括))\s?(?:通过)?){{1,5}}"
    rf"(?:{_ANY})(?:{_FILL}|{_ASKED}|{_MATTER}){{0,8}}+"
)
_SHARES = re.compile(
    rf"分别(?:为|是|有|计|收到|受理|提交|申请){{0,2}}\s?"
    rf"(?P<each>(?:(?:{_NUMBER})\s?(?:{_ALSO})?\s?[、，,和及]?\s?){{2,6}})"
    rf"|各(?:为|有|收到|受理)?\s?(?P<n>{_NUMBER})\s?(?P<u>{_ALSO})"
)
_WORD = re.compile("|".join(f"(?P<{name.partition('.')[2]}>{words})" for name, words in _WORDS.items()))
_ONE = re.compile(rf"(?P<n>{_NUMBER})\s?(?P<u>{_ALSO})?")


def read(sentence: str) -> Iterator[tuple[str, str, str]]:
    """(quantity, number as printed, unit) for each channel that the sentence gives a number of requests to."""
    if not _WORD.search(sentence):
        return
    shared: list[tuple[str, str, str]] = []
    alone = _SEVERAL.sub(lambda found: _apart(found, shared), sentence)
    yield from shared
    for name, patterns in _PATTERNS.items():
        for pattern in patterns:
            if found := pattern.search(alone):
                parts = found.groupdict()
                yield name, parts["n"] or parts["n2"], parts["u"] or parts["u2"]
                break


def _apart(found: re.Match[str], shared: list[tuple[str, str, str]]) -> str:
    """Blanks in place of several channels that share one number, once their own numbers (分别, 各) are noted."""
    names = [f"channel.{word.lastgroup}" for word in _WORD.finditer(found.group())]
    if len(set(names)) < 2:
        return found.group()
    told = _SHARES.match(found.string, found.end())
    if told and told["n"]:
        shared += [(name, told["n"], told["u"]) for name in names]
    elif told:
        numbers = [(one["n"], one["u"]) for one in _ONE.finditer(told["each"].replace("，", "、"))]
        if len(numbers) == len(names):
            unit = next((unit for _, unit in numbers if unit), "件")
            shared += [(name, number, own or unit) for name, (number, own) in zip(names, numbers, strict=True)]
    return "＿" * len(found.group())
