"""From what was seen to what is said: the state of a row, and the changed rows that may mend it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit, urlunsplit

from crawler.detect import Detection, detect_all
from crawler.detect.model import GENERIC
from crawler.doctor.model import Health, Looked, Remedy, State
from crawler.items import AttemptItem
from crawler.portals.checks import is_allowed
from crawler.portals.model import Portal
from crawler.portals.quirks import FAMILIES, QUIRK_FAMILIES, SHAPES
from crawler.years import due_date, newest_due

_DEAD_LINE = frozenset({"tls", "timeout", "connection_refused", "connection"})
"""Reasons for which the other scheme may answer."""

_LEGACY = "tls_legacy"


def detected(seen: Looked) -> Detection:
    """The family for which the pages that came speak."""
    cookies = [name for page in seen.pages for name in page.cookies]
    return detect_all([(page.url, page.body, page.content_type) for page in seen.pages], cookies)


def judged(portal: Portal, seen: Looked, requests: int, today: date) -> Health:
    """What is said of the row as it stands; without a remedy."""
    state, said = _state(portal, seen, today)
    found = detected(seen)
    return Health(
        portal.id,
        portal.name,
        state,
        said.outcome,
        said.reason,
        said.detail,
        said.url or portal.base,
        portal.family,
        found.family if found.sure else "",
        len(seen.reports),
        seen.newest,
        ", ".join(sorted(flag.removeprefix("certificate: ") for flag in seen.tls)),
        requests,
    )


def _state(portal: Portal, seen: Looked, today: date) -> tuple[State, AttemptItem]:
    if seen.reports:
        return _state_of_list(portal, seen, today)
    trouble = seen.trouble
    if trouble is not None and trouble.outcome == "blocked":
        return "blocked", trouble
    if seen.unfinished and (trouble is None or trouble.outcome != "unreachable"):
        detail = f"the few requests of the doctor did not lead to a list of reports; try: {_crawl(portal)}"
        return "unsure", AttemptItem(portal.id, "partial", "not_reached", detail, portal.base)
    if trouble is not None:
        return "broken", trouble
    if seen.unclear:
        detail = (
            f"{seen.unclear} rows do not say what they are: only a crawl that opens them can tell; {_crawl(portal)}"
        )
        return "unsure", AttemptItem(portal.id, "partial", "unclear_rows", detail, portal.base)
    if seen.lists:
        detail = f"{seen.rows} rows were read, none of them is a report"
        return "broken", AttemptItem(portal.id, "missing", "no_report_listed", detail, portal.base)
    detail = "no way leads from the home page to a column of annual reports"
    return "broken", AttemptItem(portal.id, "missing", "no_column", detail, portal.base)


def _state_of_list(portal: Portal, seen: Looked, today: date) -> tuple[State, AttemptItem]:
    first = seen.reports[0]
    where = first.column.url
    number = len(seen.reports)
    told = f"{number} report{'s are' if number > 1 else ' is'} listed"
    if portal.columns and all(report.found for report in seen.reports):
        trouble = seen.trouble
        why = f" ({trouble.reason}: {trouble.detail})" if trouble else ""
        detail = f"the column of the row is gone{why}; {told} in {where}"
        return "broken", AttemptItem(portal.id, "missing", "column_moved", detail[:500], where)
    wanted = due(portal, today)
    if seen.newest is not None:
        told += f", the newest{' seen' if seen.unfinished and seen.newest < wanted else ''} of {seen.newest}"
    if _LEGACY in seen.tls and portal.quirks.get("tls") != "legacy":
        detail = "https works by old rules only, which the row does not allow"
        return "broken", AttemptItem(portal.id, "unreachable", "tls", detail, where)
    if seen.newest is not None and seen.newest < wanted and not seen.unfinished:
        detail = f"{told}, that of {wanted} was due: the list may have been given up for another"
        return "stale", AttemptItem(portal.id, "found", "old_reports", detail, where)
    return "works", AttemptItem(portal.id, "found", "ok", told, where)


def due(portal: Portal, today: date) -> int:
    """The newest year whose report must stand there by now."""
    year = newest_due(today)
    government = any(agency.type in {"government", "office"} for agency in portal.agencies)
    return year if today > due_date(year, government=government) else year - 1


def _crawl(portal: Portal) -> str:
    return f"scrapy crawl {portal.family} -a portal={portal.id} -a sample=1"


# ---------------------------------------------------------------------------------------------------- remedies


def remedies(portal: Portal, seen: Looked) -> Iterator[Remedy]:
    """Changed rows that are worth a try where the row as it stands gave no report, the likeliest first."""
    trouble = seen.trouble
    if trouble is not None and trouble.outcome == "unreachable" and trouble.reason in _DEAD_LINE and not seen.pages:
        yield from _other_scheme(portal, trouble)
    found = detected(seen)
    if _is_another(portal, found):
        marks = "; ".join(reason.says for reason in found.reasons[:2])
        row = as_family(portal, found.family, found.shape)
        yield Remedy(row, f"its pages are of the family {found.family}, not {portal.family} ({marks})")


def is_of_another_family(portal: Portal, seen: Looked) -> bool:
    """True when the pages that came are surely of another family than the row says."""
    return _is_another(portal, detected(seen))


def _is_another(portal: Portal, found: Detection) -> bool:
    return found.sure and found.family not in {portal.family, GENERIC}


def _other_scheme(portal: Portal, trouble: AttemptItem) -> Iterator[Remedy]:
    if trouble.url and trouble.url.startswith("https:"):
        yield Remedy(with_scheme(portal, "http"), f"https fails ({trouble.reason}), http answers")
    elif not portal.quirks.get("http_only"):
        yield Remedy(with_scheme(portal, "https"), f"http fails ({trouble.reason}), https answers")


def untried(portal: Portal, seen: Looked) -> Remedy | None:
    """A changed row that nobody may or can try now: a moved host, a list that only a browser sees."""
    for url in seen.moved:
        host = (urlsplit(url).hostname or "").lower()
        if is_allowed(host, frozenset()):
            return Remedy(_on_host(portal, host, url), f"it redirects to {host}, which was not asked: look at it first")
    reasons = {one.reason for one in seen.troubles}
    if "list_needs_javascript" in reasons and not portal.quirks.get("render"):
        row = portal.model_copy(update={"quirks": {**portal.quirks, "render": True}})
        return Remedy(row, "its list is made by scripts: a browser may see it")
    return None


def as_seen(portal: Portal, seen: Looked) -> Remedy | None:
    """The row with what was seen to be otherwise where reports were listed: another column, old TLS."""
    why: list[str] = []
    row = portal
    if seen.reports and all(report.found for report in seen.reports):
        row = _with_column(row, seen)
        why.append("its column stands at another address" if portal.columns else "its column was found")
    if _LEGACY in seen.tls and portal.quirks.get("tls") != "legacy":
        row = row.model_copy(update={"quirks": {**row.quirks, "tls": "legacy"}})
        why.append("https works by old rules only")
    return Remedy(row, ", ".join(why)) if why else None


def with_scheme(portal: Portal, scheme: str) -> Portal:
    """The row with all its addresses by http (and the quirk that keeps them so) or by https."""
    quirks = {key: value for key, value in portal.quirks.items() if key != "http_only"}
    if scheme == "http":
        quirks["http_only"] = True
    columns = tuple(one.model_copy(update={"url": _by(one.url, scheme)}) for one in portal.columns)
    samples = tuple(_by(url, scheme) for url in portal.sample_urls)
    update = {"base": _by(portal.base, scheme), "columns": columns, "sample_urls": samples, "quirks": quirks}
    return portal.model_copy(update=update)


def as_family(portal: Portal, family: str, shape: str | None) -> Portal:
    """The row as one of another family: shape, parameters and quirks that only the old one knows are gone."""
    quirks = {
        key: value for key, value in portal.quirks.items() if family in QUIRK_FAMILIES.get(key, frozenset({family}))
    }
    columns = tuple(one.model_copy(update={"params": {}}) for one in portal.columns)
    fitting = shape if shape and family in SHAPES.get(shape, frozenset()) else None
    return portal.model_copy(update={"family": family, "shape": fitting, "quirks": quirks, "columns": columns})


def _by(url: str, scheme: str) -> str:
    parts = urlsplit(url)
    # A port belongs to its scheme: 8443 speaks no http.
    host = parts.netloc.removesuffix(":443").removesuffix(":80")
    return urlunsplit(parts._replace(scheme=scheme, netloc=host))


def _on_host(portal: Portal, host: str, url: str) -> Portal:
    scheme = urlsplit(url).scheme
    hosts = tuple(dict.fromkeys((host, *portal.hosts)))
    return portal.model_copy(update={"base": f"{scheme}://{host}/", "hosts": hosts, "columns": (), "sample_urls": ()})


def _with_column(portal: Portal, seen: Looked) -> Portal:
    """The row with the column that was found in place of those that failed, without parameters that no row knows."""
    column = seen.reports[0].column
    known = FAMILIES[portal.family].model_fields
    column = column.model_copy(update={"params": {key: one for key, one in column.params.items() if key in known}})
    gone = {one.url for one in seen.troubles}
    kept = tuple(one for one in portal.columns if one.url not in gone and one.url != column.url)
    return portal.model_copy(update={"columns": (column, *kept)})
