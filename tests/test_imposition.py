"""Booklets: the order of pages by folding, where pages and marks stand, what is shared; and pages for the office."""

from collections.abc import Sequence
from io import BytesIO

import pypdfium2
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from bulletin_pdf.pdf.painting import Box, painted_pages
from bulletin_pdf.press.toner import blackened
from bulletin_pdf.sheets.imposition import MARK_WIDTH, MM, PAPERS, Page, Side, booklet, padded, sides
from bulletin_pdf.sheets.office import office

A4 = (210 * MM, 297 * MM)
# What every page of the sample has: a bar along its head.
BAR = (20.0, 30.0)


def sample(pages: int, size: tuple[float, float] = A4, turned: Sequence[int] = ()) -> bytes:
    """Pages that carry their number, from 1, in one shared font, and a bar near the head; some lying across."""
    writer = PdfWriter()
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    named = DictionaryObject({NameObject(key): NameObject(value) for key, value in font.items()})
    fonts = DictionaryObject({NameObject("/F"): writer._add_object(named)})
    resources = writer._add_object(DictionaryObject({NameObject("/Font"): fonts}))
    for number in range(1, pages + 1):
        width, height = size[::-1] if number in turned else size
        page = writer.add_blank_page(width, height)
        page[NameObject("/Resources")] = resources
        content = StreamObject()
        bar = f"{BAR[0]} {height - BAR[1]:.4f} {width - 2 * BAR[0]:.4f} 5 re f"
        content.set_data(f"BT /F 40 Tf 80 {height / 2:.4f} Td (page {number}.) Tj ET\n{bar}\n".encode())
        page[NameObject("/Contents")] = writer._add_object(content.flate_encode())
    writer.add_metadata({"/Title": "样本"})
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def halves(data: bytes) -> list[list[Page]]:
    """The numbers that stand left and right on every side, as PDFium reads them; None for nothing."""
    document = pypdfium2.PdfDocument(data)
    numbers: list[list[Page]] = []
    for side in document:
        width, height = side.get_size()
        text = side.get_textpage()
        found = [text.get_text_bounded(left, 0, left + width / 2, height).strip() for left in (0, width / 2)]
        numbers.append(
            [int(each.removeprefix("page ").removesuffix(".")) if each else None for each in found]
        )
    document.close()
    return numbers


def folded(sheets: Sequence[Sequence[Sequence[Page]]]) -> list[Page]:
    """The pages in the order in which one leafs through the folded sheets, given as front and back, the outermost first.

    Turned over its short edge, a sheet has at the back of its right half the left half of the other side. Folded with
    the front outside, the right halves are the first leaves, the outermost first; the left halves are the last.
    """
    first = [page for front, back in sheets for page in (front[1], back[0])]
    last = [page for front, back in reversed(sheets) for page in (back[1], front[0])]
    return first + last


def bars(data: bytes) -> list[list[Box]]:
    """The bars on every side, left to right; marks left out."""
    painted, _ = painted_pages(PdfReader(BytesIO(data)))
    return [sorted(shape.box for shape in page.shapes if min(_size(shape.box)) > 2) for page in painted]


def marks(data: bytes) -> list[list[Box]]:
    """The marks on every side."""
    painted, _ = painted_pages(PdfReader(BytesIO(data)))
    return [[shape.box for shape in page.shapes if min(_size(shape.box)) <= 2] for page in painted]


