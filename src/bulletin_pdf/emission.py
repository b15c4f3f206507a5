"""Tool: composed lines as inline HTML that a layout engine neither breaks nor moves.

Public means only: letter-spacing for Han, margins for words, word-spacing between words, and classes that name
the face of every stretch. A line is one element with the spacing that most of it has, and elements in it only
for what differs: a layout engine's time goes by elements. What stands over or under a character hangs on an
inline block of no width, so that the text keeps its order and the line its height.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup, escape

from bulletin_pdf.composition import Line, SetAtom

# Of the text's size: a note's mark; a reading 注音 (CL-1.10.6).
MARK_SCALE, READING_SCALE = 0.7, 0.5
# A reading's baseline above the text's, and the centre of a dot 着重号 below it (CL-1.10.1), in em of the text.
READING_RISE, DOT_DROP, DOT_SIZE = 0.95, 0.28, 0.18


@dataclass(frozen=True, slots=True)
class Look:
    """What a stretch of text looks like.

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
    *atoms, last = line.atoms
    if not flush and not line.hangs:
        last = replace(last, space=last.space + line.width - line.drawn - tracking)
    runs = [(look, list(run)) for look, run in groupby((*atoms, last), key=lambda atom: atom.style)]
    # In a tracked line words are tracked letter by letter; elsewhere the letters of a word are never parted.
    spacing = _Spacing(
        size, round(tracking * size * 1000) if tracking else _commonest(runs, size), bool(tracking)
    )
    html = Markup("")
    carried = round(line.start * size * 1000)
    for index, (look, run) in enumerate(runs):
        assert isinstance(look, Look)
        following = runs[index + 1][0] if index + 1 < len(runs) else None
        if look.is_word:
            html += _wrapped(*_words(run, spacing, carried), look)
            carried = 0
            continue
        if look.dotted or look.reading:
            inner, left = _annotated(run, look, spacing), 0
        else:
            inner, left = _characters(run, spacing, isinstance(following, Look) and following.is_word)
        html += _wrapped(_spanned(inner, f"ml{carried}") if carried else inner, "", look)
        carried = left
    return _spanned(html, f"ls{spacing.base}") if spacing.base else html


@dataclass(frozen=True, slots=True)
class _Spacing:
    """size: points to the em. base: the line's letter-spacing; in a tracked line words have it too."""

    size: float
    base: int
    tracked: bool

    def after(self, atom: SetAtom) -> int:
        """What is added behind an atom, in thousandths of a point; in a tracked line beside the tracking."""
        return round(atom.space * self.size * 1000) + (self.base if self.tracked else 0)


def _commonest(runs: Sequence[tuple[object, Sequence[SetAtom]]], size: float) -> int:
    """The space that most single characters have behind them; the line's last one does not count."""
    atoms = [atom for look, run in runs if isinstance(look, Look) and not look.is_word for atom in run]
    spaces = Counter(round(atom.space * size * 1000) for atom in atoms[:-1] if len(atom.text) == 1)
    return spaces.most_common(1)[0][0] if spaces else 0


def _characters(run: Sequence[SetAtom], spacing: _Spacing, before_word: bool) -> tuple[Markup, int]:
    """Han and marks. Where a word follows, what the last one needs beside the base is left to the word's margin."""
    html: list[str] = []
    left = 0
    plain: list[str] = []
    for index, atom in enumerate(run):
        text, after = atom.text.rstrip("\n"), spacing.after(atom)
        is_single, is_last = len(text) == 1, index == len(run) - 1
        if is_single and is_last and before_word:
            left, after = after - spacing.base, spacing.base
        if after == spacing.base and (is_single or spacing.tracked or not spacing.base):
            plain.append(text)
            continue
        html.append(escape("".join(plain)))
        plain.clear()
        if is_single:
            html.append(_spanned(escape(text), f"ls{after}"))
        elif spacing.tracked:
            html.append(_spanned(escape(text), f"mr{after - spacing.base}"))
        else:
            html.append(_spanned(escape(text), f"ls0 mr{after}"))
    html.append(escape("".join(plain)))
    return Markup("").join(html), left


