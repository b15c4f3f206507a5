"""A wanted number of pages: the search on models of issues, the changed layouts, and real issues both ways."""

import json
import math
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

import pytest
from PIL import Image

import publications
from bulletin_pdf.arrangement import UNCHANGED, Adjustment, Arrangement
from bulletin_pdf.build import _extent, build, prepare
from bulletin_pdf.diagnostics import Place
from bulletin_pdf.fit import (
    HEADINGS,
    LARGER,
    PITCH,
    SMALLER,
    THIN,
    Extent,
    Ladder,
    adjusted,
    changes,
    fit,
    ladder_of,
    out_of_reach,
)
from bulletin_pdf.home import Home
from bulletin_pdf.layout import Layout, TypeStyle, load_layout
from bulletin_pdf.pdf import read_pdf
from bulletin_pdf.standing import standing
from publications import ISSUE, KEY, run

TIGHTER = tuple(Adjustment(line_penalty=float(step)) for step in range(1, 7))
LOOSER = tuple(Adjustment(headings=step) for step in range(1, 7))
LADDER = Ladder(TIGHTER, LOOSER, more_lines=4, fewer_lines=3)


@dataclass
class Model:
    """An issue of so many lines, 24 to a page; a rung of fine change saves or adds `per_rung` lines."""

    lines: int
    per_rung: int = 2
    asked: list[Adjustment] = field(default_factory=list)

    def __call__(self, adjustment: Adjustment) -> Extent:
        self.asked.append(adjustment)
        a_page = 24 + adjustment.lines
        rungs = adjustment.headings - int(adjustment.line_penalty)
        lines = max(self.lines + self.per_rung * rungs, 1)
        pages = math.ceil(lines / a_page)
        return Extent(pages, lines - (pages - 1) * a_page)


# --- the search -----------------------------------------------------------------------------------------


def test_nothing_changes_where_the_count_is_right() -> None:
    model = Model(130)
    assert fit(6, LADDER, model).adjustment == UNCHANGED
    assert model.asked == [UNCHANGED]


def test_the_mildest_change_is_taken() -> None:
    # 130 lines on 5 pages of 24: ten lines too many, which is five rungs.
    assert fit(5, LADDER, Model(130)).adjustment == TIGHTER[4]
    # 140 lines: no rung is enough; with 26 lines a page five rungs.
    assert fit(5, LADDER, Model(140)).adjustment == replace(TIGHTER[4], lines=2)
    # 118 lines on 6 pages, the last not thin: 124 or more, which is three rungs.
    assert fit(6, LADDER, Model(118)).adjustment == LOOSER[2]


def test_a_thin_last_page_is_avoided_where_it_can_be() -> None:
    model = Model(119)
    assert model(LOOSER[0]) == Extent(6, 1)
    assert fit(6, LADDER, model).adjustment == LOOSER[2]
    # Where it can't, the wanted pages count.
    short = Ladder((), LOOSER[:1], more_lines=0, fewer_lines=0)
    assert fit(6, short, model).adjustment == LOOSER[0]


def test_what_is_out_of_reach_is_told_with_what_is_not() -> None:
    assert fit(2, LADDER, Model(130)).adjustment is None
    # 118 lines on 28 a page; 142 on 21.
    assert fit(2, LADDER, Model(130)).pages[0] == 5
    assert fit(9, LADDER, Model(130)).pages[-1] == 7
    assert "最少 5 页，最多 7 页" in out_of_reach(2, (5, 6, 7), Place(Path("issue.yaml"))).message
    assert "可以排成 4 页或 6 页" in out_of_reach(5, (3, 4, 6, 8), Place(Path("issue.yaml"))).message


def test_a_step_of_the_pitch_that_goes_too_far_is_made_up_for() -> None:
    """A long issue with little to give but for the pitch: a line a page more saves 80 pages at once."""
    model = Model(48_000, per_rung=20)
    ladder = Ladder(TIGHTER, LOOSER, more_lines=4, fewer_lines=3)
    assert model(Adjustment(lines=1)).pages == 1920
    result = fit(1924, ladder, model).adjustment
    assert result is not None
    assert model(result).pages == 1924
    assert result.lines == 1
    assert result.headings > 0


