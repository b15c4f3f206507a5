"""The docs that speak of content: tables and schemas are fresh, and every example in the guide is built."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from bulletin_pdf.build import build
from bulletin_pdf.cli import main_group
from bulletin_pdf.home import Home
from bulletin_pdf.publication import load_issue_settings, load_publication
from bulletin_pdf.schema import Settings
from bulletin_pdf.yaml_tree import read_yaml
from publications import ROOT, run

GUIDE = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def blocks(language: str) -> list[str]:
    """The fenced blocks of the guide in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


# --- generated parts ------------------------------------------------------------------------------------


def test_tables_and_schemas_are_fresh() -> None:
    check = subprocess.run(
        [sys.executable, ROOT / "scripts" / "write-docs.py", "--check"],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert check.returncode == 0, f"stale (run scripts/write-docs.py):\n{check.stdout}{check.stderr}"


def test_every_settings_model_has_its_table() -> None:
    shown = set(re.findall(r"<!-- table: (\w+) -->", REFERENCE)) - {"roles", "sizes"}
    # SharedStyles has one key, which LayoutSettings explains.
    models = {model.__name__ for model in Settings.__subclasses__()} - {"SharedStyles"}
    assert shown == models | {"IssueSettings"}


def test_every_style_of_the_layout_is_explained() -> None:
    rows = re.findall(
        r"^\| (`.*?`) \|", REFERENCE.partition("### 样式")[2].rpartition("<!-- end -->")[2], re.MULTILINE
    )
    shown = set(re.findall(r"`([a-z0-9-]+)`", " ".join(rows)))
    tree, _ = read_yaml(ROOT / "layouts" / "styles.yaml", Path("styles.yaml"))
    assert tree is not None
    styles = tree.at(("styles",)).value
    assert isinstance(styles, dict)
    # A layout turns hanging list items on by stating these two.
    assert shown - {"list-item", "list-label"} <= set(styles)
    templates = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "layouts").rglob("*.j2"))
    assert not [name for name in set(styles) - shown if f'"{name}"' in templates]


@pytest.mark.parametrize("file", sorted((ROOT / "content").rglob("*.yaml")), ids=lambda file: file.name)
def test_settings_files_point_to_their_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").partition("\n")[0]
    schema = re.fullmatch(r"# yaml-language-server: \$schema=(.+)", first)
    assert schema
    assert (file.parent / schema[1]).is_file()
    assert Path(schema[1]).stem == file.stem


# --- the guide ------------------------------------------------------------------------------------------


def test_every_text_in_the_guide_is_built_without_a_finding(tmp_path: Path) -> None:
    texts = blocks("markdown")
    assert len(texts) > 15
    folder = tmp_path / "content" / "2026-01"
    folder.mkdir(parents=True)
    Image.new("RGB", (1600, 800), (120, 150, 190)).save(folder / "比赛.png")
    (folder / "产量.csv").write_text("单位,2024年,2025年\n一厂,6.2,6.5\n二厂,6.3,6.15\n", encoding="utf-8")
    names = [f"{number:02d}.md" for number, _ in enumerate(texts, 1)]
    for name, text in zip(names, texts, strict=True):
        beginning = (
            "" if text.startswith("# ") else "# 例\n\n" if text.startswith("## ") else "# 例\n\n## 稿件\n\n"
        )
        (folder / name).write_text(beginning + text, encoding="utf-8")
    (tmp_path / "content" / "publication.yaml").write_text("刊名: 简报\n编发单位: 办公室\n", encoding="utf-8")
    contents = "".join(f"  - {name}\n" for name in names)
    issue = f"期号: 1\n总期号: 1\n日期: 2026-01-09\n内容:\n{contents}"
    (folder / "issue.yaml").write_text(issue, encoding="utf-8")
    built = build(Home(tmp_path), "2026-01")
    assert [str(finding) for finding in built.diagnostics] == []
    assert built.pdf


def test_the_settings_in_the_guide_are_valid(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.content.mkdir()
    for text in blocks("yaml"):
        file = tmp_path / text.partition("\n")[0].removeprefix("# ")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
        if file == home.publication:
            assert load_publication(home)[2] == []
    assert load_issue_settings(home, "2026-01")[1] == []


def test_the_findings_in_the_guide_are_the_program_s(tmp_path: Path) -> None:
    """The sample issue with two slips."""
    assert run("init", tmp_path / "刊物", folder=tmp_path).returncode == 0
    home = Home(tmp_path / "刊物")
    [text] = sorted(home.content.glob("*/02-*.md"))
    for file, right, wrong in ((text, "比武。**", "比武。"), (home.publication, "投稿邮箱", "投稿信箱")):
        file.write_text(file.read_text(encoding="utf-8").replace(right, wrong), encoding="utf-8")
    said = run("check", folder=home.root).stdout.replace(text.parent.name, "2026-01")
    assert [block for block in blocks("text") if "BP" in block] == [
        re.sub(" +$", "", said, flags=re.MULTILINE)
    ]


def test_the_commands_in_the_guide_exist() -> None:
    named = set(re.findall(r"^bulletin ([a-z]+)", "".join(blocks("sh")), re.MULTILINE))
    assert named
    assert named <= set(main_group.commands)


# --- links ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(
        r"^```.*?^```$|`[^`\n]+`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
    )
    for target in re.findall(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"", text):
        name, _, anchor = "".join(target).partition("#")
        if "://" in name:
            continue
        file = page.parent / name if name else page
        assert file.exists(), f"{page.name}: {name}"
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), f"{page.name}: #{anchor}"


def anchors(text: str) -> set[str]:
    """The anchors that a code host gives to headings: lower case, no punctuation, spaces as hyphens."""
    headings = re.findall(
        r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
