"""Stage: the finished PDF with every finding marked where it stands, for proofreading on screen or on paper."""

import re
from collections.abc import Iterable
from math import isfinite

from bulletin_pdf.collation import without_space
from bulletin_pdf.diagnostics import Diagnostic, Place, Severity, has_errors
from bulletin_pdf.font_mending import ASCENT, DESCENT
from bulletin_pdf.marks import Colour, Mark, mark_pages
from bulletin_pdf.painting import Box
from bulletin_pdf.placement import PlacedLine, Placement

RED: Colour = (0.8, 0.0, 0.0)
ORANGE: Colour = (0.95, 0.5, 0.0)

Spot = tuple[int, Box | None]
"""A page, and the box on it; no box for the page as a whole."""


def annotate(data: bytes, placement: Placement, diagnostics: Iterable[Diagnostic]) -> bytes:
    """A PDF of the same pages with findings on them: a box, red around errors and orange around warnings, and a note
    with code, message and hint. Findings that have no place on a page share one note at the top left of page 1.
    """
    found: dict[Spot, list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        found.setdefault(_spot(diagnostic, placement) or (1, None), []).append(diagnostic)
    marks = [
        Mark(page, box, RED if has_errors(here) else ORANGE, "\n\n".join(map(_note, here)))
        for (page, box), here in found.items()
    ]
    return mark_pages(data, marks)


def _note(diagnostic: Diagnostic) -> str:
    """A finding as the words of a note."""
    sign = "✕" if diagnostic.severity is Severity.ERROR else "!"
    lines = [f"{sign} {diagnostic.severity.chinese} {diagnostic.code}", diagnostic.message]
    if diagnostic.hint:
        lines.append(f"改法：{diagnostic.hint}")
    if diagnostic.place and diagnostic.place.line:
        lines.append(f"位置：{diagnostic.place}")
    return "\n".join(lines)


def _spot(diagnostic: Diagnostic, placement: Placement) -> Spot | None:
    """Where a finding stands: its picture, its line, or at least its page."""
    place = diagnostic.place
    if place is None:
        return None
    for placed in placement.figures:
        own = placed.figure.place
        if (own.file, own.line, own.column) == (place.file, place.line, place.column):
            return placed.page, placed.box
    line = _nearest(place, placement) if place.line else _quoted(diagnostic.message, place.page, placement)
    if line is not None:
        return line.page, _box(line)
    return None if place.page is None else (place.page, None)


def _nearest(place: Place, placement: Placement) -> PlacedLine | None:
    """The composed line from the same source line that a place falls into."""
    lines = [
        line
        for line in placement.lines
        if (line.line.place.file, line.line.place.line) == (place.file, place.line)
        and place.page in (None, line.page)
    ]
    before = [line for line in lines if (line.line.place.column or 0) <= (place.column or 0)]
    return max(before or lines[:1], key=lambda line: line.line.place.column or 0, default=None)


def _quoted(message: str, page: int | None, placement: Placement) -> PlacedLine | None:
    """The line on a page whose words a message quotes."""
    for words in re.findall("“(.+?)(?:……)?”", message) if page is not None else ():
        for line in placement.lines:
            if line.page == page and without_space(words) in without_space(line.line.text):
                return line
    return None


def _box(line: PlacedLine) -> Box:
    length = line.length if isfinite(line.length) else line.line.length or 0.0
    return line.x, line.y - DESCENT * line.size, line.x + length, line.y + ASCENT * line.size
