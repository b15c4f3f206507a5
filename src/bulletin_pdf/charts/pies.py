"""Pies 饼图 with their labels around them."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, product

from bulletin_pdf.charts.data import NOTHING, Data, Series
from bulletin_pdf.charts.plot import plot_values
from bulletin_pdf.charts.sheet import AXIS, HAIRLINE, LEADING, LabelStyle, Sheet, points, shades


@dataclass(frozen=True, slots=True)
class _SliceLabel:
    lines: tuple[str, ...]
    angle: float

    @property
    def is_right(self) -> bool:
        return math.sin(self.angle) >= -1e-9


def draw_pie(data: Data, sheet: Sheet) -> None:
    """Slices clockwise from the top, each with its name, number and share beside it."""
    series = data.series[0]
    values = [max(value or 0.0, 0.0) for value in series.values]
    largest = max(values)
    parts = [value / largest if largest else 0.0 for value in values]
    total = sum(parts) or 1.0
    shares = [part / total for part in parts]
    radius, type_, labels = _pie_room(data, series, shares, sheet)
    centre_x, centre_y = sheet.width / 2, sheet.height / 2
    side_length = 2 * radius / 0.9  # pygal leaves a tenth
    margins = (centre_x - side_length / 2, centre_y - side_length / 2)
    plot = plot_values("pie", sheet, (*margins, *margins), [[part] for part in parts])
    # The plot begins at whole points, so its centre moves by less than one.
    centre_x = plot.left + (sheet.width - plot.left - margins[0]) / 2
    centre_y = plot.top + (sheet.height - plot.top - margins[1]) / 2
    radius = 0.9 * min(centre_x - plot.left, centre_y - plot.top)
    if not any(parts):
        sheet.add(
            "circle", cx=centre_x, cy=centre_y, r=radius, fill="none", stroke=AXIS, stroke_width=HAIRLINE
        )
    moved = f"translate({plot.left} {plot.top})"
    for shapes, colour in zip(plot.shapes, shades(sheet.palette, len(values)), strict=True):
        for slice_ in shapes:
            # The arc round the hole, here of radius 0, is one that layout engines stumble over.
            outline = re.sub(r"(L\S+ \S+) A.*z", r"\1 z", slice_.get("d", ""))
            path = sheet.add("path", d=outline, fill=colour, transform=moved)
            if sum(part > 0 for part in parts) > 1:
                path.attrib |= {"stroke": "#ffffff", "stroke-width": "0.8", "stroke-linejoin": "round"}
    for is_right, group in groupby(
        sorted(labels, key=lambda label: label.is_right), lambda each: each.is_right
    ):
        circle = (centre_x, centre_y, radius)
        _draw_slice_labels(sheet, list(group), type_, circle, 1 if is_right else -1, leaders=any(parts))


def _pie_room(
    data: Data, series: Series, shares: Sequence[float], sheet: Sheet
) -> tuple[float, LabelStyle, list[_SliceLabel]]:
    """Radius, size and labels of a pie: first it gets smaller, then its labels, until they fit beside it."""
    for size, share in product((1.0, 0.9, 0.8, 0.7, 0.6), (0.24, 0.2, 0.16)):
        type_ = sheet.type.of_size(size * sheet.type.size)
        radius = max(min(sheet.height / 2 - 1.2 * type_.size, share * sheet.width), 1.0)
        measure = max(sheet.width / 2 - radius - 2.6 * type_.size, 3 * type_.size)
        labels = list(_slice_labels(data, series, shares, type_, measure))
        wide = max(type_.width(line) for label in labels for line in label.lines)
        heights = [
            sum(len(label.lines) * LEADING + 0.2 for label in labels if label.is_right is side) * type_.size
            for side in (True, False)
        ]
        if wide <= measure and max(heights) <= sheet.height:
            break
    else:
        type_ = type_.of_size(type_.size * min(1.0, sheet.height / max(heights)))
    return radius, type_, labels


def _slice_labels(
    data: Data, series: Series, shares: Sequence[float], type_: LabelStyle, measure: float
) -> Iterator[_SliceLabel]:
    done = 0.0
    for name, cell, share in zip(data.names, series.cells, shares, strict=True):
        number = cell or NOTHING
        if not data.sign and cell and any(shares):
            number += f"（{100 * share:.1f}%）"
        whole = f"{name}　{number}"
        lines = [whole] if type_.width(whole) <= measure else [*type_.wrapped(name, measure), number]
        yield _SliceLabel(tuple(lines), 2 * math.pi * (done + share / 2))
        done += share


def _draw_slice_labels(
    sheet: Sheet,
    labels: list[_SliceLabel],
    type_: LabelStyle,
    circle: tuple[float, float, float],
    side: int,
    *,
    leaders: bool,
) -> None:
    """Labels of one side of a pie (1 right, -1 left), each at the height of its slice where there is room."""
    centre_x, centre_y, radius = circle
    labels.sort(key=lambda label: -math.cos(label.angle))
    heights = [len(label.lines) * LEADING * type_.size for label in labels]
    outer = radius + 0.7 * type_.size
    wanted = [
        centre_y - outer * math.cos(label.angle) - height / 2
        for label, height in zip(labels, heights, strict=True)
    ]
    tops = _apart(wanted, heights, sheet.height, 0.2 * type_.size)
    moved = max(abs(top - want) for top, want in zip(tops, wanted, strict=True))
    for label, top, height in zip(labels, tops, heights, strict=True):
        middle = top + height / 2
        right, down = math.sin(label.angle), -math.cos(label.angle)
        # Beside the circle; in a column where labels had to leave their slices, so that leaders do not cross.
        crowded = moved > 1.5 * type_.size
        reach = 1.0 if crowded else max(math.sqrt(max(1 - ((middle - centre_y) / outer) ** 2, 0.0)), 0.2)
        end_x = centre_x + side * (outer * reach + (1.4 if crowded else 0.7) * type_.size)
        if leaders:
            path = [
                (centre_x + each * right, centre_y + each * down)
                for each in ((radius,) if crowded else (radius, outer))
            ]
            leader = " ".join(f"{points(x)},{points(y)}" for x, y in (*path, (end_x, middle)))
            sheet.add("polyline", points=leader, fill="none", stroke=AXIS, stroke_width=HAIRLINE)
        anchor = "start" if side > 0 else "end"
        sheet.lines(label.lines, end_x + side * 0.35 * type_.size, top, anchor, type_)


def _apart(wanted: Iterable[float], heights: Sequence[float], room: float, gap: float) -> list[float]:
    """Where boxes begin that want to begin at these heights, moved so that none overlap or leave the room."""
    tops: list[float] = []
    free = 0.0
    for top, height in zip(wanted, heights, strict=True):
        tops.append(max(top, free))
        free = tops[-1] + height + gap
    limit = room
    for index in range(len(tops) - 1, -1, -1):
        tops[index] = min(tops[index], limit - heights[index])
        limit = tops[index] - gap
    return tops
