"""Five real reports as found in the wild, served by portals of their families, standing correctly in a database.

Their text is read from ../shared/seeds, beside the repository, and is never part of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import pytest

from crawler.demo.country import country
from crawler.demo.portal import page
from crawler.demo.truth import Expected
from tests.main_job.run import main_job, rows

CONTAINERS = {
    "sthj.guizhou.gov.cn": '<div class="view TRS_UEDITOR trs_paper_default">{}</div>',
    "www.ynlf.gov.cn": '<form name="_newscontent_fromname"><div id="vsb_content_2">{}</div></form>',
    "www.changzhou.gov.cn/gi_class/hbj": '<table><tr><td class="GovInfoContent">{}</td></tr></table>',
    "sthjj.gz.gov.cn": '<div class="article-content">{}</div>',
    "sthjj.xuchang.gov.cn": '<div id="zoom">{}</div>',
}
"""Where each family puts an article's body (portal-families 1.5, 2.6, 3.4, 4.3, 5.4)."""

SEEDS = {
    "guangzhou": ("000", "440100-sthjj", 2023),
    "guizhou": ("001", "520000-sthjt", 2019),
    "xuchang": ("002", "411000-sthjj", 2020),
    "lufeng": ("003", "532302-sthjfj", 2023),
    "changzhou": ("004", "320400-sthjj", 2021),
}


@dataclass
class Stored:
    """The database after the crawl, and the key of each seed's report in it."""

    database: str
    keys: dict[str, tuple[str, int]]

    def version(self, name: str) -> dict[str, Any]:
        agency, year = self.keys[name]
        query = (
            "SELECT v.id, r.kind, v.format, a.name FROM versions v JOIN reports r ON r.id = v.report_id "
            "JOIN agencies a ON a.id = r.agency_id WHERE r.agency_id = :agency AND r.year = :year"
        )
        ((number, kind, form, printed),) = rows(self.database, query, agency=agency, year=year)
        return {"id": number, "kind": kind, "format": form, "agency": printed}

    def cells(self, name: str) -> dict[str, tuple[str, Decimal | None, str | None, str | None]]:
        query = "SELECT address, raw, value, unit, remark FROM cells WHERE version_id = :id"
        return {
            address: (raw, None if value is None else Decimal(str(value)), unit, remark)
            for address, raw, value, unit, remark in rows(self.database, query, id=self.version(name)["id"])
        }

    def sections(self, name: str) -> list[str]:
        """Headings of the report's own sections, in order."""
        query = "SELECT heading FROM sections WHERE version_id = :id AND parent IS NULL ORDER BY position"
        return [heading for (heading,) in rows(self.database, query, id=self.version(name)["id"])]

    def all_headings(self, name: str) -> set[str]:
        query = "SELECT heading FROM sections WHERE version_id = :id"
        return {heading for (heading,) in rows(self.database, query, id=self.version(name)["id"])}

    def figures(self, name: str) -> dict[str, int]:
        query = "SELECT quantity, value FROM narratives WHERE version_id = :id"
        return {quantity: int(value) for quantity, value in rows(self.database, query, id=self.version(name)["id"])}

    def findings(self, name: str) -> set[str]:
        query = "SELECT code FROM findings WHERE version_id = :id"
        return {code for (code,) in rows(self.database, query, id=self.version(name)["id"])}


def served(text: str, expected: Expected) -> str:
    """A seed's text as the body of an article of its portal; lines as the page would break them."""
    body = "<br/>\n".join(escape(line) for line in text.splitlines())
    title = f"{expected.agency}{expected.year}年政府信息公开工作年度报告"
    if expected.kind == "work_summary":
        title = expected.report.title
    content = CONTAINERS[expected.portal_id].format(f"<h1>{title}</h1>{body}")
    head = f'<meta charset="utf-8"/><title>{title}</title><meta name="ArticleTitle" content="{title}"/>'
    return f"<html><head>{head}</head><body><div><a href='/'>首页</a></div>{content}<p>主办：某单位</p></body></html>"


