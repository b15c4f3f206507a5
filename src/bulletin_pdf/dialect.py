"""Tool: Markdown to a syntax tree in which every piece of text knows its place. The home of markdown-it.

CommonMark with tables, footnotes `[^1]` and containers `::: 诗`, less what a bulletin has no use for.
markdown-it keeps line numbers of blocks only. Here an inline token keeps the offset in the block's text
where it begins (`map[0]`, which markdown-it leaves empty), and a block keeps line and offset of each of its
lines (`meta["places"]` of the token that holds the text), so that nothing has to be searched for afterwards.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
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
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode
from markdown_it.utils import EnvType
from mdit_py_plugins.footnote import footnote_plugin

from bulletin_pdf.container import container

# Blocks nested deeper than this markdown-it drops; whoever walks the tree must say so.
MAX_NESTING = 20
# The type of the node that stands for text nested deeper than that.
TOO_DEEP = "too_deep"

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
    bars = [match.start() for match in re.finditer(r"(?<!\\)\|", row)]
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


# --- inline ---------------------------------------------------------------------------------------------


class _State(StateInline):
    """An inline state whose tokens know the offset at which they begin."""

    at = 0
    pending_at = 0

    def pushPending(self) -> Token:  # noqa: N802 (markdown-it's name)
        token = super().pushPending()
        token.map = [self.pending_at, self.pending_at]
        return token

    def push(self, ttype: str, tag: str, nesting: int) -> Token:
        token = super().push(ttype, tag, nesting)  # type: ignore[arg-type]
        token.map = [self.at, self.at]
        return token


class _Inline(ParserInline):
    """markdown-it's inline parser on a state that remembers places."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        if max(accumulate(token.nesting for token in tokens), default=0) > MAX_NESTING:
            # Thousands of emphases in one another would break the tree's recursion.
            tokens[:] = [Token(TOO_DEEP, "", 0, map=[0, 0])]
        return tokens


def _notice(state: StateInline, silent: bool) -> bool:
    """Before every other rule: what comes next begins here. Never matches."""
    if not silent and isinstance(state, _State):
        state.at = state.pos
        if not state.pending:
            state.pending_at = state.pos
    return False


def _is_wide(character: str) -> bool:
    """Han and full-width characters and marks, curly quotes among them: they touch their neighbours."""
    return "\u2e80" <= character <= "\uffef" or character in "“”‘’—…·" or character >= "\U00020000"


def _emphasis(state: StateInline, silent: bool) -> bool:
    """Collect * and _ as delimiters, also where Chinese touches them.

    CommonMark decides by spaces and punctuation, which leaves `**“重点”**内容` unparsed. Beside a wide
    character only a space on the inner side forbids opening or closing.
    """
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(state.pos, marker == "*")
    before = state.src[state.pos - 1] if state.pos > 0 else " "
    end = state.pos + scanned.length
    after = state.src[end] if end < state.posMax else " "
    can_open, can_close = scanned.can_open, scanned.can_close
    if marker == "*" and (_is_wide(before) or _is_wide(after)):
        can_open, can_close = after not in " \n\t", before not in " \n\t"
    for offset in range(scanned.length):
        token = state.push("text", "", 0)
        token.content = marker
        token.map = [state.pos + offset] * 2
        token.meta = {"touches": can_open or can_close}
        index = len(state.tokens) - 1
        state.delimiters.append(Delimiter(ord(marker), scanned.length, index, -1, can_open, can_close))
    state.pos = end
    return True


_ANNOTATION = re.compile(r"\{([^{}|\n]+)\|([^{}|\n]+)\}")


def _annotation(state: StateInline, silent: bool) -> bool:
    """`{重庆|chóng qìng}`: characters, and what stands over or under them."""
    match = _ANNOTATION.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        token = state.push("annotation", "", 0)
        token.content = match[1]
        token.info = match[2].strip()
    state.pos = match.end()
    return True


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


def _heading(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """The content begins behind the # signs and blanks."""
    before = len(state.tokens)
    found = heading(state, first, end, silent)
    for token in state.tokens[before:]:
        if token.type == "inline":
            line, start = _place(state, first)
            _keep(token, [(first, len(line) - len(line[start:].lstrip("#").lstrip()))])
    return found


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


def _dialect() -> MarkdownIt:
    parser = MarkdownIt("zero")
    parser.inline = _Inline()
    parser.configure("commonmark", {"html": True, "maxNesting": MAX_NESTING}).enable("table")
    # Indented text is no code, a row of dashes under a line no heading, and a definition may not vanish.
    # Joining texts would lose their places.
    parser.disable(["code", "lheading", "reference", "text_join", "fragments_join"])
    parser.inline.ruler.before("text", "notice", _notice)
    parser.inline.ruler.at("emphasis", _emphasis)
    parser.inline.ruler.after("escape", "annotation", _annotation)
    footnote_plugin(parser, inline=False, move_to_end=False, always_match_refs=True)
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
    # Every address is a link, so that a wrong one is reported and not left standing as text.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


_PARSER = _dialect()
