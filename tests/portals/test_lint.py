"""The linter, on registries that hold one fault each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crawler.portals.lint import Remark, lint, without_spider
from crawler.portals.registry import Registry, load

Folder = Callable[..., Path]

SOUND = """\
[[agency]]
id = "440000-zf"
name = "广东省人民政府"
type = "government"
level = "province"
code = "440000"

[[portal]]
id = "www.gz.gov.cn"
name = "广州市人民政府"
place = "广州市"
family = "trs"
base = "https://www.gz.gov.cn/"
oldest_year = 2020
evidence = "[P] a page"
checked = 2026-11-22
agencies = [
  { id = "440100-zf", parent = "440000-zf", name = "广州市人民政府", type = "government", PREFECTURE },
  { id = "440100-sthjj", type = "department", name = "广州市生态环境局", PREFECTURE, SECTOR },
]
columns = [{ url = "https://www.gz.gov.cn/zfxxgknb/" }]
""".replace("SECTOR", 'sector = "environment", parent = "440100-zf"').replace(
    "PREFECTURE", 'code = "440100", level = "prefecture"'
)

SECOND = """
[[portal]]
id = "sthjj.gz.gov.cn"
name = "广州市生态环境局"
place = "广州市"
family = "trs"
base = "https://sthjj.gz.gov.cn/"
evidence = "[P] a page"
checked = 2026-11-22
agencies = [{ id = "440100-sthjj" }]
"""


def said(path: Path) -> list[Remark]:
    """What is said of the rows, without the provinces that these few rows leave out."""
    return [one for one in lint(load(path, shipped=False)) if not one.message.startswith("no portal of the government")]


def test_a_sound_registry_is_silent(folder: Folder) -> None:
    assert said(folder(rows=SOUND + SECOND)) == []


@pytest.mark.parametrize(
    ("old", "new", "subject", "field", "message"),
    [
        (
            'code = "440100", level = "prefecture", sector', 'code = "440199", level = "prefecture", sector',
            "agency 440100-sthjj", "code", "not valid today",
        ),
        ('"province"\ncode = "440000"', '"county"\ncode = "440000"', "agency 440000-zf", "level", "county"),
        ('"广州市生态环境局", code', '"深圳市生态环境局", code', "agency 440100-sthjj", "name", "no place"),
        ('sector = "environment"', 'sector = "enviroment"', "agency 440100-sthjj", "sector", "none of"),
        ('sector = "environment"', 'sector = "finance"', "agency 440100-sthjj", "sector", "environment bureau"),
        ('parent = "440000-zf"', 'parent = "440000-z"', "agency 440100-zf", "parent", "no agency is registered"),
        ('parent = "440000-zf"', 'parent = "440100-sthjj"', "agency 440100-zf", "parent", "comes back"),
        (
            'parent = "440100-zf" }', 'aliases = ["广州市环保局", "广州市环保局"] }',
            "agency 440100-sthjj", "aliases", "twice",
        ),
        (
            'parent = "440100-zf" }', 'former_codes = [{ code = "440101", until = 2019 }] }',
            "agency 440100-sthjj", "former_codes", "440101 was not valid in 2019",
        ),
        (
            'parent = "440100-zf" }', 'former_codes = [{ code = "440183", until = 2010 }] }',
            "agency 440100-sthjj", "former_codes", "still valid after 2010",
        ),
        (
            'parent = "440100-zf" }', 'successor = "440100-zf" }',
            "agency 440100-sthjj", "until", "is missing",
        ),
        (
            'parent = "440100-zf" }', 'until = 2023, successor = "440100-x" }',
            "agency 440100-sthjj", "successor", "no agency is registered",
        ),
        ('"广州市人民政府"\nplace', '"官网: 广州市"\nplace', "portal www.gz.gov.cn", "name", "more than a name"),
        ('place = "广州市"\nfamily = "trs"\nbase = "https://www', 'place = "深圳市"\nfamily = "trs"\nbase = "https://www',
         "portal www.gz.gov.cn", "place", "深圳市"),
        ("[P] a page\"\nchecked = 2026-11-22\nagencies = [\n", "seen\"\nchecked = 2026-11-22\nagencies = [\n",
         "portal www.gz.gov.cn", "evidence", "mark"),
        ("zfxxgknb/\"", "zfxxgknb/202401/t20240112_1.html\"", "portal www.gz.gov.cn", "columns[0].url", "an article"),
    ],
)  # fmt: skip
def test_each_fault_is_named(folder: Folder, old: str, new: str, subject: str, field: str, message: str) -> None:
    text = SOUND + SECOND
    assert old in text
    found = said(folder(rows=text.replace(old, new)))
    assert [(one.subject, one.field) for one in found].count((subject, field)) >= 1, found
    assert any(message in one.message for one in found), found
    assert str(found[0]).startswith(found[0].subject + ": ")


def test_one_site_in_two_rows(folder: Folder) -> None:
    twin = SECOND.replace("sthjj.gz.gov.cn", "gz.gov.cn")
    found = said(folder(rows=SOUND + twin + 'columns = [{ url = "https://gz.gov.cn/a/" }]\n'))
    assert [one.message for one in found] == ["gz.gov.cn and www.gz.gov.cn are one site in two rows"]


def test_one_column_in_two_rows(folder: Folder) -> None:
    second = (
        SECOND
        + 'hosts = ["sthjj.gz.gov.cn", "www.gz.gov.cn"]\ncolumns = [{ url = "http://www.gz.gov.cn/zfxxgknb/" }]\n'
    )
    (only,) = said(folder(rows=SOUND + second))
    assert "name the same column www.gz.gov.cn/zfxxgknb/" in only.message


def test_one_name_for_two_agencies(folder: Folder) -> None:
    other = '\n[[agency]]\nid = "440100-hbj"\nname = "广州市环境保护局"\ntype = "department"\nlevel = "prefecture"\n'
    other += 'code = "440100"\nsector = "environment"\n'
    (only,) = said(folder(rows=SOUND + SECOND + other))
    assert "is borne by 440100-hbj and 440100-sthjj" in only.message


def test_a_host_left_out_has_no_row_and_a_known_one_behind_it(folder: Folder) -> None:
    left = '\n[[left_out]]\nhost = "{}"\nreason = "a mobile twin of it"\nportal = "{}"\n'
    path = folder(rows=SOUND + left.format("www.gz.gov.cn", "x.gov.cn") + left.format("wap.gz.gov.cn", "www.gz.gov.cn"))
    assert {one.message for one in said(path)} == {
        "www.gz.gov.cn is left out and has a row",
        "www.gz.gov.cn is left out for the row x.gov.cn, which does not stand here",
    }
    assert load(path, shipped=False).find("wap.gz.gov.cn")[0].id == "www.gz.gov.cn"


def test_a_province_without_a_portal_is_missed(folder: Folder) -> None:
    missed = [one.message for one in lint(load(folder(rows=SOUND), shipped=False))]
    assert "no portal of the government of 广东省" in missed
    assert len(missed) == 31


def test_families_that_no_spider_reads_are_counted(known: Registry) -> None:
    assert without_spider(known, ["trs", "gkmlpt", "epoint", "vsb"]) == {"changzhou": 7}
    assert without_spider(known, ["trs", "gkmlpt", "epoint", "vsb", "changzhou", "generic"]) == {}
