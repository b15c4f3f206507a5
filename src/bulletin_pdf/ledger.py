"""Tool: the ledger 台账 of issues, and what is wrong in its numbers (standards JB-3.16, PR-705).

To read the settings of a hundred issues takes a while; so what the ledger needs of them is kept in build/.cache, by the
hash of what it was read from.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from bulletin_pdf.diagnostics import Diagnostic, Place, warning
from bulletin_pdf.files import write_whole
from bulletin_pdf.home import Home

# The modules that read settings: what was kept does not outlive a change in them.
READERS = ("ledger", "publication", "schema", "settings", "source", "yaml_tree")


@dataclass(frozen=True, slots=True)
class Entry:
    """One issue in the ledger; `places` names where its number, total and date are written.

    total: None for a supplement 增刊 without one. Supplements have numbers of their own in each year. outputs: the
    profiles that it asks for.
    """

    key: str
    number: int
    total: int | None
    date: date
    number_at: Place
    total_at: Place
    date_at: Place
    is_supplement: bool = False
    outputs: tuple[str, ...] = ()


def read_ledger(home: Home) -> tuple[list[Entry], list[Diagnostic]]:
    """Every issue whose settings can be read, and what is wrong with them or with their numbers."""
    file = home.build / ".cache" / "ledger.json"
    kept = _kept(file)
    readers = b"".join(Path(__file__).with_name(f"{name}.py").read_bytes() for name in READERS)
    entries: list[Entry] = []
    known: dict[str, Any] = {}
    found: list[Diagnostic] = []
    for key in home.issues():
        hashed = _hash(readers + key.encode(), home.publication, home.content / key / "issue.yaml")
        entry = _entry(kept.get(hashed))
        more: list[Diagnostic] = []
        if entry is None:
            entry, more = _read_entry(home, key)
            found += more
        if entry is not None:
            entries.append(entry)
            if not more:
                known[hashed] = _values(entry)
    if known != kept:
        with suppress(OSError):  # it is only slower without
            write_whole(file, json.dumps(known, ensure_ascii=False).encode())
    return entries, found + list(check_ledger(entries))


def _read_entry(home: Home, key: str) -> tuple[Entry | None, list[Diagnostic]]:
    from bulletin_pdf.publication import load_issue_settings  # slow to import

    loaded, found = load_issue_settings(home, key)
    if loaded is None:
        return None, found
    settings, tree = loaded.settings, loaded.tree
    number, total, day = (tree.at((name,)).place for name in ("issue", "total", "date"))
    numbers = settings.issue, settings.total, settings.date
    return Entry(key, *numbers, number, total, day, settings.supplement, tuple(settings.outputs)), found


def _hash(readers: bytes, *files: Path) -> str:
    """Of all that an entry depends on; "" where a file can't be read."""
    try:
        parts = [readers, *(file.read_bytes() for file in files)]
    except OSError:
        return ""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _kept(file: Path) -> Mapping[str, Any]:
    """What was kept, by hash."""
    try:
        values = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _values(entry: Entry) -> dict[str, Any]:
    """An entry as JSON keeps it."""
    places = [
        [place.file.as_posix(), place.line, place.column]
        for place in (entry.number_at, entry.total_at, entry.date_at)
    ]
    return {
        "key": entry.key,
        "numbers": [entry.number, entry.total, entry.date.isoformat()],
        "places": places,
        "supplement": entry.is_supplement,
        "outputs": list(entry.outputs),
    }


def _entry(values: Any) -> Entry | None:
    """An entry out of JSON; None where there is none."""
    try:
        number, total, day = values["numbers"]
        at, total_at, date_at = (Place(Path(file), line, column) for file, line, column in values["places"])
        issued, outputs = date.fromisoformat(day), tuple(values["outputs"])
        return Entry(
            values["key"], number, total, issued, at, total_at, date_at, values["supplement"], outputs
        )
    except (KeyError, TypeError, ValueError):
        return None


