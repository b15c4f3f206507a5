"""Tool: the record of proofreading 校对记录 as HTML, the last pages of a proof: signatures, and the findings in a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from bulletin_pdf.plain_page import families
from bulletin_pdf.spots import Remark

ROUNDS = ("一校", "二校", "三校", "付印")
"""三校一读: who reads and signs, in turn; 付印 is the leave to print."""
GREY = "#666"
# How long names of files are in the list, in em: two lines.
NAME = 20.0


@dataclass(frozen=True, slots=True)
class About:
    """What is proofread: the title of the issue, its date and the version of its PDF as printed.

    folder: of its texts, as diagnostics name it.
    """

    title: str
    date: str
    version: str
    folder: Path


def record_html(about: About, pages: int, remarks: Sequence[Remark]) -> str:
    """What the readers sign, and the findings with room for what was done about each."""
    signatures = "".join(f"<tr><th scope=row>{each}</th>" + "<td></td>" * 4 + "</tr>" for each in ROUNDS)
    rows = "".join(_row(remark, about.folder) for remark in remarks)
    found = f"程序发现的问题：{len(remarks)} 处" if remarks else "程序没有发现问题"
    findings = (
        "<table class=findings><thead><tr><th>号</th><th>页</th><th>问题和改法</th><th>原稿</th><th>处理</th></tr>"
        f"</thead><tbody>{rows}</tbody></table>"
        if remarks
        else ""
    )
    return f"""<section class=record><h1>校对记录</h1>
<p class=issue>{escape(about.title)}　{escape(about.date)}　{pages} 页　版本 {about.version}</p>
<table class=signatures><thead><tr><th>校次</th><th>改动（处）</th><th>签名</th><th>日期</th><th>备注</th></tr></thead>
<tbody>{signatures}</tbody></table>
<p class=key>页面和付印的一样大。浅色格子是版心的字格；页边的数字，靠近正文的是行数（每五行一个），外面的是原稿文件和行号；方框是程序发现的问题，号码见下表。版本是 PDF 的标记，核对几张校样是不是同一版。</p>
<h2>{found}</h2>{findings}</section>"""


def _row(remark: Remark, folder: Path) -> str:
    finding, place = remark.finding, remark.finding.place
    hint = f"<br><span class=hint>改法：{escape(finding.hint)}</span>" if finding.hint else ""
    page = "–" if remark.page is None else str(remark.page)
    at = ":".join(str(part) for part in (place.line, place.column) if part is not None) if place else ""
    source = f"{escape(shortened(source_name(place.file, folder), NAME))}<br>{at}" if place and at else "–"
    return (
        f"<tr><td>{remark.number}</td><td>{page}</td>"
        f"<td class=words>{finding.severity.chinese} {finding.code}　{escape(finding.message)}{hint}</td>"
        f"<td class=words>{source}</td><td></td></tr>"
    )


def record_style(version: str, width: float, height: float) -> str:
    """The CSS of the record, on pages of this size in points."""
    song, hei = families("song", latin=False), families("hei", latin=False)
    return f"""@page record {{ size: {width:g}pt {height:g}pt; margin: 18mm 16mm;
  @bottom-center {{ content: "校样　版本 {version}"; font: 7pt/1 {song}; color: {GREY} }} }}
.record {{ page: record; font: 9pt/1.5 {song} }}
h1 {{ font: 18pt/1.3 {families("biaosong", latin=False)}; text-align: center; margin: 0 }}
h2 {{ font: 10.5pt/1.5 {hei}; margin: 5mm 0 2mm; break-after: avoid }}
.issue {{ font: 10.5pt/1.3 {families("kai", latin=False)}; text-align: center; margin: 2mm 0 5mm }}
.key {{ color: {GREY}; font-size: 8pt; margin-top: 3mm }}
table {{ width: 100%; border-collapse: collapse; table-layout: fixed }}
th {{ font-family: {hei}; font-weight: 400 }}
th, td {{ border: 0.5pt solid #000; padding: 1.2mm; text-align: center; overflow-wrap: anywhere }}
.signatures td {{ height: 6mm }}
.signatures th:nth-child(1) {{ width: 12% }} .signatures th:nth-child(2) {{ width: 15% }}
.findings th:nth-child(1) {{ width: 6% }} .findings th:nth-child(2) {{ width: 6% }}
.findings th:nth-child(4) {{ width: 21% }} .findings th:nth-child(5) {{ width: 12% }}
.findings td {{ vertical-align: top }}
.words {{ text-align: left }} .hint {{ color: {GREY} }}
tr {{ break-inside: avoid }}"""


def source_name(file: Path, folder: Path) -> str:
    """What a file is called among the texts of its issue: 01-要闻; issue.yaml; 2021-16/issue.yaml of another one."""
    for base in (folder, folder.parent):
        if file.is_relative_to(base):
            return file.relative_to(base).as_posix().removesuffix(".md")
    return file.as_posix()


def shortened(name: str, ems: float) -> str:
    """As much of a name as has room: its folder is left out first, then its end."""
    for each in (name, name.rpartition("/")[2]):
        if sum(map(_ems, each)) <= ems:
            return each
    kept = ""
    for character in each:
        if sum(map(_ems, kept + character)) > ems - 1:
            break
        kept += character
    return f"{kept}…" if kept else ""


def _ems(character: str) -> float:
    """How wide a character is, roughly, and never less than it is."""
    return 0.6 if character.isascii() else 1.0
