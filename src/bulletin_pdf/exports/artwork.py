"""Copies of an issue's pictures that any program can show. The pictures themselves stay as they are."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

# Twice the width of the text on a screen, so that it is sharp on telephones; and 260 dpi in the text of a Word file.
MOST = 1600
_QUALITY = 88
_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class Artwork:
    """A picture as JPEG or PNG. suffix: .jpg or .png. width, height: in pixels. scale: pixels to one of CSS."""

    data: bytes
    suffix: str
    width: int
    height: int
    scale: float = 1.0

    @property
    def kind(self) -> str:
        """Its media type."""
        return "image/jpeg" if self.suffix == ".jpg" else "image/png"


def copy_of(file: Path) -> Artwork:
    """A picture file as JPEG or PNG in RGB or grey, upright, at most MOST pixels wide or high.

    It carries no data of the camera: what stood where and when is nobody's business. A file that is all this already is
    taken as it is.
    """
    from PIL import Image, ImageOps

    with Image.open(file) as image:
        exif = image.getexif()
        kind, mode = image.format, image.mode
        is_fit = kind in ("JPEG", "PNG") and mode in ("L", "RGB", "RGBA", "LA", "P", "1")
        if is_fit and not exif and max(image.size) <= MOST:
            return Artwork(file.read_bytes(), ".jpg" if kind == "JPEG" else ".png", *image.size)
        upright = ImageOps.exif_transpose(image)
    upright.thumbnail((MOST, MOST), Image.Resampling.LANCZOS)
    is_photo = kind in ("JPEG", "WEBP", "TIFF") and "A" not in upright.getbands() and mode != "P"
    if upright.mode not in ("L", "RGB", "RGBA"):
        upright = upright.convert("RGBA" if "transparency" in upright.info or mode == "LA" else "RGB")
    stream = BytesIO()
    if is_photo:
        upright.save(stream, "JPEG", quality=_QUALITY, optimize=True)
    else:
        upright.save(stream, "PNG", optimize=True)
    return Artwork(stream.getvalue(), ".jpg" if is_photo else ".png", *upright.size)


def drawn(image: bytes, width: int, height: int, scale: float) -> Artwork:
    """A drawing as it came out as PNG."""
    return Artwork(image, ".png", width, height, scale)
