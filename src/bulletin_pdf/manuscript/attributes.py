"""Tool: the words in braces behind a picture or a table, `{全宽}`, `{列宽=2:1:1 横排}`, to values."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.model import Extent
from bulletin_pdf.schema import nearest

ChartKind = Literal["bar", "line", "pie"]


@dataclass(frozen=True, slots=True)
class Attributes:
    """What the words ask for. widths: of a table's columns, as parts of the whole; they were typed at `widths_at`."""

    extent: Extent = ""
    widths: tuple[float, ...] = ()
    is_wide: bool = False
    chart: ChartKind | None = None
    widths_at: Place | None = None


_EXTENTS: dict[str, Extent] = {"全宽": "full", "full": "full", "半宽": "half", "half": "half"}
_WIDE = ("横排", "wide")
_WIDTHS = ("列宽", "widths")
CHARTS: dict[str, ChartKind] = {
    "柱图": "bar",
    "bar": "bar",
    "折线图": "line",
    "line": "line",
    "饼图": "pie",
    "pie": "pie",
}

PICTURE = frozenset(_EXTENTS)
TABLE = frozenset((*_WIDTHS, *_WIDE))
CSV = TABLE | frozenset(CHARTS)
NONE: frozenset[str] = frozenset()
WORDS = PICTURE | CSV

_WORD = re.compile(r"[^\s,，、]+")
_ASSIGNED = re.compile(r"([^=＝]+)[=＝](.*)")


def read_attributes(typed: str, place: Place, known: Collection[str]) -> tuple[Attributes, list[Diagnostic]]:
    """The attributes between braces that begin at `place`; `known` are the words that have a meaning there."""
    attributes = Attributes()
    found: list[Diagnostic] = []
    for match in _WORD.finditer(typed):
        word, at = match.group(), place.right(match.start())
        assigned = _ASSIGNED.fullmatch(word)
        name = assigned[1] if assigned else word
        if name not in known or (assigned and name not in _WIDTHS):
            found.append(_unknown(word, at, known))
        elif name in _WIDTHS:
            widths = _widths(assigned[2]) if assigned else ()
            if not widths:
                hint = "写成“列宽=2:1:1”：每列一个数，用冒号隔开。"
                found.append(error("BP133", f"“{word}”没有读懂。", at, hint))
            attributes = replace(attributes, widths=widths, widths_at=at)
        elif name in _WIDE:
            attributes = replace(attributes, is_wide=True)
        elif name in CHARTS:
            attributes = replace(attributes, chart=CHARTS[name])
        else:
            attributes = replace(attributes, extent=_EXTENTS[name])
    if not _WORD.search(typed):
        found.append(error("BP122", "花括号里是空的。", place, _hint("", known)))
    return attributes, found


def _unknown(word: str, place: Place, known: Collection[str]) -> Diagnostic:
    if word in WORDS:
        return error("BP122", f"“{word}”不能用在这里。", place, _hint(word, known))
    return error("BP122", f"不懂花括号里的“{word}”。", place, _hint(word, known))


def _hint(word: str, known: Collection[str]) -> str:
    chinese = [
        each for each in (*_EXTENTS, *_WIDTHS, *_WIDE, *CHARTS) if each in known and not each.isascii()
    ]
    return nearest(word, chinese) if chinese else "删去花括号和里面的字。"


def _widths(typed: str) -> tuple[float, ...]:
    """The numbers of 2:1:1, none of them nothing; () for what can't be read."""
    parts = re.split("[:：]", typed)
    if not all(re.fullmatch(r"\d{1,4}(?:\.\d{1,4})?", part) and float(part) for part in parts):
        return ()
    return tuple(map(float, parts))
