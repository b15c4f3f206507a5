"""What a chart shows, as values: the table of the model read as names and numbers."""

import re
import unicodedata
from dataclasses import dataclass

from bulletin_pdf.model import Chart, plain

NOTHING = "—"
"""How a missing number is printed."""


@dataclass(frozen=True, slots=True)
class Series:
    """A column: its name, its cells as printed ('' for nothing) and their values."""

    name: str
    cells: tuple[str, ...]
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Data:
    """What a chart shows: names of the categories, series; the sign that all numbers bear (% or ‰ or '')."""

    caption: str
    names: tuple[str, ...]
    series: tuple[Series, ...]
    sign: str

    @property
    def values(self) -> list[float]:
        return [value for each in self.series for value in each.values if value is not None]


def read(chart: Chart) -> Data:
    table = chart.table
    columns = max([len(table.head), *map(len, table.rows)])
    rows = [[_words(plain(cell)) for cell in row] + [""] * (columns - len(row)) for row in table.rows]
    heads = [_words(plain(cell)) for cell in table.head] + [""] * (columns - len(table.head))
    series = []
    for column in range(1, columns):
        values = tuple(_number(row[column]) for row in rows)
        cells = (
            row[column].replace("-", "−") if value is not None else ""
            for row, value in zip(rows, values, strict=True)
        )
        series.append(Series(heads[column], tuple(cells), values))
    signs = {cell[-1] for each in series for cell in each.cells if cell}
    sign = unicodedata.normalize("NFKC", signs.pop()) if len(signs) == 1 else ""
    names = tuple(row[0] if row else "" for row in rows)
    return Data(_words(plain(table.caption)), names, tuple(series), sign if sign in {"%", "‰"} else "")


def _words(text: str) -> str:
    """A text without characters that XML cannot hold; full-width blanks stay."""
    return "".join(each for each in text if each.isprintable() or each == "\u3000").strip()


def _number(cell: str) -> float | None:
    """The value of a cell, None for nothing: 1,234.5  −3  12%  —."""
    typed = re.sub(r"[,%‰\s]", "", unicodedata.normalize("NFKC", cell)).replace("−", "-")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", typed, re.ASCII):
        return None
    value = float(typed)
    # Beyond it a range would be too large for a float.
    return value if abs(value) < 1e300 else None
