"""The index beside a sealed file: CDXJ, as pywb and other replay software reads it.

One line an answer: the address turned round (SURT), a time stamp of 14 digits, and JSON with where the record lies.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC
from urllib.parse import urlsplit

from crawler.archive.model import Capture

SUFFIX = ".cdxj"


def line(capture: Capture) -> str:
    """The line of one capture, without its end."""
    fields = {
        "url": capture.url,
        "mime": "warc/revisit" if capture.kind == "revisit" else capture.mime or "unk",
        "status": str(capture.status) if capture.status is not None else "-",
        "digest": capture.payload_digest or "-",
        "length": str(capture.length),
        "offset": str(capture.offset),
        "filename": capture.file,
    }
    if capture.method != "GET":
        fields["method"] = capture.method
    at = capture.at.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    return f"{surt(capture.url)} {at} {json.dumps(fields, ensure_ascii=True)}"


def index(lines: Iterable[str]) -> bytes:
    """The file: lines in the order of their bytes, which binary search relies on."""
    return b"".join(sorted(one.encode("utf-8", "backslashreplace") + b"\n" for one in lines))


def surt(url: str) -> str:
    """An address as it is sorted: `com,example)/path?b=1&c=2`, lower case, without scheme, `www.` and fragment.

    >>> surt("https://www.gz.gov.cn:8080/Gk/?b=2&a=1#top")
    'cn,gov,gz:8080)/gk?a=1&b=2'
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return url.lower().replace(" ", "%20")
    host = (parts.hostname or "").removeprefix("www.")
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    turned = ",".join(reversed(host.split("."))) + (f":{port}" if port and port != usual else "")
    path = parts.path.rstrip("/") or "/"
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return f"{turned}){path}{'?' + query if query else ''}".lower().replace(" ", "%20")
