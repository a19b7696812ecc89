"""The detector: right by the address alone, right on every fake page that shows anything, never sure without reason."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.detect import detect, detect_all
from crawler.detect.model import SURE
from crawler.detect.page import Page
from crawler.portals import registry
from tests.conftest import SHARED
from tests.detect.fakes import html_pages, lands

REGISTRY_WORD = {
    "changzhou-phpcms": "changzhou", "nfcms": "gkmlpt", "ucap-hex": "ucap", "shanghai-hex": "shanghai",
    "nantong-uuid": "nantong", "longxun-public": "longxun", "openness-anhui": "longxun", "hanweb-xxgk": "hanweb",
    "hanweb-jpaas": "hanweb", "liaoning-webidx": "liaoning", "numid-index": "eportal", "mongoid-24hex": "mongoid",
    "ymd-numid": "dated", "ymd8-numid": "dated", "fujian-cms-html": "dated", "hunan-i-id": "dated",
    "kunming-c-date": "dated", "wuxi-doc-date": "dated", "webinfo": "dated", "trs-noday": "trs", "hebei-uuid": "hebei",
    "henan-mmdd": "henan", "gkmlpt": "gkmlpt", "trs": "trs", "epoint": "epoint", "vsb": "vsb", "hanweb": "hanweb",
    "ucap": "ucap",
}  # fmt: skip
"""Words of the list of hosts; every other word there is a family that no spider reads: `generic`."""


def table(name: str) -> list[dict[str, str]]:
    path = SHARED / "facts" / name
    if not path.is_file():
        pytest.skip(f"../shared/facts/{name} is not here")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_addresses_of_real_hosts_are_told_by_themselves() -> None:
    rows = [row for row in table("portals.csv") if row["example_article_url"]]
    wrong = []
    for row in rows:
        found = detect(row["example_article_url"])
        if found.family != REGISTRY_WORD.get(row["family"], "generic"):
            wrong.append((row["example_article_url"], row["family"], found.family, found.confidence))
    assert len(rows) > 250
    assert len(wrong) <= 0.02 * len(rows), wrong
    assert not [one for one in wrong if one[3] >= SURE]


def test_home_pages_of_unknown_hosts_are_never_called_with_confidence() -> None:
    rows = table("portals_unclassified.csv")
    homes = [f"https://{row['host']}/" for row in rows]
    homes += [url for row in rows for url in re.findall(r"https?://[^\s\])|]+", row["evidence"]) if is_home(url)]
    assert len(homes) > 600
    assert [url for url in homes if detect(url).family != "generic"] == []


def is_home(url: str) -> bool:
    return urlsplit(url).path in {"", "/"}


def test_other_addresses_of_unknown_hosts_are_called_only_by_a_shape_that_no_other_system_has() -> None:
    urls = {
        url for row in table("portals_unclassified.csv") for url in re.findall(r"https?://[^\s\])|]+", row["evidence"])
    }
    sure = [found for url in urls if (found := detect(url)).sure and found.family != "generic"]
    # /n2588035/n2588320/index.html: the columns of chinatax.
    assert {one.family for one in sure} <= {"ucap"}
    assert all(re.search(r"(?:/n\d{4,}){2,}/index\.html$", one.url) for one in sure)


def test_no_address_of_the_registry_is_called_another_family_with_confidence() -> None:
    rows = [
        (row.family, url) for row in registry.load() for url in (*row.sample_urls, *(one.url for one in row.columns))
    ]
    found = [(family, detect(url)) for family, url in rows]
    wrong = [(family, one) for family, one in found if one.sure and one.family not in {family, "generic"}]
    assert wrong == []
    assert sum(one.family == family for family, one in found) >= 0.7 * len(rows) > 700


# Addresses that our fake portals do not have, written down from the facts about each family.
OWN = [
    ("https://www.example.gov.cn/gkmlpt/annualreport#2629", "gkmlpt", None),
    ("http://www.example.gov.cn/bmxxgk/zfxxgknb/content/post_8465476.html", "gkmlpt", "nfcms"),
    ("https://www.example.gov.cn/zwgk/zfxxgknb/202002/t20200221_5403746.html", "trs", None),
    ("https://www.example.gov.cn/ZWGK/NDBG/202002/T20200221_5403746.HTML", "trs", None),
    ("http://www.example.gov.cn/zwgk/zfxxgknb/2022n_1/t876803.shtml", "trs", "noday"),
    ("http://www.example.gov.cn/art/2024/1/29/art_6384_11140330.html", "hanweb", None),
    ("http://www.example.gov.cn/col/col90231/index.html?uid=423656&pageNum=2", "hanweb", None),
    ("https://www.example.gov.cn/xwzx/tzgg/art/2024/art_a189400d18c54867b6fd0db915436374.html", "hanweb", "jpaas"),
    ("http://www.example.gov.cn/module/xxgk/xxgkAnnualReport.jsp?fbtime=2019&area=01251010-015", "hanweb", "xxgk"),
    ("https://www.example.gov.cn/info/6642/10157334.htm", "vsb", None),
    ("https://www.example.gov.cn/gov_con.jsp?urltype=tree.TreeTempUrl&wbtreeid=1085", "vsb", None),
    ("https://www.example.gov.cn/tzgg/20220601/BA3B795F-b756-4239-977b-2262621d3afa.html", "epoint", None),
    ("https://www.example.gov.cn/zwgk/003002/003002001/moreinfo.html", "epoint", None),
    ("https://www.example.gov.cn/gcq/c118707/202401/d38807f4b5624ecd93f6a4a5a0da353b.shtml", "ucap", "hex"),
    ("http://www.example.gov.cn/csrc/c100028/c7661513/content.shtml", "ucap", None),
    ("https://www.example.gov.cn/hainan/zfxxgknb/newxxgk_list.shtml", "ucap", None),
    ("https://www.example.gov.cn/public/column/601?type=3&nav=3&timeFrame=2020", "longxun", None),
    ("https://www.example.gov.cn/openness/OpennessAnnualReport/show/3618.html", "longxun", "openness"),
    ("https://www.example.gov.cn/gi_class/hbj", "changzhou", None),
    ("https://www.example.gov.cn/sub/20210128/276c88e2720949debcfb12962ebe0060.html", "shanghai", None),
    ("https://www.example.gov.cn/x/zfxxgknb/6B0894795B7F4F3ABE25185307CC850C/index.shtml", "liaoning", None),
    ("https://www.example.gov.cn/x/zfxxgknb13/326015834/index.html", "eportal", None),
    ("https://www.example.gov.cn/2025/01-16/861386.html", "henan", None),
    ("https://www.example.gov.cn/columns/985b429c-5a3e-46bf-88aa-1fae645ea3af/202401/15/x.html", "hebei", None),
    ("https://www.example.gov.cn/x/content/3d356cf9-bba5-4bce-8d93-c9bbad38134a.html", "nantong", None),
    ("http://www.example.gov.cn/site_a/channel_x_5669_13598/doc_65b069ef3a2203212e9eea8f.html", "mongoid", None),
    ("http://www.example.gov.cn/cms/html/zzssfj/2024-01-18/1111264329.html", "dated", "cms_html"),
    ("https://www.example.gov.cn/xxgk/20260122/i3853389.html", "dated", "hunan_i"),
    ("https://www.example.gov.cn/gongkai/show/20220111094149170.html", "generic", "gongkai_show"),
    ("https://www.example.gov.cn/zfxxgknb/24967596.jhtml", "generic", "jeecms"),
    ("https://www.example.gov.cn/", "generic", None),
    ("https://www.example.gov.cn/xxgk/zfxxgknb/", "generic", None),
    ("https://www.example.gov.cn/xxgk/index.shtml", "generic", None),
    ("https://www.example.gov.cn/zfxxgknb/index.html", "generic", None),
    ("", "generic", None),
    ("not an address", "generic", None),
    ("http://[", "generic", None),
]  # fmt: skip


@pytest.mark.parametrize(("url", "family", "shape"), OWN)
def test_an_address_alone(url: str, family: str, shape: str | None) -> None:
    found = detect(url)
    assert (found.family, found.shape) == (family, shape)
    assert found.sure == (family != "generic" or shape is not None)


def test_every_fake_page_that_shows_rows_or_is_an_article_is_told_with_its_page() -> None:
    """At most 8 pages a portal: articles are alike, so most of them are lists."""
    counts: Counter[str] = Counter()
    wrong = []
    for family, land in lands():
        articles = {bare(one.url) for one in land.truth()}
        held = [*html_pages(land)]
        judged = [one for one in held if bare(one[0]) not in articles][:6]
        judged += [one for one in held if bare(one[0]) in articles][:2]
        for url, answer in judged:
            found = detect(url, answer.body, content_type=answer.header("content-type"))
            shows = bare(url) in articles or any(
                tail(one) in answer.body.decode("utf-8", "replace") for one in articles
            )
            if not shows:
                assert found.family in {family, "generic"} or not found.sure, (url, found)
                continue
            counts[family] += 1
            if found.family != family:
                wrong.append((family, found.family, found.confidence, url))
    assert sum(counts.values()) > 200
    assert len(counts) == 16
    assert len(wrong) <= 0.01 * sum(counts.values()), wrong
    assert not [one for one in wrong if one[2] >= SURE]


def bare(url: str) -> str:
    return url.split("://", 1)[1]


def tail(url: str) -> str:
    """The part of an article's address that no other page has, as a list links it."""
    parts = url.split("/")
    return "/".join(parts[-2:]) if parts[-1].startswith("index.") else parts[-1]