@pytest.mark.parametrize(("lines", "wanted"), list(product((97, 118, 130, 143), (4, 5, 6, 7))))
def test_halving_finds_what_trying_all_finds(lines: int, wanted: int) -> None:
    """Whether a count can be had, and with what change of the pitch; in few layouts."""
    model = Model(lines)
    result = fit(wanted, LADDER, model).adjustment
    assert len(model.asked) <= 20
    natural = model(UNCHANGED).pages
    steps = range(5) if wanted < natural else range(0, -4, -1)
    same = TIGHTER if wanted < natural else LOOSER
    everything = [replace(rung, lines=step) for step, rung in product(steps, (UNCHANGED, *same))]
    right = [each for each in everything if model(each).pages == wanted]
    assert (result is not None) == bool(right)
    if result is not None and wanted <= natural:
        assert result == right[0]
    elif result is not None:
        assert result == next((each for each in right if model(each).lines >= THIN), right[0])


# --- changed layouts ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def layout() -> Layout:
    found, faults = load_layout("bulletin", Path("/nowhere"), None)
    assert found, faults
    return found


def with_styles(layout: Layout, **styles: TypeStyle) -> Layout:
    named = {name.replace("_", "-"): style for name, style in styles.items()}
    changed = layout.settings.model_copy(update={"styles": layout.settings.styles | named})
    return replace(layout, settings=changed)


def test_no_adjustment_is_no_change(layout: Layout) -> None:
    assert adjusted(layout, UNCHANGED) == layout
    assert changes(layout, adjusted(layout, UNCHANGED), {"section-title"}) == []


@pytest.mark.parametrize("lines", [-3, -1, 1, 2])
def test_the_type_area_keeps_its_height(layout: Layout, lines: int) -> None:
    changed = adjusted(layout, Adjustment(lines=lines))
    area = changed.settings.type_area
    assert area.lines == layout.settings.type_area.lines + lines
    assert (area.lines - 1) * area.pitch + area.size == pytest.approx(layout.geometry.height)
    assert changed.geometry.height == pytest.approx(layout.geometry.height)
    assert changed.geometry.pitch == area.pitch
    # Three lines of a table stay as many lines of the body as they were.
    was, now = layout.style("table-cell").pitch, changed.style("table-cell").pitch
    assert was is not None
    assert now is not None
    assert now / area.pitch == pytest.approx(was / layout.geometry.pitch)


def test_the_pitch_stays_within_its_bounds(layout: Layout) -> None:
    ladder = ladder_of(layout, {"body"}, has_pictures=False)
    assert ladder.more_lines > 0
    assert ladder.fewer_lines > 0
    for lines in range(-ladder.fewer_lines, ladder.more_lines + 1):
        area = adjusted(layout, Adjustment(lines=lines)).settings.type_area
        assert PITCH[0] <= area.pitch / area.size <= PITCH[1]
    for lines in (-ladder.fewer_lines - 1, ladder.more_lines + 1):
        area = adjusted(layout, Adjustment(lines=lines)).settings.type_area
        assert not PITCH[0] <= area.pitch / area.size <= PITCH[1]


def test_headings_change_by_whole_lines(layout: Layout) -> None:
    spaced = with_styles(
        layout,
        section_title=TypeStyle(before=1),
        article_title=TypeStyle(before=0.5, after=0.5),
        subheading_1=TypeStyle(before=0.5),
    )
    for headings in range(-len(HEADINGS), len(HEADINGS) + 1):
        changed = adjusted(spaced, Adjustment(headings=headings))
        for name, style in changed.settings.styles.items():
            was = spaced.style(name)
            assert (style.before + style.after - was.before - was.after) in (-1, 0, 1)
            assert style.before >= 0
            assert style.after >= 0
    tightest = adjusted(spaced, Adjustment(headings=-3))
    assert [tightest.style(name).before for name in ("section-title", "article-title")] == [0, 0]
    assert tightest.style("article-title").after == 0
    # Half a line can't be taken without leaving the grid.
    assert tightest.style("subheading-1").before == 0.5
    # The lowest kind gives first, the highest takes first.
    assert adjusted(spaced, Adjustment(headings=-1)).style("section-title").before == 1
    assert adjusted(spaced, Adjustment(headings=1)).style("section-title").before == 2


