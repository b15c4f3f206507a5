"""What holds between two atoms: what is cut or added, what gives, whether a line may end there."""

from bulletin_pdf.composition.characters import (
    NARROW_CLOSING,
    NARROW_OPENING,
    NO_BREAK,
    REPEATED,
    Kind,
    may_end_line,
    may_start_line,
)
from bulletin_pdf.composition.paragraph import Atom, Gap, Rules, Stretch, Tier

# Floor and ceiling of a word space, ceiling of the Han–Latin gap, in em (CL-1.7). CLREQ lets the
# latter open to 0.5, practice to 1/3; wider than that, 第 2 季 falls apart.
WORD_FLOOR, WORD_CEILING = 0.25, 0.5
LATIN_CEILING = 1 / 3
# For a break inside a group that reads as one, such as 第|17|期; see `optimum` for the unit.
GROUP_PENALTY = 80.0

_SPACES = (Kind.SPACE, Kind.WIDE_SPACE)
_MARKS_AFTER = (Kind.CLOSING, Kind.PAUSE, Kind.STOP)
_TIERS = {
    Kind.OPENING: Tier.BRACKET,
    Kind.CLOSING: Tier.BRACKET,
    Kind.PAUSE: Tier.PAUSE,
    Kind.STOP: Tier.STOP,
}
_WORD_ENDS = frozenset(")]\"'")
_RIGID = (Kind.CONNECTOR, Kind.SOLIDUS)
BETWEEN_HAN = Gap(stretch=Stretch.OTHER, breakable=True)
"""What is between two characters of Han and nothing else is to be said."""


def between(
    previous: Atom | None, first: Atom, second: Atom, rules: Rules, penalty: float, in_word: bool
) -> Gap:
    """The joint of two atoms. previous: what stands before them; in_word: a place where a word may be parted."""
    if first.kind is second.kind is Kind.HAN and not (
        penalty or second.attached or first.text[-1] in NO_BREAK
    ):
        return BETWEEN_HAN
    if first.kind is Kind.LATIN and second.kind is Kind.LATIN:
        return Gap(breakable=in_word and not second.attached, penalty=penalty)
    if second.attached:
        return Gap(-first.after if first.narrow else 0.0)
    breakable = _breakable(previous, first, second, rules)
    if first.kind is Kind.SPACE or second.kind is Kind.SPACE:
        return _space(previous, first, second, rules, breakable)
    if rules.gap > 0 and _meets_latin(first, second):
        return _latin_gap(rules, 0.0, breakable, penalty)
    cut_after, cut_before = _cut(first, second, rules)
    shrink = tuple(
        (_TIERS[atom.kind], left)
        for atom, left in ((first, first.after - cut_after), (second, second.before - cut_before))
        if left > 0 and atom.kind in _TIERS
    )
    opens = not (first.kind in _RIGID or second.kind in _RIGID or _is_unit(first, second))
    stretch = Stretch.OTHER if opens else None
    return Gap(-(cut_after + cut_before), shrink, stretch, breakable=breakable, penalty=penalty)


def _meets_latin(first: Atom, second: Atom) -> bool:
    """Whether Han meets a Latin letter or a digit, in either order (CL-1.8.1, CL-1.8.3).

    Not behind a superscript (CL-1.8.4).
    """
    if first.kind is Kind.HAN and second.kind is Kind.LATIN:
        return not first.attached and (second.text[0].isalnum() or second.text[0] in "+−±$¥€£")
    if first.kind is Kind.LATIN and second.kind is Kind.HAN:
        last = first.text[-1]
        # rxvt(1) is a word to its end; (rxvt) stands apart by itself.
        is_word = last.isalnum() or last in "%+°" or (last in _WORD_ENDS and first.text[0].isalnum())
        return not first.attached and is_word
    return False


def _are_han_and_latin(first: Atom, second: Atom) -> bool:
    """Whether one is Han and the other Latin, signs and all: a space typed between them is their gap (CL-1.8.5)."""
    return {first.kind, second.kind} == {Kind.HAN, Kind.LATIN} and not first.attached


