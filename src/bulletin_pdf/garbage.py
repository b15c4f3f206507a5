"""Tool: letting Python look for garbage seldom, where objects are made by the hundred thousand and hardly any is garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """For layout and for reading a long tagged PDF, where looking at the usual rate takes up to a third of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
