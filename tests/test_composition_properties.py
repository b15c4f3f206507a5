"""What holds for any paragraph whatever: nothing is lost, no rule is broken unless the line says so."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin_pdf.composition import Kinsoku, Line, Measure, Piece, Punctuation, Rules, TypeCase, compose
from bulletin_pdf.composition.itemize import prepare
from bulletin_pdf.composition.lines import Lengths
from bulletin_pdf.composition.optimum import FORCED_COST, optimum, total_cost

EPSILON = 1e-6

# Bulletin text, and everything that can be typed or pasted.
HAN = "的一是不了人我在有他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可"
MARKS = "，。、；：？！“”‘’（）《》〈〉【】〔〕—…·～–-/％℃￥"
SIGNS = "abcXYZ0123456789.,:%$#@&+=_'\"()[] "
ODD = "\u3000\u00a0\t\n\r\x00\x1f\u00ad\u200b\u200d\u2060\ufeff\u0301\ufe0f\U000e0100\U00020bb7\U0001f600\U0001f3fd\U0001f1e8ㄅˊあー々①★→Ⅳ€₫²½שعไก한\ud800\uffff\ue000"
bulletin = st.text(st.sampled_from(HAN * 3 + MARKS + SIGNS), max_size=120)
junk = st.text(st.sampled_from(HAN + MARKS * 2 + SIGNS + ODD * 2) | st.characters(), max_size=60)
words = st.lists(
    st.sampled_from(["第17期", "7月9日", "https://a.cn/b?c=d&e", "a@b.com.cn", "well-known", "X" * 40])
    | bulletin,
    max_size=6,
).map("".join)
texts = bulletin | junk | words
pieces = st.lists(
    st.builds(Piece, texts, st.sampled_from("abc"), st.sampled_from([False, False, False, True])), max_size=4
)
rules = st.builds(
    Rules,
    kinsoku=st.sampled_from(Kinsoku),
    punctuation=st.sampled_from(Punctuation),
    gap=st.sampled_from([0.0, 0.125, 0.25, 0.5]),
    hanging=st.booleans(),
    trim_start=st.booleans(),
    trim_indent=st.booleans(),
    trim_end=st.booleans(),
    trim_pairs=st.booleans(),
    optimum=st.booleans(),
    runts=st.booleans(),
    line_penalty=st.sampled_from([0.0, 50.0, 100.0]),
)
measures = st.builds(Measure, st.floats(4, 40), st.sampled_from([0.0, 2.0, -2.0, 3.5]))


def width(character: str, style: object) -> float:
    """Advances of a plausible face."""
    if character in "·/":
        return 0.3
    return 0.25 if character == " " else 0.55 if character.isascii() else 1.0


def text_of(given_pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in given_pieces)


def check_text_kept(given_pieces: Sequence[Piece], lines: Sequence[Line]) -> None:
    assert "".join(line.text for line in lines) == text_of(given_pieces)
    shown = [(character, atom.style) for line in lines for atom in line.atoms for character in atom.text]
    assert shown == [(character, piece.style) for piece in given_pieces for character in piece.text]
    offset = 0
    for line in lines:
        assert line.offset == offset
        assert line.atoms, "an empty line"
        offset += len(line.text)


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None)
@given(pieces, measures, rules)
def test_text_is_kept(given_pieces: list[Piece], measure: Measure, given_rules: Rules) -> None:
    check_text_kept(given_pieces, compose(given_pieces, measure, TypeCase(width, given_rules)))


@settings(max_examples=300, deadline=None)
@given(pieces, st.floats(-5, 4), st.floats(-5, 5), rules, st.booleans())
def test_absurd_measures(
    given_pieces: list[Piece], wide: float, indent: float, given_rules: Rules, justify: bool
) -> None:
    measure = Measure(wide, indent)
    lines = compose(given_pieces, measure, TypeCase(width, given_rules), justify=justify)
    check_text_kept(given_pieces, lines)


@settings(max_examples=300, deadline=None)
@given(pieces, measures, rules)
def test_lines_fill_the_measure(given_pieces: list[Piece], measure: Measure, given_rules: Rules) -> None:
    """No line is longer than the measure, and all but last ones are as long, unless they say otherwise."""
    lines = compose(given_pieces, measure, TypeCase(width, given_rules))
    for index, line in enumerate(lines):
        available = measure.of(index == 0)
        is_last = index == len(lines) - 1 or line.text.endswith("\n")
        assert line.looseness < 0 or line.width <= available + EPSILON
        if not is_last and line.looseness == 0:
            assert line.width == pytest.approx(available, abs=EPSILON)
        if line.looseness < 0:
            assert line.width > available
        assert line.opened >= 0


def shown(line: Line) -> tuple[object, ...]:
    """All of a line that can be seen. Atoms are equal to themselves only."""
    atoms = [(atom.text, atom.style) for atom in line.atoms]
    return atoms, replace(line, atoms=())


@settings(max_examples=300, deadline=None)
@given(pieces, pieces, measures, rules)
def test_same_input_same_output(
    given_pieces: list[Piece], others: list[Piece], measure: Measure, given_rules: Rules
) -> None:
    """Also from a case that other texts were set from before, and this one."""
    used = TypeCase(width, given_rules)
    compose(others, measure, used)
    first, second = (
        [shown(line) for line in compose(given_pieces, measure, case)]
        for case in (used, TypeCase(width, given_rules))
    )
    assert first == second


# What GB/T 15834 and CLREQ keep from lines' starts and ends at the level of the standard (CL-1.2). ASCII signs are
# left out: they may be parts of words such as -l and /etc.
NOT_AT_START = frozenset("。？！，、；：．”’）》〉】〗〕］｝·–～％℃‰々／")
NOT_AT_END = frozenset("“‘（《〈【〖〔［｛￥／")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.builds(Piece, bulletin, st.sampled_from("ab")), max_size=3), measures, rules)
def test_no_forbidden_starts_and_ends(
    given_pieces: list[Piece], measure: Measure, given_rules: Rules
) -> None:
    if given_rules.kinsoku < Kinsoku.GB or not re.search("[\u4e00-\u9fff]", text_of(given_pieces)):
        return
    lines = compose(given_pieces, measure, TypeCase(width, given_rules))
    for line, following in pairwise(lines):
        if not line.forced:
            assert line.text.rstrip(" ")[-1:] not in NOT_AT_END
            assert following.text[0] not in NOT_AT_START
            assert not re.search(r"\d$", line.text) or not re.match(r"[\d%]", following.text)
            assert not (
                line.text.endswith("—")
                and following.text.startswith("—")
                and "———" not in text_of(given_pieces)
            )


@settings(max_examples=300, deadline=None)
@given(pieces, measures, rules)
def test_nothing_shrinks_beyond_its_limit(
    given_pieces: list[Piece], measure: Measure, given_rules: Rules
) -> None:
    """The atoms of a line are never nearer to each other than the gaps between them allow (CL-1.7)."""
    longest = min(measure.of(True), measure.of(False))
    paragraphs = list(prepare(given_pieces, TypeCase(width, given_rules), longest))
    floors = [
        [gap.natural - sum(room for _, room in gap.shrink) for gap in paragraph.gaps]
        for paragraph in paragraphs
    ]
    lines = iter(compose(given_pieces, measure, TypeCase(width, given_rules)))
    for paragraph, own in zip(paragraphs, floors, strict=True):
        done = 0
        while done < len(paragraph.atoms):
            line = next(lines)
            placed = len(line.atoms) - line.text.endswith("\n")
            for space, floor in zip(line.spaces[: placed - 1], own[done : done + placed - 1], strict=True):
                assert space >= floor - EPSILON
            done += placed
        if paragraph.newline and not paragraph.atoms:
            next(lines)


# Optimum against all ways there are


def all_breaks(lengths: Lengths) -> Iterator[list[int]]:
    last = len(lengths.atoms) - 1
    ends = [index for index in range(last) if lengths.may_end(index)]
    for count in range(len(ends) + 1):
        for chosen in combinations(ends, count):
            yield [*chosen, last]


@settings(max_examples=300, deadline=None)
@given(
    st.text(st.sampled_from(HAN[:8] + "，。“”（）·ab12 "), min_size=1, max_size=15),
    st.floats(3, 8),
    st.sampled_from([0.0, 1.0, -1.0]),
    rules,
)
def test_optimum_is_optimal(text: str, wide: float, indent: float, given_rules: Rules) -> None:
    measure = Measure(wide, indent)
    (paragraph,) = prepare([Piece(text, "")], TypeCase(width, given_rules), wide)
    lengths = Lengths(paragraph, given_rules)
    least = min(total_cost(lengths, measure, breaks) for breaks in all_breaks(lengths))
    found = total_cost(lengths, measure, optimum(lengths, measure))
    if least < FORCED_COST:
        assert found == pytest.approx(least, abs=1e-3)


# The Unicode Consortium's own examples, where they are about what is ours

UNICODE = Path(os.environ.get("UNICODE_DATA", "/usr/share/unicode")) / "auxiliary" / "LineBreakTest.txt"


@pytest.mark.skipif(not UNICODE.is_file(), reason="LineBreakTest.txt is not installed (Debian: unicode-data)")
def test_line_break_test_data() -> None:
    """No exception and nothing lost; where UAX #14 forbids a break inside Latin words, so do we."""
    for line in UNICODE.read_text(encoding="utf-8").splitlines():
        codes = line.partition("#")[0].split()
        if not codes:
            continue
        text = "".join(chr(int(code, 16)) for code in codes if code not in "×÷")
        for optimal in (True, False):
            lines = compose([Piece(text, "")], Measure(2.0), TypeCase(width, Rules(optimum=optimal)))
            check_text_kept([Piece(text, "")], lines)
        if re.fullmatch(r"[A-Za-z0-9 一-鿿]+", text):
            offset = 0
            for composed in lines[:-1]:
                offset += len(composed.text)
                assert composed.forced or codes[2 * offset] == "÷", line