def _words(run: Sequence[SetAtom], spacing: _Spacing, before: int) -> tuple[Markup, str]:
    """Latin words and the spaces between them, and the classes of the element that holds them."""
    *inner, last = run
    base = spacing.base if spacing.tracked else 0
    gaps = [spacing.after(atom) - base for atom in inner if atom.text == " "]
    # WeasyPrint rounds word-spacing at every space; over many that would show at the line's end.
    gap = gaps[0] if 0 < len(gaps) <= FEW_GAPS else 0
    html = Markup("")
    for atom in inner:
        extra = spacing.after(atom) - base - (gap if atom.text == " " else 0)
        html += _spanned(escape(atom.text), f"mr{extra}") if extra else escape(atom.text)
    behind = spacing.after(last) - base
    if last.text.rstrip("\n") == " ":
        # A space that ends a line takes no room; by itself it is no part of what the line is seen to hold.
        html += _spanned(Markup(" "), f"ls{behind - gap}")
        behind = 0
    else:
        html += escape(last.text.rstrip("\n"))
    classes = {
        "ls0": spacing.base and not spacing.tracked,
        f"ml{before}": before,
        f"mr{behind}": behind,
        f"ws{gap}": gap,
    }
    return html, " ".join(name for name, needed in classes.items() if needed)


def _spanned(html: Markup, classes: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format(classes, html)


def _annotated(atoms: Iterable[SetAtom], look: Look, spacing: _Spacing) -> Markup:
    """Characters with a dot under, or a reading over each."""
    size = spacing.size
    html = Markup("")
    for atom in atoms:
        after = spacing.after(atom)
        if look.reading:
            html += _with_reading(escape(atom.text), look, size, after)
            continue
        dot = DOT_SIZE * size
        back, drop = -(1 + DOT_SIZE) / 2 * size, -(DOT_DROP + DOT_SIZE / 2) * size
        style = f"width:{dot:.3f}pt;height:{dot:.3f}pt;vertical-align:{drop:.3f}pt;margin:0 {-back - dot:.3f}pt 0 {back:.3f}pt"
        html += _spanned(
            escape(atom.text) + Markup('<i class="dot" style="{}"></i>').format(style), f"ls0 mr{after}"
        )
    return html


def _with_reading(text: Markup, look: Look, size: float, after: int) -> Markup:
    """A character in the middle of the room that its reading takes, and the reading centred over it."""
    side = round(max(look.reading_width - 1.0, 0.0) / 2 * size * 1000)
    back = -(1 + look.reading_width) / 2 * size
    rise = READING_RISE * size
    style = f"font-size:{READING_SCALE * size:.3f}pt;vertical-align:{rise:.3f}pt;margin:0 {-back:.4f}pt 0 {back:.4f}pt"
    reading = Markup('<span class="reading latin" style="{}">{}</span>').format(style, look.reading)
    return _spanned(text + reading, f"ls0 ml{side} mr{side + after}")


def _wrapped(html: Markup, classes: str, look: Look) -> Markup:
    """A stretch in the elements of its look; `classes` are those of its own element besides the face."""
    if look.face != look.role or look.note is not None:
        html = _spanned(html, f"{look.face} {classes}".strip())
    elif classes:
        html = _spanned(html, classes)
    if look.note is not None:
        html = Markup('<sup class="note-mark">{}</sup>').format(html)
    if look.strong:
        html = Markup('<strong class="{}">{}</strong>').format(look.role, html)
    elif look.emphasis:
        html = Markup('<em class="{}">{}</em>').format(look.role, html)
    return Markup('<a href="{}">{}</a>').format(look.link, html) if look.link else html
