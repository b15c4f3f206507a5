"""The order of the stages for exports 导出: load → drawings as pictures → formats → written.

Beside `build`: an export starts from the issue as loaded, not from its PDF.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bulletin_pdf.build import fonts_of, lay_out
from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.exports import Format, Made, Material, make
from bulletin_pdf.exports.artwork import Artwork, copy_of, drawn
from bulletin_pdf.exports.material import picture_folder
from bulletin_pdf.files import cannot_write, write_folder, write_whole
from bulletin_pdf.home import Home
from bulletin_pdf.model import Chart, Issue, blocks, figures
from bulletin_pdf.publication import LoadedSettings

Progress = Callable[[str], None]

# A chart's size in points, and that of its labels: on a telephone they are still legible.
CHART, LABELS = (420.0, 260.0), 13.0
PALETTE = ("#b5121b", "#2f5d8a", "#a8812a", "#4a7c59", "#6b5b95", "#6f6f6f")
# Drawings come out at twice the size of the text on a screen, sharp on telephones and in print.
SCALE = 2.0
_ADDRESS = "https://drawing.invalid/"


@dataclass(frozen=True, slots=True)
class Exported:
    """A format's files as written: the file, and the folder of its pictures, if it has one. note: in Chinese."""

    format: Format
    file: Path
    pictures: Path | None
    note: str


def export(
    home: Home,
    key: str,
    formats: Iterable[Format],
    *,
    output: Path | None = None,
    progress: Progress = lambda stage: None,
) -> tuple[list[Exported], list[Diagnostic]]:
    """Write an issue in these formats into `output` (default build/期/). An error in the issue stops them all."""
    from bulletin_pdf.load import load_issue

    progress("读取")
    issue, loaded, found = load_issue(home, key)
    if issue is None or loaded is None:
        return [], found
    formats = list(formats)
    material: Material | None = Material(issue, {}, {})
    if any(each.has_pictures for each in formats):
        progress("图片")
        material, more = _material(home, loaded, issue)
        found += more
    if material is None:
        return [], found
    folder = output or home.build / key
    written = []
    for each in formats:
        progress(each.title)
        made = make(each, material)
        found += made.diagnostics
        try:
            exported, more = _write(home, folder, key, each, made)
        except OSError as problem:
            found.append(cannot_write(home.shown(folder / f"{key}{made.suffix}"), problem))
            continue
        found += more
        written += [exported] if exported else []
    return written, found


def _write(
    home: Home, folder: Path, key: str, format_: Format, made: Made
) -> tuple[Exported | None, list[Diagnostic]]:
    """Write the pictures, then the file that shows them."""
    pictures = folder / f"{key}{picture_folder(made.suffix)}" if made.pictures else None
    if pictures is not None and not write_folder(pictures, sorted(made.pictures.items())):
        message = f"文件夹“{home.shown(pictures)}”里有别的文件，不能整个换成新的。"
        hint = "把它们移出去再运行，或用 -o 换一个文件夹。"
        return None, [error("BP802", message, Place(home.shown(pictures)), hint)]
    file = folder / f"{key}{made.suffix}"
    write_whole(file, made.data)
    return Exported(format_, file, pictures, made.note), []


# --- pictures -------------------------------------------------------------------------------------------


def _material(home: Home, loaded: LoadedSettings, issue: Issue) -> tuple[Material | None, list[Diagnostic]]:
    """The issue with copies of its pictures; what is drawn is drawn in the publication's faces."""
    files = list(dict.fromkeys(figure.file for figure in figures(issue)))
    charts = list(dict.fromkeys(block for block in blocks(issue) if isinstance(block, Chart)))
    vectors: dict[Path | Chart, bytes] = {
        file: file.read_bytes() for file in files if file.suffix.lower() == ".svg"
    }
    drawings: dict[Chart, str] = {}
    pictures: dict[Path | Chart, Artwork] = {file: copy_of(file) for file in files if file not in vectors}
    if not charts and not vectors:
        return Material(issue, pictures, drawings), []
    fonts, found = fonts_of(home, loaded)
    if fonts is None:
        return None, found
    sizes: dict[Path | Chart, tuple[float, float]] = {
        figure.file: (figure.width or 600, figure.height or 400) for figure in figures(issue)
    }
    for chart in charts:
        from bulletin_pdf.charts import draw

        vectors[chart] = draw(chart, *CHART, PALETTE, fonts, LABELS)
        drawings[chart] = _for_screens(vectors[chart].decode())
        sizes[chart] = CHART
    pages = {
        f"{index}.svg": _page(f"{_ADDRESS}{index}.svg", *_drawn_size(sizes[key]))
        for index, key in enumerate(vectors)
    }
    data = {f"{_ADDRESS}{name}": svg for name, svg in zip(pages, vectors.values(), strict=True)}
    laid_out, more = lay_out(home, fonts, pages, data)
    found += more
    for key, name in zip(vectors, pages, strict=True):
        if name not in laid_out:
            return None, found
        pictures[key] = _image(laid_out[name], sizes[key][0] * (4 / 3 if isinstance(key, Chart) else 1))
    return Material(issue, pictures, drawings), found


def _drawn_size(size: tuple[float, float]) -> tuple[float, float]:
    """The size of a drawing on its page: as wide as the text of a page on a screen."""
    width, height = size
    factor = min(CHART[0] / width, 1.6 * CHART[0] / height)
    return width * factor, height * factor


def _page(address: str, width: float, height: float) -> str:
    """A page that holds nothing but a picture."""
    width, height = width * SCALE, height * SCALE
    return (
        '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>图</title><style>'
        f"@page {{ size: {width:.2f}pt {height:.2f}pt; margin: 0 }} body {{ margin: 0 }}"
        f"img {{ display: block; width: {width:.2f}pt; height: {height:.2f}pt }}</style>"
        f'<body><img src="{address}" alt="图">'
    )


def _image(pdf: bytes, width: float) -> Artwork:
    """The picture on a page. width: its natural one in pixels of CSS."""
    from bulletin_pdf.sheets.page_images import page_images, png

    [image, *_] = page_images(pdf)
    return drawn(png(image), *image.size, image.width / width)


def _for_screens(svg: str) -> str:
    """A drawing inside a web page: without declaration, its labels in the page's face."""
    return re.sub(r' font-family="[^"]*"', "", svg[svg.index("<svg") :])
