"""Pictures and CSV files that a text names: inside the issue folder, readable, and without references elsewhere.

The home of Pillow.
"""

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from bulletin_pdf.diagnostics import Diagnostic, error, has_errors, warning
from bulletin_pdf.manuscript.figures import Picture
from bulletin_pdf.manuscript.tables import read_csv
from bulletin_pdf.model import Figure, Table
from bulletin_pdf.source import inside, read_text

# A page at 1200 dpi has 140 million pixels; what claims more is a decompression bomb.
MAX_PIXELS = 160_000_000
MAX_SVG_BYTES = 20_000_000
# Elements that act, or hold something other than drawing.
_ACTIVE = {"script", "foreignObject", "iframe", "animate", "set", "audio", "video", "link"}
# References that stay inside the file. An SVG inside an SVG would have to be checked again.
_INNER = re.compile(r"#|data:image/(?:png|jpeg|gif|webp)[;,]")
MAX_USES = 2000
_SUFFIXES = {".csv", ".jpg", ".jpeg", ".png", ".webp", ".gif", ".tif", ".tiff", ".bmp", ".svg"}
_FORMATS = {"JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP"}


# A table of 2000 rows of ten cells.
MAX_CSV_BYTES = 200_000
# What a spreadsheet always writes into CSV: a byte order mark, CRLF.
_HARMLESS = ("BP102", "BP103")


def find_picture(
    picture: Picture, folder: Path, shown: Callable[[Path], Path]
) -> tuple[Figure | Table | None, list[Diagnostic]]:
    """The figure for a typed picture whose file lies in the issue folder, or the table if the file is CSV.

    shown: a path as diagnostics name it.
    """
    target = picture.target
    kind = "表格" if picture.is_table else "图片"
    if re.match(r"[A-Za-z][\w+.-]+:|//", target):
        message = f"{kind}“{target}”是网址，不能用在印刷品里。"
        return None, [error("BP503", message, picture.place, f"把{kind}存到本期文件夹里，这里写文件名。")]
    file = inside(folder, target)
    if file is None:
        message = f"{kind}“{target}”在本期文件夹之外。"
        return None, [error("BP502", message, picture.place, f"把{kind}复制到本期文件夹里，这里写文件名。")]
    if not file.is_file():
        return None, [
            error("BP501", f"找不到{kind}“{target}”。", picture.place, _similar(folder, target, kind))
        ]
    if picture.is_table:
        source, found = read_text(file, shown(file), MAX_CSV_BYTES)
        found = [each for each in found if each.code not in _HARMLESS]
        if source is None or has_errors(found):
            return None, found
        table, more = read_csv(source)
        return table, found + more
    is_svg = file.suffix.lower() == ".svg"
    size = _svg_size(file) if is_svg else raster_size(file)
    if isinstance(size, str):
        svg_hint = "在绘图软件里另存为普通 SVG，内容都嵌入文件；不行就存成 PNG。"
        hint = svg_hint if is_svg else "换一张能打开的 JPG、PNG 或 SVG 图片。"
        return None, [error("BP504", f"图片“{target}”{size}", picture.place, hint)]
    found = []
    if not picture.alt:
        message = f"图片“{target}”没有说明文字。"
        found.append(warning("BP505", message, picture.place, "在 ![ ] 里写上图片的内容，读屏软件会念出来。"))
    return Figure(file, picture.alt or "图片", picture.caption, *size, picture.place), found


def _similar(folder: Path, target: str, kind: str) -> str:
    """A hint that names a picture which differs in case or ending only."""
    stem = Path(target).stem.lower()
    for candidate in sorted(folder.rglob("*")):
        if candidate.suffix.lower() in _SUFFIXES and candidate.stem.lower() == stem:
            return f"是不是“{candidate.relative_to(folder).as_posix()}”？"
    return f"把{kind}放进本期文件夹，并核对文件名（大小写、后缀也要一样）。"


