"""What an article is made of, once its Word document is understood, as frozen values: what `writing` writes."""

from collections.abc import Mapping
from dataclasses import dataclass

from bulletin_pdf.docx.values import Loss, Paragraph, Picture, Span

Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; rank 1 is the article's title, 2 the subtitle or a sub-heading of the first level."""

    rank: int
    spans: Spans


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    spans: Spans
    align: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list; a number stands in its text, a bullet does not."""

    level: int
    spans: Spans


@dataclass(frozen=True, slots=True)
class Items:
    """A list, bulleted or numbered."""

    items: tuple[Item, ...]
    is_bulleted: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """Pictures side by side with one caption, perhaps none."""

    pictures: tuple[Picture, ...]
    caption: Spans


@dataclass(frozen=True, slots=True)
class Grid:
    """A table whose rows are of one length; the first is its head."""

    caption: Spans
    rows: tuple[tuple[Spans, ...], ...]


Element = Heading | Text | Items | Figures | Grid


@dataclass(frozen=True, slots=True)
class Manuscript:
    """An article, and what was done to it.

    losses: what could not be kept; remarks: what was kept in another way; cleaned: how often debris of each kind was
    taken out; added: characters that were nowhere in the document's text.
    """

    elements: tuple[Element, ...]
    notes: Mapping[str, tuple[Paragraph, ...]]
    losses: tuple[Loss, ...]
    remarks: tuple[Loss, ...]
    cleaned: Mapping[str, int]
    added: tuple[Loss, ...]
