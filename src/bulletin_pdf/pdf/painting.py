"""Tool: what the content of a PDF page paints, as plain values: stretches of text, rasters, shapes. A home of pypdf.

`syntax` reads the operators. Lengths are points, the origin is the page's lower left corner.
"""

import hashlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import chain
from typing import Any

import pypdf
from pypdf.generic import DictionaryObject, IndirectObject

from bulletin_pdf.pdf.fonts import Font, PdfFont, Piece, read_font
from bulletin_pdf.pdf.syntax import operations

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
MOST_NESTED = 8
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


# --- pages ----------------------------------------------------------------------------------------------


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """First one matrix, then another (PDF 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _moved(matrix: Matrix, x: float, y: float) -> Matrix:
    """First a move, then a matrix."""
    a, b, c, d, e, f = matrix
    return a, b, c, d, x * a + y * c + e, x * b + y * d + f


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = map(float, operands)
    return a, b, c, d, e, f


Parts = Mapping[int, Part]
"""What the marked content of a page belongs to, by its tag."""


def painted_pages(
    reader: pypdf.PdfReader, parts: Sequence[Parts] | None = None
) -> tuple[list[Painted], list[PdfFont]]:
    """What every page paints, and the fonts in use by name. parts: of every page; without them all is furniture."""
    fonts: dict[Any, Font] = {}
    parts = [{}] * len(reader.pages) if parts is None else parts
    pages = [_page(page, reader, fonts, each) for page, each in zip(reader.pages, parts, strict=True)]
    return pages, sorted({font.described for font in fonts.values()}, key=lambda font: font.name)


def painted_page(reader: pypdf.PdfReader, number: int) -> Painted:
    """What one page paints, all of it furniture; pages count from 1."""
    return _page(reader.pages[number - 1], reader, {}, {})


def _page(page: pypdf.PageObject, reader: pypdf.PdfReader, fonts: dict[Any, Font], parts: Parts) -> Painted:
    painter = _Painter(reader, fonts, parts)
    contents = page.get_contents()
    if contents is not None:
        resources = page.get("/Resources", DictionaryObject()).get_object()
        _Content(painter, resources, _State(IDENTITY)).run(contents)
    box = page.trimbox
    trim_box = float(box.left), float(box.bottom), float(box.right), float(box.top)
    return Painted(trim_box, tuple(painter.stretches), tuple(painter.rasters), tuple(painter.shapes))


class _Path:
    """The path being built and the clip, as boxes: enough for rules and frames (PDF 32000-1, 8.5)."""

    def __init__(self) -> None:
        self.xs: list[float] = []
        self.ys: list[float] = []
        self.clips = False

    def build(self, operands: Any, ctm: Matrix) -> None:
        """Take up the points of an operator that builds the path."""
        a, b, c, d, e, f = ctm
        numbers = [float(operand) for operand in operands]
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            self.xs.append(x * a + y * c + e)
            self.ys.append(x * b + y * d + f)

    def build_rectangle(self, operands: Any, ctm: Matrix) -> None:
        """Take up the operator `re`."""
        x, y, width, height = map(float, operands)
        self.build((x, y, x + width, y, x, y + height, x + width, y + height), ctm)

    def box(self, clip: Box | None, margin: float = 0.0) -> Box | None:
        """The box around the path, wider by a margin, inside the clip; None for nothing."""
        if not self.xs:
            return None
        xs, ys = self.xs, self.ys
        box = min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin
        return box if clip is None else _overlap(box, clip)


def _overlap(first: Box, second: Box) -> Box | None:
    left, bottom = max(first[0], second[0]), max(first[1], second[1])
    right, top = min(first[2], second[2]), min(first[3], second[3])
    return (left, bottom, right, top) if left <= right and bottom <= top else None


class _Painter:
    """What has been painted on a page, by its content and by the forms that it draws; `depth` counts forms in forms."""

    def __init__(self, reader: pypdf.PdfReader, fonts: dict[Any, Font], parts: Parts) -> None:
        self.reader = reader
        self.fonts = fonts
        self.parts = parts
        self.stretches: list[Stretch] = []
        self.rasters: list[Raster] = []
        self.shapes: list[Shape] = []
        self.depth = 0

    def part(self, tag: int | None) -> Part:
        return Part.FURNITURE if tag is None else self.parts.get(tag, Part.FURNITURE)

    def font(self, resources: Any, name: str) -> Font:
        reference = resources["/Font"].get_object().raw_get(name)
        key = reference.idnum if isinstance(reference, IndirectObject) else id(reference)
        if key not in self.fonts:
            self.fonts[key] = read_font(reference.get_object())
        return self.fonts[key]


@dataclass(slots=True)
class _State:
    """What q saves, as far as it is followed (PDF 32000-1, 8.4, 9.3)."""

    ctm: Matrix
    clip: Box | None = None
    line_width: float = 1.0
    font: Font | None = None
    size: float = 0.0
    spacing: float = 0.0
    leading: float = 0.0
    rise: float = 0.0
    scaling: float = 1.0


class _Content:
    """Follows the state of text, paths and clip through a content stream (PDF 32000-1, 8.5, 9.3, 9.4)."""

    def __init__(self, painter: _Painter, resources: Any, state: _State) -> None:
        self.painter = painter
        self.resources = resources
        self.state = state
        self.saved: list[_State] = []
        self.text = self.line = IDENTITY
        self.path = _Path()
        self.fonts: dict[str, Font] = {}
        self.tags: list[int | None] = []
        """Of the marked content that is open: for each the innermost tag."""

    @property
    def tag(self) -> int | None:
        return self.tags[-1] if self.tags else None

    def run(self, stream: Any) -> None:
        """Do what a stream says."""
        for operator, operands in operations(stream, self.painter.reader):
            act = _ACTS.get(operator)
            if act is not None:
                act(self, operands)

    def save(self, operands: Any) -> None:
        self.saved.append(replace(self.state))

    def restore(self, operands: Any) -> None:
        self.state = self.saved.pop()

    def transform(self, operands: Any) -> None:
        self.state.ctm = multiply(_matrix(operands), self.state.ctm)

    def set_line_width(self, operands: Any) -> None:
        self.state.line_width = float(operands[0])

    # --- marked content ---

    def begin_marked(self, operands: Any) -> None:
        properties = operands[1] if len(operands) > 1 else None
        identifier = properties.get("/MCID") if isinstance(properties, dict) else None
        self.tags.append(self.tag if identifier is None else int(identifier))

    def end_marked(self, operands: Any) -> None:
        if self.tags:
            self.tags.pop()

    # --- text ---

    def begin_text(self, operands: Any) -> None:
        self.text = self.line = IDENTITY

    def set_font(self, operands: Any) -> None:
        name = operands[0]
        if name not in self.fonts:
            self.fonts[name] = self.painter.font(self.resources, name)
        self.state.font, self.state.size = self.fonts[name], float(operands[1])

    def set_text_matrix(self, operands: Any) -> None:
        self.text = self.line = _matrix(operands)

    def move(self, operands: Any) -> None:
        self.text = self.line = _moved(self.line, float(operands[0]), float(operands[1]))

    def move_and_set_leading(self, operands: Any) -> None:
        self.move(operands)
        self.state.leading = -float(operands[1])

    def next_line(self, operands: Any) -> None:
        self.text = self.line = _moved(self.line, 0.0, -self.state.leading)

    def set_leading(self, operands: Any) -> None:
        self.state.leading = float(operands[0])

    def set_spacing(self, operands: Any) -> None:
        self.state.spacing = float(operands[0])

    def set_scaling(self, operands: Any) -> None:
        self.state.scaling = float(operands[0]) / 100

    def set_rise(self, operands: Any) -> None:
        self.state.rise = float(operands[0])

    def show(self, operands: Any) -> None:
        self._show([operands[0]])

    def show_array(self, operands: Any) -> None:
        if not isinstance(operands[0], list):
            raise ValueError("TJ without an array")
        self._show(operands[0])

    def _show(self, pieces: list[Any]) -> None:
        state, font = self.state, self.state.font
        if font is None:
            return
        size, spacing, scaling = state.size, state.spacing, state.scaling
        shown: list[Piece] = []
        advance = 0.0
        for operand in pieces:
            if isinstance(operand, bytes):
                shown.append(piece := font.pieces[operand])
                for width in piece.widths:
                    advance += (width * size + spacing) * scaling
            else:
                advance -= operand / 1000 * size * scaling
        start = _moved(multiply(self.text, state.ctm), 0.0, state.rise)
        self.text = _moved(self.text, advance, 0.0)
        end = multiply(self.text, state.ctm)
        self.painter.stretches.append(
            Stretch(
                "".join([piece.text for piece in shown]),
                tuple(chain.from_iterable([piece.glyphs for piece in shown])),
                start[4],
                start[5],
                end[4],
                abs(size * start[3]) or abs(size * start[1]),
                font.plain_name,
                self.tag,
                self.painter.part(self.tag),
            )
        )

    # --- paths ---

    def build(self, operands: Any) -> None:
        self.path.build(operands, self.state.ctm)

    def build_rectangle(self, operands: Any) -> None:
        self.path.build_rectangle(operands, self.state.ctm)

    def clip(self, operands: Any) -> None:
        self.path.clips = True

    def fill(self, operands: Any) -> None:
        self._paint(self.path.box(self.state.clip))

    def stroke(self, operands: Any) -> None:
        state = self.state
        margin = state.line_width * math.hypot(state.ctm[0], state.ctm[1]) / 2
        self._paint(self.path.box(state.clip, margin))

    def end_path(self, operands: Any) -> None:
        self._paint(None)

    def _paint(self, box: Box | None) -> None:
        if box is not None:
            self.painter.shapes.append(Shape(box, self.tag, self.painter.part(self.tag)))
        if self.path.clips:
            self.state.clip = self.path.box(self.state.clip) or (0.0, 0.0, 0.0, 0.0)
        self.path = _Path()

    # --- pictures and forms ---

    def draw(self, operands: Any) -> None:
        if self.painter.depth == MOST_NESTED:
            return
        drawn = self.resources["/XObject"].get_object()[operands[0]].get_object()
        if drawn.get("/Subtype") == "/Image":
            self._draw_raster(drawn)
            return
        resources = drawn.get("/Resources", self.resources).get_object()
        ctm = multiply(_matrix(drawn.get("/Matrix", IDENTITY)), self.state.ctm)
        self.painter.depth += 1
        _Content(self.painter, resources, _State(ctm, self.state.clip)).run(drawn)
        self.painter.depth -= 1

    def _draw_raster(self, drawn: Any) -> None:
        unit = _Path()
        unit.build_rectangle((0, 0, 1, 1), self.state.ctm)
        if box := unit.box(None):
            digest = hashlib.sha256(drawn._data).hexdigest()
            raster = Raster(box, int(drawn["/Width"]), int(drawn["/Height"]), digest, self.tag)
            self.painter.rasters.append(raster)


_ACTS: Mapping[str, Callable[[_Content, Any], None]] = {
    "q": _Content.save,
    "Q": _Content.restore,
    "cm": _Content.transform,
    "w": _Content.set_line_width,
    "BDC": _Content.begin_marked,
    "BMC": _Content.begin_marked,
    "EMC": _Content.end_marked,
    "BT": _Content.begin_text,
    "Tf": _Content.set_font,
    "Tm": _Content.set_text_matrix,
    "Td": _Content.move,
    "TD": _Content.move_and_set_leading,
    "T*": _Content.next_line,
    "TL": _Content.set_leading,
    "Tc": _Content.set_spacing,
    "Tz": _Content.set_scaling,
    "Ts": _Content.set_rise,
    "Tj": _Content.show,
    "TJ": _Content.show_array,
    **dict.fromkeys(("m", "l", "c", "v", "y"), _Content.build),
    "re": _Content.build_rectangle,
    **dict.fromkeys(("W", "W*"), _Content.clip),
    **dict.fromkeys(("f", "F", "f*"), _Content.fill),
    **dict.fromkeys(("S", "s", "B", "B*", "b", "b*"), _Content.stroke),
    "n": _Content.end_path,
    "Do": _Content.draw,
}
