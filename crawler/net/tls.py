"""TLS as portals speak it: today's rules first, yesterday's only for rows that say so, odd certificates told apart.

The modern policy: TLS 1.2 and newer, OpenSSL's own choice of ciphers, no server that cannot renegotiate securely
(RFC 5746). The legacy policy: TLS 1.0 to 1.2, all ciphers that this OpenSSL still knows, short keys, such servers
too. A permissive handshake hangs some modern servers (portal-families §0.8), so it is tried only after the modern one.

No certificate closes a connection, as with Scrapy's own handler: the reports are public, and the same portals serve
them by plain http. What is wrong with a certificate is told (`PortalPolicy.certificates`), never hidden.
"""

from __future__ import annotations

from OpenSSL import SSL
from OpenSSL.crypto import X509
from scrapy import exceptions as sx
from service_identity import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet.abstract import isIPAddress, isIPv6Address
from twisted.internet.interfaces import IOpenSSLClientConnectionCreator
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

_MODERN_CIPHERS = b"DEFAULT:!PSK:!SRP"
"""Without the suites for shared secrets and passwords, which no web server has, and which make the greeting long."""

_LEGACY_CIPHERS = b"ALL:!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0"
"""Security level 0 lets short keys, SHA-1 signatures and the protocols before TLS 1.2 through (OpenSSL manual,
SSL_CTX_set_security_level). Anonymous and unencrypted suites stay off: nobody is known to need them."""

_CERTIFICATE: dict[int, str] = {
    9: "not yet valid",
    10: "expired",
    18: "self-signed",
    19: "self-signed root",
    20: "unknown issuer",
    21: "unknown issuer",
    66: "key too short",
    67: "key too short",
    68: "weak signature",
}
"""What OpenSSL's X509_V_ERR numbers mean (x509_vfy.h); another number is told as it is."""


class TlsFailed(Exception):
    """The TLS handshake with a portal failed. `words` is what OpenSSL or the other side said of it."""

    def __init__(self, host: str, words: str, *, legacy: bool = False) -> None:
        self.words = words
        self.legacy = legacy
        super().__init__(f"no TLS connection with {host}: {words}" + (", by old rules too" if legacy else ""))


class TlsInterrupted(TlsFailed, sx.DownloadFailedError):
    """The connection ended in mid-handshake without a word. It may be chance, so that Scrapy tries it again."""


@implementer(IPolicyForHTTPS)
class PortalPolicy:
    """How connections are made: Twisted asks it for each host.

    Attributes:
        certificates: host to what is wrong with the certificate that it showed last, words joined by `, `; hosts whose
            certificate is in order are absent.
        unfinished: hosts with which a handshake was begun and did not come to its end.
    """

    def __init__(self, *, legacy: bool = False) -> None:
        self.certificates: dict[str, str] = {}
        self.unfinished: set[str] = set()
        self._context = _context(legacy=legacy)
        self._context.set_info_callback(self._note_state)

    def creatorForNetloc(self, hostname: bytes, port: int) -> _Creator:
        """A maker of connections to one host."""
        return _Creator(self, hostname.decode("ascii"))

    def connection(self, host: str) -> SSL.Connection:
        """A connection to `host` that shakes no hand yet."""
        made = SSL.Connection(self._context, None)
        made.set_app_data(host)
        service = IPAddress_ID(host) if _is_address(host) else DNS_ID(host)
        if isinstance(service, DNS_ID):
            # An address is no name (RFC 6066, 3): servers may refuse one.
            made.set_tlsext_host_name(host.encode("ascii"))
        wrong: dict[str, None] = {}

        def verify(_: SSL.Connection, certificate: X509, error: int, depth: int, ok: int) -> bool:
            if not ok:
                wrong[_CERTIFICATE.get(error, f"error {error}")] = None
            if depth == 0 and not _is_for(certificate, service):
                wrong["wrong name"] = None
            if depth == 0:
                self._judge(host, wrong)
            return True

        made.set_verify(SSL.VERIFY_PEER, verify)
        self.unfinished.add(host)
        return made

    def _judge(self, host: str, wrong: dict[str, None]) -> None:
        # OpenSSL calls again for each fault of the leaf: the last call knows them all.
        if wrong:
            self.certificates[host] = ", ".join(wrong)
        else:
            self.certificates.pop(host, None)

    def _note_state(self, connection: SSL.Connection, where: int, ret: int) -> None:
        if where & SSL.SSL_CB_HANDSHAKE_DONE:
            self.unfinished.discard(connection.get_app_data())


@implementer(IOpenSSLClientConnectionCreator)
class _Creator:
    """Twisted's view of a policy for one host."""

    def __init__(self, policy: PortalPolicy, host: str) -> None:
        self._policy = policy
        self._host = host

    def clientConnectionForTLS(self, protocol: object) -> SSL.Connection:
        return self._policy.connection(self._host)


def _context(*, legacy: bool) -> SSL.Context:
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_default_verify_paths()
    # Old servers just hang up; without this the end of such an answer would count as torn off.
    context.set_options(SSL.OP_IGNORE_UNEXPECTED_EOF)
    if not legacy:
        context.set_min_proto_version(SSL.TLS1_2_VERSION)
        context.set_cipher_list(_MODERN_CIPHERS)
        return context
    context.set_min_proto_version(SSL.TLS1_VERSION)
    # The greeting of TLS 1.3 with its key shares fills more than one packet; some old servers and filters choke on it.
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    context.set_cipher_list(_LEGACY_CIPHERS)
    context.set_options(SSL.OP_LEGACY_SERVER_CONNECT)
    return context


def _is_address(host: str) -> bool:
    return bool(isIPAddress(host) or isIPv6Address(host))


def _is_for(certificate: X509, service: DNS_ID | IPAddress_ID) -> bool:
    """Whether a certificate names the host (RFC 9525)."""
    try:
        verify_service_identity(extract_patterns(certificate), [service], [])
    except (VerificationError, CertificateError):
        return False
    return True


def handshake_words(error: BaseException) -> str | None:
    """What OpenSSL said of a failed handshake, somewhere among the causes of `error`; None for other troubles."""
    if isinstance(error, SSL.Error):
        said = error.args[0] if error.args and isinstance(error.args[0], list) else []
        return "; ".join(str(entry[-1]) for entry in said) or "the other side hung up"
    inner = [reason.value for reason in getattr(error, "reasons", None) or ()]
    if error.__cause__ is not None:
        inner.append(error.__cause__)
    return next((words for one in inner if (words := handshake_words(one)) is not None), None)
