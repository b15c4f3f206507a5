"""Format docx: a Word file in the form of an official document (GB/T 9704—2012), for whoever goes on writing in it.

Everything is what Word means by it: headings, captions and footnotes of its own styles, a contents field, head rows that
repeat, alternative texts, 着重号 and 拼音指南. Labels of lists are typed text, as in official documents, so that they stay
as they are. WordprocessingML is written directly (ISO/IEC 29500-1): no library writes footnotes.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never
from xml.sax.saxutils import quoteattr

from bulletin_pdf.charts import describe
from bulletin_pdf.exports.artwork import Artwork
from bulletin_pdf.exports.material import (
    Made,
    Material,
    PictureFolder,
    alignments,
    attachment_label,
    day,
    heading_words,
    imprint_words,
    item_label,
)
from bulletin_pdf.exports.word_package import package
from bulletin_pdf.exports.word_styles import EM, HEAD, HEIGHT, MEASURE, NAMESPACES, section
from bulletin_pdf.exports.word_texts import TAB, Texts, paragraph, plain_run
from bulletin_pdf.grid import share
from bulletin_pdf.model import (
    Article,
    Beside,
    Block,
    Box,
    Chart,
    EditorNote,
    Figure,
    Interview,
    ListBlock,
    NameList,
    PageBreak,
    Paragraph,
    Photos,
    PullQuote,
    Quotation,
    Subheading,
    Table,
    Text,
    Verse,
    plain,
)

# A picture is at most so much of the type area high, one in a row or a chart less.
TALLEST, TALLEST_ROW = 0.45, 0.33
# A pixel of CSS in twips; a twip in EMU; the padding of a cell on either side.
PIXEL, EMU, PADDING = 15, 635, 108
# The name of the publication: at most 62 pt, at least 小二.
NAME_SIZES = (18.0, 62.0)
_SEPARATOR = paragraph("Separator", "")


@dataclass(frozen=True, slots=True)
class _Column:
    """Where blocks stand: its width in twips, the style of its paragraphs, how far a list in it stands in."""

    width: int = MEASURE
    style: str = "BodyText"
    inset: int = 0
    is_cell: bool = False


def make(material: Material) -> Made:
    """The file."""
    writer = _Writer(material)
    document = (
        f"{HEAD}<w:document {NAMESPACES}><w:body>{_apart(writer.whole())}{section()}</w:body></w:document>"
    )
    data = package(
        material.issue, document, writer.texts.footnotes(), writer.texts.links, writer.folder.files
    )
    return Made(".docx", data, "Word 文件，公文格式；没有方正小标宋、仿宋_GB2312 的电脑用宋体、仿宋代替")


class _Writer:
    """Writes the body; methods give paragraphs and tables as XML."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.issue = material.issue
        self.folder = PictureFolder(material)
        self.texts = Texts(self.note)
        self._drawings = 0
        self._bookmarks = 0
        self._starts_page = False

    def whole(self) -> Iterator[str]:
        issue = self.issue
        yield from self.masthead()
        if issue.has_contents:
            yield self.contents()
        yield from self.blocks(issue.front)
        for each in issue.sections:
            yield self.paragraph("Heading1", self.marked(self.text(each.title)))
            for article in each.articles:
                yield from self.article(article)
        for line in issue.attendance:
            words = plain_run(f"{line.label}：", '<w:rStyle w:val="Strong"/>') + plain_run(line.text)
            yield self.paragraph("Attendance", words)
        for article in issue.attachments:
            self._starts_page = True
            yield self.paragraph("AttachmentLabel", plain_run(attachment_label(issue, article)))
            yield from self.article(article)
        if issue.imprint:
            yield paragraph("Separator", "", f'<w:spacing w:before="{EM}" w:line="20" w:lineRule="exact"/>')
            yield self.imprint()

    def text(self, text: Text, style: str = "") -> str:
        return self.texts.text(text, style)

    def paragraph(self, style: str, runs: str, properties: str = "") -> str:
        """A paragraph; the first one behind a page break begins a page."""
        first = "<w:pageBreakBefore/>" if self._starts_page else ""
        self._starts_page = False
        return paragraph(style, runs, first + properties)

    def marked(self, runs: str) -> str:
        """A title as the target of the contents list: titles count in the order in which that lists them."""
        self._bookmarks += 1
        number = self._bookmarks
        return f'<w:bookmarkStart w:id="{number}" w:name="_Toc{number:05}"/>{runs}<w:bookmarkEnd w:id="{number}"/>'

    # --- around the text

    def masthead(self) -> Iterator[str]:
        masthead = self.issue.masthead
        if masthead.classification or masthead.copy_number:
            number = f"编号：{masthead.copy_number}" if masthead.copy_number else ""
            yield paragraph("Marks", plain_run(masthead.classification) + TAB + plain_run(number))
        if masthead.logo:
            yield self.picture(masthead.logo, MEASURE // 4, HEIGHT * 0.08)
        least, most = NAME_SIZES
        size = max(min(most, MEASURE / 20 / len(masthead.name) * 0.95), least)
        half_points = f'<w:sz w:val="{round(size * 2)}"/>'
        yield paragraph("Title", plain_run(masthead.name, half_points))
        yield paragraph("Number", plain_run(masthead.numbering))
        if masthead.signers:
            yield paragraph("Signers", plain_run(f"签发人：{'　'.join(masthead.signers)}"))
        organs = plain_run("　".join(masthead.organs))
        yield paragraph("Organs", TAB + organs + TAB + plain_run(day(masthead)))

    def contents(self) -> str:
        """The contents list as a field, without page numbers: those are Word's to know, when it has made its pages."""
        entries = []
        for each in self.issue.sections:
            entries.append(("TOC1", heading_words(each.title)))
            entries += (("TOC2", heading_words(article.title)) for article in each.articles if article.title)
        for article in self.issue.attachments:
            words = f"{attachment_label(self.issue, article)}　{heading_words(article.title)}"
            entries.append(("TOC2", words))
        rows = []
        for number, (style, words) in enumerate(entries, 1):
            link = f'<w:hyperlink w:anchor="_Toc{number:05}" w:history="1">{plain_run(words)}</w:hyperlink>'
            begin = (
                _field("begin")
                + '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-2" \\n \\h \\z </w:instrText></w:r>'
                + _field("separate")
            )
            last = _field("end") if number == len(entries) else ""
            rows.append(paragraph(style, (begin if number == 1 else "") + link + last))
        return (
            '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/><w:docPartUnique/></w:docPartObj>'
            f"</w:sdtPr><w:sdtContent>{paragraph('TOCHeading', plain_run('本期要目'))}{''.join(rows)}</w:sdtContent></w:sdt>"
        )

    def article(self, article: Article) -> Iterator[str]:
        if article.title:
            yield self.paragraph("Heading2", self.marked(self.text(article.title)))
        if article.subtitle:
            yield self.paragraph("Subtitle", self.text(article.subtitle))
        if article.byline:
            yield self.paragraph("Byline", self.text(article.byline))
        yield from self.blocks(article.blocks)

    def imprint(self) -> str:
        """The imprint 版记 at the foot of the last page, between rules (GB/T 9704 §7.4)."""
        lines = {line.key: line for line in self.issue.imprint}
        printed = [lines.pop(key).text for key in ("printed_by", "printed_on") if key in lines]
        rows = []
        # All on one page.
        keep = "<w:keepNext/>"
        for line in lines.values():
            label, words = imprint_words(line)
            hang = round(len(label) * 280)
            indent = (
                f'<w:ind w:left="{280 + hang}" w:hanging="{hang}"/>' if label else '<w:ind w:right="280"/>'
            )
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
        cells = [[_cell(row, MEASURE)] for row in rows]
        return _table([MEASURE], cells, f"<w:tblBorders>{rules}</w:tblBorders>", place=place, padding=0)

    # --- blocks

    def blocks(self, blocks: Iterable[Block], column: _Column = _Column(), label: str = "") -> Iterator[str]:
        """Blocks in a column, the first one behind a label."""
        for block in blocks:
            if label and not isinstance(block, Paragraph):
                yield self.paragraph(column.style, plain_run(label), _indent(column))
                label = ""
            yield from self.block(block, column, label)
            label = ""
        if label:
            yield self.paragraph(column.style, plain_run(label), _indent(column))

    def block(self, block: Block, column: _Column, label: str) -> Iterator[str]:
        match block:
            case Paragraph():
                runs = plain_run(label) if label else ""
                runs += self.text(block.lead, "Strong") + self.text(block.text)
                yield self.paragraph(
                    column.style, runs + self.text(block.credit, "Emphasis"), _indent(column)
                )
            case Subheading():
                yield self.paragraph(f"Heading{min(block.level, 3) + 2}", self.text(block.text))
            case Verse():
                yield from self.verse(block, column)
            case Quotation():
                yield from self.blocks(block.blocks, replace(column, style="Quote"))
            case EditorNote():
                yield from self.blocks(block.blocks, replace(column, style="EditorNote"))
            case Box():
                inner = replace(column, width=column.width - 4 * PADDING, style="BodyText", is_cell=True)
                title = [paragraph("BoxTitle", self.text(block.title))] if block.title else []
                cell = _cell([*title, *self.blocks(block.blocks, inner)], column.width)
                yield self.paragraph("Separator", "")
                yield _table([column.width], [[cell]], style="TableGrid", padding=2 * PADDING)
                yield _SEPARATOR
            case PullQuote():
                yield self.paragraph("PullQuote", self.text(block.text))
            case Interview():
                for exchange in block.exchanges:
                    yield self.paragraph("Question", self.text(exchange.question))
                    yield from self.blocks(exchange.answer, column)
            case NameList():
                yield from self.names(block)
            case ListBlock():
                yield from self.list(block, column)
            case Figure():
                yield self.figure(block, column.width)
            case Photos():
                yield from self.photos(block, column)
            case Beside():
                yield self.beside(block, column)
                yield from self.blocks(block.blocks, column)
            case Table():
                yield from self.table(block, column)
            case Chart():
                yield self.picture(block, column.width, HEIGHT * TALLEST_ROW)
                if block.table.caption:
                    yield paragraph("Caption", self.text(block.table.caption))
            case PageBreak():
                self._starts_page = not column.is_cell
            case _:
                assert_never(block)

    def verse(self, verse: Verse, column: _Column) -> Iterator[str]:
        lines = [
            self.text(line) + (self.text(verse.credit, "Emphasis") if index == len(verse.lines) - 1 else "")
            for index, line in enumerate(verse.lines)
        ]
        paragraphs = [paragraph("Verse", line) for line in lines]
        if verse.columns == 1:
            yield from (self.paragraph("Verse", line) for line in lines)
            return
        half, middle = (len(lines) + 1) // 2, column.width // 2
        cells = [_cell(paragraphs[:half], middle), _cell(paragraphs[half:], middle)]
        yield from self.before_table()
        yield _table([middle, middle], [cells])

    def names(self, names: NameList) -> Iterator[str]:
        """Rows of names at tab stops five characters apart; a longer name takes several."""
        row: list[str] = []
        used = 0
        for name in names.names:
            stops = math.ceil((len(plain(name)) + 1) / 5)
            if row and used + stops > 5:
                yield self.paragraph("Names", TAB.join(row))
                row, used = [], 0
            row.append(self.text(name))
            used += stops
        yield self.paragraph("Names", TAB.join(row))

    def list(self, block: ListBlock, column: _Column) -> Iterator[str]:
        style = "ListParagraph" if column.style == "BodyText" else column.style
        inset = column.inset + (2 if column.style == "ListParagraph" and not block.ordered else 0)
        inner = replace(column, style=style, inset=inset)
        for item in block.items:
            yield from self.blocks(item.blocks, inner, item_label(item))

    def note(self, blocks: Sequence[Block], mark: str) -> str:
        """A footnote's blocks: paragraphs behind its mark, or the runs alone for one within another."""
        if mark == "inline":
            texts = (
                block.lead + block.text + block.credit for block in blocks if isinstance(block, Paragraph)
            )
            return "".join(map(self.text, texts))
        first, *rest = [*self.blocks(blocks, _Column(style="FootnoteText", is_cell=True))] or [
            paragraph("FootnoteText", "")
        ]
        return first.replace("</w:pPr>", f"</w:pPr>{mark}", 1) + "".join(rest)

    # --- pictures

    def figure(self, figure: Figure, width: int) -> str:
        """A picture with its caption, as wide as it is asked to be."""
        wanted = {"full": width, "half": width // 2}.get(figure.extent)
        shown = self.picture(figure, width, HEIGHT * TALLEST, wanted)
        return shown + (paragraph("Caption", self.text(figure.caption)) if figure.caption else "")

    def picture(self, block: Figure | Chart, width: float, height: float, wanted: float | None = None) -> str:
        """A picture in a paragraph of its own, within a width and height in twips; wanted: the width asked for."""
        artwork = self.material.picture(block)
        alt = describe(block) if isinstance(block, Chart) else block.alt
        natural = artwork.width / artwork.scale * PIXEL
        factor = min(wanted or min(natural, width), height * artwork.width / artwork.height) / artwork.width
        name = self.folder.name(block)
        self._drawings += 1
        size = round(artwork.width * factor * EMU), round(artwork.height * factor * EMU)
        return self.paragraph("Figure", _drawing(self._drawings, name, alt, size))

    def photos(self, photos: Photos, column: _Column) -> Iterator[str]:
        yield from self.before_table()
        for index, row in enumerate(photos.rows):
            if index:
                yield _SEPARATOR
            shapes = [_shape(self.material.picture(figure)) for figure in row]
            room = column.width - len(row) * 2 * PADDING
            height = min(room / sum(shapes), HEIGHT * TALLEST_ROW)
            widths = [round(height * shape + 2 * PADDING) for shape in shapes]
            cells = [
                _cell(
                    self.figure(replace(figure, extent="full"), round(height * shape)),
                    round(height * shape) + 2 * PADDING,
                )
                for figure, shape in zip(row, shapes, strict=True)
            ]
            yield _table(widths, [cells])
        yield paragraph("Caption", self.text(photos.caption)) if photos.caption else _SEPARATOR

    def beside(self, beside: Beside, column: _Column) -> str:
        """The picture in a table of its own, around which the text flows."""
        width = round(column.width * 0.4)
        cell = _cell(self.figure(replace(beside.figure, extent="full"), width), width)
        side = f'w:tblpXSpec="{beside.side}"'
        gaps = f'w:leftFromText="{EM // 2}" w:rightFromText="{EM // 2}" w:bottomFromText="0"'
        place = f'<w:tblpPr {gaps} w:vertAnchor="text" w:horzAnchor="text" {side} w:tblpY="1"/><w:tblOverlap w:val="never"/>'
        return _table([width], [[cell]], place=place, padding=0)

    # --- tables

    def before_table(self) -> Iterator[str]:
        """A paragraph to begin the page that a table should begin."""
        if self._starts_page:
            yield self.paragraph("Separator", "")

    def table(self, table: Table, column: _Column) -> Iterator[str]:
        is_turned = table.is_wide and not column.is_cell
        width = HEIGHT if is_turned else column.width
        if is_turned:
            self._starts_page = False
            yield paragraph("Separator", "", section())
        if table.caption:
            yield self.paragraph("TableCaption", self.text(table.caption))
        else:
            yield from self.before_table()
        yield self.plain_table(table, width)
        if is_turned:
            yield paragraph("Separator", "", section(is_wide=True))

    def plain_table(self, table: Table, width: int) -> str:
        wanted = [
            max(len(plain(cell)) for cell in column) * 240 + 2 * PADDING
            for column in zip(table.head, *table.rows, strict=True)
        ]
        # A small table need not be as wide as the text.
        width = min(width, max(round(sum(wanted) * 1.4), width // 2))
        widths = (
            [part * width / sum(table.widths) for part in table.widths]
            if table.widths
            else share(wanted, width)
        )
        columns = [round(each) for each in widths]
        sides = [f'<w:jc w:val="{side}"/>' for side in alignments(table)]
        rows = [
            [
                _cell(paragraph("TableHead", self.text(cell)), each, "center")
                for cell, each in zip(table.head, columns, strict=True)
            ]
        ]
        rows += [
            [
                _cell(paragraph("TableText", self.text(cell), side), each, "center")
                for cell, side, each in zip(cells, sides, columns, strict=True)
            ]
            for cells in table.rows
        ]
        return _table(columns, rows, style="TableGrid", has_head=True)


# --- parts ----------------------------------------------------------------------------------------------


def _shape(artwork: Artwork) -> float:
    return artwork.width / artwork.height


def _indent(column: _Column) -> str:
    """How far a paragraph of a list in a list stands in."""
    if not column.inset:
        return ""
    return f'<w:ind w:leftChars="{column.inset * 100}" w:left="{column.inset * EM}" w:firstLineChars="200" w:firstLine="{2 * EM}"/>'


def _field(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _apart(parts: Iterable[str]) -> str:
    """Blocks one after the other; tables that touch would be one, and a body or cell must end with a paragraph."""
    xml: list[str] = []
    for part in filter(None, parts):
        if xml and xml[-1].endswith("</w:tbl>") and part.startswith("<w:tbl>"):
            xml.append(_SEPARATOR)
        xml.append(part)
    if not xml or xml[-1].endswith("</w:tbl>"):
        xml.append(_SEPARATOR)
    return "".join(xml)


def _cell(content: str | Iterable[str], width: int, stands: str = "top") -> str:
    """A cell; stands: where its content does, up and down."""
    inner = _apart([content] if isinstance(content, str) else content)
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="{stands}"/></w:tcPr>{inner}</w:tc>'


def _table(
    widths: Sequence[int],
    rows: Iterable[Sequence[str]],
    borders: str = "",
    *,
    style: str = "TableNormal",
    place: str = "",
    padding: int = PADDING,
    has_head: bool = False,
) -> str:
    """A table of cells. place: where it floats. has_head: whether its first row is repeated on each page."""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    lines = []
    for index, cells in enumerate(rows):
        head = "<w:tblHeader/>" if has_head and index == 0 else ""
        lines.append(f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{''.join(cells)}</w:tr>")
    sides = f'<w:left w:w="{padding}" w:type="dxa"/><w:right w:w="{padding}" w:type="dxa"/>'
    look = '<w:tblLook w:val="0020" w:firstRow="1"/>' if has_head else ""
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/>{place}<w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'{"" if place else "<w:jc w:val=" + chr(34) + "center" + chr(34) + "/>"}{borders}<w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{sides}</w:tblCellMar>{look}</w:tblPr><w:tblGrid>{columns}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )


def _drawing(number: int, name: str, alt: str, size: tuple[int, int]) -> str:
    """A picture in the line. size: in EMU."""
    extent = f'cx="{size[0]}" cy="{size[1]}"'
    identity = name.replace(".", "-")
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {extent}/>'
        f'<wp:docPr id="{number}" name="{name}" descr={quoteattr(alt)}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{identity}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
