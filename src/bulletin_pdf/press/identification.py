"""Tool: what a file for the press or the archive says of itself: output intents, XMP, labels, what is attached.

A home of pypdf. Sources: PDF/X-4 (ISO 15930-7), PDF/A-2 and 3 (ISO 19005-2, -3), PDF/UA-1 (ISO 14289-1).
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from bulletin_pdf.pdf.objects import fill, name_object
from bulletin_pdf.press.colour import ColourProfile

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


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside a PDF."""

    name: str
    data: bytes

    @property
    def mime(self) -> str:
        """Its type by the end of its name."""
        return _MIMES.get(self.name.rpartition(".")[2].lower(), "application/octet-stream")


def identify(
    writer: PdfWriter, data: bytes, profile: ColourProfile, *, is_press: bool, part: int, is_tagged: bool
) -> None:
    """Output intents, XMP beside the document information, page labels and identifiers, all from the content alone."""
    root = writer.root_object
    assert writer._info is not None
    information: Any = writer._info.get_object()
    stream = DecodedStreamObject()
    stream[NameObject("/N")] = NumberObject(profile.channels)
    fill(stream, profile.data)
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
    packet.set_data(
        _xmp(information, day, seed.hex(), is_press=is_press, part=part, is_tagged=is_tagged).encode()
    )
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


def _xmp(information: Any, day: str, digest: str, *, is_press: bool, part: int, is_tagged: bool) -> str:
    """The XMP packet: says what the document information says, and which standards the file keeps.

    The standards' own properties are described in it, since PDF/A knows no others (ISO 19005-2, 6.6.2.3).
    """

    def said(key: str) -> str:
        return escape(str(information.get(key, "")))

    date = f"{day[:4]}-{day[4:6]}-{day[6:]}T00:00:00Z"
    identifier = "-".join((digest[:8], digest[8:12], digest[12:16], digest[16:20], digest[20:32]))
    schemas, own = [], ""
    if is_tagged:
        schemas.append(
            ("PDF/UA identification", "http://www.aiim.org/pdfua/ns/id/", "pdfuaid", "part", "Integer")
        )
        own = "<pdfuaid:part>1</pdfuaid:part>\n"
    if is_press:
        schemas.append(
            ("PDF/X identification", "http://www.npes.org/pdfx/ns/id/", "pdfxid", "GTS_PDFXVersion", "Text")
        )
        own += "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>"
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
    extensions = (
        f"<pdfaExtension:schemas><rdf:Bag>{described}\n</rdf:Bag></pdfaExtension:schemas>"
        if described
        else ""
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
<pdfaid:conformance>{"A" if is_tagged else "U"}</pdfaid:conformance>
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
{extensions}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""


def attach(writer: PdfWriter, attachments: Sequence[Attachment]) -> None:
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
        stream[NameObject("/Subtype")] = name_object(attachment.mime)
        stream[NameObject("/Params")] = DictionaryObject(
            {
                NameObject("/ModDate"): TextStringObject(str(information["/ModDate"])),
                NameObject("/Size"): NumberObject(len(attachment.data)),
            }
        )
        fill(stream, attachment.data)
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
