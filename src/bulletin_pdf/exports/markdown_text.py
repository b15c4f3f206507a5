"""Format md: CommonMark, with tables and footnotes as GitHub writes them; UTF-8 and LF.

For other programs and other presses: what Markdown has no sign for is told in words (a reading in parentheses, the
caption under its picture), and labels as 一、 stay as typed. A chart comes as its table.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import assert_never
from urllib.parse import quote

from bulletin_pdf.exports.material import (
    Made,
    Material,
    PictureFolder,
    alignments,
    attachment_label,
    day,
    heading_words,
    imprint_words,
)
from bulletin_pdf.model import (
    Article,
    Beside,
    Block,
    Box,
    Chart,
    EditorNote,
    Figure,
    Footnote,
    Interview,
    LineBreak,
    ListBlock,
    ListItem,
    NameList,
    PageBreak,
    Paragraph,
    Photos,
    PullQuote,
    Quotation,
    Run,
    Subheading,
    Table,
    Text,
    Verse,
    footnotes,
)

SUFFIX = ".md"
# What would be read as markup anywhere, at the beginning of a paragraph, and as a link without our saying so.
_SIGNS = re.compile(r"[\\`*_\[\]<>|~^$]|&(?=[#\w]+;)|!(?=\[)")
_BEGINNING = re.compile(r"(?:[-+#=](?=[\s#=-]|$)|\d{1,9}[.)](?=\s|$)|>)")
# `1.` and `-` begin lists; other labels are words.
_NUMBER = re.compile(r"\d{1,9}[.)]")
# Emphasis must begin and end with a letter: CommonMark takes **……。**后文 for asterisks.
_EDGES = re.compile(r"(\W*)(.*?)(\W*)", re.DOTALL)
_SIDES = {"left": ":--", "center": ":-:", "right": "--:"}


def make(material: Material) -> Made:
    """The text and its pictures."""
    writer = _Writer(material)
    data = "\n\n".join(filter(None, writer.whole())) + "\n"
    return Made(
        SUFFIX, data.encode(), "Markdown（CommonMark，表格和脚注用 GitHub 的写法）", writer.folder.files
    )


class _Writer:
    """Writes paragraphs, which blank lines part."""

    def __init__(self, material: Material) -> None:
        self.issue = material.issue
        self.folder = PictureFolder(material)

    def whole(self) -> Iterator[str]:
        issue, masthead = self.issue, self.issue.masthead
        if masthead.classification:
            yield _begun(_escaped(masthead.classification))
        if masthead.copy_number:
            yield f"编号：{_escaped(masthead.copy_number)}"
        if masthead.logo:
            yield self.image(masthead.logo)
        yield f"# {_escaped(masthead.name)}"
        yield _escaped(masthead.numbering)
        if masthead.signers:
            yield f"签发人：{_escaped('　'.join(masthead.signers))}"
        yield _begun(f"{_escaped('　'.join(masthead.organs))}　{day(masthead)}")
        if issue.has_contents:
            yield "**本期要目**"
            yield "\n".join(self.contents())
        yield from self.blocks(issue.front, 2)
        for section in issue.sections:
            yield f"## {self.heading(section.title)}"
            for article in section.articles:
                yield from self.article(article, 3)
        yield "\\\n".join(f"{line.label}：{_escaped(line.text)}" for line in issue.attendance)
        for article in issue.attachments:
            yield attachment_label(issue, article)
            yield from self.article(article, 2)
        if issue.imprint:
            yield "---"
            yield "\\\n".join(_escaped("".join(imprint_words(line))) for line in issue.imprint)
        for note in footnotes(issue):
            first, *rest = list(self.blocks(note.blocks, 4)) or [""]
            yield f"[^{note.number}]: " + _indented("\n\n".join([first, *rest]), 4).lstrip()

    def contents(self) -> Iterator[str]:
        for section in self.issue.sections:
            yield f"- {_escaped(heading_words(section.title))}"
            yield from (
                f"  - {_escaped(heading_words(article.title))}"
                for article in section.articles
                if article.title
            )
        for article in self.issue.attachments:
            yield f"- {attachment_label(self.issue, article)}　{_escaped(heading_words(article.title))}"

    def article(self, article: Article, level: int) -> Iterator[str]:
        if article.title:
            yield f"{'#' * level} {self.heading(article.title)}"
        yield from (_begun(self.text(text)) for text in (article.subtitle, article.byline) if text)
        yield from self.blocks(article.blocks, level + 1 if article.title else level)

    # --- blocks

    def blocks(self, blocks: Iterable[Block], rank: int) -> Iterator[str]:
        for block in blocks:
            yield from self.block(block, rank)

    def block(self, block: Block, rank: int) -> Iterator[str]:
        """The paragraphs of a block; rank: the level of the highest sub-heading."""
        match block:
            case Paragraph():
                lead = tuple(_strong(inline) for inline in block.lead)
                yield _begun(self.text(lead + block.text + block.credit))
            case Subheading():
                yield f"{'#' * min(rank + block.level - 1, 6)} {self.heading(block.text)}"
            case Verse():
                *lines, last = block.lines
                yield "\\\n".join(_begun(self.text(line)) for line in (*lines, last + block.credit))
            case Quotation() | EditorNote():
                yield _quoted(self.blocks(block.blocks, rank))
            case Box():
                title = [self.text(tuple(map(_strong, block.title)))] if block.title else []
                yield _quoted([*title, *self.blocks(block.blocks, rank)])
            case PullQuote():
                yield _quoted([self.text(tuple(map(_strong, block.text)))])
            case Interview():
                for exchange in block.exchanges:
                    yield _begun(self.text(tuple(map(_strong, exchange.question))))
                    yield from self.blocks(exchange.answer, rank)
            case NameList():
                yield "　".join(self.text(name) for name in block.names)
            case ListBlock():
                if _is_plain(block):
                    yield "\n".join(self.item(item, rank) for item in block.items)
                else:
                    for item in block.items:
                        first, *rest = list(self.blocks(item.blocks, rank)) or [""]
                        yield from (_escaped(item.label) + first, *rest)
            case Figure():
                yield from self.figure(block)
            case Photos():
                for figure in (figure for row in block.rows for figure in row):
                    yield from self.figure(figure)
                yield self.text(block.caption)
            case Beside():
                yield from self.figure(block.figure)
                yield from self.blocks(block.blocks, rank)
            case Table():
                yield from self.table(block)
            case Chart():
                yield from self.table(block.table)
            case PageBreak():
                pass
            case _:
                assert_never(block)

    def item(self, item: ListItem, rank: int) -> str:
        marker = _marker(item)
        first, *rest = list(self.blocks(item.blocks, rank)) or [""]
        # Only bullets may follow a text without a blank line and still begin a list.
        is_tight = all(
            isinstance(block, ListBlock) and all(each.label == "•" for each in block.items)
            for block in item.blocks[1:]
        )
        inner = ("\n" if is_tight else "\n\n").join([first, *rest])
        return f"{marker} " + _indented(inner, len(marker) + 1).lstrip(" ")

    def figure(self, figure: Figure) -> Iterator[str]:
        yield self.image(figure)
        yield self.text(figure.caption)

    def image(self, figure: Figure) -> str:
        folder = quote(f"{self.issue.key}.插图", safe="/")
        return f"![{_escaped(figure.alt)}]({folder}/{self.folder.name(figure)})"

    def table(self, table: Table) -> Iterator[str]:
        def row(cells: Iterable[str]) -> str:
            return f"| {' | '.join(cells)} |"

        yield self.text(table.caption)
        sides = [_SIDES[side] for side in alignments(table)]
        rows = [
            row(self.text(cell, line_break="<br>") for cell in cells) for cells in (table.head, *table.rows)
        ]
        yield "\n".join([rows[0], row(sides), *rows[1:]])

    # --- texts

    def heading(self, text: Text) -> str:
        """A title on the one line that it may take."""
        parts = self.text(text, line_break="\n").split("\n")
        return "".join(f"{part}\u3000" if part[-1:].isalnum() else part for part in parts[:-1]) + parts[-1]

    def text(self, text: Text, *, line_break: str = "\\\n") -> str:
        """A text; neighbours of one style under one pair of asterisks. line_break: what stands for a typed one."""
        words = ""
        for _, group in groupby(text, key=_style):
            inlines = list(group)
            match inlines[0]:
                case Run() as run:
                    words += _emphasized("".join(map(_words, inlines)), run, words)
                case LineBreak():
                    words += line_break
                case Footnote():
                    words += "".join(f"[^{note.number}]" for note in inlines if isinstance(note, Footnote))
                case _:
                    assert_never(inlines[0])
        return words


def _style(inline: Run | LineBreak | Footnote) -> tuple[object, ...]:
    """What neighbours must share to stand under one pair of signs."""
    if isinstance(inline, Run):
        return ("run", inline.strong, inline.emphasis or inline.dotted, inline.link)
    return (type(inline), inline.place)


def _words(inline: Run | LineBreak | Footnote) -> str:
    assert isinstance(inline, Run)
    if inline.readings:
        pairs = zip(inline.text, inline.readings, strict=True)
        return "".join(f"{_escaped(each)}（{reading}）" for each, reading in pairs)
    return _escaped(inline.text)


def _emphasized(words: str, run: Run, before: str) -> str:
    """Words in the style of a run; `before` is what they follow."""
    signs = "*" * (2 * run.strong + (run.emphasis or run.dotted))
    match = _EDGES.fullmatch(words)
    if signs and match and match[2]:
        opening, closing = signs, signs
        if before.endswith("*") and not match[1]:
            # Asterisks that touch would be read together.
            tags = [tag for tag, wanted in (("strong", run.strong), ("em", len(signs) != 2)) if wanted]
            opening = "".join(f"<{tag}>" for tag in tags)
            closing = "".join(f"</{tag}>" for tag in reversed(tags))
        words = f"{match[1]}{opening}{match[2]}{closing}{match[3]}"
    if run.link is None:
        return words
    address = run.link.removeprefix("mailto:")
    # An address in its own words is a link by itself.
    return f"<{address}>" if address == run.text else f"[{words}](<{quote(run.link, safe=_ADDRESS)}>)"


_ADDRESS = ":/?#[]@!$&'()*+,;=%~-._"


def _strong(inline: Run | LineBreak | Footnote) -> Run | LineBreak | Footnote:
    if not isinstance(inline, Run):
        return inline
    return Run(inline.text, inline.place, True, inline.emphasis, inline.link, inline.dotted, inline.readings)


def _escaped(words: str) -> str:
    return _SIGNS.sub(lambda sign: "\\" + sign[0], words)


def _begun(paragraph: str) -> str:
    """A paragraph whose first characters would be read as a list, a heading or a rule."""
    match = _BEGINNING.match(paragraph)
    return paragraph[: match.end() - 1] + "\\" + paragraph[match.end() - 1 :] if match else paragraph


def _is_plain(block: ListBlock) -> bool:
    """Whether CommonMark numbers the items as they are labelled: it looks at the first number only."""
    labels = [_marker(item) for item in block.items]
    if set(labels) == {"-"}:
        return True
    if not all(_NUMBER.fullmatch(label) for label in labels):
        return False
    first, sign = int(labels[0][:-1]), labels[0][-1]
    return labels == [f"{number}{sign}" for number in range(first, first + len(labels))]


def _marker(item: ListItem) -> str:
    """A list item's label as CommonMark writes it; nothing where it has no such label."""
    if item.label == "•":
        return "-"
    return item.label if _NUMBER.fullmatch(item.label) else ""


def _indented(words: str, by: int) -> str:
    return "\n".join(" " * by + line if line else line for line in words.split("\n"))


def _quoted(paragraphs: Iterable[str]) -> str:
    lines = "\n\n".join(filter(None, paragraphs)).split("\n")
    return "\n".join(f"> {line}".rstrip() for line in lines)
