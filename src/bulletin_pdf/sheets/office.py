"""Tool: the same pages for an office printer. A home of pypdf.

A printer mixes its black of four toners when it is asked for RGB, and sets off the colours where it feeds badly: so what
is black or grey is stated as such (GB/T 9704 §6.2: black is BL 100 %).
"""

from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    PdfObject,
)

from bulletin_pdf.pdf.objects import fill
from bulletin_pdf.pdf.writing import box_of, content_of, new_writer, rectangle, written
from bulletin_pdf.press.toner import blacken_forms, blackened
from bulletin_pdf.sheets.imposition import padded
from bulletin_pdf.system.garbage import collecting_seldom


@collecting_seldom()
def office(data: bytes, *, even: bool = False, blanks_before_last: bool = False) -> tuple[bytes, int]:
    """A plain PDF of the same pages and how many it has. even: add a blank page to an odd number.

    blanks_before_last: the blank page stands before the last one.
    """
    reader = PdfReader(BytesIO(data))
    pages = list(reader.pages)
    order = padded(len(pages), 2 if even else 1, before_last=blanks_before_last)
    writer = new_writer(reader, duplex="/DuplexFlipLongEdge")
    seen: set[int] = set()
    for index in order:
        source = pages[index if index is not None else 0]
        box = box_of(source)
        page = writer.add_blank_page(box[2] - box[0], box[3] - box[1])
        if index is None:
            continue
        for name in ("/MediaBox", "/TrimBox"):
            page[NameObject(name)] = rectangle(box)
        if "/Resources" in source:
            page[NameObject("/Resources")] = source.raw_get("/Resources").clone(writer)
            resources = page["/Resources"]
            assert isinstance(resources, DictionaryObject)
            blacken_forms(resources, seen)
        if "/Group" in source:
            page[NameObject("/Group")] = source.raw_get("/Group").clone(writer)
        if (content := content_of(source)) is not None:
            page[NameObject("/Contents")] = _added(writer, blackened(content.get_data()))
    return written(writer), len(order)


def _added(writer: PdfWriter, content: bytes) -> PdfObject:
    stream = EncodedStreamObject()
    fill(stream, content)
    return writer._add_object(stream)
