"""Stage: whether a file made of a finished PDF still holds its pages, and suits an office printer where it is for one.

Every check is a short generator of diagnostics: BP64x, see docs/diagnostics/output.md. The finished PDF was checked
itself; here the question is what was lost, added or changed on the way.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bulletin_pdf.collation import without_space
from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.pdf import Pdf, PdfPage
from bulletin_pdf.press.print_file import PrintFile

# Sheets are as large as one another to a tenth of a point.
SAME_SIZE = 0.1
_HINT = "不要用这个文件；加 --force 再生成一次，还是不行，请告诉维护的人。"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the file must be. source: the finished PDF. file: as diagnostics name it. pages: how many it must have.
    sheets: whether they are sheets of one size, on which pages stand."""

    source: Pdf
    file: Path
    pages: int
    sheets: bool = False

    def at(self, page: int | None = None) -> Place:
        """A place in the file; `page` is 1-based."""
        return Place(self.file, page=page)


def check_product(pdf: Pdf, file: PrintFile, expected: Expected) -> list[Diagnostic]:
    """Every check on one file. pdf, file: the same file read for its words and for its paint."""
    found = [*check_pages_kept(pdf, expected), *check_sizes(pdf, file, expected)]
    return [*found, *check_foreign(file, expected), *check_black(file, expected)]


def check_pages_kept(pdf: Pdf, expected: Expected) -> list[Diagnostic]:
    """What every file made of the finished PDF must hold: its pages, its words, its fonts."""
    return [*check_pages(pdf, expected), *check_text(pdf, expected), *check_fonts(pdf, expected)]


def check_pages(pdf: Pdf, expected: Expected) -> Iterator[Diagnostic]:
    """BP640: as many pages, or sides of sheets, as there must be."""
    if len(pdf.pages) != expected.pages:
        message = f"有 {len(pdf.pages)} 面，应有 {expected.pages} 面。"
        yield error("BP640", message, expected.at(), _HINT)


def check_text(pdf: Pdf, expected: Expected) -> Iterator[Diagnostic]:
    """BP641: every page's words are there, once."""
    shown = [_words(page) for page in pdf.pages]
    for number, page in enumerate(expected.source.pages, 1):
        words = _words(page)
        count = sum(each.count(words) for each in shown) if words else 1
        meant = sum(_words(each).count(words) for each in expected.source.pages) if words else 1
        if count != meant:
            message = f"第 {number} 页“{words[:16]}……”{'没有印全' if count < meant else '印了不止一次'}。"
            yield error("BP641", message, expected.at(), _HINT)


def check_sizes(pdf: Pdf, file: PrintFile, expected: Expected) -> Iterator[Diagnostic]:
    """BP642: pages are as large as those of the finished PDF, sheets as one another; nothing is turned."""
    allowed = [page.size for page in (pdf.pages[:1] if expected.sheets else expected.source.pages)]
    for number, (page, printed) in enumerate(zip(pdf.pages, file.pages, strict=True), 1):
        width, height = page.size
        if not any(abs(width - w) < SAME_SIZE and abs(height - h) < SAME_SIZE for w, h in allowed):
            message = f"这一面的大小是 {width:.1f}×{height:.1f} pt，和别的不一样。"
            yield error("BP642", message, expected.at(number), _HINT)
        if printed.rotation:
            yield error("BP642", f"这一面转了 {printed.rotation} 度。", expected.at(number), _HINT)


def check_fonts(pdf: Pdf, expected: Expected) -> Iterator[Diagnostic]:
    """BP643: the fonts are those of the finished PDF, embedded."""
    known = {font.name.rpartition("+")[2] for font in expected.source.fonts}
    for font in pdf.fonts:
        if not font.embedded:
            yield error("BP643", f"字体“{font.name}”没有嵌入。", expected.at(), _HINT)
        elif font.name.rpartition("+")[2] not in known:
            yield error("BP643", f"多了一种字体“{font.name}”。", expected.at(), _HINT)


def check_foreign(file: PrintFile, expected: Expected) -> Iterator[Diagnostic]:
    """BP644: nothing that acts, asks or locks: no encryption, scripts, forms, attachments."""
    if file.is_encrypted:
        yield error("BP644", "文件加了密，打印机打不开。", expected.at(), _HINT)
    for name in file.foreign:
        yield error("BP644", f"文件里有 {name}。", expected.at(), _HINT)


def check_black(file: PrintFile, expected: Expected) -> Iterator[Diagnostic]:
    """BP645: what is black is stated in grey, so that no printer mixes it of four toners (GB/T 9704 §6.2)."""
    for number, page in enumerate(file.pages, 1):
        if any(
            paint.what in ("text", "path")
            and paint.space == "DeviceRGB"
            and len(set(paint.parts)) == 1
            and paint.parts[0] < 0.5
            for paint in page.paints
        ):
            yield error("BP645", "黑色写成了 RGB，彩色打印机会用四种色粉去配。", expected.at(number), _HINT)


def _words(page: PdfPage) -> str:
    """What is painted on a page, without white space."""
    return without_space("".join(stretch.text for stretch in page.stretches))
