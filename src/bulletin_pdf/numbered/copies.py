"""Tool: numbered copies 份号 of a finished PDF, in one file that shares everything, or a file each. A home of pypdf.

All copies show the same content streams, fonts and pictures; a copy of its own has only page dictionaries and a
stream with its number. pypdf reads the source and takes over what is shared; the many small objects are written
here, which takes a tenth of the time that a PDF library needs for them.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any, Literal

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject

from bulletin_pdf.fonts import Face, Fonts, advance
from bulletin_pdf.fonts.mending import ASCENT, DESCENT
from bulletin_pdf.fonts.subset import Subset, cut
from bulletin_pdf.layout import MM, SIZES, Geometry
from bulletin_pdf.pdf.painting import Box, Painted, painted_page
from bulletin_pdf.typesetting import is_latin

DIGITS = 6
MOST_NUMBER = 10**DIGITS - 1
NUMBER_SIZE = SIZES["三号"]
"""GB/T 9704—2012, 7.2.1: six Arabic digits of 三号, flush left on the first line of the type area."""
NOTE_SIZE = SIZES["小五"]
NOTE_RISES = 12 * MM, 8 * MM
"""Where the baseline of a note may stand above the foot of the page: under the folio, off the edge. A number on the
upper one leaves the lower one free."""
EDGE = 5 * MM
"""What an office printer leaves blank at the edge."""
# Of the page tree: copies in one node. Readers look for a page from the root down.
_BRANCH = 64
_BOXES = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox")


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy: its number from 1, and what stands in small type at the foot of page 1; '' for nothing."""

    number: int
    note: str = ""

    @property
    def digits(self) -> str:
        """The number as printed: 000001."""
        return f"{self.number:0{DIGITS}}"


@dataclass(frozen=True, slots=True)
class Site:
    """Where text begins, on its baseline, and its size: points from the lower left corner of the page."""

    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Sites:
    """Free places for number and note on page 1; None where there is none.

    moved: where the number stands because something else takes up the first line: above the type area, or, on a cover,
    at the foot of the page.
    """

    number: Site | None
    note: Site | None
    moved: Literal["", "above", "foot"] = ""


# --- where ----------------------------------------------------------------------------------------------


def find_sites(data: bytes, geometry: Geometry, copies: Sequence[Copy], fonts: Fonts, role: str) -> Sites:
    """Where number and note of these copies can stand on page 1 of a PDF. role: of the digits."""
    page = painted_page(PdfReader(BytesIO(data)), 1)
    taken = list(_painted_boxes(page))
    left, bottom, _, top = page.trim_box
    first_line = top - geometry.top - ASCENT * NUMBER_SIZE

    def free(baselines: Iterable[float], size: float, texts: Iterable[tuple[str, str]]) -> Site | None:
        """The first of these baselines on which the longest of some texts, each with its role, covers nothing."""
        width = max(length(text, each, fonts) for text, each in texts) * size
        for y in baselines:
            box = left + geometry.left, y - DESCENT * size, left + geometry.left + width, y + ASCENT * size
            if not width or (
                width <= geometry.width
                and box[3] <= top - EDGE
                and not any(_overlap(box, other) for other in taken)
            ):
                taken.append(box)
                return Site(box[0], y, size)
        return None

    digits = {(copy.digits, role) for copy in copies}
    number = free([first_line, first_line + 1.5 * NUMBER_SIZE, bottom + NOTE_RISES[0]], NUMBER_SIZE, digits)
    notes = {(copy.note, "fang") for copy in copies}
    note = free([bottom + rise for rise in NOTE_RISES], NOTE_SIZE, notes)
    if number is None or number.y == first_line:
        return Sites(number, note)
    return Sites(number, note, "above" if number.y > first_line else "foot")


def _painted_boxes(page: Painted) -> Iterator[Box]:
    """Around everything that a page shows."""
    yield from (raster.box for raster in page.rasters)
    yield from (shape.box for shape in page.shapes)
    for text in page.stretches:
        if text.text.strip():
            bottom, top = text.y - DESCENT * text.size, text.y + ASCENT * text.size
            yield min(text.x, text.end), bottom, max(text.x, text.end), top


