"""Findings that every binder words alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crawler.reports.binding.collect import Draft
from crawler.reports.binding.columns import Leaf
from crawler.reports.binding.rows import Line, Tok
from crawler.reports.model import Finding

_LONGEST_RAW = 120


def tell_fuzzy(draft: Draft, toks: Sequence[Tok]) -> None:
    """A label was matched although it is not written as the form has it."""
    for tok in toks:
        if tok.match is not None:
            message = f"{tok.text!r} was read as {tok.match.label!r}"
            draft.note("fuzzy_label", "info", message, left=tok.text, right=tok.match.label, where=tok.match.label)


def tell_misfit(draft: Draft, label: Tok, values: Sequence[Tok], wanted: int, addresses: Sequence[str]) -> None:
    """A row has fewer or more cells than its header has columns, or ends before it.

    `addresses` stand in the order of the columns.
    """
    name = "long_row" if len(values) > wanted else "short_row"
    shown = " | ".join(tok.text[:20] for tok in values[:20])
    message = f"{label.text}: {len(values)} values where the header has {wanted}: {shown}"
    raws = tuple(tok.text[:_LONGEST_RAW] for tok in values[:20])
    sides = (str(len(values)), str(wanted))
    cells = tuple(dict.fromkeys(addresses))
    draft.findings.append(Finding(name, "soft", message, *sides, None, cells, label.text, raws=raws))


def keep_unknown(draft: Draft, table: str, label: str, pairs: Iterable[tuple[Leaf, Tok | None]], line: Line) -> None:
    """A row whose label no format knows: said once, and each of its values kept as a local cell."""
    draft.note("unknown_label", "info", f"{table}: no format knows the row {label!r}", where=label)
    for leaf, tok in pairs:
        if tok is not None:
            draft.local(f"{label} / {leaf.slot.name}", tok, line)


def tell_merged(draft: Draft, label: Tok, pairs: Sequence[tuple[Leaf, Tok | None]]) -> None:
    """One cell stands over several columns of the row."""
    if any(tok is not None and tok.anchor is not None for _, tok in pairs):
        message = f"{label.text}: one cell stands over several columns; what it says was taken for each of them"
        draft.note("merged_cell", "info", message, where=label.text)
