"""TLS with real handshakes on loopback: what is read, what is refused, and what each is called."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import trustme

from crawler.net.handler import LEGACY_FLAG
from crawler.net.tls import PortalPolicy, TlsFailed
from tests.net.loopback import PAGE, Answer, ask, served

HERE = "127.0.0.1"

OLD_GROUP = """
-----BEGIN DH PARAMETERS-----
MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
/1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
-----END DH PARAMETERS-----
"""
"""RFC 2409, 6.2: the group of 1,024 bits that old servers still use."""

LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine trusts the test's authority for as long as the test lasts."""
    file = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(file)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))


def context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    return made


def only_tls_1_0(certificate: trustme.LeafCert) -> ssl.SSLContext:
    made = context(certificate)
    try:
        made.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSv1"):
            made.minimum_version = made.maximum_version = ssl.TLSVersion.TLSv1
    except (ssl.SSLError, ValueError) as error:
        pytest.skip(f"the OpenSSL of this Python speaks no TLS 1.0 ({error}): an old server cannot be played")
    return made


def short_diffie_hellman(certificate: trustme.LeafCert, folder) -> ssl.SSLContext:
    made = context(certificate)
    file = folder / "dh.pem"
    file.write_text(OLD_GROUP)
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    try:
        made.set_ciphers("DHE-RSA-AES128-SHA:@SECLEVEL=0")
        made.load_dh_params(str(file))
    except ssl.SSLError as error:
        pytest.skip(f"the OpenSSL of this Python has no short Diffie-Hellman ({error}): an old server cannot be played")
    return made


def test_a_server_in_order_is_read_without_a_remark(authority: trustme.CA, trusted: None) -> None:
    with served(context=context(authority.issue_cert(HERE))) as url:
        spider, result = ask(url + "/")
    assert [response.body for response in spider.responses] == [PAGE]
    assert spider.responses[0].flags == []
    assert not [key for key in result.stats if key.startswith("tls/")]


@pytest.mark.parametrize("old", ["tls 1.0", "short key exchange"])
def test_an_old_server_is_refused_to_a_plain_row_and_read_for_a_legacy_row(
    authority: trustme.CA, trusted: None, tmp_path, old: str
) -> None:
    leaf = authority.issue_cert(HERE, key_type=trustme.KeyType.RSA)
    server = only_tls_1_0(leaf) if old == "tls 1.0" else short_diffie_hellman(leaf, tmp_path)
    with served(context=server) as url:
        plain, _ = ask(url + "/")
        legacy, result = ask(url + "/a", url + "/b", LEGACY_TLS_HOSTS=[HERE])
    assert [(note.outcome, note.reason) for note in plain.notes] == [("unreachable", "tls")]
    assert plain.responses == []
    assert 'tls = "legacy"' in plain.notes[0].detail
    assert [response.body for response in legacy.responses] == [PAGE, PAGE]
    assert all(response.flags == [LEGACY_FLAG] for response in legacy.responses)
    assert result.stats[f"tls/legacy/{HERE}"] is True


def test_a_modern_server_is_asked_by_modern_rules_even_for_a_legacy_row(authority: trustme.CA, trusted: None) -> None:
    with served(context=context(authority.issue_cert(HERE))) as url:
        spider, result = ask(url + "/", LEGACY_TLS_HOSTS=[HERE])
    assert spider.responses[0].flags == []
    assert "tls/legacy/127.0.0.1" not in result.stats


def expired(authority: trustme.CA) -> ssl.SSLContext:
    return context(authority.issue_cert(HERE, not_before=LONG_AGO, not_after=LONG_AGO + dt.timedelta(days=365)))


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (lambda ca: context(ca.issue_cert("portal.example")), "wrong name"),
        (lambda ca: context(ca.issue_cert("10.1.1.1")), "wrong name"),
        (expired, "expired"),
        (lambda ca: context(trustme.CA().issue_cert(HERE)), "unknown issuer"),
    ],
)
def test_an_odd_certificate_is_read_and_told(authority: trustme.CA, trusted: None, server, said: str) -> None:
    with served(context=server(authority)) as url:
        spider, result = ask(url + "/a", url + "/b")
    assert [response.body for response in spider.responses] == [PAGE, PAGE]
    assert said in result.stats[f"tls/certificate/{HERE}"]
    assert all(any(said in flag for flag in response.flags) for response in spider.responses)
    assert result.text.count("is not in order") == 1


