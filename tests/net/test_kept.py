"""robots.txt kept for a day: what is kept, for how long, and that a damaged file costs one request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.net.kept import LARGEST, RobotsFolder
from tests.spiders.crawl import crawl, pages, row

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("later", "there"),
    [(timedelta(0), True), (DAY - timedelta(seconds=1), True), (DAY, False), (-timedelta(seconds=1), False)],
)
def test_a_file_is_good_for_a_day_and_not_from_the_future(tmp_path, later, there):
    folder = RobotsFolder(tmp_path / "robots", DAY)
    folder.put("a.gov.cn:8080", b"Disallow: /\xff", NOW)
    assert folder.get("a.gov.cn:8080", NOW + later) == (b"Disallow: /\xff" if there else None)
    assert folder.get("b.gov.cn", NOW) is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"at": "now", "body": ""}', '{"at": "2026-11-23", "body": "*"}', "\0"]
)
def test_a_damaged_file_is_told_and_counts_as_none(tmp_path, text, caplog):
    folder = RobotsFolder(tmp_path, DAY)
    folder.put("a.gov.cn", b"x", NOW)
    next(tmp_path.iterdir()).write_text(text)
    assert folder.get("a.gov.cn", NOW) is None
    assert "a.gov.cn" in caplog.text


def test_a_folder_that_cannot_be_made_costs_nothing_but_the_next_request(tmp_path, caplog):
    (tmp_path / "robots").write_text("a file")
    RobotsFolder(tmp_path / "robots", DAY).put("a.gov.cn", b"x", NOW)
    assert "cannot be kept" in caplog.text


def ask(folder, robots, hours=24):
    rows = [row("a.gz.gov.cn", "dated", columns=[{"url": "http://a.gz.gov.cn/secret/index.html", "title": "年报"}])]
    table = {"a.gz.gov.cn/robots.txt": robots, "a.gz.gov.cn/secret/index.html": "<p>nothing</p>"}
    settings = {"ROBOTS_DIR": str(folder), "ROBOTS_KEPT_HOURS": hours, "SECOND_PATH": False, "RETRY_TIMES": 0}
    result = crawl("dated", pages(table), rows=rows, settings=settings, portal="a.gz.gov.cn")
    return [one.path for one in result.asked if one.path == "/robots.txt"], result


def test_a_kept_file_forbids_as_a_fetched_one_does(tmp_path):
    forbids = b"User-agent: *\nDisallow: /secret/\n"
    first, fetched = ask(tmp_path, forbids)
    again, kept = ask(tmp_path, b"")
    assert (len(first), len(again)) == (1, 0)
    for result in (fetched, kept):
        assert "http://a.gz.gov.cn/secret/index.html" not in result.urls
        assert "robots_txt" in result.reasons


@pytest.mark.parametrize(("robots", "hours"), [(b"#" * (LARGEST + 1), 24), (b"", 0)])
def test_what_is_too_large_or_not_to_be_kept_is_asked_for_each_time(tmp_path, robots, hours):
    assert [len(ask(tmp_path, robots, hours)[0]) for _ in range(2)] == [1, 1]
