"""Stage: whether a file made for the press or for the archive is what it says it is.

Every check is a short generator of diagnostics: BP63x, see docs/diagnostics/output.md. Each reads the file as it is, not
what made it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from bulletin_pdf.diagnostics import Diagnostic, Place, error, warning
from bulletin_pdf.pdf import Pdf
from bulletin_pdf.press.colour import MOST_INK, ColourProfile
from bulletin_pdf.press.print_file import Box, Paint, PrintFile

MM = 72 / 25.4
BLEED = 3 * MM
# Boxes are written with four digits.
EXACT = 0.001
RESOLUTION = 300
BLACK = (0.0, 0.0, 0.0, 1.0)
HAIRLINE = 0.25
# What rounding may take from a line's width.
ROUNDING = 0.005
# A page number, a caption: what is nearer to the trim than this is meant to bleed.
NEAR_TRIM = 0.1
_SPACES = {"press": ("DeviceCMYK", "DeviceGray"), "archive": ("DeviceRGB", "DeviceGray")}
_WHAT = {"text": "文字", "path": "线条或色块", "picture": "图片", "gradient": "渐变"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the file must be. purpose: press or archive. file: as diagnostics name it. plates: the spot plates that are
    meant. part: of PDF/A."""

    purpose: str
    profile: ColourProfile
    file: Path
    plates: frozenset[str] = field(default_factory=frozenset)
    part: int = 2

    @property
    def is_press(self) -> bool:
        """Whether it goes to a press."""
        return self.purpose == "press"

    def at(self, page: int | None = None) -> Place:
        """A place in the file; `page` is 1-based."""
        return Place(self.file, page=page)


def check_press(pdf: Pdf, file: PrintFile, wanted: Wanted) -> list[Diagnostic]:
    """Every check on one file. pdf, file: the same file read for its words and for its paint."""
    found = [*check_colours(file, wanted), *check_intents(file, wanted), *check_identity(file, wanted)]
    found += [*check_foreign(file, wanted), *check_tags(file, wanted)]
    if wanted.is_press:
        found += [*check_boxes(file, wanted), *check_ink(file, wanted), *check_transparency(file, wanted)]
        found += [*check_lines(pdf, file, wanted), *check_resolution(pdf, wanted), *check_bleed(pdf, wanted)]
        found += check_overprint(file, wanted)
    return found


def check_boxes(file: PrintFile, wanted: Wanted) -> Iterator[Diagnostic]:
    """BP630: all pages are of one size, the bleed is 3 mm around the trim, the sheet holds it, and nothing is turned."""
    hint = "重新生成；还是不行，请告诉维护的人。"
    for number, page in enumerate(file.pages, 1):
        if not _same(_size(page.trim), _size(file.pages[0].trim)):
            message = f"成品是 {_in_mm(page.trim)} 毫米，第 1 页是 {_in_mm(file.pages[0].trim)} 毫米。"
            yield error("BP630", message, wanted.at(number), hint)
        if not _same(page.bleed, _grown(page.trim, BLEED)):
            message = f"出血框不是成品框外 3 毫米（{_gap(page.trim, page.bleed)}）。"
            yield error("BP630", message, wanted.at(number), hint)
        if not _inside(page.bleed, page.media):
            yield error("BP630", "出血框在页面之外。", wanted.at(number), hint)
        if page.rotation:
            yield error("BP630", f"页面转了 {page.rotation} 度。", wanted.at(number), hint)


def check_colours(file: PrintFile, wanted: Wanted) -> Iterator[Diagnostic]:
    """BP631: text, paths, pictures and gradients are in the spaces of the output alone; a spot plate that is meant is
    printed on some page."""
    allowed = _SPACES[wanted.purpose]
    for plate in sorted(wanted.plates - {paint.plate for page in file.pages for paint in page.paints}):
        hint = "在 layout.yaml 的“印刷颜色”里写上要改用专色的颜色，或在“付印”里删去“专色”。"
        yield error("BP631", f"没有一处用到专色“{plate}”。", wanted.at(), hint)
    for number, page in enumerate(file.pages, 1):
        for paint in sorted(page.paints):
            is_plate = paint.space == "Separation" and paint.plate in (wanted.plates | {"All"})
            if paint.space in allowed or (wanted.is_press and is_plate):
                continue
            name = f"专色“{paint.plate}”" if paint.plate else paint.space
            message = f"{_WHAT[paint.what]}用了{name}，这里只能用 {'、'.join(allowed)}。"
            yield error(
                "BP631", message, wanted.at(number), "样式表里用普通的颜色（#c8161d），图片存成 RGB 或灰度。"
            )


