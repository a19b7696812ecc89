"""Classify what went wrong with a request: outcome, stable reason, and a sentence that names the culprit (law 9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from scrapy import exceptions as sx
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from crawler.archive.model import NotInArchive
from crawler.items import Outcome
from crawler.net import standins
from crawler.net.gates import Gated
from crawler.net.hosts import OffHost
from crawler.net.redirects import RedirectLoop
from crawler.net.render import NoBrowser
from crawler.net.robots import Forbidden
from crawler.net.silent import Silent
from crawler.net.throttled import Throttled
from crawler.net.tls import TlsFailed


@dataclass(frozen=True, slots=True)
class FailureNote:
    """Outcome, reason word and sentence of one failed request; `evidence` is small JSON-able facts beside them."""

    outcome: Outcome
    reason: str
    detail: str
    evidence: dict[str, object] = field(default_factory=dict)


_GATED: dict[Outcome, str] = {
    "blocked": "; it is left alone. Try again from another network, later.",
    "unreachable": ". Look at it in a browser; the portal may have moved: scrapy doctor.",
}

_UNREACHABLE: tuple[tuple[type[Exception], str, str], ...] = (
    (sx.DownloadTimeoutError, "timeout", "no answer within the time limit"),
    (sx.CannotResolveHostError, "dns", "the host name does not resolve"),
    (sx.DownloadConnectionRefusedError, "connection_refused", "the connection was refused"),
)


def classify(failure: Failure) -> FailureNote:
    """Outcome of a failed request, for the ledger. Every failure gets one; an unknown error is named by its type."""
    error: BaseException = failure.value or RuntimeError("a failure without an error")
    if isinstance(error, Silent):
        told = classify(Failure(error.earlier))  # type: ignore[no-untyped-call]
        return replace(told, detail=f"{told.detail}; no address of {error.host} was asked any more")
    if isinstance(error, Gated):
        return FailureNote(error.outcome, error.reason, f"{error}{_GATED[error.outcome]}")
    if isinstance(error, Throttled):
        return _throttled(error)
    if isinstance(error, Forbidden):
        return FailureNote("blocked", "robots_txt", f"{error}. A registry row may say otherwise, with a reason.")
    if isinstance(error, NotInArchive):
        return FailureNote("unreachable", "not_archived", f"{error}. Crawl it: without REPLAY.")
    if isinstance(error, OffHost):
        return FailureNote("refused", "off_host", f"{error}. If it is a portal, give it a registry row.")
    if isinstance(error, RedirectLoop):
        return FailureNote("unreadable", "redirect_loop", f"{error}, without setting a cookie")
    if isinstance(error, HttpError):
        return _http(error.response.status, error.response.url, error.response.flags)
    if isinstance(error, NoBrowser):
        return FailureNote("unreadable", "no_browser", f"the page needs a browser, and {error}")
    if isinstance(error, TlsFailed):
        return FailureNote("unreachable", "tls", f"{error}. {_tls_advice(error)}")
    if isinstance(error, sx.DownloadCancelledError) or _unfolds_too_far(error):
        return FailureNote("unreadable", "too_large", "the answer is larger than DOWNLOAD_MAXSIZE; it was not read")
    if isinstance(error, sx.ResponseDataLossError):
        return FailureNote("unreadable", "truncated", "the connection ended before the whole page had come")
    for kind, reason, sentence in _UNREACHABLE:
        if isinstance(error, kind):
            return FailureNote("unreachable", reason, f"{sentence} ({error})")
    return _by_name(error)


def _tls_advice(error: TlsFailed) -> str:
    if "wrong version number" in error.words or "http request" in error.words:
        return "It speaks plain http on this port: try `http_only = true` in the quirks of its row."
    if error.legacy:
        return "Try `http_only = true` in the quirks of its row."
    return 'Try `tls = "legacy"`, or `http_only = true`, in the quirks of its row; scrapy doctor finds out which.'


def _unfolds_too_far(error: BaseException) -> bool:
    """True when a compressed answer was given up because its content is too large (Scrapy has no type of its own)."""
    return isinstance(error, sx.IgnoreRequest) and "DOWNLOAD_MAXSIZE" in str(error)


def _throttled(error: Throttled) -> FailureNote:
    """429 is a gate for whoever asks too much, 503 a host that cannot at present; both may say when to come back."""
    outcome: Outcome = "blocked" if error.status == 429 else "unreachable"
    if error.until is not None:
        evidence: dict[str, object] = {"retry_after": error.until.isoformat(), "status": error.status}
        return FailureNote(outcome, "retry_later", f"{error}. Crawl it again then.", evidence)
    reason = "gate_429" if error.status == 429 else "http_503"
    return FailureNote(outcome, reason, f"{error}; it is left alone. Try again later.", {"status": error.status})


def _http(status: int, url: str, flags: Sequence[str]) -> FailureNote:
    if standin := next((one for one in (standins.SOFT_404, standins.HOME) if one.reason in flags), None):
        said = "a page that says there is none" if standin is standins.SOFT_404 else "its home page"
        return FailureNote(
            standin.outcome, standin.reason, f"the portal shows {said} in place of {url}: the address has moved"
        )
    if status in {404, 410}:
        return FailureNote("missing", f"http_{status}", f"the portal answers {status} for {url}: the address has moved")
    return FailureNote("unreachable", f"http_{status}", f"the portal answers {status} for {url}")


def _by_name(error: BaseException) -> FailureNote:
    module = type(error).__module__
    if module.startswith("playwright"):
        return FailureNote(
            "unreadable",
            "browser",
            f"the page needs a browser, and the browser said: {str(error).splitlines()[0][:200]}",
        )
    if isinstance(error, sx.DownloadFailedError | OSError):
        return FailureNote("unreachable", "connection", f"the connection failed: {error}")
    if isinstance(error, sx.IgnoreRequest):
        return FailureNote("refused", "ignored", str(error))
    return FailureNote("unreachable", type(error).__name__, str(error)[:300])
