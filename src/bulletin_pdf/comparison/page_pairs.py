"""Tool: the pages of two versions beside one another: which belong together, and what falls or looks otherwise there."""

from collections.abc import Iterator, Sequence

from bulletin_pdf.collation import without_space
from bulletin_pdf.comparison import (
    ENTRIES,
    FACES,
    LINES,
    PAGES,
    PLACES,
    Change,
    Kind,
    Mark,
    Reflow,
    Spread,
    Version,
)
from bulletin_pdf.comparison.reading import NEAR, Passage, Span
from bulletin_pdf.pdf.painting import Box, Part
from bulletin_pdf.sheets.page_images import differing_area

Pair = tuple[Passage, Passage]
"""A passage of the old version, and the same in the new one."""


def spreads(old: Version, new: Version, pairs: Sequence[Pair]) -> list[Spread]:
    """Pages beside one another, in the order of both, so that as much text as can be stands beside itself."""
    rows, columns = len(old.pdf.pages), len(new.pdf.pages)
    shared = [[0.0] * columns for _ in range(rows)]
    for before, after in pairs:
        shared[before.page - 1][after.page - 1] += len(before.same_as)
    for index in range(min(rows, columns)):
        shared[index][index] += 0.5  # pages without text, and of issues that share none
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], shared[i][j] + best[i + 1][j + 1])
    found: list[Spread] = []
    i = j = 0
    while i < rows and j < columns:
        if shared[i][j] and best[i][j] == shared[i][j] + best[i + 1][j + 1]:
            found.append(Spread(i + 1, j + 1))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            found.append(Spread(i + 1, None))
            i += 1
        else:
            found.append(Spread(None, j + 1))
            j += 1
    found += [Spread(page + 1, None) for page in range(i, rows)]
    return found + [Spread(None, page + 1) for page in range(j, columns)]


def reflows(pairs: Sequence[Pair]) -> Iterator[Reflow]:
    """In what unchanged text falls otherwise, on which pages."""
    pages: dict[str, set[int]] = {
        LINES: set(),
        FACES: set(),
        PAGES: set(),
        ENTRIES: set(),
        PLACES: set(),
    }
    for before, after in pairs:
        for what in _differences(before, after):
            pages[what] |= {page for page, _ in after.spots()}
    others = set().union(*(found for what, found in pages.items() if what != PLACES))
    # What stands behind a change moves with it; that is worth a word only where it is all there is.
    if others:
        pages[PLACES] = set()
    for what, found in pages.items():
        if found:
            yield Reflow(what, tuple(sorted(found)))


def _differences(before: Passage, after: Passage) -> Iterator[str]:
    if before.box and after.box:
        if before.page != after.page:
            yield PAGES
        elif max(abs(a - b) for a, b in zip(before.box[1], after.box[1], strict=True)) > NEAR:
            yield PLACES
        return
    if without_space(before.text) != without_space(after.text):
        yield ENTRIES
    if before.breaks() != after.breaks():
        yield LINES
    if _faces(before) != _faces(after):
        yield FACES
    if [page for page, _ in before.spots()] != [page for page, _ in after.spots()]:
        yield PAGES
    elif abs(before.spans[0].y - after.spans[0].y) > NEAR or abs(before.spans[0].x - after.spans[0].x) > NEAR:
        yield PLACES


def _faces(passage: Passage) -> set[tuple[str, float]]:
    def face(span: Span) -> tuple[str, float]:
        return span.font, round(span.size, 1)

    return {face(span) for span in passage.spans}


def looks(old: Version, new: Version, pairs: Sequence[Spread], changes: Sequence[Change]) -> Iterator[Change]:
    """Pages on which no text differs, but something else does. Folios and running heads are not looked at."""
    boxed = {mark.spot[0] for change in changes for mark in change.old}
    for spread in pairs:
        before, after = spread.old, spread.new
        if before is None or after is None or before in boxed:
            continue
        hidden = [*_furniture(old, before), *_furniture(new, after)]
        area = differing_area((old.data, before), (new.data, after), hidden)
        if area is not None:
            yield Change(
                0,
                Kind.LOOK,
                "页面",
                f"第{after}页",
                note="文字没有改动，线条、颜色或图不同",
                old=(Mark((before, area), Kind.LOOK),),
                new=(Mark((after, area), Kind.LOOK),),
            )


def _furniture(version: Version, number: int) -> list[Box]:
    page = version.pdf.pages[number - 1]
    return [
        Span(0, each.text, number, each.x, each.y, each.end, each.size, each.font).box(0, len(each.text))
        for each in page.stretches
        if each.part is Part.FURNITURE
    ]
