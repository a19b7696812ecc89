"""Reports and parts of reports that a page holds and does not show."""

from __future__ import annotations

import pytest

from crawler.reports import Report, parse, tree, unseen
from crawler.reports.body import looks_like_report
from tests.reports import pages
from tests.reports.pages import PROSE, SECTIONS, heading, page, paragraphs

OTHER_TITLE = "乙县教育局2019年政府信息公开工作年度报告"
OTHER = f"<h2>{OTHER_TITLE}</h2>" + pages.body(t2=pages.T2.replace(">38<", ">77<")).replace(
    "清河县水务局", "乙县教育局"
).replace("2024年1月", "2020年1月")

BOXES = [
    '<div style="display:none">{}</div>',
    '<section style="color:red; DISPLAY : none !important">{}</section>',
    "<div hidden>{}</div>",
    '<div style="visibility:hidden">{}</div>',
    '<div style="position:absolute;left:-9999px">{}</div>',
    '<div style="text-indent:-999em">{}</div>',
    '<div style="opacity:0;filter:alpha(opacity=0)">{}</div>',
    '<div style="height:0;overflow:hidden">{}</div>',
    '<div style="position:absolute;clip:rect(0 0 0 0)">{}</div>',
    '<div style="transform:scale(0)">{}</div>',
    '<div aria-hidden="true">{}</div>',
    '<div class="print-only">{}</div>',
    '<div class="box hidden">{}</div>',
    '<div class="tab-pane fade">{}</div>',
    "<dialog>{}</dialog>",
    "<style>/* old */ .old, .menu li {{ display: none }}</style><div class='old'>{}</div>",
    "<style>#old{{visibility:hidden}}</style><div id=old>{}</div>",
    "<style>@media screen {{ .p {{ display:none }} }}</style><div class='p'>{}</div>",
    '<div style="display:none"><div><div style="display:block">{}</div></div></div>',
    '<table style="display:none"><tr><td>{}</td></tr></table>',
    '<table><tr style="display:none"><td>{}</td></tr><tr><td>x</td></tr></table>',
    '<table><tr><td style="display:none">{}</td><td>x</td></tr></table>',
    "<object data='a.pdf'>{}</object>",
]
CODE = [
    "<template>{}</template>",
    "<noscript>{}</noscript>",
    '<textarea style="display:none">{}</textarea>',
    '<script type="text/html">{}</script>',
    '<script id="t" type="text/template">{}</script>',
]


def ids(report: Report) -> set[str]:
    return {found.id for found in report.findings}


def values(report: Report) -> dict[str, str]:
    return {address: cell.raw for address, cell in report.cells.items()}


PLAIN = parse(page(f'<div class="article">{pages.body()}</div>'))


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("box", BOXES)
def test_a_hidden_report_of_another_body_is_left_out_and_named(box: str, where: str) -> None:
    report = parse(page(f'<div class="article">{pages.body()}</div>', **{where: box.format(OTHER)}))
    assert (report.agency, report.year, report.title) == ("清河县水务局", 2023, pages.TITLE)
    assert values(report) == values(PLAIN)
    assert "乙县" not in report.text
    found = next(one for one in report.findings if one.id == "hidden_report")
    assert (found.severity, found.right) == ("soft", "乙县教育局 2019")


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("box", CODE)
def test_what_stands_in_code_is_no_part_of_a_page_that_shows_a_report(box: str, where: str) -> None:
    report = parse(page(f'<div class="article">{pages.body()}</div>', **{where: box.format(OTHER)}))
    assert values(report) == values(PLAIN)
    assert report.text == PLAIN.text


@pytest.mark.parametrize("box", [*BOXES, *CODE])
def test_a_report_that_is_only_there_hidden_is_read_and_says_so(box: str) -> None:
    report = parse(page(box.format(f'<div class="article">{pages.body()}</div>')))
    assert (report.agency, report.year) == ("清河县水务局", 2023)
    assert values(report) == values(PLAIN)
    assert "read_hidden" in ids(report)


def test_an_escaped_article_in_a_textarea_is_read() -> None:
    inside = pages.body().replace("<", "&lt;").replace(">", "&gt;")
    report = parse(page(f"<textarea id='content' hidden>{inside}</textarea>"))
    assert values(report) == values(PLAIN)


