"""PDF written with packed objects: the same file to every reader, only smaller."""

from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject

import proofs
import publications
from bulletin_pdf.pdf.packing import TOGETHER, packed


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return proofs.proof(publications.rich(tmp_path_factory.mktemp("packing"))).data


def plain(writer: PdfWriter) -> bytes:
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def text(value: Any) -> bytes:
    """An object as a file holds it."""
    stream = BytesIO()
    value.write_to_stream(stream)
    return stream.getvalue()


def test_every_object_comes_back(data: bytes) -> None:
    written, small = plain(PdfWriter(clone_from=BytesIO(data))), packed(PdfWriter(clone_from=BytesIO(data)))
    assert len(small) < len(written)
    before, after = (PdfReader(BytesIO(each), strict=True) for each in (written, small))
    numbers = range(1, int(before.trailer["/Size"]))
    assert len(numbers) > 2 * TOGETHER
    for number in numbers:
        assert text(before.get_object(number)) == text(after.get_object(number))


def test_another_reader_reads_the_same_words(data: bytes) -> None:
    texts = []
    for each in (data, packed(PdfWriter(clone_from=BytesIO(data)))):
        document = pypdfium2.PdfDocument(each)
        texts.append([page.get_textpage().get_text_range() for page in document])
        document.close()
    assert texts[0] == texts[1]


def test_identifier_and_information_are_in_the_trailer(data: bytes) -> None:
    writer = PdfWriter(clone_from=BytesIO(data))
    writer.generate_file_identifiers()
    reader = PdfReader(BytesIO(packed(writer)))
    assert writer._ID
    assert [each.original_bytes for each in reader.trailer["/ID"]] == [
        each.original_bytes for each in writer._ID
    ]
    assert reader.metadata
    assert reader.metadata.title


def test_removed_objects_are_free(data: bytes) -> None:
    writer = PdfWriter(clone_from=BytesIO(data))
    writer._objects[writer.root_object.raw_get("/StructTreeRoot").idnum - 1] = None
    del writer.root_object[NameObject("/StructTreeRoot")]
    reader = PdfReader(BytesIO(packed(writer)), strict=True)
    assert "/StructTreeRoot" not in reader.root_object
    assert len(reader.pages) == len(PdfReader(BytesIO(data)).pages)


def test_a_validator_finds_nothing(data: bytes) -> None:
    pikepdf = pytest.importorskip("pikepdf", reason="no wheel for this system")
    with pikepdf.open(BytesIO(packed(PdfWriter(clone_from=BytesIO(data))))) as pdf:
        assert pdf.check_pdf_syntax() == []


def test_no_stream_ends_in_what_a_line_may_end_in() -> None:
    """One check sum in 256 ends in 0D, of packed objects and of the table of them."""
    wrapped = 0
    for number in range(256):
        writer = PdfWriter()
        writer.add_blank_page(100, 100)
        writer.add_metadata({"/Title": "A" * number})
        made = packed(writer)
        assert b"\r\nendstream" not in made
        if b"/ASCII85Decode" in made:
            wrapped += 1
            reader = PdfReader(BytesIO(made), strict=True)
            assert reader.metadata
            assert reader.metadata.title == "A" * number
            assert len(pypdfium2.PdfDocument(made)) == 1
    assert wrapped
