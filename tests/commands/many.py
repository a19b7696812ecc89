"""Commands that crawl many portals, run against the fake country in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.main_job.run import HANDLER, OWN_ROWS
from tests.quick import run

PORTALS = ("sthj.guizhou.gov.cn", "sthjj.gz.gov.cn", "sthjj.xuchang.gov.cn", "sthjt.hunan.gov.cn")
LONGEST = 120


def line(folder: Path, command: str, *arguments: str, latency: float = 0) -> list[str]:
    """The command line of one run."""
    settings = {
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'reports.db'}",
        "SPOOL_DIR": str(folder / "spool"),
        "ARCHIVE_DIR": str(folder / "archive"),
        "PORTALS_DIR": OWN_ROWS,
        "DOWNLOAD_HANDLERS": json.dumps({"http": HANDLER, "https": HANDLER}),
        "DOWNLOAD_DELAY": "0",
        "CRAWL_DELAY_CAP": "0",
        "DEMO_LATENCY": str(latency),
    }
    options = [part for key, value in settings.items() for part in ("-s", f"{key}={value}")]
    return [sys.executable, "-m", "scrapy", command, *options, *arguments]


def scrapy(folder: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return run(line(folder, command, *arguments), timeout=LONGEST)
