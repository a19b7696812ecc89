"""Ucap's list services as tests write them by hand: odd and hostile answers, records that hold body and files."""

from __future__ import annotations

import asyncio
import json

import pytest
from scrapy.exceptions import DownloadTimeoutError

from crawler.demo.portal import FakeResponse, moved, page
from pipelines.decode import DecodePipeline
from pipelines.parse import ParsePipeline
from tests.reports.files import papers, pdfs
from tests.reports.golden.truth import truth
from tests.spiders.crawl import crawl, pages, row
from tests.spiders.ucap_pages import (
    BODY,
    CHANNEL,
    COLUMN,
    HOST,
    ROOT,
    SERVICE,
    path,
    record,
    run,
    title,
    url,
)


def answer(*years, total=None, rows=18):
    found = [record(year) for year in years]
    return {"data": {"page": 1, "rows": rows, "total": len(found) if total is None else total, "results": found}}


def articles(*years):
    return {f"{HOST}{path(year)}": page(f"<h1>{title(year)}</h1>{BODY}") for year in years}


# ---------------------------------------------------------------- answers


def wrapped(value):
    return page(f"callback({json.dumps(value, ensure_ascii=False)});")


SHAPES = {
    "plain": answer(2022, 2023),
    "JSONP": wrapped(answer(2022, 2023)),
    "coded": {"code": 0, "data": {"total": 2, "results": [record(2022), record(2023)]}},
    "no data": {"results": [record(2022), record(2023)], "total": "2"},
    "data is the list": {"data": [record(2022), record(2023)], "total": 2},
    "data is text": {"code": 200, "data": json.dumps(answer(2022, 2023)["data"])},
    "byte order mark": FakeResponse(200, (), b"\xef\xbb\xbf" + json.dumps(answer(2022, 2023)).encode()),
    "total is nothing": {"data": {"total": None, "rows": "many", "results": [record(2022), record(2023)]}},
    "HTML": page("".join(f"<li><a href='{path(year)}'>{title(year)}</a></li>" for year in (2022, 2023))),
    "strangers between": {
        "data": {
            "total": 9,
            "results": [
                None, 7, {}, record(2022), {"title": "x", "url": 5}, {"url": "javascript:;", "title": title(2021)},
                record(2023, url="https://mirror.example.com/2023.shtml", title=title(2019)), record(2023), [record(1)],
                record(2024, url="http://[broken/x.shtml"), {"title": None, "url": None, "resList": "no list"},
            ],
        }
    },
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_of_answers(shape):
    result = run({SERVICE: SHAPES[shape], **articles(2022, 2023)})
    assert result.found == [url(2022), url(2023)]
    assert {one.list_title for one in result.pages} == {title(2022), title(2023)}
    assert not any("mirror" in one for one in result.urls)


HOSTILE = {
    "page": (page("<html><body>系统繁忙</body></html>"), "html_for_json"),
    "empty": (FakeResponse(200, (("Content-Type", "application/json"),), b""), "empty_answer"),
    "cut off": (FakeResponse(200, (), json.dumps(answer(2023)).encode()[:90]), "broken_json"),
    "no list": ({"code": 500, "msg": "频道不存在", "data": None}, "odd_api_answer"),
    "a number": (FakeResponse(200, (("Content-Type", "application/json"),), b"42"), "odd_api_answer"),
    "nested without end": (FakeResponse(200, (), b"[" * 100_000), "broken_json"),
    "nothing in it": (answer(), "empty_list"),
    "too many": ({"data": {"total": 1, "results": [record(2023)] * 5_001}}, "too_many_rows"),
    "slow": (DownloadTimeoutError("slow"), "timeout"),
    "down": (FakeResponse(500, (), b""), "list_needs_javascript"),
    "to itself": (moved(f"{ROOT}/searchList/{CHANNEL}"), "redirect_loop"),
    "gate": (FakeResponse(412, (), b"<script r='m'>$_ts.nsd=1;</script>"), "gate_412"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_answers_are_named_and_the_column_is_searched_for(kind):
    found, reason = HOSTILE[kind]
    result = run({SERVICE: found})
    assert result.pages == []
    assert reason in result.reasons
    assert len(result.urls) <= 25
    if kind in {"page", "empty", "cut off", "no list", "nothing in it", "down"}:
        assert f"{ROOT}/" in result.urls


def test_the_first_page_for_ever_ends_and_what_is_missing_is_said():
    result = run({SERVICE: answer(2022, 2023, total=400), **articles(2022, 2023)})
    assert len([one for one in result.urls if "searchList" in one]) == 2
    assert result.reasons == ["short_list"]
    assert "400 records are promised and 2 were shown" in result.attempts[0].detail


def test_a_total_that_is_too_small_does_not_end_the_list():
    def respond(request):
        number = int(request.query["page"])
        return page(
            json.dumps(answer(2026 - number * 2, 2025 - number * 2, total=1, rows=2) if number < 3 else answer())
        )

    result = run({SERVICE: respond, **articles(2021, 2022, 2023, 2024)})
    assert [one.rsplit("/", 1)[1] for one in result.found] == [path(year)[-38:] for year in (2021, 2022, 2023, 2024)]
    assert result.reasons == []


def test_where_no_page_names_the_service_the_known_paths_are_tried():
    table = {
        f"{HOST}/common/search/{CHANNEL}": page("<html><body>页面不存在</body></html>"),
        f"{HOST}/search/{CHANNEL}": answer(2023),
    }
    result = run({**table, **articles(2023)}, source="")
    assert [one.partition("?")[0].rsplit("/", 2)[0] for one in result.urls[1:4]] == [
        f"{ROOT}/searchList".rsplit("/", 1)[0], f"{ROOT}/common", f"{ROOT}",
    ]  # fmt: skip
    assert result.found == [url(2023)]
    assert result.reasons == []


def test_where_no_path_answers_it_is_said_once():
    result = run({}, source="")
    assert result.reasons == ["list_needs_javascript"]
    assert result.urls[4] == f"{ROOT}/"
    assert len(set(result.urls)) == 1 + 3 + 1


@pytest.mark.parametrize(
    "told",
    [
        {"code": 200, "results": None},
        {"code": 500},
        [],
        {"results": {"channelId": 5}},
        page("<p>404</p>"),
        {"results": []},
    ],
)
def test_hostile_answers_for_a_channel(told):
    table = {
        COLUMN.split("://")[1]: page("<div id='list'></div>"),
        f"{HOST}/getChannelList": told,
        f"{HOST}/": page(""),
    }
    result = run(table)
    assert result.pages == []
    assert any(one.outcome == "unreadable" for one in result.attempts)


def test_a_channel_in_a_list():
    told = {"code": 200, "results": [{"channelId": CHANNEL, "channelCode": "c100028"}]}
    table = {COLUMN.split("://")[1]: page("<div id='list'></div>"), f"{HOST}/getChannelList": told}
    assert run({**table, SERVICE: answer(2023), **articles(2023)}).found == [url(2023)]


def test_a_folder_without_template_is_asked_for_by_its_code():
    table = {f"{HOST}/getChannelList": {"results": {"channelId": CHANNEL}}, SERVICE: answer(2023), **articles(2023)}
    folder = f"{ROOT}/yangli/c100028/"
    one_row = row(HOST, "ucap", columns=[{"url": folder, "title": "政府信息公开年报"}], oldest_year=2020)
    result = crawl("ucap", pages(table), rows=[one_row], portal=HOST)
    assert result.found == [url(2023)]
    assert result.urls[:3] == [folder, f"{folder}list.shtml", f"{folder}common_list.shtml"]


def test_a_department_in_the_columns_address_travels_with_the_question():
    column = f"{ROOT}/szsrmzf/szsjyj5876/xxgkml_bm.shtml?deptcode=11320500014149586N&type=nb"
    result = run({SERVICE: answer(2023), **articles(2023)}, column=column)
    asked = next(one for one in result.asked if "searchList" in one.url).query
    assert (asked["deptcode"], asked["type"], asked["_isJson"], asked["page"]) == (
        "11320500014149586N",
        "nb",
        "true",
        "1",
    )
    assert result.found == [url(2023)]


def test_years_and_samples():
    table = {SERVICE: answer(*range(2019, 2026)), **articles(*range(2019, 2026))}
    assert run(table, year=2021).found == [url(2021)]
    assert len(run(table, sample=2).pages) == 2


# ---------------------------------------------------------------- records in place of pages


def with_body(**more):
    return {"data": {"total": 1, "results": [record(2023, contentHtml=BODY, **more)]}}


OTHERS = {
    "the section's index": page("<ul><li><a href='/a.shtml'>要闻</a></li></ul>"),
    "nothing": page(""),
    "a frame with the title alone": page(f"<h1>{title(2023)}</h1><div id='app'></div>"),
    "gone": FakeResponse(404, (), b""),
    "broken": FakeResponse(500, (), b""),
    "the list again": moved(COLUMN),
    "slow": DownloadTimeoutError("slow"),
}


@pytest.mark.parametrize("other", OTHERS)
def test_a_record_stands_in_for_its_page(other):
    result = run({SERVICE: with_body(), f"{HOST}{path(2023)}": OTHERS[other]})
    (item,) = result.pages
    assert item.url == url(2023)
    assert "六、其他需要报告的事项" in item.body.decode()
    assert item.list_date == "2024-01-15"
    assert result.reasons == []


def test_a_gate_before_the_page_is_recorded_all_the_same():
    gate = FakeResponse(412, (), b"<script r='m'>$_ts.nsd=1;</script>")
    result = run({SERVICE: with_body(), f"{HOST}{path(2023)}": gate})
    assert len(result.pages) == 1
    assert result.reasons == ["gate_412"]
    assert len(result.refusals) == 1


def test_the_page_itself_is_handed_on_where_it_holds_the_report():
    result = run({SERVICE: with_body(), **articles(2023)})
    assert result.pages[0].body == articles(2023)[f"{HOST}{path(2023)}"].body


def test_plain_text_stands_in_too():
    text = "一、总体情况\n<正文>\n二、主动公开政府信息情况\n三、收到和处理政府信息公开申请情况\n六、其他需要报告的事项"
    found = {"data": {"total": 1, "results": [record(2023, content=text, url="")]}}
    (item,) = run({SERVICE: found}).pages
    assert "<p>&lt;正文&gt;</p>" in item.body.decode()
    assert item.url.endswith("#2023")


def test_the_source_of_a_record_names_the_agency():
    source = [
        {"resultList": [{"key": "source", "value": "样例市财政局"}, {"key": "refno", "value": None}]},
        None,
        {"x": 1},
    ]
    own = record(2023, title="2023年政府信息公开工作年度报告", domainMetaList=source)
    other = record(2022, title="2022年政府信息公开工作年度报告", domainMetaList=[{"resultList": [
        {"key": "source", "value": "样例市水务局"}]}])  # fmt: skip
    table = {SERVICE: {"data": {"total": 2, "results": [own, other]}}, **articles(2022, 2023)}
    assert run(table, agency="样例市财政局").found == [url(2023)]


# ---------------------------------------------------------------- records that carry a file

DATA = truth("fmt2021", 3)
YEAR = 2023
FILE = f"/yangli/c100028/{'f' * 32}/files/report.pdf"
LISTED = [{"fileName": f"{title(YEAR)}.pdf", "filePath": FILE}]
HEAD = f"<html><head><title>{title(YEAR)}</title></head><body><h1>{title(YEAR)}</h1>"

ONLY_A_FILE = {
    "page without it": (record(YEAR, resList=LISTED), page(f"{HEAD}<div id='pdf'></div></body></html>")),
    "page that shows it": (record(YEAR), page(f"{HEAD}<iframe src='{FILE}'></iframe></body></html>")),
    "page gone": (record(YEAR, resList=LISTED, content=" "), FakeResponse(404, (), b"")),
    "no address": (record(YEAR, resList=LISTED, url=None), None),
    "no address, a line of text": (record(YEAR, resList=LISTED, url="", content="全文见附件。"), None),
    "the address is the file": (record(YEAR, resList=LISTED, url=FILE), None),
}


@pytest.mark.parametrize("case", ONLY_A_FILE)
def test_a_record_that_carries_only_a_file_ends_as_a_report(case):
    found, shown = ONLY_A_FILE[case]
    file = FakeResponse(200, (("Content-Type", "application/pdf"),), pdfs.pdf(papers.paper("fmt2021", DATA)))
    table = {SERVICE: {"data": {"total": 1, "results": [found]}}, f"{HOST}{FILE}": file, f"{HOST}{path(YEAR)}": shown}
    result = run({key: value for key, value in table.items() if value is not None})
    (item,) = result.pages
    report = asyncio.run(_through(item)).report
    assert (report.kind, report.year) == ("annual_report", YEAR)
    assert {address: cell.raw for address, cell in report.cells.items()} == DATA
    assert f"{ROOT}{FILE}" in (*item.attachments, item.url)
    assert len([one for one in result.urls if one.endswith("report.pdf")]) == 1


async def _through(item):
    return await ParsePipeline().process_item(await DecodePipeline().process_item(item))
