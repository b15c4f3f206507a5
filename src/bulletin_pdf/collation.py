"""Tool: a PDF's text beside the HTML's 校对, letter by letter.

White space is the layout's affair: it may go (at a line's end), but not come. Two things may stand elsewhere
than in the HTML: a table's head comes again at the top of a later page; a footnote (class "footnote") stands
at the foot of its page. One thing may come: a leader and the number of a page behind an entry of the contents
(class "contents-entry").
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from itertools import accumulate, pairwise

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
"""Characters without a glyph, which spoil searching and copying: soft hyphen, zero-width space, marks …"""


@dataclass(frozen=True, slots=True)
class Spaced:
    """A text without its white space. `spaces`: the index of every letter that had some before it."""

    letters: str
    spaces: frozenset[int]


@dataclass(frozen=True, slots=True)
class HtmlText:
    """The text of an HTML body, spaced, with what may not stay where it was typed.

    notes: where each footnote begins and ends in `letters`, in order. tables: where each table's head begins
    and ends, and where the table ends. entries: where each entry of the contents ends.
    """

    letters: str
    spaces: frozenset[int]
    notes: tuple[tuple[int, int], ...]
    tables: tuple[tuple[int, int, int], ...]
    entries: frozenset[int] = frozenset()

    @property
    def running(self) -> str:
        """The letters of all but the footnotes."""
        ends = [0, *(place for note in self.notes for place in note), len(self.letters)]
        return "".join(self.letters[start:end] for start, end in list(pairwise(ends))[::2])

    @property
    def footnotes(self) -> str:
        """The letters of the footnotes."""
        return "".join(self.letters[start:end] for start, end in self.notes)


@lru_cache(maxsize=1)  # it may be read before its pages are there to be compared
def read_html(html: str) -> HtmlText:
    """The text of an HTML document as it prints, but for generated content."""
    parser = _Parser()
    parser.feed(html)
    text = spaced("".join(parser.pieces))
    return HtmlText(
        text.letters, text.spaces, tuple(parser.notes), tuple(parser.tables), frozenset(parser.entries)
    )


class _Parser(HTMLParser):
    """Collects the text of a body; `length` counts its letters so far."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.notes: list[tuple[int, int]] = []
        self.tables: list[tuple[int, int, int]] = []
        self.entries: list[int] = []
        self.in_entry = False
        self.head = (0, 0)
        self.length = 0
        self.open: list[str] = []
        self.note: tuple[int, int] | None = None
        """Where the footnote at hand begins, and how many elements were open then."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("br", "hr", "img", "link", "meta", "wbr"):
            return
        if self.note is None and "footnote" in (dict(attrs).get("class") or "").split():
            self.note = self.length, len(self.open)
        if tag == "thead":
            self.head = self.length, self.length
        self.in_entry = self.in_entry or "contents-entry" in (dict(attrs).get("class") or "").split()
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self.open and self.open.pop() != tag:
            pass  # <p> and <li> may stay open
        if self.note and len(self.open) <= self.note[1]:
            self.notes.append((self.note[0], self.length))
            self.note = None
        if tag == "a" and self.in_entry:
            self.in_entry = False
            self.entries.append(self.length)
        if tag == "thead":
            self.head = self.head[0], self.length
        elif tag == "table":
            self.tables.append((*self.head, self.length))

    def handle_data(self, data: str) -> None:
        if "head" in self.open or "style" in self.open:
            return
        self.pieces.append(data)
        self.length += len(without_space(INVISIBLE.sub("", data)))


@dataclass(frozen=True, slots=True)
class Collation:
    """difference: page (1-based), the letters wanted from where texts part, and those found.

    extra_space: the page of the first space that the HTML has not, and the letters after it.
    """

    difference: tuple[int, str, str] | None
    extra_space: tuple[int, str] | None


def collate(wanted: HtmlText, pages: Sequence[str]) -> Collation:
    """Compare the text of a PDF's pages with the HTML's."""
    reading = _Reading(wanted, [spaced(page) for page in pages])
    difference = reading.run()
    return Collation(difference, reading.extra_space)


# So many letters are enough to know a place by.
_AHEAD = 12
_LEADER = re.compile(r"[.…·]+\d+")


class _Reading:
    """Reads both texts side by side; `called`: the footnotes that were called and are still to come."""

    def __init__(self, wanted: HtmlText, pages: Sequence[Spaced]) -> None:
        self.wanted = wanted
        self.found = "".join(page.letters for page in pages)
        *self.page_starts, _ = accumulate((len(page.letters) for page in pages), initial=0)
        self.tops = frozenset(self.page_starts)
        starts = zip(self.page_starts, pages, strict=True)
        self.spaces = sorted({start + index for start, page in starts for index in page.spaces})
        self.entries = sorted(wanted.entries)
        self.called: list[tuple[int, int]] = []
        self.extra_space: tuple[int, str] | None = None

    def run(self) -> tuple[int, str, str] | None:
        """Read until the texts part or end."""
        index = offset = 0
        length = len(self.wanted.letters)
        calls = iter((*self.wanted.notes, (length, length)))
        start, end = next(calls)
        while True:
            as_is = min(start - index, self._to_next_page(offset), self._to_next_entry(index))
            ahead = min(_AHEAD, as_is)
            if head := self._head_again(index, offset):
                offset += head
            elif number := self._page_number(index, offset):
                offset += number
            elif start == index < length:
                self.called.append((start, end))
                index, (start, end) = end, next(calls)
            elif ahead and self._same(index, offset, as_is):
                index, offset = self._take(index, offset, as_is)
            elif ahead and self._same(index, offset, ahead):
                index, offset = self._take(index, offset, ahead)
            elif self.called and self._same(self.called[0][0], offset, _length(self.called[0])):
                note = self.called.pop(0)
                offset = self._take(note[0], offset, _length(note))[1]
            elif ahead and self._same(index, offset, 1):
                index, offset = self._take(index, offset, 1)
            else:
                break
        if index == length and self.called:
            index, start = self.called[0]
        if index == length and offset == len(self.found):
            return None
        wanted = self.wanted.letters[index : min(index + _AHEAD, start)]
        return self._page(offset), wanted, self.found[offset : offset + _AHEAD]

    def _same(self, index: int, offset: int, length: int) -> bool:
        return self.found.startswith(self.wanted.letters[index : index + length], offset)

    def _take(self, index: int, offset: int, length: int) -> tuple[int, int]:
        """Step over letters that are the same; remember a space that only the PDF has."""
        if self.extra_space is None:
            first, last = (bisect_left(self.spaces, end) for end in (offset, offset + length))
            for at in self.spaces[first:last]:
                if at - offset + index not in self.wanted.spaces:
                    self.extra_space = self._page(at), self.found[at : at + _AHEAD]
                    break
        return index + length, offset + length

    def _page_number(self, index: int, offset: int) -> int:
        """How many letters a leader and a page number take behind an entry of the contents."""
        match = _LEADER.match(self.found, offset) if index in self.wanted.entries else None
        return len(match.group()) if match else 0

    def _to_next_entry(self, index: int) -> int:
        """How far it is to the end of an entry, behind which a page number may come."""
        later = bisect_right(self.entries, index)
        return (self.entries[later] if later < len(self.entries) else len(self.wanted.letters)) - index

    def _head_again(self, index: int, offset: int) -> int:
        """How many letters the head of the table at hand takes, if it comes again on top of a page."""
        if offset in self.tops:
            for start, end, table_end in self.wanted.tables:
                if end < index < table_end and self._same(start, offset, end - start):
                    return end - start
        return 0

    def _page(self, offset: int) -> int:
        return max(bisect_right(self.page_starts, offset), 1)

    def _to_next_page(self, offset: int) -> int:
        later = bisect_right(self.page_starts, offset)
        return (self.page_starts[later] if later < len(self.page_starts) else len(self.found)) - offset


def _length(note: tuple[int, int]) -> int:
    return note[1] - note[0]


def spaced(text: str) -> Spaced:
    """A text with its white space set aside; characters without a glyph are dropped."""
    visible = INVISIBLE.sub("", text)
    words = visible.split()
    ends = list(accumulate(map(len, words), initial=0))
    first, last = 0 if visible[:1].isspace() else 1, len(ends) if visible[-1:].isspace() else len(words)
    return Spaced("".join(words), frozenset(ends[first:last]))


def without_space(text: str) -> str:
    """The letters of a text."""
    return "".join(text.split())
