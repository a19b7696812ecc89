"""The writer when things go wrong: databases that go away, records that none takes, processes that are killed."""

from __future__ import annotations

import asyncio
import logging
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from crawler.store import Loaded, Spool, Writer, dump, errors, open_store
from crawler.store import models as m
from crawler.store.engine import make_engine
from crawler.store.spool import rejected
from crawler.store.writer import passing
from tests.store.examples import attempt_record, page, report, report_record, run_end, run_record
from tests.store.writers import Clock, MakeWriter, numbered, reports

REPO = Path(__file__).resolve().parents[2]


def break_schema(url: str, broken: bool) -> None:
    """Take the cells away from under the writer, or give them back: what an operator's mishap looks like."""
    old, new = ("cells", "cells_away") if broken else ("cells_away", "cells")
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
    engine.dispose()


def test_writes_from_the_event_loop(database: str, spool: Path, writer_on: MakeWriter) -> None:
    loop_thread = threading.get_ident()
    seen: list[int] = []

    async def crawl() -> list[str]:
        writer = writer_on(database)
        assert await writer.start() == Loaded()
        results = await asyncio.gather(*(writer.write(numbered(number)) for number in range(2000, 2010)))
        seen.append(next(iter(writer._thread._threads)).ident or 0)
        assert await writer.close() == Loaded()
        return [result.status for result in results]

    assert asyncio.run(crawl()) == ["stored"] * 10
    assert reports(database) == 10
    assert seen != [loop_thread]


def test_database_that_is_away_is_tried_again_then_spooled(
    database: str, spool: Path, caplog: pytest.LogCaptureFixture, writer_on: MakeWriter
) -> None:
    clock = Clock()
    writer = writer_on(database, delays=(0.2, 1.0), probe_after=10, clock=clock, sleep=clock.sleep)
    assert writer.write_now(numbered(2001)).status == "stored"
    break_schema(database, True)
    with caplog.at_level(logging.WARNING):
        first = writer.write_now(numbered(2002))
    assert first.status == "spooled"
    assert "cells" in first.detail
    assert clock.slept == [0.2, 1.0]
    assert str(spool) in caplog.text
    # The next one does not wait for a database that was found away a moment ago.
    assert writer.write_now(numbered(2003)).status == "spooled"
    assert clock.slept == [0.2, 1.0]
    clock.now += 11  # time to ask again: one try, no waiting
    assert writer.write_now(numbered(2004)).status == "spooled"
    assert clock.slept == [0.2, 1.0]
    break_schema(database, False)
    assert writer.write_now(numbered(2005)).status == "spooled"  # asked a moment ago
    clock.now += 11
    assert writer.write_now(numbered(2006)).status == "stored"
    assert reports(database) == 6
    assert list(spool.glob("*")) == []
    assert writer.close_now() == Loaded()


def test_transaction_that_fails_leaves_nothing(database: str, spool: Path, writer_on: MakeWriter) -> None:
    writer = writer_on(database, delays=())
    break_schema(database, True)
    assert writer.write_now(numbered(2001)).status == "spooled"
    break_schema(database, False)
    assert not any(dump(open_store(database)).values())


def test_next_run_loads_the_spool_and_says_so(
    database: str, spool: Path, caplog: pytest.LogCaptureFixture, writer_on: MakeWriter
) -> None:
    writer = writer_on(database, delays=())
    break_schema(database, True)
    records = [run_record(), numbered(2001), numbered(2002), attempt_record(), run_end()]
    statuses = [writer.write_now(record).status for record in records]
    assert statuses == ["stored", "spooled", "spooled", "spooled", "spooled"]
    assert writer.close_now() == Loaded(left=4)
    break_schema(database, False)
    assert Spool(spool).waiting() == 4

    following = writer_on(database, delays=())
    with caplog.at_level(logging.WARNING):
        assert following.start_now() == Loaded(stored=4)
    assert "loaded 4 records" in caplog.text
    assert reports(database) == 2
    assert list(spool.glob("*")) == []
    with open_store(database).connect() as connection:
        assert connection.execute(select(m.Run.finish_reason)).scalar_one() == "finished"


