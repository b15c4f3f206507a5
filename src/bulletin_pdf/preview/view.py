"""What the browser shows: the newest pages that could be made, and what was found, each with its place on them."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

from bulletin_pdf.build import Pages, make_pages
from bulletin_pdf.diagnostics import Diagnostic, Place, as_json, error, in_order
from bulletin_pdf.home import Home
from bulletin_pdf.ledger import ledger_faults
from bulletin_pdf.pdf.painting import Box
from bulletin_pdf.sheets.page_images import Print, prints
from bulletin_pdf.spots import box_of, spot


@dataclass(frozen=True, slots=True)
class View:
    """pages: the last that could be made; None before the first. is_current: whether they are of the files as they
    are now. findings: what was found in those, in order. seconds: how long that took."""

    pages: Pages | None = None
    prints: tuple[Print, ...] = ()
    is_current: bool = False
    findings: tuple[Diagnostic, ...] = ()
    seconds: float = 0.0


def look_again(
    home: Home,
    key: str,
    layout: str | None,
    last: View,
    report_bug: Callable[[], Path],
) -> View:
    """An issue as its files are now. Whatever happens, there is a view: it keeps the last pages where no new ones
    could be made, which the findings explain.

    report_bug: writes down the exception at hand, and gives the file.
    """
    start = perf_counter()
    try:
        with ThreadPoolExecutor(1) as drawer:  # PDFium draws while Python checks
            drawn: list[Future[list[Print]]] = []

            def draw(data: bytes) -> None:
                with suppress(RuntimeError):  # the preview is ending: no thread begins anything any more
                    drawn.append(drawer.submit(prints, data))

            pages = make_pages(home, key, layout=layout, compressed=False, show=draw)
        findings = in_order([*ledger_faults(home, [key]), *pages.diagnostics])
        look = tuple(drawn[0].result()) if drawn else ()
    except Exception as problem:  # a bug, or a file that went while it was read: the next change mends that
        name = f"{type(problem).__name__}：{problem}"
        message = f"程序出了意外（{name}），这是程序的毛病，不是稿件的。"
        hint = f"请把这个文件发给维护的人：{report_bug()}"
        findings, look = [error("BP803", message, None, hint)], ()
    view = replace(last, is_current=bool(look), findings=tuple(findings), seconds=perf_counter() - start)
    return replace(view, pages=pages, prints=look) if look else view


def as_values(view: View) -> dict[str, Any]:
    """A view as plain JSON values. Boxes are [left, top, right, bottom] in points from the page's upper left corner."""
    pages = [
        {
            "digest": each.digest,
            "width": each.width,
            "height": each.height,
            "sources": [source for number, source in sources if number == page],
        }
        for sources in [list(_sources(view))]
        for page, each in enumerate(view.prints, 1)
    ]
    return {
        "pages": pages,
        "isCurrent": view.is_current,
        "findings": [_finding(each, view) for each in view.findings],
        "seconds": round(view.seconds, 2),
    }


def _sources(view: View) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every line and figure on the pages: its page, and its box with its place in the source."""
    placement = view.pages.checked.placement if view.pages else None
    for line in placement.lines if placement else ():
        yield line.page, _source(line.line.place, _from_top(box_of(line), view.prints[line.page - 1]))
    for figure in placement.figures if placement else ():
        yield figure.page, _source(figure.figure.place, _from_top(figure.box, view.prints[figure.page - 1]))


def _source(place: Place, box: list[float]) -> dict[str, Any]:
    return {"box": box, "file": place.file.as_posix(), "line": place.line, "column": place.column}


def _finding(finding: Diagnostic, view: View) -> dict[str, Any]:
    """A finding as `as_json` gives it, with the box and page of its place if that is on the pages shown."""
    placement = view.pages.checked.placement if view.pages and view.is_current else None
    page, box = (spot(finding, placement) if placement else None) or (None, None)
    shown = _from_top(box, view.prints[page - 1]) if page and box else None
    return {**as_json(finding), "page": page, "box": shown}


def _from_top(box: Box, page: Print) -> list[float]:
    left, bottom, right, top = box
    return [round(number, 2) for number in (left, page.height - top, right, page.height - bottom)]
