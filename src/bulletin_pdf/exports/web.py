"""Format html: one self-contained page for telephones and screens, read aloud, printed; no scripts, nothing from outside.

Structure after WAI-ARIA: landmarks, headings in order, `doc-` roles for notes. The looks are in web.css.
"""

import base64
import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import assert_never

from bulletin_pdf.exports.artwork import Artwork
from bulletin_pdf.exports.material import (
    Made,
    Material,
    alignments,
    attachment_label,
    day,
    heading_words,
    imprint_words,
    item_label,
    padded_names,
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
    ImprintLine,
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
    plain,
)

# Nothing may be fetched, not even by a mistake of ours.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def make(material: Material) -> Made:
    """The page."""
    data = _Page(material).whole().encode()
    size = f"{len(data) / 1e6:.1f} MB" if len(data) >= 1e6 else f"{len(data) / 1e3:.0f} KB"
    return Made(".html", data, f"一个文件的网页，{size}，可以直接发给人看")


class _Page:
    """Writes the page; every method gives HTML."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.issue = material.issue

    def whole(self) -> str:
        issue, masthead = self.issue, self.issue.masthead
        style = Path(__file__).with_name("web.css").read_text(encoding="utf-8")
        meta = {
            "viewport": "width=device-width, initial-scale=1",
            "color-scheme": "light dark",
            "description": issue.subject or issue.title,
            "author": "、".join(masthead.organs),
            "keywords": ",".join((masthead.name, *issue.keywords)),
            "dcterms.created": masthead.date.isoformat(),
        }
        head = "".join(f'<meta name="{name}" content="{escape(words)}">\n' for name, words in meta.items())
        return (
            '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n{head}'
            f"<title>{escape(issue.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
            f'<a class="skip" href="#text">跳到正文</a>\n{self.masthead()}\n{self.contents()}\n'
            f'<main id="text">\n{self.front()}{"".join(self.sections())}{self.attendance()}'
            f"{''.join(map(self.attachment, issue.attachments))}{self.notes()}</main>\n{self.imprint()}"
            "</body>\n</html>\n"
        )

    # --- around the text

    def masthead(self) -> str:
        masthead = self.issue.masthead
        marks = [masthead.classification, f"编号：{masthead.copy_number}" if masthead.copy_number else ""]
        background = self.material.picture(masthead.background) if masthead.background else None
        ground = f' style="background-image: url({_address(background)})"' if background else ""
        rows = [
            f'<p class="marks">{"".join(f"<span>{escape(mark)}</span>" for mark in marks)}</p>'
            if any(marks)
            else "",
            f'<img class="logo" src="{_address(self.material.picture(masthead.logo))}" alt="{escape(masthead.logo.alt)}">'
            if masthead.logo
            else "",
            f"<h1>{escape(masthead.name)}</h1>",
            f'<p class="number">{escape(masthead.numbering)}</p>',
            f'<p class="signers">签发人：{escape("　".join(masthead.signers))}</p>'
            if masthead.signers
            else "",
            f'<p class="organs"><span>{escape("　".join(masthead.organs))}</span>'
            f'<time datetime="{masthead.date.isoformat()}">{day(masthead)}</time></p>',
        ]
        return f"<header{ground}>\n" + "\n".join(filter(None, rows)) + "\n</header>"

    def contents(self) -> str:
        """The contents list; also where the issue has none in print, since a page on a screen has no leaves to turn."""
        entries = []
        for number, section in enumerate(self.issue.sections, 1):
            inner = "".join(
                f'<li><a href="#part-{number}-{index}">{escape(heading_words(article.title))}</a></li>'
                for index, article in enumerate(section.articles, 1)
                if article.title
            )
            title = f'<a href="#part-{number}">{escape(heading_words(section.title))}</a>'
            titles = f'<ol role="list">{inner}</ol>' if inner else ""
            entries.append(f"<li>{title}{titles}</li>")
        for number, article in enumerate(self.issue.attachments, 1):
            words = f"{attachment_label(self.issue, article)}\u3000{heading_words(article.title)}"
            entries.append(f'<li><a href="#attachment-{number}">{escape(words)}</a></li>')
        return (
            '<nav aria-labelledby="contents">\n<h2 id="contents">本期要目</h2>\n'
            f'<ol role="list">\n{chr(10).join(entries)}\n</ol>\n</nav>'
        )

    def front(self) -> str:
        return f'<div class="front">\n{self.blocks(self.issue.front, 2)}</div>\n' if self.issue.front else ""

    def sections(self) -> Iterable[str]:
        for number, section in enumerate(self.issue.sections, 1):
            articles = "".join(
                self.article(article, 3, f"part-{number}-{index}")
                for index, article in enumerate(section.articles, 1)
            )
            yield (
                f'<section aria-labelledby="part-{number}">\n<h2 id="part-{number}">{self.text(section.title)}</h2>\n'
                f"{articles}</section>\n"
            )

    def article(self, article: Article, level: int, name: str) -> str:
        rows = []
        if article.title:
            rows.append(f'<h{level} id="{name}" class="title">{self.text(article.title)}</h{level}>\n')
        if article.subtitle:
            rows.append(f'<p class="subtitle">{self.text(article.subtitle)}</p>\n')
        if article.byline:
            rows.append(f'<p class="byline">{self.text(article.byline)}</p>\n')
        labelled = f' aria-labelledby="{name}"' if article.title else ""
        rank = level + 1 if article.title else level
        return f"<article{labelled}>\n{''.join(rows)}{self.blocks(article.blocks, rank)}</article>\n"

    def attachment(self, article: Article) -> str:
        number = self.issue.attachments.index(article) + 1
        label = f'<p class="attachment-label">{attachment_label(self.issue, article)}</p>\n'
        return f'<div class="attachment">\n{label}{self.article(article, 2, f"attachment-{number}")}</div>\n'

    def attendance(self) -> str:
        rows = [(f"{line.label}：", line.text) for line in self.issue.attendance]
        return f'<dl class="attendance">\n{_terms(rows)}</dl>\n' if rows else ""

    def notes(self) -> str:
        items = "".join(
            f'<li id="note-{note.number}"><a href="#call-{note.number}" role="doc-backlink" '
            f'aria-label="回到正文，注 {note.number}">{note.mark}</a>{self.blocks(note.blocks, 3)}</li>\n'
            for note in footnotes(self.issue)
        )
        head = (
            '<section role="doc-endnotes" aria-labelledby="notes" class="notes">\n<h2 id="notes">注释</h2>\n'
        )
        return f'{head}<ol role="list">\n{items}</ol>\n</section>\n' if items else ""

    def imprint(self) -> str:
        def row(line: ImprintLine) -> str:
            label, words = imprint_words(line)
            if line.key == "mailbox":
                words = re.sub(r"[\w.+-]+@[\w.-]+\w", lambda found: _mail(found[0]), escape(words))
                return f"<div><dt>{escape(label)}</dt><dd>{words}</dd></div>\n"
            return _terms([(label, words)])

        rows = "".join(map(row, self.issue.imprint))
        return f"<footer>\n<dl>\n{rows}</dl>\n</footer>\n" if rows else ""

    # --- texts

    def text(self, text: Text) -> str:
        """A text; a note as a link to it."""
        return "".join(map(self.inline, text))

    def inline(self, inline: Run | LineBreak | Footnote) -> str:
        match inline:
            case Run():
                return _run(inline)
            case LineBreak():
                return "<br>"
            case Footnote(number=number, mark=mark):
                return (
                    f'<sup><a id="call-{number}" href="#note-{number}" role="doc-noteref" '
                    f'aria-label="注 {number}">{mark}</a></sup>'
                )
            case _:
                assert_never(inline)

    # --- blocks

    def blocks(self, blocks: Iterable[Block], rank: int) -> str:
        """Blocks; rank: the level of the highest sub-heading."""
        return "".join(f"{self.block(block, rank)}\n" for block in blocks)

    def block(self, block: Block, rank: int, label: str = "") -> str:
        """A block, behind the label of its list item if it is the first there."""
        match block:
            case Paragraph():
                credit = f' <span class="credit">{self.text(block.credit)}</span>' if block.credit else ""
                lead = f'<strong class="lead">{self.text(block.lead)}</strong>' if block.lead else ""
                return f"<p>{label}{lead}{self.text(block.text)}{credit}</p>"
            case Subheading():
                level = min(rank + block.level - 1, 6)
                return f'<h{level} class="subheading">{self.text(block.text)}</h{level}>'
            case Verse():
                return self.verse(block)
            case Quotation():
                return f"<blockquote>\n{self.blocks(block.blocks, rank)}</blockquote>"
            case EditorNote():
                name = "guide" if block.is_guide else "editor-note"
                return f'<div class="{name}" role="note">\n{self.blocks(block.blocks, rank)}</div>'
            case Box():
                title = f'<p class="box-title">{self.text(block.title)}</p>\n' if block.title else ""
                return f'<aside class="box">\n{title}{self.blocks(block.blocks, rank)}</aside>'
            case PullQuote():
                return f'<p class="pull-quote">{self.text(block.text)}</p>'
            case Interview():
                return '<div class="interview">\n{}</div>'.format(
                    "".join(
                        f'<p class="question">{self.text(each.question)}</p>\n{self.blocks(each.answer, rank)}'
                        for each in block.exchanges
                    )
                )
            case NameList():
                items = "".join(f"<li>{self.text(name)}</li>" for name in padded_names(block))
                return f'<ul class="names" role="list">{items}</ul>'
            case ListBlock():
                tag = "ol" if block.ordered else "ul"
                items = "".join(self.item(item, rank) for item in block.items)
                return f'<{tag} role="list">\n{items}</{tag}>'
            case Figure():
                return self.figure(block)
            case Photos():
                return self.photos(block)
            case Beside():
                return (
                    f'<div class="beside {block.side}">\n{self.figure(block.figure)}\n'
                    f"<div>\n{self.blocks(block.blocks, rank)}</div>\n</div>"
                )
            case Table():
                return self.table(block)
            case Chart():
                return self.chart(block)
            case PageBreak():
                return '<div class="page-break"></div>'
            case _:
                assert_never(block)

    def item(self, item: ListItem, rank: int) -> str:
        label = f'<span class="label">{escape(item_label(item))}</span>'
        first, *rest = item.blocks or (None,)
        if isinstance(first, Paragraph):
            begun = self.block(first, rank, label)
        else:
            begun = f"<p>{label}</p>" + (f"\n{self.block(first, rank)}" if first else "")
        return f"<li>{begun}\n{self.blocks(filter(None, rest), rank)}</li>\n"

    def verse(self, verse: Verse) -> str:
        lines = "<br>\n".join(map(self.text, verse.lines))
        credit = f'<span class="credit">{self.text(verse.credit)}</span>' if verse.credit else ""
        name = "verse" if verse.columns == 1 else "verse columns"
        return f'<p class="{name}">{lines}{credit}</p>'

    def figure(self, figure: Figure, style: str = "") -> str:
        artwork = self.material.picture(figure)
        width, height = (round(each / artwork.scale) for each in (artwork.width, artwork.height))
        image = (
            f'<img src="{_address(artwork)}" alt="{escape(figure.alt)}" width="{width}" height="{height}">'
        )
        name = f' class="{figure.extent}"' if figure.extent else ""
        return f"<figure{name}{style}>{image}{self.caption(figure.caption)}</figure>"

    def photos(self, photos: Photos) -> str:
        rows = []
        for row in photos.rows:
            artworks = [self.material.picture(figure) for figure in row]
            # As wide as their shapes ask, so that all of a row are equally high.
            shapes = [artwork.width / artwork.height for artwork in artworks]
            figures = (
                self.figure(figure, f' style="flex: {shape:.3f} 1 0"')
                for figure, shape in zip(row, shapes, strict=True)
            )
            rows.append(f'<div class="photo-row">{"".join(figures)}</div>\n')
        return f'<figure class="photos">\n{"".join(rows)}{self.caption(photos.caption)}</figure>'

    def caption(self, caption: Text) -> str:
        return f"<figcaption>{self.text(caption)}</figcaption>" if caption else ""

    def table(self, table: Table) -> str:
        name = escape(plain(table.caption) or "表格")
        return (
            f'<figure class="table">{self.caption(table.caption)}<div class="scroll" role="region" tabindex="0" '
            f'aria-label="{name}">\n{_table(table, self.text)}</div></figure>'
        )

    def chart(self, chart: Chart) -> str:
        from bulletin_pdf.charts import describe

        svg = self.material.drawings[chart]
        named = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(describe(chart))}" ', 1)
        # The numbers too, for who wants to read or copy them.
        data = f'<details><summary>数据</summary><div class="scroll" tabindex="0" role="region" aria-label="数据">{_table(chart.table, lambda text: escape(plain(text)))}</div></details>'
        return f'<figure class="chart">{named}{self.caption(chart.table.caption)}{data}</figure>'


# --- parts ----------------------------------------------------------------------------------------------


def _run(run: Run) -> str:
    if run.readings:
        pairs = zip(run.text, run.readings, strict=True)
        html = "".join(
            f"<ruby>{escape(each)}<rp>（</rp><rt>{escape(reading)}</rt><rp>）</rp></ruby>"
            for each, reading in pairs
        )
    else:
        html = escape(run.text)
    if run.dotted:
        html = f'<em class="dotted">{html}</em>'
    if run.emphasis:
        html = f"<em>{html}</em>"
    if run.strong:
        html = f"<strong>{html}</strong>"
    return f'<a href="{escape(run.link)}">{html}</a>' if run.link else html


def _table(table: Table, text: Callable[[Text], str]) -> str:
    sides = alignments(table)

    def row(cells: Sequence[Text], tag: str) -> str:
        return "".join(
            # A head without words is none to a screen reader.
            f'<{tag if cell else "td"} class="{side}"{" scope=col" if cell and tag == "th" else ""}>'
            f"{text(cell)}</{tag if cell else 'td'}>"
            for cell, side in zip(cells, sides, strict=True)
        )

    body = "\n".join(f"<tr>{row(cells, 'td')}</tr>" for cells in table.rows)
    return f"<table>\n<thead><tr>{row(table.head, 'th')}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n"


def _terms(rows: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f"<div><dt>{escape(term)}</dt><dd>{escape(words)}</dd></div>\n"
        if term
        else f'<div><dd class="alone">{escape(words)}</dd></div>\n'
        for term, words in rows
    )


def _mail(address: str) -> str:
    return f'<a href="mailto:{address}">{address}</a>'


def _address(artwork: Artwork) -> str:
    return f"data:{artwork.kind};base64,{base64.b64encode(artwork.data).decode()}"
