"""The doctor's attempts: in the ledger at once, and never mistaken for a crawl's."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from crawler.items import AttemptItem
from crawler.store import Spool, Writer, open_store
from crawler.store import models as m
from crawler.store.coverage import coverage
from crawler.store.failures import portal_failures
from crawler.store.intake import Intake
from tests.doctor.look import loaded, look
from tests.doctor.test_doctor import COLUMN, GOOD, HOST, portal_row
from tests.spiders.crawl import _tables, pages


def crawled(url: str, folder: Path) -> None:
    """A crawl that found the portal's list to be empty."""
    rows = loaded("\n".join(_tables([portal_row()])))
    intake = Intake("crawl-1", rows, "test")
    now = datetime(2026, 10, 1, tzinfo=UTC)
    attempt = AttemptItem(HOST, "unreadable", "empty_list", "nothing there", COLUMN)
    writer = Writer(open_store(url), Spool(str(folder / "spool")))
    writer.start_now()
    writer.write_now(intake.run("trs", {}, {}, [rows.portal(HOST)], now))
    writer.write_now(intake.attempt(attempt, now))
    writer.close_now()


def test_an_attempt_a_row_and_a_run_of_its_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'reports.db'}"
    told, _ = look(pages({COLUMN: GOOD}), [portal_row()], book=url)
    with open_store(url).connect() as connection:
        (run,) = connection.execute(select(m.Run.spider, m.Run.finish_reason, m.Run.ended_at)).all()
        (attempt,) = connection.execute(select(m.Attempt)).all()
        assert connection.execute(select(m.PortalAgency)).all() == []
    assert (run.spider, run.finish_reason) == ("doctor", "finished")
    assert run.ended_at is not None
    assert (attempt.portal_id, attempt.outcome, attempt.reason) == (HOST, "found", "doctor:ok")
    assert (attempt.agency_id, attempt.year) == (None, None)
    assert attempt.evidence["requests"] == told[0].requests == 1
    assert attempt.evidence["state"] == "works"


def test_coverage_and_failures_are_those_of_the_crawl(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'reports.db'}"
    crawled(url, tmp_path)
    engine = open_store(url)
    before = (portal_failures(engine), [row.state for row in coverage(engine, years=[2024])])
    assert [failure.reason for failure in before[0]] == ["empty_list"]
    look(pages({COLUMN: GOOD}), [portal_row()], book=url)
    look(lambda request: (_ for _ in ()).throw(ConnectionError("away")), [portal_row()], book=url)
    assert (portal_failures(engine), [row.state for row in coverage(engine, years=[2024])]) == before
