"""The order of the stages for corrections: read → proofread → fixes, until nothing is left to fix; then written.

Beside `build`, which only reports what proofreading finds.
"""

import codecs
import difflib
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bulletin_pdf.build import proofread_issue
from bulletin_pdf.diagnostics import Diagnostic, has_errors
from bulletin_pdf.files import cannot_write, write_whole
from bulletin_pdf.home import Home

# A fix may lay bare another one: quotation marks first become curly, then alternate.
_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Correction:
    """A file with suggestions put in. file: as diagnostics name it."""

    file: Path
    before: bytes
    after: bytes

    @property
    def diff(self) -> str:
        """What changed, as a unified diff."""
        old, new = (data.decode("utf-8-sig").splitlines(keepends=True) for data in (self.before, self.after))
        name = self.file.as_posix()
        lines = difflib.unified_diff(old, new, f"a/{name}", f"b/{name}")
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
        )


@dataclass(frozen=True, slots=True)
class Corrected:
    """What came of an issue: the files that change, the findings that are settled thereby, and the errors that keep what
    is around them from being proofread."""

    corrections: tuple[Correction, ...]
    done: tuple[Diagnostic, ...]
    errors: tuple[Diagnostic, ...] = ()


def correct(home: Home, key: str, *, unsafe: bool = False) -> Corrected:
    """Put into an issue's text what proofreading suggests and may be put in unseen; nothing is written.

    unsafe: the suggestions too that a person should look at. An issue whose settings can't be read is left alone.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = _copy(home, key, Path(folder).resolve())
        done: list[Diagnostic] = []
        for _ in range(_MOST_ROUNDS):
            settled = _one_round(copy, key, unsafe)
            if not settled:
                break
            done += settled
        else:
            raise AssertionError(f"the fixes of {key} undo one another")
        errors = tuple(filter(_is_error, proofread_issue(copy, key)[3]))
        files = (file for file in copy.content.rglob("*") if file.suffix in _TEXTS)
        pairs = ((copy.shown(file), file.read_bytes()) for file in sorted(files))
        before = {name: (home.root / name).read_bytes() for name, _ in pairs}
        changed = (Correction(name, data, (copy.root / name).read_bytes()) for name, data in before.items())
        return Corrected(tuple(each for each in changed if each.before != each.after), tuple(done), errors)


def _errors(found: Iterable[Diagnostic]) -> int:
    return sum(map(_is_error, found))


def _is_error(diagnostic: Diagnostic) -> bool:
    return has_errors([diagnostic])


def write(home: Home, corrections: Iterable[Correction]) -> list[Diagnostic]:
    """Write corrected files, each whole or not at all; BP801 for one that can't be written."""
    found = []
    for correction in corrections:
        try:
            write_whole((home.root / correction.file).resolve(), correction.after)
        except OSError as problem:
            found.append(cannot_write(correction.file, problem))
    return found


_TEXTS = (".md", ".yaml", ".csv")


def _copy(home: Home, key: str, folder: Path) -> Home:
    """The publication without its other issues, pictures as links, so that fixes can be tried."""
    copy = Home(folder)
    others = {other for other in home.issues() if other != key}

    def left_out(parent: str, names: list[str]) -> set[str]:
        return others & set(names) if Path(parent) == home.content else set()

    shutil.copytree(home.content, copy.content, ignore=left_out, copy_function=_take, symlinks=True)
    return copy


def _take(source: str | Path, target: str | Path) -> None:
    if Path(source).suffix in _TEXTS:
        shutil.copyfile(source, target)
        return
    try:
        os.link(source, target)
    except OSError:  # another disk
        shutil.copyfile(source, target)


def _one_round(copy: Home, key: str, unsafe: bool) -> list[Diagnostic]:
    """Fix what can be fixed at once, unless that brings an error. Gives what was fixed."""
    from bulletin_pdf.proofreading.fixes import fixed

    _, _, findings, found = proofread_issue(copy, key)
    names = {finding.place.file for finding in findings}
    before = {name: (copy.root / name).read_bytes() for name in names}
    marks = {
        name: codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b"" for name, data in before.items()
    }
    texts = {name: data.removeprefix(marks[name]).decode() for name, data in before.items()}
    changed, done = fixed(texts, findings, unsafe=unsafe)
    for name, text in changed.items():
        (copy.root / name).write_bytes(marks[name] + text.encode())
    if changed and _errors(proofread_issue(copy, key)[3]) > _errors(found):
        for name in changed:
            (copy.root / name).write_bytes(before[name])
        return []
    return [finding.diagnostic for finding in done]
