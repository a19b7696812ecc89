"""A small fake portal whose lists and pages a test changes between crawls, and the crawls of it on chosen days."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from crawler.demo.portal import FakeRequest, FakeResponse
from tests.spiders.crawl import Crawl, crawl, row

HOST = "www.quiet.gov.cn"
COLUMN = f"http://{HOST}/xxgk/zfxxgknb/index.html"
AGENCY = {"id": "440100-quiet", "name": "广州市安静局", "type": "department", "level": "prefecture", "code": "440100"}

Headers = tuple[tuple[str, str], ...]


@dataclass
class Quiet:
    """The portal.

    Attributes:
        lists: pages of the column, each a list of (year, day, id); further pages are `index_1.html` …
        figures: year to the number that its report tells; a change of it is a change of the report.
        validators: request to the validators of an answer with this body; none by default.
        answers: paths that answer otherwise.
        always_304: True for a server that says so to every conditional request.
    """

    lists: list[list[tuple[int, str, int]]]
    figures: dict[int, int] = field(default_factory=dict)
    titles: dict[int, str] = field(default_factory=dict)
    validators: Callable[[FakeRequest, bytes], Headers] = lambda request, body: ()
    answers: dict[str, FakeResponse] = field(default_factory=dict)
    always_304: bool = False
    counter: int = 0
    counts: bool = False
    log: list[FakeRequest] = field(default_factory=list)

    def __call__(self, request: FakeRequest) -> FakeResponse | None:
        self.log.append(request)
        if request.path in self.answers:
            return self.answers[request.path]
        body = self._body(request.path)
        if body is None:
            return None
        given = self.validators(request, body)
        asked = {request.headers.get("if-none-match"), request.headers.get("if-modified-since")} - {None}
        if asked and (self.always_304 or asked & {value for _, value in given}):
            return FakeResponse(304, given, b"")
        return FakeResponse(200, (("Content-Type", "text/html; charset=utf-8"), *given), body)

    def _body(self, path: str) -> bytes | None:
        if path == "/robots.txt":
            return b"User-agent: *\nDisallow: /secret/\n"
        names = ["index.html", *(f"index_{n}.html" for n in range(1, len(self.lists)))]
        folder, _, name = path.rpartition("/")
        if folder == "/xxgk/zfxxgknb" and name in names:
            return self._list(names.index(name)).encode()
        for year, day, number in (one for rows in self.lists for one in rows):
            if path == address(day, number).removeprefix(f"http://{HOST}"):
                return self._report(year).encode()
        return None

    def _list(self, at: int) -> str:
        self.counter += self.counts
        rows = "".join(
            f'<li><a href="{address(day, number)}">{self.titles.get(number, title(year))}</a><span>{day}</span></li>'
            for year, day, number in self.lists[at]
        )
        pager = f'<script>createPageHTML({len(self.lists)}, {at}, "index", "html");</script>'
        return f"<html><body><h1>政府信息公开年报</h1><ul>{rows}</ul>{pager}<p>访问量{self.counter}</p></body></html>"

    def _report(self, year: int) -> str:
        number = self.figures.get(year, year % 100)
        text = (
            f"<p>本报告根据《中华人民共和国政府信息公开条例》编制，统计期限为{year}年1月1日至{year}年12月31日。</p>"
            f"<h3>一、总体情况</h3><p>{year}年，我局主动公开政府信息{number}条。</p>"
            f"<h3>二、主动公开政府信息情况</h3><p>制作规范性文件{number}件。</p>"
            "<h3>三、收到和处理政府信息公开申请情况</h3><p>全年收到申请3件，均已答复。</p>"
            "<h3>四、政府信息公开行政复议、行政诉讼情况</h3><p>无。</p>"
            "<h3>五、存在的主要问题及改进情况</h3><p>公开的内容有待充实，下一步将加强培训。</p>"
            "<h3>六、其他需要报告的事项</h3><p>无其他需要报告的事项。</p>"
        )
        return f"<html><head><title>{title(year)}</title></head><body><h1>{title(year)}</h1>{text}</body></html>"


def title(year: int) -> str:
    """What a row and its page are called."""
    return f"广州市安静局{year}年政府信息公开工作年度报告"


def address(day: str, number: int) -> str:
    """An article's address."""
    return f"http://{HOST}/xxgk/{day[:7].replace('-', '')}/t{day.replace('-', '')}_{number}.html"


def etag(_: FakeRequest, body: bytes) -> Headers:
    """An honest validator."""
    return (("ETag", f'"{hashlib.sha256(body).hexdigest()[:12]}"'),)


def rows_of(*years: int) -> list[tuple[int, str, int]]:
    """Rows of reports that were published each in the January after its year."""
    return [(year, f"{year + 1}-01-20", 1000 + year) for year in years]


@dataclass
class Trials:
    """Crawls of one portal into one database, day after day."""

    folder: Path
    portal: Quiet

    @property
    def database(self) -> str:
        return f"sqlite:///{self.folder / 'reports.db'}"

    def crawl(self, day: str, *, check: bool = True, settings: dict[str, Any] | None = None, **arguments: Any) -> Crawl:
        """One crawl on a day; only what it asked for stands in the portal's log afterwards."""
        self.portal.log.clear()
        chosen = {
            "DATABASE_URL": self.database,
            "SPOOL_DIR": str(self.folder / "spool"),
            "NOW": f"{day}T08:00:00",
            "SECOND_PATH": False,
            "RETRY_TIMES": 0,
            **(settings or {}),
        }
        return crawl(
            "trs", self.portal, rows=[self.row], pipelines=True, settings=chosen, check=check, portal=HOST, **arguments
        )

    @property
    def row(self) -> dict[str, Any]:
        columns = [{"url": COLUMN, "title": "政府信息公开年报"}]
        return row(HOST, "trs", agencies=[AGENCY], columns=columns, oldest_year=2019, name="广州市安静局")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a SQL query."""
        engine = create_engine(self.database)
        try:
            with engine.connect() as connection:
                return [tuple(one) for one in connection.execute(text(query))]
        finally:
            engine.dispose()

    def outcomes(self) -> dict[int, tuple[str, str]]:
        """Year to outcome and reason of its attempts in the latest run, the last one written."""
        query = "SELECT year, outcome, reason FROM attempts WHERE run_id = (SELECT id FROM runs ORDER BY rowid DESC)"
        return {year: (outcome, reason) for year, outcome, reason in self.rows(query + " AND year IS NOT NULL")}

    @property
    def versions(self) -> int:
        return int(self.rows("SELECT count(*) FROM versions")[0][0])

    @property
    def years(self) -> list[int]:
        return [year for (year,) in self.rows("SELECT year FROM reports ORDER BY year")]


def paths(result: Crawl) -> list[str]:
    """What was asked, robots.txt left out, as names of pages."""
    return [url.rpartition("/")[2] for url in result.urls]
