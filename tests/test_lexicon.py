"""The house lexicon, and the rules on numbers and facts: settings and lists of names, many words, hostile texts."""

import random
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bulletin_pdf.diagnostics import Place, in_order
from bulletin_pdf.home import Home
from bulletin_pdf.lexicon import Forbidden, Leader, Lexicon, Unit
from bulletin_pdf.load import load_issue
from bulletin_pdf.proofreading import RULES, house, proofread
from bulletin_pdf.proofreading.passages import Galley, Passage
from bulletin_pdf.proofreading.rules import Rule, Slip
from bulletin_pdf.proofreading.vocabulary import misspellings, vocabulary
from bulletin_pdf.publication import load_lexicon
from publications import ROOT, run

OURS = [rule for rule in RULES if rule.code >= "PR5"]
LEXICON = Lexicon(
    leaders=(
        Leader(name="王明", posts=("党委书记、董事长",)),
        Leader(name="李文华", posts=("总经理", "党委副书记")),
        Leader(name="张宁", posts=("副总经理",), former_posts=("工会主席",)),
        Leader(name="欧阳小雨", posts=("工会主席",)),
        Leader(name="赵青"),
    ),
    units=(Unit(name="中国铝业股份有限公司", short_names=("中铝股份",), wrong_names=("中铝", "宁能")),),
    phrases=("党史学习教育", "主题党日活动", "不忘初心", "碳达峰碳中和"),
    forbidden={"圆满成功": Forbidden(reason="空话。"), "截止目前": Forbidden(instead="截至目前")},
)


def galley(*texts: str, kind: str = "body") -> Galley:
    place = Place(Path("稿.md"), 1, 1)
    passages = tuple(Passage(text, text, kind, ((0, place),)) for text in texts)  # type: ignore[arg-type]
    return Galley(passages, date(2024, 1, 5))


def slips(
    rules: Iterator[Rule] | tuple[Rule, ...] | list[Rule], *texts: str, kind: str = "body"
) -> list[str]:
    """What is found, as code and characters."""

    def shown(rule: Rule, slip: Slip) -> str:
        return f"{rule.code} {slip.passage.text[slip.start : slip.end]}"

    return [shown(rule, slip) for rule in rules for slip in rule.find(galley(*texts, kind=kind))]


@pytest.mark.parametrize("text", ["", "# 以后再填\n#领导:\n"])
def test_an_empty_lexicon_is_none(text: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.content.mkdir()
    home.lexicon.write_text(text, encoding="utf-8")
    assert load_lexicon(home) == (Lexicon(), [])


# --- words ----------------------------------------------------------------------------------------------


def test_the_longest_word_wins() -> None:
    words = vocabulary(["中铝", "中铝股份", "股份公司"])
    assert list(words.find("中铝股份公司和中铝")) == [(0, "中铝股份"), (7, "中铝")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("党史学习教育", []),
        ("开展党史学习交育活动", [(2, 8)]),
        ("党实学习教育", [(0, 6)]),
        ("党史学教育", [(0, 5)]),
        ("党史学学习教育", [(0, 7)]),
        ("党史学习和教育", []),
        ("史学习教育", []),
        ("党史学习教材", []),
        ("军史学习教育", []),
        ("学习教", []),
    ],
)
def test_one_character_inside_a_word_is_wrong(text: str, expected: list[tuple[int, int]]) -> None:
    found = misspellings(["党史学习教育"]).find(text)
    assert sorted({(slip.start, slip.end) for slip in found}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("党委书记王明出席。", []),
        ("总经理王明出席。", ["PR801 总经理王明"]),
        ("党委书记、总经理王明", ["PR801 总经理王明"]),
        ("副总经理李文华", ["PR801 副总经理李文华"]),
        ("总经理张宁", ["PR801 总经理张宁"]),
        ("王明总经理强调", ["PR801 王明总经理"]),
        ("工会主席张宁，原总经理张宁，班长王明，总经理王明亮，总经理赵青", []),
        ("王明、李文华、张宁出席", []),
        ("李文华、王明出席", ["PR802 王明"]),
        ("王明、张宁和李文华到会", ["PR802 李文华"]),
        ("李文华与王明谈话。李文华对王明说", []),
        ("李文华、王明（排名不分先后）", []),
        ("工会主席欧阳小雪指出", ["PR803 欧阳小雪"]),
        ("王明、李文化出席", ["PR803 李文化"]),
        ("张三、李四、李文化出席；总经理李文到会", []),
        ("中铝的煤矿，中铝股份的煤矿", ["PR804 中铝"]),
        ("中国铝业股分有限公司", ["PR805 中国铝业股分有限公司"]),
        ("取得圆满成功，截止目前", ["PR806 圆满成功", "PR806 截止目前"]),
        ("主题团日活动，党内学习教育", []),
        ("不忘出心，碳达锋碳中和", ["PR807 不忘出心", "PR807 碳达锋碳中和"]),
    ],
)
def test_words_of_the_house(text: str, expected: list[str]) -> None:
    assert slips(house.rules_of(LEXICON), text) == expected


