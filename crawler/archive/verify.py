"""Does the archive hold what was promised: every digest, every row of the database its record, every file its index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Engine, select

from crawler.archive import cdxj
from crawler.archive.blocks import BadMessage, split_response
from crawler.archive.members import OPEN
from crawler.archive.model import ArchiveError, Capture, FileMissing, Place, Unreachable
from crawler.archive.reading import payload_of
from crawler.archive.records import WarcRecord, agrees, records
from crawler.archive.stores import State, Store, Where, opened
from crawler.archive.tails import Sealed, capture_of, sha256_of
from crawler.archive.uploads import recover
from crawler.store import models as m
from crawler.store.capture_records import ArchiveFileValue
from crawler.store.statements import for_dialect


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is not as it must be. `fault` False: left by a killed run, and nothing is lost."""

    file: str
    what: str
    detail: str
    offset: int | None = None
    fault: bool = True


@dataclass(slots=True)
class Verdict:
    """What a look through the whole archive found."""

    files: int = 0
    records: int = 0
    captures: int = 0
    bytes: int = 0
    sealed: list[str] = field(default_factory=list)
    writing: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """True when nothing is wrong."""
        return not any(one.fault for one in self.troubles)

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {"sound": self.sound, **asdict(self)}


@dataclass(slots=True)
class _File:
    """What stands in one file: kind and length of the answers by offset."""

    name: str
    open: bool
    state: State | None = None
    sha256: str = ""
    answers: dict[int, Capture] = field(default_factory=dict)
    records: int = 0
    bytes: int = 0


class _Files(dict[str, _File]):
    """The files by name."""

    def __init__(self, store: Store) -> None:
        super().__init__()
        self.gone = cache(lambda name: name not in self and not store.exists(name))
        """Of a name that the database knows: False too for a file that was written while others were looked at."""


def verify(archive: Where, engine: Engine | None) -> Verdict:
    """Look through the archive; files that a killed process left are sealed first, one that is being written is left.

    Args:
        archive: its folder or its store.
        engine: the database; None where there is none, then only the files are looked at.

    Raises:
        Unreachable: the store cannot be looked at.
    """
    verdict, store = Verdict(), opened(archive)
    found = recover(store)
    verdict.sealed = [one.name for one in found.sealed]
    verdict.troubles += [Trouble(name, "not_stored", why, fault=False) for name, why in found.left]
    if engine is not None:
        note_sealed(engine, found.sealed)
    files = _Files(store)
    files.update((one.name, one) for one in _files(store, verdict))
    for name, file in files.items():
        verdict.troubles += _revisits(name, file, files)
    if engine is not None:
        note_sealed(engine, _not_noted(engine, files))
        with engine.connect() as connection:
            verdict.troubles += _against_files(connection, files)
            verdict.troubles += _against_captures(connection, files, verdict)
            verdict.troubles += _against_pages(connection, files)
    return verdict


def note_sealed(engine: Engine, sealed: list[Sealed]) -> None:
    """Tell the database of files that were sealed."""
    with engine.begin() as connection:
        for one in sealed:
            statement = for_dialect(connection.dialect).archive_sealed
            statement.execute(connection, ArchiveFileValue.of(one).model_dump())


def _not_noted(engine: Engine, files: _Files) -> list[Sealed]:
    """Files that are sealed, of which a process that was killed right then could not tell the database."""
    with engine.connect() as connection:
        query = select(m.ArchiveFile.name, m.ArchiveFile.started_at, m.ArchiveFile.origin)
        rows = list(connection.execute(query.where(m.ArchiveFile.closed_at.is_(None))))
    found: list[Sealed] = []
    for row in rows:
        file = files.get(row.name)
        if file is not None and file.state is not None and not file.open:
            about = (row.started_at, file.state.modified, file.records, file.bytes, file.sha256, "noted later")
            found.append(Sealed(row.name, *about, row.origin))
    return found


def _files(store: Store, verdict: Verdict) -> Iterator[_File]:
    for entry in store.names():
        if entry.endswith((cdxj.SUFFIX, ".lock")) or entry.startswith("."):
            continue
        if not entry.removesuffix(OPEN).endswith((".warc.gz", ".warc")):
            verdict.troubles.append(Trouble(entry, "stray", "is no file of the archive", fault=False))
            continue
        yield _look(store, entry, verdict)


def _look(store: Store, entry: str, verdict: Verdict) -> _File:
    """Read a file from end to end."""
    name = entry.removesuffix(OPEN)
    found = _File(name, open=entry.endswith(OPEN))
    verdict.files += 1
    try:
        _look_through(store, entry, found, verdict)
    except (FileMissing, Unreachable, OSError) as error:
        verdict.troubles.append(Trouble(name, "unreadable", str(error)))
    verdict.records += found.records
    verdict.bytes += found.bytes
    if found.open:
        verdict.writing.append(name)
    else:
        verdict.troubles += _index(store, found)
    return found


