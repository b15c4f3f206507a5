"""The proof 校样: the same pages with grid, sources and findings around the text, and the record at the end."""

from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

import publications
from bulletin_pdf import build, production, standing
from bulletin_pdf.diagnostics import Diagnostic, Place, warning
from bulletin_pdf.home import Home
from bulletin_pdf.model import figures
from bulletin_pdf.pdf import Pdf, read_pdf
from bulletin_pdf.pdf.painting import Box
from bulletin_pdf.placement import place
from bulletin_pdf.proof_record import shortened, source_name
from bulletin_pdf.record import read_record, record_file, write_record
from publications import KEY

FOLDER = Path("content") / KEY
LONG = "02-关于进一步加强和改进新时代基层党建工作的若干意见（征求意见稿）"
ISSUE = publications.ISSUE + f"  - {LONG}.md\n"
WIDE = "\n".join(["::: 表 各单位 {横排}", "", "| 单位 | 人数 |", "|--|--|", "| 甲 | 1 |", "", ":::"])
TEXTS = {
    "01.md": f"# 要闻\n\n## 标题\n\n第一段。\n\n{'第二段的文字，' * 60}\n\n{WIDE}\n",
    f"{LONG}.md": f"# 动态\n\n{'平常的一段，没有什么问题。' * 30}\n",
}
LOOSE = warning("BP312", "这一行太松。", Place(FOLDER / "01.md", 5, 2), "改动几个字。")


@dataclass(frozen=True)
class Made:
    """A publication, its PDF and its proof."""

    home: Home
    pdf: Path
    proof: Path

    @property
    def data(self) -> bytes:
        """The proof."""
        return self.proof.read_bytes()


def made(home: Home, *findings: Diagnostic, layout: str | None = None, wanted: int | None = None) -> Made:
    """The proof of an issue. findings: more of them than its build gave."""
    built = standing.standing(home, KEY, layout=layout, wanted=wanted)
    built = built or build.build(home, KEY, layout=layout, wanted=wanted)
    assert built.pdf, built.diagnostics
    record = read_record(record_file(built.pdf))
    assert record
    write_record(
        record_file(built.pdf), replace(record, diagnostics=(*built.diagnostics, *findings), outputs={})
    )
    (product,), found = production.produce(home, KEY, built.pdf, ["校样"])
    assert found == []
    (file,) = product.files
    return Made(home, built.pdf, file)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return publications.publication(tmp_path_factory.mktemp("proof"), TEXTS, settings=ISSUE)


@pytest.fixture(scope="module")
def plain(home: Home) -> Made:
    return made(home)


@pytest.fixture(scope="module")
def magazine(home: Home) -> Made:
    return made(home, *many(100), layout="magazine")


def many(count: int) -> list[Diagnostic]:
    """So many findings: in one line, in all lines of a paragraph, on a page, on none."""
    long = [warning("BP312", "太松。", Place(FOLDER / "01.md", 7, 1 + 4 * n)) for n in range(count - 3)]
    page = warning("BP414", "这一页很空。", Place(Path("build/x.pdf"), page=2))
    return [
        *long,
        LOOSE,
        page,
        warning("BP711", "总期号不连续。", Place(Path("content/2021-16/issue.yaml"), 2)),
    ]


def read(data: bytes) -> Pdf:
    pdf, found = read_pdf(data, Path("x.pdf"))
    assert pdf, found
    return pdf


def texts(data: bytes, box: Box | None = None) -> list[str]:
    """What each page shows, or within a box on it."""
    document = pypdfium2.PdfDocument(data)
    pages = [page.get_textpage() for page in document]
    shown = [page.get_text_bounded(*box) if box else page.get_text_range() for page in pages]
    document.close()
    return shown


def squares(data: bytes) -> list[str]:
    """The words of the notes on boxes."""
    pages = PdfReader(BytesIO(data)).pages
    notes = [each.get_object() for page in pages for each in page.get("/Annots", ())]
    return [str(note["/Contents"]) for note in notes if note["/Subtype"] == "/Square"]


# --- the pages ------------------------------------------------------------------------------------------


def test_the_pages_are_the_same_with_a_record_behind_them(plain: Made) -> None:
    before, after = read(plain.pdf.read_bytes()), read(plain.data)
    assert plain.proof.name == f"{KEY}.校样.pdf"
    assert len(after.pages) == len(before.pages) + 1
    for page, same in zip(before.pages, after.pages, strict=False):
        assert (page.trim_box, page.text) == (same.trim_box, same.text)
    assert [mark.title for mark in after.bookmarks] == [
        *(mark.title for mark in before.bookmarks),
        "校对记录",
    ]
    assert after.information["/Title"] == before.information["/Title"]
    assert any(page.size[0] > page.size[1] for page in after.pages)


def test_grid_and_watermark_lie_below_the_text(plain: Made) -> None:
    for page in PdfReader(BytesIO(plain.data)).pages[:-1]:
        content = page.get_contents()
        assert content is not None
        words = content.get_data().split()
        assert words.index(b"/Below") < words.index(b"BT") < words.index(b"/Above")
    assert all("校样" in text for text in texts(plain.data))


