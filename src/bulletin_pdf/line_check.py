"""Stage: the finished PDF's lines against the composed ones. Their lengths must agree, or edges are not flush."""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate, chain
from pathlib import Path

from bulletin_pdf.collation import without_space
from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.pdf import Pdf
from bulletin_pdf.typesetting import SetLine

# In points: what a loupe does not show.
TOLERANCE = 0.05


def check_lines(pdf: Pdf, lines: Sequence[SetLine], shown: Path) -> Iterator[Diagnostic]:
    """BP611: every composed line was drawn whole, and as long as it was composed.

    Lines are looked for in the order of painting, which is the order of composition but for footnotes and
    what stands at fixed places. Where several lines read alike, the first of the right length is taken.
    """
    drawing = _Drawing(pdf)
    position = 0
    for line in lines:
        text = without_space(line.text)
        if not text:
            continue
        found = drawing.places(text, position)
        nearest = next(found, None)
        if nearest is None:
            message = f"这一行没有照排好的样子印出来：“{line.text[:16]}……”。"
            yield error("BP611", message, line.place, "核对版式的样式表：行里的文字不能再断开、遮住或改动。")
            continue
        candidates = chain((nearest,), found)
        start = next((each for each in candidates if _agrees(drawing.length(each, text), line.length)), None)
        if start is None:
            start = nearest
            length, drawn = line.length or 0.0, drawing.length(start, text)
            message = f"“{line.text[:16]}……”这一行排成 {length:.2f} pt，印出来是 {drawn:.2f} pt。"
            place = Place(shown, page=drawing.page(start))
            yield error("BP611", message, place, "核对版式的样式表：不能改动字号、字距、字体。")
        position = start + len(text)


def _agrees(drawn: float, composed: float | None) -> bool:
    return composed is None or abs(drawn - composed) <= TOLERANCE


class _Drawing:
    """The painted text of a PDF as one string, white space apart, which is not painted by itself."""

    def __init__(self, pdf: Pdf) -> None:
        self.stretches = [stretch for page in pdf.pages for stretch in page.stretches]
        self.pages = [number for number, page in enumerate(pdf.pages, 1) for _ in page.stretches]
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

    def page(self, start: int) -> int:
        """The page, from 1, that shows the character at an index of the text."""
        return self.pages[bisect_right(self.ends, start)]

    def length(self, start: int, text: str) -> float:
        """How long a text that begins there was drawn, in points; infinite where it runs over two pages."""
        first, last = bisect_right(self.ends, start), bisect_right(self.ends, start + len(text) - 1)
        if self.pages[first] != self.pages[last]:
            return math.inf
        return self.stretches[last].end - self.stretches[first].x
