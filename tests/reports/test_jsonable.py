"""The JSON object of a report: exact keys, numbers as numbers, nothing that JSON cannot hold."""

from __future__ import annotations

import json
from decimal import Decimal

from crawler.reports import parse
from crawler.reports.jsonable import number
from crawler.reports.model import Cell, EncodingNote, Finding, OtherReading, Place, Report, Section
from crawler.text.model import Repair
from tests.reports import pages
from tests.reports.pages import page

KEYS = {
    "agency", "agency_source", "year", "year_source", "kind", "kind_reason", "format", "title", "scope",
    "document_number", "dates", "contacts", "encoding", "repairs", "sections", "tables", "cells", "narrative",
    "findings",
}  # fmt: skip


def test_the_keys() -> None:
    data = parse(page(pages.body()).encode()).to_json()
    assert set(data) == KEYS
    assert set(data["encoding"]) == {
        "declared", "chosen", "lossy", "lost", "votes", "score", "runner_up", "runner_up_score"
    }  # fmt: skip
    section = data["sections"][0]
    assert set(section) == {"num", "id", "heading", "text", "subsections", "tables", "implied", "carrier"}
    assert (section["num"], section["id"], section["heading"]) == ("一、", "overview", "一、总体情况")
    cell = data["cells"]["t2.p1.normative.made"]
    assert (cell["raw"], cell["value"], cell["kind"], cell["unit"]) == ("2", 2, "number", "件")
    assert set(data["findings"][0]) == {
        "id", "severity", "left", "right", "difference", "cells", "where", "message", "grid_agrees", "reading", "raws",
    }  # fmt: skip
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_values_are_numbers() -> None:
    assert (number(Decimal("12")), number(Decimal("12.50")), number(Decimal("1E+2")), number(None)) == (
        12,
        12.5,
        100,
        None,
    )
    assert isinstance(number(Decimal("12.0")), int)
    data = parse(page(pages.body())).to_json()
    assert data["cells"]["t2.p8.fees.amount"]["value"] == 12.5
    assert data["encoding"] is None


def test_everything_is_carried_over() -> None:
    report = Report(
        kind="annual_report",
        encoding=EncodingNote("gbk", "gb18030", True, 3, {"votes": [], "score": 0.9, "runner_up": None}),
        repairs=(Repair("byte_shift", 2, ("?。", "甲。"), True, 1.5, 1, (("?。", "甲。"),)),),
        sections=(
            Section(
                "一、", "overview", "一、总体情况", "甲", (Section("（一）", None, "（一）乙", "丙"),), ("t2",), True
            ),
        ),
        cells={"t3.new.total": Cell("t3.new.total", "5(件)", "number", Decimal(5), "件", "件", "新收", Place(1, 2, 3))},
        findings=(
            Finding(
                "T3-A",
                "hard",
                "x",
                "5",
                "6",
                Decimal(-1),
                ("a", "b"),
                "natural",
                True,
                OtherReading("row_shifted", (("a", Decimal(6)), ("b", Decimal("2.5")))),
                ("5", ""),
            ),
        ),
    )
    data = report.to_json()
    assert data["encoding"] == {
        "declared": "gbk", "chosen": "gb18030", "lossy": True, "lost": 3, "votes": [], "score": 0.9, "runner_up": None
    }  # fmt: skip
    assert data["repairs"] == [
        {
            "kind": "byte_shift", "count": 2, "sample": ["?。", "甲。"], "inferred": True, "score": 1.5, "lost": 1,
            "passages": [["?。", "甲。"]],
        }
    ]  # fmt: skip
    assert data["sections"][0]["subsections"][0]["heading"] == "（一）乙"
    assert data["cells"]["t3.new.total"]["place"] == {"table": 1, "row": 2, "col": 3, "line": 0}
    assert data["findings"] == [
        {
            "id": "T3-A", "severity": "hard", "left": "5", "right": "6", "difference": -1, "cells": ["a", "b"],
            "where": "natural", "message": "x", "grid_agrees": True,
            "reading": {"how": "row_shifted", "values": {"a": 6, "b": 2.5}}, "raws": ["5", ""],
        }
    ]  # fmt: skip
