"""What bars and lines have in common: legend, value axis, names of the categories."""

import math
from collections.abc import Iterable, Sequence

from bulletin_pdf.charts.data import Data
from bulletin_pdf.charts.scale import Scale
from bulletin_pdf.charts.sheet import AXIS, GRID, LEADING, LabelStyle, Sheet, cut, points, shades


def draw_head(data: Data, sheet: Sheet, kind: str) -> float:
    """What stands over the plot: the legend of several series, or the name of the only one; its height."""
    type_ = sheet.type
    pitch = 1.5 * type_.size
    if len(data.series) == 1:
        name = data.series[0].name
        if not name or name == data.caption:
            return 0.6 * type_.size
        lines = type_.wrapped(name, sheet.width)
        sheet.lines(lines, 0, 0, "start")
        return (LEADING * len(lines) + 0.6) * type_.size
    sample = (1.2 if kind == "bar" else 2.8) * type_.size
    x, row = 0.0, 0
    for index, (each, colour) in enumerate(
        zip(
            data.series,
            shades(sheet.palette, len(data.series), 0.82 if kind == "bar" else 0.64),
            strict=True,
        )
    ):
        name = cut(type_, each.name, sheet.width - sample - type_.size)
        length = sample + 0.5 * type_.size + type_.width(name)
        if x and x + length > sheet.width:
            x, row = 0.0, row + 1
        middle = (row + 0.5) * pitch
        if kind == "bar":
            sheet.add(
                "rect", x=x, y=middle - 0.4 * type_.size, width=sample, height=0.8 * type_.size, fill=colour
            )
        else:
            draw_stroke(sheet, f"M{points(x)} {points(middle)} h{points(sample)}", index, colour)
            draw_marker(sheet, x + sample / 2, middle, index, colour)
        sheet.text(name, x + sample + 0.5 * type_.size, middle, "start")
        x += length + 1.5 * type_.size
    return (row + 1) * pitch + 0.6 * type_.size


def draw_scale(
    sheet: Sheet,
    scale: Scale,
    ticks: Sequence[float],
    corner: tuple[float, float],
    *,
    grid: bool,
) -> None:
    """Guides across the plot, or an axis with ticks; the labels left of it. corner: left, top."""
    left, top = corner
    if not grid:
        sheet.line(left, top, left, max(ticks, default=top), AXIS)
    last = math.inf
    for tick, label in zip(ticks, scale.labels, strict=False):
        if grid:
            sheet.line(left, tick, sheet.width, tick, GRID)
        else:
            sheet.line(left - 2.5, tick, left, tick, AXIS)
        if last - tick > 1.1 * sheet.type.size:
            sheet.text(label, left - 0.5 * sheet.type.size, tick, "end")
            last = tick


def zero_of(scale: Scale, ticks: Sequence[float]) -> float:
    """Where the value 0 lies on the value axis."""
    return next(
        (place for place, tick in zip(ticks, scale.ticks, strict=False) if abs(tick) < 1e-9 * scale.unit),
        ticks[0] if ticks else 0.0,
    )


def names_under(names: Sequence[str], type_: LabelStyle, slot: float) -> tuple[LabelStyle, list[list[str]]]:
    """Names broken to stand under their bars or points, in the largest size in which two lines do, else in full size."""
    for size in (type_.size, 0.9 * type_.size, 0.8 * type_.size):
        smaller = type_.of_size(size)
        lines = [smaller.wrapped(name, slot - 0.6 * size) for name in names]
        if fit(lines, smaller, slot, 2):
            return smaller, lines
    return type_, [type_.wrapped(name, slot - 0.6 * type_.size) for name in names]


def fit(names: Iterable[Sequence[str]], type_: LabelStyle, slot: float, most: int) -> bool:
    return all(
        len(lines) <= most and max(map(type_.width, lines)) <= slot - 0.6 * type_.size for lines in names
    )


def draw_stroke(sheet: Sheet, path: str, index: int, colour: str, transform: str = "") -> None:
    dashes = ("", "5 2.5", "1.5 2", "7 2 1.5 2")[index % 4]
    node = sheet.add("path", d=path, fill="none", stroke=colour, stroke_width=1.4, stroke_linejoin="round")
    if dashes:
        node.set("stroke-dasharray", dashes)
    if transform:
        node.set("transform", transform)


def draw_marker(sheet: Sheet, x: float, y: float, index: int, colour: str) -> None:
    """Disc, square, triangle or diamond in turn."""
    corners = (
        (),
        ((-2.2, -2.2), (2.2, -2.2), (2.2, 2.2), (-2.2, 2.2)),
        ((0, -2.9), (2.8, 2.2), (-2.8, 2.2)),
        ((0, -3.1), (3.1, 0), (0, 3.1), (-3.1, 0)),
    )[index % 4]
    if corners:
        outline = " ".join(f"{points(x + right)},{points(y + down)}" for right, down in corners)
        sheet.add("polygon", points=outline, fill=colour)
    else:
        sheet.add("circle", cx=x, cy=y, r=2.3, fill=colour)
