"""Tables of a Word document: frames unpacked, merged cells laid out as plain rows."""

from collections.abc import Iterator
from dataclasses import dataclass

from bulletin_pdf.docx.reading import paragraphs_of
from bulletin_pdf.docx.values import Block, Cell, Loss, Paragraph, Picture, Table


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one length, each cell its paragraphs. caption: of a first row that is one cell."""

    rows: tuple[tuple[tuple[Paragraph, ...], ...], ...]
    caption: tuple[Paragraph, ...]
    remarks: tuple[Loss, ...]


def is_frame(table: Table) -> bool:
    """Whether a table only puts things in place: one column, pictures in it, or nothing."""
    widest = max((sum(cell.width for cell in row) for row in table.rows), default=0)
    return widest <= 1 or any(True for row in table.rows for cell in row for _ in _pictures(cell))


def unpacked(table: Table) -> Iterator[Block]:
    """What a frame holds in reading order: by columns where rows of pictures stand over rows of captions."""
    cells = [list(row) for row in table.rows]
    mixed = any(any(_pictures(cell)) and any(_words(cell)) for row in cells for cell in row)
    alternates = all(
        all(any(_pictures(cell)) for cell in row if cell.blocks and _is_filled(cell))
        or not any(any(_pictures(cell)) for cell in row)
        for row in cells
    )
    if alternates and not mixed and len({len(row) for row in cells}) == 1:
        cells = [list(column) for column in zip(*cells, strict=True)]
    for cell in (cell for row in cells for cell in row):
        for block in cell.blocks:
            if isinstance(block, Table) and is_frame(block):
                yield from unpacked(block)
            else:
                yield block


def laid_out(table: Table) -> Rows:
    """The rows of a table: a merged cell's text in its first place, the others empty."""
    remarks: list[Loss] = []
    rows: list[list[tuple[Paragraph, ...]]] = []
    merged = 0
    for row in table.rows:
        cells: list[tuple[Paragraph, ...]] = []
        for cell in row:
            merged += cell.width > 1 or cell.goes_on
            if any(isinstance(block, Table) for block in cell.blocks):
                remarks.append(Loss("表格里的表格", "", table.number))
            cells += [_paragraphs(cell), *((),) * (cell.width - 1)]
        if any(paragraph.text.strip() for cell in cells for paragraph in cell):
            rows.append(cells)
    width = max((len(row) for row in rows), default=1)
    # A row that is one cell over all columns is a caption when it comes first.
    caption: tuple[Paragraph, ...] = ()
    first = next((row for row in table.rows if any(map(_is_filled, row))), ())
    if len(rows) > 1 and len(first) == 1 and first[0].width == width > 1:
        caption, rows, merged = rows[0][0], rows[1:], merged - 1
    if merged:
        remarks.append(Loss("合并的单元格", "", table.number))
    padded = tuple((*row, *((),) * (width - len(row))) for row in rows)
    return Rows(padded or (((),),), caption, tuple(remarks))


def _paragraphs(cell: Cell) -> tuple[Paragraph, ...]:
    return tuple(paragraphs_of(Table(((cell,),), 0)))


def _pictures(cell: Cell) -> Iterator[Picture]:
    for block in cell.blocks:
        if isinstance(block, Picture):
            yield block
        elif isinstance(block, Table):
            for inner in (inner for row in block.rows for inner in row):
                yield from _pictures(inner)


def _words(cell: Cell) -> Iterator[str]:
    for paragraph in _paragraphs(cell):
        if text := paragraph.text.strip():
            yield text


def _is_filled(cell: Cell) -> bool:
    return any(_pictures(cell)) or any(_words(cell))
