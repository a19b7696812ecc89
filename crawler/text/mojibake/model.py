"""What the search for misread text finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crawler.text.mojibake.utf8 import Hole

Part = str | Hole


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text that was misread.

    Attributes:
        start, end: where it stands in the text.
        parts: what its bytes say: text and holes in turn.
        deeper: its reading is misread itself, so that its holes cannot be guessed yet.
    """

    start: int
    end: int
    parts: tuple[Part, ...]
    deeper: bool = False

    @property
    def characters(self) -> int:
        """How many characters were read."""
        return len(read(self.parts))


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to misread text.

    Attributes:
        name: `Repair.kind` of it.
        twice: `Repair.kind` where it was done twice over.
        find: passages of a text in reading order; the second argument tells whether a reading is misread again.
    """

    name: str
    twice: str
    find: Callable[[str, Callable[[str], bool]], Iterator[Passage]]


def plain(parts: tuple[Part, ...]) -> str:
    """The parts as text, one U+FFFD for each lost character."""
    return "".join(part if isinstance(part, str) else "\ufffd" * part.characters for part in parts)


def read(parts: tuple[Part, ...]) -> str:
    """The characters that could be read, without the lost ones and without an ASCII character that was swallowed."""
    return "".join(part for part in parts if isinstance(part, str) and not part.isascii())
