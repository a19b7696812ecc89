"""Pages that are wrapped: MHTML (a MIME message with the page and its pictures), and pages inside archives."""

from __future__ import annotations

import email
import email.policy
from email.message import Message

from crawler.reports import sniff
from crawler.reports.files import kinds
from crawler.reports.files.model import Opened, Unreadable
from crawler.text import decode

_MOST_PARTS = 2_000


def read(source: bytes) -> Opened:
    """The page of an MHTML file.

    Raises:
        Unreadable: it holds no page.
    """
    message = email.message_from_bytes(source, policy=email.policy.compat32)
    found: list[tuple[bytes, str]] = []
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            break
        if part.get_content_type() in ("text/html", "application/xhtml+xml", "text/plain") and not part.is_multipart():
            found.append((_payload(part), str(part.get("Content-Type") or "")))
    pages = [one for one in found if "html" in one[1].lower()] or found
    if not pages:
        raise Unreadable("empty", "a page saved as MHTML without a page in it")
    # Word saves headers and footers as pages of their own, which are short.
    body, content_type = max(pages, key=lambda one: len(one[0]))
    return Opened("mhtml", html=decode(body, content_type).text)


def read_any(source: bytes) -> Opened:
    """A page or a text, plain or as MHTML.

    Raises:
        Unreadable: it is neither.
    """
    if kinds.is_mhtml(source):
        return read(source)
    refused = sniff.refuse(source, None)
    if refused:
        raise Unreadable("not_text", refused.message)
    return Opened("page", html=decode(source, None).text)


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
