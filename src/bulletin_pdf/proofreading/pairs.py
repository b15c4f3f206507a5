"""Rules PR201 to PR207: marks that stand in pairs, and how pairs stand in one another."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from bulletin_pdf.proofreading.passages import HIDDEN, Galley, Passage
from bulletin_pdf.proofreading.rules import HAN, Slip, galley_rule, rule

_NAMES = {"“": "引号", "‘": "单引号", "《": "书名号", "〈": "单书名号"}
# A half-width bracket may have a full-width partner, which PR101 reports; alone it is left to itself.
_CLOSING = {"“": "”", "‘": "’", "《": "》", "〈": "〉", "（": "）", "【": "】", "〔": "〕"}
_OPENING = {closing: opening for opening, closing in _CLOSING.items()}
_WIDE = str.maketrans("()", "（）")
_MARKS = re.compile(f"[{''.join(_CLOSING)}{''.join(_OPENING)}]")
# A mark that is spoken of and not used, （“）; an apostrophe; the bracket of 1） or （a）.
_NOT_IN_PAIRS = re.compile(
    r"[（“‘「『\"'][“”‘’《》〈〉（）【】〔〕][）”’」』\"']|(?<=[A-Za-z])’(?=[A-Za-z])|^[ \u3000]*\w{1,3}）",
    re.MULTILINE,
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
    shown = _NOT_IN_PAIRS.sub(lambda match: HIDDEN * len(match.group()), text.translate(_WIDE))
    pairs: list[Pair] = []
    alone: list[int] = []
    opened: list[int] = []
    for match in _MARKS.finditer(shown):
        mark, at = match.group(), match.start()
        if mark in _CLOSING:
            opened.append(at)
        elif (start := _partner(shown, opened, _OPENING[mark])) is None:
            if not (mark == "’" and text[at - 1 : at].isascii()):  # an apostrophe: the 1990s’
                alone.append(at)
        else:
            while opened[-1] != start:
                alone.append(opened.pop())
            opened.pop()
            pairs.append(Pair(start, at, len(opened)))
    return pairs, [at for at in sorted([*alone, *opened]) if text[at] not in "()"]


def _partner(text: str, opened: list[int], opening: str) -> int | None:
    """The last open mark of a kind among the last few: a mark that was forgotten may stand inside a pair."""
    return next((at for at in reversed(opened[-4:]) if text[at] == opening), None)


@galley_rule("PR201", "引号、括号、书名号要配对", "GB/T 15834 §4.8、4.9、4.15")
def pairs_are_whole(galley: Galley) -> Iterator[Slip]:
    for index, passage in enumerate(galley.passages):
        following = galley.passages[index + 1] if index + 1 < len(galley.passages) else None
        alone = pairs_in(passage.text)[1]
        if alone and passage.text[alone[-1]] == "“" and following and _goes_on(passage, following):
            alone.pop()
        rest = deque(alone)
        while rest:
            at = rest.popleft()
            turned = _turned(passage, at, rest[0]) if rest else None
            if turned:
                rest.popleft()
            yield turned or _unpaired(passage, at)


def _turned(passage: Passage, first: int, second: int) -> Slip | None:
    """A quotation mark that looks the wrong way: “三会一课“ or ”三会一课”."""
    text = passage.text
    if text[first] != text[second] or not 1 < second - first < 40 or "\n" in text[first:second]:
        return None
    if text[first] == "“":
        return Slip(passage, second, second + 1, "这里应是后引号", "”")
    return Slip(passage, first, first + 1, "这里应是前引号", "“") if text[first] == "”" else None


def _goes_on(passage: Passage, following: Passage) -> bool:
    """Whether a quotation of several paragraphs goes on: “ opens each, ” closes the last (§4.8.3.5)."""
    return passage.kind == following.kind == "body" and following.text.startswith("“")


def _unpaired(passage: Passage, at: int) -> Slip:
    mark = passage.text[at]
    name = _NAMES.get(mark) or _NAMES.get(_OPENING.get(mark, ""), "括号")
    here, other = ("前", "后") if mark in _CLOSING else ("后", "前")
    message, hint = f"{here}{name}没有配对", f"补上{other}{name}，或删去这个{here}{name}。"
    return Slip(passage, at, at + 1, message, hint=hint)


_INNER_QUOTES = {"“": "‘’", "‘": "“”"}


@rule("PR202", "引号里面用单引号，再里面又用双引号", "GB/T 15834 §4.8.3.4", is_safe=True, needs=["“‘"])
def quotes_alternate(passage: Passage) -> Iterator[Slip]:
    for pair in _directly_inside(passage.text, "“‘"):
        inner = _INNER_QUOTES[passage.text[pair.start]]
        yield _exchanged(passage, pair, inner, "引号里面又用了同样的引号")


@rule("PR203", "书名号里面用单书名号", "GB/T 15834 §4.15.3.5", is_safe=True, needs=["《"])
def titles_alternate(passage: Passage) -> Iterator[Slip]:
    for pair in _directly_inside(passage.text, "《"):
        yield _exchanged(passage, pair, "〈〉", "书名号里面又用了《》")


@rule(
    "PR204",
    "括号里面不再用同样的括号",
    "GB/T 15834 §4.9.3.6",
    hint="里面的改用〔 〕，或改写句子。",
    needs=["（"],
)
def brackets_differ(passage: Passage) -> Iterator[Slip]:
    for pair in _directly_inside(passage.text, "（"):
        yield Slip(passage, pair.start, pair.end + 1, "括号里面又用了（）")


def _directly_inside(text: str, openings: str) -> Iterator[Pair]:
    """The pairs that stand in one of their own kind, outermost first, one of each nest; no kinds with a mark alone."""
    if not any(text.count(mark) > 1 for mark in openings):
        return
    pairs, alone = pairs_in(text)
    if any(_OPENING.get(text[at], text[at]) in openings for at in alone):
        return
    around: list[Pair] = []
    for pair in sorted(pairs, key=lambda each: each.start):
        if text[pair.start] not in openings:
            continue
        while around and around[-1].end < pair.start:
            around.pop()
        if around and text[around[-1].start] == text[pair.start]:
            yield pair
        around.append(pair)


def _exchanged(passage: Passage, pair: Pair, marks: str, message: str) -> Slip:
    suggestion = f"{marks[0]}{passage.typed[pair.start + 1 : pair.end]}{marks[1]}"
    return Slip(passage, pair.start, pair.end + 1, message, suggestion)


_YEAR = re.compile(rf"(?<=[{HAN}])[\[［（(【]((?:19|20)\d\d)[\]］）)】](?=第?\d{{1,4}}号)")


@rule("PR206", "发文字号的年份用〔〕", "GB/T 15834 §4.9.3.4", is_safe=True, needs=["0", "号"])
def years_of_documents(passage: Passage) -> Iterator[Slip]:
    for match in _YEAR.finditer(passage.text):
        yield Slip(passage, *match.span(), "发文字号的年份没有用〔〕", f"〔{match[1]}〕")


RULES = (pairs_are_whole, quotes_alternate, titles_alternate, brackets_differ, years_of_documents)
