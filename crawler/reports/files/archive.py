"""Zip files: Word and Excel by what is inside, and archives that hold a report as one of their members."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from crawler.reports.files import kinds, mhtml
from crawler.reports.files.model import FileKind, Opened, Unreadable
from crawler.reports.files.package import Package
from crawler.reports.model import Finding

_CARRIER = re.compile(r"\.(?:pdf|docx?|wps|rtf|xlsx?|et|mht|mhtml|html?|txt)$", re.I)
_NAMED = re.compile("年度?报告?|年报|信息公开")
_HIDDEN = re.compile(r"(?:^|/)(?:\.|__MACOSX|~\$)")
_MOST_TRIED = 12


def read(source: bytes, open_file: Callable[[bytes, FileKind], Opened]) -> Opened:
    """A DOCX, an XLSX, or the report among the members of an archive.

    Raises:
        Unreadable: nothing in it can carry a report, or it is damaged, encrypted, a bomb.
    """
    package = Package(source)
    names = package.names
    if any(name.startswith("word/") or name == "word/document.xml" for name in names) or _holds(package, "wordproc"):
        return _word(package)
    if any(name.startswith("xl/") for name in names):
        from crawler.reports.files import sheets

        return sheets.read_xlsx(source, package)
    if any(name.lower() in ("ofd.xml", "mimetype", "content.xml") or name.startswith("ppt/") for name in names):
        kind = "an OFD file" if "OFD.xml" in names else "a presentation or OpenDocument file"
        raise Unreadable("unknown_kind", f"{kind}, which is not read")
    return _archive(package, open_file)


def _holds(package: Package, word: str) -> bool:
    """True when the package's list of contents names a main part of that kind."""
    return word.encode() in package.read("[Content_Types].xml")[:100_000]


def _word(package: Package) -> Opened:
    from crawler.reports.files.word import docx

    opened = docx.read(package)
    if not opened.parts and (page := docx.embedded_page(package)):
        return replace(mhtml.read_any(page), kind="docx")
    return opened


def _archive(package: Package, open_file: Callable[[bytes, FileKind], Opened]) -> Opened:
    """The member that carries a report: the only one that can, or the first whose name says so and that can be read."""
    tried: list[str] = []
    for name in _candidates(package)[:_MOST_TRIED]:
        member = package.read(name)
        try:
            opened = _member(member, open_file)
        except Unreadable as error:
            tried.append(f"{_shown(package, name)}: {error}")
            continue
        opened.member = _shown(package, name)
        others = len(_candidates(package)) - 1
        if others:
            message = f"the archive holds {others} more files; {opened.member} was read"
            opened.findings.append(Finding("archive_members", "info", message, left="a zip archive"))
        return opened
    why = "; ".join(tried[:3]) or "no member that can carry a report"
    raise Unreadable("no_member", f"the zip archive cannot be read: {why}")


def _member(member: bytes, open_file: Callable[[bytes, FileKind], Opened]) -> Opened:
    kind = kinds.kind_of(member)
    if kind == "zip" and not any(mark in member[:4000] for mark in (b"word/", b"xl/", b"[Content_Types].xml")):
        raise Unreadable("nested", "an archive in an archive, which is not opened")
    return open_file(member, kind) if kind else mhtml.read_any(member)


def _candidates(package: Package) -> list[str]:
    """Members that can carry a report, those whose names speak of one first."""
    names = [name for name in package.names if _CARRIER.search(name) and not _HIDDEN.search(name)]
    return sorted(names, key=lambda name: (_NAMED.search(_shown(package, name)) is None, _rank(name)))


def _rank(name: str) -> int:
    """Word before PDF before sheets: of one report in several forms, the one that is read best."""
    order = ("docx", "pdf", "doc", "wps", "htm", "html", "mht", "rtf", "xlsx", "xls", "et", "txt")
    ending = name.rpartition(".")[2].lower()
    return order.index(ending) if ending in order else len(order)


def _shown(package: Package, name: str) -> str:
    """A member's name as it was typed: Windows writes GBK where the flag says nothing, and zipfile reads cp437."""
    if package.infos[name].flag_bits & 0x800:
        return name
    try:
        return name.encode("cp437").decode("gb18030")
    except UnicodeError:
        return name
