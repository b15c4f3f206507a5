"""The order of the stages for the profiles 用途: what is made of a finished PDF, checked again, and written beside it.

Beside `build`, which makes that PDF.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin_pdf.diagnostics import Diagnostic, error, has_errors
from bulletin_pdf.files import cannot_write, write_whole
from bulletin_pdf.inputs import input_files
from bulletin_pdf.layout import load_layout
from bulletin_pdf.profiles import Profile, chosen
from bulletin_pdf.publication import Home, LoadedSettings, load_issue_settings
from bulletin_pdf.record import (
    Output,
    Record,
    as_bytes,
    digest,
    holds,
    read_record,
    record_file,
    write_record,
)
from bulletin_pdf.source import inside

if TYPE_CHECKING:
    from bulletin_pdf.colour import ColourProfile
    from bulletin_pdf.outputs import Made

# The stages are imported where they run, as in build.

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Product:
    """The files of one profile, and a note in Chinese on how they are to be used."""

    profile: Profile
    files: tuple[Path, ...]
    note: str


def produce(
    home: Home,
    key: str,
    pdf: Path,
    words: Iterable[str] = (),
    *,
    force: bool = False,
    progress: Progress = lambda stage: None,
) -> tuple[list[Product], list[Diagnostic]]:
    """Make of an issue's finished PDF what the profiles ask for, beside it; what stands is left as it is.

    words: names of profiles; without any, those of the settings. force: make them anew. ValueError for an unknown name.
    """
    from bulletin_pdf.outputs import Material, make_outputs

    loaded, found = load_issue_settings(home, key)
    record = read_record(record_file(pdf))
    if loaded is None or record is None:
        return [], found
    products = []
    for profile in chosen(words) or chosen(loaded.settings.outputs):
        output = record.outputs.get(profile.name)
        if output is None or force or not holds(pdf, output):
            progress(profile.title)
            data = pdf.read_bytes()
            if profile.name in FINISHED:
                made, told = _finish(home, key, pdf, data, record, profile)
                if made is None:
                    found += told
                    continue
            else:
                material = Material(pdf.stem, data, record.imprint, loaded.settings.printing)
                made, told = make_outputs(profile.name, material), []
            hashes = {name: digest(data) for name, data in made.files.items()}
            output = Output(hashes, made.note, tuple(told))
            try:
                for name, data in made.files.items():
                    write_whole(pdf.parent / name, data)
                record = replace(record, outputs={**record.outputs, profile.name: output})
                write_record(record_file(pdf), record)
            except OSError as problem:
                found.append(cannot_write(home.shown(pdf.parent), problem))
                continue
        found += output.diagnostics
        products.append(Product(profile, tuple(pdf.parent / name for name in output.files), output.note))
    return products, found


FINISHED = ("press", "archive")
"""The profiles whose files are checked again, and may be refused."""


def _finish(
    home: Home, key: str, pdf: Path, data: bytes, record: Record, profile: Profile
) -> "tuple[Made | None, list[Diagnostic]]":
    """The file of one of those profiles, with a note; None when an error stops it."""
    from bulletin_pdf.outputs import Made

    file = pdf.with_suffix(f".{profile.title}.pdf")
    shown = home.shown(file)
    if profile.name == "archive":
        made, found = archive(home, key, data, shown, record)
        note = "PDF/A-2a、PDF/UA-1，交档案馆"
    else:
        layouts = (name.removeprefix("layout=") for name in record.inputs if name.startswith("layout="))
        made, found = press(home, key, data, shown, layout=next(layouts, None))
        note = "PDF/X-4，成品外出血 3 毫米，交印刷厂"
    return (Made({file.name: made}, note) if made else None), found


def press(
    home: Home, key: str, data: bytes, shown: Path, *, layout: str | None = None
) -> tuple[bytes | None, list[Diagnostic]]:
    """An issue's PDF made a print file: PDF/X-4, PDF/A-2a and PDF/UA-1. None when an error stops it.

    data: the finished PDF. shown: the print file, as diagnostics name it. layout: the one that it was built in.
    """
    from bulletin_pdf.colour import Separation
    from bulletin_pdf.finishing import press as finish

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
    found += _check_press(made, "press", profile, shown, plates)
    return (None if has_errors(found) else made), found


def archive(
    home: Home, key: str, data: bytes, shown: Path, record: Record | None = None
) -> tuple[bytes | None, list[Diagnostic]]:
    """An issue's PDF made for the archive: PDF/A-2a and PDF/UA-1, or PDF/A-3a with its sources where the settings ask
    for them, and the record of its build. Takes and gives what `press` does."""
    from bulletin_pdf.colour import screen
    from bulletin_pdf.finishing import Attachment
    from bulletin_pdf.finishing import archive as finish

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
    found += _check_press(made, "archive", screen(), shown, part=3 if attachments else 2)
    return (None if has_errors(found) else made), found


def _press_profile(home: Home, loaded: LoadedSettings) -> "tuple[ColourProfile | None, list[Diagnostic]]":
    """The profile of the press that the settings name, or the standard one."""
    from bulletin_pdf.colour import press_profile, standard_press

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


def _check_press(
    data: bytes,
    purpose: str,
    profile: "ColourProfile",
    shown: Path,
    plates: frozenset[str] = frozenset(),
    part: int = 2,
) -> list[Diagnostic]:
    from bulletin_pdf.pdf import read_pdf
    from bulletin_pdf.press_check import Wanted, check_press
    from bulletin_pdf.print_file import read_print_file

    pdf, damaged = read_pdf(data, shown)
    if pdf is None:
        return damaged
    wanted = Wanted(purpose, profile, shown, plates, part)
    return check_press(pdf, read_print_file(data), wanted)
