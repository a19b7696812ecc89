"""Figures of the fake reports: the statutory tables' rows and columns as printed, and numbers that add up.

Labels and addresses stand here a second time on purpose: the generator must not learn them from the parser it tests.
Addresses are `<table>.<row>.<column>`: `t3.granted.natural`, `t2.p1.normative.made`, `t4.recon.upheld`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

APPLICANTS = ("natural", "commercial", "research", "social_welfare", "legal_service", "other_org")
COLUMNS = (*APPLICANTS, "total")

GRANT_ROWS = (("granted", "（一）予以公开"), ("partial", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"))
GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "（三）不予公开",
        (
            ("denied_state_secret", "1.属于国家秘密"),
            ("denied_other_law", "2.其他法律行政法规禁止公开"),
            ("denied_security", "3.危及“三安全一稳定”"),
            ("denied_third_party", "4.保护第三方合法权益"),
            ("denied_internal", "5.属于三类内部事务信息"),
            ("denied_deliberative", "6.属于四类过程性信息"),
            ("denied_enforcement_file", "7.属于行政执法案卷"),
            ("denied_admin_query", "8.属于行政查询事项"),
        ),
    ),
    (
        "（四）无法提供",
        (
            ("unable_not_held", "1.本机关不掌握相关政府信息"),
            ("unable_must_create", "2.没有现成信息需要另行制作"),
            ("unable_unclear", "3.补正后申请内容仍不明确"),
        ),
    ),
    (
        "（五）不予处理",
        (
            ("notproc_petition", "1.信访举报投诉类申请"),
            ("notproc_repeat", "2.重复申请"),
            ("notproc_publication", "3.要求提供公开出版物"),
            ("notproc_excessive", "4.无正当理由大量反复申请"),
            ("notproc_reissue", "5.要求行政机关确认或重新出具已获取信息"),
        ),
    ),
)
OTHER_2021 = (
    ("other_not_corrected", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
    ("other_fee_unpaid", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
    ("other_misc", "3.其他"),
)
OUTCOMES = ("upheld", "corrected", "other", "pending", "total")
CASES = ("recon", "suit_direct", "suit_after")

# How often each result is met, by weight: most requests are granted or the information is not held.
WEIGHTS = {
    "granted": 48, "partial": 9, "denied_third_party": 2, "denied_internal": 2, "denied_deliberative": 2,
    "denied_enforcement_file": 1, "denied_admin_query": 1, "unable_not_held": 24, "unable_must_create": 3,
    "unable_unclear": 1, "notproc_petition": 3, "notproc_repeat": 2, "notproc_publication": 1, "other": 2,
    "other_not_corrected": 2, "other_misc": 1,
}  # fmt: skip


def form_of(year: int) -> str:
    """The statutory form of a fiscal year from 2019 on."""
    return "fmt2019" if year <= 2020 else "fmt2021"


def result_rows(form: str) -> list[str]:
    """Ids of the result rows that (七)总计 adds up, in printed order."""
    rows = [row for row, _ in GRANT_ROWS] + [row for _, rows in GROUPS for row, _ in rows]
    return [*rows, "other"] if form == "fmt2019" else [*rows, *(row for row, _ in OTHER_2021)]


def request_rows(form: str) -> list[str]:
    """Ids of all rows of the third table in printed order (23 in the 2019 form, 25 in the 2021 form)."""
    return ["new", "carried_over", *result_rows(form), "decided_total", "carried_forward"]


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one report: address to the cell's text as printed.

    `remarks` is what stands beside a number in its cell (`590(办结数)`), by address.
    """

    form: str
    cells: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)

    def number(self, address: str) -> int:
        """A whole number read back; 0 for a blank."""
        return int(Decimal(self.cells.get(address, "").replace(",", "") or "0"))

    def values(self) -> dict[str, Decimal | None]:
        """What a reader must find: exact numbers, None where the cell holds none (blank, `/`)."""
        return {address: exact(text) for address, text in self.cells.items()}

    def changed(self, cells: Mapping[str, str]) -> Figures:
        """A copy in which some cells hold something else."""
        return Figures(self.form, {**self.cells, **cells}, dict(self.remarks))


