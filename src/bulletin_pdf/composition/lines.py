"""Lines of a prepared paragraph: how long a stretch of atoms is, what it can give, and how it is set."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from bulletin_pdf.composition.characters import HANGING, Kind
from bulletin_pdf.composition.paragraph import Atom, Gap, Paragraph, Rules, Stretch, Style, Tier

# A Han gap opened wider than this is a loose line worth telling (standards §8, 6).
LOOSE = 0.25
EPSILON = 1e-6
_SPACES = (Kind.SPACE, Kind.WIDE_SPACE)


@dataclass(frozen=True, slots=True)
class Measure:
    """The widths that a paragraph's lines fill, in em; `indent` is the first line's, negative for a hanging one."""

    width: float
    indent: float = 0.0

    def of(self, is_first: bool) -> float:
        """What the line has to fill."""
        return self.width - (self.indent if is_first else 0.0)


class SetAtom(NamedTuple):
    """An atom in its place; `space` is what is added after it (negative: cut), in em."""

    text: str
    style: Style
    space: float


@dataclass(frozen=True, slots=True)
class Line:
    """A composed line.

    start: shift of its first atom (a cut blank makes it negative). width: from the measure's left edge to the
    end of the last atom's body, less what is cut or hangs. drawn: the same up to the end of the last atom's
    advance, blank and all, but without a space that ends the line: where its last glyph ends.
    opened: how far each Han gap was widened. looseness: +1 where the line is opened beyond `LOOSE` or has
    nothing to open, -1 where it is longer than its measure, else 0. forced: it ends where no line may end,
    since nothing else fits. offset: where its text begins in the paragraph.
    """

    atoms: tuple[SetAtom, ...]
    start: float
    width: float
    drawn: float
    opened: float
    looseness: int
    forced: bool
    offset: int
    hangs: bool

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(atom.text for atom in self.atoms)


class Lengths:
    """Running sums over a paragraph: what any stretch of it measures and can give, in constant time.

    A line of atoms first … last is tails[last] - heads[first] long before anything is squeezed or opened, edges
    trimmed. The sums `shrinks`, `rooms` (Gap.room), `joints` (gaps that open) and `shown` (characters other than
    marks) are of everything before an atom; `ends_of_lines` are the atoms after which a line may end.
    """

    def __init__(self, paragraph: Paragraph, rules: Rules) -> None:
        self.atoms, self.gaps, self.rules = paragraph.atoms, paragraph.gaps, rules
        advances = zip(self.atoms, self.gaps, strict=False)
        sums = [0.0, *accumulate(atom.width + gap.natural for atom, gap in advances)]
        self.shrinks = [
            0.0,
            *accumulate([sum(room for _, room in gap.shrink) if gap.shrink else 0.0 for gap in self.gaps]),
        ]
        self.rooms = [0.0, *accumulate([gap.room for gap in self.gaps])]
        self.joints = [0, *accumulate([gap.stretch is not None for gap in self.gaps])]
        self.shown = [0, *accumulate([1 if atom.kind is Kind.HAN else _shown(atom) for atom in self.atoms])]
        self.ends_of_lines = [index for index, gap in enumerate(self.gaps) if gap.breakable]
        self.ends_of_lines.append(len(self.gaps))
        self.starts = [
            0.0 if atom.kind is Kind.HAN else self._trimmed_start(index)
            for index, atom in enumerate(self.atoms)
        ]
        self._spaces = [index for index, atom in enumerate(self.atoms) if atom.kind in _SPACES]
        self.ends = self._trimmed_ends()
        self.hangs = self._hanging()
        self.heads = [total + trimmed for total, trimmed in zip(sums, self.starts, strict=False)]
        self.tails = [
            total + atom.width - trimmed
            for total, atom, trimmed in zip(sums, self.atoms, self.ends, strict=False)
        ]

    def _trimmed_start(self, first: int) -> float:
        """What is cut before the atom that begins a line (CL-1.5.2, CL-1.5.3); spaces go whole."""
        atom, rules = self.atoms[first], self.rules
        if atom.narrow:
            return atom.before
        if atom.kind is Kind.OPENING:
            return atom.before if (rules.trim_start if first else rules.trim_indent) else 0.0
        # A paragraph may begin with typed U+3000.
        is_space = atom.kind is Kind.SPACE or (atom.kind is Kind.WIDE_SPACE and first > 0)
        return atom.width if is_space else 0.0

    def _trimmed_ends(self) -> list[float]:
        """What is cut after the atom that ends a line (CL-1.5.1); a space with what it leaves at the end."""
        all_trimmed = self.rules.trim_end
        ends = [atom.after if all_trimmed or atom.narrow else 0.0 for atom in self.atoms]
        for index in self._spaces:
            bared = ends[index - 1] + self.gaps[index - 1].natural if index else 0.0
            ends[index] = self.atoms[index].width + max(bared, 0.0)
        return ends

    def _hanging(self) -> list[float]:
        """How much of the atom that ends a line may stand past the measure (CL-1.6): all that is not cut."""
        if not self.rules.hanging:
            return [0.0] * len(self.atoms)
        hangs = [
            atom.width - end if atom.text in HANGING else 0.0
            for atom, end in zip(self.atoms, self.ends, strict=True)
        ]
        for index in self._spaces:
            hangs[index] = hangs[index - 1] if index else 0.0
        return hangs

    def fill(self, first: int, measure: float) -> int:
        """The first atom that a line of this measure, as it is, has no room for; the count of atoms if there is none."""
        return max(bisect_right(self.tails, self.heads[first] + measure + EPSILON, lo=first), first)

    def excess(self, first: int, last: int, measure: float) -> float:
        """How much longer than the measure a line is; negative when it has to be opened. A mark that may hang
        does so where the line does not fit otherwise."""
        excess = self.tails[last] - self.heads[first] - measure
        return excess - self.hangs[last] if excess > EPSILON else excess

    def shrink(self, first: int, last: int) -> float:
        """How much atoms first … last as a line can give."""
        return self.shrinks[last] - self.shrinks[first]

    def opening(self, first: int, last: int, lack: float) -> float:
        """How far each joint opens, after word spaces and Han–Latin gaps, to make a line longer by `lack`."""
        rest = lack - (self.rooms[last] - self.rooms[first])
        joints = self.joints[last] - self.joints[first]
        return (rest / joints if joints else lack) if rest > 0 else 0.0

    def may_end(self, last: int) -> bool:
        """Whether a line may end after an atom."""
        return last == len(self.gaps) or self.gaps[last].breakable

    def weight(self, first: int) -> int:
        """How many characters the paragraph shows from an atom on, marks apart (CL-1.9.5)."""
        return self.shown[-1] - self.shown[first]


def _shown(atom: Atom) -> int:
    """How many characters other than marks an atom, not Han, shows."""
    if atom.kind is Kind.LATIN:
        return sum(character.isalnum() for character in atom.text)
    return 1 if atom.kind is Kind.SYMBOL else 0


def set_line(
    lengths: Lengths, first: int, last: int, measure: float, offset: int, *, is_last: bool, justify: bool
) -> Line:
    """Set atoms first … last as one line of a measure."""
    atoms, gaps = lengths.atoms[first : last + 1], lengths.gaps[first:last]
    excess = lengths.excess(first, last, measure)
    hangs = lengths.hangs[last] > 0 and lengths.tails[last] - lengths.heads[first] - measure > EPSILON
    spaces = [gap.natural for gap in gaps]
    opened = 0.0
    looseness = 0
    if excess > EPSILON:
        looseness = -1 if _squeeze(spaces, gaps, excess) > EPSILON else 0
    elif justify and not is_last and excess < -EPSILON:
        opened = lengths.opening(first, last, -excess)
        fills = _open(spaces, gaps, -excess, opened)
        looseness = 1 if opened > LOOSE + EPSILON or not fills else 0
    start = -lengths.starts[first] if last > first or atoms[0].kind not in _SPACES else 0.0
    drawn = start + sum(atom.width for atom in atoms) + sum(spaces)
    width = drawn - lengths.ends[last] - (lengths.hangs[last] if hangs else 0.0)
    # A typed space that ends a line stays in the text and takes no room.
    space = atoms[-1].width if atoms[-1].kind in _SPACES else 0.0
    if space:
        drawn -= space + (spaces[-1] if spaces else 0.0)
    spaces.append(-space)
    placed = tuple([SetAtom(atom.text, atom.style, space) for atom, space in zip(atoms, spaces, strict=True)])
    return Line(placed, start, width, drawn, opened, looseness, not lengths.may_end(last), offset, hangs)


def _squeeze(spaces: list[float], gaps: Sequence[Gap], excess: float) -> float:
    """Take `excess` out of the gaps, tier by tier, all gaps of a tier alike; what could not be taken."""
    for tier in Tier:
        rooms = [sum(room for of, room in gap.shrink if of is tier) for gap in gaps]
        total = sum(rooms)
        if total <= 0:
            continue
        share = min(excess / total, 1.0)
        for index, room in enumerate(rooms):
            spaces[index] -= room * share
        excess -= total * share
        if excess <= EPSILON:
            return 0.0
    return excess


def _open(spaces: list[float], gaps: Sequence[Gap], lack: float, opened: float) -> bool:
    """Add `lack` to the gaps: word spaces, then Han–Latin gaps up to their limits, then all by `opened`.

    Gives whether the line is filled, which it cannot be when there is nothing to open.
    """
    for stretch in (Stretch.WORD_SPACE, Stretch.LATIN_GAP):
        room = sum(gap.room for gap in gaps if gap.stretch is stretch)
        if room <= 0:
            continue
        share = min(lack / room, 1.0)
        for index, gap in enumerate(gaps):
            if gap.stretch is stretch:
                spaces[index] += gap.room * share
        lack -= room * share
    if lack <= EPSILON:
        return True
    for index, gap in enumerate(gaps):
        if gap.stretch is not None:
            spaces[index] += opened
    return any(gap.stretch is not None for gap in gaps)
