"""Tool: a PDF as a reader goes through it: passages in order, each of their characters with its place on the page.

A passage is a paragraph, a title, a cell of a table, a caption, or a picture. They come from the structure tree; a file
without one is read line by line. A paragraph that runs over a page or column is one passage. Lengths are points, the
origin is the page's lower left corner, pages count from 1.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from bulletin_pdf.collation import without_space
from bulletin_pdf.diagnostics import Place
from bulletin_pdf.fonts.mending import ASCENT, DESCENT
from bulletin_pdf.pdf import Leaf, Pdf, PdfPage
from bulletin_pdf.pdf.painting import Box, Stretch
from bulletin_pdf.placement import PlacedLine, Placement

Spot = tuple[int, Box]
"""A page, and a box on it."""
# Baselines and left edges that differ by less are the same.
NEAR = 0.6
_LATIN_END, _LATIN_START = re.compile(r"[A-Za-z0-9,.;:]$"), re.compile(r"^[A-Za-z0-9]")
# Leaders of a list of contents: their number says nothing.
_LEADER = re.compile(r"([….·])\1{3,}")
_PAGE_NUMBER = re.compile(r"([….·])\1{2,}\d+$")


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a passage: its text begins at index `start` of the passage's."""

    start: int
    text: str
    page: int
    x: float
    y: float
    end: float
    size: float
    font: str

    def box(self, first: int, last: int) -> Box:
        """Around the characters from one index of the passage to before another."""
        weights = [_weight(character) for character in self.text]
        whole = sum(weights) or 1.0
        left = sum(weights[: max(first - self.start, 0)]) / whole
        right = sum(weights[: max(last - self.start, 0)]) / whole
        width = self.end - self.x
        bottom, top = self.y - DESCENT * self.size, self.y + ASCENT * self.size
        return self.x + left * width, bottom, self.x + right * width, top


def _weight(character: str) -> float:
    return 0.5 if character.isascii() else 1.0


@dataclass(frozen=True, slots=True)
class Passage:
    """level: of its bookmark, 1 for a section, 2 for an article; 0 for all others. picture: what tells a picture from
    others, empty for text; its text says what it shows. place: in the source, where that is known. style: type style,
    where known."""

    text: str
    spans: tuple[Span, ...]
    level: int = 0
    picture: str = ""
    box: Spot | None = None
    place: Place | None = None
    style: str = ""

    @property
    def page(self) -> int:
        """The page that it begins on."""
        return self.box[0] if self.box else self.spans[0].page

    @property
    def same_as(self) -> str:
        """What is alike in passages that say or show the same; an entry of the contents without its page."""
        return self.picture or _PAGE_NUMBER.sub("", without_space(self.text))

    def spots(self, first: int = 0, last: int | None = None) -> list[Spot]:
        """Where its characters stand, from an index to before another: a box for each line."""
        if self.box:
            return [self.box]
        last = len(self.text) if last is None else last
        boxes = [
            (span.page, span.y, span.box(first, last))
            for span in self.spans
            if span.start < last and span.start + len(span.text) > first
        ]
        return [
            (page, around(box for _, _, box in line))
            for (page, _), line in groupby(boxes, key=lambda each: (each[0], round(each[1])))
        ]

    def breaks(self) -> list[int]:
        """Before which characters a new line begins, white space not counted."""
        lines = [
            (without_space(after.text), len(without_space(self.text[: after.start])))
            for before, after in pairwise(self.spans)
            if before.page != after.page or abs(before.y - after.y) > NEAR
        ]
        return [start for text, start in lines if text]