def test_close_loads_the_spool_when_the_database_is_back(database: str, spool: Path, writer_on: MakeWriter) -> None:
    writer = writer_on(database, delays=())
    break_schema(database, True)
    assert writer.write_now(numbered(2001)).status == "spooled"
    break_schema(database, False)
    assert writer.close_now() == Loaded(stored=1)
    assert reports(database) == 1


def test_spooled_twice_stands_once(database: str, spool: Path, writer_on: MakeWriter) -> None:
    """The answer to a commit can be lost: the record is then both in the database and in the spool."""
    writer = writer_on(database, delays=())
    for record in (numbered(2001), attempt_record()):
        writer.write_now(record)
    before = dump(open_store(database))
    kept = Spool(spool)
    for record in (numbered(2001), attempt_record(), numbered(2001)):
        kept.put(record)
    kept.close()
    assert writer.start_now() == Loaded(stored=3)
    assert dump(open_store(database)) == before
    with open_store(database).connect() as connection:
        assert list(connection.execute(select(m.Attempt.outcome)).scalars()) == ["found", "missing"]


def test_record_that_is_refused_does_not_block_the_others(database: str, spool: Path, writer_on: MakeWriter) -> None:
    writer = writer_on(database, delays=())
    beyond = numbered(2002).model_copy(update={"year": 2**70})  # no database has an integer for it
    statuses = [writer.write_now(record).status for record in (numbered(2001), beyond, numbered(2003))]
    assert statuses == ["stored", "rejected", "stored"]
    writer.close_now()
    (entry,) = rejected(spool)
    assert entry["record"]["year"] == 2**70  # type: ignore[index]
    assert entry["reason"]
    assert reports(database) == 2
    assert writer_on(database).start_now() == Loaded()  # and it is not tried for ever


@pytest.mark.postgres
def test_value_too_large_to_index_is_refused_by_postgres(postgres: str, spool: Path, writer_on: MakeWriter) -> None:
    writer = writer_on(postgres, delays=())
    endless = "http://www.gz.gov.cn/?" + "".join(f"{number * 7919 % 99991:x}" for number in range(8000))
    result = writer.write_now(report_record(where=page(endless)))
    assert result.status == "rejected"
    assert "ProgramLimitExceeded" in result.detail
    assert writer.write_now(numbered(2001)).status == "stored"


def test_broken_constraint_is_refused(database: str, spool: Path, writer_on: MakeWriter) -> None:
    writer = writer_on(database, delays=())
    with make_engine(database).begin() as connection:
        connection.execute(text("CREATE UNIQUE INDEX only_one_report ON reports (kind)"))
    assert [writer.write_now(numbered(year)).status for year in (2001, 2002)] == ["stored", "rejected"]


def test_refused_record_in_the_spool_does_not_block_the_others(
    database: str, spool: Path, writer_on: MakeWriter
) -> None:
    kept = Spool(spool)
    for record in (numbered(2001), numbered(2002).model_copy(update={"year": 2**70}), numbered(2003)):
        kept.put(record)
    kept.close()
    assert writer_on(database).start_now() == Loaded(stored=2, rejected=1)
    assert reports(database) == 2


def test_line_cut_off_by_a_kill_is_set_aside(sqlite: str, spool: Path, writer_on: MakeWriter) -> None:
    kept = Spool(spool)
    kept.put(numbered(2001))
    kept.put(numbered(2002))
    kept.close()
    (file,) = spool.glob("*.jsonl")
    file.write_bytes(file.read_bytes()[:-40])
    writer = writer_on(sqlite)
    assert writer.start_now() == Loaded(stored=1, rejected=1)
    writer.close_now()
    (entry,) = rejected(spool)
    assert "cut off" in str(entry["reason"])


@pytest.mark.parametrize("line", [b"not json\n", b'{"type": "report"}\n', b"\xff\xfe\n", b"[]\n"])
def test_line_that_is_no_record_is_set_aside(sqlite: str, spool: Path, line: bytes, writer_on: MakeWriter) -> None:
    spool.mkdir()
    (spool / "1.jsonl").write_bytes(line)
    assert writer_on(sqlite).start_now() == Loaded(rejected=1)
    assert len(list(rejected(spool))) == 1
    assert not list(spool.glob("*.jsonl"))


