"""Tool: a face cut down to a few characters, for text that is added to a finished PDF. A home of fontTools.

WeasyPrint embeds the fonts of what it lays out; what is put on a page afterwards brings its own.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO

from bulletin_pdf.fonts import Face

# Tables that an embedded CIDFont needs (PDF 32000-1, 9.9: the encoding is in the PDF, so no cmap).
_NEEDED = {"head", "hhea", "hmtx", "maxp", "glyf", "loca", "CFF ", "cvt ", "fpgm", "prep"}


@dataclass(frozen=True, slots=True)
class Subset:
    """A font file with the glyphs of some characters.

    name: PostScript name with a subset tag. codes: by character, the CID that shows it; widths: by CID, in
    thousandths of an em. box: around all glyphs, in thousandths of an em. is_cff: OpenType with CFF outlines.
    """

    name: str
    data: bytes
    codes: Mapping[str, int]
    widths: Mapping[int, float]
    box: tuple[int, int, int, int]
    is_cff: bool


def cut(face: Face, characters: Iterable[str]) -> Subset:
    """The subset of a face that has these characters. KeyError for one that the face lacks."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    wanted = sorted(set(characters))
    # A face is derived with fixed metrics; nothing may be reckoned anew, nor a time of writing be kept.
    with TTFont(face.path, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        cmap = font.getBestCmap()
        names = {character: cmap[ord(character)] for character in wanted}
        glyphs = {name: font.getGlyphID(name) for name in names.values()}
        units = font["head"].unitsPerEm
        advances = {name: font["hmtx"][name][0] * 1000 / units for name in glyphs}
        is_cff = "CFF " in font
        has_cids = is_cff and hasattr(font["CFF "].cff.topDictIndex[0], "ROS")
        options = Options(hinting=False, layout_features=[], name_IDs=[], notdef_outline=True)
        options.drop_tables += [tag for tag in font.keys() if tag not in _NEEDED]  # noqa: SIM118
        subsetter = Subsetter(options)
        subsetter.populate(glyphs=glyphs)
        subsetter.subset(font)
        # A CID-keyed font keeps its CIDs; in any other the CID is the glyph's number (PDF 32000-1, 9.7.4.2).
        codes = {
            name: int(name.removeprefix("cid")) if has_cids else subsetter.glyph_index_map[glyph]
            for name, glyph in glyphs.items()
        }
        head = font["head"]
        left, bottom, right, top = (
            round(number * 1000 / units) for number in (head.xMin, head.yMin, head.xMax, head.yMax)
        )
        stream = BytesIO()
        font.save(stream)
    digest = hashlib.sha256(f"{face.digest} {''.join(wanted)}".encode()).digest()
    tag = "".join(chr(ord("A") + byte % 26) for byte in digest[:6])
    return Subset(
        name=f"{tag}+{face.family.replace(' ', '-')}",
        data=stream.getvalue(),
        codes={character: codes[name] for character, name in names.items()},
        widths={codes[name]: advances[name] for name in sorted(codes, key=codes.__getitem__)},
        box=(left, bottom, right, top),
        is_cff=is_cff,
    )
