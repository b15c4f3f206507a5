"""Tool: the Markdown block `::: name words {attributes}` … `:::`, as a rule for the dialect.

mdit-py-plugins has one too; it fails on an empty last line in a quotation and does not say whether it found an end.
"""

import re

from markdown_it.rules_block import StateBlock

_OPENING = re.compile(r":{3,}[ \t]*([^:\s].*)")
_CLOSING = re.compile(r":{3,}\s*")
_ATTRIBUTES = re.compile(r"\s*\{([^{}|]*)\}\s*$")


def container(state: StateBlock, first: int, end: int, silent: bool) -> bool:
    """A token `container` with the name in `info` and in `meta["closed"]` whether its end was found.

    An open one runs to the end of the block that it stands in. Containers may hold others. Words behind the name
    are its first child, a `container_title` that holds a text; words in braces behind them are
    `meta["attributes"]`, with the offset in their line at which they begin.
    """
    typed = _typed(state, first)
    opening = _OPENING.fullmatch(typed)
    if not opening or silent:
        return opening is not None
    last = _last(state, first, end)
    closed = last < end and _CLOSING.fullmatch(_typed(state, last)) is not None

    start = state.bMarks[first] + state.tShift[first]
    before = start - (state.src.rfind("\n", 0, start) + 1)
    attributes = _ATTRIBUTES.search(typed, opening.start(1))
    words = typed[opening.start(1) : attributes.start() if attributes else None].rstrip()
    name = re.match(r"\S*", words)
    assert name
    title = words[name.end() :].lstrip()

    token = state.push("container_open", "div", 1)
    token.info, token.map, token.meta = name.group(), [first, last], {"closed": closed}
    if attributes:
        token.meta["attributes"] = (attributes[1], before + attributes.start(1))
    if title:
        state.push("container_title_open", "", 1).map = [first, first + 1]
        text = state.push("inline", "", 0)
        text.content, text.map, text.children = title, [first, first + 1], []
        text.meta = {"places": [(first, before + opening.start(1) + len(words) - len(title))], "starts": [0]}
        state.push("container_title_close", "", -1)
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
