"""Archives of others: whatever wrote them, the reports in them enter the database with their own dates."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.foreign import Foreign, Trouble, answers
from crawler.archive.verify import verify
from crawler.demo.country import country
from crawler.demo.portal import FakeRequest
from crawler.portals import registry
from crawler.store import open_store
from tests import quick

PORTAL = "sthjt.hunan.gov.cn"
DATE = "2021-02-03T04:05:06Z"


def reports() -> list[tuple[str, bytes]]:
    """Addresses and bytes of a fake portal's reports."""
    land = country()
    return [(one.url, land.respond(FakeRequest("GET", one.url)).body) for one in land.truth(PORTAL)]


def warc(
    pages: Iterable[tuple[str, bytes]],
    *,
    gzip: bool = True,
    version: str = "1.1",
    status: str = "200 OK",
    protocol: str = "HTTP/1.1",
    chunked: bool = False,
) -> bytes:
    """A WARC file as other tools write it: answers only, each with a request behind it."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=gzip, warc_version=version)
    for url, body in pages:
        lines = [("Content-Type", "text/html; charset=utf-8")]
        if chunked:
            lines.append(("Transfer-Encoding", "chunked"))
            body = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (body[:1000], body[1000:])) + b"0\r\n\r\n"
        head = StatusAndHeaders(status, lines, protocol=protocol)
        dated = {"WARC-Date": DATE}
        writer.write_record(
            writer.create_warc_record(url, "response", BytesIO(body), http_headers=head, warc_headers_dict=dated)
        )
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", PORTAL)], is_http_request=True)
        writer.write_record(writer.create_warc_record(url, "request", BytesIO(), http_headers=asked))
    return out.getvalue()


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    options = {
        "DATABASE_URL": f"sqlite:///{folder / 'reports.db'}",
        "SPOOL_DIR": str(folder / "spool"),
        "LOG_LEVEL": "WARNING",
    }
    given = [part for name, value in options.items() for part in ("-s", f"{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "archive", "import", *given, *arguments]
    return quick.run(command)


def stored(folder: Path, query: str) -> list[tuple[object, ...]]:
    engine = open_store(f"sqlite:///{folder / 'reports.db'}")
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(query))]
    engine.dispose()
    return found


def test_reports_enter_with_their_own_date_once(tmp_path: Path) -> None:
    file = tmp_path / "browser.warc.gz"
    others = [("http://sthjt.hunan.gov.cn/", b"<html><body>home</body></html>"), ("https://example.org/x", b"<html>x")]
    file.write_bytes(warc([*reports(), *others]))
    done = run(tmp_path, "--json", str(file))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["counts"] == {"answers": len(reports()) + 2, "reports": len(reports()), "pages": 1}
    assert told["new_reports"] == len(reports())
    assert told["unknown_hosts"] == {"example.org": 1}
    years = stored(tmp_path, "SELECT year, first_seen FROM reports ORDER BY year")
    assert [year for year, _ in years] == sorted(one.year for one in country().truth(PORTAL))
    assert {str(at)[:19] for _, at in years} == {"2021-02-03 04:05:06"}
    assert stored(tmp_path, "SELECT origin, note FROM archive_files") == [("import", "from browser.warc.gz")]
    assert stored(tmp_path, "SELECT count(*) FROM attempts WHERE outcome = 'refused'") == [(0,)]
    verdict = verify(tmp_path / "archive", open_store(f"sqlite:///{tmp_path / 'reports.db'}"))
    assert verdict.sound, verdict.troubles

    again = run(tmp_path, "--json", str(file))
    assert json.loads(again.stdout)["counts"] == {"answers": len(reports()) + 2, "known": len(reports()) + 1}
    assert stored(tmp_path, "SELECT count(*) FROM captures") == [(len(reports()) + 1,)]


def test_a_portal_can_be_named_for_hosts_that_no_row_has(tmp_path: Path) -> None:
    file = tmp_path / "mirror.warc"
    file.write_bytes(warc([(f"http://mirror.example.org/{n}.html", body) for n, (_, body) in enumerate(reports()[:2])]))
    assert "no row of the registry names mirror.example.org (2)" in run(tmp_path, str(file)).stdout
    named = run(tmp_path, "--portal", PORTAL, str(file))
    assert "2 reports" in named.stdout
    assert stored(tmp_path, "SELECT DISTINCT portal_id FROM pages") == [(PORTAL,)]


def test_a_file_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = warc(reports())
    (tmp_path / "cut.warc.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "text.warc").write_text("this is no archive at all")
    done = run(tmp_path, str(tmp_path / "cut.warc.gz"), str(tmp_path / "text.warc"))
    assert done.returncode == 1
    assert 0 < stored(tmp_path, "SELECT count(*) FROM reports")[0][0] < len(reports())
    assert "Traceback" not in done.stderr
    absent = run(tmp_path, "nowhere.warc")
    assert absent.returncode == 2
    assert "no such file" in absent.stdout + absent.stderr


@pytest.mark.parametrize(
    "made",
    [
        {"gzip": True}, {"gzip": False}, {"version": "1.0"}, {"chunked": True}, {"protocol": "HTTP/2", "status": "200"},
        {"gzip": False, "chunked": True},
    ],
)  # fmt: skip
def test_what_others_write(tmp_path: Path, made: dict[str, object]) -> None:
    (url, body), *_ = reports()
    file = tmp_path / "x.warc"
    file.write_bytes(warc([(url, body)], **made))
    (found,) = answers(file)
    assert isinstance(found, Foreign)
    assert (found.url, found.status, found.payload) == (url, 200, body)
    assert found.at.isoformat() == "2021-02-03T04:05:06+00:00"
    assert b"Transfer-Encoding" not in dict(found.headers)


def test_wacz(tmp_path: Path) -> None:
    file = tmp_path / "x.wacz"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.warc.gz", warc(reports()[:2]))
        archive.writestr("datapackage.json", "{}")
    assert [one.url for one in answers(file) if isinstance(one, Foreign)] == [url for url, _ in reports()[:2]]
    empty = tmp_path / "empty.wacz"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "")
    (trouble,) = answers(empty)
    assert isinstance(trouble, Trouble)
    assert (trouble.reason, trouble.fatal) == ("no_warc", True)


def test_lists_are_no_reports(tmp_path: Path) -> None:
    land = country()
    lists = {column.url for row in registry.shared() if row.hosts[0] in land.hosts for column in row.columns}
    assert len(lists) > 20
    pages = [(url, land.respond(FakeRequest("GET", url)).body) for url in sorted(lists)]
    (tmp_path / "lists.warc.gz").write_bytes(warc(pages))
    done = run(tmp_path, str(tmp_path / "lists.warc.gz"), "--json")
    assert json.loads(done.stdout)["new_reports"] == 0


def test_half_an_answer_is_none(tmp_path: Path) -> None:
    whole = warc(reports()[:1], gzip=False)
    cut = tmp_path / "cut.warc"
    cut.write_bytes(whole[: len(whole) // 2])
    assert [one.reason for one in answers(cut) if isinstance(one, Trouble)] == ["cut"]
    assert not [one for one in answers(cut) if isinstance(one, Foreign)]
    cut.write_bytes(whole.replace(b"Content-Length: ", b"Content-Length: 99999999999", 1))
    assert [one.reason for one in answers(cut) if isinstance(one, Trouble)] == ["cut"]
    done = run(tmp_path, str(cut))
    assert done.returncode == 1
    assert "breaks off" in done.stdout + done.stderr


@pytest.mark.parametrize("bad", ["\x1b[31m", "\x07", "\u200b"])
def test_addresses_that_are_none_are_refused(tmp_path: Path, bad: str) -> None:
    url, body = reports()[0]
    hostile = warc([(url + "X", body)], gzip=False).replace(b".html" + b"X", f".html{bad}".encode(), 1)
    (tmp_path / "bad.warc").write_bytes(hostile)
    assert [one.reason for one in answers(tmp_path / "bad.warc") if isinstance(one, Trouble)] == ["bad_address"]


def test_arc_files_and_revisits_are_named(tmp_path: Path) -> None:
    arc = tmp_path / "old.arc"
    head = b"filedesc://old.arc 0.0.0.0 20080101000000 text/plain 76\n1 0 test\n"
    head += b"URL IP-address Archive-date Content-type Archive-length\n\n"
    page = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>x</p>"
    arc.write_bytes(head + b"http://a.gov.cn/ 1.2.3.4 20080101000000 text/html %d\n" % len(page) + page + b"\n")
    assert [one.reason for one in answers(arc) if isinstance(one, Trouble)] == ["arc"]
    out = BytesIO()
    writer = WARCWriter(out, gzip=True)
    writer.write_record(writer.create_revisit_record("http://a.gov.cn/", "sha1:X", "http://a.gov.cn/", DATE))
    again = tmp_path / "again.warc.gz"
    again.write_bytes(out.getvalue())
    assert [one.reason for one in answers(again) if isinstance(one, Trouble)] == ["revisit"]


@given(st.binary(max_size=300), st.integers(0, 2000))
@settings(max_examples=60)
def test_no_bytes_raise(noise: bytes, at: int) -> None:
    whole = warc(reports()[:1], gzip=False)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "x.warc")
        file.write_bytes(whole[:at] + noise + whole[at:])
        for one in answers(file):
            assert isinstance(one, Foreign | Trouble)
