"""Files of the archive: any bytes come back, torn tails are cut, kills lose nothing that was forced to the disk."""

from __future__ import annotations

import asyncio
import gzip
import io
import os
import signal
import subprocess
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Headers, Response

from crawler.archive.blocks import BadMessage, response_head, split_response, unchunked
from crawler.archive.model import Archived, ArchiveError, Capture, Damaged, FileMissing, Foreign, Torn
from crawler.archive.reading import read
from crawler.archive.recorder import Recorder
from crawler.archive.shelf import Shelf
from crawler.archive.tails import seal_abandoned
from crawler.archive.verify import verify

AT = datetime(2026, 11, 22, 8, 0, 0, 123456, UTC)
NAMES = st.text("abcdefgXYZ-0123456789", min_size=1, max_size=12).map(lambda name: f"x-{name}".encode())
VALUES = st.binary(max_size=40).filter(lambda one: one == one.strip() and not set(one) & {10, 13})


def put(shelf: Shelf, *answers: tuple[str, int, list[tuple[bytes, bytes]], bytes]) -> list[Capture]:
    async def work() -> list[Capture]:
        book = Recorder(shelf, "run", "trs")
        made = []
        for url, status, fields, body in answers:
            headers = Headers()
            for name, value in fields:
                headers.appendlist(name, value)
            made.append(await book.record(Request(url), Response(url, status=status, headers=headers, body=body), AT))
        await book.durable()
        return made

    return asyncio.run(work())


def shelf_in(folder: Path, **options: Any) -> Shelf:
    shelf = Shelf(folder, **options)
    shelf.start()
    return shelf


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    status=st.integers(100, 599).filter(lambda one: one != 304),
    fields=st.lists(st.tuples(NAMES, VALUES), max_size=6),
    body=st.binary(max_size=3000),
)
def test_any_answer_comes_back_byte_for_byte(
    tmp_path: Path, status: int, fields: list[tuple[bytes, bytes]], body: bytes
) -> None:
    shelf = shelf_in(tmp_path)
    (capture,) = put(shelf, ("http://a.gov.cn/x?y=年报", status, fields, body))
    while_open = read(tmp_path, capture.file, capture.offset)
    shelf.close()
    found = read(tmp_path, capture.file, capture.offset)
    assert found == while_open
    assert (found.status, found.payload, found.at) == (status, body, AT)
    for name in {name.lower() for name, _ in fields}:
        assert found.values(name) == [value for key, value in fields if key.lower() == name]


def test_packed_bodies_are_kept_packed_and_unpacked_on_demand(tmp_path: Path) -> None:
    shelf, packed = shelf_in(tmp_path), gzip.compress(b"report " * 500)
    (capture,) = put(shelf, ("http://a.gov.cn/", 200, [(b"Content-Encoding", b"gzip")], packed))
    found = read(tmp_path, capture.file, capture.offset)
    assert (found.payload, found.body) == (packed, b"report " * 500)
    (broken,) = put(shelf, ("http://a.gov.cn/b", 200, [(b"Content-Encoding", b"br")], b"\xff" * 700))
    with pytest.raises(Damaged, match="br"):
        _ = read(tmp_path, broken.file, broken.offset).body
    shelf.close()


def three(tmp_path: Path) -> tuple[list[Capture], Path]:
    """A file with three answers that its process never sealed."""
    shelf = shelf_in(tmp_path)
    captures = put(shelf, *((f"http://a.gov.cn/{number}", 200, [], os.urandom(40)) for number in range(3)))
    volume = shelf._volume
    assert volume is not None
    volume.file.close()
    volume.lock.release()
    return captures, volume.path


def test_a_tail_torn_at_any_byte_is_cut_and_all_before_it_stays(tmp_path: Path) -> None:
    captures, path = three(tmp_path)
    whole = path.read_bytes()
    path.unlink()
    for end in range(captures[2].offset + 1, len(whole)):
        folder = tmp_path / "torn"
        folder.mkdir(exist_ok=True)
        (folder / path.name).write_bytes(whole[:end])
        (sealed,) = seal_abandoned(folder)
        for capture in captures[:2]:
            read(folder, capture.file, capture.offset)
        if end >= captures[2].end:
            read(folder, captures[2].file, captures[2].offset)
        else:
            with pytest.raises(ArchiveError):
                read(folder, captures[2].file, captures[2].offset)
            assert sealed.size == captures[2].offset
        assert verify(folder, None).troubles == []
        for one in folder.iterdir():
            one.unlink()


@pytest.mark.parametrize(
    "tail", [b"\0" * 5000, os.urandom(3000), b"\x1f\x8b\x08\x00" * 30], ids=["zeros", "noise", "magic"]
)
def test_a_tail_of_rubbish_is_cut(tmp_path: Path, tail: bytes) -> None:
    captures, path = three(tmp_path)
    path.write_bytes(path.read_bytes() + tail)
    (sealed,) = seal_abandoned(tmp_path)
    assert sealed.note is not None
    assert str(len(tail)) in sealed.note
    assert verify(tmp_path, None).sound
    assert read(tmp_path, captures[2].file, captures[2].offset).status == 200


def test_damage_in_the_middle_is_kept_and_named(tmp_path: Path) -> None:
    captures, path = three(tmp_path)
    data = bytearray(path.read_bytes())
    data[captures[1].offset + 30] ^= 255
    path.write_bytes(data)
    (sealed,) = seal_abandoned(tmp_path)
    assert sealed.size == len(data)
    assert sealed.note is not None
    assert "damaged" in sealed.note
    assert read(tmp_path, captures[2].file, captures[2].offset).status == 200
    with pytest.raises(Damaged):
        read(tmp_path, captures[1].file, captures[1].offset)
    assert not verify(tmp_path, None).sound


