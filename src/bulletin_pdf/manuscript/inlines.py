"""Tool: the text of one source file, from the syntax tree to inlines of the model, every run with its place.

Also where things stand in that file, and what was found wrong in it so far.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from markdown_it.tree import SyntaxTreeNode

from bulletin_pdf.diagnostics import Diagnostic, Place, error, warning
from bulletin_pdf.manuscript.acceptance import covered, is_acceptance, read_acceptance
from bulletin_pdf.manuscript.attributes import WORDS
from bulletin_pdf.manuscript.dialect import place_at
from bulletin_pdf.manuscript.inline_rules import MAX_TEXT, TOO_DEEP, TOO_LONG
from bulletin_pdf.manuscript.paragraphs import merged, trimmed
from bulletin_pdf.model import Acceptance, Inline, LineBreak, Run
from bulletin_pdf.source import INVISIBLE, SourceText

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
    (
        re.compile(r"\]\[(?!\^)|^\[[^\[\]]+\]:\s*(?:https?:|mailto:|<)"),
        "没有“[文字][1]”这种写法。",
        "链接写成 [文字](https://网址)，脚注写成 [^1]；要印出方括号，写成 \\[1\\]。",
    ),
)
# Commands and attributes that stand among other text.
_STRAY = re.compile(
    r"[{｛]\s*(?:"
    + "|".join(map(re.escape, (*(word.strip("{}") for word in PAGE_BREAKS), *sorted(WORDS))))
    + r")(?:[=＝\s][^{}｛｝]*)?[}｝]"
)
# Each of them has one of these.
_SIGN = re.compile(r"[][^|~{｛]")
# Composing takes time and room for every word: one of a thousand letters is a slip.
MAX_WORD = 1000
_LONG_WORD = re.compile(rf"[!-~]{{{MAX_WORD + 1},}}")
# Typed behind the bar of {重点|·}, these ask for 着重号.
_DOTS = ("·", "．", ".", "•", "●")


@dataclass(frozen=True, slots=True)
class _Style:
    strong: bool = False
    emphasis: bool = False
    link: str | None = None


class TextReader(ABC):
    """Reads the texts of one file; collects what is wrong with it."""

    def __init__(self, source: SourceText) -> None:
        self.lines = source.lines
        self.file = source.file
        self.diagnostics: list[Diagnostic] = []
        self.acceptances: list[Acceptance] = []

    @abstractmethod
    def footnote(self, label: str, place: Place) -> list[Inline]:
        """The footnote that is called at a place, or nothing."""

    def error(self, code: str, message: str, place: Place, hint: str) -> None:
        """Say what is wrong, where, and what to do."""
        self.diagnostics.append(error(code, message, place, hint))

    def warning(self, code: str, message: str, place: Place, hint: str) -> None:
        """Say what someone should look at."""
        self.diagnostics.append(warning(code, message, place, hint))

    # --- places

    def place(self, number: int, offset: int) -> Place:
        """The place in a line, both counted from 0."""
        return Place(self.file, number + 1, offset + 1)

    def place_of(self, node: SyntaxTreeNode) -> Place:
        """Where a block begins: as the dialect knows it, or its first line's first character."""
        told = node.children[0] if node.children and node.children[0].type == "inline" else node
        if places := told.meta.get("places"):
            return self.place(*places[0])
        number = at(node)
        line = self.lines[number]
        return self.place(number, len(line) - len(line.lstrip()))

    def typed_lines(self, inline: SyntaxTreeNode) -> Iterator[tuple[str, Place]]:
        """The source lines of a text without the blanks around them, and where they begin."""
        for typed, (number, start) in zip(inline.content.split("\n"), inline.meta["places"], strict=False):
            yield typed.strip(), self.place(number, start + len(typed) - len(typed.lstrip()))

    def place_at(self, inline: SyntaxTreeNode, offset: int) -> Place:
        """Where an offset into the content of a text stands in the source."""
        return self.place(*place_at(inline, offset))

    def inlines(self, inline: SyntaxTreeNode) -> list[list[Inline]]:
        """The text of a paragraph, heading or cell by source line, blanks at the lines' ends left out."""
        lines: list[list[Inline]] = [[]]
        self.visit(inline, inline.children, _Style(), lines)
        self.check_stars(inline)
        self.check_end(inline)
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
            place = self.place_at(inline, at(node))
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
        place = self.place_at(inline, at(node))
        target = str(node.attrs["href"])
        shown = quoted(unquote(target))
        inner = replace(style, link=target)
        if not target.startswith(("http://", "https://", "mailto:")):
            hint = "网址以 https:// 开头，邮箱以 mailto: 开头；要放图片，写成 ![说明](文件名)。"
            self.error("BP121", f"链接“{shown}”不是网址。", place, hint)
        if "title" in node.attrs:
            message = f"链接的标题“{quoted(str(node.attrs['title']))}”印不出来。"
            self.error("BP121", message, place, "删去网址后面引号里的文字，或写到正文里。")
        if node.markup == "autolink":
            # As typed: markdown-it decodes what stands between < and >.
            begin = at(node) + 1
            typed = inline.content[begin : inline.content.index(">", begin)]
            lines[-1].append(Run(typed, place.right(1), style.strong, style.emphasis, target))
            return
        if not node.children:
            self.error("BP121", "链接没有文字。", place, "在 [ ] 里写上要印出来的文字。")
        self.visit(inline, node.children, inner, lines)

    def unknown(self, node: SyntaxTreeNode, place: Place) -> None:
        """Report an inline that a bulletin has no use for."""
        match node.type:
            case "html_inline" if is_acceptance(node.content):
                self.accept(node.content, place)
            case "html_inline":
                message = f"这里有 HTML 代码：{quoted(node.content)}。"
                self.error("BP120", message, place, "改用 Markdown 的写法；要印出 < 号，写成 \\<。")
            case "code_inline":
                message = f"这里有代码记号（`）：{quoted(node.content)}。"
                self.error("BP121", message, place, "删去 ` 号；要印出它，写成 \\`。")
            case "image":
                message = "图片和文字挤在一段里。"
                self.error("BP121", message, place, "让图片单独成一段，前后各空一行。")
            case other if other == TOO_LONG:
                hint = f"一段最多 {MAX_TEXT} 字：分成几段，段与段之间空一行。"
                self.error("BP107", "这一段太长。", place, hint)
            case other if other == TOO_DEEP:
                self.error("BP113", "加重、强调套得太深。", place, "减少 * 和 _。")
            case other:
                self.error("BP121", f"读不懂这里的写法（{other}）。", place, "改用别的写法。")

    def accept(self, comment: str, place: Place) -> None:
        """Take down what a comment `<!-- 保留 PR304：… -->` accepts."""
        codes, reason = read_acceptance(comment)
        if not codes:
            message, hint = (
                f"“{quoted(comment)}”没有读懂。",
                "写成 <!-- 保留 PR304：为什么 -->：编号、冒号、理由。",
            )
            self.error("BP151", message, place, hint)
        first, last = covered(self.lines, place.line or 1)
        self.acceptances += (Acceptance(code, reason, place, first, last) for code in codes)

    def check_leftovers(self, text: str, place: Place) -> None:
        """Markdown signs that stayed in the text because nothing matched them."""
        has_signs = _SIGN.search(text) is not None
        for pattern, message, hint in _LEFTOVERS if has_signs else ():
            for match in pattern.finditer(text):
                self.error("BP126", message, place.right(match.start()), hint)
        for match in _STRAY.finditer(text) if has_signs else ():
            is_break = any(word.strip("{}") in match.group() for word in PAGE_BREAKS)
            hint = (
                "单独成一段，前后各空一行。"
                if is_break
                else "紧接在图片后面写，中间不空格；要印出花括号，写成 \\{。"
            )
            message = f"“{quoted(match.group())}”和文字挤在一段里。"
            self.error("BP122", message, place.right(match.start()), hint)
        for match in _LONG_WORD.finditer(text):
            hint = f"一个词最多 {MAX_WORD} 个字母：加上空格，或核对是不是粘贴错了。"
            message = f"“{quoted(match.group())}”有 {len(match.group())} 个字母连在一起。"
            self.error("BP107", message, place.right(match.start()), hint)

    def check_end(self, inline: SyntaxTreeNode) -> None:
        """A backslash at the end of a text breaks no line."""
        if re.search(r"(?<!\\)(?:\\\\)*\\$", inline.content):
            place = self.place_at(inline, len(inline.content) - 1)
            hint = "要换行，后面接着写文字；要印出它，写成 \\\\。"
            self.error("BP126", "末尾的“\\”后面没有文字可以换行。", place, hint)

    def check_stars(self, inline: SyntaxTreeNode) -> None:
        """Signs of emphasis that stayed in the text: two asterisks are a slip, a single sign may be meant."""
        left = [
            node for node in inline.walk() if "touches" in node.meta and node.type == "text" and node.content
        ]
        signs = {at(node): node.content for node in left}
        for node in left:
            offset, sign = at(node), node.content
            place = self.place_at(inline, offset)
            if signs.get(offset - 1) == sign:
                continue
            if signs.get(offset + 1) != sign:
                around = inline.content[max(offset - 1, 0) : offset + 2]
                if not node.meta["touches"] or (
                    around.isascii() and around[0].isalnum() and around[-1].isalnum()
                ):
                    continue  # 2 * 3, 2*3, file_name
                hint = f"要强调，在文字前后各写一个 *；就是要印出它，写成 \\{sign}。"
                self.warning("BP126", f"单个“{sign}”没有配对，会照样印出。", place, hint)
            elif sign == "*":
                hint = "在要加重的文字前后各写 **，紧贴文字；要印出星号，写成 \\*\\*。"
                self.error("BP126", "两个星号（**）没有配对。", place, hint)


def at(node: SyntaxTreeNode) -> int:
    """Where a node begins: an inline one in its text, a block one as a line of the file, both from 0."""
    return node.map[0] if node.map else 0


def quoted(typed: str) -> str:
    """The beginning of some source text, fit to be quoted in a message."""
    first = typed.strip().split("\n")[0]
    return first if len(first) <= 20 else first[:20] + "……"
