"""Rules PR101 to PR103: full-width marks in Chinese, half-width ones in numbers, half-width letters and digits."""

import re
import unicodedata
from collections.abc import Iterator

from bulletin_pdf.proofreading.passages import Passage
from bulletin_pdf.proofreading.rules import CLOSING, HAN, NUMERALS, OPENING, Slip, rule

_FULL = dict(zip(",.;:?!()", "，。；：？！（）", strict=True))
_IS_HAN = re.compile(f"[{HAN}]")

_MARK = re.compile(f"(?<=[{HAN}{CLOSING}]) *(?:[,;:]|[?!]+) *|(?:[,;:]|[?!]+) *(?=[{HAN}{OPENING}])")
_STOP = re.compile(rf"(?<=[{HAN}{CLOSING}%％℃])\.(?=$|[ \n{CLOSING}])|(?<=[{CLOSING}])\.(?=[{HAN}])")
_DOT = re.compile(rf"(?<=[{HAN}])\.(?=[{HAN}])")
_LABEL = re.compile(rf"\s*(?:[{NUMERALS}百]+|[甲乙丙丁])$")
_BRACKET = re.compile(r"[()（）]")
_NUMBERED = re.compile(rf"\s*[(（](?:[{NUMERALS}]{{1,3}}|\d{{1,2}})[)）]")


@rule("PR101", "中文里的标点用全角", "GB/T 15834 §4", is_safe=True, needs=[",;:?!.()"])
def full_width_marks(passage: Passage) -> Iterator[Slip]:
    text = passage.text
    for match in _MARK.finditer(text):
        marks = match.group().strip(" ")
        yield _half(passage, *match.span(), marks, "".join(_FULL[mark] for mark in marks))
    for match in _STOP.finditer(text):
        if not _LABEL.match(text[: match.start()]):
            yield _half(passage, *match.span(), ".", "。")
    for match in _DOT.finditer(text):
        if not _LABEL.match(text[: match.start()]):
            hint = "句末改为“。”，外国人名中间改为“·”。"
            yield Slip(passage, *match.span(), "中文里用了半角的“.”", hint=hint)
    yield from _half_brackets(passage)


def _half(passage: Passage, start: int, end: int, mark: str, full: str) -> Slip:
    return Slip(passage, start, end, f"中文里用了半角的“{mark}”", full)


def _half_brackets(passage: Passage) -> Iterator[Slip]:
    """Half-width brackets that hold Chinese, stand behind it, or have a full-width partner."""
    text = passage.text
    label = _NUMBERED.match(text)
    opened: list[int] = []
    for match in _BRACKET.finditer(text):
        at = match.start()
        if text[at] in "(（":
            opened.append(at)
        elif opened:
            start = opened.pop()
            is_mixed = (text[start] == "(") != (text[at] == ")")
            is_chinese = _IS_HAN.search(text, start, at) or _IS_HAN.match(text[max(start - 1, 0)])
            if (
                text[start] + text[at] == "（）"
                or not (is_mixed or is_chinese)
                or (label and at < label.end())
            ):
                continue
            for each in (start, at):
                if text[each] in "()":
                    yield _half(passage, each, each + 1, text[each], _FULL[text[each]])


_IN_NUMBER = re.compile(r"(?<=\d)．(?=\d)|(?<=\d)。(?=\d{1,3}[%％‰])")
_GROUPS = re.compile(r"(?<![\d，])\d{1,3}(?:，\d{3}){2,}(?![\d，])")


@rule("PR102", "数字里的标点用半角", "GB/T 15834 附录 B.3.3", is_safe=True, needs=[("0．", "0。", "0，")])
def half_width_in_numbers(passage: Passage) -> Iterator[Slip]:
    for match in _IN_NUMBER.finditer(passage.text):
        yield Slip(passage, *match.span(), f"小数点写成了“{match.group()}”", ".")
    for match in _GROUPS.finditer(passage.text):
        yield Slip(passage, *match.span(), "数字里用了全角的“，”", match.group().replace("，", ","))


_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]+")


@rule("PR103", "数字和西文字母用半角", "GB/T 15835 §5.1.7", is_safe=True)
def half_width_letters(passage: Passage) -> Iterator[Slip]:
    for match in _WIDE.finditer(passage.text):
        yield Slip(passage, *match.span(), "数字或字母是全角的", unicodedata.normalize("NFKC", match.group()))


RULES = (full_width_marks, half_width_in_numbers, half_width_letters)
