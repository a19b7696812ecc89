"""An archive in an object store (S3 and what speaks its protocol), through fsspec. Files there are whole or not there.

fsspec is imported when the store is first asked: an archive in a folder needs none of it.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

from crawler.archive.cdxj import SUFFIX
from crawler.archive.model import FileMissing, Refused, Unreachable, Unwritable
from crawler.archive.stores import State

T = TypeVar("T")

logger = logging.getLogger(__name__)

EXTRA = "pip install 'annual-report-crawler[cluster]'"
PROBE = ".probe"
"""The object that each start writes, to see whether it may. Not deleted: that may be forbidden where writing is not."""

_WINDOW = 256 * 1024
"""Bytes that are asked for at once: most records are shorter, so that one takes one request."""
_PART = 16 * 1024 * 1024
"""Bytes of a part of a larger file, two of which are on their way at once: not the file in the memory as a whole."""
_S3 = {
    # What a store says no to in passing is asked again by the client, then by whoever uploads; but never for ever.
    "config_kwargs": {
        "connect_timeout": 10, "read_timeout": 60, "retries": {"mode": "standard", "total_max_attempts": 4}
    },
    # Listings that are kept would not show what other machines wrote since.
    "use_listings_cache": False,
}  # fmt: skip


class RemoteStore:
    """A prefix of a bucket.

    Args:
        url: `s3://bucket/prefix`; other protocols of fsspec where their packages are installed.
        options: of fsspec's file system (`endpoint_url`, `key`, `secret` …); what they leave out, fsspec's own
            environment says (`FSSPEC_S3_ENDPOINT_URL` …), or botocore's (`AWS_ACCESS_KEY_ID` …).
        staging: folder under which files are written before they go up; each store has a folder of its own there.
    """

    def __init__(self, url: str, options: Mapping[str, Any], staging: Path) -> None:
        self.url = url.rstrip("/")
        self.protocol, _, path = self.url.partition("://")
        self.bucket = path.partition("/")[0]
        self._is_s3 = self.protocol in ("s3", "s3a")
        self._root, self._options = path, dict(options)
        self._made: Any = None
        self._sizes: dict[str, int] = {}
        self.endpoint = _endpoint(self.protocol, self._options)
        self.staging = staging.absolute() / _folder_name(self.url, self.endpoint)

    def __getstate__(self) -> dict[str, Any]:
        # Another process connects by itself.
        return {**self.__dict__, "_made": None}

    def __str__(self) -> str:
        return f"{self.url} at {self.endpoint}" if self.endpoint else self.url

    def where(self, name: str) -> str:
        """Its URL."""
        return f"{self.url}/{name}"

    def check(self) -> None:
        """See `Store`."""

        def there(files: Any) -> None:
            # Each start leaves the probe: one short question, where a listing may be long.
            try:
                files.info(self._key(PROBE))
            except FileNotFoundError:
                files.ls(self.bucket)

        self._ask("read", there)

    def names(self) -> list[str]:
        """See `Store`."""

        def listed(files: Any) -> list[str]:
            try:
                found = files.ls(self._root, detail=True, refresh=True)
            except FileNotFoundError:
                files.ls(self.bucket)  # raises again where it is the bucket that is not there
                return []
            return sorted(one["name"].rpartition("/")[2] for one in found if one["type"] == "file")

        return self._ask("listed", listed)

    def exists(self, name: str) -> bool:
        """See `Store`."""
        try:
            self.state(name)
        except FileMissing:
            return False
        return True

    def state(self, name: str) -> State:
        """See `Store`."""
        about = self._about(name)
        changed = about.get("LastModified") or about.get("mtime") or about.get("created")
        return State(int(about["size"]), changed if isinstance(changed, datetime) else datetime.now(UTC))

    def open(self, name: str) -> BinaryIO:
        """See `Store`."""
        if name not in self._sizes:
            self._sizes[name] = self.state(name).size  # files never change
        return cast(BinaryIO, io.BufferedReader(_Ranges(self, name, self._sizes[name]), _WINDOW))

    def content(self, name: str) -> bytes:
        """See `Store`."""
        data: bytes = self._of(name, lambda files, key: files.cat_file(key))
        return data

    def part(self, name: str, start: int, end: int) -> bytes:
        """Bytes of a file; `end` must not lie behind its own."""
        data: bytes = self._of(name, lambda files, key: files.cat_file(key, start=start, end=end))
        return data

    @contextmanager
    def fetched(self, name: str) -> Iterator[Path]:
        """A copy among the temporary files, which goes again."""
        with tempfile.TemporaryDirectory(prefix="archive-") as folder:
            path = Path(folder) / name
            self._of(name, lambda files, key: files.get_file(key, str(path)))
            yield path

    def probe(self) -> None:
        """See whether the store takes files.

        Raises:
            Unreachable: it does not.
        """
        self._ask("written", lambda files: files.pipe_file(self._key(PROBE), b"annual-report-crawler\n"))

    def take(self, path: Path) -> None:
        """Store a sealed file with its index, which goes first: who sees the file finds both. Compares what is there.

        Raises:
            Unreachable: it is not stored, or not as it was; worth another try unless it is `Refused`.
            OSError: the file here cannot be read.
        """
        for one in (path.with_name(path.name + SUFFIX), path):
            size, etags, digest = _digests(one)
            told = {"chunksize": _PART, "max_concurrency": 2} if self._is_s3 else {}
            self._ask("written", partial(_put, one, self._key(one.name), told))
            self._compare(one.name, size, etags, digest)

    def _compare(self, name: str, size: int, etags: set[str], digest: str) -> None:
        """Size and digest of what was stored. The ETag is an MD5 of what was sent, or of the MD5s of its parts; where
        it is another (of an encrypted file, say), the bytes are read back.
        """
        about = self._about(name)
        if about["size"] != size:
            raise Unreachable(f"{self} holds {about['size']} of the {size} bytes of {name}")
        if str(about.get("ETag", "")).strip('"') in etags:
            return
        sha256 = hashlib.sha256()
        for start in range(0, size, _PART):
            sha256.update(self.part(name, start, min(start + _PART, size)))
        if sha256.hexdigest() != digest:
            raise Unreachable(f"{self} holds other bytes of {name} than were sent")

    def _about(self, name: str) -> dict[str, Any]:
        more = {"refresh": True} if self._is_s3 else {}
        about: dict[str, Any] = self._of(name, lambda files, key: files.info(key, **more))
        if about.get("type") == "directory":
            raise FileMissing(f"{self.where(name)} is not there")
        return about

    def _of(self, name: str, call: Callable[[Any, str], T]) -> T:
        key = self._key(name)

        def one(files: Any) -> T:
            try:
                return call(files, key)
            except FileNotFoundError as error:
                raise FileMissing(f"{self.where(name)} is not there") from error

        return self._ask("read", one)

    def _key(self, name: str) -> str:
        if not name or "/" in name:
            raise FileMissing(f"{name!r} is no name of a file in {self.url}")
        return f"{self._root}/{name}"

    def _ask(self, doing: str, call: Callable[[Any], T]) -> T:
        try:
            return call(self._files())
        except (FileMissing, Unwritable):
            raise
        except FileNotFoundError as error:
            raise Refused(f"{self}: the bucket {self.bucket!r} is not there; make it first") from error
        except PermissionError as error:
            raise Refused(f"{self} cannot be {doing}, access is denied: {_said(error)}") from error
        except Exception as error:
            # The clients of stores raise what they like: what botocore and aiohttp raise has no ancestor in common.
            raise Unreachable(f"{self} cannot be {doing}: {_said(error)}") from error

    def _files(self) -> Any:
        """fsspec's file system, made when it is first needed."""
        if self._made is None:
            try:
                import fsspec

                kind = fsspec.get_filesystem_class(self.protocol)
            except (ImportError, ValueError) as error:
                raise Unwritable(f"ARCHIVE_DIR is {self.url}, which needs what is not installed: {EXTRA}") from error
            options = _with_defaults(self._options) if self._is_s3 else self._options
            self._made = kind(**options)
        return self._made


