"""Tool: the distribution register 发放登记表 and address labels 标签 as HTML, laid out by the stage paginate."""

from collections.abc import Sequence
from html import escape

from bulletin_pdf.numbered.distribution import REGISTER, Allotment
from bulletin_pdf.plain_page import document, families

# Millimetres. 3×8 labels on a sheet without margins, as they are sold: 70×37.125 (297 / 8).
LABEL_WIDTH, LABEL_HEIGHT, LABELS = 70, 37.125, 24
# What a printer can't reach at the edges of a sheet, and then some.
LABEL_EDGE = 6


def register_html(title: str, allotments: Sequence[Allotment]) -> str:
    """The register: a row for each recipient, with room to sign. title: of the issue."""
    rows = "".join(
        f"<tr><td>{each.first:06}</td><td>{each.last:06}</td><td>{each.recipient.copies}</td>"
        f"<td class=words>{escape(each.recipient.department)}</td>"
        f"<td class=words>{escape(each.recipient.name)}</td><td></td><td></td></tr>"
        for each in allotments
    )
    copies = sum(each.recipient.copies for each in allotments)
    heads = "".join(f"<th scope=col>{head}</th>" for head in REGISTER)
    columns = "".join(f"<col style='width: {width}mm'>" for width in (18, 18, 14, 42, 42, 22, 18))
    style = f"""
@page {{ size: A4; margin: 20mm 18mm;
  @bottom-center {{ content: counter(page) " / " counter(pages); font: 9pt {families("song")} }} }}
h1 {{ font: 18pt/1.3 {families("biaosong")}; text-align: center; margin: 0 }}
.issue {{ font: 10.5pt/1.3 {families("kai")}; text-align: center; margin: 2mm 0 5mm; text-indent: 0 }}
table {{ width: 174mm; border-collapse: collapse; table-layout: fixed; font: 10.5pt/1.3 {families("song")} }}
th {{ font-family: {families("hei")}; font-weight: 400 }}
th, td {{ border: 0.5pt solid #000; padding: 1.2mm; text-align: center; overflow-wrap: anywhere }}
.words {{ text-align: left }}
tr {{ break-inside: avoid }}"""
    body = f"""<h1>发放登记表</h1>
<p class=issue>{escape(title)}　共 {copies} 份，{len(allotments)} 处</p>
<table><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"""
    return document(f"{title} 发放登记表", style, body)


def labels_html(title: str, allotments: Sequence[Allotment]) -> str:
    """Address labels: one for each recipient, 3×8 on A4."""
    sheets = [allotments[start : start + LABELS] for start in range(0, len(allotments), LABELS)]
    style = f"""
@page {{ size: A4; margin: 0 }}
.sheet {{ break-after: page; position: relative; height: 296mm }}
.sheet:last-child {{ break-after: auto }}
.label {{ position: absolute; box-sizing: border-box; width: {LABEL_WIDTH}mm; height: {LABEL_HEIGHT}mm;
  padding: {LABEL_EDGE}mm; overflow-wrap: anywhere }}
p {{ margin: 0 }}
.department {{ font: 10.5pt/1.3 {families("song")} }}
.name {{ font: 14pt/1.3 {families("hei")} }}
.name.long {{ font-size: 10.5pt }}
.copies {{ font: 8pt/1.3 {families("song")}; position: absolute; left: {LABEL_EDGE}mm; bottom: {LABEL_EDGE}mm }}"""
    pages = []
    for sheet in sheets:
        labels = []
        for index, each in enumerate(sheet):
            row, column = divmod(index, 3)
            name = each.recipient.name
            size = "name long" if len(name) > 11 else "name"
            numbers = f"{each.first:06}" if each.first == each.last else f"{each.first:06}～{each.last:06}"
            labels.append(
                f"<div class=label style='left: {column * LABEL_WIDTH}mm; top: {row * LABEL_HEIGHT:g}mm'>"
                f"<p class=department>{escape(each.recipient.department)}</p><p class='{size}'>{escape(name)}</p>"
                f"<p class=copies>{escape(title)}<br>{numbers}　{each.recipient.copies} 份</p></div>"
            )
        pages.append(f"<div class=sheet>{''.join(labels)}</div>")
    return document(f"{title} 标签", style, "".join(pages))
