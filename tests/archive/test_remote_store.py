"""The archive's object store as those see it that read, and what is said where it cannot be used."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from crawler.archive import remote as remote_module
from crawler.archive.model import ArchiveError, FileMissing, Foreign, Refused, Torn, Unreachable, Unwritable
from crawler.archive.reading import read
from crawler.archive.stores import archive_of, opened, options_of
from crawler.archive.uploads import RemoteShelf
from crawler.archive.verify import verify
from tests.archive.s3 import S3, Bucket, bucket, s3
from tests.archive.test_remote_files import close, put, shelf_of
from tests.conftest import REPO

__all__ = ["bucket", "s3"]


def test_a_record_is_read_by_its_range(s3: S3, bucket: Bucket, tmp_path: Path, monkeypatch: Any) -> None:
    shelf = shelf_of(bucket, tmp_path)
    captures = put(shelf, *range(12), size=150_000)
    close(shelf)
    parts: list[int] = []
    real = remote_module.RemoteStore.part

    def part(self: Any, name: str, start: int, end: int) -> bytes:
        parts.append(end - start)
        return real(self, name, start, end)

    monkeypatch.setattr(remote_module.RemoteStore, "part", part)
    store = bucket.store(tmp_path)
    assert len(read(store, captures[6].file, captures[6].offset).payload) == 150_000
    assert sum(parts) < 600_000 < len(bucket.get(captures[6].file))
    with pytest.raises(Foreign):
        read(store, captures[6].file, captures[6].offset + 1)
    with pytest.raises(Torn):
        read(store, captures[6].file, 10**9)
    with pytest.raises(FileMissing, match=r"s3://.*other\.warc\.gz is not there"):
        read(store, "other.warc.gz", 0)
    with pytest.raises(FileMissing):
        read(store, "../x.warc.gz", 0)


def test_a_bucket_that_is_not_there_one_that_is_denied_and_one_that_nobody_serves(
    s3: S3, bucket: Bucket, tmp_path: Path
) -> None:
    absent = remote_module.RemoteStore("s3://no-such-bucket/x", s3.options, tmp_path)
    with pytest.raises(Refused, match="'no-such-bucket' is not there"):
        RemoteShelf(absent).start()
    with pytest.raises(Refused, match="no-such-bucket"):
        verify(absent, None)
    with pytest.raises(Refused, match="no-such-bucket"):
        absent.check()
    s3.fault = lambda method, path: 403
    with pytest.raises(Refused, match=f"{bucket.url} at {s3.url} cannot be written, access is denied"):
        shelf_of(bucket, tmp_path)
    s3.fault = lambda method, path: None
    nobody = remote_module.RemoteStore(bucket.url, {**s3.options, "endpoint_url": "http://127.0.0.1:9"}, tmp_path)
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9 cannot be written"):
        RemoteShelf(nobody).start()
    assert verify(bucket.store(tmp_path), None).troubles == []  # a bucket that holds nothing


@pytest.mark.parametrize(
    ("said", "read_as"),
    [("", {}), (None, {}), ({"key": "k"}, {"key": "k"}), ('{"key": "k"}', {"key": "k"})],
)
def test_options(said: Any, read_as: dict[str, Any]) -> None:
    assert options_of(said) == read_as


@pytest.mark.parametrize("said", ["{secret-key", "[]", "3"])
def test_options_that_are_none_are_refused_without_repeating_them(said: str) -> None:
    with pytest.raises(Unwritable, match="ARCHIVE_STORAGE_OPTIONS") as raised:
        archive_of(Settings({"ARCHIVE_DIR": "s3://b/p", "ARCHIVE_STORAGE_OPTIONS": said}))
    assert "secret-key" not in str(raised.value)


def test_the_environment_names_the_store_too(s3: S3, bucket: Bucket, tmp_path: Path) -> None:
    shelf = shelf_of(bucket, tmp_path)
    (capture,) = put(shelf, 1)
    close(shelf)
    code = (
        "import sys; from scrapy.utils.project import get_project_settings as s\n"
        "from crawler.archive.stores import archive_of; from crawler.archive.reading import read\n"
        "print(archive_of(s())); print(read(archive_of(s()), sys.argv[1], int(sys.argv[2])).payload)"
    )
    named = {
        "ARCHIVE_DIR": bucket.url, "FSSPEC_S3_ENDPOINT_URL": s3.url, "AWS_ACCESS_KEY_ID": "k",
        "AWS_SECRET_ACCESS_KEY": "s", "AWS_DEFAULT_REGION": "us-east-1",
    }  # fmt: skip
    command = [sys.executable, "-c", code, capture.file, str(capture.offset)]
    done = subprocess.run(command, cwd=REPO, env={**os.environ, **named}, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [f"{bucket.url} at {s3.url}", "b'body 1'"], done.stderr


def test_a_folder_needs_nothing_of_it_and_a_store_says_what_it_needs(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("fsspec", "s3fs", "botocore", "aiobotocore"):
            raise ModuleNotFoundError(f"No module named {name!r}")
sys.meta_path.insert(0, Absent())
from scrapy.settings import Settings
import crawler.archive.session, crawler.archive.verify, crawler.commands.archive, crawler.jobs.run
from crawler.archive.shared import _shelf
from crawler.archive.stores import archive_of
from tests.archive.test_files import put
local = Settings({"ARCHIVE_DIR": sys.argv[1] + "/archive"})
shelf = _shelf(archive_of(local), local)
shelf.start()
put(shelf, ("http://a.gov.cn/", 200, [], b"x"))
shelf.close()
assert crawler.archive.verify.verify(archive_of(local), None).records == 4
remote = Settings({"ARCHIVE_DIR": "s3://bucket/prefix", "SPOOL_DIR": sys.argv[1] + "/spool"})
try:
    _shelf(archive_of(remote), remote).start()
except crawler.archive.model.Unwritable as error:
    print(error)
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)
    assert done.stdout == (
        "ARCHIVE_DIR is s3://bucket/prefix, which needs what is not installed: "
        "pip install 'annual-report-crawler[cluster]'\n"
    ), done.stderr


def test_a_store_goes_to_another_process(bucket: Bucket, tmp_path: Path) -> None:
    store = bucket.store(tmp_path)
    assert store.names() == []
    again = pickle.loads(pickle.dumps(store))
    assert (again.names(), str(again), again.staging) == ([], str(store), store.staging)
    assert opened(again) is again


def test_unwritable_staging(bucket: Bucket, tmp_path: Path) -> None:
    (tmp_path / "archive-staging").write_text("a file in the way")
    with pytest.raises(ArchiveError, match="ARCHIVE_STAGING_DIR"):
        shelf_of(bucket, tmp_path)
