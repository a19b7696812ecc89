"""From a page to a checked report: one way for the pipelines of a crawl and for reading archived pages anew. Pure."""

from __future__ import annotations

from functools import partial

from crawler.items import PageItem
from crawler.reports import parse, parse_text, with_checks
from crawler.reports.files.carried import chosen
from crawler.reports.files.kinds import kind_of
from crawler.reports.model import EncodingNote, Report
from crawler.reports.sniff import refuse
from crawler.text import decode, repair
from crawler.text.model import Decoded


def decoded(item: PageItem) -> Decoded | None:
    """The page's text; None for what is no text: files (PDF, Word …), pictures, lists, refusals."""
    if item.role != "report":
        return None
    content_type = item.headers.get("content-type")
    if kind_of(item.body) is not None or refuse(item.body, content_type) is not None:
        return None
    return decode(item.body, content_type)


def parsed(item: PageItem, *, keep_script: bool = False) -> Report | None:
    """The report in a page whose `decoded` is set, repaired and read, not yet checked; None for a list or a refusal.

    A page that cannot be read gets a report that says why. `keep_script` leaves traditional script as it is.
    """
    if item.role != "report":
        return None
    if item.decoded is None:
        # A PDF or Word file is opened here; a picture, an empty body are named in a finding.
        return parse(
            item.body,
            item.headers.get("content-type"),
            item.url,
            list_title=item.list_title,
            keep_script=keep_script,
            cut=item.cut,
        )
    report = parse_text(
        repair(item.decoded.text, keep_script=keep_script),
        encoding=EncodingNote.of(item.decoded),
        url=item.url,
        list_title=item.list_title,
        keep_script=keep_script,
        cut=item.cut,
    )
    if item.files:
        return chosen(report, item.decoded.text, item.files, partial(_of_file, item, keep_script))
    return report


def read(item: PageItem, *, keep_script: bool = False) -> None:
    """Set `decoded` and `report` of a page as the pipelines of a crawl do, checks included."""
    item.decoded = decoded(item)
    report = parsed(item, keep_script=keep_script)
    item.report = with_checks(report) if report is not None else None


def _of_file(item: PageItem, keep_script: bool, html: str, title: str) -> Report:
    """The reading of a file that the page carries."""
    repaired = repair(html, keep_script=keep_script)
    return parse_text(repaired, url=item.url, list_title=title or item.list_title, keep_script=keep_script)
