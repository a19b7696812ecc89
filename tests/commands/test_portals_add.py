"""`scrapy portals add`: a row is written where its portal gave reports, and nowhere else; nothing is left behind."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.commands import portaladd
from crawler.commands.trial import Sampled, Trial
from crawler.demo.server import serving
from crawler.portals import registry
from crawler.portals.loader import SHIPPED
from tests.detect.town import EMPTY, NEW, PLATFORM, UNKNOWN, land
from tests.quick import run

HANDLER = "crawler.demo.handler.CountryDownloadHandler"


def add(
    folder: Path | None, *arguments: str, stdin: str = "", temp: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command against the town, in a process of its own."""
    settings = {
        "DOWNLOAD_HANDLERS": json.dumps({"http": HANDLER, "https": HANDLER}),
        "DEMO_COUNTRY": "tests.detect.town.land",
        "DOWNLOAD_DELAY": "0",
        **({"PORTALS_DIR": str(folder)} if folder is not None else {}),
    }
    options = [part for key, value in settings.items() for part in ("-s", f"{key}={value}")]
    command = [sys.executable, "-m", "scrapy", "portals", "add", *arguments, *options]
    env = {**os.environ, **({"TMPDIR": str(temp)} if temp else {})}
    return run(command, timeout=240, input=stdin, env=env)


@pytest.mark.slow
def test_a_portal_is_tried_shown_and_written_once(tmp_path: Path) -> None:
    mine, temp = tmp_path / "mine", tmp_path / "temp"
    temp.mkdir()
    done = add(mine, f"http://{PLATFORM}/gkmlpt/index", "--yes", temp=temp)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "family      gkmlpt, confidence 1.00" in done.stdout
    assert "2025  铜仁市生态环境局  200" in done.stdout
    assert f"scrapy crawl gkmlpt -a portal={PLATFORM}" in done.stdout
    row = registry.load(mine).portal(PLATFORM)
    assert (row.family, row.place, row.oldest_year, row.agencies[0].id) == ("gkmlpt", "铜仁市", 2019, "520600-sthjj")
    # What the crawl found on its way is in the row: the next crawl need not search.
    assert row.columns[0].params == {"sid": "200019", "column_id": 9270}
    assert [path.name for path in mine.iterdir()] == ["added.toml"]
    assert [path.name for path in temp.iterdir() if path.suffix != ".lock"] == []
    before = (mine / "added.toml").read_bytes()
    again = add(mine, f"http://{PLATFORM}/gkmlpt/index", "--yes")
    assert again.returncode == 2
    assert f"{PLATFORM} has a row already: 铜仁市生态环境局, family gkmlpt. Nothing was written" in again.stderr
    assert (mine / "added.toml").read_bytes() == before


@pytest.mark.slow
def test_a_portal_without_reports_is_refused_with_the_reason_and_leaves_nothing(tmp_path: Path) -> None:
    mine, temp = tmp_path / "mine", tmp_path / "temp"
    temp.mkdir()
    done = add(mine, f"http://{EMPTY}/zfxxgknb/", "--yes", temp=temp)
    assert done.returncode == 1
    assert f"{EMPTY} gave no report, and gets no row." in done.stderr
    assert "empty_list" in done.stderr
    assert not mine.exists()
    assert [*temp.iterdir()] == []


@pytest.mark.slow
def test_a_family_that_a_person_names_goes_first_and_the_page_is_quoted_against_it(tmp_path: Path) -> None:
    done = add(tmp_path / "mine", f"http://{NEW}/zfxxgk/zfxxgknb/", "--family", "henan", stdin="n\n")
    assert done.returncode == 1
    assert "you say henan; the page says trs" in done.stdout
    assert "with the spider henan" in done.stdout
    assert "Write this row into" in done.stdout
    assert "not added" in done.stderr
    assert "[P] the family was given" in done.stdout
    assert not (tmp_path / "mine").exists()


