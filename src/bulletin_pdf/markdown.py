"""Tool: Markdown to blocks of the model, every run with its place.

What is not understood is a located diagnostic; no character is dropped in silence.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import unquote

from markdown_it.tree import SyntaxTreeNode

from bulletin_pdf.diagnostics import Diagnostic, Place, error, warning
from bulletin_pdf.dialect import TOO_DEEP, parse, place_at, too_deep
from bulletin_pdf.model import (
    Block,
    EditorNote,
    Footnote,
    Inline,
    LineBreak,
    ListBlock,
    ListItem,
    PageBreak,
    Paragraph,
    Quotation,
    Run,
    Table,
    Text,
    Verse,
    plain,
)
from bulletin_pdf.paragraphs import joined, merged, paragraphs, trimmed
from bulletin_pdf.schema import nearest
from bulletin_pdf.source import INVISIBLE, SourceText


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as typed; `rank` is its number of # signs. What it titles is for the loader to say."""

    rank: int
    text: Text
    place: Place


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as typed, %20 and its like decoded; the loader finds the file."""

    target: str
    alt: str
    caption: Text
    place: Place


Part = Heading | Picture | Block

ContainerKind = Literal["verse", "editor_note"]
CONTAINERS: dict[str, ContainerKind] = {
    "诗": "verse",
    "verse": "verse",
    "编者按": "editor_note",
    "editor-note": "editor_note",
}
PAGE_BREAKS = ("{分页}", "{pagebreak}")

# Markdown signs that stay in the text when nothing came of them: what is wrong, and how to write it.
_LEFTOVERS = (
    (
        re.compile(r"\]\(|\]（(?=\s*https?:)"),
        "这个链接或图片没有读懂。",
        "链接写成 [文字](https://网址)，图片写成 ![说明](文件名)：用英文括号，括号里没有空格。",
    ),
    (
        re.compile(r"\^\[|\[\^"),
        "这个脚注没有读懂。",
        "正文里写 [^1]，另起一行写“[^1]: 脚注内容”；名字里没有空格。",
    ),
    (
        re.compile(r"^.*(?:\|\s*:?-{3,}|-{3,}:?\s*\|)"),
        "这个表格没有读懂。",
        "表头和下面那行 --- 的格数要一样，表格前面空一行。",
    ),
    (re.compile(r"~~"), "没有“~~”这种写法。", "删去 ~~；要印出它，写成 \\~\\~。"),
)
# Lines that look like something else than text.
_HEADING_LIKE = re.compile(r"([#＃]+)(?!\d)\s*")
_CONTAINER_LIKE = re.compile(r"[:：]{2,}\s*(\S{0,11})")
_COMMAND_LIKE = re.compile(r"[{｛][^{}｛｝]*[}｝]")


# Typed behind the bar of {重点|·}, these ask for 着重号.
_DOTS = ("·", "．", ".", "•", "●")


def parse_markdown(source: SourceText, first_note: int = 1) -> tuple[list[Part], list[Diagnostic]]:
    """The parts of one Markdown file in order, and what was wrong with it. first_note: its first footnote's number."""
    reader = _Reader(source, first_note)
    parts = reader.read()
    return parts, reader.diagnostics


@dataclass(frozen=True, slots=True)
class _Style:
    strong: bool = False
    emphasis: bool = False
    link: str | None = None


