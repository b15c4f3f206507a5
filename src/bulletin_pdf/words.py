"""Tool: Chinese text cut into words, for titles that break between them and for slips of the pen. The home of rjieba."""

from collections.abc import Sequence


def words(text: str) -> Sequence[str]:
    """The words of a text; joined they are the text again. Its dictionary loads with the first call."""
    import rjieba

    return tuple(rjieba.cut(text))


def known_words(text: str) -> Sequence[str]:
    """The same with words of the dictionary only: a character that belongs to none stands alone."""
    import rjieba

    return tuple(rjieba.cut(text, False))
