"""Charts: every number drawn and described, in known faces, the same each time, told apart without colour."""

import itertools
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulletin_pdf.charts import describe, draw, pies, sheet
from bulletin_pdf.charts.sheet import LabelStyle
from bulletin_pdf.diagnostics import Place
from bulletin_pdf.fonts import ROLES, Fonts, load_fonts
from bulletin_pdf.fonts.mending import family_name
from bulletin_pdf.model import Chart, Run, Table, Text

PLACE = Place(Path("a.md"), 1, 1)
SVG = "{http://www.w3.org/2000/svg}"
RED, GREY = "#c8161d", "#595757"
KINDS = ("bar", "line", "pie")

loaded, _ = load_fonts({}, Path("nowhere"), Path("nowhere"))
assert loaded
FONTS: Fonts = loaded


def chart(kind: str, table: str, caption: str = "党员人数") -> Chart:
    """A chart of a table written as lines of cells between bars."""

    def text(words: str) -> Text:
        return (Run(words.strip(), PLACE),) if words.strip() else ()

    head, *rows = (tuple(text(cell) for cell in line.split("|")) for line in table.strip().splitlines())
    assert kind in {"bar", "line", "pie"}
    return Chart(kind, Table(head, tuple(rows), ("",) * len(head), text(caption), PLACE), PLACE)  # type: ignore[arg-type]


def drawn(
    kind: str, table: str, width: float = 448, height: float = 200, palette: tuple[str, ...] = (RED, GREY)
) -> ET.Element:
    return ET.fromstring(draw(chart(kind, table), width, height, palette, FONTS))


def shown(root: ET.Element) -> list[str]:
    """The texts of an SVG."""
    return [node.text or "" for node in root.iter(f"{SVG}text")]


def bars(root: ET.Element) -> list[tuple[float, float, float, float]]:
    """Left, top, width and height of every bar."""
    sizes = ("x", "y", "width", "height")
    return [
        (each[0], each[1], each[2], each[3])
        for each in ([float(node.get(name, "")) for name in sizes] for node in root.iter(f"{SVG}rect"))
    ]


