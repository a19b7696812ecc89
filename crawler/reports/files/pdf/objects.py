"""What stands on the pages of a PDF: characters, ruling lines and pictures, with their places.

Coordinates are points from the upper left corner of the page as it is read: a page that is turned, by its own word or
because all its text runs upwards, is turned upright first.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from pdfminer.converter import PDFLayoutAnalyzer
from pdfminer.layout import LTChar, LTContainer, LTCurve, LTFigure, LTImage, LTPage
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import stream_value

from crawler.reports.files.model import TooMuch, Unreadable
from crawler.reports.files.pdf import guard

MAX_PAGES = 300
"""Pages that are read; a report with all its annexes has 60."""
_THIN = 3.5
_MOST_STROKES = 6_000


class Glyph(NamedTuple):
    """One character: text, box, and how it is turned (quarter turns counter-clockwise, 0 for upright)."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    turn: int = 0

    @property
    def size(self) -> float:
        """Height of the box: the size of the type."""
        return self.y1 - self.y0


class Stroke(NamedTuple):
    """A ruling line along one axis: its place on the other, and where it begins and ends."""

    at: float
    start: float
    end: float


class Box(NamedTuple):
    """A rectangle."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Sheet:
    """One page: `glyphs` in drawing order, `across` and `down` the horizontal and vertical ruling lines."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    across: list[Stroke] = field(default_factory=list)
    down: list[Stroke] = field(default_factory=list)
    pictures: list[Box] = field(default_factory=list)


@dataclass(slots=True)
class Sheets:
    """The pages that could be read; `trouble` says what ended the reading before the last of them, if something did."""

    pages: list[Sheet] = field(default_factory=list)
    cut: bool = False
    trouble: str = ""
    unmapped: int = 0


class _Device(PDFLayoutAnalyzer):
    """Collects the objects of a page and counts them."""

    def __init__(self, manager: PDFResourceManager) -> None:
        super().__init__(manager)
        self.page: LTPage | None = None
        self.unmapped = 0

    def receive_layout(self, ltpage: LTPage) -> None:
        self.page = ltpage

    def render_char(self, *args: Any, **kwargs: Any) -> float:
        guard.current().spend("drawn", 1, guard.MAX_DRAWN)
        return super().render_char(*args, **kwargs)

    def paint_path(self, gstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]) -> None:
        guard.current().spend("drawn", 6 + len(path), guard.MAX_DRAWN)
        super().paint_path(gstate, stroke, fill, evenodd, path)

    def begin_figure(self, *args: Any, **kwargs: Any) -> None:
        guard.current().spend("drawn", 50, guard.MAX_DRAWN)
        super().begin_figure(*args, **kwargs)

    def handle_undefined_char(self, font: Any, cid: int) -> str:
        """A character whose font does not say what it is: U+FFFD, and counted."""
        self.unmapped += 1
        return "\ufffd"


class _Interpreter(PDFPageInterpreter):
    """Counts the bytes of drawing instructions before they are run."""

    def execute(self, streams: Sequence[object]) -> None:
        for one in streams:
            guard.current().spend("content", len(stream_value(one).get_data()) + 64, guard.MAX_CONTENT)
        super().execute(streams)


def read(source: bytes) -> Sheets:
    """The pages of a PDF.

    Raises:
        Unreadable: it is encrypted, damaged beyond its first page, or asks for too much.
    """
    sheets = Sheets()
    with guard.within(guard.Budget()):
        try:
            for sheet in _pages(source, sheets):
                sheets.pages.append(sheet)
        except PDFPasswordIncorrect as error:
            raise Unreadable("encrypted", "the PDF is encrypted; its text needs a password") from error
        except TooMuch as error:
            if not sheets.pages:
                raise
            sheets.cut, sheets.trouble = True, str(error)
        except Exception as error:  # pdfminer raises whatever its own code meets in a damaged file
            if not sheets.pages:
                raise Unreadable("damaged", f"the PDF is damaged ({type(error).__name__})") from error
            sheets.trouble = f"the PDF is damaged behind page {len(sheets.pages)} ({type(error).__name__})"
    return sheets


def _pages(source: bytes, sheets: Sheets) -> Iterator[Sheet]:
    document = PDFDocument(PDFParser(io.BytesIO(source)))
    manager = PDFResourceManager()
    device = _Device(manager)
    interpreter = _Interpreter(manager, device)
    for number, page in enumerate(PDFPage.create_pages(document)):
        if number >= MAX_PAGES:
            sheets.cut = True
            return
        interpreter.process_page(page)
        sheets.unmapped = device.unmapped
        if device.page is not None:
            yield _sheet(number, device.page)


