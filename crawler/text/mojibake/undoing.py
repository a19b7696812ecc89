"""The engine: finds what was misread, puts back what its bytes say, and again until nothing is left to undo."""

from __future__ import annotations

from itertools import islice

from crawler.text.model import Repair
from crawler.text.mojibake import gate
from crawler.text.mojibake.kinds import KINDS, MAY_HOLD
from crawler.text.mojibake.model import Kind
from crawler.text.mojibake.restoring import Restorer
from crawler.text.mojibake.swallowed import losses_of
from crawler.text.mojibake.writing import Account, Writer

LAYERS = 8
"""Passes over a text: one for each kind of misreading in it, and for each time that it was misread."""

DEPTH = 2
"""How many layers below it are looked at to see whether a reading is misread itself."""


class Undoing:
    """The repair of one text."""

    def __init__(self, *, html: bool) -> None:
        self._html = html
        self._restorer = Restorer()
        self._done: list[tuple[Kind, bool, Account]] = []

    def run(self, text: str) -> str:
        """Undo layer after layer; the same object if there is nothing to undo."""
        near = gate.places(text)
        if near is not None and not any(_holds(part) for part in near):
            return text  # two rare characters of a name: the search of a whole page would cost forty times as much
        for _ in range(LAYERS):
            new = self._layer(text)
            if new is text:
                break
            text = new
        return text

    def repairs(self) -> list[Repair]:
        """What was done, one entry for each kind; two layers of the same mistake are one."""
        merged: dict[str, Account] = {}
        above: Account | None = None
        kind_above: Kind | None = None
        for kind, deeper, account in self._done:
            if above is not None and kind is kind_above:
                above.kind = kind.twice
                above.add(account)
            elif account.kind in merged:
                merged[account.kind].add(account)
            else:
                merged[account.kind] = account
            above, kind_above = (account, kind) if deeper else (None, None)
        return [account.repair() for account in merged.values()]

    def _layer(self, text: str) -> str:
        if not gate.may_hold(text):
            return text
        for kind in KINDS:
            passages = list(kind.find(text, is_misread)) if MAY_HOLD[kind.name](text) else []
            if passages:
                below = bool(self._done) and self._done[-1][1]
                account = Account(kind.name)
                self._done.append((kind, any(passage.deeper for passage in passages), account))
                losses = losses_of(text, passages, html=self._html, below=below)
                return Writer(text, self._html, self._restorer, account, losses).written(passages)
        return text


def _holds(text: str) -> bool:
    return any(next(iter(kind.find(text, is_misread)), None) is not None for kind in KINDS)


def is_misread(text: str, depth: int = DEPTH) -> bool:
    """Whether most of a text is misread text of some kind, or misread text that was misread again."""
    if not gate.may_hold(text):
        return False
    for kind in KINDS:
        if not MAY_HOLD[kind.name](text):
            continue
        found = list(islice(kind.find(text, lambda inner: depth > 0 and is_misread(inner, depth - 1)), 50))
        if found:
            return 2 * sum(passage.end - passage.start for passage in found) >= min(len(text), 400)
    return False
