"""Stage: two versions of an issue to what they differ in.

Articles are found again by their titles, or by their text; passages inside an article by their order; what went at one
place and came at another was moved. Text without a change may still fall otherwise, and is told apart; of pages on which
nothing was found, the pictures are compared.
"""

from collections.abc import Sequence
from dataclasses import replace

from bulletin_pdf.comparison import Change, Comparison, Kind, Mark, Piece, Version
from bulletin_pdf.comparison.page_pairs import Pair, looks, reflows, spreads
from bulletin_pdf.comparison.reading import Division, Passage, Spot, around, divisions
from bulletin_pdf.comparison.text_diff import ALIKE, edits, likeness, out_of_order, pair_up

# What is quoted of a text: around a change, and of a whole passage.
CONTEXT, QUOTED = 10, 60
# A passage shorter than this, in characters, may come again by chance, and is not taken for one that moved.
LEAST_MOVED = 8
# Stands for a picture among texts: pictures are like one another, and like no text.
_PICTURE = "\0图" * 20


def compare(old: Version, new: Version) -> Comparison:
    """All that two versions differ in."""
    # A PDF file tells no type styles; what one version knows by them the other must know too.
    if not all(any(passage.style for passage in version.passages) for version in (old, new)):
        old, new = _without_styles(old), _without_styles(new)
    found = _Found(old, new)
    pairs = spreads(old, new, [*found.same, *found.changed])
    falls = tuple(reflows(found.same))
    changes = sorted(found.changes, key=_where)
    seen = {page for reflow in falls for page in reflow.pages}
    seen |= {mark.spot[0] for change in changes for mark in change.new}
    changes += looks(old, new, [pair for pair in pairs if pair.new not in seen], changes)
    numbered = tuple(replace(change, number=number) for number, change in enumerate(changes, 1))
    return Comparison(old, new, numbered, falls, tuple(pairs))


def _without_styles(version: Version) -> Version:
    return replace(version, passages=tuple(replace(passage, style="") for passage in version.passages))


def _where(change: Change) -> tuple[int, float, int, float]:
    """By page and height in the new version; what went comes where it stood."""
    mark = (*change.new, *change.old)[0]
    page, box = mark.spot
    return page, -box[3], 0 if change.new else 1, box[0]


