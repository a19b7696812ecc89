"""Requests, responses and sites of the fake country: values and plain functions, no socket and no Scrapy."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class FakeRequest:
    """What a client asked for.

    Attributes:
        method: upper-case HTTP method.
        url: absolute address, real host name included.
        headers: request headers, lower-case names.
        body: request body as sent.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def scheme(self) -> str:
        """`http` or `https`."""
        return urlsplit(self.url).scheme

    @property
    def host(self) -> str:
        """Host name in lower case, port left out when it is the scheme's own."""
        parts = urlsplit(self.url)
        name = (parts.hostname or "").lower()
        return name if parts.port in (None, 80, 443) else f"{name}:{parts.port}"

    @property
    def path(self) -> str:
        """Path as asked, `/` for none."""
        return urlsplit(self.url).path or "/"

    @property
    def query(self) -> dict[str, str]:
        """Query parameters; the last of equal names wins."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def form(self) -> dict[str, str]:
        """Body read as a form; empty when it is none."""
        try:
            return dict(parse_qsl(self.body.decode("utf-8"), keep_blank_values=True))
        except UnicodeDecodeError:
            return {}

    @property
    def cookies(self) -> dict[str, str]:
        """Cookies sent with the request."""
        pairs = (part.strip().partition("=") for part in self.headers.get("cookie", "").split(";"))
        return {name: value for name, mark, value in pairs if mark}


@dataclass(frozen=True, slots=True)
class FakeResponse:
    """What a portal answers: status, header lines in order, body bytes as they stand on the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """First value of a header, None when it is not sent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


FakePortal = Callable[[FakeRequest], FakeResponse]
"""A portal is a plain function from request to response."""

Answer = FakeResponse | FakePortal


def page(html: str, *, charset: str = "utf-8", declared: str | None = None, status: int = 200) -> FakeResponse:
    """An HTML answer. `declared` is the charset named in the header when it differs from the bytes'; "" names none."""
    name = charset if declared is None else declared
    kind = f"text/html; charset={name}" if name else "text/html"
    return FakeResponse(status, (("Content-Type", kind),), html.encode(charset))


def data(value: Any, *, kind: str = "application/json; charset=utf-8") -> FakeResponse:
    """A JSON answer, Chinese characters unescaped as the portals send them."""
    return FakeResponse(200, (("Content-Type", kind),), json.dumps(value, ensure_ascii=False).encode("utf-8"))


def moved(target: str, *, status: int = 302, cookie: str | None = None) -> FakeResponse:
    """A redirect, setting a cookie when one is given."""
    lines = [("Location", target), ("Content-Type", "text/html")]
    if cookie:
        lines.append(("Set-Cookie", cookie))
    return FakeResponse(status, tuple(lines), b"")


def not_found(request: FakeRequest) -> FakeResponse:
    """The 404 of an Apache or nginx front that knows nothing of the CMS behind it."""
    text = (
        f"<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1>{len(request.path)}</body></html>"
    )
    return FakeResponse(404, (("Content-Type", "text/html; charset=iso-8859-1"),), text.encode("latin-1"))


def answer(found: Answer, request: FakeRequest) -> FakeResponse:
    """The response that a table entry gives to a request."""
    return found if isinstance(found, FakeResponse) else found(request)


@dataclass(slots=True)
class Site:
    """One host's content: a table of paths and a few patterns. Calling it answers a request (a `FakePortal`).

    Attributes:
        host: real host name, lower case.
        pages: path (with `?query` where the query selects the page) to answer. A directory's index stands at `…/`.
        patterns: regular expressions over the path, tried in order when no path matches.
        schemes: schemes that answer; on the other one the connection is refused (`Country.speaks`).
        robots: text of `/robots.txt`; "" answers 404 as most portals do.
        gate: asked first; a response stops the request there (challenges, cookies, redirects).
    """

    host: str
    pages: dict[str, Answer] = field(default_factory=dict)
    patterns: list[tuple[re.Pattern[str], FakePortal]] = field(default_factory=list)
    schemes: frozenset[str] = frozenset({"http", "https"})
    robots: str = ""
    gate: Callable[[FakeRequest], FakeResponse | None] | None = None

    def add(self, path: str, found: Answer) -> None:
        """Put an answer at a path; a path ending in `/` is also reached as `…/index.html`.

        Raises ValueError when the path is taken: two pages at one address would hide each other.
        """
        for key in (path, path + "index.html") if path.endswith("/") else (path,):
            if key in self.pages:
                raise ValueError(f"{self.host}: two pages at {key}")
            self.pages[key] = found

    def add_pattern(self, pattern: str, found: FakePortal) -> None:
        """Answer every path that matches a regular expression."""
        self.patterns.append((re.compile(pattern), found))

    def __call__(self, request: FakeRequest) -> FakeResponse:
        """Answer one request."""
        if self.gate is not None and (stopped := self.gate(request)) is not None:
            return stopped
        if request.path == "/robots.txt" and self.robots:
            return FakeResponse(200, (("Content-Type", "text/plain"),), self.robots.encode("utf-8"))
        query = urlsplit(request.url).query
        for key in (f"{request.path}?{query}", request.path):
            if key in self.pages:
                return answer(self.pages[key], request)
        for pattern, found in self.patterns:
            if pattern.fullmatch(request.path):
                return found(request)
        return not_found(request)
