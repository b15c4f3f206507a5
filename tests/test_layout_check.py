"""The look of finished pages: good ones give no finding, and every check finds the defect that is planted for it."""

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

import proofs
import publications
from bulletin_pdf import layout_check
from bulletin_pdf.layout_check import check_layout, last_rule, off_grid
from bulletin_pdf.placement import PlacedLine

LINE = "这一段文字只有一行。"
FIVE = "写一些文字。" * 22
SPREAD = "\n\n".join([FIVE] * 25)


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> proofs.Proof:
    return proofs.proof(publications.seed(tmp_path_factory.mktemp("seed")))


def test_the_seed_is_faultless(seed: proofs.Proof) -> None:
    assert seed.found == ()
    assert seed.placement.missing == ()
    assert len(seed.placement.lines) > 100


def test_every_line_of_the_seed_stands_on_the_grid(seed: proofs.Proof) -> None:
    geometry = seed.prepared.layout.geometry
    body = [line for line in seed.placement.lines if line.line.style == "body"]
    assert max(abs(off_grid(line, geometry)) for line in body) < 0.05


def test_the_imprint_of_the_seed_ends_on_the_type_area(seed: proofs.Proof) -> None:
    geometry = seed.prepared.layout.geometry
    last = min(
        (line for line in seed.placement.lines if line.line.style == "imprint"), key=lambda line: line.y
    )
    rule = last_rule(seed.pdf.pages[-1], last)
    assert rule
    assert rule[1] == pytest.approx(geometry.page_height - geometry.top - geometry.height, abs=0.1)


# --- BP410 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "is_runt"), [("束。", True), ("结束。", False), ("束①。", True), ("2021", False)]
)
def test_a_single_character_on_the_last_line(tmp_path: Path, end: str, is_runt: bool) -> None:
    home = publications.publication(tmp_path, {"01.md": f"# 要闻\n\n{'字' * 26}{end}\n"})
    proofs.own_layout(home, {"composition:\n": "composition:\n  mode: first-fit\n  runts: false\n"})
    proof = proofs.proof(home)
    assert Counter(proof.layout_codes) == Counter(["BP410"] if is_runt else [])
    if is_runt:
        assert proof.said("BP410") == [f"content/2021-17/01.md:3:27 第1页 段末一行只有一个字：“{end}”。"]


# --- BP411 ----------------------------------------------------------------------------------------------

HEADED = f"## 一篇\n\n### 小标题\n\n{FIVE}\n"


def test_a_heading_whose_text_is_on_the_next_page(tmp_path: Path) -> None:
    css = ".subheading-1 + .body { break-before: page }"
    assert proofs.small(tmp_path / "a", HEADED).layout_codes == []
    proof = proofs.small(tmp_path / "b", HEADED, css)
    # The titles above are one with it: told once.
    assert [re.sub("^.*?md", "", message) for message in proof.said("BP411")] == [
        ":1:3 第1页 标题“要闻”落在页末，下面的正文不到两行。"
    ]


def test_a_heading_with_all_the_text_it_has_is_none(tmp_path: Path) -> None:
    assert proofs.small(tmp_path, f"## 一篇\n\n{LINE}\n\n{{分页}}\n\n## 二篇\n\n{FIVE}").said("BP411") == []


def test_a_picture_is_enough_under_a_heading(tmp_path: Path) -> None:
    home = publications.publication(
        tmp_path, {"01.md": f"# 要闻\n\n## 一篇\n\n![图](a.png)\n\n{{分页}}\n\n{FIVE}\n"}
    )
    Image.new("RGB", (1800, 300)).save(home.content / publications.KEY / "a.png")
    assert proofs.proof(home).layout_codes == []


# --- BP412 ----------------------------------------------------------------------------------------------


def test_lone_lines(tmp_path: Path) -> None:
    assert "BP412" not in proofs.small(tmp_path / "a", SPREAD).layout_codes
    proof = proofs.small(tmp_path / "b", SPREAD, "p { orphans: 1; widows: 1 }")
    said = " ".join(proof.said("BP412"))
    assert re.search(r"第\d页 段落的首行“写一些文字。.+?……”单独落在页末或栏末。", said)
    assert re.search(r"第\d页 段落的末行“.+?……”单独落在页首或栏首。", said)


