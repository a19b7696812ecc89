"""Text to report: blocks, sections, tables, cells, title and year, narrative figures, checks. Pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crawler.reports.model import Report
    from crawler.reports.parser import parse, parse_text, with_checks

__all__ = ["Report", "parse", "parse_text", "with_checks"]


def __getattr__(name: str) -> Any:
    """Load the parser when it is first asked for.

    Everything that only needs a value from `crawler.reports.model` or a statutory format would else load the whole
    parser, and `crawler.text`, which reads the formats' vocabulary, would import itself in a circle.
    """
    if name == "Report":
        from crawler.reports import model

        return model.Report
    if name in __all__:
        from crawler.reports import parser

        return getattr(parser, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