def _size(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


# --- order ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before_last", [False, True])
@pytest.mark.parametrize("count", range(1, 65))
def test_folding_restores_the_order(count: int, before_last: bool) -> None:
    pages = padded(count, 4, before_last=before_last)
    assert len(pages) % 4 == 0
    assert len(pages) - count < 4
    read = folded(sides(pages))
    assert read == pages
    assert [page for page in read if page is not None] == list(range(count))
    assert (read[-1] == count - 1) if before_last else (read[count - 1] == count - 1)


def test_a_wrong_order_is_told() -> None:
    right = sides(padded(8, 4))
    flipped: list[tuple[Side, Side]] = [(front, (back[1], back[0])) for front, back in right]
    assert folded(flipped) != list(range(8))  # as turned over the long edge
    assert folded(right[::-1]) != list(range(8))  # as gathered the other way round


@pytest.mark.parametrize("count", [1, 4, 5, 6, 19])
def test_the_sheets_of_a_file_fold_into_the_issue(count: int) -> None:
    made = booklet(sample(count))
    read = halves(made.data)
    assert len(read) == 2 * made.sheets
    assert made.blanks == 4 * made.sheets - count
    pages = folded([(read[index], read[index + 1]) for index in range(0, len(read), 2)])
    assert pages == [*range(1, count + 1), *[None] * made.blanks]


def test_blanks_before_the_last_page() -> None:
    assert halves(booklet(sample(6), blanks_before_last=True).data)[0] == [6, 1]
    assert halves(booklet(sample(6)).data)[0] == [None, 1]


# --- places ---------------------------------------------------------------------------------------------


def test_pages_stand_exactly() -> None:
    (left, right), *_ = bars(booklet(sample(4)).data)
    width, height = A4
    for box, start in ((left, 0.0), (right, width)):
        assert box == pytest.approx(
            (start + BAR[0], height - BAR[1], start + width - BAR[0], height - BAR[1] + 5), abs=0.01
        )


def test_creep_moves_inner_sheets_to_the_fold() -> None:
    still, moved = (bars(booklet(sample(16), creep=creep).data) for creep in (0.0, 0.2))
    shifts = []
    for before, after in zip(still, moved, strict=True):
        left, right = (one[0] - other[0] for one, other in zip(after, before, strict=True))
        assert left == pytest.approx(-right, abs=0.01)
        shifts.append(left)
    assert shifts == pytest.approx([index * 0.2 * MM for index in range(4) for _ in range(2)], abs=0.01)


def test_pages_are_reduced_to_smaller_paper() -> None:
    made = booklet(sample(4), paper="A4")
    assert made.scale == pytest.approx(210 / 297, abs=0.001)
    page = PdfReader(BytesIO(made.data)).pages[0]
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(
        (297 * MM, 210 * MM), abs=0.01
    )
    (left, right), *_ = bars(made.data)
    assert right[0] - left[0] == pytest.approx(A4[0] * made.scale, abs=0.01)


@pytest.mark.parametrize(
    ("size", "paper", "scale"),
    [
        ((210, 297), "A3", 1),
        ((148, 210), "A4", 1),
        ((148.5, 210), "A4", 1),
        ((210, 285), "A3", 1),
        ((225, 310), "SRA3", 1),
        ((297, 420), "A3", 210 / 297),
    ],
)
def test_the_paper_is_the_smallest_that_holds_two_pages(
    size: tuple[float, float], paper: str, scale: float
) -> None:
    made = booklet(sample(2, (size[0] * MM, size[1] * MM)))
    assert made.paper == paper
    assert made.scale == pytest.approx(scale, abs=0.001)


@pytest.mark.parametrize("number", [2, 3])
def test_a_page_across_has_its_head_to_the_left(number: int) -> None:
    """GB/T 9704 §8: to the fold on an odd page, away from it on an even one."""
    for side, read in zip(bars(data := booklet(sample(4, turned=[number])).data), halves(data), strict=True):
        for half, page in enumerate(read):
            left, bottom, right, top = side[half]
            start = half * A4[0]
            if page == number:
                assert right - start == pytest.approx(BAR[1], abs=0.01)
                assert top - bottom == pytest.approx(A4[1] - 2 * BAR[0], abs=0.01)
            else:
                assert left - start == pytest.approx(BAR[0], abs=0.01)


def test_what_bleeds_is_printed_past_the_trim_but_not_over_the_fold() -> None:
    writer = PdfWriter(clone_from=BytesIO(sample(4, (210 * MM, 285 * MM))))
    for page in writer.pages:
        content = StreamObject()
        content.set_data(b"-50 -50 900 1200 re f\n")
        page[NameObject("/Contents")] = writer._add_object(content)
    stream = BytesIO()
    writer.write(stream)
    foot, head = 6 * MM, 291 * MM
    for left, right in bars(booklet(stream.getvalue(), paper="A3").data):
        assert left == pytest.approx((-3 * MM, foot - 3 * MM, 210 * MM, head + 3 * MM), abs=0.01)
        assert right == pytest.approx((210 * MM, foot - 3 * MM, 423 * MM, head + 3 * MM), abs=0.01)


# --- marks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", [None, *PAPERS])
@pytest.mark.parametrize("size", [(210, 297), (210, 285), (148, 210)])
def test_marks_stand_outside_the_trim(paper: str | None, size: tuple[float, float]) -> None:
    made = booklet(sample(8, (size[0] * MM, size[1] * MM)), paper=paper, creep=0.3)
    reader = PdfReader(BytesIO(made.data))
    assert any(marks(made.data)) == made.marked
    for page, boxes in zip(reader.pages, marks(made.data), strict=True):
        trim = page.trimbox
        for left, bottom, right, top in boxes:
            assert (
                right <= trim.left + 0.01
                or left >= trim.right - 0.01
                or top <= trim.bottom + 0.01
                or bottom >= trim.top - 0.01
            )
            # Half its thickness may lie beyond the end of a mark that runs to the edge of the paper.
            assert min(left, bottom) >= -MARK_WIDTH
            assert right <= page.mediabox.width + MARK_WIDTH
            assert top <= page.mediabox.height + MARK_WIDTH


def test_staples_are_marked_on_the_outside_only() -> None:
    """GB/T 9704 §6.3: 70 mm from the upper and lower edge."""
    made = booklet(sample(8), paper="SRA3")
    first, *others = marks(made.data)
    foot = (320 - 297) / 2 * MM
    heights = sorted({round((box[1] + box[3]) / 2, 2) for box in first if _size(box)[0] > _size(box)[1]})
    wanted = [foot, foot + 70 * MM, foot + 227 * MM, foot + 297 * MM]
    assert heights == pytest.approx(wanted, abs=0.02)
    assert all(len(first) == len(each) + 4 for each in others)


def test_the_fold_is_marked_in_the_middle() -> None:
    for boxes in marks(booklet(sample(4), paper="SRA3").data):
        middle = [box for box in boxes if abs((box[0] + box[2]) / 2 - 225 * MM) < 0.01]
        assert len(middle) == 2


def test_paper_without_a_margin_has_no_marks() -> None:
    made = booklet(sample(4))
    assert not made.marked
    assert marks(made.data) == [[], []]


# --- the file -------------------------------------------------------------------------------------------


def test_fonts_are_shared_and_a_page_costs_little() -> None:
    source = sample(200)
    made = booklet(source)
    reader = PdfReader(BytesIO(made.data))
    fonts = {
        form["/Resources"]["/Font"].raw_get("/F").idnum
        for page in reader.pages
        for form in page["/Resources"]["/XObject"].values()
    }
    assert len(fonts) == 1
    assert len(made.data) - len(source) < 200 * 200  # bytes a page


def test_the_file_tells_the_printer_how_to_turn() -> None:
    reader = PdfReader(BytesIO(booklet(sample(4)).data))
    preferences = reader.root_object["/ViewerPreferences"]
    assert preferences["/Duplex"] == "/DuplexFlipShortEdge"
    assert preferences["/PrintScaling"] == "/None"
    assert reader.metadata
    assert reader.metadata.title == "样本"


def test_the_same_pages_give_the_same_bytes() -> None:
    source = sample(6)
    assert booklet(source).data == booklet(source).data
    assert office(source) == office(source)
    identifiers = [PdfReader(BytesIO(booklet(sample(n)).data)).trailer["/ID"][0] for n in (4, 8)]
    assert identifiers[0] != identifiers[1]


# --- the office -----------------------------------------------------------------------------------------


def test_black_and_grey_are_stated_in_grey() -> None:
    before = b"0 0 0 rg\n0.1373 0.1216 0.1255 RG\n0.5 0.51 0.5 rg\n0.8 0.1 0.1 rg\n1 1 1 rg\n[<303030>] TJ\n"
    after = b"0 g\n0 G\n0.5033 g\n0.8 0.1 0.1 rg\n1 g\n[<303030>] TJ\n"
    assert blackened(before) == after


def drawn_black() -> bytes:
    """A page that holds a drawing in black."""
    writer = PdfWriter(clone_from=BytesIO(sample(1)))
    form = StreamObject()
    form.set_data(b"0 0 0 rg\n0 0 9 9 re\nf\n")
    form.update({NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Form")})
    drawings = DictionaryObject({NameObject("/x"): writer._add_object(form)})
    writer.pages[0]["/Resources"][NameObject("/XObject")] = drawings  # type: ignore[index]
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def test_black_inside_drawings_too() -> None:
    data, _ = office(drawn_black())
    inner = PdfReader(BytesIO(data)).pages[0]["/Resources"]["/XObject"]["/x"]  # type: ignore[index]
    assert inner.get_data() == b"0 g\n0 0 9 9 re\nf\n"


def test_black_in_a_booklet_too() -> None:
    sheet = PdfReader(BytesIO(booklet(drawn_black()).data)).pages[0]
    page = sheet["/Resources"]["/XObject"]["/P0"]  # type: ignore[index]
    inner = page["/Resources"]["/XObject"]["/x"]
    assert inner.get_data() == b"0 g\n0 0 9 9 re\nf\n"


@pytest.mark.parametrize(
    ("count", "even", "before_last", "wanted"),
    [
        (3, False, False, [1, 2, 3]),
        (3, True, False, [1, 2, 3, None]),
        (3, True, True, [1, 2, None, 3]),
        (4, True, True, [1, 2, 3, 4]),
    ],
)
def test_office_pages(count: int, even: bool, before_last: bool, wanted: list[Page]) -> None:
    data, pages = office(sample(count), even=even, blanks_before_last=before_last)
    document = pypdfium2.PdfDocument(data)
    texts = [page.get_textpage().get_text_bounded().strip() for page in document]
    assert texts == ["" if number is None else f"page {number}." for number in wanted]
    assert pages == len(wanted)
    assert all(page.get_size() == pytest.approx(A4, abs=0.01) for page in document)
    assert PdfReader(BytesIO(data)).root_object["/ViewerPreferences"]["/Duplex"] == "/DuplexFlipLongEdge"
