"""Text to atoms: what a line never parts, with widths and blanks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from bulletin_pdf.composition.characters import REPEATED, Kind, kind_of
from bulletin_pdf.composition.gaps import BETWEEN_HAN, GROUP_PENALTY, between
from bulletin_pdf.composition.paragraph import (
    Atom,
    Blank,
    Gap,
    Paragraph,
    Piece,
    Punctuation,
    Rules,
    Style,
    Width,
)

HALF = 0.5
_FULL_WIDTH = 0.75
_MARKS = (Kind.OPENING, Kind.CLOSING, Kind.PAUSE, Kind.STOP)
# Marks that stand on half an em for good, by style of punctuation (CL-1.4).
_NARROW_MARKS = {
    Punctuation.FULL: (),
    Punctuation.KAIMING: (Kind.OPENING, Kind.CLOSING, Kind.PAUSE),
    Punctuation.HALF: _MARKS,
}

_CHINESE = re.compile("[\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN_QUOTES = frozenset("“”‘’–—…·")
# Houses keep these together (CL-1.3.8): a break inside is legal but unwelcome.
_GROUPS = re.compile(
    r"第[\d〇一二三四五六七八九十百]+[期号届次条章节页季批轮]|〔\d{4}〕\d+号|\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日"
    r"|\d{4}年(?:\d{1,2}月)?|\d+号"
    r"|（[^（）]{2,12}）$"  # a credit
)
# A number and what it counts: a milder preference than the groups.
_COUNTS = re.compile(r"\d[万亿余多]*[名位个人次项条件家台套天年月日号期届元吨米层岁倍支份页行字]")
COUNT_PENALTY = 30.0
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-~]+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+", re.ASCII)
_CODE = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]+[/_.\\-])+[A-Za-z0-9]+", re.ASCII)
# A stretch of ASCII with a / in it, to tell paths from the solidus 分隔号.
_PATH = re.compile(r"[!-~]*/[!-~]*")
# A code at least this long may be parted after its separators, and so may any address; a path of half the length,
# if need be: GB/T9704-12 is none, /etc/hosts is.
LONG_CODE = 16
_SEPARATOR = re.compile(r"(?<=[/?&=#@_\\-])(?=[^/?&=#@_\\-])|(?<=\.)(?=[^\W\d])")
_COMPOUND = re.compile(r"(?<=[^\W\d_]{2}-)(?=[^\W\d_]{2})")
ADDRESS_PENALTY, COMPOUND_PENALTY = 10.0, 40.0


def half_blank(width: Width) -> Blank:
    """Blanks of faces that draw marks in half of their em, as Mainland faces do (CL-1.1.4)."""
    return lambda character, style: HALF if width(character, style) > _FULL_WIDTH else 0.0


def prepare(
    pieces: Sequence[Piece], width: Width, rules: Rules, longest: float, blank: Blank | None = None
) -> Iterator[Paragraph]:
    """Cut pieces at the typed line breaks, then into atoms, and say what holds between each two.

    longest: a Latin word wider than this comes apart, so that an emergency can break it.
    """
    is_chinese = any(_CHINESE.search(piece.text) for piece in pieces)
    smith = _Smith(width, blank or half_blank(width), rules)
    for own, newline in _lines(pieces):
        text = "".join(piece.text for piece in own)
        kinds, soft = _kinds(text, is_chinese)
        atoms = _paired(_atoms(own, text, kinds, soft, smith, longest), rules)
        yield Paragraph(tuple(atoms), tuple(_gaps(atoms, text, soft, rules)), newline)


def _lines(pieces: Sequence[Piece]) -> Iterator[tuple[list[Piece], tuple[Style, ...]]]:
    """The pieces of each typed line, and the style of the line break that ends it."""
    own: list[Piece] = []
    for piece in pieces:
        *ended, rest = piece.text.split("\n")
        for text in ended:
            yield [*own, replace(piece, text=text)], (piece.style,)
            own = []
        own.append(replace(piece, text=rest) if ended else piece)
    yield own, ()


def _kinds(text: str, is_chinese: bool) -> tuple[list[Kind], dict[int, float]]:
    """The kind of every character where it stands; the places where a Latin word may be parted, and penalties."""
    kinds = [kind_of(character) for character in text]
    for index, character in enumerate(text):
        is_quote = not is_chinese and character in _LATIN_QUOTES
        if is_quote or (character in "-/’" and _is_in_word(text, index)):
            kinds[index] = Kind.LATIN
    if "/" in text:
        for index in _path_signs(text):
            kinds[index] = Kind.LATIN
    soft = {match.start(): COMPOUND_PENALTY for match in _COMPOUND.finditer(text)} if "-" in text else {}
    for match in _CODE.finditer(text):
        slashes = text.count("/", max(match.start() - 1, 0), match.end())
        if len(match.group()) >= LONG_CODE:
            soft |= _parted(match)
        elif slashes > 1 and len(match.group()) >= LONG_CODE / 2:
            soft |= _parted(match, COMPOUND_PENALTY)
    if "@" in text or "://" in text or "www." in text:
        for match in _ADDRESS.finditer(text):
            kinds[match.start() : match.end()] = [Kind.LATIN] * len(match.group())
            soft |= _parted(match)
    return kinds, soft


def _is_in_word(text: str, index: int) -> bool:
    """Whether - / ’ is a letter's companion: well-known, km/h, don’t; also the sign of -5 and the -l of an option."""
    sign = text[index]
    # Two hyphens in a row are read as one; more of them are no word.
    before = text[max(index - 2, 0) : index].rstrip("-")[-1:] or " "
    after = text[index + 1 : index + 3].lstrip("-")[:1] or " "
    if kind_of(after) is not Kind.LATIN:
        return False
    if sign == "-":
        return kind_of(before) is not Kind.HAN or after.isdigit()
    return kind_of(before) is Kind.LATIN