def check_intents(file: PrintFile, wanted: Wanted) -> Iterator[Diagnostic]:
    """BP632: the output intents say for which press, or screen, the colours are meant."""
    kinds = ("GTS_PDFX", "GTS_PDFA1") if wanted.is_press else ("GTS_PDFA1",)
    space, device = ("CMYK", "prtr") if wanted.is_press else ("RGB", "mntr")
    hint = "核对“付印”里的色彩文件和印刷条件。"
    for kind in kinds:
        intent = next((each for each in file.intents if each.kind == kind), None)
        if intent is None:
            yield error("BP632", f"没有输出意图 {kind}。", wanted.at(), hint)
        elif (intent.space, intent.device, intent.channels) != (space, device, wanted.profile.channels):
            message = (
                f"输出意图 {kind} 的色彩文件是 {intent.space}（{intent.device}），应为 {space}（{device}）。"
            )
            yield error("BP632", message, wanted.at(), hint)
        elif intent.profile != wanted.profile.data[:128] or intent.condition != wanted.profile.condition:
            message = f"输出意图 {kind} 是“{intent.condition}”，应为“{wanted.profile.condition}”。"
            yield error("BP632", message, wanted.at(), hint)


def check_ink(file: PrintFile, wanted: Wanted) -> Iterator[Diagnostic]:
    """BP633: no more ink in one place than dries."""
    for number, page in enumerate(file.pages, 1):
        for paint in sorted(page.paints):
            if paint.ink > MOST_INK + 0.005 and paint.plate != "All":
                message = f"{_WHAT[paint.what]}{_parts(paint)}总墨量 {paint.ink:.0%}，超过 {MOST_INK:.0%}。"
                hint = "把版式“印刷颜色”里的几个数减小，合计不超过 300。"
                yield error("BP633", message, wanted.at(number), hint)


def check_lines(pdf: Pdf, file: PrintFile, wanted: Wanted) -> Iterator[Diagnostic]:
    """BP634: no line so thin that a plate may not hold it, drawn as a stroke or as a filled sliver."""
    for number, (words, page) in enumerate(zip(pdf.pages, file.pages, strict=True), 1):
        slivers = [
            min(right - left, top - bottom)
            for left, bottom, right, top in (shape.box for shape in words.shapes)
            if _inside((left, bottom, right, top), page.bleed)
        ]
        thin = min([page.thinnest, *(each for each in slivers if each > 0.01)])
        if thin < HAIRLINE - ROUNDING:
            message = f"有线条只有 {thin:.2f} pt 粗，印出来会断。"
            hint = f"图和版式里的线条不细于 {HAIRLINE} pt。"
            yield warning("BP634", message, wanted.at(number), hint)


def check_resolution(pdf: Pdf, wanted: Wanted) -> Iterator[Diagnostic]:
    """BP635: pictures have 300 pixels an inch as printed."""
    for number, page in enumerate(pdf.pages, 1):
        for raster in page.rasters:
            if raster.resolution < RESOLUTION - 0.5:
                message = (
                    f"一张 {raster.width}×{raster.height} 像素的图片每英寸只有 {raster.resolution:.0f} 点。"
                )
                hint = f"换用原图（每英寸至少 {RESOLUTION} 点），或印小一些。"
                yield warning("BP635", message, wanted.at(number), hint)


