"""What stands in place of a page is told from a page, and a page that quotes such words is a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.demo.country import country
from crawler.demo.portal import FakeRequest
from crawler.net.gates import gate
from crawler.net.standins import HOME, INDEX, LOGIN, MAINTENANCE, PARKED, SOFT_404, StandIn, leads_home, stand_in

ROW = "广州市样例局2023年政府信息公开工作年度报告"
HTML = "text/html"
GOLDEN = Path(__file__).parent.parent / "reports" / "golden" / "pages"


def html(body: str, title: str = "") -> str:
    return f'<html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'


CHROME = "".join(f'<li><a href="/c{n}/">政务公开栏目{n}</a></li>' for n in range(30))
INDEX_PAGE = html("".join(f'<li><a href="/a/{n}.html">关于某某事项的第{n}号公告</a></li>' for n in range(80)), "公告")

IN_PLACE: list[tuple[str, str, StandIn]] = [
    ("login", html("<form>用户名<input name=u> 密码<input type='password'></form>", "统一身份认证平台"), LOGIN),
    ("login, words in the page", html("<h2>用户登录</h2><form><INPUT TYPE=password name=p></form>"), LOGIN),
    ("login in English", html('<input class="x" id="p" type = "password"> Log in'), LOGIN),
    ("not found in title", html(f"<ul>{CHROME}</ul><p>五秒后返回首页</p>", "页面不存在-某市人民政府"), SOFT_404),
    ("not found", html("<p>您访问的页面不存在或已被删除！</p><a href='/'>返回首页</a>", "某市人民政府"), SOFT_404),
    ("deleted", html("<div>对不起，您要查看的信息已被删除</div>"), SOFT_404),
    ("not found by the server", html("<h1>404 Not Found</h1><hr>nginx"), SOFT_404),
    ("page lost", html("<p>抱歉，找不到您要的页面</p>"), SOFT_404),
    ("nginx", html("<h1>Welcome to nginx!</h1><p>If you see this page</p>", "Welcome to nginx!"), PARKED),
    ("for sale", html("<p>该域名正在出售，域名出售请联系</p>"), PARKED),
    ("closed", html("<p>该网站已关停，请访问市政府门户网站。</p>"), PARKED),
    ("panel", html("<h1>恭喜, 站点创建成功！</h1>"), PARKED),
    ("maintenance", html("<p>系统正在维护中，请稍后访问。</p>"), MAINTENANCE),
]


@pytest.mark.parametrize(
    ("page", "found"), [(page, found) for _, page, found in IN_PLACE], ids=[x[0] for x in IN_PLACE]
)
@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
@pytest.mark.parametrize("title", ["", ROW], ids=["list", "article"])
def test_what_stands_in_place_of_a_page_is_named(page: str, found: StandIn, codec: str, title: str) -> None:
    body = page.replace('charset="utf-8"', f'charset="{codec}"').encode(codec)
    assert stand_in(body, HTML, title=title) == found


@pytest.mark.parametrize("page", [page for _, page, _ in IN_PLACE], ids=[x[0] for x in IN_PLACE])
def test_a_report_that_says_the_same_words_is_a_report(page: str) -> None:
    inner = page.split("<body>")[1].removesuffix("</body></html>")
    text = "一、总体情况。" + "我局认真贯彻政府信息公开条例，主动公开政府信息。" * 80
    assert stand_in(html(f"<h1>某局年报</h1>{text}{inner}", "某局年报").encode(), HTML, title=ROW) is None
    assert stand_in(html(f"<p>{ROW}</p>{inner}").encode(), HTML, title=ROW) is None


def test_an_index_in_place_of_an_article() -> None:
    assert stand_in(INDEX_PAGE.encode(), HTML, title=ROW) == INDEX
    assert stand_in(INDEX_PAGE.encode(), HTML) is None, "a list is a list"


@pytest.mark.parametrize(
    "extra",
    [f"<h1>{ROW}</h1>", "<h1>广州市样例局 2023年政府信息…</h1>",
     "<iframe src=/web/viewer.html></iframe>", "<p>我局工作。</p>" * 300],
    ids=["its title", "its title, set otherwise", "a frame with the file", "an article"],
)  # fmt: skip
def test_an_article_below_many_links_is_an_article(extra: str) -> None:
    assert stand_in(INDEX_PAGE.replace("</body>", f"{extra}</body>").encode(), HTML, title=ROW) is None


def test_a_large_index_is_told_too() -> None:
    page = INDEX_PAGE.replace("</body>", f"<!--{'x' * 200_000}--></body>")
    assert stand_in(page.encode(), HTML, title=ROW) == INDEX


@pytest.mark.parametrize(
    ("asked", "came", "home"),
    [
        ("http://a.gov.cn/x/t1.html", "http://a.gov.cn/", True),
        ("http://a.gov.cn/x/t1.html", "http://a.gov.cn", True),
        ("http://a.gov.cn/x/t1.html", "http://a.gov.cn/index.shtml", True),
        ("http://a.gov.cn/x/t1.html", "http://a.gov.cn/x/index.html", False),
        ("http://a.gov.cn/", "https://a.gov.cn/index.html", False),
    ],
)
def test_a_way_that_ends_at_home(asked: str, came: str, home: bool) -> None:
    assert leads_home(asked, came) is home
    assert HOME.outcome == "missing"


def pages() -> Iterator[tuple[str, bytes, str | None, str]]:
    """Every page of the fake country that holds a report, and every page of the corpora."""
    land = country()
    for one in land.truth():
        answer = land.respond(FakeRequest("GET", one.url if "://" in one.url else f"http://{one.url}"))
        yield one.url, answer.body, answer.header("content-type"), one.report.title
    for file in sorted(GOLDEN.rglob("*")):
        if file.is_file():
            yield file.name, file.read_bytes(), None, ROW


def test_no_report_of_the_corpora_is_taken_for_something_else() -> None:
    seen = 0
    for name, body, kind, title in pages():
        seen += 1
        for row in ("", title, ROW):
            assert stand_in(body, kind, title=row) is None, (name, row)
        assert gate(200, {"content-type": kind or HTML}, body) is None, name
    assert seen > 230


def test_no_saved_page_is_taken_for_something_else(corpus: Path) -> None:
    for file in sorted(corpus.glob("*.htm*")):
        assert stand_in(file.read_bytes(), HTML, title=ROW) is None, file.name
        assert stand_in(file.read_bytes(), HTML) is None, file.name


def test_no_list_of_the_country_is_taken_for_something_else() -> None:
    land = country()
    closed = {"www.hubei.gov.cn", "www.nx.gov.cn"}
    seen = 0
    for site in (site for built in land.built for site in built.sites if site.host not in closed):
        for path in site.pages:
            answer = land.respond(FakeRequest("GET", f"http://{site.host}{path}"))
            if answer.status == 200:
                seen += 1
                assert stand_in(answer.body, answer.header("content-type")) is None, path
    assert seen > 500


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.text(max_size=30))
def test_nothing_that_arrives_breaks_the_judgement(noise: bytes, title: str) -> None:
    for body in (noise, b"<html>" + noise, b"<a href=x>" * 60 + "登录404".encode() + noise):
        found = stand_in(body, HTML, title=title)
        assert found is None or found.reason
