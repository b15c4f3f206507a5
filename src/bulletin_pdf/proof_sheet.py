"""Tool: what a proof 校样 shows beside the pages, as HTML: grid, line numbers, sources, findings, signatures.

The page keeps its size and its text; everything is put into its margins or, pale, below its text, so that there is room
left to write corrections in. For each page there is a sheet that goes below it and one that goes above it; the record
of proofreading 校对记录 follows. Lengths are points, the origin is the lower left corner of the trimmed page.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

from bulletin_pdf.diagnostics import Place, has_errors
from bulletin_pdf.fonts.mending import ASCENT
from bulletin_pdf.layout import MM, Geometry
from bulletin_pdf.marks import ORANGE, RED, Colour
from bulletin_pdf.placement import PlacedLine, Placement
from bulletin_pdf.plain_page import document, families
from bulletin_pdf.proof_record import About, record_html, record_style, shortened, source_name
from bulletin_pdf.spots import Remark

EVERY = 5
"""Of the lines of a page, which are numbered."""
# What an office printer leaves blank at the edge; the distance of what stands beside a column.
EDGE, AIR = 5 * MM, 4.0
SMALL, TINY = 7.0, 6.0
# Between text and sources: room for the line numbers on the left, for those of findings on the right.
BESIDE = 14.0
# The height of a line in the mark of a finding, which has one or two; how much larger it is where columns leave room.
PILL, ROOMY = 7.5, 1.3
# The width of its digits, and of the air beside them.
PILL_DIGIT, PILL_SIDE = 0.56 * TINY, 1.6
FOOT = 8 * MM
GRID, GREY, WATERMARK, SOURCE = "#a5dde8", "#666", "#f0f0f0", "#3a6f9c"
OFF_GRID = 0.1


@dataclass(frozen=True, slots=True)
class Columns:
    """The text columns of a page and its lines: where columns begin and end, the baselines of the grid."""

    geometry: Geometry
    spans: tuple[tuple[float, float], ...]
    baselines: tuple[float, ...]

    def column(self, x: float) -> int:
        """The column that x falls into; what stands between two belongs to the one before it."""
        return max((index for index, (start, _) in enumerate(self.spans) if start <= x + AIR), default=0)


def columns_of(geometry: Geometry, count: int) -> Columns:
    """The columns and baselines that a geometry makes. count: of text columns."""
    step = (geometry.width - geometry.measure) / (count - 1) if count > 1 else 0.0
    starts = [geometry.left + step * index for index in range(count)]
    first = geometry.page_height - geometry.top - ASCENT * geometry.size
    lines = round((geometry.height - geometry.size) / geometry.pitch) + 1
    return Columns(
        geometry,
        tuple((start, start + geometry.measure) for start in starts),
        tuple(first - geometry.pitch * index for index in range(lines)),
    )


def proof_html(
    sizes: Sequence[tuple[float, float]],
    columns: Columns,
    placement: Placement,
    remarks: Sequence[Remark],
    about: About,
) -> str:
    """The sheets below and above each page in turn, then the record. sizes: width and height of the pages.

    columns: of an upright page; one that lies across has a single column.
    """
    across = columns_of(columns.geometry.turned, 1)
    sheets = []
    for number, (width, height) in enumerate(sizes, 1):
        is_turned = (width > height) != (columns.geometry.page_width > columns.geometry.page_height)
        own = across if is_turned else columns
        lines = [line for line in placement.lines if line.page == number]
        here = [remark for remark in remarks if remark.page == number]
        is_text = any(_on_grid(line, own) for line in lines)
        size = f"width: {width:g}pt; height: {height:g}pt; page: {_page_name(width, height)}"
        below = f"<p class=watermark>校样 {about.version}</p>"
        above = [_foot(about, own, number, len(sizes), len(here), len(remarks)), *_pills(here, own)]
        if is_text:
            below += _grid(own)
        labels = list(_sources(lines, own, about.folder))
        above += [label.html(own) for label in labels]
        if is_text:
            above += _line_numbers(own, labels)
        sheets += [f'<div class=sheet style="{size}">{content}</div>' for content in (below, "".join(above))]
    return _document(sizes, about, "".join(sheets) + record_html(about, len(sizes), remarks))


def _on_grid(line: PlacedLine, columns: Columns) -> bool:
    """Whether it is a line of running text."""
    return line.size == columns.geometry.size and any(
        abs(line.y - baseline) < OFF_GRID for baseline in columns.baselines
    )


# --- below the text -------------------------------------------------------------------------------------


def _grid(columns: Columns) -> str:
    """A cell for every character of every line, as on manuscript paper 稿纸."""
    geometry = columns.geometry
    parts = []
    for baseline in columns.baselines:
        top = geometry.page_height - baseline - ASCENT * geometry.size
        bottom = top + geometry.size
        for start, end in columns.spans:
            parts.append(f"M{start:.2f} {top:.2f}H{end:.2f}V{bottom:.2f}H{start:.2f}Z")
            cells = round((end - start) / geometry.size)
            parts += [f"M{start + geometry.size * n:.2f} {top:.2f}V{bottom:.2f}" for n in range(1, cells)]
    width, height = geometry.page_width, geometry.page_height
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" style="width: {width:g}pt; height: {height:g}pt">'
        f'<path d="{"".join(parts)}" fill="none" stroke="{GRID}" stroke-width="0.3"/></svg>'
    )


# --- in the margins -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Label:
    """Where the line at a baseline comes from. name: of the file, '' where it is that of the label above."""

    column: int
    y: float
    name: str
    line: int

    def html(self, columns: Columns) -> str:
        """Beside its column, at the outer side; between two columns there is no room for a name."""
        start = columns.spans[self.column][0]
        last = len(columns.spans) - 1
        edge = columns.geometry.page_width - start + AIR
        if 0 < self.column == last:
            # At the edge of the page, and a name high enough for the marks of findings below it.
            number_at = name_at = EDGE
            room = columns.geometry.page_width - columns.spans[last][1] - AIR - BESIDE - EDGE
            rise = columns.geometry.size - 1
        else:
            number_at, name_at = edge + (BESIDE if self.column == 0 else 0.0), edge
            room = start - AIR - EDGE if self.column == 0 else 0.0
            rise = SMALL
        parts = [(str(self.line), "source", number_at, _baseline(self.y, SMALL, columns))]
        if name := shortened(self.name, room / TINY):
            parts.append((name, "source name", name_at, _baseline(self.y + rise, TINY, columns)))
        return "".join(
            f'<p class="{kind}" style="right: {right:.2f}pt; {top}">{escape(words)}</p>'
            for words, kind, right, top in parts
        )


def _sources(lines: Iterable[PlacedLine], columns: Columns, folder: Path) -> Iterator[Label]:
    """A label wherever the source line changes, as far as the labels have room one below the other."""
    ordered = sorted(lines, key=lambda line: (columns.column(line.x), -line.y, line.x))
    for column, own in groupby(ordered, key=lambda line: columns.column(line.x)):
        last: Place | None = None
        free = float("inf")
        for line in own:
            place = line.line.place
            if place.line is None or (last and (last.file, last.line) == (place.file, place.line)):
                continue
            name = "" if last and last.file == place.file else source_name(place.file, folder)
            if line.y + SMALL + (TINY if name else 0.0) > free:
                continue
            yield Label(column, line.y, name, place.line)
            last, free = place, line.y - 1


def _line_numbers(columns: Columns, labels: Sequence[Label]) -> Iterator[str]:
    """Every fifth line of the page by its number, but not across a name."""
    names = [label.y + SMALL for label in labels if label.name and label.column == 0]
    right = columns.geometry.page_width - columns.spans[0][0] + AIR
    for number, y in enumerate(columns.baselines, 1):
        if number % EVERY == 0 and all(abs(y - name) >= SMALL for name in names):
            yield f'<p class=row style="right: {right:.2f}pt; {_baseline(y, SMALL, columns)}">{number}</p>'


def _foot(about: About, columns: Columns, page: int, pages: int, here: int, all_of_them: int) -> str:
    words = f"校样　{about.title}　{about.date}　版本 {about.version}"
    found = f"本页 {here} 处，全期 {all_of_them} 处问题" if all_of_them else "没有发现问题"
    left, width = columns.geometry.left, columns.geometry.width
    style = f"left: {left:.2f}pt; width: {width:.2f}pt; {_baseline(FOOT, SMALL, columns)}"
    return (
        f'<div class=foot style="{style}"><p>{escape(words)}</p>'
        f"<p>第 {page} 页，共 {pages} 页　{found}</p></div>"
    )


def _baseline(y: float, size: float, columns: Columns) -> str:
    """CSS for a line of this size whose baseline stands at y."""
    return f"top: {columns.geometry.page_height - y - ASCENT * size:.2f}pt"


# --- findings -------------------------------------------------------------------------------------------


def _pills(remarks: Sequence[Remark], columns: Columns) -> Iterator[str]:
    """The numbers of a page's findings beside their columns; those of neighbours together, as 3–7."""
    groups: list[tuple[int, float, list[Remark]]] = []
    for remark in remarks:
        column, middle = _site(remark, columns)
        if groups and groups[-1][0] == column and abs(groups[-1][1] - middle) < 2 * PILL * _scale(columns):
            groups[-1][2].append(remark)
        else:
            groups.append((column, middle, [remark]))
    for column, middle, own in groups:
        yield _pill(own, column, middle, columns)


