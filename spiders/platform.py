"""What a gkmlpt page carries inline: the site's number and its tree of columns (portal-families 1.3)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from spiders.answers import number_of, text_of
from spiders.columns import is_column_name
from spiders.scripts import unquote

MAX_NODES = 20_000

_SID = re.compile(r"""\bSID["']?\s{0,9}[:=]\s{0,9}["']?(\d{1,12})""")
_TREE = re.compile(r"""\bTREE["']?\s{0,9}[:=]\s{0,9}(?=[\["'])""")
_LITERAL = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'')
_TOKEN = re.compile(
    r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|(?P<key>[A-Za-z_$][\w$]{0,60})(?=\s{0,9}:)|(?P<comma>,(?=\s{0,99}[\]}]))'
)


@dataclass(frozen=True, slots=True)
class Node:
    """One column of the tree. `jump_url` is "" for a column whose rows the API gives; `depth` counts from the column
    that is named for annual reports (0) down.
    """

    id: int
    name: str
    jump_url: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Platform:
    """A site's number, and its tree as it was written."""

    sid: str
    tree: list[Any]

    def reports(self, wanted: int | None = None) -> list[Node]:
        """The columns with annual reports (by name or by `annualreport` in their address) and those below them.

        With `wanted` that column alone, whatever its name is; if the tree does not know it, it is taken at its word.
        """
        if wanted is not None:
            known = [
                Node(wanted, text_of(raw.get("name"))) for raw, _ in self._walk() if number_of(raw.get("id")) == wanted
            ]
            return known[:1] or [Node(wanted, "")]
        return [node for raw, depth in self._walk() if depth is not None and (node := _node(raw, depth)) is not None]

    def _walk(self) -> Iterator[tuple[dict[str, Any], int | None]]:
        """Every node with its depth below the nearest column named for annual reports, None for the others."""
        stack: list[tuple[Any, int | None]] = [(raw, None) for raw in reversed(self.tree)]
        for _ in range(MAX_NODES):
            if not stack:
                return
            raw, above = stack.pop()
            if isinstance(raw, dict):
                depth = 0 if _names_reports(raw) else above
                yield raw, depth
                below = raw.get("children")
                inner = None if depth is None else depth + 1
                stack += [(child, inner) for child in reversed(below)] if isinstance(below, list) else []


def read_platform(text: str) -> Platform | None:
    """Site number and tree of a gkmlpt page, None for a page without. Reads JSON and looser forms of JavaScript."""
    sid, start = _SID.search(text), _TREE.search(text)
    if sid is None or start is None:
        return None
    tree = _value(text, start.end())
    return Platform(sid[1], tree) if isinstance(tree, list) else None


def platform_of(url: str, *, strict: bool = False) -> str:
    """Address of the platform (`…/gkmlpt/`) that a URL belongs to or lies beside; `strict`: "" for the latter."""
    parts = urlsplit(url)
    before, mark, _ = f"{parts.path}/".partition("/gkmlpt/")
    if not mark:
        if strict:
            return ""
        before = parts.path.rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{before}/gkmlpt/"


def _value(text: str, at: int) -> Any:
    if text[at] != "[":
        literal = _LITERAL.match(text, at)
        text, at = (unquote(literal[0]), 0) if literal else ("", 0)
    try:
        return json.JSONDecoder().raw_decode(text, at)[0]
    except (ValueError, RecursionError):
        pass
    try:
        return json.JSONDecoder().raw_decode(_TOKEN.sub(_as_json, text[at:]))[0]
    except (ValueError, RecursionError):
        return None


def _as_json(match: re.Match[str]) -> str:
    """A token of JavaScript as JSON: keys and single-quoted strings in double quotes, a last comma gone."""
    if match["comma"]:
        return ""
    literal = match[0]
    return literal if literal[0] == '"' else json.dumps(match["key"] or unquote(literal), ensure_ascii=False)


def _node(raw: dict[str, Any], depth: int) -> Node | None:
    number, jump = number_of(raw.get("id")), raw.get("jump_url")
    return (
        None if number is None else Node(number, text_of(raw.get("name")), jump if isinstance(jump, str) else "", depth)
    )


def _names_reports(raw: dict[str, Any]) -> bool:
    return is_column_name(text_of(raw.get("name"))) or "annualreport" in str(raw.get("jump_url") or "").lower()
