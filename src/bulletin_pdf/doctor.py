"""What the program needs of its machine, whether it is there, and the mend where it is not.

Works when nothing but Python is in order: whatever may be missing is imported where it is tried, so that its
absence is a finding. Prints nothing.
"""

import hashlib
import json
import platform
import re
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from bulletin_pdf.fonts import load_fonts
from bulletin_pdf.fonts.fontconfig import fontconfig
from bulletin_pdf.fonts.mending import family_name
from bulletin_pdf.resources import FONTS
from bulletin_pdf.system import native
from bulletin_pdf.system.native import Library

_CHECKOUT = Path(__file__).resolve().parents[2]
_NOTHING = "没有"
_ANEW = "rm -rf .venv && scripts/setup"

PANGO_MINIMUM = "1.44"
"""WeasyPrint 70, first steps."""

SUBSET_MINIMUM = "4.1"
"""The HarfBuzz from which on WeasyPrint 70 makes subsets with it (pdf/fonts.py), not with fontTools."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing the program needs.

    name, wanted, found: what is compared, as an editor reads it.
    mend: the command or the words that put it right, in Chinese where it is words; empty when it is right.
    needed: False where the program works without it, only worse.
    """

    name: str
    wanted: str
    found: str
    ok: bool
    mend: str = ""
    needed: bool = True


@dataclass(frozen=True, slots=True)
class _Declaration:
    """What the project declares of itself: the Python it needs, and its dependencies as in pyproject.toml."""

    python: str
    dependencies: list[str]


def examine(folder: Path = FONTS) -> list[Requirement]:
    """Every requirement, in the order in which they rest on one another.

    folder: the fonts and their index.json. Last comes a real PDF of one character, which is tried only where
    all that it needs is there, for Pango without a font ends the process.
    """
    declared = _declaration()
    found = [_python(declared.python)]
    found += [_package(dependency) for dependency in declared.dependencies if _is_for_this_system(dependency)]
    found += _libraries()
    found += _fonts(folder)
    ready = all(requirement.ok for requirement in found if requirement.needed)
    return [*found, _trial() if ready else _put_off()]


# Python and its packages


