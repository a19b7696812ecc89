"""How many pages a static list has and what they are called, as its scripts and links tell (portal-families §2.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from spiders.documents import Document, Link
from spiders.numbers import pages_told
from spiders.scripts import call_arguments, inline_scripts, number

MAX_PAGES = 60
"""Pages of one list that are read; lists of annual reports have one or two, collections of a province a few dozen."""

_PAGER = r"create_?Page(?:HTML|s|Html)?\d?"
_TOTAL = r"countPage|pageCount|page_count|totalPages?|total_page|pageTotal|maxPage|nPageCount|_nPageCount"
_CURRENT = r"currentPage|current_page|nCurrIndex|_nCurrIndex|currPage|curPage|pageIndex"
_NEXT_CALL = re.compile(r"javascript:\s{0,9}(?:next|goPage|toPage|gopage)\(\s{0,9}['\"]?(\d{1,4})", re.IGNORECASE)
_TYPED_PAGE = re.compile(r"\bele\.value\s{0,9}>=?\s{0,9}\(?\s{0,9}(\d{1,4})")
_TYPED_AS_IS = re.compile(r"_[\"']?\s{0,9}\+\s{0,9}\(?\s{0,9}(?:parseInt\(\s{0,9})?ele\.value\s{0,9}\)?\s{0,9}\+")
_PAGE_ID = re.compile(r"[\"']index_(\d{3,12})_[\"']|\bPAGE_?ID[\"']?\s{0,9}[:=]\s{0,9}[\"']?(\d{3,12})", re.IGNORECASE)
_FILE = re.compile(r"^(?P<stem>[A-Za-z][\w-]*?)(?:_(?P<number>\d{1,3}))?\.(?P<kind>s?html?|jhtml)$")
_KIND = re.compile(r"^s?html?$|^jhtml$")
_KIND_IN_SCRIPT = re.compile(r"[\"']\.(s?html?)[\"'?#]")


@dataclass(frozen=True, slots=True)
class Pager:
    """How the pages of one list are called: `{stem}_{n}.{kind}`.

    `second` is n of the second page: 1 as a rule (`index_1`), 2 on some hosts; None while nobody has said.
    """

    total: int
    stem: str
    kind: str
    second: int | None

    def urls(self, list_url: str, *, spare: bool = False) -> list[str]:
        """Addresses of all pages but the first, at most 60; with `spare` one more while `second` is not known."""
        first = self.second or 1
        total = self.total + (spare and self.second is None)
        numbers = range(first, first + min(total, MAX_PAGES + 1) - 1)
        return [urljoin(list_url, f"{self.stem}_{n}.{self.kind}") for n in numbers]


def read_pager(document: Document, second: int | None = None) -> Pager | None:
    """How a list is paged, by its scripts and links; None when nothing says that it has more than one page.

    `second` is the number in the second page's name where it is known already.
    """
    script = inline_scripts(document)
    numbered = _numbered_links(document)
    total, current, stem, kind = _from_call(script) or _from_variables(document, script) or (0, None, "", "")
    own = _FILE.match(urlsplit(document.url).path.rsplit("/", 1)[-1])
    shown = max((n for _, n, _, _ in numbered), default=0)
    stem = stem or (numbered[0][2] if numbered else "") or _stem(script, own)
    kind = kind or (numbered[0][3] if numbered else "") or _kind(document, script, own)
    second = second or _second(script, numbered, current, own)
    total = max(total, shown + 2 - (second or 1) if shown else 0) or pages_told(document)
    return Pager(total, stem, kind, second) if total > 1 else None


def _from_call(script: str) -> tuple[int, int | None, str, str] | None:
    """Pages, current page, stem and kind from `createPageHTML(pages, current, "index", "shtml")` and its relatives.

    With three numbers the first counts records: `createPageHTML(records, pages, current, …)` (Beijing).
    """
    for arguments in call_arguments(script, _PAGER):
        numbers: list[int] = []
        for argument in arguments:
            if not isinstance(argument, int):
                break
            numbers.append(argument)
        if not numbers:
            continue
        if len(numbers) >= 3 and numbers[0] >= numbers[1] >= 1 and numbers[2] <= numbers[1]:
            numbers = numbers[1:]
        words = [argument for argument in arguments if isinstance(argument, str)]
        kind = next((word.lstrip(".") for word in words if _KIND.match(word.lstrip("."))), "")
        stem = next((word for word in words if re.fullmatch(r"[A-Za-z][\w-]*", word) and not _KIND.match(word)), "")
        return numbers[0], (numbers[1] if len(numbers) > 1 else None), stem, kind
    return None


def _from_variables(document: Document, script: str) -> tuple[int, int | None, str, str] | None:
    """Pages from `var countPage = N`, `javascript:next(N)` or `if(ele.value>N)`."""
    calls = [int(count) for count in _NEXT_CALL.findall(document.text)]
    typed = _TYPED_PAGE.search(script)
    total = number(script, _TOTAL) or (int(typed[1]) if typed else 0) or max(calls, default=0)
    return (total, number(script, _CURRENT), "", "") if total else None


def _numbered_links(document: Document) -> list[tuple[Link, int, str, str]]:
    """Links to pages of this list (`index_3.html` in its directory): link, number, stem, kind."""
    directory = document.url.rsplit("/", 1)[0] + "/"
    found = []
    for link in document.links:
        match = _FILE.match(link.url.removeprefix(directory)) if link.url.startswith(directory) else None
        if match and match["number"]:
            found.append((link, int(match["number"]), match["stem"], match["kind"]))
    return found


def _second(
    script: str, numbered: list[tuple[Link, int, str, str]], current: int | None, own: re.Match[str] | None
) -> int | None:
    """Number in the second page's name: by the links' texts, else by this page's own name, else by the jump box."""
    for link, named, _, _ in numbered:
        if link.text.isdigit() and int(link.text) > 1:
            return 2 if named == int(link.text) else 1
    if own and own["number"] and current is not None:
        return 2 if int(own["number"]) == current + 1 else 1
    return 2 if _TYPED_AS_IS.search(script) else None


def _stem(script: str, own: re.Match[str] | None) -> str:
    match = _PAGE_ID.search(script)
    if match:
        return f"index_{match[1] or match[2]}"
    return own["stem"] if own else "index"


def _kind(document: Document, script: str, own: re.Match[str] | None) -> str:
    """Ending of page names: this page's own, the one in the script, else that of the list's articles."""
    if own:
        return str(own["kind"])
    if match := _KIND_IN_SCRIPT.search(script):
        return match[1]
    articles = (re.search(r"/t\d{5,}[\w]*\.(s?html?)$", link.url) for link in document.links)
    return next((match[1] for match in articles if match), "html")
