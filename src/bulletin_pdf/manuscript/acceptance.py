"""Tool: findings that an editor lets stand, with the reason: `<!-- 保留 PR304：引用原文如此 -->`."""

import re
from collections.abc import Sequence

_COMMENT = re.compile(r"<!--\s*(.*?)\s*-->", re.DOTALL)
_WORDS = re.compile(r"(?:保留|keep)\s*((?:[A-Z]{2}\d{3}[、,，\s]*)+)[：:]\s*(\S.*)", re.DOTALL)
# What a row of a table or an item of a list begins with.
_ITEM = re.compile(
    r"[> \t\u3000]*(?:\||[-*+] |\d{1,3}[.．、](?!\d)|[一二三四五六七八九十百]{1,4}、|[（(][一二三四五六七八九十百\d]{1,4}[）)]|[①-⑳])"
)
_MEANT = re.compile(r"保留|keep\b|PR\d")


def is_acceptance(typed: str) -> bool:
    """Whether a piece of HTML is a comment that means to accept findings, rightly written or not."""
    match = _COMMENT.fullmatch(typed.strip())
    return bool(match and _MEANT.match(match[1]))


def read_acceptance(typed: str) -> tuple[tuple[str, ...], str]:
    """The codes and the reason in such a comment; no codes where they, the colon or the reason are missing."""
    match = _COMMENT.fullmatch(typed.strip())
    words = _WORDS.fullmatch(match[1]) if match else None
    return (tuple(re.findall(r"[A-Z]{2}\d{3}", words[1])), words[2]) if words else ((), "")


def covered(lines: Sequence[str], number: int) -> tuple[int, int]:
    """The first and last line, from 1, that a comment in line `number` is about: its paragraph, or the next one where it
    stands alone; at the end of an item or a row, that one only."""
    first, last = _paragraph(lines, number - 1)
    begins = [at for at in range(first, last + 1) if _ITEM.match(lines[at])]
    if not is_acceptance(lines[number - 1]) and (own := [at for at in begins if at < number]):
        last = next((at - 1 for at in begins if at >= number), last)
        return own[-1] + 1, last + 1
    if all(is_acceptance(line) for line in lines[first : last + 1]):
        below = next((each for each in range(last + 1, len(lines)) if not _is_blank(lines[each])), last)
        last = _paragraph(lines, below)[1]
    return first + 1, last + 1


def _paragraph(lines: Sequence[str], index: int) -> tuple[int, int]:
    """The first and last of the lines around one, from 0, that no blank line parts from it."""
    first = last = index
    while first > 0 and not _is_blank(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and not _is_blank(lines[last + 1]):
        last += 1
    return first, last


def _is_blank(line: str) -> bool:
    return not line.strip("> \t\u3000")
