"""Proofreading: cases of what is found and how it is mended, texts in which nothing may be found, and the docs' table.

A case in cases/proofreading is the Markdown of an issue; below the first line of = the findings, below the second the
text after the safe fixes, below the third after all. `UPDATE_CASES=1 pytest` writes what came out: read it before you
keep it.
"""

import os
import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bulletin_pdf.build import make_pages, prepare
from bulletin_pdf.correction import correct, write
from bulletin_pdf.diagnostics import Place, in_order
from bulletin_pdf.home import Home
from bulletin_pdf.lexicon import Leader, Lexicon
from bulletin_pdf.load import load_issue
from bulletin_pdf.model import Paragraph, Run
from bulletin_pdf.proofreading import RULES, house, proofread
from bulletin_pdf.proofreading.fixes import fixed
from bulletin_pdf.proofreading.passages import Galley, Passage, galleys
from bulletin_pdf.proofreading.rules import Finding, Rule
from bulletin_pdf.proofreading.staff import Staff
from bulletin_pdf.publication import load_lexicon
from publications import KEY as SEED
from publications import copy_issue, publication, run

ROOT = Path(__file__).parents[1]
CASES = sorted((Path(__file__).parent / "cases" / "proofreading").glob("*.txt"))
SILENT = sorted((Path(__file__).parent / "cases" / "silent").glob("*.md"))
DIVIDER = "\n==========\n"
SAME = "（不变）\n"
KEY = "2024-01"
PAGE = (ROOT / "docs" / "diagnostics" / "proofreading.md").read_text(encoding="utf-8")
# The page's sample stands beside every text.
LEXICON = re.findall(r"^```yaml\n(领导:.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)[0]
SETTINGS = "期号: 1\n总期号: 1\n日期: 2024-01-05\n内容:\n  - 01.md\n"


def read(folder: Path, typed: str, settings: str = SETTINGS) -> list[Finding]:
    """What is found in a text."""
    home = Home(folder)
    issue = home.content / KEY
    issue.mkdir(parents=True, exist_ok=True)
    home.publication.write_text("刊名: 简报\n编发单位: 办公室\n", encoding="utf-8")
    home.lexicon.write_text(LEXICON, encoding="utf-8")
    (issue / "issue.yaml").write_text(settings, encoding="utf-8")
    (issue / "01.md").write_text(typed, encoding="utf-8")
    Image.new("RGB", (800, 400)).save(issue / "图.png")
    loaded_issue, loaded, found = load_issue(home, KEY)
    assert loaded_issue is not None, found
    assert loaded is not None
    findings, faults = proofread(loaded_issue, loaded)
    assert not faults
    return findings


def mended(folder: Path, typed: str, *, unsafe: bool = False) -> str:
    """A text after as many rounds of fixes as it takes; never more than it takes."""
    file = Path("content") / KEY / "01.md"
    for _ in range(20):
        texts, done = fixed({file: typed}, read(folder, typed), unsafe=unsafe)
        if not done:
            return typed
        assert texts[file] != typed
        typed = texts[file]
    raise AssertionError("fixes that undo one another")


def told(findings: list[Finding]) -> Iterator[str]:
    """Findings in lines: where, what, what to do, and whether that can be done for the editor."""
    kinds = {
        finding.diagnostic: "自动" if finding.is_safe else "看过再改" if finding.edits() else ""
        for finding in findings
    }
    for each in in_order(kinds):
        assert each.place
        yield f"{each.place.line}:{each.place.column} {each.code} {each.message}"
        yield f"    改法：{each.hint}" + (f"［{kinds[each]}］" if kinds[each] else "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case: Path, tmp_path: Path) -> None:
    typed, *expected = case.read_text(encoding="utf-8").removesuffix("\n").split(DIVIDER)
    typed += "\n"
    safe, every = mended(tmp_path, typed), mended(tmp_path, typed, unsafe=True)
    actual = [
        "\n".join(told(read(tmp_path, typed))),
        *(SAME.strip() if text == typed else text.rstrip("\n") for text in (safe, every)),
    ]
    if os.environ.get("UPDATE_CASES"):
        case.write_text(DIVIDER.join([typed.rstrip("\n"), *actual]) + "\n", encoding="utf-8")
    assert actual == expected


@pytest.mark.parametrize("text", SILENT, ids=lambda text: text.stem)
def test_silent(text: Path, tmp_path: Path) -> None:
    assert list(told(read(tmp_path, text.read_text(encoding="utf-8")))) == []


def test_posts_are_told_as_the_lexicon_orders_them() -> None:
    leader = Leader(name="李文华", posts=("总经理、党委副书记",), former_posts=("副总经理",))
    assert Staff((leader,)).present_posts == {"李文华": ("总经理", "党委副书记")}


def test_a_dotted_date_with_its_day_is_mended_whole(tmp_path: Path) -> None:
    typed = issue_text("2026.11.18日召开了会议。")
    assert "2026年11月18日召开" in mended(tmp_path, typed)


# --- the docs -------------------------------------------------------------------------------------------

_ROW = re.compile(r"^\| (PR\d{3}) \| (.+?) \| (.*?) \| `(.+?)` \| `(.+?)` \| (.*?) ?\|$", re.MULTILINE)
ROWS = _ROW.findall(PAGE)


def issue_text(example: str) -> str:
    """An example of the table as the Markdown of an issue."""
    body = example.replace("¶", "\n\n").replace("↵", "\n").replace("\\|", "|")
    return f"# 要闻\n\n{body}\n" if body.startswith("## ") else f"# 要闻\n\n## 稿件\n\n{body}\n"


def test_every_rule_is_in_the_table_as_it_is() -> None:
    rules = (*RULES, *house.rules_of(Lexicon()))
    assert [row[:3] for row in ROWS] == [(rule.code, rule.title, rule.clause or "—") for rule in rules]


@pytest.mark.parametrize(
    ("code", "title", "clause", "wrong", "right", "fix"), ROWS, ids=[row[0] for row in ROWS]
)
def test_the_table_is_true(
    code: str, title: str, clause: str, wrong: str, right: str, fix: str, tmp_path: Path
) -> None:
    found = read(tmp_path, issue_text(wrong))
    assert {finding.rule.code for finding in found} == {code}
    assert list(told(read(tmp_path, issue_text(right)))) == []
    safe, every = (mended(tmp_path, issue_text(wrong), unsafe=unsafe) for unsafe in (False, True))
    came_right = [text == issue_text(right) for text in (safe, every)]
    assert came_right == {"自动": [True, True], "看过再改": [False, True], "": [False, False]}[fix]


# --- what rules need ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> list[Galley]:
    """Everything that is proofread here: the cases, the silent texts, the examples of the table."""
    typed = [case.read_text(encoding="utf-8").split(DIVIDER)[0] for case in CASES]
    typed += [text.read_text(encoding="utf-8") for text in SILENT]
    typed += [issue_text(example) for row in ROWS for example in row[3:5]]
    found = []
    for text in typed:
        read(folder := tmp_path_factory.mktemp("texts"), text)
        issue, _, _ = load_issue(Home(folder), KEY)
        assert issue is not None
        found += galleys(issue, {"attendance": [Run("王明、李文华", Place(Path("issue.yaml"), 1, 1))]})
    return found


def house_rules(folder: Path) -> tuple[Rule, ...]:
    """The rules of the page's sample lexicon."""
    (folder / "content").mkdir()
    (folder / "content" / "lexicon.yaml").write_text(LEXICON, encoding="utf-8")
    return house.rules_of(load_lexicon(Home(folder))[0])


def without(signs: frozenset[str], galley: Galley) -> Galley:
    """A galley with other characters in the place of some signs."""
    pattern = re.compile("|".join(re.escape(sign).replace("0", r"\d") for sign in signs) or "(?!)")
    others = (
        replace(passage, text=pattern.sub(lambda match: "某" * len(match[0]), passage.text))
        for passage in galley.passages
    )
    return replace(galley, passages=tuple(others))


def test_rules_find_nothing_where_they_do_not_look(texts: list[Galley], tmp_path: Path) -> None:
    """What a rule needs is neither too much, so that it finds less, nor is anything found without it."""
    found = set()
    for rule in (*RULES, *house_rules(tmp_path)):
        for galley in texts:
            slips = list(rule.find(galley))
            assert list(rule.slips(galley)) == slips, rule.code
            if slips:
                found.add(rule.code)
                left = [slip for signs in rule.needs for slip in rule.find(without(signs, galley))]
                assert left == [], rule.code
    assert found == {row[0] for row in ROWS}


def test_digits_of_all_scripts_are_one_sign() -> None:
    text = "٢٠٢٦年０８月05日"
    passage = Passage(text, text, "body", ((0, Place(Path("01.md"), 1, 1)),))
    assert {"0", "0年", "月0", "00"} <= passage.signs
    assert not {"8", "２", "05"} & passage.signs


# --- fixes ----------------------------------------------------------------------------------------------

_SNIPPETS = (
    *("会议", "指出", "党章", "A4", "12", "3.5%", "等", "一是", "和谐", "1", "2026", " ", "  "),
    *"，。、；：？！,.;:?!“”‘’「」《》〈〉（）()[]〔〕\"'…—-~·・<>０Ａ％⼈/\\*_",
    *(
        "\n",
        "\n\n",
        "……",
        "——",
        "...",
        "\\*",
        "&amp;",
        "**",
        "一、",
        "1、",
        "①",
        "\n\n## ",
        "\n\n> ",
        "\n\n- ",
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(_SNIPPETS), max_size=40).map("".join), st.booleans())
def test_fixes_never_make_it_worse(typed: str, unsafe: bool) -> None:
    """What was readable stays so, and no more is found than before. Rules of marks in sequence (PR3xx) know right marks
    only: they may find what a wrong one hid."""
    with tempfile.TemporaryDirectory() as folder:
        text = f"# 要闻\n\n## 稿件\n\n{typed}\n\n完。\n"
        try:
            before = read(Path(folder), text)
        except AssertionError:
            return  # it could not be read to begin with
        after = read(Path(folder), mended(Path(folder), text, unsafe=unsafe))
        assert sum(each.rule.code[:3] != "PR3" for each in after) <= len(before)


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("」,", "」,"),  # it is not known which half is missing, or where
        ("「甲」,", "“甲”，"),
        ("「『甲』」乙」", "“‘甲’”乙」"),
        ("０.", "０."),  # no list
        ("０.５倍", "0.5倍"),
        ("甲，０.", "甲，0."),
    ],
)
def test_what_is_put_in_unseen(tmp_path: Path, typed: str, right: str) -> None:
    text = "# 要闻\n\n## 稿件\n\n{}\n\n完。\n"
    assert mended(tmp_path, text.format(typed), unsafe=False) == text.format(right)


