"""A report as a list of paragraphs and tables, to be written as any kind of file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.reports.golden import sheets
from tests.reports.golden.pages import AGENCY, HEADINGS, NUMERALS, PROSE, TITLES, YEARS, title
from tests.reports.golden.sheets import Sheet
from tests.reports.golden.truth import Truth

Make = Callable[[str, Truth], list[Sheet]]


@dataclass(frozen=True)
class Text:
    """A paragraph. `kind`: `title`, `heading`, `prose`, `sign`."""

    kind: str
    text: str


Item = Text | Sheet
Paper = list[Item]

MAKERS: dict[str, Make] = {"t2": sheets.t2_sound, "t3": sheets.t3, "t4": sheets.t4, "s14": sheets.s14, "sh": sheets.sh}


def paper(format_id: str, data: Truth, makers: dict[str, Make] | None = None, agency: str = AGENCY) -> Paper:
    """A whole report: title, sections with their tables, signature."""
    made = MAKERS | (makers or {})
    out: Paper = [Text("title", title(format_id).replace(AGENCY, agency)), Text("prose", PROSE[0] * 2)]
    for at, (name, text) in enumerate(HEADINGS[format_id]):
        out.append(Text("heading", f"{NUMERALS[at]}、{text}"))
        if not name:
            out.append(Text("prose", PROSE[at % len(PROSE)] * 4))
            continue
        if name in TITLES:
            out.append(Text("prose", f"附表：{TITLES[name]}"))
        out += made[name](format_id, data)
    out += [Text("sign", agency), Text("sign", f"{YEARS[format_id] + 1}年1月18日")]
    return out


def texts(made: Sequence[Item]) -> list[str]:
    """The text of all paragraphs."""
    return [item.text for item in made if isinstance(item, Text)]
