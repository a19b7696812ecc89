"""Figures that five real reports printed: the numbers are theirs, every sentence around them is ours.

贵州省生态环境厅 2019 and 楚雄州生态环境局禄丰分局 2023 with all their tables, 常州市生态环境局 2021 and
广州市生态环境局 2023 with the numbers of their prose only (their tables are missing), 许昌市生态环境局 2020 is a work
summary without numbers.
"""

from __future__ import annotations

from collections.abc import Mapping

from crawler.demo.figures import CASES, COLUMNS, OUTCOMES, Figures, request_rows


def _table3(form: str, known: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    zero = (0,) * len(COLUMNS)
    return {
        f"t3.{row}.{column}": str(value)
        for row in request_rows(form)
        for column, value in zip(COLUMNS, known.get(row, zero), strict=True)
    }


def _table4(known: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    zero = (0,) * len(OUTCOMES)
    return {
        f"t4.{case}.{outcome}": str(value)
        for case in CASES
        for outcome, value in zip(OUTCOMES, known.get(case, zero), strict=True)
    }


def guizhou_2019() -> Figures:
    """贵州省生态环境厅 2019: every cell, with the remarks that stand beside three of its numbers."""
    proactive = {
        "t2.p1.rules.made": "0", "t2.p1.rules.published": "0", "t2.p1.rules.public_total": "10",
        "t2.p1.normative.made": "3", "t2.p1.normative.published": "3", "t2.p1.normative.public_total": "39",
        "t2.p5.licence.items_prev": "6", "t2.p5.licence.items_delta": "2", "t2.p5.licence.decisions": "590",
        "t2.p5.other_service.items_prev": "2", "t2.p5.other_service.items_delta": "0",
        "t2.p5.other_service.decisions": "8",
        "t2.p6.penalty.items_prev": "31", "t2.p6.penalty.items_delta": "0", "t2.p6.penalty.decisions": "6",
        "t2.p6.coercion.items_prev": "0", "t2.p6.coercion.items_delta": "0", "t2.p6.coercion.decisions": "0",
        "t2.p8.fees.items_prev": "0", "t2.p8.fees.items_delta": "0",
        "t2.p9.procurement.projects": "28", "t2.p9.procurement.amount": "6021.70",
    }  # fmt: skip
    requests = {
        "new": (52, 2, 4, 0, 0, 1, 59),
        "granted": (23, 1, 2, 0, 0, 0, 26),
        "partial": (8, 0, 1, 0, 0, 1, 10),
        "denied_deliberative": (0, 0, 1, 0, 0, 0, 1),
        "unable_not_held": (15, 1, 0, 0, 0, 0, 16),
        "other": (5, 0, 0, 0, 0, 0, 5),
        "decided_total": (51, 2, 4, 0, 0, 1, 58),
        "carried_forward": (1, 0, 0, 0, 0, 0, 1),
    }
    cells = proactive | _table3("fmt2019", requests) | _table4({"recon": (0, 1, 0, 0, 1)})
    remarks = {
        "t2.p5.licence.decisions": "办结数",
        "t2.p6.penalty.decisions": "省本级",
        "t2.p6.coercion.decisions": "省本级",
    }
    return Figures("fmt2019", cells, remarks)


def lufeng_2023() -> Figures:
    """楚雄州生态环境局禄丰分局 2023: 38 licences, 10 penalties, everything else zero."""
    proactive = {
        f"t2.p1.{row}.{column}": "0" for row in ("rules", "normative") for column in ("made", "repealed", "valid")
    }
    proactive |= {
        "t2.p5.licence.decisions": "38",
        "t2.p6.penalty.decisions": "10",
        "t2.p6.coercion.decisions": "0",
        "t2.p8.fees.amount": "0",
    }
    return Figures("fmt2021", proactive | _table3("fmt2021", {}) | _table4({}))


def narrative_only(new: int, carried_over: int, decided: int, forward: int) -> Figures:
    """The totals that prose states where the tables are missing; used to make the neighbouring years fit.

    The applicants' split is not known, so everything stands in the column of natural persons.
    """
    rows = {"new": new, "carried_over": carried_over, "decided_total": decided, "carried_forward": forward}
    cells = {f"t3.{row}.{column}": "0" for row in rows for column in COLUMNS}
    for row, value in rows.items():
        cells[f"t3.{row}.natural"] = cells[f"t3.{row}.total"] = str(value)
    return Figures("fmt2021", cells)
