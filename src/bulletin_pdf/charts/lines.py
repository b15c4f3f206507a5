"""Lines 折线图."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from bulletin_pdf.charts.axes import (
    draw_head,
    draw_marker,
    draw_scale,
    draw_stroke,
    fit,
    names_under,
    zero_of,
)
from bulletin_pdf.charts.data import Data, Series
from bulletin_pdf.charts.plot import Plot, numbers, plot_values
from bulletin_pdf.charts.scale import line_scale
from bulletin_pdf.charts.sheet import AXIS, LEADING, LabelStyle, Sheet, shades


def draw_lines(data: Data, sheet: Sheet) -> None:
    type_ = sheet.type
    scale = line_scale(data, 5)
    plot_width = sheet.width - max(map(type_.width, scale.labels)) - type_.size
    count = len(data.names)
    slot = plot_width / count
    every = 1
    name_type, names = names_under(data.names, type_, slot)
    while every < count and not fit(names[::every], name_type, slot * every, 2):
        every += 1
        name_type, names = names_under(data.names, type_, slot * every)
    value_type = type_.of_size(0.9 * type_.size)
    shown = len(data.series) == 1 and all(value_type.width(cell) <= slot for cell in data.series[0].cells)
    top = draw_head(data, sheet, "line")
    label_room = 1.5 * value_type.size if shown else 0.5 * type_.size
    name_room = max(map(len, names[::every])) * LEADING * name_type.size + 0.4 * type_.size
    left = sheet.width - plot_width
    margins = (left + slot / 2, top + label_room, slot / 2, name_room)
    plot = plot_values("line", sheet, margins, [each.values for each in data.series], scale)
    bottom = sheet.height - name_room
    base = zero_of(scale, plot.ticks)
    draw_scale(sheet, scale, plot.ticks, (left, top), grid=not shown)
    sheet.line(left, base, sheet.width, base, AXIS)
    for index, colour in enumerate(shades(sheet.palette, len(data.series), 0.64)):
        dots = [node for node in plot.shapes[index] if node.tag.endswith("circle")]
        for node in plot.shapes[index]:
            if node.tag.endswith("path"):
                draw_stroke(sheet, node.get("d", ""), index, colour, f"translate({plot.left} {plot.top})")
        for dot in dots:
            x, y = numbers(dot, "cx", "cy")
            draw_marker(sheet, x + plot.left, y + plot.top, index, colour)
        if shown:
            _draw_line_values(sheet, data.series[0], dots, plot, value_type)
    for place, lines in list(zip(plot.places, names, strict=True))[::every]:
        half = max(map(name_type.width, lines)) / 2
        middle = min(max(place, half), sheet.width - half)
        sheet.lines(lines, middle, bottom + 0.4 * type_.size, type_=name_type)


def _draw_line_values(
    sheet: Sheet, series: Series, dots: Sequence[ET.Element], plot: Plot, type_: LabelStyle
) -> None:
    """Values over their points, or under them in a valley."""
    cells = [cell for cell in series.cells if cell]
    heights = [numbers(dot, "cy")[0] for dot in dots]
    for index, (dot, cell) in enumerate(zip(dots, cells, strict=True)):
        x, y = numbers(dot, "cx", "cy")
        beside = [heights[other] for other in (index - 1, index + 1) if 0 <= other < len(heights)]
        valley = beside and y > sum(beside) / len(beside) + 1
        valley = valley and y + plot.top + 1.7 * type_.size < max(plot.ticks)
        offset = 1.1 * type_.size if valley else -1.1 * type_.size
        sheet.text(cell, x + plot.left, y + plot.top + offset, type_=type_)
