"""Automatic numbers 一、 （一） 1. ① as text: Word computes them, they are nowhere in the document.

ISO/IEC 29500-1, 17.9; the forms of numbers are those of ST_NumberFormat, 17.18.59.
"""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

from bulletin_pdf.docx.package import Part
from bulletin_pdf.docx.styles import as_number, value

_LEVELS = 9
# No list is longer; a start value may be any number.
_MAX_NUMBER = 9999


def chinese(number: int) -> str:
    """十一, 一百零二: as people count, below 10 000."""
    if number < 1:
        return "零"
    digits = "零一二三四五六七八九"
    result, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            result += ("零" if gap and result else "") + digits[digit] + name
        gap = not digit
    return re.sub("^一十", "十", result)


def _formal(number: int) -> str:
    table = dict(zip("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟", strict=True))
    words = chinese(number)
    return "".join(table[each] for each in ("一" + words if words.startswith("十") else words))


def _roman(number: int) -> str:
    steps = zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ["M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"],
        strict=True,
    )
    result = ""
    for worth, sign in steps:
        result += sign * (number // worth)
        number %= worth
    return result


def _letters(number: int) -> str:
    """A … Z, AA, BB: Word repeats the letter."""
    return chr(ord("A") + (number - 1) % 26) * min((number - 1) // 26 + 1, 9) if number > 0 else "0"


def _from(first: str, last: int) -> Callable[[int], str]:
    """Signs that follow one another in Unicode; digits where there are none left."""
    return lambda number: chr(ord(first) + number - 1) if 1 <= number <= last else str(number)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


_FORMS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(
        (
            "chineseCounting",
            "chineseCountingThousand",
            "japaneseCounting",
            "taiwaneseCounting",
            "taiwaneseCountingThousand",
            "ideographDigital",
            "japaneseDigitalTenThousand",
        ),
        chinese,
    ),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"), _formal),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _from("①", 20)),
    "decimalEnclosedParen": _from("⑴", 20),
    "decimalEnclosedFullstop": _from("⒈", 20),
    "decimalZero": lambda number: f"{number:02d}",
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "ideographTraditional": _cycle("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _cycle("子丑寅卯辰巳午未申酉戌亥"),
    "none": lambda number: "",
}
BULLET = "•"


class Numbering:
    """Counts the numbered paragraphs of a document in order."""

    def __init__(self, part: Part | None) -> None:
        root = part.root if part else Element("w:numbering")
        self.abstract = {each.get("w:abstractNumId", ""): each for each in root.iter("w:abstractNum")}
        self.lists = {each.get("w:numId", ""): each for each in root.iter("w:num")}
        self.counts: dict[str, list[int | None]] = {}
        self.started: set[tuple[str, int]] = set()

    def label(self, key: str, level: int) -> str:
        """The label of the next paragraph in a list; '' for a list that does not exist. BULLET for any bullet."""
        level = min(max(level, 0), _LEVELS - 1)
        form = self.form(key, level)
        if form is None:
            return ""
        # Lists of one abstract numbering count on from one another, unless one states where it starts.
        base = value(self.lists[key], "w:abstractNumId") or key
        counts = self.counts.setdefault(base, [None] * _LEVELS)
        override = self.override(key, level)
        start = value(override, "w:startOverride")
        if start is not None and (key, level) not in self.started:
            self.started.add((key, level))
            counts[level] = None
        first = as_number(start if start is not None else value(form, "w:start"), 1)
        current = counts[level]
        counts[level] = min(max(first if current is None else current + 1, 0), _MAX_NUMBER)
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        kind = value(form, "w:numFmt") or "decimal"
        if kind == "bullet":
            return BULLET
        is_legal = form.find("w:isLgl") is not None
        return re.sub(
            "%([1-9])",
            lambda match: self.number(key, int(match[1]) - 1, counts, is_legal),
            value(form, "w:lvlText") or "",
        ).strip()

    def number(self, key: str, level: int, counts: list[int | None], is_legal: bool) -> str:
        """The number that a list stands at on some level."""
        form = self.form(key, level)
        count = counts[level]
        if count is None:
            count = as_number(value(form, "w:start"), 1)
        kind = value(form, "w:numFmt") or "decimal"
        return str(count) if is_legal and kind != "none" else _FORMS.get(kind, str)(count)

    def override(self, key: str, level: int) -> Element | None:
        return _with_level(self.lists[key], "w:lvlOverride", level)

    def form(self, key: str, level: int) -> Element | None:
        """What a list says about a level."""
        if key not in self.lists:
            return None
        override = self.override(key, level)
        if override is not None and (own := override.find("w:lvl")) is not None:
            return own
        abstract = self.abstract.get(value(self.lists[key], "w:abstractNumId") or "")
        if (linked := value(abstract, "w:numStyleLink")) is not None:
            # It only names a list style; the numbering that the style stands for names it too.
            abstract = next(
                (each for each in self.abstract.values() if value(each, "w:styleLink") == linked), abstract
            )
        return _with_level(abstract, "w:lvl", level) if abstract is not None else None


def _with_level(parent: Element, tag: str, level: int) -> Element | None:
    return next((each for each in parent.findall(tag) if as_number(each.get("w:ilvl")) == level), None)
