"""Tool: what the content of a PDF page paints, as plain values: stretches of text, rasters, shapes.

Reads operators with pypdf, whose other home is `pdf`. Lengths are points, the origin is the page's lower left
corner.
"""

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import pypdf
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
MOST_GLYPHS = 1 << 16
Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points."""


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
class Raster:
    """A picture of pixels as it is drawn: its box on the page, whole even where it is clipped, and its pixels.

    digest: of the pixels as the file holds them. tag: as of a stretch.
    """

    box: Box
    width: int
    height: int
    digest: str = ""
    tag: int | None = None

    @property
    def resolution(self) -> float:
        """The lower of its resolutions across and down, in pixels per inch of paper."""
        left, bottom, right, top = self.box
        return 72 * min(self.width / max(right - left, 0.01), self.height / max(top - bottom, 0.01))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a path paints, as the box around it inside the clip: a rule, a frame, a part of a drawing."""

    box: Box
    tag: int | None
    part: Part = Part.FURNITURE


@dataclass(frozen=True, slots=True)
class Painted:
    """All that a page's content paints, each kind in the order of painting. trim_box: of the page."""

    trim_box: Box
    stretches: tuple[Stretch, ...]
    rasters: tuple[Raster, ...]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class PdfFont:
    """A font in use. `name` is the BaseFont as written, with its subset tag."""

    name: str
    embedded: bool


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
    widths = dict(read_widths(inner.get("/W", [])))
    count = _glyph_count(file.get_object().get_data()) if file is not None else MOST_GLYPHS
    default = float(inner.get("/DW", 1000))
    return _Font(described, read_to_unicode(cmap), widths, default, 2 if descendants else 1, count)


def _glyph_count(data: bytes) -> int:
    """How many glyphs a font file has, by its table maxp (OpenType); the most possible in other formats."""
    if data[:4] in (b"\0\1\0\0", b"OTTO", b"true"):
        for index in range(int.from_bytes(data[4:6], "big")):
            record = data[12 + 16 * index : 28 + 16 * index]
            if record[:4] == b"maxp":
                table = int.from_bytes(record[8:12], "big")
                return int.from_bytes(data[table + 4 : table + 6], "big")
    return MOST_GLYPHS


def read_to_unicode(cmap: str) -> dict[int, str]:
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


