"""Tool: every text shaped once by Pango, not three times. Reaches into WeasyPrint.

WeasyPrint 70 shapes a text to lay it out, and lets go of what comes of it, to shape it again when it is drawn, and again
since it is drawn as one paragraph; and a line that a line break ends is shaped together with the character behind the
break, and then by itself. Composed lines, which nothing breaks any more (`white-space: pre`), are shaped by themselves at
once, as they will be drawn, and stay until then: that takes 2 kB a text. Of each style a single character, such as the mark
at a line's end, is shaped for all the places where it stands.

It is done for the version that the lock file pins, and tests hold that the outcome is the same to the byte.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bulletin_pdf.engine.stand_ins import standing_in

VERSION = "70.0"
# What may end a line or part it into stretches: controls, and the separators of lines and paragraphs.
_SEPARATORS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")


@contextmanager
def shaped_once() -> Iterator[None]:
    """While it holds, texts that nothing breaks are shaped once."""
    import weasyprint
    from weasyprint.draw import text
    from weasyprint.layout import inline
    from weasyprint.text.line_break import Layout

    if weasyprint.__version__ != VERSION:
        yield
        return
    shaper = _Shaper(inline.split_first_line, Layout.reactivate, text.draw_first_line)
    with standing_in(
        (inline, "split_first_line", shaper.split),
        (Layout, "reactivate", lambda layout, style: shaper.reactivate(layout, style)),
        (text, "draw_first_line", shaper.draw),
    ):
        yield


class _Shaper:
    """WeasyPrint's functions, where they are given one line that nothing breaks."""

    def __init__(self, split: Any, reactivate: Any, draw: Any) -> None:
        self._split, self._reactivate, self._draw = split, reactivate, draw

    def split(
        self, text: str, style: Any, context: Any, width: Any, justification: float, **named: Any
    ) -> Any:
        """The first line of a text."""
        line, broken, _ = text.partition("\n")
        is_composed = text and style["white_space"] == "pre" and not _SEPARATORS.search(line)
        # Justified words, and a lone space, WeasyPrint draws otherwise than it lays them out.
        is_drawn_otherwise = justification or (line == " " and style["word_spacing"])
        if not is_composed or is_drawn_otherwise:
            return self._split(text, style, context, width, justification, **named)
        if len(line) > 1:
            layout, *size = _shaped(line, style)
        else:
            known = vars(style).setdefault("_shaped", {})
            if line not in known:
                known[line] = _shaped(line, style)
            shared, *size = known[line]
            layout = _copy(shared)
        layout.max_width = width
        length = len(line.encode())
        return layout, length, length + 1 if broken else None, *size

    def reactivate(self, layout: Any, style: Any) -> None:
        """Shape again what is to be drawn, unless it is there still."""
        if not hasattr(layout, "layout"):
            self._reactivate(layout, style)

    def draw(self, stream: Any, box: Any, overflow: str, ellipsis: Any, matrix: Any) -> Any:
        """Draw a text; one that may be cut first becomes a text of its own."""
        if overflow == "ellipsis" or ellipsis != "none":
            self._reactivate(box.pango_layout, box.style)
        return self._draw(stream, box, overflow, ellipsis, matrix)


def _shaped(line: str, style: Any) -> tuple[Any, float, float, float]:
    """A line as it will be drawn: its layout, width, height and baseline, in CSS pixels."""
    from weasyprint.text.line_break import FROM_UNITS, Layout, line_size, pango

    layout = Layout(style)
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    layout.set_text(line)
    width, height = line_size(layout.get_first_line()[0], style)
    return layout, width, height, pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS


def _copy(layout: Any) -> Any:
    copy = object.__new__(type(layout))
    vars(copy).update(vars(layout))
    return copy
