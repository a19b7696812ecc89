"""Records for tests. Sentences are our own, figures are those of real reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from crawler.reports.model import Cell, EncodingNote, Figure, Finding, Place, Report, Section
from crawler.store import migrate
from crawler.store.records import (
    AgencyValue,
    AttemptRecord,
    AttemptValue,
    ColumnRecord,
    PageRecord,
    PageValue,
    PortalValue,
    ReportRecord,
    RunEnd,
    RunRecord,
)
from crawler.text.model import Repair

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PORTAL = PortalValue(
    id="www.gz.gov.cn", name="广州市人民政府", place="广东省广州市", family="gkmlpt", base="http://www.gz.gov.cn/"
)
AGENCY = AgencyValue(
    id="440100-sthjj",
    name="广州市生态环境局",
    type="department",
    level="prefecture",
    sector="environment",
    code="440100",
    parent="440100-zf",
    registered=True,
)

HEAD = max(path.name[:4] for path in (migrate.SCRIPTS / "versions").glob("0*.py"))
"""The newest migration."""


def report(words: str = "本局全年收到申请215件。", **changes: Any) -> Report:
    """A report with everything that has a table of its own."""
    made = Report(
        kind="annual_report",
        kind_reason="标题含“政府信息公开工作年度报告”",
        agency="广州市生态环境局",
        agency_source="title",
        year=2023,
        year_source="title",
        title="广州市生态环境局2023年政府信息公开工作年度报告",
        format="fmt2021",
        scope="own",
        dates={"claimed": "2024-01-30", "url": None, "meta": "2024-01-31"},
        encoding=EncodingNote("gb2312", "gb18030", True, 2),
        repairs=(Repair("pinyin", 3, ("文(wen)", "文")),),
        sections=(
            Section(
                "一、",
                "overview",
                "一、总体情况",
                words,
                (
                    Section(
                        "（一）",
                        None,
                        "（一）主动公开",
                        "公开信息六百条。",
                        (Section("1.", None, "1.机构", "调整一次。"),),
                    ),
                ),
            ),
            Section("二、", "requests", "二、申请情况", "", tables=("t3",)),
        ),
        tables={"t2": "missing", "t3": "present", "t4": "image"},
        cells={
            "t3.new.natural": Cell("t3.new.natural", "215", "number", Decimal(215), "件", None, "新收", Place(0, 3, 3)),
            "t3.new.total": Cell(
                "t3.new.total", "590(辦結數)", "number", Decimal(590), "件", "办结数", "新收", Place(0, 3, 9)
            ),
            "t2.fees.amount": Cell("t2.fees.amount", "6021.70", "number", Decimal("6021.70"), "万元"),
            "t4.recon.upheld": Cell("t4.recon.upheld", "", "empty"),
            "local.1": Cell("local.1", "/", "not_applicable", label="其中：网上"),
        },
        narrative={"new": Figure("new", Decimal(215), "件", words, "overview")},
        findings=(
            Finding(
                "T3-A", "hard", "新收与结转之和不等于总计", "215", "216", Decimal(-1), ("t3.new.natural",), "natural"
            ),
            Finding("table_missing", "soft", "t2 is not on the page"),
        ),
        text=words + "公开信息六百条。",
        source_text=f"<p>{words}</p>公开信息六百条。文(wen)",
    )
    return replace(made, **changes)


def page(url: str = "http://www.gz.gov.cn/xxgk/post_1.html", sha256: str = "a" * 64, **changes: Any) -> PageValue:
    """A page that answered 200."""
    made = PageValue(
        url=url,
        sha256=sha256,
        size=16384,
        status=200,
        role="report",
        content_type="text/html; charset=gb2312",
        etag='"5f"',
        encoding_declared="gb2312",
        encoding_chosen="gb18030",
        characters_lost=2,
        encoding_evidence={"votes": [{"source": "meta", "encoding": "gb18030"}], "score": 0.9, "runner_up": None},
        column_url="http://www.gz.gov.cn/xxgk/",
        list_title="2023年年报",
        list_date="2024-01-30",
    )
    return made.model_copy(update=changes)


def report_record(
    run_id: str = "run-1",
    minutes: float = 0,
    what: Report | None = None,
    where: PageValue | None = None,
    **changes: Any,
) -> ReportRecord:
    """A page that holds a report, met `minutes` after noon."""
    made = ReportRecord(
        run_id=run_id,
        at=NOON + timedelta(minutes=minutes),
        portal=PORTAL,
        page=where or page(),
        agency=AGENCY,
        agency_resolved_by="alias",
        year=2023,
        parser="0.1.0",
        report=what or report(),
    )
    return made.model_copy(update=changes)


def page_record(run_id: str = "run-1", minutes: float = 0, **changes: Any) -> PageRecord:
    """A look-alike that was refused."""
    made = PageRecord(
        run_id=run_id,
        at=NOON + timedelta(minutes=minutes),
        portal=PORTAL,
        page=page("http://www.gz.gov.cn/xxgk/post_2.html", "b" * 64),
        agency=AGENCY,
        attempt=AttemptValue(
            outcome="refused", reason="look_alike:website_form", year=2023, url="http://x/", evidence={}
        ),
    )
    return made.model_copy(update=changes)


def attempt_record(
    outcome: str = "missing", reason: str = "not_listed", run_id: str = "run-1", minutes: float = 0, **changes: Any
) -> AttemptRecord:
    """An agency-year that was looked for and not found."""
    made = AttemptRecord(
        run_id=run_id,
        at=NOON + timedelta(minutes=minutes),
        portal=PORTAL,
        agency=AGENCY,
        attempt=AttemptValue.model_validate(
            {
                "outcome": outcome,
                "reason": reason,
                "year": 2022,
                "detail": "not among 12 rows",
                "evidence": {"rows": 12},
            }
        ),
    )
    return made.model_copy(update=changes)


def column_record(run_id: str = "run-1", minutes: float = 0) -> ColumnRecord:
    """A column found two clicks from the home page."""
    return ColumnRecord(
        run_id=run_id,
        at=NOON + timedelta(minutes=minutes),
        portal=PORTAL,
        url="http://www.gz.gov.cn/xxgk/zfxxgknb/",
        title="政府信息公开年报",
        params={"sid": 200063, "tree": ["a", "b"]},
        clicks=2,
    )


def run_record(run_id: str = "run-1", minutes: float = 0) -> RunRecord:
    """A run on one portal with two agencies."""
    other = AgencyValue(id="440100-czj", name="广州市财政局", type="department", level="prefecture", registered=True)
    return RunRecord(
        run_id=run_id,
        at=NOON + timedelta(minutes=minutes),
        spider="gkmlpt",
        args={"portal": "gz"},
        versions={"scrapy": "2.19.0"},
        portals=((PORTAL, (AGENCY, other)),),
    )


def run_end(run_id: str = "run-1", minutes: float = 60) -> RunEnd:
    """The run came to its end."""
    return RunEnd(run_id=run_id, at=NOON + timedelta(minutes=minutes), finish_reason="finished", stats={"pages": 3})
