"""Where lines, pictures and rules stand on the pages of a PDF."""

from pathlib import Path

import pytest
from PIL import Image

import proofs
import publications
from bulletin_pdf.pdf.painting import Part, Raster

TWICE = """# 要闻

## 一篇

同样的一行。[^1]

同样的一行。

{分页}

同样的一行。

[^1]: 同样的一行。
"""


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> proofs.Proof:
    return proofs.proof(publications.rich(tmp_path_factory.mktemp("rich")))


def test_every_line_is_found_at_its_length(rich: proofs.Proof) -> None:
    assert rich.placement.missing == ()
    assert len(rich.placement.lines) == sum(1 for line in rich.prepared.rendered.lines if line.text.strip())
    for placed in rich.placement.lines:
        assert placed.line.length is None or placed.length == pytest.approx(placed.line.length, abs=0.05)


def test_lines_that_read_alike_are_told_apart(tmp_path: Path) -> None:
    proof = proofs.proof(publications.publication(tmp_path, {"01.md": TWICE}))
    found = [line for line in proof.placement.lines if "同样" in line.line.text]
    assert [(line.page, line.line.place.line, line.line.style) for line in found] == [
        (1, 5, "body"),
        (1, 13, "footnote"),
        (1, 7, "body"),
        (2, 11, "body"),
    ]
    first, note, second, _ = found
    assert first.y > second.y > note.y


def test_letters_in_a_drawing_are_no_line(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, {"01.md": "# 要闻\n\n![图](图.svg)\n\n图中字\n"})
    (home.content / publications.KEY / "图.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50"><rect width="100" height="50" fill="#c00"/>'
        '<text x="10" y="20" font-family="Bulletin Fang" font-size="21">图中字</text></svg>',
        encoding="utf-8",
    )
    proof = proofs.proof(home)
    drawn = [stretch for stretch in proof.pdf.pages[0].stretches if stretch.part is Part.PICTURE]
    (typed,) = (stretch for stretch in proof.pdf.pages[0].stretches if stretch.text == "图中字")
    assert "".join(stretch.text for stretch in drawn) == "图中字"
    assert typed.part is Part.TEXT
    (placed,) = (line for line in proof.placement.lines if line.line.text == "图中字")
    assert placed.y == pytest.approx(typed.y)
    boxes = [shape.box for shape in proof.pdf.pages[0].shapes if shape.part is Part.PICTURE]
    assert any(bottom < drawn[0].y < top for _, bottom, _, top in boxes)


def test_pictures_are_found_by_their_pixels(tmp_path: Path) -> None:
    home = publications.publication(
        tmp_path, {"01.md": "# 要闻\n\n![甲](a.png)\n\n![乙](b.png)\n\n{分页}\n\n![丙](c.png)\n"}
    )
    for number, name in enumerate("abc"):
        size = (1000, 200) if name != "b" else (900, 100)
        Image.new("RGB", size, (number * 50, 0, 0)).save(home.content / publications.KEY / f"{name}.png")
    proof = proofs.proof(home)
    assert [(placed.figure.file.name, placed.page) for placed in proof.placement.figures] == [
        ("a.png", 1),
        ("b.png", 1),
        ("c.png", 2),
    ]
    for placed in proof.placement.figures:
        left, bottom, right, top = placed.box
        assert (right - left) / (top - bottom) == pytest.approx(
            placed.figure.width / placed.figure.height, abs=0.01
        )
        assert placed.resolution == pytest.approx(placed.figure.width / (right - left) * 72, rel=0.01)


def test_the_resolution_of_a_raster_is_its_lower_one() -> None:
    assert Raster((0, 0, 72, 144), 300, 300).resolution == pytest.approx(150)


def test_rules_are_read_as_they_show(tmp_path: Path) -> None:
    """A border is a fill inside a clip; only what the clip leaves is a rule."""
    css = ".body { border-bottom: 3pt solid; border-top: 1pt solid }"
    proof = proofs.small(tmp_path, "一行文字。", css)
    (line,) = (line for line in proof.placement.lines if line.line.style == "body")
    geometry = proof.prepared.layout.geometry
    heights = {
        round(shape.box[3] - shape.box[1], 1)
        for shape in proof.pdf.pages[0].shapes
        if abs(shape.box[1] - line.y) < geometry.pitch
        and shape.box[0] == pytest.approx(geometry.left, abs=0.1)
    }
    assert {1.0, 3.0} <= heights
