"""Where the files that travel with the program lie: fonts and layouts.

An installed wheel carries them inside the package (`bulletin_pdf/data`, see pyproject.toml); a checkout has
them at its root, where people edit them.
"""

from pathlib import Path

_PACKAGED = Path(__file__).resolve().parent / "data"
_ROOT = _PACKAGED if _PACKAGED.is_dir() else Path(__file__).resolve().parents[2]

FONTS = _ROOT / "fonts"
"""The vendored faces with `index.json`, which names the face of each role."""

LAYOUTS = _ROOT / "layouts"
"""One folder for each layout 版式: templates and style sheets."""

COLOUR_PROFILES = _ROOT / "profiles"
"""ICC profiles: of screens, and of the press that is assumed where a publication names none."""
