"""Rules PR401 to PR411: what stands behind sequence words 序次语, their order, and whether any is missing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bulletin_pdf.proofreading.passages import Galley, Passage
from bulletin_pdf.proofreading.rules import HAN, NUMERALS, Slip, galley_rule, rule

_TEXT = f"[{HAN}“《（]"
_KINDS = ("title", "body")


def _label(
    passage: Passage,
    pattern: re.Pattern[str],
    message: str,
    suggestion: str = "",
    *,
    is_safe: bool | None = None,
) -> Iterator[Slip]:
    """What a pattern's first group holds at the beginning of a title or paragraph."""
    if passage.kind in _KINDS and (match := pattern.match(passage.text)):
        yield Slip(passage, *match.span(1), message, suggestion, is_safe=is_safe)


_HAN_DOT = re.compile(rf"(?:[{NUMERALS}]{{1,3}}|[甲乙丙丁])([.．] ?)(?={_TEXT})")
_HAN_COMMA = re.compile(rf"[{NUMERALS}]{{1,3}}([，,] ?)(?={_TEXT})")


@rule("PR401", "汉字数字、天干作序次语，后面用顿号", "GB/T 15834 附录 B.3.2", is_safe=True)
def after_han_numerals(passage: Passage) -> Iterator[Slip]:
    yield from _label(passage, _HAN_DOT, "序次语后面用顿号", "、")
    yield from _label(passage, _HAN_COMMA, "序次语后面用顿号", "、", is_safe=False)


_BRACKETED = re.compile(rf"[（(](?:[{NUMERALS}]{{1,3}}|\d{{1,2}})[）)]([、.．，,：:] ?)(?={_TEXT})")


@rule("PR402", "带括号的序次语，后面不用点号", "GB/T 15834 附录 B.3.4", is_safe=True)
def after_brackets(passage: Passage) -> Iterator[Slip]:
    yield from _label(passage, _BRACKETED, "带括号的序次语后面不用点号")


_ARABIC = re.compile(rf"(?:\d{{1,2}}|[A-ZⅠ-Ⅻ])(、)(?=[{HAN}“《（])(?![{NUMERALS}])")


@rule("PR403", "阿拉伯数字、字母作序次语，后面用“.”", "GB/T 15834 附录 B.3.3", is_safe=True)
def after_arabic_numerals(passage: Passage) -> Iterator[Slip]:
    yield from _label(passage, _ARABIC, "序次语后面用“.”，不用顿号", ".")


_CIRCLED = re.compile(rf"[①-⑳]([、.．，,：:] ?)(?={_TEXT})")


@rule("PR404", "带圈的序次语，后面不用点号", "GB/T 15834 附录 B.3.4", is_safe=True)
def after_circled_numerals(passage: Passage) -> Iterator[Slip]:
    yield from _label(passage, _CIRCLED, "带圈的序次语后面不用点号")


_ORDINAL = re.compile(
    rf"(?:^|(?<=[。；：]))(?:第[{NUMERALS}]|首先|其次|最后|其[{NUMERALS}])(、)(?=[{HAN}“《])(?![第其{NUMERALS}])",
    re.MULTILINE,
)


@rule(
    "PR405", "“第一”“首先”“其一”后面用逗号", "GB/T 15834 附录 B.3.1", is_safe=True, needs=["、", "首其最第"]
)
def after_ordinals(passage: Passage) -> Iterator[Slip]:
    for match in _ORDINAL.finditer(passage.text):
        yield Slip(passage, *match.span(1), "后面用逗号", "，")


_FIRSTLY = re.compile(rf"(?:^|(?<=[。；：，]))[{NUMERALS}]{{1,2}}是([，：、:])(?=[{HAN}“《])", re.MULTILINE)


@rule(
    "PR406",
    "“一是”“二是”后面不用标点",
    "GB/T 15834 附录 B.3.7",
    is_safe=True,
    needs=[("是，", "是：", "是、", "是:")],
)
def after_firstly(passage: Passage) -> Iterator[Slip]:
    for match in _FIRSTLY.finditer(passage.text):
        yield Slip(passage, *match.span(1), "后面不用标点", "")


_HALF = re.compile(rf"[(（](?:[{NUMERALS}]{{1,3}}|\d{{1,2}})[)）](?=[、.．，,：:]? ?{_TEXT})")


@rule("PR407", "序次语的括号用全角", "GB/T 15834 附录 B.3.4", is_safe=True)
def full_width_brackets(passage: Passage) -> Iterator[Slip]:
    if passage.kind in _KINDS and (match := _HALF.match(passage.text)):
        label = match.group()
        if "(" in label or ")" in label:
            yield Slip(passage, *match.span(), "括号是半角的", f"（{label[1:-1]}）")


