"""The layout `magazine`: its cover, its columns (level, on one grid), what spans them, hanging lists."""

from itertools import groupby, pairwise
from pathlib import Path

import pytest
from PIL import Image

import proofs
import publications
from bulletin_pdf.layout_check import off_grid
from bulletin_pdf.placement import PlacedLine
from publications import ISSUE

SETTINGS = ISSUE + "版式: magazine\n"
LINE = "各单位要压实责任，排查隐患，做好防汛。"
PARAGRAPH = LINE * 6
LONG = "\n\n".join([PARAGRAPH] * 6)
ROWS = "".join(f"| 第{row}家 | {row * 3} |\n" for row in range(1, 40))

ELEMENTS = {
    "text": LONG,
    "short paragraph": LINE,
    "wide picture": f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n![会场](a.png){{全宽}}\n\n{LONG}",
    "picture": f"{PARAGRAPH}\n\n![会场](a.png '图1　会场')\n\n{LONG}",
    "short table": f"{LONG}\n\n| 单位 | 人数 |\n|---|---|\n| 甲 | 1 |\n| 乙 | 2 |\n\n{PARAGRAPH}",
    "long table": f"{LONG}\n\n| 单位 | 人数 |\n|---|---|\n{ROWS}\n{PARAGRAPH}",
    "box": f"{PARAGRAPH}\n\n::: 方框 一问\n{PARAGRAPH}\n:::\n\n{PARAGRAPH}",
    "box alone": f"::: 方框 一问\n{PARAGRAPH}\n:::",
    "pull quote": f"{PARAGRAPH}\n\n::: 摘句\n防汛责任重于泰山，一刻也不能放松。\n:::\n\n{PARAGRAPH}",
    "list": f"{PARAGRAPH}\n\n1. {PARAGRAPH}\n2. {LINE}\n\n（一）{LINE}\n（二）{LINE}\n\n- {PARAGRAPH}\n- {LINE}\n\n{PARAGRAPH}",
    "subheadings": f"### 一、责任\n\n{PARAGRAPH}\n\n### 二、一个长到在一栏里要排成两行的小标题\n\n{PARAGRAPH}\n\n### 三、图\n\n![会场](a.png){{全宽}}\n\n{LONG}",
    "footnote": f"{PARAGRAPH}甲[^1]。\n\n{LONG}\n\n[^1]: 注一。",
    "page break": f"{PARAGRAPH}\n\n{PARAGRAPH}\n\n{{分页}}\n\n{PARAGRAPH}\n\n{PARAGRAPH}",
    "verse": "::: 诗\n" + "春眠不觉晓，\n" * 9 + f":::\n\n{PARAGRAPH}",
    "three pages": "\n\n".join([LONG] * 7),
}
"""Texts of an article that have one element each."""

FRONTS = ["", "要目: true\n"]


def proof(folder: Path, text: str, settings: str = "") -> proofs.Proof:
    """The pages of an issue of one article."""
    home = publications.publication(
        folder, {"01.md": f"# 要闻\n\n## 稿件的标题\n\n{text}\n"}, settings=SETTINGS + settings
    )
    picture = home.content / publications.KEY / "a.png"
    Image.effect_noise((2400, 1000), 60).save(picture)
    return proofs.proof(home)


def codes(result: proofs.Proof) -> list[str]:
    """The codes of what was found, but for a last page with few lines, which is a matter of these texts."""
    return [each.code for each in result.found if each.code != "BP413"]


def columns(proof: proofs.Proof, page: int) -> list[list[PlacedLine]]:
    """The body's lines on a page, left and right."""
    middle = proof.prepared.layout.geometry.page_width / 2
    body = [line for line in proof.placement.lines if line.page == page and line.line.style == "body"]
    return [[line for line in body if (line.x > middle) == is_right] for is_right in (False, True)]


def test_the_seed_is_faultless_and_its_columns_end_level(tmp_path: Path) -> None:
    home = publications.seed(tmp_path)
    with (home.content / publications.KEY / "issue.yaml").open("a", encoding="utf-8") as settings:
        settings.write("版式: magazine\n")
    result = proofs.proof(home)
    assert result.found == ()
    left, right = map(len, columns(result, len(result.pdf.pages)))
    assert abs(left - right) <= 2


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("element", ELEMENTS)
def test_every_element_is_faultless(tmp_path: Path, element: str, front: str) -> None:
    assert codes(proof(tmp_path, ELEMENTS[element], front)) == []


