"""What portals show in place of a page, and how they change between two crawls. Use with `Country.with_changes`.

`{url: instead.login}` puts another page in place of the one at an address; `{host: instead.restyled}` lets a whole
portal move to another template, `{url: instead.shrunk(2)}` lets a list lose all rows but the first two.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from crawler.demo.portal import FakeRequest, FakeResponse, moved, page

Below = Callable[[FakeRequest], FakeResponse]
Change = Callable[[FakeRequest, Below], FakeResponse]

_ROW = re.compile(rb"<li\b.*?</li>", re.DOTALL | re.IGNORECASE)
_NAMED = re.compile(rb"(\s(?:class|id)\s*=\s*[\"'])([^\"']+)")
_CELL = re.compile(rb"(<td\b[^>]*>).*?(</td>)", re.DOTALL | re.IGNORECASE)


def login(_request: FakeRequest) -> FakeResponse:
    """The form of a single sign-on, under status 200."""
    form = "<form><label>账号</label><input name='u'><label>密码</label><input type='password' name='p'></form>"
    return page(f"<html><head><title>统一身份认证平台</title></head><body><h2>用户登录</h2>{form}</body></html>")


def gone(_request: FakeRequest) -> FakeResponse:
    """A page that says that there is no page, under status 200."""
    text = "<p>您访问的页面不存在或已被删除！</p><a href='/'>返回首页</a>"
    return page(f"<html><head><title>提示</title></head><body>{text}</body></html>")


def index(_request: FakeRequest) -> FakeResponse:
    """A section's index, as CSRC serves it after bursts (portal-families §0.8)."""
    rows = "".join(f"<li><a href='/zwgk/tz/{n}.html'>关于做好某项工作的第{n}号通知</a></li>" for n in range(90))
    return page(f"<html><head><title>通知公告</title></head><body><ul>{rows}</ul></body></html>")


def parked(_request: FakeRequest) -> FakeResponse:
    """The default page of a web server whose site was taken away."""
    return page("<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1></body></html>")


def homeward(_request: FakeRequest) -> FakeResponse:
    """A redirect to the home page."""
    return moved("/")


def restyled(request: FakeRequest, below: Below) -> FakeResponse:
    """The same page in another template: other class names and ids."""
    return _changed(below(request), lambda body: _NAMED.sub(rb"\1new-\2", body))


def emptied(request: FakeRequest, below: Below) -> FakeResponse:
    """The same page in another template whose tables are filled by a script that never ran."""
    return _changed(restyled(request, below), lambda body: _CELL.sub(rb"\1\2", body))


def shrunk(kept: int) -> Change:
    """The same list with its first rows alone."""

    def change(request: FakeRequest, below: Below) -> FakeResponse:
        left = iter(range(kept))

        def keep(row: re.Match[bytes]) -> bytes:
            is_row = "年度报告".encode() in row[0] or "年报".encode() in row[0]
            return row[0] if not is_row or next(left, None) is not None else b""

        return _changed(below(request), lambda body: _ROW.sub(keep, body))

    return change


def _changed(answer: FakeResponse, change: Callable[[bytes], bytes]) -> FakeResponse:
    return FakeResponse(answer.status, answer.headers, change(answer.body))
