"""Tool: the versions of what makes a PDF, for its record: other versions may give other bytes."""

import sys
from collections.abc import Mapping
from functools import cache

from bulletin_pdf.system import native
from bulletin_pdf.system.versions import version

# What has a hand in the bytes of a PDF or of a file made of it; not what reads arguments or draws on the terminal.
PACKAGES = (
    "weasyprint",
    "pydyf",
    "tinycss2",
    "tinyhtml5",
    "fonttools",
    "jinja2",
    "markdown-it-py",
    "mdit-py-plugins",
    "pillow",
    "pygal",
    "pypdf",
    "pypdfium2",
    "rjieba",
)


@cache
def packages() -> Mapping[str, str]:
    """Python and the packages, by name, each with its version; quick to ask."""
    versions = {name: version(name) for name in PACKAGES}
    return {"python": sys.version.split()[0], **{name: each for name, each in versions.items() if each}}


@cache
def toolchain() -> Mapping[str, str]:
    """Those, and the native libraries, which must be loaded to be asked."""
    libraries = {
        "pango": native.version(native.PANGO),
        "harfbuzz": native.version(native.HARFBUZZ),
    }
    return {**packages(), **{name: version for name, version in libraries.items() if version}}
