"""Tables as a browser shows them: hidden cells and deleted text taken out, form fields replaced by what they hold.

Some portals keep a record's number in a hidden cell of every row, print figures as values of form fields, or leave
what Word's tracked changes deleted in the page. Read as text, a hidden cell moves its row and 12 struck out beside 13
becomes 1213.
"""

from __future__ import annotations

import re

import lxml.etree as etree

from crawler.reports.numbers import LONGEST, read_cell

Element = etree._Element

_STRUCK = ("del", "s", "strike")
_FIELDS = ("input", "select", "textarea")
_SIGNS = ("<input", "<select", "<textarea", "<del", "<s>", "<s ", "<strike", "<tfoot", "none", " hidden")
_NONE = re.compile(r"(?:^|;)\s*display\s*:\s*none\b", re.I)
_TYPED = frozenset(("", "text", "number", "tel"))
_WRAPPING = frozenset(("span", "font", "b", "i", "u", "em", "strong"))
_LONG = 200
"""A hidden cell with more text is a part of the page's layout that a script shows."""
_MOST = 20_000
"""Elements of each kind that are looked at; the longest reports have a few hundred."""


def settle(root: Element, source: str) -> None:
    """Change the tables of a tree in place to what a browser shows of them. `source` is its markup."""
    markup = source.lower()
    signs = [sign for sign in _SIGNS if sign in markup]
    if not signs:
        return
    if "none" in signs or " hidden" in signs:
        _drop_hidden(root)
    if any(sign in signs for sign in ("<del", "<s>", "<s ", "<strike")):
        _drop_struck(root)
    if any(sign in signs for sign in ("<input", "<select", "<textarea")):
        _fill_fields(root)
    if "<tfoot" in signs:
        _foot_last(root)


def _some(root: Element, *tags: str) -> list[Element]:
    found: list[Element] = []
    for node in root.iter(*tags):
        if len(found) >= _MOST:
            break
        found.append(node)
    return found


def _cell_of(node: Element) -> Element | None:
    return next(node.iterancestors("td", "th"), None)


def _text(node: Element) -> str:
    return str(_STRING(node)).strip()


_STRING = etree.XPath("string()", smart_strings=False)


def _hidden(node: Element) -> bool:
    return node.get("hidden") is not None or _NONE.search(node.get("style") or "") is not None


def _drop_hidden(root: Element) -> None:
    for node in _some(root, "tr", "td", "th", *_WRAPPING):
        if not _hidden(node) or (node.tag in _WRAPPING and _cell_of(node) is None):
            continue
        if next(node.iterdescendants("table"), None) is None and (node.tag == "tr" or len(_text(node)) <= _LONG):
            _drop(node)


def _drop_struck(root: Element) -> None:
    """Deleted text goes where something else stands in its cell: what took its place."""
    cells: dict[Element, list[Element]] = {}
    for node in _some(root, *_STRUCK):
        cell = _cell_of(node)
        if cell is not None and next(node.iterancestors(*_STRUCK), None) is None:
            cells.setdefault(cell, []).append(node)
    for cell, struck in cells.items():
        if len(_text(cell)) > sum(len(_text(node)) for node in struck):
            for node in struck:
                _drop(node)


def _drop(node: Element) -> None:
    """Take an element out; the text behind it stays."""
    parent = node.getparent()
    if parent is None:
        return
    before = node.getprevious()
    if node.tail and before is not None:
        before.tail = (before.tail or "") + node.tail
    elif node.tail:
        parent.text = (parent.text or "") + node.tail
    parent.remove(node)


def _fill_fields(root: Element) -> None:
    """A field in a cell that holds a number, or a word for none, becomes that text; any other field says nothing."""
    for node in _some(root, *_FIELDS):
        held = " ".join(_held(node).split())
        if not held or len(held) > LONGEST or _cell_of(node) is None:
            continue
        if read_cell(held, signed=True).kind in ("number", "zero", "none_word", "not_applicable", "not_counted"):
            for inside in list(node):
                node.remove(inside)
            node.tag, node.text = "span", held


def _held(node: Element) -> str:
    if node.tag == "textarea":
        return _text(node)
    if node.tag == "input":
        return (node.get("value") or "") if (node.get("type") or "").strip().lower() in _TYPED else ""
    options = list(node.iterdescendants("option"))
    return _text(next((one for one in options if one.get("selected") is not None), options[0])) if options else ""


def _foot_last(root: Element) -> None:
    """A tfoot may stand before the rows that it ends; a browser shows it behind them."""
    for node in _some(root, "tfoot"):
        parent = node.getparent()
        if parent is not None and parent.tag == "table" and node.getnext() is not None:
            parent.append(node)