@pytest.fixture(scope="module")
def stored(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """The five seeds laid over the fake portals of their families, crawled."""
    folder = tmp_path_factory.mktemp("seeds")
    land = country()
    changes, portals = {}, []
    for number, agency, year in SEEDS.values():
        expected = land.expected(agency, year)
        (file,) = seeds.glob(f"{number}_*.txt")
        changes[expected.url] = page(served(file.read_text(encoding="utf-8"), expected))
        portals.append(expected.portal_id)
    database = f"sqlite:///{folder / 'reports.db'}"
    main_job(land.only(*portals).with_changes(changes), database, folder / "spool")
    return Stored(database, {name: (agency, year) for name, (_, agency, year) in SEEDS.items()})


def test_guizhou_2019_every_cell(stored: Stored) -> None:
    assert stored.version("guizhou") | {"id": 0} == {
        "id": 0, "kind": "annual_report", "format": "fmt2019", "agency": "贵州省生态环境厅",
    }  # fmt: skip
    cells = stored.cells("guizhou")
    assert (sum(a.startswith("t3.") for a in cells), sum(a.startswith("t4.") for a in cells)) == (161, 15)
    assert cells["t2.p5.licence.decisions"] == ("590(办结数)", Decimal(590), "件", "办结数")
    assert cells["t2.p9.procurement.amount"][1:3] == (Decimal("6021.7"), "万元")
    assert (cells["t3.new.total"][1], cells["t3.decided_total.total"][1], cells["t4.recon.corrected"][1]) == (59, 58, 1)
    assert stored.findings("guizhou") == set()


def test_guizhou_2019_the_tail_is_cut_off(stored: Stored) -> None:
    ((text,),) = rows(stored.database, "SELECT text FROM versions WHERE id = :id", id=stored.version("guizhou")["id"])
    assert "词条" not in text
    assert text.rstrip().endswith("。")


def test_lufeng_2023_every_cell_and_the_missing_heading(stored: Stored) -> None:
    assert stored.version("lufeng")["format"] == "fmt2021"
    cells = stored.cells("lufeng")
    counted = {table: sum(a.startswith(table) for a in cells) for table in ("t2", "t3", "t4")}
    assert counted == {"t2": 10, "t3": 175, "t4": 15}
    assert cells["t2.p5.licence.decisions"][1] == 38
    first = "SELECT section, implied FROM sections WHERE version_id = :id AND parent IS NULL ORDER BY position"
    assert tuple(rows(stored.database, first, id=stored.version("lufeng")["id"])[0]) == ("overview", True)
    assert stored.findings("lufeng") == set()


def test_changzhou_2021_six_sections_from_one_paragraph_and_no_tables(stored: Stored) -> None:
    assert len(stored.sections("changzhou")) == 6
    assert stored.cells("changzhou") == {}
    assert "table_missing" in stored.findings("changzhou")
    figures = stored.figures("changzhou")
    parts = [figures[part] for part in ("granted", "partial", "unable", "notproc")]
    assert (figures["new"], figures["decided_total"], parts) == (50, 50, [21, 5, 23, 1])


def test_guangzhou_2023_seven_sections_and_the_destroyed_headings(stored: Stored) -> None:
    assert len(stored.sections("guangzhou")) == 7
    assert stored.all_headings("guangzhou") >= {
        "（二）依申请公开情况", "（四）政务公开平台建设情况", "（五）监督保障情况",
    }  # fmt: skip
    figures = stored.figures("guangzhou")
    assert (figures["new"], figures["decided_total"], figures["carried_forward"]) == (215, 211, 5)
    assert stored.cells("guangzhou") == {}


def test_xuchang_2020_is_a_work_summary_with_no_tables_invented(stored: Stored) -> None:
    version = stored.version("xuchang")
    assert (version["kind"], version["format"]) == ("work_summary", None)
    assert len(stored.sections("xuchang")) == 3
    assert stored.cells("xuchang") == {}
