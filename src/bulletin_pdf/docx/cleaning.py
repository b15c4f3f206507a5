"""What typing and Word leave behind taken out of a paragraph: typed indents, stray blanks, full-width digits.

Every rule counts what it did, for the report. A rule works on the whole text of a paragraph, since what stands before
a blank may have another style than what stands behind it.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from bulletin_pdf.docx.values import NOTE, Paragraph, Span, Style
from bulletin_pdf.source import INVISIBLE

# Up to so many characters a text is a line of its own (a title, names, a caption), in which a blank is meant.
SHORT = 30

_BLANK = " \t\u3000"
_HAN = r"\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WIDE = rf"{_HAN}，。、；：？！“”‘’（）《》〈〉【】〔〕—…·％"
_NARROW = r"!-~\u00b0-\u024f\u0370-\u052f²³⁰-₉"
_FULL_WIDTH = re.compile(r"[０-９Ａ-Ｚａ-ｚ]|(?<=[0-9０-９])．(?=[0-9０-９])")
_LABEL = re.compile(r"^\(([一二三四五六七八九十]{1,3}|\d{1,2})\)")
# Characters with blanks between them; from five on at one distance they are a title spread for looks.
_SPREAD = re.compile(rf"(?<![{_HAN}])[{_HAN}]([{_BLANK}]+)[{_HAN}](?:\1[{_HAN}])*(?![{_HAN}])")
_FIVE = 5
# Ends as a sentence does: a line break behind it is meant as the end of a paragraph.
_SENTENCE_END = re.compile(r"[。！？；：…][”’）]?$")

_Character = tuple[str, Style]


def cleaned(paragraph: Paragraph, done: Counter[str]) -> Paragraph:
    """The paragraph without debris; adds to `done` how often each kind was removed or changed."""
    characters = [(each, span.style) for span in paragraph.spans for each in span.text]
    size = sum(not each.isspace() for each, _ in characters)
    is_line = size <= SHORT and not re.search(r"[。；！？]$", paragraph.text.rstrip())
    is_short = is_line or paragraph.align in ("center", "right")
    is_title = paragraph.align == "center" or paragraph.outline is not None
    is_spread = is_title and any(
        len(match[0].replace(match[1], "")) >= _FIVE for match in _SPREAD.finditer(paragraph.text)
    )
    rules: list[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]]] = [
        ("不间断空格和各种窄空格", re.compile(r"[\u00a0\u1680\u2000-\u200a\u202f\u205f]"), lambda match: " "),
        ("看不见的字符", INVISIBLE, lambda match: ""),
        ("全角数字、字母", _FULL_WIDTH, lambda match: chr(ord(match[0]) - 0xFEE0)),
        ("段首的空格", re.compile(rf"(?:^|(?<=\n))[{_BLANK}]+"), lambda match: ""),
        ("行末的空格", re.compile(rf"[{_BLANK}]+(?=\n|$)"), lambda match: ""),
        ("多余的换行", re.compile(r"^\n+|\n+$|(?<=\n)\n+"), lambda match: ""),
        ("序号的半角括号", _LABEL, lambda match: f"（{match[1]}）"),
        *([("字间的空格", _SPREAD, _closed)] if is_spread else []),
        ("文字里多余的空格", re.compile(rf"(?<=[^{_BLANK}\n])[{_BLANK}]+"), _blank_rule(is_short)),
    ]
    for kind, pattern, replacement in rules:
        characters, count = _substituted(characters, pattern, replacement)
        if count:
            done[kind] += count
    return replace(paragraph, spans=_spans(characters))


def _closed(match: re.Match[str]) -> str:
    return match[0].replace(match[1], "")


def _blank_rule(is_short: bool) -> Callable[[re.Match[str]], str]:
    """What becomes of blanks inside a text.

    Between Latin words one space; beside a mark, or between Han and Latin, nothing, since the composer sets that gap;
    between Han a full-width blank where it is meant, as in 王　明, and nothing in running text.
    """

    def blank(match: re.Match[str]) -> str:
        before, after = match.string[match.start() - 1], match.string[match.end() : match.end() + 1]
        is_meant = "\u3000" in match[0] or "\t" in match[0] or len(match[0]) > 1
        if re.match(f"[{_NARROW}]", before) and re.match(f"[{_NARROW}]", after):
            return " "
        if re.match(f"[{_HAN}]", before) and re.match(f"[{_HAN}]", after):
            return "\u3000" if is_short or is_meant else ""
        if re.fullmatch(r"[图表]\d{1,3}(?:[-.]\d+)?", match.string[: match.start()]):
            return "\u3000"
        if is_short and is_meant and not set(before + after) & set("，。、；：？！" + NOTE):
            return "\u3000"
        return "" if re.search(f"[{_WIDE}{NOTE}]", before + after) else " "

    return blank


def divided(paragraph: Paragraph, done: Counter[str]) -> list[Paragraph]:
    """The paragraphs that were typed as one, with line breaks (Shift+Enter) where another paragraph was meant.

    So it is where an indent or an empty line follows, or a full sentence ends. Short lines stay lines.
    """
    characters = [(each, span.style) for span in paragraph.spans for each in span.text]
    text = "".join(each for each, _ in characters)
    begins = [0]
    for match in re.finditer(rf"\n([{_BLANK}]*\n)*", text):
        before = text[begins[-1] : match.start()].rpartition("\n")[2].strip()
        is_sentence = len(before) > SHORT and _SENTENCE_END.search(before)
        if match[1] or is_sentence or re.match(rf"\u3000|[{_BLANK}]{{2}}", text[match.end() :]):
            begins.append(match.end())
    done["当作分段的换行"] += len(begins) - 1
    pieces = [
        replace(paragraph, spans=_spans(characters[begin:end]))
        for begin, end in zip(begins, [*begins[1:], len(text)], strict=True)
    ]
    return [pieces[0], *(replace(piece, label="", list_key="") for piece in pieces[1:])]


def _substituted(
    characters: list[_Character], pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]
) -> tuple[list[_Character], int]:
    """The characters with every match replaced, in the style of its first one; and how many changed."""
    text = "".join(each for each, _ in characters)
    result: list[_Character] = []
    at = count = 0
    for match in pattern.finditer(text):
        new = replacement(match)
        if new == match[0]:
            continue
        result += characters[at : match.start()]
        result += [(each, characters[match.start()][1]) for each in new]
        at, count = match.end(), count + 1
    return [*result, *characters[at:]], count


def _spans(characters: list[_Character]) -> tuple[Span, ...]:
    """Characters as spans, neighbours of one style joined."""
    spans: list[Span] = []
    for each, style in characters:
        if (spans and spans[-1].style == style and not (style.note or style.reading)) or (
            spans and spans[-1].style is style
        ):
            spans[-1] = Span(spans[-1].text + each, style)
        else:
            spans.append(Span(each, style))
    return tuple(spans)
