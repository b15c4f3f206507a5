"""Tool: composed lines as inline HTML that a layout engine neither breaks nor moves.

Public means only: letter-spacing for Han, margins for words, word-spacing between words, and classes that name
the face of every stretch. A line is one element with the spacing that most of it has, and elements in it only
for what differs: a layout engine's time goes by elements. What stands over or under a character hangs on an
inline block of no width, so that the text keeps its order and the line its height.
"""

import re
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from markupsafe import Markup, escape

from bulletin_pdf.composition import Line

# Of the text's size: a note's mark; a reading 注音 (CL-1.10.6).
MARK_SCALE, READING_SCALE = 0.7, 0.5
# A reading's baseline above the text's, and the centre of a dot 着重号 below it (CL-1.10.1), in em of the text.
READING_RISE, DOT_DROP, DOT_SIZE = 0.95, 0.28, 0.18


class Look(NamedTuple):
    """What a stretch of text looks like. A tuple, since it is compared at every character.

    role: of the surrounding element; face: the role whose face sets it. note: index of the footnote that a
    mark calls. reading: what stands over a character, `reading_width` em of the text wide; dotted: a dot
    stands under it.
    """

    role: str
    face: str
    strong: bool = False
    emphasis: bool = False
    link: str | None = None
    note: int | None = None
    dotted: bool = False
    reading: str = ""
    reading_width: float = 0.0

    @property
    def is_word(self) -> bool:
        """Whether it is Latin in Chinese, which has an element of its own."""
        return self.face == "latin" != self.role and self.note is None

    @property
    def scale(self) -> float:
        """Its type size, as a part of the text's."""
        return 1.0 if self.note is None else MARK_SCALE


_STYLE = attrgetter("style")
# What letter-spacing may take from a character, in em. WeasyPrint sets one of no width at all wrongly; so what is cut
# more is a margin.
MOST_CUT = 0.6
_NARROW = " ·"
# So many word spaces in a row may be widened together.
FEW_GAPS = 3
# Spacing classes: letter-spacing, margin-left, margin-right and word-spacing in thousandths of a point.
_PROPERTIES = {"ls": "letter-spacing", "ml": "margin-left", "mr": "margin-right", "ws": "word-spacing"}
_SPACING = re.compile(r"\b(ls|ml|mr|ws)(-?\d+)\b")


def spacing_rules(html: str) -> str:
    """The style sheet for the spacing classes of a document; classes are quicker for a layout engine than styles."""
    names = {name for names in re.findall(r'class="([^"<>]*)"', html) for name in names.split()}
    used = sorted(name for name in names if _SPACING.fullmatch(name))
    return "".join(f".{name} {{ {_PROPERTIES[name[:2]]}: {int(name[2:]) / 1000:g}pt }}\n" for name in used)


def line_html(line: Line, size: float, *, tracking: float = 0.0, flush: bool = True) -> Markup:
    """One line. size in points, tracking in em; `flush`: the line begins at its measure's edge.

    Other lines are centred or right-aligned without the blank of their last mark (CL-1.5.4).
    """
    if not line.atoms:
        return Markup("")
    spaces = line.spaces
    if not flush and not line.hangs:
        spaces = (*spaces[:-1], spaces[-1] + line.width - line.drawn - tracking)
    # In thousandths of a point. In a tracked line words are tracked letter by letter; elsewhere the letters of a
    # word are never parted.
    unit, tracked = size * 1000, round(tracking * size * 1000)
    runs = _runs(line, [round(space * unit) + tracked for space in spaces])
    base = tracked or _commonest(runs)
    html: list[str] = []
    carried = round(line.start * unit)
    for index, run in enumerate(runs):
        look = run.look
        if look.is_word:
            html.append(_wrapped(*_words(run, base, bool(tracked), carried), look))
            carried = 0
            continue
        if look.dotted or look.reading:
            inner, left = _annotated(run, size), 0
        else:
            before_word = index + 1 < len(runs) and runs[index + 1].look.is_word
            inner, left = _characters(run, base, round(-MOST_CUT * unit), bool(tracked), before_word)
        html.append(_wrapped(_spanned(inner, f"ml{carried}") if carried else inner, "", look))
        carried = left
    text = "".join(html)
    return Markup(_spanned(text, f"ls{base}") if base else text)


class _Run(NamedTuple):
    """Atoms of one look side by side, and what is added behind each in thousandths of a point, tracking and all."""

    look: Look
    texts: list[str]
    afters: Sequence[int]


def _runs(line: Line, afters: Sequence[int]) -> list[_Run]:
    """A line cut where its look changes; a typed line break shows nothing."""
    runs: list[_Run] = []
    done = 0
    for look, atoms in groupby(line.atoms, key=_STYLE):
        assert isinstance(look, Look)
        texts = [atom.text if len(atom.text) == 1 else _shown(atom.text) for atom in atoms]
        runs.append(_Run(look, texts, afters[done : done + len(texts)]))
        done += len(texts)
    if line.text.endswith("\n"):
        runs[-1].texts[-1] = ""
    return runs


