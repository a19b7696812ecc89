"""The writer on a real Postgres that stops, restarts, stays away or cuts a connection."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from crawler.store import Loaded, errors, open_store
from crawler.store import models as m
from crawler.store.engine import make_engine
from crawler.store.writer import DatabaseGone
from tests.databases import Server
from tests.store.examples import run_end, run_record
from tests.store.writers import Clock, MakeWriter, numbered, reports


@pytest.mark.postgres
def test_server_that_stops_in_mid_crawl_costs_no_record(own_server: Server, spool: Path, writer_on: MakeWriter) -> None:
    clock = Clock()
    url = own_server.url
    writer = writer_on(url, delays=(0.1,), probe_after=10, clock=clock, sleep=clock.sleep)
    statuses = [writer.write_now(record).status for record in (run_record(), numbered(2001))]
    own_server.stop()
    statuses += [writer.write_now(numbered(year)).status for year in (2002, 2003)]
    own_server.restart()
    clock.now += 11
    statuses += [writer.write_now(record).status for record in (numbered(2004), run_end())]
    assert statuses == ["stored", "stored", "spooled", "spooled", "stored", "stored"]
    assert writer.close_now() == Loaded()
    assert reports(url) == 4


@pytest.mark.postgres
def test_server_that_restarts_is_waited_for(own_server: Server, spool: Path, writer_on: MakeWriter) -> None:
    writer = writer_on(own_server.url, delays=(0.1,), sleep=lambda _: own_server.restart())
    assert writer.write_now(numbered(2001)).status == "stored"
    own_server.stop()
    assert writer.write_now(numbered(2002)).status == "stored"
    assert reports(own_server.url) == 2


@pytest.mark.postgres
def test_what_needs_all_records_waits_for_the_server_and_loads_the_spool_first(
    own_server: Server, spool: Path, writer_on: MakeWriter
) -> None:
    clock = Clock()

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        if len(clock.slept) == 2:
            own_server.restart()

    writer = writer_on(own_server.url, delays=(0.1,), clock=clock, sleep=sleep)
    own_server.stop()
    assert writer.write_now(numbered(2001)).status == "spooled"
    count = select(func.count()).select_from(m.Report)
    assert asyncio.run(writer.insist(lambda engine: engine.connect().execute(count).scalar_one())) == 1
    assert clock.slept == [0.1, 0.1]
    own = numbered(2001).agency.id
    with ThreadPoolExecutor(1) as thread:
        taken = thread.submit(writer.take_unchecked, ()).result()
        assert taken == {own}, "out of the spool: whoever ends next compares it"
        writer.leave_unchecked(taken)
        assert thread.submit(writer.take_unchecked, ()).result() == {own}


@pytest.mark.postgres
def test_what_needs_all_records_is_not_done_while_the_server_stays_away(
    own_server: Server, spool: Path, writer_on: MakeWriter
) -> None:
    clock = Clock()
    writer = writer_on(own_server.url, delays=(0.1, 0.2), clock=clock, sleep=clock.sleep)
    own_server.stop()
    assert writer.write_now(numbered(2001)).status == "spooled"
    with pytest.raises(DatabaseGone, match="records wait"):
        asyncio.run(writer.insist(lambda _: None))
    assert clock.slept == [0.1, 0.2, 0.1, 0.2]
    own_server.restart()


@pytest.mark.postgres
def test_server_that_stays_away_is_said_and_loaded_by_the_next_run(
    own_server: Server, spool: Path, writer_on: MakeWriter
) -> None:
    writer = writer_on(own_server.url, delays=())
    own_server.stop()
    assert writer.write_now(numbered(2001)).status == "spooled"
    assert writer.close_now() == Loaded(left=1)
    with pytest.raises(errors.Unreachable, match="scrapy db path"):
        open_store(own_server.url)
    own_server.restart()
    assert writer_on(own_server.url).start_now() == Loaded(stored=1)


@pytest.mark.postgres
def test_connection_cut_by_the_administrator_is_made_again(postgres: str, spool: Path, writer_on: MakeWriter) -> None:
    writer = writer_on(postgres, delays=(0,))
    assert writer.write_now(numbered(2001)).status == "stored"
    with make_engine(postgres).begin() as connection:
        others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))
    assert writer.write_now(numbered(2002)).status == "stored"
    assert reports(postgres) == 2
