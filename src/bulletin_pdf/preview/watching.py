"""When to look again: files that were added, changed or deleted. The home of watchfiles."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

from watchfiles import Change, awatch

from bulletin_pdf.home import Home
from bulletin_pdf.resources import LAYOUTS

# Milliseconds without a change after which what was written is taken to be whole, and those after which one looks anyway.
QUIET, PATIENCE = 40, 1000

# What programs leave beside a file while they write it, and what no issue is made of.
_PASSING = re.compile(
    r"\.|~\$|#|4913$|__pycache__$|.*(~|\.tmp|\.bak|\.swp|\.swx|\.part|\.crdownload)$", re.IGNORECASE
)


def matters(root: Path, file: Path) -> bool:
    """Whether pages may depend on a file below the folder `root`, which is watched."""
    return not any(_PASSING.match(part) for part in file.relative_to(root).parts)


async def changes(home: Home) -> AsyncIterator[None]:
    """Comes once for all changes that follow one another closely; those that come while nobody waits are not lost."""
    while True:
        folders = _folders(home)
        gone_or_new = asyncio.Event()
        above = asyncio.create_task(_folders_change(home, folders, gone_or_new))

        def wanted(change: Change, path: str, folders: tuple[Path, ...] = folders) -> bool:
            file = Path(path)
            return any(file.is_relative_to(folder) and matters(folder, file) for folder in folders)

        try:
            async for _ in awatch(
                *folders, watch_filter=wanted, debounce=PATIENCE, step=QUIET, stop_event=gone_or_new
            ):
                yield
        finally:
            above.cancel()
        yield


def _folders(home: Home) -> tuple[Path, ...]:
    """Those there are of the publication's folders and the program's."""
    folders = dict.fromkeys((home.content, home.layouts, home.fonts, LAYOUTS))
    return tuple(folder for folder in folders if folder.is_dir())


async def _folders_change(home: Home, folders: tuple[Path, ...], changed: asyncio.Event) -> None:
    """Tell when a folder to watch has come or gone, for a watch ends silently with its folder."""
    async for _ in awatch(home.root, recursive=False, step=QUIET, debounce=PATIENCE):
        if _folders(home) != folders:
            changed.set()
