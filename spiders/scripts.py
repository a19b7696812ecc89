"""What inline scripts say of a list: its rows, its number of pages, and whether it exists only after they ran.

Nothing is executed. String literals, assignments and calls are read as text, comments taken out first, so that a pager
that was commented out years ago is not believed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from spiders.documents import Document, Link, find_date, squeeze

_LONGEST_SCRIPT = 1_000_000
_MAX_TOKENS = 40_000
_STRING = (
    r'"(?:\\.|[^"\\\n])*(?:"|(?=\n)|\\?\Z)|'
    r"'(?:\\.|[^'\\\n])*(?:'|(?=\n)|\\?\Z)|"
    r"`(?:\\.|[^`\\])*(?:`|\\?\Z)"
)
# Each branch ends at the end of the text too: an unclosed quote is read once, not once for every start.
_COMMENT_OR_STRING = re.compile(rf"({_STRING})|/\*.*?(?:\*/|\Z)|//[^\n]*|<!--|-->", re.DOTALL)
_TOKEN = re.compile(
    rf"(?P<bracket>[\[\]{{}}])|(?:(?P<key>(?<![\w$])[A-Za-z_$][\w$]{{0,40}})\s{{0,9}}[:=]\s{{0,9}})?(?P<text>{_STRING})",
    re.DOTALL,
)
_QUOTED_KEY = re.compile(r"\s{0,9}:(?!:)\s{0,9}(?=[\"'`\[{\d])")
_CALL = r"\b{name}\s{{0,9}}\(([^()]{{0,300}})\)"
_TITLE_KEY = re.compile(r"title|name|subject|^bt$|text", re.IGNORECASE)
_CHINESE = re.compile(r"[\u3400-\u9fff]{2,}")
_YEAR_TITLE = re.compile(r"^20\d\d\s?年?(?:度)?$")
_BUILDS_LISTS = re.compile(
    r"ms-repeat|ms-for|v-for|ng-repeat|<\?=|\.ajax\s{0,9}\(|\.getJSON\s{0,9}\(|\.post\s{0,9}\(|fetch\s{0,9}\(|XMLHttpRequest|"
    r"axios|new Vue|createApp|\.render\s{0,9}\(|laytpl|template\s{0,9}\(|dataproxy|searchList|api-gateway|"
    r"""id=["'](?:app|root)["']|<noscript""",
    re.IGNORECASE,
)


def inline_scripts(document: Document) -> str:
    """Text of all inline scripts without comments, joined by line breaks."""
    if document.tree is None:
        return ""
    texts = (script.text_content()[:_LONGEST_SCRIPT] for script in document.tree.xpath("//script[not(@src)]"))
    return "\n".join(_COMMENT_OR_STRING.sub(lambda match: match[1] or " ", text) for text in texts)


def builds_lists(document: Document) -> bool:
    """True for a page whose list a script or a template would make: frameworks, ajax, an empty application root."""
    return bool(_BUILDS_LISTS.search(document.text[:_LONGEST_SCRIPT]))


def number(script: str, names: str) -> int | None:
    """Value of the first variable or property called one of `names` (a regular expression) that is a whole number."""
    match = re.search(rf"""\b(?:{names})["']?\s{{0,9}}[:=]\s{{0,9}}["']?(\d{{1,9}})""", script)
    return int(match[1]) if match else None


def call_arguments(script: str, name: str) -> Iterator[list[int | str]]:
    """Arguments of each call of a function (`name` is a regular expression): numbers and strings in order.

    A variable stands for the number it was assigned; a call with one that was assigned none (a definition) is left out.
    """
    for match in re.finditer(_CALL.format(name=name), script):
        found = [_argument(part.strip(), script) for part in match[1].split(",")]
        if all(argument is not None for argument in found):
            yield [argument for argument in found if argument is not None]


def _argument(part: str, script: str) -> int | str | None:
    if re.fullmatch(r"""["']?\d{1,9}["']?""", part):
        return int(part.strip("\"'"))
    if part[:1] in {'"', "'"}:
        return part.strip("\"'")
    return number(script, re.escape(part)) if re.fullmatch(r"[A-Za-z_$][\w$]{0,40}", part) else None


@dataclass(slots=True)
class _Group:
    """Strings between one pair of brackets, each with the name it is given there ("" for none)."""

    tokens: list[tuple[str, str]] = field(default_factory=list)