def check_transparency(file: PrintFile, wanted: Wanted) -> Iterator[Diagnostic]:
    """BP636: what lets shine through is mixed in the inks of the press."""
    for number, page in enumerate(file.pages, 1):
        if page.transparent and page.blending != "DeviceCMYK":
            message = f"这一页有透明的东西，混色空间是“{page.blending or '没有写'}”，应为 DeviceCMYK。"
            yield error("BP636", message, wanted.at(number), "重新生成；还是不行，请告诉维护的人。")


def check_overprint(file: PrintFile, wanted: Wanted) -> Iterator[Diagnostic]:
    """BP628: black text overprints, so that a plate that is off leaves no white around it; nothing else does. White that
    overprints would not be printed at all."""
    hint = "重新生成；还是不行，请告诉维护的人。"
    for number, page in enumerate(file.pages, 1):
        for paint in sorted(page.paints):
            is_black_text = paint.what == "text" and (paint.space, paint.parts) == ("DeviceCMYK", BLACK)
            if is_black_text and not (paint.overprints and paint.mode == 1):
                yield error("BP628", "黑字没有叠印，套印不准时字边会露白。", wanted.at(number), hint)
            elif paint.overprints and not is_black_text:
                message = f"{_WHAT[paint.what]}{_parts(paint)}叠印了，会和底下的颜色混在一起。"
                if not paint.ink:
                    message = f"白色的{_WHAT[paint.what]}叠印了，印不出来。"
                yield error("BP628", message, wanted.at(number), hint)


def check_identity(file: PrintFile, wanted: Wanted) -> Iterator[Diagnostic]:
    """BP637: the file says which standards it keeps, and says it twice alike."""
    hint = "重新生成；还是不行，请告诉维护的人。"
    said = _metadata(file.metadata)
    expected = {
        "pdfaid:part": str(wanted.part),
        "pdfaid:conformance": "U" if file.tag_faults else "A",
        "pdfuaid:part": "" if file.tag_faults else "1",
        "dc:title": file.information.get("/Title", ""),
        "dc:creator": file.information.get("/Author", ""),
        "dc:description": file.information.get("/Subject", ""),
        "pdf:Keywords": file.information.get("/Keywords", ""),
        "pdf:Producer": file.information.get("/Producer", ""),
        "xmp:CreateDate": _date(file.information.get("/CreationDate", "")),
        "xmp:ModifyDate": _date(file.information.get("/ModDate", "")),
    }
    if wanted.is_press:
        expected["pdfxid:GTS_PDFXVersion"] = "PDF/X-4"
    for key, value in expected.items():
        if said.get(key, "") != value:
            yield error("BP637", f"元数据 {key} 是“{said.get(key, '')}”，应为“{value}”。", wanted.at(), hint)
    if wanted.is_press and file.information.get("/Trapped") != "/False":
        yield error("BP637", "没有写明有没有做过陷印（Trapped）。", wanted.at(), hint)
    if not file.is_identified or not said.get("xmpMM:DocumentID"):
        yield error("BP637", "文件没有编号（ID）。", wanted.at(), hint)
    if not file.is_labelled:
        yield error("BP637", "没有页码标签（PageLabels）。", wanted.at(), hint)
    if wanted.is_press and file.version != "1.6":
        yield error("BP637", f"PDF 版本是 {file.version}，PDF/X-4 要 1.6。", wanted.at(), hint)


def check_tags(file: PrintFile, wanted: Wanted) -> Iterator[Diagnostic]:
    """BP629: the structure tags keep the rules that PDF/A-2a and PDF/UA-1 have for them."""
    if file.tag_faults:
        message = (
            f"结构标签不合 PDF/UA-1（{'；'.join(file.tag_faults[:3])}），文件只合 PDF/A-{wanted.part}u。"
        )
        yield warning(
            "BP629", message, wanted.at(), "核对版式的模板：表格、列表的标签要完整，图要有替代文字。"
        )


