"""Intents: planned when a run begins, answered when it ends, read for planning."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from crawler.store import Spool, Writer, open_store
from crawler.store.agenda import Look, read_agenda
from crawler.store.records import AimValue, AnswerValue, from_json, to_line
from tests.store.examples import AGENCY, NOON, PORTAL, report_record, run_end, run_record

WHOLE = AimValue(portal_id=PORTAL.id, year=2023)
OWN = AimValue(portal_id=PORTAL.id, agency_id=AGENCY.id, year=2023)


def moment(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.fixture
def engine(database: str) -> Engine:
    return open_store(database)


@pytest.fixture
def writer(engine: Engine, tmp_path: Path) -> Writer:
    return Writer(engine, Spool(tmp_path / "spool"), delays=())


def begin(run: str, minutes: float = 0) -> object:
    return run_record(run, minutes).model_copy(update={"aims": (WHOLE, OWN)})


def end(run: str, outcome: str, minutes: float = 60, reason: str = "") -> object:
    told = tuple(AnswerValue(aim=aim, outcome=outcome, reason=reason) for aim in (WHOLE, OWN))
    return run_end(run, minutes).model_copy(update={"answers": told})


def test_a_run_that_was_killed_leaves_its_intents_unanswered(writer: Writer, engine: Engine) -> None:
    writer.write_now(begin("run-1"))
    agenda = read_agenda(engine)
    assert agenda.portals == {PORTAL.id: {2023: Look(moment(0))}}
    assert agenda.agencies == {(PORTAL.id, AGENCY.id, 2023): Look(moment(0))}


def test_failures_count_and_a_success_ends_them(writer: Writer, engine: Engine) -> None:
    for number in range(3):
        writer.write_now(begin(f"run-{number}", number * 100))
        writer.write_now(end(f"run-{number}", "blocked", number * 100 + 60, "gate_412"))
        writer.write_now(end(f"run-{number}", "blocked", number * 100 + 60, "gate_412"))  # acknowledged too late
    look = read_agenda(engine).portals[PORTAL.id][2023]
    assert (look.outcome, look.reason, look.failures, look.succeeded_at) == ("blocked", "gate_412", 3, None)
    assert look.planned_at == moment(0)
    writer.write_now(end("run-9", "found", 400))
    look = read_agenda(engine).portals[PORTAL.id][2023]
    assert (look.outcome, look.failures, look.succeeded_at) == ("found", 0, moment(400))


def test_an_answer_from_the_spool_does_not_replace_a_later_one(writer: Writer, engine: Engine) -> None:
    writer.write_now(begin("run-1"))
    writer.write_now(end("run-2", "found", 300))
    writer.write_now(end("run-1", "unreachable", 60))
    assert read_agenda(engine).portals[PORTAL.id][2023].outcome == "found"


def test_reports_and_pages_of_a_portal(writer: Writer, engine: Engine) -> None:
    writer.write_now(report_record())
    agenda = read_agenda(engine)
    assert agenda.reports == {(AGENCY.id, 2023)}
    assert agenda.pages == {PORTAL.id: 1}
    assert list(agenda.news) == [PORTAL.id]


def test_records_survive_the_detour_over_the_disk() -> None:
    for record in (begin("run-1"), end("run-1", "missing")):
        assert from_json(json.loads(to_line(record))) == record
