"""What comes from a page is printed as text, never obeyed: no terminal control, no direction tricks, no markup."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from typing import Any

from rich.text import Text
from scrapy.exceptions import UsageError

# C0 and C1 controls move the cursor, recolour or retitle a terminal; bidi overrides make text read as other text.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_IN_JSON = re.compile(r"[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def safe(text: object) -> str:
    """Text of a page for a terminal: controls as `\\x1b`, lone surrogates as `\\ud800`; line breaks and tabs stay."""
    shown = _CONTROL.sub(lambda match: f"\\x{ord(match.group()):02x}", str(text))
    return shown.encode("utf-8", "backslashreplace").decode("utf-8")


def plain(text: object, style: str = "") -> Text:
    """A rich Text of page text: no markup in it is read, no control character reaches the terminal."""
    return Text(safe(text), style=style)


def dump(value: Any) -> str:
    """JSON for a terminal or a pipe: Chinese as it is, every control character as a JSON escape."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    text = _IN_JSON.sub(lambda match: f"\\u{ord(match.group()):04x}", text)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def open_output() -> None:
    """Let stdout take any character: a terminal of another encoding shows escapes in place of a crash."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def positional(args: Sequence[str]) -> list[str]:
    """The arguments that are no options. Scrapy leaves options that it does not know among them; they are named here.

    Raises:
        UsageError: for an unknown option. `-` alone is none, nor is what stands behind `--`.
    """
    found: list[str] = []
    for index, arg in enumerate(args):
        if arg == "--":
            return [*found, *args[index + 1 :]]
        if arg.startswith("-") and arg != "-":
            raise UsageError(f"there is no option {safe(arg)} (-h lists them)")
        found.append(arg)
    return found
