"""Reports: prose and tables say the same, every markup holds every cell, damages are the real ones."""

from __future__ import annotations

import re
from html import unescape

import pytest
from lxml import html as lxml_html

from crawler.demo import agencies, mishaps, published
from crawler.demo.figures import COLUMNS
from crawler.demo.renders import STYLES, expanded
from crawler.demo.reports import annual_report, numbers_of, title_of
from crawler.demo.tables import BUILDERS

GZ, GUIZHOU, LUFENG, CZ, XC = "440100-sthjj", "520000-sthjt", "532302-sthjfj", "320400-sthjj", "411000-sthjj"


def all_reports():
    return [agencies.report(key, year) for key in agencies.AGENCIES for year in range(2019, 2026)]


def test_no_two_reports_read_alike():
    texts = ["".join(block.text for block in report.blocks if block.kind == "para") for report in all_reports()]
    assert len(texts) > 100
    assert len(set(texts)) == len(texts)


def test_only_the_meant_reports_have_findings():
    assert [report.title for report in all_reports() if report.findings] == []
    wrong = agencies.wrong_table("522600-sthjj", 2021)
    assert set(wrong.findings) == {("T3-B", "natural"), ("T3-C", "granted")}
    said = agencies.report("420700-sthjj", 2023, said_new=9999)
    assert said.findings == (("NV-1", ""),)
    assert said.narrative["new"] == 9999


def test_the_prose_says_what_the_table_says():
    for report in all_reports():
        if report.form is None or "t3.new.total" not in report.cells or not report.narrative:
            continue
        for quantity, value in report.narrative.items():
            assert value == report.cells[f"t3.{quantity}.total"], report.title
        text = "".join(block.text for block in report.blocks)
        assert f"{report.narrative['new']}件" in text


def test_sum_of_results_is_what_was_decided():
    numbers = numbers_of(published.guizhou_2019())
    assert (numbers["new"], numbers["over"], numbers["done"], numbers["forward"]) == (59, 0, 58, 1)
    assert [numbers[kind] for kind in ("granted", "partial", "denied", "unable", "rest")] == [26, 10, 1, 16, 5]


def test_the_five_real_years():
    guizhou = agencies.report(GUIZHOU, 2019)
    assert (len(guizhou.cells), guizhou.form) == (22 + 161 + 15, "fmt2019")
    lufeng = agencies.report(LUFENG, 2023)
    assert len(lufeng.cells) == 10 + 175 + 15
    headings = [block.text for block in lufeng.blocks if block.kind == "heading"]
    assert headings[0].startswith("二、")
    changzhou = agencies.report(CZ, 2021)
    assert changzhou.missing == {"t2": "missing", "t3": "missing", "t4": "missing"}
    n = changzhou.narrative
    assert n["new"] == 50 == n["granted"] + n["partial"] + n["unable"] + n["notproc"]
    assert n["new"] == n["channel.face"] + n["channel.net"] + n["channel.mail"]
    guangzhou = agencies.report(GZ, 2023)
    assert (guangzhou.sections, guangzhou.narrative) == (7, {"new": 215, "decided_total": 211, "carried_forward": 5})
    assert sum(block.kind == "heading" for block in guangzhou.blocks) == 7
    xuchang = agencies.report(XC, 2020)
    assert (xuchang.kind, xuchang.form, xuchang.cells, xuchang.sections) == ("work_summary", None, {}, 3)
    assert not any(block.kind == "table" for block in xuchang.blocks)


@pytest.mark.parametrize("style", sorted(set(STYLES) - {"one_paragraph"}))
@pytest.mark.parametrize("year", [2019, 2023])
def test_every_markup_holds_every_cell_in_order(style, year):
    report = agencies.report("520000-zf", year)
    tree = lxml_html.fromstring(f"<div>{STYLES[style](report)}</div>")
    squeezed = re.sub(r"\s", "", unescape(tree.text_content()).replace("\xa0", "")).replace("|", "")
    figures = agencies.figures("520000-zf", year)
    wanted = "".join(re.sub(r"\s", "", f"{figures.cells[f't3.granted.{column}']}") for column in COLUMNS)
    label = re.sub(r"\s", "", "（一）予以公开")
    assert label + wanted in squeezed
    last = "".join(cell.text for cell in BUILDERS["t4"](figures)[-1])
    assert last in squeezed


def test_spans_cover_their_grid_without_holes():
    for year in (2019, 2024):
        for name, builder in BUILDERS.items():
            rows = builder(agencies.figures("520000-zf", year))
            widths = {sum(cell.cols for cell in row) for row in rows if not any(c.rows > 1 for c in row)}
            area = sum(cell.cols * cell.rows for row in rows for cell in row)
            grid = expanded(rows)
            assert area == len(grid) * len(grid[0]), (name, year, widths)


def test_a_report_without_tables_prints_none():
    report = agencies.report(CZ, 2022)
    lost = report.without_tables("image")
    body = STYLES["word"](lost)
    assert body.count("<img") == 3
    assert "<table" not in body
    assert lost.cells == {}
    assert STYLES["one_paragraph"](agencies.report(CZ, 2021)).count("<p>") == 1


def test_titles_name_agency_and_year():
    for style in range(6):
        title = title_of("常州市生态环境局", 2022, style)
        assert "2022年" in title
        assert "常州市生态环境局" in title


@pytest.mark.parametrize(
    ("heading", "seen"),
    [
        ("（二）依申请公开情况", "?。ǘ┮郎暾埞_情況"),
        ("（四）政务公开平台建设情况", "?。ㄋ模┱展_平臺建設情況"),
        ("（五）监督保障情况", "?。ㄎ澹┍O(jiān)督保障情況"),
    ],
)
def test_a_lost_byte_gives_the_three_destroyed_headings(heading, seen):
    assert mishaps.lost_byte(mishaps.annotated(mishaps.traditional(heading))) == seen


def test_annotations_script_and_wording():
    assert mishaps.annotated(mishaps.traditional("生态环境")) == "生態(tài)環(huán)境"
    assert mishaps.taiwanese("规范性文件、门户网站、项目") == "規範性檔案、入口網站、項目"


def test_a_mirror_breaks_only_the_headings_it_is_told_to():
    report = mishaps.mirror(agencies.report(GZ, 2023), broken=("（二）",))
    subs = [block.text for block in report.blocks if block.kind == "sub"]
    assert sum(text.startswith("?。") for text in subs) == 1
    assert subs[0] == "（一）主動公開情況"
    assert report.title.startswith("廣州市生態(tài)環(huán)境局2023年")


def test_an_encyclopedia_leaves_its_menu_below_the_text():
    report = mishaps.encyclopedia(agencies.report(GUIZHOU, 2019))
    assert [block.text for block in report.blocks[-3:]] == list(mishaps.TAIL)
    assert "590(辦結數)" in STYLES["lines"](report)


def test_generation_does_not_depend_on_the_process():
    """Python's hash of text differs from run to run; figures and prose must not."""
    figures = agencies.figures("420700-sthjj", 2023)
    assert figures.number("t3.new.total") > 0
    again = annual_report(agencies.AGENCIES["420700-sthjj"].voice, 2023, figures, style=4)
    assert again == agencies.report("420700-sthjj", 2023)