def test_a_saved_page_without_an_address_is_told_by_its_marks() -> None:
    found = detect("", "<p>正文</p><form name='_newscontent_fromname'><div id='vsb_content'></div></form>".encode())
    assert (found.family, found.sure) == ("vsb", True)
    assert found.reasons[0].seen == "_newscontent_fromname"


REAL = {
    # File of the corpus, family, whether it is told for sure without its address.
    "pingtan_2023.html": ("trs", True),
    "pingtan_zfxxgknb_list.html": ("trs", True),
    "gne_shanxi_gov_trs_article.html": ("trs", True),
    "gne_zj_fgw_hanweb_article.html": ("hanweb", True),
    "hanweb_yuhang_datastore_abridged.xml": ("hanweb", True),
    "gkmlpt_zhaoqing_api_abridged.json": ("gkmlpt", True),
    "pinyin_plain_lostbytes_jiayie.html": ("generic", False),
    "shanghai_bgt_2019.fragment.html": ("generic", False),
}


@pytest.mark.parametrize("name", REAL)
def test_real_saved_pages_are_told_without_their_address(corpus: Path, name: str) -> None:
    found = detect("", (corpus / name).read_bytes())
    assert (found.family, found.sure) == REAL[name], found.candidates


def test_addresses_in_scripts_and_json_count_as_links() -> None:
    rows = "".join(f"url = './20260{n}/t2026010{n}_12345{n}.shtml';" for n in range(1, 5))
    found = detect("http://www.example.gov.cn/a/", f"<html><script>{rows}</script></html>".encode())
    assert (found.family, found.sure) == ("trs", True)
    record = r'{"url":"http:\/\/www.example.gov.cn\/info\/1011\/2261.htm"}'
    assert detect("http://www.example.gov.cn/x", record.encode()).family == "vsb"


