from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.portals.agencies import resolve
from crawler.portals.model import Agency, Portal
from crawler.portals.registry import Registry, load

REGISTRY = load()
PAIRS = [(portal, agency) for portal in REGISTRY for agency in portal.agencies]
LUFENG, GUANGZHOU, QDN = "www.ynlf.gov.cn", "www.gz.gov.cn", "sthj.qdn.gov.cn"


@pytest.mark.parametrize(
    ("portal", "printed", "expected"),
    [
        (LUFENG, "楚雄州生态环境局禄丰分局", "532302-sthjfj"),
        (LUFENG, "楚雄彝族自治州生态环境局禄丰分局", "532302-sthjfj"),
        (LUFENG, "云南省楚雄彝族自治州生态环境局禄丰市分局", "532302-sthjfj"),
        (LUFENG, "云南楚雄州生态环境局禄丰分局", "532302-sthjfj"),
        (LUFENG, "禄丰生态环境分局", "532302-sthjfj"),
        (LUFENG, "禄丰市生态环境分局", "532302-sthjfj"),
        (LUFENG, "州生态环境局禄丰分局", "532302-sthjfj"),
        (LUFENG, "禄丰分局", "532302-sthjfj"),
        (LUFENG, "禄丰市生态环境局", "532302-sthjfj"),
        (LUFENG, "禄丰县环保局", "532302-sthjfj"),
        (LUFENG, "我局", "532302-sthjfj"),
        (LUFENG, "禄丰市人民政府", "532302-zf"),
        (LUFENG, "楚雄彝族自治州禄丰市人民政府", "532302-zf"),
        (LUFENG, "楚雄州禄丰市", "532302-zf"),
        (LUFENG, "禄丰市", "532302-zf"),
        (LUFENG, "市政府", "532302-zf"),
        (LUFENG, "市人民政府", "532302-zf"),
        (LUFENG, "我市", "532302-zf"),
        (GUANGZHOU, "广州市生态环境局", "440100-sthjj"),
        (GUANGZHOU, "广 州 市 生态环境局", "440100-sthjj"),
        (GUANGZHOU, "广东省广州市生态环境局", "440100-sthjj"),
        (GUANGZHOU, "广州生态环境局", "440100-sthjj"),
        (GUANGZHOU, "广州市环境保护局", "440100-sthjj"),
        (GUANGZHOU, "广州市生态环境局（本级）", "440100-sthjj"),
        (GUANGZHOU, "市生态环境局", "440100-sthjj"),
        (GUANGZHOU, "生态环境局", "440100-sthjj"),
        (GUANGZHOU, "广州市", "440100-zf"),
        (GUANGZHOU, "广东省广州市人民政府", "440100-zf"),
        # known elsewhere in the registry
        (GUANGZHOU, "广东省发改委", "440000-drc"),
        (GUANGZHOU, "省发展改革委", "440000-drc"),
        (GUANGZHOU, "广州市人社局", "440100-rsj"),
        (GUANGZHOU, "市人力资源社会保障局", "440100-rsj"),
        (GUANGZHOU, "海珠区人民政府", "440105-zf"),
        (GUANGZHOU, "广州市海珠区", "440105-zf"),
        (GUANGZHOU, "海珠区官洲街道", "440105-gzjd"),
        (GUANGZHOU, "官洲街道办事处", None),  # of which district, it does not say
        # a superior's report posted again
        (QDN, "贵州省生态环境厅", "520000-sthjt"),
        (QDN, "省生态环境厅", "520000-sthjt"),
        (QDN, "贵州省环境保护厅", "520000-sthjt"),
        ("www.panzhou.gov.cn", "六盘水市生态环境局", "520200-sthjj"),
        ("www.zhonglou.gov.cn", "市生态环境局", "320400-sthjj"),
        ("www.zhonglou.gov.cn", "常州市生态环境局", "320400-sthjj"),
        (QDN, "黔东南苗族侗族自治州生态环境局", "522600-sthjj"),
        (QDN, "州生态环境局", "522600-sthjj"),
        (QDN, "我局", "522600-sthjj"),
        (QDN, "本机关", "522600-sthjj"),
        (QDN, None, "522600-sthjj"),
        (QDN, " \u3000", "522600-sthjj"),
        ("www.zhonglou.gov.cn", "常州市生态环境局钟楼分局", "320404-sthjfj"),
        ("www.zhonglou.gov.cn", "钟楼生态环境局", "320404-sthjfj"),
        ("www.zhonglou.gov.cn", "常州市钟楼区生态环境分局", "320404-sthjfj"),
        ("www.szns.gov.cn/nsqajj", "区应急管理局", "440305-yjglj"),
        ("www.szns.gov.cn/nsqajj", "南山区应急管理局", "440305-yjglj"),
        ("www.szns.gov.cn/nsqajj", "广东省深圳市南山区应急局", None),
        ("www.anshun.gov.cn", "镇宁自治县", "520423-zf"),
        ("www.anshun.gov.cn", "镇宁布依族苗族自治县人民政府", "520423-zf"),
        ("heping.gov.cn/hyhphsz", "合水镇", "441624-hsz"),
        ("heping.gov.cn/hyhphsz", "河源市和平县合水镇人民政府", "441624-hsz"),
        ("www.pingtan.gov.cn", "平潭综合实验区", "350128-gwh"),
        ("www.pingtan.gov.cn", "实验区管委会", "350128-gwh"),
        ("www.pingtan.gov.cn", "实验区", "350128-gwh"),
        # another place's bureau is never the own one
        ("www.szns.gov.cn/nsqajj", "鹤岗市南山区应急管理局", None),
        ("www.szns.gov.cn/nsqajj", "深圳市应急管理局", None),
        (QDN, "黔南州生态环境局", None),
        (QDN, "凯里市生态环境局", None),
        (GUANGZHOU, "广州市生态环境局海珠区分局", None),
        (GUANGZHOU, "广东省生态环境厅", None),
        (GUANGZHOU, "生态环境部", None),
    ],
)
def test_a_printed_name_is_an_agency(known: Registry, portal: str, printed: str | None, expected: str | None) -> None:
    found = resolve(printed, known.portal(portal), (), known)
    assert (found.agency_id if found.registered else None) == expected
    if expected:
        assert found.name == known.agency(expected).name