def around(boxes: Iterable[Box]) -> Box:
    """The box around boxes."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


@dataclass(frozen=True, slots=True)
class Division:
    """A heading with the passages up to the next: a section's title, an article, the masthead, the imprint.

    section: the title of the section that it belongs to.
    """

    title: str
    section: str
    level: int
    passages: tuple[Passage, ...]

    @property
    def page(self) -> int:
        return self.passages[0].page


MASTHEAD, IMPRINT = "报头", "版记"


def divisions(passages: Iterable[Passage]) -> list[Division]:
    """Passages by the headings that they stand under."""
    found: list[tuple[str, str, int, list[Passage]]] = [(MASTHEAD, "", 0, [])]
    section = ""
    for passage in passages:
        title = re.sub(r"\s+", "\u3000", passage.text.strip())
        if passage.level == 1:
            section = title
            found.append((title, "", 1, []))
        elif passage.level > 1:
            found.append((title, section, passage.level, []))
        elif passage.style.startswith("imprint") and found[-1][0] != IMPRINT:
            found.append((IMPRINT, "", 0, []))
        found[-1][3].append(passage)
    return [Division(title, section, level, tuple(own)) for title, section, level, own in found if own]


# --- reading --------------------------------------------------------------------------------------------


def read_passages(pdf: Pdf, placement: Placement | None = None) -> list[Passage]:
    """The passages of a PDF in reading order. placement: where the composed lines stand, for its sources."""
    drafts: list[_Draft] = []
    for number, page in enumerate(pdf.pages, 1):
        own = list(_tagged(number, page) if page.leaves else _untagged(number, page))
        drafts += _without_heads_again(own, drafts)
    sources = _Sources(placement)
    passages: list[Passage] = []
    for draft in drafts:
        passage = _passage(draft)
        line = sources.line(passage)
        if line is not None:
            passage = replace(passage, place=line.line.place, style=line.line.style)
        before = _goes_on_from(passage, passages, sources)
        if before is None:
            passages.append(passage)
        else:
            passages[before] = _joined(passages[before], passage)
    return _with_levels(passages, pdf)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A passage of one page: its stretches, or a picture."""

    page: int
    role: str
    stretches: tuple[Stretch, ...]
    picture: str = ""
    alt: str = ""
    box: Box | None = None


def _tagged(number: int, page: PdfPage) -> Iterator[_Draft]:
    """The passages of a page by its leaves, pictures where the tree has them."""
    stretches: dict[int | None, list[Stretch]] = {}
    for stretch in page.stretches:
        stretches.setdefault(stretch.tag, []).append(stretch)
    for _, group in groupby(page.leaves, key=lambda leaf: leaf.block):
        leaves = list(group)
        if leaves[0].in_figure:
            yield from _picture(number, page, leaves)
            continue
        own = [each for leaf in leaves for each in stretches.get(leaf.tag, ()) if each.text.strip()]
        if own:
            yield _Draft(number, leaves[0].role, tuple(own))


def _picture(number: int, page: PdfPage, leaves: Sequence[Leaf]) -> Iterator[_Draft]:
    """A picture, told from others by its pixels, or by its shapes and letters where they stand in it."""
    tags = {leaf.tag for leaf in leaves}
    rasters = [raster for raster in page.rasters if raster.tag in tags]
    shapes = [shape for shape in page.shapes if shape.tag in tags]
    letters = [stretch for stretch in page.stretches if stretch.tag in tags]
    boxes = [raster.box for raster in rasters] + [shape.box for shape in shapes]
    if not boxes:
        return
    box = around(boxes)
    seen = [raster.digest for raster in rasters]
    if not rasters:
        left, bottom = box[:2]
        seen = [
            " ".join(f"{value:.0f}" for value in (b[0] - left, b[1] - bottom, b[2] - left, b[3] - bottom))
            for b in (shape.box for shape in shapes)
        ]
        seen += [f"{each.text} {each.x - left:.0f} {each.y - bottom:.0f}" for each in letters]
    digest = hashlib.sha256("\n".join(seen).encode()).hexdigest()
    yield _Draft(number, "Figure", (), digest, leaves[0].alt, box)


def _untagged(number: int, page: PdfPage) -> Iterator[_Draft]:
    """The passages of a page without tags: lines that stand left of the one before end none; an indented one, or one of
    another size, begins one."""
    for raster in page.rasters:
        yield _Draft(number, "Figure", (), raster.digest, "", raster.box)
    lines: list[list[Stretch]] = []
    for stretch in page.stretches:
        if not stretch.text.strip():
            continue
        if lines and abs(lines[-1][-1].y - stretch.y) <= NEAR:
            lines[-1].append(stretch)
        else:
            lines.append([stretch])
    edge = min((line[0].x for line in lines), default=0.0)
    group: list[Stretch] = []
    for line in lines:
        size = line[0].size
        if group and (line[0].x > edge + NEAR or abs(size - group[-1].size) > NEAR):
            yield _Draft(number, "P", tuple(group))
            group = []
        group += line
    if group:
        yield _Draft(number, "P", tuple(group))


def _without_heads_again(page: list[_Draft], before: Sequence[_Draft]) -> list[_Draft]:
    """A page's passages without the head of a table that begins on a page before."""
    if not before or before[-1].role != "TD":
        return page
    heads = 0
    while heads < len(page) and page[heads].role == "TH":
        heads += 1
    return page[heads:]


