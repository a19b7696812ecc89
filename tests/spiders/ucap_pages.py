"""Pages and answers of Ucap's systems as tests write them by hand."""

from __future__ import annotations

from crawler.demo.portal import page
from tests.spiders.crawl import crawl, pages, row

HOST = "yangli.gov.cn"
ROOT = f"http://{HOST}"
CHANNEL = "a1a078ee0bc54721ab6b148884c784a8"
COLUMN = f"{ROOT}/yangli/c100028/common_list.shtml"
SERVICE = f"{HOST}/searchList/{CHANNEL}"
META = f"<meta name='ChannelId' content='{CHANNEL}'>"
NAMED = f"<script>var channelId='{CHANNEL}';$.get('/searchList/'+channelId+'?_isAgg=true&_isJson=true&page=1')</script>"
BODY = "".join(f"<p>{heading}</p><p>正文</p>" for heading in (
    "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
))  # fmt: skip


def title(year, body="样例市样例局"):
    return f"{body}{year}年政府信息公开工作年度报告"


def path(year):
    return f"/yangli/c100028/{year + 1}01/{year:032x}.shtml"


def url(year):
    return f"{ROOT}{path(year)}"


def record(year, **more):
    return {"manuscriptId": str(year), "title": title(year), "url": f"//{HOST}{path(year)}", "publishedTimeStr":
            f"{year + 1}-01-15 09:00:00", **more}  # fmt: skip


def run(table, *, column=COLUMN, source=NAMED, **arguments):
    shown = page(f"<html><head>{META}</head><body>{source}</body></html>")
    portal = {f"{HOST}/": page("<p>首页</p>"), column.split("://")[1]: shown, **table}
    one_row = row(HOST, "ucap", columns=[{"url": column, "title": "政府信息公开年报"}], oldest_year=2020)
    result = crawl("ucap", pages(portal), rows=[one_row], portal=HOST, **arguments)
    assert "spider_fault" not in result.reasons, [attempt.detail for attempt in result.attempts]
    return result