_CHAPTER = re.compile(rf"第[{NUMERALS}百\d]{{1,4}}[编章节条]([、：:，,.．] ?)(?={_TEXT})")


@rule("PR410", "“第一章”“第一条”后面空一格，不用标点", "GB/T 15834 附录 B.3.6", is_safe=True)
def after_chapters(passage: Passage) -> Iterator[Slip]:
    yield from _label(passage, _CHAPTER, "后面空一格，不用标点", "\u3000")


_DECIMAL = re.compile(rf"\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}([、．] ?|\. )(?={_TEXT})")


@rule("PR411", "“3.1”这样的序次语，后面不用点号", "GB/T 15834 附录 B.3.5", is_safe=True)
def after_decimals(passage: Passage) -> Iterator[Slip]:
    yield from _label(passage, _DECIMAL, "后面不用点号", " ")


# --- order and completeness -----------------------------------------------------------------------------

# The forms from the highest level to the lowest (GB/T 9704—2012 §7.3.3).
_FORMS = (
    re.compile(rf"([{NUMERALS}]{{1,3}})、(?![{NUMERALS}])"),
    re.compile(rf"[（(]([{NUMERALS}]{{1,3}})[）)]"),
    re.compile(rf"(\d{{1,2}})(?:[.．](?!\d)|、)(?={_TEXT}| )"),
    re.compile(r"[（(](\d{1,2})[）)]"),
    re.compile(r"([①-⑳])"),
)


@dataclass(frozen=True, slots=True)
class _Number:
    """A sequence word at the beginning of a passage: its level from 0, what it counts to, where it ends."""

    passage: Passage
    level: int
    count: int
    end: int


def _numbers(galley: Galley) -> Iterator[_Number]:
    for passage in galley.passages:
        for level, form in enumerate(_FORMS):
            if passage.kind in _KINDS and (match := form.match(passage.text)):
                yield _Number(passage, level, _count(match[1]), match.end())
                break


def _count(typed: str) -> int:
    """The value of 12, 十二 or ⑫; below a hundred."""
    if "①" <= typed <= "⑳":
        return ord(typed) - ord("①") + 1
    if typed.isdecimal():
        return int(typed)
    tens, ten, ones = typed.rpartition("十")
    values = {numeral: value for value, numeral in enumerate(NUMERALS, 1)}
    return (values.get(tens, 1) * 10 if ten else 0) + values.get(ones, 0)


@galley_rule(
    "PR408", "序次语的层次：一、（一）1.（1）①", "GB/T 9704 §7.3.3", hint="里面的一层用低一级的序次语。"
)
def levels_descend(galley: Galley) -> Iterator[Slip]:
    """A level that opens between two numbers of a lower one, and so stands inside it: 1. （一）（二） 2."""
    open_: list[_Number] = []
    for number in _numbers(galley):
        last = next(
            (
                each
                for each in reversed(open_)
                if each.level == number.level and _is_title(each) == _is_title(number)
            ),
            None,
        )
        if last is not None and number.count == last.count + 1:
            inner = open_[open_.index(last) + 1 :]
            if inner and inner[0].level < last.level and inner[0].count == 1:
                first = inner[0]
                yield Slip(
                    first.passage,
                    0,
                    first.end,
                    f"“{first.passage.text[: first.end].strip()}”在“{last.passage.text[: last.end].strip()}”的里面",
                )
            del open_[open_.index(last) :]
        open_.append(number)


@galley_rule("PR409", "序次语要连续，不缺不重", "", hint="核对是少了一项，还是号写错了。")
def numbers_are_continuous(galley: Galley) -> Iterator[Slip]:
    open_: list[_Number] = []
    for number in _numbers(galley):
        same = [each for each in open_ if each.level == number.level and _is_title(each) == _is_title(number)]
        last = next((each for each in reversed(same) if each.count == number.count - 1), None)
        if last is None and same and number.count != 1:
            message = f"“{same[-1].passage.text[: same[-1].end].strip()}”后面是“{number.passage.text[: number.end].strip()}”"
            yield Slip(number.passage, 0, number.end, message)
            last = same[-1]
        if last is not None:
            del open_[open_.index(last) :]
        open_.append(number)


def _is_title(number: _Number) -> bool:
    return number.passage.kind == "title"


RULES = (
    after_han_numerals,
    after_brackets,
    after_arabic_numerals,
    after_circled_numerals,
    after_ordinals,
    after_firstly,
    full_width_brackets,
    levels_descend,
    numbers_are_continuous,
    after_chapters,
    after_decimals,
)
