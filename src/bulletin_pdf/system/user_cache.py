"""Tool: what the program keeps for speed in the user's own cache folder. To lose it costs time and nothing else.

Not in the publication: that may come from somebody else, and what is kept here is trusted.
"""

import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path

from bulletin_pdf.files import write_whole

PLAIN = "BULLETIN_PLAIN_IMPORT"
"""An environment variable that asks for everything to be done without what is kept, to compare."""


def folder() -> Path:
    """Where the system wants caches: XDG_CACHE_HOME or ~/.cache, on macOS ~/Library/Caches, on Windows %LOCALAPPDATA%.
    RuntimeError where the user has no home."""
    if sys.platform == "win32" and "LOCALAPPDATA" in os.environ:
        base = Path(os.environ["LOCALAPPDATA"])
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "bulletin-pdf"


def kept(name: str) -> bytes | None:
    """What was kept under a name, if anything; whole, since much of it would crash the process when damaged."""
    try:
        seal, _, data = (folder() / name).read_bytes().partition(b"\n")
    except (OSError, RuntimeError):
        return None
    return data if seal == _seal(data) else None


def keep(name: str, data: bytes) -> None:
    """Keep something under a name; silently not, where nothing can be written."""
    with suppress(OSError, RuntimeError):
        write_whole(folder() / name, _seal(data) + b"\n" + data)


def _seal(data: bytes) -> bytes:
    """What tells whole data from damaged."""
    return hashlib.sha256(data).hexdigest().encode()
