"""What a page's script asks for its list: address, method and parameters of an ajax call, read as text and never run.

Many portals print an empty list and let a script fetch its rows. Software whose service is not known is read by what
its own page says: `$.ajax({url: "/x/list", data: {columnId: "12", pageNo: 1}})`, `$.get(…)`, `$.post(…)`, `fetch(…)`,
`axios.get(…)`. Values are literals or variables that the same page assigns. A call with a value that nobody assigned is
left out, but for the number of the page, which is 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from spiders.documents import Document
from spiders.scripts import inline_scripts, unquote

Pair = tuple[str, str | int]
"""A parameter: a number that a script writes without quotation marks stays one in a JSON body."""

MAX_CALLS = 40
_LONGEST_CALL = 4_000
_CALL = re.compile(r"(?:\$|\bjQuery|\baxios)\s?\.\s?(ajax|get|post|getJSON)\s{0,9}\(|\b(?:axios|fetch)\s{0,9}\(")
_STRING = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\$])*`")
_NAME = re.compile(r"[A-Za-z_$][\w$.]{0,60}")
_KEY = re.compile(r"""\s*["']?([\w$-]{1,40})["']?\s*:""")
_STRINGIFY = re.compile(
    r"(?:JSON\.stringify|\$\.param|[Qq]s\.stringify|new\s+URLSearchParams)\s*\((.*)\)\s*\Z", re.DOTALL
)
_ENCODED = re.compile(r"(?:\$\.param|[Qq]s\.stringify|new\s+URLSearchParams)\s*\((.*)\)(?:\.toString\(\))?", re.DOTALL)
_PAGE = re.compile(r"(?:cur(?:rent)?|now)?_?page(?:_?(?:no|num|number|index))?|current|pn|pageid", re.IGNORECASE)
_SIZE = re.compile(r"(?:page|per|pre)_?(?:size|page|rows|count|num)|rows|limit|size|count", re.IGNORECASE)
_OFFSET = re.compile(r"start(?:record|row|index)?|offset|begin", re.IGNORECASE)
_LISTS = re.compile(r"list|page|article|query|data|search|info|column|channel|content|\.jhtml|doc", re.IGNORECASE)
_OTHERS = re.compile(
    r"hits?\b|click|visit|counter|login|weather|captcha|suggest|hotword|user|vote|stat|share|menu", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Ask:
    """One call of a page's script that may give its list.

    Attributes:
        url: absolute address without its query.
        pairs: parameters in order, those of the address first.
        page: name of the parameter that counts pages ("" for none), `first` the number of the first page.
        offset: name of a parameter that counts rows in place of pages ("" for none).
        as_json: True where the parameters are sent as a JSON object.
    """

    url: str
    method: str
    pairs: tuple[Pair, ...]
    page: str = ""
    first: int = 1
    offset: str = ""
    as_json: bool = False

    @property
    def size(self) -> int:
        """Rows a page, as the call says; 0 where it does not."""
        given = ((key, str(value)) for key, value in self.pairs if key != self.page)
        return next((int(value) for key, value in given if _SIZE.fullmatch(key) and value.isdigit()), 0)

    @property
    def turns(self) -> bool:
        """True when further pages can be asked for."""
        return bool(self.page or (self.offset and self.size))

    def parameters(self, number: int) -> list[Pair]:
        """Parameters of page `number`, counted from 1."""
        changed = {self.page: self.first + number - 1} if self.page else {}
        if self.offset and self.size and not self.page:
            first = int(dict(self.pairs)[self.offset])
            changed = {self.offset: first + (number - 1) * self.size}
        return [(key, changed.get(key, value)) for key, value in self.pairs]

    def address(self, number: int) -> str:
        """What is asked for by GET for page `number`; the bare address where parameters go into the body."""
        pairs = self.parameters(number)
        return f"{self.url}?{urlencode(pairs)}" if pairs and self.method == "GET" else self.url

    def body(self, number: int) -> str:
        """What is sent by POST for page `number`."""
        if self.method == "GET":
            return ""
        pairs = self.parameters(number)
        return json.dumps(dict(pairs), ensure_ascii=False) if self.as_json else urlencode(pairs)


def asks(document: Document) -> list[Ask]:
    """Calls that may give the list of a page, likeliest first: those that count pages, then those named like a list."""
    script = inline_scripts(document)
    found: dict[str, Ask] = {}
    for count, match in enumerate(_CALL.finditer(script)):
        if count >= MAX_CALLS:
            break
        verb = match[1] or ("axios" if "axios" in match[0] else "fetch")
        ask = _read(verb, _inside(script, match.end()), script, document, plain_json="axios" in match[0])
        if ask is not None and _is_list(ask):
            found.setdefault(f"{ask.method} {ask.address(1)} {ask.body(1)}", ask)
    return sorted(found.values(), key=lambda ask: not ask.turns)


def _is_list(ask: Ask) -> bool:
    path = urlsplit(ask.url).path
    if _OTHERS.search(path) or re.search(r"\.(?:js|css|png|jpg|xml)$", path):
        return False
    return ask.turns or bool(_LISTS.search(path))


def _read(verb: str, inner: str, script: str, document: Document, *, plain_json: bool) -> Ask | None:
    """One call; `plain_json` where an object that is sent by POST becomes JSON (axios)."""
    parts = _split(inner, ",")
    if not parts:
        return None
    if parts[0].startswith("{"):
        options = _object(parts[0])
        address, data = options.get("url", ""), options.get("data") or options.get("params") or options.get("body", "")
    else:
        options = _object(parts[1]) if len(parts) > 1 and parts[1].startswith("{") else {}
        named = {"params", "body", "data", "method"} & set(options)
        address = parts[0]
        # `$.get(url, {a: 1})` sends its second argument; `axios.get(url, {params: {a: 1}})` what is named in it.
        data = (options.get("params") or options.get("data") or options.get("body", "")) if named else ""
        if not named and len(parts) > 1 and not _is_callback(parts[1:], script):
            data = parts[1]
    said = (_value(options.get("method") or options.get("type") or "", script) or "").upper()
    method = "POST" if verb == "post" or said == "POST" else "GET"
    url = _value(address, script, page="1")
    absolute = document.absolute(url) if url else None
    pairs = _pairs(data, script) if data else []
    if absolute is None or pairs is None:
        return None
    plain, _, query = absolute.partition("?")
    every: list[Pair] = [*parse_qsl(query, keep_blank_values=True), *pairs]
    kind = _value(options.get("contentType", ""), script) or ""
    return _made(plain, method, every, as_json="json" in kind or (method == "POST" and _is_json(data, plain_json)))


def _is_json(data: str, plain_json: bool) -> bool:
    return "JSON.stringify" in data or (plain_json and bool(data) and _STRINGIFY.match(data) is None)


def _is_callback(parts: list[str], script: str) -> bool:
    """True for the second argument of a call when it is what to do with the answer, and not what to send."""
    if parts[0].startswith(("function", "async ")) or "=>" in parts[0]:
        return True
    return len(parts) == 1 and bool(_NAME.fullmatch(parts[0])) and not _assigned_object(parts[0], script)


def _made(url: str, method: str, pairs: list[Pair], *, as_json: bool) -> Ask:
    counts = [key for key, value in pairs if str(value).isdigit()]
    page = next((key for key in counts if _PAGE.fullmatch(key)), "")
    offset = next((key for key in counts if _OFFSET.fullmatch(key)), "")
    first = 0 if page and int(dict(pairs)[page]) == 0 else 1
    return Ask(url, method, tuple(pairs), page, first, offset, as_json)


# ---------------------------------------------------------------------- expressions


def _inside(script: str, start: int) -> str:
    """Text from `start` to the bracket that closes the one before it; at most 4,000 characters."""
    depth, at, end = 0, start, min(len(script), start + _LONGEST_CALL)
    while at < end:
        sign = script[at]
        if sign in "\"'`" and (match := _STRING.match(script, at)):
            at = match.end()
            continue
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            if depth == 0:
                return script[start:at]
            depth -= 1
        at += 1
    return script[start:end]


def _split(text: str, mark: str) -> list[str]:
    """Pieces between `mark`s that stand in no bracket and no string."""
    out, depth, at, begun = [], 0, 0, 0
    while at < len(text):
        sign = text[at]
        if sign in "\"'`" and (match := _STRING.match(text, at)):
            at = match.end()
            continue
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == mark and depth == 0:
            out.append(text[begun:at].strip())
            begun = at + 1
        at += 1
    return [*out, text[begun:].strip()]


def _object(text: str) -> dict[str, str]:
    """`{a: 1, "b": c}` as names and expressions; a name alone (`{page}`) stands for itself."""
    inner = _inside(text, 1) if text.startswith("{") else ""
    found: dict[str, str] = {}
    for part in _split(inner, ","):
        if match := _KEY.match(part):
            found[match[1]] = part[match.end() :].strip()
        elif _NAME.fullmatch(part):
            found[part] = part
    return found


def _pairs(expression: str, script: str) -> list[Pair] | None:
    """Parameters that an expression stands for; None where one of them is not told."""
    if wrapped := _STRINGIFY.match(expression):
        expression = wrapped[1].strip()
    if _NAME.fullmatch(expression):
        expression = _assigned_object(expression, script) or expression
    if expression.startswith("{"):
        found = [(key, _known(key, value, script)) for key, value in _object(expression).items()]
        told: list[Pair] = [(key, value) for key, value in found if value is not None]
        return told if len(told) == len(found) else None
    text = _value(expression, script, page="1")
    return None if text is None else [*parse_qsl(text.lstrip("?&"), keep_blank_values=True)]


def _known(key: str, expression: str, script: str) -> str | int | None:
    if re.fullmatch(r"\d{1,15}", expression):
        return int(expression)
    # Parameters within parameters are not read: an object that names itself would never end.
    value = _value(expression, script, nested=True)
    return "1" if value is None and _PAGE.fullmatch(key) else value


def _assigned_object(name: str, script: str) -> str:
    match = re.search(rf"(?<![\w$.]){re.escape(name)}\s{{0,9}}=\s{{0,9}}(?={{)", script)
    return "{" + _inside(script, match.end() + 1) + "}" if match else ""


def _value(expression: str, script: str, page: str = "", *, nested: bool = False) -> str | None:
    """Text of literals and variables joined by `+`; `page` stands for a variable that counts pages."""
    out = []
    for piece in _split(expression, "+") if expression else []:
        value = _piece(piece, script, nested=nested)
        if value is None and page and _PAGE.fullmatch(piece.rsplit(".", 1)[-1]):
            value = page
        if value is None:
            return None
        out.append(value)
    return "".join(out)


def _piece(piece: str, script: str, *, nested: bool) -> str | None:
    if _STRING.fullmatch(piece):
        return unquote(piece)
    if re.fullmatch(r"-?\d{1,15}|true|false", piece):
        return piece
    if wrapped := re.fullmatch(r"(?:encodeURI(?:Component)?|String|parseInt|Number)\((.*)\)", piece, re.DOTALL):
        return _piece(wrapped[1].strip(), script, nested=nested)
    if not nested and (wrapped := _ENCODED.fullmatch(piece)):
        pairs = _pairs(wrapped[1].strip(), script)
        return None if pairs is None else urlencode(pairs)
    if not _NAME.fullmatch(piece):
        return None
    return next(_assigned(piece.rsplit(".", 1)[-1], script), None)


def _assigned(name: str, script: str) -> Iterator[str]:
    pattern = rf"(?<![\w$&?]){re.escape(name)}[\"']?\s{{0,9}}[:=](?!=)\s{{0,9}}(\d{{1,15}}(?![\w.])|{_STRING.pattern})"
    for match in re.finditer(pattern, script):
        yield match[1] if match[1].isdigit() else unquote(match[1])
