from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from crawler.portals import loader
from crawler.portals.registry import RegistryError, load
from tests.portals.conftest import ROW

Folder = Callable[..., Path]


def problems(path: Path, **options: object) -> list[tuple[str, int, str, str, str]]:
    with pytest.raises(RegistryError) as caught:
        load(path, **options)  # type: ignore[arg-type]
    assert all(str(problem) in str(caught.value) for problem in caught.value.problems)
    return [(Path(one.file).name, one.line, one.portal, one.field, one.message) for one in caught.value.problems]


BROKEN = '''\
# A comment that speaks of [[portal]] and of base = "x" without being any.
[[portal]]
id = "www.lintian.gov.cn"
name = "林田市人民政府"
place = "林田市"
family = "wordpress"
base = "https://www.lintian.example/"
hosts = [
  "www.lintian.gov.cn",
  "[[portal]]",
]
evidence = """
[[portal]]
base = "not a key, only text"
"""
checked = 2026-11-22
floor = -3
oldest_year = 1999
colour = "red"
[[portal.agencies]]
id = "449900-zf"
name = "林田市人民政府"
type = "kingdom"
level = "prefecture"
code = "44990"
[[portal.agencies]]
id = "449900-sthjj"
name = "林田市生态环境局"
type = "department"
level = "prefecture"
code = "449900"
[[portal.columns]]
url = "https://www.lintian.gov.cn/zfxxgknb/"
agencies = ["449900-sthjj", "449900-czj"]
[[portal.columns]]
url = "ftp://www.lintian.gov.cn/zfxxgknb/"
[portal.quirks]
rendr = true
delay = "slow"

[[portal]]
id = "sthjj.lintian.gov.cn"
name = "林田市生态环境局"
place = "林田市"
family = "epoint"
base = "https://sthjj.lintian.gov.cn/"
evidence = "[P] a page"
checked = "yesterday"
quirks = { paging_base = 1, wrapped = 1, http_only = true }
[[portal.agencies]]
id = "449900-sthjj"
name = "林田市生态环境局"
type = "department"
level = "county"
code = "449900"
[[portal.columns]]
url = "http://sthjj.lintian.gov.cn/1/"
params = { category = "12" }
[[portal.columns]]
url = "http://sthjj.lintian.gov.cn/1/"
params = { sid = "7" }
'''

SECOND = """\
portals = 3
[[portal]]
id = "www.lintian.gov.cn"
place = "林田市"
family = "vsb"
base = "https://www.lintian.gov.cn/"
evidence = " "
checked = 2026-11-22
agencies = []
[[portal]]
id = "other.host.gov.cn"
name = "林田市财政局"
place = "林田市"
family = "vsb"
base = "https://czj.lintian.gov.cn/"
evidence = "[P] a page"
checked = 2026-11-22
[[portal.agencies]]
id = "449900-nobody"
[[portal.agencies]]
id = "449900-nobody"
[[allow]]
host = "news.example.com"
"""


def test_every_error_of_a_folder_comes_at_once_with_file_and_line(folder: Folder) -> None:
    found = problems(folder(a=BROKEN, b=SECOND), shipped=False)
    first, second = "www.lintian.gov.cn", "sthjj.lintian.gov.cn"
    assert [one[:4] for one in found] == [
        ("a.toml", 6, first, "family"),
        ("a.toml", 7, first, "base"),
        ("a.toml", 8, first, "hosts[1]"),
        ("a.toml", 17, first, "floor"),
        ("a.toml", 18, first, "oldest_year"),
        ("a.toml", 19, first, "colour"),
        ("a.toml", 23, first, "agencies[0].type"),
        ("a.toml", 25, first, "agencies[0].code"),
        ("a.toml", 34, first, "columns[0].agencies[1]"),
        ("a.toml", 36, first, "columns[1].url"),
        ("a.toml", 38, first, "quirks.rendr"),
        ("a.toml", 39, first, "quirks.delay"),
        ("a.toml", 46, second, "base"),
        ("a.toml", 48, second, "checked"),
        ("a.toml", 49, second, "quirks.paging_base"),
        ("a.toml", 49, second, "quirks.wrapped"),
        ("a.toml", 50, second, "agencies[0]"),
        ("a.toml", 58, second, "columns[0].params.category"),
        ("a.toml", 60, second, "columns[1].url"),
        ("a.toml", 61, second, "columns[1].params.sid"),
        ("b.toml", 1, "", "portals"),
        ("b.toml", 2, first, "name"),
        ("b.toml", 3, first, "id"),
        ("b.toml", 7, first, "evidence"),
        ("b.toml", 9, first, "agencies"),
        ("b.toml", 11, "other.host.gov.cn", "id"),
        ("b.toml", 19, "other.host.gov.cn", "agencies[0].id"),
        ("b.toml", 21, "other.host.gov.cn", "agencies[1].id"),
        ("b.toml", 21, "other.host.gov.cn", "agencies[1].id"),
        ("b.toml", 22, "", "allow[0].reason"),
    ]


