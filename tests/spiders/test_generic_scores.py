"""The search of unknown portals: scores of links and outlines of addresses."""

from __future__ import annotations

import pytest

from spiders.documents import Link
from spiders.outlines import is_loose_article, outline, plain_address
from spiders.ways import COLUMN, MAX_STEPS, Frontier, score_of

# ---------------------------------------------------------------------- scores and outlines


def test_names_count_more_than_addresses():
    best_first = [
        ("政府信息公开年报", "/a/"), ("年度报告", "/zfxxgknb/"), ("政府信息公开", "/zfxxgk/"), ("政务公开", "/zwgk/"),
        ("网站地图", "/map/"), ("政府信息公开指南", "/zn/"),
    ]  # fmt: skip
    scores = [score_of(Link(f"http://a.cn{path}", name)) for name, path in best_first]
    assert sorted(scores[:2]) >= [COLUMN, COLUMN]
    assert scores[2:] == sorted(scores[2:], reverse=True)
    look_alikes = [
        "新闻动态",
        "2023年法治政府建设年度报告",
        "政府网站工作年度报表",
        "领导信箱",
        "同志在政务公开会上的讲话",
    ]
    assert max(score_of(Link("http://a.cn/x/", name)) for name in look_alikes) < COLUMN


def test_a_frontier_gives_the_best_first_and_ends():
    frontier = Frontier()
    for number in range(100):
        frontier.add(Link(f"http://a.cn/{number}/", ""), number % 60, 1)
    taken = [frontier.take() for _ in range(100)]
    got = [one for one in taken if one is not None]
    assert len(got) == MAX_STEPS
    assert [one.score for one in got] == sorted((one.score for one in got), reverse=True)


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://a.cn/x;jsessionid=AB12CD?id=3", "http://a.cn/x?id=3"),
        ("http://a.cn/x?id=3&_t=1700000000000", "http://a.cn/x?id=3"),
        ("http://a.cn/x?PHPSESSID=abc&page=2", "http://a.cn/x?page=2"),
        ("http://a.cn/(S(abcdefghijkl))/x", "http://a.cn/x"),
        ("http://a.cn/x?sid=1234567&v=2", "http://a.cn/x?sid=1234567&v=2"),
        ("http://a.cn/x?t=3&id=", "http://a.cn/x?t=3&id="),
    ],
)
def test_addresses_without_what_tells_visits_apart(url, wanted):
    assert plain_address(url) == wanted
    assert plain_address(wanted) == wanted


LISTS = """
    / /nb/ /nb/index.html /nb/index_2.html /list_12.html /list.jsp?id=1234 /column/1234.html /zfxxgknb/2.html
"""


@pytest.mark.parametrize("path", LISTS.split())
def test_lists_are_no_articles(path):
    assert not is_loose_article(f"http://a.cn{path}")


def test_articles_of_a_list_have_one_outline():
    assert outline("http://a.cn/c/2023/1234.html") == outline("http://a.cn/c/2024/99.html")
    assert outline("http://a.cn/c/1234.html?x=1") != outline("http://a.cn/c/1234.html")
