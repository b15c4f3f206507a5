"""An issue 期 as a value: masthead 报头, sections 栏目, articles 稿件, blocks and text.

Everything here is frozen and knows its place in the source. Nothing here knows files, fonts or pages.
Names are those of docs/glossary.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Literal

from bulletin_pdf.diagnostics import Place


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text 文字段 of one style from one source line.

    The nth character of `text` stands at `place.right(n)`: that is why a run never crosses a line end,
    an escape or an entity. dotted: 着重号 under every letter. readings: 注音 over every character.
    """

    text: str
    place: Place
    strong: bool = False
    emphasis: bool = False
    link: str | None = None
    dotted: bool = False
    readings: tuple[str, ...] = ()

    @property
    def printed(self) -> str:
        """Its characters as they come out in print and to a screen reader: each with its reading behind it."""
        if not self.readings:
            return self.text
        return "".join(each + reading for each, reading in zip(self.text, self.readings, strict=True))


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line break that the editor typed (two spaces or a backslash at the line's end)."""

    place: Place


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote 脚注 at the place of its mark; `number` counts from 1 through the issue."""

    number: int
    blocks: tuple["Block", ...]
    place: Place

    @property
    def mark(self) -> str:
        """Its mark 注码: ① … ⑳, then plain digits."""
        return _MARKS[self.number - 1] if self.number <= len(_MARKS) else str(self.number)


_MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

Extent = Literal["", "full", "half"]
"""How wide a figure is: as it comes out by itself, as the text column, as half of it."""

Inline = Run | LineBreak | Footnote
Text = tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: a bold run-in lead 导语 (may be empty), the text, a credit 署名 at its end (may be empty)."""

    text: Text
    place: Place
    lead: Text = ()
    credit: Text = ()


@dataclass(frozen=True, slots=True)
class Subheading:
    """A heading 小标题 inside an article; level 1 is the highest."""

    level: int
    text: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Verse:
    """Lines kept as typed 诗行, in one or two columns; the credit, if any, closes the last line."""

    lines: tuple[Text, ...]
    place: Place
    credit: Text = ()
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation set apart 引文."""

    blocks: tuple["Block", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class EditorNote:
    """An editor's note 编者按, or a guide to what follows 导读."""

    blocks: tuple["Block", ...]
    place: Place
    is_guide: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A text in a frame 方框, with a title (may be empty)."""

    title: Text
    blocks: tuple["Block", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class PullQuote:
    """A sentence of the text shown large 摘句."""

    text: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer."""

    question: Text
    answer: tuple["Block", ...]


@dataclass(frozen=True, slots=True)
class Interview:
    """Questions and answers 问答; the words 问： and 答： are part of the texts as typed, or missing."""

    exchanges: tuple[Exchange, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class NameList:
    """Names in columns 名单, without the blanks that pad them: 王　明 is 王明 here."""

    names: tuple[Text, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item; `label` is what stands before it in print, as 一、 （一） 1. （1） ① •."""

    label: str
    blocks: tuple["Block", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list 列表, ordered or not."""

    items: tuple[ListItem, ...]
    ordered: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture 图 with its caption. `file` is absolute and checked; `alt` speaks for it to a screen reader."""

    file: Path
    alt: str
    caption: Text
    width: int
    height: int
    place: Place
    extent: Extent = ""


@dataclass(frozen=True, slots=True)
class Photos:
    """Pictures side by side in rows 组图, with a caption of their own (may be empty)."""

    rows: tuple[tuple[Figure, ...], ...]
    caption: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Beside:
    """A picture beside text 图文."""

    figure: Figure
    blocks: tuple["Block", ...]
    side: Literal["left", "right"]
    place: Place


@dataclass(frozen=True, slots=True)
class Table:
    """A table 表: head row, body rows, alignment of each column ('' or left, center, right, decimal).

    widths: of the columns, as parts of the whole; empty where the text decides. is_wide: on a landscape page.
    """

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    alignment: tuple[str, ...]
    caption: Text
    place: Place
    widths: tuple[float, ...] = ()
    is_wide: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart 统计图 drawn from a table: its first column names the points, each other column is a series."""

    kind: Literal["bar", "line", "pie"]
    table: Table
    place: Place


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page 分页."""

    place: Place


Block = (
    Paragraph
    | Subheading
    | Verse
    | Quotation
    | EditorNote
    | Box
    | PullQuote
    | Interview
    | NameList
    | ListBlock
    | Figure
    | Photos
    | Beside
    | Table
    | Chart
    | PageBreak
)


@dataclass(frozen=True, slots=True)
class Article:
    """An article 稿件. `title`, `subtitle` and `byline` are empty for an item without a heading."""

    title: Text
    subtitle: Text
    blocks: tuple[Block, ...]
    place: Place
    byline: Text = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A section 栏目 with its articles. Never a text column, which is 分栏."""

    title: Text
    articles: tuple[Article, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class ImprintLine:
    """One entry of the imprint 版记, or of those present 出席, such as 发放：公司领导."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands over page 1 报头. `total` is the number counted from the first issue on 总期号, None for a
    supplement 增刊 that has none.

    copy_number: 编号 of a classified copy. signers: 签发人. logo, background: picture files, checked.
    """

    name: str
    organs: tuple[str, ...]
    number: int
    total: int | None
    date: date
    classification: str = ""
    copy_number: str = ""
    signers: tuple[str, ...] = ()
    is_supplement: bool = False
    logo: Figure | None = None
    background: Figure | None = None

    @property
    def numbering(self) -> str:
        """Number and total in words: 2021年第17期（总第17期）, 2021年增刊第1期."""
        kind = "增刊" if self.is_supplement else ""
        total = "" if self.total is None else f"（总第{self.total}期）"
        return f"{self.date.year}年{kind}第{self.number}期{total}"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A finding of proofreading that the editor lets stand 保留: its code, why, and in which lines of the file."""

    code: str
    reason: str
    place: Place
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue, whole and checked: what every later stage starts from.

    front: what stands before the first section 卷首. has_contents: whether 本期要目 lists the articles.
    attendance: 出席, 请假, 列席 of minutes. attachments: 附件, each on a new page. acceptances: what proofreading is not
    to report.
    """

    key: str
    masthead: Masthead
    sections: tuple[Section, ...]
    imprint: tuple[ImprintLine, ...]
    keywords: tuple[str, ...] = ()
    subject: str = ""
    front: tuple[Block, ...] = ()
    has_contents: bool = False
    attendance: tuple[ImprintLine, ...] = ()
    attachments: tuple[Article, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()

    @property
    def title(self) -> str:
        """What the issue is called as a document: 中铝股份党群工作2021年第17期."""
        return self.masthead.name + self.masthead.numbering.partition("（")[0]


def plain(text: Text) -> str:
    """The characters of a text, footnotes left out, typed line breaks as nothing."""
    return "".join(inline.text for inline in text if isinstance(inline, Run))


def texts_of(block: Block) -> Iterator[Text]:
    """Every text of a block in reading order; a footnote's own blocks come with the text that calls it."""
    match block:
        case Paragraph():
            yield block.lead + block.text + block.credit
        case Subheading() | PullQuote():
            yield block.text
        case Verse():
            *lines, last = block.lines
            yield from lines
            yield last + block.credit
        case Quotation() | EditorNote():
            yield from _texts_of_all(block.blocks)
        case Box():
            yield block.title
            yield from _texts_of_all(block.blocks)
        case Interview():
            for exchange in block.exchanges:
                yield exchange.question
                yield from _texts_of_all(exchange.answer)
        case NameList():
            yield from block.names
        case ListBlock():
            for item in block.items:
                yield (Run(item.label, item.place),)
                yield from _texts_of_all(item.blocks)
        case Figure():
            yield block.caption
        case Photos():
            for row in block.rows:
                for figure in row:
                    yield figure.caption
            yield block.caption
        case Beside():
            yield block.figure.caption
            yield from _texts_of_all(block.blocks)
        case Table():
            yield block.caption
            for cells in (block.head, *block.rows):
                yield from cells
        case Chart():
            yield block.table.caption
        case PageBreak():
            pass


def _texts_of_all(blocks: Iterable[Block]) -> Iterator[Text]:
    for block in blocks:
        yield from texts_of(block)


def articles(issue: Issue) -> Iterator[Article]:
    """Every article of the issue in reading order, attachments last."""
    for section in issue.sections:
        yield from section.articles
    yield from issue.attachments


def texts(issue: Issue) -> Iterator[Text]:
    """Every text of the issue in reading order, masthead, attendance and imprint apart."""
    yield from _texts_of_all(issue.front)
    for section in issue.sections:
        yield section.title
        for article in section.articles:
            yield from _texts_of_article(article)
    for article in issue.attachments:
        yield from _texts_of_article(article)


def _texts_of_article(article: Article) -> Iterator[Text]:
    yield article.title
    yield article.subtitle
    yield article.byline
    yield from _texts_of_all(article.blocks)


def blocks(issue: Issue) -> Iterator[Block]:
    """Every block of the issue in reading order, those in other blocks too; footnotes left out."""
    for block in chain(issue.front, *(article.blocks for article in articles(issue))):
        yield from _blocks_in(block)


def _blocks_in(block: Block) -> Iterator[Block]:
    """A block, and every block in it."""
    yield block
    inner: Iterable[Block]
    match block:
        case Quotation() | EditorNote() | Box():
            inner = block.blocks
        case Photos():
            inner = chain.from_iterable(block.rows)
        case Beside():
            inner = (block.figure, *block.blocks)
        case ListBlock():
            inner = (inner for item in block.items for inner in item.blocks)
        case Interview():
            inner = (inner for exchange in block.exchanges for inner in exchange.answer)
        case _:
            inner = ()
    for each in inner:
        yield from _blocks_in(each)


def figures(issue: Issue) -> list[Figure]:
    """Every figure of the issue, those of the masthead first."""
    own = [figure for figure in (issue.masthead.logo, issue.masthead.background) if figure]
    return [*own, *(block for block in blocks(issue) if isinstance(block, Figure))]


def footnotes(issue: Issue) -> list[Footnote]:
    """Every footnote of the issue in the order of numbers; one that another calls comes after it."""
    found: list[Footnote] = []

    def collect(text: Text) -> None:
        for inline in text:
            if isinstance(inline, Footnote):
                found.append(inline)
                for block in inline.blocks:
                    for inner in texts_of(block):
                        collect(inner)

    for text in texts(issue):
        collect(text)
    return found


def all_text(issue: Issue) -> str:
    """Every character of the issue: masthead, sections with their footnotes, imprint."""

    def flat(text: Text) -> Iterator[str]:
        for inline in text:
            if isinstance(inline, Run):
                yield inline.text
            elif isinstance(inline, Footnote):
                for block in inline.blocks:
                    for note in texts_of(block):
                        yield from flat(note)

    masthead = issue.masthead
    head = [masthead.name, *masthead.organs, masthead.classification, masthead.copy_number, *masthead.signers]
    foot = [line.label + line.text for line in (*issue.attendance, *issue.imprint)]
    return "".join([*head, *(piece for text in texts(issue) for piece in flat(text)), *foot])
