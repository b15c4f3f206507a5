"""Every layout that comes with the program: whatever stands in the masthead and imprint, nothing collides and nothing is
found; the two after GB/T 9704 keep its measures."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

import publications
from bulletin_pdf.build import build
from bulletin_pdf.fonts.mending import ASCENT, DESCENT
from bulletin_pdf.layout import MM, LayoutSettings, find_layouts, shared_styles
from bulletin_pdf.pdf import Pdf, PdfPage, read_pdf
from bulletin_pdf.pdf.painting import Shape, Stretch
from bulletin_pdf.render import _Composer
from bulletin_pdf.resources import LAYOUTS
from bulletin_pdf.standing import standing
from publications import ISSUE, KEY, ROOT
from test_bulletin_layout import overlaps

NAMES = sorted(find_layouts(LAYOUTS))
# The one that docs/layouts.md makes.
OWN = "我的版式"
OFFICIAL = ("gb9704", "minutes")
PARAGRAPH = "各单位要压实责任，排查隐患，做好防汛，确保安全度汛。" * 3 + "\n\n"
TEXT = f"# 要闻\n\n## 防汛工作全面部署\n\n{PARAGRAPH * 3}# 动态\n\n{PARAGRAPH * 3}"
FILES = {
    "附件1.md": f"# 附件的题目\n\n{PARAGRAPH * 2}",
    "附件2.md": f"# 附件的另一个题目\n\n{PARAGRAPH * 2}",
    "卷首.md": f"::: 导读\n{PARAGRAPH}:::\n",
}
RECTO, VERSO = 0, 1
PAGE = (ROOT / "docs" / "layouts.md").read_text(encoding="utf-8")

MASTHEADS = {
    "plain": "",
    "classified": "密级: 机密★1年\n编号: '000018'\n签发人: 王明\n增刊: true\n",
    "crowded": f"""密级: {"内部资料　注意保存　" * 5}
编号: '000018'
签发人: [{"阿依古丽·买买提, " * 5}王明]
编发单位: [某某集团有限公司党委宣传部, 某某集团有限公司综合办公室, 某某集团有限公司工会]
刊名: 某某集团有限公司安全生产和环境保护工作情况简报
""",
    "pictures": """刊标: 标.png
报头图: 标.png
刊名: 简报
密级: 内部资料　注意保存
编号: '000018'
签发人: [王明, 李文华, 欧阳小雨]
""",
    "imprint": """报: 上级
送: 各部门
抄送: 资料室
签发: 王明
责任编辑: 李文华
印数: 120
印发机关: 办公室
印发日期: 2021-07-09
""",
    "contents": "要目: true\n",
    "front": "要目: true\n卷首: 卷首.md\n",
    "meeting": f"""出席: {"王明、李文华、欧阳小雨、" * 6}张宁
