"""Properties of reading: nothing that anyone can type raises, loses a character, or gets a wrong place."""

import html
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bulletin_pdf.diagnostics import Diagnostic, has_errors
from bulletin_pdf.home import Home
from bulletin_pdf.load import load_issue
from bulletin_pdf.manuscript.markdown import Heading, Part, parse_markdown
from bulletin_pdf.model import Chart, Footnote, Inline, Run, texts_of
from bulletin_pdf.source import SourceText
from bulletin_pdf.yaml_tree import Node, parse_yaml
from notation import as_typed

CONTENT = Path(__file__).parents[1] / "content"

CHARACTERS = "甲乙丙丁一二“”‘’，。：；（）、《》【】—…·！？0179abЯ　 \t\n*_#>-+`[]()!|\\:~^{}&<=.$@\"'%"
FRAGMENTS = (
    "**", "***", "*", "_", "~~", "\n", "\n\n", "  \n", "\\\n", "> ", ">> ", "- ", "+ ", "1. ", "2) ", "    ", "　　",
    "# ", "## ", "###", "::: 诗\n", "\n:::\n", "::: 编者按\n", "::: 方框 甲*乙*\n",
    "::: 名单\n", "::: 问答\n", "问：", "::: 摘句\n", "::: 组图\n", "::: 图文 左\n", "::: 表 甲 {横排}\n", "::: 柱图\n",
    "{列宽=1:1}", "[甲](乙.csv)", "{全宽}", "{半", "## 甲\\乙", "　", "[甲](https://a.cn)", "![甲](乙.jpg)", "[^1]",
    "\n[^1]: ", "[^甲]", "\n\n[^甲]: 乙", "| 甲 | 乙 |\n|---|---|\n| 丙 | 丁 |\n", "\\|", "|", "&amp;", "&lt;", "<b>",
    "<https://a.cn>", "`", "```\n", "---\n", "***\n", "{分页}", "一、", "（二）", "①", "表1", "（甲乙）", "甲", "乙丙", "ab",
    "“丁”", "2021", " ", "](", "![", "<!--", "&#8203;", "\\*", "\\",
)  # fmt: skip
MARKDOWN = st.one_of(
    st.text(st.sampled_from(CHARACTERS), max_size=60),
    st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join),
)
YAML = st.one_of(
    st.text(st.sampled_from("期号甲：: -\n\t\"'[]{}#&*!|>?%@`,，0aé\\ ~=<."), max_size=60),
    st.lists(
        st.sampled_from(
            ["期号: 17\n", "内容:\n", "  - 01.md\n", "  ", "- ", "栏目: 要闻\n", "：", ": ", '"', "'", "[", "{", "]", "}",
             "&a ", "*a", "!x ", "!!int ", "|\n", ">\n", "? ", "---\n", "...\n", "%YAML 1.1\n", "\t", "<<: ", "# 注\n", "甲", "\n"]
        ),
        max_size=14,
    ).map("".join),
)  # fmt: skip


def inlines(parts: Iterable[Part]) -> Iterator[Inline]:
    """Every inline of some blocks, those inside footnotes too."""
    for part in parts:
        texts = [part.text] if isinstance(part, Heading) else texts_of(part)
        if isinstance(part, Chart):
            texts = texts_of(part.table)
        for text in texts:
            for inline in text:
                yield inline
                if isinstance(inline, Footnote):
                    yield from inlines(inline.blocks)


ENTITY = re.compile(r"&[^;]*;")


def printed(run: Run, lines: list[str]) -> Iterator[tuple[int, int, int, bool]]:
    """Line, column (from 0), length in the source and truth of every character of a run."""
    line, column = (run.place.line or 0) - 1, (run.place.column or 0) - 1
    for at, character in enumerate(run.text, column):
        entity = ENTITY.match(lines[line], at)
        if entity and html.unescape(entity.group()).startswith(character) and entity.group() != character:
            yield line, at, len(entity.group()), True
        else:
            yield line, at, 1, lines[line][at : at + 1] == character