def test_rungs_without_effect_are_left_out(layout: Layout) -> None:
    plain = ladder_of(layout, {"body"}, has_pictures=False)
    assert len(plain.tighter) == 3
    assert {rung.picture_scale for rung in plain.tighter} == {1.0}
    assert plain.looser == ()
    rich = ladder_of(layout, {"body", "section-title", "subheading-2"}, has_pictures=True)
    assert [rung.headings for rung in rich.looser[:2]] == [1, 3]
    assert [rung.picture_scale for rung in rich.looser[2:]] == list(LARGER)
    assert min(rung.picture_scale for rung in rich.tighter) == SMALLER[-1]
    # The last rung holds all that came before it.
    assert rich.tighter[-1].tight_gap
    assert rich.tighter[-1].line_penalty > 0
    assert rich.tighter[-1].picture_scale == SMALLER[-1]


def test_changes_are_told(layout: Layout) -> None:
    spaced = with_styles(layout, section_title=TypeStyle(before=1))
    changed = adjusted(
        spaced, replace(ladder_of(spaced, {"section-title"}, has_pictures=True).tighter[-1], lines=1)
    )
    told = changes(spaced, changed, {"section-title"})
    assert told[1:] == changes(spaced, changed, {"body"})
    was, now = layout.settings.type_area, changed.settings.type_area
    assert told[0] == "栏目标题上下的空由 1 行改为 0 行"
    assert told[1] == "图片缩放到原来的 70%"
    assert told[3] == "中西文间距由 0.25 字改为 0.2 字"
    assert told[4] == (
        f"行距由 {round(was.pitch, 1):g} pt 改为 {round(now.pitch, 1):g} pt，每页 {was.lines} 行改为 {now.lines} 行"
    )


# --- real issues ----------------------------------------------------------------------------------------


def lines_of_text(count: int) -> str:
    """Paragraphs of one line each."""
    return "".join(f"第{number}段的文字只占一行。\n\n" for number in range(count))


def too_long(layout: Layout) -> int:
    """How many paragraphs are a few lines too many for two pages: six lines are the masthead's, four headings'."""
    return 2 * layout.settings.type_area.lines - 10


def small(folder: Path, paragraphs: int, settings: str = "") -> Home:
    text = f"# 要闻\n\n{lines_of_text(paragraphs)}# 通知\n\n{lines_of_text(3)}"
    return publications.publication(folder, {"01.md": text}, settings=ISSUE + settings)


def pages_of(home: Home, wanted: int | None = None) -> int:
    built = build(home, KEY, wanted=wanted)
    assert built.pdf, built.diagnostics
    pdf, _ = read_pdf(built.pdf.read_bytes(), built.pdf)
    assert pdf
    assert len(pdf.pages) == built.pages
    return built.pages


def test_the_last_page_is_measured_in_lines(tmp_path: Path) -> None:
    extents = []
    for count in (3, 6):
        home = small(tmp_path / str(count), count)
        prepared, _ = prepare(home, KEY)
        assert prepared
        extents.append(_extent(home, prepared))
    few, more = extents
    assert more == Extent(1, few.lines + 3)


def test_a_few_lines_too_many_are_brought_in_and_the_change_is_recorded(
    tmp_path: Path, layout: Layout
) -> None:
    home = small(tmp_path, too_long(layout))
    natural = pages_of(home)
    built = build(home, KEY, wanted=natural - 1)
    assert built.pages == natural - 1, built.diagnostics
    assert built.changes
    record = json.loads((home.build / KEY / "build.json").read_text(encoding="utf-8"))
    assert record["changes"] == list(built.changes)
    # A standing build knows what it was made for, and tells it again.
    again = standing(home, KEY, wanted=natural - 1)
    assert again is not None
    assert again.changes == built.changes
    assert standing(home, KEY) is None
    assert standing(home, KEY, wanted=natural) is None


