"""Rule PR710: the totals of tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bulletin_pdf.proofreading.passages import Galley, Grid, Passage
from bulletin_pdf.proofreading.rules import Slip, galley_rule

_TOTAL = re.compile(r"(?:合|总|共)\s*计|总\s*数|总\s*和")
_SUBTOTAL = re.compile(r"小\s*计")
# A row that is a part of the one above, and rows numbered in levels: 一、, under it 1. and 2.
_OF_WHICH = re.compile(r"其\s*中|[#＃]")
_LEVELS = tuple(
    re.compile(form) for form in (r"[一二三四五六七八九十]+、", r"[（(]\S{1,3}[）)]", r"\d{1,2}[.．、](?!\d)")
)
_CELL = re.compile(r"([-−]?\d[\d,]*(?:\.\d+)?)\s*([^\d\s]{0,4})")
_NOTHING = re.compile(r"[—–\-/／无]*")
# Columns whose numbers are not parts of a whole.
_NO_PARTS = re.compile(
    "率|均|单价|比上年|同比|环比|增幅|增长|名次|排名|序号|编号|年份|年度|得分|评分|指数|电话|倍|度$"
)
# Whole numbers of these have been rounded; people and things are counted.
_ROUNDED = re.compile("[%％‰万亿元吨]|占比|比重|比例|构成|份额|百分比")
_SHARES = re.compile("占比|比重|比例|构成|份额|百分比")


@dataclass(frozen=True, slots=True)
class _Line:
    """A column or a row of a table: the numbers of its parts, with None for a cell that is no number; its total."""

    parts: tuple[Decimal | None, ...]
    total: Decimal
    cell: Passage
    unit: str
    is_rounded: bool

    @property
    def off(self) -> Decimal | None:
        """How far the total is from the sum; None where a part is no number."""
        if None in self.parts or len(self.parts) < 2:
            return None
        return self.total - sum(part for part in self.parts if part is not None)

    @property
    def slack(self) -> Decimal:
        """How far rounding may move the sum: half of the last place for each part."""
        places = max(_places(number) for number in (*self.parts, self.total) if number is not None)
        return len(self.parts) * Decimal(1).scaleb(-places) / 2 if places or self.is_rounded else Decimal(0)


@galley_rule("PR710", "表的合计相符", hint="核对各格的数和合计。")
def _totals(galley: Galley) -> Iterator[Slip]:
    """A row or column 合计 that is not the sum of the others."""
    for grid in galley.tables:
        columns = [line for line in _columns(grid) if line.off is not None]
        yield from _wrong(columns, "本列")
        rows = [line for line in _rows(grid) if line.off is not None]
        # That 合计 is the sum of all other columns is sure only where most rows say so.
        if sum(_fits(line) for line in rows) * 2 > len(rows):
            yield from _wrong(rows, "本行")


def _wrong(lines: Sequence[_Line], where: str) -> Iterator[Slip]:
    for line in lines:
        off = line.off
        assert off is not None
        added = line.total - off
        # An average or a largest value lies far from the sum.
        if not _fits(line) and abs(off) * 5 <= abs(added) * 2:
            yield Slip(line.cell, 0, len(line.cell.text), f"{where}各格相加是{added:f}{line.unit}")


def _fits(line: _Line) -> bool:
    return line.off is not None and abs(line.off) <= line.slack


def _columns(grid: Grid) -> Iterator[_Line]:
    """Every column with each total and subtotal in it."""
    head, *rows = grid
    labels = [_text(row[0]) if row else "" for row in rows]
    is_total = [bool(_TOTAL.search(label)) for label in labels]
    is_subtotal = [bool(_SUBTOTAL.search(label)) for label in labels]
    if sum(is_total) > 1 or _has_levels(labels) or any(_has_inner_total(row) for row in rows):
        return
    plain = [at for at in range(len(rows)) if not is_total[at] and not is_subtotal[at]]
    for column in range(1, len(head)):
        name = _text(head[column])
        if _NO_PARTS.search(name):
            continue
        cells = [row[column] if column < len(row) else None for row in rows]
        begin = 0
        for at, cell in enumerate(cells):
            if is_subtotal[at]:
                yield from _line([cells[part] for part in plain if begin <= part < at], cell, name)
                begin = at + 1
            elif is_total[at] and at in (0, len(rows) - 1):
                yield from _line([cells[part] for part in plain], cell, name)


def _has_levels(labels: Sequence[str]) -> bool:
    """Whether some rows are parts of others, so that adding up all counts them twice."""
    levels = {form for label in labels for form in _LEVELS if form.match(label)}
    return len(levels) > 1 or any(_OF_WHICH.match(label) for label in labels)


def _has_inner_total(row: Sequence[Passage | None]) -> bool:
    """Whether a row is a total of a group that its first cell names: 一车间 | 小计 | 12."""
    return any(_TOTAL.search(_text(cell)) or _SUBTOTAL.search(_text(cell)) for cell in row[1:])


def _rows(grid: Grid) -> Iterator[_Line]:
    """Every row with its cell in the column 合计, when that is the first or the last one."""
    head, *rows = grid
    totals = [column for column in range(1, len(head)) if _TOTAL.search(_text(head[column]))]
    if len(totals) != 1 or totals[0] not in (1, len(head) - 1) or len(head) < 4:
        return
    [total] = totals
    if any(_NO_PARTS.search(_text(cell)) or _SHARES.search(_text(cell)) for cell in head[1:]):
        return
    for row in rows:
        if len(row) == len(head):
            parts = [cell for at, cell in enumerate(row[1:], 1) if at != total]
            yield from _line(parts, row[total], _text(head[total]))


def _line(parts: Sequence[Passage | None], total: Passage | None, name: str) -> Iterator[_Line]:
    """A line if its total is a number and its parts have that unit. name: what the column is called."""
    if total is None or (match := _CELL.fullmatch(total.text.strip())) is None:
        return
    unit = match[2]
    is_rounded = _ROUNDED.search(name + unit) is not None
    yield _Line(tuple(_number(part, unit) for part in parts), _decimal(match[1]), total, unit, is_rounded)


def _number(cell: Passage | None, unit: str) -> Decimal | None:
    text = _text(cell)
    if _NOTHING.fullmatch(text):
        return Decimal(0)
    match = _CELL.fullmatch(text)
    return _decimal(match[1]) if match and match[2] in (unit, "") else None


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("−", "-"))


def _places(number: Decimal) -> int:
    return max(0, -int(number.as_tuple().exponent))


def _text(cell: Passage | None) -> str:
    return cell.text.strip() if cell else ""


RULES = (_totals,)
