"""Rules PR104 to PR117: which character a mark or letter is, and blanks that have no place in Chinese."""

import re
import unicodedata
from collections.abc import Iterator

from bulletin_pdf.proofreading.passages import Passage
from bulletin_pdf.proofreading.rules import CLOSING, HAN, NUMERALS, OPENING, Slip, rule

_IS_HAN = re.compile(f"[{HAN}]")

# --- quotation marks, dashes, ellipses ------------------------------------------------------------------

_CORNERS = re.compile(r"[「」『』]")
_CURLY = dict(zip("「」『』", "“”‘’", strict=True))


@rule(
    "PR104",
    "引号用“”‘’",
    "GB/T 15834 §4.8.2",
    is_safe=True,
    hint="改为弯引号，前后各一个。",
    needs=["\"'「」『』"],
)
def curly_quotes(passage: Passage) -> Iterator[Slip]:
    yield from _straight(passage, '"', "“”")
    yield from _straight(passage, "'", "‘’")
    paired = set(_paired_corners(passage.text))
    for match in _CORNERS.finditer(passage.text):
        if match.start() in paired:
            yield Slip(passage, *match.span(), "横排用弯引号", _CURLY[match.group()])
        else:
            yield Slip(passage, *match.span(), "横排用弯引号，这个也没有配对")


def _paired_corners(text: str) -> Iterator[int]:
    """Where corner brackets stand that have their other half."""
    opened: list[int] = []
    for match in _CORNERS.finditer(text):
        if match.group() in "「『":
            opened.append(match.start())
        elif opened and text[opened[-1]] + match.group() in ("「」", "『』"):
            yield from (opened.pop(), match.start())


def _straight(passage: Passage, mark: str, curly: str) -> Iterator[Slip]:
    """Straight marks taken two by two; where the count, or a blank inside, shows that this may be wrong, no suggestion."""
    text = passage.text
    if mark not in text:
        return
    at = [match.start() for match in re.finditer(mark, text) if not _is_other(text, match.start())]
    pairs = list(zip(at[::2], at[1::2], strict=False))
    is_sure = len(at) % 2 == 0 and not any(
        end - start < 2
        or text[start + 1] == " "
        or text[end - 1] == " "
        or set(text[start:end]) & set(CLOSING[:2] + OPENING[:2])
        for start, end in pairs
    )
    for start, end in pairs:
        if _IS_HAN.search(text, start, end) or (mark == '"' and _IS_HAN.search(_beside(text, start, end))):
            inside = passage.typed[start + 1 : end]
            suggestion = f"{curly[0]}{inside}{curly[1]}" if is_sure else None
            yield Slip(passage, start, end + 1, "引号是直的", suggestion)
    if len(at) % 2 and mark == '"' and _IS_HAN.search(_beside(text, at[-1], at[-1])):
        yield Slip(passage, at[-1], at[-1] + 1, "引号是直的，也没有配对")


def _is_other(text: str, at: int) -> bool:
    """Whether a straight mark is an apostrophe, or minutes or inches behind a number that no mark opened."""
    before = text[max(at - 1, 0) : at]
    if text[at] == "'":
        return before.isascii() and before.isalnum() and text.count("'", 0, at) % 2 == 0
    return before.isdigit() and text.count('"', 0, at) % 2 == 0


def _beside(text: str, start: int, end: int) -> str:
    return text[max(start - 1, 0) : start] + text[end + 1 : end + 2]


_DASH = re.compile(
    rf"(?:(?<=[{HAN}{CLOSING}。！？…])|^) *(?:-{{2,}}|－{{2,}}|─{{2,}}|―{{2}}|—{{3,}}) *(?=[{HAN}{OPENING}])",
    re.MULTILINE,
)
_SHORT_DASH = re.compile(rf"^—(?=[{HAN}{OPENING}])")


@rule("PR105", "破折号是两个“—”", "GB/T 15834 §4.10.2", is_safe=True, needs=["-－─―—"])
def dashes(passage: Passage) -> Iterator[Slip]:
    for match in _DASH.finditer(passage.text):
        # Two hyphens apart may be an option of a command.
        is_apart = "--" in match.group() and " " in match.group()
        yield Slip(passage, *match.span(), "破折号写法不对", "——", is_safe=not is_apart)
    if passage.kind == "title" and (short := _SHORT_DASH.match(passage.text)):
        yield Slip(passage, *short.span(), "破折号只有一半", "——")


