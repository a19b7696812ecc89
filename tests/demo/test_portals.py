"""Each fake portal answers as the portal families do."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin

import pytest
from lxml import html as lxml_html

from crawler.demo.country import Country, country
from crawler.demo.portal import FakeRequest, FakeResponse

COOKIE = {"cookie": "CT6TS=d2f7c0ffee01"}


@pytest.fixture(scope="module")
def land() -> Country:
    return country()


def get(land: Country, url: str, **headers: str) -> FakeResponse:
    return land.respond(FakeRequest("GET", url, {**COOKIE, **headers}))


def text(land: Country, url: str, encoding: str = "utf-8") -> str:
    answer = get(land, url)
    assert answer.status == 200, url
    return answer.body.decode(encoding)


def hrefs(land: Country, url: str) -> list[str]:
    return [urljoin(url, a.get("href")) for a in lxml_html.fromstring(text(land, url)).iter("a")]


# ------------------------------------------------------------------ gkmlpt and NFCMS


def test_gkmlpt_index_holds_sid_and_tree_inline(land):
    source = text(land, "https://sthjj.gz.gov.cn/gkmlpt/index")
    assert re.search(r"SID:\s*'(\d+)'", source)[1] == "200019"
    tree = json.loads(re.search(r"TREE:\s*(\[.*?\])\s*,\s*SERVICE_AREA_ID", source, re.S)[1])
    assert [node["name"] for node in tree] == ["政策法规", "政府信息公开年报", "机构概况"]
    assert {"id", "name", "parent", "jump_url", "children", "post_count"} <= set(tree[0])


def test_gkmlpt_pages_hold_100_rows_and_page_zero_is_page_one(land):
    pages = [
        json.loads(text(land, f"http://whly.gd.gov.cn/gkmlpt/api/all/2629?page={n}&sid=175")) for n in (0, 1, 2, 3)
    ]
    assert pages[0] == pages[1]
    assert [len(answer["articles"]) for answer in pages] == [100, 100, 30, 0]
    assert pages[1]["classify"]["post_count"] == pages[1]["total"] == 130
    ids = [row["id"] for answer in pages[1:] for row in answer["articles"]]
    assert len(set(ids)) == 130
    old = [row["title"] for row in pages[2]["articles"]]
    assert "广东省文化和旅游厅2019年度政府信息公开工作年度报告" in old
    assert json.loads(text(land, "http://whly.gd.gov.cn/gkmlpt/api/all/2629?page=1&sid=1")).get("articles") is None
    everything = json.loads(text(land, "http://whly.gd.gov.cn/gkmlpt/api/all/0?page=1&sid=175"))
    assert everything["total"] == 130


def test_gkmlpt_articles_have_the_id_in_their_path_and_answer_with_jump_too(land):
    url = "http://sthjj.gz.gov.cn/gkmlpt/content/9/9463/post_9463263.html"
    assert land.expected("440100-sthjj", 2023).url == url
    assert get(land, url).body == get(land, url + "?jump=true").body
    tree = lxml_html.fromstring(text(land, url))
    assert len(tree.xpath("//div[@class='article-content']")) == 1
    labels = [th.text for th in tree.iter("th")]
    assert labels == ["索引号", "分类", "发布机构", "成文日期", "名称", "文号", "发布日期", "主题词"]


def test_a_jump_url_leads_to_an_nfcms_column_with_json_twins(land):
    source = text(land, "https://www.gz.gov.cn/gkmlpt/index")
    tree = json.loads(re.search(r"TREE:\s*(\[.*?\])\s*,\s*SERVICE_AREA_ID", source, re.S)[1])
    jump = next(node["jump_url"] for node in tree if node["jump_url"])
    number = re.search(r'NFCMS_CATEGORY_ID = "(\d+)"', text(land, jump))[1]
    top = json.loads(text(land, f"https://www.gz.gov.cn/postmeta/i/{number}.json"))
    years = json.loads(text(land, f"https://www.gz.gov.cn/postmeta/i/{top['children'][0]['id']}.json"))
    assert [child["name"] for child in years["children"]] == [f"{year}年" for year in range(2025, 2019, -1)]
    rows = json.loads(text(land, f"https://www.gz.gov.cn/postmeta/i/{years['children'][2]['id']}.json"))["articles"]
    assert len({row["source"] for row in rows}) == 3
    post = json.loads(text(land, f"https://www.gz.gov.cn/postmeta/p/{split(rows[0]['id'])}.json"))
    assert post["content"] in text(land, rows[0]["url"])


def split(number: int) -> str:
    return f"{number // 1_000_000}/{number // 1_000}/{number}"


def test_one_report_lies_under_notices(land):
    report = land.expected("440100-nyncj", 2023)
    assert report.url == "http://nyncj.gz.gov.cn/zw/tzgg/content/post_9470269.html"
    pages = ["http://nyncj.gz.gov.cn/zw/tzgg/"] + [f"http://nyncj.gz.gov.cn/zw/tzgg/index_{n}.html" for n in (2, 3)]
    holding = [url for url in pages if report.url in hrefs(land, url)]
    assert holding == [pages[1]]


# ------------------------------------------------------------------ TRS

LISTS = {
    "https://sthj.guizhou.gov.cn/zwgk/zfxxgk/zfxxgknb/": r'createPageHTML\(2, 0, "index", "html"\)',
    "https://www.guizhou.gov.cn/zwgk/zfxxgk/zfxxgknb/": r"createPageHTML\(7,2,0,'index','html'\)",
    "http://sthj.qdn.gov.cn/xxgk_0/xxgknb_5819689/": r'createPage\(2,0,"index","html"\)',
    "http://sthjj.xm.gov.cn/zwgk/zfxxgk/ndbg/": r'createPageHTML\(2, 0, "index", "htm"\)',
    "https://rsj.km.gov.cn/zfxxgk/zfxxgknb/": r"if\(ele\.value>\(2\)\)",
    "http://sthjt.hunan.gov.cn/sthjt/xxgk/zwxxgk/gknb/": r"var \$list = \$\('\.default_news li'\)",
    "http://sthjt.fujian.gov.cn/zwgk/zfxxgkzl/zfxxgkndbg/": r"document\.writeln",
    "https://sthjj.ezhou.gov.cn/xxgk/xxgknb/": r'<a href="\./index_1\.html">2</a>',
}


@pytest.mark.parametrize("url", LISTS)
def test_each_trs_portal_turns_pages_in_its_own_way(land, url):
    source = text(land, url)
    assert re.search(LISTS[url], source)
    index = {"sthjj.xm.gov.cn": "index.htm", "sthjt.fujian.gov.cn": "index.htm", "rsj.km.gov.cn": "index.shtml"}
    assert source == text(land, url + index.get(url.split("/")[2], "index.html"))


def test_trs_counts_from_zero_except_where_it_counts_from_one(land):
    assert get(land, "https://sthj.guizhou.gov.cn/zwgk/zfxxgk/zfxxgknb/index_1.html").status == 200
    assert get(land, "https://sthj.guizhou.gov.cn/zwgk/zfxxgk/zfxxgknb/index_2.html").status == 404
    assert get(land, "https://rsj.km.gov.cn/zfxxgk/zfxxgknb/index_1.shtml").status == 404
    assert get(land, "https://rsj.km.gov.cn/zfxxgk/zfxxgknb/index_2.shtml").status == 200


def test_a_gbk_portal_with_count_page_and_stubs(land):
    base = "http://rsj.zunyi.gov.cn/zfxxgk/zfxxgknb/"
    answer = get(land, base)
    assert answer.header("content-type") == "text/html"
    source = answer.body.decode("gbk")
    assert "var countPage = 3" in source
    assert "charset=gb2312" in source
    assert [len(get(land, f"{base}index_{n}.html").body) > 600 for n in (1, 2, 3, 4)] == [True, True, False, False]
    assert 250 < len(get(land, f"{base}index_3.html").body) < 600
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")


def test_a_column_page_that_is_the_report(land):
    report = land.expected("520200-sthjj", 2023)
    assert report.url == "http://sthj.gzlps.gov.cn/bmxxgk/zfxxgk/zfxxgknb/2023n/"
    assert "一、总体情况" in re.sub(r"<[^>]+>", "", text(land, report.url))
    assert not land.speaks(report.url.replace("http", "https"))


def test_twins_wap_and_other_hosts(land):
    report = land.expected("522600-sthjj", 2022)
    assert any("_wap.html" in url for url in report.also)
    assert any(url.startswith("http://www.qdn.gov.cn/") and "2022n_" in url for url in report.also)
    bureau = land.expected("440100-sthjj", 2021)
    assert any(url.startswith("https://www.gz.gov.cn/") for url in bureau.also)


def test_directories_and_days_lie_about_the_year(land):
    assert "/2020_504392/202101/t20210108_" in land.expected("520400-zf", 2024).url
    late = land.expected("520423-zf", 2019).url
    assert "/2019year/202311/t20231117_" in late


def test_lying_header_over_gbk_bytes(land):
    report = land.expected("520281-sthjfj", 2022)
    answer = get(land, report.url)
    assert answer.header("content-type") == "text/html; charset=utf-8"
    assert "盘州分局" in answer.body.decode("gbk")


def test_dates_in_lists_are_broken_over_lines(land):
    assert re.search(
        r"<span>\n20\d\d-\n \d\d-\n \d\d</span>", text(land, "https://www.guizhou.gov.cn/zwgk/zfxxgk/zfxxgknb/")
    )


# ------------------------------------------------------------------ Epoint


def ask(land: Country, host: str, body: object) -> dict:
    raw = json.dumps(body, ensure_ascii=False).encode()
    answer = land.respond(
        FakeRequest("POST", f"{host}/inteligentsearch/rest/esinteligentsearch/getFullTextDataNew", {}, raw)
    )
    return json.loads(answer.body)


def condition(number: str) -> list[dict]:
    return [{"fieldName": "categorynum", "equal": number, "isLike": True, "likeType": 2}]


def test_the_full_text_service_pages_by_offset(land):
    host = "https://fushun.gov.cn"
    first = ask(land, host, {"pn": 0, "rn": 10, "wd": "", "condition": condition("002005")})["result"]
    second = ask(land, host, {"pn": 10, "rn": 10, "wd": "", "condition": condition("002005")})["result"]
    assert first["totalcount"] == second["totalcount"] == 15
    assert (len(first["records"]), len(second["records"])) == (10, 5)
    links = {record["linkurl"] for record in first["records"] + second["records"]}
    assert len(links) == 15
    assert all(get(land, host + link).status == 200 for link in links)
    exact = ask(land, host, {"pn": 0, "rn": 50, "condition": [{"fieldName": "categorynum", "equal": "002005"}]})
    assert exact["result"]["totalcount"] == 0


def test_one_host_wraps_its_answer_and_a_bad_body_is_told_with_200(land):
    answer = ask(land, "http://www.xuchang.gov.cn", {"pn": 0, "rn": 10, "wd": "", "condition": condition("010034003")})
    inner = json.loads(answer["content"])
    assert inner["result"]["totalcount"] == 8
    bad = land.respond(
        FakeRequest(
            "POST", "https://fushun.gov.cn/inteligentsearch/rest/esinteligentsearch/getFullTextDataNew", {}, b"pn=0"
        )
    )
    assert (bad.status, json.loads(bad.body)["code"]) == (200, 500)
    assert get(land, "https://fushun.gov.cn/inteligentsearch/rest/esinteligentsearch/getFullTextDataNew").status == 405


def test_title_search_finds_reports(land):
    found = ask(
        land, "http://sthjj.xuchang.gov.cn", {"pn": 0, "rn": 50, "wd": "政府信息公开工作年度报告", "fields": "title"}
    )
    titles = [record["title"] for record in found["result"]["records"]]
    assert "许昌市生态环境局2023年政府信息公开工作年度报告" in titles


def test_scripted_lists_have_no_rows_and_static_ones_do(land):
    assert not [
        url for url in hrefs(land, "https://fushun.gov.cn/zwgk/002005/002005001/") if re.search(r"/\d{8}/", url)
    ]
    rows = [
        url
        for url in hrefs(land, "http://sthjj.xuchang.gov.cn/xxgk/xxgknb/")
        if re.search(r"/\d{8}/[0-9a-f-]{36}\.html$", url)
    ]
    assert len(rows) == 6
    assert "http://sthjj.xuchang.gov.cn/xxgk/xxgknb/2.html" in hrefs(land, "http://sthjj.xuchang.gov.cn/xxgk/xxgknb/")


# ------------------------------------------------------------------ VSB


def test_vsb_lists_count_down(land):
    base = "https://www.shangluo.gov.cn/zfxxgk/fdzdgknr/zfxxgknb"
    assert f"{base}/4.htm" in hrefs(land, f"{base}.htm")
    assert get(land, f"{base}/5.htm").status == 404
    order = [f"{base}.htm"] + [f"{base}/{n}.htm" for n in (4, 3, 2, 1)]
    seen = [re.findall(r"/info/3043/(\d+)\.htm", " ".join(hrefs(land, url))) for url in order]
    assert [len(rows) for rows in seen] == [8, 8, 8, 8, 8]
    assert len({number for rows in seen for number in rows}) == 40
    assert f"{base}/3.htm" in hrefs(land, f"{base}/4.htm")


def test_vsb_bodies_and_attachments(land):
    lufeng = lxml_html.fromstring(text(land, land.expected("532302-sthjfj", 2023).url))
    assert len(lufeng.xpath("//div[@id='vsb_content_2']/div[@class='v_news_content']")) == 1
    assert not lufeng.xpath("//div[@id='vsb_content_2']//table")
    town = lxml_html.fromstring(text(land, land.expected("532301-zxz", 2024).url))
    files = town.xpath("//form[@name='_newscontent_fromname']//ul//li/a/@href")
    assert len(files) == 1
    assert get(land, "http://www.cxs.gov.cn" + files[0]).body.startswith(b"PK")


# ------------------------------------------------------------------ Changzhou


def test_gi_class_has_20_rows_a_page_and_repeats_the_last(land):
    base = "https://www.changzhou.gov.cn/gi_class/jyj_21"
    rows = [[u for u in hrefs(land, url) if "/gi_news/" in u] for url in (base, f"{base}/2", f"{base}/3")]
    assert [len(part) for part in rows] == [20, 7, 7]
    assert rows[1] == rows[2]
    assert all(re.fullmatch(r".*/gi_news/\d{15}", url) for part in rows for url in part)
    twin = json.loads(text(land, f"{base}?act=ajax&page=2&t=1&cache=no"))
    assert twin["status"] == 10
    assert twin["html"].count("/gi_news/") == 7


def test_records_print_views_and_districts(land):
    report = land.expected("320400-sthjj", 2021)
    assert report.url.endswith("/gi_news/699164327437567")
    tree = lxml_html.fromstring(text(land, report.url))
    body = tree.xpath("//td[@class='GovInfoContent']")[0]
    assert "態(tài)環(huán)境局" in body.text_content()
    assert not body.xpath(".//table")
    assert body.text_content()[:40] in text(land, "https://www.changzhou.gov.cn/downxxgk.php?fid=699164327437567")
    branch = land.expected("320404-sthjfj", 2020)
    assert branch.url == "https://www.zhonglou.gov.cn/html/czzl/2021/OJBMLIIN_0205/15247.html"
    assert branch.url in hrefs(land, "https://www.zhonglou.gov.cn/class/OJJHLHQE")
