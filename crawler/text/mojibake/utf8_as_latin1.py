"""UTF-8 read as ISO 8859-1 or windows-1252: æ”¿åºœ is 政府."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from crawler.text.mojibake import runs, shown
from crawler.text.mojibake.model import Kind, Passage
from crawler.text.mojibake.utf8 import NARROW


def _find(text: str, misread: Callable[[str], bool]) -> Iterator[Passage]:
    yield from runs.Search(shown.as_latin1(text), NARROW, misread).passages()


KIND = Kind("utf8_as_latin1", "utf8_twice", _find)