请假: 赵青
列席: 孙晓（印制）
附件: [附件1.md, 附件2.md]
""",
}


def built(folder: Path, layout: str, text: str = TEXT, settings: str = "") -> Pdf:
    """The PDF of a small issue, in which nothing was found but that its last page is short."""
    home = publications.publication(folder, {"01.md": text}, settings=ISSUE + settings)
    if layout == OWN:
        (home.layouts / OWN).mkdir(parents=True)
        for words in re.findall(r"^```(?:yaml|jinja)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE):
            if name := re.search(rf"layouts/{OWN}/(\S+)", words):
                (home.layouts / OWN / name[1]).write_text(words, encoding="utf-8")
    issue = home.content / KEY
    for name, words in FILES.items():
        if name in settings:
            (issue / name).write_text(words, encoding="utf-8")
    if "标.png" in settings:
        Image.new("RGB", (2400, 1600), (200, 30, 30)).save(issue / "标.png")
    result = build(home, KEY, layout=layout)
    assert [str(finding) for finding in result.diagnostics if finding.code != "BP413"] == []
    assert result.pdf
    pdf, _ = read_pdf(result.pdf.read_bytes(), result.pdf)
    assert pdf
    return pdf


@pytest.mark.parametrize("layout", [*NAMES, OWN])
@pytest.mark.parametrize("kind", MASTHEADS)
def test_nothing_is_found_and_nothing_collides(tmp_path: Path, layout: str, kind: str) -> None:
    pdf = built(tmp_path, layout, settings=MASTHEADS[kind])
    assert [pair for page in pdf.pages for pair in overlaps(page)] == []


# --- the measures of GB/T 9704 --------------------------------------------------------------------------


def lines(page: PdfPage) -> list[list[Stretch]]:
    """What stands in the type area, as lines from above; each from left to right."""
    rows: dict[float, list[Stretch]] = {}
    for stretch in page.stretches:
        if stretch.y > 35 * MM:
            rows.setdefault(round(stretch.y, 1), []).append(stretch)
    return [sorted(rows[y], key=lambda stretch: stretch.x) for y in sorted(rows, reverse=True)]


def top(stretch: Stretch) -> float:
    """From the page's upper edge to that of the characters, in millimetres."""
    return 297 - (stretch.y + ASCENT * stretch.size) / MM


def bottom(stretch: Stretch) -> float:
    """From the page's upper edge to the lower one of the characters, in millimetres."""
    return 297 - (stretch.y - DESCENT * stretch.size) / MM


def rules(page: PdfPage) -> list[Shape]:
    """Rules as long as the type area, from above."""
    found = [
        shape
        for shape in page.shapes
        if shape.box[3] - shape.box[1] < 3 and shape.box[2] - shape.box[0] > 150 * MM
    ]
    return sorted(found, key=lambda shape: -shape.box[3])


@pytest.mark.parametrize("layout", OFFICIAL)
def test_a_page_is_28_characters_by_22_lines(tmp_path: Path, layout: str) -> None:
    page = lines(built(tmp_path, layout, f"# 要闻\n\n{'国' * 28 * 22 * 3}。\n").pages[VERSO])
    assert [sum(len(stretch.text) for stretch in line) for line in page] == [28] * 22
    first, last = page[0][0], page[-1][-1]
    assert first.x / MM == pytest.approx(28, abs=0.02)
    assert last.end / MM == pytest.approx(28 + 28 * 15.75 / MM, abs=0.02)
    assert top(first) == pytest.approx(37, abs=0.02)
    assert bottom(last) == pytest.approx(37 + 225, abs=0.02)
    assert {round(above[0].y - below[0].y, 1) for above, below in pairwise(page)} == {29.6}


@pytest.mark.parametrize("layout", OFFICIAL)
@pytest.mark.parametrize("kind", ["plain", "classified", "crowded", "pictures"])
def test_the_mark_stands_35_mm_under_the_upper_edge_of_the_type_area(
    tmp_path: Path, layout: str, kind: str
) -> None:
    page = built(tmp_path, layout, settings=MASTHEADS[kind]).pages[RECTO]
    name = next(stretch for stretch in page.stretches if stretch.font == "Bulletin-Biaosong")
    assert top(name) == pytest.approx(37 + 35, abs=0.05)


def test_the_red_rule_stands_4_mm_under_the_line_above_it(tmp_path: Path) -> None:
    page = built(tmp_path, "gb9704").pages[RECTO]
    date = next(line for line in lines(page) if line[-1].text.endswith("日"))[-1]
    rule = rules(page)[0].box
    assert 297 - rule[3] / MM - bottom(date) == pytest.approx(4, abs=0.05)
    assert (rule[2] - rule[0]) / MM == pytest.approx(156, abs=0.05)
    assert date.end / MM == pytest.approx(28 + 27 * 15.75 / MM, abs=0.02)


