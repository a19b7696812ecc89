"""Units, makers of rules, cited documents, dates, and what the last section owes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from crawler.reports import formats, with_checks
from crawler.reports.checks import check, of_agency, sense
from crawler.reports.model import Cell, Figure, Report, Section
from tests.reports.test_checks import BALANCED, report


def ids(report: Report) -> list[str]:
    return [finding.id for finding in check(report)]


# ------------------------------------------------------------------ SEM-2 by the printed name


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("太平镇人民政府", True), ("佳县螅镇", True), ("昌岗街道办事处", True), ("正定县人民政府", True),
        ("正定县人民政府办公室", True), ("罗庄区教育局", True), ("贵州省生态环境厅", True),
        ("楚雄州生态环境局禄丰分局", True),
        ("宿迁市人民政府", False), ("宿迁市人民政府办公室", False), ("上海市人民政府办公厅", False),
        ("国家能源局", False),
        ("市场监督管理总局", False), ("平潭综合实验区管委会", False), ("", False), (None, False), ("局" * 200, False),
    ],
)  # fmt: skip
def test_who_makes_no_rules_by_its_name(name: str | None, told: bool) -> None:
    made = replace(report("fmt2021", t2__p1__rules__valid="2"), agency=name)
    assert ids(made) == (["SEM-2"] if told else [])
    # What the registry says goes before the name.
    assert of_agency(made, "national", "department") == ()
    assert [one.id for one in of_agency(made, "township", "township")] == ["SEM-2"]


def test_rules_of_others_may_be_published() -> None:
    made = report("fmt2019", t2__p1__rules__public_total="10", t2__p1__rules__published="1")
    assert of_agency(made, "province", "department") == ()


def test_checking_twice_says_nothing_twice() -> None:
    made = with_checks(replace(report("fmt2021", t2__p1__rules__valid="2"), agency="太平镇人民政府"))
    assert with_checks(made) == made


# ------------------------------------------------------------------ SEM-4


@pytest.mark.parametrize(
    ("raw", "fees", "told"),
    [
        ("25.1", None, []), ("251000元", None, ["SEM-4"]), ("43.788万元", None, []), ("0元", None, []),
        ("251000", ("251000", "元"), ["SEM-4"]), ("25.1", ("251000", "元"), []), ("251000", ("0", "元"), []),
        ("251000", ("251000", "万元"), []), ("0", ("0", "元"), []),
    ],
)  # fmt: skip
def test_one_unit_for_money(raw: str, fees: tuple[str, str] | None, told: list[str]) -> None:
    made = report("fmt2021", t2__p8__fees__amount=raw)
    if fees:
        made = replace(made, narrative={"fees": Figure("fees", Decimal(fees[0]), fees[1], "收取。", "other")})
    assert ids(made) == told


def test_the_value_is_converted_and_the_raw_text_kept() -> None:
    (finding,) = check(report("fmt2021", t2__p8__fees__amount="251000元"))
    assert (finding.left, finding.right, finding.severity) == ("251000元", "25.1 万元", "soft")


# ------------------------------------------------------------------ SEM-6, SEM-7


CITED = "本报告按照《条例》和《国办公开办函{}号》的格式编制。"


@pytest.mark.parametrize(
    ("form", "year", "text", "told"),
    [
        ("fmt2021", 2022, CITED.format("〔2021〕30"), []),
        ("fmt2021", 2022, CITED.format("〔2019〕60"), ["document"]),
        ("fmt2021", 2022, CITED.format("[2019]60"), ["document"]),
        ("fmt2021", 2022, CITED.format("﹝2019﹞ 60"), ["document"]),
        ("fmt2021", 2022, CITED.format("〔202130 "), []),
        ("fmt2021", 2022, CITED.format("〔2019〕61"), []),
        ("fmt2021", 2022, CITED.format("〔2019〕60") + CITED.format("〔2021〕30"), []),
        ("fmt2019", 2020, CITED.format("〔2019〕60"), []),
        ("fmt2019", 2022, CITED.format("〔2021〕30"), ["year", "document"]),
        ("fmt2019", None, "", []),
    ],
)
def test_the_layout_decides_and_the_reader_is_told(form: str, year: int | None, text: str, told: list[str]) -> None:
    found = check(replace(report(form), year=year, text=text))
    assert [(one.id, one.severity, one.where) for one in found] == [("SEM-6", "info", where) for where in told]


def test_a_format_taken_from_the_year_contradicts_nothing() -> None:
    made = Report("annual_report", format="fmt2021", year=2022, text=CITED.format("〔2019〕60"))
    assert "SEM-6" not in ids(made)


@pytest.mark.parametrize(
    ("dated", "told"),
    [("2024-01-30", []), ("2023-12-29", []), ("2023-01-20", ["SEM-7"]), ("2021-05-01", ["SEM-7"]), (None, [])],
)
def test_a_report_is_not_older_than_its_year(dated: str | None, told: list[str]) -> None:
    assert ids(replace(report("fmt2021"), year=2023, dates={"claimed": dated})) == told


# ------------------------------------------------------------------ XT-2


UNPAID = {
    **BALANCED, "t3__unable_unclear__natural": "0", "t3__unable_unclear__total": "0",
    "t3__other_fee_unpaid__natural": "1", "t3__other_fee_unpaid__total": "1",
}  # fmt: skip


def section(id: str, text: str) -> Section:
    return Section("", id, id, text)


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ((section("other", "无。"),), ["XT-2"]),
        ((section("other", "本年度发出收费通知1件，收取信息处理费0元。"),), []),
        ((section("overview", "收取信息处理费。"), section("other", "无")), []),
        ((section("overview", "全年工作顺利。"),), []),  # the section itself was not found: nothing is known of it
        ((replace(section("other", ""), carrier="image"),), []),
        ((), []),
    ],
)
def test_who_did_not_pay_was_asked_to(sections: tuple[Section, ...], told: list[str]) -> None:
    assert ids(replace(report("fmt2021", **UNPAID), sections=sections)) == told


@pytest.mark.parametrize(
    ("said", "told"), [("无", ["XT-2"]), ("本年度无其他需要报告的事项。", ["XT-2"]), ("收费200元。", [])]
)
def test_fees_that_the_last_section_denies(said: str, told: list[str]) -> None:
    figure = Figure("fees", Decimal(200), "元", "收取信息处理费200元。", "overview")
    sections = (section("overview", figure.sentence), section("other", said))
    assert ids(replace(report("fmt2021"), sections=sections, narrative={"fees": figure})) == told


# ------------------------------------------------------------------ prose and the older tables


def stated(form: str, figures: dict[str, tuple[str, str]], **texts: str) -> list[str]:
    narrative = {name: Figure(name, Decimal(value), unit, "一句话") for name, (value, unit) in figures.items()}
    return ids(replace(report(form, **texts), narrative=narrative))


def test_ways_of_asking_are_at_most_what_was_received() -> None:
    ways = {"channel.net": ("3", "件"), "channel.mail": ("2", "件")}
    assert stated("fmt2021", ways, **BALANCED) == []
    assert stated("fmt2021", ways | {"channel.face": ("1", "件")}, **BALANCED) == ["NV-10"]
    # 书面 may be a letter or a sheet handed in: it is not added to them.
    assert stated("fmt2021", ways | {"channel.written": ("2", "件")}, **BALANCED) == []


def test_figures_against_the_table_of_2014() -> None:
    table = {"s14__c1__n": "9", "s14__c1_3__n": "9", "s14__g__n": "0.02", "s14__d__n": "2", "s14__d1__n": "2"}
    right = {"new": ("9", "件"), "channel.net": ("7", "件"), "channel.email": ("2", "件"), "fees": ("200", "元")}
    assert stated("stat2014", right | {"recon": ("2", "件")}, **table) == []
    wrong = {"new": ("8", "件"), "channel.net": ("8", "件"), "channel.email": ("2", "件"), "fees": ("200", "万元")}
    assert sorted(stated("stat2014", wrong | {"recon": ("3", "件")}, **table)) == ["NV-1", "NV-10", "NV-11", "NV-5"]


@pytest.mark.parametrize(
    ("address", "raw", "severity"),
    [
        ("t2.p5.licence.decisions", "许可911 备案30", "hard"),
        ("t2.p8.fees.amount", "1,2345.6", "hard"),
        ("t3.new.total", "约45", "hard"),
        ("t3.new.total", "一百余件", "hard"),
        ("t4.recon.total", "5-6", "hard"),
        ("local.1", "3/4", "soft"),
        ("local.1", "2022年12月由三个单位合并，其后的数字另行统计，见第5页", None),
        ("t3.new.total", "见附件", None),
    ],
)
def test_digits_that_are_no_number(address: str, raw: str, severity: str | None) -> None:
    form = formats.load()["fmt2021"]
    found = [f for f in sense.of_cells(form, {address: Cell(address, raw, "text")}) if f.id == "number_unreadable"]
    assert [(f.severity, f.cells, f.left) for f in found] == ([(severity, (address,), raw)] if severity else [])


def test_digits_in_a_local_form_are_only_told() -> None:
    form = formats.load()["local_pre2014"]
    address = form.tables[0].addresses()[0]
    (found,) = sense.of_cells(form, {address: Cell(address, "约45", "text")})
    assert (found.id, found.severity) == ("number_unreadable", "soft")
