"""Tool: marks on the pages of a finished PDF: boxes, and notes that a reader opens. A home of pypdf.

Boxes are painted, so that they come out in print and in every viewer; notes are PDF text annotations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from pypdf import PageObject, PdfWriter
from pypdf.annotations import Rectangle, Text
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from bulletin_pdf.pdf.painting import Box
from bulletin_pdf.pdf.writing import surround

Colour = tuple[float, float, float]
RED: Colour = (0.8, 0.0, 0.0)
ORANGE: Colour = (0.95, 0.5, 0.0)
# Side of a note's icon, its distance from the edge of the page, and the air around what a box surrounds.
ICON, EDGE, AIR = 18.0, 8.0, 2.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A note on a page, from 1, with a box around what it speaks of; without a box it speaks of the page as a whole.

    box: in points from the lower left corner. colour: red, green and blue, 0 to 1.
    """

    page: int
    box: Box | None
    colour: Colour
    text: str


def mark_pages(data: bytes, marks: Sequence[Mark], *, icons: bool = True) -> bytes:
    """A PDF with marks: notes at the right edge beside their boxes, those without a box at the top left.

    icons: without them, notes with a box open from the box itself, so that nothing covers what else is in the margin.
    """
    writer = PdfWriter(clone_from=BytesIO(data))
    for number, page in enumerate(writer.pages, 1):
        own = [mark for mark in marks if mark.page == number]
        if any(mark.box for mark in own):
            _paint(writer, page, own)
        for mark in own:
            note = _note(page, mark) if icons or mark.box is None else _unseen(mark.box, mark)
            writer.add_annotation(number - 1, note)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _note(page: PageObject, mark: Mark) -> Text:
    note = Text(rect=_icon(page, mark), text=mark.text)
    note[NameObject("/C")] = ArrayObject(map(FloatObject, mark.colour))
    note[NameObject("/Name")] = NameObject("/Comment")
    return note


def _unseen(box: Box, mark: Mark) -> Rectangle:
    """A note over a box that paints nothing itself."""
    note = Rectangle(rect=box)
    note[NameObject("/Contents")] = TextStringObject(mark.text)
    note[NameObject("/BS")] = DictionaryObject({NameObject("/W"): NumberObject(0)})
    return note


def _icon(page: PageObject, mark: Mark) -> Box:
    box = page.trimbox
    right, top = float(box.right) - EDGE, float(box.top) - EDGE
    if mark.box is None:
        return float(box.left) + EDGE, top - ICON, float(box.left) + EDGE + ICON, top
    top = min(mark.box[3] + AIR, top)
    return right - ICON, top - ICON, right, top


def _paint(writer: PdfWriter, page: PageObject, marks: Sequence[Mark]) -> None:
    """Add boxes to a page's content."""
    drawn = []
    for mark in marks:
        if mark.box:
            left, bottom, right, top = mark.box
            numbers = left - AIR, bottom - AIR, right - left + 2 * AIR, top - bottom + 2 * AIR
            drawn.append(
                "{:.3f} {:.3f} {:.3f} RG ".format(*mark.colour)
                + "{:.3f} {:.3f} {:.3f} {:.3f} re S".format(*numbers)
            )
    # Not of the document's text: an artifact, which a screen reader leaves out.
    surround(writer, page, after="/Artifact BMC q 1 w\n" + "\n".join(drawn) + "\nQ EMC\n")
