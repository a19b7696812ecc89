"""The country as a whole: what is published and reachable, who refuses, home pages, changes laid over it."""

from __future__ import annotations

import json
from urllib.parse import urljoin

import pytest
from lxml import html as lxml_html

from crawler.demo.country import Country, country
from crawler.demo.portal import FakeRequest, FakeResponse, Site, page

COOKIE = {"cookie": "CT6TS=d2f7c0ffee01"}


@pytest.fixture(scope="module")
def land() -> Country:
    return country()


def get(land: Country, url: str, **headers: str) -> FakeResponse:
    return land.respond(FakeRequest("GET", url, {**COOKIE, **headers}))


def text(land: Country, url: str, encoding: str = "utf-8") -> str:
    answer = get(land, url)
    assert answer.status == 200, url
    return answer.body.decode(encoding)


def hrefs(land: Country, url: str) -> list[str]:
    return [urljoin(url, a.get("href")) for a in lxml_html.fromstring(text(land, url)).iter("a")]


def test_at_least_fourteen_portals_of_five_families(land):
    assert len(land.built) >= 14
    assert len({report.agency for report in land.truth()}) >= 20


def test_every_published_report_is_reachable_at_all_its_addresses(land):
    for report in land.truth():
        for url in (report.url, *report.also):
            assert land.speaks(url), url
            assert get(land, url).status == 200, url


def test_every_agency_has_three_years_at_least(land):
    years: dict[str, set[int]] = {}
    for report in land.truth():
        years.setdefault(report.agency, set()).add(report.year)
    seeds = ("贵州省生态环境厅", "楚雄州生态环境局禄丰分局", "常州市生态环境局", "广州市生态环境局", "许昌市生态环境局")
    for agency in seeds:
        assert len(years[agency]) >= 3, agency
    assert sum(len(found) >= 3 for found in years.values()) >= 15


def test_unknown_hosts_and_paths_are_404(land):
    assert get(land, "https://www.nowhere.gov.cn/").status == 404
    assert get(land, "https://www.gz.gov.cn/nothing.html").status == 404
    assert get(land, "https://www.gz.gov.cn/robots.txt").status == 404
    assert not land.speaks("https://www.nowhere.gov.cn/")


# ------------------------------------------------------------------ those that refuse


def test_defences_show_their_marks_and_none_of_their_code(land):
    challenge = get(land, "https://www.hubei.gov.cn/zfxxgknb/")
    assert challenge.status == 412
    assert b"$_ts.nsd=" in challenge.body
    assert challenge.header("set-cookie")
    slider = get(land, "https://www.nx.gov.cn/zwgk/zfxxgk/zfxxgknb/")
    assert slider.status == 200
    assert b'class="puzzle-vcode"' in slider.body
    assert 20_000 < len(slider.body) < 25_000
    assert get(land, "https://www.xizang.gov.cn/zwgk/xxgk_424/xxgknb/").status == 500


def test_a_page_that_redirects_to_itself_until_its_cookie_comes_back(land):
    url = "http://sthjj.xm.gov.cn/zwgk/zfxxgk/ndbg/"
    first = land.respond(FakeRequest("GET", url))
    assert (first.status, first.header("location")) == (302, url)
    name, _, value = first.header("set-cookie").split(";")[0].partition("=")
    assert land.respond(FakeRequest("GET", url, {"cookie": f"other=1; {name}={value}"})).status == 200


def test_redirects_to_https_and_to_a_stranger(land):
    answer = get(land, "http://www.guizhou.gov.cn/zwgk/zfxxgk/zfxxgknb/")
    assert (answer.status, answer.header("location")) == (301, "https://www.guizhou.gov.cn/zwgk/zfxxgk/zfxxgknb/")
    stranger = get(land, "http://www.ordos.gov.cn/gk_128120/zfxxgkzl/zfxxgknb/szbmxxgknb/")
    assert stranger.header("location").startswith("https://ordos-nb.example.com/")
    assert not land.speaks("http://sthjj.ezhou.gov.cn/")


def test_robots_forbids_one_of_two_columns(land):
    rules = text(land, "https://www.bjmy.gov.cn/robots.txt")
    assert "Disallow: /zwgk/zfxxgk/zfxxgknb/old/" in rules
    assert all("/old/" not in report.url for report in land.truth("www.bjmy.gov.cn"))
    assert len(land.truth("www.bjmy.gov.cn")) == 4


