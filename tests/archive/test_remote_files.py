"""Files of an archive in an object store: what is acknowledged is there, whatever the store and the machine do."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.archive import remote as remote_module
from crawler.archive.model import Capture, Refused, Unreachable, Unwritable
from crawler.archive.reading import read
from crawler.archive.recorder import Recorder
from crawler.archive.uploads import RemoteShelf, persist, recover
from crawler.archive.verify import verify
from tests.archive.s3 import S3, Bucket, bucket, s3, staged
from tests.archive.test_files import AT
from tests.conftest import REPO

__all__ = ["bucket", "s3"]


def shelf_of(bucket: Bucket, folder: Path, **options: Any) -> RemoteShelf:
    shelf = RemoteShelf(bucket.store(folder), **{"seconds": 0.05, "patience": 20, **options})
    shelf.start()
    return shelf


async def record(book: Recorder, number: int, body: bytes = b"") -> Capture:
    url = f"http://a.gov.cn/{number}"
    return await book.record(Request(url), Response(url, body=body or b"body %d" % number), AT)


def put(shelf: RemoteShelf, *numbers: int, size: int = 0) -> list[Capture]:
    """Archive answers, wait until they are safe."""

    async def work() -> list[Capture]:
        book = Recorder(shelf, "run", "trs")
        made = [await record(book, number, os.urandom(size)) for number in numbers]
        await book.durable()
        return made

    return asyncio.run(work())


def close(shelf: RemoteShelf) -> None:
    asyncio.run(shelf.put_away())


def test_what_is_durable_is_in_the_store_with_its_index_and_nothing_stays_here(bucket: Bucket, tmp_path: Path) -> None:
    shelf = shelf_of(bucket, tmp_path)
    captures = put(shelf, 1, 2, 3)
    (name,) = bucket.warcs()  # before the shelf is closed
    assert bucket.names() == [name, name + ".cdxj"]
    assert staged(tmp_path) == []
    elsewhere = bucket.store(tmp_path / "other machine")
    for number, capture in enumerate(captures, 1):
        found = read(elsewhere, capture.file, capture.offset)
        assert (found.payload, found.url) == (b"body %d" % number, f"http://a.gov.cn/{number}")
    close(shelf)
    assert bucket.warcs() == [name]
    (sealed,) = shelf.take_sealed()
    assert (sealed.name, sealed.size, sealed.records) == (name, len(bucket.get(name)), 10)
    assert verify(elsewhere, None).troubles == []


def test_all_that_wait_share_an_upload(bucket: Bucket, tmp_path: Path) -> None:
    shelf = shelf_of(bucket, tmp_path, seconds=0.3)

    async def work() -> None:
        book = Recorder(shelf, "run", "trs")

        async def page(number: int) -> None:
            capture = await record(book, number)
            await shelf.durable(capture.file, capture.end)
            assert capture.file in bucket.warcs()

        await asyncio.gather(*map(page, range(20)))
        await page(20)
        await shelf.put_away()

    asyncio.run(work())
    assert len(bucket.warcs()) == 2


def test_answers_go_on_into_the_next_file_while_one_is_stored(s3: S3, bucket: Bucket, tmp_path: Path) -> None:
    shelf, asked = shelf_of(bucket, tmp_path, rotate=2500), count()
    s3.fault = lambda method, path: 503 if method == "PUT" and next(asked) < 2 else None

    async def work() -> list[Capture]:
        book = Recorder(shelf, "run", "trs")
        made = [await record(book, number, os.urandom(900)) for number in range(8)]
        assert bucket.warcs() == []  # the first is sealed, and refused
        await book.durable()
        return made

    captures = asyncio.run(work())
    files = sorted({one.file for one in captures})
    assert len(files) >= 3
    assert bucket.warcs() == files
    assert [one.name for one in shelf.take_sealed()] == files
    close(shelf)


def test_a_hurry_waits_for_nobody(bucket: Bucket, tmp_path: Path) -> None:
    shelf = shelf_of(bucket, tmp_path, seconds=3600)

    async def work() -> None:
        book = Recorder(shelf, "run", "trs")
        await record(book, 1)
        waiting = asyncio.create_task(book.durable())
        await asyncio.sleep(0.05)
        assert not waiting.done()
        shelf.hurry(urgent=True)
        await waiting
        await record(book, 2)
        await book.durable()

    asyncio.run(work())
    assert len(bucket.warcs()) == 2
    close(shelf)


def test_a_store_that_refuses_in_passing_is_asked_again(
    s3: S3, bucket: Bucket, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shelf, asked = shelf_of(bucket, tmp_path), count()
    s3.fault = lambda method, path: 503 if method == "PUT" and next(asked) < 3 else None
    (capture,) = put(shelf, 1)
    assert read(bucket.store(tmp_path), capture.file, capture.offset).payload == b"body 1"
    assert caplog.text.count("tried again") >= 2
    assert shelf.broken is None
    close(shelf)


def test_a_store_that_takes_other_bytes_is_found_out(s3: S3, bucket: Bucket, tmp_path: Path, monkeypatch: Any) -> None:
    shelf, real = shelf_of(bucket, tmp_path, patience=0.2), remote_module._put

    def liar(path: Path, key: str, told: Any, files: Any) -> None:
        real(path, key, told, files)
        data = bytearray(path.read_bytes())
        data[-20] ^= 1
        bucket.put(path.name, bytes(data))

    monkeypatch.setattr(remote_module, "_put", liar)
    with pytest.raises(Unwritable, match="holds other bytes"):
        put(shelf, 1)
    close(shelf)


def test_an_etag_that_is_no_digest_has_the_bytes_read_back(bucket: Bucket, tmp_path: Path, monkeypatch: Any) -> None:
    real = remote_module.RemoteStore._about

    def encrypted(self: Any, name: str) -> Any:
        return {**real(self, name), "ETag": '"0123456789abcdef0123456789abcdef"'}

    monkeypatch.setattr(remote_module.RemoteStore, "_about", encrypted)
    shelf = shelf_of(bucket, tmp_path)
    (capture,) = put(shelf, 1)
    close(shelf)
    assert read(bucket.store(tmp_path), capture.file, capture.offset).payload == b"body 1"


def test_a_large_file_goes_up_in_parts_and_is_not_read_back(
    s3: S3, bucket: Bucket, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.setattr(remote_module, "_PART", 5 * 1024 * 1024)
    shelf = shelf_of(bucket, tmp_path)
    asked = len(s3.asked)
    captures = put(shelf, 1, 2, 3, size=4_000_000)
    verbs = [method for method, path in s3.asked[asked:] if path.endswith(".gz")]
    assert verbs == ["POST", "PUT", "PUT", "PUT", "POST", "HEAD"]
    close(shelf)
    assert len(read(bucket.store(tmp_path), captures[2].file, captures[2].offset).payload) == 4_000_000


def test_whatever_goes_wrong_in_an_upload_is_not_forgotten(bucket: Bucket, tmp_path: Path, monkeypatch: Any) -> None:
    def fails(self: Any, path: Path) -> None:
        raise RuntimeError("nobody thought of it")

    shelf = shelf_of(bucket, tmp_path)
    monkeypatch.setattr(remote_module.RemoteStore, "take", fails)
    # Whoever waits for the upload hears of it as it is; who asks later, that the shelf is broken.
    with pytest.raises((RuntimeError, Unwritable), match="nobody thought of it"):
        put(shelf, 1)
    assert shelf.broken is not None
    assert "nobody thought of it" in shelf.broken
    close(shelf)
    assert len([one for one in staged(tmp_path) if one.endswith(".warc.gz")]) == 1


def test_a_store_that_stays_away_breaks_the_shelf_and_the_next_start_stores_what_waits(
    s3: S3, bucket: Bucket, tmp_path: Path
) -> None:
    shelf = shelf_of(bucket, tmp_path, patience=0.6)
    s3.fault = lambda method, path: 503
    with pytest.raises(Unwritable, match=bucket.url):
        put(shelf, 1)
    assert shelf.broken is not None
    assert s3.url in shelf.broken
    with pytest.raises(Unwritable):
        put(shelf, 2)
    close(shelf)
    assert shelf.take_sealed() == []
    s3.fault = lambda method, path: None
    assert bucket.warcs() == []
    again = shelf_of(bucket, tmp_path)
    (sealed,) = again.take_sealed()
    assert bucket.warcs() == [sealed.name]
    assert staged(tmp_path) == []
    close(again)
    assert verify(bucket.store(tmp_path), None).troubles == []


def test_what_is_staged_and_cannot_be_stored_at_the_start_is_told(s3: S3, bucket: Bucket, tmp_path: Path) -> None:
    shelf = shelf_of(bucket, tmp_path, patience=0.1)
    s3.fault = lambda method, path: 503
    with pytest.raises(Unwritable):
        put(shelf, 1)
    close(shelf)
    with pytest.raises(Unreachable, match=bucket.name):
        shelf_of(bucket, tmp_path, patience=0.1)
    assert len([one for one in staged(tmp_path) if one.endswith(".warc.gz")]) == 1
    s3.fault = lambda method, path: None
    other = s3.bucket()
    found = recover(other.store(tmp_path))
    assert found.sealed == []
    assert other.names() == []
    assert [name.endswith(".warc.gz") for name, _ in found.left] == [True]
    assert "another store" in found.left[0][1]


WRITER = """
import os, sys
from pathlib import Path
from crawler.archive.remote import RemoteStore
from tests.archive.test_remote_files import put, RemoteShelf
url, options, folder = sys.argv[1:]
import json
shelf = RemoteShelf(RemoteStore(url, json.loads(options), Path(folder) / "archive-staging"), seconds=0.01)
shelf.start()
number = 0
while True:
    (capture,) = put(shelf, number, size=3000)
    print(capture.file, capture.offset, flush=True)
    number += 1
