"""The kinds of misreading that can be undone, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Callable

from crawler.text.mojibake import gate, gbk_as_latin1, through_big5, utf8_as_gbk, utf8_as_latin1
from crawler.text.mojibake.model import Kind

KINDS: tuple[Kind, ...] = (
    utf8_as_gbk.KIND,
    utf8_as_latin1.KIND,
    gbk_as_latin1.KIND,
    through_big5.BIG5_AS_GBK,
    through_big5.GBK_AS_BIG5,
)

MAY_HOLD: dict[str, Callable[[str], bool]] = {
    utf8_as_gbk.KIND.name: gate.may_be_gbk,
    utf8_as_latin1.KIND.name: gate.may_be_latin,
    gbk_as_latin1.KIND.name: gate.may_be_latin,
    through_big5.BIG5_AS_GBK.name: gate.may_be_big5,
    through_big5.GBK_AS_BIG5.name: gate.may_be_big5,
}
"""The cheap test of each kind, by its name."""
