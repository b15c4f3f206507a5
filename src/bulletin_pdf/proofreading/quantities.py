"""Rules PR604, PR609, PR614, PR615, PR619–PR621: how quantities, units and money are written (GB/T 15835—2011)."""

import re
from collections.abc import Iterator

from bulletin_pdf.proofreading.passages import Passage
from bulletin_pdf.proofreading.rules import HAN, Slip, rule

# Bounded, since a hostile text may be digits alone.
_DIGITS = r"\d[\d,]{0,14}(?:\.\d{1,8})?"
_HAN_NUMBER = "[一二三四五六七八九十百千两几]"
_AMOUNT = f"(?:{_DIGITS}|{_HAN_NUMBER}{{1,9}})[十百千万亿]{{0,3}}"
_BEGINS = rf"(?<![\d,.])(?<!{_HAN_NUMBER})"
_UNIT = f"(?:[{HAN}]|%|km|kg|cm|mm|m|t)"
_TIME = "年|月|日|天|周|个月|小时|期|届|代|载|春秋"
# 签约30余家 is no 约, 附近20多人 no 近.
_ABOUT = "(?:大约|大概|将近|接近|(?<![签节预合条契履违邀特缔公婉失简隐集毁解续守相应赴誓盟制])约|(?<![附最靠临邻新远亲就走将接])近)"
_OR_SO = "(?:左右(?![两侧手岸翼脚眼开为逢邻摇])|上下(?![班游车级楼水联一文同齐皆求]))"
_MORE = "[余多](?!媒体|边|功能|元化|维|晶|样|党)"
_TWICE = (
    (re.compile(f"{_ABOUT}{_AMOUNT}{_MORE}(?!{_TIME}|[{HAN}]{{0,2}}{_OR_SO})"), "“约”与“余”“多”意思重复"),
    (re.compile(f"{_ABOUT}{_AMOUNT}[余多]?{_UNIT}{{0,3}}?{_OR_SO}"), "“约”与“左右”“上下”意思重复"),
    (re.compile(f"{_BEGINS}{_AMOUNT}[余多]{_UNIT}{{1,3}}?{_OR_SO}"), "“余”“多”与“左右”“上下”意思重复"),
    (re.compile(f"(?:超过|至少|不少于|不低于){_AMOUNT}[余多]?{_UNIT}{{1,3}}?以上"), "前后都是“至少”的意思"),
    (re.compile(f"(?:最多|不超过|不多于){_AMOUNT}{_UNIT}{{1,3}}?以[下内]"), "前后都是“至多”的意思"),
)


@rule(
    "PR604",
    "约数不说两遍",
    "用字通例",
    hint="前后留一个。",
    needs=[("约", "近", "大概", "左右", "上下", "以上", "以下", "以内")],
)
def _twice(passage: Passage) -> Iterator[Slip]:
    """约100余人, 近百名左右, 至少3人以上."""
    end = 0
    for match, message in sorted(
        ((match, message) for pattern, message in _TWICE for match in pattern.finditer(passage.text)),
        key=lambda found: found[0].span(),
    ):
        if match.start() >= end:
            end = match.end()
            yield Slip(passage, *match.span(), message)


_SHORTENED = re.compile(
    r"(?<![\dA-Za-z.%％‰:：/／#№图表式第—～-])(\d+(?:\.\d+)?)[～—](\d+(?:\.\d+)?)([%‰]|[万亿](?:美元|元|吨|人|千瓦时)?)"
)


@rule("PR609", "范围的前一个数不省“%”“万”“亿”", "GB/T 15835 §5.1.3", needs=[("～0", "—0")])
def _shortened(passage: Passage) -> Iterator[Slip]:
    """15～30%, 9～16亿."""
    for match in _SHORTENED.finditer(passage.text):
        low, high, unit = match.groups()
        if float(low) < float(high):
            yield Slip(passage, *match.span(1), f"容易误读，前一个数也要写“{unit}”", f"{low}{unit}")


_GROUPED_YEAR = re.compile(r"(?<![\d,.])(1,[89]\d\d|2,0[0-4]\d)(?=年(?:\d|[初底末]|以来))")
_ODD_GROUPS = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{2})+,\d{3}(?![\d,])")


@rule("PR614", "分节号三位一节，年份不分节", "GB/T 15835 §5.1.1", needs=[("0,",)])
def _grouped(passage: Passage) -> Iterator[Slip]:
    """12,34,567, 2,026年8月."""
    for match in _GROUPED_YEAR.finditer(passage.text):
        yield Slip(passage, *match.span(1), "年份不分节", match[1].replace(",", ""))
    for match in _ODD_GROUPS.finditer(passage.text):
        yield Slip(passage, *match.span(), "从个位起三位一节", f"{int(match[0].replace(',', '')):,}")


