"""Pages and answers of Hanweb's systems as tests write them by hand."""

from __future__ import annotations

import json

from scrapy.http import HtmlResponse, TextResponse

from crawler.demo.portal import FakeResponse
from spiders.documents import Document
from tests.spiders.crawl import crawl, pages, row

HOST = "yangli.gov.cn"
ROOT = f"http://{HOST}"
COLUMN = f"{ROOT}/col/col700/index.html"
PROXY = f"{HOST}/module/web/jpage/dataproxy.jsp"
SERVICE = f"{HOST}/api-gateway/jpaas-publish-server/front/page/build/unit"
MODULE = f"{HOST}/module/xxgk/xxgkAnnualReport.jsp"


def title(year, body="样例市样例局"):
    return f"{body}{year}年政府信息公开工作年度报告"


def article(number):
    return f"/art/2024/1/{number % 28 + 1}/art_700_{number}.html"


def url(number):
    return f"{ROOT}{article(number)}"


def record(number, name=None):
    return f"<li><a href='{article(number)}' title='{name or title(2000 + number)}'>…</a><b>2024-01-05</b></li>"


def store(*numbers, group="", total=None):
    """A `<datastore>` with records; `group` is the address of the next one."""
    count = f"<totalrecord>{total}</totalrecord>" if total is not None else ""
    following = f'<![CDATA[<a href="{group}"></a>]]>' if group else ""
    records = "".join(f"<record><![CDATA[{record(number)}]]></record>" for number in numbers)
    return f"<datastore>{count}<nextgroup>{following}</nextgroup><recordset>{records}</recordset></datastore>"


def call(total, per_page=5, group=1, column=700, unit=9):
    return (
        f"<script>$(function(){{$('#{unit}').jpage({{totalRecord:{total},groupSize:{group},perPage:{per_page},"
        f"proxyUrl:'/module/web/jpage/dataproxy.jsp',ajaxParam:{{webid:3,columnid:{column},unitid:'{unit}'}}}});}});"
        "</script>"
    )


def column_page(*numbers, total, group="", **how):
    return f"<script type='text/xml'>{store(*numbers, group=group)}</script>{call(total, **how)}"


def piece(tag="列表", page_id="700", **more):
    """The script tag by which a page asks for a piece of itself."""
    query = {"parseType": "bulidstatic", "webId": "1", "tplSetId": "t", "tagId": tag, "pageId": page_id, **more}
    printed = "{" + ",".join(f"'{key}':'{value}'" for key, value in query.items()) + "}"
    address = SERVICE.removeprefix(HOST)
    return f'<script src="/AuthorizedRead/unitbuild.js" url="{address}" queryData="{printed}"></script>'


def built(*numbers, count=None, rows=5, page=1):
    """HTML of a list's piece, with its pager where `count` is given."""
    pager = f'<div class="pagination" rows="{rows}" count="{count}" pageNo="{page}"></div>' if count is not None else ""
    return "".join(map(record, numbers)) + pager


def answer(html):
    return {"success": True, "code": "200", "data": {"html": html}, "message": "操作成功"}


def run(table, *, columns=(COLUMN,), **arguments):
    """A crawl of one portal of two hosts; a fault of our own is a failure."""
    listed = [{"url": one, "title": "政府信息公开年报"} for one in columns]
    one_row = row(HOST, "hanweb", columns=listed, hosts=[HOST, f"www.{HOST}"], oldest_year=2020)
    home = {f"{HOST}/": "<p>首页</p>"}
    result = crawl("hanweb", pages({**home, **table}), rows=[one_row], portal=HOST, **arguments)
    assert "spider_fault" not in result.reasons, [attempt.detail for attempt in result.attempts]
    return result


def turned(request, count, rows=2, numbers=(23, 22, 21, 20)):
    page = json.loads(request.query.get("paramJson", '{"pageNo":1}'))["pageNo"]
    shown = numbers[(page - 1) * rows : page * rows]
    return xml(json.dumps(answer(built(*shown, count=count, rows=rows, page=page))), "application/json")


def years(known, otherwise=None):
    def respond(request):
        year = request.query.get("fbtime", "")
        body = known.get(year)
        return FakeResponse(200, (("Content-Type", "text/html"),), body.encode()) if body else otherwise

    return respond


AREA = f"http://{MODULE}?area=113708290043337186&fbtime=2024"


def page_of(text):
    return FakeResponse(200, (("Content-Type", "text/html; charset=utf-8"),), text.encode())


PAGE = COLUMN.removeprefix("http://")


def articles(*numbers):
    return {f"{HOST}{article(number)}": f"<h1>{title(2000 + number)}</h1>" for number in numbers}


def xml(text, kind="text/xml; charset=utf-8"):
    return FakeResponse(200, (("Content-Type", kind),), text.encode())


def numbered(request, *numbers):
    """Records `startrecord` to `endrecord` of a list."""
    asked = {**request.query, **request.form}
    return xml(store(*numbers[int(asked["startrecord"]) - 1 : int(asked["endrecord"])]))


def document(html, address=COLUMN):
    return Document(HtmlResponse(address, body=html.encode(), headers={"Content-Type": "text/html; charset=utf-8"}))


def reply(text, address=f"http://{PROXY}"):
    return TextResponse(address, body=text.encode() if isinstance(text, str) else text)
