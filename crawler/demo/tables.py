"""The three statutory tables as rows of cells with spans, for both forms, as real pages lay them out."""

from __future__ import annotations

from dataclasses import dataclass

from crawler.demo.figures import CASES, COLUMNS, GRANT_ROWS, GROUPS, OTHER_2021, OUTCOMES, Figures

CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
OUTCOME_NAMES = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
ORGANISATIONS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")


@dataclass(frozen=True, slots=True)
class C:
    """One anchor cell: its text and spans."""

    text: str
    cols: int = 1
    rows: int = 1


Rows = list[list[C]]


def _printed(figures: Figures, address: str) -> C:
    text = figures.cells[address]
    remark = figures.remarks.get(address)
    return C(f"{text}({remark})" if remark else text)


def proactive(figures: Figures) -> Rows:
    """Table of section two: stacked blocks, each a full-width band, a header row and data rows."""
    return _proactive_2019(figures) if figures.form == "fmt2019" else _proactive_2021(figures)


def _block(figures: Figures, block: str, header: list[C], rows: list[tuple[str, str]], columns: list[str]) -> Rows:
    out = [header]
    for row, label in rows:
        out.append([C(label), *(_printed(figures, f"t2.{block}.{row}.{column}") for column in columns)])
    return out


def _proactive_2021(figures: Figures) -> Rows:
    documents = [("rules", "规章"), ("normative", "行政规范性文件")]
    rows: Rows = [[C("第二十条第（一）项", 4)]]
    header = [C("信息内容"), C("本年制发件数"), C("本年废止件数"), C("现行有效件数")]
    rows += _block(figures, "p1", header, documents, ["made", "repealed", "valid"])
    singles = (
        ("五", "p5", [("licence", "行政许可")], "本年处理决定数量", "decisions"),
        ("六", "p6", [("penalty", "行政处罚"), ("coercion", "行政强制")], "本年处理决定数量", "decisions"),
        ("八", "p8", [("fees", "行政事业性收费")], "本年收费金额（单位：万元）", "amount"),
    )
    for numeral, block, lines, name, column in singles:
        rows.append([C(f"第二十条第（{numeral}）项", 4)])
        body = _block(figures, block, [C("信息内容"), C(name, 3)], lines, [column])
        rows += [[row[0], C(row[1].text, 3)] for row in body]
    return rows


def _proactive_2019(figures: Figures) -> Rows:
    """The 2019 form; headers of blocks （五） and （六） span [1,1,2,1], their data rows [1,2,1,1]."""
    documents = [("rules", "规章"), ("normative", "规范性文件")]
    header = [C("信息内容"), C("本年新制作数量", 2), C("本年新公开数量"), C("对外公开总数量")]
    rows: Rows = [[C("第二十条第（一）项", 5)]]
    rows += _spread(_block(figures, "p1", header, documents, ["made", "published", "public_total"]))
    blocks = (
        ("五", "p5", [("licence", "行政许可"), ("other_service", "其他对外管理服务事项")]),
        ("六", "p6", [("penalty", "行政处罚"), ("coercion", "行政强制")]),
    )
    items = ["items_prev", "items_delta"]
    for numeral, block, lines in blocks:
        rows.append([C(f"第二十条第（{numeral}）项", 5)])
        header = [C("信息内容"), C("上一年项目数量"), C("本年增/减", 2), C("处理决定数量")]
        rows += _spread(_block(figures, block, header, lines, [*items, "decisions"]))
    rows.append([C("第二十条第（八）项", 5)])
    header = [C("信息内容"), C("上一年项目数量", 2), C("本年增/减", 2)]
    fees = _block(figures, "p8", header, [("fees", "行政事业性收费")], items)
    rows += [fees[0], [fees[1][0], C(fees[1][1].text, 2), C(fees[1][2].text, 2)]]
    rows.append([C("第二十条第（九）项", 5)])
    header = [C("信息内容"), C("采购项目数量", 2), C("采购总金额（万元）", 2)]
    bought = _block(figures, "p9", header, [("procurement", "政府集中采购")], ["projects", "amount"])
    return [*rows, bought[0], [bought[1][0], C(bought[1][1].text, 2), C(bought[1][2].text, 2)]]


def _spread(rows: Rows) -> Rows:
    """Give the first number of each data row two columns, so that five grid columns are filled."""
    return [rows[0], *([row[0], C(row[1].text, 2), *row[2:]] for row in rows[1:])]


def requests(figures: Figures) -> Rows:
    """Table of section three: three header rows, then 23 rows (2019 form) or 25 rows (2021 form) of seven numbers."""
    out: Rows = [
        [C(CORNER, 3, 3), C("申请人情况", 7)],
        [C("自然人", 1, 2), C("法人或其他组织", 5), C("总计", 1, 2)],
        [C(name) for name in ORGANISATIONS],
        [C("一、本年新收政府信息公开申请数量", 3), *_seven(figures, "new")],
        [C("二、上年结转政府信息公开申请数量", 3), *_seven(figures, "carried_over")],
    ]
    results = _results(figures)
    results[0].insert(0, C("三、本年度办理结果", 1, len(results)))
    return [*out, *results, [C("四、结转下年度继续办理", 3), *_seven(figures, "carried_forward")]]


def _results(figures: Figures) -> Rows:
    rows: Rows = [[C(label, 2), *_seven(figures, row)] for row, label in GRANT_ROWS]
    groups = GROUPS if figures.form == "fmt2019" else (*GROUPS, ("（六）其他处理", OTHER_2021))
    for name, members in groups:
        part: Rows = [[C(label), *_seven(figures, row)] for row, label in members]
        part[0].insert(0, C(name, 1, len(members)))
        rows += part
    if figures.form == "fmt2019":
        rows.append([C("（六）其他处理", 2), *_seven(figures, "other")])
    return [*rows, [C("（七）总计", 2), *_seven(figures, "decided_total")]]


def _seven(figures: Figures, row: str) -> list[C]:
    return [_printed(figures, f"t3.{row}.{column}") for column in COLUMNS]


def reviews(figures: Figures) -> Rows:
    """Table of section four: one data row of fifteen numbers under three header rows."""
    return [
        [C("行政复议", 5), C("行政诉讼", 10)],
        [*(C(name, 1, 2) for name in OUTCOME_NAMES), C("未经复议直接起诉", 5), C("复议后起诉", 5)],
        [C(name) for name in OUTCOME_NAMES * 2],
        [_printed(figures, f"t4.{case}.{outcome}") for case in CASES for outcome in OUTCOMES],
    ]


BUILDERS = {"t2": proactive, "t3": requests, "t4": reviews}
