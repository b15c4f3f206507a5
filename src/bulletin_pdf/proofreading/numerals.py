"""Rules PR601–PR608, PR616–PR618: Chinese numerals or Arabic ones (GB/T 15835—2011)."""

import re
from collections.abc import Iterator

from bulletin_pdf.proofreading.passages import Galley, Passage
from bulletin_pdf.proofreading.rules import HAN, Slip, galley_rule, rule

_DIGITS = "〇一二三四五六七八九"
_VALUES = {"零": 0, "两": 2, **{digit: value for value, digit in enumerate(_DIGITS)}}
_SCALES = {"十": 10, "百": 100, "千": 1000}


def value_of(numeral: str) -> int | None:
    """The value of a Chinese numeral below ten thousand, 一百零八; None for anything else."""
    total = digit = 0
    for character in numeral:
        if character in _VALUES:
            digit = _VALUES[character]
        elif character in _SCALES:
            total += (digit or 1) * _SCALES[character]
            digit = 0
        else:
            return None
    return total + digit if numeral else None


def numeral_of(number: int) -> str:
    """A number below a hundred in Chinese numerals."""
    tens, ones = divmod(number, 10)
    if not tens:
        return "零" if not ones else _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


# --- about so many --------------------------------------------------------------------------------------

_COUNTED = "[个人名位天岁里件家户项倍台张只句篇公]"
_ABOUT_HAN = re.compile(
    f"(?<=[{HAN}])(?<![第{_DIGITS}十百千万件案表图型类级组期题卷厂队班])([一二三四五六七八九])、([一二三四五六七八九])(?=[百千万]|{_COUNTED}|十(?!年代|[{_DIGITS}]))"
)
_ABOUT_DIGITS = re.compile(r"(?<![\d、.第])([1-9])、([1-9])(?=[十百千])")


@rule(
    "PR601",
    "概数用汉字，中间不用顿号",
    "GB/T 15834 §4.5.3.4；GB/T 15835 §4.2.2",
    needs=[[f"{digit}、" for digit in "一二三四五六七八九0"]],
)
def _about(passage: Passage) -> Iterator[Slip]:
    """有五、六十人. At the beginning of a sentence 五、 may be its number, which is why a Han must precede."""
    for pattern in (_ABOUT_HAN, _ABOUT_DIGITS):
        for match in pattern.finditer(passage.text):
            low, high = (int(each) if each.isdigit() else _VALUES[each] for each in match.groups())
            if high == low + 1:
                yield Slip(
                    passage,
                    *match.span(),
                    "相邻的两个数连用表示概数，用汉字，中间不用顿号",
                    _DIGITS[low] + _DIGITS[high],
                )


_SOME_TENS = re.compile(r"几(10{1,3})(?![\d.])")
_TENS_AND_SOME = re.compile(rf"(?<![\d.,第])([1-9])0几(?={_COUNTED}|[年次分])")


@rule("PR603", "“几”与汉字数字连用", "GB/T 15835 §4.2.2", is_safe=True, needs=[("几0", "0几")])
def _some(passage: Passage) -> Iterator[Slip]:
    """几10人, 20几个."""
    for match in _SOME_TENS.finditer(passage.text):
        yield Slip(
            passage, *match.span(1), "带“几”的数用汉字", {"10": "十", "100": "百", "1000": "千"}[match[1]]
        )
    for match in _TENS_AND_SOME.finditer(passage.text):
        yield Slip(
            passage, match.start(), match.end() - 1, "带“几”的数用汉字", numeral_of(int(match[1]) * 10)
        )


# --- fractions and fixed terms --------------------------------------------------------------------------

_PERCENT = re.compile(
    r"百分之(?:([一二三四五六七八九十百零]+)点([〇零一二三四五六七八九]+)|(\d+(?:\.\d+)?))(?![一-九十百千点.\d])"
)


@rule("PR605", "统计的百分数用阿拉伯数字", "GB/T 15835 §4.1.1", needs=[("百分",)])
def _percent(passage: Passage) -> Iterator[Slip]:
    """百分之十二点五, 百分之12. 百分之九十 alone may be a manner of speaking."""
    for match in _PERCENT.finditer(passage.text):
        whole, fraction, number = match.groups()
        if whole:
            number = f"{value_of(whole)}.{''.join(str(_VALUES[digit]) for digit in fraction)}"
        yield Slip(passage, *match.span(), "统计的百分数用阿拉伯数字和百分号", f"{number}%")