def _look_through(store: Store, entry: str, found: _File, verdict: Verdict) -> None:
    with store.fetched(entry) as path:
        found.bytes = path.stat().st_size
        try:
            for record in records(path, found.name):
                found.records += 1
                verdict.troubles += _digests(record, found.name)
                if (capture := capture_of(record, found.name)) is not None:
                    found.answers[record.offset] = capture
        except ArchiveError as error:
            # The tail of a file that is being written may be half a record.
            verdict.troubles.append(Trouble(found.name, "damaged", str(error), fault=not found.open))
        found.sha256 = "" if found.open else sha256_of(path)
        found.state = store.state(entry)


def _digests(record: WarcRecord, name: str) -> Iterator[Trouble]:
    said = record.get("WARC-Block-Digest")
    if agrees(record.block, said) is False:
        yield Trouble(name, "digest", f"the block has another digest than {said}", record.offset)
    if record.type != "response":
        return
    said = record.get("WARC-Payload-Digest")
    try:
        _, fields, stored = split_response(record.block)
    except BadMessage as error:
        if record.url.startswith("http"):
            yield Trouble(name, "no_answer", str(error), record.offset)
        return
    if agrees(stored, said) is False and agrees(payload_of(fields, stored)[0], said) is False:
        yield Trouble(name, "digest", f"the payload has another digest than {said}", record.offset)


def _index(store: Store, found: _File) -> Iterator[Trouble]:
    """The CDXJ beside a sealed file must list its answers, no more and no less."""
    beside = found.name + cdxj.SUFFIX
    try:
        listed = store.content(beside)
    except FileMissing:
        yield Trouble(found.name, "no_index", f"{beside} is not there")
    except (Unreachable, OSError) as error:
        yield Trouble(found.name, "index", str(error))
    else:
        if listed != cdxj.index(map(cdxj.line, found.answers.values())):
            yield Trouble(found.name, "index", f"{beside} does not list the answers of the file")


def _revisits(name: str, file: _File, files: _Files) -> Iterator[Trouble]:
    for offset, one in file.answers.items():
        if one.kind == "revisit" and one.refers_to is not None and _is_lacking(one.refers_to, files):
            yield Trouble(name, "revisit", f"refers to {one.refers_to[0]} at {one.refers_to[1]}: no answer", offset)


def _is_lacking(place: Place, files: _Files) -> bool:
    file = files.get(place[0])
    if file is None:
        return files.gone(place[0])
    capture = file.answers.get(place[1])
    return capture is None or capture.kind != "response"


def _against_files(connection: Connection, files: _Files) -> Iterator[Trouble]:
    rows = {row.name: row for row in connection.execute(select(*m.ArchiveFile.__table__.columns))}
    for name in sorted(set(rows) - set(files)):
        if files.gone(name):
            yield Trouble(name, "missing", "the database knows the file, the archive does not hold it")
    for name in sorted(set(files) - set(rows)):
        yield Trouble(name, "unknown", "the archive holds the file, the database does not know it", fault=False)
    for name in sorted(set(files) & set(rows)):
        row, file = rows[name], files[name]
        if row.closed_at is None:
            continue
        if (row.size, row.records) != (file.bytes, file.records):
            now = f"{file.bytes} bytes and {file.records} records"
            yield Trouble(name, "changed", f"sealed with {row.size} bytes and {row.records} records, now {now}")
        elif row.sha256 != file.sha256:
            yield Trouble(name, "changed", "the file has another SHA-256 than when it was sealed")


def _against_captures(connection: Connection, files: _Files, verdict: Verdict) -> Iterator[Trouble]:
    columns = (m.Capture.file, m.Capture.offset, m.Capture.length, m.Capture.kind, m.Capture.url)
    known: dict[str, set[int]] = {}
    for row in connection.execute(select(*columns)):
        verdict.captures += 1
        known.setdefault(row.file, set()).add(row.offset)
        file = files.get(row.file)
        found = file.answers.get(row.offset) if file is not None else None
        if file is not None and (found is None or (found.length, found.kind, found.url) != tuple(row)[2:]):
            yield Trouble(row.file, "capture", f"the record of {row.url} is not where it was written", row.offset)
    for name, file in files.items():
        left = set(file.answers) - known.get(name, set())
        if left and not file.open:
            yield Trouble(name, "not_indexed", f"{len(left)} answers that no row of captures names", fault=False)


def _against_pages(connection: Connection, files: _Files) -> Iterator[Trouble]:
    columns = (m.Page.archive_file, m.Page.archive_offset, m.Page.url)
    for row in connection.execute(select(*columns).where(m.Page.archive_file.is_not(None))):
        if files.gone(row.archive_file):
            yield Trouble(row.archive_file, "missing", f"holds the page {row.url}", row.archive_offset)
        elif _is_lacking((row.archive_file, row.archive_offset), files):
            yield Trouble(row.archive_file, "page", f"the bytes of {row.url} are not there", row.archive_offset)