def test_spool_of_a_running_crawl_is_left_alone(sqlite: str, spool: Path, writer_on: MakeWriter) -> None:
    running = Spool(spool)
    running.put(numbered(2001))
    other = writer_on(sqlite)
    assert other.start_now() == Loaded()
    running.put(numbered(2002))
    running.close()
    assert other.start_now() == Loaded(stored=2)


def test_records_survive_the_spool_unchanged(spool: Path) -> None:
    records = [run_record(), numbered(2001), attempt_record(), run_end(), report_record(what=report("坏\ud800"))]
    kept = Spool(spool)
    for record in records:
        kept.put(record)
    back: list[Any] = []
    assert kept.load(lambda record: back.append(record) or "stored") == Loaded(stored=5)  # type: ignore[func-returns-value]
    assert back[:4] == records[:4]
    assert back[4].report.text == "坏\ufffd公开信息六百条。"


def test_spool_folder_that_cannot_be_written_is_said_at_the_start(sqlite: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(errors.SpoolUnwritable, match="SPOOL_DIR"):
        Writer(open_store(sqlite), Spool(tmp_path / "file" / "spool")).start_now()


def test_file_that_was_deleted_is_noticed(sqlite: str, tmp_path: Path, spool: Path, writer_on: MakeWriter) -> None:
    """SQLite would go on writing into the deleted file until the process ends."""
    writer = writer_on(sqlite, delays=())
    writer.write_now(numbered(2001))
    for file in (tmp_path / "data").iterdir():
        file.unlink()
    result = writer.write_now(numbered(2002))
    assert (result.status, "deleted" in result.detail) == ("spooled", True)
    writer.close_now()
    assert writer_on(sqlite).start_now() == Loaded(stored=1)


def test_locked_sqlite_file_is_waited_for(sqlite: str, tmp_path: Path, spool: Path, writer_on: MakeWriter) -> None:
    writer = writer_on(sqlite, delays=())
    other = sqlite3.connect(tmp_path / "data" / "reports.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    timer.start()
    assert writer.write_now(numbered(2001)).status == "stored"
    timer.join()
    other.close()


def test_only_passing_troubles_are_passing() -> None:
    assert not passing(ValueError("a date that is none"))


def crash(url: str, spool: Path, first: int, after: int) -> list[int]:
    """Let a process write, kill it with -9 after it acknowledged `after` reports; returns what it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.store.crash_writer", url, str(spool), str(first)],
        cwd=REPO,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline().split()[0]) for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    acknowledged += [int(line.split()[0]) for line in process.stdout if line.endswith("\n") and line.count(" ") == 1]
    process.wait()
    process.stdout.close()
    return acknowledged


def test_kill_9_loses_nothing_acknowledged(database: str, spool: Path) -> None:
    acknowledged = crash(database, spool, 1000, 20) + crash(database, spool, 5000, 7)
    engine = open_store(database)
    with engine.connect() as connection:
        years = set(connection.execute(select(m.Report.year)).scalars())
        assert set(acknowledged) <= years
        # Nothing is half there: each report has its version, and each version all its cells.
        version_cells = select(func.count(m.Cell.address)).join(m.Version).group_by(m.Version.report_id)
        assert list(connection.execute(version_cells).scalars()) == [5] * len(years)
    assert Writer(engine, Spool(spool)).write_now(numbered(9000)).status == "stored"


def test_kill_9_loses_nothing_spooled(sqlite: str, spool: Path, writer_on: MakeWriter) -> None:
    open_store(sqlite)
    break_schema(sqlite, True)
    acknowledged = crash(sqlite, spool, 1000, 20)
    break_schema(sqlite, False)
    assert writer_on(sqlite).start_now().stored >= len(acknowledged)
    with open_store(sqlite).connect() as connection:
        assert set(acknowledged) <= set(connection.execute(select(m.Report.year)).scalars())
