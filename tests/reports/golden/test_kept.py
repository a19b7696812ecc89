"""The golden pages that are kept as bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crawler.reports import parse
from tests.reports.golden.kept import FOLDER, NAMES

PAGES = sorted(FOLDER.glob("*.page"))


def test_every_page_is_there() -> None:
    assert {page.stem for page in PAGES} == set(NAMES)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_says_what_is_written_beside_it(page: Path) -> None:
    report = parse(page.read_bytes())
    cells = {a: "".join(c.raw.split()) for a, c in report.cells.items() if c.kind != "missing"}
    assert {
        "format": report.format,
        "tables": report.tables,
        "cells": {a: raw for a, raw in cells.items() if not a.startswith("local.")},
        "local": [raw for a, raw in cells.items() if a.startswith("local.")],
    } == json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