_FIXED = {
    r"1带1路": "一带一路",
    r"2学1做": "两学一做",
    r"3会1课": "三会一课",
    r"3严3实": "三严三实",
    r"3重1大": "三重一大",
    r"1岗双责": "一岗双责",
    r"1国2制": "一国两制",
    r"5位1体": "五位一体",
    r"3个代表": "三个代表",
    r"4个(?=意识|自信|全面)": "四个",
    r"2个(?=维护|确立|毫不动摇)": "两个",
    r"2个100年": "两个一百年",
    r"(?:中央)?8项规定": "八项规定",
    r"(?<!第)2万5千里长征": "二万五千里长征",
    r"(?<=党的)1[6-9]大|(?<=党的)20大": "",
    r"(?<![\d.])1[6-9]届(?=[一二三四五六七]中全会)|(?<![\d.])20届(?=[一二三四五六七]中全会)": "",
    r"(?<![\d.])1[1-5]五(?=”|规划|时期|期间|开局|收官)": "",
    r"(?<![\d.])1线(?=员工|职工|工人|岗位|生产)": "一线",
    r"(?<![\d.])第1书记": "第一书记",
}
_TERMS = re.compile(r"(?=[\d中])(?:" + "|".join(f"({pattern})" for pattern in _FIXED) + ")")
_NUMBER = re.compile(r"\d+")


@rule(
    "PR606",
    "定型的词语用汉字数字",
    "GB/T 15835 §4.2.3",
    is_safe=True,
    needs=[[f"0{character}" for character in "带学会严重岗国位个项万大届五线书"]],
)
def _fixed(passage: Passage) -> Iterator[Slip]:
    """14五规划, 1带1路."""
    for match in _TERMS.finditer(passage.text):
        index = match.lastindex or 0
        term = tuple(_FIXED.values())[index - 1]
        if match[0].startswith("中央"):
            term = "中央" + term
        elif not term:
            term = _NUMBER.sub(lambda number: numeral_of(int(number[0])), match[0])
        yield Slip(passage, *match.span(), "这是定型的词语，用汉字数字", term)


# --- calendars ------------------------------------------------------------------------------------------

_LUNAR = re.compile(
    r"(?:农历|阴历|旧历)(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日?)?|(?:(?<=正)|(?<=腊)|(?<=冬)|(?<=农历[一二三四五六七八九十])|(?<=农历[十闰].))月(?P<e>\d{1,2})日?"
)
_REIGNS = "洪武|永乐|嘉靖|万历|崇祯|顺治|康熙|雍正|乾隆|嘉庆|道光|咸丰|同治|光绪|宣统|贞观|民国"
_REIGN = re.compile(rf"(?:{_REIGNS})(\d{{1,2}})年")


@rule(
    "PR607",
    "农历和历史纪年用汉字",
    "GB/T 15835 §4.2.1",
    needs=["0", ("历", "正月", "腊月", "冬月", *_REIGNS.split("|"))],
)
def _lunar(passage: Passage) -> Iterator[Slip]:
    """农历8月15, 光绪26年."""
    for match in _LUNAR.finditer(passage.text):
        groups = match.groupdict()
        if groups["e"]:
            start, right = match.start("e"), _lunar_day(int(groups["e"]))
        else:
            start = match.start("m")
            right = (
                numeral_of(int(groups["m"])) + "月" + (_lunar_day(int(groups["d"])) if groups["d"] else "")
            )
        yield Slip(passage, start, match.end(), "农历的月和日用汉字", right)
    for match in _REIGN.finditer(passage.text):
        yield Slip(passage, *match.span(1), "历史纪年用汉字", numeral_of(int(match[1])))


def _lunar_day(day: int) -> str:
    return ("初" if day <= 10 else "") + numeral_of(day)


# --- one kind of numerals -------------------------------------------------------------------------------

