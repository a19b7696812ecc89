"""The engine: finds what was misread, puts back what its bytes say, and again until nothing is left to undo."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice

from crawler.text.model import Repair
from crawler.text.mojibake import gate
from crawler.text.mojibake.kinds import KINDS
from crawler.text.mojibake.model import Kind, Part, Passage, plain
from crawler.text.mojibake.restoring import LOOK, Restorer, stretch_of
from crawler.text.mojibake.swallowed import BACK, ascii_before
from crawler.text.mojibake.utf8 import Hole
from crawler.text.record import SHOWN

LAYERS = 4
"""How often text can have been misread one time after the other."""

PASSAGES = 200
"""Inferred passages that are told one by one."""

AROUND = 6
"""Characters shown around what was inferred."""


@dataclass(slots=True)
class Account:
    """What was undone of one kind."""

    kind: str
    count: int = 0
    sample: tuple[str, str] = ("", "")
    inferred: int = 0
    lost: int = 0
    passages: list[tuple[str, str]] = field(default_factory=list)

    def add(self, deeper: Account) -> None:
        """Take in what was done in a later layer; what was lost in this one is what is lost now."""
        self.count = max(self.count, deeper.count)
        self.inferred += deeper.inferred
        self.lost = max(self.lost, deeper.lost)
        self.passages = (self.passages + deeper.passages)[:PASSAGES]

    def infer(self, before: str, guess: str) -> None:
        """Note a guess and what stands before it."""
        self.inferred += 1
        if len(self.passages) < PASSAGES:
            before = before.lstrip("\n")
            self.passages.append((before + "\ufffd" * len(guess), before + guess))

    def repair(self) -> Repair:
        """The log entry."""
        return Repair(
            self.kind,
            self.count,
            self.sample,
            inferred=self.inferred > 0,
            lost=self.lost,
            passages=tuple(self.passages),
        )


class Undoing:
    """The repair of one text."""

    def __init__(self, *, html: bool) -> None:
        self._html = html
        self._restorer = Restorer()
        self._done: list[tuple[Kind, bool, Account]] = []

    def run(self, text: str) -> str:
        """Undo layer after layer; the same object if there is nothing to undo."""
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
            passages = list(kind.find(text, is_misread))
            if passages:
                again = bool(self._done) and self._done[-1][1]
                account = Account(kind.name)
                self._done.append((kind, any(passage.deeper for passage in passages), account))
                return _Layer(text, self._html, self._restorer, account, again).written(passages)
        return text


def is_misread(text: str, depth: int = LAYERS - 2) -> bool:
    """Whether most of a text is misread text of some kind, or misread text that was misread again."""
    if not gate.may_hold(text):
        return False
    for kind in KINDS:
        found = list(islice(kind.find(text, lambda inner: depth > 0 and is_misread(inner, depth - 1)), 50))
        if found:
            return 2 * sum(passage.end - passage.start for passage in found) >= min(len(text), 400)
    return False


@dataclass(slots=True)
class _Layer:
    """Writes a text anew with its passages as they were meant."""

    text: str
    html: bool
    restorer: Restorer
    account: Account
    loose: bool
    pieces: list[str] = field(default_factory=list)

    def written(self, passages: list[Passage]) -> str:
        done = 0
        for passage in passages:
            self.pieces.append(self.text[done : passage.start])
            done = passage.end
            self._passage(passage)
        self.pieces.append(self.text[done:])
        return "".join(self.pieces)

    def _passage(self, passage: Passage) -> None:
        account = self.account
        if not account.count:
            account.sample = self.text[passage.start : passage.end][:SHOWN], plain(passage.parts)[:SHOWN]
        account.count += 1
        parts = list(passage.parts)
        if not passage.start and isinstance(parts[0], str):
            parts[0] = parts[0].lstrip("\ufeff")
        if passage.deeper:
            self.pieces.append(plain(tuple(parts)))
            return
        while parts:
            if isinstance(first := parts[0], str):
                self.pieces.append(first)
                del parts[0]
            else:
                self._stretch(parts, passage.end)

    def _stretch(self, parts: list[Part], end: int) -> None:
        """Write the holes that `parts` begins with and what stands between them; they are taken from it."""
        if self.loose:
            parts[:] = [replace(part, strict=False) if isinstance(part, Hole) else part for part in parts]
        stretch = stretch_of(parts)
        del parts[: len(stretch)]
        before = self._before()
        after = self.text[end : end + 80] or "\n" if not parts else parts[0] if isinstance(parts[0], str) else "\ufffd"
        last = stretch[-1]
        swallowed = ""
        if not parts and isinstance(last, Hole) and last.marks:
            shown = before + "".join(part if isinstance(part, str) else "\ufffd" for part in stretch)
            swallowed = ascii_before(shown, after, html=self.html)
        guesses = iter(self.restorer.guess(self._line(before), stretch, self._until_tag(swallowed + after)))
        for part in stretch:
            self.pieces.append(part if isinstance(part, str) else self._filled(part, next(guesses)))
        self.pieces.append(swallowed)

    def _filled(self, hole: Hole, guess: str | None) -> str:
        if guess is None:
            self.account.lost += hole.characters
            return "\ufffd" * hole.characters
        context = self._line("".join(self.pieces[-3:]))
        self.account.infer(context[-AROUND:], guess)
        return guess

    def _line(self, before: str) -> str:
        """The end of the line of text before a hole; a tag ends a line."""
        near = before[-LOOK:]
        return "\n" + near.rpartition(">")[2] if self.html and ">" in near else near

    def _until_tag(self, behind: str) -> str:
        return behind.partition("<")[0] + "\n" if self.html and "<" in behind[:LOOK] else behind

    def _before(self) -> str:
        """The end of what is written."""
        last = self.pieces[-1] if self.pieces else ""
        if len(last) >= BACK or (len(last) >= LOOK and not self.html):
            return last[-BACK:]
        found = ""
        for piece in reversed(self.pieces):
            found = piece[-BACK:] + found
            if len(found) >= BACK:
                break
        return found
