"""Makes the documents of this folder: by python-docx, and by LibreOffice, which must be installed for `lo-*.docx`.

    python tests/word/make.py

The documents are committed, so that the tests need neither LibreOffice nor the day on which they were made.
"""

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from PIL import Image

HERE = Path(__file__).parent
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def picture(folder: Path, name: str, colour: tuple[int, int, int]) -> str:
    file = folder / name
    Image.new("RGB", (640, 400), colour).save(file, quality=30)
    return str(file)


def typed(
    document, text: str, font: str = "仿宋_GB2312", size: float = 16, bold: bool = False, align=None
) -> Paragraph:
    """A paragraph set by hand, as departments do."""
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    add(paragraph, text, font, size, bold)
    return paragraph


def add(
    paragraph: Paragraph, text: str, font: str = "仿宋_GB2312", size: float = 16, bold: bool = False
) -> Run:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.bold = bold or None
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    return run


def numbered(document, paragraphs: list[Paragraph], levels: list[tuple[str, str]], depths: list[int]) -> None:
    """Make paragraphs a list of automatic numbers of these forms (format, text of the label)."""
    numbering = document.part.numbering_part.element
    key = str(90 + len(numbering.findall(qn("w:num"))))
    forms = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{key}">{forms}</w:abstractNum>')
    numbering.insert(0, abstract)
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{key}"><w:abstractNumId w:val="{key}"/></w:num>')
    )
    for paragraph, depth in zip(paragraphs, depths, strict=True):
        properties = paragraph._p.get_or_add_pPr()
        properties.append(
            parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="{key}"/></w:numPr>')
        )


def department(folder: Path) -> None:
    """What an office sends: everything typed and set by hand, nothing by style."""
    document = Document()
    typed(document, "连城分公司开展安全生产月活动", "方正小标宋简体", 22, align=CENTRE)
    typed(document, "——打好“三大攻坚战”侧记", "楷体_GB2312", 16, align=CENTRE)
    typed(document, "文/王明　 图/李强", "楷体_GB2312", 14, align=CENTRE)
    typed(document, "　　２０２６年 ６月 １日，连城分公司启动“安全生产月”活动，共有 1,200 名职工参加 。")
    lead = typed(document, "    会议强调，要把安全生产放在首位。", bold=True)
    add(lead, "各单位要压实责任，排查\u200b隐患， 做到 “五到位”。")
    typed(document, "　　一、加强领导，落实责任", "黑体")
    typed(document, "　　成立领导小组，党委书记任组长，下设办公室，负责日常工作。")
    typed(document, "　　（一）明确分工", "楷体_GB2312")
    typed(document, "　　各车间\u00a0主任是第一责任人，每周至少检查一次，发现问题立即整改。")
    typed(document, "　　二、广泛宣传，营造氛围", "黑体")
    typed(document, "　　悬挂横幅20条，发放资料3000份，职工参与率达98%。")
    shot = document.add_paragraph()
    shot.alignment = CENTRE
    shot.add_run().add_picture(picture(folder, "a.jpg", (150, 60, 40)), width=Cm(12))
    typed(document, "图1 启动仪式现场", "楷体_GB2312", 12, align=CENTRE)
    typed(document, "表1 各单位隐患排查情况", "黑体", 14, align=CENTRE)
    table = document.add_table(rows=3, cols=3)
    cells = ("单位", "隐患（处）", "整改率", "一 厂", "１２", "91.5%", "二 厂", "8", "100%")
    for cell, text in zip((cell for row in table.rows for cell in row.cells), cells, strict=True):
        add(cell.paragraphs[0], text, size=12, bold=text in cells[:3])
    typed(document, "　　下一步，连城分公司将继续抓好安全生产各项工作，确保实现全年目标。")
    typed(document, "(综合办公室 张三)", align=RIGHT)
    document.save(HERE / "office.docx")


