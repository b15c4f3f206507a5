"""Bars 柱图, upright or lying down."""

import math
from collections.abc import Sequence

from bulletin_pdf.charts.axes import draw_head, draw_scale, fit, names_under, zero_of
from bulletin_pdf.charts.data import NOTHING, Data
from bulletin_pdf.charts.plot import numbers, plot_values
from bulletin_pdf.charts.scale import bar_scale
from bulletin_pdf.charts.sheet import AXIS, GRID, LEADING, LabelStyle, Sheet, cut, shades


def draw_bars(data: Data, sheet: Sheet) -> None:
    type_ = sheet.type
    scale = bar_scale(data, 5)
    plot_width = sheet.width - max(map(type_.width, scale.labels)) - type_.size
    slot = plot_width / len(data.names)
    name_type, names = names_under(data.names, type_, slot)
    if not fit(names, name_type, slot, 3):
        _draw_flat_bars(data, sheet)
        return
    value_type, shown, factor = _bar_room(data, type_, slot)
    top = draw_head(data, sheet, "bar")
    label_room = 1.4 * value_type.size
    name_room = max(map(len, names)) * LEADING * name_type.size + 0.4 * type_.size
    below = label_room if shown and min(data.values, default=0) < 0 else 0.0
    left = sheet.width - plot_width
    margins = (left, top + label_room * shown, 0.0, name_room + below)
    plot = plot_values("bar", sheet, margins, [each.values for each in data.series], scale)
    bottom = sheet.height - name_room
    draw_scale(sheet, scale, plot.ticks, (plot.left, top), grid=not shown)
    zero = zero_of(scale, plot.ticks)
    for index, (each, colour) in enumerate(
        zip(data.series, shades(sheet.palette, len(data.series)), strict=True)
    ):
        bars = iter(plot.shapes[index])
        for place, cell, value in zip(plot.places, each.cells, each.values, strict=True):
            if value is None:
                if shown:
                    x = place + factor * slot * 0.88 * ((index + 0.5) / len(data.series) - 0.5)
                    sheet.text(NOTHING, x, zero - label_room / 2, type_=value_type)
                continue
            x, y, width, height = numbers(next(bars), "x", "y", "width", "height")
            # pygal leaves hardly a gap between bars.
            x, width = place + factor * (x + plot.left - place), width * factor
            y += plot.top
            sheet.add("rect", x=x, y=y, width=width, height=height, fill=colour)
            if shown:
                middle = y - label_room / 2 if value >= 0 else y + height + label_room / 2
                sheet.text(cell, x + width / 2, middle, type_=value_type)
    sheet.line(plot.left, zero, sheet.width, zero, AXIS)
    for place, lines in zip(plot.places, names, strict=True):
        sheet.lines(lines, place, bottom + 0.4 * type_.size, type_=name_type)


def _bar_room(data: Data, type_: LabelStyle, slot: float) -> tuple[LabelStyle, bool, float]:
    """In which size values are printed, whether they fit over their bars, and how much of its slot a group fills."""
    series = len(data.series)
    usual = min(0.72, 5.5 * type_.size * series / slot)
    for size in (0.9, 0.8, 0.72):
        smaller = type_.of_size(size * type_.size)
        longest = max(
            (smaller.width(cell or NOTHING) for each in data.series for cell in each.cells), default=0.0
        )
        if series == 1 and longest <= 0.9 * slot:
            return smaller, True, usual
        # pygal leaves 0.88 of the slot to the bars; a group that fills it is told from the next.
        needed = (longest + 0.25 * smaller.size) * series / (0.88 * slot)
        if series > 1 and needed <= 1.0:
            return smaller, True, max(usual, needed)
    return type_.of_size(0.9 * type_.size), False, usual


def _draw_flat_bars(data: Data, sheet: Sheet) -> None:
    """Bars from left to right, for long names."""
    top = draw_head(data, sheet, "bar")
    count = len(data.names)
    axis_room = 1.6 * sheet.type.size
    slot = (sheet.height - top - axis_room) / count
    type_, names = _flat_names(data.names, sheet, slot)
    name_room = max(type_.width(line) for lines in names for line in lines) + 0.7 * type_.size
    series = len(data.series)
    thick = (0.72 if series == 1 else 0.84) * slot / series
    value_type = type_.of_size(min(0.9 * type_.size, 1.05 * thick))
    shown = value_type.size > 5
    value_room = max(
        (value_type.width(cell or NOTHING) for each in data.series for cell in each.cells), default=0.0
    )
    value_room = value_room + value_type.size if shown else 0.0
    negative = min(data.values, default=0) < 0
    scale = bar_scale(data, 4)
    edge = max(value_room, sheet.type.width(scale.labels[-1]) / 2)
    margins = (name_room + value_room * negative, top, edge, axis_room)
    # From bottom to top.
    backwards = [each.values[::-1] for each in data.series]
    plot = plot_values("flat-bar", sheet, margins, backwards, scale)
    places = plot.places[::-1]
    bottom = sheet.height - axis_room
    last = -math.inf
    for tick, label in zip(plot.ticks, scale.labels, strict=False):
        if not shown:
            sheet.line(tick, top, tick, bottom, GRID)
        half = sheet.type.width(label) / 2
        if tick - half > last + 0.5 * sheet.type.size:
            sheet.line(tick, bottom, tick, bottom + 2.5, AXIS)
            sheet.text(label, tick, bottom + 0.95 * sheet.type.size)
            last = tick + half
    sheet.line(name_room, bottom, sheet.width - edge, bottom, AXIS)
    zero = zero_of(scale, plot.ticks)
    for index, (each, colour) in enumerate(zip(data.series, shades(sheet.palette, series), strict=True)):
        bars = iter(plot.shapes[index][::-1])
        for place, cell, value in zip(places, each.cells, each.values, strict=True):
            middle = place + thick * (index + 0.5 - series / 2)
            if value is None:
                if shown:
                    sheet.text(NOTHING, zero + 0.4 * type_.size, middle, "start", value_type)
                continue
            x, width = numbers(next(bars), "x", "width")
            x += plot.left
            sheet.add("rect", x=x, y=middle - 0.44 * thick, width=width, height=0.88 * thick, fill=colour)
            if shown and value >= 0:
                sheet.text(cell, x + width + 0.4 * type_.size, middle, "start", value_type)
            elif shown:
                sheet.text(cell, x - 0.4 * type_.size, middle, "end", value_type)
    sheet.line(zero, top, zero, bottom, AXIS)
    for place, lines in zip(places, names, strict=True):
        half = len(lines) * LEADING * type_.size / 2
        sheet.lines(lines, name_room - 0.7 * type_.size, place - half, "end", type_)


def _flat_names(names: Sequence[str], sheet: Sheet, slot: float) -> tuple[LabelStyle, list[list[str]]]:
    """Names broken to stand beside their bars, in the largest size in which they do; cut short if none does."""
    # Up to 45 % of the width, then half of it.
    for share in (0.45 * sheet.width, 0.5 * sheet.width):
        for size in range(10, 6, -1):
            type_ = sheet.type.of_size(sheet.type.size * size / 10)
            lines = [type_.wrapped(name, share) for name in names]
            high, wide = (
                max(map(len, lines)) * type_.size,
                max(type_.width(line) for each in lines for line in each),
            )
            if high * (LEADING if high > type_.size else 1.0) <= slot and wide <= share:
                return type_, lines
    type_ = sheet.type.of_size(min(0.6 * sheet.type.size, max(0.9 * slot, 4.0)))
    return type_, [[cut(type_, name, 0.5 * sheet.width)] for name in names]
