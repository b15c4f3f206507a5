"""Tool: a finished PDF made a print file or one for the archive. A home of pypdf.

WeasyPrint writes the pages, in the screen's colours and with tags; what makes them a print file is done here. Sources:
PDF/X-4 (ISO 15930-7), PDF/A-2 and 3 (ISO 19005-2, -3), PDF/UA-1 (ISO 14289-1), PDF (ISO 32000-1).
"""

import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    EncodedStreamObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from bulletin_pdf.colour import (
    ColourProfile,
    Ink,
    Pixels,
    Separation,
    as_jpeg,
    decode,
    in_rgb,
    screen,
    standard_press,
)

MM = 72 / 25.4
BLEED = 3 * MM
# Crop marks stand so far outside the bleed and are so long; the sheet ends as far beyond them.
MARK_GAP, MARK_LENGTH, MARK_WIDTH = 1 * MM, 5 * MM, 0.3
_MIMES = {
    "csv": "text/csv",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "md": "text/markdown",
    "png": "image/png",
    "svg": "image/svg+xml",
    "yaml": "application/yaml",
}
_COLOUR = re.compile(rb"^(\S+) (\S+) (\S+) (rg|RG)$", re.MULTILINE)
_SPACE = re.compile(rb"/(\S+) (?:cs|CS)\b")
_STATE = re.compile(rb"/(\S+) gs\b")
_DRAWN = re.compile(rb"/(\S+) Do\b")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a PDF."""

    name: str
    data: bytes

    @property
    def mime(self) -> str:
        """Its type by the end of its name."""
        return _MIMES.get(self.name.rpartition(".")[2].lower(), "application/octet-stream")


def press(data: bytes, separation: Separation, *, marks: bool = True) -> bytes:
    """A print file: PDF/X-4, PDF/A-2a and PDF/UA-1 at once.

    data: tagged pages; what bleeds is painted past their edges. The colours become inks, the boxes exact, links go (PDF/X-4 §6.17 has no
    annotations on the page). marks: crop and registration marks outside the bleed.
    """
    writer = _opened(data)
    _ink(writer, separation)
    _without_links(writer)
    for page in writer.pages:
        _sheet(writer, page, marks)
    _identify(writer, data, separation.profile, is_press=True, part=2)
    return _written(writer, "1.6")


def archive(data: bytes, attachments: Sequence[Attachment] = ()) -> bytes:
    """A file for the archive: PDF/A-2a and PDF/UA-1; PDF/A-3a with attachments, such as the sources."""
    writer = _opened(data)
    for stream in _streams(writer, "/Image"):
        if stream.get("/ColorSpace") == "/DeviceCMYK":
            _repaint(stream, lambda picture: in_rgb(picture, standard_press()))
    for value in _dictionaries(writer):
        if value.get("/Subtype") == "/Link":
            value[NameObject("/F")] = NumberObject(4)  # printed: PDF/A-2 §6.3.2
        # WeasyPrint hangs a link on the element inside that has a face of its own (PDF/UA-1 §7.18.5).
        if value.get("/S") == "/Span" and any(_is_annotation(child) for child in _children(value)):
            value[NameObject("/S")] = NameObject("/Link")
    _identify(writer, data, screen(), is_press=False, part=3 if attachments else 2)
    _attach(writer, attachments)
    return _written(writer, "1.7")


# --- the file -------------------------------------------------------------------------------------------


def _opened(data: bytes) -> PdfWriter:
    writer = PdfWriter(clone_from=BytesIO(data))
    for value in _dictionaries(writer):
        value.pop("/Interpolate", None)  # PDF/A-2 §6.2.8
    used = set()
    for stream in _content(writer):
        used |= set(_SPACE.findall(stream.get_data()))
    for resources in _resources(writer):
        spaces = resources.get("/ColorSpace")
        for name in list(spaces.get_object() if spaces is not None else ()):
            if name[1:].encode() not in used:
                del spaces.get_object()[name]
    return writer


def _written(writer: PdfWriter, version: str) -> bytes:
    writer.compress_identical_objects(remove_duplicates=False, remove_unreferenced=True)
    writer.pdf_header = f"%PDF-{version}"
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def _dictionaries(writer: PdfWriter) -> Iterator[Any]:
    """Every dictionary and stream of the file, those inside others too."""

    def inside(value: Any) -> Iterator[Any]:
        if isinstance(value, DictionaryObject):
            yield value
            for part in list(value.values()):
                yield from inside(part)
        elif isinstance(value, ArrayObject):
            for part in value:
                yield from inside(part)

    for value in list(writer._objects):
        yield from inside(value)


def _streams(writer: PdfWriter, subtype: str) -> Iterator[Any]:
    return (
        value
        for value in list(writer._objects)
        if isinstance(value, StreamObject) and value.get("/Subtype") == subtype
    )


def _content(writer: PdfWriter) -> Iterator[Any]:
    """Every stream of painting operators: of pages, forms, patterns."""
    for page in writer.pages:
        yield from _contents(page)
    yield from _streams(writer, "/Form")
    for value in list(writer._objects):
        if isinstance(value, StreamObject) and value.get("/PatternType") == 1:
            yield value


def _contents(page: Any) -> list[Any]:
    found = page.get("/Contents")
    if found is None:
        return []
    found = found.get_object()
    return [part.get_object() for part in found] if isinstance(found, ArrayObject) else [found]


def _resources(writer: PdfWriter) -> Iterator[Any]:
    """The resources of pages, forms and patterns, each once."""
    seen = set()
    for holder in (*writer.pages, *_content(writer)):
        if "/Resources" in holder:
            resources = holder["/Resources"].get_object()
            if id(resources) not in seen:
                seen.add(id(resources))
                yield resources


def _fill(stream: Any, data: bytes) -> None:
    """Give a stream other data, deflated."""
    for key in ("/DecodeParms", "/Decode"):
        stream.pop(key, None)
    deflated = zlib.compress(data)
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    stream._data = deflated
    if isinstance(stream, EncodedStreamObject):
        stream.decoded_self = None


def _name(words: str) -> Any:
    return NameObject("/" + words)


def _numbers(values: Sequence[float]) -> Any:
    return ArrayObject(FloatObject(f"{value:.4f}".rstrip("0").rstrip(".") or "0") for value in values)


# --- colours --------------------------------------------------------------------------------------------


def _ink(writer: PdfWriter, separation: Separation) -> None:
    """Every colour of the screen to inks: of text, paths, pictures and gradients."""
    plates: dict[str, Ink] = {}
    inks: dict[bytes, bytes] = {}

    def operators(match: re.Match[bytes]) -> bytes:
        if match[0] not in inks:
            red, green, blue = (float(part) for part in match.groups()[:3])
            ink = separation.ink((red, green, blue))
            is_stroke = match[4] == b"RG"
            if ink.plate:
                plates[ink.plate] = ink
                name = _plate_name(ink.plate).encode()
                inks[match[0]] = name + (b" CS 1 SCN" if is_stroke else b" cs 1 scn")
            else:
                values = " ".join(f"{part:.4f}".rstrip("0").rstrip(".") for part in ink.cmyk)
                inks[match[0]] = values.encode() + (b" K" if is_stroke else b" k")
        return inks[match[0]]

    for stream in _content(writer):
        before = stream.get_data()
        after = _COLOUR.sub(operators, before)
        if after != before:
            _fill(stream, after)
    for stream in _streams(writer, "/Image"):
        if stream.get("/ColorSpace") in ("/DeviceRGB", "/DeviceCMYK"):
            _repaint(stream, separation.pixels)
    for value in _dictionaries(writer):
        if "/ShadingType" in value and value.get("/ColorSpace") == "/DeviceRGB":
            value[NameObject("/ColorSpace")] = NameObject("/DeviceCMYK")
            _ink_function(value["/Function"].get_object(), separation)
        if value.get("/S") == "/Transparency" and value.get("/CS") == "/DeviceRGB":
            value[NameObject("/CS")] = NameObject("/DeviceCMYK")
    for resources in _resources(writer):
        for name, ink in plates.items():
            spaces = resources.setdefault(NameObject("/ColorSpace"), DictionaryObject()).get_object()
            spaces[NameObject(_plate_name(name))] = _plate(name, ink)


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
            function[NameObject(key)] = _numbers(separation.ink((red, green, blue)).cmyk)
    if "/Range" in function:
        function[NameObject("/Range")] = _numbers((0, 1) * 4)


def _plate_name(plate: str) -> str:
    return "/Plate" + hashlib.sha256(plate.encode()).hexdigest()[:8]


def _plate(name: str, ink: Ink) -> ArrayObject:
    """The colour space of a spot plate (ISO 32000-1, 8.6.6.4)."""
    function = DictionaryObject(
        {
            NameObject("/FunctionType"): NumberObject(2),
            NameObject("/Domain"): _numbers((0, 1)),
            NameObject("/C0"): _numbers((0, 0, 0, 0)),
            NameObject("/C1"): _numbers(ink.cmyk),
            NameObject("/N"): NumberObject(1),
        }
    )
    return ArrayObject([NameObject("/Separation"), _name(name), NameObject("/DeviceCMYK"), function])


def _repaint(stream: Any, change: Callable[[Pixels], Pixels]) -> None:
    """Change the pixels of a picture; what came as JPEG stays one."""
    is_jpeg = stream.get("/Filter") in ("/DCTDecode", ["/DCTDecode"])
    if is_jpeg:
        before = decode(stream._data)
    else:
        channels = {"/DeviceRGB": 3, "/DeviceCMYK": 4}[stream["/ColorSpace"]]
        before = Pixels(int(stream["/Width"]), int(stream["/Height"]), channels, stream.get_data())
    after = change(before)
    if after == before:
        return
    _fill(stream, after.data)
    stream[NameObject("/ColorSpace")] = _name(
        {1: "DeviceGray", 3: "DeviceRGB", 4: "DeviceCMYK"}[after.channels]
    )
    stream[NameObject("/BitsPerComponent")] = NumberObject(8)
    if is_jpeg:
        stream._data = as_jpeg(after)
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")
        if after.channels == 4:
            stream[NameObject("/Decode")] = _numbers((1, 0) * 4)


# --- pages ----------------------------------------------------------------------------------------------


def _without_links(writer: PdfWriter) -> None:
    """No annotations; what a tag called a link is text. Bookmarks name their page without an action."""
    parents = set()
    for page in writer.pages:
        for reference in page.pop("/Annots", ArrayObject()):
            parents.add(reference.get_object().get("/StructParent"))
    for value in _dictionaries(writer):
        if value.get("/S") == "/Link":
            value[NameObject("/S")] = NameObject("/Span")
        if any(_is_annotation(child) for child in _children(value)):
            _drop_objects(value)
        action = value.get("/A")
        if "/Title" in value and action is not None and action.get_object().get("/S") == "/GoTo":
            value[NameObject("/Dest")] = action.get_object()["/D"]
            del value["/A"]
    tree = writer.root_object.get("/StructTreeRoot")
    numbers = tree.get_object().get("/ParentTree") if tree is not None else None
    if numbers is not None and "/Nums" in numbers.get_object():
        listed = numbers.get_object()["/Nums"]
        pairs = [listed[index : index + 2] for index in range(0, len(listed), 2)]
        kept = [part for pair in pairs if pair[0] not in parents for part in pair]
        numbers.get_object()[NameObject("/Nums")] = ArrayObject(kept)


def _drop_objects(element: Any) -> None:
    """The references to annotations out of a structure element."""
    kept = [child for child in _children(element) if not _is_annotation(child)]
    element[NameObject("/K")] = ArrayObject(kept)


def _children(element: Any) -> list[Any]:
    """What a structure element holds, references as they are."""
    if "/K" not in element:
        return []
    child = element.raw_get("/K")
    return list(child.get_object()) if isinstance(child.get_object(), ArrayObject) else [child]


def _is_annotation(child: Any) -> bool:
    value = child.get_object()
    return isinstance(value, DictionaryObject) and value.get("/Type") == "/OBJR"


def _sheet(writer: PdfWriter, page: Any, marks: bool) -> None:
    """Exact boxes, nothing painted outside the bleed but marks, and the space in which transparency is mixed."""
    left, bottom, right, top = (float(edge) for edge in page["/TrimBox"])
    around = BLEED + (2 * MARK_GAP + MARK_LENGTH if marks else 0.0)
    trim = left, bottom, right, top
    page[NameObject("/BleedBox")] = _numbers(_grown(trim, BLEED))
    page[NameObject("/MediaBox")] = _numbers(_grown(trim, around))
    page[NameObject("/TrimBox")] = _numbers(trim)
    page.pop("/CropBox", None)
    if _is_transparent(page):
        page[NameObject("/Group")] = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Group"),
                NameObject("/S"): NameObject("/Transparency"),
                NameObject("/CS"): NameObject("/DeviceCMYK"),
            }
        )
    x, y, far, high = _grown(trim, BLEED)
    before = f"q {x:.4f} {y:.4f} {far - x:.4f} {high - y:.4f} re W n\n"
    after = "\nQ\n" + (_marks(trim) if marks else "")
    if marks:
        spaces = page["/Resources"].get_object().setdefault(NameObject("/ColorSpace"), DictionaryObject())
        spaces.get_object()[NameObject("/Registration")] = _plate("All", Ink((1.0, 1.0, 1.0, 1.0)))
    streams = _contents(page)
    stream = DecodedStreamObject()
    _fill(stream, before.encode() + b"\n".join(each.get_data() for each in streams) + after.encode())
    page[NameObject("/Contents")] = writer._add_object(stream)


def _grown(box: tuple[float, float, float, float], by: float) -> tuple[float, float, float, float]:
    left, bottom, right, top = box
    return left - by, bottom - by, right + by, top + by


def _marks(trim: tuple[float, float, float, float]) -> str:
    """Crop marks at the corners and registration marks at the middle of the sides, on every plate, as artifacts."""
    left, bottom, right, top = trim
    near, far = BLEED + MARK_GAP, BLEED + MARK_GAP + MARK_LENGTH
    lines = []
    for x in (left, right):
        lines += [(x, bottom - far, x, bottom - near), (x, top + near, x, top + far)]
    for y in (bottom, top):
        lines += [(left - far, y, left - near, y), (right + near, y, right + far, y)]
    middle, arm = (near + far) / 2, MARK_LENGTH / 2
    across, up = (left + right) / 2, (bottom + top) / 2
    circles = []
    for x, y in (
        (across, bottom - middle),
        (across, top + middle),
        (left - middle, up),
        (right + middle, up),
    ):
        lines += [(x - arm, y, x + arm, y), (x, y - arm, x, y + arm)]
        circles.append(_circle(x, y, arm * 0.55))
    drawn = [f"{a:.4f} {b:.4f} m {c:.4f} {d:.4f} l S" for a, b, c, d in lines] + circles
    head = f"/Artifact BMC\nq\n/Registration CS\n1 SCN\n{MARK_WIDTH} w\n"
    return head + "\n".join(drawn) + "\nQ\nEMC\n"


def _circle(x: float, y: float, radius: float) -> str:
    """Of four Bézier curves."""
    bow = radius * 0.5523
    points = [
        (x + radius, y + bow, x + bow, y + radius, x, y + radius),
        (x - bow, y + radius, x - radius, y + bow, x - radius, y),
        (x - radius, y - bow, x - bow, y - radius, x, y - radius),
        (x + bow, y - radius, x + radius, y - bow, x + radius, y),
    ]
    curves = " ".join(" ".join(f"{number:.4f}" for number in curve) + " c" for curve in points)
    return f"{x + radius:.4f} {y:.4f} m {curves} S"


def _is_transparent(page: Any) -> bool:
    """Whether anything on a page lets shine through what lies under it."""
    resources = page["/Resources"].get_object()
    return any(_lets_through(stream.get_data(), resources, 0) for stream in _contents(page))


def _lets_through(data: bytes, resources: Any, depth: int) -> bool:
    states = resources.get("/ExtGState", DictionaryObject()).get_object()
    for name in set(_STATE.findall(data)):
        state = states.get("/" + name.decode("latin-1"), DictionaryObject()).get_object()
        if (
            any(float(state.get(key, 1)) < 1 for key in ("/ca", "/CA"))
            or state.get("/SMask", "/None") != "/None"
            or state.get("/BM", "/Normal") not in ("/Normal", "/Compatible")
        ):
            return True
    drawn = resources.get("/XObject", DictionaryObject()).get_object()
    for name in set(_DRAWN.findall(data)):
        value = drawn.get("/" + name.decode("latin-1"), DictionaryObject()).get_object()
        if "/SMask" in value or "/Group" in value:
            return True
        if value.get("/Subtype") == "/Form" and depth < 8:
            own = value.get("/Resources", resources).get_object()
            if _lets_through(value.get_data(), own, depth + 1):
                return True
    return False


# --- what the file says of itself -----------------------------------------------------------------------


def _identify(writer: PdfWriter, data: bytes, profile: ColourProfile, *, is_press: bool, part: int) -> None:
    """Output intents, XMP beside the document information, page labels and identifiers, all from the content alone."""
    root = writer.root_object
    assert writer._info is not None
    information: Any = writer._info.get_object()
    stream = DecodedStreamObject()
    stream[NameObject("/N")] = NumberObject(profile.channels)
    _fill(stream, profile.data)
    reference = writer._add_object(stream)
    kinds = ("/GTS_PDFX", "/GTS_PDFA1") if is_press else ("/GTS_PDFA1",)
    root[NameObject("/OutputIntents")] = ArrayObject(
        writer._add_object(_intent(kind, profile, reference, is_press)) for kind in kinds
    )
    root[NameObject("/PageLabels")] = DictionaryObject(
        {
            NameObject("/Nums"): ArrayObject(
                [NumberObject(0), DictionaryObject({NameObject("/S"): NameObject("/D")})]
            )
        }
    )
    seed = hashlib.sha256(data + profile.data + bytes([is_press, part])).digest()
    writer._ID = ArrayObject([ByteStringObject(seed[:16]), ByteStringObject(seed[:16])])
    day = re.sub(r"\D", "", str(information.get("/CreationDate", "")))[:8]
    if day:
        for key in ("/CreationDate", "/ModDate"):
            information[NameObject(key)] = TextStringObject(f"D:{day}000000Z")
    if is_press:
        information[NameObject("/Trapped")] = NameObject("/False")
    packet = DecodedStreamObject()
    packet[NameObject("/Type")] = NameObject("/Metadata")
    packet[NameObject("/Subtype")] = NameObject("/XML")
    packet.set_data(_xmp(information, day, seed.hex(), is_press=is_press, part=part).encode())
    root[NameObject("/Metadata")] = writer._add_object(packet)


def _intent(kind: str, profile: ColourProfile, reference: IndirectObject, is_press: bool) -> DictionaryObject:
    intent = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/OutputIntent"),
            NameObject("/S"): NameObject(kind),
            NameObject("/OutputConditionIdentifier"): TextStringObject(profile.condition),
            NameObject("/Info"): TextStringObject(profile.condition),
            NameObject("/DestOutputProfile"): reference,
        }
    )
    if is_press:
        intent[NameObject("/OutputCondition")] = TextStringObject(profile.condition)
        intent[NameObject("/RegistryName")] = TextStringObject("http://www.color.org")
    return intent


def _xmp(information: Any, day: str, digest: str, *, is_press: bool, part: int) -> str:
    """The XMP packet: says what the document information says, and which standards the file keeps.

    The standards' own properties are described in it, since PDF/A knows no others (ISO 19005-2, 6.6.2.3).
    """

    def said(key: str) -> str:
        return escape(str(information.get(key, "")))

    date = f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00Z"
    identifier = "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))
    schemas = [("PDF/UA identification", "http://www.aiim.org/pdfua/ns/id/", "pdfuaid", "part", "Integer")]
    own = ""
    if is_press:
        schemas.append(
            ("PDF/X identification", "http://www.npes.org/pdfx/ns/id/", "pdfxid", "GTS_PDFXVersion", "Text")
        )
        own = "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>"
    described = "".join(
        f"""
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>{title}</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{space}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>{prefix}</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>{kind}</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>{title}</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li>"""
        for title, space, prefix, name, kind in schemas
    )
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfxid="http://www.npes.org/pdfx/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaid:part>{part}</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
{own}
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{said("/Title")}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{said("/Author")}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{said("/Subject")}</rdf:li></rdf:Alt></dc:description>
<pdf:Keywords>{said("/Keywords")}</pdf:Keywords>
<pdf:Producer>{said("/Producer")}</pdf:Producer>
<xmp:CreateDate>{date}</xmp:CreateDate>
<xmp:ModifyDate>{date}</xmp:ModifyDate>
<xmp:MetadataDate>{date}</xmp:MetadataDate>
<xmpMM:DocumentID>uuid:{identifier}</xmpMM:DocumentID>
<xmpMM:VersionID>1</xmpMM:VersionID>
<xmpMM:RenditionClass>default</xmpMM:RenditionClass>
<pdfaExtension:schemas><rdf:Bag>{described}
</rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def _attach(writer: PdfWriter, attachments: Sequence[Attachment]) -> None:
    """Files inside the file, each told as its source (PDF/A-3, 6.8)."""
    if not attachments:
        return
    root = writer.root_object
    assert writer._info is not None
    information: Any = writer._info.get_object()
    listed, related = ArrayObject(), ArrayObject()
    for attachment in sorted(attachments, key=lambda each: each.name):
        stream = DecodedStreamObject()
        stream[NameObject("/Type")] = NameObject("/EmbeddedFile")
        stream[NameObject("/Subtype")] = _name(attachment.mime)
        stream[NameObject("/Params")] = DictionaryObject(
            {
                NameObject("/ModDate"): TextStringObject(str(information["/ModDate"])),
                NameObject("/Size"): NumberObject(len(attachment.data)),
            }
        )
        _fill(stream, attachment.data)
        embedded = writer._add_object(stream)
        name = TextStringObject(attachment.name)
        specification = writer._add_object(
            DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Filespec"),
                    NameObject("/F"): name,
                    NameObject("/UF"): name,
                    NameObject("/Desc"): name,
                    NameObject("/AFRelationship"): NameObject("/Source"),
                    NameObject("/EF"): DictionaryObject(
                        {NameObject("/F"): embedded, NameObject("/UF"): embedded}
                    ),
                }
            )
        )
        listed += [name, specification]
        related.append(specification)
    names = root.setdefault(NameObject("/Names"), DictionaryObject()).get_object()
    names[NameObject("/EmbeddedFiles")] = DictionaryObject({NameObject("/Names"): listed})
    root[NameObject("/AF")] = related
