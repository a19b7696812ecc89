"""A reader that goes away (`scrapy portals | head -1`) is no failure of a command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("args", [("portals", "list"), ("portals", "--format", "csv")])
def test_output_that_nobody_reads_to_the_end(args: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "scrapy", *args]
    with subprocess.Popen(command, cwd=REPO, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        assert running.stdout.readline().strip()
        running.stdout.close()
        said = running.stderr.read().decode()
        assert (running.wait(), said) == (0, "")
