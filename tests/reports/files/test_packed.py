"""Archives with several reports, and pages packed with gzip."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reports import Report, parse
from crawler.reports.files import gz
from crawler.reports.files.model import TooMuch, Unreadable
from crawler.reports.model import Finding
from tests.reports import pages
from tests.reports.files import hostile, papers, pdfs
from tests.reports.golden.truth import truth
from tests.reports.pages import page


def own(agency: str, year: int) -> bytes:
    article = pages.body().replace("清河县水务局", agency).replace("2024年1月", f"{year + 1}年1月")
    return page(article, title=f"{agency}{year}年政府信息公开工作年度报告").encode()


def packed(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


def found(report: Report, name: str) -> Finding:
    return next(one for one in report.findings if one.id == name)


WHOLE = own("清河县水务局", 2023)
THREE = packed(
    {
        "清河县教育局2021年政府信息公开年报.html": own("清河县教育局", 2021),
        "2022年年报.html": own("清河县水务局", 2022),
        "sub/清河县林业局2023年政府信息公开年报.html": own("清河县林业局", 2023),
    }
)


def test_of_an_archive_the_finding_names_all_members() -> None:
    report = parse(THREE)
    told = found(report, "archive_members")
    assert (report.agency, report.year, told.severity) == ("清河县教育局", 2021, "hard")
    assert "2022年年报.html" in told.message
    assert "sub/清河县林业局2023年政府信息公开年报.html" in told.message
    assert report.encoding is not None
    assert report.encoding.evidence["file"] == "a page in a zip archive"


@pytest.mark.parametrize(
    ("title", "agency", "year"),
    [
        ("清河县林业局2023年政府信息公开工作年度报告", "清河县林业局", 2023),
        ("2022年政府信息公开工作年度报告", "清河县水务局", 2022),
        ("清河县财政局2019年政府信息公开工作年度报告", "清河县教育局", 2021),
    ],
)
def test_the_member_of_the_title_that_led_there_is_read(title: str, agency: str, year: int) -> None:
    report = parse(THREE, list_title=title)
    assert (report.agency, report.year) == (agency, year)


@pytest.mark.parametrize(
    "name", ["sub/清河县林业局2023年政府信息公开年报.html", "清河县林业局2023年政府信息公开年报.html"]
)
def test_a_member_can_be_named(name: str) -> None:
    report = parse(THREE, member=name)
    assert (report.agency, report.year) == ("清河县林业局", 2023)
    assert "archive_members" not in {one.id for one in report.findings}


@pytest.mark.parametrize("name", ["nobody.html", ".html"])
def test_a_name_that_is_nobodys_or_several_is_told_with_the_names_that_are_there(name: str) -> None:
    told = found(parse(THREE, member=name), "unreadable")
    assert told.where == "no_member"
    assert "2022年年报.html" in told.message


def test_an_annex_beside_the_report_is_no_other_report() -> None:
    report = parse(packed({"清河县水务局2023年政府信息公开年报.html": WHOLE, "附表1：统计表.html": b"<p>x</p>"}))
    assert found(report, "archive_members").severity == "info"


def with_lzma(damage: bool) -> bytes:
    """The report of 2022 packed with LZMA, as 7-Zip may, before the one of 2023."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("2022年年报.html", own("清河县水务局", 2022))
        archive.writestr("2023年年报.html", own("清河县林业局", 2023), zipfile.ZIP_STORED)
    data = bytearray(out.getvalue())
    if damage:
        start = data.index(b"PK", 30) // 2
        data[start : start + 40] = b"\xff" * 40
    return bytes(data)


def before_a_whole_one(kind: str, damaged: bytes) -> bytes:
    """An archive in which a damaged file is tried before a page (text files are tried last)."""
    return packed({f"2022年年报.{kind}": damaged, "2023年年报.txt": own("清河县林业局", 2023)})


