"""Tool: the versions of installed packages, by the names of the folders in which installers note them (PEP 376, PEP 427).

importlib.metadata tells them too, and much more; to import it takes longer than to see that an issue has not changed.
"""

import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path


def version(package: str) -> str | None:
    """The version of a package by its name, such as `markdown-it-py`; None where it is not installed."""
    return _installed().get(_normal(package))


@cache
def _installed() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for folder in sys.path:
        with suppress(OSError):
            for noted in Path(folder).glob("*.dist-info"):
                package, _, number = noted.stem.partition("-")
                found.setdefault(_normal(package), number)
    return found


def _normal(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()
