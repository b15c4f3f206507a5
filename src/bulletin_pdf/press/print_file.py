"""Tool: what a press, or an archive, reads of a PDF, as plain values: inks, boxes, output intents. A home of pypdf.

`pdf` reads the words; this reads the paint. Lengths are points.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, Literal

import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, NameObject

from bulletin_pdf.pdf import foreign_entries
from bulletin_pdf.pdf.syntax import operations, read_packed
from bulletin_pdf.press.colour import Pixels, decode, most_ink
from bulletin_pdf.press.tagging import tag_faults

Box = tuple[float, float, float, float]
"""Left, bottom, right and top."""
What = Literal["text", "path", "picture", "gradient"]
MOST_NESTED = 8


@dataclass(frozen=True, slots=True, order=True)
class Paint:
    """A colour that something is painted in. space: as PDF names it, without the slash. parts: the colour in that space.
    plate: of a Separation. ink: all inks together, as a part of one; of a picture, what 99.9 % of it keep below.
    overprints: over what lies under it; mode: its overprint mode then (ISO 32000-1, 8.6.7)."""

    what: What
    space: str
    parts: tuple[float, ...] = ()
    plate: str = ""
    ink: float = 0.0
    overprints: bool = False
    mode: int = 0


@dataclass(frozen=True, slots=True)
class PrintPage:
    """One page. thinnest: of its strokes, infinite where it has none. blending: the colour space of the page's group,
    "" without one. annotations: how many."""

    media: Box
    bleed: Box
    trim: Box
    rotation: int
    paints: frozenset[Paint]
    thinnest: float
    transparent: bool
    blending: str
    annotations: int


@dataclass(frozen=True, slots=True)
class OutputIntent:
    """How the colours are meant. kind: GTS_PDFX or GTS_PDFA1. profile: the head of the ICC profile in it."""

    kind: str
    condition: str
    channels: int
    profile: bytes

    @property
    def space(self) -> str:
        """The colour space of the profile: CMYK, RGB (ICC.1, 7.2.6)."""
        return self.profile[16:20].decode("latin-1").strip()

    @property
    def device(self) -> str:
        """What it describes: prtr a press, mntr a screen (ICC.1, 7.2.5)."""
        return self.profile[12:16].decode("latin-1")


@dataclass(frozen=True, slots=True)
class PrintFile:
    """A PDF as print file. metadata: the XMP packet. foreign: entries of the catalogue that act or hold something else
    than pages. tag_faults: what is wrong with the structure tags, in Chinese."""

    version: str
    pages: tuple[PrintPage, ...]
    intents: tuple[OutputIntent, ...]
    metadata: str
    information: Mapping[str, str]
    is_identified: bool
    is_labelled: bool
    is_encrypted: bool
    foreign: tuple[str, ...]
    tag_faults: tuple[str, ...] = ()


def standards(metadata: str) -> list[str]:
    """The standards that a file claims in its XMP, which may be given with anything around it."""

    def said(name: str) -> str:
        match = re.search(rf"{name}[>=\"']+([^<\"']+)", metadata)
        return match[1] if match else ""

    level = f"PDF/A-{said('pdfaid:part')}{said('pdfaid:conformance').lower()}" if said("pdfaid:part") else ""
    accessible = f"PDF/UA-{said('pdfuaid:part')}" if said("pdfuaid:part") else ""
    return [each for each in (said("pdfxid:GTS_PDFXVersion"), level, accessible) if each]


def read_print_file(data: bytes) -> PrintFile:
    """Read a PDF that `pdf.read_pdf` could read."""
    reader = pypdf.PdfReader(BytesIO(data))
    read_packed(reader)
    root: Any = reader.root_object
    pictures: dict[int, float] = {}
    metadata = root.get("/Metadata")
    information: Any = reader.trailer.get("/Info", DictionaryObject()).get_object()
    return PrintFile(
        version=reader.pdf_header.removeprefix("%PDF-"),
        pages=tuple(_page(reader, page, pictures) for page in reader.pages),
        intents=tuple(_intent(each.get_object()) for each in root.get("/OutputIntents", ())),
        metadata=metadata.get_object().get_data().decode("utf-8", "replace") if metadata is not None else "",
        information={key: str(value) for key, value in information.items()},
        is_identified="/ID" in reader.trailer,
        is_labelled="/PageLabels" in root,
        is_encrypted=reader.is_encrypted,
        foreign=foreign_entries(reader),
        tag_faults=tuple(tag_faults(root)),
    )


def _intent(intent: Any) -> OutputIntent:
    profile = intent.get("/DestOutputProfile")
    data = profile.get_object().get_data() if profile is not None else b""
    channels = int(profile.get_object().get("/N", 0)) if profile is not None else 0
    kind, condition = str(intent.get("/S", "")), str(intent.get("/OutputConditionIdentifier", ""))
    return OutputIntent(kind.lstrip("/"), condition, channels, data[:128])


def _page(reader: pypdf.PdfReader, page: Any, pictures: dict[int, float]) -> PrintPage:
    painter = _Painter(reader, pictures)
    contents = page.get_contents()
    if contents is not None:
        painter.run(contents, page.get("/Resources", DictionaryObject()).get_object(), 1.0, 0)
    group = page.get("/Group", DictionaryObject()).get_object()
    return PrintPage(
        media=_box(page.mediabox),
        bleed=_box(page.bleedbox),
        trim=_box(page.trimbox),
        rotation=int(page.get("/Rotate", 0)),
        paints=frozenset(painter.paints),
        thinnest=painter.thinnest,
        transparent=painter.transparent,
        blending=_space(group["/CS"], DictionaryObject())[0] if "/CS" in group else "",
        annotations=len(page.get("/Annots", ())),
    )


def _box(box: Any) -> Box:
    return float(box.left), float(box.bottom), float(box.right), float(box.top)


def _space(value: Any, resources: Any) -> tuple[str, str]:
    """A colour space's family, and the plate of a Separation."""
    value = value.get_object()
    if isinstance(value, ArrayObject):
        family = str(value[0].get_object())[1:]
        if family == "Indexed":
            return _space(value[1], resources)
        return family, str(value[1].get_object())[1:] if family == "Separation" else ""
    named = resources.get("/ColorSpace", DictionaryObject()).get_object()
    if value in named:
        return _space(named[value], DictionaryObject())
    return str(value)[1:], ""