@pytest.mark.slow
def test_a_portal_of_unknown_software_is_added_when_a_person_agrees(tmp_path: Path) -> None:
    done = add(tmp_path / "mine", f"http://{UNKNOWN}/", stdin="y\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "generic: nothing here tells the software" in done.stdout
    row = registry.load(tmp_path / "mine").portal(UNKNOWN)
    assert (row.family, row.confidence, row.oldest_year) == ("generic", "R", 2019)
    assert row.columns[0].url == f"http://{UNKNOWN}/List.aspx?cid=7"


@pytest.mark.slow
def test_over_a_real_http_stack_on_loopback(tmp_path: Path) -> None:
    """The server as a proxy, as users behind one run the command; also the crawl in its own process goes through it."""
    town = land()
    with serving(town) as server:
        env = {**os.environ, "http_proxy": server.proxy}
        command = [sys.executable, "-m", "scrapy", "portals", "add", f"http://{NEW}/", "--yes"]
        command += ["-s", "DOWNLOAD_DELAY=0", "-s", f"PORTALS_DIR={tmp_path / 'mine'}"]
        done = run(command, timeout=240, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    assert registry.load(tmp_path / "mine").portal(NEW).family == "trs"
    assert len(town.log) < 20
    assert {
        one.headers["user-agent"].startswith("Mozilla/5.0 (compatible; AnnualReportCrawler") for one in town.log
    } == {True}


def options(**given: object) -> argparse.Namespace:
    return argparse.Namespace(**{"id": None, "family": None, "name": "", "code": "", "allow": "", "yes": True, **given})


@pytest.mark.parametrize(
    ("url", "given", "said"),
    [
        ("https://sthjj.gz.gov.cn/", {}, "sthjj.gz.gov.cn has a row already: 广州市生态环境局, family gkmlpt"),
        ("http://www.gdqy.gov.cn/slj/gkmlpt/index", {}, "the registry knows this host: www.gdqy.gov.cn/qylyj"),
        (f"http://{NEW}/", {"id": "A B"}, "--id A B: an id is the host"),
        (f"http://{NEW}/", {"id": "other.gov.cn/x"}, f"{NEW}/name"),
        (f"http://{NEW}/", {"family": "nosuch"}, "there is no such family; there are gkmlpt"),
        ("ftp://a.gov.cn/", {}, "only http and https"),
        ("许昌", {}, "许昌 is no address"),
        ("", {}, "is no address"),
    ],
)
def test_what_can_be_told_without_asking_is_told_first(
    tmp_path: Path, url: str, given: dict[str, object], said: str
) -> None:
    with pytest.raises(portaladd.Refused) as refused:
        portaladd.add([url], options(**given), Settings({"PORTALS_DIR": str(tmp_path / "mine")}))
    assert said in str(refused.value)
    assert refused.value.code == 2
    assert [*tmp_path.iterdir()] == []


def test_a_host_that_was_left_out_says_why(tmp_path: Path) -> None:
    host = next(iter(registry.load().left_out))
    with pytest.raises(portaladd.Refused, match=f"{host} was left out: "):
        portaladd.add([f"http://{host}/"], options(), Settings({"PORTALS_DIR": str(tmp_path / "mine")}))


@pytest.mark.parametrize(
    ("folder", "said"),
    [(None, "-s PORTALS_DIR=my-portals"), ("file", "is no folder"), (str(SHIPPED), "holds the installed rows")],
)
def test_the_folder_must_be_one_of_the_users_own(tmp_path: Path, folder: str | None, said: str) -> None:
    (tmp_path / "file").write_text("")
    given = str(tmp_path / folder) if folder else None
    with pytest.raises(portaladd.Refused, match=said):
        portaladd.add([f"http://{NEW}/"], options(), Settings({"PORTALS_DIR": given}))


def test_a_folder_that_does_not_load_is_told_with_its_faults(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text("[[portal]]\nid = 1\n", encoding="utf-8")
    with pytest.raises(registry.RegistryError, match=r"own\.toml"):
        portaladd.add([f"http://{NEW}/"], options(), Settings({"PORTALS_DIR": str(tmp_path)}))


def sampled(**read: int) -> Sampled:
    return Sampled("局", 2023, "annual_report", "", read.get("cells", 0), read.get("sections", 0), {})


def test_a_trial_is_good_when_one_page_was_read_as_a_report() -> None:
    assert not Trial(0).good
    assert not Trial(0, [sampled(), sampled(sections=1)]).good
    assert Trial(3, [sampled(), sampled(cells=1)]).good
    assert Trial(0, [sampled(sections=6)]).good
