"""Tool: what Python compiles anew at every start, kept: regular expressions, and code that modules write as text.

Python keeps a module's own code compiled, but neither its regular expressions nor the methods of its dataclasses:
together a fifth of the build of a short issue. Their compiled forms are kept in the user's cache, for the Python that
made them. Reaches into the standard library: `re` gets a compiler that looks into the table first, and the modules that
compile text an `exec` or `eval` that does. What comes from the table equals what would be compiled
(tests/test_compiled_once.py); Pythons that this was not tried with compile everything.
"""

import hashlib
import marshal
import os
import re
import sys
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Lock
from types import CodeType, SimpleNamespace
from typing import Any

from bulletin_pdf import __version__
from bulletin_pdf.system.user_cache import PLAIN, keep, kept

TRIED = ((3, 11), (3, 12), (3, 13))
# Who compiles text, and with what.
_WRITERS = {"dataclasses": exec, "collections": eval}
# The table is kept again when it lacked so many; one that would become too large, with what was used this time alone.
FEW, MANY = 30, 4000


@contextmanager
def compiled_once() -> Iterator[None]:
    """While it holds, what an earlier process compiled is taken from there, and what is compiled now is kept for later
    ones."""
    if sys.version_info[:2] not in TRIED or PLAIN in os.environ:
        yield
        return
    name = f"compiled-{hashlib.sha256(f'{sys.version}|{__version__}'.encode()).hexdigest()[:16]}"
    table = _Table(_read(name))
    try:
        with _patterns_from(table), _code_from(table):
            yield
    finally:
        if len(table.made) >= FEW:
            keep(name, table.data(_read(name)))  # another process may have kept more meanwhile


def _read(name: str) -> dict[Any, Any]:
    try:
        known = marshal.loads(kept(name) or b"")
    except (EOFError, ValueError, TypeError):
        return {}
    return known if isinstance(known, dict) else {}


class _Table:
    """Compiled forms by what they are compiled from: a pattern with its flags, or text of code; each in bytes, since few
    of them are used at a time."""

    def __init__(self, known: dict[Any, Any]) -> None:
        self.known = known
        self.used: dict[Any, Any] = {}
        self.made: dict[Any, Any] = {}

    def find(self, key: Any) -> Any:
        """A compiled form, or None."""
        found = self.known.get(key)
        if found is not None:
            self.used[key] = found
        return found

    def data(self, known: dict[Any, Any]) -> bytes:
        """What is known by now, with what was compiled here."""
        whole = known | self.made
        return marshal.dumps(whole if len(whole) <= MANY else self.used | self.made)


@contextmanager
def _patterns_from(table: _Table) -> Iterator[None]:
    """Regular expressions out of the table. What `re` hands to its engine when it compiles one is noted there."""
    compiler: Any = import_module("re._compiler")
    usual, engine, one_at_a_time = compiler.compile, compiler._sre, Lock()
    handed: list[Any] = []

    def note(pattern: Any, flags: int, code: list[int], *groups: Any) -> re.Pattern[Any]:
        handed.append((int(flags), array("I", code).tobytes(), *groups))
        made: re.Pattern[Any] = engine.compile(pattern, flags, code, *groups)
        return made

    def from_table(pattern: Any, flags: int = 0) -> re.Pattern[Any]:
        key = (pattern, int(flags))
        found = table.find(key)
        if found is not None:
            all_flags, code, *groups = found
            known: re.Pattern[Any] = engine.compile(pattern, all_flags, array("I", code).tolist(), *groups)
            return known
        with one_at_a_time:
            handed.clear()
            made: re.Pattern[Any] = usual(pattern, flags)
            if isinstance(pattern, str | bytes) and handed:
                table.made[key] = handed[0]
        return made

    compiler.compile = from_table
    compiler._sre = SimpleNamespace(**{**vars(engine), "compile": note})
    try:
        yield
    finally:
        compiler.compile, compiler._sre = usual, engine


@contextmanager
def _code_from(table: _Table) -> Iterator[None]:
    """Code out of the table, for the modules that compile text."""

    def reading(run: Callable[..., Any]) -> Callable[..., Any]:
        mode = run.__name__

        def from_table(source: str | CodeType, *scopes: Any) -> Any:
            if isinstance(source, CodeType):
                return run(source, *scopes)
            key = (mode, source)
            found = table.find(key)
            code = marshal.loads(found) if found else compile(source, "<string>", mode)
            if not found:
                table.made[key] = marshal.dumps(code)
            return run(code, *scopes)

        return from_table

    modules = [(import_module(name), run) for name, run in _WRITERS.items()]
    for module, run in modules:
        setattr(module, run.__name__, reading(run))
    try:
        yield
    finally:
        for module, run in modules:
            delattr(module, run.__name__)