def _parted(match: re.Match[str], penalty: float = ADDRESS_PENALTY) -> dict[int, float]:
    return {match.start() + at.start(): penalty for at in _SEPARATOR.finditer(match.group())}


def _path_signs(text: str) -> Iterator[int]:
    """Where a / is part of a path, /usr or conf.d/ or a/b/: it begins or ends a Latin stretch away from Han, or stands
    in one with others. The / of 自动/手动 and 5.6m/班 is a mark."""
    for match in _PATH.finditer(text):
        path = match.group()
        slashes = [index for index, character in enumerate(path) if character == "/"]
        if len(path) == len(slashes):
            continue
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        for index in slashes:
            begins, ends = index == 0, index == len(path) - 1
            at_han = (begins and _is_han(before)) or (ends and _is_han(after))
            if len(slashes) > 1 or ((begins or ends) and not at_han):
                yield match.start() + index


def _is_han(character: str) -> bool:
    return bool(character) and kind_of(character) is Kind.HAN


@dataclass(frozen=True, slots=True)
class _Smith:
    """Makes atoms."""

    width: Width
    blank: Blank
    rules: Rules

    def atom(self, text: str, kind: Kind, style: Style) -> Atom:
        """An atom with its width and blanks."""
        if len(text) == 1 or (kind is Kind.SPACE and len(set(text)) == 1):
            # Spaces in a row are one.
            advance = self.width(text[0], style)
        else:
            advance = sum([self.width(character, style) for character in text])
        if kind in _MARKS:
            blank = min(self.blank(text[0], style), HALF)
            before, after = (blank, 0.0) if kind is Kind.OPENING else (0.0, blank)
            return Atom(
                text, kind, style, advance, before, after, kind in _NARROW_MARKS[self.rules.punctuation]
            )
        if kind in (Kind.MIDDLE_DOT, Kind.SOLIDUS):
            # Half an em whatever the face says (CL-1.1): the difference is cut, or added, on both sides.
            side = (advance - HALF) / 2
            return Atom(text, kind, style, advance, side, side, narrow=True)
        return Atom(text, kind, style, advance)


