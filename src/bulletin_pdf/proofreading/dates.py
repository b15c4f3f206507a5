"""Rules PR610–PR613: how dates and times are written (GB/T 15835—2011)."""

import re
from collections.abc import Iterator

from bulletin_pdf.proofreading.passages import Galley, Passage
from bulletin_pdf.proofreading.rules import Slip, galley_rule, rule

_SHORT_YEAR = re.compile(
    r"(?<![\d第.,—～-])(?:’|')?(\d\d)年(?=(?:0?[1-9]|1[0-2])月(?:[0-3]?\d日|[初底，。、中上下召举起以]))"
)
# 历时20年3月 is a length of time, 民国38年5月 another calendar.
_NO_YEAR = re.compile(
    "(?:洪武|永乐|嘉靖|万历|崇祯|顺治|康熙|雍正|乾隆|嘉庆|道光|咸丰|同治|光绪|宣统|民国|昭和|平成|令和|历时|长达|已有|已满|工龄|党龄|教龄|满|达|共|近)$"
)


@galley_rule("PR610", "年份写四位", "GB/T 15835 §5.1.4", needs=[("0年",), ("0月",)])
def _short_year(galley: Galley) -> Iterator[Slip]:
    """26年8月."""
    for passage in galley.passages:
        for match in _SHORT_YEAR.finditer(passage.text):
            if not _NO_YEAR.search(passage.text[: match.start()][-4:]):
                century = galley.date.year // 100 - (int(match[1]) > galley.date.year % 100 + 1)
                yield Slip(passage, *match.span(), "年份不省前两位", f"{century}{match[1]}年")


_ZERO = re.compile(r"(?<=年)0(?=[1-9]月)|(?<=月)0(?=[1-9]日)")


@rule("PR611", "月、日前面不补零", "GB/T 9704 §7.3.5.4", is_safe=True, needs=[("年0", "月0")])
def _padded(passage: Passage) -> Iterator[Slip]:
    """2026年08月05日."""
    for match in _ZERO.finditer(passage.text):
        yield Slip(passage, *match.span(), "月、日前面不补“0”", "")


_EVENT = "(?:召开|举行|举办|开幕|闭幕|启动|印发|发布|成立|完成|开展)"
_YEAR_MONTH = re.compile(rf"(?<![\d./A-Za-z-])((?:19|20)\d\d)-(0?[1-9]|1[0-2])(?={_EVENT}|以来|至今|[初底])")
_MONTH_DAY = re.compile(
    r"(?<![\d./A-Za-z:：-])(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])(?=召开|举行|举办|开幕|印发|发布)"
)


@rule("PR612", "单写年月、月日不用短横线", "GB/T 15835 §5.1.4", needs=[("0-",)])
def _hyphenated(passage: Passage) -> Iterator[Slip]:
    """8-21召开, 2026-8印发."""
    for match in _YEAR_MONTH.finditer(passage.text):
        yield Slip(passage, *match.span(), "只有年和月，用汉字写", f"{match[1]}年{int(match[2])}月")
    for match in _MONTH_DAY.finditer(passage.text):
        yield Slip(passage, *match.span(), "只有月和日，用汉字写", f"{int(match[1])}月{int(match[2])}日")


_AFTERNOON = re.compile(r"(下午|午后|傍晚|晚上|晚间)(1[3-9]|2[0-4])(?=[时点:：])")
_MORNING = re.compile(r"(凌晨|清晨|早上|早晨|上午)(1[3-9]|2[0-4])(?=[时点:：])")


@rule(
    "PR613",
    "时刻用一种时制",
    "GB/T 15835 §5.1.5",
    needs=["0", ("下午", "午后", "傍晚", "晚上", "晚间", "凌晨", "清晨", "早上", "早晨", "上午")],
)
def _clock(passage: Passage) -> Iterator[Slip]:
    """下午15时."""
    for match in _AFTERNOON.finditer(passage.text):
        yield Slip(passage, *match.span(), f"24小时制前面不写“{match[1]}”", match[2])
    for match in _MORNING.finditer(passage.text):
        yield Slip(passage, *match.span(), f"“{match[1]}”没有{match[2]}时", hint="核对时刻。")


RULES = (_short_year, _padded, _hyphenated, _clock)
