"""Sentences in the ways reports speak, each with all figures that may be read from it: the right one or none."""

from __future__ import annotations

import pytest

from crawler.reports import narrative
from crawler.reports.model import Scope, Section


def told(text: str, scope: Scope | None = "own") -> str:
    """Quantities and values as `new 23 recon 4`, in the order of their names."""
    found = narrative.figures([Section("一、", "overview", "一、总体情况", text)], year=2023, scope=scope)
    return " ".join(f"{name} {figure.value.normalize():f}" for name, figure in sorted(found.items()))


OTHER_MATTERS = [
    ("全年收到行政复议申请5件。依申请公开工作平稳。", ""),
    ("我局收到行政复议申请5件，办结5件。依申请公开工作平稳。", ""),
    ("本年度收到政府信息公开申请23件、行政复议申请5件。", "new 23 recon 5"),
    ("收到政府信息公开行政复议申请5件，其中维持4件，纠正1件。", "recon 5 recon.corrected 1 recon.upheld 4"),
    ("因政府信息公开被申请行政复议5件，被提起行政诉讼2件。", "recon 5 suits 2"),
    ("收到政府信息公开申请23件，收到行政复议申请5件，已审结4件。", "new 23 recon 5"),
    ("收到行政复议机关转来的答复通知5件。依申请公开平稳。", ""),
    ("收到人民法院应诉通知书3份，申请人不服信息公开答复提起诉讼3件。", "suits 3"),
    ("新收政府信息公开申请40件，上年结转2件；行政复议申请3件。", "carried_over 2 new 40 recon 3"),
    ("受理行政许可申请120件，受理政府信息公开申请7件。", "new 7"),
    ("收到法律援助申请88件。政府信息公开申请工作平稳。", ""),
    ("收到国家赔偿申请2件。依申请公开工作有序。", ""),
    ("收到补正申请4件。依申请公开工作有序。", ""),
    ("收到工伤认定申请300件、政府信息公开申请6件。", "new 6"),
    ("受理各类许可申请1200件，其中收到政府信息公开申请9件。", "new 9"),
]
"""Reviews, lawsuits and requests of other kinds are no requests for disclosure."""


@pytest.mark.parametrize(("text", "wanted"), OTHER_MATTERS)
def test_reviews_and_requests_of_other_kinds_are_no_requests(text: str, wanted: str) -> None:
    assert told(text) == wanted


ROSE = [
    ("申请由300件增至482件。依申请公开量上升。", "new 482"),
    ("政府信息公开申请由上年的300件增加到482件。", "new 482"),
    ("收到的政府信息公开申请从300件上升至482件，增长60.7%。", "new 482"),
    ("收到政府信息公开申请由2022年的300件减少至182件。", "new 182"),
    ("办结依申请公开由290件增至475件。", "decided_total 475"),
    ("主动公开信息数由3000条增至4200条。", "disclosed 4200"),
    ("全年受理政府信息公开申请482件，由上年的300件增长60%。", "new 482"),
]
"""From … to."""


@pytest.mark.parametrize(("text", "wanted"), ROSE)
def test_of_what_rose_or_fell_the_later_number_is_read(text: str, wanted: str) -> None:
    assert told(text) == wanted


PARTS_OF_A_YEAR = [
    ("1-6月收到政府信息公开申请200件。", ""),
    ("1—6月收到政府信息公开申请200件，全年收到政府信息公开申请482件。", "new 482"),
    ("2023年1至6月，我局收到政府信息公开申请200件，办结195件。", ""),
    ("上半年收到政府信息公开申请200件，下半年收到政府信息公开申请282件。", ""),
    ("第一季度受理政府信息公开申请30件。", ""),
    ("前三季度共收到依申请公开110件。", ""),
    ("截至6月底，共收到政府信息公开申请200件。", ""),
    ("截至2023年11月30日，收到政府信息公开申请382件。", ""),
    ("截至2023年12月31日，共收到政府信息公开申请482件，办结480件。", "decided_total 480 new 482"),
    ("截至2023年底，共收到政府信息公开申请482件。", "new 482"),
    ("2023年1月1日至12月31日，共收到政府信息公开申请482件。", "new 482"),
    ("2023年1—12月，新收政府信息公开申请482件。", "new 482"),
    ("自2023年1月1日起至2023年12月31日止，新收政府信息公开申请482件。", "new 482"),
    ("5月份收到政府信息公开申请18件。", ""),
    ("7月1日以来，收到政府信息公开申请18件。", ""),
    ("6月，组织政务公开培训1次。全年组织政务公开培训4次。", "trainings 4"),
    ("全年共收到政府信息公开申请482件，其中上半年200件。", "new 482"),
    ("全年共收到政府信息公开申请482件，其中12月份收到政府信息公开申请61件。", "new 482"),
    ("当月收到政府信息公开申请18件。", ""),
]
"""A part of the year, a rate or a plan is not the year's."""


