"""Several pages on a side: all of them, in reading order, as large as they can be, none over another."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter, Transformation
from pypdf.generic import NameObject, RectangleObject

import proofs
import publications
from bulletin_pdf.pdf import read_pdf
from bulletin_pdf.sheets.n_up import A4, GAP, grid_of, n_up

TEXTS = {"01.md": "# 要闻\n\n" + "\n\n{分页}\n\n".join(f"第{page}页。" for page in "一二三四五六七")}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return proofs.proof(publications.publication(tmp_path_factory.mktemp("nup"), TEXTS)).data


def shown(data: bytes) -> list[list[tuple[str, float, float]]]:
    """On each side the words 第…页 with their places, in the order of painting."""
    pdf, _ = read_pdf(data, Path("x.pdf"))
    assert pdf
    sides = []
    for page in pdf.pages:
        found = [
            (each.text, each.x, each.y)
            for each in page.stretches
            if each.text.startswith("第") and "页" in each.text
        ]
        sides.append([(text[1], x, y) for text, x, y in found])
    return sides


@pytest.mark.parametrize(("per_side", "sides"), [(2, 4), (4, 2), (6, 2), (8, 1)])
def test_pages_follow_across_and_then_down(data: bytes, per_side: int, sides: int) -> None:
    made, count, scale = n_up(data, per_side)
    assert count == sides == len(PdfReader(BytesIO(made)).pages)
    assert 0.2 < scale < 0.75
    words = shown(made)
    assert "".join(word for side in words for word, _, _ in side) == "一二三四五六七"
    grid = grid_of(per_side, A4)
    width, height = grid.cell
    for side in words:
        rooms = [
            int((grid.height - y) / (height + GAP)) * grid.columns + int(x / (width + GAP))
            for _, x, y in side
        ]
        assert rooms == list(range(len(side)))


def test_the_paper_lies_as_pages_stand_larger() -> None:
    upright, across = A4, A4[::-1]
    assert (grid_of(2, upright).width, grid_of(2, upright).columns) == (A4[1], 2)
    assert (grid_of(2, across).width, grid_of(2, across).rows) == (A4[0], 2)
    assert (grid_of(4, upright).width, grid_of(4, upright).columns) == (A4[0], 2)


@pytest.mark.parametrize("per_side", [2, 4, 6, 8])
def test_rooms_are_apart_and_on_the_paper(per_side: int) -> None:
    grid = grid_of(per_side, A4)
    width, height = grid.cell
    for index in range(per_side):
        x, head = grid.corner(index)
        assert x >= GAP - 1e-6
        assert x + width <= grid.width - GAP + 1e-6
        assert head <= grid.height - GAP + 1e-6
        assert head - height >= GAP - 1e-6


def test_a_page_that_lies_across_is_turned(data: bytes) -> None:
    writer = PdfWriter(clone_from=BytesIO(data))
    page = writer.pages[1]
    page.add_transformation(Transformation().translate(0, -200))
    for name in ("/MediaBox", "/TrimBox", "/CropBox", "/BleedBox"):
        if name in page:
            page[NameObject(name)] = RectangleObject((0, 0, A4[1], A4[0]))
    stream = BytesIO()
    writer.write(stream)
    made, _, _ = n_up(stream.getvalue(), 2)
    pdf, _ = read_pdf(made, Path("x.pdf"))
    assert pdf
    (turned,) = (each for each in pdf.pages[0].stretches if each.text.startswith("第二"))
    assert abs(turned.end - turned.x) < 0.01  # it runs upwards
    assert turned.x > A4[1] / 2


def test_the_same_bytes(data: bytes) -> None:
    assert n_up(data, 4) == n_up(data, 4)
