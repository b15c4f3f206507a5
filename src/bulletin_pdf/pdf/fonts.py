"""Tool: the fonts of a finished PDF, as far as its texts need them: characters, widths, glyphs (PDF 32000-1, 9). A home of
pypdf."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pypdf.generic import DictionaryObject, IndirectObject

MOST_GLYPHS = 1 << 16


@dataclass(frozen=True, slots=True)
class PdfFont:
    """A font in use. `name` is the BaseFont as written, with its subset tag."""

    name: str
    embedded: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """What a string of codes shows. glyphs, text: as of a stretch. widths: of its glyphs, in em."""

    glyphs: tuple[int, ...]
    text: str
    widths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Codes:
    """The codes of a font, by the number of bytes that one takes."""

    length: int
    characters: Mapping[int, str]
    widths: Mapping[int, float]
    default_width: float
    glyph_count: int

    def read(self, string: bytes) -> Piece:
        """What a string shows."""
        starts = range(0, len(string), self.length)
        codes = [int.from_bytes(string[start : start + self.length], "big") for start in starts]
        return Piece(
            tuple(code if code < self.glyph_count else 0 for code in codes),
            "".join(self.characters.get(code, "\ufffd") for code in codes),
            tuple(self.widths.get(code, self.default_width) / 1000 for code in codes),
        )


class _Pieces(dict[bytes, Piece]):
    """What strings show in a font, each found once: text that is set apart shows one character again and again."""

    def __init__(self, codes: _Codes) -> None:
        super().__init__()
        self.codes = codes

    def __missing__(self, string: bytes) -> Piece:
        piece = self[string] = self.codes.read(string)
        return piece


@dataclass(frozen=True, slots=True)
class Font:
    """A font as texts use it. plain_name: without the subset tag. pieces: what strings of codes show, by string."""

    described: PdfFont
    plain_name: str
    pieces: _Pieces


def read_font(font: Any) -> Font:
    """A font dictionary (9.7). Raises what pypdf raises for damage."""
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
    codes = _Codes(2 if descendants else 1, read_to_unicode(cmap), widths, default, count)
    plain_name = described.name.partition("+")[2] or described.name
    return Font(described, plain_name, _Pieces(codes))


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
