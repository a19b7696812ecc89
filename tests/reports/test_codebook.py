"""The codebook says what the formats say, and the one in docs/ is today's."""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path

import pytest

from crawler.commands.codebook import write
from crawler.reports import codebook, formats
from crawler.reports.across.model import rules
from tests.conftest import REPO


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(codebook.to_csv())))


def test_every_cell_of_every_format_has_one_line() -> None:
    wanted = [(form.id, address) for form in formats.load().values() for t in form.tables for address in t.addresses()]
    assert [(row["format"], row["address"]) for row in rows()] == wanted


@pytest.mark.parametrize("column", ["row_zh", "row_en", "col_zh", "col_en", "first_year", "confidence"])
def test_nothing_is_left_unsaid(column: str) -> None:
    assert all(row[column] for row in rows())


def test_what_a_line_says() -> None:
    row = next(row for row in rows() if (row["format"], row["address"]) == ("fmt2021", "t3.decided_total.natural"))
    assert (row["row_zh"], row["col_en"], row["unit"]) == ("（七）总计", "Natural persons", "件")
    assert row["formula"].startswith("granted + partial + denied_state_secret")
    assert row["checks"] == "T3-A T3-B T3-C"
    denied = next(row for row in rows() if row["address"] == "t3.denied_state_secret.total")
    assert (denied["law"], denied["formula"][:7]) == ("条例第14条", "natural")


def _told() -> set[str]:
    """Ids that the code gives its findings in so many words, and those of rules between prose, tables and years."""
    ids = {identity.id for identity in rules().identities} | {rule.id for rule in formats.shared().narrative}
    ids |= {rule.id for form in formats.load().values() for rule in form.narrative}
    for file in sorted((REPO / "crawler").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if called in ("Finding", "note") and node.args and isinstance(node.args[0], ast.Constant):
                ids.add(node.args[0].value)
    return ids


def test_every_finding_is_described_and_no_other() -> None:
    described = [one["id"] for group in codebook.described() for one in group["findings"]]
    assert len(described) == len(set(described))
    assert _told() - set(described) == set()
    states = {"table_missing", "table_image", "table_attachment"}
    assert set(described) - _told() - states == set()


def test_docs_are_those_of_today(tmp_path: Path) -> None:
    """Mend with `scrapy codebook docs/codebook`."""
    for made in write(tmp_path):
        kept = REPO / "docs" / "codebook" / made.name
        assert kept.read_text(encoding="utf-8") == made.read_text(encoding="utf-8"), made.name
