"""Epoint's full-text service on fake portals: both answer shapes, offsets, caps, paths, odd answers."""

from __future__ import annotations

import json
from datetime import date

import pytest
from scrapy.exceptions import DownloadTimeoutError

from crawler.demo.portal import FakeResponse
from spiders.fulltext import CAP, PATHS, ROWS, Question
from tests.spiders.test_epoint import (
    COLUMN,
    HOST,
    LISTED,
    ROOT,
    SCRIPTED,
    SERVICE,
    Service,
    found,
    name_of,
    path,
    record,
    run,
    title,
)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda value: value,
        lambda value: {"code": 200, "content": json.dumps(value)},
        lambda value: {"code": 200, "content": value},
        lambda value: {"result": json.dumps(value["result"])},
    ],
    ids=["plain", "wrapped", "object", "string"],
)
def test_a_scripted_column_is_read_from_the_service(wrap):
    service = Service(record(23, title(2023)), record(22, title(2022)), record(9, title(2021), "003001"), wrap=wrap)
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED)
    assert result.found == found(22, 23)
    assert service.asked[0]["condition"][0]["equal"] == "002005"
    assert result.attempts == []


def test_the_category_is_read_from_address_or_page():
    service = Service(record(23, title(2023)))
    table = {f"{HOST}/zwgk/002005/list.html": "<ul></ul>", f"{HOST}/nb/": SCRIPTED, SERVICE: service}
    by_address = run(table, columns=[{"url": COLUMN + "list.html", "title": "年报"}])
    by_page = run(table, columns=[{"url": ROOT + "/nb/", "title": "年报"}])
    assert by_address.found == by_page.found == found(23)


def test_offsets_until_all_rows_are_read():
    service = Service(*[record(n, title(2000 + n % 25, f"样例市第{n}局")) for n in range(120)])
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED)
    assert [question["pn"] for question in service.asked] == [0, 50, 100]
    assert {question["rn"] for question in service.asked} == {ROWS}
    assert len(result.pages) == 120
    assert len({page.url for page in result.lists}) == len(result.lists), "each answer is evidence of its own"


def test_a_server_that_gives_fewer_rows_than_asked_loses_none():
    class Dozen(Service):
        def __call__(self, request):
            asked = json.loads(request.body) | {"rn": 12}
            return super().__call__(
                type(request)(request.method, request.url, request.headers, json.dumps(asked).encode())
            )

    service = Dozen(*[record(n, title(2000 + n % 25, f"样例市第{n}局")) for n in range(40)])
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED)
    assert [question["pn"] for question in service.asked] == [0, 12, 24, 36]
    assert len(result.pages) == 40


def test_more_rows_than_the_service_shows_are_asked_for_by_year():
    days = [f"{year}-01-12" for year in range(2018, 2024)]
    records = [record(n, title(2017 + n // 100, f"样例市第{n}局"), day=days[n // 100]) for n in range(600)]
    records.sort(key=lambda one: one["webdate"], reverse=True)
    service = Service(*records)
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED)
    assert len(result.pages) == 600
    assert max(question["pn"] for question in service.asked) < CAP
    assert result.attempts == []


def test_a_year_that_is_capped_too_is_partial():
    records = [record(n, title(2022, f"样例市第{n}局"), day="2023-01-12") for n in range(700)]
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: Service(*records)}, columns=LISTED)
    assert [(one.outcome, one.reason) for one in result.attempts] == [("partial", "capped_list")]
    assert "700" in result.attempts[0].detail


def test_a_server_that_ignores_offsets_ends():
    class Deaf(Service):
        def __call__(self, request):
            asked = json.loads(request.body) | {"pn": 0, "time": None}
            return super().__call__(
                type(request)(request.method, request.url, request.headers, json.dumps(asked).encode())
            )

    service = Deaf(record(23, title(2023)), count=10_000)
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED)
    assert result.found == found(23)
    assert len(service.asked) == 2


def test_marks_of_the_search_and_missing_addresses():
    marked = record(23, "样例市生态环境局2023年<em style='color:red'>政府信息公开</em>工作年度报告")
    bare = {
        "title": title(2022),
        "infoid": name_of(22),
        "infodate": "2023-01-12",
        "categorynum": "002005",
        "webdate": "",
    }
    lost = {"title": title(2021), "categorynum": "002005", "webdate": ""}
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: Service(marked, bare, lost)}, columns=LISTED)
    assert result.found == sorted([ROOT + path(23), f"{ROOT}/openDetailDynamic.html?infoid={name_of(22)}"])
    assert {(page.list_title, page.list_date) for page in result.pages} == {
        (title(2023), "2024-01-12"),
        (title(2022), "2023-01-12"),
    }


