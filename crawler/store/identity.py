"""What makes two things the same thing: contents and attempts. Pure functions."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from crawler.reports.model import Cell, Report

_BLANKS = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff]+")
_NO_IDEOGRAPHS = re.compile("[^\u4e00-\u9fff]+")
"""What NFKC can change. It leaves ideographs as they are and composes nothing with them, so what stands between them
can be taken alone: it is little, mostly the same few marks, and NFKC of a whole report is the dearest step of all."""


def content_sha256(report: Report) -> str:
    """Hash of what a report says: its words and its table cells, without blanks, widths of characters and page chrome.

    Cells count in the order in which they stand on the page and not by address, so that a number bound to another
    address by a better parser is no new content. A page with neither words nor cells is known by its title.
    """
    words = _bare(report.text)
    raws = [_bare(cell.raw) for cell in _in_page_order(report.cells.values())]
    if not words and not any(raws):
        words = _bare(report.title or "")
    return _sha256([words, raws])


def fingerprint(*parts: str | int | None) -> str:
    """Hash that tells one attempt from another; None and "" differ."""
    return _sha256(parts)


def _in_page_order(cells: Iterable[Cell]) -> list[Cell]:
    return sorted(cells, key=_page_order)


def _page_order(cell: Cell) -> tuple[int, int, int, int, str]:
    if cell.place is None:
        return (1, 0, 0, 0, cell.address)
    return (0, cell.place.table, cell.place.row, cell.place.col, cell.address)


def _bare(text: str) -> str:
    if text.isascii():
        # Nearly every cell is a few digits; NFKC leaves ASCII as it is.
        return "".join(text.split())
    return _NO_IDEOGRAPHS.sub(_bare_match, text)


def _bare_match(match: re.Match[str]) -> str:
    return _bare_run(match[0])


@lru_cache(maxsize=4096)
def _bare_run(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def _sha256(value: object) -> str:
    # ASCII escapes: a lone surrogate has no UTF-8, and the hash must not fail on what the columns can mend.
    return hashlib.sha256(json.dumps(value, ensure_ascii=True).encode("ascii")).hexdigest()
