"""Tool: the ledger 台账 of issues, and what is wrong in its numbers (standards JB-3.16, PR-705)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from bulletin_pdf.diagnostics import Diagnostic, Place, warning


@dataclass(frozen=True, slots=True)
class Entry:
    """One issue in the ledger; `places` names where its number, total and date are written."""

    key: str
    number: int
    total: int
    date: date
    number_at: Place
    total_at: Place
    date_at: Place


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Oldest first: by total number, then by date."""
    return sorted(entries, key=lambda entry: (entry.total, entry.date, entry.key))


def check_ledger(entries: Sequence[Entry]) -> Iterator[Diagnostic]:
    """Numbers given twice (BP701), gaps (BP702), and dates that go back (BP703)."""
    ordered = in_order(entries)
    for before, after in pairwise(ordered):
        if after.total == before.total:
            message = f"总第{after.total}期有两期：“{before.key}”和“{after.key}”。"
            yield warning("BP701", message, after.total_at, "改正其中一期的总期号。")
        elif after.total > before.total + 1:
            message = f"总期号从“{before.key}”的 {before.total} 跳到了 {after.total}。"
            yield warning(
                "BP702", message, after.total_at, f"应为 {before.total + 1}，除非中间的各期不在这个文件夹里。"
            )
        if after.date < before.date:
            message = f"总第{after.total}期的日期 {after.date} 早于总第{before.total}期的 {before.date}。"
            yield warning("BP703", message, after.date_at, "核对两期的日期和总期号。")
    years = sorted({entry.date.year for entry in ordered})
    for year in years:
        entries = sorted(
            (entry for entry in ordered if entry.date.year == year),
            key=lambda entry: (entry.number, entry.total, entry.key),
        )
        # The oldest year in the folder may have begun elsewhere.
        if year != years[0] and entries[0].number > 1:
            message = f"{year}年从第 {entries[0].number} 期开始，缺第 1 期。"
            hint = "应为 1，除非前面的各期不在这个文件夹里。"
            yield warning("BP702", message, entries[0].number_at, hint)
        yield from _check_year(year, entries)


def _check_year(year: int, entries: Sequence[Entry]) -> Iterator[Diagnostic]:
    """One year's issues, sorted by number."""
    for before, after in pairwise(entries):
        if after.number == before.number:
            message = f"{year}年第{after.number}期有两期：“{before.key}”和“{after.key}”。"
            yield warning("BP701", message, after.number_at, "改正其中一期的期号。")
        elif after.number > before.number + 1:
            message = f"{year}年的期号从 {before.number}（“{before.key}”）跳到了 {after.number}。"
            yield warning(
                "BP702",
                message,
                after.number_at,
                f"应为 {before.number + 1}，除非中间的各期不在这个文件夹里。",
            )
        if after.total < before.total:
            message = (
                f"{year}年第{after.number}期的总期号 {after.total} 小于第{before.number}期的 {before.total}。"
            )
            yield warning("BP703", message, after.total_at, "核对两期的期号和总期号。")
