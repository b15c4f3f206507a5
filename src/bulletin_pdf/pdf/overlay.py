"""Tool: pages of one PDF laid under and over the pages of another. A home of pypdf.

The pages below and above become forms, artifacts that a screen reader leaves out; bookmarks, links and tags of the
pages between them stay. The same input gives the same bytes.
"""

from io import BytesIO

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, PdfObject

from bulletin_pdf.pdf.writing import box_of, form_of, number, surround, written
from bulletin_pdf.system.garbage import collecting_seldom

_BELOW, _ABOVE = "/Below", "/Above"


@collecting_seldom()
def overlay(data: bytes, layers: bytes, title: str) -> bytes:
    """A PDF with layers: `layers` has a page below and one above for each page of `data`, in turn, their lower left
    corner at that of the trimmed page. What pages it has beyond them follow, under a bookmark of this title."""
    writer = PdfWriter(clone_from=BytesIO(data))
    sheets = list(PdfReader(BytesIO(layers)).pages)
    count = len(writer.pages)
    for index, page in enumerate(writer.pages):
        _add_forms(
            page, {name: form_of(sheets[2 * index + n], writer) for n, name in enumerate((_BELOW, _ABOVE))}
        )
        left, bottom, *_ = box_of(page)
        below, above = (
            f"/Artifact BMC q 1 0 0 1 {number(left)} {number(bottom)} cm {name} Do Q EMC\n"
            for name in (_BELOW, _ABOVE)
        )
        surround(writer, page, before=below, after=above)
    for sheet in sheets[2 * count :]:
        writer.add_page(sheet)
    if len(sheets) > 2 * count:
        writer.add_outline_item(title=title, page_number=count)
    return written(writer)


def _add_forms(page: PageObject, forms: dict[str, PdfObject]) -> None:
    """Name forms in a page's resources, which it may share with other pages."""
    resources = DictionaryObject(page.get("/Resources", DictionaryObject()).get_object())
    known = DictionaryObject(resources.get("/XObject", DictionaryObject()).get_object())
    known.update({NameObject(name): form for name, form in forms.items()})
    resources[NameObject("/XObject")] = known
    page[NameObject("/Resources")] = resources