def _latin_gap(rules: Rules, width: float, breakable: bool, penalty: float = 0.0) -> Gap:
    """A Han–Latin gap in place of a typed space of this width."""
    room = max(LATIN_CEILING - rules.gap, 0.0)
    shrink = ((Tier.LATIN_GAP, rules.gap / 2),)
    return Gap(rules.gap - width, shrink, Stretch.LATIN_GAP, room, breakable, penalty)


def _space(previous: Atom | None, first: Atom, second: Atom, rules: Rules, breakable: bool) -> Gap:
    """The joints on both sides of a typed space: where it parts Han and Latin it *is* the gap (CL-1.8.5)."""
    if first.kind is not Kind.SPACE:
        return Gap(-first.after if first.narrow else 0.0)
    if second.kind is Kind.SPACE:
        return Gap(-first.width)  # two of different styles: the last one counts
    if previous is None:
        return Gap(breakable=breakable)
    if rules.gap > 0 and _are_han_and_latin(previous, second):
        return _latin_gap(rules, first.width, breakable)
    if previous.kind in _TIERS or second.kind in _TIERS:
        # A full-width mark has its own blank: a space typed beside it adds nothing (CL-1.8.3).
        cut_after, cut_before = _cut(previous, second, rules)
        cut_before_space = previous.after if previous.narrow else 0.0
        return Gap(-first.width - cut_after + cut_before_space - cut_before, breakable=breakable)
    shrink = max(first.width - WORD_FLOOR, 0.0)
    before = second.before if second.narrow else 0.0
    return Gap(
        -before,
        ((Tier.WORD_SPACE, shrink),) if shrink else (),
        Stretch.WORD_SPACE,
        max(WORD_CEILING - first.width, 0.0),
        breakable,
    )


def _cut(first: Atom, second: Atom, rules: Rules) -> tuple[float, float]:
    """How much of the blank after the first and before the second atom is cut between them (CL-1.4)."""
    cut_after = first.after if first.narrow else 0.0
    cut_before = second.before if second.narrow else 0.0
    if not rules.trim_pairs:
        return cut_after, cut_before
    opens = first.kind is Kind.LATIN and first.text[-1] in NARROW_OPENING
    closes = second.kind is Kind.LATIN and second.text[0] in NARROW_CLOSING
    if first.kind in _MARKS_AFTER and (
        closes or second.kind in (*_MARKS_AFTER, Kind.MIDDLE_DOT, Kind.WIDE_SPACE)
    ):
        cut_after = first.after
    if second.kind is Kind.OPENING and (
        opens or first.kind in (Kind.OPENING, *_MARKS_AFTER, Kind.MIDDLE_DOT, Kind.WIDE_SPACE)
    ):
        cut_before = second.before
    return cut_after, cut_before


def _is_unit(first: Atom, second: Atom) -> bool:
    """Whether two atoms are one sequence that is neither parted nor opened: ￥|100, 25|℃, ？|！ (CL-1.3)."""
    return (
        (first.kind is Kind.PREFIX and second.text[0].isdigit())
        or (second.kind is Kind.SUFFIX and first.text[-1].isdigit())
        or (first.text in REPEATED and second.text in REPEATED)
    )


def _breakable(previous: Atom | None, first: Atom, second: Atom, rules: Rules) -> bool:
    """Whether a line may end between two atoms (CL-1.2, CL-1.3). Spaces stay with what precedes them."""
    if second.kind in _SPACES or first.text[-1] in NO_BREAK or second.text[0] in NO_BREAK:
        return False
    if _is_unit(first, second) or (first.kind is Kind.HAN and second.text[0] == "-"):
        return False
    last = previous if first.kind in _SPACES and previous is not None else first
    return may_end_line(last.kind, last.text, rules.kinsoku) and may_start_line(
        second.kind, second.text, rules.kinsoku
    )
