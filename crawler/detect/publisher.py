"""Who publishes on a portal: the name that its pages print, and the place that it belongs to. Pure.

Names stand in the meta tag SiteName, after 主办 in the footer, and in titles. A place is told by the name itself, by
the identification code of government sites (网站标识码: ten digits, the first six of them the GB/T 2260 code, as the
政府网站发展指引 says, 国办发〔2017〕47号) and by registered hosts beside this one. What these leave open stays open: no
place is guessed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from crawler.detect.page import Page
from crawler.portals.divisions import NATION, division, divisions, superiors
from crawler.portals.model import Agency, AgencyType, Level
from crawler.portals.names import PROVINCES, core, full_name, key, shown, split
from crawler.portals.registry import Registry
from crawler.portals.sectors import initials, sector_of, slug_of
from crawler.reports.names import clean, is_area, is_body

_SITE_CODE = re.compile(r"(?:网站标识码|标识码)\s{0,3}[:：]?\s{0,3}(\d{10})(?!\d)")
_HOST_BODY = re.compile(r"(?:主办单位|主办方|主办|版权所有|网站所有)\s{0,3}[:：©]?\s{0,3}([\u3400-\u9fff（）()]{4,40})")
_CUT = re.compile(r"\s*(?:[-_|｜—–>»·•]|\s{1,9})\s*")
_SITE_WORDS = re.compile(
    r"(?:政府)?(?:门户|官方|公众信息|公众|信息公开|政务|互联网)?(?:网站群?|官网|网)(?:首页|主站)?$|(?:政府信息|政务|信息)公开"
    r"(?:年报|年度报告|专栏|平台|目录|专网)?$|首页$|欢迎您$"
)
_GREETING = re.compile(r"^(?:欢迎(?:访问|光临|来到|您访问)|中国(?=[^\s]{1,10}(?:省|市|县|区|州)))")
_NATIONAL = re.compile(r"^(?:中华人民共和国|国家|国务院|中国)")
_BRANCH_OF_STATE = re.compile(
    r"^国家(?:税务总局|统计局|外汇管理局|金融监督管理总局|矿山安全监察局)(?=[\u3400-\u9fff]{3})(.+)$"
)
_TYPES: tuple[tuple[AgencyType, re.Pattern[str]], ...] = (
    ("township", re.compile(r"(?:镇|乡|街道)(?:人民政府|政府|办事处)?$")),
    ("office", re.compile(r"(?:政府|国务院)办公[室厅]$")),
    ("government", re.compile(r"(?:人民政府|政府)$|(?:省|市|县|区|州|盟|旗)$")),
    (
        "zone",
        re.compile(
            r"(?:开发|高新|新|实验|试验|示范|合作|度假|风景|保税|园)区$|[区园城](?:开发建设)?(?:管理委员会|管委会|执行委员会)$"
        ),
    ),
    ("dispatched", re.compile(r"分局$|(?:税务|气象|烟草专卖|海事|邮政管理)局$|调查队$")),
    ("institution", re.compile(r"(?:中心|总社|研究院|学院|馆)$")),
)


@dataclass(frozen=True, slots=True)
class Publisher:
    """The body that publishes on a portal.

    Attributes:
        agency: the registered agency, or a new one; None where its place cannot be told.
        name: the name as printed, cleaned; "" where no page prints one.
        registered: whether the registry knows the agency already.
        said_by: what the name and the place were told by, in words.
    """

    agency: Agency | None
    name: str
    registered: bool = False
    said_by: tuple[str, ...] = ()


def publisher(url: str, page: Page | None, registry: Registry, *, name: str = "", code: str = "") -> Publisher:
    """Who publishes at an address.

    Args:
        url: address of the portal. page: a page of it. registry: what is known.
        name, code: what a person says of the body's name and its division code; they go before everything else.
    """
    names = [(name, "given")] if name else [*_names(page)]
    given = code or _site_code(page)
    near = given or _code_of_neighbours(url, registry)
    said = {given: "given code" if code else "网站标识码"}.get(near, "hosts beside this one") if near else ""
    first = names[0] if names else ("", "")
    for found, by in names:
        known = registry.named(key(found))
        fitting = [one for one in known if not near or one.code[:2] == near[:2]] if len(known) > 1 else known
        if len(fitting) == 1 and code in ("", fitting[0].code):
            return Publisher(fitting[0], found, True, (by,))
    for found, by in names:
        place = code if division(code) else place_of(found, near)
        if place is not None:
            made = new_agency(found, place, registry)
            return Publisher(made, found, registry.has_agency(made.id), tuple(filter(None, (by, said))))
    return Publisher(None, first[0], False, (first[1],) if first[1] else ())


# ---------------------------------------------------------------------- names


def _names(page: Page | None) -> Iterator[tuple[str, str]]:
    """Names that a page prints for its publisher, the surest first, each once, with what printed it."""
    if page is None:
        return
    seen: set[str] = set()
    for text, by in _printed(page):
        found = site_name(text)
        if found and found not in seen:
            seen.add(found)
            yield found, by


def _printed(page: Page) -> Iterator[tuple[str, str]]:
    yield page.metas.get("sitename", ""), "meta SiteName"
    for match in _HOST_BODY.finditer(page.printed[-6_000:]):
        yield match[1], "footer"
    for part in reversed(_CUT.split(page.title)):
        yield part, "title"
    yield page.metas.get("contentsource", ""), "meta ContentSource"


def site_name(text: str) -> str:
    """The body in the name of a site: 广州市生态环境局网站 -> 广州市生态环境局; "" where it names none."""
    name, before = shown(text)[:60], None
    while name != before:
        before = name
        name = _SITE_WORDS.sub("", _GREETING.sub("", name))
    found = clean(name) or ""
    if found and not is_body(found):
        places, rest = split(key(found))
        known = bool(places) and not rest and places[-1] in _codes_by_name()[0]
        found = f"{found}人民政府" if is_area(found) and known else ""
    return found if len(found) >= 3 else ""


# ---------------------------------------------------------------------- places


def _site_code(page: Page | None) -> str:
    """The division code in the site's identification code; "" where there is none that is valid."""
    if page is None:
        return ""
    printed = _SITE_CODE.search(page.printed)
    number = re.fullmatch(r"\d{10}", page.metas.get("siteidcode", "")) or printed
    code = number[number.lastindex or 0][:6] if number else ""
    return code if division(code) else ""