def _overlap(first: Box, second: Box) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def title_of(data: bytes) -> str:
    """What a PDF calls itself; '' where it does not say."""
    information = PdfReader(BytesIO(data)).metadata
    return str(information.title or "") if information else ""


# --- text -----------------------------------------------------------------------------------------------


def lacking(text: str, role: str, fonts: Fonts) -> str:
    """The characters of a text that no face has."""
    return "".join(character for character in dict.fromkeys(text) if _face(character, role, fonts) is None)


def length(text: str, role: str, fonts: Fonts) -> float:
    """The width of a text in em. KeyError for a character that no face has."""
    return sum(advance(face, character) for face, character in _faces(text, role, fonts))


def _face(character: str, role: str, fonts: Fonts) -> Face | None:
    return fonts.face_for("latin" if is_latin(character) else role, character)


def _faces(text: str, role: str, fonts: Fonts) -> Iterator[tuple[Face, str]]:
    for character in text:
        face = _face(character, role, fonts)
        if face is None:
            raise KeyError(character)
        yield face, character


class _Lettering:
    """The subsets for all that is put on the copies, and the operators that show a text in them."""

    def __init__(self, copies: Sequence[Copy], fonts: Fonts, role: str) -> None:
        self.fonts, self.role = fonts, role
        # Digits all ten, so that the font is the same for every run of numbers.
        used: dict[str, dict[str, None]] = {}
        texts = [("0123456789", role), *((note, "fang") for note in sorted({copy.note for copy in copies}))]
        for text, each in texts:
            for face, character in _faces(text, each, fonts):
                used.setdefault(face.role, {})[character] = None
        self.subsets = {each: cut(fonts.faces[each], used[each]) for each in sorted(used)}

    def shown(self, text: str, role: str, site: Site | None) -> bytes:
        """Content that shows a text: black, and no part of the document's text; nothing for no text."""
        if not text or site is None:
            return b""
        parts: list[str] = []
        current = ""
        for face, character in _faces(text, role, self.fonts):
            if face.role != current:
                parts.append(f"{'> Tj ' if parts else ''}/{_font_name(face.role)} {site.size:g} Tf <")
                current = face.role
            parts.append(f"{self.subsets[face.role].codes[character]:04x}")
        place = f"1 0 0 1 {site.x:.3f} {site.y:.3f} Tm"
        return f"/Artifact BMC q 0 g BT {place} {''.join(parts)}> Tj ET Q EMC\n".encode()


def _font_name(role: str) -> str:
    return f"Copy-{role}"


# --- files ----------------------------------------------------------------------------------------------


class _File:
    """A PDF file as it grows: objects, where they begin, and the table of that at its end."""

    def __init__(self, version: str, reserved: int = 0) -> None:
        """version: its first line. reserved: so many first numbers are for objects that come with theirs."""
        # A comment of bytes over 127 tells programs that the file is not text.
        self.parts = [f"{version}\n%\xe2\xe3\xcf\xd3\n".encode("latin-1")]
        self.length = len(self.parts[0])
        self.offsets: dict[int, int] = {}
        self.count = reserved + 1  # object 0 heads the free ones

    @classmethod
    def after(cls, other: "_File", start: bytes) -> "_File":
        """A file that begins as another does; `start` is what the other holds."""
        file = cls("")
        file.parts, file.length = [start], len(start)
        file.offsets, file.count = dict(other.offsets), other.count
        return file

    def reserve(self) -> int:
        """A number for an object that is added later."""
        self.count += 1
        return self.count - 1

    def add(self, body: bytes, number: int | None = None) -> int:
        """Write an object; gives its number."""
        number = self.reserve() if number is None else number
        self.offsets[number] = self.length
        text = b"%d 0 obj\n%s\nendobj\n" % (number, body)
        self.parts.append(text)
        self.length += len(text)
        return number

    def add_stream(self, content: bytes, entries: bytes = b"") -> int:
        """Write a stream object; gives its number."""
        return self.add(b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content))

    def finished(self, root: int, information: int | None, identity: tuple[bytes, bytes]) -> bytes:
        """The whole file (PDF 32000-1, 7.5.4: each line of the table has 20 bytes)."""
        entries = [b"0000000000 65535 f \n"]
        for number in range(1, self.count):
            offset = self.offsets.get(number)
            entries.append(b"0000000000 00001 f \n" if offset is None else b"%010d 00000 n \n" % offset)
        trailer = b"<</Size %d/Root %d 0 R/ID[<%s><%s>]" % (self.count, root, *identity)
        if information is not None:
            trailer += b"/Info %d 0 R" % information
        end = b"trailer\n%s>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, self.length)
        return b"".join([*self.parts, b"xref\n0 %d\n" % self.count, *entries, end])


