"""Tool: a PDF written with its objects packed in streams. A home of pypdf, which reads such files and writes none.

The structure tree of a tagged page is hundreds of small dictionaries; packed they take a tenth (ISO 32000-1, 7.5.7 and
7.5.8). PDF/A-2 and PDF/X-4 allow it.
"""

import zlib
from io import BytesIO

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    NumberObject,
    PdfObject,
    StreamObject,
)

from bulletin_pdf.pdf.objects import wrap

# How many objects share a stream: a reader unpacks one as a whole to get at any of them.
TOGETHER = 100
_WIDTHS = (1, 4, 2)


def packed(writer: PdfWriter) -> bytes:
    """The file of a writer, as its own `write` gives it, but with packed objects. The same writer gives the same bytes."""
    writer._resolve_links()
    file = BytesIO()
    file.write(writer.pdf_header.encode() + b"\n%\xe2\xe3\xcf\xd3\n")
    # By object number: kind, and offset or stream, and generation or index (ISO 32000-1, table 18).
    entries: dict[int, tuple[int, int, int]] = {0: (0, 0, 65535)}
    small: list[tuple[int, PdfObject]] = []
    for number, value in enumerate(writer._objects, 1):
        if value is None:
            entries[number] = (0, 0, 65535)
        elif isinstance(value, StreamObject):
            entries[number] = (1, file.tell(), 0)
            _write(file, number, value)
        else:
            small.append((number, value))
    count = len(writer._objects)
    for start in range(0, len(small), TOGETHER):
        count += 1
        together = small[start : start + TOGETHER]
        entries |= {number: (2, count, index) for index, (number, _) in enumerate(together)}
        entries[count] = (1, file.tell(), 0)
        _write(file, count, _object_stream(together))
    place = file.tell()
    entries[count + 1] = (1, place, 0)
    _write(file, count + 1, _cross_references(writer, entries))
    file.write(f"startxref\n{place}\n%%EOF\n".encode())
    return file.getvalue()


def _write(file: BytesIO, number: int, value: PdfObject) -> None:
    file.write(f"{number} 0 obj\n".encode())
    value.write_to_stream(file)
    file.write(b"\nendobj\n")


def _object_stream(together: list[tuple[int, PdfObject]]) -> StreamObject:
    """Objects with their numbers in one stream."""
    body = BytesIO()
    places = []
    for number, value in together:
        places.append(f"{number} {body.tell()}")
        value.write_to_stream(body)
        body.write(b"\n")
    head = (" ".join(places) + "\n").encode()
    return _stream(
        head + body.getvalue(),
        {
            "/Type": NameObject("/ObjStm"),
            "/N": NumberObject(len(together)),
            "/First": NumberObject(len(head)),
        },
    )


def _cross_references(writer: PdfWriter, entries: dict[int, tuple[int, int, int]]) -> StreamObject:
    """Where every object is, with what a trailer says."""
    size = max(entries) + 1
    data = b"".join(
        part.to_bytes(width, "big")
        for number in range(size)
        for part, width in zip(entries[number], _WIDTHS, strict=True)
    )
    trailer: dict[str, PdfObject] = {
        "/Type": NameObject("/XRef"),
        "/Size": NumberObject(size),
        "/W": ArrayObject(map(NumberObject, _WIDTHS)),
        "/Root": writer.root_object.indirect_reference,  # type: ignore[dict-item]
    }
    if writer._info is not None:
        trailer["/Info"] = writer._info.indirect_reference  # type: ignore[assignment]
    if writer._ID is not None:
        trailer["/ID"] = writer._ID
    return _stream(data, trailer)


def _stream(data: bytes, entries: dict[str, PdfObject]) -> StreamObject:
    """A compressed stream. A last byte 0D would be read as part of the line end behind it (PDF/A-2 §6.1.7.1); it is that of
    the check sum, the same at any strength of compression, so such a stream is put in letters."""
    stream = EncodedStreamObject()
    stream.update(DictionaryObject({NameObject(key): value for key, value in entries.items()}))
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    stream._data = zlib.compress(data, 9)
    if stream._data.endswith(b"\r"):
        wrap(stream)
    return stream
