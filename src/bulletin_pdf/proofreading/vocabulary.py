"""Many words looked for in a text at once: as they are, and written with one character wrong.

Both go through the text once and look pairs of characters up, so that the time does not grow with the words that
don't occur.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

# Where these stand for one another, two different things are meant: 一分公司 and 二分公司, 党日 and 团日.
_OPPOSITES = (
    "零〇一二三四五六七八九十百千万两几数第",
    "0123456789",
    "甲乙丙丁戊己庚辛",
    "东西南北中上下左右前后内外里新老旧古今",
    "大小多少高低长短正副总分主次首末",
    "年月日时周旬季天",
    "党团工军校企农国省市县区州乡镇村社厂院所部司局处科室股班组队办",
    "男女老少青儿",
    "本该各全某我你他她",
    "春夏秋冬早中晚",
    "进出入买卖收发",
    "金银铜铁铝锌铅镁钢锡",
    "不未无非有",
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words by their first two characters, longest first."""

    by_beginning: Mapping[str, tuple[str, ...]]

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Where words stand, and which; the longest one at each place, none inside another."""
        at, end = 0, len(text) - 1
        while at < end:
            words = self.by_beginning.get(text[at : at + 2], ())
            word = next((word for word in words if text.startswith(word, at)), None)
            if word:
                yield at, word
            at += len(word) if word else 1


def vocabulary(words: Iterable[str]) -> Vocabulary:
    """A vocabulary of words of two characters and more."""
    by_beginning = defaultdict(list)
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        by_beginning[word[:2]].append(word)
    return Vocabulary({beginning: tuple(words) for beginning, words in by_beginning.items()})


@dataclass(frozen=True, slots=True)
class Misspelling:
    """A stretch of text that is a word but for one character."""

    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class Misspellings:
    """Words by two characters that must be right: the first two, or the last two."""

    by_beginning: Mapping[str, tuple[str, ...]]
    by_end: Mapping[str, tuple[str, ...]]

    def find(self, text: str) -> Iterator[Misspelling]:
        """Every stretch that has one character inside a word wrong, missing or too many.

        First and last characters are taken to be right: to change them is how other words are made (从严治党,
        从严治企). A character missing or too many is looked for in words of six characters and more.
        """
        for at in range(len(text) - 1):
            pair = text[at : at + 2]
            for word in self.by_beginning.get(pair, ()):
                yield from _wrong_behind(text, at, word)
            for word in self.by_end.get(pair, ()):
                if slip := _wrong_second(text, at + 2, word):
                    yield slip


def misspellings(words: Iterable[str]) -> Misspellings:
    """For words of four characters and more; shorter ones are left out, every other word is like them."""
    by_beginning, by_end = defaultdict(list), defaultdict(list)
    for word in sorted({word for word in words if len(word) >= 4}):
        by_beginning[word[:2]].append(word)
        by_end[word[-2:]].append(word)
    return Misspellings(
        {key: tuple(words) for key, words in by_beginning.items()},
        {key: tuple(words) for key, words in by_end.items()},
    )


def _wrong_behind(text: str, at: int, word: str) -> Iterator[Misspelling]:
    """The word at a place with its first two characters right and a later one wrong, missing or too many."""
    length = len(word)
    same = 2
    while same < length and text[at + same : at + same + 1] == word[same]:
        same += 1
    if same >= length - 1:  # right, or differing in the last character
        return
    rest = word[same + 1 :]
    beyond = at + same
    if text.startswith(rest, beyond + 1) and _may_be_slip(text[beyond], word[same]):
        yield Misspelling(at, at + length, word)
    elif length >= 6 and text.startswith(rest, beyond):
        yield Misspelling(at, at + length - 1, word)
    elif length >= 6 and text.startswith(word[same:], beyond + 1) and _is_han(text[beyond]):
        yield Misspelling(at, at + length + 1, word)


def _wrong_second(text: str, end: int, word: str) -> Misspelling | None:
    """The word up to a place with its second character wrong."""
    start = end - len(word)
    if (
        start >= 0
        and text[start] == word[0]
        and text.startswith(word[2:], start + 2)
        and text[start + 1] != word[1]
        and _may_be_slip(text[start + 1], word[1])
    ):
        return Misspelling(start, end, word)
    return None


def _may_be_slip(given: str, right: str) -> bool:
    return (
        _is_han(given)
        and _is_han(right)
        and not any(given in group and right in group for group in _OPPOSITES)
    )


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" or character == "〇"
