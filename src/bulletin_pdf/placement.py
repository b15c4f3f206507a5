"""Tool: where composed lines and pictures stand on the pages of the finished PDF.

Every check of finished pages and every mark on them starts from this. Lengths are points, the origin is the
page's lower left corner, pages count from 1.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from bulletin_pdf.collation import without_space
from bulletin_pdf.model import Figure
from bulletin_pdf.pdf import Pdf
from bulletin_pdf.pdf.painting import Box, Part
from bulletin_pdf.typesetting import SetLine

# How far the length of a drawn line may differ from the composed one: what a loupe does not show.
TOLERANCE = 0.05
# The type style of footnotes, which are composed with the line that calls them and painted after all others.
FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A composed line on its page: the start of its baseline, its type size, and its length as drawn, which is
    infinite where the line runs over two pages."""

    line: SetLine
    page: int
    x: float
    y: float
    size: float
    length: float


@dataclass(frozen=True, slots=True)
class PlacedFigure:
    """A figure of pixels on its page: its box, whole even where it is clipped, and pixels per inch of paper."""

    figure: Figure
    page: int
    box: Box
    resolution: float


@dataclass(frozen=True, slots=True)
class Placement:
    """lines: those found, in the order of composition; missing: those that no page shows as they were composed.

    figures: the pictures of pixels, in the order of painting.
    """

    lines: tuple[PlacedLine, ...]
    missing: tuple[SetLine, ...] = ()
    figures: tuple[PlacedFigure, ...] = ()


def place(pdf: Pdf, lines: Iterable[SetLine], figures: Sequence[Figure]) -> Placement:
    """Find every composed line and every figure of pixels in a PDF."""
    placed, missing = _place_lines(pdf, lines)
    return Placement(tuple(placed), tuple(missing), tuple(_place_figures(pdf, figures)))


def agrees(line: PlacedLine) -> bool:
    """Whether a line was drawn as long as it was composed; so it is where composition could not tell."""
    composed = line.line.length
    return composed is None or abs(line.length - composed) <= TOLERANCE


def _place_lines(pdf: Pdf, lines: Iterable[SetLine]) -> tuple[list[PlacedLine], list[SetLine]]:
    """Lines are looked for in the order of painting, which is the order of composition but for footnotes and what
    stands at fixed places. Where several read alike, the first of the right length that is still free is taken.
    """
    drawing = _Drawing(pdf)
    placed: list[PlacedLine] = []
    missing: list[SetLine] = []
    taken: set[int] = set()
    position = 0
    for line in lines:
        text = without_space(line.text)
        if not text:
            continue
        nearest: tuple[int, PlacedLine] | None = None
        for start in drawing.places(text, position):
            if start in taken:
                continue
            found = start, drawing.placed(start, text, line)
            nearest = nearest or found
            if agrees(found[1]):
                nearest = found
                break
        if nearest is None:
            missing.append(line)
            continue
        placed.append(nearest[1])
        taken.add(nearest[0])
        if line.style != FOOTNOTE:
            position = nearest[0] + len(text)
    return placed, missing


class _Drawing:
    """The painted text of a PDF as one string, without white space, which is not painted by itself, and without
    the letters in pictures, which are no lines."""

    def __init__(self, pdf: Pdf) -> None:
        shown = [
            (number, stretch)
            for number, page in enumerate(pdf.pages, 1)
            for stretch in page.stretches
            if stretch.part is not Part.PICTURE
        ]
        self.pages = [number for number, _ in shown]
        self.stretches = [stretch for _, stretch in shown]
        texts = [without_space(stretch.text) for stretch in self.stretches]
        self.ends = list(accumulate(map(len, texts)))
        self.text = "".join(texts)

    def places(self, text: str, position: int) -> Iterator[int]:
        """Where a text stands: first from a position on, then before it."""
        for first, end in ((position, len(self.text)), (0, position + len(text) - 1)):
            start = self.text.find(text, first, end)
            while start >= 0:
                yield start
                start = self.text.find(text, start + 1, end)

    def placed(self, start: int, text: str, line: SetLine) -> PlacedLine:
        """A line whose text begins at an index of the whole text."""
        first, last = bisect_right(self.ends, start), bisect_right(self.ends, start + len(text) - 1)
        begin, end = self.stretches[first], self.stretches[last]
        length = end.end - begin.x if self.pages[first] == self.pages[last] else math.inf
        return PlacedLine(line, self.pages[first], begin.x, begin.y, begin.size, length)


def _place_figures(pdf: Pdf, figures: Sequence[Figure]) -> Iterator[PlacedFigure]:
    """A PDF does not name a raster's file: of the figures with as many pixels, the first that is left has it."""
    left = list(figures)
    for number, page in enumerate(pdf.pages, 1):
        for raster in page.rasters:
            # A camera's upright picture may lie on its side in the file.
            pixels = {raster.width, raster.height}
            found = next((figure for figure in left if {figure.width, figure.height} == pixels), None)
            if found is not None:
                left.remove(found)
                yield PlacedFigure(found, number, raster.box, raster.resolution)
