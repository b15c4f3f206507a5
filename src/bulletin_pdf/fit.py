"""Tool: an issue made to come out at a wanted number of pages 排满, by changes that a reader hardly sees.

The means, the mildest first. One is used up before the next is touched, and none goes past its bounds.

1. Space above headings: a line less or more for one kind of heading after another. Whole lines, so that the
   text stays on the baseline grid.
2. Size of pictures: 0.7 to 1.15 of what it would be. Below that faces in a group photo can't be told apart;
   above it a picture is no longer of a kind with those of other issues.
3. Tighter lines: a paragraph takes a line less where squeezing its marks allows it, then the Han–Latin gap goes
   from 0.25 to 0.2 em (CLREQ lets it go to 0.125, which looks tight all over). Only to shorten.
4. Pitch 行距 and lines a page together: the type area keeps its height to the point. 1.4 to 2.0 of the type size;
   GB/T 9704 itself has 1.875 in its figures, below 1.4 lines of 28 characters are hard to follow, above 2.0
   they no longer read as one text.

The search is pure: it sees an issue through `measure`, which lays it out and says how long it came out.
"""

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple, TypeVar

from bulletin_pdf.arrangement import UNCHANGED, Adjustment
from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.layout import Layout, TypeArea, TypeStyle, geometry_of

# The kinds of headings by their type styles, the highest first, and what an editor calls them.
HEADINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("栏目标题", ("section-title",)),
    ("稿件标题", ("article-title",)),
    ("小标题", ("subheading-1", "subheading-2", "subheading-3")),
)
SMALLER = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
LARGER = (1.05, 1.1, 1.15)
# What a line costs the optimum: a fully squeezed line costs 51, so the second lets two be squeezed to save one.
PENALTIES = (50.0, 100.0)
TIGHT_GAP = 0.2
PITCH = (1.4, 2.0)
# A style's own pitch goes with the body's, but no nearer to its type size than this.
LEAST_PITCH = 1.25
# A last page with fewer lines looks like a mistake (see also the check of finished pages).
THIN = 4


class Extent(NamedTuple):
    """How long an issue comes out; no pages if it can't be laid out.

    lines: how many the text of its last page takes, footnotes and imprint apart.
    """

    pages: int
    lines: int


@dataclass(frozen=True, slots=True)
class Ladder:
    """What there is to try, from the mildest to the strongest: fine changes that tighten or loosen, and lines more
    or less on a page."""

    tighter: tuple[Adjustment, ...]
    looser: tuple[Adjustment, ...]
    more_lines: int
    fewer_lines: int


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the search found. adjustment: None if nothing gives the wanted pages; pages: every page count seen, in order."""

    adjustment: Adjustment | None
    pages: tuple[int, ...]


Measure = Callable[[Adjustment], Extent]
Item = TypeVar("Item")


def out_of_reach(wanted: int, pages: Sequence[int], place: Place) -> Diagnostic:
    """BP406: the wanted pages can't be had. pages: the counts that were seen, in order."""
    least, most = pages[0], pages[-1]
    reachable = f"最少 {least} 页，最多 {most} 页"
    if least < wanted < most:
        below = max(count for count in pages if count < wanted)
        above = min(count for count in pages if count > wanted)
        reachable = f"可以排成 {below} 页或 {above} 页"
    return error("BP406", f"排不成 {wanted} 页：{reachable}。", place, "改页数，或增减文字、图片。")


# --- search ---------------------------------------------------------------------------------------------


