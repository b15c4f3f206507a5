"""Tool: every text shaped once by Pango, not three times. Reaches into WeasyPrint.

WeasyPrint 70 shapes a text to lay it out, and lets go of what comes of it, to shape it again when it is drawn; and a line
that a line break ends is shaped together with the character behind the break, and then by itself. Composed lines, which
nothing breaks any more (`white-space: pre`), are shaped by themselves at once, and stay until they are drawn. That takes
2 kB a text. It is done for the version that the lock file pins, and tests hold that the outcome is the same to the byte.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bulletin_pdf.stand_ins import standing_in

VERSION = "70.0"


@contextmanager
def shaped_once() -> Iterator[None]:
    """While it holds, texts that nothing breaks are shaped once."""
    import weasyprint
    from weasyprint.layout import inline
    from weasyprint.text.line_break import Layout

    if weasyprint.__version__ != VERSION:
        yield
        return
    with standing_in(
        (inline, "split_first_line", _by_lines(inline.split_first_line)),
        (Layout, "deactivate", _kept(Layout.deactivate)),
        (Layout, "reactivate", _as_kept(Layout.reactivate)),
    ):
        yield


def _by_lines(usual: Any) -> Any:
    """The function that takes the first line of a text, so that it is given no more than that line."""

    def split(text: str, style: Any, *rest: Any, **named: Any) -> Any:
        end = text.find("\n") if style["white_space"] == "pre" else 0
        if end > 0:
            layout, length, resume, *size = usual(text[:end], style, *rest, **named)
            if resume is None:
                return layout, length, len(text[:end].encode()) + 1, *size
        return usual(text, style, *rest, **named)

    return split


def _kept(usual: Any) -> Any:
    """The method that lets go of what is shaped: not before it was drawn, where drawing needs the same. Words that
    justification sets apart stand so only when they are drawn."""

    def deactivate(layout: Any) -> None:
        is_needed = layout.style["white_space"] == "pre" and not layout.justification_spacing
        if vars(layout).get("_drawn") or not is_needed:
            usual(layout)

    return deactivate


def _as_kept(usual: Any) -> Any:
    """The method that shapes again what is to be drawn."""

    def reactivate(layout: Any, style: Any) -> None:
        layout._drawn = True
        if not hasattr(layout, "layout"):
            usual(layout, style)

    return reactivate