def home_of(folder: Path, data: bytes) -> Home:
    home = publication(folder, {"01.md": ""})
    (home.content / SEED / "01.md").write_bytes(data)
    return home


def test_all_else_of_a_file_stays_byte_for_byte(tmp_path: Path) -> None:
    """Byte order mark, line ends, blanks at line ends, no line end at the file's end, an escape, an entity."""
    before = (
        "\ufeff# 要闻\r\n\r\n## 稿件  \r\n\r\n“甲”、“乙”\\*，“&#30002;”、“丁”,好\\,。\r\n\r\n  末行，没完"
    )
    after = "\ufeff# 要闻\r\n\r\n## 稿件  \r\n\r\n“甲”“乙”\\*，“&#30002;”“丁”，好\\,。\r\n\r\n  末行，没完"
    home = home_of(tmp_path, before.encode())
    (correction,) = corrected = correct(home, SEED).corrections
    assert (correction.before, correction.after) == (before.encode(), after.encode())
    assert (home.content / SEED / "01.md").read_bytes() == before.encode()  # nothing is written yet
    assert write(home, corrected) == []
    assert (home.content / SEED / "01.md").read_bytes() == after.encode()
    assert correct(home, SEED).corrections == ()


def test_settings_are_texts_too(tmp_path: Path) -> None:
    home = home_of(tmp_path, "# 要闻\n\n## 稿件\n\n正文。\n".encode())
    file = home.content / SEED / "issue.yaml"
    file.write_text(file.read_text(encoding="utf-8") + '主题: "学习《甲》、《乙》"  # 、\n', encoding="utf-8")
    (finding,) = (each for each in prepare(home, SEED)[1] if each.code == "PR304")
    assert str(finding.place) == f"content/{SEED}/issue.yaml:6:11"
    (correction,) = correct(home, SEED).corrections
    assert correction.after.decode().endswith('主题: "学习《甲》《乙》"  # 、\n')


