"""What a Word document says, as frozen values: the words of reading, cleaning and understanding."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# Stands in the text where a footnote is called; Unicode has it for an object among characters.
NOTE = "\ufffc"


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text looks, and what hangs on it.

    font: the East Asian one by name; size: in half points (0 where nobody says). link: an address. reading: 注音.
    note: the key of the footnote that the character NOTE calls.
    """

    bold: bool = False
    italic: bool = False
    dotted: bool = False
    font: str = ""
    size: int = 0
    link: str = ""
    reading: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one style; a line end in it is a typed line break."""

    text: str
    style: Style = Style()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. number: counted from 1 through the document, as messages name it.

    label: its automatic number or •, which is not in the text. list_key, level: which list it is in and how deep.
    outline: the heading level from 0, None for text. style: the name of its style, lower case. align: left, center,
    right or both.
    """

    spans: tuple[Span, ...]
    number: int
    label: str = ""
    list_key: str = ""
    level: int = 0
    outline: int | None = None
    style: str = ""
    align: str = ""

    @property
    def text(self) -> str:
        """Its characters without the marks of footnotes."""
        return plain(self.spans)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the document. part: the name of the part that holds its bytes."""

    part: str
    number: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: what it holds, how many columns it takes, whether it goes on from the one above."""

    blocks: tuple["Block", ...]
    width: int = 1
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table by rows."""

    rows: tuple[tuple[Cell, ...], ...]
    number: int


Block = Paragraph | Picture | Table


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that could not be kept. kind: in Chinese; text: the characters of it, perhaps none; number: of the
    paragraph, 0 for none."""

    kind: str
    text: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is read. notes: the paragraphs of footnotes and endnotes by key.

    losses: what of its text is not in `blocks` and `notes`. remarks: what was kept, but in another way.
    """

    blocks: tuple[Block, ...]
    notes: Mapping[str, tuple[Paragraph, ...]] = field(default_factory=dict)
    losses: tuple[Loss, ...] = ()
    remarks: tuple[Loss, ...] = ()


def plain(spans: Iterable[Span]) -> str:
    """The characters of some spans without the marks of footnotes."""
    return "".join(span.text for span in spans).replace(NOTE, "")