class _Found:
    """Goes through both versions; `same` and `changed`: passages that belong together."""

    def __init__(self, old: Version, new: Version) -> None:
        self.changes: list[Change] = []
        self.same: list[Pair] = []
        self.changed: list[Pair] = []
        self.gone: list[tuple[Passage, Division]] = []
        self.come: list[tuple[Passage, Division]] = []
        before, after = divisions(old.passages), divisions(new.passages)
        pairs = _matched(before, after)
        self._moved_divisions(before, after, pairs)
        for i, j in sorted(pairs.items()):
            self._inside(before[i], after[j])
        for i in sorted(set(range(len(before))) - set(pairs)):
            self.changes.append(_whole(before[i], Kind.DELETED))
        for j in sorted(set(range(len(after))) - set(pairs.values())):
            self.changes.append(_whole(after[j], Kind.INSERTED))
        self._gone_and_come()

    def _moved_divisions(
        self, before: Sequence[Division], after: Sequence[Division], pairs: dict[int, int]
    ) -> None:
        """Sections and articles whose order, or whose section, is another."""
        moved = {i: pairs[i] for i in pairs if pairs[i] in out_of_order([pairs[i] for i in sorted(pairs)])}
        titles = {before[i].title: after[j].title for i, j in pairs.items() if before[i].level == 1}
        sections = {before[i].title for i in moved if before[i].level == 1}
        for i, j in sorted(pairs.items()):
            one, other = before[i], after[j]
            is_elsewhere = one.level > 1 and titles.get(one.section, one.section) != other.section
            with_section = one.section in sections and not is_elsewhere
            if one.level and (is_elsewhere or (i in moved and not with_section)):
                note = _way(one.page, other.page)
                if is_elsewhere:
                    note = f"从“{one.section or '卷首'}”移到“{other.section or '卷首'}”，{note}"
                self.changes.append(
                    Change(
                        0,
                        Kind.MOVED,
                        _subject(other),
                        other.title,
                        note=note,
                        old=_marks(one.passages[:1], Kind.MOVED),
                        new=_marks(other.passages[:1], Kind.MOVED),
                        old_place=one.passages[0].place,
                        new_place=other.passages[0].place,
                    )
                )

    def _inside(self, one: Division, other: Division) -> None:
        """What changed inside a section's heading or an article."""
        keys = [[_key(passage) for passage in division.passages] for division in (one, other)]
        if one.level and other.level:
            # What was found again may have another heading.
            keys[0][0] = keys[1][0] = ""
        for i, j in pair_up(*keys):
            if j is None and i is not None:
                self.gone.append((one.passages[i], one))
            elif i is None and j is not None:
                self.come.append((other.passages[j], other))
            elif i is not None and j is not None:
                before, after = one.passages[i], other.passages[j]
                if before.same_as == after.same_as:
                    self.same.append((before, after))
                    continue
                self.changed.append((before, after))
                self.changes.append(_changed(before, after, other))

    def _gone_and_come(self) -> None:
        """Passages that went and came; those that did both were moved."""
        places: dict[str, list[int]] = {}
        for index, (passage, _) in enumerate(self.come):
            if passage.picture or len(passage.same_as) >= LEAST_MOVED:
                places.setdefault(passage.same_as, []).append(index)
        moved: set[int] = set()
        for passage, division in self.gone:
            if places.get(passage.same_as):
                index = places[passage.same_as].pop(0)
                moved.add(index)
                self.same.append((passage, self.come[index][0]))
                self.changes.append(_moved(passage, self.come[index][0], self.come[index][1]))
            else:
                self.changes.append(_one(passage, division, Kind.DELETED))
        for index, (passage, division) in enumerate(self.come):
            if index not in moved:
                self.changes.append(_one(passage, division, Kind.INSERTED))


def _matched(before: Sequence[Division], after: Sequence[Division]) -> dict[int, int]:
    """Which divisions are the same: by title, the nth with the nth; then those without, by their text."""
    pairs: dict[int, int] = {}
    free: dict[tuple[str, bool], list[int]] = {}
    for j, division in enumerate(after):
        free.setdefault((division.title, division.level == 1), []).append(j)
    for i, division in enumerate(before):
        if places := free.get((division.title, division.level == 1)):
            pairs[i] = places.pop(0)
    left = [i for i in range(len(before)) if i not in pairs]
    right = sorted(set(range(len(after))) - set(pairs.values()))
    scores = sorted(((_likeness(before[i], after[j]), -i, -j) for i in left for j in right), reverse=True)
    for score, i, j in scores:
        if score >= ALIKE and -i not in pairs and -j not in pairs.values():
            pairs[-i] = -j
    return pairs


def _likeness(one: Division, other: Division) -> float:
    if (one.level == 1) != (other.level == 1):
        return 0.0
    texts = ["".join(_key(passage) for passage in each.passages) for each in (one, other)]
    return likeness(*texts)


def _key(passage: Passage) -> str:
    """What passages are paired by."""
    return _PICTURE + passage.picture[:12] if passage.picture else passage.same_as


# --- changes --------------------------------------------------------------------------------------------


def _subject(division: Division) -> str:
    return {0: division.title, 1: "栏目"}.get(division.level, "稿件")


def _marks(passages: Sequence[Passage], kind: Kind) -> tuple[Mark, ...]:
    """Boxes around passages: one around the lines that each has on a page."""
    marks = []
    for passage in passages:
        spots: dict[int, list[Spot]] = {}
        for spot in passage.spots():
            spots.setdefault(spot[0], []).append(spot)
        marks += [Mark((page, around(box for _, box in own)), kind) for page, own in spots.items()]
    return tuple(marks)


def _quoted(text: str, most: int = QUOTED) -> str:
    return text if len(text) <= most else text[:most] + "……"


