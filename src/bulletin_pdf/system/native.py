"""The native libraries under WeasyPrint: Pango, HarfBuzz, fontconfig; where they lie and whether they load.

Linux has them from its package manager, or from scripts/setup, of which the loader learns by LD_LIBRARY_PATH.
On Windows and macOS the Python package gstreamer-libs carries them, where no loader looks by itself.
"""

import ctypes
import os
import shutil
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bulletin_pdf.diagnostics import Diagnostic, error


@dataclass(frozen=True, slots=True)
class Library:
    """A library as people call it, the stem of its file name, and the version of its interface.

    needed: whether WeasyPrint refuses to start without it. teller: its function that tells its version, where it has one.
    """

    name: str
    stem: str
    version: int = 0
    needed: bool = True
    teller: str = ""


GOBJECT = Library("GObject", "gobject-2.0")
PANGO = Library("Pango", "pango-1.0", teller="pango_version_string")
PANGOFT2 = Library("PangoFT2", "pangoft2-1.0")
HARFBUZZ = Library("HarfBuzz", "harfbuzz", teller="hb_version_string")
SUBSET = Library("HarfBuzz-Subset", "harfbuzz-subset", needed=False)
FONTCONFIG = Library("fontconfig", "fontconfig", version=1, teller="FcGetVersion")
LIBRARIES = (GOBJECT, PANGO, PANGOFT2, HARFBUZZ, SUBSET, FONTCONFIG)

_INSTALL = {
    "apt-get": "sudo apt-get install --no-install-recommends "
    "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "dnf": "sudo dnf install pango",
    "brew": "brew install pango",
}


def prepare() -> list[Diagnostic]:
    """Make the libraries findable; call it before WeasyPrint is imported.

    Error BP405: a library is missing, and importing WeasyPrint would fail.
    """
    folder = packaged()
    if folder is not None:
        _show_to_weasyprint(folder)
    missing = [library.name for library in LIBRARIES if library.needed and load(library) is None]
    if not missing:
        return []
    return [error("BP405", f"缺少系统库：{'、'.join(missing)}，无法排版。", hint=f"请运行：{mend()}")]


def load(library: Library) -> ctypes.CDLL | None:
    """The library, or None where it is missing or broken."""
    for name in _file_names(library):
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    return None


def version(library: Library) -> str:
    """The version that a library tells: as text, or as the number of fontconfig (21401 is 2.14.1). Empty where it is
    missing or does not tell."""
    loaded = load(library)
    if loaded is None or not library.teller:
        return ""
    tell = getattr(loaded, library.teller)
    if library is FONTCONFIG:
        number = int(tell())
        return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
    tell.restype = ctypes.c_char_p
    return str(tell().decode())


def mend() -> str:
    """The command that installs the libraries on this system; in words where no command is known."""
    if sys.platform in ("win32", "darwin"):
        return f'"{sys.executable}" -m pip install --force-reinstall gstreamer-libs'
    for manager, command in _INSTALL.items():
        if shutil.which(manager):
            return command
    return "用系统的软件包管理器安装 pango（含 pangoft2）和 harfbuzz（含 harfbuzz-subset）"


def packaged() -> Path | None:
    """The folder of gstreamer-libs with the libraries, on the systems whose wheels have one."""
    subfolder = {"win32": "bin", "darwin": "lib"}.get(sys.platform)
    spec = find_spec("gstreamer_libs") if subfolder else None
    if subfolder is None or spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / subfolder
    return folder if folder.is_dir() else None


def _file_names(library: Library) -> list[str]:
    """What to open, best first: a file of gstreamer-libs, then the names that the system's loader knows."""
    stem, version, folder = library.stem, library.version, packaged()
    if sys.platform == "win32":
        names = [f"{stem}-{version}.dll", f"{stem}.dll", f"lib{stem}-{version}.dll"]
    elif sys.platform == "darwin":
        names = [f"lib{stem}.{version}.dylib"]
    else:
        names = [f"lib{stem}.so.{version}"]
    return [str(folder / name) for name in names if folder is not None and (folder / name).is_file()] + names


@cache
def _show_to_weasyprint(folder: Path) -> None:
    """Let WeasyPrint find the files in the folder. It asks cffi for bare names, first for `libpango-1.0-0`.

    Neither loader can be told by a setting. Windows appends .dll only to names without a dot. macOS reads
    DYLD_FALLBACK_LIBRARY_PATH only when a process starts, and by it WeasyPrint would take libpango-1.0.dylib,
    a second copy of libpango-1.0.0.dylib, which the others need: GLib does not survive two in one process.
    """
    if sys.platform == "win32":
        # WeasyPrint adds this folder to where Windows looks for the libraries that a library needs in turn.
        os.environ.setdefault("WEASYPRINT_DLL_DIRECTORIES", str(folder))
    import cffi  # type: ignore[import-untyped]

    files = {
        f"lib{library.stem}-{library.version}": name
        for library in LIBRARIES
        for name in _file_names(library)[:1]
        if Path(name).parent == folder
    }
    system_dlopen = cffi.FFI.dlopen

    def dlopen(ffi: Any, name: Any, flags: int = 0) -> Any:
        return system_dlopen(ffi, files.get(name, name), flags)

    cffi.FFI.dlopen = dlopen