_DOTS = re.compile(
    rf"(?<=[{HAN}{CLOSING}、，])\.{{3,6}}(?![.\w])|(?:^|(?<=[{OPENING}]))\.{{3,6}}(?=[{HAN}])|。{{3,}}|[·・]{{3,6}}"
)
_HALF_ELLIPSIS = re.compile(rf"(?<=[{HAN}，、。！？])(?:…|…{{3}})(?!…)|(?<!…)(?:…|…{{3}})(?=[{HAN}])")


@rule("PR106", "省略号是两个“…”", "GB/T 15834 §4.11.2", is_safe=True, needs=[("…", "..", "。。", "·", "・")])
def ellipses(passage: Passage) -> Iterator[Slip]:
    for match in (*_DOTS.finditer(passage.text), *_HALF_ELLIPSIS.finditer(passage.text)):
        yield Slip(passage, *match.span(), "省略号写法不对", "……")


_LONG_ELLIPSIS = re.compile(r"…{4,}")


@rule(
    "PR107",
    "省略号连用，最多两个，单占一行",
    "GB/T 15834 附录 A.9",
    hint="只留两个“…”；省略整段的，十二点另起一行。",
)
def long_ellipses(passage: Passage) -> Iterator[Slip]:
    for match in _LONG_ELLIPSIS.finditer(passage.text):
        is_alone = match.group() == passage.text.strip() == "…" * 4
        is_leader = passage.text[match.end() :].strip().isdigit()  # of a list of contents
        if not (is_alone or is_leader or passage.kind == "cell"):
            yield Slip(passage, *match.span(), "省略号太长")


_INTERPUNCT = re.compile(rf"(?<=[{HAN}])[・‧•∙⋅･](?=[{HAN}])")


@rule("PR108", "间隔号是“·”", "GB/T 15834 §4.14.2", is_safe=True, needs=["・‧•∙⋅･"])
def interpuncts(passage: Passage) -> Iterator[Slip]:
    for match in _INTERPUNCT.finditer(passage.text):
        yield Slip(passage, *match.span(), "间隔号用错了字符", "·")


_DOUBLED = re.compile(r"(?:<<|＜＜|«)([^<>＜＞«»\n]{1,40})(?:>>|＞＞|»)|＜([^<>＜＞\n]{1,40})＞")
_INNER = re.compile(r"(?<=[《<])([^《》<>\n]{0,20})<([^《》<>\n]{1,40})>")


@rule("PR109", "书名号是《》〈〉", "GB/T 15834 §4.15.2", is_safe=True, needs=["<＜«"])
def title_marks(passage: Passage) -> Iterator[Slip]:
    text = passage.text
    for match in _DOUBLED.finditer(text):
        name = match[1] or match[2]
        if _IS_HAN.search(name):
            is_inside = text.rfind("《", 0, match.start()) > text.rfind("》", 0, match.start())
            suggestion = f"〈{name}〉" if is_inside else f"《{name}》"
            yield Slip(
                passage, *match.span(), "书名号用错了字符", suggestion, is_safe=bool(match[1]) or is_inside
            )
    for match in _INNER.finditer(text):
        if _IS_HAN.search(match[2]) and text[match.start() - 1] == "《":
            yield Slip(passage, match.end(1), match.end(), "书名号用错了字符", f"〈{match[2]}〉")


_WAVE = re.compile(rf"(?<=[\d%％℃年月日时点分周{NUMERALS}])[~〜∼](?=[\d{HAN}])")


@rule("PR110", "浪纹线是“～”", "GB/T 15834 §4.13.2", is_safe=True, needs=["~〜∼"])
def waves(passage: Passage) -> Iterator[Slip]:
    for match in _WAVE.finditer(passage.text):
        yield Slip(passage, *match.span(), f"浪纹线用错了字符“{match.group()}”", "～")


# --- blanks ---------------------------------------------------------------------------------------------

_BLANKS = "[ \u00a0]+"
_MARKED_BLANK = re.compile(
    f"(?<=[，。；：？！、{CLOSING}{OPENING}]){_BLANKS}(?=[^ \u00a0\n])|(?<=[{HAN}]){_BLANKS}(?=[，。；：？！、{CLOSING}{OPENING}])"
)
_HAN_BLANK = re.compile(f"(?<=[{HAN}]){_BLANKS}(?=[{HAN}])")
_ORDINAL = re.compile(rf"\s*第[{NUMERALS}百\d]+[编章节条款]$")
_CLAUSE = re.compile("[^，。；：、！？\n]+")


