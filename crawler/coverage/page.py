"""The coverage as one web page: self-contained, opened from a file, asking nothing of any network. Pure.

The data stands in the page as JSON: texts once in a table, everything else numbers. It is a script element of type
`application/json`, whose only way out would be `</script`: each `<` is escaped. The page's script writes texts as text,
never as markup, and its content policy lets nothing be fetched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from crawler.coverage.advice import next_commands
from crawler.coverage.panel import Body, Panel
from crawler.store.coverage import STATES, CoverageRow, http_status

Key = tuple[str, int]

_PARTS = {"/*STYLE*/": "page.css", "/*SCRIPT*/": "page.js"}


class _Texts:
    """Each text once: its number is what stands in the data."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {"": 0}

    def number(self, text: object) -> int:
        return self.known.setdefault("" if text is None else str(text), len(self.known))


def render(
    panel: Panel,
    made: datetime,
    attempts: Mapping[Key, Sequence[Any]] | None = None,
    findings: Mapping[Key, Sequence[Any]] | None = None,
    note: str = "",
) -> str:
    """The page.

    Args:
        made: when; printed in the head.
        attempts, findings: behind each agency-year (rows of `crawler.store.history`).
        note: the filters of the command, printed in the head.
    """
    page = _template()
    return page.replace("/*DATA*/", embedded(data(panel, made, attempts or {}, findings or {}, note)))


def data(
    panel: Panel,
    made: datetime,
    attempts: Mapping[Key, Sequence[Any]],
    findings: Mapping[Key, Sequence[Any]],
    note: str = "",
) -> dict[str, Any]:
    """What the page's script reads. Order of the parts of a cell as in `_cell`, of a body as in `_body`."""
    texts = _Texts()
    cells: dict[str, list[Any]] = {body.id: [] for body in panel.bodies}
    bodies = panel.by_id
    first = panel.years[0] if panel.years else 0
    for row in panel.rows:
        key = (row.agency_id, row.year)
        tried = [_attempt(one, texts) for one in attempts.get(key, ())]
        found = [
            [texts.number(one.severity), texts.number(one.code), texts.number(one.message)]
            for one in findings.get(key, ())
        ]
        cells[row.agency_id].append([row.year - first, *_cell(row, bodies[row.agency_id], texts), tried, found])
    return {
        "made": made.strftime("%Y-%m-%d %H:%M UTC"),
        "note": note,
        "years": panel.years,
        "states": list(STATES),
        "bodies": [[*_body(body, texts), cells[body.id]] for body in panel.bodies],
        "texts": list(texts.known),
    }


def embedded(value: Any) -> str:
    """JSON that may stand in a script element: no `<`, no line separator, no lone surrogate."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029\x7f":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _body(body: Body, texts: _Texts) -> list[Any]:
    portals = [[texts.number(part) for part in portal] for portal in body.portals]
    words = (body.province, body.sector, body.level, body.type)
    return [body.id, body.name, body.code, *(texts.number(word) for word in words), int(body.registered), portals]


def _cell(row: CoverageRow, body: Body, texts: _Texts) -> list[Any]:
    portals = [(one, family) for one, _, family in body.portals]
    tips = next_commands(row.state, row.reason, row.year, row.agency_id, portals, row.url, row.findings)
    return [
        STATES.index(row.state),
        texts.number(row.kind),
        row.findings,
        row.hard,
        row.versions,
        texts.number(row.reason),
        texts.number(row.detail),
        texts.number(f"{row.at:%Y-%m-%d}" if row.at else ""),
        texts.number(row.url),
        row.status or 0,
        texts.number(row.due.isoformat() if row.due else ""),
        [texts.number(tip) for tip in tips],
    ]


def _attempt(row: Any, texts: _Texts) -> list[Any]:
    words = (f"{row.at:%Y-%m-%d}", row.outcome, row.reason, row.detail, row.url, row.portal_id)
    return [*(texts.number(word) for word in words), http_status(row.evidence, row.reason) or 0]


@lru_cache(maxsize=1)
def _template() -> str:
    """The page without its data."""
    folder = files("crawler.coverage")
    page = folder.joinpath("page.html").read_text("utf-8")
    for mark, name in _PARTS.items():
        page = page.replace(mark, folder.joinpath(name).read_text("utf-8"))
    return page
