"""Tool: pictures as typed, `![…](file "…"){…}`, to figures, and to tables and charts where the file is CSV."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import unquote

from markdown_it.tree import SyntaxTreeNode

from bulletin_pdf.diagnostics import Diagnostic, Place, has_errors
from bulletin_pdf.manuscript.attributes import CSV, PICTURE, Attributes, read_attributes
from bulletin_pdf.manuscript.inlines import TextReader, at
from bulletin_pdf.manuscript.tables import with_attributes
from bulletin_pdf.model import Chart, Figure, Run, Table, Text, plain
from bulletin_pdf.source import SourceText


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as typed, %20 and its like decoded. attributes: the words in braces behind it, if any."""

    target: str
    alt: str
    caption: Text
    place: Place
    attributes: tuple[str, Place] | None = None

    @property
    def is_table(self) -> bool:
        """Whether the file is a table in CSV."""
        return self.target.lower().endswith(".csv")


Find = Callable[[Picture], tuple[Figure | Table | None, list[Diagnostic]]]
"""Gives the figure, or the table of a CSV file, for a typed picture, or says what is wrong with it."""


class FigureReader(TextReader):
    """Reads the pictures of one file, which `find` looks up."""

    def __init__(self, source: SourceText, find: Find) -> None:
        super().__init__(source)
        self.find = find

    def pictures(self, inline: SyntaxTreeNode) -> list[list[Picture]]:
        """The pictures of a paragraph that holds nothing else, by source line."""
        rows: list[list[Picture]] = [[]]
        for child in inline.children:
            if child.type in ("softbreak", "hardbreak"):
                rows.append([])
            elif child.type == "image":
                rows[-1].append(self.typed_picture(inline, child))
            elif child.type != "text" or child.content.strip():
                return []
        return [row for row in rows if row]

    def typed_picture(self, inline: SyntaxTreeNode, image: SyntaxTreeNode) -> Picture:
        offset = at(image)
        texts = (inner for inner in image.walk() if inner.type in ("text", "text_special"))
        alt = "".join(inner.content for inner in texts)
        title = str(image.attrs.get("title", ""))
        start = inline.content.find(title, offset + 2 + len(image.content)) if title else offset + 2
        caption = Run(title or alt, self.place_at(inline, max(start, offset)))
        words = image.meta.get("attributes")
        return Picture(
            unquote(str(image.attrs["src"])),
            alt,
            (caption,) if caption.text else (),
            self.place_at(inline, offset),
            (words[0], self.place_at(inline, words[1])) if words else None,
        )

    def found(self, picture: Picture) -> Figure | Table | Chart | None:
        """What a picture's file holds, as the words behind it ask; None for what can't be used."""
        found, faults = self.find(picture)
        attributes = Attributes()
        if picture.attributes:
            known = CSV if picture.is_table else PICTURE
            attributes, more = read_attributes(*picture.attributes, known)
            faults = [*faults, *more]
        self.diagnostics += faults
        if found is None or has_errors(faults):
            return None
        if isinstance(found, Figure):
            return replace(found, extent=attributes.extent)
        if picture.alt and picture.alt != plain(picture.caption):
            hint = "只留方括号里的，删去引号里的。"
            self.error("BP132", "表格的题注写了两次。", picture.place, hint)
        done, more = with_attributes(replace(found, caption=picture.caption), attributes, picture.place)
        self.diagnostics += more
        return done

    def is_pictures(self, node: SyntaxTreeNode) -> bool:
        """Whether a block is a paragraph of pictures alone, tables in files left out."""
        rows = self.pictures(node.children[0]) if node.type == "paragraph" else []
        return bool(rows) and not all(picture.is_table for row in rows for picture in row)

    def figures(self, node: SyntaxTreeNode) -> list[tuple[Figure, ...]]:
        """The pictures of a paragraph by source line; those that can't be used are left out and reported."""
        return self.figures_in(self.pictures(node.children[0]))

    def figures_in(self, rows: list[list[Picture]]) -> list[tuple[Figure, ...]]:
        """The same for pictures by line."""
        figures: list[tuple[Figure, ...]] = []
        for row in rows:
            found = [self.found(picture) for picture in row if not picture.is_table]
            for picture in row:
                if picture.is_table:
                    message = f"表格“{picture.target}”不能和图片排在一起。"
                    self.error("BP132", message, picture.place, "让它单独成一段，前后各空一行。")
            if kept := tuple(figure for figure in found if isinstance(figure, Figure)):
                figures.append(kept)
        return figures
