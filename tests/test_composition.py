"""The composer against cases that a typesetter can read: cases/composition/*.txt, explained in README.txt there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from bulletin_pdf.composition import (
    Kinsoku,
    Line,
    Measure,
    Piece,
    Punctuation,
    Rules,
    TypeCase,
    compose,
    compose_title,
)
from bulletin_pdf.composition.itemize import prepare
from bulletin_pdf.composition.lines import Lengths, set_line

CASES = Path(__file__).parent / "cases" / "composition"
SWITCHES: dict[str, dict[str, Any]] = {
    "逐行": {"optimum": False},
    "悬挂": {"hanging": True},
    "行首缩半": {"trim_start": True},
    "段首缩半": {"trim_indent": True},
    "行末不缩": {"trim_end": False},
    "不缩连用": {"trim_pairs": False},
    "不避孤字": {"runts": False},
}


def width(character: str, style: object) -> float:
    """Advances as README.txt states them, in em."""
    if style == "mark":
        return 0.7
    if character in "·/":
        return 0.3
    if "\u0300" <= character <= "\u036f" or character in "\u2060\ufe0f":
        return 0.0
    if character in " \u00a0":
        return 0.25
    return 0.5 if character.isascii() else 1.0


@dataclass(frozen=True)
class Case:
    """One example: `expected` has the text of each line and what stands behind ← in it."""

    name: str
    settings: str
    text: str
    expected: list[tuple[str, str]]


def read_cases() -> Iterator[Case]:
    """Every case of every file."""
    for file in sorted(CASES.glob("*.txt")):
        if file.name == "README.txt":
            continue
        for block in file.read_text(encoding="utf-8").split("\n## ")[1:]:
            name, settings, text, *lines = block.rstrip("\n").split("\n")
            assert text.startswith("> "), f"{file.name}: {name}"
            assert all(line.startswith("| ") for line in lines), f"{file.name}: {name}"
            shown = (line.removeprefix("| ").partition(" ← ") for line in lines)
            expected = [(typed(words), note) for words, _, note in shown]
            yield Case(f"{file.stem}: {name}", settings, typed(text.removeprefix("> ")), expected)


def typed(text: str) -> str:
    """A text of a case as characters."""
    text = re.sub(r"\{U\+([0-9A-F]+)\}", lambda match: chr(int(match[1], 16)), text)
    return text.replace("↵", "\n").replace("␣", " ")


def pieces_of(text: str) -> list[Piece]:
    """The pieces of a text in which ^ stands before a note mark."""
    parts = re.split(r"\^(.)", text)
    return [Piece(part, "mark" if index % 2 else "text", bool(index % 2)) for index, part in enumerate(parts)]


def composed(settings: str, text: str) -> list[Line]:
    """The lines of a case."""
    words = iter(settings.split())
    rules, wide, indent, justify, title = Rules(), 0.0, 0.0, True, None
    for word in words:
        if word == "行长":
            wide = float(next(words))
        elif word == "缩进":
            indent = float(next(words))
        elif word == "避头尾":
            rules = replace(rules, kinsoku=Kinsoku[next(words).upper()])
        elif word == "标点":
            rules = replace(rules, punctuation=Punctuation(next(words)))
        elif word == "间距":
            rules = replace(rules, gap=float(next(words)))
        elif word == "缩行":
            rules = replace(rules, line_penalty=float(next(words)))
        elif word == "不齐":
            justify = False
        elif word == "标题":
            title = next(words).split("/")
        else:
            rules = replace(rules, **SWITCHES[word])
    if title is not None:
        return compose_title(pieces_of(text), Measure(wide), TypeCase(width, rules), lambda words: title)
    return compose(pieces_of(text), Measure(wide, indent), TypeCase(width, rules), justify=justify)


def remark(line: Line) -> str:
    """What a case says behind ←."""
    marks = {"悬": line.hangs, "松": line.looseness > 0, "长": line.looseness < 0, "断": line.forced}
    length = f"{line.width:.3f}".rstrip("0").rstrip(".")
    return " ".join([length, *(mark for mark, holds in marks.items() if holds)])


@pytest.mark.parametrize("case", list(read_cases()), ids=lambda case: case.name)
def test_case(case: Case) -> None:
    lines = composed(case.settings, case.text)
    assert [line.text for line in lines] == [text.replace("^", "") for text, _ in case.expected]
    found = [(line.text, remark(line)) for line in lines]
    assert found == [
        (line.text, note or remark(line)) for line, (_, note) in zip(lines, case.expected, strict=True)
    ]


# Who gives first, and how far (CL-1.7)


def squared(text: str, change: float) -> Line:
    """A text as one line of a measure that is this much wider than the text is by itself."""
    (paragraph,) = prepare([Piece(text, "text")], TypeCase(width, Rules()), 99)
    lengths, last = Lengths(paragraph, Rules()), len(paragraph.atoms) - 1
    measure = lengths.tails[last] - lengths.heads[0] + change
    line = set_line(lengths, 0, last, measure, 0, is_last=False, justify=True)
    assert line.width == pytest.approx(measure)
    return line


def spaces(text: str, change: float) -> dict[str, float]:
    """What is added after each atom of such a line, by the atom."""
    line = squared(text, change)
    return {atom.text: space for atom, space in zip(line.atoms, line.spaces, strict=True)}


def test_shrink_order() -> None:
    """Word space to ¼ em, brackets, ，、；：, Han–Latin gap to ⅛, then 。？！ (CL-1.7)."""
    text = "ab\u2003cd，一》二、三a。四五"  # the em space is a word space of one em
    names = ["\u2003", "》", "、", "三", "。"]
    floors = [-0.75, -0.5, -0.5, 0.125, -0.5]
    naturals = [0.0, 0.0, 0.0, 0.25, 0.0]
    taken = 0.0
    # Every step takes one resource whole: first the word space, then those before it and the next.
    for step, room in enumerate([0.75, 0.5, 1.0, 0.125, 0.5], 1):
        taken += room
        found = spaces(text, -taken)
        assert [found[name] for name in names] == pytest.approx([*floors[:step], *naturals[step:]]), step
        assert squared(text, -taken).looseness == 0
    (paragraph,) = prepare([Piece(text, "text")], TypeCase(width, Rules()), 99)
    assert sum(room for gap in paragraph.gaps for _, room in gap.shrink) == pytest.approx(taken)


def test_all_of_a_tier_shrink_alike() -> None:
    found = compose([Piece("一，二，三，四", "text")], Measure(6.7), TypeCase(width, Rules()))[0]
    after = [space for atom, space in zip(found.atoms, found.spaces, strict=True) if atom.text == "，"]
    assert after == pytest.approx([-0.1, -0.1, -0.1])


def test_stretch_order() -> None:
    """Word spaces to ½ em, Han–Latin gaps to ⅓, then all joints alike (CL-1.7)."""
    # Word space, Han–Latin gap and six joints between Han.
    for extra, word, gap, han in [
        (0.1, 0.1, 0.25, 0.0),
        (0.25, 0.25, 0.25, 0.0),
        (0.25 + 1 / 24, 0.25, 0.25 + 1 / 24, 0.0),
        (0.25 + 1 / 12, 0.25, 1 / 3, 0.0),
        (0.25 + 1 / 12 + 0.8, 0.35, 1 / 3 + 0.1, 0.1),
    ]:
        found = spaces("ab cd一二三四五六七", extra)
        assert [found[" "], found["cd"], found["一"]] == pytest.approx([word, gap, han], abs=1e-5)


def test_nothing_opens_inside_units_or_next_to_connectors() -> None:
    """CL-1.3.9, CL-1.7."""
    found = spaces("一￥5和25℃三～四/五六七八九十", 1.0)
    assert [found[name] for name in ("￥", "25", "三", "～")] == [0, 0, 0, 0]
    assert found["一"] > 0
    # The solidus stands on half an em: a tenth at either side of a sign of 0.3 em.
    assert found["四"] == pytest.approx(0.1)
    assert found["/"] == pytest.approx(0.1)


# The table of CL-1.2: may it begin a line, may it end one, at levels none, basic, GB, strict?
KINSOKU = [
    ("。？！，、；：．", "ynnn", "yyyy"),
    ("”’）》〉】〗〕］｝", "ynnn", "yyyy"),
    ("“‘（《〈【〖〔［｛", "yyyy", "ynnn"),
    ("–—～", "ynnn", "yyyy"),
    ("·", "ynnn", "yyyy"),
    ("/／", "yynn", "yynn"),
    ("％℃‰", "ynnn", "yyyy"),
    ("￥", "yyyy", "ynnn"),
]


@pytest.mark.parametrize(
    ("mark", "starts", "ends"), [(mark, starts, ends) for marks, starts, ends in KINSOKU for mark in marks]
)
def test_kinsoku_table(mark: str, starts: str, ends: str) -> None:
    for level in Kinsoku:
        rules = Rules(kinsoku=level, optimum=False, trim_end=False)
        before = compose([Piece(f"一二三四{mark}五六", "text")], Measure(4), TypeCase(width, rules))
        assert any(line.text.startswith(mark) for line in before) == (starts[level] == "y"), level
        wide = 3 + width(mark, "text") + (0.2 if mark in "·/" else 0.0)
        after = compose([Piece(f"一二三{mark}五六七八", "text")], Measure(wide), TypeCase(width, rules))
        assert any(line.text.endswith(mark) for line in after) == (ends[level] == "y"), level


@pytest.mark.parametrize("mark", ["——", "……"])
def test_kinsoku_of_dash_and_ellipsis(mark: str) -> None:
    for level, optimum in product(Kinsoku, (True, False)):
        rules = Rules(kinsoku=level, optimum=optimum, runts=False)
        lines = compose([Piece(f"一二三四{mark}五六", "text")], Measure(4), TypeCase(width, rules))
        assert any(line.text.startswith(mark) for line in lines) == (level < Kinsoku.STRICT)


def test_blank_of_the_face() -> None:
    """A face whose marks are less blank than half an em has only that to give; a narrow mark has none."""

    def composed(blank: float) -> float:
        pieces = [Piece("一》《一", "text")]
        case = TypeCase(width, Rules(), lambda mark, style: blank)
        return compose(pieces, Measure(9), case)[0].width

    assert [composed(blank) for blank in (0.5, 0.4, 0.0, 0.7)] == pytest.approx([3.5, 3.6, 4.0, 3.5])


def test_offsets_and_styles_are_kept() -> None:
    pieces = [Piece("一二三", "a"), Piece("", "b"), Piece("四五\n六", "c"), Piece("word", "d")]
    lines = compose(pieces, Measure(4), TypeCase(width, Rules()))
    text = "".join(piece.text for piece in pieces)
    assert [line.offset for line in lines] == [0, 3, 6]
    for line in lines:
        assert text.startswith(line.text, line.offset)
    styles = [(atom.text, atom.style) for line in lines for atom in line.atoms]
    assert styles == [*zip("一二三四五\n六", "aaacccc", strict=True), ("word", "d")]
