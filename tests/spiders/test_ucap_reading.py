"""Ucap: what pages, scripts, addresses and pagers say."""

from __future__ import annotations

import json

import pytest
from scrapy.http import HtmlResponse, TextResponse

from crawler.demo.portal import page
from spiders import manuscripts
from spiders.answers import OddAnswer
from spiders.documents import Document
from spiders.manuscripts import Service
from spiders.ucap import UcapSpider
from tests.spiders.crawl import crawl, pages, row
from tests.spiders.ucap_pages import (
    BODY,
    CHANNEL,
    COLUMN,
    HOST,
    META,
    ROOT,
    SERVICE,
    record,
    run,
)

HOSTS = frozenset({HOST})


# ---------------------------------------------------------------- what pages say


def document(script, address=COLUMN):
    return Document(HtmlResponse(address, body=f"{META}<script>{script}</script>".encode()))


CALLS = {
    f"url:'/searchList/{CHANNEL}?_isAgg=true&_isJson=true&_pageSize=18&_template=index&page='+n":
        ("/searchList/", CHANNEL, False),
    "$.getJSON(`/common/search/${channelId}?_isAgg=true&_isJson=true`)": ("/common/search/", CHANNEL, False),
    "url: '/search/' + id + '?_isAgg=true&_isJson=true&_pageSize=20'": ("/search/", CHANNEL, False),
    "url: '/es-search/search/abc?_template=ucap/list_ejs&_isAgg=1'": ("/es-search/search/", "abc", False),
    "load('/tax/manuscriptList/n810760?_isAgg=0&_template=index')": ("/tax/manuscriptList/", "n810760", False),
    "url:'/tax/manuscriptList/'+code": ("/tax/manuscriptList/", "c100028", False),
    "$.post('/hn/search/' + channelId, JSON.stringify({_isJson:true,_pageSize:15}))": ("/hn/search/", CHANNEL, True),
    f"fetch('http://{HOST}/searchList/{CHANNEL}')": (f"http://{HOST}/searchList/", CHANNEL, False),
}  # fmt: skip


@pytest.mark.parametrize("script", CALLS)
def test_services_in_scripts(script):
    found = manuscripts.service_in(document(script), HOSTS)
    assert (found.paths[0], found.channel, found.post) == CALLS[script]
    assert not found.guessed


@pytest.mark.parametrize(
    "script",
    [
        "", "location.href='/search/index.shtml?q='+word", "location.href='/search/?searchWord='+encodeURI(w)",
        "fetch('https://mirror.example.com/searchList/abc?_isJson=true')", "// '/searchList/' + id", "'searchList",
        "var a = '" + "/search" * 5_000,
    ],
)  # fmt: skip
def test_what_is_no_service(script):
    assert manuscripts.service_in(document(script), HOSTS) is None


def test_of_several_lists_the_columns_own_is_asked():
    other = "$.get('/searchList/0123456789abcdef0123456789abcdef?_isAgg=true&_isJson=true&_pageSize=5');"
    own = f"$.get('/searchList/{CHANNEL}?_isAgg=true&_isJson=true');"
    assert manuscripts.service_in(document(other + own), HOSTS).channel == CHANNEL
    assert manuscripts.service_in(document(other), HOSTS).channel.startswith("0123")


def test_a_record_at_a_strange_address_is_read_from_the_list_or_said():
    body = [
        record(2023, url="http://10.1.2.3/2023.shtml", contentHtml=BODY),
        record(2022, url="http://10.1.2.3/2.shtml"),
    ]
    result = run({SERVICE: {"data": {"total": 2, "results": body}}})
    assert [one.url.partition("#")[2] for one in result.pages] == ["2023"]
    assert result.reasons == ["off_host"]
    assert not any("10.1.2.3" in url for url in result.urls)


def test_a_path_that_is_gone_is_asked_once_for_all_columns():
    columns = [f"{ROOT}/yangli/c{number}/xxgkml_bm.shtml" for number in range(100, 108)]
    table = {
        column.split("://")[1]: page(f"<meta name=channelid content=ch{at}23>") for at, column in enumerate(columns)
    }
    listed = [{"url": column, "title": "政府信息公开年报"} for column in columns]
    result = crawl(
        "ucap", pages({**table, f"{HOST}/": page("")}), rows=[row(HOST, "ucap", columns=listed)], portal=HOST
    )
    assert len([url for url in result.urls if "/searchList/" in url]) < len(columns)
    assert result.reasons.count("list_needs_javascript") == len(columns)


