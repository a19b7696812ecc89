"""Faults on a real wire: slow drip, half answers and certificates that change, each with its named outcome."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path

import pytest
import trustme

from crawler.demo.country import country
from crawler.demo.server import serving
from crawler.demo.trouble import Trouble
from crawler.net.handler import PortalDownloadHandler
from tests.guards.run import crawled, told
from tests.net.loopback import Answer, served
from tests.net.test_http import ARTICLE, LIST
from tests.net.test_http import own_row as row_at

PORTAL = "sthjt.hunan.gov.cn"
"""Speaks plain http, which alone can be played on a socket under its own name (through a proxy)."""

OUR_HANDLERS = {"http": PortalDownloadHandler, "https": PortalDownloadHandler}
HERE = "127.0.0.1"


@pytest.mark.parametrize(
    ("trouble", "outcome", "reason"),
    [
        (Trouble("slow", seconds=60.0), "unreachable", "timeout"),
        (Trouble("timeout"), "unreachable", "timeout"),
        (Trouble("reset"), "unreachable", "connection"),
        (Trouble("unavailable", retry_after="7200"), "unreachable", "retry_later"),
        (Trouble("busy", retry_after="7200"), "blocked", "retry_later"),
    ],
    ids=["drip", "silence", "reset", "503", "429"],
)
def test_what_goes_wrong_on_the_wire_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, outcome: str, reason: str
) -> None:
    land = country().with_troubles({f"{PORTAL}/*": trouble})
    with serving(land) as server:
        monkeypatch.setenv("http_proxy", f"http://{HERE}:{server.server_address[1]}")
        result = crawled(
            tmp_path,
            land,
            PORTAL,
            DOWNLOAD_HANDLERS=OUR_HANDLERS,
            DOWNLOAD_TIMEOUT=0.5,
            RETRY_TIMES=0,
            ROBOTSTXT_OBEY=False,
        )[0]
    assert result.state == "silent"
    assert (outcome, reason) in {(one.outcome, one.reason) for one in told(tmp_path, PORTAL) if one.agency is None}


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this machine trusts for the length of the test."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return made


def server_with(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


def crawl_once(folder: Path, certificate: trustme.LeafCert, run: str) -> tuple[str, list[tuple[str, str]]]:
    """Crawl a portal with this certificate; the state, and what its attempts say of certificates by now."""

    def respond(path: str, headers: dict[str, str]) -> Answer:
        return Answer(body=LIST.format(ARTICLE).encode()) if path == "/xxgk/zfxxgknb/" else Answer()

    (rows := folder / run).mkdir()
    with served(respond, context=server_with(certificate)) as url:
        result = crawled(
            folder,
            country(),
            HERE,
            PORTALS_DIR=row_at(rows, f"{url}/"),
            DOWNLOAD_HANDLERS=OUR_HANDLERS,
            INCREMENTAL=False,
        )[0]
    said = [(one.outcome, one.reason) for one in told(folder, HERE) if "certificate" in one.reason]
    return " ".join(result.guards), said


def test_a_certificate_that_gets_worse_is_told_once_and_its_trouble_always(
    tmp_path: Path, authority: trustme.CA
) -> None:
    good = authority.issue_cert(HERE)
    before = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    expired = authority.issue_cert(HERE, not_before=before, not_after=before + dt.timedelta(days=365))
    guard, plain = ("partial", "guard_certificate"), ("partial", "certificate")
    assert crawl_once(tmp_path, good, "1")[1] == []
    guards, said = crawl_once(tmp_path, expired, "2")
    assert "certificate" in guards
    assert said == [guard]
    guards, said = crawl_once(tmp_path, expired, "3")
    assert "certificate" not in guards
    assert said == [guard, plain]
    strange = trustme.CA().issue_cert("other.example")
    guards, said = crawl_once(tmp_path, strange, "4")
    assert "certificate" in guards
    assert said == [guard, plain, guard]
    evidence = [one.evidence for one in told(tmp_path, HERE) if one.reason == "guard_certificate"][-1]
    assert evidence["before"] == "expired"
    assert "wrong name" in evidence["now"]
