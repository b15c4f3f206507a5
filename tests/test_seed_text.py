"""The real issue, content/2021-17, holds the printed text in order, character for character."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bulletin_pdf.home import Home
from bulletin_pdf.load import load_issue
from bulletin_pdf.model import Article, Issue, Paragraph, Run, plain, texts

ROOT = Path(__file__).parents[1]
PRINTED = (ROOT / "tests" / "seed" / "2021-17.txt").read_text(encoding="utf-8")


def without_blanks(text: str) -> str:
    return "".join(text.split())


def flat(issue: Issue) -> str:
    """The issue as it is printed: masthead, sections, imprint; without blanks."""
    masthead = issue.masthead
    day = masthead.date
    head = [
        masthead.name,
        f"{day.year}年第{masthead.number}期（总第{masthead.total}期）",
        "".join(masthead.organs),
        f"{day.year}年{day.month}月{day.day}日",
    ]
    foot = [f"{line.label}：{line.text}" for line in issue.imprint]
    return without_blanks("".join([*head, *map(plain, texts(issue)), *foot]))


@pytest.fixture(scope="module")
def issue() -> Issue:
    issue, _, diagnostics = load_issue(Home(ROOT), "2021-17")
    assert issue is not None
    assert diagnostics == []
    return issue


def test_the_issue_holds_the_printed_text(issue: Issue) -> None:
    assert flat(issue) == without_blanks(PRINTED)


def test_its_parts_are_what_they_are(issue: Issue) -> None:
    """Joined paragraphs, leads, credits: what the printed lines do not say."""
    assert [plain(section.title) for section in issue.sections] == [
        "学·习之路",
        "思·理之源",
        "践·铝之行",
        "悟·心之语",
        "开·新之局",
        "听·青之声",
        "展事迹·学风采",
    ]
    articles = [article for section in issue.sections for article in section.articles]
    credits_ = [
        plain(block.credit) for article in articles for block in article.blocks if hasattr(block, "credit")
    ]
    assert [credit for credit in credits_ if credit] == ["（中铝香港）", "（科技与发展部）", "（连城分公司）"]
    first = issue.sections[2].articles[0].blocks[0]
    assert isinstance(first, Paragraph)
    assert plain(first.lead) == "朱润洲对碳达峰碳中和规划编制提出要求。"


def changed(article: Article) -> Article:
    """The article with the last character of its last text replaced."""
    *blocks, last = article.blocks
    assert isinstance(last, Paragraph)
    *before, run = last.text
    assert isinstance(run, Run)
    run = replace(run, text=run.text[:-1] + "错")
    return replace(article, blocks=(*blocks, replace(last, text=(*before, run))))


def test_one_changed_character_would_be_noticed(issue: Issue) -> None:
    section = issue.sections[0]
    spoilt = replace(section, articles=(*section.articles[:-1], changed(section.articles[-1])))
    assert flat(replace(issue, sections=(spoilt, *issue.sections[1:]))) != without_blanks(PRINTED)


def test_one_changed_byte_in_a_file_would_be_noticed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    article = tmp_path / "content" / "2021-17" / "05-开新之局.md"
    article.write_text(article.read_text(encoding="utf-8").replace("600万吨", "601万吨"), encoding="utf-8")
    issue, _, _ = load_issue(Home(tmp_path), "2021-17")
    assert issue is not None
    assert flat(issue) != without_blanks(PRINTED)
