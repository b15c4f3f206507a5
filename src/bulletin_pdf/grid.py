"""Tool: blocks on the baseline grid 基线网格: pictures, tables and names take a whole number of lines.

So lines on facing and backing pages register (CLREQ; standards CL-1.11.4). Lengths are points.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

EPSILON = 1e-6
# A pixel, or a unit of an SVG, where nothing else says how large a picture is (CSS: 96 to the inch).
POINTS_PER_PIXEL = 0.75
# A picture by itself is at most so much of the type area high, a row of several less.
TALLEST, TALLEST_ROW = 0.55, 0.36


@dataclass(frozen=True, slots=True)
class Grid:
    """size: of the body's type. pitch: from line to line. height: of the type area."""

    size: float
    pitch: float
    height: float

    @property
    def leading(self) -> float:
        """The space between two lines."""
        return self.pitch - self.size

    def lines(self, height: float) -> int:
        """How many lines a height takes, with the usual space before the next line; at least one."""
        return max(math.ceil((height + self.leading) / self.pitch - EPSILON), 1)


@dataclass(frozen=True, slots=True)
class Frame:
    """A picture in the middle of a whole number of lines: its size, and the blank above and below it."""

    width: float
    height: float
    blank: float


def framed(width: float, height: float, grid: Grid) -> Frame:
    """A picture of a size that may not change."""
    whole = grid.lines(height) * grid.pitch
    return Frame(width, height, (whole - height) / 2)


def picture_frame(
    pixels: tuple[int, int], extent: str, measure: float, grid: Grid, *, scale: float = 1.0
) -> Frame:
    """A picture in a column `measure` wide. pixels: its size as it comes, (0, 0) if unknown. extent: `Extent` of the model.

    A picture narrower than the column gets a little smaller, so that it ends where a line ends.
    """
    width, height = _shape(pixels)
    limit = TALLEST * grid.height * scale
    wanted = {"full": measure, "half": measure / 2}.get(
        extent, min(width * POINTS_PER_PIXEL, measure) * scale
    )
    factor = min(wanted / width, limit / height)
    width, height = width * factor, height * factor
    if extent or width >= measure - EPSILON:
        return framed(width, height, grid)
    whole = max(math.floor((height + grid.leading) / grid.pitch + EPSILON), 1)
    snapped = whole * grid.pitch - grid.leading
    return framed(width * snapped / height, snapped, grid)


def row_frames(
    pixels: Sequence[tuple[int, int]], measure: float, gap: float, grid: Grid, *, scale: float = 1.0
) -> list[Frame]:
    """Pictures side by side, equally high and together as wide as the column unless that is too high."""
    ratios = [width / height for width, height in map(_shape, pixels)]
    height = min((measure - gap * (len(ratios) - 1)) / sum(ratios), TALLEST_ROW * grid.height * scale)
    return [framed(height * ratio, height, grid) for ratio in ratios]


def _shape(pixels: tuple[int, int]) -> tuple[float, float]:
    """A size that has both dimensions; a picture that has none is three by two."""
    width, height = pixels
    return (float(width), float(height)) if width > 0 and height > 0 else (600.0, 400.0)


def cell_padding(lines: int, pitch: float, grid: Grid, least: float = 2.0) -> float:
    """What stands above and below the lines of a table's row, so that the row takes whole lines of the body.

    lines: of its longest cell; pitch: of the cells; least: what there must be.
    """
    height = lines * pitch
    whole = math.ceil((height + 2 * least) / grid.pitch - EPSILON) * grid.pitch
    return (whole - height) / 2


def share(wanted: Sequence[float], total: float) -> list[float]:
    """Give columns what they want of a total width, or else an equal share of what narrower ones leave.

    What is left over goes to all in proportion.
    """
    widths = list(wanted)
    open_columns, left = set(range(len(wanted))), total
    while open_columns and sum(wanted[index] for index in open_columns) > left:
        fair = left / len(open_columns)
        content = {index for index in open_columns if wanted[index] <= fair}
        if not content:
            for index in open_columns:
                widths[index] = fair
            break
        left -= sum(wanted[index] for index in content)
        open_columns -= content
    factor = total / sum(widths) if sum(widths) else 1.0
    return [width * max(factor, 1.0) for width in widths]


def name_rows(lengths: Sequence[float], measure: float, size: float) -> list[list[float]]:
    """Rows of names under one another: the width of each name's cell. lengths: of the names, blank and all.

    A cell holds three characters, or four if a name has them, and one of blank; a longer name takes several cells
    (CL-1.11.7).
    """
    characters = [math.ceil(length / size - 0.01) for length in lengths]
    cell = max([3, *(count for count in characters if count <= 4)]) + 1
    cells = max(int((measure / size + 1 + EPSILON) // cell), 1)
    rows: list[list[float]] = [[]]
    used = 0
    for count in characters:
        span = min(math.ceil((count + 1) / cell), cells)
        if used + span > cells:
            rows.append([])
            used = 0
        rows[-1].append(span * cell * size)
        used += span
    return rows
