"""Tool: charts 统计图 of the model as SVG for print, and in words for who cannot see them. The home of pygal.

pygal computes the shapes (`plot`): where bars, points, slices and graduations lie. Everything else of its SVG
(style sheet, scripts, tooltips, the day of making) is left out, and what makes a chart fit for print is added:
labels measured in the publication's faces, flat fills whose lightness differs in greyscale too, markers, dashes.

Imported only where a chart is drawn, since pygal takes its time.
"""

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from bulletin_pdf.charts.bars import draw_bars
from bulletin_pdf.charts.data import read
from bulletin_pdf.charts.lines import draw_lines
from bulletin_pdf.charts.pies import draw_pie
from bulletin_pdf.charts.sheet import INK, LabelStyle, Sheet
from bulletin_pdf.fonts import Fonts
from bulletin_pdf.model import Chart

__all__ = ["describe", "draw"]

KINDS = {"bar": "柱图", "line": "折线图", "pie": "饼图"}


def draw(
    chart: Chart, width: float, height: float, palette: Sequence[str], fonts: Fonts, size: float = 10.0
) -> bytes:
    """A chart as an SVG of width × height points; the same bytes for the same chart.

    palette: colours as #rrggbb, in turn for the series (or slices); where there are several, each is made
    lighter or darker until all differ in greyscale. fonts: the faces of the labels, all 黑体 while it has the
    characters. size: of the labels in points; they get smaller where there are very many.

    Bars lie down where the names of the categories are too long to stand under them. Names under a line are left
    out at regular steps where they are too many. A cell that is no number, or too large for one, counts as
    missing.
    """
    data = read(chart)
    type_ = LabelStyle(fonts, size)
    sheet = Sheet(width, height, type_, tuple(palette) or (INK,))
    if data.series and data.names:
        {"bar": draw_bars, "line": draw_lines, "pie": draw_pie}[chart.kind](data, sheet)
    written: bytes = ET.tostring(sheet.root, encoding="utf-8", xml_declaration=True)
    return written


def describe(chart: Chart) -> str:
    """Alternative text in Chinese: kind, caption and every number in order, as typed but with −.

    柱图：党员人数。2019年：12；2020年：15。 With several series: 2019年：男为12，女为8；2020年：男为15，女为9。
    """
    data = read(chart)
    categories = []
    for index, name in enumerate(data.names):
        told = []
        for each in data.series:
            cell = each.cells[index]
            number = f"为{cell}" if cell else "无数据"
            told.append(each.name + number if len(data.series) > 1 else number.removeprefix("为"))
        categories.append(f"{name}：{'，'.join(told)}")
    head = KINDS[chart.kind] + (f"：{data.caption}" if data.caption else "")
    return f"{head.rstrip('。')}。" + (f"{'；'.join(categories)}。" if categories else "")
