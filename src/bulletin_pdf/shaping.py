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
    shaper = _Shaper(inline.split_first_line, Layout.deactivate, Layout.reactivate)
    with standing_in(
        (inline, "split_first_line", shaper.split),
        (Layout, "deactivate", lambda layout: shaper.deactivate(layout)),
        (Layout, "reactivate", lambda layout, style: shaper.reactivate(layout, style)),
    ):
        yield


class _Shaper:
    """WeasyPrint's functions, where they are given one line that nothing breaks."""

    def __init__(self, split: Any, deactivate: Any, reactivate: Any) -> None:
        self._split, self._deactivate, self._reactivate = split, deactivate, reactivate
        self._is_line = False  # whether what is being shaped is shaped as it will be drawn

    def split(
        self, text: str, style: Any, context: Any, width: Any, justification: float, **named: Any
    ) -> Any:
        """The first line of a text: given to WeasyPrint by itself."""
        given = style, context, width, justification
        line, broken, _ = text.partition("\n")
        # Justified words, and a lone space, WeasyPrint draws otherwise than it lays them out.
        is_drawn_otherwise = justification or (line == " " and style["word_spacing"])
        if style["white_space"] != "pre" or not line or is_drawn_otherwise:
            return self._split(text, *given, **named)
        self._is_line = True
        try:
            layout, length, resume, *size = self._split(line, *given, **named)
        finally:
            self._is_line = False
        if resume is None:
            return layout, length, len(line.encode()) + 1 if broken else None, *size
        return self._split(text, *given, **named)  # it has other breaks

    def deactivate(self, layout: Any) -> None:
        """Let go of what is shaped; not of a line before it was drawn."""
        if not self._is_line:
            self._deactivate(layout)

    def reactivate(self, layout: Any, style: Any) -> None:
        """Shape again what is to be drawn, unless it is there still."""
        if not hasattr(layout, "layout"):
            self._reactivate(layout, style)