def styled(folder: Path) -> None:
    """The same craft by styles: headings, automatic numbers of every form, bullets, links, notes, marks."""
    document = Document()
    document.add_paragraph("年度工作会议召开", style="Title")
    document.add_paragraph("会议在北京召开，各单位负责人参加。")
    numbered(
        document,
        [document.add_heading("抓生产", 1)],
        [("chineseCountingThousand", "%1、"), ("chineseCountingThousand", "（%2）")],
        [0],
    )
    items = [document.add_paragraph(text) for text in ("稳定供料。", "减少停车。", "降低能耗。")]
    numbered(document, items, [("decimal", "%1.")], [0, 0, 0])
    document.add_heading("抓管理", 2)
    outline = [document.add_paragraph(text) for text in ("降本。", "原料降本。", "能源降本。", "增效。")]
    numbered(document, outline, [("japaneseCounting", "%1、"), ("decimal", "(%2)")], [0, 1, 1, 0])
    for text in ("第一点", "第二点"):
        document.add_paragraph(text, style="List Bullet")
    document.add_paragraph("里层的一点", style="List Bullet 2")
    paragraph = document.add_paragraph(
        "产量 12.5 万吨，比上年增长 3%，5*3=15，见 [附表] 和 #1 机组，a_b_c，<待核>。"
    )
    paragraph.add_run("加粗").bold = True
    paragraph.add_run("斜体").italic = True
    paragraph.add_run("，10 m")
    paragraph.add_run("3").font.superscript = True
    link = parse_xml(
        f'<w:hyperlink {nsdecls("w", "r")} r:id="{document.part.relate_to("https://example.com/a?b=1", "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", True)}">'
        "<w:r><w:t>公司网站</w:t></w:r></w:hyperlink>"
    )
    paragraph._p.append(link)
    document.add_paragraph("# 不是标题").add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("1. 打字的序号")
    document.add_paragraph("{分页}")
    two = document.add_paragraph()
    for name, colour in (("b.png", (10, 90, 160)), ("c.png", (40, 130, 70))):
        two.add_run().add_picture(picture(folder, name, colour), width=Cm(6))
    table = document.add_table(rows=4, cols=3)
    table.cell(0, 0).merge(table.cell(0, 2)).text = "人员情况"
    for at, text in enumerate(("单位", "男", "女")):
        table.cell(1, at).text = text
    table.cell(2, 0).merge(table.cell(3, 0)).text = "一厂"
    for (row, column), text in zip(((2, 1), (2, 2), (3, 1), (3, 2)), ("10", "2", "甲|乙", "4"), strict=True):
        table.cell(row, column).text = text
    document.add_paragraph("综合部　张三").alignment = RIGHT
    document.save(HERE / "styles.docx")


BODY = """<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/><w:sz w:val="44"/></w:rPr><w:t>修订稿</w:t></w:r></w:p>
<w:p><w:r><w:t>会议</w:t></w:r><w:ins w:id="1"><w:r><w:t>于六月</w:t></w:r></w:ins><w:del w:id="2"><w:r><w:delText>在七月</w:delText></w:r></w:del>
 <w:r><w:t>召开。</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>内部提示</w:t></w:r>
 <w:r><w:rPr><w:strike/></w:rPr><w:t>删去的话</w:t></w:r><w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t>下划的话</w:t></w:r>
 <w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r><w:r><w:t>\ue123</w:t></w:r></w:p>
<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPERLINK "https://example.com" </w:instrText></w:r>
 <w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>网站</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>
 <w:r><w:t>和</w:t></w:r><w:r><w:ruby><w:rt><w:r><w:t>chóng qìng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>重庆</w:t></w:r></w:rubyBase></w:ruby></w:r>
 <w:r><w:rPr><w:em w:val="dot"/></w:rPr><w:t>责任</w:t></w:r>
 <m:oMath><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></m:oMath></w:p>
<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><w:txbxContent><w:p><w:r><w:t>文本框里的话</w:t></w:r></w:p></w:txbxContent></w:drawing></mc:Choice>
 <mc:Fallback><w:pict><w:txbxContent><w:p><w:r><w:t>文本框里的话</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent></w:r>
 <w:r><w:t>框边的话。</w:t></w:r></w:p>
<w:sdt><w:sdtContent><w:p><w:r><w:t>控件里的话。</w:t></w:r></w:p></w:sdtContent></w:sdt>
<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>单击此处输入文字。</w:t></w:r></w:p></w:sdtContent></w:sdt>
<w:p><w:r><w:t>春眠不觉晓，</w:t><w:br/><w:t>处处闻啼鸟。</w:t></w:r></w:p>
<w:p><w:r><w:t>这是从网页上拷来的第一段文字，长到不会是一行诗，所以这里的换行就是分段的意思。</w:t><w:br/><w:t>　　这是第二段。</w:t></w:r></w:p>"""


