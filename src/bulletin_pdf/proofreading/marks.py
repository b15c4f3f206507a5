"""Rules PR301 to PR321: marks in sequence, and what may stand at the ends of texts."""

import re
from collections.abc import Iterator
from datetime import date

from bulletin_pdf.proofreading.passages import Galley, Passage
from bulletin_pdf.proofreading.rules import HAN, NUMERALS, Slip, galley_rule, rule
from bulletin_pdf.words import words

# --- one mark beside another ----------------------------------------------------------------------------

_RUN = re.compile("[，。、；：？！]{2,}")
_FINE = re.compile("[？！]+|。{3,}")


@rule("PR301", "点号不连用", "GB/T 15834 附录 B.2", hint="只留一个标点。")
def marks_alone(passage: Passage) -> Iterator[Slip]:
    for match in _RUN.finditer(passage.text):
        run = match.group()
        # Three different ones are marks spoken of: ，。、；不在行首.
        if _FINE.fullmatch(run) or len(set(run)) > 2:
            continue
        yield Slip(passage, *match.span(), "两个点号连用", run[0] if len(set(run)) == 1 else None)


_SHOUT = re.compile("[？！]{2,}")


@rule("PR302", "问号在叹号前面，最多连用三个", "GB/T 15834 §4.2.3.3、§4.3.3", is_safe=True)
def questions_first(passage: Passage) -> Iterator[Slip]:
    for match in _SHOUT.finditer(passage.text):
        run = match.group()
        if run == "！？":
            yield Slip(passage, *match.span(), "叹号在问号前面", "？！")
        elif len(run) > 3:
            suggestion = run[:3] if len(set(run)) == 1 else None
            yield Slip(
                passage, *match.span(), "问号、叹号连用太多", suggestion, "最多连用三个。", is_safe=False
            )


_QUOTED = re.compile("(?<=”)、(?=“)|(?<=’)、(?=‘)")
_TITLED = re.compile("(?<=》)、(?=《)|(?<=〉)、(?=〈)")


@rule("PR303", "引号并列，中间不用顿号", "GB/T 15834 §4.5.3.5", is_safe=True, needs=[("”、", "’、")])
def between_quotations(passage: Passage) -> Iterator[Slip]:
    for match in _QUOTED.finditer(passage.text):
        yield Slip(passage, *match.span(), "两个引号之间不用顿号", "")


@rule("PR304", "书名号并列，中间不用顿号", "GB/T 15834 §4.5.3.5", is_safe=True, needs=[("》、", "〉、")])
def between_titles(passage: Passage) -> Iterator[Slip]:
    for match in _TITLED.finditer(passage.text):
        yield Slip(passage, *match.span(), "两个书名号之间不用顿号", "")


_NOTED = re.compile("(?<=》)（[^（）《》\n]{1,20}）(?=《)|(?<=”)（[^（）“”\n]{1,20}）(?=“)")


@rule("PR305", "并列的引号、书名号之间有括注，要用顿号", "GB/T 15834 §4.5.3.5", needs=[("）《", "）“")])
def after_notes(passage: Passage) -> Iterator[Slip]:
    for match in _NOTED.finditer(passage.text):
        yield Slip(passage, *match.span(), "括注后面缺少顿号", f"{match.group()}、")


# Words that begin with 等 and mean no "and so on".
_ETC = "等(?![级待候于同份量值额距闲价第效腰温离到着会不我你他她]|一[会下])"
_BEFORE_ETC = re.compile(f"、(?={_ETC})")
_ELLIPSIS_ETC = re.compile(f"(?<=、)([^。！？；，、“”…\n]{{1,30}})(……)(?={_ETC})")


@rule("PR306", "“等”前面不用顿号", "GB/T 15834 附录 B.1.2", is_safe=True, needs=[("、等",)])
def before_etc(passage: Passage) -> Iterator[Slip]:
    for match in _BEFORE_ETC.finditer(passage.text):
        yield Slip(passage, *match.span(), "“等”前面不用顿号", "")


@rule("PR307", "省略号和“等”不并用", "GB/T 15834 附录 A.9", is_safe=True, needs=[("…等",)])
def ellipsis_or_etc(passage: Passage) -> Iterator[Slip]:
    for match in _ELLIPSIS_ETC.finditer(passage.text):
        yield Slip(passage, *match.span(2), "省略号和“等”只用一样", "")


