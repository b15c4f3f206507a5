"""Proofreading: cases of what is found and how it is mended, texts in which nothing may be found, and the docs' table.

A case in cases/proofreading is the Markdown of an issue; below the first line of = the findings, below the second the
text after the safe fixes, below the third after all. `UPDATE_CASES=1 pytest` writes what came out: read it before you
keep it.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from bulletin_pdf.diagnostics import in_order
from bulletin_pdf.lexicon import Lexicon
from bulletin_pdf.load import load_issue
from bulletin_pdf.proofreading import RULES, house, proofread
from bulletin_pdf.proofreading.fixes import fixed
from bulletin_pdf.proofreading.rules import Finding
from bulletin_pdf.publication import Home

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
