"""Tool: pages on sheets that are folded and stapled through the fold, 骑马订. A home of pypdf.

Pure functions on PDF bytes. A sheet is one leaf of paper with two pages on either side; sheet 0 is the outermost. A
page becomes a form that sheets place; of its content only black is stated as such, for these are printed in the
office; fonts and pictures are shared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, PdfObject, StreamObject

from bulletin_pdf.pdf.writing import box_of, form_of, new_writer, number, rectangle, written
from bulletin_pdf.press.toner import blacken_form
from bulletin_pdf.system.garbage import collecting_seldom

MM = 72 / 25.4
# Width and height in mm, as the printer feeds them. SRA3 (ISO 217) leaves room for marks around A4 pages.
PAPERS = {"A4": (297.0, 210.0), "A3": (420.0, 297.0), "SRA3": (450.0, 320.0)}
# Where paper must hold pages of their own size: so much larger may they be, for sizes are rounded.
ROUNDING = 0.2
# What a page paints so far past its edges is printed where the paper has room, and cut off.
BLEED = 3 * MM
# Of marks: away from the trim, their length, the shortest worth drawing, thickness.
MARK_GAP, MARK_LENGTH, MARK_LEAST, MARK_WIDTH = BLEED, 4 * MM, 1 * MM, 0.25
# GB/T 9704 §6.3: the staples stand 70 mm from the upper and lower edge of A4; other sizes in proportion.
STAPLE = 70 / 297

Page = int | None
"""A page by its index, or a blank one."""
Side = tuple[Page, Page]
"""What stands left and right on one side of a sheet."""


@dataclass(frozen=True, slots=True)
class Booklet:
    """A PDF of sheets, front and back in turn. scale: of the pages. blanks: how many pages were added.

    marked: whether the paper leaves room for marks."""

    data: bytes
    paper: str
    scale: float
    sheets: int
    blanks: int
    marked: bool


# --- order ----------------------------------------------------------------------------------------------


def padded(count: int, multiple: int, *, before_last: bool = False) -> list[Page]:
    """So many pages, with blank ones up to a multiple: at the end, or before the last page."""
    blanks: list[Page] = [None] * (-count % multiple)
    pages: list[Page] = list(range(count))
    at = count - 1 if before_last and count else count
    return [*pages[:at], *blanks, *pages[at:]]


def sides(pages: Sequence[Page]) -> list[tuple[Side, Side]]:
    """Front and back of every sheet, the outermost first; `pages`: a multiple of four.

    The back is what shows when the sheet is turned over its short edge.
    """
    assert len(pages) % 4 == 0
    return [
        ((pages[-1 - first], pages[first]), (pages[first + 1], pages[-2 - first]))
        for first in range(0, len(pages) // 2, 2)
    ]


# --- sheets ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where things stand on the paper, in points: its size, a page's size on it, the scale."""

    width: float
    height: float
    page_width: float
    page_height: float
    scale: float

    @property
    def fold(self) -> float:
        return self.width / 2

    @property
    def foot(self) -> float:
        return (self.height - self.page_height) / 2

    @property
    def trim(self) -> tuple[float, float, float, float]:
        """The open booklet."""
        return (
            self.fold - self.page_width,
            self.foot,
            self.fold + self.page_width,
            self.foot + self.page_height,
        )


@collecting_seldom()
def booklet(
    data: bytes, *, paper: str | None = None, creep: float = 0.0, blanks_before_last: bool = False
) -> Booklet:
    """Impose a PDF for saddle stitching.

    paper: a name of PAPERS; None for the smallest that holds two pages of their own size. Pages too large for the
    paper are reduced. creep: by how many mm each sheet stands out from the one around it, once folded: its pages move
    that much towards the fold, so that all margins are alike after trimming. blanks_before_last: see `padded`.
    """
    reader = PdfReader(BytesIO(data))
    pages = list(reader.pages)
    size = _size(pages[0])
    paper = paper or _smallest(size)
    sheet = _sheet(paper, size)
    order = sides(padded(len(pages), 4, before_last=blanks_before_last))
    writer = new_writer(reader, duplex="/DuplexFlipShortEdge")
    names = [form_of(page, writer, bleed=BLEED) for page in pages]
    seen: set[int] = set()
    for form in names:
        drawing = form.get_object()
        assert isinstance(drawing, StreamObject)
        blacken_form(drawing, seen)
    marks, staples = _marks(sheet), _staples(sheet)
    for index, (front, back) in enumerate(order):
        for side in (front, back):
            placed = [
                _placed(sheet, pages[page], is_right, index * creep * MM)
                for is_right, page in enumerate(side)
                if page is not None
            ]
            used = [names[page] for page in side if page is not None]
            parts = [f"q {where} /P{n} Do Q" for n, where in enumerate(placed)]
            drawn = [*marks, *(staples if index == 0 and side is front else ())]
            _add_side(writer, sheet, used, parts, drawn)
    return Booklet(
        written(writer), paper, sheet.scale, len(order), len(order) * 4 - len(pages), bool(marks or staples)
    )