_MIXED = re.compile(
    r"(?<![\d.,万亿第])([1-9](?:\.\d)?)([百千])(?=[万亿]|多?(?:人|名|个|元|美元|家|户|件|次|吨|台|套|辆|亩|份)|多[万亿])"
)
_MIXED_ZERO = re.compile(r"(?<![\d.])([1-9])百零([一二三四五六七八九1-9])")


@rule("PR608", "阿拉伯数字不与“十百千”连用", "GB/T 15835 §5.3", is_safe=True, needs=[("0百", "0千")])
def _mixed(passage: Passage) -> Iterator[Slip]:
    """3千人, 1百零8."""
    message = "阿拉伯数字后面只用“万”“亿”，不用“百”“千”"
    for match in _MIXED.finditer(passage.text):
        yield Slip(passage, *match.span(), message, f"{float(match[1]) * _SCALES[match[2]]:g}")
    for match in _MIXED_ZERO.finditer(passage.text):
        last = match[2] if match[2].isdigit() else _VALUES[match[2]]
        yield Slip(passage, *match.span(), message, f"{match[1]}0{last}")


_ZERO = "零○◯OＯoｏ0"
_YEAR = re.compile(rf"(?<![{_DIGITS}{_ZERO}\dA-Za-z十百千万])([一二][{_DIGITS}{_ZERO}]{{3}})(?=年)")
_COUNTING = re.compile("(?<=[百千万])〇(?=[一二三四五六七八九])")


@rule(
    "PR616",
    "编号用“〇”，计数用“零”",
    "GB/T 15835 §5.2.5",
    is_safe=True,
    needs=[("〇", *(f"{digit}年" for digit in _DIGITS + _ZERO))],
)
def _zero(passage: Passage) -> Iterator[Slip]:
    """二零二六年, 一百〇八."""
    for match in _YEAR.finditer(passage.text):
        right = re.sub(f"[{_ZERO}]", "〇", match[1])
        if right != match[1] and sum(character in _DIGITS[1:] for character in match[1]) >= 1:
            yield Slip(passage, *match.span(1), "年份里的零用“〇”", right)
    for match in _COUNTING.finditer(passage.text):
        yield Slip(passage, *match.span(), "计数的零用“零”", "零")


_LEADING = re.compile(r"第(0+)[1-9]\d*(?=[期届次章条批轮季名页])")
_ORDINAL = re.compile(r"第(?:(\d+)|([一二三四五六七八九十]+))([期批轮章])")


@galley_rule("PR617", "序数前面不补零，同类的序数写法一致", "GB/T 15835 §4.3", needs=["第"])
def _ordinal(galley: Galley) -> Iterator[Slip]:
    """第03期; in one article 第三期 and 第4期."""
    forms: dict[str, dict[bool, tuple[Passage, re.Match[str]]]] = {}
    for passage in galley.passages:
        for match in _LEADING.finditer(passage.text):
            yield Slip(passage, *match.span(1), "序数前面不补零", "")
        for match in _ORDINAL.finditer(passage.text):
            forms.setdefault(match[3], {}).setdefault(match[1] is not None, (passage, match))
    for both in forms.values():
        if len(both) == 2:
            passage, match = both[False]
            other = both[True][1][0]
            number = value_of(match[2])
            yield Slip(passage, *match.span(), f"同一篇里还有“{other}”，写法要一致", f"第{number}{match[3]}")


_CENTURY = re.compile(
    r"([一二]?十[一二三四五六七八九]?)世纪(\d0年代)|(\d{1,2}世纪)([二三四五六七八九]十)年代"
)


@rule("PR618", "世纪和年代写法一致", "GB/T 15835 §4.1", needs=["0", ("世纪",)])
def _century(passage: Passage) -> Iterator[Slip]:
    """二十世纪90年代, 20世纪九十年代."""
    for match in _CENTURY.finditer(passage.text):
        century, decade, arabic, tens = match.groups()
        right = f"{value_of(century)}世纪{decade}" if century else f"{arabic}{value_of(tens)}年代"
        yield Slip(passage, *match.span(), "世纪和年代一个用汉字、一个用阿拉伯数字", right)


RULES = (_about, _some, _percent, _fixed, _lunar, _mixed, _zero, _ordinal, _century)