def _code_of_neighbours(url: str, registry: Registry) -> str:
    """The division that all registered hosts beside this one belong to: sthjj.gz.gov.cn lies beside www.gz.gov.cn."""
    labels = (urlsplit(url).hostname or "").split(".")
    for at in range(1, len(labels) - 2):
        domain = ".".join(labels[at:])
        beside = Counter(
            agency.code
            for portal in registry
            if any(host == domain or host.endswith(f".{domain}") for host in portal.hosts)
            for agency in portal.agencies
        )
        for digits in (6, 4, 2):
            within = {code[:digits].ljust(6, "0") for code in beside}
            if len(within) == 1 and (found := within.pop()) != NATION and division(found):
                return found
    return ""


def place_of(name: str, near: str = "") -> str | None:
    """Division code of the place that a name names; `near` is a code that it is told to lie in or to be.

    None where no place is told, or several are.
    """
    if local := _BRANCH_OF_STATE.match(name):
        return place_of(local[1], near) or _by_first_words(local[1], near)
    places, rest = split(key(name))
    if not places:
        return NATION if _NATIONAL.match(name) else _by_first_words(name, near) or near or None
    fitting = [code for code in _called(places[-1]) if _lies_in(code, places[:-1])]
    code = fitting[0] if len(fitting) == 1 else _nearest(fitting, near)
    return (_branch_area(rest, code) or code) if code else None


def _nearest(codes: list[str], near: str) -> str | None:
    """The only one of several codes in the county, prefecture or province that is near."""
    for digits in (6, 4, 2) if near else ():
        close = [code for code in codes if code[:digits] == near[:digits]]
        if len(close) == 1:
            return close[0]
    return None


def _branch_area(rest: str, code: str) -> str | None:
    """The district whose bureau a city keeps (天水市生态环境局张家川分局, 常州市钟楼生态环境局), else None."""
    if not code.endswith("00") or code.endswith("0000"):
        return None
    after = re.search(r"局(.{2,}?)(?:区|县|市)?分局$", rest)
    for own, names in _counties(code[:4]):
        if (after and core(after[1]) in names) or (
            not after and any(rest.startswith(f"{one}生态环境局") for one in names)
        ):
            return own
    return None


