"""Text to atoms: what a line never parts, with widths and blanks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bulletin_pdf.composition.characters import REPEATED, Kind, kind_of
from bulletin_pdf.composition.gaps import BETWEEN_HAN, GROUP_PENALTY
from bulletin_pdf.composition.paragraph import Atom, Gap, Paragraph, Piece, Rules, Style
from bulletin_pdf.composition.typecase import Drawer, TypeCase

_CHINESE = re.compile("[\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]")
_LATIN_QUOTES = frozenset("“”‘’–—…·")
_SIGNS = re.compile("[“”‘’–—…·/-]")
# Houses keep these together (CL-1.3.8): a break inside is legal but unwelcome.
_GROUPS = re.compile(
    r"(?=[第〔（\d])(?:"
    r"第[\d〇一二三四五六七八九十百]+[期号届次条章节页季批轮]|〔\d{4}〕\d+号|\d{4}年\d{1,2}月\d{1,2}日|\d{1,2}月\d{1,2}日"
    r"|\d{4}年(?:\d{1,2}月)?|\d+号"
    r"|（[^（）]{2,12}）$)"  # a credit
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


def prepare(pieces: Sequence[Piece], case: TypeCase, longest: float) -> Iterator[Paragraph]:
    """Cut pieces at the typed line breaks, then into atoms, and say what holds between each two.

    longest: a Latin word wider than this comes apart, so that an emergency can break it.
    """
    is_chinese = any(_CHINESE.search(piece.text) for piece in pieces)
    for own, newline in _lines(pieces):
        text = "".join(piece.text for piece in own)
        kinds, soft = _kinds(text, is_chinese)
        atoms = _atoms(own, text, kinds, soft, case, longest)
        if any(mark in text for mark in REPEATED):
            atoms = _paired(atoms, case.rules)
        yield Paragraph(tuple(atoms), tuple(_gaps(atoms, text, soft, case)), newline)


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
    kinds = list(map(kind_of, text))
    for match in _SIGNS.finditer(text):
        is_quote = not is_chinese and match.group() in _LATIN_QUOTES
        if is_quote or (match.group() in "-/’" and _is_in_word(text, match.start())):
            kinds[match.start()] = Kind.LATIN
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


def _atoms(
    pieces: Sequence[Piece],
    text: str,
    kinds: Sequence[Kind],
    soft: Mapping[int, float],
    case: TypeCase,
    longest: float,
) -> list[Atom]:
    atoms: list[Atom] = []
    # A mark that joins what precedes it makes an atom of several characters, of Han as well.
    joins = (
        [*(kind is Kind.JOINED for kind in kinds[1:]), False] if Kind.JOINED in kinds else [False] * len(text)
    )
    start = 0
    for piece in pieces:
        han = case.drawer(piece.style, Kind.HAN)
        limit = start + len(piece.text)
        while start < limit:
            kind = kinds[start]
            if kind is Kind.HAN and not joins[start] and not piece.attached:
                atoms.append(han[text[start]])
                start += 1
                continue
            # A mark at the start of a piece that belongs to the character before it.
            attached = piece.attached or (kind is Kind.JOINED and start > 0)
            end, kind = _scan(text, start, limit, kinds, soft)
            drawer = case.drawer(piece.style, kind)
            atom = drawer[text[start:end]]
            if kind is Kind.LATIN and atom.width > longest:
                atoms.extend(_apart(atom, drawer, attached))
            else:
                atoms.append(replace(atom, attached=True) if attached else atom)
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


def _apart(word: Atom, drawer: Drawer, attached: bool) -> Iterator[Atom]:
    """The characters of a word that is too wide, each with its combining marks."""
    for match in re.finditer(r"(?s).[\u0300-\u036f\u200d\ufe00-\ufe0f]*", word.text):
        atom = drawer[match.group()]
        yield replace(atom, attached=True) if attached else atom


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
            atoms[index] = replace(atoms[index], narrow=rules.trim_pairs or atoms[index].narrow)
    return atoms


def _gaps(atoms: Sequence[Atom], text: str, soft: Mapping[int, float], case: TypeCase) -> list[Gap]:
    penalties = dict(soft)
    for match in _COUNTS.finditer(text):
        penalties |= dict.fromkeys(range(match.start() + 1, match.end()), COUNT_PENALTY)
    for match in _GROUPS.finditer(text):
        penalties |= dict.fromkeys(range(match.start() + 1, match.end()), GROUP_PENALTY)
    gaps: list[Gap] = []
    offset, previous = 0, None
    for first, second in pairwise(atoms):
        offset += len(first.text)
        if first.is_plain and second.is_plain and offset not in penalties:
            gaps.append(BETWEEN_HAN)
        else:
            gaps.append(case.joint(previous, first, second, penalties.get(offset, 0.0), offset in soft))
        previous = first
    return gaps
