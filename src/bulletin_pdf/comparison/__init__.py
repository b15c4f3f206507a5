"""Tool: what two versions of an issue differ in, as values: changes, text that only falls otherwise, pages in pairs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal

from bulletin_pdf.diagnostics import Place

if TYPE_CHECKING:
    from bulletin_pdf.comparison.reading import Passage, Spot
    from bulletin_pdf.pdf import Pdf


class Kind(StrEnum):
    """What happened to a passage, a picture or a whole article."""

    CHANGED = "changed"
    DELETED = "deleted"
    INSERTED = "inserted"
    MOVED = "moved"
    LOOK = "look"
    """A page's rules, colours or pictures, which no text speaks of."""

    @property
    def chinese(self) -> str:
        return {"changed": "改", "deleted": "删", "inserted": "增", "moved": "移", "look": "样"}[self]


@dataclass(frozen=True, slots=True)
class Version:
    """One of the two: what it is called, its file, what stands in it."""

    name: str
    data: bytes
    pdf: "Pdf"
    passages: "tuple[Passage, ...]"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that stayed, went or came; or `gap`, where what stayed is left out."""

    what: Literal["same", "old", "new", "gap"]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is boxed on a page: a spot, and what became of it."""

    spot: "Spot"
    kind: Kind


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the list.

    subject: 稿件, 栏目, 文字, 图 …; title: of the article or section that it stands in. pieces: the text with what went
    and came. note: in words, what pieces do not say. old, new: what is boxed. old_place, new_place: in the sources.
    """

    number: int
    kind: Kind
    subject: str
    title: str
    pieces: tuple[Piece, ...] = ()
    note: str = ""
    old: tuple[Mark, ...] = ()
    new: tuple[Mark, ...] = ()
    old_place: Place | None = None
    new_place: Place | None = None

    @property
    def old_page(self) -> int | None:
        return self.old[0].spot[0] if self.old else None

    @property
    def new_page(self) -> int | None:
        return self.new[0].spot[0] if self.new else None


LINES, FACES, PAGES, PLACES, ENTRIES = "换行", "字体、字号", "分页", "位置", "目录页码"
SET_ANEW = (LINES, FACES)


@dataclass(frozen=True, slots=True)
class Reflow:
    """Text without a change that falls otherwise: on which pages of the new version, and in what (one of the above)."""

    what: str
    pages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """An old page beside the new one that has most of its text; None for a page without a counterpart."""

    old: int | None
    new: int | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, and all that they differ in."""

    old: Version
    new: Version
    changes: tuple[Change, ...]
    reflows: tuple[Reflow, ...]
    spreads: tuple[Spread, ...]

    def verdict(self) -> str:
        """What was found, in one or two sentences."""
        counts = [
            f"{kind.chinese} {number} 处"
            for kind in Kind
            if (number := sum(change.kind is kind for change in self.changes)) and kind is not Kind.LOOK
        ]
        texts = f"{'，'.join(counts)}。" if counts else "文字没有改动"
        falls = "；".join(f"{listed(reflow.pages)}的{reflow.what}不同" for reflow in self.reflows)
        look = [change.new_page for change in self.changes if change.kind is Kind.LOOK and change.new_page]
        if look:
            falls += ("；" if falls else "") + f"{listed(look)}的线条、颜色或图不同"
        if counts:
            return texts + (f"没有改动的文字，{falls}。" if falls else "")
        return f"{texts}，{falls}。" if falls else f"{texts}，版面也一样。"

    def shown(self, *, everything: bool) -> list[Spread]:
        """The spreads with something to look at, or all. Text that merely stands on another page is nothing, unless that
        is all there is."""
        old = {mark.spot[0] for change in self.changes for mark in change.old}
        new = {mark.spot[0] for change in self.changes for mark in change.new}
        is_all = all(change.kind is Kind.LOOK for change in self.changes)
        new |= {page for reflow in self.reflows if is_all or reflow.what in SET_ANEW for page in reflow.pages}
        return [spread for spread in self.spreads if everything or spread.old in old or spread.new in new]


def listed(pages: Iterable[int]) -> str:
    """Pages in words: 第2、4～6页."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and runs[-1][-1] == page - 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    words = [f"{run[0]}～{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]
    return f"第{'、'.join(words)}页"


def in_words(pieces: Sequence[Piece]) -> str:
    """A changed text on one line: 降〔本→耗〕增效, 〔删：…〕, 〔增：…〕."""
    words: list[str] = []
    pending = ""
    for index, piece in enumerate(pieces):
        follows = pieces[index + 1].what if index + 1 < len(pieces) else ""
        if piece.what == "old" and follows == "new":
            pending = piece.text
        elif piece.what == "new" and pending:
            words.append(f"〔{pending}→{piece.text}〕")
            pending = ""
        elif piece.what == "old":
            words.append(f"〔删：{piece.text}〕")
        elif piece.what == "new":
            words.append(f"〔增：{piece.text}〕")
        else:
            words.append(piece.text or "……")
    return "".join(words)


def as_json(comparison: Comparison) -> dict[str, Any]:
    """A comparison as plain JSON values; boxes are left, bottom, right, top in points."""

    def marks(found: Sequence[Mark]) -> list[dict[str, Any]]:
        return [
            {"page": mark.spot[0], "box": [round(edge, 2) for edge in mark.spot[1]], "kind": mark.kind.value}
            for mark in found
        ]

    def place(of: Place | None) -> dict[str, Any] | None:
        return {"file": str(of.file), "line": of.line} if of else None

    return {
        "old": comparison.old.name,
        "new": comparison.new.name,
        "verdict": comparison.verdict(),
        "changes": [
            {
                "number": change.number,
                "kind": change.kind.value,
                "subject": change.subject,
                "title": change.title,
                "old": "".join(piece.text for piece in change.pieces if piece.what in ("same", "old")),
                "new": "".join(piece.text for piece in change.pieces if piece.what in ("same", "new")),
                "text": in_words(change.pieces),
                "note": change.note,
                "old_place": place(change.old_place),
                "new_place": place(change.new_place),
                "old_marks": marks(change.old),
                "new_marks": marks(change.new),
            }
            for change in comparison.changes
        ],
        "reflows": [{"what": each.what, "pages": list(each.pages)} for each in comparison.reflows],
        "pages": [{"old": spread.old, "new": spread.new} for spread in comparison.spreads],
    }
