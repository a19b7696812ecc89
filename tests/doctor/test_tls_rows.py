"""The doctor finds out what a portal's TLS needs: real handshakes on loopback."""

from __future__ import annotations

import ssl
from pathlib import Path

import trustme

from crawler.doctor import Health
from crawler.net.handler import PortalDownloadHandler
from tests.doctor.look import examine, loaded
from tests.net.loopback import Answer, served
from tests.net.test_tls import HERE, context, only_tls_1_0
from tests.spiders.crawl import _tables, row

ALLOW = f'[[allow]]\nhost = "{HERE}"\nreason = "a portal that is reached by its number"\n\n'
LIST = """<html><head><meta charset="utf-8"></head><body><ul><li><a href="./202601/t20260112_1.html">
广州市样例局2025年政府信息公开工作年度报告</a></li></ul></body></html>"""


def respond(path: str, headers: dict[str, str]) -> Answer:
    return Answer(body=LIST.encode())


def told(toml: str, folder: Path) -> Health:
    settings = {
        "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), PortalDownloadHandler),
        "REDIRECT_MAX_TIMES": 2,
    }
    (health,), _ = examine(None, [loaded(ALLOW + toml).portal(HERE)], folder, settings)
    return health


def plain_row(url: str, **quirks: object) -> str:
    columns = [{"url": f"{url}/xxgk/zfxxgknb/"}]
    return "\n".join(_tables([row(HERE, "trs", base=f"{url}/", columns=columns, quirks=quirks)]))


def test_a_plain_row_of_an_old_server_is_broken_and_the_legacy_row_works(tmp_path: Path) -> None:
    leaf = trustme.CA().issue_cert(HERE, key_type=trustme.KeyType.RSA)
    with served(respond, only_tls_1_0(leaf)) as url:
        health = told(plain_row(url), tmp_path)
        again = told(health.proposal, tmp_path)
    assert (health.state, health.outcome, health.reason) == ("broken", "unreachable", "tls")
    assert loaded(ALLOW + health.proposal).portal(HERE).quirks == {"tls": "legacy"}
    assert (again.state, again.proposal) == ("works", "")


def test_a_wrong_certificate_is_told_and_breaks_nothing(tmp_path: Path) -> None:
    leaf = trustme.CA().issue_cert("portal.example")
    with served(respond, context(leaf)) as url:
        health = told(plain_row(url), tmp_path)
    assert health.state == "works"
    assert "wrong name" in health.tls
    assert "wrong name" in str(health.attempt().evidence["tls"])


def test_a_server_that_speaks_no_tls_we_know_is_broken(tmp_path: Path) -> None:
    nothing = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with served(respond, nothing) as url:
        health = told(plain_row(url), tmp_path)
    assert (health.state, health.reason, health.proposal) == ("broken", "tls", "")
