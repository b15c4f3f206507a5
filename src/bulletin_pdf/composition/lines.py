"""Lines of a prepared paragraph: how long a stretch of atoms is, what it can give, and how it is set."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add

from bulletin_pdf.composition.characters import HANGING, Kind
from bulletin_pdf.composition.gaps import BETWEEN_HAN
from bulletin_pdf.composition.paragraph import Atom, Gap, Paragraph, Rules, Stretch, Tier

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


@dataclass(frozen=True, slots=True)
class Line:
    """A composed line.

    spaces: what is added after each atom (negative: cut), in em. text: its characters. start: shift of its first atom (a cut blank makes it negative). width: from the measure's left edge to the
    end of the last atom's body, less what is cut or hangs. drawn: the same up to the end of the last atom's
    advance, blank and all, but without a space that ends the line: where its last glyph ends.
    opened: how far each Han gap was widened. looseness: +1 where the line is opened beyond `LOOSE` or has
    nothing to open, -1 where it is longer than its measure, else 0. forced: it ends where no line may end,
    since nothing else fits. offset: where its text begins in the paragraph.
    """

    atoms: tuple[Atom, ...]
    spaces: tuple[float, ...]
    text: str
    start: float
    width: float
    drawn: float
    opened: float
    looseness: int
    forced: bool
    offset: int
    hangs: bool


class Lengths:
    """Running sums over a paragraph: what any stretch of it measures and can give, in constant time.

    A line of atoms first … last is tails[last] - heads[first] long before anything is squeezed or opened, edges
    trimmed. The sums `shrinks`, `rooms` (Gap.room), `joints` (gaps that open) and `shown` (characters other than
    marks) are of everything before an atom; `ends_of_lines` are the atoms after which a line may end.
    """

    def __init__(self, paragraph: Paragraph, rules: Rules) -> None:
        self.atoms, self.gaps, self.rules = paragraph.atoms, paragraph.gaps, rules
        self._measure_gaps()
        self._measure_atoms()
        sums: list[float] = [0.0, *accumulate(map(add, self.widths, self.naturals))]
        self.heads = [total + trimmed for total, trimmed in zip(sums, self.starts, strict=False)]
        self.tails = [
            total + width - trimmed
            for total, width, trimmed in zip(sums, self.widths, self.ends, strict=False)
        ]

    def _measure_gaps(self) -> None:
        """What the gaps add, give and take. Most are between two Han, and so have nothing to tell."""
        count = len(self.gaps)
        self.naturals, shrinks, rooms, joints = [0.0] * count, [0.0] * count, [0.0] * count, [1] * count
        for index, gap in enumerate(self.gaps):
            if gap is not BETWEEN_HAN:
                self.naturals[index] = gap.natural
                shrinks[index] = sum([room for _, room in gap.shrink]) if gap.shrink else 0.0
                rooms[index] = gap.room
                joints[index] = int(gap.stretch is not None)
        self.shrinks = [0.0, *accumulate(shrinks)]
        self.rooms = [0.0, *accumulate(rooms)]
        self.joints = [0, *accumulate(joints)]
        self.ends_of_lines = [index for index, gap in enumerate(self.gaps) if gap.breakable]
        self.ends_of_lines.append(count)

    def _measure_atoms(self) -> None:
        """What the atoms take, and what of that is cut at the edges of a line; from Han nothing is."""
        count = len(self.atoms)
        self.widths = [atom.width for atom in self.atoms]
        self.starts, self.ends, self.hangs = [0.0] * count, [0.0] * count, [0.0] * count
        shown = [1] * count
        for index, atom in enumerate(self.atoms):
            if atom.kind is not Kind.HAN:
                shown[index] = _shown(atom)
                self.starts[index] = self._trimmed_start(index)
                self.ends[index] = self._trimmed_end(index)
                if self.rules.hanging:
                    self.hangs[index] = self._hanging(index)
        self.shown = [0, *accumulate(shown)]

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

    def _trimmed_end(self, last: int) -> float:
        """What is cut after the atom that ends a line (CL-1.5.1); a space with what it leaves at the end."""
        atom = self.atoms[last]
        if atom.kind in _SPACES:
            bared = self.ends[last - 1] + self.naturals[last - 1] if last else 0.0
            return atom.width + max(bared, 0.0)
        return atom.after if self.rules.trim_end or atom.narrow else 0.0

    def _hanging(self, last: int) -> float:
        """How much of the atom that ends a line may stand past the measure (CL-1.6): all that is not cut."""
        atom = self.atoms[last]
        if atom.kind in _SPACES:
            return self.hangs[last - 1] if last else 0.0
        return atom.width - self.ends[last] if atom.text in HANGING else 0.0

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
    atoms = lengths.atoms[first : last + 1]
    excess = lengths.excess(first, last, measure)
    hangs = lengths.hangs[last] > 0 and lengths.tails[last] - lengths.heads[first] - measure > EPSILON
    spaces = lengths.naturals[first:last]
    opened = 0.0
    looseness = 0
    if excess > EPSILON:
        looseness = -1 if _squeeze(spaces, lengths.gaps[first:last], excess) > EPSILON else 0
    elif justify and not is_last and excess < -EPSILON:
        opened = lengths.opening(first, last, -excess)
        fills = _open(spaces, lengths.gaps[first:last], -excess, opened)
        looseness = 1 if opened > LOOSE + EPSILON or not fills else 0
    start = -lengths.starts[first] if last > first or atoms[0].kind not in _SPACES else 0.0
    drawn = start + sum(lengths.widths[first : last + 1]) + sum(spaces)
    width = drawn - lengths.ends[last] - (lengths.hangs[last] if hangs else 0.0)
    # A typed space that ends a line stays in the text and takes no room.
    space = atoms[-1].width if atoms[-1].kind in _SPACES else 0.0
    if space:
        drawn -= space + (spaces[-1] if spaces else 0.0)
    spaces.append(-space)
    text = "".join([atom.text for atom in atoms])
    is_forced = not lengths.may_end(last)
    return Line(atoms, tuple(spaces), text, start, width, drawn, opened, looseness, is_forced, offset, hangs)


def _squeeze(spaces: list[float], gaps: Sequence[Gap], excess: float) -> float:
    """Take `excess` out of the gaps, tier by tier, all gaps of a tier alike; what could not be taken."""
    giving = [(index, gap.shrink) for index, gap in enumerate(gaps) if gap.shrink]
    for tier in Tier:
        rooms = [(index, sum([room for of, room in shrink if of is tier])) for index, shrink in giving]
        total = sum([room for _, room in rooms])
        if total <= 0:
            continue
        share = min(excess / total, 1.0)
        for index, room in rooms:
            spaces[index] -= room * share
        excess -= total * share
        if excess <= EPSILON:
            return 0.0
    return excess


def _open(spaces: list[float], gaps: Sequence[Gap], lack: float, opened: float) -> bool:
    """Add `lack` to the gaps: word spaces, then Han–Latin gaps up to their limits, then all by `opened`.

    Gives whether the line is filled, which it cannot be when there is nothing to open.
    """
    roomy = [(index, gap) for index, gap in enumerate(gaps) if gap.room]
    for stretch in (Stretch.WORD_SPACE, Stretch.LATIN_GAP):
        room = sum([gap.room for _, gap in roomy if gap.stretch is stretch])
        if room <= 0:
            continue
        share = min(lack / room, 1.0)
        for index, gap in roomy:
            if gap.stretch is stretch:
                spaces[index] += gap.room * share
        lack -= room * share
    if lack <= EPSILON:
        return True
    joints = [index for index, gap in enumerate(gaps) if gap.stretch is not None]
    for index in joints:
        spaces[index] += opened
    return bool(joints)