"""


def writer(bucket: Bucket, folder: Path) -> subprocess.Popen[str]:
    given = [bucket.url, json.dumps(bucket.server.options), str(folder)]
    return subprocess.Popen([sys.executable, "-c", WRITER, *given], cwd=REPO, stdout=subprocess.PIPE, text=True)


def test_two_writers_on_one_machine_are_killed_and_all_that_they_acknowledged_is_there(
    s3: S3, bucket: Bucket, tmp_path: Path
) -> None:
    processes = [writer(bucket, tmp_path) for _ in range(2)]
    acknowledged = []
    for process in processes:
        assert process.stdout is not None
        acknowledged += [process.stdout.readline() for _ in range(8)]
    assert recover(bucket.store(tmp_path)).sealed == []  # what they write is theirs
    s3.fault = lambda method, path: 503 if method == "PUT" else None  # so that they are killed in mid-upload
    for process in processes:
        process.send_signal(signal.SIGKILL)
        assert process.stdout is not None
        acknowledged += process.stdout.readlines()
        process.wait()
        process.stdout.close()
    s3.fault = lambda method, path: None
    shelf = shelf_of(bucket, tmp_path)
    close(shelf)
    assert staged(tmp_path) == []
    elsewhere = bucket.store(tmp_path / "elsewhere")
    for line in acknowledged:
        file, offset = line.split()
        assert len(read(elsewhere, file, int(offset)).payload) == 3000
    verdict = verify(elsewhere, None)
    assert verdict.troubles == []
    assert verdict.records >= 3 * len(acknowledged)


@pytest.mark.parametrize("state", ["open", "torn", "sealed", "without index", "empty"])
def test_every_state_in_which_a_kill_leaves_a_file_is_stored(bucket: Bucket, tmp_path: Path, state: str) -> None:
    shelf = shelf_of(bucket, tmp_path, seconds=3600)

    async def work() -> list[Capture]:
        book = Recorder(shelf, "run", "trs")
        return [await record(book, number) for number in range(3)]

    captures = asyncio.run(work())
    volume = shelf._volume
    assert volume is not None
    volume.file.close()
    volume.lock.release()
    name = volume.name
    if state == "torn":
        volume.path.write_bytes(volume.path.read_bytes()[: captures[2].offset + 30])
    elif state == "empty":
        volume.path.write_bytes(b"")
    elif state in ("sealed", "without index"):
        volume.path.rename(volume.path.with_name(name))
        if state == "sealed":
            volume.path.with_name(name + ".cdxj").write_text("half")
    found = recover(bucket.store(tmp_path))
    assert staged(tmp_path) == []
    if state == "empty":
        assert (bucket.names(), found.sealed) == ([], [])
        return
    assert bucket.names() == [name, name + ".cdxj"]
    assert [(one.name, one.size) for one in found.sealed] == [(name, len(bucket.get(name)))]
    verdict = verify(bucket.store(tmp_path), None)
    assert verdict.troubles == []
    for capture in captures[: 2 if state == "torn" else 3]:
        read(bucket.store(tmp_path), capture.file, capture.offset)


def test_persist_gives_up_at_once_where_it_is_in_vain_and_in_time_where_it_is_not() -> None:
    tried: list[int] = []

    def refused() -> None:
        tried.append(1)
        raise Refused("no")

    with pytest.raises(Refused):
        persist(refused, 1000)
    assert len(tried) == 1

    def away() -> None:
        tried.append(1)
        raise Unreachable("away")

    with pytest.raises(Unreachable, match="tried for"):
        persist(away, 0.7)
    assert len(tried) == 3
