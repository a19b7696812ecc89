"""Where the files of an archive lie: a folder, or a bucket of an object store. All readers read through this."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeGuard

from scrapy.settings import BaseSettings

from crawler.archive.members import OPEN, path_of
from crawler.archive.model import Unwritable


@dataclass(frozen=True, slots=True)
class State:
    """Of a file: its size in bytes, and when it was last written (UTC)."""

    size: int
    modified: datetime


class Store(Protocol):
    """The files of an archive by name. `str()` of it says where it is.

    Raises (all of it): `FileMissing` for a file that is not there, `Unreachable` where nobody can say.
    """

    def where(self, name: str) -> str:
        """Path or URL of a file, whether it is there or not."""

    def check(self) -> None:
        """See whether it answers, before much is asked of it."""

    def names(self) -> list[str]:
        """Names of all files, indexes and strays included, in order; a file that is still written ends in `.open`."""

    def exists(self, name: str) -> bool:
        """Whether a file is there, sealed or still open."""

    def state(self, name: str) -> State:
        """Size and date."""

    def open(self, name: str) -> BinaryIO:
        """The file, to be read from any place; of a remote one only what is read is fetched."""

    def content(self, name: str) -> bytes:
        """A small file as a whole."""

    def fetched(self, name: str) -> AbstractContextManager[Path]:
        """The file as a path, for as long as it is looked through; of a remote one a copy."""


@dataclass(frozen=True, slots=True)
class LocalStore:
    """A folder."""

    folder: Path

    def __str__(self) -> str:
        return str(self.folder)

    def where(self, name: str) -> str:
        """Its path."""
        return str(self.folder / name)

    def check(self) -> None:
        """A folder always answers."""

    def names(self) -> list[str]:
        """Of all that lies in the folder; nothing where there is none."""
        return sorted(path.name for path in self.folder.iterdir()) if self.folder.is_dir() else []

    def exists(self, name: str) -> bool:
        """See `Store`."""
        return any((self.folder / one).is_file() for one in (name, name + OPEN))

    def state(self, name: str) -> State:
        """See `Store`."""
        found = path_of(self.folder, name).stat()
        return State(found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def open(self, name: str) -> BinaryIO:
        """See `Store`."""
        return path_of(self.folder, name).open("rb")

    def content(self, name: str) -> bytes:
        """See `Store`."""
        return path_of(self.folder, name).read_bytes()

    @contextmanager
    def fetched(self, name: str) -> Iterator[Path]:
        """The file itself."""
        yield path_of(self.folder, name)


Where = str | Path | Store
"""What says where an archive lies: its folder, its URL, or the store itself."""


def is_remote(where: object) -> TypeGuard[str]:
    """True for a URL (`s3://bucket/prefix`)."""
    return isinstance(where, str) and "://" in where


def opened(where: Where) -> Store:
    """The store of a folder or URL; a URL's options are then those of the environment."""
    if not isinstance(where, str | Path):
        return where
    return _remote(where, {}, Path("data/archive-staging")) if is_remote(where) else LocalStore(Path(where))


def archive_of(settings: BaseSettings) -> Store:
    """The archive that `ARCHIVE_DIR` names; without it the folder `archive` beside `SPOOL_DIR`. Asks nobody.

    Raises:
        Unwritable: `ARCHIVE_STORAGE_OPTIONS` cannot be read.
    """
    named = settings.get("ARCHIVE_DIR")
    beside = Path(settings.get("SPOOL_DIR") or "data/spool").parent
    if not is_remote(named):
        return LocalStore(Path(named) if named else beside / "archive")
    staging = settings.get("ARCHIVE_STAGING_DIR")
    return _remote(
        named,
        options_of(settings.get("ARCHIVE_STORAGE_OPTIONS")),
        Path(staging) if staging else beside / "archive-staging",
    )


def options_of(said: object) -> dict[str, Any]:
    """What fsspec is told of a store: a dict, or one as JSON.

    Raises:
        Unwritable: it is neither. What it says is not repeated: it may hold a secret.
    """
    try:
        read = json.loads(said) if isinstance(said, str) and said.strip() else said or {}
    except ValueError as error:
        raise Unwritable(f"ARCHIVE_STORAGE_OPTIONS is no JSON ({type(error).__name__})") from None
    if not isinstance(read, Mapping):
        raise Unwritable('ARCHIVE_STORAGE_OPTIONS is no JSON object, like {"endpoint_url": "http://…"}')
    return dict(read)


def _remote(url: str, options: Mapping[str, Any], staging: Path) -> Store:
    from crawler.archive.remote import RemoteStore

    return RemoteStore(url, options, staging)