@pytest.mark.parametrize(
    ("head", "address", "host"),
    [
        ("<link rel='canonical' href='http://a.gov.cn/x.html'>", "http://a.gov.cn/x.html", ""),
        ("<meta name='Url' content='https://a.gov.cn/y.html#top'>", "https://a.gov.cn/y.html", ""),
        ("<meta name='SiteDomain' content='fgw.zj.gov.cn,www.zjdpc.gov.cn'>", "", "http://fgw.zj.gov.cn/"),
        ("<meta name='SiteDomain' content='http://A.gov.cn/'>", "", "http://a.gov.cn/"),
        ("<meta name='Url' content='javascript:x'><meta name='SiteDomain' content='-'>", "", ""),
        ("", "", ""),
    ],
)
def test_what_a_page_tells_of_its_address(head: str, address: str, host: str) -> None:
    page = Page("", f"<html><head>{head}</head></html>".encode())
    assert (page.told_address, page.told_host) == (address, host)


def test_a_mark_that_copies_carry_does_not_outvote_an_address() -> None:
    body = b"<html><div class='TRS_Editor'><p>text</p></div><!-- " + b"x" * 200 + b" --></html>"
    found = detect("http://www.example.gov.cn/art/2024/1/29/art_6384_11140330.html", body)
    assert (found.family, found.sure) == ("hanweb", True)
    assert found.runner_up is not None
    assert found.runner_up.family == "trs"


