"""Word, WPS, RTF, Excel, MHTML and archives: what is printed, and what only the program would show."""

from __future__ import annotations

import io
import json
import zipfile
from functools import lru_cache
from pathlib import Path

import openpyxl
import pytest

from crawler.reports import files, parse
from crawler.reports.blocks import grids
from crawler.reports.body import of_html
from crawler.reports.files.word import numbering
from crawler.reports.tables import bind
from crawler.reports.tree import parse as tree_of
from tests.reports.files import papers, words
from tests.reports.files.papers import Text
from tests.reports.golden.truth import FORMS, truth
from tests.reports.gridlib import as_html

KINDS = {
    "docx": words.docx_file,
    "doc": words.doc_file,
    "rtf": words.rtf_file,
    "rtf, unicode": lambda made: words.rtf_file(made, unicode=True),
    "xlsx": words.xlsx_file,
    "xls": words.xls_file,
}


@lru_cache
def paper(format_id: str = "fmt2021") -> papers.Paper:
    return papers.paper(format_id, truth(format_id, 3))


def shown(body: str, namespace: str = words.W, **parts: str) -> list[str]:
    """The lines that a DOCX with this body shows."""
    return parse(words.raw_docx(body, namespace, **parts)).text.split("\n")


def p(text: str, properties: str = "") -> str:
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}<w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("format_id", FORMS)
def test_every_kind_and_format(kind: str, format_id: str) -> None:
    made, data = paper(format_id), truth(format_id, 3)
    report = parse(KINDS[kind](made))
    assert {address: cell.raw for address, cell in report.cells.items()} == data
    lines = report.text.split("\n")
    assert [item.text for item in made if isinstance(item, Text) and item.text not in lines] == []
    assert report.encoding is not None
    assert report.encoding.chosen == kind.partition(",")[0]


