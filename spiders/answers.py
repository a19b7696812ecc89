"""JSON that portals answer to their own pages: read with suspicion, and every surprise named."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any

from scrapy.http import Response

from crawler.net.gates import plain_headers
from crawler.text import decode
from spiders.documents import find_date, squeeze

BEIJING = timezone(timedelta(hours=8))
MAX_ROWS = 5_000
"""Twice the longest list seen (2,500 rows in one answer, portal-families 1.6)."""

_TAG = re.compile(r"<[^<>]{0,300}>")
_CALLBACK = re.compile(r"(?:/\*\*/)?\s{0,9}[A-Za-z_$][\w$.]{0,80}")
_DAY_BEGINS = 10**8


class OddAnswer(ValueError):
    """An answer that is not what the portal promised. `reason` is the stable word of the attempt.

    Reasons: `empty_answer`, `html_for_json`, `broken_json` (cut off, or never JSON), `odd_api_answer` (JSON of another
    shape), `too_many_rows`.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def read_json(response: Response) -> Any:
    """The JSON value in a response's body. Raises `OddAnswer`."""
    text = decode(response.body, plain_headers(response).get("content-type")).text.lstrip("\ufeff \t\r\n")
    if not text:
        raise OddAnswer("empty_answer", f"{response.url} answers nothing where JSON was promised")
    if text.startswith("<"):
        raise OddAnswer("html_for_json", f"{response.url} answers a page where JSON was promised")
    return parse_json(text, response.url)


def parse_json(text: str, url: str) -> Any:
    """JSON text as a value, a callback around it taken off (`callback({…});`). Raises `OddAnswer`.

    `url` says where the text came from.
    """
    try:
        return json.loads(_called(text))
    except (ValueError, RecursionError) as error:
        detail = f"{url} answers {len(text)} characters that are no whole JSON: {error}"
        raise OddAnswer("broken_json", detail) from error


def _called(text: str) -> str:
    """What a callback is called with; the text itself where there is none around it."""
    name, bracket, _ = text[:200].partition("(")
    if not bracket or not _CALLBACK.fullmatch(name.strip()):
        return text
    inner = text[len(name) + 1 :].rstrip(" \t\r\n;")
    return inner[:-1] if inner.endswith(")") else text


def records(value: Any, key: str, url: str) -> list[dict[str, Any]]:
    """The list under `key` of a JSON object, what is no object in it left out. Raises `OddAnswer`."""
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, list):
        said = value.get("message") or value.get("msg") or sorted(value)[:8] if isinstance(value, dict) else type(value)
        raise OddAnswer("odd_api_answer", f"{url} answers JSON without a list {key!r}: {str(said)[:200]}")
    if len(found) > MAX_ROWS:
        raise OddAnswer("too_many_rows", f"{url} answers {len(found)} rows at once, more than {MAX_ROWS} are not read")
    return [one for one in found if isinstance(one, dict)]


def text_of(value: Any) -> str:
    """A title as plain text: marks of the search (`<em>`) and entities gone; "" for what is no text."""
    return squeeze(html.unescape(_TAG.sub("", value))) if isinstance(value, str) else ""


def number_of(value: Any) -> int | None:
    """A count that may come as text; None for what is no count."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and re.fullmatch(r"\d{1,15}", value) else None


def day_of(*values: Any) -> str | None:
    """ISO day of the first value that holds a time: epoch seconds or milliseconds (also as text), or a printed date."""
    for value in values:
        seconds = number_of(value)
        if seconds is not None and seconds > _DAY_BEGINS:
            seconds = seconds // 1000 if seconds > 10**11 else seconds
            return datetime.fromtimestamp(seconds, BEIJING).date().isoformat() if seconds < 10**11 else None
        if isinstance(value, str) and (found := find_date(value)):
            return found
    return None
