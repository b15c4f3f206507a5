"""Tool: where findings stand on the finished pages, their numbers there, and the marks for them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import isfinite

from bulletin_pdf.collation import without_space
from bulletin_pdf.diagnostics import Diagnostic, Place, Severity, has_errors
from bulletin_pdf.fonts.mending import ASCENT, DESCENT
from bulletin_pdf.marks import ORANGE, RED, Mark
from bulletin_pdf.pdf.painting import Box
from bulletin_pdf.placement import PlacedLine, Placement

Spot = tuple[int, Box | None]
"""A page, and the box on it; no box for the page as a whole."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding where it stands; spot: None for what is on no page. number: on a proof, from 1; 0 for none."""

    finding: Diagnostic
    spot: Spot | None
    number: int = 0

    @property
    def page(self) -> int | None:
        """Its page, if it is on one."""
        return self.spot[0] if self.spot else None

    @property
    def box(self) -> Box | None:
        """Its box, if it does not speak of a page as a whole."""
        return self.spot[1] if self.spot else None


def numbered(
    findings: Iterable[Diagnostic], placement: Placement, column: Callable[[float], int]
) -> list[Remark]:
    """Findings numbered in the order in which a reader meets them: by page, column and line; those on no page last.

    column: the number of the text column that a place across the page falls into.
    """

    def order(found: tuple[Diagnostic, Spot | None]) -> tuple[float, ...]:
        if found[1] is None:
            return (float("inf"),)
        page, box = found[1]
        return (page, -1, 0, 0) if box is None else (page, column(box[2]), -box[3], box[0])

    found = sorted(((finding, spot(finding, placement)) for finding in findings), key=order)
    return [Remark(*each, number) for number, each in enumerate(found, 1)]


def marks_of(remarks: Iterable[Remark]) -> list[Mark]:
    """Boxes and notes: red for errors, orange for warnings; what stands in one place shares a note, and what is on no
    page shares one on page 1."""
    found: dict[Spot, list[Remark]] = {}
    for remark in remarks:
        found.setdefault(remark.spot or (1, None), []).append(remark)
    return [
        Mark(
            page,
            box,
            RED if has_errors(remark.finding for remark in here) else ORANGE,
            "\n\n".join(map(_note, here)),
        )
        for (page, box), here in found.items()
    ]


def spot(diagnostic: Diagnostic, placement: Placement) -> Spot | None:
    """Where a finding stands: its picture, its line, or at least its page; None for what is on no page."""
    place = diagnostic.place
    if place is None:
        return None
    for placed in placement.figures:
        own = placed.figure.place
        if (own.file, own.line, own.column) == (place.file, place.line, place.column):
            return placed.page, placed.box
    line = _nearest(place, placement) if place.line else _quoted(diagnostic.message, place.page, placement)
    if line is not None:
        return line.page, box_of(line)
    return None if place.page is None else (place.page, None)


def _note(remark: Remark) -> str:
    """A finding as the words of a note: number, code, message, hint, place."""
    diagnostic = remark.finding
    sign = str(remark.number) if remark.number else "✕" if diagnostic.severity is Severity.ERROR else "!"
    lines = [f"{sign} {diagnostic.severity.chinese} {diagnostic.code}", diagnostic.message]
    if diagnostic.hint:
        lines.append(f"改法：{diagnostic.hint}")
    if diagnostic.place and diagnostic.place.line:
        lines.append(f"位置：{diagnostic.place}")
    return "\n".join(lines)


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


def box_of(line: PlacedLine) -> Box:
    """The box that a line's characters fill, as high as its type."""
    length = line.length if isfinite(line.length) else line.line.length or 0.0
    return line.x, line.y - DESCENT * line.size, line.x + length, line.y + ASCENT * line.size
