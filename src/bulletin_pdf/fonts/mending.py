"""Tool: a font made into the face of a role: neutral name, one ascent and descent, Chinese punctuation.

Both the vendored faces (scripts/derive-fonts.py) and a publication's own fonts go through `unify`; `fonts` says
why. With `fonts`, the home of fontTools, which is imported only when a copy is derived.
"""

import logging
import textwrap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fontTools.pens.recordingPen import RecordingPen
    from fontTools.ttLib import TTFont

ASCENT, DESCENT = 0.88, 0.12
"""Above and below the baseline, in em: the ideographic em box, which is what Chinese faces are drawn in."""

MIDDLE_DOT = 0.5
"""Width of · U+00B7 in em: GB/T 15834—2011, 5.1.7 gives the interpunct 间隔号 half a character."""

# fontTools remarks on oddities that do no harm; without a handler they would reach an editor's screen.
logging.getLogger("fontTools").addHandler(logging.NullHandler())

OPENING_MARKS, CLOSING_MARKS = "“‘（《〈【〖〔［｛「『", "”’）》〉】〗〕］｝」』，、；：。？！．"
"""Full-width marks by the side on which they are blank: before the ink, after it (CL-1.1)."""

HALF = 0.5

EDITION = 2
"""Counts the changes to `unify`, so that copies derived by an earlier one are not used again."""


def family_name(role: str) -> str:
    """The neutral family name of a role, for style sheets: `Bulletin Fang`."""
    return f"Bulletin {role.capitalize()}"


def unify(font: "TTFont", role: str) -> None:
    """Change a font in place into the face of a role: name, metrics, punctuation, nothing unasked for.

    * family `Bulletin <Role>`, style Regular, weight 400, so that fontconfig matches it by family alone;
    * one ascent and descent (ASCENT, DESCENT) and no line gap in `hhea`, OS/2 typo and OS/2 win;
    * Chinese faces: “ ” ‘ ’ … — one em wide, · half an em, and —— one unbroken line;
    * no baselines (BASE) by which Pango would move one face against another;
    * no features that apply unasked and change widths with the language or the neighbours, for a composed
      line is the sum of the `advance` of its characters.
    Needs OpenType outlines, a Unicode cmap and an OS/2 table (KeyError and fontTools' errors otherwise).
    """
    for tag in _UNWANTED_TABLES & set(font.keys()):
        del font[tag]
    _make_em_divisible(font)
    _drop_unasked_features(font)
    characters = _rewritten_cmap(font)
    if role != "latin":
        _mend_punctuation(font, characters)
    _set_metrics(font)
    _set_names(font, role)


_UNWANTED_TABLES = frozenset(
    {
        *("BASE", "bsln"),  # Pango shifts a run by its baselines: 28 pt lines become 28.12 pt
        *("kerx", "mort", "morx", "trak"),  # Apple's layout, which applies unasked
        *("VORG", "vhea", "vmtx"),  # vertical text, which WeasyPrint does not set
        "DSIG",  # the signature of the unchanged file
    }
)


def full_name(font: "TTFont") -> str:
    """What a font calls itself, by preference in Chinese."""
    names = font["name"]
    chinese = names.getName(4, 3, 1, 0x804)
    return str(chinese or names.getDebugName(4) or names.getDebugName(1) or "")


def licence_statement(font: "TTFont") -> str:
    """The licence by the font's own words: the statement, else its address, else the copyright line.

    Shortened to 200 characters: some fonts carry the whole text.
    """
    names = font["name"]
    statement = names.getDebugName(13) or names.getDebugName(14) or names.getDebugName(0) or ""
    return textwrap.shorten(statement, 200, placeholder="……")


def _make_em_divisible(font: "TTFont") -> None:
    """Scale the em to 2000 units where 0.88 em is not a whole number of them (256, 1024, 2048)."""
    if font["head"].unitsPerEm % 25:
        # Slow to import, and needed for few fonts.
        from fontTools.ttLib.scaleUpem import scale_upem

        scale_upem(font, 2000)


