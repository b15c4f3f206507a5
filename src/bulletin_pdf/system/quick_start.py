"""Tool: WeasyPrint imported in two thirds of the time. The one place that stands in for modules of libraries.

Importing it takes longer than laying out six pages. Half of that serves what a build never or seldom needs:

* cffi parses 16 kB of C declarations at every start. Here the table that cffi itself makes of them, when told to
  compile (out-of-line ABI mode), is kept in the user's cache, and stands for cffi while WeasyPrint is imported.
* fontTools subsets fonts where HarfBuzz can't, and reads fonts of letters in SVG. WeasyPrint gets promises in place of
  its functions; the first that is called has fontTools imported, and puts the functions in their place. pypdf, which
  reads the pages back, gets the same.

The outcome is the same to the byte (tests/test_quick_start.py). Only the version named here is treated so, on Linux only
(elsewhere `native` shows the libraries to cffi); whatever is not as expected gives a plain import.
"""

import ast
import hashlib
import importlib
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stdout, suppress
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from bulletin_pdf.system.user_cache import PLAIN, keep, kept
from bulletin_pdf.system.versions import version

WEASYPRINT = "70.0"
# What WeasyPrint imports of fontTools, by module.
PROMISED = {
    "fontTools": ("subset",),
    "fontTools.ttLib": ("TTFont", "TTLibError", "ttFont", "woff2"),
    "fontTools.varLib.instancer": ("instantiateVariableFont",),
}
_USERS = ("weasyprint.pdf.fonts", "weasyprint.text.fonts", "pypdf.generic._font")


def import_weasyprint() -> None:
    """Import WeasyPrint; afterwards it is there as if imported plainly. The native libraries must be findable."""
    if "weasyprint" in sys.modules:
        return
    if not _as_expected():
        importlib.import_module("weasyprint")
        return
    name = _name_of_declarations()
    table = kept(name) if name else None
    with _promises(), _declared(table):
        importlib.import_module("weasyprint")
    if name and "cffi" in sys.modules:  # they were parsed
        _keep_declarations(name)


def import_pypdf() -> None:
    """Import pypdf, which reads the pages back."""
    with _promises() if _as_expected() and "pypdf" not in sys.modules else nullcontext():
        importlib.import_module("pypdf")


def _as_expected() -> bool:
    return sys.platform == "linux" and PLAIN not in os.environ and version("weasyprint") == WEASYPRINT


# --- fontTools ------------------------------------------------------------------------------------------


class _Promise:
    """Stands for a name of fontTools until somebody uses it."""

    def __init__(self, module: str, name: str) -> None:
        self._of = module, name

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return _redeemed(self)(*arguments, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(_redeemed(self), name)


def _redeemed(promise: _Promise) -> Any:
    """What a promise stands for. All promises are redeemed together: `except TTLibError` must see the class itself."""
    for user in map(sys.modules.get, _USERS):
        for name, value in list(vars(user).items()) if user else ():
            if isinstance(value, _Promise):
                setattr(user, name, _real(value))
    return _real(promise)


def _real(promise: _Promise) -> Any:
    module, name = promise._of
    found = importlib.import_module(module)
    return getattr(found, name) if hasattr(found, name) else importlib.import_module(f"{module}.{name}")


@contextmanager
def _promises() -> Iterator[None]:
    """Promises in place of fontTools, unless it is there already."""
    if "fontTools" in sys.modules:
        yield
        return
    for module, names in PROMISED.items():
        stand_in = ModuleType(module)
        for name in names:
            setattr(stand_in, name, _Promise(module, name))
        sys.modules[module] = stand_in
    try:
        yield
    finally:
        for module in PROMISED:
            sys.modules.pop(module, None)


# --- cffi -----------------------------------------------------------------------------------------------


def _name_of_declarations() -> str | None:
    """The name under which the table of these declarations is kept: it changes with all that it is made of."""
    spec = find_spec("weasyprint")
    try:
        folder = Path(((spec and spec.submodule_search_locations) or [""])[0])
        source = (folder / "text" / "ffi.py").read_bytes()
    except OSError:
        return None
    parts = [source, str(version("cffi")).encode(), sys.version.encode()]
    return f"declarations-{hashlib.sha256(b'|'.join(parts)).hexdigest()[:16]}"


@contextmanager
def _declared(table: bytes | None) -> Iterator[None]:
    """A kept table in place of cffi's parser; nothing where there is none, or it can't be read."""
    compiled = _compiled(table) if table and "cffi" not in sys.modules else None
    if compiled is None:
        yield
        return

    class FFI:
        """What WeasyPrint asks of cffi.FFI, with the declarations read already."""

        def __init__(self) -> None:
            self.__dict__.update((name, getattr(compiled, name)) for name in dir(compiled) if name[0] != "_")

        def cdef(self, declarations: str) -> None:
            """They are in the table."""

    stand_in = ModuleType("cffi")
    stand_in.FFI = FFI  # type: ignore[attr-defined]
    sys.modules["cffi"] = stand_in
    try:
        yield
    finally:
        sys.modules.pop("cffi", None)


def _compiled(table: bytes) -> Any:
    """cffi's object of a kept table."""
    backend = importlib.import_module("_cffi_backend")
    return backend.FFI("bulletin_pdf_declarations", **ast.literal_eval(table.decode("ascii")))


def _keep_declarations(name: str) -> None:
    """Keep the table of the declarations that WeasyPrint just had parsed: the arguments of the last call in the module
    that cffi writes."""
    ffi = importlib.import_module("weasyprint.text.ffi").ffi
    with suppress(Exception), TemporaryDirectory() as folder, redirect_stdout(StringIO()):
        file = Path(folder) / "declarations.py"
        ffi.set_source("declarations", None)
        ffi.emit_python_code(str(file))
        calls = [node for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Call)]
        named = {each.arg: ast.literal_eval(each.value) for each in calls[-1].keywords}
        keep(name, repr(named).encode("ascii"))
