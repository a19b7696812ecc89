"""The kinds of misreading that can be undone, in the order in which they are tried."""

from __future__ import annotations

from crawler.text.mojibake import gbk_as_latin1, through_big5, utf8_as_gbk, utf8_as_latin1
from crawler.text.mojibake.model import Kind

KINDS: tuple[Kind, ...] = (
    utf8_as_gbk.KIND,
    utf8_as_latin1.KIND,
    gbk_as_latin1.KIND,
    through_big5.BIG5_AS_GBK,
    through_big5.GBK_AS_BIG5,
)
