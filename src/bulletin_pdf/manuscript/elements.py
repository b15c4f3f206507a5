"""Tool: what each `::: name` is: from a container of the syntax tree to blocks of the model."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from markdown_it.tree import SyntaxTreeNode

from bulletin_pdf.diagnostics import Diagnostic, Place
from bulletin_pdf.manuscript.attributes import CHARTS, NONE, TABLE, Attributes
from bulletin_pdf.manuscript.names import is_ordinary, names_in
from bulletin_pdf.manuscript.paragraphs import joined, merged
from bulletin_pdf.manuscript.tables import as_chart, with_attributes
from bulletin_pdf.model import (
    Beside,
    Block,
    Box,
    EditorNote,
    Exchange,
    Figure,
    Inline,
    Interview,
    LineBreak,
    NameList,
    Paragraph,
    Photos,
    PullQuote,
    Run,
    Table,
    Text,
    Verse,
    plain,
)


class Reader(Protocol):
    """What the reader of a file does for the elements in it."""

    diagnostics: list[Diagnostic]

    def error(self, code: str, message: str, place: Place, hint: str) -> None:
        """Say what is wrong, where, and what to do."""

    def warning(self, code: str, message: str, place: Place, hint: str) -> None:
        """Say what someone should look at."""

    def place_of(self, node: SyntaxTreeNode) -> Place:
        """Where a block begins."""

    def typed_lines(self, inline: SyntaxTreeNode) -> Iterable[tuple[str, Place]]:
        """The source lines of a text and where they begin."""

    def indent(self, place: Place) -> str:
        """The full-width spaces typed before a place."""

    def inlines(self, inline: SyntaxTreeNode) -> list[list[Inline]]:
        """The inlines of a text by source line."""

    def blocks(self, nodes: Iterable[SyntaxTreeNode], *, pictures: bool = False) -> tuple[Block, ...]:
        """The blocks of some nodes; headings, and pictures unless allowed, are errors."""

    def is_pictures(self, node: SyntaxTreeNode) -> bool:
        """Whether a block is a paragraph of pictures alone."""

    def figures(self, node: SyntaxTreeNode) -> list[tuple[Figure, ...]]:
        """The pictures of a paragraph by source line; those that can't be used are left out and reported."""


@dataclass(frozen=True, slots=True)
class Container:
    """A container as typed. argument: the word behind the name where it is one of a few; else `title` has it."""

    name: str
    place: Place
    nodes: Sequence[SyntaxTreeNode]
    argument: str = ""
    title: Text = ()
    attributes: Attributes = field(default_factory=Attributes)


@dataclass(frozen=True, slots=True)
class Element:
    """How to read a container: what may stand behind its name, and what becomes of it.

    words: those that may; has_title: any text may.
    """

    read: Callable[[Reader, Container], Sequence[Block]]
    words: Mapping[str, str] = field(default_factory=dict)
    has_title: bool = False
    attributes: frozenset[str] = NONE


# --- text -----------------------------------------------------------------------------------------------


def _verse(reader: Reader, typed: Container) -> Sequence[Block]:
    """Lines as typed, their indents too; an empty line stands between stanzas."""
    lines: list[Text] = []
    for child in typed.nodes:
        if child.type != "paragraph" or reader.is_pictures(child):
            hint = "把它移到 ::: 外面；行首的 -、>、1. 这类记号前面加一个 \\。"
            reader.error("BP121", "诗里只能有诗行。", reader.place_of(child), hint)
            continue
        inline = child.children[0]
        stanza: list[Text] = []
        for line, (_, at) in zip(reader.inlines(inline), reader.typed_lines(inline), strict=False):
            indent = reader.indent(at)
            kept = [inner for inner in line if not isinstance(inner, LineBreak)]
            stanza.append(tuple(merged([Run(indent, at.right(-len(indent))), *kept] if indent else kept)))
        lines += [(), *stanza] if lines else stanza
    return [Verse(tuple(lines), typed.place, columns=2 if typed.argument else 1)] if lines else []