@dataclass(slots=True)
class _State:
    """What q saves: the two colours (None for a tiling pattern, which has its own), the width of lines, the scale of
    user space, and whether fills and strokes overprint."""

    fill: Paint | None
    stroke: Paint | None
    width: float
    scale: float
    fills_over: bool = False
    strokes_over: bool = False
    mode: int = 0

    def painted(self, what: What, *, is_stroke: bool = False) -> Paint | None:
        """What painting leaves now."""
        paint = self.stroke if is_stroke else self.fill
        if paint is None:
            return None
        over = self.strokes_over if is_stroke else self.fills_over
        return replace(paint, what=what, overprints=over, mode=self.mode if over else 0)


_BLACK = Paint("path", "DeviceGray", (0.0,))
_DEVICE = {"g": "DeviceGray", "rg": "DeviceRGB", "k": "DeviceCMYK"}
_FILLS = frozenset(("f", "F", "f*", "B", "B*", "b", "b*"))
_STROKES = frozenset(("S", "s", "B", "B*", "b", "b*"))


class _Painter:
    """Follows colours and line widths through a page's content and what it draws (ISO 32000-1, 8.6, 8.4.3.2)."""

    def __init__(self, reader: pypdf.PdfReader, pictures: dict[int, float]) -> None:
        self.reader = reader
        self.pictures = pictures
        self.paints: set[Paint] = set()
        self.thinnest = math.inf
        self.transparent = False

    def run(self, stream: Any, resources: Any, scale: float, depth: int, base: _State | None = None) -> None:
        state = _State(_BLACK, _BLACK, 1.0, scale)
        if base is not None:
            state = replace(base, scale=scale)
        stack: list[_State] = []
        spaces = {False: ("DeviceGray", ""), True: ("DeviceGray", "")}
        for operator, operands in operations(stream, self.reader):
            if operator == "q":
                stack.append(replace(state))
            elif operator == "Q" and stack:
                state = stack.pop()
            elif operator == "cm":
                a, b, c, d = (float(number) for number in operands[:4])
                state.scale *= math.sqrt(abs(a * d - b * c))
            elif operator == "w":
                state.width = float(operands[0])
            elif operator == "gs":
                states = resources.get("/ExtGState", DictionaryObject()).get_object()
                self._external(states[operands[0]].get_object(), state)
            elif operator.lower() in _DEVICE:
                parts = tuple(float(number) for number in operands)
                self._set(state, operator.isupper(), _paint(_DEVICE[operator.lower()], parts))
            elif operator in ("cs", "CS"):
                spaces[operator.isupper()] = _space(NameObject(operands[0]), resources)
                self._set(state, operator.isupper(), _paint(*_initial(spaces[operator.isupper()])))
            elif operator in ("sc", "scn", "SC", "SCN"):
                family, plate = spaces[operator.isupper()]
                if family == "Pattern":
                    self._set(state, operator.isupper(), self._pattern(operands[-1], resources, state, depth))
                else:
                    parts = tuple(float(number) for number in operands)
                    self._set(state, operator.isupper(), _paint(family, parts, plate))
            elif operator in _FILLS or operator in _STROKES:
                if operator in _FILLS:
                    self._add(state.painted("path"))
                if operator in _STROKES:
                    self._add(state.painted("path", is_stroke=True))
                    self.thinnest = min(self.thinnest, state.width * state.scale)
            elif operator in ("Tj", "TJ", "'", '"'):
                self._add(state.painted("text"))
            elif operator == "sh":
                shadings = resources["/Shading"].get_object()
                self.paints.add(_gradient(shadings[operands[0]].get_object(), resources))
            elif operator == "Do":
                drawn = resources["/XObject"].get_object().raw_get(operands[0])
                self._draw(drawn, resources, state, depth)
            elif operator == "BI":
                self.paints.add(Paint("picture", "inline"))

    def _add(self, paint: Paint | None) -> None:
        if paint is not None:
            self.paints.add(paint)

    @staticmethod
    def _set(state: _State, is_stroke: bool, paint: Paint | None) -> None:
        if is_stroke:
            state.stroke = paint
        else:
            state.fill = paint

    def _external(self, external: Any, state: _State) -> None:
        self.transparent |= (
            any(float(external.get(key, 1)) < 1 for key in ("/ca", "/CA"))
            or external.get("/SMask", "/None") != "/None"
            or external.get("/BM", "/Normal") not in ("/Normal", "/Compatible")
        )
        if "/OP" in external:
            state.strokes_over = state.fills_over = external["/OP"].value
        if "/op" in external:
            state.fills_over = external["/op"].value
        state.mode = int(external.get("/OPM", state.mode))

    def _pattern(self, name: Any, resources: Any, state: _State, depth: int) -> Paint | None:
        pattern = resources["/Pattern"].get_object()[name].get_object()
        if "/Shading" in pattern:
            return _gradient(pattern["/Shading"].get_object(), resources)
        if depth < MOST_NESTED:
            self.run(pattern, pattern.get("/Resources", resources).get_object(), state.scale, depth + 1)
        return None

    def _draw(self, reference: Any, resources: Any, state: _State, depth: int) -> None:
        drawn = reference.get_object()
        if drawn.get("/Subtype") == "/Image":
            self.transparent |= "/SMask" in drawn
            if drawn.get("/ImageMask"):
                self._add(state.painted("path"))
                return
            space, plate = _space(drawn.get("/ColorSpace", ArrayObject(["/Unknown"])), resources)
            key = id(drawn)
            if key not in self.pictures:
                self.pictures[key] = _picture_ink(drawn) if space == "DeviceCMYK" else 0.0
            self.paints.add(Paint("picture", space, (), plate, self.pictures[key]))
        elif depth < MOST_NESTED:
            self.transparent |= "/Group" in drawn
            a, b, c, d = (float(number) for number in drawn.get("/Matrix", (1, 0, 0, 1))[:4])
            scale = state.scale * math.sqrt(abs(a * d - b * c))
            self.run(drawn, drawn.get("/Resources", resources).get_object(), scale, depth + 1, state)


def _paint(space: str, parts: tuple[float, ...], plate: str = "") -> Paint:
    ink = sum(parts) if space in ("DeviceCMYK", "Separation", "DeviceN") else 0.0
    return Paint("path", space, parts, plate, ink)


def _initial(space: tuple[str, str]) -> tuple[str, tuple[float, ...], str]:
    """The colour that setting a space sets (ISO 32000-1, 8.6.4 to 8.6.6)."""
    family, plate = space
    parts = {"DeviceCMYK": (0.0, 0.0, 0.0, 1.0), "DeviceRGB": (0.0, 0.0, 0.0), "Separation": (1.0,)}
    return family, parts.get(family, (0.0,)), plate


def _gradient(shading: Any, resources: Any) -> Paint:
    family, plate = _space(shading["/ColorSpace"], resources)
    return Paint("gradient", family, (), plate)


def _picture_ink(picture: Any) -> float:
    if picture.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
        return most_ink(decode(picture._data))
    pixels = Pixels(int(picture["/Width"]), int(picture["/Height"]), 4, picture.get_data())
    return most_ink(pixels)
