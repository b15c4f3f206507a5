"""Rules PR5xx: 书名号 where they don't belong, connectors 连接号, the point in the names of days (GB/T 15834—2011)."""

import re
from collections.abc import Iterator

from bulletin_pdf.proofreading.passages import Passage
from bulletin_pdf.proofreading.rules import HAN, Slip, rule

# What is typed where a connector belongs; a dash of two is PR508's, a full-width ～ may be right.
_HYPHENS = "-\u2010\u2013\u2212\uff0d"
_HYPHEN = f"[{_HYPHENS}]"
_DASH = "—"
_WAVE = "～"

# What is counted or measured, and so has a range and not a beginning and an end.
COUNTED = (
    "(?:[万亿]?(?:美元|元|人次|人|名|户|家|件|项|篇|台|套|辆|吨|千克|公斤|克|千米|公里|米|厘米|毫米|平方米|立方米|升"
    "|毫升|亩|公顷|岁|倍|度|分钟|秒|小时|天|个月|个|次|份|张|场)|年(?![级代月度])|[%％‰℃]|[万亿]"
    "|(?:km|cm|mm|kg|kW|kV|MW|MPa|kPa|Hz|min|m|g|t|V|A|h|W)(?![A-Za-z]))"
)
# What comes one after the other, and so has a beginning and an end.
_SERIAL = "(?:月份?|日|号|时|点|学年|赛季|财年|年级|届|期(?!间)|页|章|节|条|季度|层|栋|排|楼)"
_MAYBE_CODES = tuple("号节条栋排楼层章")
_NUMBER = r"\d+(?:\.\d+)?"
# A code, a figure's number or a date in digits may not begin before the range or go on behind it.
_BEFORE = rf"(?<![\dA-Za-z.·:：/／_#№图表式—～-])(?<!{_HYPHEN})"


# --- 书名号 ---------------------------------------------------------------------------------------------

_TITLE = "《([^《》]{1,40})》"
_HONOUR = re.compile(f"{_TITLE}(?=(?:荣誉)?称号|荣誉(?:奖|证书)|奖状|奖牌|奖杯|锦旗|牌匾|匾额)")
_CERTIFICATE = re.compile(
    "《([^《》]{0,30}(?:证书|执照|(?:许可|合格|资格|上岗|工作|优待|优惠|登记|准考|驾驶|身份|居住|毕业|结业|学生|党员|会员|聘)证))》"
)


@rule("PR501", "称号、证书不用书名号", "GB/T 15834 附录 A.13", is_safe=False, needs=["《"])
def _no_work(passage: Passage) -> Iterator[Slip]:
    """荣获《先进集体》称号. Courses, meetings and activities are left out: a book may be their subject."""
    for pattern, what in ((_HONOUR, "称号、奖项"), (_CERTIFICATE, "证件")):
        for match in pattern.finditer(passage.text):
            yield Slip(passage, *match.span(), f"{what}不是作品，不用书名号", f"“{match[1]}”")


# The name of a law, a book or a paper may be what an event is about.
_WORK = re.compile(
    "(?:法|法典|典|章程|党章|条例|规定|办法|准则|规则|细则|意见|纲要|规划|决定|决议|报告|公报|宣言|论|选集|文选|读本|语)$"
)
_THEME = re.compile(f"以{_TITLE}为(?:活动)?主题")


@rule("PR502", "活动的主题用引号", "GB/T 15834 附录 B.1.8", is_safe=False, needs=["《", ("主题",)])
def _theme(passage: Passage) -> Iterator[Slip]:
    """以《同心向党》为主题."""
    for match in _THEME.finditer(passage.text):
        if not _WORK.search(match[1]):
            start, end = match.start() + 1, match.start() + 3 + len(match[1])
            yield Slip(passage, start, end, "这是活动的主题，用引号", f"“{match[1]}”")


# --- connectors -----------------------------------------------------------------------------------------

