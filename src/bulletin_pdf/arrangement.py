"""Words: how an issue's pages came about, beyond what was put in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Changes to a layout; the default changes nothing.

    headings: how many kinds of headings get a line more above them, from the highest on; negative: how many get a
    line less, from the lowest on. picture_scale: a factor. line_penalty: see composition.Rules. tight_gap: the
    narrower Han–Latin gap. lines: how many more there are on a page.
    """

    headings: int = 0
    picture_scale: float = 1.0
    line_penalty: float = 0.0
    tight_gap: bool = False
    lines: int = 0


UNCHANGED = Adjustment()


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How the pages came about, beyond what was put in: changes to the layout (see fit), and whether the imprint was
    put on a page after the text. With it the same pages can be made without the search for them."""

    adjustment: Adjustment = UNCHANGED
    imprint_apart: bool = False


AS_IT_COMES = Arrangement()
