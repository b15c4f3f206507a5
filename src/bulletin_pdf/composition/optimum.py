"""All lines of a paragraph together: the breaks of least cost, by dynamic programming."""

import math
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
    cost of everything up to it in each state, came_from[end] the end before and its state on that way. What
    costs more than filling line by line can be no part of the best way, and is not followed.
    Starts are kept in order; the later a line begins, the shorter it is and the more it is opened, so the search
    for the best line into an end begins with the longest and stops when opening it costs more than that by itself.
    """
    last_atom = len(lengths.atoms) - 1
    bound = total_cost(lengths, measure, first_fit(lengths, measure)) + EPSILON
    costs: dict[int, tuple[float, float]] = {-1: (0.0, math.inf)}
    came_from: dict[int, tuple[tuple[int, bool], tuple[int, bool]]] = {}
    starts = [-1]
    for end, penalty in _ends(lengths, measure):
        is_last = end == last_atom
        # Not opened, opened: the least cost so far, and the way that has it.
        best, ways = [math.inf, math.inf], [(-1, False), (-1, False)]
        hopeless = 0
        for start in starts:
            line = line_cost(lengths, start + 1, end, measure.of(start == -1), is_last=is_last)
            if line is None:
                hopeless += _is_hopeless(lengths, start + 1, end, measure.of(start == -1))
                continue
            cost, is_open = line
            if is_last:
                cost += runt_cost(lengths, start + 1)
            elif is_open and cost > bound:
                break
            before, was_open = _arrive(costs[start], is_open)
            if before + cost < best[is_open] - EPSILON:
                best[is_open], ways[is_open] = before + cost, (start, was_open)
        if min(best) == bound == math.inf:
            # Every line into this end is too long: take the shortest.
            start = starts[-1]
            excess = lengths.excess(start + 1, end, measure.of(start == -1))
            before, was_open = _arrive(costs[start], False)
            best[False], ways[False] = before + OVERFULL_COST * excess, (start, was_open)
        starts = starts[hopeless:]
        if min(best) + penalty <= bound:
            costs[end], came_from[end] = (best[0] + penalty, best[1] + penalty), (ways[0], ways[1])
            starts.append(end)
    return _traced(came_from, last_atom, costs[last_atom][1] < costs[last_atom][0])


def total_cost(lengths: Lengths, measure: Measure, breaks: Sequence[int]) -> float:
    """What a way to break a paragraph costs; infinite if a line of it cannot be set or ends where none may."""
    cost, first, was_open = 0.0, 0, False
    for last in breaks:
        is_last = last == len(lengths.gaps)
        line = line_cost(lengths, first, last, measure.of(first == 0), is_last=is_last)
        if line is None or not lengths.may_end(last):
            return math.inf
        cost += line[0] + (RUN_COST if was_open and line[1] else 0.0)
        if not is_last:
            cost += lengths.gaps[last].penalty
        else:
            cost += runt_cost(lengths, first)
        first, was_open = last + 1, line[1]
    return cost


def _is_hopeless(lengths: Lengths, first: int, last: int, measure: float) -> bool:
    """Whether a line is too long whatever may follow it."""
    excess = lengths.tails[last] - lengths.heads[first] - measure
    return excess - lengths.shrink(first, last) > HOPELESS


def _arrive(cost: tuple[float, float], is_open: bool) -> tuple[float, bool]:
    """The cheaper way to a start for a line that is visibly opened or not, and whether it ends in an open one."""
    closed, opened = cost
    if is_open:
        opened += RUN_COST
    return (opened, True) if opened < closed else (closed, False)


def _traced(came_from: Mapping[int, tuple[tuple[int, bool], ...]], end: int, is_open: bool) -> list[int]:
    breaks = []
    while end >= 0:
        breaks.append(end)
        end, is_open = came_from[end][is_open]
    return breaks[::-1]


def _ends(lengths: Lengths, measure: Measure) -> Iterator[tuple[int, float]]:
    """Where lines may end, and what that costs. Where the stretch between two such places fits on no line, a
    line may in an emergency end anywhere in it."""
    previous = -1
    for end in range(len(lengths.atoms)):
        if not lengths.may_end(end):
            continue
        available = measure.of(previous == -1)
        if lengths.excess(previous + 1, end, available) > lengths.shrink(previous + 1, end) + EPSILON:
            yield from ((forced, FORCED_COST) for forced in range(previous + 1, end))
        yield end, lengths.gaps[end].penalty if end < len(lengths.gaps) else 0.0
        previous = end


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
        return SQUEEZED + SQUEEZE_COST * (excess / shrink) ** 3, False
    if is_last:
        return 0.0, False
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