_CLAUSE = re.compile("[，。；：！？\n]")
_WITH = re.compile("[和与].{1,5}?(?:同|共|相|一起|一道)")
_BEFORE_AND = re.compile("、(以及|或者|和(?![气风平谐睦善顺美])|[与及或])")


@rule(
    "PR308",
    "“和”“与”“及”“或”前面不用顿号",
    "GB/T 15834 §4.5",
    needs=[("、以", "、或", "、和", "、与", "、及")],
)
def before_and(passage: Passage) -> Iterator[Slip]:
    for match in _BEFORE_AND.finditer(passage.text):
        # 、和谐 and 、与会 begin with another word.
        start = match.start(1)
        before = _CLAUSE.split(passage.text[max(start - 60, 0) : start])[-1]
        after = passage.text[start : start + 8]
        # Nor is it one in 与党同心、与人民同行, where 与 means "with".
        if match[1] not in before and not _WITH.match(after) and words(after)[0] in _CONJUNCTIONS:
            yield Slip(passage, match.start(), start, f"“{match[1]}”前面不用顿号", "")


_CONJUNCTIONS = ("和", "与", "及", "或", "以及", "或者")
_BESIDE_ELLIPSIS = re.compile("、……|……[、。]")


@rule("PR309", "省略号前后不用顿号、句号", "GB/T 15834 附录 B.2.4", needs=[("、…", "…、", "…。")])
def beside_ellipses(passage: Passage) -> Iterator[Slip]:
    for match in _BESIDE_ELLIPSIS.finditer(passage.text):
        yield Slip(passage, *match.span(), "省略号前后一般不用顿号、句号", "……")


_TWO_STOPS = re.compile("。([”’]+)。")
_STOP_INSIDE = re.compile("。(?=[”’]+[，、；])")


@rule(
    "PR310", "引文末尾的句号，引号里外只用一个", "GB/T 15834 附录 B.2.1", is_safe=True, needs=[("。”", "。’")]
)
def one_stop(passage: Passage) -> Iterator[Slip]:
    for match in _TWO_STOPS.finditer(passage.text):
        yield Slip(passage, *match.span(), "引号里外都用了句号", f"。{match[1]}")
    for match in _STOP_INSIDE.finditer(passage.text):
        yield Slip(passage, *match.span(), "后面还有点号，引号里面不用句号", "", is_safe=False)


_BRACKETED = re.compile(rf"[（]([^（）。！？\n]{{1,100}})([。，；、])）(?=[，。、；：！？]|[{HAN}])")
_SENTENCE_ENDS = tuple("。！？”’…）\n")


@rule("PR311", "句内括号里，末尾不用点号", "GB/T 15834 附录 B.2.2", is_safe=True)
def inside_brackets(passage: Passage) -> Iterator[Slip]:
    for match in _BRACKETED.finditer(passage.text):
        before = passage.text[: match.start()].rstrip(" ")
        if before and not before.endswith(_SENTENCE_ENDS):
            # A long one before Han may be a sentence of its own whose neighbour lacks the stop.
            is_safe = len(match[1]) < 20 or passage.text[match.end()] in "，。、；：！？"
            yield Slip(passage, *match.span(2), f"句内括号里，末尾不用“{match[2]}”", "", is_safe=is_safe)


_MIXED = re.compile(f"[{NUMERALS}]是[^；{NUMERALS}\n]{{1,200}}。[^；{NUMERALS}\n]{{1,200}}(；)[{NUMERALS}]是")


@rule(
    "PR313",
    "用分号隔开的各部分里不用句号",
    "GB/T 15834 附录 A.5",
    hint="里面的句号改为逗号，或者各部分都用句号隔开。",
)
def no_stop_between_semicolons(passage: Passage) -> Iterator[Slip]:
    for match in _MIXED.finditer(passage.text):
        yield Slip(passage, *match.span(1), "这一部分里已经用了句号")


_BACKSLASH = re.compile(rf"(?<=[{HAN}])\\(?=[{HAN}])")
_SOLIDUS = re.compile(rf"[，、；]/(?=[{HAN}])|(?<=[{HAN}])/[，、；]")