def test_what_the_page_asks_is_asked():
    found = manuscripts.service_in(document(next(iter(CALLS))), HOSTS)
    address, body = found.question(COLUMN, 3)
    assert address.startswith(f"{ROOT}/searchList/{CHANNEL}?")
    assert "_template=index" in address
    assert address.endswith("&_pageSize=100&page=3")
    assert body == b""
    address, body = Service("n", ("/es-search/search/",), (("_template", "ucap/list_ejs"),)).question(COLUMN, 1)
    assert "_template=ucap/list_ejs" in address
    assert json.loads(Service("n", ("/x/",), post=True).question(COLUMN, 2)[1])["page"] == "2"


def test_a_channel_that_a_script_says():
    assert (
        manuscripts.channel_in(Document(HtmlResponse(COLUMN, body=b"<script>var channelID = 'abc123'</script>")))
        == "abc123"
    )
    assert manuscripts.channel_in(Document(HtmlResponse(COLUMN, body=b"<meta name=channelid content='../x'>"))) == ""
    assert manuscripts.channel_in(Document(HtmlResponse(COLUMN, body=b""))) == ""


def test_an_answer_of_any_depth_is_read_or_refused():
    deep = {"data": {"data": {"data": {"data": {"results": []}}}}}
    for value in (deep, {"data": "{"}, {"data": 5}, "text", None):
        with pytest.raises(OddAnswer):
            manuscripts.read_answer(TextResponse(ROOT, body=json.dumps(value).encode()))


# ---------------------------------------------------------------- addresses and pagers

HEX = "994755e4b83342c6b98a8d3b428b49a7"

ARTICLES = [
    f"http://admin.yzcity.gov.cn:8888/lstczj/gknb/202202/{HEX}.shtml",
    "http://www.gansu.gov.cn/gsszf/c100262/202012/275599.shtml",
    f"https://www.sc.gov.cn/10462/10464/2024/1/5/{HEX}.shtml",
    "http://www.csrc.gov.cn/csrc/c100028/c7661513/content.shtml",
    "http://www.hrbdl.gov.cn/hebdlq/c112289c/202602/c01_1108994.shtml",
    "https://www.jms.gov.cn/jms/c102085/202601/c04_281499.shtml",
    "https://www.hlj.gov.cn/hlj/c107/2024/c107_31700000.shtml",
    "https://www.hgds.gov.cn/hegang/wszbmgkndbb/202601/85423.shtml",
    f"https://www.xjhc.gov.cn/xjhc/C116872/202601/{HEX.upper()}.shtml",
    "http://www.yuchengshi.gov.cn/n58122575/n58123047/n91935851/n91936012/c92685971/content.html",
    "https://www.audit.gov.cn/n6/n36/n10084378/c10091555/content.html",
]
COLUMN_PAGES = [
    COLUMN, f"{ROOT}/hlj/c108463/zfxxgk.shtml", "https://www.sc.gov.cn/10462/2025nb/xxgknbs.shtml",
    "https://www.audit.gov.cn/n6/n36/index.html", f"{ROOT}/gjyzj/c100009/c100010/common_list_2.shtml",
    f"{ROOT}/hainan/zfxxgknb/newxxgk_list.shtml", f"{ROOT}/lstczj/gknb/", f"{ROOT}/xinjiang/xxgknb/jump.shtml",
]  # fmt: skip


def test_addresses():
    spider = UcapSpider()
    assert all(spider.is_article(one) for one in ARTICLES)
    assert not any(spider.is_article(one) for one in COLUMN_PAGES)
    assert spider.key(ARTICLES[0]) == HEX
    assert spider.key(ARTICLES[8]) == HEX
    assert spider.key(f"{ARTICLES[3]}?a=1") == ARTICLES[3].removeprefix("http://")
    assert spider.neighbourhood(ARTICLES[4]) == "http://www.hrbdl.gov.cn/hebdlq/c112289c"
    assert spider.neighbourhood(ARTICLES[3]) == "http://www.csrc.gov.cn/csrc/c100028"


PAGERS = {
    "createPageHTML('page_div',3, 1,'common_list','shtml',45);": ["common_list_2.shtml", "common_list_3.shtml"],
    'createPageHTML("page", 2, 1, "list", ".shtml", 20)': ["list_2.shtml"],
    "createPageHTML('page_div',1, 1,'common_list','shtml',5);": [],
    "createPageHTML(3, 0, 'common_list', 'shtml');": ["common_list_1.shtml", "common_list_2.shtml"],
    "function createPageHTML(a,b,c){}": [],
}


@pytest.mark.parametrize("script", PAGERS)
def test_pagers(script):
    spider = UcapSpider()
    spider.hosts_of = lambda portal: HOSTS

    class Nowhere:
        portal = None

    found = [one.rsplit("/", 1)[1] for one in spider.next_pages(document(script), Nowhere)]
    assert found == PAGERS[script]