def _add_side(
    writer: PdfWriter, sheet: _Sheet, forms: Sequence[PdfObject], parts: Sequence[str], marks: Sequence[str]
) -> None:
    page = writer.add_blank_page(sheet.width, sheet.height)
    page[NameObject("/TrimBox")] = rectangle(sheet.trim)
    names = {NameObject(f"/P{index}"): form for index, form in enumerate(forms)}
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): DictionaryObject(names)})
    lines = [*parts, *([f"q 0 G {MARK_WIDTH} w", *marks, "Q"] if marks else ())]
    if lines:
        content = StreamObject()
        content.set_data(("\n".join(lines) + "\n").encode())
        page[NameObject("/Contents")] = writer._add_object(content)


def _size(page: PageObject) -> tuple[float, float]:
    left, bottom, right, top = box_of(page)
    return right - left, top - bottom


def _smallest(size: tuple[float, float]) -> str:
    """The smallest paper for two pages side by side; A3 where none is large enough."""
    width, height = size
    for name, (paper_width, paper_height) in PAPERS.items():
        if 2 * width <= paper_width * MM + ROUNDING and height <= paper_height * MM + ROUNDING:
            return name
    return "A3"


def _sheet(paper: str, size: tuple[float, float]) -> _Sheet:
    width, height = (length * MM for length in PAPERS[paper])
    scale = min(width / (2 * size[0]), height / size[1], 1.0)
    if scale * max(2 * size[0], size[1]) + ROUNDING >= max(2 * size[0], size[1]):
        scale = 1.0
    return _Sheet(width, height, size[0] * scale, size[1] * scale, scale)


def _placed(sheet: _Sheet, page: PageObject, is_right: int, shift: float) -> str:
    """The operators that clip to a page's half with its bleed, up to the fold, and move the page there, `shift` nearer to
    the fold.

    A page that lies across is turned with its head to the left: on an odd page to the fold, on an even one away
    from it (GB/T 9704 §8).
    """
    left, bottom, right, top = box_of(page)
    width, height = right - left, top - bottom
    is_turned = (width > height) != (sheet.page_width > sheet.page_height)
    if is_turned:
        width, height = height, width
    scale = min(sheet.page_width / width, sheet.page_height / height)
    if abs(scale - sheet.scale) * max(width, height) < ROUNDING:
        scale = sheet.scale
    start = sheet.fold if is_right else sheet.fold - sheet.page_width
    x = start + (sheet.page_width - scale * width) / 2 + (-shift if is_right else shift)
    y = sheet.foot + (sheet.page_height - scale * height) / 2
    if is_turned:
        matrix = (0.0, scale, -scale, 0.0, x + scale * top, y - scale * left)
    else:
        matrix = (scale, 0.0, 0.0, scale, x - scale * left, y - scale * bottom)
    bleed = BLEED * sheet.scale
    edge = start if is_right else start - bleed
    half = (edge, sheet.foot - bleed, sheet.page_width + bleed, sheet.page_height + 2 * bleed)
    return f"{' '.join(map(number, half))} re W n {' '.join(map(number, matrix))} cm"


# --- marks ----------------------------------------------------------------------------------------------


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f"{number(x)} {number(y)} m {number(to_x)} {number(to_y)} l S"


def _marks(sheet: _Sheet) -> list[str]:
    """Marks of the fold (dashed) and of the trim, outside the trim; none where the paper ends there."""
    left, foot, right, head = sheet.trim
    marks = []
    if (length := _room(sheet.height - head)) is not None:
        for x, dash in ((sheet.fold, "[2 1] 0 d "), (left, "[] 0 d "), (right, "[] 0 d ")):
            # A mark on the very edge of the paper would come out half.
            if not MARK_WIDTH < x < sheet.width - MARK_WIDTH:
                continue
            marks.append(dash + _line(x, foot - MARK_GAP, x, foot - MARK_GAP - length))
            marks.append(_line(x, head + MARK_GAP, x, head + MARK_GAP + length))
    return marks + (_across(sheet, (foot, head)) if foot > MARK_WIDTH else [])


def _staples(sheet: _Sheet) -> list[str]:
    """Marks at the height of the two staples, at either side outside the trim."""
    away = STAPLE * sheet.page_height
    return _across(sheet, (sheet.foot + away, sheet.foot + sheet.page_height - away))


def _across(sheet: _Sheet, heights: Sequence[float]) -> list[str]:
    """Level marks left and right of the trim at some heights."""
    left, _, right, _ = sheet.trim
    if (length := _room(left)) is None:
        return []
    return [
        "[] 0 d " + _line(edge, y, edge + away * length, y)
        for y in heights
        for edge, away in ((left - MARK_GAP, -1), (right + MARK_GAP, 1))
    ]


def _room(margin: float) -> float | None:
    """How long a mark may be in a margin of the paper; None for none."""
    length = min(margin - MARK_GAP, MARK_LENGTH)
    return length if length >= MARK_LEAST else None
