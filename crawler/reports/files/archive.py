"""Zip files: Word and Excel by what is inside, and archives that hold a report as one of their members."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from crawler.reports.files import kinds, mhtml
from crawler.reports.files.model import FileKind, Opened, Unreadable, unreadable
from crawler.reports.files.package import Package
from crawler.reports.model import Finding
from crawler.reports.titles import judge

OpenFile = Callable[[bytes, FileKind], Opened]

_CARRIER = re.compile(r"\.(?:pdf|docx?|wps|rtf|xlsx?|et|mht|mhtml|html?|txt)$", re.I)
_NAMED = re.compile("年度?报告?|年报|信息公开")
_HIDDEN = re.compile(r"(?:^|/)(?:\.|__MACOSX|~\$)")
_MOST_TRIED = 12
_MOST_NAMED = 12


def read(source: bytes, open_file: OpenFile, title: str = "", member: str = "") -> Opened:
    """A DOCX, an XLSX, or the report among the members of an archive: the one named `member`, else the one whose name
    is likest to `title`.

    Raises:
        Unreadable: nothing in it can carry a report, there is no such member, or it is damaged, encrypted, a bomb.
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
    return _archive(package, open_file, title, member)


def _holds(package: Package, word: str) -> bool:
    """True when the package's list of contents names a main part of that kind."""
    return word.encode() in package.read("[Content_Types].xml")[:100_000]


def _word(package: Package) -> Opened:
    from crawler.reports.files.word import docx

    opened = docx.read(package)
    if not opened.parts and (page := docx.embedded_page(package)):
        return replace(mhtml.read_any(page), kind="docx")
    return opened


def _archive(package: Package, open_file: OpenFile, title: str, member: str) -> Opened:
    """The member that carries a report: the only one that can, or the first whose name says so and that can be read."""
    tried: list[str] = []
    shown = {name: _shown(package, name) for name in _candidates(package, title)}
    for name in _asked(shown, member) if member else [*shown][:_MOST_TRIED]:
        try:
            opened = _member(package.read(name), open_file)
        except Exception as error:  # of one member; the next may be whole
            tried.append(f"{shown[name]}: {unreadable(error, 'the file')}")
            continue
        opened.member = shown[name]
        others = [other for inside, other in shown.items() if inside != name]
        if others and not member:
            opened.findings.append(_of_several(opened.member, others))
        return opened
    why = "; ".join(tried[:3]) or "no member that can carry a report"
    raise Unreadable("no_member", f"the zip archive cannot be read: {why}")


def _asked(shown: Mapping[str, str], member: str) -> list[str]:
    """The member that was named: by its whole name, or by the end of it if no other ends so."""
    found = [name for name, printed in shown.items() if printed == member]
    found = found or [name for name, printed in shown.items() if printed.endswith(member)]
    if len(found) != 1:
        names = ", ".join([*shown.values()][:_MOST_NAMED])
        raise Unreadable(
            "no_member", f"the zip archive has {'several members' if found else 'no member'} {member}: {names}"
        )
    return found


def _of_several(read: str, others: Sequence[str]) -> Finding:
    """Which members were not read; hard where one of them calls itself a report of another body or year."""
    names = ", ".join(others[:_MOST_NAMED]) + (
        f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
    )
    own = _key(read)
    reports = [name for name in others if _NAMED.search(_stem(name)) and _differs(_key(name), own)]
    message = f"the zip archive holds {len(others) + 1} files that may be reports; {read} was read, not {names}"
    left, right = str(len(reports) + 1) if reports else "a zip archive", read
    return Finding("archive_members", "hard" if reports else "info", message, left=left, right=right)


def _differs(one: tuple[str | None, int | None], own: tuple[str | None, int | None]) -> bool:
    """Whether two names speak of another year, or another body; an annex names neither, or the same."""
    return any(left is not None and right is not None and left != right for left, right in zip(one, own, strict=True))


def _stem(name: str) -> str:
    return _CARRIER.sub("", name.rpartition("/")[2])


def _key(name: str) -> tuple[str | None, int | None]:
    reading = judge(_stem(name))
    return reading.agency, reading.year


def _member(member: bytes, open_file: OpenFile) -> Opened:
    kind = kinds.kind_of(member)
    if kind == "zip" and not any(mark in member[:4000] for mark in (b"word/", b"xl/", b"[Content_Types].xml")):
        raise Unreadable("nested", "an archive in an archive, which is not opened")
    opened = open_file(member, kind) if kind else mhtml.read_any(member)
    if opened.html is None and not opened.parts:
        raise Unreadable("empty", "a file without any text")
    return opened


def _candidates(package: Package, title: str) -> list[str]:
    """Members that can carry a report: those likest to the title first, then those whose names speak of one."""
    names = [name for name in package.names if _CARRIER.search(name) and not _HIDDEN.search(name)]
    asked = judge(title) if title else None

    def order(name: str) -> tuple[int, bool, int]:
        agency, year = _key(_shown(package, name))
        likeness = 0
        if asked is not None:
            likeness = (year == asked.year is not None) + 2 * (agency == asked.agency is not None)
        return -likeness, _NAMED.search(_shown(package, name)) is None, _rank(name)

    return sorted(names, key=order)


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
