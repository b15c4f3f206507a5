"""Character classes of Chinese composition (CLREQ; standards CL-1.1) and what may begin or end a line (CL-1.2)."""

import unicodedata
from enum import Enum, IntEnum
from functools import cache


class Kind(Enum):
    """What a character, or an atom of several, is to the composer."""

    HAN = "Han, kana, bopomofo: one em, opened on both sides"
    SYMBOL = "★ ① → Ａ and whatever else stands on an em of its own"
    LATIN = "a stretch of letters, digits and their signs"
    SPACE = "typed spaces"
    WIDE_SPACE = "U+3000"
    OPENING = "“ （ 《: blank in its left half"
    CLOSING = "” ） 》: blank in its right half"
    PAUSE = "， 、 ； ："
    STOP = "。 ？ ！ ．"
    MIDDLE_DOT = "·"
    CONNECTOR = "– - — ～ alone"
    SOLIDUS = "/ ／"
    DASH = "——, two em in one stroke"
    ELLIPSIS = "……, two em"
    PREFIX = "￥ №: belongs to the number after it"
    SUFFIX = "％ ℃: belongs to the number before it"
    FOLLOWER = "々 and the like: as Han, but never first in a line"
    JOINED = "combining marks, selectors, controls: part of the character before them"

    # Members are single, and an Enum's own hash is slow.
    __hash__ = object.__hash__


class Kinsoku(IntEnum):
    """避头尾: how strictly line starts and ends are kept clear (CL-1.2); each level contains those below."""

    NONE = 0
    BASIC = 1
    GB = 2
    STRICT = 3


_KINDS = {
    Kind.SPACE: "\t",
    Kind.WIDE_SPACE: "\u3000",
    Kind.OPENING: "“‘（《〈【〖〔［｛「『〝",
    Kind.CLOSING: "”’）》〉】〗〕］｝」』〞〟",
    Kind.PAUSE: "，、；：",
    Kind.STOP: "。？！．",
    Kind.MIDDLE_DOT: "·",
    Kind.CONNECTOR: "–—―～〜-",
    Kind.SOLIDUS: "/／",
    Kind.DASH: "⸺",
    Kind.ELLIPSIS: "…⋯",
    Kind.PREFIX: "￥￡＄№",
    Kind.SUFFIX: "％‰℃℉′″",
    Kind.FOLLOWER: "々〻‼⁇⁈⁉・‧｡､",
    # Tone marks follow the bopomofo syllable.
    Kind.JOINED: "ˊˇˋ˙",
}
_BY_CHARACTER = {character: kind for kind, characters in _KINDS.items() for character in characters}

# Signs beyond U+2000 that are parts of words and numbers: hyphens, superscripts, currencies, fractions, − and ∶.
_LATIN_BEYOND = (
    *range(0x2010, 0x2013),
    *range(0x2070, 0x20D0),
    *range(0x2150, 0x2160),
    0x2044,
    0x2212,
    0x2236,
)
_EMOJI_MODIFIERS = range(0x1F3FB, 0x1F400)

REPEATED = frozenset("？！")
"""Two of these stand on one em together (CL-1.1, RP)."""

HANGING = frozenset("。，、；：．")
"""What may hang past the measure: pause and stop marks without ？！ (CL-1.6.1)."""

NO_BREAK = frozenset("\u00a0\u2007\u202f\u2060\ufeff")
"""After these no line may end."""

# ASCII forms of marks, as careless typing leaves them in Chinese text. A straight quote by itself might be either
# half; with a letter behind it, it opens, with a letter before it, it closes.
NARROW_OPENING = frozenset("([{")
NARROW_CLOSING = frozenset(")]}")
_NARROW_NOT_AT_START = frozenset(")]},.:;!?%°‐")
_NARROW_NOT_AT_END = frozenset("([{$¥£€")

_BASIC_STARTS = {
    Kind.CLOSING,
    Kind.PAUSE,
    Kind.STOP,
    Kind.CONNECTOR,
    Kind.MIDDLE_DOT,
    Kind.SUFFIX,
    Kind.FOLLOWER,
}
# By level: none, basic, GB, strict.
_NOT_AT_START: tuple[set[Kind], ...] = (
    set(),
    _BASIC_STARTS,
    _BASIC_STARTS | {Kind.SOLIDUS},
    _BASIC_STARTS | {Kind.SOLIDUS, Kind.DASH, Kind.ELLIPSIS},
)
_BASIC_ENDS = {Kind.OPENING, Kind.PREFIX}
_NOT_AT_END: tuple[set[Kind], ...] = (
    set(),
    _BASIC_ENDS,
    _BASIC_ENDS | {Kind.SOLIDUS},
    _BASIC_ENDS | {Kind.SOLIDUS},
)


@cache
def kind_of(character: str) -> Kind:
    """The kind of one character by itself; what depends on its neighbours is for `itemize`."""
    kind = _BY_CHARACTER.get(character)
    if kind is not None:
        return kind
    category, code = unicodedata.category(character), ord(character)
    if category[0] == "M" or category in ("Cc", "Cf") or code in _EMOJI_MODIFIERS:
        return Kind.JOINED
    if category == "Zs":
        return Kind.SPACE
    if code < 0x2000 or code in _LATIN_BEYOND:
        return Kind.LATIN
    # Full-width letters have case, ideographs have none.
    return Kind.HAN if code >= 0x2E80 and category in ("Lo", "Lm", "Nl") else Kind.SYMBOL


def may_start_line(kind: Kind, text: str, level: Kinsoku) -> bool:
    """Whether an atom of this kind and text may begin a line (CL-1.2)."""
    if kind is Kind.LATIN and level >= Kinsoku.BASIC:
        first = text.lstrip("\"'")[:1]
        return first != "" and first not in _NARROW_NOT_AT_START
    return kind not in _NOT_AT_START[level]


def may_end_line(kind: Kind, text: str, level: Kinsoku) -> bool:
    """Whether an atom of this kind and text may end a line (CL-1.2)."""
    if kind is Kind.LATIN and level >= Kinsoku.BASIC:
        last = text.rstrip("\"'")[-1:]
        return last != "" and last not in _NARROW_NOT_AT_END
    return kind not in _NOT_AT_END[level]
