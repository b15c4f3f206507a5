"""The order of the stages for the proof 校样: where lines stand → sheets laid out → findings marked → put together.

Beside `build`, which makes the PDF that is proofread.
"""

from pathlib import Path

from bulletin_pdf.build import lay_out, prepare
from bulletin_pdf.diagnostics import Diagnostic
from bulletin_pdf.home import Home
from bulletin_pdf.model import figures
from bulletin_pdf.record import Record

RECORD = "校对记录"


def proof(
    home: Home, key: str, data: bytes, shown: Path, record: Record
) -> tuple[bytes | None, list[Diagnostic]]:
    """An issue's PDF as a proof, with the findings of its build. None when an error stops it.

    data: the finished PDF. shown: the proof, as diagnostics name it. record: of the PDF's build.
    """
    from bulletin_pdf.marks import mark_pages
    from bulletin_pdf.pdf import read_pdf
    from bulletin_pdf.pdf.overlay import overlay
    from bulletin_pdf.placement import place
    from bulletin_pdf.proof_record import About
    from bulletin_pdf.proof_sheet import columns_of, proof_html
    from bulletin_pdf.spots import marks_of, numbered

    prepared, found = prepare(home, key, layout=record.input_of("layout"), arrangement=record.arrangement)
    pdf, damaged = read_pdf(data, shown)
    if prepared is None or pdf is None:
        return None, [*found, *damaged]
    layout, issue = prepared.layout, prepared.issue
    day = issue.masthead.date
    date = f"{day.year}年{day.month}月{day.day}日"
    about = About(issue.title, date, record.pdf[:8], home.shown(home.content / key))
    placement = place(pdf, prepared.rendered.lines, figures(issue))
    columns = columns_of(layout.geometry, layout.settings.type_area.columns)
    remarks = numbered(record.diagnostics, placement, columns.column)
    html = proof_html([page.size for page in pdf.pages], columns, placement, remarks, about)
    sheets, found = lay_out(home, prepared.fonts, {shown.name: html}, tagged=False)
    if not sheets:
        return None, found
    return overlay(mark_pages(data, marks_of(remarks), icons=False), sheets[shown.name], RECORD), found
