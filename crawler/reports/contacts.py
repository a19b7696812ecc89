"""How to reach the office, as the report prints it: telephone, fax, address, postcode, e-mail.

Only what stands behind its own label is read (联系电话：0311-1234567), in the lines of the body: a number without a
label may be anything. Values are kept as printed, with full-width digits in ASCII.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_COLON = r"[)）】]?\s{0,3}[：:]\s{0,3}"
_NEXT = (
    r"(?=\s{2,}|[。；;]|[，,、]?\s?(?:联系|咨询)?(?:电话|传真|邮编|邮政编码|电子邮[箱件]|邮箱|网址|地址|监督)|[)）]|$)"
)
_PHONE = (
    r"(?:1\d{10}|(?:\+?86[-\s]?)?(?:[(（]0\d{2,3}[)）]|0\d{2,3})?\s?[-—－]?\s?\d{3,4}[-\s]?\d{4}(?:[-—转]\d{1,6})?)"
)
_PATTERNS = {
    "phone": re.compile(rf"(?:联系电话|咨询电话|办公电话|电话|电话号码){_COLON}({_PHONE})(?!\d)"),
    "fax": re.compile(rf"(?:传真|传真号码|传真电话){_COLON}({_PHONE})(?!\d)"),
    "address": re.compile(
        rf"(?:通信|通讯|联系|办公|邮寄)?地\s?址{_COLON}([\u3400-\u9fff][^。；;：:\n]{{3,60}}?){_NEXT}"
    ),
    "postcode": re.compile(rf"(?:邮政编码|邮\s?编){_COLON}(\d{{6}})(?!\d)"),
    "email": re.compile(
        rf"(?:电子邮[箱件](?:地址)?|邮\s?箱|[Ee]-?mail|E-MAIL){_COLON}([\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,4}})",
        re.ASCII | re.I,
    ),
}
_LABELS = re.compile(r"电\s?话|传\s?真|地\s?址|邮\s?编|邮政编码|邮\s?箱|电子邮件|mail", re.I)
_MOST_CHARS = 600
_WIDE = str.maketrans("０１２３４５６７８９＠．", "0123456789@.")


def read(lines: Sequence[str]) -> dict[str, str]:
    """`phone`, `fax`, `address`, `postcode`, `email` as printed; only those that the lines print with a label.

    The first of each kind stands. Lines that run on are read as far as 600 characters behind their first label.
    """
    found: dict[str, str] = {}
    for line in lines:
        label = _LABELS.search(line)
        if label is None:
            continue
        start = max(0, label.start() - 10)
        text = line[start : start + _MOST_CHARS].translate(_WIDE)
        for kind, pattern in _PATTERNS.items():
            if kind not in found and (match := pattern.search(text)):
                found[kind] = match.group(1).strip()
    return found
