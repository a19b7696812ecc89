"""Hanweb: what answers, scripts and addresses say, read by pure functions."""

from __future__ import annotations

import html
import json

import pytest
from scrapy.http import HtmlResponse

from spiders.answers import OddAnswer
from spiders.documents import Document
from spiders.hanweb import HanwebSpider
from spiders.jpaas import html_of, pieces_in
from spiders.jpage import MAX_RECORDS, as_page, read_store, records_in, stores_in, units_in
from spiders.xxgk import area_of, asks_module, year_asked
from tests.spiders.hanweb_pages import (
    AREA,
    HOST,
    PROXY,
    ROOT,
    document,
    reply,
    url,
)  # fmt: skip

# ---------------------------------------------------------------------- reading


def test_the_real_answer_of_yuhang(corpus):
    found = read_store(reply((corpus / "hanweb_yuhang_datastore_abridged.xml").read_bytes()))
    assert (found.total, found.pages, len(found.records)) == (6163, 309, 1)
    assert found.following.startswith(
        "./dataproxy.jsp?page=5&appid=1&webid=3095&path=/&columnid=1229165988&unitid=6101313"
    )
    link = document("", "http://www.yuhang.gov.cn/col/col1229165988/index.html").links_in(as_page(found.records))[0]
    assert link.url == "http://www.yuhang.gov.cn/art/2020/8/14/art_1229179150_1872814.html"
    assert (link.text[:12], link.date) == ("杭州市公共资源交易中心余", "2020-08-14")
    page = document((corpus / "hanweb_yuhang_datastore_abridged.xml").read_text("utf-8"), link.url)
    assert units_in(page)[0].request()[1].startswith(f"http://www.yuhang.gov.cn{PROXY.removeprefix(HOST)}?page=5&")


def test_the_real_article_of_zhejiang_is_no_list_and_no_report(corpus):
    body = (corpus / "gne_zj_fgw_hanweb_article.html").read_bytes()
    address = "http://fgw.zj.gov.cn/art/2016/11/22/art_1621004_30332664.html"
    page = Document(HtmlResponse(address, body=body))
    spider = HanwebSpider()
    assert (records_in(page), units_in(page), pieces_in(page)) == ((), [], ([], []))
    assert spider.is_article(address)
    assert not spider.is_own_report(page)
    assert {spider.key(link.url) for link in page.links if spider.is_article(link.url)} <= {spider.key(address)}


ANCHOR = "<a href='/art/2024/1/2/art_1_2.html'>x</a>"
STORED = f"<datastore><recordset><record><![CDATA[{ANCHOR}]]></record></recordset></datastore>"


@pytest.mark.parametrize(
    "text",
    [
        f"<recordset><record>{html.escape(ANCHOR)}</record></recordset>",
        f"<datastore><recordset><record><li>{ANCHOR}</li></record></recordset></datastore>",
        json.dumps({"result": STORED}),
        f"raw({json.dumps({'result': STORED})})",
    ],
    ids=["entities", "plain", "json", "callback"],
)
def test_records_however_they_are_wrapped(text):
    found = read_store(reply(text))
    assert [link.url for link in document("").links_in(as_page(found.records))] == [f"{ROOT}/art/2024/1/2/art_1_2.html"]


def test_an_empty_record_set_is_an_answer():
    for text in ("<datastore><recordset></recordset></datastore>", "<datastore/>", "<x><recordset /></x>"):
        assert read_store(reply(text)).records == ()


def test_too_many_records_are_refused():
    with pytest.raises(OddAnswer, match="more than"):
        read_store(reply("<recordset>" + "<record><a/></record>" * (MAX_RECORDS + 1) + "</recordset>"))


@pytest.mark.parametrize("text", ["<datastore>", "<datastore><record><![CDATA[", "<record>", "<recordset><record"])
def test_unclosed_elements_are_read_once(text):
    assert sum(len(one.records) for one in stores_in(text * 50_000)) == 0


