"""Stage: the finished PDF's lines against the composed ones. Their lengths must agree, or edges are not flush."""

from collections.abc import Iterator
from pathlib import Path

from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.placement import Placement, agrees


def check_lines(placement: Placement, shown: Path) -> Iterator[Diagnostic]:
    """BP611: every composed line was drawn whole, and as long as it was composed.

    shown: the PDF as diagnostics name it.
    """
    for line in placement.missing:
        message = f"这一行没有照排好的样子印出来：“{line.text[:16]}……”。"
        yield error("BP611", message, line.place, "核对版式的样式表：行里的文字不能再断开、遮住或改动。")
    for placed in placement.lines:
        if not agrees(placed):
            words, composed = placed.line.text[:16], placed.line.length or 0.0
            message = f"“{words}……”这一行排成 {composed:.2f} pt，印出来是 {placed.length:.2f} pt。"
            place = Place(shown, page=placed.page)
            yield error("BP611", message, place, "核对版式的样式表：不能改动字号、字距、字体。")
