"""Diagnostics and tables for people. The home of rich."""

import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bulletin_pdf.comparison import Change, Comparison, Kind, in_words
from bulletin_pdf.diagnostics import Diagnostic, Severity

# Characters of the source line that are shown on either side of the place.
BEFORE, AFTER = 24, 16


def console(*, error: bool = False) -> Console:
    """Output for people; colour and width follow the terminal."""
    stream = (sys.stderr if error else sys.stdout) or StringIO()  # one may be closed from the start
    # A pipe has no width: lines stay whole there.
    is_pipe = not stream.isatty()
    width = 400 if is_pipe else None
    return Console(file=stream, width=width, soft_wrap=is_pipe, highlight=False, emoji=False, markup=False)


def show(diagnostics: Iterable[Diagnostic], root: Path, screen: Console) -> None:
    """Print diagnostics with their source lines. `root`: what their paths are relative to."""
    lines: dict[Path, list[str]] = {}
    for diagnostic in diagnostics:
        screen.print(draw(diagnostic, _source_line(diagnostic, root, lines)))


def draw(diagnostic: Diagnostic, line: str | None) -> Text:
    """One diagnostic as terminal text: place and message, the source line with a caret, the hint."""
    colour = "red" if diagnostic.severity is Severity.ERROR else "yellow"
    place = diagnostic.place
    text = Text()
    if place is not None:
        text.append(f"{_harmless(str(place))}: ", "bold")
    text.append(f"{diagnostic.severity.chinese} {diagnostic.code}", f"bold {colour}")
    text.append(f"  {_harmless(diagnostic.message)}")
    if line is not None and place is not None and place.line is not None and place.column is not None:
        excerpt, caret = _excerpt(line, place.column)
        gutter = f"{place.line:>5} │ "
        text.append(f"\n{gutter}{excerpt}\n" + " " * (len(gutter) - 2) + "│ " + " " * caret)
        text.append("^", colour)
    if diagnostic.hint:
        text.append(f"\n    改法：{_harmless(diagnostic.hint)}")
    return text


def _excerpt(line: str, column: int) -> tuple[str, int]:
    """The part of a line around a column (1-based), and how many cells in that column stands."""
    at = min(column - 1, len(line))
    start = max(at - BEFORE, 0)
    end = min(max(at + AFTER, start + BEFORE + AFTER), len(line))
    before = ("……" if start else "") + _harmless(line[start:at])
    after = _harmless(line[at:end]) + ("……" if end < len(line) else "")
    return before + after, cell_len(before)


def _harmless(text: str) -> str:
    """A text in which nothing can steer the terminal: a tab is a space, a control character a box."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f]", "□", text.replace("\t", " "))


def _source_line(diagnostic: Diagnostic, root: Path, lines: dict[Path, list[str]]) -> str | None:
    place = diagnostic.place
    if place is None or place.line is None:
        return None
    if place.file not in lines:
        try:
            lines[place.file] = (root / place.file).read_text(encoding="utf-8-sig").split("\n")
        except (OSError, UnicodeDecodeError):
            lines[place.file] = []
    known = lines[place.file]
    return known[place.line - 1] if place.line <= len(known) else None


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], screen: Console) -> None:
    """Print a table; `columns` are its heads."""
    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        drawn.add_column(column, overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    screen.print(drawn)


def show_comparison(comparison: Comparison, screen: Console) -> None:
    """Print what two versions differ in: the verdict, then an entry of two lines for each change."""
    screen.print(Text(f"旧：{comparison.old.name}，{len(comparison.old.pdf.pages)} 页"))
    screen.print(Text(f"新：{comparison.new.name}，{len(comparison.new.pdf.pages)} 页"))
    screen.print(Text(comparison.verdict(), "bold"))
    for change in comparison.changes:
        screen.print(draw_change(change))


def draw_change(change: Change) -> Text:
    """A change: number, what it is, the article, pages and place; then its text."""
    old, new = change.old_page, change.new_page
    pages = f"旧第{old}页→新第{new}页" if old and new else f"新第{new}页" if new else f"旧第{old}页"
    text = Text(f"{change.number:>3}  ")
    text.append(f"{change.kind.chinese}·{change.subject}", f"bold {_KINDS[change.kind]}")
    text.append(f"  {_harmless(change.title)}  {pages}")
    if place := change.new_place or change.old_place:
        text.append(f"  {_harmless(str(place.file))}{f':{place.line}' if place.line else ''}", "dim")
    words = _harmless(in_words(change.pieces))
    if line := "  ".join(filter(None, (words, change.note))):
        text.append(f"\n     {line}")
    return text


_KINDS = {
    Kind.CHANGED: "yellow",
    Kind.DELETED: "red",
    Kind.INSERTED: "green",
    Kind.MOVED: "blue",
    Kind.LOOK: "magenta",
}


@contextmanager
def progress(name: str) -> Iterator[Callable[[str], None]]:
    """A line that names the stage at work, while a person watches; nothing in a pipe."""
    screen = console(error=True)
    if not screen.is_terminal:
        yield lambda stage: None
        return
    with screen.status(name) as status:
        yield lambda stage: status.update(f"{name}：{stage}……")


@contextmanager
def countdown(total: int) -> Iterator[Callable[[int, int], None]]:
    """A line that tells how many of so many issues are done, how many of those failed, and how long the rest may take;
    nothing in a pipe."""
    begun = time.monotonic()
    with progress(f"{total} 期") as show_stage:

        def tell(done: int, failed: int) -> None:
            show_stage(_how_far(total, done, failed, time.monotonic() - begun))

        show_stage("开始生成")
        yield tell


def _how_far(total: int, done: int, failed: int, seconds: float) -> str:
    """How many are done after so many seconds, and how long the rest may take."""
    told = [f"做好 {done - failed} 期"]
    if failed:
        told.append(f"{failed} 期没有生成")
    if done < total:
        told.append(f"还要约{_duration(seconds / done * (total - done))}")
    return "，".join(told)


def _duration(seconds: float) -> str:
    """A time in words: 40 秒, 3 分 20 秒, 1 小时 5 分."""
    minutes, rest = divmod(round(seconds), 60)
    if minutes >= 60:
        return f" {minutes // 60} 小时 {minutes % 60} 分"
    return f" {minutes} 分 {rest} 秒" if minutes else f" {rest} 秒"
