"""Characters in and out: what a Word document holds, what an article prints, and whether the two agree."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bulletin_pdf.docx.manuscript import Figures, Grid, Heading, Items, Manuscript, Text
from bulletin_pdf.docx.package import Package
from bulletin_pdf.docx.reading import text_parts, texts
from bulletin_pdf.docx.values import NOTE, Paragraph, Span
from bulletin_pdf.manuscript.markdown import Heading as Title
from bulletin_pdf.manuscript.markdown import Part
from bulletin_pdf.model import Footnote, ListBlock, Run, texts_of
from bulletin_pdf.model import Text as Inlines
from bulletin_pdf.source import INVISIBLE


def visible(text: str) -> str:
    """The characters that ink would show: blanks and invisible ones left out. All counts are of these."""
    return "".join(INVISIBLE.sub("", text).replace(NOTE, "").split())


def typed_text(package: Package) -> str:
    """Every character of a document straight from its XML: text, notes, comments, margins, what was deleted."""
    return "".join(texts(part.root) for part in text_parts(package))


def kept_text(manuscript: Manuscript) -> str:
    """The text of an understood article in the order in which it is printed, footnotes where they are called."""
    return "".join(shown_text(spans, manuscript.notes) for spans in _all_spans(manuscript))


def _all_spans(manuscript: Manuscript) -> Iterator[Sequence[Span]]:
    for element in manuscript.elements:
        match element:
            case Heading(spans=spans) | Text(spans=spans):
                yield spans
            case Items(items=items):
                yield from (item.spans for item in items)
            case Figures(caption=caption):
                yield caption
            case Grid(caption=caption, rows=rows):
                yield caption
                for row in rows:
                    yield from row


def shown_text(spans: Iterable[Span], notes: Mapping[str, Sequence[Paragraph]]) -> str:
    """Spans as printed: every character with its reading behind it, notes where they are called."""
    pieces = []
    for span in spans:
        if span.style.note:
            pieces += [shown_text(each.spans, notes) for each in notes.get(span.style.note, ())]
        elif span.style.reading:
            readings = span.style.reading.split()
            pieces += [each + reading for each, reading in zip(span.text, readings, strict=False)]
        else:
            pieces.append(span.text)
    return "".join(pieces)


def printed_text(parts: Iterable[Part], *, notes: bool = True, strong: bool = False) -> str:
    """What the dialect's reader gives back as text. notes: those too; strong: only what is."""
    pieces: list[str] = []
    for part in parts:
        for text in [part.text] if isinstance(part, Title) else _texts(part):
            pieces += _pieces(text, notes, strong)
    return "".join(pieces)


def _texts(block: object) -> Iterator[Inlines]:
    """The texts of a block without the bullets of its lists, which nobody typed."""
    if isinstance(block, ListBlock):
        for item in block.items:
            if item.label != "•":
                yield (Run(item.label, item.place),)
            for inner in item.blocks:
                yield from _texts(inner)
    else:
        yield from texts_of(block)  # type: ignore[arg-type]


def _pieces(text: Inlines, notes: bool, strong: bool) -> Iterator[str]:
    for inline in text:
        if isinstance(inline, Run) and (inline.strong or not strong):
            yield inline.printed
        elif isinstance(inline, Footnote) and notes:
            yield printed_text(inline.blocks)
