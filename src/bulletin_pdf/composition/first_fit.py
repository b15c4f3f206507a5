"""Line by line, as Word does: each line takes what it can, and is not looked at again."""

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
    fits = None
    for last in range(first, len(lengths.atoms)):
        may_end = lengths.may_end(last)
        if lengths.tails[last] - lengths.heads[first] - measure <= EPSILON:
            fits = last if may_end else fits
        elif may_end and lengths.excess(first, last, measure) <= EPSILON:
            return last  # a mark that hangs
        elif fits == last - 1 and not _draws_in(lengths, first, last, measure):
            return last - 1
        else:
            pushed_in = _push_in(lengths, first, last, measure)
            if pushed_in is not None:
                return pushed_in
            # Nowhere to end: an emergency, but never an empty line.
            return fits if fits is not None else max(last - 1, first)
    return len(lengths.atoms) - 1


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
