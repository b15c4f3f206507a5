"""What every export starts from, and what the formats share: notes, labels, how columns of a table are aligned."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bulletin_pdf.diagnostics import Diagnostic
from bulletin_pdf.exports.artwork import Artwork
from bulletin_pdf.model import (
    Article,
    Chart,
    Figure,
    ImprintLine,
    Issue,
    LineBreak,
    ListItem,
    Masthead,
    NameList,
    Run,
    Table,
    Text,
    plain,
)

# A column whose cells are no longer than this is centred where nobody says how.
SHORT_CELL = 6
_NUMBER = re.compile(r"[+\-−]?[\d,，]+(?:\.\d+)?[%％‰]?|[—-]|")
_WORDED = ("print_run", "printed_by", "printed_on")


@dataclass(frozen=True, slots=True)
class Material:
    """An issue with its pictures as other programs can show them.

    pictures: by the figure's file, or by the chart. drawings: charts as SVG.
    """

    issue: Issue
    pictures: Mapping[Path | Chart, Artwork]
    drawings: Mapping[Chart, str]

    def picture(self, block: Figure | Chart) -> Artwork:
        """The picture of a figure or chart."""
        return self.pictures[block.file if isinstance(block, Figure) else block]


@dataclass(frozen=True, slots=True)
class Made:
    """A format's files. data: of the one file. suffix: behind the issue's name. pictures: the files of the folder beside
    it, by name. note: in Chinese, how it is used."""

    suffix: str
    data: bytes
    note: str
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


class PictureFolder:
    """Numbers the pictures of a document in the order in which they are shown; each once."""

    def __init__(self, material: Material) -> None:
        self.material = material
        self.files: dict[str, bytes] = {}
        self._names: dict[Path | Chart, str] = {}

    def name(self, block: Figure | Chart) -> str:
        """The name of its file: 01.jpg."""
        key = block.file if isinstance(block, Figure) else block
        if key not in self._names:
            artwork = self.material.pictures[key]
            self._names[key] = f"{len(self._names) + 1:02}{artwork.suffix}"
            self.files[self._names[key]] = artwork.data
        return self._names[key]


def picture_folder(suffix: str) -> str:
    """The folder of a file's pictures, as its ending behind the issue's name: .插图 for .md, .公众号.插图 for .公众号.html."""
    return suffix.rpartition(".")[0] + ".插图"


# --- words ----------------------------------------------------------------------------------------------


def day(masthead: Masthead) -> str:
    """The date as printed: 2021年7月9日."""
    return f"{masthead.date.year}年{masthead.date.month}月{masthead.date.day}日"


def heading_words(text: Text) -> str:
    """A title in a list of contents: without footnotes, a typed line break as a blank unless a mark stands there."""
    words = ""
    for inline in text:
        if isinstance(inline, Run):
            words += inline.text
        elif isinstance(inline, LineBreak) and words[-1:].isalnum():
            words += "\u3000"
    return words


def attachment_label(issue: Issue, article: Article) -> str:
    """附件, or 附件2 where there are several."""
    several = len(issue.attachments) > 1
    return f"附件{issue.attachments.index(article) + 1}" if several else "附件"


def item_label(item: ListItem) -> str:
    """What stands before a list item; 1. and • stand off by a space."""
    return item.label + (" " if item.label.isascii() or item.label == "•" else "")


def imprint_words(line: ImprintLine) -> tuple[str, str]:
    """An entry of the imprint as printed: its label with a colon, or nothing for 共印120份, and its words."""
    return ("" if line.key in _WORDED else f"{line.label}："), line.text


def padded_names(names: NameList) -> list[Text]:
    """Names of a list as they are set: a blank of one character within a name of two (CL-1.11.7)."""
    return [_padded(name) if len(plain(name)) == 2 else name for name in names.names]


def _padded(name: Text) -> Text:
    blank = Run("\u3000", name[0].place)
    first, *rest = name
    if not isinstance(first, Run) or first.readings:
        return name
    if len(first.text) == 1:
        return (first, blank, *rest)
    second = replace(first, text=first.text[1:], place=first.place.right(1))
    return (replace(first, text=first.text[:1]), blank, second, *rest)


# --- tables ---------------------------------------------------------------------------------------------


def alignments(table: Table) -> list[str]:
    """left, center or right for every column: as typed, else by what stands in it."""
    return [
        {"decimal": "right"}.get(typed, typed) or _natural([plain(row[index]) for row in table.rows])
        for index, typed in enumerate(table.alignment)
    ]


def _natural(cells: list[str]) -> str:
    if any(cells) and all(_NUMBER.fullmatch(cell.strip()) for cell in cells):
        return "right"
    return "center" if max(map(len, cells), default=0) <= SHORT_CELL else "left"
