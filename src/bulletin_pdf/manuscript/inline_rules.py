"""Tool: what the dialect adds inside a text: places, emphasis beside Chinese, `{字|·}`, `[^1]`, `![…](…){…}`."""

import re
from itertools import accumulate

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import image as plain_image
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token
from markdown_it.utils import EnvType

# Blocks nested deeper than this markdown-it drops; whoever walks the tree must say so.
MAX_NESTING = 20
# A paragraph longer than any that was ever printed: some rules take time that grows with its square.
MAX_TEXT = 20_000
# The types of the nodes that stand for text nested deeper, and for text longer than that.
TOO_DEEP = "too_deep"
TOO_LONG = "too_long"


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


class PlacedInline(ParserInline):
    """markdown-it's inline parser on a state that remembers places."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        if len(src) > MAX_TEXT:
            tokens[:] = [Token(TOO_LONG, "", 0, map=[0, 0])]
            return tokens
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        if max(accumulate(token.nesting for token in tokens), default=0) > MAX_NESTING:
            # Thousands of emphases in one another would break the tree's recursion.
            tokens[:] = [Token(TOO_DEEP, "", 0, map=[0, 0])]
        return tokens


def notice(state: StateInline, silent: bool) -> bool:
    """Before every other rule: what comes next begins here. Never matches."""
    if not silent and isinstance(state, _State):
        state.at = state.pos
        if not state.pending:
            state.pending_at = state.pos
    return False


def _is_wide(character: str) -> bool:
    """Han and full-width characters and marks, curly quotes among them: they touch their neighbours."""
    return "\u2e80" <= character <= "\uffef" or character in "“”‘’—…·" or character >= "\U00020000"


def emphasis(state: StateInline, silent: bool) -> bool:
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


# In a table the bar may be escaped.
_ANNOTATION = re.compile(r"\{([^{}|\n\\]+)\\?\|([^{}|\n]+)\}")


def annotation(state: StateInline, silent: bool) -> bool:
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


_NOTE = re.compile(r"\[\^([^\s\[\]]+)\]")


def note(state: StateInline, silent: bool) -> bool:
    """`[^1]`, defined or not. The plugin's rule looks for the end of each `[^` as far as the paragraph goes."""
    match = _NOTE.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        state.push("footnote_ref", "", 0).meta = {"label": match[1]}
    state.pos = match.end()
    return True


_ATTRIBUTES = re.compile(r"\{([^{}|\n]*)\}")


def image(state: StateInline, silent: bool) -> bool:
    """A picture, and in `meta["attributes"]` the words in braces behind it with the offset at which they begin."""
    if not plain_image(state, silent):
        return False
    if match := _ATTRIBUTES.match(state.src, state.pos, state.posMax):
        if not silent:
            state.tokens[-1].meta = {"attributes": (match[1], match.start(1))}
        state.pos = match.end()
    return True