def test_a_flipped_bit_anywhere_in_a_record_is_found(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path)
    captures = put(shelf, ("http://a.gov.cn/", 200, [], os.urandom(200)))
    shelf.close()
    path = tmp_path / captures[0].file
    whole = path.read_bytes()
    for place in range(captures[0].offset + 10, captures[0].end, 7):
        data = bytearray(whole)
        data[place] ^= 1
        path.write_bytes(data)
        with pytest.raises(ArchiveError):
            read(tmp_path, captures[0].file, captures[0].offset)


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path)
    (capture,) = put(shelf, ("http://a.gov.cn/", 200, [], b"x"))
    shelf.close()
    with pytest.raises(FileMissing):
        read(tmp_path, "other.warc.gz", 0)
    with pytest.raises(FileMissing):
        read(tmp_path, "../" + capture.file, 0)
    with pytest.raises(Foreign, match="warcinfo"):
        read(tmp_path, capture.file, 0)
    with pytest.raises(Foreign):
        read(tmp_path, capture.file, capture.offset + 1)
    with pytest.raises((Torn, Foreign)):
        read(tmp_path, capture.file, 10**9)
    (tmp_path / "page.warc").write_bytes(b"<html>no archive</html>\r\n\r\n")
    with pytest.raises(Foreign):
        read(tmp_path, "page.warc", 0)


def test_rotation_seals_and_goes_on(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path, rotate=3000)
    captures = put(shelf, *((f"http://a.gov.cn/{number}", 200, [], os.urandom(900)) for number in range(9)))
    shelf.close()
    assert len({one.file for one in captures}) >= 3
    assert [one.name for one in shelf.take_sealed()] == sorted({one.file for one in captures})
    assert verify(tmp_path, None).troubles == []


def test_two_shelves_on_one_folder_do_not_meet(tmp_path: Path) -> None:
    one, two = shelf_in(tmp_path), shelf_in(tmp_path)
    first, second = put(one, ("http://a.gov.cn/1", 200, [], b"1")), put(two, ("http://a.gov.cn/2", 200, [], b"2"))
    assert first[0].file != second[0].file
    assert seal_abandoned(tmp_path) == []
    assert len(verify(tmp_path, None).writing) == 2
    one.close()
    two.close()
    assert verify(tmp_path, None).writing == []


WRITER = """
import asyncio, os, sys
from tests.archive.test_files import put, shelf_in
from pathlib import Path
shelf = shelf_in(Path(sys.argv[1]))
number = 0
while True:
    (capture,) = put(shelf, (f"http://a.gov.cn/{number}", 200, [], os.urandom(3000)))
    print(capture.file, capture.offset, flush=True)
    number += 1
"""


def test_a_writer_that_is_killed_leaves_all_that_it_acknowledged(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    acknowledged = [process.stdout.readline() for _ in range(25)]
    assert seal_abandoned(tmp_path) == []  # it is being written
    process.send_signal(signal.SIGKILL)
    acknowledged += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    assert len(seal_abandoned(tmp_path)) == 1
    for line in acknowledged:
        file, offset = line.split()
        assert isinstance(read(tmp_path, file, int(offset)), Archived)
    assert verify(tmp_path, None).troubles == []


@pytest.mark.parametrize(
    ("block", "status", "fields", "body"),
    [
        (b"HTTP/2 200\r\nA: b\r\n\r\nx", 200, ((b"A", b"b"),), b"x"),
        (b"HTTP/1.1 404 Not Found\nA: b\nC:d\n\nx", 404, ((b"A", b"b"), (b"C", b"d")), b"x"),
        (b"HTTP/1.0 200 OK\r\nA: b\r\n c\r\n\r\n\r\n\r\n", 200, ((b"A", b"b c"),), b"\r\n\r\n"),
        (b"HTTP/1.1 200", 200, (), b""),
    ],
)
def test_answers_of_other_archives(block: bytes, status: int, fields: tuple[Any, ...], body: bytes) -> None:
    assert split_response(block) == (status, fields, body)


@pytest.mark.parametrize("block", [b"", b"<html>", b"HTTP/1.1 abc\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n"])
def test_what_is_no_answer(block: bytes) -> None:
    with pytest.raises(BadMessage):
        split_response(block)


@pytest.mark.parametrize(
    ("body", "plain"),
    [
        (b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", b"abcde"),
        (b"3\r\nabc\r\n5\r\nde", b"abcde"),
        (b"<html>not chunked at all</html>", None),
        (b"", None),
    ],
)
def test_chunks(body: bytes, plain: bytes | None) -> None:
    assert unchunked(body) == plain


def test_a_line_break_in_a_header_makes_no_second_header() -> None:
    head = response_head(200, [(b"A", b"b\r\nEvil: yes")])
    assert split_response(head + b"body")[1] == ((b"A", b"b Evil: yes"),)


def test_a_bomb_does_not_fill_the_memory(tmp_path: Path) -> None:
    shelf = shelf_in(tmp_path)
    engine, packed = zlib.compressobj(9, zlib.DEFLATED, 31), io.BytesIO()
    for _ in range(80):
        packed.write(engine.compress(b"\0" * 1024 * 1024))
    packed.write(engine.flush())
    (capture,) = put(shelf, ("http://a.gov.cn/", 200, [(b"Content-Encoding", b"gzip")], packed.getvalue()))
    with pytest.raises(Damaged):
        _ = read(tmp_path, capture.file, capture.offset).body
    shelf.close()
