"""Tool: the names in a line of a list of names 名单."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bulletin_pdf.model import Inline, LineBreak, Run, Text, plain

_NAME_OR_GAP = re.compile(r"[\s、,，;；]+|[^\s、,，;；]+")
_HAN = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff]+")


def names_in(line: Sequence[Inline]) -> list[Text]:
    """The names in a line: blanks, commas, semicolons and 、 part them.

    Two single Han characters with a blank between are one name padded to three, 王　明; a blank between two
    Latin words is part of a name.
    """
    names: list[Text] = []
    gap: Run | None = None
    is_open = False  # whether what comes next touches the last name
    for piece in _pieces(line):
        if isinstance(piece, Run) and not piece.text.strip(" \u3000\t、,，;；"):
            gap, is_open = piece, False
        elif isinstance(piece, LineBreak):
            gap, is_open = None, False
        elif is_open or (
            gap
            and names
            and isinstance(piece, Run)
            and not piece.readings
            and not gap.text.strip()
            and _is_padded(names[-1], piece)
        ):
            names[-1] += (piece,)
            is_open = True
        elif gap and names and isinstance(piece, Run) and _are_words(names[-1], gap, piece):
            names[-1] += (gap, piece)
            is_open = True
        else:
            names.append((piece,))
            is_open = True
    return names


def is_ordinary(name: Text) -> bool:
    """Whether a name of Han characters alone has two to four of them; any other may be what it likes."""
    words = plain(name)
    return not _HAN.fullmatch(words) or 2 <= len(words) <= 4


def _pieces(line: Sequence[Inline]) -> list[Inline]:
    """The line with its runs cut into names and gaps."""
    pieces: list[Inline] = []
    for inline in line:
        if not isinstance(inline, Run) or inline.readings or inline.dotted:
            pieces.append(inline)
            continue
        for match in _NAME_OR_GAP.finditer(inline.text):
            pieces.append(replace(inline, text=match.group(), place=inline.place.right(match.start())))
    return pieces


def _is_padded(name: Text, following: Run) -> bool:
    before = plain(name)
    return len(before) == len(following.text) == 1 and bool(_HAN.fullmatch(before + following.text))


def _are_words(name: Text, gap: Run, following: Run) -> bool:
    before = plain(name)[-1:]
    return gap.text == " " and before.isascii() and following.text[0].isascii()
