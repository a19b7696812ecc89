"""The marks of the families: `markers.toml` as values, each with its regular expression compiled."""

from __future__ import annotations

import re
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

import rtoml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from crawler.portals.quirks import FAMILIES, SHAPES

_FILE = Path(__file__).resolve().parent / "markers.toml"


class Mark(BaseModel):
    """What a family is told by.

    Attributes:
        family, shape: words of the registry (`portals.quirks`).
        weight: how far the mark alone goes to prove the family, above 0 and below 1.
        says: the mark in words, for people.
        source: section of portal-families that the fact stands in, with its mark [P], [C] or [R].
        like, unlike: pieces that fit, and such that must not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    family: str
    shape: str | None = None
    weight: Annotated[float, Field(gt=0, lt=1)]
    says: str
    source: Annotated[str, Field(pattern=r"\[[PCR]\]$")]
    like: Annotated[tuple[str, ...], Field(min_length=1)]
    unlike: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Mark:
        if self.family not in FAMILIES or (self.shape and self.family not in SHAPES.get(self.shape, ())):
            raise ValueError(f"{self.family} ({self.shape}) is no family and shape of the registry")
        return self


class AddressMark(Mark):
    """A shape of addresses: `path` is searched in path and query."""

    path: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled on first use."""
        return re.compile(self.path, re.IGNORECASE)


class PageMark(Mark):
    """A mark in the source of pages."""

    text: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression, compiled on first use; case counts, as it does in names of scripts."""
        return re.compile(self.text)


class MetaMark(Mark):
    """A meta tag: its name, and what is searched in its content."""

    name: str
    content: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression over the content, compiled on first use."""
        return re.compile(self.content, re.IGNORECASE)


class CookieMark(Mark):
    """A cookie that an answer sets, by its name."""

    name: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The expression over the cookie's name, compiled on first use."""
        return re.compile(self.name)


class Marks(BaseModel):
    """All marks, in the order of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: tuple[AddressMark, ...]
    page: tuple[PageMark, ...]
    meta: tuple[MetaMark, ...]
    cookie: tuple[CookieMark, ...]


@cache
def marks() -> Marks:
    """The marks of `markers.toml`. Raises `pydantic.ValidationError` where an entry is not as it must be."""
    return Marks.model_validate(rtoml.loads(_FILE.read_text(encoding="utf-8")))