def _written(value: PdfObject) -> bytes:
    stream = BytesIO()
    value.write_to_stream(stream)
    return stream.getvalue()


def _identity(*parts: bytes) -> bytes:
    """16 bytes in hexadecimal digits, as /ID has them: of the content, so that it is the same each time."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32].encode()


def _add_font(file: _File, subset: Subset) -> int:
    """Embed a subset as a composite font (PDF 32000-1, 9.7); gives its number."""
    program = zlib.compress(subset.data, 9)
    kind = b"/Subtype/OpenType" if subset.is_cff else b"/Length1 %d" % len(subset.data)
    data = file.add_stream(program, b"/Filter/FlateDecode" + kind)
    name = subset.name.encode()
    descriptor = file.add(
        b"<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d"
        b"/CapHeight 700/StemV 80/%s %d 0 R>>"
        % (
            name,
            *subset.box,
            round(ASCENT * 1000),
            -round(DESCENT * 1000),
            b"FontFile3" if subset.is_cff else b"FontFile2",
            data,
        )
    )
    widths = b"".join(b"%d[%s]" % (code, f"{width:.4g}".encode()) for code, width in subset.widths.items())
    inner = file.add(
        b"<</Type/Font/Subtype/%s/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/FontDescriptor %d 0 R/W[%s]%s>>"
        % (
            b"CIDFontType0" if subset.is_cff else b"CIDFontType2",
            name,
            descriptor,
            widths,
            b"" if subset.is_cff else b"/CIDToGIDMap/Identity",
        )
    )
    characters = file.add_stream(_to_unicode(subset.codes))
    return file.add(
        b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (name, inner, characters)
    )


def _to_unicode(codes: Mapping[str, int]) -> bytes:
    """A CMap from codes to characters, a hundred in a block (PDF 32000-1, 9.10.3)."""
    lines = [f"<{code:04x}> <{character.encode('utf-16-be').hex()}>" for character, code in codes.items()]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
            "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def",
            "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
            "1 begincodespacerange <0000> <ffff> endcodespacerange",
            *("\n".join([f"{len(block)} beginbfchar", *block, "endbfchar"]) for block in blocks),
            "endcmap CMapName currentdict /CMap defineresource pop end end",
        ]
    ).encode()


class _Source:
    """The PDF that is copied, and what is put on it."""

    def __init__(self, data: bytes, copies: Sequence[Copy], fonts: Fonts, role: str, sites: Sites) -> None:
        self.reader = PdfReader(BytesIO(data))
        self.sites, self.role = sites, role
        self.lettering = _Lettering(copies, fonts, role)
        self.digest = hashlib.sha256(data).digest()

    @cached_property
    def version(self) -> str:
        """The header of the file."""
        return self.reader.pdf_header

    def number(self, copy: Copy) -> bytes:
        """Content that closes what the page painted, and shows the number."""
        return b"Q\n" + self.lettering.shown(copy.digits, self.role, self.sites.number)

    def note(self, copy: Copy) -> bytes:
        """Content that shows the note."""
        return self.lettering.shown(copy.note, "fang", self.sites.note)

    def resources(self, file: _File, resources: DictionaryObject) -> DictionaryObject:
        """The resources of page 1 with the fonts of number and note, which are written to the file."""
        known = resources.get("/Font", DictionaryObject()).get_object()
        fonts = DictionaryObject(known)
        for role, subset in self.lettering.subsets.items():
            number = _add_font(file, subset)
            fonts[NameObject(f"/{_font_name(role)}")] = IndirectObject(number, 0, self.reader)
        wider = DictionaryObject(resources)
        wider[NameObject("/Font")] = fonts
        return wider


def _contents(page: PageObject) -> list[Any]:
    """References to the content streams of a page."""
    content = page.raw_get("/Contents") if "/Contents" in page else ArrayObject()
    value = content.get_object()
    return list(value) if isinstance(value, ArrayObject) else [content]


def _take_over(file: _File, writer: PdfWriter) -> None:
    """Write all objects of a pypdf writer under the numbers that they have there."""
    for number, value in enumerate(writer._objects, 1):
        if value is not None:
            file.add(_written(value), number)


# --- one file -------------------------------------------------------------------------------------------


def print_file(data: bytes, copies: Sequence[Copy], fonts: Fonts, role: str, sites: Sites) -> bytes:
    """All copies in one PDF, one after another; every page that prints the same is the same objects.

    role: of the digits. A file for the press: page labels (000001-1 …) and title stay; bookmarks, links and tags,
    which would have to be there once for each copy, do not. The same input gives the same bytes.
    """
    source = _Source(data, copies, fonts, role, sites)
    writer = PdfWriter()
    writer._objects.clear()  # its own catalog and page tree, which are written here
    taken = [_taken_page(page, writer) for page in source.reader.pages]
    kept = _kept_entries(source.reader, writer)
    about = _information(source.reader, writer)
    file = _File(source.version, reserved=len(writer._objects))
    _take_over(file, writer)

    opening = file.add_stream(b"q\n")
    first = taken[0]
    wider = file.add(_written(source.resources(file, first.resources)))
    boxes: dict[bytes, int] = {}
    heads = []
    for index, page in enumerate(taken):
        entries = [
            b"%s %d 0 R" % (name.encode(), boxes.setdefault(box, 0) or _number_of(file, boxes, box))
            for name, box in page.boxes
        ]
        resources = wider if index == 0 else page.resources_number
        heads.append(b"<</Type/Page%s%s/Resources %d 0 R" % (b"".join(entries), page.entries, resources))

    notes: dict[str, int] = {}
    nodes: list[int] = []
    root = file.reserve()
    branches = [file.reserve() for _ in range(0, len(copies), _BRANCH)]
    for index, copy in enumerate(copies):
        node = file.reserve()
        nodes.append(node)
        streams = [opening, *first.contents, file.add_stream(source.number(copy))]
        if copy.note:
            if copy.note not in notes:
                notes[copy.note] = file.add_stream(source.note(copy))
            streams.append(notes[copy.note])
        pages = []
        for position, (page, head) in enumerate(zip(taken, heads, strict=True)):
            content = _references(streams if position == 0 else page.contents)
            pages.append(file.add(b"%s/Parent %d 0 R/Contents%s>>" % (head, node, content)))
        parent = branches[index // _BRANCH]
        kids = _references(pages)
        file.add(b"<</Type/Pages/Parent %d 0 R/Count %d/Kids%s>>" % (parent, len(pages), kids), node)
    for position, branch in enumerate(branches):
        kids_of = nodes[position * _BRANCH : (position + 1) * _BRANCH]
        count = len(kids_of) * len(taken)
        kids = _references(kids_of)
        file.add(b"<</Type/Pages/Parent %d 0 R/Count %d/Kids%s>>" % (root, count, kids), branch)
    kids = _references(branches)
    file.add(b"<</Type/Pages/Count %d/Kids%s>>" % (len(copies) * len(taken), kids), root)
    labels = b"".join(
        b"%d<</S/D/P(%s-)>>" % (index * len(taken), copy.digits.encode()) for index, copy in enumerate(copies)
    )
    catalog = file.add(b"<</Type/Catalog/Pages %d 0 R/PageLabels<</Nums[%s]>>%s>>" % (root, labels, kept))
    numbers = f"{[copy.number for copy in copies]} {sorted(notes)} {sites}".encode()
    return file.finished(catalog, about, (_identity(source.digest), _identity(source.digest, numbers)))


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as all copies have it: numbers of its streams and resources, its boxes, its other entries."""

    contents: tuple[int, ...]
    resources: DictionaryObject
    resources_number: int
    boxes: tuple[tuple[str, bytes], ...]
    entries: bytes


