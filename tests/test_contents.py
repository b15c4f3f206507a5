"""An article added to issue.yaml: where the line goes, and that every other byte stays."""

import pytest

from bulletin_pdf.contents import add_article

HEAD = "期号: 1  # 第一期\n总期号: 1\n日期: 2026-1-9\n"
TITLES = {"01-要闻.md": "要闻", "02-基层.md": "基层动态"}


def added(text: str, section: str | None = None) -> str | None:
    result = add_article(text, "新.md", section, TITLES.get)
    return result.text if result else None


@pytest.mark.parametrize(
    ("contents", "section", "expected"),
    [
        (
            "内容:\n  - 01-要闻.md\n  - 02-基层.md\n",
            None,
            "内容:\n  - 01-要闻.md\n  - 02-基层.md\n  - 栏目: 基层动态\n    稿件:\n      - 新.md\n",
        ),
        (
            "内容:\n  - 01-要闻.md   # 头条\n  - 02-基层.md\n发放: 全体\n",
            "要闻",
            "内容:\n  - 01-要闻.md   # 头条\n  - 栏目: 要闻\n    稿件:\n      - 新.md\n  - 02-基层.md\n发放: 全体\n",
        ),
        (
            "内容:\n- 栏目: 要闻\n  稿件:\n  - a.md\n  - b.md\n\n- 02-基层.md\n",
            "要闻",
            "内容:\n- 栏目: 要闻\n  稿件:\n  - a.md\n  - b.md\n  - 新.md\n\n- 02-基层.md\n",
        ),
        (
            "内容:\n  - 01-要闻.md\n  - 栏目: 要闻\n    稿件: a.md\n",
            "要闻",
            "内容:\n  - 01-要闻.md\n  - 栏目: 要闻\n    稿件: a.md\n  - 栏目: 要闻\n    稿件:\n      - 新.md\n",
        ),
        (
            "内容:\n  - 栏目: 要闻\n    稿件: [a.md, b.md]\n",
            None,
            "内容:\n  - 栏目: 要闻\n    稿件: [a.md, b.md]\n  - 栏目: 要闻\n    稿件:\n      - 新.md\n",
        ),
        (
            "contents:\n  - section: 要闻\n    articles:\n      - a.md",
            "3月: 专题",
            'contents:\n  - section: 要闻\n    articles:\n      - a.md\n  - section: "3月: 专题"\n    articles:\n      - 新.md\n',
        ),
        (
            "内容:\r\n  - 01-要闻.md\r\n",
            "要闻",
            "内容:\r\n  - 01-要闻.md\r\n  - 栏目: 要闻\r\n    稿件:\r\n      - 新.md\r\n",
        ),
    ],
)
def test_an_article_comes_last_in_its_section(contents: str, section: str | None, expected: str) -> None:
    assert added(HEAD + contents, section) == HEAD + expected


@pytest.mark.parametrize(
    "contents",
    [
        "内容: [01-要闻.md, 02-基层.md]\n",
        "内容:\n",
        "",
        "内容: 01-要闻.md\n",
        "内容:\n  - 不认识.md\n",
        "内容:\n  - - 01-要闻.md\n",
        "内容:\n  -\n    01-要闻.md\n",
        "内容：\n  - 01-要闻.md\n",
    ],
)
def test_what_can_t_be_added_to_safely_is_left_alone(contents: str) -> None:
    assert added(HEAD + contents) is None


def test_a_byte_order_mark_stays() -> None:
    text = added("\ufeff内容:\n  - 01-要闻.md\n")
    assert text == "\ufeff内容:\n  - 01-要闻.md\n  - 栏目: 要闻\n    稿件:\n      - 新.md\n"
