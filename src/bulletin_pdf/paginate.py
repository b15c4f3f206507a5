"""Stage: HTML to PDF bytes. The home of WeasyPrint, which owns the pages.

WeasyPrint sees the publication's fonts only, fetches nothing but the files it is given, and what it merely
logs (ignored CSS, a missing picture, a missing glyph) is a diagnostic here.
"""

import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from bulletin_pdf.diagnostics import Diagnostic, Place, error, warning
from bulletin_pdf.engine.column_balance import columns_by_lines
from bulletin_pdf.engine.made_once import made_once
from bulletin_pdf.engine.shaping import shaped_once
from bulletin_pdf.engine.text_attributes import attributes_given_back
from bulletin_pdf.source import inside
from bulletin_pdf.system import native
from bulletin_pdf.system.beside import BesideLostError, at_hand, beside
from bulletin_pdf.system.garbage import collecting_seldom
from bulletin_pdf.system.quick_start import import_weasyprint

Result = TypeVar("Result")
Outcome = tuple[Result | None, list[Diagnostic]]
POINTS_PER_PIXEL = 0.75  # of CSS, in which WeasyPrint reckons


@dataclass(frozen=True, slots=True)
class Document:
    """What is laid out.

    files: every picture by its address, as a file or as it is. base_url, base: the address and folder of the
    layout's own files. fontconfig: the configuration that lists the fonts. shown: the layout, as diagnostics name it.
    """

    html: str
    files: Mapping[str, Path | bytes]
    base_url: str
    base: Path
    fontconfig: Path
    shown: Path


@contextmanager
def laid_out_beside(configurations: Path) -> Iterator[None]:
    """While it holds, what is laid out is laid out in a process of its own, which imports WeasyPrint at once.

    configurations: the folder of fontconfig's configurations.
    """
    # WeasyPrint reads the fonts of the system when it is imported, unless it is told of others.
    known = sorted(configurations.glob("*/fonts.conf"), key=lambda file: file.stat().st_mtime)

    def get_ready() -> None:
        if known and not native.prepare():
            os.environ["FONTCONFIG_FILE"] = str(known[-1])
            import_weasyprint()
            _fonts(known[-1])

    with beside(get_ready):
        yield


def paginating(
    document: Document, *, compressed: bool = True
) -> Callable[[], tuple[bytes | None, list[Diagnostic]]]:
    """Begin to `paginate` a document; what comes of it is there when it is asked for. compressed: whether its streams are."""
    return _begin(_written, document, True, compressed)


def paginate(document: Document, *, tagged: bool = True) -> tuple[bytes | None, list[Diagnostic]]:
    """Lay out a document and write it as a PDF, tagged unless its pages are to become parts of others."""
    return _begin(_written, document, tagged, True)()


def extent(document: Document) -> tuple[tuple[int, float] | None, list[Diagnostic]]:
    """How long a document comes out, without writing it: pages, and how far its text, footnotes apart, fills the last
    one, in points."""
    return _begin(_measured, document)()


def _begin(make: Callable[..., Outcome[Result]], *arguments: Any) -> Callable[[], Outcome[Result]]:
    process = at_hand()
    if process is None:
        return lambda: make(*arguments)
    try:
        outcome = process.begin(make, *arguments)
    except BesideLostError as loss:
        lost = _lost(loss)
        return lambda: (None, [lost])

    def waited_for() -> Outcome[Result]:
        try:
            return outcome()
        except BesideLostError as loss:
            return None, [_lost(loss)]

    return waited_for


def _lost(loss: BesideLostError) -> Diagnostic:
    return error("BP804", f"没有排完：{loss}。", hint="再生成一次；内存不够就关掉别的程序。")


def _written(document: Document, tagged: bool, compressed: bool) -> Outcome[bytes]:
    def write(html: Any, fonts: Any) -> bytes:
        data: bytes = html.write_pdf(pdf_tags=tagged, font_config=fonts, uncompressed_pdf=not compressed)
        return data

    return _laid_out(document, write)