def _drop_unasked_features(font: "TTFont") -> None:
    """Empty the features every shaper applies by itself and a style sheet cannot switch off by name.

    They set quotation marks and dashes by language and by neighbour (locl, ccmp, calt). Ligatures and
    kerning stay: CSS has properties for them.
    """
    for tag in ("GSUB", "GPOS"):
        features = font[tag].table.FeatureList if tag in font else None
        for record in features.FeatureRecord if features else ():
            if record.FeatureTag in {"ccmp", "locl", "calt", "rlig", "rclt", "rvrn"}:
                # Not assigned: a table read lazily would bring the old list back.
                record.Feature.LookupListIndex.clear()
                record.Feature.LookupCount = 0


def _rewritten_cmap(font: "TTFont") -> dict[int, str]:
    """The Unicode cmap of a font, shared by its only two subtables: format 12, and 4 for old readers.

    Where the font keeps full-width quotation marks behind the variation selector U+FE01, as the standardized
    variation sequences of Unicode have it, those are the ones.
    """
    from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

    best = font.getBestCmap()
    if not best:
        raise KeyError("no Unicode cmap")
    characters = dict(best)
    for subtable in font["cmap"].tables:
        if subtable.format == 14:
            full_width = {code: glyph for code, glyph in subtable.uvsDict.get(0xFE01, ()) if glyph}
            characters |= {ord(mark): full_width[ord(mark)] for mark in "“”‘’" if ord(mark) in full_width}
    tables = []
    for kind, encoding, last in ((4, 1, 0xFFFF), (12, 10, 0x10FFFF)):
        subtable = CmapSubtable.newSubtable(kind)
        subtable.platformID, subtable.platEncID, subtable.language = 3, encoding, 0
        subtable.cmap = {code: glyph for code, glyph in characters.items() if code <= last}
        tables.append(subtable)
    font["cmap"].tableVersion = 0
    font["cmap"].tables = tables
    return characters


def _mend_punctuation(font: "TTFont", characters: Mapping[int, str]) -> None:
    """Give the marks their widths: moved within the em; the dash redrawn from edge to edge, halfway up.

    A glyph that has its width is left as its designer drew it. 0.08 em is about how far the faces with
    full-width quotation marks keep them from the edge of the em.
    """
    em = font["head"].unitsPerEm
    margin = 0.08 * em
    # Where the ink goes, from its left and right edge.
    places: dict[str, Callable[[float, float], float]] = {
        "“": lambda left, right: em - margin - right,
        "‘": lambda left, right: em - margin - right,
        "”": lambda left, right: margin - left,
        "’": lambda left, right: margin - left,
        "…": lambda left, right: (em - left - right) / 2,
        "·": lambda left, right: (MIDDLE_DOT * em - left - right) / 2,
    }
    for mark, shift in places.items():
        glyph = characters.get(ord(mark))
        width = round((MIDDLE_DOT if mark == "·" else 1) * em)
        if glyph and font["hmtx"][glyph][0] != width:
            outline = _outline(font, glyph)
            left, _, right, _ = _bounds(outline)
            _redraw(font, glyph, _moved(outline, round(shift(left, right))), width)
    glyph = characters.get(ord("—"))
    if glyph:
        _, bottom, _, top = _bounds(_outline(font, glyph))
        middle, half = (ASCENT - DESCENT) / 2 * em, (top - bottom) / 2
        # A little beyond either edge: outlines that only touch show a hairline on the screen.
        bar = _bar(round(-0.004 * em), round(middle - half), round(1.004 * em), round(middle + half))
        _redraw(font, glyph, bar, em)


def _outline(font: "TTFont", glyph: str) -> "RecordingPen":
    """The outline of a glyph in font units, without components."""
    from fontTools.pens.recordingPen import DecomposingRecordingPen

    glyphs = font.getGlyphSet()
    outline = DecomposingRecordingPen(glyphs)
    glyphs[glyph].draw(outline)
    return outline


def _moved(outline: "RecordingPen", right: int) -> "RecordingPen":
    """An outline moved to the right by so many font units."""
    from fontTools.pens.recordingPen import RecordingPen
    from fontTools.pens.transformPen import TransformPen

    moved = RecordingPen()
    outline.replay(TransformPen(moved, (1, 0, 0, 1, right, 0)))
    return moved


