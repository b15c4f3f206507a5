"""An understood article as Markdown of the dialect, every sign in its text escaped.

What is written is read back at once: emphasis that the dialect would not read as such is left out, never the text.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from bulletin_pdf.diagnostics import Diagnostic
from bulletin_pdf.docx.account import printed_text, shown_text, visible
from bulletin_pdf.docx.manuscript import Figures, Grid, Heading, Items, Manuscript, Spans, Text
from bulletin_pdf.docx.values import NOTE, Span, Style
from bulletin_pdf.manuscript.figures import Picture
from bulletin_pdf.manuscript.markdown import parse_markdown
from bulletin_pdf.model import Figure, Table
from bulletin_pdf.source import SourceText

# Signs that may mean something anywhere in a text.
_SIGNS = re.compile(r"[\\`*\[\]<|{~]|&(?=#?\w+;)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
# Signs that mean something at the beginning of a line.
_AT_START = re.compile(r"[#>=:]|[-+](?=\s|$|[-+])|\d{1,9}(?=[.)](?:\s|$))")
# Full-width ones that look like something there can't be escaped, only written as entities.
_LOOKALIKE = re.compile(r"＃|：(?=：)|｛")
_Keep = Callable[[Style], Style]
_BARE_ADDRESS = re.compile(r"https?://[!-;=?-~]+")


def written(manuscript: Manuscript, pictures: Mapping[str, str]) -> str:
    """The Markdown of an article file, in which # is the article's title. pictures: names of files by part."""
    writer = _Writer(manuscript, pictures)
    blocks = list(writer.blocks())
    return "\n\n".join([*blocks, *writer.definitions()]) + "\n"


@dataclass(slots=True)
class _Writer:
    """Writes one article; numbers its footnotes in the order of their calls."""

    manuscript: Manuscript
    pictures: Mapping[str, str]
    numbers: dict[str, int] = field(default_factory=dict)

    def blocks(self) -> Iterator[str]:
        for element in self.manuscript.elements:
            match element:
                case Heading(rank=rank, spans=spans):
                    yield f"{'#' * rank} {self.heading(spans)}"
                case Text(spans=spans):
                    yield self.paragraph(spans)
                case Items():
                    yield "\n".join(self.items(element))
                case Figures():
                    yield from self.figures(element)
                case Grid():
                    yield self.grid(element)

    def definitions(self) -> Iterator[str]:
        """The footnotes that were called."""
        for key, number in list(self.numbers.items()):
            paragraphs = [self.paragraph(each.spans) for each in self.manuscript.notes[key]]
            body = "\n\n".join(paragraphs).replace("\n", "\n    ")
            yield re.sub(r"(?m)^ +$", "", f"[^{number}]: {body}")

    # --- blocks

    def heading(self, spans: Spans) -> str:
        r"""A title; a backslash breaks its line. One before an ASCII sign would escape it, so there it is left out."""
        text = self.inline(spans, _plain_style)
        text = re.sub(r"\\\n(?=[!-/:-@\[-`{-~])", "", text).replace("\\\n", "\\")
        return re.sub(r"#$", r"\\#", text)

    def paragraph(self, spans: Spans) -> str:
        """A paragraph on one line, with as much emphasis as the dialect reads back."""
        for keep in (_as_is, _without_italic, _plain_style, _bare_style):
            text = _at_start(self.inline(spans, keep))
            if keep is _bare_style or self.is_read_back(text, spans, keep):
                break
        return text

    def is_read_back(self, text: str, spans: Spans, keep: _Keep) -> bool:
        """Whether a text comes out of the reader with its characters and its emphasis, without a finding."""
        notes = "".join(f"\n\n[^{number}]: 注" for number in self.numbers.values() if f"[^{number}]" in text)
        parts, _, found = parse_markdown(SourceText(Path("稿.md"), text + notes), unseen)
        wanted = [replace(span, style=replace(keep(span.style), note="")) for span in spans]
        strong = "".join(span.text for span in wanted if span.style.bold and NOTE not in span.text)
        return (
            not found
            and visible(printed_text(parts, notes=False)) == visible(shown_text(wanted, {}))
            and visible(printed_text(parts, notes=False, strong=True)) == visible(strong)
        )

    def items(self, element: Items) -> Iterator[str]:
        """The lines of a list: - before a bullet, the number as it stands in the text."""
        for item in element.items:
            text = self.paragraph(item.spans)
            if element.is_bulleted:
                text = text.replace("\n", "\n" + "  " * (item.level + 1))
                yield f"{'  ' * item.level}- {text}"
            else:
                # A backslash had kept `1. ` from being a list, which it is.
                yield re.sub(r"^(\d{1,2})\\(?=\.)", r"\1", text)

    def figures(self, element: Figures) -> Iterator[str]:
        names = [self.pictures[each.part] for each in element.pictures if each.part in self.pictures]
        caption = self.inline(element.caption, _bare_style).replace("\\\n", "")
        if len(names) == 1:
            yield f"![{caption}]({names[0]})"
        elif names:
            row = " ".join(f"![]({name})" for name in names)
            yield f"::: 组图 {_in_title(caption)}\n{row}\n:::" if caption else row
        elif caption:
            yield self.paragraph(element.caption)

    def grid(self, element: Grid) -> str:
        head, *rows = ([self.inline(cell, _as_is).strip() for cell in row] for row in element.rows)
        lines = [head, ["---"] * len(head), *rows]
        table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        if not element.caption:
            return table
        caption = self.inline(element.caption, _plain_style).replace("\\\n", "")
        if re.match(r"表\s?\d", caption):
            return f"{caption}\n\n{table}"
        return f"::: 表 {_in_title(caption)}\n{table}\n:::"

    # --- text

    def inline(self, spans: Spans, keep: _Keep) -> str:
        """Spans as Markdown, in the styles that `keep` leaves them."""
        styled = [replace(span, style=keep(span.style)) for span in _with_notes_inside(spans)]
        pieces = []
        for (bold, italic), group in groupby(styled, lambda span: (span.style.bold, span.style.italic)):
            text = "".join(self.linked(list(group)))
            marks = "*" * (2 * bold + italic)
            inner = text.strip(" \u3000\n")
            if not marks or not inner or inner == "\\":
                pieces.append(text)
                continue
            begin = text.index(inner)
            pieces.append(text[:begin] + marks + inner + marks + text[begin + len(inner) :])
        return "".join(pieces)

    def linked(self, spans: Sequence[Span]) -> Iterator[str]:
        """Spans of one emphasis, with their links."""
        for link, group in groupby(spans, lambda span: span.style.link):
            same = list(group)
            plain = "".join(span.text for span in same)
            text = "".join(self.stretch(span) for span in same)
            if not link or not plain.strip() or NOTE in plain or "\n" in plain:
                yield text
            elif plain == link and _BARE_ADDRESS.fullmatch(link):
                yield f"<{link}>"
            else:
                yield f"[{text}]({re.sub(r'[^!#-;=?-Z_a-z~%]|[()]', _percent, link)})"

    def stretch(self, span: Span) -> str:
        """One span: a footnote's call, text with dots or readings, or plain text."""
        if span.style.note:
            return self.call(span.style.note)
        if (span.style.dotted or span.style.reading) and not re.search(r"[{}|\n\\\s]", span.text):
            return f"{{{span.text}|{span.style.reading or '·'}}}"
        escaped = _SIGNS.sub(lambda match: "\\" + match[0], span.text)
        escaped = _LOOKALIKE.sub(lambda match: f"&#x{ord(match[0]):X};", escaped)
        return escaped.replace("\n", "\\\n")

    def call(self, key: str) -> str:
        """[^1]; nothing for a note without text."""
        if not any(each.text.strip() for each in self.manuscript.notes.get(key, ())):
            return ""
        number = self.numbers.setdefault(key, len(self.numbers) + 1)
        return f"[^{number}]"


