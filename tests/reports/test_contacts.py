"""Contact lines: what stands behind its own label, as printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.reports import contacts, parse


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (
            "如有疑问，请联系清河县水务局办公室（地址：清河县人民路8号，邮编：053000，电话：0318-8123456，传真：0318-8123457，"
            "电子邮箱：qhslj@example.com）。",
            {
                "address": "清河县人民路8号", "postcode": "053000", "phone": "0318-8123456", "fax": "0318-8123457",
                "email": "qhslj@example.com",
            },
        ),
        ("联系电话:（0318）8123456  地 址:清河县和平街道1号 邮政编码：053000", {
            "phone": "（0318）8123456", "address": "清河县和平街道1号", "postcode": "053000",
        }),
        ("咨询电话：13800000000", {"phone": "13800000000"}),
        ("电话：０３１８-８１２３４５６", {"phone": "0318-8123456"}),
        ("通信地址：清河县人民路8号县政府大院2号楼305室；E-mail: a.b@mail.example.cn", {
            "address": "清河县人民路8号县政府大院2号楼305室", "email": "a.b@mail.example.cn",
        }),
        ("全年接听热线电话1234567次，公开邮箱收到来信23件。", {}),
        ("0318-8123456", {}),
        ("主动公开办公地址、电话、邮编等信息。", {}),
        ("邮编：0530001", {}),
    ],
)  # fmt: skip
def test_lines(line: str, wanted: dict[str, str]) -> None:
    assert contacts.read((line,)) == wanted


def test_a_report_carries_them() -> None:
    text = "清河县水务局2023年政府信息公开工作年度报告\n一、总体情况\n无。\n联系电话：0318-8123456"
    report = parse(text)
    assert report.kind == "annual_report"
    assert report.contacts == {"phone": "0318-8123456"} == report.to_json()["contacts"]


@given(st.text(alphabet="电话：地址邮编传真箱（）清河路 0123456789-@a.", max_size=300))
def test_nothing_is_invented(line: str) -> None:
    for value in contacts.read((line,)).values():
        assert value in line


@pytest.mark.parametrize("piece", ["电话：", "地址：清", "电话：0", "邮箱：a.", "0318-", "("])
def test_long_lines_end(piece: str) -> None:
    contacts.read(["电话" + piece * 100_000])
