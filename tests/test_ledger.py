"""The ledger: numbers that repeat, jump or go back, and the next issue's."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bulletin_pdf.diagnostics import Place
from bulletin_pdf.ledger import Entry, check_ledger, in_order
from notation import findings


def entry(key: str, number: int, total: int, day: str) -> Entry:
    file = Path("content") / key / "issue.yaml"
    return Entry(
        key, number, total, date.fromisoformat(day), Place(file, 1, 5), Place(file, 2, 6), Place(file, 3, 5)
    )


GOOD = [
    entry("2020-24", 24, 40, "2020-12-25"),
    entry("2021-01", 1, 41, "2021-01-08"),
    entry("2021-02", 2, 42, "2021-01-22"),
]


def test_a_good_ledger_over_new_year_has_no_findings() -> None:
    assert list(check_ledger(GOOD)) == []
    assert list(check_ledger([])) == []
    assert [each.key for each in in_order(GOOD[::-1])] == ["2020-24", "2021-01", "2021-02"]


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        pytest.param(
            entry("2021-03", 3, 42, "2021-02-05"),
            """content/2021-03/issue.yaml:2:6 警告 BP701 总第42期有两期：“2021-02”和“2021-03”。
    改法：改正其中一期的总期号。""",
            id="同一个总期号",
        ),
        pytest.param(
            entry("2021-2b", 2, 43, "2021-02-05"),
            """content/2021-2b/issue.yaml:1:5 警告 BP701 2021年第2期有两期：“2021-02”和“2021-2b”。
    改法：改正其中一期的期号。""",
            id="同一个期号",
        ),
        pytest.param(
            entry("2021-05", 5, 45, "2021-02-05"),
            """content/2021-05/issue.yaml:2:6 警告 BP702 总期号从“2021-02”的 42 跳到了 45。
    改法：应为 43，除非中间的各期不在这个文件夹里。
content/2021-05/issue.yaml:1:5 警告 BP702 2021年的期号从 2（“2021-02”）跳到了 5。
    改法：应为 3，除非中间的各期不在这个文件夹里。""",
            id="缺期",
        ),
        pytest.param(
            entry("2021-03", 3, 43, "2021-01-15"),
            """content/2021-03/issue.yaml:3:5 警告 BP703 总第43期的日期 2021-01-15 早于总第42期的 2021-01-22。
    改法：核对两期的日期和总期号。""",
            id="日期倒退",
        ),
        pytest.param(
            entry("2021-03", 3, 39, "2021-02-05"),
            """content/2020-24/issue.yaml:3:5 警告 BP703 总第40期的日期 2020-12-25 早于总第39期的 2021-02-05。
    改法：核对两期的日期和总期号。
content/2021-03/issue.yaml:2:6 警告 BP703 2021年第3期的总期号 39 小于第2期的 42。
    改法：核对两期的期号和总期号。""",
            id="总期号倒退",
        ),
        pytest.param(
            entry("2022-02", 2, 43, "2022-01-07"),
            """content/2022-02/issue.yaml:1:5 警告 BP702 2022年从第 2 期开始，缺第 1 期。
    改法：应为 1，除非前面的各期不在这个文件夹里。""",
            id="新年不从一开始",
        ),
    ],
)
def test_findings(last: Entry, expected: str) -> None:
    assert "\n".join(findings(check_ledger([*GOOD, last]))) == expected


def supplement(key: str, number: int, day: str, total: int | None = None) -> Entry:
    return replace(entry(key, number, 0, day), total=total, is_supplement=True)


def test_supplements_are_counted_by_themselves() -> None:
    first, second = supplement("2021-z1", 1, "2021-01-15"), supplement("2021-z2", 2, "2021-02-01")
    assert list(check_ledger([*GOOD, second, first])) == []
    keys = [each.key for each in in_order([second, *GOOD, first])]
    assert keys == ["2020-24", "2021-01", "2021-z1", "2021-02", "2021-z2"]


def test_findings_among_supplements() -> None:
    extra = [supplement("2021-z1", 1, "2021-01-15"), supplement("2021-z3", 3, "2021-01-10", 43)]
    assert "\n".join(findings(check_ledger([*GOOD, *extra]))) == (
        """content/2021-z3/issue.yaml:3:5 警告 BP703 总第43期的日期 2021-01-10 早于总第42期的 2021-01-22。
    改法：核对两期的日期和总期号。
content/2021-z3/issue.yaml:1:5 警告 BP702 2021年增刊的期号从 1（“2021-z1”）跳到了 3。
    改法：应为 2，除非中间的各期不在这个文件夹里。
content/2021-z3/issue.yaml:3:5 警告 BP703 2021年增刊第3期的日期 2021-01-10 早于第1期的 2021-01-15。
    改法：核对两期的日期和期号。"""
    )


def test_the_first_issue_in_the_folder_may_have_any_number() -> None:
    assert (
        list(check_ledger([entry("2021-17", 17, 17, "2021-07-09"), entry("2021-18", 18, 18, "2021-07-23")]))
        == []
    )
