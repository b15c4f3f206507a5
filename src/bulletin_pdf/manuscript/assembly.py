"""Tool: the parts of files put together into sections 栏目 and articles 稿件, with bylines and credits."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TypeGuard

from bulletin_pdf.diagnostics import Diagnostic, Place, error, warning
from bulletin_pdf.manuscript.markdown import Heading, Part
from bulletin_pdf.model import (
    Article,
    Block,
    Footnote,
    ListBlock,
    PageBreak,
    Paragraph,
    Run,
    Section,
    Subheading,
    Text,
    Verse,
    plain,
    texts_of,
)


class Assembly:
    """Puts parts together into sections and articles, in order."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []
        self.sections: list[Section] = []
        self.article: Article | None = None
        # Sections that lack what is reported elsewhere: that they seem empty is no news.
        self.lacking: set[int] = set()

    def begin_section(self, title: Text, place: Place) -> None:
        self._end_article()
        self.sections.append(Section(title, (), place))

    def go_on_with_section(self, title: Text, place: Place) -> None:
        """A section that settings name: the one before, if it is called the same, goes on."""
        if not self.sections or plain(self.sections[-1].title) != plain(title):
            self.begin_section(title, place)

    def add_section_file(self, parts: Iterable[Part], is_whole: bool) -> None:
        """A file in which # is a section's title and ## an article's."""
        self._end_article()
        first = len(self.sections)
        for part in parts:
            if isinstance(part, Heading) and part.rank == 1:
                self.begin_section(part.text, part.place)
                if not is_whole:
                    self._lacks()
            elif len(self.sections) > first:
                self._add(part, 0)
            else:
                message, hint = "栏目标题之前有内容。", "文件第一行写栏目标题，如“# 要闻”。"
                self.diagnostics.append(error("BP125", message, part.place, hint))
                return

    def add_article_file(self, parts: Iterable[Part], is_whole: bool) -> None:
        """A file in which # is an article's title."""
        self._end_article()
        if not is_whole:
            self._lacks()
        for part in parts:
            self._add(part, 1)

    def _drop_last_break(self) -> None:
        """A page break behind everything would leave the imprint on a page by itself."""
        articles = self.sections[-1].articles if self.sections else ()
        if not articles or not articles[-1].blocks or not isinstance(articles[-1].blocks[-1], PageBreak):
            return
        last = articles[-1]
        message, hint = "最后的 {分页} 后面没有内容，已略去。", "删去它。"
        self.diagnostics.append(warning("BP122", message, last.blocks[-1].place, hint))
        kept = (*articles[:-1], replace(last, blocks=last.blocks[:-1]))
        self.sections[-1] = replace(self.sections[-1], articles=kept)

    def finish(self, *, attachments: bool = False) -> list[Section]:
        """The sections; those that are empty are reported, unless they stand for attachments."""
        self._end_article()
        self._drop_last_break()
        for number, section in enumerate(self.sections):
            if not attachments and not section.articles and number not in self.lacking:
                message = f"栏目“{plain(section.title)}”里没有稿件。"
                self.diagnostics.append(error("BP125", message, section.place, "写上稿件，或去掉这个栏目。"))
        return self.sections

    def _lacks(self) -> None:
        self.lacking.add(len(self.sections) - 1)

    def _add(self, part: Part, deeper: int) -> None:
        if isinstance(part, Heading):
            self._add_heading(part, part.rank + deeper)
        else:
            self._append(part)

    def _add_heading(self, heading: Heading, rank: int) -> None:
        """Rank 2 is an article's title; below it a —— line right under the title, else a sub-heading."""
        article = self.article
        if rank == 2:
            self._end_article()
            self.article = Article(heading.text, (), (), heading.place)
            return
        is_first = article is not None and article.title and not article.blocks and not article.subtitle
        if article and is_first and rank == 3 and plain(heading.text).startswith("——"):
            self.article = replace(article, subtitle=heading.text)
            return
        levels = [block.level for block in article.blocks if isinstance(block, Subheading)] if article else []
        if rank - 2 > (levels[-1] if levels else 0) + 1:
            signs = "#" * (heading.rank - rank + 3 + (levels[-1] if levels else 0))
            message = f"小标题“{plain(heading.text)}”跳了级。"
            self.diagnostics.append(warning("BP124", message, heading.place, f"这里应当用 {signs}。"))
        self._append(Subheading(rank - 2, heading.text, heading.place))

    def _append(self, block: Block) -> None:
        article = self.article or Article((), (), (), block.place)
        if article.title and not article.blocks and not article.byline and _is_byline(block):
            self.article = replace(article, byline=block.lead + block.text)
            return
        self.article = replace(article, blocks=(*article.blocks, block))

    def _end_article(self) -> None:
        article, self.article = self.article, None
        if article is None:
            return
        number = len(self.sections) - 1
        if article.title and not article.blocks and number not in self.lacking:
            message = f"稿件“{plain(article.title)}”只有标题，没有正文。"
            self.diagnostics.append(warning("BP125", message, article.place, "写上正文，或去掉这个标题。"))
        section = self.sections[number]
        self.sections[number] = replace(section, articles=(*section.articles, _with_credit(article)))


