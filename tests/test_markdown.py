"""Markdown: every case file in cases/markdown holds a text, a line of =, and the blocks that it becomes.

Findings, if any are expected, stand below a second line of =. `UPDATE_CASES=1 pytest` writes what came out.
"""

import os
from pathlib import Path

import pytest

from bulletin_pdf.diagnostics import in_order
from bulletin_pdf.manuscript.markdown import parse_markdown
from bulletin_pdf.source import SourceText
from notation import as_typed, findings, outline

CASES = sorted((Path(__file__).parent / "cases" / "markdown").glob("*.md"))
DIVIDER = "\n==========\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case: Path) -> None:
    typed, *expected = case.read_text(encoding="utf-8").split(DIVIDER)
    parts, _, diagnostics = parse_markdown(SourceText(Path("稿.md"), typed), as_typed)
    actual = ["\n".join(outline(parts))]
    if diagnostics:
        actual.append("\n".join(findings(in_order(diagnostics))))
    if os.environ.get("UPDATE_CASES"):
        case.write_text(DIVIDER.join([typed, *actual]) + "\n", encoding="utf-8")
    assert actual == [part.removesuffix("\n") for part in expected]


def test_there_are_cases() -> None:
    assert len(CASES) > 20
