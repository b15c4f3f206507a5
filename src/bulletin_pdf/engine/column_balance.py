"""Tool: text columns 分栏 balanced to whole lines. Reaches into WeasyPrint, as `text_attributes` does.

WeasyPrint 70 begins with half the height of a text, be it half a line, so that what follows leaves the grid; then it
adds at once what is left of the paragraph that breaks, so that one column may be much longer than the other. Nothing
public changes that. Both come from heights that it reckons with `block_box_layout`, and there they are corrected,
for columns that state their line-height. It is done for the version that the lock file pins, and tests hold the result;
with another version columns are as WeasyPrint makes them, and the check BP414 says where lines are off the grid.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil, inf
from typing import Any

from bulletin_pdf.engine.stand_ins import standing_in

VERSION = "70.0"


@contextmanager
def columns_by_lines() -> Iterator[None]:
    """While it holds, columns are balanced to whole lines of their own line-height, and grow line by line."""
    import weasyprint
    from weasyprint.layout import block

    if weasyprint.__version__ != VERSION:
        yield
        return
    usual = block.block_box_layout
    # Of the columns at hand: the most that the page gives, whether they are being balanced, what a column leaves free.
    most = free = 0.0
    balancing = False

    def by_lines(
        context: Any,
        box: Any,
        bottom_space: float,
        skip: Any,
        around: Any,
        is_empty: bool,
        absolute: Any,
        fixed: Any,
        margins: Any,
        *rest: Any,
        **named: Any,
    ) -> Any:
        nonlocal most, free, balancing
        arguments = (skip, around, is_empty, absolute, fixed, margins, *rest)
        line = box.style["line_height"]
        if not box.is_column or line == "normal" or line.unit.lower() != "px":
            return usual(context, box, bottom_space, *arguments, **named)
        if bottom_space == inf:  # how much more room something of what follows needs: a line
            more = box.anonymous_from(box, [])
            for side in ("top", "bottom"):
                for name in (f"margin_{side}", f"padding_{side}", f"border_{side}_width"):
                    setattr(more, name, 0)
            more.height = free + line.value
            return (box.copy_with_children([more]),)
        room = context.page_bottom - bottom_space - box.position_y
        is_last_run = margins is None
        if not is_last_run:
            balancing = not is_empty
        if not balancing and not is_last_run:
            most = room
        elif balancing:
            wanted = ceil(room / line.value - 0.01) * line.value
            bottom_space -= min(wanted, most) - room
            room = min(wanted, most)
        done = usual(context, box, bottom_space, *arguments, **named)
        children = [child for child in done[0].children if child.is_in_normal_flow()] if done[0] else []
        free = 0.0
        if children:
            free = room - (children[-1].position_y + children[-1].margin_height() - box.position_y)
        return done

    with standing_in((block, "block_box_layout", by_lines)):
        yield
