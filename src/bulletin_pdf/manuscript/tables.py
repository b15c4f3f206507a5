"""Tool: tables from CSV files, columns of numbers, and charts from tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.manuscript.attributes import Attributes, ChartKind
from bulletin_pdf.model import Chart, Footnote, Inline, LineBreak, Run, Table, Text, plain
from bulletin_pdf.source import SourceText

_NUMBER = re.compile(r"[+\-−]?(?:\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?[%‰％]?")
# Typed where there is no number.
_NOTHING = ("", "—", "——", "–", "-")


# --- columns of numbers, widths, charts -----------------------------------------------------------------


def aligned(table: Table) -> Table:
    """The table with its columns of numbers set right, or by their decimal points, where nothing else is typed."""
    columns = zip(*table.rows, strict=True) if table.rows else ((),) * len(table.head)
    alignment = (
        typed or _number_alignment([plain(cell).strip() for cell in column])
        for typed, column in zip(table.alignment, columns, strict=True)
    )
    return replace(table, alignment=tuple(alignment))


def _number_alignment(cells: list[str]) -> str:
    """decimal or right for numbers that would not stand under one another by themselves; '' for anything else."""
    matches = [_NUMBER.fullmatch(cell) for cell in cells if cell not in _NOTHING]
    if not matches or not all(matches):
        return ""
    if any(match and match[1] for match in matches):
        return "decimal"
    lengths = {len(cell) for cell in cells if cell not in _NOTHING}
    return "right" if len(lengths) > 1 else ""


def with_attributes(
    table: Table, attributes: Attributes, place: Place
) -> tuple[Table | Chart | None, list[Diagnostic]]:
    """The table, or the chart of it, as the words behind it ask. `place` is that of the whole."""
    if attributes.widths and len(attributes.widths) != len(table.head):
        message = f"列宽有 {len(attributes.widths)} 个数，表格有 {len(table.head)} 列。"
        hint = "每列写一个数，如三列写“列宽=2:1:1”。"
        return None, [error("BP133", message, attributes.widths_at or place, hint)]
    if attributes.chart is None:
        return replace(table, place=place, widths=attributes.widths, is_wide=attributes.is_wide), []
    return as_chart(attributes.chart, table, place)


def as_chart(kind: ChartKind, table: Table, place: Place) -> tuple[Chart | None, list[Diagnostic]]:
    """The chart of a table whose cells are numbers, but for those of the first column."""
    found = list(_chart_faults(kind, table, place))
    return (None if found else Chart(kind, table, place)), found


def _chart_faults(kind: ChartKind, table: Table, place: Place) -> Iterator[Diagnostic]:
    if len(table.head) < 2 or not table.rows:
        hint = "第一列写名称，后面每列写一组数；至少一行。"
        yield error("BP134", "表里没有可以画成统计图的数。", place, hint)
        return
    if kind == "pie" and len(table.head) != 2:
        message = f"饼图只能有一列数，这里有 {len(table.head) - 1} 列。"
        yield error("BP134", message, _place(table.head[2], place), "只留一列，或改用柱图、折线图。")
    for cell in (cell for row in (table.head, *table.rows) for cell in row):
        for note in (inline for inline in cell if isinstance(inline, Footnote)):
            yield error("BP134", "统计图的表里不能有脚注。", note.place, "把脚注移到题注里，或写到正文里。")
    for row in table.rows:
        for cell in row[1:]:
            words = plain(cell).strip()
            if words not in _NOTHING and not _NUMBER.fullmatch(words):
                hint = "只写数，如 1,234.5 或 12%；没有的写 —；单位写到表头里。"
                yield error("BP134", f"“{words}”不是数，画不成统计图。", _place(cell, place), hint)
            elif kind == "pie" and words not in _NOTHING and words[0] in "-−":
                yield error("BP134", f"饼图里不能有负数：“{words}”。", _place(cell, place), "改用柱图。")


def _place(text: Text, default: Place) -> Place:
    return text[0].place if text else default


# --- CSV ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Field:
    """A cell of a CSV file: its characters, each with line and column from 0, and where it begins."""

    characters: tuple[tuple[str, int, int], ...]
    line: int
    column: int


class _UnreadableError(Exception):
    """A CSV file's quotation marks make no sense."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line, self.column = line, column


