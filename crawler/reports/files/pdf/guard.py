"""Bounds for pdfminer, which trusts the sizes that a file states.

A PDF of a kilobyte can ask for terabytes: packed streams, number ranges of a font (`0 4000000000`), forms that draw
forms that draw forms. What pdfminer would do for them is counted here, and `TooMuch` ends the reading. The counts are
of work, not of time: the same file ends at the same place on every machine.
"""

from __future__ import annotations

import builtins
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pdfminer import cmapdb, pdfdocument, pdffont, pdftypes
from pdfminer.lzw import LZWDecoder
from pdfminer.runlength import rldecode

from crawler.reports.files.model import MAX_INFLATED, TooMuch

MAX_RANGE = 2_000_000
"""Numbers of all ranges that a file names: glyph widths, character maps; a large Chinese font has 60,000."""
MAX_DRAWN = 150_000
"""Characters, lines and forms drawn by one file: about 200 dense pages."""
MAX_RESOLVED = 400_000
"""References followed in one file; one that leads to itself would be followed for ever."""
MAX_CONTENT = 12 * 1024 * 1024
"""Bytes of drawing instructions of one file."""
MAX_SLOW = 6 * 1024 * 1024
"""Bytes that decoders written in Python may give: LZW, run lengths, predictors."""
_PIECE = 4096
_MOST_AT_ONCE = 1 << 20


@dataclass(slots=True)
class Budget:
    """What one document has used so far."""

    inflated: int = 0
    ranged: int = 0
    drawn: int = 0
    resolved: int = 0
    content: int = 0
    slow: int = 0

    def spend(self, name: str, amount: int, most: int) -> None:
        """Count work of one kind.

        Raises:
            TooMuch: it is more than any report needs.
        """
        total = getattr(self, name) + amount
        setattr(self, name, total)
        if total > most:
            raise TooMuch(f"the PDF asks for more work than any report ({name}: over {most})")


_budget: ContextVar[Budget | None] = ContextVar("pdf_budget", default=None)


def current() -> Budget:
    """The budget of the document being read; a fresh one outside of `within`."""
    return _budget.get() or Budget()


@contextmanager
def within(budget: Budget) -> Iterator[Budget]:
    """Count the work of one document."""
    token = _budget.set(budget)
    try:
        yield budget
    finally:
        _budget.reset(token)


class _Zlib:
    """`zlib` as pdfminer uses it, with an end. It never raises: what a damaged stream gave until then is kept."""

    error = zlib.error

    @staticmethod
    def decompress(data: bytes) -> bytes:
        return b"".join(_inflated(data))


def _inflated(data: bytes) -> Iterator[bytes]:
    """The unpacked bytes of a stream in pieces; a wrong checksum or a lost end costs only what lies behind it.

    pdfminer itself would feed such a stream byte by byte and copy all it has each time.
    """
    unpacker = zlib.decompressobj()
    for at in builtins.range(0, len(data), _PIECE):
        fed = data[at : at + _PIECE]
        while fed:
            try:
                out = unpacker.decompress(fed, _MOST_AT_ONCE)
            except zlib.error:
                return
            current().spend("inflated", len(out), MAX_INFLATED)
            yield out
            fed = unpacker.unconsumed_tail
        if unpacker.eof:
            return


def _lzw(data: bytes) -> bytes:
    out = []
    for piece in LZWDecoder(BytesIO(data)).run():
        current().spend("slow", len(piece), MAX_SLOW)
        out.append(piece)
    return b"".join(out)


def _range(*bounds: int) -> range:
    numbers = builtins.range(*bounds)
    size = max(0, (numbers.stop - numbers.start) // numbers.step)  # len() fails above 2**63
    current().spend("ranged", size, MAX_RANGE)
    return numbers


def _slow(decode: Callable[..., bytes], ratio: int) -> Callable[..., bytes]:
    """A decoder whose output may be `ratio` times as long as its input, in the worst case."""

    def bounded(*args: Any, **kwargs: Any) -> bytes:
        data = next((one for one in (*args, *kwargs.values()) if isinstance(one, bytes | bytearray)), b"")
        current().spend("slow", len(data) * ratio, MAX_SLOW)
        return decode(*args, **kwargs)

    return bounded


def _counted(resolve: Callable[..., Any]) -> Callable[..., Any]:
    def counted(self: Any, *args: Any, **kwargs: Any) -> Any:
        current().spend("resolved", 1, MAX_RESOLVED)
        return resolve(self, *args, **kwargs)

    return counted


def _install() -> None:
    """Put the bounds where pdfminer looks its tools up: in its own modules, so that nothing else is touched."""
    for module in (cmapdb, pdffont, pdfdocument):
        setattr(module, "range", _range)  # noqa: B010 - a name that the module itself does not declare
    setattr(pdftypes, "zlib", _Zlib)  # noqa: B010
    setattr(pdftypes.PDFObjRef, "resolve", _counted(pdftypes.PDFObjRef.resolve))  # noqa: B010
    setattr(pdftypes, "lzwdecode", _lzw)  # noqa: B010
    setattr(pdftypes, "rldecode", _slow(rldecode, 64))  # noqa: B010
    for name in ("apply_png_predictor", "apply_tiff_predictor"):
        setattr(pdftypes, name, _slow(getattr(pdftypes, name), 1))


_install()
