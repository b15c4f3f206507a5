"""Tool: what changed from one text to another, and from one sequence of texts to another.

Numbers and Latin words change as a whole, Han characters one by one; what is left between two changes is taken into
them where it is shorter than either, so that a reader sees one change and not its crumbs.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

# A number keeps its point, its sign of percent, and its separators: 3.5% is one word.
_TOKENS = re.compile(r"[A-Za-z]+|\d+(?:[.,]\d+)*[%％‰]?|\s+|.", re.DOTALL)
# Two texts are one text changed when so much of the shorter stands in the longer.
ALIKE = 0.5
# Past so many, two stretches have nothing to do with one another, and to find that out takes long.
MOST_PAIRINGS = 250_000


@dataclass(frozen=True, slots=True)
class Edit:
    """The characters from `start` to before `end` of the old text became those from `new_start` to before `new_end`."""

    start: int
    end: int
    new_start: int
    new_end: int


def edits(old: str, new: str) -> list[Edit]:
    """What changed, in order; changes of white space alone are none."""
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    matcher = SequenceMatcher(_is_blank, before, after, autojunk=False)
    found = [
        (first, last, new_first, new_last)
        for kind, first, last, new_first, new_last in matcher.get_opcodes()
        if kind != "equal"
    ]
    found = _at_seams(before, after, found)
    starts, new_starts = _starts(before), _starts(after)
    raw = [Edit(starts[a], starts[b], new_starts[c], new_starts[d]) for a, b, c, d in found]
    return [
        edit
        for edit in _without_crumbs(raw)
        if _letters(old[edit.start : edit.end]) != _letters(new[edit.new_start : edit.new_end])
    ]


def _at_seams(
    before: Sequence[str], after: Sequence[str], found: Sequence[tuple[int, int, int, int]]
) -> list[tuple[int, int, int, int]]:
    """Insertions and deletions moved to where the sentence has a seam: of 24〔行，自二月起执〕行 and
    24行〔，自二月起执行〕, which make the same text, the second."""
    moved: list[tuple[int, int, int, int]] = []
    for index, (first, last, new_first, new_last) in enumerate(found):
        start, end, tokens = (first, last, before) if last > first else (new_first, new_last, after)
        if last > first and new_last > new_first:
            moved.append((first, last, new_first, new_last))
            continue
        # What is the same on both sides, up to the changes before and behind.
        back = first - (moved[-1][1] if moved else 0)
        ahead = (found[index + 1][0] if index + 1 < len(found) else len(before)) - last
        steps = [0]
        while -steps[0] < back and tokens[start + steps[0] - 1] == tokens[end + steps[0] - 1]:
            steps.insert(0, steps[0] - 1)
        while steps[-1] < ahead and tokens[start + steps[-1]] == tokens[end + steps[-1]]:
            steps.append(steps[-1] + 1)
        step = max(steps, key=lambda step: (_seams(tokens, start + step, end + step), -abs(step), step))
        moved.append((first + step, last + step, new_first + step, new_last + step))
    return moved


def _seams(tokens: Sequence[str], start: int, end: int) -> int:
    """How many of the two edges of a stretch lie beside a mark, a blank or the end of the text."""
    return sum(
        edge in (0, len(tokens)) or not (tokens[edge - 1].isalnum() and tokens[edge].isalnum())
        for edge in (start, end)
    )


def _is_blank(token: str) -> bool:
    return token.isspace()


def _letters(text: str) -> str:
    return "".join(text.split())


def _starts(tokens: Sequence[str]) -> list[int]:
    starts = [0]
    for token in tokens:
        starts.append(starts[-1] + len(token))
    return starts


def _without_crumbs(found: Sequence[Edit]) -> list[Edit]:
    """Neighbours made one where what lies between is shorter than either of them; or as short as the shorter, where one
    came and the other went: 〔编者→主编〕."""
    merged: list[Edit] = []
    for edit in found:
        while merged:
            last = merged[-1]
            between = edit.start - last.end
            if between > min(_size(last), _size(edit)) - (not _is_exchange(last, edit)):
                break
            edit = Edit(last.start, edit.end, last.new_start, edit.new_end)
            merged.pop()
        merged.append(edit)
    return merged


def _is_exchange(first: Edit, second: Edit) -> bool:
    """Whether one only came and the other only went."""
    return (first.start == first.end and second.new_start == second.new_end) or (
        first.new_start == first.new_end and second.start == second.end
    )


def _size(edit: Edit) -> int:
    return max(edit.end - edit.start, edit.new_end - edit.new_start)


# --- sequences ------------------------------------------------------------------------------------------


def likeness(old: str, new: str) -> float:
    """How much of the shorter text stands in the longer, 0 to 1, by pairs of characters; quick."""
    if old == new:
        return 1.0
    first, second = Counter(_pairs(old)), Counter(_pairs(new))
    least = min(first.total(), second.total())
    # A few characters in common make no likeness of a word and a page.
    return (first & second).total() / least * min(1.0, 4 * (least + 1) / max(len(old), len(new)))


def _pairs(text: str) -> list[str]:
    return [a + b for a, b in pairwise(text)] or [text]


def pair_up(old: Sequence[str], new: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Which texts of two sequences belong together, in the order of both: alike, changed, gone (None on the right), come
    (None on the left)."""
    pairs: list[tuple[int | None, int | None]] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, first, last, new_first, new_last in matcher.get_opcodes():
        if kind == "equal":
            pairs += zip(range(first, last), range(new_first, new_last), strict=True)
        else:
            pairs += _pair_changed(old, new, range(first, last), range(new_first, new_last))
    return pairs


def _pair_changed(
    old: Sequence[str], new: Sequence[str], before: range, after: range
) -> list[tuple[int | None, int | None]]:
    """The pairing of two stretches without a text in common that makes the sum of likenesses the greatest."""
    if len(before) * len(after) > MOST_PAIRINGS:
        return [*((index, None) for index in before), *((None, index) for index in after)]
    scores = {(i, j): score for i in before for j in after if (score := likeness(old[i], new[j])) >= ALIKE}
    best = [[0.0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for i in reversed(range(len(before))):
        for j in reversed(range(len(after))):
            paired = scores.get((before[i], after[j]), 0.0)
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired + best[i + 1][j + 1] if paired else 0.0)
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < len(before) and j < len(after):
        paired = scores.get((before[i], after[j]), 0.0)
        if paired and best[i][j] == paired + best[i + 1][j + 1]:
            pairs.append((before[i], after[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            pairs.append((before[i], None))
            i += 1
        else:
            pairs.append((None, after[j]))
            j += 1
    pairs += [(index, None) for index in before[i:]]
    pairs += [(None, index) for index in after[j:]]
    return pairs


def out_of_order(numbers: Sequence[int]) -> set[int]:
    """The fewest numbers without which the others rise: what was moved."""
    ends: list[int] = []
    chains: list[list[int]] = []
    for number in numbers:
        at = bisect_left(ends, number)
        chain = [*(chains[at - 1] if at else ()), number]
        ends[at : at + 1] = [number]
        chains[at : at + 1] = [chain]
    return set(numbers) - set(chains[-1] if chains else ())
