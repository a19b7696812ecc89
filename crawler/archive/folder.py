"""Where the archive lies."""

from __future__ import annotations

from pathlib import Path

from scrapy.settings import BaseSettings


def folder_of(settings: BaseSettings) -> Path:
    """`ARCHIVE_DIR`; without it the folder `archive` beside `SPOOL_DIR`."""
    named = settings.get("ARCHIVE_DIR")
    return Path(named) if named else Path(settings.get("SPOOL_DIR") or "data/spool").parent / "archive"