def test_messages_name_the_value_and_what_is_known(folder: Folder) -> None:
    texts = {(one[0], one[1]): one[4] for one in problems(folder(a=BROKEN, b=SECOND), shipped=False)}
    assert "'wordpress'" in texts["a.toml", 6]
    assert "changzhou" in texts["a.toml", 6]
    assert "level" in texts["a.toml", 50]
    assert "a.toml:26" in texts["a.toml", 50]
    assert "a.toml:2" in texts["b.toml", 3]
    assert "render" in texts["a.toml", 38]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('[[portal]]\nid = "x"\nname = \n', 3),
        ("[[portal]]\nid = 1\nid = 2\n", 3),
        ('[[portal]]\nid = "never closed\n', 2),
        ("[[portal", 1),
    ],
)
def test_a_syntax_error_has_its_line_and_hides_no_other_file(folder: Folder, text: str, line: int) -> None:
    found = problems(folder(bad=text, good=ROW.replace('"trs"', '"tsr"')), shipped=False)
    assert [(one[0], one[1]) for one in found] == [("bad.toml", line), ("good.toml", 5)]
    assert "not TOML" in found[0][4]


def test_an_unreadable_file_does_not_make_its_agencies_look_unknown(folder: Folder) -> None:
    reference = ROW.partition("[[portal.agencies]]")[0] + '[[portal.agencies]]\nid = "449900-zf"\n'
    assert len(problems(folder(bad="x = [", good=reference), shipped=False)) == 1
    assert "no row tells" in problems(folder(bad="", good=reference), shipped=False)[0][4]


def test_bytes_that_are_not_utf8_have_their_line(tmp_path: Path) -> None:
    (tmp_path / "gbk.toml").write_bytes(b'# fine\n# fine\nname = "' + "林田".encode("gb18030") + b'"\n')
    assert problems(tmp_path, shipped=False)[0][:2] == ("gbk.toml", 3)


def test_line_ends_of_windows_count_as_one(tmp_path: Path) -> None:
    (tmp_path / "crlf.toml").write_bytes(ROW.replace('"trs"', '"tsr"').replace("\n", "\r\n").encode())
    assert problems(tmp_path, shipped=False)[0][:2] == ("crlf.toml", 5)


