"""Distribution lists: every slip is told at its cell; numbers follow the list without a gap."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulletin_pdf.diagnostics import Place
from bulletin_pdf.numbered.distribution import Recipient, allot, read_distribution, register_csv
from bulletin_pdf.source import SourceText

FILE = Path("名单.csv")


def read(text: str) -> tuple[tuple[Recipient, ...], list[str]]:
    recipients, found = read_distribution(SourceText(FILE, text))
    return recipients, [f"{each.place}: {each.code} {each.message}" for each in found]


def test_a_list() -> None:
    recipients, found = read("部门,收件人,份数\n综合部,张三,3\n,档案室,1\n")
    assert found == []
    assert [(each.words, each.copies, each.place.line) for each in recipients] == [
        ("综合部　张三", 3, 2),
        ("档案室", 1, 3),
    ]


@pytest.mark.parametrize(
    ("text", "findings"),
    [
        ("收件人,部门\n张三,综合部\n", ["名单.csv:1:1: BP136 发放名单里没有“份数”这一列。"]),
        ("单位,份数\n张三,1\n", ["名单.csv:1:1: BP137 发放名单里的“单位”这一列用不上。", "名单.csv:1:1: BP136 发放名单里没有“收件人”这一列。"]),
        ("收件人,份数,份数\n张三,1,2\n", ["名单.csv:1:8: BP136 发放名单里有两列“份数”。"]),
        ("收件人,份数\n张三,两\n李四,0\n", ["名单.csv:2:4: BP136 份数“两”不对。", "名单.csv:3:4: BP136 份数“0”不对。"]),
        ("收件人,份数\n张三,1.5\n", ["名单.csv:2:4: BP136 份数“1.5”不对。"]),
        ("收件人,份数\n张三,1000000\n", ["名单.csv:2:4: BP136 份数“1000000”不对。"]),
        ("收件人,份数\n张三,\n", ["名单.csv:2:1: BP136 “张三”没有写份数。"]),
        ("收件人,份数\n,3\n", ["名单.csv:2:1: BP136 这一行没有写收件人。"]),
        (
            f"收件人,份数\n{'长' * 41},3\n",
            [f"名单.csv:2:1: BP136 部门和收件人共 41 个字，最多 40 个，印不下：“{'长' * 41}”。"],
        ),
        ('收件人,份数\n"张三,3\n', ["名单.csv:2:1: BP135 英文引号（\"）没有配对。"]),
        ("收件人,份数\n张三,3,4\n", ["名单.csv:2:6: BP128 表格这一行有 3 格，表头只有 2 格。"]),
        ("收件人,份数\n", ["名单.csv:1:1: BP135 CSV 文件里没有表格。"]),
    ],
)  # fmt: skip
def test_a_wrong_list_is_told_at_its_cell(text: str, findings: list[str]) -> None:
    recipients, found = read(text)
    assert found == findings
    assert recipients == ()


def test_what_looks_odd_is_a_warning() -> None:
    recipients, found = read("收件人,份数,电话\n张三,1,123\n张三,2,123\n")
    assert found == [
        "名单.csv:1:8: BP137 发放名单里的“电话”这一列用不上。",
        "名单.csv:3:1: BP137 “张三”在发放名单里已有一行（第 2 行）。",
    ]
    assert len(recipients) == 2


@given(st.lists(st.integers(1, 50), min_size=1), st.integers(1, 1000))
def test_every_number_is_given_once(counts: list[int], start: int) -> None:
    allotments = allot([Recipient("某", "", count, Place(FILE)) for count in counts], start)
    numbers = [number for each in allotments for number in range(each.first, each.last + 1)]
    assert numbers == list(range(start, start + sum(counts)))
    assert [each.last - each.first + 1 for each in allotments] == counts


def test_the_register_as_csv() -> None:
    recipients, _ = read("收件人,部门,份数\n张三,综合部,3\n=1+1,,1\n")
    text = register_csv(allot(recipients, 7)).decode("utf-8")
    assert text.startswith("\ufeff起号,止号,份数,部门,收件人,签收,日期\r\n")
    assert text.splitlines()[1:] == ["000007,000009,3,综合部,张三,,", "000010,000010,1,,'=1+1,,"]
