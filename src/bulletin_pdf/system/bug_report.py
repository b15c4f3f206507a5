"""Tool: what the maintainers need to know of an exception that should not have happened."""

import platform
import sys
import traceback
from collections.abc import Sequence

from bulletin_pdf import __version__


def bug_report(words: Sequence[str] | None = None) -> str:
    """The exception being handled with its traceback, the versions, and the words of the command line."""
    words = sys.argv[1:] if words is None else words
    return (
        f"bulletin {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"bulletin {' '.join(words)}\n\n{traceback.format_exc()}"
    )
