"""What a paragraph is to the composer: its text and rules as they come, its atoms and joints as they are used.

Lengths are em of the paragraph's own type size.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

from bulletin_pdf.composition.characters import Kind, Kinsoku

Style = Hashable
Width = Callable[[str, Style], float]
"""The advance of one character in a style, in em of the paragraph."""

Blank = Callable[[str, Style], float]
"""How much of a full-width mark's advance is blank on its open side, in em of the paragraph: before an opening
mark, after any other. A face that draws a mark narrow has none to give."""


class Punctuation(Enum):
    """Width of full-width marks 标点宽度 (CL-1.4): all one em; only 。？！ one em; all half an em."""

    FULL = "全身"
    KAIMING = "开明"
    HALF = "半角"


@dataclass(frozen=True, slots=True)
class Rules:
    """The switches of composition; the defaults are those of a Mainland official document.

    kinsoku: CL-1.2. punctuation: CL-1.4. gap: natural Han–Latin gap in em (CL-1.8.1); it shrinks to half
    of that. hanging: whether one 。，、；： may hang at a line's end (CL-1.6). trim_start, trim_indent: cut
    the blank of an opening mark at a line's start, at the paragraph's start (CL-1.5.2, CL-1.5.3).
    trim_end: cut the blank of a mark at a line's end (CL-1.5.1). trim_pairs: cut blanks between marks that
    meet (CL-1.4). optimum: choose all breaks of a paragraph together; else line by line, as Word does.
    runts: avoid a last line of one character (CL-1.9.5). line_penalty: what every line costs the optimum, besides
    what it costs by itself; more makes fewer and tighter lines.
    """

    kinsoku: Kinsoku = Kinsoku.GB
    punctuation: Punctuation = Punctuation.FULL
    gap: float = 0.25
    hanging: bool = False
    trim_start: bool = False
    trim_indent: bool = False
    trim_end: bool = True
    trim_pairs: bool = True
    optimum: bool = True
    runts: bool = True
    line_penalty: float = 0.0


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text in one style."""

    text: str
    style: Style
    attached: bool = False
    """A note mark or superscript: never parted from what stands before it (CL-1.3.6)."""


@dataclass(frozen=True, slots=True, eq=False)
class Atom:
    """What is never parted: a Han character, a mark, a Latin word. Equal to itself only.

    before, after: its blanks. narrow: they are cut wherever it stands (negative ones: added). attached: it
    belongs to the atom before it. is_plain: it is one character of Han, and nothing else is to be said of it.
    """

    text: str
    kind: Kind
    style: Style
    width: float
    before: float = 0.0
    after: float = 0.0
    narrow: bool = False
    attached: bool = False
    is_plain: bool = field(init=False)

    def __post_init__(self) -> None:
        is_plain = self.kind is Kind.HAN and not self.attached and len(self.text) == 1
        object.__setattr__(self, "is_plain", is_plain)


class Tier(Enum):
    """What gives when a line is too long, in this order (CL-1.7, shrink order). Two of its seven are fixed by
    other rules: the mark at the line's end (CL-1.5.1) and the interpunct (CL-1.1)."""

    WORD_SPACE = 2
    BRACKET = 4
    PAUSE = 5
    LATIN_GAP = 6
    STOP = 7


class Stretch(Enum):
    """What a joint is to justification, in the order in which they open (CL-1.7, stretch order)."""

    WORD_SPACE = 1
    LATIN_GAP = 2
    OTHER = 3


class Gap(NamedTuple):
    """The joint between two atoms.

    natural: what is added to the first atom's width, negative where blanks are cut (CL-1.4). shrink: how
    much each tier may take. stretch: in which turn it opens, None where it never does. room: how far it opens
    in its own turn, before all joints open alike. breakable: whether a line may end here; penalty: how much
    one would rather not, in the units of `optimum`.
    """

    natural: float = 0.0
    shrink: tuple[tuple[Tier, float], ...] = ()
    stretch: Stretch | None = None
    room: float = 0.0
    breakable: bool = False
    penalty: float = 0.0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Atoms, and gaps[i] between atoms i and i + 1 (one fewer than atoms).

    newline: the style of the line break that the editor typed behind it, in a tuple; empty if there is none.
    """

    atoms: tuple[Atom, ...]
    gaps: tuple[Gap, ...]
    newline: tuple[Style, ...] = ()
