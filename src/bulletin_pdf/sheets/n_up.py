"""Tool: several pages on one side of a sheet 拼页, in reading order, to read a draft on little paper. A home of pypdf.

Not to be folded: that is `imposition`. A page becomes a form that sheets place, reduced; its content is not touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from pypdf import PageObject, PdfReader
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from bulletin_pdf.pdf.writing import box_of, form_of, new_writer, number, written
from bulletin_pdf.press.toner import blacken_form
from bulletin_pdf.system.garbage import collecting_seldom

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
# Around and between the pages; less than office printers leave blank anyway.
GAP = 5 * MM
FRAME = 0.25


@dataclass(frozen=True, slots=True)
class Grid:
    """How pages stand on a side, in points. columns and rows: in which order pages follow, across and then down."""

    width: float
    height: float
    columns: int
    rows: int

    @property
    def cell(self) -> tuple[float, float]:
        """The room of one page."""
        return (
            (self.width - (self.columns + 1) * GAP) / self.columns,
            (self.height - (self.rows + 1) * GAP) / self.rows,
        )

    def corner(self, index: int) -> tuple[float, float]:
        """Where the room of a page has its upper left corner; index: of the page on its side."""
        row, column = divmod(index, self.columns)
        width, height = self.cell
        return GAP + column * (width + GAP), self.height - GAP - row * (height + GAP)


def grid_of(per_side: int, size: tuple[float, float]) -> Grid:
    """Two, four or more pages on A4, upright or lying, whichever lets pages of this size stand larger."""
    across = {2: (2, 1), 4: (2, 2), 6: (3, 2), 8: (4, 2)}[per_side]
    grids = [
        Grid(width, height, columns, rows)
        for width, height in (A4, A4[::-1])
        for columns, rows in (across, across[::-1])
    ]
    return max(grids, key=lambda grid: _scale(grid, size))


def _scale(grid: Grid, size: tuple[float, float]) -> float:
    width, height = grid.cell
    return min(width / size[0], height / size[1], 1.0)


@collecting_seldom()
def n_up(data: bytes, per_side: int) -> tuple[bytes, int, float]:
    """A PDF of sheets with so many pages on a side, how many sides it has, and how far pages are reduced.

    A page that lies across is turned like the others, its head to the left.
    """
    reader = PdfReader(BytesIO(data))
    pages = list(reader.pages)
    size = _size(pages[0])
    grid = grid_of(per_side, size)
    flip = "/DuplexFlipShortEdge" if grid.width > grid.height else "/DuplexFlipLongEdge"
    writer = new_writer(reader, duplex=flip)
    forms = [form_of(page, writer) for page in pages]
    seen: set[int] = set()
    for form in forms:
        drawing = form.get_object()
        assert isinstance(drawing, StreamObject)
        blacken_form(drawing, seen)
    starts = range(0, len(pages), per_side)
    for start in starts:
        sheet = writer.add_blank_page(grid.width, grid.height)
        together = pages[start : start + per_side]
        names = {NameObject(f"/P{index}"): forms[start + index] for index in range(len(together))}
        sheet[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): DictionaryObject(names)})
        content = StreamObject()
        content.set_data("\n".join(_placed(grid, together, size)).encode())
        sheet[NameObject("/Contents")] = writer._add_object(content)
    return written(writer), len(starts), _scale(grid, size)


def _size(page: PageObject) -> tuple[float, float]:
    left, bottom, right, top = box_of(page)
    return right - left, top - bottom


def _placed(grid: Grid, pages: Sequence[PageObject], size: tuple[float, float]) -> list[str]:
    """The operators that place pages on a side, each in a thin frame."""
    lines = []
    for index, page in enumerate(pages):
        left, bottom, _, top = box_of(page)
        width, height = _size(page)
        is_turned = (width > height) != (size[0] > size[1])
        if is_turned:
            width, height = height, width
        scale = _scale(grid, (width, height))
        x, head = grid.corner(index)
        x += (grid.cell[0] - scale * width) / 2
        y = head - scale * height
        if is_turned:
            matrix = (0.0, scale, -scale, 0.0, x + scale * top, y - scale * left)
        else:
            matrix = (scale, 0.0, 0.0, scale, x - scale * left, y - scale * bottom)
        frame = " ".join(map(number, (x, y, scale * width, scale * height))) + " re"
        lines.append(f"q {frame} W n {' '.join(map(number, matrix))} cm /P{index} Do Q")
        lines.append(f"q 0.6 G {FRAME} w {frame} S Q")
    return lines
