"""On which line of a TOML text a table or a key stands: `tomllib` does not say, and an error without a line is no help.

Only texts that `tomllib` has accepted are given to it, so it need not judge them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\[\s\S]|[^\\])*?"""'
    r"|'''[\s\S]*?'''"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[\]{}\n]"
)
_WORD = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_WORDS = rf"{_WORD}(?:[ \t]*\.[ \t]*{_WORD})*"
_HEADER = re.compile(rf"[ \t]*(\[\[?)[ \t]*({_WORDS})[ \t]*\]")
_ENTRY = re.compile(rf"[ \t]*({_WORDS})[ \t]*=")


class LineIndex:
    """Lines of the tables and keys of one TOML text, addressed as in the parsed tree: `("portal", 3, "base")`."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        for number, line in _statements(text):
            if header := _HEADER.match(line):
                table = self._open(_split(header[2]), is_array=len(header[1]) == 2)
                self._lines.setdefault(table, number)
            elif entry := _ENTRY.match(line):
                self._lines.setdefault(table + tuple(_split(entry[1])), number)

    def line(self, path: Path) -> int:
        """The line of the thing itself, else of the nearest thing around it that has one; 1 when nothing has."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return 1

    def _open(self, words: list[str], *, is_array: bool) -> Path:
        """Path of the table that a header opens; inside an array of tables its last element is meant."""
        path: Path = ()
        for word in words[:-1]:
            path = (*path, word)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        path = (*path, words[-1])
        if not is_array:
            return path
        self._counts[path] = self._counts.get(path, 0) + 1
        return (*path, self._counts[path] - 1)


def _split(words: str) -> list[str]:
    return [word.strip("\"'") for word in re.findall(_WORD, words)]


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """(line number, line) of each line that begins a statement, not one inside a string or an array."""
    lines = text.split("\n")
    depth, number = 0, 1
    yield number, lines[0]
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif mark == "\n":
            number += 1
            if depth <= 0:
                yield number, lines[number - 1]
        else:
            number += mark.count("\n")