def read_widths(array: Any) -> Iterator[tuple[int, float]]:
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


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """First one matrix, then another (PDF 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _trim_box(page: pypdf.PageObject) -> Box:
    box = page.trimbox
    return float(box.left), float(box.bottom), float(box.right), float(box.top)


def painted_pages(reader: pypdf.PdfReader) -> tuple[list[Painted], list[PdfFont]]:
    """What every page paints, and the fonts in use by name."""
    fonts: dict[Any, _Font] = {}
    pages = [_page(page, reader, fonts) for page in reader.pages]
    return pages, sorted({font.described for font in fonts.values()}, key=lambda font: font.name)


def painted_page(reader: pypdf.PdfReader, number: int) -> Painted:
    """What one page paints; pages count from 1."""
    return _page(reader.pages[number - 1], reader, {})


def _page(page: pypdf.PageObject, reader: pypdf.PdfReader, fonts: dict[Any, _Font]) -> Painted:
    interpreter = _Interpreter(reader, fonts)
    contents = page.get_contents()
    if contents is not None:
        interpreter.run(contents, page.get("/Resources", DictionaryObject()).get_object(), IDENTITY)
    painted = interpreter.stretches, interpreter.rasters, interpreter.shapes
    return Painted(_trim_box(page), *map(tuple, painted))  # type: ignore[arg-type]


class _Path:
    """The path being built and the clip, as boxes: enough for rules and frames (PDF 32000-1, 8.5)."""

    def __init__(self) -> None:
        self.points: list[tuple[float, float]] = []
        self.clips = False

    def build(self, operator: bytes, operands: Any, ctm: Matrix) -> None:
        """Take up an operator that builds the path."""
        numbers = [float(operand) for operand in operands]
        if operator == b"re":
            x, y, width, height = numbers
            numbers = [x, y, x + width, y, x, y + height, x + width, y + height]
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            self.points.append(multiply((1, 0, 0, 1, x, y), ctm)[4:])

    def box(self, clip: Box | None, margin: float = 0.0) -> Box | None:
        """The box around the path, wider by a margin, inside the clip; None for nothing."""
        if not self.points:
            return None
        xs, ys = zip(*self.points, strict=True)
        box = min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin
        return box if clip is None else _overlap(box, clip)


def _overlap(first: Box, second: Box) -> Box | None:
    left, bottom = max(first[0], second[0]), max(first[1], second[1])
    right, top = min(first[2], second[2]), min(first[3], second[3])
    return (left, bottom, right, top) if left <= right and bottom <= top else None


class _Interpreter:
    """Follows the state of text, paths and clip through a content stream and the forms that it draws (PDF 32000-1,
    8.5, 9.3, 9.4)."""

    def __init__(self, reader: pypdf.PdfReader, fonts: dict[Any, _Font]) -> None:
        self.reader = reader
        self.fonts = fonts
        self.stretches: list[Stretch] = []
        self.rasters: list[Raster] = []
        self.shapes: list[Shape] = []
        self.depth = 0

    def font(self, resources: Any, name: str) -> _Font:
        reference = resources["/Font"].get_object().raw_get(name)
        key = reference.idnum if isinstance(reference, IndirectObject) else id(reference)
        if key not in self.fonts:
            self.fonts[key] = _font(reference.get_object())
        return self.fonts[key]

    def run(self, stream: Any, resources: Any, outer: Matrix, clip: Box | None = None) -> None:
        ctm, stack = outer, []
        text = line = IDENTITY
        font: _Font | None = None
        size = spacing = word_spacing = leading = rise = 0.0
        stretch = line_width = 1.0
        path = _Path()
        tags: list[int | None] = []
        for operands, operator in ContentStream(stream, self.reader).operations:
            if operator == b"q":
                stack.append(
                    (ctm, clip, line_width, font, size, spacing, word_spacing, leading, rise, stretch)
                )
            elif operator == b"Q":
                ctm, clip, line_width, font, size, spacing, word_spacing, leading, rise, stretch = stack.pop()
            elif operator == b"cm":
                ctm = multiply(_matrix(operands), ctm)
            elif operator == b"BT":
                text = line = IDENTITY
            elif operator == b"Tf":
                font, size = self.font(resources, operands[0]), float(operands[1])
            elif operator == b"Tm":
                text = line = _matrix(operands)
            elif operator in (b"Td", b"TD"):
                text = line = multiply((1, 0, 0, 1, float(operands[0]), float(operands[1])), line)
                leading = -float(operands[1]) if operator == b"TD" else leading
            elif operator == b"T*":
                text = line = multiply((1, 0, 0, 1, 0, -leading), line)
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
                start = multiply((1, 0, 0, 1, 0, rise), multiply(text, ctm))
                text = multiply((1, 0, 0, 1, advance, 0), text)
                end = multiply(text, ctm)
                height = abs(size * start[3]) or abs(size * start[1])
                characters = "".join(font.characters.get(glyph, "\ufffd") for glyph in glyphs)
                known = tuple(glyph if glyph < font.glyph_count else 0 for glyph in glyphs)
                tag = _innermost(tags)
                self.stretches.append(
                    Stretch(characters, known, start[4], start[5], end[4], height, font.plain_name, tag)
                )
            elif operator in _BUILDING:
                path.build(operator, operands, ctm)
            elif operator in (b"W", b"W*"):
                path.clips = True
            elif operator in _PAINTING:
                margin = line_width * math.hypot(ctm[0], ctm[1]) / 2 if operator in _STROKING else 0.0
                box = path.box(clip, margin)
                if operator != b"n" and box is not None:
                    self.shapes.append(Shape(box, _innermost(tags)))
                if path.clips:
                    clip = path.box(clip) or (0.0, 0.0, 0.0, 0.0)
                path = _Path()
            elif operator == b"w":
                line_width = float(operands[0])
            elif operator in (b"BDC", b"BMC"):
                properties = operands[1] if len(operands) > 1 else None
                identifier = properties.get("/MCID") if isinstance(properties, dict) else None
                tags.append(None if identifier is None else int(identifier))
            elif operator == b"EMC" and tags:
                tags.pop()
            elif operator == b"Do" and self.depth < 8:
                drawn = resources["/XObject"].get_object()[operands[0]].get_object()
                self._draw(drawn, resources, ctm, clip, _innermost(tags))

    def _draw(self, drawn: Any, resources: Any, ctm: Matrix, clip: Box | None, tag: int | None) -> None:
        if drawn.get("/Subtype") == "/Image":
            unit = _Path()
            unit.build(b"re", (0, 0, 1, 1), ctm)
            if box := unit.box(None):
                digest = hashlib.sha256(drawn._data).hexdigest()
                self.rasters.append(Raster(box, int(drawn["/Width"]), int(drawn["/Height"]), digest, tag))
            return
        own = drawn.get("/Resources", resources).get_object()
        self.depth += 1
        self.run(drawn, own, multiply(_matrix(drawn.get("/Matrix", IDENTITY)), ctm), clip)
        self.depth -= 1


_BUILDING = frozenset((b"m", b"l", b"c", b"v", b"y", b"re"))
_STROKING = frozenset((b"S", b"s", b"B", b"B*", b"b", b"b*"))
_PAINTING = _STROKING | {b"f", b"F", b"f*", b"n"}


def _innermost(tags: list[int | None]) -> int | None:
    return next((tag for tag in reversed(tags) if tag is not None), None)


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
