"""Tool: the pages of a PDF as pictures, and all of them on one. The home of pypdfium2."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from math import ceil, sqrt
from threading import Lock
from typing import Any

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageOps

from bulletin_pdf.pdf.painting import Box

# A telephone shows a page of this resolution sharp when it is drawn up to twice the width of the screen.
DPI = 150
# For comparing pages: pixels per point, and how much a colour, of 255, must differ.
COARSE, VISIBLE = 1.0, 24
# Of the contact sheet, in pixels: a page's longer side, the gap, and the lightness of the ground and of the frames.
THUMBNAIL, GAP = 640, 24
GROUND, FRAME = (226, 226, 226), (150, 150, 150)
# PDFium draws for one thread at a time.
_ALONE = Lock()


@dataclass(frozen=True, slots=True)
class Print:
    """How a page looks: its digest differs when anything on it looks different. Its size is in points."""

    digest: str
    width: float
    height: float


def page_images(data: bytes) -> list[Image.Image]:
    """Every page in colour, as it is printed, at DPI."""
    with _opened(data) as document:
        return [page.render(scale=DPI / 72).to_pil().convert("RGB") for page in document]


def prints(data: bytes) -> list[Print]:
    """How every page looks. A pixel a point is enough: smooth edges tell of moves far smaller than a pixel."""
    with _opened(data) as document:
        return [
            Print(blake2b(bytes(page.render().buffer), digest_size=8).hexdigest(), *page.get_size())
            for page in document
        ]


def draw_page(data: bytes, page: int, width: int) -> bytes:
    """A page, from 1, so many pixels wide, as a PNG file made in a hurry."""
    stream = BytesIO()
    with _opened(data) as document:
        drawn = document[page - 1]
        image = drawn.render(scale=width / drawn.get_width()).to_pil()
    image.save(stream, "PNG", compress_level=1)
    return stream.getvalue()


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    with _ALONE:
        document = pypdfium2.PdfDocument(data)
        try:
            yield document
        finally:
            document.close()


def differing_area(old: tuple[bytes, int], new: tuple[bytes, int], hidden: Sequence[Box]) -> Box | None:
    """The box, in points, around what differs in the pictures of two pages, each a PDF and a number from 1; None where
    they look alike. hidden: what is not looked at."""
    pictures = [_drawn(data, number, hidden) for data, number in (old, new)]
    if pictures[0].size != pictures[1].size:
        return 0.0, 0.0, pictures[1].width / COARSE, pictures[1].height / COARSE
    difference = ImageChops.difference(*pictures).convert("L").point(lambda value: 255 * (value > VISIBLE))
    box = difference.getbbox()
    if box is None:
        return None
    left, top, right, bottom = (edge / COARSE for edge in box)
    height = pictures[1].height / COARSE
    return left, height - bottom, right, height - top


def _drawn(data: bytes, number: int, hidden: Sequence[Box]) -> Image.Image:
    """A page, coarse, with some of its boxes white."""
    document = pypdfium2.PdfDocument(data)
    try:
        page = document[number - 1]
        picture: Image.Image = page.render(scale=COARSE).to_pil().convert("RGB")
    finally:
        document.close()
    draw = ImageDraw.Draw(picture)
    for left, bottom, right, top in hidden:
        edges = left - 1, picture.height / COARSE - top - 1, right + 1, picture.height / COARSE - bottom + 1
        draw.rectangle([edge * COARSE for edge in edges], fill="white")
    return picture


def contact_sheet(pages: Sequence[Image.Image]) -> Image.Image:
    """All pages small, in reading order, about as many rows as columns; a turned page fits into an upright one's place."""
    columns = ceil(sqrt(len(pages)))
    rows = ceil(len(pages) / columns)
    place = ImageOps.contain(pages[0], (THUMBNAIL, THUMBNAIL)).size
    width, height = place[0] + GAP, place[1] + GAP
    sheet = Image.new("RGB", (columns * width + GAP, rows * height + GAP), GROUND)
    for index, page in enumerate(pages):
        small = ImageOps.expand(ImageOps.contain(page, place, Image.Resampling.LANCZOS), 1, FRAME)
        row, column = divmod(index, columns)
        left = GAP + column * width + (place[0] - small.width) // 2
        sheet.paste(small, (left, GAP + row * height + (place[1] - small.height) // 2))
    return sheet


def png(image: Image.Image) -> bytes:
    """An image as a PNG file, which says its resolution."""
    stream = BytesIO()
    image.save(stream, "PNG", optimize=True, dpi=(DPI, DPI))
    return stream.getvalue()