def _site(remark: Remark, columns: Columns) -> tuple[int, float]:
    """The column that a number stands beside, and at what height: in the middle of a line, at the head of a picture, in
    the corner for a page as a whole."""
    if remark.box is None:
        return len(columns.spans) - 1, columns.geometry.page_height - EDGE - PILL
    _, bottom, right, top = remark.box
    return columns.column(right - AIR), max((bottom + top) / 2, top - columns.geometry.size / 2)


def _pill(remarks: Sequence[Remark], column: int, middle: float, columns: Columns) -> str:
    first, last = remarks[0].number, remarks[-1].number
    words = [str(first)] if first == last else [f"{first}–", str(last)]
    if remarks[0].box is None:
        words[0] = f"本页 {words[0]}"
    # Beyond what hangs out of the column; but never over the next one.
    edges = [columns.spans[column][1], *(remark.box[2] + AIR / 2 for remark in remarks if remark.box)]
    left = max(edges) + AIR
    if column + 1 < len(columns.spans):
        width = max(map(len, words)) * PILL_DIGIT + 2 * PILL_SIDE
        left = min(left, columns.spans[column + 1][0] - 1 - width)
    scale = _scale(columns)
    top = columns.geometry.page_height - middle - scale * PILL * len(words) / 2
    worst = RED if has_errors(remark.finding for remark in remarks) else ORANGE
    style = f"left: {left:.2f}pt; top: {top:.2f}pt; font-size: {scale * TINY:g}pt; background: {_css(worst)}"
    return f'<p class=pill style="{style}">{"<br>".join(words)}</p>'


