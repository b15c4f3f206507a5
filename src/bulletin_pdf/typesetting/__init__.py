"""Tool: a text of the model to composed lines in HTML. The adapter between model, fonts, `composition`, `emission`.

Every character stands in a face that has it, so that no layout engine ever chooses a font.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from bulletin_pdf.composition import Line, Measure, Piece, Rules, TypeCase, compose, compose_title
from bulletin_pdf.diagnostics import Diagnostic, Place, error, warning
from bulletin_pdf.fonts import ROLES, Fonts, advance
from bulletin_pdf.model import Footnote, LineBreak, Run, Text, plain, texts_of
from bulletin_pdf.typesetting.emission import READING_SCALE, Look, line_html
from bulletin_pdf.words import words

# What is set in the Latin face: letters, digits and their signs; never “ ” ‘ ’ — … ·, which are Chinese here.
_LATIN_CHARACTERS = "!-~¡-¶¸-ʯͰ-ӿḀ-ỿ₠-⃏⁰-₟"
_LATIN = re.compile(f"[{_LATIN_CHARACTERS}]")
# A space stays with what precedes it.
# An apostrophe between letters is Latin too.
_TOKENS = re.compile(
    f"(?P<latin>[{_LATIN_CHARACTERS}](?:[{_LATIN_CHARACTERS} ]|(?<=[A-Za-z])’(?=[A-Za-z]))*)|[^{_LATIN_CHARACTERS}]+"
)
# In a text of letters without any Han, quotation marks and dashes are Latin as well.
_HAN, _LETTER = re.compile(r"[⺀-\U0003ffff]"), re.compile(r"[A-Za-z]")
_ALL_LATIN = re.compile(r"(?P<latin>.+)")
# Readings of neighbours keep this distance, in em of the text (CL-1.10.6).
READING_GAP = 0.25
# A mark as wide as this has half an em of blank, unless its face says otherwise (CL-1.1).
FULL_WIDTH, HALF_EM = 0.75, 0.5


@dataclass(frozen=True, slots=True)
class Setting:
    """How a text is set: the type style `name` of its layout.

    Font roles of its parts; type size in points; tracking in em; what its lines fill; justify, left, center or
    right; the rules.
    """

    name: str
    font: str
    latin: str
    strong: str
    emphasis: str
    size: float
    tracking: float
    measure: Measure
    align: str
    rules: Rules


@dataclass(frozen=True, slots=True)
class SetLine:
    """A composed line as it will be drawn: its characters and their readings in the order of painting, where it
    comes from, and its length in points; None where a reading at its edge hides the edge.

    style: the name of its type style. index, is_last: which line of its paragraph it is, from 0.
    opened: how far each Han gap was widened, in em.
    """

    text: str
    length: float | None
    place: Place
    style: str
    index: int
    is_last: bool
    opened: float = 0.0


@dataclass(frozen=True, slots=True)
class SetText:
    """A text, set: inline HTML, the lines in it (those of footnotes after the line that calls them), findings."""

    html: Markup
    lines: tuple[SetLine, ...]
    diagnostics: tuple[Diagnostic, ...]


def is_latin(character: str) -> bool:
    """Whether a character is set in the Latin face."""
    return bool(_LATIN.match(character))


class Typesetter:
    """Sets the texts of one document in the faces of its publication, those of one setting from one type case, and each
    once: templates ask for a text to measure it and to print it.

    note: the setting of footnotes. before: the typesetter of the document before. Where it had the same faces, what it has
    set stands; so a preview sets the texts that were changed.
    """

    def __init__(self, fonts: Fonts, note: Setting, before: "Typesetter | None" = None) -> None:
        self.fonts = fonts
        self.note = note
        self._cases: dict[tuple[float, Rules], TypeCase] = {}
        self._done: dict[tuple[Text, Text, Setting], SetText] = {}
        self._known: Mapping[tuple[Text, Text, Setting], SetText] = {}
        if before is not None and (before.fonts, before.note) == (fonts, note):
            self._known = before._done

    def set(self, text: Text, setting: Setting, *, credit: Text = ()) -> SetText:
        """Compose a text, with a credit 署名 run on at its end in the emphasis face.

        Reports characters that their role's face lacks (BP310) or that no face has (BP311), and lines that could not be
        set within the limits (BP312, BP313).
        """
        wanted = text, credit, setting
        done = self._done.get(wanted)
        if done is None:
            done = self._known.get(wanted) or self._set(*wanted)
            self._done[wanted] = done
        return done

    def _set(self, text: Text, credit: Text, setting: Setting) -> SetText:
        pieces: list[Piece] = []
        places: list[tuple[int, Place]] = []
        notes: list[Footnote] = []
        diagnostics: list[Diagnostic] = []
        offset = 0
        closing = tuple(replace(run, emphasis=True) if isinstance(run, Run) else run for run in credit)
        characters = plain((*text, *closing))
        tokens = _ALL_LATIN if _LETTER.search(characters) and not _HAN.search(characters) else _TOKENS
        for inline in (*text, *closing):
            places.append((offset, inline.place))
            if isinstance(inline, Run):
                added, found = _pieces(inline, tokens, setting, self.fonts)
                diagnostics += found
            elif isinstance(inline, LineBreak):
                added = [Piece("\n", Look(setting.font, setting.font))]
            else:
                look = Look(setting.font, "song", note=len(notes))
                notes.append(inline)
                added = [Piece(inline.mark, look, attached=True)]
            pieces += added
            offset += sum([len(piece.text) for piece in added])

        html: list[Markup] = []
        set_lines: list[SetLine] = []
        lines = self._composed(pieces, setting)
        for number, line in enumerate(lines):
            start, place = places[bisect_right(places, line.offset, key=_first) - 1]
            place = place.right(line.offset - start)
            set_lines.append(_as_drawn(line, setting, place, number, number == len(lines) - 1))
            diagnostics += _faults(line, place)
            flush = setting.align in ("justify", "left")
            html.append(line_html(line, setting.size, tracking=setting.tracking, flush=flush))
            for index in _called(line) if notes else ():
                note = self._set_note(notes[index])
                html[-1] += note.html
                set_lines += note.lines
                diagnostics += note.diagnostics
        # A line end by itself is quicker for a layout engine; in headings it would show in the bookmarks.
        line_end = Markup("<br>") if setting.align == "center" else Markup("\n")
        return SetText(line_end.join(html), tuple(set_lines), tuple(diagnostics))

    def _composed(self, pieces: list[Piece], setting: Setting) -> list[Line]:
        case = self._cases.get((setting.tracking, setting.rules))
        if case is None:
            case = _case(self.fonts, setting.tracking, setting.rules)
            self._cases[setting.tracking, setting.rules] = case
        if setting.align == "center":
            return compose_title(pieces, setting.measure, case, words)
        return compose(pieces, setting.measure, case, justify=setting.align == "justify")

    def _set_note(self, footnote: Footnote) -> SetText:
        """A footnote's text behind its mark; paragraphs follow each other on new lines."""
        texts = [text for block in footnote.blocks for text in texts_of(block)]
        # Its line comes from where it is written, not from where it is called.
        place = texts[0][0].place if texts and texts[0] else footnote.place
        mark: Text = (Run(footnote.mark + "\u3000", place),)
        parts = [self.set(mark + text if index == 0 else text, self.note) for index, text in enumerate(texts)]
        inner = Markup("<br>").join(part.html for part in parts)
        html = Markup('<span class="footnote">{}</span>').format(inner)
        lines = tuple(line for part in parts for line in part.lines)
        return SetText(html, lines, tuple(finding for part in parts for finding in part.diagnostics))