def links_in_scripts(document: Document, is_article: Callable[[str], bool]) -> tuple[Link, ...]:
    """Rows that scripts would write: `url = "./202602/t….shtml"; title = "…"`, objects, arrays, HTML in strings.

    `is_article` tells an article's absolute URL from other strings. Links come in order, each URL once.
    """
    script = inline_scripts(document)
    groups = _groups(script)
    found = [row for group in groups for row in _rows(document, group.tokens, is_article)]
    found += _markup(document, groups, is_article)
    return tuple({link.url: link for link in reversed(found)}.values())[::-1]


def _groups(script: str) -> list[_Group]:
    """Strings by the innermost brackets they stand in; those outside of all brackets are the first group."""
    open_groups, out = [_Group()], []
    out.append(open_groups[0])
    key, end = "", -1
    for count, match in enumerate(_TOKEN.finditer(script)):
        if count >= _MAX_TOKENS:
            break
        if match["bracket"] in ("[", "{"):
            open_groups.append(_Group())
            out.append(open_groups[-1])
        elif match["bracket"]:
            open_groups = open_groups[:-1] or [out[0]]
        elif colon := _QUOTED_KEY.match(script, match.end()):
            key, end = unquote(match["text"]), colon.end()
        else:
            named = match["key"] or (key if match.start() == end else "")
            open_groups[-1].tokens.append((named, unquote(match["text"])))
    return out


def unquote(literal: str) -> str:
    r"""The text of a string literal: quotes off, `\u653f`, `\x3c`, `\"` and `\/` resolved."""
    inner = literal[1:].removesuffix(literal[0])
    if "\\" not in inner:
        return inner
    plain = re.sub(r"\\(['\"`])", r"\1", re.sub(r"\\x([0-9a-fA-F]{2})", r"\\u00\1", inner))
    try:
        return str(json.loads('"' + plain.replace('"', '\\"') + '"', strict=False))
    except ValueError:
        return re.sub(r"\\(.)", r"\1", inner)


def _rows(document: Document, tokens: list[tuple[str, str]], is_article: Callable[[str], bool]) -> Iterator[Link]:
    """Rows of one bracket: one record, or several that follow each other (a name, or an address, comes again)."""
    urls = [_address(document, text, is_article) for _, text in tokens]
    if not any(urls):
        return
    start, seen = 0, set[str]()
    many = len({url for url in urls if url}) > 1
    for at, (key, _) in enumerate(tokens):
        again = key in seen if key else bool(urls[at]) and any(urls[start:at])
        if many and again and any(urls[start:at]):
            yield from _row(tokens[start:at], urls[start:at])
            start, seen = at, set()
        seen |= {key} if key else set()
    yield from _row(tokens[start:], urls[start:])


def _row(tokens: list[tuple[str, str]], urls: list[str | None]) -> Iterator[Link]:
    at = next((number for number, url in enumerate(urls) if url), None)
    if at is None:
        return
    texts = [token for token, url in zip(tokens, urls, strict=True) if not url]
    titles = [(key, text) for key, text in texts if _may_be_title(text)]
    titles.sort(key=lambda one: -_rank(one[0]))
    date = next((found for key, text in texts if len(text) <= 30 and (found := find_date(text))), None)
    if titles and (url := urls[at]):
        yield Link(url, squeeze(titles[0][1])[:300], date)


def _rank(key: str) -> int:
    """How much a name promises a title: `title` itself, something like it, no name, another name."""
    if re.search("title", key, re.IGNORECASE):
        return 3
    return 2 if _TITLE_KEY.search(key) else 1 if not key else 0


def _may_be_title(text: str) -> bool:
    return "<" not in text and bool(_CHINESE.search(text) or _YEAR_TITLE.match(text))


def _address(document: Document, text: str, is_article: Callable[[str], bool]) -> str | None:
    if not 5 <= len(text) <= 400 or "<" in text or _CHINESE.search(text):
        return None
    url = document.absolute(text)
    return url if url and is_article(url) else None


def _markup(document: Document, groups: list[_Group], is_article: Callable[[str], bool]) -> list[Link]:
    """Anchors in strings that hold HTML (`document.writeln('<li><a href=…>')`)."""
    html = "\n".join(text for group in groups for _, text in group.tokens if "<" in text and ">" in text)
    links = document.links_in(html) if "<a" in html else ()
    return [link for link in links if link.text and is_article(link.url)]
