"""Hanweb's lists of every length, page size and way of answering: the spider reads each to its end, and no further."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.demo.chrome import Look
from crawler.demo.country import Country
from crawler.demo.entries import Entry
from crawler.demo.families.hanweb import SERVICE, BuiltColumn, JcmsColumn, Service
from crawler.demo.portal import Site
from crawler.demo.truth import Built
from tests.spiders.crawl import crawl, row

LOOK = Look("样例市人民政府", "样例市人民政府")
BODY = "<p>一、总体情况</p>"


def rows(count):
    """Reports of as many bodies, newest first."""
    first, named = date(2024, 1, 20), "样例市第{}中学2023年政府信息公开工作年度报告"
    return tuple(
        (9000 - n, Entry(named.format(n + 1), first - timedelta(days=n % 9), BODY, source="样例市"))
        for n in range(count)
    )


OLDER = st.builds(
    lambda count, form, verbs, a_page, group, first: JcmsColumn(
        700, 9, "政府信息公开年报", rows(count), form=form, verbs=verbs, a_page=a_page, group=group, first_group=first
    ),
    st.integers(0, 70),
    st.sampled_from(["xml", "array", "hollow", "cipher"]),
    st.sampled_from([("GET", "POST"), ("GET",), ("POST", "GET")]),
    st.integers(1, 30),
    st.integers(1, 4),
    st.sampled_from([1, 2]),
)
NEWER = st.builds(
    lambda count, a_page, articles, pager, spelled, nameless: BuiltColumn(
        "/col/col700/", "700", "政府信息公开年报", rows(count), a_page=a_page, articles=articles, pager=pager,
        spelled=spelled, nameless=nameless,
    ),
    st.integers(0, 50),
    st.integers(1, 30),
    st.sampled_from(["hex", "dated", "long"]),
    st.sampled_from(["div", "query"]),
    st.sampled_from(["bulidstatic", "buildstatic"]),
    st.booleans(),
)  # fmt: skip


def crawled(columns):
    """One crawl over a portal for each column. Returns it with the hosts."""
    built = []
    for number, column in enumerate(columns):
        host = f"v{number}.yangli.gov.cn"
        site = Site(host)
        column.mount(site, LOOK)
        if isinstance(column, BuiltColumn):
            site.add(SERVICE, Service([column]))
        built.append(Built(host, [site]))
    hosts = [one.portal_id for one in built]
    listed = [
        row(host, "hanweb", columns=[{"url": f"http://{host}/col/col700/index.html", "title": "政府信息公开年报"}])
        for host in hosts
    ]
    result = crawl("hanweb", Country(tuple(built)), rows=listed, portal=",".join(hosts), year=2023)
    assert "spider_fault" not in result.reasons, [one.detail for one in result.attempts]
    return result, hosts


SOME = settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example])


@SOME
@given(st.lists(OLDER | NEWER, min_size=12, max_size=12))
def test_every_list_is_read_to_its_end_and_no_further(columns):
    result, hosts = crawled(columns)
    asked = [url.split("/", 3) for url in result.urls]
    for column, host in zip(columns, hosts, strict=True):
        wanted = {column.article(number, entry) for number, entry in column.rows}
        assert {f"/{url.split('/', 3)[3]}" for url in result.found if host in url} == wanted, column
        gaps = [
            one.reason for one in result.attempts if one.portal_id == host and one.outcome in {"partial", "unreachable"}
        ]
        assert gaps == [], column
        lists = sum(parts[2] == host and ("dataproxy" in parts[3] or "api-gateway" in parts[3]) for parts in asked)
        assert lists <= ceil(len(column.rows) / column.a_page) + 3, column
