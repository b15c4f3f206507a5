"""Tool: the paragraphs of a long issue set in two processes, the last of them in the process beside this one."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from bulletin_pdf.fonts import Fonts
from bulletin_pdf.model import Text, plain
from bulletin_pdf.system.beside import BesideLostError, at_hand
from bulletin_pdf.typesetting import SetText, Setting, Typesetter

# Fewer characters are set sooner than the other process can be told of them.
MANY = 10_000
# Of the characters; this process has the templates to fill as well.
THEIR_SHARE = 0.6
# They come in so many parts, so that the templates need not wait for the last one.
PARTS = 5

Paragraph = tuple[Text, Text]
"""A text and the credit at its end."""
SetThere = Callable[[Text, Text, Setting], SetText | None]


def set_beside(paragraphs: Sequence[Paragraph], setting: Setting, fonts: Fonts, note: Setting) -> SetThere:
    """Begin to set the last paragraphs of a text, if it is long and there is a process at hand.

    setting: of the paragraphs; note: of footnotes. Gives a function that gives a text with its credit in a setting, as
    `Typesetter.set` does; None for one that is to be set here.
    """
    process = at_hand()
    theirs = _theirs(paragraphs) if process else []
    if process is None or not theirs:
        return lambda text, credit, asked: None
    size = math.ceil(len(theirs) / PARTS)
    calls = [(fonts, note, setting, theirs[start : start + size]) for start in range(0, len(theirs), size)]
    try:
        outcomes = process.begin_each(_set, calls)
    except BesideLostError:  # told when its pages are missing
        return lambda text, credit, asked: None
    numbers = {paragraph: number for number, paragraph in enumerate(theirs)}

    def set_there(text: Text, credit: Text, asked: Setting) -> SetText | None:
        number = numbers.get((text, credit)) if asked == setting else None
        if number is None:
            return None
        try:
            return outcomes[number // size]()[number % size]
        except BesideLostError:
            return None

    return set_there


def _theirs(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    lengths = [len(plain((*text, *credit))) for text, credit in paragraphs]
    left = sum(lengths) * (1 - THEIR_SHARE) if sum(lengths) >= MANY else float("inf")
    theirs = []
    for paragraph, length in zip(paragraphs, lengths, strict=True):
        left -= length
        if left < 0:
            theirs.append(paragraph)
    return theirs


def _set(fonts: Fonts, note: Setting, setting: Setting, paragraphs: Sequence[Paragraph]) -> list[SetText]:
    typesetter = _typesetter(fonts, note)
    return [typesetter.set(text, setting, credit=credit) for text, credit in paragraphs]


@lru_cache(maxsize=1)  # one for all parts of a text
def _typesetter(fonts: Fonts, note: Setting) -> Typesetter:
    return Typesetter(fonts, note)
