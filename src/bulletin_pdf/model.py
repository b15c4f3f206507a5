"""An issue 期 as a value: masthead 报头, sections 栏目, articles 稿件, blocks and text.

Everything here is frozen and knows its place in the source. Nothing here knows files, fonts or pages.
Names are those of docs/glossary.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

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
    """Lines kept as typed 诗行; the credit, if any, closes the last line."""

    lines: tuple[Text, ...]
    place: Place
    credit: Text = ()


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation set apart 引文."""

    blocks: tuple["Block", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class EditorNote:
    """An editor's note 编者按."""

    blocks: tuple["Block", ...]
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


@dataclass(frozen=True, slots=True)
class Table:
    """A table 表: head row, body rows, alignment of each column ('' or left, center, right)."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    alignment: tuple[str, ...]
    caption: Text
    place: Place


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page 分页."""

    place: Place


Block = Paragraph | Subheading | Verse | Quotation | EditorNote | ListBlock | Figure | Table | PageBreak


@dataclass(frozen=True, slots=True)
class Article:
    """An article 稿件. `title` and `subtitle` are empty for an item without a heading."""

    title: Text
    subtitle: Text
    blocks: tuple[Block, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Section:
    """A section 栏目 with its articles. Never a text column, which is 分栏."""

    title: Text
    articles: tuple[Article, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class ImprintLine:
    """One entry of the imprint 版记, such as 发放：公司领导."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Masthead:
    """What stands over page 1 报头. `total` is the number counted from the first issue on 总期号."""

    name: str
    organs: tuple[str, ...]
    number: int
    total: int
    date: date
    classification: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue, whole and checked: what every later stage starts from."""

    key: str
    masthead: Masthead
    sections: tuple[Section, ...]
    imprint: tuple[ImprintLine, ...]
    keywords: tuple[str, ...] = ()
    subject: str = ""

    @property
    def title(self) -> str:
        """What the issue is called as a document: 中铝股份党群工作2021年第17期."""
        return f"{self.masthead.name}{self.masthead.date.year}年第{self.masthead.number}期"


def plain(text: Text) -> str:
    """The characters of a text, footnotes left out, typed line breaks as nothing."""
    return "".join(inline.text for inline in text if isinstance(inline, Run))


def texts_of(block: Block) -> Iterator[Text]:
    """Every text of a block in reading order; a footnote's own blocks come with the text that calls it."""
    match block:
        case Paragraph():
            yield block.lead + block.text + block.credit
        case Subheading():
            yield block.text
        case Verse():
            *lines, last = block.lines
            yield from lines
            yield last + block.credit
        case Quotation() | EditorNote():
            for inner in block.blocks:
                yield from texts_of(inner)
        case ListBlock():
            for item in block.items:
                yield (Run(item.label, item.place),)
                for inner in item.blocks:
                    yield from texts_of(inner)
        case Figure():
            yield block.caption
        case Table():
            yield block.caption
            for row in (block.head, *block.rows):
                yield from row
        case PageBreak():
            pass


def texts(issue: Issue) -> Iterator[Text]:
    """Every text of the issue's sections in reading order."""
    for section in issue.sections:
        yield section.title
        for article in section.articles:
            yield article.title
            yield article.subtitle
            for block in article.blocks:
                yield from texts_of(block)


def figures(issue: Issue) -> list[Figure]:
    """Every figure of the issue in reading order."""
    blocks = (block for section in issue.sections for article in section.articles for block in article.blocks)
    return [block for block in blocks if isinstance(block, Figure)]


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
    head = [masthead.name, *masthead.organs, masthead.classification]
    foot = [line.label + line.text for line in issue.imprint]
    return "".join([*head, *(piece for text in texts(issue) for piece in flat(text)), *foot])
