"""What the tests of the writer share: records by number, a clock that only sleep moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from crawler.store import Writer, open_store
from crawler.store import models as m
from tests.store.examples import page, report, report_record

MakeWriter = Callable[..., Writer]


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def numbered(number: int, run_id: str = "run-1") -> Any:
    where = page(f"http://www.gz.gov.cn/{number}.html", f"{number:064d}")
    return report_record(run_id, 0, report(f"第{number}份报告。"), where, year=number)


def reports(url: str) -> int:
    with open_store(url).connect() as connection:
        return int(connection.execute(select(func.count()).select_from(m.Report)).scalar_one())