@pytest.mark.parametrize("paragraphs", range(2, 9))
@pytest.mark.parametrize("lines", [3, 4, 5, 8])
def test_columns_are_level_and_on_one_grid(tmp_path: Path, paragraphs: int, lines: int) -> None:
    text = "\n\n".join(["排" * (22 * lines - 6)] * paragraphs)
    result = proof(tmp_path, f"{text}\n\n## 另一篇\n\n{text}")
    geometry = result.prepared.layout.geometry
    body = [line for line in result.placement.lines if line.line.style == "body"]
    assert max(abs(off_grid(line, geometry)) for line in body) < 0.05
    # Before the other title the columns end level: a paragraph of three lines can't be divided.
    first = body[: len(body) // 2]
    if {line.page for line in first} == {1}:
        middle = geometry.page_width / 2
        left, right = (sum((line.x > middle) == is_right for line in first) for is_right in (False, True))
        assert abs(left - right) <= (3 if lines == 3 else 2)


def test_text_above_and_below_a_wide_picture_is_level(tmp_path: Path) -> None:
    result = proof(tmp_path, ELEMENTS["wide picture"])
    raster = result.pdf.pages[0].rasters[0]
    geometry = result.prepared.layout.geometry
    assert raster.box[2] - raster.box[0] == pytest.approx(geometry.width, abs=0.1)
    left, right = ([line for line in side if line.y > raster.box[3]] for side in columns(result, 1))
    assert abs(len(left) - len(right)) <= 1


def test_a_page_break_in_an_article_ends_both_columns(tmp_path: Path) -> None:
    result = proof(tmp_path, ELEMENTS["page break"])
    assert len(result.pdf.pages) == 2
    for page in (1, 2):
        left, right = map(len, columns(result, page))
        assert abs(left - right) <= 1


def test_items_hang_behind_their_labels(tmp_path: Path) -> None:
    result = proof(
        tmp_path, f"1. {LINE * 3}\n2. {LINE * 3}\n10. {LINE * 3}\n\n（一）{LINE * 3}\n（二）{LINE * 3}\n"
    )
    lines = result.placement.lines
    labels = [line for line in lines if line.line.style == "list-label"]
    items = [line for line in lines if line.line.style == "list-item"]
    assert len(labels) == 5
    for label in labels:
        behind = next(
            line
            for line in items
            if line.page == label.page and abs(line.y - label.y) < 0.1 and line.x > label.x
        )
        assert label.x + label.length <= behind.x + 0.01
    # Every line of an item begins where its first line does, in its column.
    for first, second in pairwise(items):
        if second.line.index and second.page == first.page and second.y < first.y:
            assert second.x == pytest.approx(first.x, abs=0.05)


def test_a_longer_label_makes_more_room(tmp_path: Path) -> None:
    def hang(folder: str, marks: list[str]) -> float:
        items = "\n".join(f"{mark}{LINE}" for mark in marks)
        result = proof(tmp_path / folder, f"{items}\n")
        item = next(line for line in result.placement.lines if line.line.style == "list-item")
        return item.x - result.prepared.layout.geometry.left

    assert hang("short", ["1. ", "2. "]) == pytest.approx(21, abs=0.1)
    assert hang("long", ["（一）", "（二）"]) == pytest.approx(31.5, abs=0.1)


# --- the cover ------------------------------------------------------------------------------------------


def first_text_page(result: proofs.Proof) -> int:
    return min(line.page for line in result.placement.lines if line.line.style == "body")


def colour_field(result: proofs.Proof) -> float:
    """How far down the first page the field of colour goes, as a part of the page."""
    geometry = result.prepared.layout.geometry
    wide = [
        shape.box
        for shape in result.pdf.pages[0].shapes
        if shape.box[2] - shape.box[0] > geometry.page_width - 1
    ]
    return 1 - max(min(box[1] for box in wide), 0) / geometry.page_height


def test_without_contents_and_picture_the_cover_is_a_third_of_the_first_page(tmp_path: Path) -> None:
    result = proof(tmp_path, LONG)
    assert first_text_page(result) == 1
    assert colour_field(result) == pytest.approx(1 / 3, abs=0.05)


def test_contents_stand_on_a_cover_of_their_own(tmp_path: Path) -> None:
    result = proof(tmp_path, LONG, "要目: true\n")
    assert first_text_page(result) == 2
    assert "目次" in result.pdf.pages[0].text
    assert colour_field(result) > 0.6


def test_a_long_list_of_contents_follows_the_cover(tmp_path: Path) -> None:
    many = "\n\n".join(f"## 第{number}篇稿件\n\n{LINE}" for number in range(40))
    result = proof(tmp_path, many, "要目: true\n")
    assert "目次" in result.pdf.pages[1].text
    assert colour_field(result) == pytest.approx(1)
    assert codes(result) == []


@pytest.mark.parametrize("size", [(2400, 500), (2400, 1800), (1800, 2400)])
@pytest.mark.parametrize("front", FRONTS)
def test_the_picture_of_the_masthead_is_as_wide_as_the_page(
    tmp_path: Path, size: tuple[int, int], front: str
) -> None:
    home = publications.publication(
        tmp_path, {"01.md": f"# 要闻\n\n## 标题\n\n{LONG}\n"}, settings=f"{SETTINGS}报头图: b.png\n{front}"
    )
    Image.effect_noise(size, 60).save(home.content / publications.KEY / "b.png")
    result = proofs.proof(home)
    assert codes(result) == []
    assert len(result.pdf.pages[0].rasters) == 1
    is_tall = size[1] / size[0] > 0.5
    assert first_text_page(result) == (2 if front or is_tall else 1)


@pytest.mark.parametrize("page", [2, 3])
def test_running_heads_and_folios_stand_outside(tmp_path: Path, page: int) -> None:
    result = proof(tmp_path, ELEMENTS["three pages"])
    geometry = result.prepared.layout.geometry
    head = "2021年第17期" if page % 2 else "中铝股份党群工作"
    heads = {
        key: list(group)
        for key, group in groupby(result.pdf.pages[page - 1].stretches, lambda each: each.text)
    }
    place = heads[head][0]
    edge = place.end if page % 2 else place.x
    wanted = geometry.left + geometry.width if page % 2 else geometry.left
    assert edge == pytest.approx(wanted, abs=0.1)
    assert place.y > geometry.page_height - geometry.top


def test_the_imprint_is_as_wide_as_the_type_area(tmp_path: Path) -> None:
    result = proof(tmp_path, LONG, "发放: 各部门\n抄送: 资料室\n")
    geometry = result.prepared.layout.geometry
    last = result.pdf.pages[-1]
    foot = geometry.page_height - geometry.top - geometry.height
    rules = [shape.box for shape in last.shapes if abs(shape.box[1] - foot) < 1]
    assert any(box[2] - box[0] == pytest.approx(geometry.width, abs=0.1) for box in rules)
