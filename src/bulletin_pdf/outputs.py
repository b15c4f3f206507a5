"""Stage: the finished PDF to the files of a profile 用途: for the office printer, folded, as pictures …

A further profile is a row of `profiles.PROFILES` and a function here, named in `MAKERS`. One whose files must be checked
again is made in `build`, which may call several stages.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bulletin_pdf.record import Imprint
from bulletin_pdf.settings import Printing

# The functions import where they run: each brings a library that the others do without.


@dataclass(frozen=True, slots=True)
class Material:
    """What every profile is made from: the PDF and its name, where its imprint stands, the wishes for printing."""

    name: str
    pdf: bytes
    imprint: Imprint
    printing: Printing


@dataclass(frozen=True, slots=True)
class Made:
    """The files of a profile by their names beside the PDF, and a note in Chinese on how they are to be used. sides: how
    many pages, or sides of sheets, its PDF must have; 0: it is none, or is not checked by that."""

    files: Mapping[str, bytes]
    note: str
    sides: int = 0


def make_outputs(profile: str, material: Material) -> Made:
    """The files of a profile, by its name in the registry; the same material gives the same bytes."""
    return MAKERS[profile](material)


def _office(material: Material) -> Made:
    from bulletin_pdf.sheets.office import office

    data, pages = office(
        material.pdf, even=material.printing.even, blanks_before_last=material.imprint == "alone"
    )
    note = f"{pages} 页，双面打印，翻转方式选“长边翻转”" if pages > 1 else "1 页"
    return Made({f"{material.name}.办公.pdf": data}, note, sides=pages)


def _booklet(material: Material) -> Made:
    from bulletin_pdf.sheets.imposition import booklet

    wishes = material.printing
    made = booklet(
        material.pdf,
        paper=wishes.paper,
        creep=wishes.creep,
        # GB/T 9704 §7.4.1 has the imprint on the last page, and §7.5 blank pages before it. But text that goes on
        # on the imprint's page must not be torn from what it follows.
        blanks_before_last=material.imprint == "alone",
    )
    parts = [
        f"{made.sheets} 张 {made.paper}，双面打印，翻转方式选“短边翻转”，不缩放",
        f"页面缩到 {made.scale:.0%}" if made.scale < 1 else "",
        _blanks(made.blanks, material.imprint),
        "" if made.marked else "纸边没有余地，不印折线和裁切标记",
    ]
    note = "；".join(filter(None, parts))
    return Made({f"{material.name}.小册子.pdf": made.data}, note, sides=2 * made.sheets)


def _n_up(material: Material) -> Made:
    from bulletin_pdf.sheets.n_up import n_up

    count = int(material.printing.per_side)
    data, sides, scale = n_up(material.pdf, count)
    note = f"{sides} 面 A4，每面 {count} 页，缩到 {scale:.0%}，打印时不再缩放"
    return Made({f"{material.name}.拼页.pdf": data}, note, sides=sides)


def _blanks(count: int, imprint: Imprint) -> str:
    """How many blank pages were added, and where."""
    if not count:
        return ""
    if imprint == "alone":
        return f"补 {count} 个空白页，在版记页前面"
    aside = "，版记因此不在封底" if imprint == "shared" else ""
    return f"补 {count} 个空白页，在末尾{aside}"


def _images(material: Material) -> Made:
    from bulletin_pdf.sheets.page_images import DPI, contact_sheet, page_images, png

    name, pages = material.name, page_images(material.pdf)
    digits = max(2, len(str(len(pages))))
    files = {f"{name}.图片/{name}-{number:0{digits}}.png": png(page) for number, page in enumerate(pages, 1)}
    files[f"{name}.总览.png"] = png(contact_sheet(pages))
    return Made(files, f"{len(pages)} 张 PNG（{DPI} dpi）和一张总览")


MAKERS: Mapping[str, Callable[[Material], Made]] = {
    "office": _office,
    "booklet": _booklet,
    "nup": _n_up,
    "images": _images,
}
