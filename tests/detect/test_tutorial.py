"""The tutorial is run as it stands: its commands, on a loopback server, print what it says they print."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import pytest

from crawler.demo.server import serving
from crawler.portals import registry
from tests import quick
from tests.conftest import REPO
from tests.detect.town import NEW, land

DOCS = REPO / "docs"
ENGLISH = (DOCS / "new-portal.md").read_text(encoding="utf-8")
CHINESE = (DOCS / "new-portal.zh.md").read_text(encoding="utf-8")


def steps(text: str) -> list[tuple[str, list[str]]]:
    """Each command of the console blocks, with the lines that are printed below it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line.removeprefix("$ "), []))
            else:
                found[-1][1].append(line)
    return found


def same(text: str) -> str:
    return " ".join(text.split())


def test_both_languages_run_the_same_commands() -> None:
    assert steps(ENGLISH) == steps(CHINESE)
    assert len(steps(ENGLISH)) == 5


@pytest.mark.slow
def test_its_commands_do_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "scrapy.cfg").write_text("[settings]\ndefault = crawler.settings\n", encoding="utf-8")
    with serving(land()) as server:
        env = {**os.environ, "http_proxy": server.proxy, "PYTHONPATH": str(REPO)}
        env.pop("DATABASE_URL", None)
        for command, printed in steps(ENGLISH):
            words = shlex.split(command)
            assert words[0] == "scrapy"
            # Nobody has to be spared on loopback; everything else is as a user types it.
            run = [sys.executable, "-m", *words, "-s", "DOWNLOAD_DELAY=0"]
            done = quick.run(run, cwd=tmp_path, env=env, timeout=240)
            assert done.returncode == 0, (command, done.stdout, done.stderr)
            missing = [line for line in printed if same(line) not in same(done.stdout)]
            assert missing == [], (command, done.stdout)
    assert registry.load(tmp_path / "my-portals").portal(NEW).family == "trs"


MESSAGES = re.findall(r"^\| (`[^|]*) \|", ENGLISH, re.MULTILINE)


def test_what_it_says_is_said_is_said_by_the_code() -> None:
    """The table of troubles quotes messages of the commands: each of them stands in the source."""
    folders = (REPO / "crawler" / "commands", REPO / "crawler" / "detect", REPO / "crawler" / "net")
    source = "".join(path.read_text(encoding="utf-8") for folder in folders for path in folder.glob("*.py"))
    quoted = [piece for message in MESSAGES for piece in re.findall(r"`([^`]+)`", message)]
    assert len(quoted) >= 12
    for piece in quoted:
        plain = piece.removesuffix(" …").removesuffix("…")
        assert plain in source or re.sub(r"\d+$", "", plain) in source, piece