def _measured(document: Document) -> Outcome[tuple[int, float]]:
    def count(html: Any, fonts: Any) -> tuple[int, float]:
        pages = html.render(font_config=fonts).pages
        root = pages[-1]._page_box.children[0]
        return len(pages), root.height * POINTS_PER_PIXEL

    return _laid_out(document, count)


@lru_cache(maxsize=2)
def _fonts(fontconfig: Path) -> Any:
    """The fonts of a configuration, as WeasyPrint knows them. Made once: Pango never gives back all of what it takes for
    them, 0.2 MB each time."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


def _laid_out(document: Document, use: Callable[[Any, Any], Result]) -> Outcome[Result]:
    """What `use` makes of WeasyPrint's document and fonts, and what WeasyPrint logged meanwhile."""
    # Both must stand before WeasyPrint is imported: it loads Pango and reads the fonts then.
    os.environ["FONTCONFIG_FILE"] = str(document.fontconfig)
    if missing := native.prepare():
        return None, missing
    import_weasyprint()
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class GivenFiles(URLFetcher):  # type: ignore[misc]
        """Answers from the given files alone; asks neither disk nor network for anything else."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
            file = document.files.get(url)
            if file is None and url.startswith(document.base_url):
                file = inside(document.base, unquote(url.removeprefix(document.base_url)))
            if file is None:
                raise ValueError(f"not a file of this issue or layout: {url}")
            return URLFetcherResponse(url, file if isinstance(file, bytes) else file.read_bytes())

    # A style sheet may bring fonts, which are none of another document's.
    fonts = None if "@font-face" in document.html else _fonts(document.fontconfig)
    records = _Records()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(records)
    propagates, logger.propagate = logger.propagate, False
    try:
        with collecting_seldom(), columns_by_lines(), attributes_given_back(), made_once(), shaped_once():
            html = HTML(string=document.html, base_url=document.base_url, url_fetcher=GivenFiles())
            result = use(html, fonts)
    finally:
        logger.removeHandler(records)
        logger.propagate = propagates
    return result, [_translate(record, document.shown) for record in records.seen]


class _Records(logging.Handler):
    """Keeps what WeasyPrint logs, warnings and worse."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(record)


# WeasyPrint's records have no codes; the text before its arguments are filled in serves as one. The tests look
# every one of them up in WeasyPrint's source.
_CHINESE = {
    "Ignored `%s: %s` at %d:%d, %s.": "样式“{0}: {1}”不起作用。",
    "Ignored `%s:%s` at %d:%d, %s.": "样式“{0}: {1}”不起作用。",
    "Parse error at %d:%d: %s": "样式表里有一处读不通。",
    "Unknown empty rule %s at %d:%d": "样式表里有一条规则读不懂。",
    "Unknown rule %s at %d:%d": "样式表里有一条规则读不懂。",
    "Failed to load image at %r: %s": "打不开图片“{0}”。",
    "Failed to render SVG image %s": "画不出图片“{0}”。",
    'Image "%s" has no required alt description': "图片“{0}”没有说明文字。",
    "Failed to load stylesheet at %s: %s": "打不开样式表“{0}”。",
    "Failed to load stylesheet at %s : %s": "打不开样式表“{0}”。",
    "Anchor defined twice: %r": "锚点“{0}”重复。",
    "Relative URI reference without a base URI: %s": "地址“{0}”不完整。",
}


def _name(address: str) -> str:
    """The file that one of our addresses means (see render.PICTURES); anything else as it is."""
    match = re.fullmatch(r"https://\w+\.invalid/([^?]*)(\?\w+)?", address)
    return unquote(match[1]) if match else address


def _translate(record: logging.LogRecord, shown: Path) -> Diagnostic:
    """A log record as a diagnostic. WeasyPrint calls errors what it can't get or show at all."""
    report = error if record.levelno >= logging.ERROR else warning
    words = _CHINESE.get(str(record.msg))
    if words is None:
        message = f"排版引擎报告：{record.getMessage()}"
    else:
        arguments = record.args if isinstance(record.args, tuple) else ()
        message = words.format(*(_name(str(each).strip()) for each in arguments))
    return report("BP404", message, Place(shown), "核对版式的模板和样式表。")
