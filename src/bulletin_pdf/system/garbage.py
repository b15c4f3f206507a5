"""Tool: letting Python look for garbage seldom, where objects are made by the hundred thousand and hardly any is garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """For imports, layout and reading a long tagged PDF, where looking at the usual rate takes up to a third of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def leave_to_the_system() -> None:
    """At the end of a process, which would look through all its objects once more before the system takes them at once."""
    gc.freeze()
