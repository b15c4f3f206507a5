"""Rules PR706–PR709: what a text says twice must agree: weekdays and dates, parts and sums, headline and text.

Each speaks only where nothing else can be meant. Numbers and dates of the issues beside one another (PR-705) are the
ledger's: BP701–BP703.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import takewhile

from bulletin_pdf.proofreading.passages import Galley, Passage
from bulletin_pdf.proofreading.rules import HAN, Slip, galley_rule, rule
from bulletin_pdf.settings import as_date

# --- dates ----------------------------------------------------------------------------------------------

_DATE = r"(?:(?P<year>(?:19|20)\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
_DATED_WEEKDAY = re.compile(
    rf"(?<![\d年.]){_DATE}[，、 （(]{{0,2}}(?P<word>星期|周|礼拜)(?P<weekday>[一二三四五六日天])(?![{HAN}]?刊|报|年|岁|边|围|期|折|转|末)"
)
_OTHER_YEAR = re.compile("去年|上年|前年|明年|来年|次年|翌年|往年|当年|同年|历年")
_WEEKDAYS = "一二三四五六日"


@galley_rule(
    "PR706", "星期与日期相符", hint="核对日期和星期。", needs=[("0年", "0日"), ("0年", "星期", "周", "礼拜")]
)
def _weekday(galley: Galley) -> Iterator[Slip]:
    """2026年8月21日（星期四）. Without a year the day nearest to the issue is meant, or one of a year named before."""
    named: set[int] = set()
    for passage in galley.passages:
        named |= {int(year) for year in re.findall(r"(?<!\d)((?:19|20)\d\d)年", passage.text)}
        for match in _DATED_WEEKDAY.finditer(passage.text):
            stated = _WEEKDAYS.index(match["weekday"].replace("天", "日"))
            days = _days(match, galley.date, named)
            if match["year"] is None and _OTHER_YEAR.search(passage.text):
                continue
            if days and all(day.weekday() != stated for day in days):
                right = match["word"] + _WEEKDAYS[days[0].weekday()]
                message = f"{days[0].year}年{days[0].month}月{days[0].day}日是{right}"
                yield Slip(passage, match.start("word"), match.end("weekday"), message, right)


def _days(match: re.Match[str], issued: date, named: set[int]) -> list[date]:
    """The days that a date may mean, the likeliest first."""
    if match["year"]:
        years = [int(match["year"])]
    else:
        near = [issued.year, issued.year - 1, issued.year + 1]
        found = [day for year in near if (day := _day(year, match))]
        nearest = min(found, key=lambda day: abs(day - issued), default=None)
        years = ([nearest.year] if nearest else []) + sorted(named)
    return [day for year in years if (day := _day(year, match))]


def _day(year: int, match: re.Match[str]) -> date | None:
    try:
        return date(year, int(match["month"]), int(match["day"]))
    except ValueError:
        return None


_SENTENCE = re.compile(r"[^。！？；\n]+")
_ANY_DATE = re.compile(rf"(?<![\d年.]){_DATE}(?!之?前|以前|底|止|起|前后)")
_PAST = re.compile("(?<![为除])了(?!解)|已于|已经|已在|圆满|闭幕|落幕|日前|近日|昨日|曾于|完成了")
_FUTURE = re.compile(
    "将|拟|计划|预计|争取|力争|定于|定在|即将|截止|截至|截稿|有效|届时|安排|目标|确保|下一步|规划|为了|施行|实施|执行"
    "|生效|启用|要在|前|到|至|自|从|开始|之后|以后|如果|若|还有|未来|今后|倒计时|通知|报名|征集|预定|约定|直到"
)


@galley_rule("PR708", "日期的先后", hint="核对这个日期和本期的日期。", needs=["0"])
def _after_issue(galley: Galley) -> Iterator[Slip]:
    """7月20日公司召开了 in an issue of 7月9日; an issue printed before its date."""
    issued = f"{galley.date.year}年{galley.date.month}月{galley.date.day}日"
    for passage in galley.passages:
        if passage.name == "printed_on" and as_date(passage.text) < galley.date:
            yield Slip(passage, 0, len(passage.text), f"印发早于本期的日期{issued}")
        if passage.kind not in ("body", "caption"):
            continue
        for sentence in _SENTENCE.finditer(passage.text):
            if (
                not _PAST.search(sentence[0])
                or _FUTURE.search(sentence[0])
                or _OTHER_YEAR.search(sentence[0])
            ):
                continue
            for match in _ANY_DATE.finditer(sentence[0]):
                days = _days(match, galley.date, set())
                # Without a year and far ahead, a day of last year is as likely.
                latest = date.max if match["year"] else galley.date + timedelta(days=60)
                if days and galley.date < days[0] <= latest:
                    start = sentence.start()
                    what = f"已经发生的事，晚于本期的日期{issued}"
                    yield Slip(passage, start + match.start(), start + match.end(), what)


# --- sums -----------------------------------------------------------------------------------------------

_UNIT = (
    "(?:万元|亿元|元|人次|人|名|项|件|个|次|家|篇|场|台|套|吨|万吨|户|份|期|处|条|起|支|辆|亩|公里|小时|天)"
)
_DIGITS = r"\d[\d,]{0,14}(?:\.\d{1,8})?"
_LIST_AND_SUM = re.compile(
    rf"(?<![\d,.])(?P<items>(?:[^\d，。；：、！？（）\n每各]{{0,12}}{_DIGITS}{_UNIT}[、，]?){{2,12}}?)"
    rf"(?:总|一)?共(?:计|有)?(?P<sum>{_DIGITS})(?P<last>{_UNIT})(?![{HAN}]{{0,2}}[余多])"
)
_NO_PARTS = re.compile("先后|累计|分别|其中|平均|每|各|第")
_END = re.compile("[。；：！？\n]")
_ITEM = re.compile(f"({_DIGITS})({_UNIT})")
_MEN_AND_WOMEN = re.compile(
    r"共(?:有|计)?[^\d，。；：]{0,6}(?P<sum>\d+)[人名][^\d。；：]{0,12}?其中[，：]?男[^\d，。；]{0,4}(?P<a>\d+)[人名][，、]女[^\d，。；]{0,4}(?P<b>\d+)[人名]"
)
_SHARES = re.compile(
    r"(?<![\d.])(?P<a>\d+(?:\.\d+)?)%[，、](?:其余|其他|其它|剩余|剩下)(?:的|各)?[^\d，。；]{0,8}?占(?:比)?(?P<b>\d+(?:\.\d+)?)%"
)
_SHARE = re.compile(r"占(?:比|总[^\d，。；]{0,4}的?)?(\d+(?:\.\d+)?)%")


@rule("PR707", "分项与合计相符", hint="核对各个数。", needs=["0", "共占"])
def _sums(passage: Passage) -> Iterator[Slip]:
    """党员12人、群众30人，共40人; 男5人、女6人 of 12人; shares of which the last are all others'."""
    for match in _LIST_AND_SUM.finditer(passage.text):
        items = [_number(number) for number in _alike(_ITEM.findall(match["items"]), match["last"])]
        total = _number(match["sum"])
        if (
            len(items) < 2
            or _NO_PARTS.search(match["items"])
            or _goes_on(passage.text[: match.start()], match["last"])
        ):
            continue
        if total not in [sum(items[start:]) for start in range(len(items) - 1)]:
            yield Slip(passage, *match.span("sum"), f"前面各项相加是{sum(items):f}{match['last']}")
    for match in _MEN_AND_WOMEN.finditer(passage.text):
        together = int(match["a"]) + int(match["b"])
        if together != int(match["sum"]):
            yield Slip(passage, *match.span("sum"), f"男女相加是{together}人")
    for sentence in _SENTENCE.finditer(passage.text):
        if last := _SHARES.search(sentence[0]):
            shares = [Decimal(share) for share in _SHARE.findall(sentence[0])]
            off = sum(shares, Decimal(-100))
            if len(shares) >= 2 and abs(off) > len(shares) * _half_unit(shares):
                start = sentence.start() + last.start("b")
                end = sentence.start() + last.end("b") + 1
                yield Slip(passage, start, end, f"各项相加是{sum(shares)}%，不是100%")