def _shown(text: str) -> str:
    """Spaces in a row are one, as they are to the composer."""
    return text if text.strip(" ") else " "


def _commonest(runs: Sequence[_Run]) -> int:
    """The space that most single characters have behind them; the line's last one does not count."""
    atoms = [atom for run in runs if not run.look.is_word for atom in zip(run.texts, run.afters, strict=True)]
    spaces = [after for text, after in atoms[:-1] if len(text) == 1]
    return max(dict.fromkeys(spaces), key=spaces.count, default=0)


def _characters(run: _Run, base: int, least: int, tracked: bool, before_word: bool) -> tuple[str, int]:
    """Han and marks. Where a word follows, what the last one needs beside the base is left to the word's margin."""
    texts, afters, left = run.texts, run.afters, 0
    if before_word and len(texts[-1]) == 1:
        left = afters[-1] - base
        afters = [*afters[:-1], base]
    # The letters of —— and …… are not parted by the base, except for tracking.
    parted = base and not tracked
    odd = [
        index for index, after in enumerate(afters) if after != base or (parted and len(texts[index]) != 1)
    ]
    html: list[str] = []
    done = 0
    for index in odd:
        text, after = texts[index], afters[index]
        html.append(escape("".join(texts[done:index])))
        done = index + 1
        if len(text) == 1 and after >= (0 if text in _NARROW else least):
            html.append(_spanned(escape(text), f"ls{after}"))
        elif tracked:
            html.append(_spanned(escape(text), f"mr{after - base}"))
        else:
            html.append(_spanned(escape(text), f"ls0 mr{after}"))
    html.append(escape("".join(texts[done:])))
    return "".join(html), left


def _words(run: _Run, base: int, tracked: bool, before: int) -> tuple[str, str]:
    """Latin words and the spaces between them, and the classes of the element that holds them."""
    *inner, last = zip(run.texts, run.afters, strict=True)
    own = base if tracked else 0
    gaps = [after - own for text, after in inner if text == " "]
    # WeasyPrint rounds word-spacing at every space; over many that would show at the line's end.
    gap = gaps[0] if 0 < len(gaps) <= FEW_GAPS else 0
    html: list[str] = []
    for text, after in inner:
        extra = after - own - (gap if text == " " else 0)
        html.append(_spanned(escape(text), f"mr{extra}") if extra else escape(text))
    text, behind = last[0], last[1] - own
    if text == " ":
        # A space that ends a line takes no room; by itself it is no part of what the line is seen to hold.
        # Not by less word-spacing, since WeasyPrint sets a lone space without any.
        html.append(_spanned(" ", f"mr{behind}{' ws0' if gap else ''}"))
        behind = 0
    else:
        html.append(escape(text))
    classes = {
        "ls0": base and not tracked,
        f"ml{before}": before,
        f"mr{behind}": behind,
        f"ws{gap}": gap,
    }
    return "".join(html), " ".join(name for name, needed in classes.items() if needed)


def _spanned(html: str, classes: str) -> str:
    return f'<span class="{classes}">{html}</span>'


def _annotated(run: _Run, size: float) -> str:
    """Characters with a dot under, or a reading over each."""
    html: list[str] = []
    for text, after in zip(run.texts, run.afters, strict=True):
        if run.look.reading:
            html.append(_with_reading(escape(text), run.look, size, after))
            continue
        dot = DOT_SIZE * size
        back, drop = -(1 + DOT_SIZE) / 2 * size, -(DOT_DROP + DOT_SIZE / 2) * size
        style = f"width:{dot:.3f}pt;height:{dot:.3f}pt;vertical-align:{drop:.3f}pt;margin:0 {-back - dot:.3f}pt 0 {back:.3f}pt"
        html.append(_spanned(f'{escape(text)}<i class="dot" style="{style}"></i>', f"ls0 mr{after}"))
    return "".join(html)


def _with_reading(text: str, look: Look, size: float, after: int) -> str:
    """A character in the middle of the room that its reading takes, and the reading centred over it."""
    side = round(max(look.reading_width - 1.0, 0.0) / 2 * size * 1000)
    back = -(1 + look.reading_width) / 2 * size
    rise = READING_RISE * size
    style = f"font-size:{READING_SCALE * size:.3f}pt;vertical-align:{rise:.3f}pt;margin:0 {-back:.4f}pt 0 {back:.4f}pt"
    reading = f'<span class="reading latin" style="{style}">{escape(look.reading)}</span>'
    return _spanned(f"{text}{reading}", f"ls0 ml{side} mr{side + after}")


def _wrapped(html: str, classes: str, look: Look) -> str:
    """A stretch in the elements of its look; `classes` are those of its own element besides the face."""
    if look.face != look.role or look.note is not None:
        html = _spanned(html, f"{look.face} {classes}".strip())
    elif classes:
        html = _spanned(html, classes)
    if look.note is not None:
        html = f'<sup class="note-mark">{html}</sup>'
    if look.strong:
        html = f'<strong class="{look.role}">{html}</strong>'
    elif look.emphasis:
        html = f'<em class="{look.role}">{html}</em>'
    return f'<a href="{escape(look.link)}">{html}</a>' if look.link else html
