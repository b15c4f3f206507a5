"""Tool: a private fontconfig, so that output never depends on the fonts that a machine happens to have."""

import hashlib
import html
import os
import shutil
import tempfile
from pathlib import Path

from bulletin_pdf.fonts import Fonts


def fontconfig(fonts: Fonts, folder: Path) -> Path:
    """Write a fontconfig configuration that knows these faces only; the path of its fonts.conf.

    Set the environment variable FONTCONFIG_FILE to it before WeasyPrint is imported. There are no system
    fonts in it, and none of fontconfig's usual rules, so nothing is slanted or emboldened artificially.

    `folder` is a cache: each set of faces has a folder of its own there, with the faces (hard links where
    the file system can; fontconfig takes no single files), the configuration and fontconfig's own cache.
    It is made under another name and renamed when whole, so builds may run at the same time.
    """
    folder = folder.resolve()
    faces = sorted(fonts.faces.values(), key=lambda face: face.role)
    # The configuration names the folder, for older versions of fontconfig know no relative paths.
    key = "\n".join([str(folder), *(f"{face.role} {face.digest}" for face in faces)])
    home = folder / hashlib.sha256(key.encode()).hexdigest()[:16]
    configuration = home / "fonts.conf"
    if configuration.is_file():
        return configuration
    folder.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=folder, prefix=".draft-"))
    try:
        (draft / "faces").mkdir()
        for face in faces:
            _link(face.path, draft / "faces" / f"{face.role}{face.path.suffix}")
        (draft / "fonts.conf").write_text(_configuration(home), encoding="utf-8")
        draft.rename(home)
    except OSError:
        # Another build may have been quicker.
        if not configuration.is_file():
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return configuration


def _configuration(home: Path) -> str:
    """The text of fonts.conf for a folder with `faces`."""
    return f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{html.escape(str(home / "faces"))}</dir>
  <cachedir>{html.escape(str(home / "cache"))}</cachedir>
</fontconfig>
"""


def _link(source: Path, target: Path) -> None:
    """A second name for a file, or a copy of it where there can be none (another disk, another owner)."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