def test_news_in_the_margin_does_not_hide_that_the_list_is_scripted():
    news = f"<a href='{path(7, '001002')}'>市长调研重点项目</a>"
    service = Service(record(23, title(2023)))
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED + news, SERVICE: service}, columns=LISTED)
    assert result.found == found(23)


# ---------------------------------------------------------------- where the service answers


def test_the_older_path_is_tried_when_the_newer_is_missing():
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, HOST + PATHS[1]: Service(record(23, title(2023)))}, columns=LISTED)
    assert result.found == found(23)
    assert result.attempts == []


def test_a_row_that_names_the_path_is_believed():
    own = "/XZinterface/rest/esinteligentsearch/getFullTextDataNew"
    table = {f"{HOST}/zwgk/002005/": SCRIPTED, HOST + own: Service(record(23, title(2023)))}
    result = run(table, columns=LISTED, quirks={"full_text_path": own})
    assert result.found == found(23)
    assert not any(path in url for url in result.urls for path in PATHS)


def test_no_service_and_no_rows_is_told():
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED}, columns=LISTED)
    assert ("missing", "http_404") in {(one.outcome, one.reason) for one in result.attempts}
    assert result.spider.ledger.broken(result.spider.selection.portals) == [HOST]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "empty_answer"),
        (b"<!DOCTYPE html><html>login</html>", "html_for_json"),
        (b'{"result": {"totalcount": 3, "records": [{"title": "20', "broken_json"),
        ({"code": 200, "content": '{"result": {"records": ['}, "broken_json"),
        ({"code": 500, "msg": "JSON parse error"}, "odd_api_answer"),
        ({"code": 200, "content": "[1]"}, "odd_api_answer"),
        ({"result": {"totalcount": 0, "records": "none"}}, "odd_api_answer"),
        ([], "odd_api_answer"),
        ({"result": {"totalcount": 1_000_000, "records": [{}] * 1_000_000}}, "too_many_rows"),
        ({"result": {"totalcount": 0, "records": []}}, "empty_list"),
    ],
    ids=["empty", "html", "cut", "cut inside", "error", "list inside", "no list", "list", "million", "nothing"],
)
def test_odd_answers_are_attempts_not_errors(answer, reason):
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: answer}, columns=LISTED)
    assert ("unreadable", reason) in {(one.outcome, one.reason) for one in result.attempts}
    assert result.stats["finish_reason"] == "finished"
    assert result.pages == []


def test_a_time_out_is_unreachable():
    result = run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: DownloadTimeoutError("slow")}, columns=LISTED)
    assert ("unreachable", "timeout") in {(one.outcome, one.reason) for one in result.attempts}


def test_a_gate_is_recorded_and_left_alone():
    gate = FakeResponse(521, (("Content-Type", "text/html"),), b"<script>document.cookie='__jsl_clearance=1'</script>")
    result = run({f"{HOST}/zwgk/002005/": gate, SERVICE: Service(record(23, title(2023)))}, columns=LISTED)
    assert {(one.outcome, one.reason) for one in result.attempts} == {("blocked", "gate_521")}
    assert result.urls == [COLUMN]


def test_years_of_publication_reach_to_today():
    service = Service(count=10_000)
    service.records = tuple(record(n, title(2022, f"第{n}局")) for n in range(CAP + 1))
    run({f"{HOST}/zwgk/002005/": SCRIPTED, SERVICE: service}, columns=LISTED)
    years = {int(question["time"][0]["startTime"][:4]) for question in service.asked if question["time"]}
    assert max(years) >= date.today().year


def test_question():
    body = json.loads(Question(category="002005", year=2023, offset=50).body)
    assert (body["pn"], body["rn"], body["wd"]) == (50, ROWS, "")
    assert body["condition"][0]["equal"] == "002005"
    assert body["time"][0]["startTime"].startswith("2023-01-01")
    assert json.loads(Question(words='a"b').body)["wd"] == 'a"b'