def revised() -> None:
    """Tracked changes, fields, ruby, a formula, a text box in two forms, content controls, line breaks, a header."""
    document = Document()
    spaces = nsdecls("w") + (
        ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    body = document.element.body
    for element in list(parse_xml(f"<w:body {spaces}>{BODY}</w:body>")):
        body.insert(len(body) - 1, element)
    document.sections[0].header.paragraphs[0].text = "内部资料"
    footer = document.sections[0].footer.paragraphs[0]
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>1</w:t></w:r>"))
    footer._p.append(field)
    document.add_comment([document.paragraphs[0].runs[0]], text="标题再想想", author="审稿人", initials="审")
    document.save(HERE / "revised.docx")


PAGE = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>x</title></head><body>
<h1 align="center">机修车间开展技能比武</h1>
<p>　　机修车间近日开展技能比武。<b>来自六个班组的职工</b>参加了<i>焊接</i>、钳工两个项目的比赛。</p>
<h2>比赛经过</h2>
<ol><li>理论考试；</li><li>实际操作；</li><li>现场答辩。</li></ol>
<ul><li>焊接<ul><li>平焊</li><li>立焊</li></ul></li><li>钳工</li></ul>
<table border="1"><tr><th>名次</th><th>班组</th></tr><tr><td>1</td><td>一班</td></tr><tr><td>2</td><td>二班<br>三班</td></tr></table>
<p>比赛成绩记入档案<a class="sdfootnoteanc" name="sdfootnote1anc" href="#sdfootnote1sym"><sup>1</sup></a>。</p>
<p align="right">（机修车间）</p>
<div id="sdfootnote1"><p><a class="sdfootnotesym" name="sdfootnote1sym" href="#sdfootnote1anc">1</a>按百分制计算。</p></div>
</body></html>"""


def libreoffice(folder: Path) -> None:
    """Written by LibreOffice from a web page and from one of the documents above."""
    (folder / "lo-page.html").write_text(PAGE, encoding="utf-8")
    (folder / "lo-office.docx").write_bytes((HERE / "office.docx").read_bytes())
    for source, extra in (("lo-page.html", ["--infilter=HTML (StarWriter)"]), ("lo-office.docx", [])):
        convert(folder / source, "docx:MS Word 2007 XML", *extra)
    # What is refused, as real programs write it.
    (folder / "refused.txt").write_text("正文一段。", encoding="utf-8")
    for form in ("doc:MS Word 97", "rtf", "odt"):
        convert(folder / "refused.txt", form, "--infilter=Text (encoded):UTF8")


def convert(source: Path, form: str, *extra: str) -> None:
    command = ["soffice", "--headless", *extra, "--convert-to", form, "--outdir", str(HERE), str(source)]
    subprocess.run(command, check=True, stdout=sys.stderr)


def without_thumbnail(file: Path) -> None:
    """Leave out the picture of a page that python-docx copies from its template; it is half the file."""
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist() if "thumbnail" not in name}
    rels = entries["_rels/.rels"].decode()
    entries["_rels/.rels"] = re.sub(r"<Relationship [^>]*thumbnail[^>]*/>", "", rels).encode()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        department(Path(temporary))
        styled(Path(temporary))
        revised()
        for name in ("office", "styles", "revised"):
            without_thumbnail(HERE / f"{name}.docx")
        libreoffice(Path(temporary))
