"""Rules PR201 to PR207: marks that stand in pairs, and how pairs stand in one another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bulletin_pdf.proofreading.passages import HIDDEN, Galley, Passage
from bulletin_pdf.proofreading.rules import Slip, galley_rule

_NAMES = {"“": "引号", "‘": "单引号", "《": "书名号", "〈": "单书名号"}
_CLOSING = {"“": "”", "‘": "’", "《": "》", "〈": "〉", "（": "）", "【": "】", "〔": "〕"}
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
_MARKS = re.compile(f"[{''.join(_CLOSING)}{''.join(_OPENING)}]")
# A mark that is spoken of and not used: （“）, an apostrophe, and the bracket of 1） or （a）.
_NOT_IN_PAIRS = re.compile(
    r"[（“‘「『][“”‘’《》〈〉（）【】〔〕][）”’」』]|(?<=[A-Za-z\d])’|^\s*\w{1,3}）", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Pair:
    """The offsets of two marks that belong together, and how many pairs around them there are."""

    start: int
    end: int
    depth: int


def pairs_in(text: str) -> tuple[list[Pair], list[int]]:
    """The pairs of marks in a text in the order of their ends, and the offsets of marks without a partner."""
    if len(text) == 1:
        return [], []
    shown = _NOT_IN_PAIRS.sub(lambda match: HIDDEN * len(match.group()), text)
    pairs: list[Pair] = []
    alone: list[int] = []
    opened: list[int] = []
    for match in _MARKS.finditer(shown):
        mark, at = match.group(), match.start()
        if mark in _CLOSING:
            opened.append(at)
        elif (start := _partner(shown, opened, _OPENING[mark])) is None:
            alone.append(at)
        else:
            while opened[-1] != start:
                alone.append(opened.pop())
            opened.pop()
            pairs.append(Pair(start, at, len(opened)))
    return pairs, sorted([*alone, *opened])


def _partner(text: str, opened: list[int], opening: str) -> int | None:
    """The last open mark of a kind among the last few: a mark that was forgotten may stand inside a pair."""
    return next((at for at in reversed(opened[-4:]) if text[at] == opening), None)


@galley_rule("PR201", "引号、括号、书名号要配对", "GB/T 15834 §4.8、§4.9、§4.15")
def pairs_are_whole(galley: Galley) -> Iterator[Slip]:
    for index, passage in enumerate(galley.passages):
        following = galley.passages[index + 1] if index + 1 < len(galley.passages) else None
        alone = pairs_in(passage.text)[1]
        for at in alone:
            mark = passage.text[at]
            if mark == "“" and at == alone[-1] and following and _goes_on(passage, following):
                continue
            yield _unpaired(passage, at)


def _goes_on(passage: Passage, following: Passage) -> bool:
    """Whether a quotation of several paragraphs goes on: “ opens each, ” closes the last (§4.8.3.5)."""
    return passage.kind == following.kind == "body" and following.text.startswith("“")


def _unpaired(passage: Passage, at: int) -> Slip:
    mark = passage.text[at]
    name = _NAMES.get(mark) or _NAMES.get(_OPENING.get(mark, ""), "括号")
    here, other = ("前", "后") if mark in _CLOSING else ("后", "前")
    message, hint = f"{here}{name}没有配对", f"补上{other}{name}，或删去这个{here}{name}。"
    return Slip(passage, at, at + 1, message, hint=hint)


RULES = (pairs_are_whole,)