def test_the_margin_names_files_and_lines(plain: Made) -> None:
    first, *later = texts(plain.data, (14, 60, 77, 800))
    words = first.split()
    # The masthead's files; the section in line 1, the title in 3, paragraphs in 5 and 7; every fifth line of the page, but
    # for line 5, which gives way to the name of a file.
    assert {"publication.yaml", "issue.yaml", "01"} <= set(words)
    sources, rows = ["2", "2", "3", "1", "3", "5", "7"], ["10", "15", "20", "25"]
    assert sorted(word for word in words if word.isdigit() and word != "01") == sorted(sources + rows)
    assert "02-关于" in "".join(later)
    assert "意见稿" not in "".join(later)


def test_the_foot_says_which_version_it_is(plain: Made) -> None:
    record = read_record(record_file(plain.pdf))
    assert record
    foot = texts(plain.data, (60, 15, 560, 35))[0]
    for words in (
        "校样",
        "中铝股份党群工作2021年第17期",
        "2021年7月9日",
        f"版本 {record.pdf[:8]}",
        "没有发现问题",
    ):
        assert words in foot


def test_the_same_input_gives_the_same_bytes(plain: Made) -> None:
    before = plain.data
    production.produce(plain.home, KEY, plain.pdf, ["proof"], force=True)
    assert plain.data == before


# --- findings -------------------------------------------------------------------------------------------


def test_a_finding_has_a_box_a_number_and_a_row(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, {"01.md": "# 要闻\n\n一段。\n\n二段。\n\n![图](a.png)\n"})
    Image.new("RGB", (300, 200)).save(home.content / KEY / "a.png")
    proof = made(home, warning("BP312", "这一行太松。", Place(FOLDER / "01.md", 3, 2), "改动几个字。"))
    notes = squares(proof.data)
    assert [note.splitlines()[0] for note in notes] == ["1 警告 BP312", "2 警告 BP416"]
    margin = texts(proof.data, (519, 60, 590, 800))[0]
    assert margin.split() == ["1", "2"]
    assert "本页 2 处，全期 2 处问题" in texts(proof.data)[0]
    record = texts(proof.data)[-1]
    assert "程序发现的问题：2 处" in record
    for words in ("BP312", "这一行太松。", "改法：改动几个字。", "3:2", "BP416"):
        assert words in record


def test_the_record_is_to_be_signed(plain: Made) -> None:
    record = texts(plain.data)[-1]
    for words in ("一校", "二校", "三校", "付印", "签名", "日期", "程序没有发现问题"):
        assert words in record


def test_a_hundred_findings(magazine: Made) -> None:
    pages = len(read(magazine.pdf.read_bytes()).pages)
    record = "".join(texts(magazine.data)[pages:])
    assert len(texts(magazine.data)) > pages + 1
    assert "程序发现的问题：100 处" in record
    assert record.count("BP312") == 98
    # By page, then down the page; what is on no page comes last.
    numbers = [int(note.split()[0]) for note in squares(magazine.data)]
    assert numbers == sorted(numbers)
    assert record.index("这一页很空") < record.index("总期号不连续")
    assert "2021-16/issue.yaml" in record.replace("\r\n", "")
    assert "本页" in texts(magazine.data)[1]


def test_nothing_in_the_margins_lies_over_the_text(magazine: Made) -> None:
    """No number between two columns reaches into the next one, and nothing leaves what a printer can print."""
    first = pypdfium2.PdfDocument(magazine.data)[0].get_textpage()
    before = pypdfium2.PdfDocument(magazine.pdf.read_bytes())[0].get_textpage()
    column = (308.2, 40, 540, 500)
    shown, was = (set(page.get_text_bounded(*column).splitlines()) for page in (first, before))
    assert was <= shown
    # The watermark, whose letters stand aslant.
    assert all(set(line) <= set("校样 0123456789abcdef") and "–" not in line for line in shown - was)
    for edge in ((0, 0, 14, 808), (581.3, 0, 596, 808)):
        assert first.get_text_bounded(*edge) == before.get_text_bounded(*edge)


# --- the layout that was printed ------------------------------------------------------------------------


@pytest.mark.parametrize(("layout", "more"), [("gb9704", 0), ("bulletin", 1), ("magazine", 0)])
def test_the_pages_are_made_again_as_they_were_printed(home: Home, layout: str, more: int) -> None:
    natural = build.build(home, KEY, layout=layout)
    built = build.build(home, KEY, layout=layout, wanted=natural.pages + more if more else None)
    assert built.pdf, built.diagnostics
    record = read_record(record_file(built.pdf))
    assert record
    prepared, _ = build.prepare(home, KEY, layout=layout, arrangement=record.arrangement)
    assert prepared
    found = place(read(built.pdf.read_bytes()), prepared.rendered.lines, figures(prepared.issue))
    assert not found.missing
    assert bool(built.changes) == bool(more)
    if more:
        natural_again, _ = build.prepare(home, KEY, layout=layout)
        assert natural_again
        assert natural_again.layout != prepared.layout


# --- names ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "ems", "shown"),
    [
        ("01-要闻", 5, "01-要闻"),
        ("校核/01-要闻", 5, "01-要闻"),
        (LONG, 6, "02-关于进…"),
        (LONG, 0, ""),
    ],
)
def test_names_are_cut_to_their_room(name: str, ems: float, shown: str) -> None:
    assert shortened(name, ems) == shown


def test_names_of_sources() -> None:
    files = ("content/2021-17/01.md", "content/2021-17/a/b.csv", "content/publication.yaml", "build/x.pdf")
    names = [source_name(Path(file), FOLDER) for file in files]
    assert names == ["01", "a/b.csv", "publication.yaml", "build/x.pdf"]