def _note(reader: Reader, typed: Container) -> Sequence[Block]:
    return [EditorNote(reader.blocks(typed.nodes), typed.place)]


def _guide(reader: Reader, typed: Container) -> Sequence[Block]:
    return [EditorNote(reader.blocks(typed.nodes), typed.place, is_guide=True)]


def _box(reader: Reader, typed: Container) -> Sequence[Block]:
    return [Box(typed.title, reader.blocks(typed.nodes, pictures=True), typed.place)]


def _pull_quote(reader: Reader, typed: Container) -> Sequence[Block]:
    first, *rest = typed.nodes
    if rest or first.type != "paragraph" or reader.is_pictures(first):
        wrong = rest[0] if rest and first.type == "paragraph" else first
        hint = "只留一段文字，其余的移到 ::: 外面。"
        reader.error("BP132", "摘句只能是一段文字。", reader.place_of(wrong), hint)
        return []
    text = joined(line for line in reader.inlines(first.children[0]) if line)
    return [PullQuote(text, typed.place)] if text else []


_QUESTION = re.compile(r"问[：:]")
_ASKER = re.compile(r"([^：:]{1,12})[：:]")


def _interview(reader: Reader, typed: Container) -> Sequence[Block]:
    """Paragraphs that begin as the first one does are questions; what follows each is its answer."""
    blocks = reader.blocks(typed.nodes, pictures=True)
    asker = next(filter(None, map(_asker, blocks)), "")
    exchanges: list[Exchange] = []
    for block in blocks:
        if isinstance(block, Paragraph) and asker and _asker(block) == asker:
            exchanges.append(Exchange(block.lead + block.text, ()))
        elif exchanges:
            exchanges[-1] = replace(exchanges[-1], answer=(*exchanges[-1].answer, block))
        else:
            hint = "每个问题以“问：”开头，或以加重的提问人开头，如 **记者：**；别的文字移到 ::: 外面。"
            reader.error("BP132", "问答里，第一个问题之前有文字。", block.place, hint)
            break
    labels = re.compile(rf"(?:[问答]|{re.escape(asker)})[：:]" if asker else r"[问答][：:]")
    for child in typed.nodes:
        lines = reader.typed_lines(child.children[0]) if child.type == "paragraph" else ()
        for line, place in list(lines)[1:]:
            if label := labels.match(line.lstrip("*")):
                message = f"“{label.group()}”没有另起一段。"
                reader.error("BP132", message, place, "在这一行前面空一行。")
    return [Interview(tuple(exchanges), typed.place)] if exchanges else []


def _asker(block: Block) -> str:
    """问, or the name in strong that a paragraph begins with; '' for neither."""
    if not isinstance(block, Paragraph):
        return ""
    lead = plain(block.lead)
    words = lead + plain(block.text)
    if _QUESTION.match(words):
        return "问"
    match = _ASKER.match(words)
    return match[1] if match and lead.rstrip("：:") == match[1] else ""


def _names(reader: Reader, typed: Container) -> Sequence[Block]:
    names: list[Text] = []
    for child in typed.nodes:
        if child.type != "paragraph" or reader.is_pictures(child):
            hint = "只写姓名，用空格、顿号或换行隔开；别的移到 ::: 外面。"
            reader.error("BP132", "名单里只能有姓名。", reader.place_of(child), hint)
            continue
        for line in reader.inlines(child.children[0]):
            names += names_in(line)
    for name in names:
        if not is_ordinary(name):
            hint = "姓名之间用空格或顿号隔开；两字的姓名中间要空，空一格。"
            message = f"“{plain(name)}”不像一个姓名。"
            reader.warning("BP132", message, name[0].place, hint)
    return [NameList(tuple(names), typed.place)] if names else []


# --- pictures, tables -----------------------------------------------------------------------------------


