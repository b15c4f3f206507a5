"""Line by line, as Word does: each line takes what it can, and is not looked at again."""

from bisect import bisect_left

from bulletin_pdf.composition.lines import EPSILON, LOOSE, Lengths, Measure


def first_fit(lengths: Lengths, measure: Measure) -> list[int]:
    """The last atom of every line: fill each as far as it goes; push a forbidden mark in by squeezing, else push
    it out with what it clings to (CL-1.2.2).

    Does not look back, but for the last two lines where `runts` asks for it. Penalties are not weighed.
    """
    breaks: list[int] = []
    first = 0
    while first < len(lengths.atoms):
        breaks.append(_fill(lengths, first, measure.of(first == 0)))
        first = breaks[-1] + 1
    if lengths.rules.runts:
        _mend_runt(lengths, measure, breaks)
    return breaks


def _fill(lengths: Lengths, first: int, measure: float) -> int:
    """The last atom of the line that begins with `first`."""
    full = lengths.fill(first, measure)
    before = bisect_left(lengths.ends_of_lines, full) - 1
    fits = lengths.ends_of_lines[before] if before >= 0 and lengths.ends_of_lines[before] >= first else None
    if full == len(lengths.atoms):
        return full - 1
    if lengths.may_end(full) and lengths.excess(first, full, measure) <= EPSILON:
        return full  # a mark that hangs
    if fits == full - 1 and not _draws_in(lengths, first, full, measure):
        return fits
    pushed_in = _push_in(lengths, first, full, measure)
    if pushed_in is not None:
        return pushed_in
    # Nowhere to end: an emergency, but never an empty line.
    return fits if fits is not None else max(full - 1, first)


def _draws_in(lengths: Lengths, first: int, last: int, measure: float) -> bool:
    """Whether squeezing a line to take one more atom, which might as well begin the next, moves its characters
    less than opening it without (CL-1.7.1: first shrink)."""
    lack = measure - (lengths.tails[last - 1] - lengths.heads[first])
    excess = lengths.tails[last] - lengths.heads[first] - measure
    return excess <= min(lengths.shrink(first, last), lack)


def _push_in(lengths: Lengths, first: int, last: int, measure: float) -> int | None:
    """The nearest legal end from `last` on, if the line can be squeezed up to it."""
    for candidate in range(last, len(lengths.atoms)):
        left = lengths.excess(first, candidate, measure) - lengths.shrink(first, candidate)
        if lengths.may_end(candidate):
            return candidate if left <= EPSILON else None
        if left > 1:
            return None
    return None


def _mend_runt(lengths: Lengths, measure: Measure, breaks: list[int]) -> None:
    """A last line of one character: take it up by squeezing, else bring company down (CL-1.9.5). In place."""
    if len(breaks) < 2 or lengths.weight(breaks[-2] + 1) > 1:
        return
    first = breaks[-3] + 1 if len(breaks) > 2 else 0
    available, end = measure.of(first == 0), breaks[-1]
    if lengths.excess(first, end, available) - lengths.shrink(first, end) <= EPSILON:
        breaks[-2:] = [end]
        return
    for candidate in range(breaks[-2] - 1, first, -1):
        if lengths.may_end(candidate) and lengths.weight(candidate + 1) > 1:
            lack = -lengths.excess(first, candidate, available)
            fits = lengths.excess(candidate + 1, end, measure.width) <= EPSILON
            if fits and lengths.opening(first, candidate, lack) <= LOOSE:
                breaks[-2] = candidate
            return
