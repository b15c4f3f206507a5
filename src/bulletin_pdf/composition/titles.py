"""Titles of several lines: as few as will do, words whole, in the shape of a trapezoid or rhombus (GD-2.3.1)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from bulletin_pdf.composition.characters import Kind
from bulletin_pdf.composition.lines import EPSILON, Lengths, Measure
from bulletin_pdf.composition.optimum import optimum

Words = Callable[[str], Sequence[str]]
"""Cuts a text into words; joined they are the text again."""

# The costs of a break. A word parted is worse than a bracketed title parted, that than an ugly shape.
PARTED_WORD, IN_BRACKETS = 400.0, 80.0
# Words that lean on what precedes, and on what follows: they begin no line, and end none.
LEANS_BACK, BACKWARD = (
    frozenset(
        [
            "的",
            "了",
            "着",
            "过",
            "们",
            "等",
            "之",
            "者",
            "所",
            "式",
            "型",
            "性",
            "化",
            "上",
            "中",
            "下",
            "内",
            "后",
            "前",
            "时",
        ]
    ),
    100.0,
)
LEANS_ON, FORWARD = (
    frozenset(
        [
            "和",
            "与",
            "及",
            "以及",
            "或",
            "暨",
            "并",
            "在",
            "对",
            "为",
            "向",
            "把",
            "被",
            "将",
            "从",
            "于",
            "以",
            "第",
            "关于",
            "致",
            "给",
            "由",
            "是",
            "不",
            "再",
            "更",
            "全",
        ]
    ),
    40.0,
)
# A word of one character, such as 新 or 各, mostly leans on the next one too.
SINGLE = 10.0
# A line likes to end with a pause, and before 关于; the second is how titles of documents are built.
PAUSE_GAIN, SUBJECT_GAIN = 10.0, 6.0
# The costs of a shape. Unevenness is the sum of squared deviations from the mean line, of which it is the unit.
UNEVEN, RECTANGLE, HOURGLASS, STUB = 100.0, 8.0, 40.0, 1000.0
# So many characters are a stub of a last line; lines whose lengths differ by less than this, in em, look alike.
SHORTEST, ALIKE = 2, 0.75
# One line more than needed is taken only to keep a word whole.
EXTRA_LINE = 200.0
MOST_LINES = 4


def balanced(lengths: Lengths, measure: Measure, words: Words) -> list[int]:
    """The last atom of every line of a title. `words` is asked only when one line does not hold it."""
    last = len(lengths.atoms) - 1
    width = measure.width
    if lengths.tails[last] - lengths.heads[0] <= width + EPSILON:
        return [last]
    ends = _ends(lengths, words)
    best: tuple[float, list[int]] | None = None
    for count in range(2, MOST_LINES + 1):
        extra = EXTRA_LINE if best else 0.0
        for breaks in _partitions(lengths, [end.last for end in ends], -1, count, width):
            cost = (
                sum(ends_cost for ends_cost in _break_costs(ends, breaks)) + _shape(lengths, breaks) + extra
            )
            if best is None or cost < best[0] - EPSILON:
                best = cost, breaks
        if extra or (best and best[0] < EXTRA_LINE):
            break
    return best[1] if best else optimum(lengths, measure)


@dataclass(frozen=True, slots=True)
class _End:
    """Where a line of the title may end, and what that costs."""

    last: int
    cost: float


def _ends(lengths: Lengths, words: Words) -> list[_End]:
    """Every legal end in the title."""
    text = "".join(atom.text for atom in lengths.atoms)
    cut = list(words(text))
    starts = dict(zip(accumulate(map(len, cut), initial=0), cut, strict=False))
    stops = {offset + len(word): word for offset, word in starts.items()}
    ends = []
    offset = depth = 0
    for index, (atom, gap) in enumerate(zip(lengths.atoms, lengths.gaps, strict=False)):
        offset += len(atom.text)
        depth += (atom.kind is Kind.OPENING) - (atom.kind is Kind.CLOSING)
        if not gap.breakable:
            continue
        cost = gap.penalty + IN_BRACKETS * max(depth, 0)
        # The dictionary knows no marks: next to one a word always ends.
        is_mark = atom.kind is not Kind.HAN or lengths.atoms[index + 1].kind is not Kind.HAN
        word, following = stops.get(offset, ""), starts.get(offset, "")
        cost += 0.0 if following or is_mark else PARTED_WORD
        cost += BACKWARD if following in LEANS_BACK or (atom.text[-1].isdigit() and following) else 0.0
        cost += FORWARD if word in LEANS_ON else SINGLE if len(word) == 1 and not is_mark else 0.0
        cost -= PAUSE_GAIN if atom.kind in (Kind.PAUSE, Kind.STOP, Kind.SPACE, Kind.WIDE_SPACE) else 0.0
        cost -= SUBJECT_GAIN if text.startswith("关于", offset) else 0.0
        ends.append(_End(index, cost))
    return ends


def _break_costs(ends: Sequence[_End], breaks: Sequence[int]) -> Iterator[float]:
    chosen = set(breaks)
    return (end.cost for end in ends if end.last in chosen)


def _partitions(
    lengths: Lengths, ends: Sequence[int], start: int, count: int, width: float
) -> Iterator[list[int]]:
    """Every way to set what follows `start` on `count` lines that fit."""
    last = len(lengths.atoms) - 1
    if lengths.tails[last] - lengths.heads[start + 1] > count * width + EPSILON:
        return
    if count == 1:
        yield [last]
        return
    for end in ends:
        if end > start and lengths.tails[end] - lengths.heads[start + 1] <= width + EPSILON:
            for rest in _partitions(lengths, ends, end, count - 1, width):
                yield [end, *rest]


def _shape(lengths: Lengths, breaks: Sequence[int]) -> float:
    """What the outline of the lines costs."""
    starts = [0, *(last + 1 for last in breaks[:-1])]
    lines = [lengths.tails[last] - lengths.heads[first] for first, last in zip(starts, breaks, strict=True)]
    mean = sum(lines) / len(lines)
    cost = UNEVEN * sum((line / mean - 1) ** 2 for line in lines)
    if all(abs(second - first) < ALIKE for first, second in pairwise(lines)):
        cost += RECTANGLE
    has_waist = any(
        middle < min(first, third) - EPSILON
        for first, middle, third in zip(lines, lines[1:], lines[2:], strict=False)
    )
    cost += HOURGLASS if has_waist else 0.0
    return cost + (STUB if lengths.weight(starts[-1]) <= SHORTEST else 0.0)
