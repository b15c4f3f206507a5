"""What is wrong, where, and what to do about it: a diagnostic 诊断 is a value, never an exception.

Every stage returns the diagnostics it found beside its result. The doors (command line, preview) decide
how to show them; `terminal` draws them for people, `as_json` and `as_annotation` for machines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


class Severity(StrEnum):
    """How bad it is: an error means no PDF, a warning means a PDF that someone should look at."""

    ERROR = "error"
    WARNING = "warning"

    @property
    def chinese(self) -> str:
        """The word an editor reads: 错误 or 警告."""
        return "错误" if self is Severity.ERROR else "警告"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a source file (1-based line and column, counted in characters) or on a PDF page.

    A place without a line means the file as a whole. `page` is the 1-based page of the finished PDF.
    """

    file: Path
    line: int | None = None
    column: int | None = None
    page: int | None = None

    def right(self, characters: int) -> "Place":
        """The place that many characters further right on the same line."""
        column = None if self.column is None else self.column + characters
        return Place(self.file, self.line, column, self.page)

    def __str__(self) -> str:
        parts = [str(self.file), *(str(part) for part in (self.line, self.column) if part is not None)]
        return ":".join(parts) + (f" 第{self.page}页" if self.page is not None else "")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    code: stable, documented in docs/diagnostics/ (for example BP103).
    message: one Chinese sentence that quotes the text it speaks of.
    place: where, if anywhere.
    hint: what to do, in Chinese; without the leading 改法.
    """

    code: str
    severity: Severity
    message: str
    place: Place | None = None
    hint: str = ""


def error(code: str, message: str, place: Place | None = None, hint: str = "") -> Diagnostic:
    """A finding that stops the PDF."""
    return Diagnostic(code, Severity.ERROR, message, place, hint)


def warning(code: str, message: str, place: Place | None = None, hint: str = "") -> Diagnostic:
    """A finding that does not stop the PDF."""
    return Diagnostic(code, Severity.WARNING, message, place, hint)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them stops the PDF."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sorted by file, line and column, each once; findings without a place come last."""

    def key(diagnostic: Diagnostic) -> tuple[bool, str, int, int, int, str]:
        place = diagnostic.place
        if place is None:
            return (True, "", 0, 0, 0, diagnostic.code)
        return (False, str(place.file), place.line or 0, place.column or 0, place.page or 0, diagnostic.code)

    return sorted(dict.fromkeys(diagnostics), key=key)


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """How many errors and warnings, in words; empty when there are none."""
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    warnings = len(diagnostics) - errors
    parts = ([f"{errors} 处错误"] if errors else []) + ([f"{warnings} 处警告"] if warnings else [])
    return "，".join(parts)


def as_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """The finding as plain JSON values; absent places are null."""
    place = diagnostic.place
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "file": str(place.file) if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "page": place.page if place else None,
        "hint": diagnostic.hint,
    }


def as_annotation(diagnostic: Diagnostic) -> str:
    """The finding as a GitHub Actions workflow command, which shows it beside the line in a review."""

    def escape(text: str, *, in_property: bool = False) -> str:
        for character, code in (("%", "%25"), ("\r", "%0D"), ("\n", "%0A")):
            text = text.replace(character, code)
        if in_property:
            text = text.replace(":", "%3A").replace(",", "%2C")
        return text

    place = diagnostic.place
    properties = [f"title={escape(diagnostic.code, in_property=True)}"]
    if place:
        properties.insert(0, f"file={escape(place.file.as_posix(), in_property=True)}")
        if place.line is not None:
            properties.insert(1, f"line={place.line}")
        if place.column is not None:
            properties.insert(2, f"col={place.column}")
    text = diagnostic.message + (f"\n改法：{diagnostic.hint}" if diagnostic.hint else "")
    return f"::{diagnostic.severity.value} {','.join(properties)}::{escape(text)}"