@pytest.mark.parametrize(
    ("portal", "printed", "full"),
    [
        (GUANGZHOU, "市水务局", "广州市水务局"),
        (GUANGZHOU, "水务局", "广州市水务局"),
        (GUANGZHOU, "广州水务局", "广州市水务局"),
        (GUANGZHOU, "广东省广州市水务局", "广州市水务局"),
        (GUANGZHOU, "海珠区财政局", "广州市海珠区财政局"),
        (GUANGZHOU, "市市场监督管理局", "广州市市场监督管理局"),
        (GUANGZHOU, "市场监督管理局", "广州市市场监督管理局"),
        (GUANGZHOU, "广州市场监督管理局", "广州市市场监督管理局"),
        (GUANGZHOU, "城市管理和综合执法局", "广州市城市管理和综合执法局"),
        (GUANGZHOU, "市城市管理和综合执法局", "广州市城市管理和综合执法局"),
        (GUANGZHOU, "住房和城乡建设局", "广州市住房和城乡建设局"),
        (GUANGZHOU, "市民政局", "广州市民政局"),
        (GUANGZHOU, "深圳市财政局", "深圳市财政局"),
        (GUANGZHOU, "省财政厅", "广东省财政厅"),
        (GUANGZHOU, "水利部", "水利部"),
        (GUANGZHOU, "国家税务总局广州市税务局", "国家税务总局广州市税务局"),
        ("www.szns.gov.cn/nsqajj", "区教育局", "深圳市南山区教育局"),
        ("www.szns.gov.cn/nsqajj", "南山区教育局", "深圳市南山区教育局"),
        ("www.szns.gov.cn/nsqajj", "市教育局", "深圳市教育局"),
        ("www.szns.gov.cn/nsqajj", "粤海街道办事处", "深圳市南山区粤海街道办事处"),
        (LUFENG, "州教育体育局", "楚雄彝族自治州教育体育局"),
        (LUFENG, "市教育体育局", "楚雄彝族自治州禄丰市教育体育局"),
        (LUFENG, "金山镇人民政府", "楚雄彝族自治州禄丰市金山镇人民政府"),
        ("www.xuchang.gov.cn", "许昌教育局", "许昌市教育局"),
    ],
)
def test_a_name_that_is_not_registered_gets_its_place(known: Registry, portal: str, printed: str, full: str) -> None:
    row = known.portal(portal)
    found = resolve(printed, row, (), known)
    assert (found.name, found.how, found.registered) == (full, "unregistered", False)
    assert found.agency_id.startswith(f"{row.code}-x")
    assert len(found.agency_id) == len("440100-x") + 12


