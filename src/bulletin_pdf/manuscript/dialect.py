"""Tool: Markdown to a syntax tree in which every piece of text knows its place. The home of markdown-it.

CommonMark with tables, footnotes `[^1]` and containers `::: 诗`, less what a bulletin has no use for.
markdown-it keeps line numbers of blocks only. Here an inline token keeps the offset in the block's text
where it begins (`map[0]`, which markdown-it leaves empty), and a block keeps line and offset of each of its
lines (`meta["places"]` of the token that holds the text), so that nothing has to be searched for afterwards.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_block import (
    StateBlock,
    fence,
    heading,
    hr,
    html_block,
    list_block,
    paragraph,
    table,
)
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.footnote import footnote_plugin

from bulletin_pdf.manuscript.container import container
from bulletin_pdf.manuscript.inline_rules import (
    MAX_NESTING,
    PlacedInline,
    annotation,
    emphasis,
    image,
    note,
    notice,
)

BlockRule = Callable[[StateBlock, int, int, bool], bool]


def parse(text: str) -> SyntaxTreeNode:
    """The syntax tree of a text whose lines end in LF."""
    # A line of full-width spaces is empty to whoever typed it, in a quotation too.
    empty = re.compile(r"^[>\s]*$")
    lines = (re.sub(r"\s", " ", line) if empty.match(line) else line for line in text.split("\n"))
    return SyntaxTreeNode(_PARSER.parse("\n".join(lines)))


def too_deep(root: SyntaxTreeNode) -> SyntaxTreeNode | None:
    """The first block so deep that markdown-it may have dropped what it holds."""
    return next((node for node in root.walk() if node.is_nested and node.level >= MAX_NESTING - 1), None)


def place_at(text: SyntaxTreeNode, offset: int) -> tuple[int, int]:
    """The line of the file and the offset in it, both from 0, of an offset into a text's content."""
    index = bisect_right(text.meta["starts"], offset) - 1
    number, start = text.meta["places"][index]
    return number, start + offset - text.meta["starts"][index]


def cells(line: str, start: int) -> list[tuple[int, str]]:
    """The cells of a table row that begins at `start`: offset in the line, and text as typed."""
    row = line[start:].rstrip()
    # A bar in braces belongs to an annotation.
    bars = [match.start() for match in re.finditer(r"\{[^{}|]+\|[^{}|]+\}|(?<!\\)\|", row) if match[0] == "|"]
    pieces = [
        (begin, row[begin:end])
        for begin, end in zip([0, *(bar + 1 for bar in bars)], [*bars, len(row)], strict=True)
    ]
    # The bars around a row leave an empty piece at each end.
    if not pieces[0][1]:
        del pieces[0]
    if pieces and not pieces[-1][1]:
        del pieces[-1]
    return [(start + begin + _blanks(piece), piece.strip()) for begin, piece in pieces]


def _blanks(text: str) -> int:
    """How many blanks a text begins with."""
    return len(text) - len(text.lstrip())


# --- blocks ---------------------------------------------------------------------------------------------


def _place(state: StateBlock, number: int) -> tuple[str, int]:
    """A source line, and the offset in it of the line's first character inside the block at work."""
    first = state.bMarks[number] + state.tShift[number]
    begin = state.src.rfind("\n", 0, first) + 1
    return state.src[begin : state.eMarks[number]], first - begin


def _keep(token: Token, places: list[tuple[int, int]]) -> None:
    """Let a text know where its lines stand in the file, and where they begin in its content."""
    lengths = (len(line) + 1 for line in token.content.split("\n")[:-1])
    token.meta = {"places": places, "starts": list(accumulate(lengths, initial=0))}