def _alike(items: list[tuple[str, str]], unit: str) -> list[str]:
    """The numbers at the end of a list that have one unit."""
    return [number for number, _ in reversed([*takewhile(lambda item: item[1] == unit, reversed(items))])]


def _goes_on(before: str, unit: str) -> bool:
    """Whether the list may have begun earlier than it was recognised."""
    clause = _END.split(before)[-1]
    return clause.endswith("、") or re.search(rf"\d{unit}", clause) is not None


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _half_unit(numbers: list[Decimal]) -> Decimal:
    """Half of the last place of the most exact of some numbers: how far rounding may move each."""
    places = max(max(0, -int(number.as_tuple().exponent)) for number in numbers)
    return Decimal(1).scaleb(-places) / 2


# --- headline and text ----------------------------------------------------------------------------------

_FIGURE = re.compile(rf"(?<![\d.,第])(\d+(?:\.\d+)?)([余多]?)({_UNIT})([{HAN}]{{2}})")


@galley_rule("PR709", "标题与正文的数相符", hint="核对标题和正文里的数。")
def _headline(galley: Galley) -> Iterator[Slip]:
    """120名党员 in the title of an article that speaks of 121名党员 only."""
    if not galley.passages or galley.passages[0].kind != "title":
        return
    titles = [
        passage for _, passage in zip(range(2), galley.passages, strict=False) if passage.kind == "title"
    ]
    body = [passage for passage in galley.passages if passage.kind in ("body", "caption", "cell")]
    said = "".join(passage.text + "\n" for passage in body)
    for passage in titles:
        for match in _FIGURE.finditer(passage.text):
            number, _, unit, noun = match.groups()
            others = {
                other[1]
                for other in _FIGURE.finditer(said)
                if other[3] == unit and other[4] == noun and not _PART.search(said[: other.start()][-8:])
            }
            if len(others) == 1 and number not in others and not re.search(rf"(?<!\d){number}(?!\d)", said):
                yield Slip(passage, *match.span(1), f"正文里是“{others.pop()}{unit}{noun}”")


_PART = re.compile("其中|另有|另外|平均|每|各|约|近|余下|占|已有|仍有|部分|新增")

RULES = (_weekday, _sums, _after_issue, _headline)
