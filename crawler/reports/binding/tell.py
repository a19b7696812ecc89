"""Findings that every binder words alike."""

from __future__ import annotations

from collections.abc import Sequence

from crawler.reports.binding.collect import Draft
from crawler.reports.binding.rows import Tok


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
