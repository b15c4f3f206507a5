"""Stage: the finished PDF with every finding marked where it stands, for proofreading on screen or on paper."""

from collections.abc import Iterable

from bulletin_pdf.diagnostics import Diagnostic
from bulletin_pdf.marks import mark_pages
from bulletin_pdf.placement import Placement
from bulletin_pdf.spots import Remark, marks_of, spot


def annotate(data: bytes, placement: Placement, diagnostics: Iterable[Diagnostic]) -> bytes:
    """A PDF of the same pages with findings on them: a box, red around errors and orange around warnings, and a note
    with code, message and hint. Findings that have no place on a page share one note at the top left of page 1.
    """
    remarks = (Remark(diagnostic, spot(diagnostic, placement)) for diagnostic in diagnostics)
    return mark_pages(data, marks_of(remarks))
