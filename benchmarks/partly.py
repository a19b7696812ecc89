"""Pages of which only a part is damaged: one paragraph, cell or link text; or a fragment in another encoding."""

from __future__ import annotations

import re
from random import Random

from benchmarks import damage
from benchmarks.damage import Damaged

_TEXT = re.compile(r"(?<=>)[^<>\n]{10,}(?=</)")
_TRIES = 40


def in_part(name: str, page: str, seed: int = 0) -> Damaged | None:
    """The damage `name` done to one text of a page; None if no text was found to which it can happen."""
    rng = Random(f"part/{name}/{seed}/{page}")
    found = [match for match in _TEXT.finditer(page, page.index("<body")) if match[0].strip("　")]
    for match in rng.sample(found, min(len(found), _TRIES)):
        done = damage.apply(name, match[0], seed)
        if done is None or isinstance(done.value, bytes):
            continue
        before, after = page[: match.start()], page[match.end() :]
        return Damaged(
            before + done.value + after,
            before + done.clean + after,
            lost=tuple(match.start() + index for index in done.lost),
            keep_script=done.keep_script,
            counts=len(done.clean),
        )
    return None


def mixed(page: str, encoding: str, other: str, seed: int = 0) -> Damaged:
    """A page in `encoding` into which a template or a database put some lines in `other`; declared as `encoding`."""
    rng = Random(f"mixed/{seed}/{page}")
    page = damage.declaring(page, encoding)
    lines = page.splitlines(keepends=True)
    first = rng.randrange(8, max(9, len(lines) - 4))
    last = min(first + rng.randint(1, 4), len(lines) - 3)
    foreign = range(first, max(last, first + 1))
    body = b"".join(line.encode(other if index in foreign else encoding) for index, line in enumerate(lines))
    return Damaged(body, page, read=page, content_type="text/html", keep_script=True)


MIXED = {"utf8_with_gbk_part": ("utf-8", "gb18030"), "gbk_with_utf8_part": ("gb18030", "utf-8")}
"""Name -> encoding of the page and of the lines that are foreign in it."""
