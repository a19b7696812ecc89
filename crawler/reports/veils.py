"""Parts of a page that a browser does not show: by attribute, inline style, the page's own style sheet, or a class that
is named for it.

Whether such a part is read is decided in `unseen`; here it is only found. Rules: HTML standard 15.3.1 (hidden
elements), `dialog` without `open`; CSS `display`, `visibility`, `opacity`, and the usual ways of moving a box out of
sight. Style sheets of other files are not fetched, so class names that frameworks hide things with stand for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import lxml.etree as etree

Element = etree._Element
Veil = tuple[Element, ...]
"""What is hidden as one: a box, or the lines and tables in one parent that are hidden one by one."""

_BOXES = frozenset(
    [
        "div",
        "section",
        "article",
        "main",
        "aside",
        "dialog",
        "details",
        "form",
        "ul",
        "dl",
        "dd",
        "li",
        "center",
        "tr",
        "td",
        "th",
    ]
)
_CELLS = ("tr", "td", "th")
_REPLACED = ("object", "noframes", "noembed")
"""Elements whose text a browser shows only where it cannot show what they stand for."""
_LINES = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tbody", "pre", "blockquote")
_SIGNS = (
    "none",
    "hid",
    "opacity",
    "-999",
    "<dialog",
    "<object",
    "<noframes",
    "<noembed",
    "rect(0",
    "tab-pane",
    "print",
    "sr-only",
    "scale(0",
    "translate",
    "height",
)
_MOST = 20_000
"""Elements that are looked at."""
_MOST_RULES = 5_000

_OUT_OF_SIGHT = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none\b|visibility\s*:\s*(?:hidden|collapse)\b|opacity\s*:\s*0*\.?0+(?:\s|;|!|$)"
    r"|(?:left|top|right|margin(?:-left|-top)?|text-indent)\s*:\s*-\d{3,}"
    r"|clip(?:-path)?\s*:\s*(?:rect\(\s*0|inset\(\s*(?:50|100)%)|transform\s*:\s*(?:scale\(\s*0\s*\)|translate\w*\(\s*-\d{3,}))",
    re.I,
)
_FLAT = re.compile(r"(?:^|[;\s])(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:;|!|$)", re.I)
_CLIPPED = re.compile(r"overflow(?:-[xy])?\s*:\s*hidden", re.I)
_SHOWS = re.compile(r"(?:^|[;\s])(?:display\s*:\s*(?!none\b)\w|visibility\s*:\s*visible)", re.I)
_NAMED = re.compile(
    r"(?:^|\s)(?:hide|hidden|d-none|none|dn|undisplay|is-hidden|visually-hidden|sr-only|print-only|only-?print|"
    r"visible-print(?:-\w+)?|layui-hide|tab-pane|[\w-]*displaynone)(?=\s|$)",
    re.I,
)
_OPEN = re.compile(r"(?:^|[\s_-])(?:active|current|cur|on|show|in|selected|open)(?=\s|$)", re.I)
_MEDIA = re.compile(r"@(?:media|supports)([^{}]{0,200})\{((?:[^{}]*\{[^{}]*\}){0,400}[^{}]*)\}", re.I)
_RULE = re.compile(r"([^{}]{1,400})\{([^{}]{0,4000})\}")
_SELECTOR = re.compile(r"^[a-z]{0,10}((?:[.#][\w-]{1,60}){1,3})$", re.I)
_COMMENT = re.compile(r"/\*.*?\*/", re.S)


def find(root: Element, source: str) -> tuple[Veil, ...]:
    """The hidden parts of a tree in document order, those inside others among them. `source` is its markup.

    Called before style sheets are taken out of the tree.
    """
    markup = source.lower()
    if not any(sign in markup for sign in _SIGNS):
        return ()
    hiding, showing = _sheet(root)
    found: list[Veil] = []
    lines: dict[Element, list[Element]] = {}
    for node in _some(root):
        if not _is_veiled(node, hiding, showing):
            continue
        parent = node.getparent()
        if node.tag not in _LINES or parent is None:
            found.append((node,))
        else:
            lines.setdefault(parent, []).append(node)
    return (*found, *(tuple(nodes) for nodes in lines.values()))


def _some(root: Element) -> Iterator[Element]:
    for count, node in enumerate(root.iter(*_BOXES, *_CELLS, *_LINES, *_REPLACED)):
        if count >= _MOST:
            return
        if node.attrib or node.tag in ("dialog", *_REPLACED):
            yield node


def _is_veiled(node: Element, hiding: set[str], showing: list[frozenset[str]]) -> bool:
    """Whether an element itself is hidden; what stands in a hidden one is hidden with it."""
    get = node.get
    if node.tag in _REPLACED:
        return True
    if (node.tag == "dialog" and get("open") is None) or get("hidden") is not None or get("aria-hidden") == "true":
        return True
    style, classes, identity = get("style"), get("class"), get("id")
    told = _told_by(style) if style else None
    if told is not None:
        return told
    if hiding and (classes or identity):
        names = _names(classes, identity)
        if hiding & names and not any(rule <= names for rule in showing):
            return True
    return classes is not None and _is_named(classes)


@lru_cache(maxsize=8192)
def _told_by(style: str) -> bool | None:
    """Whether an inline style hides (True) or shows (False) its element; None where it does neither."""
    return True if _is_hiding(style) else False if _SHOWS.search(style) else None


@lru_cache(maxsize=8192)
def _is_named(classes: str) -> bool:
    return _NAMED.search(classes) is not None and _OPEN.search(classes) is None


_SIGNS_OF_STYLE = ("none", "hidden", "collapse", "opacity", ":-", ": -", "clip", "scale", "translate", "overflow")


def _is_hiding(style: str) -> bool:
    lower = style.lower()
    if not any(sign in lower for sign in _SIGNS_OF_STYLE):
        return False  # nearly all of Word's thousands
    return _OUT_OF_SIGHT.search(style) is not None or (
        _CLIPPED.search(style) is not None and _FLAT.search(style) is not None
    )


def _names(classes: str | None, identity: str | None) -> frozenset[str]:
    """Class names with their dot and the id with its hash."""
    names = {f".{name}" for name in (classes or "").split()[:20]}
    if identity:
        names.add(f"#{identity.strip()}")
    return frozenset(names)


def _sheet(root: Element) -> tuple[set[str], list[frozenset[str]]]:
    """What the page's own style sheets hide: single classes and ids; and sets of them that a rule shows."""
    hiding: set[str] = set()
    showing: list[frozenset[str]] = []
    rules = 0
    for style in root.iter("style"):
        text = _MEDIA.sub(_for_screens, _COMMENT.sub("", (style.text or "")[:200_000]))
        for found in _RULE.finditer(text):
            rules += 1
            hides, shows = _is_hiding(found[2]), _SHOWS.search(found[2]) is not None
            if rules > _MOST_RULES or not (hides or shows):
                continue
            for selector in found[1].split(","):
                told = _SELECTOR.match(selector.strip())
                names = frozenset(re.findall(r"[.#][\w-]+", told[1])) if told else frozenset[str]()
                if names and shows:
                    showing.append(names)
                elif len(names) == 1:
                    hiding |= names
    return hiding, [names for names in showing if len(names) > 1 or not names & hiding]


def _for_screens(found: re.Match[str]) -> str:
    """The rules of a media block that hold on any screen; those for paper or for narrow screens are left out."""
    return found[2] if re.fullmatch(r"\s*(?:all|(?:only\s+)?screen)?\s*", found[1], re.I) else " "
