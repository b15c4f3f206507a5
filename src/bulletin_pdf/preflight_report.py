"""Tool: the report on a checked file 检查报告: what it is, what was checked, what was found; as JSON, and as one page to
hand over with the file."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from bulletin_pdf import __version__
from bulletin_pdf.diagnostics import Diagnostic, Severity, as_json
from bulletin_pdf.pdf import Pdf
from bulletin_pdf.plain_page import document, families
from bulletin_pdf.press.print_file import Box, PrintFile, standards
from bulletin_pdf.record import digest

MM = 72 / 25.4

# What is checked, and the codes of what may be found. The first rows are of the issue's own PDF.
TEXT = (
    ("稿件和设置", ("BP1", "BP2", "BP5", "BP7", "PR")),
    ("字体齐全，缺字", ("BP301", "BP302", "BP303", "BP304", "BP310", "BP311", "BP604")),
    ("每一行的排法，行长", ("BP312", "BP313", "BP314", "BP315", "BP611")),
    ("版式", ("BP40",)),
    ("版面：孤行、孤字、行格、图片、版记", ("BP41",)),
    ("页数、页面大小、空白页", ("BP600", "BP601", "BP602")),
    ("字体嵌入、子集", ("BP603",)),
    ("标题、作者、日期、语言", ("BP605",)),
    ("结构标签", ("BP606",)),
    ("书签、链接", ("BP607", "BP612")),
    ("没有加密、脚本、附件", ("BP613",)),
    ("文件大小", ("BP614",)),
    ("原稿的字全部印出，一字不差", ("BP608", "BP609")),
    ("文字在版心以内，离页边 5 毫米以上", ("BP610",)),
)
KEPT = (
    ("页数", ("BP640",)),
    ("每一页的字都在，只印一次", ("BP641",)),
    ("字体嵌入，没有多出来的", ("BP643",)),
)
PRODUCT = (
    *KEPT,
    ("页面大小一致，没有转向", ("BP642",)),
    ("没有加密、脚本、表单", ("BP644",)),
    ("黑字只用黑色印", ("BP645",)),
)
ARCHIVE = (
    *KEPT,
    ("颜色空间", ("BP631",)),
    ("输出意图", ("BP632",)),
    ("版本、说明（XMP）一致", ("BP637",)),
    ("没有加密、脚本、表单、批注", ("BP638",)),
    ("结构标签合 PDF/UA-1", ("BP629",)),
)
PRESS = (
    ("成品框、出血框", ("BP630",)),
    *ARCHIVE,
    ("总墨量", ("BP633",)),
    ("线条粗细", ("BP634",)),
    ("图片分辨率", ("BP635",)),
    ("透明", ("BP636",)),
    ("颜色印到出血边", ("BP639",)),
    ("黑字叠印，白字不叠印", ("BP628",)),
)
CHECKS = {"": TEXT, "press": PRESS, "archive": ARCHIVE, "screen": ARCHIVE}
# How many findings fit on the page.
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of one file. facts: names and values in words. checks: names and how much each found."""

    file: str
    title: str
    hashed: str
    facts: tuple[tuple[str, str], ...]
    checks: tuple[tuple[str, int], ...]
    found: tuple[Diagnostic, ...]

    @property
    def verdict(self) -> str:
        """In a word: whether the file may be used."""
        if any(each.severity is Severity.ERROR for each in self.found):
            return "不合格"
        return f"合格，{len(self.found)} 处提醒" if self.found else "合格"


def report(
    name: str,
    profile: str,
    title: str,
    data: bytes,
    read: tuple[Pdf, PrintFile],
    found: Sequence[Diagnostic],
) -> Report:
    """What is said of a file. name: its own. profile: what it was made for, "" for the issue's PDF. title: of the
    issue. read: the file read for its words and for its paint. found: in it."""
    found = [_with_name(each) for each in found]
    checks = CHECKS.get(profile, PRODUCT)
    counts = tuple((words, sum(each.code.startswith(codes) for each in found)) for words, codes in checks)
    return Report(name, title, digest(data), tuple(_facts(data, *read)), counts, tuple(found))


def _with_name(finding: Diagnostic) -> Diagnostic:
    """A finding in a PDF names it without its folder, which is another on another machine."""
    place = finding.place
    if place is None or place.file.suffix != ".pdf":
        return finding
    return replace(finding, place=replace(place, file=Path(place.file.name)))


def as_bytes(made: Report) -> bytes:
    """The report as JSON."""
    values = {
        "file": made.file,
        "sha256": made.hashed,
        "verdict": made.verdict,
        "facts": dict(made.facts),
        "checks": [{"title": words, "findings": count} for words, count in made.checks],
        "diagnostics": [as_json(each) for each in made.found],
    }
    return (json.dumps(values, ensure_ascii=False, indent=2) + "\n").encode()


