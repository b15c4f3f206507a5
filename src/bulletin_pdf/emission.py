"""Tool: composed lines as inline HTML that a layout engine neither breaks nor moves.

Public means only: letter-spacing behind single characters, margins behind words, and classes that name the
face of every stretch. What stands over or under a character hangs on an inline block of no width, so that
the text keeps its order and the line its height.
"""

from collections.abc import Iterable
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
    def scale(self) -> float:
        """Its type size, as a part of the text's."""
        return 1.0 if self.note is None else MARK_SCALE


def line_html(line: Line, size: float, *, tracking: float = 0.0, flush: bool = True) -> Markup:
    """One line. size in points, tracking in em; `flush`: the line fills its measure from edge to edge.

    Other lines are centred or right-aligned without the blank of their last mark (CL-1.5.4).
    """
    *atoms, last = line.atoms
    if not flush and not line.hangs:
        last = replace(last, space=last.space + line.width - line.drawn)
    html = Markup("")
    start = line.start
    for look, group in groupby((*atoms, last), key=lambda atom: atom.style):
        assert isinstance(look, Look)
        atoms = list(group)
        annotated = look.dotted or look.reading
        inner = _annotated(atoms, look, size) if annotated else _spaced(atoms, size, tracking)
        if start:
            inner = Markup('<span style="margin-left:{:.4f}pt">{}</span>').format(start * size, inner)
        html += _wrapped(inner, look)
        start = 0.0
    if tracking:
        tracked = Markup('<span style="letter-spacing:{0:.4f}pt;margin-right:{1:.4f}pt">{2}</span>')
        html = tracked.format(tracking * size, -tracking * size, html)
    return html


def _spaced(atoms: Iterable[SetAtom], size: float, tracking: float) -> Markup:
    """Plain atoms. Letter-spacing follows every character, so a word's space is a margin behind it."""
    html = Markup("")
    for (space, is_word), group in groupby(
        atoms, key=lambda atom: (round(atom.space * size, 4), len(atom.text) > 1)
    ):
        texts = [escape(atom.text.rstrip("\n")) for atom in group]
        if space and is_word:
            html += Markup("").join(
                Markup('<span style="margin-right:{:.4f}pt">{}</span>').format(space, text) for text in texts
            )
        elif space:
            spacing = space + tracking * size
            html += Markup('<span style="letter-spacing:{:.4f}pt">{}</span>').format(
                spacing, Markup("").join(texts)
            )
        else:
            html += Markup("").join(texts)
    return html


def _annotated(atoms: Iterable[SetAtom], look: Look, size: float) -> Markup:
    """Characters with a dot under, or a reading over each."""
    html = Markup("")
    for atom in atoms:
        if look.reading:
            html += _with_reading(atom, look, size)
            continue
        dot = DOT_SIZE * size
        back, drop = -(1 + DOT_SIZE) / 2 * size, -(DOT_DROP + DOT_SIZE / 2) * size
        mark = Markup(
            '<i class="dot" style="width:{0:.3f}pt;height:{0:.3f}pt;vertical-align:{1:.3f}pt;margin:0 {2:.3f}pt 0 {3:.3f}pt"></i>'
        ).format(dot, drop, -back - dot, back)
        html += Markup('<span style="margin-right:{:.4f}pt">{}{}</span>').format(
            atom.space * size, escape(atom.text), mark
        )
    return html


def _with_reading(atom: SetAtom, look: Look, size: float) -> Markup:
    """A character in the middle of the room that its reading takes, and the reading centred over it."""
    side = max(look.reading_width - 1.0, 0.0) / 2 * size
    back = -(1 + look.reading_width) / 2 * size
    reading = Markup(
        '<span class="reading latin" style="font-size:{:.3f}pt;vertical-align:{:.3f}pt;margin:0 {:.4f}pt 0 {:.4f}pt">{}</span>'
    ).format(READING_SCALE * size, READING_RISE * size, -back, back, look.reading)
    return Markup('<span style="margin:0 {:.4f}pt 0 {:.4f}pt">{}{}</span>').format(
        side + atom.space * size, side, escape(atom.text), reading
    )


def _wrapped(html: Markup, look: Look) -> Markup:
    if look.face != look.role or look.note is not None:
        html = Markup('<span class="{}">{}</span>').format(look.face, html)
    if look.note is not None:
        html = Markup('<sup class="note-mark">{}</sup>').format(html)
    if look.strong:
        html = Markup('<strong class="{}">{}</strong>').format(look.role, html)
    elif look.emphasis:
        html = Markup('<em class="{}">{}</em>').format(look.role, html)
    return Markup('<a href="{}">{}</a>').format(look.link, html) if look.link else html
