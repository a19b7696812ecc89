"""The names under which Scrapy finds the commands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crawler import cli, commands
from crawler.commands.late import Late
from tests.conftest import REPO

NAMES = sorted(
    path.stem
    for path in Path(commands.__path__[0]).glob("*.py")
    if "\nclass Command(" in path.read_text("utf-8")
    # `crawl-due` has no module here: its name has a hyphen, and stands among the package's entry points.
    and path.stem != "crawl_due"
)


def test_every_command_has_its_name_and_no_name_is_empty() -> None:
    assert sorted(path.stem for path in Path(cli.__path__[0]).glob("[a-z]*.py")) == NAMES


def test_a_command_is_imported_when_something_is_asked_of_it() -> None:
    late = Late("crawler.commands.codebook")
    assert "_made" not in vars(late)
    late.settings = "given"
    assert (late.settings, late.exitcode) == ("given", 0)
    assert late.short_desc()
    with pytest.raises(AttributeError):
        _ = late.nothing_of_the_kind


@pytest.mark.parametrize("name", ["crawl", "inspect"])
def test_help_of_each_command(name: str) -> None:
    done = subprocess.run([sys.executable, "-m", "scrapy", name, "-h"], cwd=REPO, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-500:]
    assert f"scrapy {name}".encode() in done.stdout


def test_the_list_of_commands_names_each_once() -> None:
    done = subprocess.run([sys.executable, "-m", "scrapy"], cwd=REPO, capture_output=True, check=True)
    listed = [line.split()[0].decode() for line in done.stdout.splitlines() if line.startswith(b"  ") and line.split()]
    assert [listed.count(name) for name in NAMES] == [1] * len(NAMES)


def test_one_command_does_not_load_the_others() -> None:
    script = (
        "import sys; from scrapy.cmdline import execute\n"
        "try: execute(['scrapy', 'inspect', '-h'])\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.argv[1:] if name in sys.modules])"
    )
    heavy = ["sqlalchemy", "alembic", "crawler.demo", "crawler.portals.registry", "crawler.reports.parser"]
    done = subprocess.run([sys.executable, "-c", script, *heavy], cwd=REPO, capture_output=True, check=True)
    assert done.stdout.decode().splitlines()[-1] == "[]"
