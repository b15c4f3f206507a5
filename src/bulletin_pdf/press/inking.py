"""Tool: the colours of a finished PDF made inks: of text, paths, pictures and gradients; black text overprints.

A home of pypdf. It reads content streams as WeasyPrint writes them, one operator a line and text as hexadecimal strings.
Sources: PDF (ISO 32000-1), PDF/X-4 (ISO 15930-7).
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import ArrayObject, BooleanObject, DictionaryObject, NameObject, NumberObject

from bulletin_pdf.pdf.objects import (
    dictionaries,
    fill,
    name_object,
    numbers,
    painting_streams,
    resources_of,
    streams,
)
from bulletin_pdf.press.colour import Ink, Pixels, Separation, as_jpeg, decode

_LINE = re.compile(rb"^(?:(\S+) (\S+) (\S+) (rg|RG)|q|Q|BT|ET)$", re.MULTILINE)
BLACK = (0.0, 0.0, 0.0, 1.0)
# Text in black alone is printed over what lies under it, so that a plate that is off leaves no white around it. OPM 1:
# a plate of which nothing is asked keeps what it has (ISO 32000-1, 8.6.7).
_OVERPRINT = {"Overprint": (True, 1), "Knockout": (False, 0)}


def ink(writer: PdfWriter, separation: Separation) -> None:
    """Every colour of the screen to inks, in place."""
    plates: dict[str, Ink] = {}

    def ink_of(colour: tuple[float, float, float]) -> Ink:
        ink = separation.ink(colour)
        if ink.plate:
            plates[ink.plate] = ink
        return ink

    has_black = False
    for stream in painting_streams(writer):
        before = stream.get_data()
        after = inked(before, ink_of)
        has_black |= b"/Overprint gs" in after
        if after != before:
            fill(stream, after)
    for stream in streams(writer, "/Image"):
        if stream.get("/ColorSpace") in ("/DeviceRGB", "/DeviceCMYK"):
            repaint(stream, separation.pixels)
    for value in dictionaries(writer):
        if "/ShadingType" in value and value.get("/ColorSpace") == "/DeviceRGB":
            value[NameObject("/ColorSpace")] = NameObject("/DeviceCMYK")
            _ink_function(value["/Function"].get_object(), separation)
        if value.get("/S") == "/Transparency" and value.get("/CS") == "/DeviceRGB":
            value[NameObject("/CS")] = NameObject("/DeviceCMYK")
    for resources in resources_of(writer):
        if has_black:
            states = resources.setdefault(NameObject("/ExtGState"), DictionaryObject()).get_object()
            states.update({name_object(name): _state(*values) for name, values in _OVERPRINT.items()})
        for name, ink in plates.items():
            spaces = resources.setdefault(NameObject("/ColorSpace"), DictionaryObject()).get_object()
            spaces[NameObject(_plate_name(name))] = plate_space(name, ink)


def inked(content: bytes, ink_of: Callable[[tuple[float, float, float]], Ink]) -> bytes:
    """A content stream with its colours in inks, and its black text overprinting."""
    known: dict[bytes, tuple[bytes, bool]] = {}
    is_black, in_text = False, False
    stack: list[bool] = []

    def rewritten(match: re.Match[bytes]) -> bytes:
        nonlocal is_black, in_text
        line = match[0]
        if line == b"q":
            stack.append(is_black)
        elif line == b"Q":
            is_black = stack.pop() if stack else False
        elif line in (b"BT", b"ET"):
            in_text = line == b"BT"
            if is_black:
                return b"/Overprint gs\nBT" if in_text else b"ET\n/Knockout gs"
        else:
            if line not in known:
                red, green, blue = (float(part) for part in match.groups()[:3])
                ink = ink_of((red, green, blue))
                known[line] = _painted(ink, match[4] == b"RG"), ink.cmyk == BLACK and not ink.plate
            operators, black = known[line]
            if match[4] == b"rg" and black != is_black:
                is_black = black
                if in_text:
                    return operators + (b"\n/Overprint gs" if black else b"\n/Knockout gs")
            return operators
        return line

    return _LINE.sub(rewritten, content)


def _painted(ink: Ink, is_stroke: bool) -> bytes:
    """The operators that set a colour."""
    if ink.plate:
        return _plate_name(ink.plate).encode() + (b" CS 1 SCN" if is_stroke else b" cs 1 scn")
    values = " ".join(f"{part:.4f}".rstrip("0").rstrip(".") for part in ink.cmyk)
    return values.encode() + (b" K" if is_stroke else b" k")


def _state(overprints: bool, mode: int) -> DictionaryObject:
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/ExtGState"),
            NameObject("/OP"): BooleanObject(False),
            NameObject("/op"): BooleanObject(overprints),
            NameObject("/OPM"): NumberObject(mode),
        }
    )


def _ink_function(function: Any, separation: Separation) -> None:
    """The colours between which a gradient runs."""
    if isinstance(function, ArrayObject):
        for part in function:
            _ink_function(part.get_object(), separation)
        return
    for part in function.get("/Functions", ()):
        _ink_function(part.get_object(), separation)
    for key in ("/C0", "/C1"):
        if len(function.get(key, ())) == 3:
            red, green, blue = (float(part) for part in function[key])
            function[NameObject(key)] = numbers(separation.ink((red, green, blue)).cmyk)
    if "/Range" in function:
        function[NameObject("/Range")] = numbers((0, 1) * 4)


def _plate_name(plate: str) -> str:
    return "/Plate" + hashlib.sha256(plate.encode()).hexdigest()[:8]


def plate_space(name: str, ink: Ink) -> ArrayObject:
    """The colour space of a spot plate, or of all plates for the name All (ISO 32000-1, 8.6.6.4)."""
    function = DictionaryObject(
        {
            NameObject("/FunctionType"): NumberObject(2),
            NameObject("/Domain"): numbers((0, 1)),
            NameObject("/C0"): numbers((0, 0, 0, 0)),
            NameObject("/C1"): numbers(ink.cmyk),
            NameObject("/N"): NumberObject(1),
        }
    )
    return ArrayObject([NameObject("/Separation"), name_object(name), NameObject("/DeviceCMYK"), function])


def repaint(stream: Any, change: Callable[[Pixels], Pixels]) -> None:
    """Change the pixels of a picture; what came as JPEG stays one."""
    is_jpeg = stream.get("/Filter") in ("/DCTDecode", ["/DCTDecode"])
    if is_jpeg:
        before = decode(stream._data)
    else:
        channels = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}[stream["/ColorSpace"]]
        before = Pixels(int(stream["/Width"]), int(stream["/Height"]), channels, stream.get_data())
    after = change(before)
    if after == before:
        return
    fill(stream, after.data)
    stream[NameObject("/Width")], stream[NameObject("/Height")] = map(
        NumberObject, (after.width, after.height)
    )
    stream[NameObject("/ColorSpace")] = name_object(
        {1: "DeviceGray", 3: "DeviceRGB", 4: "DeviceCMYK"}[after.channels]
    )
    stream[NameObject("/BitsPerComponent")] = NumberObject(8)
    if is_jpeg:
        stream._data = as_jpeg(after)
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")
        if after.channels == 4:
            stream[NameObject("/Decode")] = numbers((1, 0) * 4)
