"""The golden cases: read from `cases.yaml`, built into pages with the cells that a reading of them must give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from tests.reports.golden import odd, pages
from tests.reports.golden.carriers import CARRIERS
from tests.reports.golden.habits import HABITS
from tests.reports.golden.sheets import LAYOUTS, Sheet
from tests.reports.golden.truth import FORMS, Truth, sparse, truth
from tests.reports.golden.writing import WAYS, value_of

FOLDER = Path(__file__).parent
_HABITS = HABITS | odd.HABITS
_CARRIERS = CARRIERS | odd.CARRIERS
Relabel = Callable[[list[Sheet]], list[Sheet]]


@dataclass(frozen=True)
class Case:
    """One golden page, as `cases.yaml` describes it.

    Attributes:
        tables: for each table the layout and the habits applied to it, in order.
        carrier: how the sheets stand in the page; `carriers` names another one for single tables.
        around: what stands around the article. `style`: how headings are numbered. `joined`: one table holds all.
        figures: `full` or `sparse`. `writing`: how numbers are written. `change`: cells printed otherwise.
        local: texts of cells that no form knows and that must be kept, in order. `missing`: cells that are not on the
            page or cannot be read from it. `encoding`: of the bytes. `annex`: a second report behind the first.
        behind: the tables stand behind the signature. `under`: a table stands under the heading of another one.
    """

    name: str
    format: str
    tables: Mapping[str, tuple[str, ...]]
    carrier: str = "table"
    carriers: Mapping[str, str] = field(default_factory=dict)
    seed: int = 1
    figures: str = "full"
    writing: str = "plain"
    around: tuple[str, ...] = ("menu", "footer")
    style: str = "cn"
    joined: bool = False
    change: Mapping[str, str] = field(default_factory=dict)
    local: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    encoding: str = "utf-8"
    annex: str = ""
    behind: bool = False
    under: Mapping[str, str] = field(default_factory=dict)

    @property
    def printed(self) -> Truth:
        """What is printed in each cell."""
        return self.written(self.numbers)

    def written(self, numbers: Truth) -> Truth:
        """Figures as this page writes them."""
        return {address: WAYS[self.writing](text) for address, text in numbers.items()} | dict(self.change)

    @property
    def numbers(self) -> Truth:
        """The figures before they are written."""
        return sparse(self.format, self.seed) if self.figures == "sparse" else truth(self.format, self.seed)

    def sheets(self, data: Truth) -> dict[str, list[Sheet]]:
        """The sheets of each table, habits applied."""
        return {name: _shaped(self.format, data, steps) for name, steps in self.tables.items()}

    def build(self, data: Truth | None = None, relabel: Mapping[str, Relabel] | None = None) -> bytes:
        """The page; `data` other figures than the case's own, `relabel` a change to the sheets of a table."""
        made = self.sheets(data or self.printed)
        for name, change in (relabel or {}).items():
            made[name] = change(made[name])
        if self.joined:
            first = next(iter(made))
            made = {first: [[line for sheets in made.values() for sheet in sheets for line in sheet]]}
        rendered: dict[str, list[str]] = {}
        for name, sheets in made.items():
            texts = [_CARRIERS[self.carriers.get(name, self.carrier)](sheet) for sheet in sheets]
            rendered.setdefault(self.under.get(name, name), []).extend(texts)
        plain = pages.is_text(self.carrier)
        inner = pages.article(
            self.format, rendered, plain=plain, style=self.style, joined=self.joined, behind=self.behind
        )
        if self.annex:
            inner += _annex(self, plain)
        whole = f"{inner}\n{pages.TAIL}" if plain else pages.page(self.format, inner, self.around)
        if self.encoding != "utf-8":
            whole = whole.replace('charset="utf-8"', f'charset="{self.encoding}"')
        return whole.encode(self.encoding)

    @property
    def wanted(self) -> dict[str, str]:
        """Address -> text of every cell that must be read, blanks taken out."""
        tables = tuple(f"{name}." for name in self.tables)
        gone = (*self.missing, *(f"{name}." for name in self.images))
        return {
            address: "".join(text.split())
            for address, text in self.printed.items()
            if address.startswith(tables) and not (gone and address.startswith(gone))
        }

    @property
    def kept(self) -> tuple[str, ...]:
        """Texts of the cells that no form knows, in order."""
        for table, layout in (("s14", "s14_with_last_year"), ("sh", "sh_one_unknown_column")):
            if layout in self.tables.get(table, ()):
                lines = self.sheets(self.printed)[table][0]
                return tuple(line[-1][0] for line in lines if line[-1][0].isdecimal())
        return self.local

    @property
    def values(self) -> dict[str, Decimal]:
        """Address -> number of every cell that holds the figure it was made from."""
        numbers = self.numbers
        read = (address for address, text in self.wanted.items() if text and address not in self.change)
        return {address: value_of(numbers[address]) for address in read}


def _shaped(format_id: str, data: Truth, steps: tuple[str, ...]) -> list[Sheet]:
    sheets = LAYOUTS[steps[0]](format_id, data)
    for step in steps[1:]:
        sheets = [new for sheet in sheets for new in _HABITS[step](sheet)]
    return sheets


def _annex(case: Case, plain: bool) -> str:
    """The tables of another agency's or year's report behind this one's."""
    other = Case("annex", case.format, case.tables, case.carrier, seed=case.seed + 1000)
    made = other.sheets(other.printed)
    text = "".join(_CARRIERS[case.carrier](sheet) for sheets in made.values() for sheet in sheets)
    return f"\n{case.annex}\n{text}" if plain else f"<p>{case.annex}</p>{text}"


def load() -> tuple[Case, ...]:
    """Every case of `cases.yaml`."""
    raw: list[dict[str, Any]] = yaml.safe_load((FOLDER / "cases.yaml").read_text(encoding="utf-8"))
    return tuple(_case(item) for item in raw)


def _case(item: dict[str, Any]) -> Case:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}
    names = [table.id for table in FORMS[item["format"]].tables]
    given = {name: tuple(steps.split()) for name, steps in (item.get("tables") or {}).items()}
    fields["tables"] = {name: given.get(name, (name,)) for name in names}
    fields["change"] = {address: str(text) for address, text in (item.get("change") or {}).items()}
    fields["local"] = tuple(map(str, item.get("local") or ()))
    return Case(**fields)


CASES = load()
