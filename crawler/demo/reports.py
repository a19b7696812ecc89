"""Reports of the fake country: our own prose around figures that add up, with the truth that a crawl must find."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random

from crawler.demo import prose
from crawler.demo.figures import Figures, broken_identities, result_rows
from crawler.demo.prose import Voice
from crawler.demo.tables import BUILDERS, Rows
from crawler.reports.model import Kind

SECTIONS_2019 = (
    ("一、总体情况", None),
    ("二、主动公开政府信息情况", "t2"),
    ("三、收到和处理政府信息公开申请情况", "t3"),
    ("四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", "t4"),
    ("五、政府信息公开工作存在的主要问题及改进情况", None),
    ("六、其他需要报告的事项", None),
)
SECTIONS_2021 = (
    ("一、总体情况", None),
    ("二、主动公开政府信息情况", "t2"),
    ("三、收到和处理政府信息公开申请情况", "t3"),
    ("四、政府信息公开行政复议、行政诉讼情况", "t4"),
    ("五、存在的主要问题及改进情况", None),
    ("六、其他需要报告的事项", None),
)


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a report's body: a heading, a sub-heading, a paragraph, a signature line or a table."""

    kind: str  # "heading" | "sub" | "para" | "sign" | "table"
    text: str = ""
    rows: Rows = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FakeReport:
    """One document of the fake country and what is true of it.

    Attributes:
        agency: full name of the body that reports.
        year: fiscal year.
        title: as printed on the page.
        kind: as `crawler.reports.model.Kind`.
        form: `fmt2019`, `fmt2021` or None where the document has no statutory tables at all.
        blocks: the body in order.
        cells: address to exact number, None for a cell that holds no number; only of tables that stand in the body.
        narrative: what the prose states, by quantity (`new`, `carried_over`, `decided_total`, `carried_forward`).
        findings: (identity id, where) of every check that must fail, and of no other among the hard ones.
        missing: tables that the form prescribes and the page does not show as tables (`image` or `missing`).
        sections: number of top-level sections.
    """

    agency: str
    year: int
    title: str
    kind: Kind
    form: str | None
    blocks: tuple[Block, ...]
    cells: Mapping[str, Decimal | None] = field(default_factory=dict)
    narrative: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[tuple[str, str], ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    sections: int = 6

    def without_tables(self, state: str) -> FakeReport:
        """The report with its tables gone (`missing`) or shown as pictures (`image`): nothing of them can be read."""
        blocks = tuple(
            replace(block, rows=[], text="img" if state == "image" else "gone") if block.kind == "table" else block
            for block in self.blocks
        )
        return replace(self, blocks=blocks, cells={}, findings=(), missing=dict.fromkeys(BUILDERS, state))

    def without_first_heading(self) -> FakeReport:
        """The report with the heading of section one left out, as 禄丰 prints it: the section is there all the same."""
        index = next(i for i, block in enumerate(self.blocks) if block.kind == "heading")
        return replace(self, blocks=self.blocks[:index] + self.blocks[index + 1 :])

    def with_figures(self, figures: Figures) -> FakeReport:
        """The report with other numbers in its tables and the old ones in its prose: a corrected or a wrong table."""
        builders = iter(BUILDERS.values())
        blocks = tuple(
            replace(block, rows=next(builders)(figures)) if block.kind == "table" else block for block in self.blocks
        )
        return replace(self, blocks=blocks, cells=figures.values(), findings=tuple(broken_identities(figures)))

    def titled(self, title: str) -> FakeReport:
        """The same report under another title."""
        return replace(self, title=title)


def title_of(agency: str, year: int, style: int = 0) -> str:
    """The titles that agencies really give: with and without 度, 工作, 年度; the year first; 关于 … 的报告."""
    styles = (
        f"{agency}{year}年政府信息公开工作年度报告",
        f"{agency}{year}年度政府信息公开工作年度报告",
        f"{agency}{year}年政府信息公开年度报告",
        f"{year}年度{agency}政府信息公开工作年度报告",
        f"{agency}{year}年度政府信息公开工作报告",
        f"{agency}{year}年政府信息公开工作年报",
    )
    return styles[style % len(styles)]


def numbers_of(figures: Figures) -> dict[str, int]:
    """The totals that prose quotes, by the words of `prose.REQUESTS` and `prose.RESULTS`."""
    n = {row: figures.number(f"t3.{row}.total") for row in result_rows(figures.form)}
    known = {
        "new": figures.number("t3.new.total"),
        "over": figures.number("t3.carried_over.total"),
        "done": figures.number("t3.decided_total.total"),
        "forward": figures.number("t3.carried_forward.total"),
        "granted": n["granted"],
        "partial": n["partial"],
        "denied": sum(value for row, value in n.items() if row.startswith("denied")),
        "unable": sum(value for row, value in n.items() if row.startswith("unable")),
    }
    known["rest"] = known["done"] - sum(known[key] for key in ("granted", "partial", "denied", "unable"))
    return known


def annual_report(
    voice: Voice, year: int, figures: Figures, *, style: int = 0, said_new: int | None = None
) -> FakeReport:
    """A statutory report. `said_new` is the number of new requests that the prose states when it disagrees (NV-1)."""
    rng = Random(f"{voice.name}/{year}/prose")  # noqa: S311 - varied text, no secret
    numbers = numbers_of(figures)
    spoken = {**numbers, "new": numbers["new"] if said_new is None else said_new}
    told = prose.requests(rng, year, spoken)
    sections = SECTIONS_2019 if figures.form == "fmt2019" else SECTIONS_2021
    blocks = [Block("para", prose.basis(rng, voice, year))]
    for heading, table in sections:
        blocks.append(Block("heading", heading))
        if table:
            blocks.append(Block("table", table, BUILDERS[table](figures)))
        elif heading.startswith("一、"):
            blocks += _overview(prose.overview(rng, voice, year, told, style))
        elif heading.startswith("五、"):
            blocks += [Block("para", text) for text in prose.problems(rng, voice, year)]
        else:
            blocks.append(Block("para", prose.other(rng, voice, year)))
    blocks += [Block("sign", voice.name), Block("sign", f"{year + 1}年1月{rng.randint(8, 29)}日")]
    findings = list(broken_identities(figures))
    if spoken["new"] not in (numbers["new"], numbers["new"] + numbers["over"]):
        findings.append(("NV-1", ""))
    return FakeReport(
        voice.name, year, title_of(voice.name, year, style), "annual_report", figures.form, tuple(blocks),
        figures.values(), _narrative(spoken), tuple(findings),
    )  # fmt: skip


def _narrative(spoken: Mapping[str, int]) -> dict[str, int]:
    if not spoken["new"] and not spoken["over"]:
        return {}
    keys = {"new": "new", "over": "carried_over", "done": "decided_total", "forward": "carried_forward"}
    return {quantity: spoken[key] for key, quantity in keys.items()}


def _overview(parts: list[tuple[str, str]]) -> list[Block]:
    blocks: list[Block] = []
    for heading, text in parts:
        if heading:
            blocks.append(Block("sub", heading))
        blocks.append(Block("para", text))
    return blocks


def told_report(
    voice: Voice, year: int, told: str, narrative: Mapping[str, int], *, style: int = 0, seven: bool = False
) -> FakeReport:
    """A report whose tables are lost and whose numbers stand in its prose alone (`told`, part two of section one).

    `seven` gives the measures a section of their own, 六、改进措施, as 广州 prints them.
    """
    rng = Random(f"{voice.name}/{year}/prose")  # noqa: S311 - varied text, no secret
    blocks = [Block("para", prose.basis(rng, voice, year)), Block("heading", "一、总体情况")]
    blocks += _overview(prose.overview(rng, voice, year, told, 1 if seven else 0))
    for heading, table in SECTIONS_2021[1:4]:
        blocks += [Block("heading", heading), Block("table", table or "")]
    lacking, cure, closing = prose.problems(rng, voice, year)
    if seven:
        blocks += [Block("heading", "五、存在的问题"), Block("para", lacking)]
        blocks += [Block("heading", "六、改进措施"), Block("para", cure), Block("para", closing)]
        blocks.append(Block("heading", "七、其他需要报告的事项"))
    else:
        blocks.append(Block("heading", SECTIONS_2021[4][0]))
        blocks += [Block("para", text) for text in (lacking, cure, closing)]
        blocks.append(Block("heading", SECTIONS_2021[5][0]))
    blocks.append(Block("para", prose.other(rng, voice, year)))
    report = FakeReport(
        voice.name, year, title_of(voice.name, year, style), "annual_report", "fmt2021", tuple(blocks),
        narrative=dict(narrative), sections=7 if seven else 6,
    )  # fmt: skip
    return report.without_tables("missing")


def work_summary(voice: Voice, year: int) -> FakeReport:
    """A 政务公开工作总结: prose in three sections, no statutory table, none to be invented."""
    rng = Random(f"{voice.name}/{year}/summary")  # noqa: S311 - varied text, no secret
    blocks = [Block("para", prose.opening(rng, voice, year))]
    for heading, paragraphs in prose.summary(rng, voice, year):
        blocks.append(Block("heading", heading))
        blocks += [Block("para", text) for text in paragraphs]
    title = f"{voice.name}{year}年政务公开工作总结"
    return FakeReport(voice.name, year, title, "work_summary", None, tuple(blocks), sections=3)