def exact(text: str) -> Decimal | None:
    """The number in a cell as the generator prints it (thousands commas allowed), None for anything else."""
    plain = text.replace(",", "")
    return Decimal(plain) if plain.lstrip("-").replace(".", "", 1).isdigit() else None


@dataclass(frozen=True, slots=True)
class Profile:
    """How big an agency's numbers are a year; `blank` is what it prints for 规章, `commas` its habit with thousands."""

    requests: int = 20
    decisions: int = 120
    documents: int = 15
    blank: str = "0"
    commas: bool = False


def chain(
    seed: str, years: Sequence[int], profile: Profile, fixed: Mapping[int, Figures] | None = None
) -> dict[int, Figures]:
    """Figures of consecutive years that hang together: what is carried forward in one year is carried over in the next.

    `fixed` years are taken as they are; their neighbours are made to fit them.
    """
    known = dict(fixed or {})
    made: dict[int, Figures] = {}
    for year in sorted(years):
        if year in known:
            made[year] = known[year]
            continue
        rng = Random(f"{seed}/{year}")  # noqa: S311 - varied text, no secret
        before, after = made.get(year - 1), known.get(year + 1)
        cells = _requests(rng, form_of(year), profile, before, after)
        cells |= _reviews(rng, profile)
        cells |= _proactive(rng, year, profile, before)
        made[year] = Figures(form_of(year), {a: _comma(v) if profile.commas else v for a, v in cells.items()})
    return made


def _comma(text: str) -> str:
    return f"{int(text):,}" if text.isdigit() and len(text) > 3 else text


def _requests(
    rng: Random, form: str, profile: Profile, before: Figures | None, after: Figures | None
) -> dict[str, str]:
    grid = {row: dict.fromkeys(COLUMNS, 0) for row in request_rows(form)}
    for column, share in zip(APPLICANTS, (0.78, 0.12, 0.01, 0.01, 0.05, 0.03), strict=True):
        new = _around(rng, profile.requests * share)
        over = before.number(f"t3.carried_forward.{column}") if before else _around(rng, new * 0.04)
        wanted = after.number(f"t3.carried_over.{column}") if after else _around(rng, (new + over) * 0.05)
        grid["new"][column], grid["carried_over"][column] = max(new, wanted - over), over
        grid["carried_forward"][column] = wanted
        decided = grid["new"][column] + over - wanted
        grid["decided_total"][column] = decided
        for row in _draw(rng, result_rows(form), decided):
            grid[row][column] += 1
    for line in grid.values():
        line["total"] = sum(line[column] for column in APPLICANTS)
    return {f"t3.{row}.{column}": str(grid[row][column]) for row in grid for column in COLUMNS}


def _around(rng: Random, mean: float) -> int:
    spread = rng.uniform(0.6, 1.4) * mean
    return int(spread) + (rng.random() < spread - int(spread))


def _draw(rng: Random, rows: Sequence[str], count: int) -> list[str]:
    return rng.choices(list(rows), weights=[WEIGHTS.get(row, 0) for row in rows], k=count) if count else []


def _reviews(rng: Random, profile: Profile) -> dict[str, str]:
    cells: dict[str, str] = {}
    for case, share in zip(CASES, (0.03, 0.015, 0.005), strict=True):
        counts = [_around(rng, profile.requests * share * part) for part in (0.6, 0.15, 0.15, 0.1)]
        for outcome, count in zip(OUTCOMES, [*counts, sum(counts)], strict=True):
            cells[f"t4.{case}.{outcome}"] = str(count)
    return cells


