"""What stands around the text of a Word file: contents list and imprint."""

from bulletin_pdf.exports.material import attachment_label, heading_words, imprint_words
from bulletin_pdf.exports.word_parts import xml_cell, xml_field, xml_table
from bulletin_pdf.exports.word_styles import EM, MEASURE
from bulletin_pdf.exports.word_texts import TAB, paragraph, plain_run
from bulletin_pdf.model import Issue


def contents(issue: Issue) -> str:
    """The contents list as a field, without page numbers: those are Word's to know, when it has made its pages."""
    entries = []
    for each in issue.sections:
        entries.append(("TOC1", heading_words(each.title)))
        entries += (("TOC2", heading_words(article.title)) for article in each.articles if article.title)
    for article in issue.attachments:
        words = f"{attachment_label(issue, article)}　{heading_words(article.title)}"
        entries.append(("TOC2", words))
    rows = []
    for number, (style, words) in enumerate(entries, 1):
        link = f'<w:hyperlink w:anchor="_Toc{number:05}" w:history="1">{plain_run(words)}</w:hyperlink>'
        begin = (
            xml_field("begin")
            + '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\n \\h \\z </w:instrText></w:r>'
            + xml_field("separate")
        )
        last = xml_field("end") if number == len(entries) else ""
        rows.append(paragraph(style, (begin if number == 1 else "") + link + last))
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj>'
        f"</w:sdtPr><w:sdtContent>{paragraph('TOCHeading', plain_run('本期要目'))}{''.join(rows)}</w:sdtContent></w:sdt>"
    )


def imprint(issue: Issue) -> str:
    """The imprint 版记 at the foot of the last page, between rules (GB/T 9704 §7.4)."""
    lines = {line.key: line for line in issue.imprint}
    printed = [lines.pop(key).text for key in ("printed_by", "printed_on") if key in lines]
    rows = []
    # All on one page.
    keep = "<w:keepNext/>"
    for line in lines.values():
        label, words = imprint_words(line)
        hang = round(len(label) * 280)
        indent = f'<w:ind w:left="{280 + hang}" w:hanging="{hang}"/>' if label else '<w:ind w:right="280"/>'
        align = "" if label else '<w:jc w:val="right"/>'
        rows.append(paragraph("Imprint", plain_run(label + words), keep + indent + align))
    if printed:
        tabs = f'<w:tabs><w:tab w:val="right" w:pos="{MEASURE - 280}"/></w:tabs><w:ind w:left="280"/>'
        rows.append(paragraph("Imprint", TAB.join(map(plain_run, printed)), keep + tabs))
    rules = "".join(
        f'<w:{side} w:val="single" w:sz="{width}" w:space="0" w:color="auto"/>'
        for side, width in (("top", 8), ("bottom", 8), ("insideH", 6))
    )
    place = (
        f'<w:tblpPr w:topFromText="{EM}" w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="center" '
        'w:tblpYSpec="bottom"/>'
        '<w:tblOverlap w:val="never"/>'
    )
    cells = [[xml_cell(row, MEASURE)] for row in rows]
    return xml_table([MEASURE], cells, f"<w:tblBorders>{rules}</w:tblBorders>", place=place, padding=0)