def _facts(data: bytes, pdf: Pdf, file: PrintFile) -> Iterator[tuple[str, str]]:
    yield "大小", f"{len(data) / 1024:,.0f} kB"
    yield "页数", str(len(pdf.pages))
    yield "成品尺寸", _sizes(page.trim for page in file.pages)
    bleeds = {round((page.trim[0] - page.bleed[0]) / MM, 1) for page in file.pages}
    yield "出血", "、".join(f"{bleed:g} 毫米" if bleed else "没有" for bleed in sorted(bleeds))
    yield "PDF 版本", file.version
    yield "标准", "、".join(standards(file.metadata)) or "普通 PDF"
    conditions = dict.fromkeys(f"{each.condition}（{each.space}）" for each in file.intents)
    yield "输出条件", "、".join(conditions) or "没有写明"
    spaces = {
        (paint.plate and f"专色“{paint.plate}”") or paint.space
        for page in file.pages
        for paint in page.paints
    }
    yield "颜色", "、".join(sorted(spaces - {"专色“All”"})) or "没有"
    inks = [paint.ink for page in file.pages for paint in page.paints if paint.plate != "All"]
    if max(inks, default=0) > 0 and any(each.space == "CMYK" for each in file.intents):
        yield "总墨量", f"最多 {max(inks):.0%}"
    dots = [raster.resolution for page in pdf.pages for raster in page.rasters]
    yield "图片", f"{len(dots)} 张，最低 {min(dots):.0f} dpi" if dots else "没有"
    embedded = sum(font.embedded for font in pdf.fonts)
    yield "字体", f"{len(pdf.fonts)} 种，{'全部' if embedded == len(pdf.fonts) else embedded}嵌入"
    yield "书签", f"{len(pdf.bookmarks)} 个" if pdf.bookmarks else "没有"
    yield "结构标签", "有" if pdf.tagged else "没有"


def _sizes(boxes: Iterator[Box]) -> str:
    sizes = dict.fromkeys(
        f"{(right - left) / MM:.0f}×{(top - bottom) / MM:.0f} 毫米" for left, bottom, right, top in boxes
    )
    return "、".join(sizes)


def as_html(made: Report) -> str:
    """The report as one page of A4."""
    style = f"""
@page {{ size: A4; margin: 18mm 20mm 16mm;
  @bottom-left {{ content: "bulletin-pdf {__version__}"; font: 8pt {families("song")}; color: #666 }}
  @bottom-right {{ content: "SHA-256 {made.hashed}"; font: 6.5pt {families("song")}; color: #666 }} }}
body {{ font: 10pt/1.5 {families("song")}; margin: 0 }}
h1 {{ font: 20pt/1.3 {families("biaosong")}; margin: 0; text-align: center }}
.of {{ font: 10.5pt/1.4 {families("kai")}; text-align: center; margin: 1.5mm 0 5mm }}
.verdict {{ font: 15pt/1.4 {families("hei")}; text-align: center; border: solid; border-width: 0.8pt 0;
  padding: 2mm; margin: 0 0 5mm }}
h2 {{ font: 11pt/1.4 {families("hei")}; margin: 4mm 0 1mm }}
table {{ width: 100%; border-collapse: collapse }}
td {{ border-bottom: 0.3pt solid #bbb; padding: 0.7mm 1mm; vertical-align: top }}
.facts td:nth-child(odd) {{ color: #555; width: 17% }}
.facts td:nth-child(even) {{ width: 33% }}
.checks td:nth-child(odd) {{ width: 38% }}
.checks td:nth-child(3) {{ padding-left: 6mm }}
.checks td:nth-child(even) {{ width: 10%; text-align: right; font-family: {families("hei")} }}
.found p {{ font-size: 9pt; margin: 0 0 0.6mm; overflow-wrap: anywhere }}"""
    results = [(words, f"{count} 处" if count else "合格") for words, count in made.checks]
    body = f"""<h1>印前检查报告</h1>
<p class=of>{escape(made.title)}　{escape(made.file)}</p>
<p class=verdict>{escape(made.verdict)}</p>
<h2>文件</h2><table class=facts>{_rows(made.facts)}</table>
<h2>检查</h2><table class=checks>{_rows(results)}</table>
{_findings(made.found)}"""
    return document(f"{made.file} 印前检查报告", style, body)


def _rows(pairs: Sequence[tuple[str, str]]) -> str:
    """Names and what belongs to them, in two columns, to be read down the first."""
    half = (len(pairs) + 1) // 2
    columns = pairs[:half], [*pairs[half:], ("", "")][:half]
    return "".join(
        "<tr>" + "".join(f"<td>{escape(name)}</td><td>{escape(value)}</td>" for name, value in row) + "</tr>"
        for row in zip(*columns, strict=True)
    )


def _findings(found: Sequence[Diagnostic]) -> str:
    """The first findings; where there are more, how many."""
    if not found:
        return ""
    lines = [
        f"<p>{index}. {escape(each.severity.chinese)} {each.code}"
        f"{'　' + escape(str(each.place)) if each.place else ''}　{escape(_short(each.message))}</p>"
        for index, each in enumerate(found[:SHOWN], 1)
    ]
    if len(found) > SHOWN:
        lines.append(f"<p>还有 {len(found) - SHOWN} 处，见同名的 JSON 文件。</p>")
    return f"<h2>问题</h2><div class=found>{''.join(lines)}</div>"


def _short(message: str) -> str:
    return message if len(message) <= 44 else f"{message[:44]}……"


def names(pdf: str) -> tuple[str, str]:
    """The files of the report on a file: page and JSON."""
    stem = Path(pdf).stem
    return f"{stem}.检查.pdf", f"{stem}.检查.json"
