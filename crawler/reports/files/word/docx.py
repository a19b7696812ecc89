"""DOCX -> parts: plain XML over a bounded zip, as Word shows the document after all tracked changes are accepted.

Rules: ECMA-376 part 1, 17 (WordprocessingML). Element names are read without their namespace, which is what differs
between the transitional and the strict form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import lxml.etree as etree

from crawler.reports.files.model import MAX_PARTS, Opened, Paragraph, Part, Picture, TooMuch, Unreadable
from crawler.reports.files.package import Package, attribute, child, local
from crawler.reports.files.word import tables
from crawler.reports.files.word.numbering import Numbering
from crawler.reports.files.word.styles import Styles

_GONE = frozenset(("del", "moveFrom", "delText", "instrText", "commentReference", "Fallback", "rPr", "pPr", "proofErr"))
_MOST_DEPTH = 120
_LARGE = (1_900_000, 762_000)
"""Width and height in EMU (5.3 cm, 60 pt) from which a picture may be a table; seals and logos are smaller."""


@dataclass(slots=True)
class Line:
    """One paragraph while it is read: text, and what hangs on it."""

    text: list[str] = field(default_factory=list)
    boxes: list[etree._Element] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Document:
    """One document: what its parts say of lists, styles and footnotes."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.main = _main(package)
        folder = self.main.rpartition("/")[0]
        self.folder = f"{folder}/" if folder else ""
        self.numbering = Numbering.read(package.xml(f"{self.folder}numbering.xml"))
        self.styles = Styles.read(package.xml(f"{self.folder}styles.xml"))
        self.notes = _notes(package, self.folder)
        self.read_parts = 0

    def parts(self, container: etree._Element, depth: int = 0) -> Iterator[Part]:
        """Paragraphs, tables and pictures in a body, a cell or a text box."""
        if depth > _MOST_DEPTH:
            return
        for element in container:
            name = local(element)
            self.read_parts += 1
            if self.read_parts > MAX_PARTS * 4:
                raise TooMuch("the document has more paragraphs and cells than any report")
            if name == "p":
                yield from self.paragraph(element, depth)
            elif name == "tbl":
                table, notes = tables.read(element, self, depth)
                yield table
                yield from map(_note, notes)
            elif name not in _GONE:
                yield from self.parts(_content(element), depth + 1)

    def paragraph(self, element: etree._Element, depth: int = 0) -> Iterator[Part]:
        """One paragraph with its list number, then what is anchored in it: boxes, pictures, footnotes."""
        line = Line()
        self._inline(element, line, 0)
        level, number_id, list_level = self.styles.of(child(element, "pPr"))
        mark = self.numbering.mark(number_id, list_level) if number_id and "".join(line.text).strip() else ""
        text = mark + "".join(line.text).lstrip("\t") if mark else "".join(line.text)
        if text.strip():
            yield Paragraph(text, level)
        for box in line.boxes:
            yield from self.parts(box, depth + 1)
        for name in line.pictures:
            yield Picture(name)
        yield from map(_note, line.notes)

    def _inline(self, element: etree._Element, line: Line, depth: int) -> None:
        if depth > _MOST_DEPTH:
            return
        for one in element:
            name = local(one)
            if name == "t":
                line.text.append(one.text or "")
            elif name in ("tab", "ptab"):
                line.text.append("\t")
            elif name in ("br", "cr"):
                if attribute(one, "type") not in ("page", "column"):
                    line.text.append("\n")
            elif name in ("noBreakHyphen", "softHyphen"):
                line.text.append("-" if name == "noBreakHyphen" else "")
            elif name in ("footnoteReference", "endnoteReference"):
                line.notes.extend(self._note(name.removesuffix("Reference"), attribute(one, "id")))
            elif name == "txbxContent":
                line.boxes.append(one)
            elif name in ("extent", "shape", "blip", "imagedata"):
                self._picture(one, name, line, depth)
            elif name == "AlternateContent":
                self._inline(_choice(one), line, depth + 1)
            elif name not in _GONE and not (name == "r" and _hidden(one)):
                self._inline(one, line, depth + 1)

    def _picture(self, element: etree._Element, name: str, line: Line, depth: int) -> None:
        if name == "shape":
            self._inline(element, line, depth + 1)  # a drawing of old Word: its box or picture stands inside
        elif name == "extent":
            wide, high = (_whole(attribute(element, side)) for side in ("cx", "cy"))
            drawn = element.getparent()
            if wide < _LARGE[0] or high < _LARGE[1] or drawn is None:
                return
            if any(local(one) == "blip" for one in drawn.iter()):
                line.pictures.append(f"picture-{attribute(child(drawn, 'docPr'), 'id') or len(line.pictures) + 1}")
        elif name == "imagedata":
            line.pictures.append(attribute(element, "id") or "picture")

    def _note(self, kind: str, number: str | None) -> list[str]:
        text = self.notes.get((kind, number or ""), "")
        return [text] if text else []


def read(package: Package) -> Opened:
    """The text and tables of a DOCX.

    Raises:
        Unreadable: it holds no main document, or one that is no XML; a bomb.
    """
    document = Document(package)
    root = package.xml(document.main)
    body = child(root, "body")
    if body is None:
        raise Unreadable("damaged", "the Word file has no document in it")
    return Opened("docx", list(document.parts(body)))


def embedded_page(package: Package) -> bytes | None:
    """The page or MHTML that a DOCX made by a web editor carries whole (altChunk), None where there is none."""
    main = _main(package)
    root = package.xml(main)
    if root is None or not any(local(one) == "altChunk" for one in root.iter()):
        return None
    folder = main.rpartition("/")[0]
    names = [name for name in package.names if name.startswith(folder) and name.lower().endswith(_PAGES)]
    return package.read(names[0]) if names else None


_PAGES = (".mht", ".mhtml", ".html", ".htm", ".xhtml")


def _main(package: Package) -> str:
    """Name of the main document, as the package's relations say; `word/document.xml` where they say nothing."""
    relations = package.xml("_rels/.rels")
    for one in relations if relations is not None else ():
        if (attribute(one, "Type") or "").endswith("/officeDocument"):
            target = (attribute(one, "Target") or "").lstrip("/")
            if target in package.infos:
                return target
    return "word/document.xml"


def _notes(package: Package, folder: str) -> dict[tuple[str, str], str]:
    """Texts of footnotes and endnotes by kind and number."""
    found: dict[tuple[str, str], str] = {}
    for kind in ("footnote", "endnote"):
        root = package.xml(f"{folder}{kind}s.xml")
        for one in root if root is not None else ():
            if attribute(one, "type") in (None, "normal"):
                text = "".join(t.text or "" for t in one.iter() if local(t) == "t").strip()
                found[(kind, attribute(one, "id") or "")] = text
    return found


def _note(text: str) -> Paragraph:
    return Paragraph(f"注：{text}")


def _content(element: etree._Element) -> etree._Element:
    """What is walked below a wrapper: of alternatives the first, of a content control its content."""
    if local(element) == "AlternateContent":
        return _choice(element)
    inner = child(element, "sdtContent")
    return element if inner is None else inner


def _choice(element: etree._Element) -> etree._Element:
    for name in ("Choice", "Fallback"):
        found = child(element, name)
        if found is not None:
            return found
    return element


def _hidden(run: etree._Element) -> bool:
    """True for a run that Word does not show."""
    vanish = child(run, "rPr", "vanish")
    return vanish is not None and attribute(vanish, "val") not in ("0", "false")


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 12 else 0
