"""The folder of a user's own registry rows: a new row is tried beside the others, and written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

from crawler.portals.registry import Registry, load

ADDED = "added.toml"
"""The file of a folder to which `scrapy portals add` appends."""

_HEAD = "# Rows that `scrapy portals add` wrote. They may be changed by hand, or moved to other files of this folder.\n"


def load_own(directory: Path) -> Registry:
    """The installed rows and those of a folder that need not exist yet. Raises `RegistryError`."""
    return load(directory if any(directory.glob("*.toml")) else None)


@contextmanager
def staged(directory: Path, row: str) -> Iterator[Path]:
    """A copy of the folder, with the row appended, for as long as the `with` block lasts: rows are tried there."""
    with tempfile.TemporaryDirectory(prefix="portals-") as name:
        folder = Path(name)
        for path in sorted(directory.glob("*.toml")):
            shutil.copy(path, folder / path.name)
        _write(folder / ADDED, _appended(folder / ADDED, row))
        yield folder


def append(directory: Path, row: str, *, portal_id: str) -> Path:
    """Append a row to the folder's `added.toml` and return the file's path; the folder is made where there is none.

    The file is replaced in one step: a reader sees it with the row or without, and a kill leaves it as it was. Of two
    that add at once the second waits.

    Raises:
        FileExistsError: the folder holds a row with this id by now.
        RegistryError: the folder's files do not load.
        OSError: the folder cannot be written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / ADDED
    # The lock lies elsewhere: nothing but rows belongs into the folder.
    mark = sha256(str(target.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    with FileLock(Path(tempfile.gettempdir()) / f"portals-{mark}.lock"):
        if portal_id in load_own(directory):
            raise FileExistsError(f"{portal_id} has a row by now")
        _write(target, _appended(target, row))
    return target


def _appended(path: Path, row: str) -> str:
    before = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    return before.rstrip("\n") + "\n\n" + row.strip("\n") + "\n"


def _write(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