def test_a_host_name_is_sent_and_matched(authority: trustme.CA, trusted: None) -> None:
    asked: list[str | None] = []
    server = context(authority.issue_cert("localhost"))
    server.sni_callback = lambda _, name, __: asked.append(name)
    with served(context=server) as url:
        spider, _ = ask(url.replace(HERE, "localhost") + "/")
    assert set(asked) == {"localhost"}
    assert spider.responses[0].flags == []


def test_plain_http_on_the_port_of_https_is_named(authority: trustme.CA) -> None:
    with served() as url:
        spider, _ = ask(url.replace("http://", "https://") + "/")
    assert [(note.outcome, note.reason) for note in spider.notes] == [("unreachable", "tls")]
    assert "http_only = true" in spider.notes[0].detail


@contextmanager
def saying(answer: bytes | None) -> Iterator[str]:
    """A server that answers a client's first bytes with `answer`, or with silence (None), and nothing else."""
    listener = socket.create_server((HERE, 0))
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.recv(4096)
            if answer is None:
                held.append(connection)
                continue
            connection.sendall(answer)
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"https://{HERE}:{listener.getsockname()[1]}"
    finally:
        listener.close()
        for connection in held:
            connection.close()


def server_hello() -> bytes:
    """A TLS 1.2 ServerHello without any extension: what servers older than RFC 5746 say."""
    body = b"\x03\x03" + bytes(32) + b"\x00" + b"\xc0\x2f" + b"\x00"
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x03" + len(message).to_bytes(2, "big") + message


def test_a_server_without_secure_renegotiation_is_only_for_legacy_rows() -> None:
    with saying(server_hello()) as url:
        plain, _ = ask(url + "/")
        legacy, _ = ask(url + "/", LEGACY_TLS_HOSTS=[HERE])
    assert "renegotiation" in plain.notes[0].detail
    # The fake says nothing after its greeting: what counts is that the greeting was accepted.
    assert "renegotiation" not in legacy.notes[0].detail
    assert "by old rules too" in legacy.notes[0].detail


def test_a_connection_closed_in_mid_handshake_is_tls_and_tried_again() -> None:
    with saying(b"") as url:
        spider, result = ask(url + "/", RETRY_TIMES=1)
    assert [(note.outcome, note.reason) for note in spider.notes] == [("unreachable", "tls")]
    assert result.stats["retry/count"] >= 1


def test_a_refusal_by_rule_is_not_tried_again(authority: trustme.CA) -> None:
    with served(context=only_tls_1_0(authority.issue_cert(HERE))) as url:
        spider, result = ask(url + "/", RETRY_TIMES=2)
    assert isinstance(spider.errors[0], TlsFailed)
    assert result.stats.get("retry/count", 0) == 0


def test_silence_in_the_handshake_is_a_timeout_that_says_where() -> None:
    with saying(None) as url:
        spider, _ = ask(url + "/", DOWNLOAD_TIMEOUT=1, ROBOTSTXT_OBEY=False)
    assert [(note.outcome, note.reason) for note in spider.notes] == [("unreachable", "timeout")]
    assert "handshake" in spider.notes[0].detail


def test_an_answer_that_ends_with_the_connection_is_whole(authority: trustme.CA, trusted: None) -> None:
    with served(lambda *_: Answer(length=False), context(authority.issue_cert(HERE))) as url:
        spider, _ = ask(url + "/")
    assert [response.body for response in spider.responses] == [PAGE]
    assert "dataloss" not in spider.responses[0].flags


def test_a_policy_forgets_a_certificate_that_was_mended() -> None:
    policy = PortalPolicy()
    policy._judge("a.gov.cn", {"expired": None})
    policy._judge("a.gov.cn", {})
    assert policy.certificates == {}