def check_foreign(file: PrintFile, wanted: Wanted) -> Iterator[Diagnostic]:
    """BP638: nothing that acts, nothing locked; in a print file neither links nor files."""
    hint = "重新生成，不要用别的软件另存。"
    if file.is_encrypted:
        yield error("BP638", "文件加了密，印刷厂和档案馆打不开。", wanted.at(), hint)
    allowed = ("EmbeddedFiles",) if wanted.part == 3 else ()
    for entry in file.foreign:
        if entry not in allowed:
            yield error("BP638", f"文件里有 {entry}，不该有。", wanted.at(), hint)
    for number, page in enumerate(file.pages, 1):
        if wanted.is_press and page.annotations:
            message = f"这一页有 {page.annotations} 处链接或批注，付印的文件里不能有。"
            yield error("BP638", message, wanted.at(number), hint)


def check_bleed(pdf: Pdf, wanted: Wanted) -> Iterator[Diagnostic]:
    """BP639: colour and pictures that reach the edge of the page go on to the end of the bleed."""
    for number, page in enumerate(pdf.pages, 1):
        trim = page.trim_box
        bleed = _grown(trim, BLEED)
        boxes = [shape.box for shape in page.shapes] + [raster.box for raster in page.rasters]
        for box in boxes:
            if not _inside(trim, box) and not _overlaps(box, trim):
                continue
            sides = [
                name
                for name, at, edge, end, sign in zip(
                    "左下右上", box, trim, bleed, (-1, -1, 1, 1), strict=True
                )
                if (at - edge) * sign >= -NEAR_TRIM and (end - at) * sign > NEAR_TRIM
            ]
            if sides:
                message = f"色块或图片到了{'、'.join(sides)}边，没有印到出血边，裁切以后会露白。"
                yield error("BP639", message, wanted.at(number), "让它伸出页边 3 毫米（负的边距）。")
                break


# --- reckoning ------------------------------------------------------------------------------------------


def _grown(box: Box, by: float) -> Box:
    left, bottom, right, top = box
    return left - by, bottom - by, right + by, top + by


def _same(first: Sequence[float], second: Sequence[float]) -> bool:
    return all(abs(a - b) < EXACT for a, b in zip(first, second, strict=True))


def _size(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def _in_mm(box: Box) -> str:
    return "×".join(f"{length / MM:.1f}" for length in _size(box))


def _inside(inner: Box, outer: Box) -> bool:
    return (
        inner[0] >= outer[0] - EXACT
        and inner[1] >= outer[1] - EXACT
        and inner[2] <= outer[2] + EXACT
        and inner[3] <= outer[3] + EXACT
    )


def _overlaps(first: Box, second: Box) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def _gap(trim: Box, bleed: Box) -> str:
    """How far the bleed goes, left, below, right and above."""
    gaps = trim[0] - bleed[0], trim[1] - bleed[1], bleed[2] - trim[2], bleed[3] - trim[3]
    return "左下右上：" + "、".join(f"{gap / MM:.2f}" for gap in gaps)


def _parts(paint: Paint) -> str:
    """Inks in hundredths."""
    if paint.space != "DeviceCMYK" or not paint.parts:
        return ""
    return " ".join(f"{name}{part * 100:.0f}" for name, part in zip("CMYK", paint.parts, strict=True)) + " "


_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/pdf/1.3/": "pdf",
    "http://www.aiim.org/pdfa/ns/id/": "pdfaid",
    "http://www.aiim.org/pdfua/ns/id/": "pdfuaid",
    "http://www.npes.org/pdfx/ns/id/": "pdfxid",
}


def _metadata(packet: str) -> Mapping[str, str]:
    """What an XMP packet says, by prefix and name; nothing for one that can't be read."""
    try:
        root = ElementTree.fromstring(packet)
    except ElementTree.ParseError:
        return {}
    said = {}
    for element in root.iter():
        match = re.fullmatch(r"\{(.*)\}(.*)", element.tag)
        if match and match[1] in _PREFIXES:
            said[f"{_PREFIXES[match[1]]}:{match[2]}"] = "".join(element.itertext()).strip()
    return said


def _date(words: str) -> str:
    """A date of the document information as XMP writes it."""
    digits = re.sub(r"\D", "", words)
    if len(digits) < 14:
        return ""
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}T{digits[8:10]}:{digits[10:12]}:{digits[12:14]}Z"
