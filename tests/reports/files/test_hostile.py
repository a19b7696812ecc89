"""Damaged and hostile files: a finding, never an exception, and no more work than a report needs."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from crawler.reports import files, parse
from crawler.reports.files import package
from crawler.reports.files.pdf import guard, objects
from tests.reports.files import hostile, papers, pdfs, words
from tests.reports.golden.truth import truth

BOUNDED = {
    "inflated_page": "too_large", "twice_inflated": "too_large", "lzw_page": "too_large",
    "page_tree_in_a_circle": "damaged", "deep_page_tree": "damaged", "forms_that_multiply": "too_large",
    "endless_widths": "too_large", "endless_map": "too_large", "endless_xref": "too_large",
    "many_strokes": "too_large", "xref_in_a_circle": "damaged", "reference_to_itself": "too_large",
    "long_text": "too_large", "encrypted": "encrypted", "zip_bomb": "too_large", "xlsx_bomb": "too_large",
    "laughs": "empty", "many_members": "too_large", "far_cell": "empty", "deep_rtf": "too_large",
    "archive_in_archive": "no_member", "ole_in_a_circle": "unknown_kind", "wide_table": None, "many_pages": None,
    "form_draws_itself": None, "fine_grid": None, "strange_numbers": None, "deep_tables": None, "outside": "empty",
}  # fmt: skip
"""What is said of each file; None where it is read as far as it goes."""


@pytest.fixture(autouse=True)
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bounds of a hundredth of a report, so that reaching them takes no time."""
    monkeypatch.setattr(guard, "MAX_INFLATED", 4 << 20)
    monkeypatch.setattr(package, "MAX_INFLATED", 4 << 20)
    monkeypatch.setattr(guard, "MAX_DRAWN", 12_000)
    monkeypatch.setattr(guard, "MAX_SLOW", 100_000)
    monkeypatch.setattr(guard, "MAX_RESOLVED", 10_000)
    monkeypatch.setattr(objects, "MAX_PAGES", 40)


@pytest.mark.parametrize("make", hostile.FILES, ids=lambda make: make.__name__)
def test_hostile_files_end(make: Callable[[], bytes]) -> None:
    held = files.read(make())
    assert held is not None
    reason = BOUNDED[make.__name__]
    assert [found.where for found in held.findings if found.id == "unreadable"] == ([reason] if reason else [])
    assert bool(held.source) is (reason is None)


def test_every_hostile_file_is_looked_at() -> None:
    assert {make.__name__ for make in hostile.FILES} == set(BOUNDED)


def test_pages_behind_the_last_that_is_read_are_said() -> None:
    held = files.read(hostile.many_pages())
    assert held is not None
    assert [found.id for found in held.findings] == ["file_cut"]
    assert held.pages == 40


def test_nothing_of_the_machine_comes_in() -> None:
    assert "root:" not in parse(hostile.outside()).text


# ------------------------------------------------------------------ bytes changed at random


@pytest.fixture(scope="module")
def sound() -> dict[str, bytes]:
    made = papers.paper("fmt2021", truth("fmt2021", 3))
    return {
        "pdf": pdfs.pdf(made), "docx": words.docx_file(made), "doc": words.doc_file(made), "rtf": words.rtf_file(made),
        "xlsx": words.xlsx_file(made), "xls": words.xls_file(made),
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["pdf", "docx", "doc", "rtf", "xlsx", "xls"])
@pytest.mark.parametrize("how", ["cut", "flip", "splice"])
def test_damaged_bytes_never_raise(sound: dict[str, bytes], kind: str, how: str) -> None:
    source = sound[kind]
    random = Random(f"{kind} {how}")
    for _ in range(6):
        held = files.read(damaged(source, how, random))
        if held is not None:
            assert held.source or held.findings[0].id == "unreadable"


def damaged(source: bytes, how: str, random: Random) -> bytes:
    """Bytes cut off, flipped, or moved."""
    if how == "cut":
        return source[: random.randint(9, len(source))]
    body = bytearray(source)
    if how == "flip":
        for _ in range(random.choice([1, 3, 20, 200])):
            body[random.randint(8, len(body) - 1)] = random.randint(0, 255)
        return bytes(body)
    at, size, to = random.randint(8, len(body)), random.randint(1, 600), random.randint(8, len(body))
    body[to:to] = body[at : at + size]
    return bytes(body)


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["pdf", "docx", "doc", "rtf", "xlsx", "xls"])
def test_hundreds_of_damaged_files(sound: dict[str, bytes], kind: str) -> None:
    random = Random(kind)
    for n in range(400):
        assert parse(damaged(sound[kind], ("cut", "flip", "splice")[n % 3], random)) is not None


@pytest.mark.parametrize(
    ("source", "words_"),
    [
        (b"Rar!\x1a\x07\x00" + bytes(50), "rar"),
        (words.zipped({"readme.exe": b"MZ"}), "zip"),
        (words.zipped({"OFD.xml": b"<x/>"}), "OFD"),
        (words.ole({"EncryptedPackage": bytes(100)}), "encrypted"),
        (words.ole({"CONTENTS": bytes(100)}), "neither Word nor Excel"),
        (b"", "empty"),
    ],
)
def test_files_that_are_not_read_are_named(source: bytes, words_: str) -> None:
    report = parse(source)
    assert report.kind == "other"
    assert words_ in report.findings[0].message
    assert report.findings[0].severity == "hard"
