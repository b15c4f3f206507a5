"""An issue's texts flattened to passages: plain characters that know their places."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from operator import add
from typing import Literal

from bulletin_pdf.diagnostics import Place
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
    Issue,
    LineBreak,
    ListBlock,
    ListItem,
    NameList,
    Paragraph,
    Photos,
    PullQuote,
    Quotation,
    Run,
    Subheading,
    Table,
    Text,
    Verse,
)

Kind = Literal["title", "byline", "body", "verse", "cell", "caption", "name", "note", "setting"]

HIDDEN = "\ufffc"
"""What stands in a passage for each character of an address, a file name or an option of a command."""

_DIGIT = re.compile(r"\d")
# A word of signs that an address or a file name may have.
_WORD = re.compile(r"[\w./\\@:%?=&#+~-]+", re.ASCII)
_TECHNICAL = re.compile(
    r"(?:https?|ftp|mailto|file):.*|www\..*|[\w.+-]+@[\w-]+\.[\w.-]+|--?[A-Za-z][\w=-]*"
    r"|(?=[\d./\\-]*[A-Za-z_])[\w./\\-]+\.[A-Za-z]\w{0,4}",
    re.ASCII,
)


@dataclass(frozen=True)
class Passage:
    """A text as a proofreader reads it: a paragraph, a title, a cell, a whole poem.

    text: its characters in reading order without footnotes. A typed line break, and the end of a line of verse, is
    U+000A; what is not language is hidden (see HIDDEN). typed: the same, nothing hidden.
    stretches: the offset at which each begins whose characters stand side by side in the source, and its place.
    label: what stands before a list item, 一、 or 1.; the text begins with it. name: of a setting, its English key.
    """

    text: str
    typed: str
    kind: Kind
    stretches: tuple[tuple[int, Place], ...]
    label: str = ""
    name: str = ""

    @cached_property
    def signs(self) -> frozenset[str]:
        """Every character of the text, and every two that stand side by side, with 0 for all digits.

        By these a rule knows at once that it has nothing to look for here.
        """
        text = _with_zeros(self.text)
        return frozenset(text).union(map(add, text, text[1:]))

    def place(self, offset: int) -> Place:
        """Where a character of the text stands."""
        start, place = self.stretches[max(bisect_right(self.stretches, offset, key=_first) - 1, 0)]
        return place.right(offset - start)


@dataclass(frozen=True, slots=True)
class Galley:
    """The passages of one article in reading order, as a proofreader gets them 校样; the settings make one too.
    What footnotes say comes last.

    date: of the issue. tables: what stands in the cells of each table, row by row, None in an empty one.
    """

    passages: tuple[Passage, ...]
    date: date
    tables: tuple["Grid", ...] = ()

    def with_signs(self, needs: Iterable[frozenset[str]]) -> "Galley | None":
        """The galley with those passages only that have one sign at least of every set; None where there is none."""
        passages: Sequence[Passage] = self.passages
        for signs in needs:
            passages = [passage for passage in passages if not signs.isdisjoint(passage.signs)]
        return replace(self, passages=tuple(passages)) if passages else None


Grid = tuple[tuple[Passage | None, ...], ...]


def as_signs(typed: Iterable[str]) -> frozenset[str]:
    """Characters and pairs of characters as the signs of a passage that has them."""
    return frozenset(map(_with_zeros, typed))


def _with_zeros(text: str) -> str:
    return _DIGIT.sub("0", text)


def galleys(issue: Issue, settings: Mapping[str, Iterable[Run]]) -> Iterator[Galley]:
    """Every galley of an issue. settings: what issue.yaml and publication.yaml say, by English key."""
    for passages, blocks in _all(issue, settings):
        if found := sorted(passages, key=lambda passage: passage.kind == "note"):
            yield Galley(tuple(found), issue.masthead.date, tuple(map(_grid, _tables(blocks))))


def _all(
    issue: Issue, settings: Mapping[str, Iterable[Run]]
) -> Iterator[tuple[Iterable[Passage], Iterable[Block]]]:
    """The passages of each galley, with the blocks that they come from."""
    words = (
        passage
        for name, values in settings.items()
        for value in values
        for passage in _passages((value,), "setting", name=name)
    )
    yield words, ()
    yield _of_blocks(issue.front), issue.front
    for section in issue.sections:
        yield _passages(section.title, "title"), ()
        for article in section.articles:
            yield _of_article(article), article.blocks
    for article in issue.attachments:
        yield _of_article(article), article.blocks


def _of_article(article: Article) -> Iterator[Passage]:
    yield from _passages(article.title, "title")
    yield from _passages(article.subtitle, "title")
    yield from _passages(article.byline, "byline")
    yield from _of_blocks(article.blocks)


def _of_blocks(blocks: Iterable[Block]) -> Iterator[Passage]:
    for block in blocks:
        yield from _of_block(block)


def _of_block(block: Block) -> Iterator[Passage]:
    match block:
        case Paragraph():
            yield from _passages(block.lead + block.text + block.credit, "body")
        case Subheading():
            yield from _passages(block.text, "title")
        case PullQuote():
            yield from _passages(block.text, "body")
        case Verse():
            yield from _passages(_lines(block.lines) + block.credit, "verse")
        case Quotation() | EditorNote():
            yield from _of_blocks(block.blocks)
        case Box():
            yield from _passages(block.title, "title")
            yield from _of_blocks(block.blocks)
        case Interview():
            for exchange in block.exchanges:
                yield from _passages(exchange.question, "body")
                yield from _of_blocks(exchange.answer)
        case NameList():
            for name in block.names:
                yield from _passages(name, "name")
        case ListBlock():
            for item in block.items:
                yield from _of_item(item, block.ordered)
        case Figure():
            yield from _passages(block.caption, "caption")
        case Photos():
            for figure in (figure for row in block.rows for figure in row):
                yield from _passages(figure.caption, "caption")
            yield from _passages(block.caption, "caption")
        case Beside():
            yield from _of_block(block.figure)
            yield from _of_blocks(block.blocks)
        case Table():
            yield from _of_table(block)
        case Chart():
            yield from _of_table(block.table)


def _of_item(item: ListItem, ordered: bool) -> Iterator[Passage]:
    """The passages of a list item; the first has its label, unless that is a bullet."""
    match item.blocks:
        case [Paragraph() as first, *rest] if ordered:
            text = first.lead + first.text + first.credit
            label = Run(item.label, item.place)
            end, begin = item.place.right(len(item.label)), first.place
            blank = (Run(" ", end),) if end.line == begin.line and end != begin else ()
            yield from _passages((label, *blank, *text), "body", label=item.label)
            yield from _of_blocks(rest)
        case blocks:
            yield from _of_blocks(blocks)


def _of_table(table: Table) -> Iterator[Passage]:
    yield from _passages(table.caption, "caption")
    for row in (table.head, *table.rows):
        for cell in row:
            yield from _passages(cell, "cell")


def _grid(table: Table) -> Grid:
    return tuple(
        tuple(next(_passages(cell, "cell"), None) for cell in row) for row in (table.head, *table.rows)
    )


def _tables(blocks: Iterable[Block]) -> Iterator[Table]:
    """Every table in some blocks, and what a chart is drawn from."""
    for block in blocks:
        match block:
            case Table():
                yield block
            case Chart():
                yield block.table
            case Quotation() | EditorNote() | Box() | Beside():
                yield from _tables(block.blocks)
            case ListBlock():
                for item in block.items:
                    yield from _tables(item.blocks)
            case Interview():
                for exchange in block.exchanges:
                    yield from _tables(exchange.answer)


def _lines(lines: tuple[Text, ...]) -> Text:
    """Lines of verse as one text; an empty line between stanzas goes."""
    text: list[Run | LineBreak | Footnote] = []
    for line in filter(None, lines):
        if text:
            text.append(LineBreak(line[0].place))
        text += line
    return tuple(text)


def _passages(text: Text, kind: Kind, *, label: str = "", name: str = "") -> Iterator[Passage]:
    """A text as a passage, and what its footnotes say as more of them."""
    pieces: list[str] = []
    stretches: list[tuple[int, Place]] = []
    notes: list[Footnote] = []
    length = 0
    for inline in text:
        if isinstance(inline, Footnote):
            notes.append(inline)
            continue
        piece = inline.text if isinstance(inline, Run) else "\n"
        if not stretches or stretches[-1][1].right(length - stretches[-1][0]) != inline.place:
            stretches.append((length, inline.place))
        pieces.append(piece)
        length += len(piece)
    if typed := "".join(pieces):
        yield Passage(_WORD.sub(_shown, typed), typed, kind, tuple(stretches), label, name)
    for note in notes:
        for passage in _of_blocks(note.blocks):
            yield replace(passage, kind="note") if passage.kind == "body" else passage


def _shown(match: re.Match[str]) -> str:
    """A word as rules see it."""
    word = match.group()
    technical = word.rstrip(".:?")
    return HIDDEN * len(technical) + word[len(technical) :] if _TECHNICAL.fullmatch(technical) else word


def _first(stretch: tuple[int, Place]) -> int:
    return stretch[0]
