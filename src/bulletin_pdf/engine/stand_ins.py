"""Tool: names of other modules that mean something else for a while."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def standing_in(*stand_ins: tuple[Any, str, Any]) -> Iterator[None]:
    """While it holds, each name of an owner, a module or a class, is what stands in for it."""
    usual = [getattr(owner, name) for owner, name, _ in stand_ins]
    for owner, name, stand_in in stand_ins:
        setattr(owner, name, stand_in)
    try:
        yield
    finally:
        for (owner, name, _), each in zip(stand_ins, usual, strict=True):
            setattr(owner, name, each)
