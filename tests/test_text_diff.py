"""What changed from one text to another: cases/diff/words.txt, and sequences of texts."""

import re
from pathlib import Path

import pytest

from bulletin_pdf.comparison import Piece, in_words
from bulletin_pdf.comparison.text_diff import ALIKE, edits, likeness, out_of_order, pair_up

FILE = Path(__file__).parent / "cases" / "diff" / "words.txt"
CASES = re.findall(r"^旧 (.*)\n新 (.*)\n得 (.*)$", FILE.read_text(encoding="utf-8"), re.MULTILINE)


def shown(old: str, new: str) -> str:
    """All of the old text with its changes."""
    pieces, at = [], 0
    for edit in edits(old, new):
        pieces.append(Piece("same", old[at : edit.start]))
        if edit.end > edit.start:
            pieces.append(Piece("old", old[edit.start : edit.end]))
        if edit.new_end > edit.new_start:
            pieces.append(Piece("new", new[edit.new_start : edit.new_end]))
        at = edit.end
    pieces.append(Piece("same", old[at:]))
    return in_words([piece for piece in pieces if piece.text])


@pytest.mark.parametrize(("old", "new", "wanted"), CASES)
def test_changes_read_as_an_editor_would_tell_them(old: str, new: str, wanted: str) -> None:
    assert shown(old, new) == wanted


def test_the_file_of_cases_is_read_whole() -> None:
    assert len(CASES) == FILE.read_text(encoding="utf-8").count("\n旧 ")


def test_edits_make_the_new_text_of_the_old() -> None:
    for old, new, _ in CASES:
        made = old
        for edit in reversed(edits(old, new)):
            made = made[: edit.start] + new[edit.new_start : edit.new_end] + made[edit.end :]
        assert made.replace(" ", "") == new.replace(" ", "")


def test_a_changed_text_is_found_again_and_others_are_not() -> None:
    old = ["甲单位召开党史学习教育动员会", "乙单位走访困难职工", "结尾"]
    new = ["丙单位完成全年任务", "甲单位召开党史学习教育推进会", "结尾"]
    assert pair_up(old, new) == [(None, 0), (0, 1), (1, None), (2, 2)]
    assert likeness(old[0], new[1]) >= ALIKE > likeness(old[1], new[0])


def test_the_fewest_are_taken_for_moved() -> None:
    assert out_of_order([0, 3, 1, 2]) == {3}
    assert out_of_order([1, 2, 3]) == set()
    assert out_of_order([]) == set()