def test_the_number_stands_left_where_somebody_signed(tmp_path: Path) -> None:
    page = built(tmp_path, "gb9704", settings=MASTHEADS["pictures"]).pages[RECTO]
    number = next(line for line in lines(page) if line[0].text == "2021")
    assert number[0].x / MM == pytest.approx(28 + 15.75 / MM, abs=0.02)
    # The names two on a line, the last beside the number.
    assert number[-1].text == "欧阳小雨"
    assert number[-1].font == "Bulletin-Kai"
    above = lines(page)[lines(page).index(number) - 1]
    assert "".join(stretch.text for stretch in above).startswith("签发人：王明")


def test_the_folio_stands_outside_7_mm_under_the_type_area(tmp_path: Path) -> None:
    pdf = built(tmp_path, "gb9704", f"# 要闻\n\n{PARAGRAPH * 12}")
    for page, edge in ((pdf.pages[RECTO], "right"), (pdf.pages[VERSO], "left")):
        folio = [stretch for stretch in page.stretches if stretch.y < 35 * MM]
        middle = (top(folio[0]) + bottom(folio[0])) / 2
        assert middle == pytest.approx(37 + 225 + 7, abs=0.5)
        if edge == "left":
            assert folio[0].x / MM == pytest.approx(28 + 15.75 / MM, abs=0.05)
        else:
            assert folio[-1].end / MM == pytest.approx(28 + 27 * 15.75 / MM, abs=0.05)


@pytest.mark.parametrize(("layout", "count"), [("gb9704", 5), ("minutes", 2)])
def test_the_rules_of_the_imprint(tmp_path: Path, layout: str, count: int) -> None:
    settings = "报: 上级\n抄送: 资料室\n印发机关: 办公室\n印发日期: 2021-07-09\n"
    page = built(tmp_path, layout, settings=settings).pages[-1]
    drawn = [rule.box for rule in rules(page) if rule.box[3] < 150 * MM]
    thickness = [round((box[3] - box[1]) / MM, 2) for box in drawn]
    assert thickness == [0.35, *[0.25] * (count - 2), 0.35]
    assert 297 - drawn[-1][1] / MM == pytest.approx(37 + 225, abs=0.3)


# --- samples --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", NAMES)
def test_every_layout_shows_a_small_sample_of_its_first_page(layout: str) -> None:
    file = LAYOUTS / layout / "preview.png"
    assert file.stat().st_size <= 40_000
    with Image.open(file) as picture:
        assert picture.height > picture.width > 300


# --- docs/layouts.md ------------------------------------------------------------------------------------


def named(heading: str) -> set[str]:
    """The names in the first column of the tables of a section of the page."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| (`.*?`) \|", section, re.MULTILINE)
    return set(re.findall(r"`([\w.-]+)", " ".join(cells)))


def test_the_page_names_every_layout() -> None:
    assert set(NAMES) <= set(re.findall(r"`(\w+)`", PAGE.split("\n## 选一个版式")[0]))


def test_the_page_names_every_key() -> None:
    assert named("layout.yaml") == set(LayoutSettings.model_fields)


def test_the_page_names_every_style() -> None:
    used = {
        name
        for file in LAYOUTS.glob("*.html.j2")
        for name in re.findall(r'"([a-z]+-[a-z0-9-]+)" in layout\.styles', file.read_text(encoding="utf-8"))
    }
    assert named("样式") >= {*shared_styles(), *used}


def test_the_page_names_every_function_and_partial() -> None:
    functions = {name for name in dir(_Composer) if not name.startswith("_")}
    partials = {file.name for file in LAYOUTS.glob("*.j2")}
    assert named("模板") >= {*functions, "closes", "kind", "plain", *partials}


def test_another_layout_leaves_the_ordinary_pdf_alone(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    ordinary, other = build(home, KEY), build(home, KEY, layout="gb9704")
    assert ordinary.pdf
    assert other.pdf
    assert {ordinary.pdf.name, other.pdf.name} == {f"{KEY}.pdf", f"{KEY}-gb9704.pdf"}
    assert standing(home, KEY) is not None
    assert standing(home, KEY, layout="gb9704") is not None
