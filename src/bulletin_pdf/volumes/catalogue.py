"""Tool: the catalogue 目录 of issues: what stands in each, on which page, in which words.

An entry is a section, an article, an attachment, or, where articles have no titles, a paragraph with a run-in lead 导语,
which is what a reader looks for by name then.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bulletin_pdf.collation import without_space
from bulletin_pdf.model import (
    Article,
    Block,
    Footnote,
    Issue,
    LineBreak,
    Paragraph,
    Run,
    Text,
    plain,
    texts_of,
)
from bulletin_pdf.volumes.glance import Glance

FRONT, IMPRINT, ATTACHMENTS = "卷首", "版记", "附件"


@dataclass(frozen=True, slots=True)
class Entry:
    """title: in words; section: the title of the section above, empty for a section itself. anchor: where it begins in
    the issue's web page. text: its paragraphs, each on a line. is_listed: whether lists of contents have it."""

    title: str
    section: str
    page: int
    anchor: str
    text: str
    byline: str = ""
    is_section: bool = False
    is_listed: bool = True


@dataclass(frozen=True, slots=True)
class Catalogued:
    """An issue in the catalogue. number: 17, or 增1 for a supplement."""

    key: str
    name: str
    numbering: str
    number: str
    date: date
    pages: int
    entries: tuple[Entry, ...]

    @property
    def year(self) -> int:
        return self.date.year

    @property
    def day(self) -> str:
        return f"{self.date.year}年{self.date.month}月{self.date.day}日"

    @property
    def listed(self) -> list[Entry]:
        """What lists of contents have."""
        return [entry for entry in self.entries if entry.is_listed]


def catalogue(issue: Issue, seen: Glance) -> Catalogued:
    """An issue with its entries in reading order. seen: its PDF."""
    masthead = issue.masthead
    number = f"{'增' if masthead.is_supplement else ''}{masthead.number}"
    entries = tuple(_entries(issue, _Pages(seen)))
    pages = len(seen.sizes)
    return Catalogued(issue.key, masthead.name, masthead.numbering, number, masthead.date, pages, entries)


class _Pages:
    """Finds the pages of entries, which come in reading order."""

    def __init__(self, seen: Glance) -> None:
        self.seen = seen
        self.page = 1
        self.next = 0

    def of_title(self, title: str) -> int:
        """The page of a title, by its bookmark."""
        wanted = without_space(title)
        for index in range(self.next, len(self.seen.bookmarks)):
            words, _, page = self.seen.bookmarks[index]
            if without_space(words) == wanted:
                self.next, self.page = index + 1, page
                break
        return self.page

    def of_words(self, words: str) -> int:
        """The page of a lead, behind what was found last."""
        self.page = self.seen.page_with(words, self.page)
        return self.page


def _entries(issue: Issue, pages: _Pages) -> Iterator[Entry]:
    front = "\n".join(_lines(issue.front))
    head = f"{issue.masthead.name}\n{issue.masthead.numbering}\n{'　'.join(issue.masthead.organs)}"
    present = "\n".join(f"{line.label}：{line.text}" for line in issue.attendance)
    yield Entry(FRONT, "", 1, "", "\n".join(filter(None, (head, front))), is_listed=False)
    for number, section in enumerate(issue.sections, 1):
        title, anchor = _title(section.title), f"part-{number}"
        page = pages.of_title(plain(section.title))
        yield Entry(title, "", page, anchor, "", is_section=True)
        for index, article in enumerate(section.articles, 1):
            if article.title:
                yield _entry(article, title, pages.of_title(plain(article.title)), f"{anchor}-{index}")
            else:
                yield from _untitled(article, title, anchor, pages)
    for number, article in enumerate(issue.attachments, 1):
        page, anchor = pages.of_title(plain(article.title)), f"attachment-{number}"
        if number == 1:
            yield Entry(ATTACHMENTS, "", page, anchor, "", is_section=True)
        yield _entry(article, ATTACHMENTS, page, anchor)
    imprint = "\n".join(f"{line.label}：{line.text}" if line.label else line.text for line in issue.imprint)
    if ending := "\n".join(filter(None, (present, imprint))):
        yield Entry(IMPRINT, "", len(pages.seen.sizes), "", ending, is_listed=False)


def _entry(article: Article, section: str, page: int, anchor: str) -> Entry:
    lines = [_flat(article.subtitle), _flat(article.byline), *_lines(article.blocks)]
    text = "\n".join(filter(None, lines))
    return Entry(_title(article.title), section, page, anchor, text, _title(article.byline))


def _untitled(article: Article, section: str, anchor: str, pages: _Pages) -> Iterator[Entry]:
    """An article without a title: an entry for each lead; what stands before the first goes with the section."""
    title, lines = "", list[str]()
    for block in article.blocks:
        lead = _title(block.lead) if isinstance(block, Paragraph) else ""
        if lead:
            if lines:
                yield _without_title(title, section, anchor, pages, lines)
            title, lines = lead, []
        lines += _lines([block])
    if lines:
        yield _without_title(title, section, anchor, pages, lines)


def _without_title(title: str, section: str, anchor: str, pages: _Pages, lines: list[str]) -> Entry:
    page = pages.of_words((title or lines[0])[:24])
    shown = re.sub(r"[。：:]$", "", title) or section
    return Entry(shown, section, page, anchor, "\n".join(lines), is_listed=bool(title))


# --- words ----------------------------------------------------------------------------------------------


def _title(text: Text) -> str:
    """A title on one line: without footnotes, a typed line break as a blank unless a mark stands there."""
    words = ""
    for inline in text:
        if isinstance(inline, Run):
            words += inline.text
        elif isinstance(inline, LineBreak) and words[-1:].isalnum():
            words += "\u3000"
    return words.strip()


def _lines(blocks: Iterable[Block]) -> list[str]:
    """The texts of blocks, each on a line, its footnotes behind it."""
    lines = []
    for block in blocks:
        for text in texts_of(block):
            lines += [_flat(text), *_notes(text)]
    return [line for line in lines if line.strip()]


def _flat(text: Text) -> str:
    return plain(text).replace("\n", " ")


def _notes(text: Text) -> Iterator[str]:
    for inline in text:
        if isinstance(inline, Footnote):
            yield from _lines(inline.blocks)
