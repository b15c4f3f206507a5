"""Tool: a finished PDF read back as plain values. The home of pypdf.

One pass over each page's content stream gives every stretch of text with its place, font and tag, one walk
through the structure tree tells what each tag is for; all checks of `preflight` work on that. Lengths are
points, the origin is the page's lower left corner.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject

from bulletin_pdf.diagnostics import Diagnostic, Place, error

# pypdf remarks on oddities in English; without a handler they would reach an editor's screen.
logging.getLogger("pypdf").addHandler(logging.NullHandler())

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
MOST_GLYPHS = 1 << 16


class Part(Enum):
    """What a stretch of text belongs to, by the structure tree."""

    TEXT = auto()
    """The document's text, which a screen reader reads."""
    PICTURE = auto()
    """A drawing with letters in it; what speaks for it is its alternative text."""
    FURNITURE = auto()
    """What stands outside the tree: folios and running heads."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text shown by one operator.

    text: what a reader would copy ("\\ufffd" for a glyph without a character). glyphs: glyph ids; 0 also
    for one that the embedded font has not, which prints as .notdef too.
    x, y: start of the baseline; end: where the last advance ends. font: the BaseFont without its subset
    tag. tag: marked-content id, which ties it to the structure tree, or None.
    """

    text: str
    glyphs: tuple[int, ...]
    x: float
    y: float
    end: float
    size: float
    font: str
    tag: int | None
    part: Part = Part.FURNITURE


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page: its trimmed size, what is painted on it, what a screen reader reads.

    stretches: in the order of painting. text: of the structure tree, in its order. has_picture: shows an
    image, or a drawing that the tree calls a figure.
    """

    trim_box: tuple[float, float, float, float]
    stretches: tuple[Stretch, ...]
    text: str
    has_picture: bool


@dataclass(frozen=True, slots=True)
class PdfFont:
    """A font in use. `name` is the BaseFont as written, with its subset tag."""

    name: str
    embedded: bool


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline; `page` is 1-based."""

    title: str
    level: int
    page: int | None


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF file read back."""

    pages: tuple[PdfPage, ...]
    fonts: tuple[PdfFont, ...]
    information: Mapping[str, str]
    created: datetime | None
    language: str
    tagged: bool
    bookmarks: tuple[Bookmark, ...]


def read_pdf(data: bytes, shown: Path) -> tuple[Pdf | None, list[Diagnostic]]:
    """Read a PDF; `shown`: its path as diagnostics name it. Error BP600: the file is damaged."""
    try:
        return _read(data), []
    except Exception as problem:  # damage may surface anywhere, as any kind of error
        message = f"生成的 PDF 已损坏，读不回来（{type(problem).__name__}）。"
        return None, [error("BP600", message, Place(shown), "再生成一次；还是不行，请告诉维护的人。")]


def _read(data: bytes) -> Pdf:
    reader = pypdf.PdfReader(BytesIO(data), strict=True)
    root = reader.root_object
    fonts: dict[Any, _Font] = {}
    painted = [_page(page, reader, fonts) for page in reader.pages]
    pages = tuple(_with_parts(page, leaves) for page, leaves in zip(painted, _tree(reader), strict=True))
    information: Mapping[str, Any] = reader.metadata or {}
    mark = root.get("/MarkInfo")
    return Pdf(
        pages=pages,
        fonts=tuple(sorted({font.described for font in fonts.values()}, key=lambda font: font.name)),
        information={key: str(value) for key, value in information.items()},
        created=reader.metadata.creation_date if reader.metadata else None,
        language=str(root.get("/Lang", "")),
        tagged=bool(mark and mark.get_object().get("/Marked")) and "/StructTreeRoot" in root,
        bookmarks=tuple(_bookmarks(reader, reader.outline, 1)),
    )


# --- fonts ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Font:
    described: PdfFont
    characters: Mapping[int, str]
    widths: Mapping[int, float]
    default_width: float
    code_length: int
    glyph_count: int

    @property
    def plain_name(self) -> str:
        return self.described.name.partition("+")[2] or self.described.name


def _font(font: Any) -> _Font:
    descendants = font.get("/DescendantFonts")
    inner = descendants[0].get_object() if descendants else font
    descriptor = inner.get("/FontDescriptor", DictionaryObject()).get_object()
    file = next(
        (descriptor[key] for key in ("/FontFile2", "/FontFile3", "/FontFile") if key in descriptor), None
    )
    described = PdfFont(str(font.get("/BaseFont", "")).lstrip("/"), file is not None)
    cmap = font["/ToUnicode"].get_object().get_data().decode("latin-1") if "/ToUnicode" in font else ""
    widths = dict(_widths(inner.get("/W", [])))
    count = _glyph_count(file.get_object().get_data()) if file is not None else MOST_GLYPHS
    default = float(inner.get("/DW", 1000))
    return _Font(described, _to_unicode(cmap), widths, default, 2 if descendants else 1, count)


def _glyph_count(data: bytes) -> int:
    """How many glyphs a font file has, by its table maxp (OpenType); the most possible in other formats."""
    if data[:4] in (b"\0\1\0\0", b"OTTO", b"true"):
        for index in range(int.from_bytes(data[4:6], "big")):
            record = data[12 + 16 * index : 28 + 16 * index]
            if record[:4] == b"maxp":
                table = int.from_bytes(record[8:12], "big")
                return int.from_bytes(data[table + 4 : table + 6], "big")
    return MOST_GLYPHS


def _to_unicode(cmap: str) -> dict[int, str]:
    """The characters of a ToUnicode CMap by code (PDF 32000-1, 9.10.3)."""

    def character(digits: str) -> str:
        return bytes.fromhex(digits).decode("utf-16-be", "replace")

    characters = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", cmap, re.DOTALL):
        for code, target in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            characters[int(code, 16)] = character(target)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", cmap, re.DOTALL):
        for first, last, target in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            start = int(target, 16)
            for code in range(int(first, 16), int(last, 16) + 1):
                characters[code] = chr(start + code - int(first, 16))
    return characters


def _widths(array: Any) -> Iterator[tuple[int, float]]:
    """The /W array of a CID font: `c [w1 w2 …]` or `first last w` (PDF 32000-1, 9.7.4.3)."""
    items: list[Any] = [item.get_object() if isinstance(item, IndirectObject) else item for item in array]
    index = 0
    while index + 1 < len(items):
        first = int(items[index])
        if isinstance(items[index + 1], list):
            for offset, width in enumerate(items[index + 1]):
                yield first + offset, float(width)
            index += 2
        else:
            for code in range(first, int(items[index + 1]) + 1):
                yield code, float(items[index + 2])
            index += 3


# --- pages ----------------------------------------------------------------------------------------------


def _multiply(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _trim_box(page: pypdf.PageObject) -> tuple[float, float, float, float]:
    box = page.trimbox
    return float(box.left), float(box.bottom), float(box.right), float(box.top)


def _page(page: pypdf.PageObject, reader: pypdf.PdfReader, fonts: dict[Any, _Font]) -> PdfPage:
    interpreter = _Interpreter(reader, fonts)
    contents = page.get_contents()
    if contents is not None:
        interpreter.run(contents, page.get("/Resources", DictionaryObject()).get_object(), IDENTITY)
    return PdfPage(_trim_box(page), tuple(interpreter.stretches), "", interpreter.has_picture)


class _Interpreter:
    """Follows the text state through a content stream and the forms that it draws (PDF 32000-1, 9.3, 9.4)."""

    def __init__(self, reader: pypdf.PdfReader, fonts: dict[Any, _Font]) -> None:
        self.reader = reader
        self.fonts = fonts
        self.stretches: list[Stretch] = []
        self.has_picture = False
        self.depth = 0

    def font(self, resources: Any, name: str) -> _Font:
        reference = resources["/Font"].get_object().raw_get(name)
        key = reference.idnum if isinstance(reference, IndirectObject) else id(reference)
        if key not in self.fonts:
            self.fonts[key] = _font(reference.get_object())
        return self.fonts[key]

    def run(self, stream: Any, resources: Any, outer: Matrix) -> None:
        ctm, stack = outer, []
        text = line = IDENTITY
        font: _Font | None = None
        size = spacing = word_spacing = leading = rise = 0.0
        stretch = 1.0
        tags: list[int | None] = []
        for operands, operator in ContentStream(stream, self.reader).operations:
            if operator == b"q":
                stack.append((ctm, font, size, spacing, word_spacing, leading, rise, stretch))
            elif operator == b"Q":
                ctm, font, size, spacing, word_spacing, leading, rise, stretch = stack.pop()
            elif operator == b"cm":
                ctm = _multiply(_matrix(operands), ctm)
            elif operator == b"BT":
                text = line = IDENTITY
            elif operator == b"Tf":
                font, size = self.font(resources, operands[0]), float(operands[1])
            elif operator == b"Tm":
                text = line = _matrix(operands)
            elif operator in (b"Td", b"TD"):
                text = line = _multiply((1, 0, 0, 1, float(operands[0]), float(operands[1])), line)
                leading = -float(operands[1]) if operator == b"TD" else leading
            elif operator == b"T*":
                text = line = _multiply((1, 0, 0, 1, 0, -leading), line)
            elif operator == b"TL":
                leading = float(operands[0])
            elif operator == b"Tc":
                spacing = float(operands[0])
            elif operator == b"Tw":
                word_spacing = float(operands[0])
            elif operator == b"Tz":
                stretch = float(operands[0]) / 100
            elif operator == b"Ts":
                rise = float(operands[0])
            elif operator in (b"Tj", b"TJ"):
                if font is None:
                    continue
                pieces = operands[0] if operator == b"TJ" else [operands[0]]
                glyphs, advance = _advance(pieces, font, size, spacing, stretch)
                start = _multiply((1, 0, 0, 1, 0, rise), _multiply(text, ctm))
                text = _multiply((1, 0, 0, 1, advance, 0), text)
                end = _multiply(text, ctm)
                height = abs(size * start[3]) or abs(size * start[1])
                characters = "".join(font.characters.get(glyph, "\ufffd") for glyph in glyphs)
                known = tuple(glyph if glyph < font.glyph_count else 0 for glyph in glyphs)
                tag = next((tag for tag in reversed(tags) if tag is not None), None)
                self.stretches.append(
                    Stretch(characters, known, start[4], start[5], end[4], height, font.plain_name, tag)
                )
            elif operator in (b"BDC", b"BMC"):
                properties = operands[1] if len(operands) > 1 else None
                identifier = properties.get("/MCID") if isinstance(properties, dict) else None
                tags.append(None if identifier is None else int(identifier))
            elif operator == b"EMC" and tags:
                tags.pop()
            elif operator == b"Do" and self.depth < 8:
                self._draw(resources["/XObject"].get_object()[operands[0]].get_object(), resources, ctm)

    def _draw(self, drawn: Any, resources: Any, ctm: Matrix) -> None:
        if drawn.get("/Subtype") == "/Image":
            self.has_picture = True
            return
        own = drawn.get("/Resources", resources).get_object()
        self.depth += 1
        self.run(drawn, own, _multiply(_matrix(drawn.get("/Matrix", IDENTITY)), ctm))
        self.depth -= 1


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(operand) for operand in operands)
    return a, b, c, d, e, f


def _advance(
    pieces: Any, font: _Font, size: float, spacing: float, stretch: float
) -> tuple[tuple[int, ...], float]:
    """The glyphs that a TJ array shows and how far it moves, in text space."""
    glyphs: list[int] = []
    advance = 0.0
    for piece in pieces:
        if isinstance(piece, int | float):
            advance -= float(piece) / 1000 * size * stretch
            continue
        data = piece if isinstance(piece, bytes) else piece.original_bytes
        for start in range(0, len(data), font.code_length):
            glyph = int.from_bytes(data[start : start + font.code_length], "big")
            glyphs.append(glyph)
            advance += (font.widths.get(glyph, font.default_width) / 1000 * size + spacing) * stretch
    return tuple(glyphs), advance


# --- structure ------------------------------------------------------------------------------------------


def _bookmarks(reader: pypdf.PdfReader, outline: Any, level: int) -> Iterator[Bookmark]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _bookmarks(reader, entry, level + 1)
        else:
            page = reader.get_destination_page_number(entry)
            yield Bookmark(str(entry.title), level, None if page is None or page < 0 else page + 1)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """Marked content that the structure tree names."""

    tag: int
    in_figure: bool


def _tree(reader: pypdf.PdfReader) -> list[list[_Leaf]]:
    """The leaves of the structure tree for every page, in the tree's order (PDF 32000-1, 14.7)."""
    leaves: list[list[_Leaf]] = [[] for _ in reader.pages]
    numbers = {
        page.indirect_reference.idnum: index
        for index, page in enumerate(reader.pages)
        if page.indirect_reference
    }

    def visit(element: Any, page: int | None, in_figure: bool) -> None:
        element = element.get_object() if isinstance(element, IndirectObject) else element
        if isinstance(element, int):
            if page is not None:
                leaves[page].append(_Leaf(int(element), in_figure))
        elif isinstance(element, list):
            for child in element:
                visit(child, page, in_figure)
        elif isinstance(element, DictionaryObject):
            if "/Pg" in element:
                page = numbers.get(element.raw_get("/Pg").idnum, page)
            visit(element.get("/MCID", element.get("/K")), page, in_figure or element.get("/S") == "/Figure")

    tree: Any = reader.root_object.get("/StructTreeRoot")
    if tree is not None:
        visit(tree.get_object().get("/K"), None, False)
    return leaves


def _with_parts(page: PdfPage, leaves: list[_Leaf]) -> PdfPage:
    """A page whose stretches know their part, with the text that the tree gives for it."""
    parts = {leaf.tag: Part.PICTURE if leaf.in_figure else Part.TEXT for leaf in leaves}
    texts = dict.fromkeys(parts, "")
    stretches = []
    for stretch in page.stretches:
        part = parts.get(stretch.tag, Part.FURNITURE) if stretch.tag is not None else Part.FURNITURE
        stretches.append(replace(stretch, part=part))
        if part is Part.TEXT and stretch.tag is not None:
            texts[stretch.tag] += stretch.text
    # A tag that the tree names twice is read twice.
    text = "".join(texts[leaf.tag] for leaf in leaves)
    has_picture = page.has_picture or Part.PICTURE in parts.values()
    return replace(page, stretches=tuple(stretches), text=text, has_picture=has_picture)