def test_a_list_of_names_is_in_order() -> None:
    rules = house.rules_of(LEXICON)
    assert slips(rules, "王明", "李文华", "周子墨", "张宁", kind="name") == []
    assert slips(rules, "张宁", "周子墨", "李文华", kind="name") == ["PR802 李文华"]
    assert slips(rules, "王明", "李文化", "张宁", kind="name") == ["PR803 李文化"]
    # Among many others it may be another person.
    assert slips(rules, "王明", "李文化", "周子墨", "孙晓", "马力", kind="name") == []


def test_an_empty_lexicon_finds_nothing() -> None:
    assert slips(house.rules_of(Lexicon()), "总经理王明、李文华", "截止目前") == []


# --- settings -------------------------------------------------------------------------------------------


def lay_out(folder: Path, settings: str) -> Home:
    home = Home(folder)
    issue = home.content / "2024-01"
    issue.mkdir(parents=True)
    home.publication.write_text("刊名: 简报\n编发单位: 办公室\n", encoding="utf-8")
    home.lexicon.write_text("领导: [王明, 李文华]\n", encoding="utf-8")
    (issue / "issue.yaml").write_text(
        f"期号: 1\n总期号: 1\n日期: 2024-01-05\n内容: [01.md]\n{settings}", encoding="utf-8"
    )
    (issue / "01.md").write_text("# 要闻\n\n## 稿件\n\n正文。\n", encoding="utf-8")
    return home


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ("出席: 王明、李文华\n印发日期: 2024-01-05\n", []),
        ("出席: 李文华、王明\n", ["PR802 5:9"]),
        ("审核: 李文华、王明\n", []),  # who reviews is no list of those present
        ("印发日期: 2024年1月4日\n", ["PR708 5:7"]),
    ],
)
def test_settings_are_proofread(settings: str, expected: list[str], tmp_path: Path) -> None:
    issue, loaded, found = load_issue(lay_out(tmp_path, settings), "2024-01")
    assert issue
    assert loaded
    findings = in_order(finding.diagnostic for finding in proofread(issue, loaded)[0])
    assert not found
    assert [
        f"{each.code} {each.place.line}:{each.place.column}" for each in findings if each.place
    ] == expected


def test_a_new_publication_has_a_lexicon(tmp_path: Path) -> None:
    """The sample is read, and the issue that comes with it is right by it."""
    assert run("init", tmp_path / "刊物", folder=tmp_path).returncode == 0
    assert (tmp_path / "刊物" / "content" / "lexicon.yaml").is_file()
    checked = run("check", folder=tmp_path / "刊物")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "PR" not in checked.stdout


def test_this_publication_s_lexicon_is_used() -> None:
    issue, loaded, _ = load_issue(Home(ROOT), "2026-01")
    assert issue
    assert loaded
    assert "避头尾" in loaded.lexicon.phrases
    assert [finding for finding in proofread(issue, loaded)[0] if finding.rule.code >= "PR5"] == []


# --- time -----------------------------------------------------------------------------------------------


def spent(rule: Rule, texts: Galley) -> float:
    begun = time.process_time()
    for _ in rule.find(texts):
        pass
    return time.process_time() - begun


def test_hundreds_of_words_take_little_time() -> None:
    """300 entries and 100 kB of text: a third of a second for all rules together."""
    chance = random.Random(1)

    def words(count: int, characters: str, beginning: str = "") -> tuple[str, ...]:
        return tuple(beginning + "".join(chance.choices(characters, k=7)) for _ in range(count))

    lexicon = Lexicon(
        leaders=tuple(Leader(name=name, posts=("总经理",)) for name in words(50, "王李张刘陈杨赵黄周吴")),
        units=tuple(Unit(name=name) for name in words(150, "甲乙铝业股份有限公司分矿", "中铝集团")),
        phrases=words(100, "党史学习教育主题活动全面从严"),
    )
    text = "王明、李文华出席中铝集团党史学习教育主题活动，总经理王明强调，全面从严治党。"
    texts = galley(*[text * 20] * (100_000 // len((text * 20).encode())))
    assert (
        sum(spent(rule, texts) for rule in house.rules_of(lexicon)) < 0.6
    )  # twice what is wanted, for slow machines


@pytest.mark.parametrize(
    "unit",
    [
        *("1", "1,", "1.", "1-", "一", "百", "二零", "万", "约", "约1", "1余", "减少", "¥1", ".1", "1——"),
        *(
            "1人、",
            "1人，共",
            "共1人其中男",
            "占1%，其余",
            "12月31日，了",
            "农历1月",
            "五、六",
            "第一期第1期",
        ),
        *(
            "、",
            "《",
            "《a》",
            "以《",
            "（",
            "王明、",
            "王明和",
            "李文",
            "副",
            "党委",
            "总经理",
            "中国铝业",
            "党史学习",
        ),
    ],
)
def test_hostile_text_takes_time_in_proportion(unit: str) -> None:
    """The longest paragraph that is read, of one thing over and over."""
    texts = galley((unit * 20_000)[:20_000])
    slow = [rule.code for rule in (*OURS, *house.rules_of(LEXICON)) if spent(rule, texts) > 1.5]
    assert slow == []