def _beside(reader: Reader, typed: Container) -> Sequence[Block]:
    first, *rest = typed.nodes
    if not reader.is_pictures(first) or not rest:
        message = "图文要先有一张图片，后面是文字。"
        hint = "图片单独成一段，空一行，再写文字。"
        reader.error("BP132", message, reader.place_of(first), hint)
        return []
    rows = reader.figures(first)
    blocks = reader.blocks(rest)
    figures = [figure for row in rows for figure in row]
    if len(figures) > 1:
        message = f"图文里只能有一张图片，这里有 {len(figures)} 张。"
        reader.error("BP132", message, figures[1].place, "只留一张；几张图片排在一起，用 ::: 组图。")
    if len(figures) != 1 or not blocks:
        return []
    side: Literal["left", "right"] = "left" if typed.argument == "left" else "right"
    return [Beside(figures[0], blocks, side, typed.place)]


def _photos(reader: Reader, typed: Container) -> Sequence[Block]:
    rows: list[tuple[Figure, ...]] = []
    for child in typed.nodes:
        if reader.is_pictures(child):
            rows += reader.figures(child)
        else:
            hint = "只写图片，一行图片排成一行；总图注写在“::: 组图”后面。"
            reader.error("BP132", "组图里只能有图片。", reader.place_of(child), hint)
    return [Photos(tuple(rows), typed.title, typed.place)] if rows else []


def _table(reader: Reader, typed: Container) -> Sequence[Block]:
    table = _only_table(reader, typed)
    if table is None:
        return []
    done, found = with_attributes(table, typed.attributes, typed.place)
    reader.diagnostics += found
    return [done] if done else []


def _chart(reader: Reader, typed: Container) -> Sequence[Block]:
    table = _only_table(reader, typed)
    if table is None:
        return []
    done, found = as_chart(CHARTS[typed.name.removesuffix("-chart")], table, typed.place)
    reader.diagnostics += found
    return [done] if done else []


def _only_table(reader: Reader, typed: Container) -> Table | None:
    """The one table in a container, with the container's title for its caption."""
    before = len(reader.diagnostics)
    blocks = reader.blocks(typed.nodes, pictures=True)
    tables = [block for block in blocks if isinstance(block, Table)]
    if len(blocks) != 1 or not tables:
        if len(reader.diagnostics) == before:
            message = f"“::: {typed.name}”里要有一个表格，也只能有一个。"
            wrong = next((block.place for block in blocks if block not in tables[:1]), typed.place)
            hint = "写一个用竖线分格的表格，或 ![](文件名.csv)；别的移到 ::: 外面。"
            reader.error("BP132", message, wrong, hint)
        return None
    table = tables[0]
    if typed.title and table.caption:
        hint = f"留下“::: {typed.name}”后面的，删去表格上面的。"
        reader.error("BP132", "表格的题注写了两次。", table.caption[0].place, hint)
    return replace(table, caption=typed.title or table.caption)


_VERSE = Element(_verse, {"两栏": "2", "two-columns": "2"})
_BESIDE = Element(_beside, {"左": "left", "右": "right", "left": "left", "right": "right"})
_TABLE = Element(_table, has_title=True, attributes=TABLE)
_CHART = Element(_chart, has_title=True)
ELEMENTS = {
    "诗": _VERSE,
    "verse": _VERSE,
    "编者按": Element(_note),
    "editor-note": Element(_note),
    "导读": Element(_guide),
    "guide": Element(_guide),
    "方框": Element(_box, has_title=True),
    "box": Element(_box, has_title=True),
    "摘句": Element(_pull_quote),
    "pull-quote": Element(_pull_quote),
    "问答": Element(_interview),
    "interview": Element(_interview),
    "名单": Element(_names),
    "names": Element(_names),
    "图文": _BESIDE,
    "beside": _BESIDE,
    "组图": Element(_photos, has_title=True),
    "photos": Element(_photos, has_title=True),
    "表": _TABLE,
    "table": _TABLE,
    "柱图": _CHART,
    "bar-chart": _CHART,
    "折线图": _CHART,
    "line-chart": _CHART,
    "饼图": _CHART,
    "pie-chart": _CHART,
}
