"""Tool: a finished PDF read back as plain values. A home of pypdf.

One pass over each page's content (`painting`) gives every stretch of text with its place, font and tag, every
raster and shape; one walk through the structure tree tells what each tag is for. All checks of finished pages
work on that. Lengths are points, the origin is the page's lower left corner.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pypdf
from pypdf.generic import DictionaryObject, IndirectObject

from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.pdf.fonts import PdfFont
from bulletin_pdf.pdf.painting import (
    Box,
    Painted,
    Part,
    Parts,
    Raster,
    Shape,
    Stretch,
    painted_pages,
)
from bulletin_pdf.pdf.syntax import read_packed
from bulletin_pdf.system.garbage import collecting_seldom

# pypdf remarks on oddities in English; without a handler they would reach an editor's screen.
logging.getLogger("pypdf").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page: its trimmed size, what is painted on it, what a screen reader reads.

    stretches, rasters, shapes: in the order of painting. text: of the structure tree, in its order. has_picture:
    shows a raster, or a drawing that the tree calls a figure. leaves: what the tree names of this page, in its order.
    """

    trim_box: Box
    stretches: tuple[Stretch, ...]
    text: str
    has_picture: bool
    rasters: tuple[Raster, ...] = ()
    shapes: tuple[Shape, ...] = ()
    leaves: tuple["Leaf", ...] = ()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the trimmed page."""
        left, bottom, right, top = self.trim_box
        return right - left, top - bottom


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline; `page` is 1-based."""

    title: str
    level: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Link:
    """A link on a page, which is 1-based. uri: where it leads outside the file, or "". is_dead: leads nowhere."""

    page: int
    uri: str
    is_dead: bool = False


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF file read back. foreign: what acts or holds something else than pages. size: in bytes."""

    pages: tuple[PdfPage, ...]
    fonts: tuple[PdfFont, ...]
    information: Mapping[str, str]
    created: datetime | None
    language: str
    tagged: bool
    bookmarks: tuple[Bookmark, ...]
    links: tuple[Link, ...] = ()
    foreign: tuple[str, ...] = ()
    is_encrypted: bool = False
    size: int = 0


@collecting_seldom()
def read_pdf(data: bytes, shown: Path) -> tuple[Pdf | None, list[Diagnostic]]:
    """Read a PDF; `shown`: its path as diagnostics name it. Error BP600: the file is damaged."""
    try:
        return _read(data), []
    except Exception as problem:  # damage may surface anywhere, as any kind of error
        message = f"生成的 PDF 已损坏，读不回来（{type(problem).__name__}）。"
        return None, [error("BP600", message, Place(shown), "再生成一次；还是不行，请告诉维护的人。")]


def _read(data: bytes) -> Pdf:
    reader = pypdf.PdfReader(BytesIO(data), strict=True)
    read_packed(reader)
    root = reader.root_object
    leaves = _tree(reader)
    painted, fonts = painted_pages(reader, [_parts(named) for named in leaves])
    information: Mapping[str, Any] = reader.metadata or {}
    mark = root.get("/MarkInfo")
    return Pdf(
        pages=tuple(map(_page, painted, leaves)),
        fonts=tuple(fonts),
        information={key: str(value) for key, value in information.items()},
        created=reader.metadata.creation_date if reader.metadata else None,
        language=str(root.get("/Lang", "")),
        tagged=bool(mark and mark.get_object().get("/Marked")) and "/StructTreeRoot" in root,
        bookmarks=tuple(_bookmarks(reader, reader.outline, 1)),
        links=tuple(_links(reader)),
        foreign=foreign_entries(reader),
        is_encrypted=reader.is_encrypted,
        size=len(data),
    )


def foreign_entries(reader: pypdf.PdfReader) -> tuple[str, ...]:
    """What a PDF has that acts, asks or holds something else than pages: OpenAction, AcroForm, JavaScript … (PDF 32000-1,
    12.5, 12.6)."""
    root: Any = reader.root_object
    names = root.get("/Names", DictionaryObject()).get_object()
    found = [key for key in ("/OpenAction", "/AA", "/AcroForm") if key in root]
    found += [key for key in ("/JavaScript", "/EmbeddedFiles") if key in names]
    for page in reader.pages:
        found += ["/AA"] if "/AA" in page else []
        for annotation in _annotations(page):
            kind, action = annotation.get("/Subtype"), annotation.get("/A", DictionaryObject()).get_object()
            found += [kind] if kind != "/Link" else []
            found += [action["/S"]] if action.get("/S", "/URI") not in ("/URI", "/GoTo") else []
    return tuple(dict.fromkeys(str(name)[1:] for name in found))


def _annotations(page: Any) -> list[Any]:
    listed = page.get("/Annots")
    return [each.get_object() for each in listed.get_object()] if listed is not None else []


def _links(reader: pypdf.PdfReader) -> Iterator[Link]:
    pages = {page.indirect_reference.idnum for page in reader.pages if page.indirect_reference}
    named = reader.named_destinations
    for number, page in enumerate(reader.pages, 1):
        for annotation in _annotations(page):
            if annotation.get("/Subtype") != "/Link":
                continue
            action = annotation.get("/A", DictionaryObject()).get_object()
            if "/URI" in action:
                yield Link(number, str(action["/URI"]))
                continue
            target = annotation.get("/Dest", action.get("/D"))
            if isinstance(target, list):
                is_dead = not target or getattr(target[0], "idnum", None) not in pages
            else:
                is_dead = str(target) not in named
            yield Link(number, "", is_dead)


# --- structure ------------------------------------------------------------------------------------------


def _bookmarks(reader: pypdf.PdfReader, outline: Any, level: int) -> Iterator[Bookmark]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _bookmarks(reader, entry, level + 1)
        else:
            page = reader.get_destination_page_number(entry)
            yield Bookmark(str(entry.title), level, None if page is None or page < 0 else page + 1)


@dataclass(frozen=True, slots=True)
class Leaf:
    """Marked content that the structure tree names.

    role: of the innermost element that is a whole text or picture (P, H2, TD, Figure), not a part of one; block: which
    element that is, by a number; alt: what it says instead of a picture.
    """

    tag: int
    role: str
    block: int
    alt: str = ""

    @property
    def in_figure(self) -> bool:
        return self.role == "Figure"


# Parts of a text; NonStruct is one only inside of a text.
_INLINE = frozenset(
    ("/Span", "/Link", "/Reference", "/Quote", "/Em", "/Strong", "/Annot", "/Ruby", "/RB", "/RT")
)
_TEXTS = frozenset(("P", "H1", "H2", "H3", "H4", "H5", "H6", "TD", "TH", "Caption", "Lbl", "LBody", "Figure"))


def _tree(reader: pypdf.PdfReader) -> list[list[Leaf]]:
    """The leaves of the structure tree for every page, in the tree's order (PDF 32000-1, 14.7)."""
    leaves: list[list[Leaf]] = [[] for _ in reader.pages]
    blocks = count()
    numbers = {
        page.indirect_reference.idnum: index
        for index, page in enumerate(reader.pages)
        if page.indirect_reference
    }

    def visit(element: Any, page: int | None, block: Leaf) -> None:
        element = element.get_object() if isinstance(element, IndirectObject) else element
        if isinstance(element, int):
            if page is not None:
                leaves[page].append(Leaf(int(element), block.role, block.block, block.alt))
        elif isinstance(element, list):
            for child in element:
                visit(child, page, block)
        elif isinstance(element, DictionaryObject):
            if "/Pg" in element:
                page = numbers.get(element.raw_get("/Pg").idnum, page)
            role = element.get("/S")
            is_part = role is None or role in _INLINE or (role == "/NonStruct" and block.role in _TEXTS)
            if not is_part and block.role != "Figure":
                block = Leaf(0, str(role).lstrip("/"), next(blocks), str(element.get("/Alt", "")))
            visit(element.get("/MCID", element.get("/K")), page, block)

    tree: Any = reader.root_object.get("/StructTreeRoot")
    if tree is not None:
        visit(tree.get_object().get("/K"), None, Leaf(0, "", next(blocks)))
    return leaves


def _parts(leaves: list[Leaf]) -> Parts:
    return {leaf.tag: Part.PICTURE if leaf.in_figure else Part.TEXT for leaf in leaves}


def _page(painted: Painted, leaves: list[Leaf]) -> PdfPage:
    """A page with the text that the tree gives for it."""
    texts = dict.fromkeys((leaf.tag for leaf in leaves), "")
    for stretch in painted.stretches:
        if stretch.part is Part.TEXT and stretch.tag is not None:
            texts[stretch.tag] += stretch.text
    # A tag that the tree names twice is read twice.
    text = "".join(texts[leaf.tag] for leaf in leaves)
    has_picture = bool(painted.rasters) or any(leaf.in_figure for leaf in leaves)
    return PdfPage(
        painted.trim_box, painted.stretches, text, has_picture, painted.rasters, painted.shapes, tuple(leaves)
    )