_last: Typesetter | None = None


def next_typesetter(fonts: Fonts, note: Setting) -> Typesetter:
    """A typesetter for one more document of this process, with the last one before it. note: as of Typesetter."""
    global _last
    _last = Typesetter(fonts, note, _last)
    return _last


def _case(fonts: Fonts, tracking: float, rules: Rules) -> TypeCase:
    """The faces of a publication as a type case; its styles are `Look`s."""

    def width(character: str, look: object) -> float:
        assert isinstance(look, Look)
        face = fonts.faces[look.face]
        # A character that no face has is an error already; it stands for an em so that the rest is checked too.
        em = advance(face, character) if ord(character) in face.characters else 1.0
        if look.note is None and not look.reading:
            return em + tracking
        return max(em * look.scale, look.reading_width) + tracking

    def blank(character: str, look: object) -> float:
        assert isinstance(look, Look)
        usual = HALF_EM if width(character, look) > FULL_WIDTH else 0.0
        return min(fonts.faces[look.face].blanks.get(character, usual), usual) * look.scale

    return TypeCase(width, rules, blank)


def _first(place: tuple[int, Place]) -> int:
    return place[0]


def _called(line: Line) -> Iterator[int]:
    """The indices of the footnotes whose marks stand in a line."""
    for look, _ in groupby(line.atoms, key=lambda atom: atom.style):
        if isinstance(look, Look) and look.note is not None:
            yield look.note