def count_notes(parts: Iterable[Part]) -> int:
    """How many footnotes the parts of a file call, those in footnotes too."""
    texts = (
        text for part in parts for text in ([part.text] if isinstance(part, Heading) else texts_of(part))
    )
    notes = [inline for text in texts for inline in text if isinstance(inline, Footnote)]
    return len(notes) + sum(count_notes(note.blocks) for note in notes)


# Who wrote it or took the pictures, as it stands under a title.
_BYLINE = re.compile(r"(?:文|图|作者|供稿|摄影)\s*[/／：]|(?:本刊)?记者|通讯员|供稿|摄影|[□■]")
MAX_BYLINE = 40


def _is_byline(block: Block) -> TypeGuard[Paragraph]:
    """Whether a paragraph under a title is a line on its own that names the author."""
    if not isinstance(block, Paragraph):
        return False
    text = block.lead + block.text
    words = plain(text)
    return bool(
        _BYLINE.match(words)
        and len(words) <= MAX_BYLINE
        and words[-1] not in "。！？…：:"
        and all(isinstance(inline, Run) and inline.place.line == text[0].place.line for inline in text)
    )


# A credit closes a piece: brackets after the end of a sentence, or alone.
_CREDIT = re.compile(r"(?:^|(?<=[。！？…”’]))（[^（）]{2,30}）$")


def _with_credit(article: Article) -> Article:
    """The article with the （供稿单位） that ends it set apart from the text.

    Without a title an article is a row of short items, each of which may be signed.
    """
    if not article.title:
        return replace(article, blocks=tuple(map(signed, article.blocks)))
    return replace(article, blocks=(*article.blocks[:-1], *map(signed, article.blocks[-1:])))


def signed(block: Block) -> Block:
    """A block with the credit that ends it set apart."""
    match block:
        case Paragraph(text=text, lead=lead):
            text, credit = _split_credit(text, plain(lead))
            return replace(block, text=text, credit=credit)
        case Verse(lines=lines):
            line, credit = _split_credit(lines[-1], "")
            if line or len(lines) > 1:
                return replace(block, lines=(*lines[:-1], line) if line else lines[:-1], credit=credit)
        case ListBlock(items=(*items, last)):
            blocks = (*last.blocks[:-1], *map(signed, last.blocks[-1:]))
            return replace(block, items=(*items, replace(last, blocks=blocks)))
    return block


def _split_credit(text: Text, before: str) -> tuple[Text, Text]:
    """A text in two: what comes before its credit, and the credit. `before` is printed in front of it."""
    match = _CREDIT.search(before + plain(text))
    if match is None or match.start() < len(before):
        return text, ()
    left = match.start() - len(before)
    for index, inline in enumerate(text):
        if not isinstance(inline, Run):
            continue
        if left < len(inline.text):
            head = replace(inline, text=inline.text[:left])
            tail = replace(inline, text=inline.text[left:], place=inline.place.right(left))
            return (*text[:index], *((head,) if head.text else ())), (tail, *text[index + 1 :])
        left -= len(inline.text)
    return text, ()
