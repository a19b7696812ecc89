"""Who publishes on a portal: names are read and never completed by guessing, places come from codes and names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.detect.page import Page
from crawler.detect.publisher import new_agency, place_name, place_of, publisher, site_name
from crawler.portals import registry
from crawler.portals.divisions import division
from crawler.portals.lint import lint
from crawler.portals.registry import Registry


@pytest.fixture(scope="module")
def known() -> Registry:
    return registry.load()


def page(title: str = "", body: str = "", **metas: str) -> Page:
    tags = "".join(f'<meta name="{name}" content="{text}">' for name, text in metas.items())
    html = f"<html><head>{tags}<title>{title}</title></head><body>{body}</body></html>"
    return Page("http://www.example.gov.cn/", html.encode())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("广州市生态环境局网站", "广州市生态环境局"),
        ("广州市生态环境局门户网站", "广州市生态环境局"),
        ("欢迎访问昆明市人民政府门户网站", "昆明市人民政府"),
        ("许昌市政府信息公开年报", "许昌市人民政府"),
        ("林田县", ""),
        ("许昌市财政局首页", "许昌市财政局"),
        ("许昌市", "许昌市人民政府"),
        ("中国·贵州", ""),
        ("政府信息公开", ""),
        ("首页", ""),
        ("", ""),
    ],
)
def test_the_body_in_the_name_of_a_site(text: str, name: str) -> None:
    assert site_name(text) == name


@pytest.mark.parametrize(
    ("name", "near", "code"),
    [
        ("广州市生态环境局", "", "440100"),
        ("海珠区教育局", "", "440105"),
        ("广东省广州市财政局", "", "440100"),
        ("黔东南苗族侗族自治州生态环境局", "", "522600"),
        ("黔东南州生态环境局", "", "522600"),
        ("天水市生态环境局张家川分局", "", "620525"),
        ("常州市钟楼生态环境局", "", "320404"),
        ("国家税务总局江苏省税务局", "", "320000"),
        ("国家医疗保障局", "", "100000"),
        # 鼓楼区 is a district of four cities: which one is meant, only the neighbourhood tells.
        ("鼓楼区教育局", "", None),
        ("鼓楼区教育局", "320106", "320106"),
        ("鼓楼区教育局", "350100", "350102"),
        ("许昌教育局", "411000", "411000"),
        ("教育局", "", None),
        ("教育局", "411000", "411000"),
        ("云梦泽县教育局", "", None),
    ],
)
def test_a_place_is_told_by_the_name_or_stays_open(name: str, near: str, code: str | None) -> None:
    assert place_of(name, near) == code


def test_the_agencies_of_the_registry_come_back_as_they_are_written_there(known: Registry) -> None:
    alone = Registry([])
    here = [agency for agency in known.agencies if agency.until is None]
    told = [place_of(agency.name) for agency in here]
    made = [new_agency(agency.name, agency.code, alone) for agency in here]
    right = sum(code == agency.code for code, agency in zip(told, here, strict=True))
    wrong = sum(code not in (None, agency.code) for code, agency in zip(told, here, strict=True))
    assert right >= 0.94 * len(here)
    assert wrong <= 0.002 * len(here)
    for field, least in {"name": 0.99, "level": 1.0, "type": 0.99, "sector": 0.99, "id": 0.85}.items():
        same = sum(getattr(one, field) == getattr(agency, field) for one, agency in zip(made, here, strict=True))
        assert same >= least * len(here), (field, same, len(here))


def test_places_of_rows_are_written_as_in_the_registry(known: Registry) -> None:
    odd = [portal.id for portal in known if place_name(portal.code) != portal.place]
    assert len(odd) <= 0.01 * len(known), odd
    assert [place_name(code) for code in ("110101", "419001", "440305", "100000", "000000")] == [
        "北京市 东城区",
        "济源市",
        "深圳市 南山区",
        "全国",
        "",
    ]


def test_a_registered_body_is_named_by_its_id(known: Registry) -> None:
    found = publisher("https://a.example.gov.cn/", page(sitename="广州市生态环境局网站"), known)
    assert found.agency is not None
    assert (found.agency.id, found.registered, found.said_by) == ("440100-sthjj", True, ("meta SiteName",))


def test_a_new_body_gets_a_row_of_its_own_that_the_linter_accepts(known: Registry) -> None:
    found = publisher("https://a.example.gov.cn/", page("政府信息公开年报_许昌市样例管理局"), known)
    assert found.agency is not None
    assert not found.registered
    assert (found.agency.name, found.agency.code, found.agency.level) == ("许昌市样例管理局", "411000", "prefecture")
    together = Registry(known, [*known.agencies, found.agency])
    assert [one for one in lint(together) if found.agency.id in one.subject] == []


def test_the_sites_identification_code_gives_the_place(known: Registry) -> None:
    found = publisher("https://a.example.gov.cn/", page(body="主办单位：鼓楼区样例局　网站标识码：3501020003"), known)
    assert found.agency is not None
    assert (found.agency.code, found.agency.name) == ("350102", "福州市鼓楼区样例局")
    assert found.said_by == ("footer", "网站标识码")


def test_a_code_of_no_division_is_no_place(known: Registry) -> None:
    found = publisher("https://a.example.gov.cn/", page(body="主办单位：鼓楼区样例局", siteidcode="0000000001"), known)
    assert found.agency is None
    assert found.name == "鼓楼区样例局"


def test_registered_hosts_beside_it_give_the_place(known: Registry) -> None:
    found = publisher("https://yangli.gz.gov.cn/", page(sitename="样例管理局"), known)
    assert found.agency is not None
    assert (found.agency.code, found.agency.name) == ("440100", "广州市样例管理局")
    assert found.said_by == ("meta SiteName", "hosts beside this one")
    assert publisher("https://a.nowhere.gov.cn/", page(sitename="样例管理局"), known).agency is None


def test_what_a_person_says_goes_first(known: Registry) -> None:
    shown = page(sitename="广州市生态环境局")
    found = publisher("https://a.example.gov.cn/", shown, known, name="鼓楼区样例局", code="350102")
    assert found.agency is not None
    assert (found.agency.name, found.agency.code) == ("福州市鼓楼区样例局", "350102")


def test_an_id_that_another_body_has_is_not_taken(known: Registry) -> None:
    taken = known.agency("411000-tjj")
    other = new_agency("许昌市体检局", "411000", known)
    assert other.id != taken.id
    assert other.id.startswith("411000-")


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_makes_it_fail(title: str, body: str) -> None:
    found = publisher("http://www.example.gov.cn/", page(title.replace("<", ""), body), Registry([]))
    assert found.agency is None or division(found.agency.code) or found.agency.code == "100000"