def grey(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue


YEARS = "年份 | 人数\n2019年 | 12\n2020年 | 15\n2021年 | —\n2022年 | 0"
PLANTS = "季度 | 一厂 | 二厂 | 三厂 | 四厂\n一季度 | 120 | 98 | 134 | 87\n二季度 | 131 | 102 | 128 | 95"
SIGNED = "月份 | 增减\n1月 | 3.2%\n2月 | −1.5%\n3月 | 4.8%"
LONG = "单位 | 稿件\n" + "\n".join(
    f"第{name}分公司机关党支部委员会 | {index}" for index, name in enumerate("一二三四五六七八九十", 11)
)
TABLES = {"years": YEARS, "plants": PLANTS, "signed": SIGNED, "long": LONG}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("table", TABLES)
def test_an_svg_that_holds_nothing_but_what_is_printed(kind: str, table: str) -> None:
    root = drawn(kind, TABLES[table])
    assert (root.get("width"), root.get("height")) == ("448.00pt", "200.00pt")
    tags = {node.tag.removeprefix(SVG) for node in root.iter()}
    assert tags <= {"svg", "rect", "line", "path", "circle", "polygon", "polyline", "text"}
    attributes = {name for node in root.iter() for name in node.attrib}
    assert not attributes & {"class", "style", "id", "filter", "opacity"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("table", TABLES)
def test_only_the_faces_of_the_publication(kind: str, table: str) -> None:
    texts = list(drawn(kind, TABLES[table]).iter(f"{SVG}text"))
    assert texts
    for node in texts:
        families = node.get("font-family", "").split(",")
        assert set(families) <= {family_name(role) for role in ROLES}
        assert families[0] == "Bulletin Hei"
        assert all(FONTS.face_for("hei", character) for character in node.text or "")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_chart_gives_the_same_bytes(kind: str) -> None:
    """In another process too, on another day: nothing of pygal's date, numbers at random or order of sets."""
    program = (
        "import sys, datetime\n"
        f"sys.path[:0] = {[str(Path(__file__).parent), *sys.path]!r}\n"
        "import pygal.svg\n"
        "class Later(datetime.date):\n"
        "    @classmethod\n"
        "    def today(cls): return cls(2031, 1, 2)\n"
        "pygal.svg.date = Later\n"
        "from test_charts import *\n"
        f"sys.stdout.buffer.write(draw(chart({kind!r}, YEARS), 448, 200, (RED, GREY), FONTS))"
    )
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
    assert other == draw(chart(kind, YEARS), 448, 200, (RED, GREY), FONTS)
    assert b"pygal" not in other


# --- the numbers ----------------------------------------------------------------------------------------


def test_alternative_text() -> None:
    assert (
        describe(chart("bar", YEARS)) == "柱图：党员人数。2019年：12；2020年：15；2021年：无数据；2022年：0。"
    )
    assert (
        describe(chart("bar", "年 | 甲 | 乙\n1 | — | 3", "图1　人数"))
        == "柱图：图1　人数。1：甲无数据，乙为3。"
    )
    assert describe(chart("pie", "甲 | 数\n子 | 1,200", "")) == "饼图。子：1,200。"
    assert describe(chart("line", PLANTS)).endswith(
        "一季度：一厂为120，二厂为98，三厂为134，四厂为87；二季度：一厂为131，二厂为102，三厂为128，四厂为95。"
    )


@given(numbers=st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=12))
@settings(deadline=None, max_examples=30)
def test_every_number_is_described_in_order(numbers: list[int]) -> None:
    table = "名 | 数\n" + "\n".join(f"甲{chr(0x4E00 + index)} | {each}" for index, each in enumerate(numbers))
    told = [int(each.replace("−", "-")) for each in re.findall(r"：(−?\d+)", describe(chart("line", table)))]
    assert told == numbers


def test_bars_are_as_high_as_their_values() -> None:
    heights = [height for *_, height in bars(drawn("bar", YEARS))]
    assert heights[0] / heights[1] == pytest.approx(12 / 15, abs=0.001)
    assert heights[2] == 0
    assert len(heights) == 3, "nothing is drawn where there is no number"


def test_negative_bars_hang_from_the_axis() -> None:
    first, second, third = bars(drawn("bar", SIGNED))
    axis = first[1] + first[3]
    assert second[1] == pytest.approx(axis, abs=0.02)
    assert third[1] + third[3] == pytest.approx(axis, abs=0.02)
    assert second[3] / first[3] == pytest.approx(1.5 / 3.2, abs=0.002)


def test_values_stand_over_their_bars_as_typed() -> None:
    root = drawn("bar", "年 | 元\n2020 | 1,234,567\n2021 | 2,000,000\n2022 | —")
    texts = shown(root)
    assert {"1,234,567", "2,000,000", "—"} <= set(texts)
    assert "200万" in texts, "graduations are short"
    node = next(node for node in root.iter(f"{SVG}text") if node.text == "1,234,567")
    left, top, width, _ = bars(root)[0]
    middle = (
        float(node.get("x", "")) + LabelStyle(FONTS, float(node.get("font-size", ""))).width("1,234,567") / 2
    )
    assert middle == pytest.approx(left + width / 2, abs=0.1)
    assert top - 10 < float(node.get("y", "")) < top


def test_values_that_do_not_fit_are_left_to_the_guides() -> None:
    table = "月 | 元\n" + "\n".join(f"{index} | 1,234,567,{index}" for index in range(100, 130))
    assert not any(text.startswith("1,234") for text in shown(drawn("bar", table)))


def test_long_names_make_bars_lie_down() -> None:
    root = drawn("bar", LONG)
    sizes = bars(root)
    assert len({left for left, *_ in sizes}) == 1
    assert [top for _, top, *_ in sizes] == sorted(top for _, top, *_ in sizes), "first name on top"
    assert [width for *_, width, _ in sizes] == sorted(width for *_, width, _ in sizes)
    assert sizes[0][2] / sizes[9][2] == pytest.approx(11 / 20, abs=0.002)
    assert "第一分公司机关党支部委员会" in shown(root)


def test_several_series_in_flat_bars_keep_their_order() -> None:
    rows = "\n".join(
        f"第{name}分公司机关党支部委员会 | {10 + at} | {30 + at}"
        for at, name in enumerate("一二三四五六七八九十")
    )
    legend, plotted = (sizes := bars(drawn("bar", "单位 | 去年 | 今年\n" + rows)))[:2], sizes[2:]
    assert len(legend) == 2
    last, this = plotted[:10], plotted[10:]
    assert all(before[1] < after[1] for before, after in zip(last, this, strict=True))
    assert all(before[2] < after[2] for before, after in zip(last, this, strict=True))


def test_a_line_stops_where_there_is_no_number() -> None:
    root = drawn("line", "年 | 数\n1 | 3\n2 | 5\n3 | —\n4 | 4\n5 | 6")
    assert len(list(root.iter(f"{SVG}path"))) == 2
    assert len(list(root.iter(f"{SVG}circle"))) == 4


def test_slices_are_as_wide_as_their_shares() -> None:
    root = drawn("pie", "名 | 数\n甲 | 1\n乙 | 1\n丙 | 2")
    centres = {re.search(r"L(\S+) (\S+) z", node.get("d", "")).groups() for node in root.iter(f"{SVG}path")}  # type: ignore[union-attr]
    assert len(centres) == 1
    assert {"甲　1（25.0%）", "乙　1（25.0%）", "丙　2（50.0%）"} == set(shown(root))


def test_shares_are_not_told_twice() -> None:
    assert "甲　40%" in shown(drawn("pie", "名 | 数\n甲 | 40%\n乙 | 60%"))


# --- the look -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", range(2, 16))
@pytest.mark.parametrize("palette", [(RED, GREY), (RED,), ("#000000",), ("#ffffff", "#ffff00"), ("red",)])
def test_neighbours_differ_in_greyscale(count: int, palette: tuple[str, ...]) -> None:
    greys = [grey(colour) for colour in sheet.shades(palette, count)]
    around = [*greys, greys[0]] if count > 2 else greys
    assert all(abs(one - other) > 0.09 for one, other in itertools.pairwise(around))
    if count <= 6:
        assert min(abs(one - other) for one in greys for other in greys if one != other) > 0.09
        assert len(set(greys)) == count


def test_a_single_series_has_the_first_colour_and_no_legend() -> None:
    root = drawn("bar", YEARS)
    assert {node.get("fill") for node in root.iter(f"{SVG}rect")} == {RED}


def test_several_series_have_a_legend() -> None:
    root = drawn("bar", PLANTS)
    assert [text for text in shown(root) if text.endswith("厂")] == ["一厂", "二厂", "三厂", "四厂"]
    assert len(bars(root)) == 4 + 8


def test_lines_differ_in_dashes_and_markers() -> None:
    root = drawn("line", PLANTS)
    assert len({node.get("stroke-dasharray") for node in root.iter(f"{SVG}path")}) == 4
    assert len({len(node.get("points", "").split()) for node in root.iter(f"{SVG}polygon")}) == 2
    assert list(root.iter(f"{SVG}circle"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("size", [(448, 200), (215, 150)])
def test_labels_stay_within_the_picture(kind: str, table: str, size: tuple[float, float]) -> None:
    assert_within(drawn(kind, TABLES[table], *size), *size)


@pytest.mark.parametrize("kind", ["bar", "pie"])
@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("size", [(448, 200), (215, 150), (120, 80)])
def test_no_name_is_lost_unseen(kind: str, table: str, size: tuple[float, float]) -> None:
    root = drawn(kind, TABLES[table], *size)
    printed = "".join(shown(root))
    for line in TABLES[table].splitlines()[1:]:
        name = line.partition(" |")[0]
        assert name in printed or any(
            text.endswith("…") and name.startswith(text[:-1]) for text in shown(root)
        )


def assert_within(root: ET.Element, width: float, height: float) -> None:
    for node in root.iter(f"{SVG}text"):
        size, left = float(node.get("font-size", "")), float(node.get("x", ""))
        right = left + LabelStyle(FONTS, size).width(node.text or "")
        baseline = float(node.get("y", ""))
        assert left >= -0.5, node.text
        assert right <= width + 0.5, node.text
        assert baseline - 0.75 * size >= 0, node.text
        assert baseline <= height, node.text


def test_labels_of_a_crowded_pie_do_not_overlap() -> None:
    table = "名 | 数\n甲 | 900\n" + "\n".join(f"乙{index} | 1" for index in range(12))
    root = drawn("pie", table)
    heights = sorted(
        float(node.get("y", "")) for node in root.iter(f"{SVG}text") if (node.text or "")[0] == "乙"
    )
    size = float(next(root.iter(f"{SVG}text")).get("font-size", ""))
    assert all(after - before > size for before, after in itertools.pairwise(heights))
    assert_within(root, 448, 200)


def test_names_of_years_are_not_parted() -> None:
    table = "年份 | 数\n" + "\n".join(f"{year}年 | {year}" for year in range(2000, 2024))
    names = [text for text in shown(drawn("line", table)) if text.endswith("年")]
    assert all(re.fullmatch(r"20\d\d年", name) for name in names)
    assert 6 <= len(names) < 24, "as many as there is room for"


# --- any numbers ----------------------------------------------------------------------------------------

ODD = [
    "0", "-0", "1e12", "1000000000000", "-1000000000000", "0.000000000001", "—", "", "5", "5.0", "−7", "12%", "3‰",
    "1" + "0" * 320, "-1" + "0" * 299, "nan", "inf", "字", "１２", "+4", ".5", "1,2,3",
]  # fmt: skip


@given(
    kind=st.sampled_from(KINDS),
    rows=st.lists(st.tuples(st.text(max_size=30), *[st.sampled_from(ODD)] * 3), min_size=0, max_size=20),
    series=st.integers(1, 3),
    size=st.tuples(st.floats(60, 800), st.floats(40, 600)),
)
@settings(deadline=None, max_examples=150)
def test_no_table_is_too_odd(
    kind: str, rows: list[tuple[str, ...]], series: int, size: tuple[float, float]
) -> None:
    def text(words: str) -> Text:
        return (Run(words, PLACE),)

    head = tuple(map(text, ("", "甲", "乙", "丙")[: series + 1]))
    cells = tuple(tuple(map(text, row[: series + 1])) for row in rows)
    odd = Chart(kind, Table(head, cells, (), (), PLACE), PLACE)  # type: ignore[arg-type]
    root = ET.fromstring(draw(odd, *size, (RED,), FONTS))
    assert "nan" not in ET.tostring(root, encoding="unicode").replace(">nan", "")
    describe(odd)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("numbers", ["0 0", "5 5", "5", "1000000000000 1", "— —", "-3 -8", "0.0001 0.0002"])
def test_few_numbers(kind: str, numbers: str) -> None:
    table = "名 | 数\n" + "\n".join(f"甲{index} | {each}" for index, each in enumerate(numbers.split()))
    assert_within(drawn(kind, table), 448, 200)


# --- tests that can fail --------------------------------------------------------------------------------


def test_a_foreign_face_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LabelStyle, "families", "Arial")
    with pytest.raises(AssertionError):
        test_only_the_faces_of_the_publication("bar", "years")


def test_a_label_outside_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pies, "_apart", lambda wanted, heights, room, gap: [top - 60 for top in wanted])
    with pytest.raises(AssertionError):
        test_labels_stay_within_the_picture("pie", "years", (448, 200))


def test_colours_as_given_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "_shade", lambda colour, target: colour)
    with pytest.raises(AssertionError):
        test_neighbours_differ_in_greyscale(4, (RED, GREY))