_YEARS = re.compile(rf"{_BEFORE}((?:1[89]|20)\d\d年?){_HYPHEN}((?:1[89]|20)\d\d)(?=年|学年|赛季|财年)")
_PARTS = re.compile(
    rf"{_BEFORE}(第?\d{{1,4}}{_SERIAL}?){_HYPHEN}((?:第?\d{{1,4}}年?)?\d{{1,4}})(?={_SERIAL})"
)
_DAYS = re.compile(rf"(?<=[日月年号时点]){_HYPHEN}(?=\d{{1,4}}[年月日号时点])")
_HOURS = re.compile(rf"(?<![\d:：.])([0-2]?\d[:：][0-5]\d){_HYPHEN}([0-2]?\d[:：][0-5]\d)(?![\d:：])")
_PLACES = re.compile(
    rf"(?<![{HAN}A-Za-z0-9-])([{HAN}]{{1,6}}){_HYPHEN}([{HAN}]{{1,6}}?)(?=高铁|高速公路|高速铁路|铁路|公路|航线|航班|客运专线|次列车)"
)


@rule("PR504", "时间、地点、序号的起止用一字线", "GB/T 15834 §4.13.3.2", is_safe=True, needs=[_HYPHENS])
def _from_to(passage: Passage) -> Iterator[Slip]:
    """2024-2026年, 5月1日-5月3日, 9:00-11:30, 第3-5期, 北京-上海高铁."""
    text = passage.text
    seen: set[int] = set()
    for pattern in (_YEARS, _PARTS, _HOURS, _PLACES):
        for match in pattern.finditer(text):
            at = match.end(1)
            if at not in seen and (pattern is not _PARTS or _rises(match[1], match[2])):
                seen.add(at)
                # 2-3号 may also be the third of the second: of houses, sections, articles.
                is_safe = not text.startswith(_MAYBE_CODES, match.end())
                yield Slip(passage, at, at + 1, "起止之间用一字线", _DASH, is_safe=is_safe)
    for match in _DAYS.finditer(text):
        if match.start() not in seen:
            yield Slip(passage, *match.span(), "起止之间用一字线", _DASH)


def _rises(first: str, second: str) -> bool:
    """Whether a series may go from one number to the other: not down, and no codes such as 08-12."""
    if first[-1:] not in "0123456789":
        return True
    low, high = first.removeprefix("第"), re.findall(r"\d+", second)[-1]
    return int(low) < int(high) and (low[0] != "0" or len(low) > 3)


_RANGE = re.compile(rf"{_BEFORE}(?<!第)({_NUMBER})({COUNTED})?{_HYPHEN}({_NUMBER})({COUNTED})")
# The unit is repeated where its absence misleads (GB/T 15835 5.1.3).
_MISLEADS = re.compile("[%％‰万亿].*")


@rule(
    "PR505",
    "数值范围用浪纹线",
    "GB/T 15834 §4.13.3.3；GB/T 15835 §5.1.3",
    is_safe=True,
    needs=["0", _HYPHENS],
)
def _range(passage: Passage) -> Iterator[Slip]:
    """10-15人, 3%-5%."""
    for match in _RANGE.finditer(passage.text):
        low, unit, high, last = match.groups()
        if unit not in (None, last) or float(low) >= float(high) or not _is_value(low):
            continue
        dash = match.end(2 if unit else 1)
        if not unit and (repeated := _MISLEADS.fullmatch(last)):
            yield Slip(
                passage,
                dash,
                dash + 1,
                f"数值范围用浪纹线，前一个数也要写“{repeated[0]}”",
                f"{repeated[0]}{_WAVE}",
            )
        else:
            yield Slip(passage, dash, dash + 1, "数值范围用浪纹线", _WAVE)


def _is_value(number: str) -> bool:
    """Whether a number may count something: no year, no code such as 010."""
    return not re.fullmatch(r"(?:18|19|20)\d\d|0\d+", number)


_CAPTION = re.compile(rf"(?:图|表|式)\d{{1,3}}([{_DASH}{_WAVE}])\d{{1,3}}(?=[ \u3000])")
_PHONE = re.compile(rf"(?<!\d)0\d{{2,3}}([{_DASH}{_WAVE}\uff0d])\d{{7,8}}(?!\d)")
_ISO = re.compile(rf"(?<!\d)(?:19|20)\d\d([{_DASH}{_WAVE}\uff0d])(?:0\d|1[0-2])\1(?:[0-2]\d|3[01])(?!\d)")