def test_an_error_after_reading_hides_nothing(tmp_path: Path) -> None:
    text = "# 要闻\n\n## 标题\n\n<!-- 保留 PR304：引用原文如此 -->\n正文一段。\n"
    home = publication(tmp_path, {"01.md": text})
    for found in (make_pages(home, SEED, layout="没有").diagnostics, prepare(home, SEED, layout="没有")[1]):
        assert {each.code for each in found} == {"BP152", "BP401"}


def test_an_error_does_not_hide_what_stands_beside_it(tmp_path: Path) -> None:
    """What can be read is proofread, and mended; the error stays, and is told."""
    home = home_of(tmp_path, "# 要闻\n\n## 稿件\n\n“甲”、“乙”\n\n<div>\n".encode())
    prepared, found = prepare(home, SEED)
    assert prepared is None
    assert codes(found) == ["PR303", "BP120"]
    corrected = correct(home, SEED)
    (correction,) = corrected.corrections
    assert "“甲”“乙”\n\n<div>" in correction.after.decode()
    assert [each.code for each in corrected.errors] == ["BP120"]


def test_an_issue_that_is_not_there_is_left_alone(tmp_path: Path) -> None:
    assert correct(home_of(tmp_path, b""), "2021-99").corrections == ()


def test_the_cells_of_a_csv_file_are_texts_too(tmp_path: Path) -> None:
    """A comma that would part the cell is not put in."""
    home = home_of(tmp_path, "# 要闻\n\n## 稿件\n\n![表](数.csv)\n".encode())
    file = home.content / SEED / "数.csv"
    file.write_text("单位,产量\n一厂(本部),1，234，567\n", encoding="utf-8")
    (correction,) = correct(home, SEED, unsafe=True).corrections
    assert correction.file.name == file.name
    assert correction.after.decode() == "单位,产量\n一厂（本部）,1，234，567\n"