def test_a_list_that_only_a_script_can_fill(land):
    base = "http://sthj.tj.gov.cn/ZWGK4828/ZFXXGK8438/ZFXXGKNB6435/"
    assert "fetch('data.json')" in text(land, base)
    assert not [url for url in hrefs(land, base) if "/t20" in url]
    rows = json.loads(text(land, base + "data.json"))
    assert [urljoin(base, row["url"]) for row in rows] == [report.url for report in land.behind_script()]
    assert land.truth("sthj.tj.gov.cn") == []


# ------------------------------------------------------------------ home pages


@pytest.mark.parametrize(
    ("home", "names"),
    [
        ("https://sthj.guizhou.gov.cn/", ["政务公开", "政府信息公开", "政府信息公开年报"]),
        ("http://sthjj.xuchang.gov.cn/", ["政务公开", "政府信息公开年报"]),
        ("https://www.ynlf.gov.cn/", ["政务公开", "政府信息公开", "政府信息公开年报"]),
        ("https://www.shangluo.gov.cn/", ["政府信息公开", "部门信息公开年度报告"]),
        ("https://www.changzhou.gov.cn/gi_class/hbj", ["政府信息公开年报"]),
    ],
)
def test_columns_are_found_by_anchor_text_within_three_clicks(land, home, names):
    url = home
    for name in names:
        anchors = lxml_html.fromstring(text(land, url)).iter("a")
        url = next(
            urljoin(url, a.get("href")) for a in anchors if a.text_content().strip() == name and a.get("href") != url
        )
    assert len(names) <= 3
    assert "年度报告" in text(land, url) or "年报" in text(land, url)


def test_look_alikes_stand_in_lists_and_never_in_the_truth(land):
    titles = {absence.title for absence in land.absences() if absence.outcome == "refused"}
    for word in ("政府网站工作年度报表", "法治政府建设年度报告", "解读", "通知"):
        assert any(word in title for title in titles), word
    assert not titles & {report.report.title for report in land.truth()}


# ------------------------------------------------------------------ the country


def test_changes_lay_over_the_country_and_leave_it_alone(land):
    url = land.expected("440000-whly", 2022).url
    new = page("<html>new</html>")
    changed = land.with_changes({url: new})
    assert changed.respond(FakeRequest("GET", url)).body == new.body
    assert land.respond(FakeRequest("GET", url)).body != new.body

    def louder(request, below):
        answer = below(request)
        return FakeResponse(answer.status, answer.headers, answer.body + b"<!-- again -->")

    twice = changed.with_changes({"whly.gd.gov.cn": louder})
    assert twice.respond(FakeRequest("GET", url)).body == b"<html>new</html><!-- again -->"
    down = land.with_changes({"http://whly.gd.gov.cn/gkmlpt/*": lambda request: FakeResponse(500, (), b"")})
    assert down.respond(FakeRequest("GET", url)).status == 500
    assert down.respond(FakeRequest("GET", "http://whly.gd.gov.cn/")).status == 200


def test_without_takes_away_pages_and_portals(land):
    url = land.expected("440000-whly", 2022).url
    assert land.without(url).respond(FakeRequest("GET", url)).status == 404
    smaller = land.without("whly.gd.gov.cn")
    assert not smaller.speaks(url)
    assert all(report.portal_id != "whly.gd.gov.cn" for report in smaller.truth())
    assert {report.portal_id for report in land.only("whly.gd.gov.cn").truth()} == {"whly.gd.gov.cn"}
    with pytest.raises(KeyError):
        land.only("nobody.gov.cn")
    with pytest.raises(KeyError):
        land.expected("440000-whly", 1999)


def test_the_log_holds_every_request_in_order():
    land = country()
    assert land.log == []
    for path in ("a", "b"):
        land.respond(FakeRequest("GET", f"https://www.gz.gov.cn/{path}"))
    assert [request.path for request in land.log] == ["/a", "/b"]
    assert country().log == []


def test_two_pages_at_one_address_are_an_error():
    site = Site("x.gov.cn")
    site.add("/a", page("1"))
    with pytest.raises(ValueError, match=r"x\.gov\.cn: two pages at /a"):
        site.add("/a", page("2"))


def test_requests_tell_their_parts():
    request = FakeRequest("POST", "http://X.gov.cn:8080/a?b=1&b=2", {"cookie": "k=v; bad"}, b"c=3&d=")
    assert (request.scheme, request.host, request.path) == ("http", "x.gov.cn:8080", "/a")
    assert (request.query, request.form, request.cookies) == ({"b": "2"}, {"c": "3", "d": ""}, {"k": "v"})
    assert FakeRequest("GET", "https://x.gov.cn:443").path == "/"
    assert FakeRequest("GET", "https://x.gov.cn:443").host == "x.gov.cn"
    assert FakeRequest("POST", "https://x.gov.cn", {}, b"\xff\xfe").form == {}
