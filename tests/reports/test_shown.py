"""Tables as a browser shows them."""

from __future__ import annotations

import pytest
from lxml import etree

from crawler.reports.blocks import from_html, grids
from crawler.reports.tree import parse


def rows(source: str) -> list[list[str]]:
    page = parse(f"<html><body>{source}</body></html>")
    assert page is not None
    (grid,) = grids(from_html(page.root))
    return [[cell.text for cell in line] for line in grid.rows]


def table(*lines: str) -> str:
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


LINE = "<td>行政许可</td><td>{}</td>"
REST = "<td>行政处罚</td><td>7</td>"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("12", "12"),
        ('<span style="display:none">4711</span>12', "12"),
        ('1<span style="color:red; DISPLAY : none;">9</span>2', "12"),
        ('<span hidden="hidden">4711</span>12', "12"),
        ('<p><font style="display:none">x</font>12</p>', "12"),
        ('<span style="display:inline">12</span>', "12"),
        ("<del>11</del><ins>12</ins>", "12"),
        ("<s>11</s>12", "12"),
        ("<s><strike>11</strike></s>12", "12"),
        ("<del>11</del>", "11"),  # nothing took its place
        ('<input value="12">', "12"),
        ('<input type="TEXT" value=" 12 件 ">', "12 件"),
        ('<input type="text" value="无">', "无"),
        ('<input type="hidden" value="4711">', ""),
        ('<input type="checkbox" value="1">', ""),
        ('<input value="请输入">', ""),
        ("<textarea>12</textarea>", "12"),
        ("<select><option>11<option selected>12</select>", "12"),
        ("<select><option>0</option><option>12</option></select>", "0"),
        ("<select><option>请选择</option><option>12</option></select>", ""),
        ("<select></select>", ""),
    ],
)
def test_cells(cell: str, text: str) -> None:
    assert rows(table(LINE.format(cell), REST)) == [["行政许可", text], ["行政处罚", "7"]]


def test_hidden_rows_and_cells() -> None:
    hidden = '<td style="display:none">4711</td>'
    lines = table(hidden + LINE.format(12), REST + "<td hidden>4712</td>").replace("</table>", "")
    assert rows(f'{lines}<tr style="display:none"><td>行政强制</td><td>4713</td></tr></table>') == [
        ["行政许可", "12"],
        ["行政处罚", "7"],
    ]


def test_what_a_script_may_show_stays() -> None:
    long = "本机关一年来围绕群众关切梳理公开事项。" * 20
    assert rows(table(LINE.format(12), REST, f'<td style="display:none">{long}</td><td>1</td>'))[2] == [long, "1"]
    page = parse(f'<div style="display:none">{table(LINE.format(12), REST)}</div>')
    assert page is not None
    assert len(grids(from_html(page.root))) == 1


def test_the_foot_is_the_last_row() -> None:
    source = f"<table><tfoot><tr>{REST}</tr></tfoot><tbody><tr>{LINE.format(12)}</tr></tbody></table>"
    assert rows(source) == [["行政许可", "12"], ["行政处罚", "7"]]


def test_pictures_of_labels() -> None:
    picture = '<td><img src="a.png" alt="行政许可"></td><td><img src="b.png" alt="b.png"></td>'
    assert rows(table(picture, REST)) == [["行政许可", ""], ["行政处罚", "7"]]


def test_many_changes_in_one_cell_end() -> None:
    struck = "<s>1</s>2" * 5000
    assert rows(table(LINE.format(struck), REST))[0][1] == "2" * 5000


def test_a_tree_without_such_things_stays_as_it_is() -> None:
    source = f"<html><body>{table(LINE.format(12), REST)}</body></html>"
    page = parse(source)
    assert page is not None
    assert etree.tostring(page.root, encoding="unicode") == source