def read_csv(source: SourceText) -> tuple[Table | None, list[Diagnostic]]:
    """The table in a CSV file (RFC 4180), its first row the head. Cells are plain text, at their places.

    Rows and columns at the end in which nothing stands, as spreadsheets write them, are left out.
    """

    def place(line: int, column: int) -> Place:
        return Place(source.file, line + 1, column + 1)

    try:
        rows = [row for row in _rows(source.text) if any(_text(field, source) for field in row)]
    except _UnreadableError as problem:
        hint = '引号里的引号写两个（""）；格里没有逗号、换行，就不用引号。'
        return None, [error("BP135", str(problem), place(problem.line, problem.column), hint)]
    if len(rows) < 2:
        hint = "第一行写表头，下面每行一条，格与格之间用英文逗号。"
        return None, [error("BP135", "CSV 文件里没有表格。", Place(source.file, 1, 1), hint)]
    texts = [[_text(field, source) for field in row] for row in rows]
    width = max(index for index, text in enumerate(texts[0], 1) if text) if any(texts[0]) else 0
    found = []
    if width == 1 and (sign := re.search(r"[\t;；，]", plain(texts[0][0]))):
        name = "制表符" if sign.group() == "\t" else f"“{sign.group()}”"
        message = f"格与格之间用的是{name}，不是英文逗号。"
        at = _place(texts[0][0], place(0, 0)).right(sign.start())
        found.append(error("BP135", message, at, "另存为“CSV UTF-8（逗号分隔）”。"))
    for row, cells in zip(rows, texts, strict=True):
        extra = next((index for index in range(width, len(cells)) if cells[index]), None)
        if extra is not None:
            count = max(index for index, text in enumerate(cells, 1) if text)
            message = f"表格这一行有 {count} 格，表头只有 {width} 格。"
            hint = "删去多出的格，或给表头加一列；格里有逗号的，整格放进英文引号里。"
            found.append(error("BP128", message, place(row[extra].line, row[extra].column), hint))
        tab = next((each for field in row for each in field.characters if each[0] == "\t"), None)
        if tab and width > 1:
            found.append(error("BP104", "文字里有制表符。", place(*tab[1:]), "删去它，或换成空格。"))
    if found:
        return None, found
    head, *body = (tuple(cells[:width]) + ((),) * (width - len(cells)) for cells in texts)
    return aligned(Table(head, tuple(body), ("",) * width, (), place(0, 0))), []


def _rows(text: str) -> Iterator[list[_Field]]:
    """The rows of a CSV text, blank lines too."""
    row: list[_Field] = []
    characters: list[tuple[str, int, int]] = []
    line = column = 0
    begin: tuple[int, int] | None = (0, 0)
    quoted_at: tuple[int, int] | None = None
    was_quoted = False
    index = 0
    while index < len(text):
        character = text[index]
        begin = begin or (line, column)
        if quoted_at:
            if character == '"' and text[index + 1 : index + 2] == '"':
                characters.append(('"', line, column))
                index, column = index + 1, column + 1
            elif character == '"':
                quoted_at, was_quoted = None, True
            else:
                characters.append((character, line, column))
        elif character in ",\n":
            row.append(_Field(tuple(characters), *begin))
            characters, begin, was_quoted = [], None, False
            if character == "\n":
                yield row
                row = []
        elif character == '"' and not any(each.strip() for each, *_ in characters) and not was_quoted:
            quoted_at, characters = (line, column), []
        elif was_quoted and character.strip():
            raise _UnreadableError("英文引号后面还有文字。", line, column)
        elif not was_quoted:
            characters.append((character, line, column))
        index, column = index + 1, column + 1
        if character == "\n":
            line, column = line + 1, 0
    if quoted_at:
        raise _UnreadableError('英文引号（"）没有配对。', *quoted_at)
    yield [*row, _Field(tuple(characters), *(begin or (line, column)))]


def _text(field: _Field, source: SourceText) -> Text:
    """A cell as a text; a line end inside it is a line break."""
    words = "".join(character for character, *_ in field.characters)
    begin = len(words) - len(words.lstrip())
    inlines: list[Inline] = []
    stretch: list[str] = []
    start = expected = (-1, -1)

    def close() -> None:
        if stretch:
            inlines.append(Run("".join(stretch), Place(source.file, start[0] + 1, start[1] + 1)))
            stretch.clear()

    for character, line, column in field.characters[begin : len(words.rstrip())]:
        if character == "\n":
            close()
            inlines.append(LineBreak(Place(source.file, line + 1, column + 1)))
            continue
        if expected != (line, column):
            close()
        if not stretch:
            start = (line, column)
        stretch.append(character)
        expected = (line, column + 1)
    close()
    return tuple(inlines)