class _Reader:
    """Walks the syntax tree of one file; collects diagnostics and numbers the footnotes on the way."""

    def __init__(self, source: SourceText, first_note: int) -> None:
        self.first_note = first_note
        self.lines = source.lines
        self.file = source.file
        self.diagnostics: list[Diagnostic] = []
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
        parts = self.parts(node for node in self.root.children if node.type != "footnote_reference")
        for label, node in self.notes.items():
            if label not in self.called:
                message = f"脚注 [^{label}] 有内容，正文里没有用到它。"
                hint = f"在正文里写上 [^{label}]，或删去这条脚注。"
                self.error("BP127", message, self.place_of(node), hint)
        return parts

    def error(self, code: str, message: str, place: Place, hint: str) -> None:
        self.diagnostics.append(error(code, message, place, hint))

    def warning(self, code: str, message: str, place: Place, hint: str) -> None:
        self.diagnostics.append(warning(code, message, place, hint))

    def place(self, number: int, offset: int) -> Place:
        """The place in a line, both counted from 0."""
        return Place(self.file, number + 1, offset + 1)

    def place_of(self, node: SyntaxTreeNode) -> Place:
        """Where a block begins: as the dialect knows it, or its first line's first character."""
        told = node.children[0] if node.children and node.children[0].type == "inline" else node
        if places := told.meta.get("places"):
            return self.place(*places[0])
        number = _at(node)
        line = self.lines[number]
        return self.place(number, len(line) - len(line.lstrip()))

    # --- blocks

    def parts(self, nodes: Iterable[SyntaxTreeNode]) -> list[Part]:
        parts: list[Part] = []
        for node in nodes:
            for part in self.part(node):
                last = parts[-1] if parts else None
                is_caption = isinstance(last, Paragraph) and re.match(
                    r"表\s?\d", plain(last.lead + last.text)
                )
                if isinstance(part, Table) and isinstance(last, Paragraph) and is_caption:
                    parts[-1] = replace(part, caption=last.lead + last.text)
                else:
                    parts.append(part)
        return parts

    def blocks(self, nodes: Iterable[SyntaxTreeNode]) -> tuple[Block, ...]:
        """Blocks inside a quotation, list, note or container, where headings and pictures have no place."""
        blocks: list[Block] = []
        for part in self.parts(nodes):
            if isinstance(part, Heading):
                message = f"标题“{plain(part.text)}”不能放在引文、列表、脚注或 ::: 里面。"
                self.error("BP124", message, part.place, "把标题移到外面。")
            elif isinstance(part, Picture):
                message = "图片不能放在引文、列表、脚注或 ::: 里面。"
                self.error("BP121", message, part.place, "让图片单独成一段，前后各空一行。")
            else:
                blocks.append(part)
        return tuple(blocks)

    def part(self, node: SyntaxTreeNode) -> Sequence[Part]:
        place = self.place_of(node)
        match node.type:
            case "paragraph":
                return self.paragraph(node)
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
            case "html_block":
                message = f"这里有 HTML 代码：{_quote(node.content)}。"
                hint = "改用 Markdown 的写法，或删去；要印出 < 号，写成 \\<。"
                self.error("BP120", message, place, hint)
            case "fence":
                message = f"这里有代码块（{node.markup}），简报里用不上。"
                self.error("BP121", message, place, f"删去 {node.markup} 这两行，留下中间的文字。")
            case "hr":
                message = f"不懂这条分隔线：{_quote(self.lines[(place.line or 1) - 1][(place.column or 1) - 1 :])}。"
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

    def paragraph(self, node: SyntaxTreeNode) -> Sequence[Part]:
        inline = node.children[0]
        place = self.place_of(node)
        if pictures := self.pictures(inline):
            return pictures
        typed = inline.content.strip()
        if typed in PAGE_BREAKS:
            return [PageBreak(place)]
        if _COMMAND_LIKE.fullmatch(typed):
            self.error("BP122", f"不懂“{_quote(typed)}”。", place, nearest(typed, PAGE_BREAKS))
            return []
        self.check_lines(inline)
        lines = [line for line in self.inlines(inline) if line]
        return paragraphs(lines, place) if lines else []

    def check_lines(self, inline: SyntaxTreeNode) -> None:
        """Lines of a paragraph that were meant as something else, and indents that someone typed."""
        for index, (typed, place) in enumerate(self.typed_lines(inline)):
            if match := _HEADING_LIKE.match(typed):
                signs = "#" * min(len(match[1]), 6)
                title = _quote(typed[match.end() :])
                hint = f"写成“{signs} {title}”：# 号顶格，后面空一格，最多六个；要印出 # 号，写成 \\#。"
                self.error("BP121", f"“{_quote(typed)}”没有读成标题。", place, hint)
                continue
            elif match := _CONTAINER_LIKE.fullmatch(typed):
                if match[1] in CONTAINERS:
                    hint = f"单独写一行“::: {match[1]}”：三个英文冒号，顶格，前面空一行。"
                    self.error("BP123", f"“{typed}”没有读懂。", place, hint)
                elif not match[1]:
                    hint = "删去这一行，或在这一块前面写上“::: 诗”这样的一行。"
                    self.error("BP123", f"“{typed}”没有对应的开头。", place, hint)
            elif _COMMAND_LIKE.fullmatch(typed):
                hint = "单独成一段，前后各空一行。"
                self.error("BP122", f"“{_quote(typed)}”和文字挤在一段里。", place, hint)
            if indent := self.indent(place):
                if index == 0:
                    message, hint = "行首有空格，已略去。", "删去行首的空格：首行缩进由版式负责。"
                else:
                    message = "行首有空格，但这一行接在上一行后面，不另起一段。"
                    hint = "要另起一段，在前面空一行；不另起，就删去行首的空格。"
                self.warning("BP129", message, place.right(-len(indent)), hint)

    def typed_lines(self, inline: SyntaxTreeNode) -> Iterator[tuple[str, Place]]:
        """The source lines of a text without the blanks around them, and where they begin."""
        for typed, (number, start) in zip(inline.content.split("\n"), inline.meta["places"], strict=False):
            yield typed.strip(), self.place(number, start + len(typed) - len(typed.lstrip()))

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
        return Table(rows[0], tuple(rows[1:]), alignment, (), self.place_of(node))

    def container(self, node: SyntaxTreeNode) -> Sequence[Part]:
        place = self.place_of(node)
        name = node.info
        kind = CONTAINERS.get(name)
        if kind is None:
            self.error("BP122", f"没有“::: {name}”这种写法。", place, nearest(name, CONTAINERS))
            return []
        if not node.meta["closed"]:
            self.error("BP123", f"“::: {name}”没有结束。", place, "在这一块后面单独写一行 :::。")
            return []
        if kind == "editor_note":
            blocks = self.blocks(node.children)
            if not node.children:
                self.error("BP125", f"“::: {name}”里没有内容。", place, "写上内容，或删去这一块。")
            return [EditorNote(blocks, place)]
        return self.verse(node, name, place)

    def verse(self, node: SyntaxTreeNode, name: str, place: Place) -> list[Part]:
        """Lines as typed, their indents too; an empty line stands between stanzas."""
        lines: list[Text] = []
        for child in node.children:
            if child.type != "paragraph" or self.pictures(child.children[0]):
                hint = "把它移到 ::: 外面；行首的 -、>、1. 这类记号前面加一个 \\。"
                self.error("BP121", "诗里只能有诗行。", self.place_of(child), hint)
                continue
            inline = child.children[0]
            stanza: list[Text] = []
            for line, (_, at) in zip(self.inlines(inline), self.typed_lines(inline), strict=False):
                indent = self.indent(at)
                kept = [inner for inner in line if not isinstance(inner, LineBreak)]
                stanza.append(tuple(merged([Run(indent, at.right(-len(indent))), *kept] if indent else kept)))
            lines += [(), *stanza] if lines else stanza
        if not lines:
            if not node.children:
                self.error("BP125", f"“::: {name}”里没有内容。", place, "写上诗行，一行一句，或删去这一块。")
            return []
        return [Verse(tuple(lines), place)]

    def pictures(self, inline: SyntaxTreeNode) -> list[Picture]:
        """The pictures of a paragraph that holds nothing else."""
        children = [
            child
            for child in inline.children
            if child.type != "softbreak" and not (child.type == "text" and not child.content.strip())
        ]
        if any(child.type != "image" for child in children):
            return []
        pictures = []
        for image in children:
            at = _at(image)
            texts = (inner for inner in image.walk() if inner.type in ("text", "text_special"))
            alt = "".join(inner.content for inner in texts)
            title = str(image.attrs.get("title", ""))
            start = inline.content.find(title, at + 2 + len(image.content)) if title else at + 2
            caption = Run(title or alt, self.place_at(inline, max(start, at)))
            target = unquote(str(image.attrs["src"]))
            place = self.place_at(inline, at)
            pictures.append(Picture(target, alt, (caption,) if caption.text else (), place))
        return pictures

    # --- inlines

    def place_at(self, inline: SyntaxTreeNode, offset: int) -> Place:
        """Where an offset into the content of a text stands in the source."""
        return self.place(*place_at(inline, offset))

    def inlines(self, inline: SyntaxTreeNode) -> list[list[Inline]]:
        """The text of a paragraph, heading or cell by source line, blanks at the lines' ends left out."""
        lines: list[list[Inline]] = [[]]
        self.visit(inline, inline.children, _Style(), lines)
        self.check_stars(inline)
        return [trimmed(merged(line)) for line in lines]

    def visit(
        self,
        inline: SyntaxTreeNode,
        nodes: Iterable[SyntaxTreeNode],
        style: _Style,
        lines: list[list[Inline]],
    ) -> None:
        """Add the nodes of a text to its lines."""
        for node in nodes:
            place = self.place_at(inline, _at(node))
            match node.type:
                case "text":
                    if node.content:
                        self.check_leftovers(node.content, place)
                        inner = node.content.rstrip()
                        if (tab := inner.find("\t", len(inner) - len(inner.lstrip()))) >= 0:
                            hint = "删去它，或换成空格。"
                            self.error("BP104", "文字里有制表符。", place.right(tab), hint)
                        lines[-1].append(Run(node.content, place, style.strong, style.emphasis, style.link))
                case "text_special":
                    if node.info == "escape" and node.content != node.markup:
                        place = place.right(1)
                    elif INVISIBLE.search(node.content) or node.content in ("\n", "\r", "\t", "\ufffd"):
                        message = f"“{node.markup}”是看不见的字符，或不成字符。"
                        self.error("BP104", message, place, "删去它。")
                        continue
                    lines[-1].append(Run(node.content, place, style.strong, style.emphasis, style.link))
                case "strong":
                    self.visit(inline, node.children, replace(style, strong=True), lines)
                case "em":
                    self.visit(inline, node.children, replace(style, emphasis=True), lines)
                case "link":
                    self.link(inline, node, style, lines)
                case "softbreak" | "hardbreak":
                    if node.type == "hardbreak":
                        lines[-1] = [*trimmed(merged(lines[-1])), LineBreak(place)]
                    lines.append([])
                case "annotation":
                    lines[-1].append(self.annotation(node, place.right(1), style))
                case "footnote_ref":
                    lines[-1].extend(self.footnote(node.meta["label"], place))
                case _:
                    self.unknown(node, place)

    def annotation(self, node: SyntaxTreeNode, place: Place, style: _Style) -> Run:
        """Characters with dots under them, or with a reading over each."""
        run = Run(node.content, place, style.strong, style.emphasis, style.link)
        if node.info in _DOTS:
            return replace(run, dotted=True)
        readings = tuple(node.info.split())
        if len(readings) != len(run.text):
            message = f"“{run.text}”有 {len(run.text)} 个字，注音有 {len(readings)} 个。"
            self.error("BP131", message, place, "每个字一个注音，用空格隔开；要加着重号，竖线后面写 ·。")
            return run
        return replace(run, readings=readings)

    def link(
        self, inline: SyntaxTreeNode, node: SyntaxTreeNode, style: _Style, lines: list[list[Inline]]
    ) -> None:
        place = self.place_at(inline, _at(node))
        target = str(node.attrs["href"])
        shown = _quote(unquote(target))
        inner = replace(style, link=target)
        if not target.startswith(("http://", "https://", "mailto:")):
            hint = "网址以 https:// 开头，邮箱以 mailto: 开头；要放图片，写成 ![说明](文件名)。"
            self.error("BP121", f"链接“{shown}”不是网址。", place, hint)
        if "title" in node.attrs:
            message = f"链接的标题“{_quote(str(node.attrs['title']))}”印不出来。"
            self.error("BP121", message, place, "删去网址后面引号里的文字，或写到正文里。")
        if node.markup == "autolink":
            # As typed: markdown-it decodes what stands between < and >.
            begin = _at(node) + 1
            typed = inline.content[begin : inline.content.index(">", begin)]
            lines[-1].append(Run(typed, place.right(1), style.strong, style.emphasis, target))
            return
        if not node.children:
            self.error("BP121", "链接没有文字。", place, "在 [ ] 里写上要印出来的文字。")
        self.visit(inline, node.children, inner, lines)

    def unknown(self, node: SyntaxTreeNode, place: Place) -> None:
        """Report an inline that a bulletin has no use for."""
        match node.type:
            case "html_inline":
                message = f"这里有 HTML 代码：{_quote(node.content)}。"
                self.error("BP120", message, place, "改用 Markdown 的写法；要印出 < 号，写成 \\<。")
            case "code_inline":
                message = f"这里有代码记号（`）：{_quote(node.content)}。"
                self.error("BP121", message, place, "删去 ` 号；要印出它，写成 \\`。")
            case "image":
                message = "图片和文字挤在一段里。"
                self.error("BP121", message, place, "让图片单独成一段，前后各空一行。")
            case other if other == TOO_DEEP:
                self.error("BP113", "加重、强调套得太深。", place, "减少 * 和 _。")
            case other:
                self.error("BP121", f"读不懂这里的写法（{other}）。", place, "改用别的写法。")

    def check_leftovers(self, text: str, place: Place) -> None:
        """Markdown signs that stayed in the text because nothing matched them."""
        for pattern, message, hint in _LEFTOVERS:
            for match in pattern.finditer(text):
                at = place if match.start() == 0 else place.right(match.start())
                self.error("BP126", message, at, hint)

    def check_stars(self, inline: SyntaxTreeNode) -> None:
        """Signs of emphasis that stayed in the text: two asterisks are a slip, a single sign may be meant."""
        left = [
            node for node in inline.walk() if "touches" in node.meta and node.type == "text" and node.content
        ]
        signs = {_at(node): node.content for node in left}
        for node in left:
            at, sign = _at(node), node.content
            place = self.place_at(inline, at)
            if signs.get(at - 1) == sign:
                continue
            if signs.get(at + 1) != sign:
                around = inline.content[max(at - 1, 0) : at + 2]
                if not node.meta["touches"] or (
                    around.isascii() and around[0].isalnum() and around[-1].isalnum()
                ):
                    continue  # 2 * 3, 2*3, file_name
                hint = f"要强调，在文字前后各写一个 *；就是要印出它，写成 \\{sign}。"
                self.warning("BP126", f"单个“{sign}”没有配对，会照样印出。", place, hint)
            elif sign == "*":
                hint = "在要加重的文字前后各写 **，紧贴文字；要印出星号，写成 \\*\\*。"
                self.error("BP126", "两个星号（**）没有配对。", place, hint)

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


def _at(node: SyntaxTreeNode) -> int:
    """Where a node begins: an inline one in its text, a block one as a line of the file, both from 0."""
    return node.map[0] if node.map else 0


def _quote(typed: str) -> str:
    """The beginning of some source text, fit to be quoted in a message."""
    first = typed.strip().split("\n")[0]
    return first if len(first) <= 20 else first[:20] + "……"
