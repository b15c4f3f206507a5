"""Diagnostics as a terminal shows them: the caret under the character, whatever surrounds it."""

import io
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from bulletin_pdf import terminal
from bulletin_pdf.diagnostics import Diagnostic, Place, error, summary, warning

FILE = Path("content/2021-17/01.md")


def drawn(diagnostic: Diagnostic, line: str | None) -> list[str]:
    return terminal.draw(diagnostic, line).plain.split("\n")


def under_caret(lines: list[str]) -> str:
    """The character above the caret, by terminal columns."""
    _, source, caret, *_ = lines
    column = cell_len(caret[: caret.index("^")])
    cells = 0
    for character in source:
        if cells >= column:
            return character
        cells += cell_len(character)
    return ""


def test_a_diagnostic_with_everything() -> None:
    diagnostic = warning("BP201", "引号没有配对。", Place(FILE, 3, 5), "补上”。")
    assert drawn(diagnostic, "他说：“好。") == [
        "content/2021-17/01.md:3:5: 警告 BP201  引号没有配对。",
        "    3 │ 他说：“好。",
        "      │       " + " " + "^",
        "    改法：补上”。",
    ]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("abc", 2),
        ("中文和 English 混排", 3),
        ("中文和 English 混排", 8),
        ("\t缩进\t之后", 4),
        ("　全角空格", 2),
        ("𠀀扩展区𠀁字", 5),
        ("é" * 10 + "中", 11),
        ("长" * 200, 100),
        ("长" * 200, 1),
        ("长" * 200, 200),
        ("a" * 500 + "字", 501),
    ],
)
def test_the_caret_stands_under_the_character(line: str, column: int) -> None:
    lines = drawn(error("BP110", "不对。", Place(FILE, 1, column)), line)
    wanted = " " if line[column - 1] == "\t" else line[column - 1]
    assert under_caret(lines) == wanted
    assert cell_len(lines[1]) < 100


def test_the_caret_may_stand_behind_the_line() -> None:
    lines = drawn(error("BP110", "缺了什么。", Place(FILE, 1, 99)), "期号")
    assert lines[2].endswith("│     ^")


def test_a_long_line_is_cut_on_either_side() -> None:
    _, source, _ = drawn(error("BP110", "不对。", Place(FILE, 1, 100)), "长" * 99 + "短" + "长" * 99)
    assert source.startswith("    1 │ ……长")
    assert source.endswith("长……")
    assert "短" in source


def test_nothing_in_a_file_steers_the_terminal() -> None:
    text = "\n".join(drawn(error("BP104", "“\x1b[2J”", Place(FILE, 1, 2), "\x07"), "甲\x1b[31m乙\x9b"))
    assert not [character for character in text if ord(character) < 32 and character != "\n"]
    assert "\x9b" not in text
    assert "甲□[31m乙□" in text


@pytest.mark.parametrize(
    "place",
    [None, Place(FILE), Place(FILE, 7), Place(FILE, page=2), Place(Path("没有.md"), 1, 1), Place(FILE, 9, 1)],
)
def test_without_a_source_line(tmp_path: Path, place: Place | None) -> None:
    (tmp_path / FILE).parent.mkdir(parents=True)
    (tmp_path / FILE).write_text("一行\n", encoding="utf-8")
    screen = Console(file=io.StringIO(), width=200)
    terminal.show([error("BP404", "不对。", place)], tmp_path, screen)
    assert isinstance(screen.file, io.StringIO)
    where = f"{place}: " if place else ""
    assert screen.file.getvalue() == f"{where}错误 BP404  不对。\n"


def test_a_file_with_a_byte_order_mark_or_in_gbk(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("\ufeff甲乙".encode())
    (tmp_path / "b.md").write_bytes("甲乙".encode("gbk"))
    screen = Console(file=io.StringIO(), width=200)
    found = [error("BP102", "甲。", Place(Path(name), 1, 1)) for name in ("a.md", "b.md")]
    terminal.show(found, tmp_path, screen)
    assert isinstance(screen.file, io.StringIO)
    assert screen.file.getvalue().count("│") == 2


@pytest.mark.parametrize(
    ("errors", "warnings", "words"),
    [(0, 0, ""), (2, 0, "2 处错误"), (0, 1, "1 处警告"), (1, 2, "1 处错误，2 处警告")],
)
def test_the_summary(errors: int, warnings: int, words: str) -> None:
    found = [error("BP101", "甲")] * errors + [warning("BP102", "乙")] * warnings
    assert summary(found) == words


def test_a_stream_that_was_closed_from_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    with terminal.progress("2021-17") as progress:
        progress("排版")
    terminal.show([error("BP101", "坏了。")], Path(), terminal.console(error=True))