def _counties(prefix: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for code in divisions():
        if code.startswith(prefix) and not code.endswith("00") and (one := division(code)) is not None:
            name = core(one.name)
            yield code, (name, *(() if len(name) < 3 else (re.sub(r"(?:\w{1,3}族)+自治$", "", name),)))


def _by_first_words(name: str, near: str) -> str | None:
    """许昌教育局: the place without its unit, as a short name of the division that is near, or of a province."""
    for code in (near, f"{near[:4]}00", f"{near[:2]}0000") if near else ():
        here = division(code)
        if here and shown(name).startswith(core(here.name)):
            return code
    return next((f"{digits}0000" for digits, (_, short) in PROVINCES.items() if shown(name).startswith(short)), None)


def _called(place: str) -> list[str]:
    """Codes of today's divisions with a name; with its unit (海珠区) where that tells, else without."""
    whole, bare = _codes_by_name()
    return whole.get(key(place)) or bare.get(core(place), [])


@cache
def _codes_by_name() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Codes of today's divisions by their names, and by their names without the unit."""
    whole: dict[str, list[str]] = defaultdict(list)
    bare: dict[str, list[str]] = defaultdict(list)
    for code in divisions():
        if (one := division(code)) is not None:
            whole[key(one.name)].append(code)
            bare[core(one.name)].append(code)
    return whole, bare


def _lies_in(code: str, places: tuple[str, ...]) -> bool:
    above = {core(found.name) for one in superiors(code) if (found := division(one)) is not None}
    above.add(PROVINCES.get(code[:2], ("", ""))[1])
    return all(core(place) in above for place in places)


def place_name(code: str) -> str:
    """`place` of a registry row for a code: 广东省; 广州市; 深圳市 南山区; 北京市 东城区; 济源市; 全国."""
    if code == NATION:
        return "全国"
    here = division(code)
    if here is None:
        return ""
    above = [found for one in superiors(code) if (found := division(one)) is not None]
    inner = [one for one in above if not one.code.endswith("0000") or one.name.endswith("市")]
    return " ".join(one.name for one in [*inner[-1:], here])


# ---------------------------------------------------------------------- agencies


def new_agency(name: str, code: str, registry: Registry) -> Agency:
    """An agency for a name that the registry does not hold, in the manner of its rows; the id is no one else's."""
    place = tuple(place_name(code).split()) if code != NATION else ()
    kind = _type(name, code)
    alone = kind == "zone" or _is_whole(name, code)
    whole = name if alone else full_name(name, place, PROVINCES.get(code[:2], ("", ""))[0])
    if not alone and not split(key(whole))[0]:
        whole = "".join(place if place[-1].endswith("区") else place[-1:]) + whole
    places, rest = split(key(whole))
    if kind == "department" and len(places) == 1 and _branch_area(rest, f"{code[:4]}00") == code:
        kind = "dispatched"
    return Agency(
        id=_free(f"{code}-{_slug(rest or key(whole), kind)}", whole, registry),
        name=whole,
        type=kind,
        level="township" if kind == "township" else _level(code),
        code=code,
        sector=_sector(whole, kind),
        parent=_parent(code, kind, registry),
    )


def _slug(body: str, kind: AgencyType) -> str:
    made = "zf" if kind == "government" else initials(body) if kind == "township" else slug_of(body)
    return made or "x"


def _sector(name: str, kind: AgencyType) -> str | None:
    if kind in {"government", "township", "zone"}:
        return None
    return "office" if kind == "office" else sector_of(name)


def _type(name: str, code: str) -> AgencyType:
    found: AgencyType = next((word for word, pattern in _TYPES if pattern.search(name)), "department")
    return "department" if code == NATION and found != "office" else found


def _is_whole(name: str, code: str) -> bool:
    """Whether a name begins with a place that stands alone: not 海珠区教育局, for a district needs its city."""
    places, _ = split(key(name))
    if places:
        return places[0][-1] != "区" or len(places) > 1
    here = [division(one) for one in (code, *superiors(code))]
    return any(one is not None and shown(name).startswith(core(one.name)) for one in here) or code == NATION


def _level(code: str) -> Level:
    if code == NATION:
        return "national"
    return "province" if code.endswith("0000") else "prefecture" if code.endswith("00") else "county"


def _free(agency_id: str, name: str, registry: Registry) -> str:
    """The id, or one with the initials of the whole name behind it where another body has it."""
    if not registry.has_agency(agency_id) or registry.agency(agency_id).name == name:
        return agency_id
    return f"{agency_id}-{initials(name) or 'x'}"


def _parent(code: str, kind: AgencyType, registry: Registry) -> str | None:
    """The government that a body stands under, where it is registered."""
    own = [] if kind == "government" else [code]
    above = [one for one in reversed(superiors(code)) if code != NATION]
    return next((f"{one}-zf" for one in [*own, *above] if registry.has_agency(f"{one}-zf")), None)