def unseen(picture: Picture) -> tuple[Figure | Table | None, list[Diagnostic]]:
    """A picture whose file nobody looks at."""
    return Figure(Path(picture.target), picture.alt, picture.caption, 1, 1, picture.place), []


def _with_notes_inside(spans: Spans) -> Iterator[Span]:
    """The call of a footnote takes the emphasis of the text before it, so that it parts none in two."""
    before = Style()
    for span in spans:
        if span.style.note:
            yield replace(
                span, style=replace(span.style, bold=before.bold, italic=before.italic, dotted=False)
            )
        else:
            before = span.style
            yield span


def _at_start(text: str) -> str:
    """A text whose lines don't look like headings, lists, quotations or containers."""
    lines = []
    for line in text.split("\n"):
        match = _AT_START.match(line)
        if match and match[0].isdigit():
            # 1. 甲 would be a list of one; 1.甲 is none, and how Chinese sets it.
            rest = line[match.end() + 1 :]
            bare = rest.lstrip()
            is_free = bool(bare) and not bare[0].isascii()
            line = line[: match.end() + 1] + bare if is_free else f"{match[0]}\\{line[match.end() :]}"
        elif match:
            line = "\\" + line
        lines.append(line)
    return "\n".join(lines)


def _in_title(caption: str) -> str:
    r"""A caption behind `::: 表`, where \{…} at the end would still be read as attributes."""
    return caption.replace("\\{", "&#123;")


def _percent(match: re.Match[str]) -> str:
    return quote(match[0], safe="")


# --- how much style is kept -----------------------------------------------------------------------------


def _as_is(style: Style) -> Style:
    return style


def _without_italic(style: Style) -> Style:
    return replace(style, italic=False)


def _plain_style(style: Style) -> Style:
    return replace(style, bold=False, italic=False)


def _bare_style(style: Style) -> Style:
    return replace(style, bold=False, italic=False, link="", dotted=False, reading="")
