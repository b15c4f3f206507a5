"""Tool: black and grey stated as such in the content of a PDF, so that no printer mixes them of four toners. A home of
pypdf."""

import re

from pypdf.generic import DictionaryObject, StreamObject

from bulletin_pdf.pdf.objects import fill

# What a screen calls black although it is a dark grey, as #231f20; and how little a grey may lean to a colour.
BLACK, LEANING = 0.2, 0.02
# WeasyPrint writes one operator a line, and text as hexadecimal strings: a line like this is never text.
_COLOUR = re.compile(rb"^([\d.]+) ([\d.]+) ([\d.]+) (rg|RG)$", re.MULTILINE)


def blackened(content: bytes) -> bytes:
    """A content stream with black and grey stated in grey."""
    return _COLOUR.sub(_grey, content)


def _grey(match: re.Match[bytes]) -> bytes:
    shades = [float(match[index]) for index in (1, 2, 3)]
    operator = b"g" if match[4] == b"rg" else b"G"
    if max(shades) <= BLACK:
        return b"0 " + operator
    if max(shades) - min(shades) <= LEANING:
        return f"{sum(shades) / 3:.4g} ".encode() + operator
    return match[0]


def blacken_forms(resources: DictionaryObject, seen: set[int]) -> None:
    """Do the same in drawings (forms), and in those that they hold; in place. seen: those done already, by identity."""
    drawings = resources.get("/XObject", DictionaryObject()).get_object()
    assert isinstance(drawings, DictionaryObject)
    for name in drawings:
        form = drawings[name]
        if isinstance(form, StreamObject) and form.get("/Subtype") == "/Form":
            blacken_form(form, seen)


def blacken_form(form: StreamObject, seen: set[int]) -> None:
    """Do the same in one drawing."""
    if id(form) in seen:
        return
    seen.add(id(form))
    content = form.get_data()
    if (changed := blackened(content)) != content:
        fill(form, changed)
    inner = form.get("/Resources", DictionaryObject()).get_object()
    assert isinstance(inner, DictionaryObject)
    blacken_forms(inner, seen)