def _taken_page(page: PageObject, writer: PdfWriter) -> _Page:
    """Take over what a page shows."""
    resources = page.get("/Resources", DictionaryObject())
    reference = page.raw_get("/Resources") if "/Resources" in page else resources
    cloned: Any = reference.clone(writer)
    if not isinstance(cloned, IndirectObject):
        cloned = getattr(cloned, "indirect_reference", None) or writer._add_object(cloned)
    entries = b"".join(
        b"%s %s" % (name.encode(), _written(page[name].clone(writer)))
        for name in ("/Rotate", "/UserUnit", "/Group")
        if name in page
    )
    return _Page(
        contents=tuple(each.clone(writer).idnum for each in _contents(page)),
        resources=cloned.get_object(),
        resources_number=cloned.idnum,
        boxes=tuple((name, _written(page[name])) for name in _BOXES if name in page),
        entries=entries,
    )


def _information(reader: PdfReader, writer: PdfWriter) -> int | None:
    """Take over title, author and dates; the number of their object."""
    information = reader.trailer.get("/Info")
    return None if information is None else writer._add_object(information.get_object().clone(writer)).idnum


def _number_of(file: _File, boxes: dict[bytes, int], box: bytes) -> int:
    boxes[box] = file.add(box)
    return boxes[box]