def test_lone_lines_of_columns(tmp_path: Path) -> None:
    """Of five lines to a paragraph some column ends with one; columns are told apart by where lines stand."""
    home = publications.publication(tmp_path, {"01.md": f"# 要闻\n\n{SPREAD}\n"})
    proofs.own_layout(home, {"type_area:\n": "type_area:\n  columns: 2\n"}, "p { orphans: 1; widows: 1 }")
    proof = proofs.proof(home)
    parts = [list(layout_check._parts(paragraph)) for paragraph in proof_paragraphs(proof)]
    on_one_page = [each for each in parts if len(each) > 1 and each[0][0].page == each[1][0].page]
    assert on_one_page
    lone = [part for each in parts if len(each) > 1 for part in (each[0], each[-1]) if len(part) == 1]
    assert len(proof.said("BP412")) == len(lone) > 0


def proof_paragraphs(proof: proofs.Proof) -> list[tuple[PlacedLine, ...]]:
    return list(layout_check._paragraphs(line for line in proof.placement.lines if line.line.style == "body"))


# --- BP413 ----------------------------------------------------------------------------------------------


def lines_by_page(folder: Path, count: int, end: str = "") -> tuple[dict[int, int], proofs.Proof]:
    proof = proofs.small(folder, "\n\n".join([LINE] * count) + end)
    return Counter(line.page for line in proof.placement.lines if line.line.style == "body"), proof


def test_a_thin_last_page(tmp_path: Path) -> None:
    on, _ = lines_by_page(tmp_path / "a", 60)
    full = on[1] + on[2]
    on, proof = lines_by_page(tmp_path / "b", full + 2)
    assert on[3] == 2
    place = f"content/2021-17/01.md:{2 * full + 3}:1 第3页"
    assert proof.said("BP413") == [f"{place} 最后一页正文只有 2 行。"]
    assert lines_by_page(tmp_path / "c", full + 4)[1].layout_codes == []
    on, proof = lines_by_page(tmp_path / "d", full - 6, "\n\n{分页}\n\n短短一行。")
    assert (on[3], proof.layout_codes) == (1, [])


# --- BP414 ----------------------------------------------------------------------------------------------


def test_lines_off_the_grid(tmp_path: Path) -> None:
    proof = proofs.small(tmp_path, f"## 一篇\n\n{SPREAD}", ".article-title { margin-bottom: 5pt }")
    # Told once, and not for the pages that begin on the grid again.
    (message,) = proof.said("BP414")
    assert message.startswith("content/2021-17/01.md:5:1 第1页 “写一些文字。")
    assert message.endswith("起，正文偏离行格 5.0 pt。")


def test_a_tenth_of_a_point_is_no_defect(tmp_path: Path) -> None:
    text = f"## 一篇\n\n{FIVE}"
    assert proofs.small(tmp_path / "a", text, ".article-title { margin-bottom: 0.09pt }").layout_codes == []
    assert proofs.small(tmp_path / "b", text, ".article-title { margin-bottom: 0.2pt }").layout_codes == [
        "BP414"
    ]


# --- BP415 ----------------------------------------------------------------------------------------------


def test_a_row_on_two_pages(tmp_path: Path) -> None:
    row = "| 甲 | " + "这一格里有许多字。" * 20 + " |\n"
    table = "| 名称 | 说明 |\n|---|---|\n" + row * 12
    assert proofs.small(tmp_path / "a", table).said("BP415") == []
    said = proofs.small(tmp_path / "b", table, "tr { break-inside: auto } td { orphans: 1; widows: 1 }").said(
        "BP415"
    )
    assert said
    assert re.fullmatch(r"content/2021-17/01\.md:\d+:\d+ 第1页 表格的一行拆在两页上：“.+”。", said[0])


# --- BP416 ----------------------------------------------------------------------------------------------


def pictured(folder: Path, pixels: tuple[int, int], text: str = "![图](a.png)") -> proofs.Proof:
    home = publications.publication(folder, {"01.md": f"# 要闻\n\n{LINE}\n\n{text}\n"})
    Image.new("RGB", pixels).save(home.content / publications.KEY / "a.png")
    return proofs.proof(home)


