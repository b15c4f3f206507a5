"""Tool: pages of PDFs laid under the last pages of another, as forms. A home of pypdf."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfObject,
)

from bulletin_pdf.pdf.font_sharing import share_fonts
from bulletin_pdf.pdf.writing import box_of, form_of, number, written
from bulletin_pdf.system.garbage import collecting_seldom


@dataclass(frozen=True, slots=True)
class Underlay:
    """A page, from 1, of a PDF: the place of its lower left corner on the sheet in points, and its scale."""

    data: bytes
    page: int
    x: float
    y: float
    scale: float


@collecting_seldom()
def lay_under(data: bytes, underlays: Sequence[Sequence[Underlay]], *, numbered: bool = False) -> bytes:
    """A PDF with pages laid under its last ones: so many as there are entries. The same input gives the same bytes.

    numbered: a reader counts these last pages from 1, those before in Roman numerals (ISO 32000-1, 12.4.2).
    """
    writer = PdfWriter(clone_from=BytesIO(data))
    writer.pdf_header = "%PDF-1.7"
    readers: dict[int, PdfReader] = {}
    first = len(writer.pages) - len(underlays)
    for index, under in enumerate(underlays, first):
        page = writer.pages[index]
        names: dict[str, PdfObject] = {}
        lines = []
        for each in under:
            reader = readers.setdefault(id(each.data), PdfReader(BytesIO(each.data)))
            source = reader.pages[each.page - 1]
            left, bottom, _, _ = box_of(source)
            name = f"/Under{len(names)}"
            names[name] = form_of(source, writer)
            at = (each.scale, 0.0, 0.0, each.scale, each.x - each.scale * left, each.y - each.scale * bottom)
            lines.append(f"q {' '.join(map(number, at))} cm {name} Do Q")
        stream = DecodedStreamObject()
        # Not of the sheet's text: an artifact, which a screen reader leaves out.
        stream.set_data(("/Artifact BMC\n" + "\n".join(lines) + "\nEMC\n").encode())
        resources = _copied(page["/Resources"])
        drawn = _copied(resources.get("/XObject", DictionaryObject()))
        resources[NameObject("/XObject")] = DictionaryObject(
            {**drawn, **{NameObject(name): form for name, form in names.items()}}
        )
        page[NameObject("/Resources")] = resources
        own = page["/Contents"].get_object()
        parts = list(own) if isinstance(own, ArrayObject) else [page.raw_get("/Contents")]
        page[NameObject("/Contents")] = ArrayObject([writer._add_object(stream), *parts])
    if numbered:
        labels = [(0, "/r"), (first, "/D")]
        entries = [each for start, kind in labels for each in (NumberObject(start), _style(kind))]
        writer.root_object[NameObject("/PageLabels")] = DictionaryObject(
            {NameObject("/Nums"): ArrayObject(entries)}
        )
    share_fonts(writer)
    return written(writer)


def _style(kind: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject(kind)})


def _copied(dictionary: PdfObject) -> DictionaryObject:
    """A dictionary of its own with the same entries: pages may share theirs."""
    found = dictionary.get_object()
    return (
        DictionaryObject({name: found.raw_get(name) for name in found})
        if isinstance(found, DictionaryObject)
        else DictionaryObject()
    )
