"""Format txt: the words alone, as a mail program or an old editor on Windows shows them.

A paragraph is one line, which the reader's window turns over. UTF-8 with a byte order mark and CRLF: without the mark
programs on a Chinese Windows take the file for GBK, without CRLF older ones show one long line. Columns of a table are
padded by the width of characters in a Chinese typewriter face (East Asian Width, UAX #11: wide and ambiguous ones take
two cells).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import assert_never

from bulletin_pdf.exports.material import (
    Made,
    Material,
    alignments,
    attachment_label,
    day,
    heading_words,
    imprint_words,
    item_label,
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
    Issue,
    LineBreak,
    ListBlock,
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

INDENT = "\u3000\u3000"
# Rules of the masthead and of sections, in cells.
WIDTH = 56


def make(material: Material) -> Made:
    """The text."""
    lines = "\n".join(_whole(material.issue))
    data = re.sub(r"\n{4,}", "\n\n\n", lines).strip("\n") + "\n"
    return Made(".txt", b"\xef\xbb\xbf" + data.replace("\n", "\r\n").encode(), "纯文本，UTF-8，记事本能打开")


def _whole(issue: Issue) -> Iterator[str]:
    yield from _masthead(issue)
    if issue.has_contents:
        yield from ("", "本期要目", "")
        for section in issue.sections:
            yield heading_words(section.title)
            yield from (f"{INDENT}{heading_words(each.title)}" for each in section.articles if each.title)
        for article in issue.attachments:
            yield f"{attachment_label(issue, article)}\u3000{heading_words(article.title)}"
        yield ""
    yield from _blocks(issue.front)
    for section in issue.sections:
        yield from ("", "", "─" * (WIDTH // 2), _text(section.title), "─" * (WIDTH // 2))
        for article in section.articles:
            yield from _article(article)
    if issue.attendance:
        yield ""
        yield from (f"{line.label}：{line.text}" for line in issue.attendance)
    for article in issue.attachments:
        yield from ("", "", "─" * (WIDTH // 2), attachment_label(issue, article))
        yield from _article(article)
    notes = footnotes(issue)
    if notes:
        yield from ("", "", "─" * 10)
        for note in notes:
            first, *rest = list(_blocks(note.blocks)) or [""]
            yield f"{note.mark} {first.lstrip()}"
            yield from rest
    if issue.imprint:
        yield from ("", "", "═" * (WIDTH // 2))
        yield from ("".join(imprint_words(line)) for line in issue.imprint)


def _masthead(issue: Issue) -> Iterator[str]:
    masthead = issue.masthead
    if masthead.classification or masthead.copy_number:
        number = f"编号：{masthead.copy_number}" if masthead.copy_number else ""
        yield _apart(masthead.classification, number)
    yield from (_centred(masthead.name), _centred(masthead.numbering))
    if masthead.signers:
        yield f"签发人：{'　'.join(masthead.signers)}"
    yield _apart("　".join(masthead.organs), day(masthead))
    yield "═" * (WIDTH // 2)


def _article(article: Article) -> Iterator[str]:
    yield ""
    if article.title:
        yield from (f"【{_text(article.title)}】", "")
    if article.subtitle:
        yield INDENT + _text(article.subtitle)
    if article.byline:
        yield INDENT + _text(article.byline)
    yield from _blocks(article.blocks)


# --- blocks ---------------------------------------------------------------------------------------------


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    """The lines of a block."""
    match block:
        case Paragraph():
            yield INDENT + _text(block.lead + block.text + block.credit)
        case Subheading():
            yield from ("", f"{'■◆·'[min(block.level, 3) - 1]} {_text(block.text)}")
        case Verse():
            *lines, last = block.lines
            yield ""
            yield from (INDENT + INDENT + _text(line) for line in (*lines, last + block.credit))
            yield ""
        case Quotation():
            yield from (f"> {line.strip()}" for line in _blocks(block.blocks))
        case EditorNote():
            yield from _blocks(block.blocks)
            yield ""
        case Box():
            yield from ("", "┄" * (WIDTH // 2))
            if block.title:
                yield _centred(_text(block.title))
            yield from _blocks(block.blocks)
            yield from ("┄" * (WIDTH // 2), "")
        case PullQuote():
            yield from ("", f"{INDENT}“{_text(block.text)}”", "")
        case Interview():
            for exchange in block.exchanges:
                yield INDENT + _text(exchange.question)
                yield from _blocks(exchange.answer)
        case NameList():
            yield INDENT + "　".join(_text(name) for name in block.names)
        case ListBlock():
            for item in block.items:
                first, *rest = list(_blocks(item.blocks)) or [""]
                yield f"{INDENT}{item_label(item)}{first.lstrip()}"
                yield from (INDENT * (not item.label.isascii()) + line for line in rest)
        case Figure():
            yield _picture(block)
        case Photos():
            yield from (_picture(figure) for row in block.rows for figure in row)
            if block.caption:
                yield INDENT + _text(block.caption)
        case Beside():
            yield _picture(block.figure)
            yield from _blocks(block.blocks)
        case Table():
            yield from _table(block)
        case Chart():
            yield from _table(block.table)
        case PageBreak():
            yield ""
        case _:
            assert_never(block)


def _picture(figure: Figure) -> str:
    """What stands for a picture: its caption, or what it shows."""
    return f"{INDENT}〔图：{_text(figure.caption) or figure.alt}〕"


def _table(table: Table) -> Iterator[str]:
    yield ""
    if table.caption:
        yield _text(table.caption)
    rows = [[_text(cell) for cell in cells] for cells in (table.head, *table.rows)]
    widths = [max(map(_cells, column)) for column in zip(*rows, strict=True)]
    sides = alignments(table)
    for index, row in enumerate(rows):
        padded = (
            _padded(cell, width, "center" if index == 0 else side)
            for cell, width, side in zip(row, widths, sides, strict=True)
        )
        yield "  ".join(padded).rstrip()
        if index == 0:
            yield "  ".join("-" * width for width in widths)
    yield ""


# --- texts ----------------------------------------------------------------------------------------------


def _text(text: Text) -> str:
    """A text on one line; a link's address behind its words, a note as its mark."""
    return "".join(map(_inline, text))


def _inline(inline: Run | LineBreak | Footnote) -> str:
    match inline:
        case Run(text=words, link=link, readings=readings):
            if readings:
                words = "".join(f"{each}（{sound}）" for each, sound in zip(words, readings, strict=True))
            address = (link or "").removeprefix("mailto:")
            return f"{words}（{address}）" if address and address != words else words
        case LineBreak():
            return "\u3000"
        case Footnote(mark=mark):
            return f"[{mark}]" if mark.isdecimal() else mark
        case _:
            assert_never(inline)


def _cells(words: str) -> int:
    """How many cells of a typewriter words take."""
    return sum(
        0 if unicodedata.combining(each) else 2 if unicodedata.east_asian_width(each) in "WFA" else 1
        for each in words
    )


def _padded(words: str, width: int, side: str) -> str:
    room = width - _cells(words)
    left = {"left": 0, "center": room // 2, "right": room}[side]
    return " " * left + words + " " * (room - left)


def _centred(words: str) -> str:
    return " " * max((WIDTH - _cells(words)) // 2, 0) + words


def _apart(left: str, right: str) -> str:
    """Two words at the ends of a line."""
    return f"{left}{' ' * max(WIDTH - _cells(left) - _cells(right), 2)}{right}".rstrip()