@pytest.mark.parametrize(("text", "wanted"), PARTS_OF_A_YEAR)
def test_a_part_of_the_year_is_not_the_year(text: str, wanted: str) -> None:
    assert told(text) == wanted


WHOSE = [
    ("全市收到政府信息公开申请5000件，其中市本级482件。", "own", "new 482 new.all 5000"),
    ("全市收到政府信息公开申请5000件，其中市本级482件。", "consolidated", "new 5000 new.own 482"),
    ("全市收到政府信息公开申请5000件，其中市本级482件。", None, "new.all 5000 new.own 482"),
    (
        "全市收到政府信息公开申请5000件（市本级482件），办结4990件。",
        "consolidated",
        "decided_total 4990 new 5000 new.own 482",
    ),
    (
        "全市收到政府信息公开申请5000件（市本级482件），办结4990件。",
        "own",
        "decided_total.all 4990 new 482 new.all 5000",
    ),
    ("全县共收到政府信息公开申请482件。", None, "new 482"),
    ("全市收到政府信息公开申请5000件。", "own", "new.all 5000"),
    ("全市各级各部门共受理政府信息公开申请5000件，我局收到政府信息公开申请12件。", "own", "new 12 new.all 5000"),
    (
        "全市公安机关共收到政府信息公开申请900件；局机关收到政府信息公开申请82件，办结80件。",
        "own",
        "decided_total 80 new 82 new.all 900",
    ),
    (
        "全市主动公开政府信息52000条，市本级主动公开政府信息8000条。",
        "consolidated",
        "disclosed 52000 disclosed.own 8000",
    ),
    ("全镇共收到政府信息公开申请3件，全部办结。", "own", "new 3"),
    ("全局共收到政府信息公开申请13件，已办结12件。", "own", "decided_total 12 new 13"),
    ("全区税务系统共收到政府信息公开申请31件。", "own", "new.all 31"),
    ("各县区共收到政府信息公开申请700件，市级部门收到政府信息公开申请300件。", None, ""),
    ("市政府办公室收到政府信息公开申请50件。", "consolidated", "new.own 50"),
]
"""Own and consolidated."""


@pytest.mark.parametrize(("text", "scope", "wanted"), WHOSE)
def test_own_and_consolidated_figures_are_kept_apart(text: str, scope: Scope | None, wanted: str) -> None:
    assert told(text, scope) == wanted


COMPARED = [
    ("收到政府信息公开申请482件，同比增长12件。", "new 482"),
    ("政府信息公开申请较上年增加12件。", ""),
    ("收到政府信息公开申请量同比增加12件，办结率100%。", ""),
    ("政府信息公开申请比上年度多12件。", ""),
    ("收到政府信息公开申请482件，增加12件。", "new 482"),
    ("政府信息公开申请增加12件，增幅2.5%。", ""),
    ("政府信息公开申请数量净增12件。", ""),
    ("政府信息公开申请量与上年持平，均为12件。", ""),
    ("收到政府信息公开申请数比去年同期少收30件。", ""),
    ("相较2022年，政府信息公开申请增加12件。", ""),
    ("办结依申请公开480件，较上年度多办结20件。", "decided_total 480"),
    ("收到政府信息公开申请482件（上年同期470件）。", "new 482"),
    ("政府信息公开申请（去年300件）482件。", ""),
    ("主动公开政府信息同比增加300条。", ""),
    ("日均收到政府信息公开申请2件。", ""),
    ("平均每月收到政府信息公开申请40件。", ""),
    ("历年累计收到政府信息公开申请1900件。", ""),
    ("近三年共收到政府信息公开申请1200件。", ""),
    ("预计明年收到政府信息公开申请600件。", ""),
    ("单日最多收到政府信息公开申请9件。", ""),
]
"""A difference is no count."""


@pytest.mark.parametrize(("text", "wanted"), COMPARED)
def test_a_difference_is_no_count(text: str, wanted: str) -> None:
    assert told(text) == wanted


