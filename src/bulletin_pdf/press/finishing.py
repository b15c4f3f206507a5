"""Tool: a finished PDF made a print file or one for the archive. A home of pypdf.

WeasyPrint writes the pages, in the screen's colours and with tags; what makes them a print file is done here. Sources:
PDF/X-4 (ISO 15930-7), PDF/A-2 and 3 (ISO 19005-2, -3), PDF/UA-1 (ISO 14289-1), PDF (ISO 32000-1).
"""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject

from bulletin_pdf.pdf.objects import dictionaries, painting_streams, resources_of, streams, wrap
from bulletin_pdf.pdf.packing import packed
from bulletin_pdf.press.colour import Separation, in_rgb, screen, smaller, standard_press
from bulletin_pdf.press.identification import Attachment, attach, identify
from bulletin_pdf.press.inking import ink, repaint
from bulletin_pdf.press.sheet import make_sheets
from bulletin_pdf.press.tagging import children, mend_tables, tag_faults

_SPACE = re.compile(rb"/(\S+) (?:cs|CS)\b")


def press(data: bytes, separation: Separation, *, marks: bool = True) -> bytes:
    """A print file: PDF/X-4, PDF/A-2a and PDF/UA-1 at once; PDF/A-2u alone where the tags can't be mended.

    data: tagged pages; what bleeds is painted past their edges. The colours become inks, the boxes exact, links go (PDF/X-4 §6.17 has no
    annotations on the page). marks: crop and registration marks outside the bleed.
    """
    writer = _opened(data)
    ink(writer, separation)
    _without_links(writer)
    make_sheets(writer, marks=marks)
    is_tagged = not tag_faults(writer.root_object)
    identify(writer, data, separation.profile, is_press=True, part=2, is_tagged=is_tagged)
    return _written(writer, "1.6")


def archive(
    data: bytes,
    attachments: Sequence[Attachment] = (),
    resolutions: Mapping[tuple[int, int], float] | None = None,
) -> bytes:
    """A file for the archive: PDF/A-2a and PDF/UA-1; PDF/A-3a with attachments, such as the sources. PDF/A-2u or 3u where
    the tags can't be mended.

    resolutions: how finely pictures of so many pixels are shown at their largest, in pixels per inch; with them the file is
    one for screens, and takes no more pixels than those show.
    """
    writer = _opened(data)
    for stream in streams(writer, "/Image"):
        if stream.get("/ColorSpace") == "/DeviceCMYK":
            repaint(stream, lambda picture: in_rgb(picture, standard_press()))
        _lighten(stream, resolutions or {})
    for value in dictionaries(writer):
        if value.get("/Subtype") == "/Link":
            value[NameObject("/F")] = NumberObject(4)  # printed: PDF/A-2 §6.3.2
        # WeasyPrint hangs a link on the element inside that has a face of its own (PDF/UA-1 §7.18.5).
        if value.get("/S") == "/Span" and any(_is_annotation(child) for child in children(value)):
            value[NameObject("/S")] = NameObject("/Link")
    is_tagged = not tag_faults(writer.root_object)
    identify(writer, data, screen(), is_press=False, part=3 if attachments else 2, is_tagged=is_tagged)
    attach(writer, attachments)
    return _written(writer, "1.7")


# What a telephone shows at twice the width of its screen; a little more is not worth another loss.
SCREEN, ENOUGH = 150, 200


def _lighten(stream: Any, resolutions: Mapping[tuple[int, int], float]) -> None:
    """Fewer pixels for a picture that is finer than a screen."""
    resolution = resolutions.get((int(stream["/Width"]), int(stream["/Height"])), 0.0)
    is_plain = stream.get("/BitsPerComponent") == 8 and stream.get("/ColorSpace") in (
        "/DeviceRGB",
        "/DeviceGray",
    )
    if resolution > ENOUGH and is_plain:
        repaint(stream, lambda picture: smaller(picture, SCREEN / resolution))


# --- the file -------------------------------------------------------------------------------------------


def _opened(data: bytes) -> PdfWriter:
    writer = PdfWriter(clone_from=BytesIO(data))
    mend_tables(writer.root_object)
    for value in dictionaries(writer):
        value.pop("/Interpolate", None)  # PDF/A-2 §6.2.8
    used = set()
    for stream in painting_streams(writer):
        used |= set(_SPACE.findall(stream.get_data()))
    for resources in resources_of(writer):
        spaces = resources.get("/ColorSpace")
        for name in list(spaces.get_object() if spaces is not None else ()):
            if name[1:].encode() not in used:
                del spaces.get_object()[name]
    return writer


def _written(writer: PdfWriter, version: str) -> bytes:
    writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
    writer.pdf_header = f"%PDF-{version}"
    for value in writer._objects:
        # Before the line end that the end of a stream begins with, a last byte 0D is read as part of it (PDF/A-2 §6.1.7.1).
        if isinstance(value, StreamObject) and value._data.endswith(b"\r"):
            wrap(value)
    return packed(writer)


def _without_links(writer: PdfWriter) -> None:
    """No annotations; what a tag called a link is text. Bookmarks name their page without an action."""
    parents = set()
    for page in writer.pages:
        for reference in page.pop("/Annots", ArrayObject()):
            parents.add(reference.get_object().get("/StructParent"))
    for value in dictionaries(writer):
        if value.get("/S") == "/Link":
            value[NameObject("/S")] = NameObject("/Span")
        if any(_is_annotation(child) for child in children(value)):
            _drop_objects(value)
        action = value.get("/A")
        if "/Title" in value and action is not None and action.get_object().get("/S") == "/GoTo":
            value[NameObject("/Dest")] = action.get_object()["/D"]
            del value["/A"]
    tree = writer.root_object.get("/StructTreeRoot")
    numbers = tree.get_object().get("/ParentTree") if tree is not None else None
    if numbers is not None and "/Nums" in numbers.get_object():
        listed = numbers.get_object()["/Nums"]
        pairs = [listed[index : index + 2] for index in range(0, len(listed), 2)]
        kept = [part for pair in pairs if pair[0] not in parents for part in pair]
        numbers.get_object()[NameObject("/Nums")] = ArrayObject(kept)


def _drop_objects(element: Any) -> None:
    """The references to annotations out of a structure element."""
    kept = [child for child in children(element) if not _is_annotation(child)]
    element[NameObject("/K")] = ArrayObject(kept)


def _is_annotation(child: Any) -> bool:
    value = child.get_object()
    return isinstance(value, DictionaryObject) and value.get("/Type") == "/OBJR"