def fit(wanted: int, ladder: Ladder, measure: Measure) -> Fitted:
    """The mildest adjustment with which an issue has the wanted pages, with no thin last page if that can be.

    First the least change of the pitch with which the strongest fine changes are enough, then the least of
    those: by halving, since more change never means less effect. Where a step of the pitch goes too far by itself,
    fine changes the other way make up for it.
    """
    tried: dict[Adjustment, Extent] = {}

    def extent(adjustment: Adjustment) -> Extent:
        if adjustment not in tried:
            tried[adjustment] = measure(adjustment)
        return tried[adjustment]

    natural = extent(UNCHANGED)
    if natural.pages == wanted:
        return Fitted(UNCHANGED, (wanted,))
    goals: tuple[Callable[[Extent], bool], ...]
    if natural.pages > wanted:
        same, other, steps = ladder.tighter, ladder.looser, range(ladder.more_lines + 1)
        goals = (lambda length: length.pages <= wanted,)
    else:
        same, other, steps = ladder.looser, ladder.tighter, range(0, -ladder.fewer_lines - 1, -1)
        goals = (lambda length: length >= (wanted, THIN), lambda length: length.pages >= wanted)
    rungs = (UNCHANGED, *same)

    def climb(goal: Callable[[Extent], bool]) -> None:
        """Try what leads to the mildest adjustment that reaches a goal."""

        def reaches(adjustment: Adjustment) -> bool:
            return goal(extent(adjustment))

        step = _first([replace(rungs[-1], lines=lines) for lines in steps], reaches)
        if step is None:
            return
        _first([replace(rung, lines=step.lines) for rung in rungs], reaches)
        by_itself = replace(UNCHANGED, lines=step.lines)
        if step.lines and reaches(by_itself) and extent(by_itself).pages != wanted:
            _first([replace(rung, lines=step.lines) for rung in (*reversed(other), UNCHANGED)], reaches)

    for goal in goals:
        climb(goal)
    strength = [replace(rung, lines=lines) for lines, rung in product(steps, (*rungs, *other))]
    reached = [adjustment for adjustment, length in tried.items() if length.pages == wanted]
    if reached:
        best = min(reached, key=lambda each: (tried[each].lines < THIN, strength.index(each)))
        return Fitted(best, (wanted,))
    # What can be had instead.
    extent(replace((UNCHANGED, *ladder.tighter)[-1], lines=ladder.more_lines))
    extent(replace((UNCHANGED, *ladder.looser)[-1], lines=-ladder.fewer_lines))
    return Fitted(None, tuple(sorted({length.pages for length in tried.values() if length.pages})))


def _first(items: Sequence[Item], is_enough: Callable[[Item], bool]) -> Item | None:
    """The first item that is enough, when all after it are too; None when not even the last is."""
    if not is_enough(items[-1]):
        return None
    low, high = 0, len(items) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(items[middle]) else (middle + 1, high)
    return items[low]


# --- adjustments ----------------------------------------------------------------------------------------


def ladder_of(layout: Layout, styles: AbstractSet[str], *, has_pictures: bool) -> Ladder:
    """What can be tried with a layout. styles: the type styles that the issue uses. Changes without effect are left out."""
    kinds = range(1, len(HEADINGS) + 1)
    tighter = [UNCHANGED]
    tighter += [replace(tighter[-1], headings=-count) for count in kinds]
    tighter += [replace(tighter[-1], picture_scale=scale) for scale in SMALLER if has_pictures]
    tighter += [replace(tighter[-1], line_penalty=penalty) for penalty in PENALTIES]
    tighter += [replace(tighter[-1], tight_gap=True)]
    looser = [UNCHANGED]
    looser += [replace(looser[-1], headings=count) for count in kinds]
    looser += [replace(looser[-1], picture_scale=scale) for scale in LARGER if has_pictures]
    more = [lines for lines in range(1, 100) if _is_in_bounds(layout, lines)]
    fewer = [lines for lines in range(1, 100) if _is_in_bounds(layout, -lines)]
    return Ladder(
        _with_effect(layout, tighter, styles),
        _with_effect(layout, looser, styles),
        max(more, default=0),
        max(fewer, default=0),
    )


def _with_effect(
    layout: Layout, rungs: Sequence[Adjustment], styles: AbstractSet[str]
) -> tuple[Adjustment, ...]:
    """The rungs after the first that change something that the issue uses."""
    kept = []
    seen = [_seen(layout, styles)]
    for rung in rungs[1:]:
        changed = _seen(adjusted(layout, rung), styles)
        if changed != seen[-1]:
            kept.append(rung)
            seen.append(changed)
    return tuple(kept)