def test_a_picture_of_few_pixels(tmp_path: Path) -> None:
    (message,) = pictured(tmp_path / "a", (700, 200)).said("BP416")
    pattern = r"content/2021-17/01\.md:5:1 第1页 图片“a\.png”印出来不清楚：700×200 像素，印 15\d mm 宽，每英寸只有 11\d 点。"
    assert re.fullmatch(pattern, message)
    assert pictured(tmp_path / "b", (1000, 300)).layout_codes == []


def test_an_upright_photo_that_lies_in_its_file(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, {"01.md": f"# 要闻\n\n{LINE}\n\n![图](a.jpg)\n"})
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (300, 200)).save(home.content / publications.KEY / "a.jpg", exif=exif)
    assert proofs.proof(home).layout_codes == ["BP416"]


# --- BP417 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "pages", "said"),
    [
        ("如图1所示", 1, []),
        ("如图1所示", 2, ["图1在第 3 页，说到它的文字在第 1 页。"]),
        ("买了地图1张", 2, []),
        ("如图10所示", 2, []),
        ("没有说到", 2, []),
    ],
)
def test_a_picture_far_from_its_text(tmp_path: Path, words: str, pages: int, said: list[str]) -> None:
    between = f"\n\n{{分页}}\n\n{LINE}" * (pages - 1) + "\n\n{分页}\n\n"
    proof = pictured(tmp_path, (1800, 600), f'{words}。{between}![图](a.png "图1　照片")')
    assert [message.partition("页 ")[2] for message in proof.said("BP417")] == said


# --- BP418 ----------------------------------------------------------------------------------------------


def test_an_imprint_over_the_foot(tmp_path: Path) -> None:
    proof = proofs.small(tmp_path, LINE, ".imprint-box { margin-bottom: 20pt }")
    (message,) = proof.said("BP418")
    assert message.endswith("第1页 版记离版心下边 7.1 mm，应压在版心下边上。")


@pytest.mark.parametrize(
    ("css", "said"),
    [
        ("break-before: page", "版记在第 1 页，不在最后一页。"),
        ("position: absolute; bottom: -20pt", "版记下面还有文字。"),
    ],
)
def test_text_after_the_imprint(tmp_path: Path, css: str, said: str) -> None:
    late = f'<p class="body" style="{css}">尾</p></body>'
    (message,) = proofs.small(tmp_path, LINE, "", "</body>", late).said("BP418")
    assert message.endswith(said)


def test_an_imprint_without_rules(tmp_path: Path) -> None:
    css = ".imprint-box, .imprint-row { border: none !important }"
    assert proofs.small(tmp_path / "a", LINE, css).layout_codes == []
    raised = css + ".imprint-box { margin-bottom: 40pt }"
    assert proofs.small(tmp_path / "b", LINE, raised).layout_codes == ["BP418"]


# --- all ------------------------------------------------------------------------------------------------


def test_turned_pages_have_no_grid(seed: proofs.Proof) -> None:
    geometry = seed.prepared.layout.geometry
    turned = replace(geometry, page_width=geometry.page_height, page_height=geometry.page_width)
    found = check_layout(seed.pdf, seed.placement, turned, seed.prepared.issue)
    assert {each.code for each in found} & {"BP414", "BP418"} == set()


def test_pages_are_measured() -> None:
    script = publications.ROOT / "scripts" / "bench-pages"
    result = subprocess.run(
        [sys.executable, script, "--issue", publications.KEY, "bulletin"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert result.returncode == 0, result.stderr
    head, row = result.stdout.splitlines()
    assert head.split()[:3] == ["issue", "layout", "pages"]
    key, layout, _pages, lines, off, worst, rule = row.split()
    assert (key, layout, off) == (publications.KEY, "bulletin", "0")
    assert int(lines) > 100
    assert float(worst) < 0.1
    assert abs(float(rule)) < 0.3


def test_every_check_has_a_planted_defect() -> None:
    source = Path(layout_check.__file__).read_text(encoding="utf-8")
    tests = Path(__file__).read_text(encoding="utf-8")
    for code in re.findall(r'warning\("(BP\d+)"', source):
        assert f'"{code}"' in tests
