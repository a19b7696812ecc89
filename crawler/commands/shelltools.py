"""What `scrapy shell` binds beside Scrapy's own names: report, inspect(), detect(), page(url), fake(family), why(…)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes
from scrapy.settings import BaseSettings

from crawler.commands.terminal import safe

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from crawler.detect import Detection
    from crawler.reports import Report

BANNER = """Bound beside Scrapy's own:
  report                 the page as the parser reads it (None while there is no page)
  inspect()              print the report: encoding, repairs, sections, tables, findings
  detect()               which software the page shows, with reasons
  page(url[, when])      the page as the archive holds it, newest first as of a day ('2026-01-31'); or of a file
  fake(family)           a report page of a fake portal of this family
  why(agency[, year])    what was tried and what came of it; also why(portal)
page() and fake() put what they find into response and report. Nothing is stored."""


class Tools:
    """The names of one shell. `settings`: the project's, with what the command line changed."""

    def __init__(self, settings: BaseSettings) -> None:
        self.settings = settings
        self._vars: dict[str, Any] = {}

    def bind(self, names: dict[str, Any]) -> None:
        """Put the tools among a shell's names, and the report of its response."""
        self._vars = names
        names.update(inspect=self.inspect, detect=self.detect, page=self.page, fake=self.fake, why=self.why)
        response = names.get("response")
        names["report"] = report_of(response) if isinstance(response, Response) else None
        if isinstance(response, Response) and (reason := _gate(response)):
            sys.stderr.write(f"a gate ({reason}) stands in place of {safe(response.url)}: a crawl stops here\n")

    def inspect(self) -> None:
        """Print the report of the response, as `scrapy inspect` does."""
        from rich.console import Console

        from crawler.commands import reportview

        console = Console(highlight=False, markup=False, emoji=False)
        reportview.show(report_of(self._response()), self._response().url, console)

    def detect(self) -> Detection:
        """Which software the response shows."""
        from crawler.detect import detect_all

        response = self._response()
        return detect_all([(response.url, response.body, _declared(response))])

    def page(self, url: str, when: str | datetime | None = None) -> Response:
        """The newest archived answer of an address, or the content of a saved file.

        Args:
            when: a day or moment (ISO, UTC): the newest answer at or before it; a day counts to its end.

        Raises:
            LookupError: nothing of this address is in the archive.
            ArchiveError: it is, and cannot be read; the message names the file.
        """
        if not url.lower().startswith(("http://", "https://")):
            return self._show(_saved(Path(url)))
        from crawler.archive.index import captures_of
        from crawler.archive.reading import read
        from crawler.archive.stores import archive_of

        with self._database() as engine:
            known = captures_of(engine, url, _moment(when))
        if not known:
            raise LookupError(f"the archive holds no answer of {url}; fetch(url) asks the portal")
        held = read(archive_of(self.settings), known[0].file, known[0].offset)
        # The body is unpacked already: a header that says gzip would have it unpacked once more.
        headers = held.scrapy_headers(payload=True)
        headers.pop("Content-Encoding", None)
        return self._show(_made(held.url, held.status, headers, held.body))

    def fake(self, family: str) -> Response:
        """A report page of a fake portal of this family.

        Raises:
            LookupError: no fake portal is of it; the message names the families there are.
        """
        from crawler.demo.country import country
        from crawler.demo.handler import to_fake, to_scrapy
        from crawler.portals import registry

        played = country()
        families = {row.id: row.family for row in registry.shared(str(files("crawler.demo") / "portals"))}
        pages = [report.url for report in played.truth() if families.get(report.portal_id) == family]
        if not pages:
            shown = {families[report.portal_id] for report in played.truth() if report.portal_id in families}
            raise LookupError(f"no fake portal of the family {family!r}; there are {', '.join(sorted(shown))}")
        request = Request(pages[0])
        return self._show(to_scrapy(played.respond(to_fake(request)), request, []))

    def why(self, *words: str | int) -> None:
        """Print what `scrapy why` prints: `why("广州市财政局", 2023)`, `why("gz.gov.cn")`."""
        from crawler.commands.why import story_of, told
        from crawler.portals import registry

        own = self.settings.get("PORTALS_DIR")
        with self._database() as engine:
            found = story_of(engine, registry.shared(own), [str(word) for word in words])
            sys.stdout.write(safe("\n".join(told(found, own))) + "\n")

    @contextmanager
    def _database(self) -> Iterator[Engine]:
        from crawler.store import database_url, open_to_read

        engine = open_to_read(database_url(self.settings.get("DATABASE_URL")))
        try:
            yield engine
        finally:
            engine.dispose()

    def _response(self) -> Response:
        response = self._vars.get("response")
        if not isinstance(response, Response):
            raise LookupError("there is no page yet: fetch(url), page(url) or fake(family) first")
        return response

    def _show(self, response: Response) -> Response:
        self._vars.update(response=response, request=response.request)
        self.bind(self._vars)
        return response


def report_of(response: Response) -> Report:
    """The page as the parser reads it, a gate in its place told as such: as `scrapy inspect` reads."""
    from crawler.commands.inspect import Source, read

    as_given = argparse.Namespace(title="", keep_script=False, member="")
    source = Source(response.body, _declared(response), response.url, cut="dataloss" in response.flags)
    return read(source, as_given)


def _gate(response: Response) -> str | None:
    from crawler.net.gates import gate

    return gate(response.status, {}, response.body)


def _declared(response: Response) -> str | None:
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else None


def _made(url: str, status: int, headers: Headers, body: bytes) -> Response:
    kind = responsetypes.from_args(headers=headers, url=url, body=body)
    return kind(url=url, status=status, headers=headers, body=body, request=Request(url))


def _saved(path: Path) -> Response:
    from crawler.commands.inspect import read_file

    source = read_file(str(path))
    if source.error:
        raise LookupError(source.error)
    return _made(path.resolve().as_uri(), 200, Headers(), source.body)


def _moment(when: str | datetime | None) -> datetime | None:
    if when is None:
        return None
    at = when if isinstance(when, datetime) else datetime.fromisoformat(when)
    if isinstance(when, str) and len(when) <= len("2026-01-31"):
        at = at.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