@pytest.mark.parametrize(
    "names",
    [
        ("市水务局", "广州市水务局", "广州水务局", "水务局", "广东省广州市水务局"),
        ("市卫健委", "广州市卫生健康委员会", "卫生健康委", "广州市卫生和计划生育委员会"),
        ("市住建局", "广州市住房城乡建设局", "住房和城乡建设局"),
        ("市市监局", "广州市市场监管局", "市场监督管理局", "广州市场监督管理局"),
        ("市政府办", "广州市人民政府办公室", "广州市政府办公室", "市府办公室"),
        ("广州开发区管委会", "广州开发区管理委员会"),
        ("番禺区公安分局", "番禺区公安分局 "),
    ],
)  # fmt: skip
def test_spellings_of_one_name_are_one_agency(known: Registry, names: tuple[str, ...]) -> None:
    assert len({resolve(name, known.portal(GUANGZHOU), (), known).agency_id for name in names}) == 1


def test_the_id_of_an_unregistered_name_never_changes(known: Registry) -> None:
    assert resolve("市水务局", known.portal(GUANGZHOU), (), known).agency_id == "440100-x80d39209c455"


def test_the_column_narrows_the_portal(known: Registry) -> None:
    portal = known.portal(LUFENG)
    assert resolve(None, portal, (), known).how == "unknown"
    assert resolve("本机关", portal, (), known).how == "unknown"
    only = resolve(None, portal, ("532302-zf",), known)
    assert (only.agency_id, only.how) == ("532302-zf", "registry")
    assert resolve("本机关", portal, ("532302-zf",), known).agency_id == "532302-zf"
    assert resolve("禄丰市", portal, ("532302-zf",), known).how == "column"
    assert resolve("楚雄州生态环境局禄丰分局", portal, ("532302-zf",), known).how == "portal"
    assert resolve(None, portal, ("532302-gone",), known).how == "unknown"


def test_unknown_agencies_of_two_portals_are_two(known: Registry) -> None:
    found = [resolve(None, known.portal(one), (), known) for one in (LUFENG, GUANGZHOU, "www.xuchang.gov.cn")]
    assert len({one.agency_id for one in found}) == 3
    assert not any(one.registered for one in found)