@rule(
    "PR506",
    "编号、电话、数字日期用短横线",
    "GB/T 15834 §4.13.3.1",
    is_safe=False,
    needs=["0", f"{_DASH}{_WAVE}\uff0d"],
)
def _code(passage: Passage) -> Iterator[Slip]:
    """图2—1 at the head of a caption, 010—12345678, 2026—08—21."""
    if passage.kind == "caption" and (match := _CAPTION.match(passage.text)):
        yield Slip(passage, *match.span(1), "图表的编号用短横线", "-")
    for match in _PHONE.finditer(passage.text):
        yield Slip(passage, *match.span(1), "电话号码用短横线", "-")
    for match in _ISO.finditer(passage.text):
        yield Slip(passage, *match.span(), "数字日期用短横线", re.sub(match[1], "-", match[0]))


_STANDARD = re.compile(
    rf"(?<![A-Za-z/])(?:GB(?:/[TZ])?|GJB|[A-Z]{{2}}/T|DB\d{{2}}(?:/T)?|T/[A-Z]{{2,8}}) ?\d+(?:\.\d+)*({_HYPHEN})(?=(?:19|20)\d\d(?!\d))"
)


@rule("PR507", "标准号与年份之间用一字线", "标准编号的通例", is_safe=True, needs=["0", _HYPHENS])
def _standard(passage: Passage) -> Iterator[Slip]:
    """GB/T 9704-2012."""
    for match in _STANDARD.finditer(passage.text):
        yield Slip(passage, *match.span(1), "标准号与年份之间用一字线", _DASH)


_LONG = re.compile(rf"{_BEFORE}(\d[\d.]*)([年月日时点]|{COUNTED})?(——)(\d[\d.]*)([年月日时点]|{COUNTED})")


@rule("PR508", "起止、范围不用破折号", "GB/T 15834 §4.10、§4.13", is_safe=True, needs=["0", ("——",)])
def _no_dash(passage: Passage) -> Iterator[Slip]:
    """5月——6月, 10——15人."""
    for match in _LONG.finditer(passage.text):
        first, unit, _, second, last = match.groups()
        if unit in (None, last) and _value(first) < _value(second):
            mark = _DASH if last in "年月日时点" else _WAVE
            yield Slip(passage, *match.span(3), "起止、范围用连接号，不用破折号", mark)


def _value(number: str) -> float:
    return float(number) if re.fullmatch(_NUMBER, number) else -1.0


# --- days as names --------------------------------------------------------------------------------------

_KNOWN = "五·四|七·一|八·一|五·一|六·一|三·八|九·一八|七·七|九·三|五·卅|四·一二|十·一"
_OF_HAN = re.compile(
    f"“({_KNOWN})”|(?<![{HAN}·])({_KNOWN})(?=运动|表彰|讲话|事变|国际|劳动|妇女|青年|勋章|奖章|建军|前夕|期间)"
)
_WITHOUT = re.compile("“?(一二九|一二八)”?(?=运动|事变|抗战)")
_WHAT = (
    "国际|劳动节|妇女节|青年节|儿童节|建军节|国庆|护士节|宪法日|国家宪法|消费者|晚会|消防|事件|事故|事变|惨案|案件"
    "|专案|讲话|表彰|运动|读书日|世界读书|国家安全|公祭|禁毒|扶贫日"
)
_OF_DIGITS = re.compile(rf"(?<![\d.A-Za-z第“])(“?)(\d{{1,2}})\.(\d{{1,2}})(”?)(?={_WHAT})")


@rule("PR509", "节日、事件的日期", "GB/T 15834 §4.14.3.5", is_safe=False, needs=[("·", ".", "二九", "二八")])
def _day(passage: Passage) -> Iterator[Slip]:
    """“七·一”表彰, “一二九”运动, 3.15晚会."""
    for match in _OF_HAN.finditer(passage.text):
        name = match[1] or match[2]
        yield Slip(
            passage,
            *match.span(),
            "月份不是一月、十一月、十二月的，中间不用间隔号",
            f"“{name.replace('·', '')}”",
        )
    for match in _WITHOUT.finditer(passage.text):
        name = {"一二九": "一二·九", "一二八": "一·二八"}[match[1]]
        yield Slip(passage, *match.span(1), "容易误读的月份和日子之间用间隔号", name)
    for match in _OF_DIGITS.finditer(passage.text):
        opening, month, day, closing = match.groups()
        if bool(opening) == bool(closing) and 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
            yield Slip(passage, *match.span(), "月、日之间用间隔号，外加引号", f"“{month}·{day}”")


RULES = (_no_work, _theme, _from_to, _range, _code, _standard, _no_dash, _day)