class _Ranges(io.RawIOBase):
    """A file of a store, fetched piece by piece as it is read."""

    def __init__(self, store: RemoteStore, name: str, size: int) -> None:
        self._store, self._name, self._size = store, name, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        end = min(self._at + len(buffer), self._size)
        if end <= self._at:
            return 0
        data = self._store.part(self._name, self._at, end)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def _put(path: Path, key: str, told: Mapping[str, Any], files: Any) -> None:
    files.put_file(str(path), key, **told)


def _digests(path: Path) -> tuple[int, set[str], str]:
    """Of a file here: its size, what its ETag may be (as a whole, or in parts), its SHA-256."""
    md5, sha256, size, parts = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0, []
    with path.open("rb") as file:
        while block := file.read(_PART):
            size += len(block)
            md5.update(block)
            sha256.update(block)
            parts.append(hashlib.md5(block, usedforsecurity=False).digest())
    of_parts = hashlib.md5(b"".join(parts), usedforsecurity=False).hexdigest()
    return size, {md5.hexdigest(), f"{of_parts}-{len(parts)}"}, sha256.hexdigest()


def _with_defaults(options: Mapping[str, Any]) -> dict[str, Any]:
    told = {**_S3, **options}
    told["config_kwargs"] = {**_S3["config_kwargs"], **(options.get("config_kwargs") or {})}  # type: ignore[dict-item]
    return told


def _endpoint(protocol: str, options: Mapping[str, Any]) -> str:
    """Where the store answers, for messages; "" for where its protocol has it by default."""
    client = options.get("client_kwargs") or {}
    named = options.get("endpoint_url") or (client.get("endpoint_url") if isinstance(client, Mapping) else None)
    names = (f"FSSPEC_{protocol.upper()}_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
    return str(named or next((os.environ[name] for name in names if os.environ.get(name)), ""))


def _folder_name(url: str, endpoint: str) -> str:
    """A folder for what is on its way to one store: what is left there must not go up to another."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", url.partition("://")[2])[:60]
    return f"{plain}-{hashlib.sha256(f'{url} {endpoint}'.encode()).hexdigest()[:8]}"


def _said(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