DECIDED = [
    ("收到政府信息公开申请490件，已办结487件。", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，487件已办结。", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，其中487件已在法定期限内答复。", "decided_total 487 new 490"),
    (
        "收到政府信息公开申请490件，487件均按时办结，3件结转下年度继续办理。",
        "carried_forward 3 decided_total 487 new 490",
    ),
    ("收到政府信息公开申请490件，本年度办理结果总计487件。", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，办理完毕487件。", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，办毕487件。", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，已全部办复487件。", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，处理完毕487件。", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，作出答复487件。", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，依法依规答复487件。", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，办结数为487件。", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，年内办结487件，办结率99.4%。", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，按期答复率100%，其中公开12件。", "new 490"),
    ("收到政府信息公开申请490件，未办结3件。", "new 490"),
    ("收到政府信息公开申请490件，尚有3件正在办理。", "new 490"),
    ("收到政府信息公开申请490件，超期办结2件。", "new 490"),
    ("收到政府信息公开申请490件，当场答复20件，按期答复467件。", "new 490"),
    ("收到政府信息公开申请490件，待办结3件。", "new 490"),
    ("办理政府信息公开申请487件，办理行政复议2件。", "decided_total 487 recon 2"),
]
"""What was closed."""


@pytest.mark.parametrize(("text", "wanted"), DECIDED)
def test_what_was_closed(text: str, wanted: str) -> None:
    assert told(text) == wanted


RECEIVED = [
    ("政府信息公开申请量为482件。", "new 482"),
    ("全年登记受理政府信息公开申请482件。", "new 482"),
    ("收到公民、法人提出的政府信息公开申请共计482件。", "new 482"),
    ("收到的482件政府信息公开申请均已办结。", "new 482"),
    ("2023年共有482件政府信息公开申请。", "new 482"),
    ("2023年政府信息公开申请共482件，比2022年增加182件。", "new 482"),
    ("全年共收到政府信息公开申请482件次。", "new 482"),
    ("收到政府信息公开申请4宗，涉及征地拆迁3宗。", "new 4"),
    ("收到政府信息公开申请的渠道有3个。", ""),
    ("收到申请后15个工作日内答复依申请公开事项。", ""),
    ("受理政府信息公开申请须在20个工作日内答复，收到申请之日起3个工作日。", ""),
    ("政府信息公开申请受理点5个。", ""),
    ("收到政府信息公开申请第5件起实行台账管理。", ""),
]
"""What was received."""


@pytest.mark.parametrize(("text", "wanted"), RECEIVED)
def test_what_was_received(text: str, wanted: str) -> None:
    assert told(text) == wanted


NEIGHBOURS = [
    ("申请量由去年300件升至482件，其中网上申请400件。依申请公开平稳。", "own", "channel.net 400 new 482"),
    ("依申请公开数量由1,300件降为1,182件。", "own", ""),
    ("政府信息公开申请数量由1,300件降为1,182件。", "own", "new 1182"),
    ("办结量由290件提高到475件。依申请公开平稳。", "own", "decided_total 475"),
    ("2023年收到政府信息公开申请482件，2024年将收到政府信息公开申请更多，预计600件。", "own", "new 482"),
    ("2024年，计划组织政务公开培训5次。", "own", ""),
    ("下一年度拟组织政务公开培训5次。", "own", ""),
    ("每季度组织政务公开培训1次。", "own", ""),
    ("每年组织政务公开培训2次。", "own", ""),
    ("结转至2024年继续办理5件。政府信息公开申请平稳。", "own", "carried_forward 5"),
    (
        "上半年，收到政府信息公开申请200件，办结190件，结转下半年10件；全年共收到政府信息公开申请482件。",
        "own",
        "new 482",
    ),
    ("1月至12月，收到政府信息公开申请482件。", "own", "new 482"),
    ("1-11月，收到政府信息公开申请482件。", "own", ""),
    ("2023年1月1日至6月30日收到政府信息公开申请200件。", "own", ""),
    ("2023年1月1日起至12月31日止，收到政府信息公开申请482件。", "own", "new 482"),
    ("一季度收到政府信息公开申请50件，二季度60件，三季度70件，四季度80件。", "own", ""),
    ("自5月15日新条例施行以来，收到政府信息公开申请50件。", "own", ""),
    ("十月，收到政府信息公开申请5件。", "own", ""),
    ("全市共收到政府信息公开申请5000件。办结4990件。", "own", "decided_total.all 4990 new.all 5000"),
    (
        "全市共收到政府信息公开申请5000件。我局收到政府信息公开申请12件，办结11件。",
        "own",
        "decided_total 11 new 12 new.all 5000",
    ),
    ("在全市范围内推进政务公开，我局收到政府信息公开申请12件。", "own", "new 12"),
    ("面向全市公开征集意见，收到政府信息公开申请12件。", "own", "new 12"),
    ("我局向全市公众主动公开政府信息120条。", "own", "disclosed 120"),
    ("位居全市第一，主动公开政府信息120条。", "own", "disclosed 120"),
    ("全省政务公开考评中获评优秀，主动公开政府信息120条。", "own", "disclosed.all 120"),
    (
        "2023年，全区各部门、各街道共收到政府信息公开申请300件，其中区政府办公室收到政府信息公开申请30件。",
        "consolidated",
        "new 300 new.own 30",
    ),
    (
        "2023年，全县各级行政机关共受理政府信息公开申请300件，其中县本级100件，乡镇200件。",
        "consolidated",
        "new 300 new.own 100",
    ),
    ("2023年，全县各级行政机关共受理政府信息公开申请300件，其中县本级100件，乡镇200件。", "own", "new 100 new.all 300"),
    ("全系统共收到政府信息公开申请300件，其中局机关30件，基层单位270件。", "own", "new 30 new.all 300"),
    ("收到政府信息公开申请300件，其中市本级30件。", "consolidated", "new 300 new.own 30"),
    ("收到政府信息公开申请30件，其中市本级10件。", "own", "new 30"),
    ("市本级主动公开政府信息800条，各县区主动公开政府信息5200条。", "consolidated", "disclosed.own 800"),
    ("全区主动公开政府信息6000条；收到政府信息公开申请300件。", "consolidated", "disclosed 6000 new 300"),
    ("全镇主动公开政府信息600条。", "own", "disclosed 600"),
    ("全市发布政策解读材料200件。", "own", "interpretations.all 200"),
    ("收到公开征求意见120件。依申请公开平稳。", "own", ""),
    ("收到政府信息公开意见箱来信12件。", "own", ""),
    ("收到关于信息公开的咨询电话120次。", "own", ""),
    ("收到信息公开工作通知12份。", "own", ""),
    ("收到行政复议申请5件，均已办结；收到政府信息公开申请7件。", "own", "new 7 recon 5"),
    ("收到5件行政复议申请。政府信息公开申请平稳。", "own", ""),
    ("没有收到政府信息公开申请及行政复议、行政诉讼案件。", "own", "new 0 recon 0 suits 0"),
    ("未收到因政府信息公开引发的行政复议申请。", "own", "recon 0"),
    ("收到申请9件，均按时答复。依申请公开平稳。", "own", "new 9"),
    ("收到群众书面申请12件。依申请公开平稳。", "own", "channel.written 12 new 12"),
    ("收到最低生活保障申请212件。依申请公开平稳。", "own", ""),
    ("收到申请人补正材料12件，收到政府信息公开申请22件。", "own", "new 22"),
    ("公开行政许可决定300件，收到政府信息公开申请22件。", "own", "new 22"),
    (
        "收到政府信息公开申请22件，已办结20件，其余2件按规定结转下年度办理。",
        "own",
        "carried_forward 2 decided_total 20 new 22",
    ),
    ("收到政府信息公开申请22件，办结22件，其中公开20件，不予公开2件。", "own", "decided_total 22 denied 2 new 22"),
    ("办结上年结转申请2件，收到政府信息公开申请22件。", "own", "new 22"),
    ("收到政府信息公开申请22件，按时办结率100%，无超期办结1件。", "own", "new 22"),
    ("今年共办结政府信息公开申请487件（含上年结转12件）。", "own", "carried_over 12 decided_total 487"),
    ("487件政府信息公开申请已全部办结。", "own", "decided_total 487"),
    ("收到政府信息公开申请490件，均在法定期限内予以答复，已答复487件。", "own", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，办结487件，同比增长12%。", "own", "decided_total 487 new 490"),
    ("收到政府信息公开申请490件，办结率99%，487件按时答复。", "own", "decided_total 487 new 490"),
]
"""Neighbours of all these."""


@pytest.mark.parametrize(("text", "scope", "wanted"), NEIGHBOURS)
def test_more_of_the_same(text: str, scope: Scope | None, wanted: str) -> None:
    assert told(text, scope) == wanted
