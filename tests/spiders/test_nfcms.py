"""NFCMS columns on fake portals: JSON twins, HTML lists with their pages, and the ways that lead there."""

from __future__ import annotations

import pytest

from tests.spiders.test_gkmlpt import HOST, NODE, index, run, title, tree

COLUMN = f"http://{HOST}/zwgk/nb/"
NUMBER = "<script>var NFCMS_SITE_ID = '755001', NFCMS_CAT_ID = '4400';</script>"


def post(number):
    return f"{COLUMN}content/post_{number}.html"


def listing(*numbers, more=""):
    items = "".join(f"<li><a href='content/post_{n}.html'>{title(2000 + n)}</a></li>" for n in numbers)
    return f"<ul>{items}</ul>{more}"


def twin(*numbers, children=()):
    rows = [{"id": n, "title": title(2000 + n), "url": post(n), "publish_time": 1706000000} for n in numbers]
    return {"category": {"id": 4400}, "children": list(children), "articles": rows}


NFCMS = [{"url": COLUMN, "title": "年报"}]


def test_a_node_that_jumps_to_nfcms_and_its_twin():
    node = {"id": 506, "name": "政府信息公开年报", "jump_url": "/zwgk/nb/"}
    table = {
        f"{HOST}/gkmlpt/index": index(tree(node)),
        f"{HOST}/zwgk/nb/": listing(23, more=NUMBER),
        f"{HOST}/postmeta/i/4400.json": twin(23, 22, 21),
    }
    result = run(table)
    assert result.found == [post(21), post(22), post(23)]
    assert (result.columns[0].url, result.columns[0].params) == (COLUMN, {"nfcms_id": 4400})


def test_a_jump_off_the_portal_is_refused_with_a_reason():
    node = {"id": 506, "name": "政府信息公开年报", "jump_url": "http://mirror.example.com/nb/"}
    result = run({f"{HOST}/gkmlpt/index": index(tree(node))})
    assert ("refused", "off_host") in {(one.outcome, one.reason) for one in result.attempts}
    assert all(HOST in url for url in result.urls)


@pytest.mark.parametrize("jump", ["javascript:;", "mailto:a@b", "http://", "#"])
def test_a_jump_to_nowhere_is_no_error(jump):
    run({f"{HOST}/gkmlpt/index": index(tree({**NODE, "jump_url": jump}))})


def test_sub_columns_of_a_twin_are_read_by_their_twins():
    children = [
        {"id": 4401, "name": "市直部门", "pub_point": f"{COLUMN}bm/"},
        {"id": 4402, "name": "政府网站工作年度报表"},
    ]
    table = {
        f"{HOST}/postmeta/i/4400.json": twin(children=children),
        f"{HOST}/postmeta/i/4401.json": twin(23, 22),
    }
    result = run(table, columns=[{**NFCMS[0], "params": {"nfcms_id": 4400}}])
    assert result.found == [post(22), post(23)]
    assert not any("4402" in url for url in result.urls)


@pytest.mark.parametrize(
    "answer", [None, {"status": "no"}, b"<html>", {"articles": []}], ids=["404", "odd", "html", "empty"]
)
def test_without_a_twin_the_html_list_is_read_with_its_pages(answer):
    table = {
        f"{HOST}/zwgk/nb/": listing(23, more=NUMBER + "<a href='index_2.html'>2</a><a href='index_3.html'>3</a>"),
        f"{HOST}/zwgk/nb/index_2.html": listing(22),
        f"{HOST}/zwgk/nb/index_3.html": listing(21),
        f"{HOST}/postmeta/i/4400.json": answer,
    }
    result = run({key: value for key, value in table.items() if value is not None}, columns=NFCMS)
    assert result.found == [post(21), post(22), post(23)]


def test_pages_counted_by_a_script():
    table = {
        f"{HOST}/zwgk/nb/": listing(23, more="<script>var pageCount = 2;</script>"),
        f"{HOST}/zwgk/nb/index_2.html": listing(22),
    }
    assert run(table, columns=NFCMS).found == [post(22), post(23)]


def test_a_column_in_the_registry_by_its_number_alone_falls_back_to_its_page():
    table = {f"{HOST}/zwgk/nb/": listing(23, more=NUMBER)}
    result = run(table, columns=[{**NFCMS[0], "params": {"nfcms_id": 4400}}])
    assert result.found == [post(23)]


def test_the_tree_completes_a_row_that_knows_a_single_year():
    node = {"id": 506, "name": "政府信息公开年报", "jump_url": "/zwgk/nb/"}
    table = {
        f"{HOST}/gkmlpt/index": index(tree(node)),
        f"{HOST}/zwgk/nb/2021n/": "<li><a href='content/post_21.html'>" + title(2021) + "</a></li>",
        f"{HOST}/zwgk/nb/": listing(23, 22, 21),
    }
    result = run(table, columns=[{"url": f"{COLUMN}2021n/", "title": "2021年"}])
    assert len(result.pages) == 3


def test_no_platform_and_no_column_the_home_page_shows_the_way():
    table = {
        f"{HOST}/": "<a href='/zwgk/'>政务公开</a>",
        f"{HOST}/zwgk/": "<a href='/zwgk/nb/'>政府信息公开年报</a>",
        f"{HOST}/zwgk/nb/": listing(23, 22),
    }
    result = run(table)
    assert result.found == [post(22), post(23)]
    assert (result.columns[0].url, result.columns[0].clicks) == (COLUMN, 2)


def test_a_report_among_notices_is_found_and_notices_are_not_opened():
    rows = [
        {"id": n, "title": f"关于第{n}批项目的公示", "url": f"http://{HOST}/tzgg/content/post_{n}.html"}
        for n in range(40)
    ]
    rows.append({"id": 99, "title": title(2023), "url": f"http://{HOST}/tzgg/content/post_99.html"})
    table = {f"{HOST}/tzgg/": NUMBER, f"{HOST}/postmeta/i/4400.json": {"articles": rows}}
    result = run(table, columns=[{"url": f"http://{HOST}/tzgg/", "title": "通知公告"}])
    assert result.found == [f"http://{HOST}/tzgg/content/post_99.html"]
