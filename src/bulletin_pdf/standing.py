"""Tool: what was built, and whether it still stands: nothing that went into it has changed since.

What an unchanged build needs and nothing else: no library is imported here, so that it takes no time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bulletin_pdf import __version__
from bulletin_pdf.diagnostics import Diagnostic
from bulletin_pdf.home import Home
from bulletin_pdf.inputs import input_files
from bulletin_pdf.profiles import Profile
from bulletin_pdf.record import digest, hash_inputs, holds, pdf_file, read_record, record_file
from bulletin_pdf.toolchain import packages


@dataclass(frozen=True, slots=True)
class Built:
    """What a build gave: the PDF's path and page count, or None and 0 when errors stopped it."""

    pdf: Path | None
    pages: int
    diagnostics: tuple[Diagnostic, ...]
    changes: tuple[str, ...] = ()
    """What was done to reach the wanted pages, in words."""
    annotated: Path | None = None
    """The PDF with findings marked, where one was wanted and there were pages."""


@dataclass(frozen=True, slots=True)
class Product:
    """The files of one profile, and a note in Chinese on how they are to be used."""

    profile: Profile
    files: tuple[Path, ...]
    note: str


def standing(
    home: Home,
    key: str,
    *,
    output: Path | None = None,
    layout: str | None = None,
    wanted: int | None = None,
) -> Built | None:
    """The finished PDF when nothing that went into it has changed since; else None."""
    target = pdf_file(home, key, output, layout)
    record = read_record(record_file(target))
    if record is None or record.version != __version__ or not target.is_file():
        return None
    if not packages().items() <= record.tools.items():
        return None
    if (
        record.inputs != hash_inputs(input_files(home, key, layout, wanted))
        or digest(target.read_bytes()) != record.pdf
    ):
        return None
    return Built(target, record.pages, record.diagnostics, record.changes)


def state(home: Home, key: str) -> tuple[int, str]:
    """An issue's page count (0 when not built) and its state in words."""
    record = read_record(record_file(home.build / key / f"{key}.pdf"))
    if record is None:
        return 0, "未生成"
    return record.pages, "已生成" if standing(home, key) else "有改动，需重新生成"


def standing_products(
    pdf: Path, profiles: Sequence[Profile]
) -> tuple[list[Product], list[Diagnostic]] | None:
    """What was made of a standing PDF for these profiles, and what was found in it; None unless all of it stands."""
    record = read_record(record_file(pdf))
    products: list[Product] = []
    found: list[Diagnostic] = []
    for profile in profiles:
        output = record.outputs.get(profile.name) if record else None
        if record is None or output is None or not holds(pdf, record, output):
            return None
        found += output.diagnostics
        products.append(Product(profile, tuple(pdf.parent / name for name in output.files), output.note))
    return products, found
