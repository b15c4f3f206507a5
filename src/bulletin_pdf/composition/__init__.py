"""Chinese line composition 中文行排版: text, a measure and a width function in; composed lines out.

Pure: no file, no HTML, no page. See docs/composition.md. Sources are cited as CL-…, the ids of the rules in
that page (CLREQ, GB/T 15834).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bulletin_pdf.composition.characters import Kind, Kinsoku
from bulletin_pdf.composition.first_fit import first_fit
from bulletin_pdf.composition.itemize import prepare
from bulletin_pdf.composition.lines import Lengths, Line, Measure, set_line
from bulletin_pdf.composition.optimum import optimum
from bulletin_pdf.composition.paragraph import Atom, Blank, Piece, Punctuation, Rules, Style, Width
from bulletin_pdf.composition.titles import Words, balanced
from bulletin_pdf.composition.typecase import TypeCase

__all__ = [
    "Blank",
    "Kinsoku",
    "Line",
    "Measure",
    "Piece",
    "Punctuation",
    "Rules",
    "Style",
    "TypeCase",
    "Width",
    "Words",
    "compose",
    "compose_title",
]


def compose(pieces: Sequence[Piece], measure: Measure, case: TypeCase, *, justify: bool = True) -> list[Line]:
    """Break a paragraph into lines and set each of them.

    pieces: its text, cut where the style changes; a "\\n" forces a line break. case: what it is set from, and by which
    rules. justify: fill all lines but the last; else set them at their natural width (still squeezing where a mark was
    pushed in).
    """
    choose = optimum if case.rules.optimum else first_fit
    return _composed(pieces, measure, case, case.rules, choose, justify)


def compose_title(pieces: Sequence[Piece], measure: Measure, case: TypeCase, words: Words) -> list[Line]:
    """Break a centred title into balanced lines between words, and set each at its natural width (GD-2.3.1).

    A "\\n" in it is the editor's own break and holds. words: cuts a text into words; called only for a title of
    more than one line. Blanks are cut at both edges, so that the lines' centres are those of their ink
    (CL-1.5.4).
    """
    rules = replace(case.rules, hanging=False, trim_start=True, trim_indent=True, trim_end=True)

    def choose(lengths: Lengths, own: Measure) -> list[int]:
        return balanced(lengths, own, words)

    return _composed(pieces, Measure(measure.width), case, rules, choose, justify=False)


def _composed(
    pieces: Sequence[Piece],
    measure: Measure,
    case: TypeCase,
    rules: Rules,
    choose: Callable[[Lengths, Measure], list[int]],
    justify: bool,
) -> list[Line]:
    lines: list[Line] = []
    offset = 0
    for paragraph in prepare(pieces, case, min(measure.of(True), measure.of(False))):
        own, own_rules = measure, rules
        if lines:
            # After a typed line break nothing is indented.
            own, own_rules = Measure(measure.width), replace(rules, trim_indent=rules.trim_start)
        first = 0
        lengths = Lengths(paragraph, own_rules)
        for last in choose(lengths, own) if paragraph.atoms else ():
            is_last = last == len(paragraph.atoms) - 1
            available = own.of(first == 0)
            line = set_line(lengths, first, last, available, offset, is_last=is_last, justify=justify)
            lines.append(line)
            offset += len(line.text)
            first = last + 1
        if paragraph.newline:
            newline = Atom("\n", Kind.JOINED, paragraph.newline[0], 0.0)
            ended = lines.pop() if first else Line((), (), "", 0.0, 0.0, 0.0, 0.0, 0, False, offset, False)
            atoms, spaces = (*ended.atoms, newline), (*ended.spaces, 0.0)
            lines.append(replace(ended, atoms=atoms, spaces=spaces, text=f"{ended.text}\n"))
            offset += 1
    return lines