def _kept_entries(reader: PdfReader, writer: PdfWriter) -> bytes:
    """What the catalog keeps: the language, how the colours are meant, that viewers show the title."""
    root = reader.root_object
    return b"".join(
        b"%s %s" % (name.encode(), _written(root[name].clone(writer)))
        for name in ("/Lang", "/OutputIntents", "/ViewerPreferences")
        if name in root
    )


def _references(numbers: Iterable[int]) -> bytes:
    return b"[%s]" % b" ".join(b"%d 0 R" % number for number in numbers)


# --- a file each ----------------------------------------------------------------------------------------


def separate_files(
    data: bytes, copies: Sequence[Copy], fonts: Fonts, role: str, sites: Sites
) -> Iterator[tuple[Copy, bytes]]:
    """Each copy as a PDF of its own, with all that the source has: bookmarks, links, tags.

    They differ at their ends only, so that everything before is made once.
    """
    source = _Source(data, copies, fonts, role, sites)
    writer = PdfWriter(clone_from=source.reader)
    page = writer.pages[0]
    about = _information(source.reader, writer)
    shared = _File(source.version, reserved=len(writer._objects))
    opening, number, note = shared.add_stream(b"q\n"), shared.reserve(), shared.reserve()
    resources: Any = page.get("/Resources", DictionaryObject())
    page[NameObject("/Resources")] = source.resources(shared, resources.get_object())
    streams = [IndirectObject(each, 0, writer) for each in (opening, number, note)]
    page[NameObject("/Contents")] = ArrayObject([streams[0], *_contents(page), *streams[1:]])
    root = writer.root_object.indirect_reference
    assert root is not None
    _take_over(shared, writer)
    start = b"".join(shared.parts)
    for copy in copies:
        file = _File.after(shared, start)
        for content, at in ((source.number(copy), number), (source.note(copy), note)):
            file.add(b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content), at)
        own = _identity(source.digest, copy.digits.encode(), copy.note.encode())
        yield copy, file.finished(root.idnum, about, (_identity(source.digest), own))
