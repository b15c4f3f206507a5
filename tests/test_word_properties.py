"""Properties of importing Word files: whatever a document holds comes back from the article, in order, without errors."""

import io
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bulletin_pdf.diagnostics import Severity
from bulletin_pdf.docx.account import printed_text, visible
from bulletin_pdf.docx.importing import import_word
from bulletin_pdf.docx.writing import unseen
from bulletin_pdf.manuscript.markdown import parse_markdown
from bulletin_pdf.source import SourceText

FILE = Path("稿.docx")
# What people type, and what the dialect would read as something else.
PIECES = (
    "甲", "会议在北京召开", "，", "。", "：", "“重点”", "（供稿单位）", "abc", "2021年", "一、", "（一）", "1.", "1. ", "(1)", "①",
    " ", "  ", "　　", "\t", "\n", "\u00a0", "\u200b", "１２", "Ａ", "*", "**", "_", "__", "#", "## ", "＃", ">", "- ", "+ ",
    "---", "`", "```", "~~~", "~~", "[", "]", "](", "[^1]", "[^1]: ", "![", "<b>", "<", "&amp;", "&", "|", "|---|", ":::", "::: 诗",
    "：：", "{", "}", "{分页}", "{甲|·}", "｛分页｝", "\\", "\\*", "表1 ", "图1 ", "——", "https://a.cn", "问：", "\ue123", "\ufffd", "!",
)  # fmt: skip
RUN = st.tuples(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join),
    st.booleans(),
    st.booleans(),
)
PARAGRAPH = st.tuples(
    st.lists(RUN, max_size=4),
    st.sampled_from(
        ("Normal", "Normal", "Normal", "Title", "Heading 1", "Heading 3", "List Bullet", "List Number")
    ),
    st.sampled_from((None, None, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT)),
    st.sampled_from((None, 10, 22)),
)
TABLE = st.lists(
    st.lists(st.lists(st.sampled_from(PIECES), max_size=3).map("".join), min_size=3, max_size=3),
    min_size=1,
    max_size=3,
)


def made(blocks: list[object]) -> bytes:
    """A Word file of some paragraphs and tables."""
    document = Document()
    for block in blocks:
        if isinstance(block, list):
            table = document.add_table(rows=0, cols=3)
            for texts in block:
                for cell, text in zip(table.add_row().cells, texts, strict=True):
                    cell.text = text
            continue
        runs, style, align, size = block  # type: ignore[misc]
        paragraph = document.add_paragraph(style=style)
        paragraph.alignment = align
        for text, bold, italic in runs:
            run = paragraph.add_run(text)
            run.bold, run.italic = bold, italic
            run.font.size = Pt(size) if size else None
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def plain(*runs: tuple[str, bool, bool]) -> object:
    return (runs, "Normal", None, None)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(PARAGRAPH, PARAGRAPH, TABLE), max_size=8))
@example([plain(("甲", True, False), ("，乙", False, True), ("丙", True, True))])
@example([plain(("1. 甲", False, False)), plain(("2. 乙", False, False))])
@example([plain(("\ue123", False, False))])
@example([plain(("甲", True, False)), plain(("---", False, False))])
@example([plain(("｛分页｝", False, False)), plain(("：：诗", False, False)), plain(("＃甲", False, False))])
def test_all_text_comes_back_in_order(blocks: list[object]) -> None:
    imported, found = import_word(made(blocks), FILE)
    assert imported is not None
    assert not [each for each in found if each.severity is Severity.ERROR], imported.markdown
    # The program counts and compares for itself.
    if visible(typed(blocks).replace("\ue123", "")):  # a symbol of one font alone is no text
        assert "BP144" not in [each.code for each in found], (imported.markdown, found)
    parts, _, faults = parse_markdown(SourceText(Path("稿.md"), imported.markdown), unseen)
    assert not faults, (imported.markdown, faults)
    printed = printed_text(parts)
    assert imported.account.characters_out == len(visible(printed))


def typed(blocks: list[object]) -> str:
    """What stands in the blocks."""
    pieces = []
    for block in blocks:
        if isinstance(block, list):
            pieces += [text for row in block for text in row]
        else:
            pieces += [text for text, *_ in block[0]]  # type: ignore[index]
    return "".join(pieces)


# What the import changes of single characters: full-width letters, brackets of labels and credits, symbols.
_CHANGED = str.maketrans("１２Ａ（）－─\ufffd", "12A()--□", "\ue123")


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(RUN, min_size=1, max_size=3), st.just("Normal"), st.none(), st.none()), max_size=6
    )
)
def test_plain_paragraphs_come_back_character_for_character(blocks: list[object]) -> None:
    imported, _ = import_word(made(blocks), FILE)
    assert imported is not None
    parts, _, _ = parse_markdown(SourceText(Path("稿.md"), imported.markdown), unseen)
    wanted, got = (visible(text).translate(_CHANGED) for text in (typed(blocks), printed_text(parts)))
    assert got == wanted
