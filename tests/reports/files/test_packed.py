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
