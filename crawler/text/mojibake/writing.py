"""Writes a text anew with its misread passages as they were meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from crawler.text.model import Repair
from crawler.text.mojibake.model import Part, Passage, plain
from crawler.text.mojibake.restoring import LONGEST, LOOK, Restorer, stretch_of
from crawler.text.mojibake.swallowed import BACK, Losses, ascii_before, may_be_cut
from crawler.text.mojibake.utf8 import Hole
from crawler.text.record import SHOWN

PASSAGES = 200
"""Inferred passages that are told one by one."""

AROUND = 6
"""Characters shown before what was inferred."""

_ASCII = re.compile("[\x00-\x7f]{0,80}")


@dataclass(slots=True)
class Account:
    """What was undone of one kind."""

    kind: str
    count: int = 0
    sample: tuple[str, str] = ("", "")
    inferred: int = 0
    lost: int = 0
    passages: list[tuple[str, str]] = field(default_factory=list)

    def infer(self, before: str, guess: str) -> None:
        """Note a guess and what stands before it."""
        self.inferred += 1
        if len(self.passages) < PASSAGES:
            before = before.lstrip("\n")
            self.passages.append((before + "\ufffd" * len(guess), before + guess))

    def add(self, deeper: Account) -> None:
        """Take in what was done in a later layer; what was lost in this one is what is lost now."""
        self.count = max(self.count, deeper.count)
        self.inferred += deeper.inferred
        self.lost = max(self.lost, deeper.lost)
        self.passages = (self.passages + deeper.passages)[:PASSAGES]

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


@dataclass(slots=True)
class Writer:
    """One layer of a text on its way to what was meant.

    Attributes:
        text: the text as it stands.
        html: whether it is HTML source.
        restorer: guesses what was lost.
        account: takes note of what is done.
        losses: how the decoder lost bytes.
        pieces: what is written so far.
    """

    text: str
    html: bool
    restorer: Restorer
    account: Account
    losses: Losses
    pieces: list[str] = field(default_factory=list)

    def written(self, passages: list[Passage]) -> str:
        """The text with these passages put back."""
        done = 0
        self.restorer.look_at("".join(plain(passage.parts) for passage in passages[:200])[:4_000])
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
        if isinstance(mark := parts[0], str):
            parts[0] = mark.lstrip("\ufeff")  # a byte order mark, also that of a file put into a page
        if passage.deeper:
            self.pieces.append(plain(tuple(parts)))
            return
        parts = [self._as_lost(part) if isinstance(part, Hole) else part for part in parts]
        at = 0
        while at < len(parts):
            if isinstance(part := parts[at], str):
                self.pieces.append(part)
                at += 1
            else:
                at += self._stretch(parts[at : at + LONGEST + 1], passage.end)

    def _stretch(self, parts: list[Part], end: int) -> int:
        """Write the holes that `parts` begins with and what stands between them; how many parts that were."""
        first = parts[0]
        apart = self.losses.swallowing and isinstance(first, Hole) and first.open_end  # what follows it is not known
        stretch = tuple(parts[:1]) if apart else stretch_of(parts)
        parts = parts[len(stretch) :]
        after = self._after(parts, end)
        swallowed = self._cut(stretch, parts, self.text[end : end + 80])
        behind = self._until_tag(swallowed + after) or "\n"
        guesses = self.restorer.guess(self._line(), stretch, behind)
        self._write(stretch, iter(guesses))
        self._swallowed(swallowed)
        return len(stretch)

    def _cut(self, stretch: tuple[Part, ...], parts: list[Part], behind: str) -> str:
        """The ASCII character that went with the last byte of a stretch; U+FFFD if it cannot be told."""
        last = stretch[-1]
        if not isinstance(last, Hole) or not last.open_end or not (parts or behind):
            return ""
        shown = ""
        if not parts and may_be_cut(behind):
            shown = ascii_before(self._before() + plain(stretch), behind, html=self.html)
        return shown or ("\ufffd" if self.losses.swallowing else "")

    def _as_lost(self, hole: Hole) -> Hole:
        losses = self.losses
        if losses.unclear and hole.strict and hole.marks == "?" and hole.open_end and hole.after is not None:
            return replace(hole, ways=(((None, None, None),),))  # 业 and a digit behind it leave what 一 leaves
        strict = hole.strict and losses.strict and not losses.swallowing
        if not hole.strict or (strict and hole.only_80 == losses.only_80):
            return hole
        return replace(hole, strict=strict, only_80=losses.only_80)

    def _write(self, stretch: tuple[Part, ...], guesses: Iterator[str | None]) -> None:
        for index, part in enumerate(stretch):
            if isinstance(part, str):
                self.pieces.append(part)
                continue
            self.pieces.append(self._filled(part, next(guesses)))
            if index + 1 < len(stretch) and part.open_end and self.losses.swallowing:
                self._swallowed("\ufffd")

    def _swallowed(self, char: str) -> None:
        self.account.lost += char == "\ufffd"
        if char.isdigit():
            self.account.infer(self._line()[-AROUND:], char)
        self.pieces.append(char)

    def _filled(self, hole: Hole, guess: str | None) -> str:
        if hole.order_mark:
            return ""
        if guess is None:
            self.account.lost += hole.characters
            return "\ufffd" * hole.characters
        self.account.infer(self._line()[-AROUND:], guess)
        return guess

    def _after(self, parts: list[Part], end: int) -> str:
        """What stands behind a stretch, as far as it can be read already."""
        if parts:
            return parts[0] if isinstance(parts[0], str) else "\ufffd"
        behind = self.text[end : end + 80]
        ascii_part = _ASCII.match(behind)
        plain_part = ascii_part[0] if ascii_part else ""
        return plain_part + "\ufffd" if len(plain_part) < len(behind) else plain_part

    def _line(self) -> str:
        """The end of the line of text that is written; a tag ends a line."""
        near = self._end(LOOK)
        return "\n" + near.rpartition(">")[2] if self.html and ">" in near else near

    def _until_tag(self, behind: str) -> str:
        return behind.partition("<")[0] + "\n" if self.html and "<" in behind[:LOOK] else behind

    def _before(self) -> str:
        """The end of what is written, long enough to hold the tag around it."""
        return self._end(BACK if self.html else LOOK)

    def _end(self, length: int) -> str:
        found: list[str] = []
        for piece in reversed(self.pieces):
            found.append(piece[-length:])
            length -= len(piece)
            if length <= 0:
                break
        return "".join(reversed(found))
