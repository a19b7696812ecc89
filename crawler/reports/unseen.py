"""Hidden parts of a page that hold a report, or a part of one: which are read and which are not.

What a browser does not show may be a panel of tabs (the report, in pieces), the whole article until a script shows it,
a twin for printing, or quite another report that was left in the template. So nothing hidden is read as a report while
the page shows one; a panel that only adds to what is shown is read with it; and where the page shows no report, the
hidden one is read, with a finding.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from crawler.reports import metas, titles, tree
from crawler.reports.blocks import from_html
from crawler.reports.model import Finding
from crawler.reports.signs import FORM_WORDS, Signs, signs
from crawler.reports.tree import Element, Tree, text_of
from crawler.reports.veils import Veil

_LEAST = 120
"""Characters of the shortest hidden part that may be a report or a table of one."""
_WHOLE = 3
"""Signs (sections, and tables as one) that make a part a report by itself."""
_PROSE = 300
"""Characters of sentences that a page shows which has an article of its own, if not one in the sections of the law."""
_MOST_PARTS = 60
_MOST_READ = 8_000_000
_LINE = re.compile(r"[一二三四五六][、.．]|信息公开")


@dataclass(frozen=True, slots=True)
class _Part:
    """One hidden part, taken out of the page: its elements, what stands in their places, and what it holds."""

    nodes: Veil
    places: tuple[Element, ...]
    held: Signs

    @property
    def is_report(self) -> bool:
        """Whether it is a report by itself."""
        return self.held.count >= _WHOLE

    def restore(self) -> None:
        """Put it back where it stood."""
        for node, place in zip(self.nodes, self.places, strict=True):
            parent = place.getparent()
            if parent is not None:
                node.tail = place.tail
                parent.replace(place, node)


def settle(page: Tree) -> tuple[Finding, ...]:
    """Take hidden reports out of a page that shows one, and say what was hidden. Changes the tree."""
    found: list[Finding] = []
    hidden = [veil for veil in page.hidden if _in_tree(veil, page.root)]
    for _ in range(3):  # a hidden wrapper may hold hidden parts of its own
        boxes = {node for veil in hidden for node in veil}
        outer, deeper = list[Veil](), list[Veil]()
        for veil in hidden:
            inside = any(parent in boxes for parent in veil[0].iterancestors())
            (deeper if inside else outer).append(veil)
        parts = [_take_out(veil) for veil in islice(filter(_may_matter, outer), _MOST_PARTS)]
        if not parts:
            break
        shown = signs(page.root)
        kept = _kept(page.root, parts, shown, found)
        for part in reversed(parts):
            if part in kept:
                part.restore()
        inner = [veil for veil in deeper if _in_tree(veil, page.root)]
        if not inner or shown.count >= 2:
            break
        hidden = inner
    return tuple(found)


def _kept(root: Element, parts: Sequence[_Part], shown: Signs, found: list[Finding]) -> list[_Part]:
    """The parts that are read with the page, or for it; findings on the others are added to `found`."""
    page_titles = _page_titles(root)
    kept: list[_Part] = []
    shows_report = shown.count >= 2 and (shown.forms or len(shown.sections) >= _WHOLE)
    reports = [part for part in parts if part.is_report]
    best = max(reports, key=lambda part: _likeness(part, page_titles), default=None)
    if shows_report or (best and _is_other(_headline(best), page_titles) and _prose(root) >= _PROSE):
        best = None
    for part in parts:
        if part is best:
            found.append(_read(part, page_titles))
            kept.append(part)
        elif part in reports or (shows_report and _is_copy(part, shown)):
            found.append(_left_out(part, page_titles))
        else:
            kept.append(part)
    return kept


def _prose(root: Element) -> int:
    """Characters of the sentences that a page shows."""
    return sum(len(block.text) for block in from_html(root) if "。" in block.text and not block.linked)


def _is_copy(part: _Part, shown: Signs) -> bool:
    """Whether a part says again, in tables, what the page shows: a twin for printing."""
    return bool(part.held.forms) and part.held.forms <= shown.forms and part.held.sections <= shown.sections


def _take_out(veil: Veil) -> _Part:
    held = [signs(node) for node in veil]
    places = []
    for node in veil:
        place = node.makeelement("span", {})
        parent = node.getparent()
        if parent is not None:
            place.tail, node.tail = node.tail, None
            parent.replace(node, place)
        places.append(place)
    sections = frozenset(name for one in held for name in one.sections)
    forms = frozenset(word for one in held for word in one.forms)
    together = Signs(sections, forms, ())
    return _Part(veil, tuple(places), together)


def _may_matter(veil: Veil) -> bool:
    """Whether a hidden part has lines of a report or tables of a form; menus and dialogs have neither."""
    text = "\n".join(text_of(node)[:200_000] for node in veil)
    if len(text) < _LEAST or all(node.getparent() is None for node in veil):
        return False
    flat = "".join(text.split())
    return _LINE.search(flat) is not None or any(word in flat for word in FORM_WORDS)


def _in_tree(veil: Veil, root: Element) -> bool:
    return all(node is not root and root in node.iterancestors() for node in veil)


# ------------------------------------------------------------------ whose report is it


def _page_titles(root: Element) -> list[titles.TitleReading]:
    facts = metas.read(root)
    readings = [titles.judge(text) for text in (*facts.titles[:6], *facts.page_titles[:3])]
    return [reading for reading in readings if reading.kind == "annual_report"]


def _lines(part: _Part) -> Iterator[str]:
    for node in part.nodes:
        yield from (block.text for block in from_html(node)[:8] if block.text)


def _headline(part: _Part) -> titles.TitleReading | None:
    """The title that the part itself prints in its first lines."""
    for _, line in zip(range(12), _lines(part), strict=False):
        reading = titles.judge(line) if len(line) <= 90 else None
        if reading and reading.kind == "annual_report" and (reading.year or reading.agency):
            return reading
    return None


def _is_other(one: titles.TitleReading | None, page: Sequence[titles.TitleReading]) -> bool:
    """Whether a title names another year or body than the page's titles do."""
    if one is None:
        return False
    years = {reading.year for reading in page if reading.year}
    bodies = {reading.agency for reading in page if reading.agency}
    name = one.agency or ""
    return bool(
        (one.year and years and one.year not in years)
        or (name and bodies and not any(body.endswith(name) or name.endswith(body) for body in bodies))
    )