def raster_size(file: Path | BinaryIO) -> tuple[int, int] | str:
    """Width and height in pixels, or what is wrong."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(file) as image:
                if image.format not in _FORMATS:
                    return f"是 {image.format} 格式，这里不能用。"
                if image.width * image.height > MAX_PIXELS:
                    return f"太大（{image.width}×{image.height} 像素）。"
                if image.mode.startswith("I") or image.mode == "F":
                    return "是 16 位灰度图，印不出来；请另存为 8 位。"
                image.load()
                return image.size
    except Image.DecompressionBombError:
        return f"太大（超过 {MAX_PIXELS // 1_000_000} 百万像素）。"
    except UnidentifiedImageError:
        return "不是图片，或已经损坏。"
    except (OSError, SyntaxError, ValueError, EOFError):
        return "已经损坏，读不完整。"


def _svg_size(file: Path) -> tuple[int, int] | str:
    """Width and height of an SVG in user units (0 where it has none), or what is wrong."""
    if file.stat().st_size > MAX_SVG_BYTES:
        return f"太大（超过 {MAX_SVG_BYTES // 1_000_000} MB）。"
    data = file.read_bytes()
    if b"\0" in data:  # UTF-16 would hide the next line's signs
        return "不是 UTF-8 编码的 SVG 文件。"
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data or b"<?xml-stylesheet" in data:
        return "里有 DOCTYPE 或样式表声明，可能引用外部内容。"
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError):
        return "不是正确的 SVG 文件。"
    if _local(root.tag) != "svg":
        return "不是正确的 SVG 文件。"
    for element in root.iter():
        if fault := _svg_fault(element):
            return fault
    # Copies of copies multiply: ten levels of ten are ten thousand million drawings.
    parents = {child: parent for parent in root.iter() for child in parent}
    uses = [element for element in root.iter() if _local(element.tag) == "use"]
    if len(uses) > MAX_USES or any(_inside_copied(element, parents) for element in uses):
        return "里的 <use> 套用太多，画不出来。"
    try:
        _, _, width, height = map(float, re.split(r"[\s,]+", root.get("viewBox", "").strip()))
        return max(round(width), 0), max(round(height), 0)
    except (ValueError, OverflowError):
        return 0, 0


def _inside_copied(
    element: ElementTree.Element, parents: dict[ElementTree.Element, ElementTree.Element]
) -> bool:
    """Whether a <use> stands in something that has an id below the root, so that it can be copied itself."""
    current: ElementTree.Element | None = element
    while current is not None and current in parents:
        if current.get("id"):
            return True
        current = parents.get(current)
    return False


def _svg_fault(element: ElementTree.Element) -> str:
    """What an element does that print has no use for, or that reads something else; '' for nothing."""
    tag = _local(element.tag)
    if tag in _ACTIVE:
        return f"里有 <{tag}>，不能用在印刷品里。"
    for name, value in element.attrib.items():
        if _local(name).lower().startswith("on"):
            return f"里有脚本（{_local(name)}），不能用在印刷品里。"
        is_reference = _local(name) == "href" and not _INNER.match(value)
        if is_reference or _reads_outside(value):
            return f"引用了外部文件“{value.strip()[:60]}”。"
    if tag == "style" and "\\" in (element.text or ""):
        return "的样式里有转义（\\），看不出引用了什么。"
    if _reads_outside(element.text or "") or "@import" in (element.text or ""):
        return "的样式引用了外部文件。"
    return ""


def _local(name: str) -> str:
    """A tag or attribute name without its namespace."""
    return name.rpartition("}")[2]


def _reads_outside(value: str) -> bool:
    """Whether CSS names something outside the file; an escape inside an attribute may hide it."""
    targets = re.findall(r"url\(\s*['\"]?([^'\")]*)", value, re.IGNORECASE)
    return any(not _INNER.match(target) for target in targets) or ("\\" in value and "(" in value)
