"""Tool: the subsets of one face that several PDFs brought into a file made one. A home of fontTools and pypdf.

WeasyPrint names a subset after the face it is cut from and keeps the numbers of glyphs (Identity, ISO 32000-1, 9.7.4.2);
so a face's subsets fill one another's gaps, and no text has to be written anew. Fonts of another make are left as they are.
"""

from collections.abc import Collection, Iterable, Sequence
from io import BytesIO

from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

from bulletin_pdf.pdf.fonts import read_to_unicode, read_widths


def share_fonts(writer: PdfWriter) -> None:
    """Make the subsets of each face one, in place."""
    groups: dict[str, list[DictionaryObject]] = {}
    for number in range(1, len(writer._objects) + 1):
        found = writer.get_object(number)
        if isinstance(found, DictionaryObject) and _file_of(found) is not None:
            groups.setdefault(str(found["/BaseFont"]), []).append(found)
    for fonts in groups.values():
        if len(fonts) > 1:
            _share(writer, fonts)


def _file_of(font: DictionaryObject) -> PdfObject | None:
    """The TrueType file of a composite font with glyph numbers for codes; None for any other."""
    if font.get("/Subtype") != "/Type0" or font.get("/Encoding") != "/Identity-H" or "/ToUnicode" not in font:
        return None
    inner = _inner(font)
    if inner.get("/CIDToGIDMap") != "/Identity":
        return None
    descriptor = inner["/FontDescriptor"].get_object()
    return descriptor.get("/FontFile2") if isinstance(descriptor, DictionaryObject) else None


def _inner(font: DictionaryObject) -> DictionaryObject:
    inner = font["/DescendantFonts"].get_object()[0].get_object()  # type: ignore[index]
    assert isinstance(inner, DictionaryObject)
    return inner


def _data(stream: PdfObject | None) -> bytes:
    found = stream.get_object() if stream is not None else None
    assert isinstance(found, StreamObject)
    return found.get_data()


def _share(writer: PdfWriter, fonts: Sequence[DictionaryObject]) -> None:
    characters: dict[int, str] = {}
    widths: dict[int, float] = {}
    shown = []
    for font in fonts:
        own = read_to_unicode(_data(font["/ToUnicode"]).decode("latin-1"))
        shown.append(own)
        characters |= own
        widths |= dict(read_widths(_inner(font).get("/W", [])))
    whole = united((_data(_file_of(font)), own) for font, own in zip(fonts, shown, strict=True))
    if whole is None:
        return
    first = fonts[0]
    descriptor = _inner(first)["/FontDescriptor"].get_object()
    assert isinstance(descriptor, DictionaryObject)
    dropped = [font.raw_get(name) for font in fonts for name in ("/ToUnicode", "/DescendantFonts")]
    for font in fonts:
        each = _inner(font)["/FontDescriptor"].get_object()
        assert isinstance(each, DictionaryObject)
        dropped += [each.raw_get(name) for name in ("/FontFile2", "/CIDSet") if name in each]
    descriptor[NameObject("/FontFile2")] = writer._add_object(_packed(whole, length=True))
    descriptor.pop("/CIDSet", None)
    inner = _inner(first)
    inner[NameObject("/W")] = _width_array(widths)
    shared = ArrayObject(
        [writer._add_object(inner) if inner.indirect_reference is None else inner.indirect_reference]
    )
    unicode = writer._add_object(_packed(_cmap(characters)))
    for font in fonts:
        font[NameObject("/DescendantFonts")] = shared
        font[NameObject("/ToUnicode")] = unicode
    for reference in dropped:
        number = getattr(reference, "idnum", None)
        if number is not None:
            writer._objects[number - 1] = NullObject()


def united(subsets: Iterable[tuple[bytes, Collection[int]]]) -> bytes | None:
    """The font with all glyphs of some subsets, which keep the glyph numbers of one face; None where two have different
    glyphs of one number. A subset: its file, and the numbers that its texts show."""
    fonts = [(_opened(data), shown) for data, shown in subsets]
    base = max((font for font, _ in fonts), key=lambda font: int(font["maxp"].numGlyphs))
    outlines: dict[str, bytes] = {}
    metrics: dict[str, tuple[int, int]] = {}
    for font, shown in fonts:
        names = font.getGlyphOrder()
        for name in (names[number] for number in sorted({0, *shown}) if number < len(names)):
            outline = _outline(font, name)
            if outlines.setdefault(name, outline) != outline:
                return None
            metrics[name] = font["hmtx"].metrics[name]
        for limit in ("maxPoints", "maxContours"):
            most = max(getattr(base["maxp"], limit), getattr(font["maxp"], limit))
            setattr(base["maxp"], limit, most)
    # Of composite glyphs, which are simple ones now, these told how large they are.
    for limit in ("Points", "Contours"):
        largest = max(getattr(font["maxp"], f"maxComposite{limit}") for font, _ in fonts)
        setattr(base["maxp"], f"max{limit}", max(getattr(base["maxp"], f"max{limit}"), largest))
    glyphs = base["glyf"].glyphs
    for name in base.getGlyphOrder():
        glyphs[name] = Glyph(outlines.get(name, b""))
    base["hmtx"].metrics |= metrics
    stream = BytesIO()
    base.save(stream)
    return stream.getvalue()


def _opened(data: bytes) -> TTFont:
    """A font whose glyphs are named by their numbers, as those of other subsets are."""
    font = TTFont(BytesIO(data), lazy=True, recalcTimestamp=False, recalcBBoxes=False)
    font.setGlyphOrder([".notdef", *(f"g{number}" for number in range(1, font["maxp"].numGlyphs))])
    for tag in ("cmap", "post", "name", "OS/2", "GDEF"):
        # An embedded font needs none of them (ISO 32000-1, 9.9); some name glyphs.
        if tag in font:
            del font[tag]
    return font


def _outline(font: TTFont, name: str) -> bytes:
    """A glyph as a file has it, nothing for an empty one; a composite one as a simple one, since a subset gives its
    components numbers of its own."""
    data = bytes(getattr(font["glyf"].glyphs[name], "data", b""))
    if not data.startswith(b"\xff\xff"):
        return data
    shapes = font.getGlyphSet()
    parts, pen = DecomposingRecordingPen(shapes), TTGlyphPen(None)
    shapes[name].draw(parts)
    parts.replay(pen)
    glyph = pen.glyph()
    glyph.recalcBounds(font["glyf"])
    return bytes(glyph.compile(font["glyf"]))


def _packed(data: bytes, *, length: bool = False) -> PdfObject:
    stream = DecodedStreamObject()
    stream.set_data(data)
    packed = stream.flate_encode()
    if length:
        packed[NameObject("/Length1")] = NumberObject(len(data))
    return packed


def _width_array(widths: dict[int, float]) -> ArrayObject:
    """Widths by code as runs of neighbours (ISO 32000-1, 9.7.4.3)."""
    array = ArrayObject()
    run = ArrayObject()
    last = -2
    for code, width in sorted(widths.items()):
        if code != last + 1:
            run = ArrayObject()
            array += [NumberObject(code), run]
        run.append(FloatObject(width))
        last = code
    return array


def _cmap(characters: dict[int, str]) -> bytes:
    """A ToUnicode CMap (ISO 32000-1, 9.10.3), at most 100 entries in a block."""
    lines = [f"<{code:04x}> <{text.encode('utf-16-be').hex()}>" for code, text in sorted(characters.items())]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    head = (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
    )
    tail = "\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    return (head + body + tail).encode()
