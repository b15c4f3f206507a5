"""All lines of a paragraph together: the breaks of least cost, by dynamic programming."""

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from bulletin_pdf.composition.first_fit import first_fit
from bulletin_pdf.composition.lines import EPSILON, Lengths, Measure

# What a line costs. A Han gap opened by a quarter em costs 100, beyond that the cube counts: one bad line is worse
# than two mild ones. Squeezing is half as dear, since CLREQ shrinks before it stretches (CL-1.7.1), but not free:
# it must not become the normal state. Opening only what opens first, word spaces and Han–Latin gaps, is cheap.
STRETCH_COST, WIDEST = 100.0, 0.25
SQUEEZE_COST, SQUEEZED = 50.0, 1.0
ROOM_COST = 2.0
# Lines in a row that are visibly opened catch the eye more than one by itself.
VISIBLE, RUN_COST = 0.05, 20.0
# A last line of one character, of two (CL-1.9.5).
RUNT_COST, SHORT_END_COST = 1000.0, 150.0
# Ending where no line may end; being longer than the measure, by each em.
FORCED_COST, OVERFULL_COST = 1e6, 1e8
# A line this much too long, in em, cannot be saved by what follows: a mark that hangs or gives its blank.
HOPELESS = 1.0


def optimum(lengths: Lengths, measure: Measure) -> list[int]:
    """The last atom of every line.

    A node is the end of a line, in two states: that line is visibly opened, or not. costs[end] is the least
    cost of everything up to it in each state, came_from[end] the end before and its state on that way. Ends are
    taken in order, so the way to one is final when lines begin there. What costs more than filling line by
    line can be no part of the best way, and is not followed.
    """
    last_atom = len(lengths.atoms) - 1
    bound = total_cost(lengths, measure, first_fit(lengths, measure)) + EPSILON
    ends = lengths.ends_of_lines if bound < FORCED_COST else list(_ends_in_need(lengths, measure))
    costs: dict[int, list[float]] = {-1: [0.0, math.inf]}
    came_from: dict[int, list[tuple[int, bool]]] = {}
    known = -1
    for start in (-1, *ends):
        if start not in costs:
            if bound < math.inf:
                continue
            # Every line into this end is too long: take the shortest.
            excess = lengths.excess(known + 1, start, measure.of(known == -1))
            before, was_open = _arrive(costs[known], False)
            costs[start] = [before + OVERFULL_COST * excess + _end_cost(lengths, start), math.inf]
            came_from[start] = [(known, was_open), (known, was_open)]
        if start == last_atom:
            break
        known = start
        for end, cost, is_open in _lines_from(lengths, start + 1, ends, measure.of(start == -1), bound):
            before, was_open = _arrive(costs[start], is_open)
            total = before + cost + _end_cost(lengths, end)
            if total > bound:
                continue
            best = costs.setdefault(end, [math.inf, math.inf])
            if total < best[is_open] - EPSILON:
                best[is_open] = total
                came_from.setdefault(end, [(-1, False), (-1, False)])[is_open] = (start, was_open)
    return _traced(came_from, last_atom, costs[last_atom][1] < costs[last_atom][0])


def _lines_from(
    lengths: Lengths, first: int, ends: Sequence[int], measure: float, bound: float
) -> Iterator[tuple[int, float, bool]]:
    """Lines that begin with an atom: their last atom, their own cost and whether they are visibly opened.

    From the one that fills its measure as it is: on while squeezing may help, back while opening costs less
    than `bound`.
    """
    last_atom = len(lengths.atoms) - 1
    filled = bisect_left(ends, lengths.fill(first, measure))
    for index in range(filled, len(ends)):
        line = line_cost(lengths, first, ends[index], measure, is_last=ends[index] == last_atom)
        if line is not None:
            yield ends[index], *line
        elif _is_hopeless(lengths, first, ends[index], measure):
            break
    for index in range(filled - 1, -1, -1):
        end = ends[index]
        line = line_cost(lengths, first, end, measure, is_last=end == last_atom)
        if end < first or line is None or line[0] > bound:
            break
        yield end, *line