def ledger_faults(home: Home, keys: Iterable[str]) -> list[Diagnostic]:
    """What is wrong with the numbers and dates of these issues, seen beside all the others."""
    files = {home.shown(home.content / key / "issue.yaml") for key in keys}
    entries, _ = read_ledger(home)
    return [fault for fault in check_ledger(entries) if fault.place and fault.place.file in files]


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Oldest first: by total number, then by date; what has no total comes before the first later issue."""
    counted = sorted(_counted(entries), key=lambda pair: (pair[0], pair[1].date, pair[1].key))
    ordered = [entry for _, entry in counted]
    for entry in sorted(
        (entry for entry in entries if entry.total is None), key=lambda entry: (entry.date, entry.key)
    ):
        later = (index for index, other in enumerate(ordered) if other.date > entry.date)
        ordered.insert(next(later, len(ordered)), entry)
    return ordered


def _counted(entries: Sequence[Entry]) -> list[tuple[int, Entry]]:
    """The entries that have a total, with it."""
    return [(entry.total, entry) for entry in entries if entry.total is not None]


def check_ledger(entries: Sequence[Entry]) -> Iterator[Diagnostic]:
    """Numbers given twice (BP701), gaps (BP702), and dates that go back (BP703)."""
    ordered = in_order(entries)
    for (total, before), (next_total, after) in pairwise(_counted(ordered)):
        if next_total == total:
            message = f"总第{next_total}期有两期：“{before.key}”和“{after.key}”。"
            yield warning("BP701", message, after.total_at, "改正其中一期的总期号。")
        elif next_total > total + 1:
            message = f"总期号从“{before.key}”的 {total} 跳到了 {next_total}。"
            hint = f"应为 {total + 1}，除非中间的各期不在这个文件夹里。"
            yield warning("BP702", message, after.total_at, hint)
        if after.date < before.date:
            message = f"总第{next_total}期的日期 {after.date} 早于总第{total}期的 {before.date}。"
            yield warning("BP703", message, after.date_at, "核对两期的日期和总期号。")
    years = sorted({entry.date.year for entry in ordered})
    for year in years:
        for is_supplement in (False, True):
            entries = sorted(
                (e for e in ordered if e.date.year == year and e.is_supplement == is_supplement),
                key=lambda entry: (entry.number, entry.total or 0, entry.date, entry.key),
            )
            series = f"{year}年增刊" if is_supplement else f"{year}年"
            # The oldest year in the folder may have begun elsewhere.
            if entries and year != years[0] and entries[0].number > 1:
                message = f"{series}从第 {entries[0].number} 期开始，缺第 1 期。"
                hint = "应为 1，除非前面的各期不在这个文件夹里。"
                yield warning("BP702", message, entries[0].number_at, hint)
            yield from _check_series(series, entries)


def _check_series(series: str, entries: Sequence[Entry]) -> Iterator[Diagnostic]:
    """One year's issues, or its supplements, sorted by number."""
    for before, after in pairwise(entries):
        if after.number == before.number:
            message = f"{series}第{after.number}期有两期：“{before.key}”和“{after.key}”。"
            yield warning("BP701", message, after.number_at, "改正其中一期的期号。")
        elif after.number > before.number + 1:
            message = f"{series}的期号从 {before.number}（“{before.key}”）跳到了 {after.number}。"
            hint = f"应为 {before.number + 1}，除非中间的各期不在这个文件夹里。"
            yield warning("BP702", message, after.number_at, hint)
        if before.total is not None and after.total is not None and after.total < before.total:
            message = (
                f"{series}第{after.number}期的总期号 {after.total} 小于第{before.number}期的 {before.total}。"
            )
            yield warning("BP703", message, after.total_at, "核对两期的期号和总期号。")
        elif None in (before.total, after.total) and after.date < before.date:
            message = (
                f"{series}第{after.number}期的日期 {after.date} 早于第{before.number}期的 {before.date}。"
            )
            yield warning("BP703", message, after.date_at, "核对两期的日期和期号。")