@pytest.mark.parametrize(
    "data",
    [
        with_lzma(damage=True),
        before_a_whole_one("xlsx", packed({"xl/workbook.xml": b"<"})),
        before_a_whole_one("docx", packed({"word/document.xml": b""})),
        before_a_whole_one("pdf", b"%PDF-1.4 nothing"),
        before_a_whole_one("rtf", b"{\\rtf1}"),
        before_a_whole_one("doc", bytes.fromhex("d0cf11e0a1b11ae1")),
    ],
    ids=["LZMA", "xlsx", "docx", "pdf", "empty", "doc"],
)
def test_a_damaged_member_does_not_hide_the_next(data: bytes) -> None:
    report = parse(data)
    assert (report.agency, report.year) == ("清河县林业局", 2023)


PDF = pdfs.pdf(papers.paper("fmt2021", truth("fmt2021", 3)))


def test_pdfs_that_are_put_into_an_archive_as_they_are_are_its_members() -> None:
    report = parse(packed({"2022年年报.pdf": PDF, "2023年年报.pdf": hostile.many_pages()}))
    assert report.cells
    assert found(report, "archive_members").message.endswith("2022年年报.pdf was read, not 2023年年报.pdf")


def test_a_scan_in_an_archive_is_told() -> None:
    assert found(parse(packed({"2023年年报.pdf": pdfs.scan()})), "only_pictures").severity == "hard"


def test_a_member_packed_with_lzma_is_read() -> None:
    assert parse(with_lzma(damage=False)).year == 2022


def test_a_member_that_lost_its_name_does_not_hide_the_others() -> None:
    data = packed({"0": b"", "2023年年报.html": own("清河县林业局", 2023)})
    at = data.index(b"PK\x01\x02") + 46  # where the first name of the directory stands
    assert data[at : at + 1] == b"0"
    assert parse(data[:at] + b"\0" + data[at + 1 :]).agency == "清河县林业局"


def test_an_archive_that_is_cut_is_said_to_be() -> None:
    told = found(parse(THREE[:-300]), "unreadable")
    assert told.where == "cut"


def test_a_pdf_that_is_cut_is_said_to_be(corpus: Path) -> None:
    source = (corpus / "huaian_hongze_2024.pdf").read_bytes()
    assert found(parse(source[: len(source) * 2 // 3]), "unreadable").where == "cut"
    assert "page_ends_early" not in {one.id for one in parse(source).findings}


# ------------------------------------------------------------------ gzip


@pytest.mark.parametrize("data", [gzip.compress(WHOLE), gzip.compress(WHOLE[:500]) + gzip.compress(WHOLE[500:])])
def test_a_page_packed_with_gzip_is_the_page(data: bytes) -> None:
    report, plain = parse(data), parse(WHOLE)
    assert (report.cells, report.findings, report.encoding) == (plain.cells, plain.findings, plain.encoding)


def test_a_zip_packed_with_gzip_is_the_zip() -> None:
    assert parse(gzip.compress(THREE)).agency == "清河县教育局"


def test_gzip_that_is_cut_is_read_as_far_as_it_goes() -> None:
    data = gzip.compress(WHOLE, 1)
    report = parse(data[: len(data) * 3 // 4])
    assert report.kind == "annual_report"
    assert [one.id for one in report.findings if one.id in ("transfer_cut", "page_ends_early")] == ["transfer_cut"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(b""), "damaged"),
        (b"\x1f\x8b\x08" + bytes(40), "damaged"),
        (gzip.compress(bytes(257) + b"ustar" + bytes(300)), "unknown_kind"),
        (gzip.compress(bytes(97 * 1024 * 1024), 1), "too_large"),
    ],
    ids=["empty", "damaged", "tar", "bomb"],
)
def test_gzip_that_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    assert found(parse(data), "unreadable").where == reason


@given(st.binary(max_size=300), st.integers(0, 200), st.binary(max_size=20))
def test_what_was_packed_comes_back_or_is_refused(content: bytes, cut: int, tail: bytes) -> None:
    data = gzip.compress(content)
    if content:
        assert gz.unpack(data + tail)[0].startswith(content)
    try:
        inner, short = gz.unpack(data[: len(data) - cut])
    except (Unreadable, TooMuch):
        return  # refused with a reason; anything else fails here
    assert content.startswith(inner)
    assert short == (cut > 0)