def _declaration() -> _Declaration:
    """From the installed distribution; in a checkout that is not installed, from its pyproject.toml."""
    try:
        about = metadata.metadata("bulletin-pdf")
        return _Declaration(about["Requires-Python"], metadata.requires("bulletin-pdf") or [])
    except metadata.PackageNotFoundError:
        project = tomllib.loads((_CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return _Declaration(project["requires-python"], project["dependencies"])


def _python(wanted: str) -> Requirement:
    found = platform.python_version()
    mend = f"安装新版的 Python（https://www.python.org/downloads/），再运行 {_ANEW}"
    return _compared("Python", wanted, found, mend)


def _package(dependency: str) -> Requirement:
    """A dependency such as `pypdf>=7.1,<8` against what is installed."""
    match = re.match(r"[\w.-]+", dependency)
    assert match, dependency
    name, wanted = match[0], dependency[match.end() :].partition(";")[0].strip()
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        found = _NOTHING
    install = f'"{sys.executable}" -m pip install "{name}{wanted}"'
    return _compared(name, wanted, found, _ANEW if sys.prefix == str(_CHECKOUT / ".venv") else install)


def _is_for_this_system(dependency: str) -> bool:
    """Whether its marker, if any, names this system. No other markers than `sys_platform ==` are in use."""
    marker = dependency.partition(";")[2]
    return not marker or sys.platform in re.findall(r"""['"](\w+)['"]""", marker)


# Libraries


def _libraries() -> list[Requirement]:
    """Pango and what it stands on, each with the version it reports."""
    return [
        _library(native.PANGO, f">={PANGO_MINIMUM}"),
        _library(native.PANGOFT2),
        _library(native.GOBJECT),
        _library(native.HARFBUZZ),
        _subset(),
        _library(native.FONTCONFIG),
    ]


def _library(library: Library, wanted: str = "") -> Requirement:
    """A library, which may tell its version."""
    is_there = native.load(library) is not None
    found = (native.version(library) or "有") if is_there else _NOTHING
    return _compared(library.name, wanted, found, native.mend(), library.needed)


def _subset() -> Requirement:
    """The part of HarfBuzz that makes font subsets; it has HarfBuzz's version."""
    is_there = native.load(native.HARFBUZZ) and native.load(native.SUBSET)
    found = native.version(native.HARFBUZZ) if is_there else _NOTHING
    mend = f"{native.mend()}（没有也能用，只是慢；Ubuntu 22.04 没有 libharfbuzz-subset0 这个包，不必装）"
    return _compared(native.SUBSET.name, f">={SUBSET_MINIMUM}", found, mend, native.SUBSET.needed)


# Fonts


def _fonts(folder: Path) -> list[Requirement]:
    """Each font in index.json, compared with the sha256 it has there."""
    mend = "git checkout -- fonts" if folder.parent == _CHECKOUT else "重新安装 bulletin-pdf"
    try:
        faces = json.loads((folder / "index.json").read_text(encoding="utf-8"))["faces"].values()
    except (OSError, ValueError, KeyError):
        return [Requirement("字体目录", "fonts/index.json", "没有或读不了", False, mend)]
    return [_font(folder / face["file"], face["sha256"], mend) for face in faces]


def _font(file: Path, digest: str, mend: str) -> Requirement:
    try:
        ok = hashlib.sha256(file.read_bytes()).hexdigest() == digest
        found = "完好" if ok else "与原件不同"
    except OSError:
        ok, found = False, _NOTHING
    return Requirement(f"字体 {file.name}", "完好", found, ok, "" if ok else mend)


# A real PDF

_TRIAL = "试排一页 PDF"
_TRIAL_WANTED = "成功"


def _put_off() -> Requirement:
    return Requirement(_TRIAL, _TRIAL_WANTED, "没有试", False, "先解决上面的问题")


def _trial() -> Requirement:
    """One character through WeasyPrint, with the fonts of the program and no others."""
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache:
            problem = _typeset(Path(cache))
    except Exception as exception:
        # A doctor does not fall ill: whatever goes wrong here is what it was asked to find.
        problem = f"{type(exception).__name__}: {exception}"
    mend = "" if not problem else "把这一行发给维护者"
    return Requirement(_TRIAL, _TRIAL_WANTED, problem or _TRIAL_WANTED, not problem, mend)


def _typeset(cache: Path) -> str:
    """What went wrong; empty if a PDF came out."""
    from bulletin_pdf.paginate import Document, paginate

    diagnostics = native.prepare()
    faces, more = load_fonts({}, cache, cache)
    diagnostics += more
    if faces is not None and not diagnostics:
        style = f"font-family: {family_name('song')}"
        html = f'<!DOCTYPE html><html lang="zh-Hans"><title>简</title><p style="{style}">简'
        document = Document(html, {}, "doctor:", cache, fontconfig(faces, cache), Path("doctor"))
        data, diagnostics = paginate(document)
        if data is None or not data.startswith(b"%PDF-"):
            return "没有产生 PDF"
    return "；".join(diagnostic.message for diagnostic in diagnostics)


# Versions


def _compared(name: str, wanted: str, found: str, mend: str, needed: bool = True) -> Requirement:
    """A version against conditions such as `>=7.1,<8`; without conditions it is enough to be there."""
    ok = found != _NOTHING and all(_holds(found, condition) for condition in _conditions(wanted))
    return Requirement(name, _spoken(wanted), found, ok, "" if ok else mend, needed)


def _conditions(wanted: str) -> Iterator[tuple[str, str]]:
    for condition in filter(None, wanted.split(",")):
        match = re.fullmatch(r"\s*(==|>=|<)\s*([\d.]+)\s*", condition)
        assert match, f"unknown condition: {condition}"
        yield match[1], match[2]


def _holds(found: str, condition: tuple[str, str]) -> bool:
    """Whether a version meets a condition; 70.0 and 70.0.0 are the same."""
    operator, wanted = condition
    here, there = _numbers(found), _numbers(wanted)
    return {"==": here == there, ">=": here >= there, "<": here < there}[operator]


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version without zeros at the end; what follows them (rc1, +local) is left out."""
    match = re.match(r"\d+(\.\d+)*", version)
    numbers = [int(number) for number in match[0].split(".")] if match else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _spoken(wanted: str) -> str:
    """Conditions as an editor reads them: ≥7.1，<8."""
    return wanted.replace(">=", "≥").replace("==", "").replace(",", "，").replace(" ", "") or "有"