def _proactive(rng: Random, year: int, profile: Profile, before: Figures | None) -> dict[str, str]:
    decisions = {row: _around(rng, profile.decisions * part) for row, part in _DECISIONS}
    if year <= 2020:
        return _proactive_2019(rng, profile, decisions, before)
    made, gone = _around(rng, profile.documents * 0.15), _around(rng, profile.documents * 0.05)
    known = before is not None and "t2.p1.normative.valid" in before.cells
    old = before.number("t2.p1.normative.valid") if before and known else profile.documents
    gone = min(gone, old + made)
    cells = {f"t2.p1.rules.{column}": profile.blank for column in ("made", "repealed", "valid")}
    cells |= {
        "t2.p1.normative.made": str(made),
        "t2.p1.normative.repealed": str(gone),
        "t2.p1.normative.valid": str(old + made - gone),
        "t2.p8.fees.amount": _money(rng, profile),
    }
    return cells | {f"t2.{row}.decisions": str(n) for row, n in decisions.items() if row != "p5.other_service"}


_DECISIONS = (("p5.licence", 1.0), ("p5.other_service", 0.2), ("p6.penalty", 0.4), ("p6.coercion", 0.02))


def _proactive_2019(
    rng: Random, profile: Profile, decisions: Mapping[str, int], before: Figures | None
) -> dict[str, str]:
    made = _around(rng, profile.documents * 0.15)
    stock = before.number("t2.p1.normative.public_total") if before else profile.documents
    cells = {f"t2.p1.rules.{column}": profile.blank for column in ("made", "published", "public_total")}
    cells |= {"t2.p1.normative.made": str(made), "t2.p1.normative.published": str(made)}
    cells["t2.p1.normative.public_total"] = str(stock + made)
    for row in ("p5.licence", "p5.other_service", "p6.penalty", "p6.coercion", "p8.fees"):
        if before:
            items = before.number(f"t2.{row}.items_prev") + before.number(f"t2.{row}.items_delta")
        else:
            items = rng.randint(3, 40)
        cells[f"t2.{row}.items_prev"] = str(items)
        cells[f"t2.{row}.items_delta"] = str(rng.choice((0, 0, 0, 1, 2, -1)))
        if row != "p8.fees":
            cells[f"t2.{row}.decisions"] = str(_unlike(decisions[row], items))
    cells["t2.p9.procurement.projects"] = str(rng.randint(2, 40))
    cells["t2.p9.procurement.amount"] = f"{rng.uniform(30, 3000):.2f}"
    return cells


def _unlike(decisions: int, items: int) -> int:
    """Decisions that are not by chance the number of items: agencies that confuse the two are a finding."""
    return decisions + 3 if abs(decisions - items) <= 2 else decisions


def _money(rng: Random, profile: Profile) -> str:
    return rng.choice(("0", "0", f"{rng.uniform(1, profile.decisions + 2):.2f}"))


def broken_identities(figures: Figures) -> Iterator[tuple[str, str]]:
    """Identities of the statutory tables that do not hold, as (id, where): what a checker must report and no more."""
    n = figures.number
    if "t3.new.total" in figures.cells:
        for column in COLUMNS:
            if n(f"t3.new.{column}") + n(f"t3.carried_over.{column}") != (
                n(f"t3.decided_total.{column}") + n(f"t3.carried_forward.{column}")
            ):
                yield "T3-A", column
            if n(f"t3.decided_total.{column}") != sum(n(f"t3.{row}.{column}") for row in result_rows(figures.form)):
                yield "T3-B", column
        for row in request_rows(figures.form):
            if n(f"t3.{row}.total") != sum(n(f"t3.{row}.{column}") for column in APPLICANTS):
                yield "T3-C", row
    if "t4.recon.total" in figures.cells:
        for case in CASES:
            if n(f"t4.{case}.total") != sum(n(f"t4.{case}.{outcome}") for outcome in OUTCOMES[:4]):
                yield "T4-A", case
