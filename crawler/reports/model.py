"""The typed value that parsing yields: a report with sections, cells, narrative figures and findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from crawler.text.model import Decoded, Repair

Kind = Literal[
    "annual_report",  # 政府信息公开工作年度报告
    "work_summary",  # 政务公开工作总结: prose about the same work, not the statutory report
    "website_form",  # 政府网站工作年度报表
    "rule_of_law",  # 法治政府建设年度报告
    "interpretation",  # 解读, 图解
    "notice",  # 关于报送…年度报告的通知, 汇总通报, 格式
    "other",  # anything else
]
CellKind = Literal[
    "number", "zero", "empty", "none_word", "not_applicable", "not_counted", "text", "image", "missing", "damaged"
]
Severity = Literal["hard", "soft", "info"]
TableState = Literal["present", "partial", "missing", "image", "attachment"]
Scope = Literal["own", "consolidated", "both"]
Carrier = Literal["image", "attachment"]
ReadingHow = Literal[
    "row_shifted",  # the values of a row stand one place too far left or right
    "rows_shifted",  # the values of rows stand one row too high or too low
    "total_moved",  # a row's total stands in another column
    "digits_joined",  # one number was cut apart: 1 2 is 12
    "digits_split",  # two numbers were merged in one cell: 12 and a blank are 1 and 2
    "cell_lacking",  # a row has one cell too few
    "cell_extra",  # a row has one cell too many: a blank, or the same as its neighbour
    "row_repeated",  # a label stands twice in a table, with different values
]


class Place(NamedTuple):
    """Where a value stands in its page: table number (0-based, document order), grid row and column (0-based).

    `line` is the line of the repaired source in which its cell begins (1-based), 0 if unknown: the HTML parser tells
    lines and no offsets. Of a page whose markup nests too deep (`markup_flattened`) it is the line after flattening.
    """

    table: int
    row: int
    col: int
    line: int = 0


class Cell(NamedTuple):
    """One statutory number (a named tuple: pages have hundreds, and a frozen dataclass takes thrice as long).

    Attributes:
        address: `<table>.<row>.<col>` as in formats.yaml, e.g. `t3.granted.natural`, `t2.p1.normative.made`.
            Local rows that no format knows: `local.<n>` with `label`.
        raw: the cell's text, blanks stripped at both ends; "" for an empty cell.
        kind: what stands there. `value` is None unless kind is `number` or `zero`.
        value: exact number, converted to `unit`.
        unit: unit of `value` (件, 项, 个, 万元 …), None where the form fixes none.
        remark: what stood beside the number, e.g. 办结数.
        label: printed row label (and column label for local cells).
    """

    address: str
    raw: str
    kind: CellKind
    value: Decimal | None = None
    unit: str | None = None
    remark: str | None = None
    label: str | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One section of the report.

    `num` is the printed numeral with its mark (`一、`, `（二）`, `1.`), "" if none was printed. `id` is the canonical
    id of formats.yaml (`overview`, `proactive`, `requests`, `review`, `problems`, `other`, …), None for sub-sections
    and unknown headings. `heading` is the heading as printed, numeral included. `implied` marks a section whose
    heading is missing: the first is known by the text before 二、, a later one by the statutory table it begins with.
    `text` excludes the text of sub-sections and of tables. `tables` are the ids (`t2`, `t3`, `t4`, `s14`, …) of
    statutory tables standing in it. `carrier` says where its table is when the section has none in text: in an
    `image`, or in an `attachment` that it only refers to.
    """

    num: str
    id: str | None
    heading: str
    text: str
    subsections: tuple[Section, ...] = ()
    tables: tuple[str, ...] = ()
    implied: bool = False
    carrier: Carrier | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that the prose states: quantity id (`new`, `granted`, `channel.net` …), value, unit, and its sentence.

    `remark` is the word by which the number is only about so (30余件, 约30件), None for an exact one.
    """

    quantity: str
    value: Decimal
    unit: str | None
    sentence: str
    section: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class OtherReading:
    """Values under which every identity of a table would hold: offered beside the cells, never put in their place.

    `how` names the one change that leads there (see `crawler.reports.checks.readings`); `values` are the cells that it
    changes, by address.
    """

    how: ReadingHow
    values: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that did not pass, or something a reader must know, with both sides.

    `id` is the identity id of formats.yaml (`T3-A` …) or a word (`table_missing`, `unknown_label`, `page_cut` …).
    For an identity over one column or row, `where` names it (`natural`, `new`). `left` - `right` = `difference`.

    `grid_agrees`: for an identity that fails, True when its cells stand where the form has them, so that the error is
    the publisher's; False when their places contradict each other; None where places cannot tell. `reading`: the only
    other way to read the table under which all its identities hold. `raws`: texts of a row that could not be bound.
    """

    id: str
    severity: Severity
    message: str
    left: str | None = None
    right: str | None = None
    difference: Decimal | None = None
    cells: tuple[str, ...] = ()
    where: str | None = None
    grid_agrees: bool | None = None
    reading: OtherReading | None = None
    raws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EncodingNote:
    """What was declared and chosen for the bytes, and why (see `crawler.text.model.Decoded`).

    `evidence` holds the votes, the score and the runner-up as plain JSON values.
    """

    declared: str | None
    chosen: str
    lossy: bool
    lost: int = 0
    evidence: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, decoded: Decoded) -> EncodingNote:
        """The note on a decoded page."""
        return cls(decoded.declared, decoded.chosen, decoded.lossy, decoded.lost, decoded.evidence())


@dataclass(frozen=True, slots=True)
class Report:
    """All that one page says, bound to the statutory form it uses. Pure value: nothing here knows a database or URL
    list.

    `kind_reason` says which words decided the kind. `agency` is the name as printed (best source), `agency_source`
    where it was read (`title`, `text`, `signature`, `meta`). `year` is the fiscal year. `format` is a format id or
    None. `tables` maps each table the format prescribes to its state; a missing table has no cells and never zeros.
    `text` is the article body as plain text; `source_text` is the whole page as it was read, before any repair, kept
    only where something was repaired (else None: `text` is what the page says). `dates` holds `claimed`, `url`, `meta`
    (ISO strings or None). A cell that one table prints twice with different values has none (of two tables the
    first one's stands); the finding `cell_repeated` holds both. `contacts` holds `phone`, `fax`, `address`, `postcode`,
    `email` as printed behind their labels (see `crawler.reports.contacts`).
    """

    kind: Kind
    kind_reason: str = ""
    agency: str | None = None
    agency_source: str | None = None
    year: int | None = None
    year_source: str | None = None
    title: str | None = None
    format: str | None = None
    scope: Scope | None = None
    document_number: str | None = None
    dates: dict[str, str | None] = field(default_factory=dict)
    encoding: EncodingNote | None = None
    repairs: tuple[Repair, ...] = ()
    sections: tuple[Section, ...] = ()
    tables: dict[str, TableState] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    narrative: dict[str, Figure] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    text: str = ""
    source_text: str | None = None
    contacts: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON values; numbers as JSON numbers where exact, the shape `scrapy inspect --json`
        prints."""
        from crawler.reports.jsonable import report_to_json

        return report_to_json(self)
