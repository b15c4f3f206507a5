"""Tool: the Markdown block `::: name` … `:::`, as a rule for the dialect.

mdit-py-plugins has one too; it fails on an empty last line in a quotation and does not say whether it found an end.
"""

import re

from markdown_it.rules_block import StateBlock

_OPENING = re.compile(r":{3,}[ \t]*([^:\s].*)")
_CLOSING = re.compile(r":{3,}\s*")


def container(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """A token `container` with the name in `info` and in `meta["closed"]` whether its end was found.

    An open one runs to the end of the block that it stands in. Containers may hold others.
    """
    opening = _OPENING.fullmatch(_typed(state, first))
    if not opening or silent:
        return opening is not None
    last = _last(state, first, end)
    closed = last < end and _CLOSING.fullmatch(_typed(state, last)) is not None

    token = state.push("container_open", "div", 1)
    token.info, token.map, token.meta = opening[1].strip(), [first, last], {"closed": closed}
    # Lines of a paragraph must not run on past the end.
    parent, maximum = state.parentType, state.lineMax
    state.parentType, state.lineMax = "container", last
    state.md.block.tokenize(state, first + 1, last)
    state.parentType, state.lineMax = parent, maximum
    state.push("container_close", "div", -1)
    state.line = last + closed
    return True


def _last(state: StateBlock, first: int, end: int) -> int:
    """The line of the end, or the first line that is no longer inside."""
    depth = 1
    for number in range(first + 1, end):
        typed = _typed(state, number)
        if typed and state.sCount[number] < state.blkIndent:
            return number
        depth += bool(_OPENING.fullmatch(typed)) - bool(_CLOSING.fullmatch(typed))
        if not depth:
            return number
    return end


def _typed(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]