def _bar(left: int, bottom: int, right: int, top: int) -> "RecordingPen":
    """A rectangle, drawn clockwise as TrueType has it."""
    from fontTools.pens.recordingPen import RecordingPen

    bar = RecordingPen()
    bar.moveTo((left, bottom))
    for point in ((left, top), (right, top), (right, bottom)):
        bar.lineTo(point)
    bar.closePath()
    return bar


def blanks(font: "TTFont") -> dict[str, float]:
    """How much of the open side of a full-width mark is blank, in em, where that is less than half an em.

    A mark may lose half an em of its advance to its neighbour (CL-1.4); where the face draws it wider, or in
    the middle as Traditional Chinese faces do, only what is blank.
    """
    cmap, metrics, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    found = {}
    for character in OPENING_MARKS + CLOSING_MARKS:
        glyph = cmap.get(ord(character))
        if glyph is None or metrics[glyph][0] < 0.75 * em:
            continue
        left, _, right, _ = _bounds(_outline(font, glyph))
        room = left if character in OPENING_MARKS else metrics[glyph][0] - right
        if room < HALF * em:
            found[character] = max(round(room / em, 3), 0.0)
    return found


def _bounds(outline: "RecordingPen") -> tuple[float, float, float, float]:
    """The edges of an outline in font units: left, bottom, right, top."""
    from fontTools.pens.boundsPen import BoundsPen

    pen = BoundsPen(None)
    outline.replay(pen)
    return pen.bounds or (0, 0, 0, 0)


def _redraw(font: "TTFont", glyph: str, outline: "RecordingPen", width: int) -> None:
    """Give a glyph an outline and an advance, in font units."""
    from fontTools.pens.t2CharStringPen import T2CharStringPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen: Any
    if "glyf" in font:
        pen = TTGlyphPen(None)
        outline.replay(pen)
        font["glyf"][glyph] = pen.glyph()
        font["glyf"][glyph].recalcBounds(font["glyf"])
    else:
        strings = font["CFF "].cff.topDictIndex[0].CharStrings
        old = strings[glyph]
        pen = T2CharStringPen(width - old.private.nominalWidthX, None)
        outline.replay(pen)
        strings[glyph] = pen.getCharString(old.private, old.globalSubrs)
    # Readers move the outline until its left edge is where this bearing says.
    font["hmtx"][glyph] = (width, round(_bounds(outline)[0]))


def _set_metrics(font: "TTFont") -> None:
    """One ascent, descent and gap wherever a reader may look for them; regular in style and weight."""
    em = font["head"].unitsPerEm
    ascent, descent = round(ASCENT * em), round(DESCENT * em)
    head, hhea, os2 = font["head"], font["hhea"], font["OS/2"]
    hhea.ascent, hhea.descent, hhea.lineGap = ascent, -descent, 0
    os2.sTypoAscender, os2.sTypoDescender, os2.sTypoLineGap = ascent, -descent, 0
    os2.usWinAscent, os2.usWinDescent = ascent, descent
    os2.usWeightClass, os2.usWidthClass = 400, 5
    # fsSelection bit 6 is REGULAR; italic, bold, oblique and the choice of metrics are cleared.
    os2.fsSelection = 0x0040
    head.macStyle = 0


def _set_names(font: "TTFont", role: str) -> None:
    """The neutral names, in English only; what the font says of its makers and licence stays."""
    names, family, original = font["name"], family_name(role), full_name(font)
    kept = {number: str(names.getDebugName(number) or "") for number in (0, 5, 7, 8, 9, 11, 13, 14)}
    postscript = family.replace(" ", "")
    names.names = []
    given = {
        1: family,
        2: "Regular",
        3: f"{postscript};{original}",
        4: family,
        6: postscript,
        10: f"Derived by bulletin-pdf from {original}",
    }
    for number, text in sorted((kept | given).items()):
        if text:
            names.setName(text, number, 3, 1, 0x409)


# A publication's own fonts