@pytest.mark.parametrize("kind", ["missing", "empty"])
def test_a_folder_without_rows_is_an_error(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "nowhere" if kind == "missing" else tmp_path
    assert "PORTALS_DIR" in problems(path)[0][4]


@pytest.mark.parametrize(
    "host",
    [
        "www.lintian.gov.cn.evil.com", "evilgov.cn", "gov.cn", "*.gov.cn", ".gov.cn", "WWW.LINTIAN.GOV.CN",
        "a..gov.cn", "-a.gov.cn", "127.0.0.1", "localhost", "www.lintian.gov.cn:81", "www lintian.gov.cn",
    ],
)  # fmt: skip
def test_only_hosts_under_gov_cn_may_be_requested(folder: Folder, host: str) -> None:
    row = ROW.replace('"trs"\n', f'"trs"\nhosts = ["www.lintian.gov.cn", "{host}"]\n')
    assert [one[3] for one in problems(folder(a=row), shipped=False)] == ["hosts[1]"]


@pytest.mark.parametrize(
    "base", ["", "www.lintian.gov.cn", "javascript:alert(1)", "file:///etc/passwd", "https://", "http://[::1", "//x"]
)
def test_the_base_is_an_address(folder: Folder, base: str) -> None:
    row = ROW.replace('"https://www.lintian.gov.cn/"', f'"{base}"')
    assert {one[3] for one in problems(folder(a=row), shipped=False)} <= {"base", "hosts[0]"}


def test_the_allow_list_opens_a_host_outside(folder: Folder) -> None:
    row = ROW.replace("www.lintian.gov.cn", "www.lintian.cn")
    assert problems(folder(a=row), shipped=False)[0][3] == "base"
    allow = '[[allow]]\nhost = "www.lintian.cn"\nreason = "the city publishes outside gov.cn"\n'
    assert load(folder(a=allow + row), shipped=False).portal("www.lintian.cn").hosts == ("www.lintian.cn",)
    assert load(folder(a=row), shipped=False, allow={"www.lintian.cn"}).portal("www.lintian.cn")


def test_own_rows_stand_beside_the_installed_ones(folder: Folder) -> None:
    both, own = load(folder(a=ROW)), load(folder(a=ROW), shipped=False)
    assert [portal.id for portal in own] == ["www.lintian.gov.cn"]
    assert len(both) == len(load()) + 1
    assert both.find("林田")[0].id == "www.lintian.gov.cn"


def test_an_own_row_replaces_the_installed_one_and_may_name_its_agencies(folder: Folder) -> None:
    row = ROW.partition("[[portal.agencies]]")[0].replace("www.lintian.gov.cn", "sthjj.gz.gov.cn")
    own = load(folder(a=row + 'agencies = [{ id = "440100-sthjj" }]\n'))
    assert len(own) == len(load())
    assert own.portal("sthjj.gz.gov.cn").name == "林田市人民政府"
    assert own.portal("sthjj.gz.gov.cn").agencies[0].name == "广州市生态环境局"


def test_an_agency_written_out_in_an_own_row_goes_before_the_installed_one(folder: Folder) -> None:
    row = ROW.replace("449900-zf", "440100-sthjj").replace('name = "林田市人民政府"\ntype', 'name = "新名"\ntype')
    own = load(folder(a=row))
    assert own.agency("440100-sthjj").name == "新名"
    assert {one.name for portal in own for one in portal.agencies if one.id == "440100-sthjj"} == {"新名"}


def test_values_arrive_typed(folder: Folder) -> None:
    row = ROW.replace('code = "449900"', 'code = "449900"\nformer_codes = [{ code = "449121", until = 2014 }]')
    portal = load(folder(a=row), shipped=False).portal("www.lintian.gov.cn")
    assert (portal.checked, portal.hosts, portal.floor) == (date(2026, 11, 22), ("www.lintian.gov.cn",), 1)
    assert portal.code == "449900"
    assert [portal.agencies[0].code_in(year) for year in (2010, 2014, 2015)] == ["449121", "449121", "449900"]


def test_quirks_and_parameters_pass_as_written(folder: Folder) -> None:
    text = ROW.replace('family = "trs"', 'family = "gkmlpt"')
    text += '[[portal.columns]]\nurl = "http://www.lintian.gov.cn/gkmlpt/annualreport#5"\n'
    text += 'params = { sid = "449001", column_id = 5, nfcms_id = 7 }\n'
    text += '[portal.quirks]\nrender = true\ndelay = 5\nignore_robots = "the office allowed it by letter"\n'
    portal = load(folder(a=text), shipped=False).portal("www.lintian.gov.cn")
    assert portal.columns[0].params == {"sid": "449001", "column_id": 5, "nfcms_id": 7}
    assert portal.quirks == {"render": True, "delay": 5, "ignore_robots": "the office allowed it by letter"}


@pytest.mark.parametrize(
    "quirk",
    ["render = 1", "delay = 0", "delay = true", 'ignore_robots = "no"', "ignore_robots = true", "paging_base = 2",
     'full_text_path = "https://elsewhere/"'],
)  # fmt: skip
def test_quirks_are_a_closed_set(folder: Folder, quirk: str) -> None:
    assert problems(folder(a=ROW + f"[portal.quirks]\n{quirk}\n"), shipped=False)


@pytest.mark.parametrize("text", ["portal = 3", 'portal = ["x"]', "[portal]\nid = 1", "allow = 3\n" + ROW])
def test_tables_of_a_wrong_shape_are_errors_and_no_crash(folder: Folder, text: str) -> None:
    assert problems(folder(a=text), shipped=False)


@pytest.mark.parametrize("agencies", ["3", '["x"]', '[{ id = "449900-zf" }, 4]', '"x"', "[{}]"])
def test_agencies_of_a_wrong_shape_are_errors(folder: Folder, agencies: str) -> None:
    row = ROW.partition("[[portal.agencies]]")[0] + f"agencies = {agencies}\n"
    assert any(one[3].startswith("agencies") for one in problems(folder(a=row), shipped=False))


def test_a_sound_registry_is_read_without_looking_for_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(text: str) -> None:
        raise AssertionError(f"lines of {text[:40]!r} were looked for")

    monkeypatch.setattr(loader, "LineIndex", never)
    assert len(load()) >= 1300


ALONE = """
[[agency]]
id = "449900-sthjj"
name = "林田市生态环境局"
type = "department"
level = "prefecture"
code = "449900"
"""


def test_an_agency_without_a_row_is_known_and_may_be_named_by_rows(folder: Folder) -> None:
    row = ROW.replace("www.", "sthjj.").split("[[portal.agencies]]")[0] + 'agencies = [{ id = "449900-sthjj" }]\n'
    known = load(folder(a=row, b=ROW + ALONE), shipped=False)
    assert known.portal("sthjj.lintian.gov.cn").agencies == (known.agency("449900-sthjj"),)
    assert {agency.id for agency in known.agencies} == {"449900-zf", "449900-sthjj"}


def test_faults_of_agencies_and_hosts_without_a_row_are_told_with_their_lines(folder: Folder) -> None:
    text = ROW + ALONE.replace('"department"', '"kingdom"') + ALONE.replace("生态", "水务")
    text += '\n[[left_out]]\nhost = "WWW.lintian.gov.cn"\nreason = "no"\n'
    found = problems(folder(rows=text), shipped=False)
    assert [(line, field) for _, line, _, field, _ in found] == [
        (text.split("\n").index('type = "kingdom"') + 1, "agency[0].type"),
        (text.split("\n").index('host = "WWW.lintian.gov.cn"') + 1, "left_out[0].host"),
        (text.split("\n").index('reason = "no"') + 1, "left_out[0].reason"),
    ]


def test_an_agency_told_in_two_ways_names_the_other_place(folder: Folder) -> None:
    text = ROW + ALONE + ALONE.replace("林田市生态", "林田市水务")
    (only,) = problems(folder(rows=text), shipped=False)
    assert "'449900-sthjj' is told differently (name) at " in only[4]
    assert only[4].endswith(f"rows.toml:{ROW.count(chr(10)) + 2}; write only its id here")


@pytest.mark.parametrize("word", ["agency", "left_out", "allow"])
def test_tables_that_are_none(folder: Folder, word: str) -> None:
    (only,) = problems(folder(rows=f"{word} = 3\n{ROW}"), shipped=False)
    assert only[1:] == (1, "", word, f"write each under [[{word}]]")


@pytest.mark.parametrize(
    ("shape", "message"),
    [("round", "unknown shape 'round'; known: nfcms"), ("jpaas", "'jpaas' is no shape of the family trs")],
)
def test_a_shape_is_one_of_the_family(folder: Folder, shape: str, message: str) -> None:
    (only,) = problems(folder(rows=ROW.replace('family = "trs"', f'family = "trs"\nshape = "{shape}"')), shipped=False)
    assert only[3] == "shape"
    assert message in only[4]


def test_names_and_codes_of_a_year(folder: Folder) -> None:
    names = 'former_names = [{ name = "林田县人民政府", until = 2010 }, { name = "林田市革委会", until = 2015 }]\n'
    (agency,) = load(folder(rows=ROW + names), shipped=False).agencies
    assert [agency.name_in(year) for year in (2009, 2010, 2015, 2016)] == [
        "林田县人民政府", "林田县人民政府", "林田市革委会", "林田市人民政府",
    ]  # fmt: skip
    assert agency.names == ("林田市人民政府", "林田县人民政府", "林田市革委会")
