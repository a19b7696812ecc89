"""Paragraph styles of DOCX: which are headings, and which carry a list."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import lxml.etree as etree

from crawler.reports.files.package import attribute, child, local

_HEADING = re.compile(r"^(?:heading|标题)\s*([1-6])$", re.I)
_MOST_BASES = 12


@dataclass(frozen=True, slots=True)
class Style:
    """What a style says of a paragraph: `level` of a heading (0 for none), list and level in it, the style below."""

    level: int = 0
    number_id: str | None = None
    list_level: int = 0
    base: str | None = None


@dataclass(slots=True)
class Styles:
    """The styles of one document by id."""

    by_id: dict[str, Style] = field(default_factory=dict)

    @classmethod
    def read(cls, root: etree._Element | None) -> Styles:
        """From styles.xml; empty where there is none."""
        styles = cls()
        for one in root if root is not None else ():
            if local(one) == "style" and attribute(one, "type") == "paragraph":
                styles.by_id[attribute(one, "styleId") or ""] = _style(one)
        return styles

    def of(self, properties: etree._Element | None) -> tuple[int, str | None, int]:
        """Heading level, list and level in the list of a paragraph, by itself or by its style."""
        own = _list(properties)
        level = _outline(properties)
        number_id, list_level = own if own else (None, 0)
        name = attribute(child(properties, "pStyle"), "val")
        for _ in range(_MOST_BASES):
            style = self.by_id.get(name or "")
            if style is None:
                break
            level = level or style.level
            if number_id is None and style.number_id is not None:
                number_id, list_level = style.number_id, style.list_level
            name = style.base
        return level, number_id if number_id != "0" else None, list_level


def _style(element: etree._Element) -> Style:
    properties = child(element, "pPr")
    named = _HEADING.match(attribute(child(element, "name"), "val") or "")
    found = _list(properties)
    return Style(
        level=int(named[1]) if named else _outline(properties),
        number_id=found[0] if found else None,
        list_level=found[1] if found else 0,
        base=attribute(child(element, "basedOn"), "val"),
    )


def _list(properties: etree._Element | None) -> tuple[str, int] | None:
    """List id and level; a paragraph says `numId` 0 where it leaves its style's list."""
    numbered = child(properties, "numPr")
    if numbered is None:
        return None
    number_id = attribute(child(numbered, "numId"), "val")
    level = attribute(child(numbered, "ilvl"), "val") or "0"
    return None if number_id is None else (number_id, int(level) if level in "012345678" else 0)


def _outline(properties: etree._Element | None) -> int:
    level = attribute(child(properties, "outlineLvl"), "val")
    return int(level) + 1 if level is not None and level in "012345" and level else 0