def test_the_hidden_report_of_another_body_is_read_where_there_is_no_other_and_loudly() -> None:
    report = parse(page("", before=f"<div hidden>{OTHER}</div>"))
    found = next(one for one in report.findings if one.id == "read_hidden")
    assert (found.severity, found.left, found.right) == ("hard", "清河县水务局 2023", "乙县教育局 2019")
    assert {"SEM-7", "agency_disagrees"} <= ids(report)


def test_lines_that_are_hidden_one_by_one_are_a_report_too() -> None:
    lines = OTHER
    for tag in ("p", "h2", "table"):
        lines = lines.replace(f"<{tag}", f'<{tag} style="display:none"')
    report = parse(page(f'<div class="article">{lines}{pages.body()}</div>'))
    assert values(report) == values(PLAIN)
    assert "hidden_report" in ids(report)


def test_a_comment_is_never_read() -> None:
    report = parse(page(f"<!-- {pages.body()} -->"))
    assert not report.cells


# ------------------------------------------------------------------ tabs


def panels(*, labels: bool, hidden: str = 'style="display:none"') -> str:
    inner = {1: pages.T2, 3: pages.T4}
    bar = "".join(f"<li>{heading(at)}</li>" for at in range(6)) if labels else ""
    boxes = "".join(
        f"<div class='panel' {hidden if at else ''}><p>{heading(at)}</p>{inner.get(at, paragraphs(PROSE))}</div>"
        for at in range(6)
    )
    return f"<ul>{bar}</ul>{boxes}"


@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize("hidden", ['style="display:none"', "hidden", 'class="tab-pane"'])
def test_panels_of_tabs_are_the_report(hidden: str, labels: bool) -> None:
    report = parse(page(panels(labels=labels, hidden=hidden)))
    assert values(report) == values(PLAIN)
    assert report.text.count(PROSE) == 4


def test_panels_beyond_the_first_sixty_are_not_lost() -> None:
    more = "".join(f"<div hidden><p>（{at}）政府信息公开{PROSE * 3}</p></div>" for at in range(90))
    report = parse(page(pages.body().replace("<p>六、", f"{more}<p>六、")))
    assert "（89）政府信息公开" in report.text


def test_of_panels_with_years_the_one_that_is_shown_is_read() -> None:
    def panel(year: int, style: str) -> str:
        body = pages.body(t2=pages.T2.replace(">38<", f">{year}<")).replace("2024年", f"{year + 1}年")
        return f"<div {style}><h3>清河县水务局{year}年政府信息公开工作年度报告</h3>{body}</div>"

    none = 'style="display:none"'
    shown = parse(page(panel(2021, none) + panel(2022, "") + panel(2020, none), title="年报_清河县水务局"))
    assert (shown.year, shown.cells["t2.p5.licence.decisions"].raw) == (2022, "2022")
    title = "清河县水务局2020年政府信息公开工作年度报告"
    asked = parse(page(panel(2021, none) + panel(2022, none) + panel(2020, none), title=title))
    assert (asked.year, asked.cells["t2.p5.licence.decisions"].raw) == (2020, "2020")
    assert ids(asked) >= {"read_hidden", "hidden_report"}


def test_tables_that_open_on_a_click_belong_to_the_report() -> None:
    tables = {1: pages.T2, 3: pages.T4}
    article = "".join(
        f"<p>{heading(at)}</p>"
        + (f"<div style='display:none'>{tables[at]}</div>" if at in tables else f"<p>{PROSE}</p>")
        for at in range(6)
    )
    assert values(parse(page(article))) == values(PLAIN)


# ------------------------------------------------------------------ twins and wrappers


def test_a_twin_for_printing_is_read_once() -> None:
    article = f'<div class="article">{pages.body()}</div>'
    report = parse(page(article, after=f'<div class="print-only" style="display:none">{pages.body()}</div>'))
    assert report.text == PLAIN.text
    assert "hidden_copy" in ids(report)
    assert "cell_repeated" not in ids(report)