def _passage(draft: _Draft) -> Passage:
    if draft.box:
        return Passage(draft.alt, (), picture=draft.picture, box=(draft.page, draft.box))
    text = ""
    spans: list[Span] = []
    for each in draft.stretches:
        is_new_line = bool(spans) and abs(spans[-1].y - each.y) > NEAR
        if is_new_line and _LATIN_END.search(text) and _LATIN_START.search(each.text):
            text += " "
        if spans and each.text in ("…", ".", "·") and _LEADER.search(text[-4:] + each.text):
            continue
        spans.append(Span(len(text), each.text, draft.page, each.x, each.y, each.end, each.size, each.font))
        text += each.text
    return Passage(text, tuple(spans))


def _joined(before: Passage, after: Passage) -> Passage:
    text = before.text
    if _LATIN_END.search(text) and _LATIN_START.search(after.text):
        text += " "
    spans = tuple(replace(span, start=span.start + len(text)) for span in after.spans)
    return replace(before, text=text + after.text, spans=before.spans + spans)


def _with_levels(passages: Sequence[Passage], pdf: Pdf) -> list[Passage]:
    """The same with the levels of the bookmarks that point to them."""
    levelled = list(passages)
    start = 0
    for bookmark in pdf.bookmarks:
        title = without_space(bookmark.title)
        for index in range(start, len(levelled)):
            passage = levelled[index]
            letters = without_space(passage.text)
            # A mark of a footnote may stand behind the title.
            if passage.page == bookmark.page and letters.startswith(title) and len(letters) <= len(title) + 3:
                levelled[index] = replace(passage, level=bookmark.level)
                start = index + 1
                break
    return levelled


# --- what goes on over pages, and where it comes from -----------------------------------------------------


class _Sources:
    """The composed lines, by where they stand."""

    def __init__(self, placement: Placement | None) -> None:
        self.lines: dict[tuple[int, int], list[PlacedLine]] = {}
        self.before: dict[int, PlacedLine] = {}
        """By the identity of a line that goes on: the line of its paragraph before it."""
        last: dict[str, PlacedLine] = {}
        for line in placement.lines if placement else ():
            self.lines.setdefault((line.page, round(line.y)), []).append(line)
            earlier = last.get(line.line.style)
            if earlier and line.line.index == earlier.line.index + 1 and not earlier.line.is_last:
                self.before[id(line)] = earlier
            last[line.line.style] = line

    def line(self, passage: Passage) -> PlacedLine | None:
        """The composed line that a passage begins with."""
        if not passage.spans:
            return None
        first = passage.spans[0]
        near = [
            line
            for y in (-1, 0, 1)
            for line in self.lines.get((first.page, round(first.y) + y), ())
            if abs(line.y - first.y) <= NEAR and line.x <= first.x + NEAR
        ]
        return max(near, key=lambda line: line.x, default=None)


def _goes_on_from(passage: Passage, passages: Sequence[Passage], sources: _Sources) -> int | None:
    """The index of the passage that this one continues at the top of a page or column, if it does."""
    if not passage.spans or not passages:
        return None
    recent = range(len(passages) - 1, max(len(passages) - 40, -1), -1)
    if sources.lines:
        line = sources.line(passage)
        before = sources.before.get(id(line)) if line else None
        if before is None or line is None or abs(line.x - passage.spans[0].x) > 2 * line.size:
            return None
        for index in recent:
            if any(
                span.page == before.page and abs(span.y - before.y) <= NEAR and span.x >= before.x - NEAR
                for span in passages[index].spans[-1:]
            ):
                return index
        return None
    first = passage.spans[0]
    for index in recent:
        other = passages[index]
        if other.spans and abs(other.spans[-1].size - first.size) <= NEAR:
            return index if _fills_its_line(other, passages) and _is_flush(first, other) else None
    return None


def _fills_its_line(passage: Passage, passages: Sequence[Passage]) -> bool:
    """Whether the last line of a passage reaches the right edge of its page, and the page is full."""
    last = passage.spans[-1]
    edge = max(span.end for each in passages for span in each.spans if span.page == last.page)
    return last.end >= edge - 1.2 * last.size and not passage.level


def _is_flush(first: Span, before: Passage) -> bool:
    """Whether a line on the next page stands as far left as a paragraph's lines do."""
    lines = [span.x for span in before.spans if span.y == before.spans[-1].y]
    return first.page == before.spans[-1].page + 1 and abs(first.x - lines[0]) <= NEAR