def _pieces(passage: Passage, kind: Kind) -> tuple[Piece, ...]:
    """A passage as a whole in the list."""
    text = _quoted(passage.text) or "（无文字）"
    return (Piece("old" if kind is Kind.DELETED else "same" if kind is Kind.MOVED else "new", text),)


def _whole(division: Division, kind: Kind) -> Change:
    """A section or article that went or came."""
    texts = [passage.text for passage in division.passages[1:] if not passage.picture]
    length = sum(len(passage.same_as) for passage in division.passages if not passage.picture)
    pieces = _pieces(Passage("\u3000".join(texts), ()), kind) if texts else ()
    marks = _marks(division.passages, kind)
    place = division.passages[0].place
    note = (
        f"整篇{kind.chinese}{'去' if kind is Kind.DELETED else '加'}，{length} 字"
        if division.level > 1
        else ""
    )
    one = Change(0, kind, _subject(division), division.title, pieces, note)
    if kind is Kind.DELETED:
        return replace(one, old=marks, old_place=place)
    return replace(one, new=marks, new_place=place)


def _one(passage: Passage, division: Division, kind: Kind) -> Change:
    """A passage that went or came."""
    subject = "图" if passage.picture else "文字"
    one = Change(0, kind, subject, division.title, _pieces(passage, kind))
    if kind is Kind.DELETED:
        return replace(one, old=_marks([passage], kind), old_place=passage.place)
    return replace(one, new=_marks([passage], kind), new_place=passage.place)


def _moved(before: Passage, after: Passage, division: Division) -> Change:
    return Change(
        0,
        Kind.MOVED,
        "图" if after.picture else "文字",
        division.title,
        _pieces(after, Kind.MOVED),
        _way(before.page, after.page),
        _marks([before], Kind.MOVED),
        _marks([after], Kind.MOVED),
        before.place,
        after.place,
    )


def _way(before: int, after: int) -> str:
    return f"在第{after}页里移动" if before == after else f"从第{before}页移到第{after}页"


def _changed(before: Passage, after: Passage, division: Division) -> Change:
    """A passage that was changed: in pieces, boxed letter by letter; or a picture."""
    places = before.place, after.place
    if before.picture or after.picture:
        marks = _marks([before], Kind.CHANGED), _marks([after], Kind.CHANGED)
        shown = (Piece("same", _quoted(after.text) or "（无说明）"),)
        return Change(0, Kind.CHANGED, "图", division.title, shown, "换了图，或改了图", *marks, *places)
    pieces: list[Piece] = []
    old: list[Mark] = []
    new: list[Mark] = []
    at = 0
    for edit in edits(before.text, after.text):
        pieces += _between(before.text[at : edit.start], is_first=not pieces)
        went, came = before.text[edit.start : edit.end], after.text[edit.new_start : edit.new_end]
        kind = Kind.CHANGED if went and came else Kind.DELETED if went else Kind.INSERTED
        pieces += [Piece("old", _quoted(went))] if went else []
        pieces += [Piece("new", _quoted(came))] if came else []
        old += [Mark(spot, kind) for spot in before.spots(edit.start, edit.end)] if went else []
        new += [Mark(spot, kind) for spot in after.spots(edit.new_start, edit.new_end)] if came else []
        at = edit.end
    pieces += _between(before.text[at:], is_first=False, is_last=True)
    kinds = {mark.kind for mark in (*old, *new)}
    kind = kinds.pop() if len(kinds) == 1 else Kind.CHANGED
    subject = {1: "栏目标题", 0: "文字"}.get(after.level, "标题")
    return Change(0, kind, subject, division.title, tuple(pieces), "", tuple(old), tuple(new), *places)


def _between(text: str, *, is_first: bool, is_last: bool = False) -> list[Piece]:
    """What stayed before, between or behind changes, shortened."""
    start, end, gap = Piece("same", text[:CONTEXT]), Piece("same", text[-CONTEXT:]), Piece("gap")
    if not text:
        return []
    if is_first:
        return [gap, end] if len(text) > CONTEXT else [end]
    if is_last:
        return [start, gap] if len(text) > CONTEXT else [start]
    return [start, gap, end] if len(text) > 2 * CONTEXT else [Piece("same", text)]
