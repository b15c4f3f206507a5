"""Format docx: a Word file in the form of an official document (GB/T 9704—2012), for whoever goes on writing in it.

Everything is what Word means by it: headings, captions and footnotes of its own styles, a contents field, head rows that
repeat, alternative texts, 着重号 and 拼音指南. Labels of lists are typed text, as in official documents, so that they stay
as they are. WordprocessingML is written directly (ISO/IEC 29500-1): no library writes footnotes.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from bulletin_pdf.exports.artwork import Artwork
from bulletin_pdf.exports.material import (
    Made,
    Material,
    PictureFolder,
    alignments,
    attachment_label,
    day,
    item_label,
)
from bulletin_pdf.exports.word_matter import contents, imprint
from bulletin_pdf.exports.word_package import package
from bulletin_pdf.exports.word_parts import (
    EMU,
    PADDING,
    PIXEL,
    SEPARATOR,
    in_turn,
    xml_cell,
    xml_drawing,
    xml_table,
)
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
# The name of the publication: at most 62 pt, at least 小二.
NAME_SIZES = (18.0, 62.0)


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
        f"{HEAD}<w:document {NAMESPACES}><w:body>{in_turn(writer.whole())}{section()}</w:body></w:document>"
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
            yield contents(issue)
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
            yield imprint(issue)

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

    def article(self, article: Article) -> Iterator[str]:
        if article.title:
            yield self.paragraph("Heading2", self.marked(self.text(article.title)))
        if article.subtitle:
            yield self.paragraph("Subtitle", self.text(article.subtitle))
        if article.byline:
            yield self.paragraph("Byline", self.text(article.byline))
        yield from self.blocks(article.blocks)

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
                cell = xml_cell([*title, *self.blocks(block.blocks, inner)], column.width)
                yield self.paragraph("Separator", "")
                yield xml_table([column.width], [[cell]], style="TableGrid", padding=2 * PADDING)
                yield SEPARATOR
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
        cells = [xml_cell(paragraphs[:half], middle), xml_cell(paragraphs[half:], middle)]
        yield from self.before_table()
        yield xml_table([middle, middle], [cells])

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
        from bulletin_pdf.charts import describe

        artwork = self.material.picture(block)
        alt = describe(block) if isinstance(block, Chart) else block.alt
        natural = artwork.width / artwork.scale * PIXEL
        factor = min(wanted or min(natural, width), height * artwork.width / artwork.height) / artwork.width
        name = self.folder.name(block)
        self._drawings += 1
        size = round(artwork.width * factor * EMU), round(artwork.height * factor * EMU)
        return self.paragraph("Figure", xml_drawing(self._drawings, name, alt, size))

    def photos(self, photos: Photos, column: _Column) -> Iterator[str]:
        yield from self.before_table()
        for index, row in enumerate(photos.rows):
            if index:
                yield SEPARATOR
            shapes = [_shape(self.material.picture(figure)) for figure in row]
            room = column.width - len(row) * 2 * PADDING
            height = min(room / sum(shapes), HEIGHT * TALLEST_ROW)
            widths = [round(height * shape + 2 * PADDING) for shape in shapes]
            cells = [
                xml_cell(
                    self.figure(replace(figure, extent="full"), round(height * shape)),
                    round(height * shape) + 2 * PADDING,
                )
                for figure, shape in zip(row, shapes, strict=True)
            ]
            yield xml_table(widths, [cells])
        yield paragraph("Caption", self.text(photos.caption)) if photos.caption else SEPARATOR

    def beside(self, beside: Beside, column: _Column) -> str:
        """The picture in a table of its own, around which the text flows."""
        width = round(column.width * 0.4)
        cell = xml_cell(self.figure(replace(beside.figure, extent="full"), width), width)
        side = f'w:tblpXSpec="{beside.side}"'
        gaps = f'w:leftFromText="{EM // 2}" w:rightFromText="{EM // 2}" w:bottomFromText="0"'
        place = f'<w:tblpPr {gaps} w:vertAnchor="text" w:horzAnchor="text" {side} w:tblpY="1"/><w:tblOverlap w:val="never"/>'
        return xml_table([width], [[cell]], place=place, padding=0)

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
                xml_cell(paragraph("TableHead", self.text(cell)), each, "center")
                for cell, each in zip(table.head, columns, strict=True)
            ]
        ]
        rows += [
            [
                xml_cell(paragraph("TableText", self.text(cell), side), each, "center")
                for cell, side, each in zip(cells, sides, columns, strict=True)
            ]
            for cells in table.rows
        ]
        return xml_table(columns, rows, style="TableGrid", has_head=True)


def _shape(artwork: Artwork) -> float:
    return artwork.width / artwork.height


def _indent(column: _Column) -> str:
    """How far a paragraph of a list in a list stands in."""
    if not column.inset:
        return ""
    return f'<w:ind w:leftChars="{column.inset * 100}" w:left="{column.inset * EM}" w:firstLineChars="200" w:firstLine="{2 * EM}"/>'
