"""What is too long for a page, a line or a picture frame is told where it stands; what can be parted is parted well."""

import re
from pathlib import Path

import pytest
from PIL import Image

import publications
from bulletin_pdf.build import build
from bulletin_pdf.pdf import Pdf, read_pdf
from bulletin_pdf.standing import Built
from publications import ISSUE, KEY

SENTENCE = "公司今天召开会议，总结上半年工作，部署下半年任务，要求各单位认真贯彻落实，确保全年目标完成。"


def built(folder: Path, text: str, settings: str = "") -> Built:
    home = publications.publication(folder, {"01.md": f"# 要闻\n\n{text}\n"}, settings=ISSUE + settings)
    return build(home, KEY)


def read(result: Built) -> Pdf:
    assert result.pdf, [str(finding) for finding in result.diagnostics]
    pdf, _ = read_pdf(result.pdf.read_bytes(), result.pdf)
    assert pdf
    return pdf


@pytest.mark.parametrize(
    ("text", "settings", "code", "line"),
    [
        (f"| 甲 | 乙 |\n|---|---|\n| 一 | {SENTENCE * 40} |", "", "BP407", 5),
        (f"正文。[^1]\n\n[^1]: {SENTENCE * 40}", "", "BP407", 5),
        ("正文。", f"抄送: {SENTENCE * 40}\n", "BP407", 6),
        ("正文。", f"刊名: {SENTENCE}\n", "BP315", 6),
        ("正文。\n\n{分页}", "", "BP122", 5),
    ],
)
def test_too_much_is_told_at_its_place(
    tmp_path: Path, text: str, settings: str, code: str, line: int
) -> None:
    result = built(tmp_path, text, settings)
    assert [(finding.code, finding.place.line) for finding in result.diagnostics if finding.place] == [
        (code, line)
    ]


def test_notes_stand_on_the_page_of_their_marks(tmp_path: Path) -> None:
    paragraphs = "\n\n".join(f"{SENTENCE}[^{number}]" for number in range(1, 13))
    notes = "\n".join(f"[^{number}]: {SENTENCE}" for number in range(1, 13))
    pages = read(built(tmp_path, f"{paragraphs}\n\n{notes}")).pages
    assert len(pages) > 1
    for page in pages:
        marks = re.findall("[①-⑳]", page.text)
        assert sorted(marks) == sorted(2 * [*dict.fromkeys(marks)])


def test_a_long_verse_in_columns_is_read_page_by_page(tmp_path: Path) -> None:
    lines = [f"第{number}行白日依山尽" for number in range(1, 61)]
    text = f"{SENTENCE}\n\n::: 诗 两栏\n" + "\n".join(lines) + "\n:::"
    pages = [page.text for page in read(built(tmp_path, text)).pages]
    numbers = [[int(each) for each in re.findall(r"第(\d+)行", page)] for page in pages]
    assert all(numbers)
    assert max(numbers[0]) < min(numbers[1])


def test_a_picture_of_sixteen_bits_is_refused(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, {"01.md": "# 要闻\n\n正文。\n\n![灰](灰.tif)\n"})
    Image.new("I;16", (40, 40)).save(home.content / KEY / "灰.tif")
    assert [finding.code for finding in build(home, KEY).diagnostics] == ["BP504"]
