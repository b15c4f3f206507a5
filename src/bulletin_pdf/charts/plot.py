"""Where bars, points, slices and graduations lie, as pygal computes it. The home of pygal."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pygal

from bulletin_pdf.charts.scale import Scale
from bulletin_pdf.charts.sheet import Sheet

_KINDS = {"bar": pygal.Bar, "flat-bar": pygal.HorizontalBar, "line": pygal.Line, "pie": pygal.Pie}


@dataclass(frozen=True, slots=True)
class Plot:
    """Shapes in points of the sheet: places of categories and graduations along their axes, nodes of each series."""

    left: int
    top: int
    places: tuple[float, ...]
    ticks: tuple[float, ...]
    shapes: tuple[tuple[ET.Element, ...], ...]


def plot_values(
    kind: str,
    sheet: Sheet,
    margins: tuple[float, float, float, float],
    series: Sequence[Sequence[float | None]],
    scale: Scale | None = None,
) -> Plot:
    """Let pygal place the values; margins: left, top, right, bottom of the plot, in points."""
    # pygal moves the plot by whole points.
    left, top = round(margins[0]), round(margins[1])
    right, bottom = max(margins[2], 0.0), max(margins[3], 0.0)
    style = pygal.style.Style(
        font_family="none", label_font_size=0, value_font_size=0, legend_font_size=0, title_font_size=0
    )
    graph = _KINDS[kind](
        style=style,
        width=sheet.width,
        height=sheet.height,
        margin=0,
        margin_left=left,
        margin_top=top,
        margin_right=min(right, sheet.width - left - 1),
        margin_bottom=min(bottom, sheet.height - top - 1),
        spacing=0,
        css=(),
        js=(),
        no_prefix=True,
        disable_xml_declaration=True,
        show_x_guides=True,
        show_legend=False,
        truncate_label=-1,
        allow_interruptions=True,
    )
    unit = scale.unit if scale else max((value for each in series for value in each if value), default=1.0)
    if scale:
        graph.x_labels = [f"category{index}" for index in range(len(series[0]))]
        graph.y_labels = [
            {"value": tick / unit, "label": f"tick{index}"} for index, tick in enumerate(scale.ticks)
        ]
        # A range that ends in 0 counts as none there.
        graph.range = (scale.low / unit, scale.high / unit or 1e-9)
    for index, values in enumerate(series):
        graph.add(str(index), [None if value is None else value / unit for value in values])
    root = ET.fromstring(graph.render())
    places, ticks = _axis(root, "category", left, top), _axis(root, "tick", left, top)
    shapes = tuple(tuple(_shapes(root, index)) for index in range(len(series)))
    return Plot(left, top, places, ticks, shapes)


def _axis(root: ET.Element, name: str, left: int, top: int) -> tuple[float, ...]:
    """Where the guides of an axis lie, in the order of its labels."""
    found = {}
    for group in root.findall(".//{*}g"):
        label, path = group.find("{*}text"), group.find("{*}path")
        if group.get("class", "").endswith("guides") and label is not None and path is not None:
            at = re.match(r"M(\S+) (\S+) ([vh])", path.get("d", ""))
            if at and (label.text or "").startswith(name):
                place = float(at[1]) + left if at[3] == "v" else float(at[2]) + top
                found[int((label.text or "").removeprefix(name))] = place
    return tuple(place for _, place in sorted(found.items()))


def _shapes(root: ET.Element, series: int) -> Iterator[ET.Element]:
    """The bars, points, lines or slices of a series, in the order of its values."""
    for group in root.findall(".//{*}g"):
        if group.get("class", "").startswith(f"series serie-{series} "):
            yield from (node for node in group.iter() if "reactive" in node.get("class", ""))


def numbers(node: ET.Element, *names: str) -> list[float]:
    return [float(node.get(name, "0")) for name in names]