_NO_ZERO = re.compile(rf"(?<=[{HAN}（，、：；])\.(?=\d+(?:[%‰]|[{HAN}，。；、）]))")


@rule("PR615", "小数点前的零不省", "GB/T 15835 §5.1.2", is_safe=True, needs=[(".0",)])
def _no_zero(passage: Passage) -> Iterator[Slip]:
    """增长.46%."""
    for match in _NO_ZERO.finditer(passage.text):
        yield Slip(passage, *match.span(), "小数点前面的“0”不省", "0.")


_LESS = re.compile(
    r"(?:减少|降低|下降|减低|下跌)了?(?:约|近)?(?:\d+(?:\.\d+)?|[一二两三四五六七八九十几数]+)倍"
)


@rule("PR619", "减少不说倍", "用字通例", hint="改写成分数或百分数，如 减少三分之二。", needs=["倍"])
def _less(passage: Passage) -> Iterator[Slip]:
    """减少2倍."""
    for match in _LESS.finditer(passage.text):
        if not passage.text[: match.start()].endswith(("增加或", "提高或", "增大或", "上升或")):
            yield Slip(passage, *match.span(), "倍只用于增加")


_SYMBOLS = {
    **dict.fromkeys(("KM", "Km"), "km"),
    **dict.fromkeys(("KG", "Kg"), "kg"),
    **dict.fromkeys(("CM", "Cm"), "cm"),
    **dict.fromkeys(("MM", "Mm"), "mm"),
    **dict.fromkeys(("KW", "Kw", "kw"), "kW"),
    **dict.fromkeys(("KV", "Kv", "kv"), "kV"),
    **dict.fromkeys(("HZ", "hz"), "Hz"),
    **dict.fromkeys(("Mpa", "mpa", "MPA"), "MPa"),
    **dict.fromkeys(("KWH", "KWh", "Kwh", "kwh", "kWh", "KW·h", "kw·h", "KW·H"), "kW·h"),
    "㎡": "m²",
    "㎥": "m³",
    "㎏": "kg",
    "㎜": "mm",
    "㎝": "cm",
    "㎞": "km",
    "m2": "m²",
    "m3": "m³",
}
_NUMBER_BEFORE = rf"(?<![A-Za-z\d.,\-]){_DIGITS} ?"
_SYMBOL = re.compile(
    f"({_NUMBER_BEFORE})({'|'.join(sorted(_SYMBOLS, key=len, reverse=True))})(?![A-Za-z0-9²³·])"
)
_BOTH = re.compile(
    r"\d ?(?:(kg)(?:千克|公斤)|(km)(?:千米|公里)|(cm)厘米|(mm)毫米|(?:千克|公斤)(kg)|(?:千米|公里)(km)|厘米(cm)|毫米(mm))(?![A-Za-z])"
)


@rule("PR620", "单位符号", "GB 3100", needs=["0", "KkCcMmHh㎡㎥㎏㎜㎝㎞"])
def _symbol(passage: Passage) -> Iterator[Slip]:
    """5KM, 20㎡, 5kg千克."""
    for match in _SYMBOL.finditer(passage.text):
        given = match[2]
        right = _SYMBOLS[given]
        # m2 may be a name, and kWh is what most people write.
        is_safe = given not in ("m2", "m3") and right != "kW·h"
        yield Slip(passage, *match.span(2), f"单位符号是“{right}”", right, is_safe=is_safe)
    for match in _BOTH.finditer(passage.text):
        symbol = next(filter(None, match.groups()))
        start = match.start() + match[0].index(
            symbol if match[0][1:].lstrip().startswith(symbol) else match[0][1:].lstrip()
        )
        yield Slip(passage, start, match.end(), "单位的符号和名称写一样", symbol)


_MONEY = re.compile(r"[￥¥] ?(\d[\d,.]*[万亿]?元)")


@rule("PR621", "货币符号和“元”写一样", "用字通例", needs=["￥¥"])
def _money(passage: Passage) -> Iterator[Slip]:
    """￥100万元."""
    for match in _MONEY.finditer(passage.text):
        yield Slip(passage, *match.span(), "“￥”和“元”意思重复", match[1])


RULES = (_twice, _shortened, _grouped, _no_zero, _less, _symbol, _money)
