"""Tool: Markdown to blocks of the model, every run with its place.

What is not understood is a located diagnostic; no character is dropped in silence.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markdown_it.tree import SyntaxTreeNode

from bulletin_pdf.diagnostics import Diagnostic, Place
from bulletin_pdf.manuscript.acceptance import is_acceptance
from bulletin_pdf.manuscript.attributes import read_attributes
from bulletin_pdf.manuscript.dialect import parse, too_deep
from bulletin_pdf.manuscript.elements import ELEMENTS, Container
from bulletin_pdf.manuscript.figures import FigureReader, Find, Picture
from bulletin_pdf.manuscript.inlines import PAGE_BREAKS, at, quoted
from bulletin_pdf.manuscript.paragraphs import joined, paragraphs
from bulletin_pdf.manuscript.tables import aligned
from bulletin_pdf.model import (
    Acceptance,
    Block,
    Footnote,
    Inline,
    ListBlock,
    ListItem,
    PageBreak,
    Paragraph,
    Photos,
    Quotation,
    Table,
    Text,
    plain,
)
from bulletin_pdf.schema import nearest
from bulletin_pdf.source import SourceText


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as typed; `rank` is its number of # signs. What it titles is for the loader to say."""

    rank: int
    text: Text
    place: Place


Part = Heading | Block

# Lines that look like something else than text.
_HEADING_LIKE = re.compile(r"([#＃]+)(?!\d)\s*")
_CONTAINER_LIKE = re.compile(r"[:：]{2,}\s*(\S{0,12})(?:\s.*)?")
_COMMAND_LIKE = re.compile(r"[{｛][^{}｛｝]*[}｝]")
_CHINESE_NAMES = [name for name in ELEMENTS if not name.isascii()]


def parse_markdown(
    source: SourceText, find: Find, first_note: int = 1
) -> tuple[list[Part], list[Acceptance], list[Diagnostic]]:
    """The parts of one Markdown file in order, what proofreading is not to report of it, and what was wrong with it.

    find: how to get at pictures. first_note: the number of its first footnote.
    """
    reader = _Reader(source, find, first_note)
    parts = reader.read()
    return parts, reader.acceptances, reader.diagnostics


