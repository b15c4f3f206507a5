"""The PDF with findings marked: boxes on the pages, and notes that a reader opens."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

import proofs
import publications
from bulletin_pdf import build
from bulletin_pdf.annotate import annotate
from bulletin_pdf.diagnostics import Place, error, warning

FILE = Path("content/2021-17/01.md")
TEXT = f"第一段。\n\n{'第二段的文字，' * 12}\n\n{{分页}}\n\n第二页。"


@pytest.fixture(scope="module")
def proof(tmp_path_factory: pytest.TempPathFactory) -> proofs.Proof:
    return proofs.small(tmp_path_factory.mktemp("annotate"), TEXT)


def notes(data: bytes) -> list[tuple[int, str, tuple[float, ...], tuple[float, ...]]]:
    """Page, words, colour and rectangle of every note."""
    return [
        (number, str(each["/Contents"]), tuple(map(float, each["/C"])), tuple(map(float, each["/Rect"])))
        for number, page in enumerate(PdfReader(BytesIO(data)).pages, 1)
        for each in (reference.get_object() for reference in page.get("/Annots", ()))
        if each["/Subtype"] == "/Text"
    ]


def boxes(data: bytes, page: int) -> list[str]:
    """What is painted after the page's own content."""
    content = PdfReader(BytesIO(data)).pages[page - 1].get_contents()
    assert content is not None
    _, _, added = content.get_data().decode("latin-1").rpartition("/Artifact BMC q 1 w")
    return [line for line in added.splitlines() if line.endswith("re S")]


def test_a_finding_stands_at_its_line(proof: proofs.Proof) -> None:
    finding = warning("BP312", "这一行太松。", Place(FILE, 5, 40), "改动几个字。")
    marked = annotate(proof.data, proof.placement, [finding])
    ((page, words, colour, rectangle),) = notes(marked)
    assert page == 1
    assert words.splitlines() == [
        "! 警告 BP312",
        "这一行太松。",
        "改法：改动几个字。",
        "位置：content/2021-17/01.md:5:40",
    ]
    assert colour == pytest.approx((0.95, 0.5, 0))
    line = next(each for each in proof.placement.lines if each.line.place.line == 5 and each.line.index == 1)
    assert line.line.place.column is not None
    assert line.line.place.column <= 40
    (box,) = boxes(marked, 1)
    *_, x, y, width, height = map(float, box.removesuffix(" re S").replace("RG ", "").split())
    assert x < line.x
    assert x + width > line.x + line.length
    assert y < line.y < y + height < line.y + 27
    assert rectangle[1] < line.y < rectangle[3]


def test_errors_are_red_and_findings_of_one_line_share_a_note(proof: proofs.Proof) -> None:
    place = Place(FILE, 3, 1)
    marked = annotate(
        proof.data, proof.placement, [warning("BP310", "甲", place), error("BP311", "乙", place)]
    )
    ((_, words, colour, _),) = notes(marked)
    assert "BP310" in words
    assert "✕ 错误 BP311" in words
    assert colour == pytest.approx((0.8, 0, 0))


def test_findings_of_a_page_and_of_none(proof: proofs.Proof) -> None:
    found = [
        error("BP601", "页面大小不对。", Place(proofs.SHOWN, page=2)),
        error("BP610", "文字超出版心 9.0 pt：“第二页。”。", Place(proofs.SHOWN, page=2)),
        warning("BP711", "总期号不连续。", Place(Path("content/2021-16/issue.yaml"), 2, 1)),
        warning("BP000", "没有位置。"),
    ]
    marked = annotate(proof.data, proof.placement, found)
    told = [(page, words.split()[2], rectangle[0] < 100) for page, words, _, rectangle in notes(marked)]
    assert told == [(1, "BP711", True), (2, "BP601", True), (2, "BP610", False)]
    assert len(boxes(marked, 2)) == 1
    assert "BP000" in notes(marked)[0][1]


def test_the_pages_are_the_same(proof: proofs.Proof) -> None:
    marked = annotate(proof.data, proof.placement, [warning("BP312", "太松。", Place(FILE, 5, 1))])
    assert marked == annotate(proof.data, proof.placement, [warning("BP312", "太松。", Place(FILE, 5, 1))])
    before, after = PdfReader(BytesIO(proof.data)), PdfReader(BytesIO(marked))
    assert [page.extract_text() for page in after.pages] == [page.extract_text() for page in before.pages]
    assert notes(annotate(proof.data, proof.placement, [])) == []


# --- the command ----------------------------------------------------------------------------------------


def test_a_build_with_warnings_writes_both(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, {"01.md": "# 要闻\n\n一段。\n\n![图](a.png)\n"})
    Image.new("RGB", (300, 200)).save(home.content / publications.KEY / "a.png")
    built = build.build(home, publications.KEY, annotated=True)
    assert built.pdf
    assert built.annotated == built.pdf.with_name("2021-17.批注.pdf")
    ((_, words, _, rectangle),) = notes(built.annotated.read_bytes())
    assert "BP416" in words
    assert rectangle[0] > 500


def test_a_build_with_errors_writes_the_marked_pages_only(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    proofs.own_layout(home, {}, ".body { font-size: 17pt }")
    built = build.build(home, publications.KEY, annotated=True)
    assert built.pdf is None
    assert built.annotated
    assert any("BP611" in words and page == 1 for page, words, *_ in notes(built.annotated.read_bytes()))


def test_without_pages_there_is_nothing_to_mark(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, {"01.md": "# 要闻\n\n![图](没有.png)\n"})
    result = publications.run("build", "--annotate", folder=home.root)
    assert result.returncode == 1
    assert "批注 没有写：还没有页面" in result.stderr
    assert not list(home.root.rglob("*.批注.pdf"))


def test_the_command(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    assert publications.run("build", folder=home.root).returncode == 0
    # A build that stands is made again: nothing of it says where its lines are.
    result = publications.run("build", "--annotate", "--format", "json", folder=home.root)
    (output,) = json.loads(result.stdout)["outputs"]
    assert output["annotated"] == f"{home.build / '2021-17' / '2021-17'}.批注.pdf"
    assert Path(output["annotated"]).is_file()
    # The last line of the standard output is the PDF's path, as ever.
    result = publications.run("build", "--annotate", folder=home.root)
    assert result.stdout.splitlines()[-1] == output["pdf"]
    assert "2021-17.批注.pdf" in result.stderr