def total_cost(lengths: Lengths, measure: Measure, breaks: Sequence[int]) -> float:
    """What a way to break a paragraph costs; infinite if a line of it cannot be set or ends where none may."""
    cost, first, was_open = 0.0, 0, False
    for last in breaks:
        is_last = last == len(lengths.gaps)
        line = line_cost(lengths, first, last, measure.of(first == 0), is_last=is_last)
        if line is None or not lengths.may_end(last):
            return math.inf
        cost += line[0] + (RUN_COST if was_open and line[1] else 0.0)
        cost += _end_cost(lengths, last)
        first, was_open = last + 1, line[1]
    return cost


def _is_hopeless(lengths: Lengths, first: int, last: int, measure: float) -> bool:
    """Whether a line is too long whatever may follow it."""
    excess = lengths.tails[last] - lengths.heads[first] - measure
    return excess - lengths.shrink(first, last) > HOPELESS


def _arrive(cost: Sequence[float], is_open: bool) -> tuple[float, bool]:
    """The cheaper way to a start for a line that is visibly opened or not, and whether it ends in an open one."""
    closed, opened = cost
    if is_open:
        opened += RUN_COST
    return (opened, True) if opened < closed else (closed, False)


def _traced(came_from: Mapping[int, Sequence[tuple[int, bool]]], end: int, is_open: bool) -> list[int]:
    breaks = []
    while end >= 0:
        breaks.append(end)
        end, is_open = came_from[end][is_open]
    return breaks[::-1]


def _ends_in_need(lengths: Lengths, measure: Measure) -> Iterator[int]:
    """Where lines may end; and where the stretch between two such places fits on no line, anywhere in it."""
    previous = -1
    for end in lengths.ends_of_lines:
        available = measure.of(previous == -1)
        if lengths.excess(previous + 1, end, available) > lengths.shrink(previous + 1, end) + EPSILON:
            yield from range(previous + 1, end)
        yield end
        previous = end


def _end_cost(lengths: Lengths, last: int) -> float:
    """What it costs that a line ends there, and that it is one more."""
    each = lengths.rules.line_penalty
    if last == len(lengths.gaps):
        return each
    gap = lengths.gaps[last]
    return each + (gap.penalty if gap.breakable else FORCED_COST)


def line_cost(
    lengths: Lengths, first: int, last: int, measure: float, *, is_last: bool
) -> tuple[float, bool] | None:
    """The cost of a line by itself and whether it is visibly opened; None where it cannot be made to fit."""
    excess = lengths.tails[last] - lengths.heads[first] - measure
    if excess > EPSILON:
        excess -= lengths.hangs[last]
    if excess > EPSILON:
        shrink = lengths.shrinks[last] - lengths.shrinks[first]
        if excess > shrink + EPSILON:
            return None
        cost = SQUEEZED + SQUEEZE_COST * (excess / shrink) ** 3
        return cost + (runt_cost(lengths, first) if is_last else 0.0), False
    if is_last:
        return runt_cost(lengths, first), False
    room = lengths.rooms[last] - lengths.rooms[first]
    cost, rest = 0.0, -excess
    if room > EPSILON:
        used = min(rest / room, 1.0)
        cost, rest = ROOM_COST * used * used, max(rest - room, 0.0)
    joints = lengths.joints[last] - lengths.joints[first]
    opened = rest / joints if joints else -excess
    ratio = opened / WIDEST
    return cost + STRETCH_COST * ratio ** (2 if ratio <= 1 else 3), opened > VISIBLE


def runt_cost(lengths: Lengths, first: int) -> float:
    """What a last line, not an only one, costs for being short, where `runts` asks."""
    if not lengths.rules.runts or first == 0:
        return 0.0
    shown = lengths.weight(first)
    return RUNT_COST if shown <= 1 else SHORT_END_COST if shown == 2 else 0.0
