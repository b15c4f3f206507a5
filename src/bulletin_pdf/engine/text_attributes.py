"""Tool: memory that WeasyPrint takes for the attributes of texts, given back. Reaches into WeasyPrint.

For every text whose type has font features, and here all have (kerning is off), WeasyPrint 70 makes the features and a
list that holds them, and lets go of neither: half a megabyte for each layout of a short issue. That is nothing to a
command, but a preview lays out all day. Where such a list is made and handed to Pango, it is given back here as soon as
Pango has taken hold of it. It is done for the version that the lock file pins, and a test holds that memory stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bulletin_pdf.engine.stand_ins import standing_in

VERSION = "70.0"


@contextmanager
def attributes_given_back() -> Iterator[None]:
    """While it holds, texts that are gone leave nothing behind."""
    import weasyprint
    from weasyprint.text import line_break

    if weasyprint.__version__ != VERSION:
        yield
        return
    with standing_in((line_break, "pango", _Pango(line_break.pango))):
        yield


class _Pango:
    """The functions of Pango, three of them with memory in mind."""

    def __init__(self, pango: Any) -> None:
        self._pango = pango
        self._new: Any = None  # the list that was made last, as long as no text has it

    def __getattr__(self, name: str) -> Any:
        function = getattr(self._pango, name)
        setattr(self, name, function)  # is found without this from now on
        return function

    def pango_attr_font_features_new(self, features: bytes) -> bytes:
        """Made when a list takes them over: what several lists share could not be freed with any of them."""
        return features

    def pango_attr_list_insert(self, attributes: Any, features: bytes) -> None:
        self._new = attributes
        self._pango.pango_attr_list_insert(attributes, self._pango.pango_attr_font_features_new(features))

    def pango_layout_set_attributes(self, layout: Any, attributes: Any) -> None:
        self._pango.pango_layout_set_attributes(layout, attributes)
        if attributes is self._new:
            self._pango.pango_attr_list_unref(attributes)
            self._new = None