def _seen(layout: Layout, styles: AbstractSet[str]) -> object:
    used = {name: style for name, style in layout.settings.styles.items() if name in styles}
    return used, layout.settings.composition, layout.settings.type_area, layout.picture_scale


def _is_in_bounds(layout: Layout, lines: int) -> bool:
    """Whether so many lines more keep the pitch within its bounds and the type area on the page."""
    area = layout.settings.type_area
    if area.lines + lines < 2:
        return False
    changed = _with_lines(area, lines)
    margins = geometry_of(layout.settings.page, changed).margins
    return PITCH[0] <= changed.pitch / area.size <= PITCH[1] and min(margins) >= 0


def _with_lines(area: TypeArea, lines: int) -> TypeArea:
    """A type area of the same height with so many lines more."""
    height = (area.lines - 1) * area.pitch
    count = area.lines + lines
    return area.model_copy(update={"lines": count, "pitch": height / (count - 1)})


def adjusted(layout: Layout, adjustment: Adjustment) -> Layout:
    """A layout with an adjustment made. A style's own pitch changes in proportion to the body's."""
    settings = layout.settings
    area = _with_lines(settings.type_area, adjustment.lines) if adjustment.lines else settings.type_area
    factor = area.pitch / settings.type_area.pitch
    styles = {}
    for name, style in settings.styles.items():
        update: dict[str, float] = {}
        if style.pitch is not None:
            least = min(style.pitch, LEAST_PITCH * layout.size(style))
            update["pitch"] = max(style.pitch * factor, least)
        styles[name] = style.model_copy(update=update | _space(name, style, adjustment.headings))
    composition = settings.composition
    changes: dict[str, float] = {
        "line_penalty": max(composition.line_penalty, adjustment.line_penalty),
        "gap": min(composition.gap, TIGHT_GAP) if adjustment.tight_gap else composition.gap,
    }
    changed = settings.model_copy(
        update={
            "type_area": area,
            "styles": styles,
            "composition": composition.model_copy(update=changes),
        }
    )
    return replace(
        layout,
        settings=changed,
        geometry=geometry_of(changed.page, area),
        picture_scale=layout.picture_scale * adjustment.picture_scale,
    )


def _space(name: str, style: TypeStyle, headings: int) -> dict[str, float]:
    """The new space around a heading: a line more above; or less, taken above or half above and half below."""
    kinds = HEADINGS[: max(headings, 0)] + HEADINGS[len(HEADINGS) + min(headings, 0) :]
    if name not in {each for _, names in kinds for each in names}:
        return {}
    if headings > 0:
        return {"before": style.before + 1}
    if style.before >= 1:
        return {"before": style.before - 1}
    if style.before + style.after >= 1:
        return {"before": 0, "after": style.before + style.after - 1}
    return {}


def changes(natural: Layout, changed: Layout, styles: AbstractSet[str]) -> list[str]:
    """What is different in a layout for an issue that uses these type styles, in Chinese, a clause each."""
    told = []
    old, new = natural.settings, changed.settings
    for kind, names in HEADINGS:
        spaces = [
            (
                old.styles[name].before + old.styles[name].after,
                new.styles[name].before + new.styles[name].after,
            )
            for name in names
            if name in styles
        ]
        before, after = next(((was, now) for was, now in spaces if was != now), (0, 0))
        if before != after:
            told.append(f"{kind}上下的空由 {before:g} 行改为 {after:g} 行")
    if natural.picture_scale != changed.picture_scale:
        told.append(f"图片缩放到原来的 {changed.picture_scale / natural.picture_scale:.0%}")
    if old.composition.line_penalty != new.composition.line_penalty:
        told.append("标点挤紧一些，能少排一行的段落少排一行")
    if old.composition.gap != new.composition.gap:
        told.append(f"中西文间距由 {old.composition.gap:g} 字改为 {new.composition.gap:g} 字")
    was, now = old.type_area, new.type_area
    if was.lines != now.lines:
        told.append(
            f"行距由 {round(was.pitch, 1):g} pt 改为 {round(now.pitch, 1):g} pt，每页 {was.lines} 行改为 {now.lines} 行"
        )
    return told
