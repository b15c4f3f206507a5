"""Many words looked for in a text at once: as they are, and written with one character wrong.

Both go through the text once and look pairs of characters up, so that the time does not grow with the words that
don't occur.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import add

from bulletin_pdf.words import known_words

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
        end = 0
        for at in _pairs_in(text, self.by_beginning):
            words = self.by_beginning[text[at : at + 2]] if at >= end else ()
            word = next((word for word in words if text.startswith(word, at)), None)
            if word:
                yield at, word
                end = at + len(word)


def _pairs_in(text: str, pairs: Collection[str]) -> Iterable[int]:
    """Where two characters stand that are among some pairs."""
    if not pairs:
        return ()
    return [at for at, pair in enumerate(map(add, text, text[1:])) if pair in pairs]


def vocabulary(words: Iterable[str]) -> Vocabulary:
    """A vocabulary of words of two characters and more."""
    by_beginning = defaultdict(list)
    for word in sorted(set(words), key=lambda word: (-len(word), word)):
        by_beginning[word[:2]].append(word)
    return Vocabulary({beginning: tuple(words) for beginning, words in by_beginning.items()})


@dataclass(frozen=True, slots=True)
class Misspelling:
    """A stretch of text that is a word but for one character. at: the offset in it of the wrong character; None where
    one is missing or too many."""

    start: int
    end: int
    word: str
    at: int | None = None

    def is_plain(self, text: str) -> bool:
        """Whether it makes no sense: cut into the words of a dictionary it falls into more pieces than the right word.

        党内学习教育 makes as much sense as 党史学习教育, and may be meant.
        """
        given, right = known_words(text[self.start : self.end]), known_words(self.word)
        if len(given) > len(right) or _single(given) > _single(right):
            return True
        return self.at is not None and _word_at(given, self.at) == 1


@dataclass(frozen=True, slots=True)
class Misspellings:
    """Words by their halves: where one character is wrong, one half is right.

    lengths: how long the halves are that begin with two characters. firsts, seconds: the words by their halves.
    """

    lengths: Mapping[str, tuple[int, ...]]
    firsts: Mapping[str, tuple[str, ...]]
    seconds: Mapping[str, tuple[str, ...]]

    def find(self, text: str) -> Iterator[Misspelling]:
        """Every stretch that has one character inside a word wrong, missing or too many.

        First and last characters are taken to be right: to change them is how other words are made (从严治党,
        从严治企). A character missing or too many is looked for in words of six characters and more.
        """
        for at in _pairs_in(text, self.lengths):
            for length in self.lengths[text[at : at + 2]]:
                half = text[at : at + length]
                for word in self.firsts.get(half, ()):
                    yield from _wrong_behind(text, at, word)
                for word in self.seconds.get(half, ()):
                    yield from _wrong_before(text, at, word)


def misspellings(words: Iterable[str]) -> Misspellings:
    """For words of four characters and more; shorter ones are left out, every other word is like them."""
    lengths: dict[str, set[int]] = defaultdict(set)
    firsts: dict[str, list[str]] = defaultdict(list)
    seconds: dict[str, list[str]] = defaultdict(list)
    for word in sorted({word for word in words if len(word) >= 4}):
        middle = len(word) // 2
        for half, halves in ((word[:middle], firsts), (word[middle:], seconds)):
            lengths[half[:2]].add(len(half))
            halves[half].append(word)
    return Misspellings(
        {key: tuple(sorted(each)) for key, each in lengths.items()},
        {key: tuple(each) for key, each in firsts.items()},
        {key: tuple(each) for key, each in seconds.items()},
    )


def _wrong_behind(text: str, at: int, word: str) -> Iterator[Misspelling]:
    """The word at a place whose second half has one character wrong."""
    middle = len(word) // 2
    right = word[middle:]
    for more in _DIFFERENCES if len(word) >= 6 else (0,):
        end = at + len(word) + more
        offset = _altered(text[at + middle : end], right, more)
        if offset is not None and offset < len(right) - 1 and end <= len(text):
            yield Misspelling(at, end, word, None if more else middle + offset)
            return


def _wrong_before(text: str, at: int, word: str) -> Iterator[Misspelling]:
    """The word whose first half, before a place, has one character wrong."""
    middle = len(word) // 2
    for more in _DIFFERENCES if len(word) >= 6 else (0,):
        start = at - middle - more
        offset = _altered(text[max(0, start) : at], word[:middle], more)
        if offset is not None and offset > 0 and start >= 0:
            yield Misspelling(start, at + len(word) - middle, word, None if more else offset)
            return


# A wrong character leaves the length, a missing one takes one away, one too many adds one.
_DIFFERENCES = (0, -1, 1)


def _altered(given: str, right: str, more: int) -> int | None:
    """Where the one character is in which they differ; None where they are the same or differ in more.

    more: how many characters the given text has more than the right one.
    """
    shorter = min(len(given), len(right))
    same = next((at for at in range(shorter) if given[at] != right[at]), shorter)
    if len(given) != len(right) + more or given == right:
        return None
    if more == 0:
        is_slip = given[same + 1 :] == right[same + 1 :] and _may_be_slip(given[same], right[same])
    elif more < 0:
        is_slip = given[same:] == right[same + 1 :]
    else:
        is_slip = given[same + 1 :] == right[same:] and _may_be_too_many(given[same])
    return same if is_slip else None


def _single(words: Sequence[str]) -> int:
    return sum(len(word) == 1 for word in words)


def _word_at(words: Sequence[str], at: int) -> int:
    """The length of the word that a character belongs to."""
    end = 0
    for word in words:
        end += len(word)
        if at < end:
            return len(word)
    return 0


# 命令的参数 is another way to say 命令行参数, 党史学习和教育 to say 党史学习教育.
_PARTICLES = "的地得了着过之和与及或等并而在是有为以从把被"


def _may_be_slip(given: str, right: str) -> bool:
    """Whether one character may have been typed for another."""
    if given in _PARTICLES and right not in _PARTICLES:
        return False
    is_opposite = any(given in group and right in group for group in _OPPOSITES)
    return _is_han(given) and _is_han(right) and not is_opposite


def _may_be_too_many(given: str) -> bool:
    return _is_han(given) and given not in _PARTICLES


def _is_han(character: str) -> bool:
    return "\u4e00" <= character <= "\u9fff" or character == "〇"
