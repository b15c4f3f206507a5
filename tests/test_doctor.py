"""The doctor: what it finds in order, what it finds missing, and that it works where little else does."""

import builtins
import ctypes
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bulletin_pdf import doctor
from bulletin_pdf.resources import FONTS
from bulletin_pdf.system import native

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def found() -> Callable[..., doctor.Requirement]:
    """The requirement of that name in a fresh examination."""

    def find(name: str, folder: Path = FONTS) -> doctor.Requirement:
        return next(requirement for requirement in doctor.examine(folder) if requirement.name == name)

    return find


def test_this_machine_is_in_order() -> None:
    requirements = doctor.examine()
    assert [requirement for requirement in requirements if not requirement.ok] == []
    assert [requirement.mend for requirement in requirements if requirement.mend] == []
    assert requirements[-1].name == "试排一页 PDF"


def test_every_dependency_library_and_font_is_examined() -> None:
    names = {requirement.name for requirement in doctor.examine()}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    dependencies = {
        re.split("[<>=;]", line)[0]
        for line in project["dependencies"]
        if ";" not in line or sys.platform in line
    }
    faces = json.loads((FONTS / "index.json").read_text(encoding="utf-8"))["faces"].values()
    assert dependencies < names
    assert {library.name for library in native.LIBRARIES} < names
    assert {f"字体 {face['file']}" for face in faces} < names


def test_versions_are_told() -> None:
    versions = {requirement.name: requirement.found for requirement in doctor.examine()}
    assert versions["Python"].startswith(f"{sys.version_info[0]}.{sys.version_info[1]}.")
    assert versions["weasyprint"] == "70.0"
    for name in ("Pango", "HarfBuzz", "fontconfig"):
        assert doctor._numbers(versions[name]) >= (1, 40), name


def test_the_number_of_fontconfig_is_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "load", lambda _: SimpleNamespace(FcGetVersion=lambda: 21401))
    assert native.version(native.FONTCONFIG) == "2.14.1"


def test_a_package_that_is_missing_or_old(
    found: Callable[..., doctor.Requirement], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = metadata.version

    def version(name: str) -> str:
        if name == "jinja2":
            raise metadata.PackageNotFoundError(name)
        return "6.9" if name == "pypdf" else real(name)

    monkeypatch.setattr(metadata, "version", version)
    monkeypatch.setattr(sys, "prefix", "/elsewhere")
    jinja, pypdf = found("jinja2"), found("pypdf")
    assert (jinja.ok, jinja.found) == (False, "没有")
    assert (pypdf.ok, pypdf.found, pypdf.wanted) == (False, "6.9", "≥7.1，<8")
    assert pypdf.mend == f'"{sys.executable}" -m pip install "pypdf>=7.1,<8"'
    assert found("试排一页 PDF").found == "没有试"
    monkeypatch.setattr(sys, "prefix", str(ROOT / ".venv"))
    assert found("pypdf").mend == "rm -rf .venv && scripts/setup"


def test_an_installed_distribution_declares_for_itself(
    found: Callable[..., doctor.Requirement], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metadata, "metadata", lambda _name: {"Requires-Python": ">=3.99"})
    requires = ["pypdf<8,>=7.1", 'gstreamer-libs==1.28.8; sys_platform == "win32"']
    monkeypatch.setattr(metadata, "requires", lambda _name: requires)
    names = {requirement.name for requirement in doctor.examine()}
    assert "pypdf" in names
    assert ("gstreamer-libs" in names) == (sys.platform == "win32")
    assert not found("Python").ok


def without(*stems: str) -> Callable[[native.Library], ctypes.CDLL | None]:
    """native.load on a machine that lacks these libraries."""
    real = native.load
    return lambda library: None if library.stem in stems else real(library)


def test_a_missing_library_has_its_mend_and_nothing_is_typeset(
    found: Callable[..., doctor.Requirement], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "load", without("pango-1.0", "harfbuzz"))
    for name in ("Pango", "HarfBuzz"):
        assert (found(name).ok, found(name).found, found(name).mend) == (False, "没有", native.mend())
    assert found("HarfBuzz-Subset").ok is False
    assert found("试排一页 PDF").found == "没有试"


def test_subsets_are_no_need(
    found: Callable[..., doctor.Requirement], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "load", without("harfbuzz-subset"))
    subset = found("HarfBuzz-Subset")
    assert (subset.ok, subset.needed) == (False, False)
    assert native.mend() in subset.mend
    assert found("试排一页 PDF").ok


def test_a_broken_and_a_missing_font(found: Callable[..., doctor.Requirement], tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    shutil.copytree(FONTS, folder)
    broken, absent = sorted(folder.glob("*.ttf"))[:2]
    broken.write_bytes(broken.read_bytes()[:-1])
    absent.unlink()
    assert found(f"字体 {broken.name}", folder).found == "与原件不同"
    assert found(f"字体 {absent.name}", folder).found == "没有"
    assert found("试排一页 PDF", folder).found == "没有试"
    (folder / "index.json").write_text("{")
    assert not found("字体目录", folder).ok


def test_weasyprint_that_cannot_be_imported_is_a_finding(
    found: Callable[..., doctor.Requirement], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "weasyprint":
            raise ImportError("broken")
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    trial = found("试排一页 PDF")
    assert (trial.ok, trial.found) == (False, "ImportError: broken")
    assert trial.mend


def test_only_the_standard_library_is_imported_at_the_start() -> None:
    """Otherwise the doctor could not report a missing package."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); before = set(sys.modules)\n"
        "import bulletin_pdf.doctor\n"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before}\n"
        "print(sorted(new - sys.stdlib_module_names - {'bulletin_pdf'}))"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-c", script, str(ROOT / "src")], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("wanted", "version", "ok"),
    [
        (">=8.1", "8.1", True),
        (">=8.1", "8.10", True),
        (">=8.1", "8.0.9", False),
        ("==70.0", "70.0.0", True),
        ("==70.0", "70.1", False),
        (">=7.1,<8", "8.0", False),
        (">=7.1, <8", "7.9.9", True),
        ("", "anything", True),
        ("", "没有", False),
        (">=1.44", "没有", False),
        (">=3.11", "3.14.0rc1", True),
    ],
)
def test_versions_are_compared_by_number(wanted: str, version: str, ok: bool) -> None:
    requirement = doctor._compared("X", wanted, version, "mend it")
    assert (requirement.ok, requirement.mend) == (ok, "" if ok else "mend it")


def test_an_unknown_condition_does_not_pass_unnoticed() -> None:
    with pytest.raises(AssertionError):
        doctor._compared("X", "~=3.1", "3.1", "")