def _atoms(
    pieces: Sequence[Piece],
    text: str,
    kinds: Sequence[Kind],
    soft: Mapping[int, float],
    smith: _Smith,
    longest: float,
) -> list[Atom]:
    atoms: list[Atom] = []
    made: dict[Style, dict[str, Atom]] = {}
    # Behind every character stands what follows it.
    followed = [following is Kind.JOINED for following in kinds[1:]] + [False]
    start = 0
    for piece in pieces:
        known = made.setdefault(piece.style, {})
        limit = start + len(piece.text)
        while start < limit:
            kind, end = kinds[start], start + 1
            if kind is not Kind.HAN or followed[start]:
                end, kind = _scan(text, start, limit, kinds, soft)
            words = text[start:end]
            atom = known.get(words)
            if atom is None or atom.kind is not kind:
                atom = known[words] = smith.atom(words, kind, piece.style)
            # A mark at the start of a piece that belongs to the character before it.
            attached = piece.attached or (kinds[start] is Kind.JOINED and start > 0)
            if kind is Kind.LATIN and atom.width > longest:
                atoms.extend(_apart(atom, smith, attached))
            else:
                atoms.append(atom._replace(attached=True) if attached else atom)
            start = end
    return atoms


def _scan(
    text: str, start: int, limit: int, kinds: Sequence[Kind], soft: Mapping[int, float]
) -> tuple[int, Kind]:
    """Where the atom that begins at `start` ends, not past `limit`, and its kind."""
    kind, end = kinds[start], start + 1
    if kind is Kind.JOINED:
        kind = Kind.LATIN
    if kind in (Kind.LATIN, Kind.SPACE, Kind.WIDE_SPACE):
        while end < limit and kinds[end] in (kind, Kind.JOINED) and end not in soft:
            end += 1
        return end, kind
    if text[start] in "—―…⋯" and end < limit and text[end] == text[start]:
        end += 1
        kind = Kind.DASH if text[start] in "—―" else Kind.ELLIPSIS
    while end < limit and (kinds[end] is Kind.JOINED or text[end - 1] == "\u200d"):
        end += 1
    return end, kind


def _apart(word: Atom, smith: _Smith, attached: bool) -> Iterator[Atom]:
    """The characters of a word that is too wide, each with its combining marks."""
    for match in re.finditer(r"(?s).[\u0300-\u036f\u200d\ufe00-\ufe0f]*", word.text):
        yield smith.atom(match.group(), Kind.LATIN, word.style)._replace(attached=attached)


def _paired(atoms: list[Atom], rules: Rules) -> list[Atom]:
    """With the second of two ？！ narrow, so that both stand on one em; three stand on two (CL-1.1, RP)."""
    repeats = [atom.text in REPEATED for atom in atoms]
    for index in [index for index, repeated in enumerate(repeats) if repeated]:
        if (
            index
            and repeats[index - 1]
            and not any(repeats[max(index - 2, 0) : index - 1])
            and not any(repeats[index + 1 : index + 2])
        ):
            atoms[index] = atoms[index]._replace(narrow=rules.trim_pairs or atoms[index].narrow)
    return atoms


def _gaps(atoms: Sequence[Atom], text: str, soft: Mapping[int, float], rules: Rules) -> list[Gap]:
    penalties = dict(soft)
    for match in _COUNTS.finditer(text):
        penalties |= dict.fromkeys(range(match.start() + 1, match.end()), COUNT_PENALTY)
    for match in _GROUPS.finditer(text):
        penalties |= dict.fromkeys(range(match.start() + 1, match.end()), GROUP_PENALTY)
    # Han in a row is what most text is: worth a short cut, where nothing else is to be said.
    plain = [atom.kind is Kind.HAN and not atom.attached and len(atom.text) == 1 for atom in atoms]
    ends = accumulate([len(atom.text) for atom in atoms])
    gaps: list[Gap] = []
    for index, offset in zip(range(len(atoms) - 1), ends, strict=False):
        if plain[index] and plain[index + 1] and offset not in penalties:
            gaps.append(BETWEEN_HAN)
        else:
            previous = atoms[index - 1] if index else None
            penalty = penalties.get(offset, 0.0)
            gaps.append(between(previous, atoms[index], atoms[index + 1], rules, penalty, offset in soft))
    return gaps