def _scale(columns: Columns) -> float:
    return ROOMY if len(columns.spans) == 1 else 1.0


def _css(colour: Colour) -> str:
    return f"rgb({', '.join(f'{part:.0%}' for part in colour)})"


# --- the document -----------------------------------------------------------------------------------------


def _page_name(width: float, height: float) -> str:
    return f"s{width:.0f}x{height:.0f}"


def _document(sizes: Sequence[tuple[float, float]], about: About, body: str) -> str:
    pages = "".join(
        f"@page {_page_name(width, height)} {{ size: {width:g}pt {height:g}pt; margin: 0 }}\n"
        for width, height in dict.fromkeys(sizes)
    )
    width, height = min(sizes[0]), max(sizes[0])
    song, hei = families("song", latin=False), families("hei", latin=False)
    style = f"""{pages}
body, p {{ margin: 0 }}
.sheet {{ position: relative; overflow: hidden; break-after: page }}
.sheet p {{ position: absolute; font: {SMALL}pt/1 {song}; white-space: nowrap }}
.sheet svg {{ position: absolute; left: 0; top: 0 }}
.sheet .watermark {{ left: 0; right: 0; top: 44%; text-align: center; transform: rotate(-40deg);
  font: 56pt/1 {hei}; color: {WATERMARK} }}
.sheet .source, .sheet .row {{ font-family: {hei}; color: {SOURCE}; background: #fff }}
.sheet .row {{ color: {GREY} }}
.sheet .name {{ font-size: {TINY}pt }}
.foot {{ position: absolute; background: #fff }}
.sheet .foot p {{ position: static; color: {GREY} }}
.sheet .foot p + p {{ position: absolute; right: 0; top: 0 }}
.sheet .pill {{ font: {TINY}pt/{PILL / TINY} {hei}; color: #fff; text-align: center; padding: 0 {PILL_SIDE}pt;
  border-radius: 3pt }}
{record_style(about.version, width, height)}"""
    return document(f"{about.title} 校样", style, body)