def test_a_document_that_another_program_wrote() -> None:
    report = parse(words.docx_by_library(paper("stat2014")))
    assert {address: cell.raw for address, cell in report.cells.items()} == truth("stat2014", 3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("row", [6, 20])
def test_a_row_that_is_gone_moves_no_other(kind: str, row: int) -> None:
    data = truth("fmt2021", 3)
    made = [item if isinstance(item, Text) or len(item) < 20 else [*item[:row], *item[row + 1 :]] for item in paper()]
    report = parse(KINDS[kind](made))
    assert {a: cell.raw for a, cell in report.cells.items() if cell.raw != data.get(a)} == {}


def test_the_official_template_binds_whole(corpus: Path) -> None:
    """All 200 cells of the blank form, all labels known."""
    held = files.read((corpus / "nianbao_template_2021.docx").read_bytes())
    assert held is not None
    root = tree_of(held.source)
    assert root is not None
    reading = bind(grids(of_html(root.root).blocks))
    assert set(reading.states.values()) == {"present"}
    assert (reading.format, len(reading.cells), reading.findings) == ("fmt2021", 200, ())
    assert {cell.raw for cell in reading.cells.values()} == {""}


# ------------------------------------------------------------------ docx: what Word makes


def level(at: int, form: str, text: str, start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


_KIND = (
    level(0, "chineseCountingThousand", "%1、") + level(1, "japaneseCounting", "（%2）") + level(2, "decimal", "%3.")
)
_ANEW = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
LISTS = (
    f'<w:abstractNum w:abstractNumId="0">{_KIND}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    f'<w:num w:numId="2"><w:abstractNumId w:val="0"/>{_ANEW}</w:num>'
)


def numbered(at: int, number: int = 1) -> str:
    return f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>'


def test_automatic_numbers_stand_before_their_text() -> None:
    body = p("总体情况", numbered(0)) + p("主动公开情况", numbered(1)) + p("规章", numbered(2)) + p("其他", numbered(2))
    body += p("依申请公开情况", numbered(1)) + p("文件", numbered(2)) + p("主动公开政府信息情况", numbered(0))
    body += p("存在的主要问题", numbered(0, 2)) + p("无编号")
    assert shown(body, numbering=LISTS) == [
        "一、总体情况", "（一）主动公开情况", "1.规章", "2.其他", "（二）依申请公开情况", "1.文件",
        "二、主动公开政府信息情况", "五、存在的主要问题", "无编号",
    ]  # fmt: skip


def test_numbers_of_styles_and_headings() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:pPr>'
        + numbered(0)
        + "</w:pPr></w:style>"
        '<w:style w:type="paragraph" w:styleId="9"><w:name w:val="own"/><w:basedOn w:val="1"/></w:style>'
    )
    body = p("总体情况", '<w:pStyle w:val="1"/>') + p("主动公开", '<w:pStyle w:val="9"/>')
    body += p("不编号", '<w:pStyle w:val="9"/>' + numbered(0, 0))
    source = files.read(words.raw_docx(body, numbering=LISTS, styles=styles)).source
    assert "<h1>一、总体情况</h1>" in source
    assert "<h1>二、主动公开</h1>" in source
    assert "<h1>不编号</h1>" in source


def test_numbers_of_cells_make_labels() -> None:
    made = paper()
    source = zipfile.ZipFile(io.BytesIO(words.docx_file(made))).read("word/document.xml").decode()
    assert "1.属于国家秘密" in source
    bare = source.replace(">1.属于国家秘密<", ">属于国家秘密<").replace("<w:document ", "<w:document ", 1)
    at = bare.index(">属于国家秘密<")
    start = bare.rindex("<w:p>", 0, at) + 5
    bare = bare[:start] + f"<w:pPr>{numbered(2)}</w:pPr>" + bare[start:]
    numbers = f"<w:numbering {words.W}>{LISTS}</w:numbering>"
    report = parse(words.zipped({"word/document.xml": bare.encode(), "word/numbering.xml": numbers.encode()}))
    assert {a: cell.raw for a, cell in report.cells.items()} == truth("fmt2021", 3)
    assert "1.属于国家秘密" in report.text


@pytest.mark.parametrize(
    ("number", "form", "shown_"),
    [
        (1, "chineseCounting", "一"), (10, "chineseCounting", "十"), (12, "chineseCounting", "十二"),
        (20, "japaneseCounting", "二十"), (35, "chineseCountingThousand", "三十五"),
        (101, "chineseCounting", "一百零一"), (110, "chineseCounting", "一百一十"),
        (3, "ideographTraditional", "丙"), (12, "ideographDigital", "一二"),
        (3, "decimalEnclosedCircleChinese", "③"), (4, "upperRoman", "IV"), (28, "lowerLetter", "bb"),
        (2, "strange", "2"),
        (7, "decimalFullWidth", "７"), (3, "chineseLegalSimplified", "叁"), (0, "chineseCounting", "0"),
    ],
)  # fmt: skip
def test_number_formats(number: int, form: str, shown_: str) -> None:
    assert numbering.number(number, form) == shown_


def test_tracked_changes_as_if_accepted() -> None:
    body = (
        "<w:p><w:r><w:t>收到申请</w:t></w:r><w:del><w:r><w:delText>12</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>15</w:t></w:r></w:ins><w:r><w:t>件</w:t></w:r></w:p>"
        "<w:moveFrom><w:r><w:t>旧</w:t></w:r></w:moveFrom>"
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p><w:r><w:t>删去</w:t></w:r></w:p></w:tc></w:tr>"
        "<w:tr><w:tc>" + p("甲") + "</w:tc><w:tc>" + p("1") + "</w:tc></w:tr>"
        "<w:tr><w:tc>" + p("乙") + "</w:tc><w:tc>" + p("2") + "</w:tc></w:tr></w:tbl>"
    )
    assert shown(body) == ["收到申请15件", "甲 | 1", "乙 | 2"]


def test_text_boxes_once_notes_behind_their_paragraph_hidden_text_never() -> None:
    box = "<w:txbxContent>" + p("附注框") + "</w:txbxContent>"
    drawing = (
        f"<mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent>"
    )
    body = f"<w:p><w:r><w:t>正文</w:t></w:r><w:r>{drawing}</w:r><w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
    body += "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:t>可见</w:t></w:r></w:p>"
    body += "<w:p><w:r><w:fldChar/><w:instrText>PAGE</w:instrText></w:r>"
    body += "<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>"
    notes = "<w:footnote w:id='2'><w:p><w:r><w:t>口径说明</w:t></w:r></w:p></w:footnote>"
    assert shown(body, footnotes=notes) == ["正文", "附注框", "注：口径说明", "可见", "链接"]


def test_spans_nested_tables_strict_names_and_content_controls() -> None:
    def tc(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"

    rows = "<w:tr>" + tc("合并", '<w:vMerge w:val="restart"/>') + tc("横", '<w:gridSpan w:val="2"/>') + "</w:tr>"
    rows += "<w:sdt><w:sdtContent><w:tr>" + tc("", "<w:vMerge/>") + tc("1") + tc("2") + "</w:tr></w:sdtContent></w:sdt>"
    rows += '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>' + tc("3") + tc("4") + "</w:tr>"
    held = files.read(
        words.raw_docx(f"<w:sdt><w:sdtContent><w:tbl>{rows}</w:tbl></w:sdtContent></w:sdt>", words.STRICT)
    )
    assert held is not None
    flat = held.source.replace("\n", "")
    assert '<td rowspan="2">合并</td><td colspan="2">横</td>' in flat
    assert "<tr><td>1</td><td>2</td></tr><tr><td></td><td>3</td><td>4</td></tr>" in flat
    inner = f"<w:tbl><w:tr><w:tc>{p('外')}<w:tbl><w:tr>{tc('内')}</w:tr></w:tbl></w:tc></w:tr></w:tbl>"
    nested = files.read(words.raw_docx(inner))
    assert nested is not None
    assert "<td>外<table>" in nested.source.replace("\n", "")


def test_a_table_that_is_a_picture_says_so() -> None:
    size = '<wp:extent cx="5000000" cy="3000000"/><wp:docPr id="7"/>'
    picture = f'<w:drawing><wp:inline>{size}<a:blip r:embed="x"/></wp:inline></w:drawing>'
    names = ("总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况")
    body = p("柳溪县水务局2023年政府信息公开工作年度报告")
    for number, name in zip("一二三四", names, strict=True):
        body += p(f"{number}、{name}") + (f"<w:p><w:r>{picture}</w:r></w:p>" if number != "一" else p("全年平稳。"))
    assert parse(words.raw_docx(body)).tables == {"t2": "image", "t3": "image", "t4": "image"}


def test_a_page_inside_a_docx() -> None:
    html = "<html><body><p>柳溪县水务局2023年政府信息公开工作年度报告</p></body></html>".encode()
    main = f"<w:document {words.W}><w:body><w:altChunk/></w:body></w:document>".encode()
    made = words.zipped({"word/document.xml": main, "word/afchunk.mht": html})
    assert parse(made).title == "柳溪县水务局2023年政府信息公开工作年度报告"


# ------------------------------------------------------------------ pages under other names


def html_page() -> bytes:
    inner = "".join(f"<p>{item.text}</p>" if isinstance(item, Text) else as_html(item) for item in paper())
    return f"<html><head><meta charset=gb2312></head><body>{inner}</body></html>".encode("gb18030")


def mhtml() -> bytes:
    import quopri

    head = b'From: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="==x"\r\n\r\n'
    part = b"--==x\r\nContent-Type: text/html; charset=gb2312\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    image = b"\r\n--==x\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--==x--\r\n"
    return head + part + quopri.encodestring(html_page()) + image


def test_pages_saved_as_documents_are_read_by_their_content() -> None:
    for source in (html_page(), mhtml()):
        report = parse(source, "application/msword")
        assert {a: cell.raw for a, cell in report.cells.items()} == truth("fmt2021", 3)


@pytest.mark.parametrize("inner", ["年报.docx", "年报.doc", "report.html"])
def test_the_report_in_an_archive(inner: str) -> None:
    made = {"年报.docx": words.docx_file, "年报.doc": words.doc_file}.get(inner, lambda _: html_page())(paper())
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("说明.txt", "请查收")
        out.writestr(inner, made)
    report = parse(archive.getvalue())
    assert {a: cell.raw for a, cell in report.cells.items()} == truth("fmt2021", 3)
    assert report.encoding is not None
    assert report.encoding.evidence["member"] == inner
    assert json.dumps(report.to_json())


def test_names_of_members_in_gbk() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as out:
        out.writestr("0123.docx", words.docx_file(paper()))
    source = archive.getvalue().replace(b"0123.docx", "年报".encode("gbk") + b".docx")
    held = files.read(source)
    assert held is not None
    assert held.member == "年报.docx"


# ------------------------------------------------------------------ sheets


def test_formulas_without_results_are_said() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = "总计", "=1+1"
    book.active["A2"], book.active["B2"] = "件数", 3
    out = io.BytesIO()
    book.save(out)
    found = {one.id: one for one in files.read(out.getvalue()).findings}
    assert "1 formulas" in found["formulas_uncounted"].message


def test_hidden_sheets_are_not_read_and_numbers_are_as_stored() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for at, value in enumerate([96171.6, 12.0, 0.1 + 0.2, True, 3], start=1):
        sheet.cell(1, at, value)
        sheet.cell(2, at, "x")
    book.create_sheet("旧").append(["隐藏的表", 99])
    book["旧"].sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    text = files.read(out.getvalue()).source
    assert [cell.partition("<")[0] for cell in text.split("<td>")[1:6]] == ["96171.6", "12", "0.3", "是", "3"]
    assert "隐藏" not in text
