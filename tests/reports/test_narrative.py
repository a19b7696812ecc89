"""Figures that the prose states."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reports import narrative, spoken
from crawler.reports.model import Section


def read(text: str) -> dict[str, int | float]:
    found = narrative.figures([Section("一、", "overview", "一、总体情况", text)])
    return {name: float(figure.value) for name, figure in found.items()}


@pytest.mark.parametrize(
    ("text", "quantity", "value", "remark"),
    [
        ("全年主动公开政府信息3000余条。", "disclosed", 3000, "余"),
        ("微信公众号发布信息1.2万余条。", "posts", 12000, "余"),
        ("共收到政府信息公开申请约30件，办结28件。", "new", 30, "约"),
        ("共收到政府信息公开申请约30件，办结28件。", "decided_total", 28, None),
        ("全年收到政府信息公开申请３０多件。", "new", 30, "多"),
        ("全年收到政府信息公开申请12件，较上年增加近3件。", "new", 12, None),
        ("全年收到政府信息公开申请12件，接待来访112余次。", "new", 12, None),
    ],
)
def test_a_number_that_is_only_about_so_says_it(text: str, quantity: str, value: int, remark: str | None) -> None:
    figure = narrative.figures([Section("一、", "overview", "一、总体情况", text)])[quantity]
    assert (figure.value, figure.remark) == (value, remark)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "2021年收到依申请公开50件,其中当面申请1件,网络申请37件,信函申请12件。全年办结50件,其中属于同意公开21件,"
            "部分公开5件,无法提供23件,不予处理1件。",
            {
                "new": 50, "channel.face": 1, "channel.net": 37, "channel.mail": 12, "decided_total": 50, "granted": 21,
                "partial": 5, "unable": 23, "notproc": 1,
            },
        ),
        (
            "新增受理215件依申请公开申请,211件办结(含上年结转数),结转下年度继续办理5件。",
            {"new": 215, "decided_total": 211, "carried_forward": 5},
        ),
        (
            "全区接收各类政府信息公开申请共计81件，涉及自然人80件。办结依申请公开81件，其中："
            "予以公开及部分公开42件，占51.85%；不予公开5件，占6.17%；无法提供31件；不予处理1件；其他处理2件；"
            "因政府信息公开引起的行政复议案件2件、行政诉讼案件7件。",
            {
                "new": 81, "decided_total": 81, "granted_partial": 42, "denied": 5, "unable": 31, "notproc": 1,
                "other": 2, "recon": 2, "suits": 7, "applicant.natural": 80,
            },
        ),
        (
            "共受理政府信息公开申请1,859件，申请数量较去年回落12.3%；"
            "答复申请805件（含上年度结转申请18件，另有72件申请顺延到下年度答复）。",
            {"new": 1859, "carried_over": 18, "carried_forward": 72, "decided_total": 805},
        ),
        ("2023年度,没有收到依申请公开案件。", {"new": 0}),
        ("本年度未收到政府信息公开申请。", {"new": 0}),
        ("全年未发生因政府信息公开申请行政复议、行政诉讼情况。", {"recon": 0, "suits": 0}),
        ("因信息公开被申请行政复议和行政诉讼均为0件。", {"recon": 0, "suits": 0}),
        ("收到申请三件，均已答复。", {"new": 3}),
        ("本年度未收取任何费用。", {"fees": 0}),
        ("2023年，无收取信息处理费情况。", {"fees": 0}),
        ("收取信息处理费120.5元。", {"fees": 120.5}),
        (
            "发布现行有效行政规范性文件393件，本年度制发的规范性文件77件。",
            {"normative_valid": 393, "normative_made": 77},
        ),
        ("全年主动公开政府信息13561条。", {"disclosed": 13561}),
        ("依申请公开信息收取费用0万元。", {"fees": 0}),
        ("受理政府信息公开申请17件（含上年结转2件），办结16件。", {"carried_over": 2, "new": 17, "decided_total": 16}),
        ("2024年共受理信息公开申请28宗；已答复28宗。行政诉讼0宗。", {"new": 28, "decided_total": 28, "suits": 0}),
        ("微信公众号共发布968篇推文。", {"posts": 968}),
        ("当面申请1件，传真申请2件，电子邮件申请3件，信函申请4件，网上申请5件。", {
            "channel.face": 1, "channel.fax": 2, "channel.email": 3, "channel.mail": 4, "channel.net": 5,
        }),
        ("2021年工作取得了一定成效。", {}),
        ("办理人大建议、政协提案22件，办结率100%。", {}),
    ],
)  # fmt: skip
def test_figures(text: str, wanted: dict[str, float]) -> None:
    assert read(text) == wanted


def told(text: str, year: int | None = 2023) -> str:
    """Quantities and values as `new 23 natural 4`, in the order of their names."""
    found = narrative.figures([Section("一、", "overview", "一、总体情况", text)], year=year)
    return " ".join(f"{name} {figure.value.normalize():f}" for name, figure in sorted(found.items()))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # other years
        ("2023年，我局共收到政府信息公开申请23件，较上年增加5件。", "new 23"),
        ("我局共收到政府信息公开申请23件，同比增长15件，去年为8件。", "new 23"),
        ("去年收到政府信息公开申请8件，今年收到政府信息公开申请12件。", "new 12"),
        ("2022年收到政府信息公开申请8件。2023年收到政府信息公开申请12件。", "new 12"),
        ("与2022年的30件相比，本年度收到依申请公开12件。", "new 12"),
        ("较上年的30件减少18件，全年受理信息公开申请12件。", "new 12"),
        ("自2008年以来累计收到政府信息公开申请300件。", ""),
        ("2022年结转申请3件，2023年新收12件。", "carried_over 3 new 12"),
        ("去年主动公开政府信息520条，今年公开政府信息600条。", "disclosed 600"),
        ("主动公开政府信息520条，比上年增加30条。", "disclosed 520"),
        # other matters
        ("收到网民留言350件，办结340件。依申请公开工作平稳。", ""),
        ("人大建议办结22件，政协提案答复30件。依申请公开平稳。", ""),
        ("受理行政许可申请1200件。政府信息公开工作有序。", ""),
        ("我局共受理行政复议案件35件，办结30件。政府信息公开申请平稳。", ""),
        ("主动公开政府信息1,305条，网站点击量达12345次。", "disclosed 1305"),
        ("微信公众号发布信息980条，点击量12万次。", "posts 980"),
        ("政务微博发布信息350条，微信发布信息210条。", "posts.wechat 210 posts.weibo 350"),
        ("通过微信公众号、微博发布信息分别为210条、350条。", ""),
        ("开设政务新媒体账号3个，发布信息1205条，阅读量达20万次。", "accounts 3 posts 1205"),
        ("我局开通微信公众号1个、微博1个、抖音号1个。", ""),
        ("政务新媒体账号共计12个，其中微信7个、微博5个。", "accounts 12"),
        ("现有政务新媒体5个，全年发布信息3120条。", "accounts 5 posts 3120"),
        # zeros that are stated
        ("我单位未收到任何形式的政府信息公开申请，也未发生行政复议和行政诉讼。", "new 0 recon 0 suits 0"),
        ("没有因政府信息公开被申请行政复议的案件，被提起行政诉讼1件。", "recon 0 suits 1"),
        ("收到信息公开申请0件，结转上年度0件，予以公开0件。", "carried_over 0 granted 0 new 0"),
        ("本年度无依申请公开事项。", "new 0"),
        ("我单位2023年无政府信息公开申请。", "new 0"),
        ("没有公民、法人或其他组织向我局提出政府信息公开申请。", "new 0"),
        ("本年度依申请公开申请数为零。", "new 0"),
        ("申请方面，无上年度结转，无结转下年度继续办理的情况。", "carried_forward 0 carried_over 0"),
        ("行政复议零件，行政诉讼零件。", "recon 0 suits 0"),
        ("无行政复议案件，行政诉讼案件1件。", "recon 0 suits 1"),
        # the number before its outcome
        (
            "全年收到信息公开申请20件，其中12件予以公开，3件部分公开，2件不予公开，1件无法提供，2件不予处理。",
            "denied 2 granted 12 new 20 notproc 2 partial 3 unable 1",
        ),
        ("办结依申请公开18件：15件同意公开，3件公开或部分公开。", "decided_total 18 granted 15 granted_partial 3"),
        ("收到申请9件，经审查，5件申请予以公开、4件属于不予公开。", "denied 4 granted 5 new 9"),
        ("收到申请15件，予以公开12件、部分公开3件。", "granted 12 new 15 partial 3"),
        ("收到申请15件，予以公开12件部分公开3件。", "granted 12 new 15 partial 3"),
        (
            "因信息公开引起行政复议3件，1件维持，2件被纠正；行政诉讼4件，维持3件，1件尚未审结。",
            "recon 3 recon.corrected 2 recon.upheld 1 suits 4 suits.pending 1 suits.upheld 3",
        ),
        ("申请的3件事项不予公开的理由已说明。", ""),
        # applicants
        (
            "收到申请共计一百二十三件，其中自然人申请100件，法人及其他组织申请23件。",
            "applicant.natural 100 applicant.organisation 23 new 123",
        ),
        (
            "收到申请45件，其中自然人40件，商业企业3件，社会公益组织1件，法律服务机构1件。",
            "applicant.enterprise 3 applicant.legal_service 1 applicant.natural 40 applicant.public_good 1 new 45",
        ),
        ("受理公民申请12件、法人申请3件。", "applicant.natural 12 applicant.organisation 3"),
        ("收到公民、法人和其他组织申请12件。", "new 12"),
        # numbers as printed
        ("新收政府信息公开申请1，234件，上年结转56件。", "carried_over 56 new 1234"),
        ("收到政府信息公开申请１２件，办结１２件。", "decided_total 12 new 12"),
        ("共处理政府信息公开申请19件（含上年度结转2件），其中新收17件。", "carried_over 2 new 17"),
        ("主动公开政府信息共计2.3万条。", "disclosed 23000"),
        # reviews, fees, what else is counted
        (
            "政府信息公开行政复议3件，其中结果维持2件，结果纠正1件；行政诉讼2件，尚未审结2件。",
            "recon 3 recon.corrected 1 recon.upheld 2 suits 2 suits.pending 2",
        ),
        ("共发出收费通知3件，收取信息处理费金额1200元。", "fees 1200 fees.notices 3"),
        ("发布政策解读材料25件，其中图解12件。", "interpretations 25"),
        ("组织政务公开培训3次，培训120人次。", "trainings 3"),
        ("召开新闻发布会5场，回应社会关切12件。", "press 5"),
        (
            "制发行政规范性文件5件，现行有效12件，废止3件。",
            "normative_made 5 normative_repealed 3 normative_valid 12",
        ),
    ],
)
def test_only_this_years_figures_of_this_matter(text: str, wanted: str) -> None:
    assert told(text) == wanted


def test_a_report_of_an_earlier_year_keeps_its_own_figures() -> None:
    text = "2022年收到政府信息公开申请8件。2023年收到政府信息公开申请12件。"
    assert told(text, 2022) == "new 8"
    assert told(text, 2024) == ""


_WORDS = (
    "收到 受理 办结 申请 政府信息公开 依申请公开 结转 上年 去年 较上年 同比 下年度 至 "
    "予以公开 部分公开 无 未 没有 自然人 法人 行政复议 行政诉讼 维持 收费通知 信息处理费 元 "
    "万元 主动公开 信息 条 件 微信 微博 发布 解读 培训 次 12 1,305 ２３ 2.3万 "
    "三件 为零 2022年 2023年 ， 。 ； 、 留言 点击量 其中 分别 为 共"
)


@given(st.lists(st.sampled_from(_WORDS.split()), max_size=60).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_figure_is_invented(text: str) -> None:
    printed = {Decimal(3)} if "三件" in text else set()
    for token in re.findall(r"\d[\d,，]*(?:\.\d+)?万?", spoken.digits(text)):
        for piece in (token.rstrip(",，"), *re.split("[,，]", token)):
            plain = re.sub("[,，]", "", piece)
            if plain.rstrip("万"):
                printed |= {Decimal(plain.rstrip("万")) * (10_000 if plain.endswith("万") else 1)}
                printed |= {Decimal(plain.rstrip("万"))} if "万元" in text else set()
    for figure in narrative.figures([Section("一、", "overview", "", text)], year=2023).values():
        assert figure.sentence in text
        if figure.value == 0:
            assert re.search("零|无|未|没有", figure.sentence)
        else:
            assert figure.value in printed


@given(
    st.text(alphabet="去年较上比同由增至复议半结转留言2023年月申请公开，。；０１件", max_size=200),
    st.sampled_from([None, 2020, 2023]),
)
def test_what_is_blotted_keeps_every_place(text: str, year: int | None) -> None:
    for blotted in (spoken.of_this_year(text, year), spoken.of_requests(text)):
        assert len(blotted) == len(text)
        assert all(new in (old, "＿", spoken.ROSE) for old, new in zip(text, blotted, strict=True))


@pytest.mark.parametrize(
    "piece", ["收到", "较上年", "2022年，", "微信发布", "申请12", "法人和", "无", "规范性文件", "1,"]
)
def test_no_page_holds_it_up(piece: str) -> None:
    narrative.figures([Section("一、", "overview", "", piece * 30_000)], year=2023)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("邮件2件，书面申请3件，当面1件，信函4件，传真0件，网络6件。", "email 2 written 3 face 1 mail 4 fax 0 net 6"),
        ("邮件申请 2 件，电子邮箱申请1件。", "email 2"),
        ("通过电子邮件方式提交的申请2件、通过邮政邮件提交的申请3件。", "email 2 mail 3"),
        ("通过政府网站依申请公开平台提交申请12件，当面提交书面申请1件。", "net 12 written 1"),
        ("网上平台收到5件，现场受理2件，邮寄方式3件。", "net 5 face 2 mail 3"),
        ("网络平台申请5件、线上申请9件。", "net 5"),
        ("其中3件为网络申请，12件为信函申请，1件当面提交。", "net 3 mail 12 face 1"),
        ("收到5件通过网上平台提交的申请。", "net 5"),
        ("网络、信函、当面申请分别为5件、3件和1件。", "net 5 mail 3 face 1"),
        ("信函和传真申请各两件。", "mail 2 fax 2"),
        ("信函、传真申请共3件。", ""),
        ("通过信函、网络等渠道受理，其中当面申请3件。", "face 3"),
        ("网络、信函、当面申请分别为5件、3件。", ""),
        ("网上申请（含邮箱）7件。", ""),
        ("网上申请1,204件，信件申请一百二十件。", "net 1204 mail 120"),
        ("网站公开信息300条，网站2个，现场办公5次，窗口1个。", ""),
        ("平台受理诉求30件，在线访谈3次，网络舆情12件，快递业务处罚3件。", ""),
        ("书面答复3件，当面答复2件，办结网上申请30件，邮寄答复书4件。", ""),
        ("电话：0311-1，传真：0311-2，电子邮箱：a@b.cn，邮编：050000。", ""),
        ("互联网申请5宗；来访申请2人次；信件3份。", "net 5 face 2 mail 3"),
    ],
)
def test_channels(text: str, wanted: str) -> None:
    words = wanted.split()
    found = read(f"全年依申请公开工作平稳。{text}")
    told = {name.removeprefix("channel."): value for name, value in found.items() if name.startswith("channel.")}
    assert told == {name: float(value) for name, value in zip(words[::2], words[1::2], strict=True)}


def test_channels_of_a_paragraph_without_requests_are_none() -> None:
    assert read("传真3件，信函4件。") == {}


def test_a_figure_says_where_it_stands() -> None:
    text = "工作平稳。全年收到政府信息公开申请9件。其余情况正常。"
    child = Section("（二）", None, "（二）依申请公开情况", text)
    found = narrative.figures([Section("一、", "overview", "一、总体情况", "", (child,))])
    figure = found["new"]
    assert (figure.value, figure.unit, figure.section) == (Decimal(9), "件", "overview")
    assert figure.sentence == "全年收到政府信息公开申请9件。"


def test_the_first_statement_stands() -> None:
    assert read("全年收到政府信息公开申请9件。\n其中某科收到政府信息公开申请4件。") == {"new": 9}


def test_preamble_counts_too() -> None:
    found = narrative.figures([], ["2023年收到政府信息公开申请7件。"])
    assert found["new"].section is None


HOSTILE = [
    "收到" * 200_000,
    "收到2021年政府信息公开申请" * 60_000,
    "申请" + "1," * 300_000,
    "申请" + "9" * 1_000_000,
    "行政复议、" * 150_000,
    "没有" * 300_000,
    "申请" + "一" * 500_000 + "件",
    "（" * 500_000,
    "网上" + "申请" * 400_000,
    "申请网上、信函" * 150_000,
    "申请" + "网上共计合计总计（" * 100_000,
    "申请信函、传真分别为" + "1件、" * 200_000,
    "由" * 300_000 + "300件增至" * 60_000,
    "全市收到公开申请5件，其中市本级" * 40_000,
    "（" + "各县区、市本级、" * 60_000,
    "1-6月收到公开申请" * 60_000,
    "收到公开申请行政复议" * 60_000,
    "由上年" * 200_000,
    "1月" * 300_000,
]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_paragraph_of_a_million_characters_ends(text: str) -> None:
    narrative.figures([Section("", "overview", "", text)])


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="收到申请公开办结件0123456789，。；没有未行政复议诉讼上年结转下、共计一二十", max_size=300))
def test_no_sentence_breaks_it(text: str) -> None:
    for figure in narrative.figures([Section("", "overview", "", text)]).values():
        assert figure.value >= 0
        assert figure.sentence