def test_the_seed(tmp_path: Path) -> None:
    """The issue as it was printed: an unclosed quotation mark, and 、 between two quoted names."""
    home = copy_issue(tmp_path, SEED)
    found = [
        each for each in prepare(home, SEED)[1] if each.code.startswith("PR2") or each.code.startswith("PR3")
    ]
    file = Path("content") / SEED / "06-听青之声.md"
    assert [(each.code, each.place) for each in in_order(found)] == [
        ("PR303", Place(file, 3, 46)),
        ("PR201", Place(file, 3, 47)),
    ]


# --- what is not to be found ----------------------------------------------------------------------------


def codes(findings: object) -> list[str]:
    return [each.code for each in in_order(findings)]  # type: ignore[arg-type]


def proofread_text(folder: Path, body: str, extra: str = "") -> list[str]:
    """The codes of a text with more settings."""
    home = home_of(folder, f"# 要闻\n\n## 稿件\n\n{body}\n".encode())
    file = home.content / SEED / "issue.yaml"
    file.write_text(file.read_text(encoding="utf-8") + extra, encoding="utf-8")
    return codes(prepare(home, SEED)[1])


def test_a_rule_is_switched_off(tmp_path: Path) -> None:
    slips = "《甲》、《乙》和“丙”、“丁”。"
    assert proofread_text(tmp_path / "1", slips) == ["PR304", "PR303"]
    assert proofread_text(tmp_path / "2", slips, "校对:\n  关闭: [PR304]\n") == ["PR303"]
    assert proofread_text(tmp_path / "3", slips, "校对:\n  关闭:\n    - PR999\n") == [
        "PR304",
        "PR303",
        "BP150",
    ]