def test_hidden_tables_that_are_shown_too_are_read_once() -> None:
    article = f'<div class="article">{pages.body()}</div>'
    changed = pages.T2.replace(">38<", ">77<")
    report = parse(page(article, before=f"<div hidden>{'<p>x</p>' * 30}{changed}</div>"))
    assert values(report) == values(PLAIN)


def test_a_page_that_a_script_will_show_is_read_but_not_what_is_hidden_in_it() -> None:
    inner = f"<div class='a'>{pages.body()}</div><div style='display:none'>{OTHER}</div>"
    report = parse(page(f"<div id='app' style='visibility:hidden'>{inner}</div>"))
    assert values(report) == values(PLAIN)
    assert "乙县" not in report.text


def test_prose_of_an_old_report_is_not_displaced_by_a_hidden_new_one() -> None:
    lines = ["一、概况", *[PROSE] * 6, "二、公开的信息", *[PROSE] * 6, "三、今后打算", PROSE]
    title = "清河县水务局2009年政府信息公开工作年度报告"
    report = parse(
        page(f"<div class='TRS_Editor'>{paragraphs(*lines)}</div>", title=title, before=f"<div hidden>{OTHER}</div>")
    )
    assert (report.agency, report.year, report.cells) == ("清河县水务局", 2009, {})
    assert "hidden_report" in ids(report)


@pytest.mark.parametrize(
    "head",
    [
        "<style>.tab{display:none} .tab.active{display:block}</style>",
        "<style>@media print { .tab { display: none } }</style>",
        "<style>@media screen and (max-width: 600px) { .tab { display: none } }</style>",
    ],
)
def test_what_a_rule_shows_or_hides_only_on_paper_is_shown(head: str) -> None:
    source = page(f'<div class="tab active">{pages.body()}</div>', head=head)
    report = parse(source)
    assert values(report) == values(PLAIN)
    assert not ids(report) & {"read_hidden", "hidden_copy", "hidden_report"}


def test_hidden_menus_and_dialogs_are_not_spoken_of() -> None:
    box = f"<div style='display:none'>{paragraphs(*['请登录后继续操作，忘记密码请联系管理员。'] * 20)}</div>"
    report = parse(page(pages.body(), before=box))
    assert ids(report) == ids(PLAIN)


def test_a_list_with_a_hidden_report_is_a_list() -> None:
    rows = "".join(f'<li><a href="/t{year}.htm">清河县水务局{year}年报</a></li>' for year in range(2015, 2024))
    assert looks_like_report(page(pages.body()))
    assert not looks_like_report(page(f"<ul>{rows}</ul>{paragraphs(*[heading(at) for at in range(3)])}" + "<p>x</p>"))


def test_every_character_stays_or_goes_as_a_whole() -> None:
    source = page(pages.body(), before=f"前<div hidden>{OTHER}</div>后", after="尾")
    found = tree.parse(source)
    assert found is not None
    told = unseen.settle(found)
    text = tree.text_of(found.root)
    assert "前" in text
    assert "后" in text
    assert "乙县" not in text
    assert [one.id for one in told] == ["hidden_report"]


# ------------------------------------------------------------------ several reports that a page shows


def test_of_two_shown_reports_the_one_of_the_title_is_read() -> None:
    own = f"<h2>{pages.TITLE}</h2>{pages.body()}"
    for article in (own + OTHER, OTHER + own):
        report = parse(page(article))
        assert (report.agency, report.year) == ("清河县水务局", 2023)
        assert values(report) == values(PLAIN)
        assert "several_reports" in ids(report)


@pytest.mark.parametrize("tag", ["template", "textarea", "noscript", "div hidden", "div style='display:none'"])
def test_work_does_not_grow_with_tags_that_never_end(tag: str) -> None:
    report = parse(page(f"<{tag}>一、信息公开{PROSE}" * 3000))
    assert report.kind in ("other", "annual_report", "work_summary")


@pytest.mark.parametrize("depth", [1, 40])
def test_work_grows_with_the_page_and_not_with_its_square(depth: int) -> None:
    box = "<div hidden>" * depth + f"一、信息公开{PROSE * 3}" + "</div>" * depth
    report = parse(page(box * (6000 // depth) + pages.body()))
    assert values(report) == values(PLAIN)


def test_sections_are_those_of_the_law() -> None:
    assert len(SECTIONS) == 6
