"""One report on several portals: the office's own site, the city's collection, a twin whose tables are pictures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.main_job.run import rows
from tests.reports.golden.cases import CASES
from tests.spiders.crawl import crawl, pages, row

OFFICE, CITY = "sthj.yangli.gov.cn", "www.yangli.gov.cn"
YEAR = 2023
AGENCY = {"id": "440100-fake", "name": "柳溪县农业农村局", "type": "department", "level": "county", "code": "440100"}
WHOLE = next(case for case in CASES if case.name == "2021-as-printed").build().decode()
PICTURED = re.sub(r"<table.*?</table>", '<p><img src="t.png"></p>', WHOLE, flags=re.S)
TITLE = "柳溪县农业农村局2023年政府信息公开工作年度报告"


def portal(host: str, article: str) -> dict[str, Any]:
    """A TRS portal with one column, one row and its article."""
    base = f"http://{host}/zwgk/zfxxgknb/"
    padding = "<p>联系我们 网站地图 版权所有 地址：样例路一号</p>" * 9
    item = f'<li><a href="./202401/t20240115_77.html">{TITLE}</a><span>2024-01-15</span></li>'
    return {
        f"{host}/": "<html>样例</html>",
        base: f"<html><body><ul>{item}</ul>{padding}</body></html>",
        f"{base}202401/t20240115_77.html": article,
    }


@pytest.mark.parametrize("order", [(OFFICE, CITY), (CITY, OFFICE)], ids=["office first", "city first"])
@pytest.mark.parametrize("collected", [WHOLE.replace("<body", "<body class='hj'"), PICTURED], ids=["copy", "pictures"])
def test_one_report_with_two_sources_the_best_one_current(
    tmp_path: Path, order: tuple[str, ...], collected: str
) -> None:
    database = f"sqlite:///{tmp_path / 'reports.db'}"
    fake = pages(portal(OFFICE, WHOLE) | portal(CITY, collected))
    known = [
        row(host, "trs", agencies=[AGENCY], columns=[{"url": f"http://{host}/zwgk/zfxxgknb/", "title": "年报"}])
        for host in order
    ]
    for host in order:
        settings = {"DATABASE_URL": database, "SPOOL_DIR": str(tmp_path / "spool")}
        crawl("trs", fake, rows=known, pipelines=True, settings=settings, portal=host, year=YEAR)
    assert rows(database, "SELECT agency_id, year, kind FROM reports") == [("440100-fake", YEAR, "annual_report")]
    sources = "SELECT DISTINCT p.portal_id FROM version_pages vp JOIN pages p ON p.id = vp.page_id ORDER BY 1"
    assert [one for (one,) in rows(database, sources)] == sorted(order)
    # Whichever came last, the current version has the numbers.
    cells = """SELECT count(*) FROM current_versions v JOIN cells c ON c.version_id = v.version_id
        WHERE c.address LIKE 't3.%' AND c.value IS NOT NULL"""
    assert rows(database, cells)[0][0] > 100
    assert rows(database, "SELECT count(*) FROM versions")[0][0] == (2 if collected == PICTURED else 1)