def _paragraph(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """Each line of the content begins where its source line does, less the blanks that markdown-it strips."""
    before = len(state.tokens)
    found = paragraph(state, first, end, silent)
    for token in state.tokens[before:]:
        if token.type == "inline" and token.map:
            numbers = list(range(*token.map))
            while len(numbers) > 1 and _is_blank(*_place(state, numbers[0])):
                del numbers[0]
            places = []
            for number, typed in zip(numbers, token.content.split("\n"), strict=False):
                line, start = _place(state, number)
                if number == numbers[0]:
                    start += _blanks(line[start:])
                places.append((number, start - (len(typed) - len(typed.lstrip(" \t")))))
            _keep(token, places)
    return found


def _is_blank(line: str, start: int) -> bool:
    return not line[start:].strip()


# A backslash that escapes nothing; at a line's end, or inside a heading, it breaks the line.
_BREAK = re.compile(r"(?<!\\)(?:\\\\)*\\(?![!-/:-@\[-`{-~])")


def _heading(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """The content begins behind the # signs and blanks. A backslash in it, or at its end, begins another line."""
    before = len(state.tokens)
    found = heading(state, first, end, silent)
    for token in state.tokens[before:]:
        if token.type == "inline":
            line, start = _place(state, first)
            pieces = [(first, len(line) - len(line[start:].lstrip("#").lstrip()), token.content)]
            while _breaks_at_end(pieces[-1][2]) and _goes_on(state, state.line, end):
                line, start = _place(state, state.line)
                pieces.append((state.line, start, line[start:].rstrip()))
                state.line += 1
            lines = [
                (number, start + begin, piece[begin:finish])
                for number, start, piece in pieces
                for begin, finish in _stretches(piece)
            ]
            token.content = "\n".join(piece for *_, piece in lines)
            _keep(token, [(number, start) for number, start, _ in lines])
    return found


def _breaks_at_end(piece: str) -> bool:
    return any(match.end() == len(piece) for match in _BREAK.finditer(piece))


def _stretches(piece: str) -> Iterator[tuple[int, int]]:
    """Begin and end of what stands between the breaks of a line."""
    ends = [match.end() for match in _BREAK.finditer(piece) if match.end() < len(piece)]
    return pairwise([0, *ends, len(piece)])


def _goes_on(state: StateBlock, number: int, end: int) -> bool:
    """Whether a line is text and nothing else."""
    if number >= end or state.isEmpty(number) or state.sCount[number] < state.blkIndent:
        return False
    return not any(rule(state, number, end, True) for rule in state.md.block.ruler.getRules("paragraph"))


def _table(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    r"""Cells keep their text as typed: `\|` is an escape like any other, which the inline rules read."""
    before = len(state.tokens)
    found = table(state, first, end, silent)
    row: list[tuple[int, str]] = []
    for token in state.tokens[before:]:
        if token.type == "tr_open" and token.map:
            number = token.map[0]
            row = cells(*_place(state, number))
            token.meta["excess"] = row
        elif token.type == "inline":
            start, token.content = row.pop(0) if row else (0, "")
            _keep(token, [(number, start)])
    return found


_PLACED = {"list_item_open", "hr", "fence", "html_block", "container_open"}


def _placed(rule: BlockRule) -> BlockRule:
    """The rule, whose tokens know where they begin; those of blocks inside have been told before."""

    def placed(state: StateBlock, first: int, end: int, silent: bool) -> bool:
        before = len(state.tokens)
        found = rule(state, first, end, silent)
        for token in state.tokens[before:]:
            if token.type in _PLACED and token.map:
                number = token.map[0]
                token.meta.setdefault("places", [(number, _place(state, number)[1])])
        return found

    return placed


_OUTER_LABEL = re.compile(r"[一二三四五六七八九十百]+、|（[一二三四五六七八九十百]+）")


def _chinese_label(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """A line that begins with 一、 or （一） ends an item of a list 1. above it, which it is outside of."""
    line, start = _place(state, first)
    return silent and state.sCount[first] < state.blkIndent and bool(_OUTER_LABEL.match(line, start))


def _dialect() -> MarkdownIt:
    parser = MarkdownIt("zero")
    parser.inline = PlacedInline()
    parser.configure("commonmark", {"html": True, "maxNesting": MAX_NESTING}).enable("table")
    # Indented text is no code, a row of dashes under a line no heading, and a definition may not vanish.
    # Joining texts would lose their places.
    parser.disable(["code", "lheading", "reference", "text_join", "fragments_join"])
    parser.inline.ruler.before("text", "notice", notice)
    parser.inline.ruler.at("emphasis", emphasis)
    parser.inline.ruler.after("escape", "annotation", annotation)
    footnote_plugin(parser, inline=False, move_to_end=False, always_match_refs=True)
    parser.inline.ruler.at("footnote_ref", note)
    parser.inline.ruler.at("image", image)
    # What each rule may interrupt is as markdown-it has it.
    breaks = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.at("paragraph", _paragraph)
    parser.block.ruler.at("table", _table, {"alt": breaks[:2]})
    parser.block.ruler.at("heading", _heading, {"alt": breaks[:3]})
    parser.block.ruler.at("html_block", _placed(html_block), {"alt": breaks[:3]})
    parser.block.ruler.at("list", _placed(list_block), {"alt": breaks[:3]})
    parser.block.ruler.at("hr", _placed(hr), {"alt": breaks})
    parser.block.ruler.at("fence", _placed(fence), {"alt": breaks})
    parser.block.ruler.before("fence", "container", _placed(container), {"alt": breaks})
    parser.block.ruler.before("paragraph", "chinese_label", _chinese_label, {"alt": breaks})
    # Every address is a link, so that a wrong one is reported and not left standing as text.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


_PARSER = _dialect()
