"""Tool: the objects of a PDF that pypdf rewrites: found, and filled anew. A home of pypdf."""

import base64
import zlib
from collections.abc import Iterator, Sequence
from typing import Any

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    EncodedStreamObject,
    FloatObject,
    NameObject,
    NullObject,
    StreamObject,
)


def dictionaries(writer: PdfWriter) -> Iterator[Any]:
    """Every dictionary and stream of the file, those inside others too."""

    def inside(value: Any) -> Iterator[Any]:
        if isinstance(value, DictionaryObject):
            yield value
            for part in list(value.values()):
                yield from inside(part)
        elif isinstance(value, ArrayObject):
            for part in value:
                yield from inside(part)

    for value in list(writer._objects):
        yield from inside(value)


def streams(writer: PdfWriter, subtype: str) -> Iterator[Any]:
    """Every stream of a /Subtype: /Image, /Form."""
    return (
        value
        for value in list(writer._objects)
        if isinstance(value, StreamObject) and value.get("/Subtype") == subtype
    )


def painting_streams(writer: PdfWriter) -> Iterator[Any]:
    """Every stream of painting operators: of pages, forms, patterns."""
    for page in writer.pages:
        yield from contents_of(page)
    yield from streams(writer, "/Form")
    for value in list(writer._objects):
        if isinstance(value, StreamObject) and value.get("/PatternType") == 1:
            yield value


def contents_of(page: Any) -> list[Any]:
    """The content streams of a page."""
    found = page.get("/Contents")
    if found is None:
        return []
    found = found.get_object()
    return [part.get_object() for part in found] if isinstance(found, ArrayObject) else [found]


def resources_of(writer: PdfWriter) -> Iterator[Any]:
    """The resources of pages, forms and patterns, each once."""
    seen = set()
    for holder in (*writer.pages, *painting_streams(writer)):
        if "/Resources" in holder:
            resources = holder["/Resources"].get_object()
            if id(resources) not in seen:
                seen.add(id(resources))
                yield resources


def fill(stream: Any, data: bytes) -> None:
    """Give a stream other data, deflated."""
    for key in ("/DecodeParms", "/Decode"):
        stream.pop(key, None)
    deflated = zlib.compress(data)
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    stream._data = deflated
    if isinstance(stream, EncodedStreamObject):
        stream.decoded_self = None


def wrap(stream: Any) -> None:
    """Put a stream's bytes in letters, whatever filters they have already."""
    before = stream.get("/Filter", ArrayObject()).get_object()
    filters = list(before) if isinstance(before, ArrayObject) else [before]
    stream[NameObject("/Filter")] = ArrayObject([NameObject("/ASCII85Decode"), *filters])
    if "/DecodeParms" in stream:
        given = stream["/DecodeParms"].get_object()
        parameters = list(given) if isinstance(given, ArrayObject) else [given]
        stream[NameObject("/DecodeParms")] = ArrayObject([NullObject(), *parameters])
    stream._data = base64.a85encode(stream._data) + b"~>"


def name_object(words: str) -> Any:
    """Words as a name, without the slash before them."""
    return NameObject("/" + words)


def numbers(values: Sequence[float]) -> Any:
    """Numbers as an array, with four digits at most."""
    return ArrayObject(FloatObject(f"{value:.4f}".rstrip("0").rstrip(".") or "0") for value in values)