def _likeness(part: _Part, page: Sequence[titles.TitleReading]) -> tuple[bool, int]:
    """The page's own report first, then the one with most of a report."""
    return not _is_other(_headline(part), page), part.held.count


def _left_out(part: _Part, page: Sequence[titles.TitleReading]) -> Finding:
    headline = _headline(part)
    name = _name(headline)
    if _is_other(headline, page):
        message = f"the page holds another report, {name}, which it does not show; it was not read"
        return Finding("hidden_report", "soft", message, right=name)
    message = f"a part of the page that it does not show says the report again ({name}); it was not read"
    return Finding("hidden_copy", "info", message, right=name)


def _read(part: _Part, page: Sequence[titles.TitleReading]) -> Finding:
    headline = _headline(part)
    name = _name(headline)
    if _is_other(headline, page):
        message = (
            f"the page shows no report; one that stands hidden in it names {name}, its title does not; it was read"
        )
        return Finding("read_hidden", "hard", message, left=_name(page[0]), right=name)
    message = f"the page shows no report; one that stands hidden in it ({name}) was read"
    return Finding("read_hidden", "soft", message, right=name)


def _name(headline: titles.TitleReading | None) -> str:
    if headline is None:
        return "no title"
    return " ".join(str(word) for word in (headline.agency, headline.year) if word)


# ------------------------------------------------------------------ text that is never shown

_SPARE = re.compile(r"<(template|noscript|textarea|xmp|script)\b([^<>]{0,300})>", re.I)
_OF_TEXT = re.compile(r"type\s*=\s*[\"']?(?:text/(?:html|plain|template|x-[\w-]+)|application/html)", re.I)


def spare(source: str) -> tuple[str, Finding] | None:
    """The report that stands in an element which no browser shows as text (textarea, template, noscript, a script of
    type text/html), as HTML; None when there is none. For pages that print no report themselves."""
    best, most = "", _WHOLE - 1
    for inside in _insides(source[:_MOST_READ]):
        if len(inside) < _LEAST or not _LINE.search(inside):
            continue
        text = inside if tree.looks_like_html(inside) else html.unescape(inside)
        page = tree.parse(text) if tree.looks_like_html(text) else None
        count = signs(page.root).count if page else 0
        if count > most:
            best, most = text, count
    if not best:
        return None
    return best, Finding("read_hidden", "soft", "the page shows no report; one that stands in its code was read")


def _insides(source: str) -> Iterator[str]:
    """What stands in such elements, outermost first; one without an end holds nothing."""
    at, unclosed = 0, set[str]()
    while (found := _SPARE.search(source, at)) is not None:
        tag, at = found[1].lower(), found.end()
        end = None if tag in unclosed else re.compile(rf"</{tag}\b", re.I).search(source, at)
        if end is None:
            unclosed.add(tag)  # else each of a thousand open tags would search the rest of the page
        elif tag != "script" or _OF_TEXT.search(found[2]):
            yield source[at : end.start()]
            at = end.end()
        else:
            at = end.end()
