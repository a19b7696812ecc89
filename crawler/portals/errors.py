"""What the registry says when it cannot do what it is asked. Every message names the culprit and what to try next."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of a registry file.

    Attributes:
        file: path of the file as it was given or found.
        line: 1-based; 0 when the fault is the folder or the file itself.
        portal: id of the row; "" when it has none or the fault is outside of rows.
        field: dotted name of the field, positions in brackets: `columns[1].url`; "" for the row as a whole.
        message: what is wrong, with the value.
    """

    file: str
    line: int
    portal: str
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        parts = [f"portal {self.portal}" if self.portal else "", self.field, self.message]
        return ": ".join([where, *(part for part in parts if part)])


class RegistryError(ValueError):
    """The registry cannot be loaded. `problems` holds every fault of every file, in file and line order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        noun = "error" if len(problems) == 1 else "errors"
        super().__init__("\n".join([f"{len(problems)} {noun} in the portal registry:", *map(str, self.problems)]))


class _NotFound(LookupError):
    """A query that nothing answers to.

    Attributes:
        query: what was asked, as given.
        nearest: up to five names that come closest, best first.
        hint: a command to try next.
    """

    what = "thing"

    def __init__(self, query: str, nearest: tuple[str, ...], hint: str, note: str = "") -> None:
        self.query, self.nearest, self.hint = query, nearest, hint
        lines = [f"no {self.what} is known as {query[:100]!r}{note}"]
        if nearest:
            lines.append("nearest: " + "; ".join(nearest))
        if hint:
            lines.append("try: " + hint)
        super().__init__("\n".join(lines))


class UnknownPortal(_NotFound):
    """No portal answers to a host, place, agency, pinyin or division code."""

    what = "portal"


class UnknownAgency(_NotFound):
    """No agency of the portals asked answers to a name, pinyin, id, sector or division code."""

    what = "agency"
