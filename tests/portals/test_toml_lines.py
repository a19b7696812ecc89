from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from crawler.portals.toml_lines import LineIndex

TEXT = '''\
# [[portal]]
title = "a [[portal]] in a string"
[[portal]]
id = "one"   # base = 3
"quoted key" = 1
a.b = 2
tags = [
  "x",  # ]
  ["[[portal]]"],
]
[portal.quirks]
render = true
[[portal.columns]]
url = """
[[portal]]
url = 3
"""
[[portal.columns]]
url = \'\'\'
[[portal]]\'\'\'
params = { sid = "1",
  other = 2 }
[[portal]]
id = "two"
'''


def test_lines_of_tables_and_keys() -> None:
    lines = LineIndex(TEXT)
    expected = {
        ("title",): 2, ("portal", 0): 3, ("portal", 0, "id"): 4, ("portal", 0, "quoted key"): 5,
        ("portal", 0, "a", "b"): 6, ("portal", 0, "tags"): 7, ("portal", 0, "tags", 1): 7,
        ("portal", 0, "quirks"): 11, ("portal", 0, "quirks", "render"): 12, ("portal", 0, "columns", 0, "url"): 14,
        ("portal", 0, "columns", 1, "url"): 19, ("portal", 0, "columns", 1, "params", "sid"): 21,
        ("portal", 1): 23, ("portal", 1, "id"): 24, ("portal", 1, "floor"): 23, ("elsewhere",): 1,
    }  # fmt: skip
    assert {path: lines.line(path) for path in expected} == expected


words = st.text("abc[]{}#=\"'\n\\ 市", max_size=8)


def leaves(tree: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    for key, value in tree.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for index, one in enumerate(value):
                yield from leaves(one, (*path, key, index))
        else:
            yield (*path, key), value


def written(word: str, style: int) -> str:
    if style == 0 or "'''" in word or word.endswith("'"):
        return '"' + word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if style == 1:
        return '"""' + word.replace("\\", "\\\\").replace('"', '\\"') + '"""'
    return "'''\n" + word + "'''"


@given(st.lists(st.lists(st.tuples(words, st.integers(0, 2), st.booleans()), max_size=3), max_size=4))
def test_every_key_is_found_on_the_line_it_was_written_on(rows: list[list[tuple[str, int, bool]]]) -> None:
    text, expected = "", {}
    for number, row in enumerate(rows):
        text += "[[portal]]\n"
        for place, (word, style, in_list) in enumerate(row):
            expected["portal", number, f"k{place}"] = text.count("\n") + 1
            value = written(word, style)
            text += f"k{place} = " + (f"[\n{value},\n]" if in_list else value) + "\n"
    tree = tomllib.loads(text)
    lines = LineIndex(text)
    assert {path: lines.line(path) for path, _ in leaves(tree) if len(path) == 3} == expected
