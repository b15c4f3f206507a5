"""What texts are made of: atoms, and the joints between them, each made once for all texts that are set alike."""

from collections.abc import Callable

from bulletin_pdf.composition.characters import Kind
from bulletin_pdf.composition.gaps import between
from bulletin_pdf.composition.paragraph import Atom, Blank, Gap, Punctuation, Rules, Style, Width

HALF = 0.5
_FULL_WIDTH = 0.75
_MARKS = (Kind.OPENING, Kind.CLOSING, Kind.PAUSE, Kind.STOP)
# Marks that stand on half an em for good, by style of punctuation (CL-1.4).
_NARROW_MARKS = {
    Punctuation.FULL: (),
    Punctuation.KAIMING: (Kind.OPENING, Kind.CLOSING, Kind.PAUSE),
    Punctuation.HALF: _MARKS,
}
_SPACES = (Kind.SPACE, Kind.WIDE_SPACE)


def half_blank(width: Width) -> Blank:
    """Blanks of faces that draw marks in half of their em, as Mainland faces do (CL-1.1.4)."""
    return lambda character, style: HALF if width(character, style) > _FULL_WIDTH else 0.0


class TypeCase:
    """The type case 字盘 that texts are set from: widths, blanks and rules, and the atoms and joints made by them.

    A Chinese text of a hundred pages has a few thousand different characters and pairs of a character and a mark; so
    whoever sets many texts alike sets them from one case.
    """

    def __init__(self, width: Width, rules: Rules, blank: Blank | None = None) -> None:
        """width: the advance of one character in a style, in em of the paragraph. blank: how much of a full-width mark
        is blank; by default half an em."""
        self.rules = rules
        self._width = width
        self._blank = blank or half_blank(width)
        self._drawers: dict[tuple[Style, Kind], Drawer] = {}
        self._joints: dict[tuple[Atom, Atom, float, bool], Gap] = {}

    def drawer(self, style: Style, kind: Kind) -> "Drawer":
        """The atoms of one style and kind."""
        drawer = self._drawers.get((style, kind))
        if drawer is None:
            drawer = self._drawers[style, kind] = Drawer(lambda text: self._atom(text, kind, style))
        return drawer

    def _atom(self, text: str, kind: Kind, style: Style) -> Atom:
        """An atom with its width and blanks."""
        if len(text) == 1 or (kind is Kind.SPACE and len(set(text)) == 1):
            # Spaces in a row are one.
            advance = self._width(text[0], style)
        else:
            advance = sum([self._width(character, style) for character in text])
        if kind in _MARKS:
            blank = min(self._blank(text[0], style), HALF)
            before, after = (blank, 0.0) if kind is Kind.OPENING else (0.0, blank)
            narrow = kind in _NARROW_MARKS[self.rules.punctuation]
            return Atom(text, kind, style, advance, before, after, narrow)
        if kind in (Kind.MIDDLE_DOT, Kind.SOLIDUS):
            # Half an em whatever the face says (CL-1.1): the difference is cut, or added, on both sides.
            side = (advance - HALF) / 2
            return Atom(text, kind, style, advance, side, side, narrow=True)
        return Atom(text, kind, style, advance)

    def joint(self, previous: Atom | None, first: Atom, second: Atom, penalty: float, in_word: bool) -> Gap:
        """What is between two atoms; see `between`."""
        if first.kind in _SPACES:
            # Only here it matters what stands before them.
            return between(previous, first, second, self.rules, penalty, in_word)
        pair = first, second, penalty, in_word
        joint = self._joints.get(pair)
        if joint is None:
            joint = self._joints[pair] = between(None, first, second, self.rules, penalty, in_word)
        return joint


class Drawer(dict[str, Atom]):
    """The atoms of one style and kind by their text, each made when it is first asked for."""

    def __init__(self, make: Callable[[str], Atom]) -> None:
        self._make = make

    def __missing__(self, text: str) -> Atom:
        atom = self[text] = self._make(text)
        return atom