def _as_drawn(line: Line, setting: Setting, place: Place, index: int, is_last: bool) -> SetLine:
    text, length = line.text, (line.drawn - line.start - setting.tracking) * setting.size
    readings = [atom.style.reading if isinstance(atom.style, Look) else "" for atom in line.atoms]
    if any(readings):
        text = "".join(atom.text + reading for atom, reading in zip(line.atoms, readings, strict=True))
    shown = None if readings[0] or readings[-1] else length
    return SetLine(text.rstrip("\n"), shown, place, setting.name, index, is_last, line.opened)


def _faults(line: Line, place: Place) -> Iterator[Diagnostic]:
    if not line.forced and not line.looseness:
        return
    typed = line.text.strip()
    if line.forced:
        hint = "在长的网址、编号里可以断开的地方加空格。"
        yield warning("BP314", f"这一行在词中间断开：“……{typed[-16:]}”。", place, hint)
    elif line.looseness > 0:
        message = f"这一行太松：“{typed[:16]}……”（每个字距拉开了 {line.opened:.2f} 字）。"
        yield warning("BP312", message, place, "改动几个字，或让长的西文、数字可以断行。")
    elif line.looseness < 0:
        hint = "在长的网址、编号中间加空格，或改动几个字。"
        yield warning("BP313", f"这一行排不下：“{typed[:16]}……”。", place, hint)


# --- faces ----------------------------------------------------------------------------------------------


def _pieces(
    run: Run, tokens: re.Pattern[str], setting: Setting, fonts: Fonts
) -> tuple[list[Piece], list[Diagnostic]]:
    """A run cut where its face changes; `tokens` finds stretches of Latin and of Chinese."""
    role = setting.strong if run.strong else setting.emphasis if run.emphasis else setting.font
    # Strong digits keep the colour of their own face.
    latin = role if run.strong else setting.latin
    pieces: list[Piece] = []
    diagnostics: list[Diagnostic] = []
    for match in tokens.finditer(run.text):
        wanted = latin if match["latin"] else role
        text, offset = match.group(), match.start()
        if run.dotted or run.readings or not fonts.faces[wanted].characters.issuperset(map(ord, text)):
            added, found = _single_pieces(run, offset, text, role, wanted, fonts)
            pieces += added
            diagnostics += found
        else:
            pieces.append(Piece(text, Look(role, wanted, run.strong, run.emphasis, run.link)))
    return pieces, diagnostics


def _single_pieces(
    run: Run, start: int, text: str, role: str, wanted: str, fonts: Fonts
) -> tuple[list[Piece], list[Diagnostic]]:
    """A stretch of a run character by character: for faces that lack some, and for dots and readings."""
    pieces = []
    diagnostics = []
    for offset, character in enumerate(text, start):
        face = fonts.face_for(wanted, character)
        if face is None or face.role != wanted:
            place = run.place.right(offset)
            diagnostics.append(_lacking(character, wanted, face.role if face else None, place))
        look = Look(role, face.role if face else wanted, run.strong, run.emphasis, run.link)
        if run.dotted:
            look = look._replace(dotted=takes_dot(character))
        if run.readings:
            reading = run.readings[offset]
            width = sum(advance(fonts.faces["latin"], letter) for letter in reading)
            look = look._replace(reading=reading, reading_width=width * READING_SCALE + READING_GAP)
        pieces.append((look, character))
    joined = groupby(pieces, key=lambda piece: piece[0])
    return [Piece("".join(character for _, character in group), look) for look, group in joined], diagnostics


def takes_dot(character: str) -> bool:
    """Whether a dot 着重号 stands under a character: under letters, not under marks and spaces (CL-1.10.2)."""
    return character.isalnum()


def _lacking(character: str, wanted: str, used: str | None, place: Place) -> Diagnostic:
    code = f"U+{ord(character):04X}"
    if used is None:
        message = f"所有字体里都没有“{character}”（{code}）。"
        hint = "换一个字，或把有这个字的字体放进 fonts 文件夹，在 publication.yaml 的“字体”里写明。"
        return error("BP311", message, place, hint)
    message = f"{ROLES[wanted]}里没有“{character}”（{code}），用了{ROLES[used]}。"
    return warning("BP310", message, place, "看看印出来是否相称；不相称就换一种写法。")