def _sheet(number: int, page: LTPage) -> Sheet:
    """One page with its objects, upright."""
    sheet = Sheet(number, page.width, page.height)
    for item in _objects(page):
        if isinstance(item, LTChar):
            glyph = _glyph(item)
            if glyph is not None:
                sheet.glyphs.append(glyph)
        elif isinstance(item, LTImage):
            sheet.pictures.append(Box(item.x0, item.y0, item.x1, item.y1))
        elif isinstance(item, LTCurve):
            _take_strokes(item, sheet)
    turn = _turn(sheet.glyphs)
    _turn_upright(sheet, turn)
    return sheet


def _objects(container: LTContainer[Any]) -> Iterator[Any]:
    """All objects of a page, also those of forms drawn on it."""
    stack: list[Iterator[Any]] = [iter(container)]
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
        elif isinstance(item, LTFigure):
            stack.append(iter(item))
        else:
            yield item


def _glyph(char: LTChar) -> Glyph | None:
    """A character; None for watermarks, which run askew, and for what has no place."""
    text = char.get_text()
    box = (char.x0, char.y0, char.x1, char.y1)
    if not text or not all(map(math.isfinite, box)) or max(map(abs, box)) > 1e5:
        return None
    a, b = char.matrix[0], char.matrix[1]
    if min(abs(a), abs(b)) > 0.1 * max(abs(a), abs(b), 1e-9):
        return None
    turn = (0 if a >= 0 else 2) if abs(a) >= abs(b) else (1 if b > 0 else 3)
    return Glyph(text, *box, turn)


def _take_strokes(item: LTCurve, sheet: Sheet) -> None:
    """The ruling lines of a path: stroked edges, and filled bars so thin that they are lines."""
    if len(sheet.across) + len(sheet.down) > _MOST_STROKES or not all(map(math.isfinite, item.bbox)):
        return
    wide, high = item.x1 - item.x0, item.y1 - item.y0
    if min(wide, high) <= _THIN:
        if max(wide, high) > 2 and (item.stroke or item.fill):
            if wide >= high:
                sheet.across.append(Stroke((item.y0 + item.y1) / 2, item.x0, item.x1))
            else:
                sheet.down.append(Stroke((item.x0 + item.x1) / 2, item.y0, item.y1))
    elif item.stroke:
        _edges(item, sheet)


def _edges(item: LTCurve, sheet: Sheet) -> None:
    points = item.pts if len(item.pts) <= 400 else []
    closed = [*points, points[0]] if len(points) > 2 else points
    for (x0, y0), (x1, y1) in pairwise(closed):
        if abs(y0 - y1) <= 0.5 and abs(x0 - x1) > 2:
            sheet.across.append(Stroke((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x0 - x1) <= 0.5 and abs(y0 - y1) > 2:
            sheet.down.append(Stroke((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def _turn(glyphs: Iterable[Glyph]) -> int:
    """How most of the text is turned."""
    counted = Counter(glyph.turn for glyph in glyphs if not glyph.text.isspace())
    return counted.most_common(1)[0][0] if counted else 0


def _turn_upright(sheet: Sheet, turn: int) -> None:
    """Change the page's coordinates to run from the upper left corner of its text, downwards."""
    wide, high = sheet.width, sheet.height

    def box(x0: float, y0: float, x1: float, y1: float) -> Box:
        if turn == 1:  # text runs upwards: what was left is now the top
            return Box(y0, x0, y1, x1)
        if turn == 3:
            return Box(high - y1, wide - x1, high - y0, wide - x0)
        if turn == 2:
            return Box(wide - x1, y0, wide - x0, y1)
        return Box(x0, high - y1, x1, high - y0)

    sheet.glyphs = [
        Glyph(one.text, *box(one.x0, one.y0, one.x1, one.y1), (one.turn - turn) % 4) for one in sheet.glyphs
    ]
    across = [box(one.start, one.at, one.end, one.at) for one in sheet.across]
    down = [box(one.at, one.start, one.at, one.end) for one in sheet.down]
    lines = across + down
    sheet.across = [Stroke(one.y0, one.x0, one.x1) for one in lines if one.x1 - one.x0 >= one.y1 - one.y0]
    sheet.down = [Stroke(one.x0, one.y0, one.y1) for one in lines if one.x1 - one.x0 < one.y1 - one.y0]
    sheet.pictures = [box(*one) for one in sheet.pictures]
    if turn % 2:
        sheet.width, sheet.height = high, wide
