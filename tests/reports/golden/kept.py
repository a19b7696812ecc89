"""Golden pages kept as bytes, each with the cells that it says: `python -m tests.reports.golden.kept` writes them.

A page that stands here is read as it is, whatever becomes of the code that made it; a person can open both files.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.reports.golden.cases import CASES, Case

FOLDER = Path(__file__).parent / "pages"
NAMES = (
    "2021-word",
    "2021-gbk",
    "2021-t2-side-by-side",
    "2021-t3-label-cut-numbers-below",
    "2021-t3-applicants-as-rows",
    "2021-text-aligned",
    "2021-one-paragraph",
    "2021-bands-too-narrow",
    "2021-words-for-none",
    "2019-as-printed",
    "2019-signs-and-units",
    "2014-bare-labels",
    "2014-text-tabs",
    "sh-text-lines-codes",
)


def expected(case: Case) -> dict[str, Any]:
    """What a page says, as it is written beside it."""
    states = {name: "image" if name in case.images else "present" for name in case.tables}
    return {"format": case.format, "tables": states, "cells": case.wanted, "local": list(case.kept)}


def main() -> None:
    """Write the pages that are not there yet; a page that is there is never written anew."""
    FOLDER.mkdir(exist_ok=True)
    for case in CASES:
        page = FOLDER / f"{case.name}.page"
        if case.name in NAMES and not page.exists():
            page.write_bytes(case.build())
            text = json.dumps(expected(case), ensure_ascii=False, indent=1)
            page.with_suffix(".json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