def test_parameters_of_a_call_in_their_variants():
    page = document(
        "<script>/* $('#1').jpage({totalRecord:1,ajaxParam:{columnid:1}}) */ $('#9').jpage({ totalRecord : \"80\" ,"
        "perPage:'20', groupSize:2, proxyUrl : \"./dataproxy.jsp\", ajaxParam : { 'columnid':'700', unitid:9,"
        "webname:\"%E6%A0%B7\", path:'/' } });</script>"
    )
    (unit,) = units_in(page)
    assert (unit.total, unit.per_page, unit.group, unit.column) == (80, 20, 2, "700")
    method, address, body = unit.request()
    assert (method, body) == ("GET", "")
    assert address.startswith(
        f"http://{PROXY}?startrecord=1&endrecord=40&perpage=20&columnid=700&unitid=9&webname=%E6%A0%B7"
    )
    form = "columnid=700&unitid=9&webname=%E6%A0%B7&path=%2F"
    assert unit.other_way().request() == ("POST", f"http://{PROXY}?startrecord=1&endrecord=40&perpage=20", form)


@pytest.mark.parametrize(
    "query",
    [
        "{'webId':'1','pageId':'700','tagId':'列表','tplSetId':'t','editType':null}",
        "{&quot;webId&quot;:&quot;1&quot;,&quot;pageId&quot;:700,&quot;tagId&quot;:&quot;列表&quot;}",
        "{ 'pageId' : '700', 'tagId' : '列表' }",
    ],
)
def test_parameters_of_a_piece_in_their_variants(query):
    lists, others = pieces_in(document(f'<div queryData="{query}" webId="1" url="/api-gateway/x/unit"></div>'))
    assert (others, [one.tag for one in lists]) == ([], ["列表"])
    assert lists[0].url.startswith(f"{ROOT}/api-gateway/x/unit?")
    assert "webId=1" in lists[0].url
    assert "pageId=700" in lists[0].url


@pytest.mark.parametrize("html", ["模板内容数据为空", "<div>暂无数据</div>", "", None])
def test_a_piece_without_content(html):
    assert html_of(reply(json.dumps({"success": True, "data": {"html": html}}))) == ""


def test_addresses():
    spider = HanwebSpider()
    same = [
        "http://wap.yancheng.gov.cn/art/2023/1/18/art_33704_3955242.html",
        "https://www.yancheng.gov.cn/art/2023/1/18/art_33704_3955242.html?uid=423656&pageNum=2",
    ]
    new = [
        "https://sthjt.zj.gov.cn/col/col1229263470/art/2023/art_21953d7c1df747b4b623b2205c6c537c.html",
        "https://sthjt.zj.gov.cn/xxgk/zfxxgknb/art/2023/art_21953d7c1df747b4b623b2205c6c537c.html",
    ]
    long = "https://scjgj.huaian.gov.cn/col/4039_446643/art/17356608/17364738729029ffO7DUB.html"
    module = [
        "http://www.longyou.gov.cn/module/xxgk/xxgkAnnualReport.jsp?fbtime=2019&area=01251010-015",
        "https://longyou.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=01251010-015&fbtime=2019&x=1",
    ]
    for group in (same, new, [long], module):
        assert all(map(spider.is_article, group))
        assert len(set(map(spider.key, group))) == 1
    assert spider.canonical(same[1]) == "https://www.yancheng.gov.cn/art/2023/1/18/art_33704_3955242.html"
    assert spider.neighbourhood(same[1]) == "www.yancheng.gov.cn 33704"
    assert spider.neighbourhood(new[0]) == "sthjt.zj.gov.cn/col/col1229263470"
    columns = [
        "/col/col700/index.html",
        "/col/18073_668815/index.html",
        "/xxgk/zfxxgknb/",
        "/module/xxgk/tree.jsp?area=11370",
    ]
    assert not any(spider.is_article(f"{ROOT}{path}") for path in columns)
    assert spider.key(f"{ROOT}/col/col700/index.html") == spider.key(f"{ROOT}/col/col700/")


def test_what_an_address_of_the_module_names():
    assert (
        area_of("http://a.gov.cn/col/col1/index.html?vc_xxgkarea=113706000042603877-1&jh=263") == "113706000042603877-1"
    )
    assert area_of(AREA) == "113708290043337186"
    assert area_of("http://a.gov.cn/col/col1/index.html?area=113706000042603877") == ""
    assert area_of("http://a.gov.cn/module/xxgk/xxgkAnnualReport.jsp?area=<script>") == ""
    assert (year_asked(AREA), year_asked(AREA.replace("2024", "-1")), year_asked(url(1))) == ("2024", "", "")
    assert not asks_module("http://a.gov.cn/module/xxgk/search.jsp?area=113706000042603877&fbtime=2023")