def check_places(lines: list[str], diagnostics: Iterable[Diagnostic]) -> None:
    for diagnostic in diagnostics:
        assert diagnostic.place is not None
        line, column = diagnostic.place.line, diagnostic.place.column
        assert line is not None
        assert column is not None
        assert 1 <= line <= len(lines), diagnostic
        assert 1 <= column <= len(lines[line - 1]) + 1, diagnostic
        assert diagnostic.message
        assert diagnostic.hint


@settings(max_examples=600, deadline=None)
@given(MARKDOWN)
@example("> 　\n> 甲")
@example("- 　\n  甲")
@example("::: 诗")
@example("::: 诗\n\n")
@example("> ::: 诗\n> ")
@example(">" * 40 + "甲")
@example("*甲 " * 600 + "乙* " * 600)
@example("[^1]\n\n[^1]:")
@example("> ::: 诗\n> 甲\n:::")
def test_every_run_stands_where_it_says(typed: str) -> None:
    """…or is an entity, the space of a line end between Latin words, or the label of a counted item."""
    lines = typed.split("\n")
    parts, _, diagnostics = parse_markdown(SourceText(Path("稿.md"), typed), as_typed)
    check_places(lines, diagnostics)
    for inline in inlines(parts):
        if isinstance(inline, Run) and not all(true for *_, true in printed(inline, lines)):
            is_label = inline.text == "•" or re.match(r"\d+[.)]$", inline.text)
            assert is_label or inline.text == " ", inline


@settings(max_examples=600, deadline=None)
@given(MARKDOWN)
@example("甲\n　\n乙")
@example("| 甲 |\n|---|\n| 乙 | 丙 |")
@example(">" * 40 + "甲")
@example("[](https://a.cn)")
@example('[甲](https://a.cn "乙")')
def test_no_character_vanishes(typed: str) -> None:
    """What is neither printed nor a Markdown sign is reported."""
    lines = typed.split("\n")
    parts, _, diagnostics = parse_markdown(SourceText(Path("稿.md"), typed), as_typed)
    if has_errors(diagnostics) or "![" in typed:
        return
    rest = [list(line) for line in lines]
    for inline in inlines(parts):
        if isinstance(inline, Run):
            characters = list(printed(inline, lines))
            if all(true for *_, true in characters):
                for line, at, length, _ in characters:
                    rest[line][at : at + length] = " " * length
    for line in map("".join, rest):
        line = re.sub(
            r"\[\^[^\]\s]+\]:?|\]\([^)]*\)|^[\s>]*:::.*|\{分页\}|(?<=[\s>])\d+[.)]|^\d+[.)]|[、，；,;]",
            "",
            line,
        )
        assert not re.sub(r"[\s*_#>\-+\\|\[\]!:&;`~<]", "", line), (typed, line)


@settings(max_examples=500, deadline=None)
@given(YAML)
@example("a: &a [x]\nb: *a\n")
@example("[" * 500)
@example("? " * 500)
@example("- " * 500)
@example("甲:\n" + " " * 300 + '"')
@example('"')
@example("\ufeff")
def test_yaml_is_read_or_explained(typed: str) -> None:
    tree, diagnostics = parse_yaml(SourceText(Path("期.yaml"), typed))
    assert tree is not None or has_errors(diagnostics)
    check_places(typed.split("\n"), diagnostics)
    if tree is not None:
        assert isinstance(tree.value, dict)
        assert all(isinstance(child, Node) for child in tree.value.values())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("publication")
    shutil.copytree(CONTENT, root / "content")
    return Home(root)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_spoilt_files_are_findings(home: Home, data: st.DataObject) -> None:
    """Bytes changed at random in the real issue: load_issue reports and never raises."""
    files = [home.publication, *sorted((home.content / "2021-17").iterdir())]
    file = data.draw(st.sampled_from(files))
    good = file.read_bytes()
    spoilt = bytearray(good)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(spoilt) - 1))
        new = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b"*", b"\n", b":", b"\t", b"[", b"# ", b"|"]))
        )
        spoilt[at : at + data.draw(st.integers(0, 3))] = new
    try:
        file.write_bytes(spoilt)
        issue, _, diagnostics = load_issue(home, "2021-17")
    finally:
        file.write_bytes(good)
    assert (issue is None) == has_errors(diagnostics)
