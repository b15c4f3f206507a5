"""The order of the stages for files that hold to standards: for the press, the archive and screens.

Beside `production`, which knows when they are made and writes them.
"""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin_pdf.diagnostics import Diagnostic, Place, error, has_errors
from bulletin_pdf.home import Home
from bulletin_pdf.inputs import input_files
from bulletin_pdf.layout import load_layout
from bulletin_pdf.publication import LoadedSettings, load_issue_settings
from bulletin_pdf.record import Record, as_bytes
from bulletin_pdf.source import inside

if TYPE_CHECKING:
    from bulletin_pdf.pdf import Pdf
    from bulletin_pdf.press.colour import ColourProfile


@lru_cache(maxsize=1)
def source_pages(data: bytes) -> "Pdf | None":
    """The finished PDF read back, once for all files that are made of it; None for a damaged one."""
    from bulletin_pdf.pdf import read_pdf

    return read_pdf(data, Path())[0]


def press(
    home: Home, key: str, data: bytes, shown: Path, *, layout: str | None = None
) -> tuple[bytes | None, list[Diagnostic]]:
    """An issue's PDF made a print file: PDF/X-4, PDF/A-2a and PDF/UA-1. None when an error stops it.

    data: the finished PDF. shown: the print file, as diagnostics name it. layout: the one that it was built in.
    """
    from bulletin_pdf.press.colour import Separation
    from bulletin_pdf.press.finishing import press as finish

    loaded, found = load_issue_settings(home, key)
    if loaded is None:
        return None, found
    chosen_layout, more = load_layout(layout or loaded.settings.layout, home.layouts, None)
    profile, faults = _press_profile(home, loaded)
    found += [*more, *faults]
    if chosen_layout is None or profile is None:
        return None, found
    wishes = loaded.settings.press
    separation = Separation(profile, chosen_layout.inks(wishes.plate))
    made = finish(data, separation, marks=wishes.marks)
    plates = frozenset(filter(None, [wishes.plate]))
    found += check_print_file(made, "press", profile, shown, plates, source=data)
    return (None if has_errors(found) else made), found


def archive(
    home: Home, key: str, data: bytes, shown: Path, record: Record | None = None
) -> tuple[bytes | None, list[Diagnostic]]:
    """An issue's PDF made for the archive: PDF/A-2a and PDF/UA-1, or PDF/A-3a with its sources where the settings ask
    for them, and the record of its build. Takes and gives what `press` does."""
    from bulletin_pdf.press.colour import screen
    from bulletin_pdf.press.finishing import archive as finish
    from bulletin_pdf.press.identification import Attachment

    loaded, found = load_issue_settings(home, key)
    if loaded is None:
        return None, found
    attachments = []
    if loaded.settings.archived_sources:
        for name, file in input_files(home, key, None):
            if name.startswith(("issue/", "content/")):
                attachments.append(Attachment(name, file.read_bytes()))
        if record is not None:
            # Without what else was made of the PDF, which may be this file.
            attachments.append(Attachment("build.json", as_bytes(replace(record, outputs={}))))
    made = finish(data, attachments)
    found += check_print_file(made, "archive", screen(), shown, part=3 if attachments else 2, source=data)
    return (None if has_errors(found) else made), found


def for_screens(data: bytes, shown: Path) -> tuple[bytes | None, list[Diagnostic]]:
    """An issue's PDF made for screens: that for the archive with no more pixels than screens show. Takes and gives what
    `press` does."""
    from bulletin_pdf.press.colour import screen
    from bulletin_pdf.press.finishing import archive as finish

    pdf, found = source_pages(data), []
    if pdf is None:
        return None, [error("BP600", "PDF 已损坏。", Place(shown), "再生成一次。")]
    resolutions: dict[tuple[int, int], float] = {}
    for raster in (raster for page in pdf.pages for raster in page.rasters):
        size = raster.width, raster.height
        resolutions[size] = min(raster.resolution, resolutions.get(size, raster.resolution))
    made = finish(data, resolutions=resolutions)
    found += check_print_file(made, "archive", screen(), shown, source=data)
    return (None if has_errors(found) else made), found


def _press_profile(home: Home, loaded: LoadedSettings) -> "tuple[ColourProfile | None, list[Diagnostic]]":
    """The profile of the press that the settings name, or the standard one."""
    from bulletin_pdf.press.colour import press_profile, standard_press

    wishes = loaded.settings.press
    if wishes.profile is None or wishes.condition is None:
        return standard_press(), []
    place = loaded.tree.at(("press", "profile")).place
    file = inside(home.content, wishes.profile)
    if file is None or not file.is_file():
        message = f"content 文件夹里找不到色彩文件“{wishes.profile}”。"
        return None, [error("BP632", message, place, "把印刷厂给的 ICC 文件放进 content 文件夹。")]
    profile = press_profile(file.read_bytes(), wishes.condition)
    if isinstance(profile, str):
        hint = "向印刷厂要 CMYK 输出用的 ICC 文件。"
        return None, [error("BP632", f"“{wishes.profile}”{profile}", place, hint)]
    return profile, []


def check_print_file(
    data: bytes,
    purpose: str,
    profile: "ColourProfile",
    shown: Path,
    plates: frozenset[str] = frozenset(),
    part: int = 2,
    source: bytes | None = None,
) -> list[Diagnostic]:
    """What is wrong with a file for the press or the archive. source: the finished PDF, whose pages it must hold."""
    from bulletin_pdf.pdf import read_pdf
    from bulletin_pdf.press.print_file import read_print_file
    from bulletin_pdf.press_check import Wanted, check_press
    from bulletin_pdf.product_check import Expected, check_pages_kept

    pdf, damaged = read_pdf(data, shown)
    if pdf is None:
        return damaged
    found = check_press(pdf, read_print_file(data), Wanted(purpose, profile, shown, plates, part))
    before = source_pages(source) if source is not None else None
    if before is not None:
        found += check_pages_kept(pdf, Expected(before, shown, len(before.pages)))
    return found