class _Reader(FigureReader):
    """Walks the syntax tree of one file; collects diagnostics and numbers the footnotes on the way."""

    def __init__(self, source: SourceText, find: Find, first_note: int) -> None:
        super().__init__(source, find)
        self.first_note = first_note
        self.root = parse(source.text)
        self.notes: dict[str, SyntaxTreeNode] = {}
        self.called: dict[str, Footnote] = {}
        self.open_notes: list[str] = []

    def read(self) -> list[Part]:
        if deep := too_deep(self.root):
            self.error("BP113", "引文、列表套得太深。", self.place_of(deep), "减少行首的 > 和缩进。")
        for node in self.root.walk():
            if node.type == "footnote_reference":
                self.define(node)
        parts = self.parts(
            (node for node in self.root.children if node.type != "footnote_reference"), pictures=True
        )
        for label, node in self.notes.items():
            if label not in self.called:
                message = f"脚注 [^{label}] 有内容，正文里没有用到它。"
                hint = f"在正文里写上 [^{label}]，或删去这条脚注。"
                self.error("BP127", message, self.place_of(node), hint)
        return parts

    # --- blocks

    def parts(self, nodes: Iterable[SyntaxTreeNode], *, pictures: bool) -> list[Part]:
        """What some nodes are; pictures: whether they may stand there."""
        parts: list[Part] = []
        for node in nodes:
            for part in self.part(node, pictures):
                last = parts[-1] if parts else None
                is_caption = isinstance(last, Paragraph) and re.match(
                    r"表\s?\d", plain(last.lead + last.text)
                )
                if (
                    isinstance(part, Table)
                    and not part.caption
                    and isinstance(last, Paragraph)
                    and is_caption
                ):
                    parts[-1] = replace(part, caption=last.lead + last.text)
                else:
                    parts.append(part)
        return parts

    def blocks(self, nodes: Iterable[SyntaxTreeNode], *, pictures: bool = False) -> tuple[Block, ...]:
        """Blocks inside a quotation, list, note or container, where headings have no place."""
        blocks: list[Block] = []
        for part in self.parts(nodes, pictures=pictures):
            if isinstance(part, Heading):
                message = f"标题“{plain(part.text)}”不能放在引文、列表、脚注或 ::: 里面。"
                self.error("BP124", message, part.place, "把标题移到外面。")
            else:
                blocks.append(part)
        return tuple(blocks)

    def part(self, node: SyntaxTreeNode, pictures: bool) -> Sequence[Part]:
        place = self.place_of(node)
        match node.type:
            case "paragraph":
                return self.paragraph(node, pictures)
            case "heading":
                return self.heading(node)
            case "blockquote":
                return [Quotation(self.blocks(node.children), place)]
            case "bullet_list" | "ordered_list":
                return [self.list_block(node)]
            case "table":
                return [self.table(node)]
            case "container":
                return self.container(node)
            case "footnote_reference":
                message = "脚注的内容不能放在引文、列表或 ::: 里面。"
                self.error("BP127", message, place, "移到文件末尾，顶格写。")
            case "html_block" if is_acceptance(node.content):
                self.accept(node.content, place)
            case "html_block":
                message = f"这里有 HTML 代码：{quoted(node.content)}。"
                hint = "改用 Markdown 的写法，或删去；要印出 < 号，写成 \\<。"
                self.error("BP120", message, place, hint)
            case "fence":
                message = f"这里有代码块（{node.markup}），简报里用不上。"
                self.error("BP121", message, place, f"删去 {node.markup} 这两行，留下中间的文字。")
            case "hr":
                message = f"不懂这条分隔线：{quoted(self.lines[(place.line or 1) - 1][(place.column or 1) - 1 :])}。"
                hint = f"要换页，单独写一行 {PAGE_BREAKS[0]}；要另起一篇，写 ## 标题。"
                self.error("BP121", message, place, hint)
            case other:
                self.error("BP121", f"读不懂这一段（{other}）。", place, "改用别的写法。")
        return []

    def heading(self, node: SyntaxTreeNode) -> list[Part]:
        inline = node.children[0]
        number, offset = inline.meta["places"][0]
        place = self.place(number, self.lines[number].rindex("#" * int(node.tag[1]), 0, offset or None))
        text = joined(self.inlines(inline))
        if not text:
            self.error("BP124", "标题是空的。", place, f"在 {node.markup} 后面写上标题，或删去这一行。")
            return []
        return [Heading(int(node.tag[1]), text, place)]

    def paragraph(self, node: SyntaxTreeNode, pictures: bool) -> Sequence[Part]:
        inline = node.children[0]
        place = self.place_of(node)
        if rows := self.pictures(inline):
            return self.pictured(rows, place, pictures)
        typed = inline.content.strip()
        if typed in PAGE_BREAKS:
            return [PageBreak(place)]
        if _COMMAND_LIKE.fullmatch(typed):
            self.error("BP122", f"不懂“{quoted(typed)}”。", place, nearest(typed, PAGE_BREAKS))
            return []
        self.check_lines(inline)
        lines = [line for line in self.inlines(inline) if line]
        return paragraphs(lines, place) if lines else []

    def check_lines(self, inline: SyntaxTreeNode) -> None:
        """Lines of a paragraph that were meant as something else, and indents that someone typed."""
        for index, (typed, place) in enumerate(self.typed_lines(inline)):
            if match := _HEADING_LIKE.match(typed):
                signs = "#" * min(len(match[1]), 6)
                title = quoted(typed[match.end() :])
                hint = f"写成“{signs} {title}”：# 号顶格，后面空一格，最多六个；要印出 # 号，写成 \\#。"
                self.error("BP121", f"“{quoted(typed)}”没有读成标题。", place, hint)
                continue
            elif match := _CONTAINER_LIKE.fullmatch(typed):
                if match[1] in ELEMENTS:
                    hint = f"单独写一行“::: {match[1]}”：三个英文冒号，顶格，前面空一行。"
                    self.error("BP123", f"“{typed}”没有读懂。", place, hint)
                elif not match[1]:
                    hint = "删去这一行，或在这一块前面写上“::: 诗”这样的一行。"
                    self.error("BP123", f"“{typed}”没有对应的开头。", place, hint)
            elif _COMMAND_LIKE.fullmatch(typed):
                hint = "单独成一段，前后各空一行。"
                self.error("BP122", f"“{quoted(typed)}”和文字挤在一段里。", place, hint)
            if indent := self.indent(place):
                if index == 0:
                    message, hint = "行首有空格，已略去。", "删去行首的空格：首行缩进由版式负责。"
                else:
                    message = "行首有空格，但这一行接在上一行后面，不另起一段。"
                    hint = "要另起一段，在前面空一行；不另起，就删去行首的空格。"
                self.warning("BP129", message, place.right(-len(indent)), hint)

    def indent(self, place: Place) -> str:
        """The full-width spaces typed before a place."""
        before = self.lines[(place.line or 1) - 1][: (place.column or 1) - 1]
        blanks = before[len(before.rstrip()) :]
        return blanks[blanks.find("\u3000") :] if "\u3000" in blanks else ""

    def list_block(self, node: SyntaxTreeNode) -> ListBlock:
        """A list with its labels as typed; numbers that are all the same are counted instead."""
        ordered = node.type == "ordered_list"
        numbers = [item.info for item in node.children]
        if len(set(numbers)) == 1 and ordered:
            numbers = [str(int(numbers[0]) + offset) for offset in range(len(numbers))]
        items = []
        for number, item in zip(numbers, node.children, strict=True):
            label = number + item.markup if ordered else "•"
            blocks = self.blocks(item.children)
            if not blocks and not item.children:
                message = "列表的这一项是空的。"
                self.error("BP125", message, self.place_of(item), "写上内容，或删去这一项。")
            items.append(ListItem(label, blocks, self.place_of(item)))
        return ListBlock(tuple(items), ordered, self.place_of(node.children[0]))

    def table(self, node: SyntaxTreeNode) -> Table:
        rows: list[tuple[Text, ...]] = []
        alignment: tuple[str, ...] = ()
        for row in (row for group in node.children for row in group.children):
            number = row.map[0] if row.map else 0
            width = len(row.children)
            if excess := row.meta["excess"]:
                message = f"表格这一行有 {width + len(excess)} 格，表头只有 {width} 格。"
                hint = "删去多出的格，或给表头加一列；格里的竖线写成 \\|。"
                self.error("BP128", message, self.place(number, excess[0][0]), hint)
            rows.append(tuple(joined(self.inlines(cell.children[0])) for cell in row.children))
            alignment = alignment or tuple(
                str(cell.attrs.get("style", "")).removeprefix("text-align:") for cell in row.children
            )
        return aligned(Table(rows[0], tuple(rows[1:]), alignment, (), self.place_of(node)))

    def container(self, node: SyntaxTreeNode) -> Sequence[Part]:
        place = self.place_of(node)
        name = node.info
        element = ELEMENTS.get(name)
        if element is None:
            message = f"没有“::: {name}”这种写法。"
            self.error("BP122", message, place, nearest(name, ELEMENTS, _CHINESE_NAMES))
            return []
        if not node.meta["closed"]:
            self.error("BP123", f"“::: {name}”没有结束。", place, "在这一块后面单独写一行 :::。")
            return []
        nodes = node.children
        words: SyntaxTreeNode | None = None
        if nodes and nodes[0].type == "container_title":
            words, nodes = nodes[0].children[0], nodes[1:]
        typed = Container(name, place, nodes)
        if words is not None and element.has_title:
            typed = replace(typed, title=joined(self.inlines(words)))
        elif words is not None and words.content in element.words:
            typed = replace(typed, argument=element.words[words.content])
        elif words is not None:
            known = [word for word in element.words if not word.isascii()]
            hint = nearest(words.content, known) if known else f"只写“::: {name}”，别的移到下一行，或删去。"
            message = f"“::: {name}”后面不能写“{quoted(words.content)}”。"
            self.error("BP122", message, self.place_at(words, 0), hint)
        if attributes := node.meta.get("attributes"):
            at_braces = self.place(at(node), attributes[1])
            found, faults = read_attributes(attributes[0], at_braces, element.attributes)
            self.diagnostics += faults
            typed = replace(typed, attributes=found)
        if not nodes:
            self.error("BP125", f"“::: {name}”里没有内容。", place, "写上内容，或删去这一块。")
            return []
        return element.read(self, typed)

    def pictured(self, rows: list[list[Picture]], place: Place, allowed: bool) -> Sequence[Part]:
        """A paragraph of pictures: a figure, a table or chart from a file, or several figures in rows."""
        if not allowed and not all(picture.is_table for row in rows for picture in row):
            message = "图片不能放在引文、列表、脚注或 ::: 里面。"
            self.error("BP121", message, place, "让图片单独成一段，前后各空一行。")
            return []
        if len(rows) == len(rows[0]) == 1:
            found = self.found(rows[0][0])
            return [found] if found else []
        figures = self.figures_in(rows)
        return [Photos(tuple(figures), (), place)] if figures else []

    # --- footnotes

    def define(self, node: SyntaxTreeNode) -> None:
        label = node.meta["label"]
        place = self.place_of(node)
        if label in self.notes:
            message = f"脚注 [^{label}] 定义了两次（第一次在第 {self.place_of(self.notes[label]).line} 行）。"
            self.error("BP127", message, place, "删去一处，或改用另一个名字。")
            return
        self.notes[label] = node
        if not node.children:
            self.error("BP127", f"脚注 [^{label}] 没有内容。", place, "在冒号后面写上脚注的内容。")

    def footnote(self, label: str, place: Place) -> list[Inline]:
        node = self.notes.get(label)
        if label in self.open_notes:
            self.error("BP127", f"脚注 [^{label}] 的内容里又用了它自己。", place, f"删去这里的 [^{label}]。")
        elif label in self.called:
            hint = "每条脚注只能用一次，第二处另写一条。"
            self.error("BP127", f"脚注 [^{label}] 用了两次。", place, hint)
        elif node is None:
            hint = f"另起一行写“[^{label}]: 脚注内容”。"
            self.error("BP127", f"没有脚注 [^{label}] 的内容。", place, hint)
        else:
            # Reserve the number first: a note inside this one comes after it.
            number = self.first_note + len(self.called)
            self.called[label] = Footnote(number, (), place)
            self.open_notes.append(label)
            self.called[label] = Footnote(number, self.blocks(node.children), place)
            self.open_notes.pop()
            return [self.called[label]]
        return []
