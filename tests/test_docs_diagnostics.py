"""docs/diagnostics explains every code in the program, each in one place, with its four parts."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# The rules of proofreading have a page in another form, which test_proofreading reads.
PAGES = [page for page in sorted((ROOT / "docs" / "diagnostics").glob("*.md")) if page.stem != "proofreading"]
PARTS = ("是什么", "为什么", "错的写法", "对的写法")
SECTIONS = [
    section
    for page in PAGES
    for section in re.split(r"^(?=## )", page.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
]


def code_of(section: str) -> str:
    match = re.match(r"## (BP\d{3}) \S", section)
    assert match, section.splitlines()[0]
    return match[1]


def used() -> set[str]:
    """Every code that a module writes as a string."""
    sources = (ROOT / "src").rglob("*.py")
    return {code for file in sources for code in re.findall(r'"(BP\d{3})"', file.read_text(encoding="utf-8"))}


def test_every_code_is_documented_once_and_every_documented_code_is_used() -> None:
    documented = Counter(map(code_of, SECTIONS))
    assert not used() - set(documented), "没有说明的编号"
    assert not set(documented) - used(), "没有用到的编号"
    assert not [code for code, count in documented.items() if count > 1], "说明了两次的编号"


@pytest.mark.parametrize("section", SECTIONS, ids=code_of)
def test_every_section_has_its_four_parts(section: str) -> None:
    found = re.findall(r"\*\*(\S+?)\*\*：(?=\S|\n+\S)", section)
    assert tuple(part for part in found if part in PARTS) == PARTS


def test_codes_stand_in_order() -> None:
    for page in PAGES:
        codes = re.findall(r"^## (BP\d{3})", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert codes == sorted(codes), page.name
