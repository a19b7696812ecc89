"""A decoded source -> the article in it and what is said around it: markup or text, shown, hidden or in a script."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crawler.reports import ends, metas, scripted, tree, unseen
from crawler.reports.blocks import number_grids, plain_text
from crawler.reports.body import Body, of_html, of_text
from crawler.reports.files import several
from crawler.reports.model import Finding
from crawler.text import repair
from crawler.text.model import Repair


@dataclass(frozen=True, slots=True)
class Page:
    """What a source holds: the article, what is said around it, findings, repairs of what a script held."""

    body: Body
    facts: metas.PageFacts
    findings: tuple[Finding, ...] = ()
    repairs: tuple[Repair, ...] = ()


def read(text: str, keep_script: bool, list_title: str = "") -> Page:
    """The page in a decoded and repaired source (HTML or plain text); `keep_script` and `list_title` as for
    `parse_text`."""
    page = _read(text, keep_script)
    blocks = page.body.blocks
    wanted = (*page.facts.titles, *page.facts.page_titles, list_title)
    found = several.apart([block.text if block.grid is None else None for block in blocks], wanted, "the page")
    if found is None:
        return page
    body = replace(page.body, blocks=tuple(number_grids(blocks[found[0]])))
    return replace(page, body=body, findings=(*page.findings, found[1]))


def _read(text: str, keep_script: bool) -> Page:
    if not tree.looks_like_html(text):
        kept, cut = tree.bounded(text)
        body = of_text(kept)
        facts = metas.around_text("\n".join(block.text for block in body.blocks[:12])[:4000])
        return Page(body, facts, (*_nothing(body), *_cut(cut or body.cut)))
    page = tree.parse(text)
    if page is None:
        return Page(Body((), "text"), metas.PageFacts(), _nothing(Body((), "text")))
    hidden = unseen.settle(page)
    lacking = ends.early(text)
    body, facts, repairs = of_html(page.root), metas.read(page.root), tuple[Repair, ...]()
    inside = scripted.article(text) if body.how != "report" else None
    if inside is not None:
        body, facts, repairs = _from_script(inside, body, facts, keep_script)
    elif body.how != "report" and (held := unseen.spare(text)) is not None and (other := tree.parse(held[0])):
        body, hidden = of_html(other.root), (*hidden, held[1])
    found = [*_nothing(body), *_cut(page.cut or body.cut), *([lacking] if lacking else []), *hidden]
    if page.flattened:
        found.append(
            Finding("markup_flattened", "info", "the markup nests too deep; it was read without part of its tags")
        )
    return Page(body, facts, tuple(found), repairs)


def _from_script(
    inside: scripted.Article, body: Body, facts: metas.PageFacts, keep_script: bool
) -> tuple[Body, metas.PageFacts, tuple[Repair, ...]]:
    """The article of a script where the page prints none: no container with text, or one with far less."""
    repaired = repair(inside.content, keep_script=keep_script)
    page = tree.parse(repaired.text) if tree.looks_like_html(repaired.text) else None
    other = of_html(page.root) if page else of_text(tree.bounded(repaired.text)[0])
    printed = len(plain_text(body.blocks)) if body.how == "container" else 0
    if len(plain_text(other.blocks)) <= 2 * printed or not other.blocks:
        return body, facts, ()
    own = (inside.title,) if inside.title else ()
    told = replace(
        facts,
        titles=tuple(dict.fromkeys((*own, *facts.titles))),
        publisher=facts.publisher or inside.publisher,
        document_number=facts.document_number or inside.document_number,
        published=inside.published or facts.published,
    )
    return other, told, repaired.repairs


def _cut(cut: bool) -> tuple[Finding, ...]:
    if not cut:
        return ()
    return (Finding("page_cut", "hard", "the page is longer than any report; only its beginning was read"),)


def _nothing(body: Body) -> tuple[Finding, ...]:
    if body.blocks:
        return ()
    return (Finding("empty_body", "hard", "the page holds no text, no table and no image"),)