@rule("PR111", "汉字和全角标点旁边不打空格", "CLREQ：汉字密排", is_safe=True, needs=[" \u00a0"])
def blanks(passage: Passage) -> Iterator[Slip]:
    text = passage.text
    for match in _MARKED_BLANK.finditer(text):
        # Behind a bracket or quotation mark a blank may part the words of a heading or cell.
        is_parting = text[match.start() - 1] in CLOSING and text[match.end()] not in "，。；：？！、"
        if not (is_parting and not _is_prose(passage)) and not _ORDINAL.match(text[: match.start()]):
            yield Slip(passage, *match.span(), "标点旁边有空格", "")
    if not _is_prose(passage):
        return
    for clause in _CLAUSE.finditer(text):
        blanks_there = list(_HAN_BLANK.finditer(text, *clause.span()))
        # A list of words, 王明 李强 张宁, has several; what opens a paragraph, 第一条 or 关键词, is a label.
        if (
            len(blanks_there) == 1
            and (start := blanks_there[0].start()) > 4
            and not _ORDINAL.match(text[:start])
        ):
            yield Slip(passage, *blanks_there[0].span(), "汉字之间有空格", "", is_safe=False)


def _is_prose(passage: Passage) -> bool:
    return passage.kind == "body" and bool(re.search("[。！？；]", passage.text))


# --- characters that look like others -------------------------------------------------------------------

_LOOKALIKE = re.compile("[\u2e80-\u2fd5\uf900-\ufaff]")
# Radicals of simplified characters, which Unicode doesn't equate with them.
_RADICALS = dict(
    zip(
        "⺟⻁⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳⺠⻒⻌",
        "母虎西见角贝车长门青页风飞食马骨鬼鱼鸟麦黄齐齿龙龟民镸辶",
        strict=True,
    )
)


@rule("PR114", "不用部首字符、兼容字符", "Unicode 兼容分解", is_safe=True, hint="重打这个字。")
def lookalikes(passage: Passage) -> Iterator[Slip]:
    for match in _LOOKALIKE.finditer(passage.text):
        given = match.group()
        plain = _RADICALS.get(given) or unicodedata.normalize("NFKC", given)
        if plain != given:
            message = f"“{given}”是 U+{ord(given):04X}，只是像“{plain}”，多半从 PDF 里粘贴来的"
            yield Slip(passage, *match.span(), message, plain)


_PERCENT = re.compile(r"(?<=\d)％|(?<=\d) ?[°º˚] ?C(?![A-Za-z])")


@rule("PR115", "% 用半角，℃ 是一个字符", "GB/T 15835 §4.1.1", is_safe=True, needs=["0", "％°º˚"])
def unit_signs(passage: Passage) -> Iterator[Slip]:
    for match in _PERCENT.finditer(passage.text):
        suggestion = "%" if match.group() == "％" else "℃"
        yield Slip(passage, *match.span(), f"“{match.group().strip()}”用错了字符", suggestion)


_WIDE_DOT = re.compile(r"(?:[\d０-９]{1,2}|[A-ZＡ-ＺⅠ-Ⅻ])(．)(?!\d)")


@rule("PR116", "阿拉伯数字、字母作序次语，后面用半角“.”", "GB/T 15834 附录 B.3.3", is_safe=True, needs=["．"])
def label_dots(passage: Passage) -> Iterator[Slip]:
    if match := _WIDE_DOT.match(passage.text):
        yield Slip(passage, *match.span(1), "序次语后面用了全角的“．”", ".")


_TIME = re.compile(r"(?<![\d：])(?:[01]?\d|2[0-3])(：)[0-5]\d(?:(：)[0-5]\d)?(?![\d：])")
_HOUR = re.compile(r"(?:上午|下午|中午|晚上|早上|凌晨|时间：|\d日|[—～至])$")


@rule("PR117", "时刻里用半角“:”", "GB/T 15835 §5.1.5", is_safe=True, needs=[("0：",)])
def times(passage: Passage) -> Iterator[Slip]:
    """Only where a word tells that it is a time: 3：20 may be a score or 图3：20 kV."""
    for match in _TIME.finditer(passage.text):
        around = _HOUR.search(passage.text[max(match.start() - 4, 0) : match.start()])
        if around or re.match("[—～至开起]|前[，。]", passage.text[match.end() :]):
            yield Slip(passage, *match.span(), "时刻里用了全角的“：”", match.group().replace("：", ":"))


RULES = (
    curly_quotes,
    dashes,
    ellipses,
    long_ellipses,
    interpuncts,
    title_marks,
    waves,
    blanks,
    lookalikes,
    unit_signs,
    label_dots,
    times,
)
