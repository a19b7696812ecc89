"""TRS portals whose lists come from a service, or whose wire misbehaves."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from scrapy.exceptions import DownloadTimeoutError

from crawler.demo.portal import FakeRequest, FakeResponse, data, moved, page
from spiders.trs import TrsSpider
from tests.spiders.crawl import crawl, pages, row
from tests.spiders.trs_pages import (
    COLUMN,
    HOST,
    LIST,
    REPORT,
    YEARS,
    item,
    listing,
    run,
    title,
    url,
    years_of,
)

# ---------------------------------------------------------------------- Fujian: a search service completes the list


def template(inner: str = "", shown: int = 10) -> str:
    return (
        f'<meta name="ChnlId" content="1813"><dl ms-if="list.length>0" ms-repeat="list" ms-if-loop="$index<{shown}">'
        f'<a ms-attr-href="el.chnldocurl"></a></dl>{inner}'
    )


@pytest.mark.parametrize("shape", ["data", "docs"])
def test_rows_of_the_search_service(shape: str) -> None:
    asked = []

    def search(request: FakeRequest) -> FakeResponse:
        form = {key: values[0] for key, values in parse_qs(request.body.decode()).items()}
        asked.append(form)
        part = YEARS[4:8] if form["page"] == "1" else YEARS[8:]
        rows = [{"doctitle": title(year), "docpuburl": url(year), "docreltime": "1705284000000"} for year in part]
        rows.append({"doctitle": title(2023), "docpuburl": "http://mirror.example.com/a/202401/t20240101_1.html"})
        return data({"pageCount": "2", shape: rows})

    script = "<script>var opt = {channelid: '200210', recordCount: '12'};</script>"
    result = run({LIST: listing(YEARS[:4], template(script)), f"{HOST}/fjdzapp/search": search})
    assert years_of(result) == sorted(YEARS)
    assert [(form["channelid"], form["classsql"], form["page"]) for form in asked] == [
        ("200210", "chnlid=1813", "1"),
        ("200210", "chnlid=1813", "2"),
    ]
    assert next(one for one in result.pages if one.url == url(YEARS[5])).list_date == "2024-01-15"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"<html>busy</html>", "html_for_json"),
        (b"", "empty_answer"),
        (b'{"data": [', "broken_json"),
        (b'{"a":1}', "odd_api_answer"),
    ],
)
def test_odd_answers_of_the_search_service(answer: bytes, reason: str) -> None:
    script = "<script>channelid = 200210</script>"
    result = run({LIST: listing(YEARS[:4], template(script)), f"{HOST}/fjdzapp/search": answer})
    assert years_of(result) == sorted(YEARS[:4])
    assert reason in result.reasons


def test_a_list_cut_by_its_template_is_partial() -> None:
    result = run({LIST: listing(YEARS[:10], template())})
    assert [one.outcome for one in result.attempts if one.reason == "list_cut"] == ["partial"]
    assert "list_cut" not in run({LIST: listing(YEARS[:7], template())}).reasons


def test_saved_column_page_of_a_zone_in_fujian(corpus: Path) -> None:
    body = (corpus / "pingtan_zfxxgknb_list.html").read_bytes()
    host = "www.pingtan.gov.cn"
    column = {"url": f"https://{host}/zwgk/zfxxgk/zfxxgknb/nlist.htm", "title": "政府信息公开年报"}
    fake = pages({f"{host}/zwgk/zfxxgk/zfxxgknb/nlist.htm": body})
    result = crawl(TrsSpider, fake, rows=[row(host, "trs", columns=[column])], portal=host)
    asked = [one for one in result.urls if "/zfxxgknb/20" in one]
    assert len(asked) == 10
    assert all(f"{year}" in "".join(asked) for year in range(2017, 2027) if year != 2018)
    assert "list_cut" in result.reasons  # its scripts were emptied: ten of twenty rows cannot be asked for


# ---------------------------------------------------------------------- the network


def test_a_gate_is_left_alone() -> None:
    gate = FakeResponse(412, (("Content-Type", "text/html"),), b"<script r='m'>$_ts.nsd=1;</script>")
    result = run({LIST: gate})
    assert result.urls == [LIST]
    assert result.reasons == ["gate_412"]
    assert [one.status for one in result.refusals] == [412]


def test_a_redirect_to_itself_with_a_cookie() -> None:
    def respond(request: FakeRequest) -> FakeResponse | None:
        if request.path != "/robots.txt" and "CT6TS" not in request.cookies:
            return moved(request.url, cookie="CT6TS=abc; path=/")
        return page(listing(YEARS[:3])) if request.path.endswith("nb/") else page(REPORT.format(title="x"))

    result = crawl(TrsSpider, respond, rows=[row(HOST, "trs", columns=[COLUMN])], portal=HOST)
    assert years_of(result) == sorted(YEARS[:3])


def test_a_redirect_to_a_foreign_host_is_refused() -> None:
    result = run({LIST: moved("http://mirror.example.com/zwgk/zfxxgknb/")})
    assert result.reasons == ["off_host"]
    assert not any("mirror" in one for one in result.urls)


def test_robots_are_obeyed_by_every_start_url() -> None:
    robots = FakeResponse(200, (("Content-Type", "text/plain"),), b"User-agent: *\nDisallow: /zwgk/\n")
    columns: list[dict[str, object]] = [{"url": f"http://{HOST}/zwgk/c{n}/", "title": "年报"} for n in range(6)]
    table: dict[str, object] = {f"{HOST}/zwgk/c{n}/": listing(YEARS[:2]) for n in range(6)}
    result = run(table | {f"{HOST}/robots.txt": robots}, columns)
    assert result.urls == []
    assert result.reasons == ["robots_txt"] * 6


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (DownloadTimeoutError("slow"), "timeout"),
        (b"   ", "empty_body"),
        (b"%PDF-1.4 not a list", "not_html"),
    ],
)
def test_answers_that_are_no_list(answer: object, reason: str) -> None:
    result = run({LIST: answer}, year=2024)
    assert reason in result.reasons
    assert result.pages == []


def test_an_article_that_fails_names_its_year() -> None:
    result = run({LIST: listing([2024, 2023]), url(2023): FakeResponse(500, (), b"")})
    assert years_of(result) == [2024]
    assert [(one.reason, one.year) for one in result.attempts if one.url == url(2023)] == [("http_500", 2023)]


def test_markup_without_end() -> None:
    result = run({LIST: "<ul>" * 200 + item(2023) + "<table><tr><td colspan=100000>" + "\x00"})
    assert years_of(result) == [2023]