def test_two_systems_on_one_host_leave_it_unsure_and_name_both() -> None:
    links = "".join(f"<a href='/info/101{n}/2261{n}.htm'>新闻{n}</a>" for n in range(6))
    url = "http://www.example.gov.cn/xxgk/202002/t20200221_5403746.html"
    found = detect(url, f"<html><body>{links}</body></html>".encode())
    assert not found.sure
    assert {one.family for one in found.candidates} == {"trs", "vsb"}


def test_links_to_other_hosts_say_nothing() -> None:
    links = "".join(f"<a href='http://other.gov.cn/info/101{n}/2261{n}.htm'>新闻{n}</a>" for n in range(6))
    assert detect("http://www.example.gov.cn/", f"<html><body>{links}</body></html>".encode()).family == "generic"
    own = links.replace("http://other.gov.cn", "https://example.gov.cn")
    assert detect("http://www.example.gov.cn/", f"<html><body>{own}</body></html>".encode()).family == "vsb"


def test_a_gate_is_named_and_its_scripts_are_no_marks() -> None:
    body = b"<html><script r='m'>$_ts.nsd=61766;'/gkmlpt/api/all/'</script></html>" + b" " * 64
    found = detect("https://www.example.gov.cn/", body)
    assert (found.family, found.gate) == ("generic", "challenge_riversecurity")


def test_cookies_and_pages_add_up() -> None:
    home = ("http://www.example.gov.cn/", b"<html><body>" + b"<p>home</p>" * 9 + b"</body></html>", None)
    one = detect_all([home], cookies=["zh_choose_1"])
    assert (one.family, one.sure) == ("hanweb", False)
    both = detect_all([home, ("http://www.example.gov.cn/col/col1/index.html", None, None)], cookies=["zh_choose_1"])
    assert (both.family, both.sure) == ("hanweb", True)
    assert both.confidence > one.confidence


@settings(max_examples=40)
@given(st.text(max_size=200), st.binary(max_size=600))
def test_nothing_makes_it_fail_and_confidence_is_a_part_of_one(url: str, body: bytes) -> None:
    found = detect(url, body)
    assert 0 <= found.confidence <= 1
    assert found == detect(url, body)
    assert all(0 < reason.weight < 1 for one in found.candidates for reason in one.reasons)


@settings(max_examples=40)
@given(st.sampled_from([url for url, family, _ in OWN if family != "generic"]), st.binary(max_size=300))
def test_noise_in_the_page_does_not_change_what_the_address_proves(url: str, body: bytes) -> None:
    assert detect(url, b"<html>" + body + b"</html>").family == detect(url).family


def test_a_huge_page_of_links_is_read_in_bounds() -> None:
    body = b"<a href='/a/1.html'>x</a>" * 50_000
    assert detect("http://www.example.gov.cn/", body).family == "generic"


def test_the_markers_file_is_installed_with_the_package() -> None:
    import crawler.detect

    assert (Path(crawler.detect.__file__).parent / "markers.toml").is_file()
