"""Files made of the finished PDF: every defect planted into one is found by the check that should find it."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

import proofs
import publications
from bulletin_pdf.pdf import Pdf, read_pdf
from bulletin_pdf.press.print_file import read_print_file
from bulletin_pdf.product_check import Expected, check_product
from bulletin_pdf.sheets.imposition import booklet
from bulletin_pdf.sheets.office import office

FILE = Path("2021-17.办公.pdf")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> proofs.Proof:
    texts = {"01.md": "# 要闻\n\n第一页。\n\n{分页}\n\n第二页。\n\n{分页}\n\n第三页。\n"}
    return proofs.proof(publications.publication(tmp_path_factory.mktemp("product"), texts))


def found(data: bytes, source: Pdf, **wishes: object) -> list[str]:
    pdf, damaged = read_pdf(data, FILE)
    assert pdf, damaged
    expected = replace(Expected(source, FILE, 3), **wishes)  # type: ignore[arg-type]
    return [each.code for each in check_product(pdf, read_print_file(data), expected)]


def changed(data: bytes, change: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(data))
    change(writer)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def blank(writer: PdfWriter) -> None:
    del writer.pages[1][NameObject("/Contents")]


def twice(writer: PdfWriter) -> None:
    writer.pages[1][NameObject("/Contents")] = writer.pages[0].raw_get("/Contents")


def larger(writer: PdfWriter) -> None:
    writer.pages[1].trimbox.upper_right = writer.pages[1].mediabox.upper_right = (700, 900)


def turned(writer: PdfWriter) -> None:
    writer.pages[0].rotate(90)


def unembedded(writer: PdfWriter) -> None:
    fonts = writer.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index, union-attr]
    for font in fonts:
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        for name in ("/FontFile", "/FontFile2", "/FontFile3"):
            descriptor.pop(NameObject(name), None)


def renamed(writer: PdfWriter) -> None:
    fonts = writer.pages[0]["/Resources"]["/Font"].values()  # type: ignore[index, union-attr]
    for font in fonts:
        font.get_object()[NameObject("/BaseFont")] = NameObject("/ABCDEF+SimSun")


def scripted(writer: PdfWriter) -> None:
    action = {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("app.alert(1)"),
    }
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def coloured(writer: PdfWriter) -> None:
    page = writer.pages[0]
    stream = DecodedStreamObject()
    content = page.get_contents()
    assert content is not None
    stream.set_data(content.get_data() + b"\nq 0 0 0 rg 100 100 50 50 re f Q\n")
    page[NameObject("/Contents")] = writer._add_object(stream)


def test_good_files_are_silent(source: proofs.Proof) -> None:
    assert found(office(source.data)[0], source.pdf) == []
    sheets = booklet(source.data)
    assert found(sheets.data, source.pdf, pages=2, sheets=True) == []


@pytest.mark.parametrize(
    ("defect", "code"),
    [
        (lambda writer: writer.add_blank_page(595.28, 841.89), "BP640"),
        (blank, "BP641"),
        (twice, "BP641"),
        (larger, "BP642"),
        (turned, "BP642"),
        (unembedded, "BP643"),
        (renamed, "BP643"),
        (scripted, "BP644"),
        (coloured, "BP645"),
    ],
)
def test_a_planted_defect_is_found(
    source: proofs.Proof, defect: Callable[[PdfWriter], object], code: str
) -> None:
    codes = set(found(changed(office(source.data)[0], defect), source.pdf))
    assert code in codes
    assert codes <= {code, "BP642"}, codes


def test_encryption_is_found(source: proofs.Proof) -> None:
    data = changed(office(source.data)[0], lambda writer: writer.encrypt("", algorithm="RC4-128"))
    assert PdfReader(BytesIO(data)).is_encrypted
    assert found(data, source.pdf) == ["BP644"]


def test_pages_in_a_booklet_of_other_sheets(source: proofs.Proof) -> None:
    sheets = booklet(source.data)
    assert "BP640" in found(sheets.data, source.pdf, pages=4, sheets=True)
    lost = changed(sheets.data, blank)
    assert found(lost, source.pdf, pages=2, sheets=True) == ["BP641", "BP641"]
