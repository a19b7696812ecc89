"""The full-text service of Epoint: what it is asked, and the shapes of its answers (portal-families 3.3)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from spiders.answers import OddAnswer, parse_json

PATHS = (
    "/inteligentsearch/rest/esinteligentsearch/getFullTextDataNew",
    "/inteligentsearch/rest/inteligentSearch/getFullTextDataNew",
)
"""Where the service answers: the newer path, then the older one."""

TITLES = ("政府信息公开工作年度报告", "政府信息公开年度报告", "政府信息公开年报")
"""What the service is asked for when no column is known; which rows are reports is decided by their titles."""

ROWS = 50
CAP = 480
"""Rows that the service shows of one question (40 pages of 12), whatever it counts."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the full-text service is asked: words in the title or a category, one year of publication or all."""

    words: str = ""
    category: str = ""
    year: int | None = None
    offset: int = 0
    path: int = 0

    @property
    def first(self) -> bool:
        """True for the question itself, False for its further pages and for its single years."""
        return not self.offset and self.year is None

    @property
    def body(self) -> str:
        """The request's body: raw JSON, as the portals' own pages send it."""
        like = {"notEqual": None, "equalList": None, "notEqualList": None, "isLike": True, "likeType": 2}
        condition = [{"fieldName": "categorynum", "equal": self.category, **like}] if self.category else None
        span = {"startTime": f"{self.year}-01-01 00:00:00", "endTime": f"{self.year}-12-31 23:59:59"}
        time = [{"fieldName": "webdate", **span}] if self.year else None
        asked = {
            "token": "", "pn": self.offset, "rn": ROWS, "sdt": "", "edt": "", "wd": self.words, "inc_wd": "",
            "exc_wd": "",
            "fields": "title", "cnum": "001", "sort": '{"webdate":"0","id":"0"}', "ssort": "title", "cl": 200,
            "terminal": "", "condition": condition, "time": time, "highlights": "", "statistics": None,
            "unionCondition": None, "accuracy": "", "noParticiple": "1", "searchRange": None, "noWd": not self.words,
        }  # fmt: skip
        return json.dumps(asked, ensure_ascii=False)

    def __str__(self) -> str:
        year = f"&year={self.year}" if self.year else ""
        return f"{self.words or self.category}{year}&pn={self.offset}"


def unwrapped(answer: Any, url: str) -> dict[str, Any]:
    """The object with `records` in it: under `result`, or as text under `content`. Raises `OddAnswer`."""
    for _ in range(4):
        if isinstance(answer, str):
            answer = parse_json(answer, url)
        if not isinstance(answer, dict) or isinstance(answer.get("records"), list):
            break
        inner = next((answer[key] for key in ("result", "content", "data") if answer.get(key)), None)
        if inner is None:
            break
        answer = inner
    if not isinstance(answer, dict):
        raise OddAnswer("odd_api_answer", f"{url} answers JSON without records: {str(answer)[:200]}")
    return answer