KEPT = "<!-- 保留 PR304：原文如此 -->"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{KEPT}\n《甲》、《乙》。", []),
        (f"{KEPT}\n\n《甲》、《乙》。", []),
        (f"《甲》、《乙》。{KEPT}", []),
        (f"前一行，\n《甲》、《乙》。{KEPT}", []),
        (f"| 甲 | 乙 |\n|:--|:--|\n| 《甲》、《乙》 | 二{KEPT} |", []),
        (f"| 甲 | 乙 |\n|:--|:--|\n| 《甲》、《乙》 | 二{KEPT} |\n| 《丙》、《丁》 | 二 |", ["PR304"]),
        (f"- 《甲》、《乙》{KEPT}\n- 二", []),
        (f"- 《甲》、《乙》{KEPT}\n- 《丙》、《丁》", ["PR304"]),
        (f"一、《甲》、\n《乙》{KEPT}\n二、《丙》、《丁》", ["PR304"]),
        (f"{KEPT}\n- 《甲》、《乙》\n- 《丙》、《丁》", []),
        (f"{KEPT}\n《甲》、《乙》和“丙”、“丁”。", ["PR303"]),
        (f"{KEPT}\n甲。\n\n《甲》、《乙》。", ["BP152", "PR304"]),
        (f"{KEPT}\n甲。", ["BP152"]),
        ("<!-- 保留 PR304、PR303：原文如此 -->\n《甲》、《乙》和“丙”、“丁”。", []),
        ("<!-- 保留 PR999：原文如此 -->\n甲。", ["BP150"]),
    ],
)
def test_a_finding_is_accepted_in_place(body: str, expected: list[str], tmp_path: Path) -> None:
    assert proofread_text(tmp_path, body) == expected


def test_an_acceptance_of_a_rule_that_is_off_is_no_fault(tmp_path: Path) -> None:
    assert proofread_text(tmp_path, f"{KEPT}\n《甲》、《乙》。", "校对: {关闭: PR304}\n") == []


# --- time -----------------------------------------------------------------------------------------------


def proofreading_time(text: str) -> float:
    place = Place(Path("稿.md"), 1, 1)
    block = Paragraph((Run(text, place),), place)
    galley = next(_galleys(block))
    begun = time.process_time()
    for rule in RULES:
        for _ in rule.find(galley):
            pass
    return time.process_time() - begun


def _galleys(block: Paragraph) -> Iterator[Galley]:
    from bulletin_pdf.model import Article, Issue, Masthead, Section

    article = Article((), (), (block,), block.place)
    masthead = Masthead("简报", ("办公室",), 1, 1, date(2024, 1, 5))
    return galleys(Issue("1", masthead, (Section((), (article,), block.place),), ()), {})


@pytest.mark.parametrize(
    "unit",
    [
        *"“”《》（）()\"'<＜.…—-，、。 \n1a一①~",
        "、和",
        "、等",
        "一是",
        "1.",
        "1，",
        "。中 ",
        "“。",
        "中，",
        "2026.",
        "（中",
        "a/",
        "a@",
    ],
)
def test_hostile_text_takes_time_in_proportion(unit: str) -> None:
    """Ten times as long takes some ten times as long, not a hundred times."""
    proofreading_time(unit * 100)
    short, long = (min(proofreading_time((unit * size)[:size]) for _ in range(2)) for size in (1000, 10_000))
    assert long < 40 * short + 0.02


# --- the command ----------------------------------------------------------------------------------------


def test_the_command_shows_and_fixes(tmp_path: Path) -> None:
    home = copy_issue(tmp_path, SEED)
    file = home.content / SEED / "06-听青之声.md"
    before = file.read_bytes()
    shown = run("check", SEED, "--diff", folder=tmp_path)
    assert shown.returncode == 0
    assert shown.stdout.count("\n-") == shown.stdout.count("\n+连") == 1
    assert "会改 1 处（1 个文件）" in shown.stderr
    assert file.read_bytes() == before
    mended = run("check", SEED, "--fix", folder=tmp_path)
    assert "改了 1 处，还有 1 处警告" in mended.stderr
    assert file.read_bytes() == before.replace("”、“".encode(), "”“".encode())
    again = run("check", SEED, "--diff", folder=tmp_path)
    assert (again.stdout, again.stderr) == ("", "没有可以直接改的。\n")


def test_the_command_says_why_nothing_can_be_shown(tmp_path: Path) -> None:
    publication(tmp_path, {"01.md": "会议指出,要快。\n\n**没有配对"})
    shown = run("check", "--diff", folder=tmp_path)
    assert (shown.returncode, shown.stdout) == (1, "")
    assert "错误 BP126" in shown.stderr
    assert shown.stderr.endswith("有错误的地方没有校对，改好以后再看一遍。\n")