BRANCH = Portal(
    id="www.hhtz.gov.cn", name="杭州市滨江区人民政府", place="杭州市 滨江区", family="trs", base="https://www.hhtz.gov.cn/",
    evidence="[R]", checked="2026-11-22",
    agencies=(
        Agency(id="330108-zf", name="杭州市滨江区人民政府", type="government", level="county", code="330108"),
        Agency(id="330108-gafj", name="杭州市公安局滨江区分局", type="dispatched", level="county", code="330108"),
        Agency(id="330108-czj", name="杭州市滨江区财政局", type="department", level="county", code="330108"),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    "written", ["杭州市公安局滨江区分局", "滨江区公安分局", "杭州市滨江区公安分局", "滨江公安分局"]
)
@pytest.mark.parametrize(
    "printed",
    [
        "杭州市公安局滨江区分局", "杭州市公安局滨江分局", "杭州市公安局滨江区公安分局", "杭州公安局滨江分局",
        "滨江区公安分局", "滨江公安分局", "杭州市滨江区公安分局", "杭州市公安局 滨江区分局", "市公安局滨江分局",
        "浙江省杭州市公安局滨江区分局", "滨江分局",
    ],
)  # fmt: skip
def test_branches_in_every_order(written: str, printed: str) -> None:
    branch = BRANCH.agencies[1].model_copy(update={"name": written})
    portal = BRANCH.model_copy(update={"agencies": (BRANCH.agencies[0], branch, BRANCH.agencies[2])})
    assert resolve(printed, portal, (), Registry([portal])).agency_id == "330108-gafj"


def test_several_that_fit_are_none() -> None:
    agencies = [
        Agency(id=f"33010{n}-czj", name=f"杭州市{place}财政局", type="department", level="county", code=f"33010{n}")
        for n, place in enumerate(("上城区", "下城区"), 2)
    ]
    portal = BRANCH.model_copy(update={"agencies": tuple(agencies), "place": "杭州市"})
    registry = Registry([portal])
    assert resolve("区财政局", portal, (), registry).registered is False
    assert resolve("上城区财政局", portal, (), registry).agency_id == "330102-czj"
    assert resolve("我局", portal, (), registry).how == "unknown"


def test_of_several_places_of_one_name_the_nearest_is_meant() -> None:
    rows = []
    for code, city in (("320106", "南京市"), ("320302", "徐州市"), ("350102", "福州市")):
        agency = Agency(id=f"{code}-zf", name="鼓楼区人民政府", type="government", level="county", code=code)
        rows.append(
            BRANCH.model_copy(update={"id": f"www.gl{code}.gov.cn", "place": f"{city} 鼓楼区", "agencies": (agency,)})
        )
    registry = Registry([*rows, BRANCH])
    fuzhou = BRANCH.model_copy(
        update={
            "agencies": (BRANCH.agencies[0].model_copy(update={"code": "350100", "id": "350100-zf", "name": "福州市"}),)
        }
    )
    assert resolve("鼓楼区", fuzhou, (), registry).agency_id == "350102-zf"
    assert resolve("南京市鼓楼区", fuzhou, (), registry).agency_id == "320106-zf"
    assert resolve("鼓楼区人民政府", BRANCH, (), registry).registered is False


names = st.sampled_from([(portal, name) for portal, agency in PAIRS for name in (agency.name, *agency.aliases)])


def damaged(name: str, blanks: list[int], wide: bool) -> str:
    for at in blanks:
        at %= len(name) + 1
        name = name[:at] + " \u3000\xa0\t\n\u200b"[at % 6] + name[at:]
    return "".join(chr(ord(one) + 0xFEE0) if wide and "!" <= one <= "~" else one for one in name)


@given(names, st.lists(st.integers(0, 40), max_size=4), st.booleans())
def test_every_registered_name_is_its_agency_whatever_the_blanks(
    pair: tuple[Portal, str], blanks: list[int], wide: bool
) -> None:
    portal, name = pair
    found = resolve(damaged(name, blanks, wide), portal, (), REGISTRY)
    agency = REGISTRY.agency(found.agency_id)
    assert found.registered
    assert name in (agency.name, *agency.aliases)
    assert resolve(found.name, portal, (), REGISTRY).agency_id == found.agency_id


chinese = st.text(
    "市区县州省局厅委分办中和城海珠广南山禄丰生态环境财政教育公安管理开发镇街道府人民政我本部 (（ab1", max_size=14
)


@given(st.sampled_from([portal for portal, _ in PAIRS]), chinese)
@example(portal=REGISTRY.portal("sthjj.xm.gov.cn"), printed="政区")
def test_resolving_is_idempotent_and_total(portal: Portal, printed: str) -> None:
    first = resolve(printed, portal, (), REGISTRY)
    again = resolve(first.name, portal, (), REGISTRY)
    spaced = resolve(" ".join(printed), portal, (), REGISTRY)
    assert spaced.agency_id == first.agency_id
    if first.how != "unknown":
        assert again.agency_id == first.agency_id
        assert again.name == first.name


@pytest.mark.parametrize("printed", ["回族" * 50_000, "市" * 50_000, "广州市" * 50_000, "中" * 50_000 + "局"])
def test_a_page_taken_for_a_name_costs_nothing(known: Registry, printed: str) -> None:
    assert len(resolve(printed, known.portal(GUANGZHOU), (), known).name) < 300


@given(st.text(max_size=300))
def test_any_text_is_resolved(printed: str) -> None:
    found = resolve(printed, REGISTRY.portal(GUANGZHOU), (), REGISTRY)
    assert found.registered == REGISTRY.has_agency(found.agency_id)
    assert unicodedata.normalize("NFKC", found.name) == found.name


@pytest.mark.parametrize(
    ("portal", "printed", "expected"),
    [
        ("hequ.gov.cn", "河曲县环境保护局", "140930-sthjfj"),
        ("hequ.gov.cn", "县环保局", "140930-sthjfj"),
        ("fzcl.gov.cn", "长乐市环境保护局", "350112-sthjfj"),
        ("www.gxhx.gov.cn", "南宁市横县生态环境局", "450181-sthjfj"),
        ("www.gxhx.gov.cn", "横县人民政府", "450181-zf"),
        ("www.mee.gov.cn", "环境保护部", "100000-mee"),
        ("www.jl.gov.cn", "省环保厅", "220000-sthjt"),
        ("www.cbirc.gov.cn", "中国银行保险监督管理委员会", "100000-cbirc"),
    ],
)
def test_a_former_name_is_the_agency_of_today(whole: Registry, portal: str, printed: str, expected: str) -> None:
    found = resolve(printed, whole.portal(portal), (), whole)
    assert (found.agency_id, found.registered) == (expected, True)
