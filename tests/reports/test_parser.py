"""A page or text to a report: whole pages of our own, bad input, and the steps one by one."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reports import parse, parse_text, tree, with_checks
from crawler.reports.model import Report
from crawler.text import decode, repair
from tests.reports import pages
from tests.reports.pages import IDS, PROSE, SECTIONS, TITLE, heading, page, paragraphs


def ids(report: Report) -> list[str]:
    return [finding.id for finding in report.findings]


def test_a_whole_page() -> None:
    head = (
        f'<META content="{TITLE}" NAME="articletitle"><meta name=PubDate content="2024-01-16 10:00">'
        '<meta name="ContentSource" content="清河县水务局">'
    )
    url = "https://www.example.gov.cn/zfxxgknb/202301/t20230120_1.htm"
    report = parse(
        page(f'<div class="TRS_Editor">{pages.body()}</div>', head=head).encode(), "text/html; charset=utf-8", url
    )
    assert (report.kind, report.agency, report.year, report.title) == ("annual_report", "清河县水务局", 2023, TITLE)
    assert (report.format, report.scope) == ("fmt2021", "own")
    assert [section.id for section in report.sections] == list(IDS)
    assert report.tables == {"t2": "present", "t3": "missing", "t4": "present"}
    assert report.cells["t2.p5.licence.decisions"].value == 38
    assert not any(address.startswith("t3.") for address in report.cells)
    assert report.dates == {"claimed": "2024-01-15", "url": "2023-01-20", "meta": "2024-01-16"}
    assert report.encoding is not None
    assert report.encoding.chosen == "utf-8"
    assert report.text.startswith(heading(0))


def test_the_year_is_never_the_urls() -> None:
    article = pages.body().replace("<p>2024年1月15日</p>", "")
    title = "清河县水务局政府信息公开工作年度报告"
    report = parse(page(article, title=title), url="https://a.gov.cn/2021n/t20220108_1.htm")
    assert report.year is None
    assert "year_unknown" in ids(report)


def test_the_step_by_step_way_is_the_same() -> None:
    body = page(pages.body()).encode("gb18030")
    decoded = decode(body, "text/html; charset=gbk")
    repaired = repair(decoded.text)
    plain = parse_text(repaired, url="https://a.gov.cn/x.htm")
    assert "table_missing" not in ids(plain)
    checked = with_checks(plain)
    whole = parse(body, "text/html; charset=gbk", "https://a.gov.cn/x.htm")
    assert checked.findings == whole.findings
    assert (checked.cells, checked.sections) == (whole.cells, whole.sections)
    assert with_checks(checked) == checked


def test_the_list_title_is_the_last_resort() -> None:
    text = pages.plain()
    assert parse_text(text, list_title="丙县财政局2019年政府信息公开年报").agency == "丙县财政局"
    assert parse_text(f"{TITLE}\n{text}", list_title="丙县财政局2019年政府信息公开年报").agency == "清河县水务局"


def test_a_title_over_two_lines() -> None:
    report = parse(f"清河县水务局\n2023年政府信息公开工作年度报告\n{pages.plain()}")
    assert report.title == TITLE
    assert (report.agency, report.year) == ("清河县水务局", 2023)


def test_the_articles_title_beats_the_columns() -> None:
    html = page(pages.body(), title=TITLE).replace(f"<h1>{TITLE}</h1>", "<h1>政府信息公开年报</h1>")
    assert parse(html).title == TITLE


def test_a_look_alikes_title_beats_a_quotation() -> None:
    html = page(paragraphs(TITLE, PROSE, PROSE), title="一图读懂清河县水务局2023年政府信息公开工作年度报告")
    report = parse(html)
    assert (report.kind, report.cells, report.tables) == ("interpretation", {}, {})


def test_a_news_article_is_something_else() -> None:
    report = parse(page(paragraphs(*[PROSE] * 4), title="山区公路正式通车"))
    assert (report.kind, report.kind_reason, report.narrative, report.findings) == ("other", "no_report_words", {}, ())


def test_tables_as_images_and_in_annexes_are_not_missing() -> None:
    inner = {1: '<p><img src="/t2.jpg"></p>', 2: "<p>详见附件。</p>", 3: f"<p>{PROSE}</p>"}
    article = "".join(f"<p>{heading(at)}</p>{inner.get(at, paragraphs(PROSE))}" for at in range(6))
    report = parse(page(f'<div id="zoom">{article}</div>'))
    assert report.tables == {"t2": "image", "t3": "attachment", "t4": "missing"}
    assert report.cells == {}
    assert [section.carrier for section in report.sections] == [None, "image", "attachment", None, None, None]


def test_a_page_that_only_links_a_file() -> None:
    report = parse(page('<div class="TRS_Editor"><p><a href="./P02024.pdf">2023年年报.pdf</a></p></div>'))
    assert report.kind == "annual_report"
    assert set(report.tables.values()) == {"attachment"}


def test_two_years_that_disagree() -> None:
    article = f"<p>本报告统计期限自2022年1月1日起至2022年12月31日止。</p>{pages.body()}"
    report = parse(page(f'<div class="TRS_Editor">{article}</div>'))
    assert report.year == 2023
    (conflict,) = [finding for finding in report.findings if (finding.id, finding.where) == ("SEM-7", "year")]
    assert (conflict.severity, conflict.left, conflict.right) == ("hard", "2023", "2022")


def test_word_paragraphs_inside_cells_and_unclosed_fonts() -> None:
    t2 = pages.T2.replace("<td>", "<td><p class=MsoNormal><font><o:p>").replace("</td>", "</o:p></p></td>")
    report = parse(page(f"<div class=Section1>{pages.body(t2=t2)}</div>"))
    assert report.cells["t2.p1.normative.valid"].value == 9
    assert report.tables["t2"] == "present"


def test_headings_between_line_breaks() -> None:
    article = "<br>".join(f"&nbsp;&nbsp;{heading(at)}<br>　　{PROSE}" for at in range(6))
    report = parse(page(f'<div id="zoom">{article}</div>'))
    assert [section.text for section in report.sections] == [PROSE] * 6


def test_text_that_quotes_with_angle_brackets_is_no_html() -> None:
    text = f"根据<清河县政府信息公开办法>和<有关通知>的要求，编制本报告。\n{pages.plain()}"
    report = parse(text)
    assert len(report.sections) == 6
    assert "<清河县政府信息公开办法>" in report.text


def test_a_list_of_reports_is_none() -> None:
    rows = "".join(
        f'<li><a href="t{year}.htm">清河县水务局{year}年政府信息公开工作年度报告</a> <span>{year + 1}-01-20</span></li>'
        for year in range(2015, 2024)
    )
    report = parse(page(f'<div class="list"><ul>{rows}</ul></div>', title="清河县2023年政府信息公开年报"))
    assert (report.kind, report.kind_reason, report.tables, report.sections) == ("other", "list_page", {}, ())


def test_the_title_may_stand_only_in_the_metadata_table() -> None:
    cells = {"索引号": "x/2024-1", "发布机构": "清河县水务局", "名称": TITLE, "文号": "", "发布日期": "2024-01-16"}
    table = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in cells.items())
    html = page(f'<table>{table}</table><div id="vsb_content">{pages.body()}</div>', title="政府信息公开")
    report = parse(html)
    assert (report.title, report.year, report.dates["claimed"]) == (TITLE, 2023, "2024-01-16")


def test_a_notice_is_a_notice_even_with_a_sample_report() -> None:
    article = paragraphs("各单位：", "请于1月31日前报送。") + pages.body()
    report = parse(page(article, title="关于做好2023年政府信息公开工作年度报告编制工作的通知"))
    assert (report.kind, report.cells) == ("notice", {})


def test_a_scan_has_its_tables_in_images() -> None:
    report = parse(page('<div class="TRS_Editor"><p><img src="W01.jpg"></p><p><img src="W02.jpg"></p></div>'))
    assert report.kind == "annual_report"
    assert set(report.tables.values()) == {"image"}


def test_headings_without_numerals_and_headings_split_over_spans() -> None:
    article = pages.body()
    for at, name in enumerate(SECTIONS):
        article = article.replace(f"<p>{heading(at)}</p>", f"<h2>{name}</h2>")
    assert [section.id for section in parse(page(f"<div>{article}</div>")).sections] == list(IDS)
    split = pages.body().replace("<p>一、", "<p><b><span>一</span><span lang=EN-US>、</span></b><b>")
    assert parse(page(split)).sections[0].num == "一、"


# ------------------------------------------------------------------ bad input


def _zip() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("body", "finding", "words"),
    [
        (b"", "empty_body", "empty"),
        (b" \r\n\t ", "empty_body", "empty"),
        (b"\xef\xbb\xbf", "empty_body", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "unreadable", "PDF"),
        (_zip(), "unreadable", "Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "unreadable", "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "not_html", "PNG"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "not_html", "JPEG"),
        (b"GIF89a" + bytes(50), "not_html", "GIF"),
        (b"Rar!\x1a\x07\x00" + bytes(50), "not_html", "rar"),
        (bytes(range(1, 9)) * 200, "not_html", "binary"),
        (b'{"articles": [{"title": "x"}]}', "not_html", "JSON"),
    ],
)
def test_what_is_no_page_says_what_it_is(body: bytes, finding: str, words: str) -> None:
    report = parse(body, "text/html; charset=utf-8")
    assert report.kind == "other"
    assert [(found.id, found.severity) for found in report.findings] == [(finding, "hard")]
    assert words in report.findings[0].message
    assert json.dumps(report.to_json())


def test_a_page_under_the_header_of_a_pdf_is_read() -> None:
    assert parse(page(pages.body()).encode(), "application/pdf").kind == "annual_report"


def test_a_wrong_charset_header_is_no_obstacle() -> None:
    report = parse(page(pages.body()).encode("gb18030"), "text/html; charset=utf-8")
    assert (report.agency, report.year) == ("清河县水务局", 2023)


def test_an_empty_page_says_so() -> None:
    report = parse(b"<html><head><title></title></head><body><script>var a=1;</script></body></html>")
    assert (report.kind, ids(report)) == ("other", ["empty_body"])


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8, 0.95])
def test_a_page_cut_off_in_mid_way_is_read_as_far_as_it_goes(share: float) -> None:
    source = page(pages.body()).encode()
    report = parse(source[: int(len(source) * share)])
    assert report.title == TITLE or share < 0.3
    assert len(report.sections) <= len(SECTIONS)


def test_a_page_longer_than_any_report_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_CHARS", 60_000)
    report = parse(page(pages.body()) + "<p>噪声</p>" * 7_000)
    assert "page_cut" in ids(report)
    assert report.cells["t2.p5.licence.decisions"].value == 38


def test_too_deep_a_page_is_flattened_and_says_so() -> None:
    report = parse("<font><span>" * 50_000 + page(pages.body()))
    assert "markup_flattened" in ids(report)
    assert report.cells["t2.p5.licence.decisions"].value == 38


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=600))
def test_no_bytes_break_it(body: bytes) -> None:
    json.dumps(parse(body).to_json())


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_no_damage_to_a_page_breaks_it(data: st.DataObject) -> None:
    source = bytearray(
        page(pages.body()).encode(data.draw(st.sampled_from(["utf-8", "gb18030", "big5hkscs"])), "ignore")
    )
    for _ in range(data.draw(st.integers(0, 30))):
        at = data.draw(st.integers(0, len(source) - 1))
        source[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=5))
        if not source:
            break
    json.dumps(parse(bytes(source)).to_json())