@rule("PR315", "分隔号是“/”，旁边不用点号", "GB/T 15834 附录 A.14", hint="删去一个。", needs=["\\/"])
def solidus(passage: Passage) -> Iterator[Slip]:
    for match in _BACKSLASH.finditer(passage.text):
        yield Slip(passage, *match.span(), "分隔号用了反斜杠", "/")
    for match in _SOLIDUS.finditer(passage.text):
        yield Slip(passage, *match.span(), "分隔号旁边用了点号")


# --- ends of texts --------------------------------------------------------------------------------------


@rule("PR316", "标题末尾不用句号、逗号、顿号、分号、冒号", "GB/T 15834 附录 B.4", is_safe=True)
def ends_of_titles(passage: Passage) -> Iterator[Slip]:
    text = passage.text
    if (
        passage.kind == "title"
        and len(text) > 2
        and text[-1] in "。，、；："
        and text[-2] not in "，。、；：（"
    ):
        is_safe = text[-1] != "：" and text.count("。") < 2
        yield Slip(passage, len(text) - 1, len(text), "标题末尾有点号", "", is_safe=is_safe)


@rule("PR317", "图注、题注末尾不用句号", "GB/T 15834 附录 A.1", is_safe=True)
def ends_of_captions(passage: Passage) -> Iterator[Slip]:
    text = passage.text
    if passage.kind == "caption" and len(text) > 2 and text[-1] == "。":
        yield Slip(passage, len(text) - 1, len(text), "图注末尾有句号", "")


_DOTTED_DATE = re.compile(
    r"(?<![\w.．、/-])((?:19|20)\d\d)([.．、])(\d{1,2})\2(\d{1,2})(?![\d.．、]|\w)[日号]?", re.ASCII
)


@rule("PR318", "日期不用“.”“、”连接", "GB/T 15834 附录 A.4", is_safe=True, needs=[("0.", "0．", "0、")])
def dates(passage: Passage) -> Iterator[Slip]:
    for match in _DOTTED_DATE.finditer(passage.text):
        try:
            day = date(int(match[1]), int(match[3]), int(match[4]))
        except ValueError:
            continue
        suggestion = day.isoformat() if passage.kind == "cell" else f"{day.year}年{day.month}月{day.day}日"
        yield Slip(passage, *match.span(), f"日期用“{match[2]}”连接", suggestion, is_safe=match[2] != "、")


_BEGINS = re.compile("[，。、；：？！]")
_ENDS = re.compile("[，、]$")


@galley_rule(
    "PR320", "一段不以点号开头，不以逗号、顿号结尾", "GB/T 15834 §5.1", hint="看是不是少了字，或分错了段。"
)
def ends_of_paragraphs(galley: Galley) -> Iterator[Slip]:
    passages = galley.passages
    for passage, following in zip(passages, (*passages[1:], None), strict=True):
        if passage.kind != "body":
            continue
        # Several are marks spoken of: ，。、；不在行首.
        if (match := _BEGINS.match(passage.text)) and not _BEGINS.match(passage.text, 1):
            yield Slip(passage, *match.span(), f"一段以“{match.group()}”开头")
        if following and following.kind == "body" and (match := _ENDS.search(passage.text)):
            yield Slip(passage, *match.span(), f"一段以“{match.group()}”结尾")


_LAST = re.compile(
    rf"。[”’]*[^。！？”’ \u3000—-](?:[^。！？\n \u3000]|[ \u3000](?![ \u3000—-])){{8,200}}[{HAN}\d]$"
)


@rule("PR321", "一段的末尾要有标点", "", hint="补上句号，或看后面是不是少了字。")
def paragraph_is_closed(passage: Passage) -> Iterator[Slip]:
    """Only of paragraphs of several sentences: a signature, a source, a date or an item of a list may go without."""
    text = passage.text
    if (
        passage.kind == "body"
        and not passage.label
        and len(text) > 40
        and text[-1] != "。"
        and _LAST.search(text[-220:])
    ):
        yield Slip(passage, len(text) - 1, len(text), "一段的末尾没有标点")


RULES = (
    marks_alone,
    questions_first,
    between_quotations,
    between_titles,
    after_notes,
    before_etc,
    ellipsis_or_etc,
    before_and,
    beside_ellipses,
    one_stop,
    inside_brackets,
    no_stop_between_semicolons,
    solidus,
    ends_of_titles,
    ends_of_captions,
    dates,
    ends_of_paragraphs,
    paragraph_is_closed,
)
