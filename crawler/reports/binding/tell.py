"""Findings that every binder words alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from crawler.reports.binding.collect import Draft
from crawler.reports.binding.headers import Leaf
from crawler.reports.binding.rows import Line, Tok


def tell_fuzzy(draft: Draft, toks: Sequence[Tok]) -> None:
    """A label was matched although it is not written as the form has it."""
    for tok in toks:
        if tok.match is not None:
            message = f"{tok.text!r} was read as {tok.match.label!r}"
            draft.note("fuzzy_label", "info", message, left=tok.text, right=tok.match.label, where=tok.match.label)


def tell_misfit(draft: Draft, label: Tok, values: Sequence[Tok], wanted: int, addresses: Sequence[str]) -> None:
    """A row has fewer or more cells than its header has columns."""
    name = "short_row" if len(values) < wanted else "long_row"
    shown = " | ".join(tok.text[:20] for tok in values[:20])
    message = f"{label.text}: {len(values)} values where the header has {wanted}: {shown}"
    draft.note(name, "soft", message, cells=addresses, where=label.text, left=str(len(values)), right=str(wanted))


def keep_unknown(draft: Draft, table: str, label: str, pairs: Iterable[tuple[Leaf, Tok | None]], line: Line) -> None:
    """A row whose label no format knows: said once, and each of its values kept as a local cell."""
    draft.note("unknown_label", "info", f"{table}: no format knows the row {label!r}", where=label)
    for leaf, tok in pairs:
        if tok is not None:
            draft.local(f"{label} / {leaf.slot.name}", tok, line)
