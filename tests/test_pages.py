"""Every page of both issues in every layout, beside its small reference image in tests/pages.

`UPDATE_PAGES=1 pytest tests/test_pages.py` draws the references anew: look at every one that changed.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

from bulletin_pdf.build import build
from bulletin_pdf.home import Home
from bulletin_pdf.resources import LAYOUTS
from publications import ROOT, copy_issue

PAGES = Path(__file__).parent / "pages"
ISSUES = ("2021-17", "2026-01")
NAMES = sorted(file.parent.name for file in LAYOUTS.glob("*/layout.yaml"))
# Small enough to keep, large enough for every line to show.
DPI, SHADES = 24, 16
# Difference in levels of 255: of a whole page on average, and of a square of so many pixels.
MOST, MOST_OF_SQUARE, SQUARE = 1.5, 40.0, 12


def drawn(pdf: Path) -> Iterator[Image.Image]:
    """The pages of a PDF, small and grey."""
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        image = page.render(scale=DPI / 72).to_pil().convert("L")
        yield image.quantize(SHADES).convert("L") if os.environ.get("UPDATE_PAGES") else image
    document.close()


def difference(one: Image.Image, other: Image.Image) -> str:
    """How two pages differ, in words; '' where an eye would not see it."""
    if one.size != other.size:
        return f"{one.size} instead of {other.size}"
    apart = ImageChops.difference(one, other)
    whole = ImageStat.Stat(apart).mean[0]
    if whole > MOST:
        return f"{whole:.2f} levels over the page"
    for top in range(0, one.height, SQUARE):
        for left in range(0, one.width, SQUARE):
            part = apart.crop((left, top, min(left + SQUARE, one.width), min(top + SQUARE, one.height)))
            if (mean := ImageStat.Stat(part).mean[0]) > MOST_OF_SQUARE:
                return f"{mean:.0f} levels at {left}, {top}"
    return ""


@pytest.mark.parametrize("layout", NAMES)
@pytest.mark.parametrize("key", ISSUES)
def test_pages_look_as_they_did(tmp_path: Path, key: str, layout: str) -> None:
    home: Home = copy_issue(tmp_path, key)
    built = build(home, key, layout=layout)
    assert built.pdf, [str(finding) for finding in built.diagnostics]
    references = PAGES / key
    if os.environ.get("UPDATE_PAGES"):
        references.mkdir(parents=True, exist_ok=True)
        for stale in references.glob(f"{layout}-*.png"):
            stale.unlink()
        for number, image in enumerate(drawn(built.pdf), 1):
            image.quantize(SHADES).save(references / f"{layout}-{number:02}.png", optimize=True)
    images = list(drawn(built.pdf))
    files = sorted(references.glob(f"{layout}-*.png"))
    assert len(images) == len(files)
    for image, file in zip(images, files, strict=True):
        assert difference(image, Image.open(file).convert("L")) == "", file.relative_to(ROOT)


def test_a_page_that_changed_is_told() -> None:
    page = Image.open(PAGES / ISSUES[0] / "bulletin-02.png").convert("L")
    lower = ImageChops.offset(page, 0, 2)
    other = Image.open(PAGES / ISSUES[0] / "bulletin-03.png").convert("L")
    blot = page.copy()
    blot.paste(0, (100, 100, 112, 108))
    assert difference(page, page) == ""
    assert all(difference(page, changed) for changed in (lower, other, blot))
