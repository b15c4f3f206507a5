"""Tool: the same pages for an office printer. A home of pypdf.

A printer mixes its black of four toners when it is asked for RGB, and sets off the colours where it feeds badly: so what
is black or grey is stated as such (GB/T 9704 §6.2: black is BL 100 %).
"""

import re
import zlib
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    PdfObject,
    StreamObject,
)

from bulletin_pdf.garbage import collecting_seldom
from bulletin_pdf.imposition import padded
from bulletin_pdf.pdf_writing import box_of, content_of, new_writer, rectangle, written

# What a screen calls black although it is a dark grey, as #231f20; and how little a grey may lean to a colour.
BLACK, LEANING = 0.2, 0.02
# WeasyPrint writes one operator a line, and text as hexadecimal strings: a line like this is never text.
_COLOUR = re.compile(rb"^([\d.]+) ([\d.]+) ([\d.]+) (rg|RG)$", re.MULTILINE)


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
            _blacken_forms(resources, seen)
        if "/Group" in source:
            page[NameObject("/Group")] = source.raw_get("/Group").clone(writer)
        if (content := content_of(source)) is not None:
            page[NameObject("/Contents")] = _added(writer, blackened(content.get_data()))
    return written(writer), len(order)


def blackened(content: bytes) -> bytes:
    """A content stream with black and grey stated in grey."""
    return _COLOUR.sub(_grey, content)


def _grey(match: re.Match[bytes]) -> bytes:
    shades = [float(match[index]) for index in (1, 2, 3)]
    operator = b"g" if match[4] == b"rg" else b"G"
    if max(shades) <= BLACK:
        return b"0 " + operator
    if max(shades) - min(shades) <= LEANING:
        return f"{sum(shades) / 3:.4g} ".encode() + operator
    return match[0]


def _added(writer: PdfWriter, content: bytes) -> PdfObject:
    stream = EncodedStreamObject()
    _fill(stream, content)
    return writer._add_object(stream)


def _fill(stream: StreamObject, content: bytes) -> None:
    """Give a stream new content, packed."""
    stream._data = zlib.compress(content, 9)
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    stream.pop(NameObject("/DecodeParms"), None)


def _blacken_forms(resources: DictionaryObject, seen: set[int]) -> None:
    """Do the same in drawings (forms), and in those that they hold; in place."""
    drawings = resources.get("/XObject", DictionaryObject()).get_object()
    assert isinstance(drawings, DictionaryObject)
    for name in drawings:
        form = drawings[name]
        if id(form) in seen or not isinstance(form, StreamObject) or form.get("/Subtype") != "/Form":
            continue
        seen.add(id(form))
        _fill(form, blackened(form.get_data()))
        inner = form.get("/Resources", DictionaryObject()).get_object()
        assert isinstance(inner, DictionaryObject)
        _blacken_forms(inner, seen)
