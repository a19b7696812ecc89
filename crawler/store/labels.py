"""What a cell is called in words: the printed names of its row and column, from the format data. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from crawler.reports.formats import load

_PLAIN_COLUMNS = ("统计数", "数量")
"""Columns that say nothing: the only one of their table."""


def label_of(format_id: str | None, address: str, printed: str | None = None) -> str:
    """Row and column of a cell (`t3.new.natural`: 一、本年新收政府信息公开申请数量 自然人); else its printed label."""
    return _labels(format_id).get(address) or _labels(None).get(address) or printed or ""


@cache
def _labels(format_id: str | None) -> Mapping[str, str]:
    """Labels by address: of one format, or with None of all, the one that is tried first going before."""
    found: dict[str, str] = {}
    for name, one in load().items():
        if format_id in (None, name):
            for table in one.tables:
                for address, row, column in table.slots():
                    words = row.zh if column.zh in _PLAIN_COLUMNS else f"{row.zh} {column.zh}"
                    found.setdefault(address, words)
    return found
