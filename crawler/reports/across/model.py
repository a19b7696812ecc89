"""What is compared and what comes of it, and the rules as data (`rules.yaml`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from crawler.reports.formats import parse_sum
from crawler.reports.model import Finding, Severity

Key = tuple[str, int]
"""Agency id and fiscal year."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A report as it is filed: whose, of which year, and the numbers and words that its newest version holds.

    Attributes:
        agency: the name that the report prints.
        numbers: by address, only cells that hold a number. What is blank, missing or damaged is not known here, so it
            can contradict nothing.
        prose: text by canonical section id.
    """

    agency_id: str
    year: int
    agency: str | None = None
    format: str | None = None
    scope: str | None = None
    numbers: Mapping[str, Decimal] = field(default_factory=dict)
    prose: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """Agency id and fiscal year."""
        return self.agency_id, self.year

    def total(self, terms: tuple[tuple[int, str], ...]) -> Decimal | None:
        """A sum of cells; None when one of them is not known."""
        total = Decimal(0)
        for sign, address in terms:
            number = self.numbers.get(address)
            if number is None:
                return None
            total += sign * number
        return total


@dataclass(frozen=True, slots=True)
class CrossFinding:
    """A finding on the report `of`, and the other reports with which it was compared."""

    of: Key
    finding: Finding
    against: tuple[Key, ...]


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class YearIdentity(_Rule):
    """An equation between a report and that of the year before, for each word of `each`."""

    id: str
    severity: Severity
    before: tuple[str, ...] = Field(alias="from")
    after: tuple[str, ...] = Field(alias="to")
    each: tuple[str, ...] = Field(alias="for")
    lhs: str
    op: Literal["==", ">="]
    rhs: str
    says: str

    def sides(self, word: str) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[int, str], ...]]:
        """Signed terms of both sides for one word; addresses of last year's report keep their `prev.`."""
        return parse_sum(self.lhs.replace("{}", word)), parse_sum(self.rhs.replace("{}", word))


class Vector(_Rule):
    """The numbers of a table that change from year to year."""

    table: str
    without: tuple[str, ...] = ()

    def of(self, filed: Filed) -> dict[str, Decimal]:
        """These numbers of a report."""
        own = (item for item in filed.numbers.items() if item[0].startswith(f"{self.table}."))
        return {address: number for address, number in own if not any(part in address for part in self.without)}


class Series(_Rule):
    """One quantity through the formats: a sum of cells each."""

    id: str
    sums: dict[str, str]

    def of(self, filed: Filed) -> tuple[Decimal, tuple[str, ...]] | None:
        """Its value in a report and the cells it is made of; None where the report does not say."""
        text = self.sums.get(filed.format or "")
        if text is None:
            return None
        terms = parse_sum(text)
        total = filed.total(terms)
        return None if total is None else (total, tuple(address for _, address in terms))


class Rules(_Rule):
    """All of `rules.yaml`."""

    identities: tuple[YearIdentity, ...]
    vectors: tuple[Vector, ...]
    series: tuple[Series, ...]
    amounts: tuple[str, ...]
    cases: str
    decided: str
    consolidated: tuple[str, ...]

    def addresses(self) -> Iterator[str]:
        """Every address that a rule names (a test holds them against the formats)."""
        for identity in self.identities:
            for word in identity.each:
                left, right = identity.sides(word)
                yield from (address.removeprefix("prev.") for _, address in (*left, *right))
        sums = [text for one in self.series for text in one.sums.values()]
        for text in (*sums, *self.amounts, self.cases, self.decided, *self.consolidated):
            yield from (address for _, address in parse_sum(text))


@cache
def rules() -> Rules:
    """The rules of the package."""
    path = files(__package__) / "rules.yaml"
    return Rules.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
