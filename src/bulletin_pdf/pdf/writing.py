"""Tool: a new PDF of the pages of another, without what belongs to reading on screen. A home of pypdf.

Kept: what is painted, title, author, dates, language. Dropped: links, bookmarks, structure, which speak of pages that
the new file may not have. The same input gives the same bytes.
"""

import hashlib
from collections.abc import Mapping

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    FloatObject,
    NameObject,
    PdfObject,
    StreamObject,
)

from bulletin_pdf.pdf.packing import packed
from bulletin_pdf.pdf.painting import Box


def number(value: float) -> str:
    """A length or a factor as content streams write it, exact to a millionth."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def new_writer(reader: PdfReader, *, duplex: str) -> PdfWriter:
    """A writer without pages that carries a PDF's description. duplex: a value of /Duplex (ISO 32000-1, table 150),
    which print dialogues offer by themselves, as they do the true size."""
    writer = PdfWriter()
    writer.pdf_header = "%PDF-1.7"
    writer.metadata = {name: str(value) for name, value in (reader.metadata or {}).items()}
    root = writer.root_object
    if "/Lang" in reader.root_object:
        root[NameObject("/Lang")] = reader.root_object["/Lang"].clone(writer)
    preferences: Mapping[str, PdfObject] = {
        "/DisplayDocTitle": BooleanObject(True),
        "/Duplex": NameObject(duplex),
        "/PrintScaling": NameObject("/None"),
        "/PickTrayByPDFSize": BooleanObject(True),
    }
    entries = {NameObject(name): value for name, value in preferences.items()}
    root[NameObject("/ViewerPreferences")] = DictionaryObject(entries)
    return writer


def written(writer: PdfWriter) -> bytes:
    """The file, with an identifier made of its content (ISO 32000-1, 14.4)."""
    name = ByteStringObject(hashlib.sha256(packed(writer)).digest()[:16])
    writer._ID = ArrayObject([name, name])
    return packed(writer)


def content_of(page: PageObject) -> StreamObject | None:
    """What a page paints, as one stream; None for nothing. Left compressed where it is one stream already."""
    content = page.get("/Contents")
    content = content.get_object() if content is not None else None
    if isinstance(content, StreamObject):
        return content
    return page.get_contents() if content else None


def form_of(page: PageObject, writer: PdfWriter, *, bleed: float = 0.0) -> PdfObject:
    """A page as a form of a new file; what several pages of one reader share is taken over once. bleed: how much of what
    is painted past the edges belongs to it."""
    form = EncodedStreamObject()
    content = content_of(page)
    if content is None:
        form._data = b""
    elif isinstance(content, EncodedStreamObject):
        form._data = content._data
        for name in ("/Filter", "/DecodeParms"):
            if name in content:
                form[NameObject(name)] = content[name]
    else:
        packed: StreamObject = content.flate_encode()
        form._data = packed._data
        form[NameObject("/Filter")] = NameObject("/FlateDecode")
    form[NameObject("/Type")] = NameObject("/XObject")
    form[NameObject("/Subtype")] = NameObject("/Form")
    left, bottom, right, top = box_of(page)
    form[NameObject("/BBox")] = rectangle((left - bleed, bottom - bleed, right + bleed, top + bleed))
    resources = page.raw_get("/Resources") if "/Resources" in page else DictionaryObject()
    form[NameObject("/Resources")] = resources.clone(writer)
    if "/Group" in page:
        form[NameObject("/Group")] = page.raw_get("/Group").clone(writer)
    return writer._add_object(form)


def surround(writer: PdfWriter, page: PageObject, *, before: str = "", after: str = "") -> None:
    """Paint below and above a page's own content, whatever state that leaves behind. before, after: operators."""
    content = page["/Contents"].get_object() if "/Contents" in page else ArrayObject()
    parts = list(content) if isinstance(content, ArrayObject) else [page.raw_get("/Contents")]
    streams = []
    for text in (f"{before}q\n", f"Q\n{after}"):
        stream = DecodedStreamObject()
        stream.set_data(text.encode())
        streams.append(writer._add_object(stream))
    page[NameObject("/Contents")] = ArrayObject([streams[0], *parts, streams[1]])


def box_of(page: PageObject) -> Box:
    """The trimmed page: left, bottom, right, top."""
    box = page.trimbox
    return float(box.left), float(box.bottom), float(box.right), float(box.top)


def rectangle(box: Box) -> ArrayObject:
    """A box as PDF writes it."""
    return ArrayObject(map(FloatObject, box))