def test_the_command_tells_what_changed_on_stderr(tmp_path: Path, layout: Layout) -> None:
    home = small(tmp_path, too_long(layout), "排满:\n  页数: 2\n")
    first, again = (run("build", KEY, folder=home.root) for _ in range(2))
    assert first.returncode == 0, first.stderr
    assert "为了排成 2 页，" in first.stderr
    assert first.stderr == again.stderr
    assert first.stdout == f"{home.build / KEY / KEY}.pdf\n"
    values = json.loads(run("build", KEY, "--format", "json", folder=home.root).stdout)
    assert values["outputs"][0]["changes"]
    # The option counts for more than the file.
    assert "为了排成" not in run("build", KEY, "--fit", "页数=3", folder=home.root).stderr


def test_what_cannot_be_is_an_error_at_its_place(tmp_path: Path, layout: Layout) -> None:
    home = small(tmp_path, too_long(layout), "排满:\n  页数: 9\n")
    built = build(home, KEY)
    assert built.pdf is None
    (finding,) = built.diagnostics
    assert finding.code == "BP406"
    assert "排不成 9 页：最少 2 页，最多 3 页。" in finding.message
    assert str(finding.place) == f"content/{KEY}/issue.yaml:7:7"
    (finding,) = build(home, KEY, wanted=1).diagnostics
    assert str(finding.place) == f"content/{KEY}/issue.yaml"


def test_a_right_count_leaves_every_byte_as_it_was(tmp_path: Path) -> None:
    home = small(tmp_path, 20)
    natural = build(home, KEY)
    assert natural.pdf
    data = natural.pdf.read_bytes()
    built = build(home, KEY, wanted=natural.pages)
    assert built.pdf
    assert built.pdf.read_bytes() == data
    assert built.changes == ()


@pytest.mark.parametrize("typed", ["6", "pages=0", "pages=", "pages=六", "lines=6", "pages=1000"])
def test_a_wrong_option_is_wrong_use(tmp_path: Path, typed: str) -> None:
    result = run("build", KEY, "--fit", typed, folder=small(tmp_path, 1).root)
    assert result.returncode == 2
    assert f"“{typed}”" in result.stderr


def test_pictures_shrink_before_the_pitch(tmp_path: Path, layout: Layout) -> None:
    text = f"# 要闻\n\n{lines_of_text(5)}![会场](a.png)\n\n{lines_of_text(too_long(layout) - 16)}"
    home = publications.publication(tmp_path, {"01.md": text})
    Image.new("L", (1200, 800), 128).save(home.content / KEY / "a.png")
    natural = pages_of(home)
    built = build(home, KEY, wanted=natural - 1)
    assert built.pages == natural - 1, built.diagnostics
    assert any("图片" in change for change in built.changes)


def test_the_changed_layout_is_the_one_that_is_printed(tmp_path: Path, layout: Layout) -> None:
    home = small(tmp_path, too_long(layout))
    natural, _ = prepare(home, KEY)
    changed, _ = prepare(home, KEY, arrangement=Arrangement(Adjustment(lines=1)))
    assert natural
    assert changed
    assert changed.layout.geometry.pitch < natural.layout.geometry.pitch
    assert [line.text for line in changed.rendered.lines] == [line.text for line in natural.rendered.lines]
    assert f"line-height: {natural.layout.geometry.pitch:.4f}".rstrip("0") not in changed.rendered.html


@pytest.mark.parametrize("more", [-1, 1])
def test_the_seed_comes_out_a_page_shorter_and_a_page_longer(tmp_path: Path, more: int) -> None:
    home = publications.seed(tmp_path)
    natural = pages_of(home)
    built = build(home, KEY, wanted=natural + more)
    assert built.pdf, built.diagnostics
    assert built.pages == natural + more
    pdf, _ = read_pdf(built.pdf.read_bytes(), built.pdf)
    assert pdf
    baselines = {round(stretch.y) for stretch in pdf.pages[-1].stretches if stretch.text.strip()}
    assert len(baselines) >= THIN
