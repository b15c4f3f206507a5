"""What a rule is: a code, where the standard says so, and a function that finds slips in a galley."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bulletin_pdf.diagnostics import Diagnostic, Place, warning
from bulletin_pdf.proofreading.passages import Galley, Passage, as_signs

# For the classes of regular expressions: Han characters, numerals, marks that open and close.
HAN = "\u3400-\u9fff\u3005\u3007\U00020000-\U0003ffff"
NUMERALS = "一二三四五六七八九十"
OPENING, CLOSING = "“‘《〈（【〔", "”’》〉）】〕"


@dataclass(frozen=True, slots=True)
class Slip:
    """What a rule found: the characters start to end of a passage, never none.

    message: what is wrong with them, without the full stop. suggestion: what should stand there, None where only the
    editor knows. hint: what to do, where the suggestion doesn't say it. is_safe: whether the suggestion may be put in
    unseen; None for what the rule says.
    """

    passage: Passage
    start: int
    end: int
    message: str
    suggestion: str | None = None
    hint: str = ""
    is_safe: bool | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. code: PR304. clause: of the standard, as printed. is_safe: whether its suggestions may be put in unseen.
    hint: what to do about a slip that has neither hint nor suggestion.

    find: what it finds in a galley, however long that takes. needs: sets of signs (see Passage); a passage without one of
    every set matters to it in no way, so that `slips` need not look there.
    """

    code: str
    title: str
    clause: str
    is_safe: bool
    hint: str
    find: Callable[[Galley], Iterator[Slip]]
    needs: tuple[frozenset[str], ...] = ()

    def slips(self, galley: Galley) -> Iterable[Slip]:
        """What it finds in a galley, looked for only where its signs are."""
        sieved = galley.with_signs(self.needs) if self.needs else galley
        return self.find(sieved) if sieved else ()


Needs = Iterable[Iterable[str]]
"""The signs that a rule needs, as they are typed: characters in a string, pairs of characters in a tuple."""


def rule(
    code: str, title: str, clause: str = "", *, is_safe: bool = False, hint: str = "", needs: Needs = ()
) -> Callable[[Callable[[Passage], Iterable[Slip]]], Rule]:
    """Make a rule of a function that finds slips in one passage."""

    def made(find: Callable[[Passage], Iterable[Slip]]) -> Rule:
        def find_all(galley: Galley) -> Iterator[Slip]:
            for passage in galley.passages:
                yield from find(passage)

        return Rule(code, title, clause, is_safe, hint, find_all, tuple(map(as_signs, needs)))

    return made


def galley_rule(
    code: str, title: str, clause: str = "", *, is_safe: bool = False, hint: str = "", needs: Needs = ()
) -> Callable[[Callable[[Galley], Iterator[Slip]]], Rule]:
    """Make a rule of a function that has to see the passages of an article together."""

    def made(find: Callable[[Galley], Iterator[Slip]]) -> Rule:
        return Rule(code, title, clause, is_safe, hint, find, tuple(map(as_signs, needs)))

    return made


@dataclass(frozen=True, slots=True)
class Edit:
    """Characters of a source line, from a place on, and what to put for them."""

    place: Place
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A slip with the rule that found it."""

    rule: Rule
    slip: Slip

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.slip.passage.place(self.slip.start)

    @property
    def is_safe(self) -> bool:
        """Whether its suggestion may be put in unseen."""
        if self.slip.suggestion is None:
            return False
        return self.rule.is_safe if self.slip.is_safe is None else self.slip.is_safe

    @property
    def diagnostic(self) -> Diagnostic:
        """The finding as it is reported."""
        slip = self.slip
        clause = f"（{self.rule.clause}）" if self.rule.clause else ""
        message = f"{_quoted(slip.passage.typed, slip.start, slip.end)}：{slip.message}{clause}。"
        return warning(self.rule.code, message, self.place, slip.hint or self._advice() or self.rule.hint)

    def _advice(self) -> str:
        slip = self.slip
        if slip.suggestion is None:
            return ""
        old = slip.passage.typed[slip.start : slip.end]
        if not slip.suggestion:
            return f"删去{_in_marks(old)}。" if old.strip() else "删去空格。"
        return f"改为{_in_marks(slip.suggestion)}。"

    def edits(self) -> list[Edit]:
        """What its suggestion changes, and nothing around that; all of it or none may be done."""
        slip = self.slip
        if slip.suggestion is None:
            return []
        old, new = slip.passage.typed[slip.start : slip.end], slip.suggestion
        if len(old) == len(new):
            return [
                Edit(slip.passage.place(slip.start + offset), before, after)
                for offset, (before, after) in enumerate(zip(old, new, strict=True))
                if before != after
            ]
        # What both begin and end with stays; the old keeps one character at least, which has a place.
        head = next(
            (at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new))
        )
        head = min(head, len(old) - 1)
        most = min(len(old), len(new)) - head
        tail = 0
        while tail < most and tail < len(old) - head - 1 and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        stop = len(old) - tail
        return [Edit(slip.passage.place(slip.start + head), old[head:stop], new[head : len(new) - tail])]


_AROUND = 5  # characters quoted on either side
_MOST = 16  # characters of a slip that are quoted


def _quoted(text: str, start: int, end: int) -> str:
    """The characters of a slip with a few around them."""
    if end - start > _MOST:
        end = start + _MOST
        after = "……"
    else:
        after = text[end : end + _AROUND].partition("\n")[0]
    before = text[max(start - _AROUND, 0) : start].rpartition("\n")[2]
    quote = f"{before}{text[start:end]}{after}".replace("\n", " ")
    return _in_marks(quote)


def _in_marks(text: str) -> str:
    """A text in quotation marks that differ from its own."""
    return f"「{text}」" if any(mark in text for mark in "“”") else f"“{text}”"
