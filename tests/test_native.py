"""The native libraries: found in the wheel on Windows and macOS, and reported where they are missing."""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import cffi  # type: ignore[import-untyped]
import pytest

from bulletin_pdf.system import native

WINDOWS = "gobject-2.0-0 pango-1.0-0 pangoft2-1.0-0 harfbuzz harfbuzz-subset fontconfig-1"
MAC = "gobject-2.0.0 pango-1.0.0 pangoft2-1.0.0 harfbuzz.0 harfbuzz-subset.0 fontconfig.1"
LINUX = {
    "gobject-2.0": "libgobject-2.0.so.0",
    "pango-1.0": "libpango-1.0.so.0",
    "pangoft2-1.0": "libpangoft2-1.0.so.0",
    "harfbuzz": "libharfbuzz.so.0",
    "harfbuzz-subset": "libharfbuzz-subset.so.0",
    "fontconfig": "libfontconfig.so.1",
}


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What cffi was asked to open, by whomever, in order. Whatever is done to cffi here is undone."""
    names: list[str] = []
    monkeypatch.setattr(cffi.FFI, "dlopen", lambda _ffi, name, _flags=0: names.append(name))
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: SimpleNamespace())
    yield names
    native._show_to_weasyprint.cache_clear()


def wheel(folder: Path, monkeypatch: pytest.MonkeyPatch, platform: str) -> Path:
    """Put a stand-in for gstreamer-libs 1.28.8, with its file names, on sys.path; its folder of libraries."""
    if platform == "win32":
        subfolder, names = "bin", [f"{stem}.dll" for stem in WINDOWS.split()]
    else:
        names = [f"lib{stem}.dylib" for stem in MAC.split()]
        # The wheel has every library twice, for it can hold no links.
        subfolder, names = "lib", [*names, "libpango-1.0.dylib", "libfontconfig.dylib"]
    libraries = folder / "gstreamer_libs" / subfolder
    libraries.mkdir(parents=True)
    (folder / "gstreamer_libs" / "__init__.py").write_text("raise ImportError('not to be imported')")
    for name in names:
        (libraries / name).touch()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.delenv("WEASYPRINT_DLL_DIRECTORIES", raising=False)
    return libraries


def test_linux_leaves_everything_as_it_is(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    before = dict(os.environ)
    assert native.packaged() is None
    assert native.prepare() == []
    cffi.FFI().dlopen("pango-1.0")
    assert (opened, dict(os.environ)) == (["pango-1.0"], before)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("libgobject-2.0-0", "gobject-2.0-0.dll"),
        ("libharfbuzz-0", "harfbuzz.dll"),
        ("libharfbuzz-subset-0", "harfbuzz-subset.dll"),
        ("libfontconfig-1", "fontconfig-1.dll"),
    ],
)
def test_windows_opens_the_files_of_the_wheel(
    asked: str, answer: str, opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = wheel(tmp_path, monkeypatch, "win32")
    assert native.prepare() == []
    cffi.FFI().dlopen(asked)
    assert opened == [str(libraries / answer)]
    assert os.environ["WEASYPRINT_DLL_DIRECTORIES"] == str(libraries)


def test_windows_keeps_the_folder_that_the_user_named(
    opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel(tmp_path, monkeypatch, "win32")
    monkeypatch.setenv("WEASYPRINT_DLL_DIRECTORIES", "C:\\own")
    native.prepare()
    assert os.environ["WEASYPRINT_DLL_DIRECTORIES"] == "C:\\own"


def test_mac_opens_one_of_the_two_copies(
    opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = wheel(tmp_path, monkeypatch, "darwin")
    native.prepare()
    for asked in ("libpango-1.0-0", "libfontconfig-1"):
        cffi.FFI().dlopen(asked)
    assert opened == [str(libraries / "libpango-1.0.0.dylib"), str(libraries / "libfontconfig.1.dylib")]


def test_other_users_of_cffi_are_left_alone(
    opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel(tmp_path, monkeypatch, "darwin")
    native.prepare()
    native.prepare()
    for name in ("libcairo.so.2", None):
        cffi.FFI().dlopen(name)
    assert opened == ["libcairo.so.2", None]


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_without_the_wheel_the_system_is_asked(
    platform: str, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert native.packaged() is None
    assert native.prepare() == []
    cffi.FFI().dlopen("libpango-1.0-0")
    assert opened == ["libpango-1.0-0"]


@pytest.mark.skipif(sys.platform != "linux", reason="stands on the libraries of a Linux system")
def test_weasyprint_asks_as_we_expect(tmp_path: Path) -> None:
    """The real WeasyPrint, told that this is macOS, takes every library from the folder and writes a PDF."""
    libraries = tmp_path / "gstreamer_libs" / "lib"
    libraries.mkdir(parents=True)
    (tmp_path / "gstreamer_libs" / "__init__.py").touch()
    for library in native.LIBRARIES:
        target = loaded_file(LINUX[library.stem])
        (libraries / f"lib{library.stem}.{library.version}.dylib").symlink_to(target)
    script = """
import cffi, sys
opened = []
real = cffi.FFI.dlopen
def dlopen(ffi, name, flags=0):
    library = real(ffi, name, flags)
    opened.append(name)
    return library
cffi.FFI.dlopen = dlopen
from bulletin_pdf.system import native
platform, sys.platform = sys.platform, "darwin"
assert native.prepare() == []
sys.platform = platform
import weasyprint
print("\\n".join(opened))
"""
    found = [str(tmp_path), *sys.path]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(found)}
    run = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    taken = {Path(line) for line in run.stdout.splitlines()}
    assert {path.name for path in taken if path.parent == libraries} == {
        path.name for path in libraries.iterdir()
    }
    assert not [path for path in taken if path.parent != libraries]


def loaded_file(name: str) -> Path:
    """Where the loader found a library."""
    ctypes.CDLL(name)
    lines = Path("/proc/self/maps").read_text().splitlines()
    stem = name.partition(".so")[0]
    return next(Path(line.split(maxsplit=5)[-1]) for line in lines if f"/{stem}.so" in line)


def missing(*stems: str) -> type:
    """A stand-in for ctypes.CDLL on a machine that lacks these libraries."""

    class Loader:
        def __init__(self, name: str) -> None:
            if any(f"lib{stem}.so" in name for stem in stems):
                raise OSError(name)

    return Loader


def test_missing_libraries_are_one_error_with_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", missing("pango-1.0", "harfbuzz"))
    monkeypatch.setattr(shutil, "which", lambda name: name == "dnf")
    (diagnostic,) = native.prepare()
    assert diagnostic.code == "BP405"
    assert diagnostic.message == "缺少系统库：Pango、HarfBuzz，无法排版。"
    assert diagnostic.hint == "请运行：sudo dnf install pango"


def test_subsets_can_be_made_without_harfbuzz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", missing("harfbuzz-subset"))
    assert native.prepare() == []


@pytest.mark.parametrize(
    ("platform", "manager", "command"),
    [
        ("linux", "apt-get", "sudo apt-get install --no-install-recommends libpango-1.0-0"),
        ("linux", "dnf", "sudo dnf install pango"),
        ("linux", "brew", "brew install pango"),
        ("linux", None, "用系统的软件包管理器安装 pango"),
        ("win32", None, "-m pip install"),
        ("darwin", "brew", "-m pip install"),
    ],
)
def test_the_mend_is_this_systems(
    platform: str, manager: str | None, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(shutil, "which", lambda name: name if name == manager else None)
    assert command in native.mend()
