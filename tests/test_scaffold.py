"""New publications and new issues: what they hold, and what they never touch."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bulletin_pdf.cli import main_group
from bulletin_pdf.diagnostics import Diagnostic, Place, Severity
from bulletin_pdf.home import Home
from bulletin_pdf.ledger import Entry
from bulletin_pdf.load import load_issue
from bulletin_pdf.model import plain
from bulletin_pdf.publication import load_issue_settings
from bulletin_pdf.scaffold import new_issue, new_publication
from bulletin_pdf.terminal import draw
from notation import findings

TODAY = date(2024, 1, 5)


def ledger(home: Home) -> list[Entry]:
    entries = []
    for key in home.issues():
        loaded, diagnostics = load_issue_settings(home, key)
        assert loaded is not None
        assert diagnostics == []
        settings, place = loaded.settings, loaded.tree.place
        entries.append(Entry(key, settings.issue, settings.total, settings.date, place, place, place))
    return entries


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home, found = new_publication(tmp_path, TODAY)
    assert home is not None
    assert found == []
    return home


def new(home: Home, day: date, *titles: str) -> str:
    key, found = new_issue(home, ledger(home), list(titles), day)
    assert found == []
    assert key is not None
    return key


def numbers(home: Home, key: str) -> tuple[int, int, date]:
    loaded, _ = load_issue_settings(home, key)
    assert loaded is not None
    return loaded.settings.issue, loaded.settings.total, loaded.settings.date


def test_a_new_publication_loads_without_findings(home: Home) -> None:
    issue, _, diagnostics = load_issue(home, "2024-01")
    assert issue is not None
    assert diagnostics == []
    assert numbers(home, "2024-01") == (1, 1, TODAY)
    assert (home.layouts / "bulletin" / "layout.yaml").is_file()


def test_settings_files_name_their_schemas(home: Home) -> None:
    new(home, date(2024, 1, 19), "要闻")
    for file in (home.publication, *home.content.glob("*/issue.yaml")):
        first = file.read_text(encoding="utf-8").splitlines()[0]
        _, _, schema = first.partition("# yaml-language-server: $schema=")
        assert (file.parent / schema).is_file()


def test_the_next_issue_counts_on(home: Home) -> None:
    key = new(home, date(2024, 1, 19), "要闻", "基层·动态")
    assert key == "2024-02"
    assert numbers(home, key) == (2, 2, date(2024, 1, 19))
    folder = home.content / key
    assert sorted(file.name for file in folder.iterdir()) == ["01-要闻.md", "02-基层动态.md", "issue.yaml"]
    assert (folder / "02-基层动态.md").read_text(encoding="utf-8") == "# 基层·动态\n\n"


def test_a_new_year_begins_at_one_and_the_total_goes_on(home: Home) -> None:
    new(home, date(2024, 12, 27), "要闻")
    assert new(home, date(2025, 1, 10), "要闻") == "2025-01"
    assert numbers(home, "2025-01") == (1, 3, date(2025, 1, 10))


def test_a_gap_is_not_filled(home: Home) -> None:
    file = home.content / "2024-01" / "issue.yaml"
    file.write_text(file.read_text("utf-8").replace("期号: 1\n总期号: 1", "期号: 7\n总期号: 40"), "utf-8")
    file.parent.rename(home.content / "2024-07")
    assert new(home, date(2024, 4, 5), "要闻") == "2024-08"
    assert numbers(home, "2024-08") == (8, 41, date(2024, 4, 5))


def test_without_titles_there_is_one_section(home: Home) -> None:
    key = new(home, date(2024, 1, 19))
    (home.content / key / "01-要闻.md").write_text("# 要闻\n\n正文。\n", "utf-8")
    issue, _, _ = load_issue(home, key)
    assert issue is not None
    assert [plain(section.title) for section in issue.sections] == ["要闻"]


def test_a_folder_that_exists_is_left_alone(home: Home) -> None:
    (home.content / "2024-02").mkdir()
    key, found = new_issue(home, ledger(home), ["要闻"], date(2024, 1, 19))
    assert key is None
    assert list(findings(found)) == [
        "content/2024-02 错误 BP802 “2024-02”已经有了，没有改动任何文件。",
        "    改法：核对各期的期号和日期：bulletin list。",
    ]
    assert list((home.content / "2024-02").iterdir()) == []


def test_a_date_before_the_last_issue_is_refused(home: Home) -> None:
    key, found = new_issue(home, ledger(home), ["要闻"], date(2023, 12, 29))
    assert key is None
    assert list(findings(found)) == [
        "content 错误 BP703 新一期的日期 2023-12-29 早于上一期“2024-01”的 2024-01-05。",
        "    改法：用 --date 写明出刊日期。",
    ]
    assert home.issues() == ["2024-01"]


@pytest.mark.parametrize("taken", ["content", "layouts", "fonts"])
def test_init_touches_nothing_where_something_is(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).mkdir()
    home, found = new_publication(tmp_path, TODAY)
    assert home is None
    assert list(findings(found)) == [
        f"{tmp_path / taken} 错误 BP802 “{tmp_path / taken}”已经存在，没有改动任何文件。",
        "    改法：换一个空文件夹，或先把它移开。",
    ]
    assert [path.name for path in tmp_path.iterdir()] == [taken]


def test_init_keeps_other_files(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    (tmp_path / ".vscode").mkdir()
    (tmp_path / ".vscode" / "settings.json").write_text("mine\n")
    home, _ = new_publication(tmp_path, TODAY)
    assert home is not None
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert (tmp_path / ".vscode" / "settings.json").read_text() == "mine\n"
    assert (tmp_path / ".vscode" / "tasks.json").is_file()


# --- VS Code --------------------------------------------------------------------------------------------


def vscode(home: Home, name: str) -> Any:
    return json.loads((home.root / ".vscode" / name).read_text(encoding="utf-8"))


def test_the_editor_knows_the_schemas(home: Home) -> None:
    for schema, pattern in vscode(home, "settings.json")["yaml.schemas"].items():
        assert (home.root / schema).is_file()
        assert list(home.root.glob(pattern))


def test_the_editor_knows_every_schema(home: Home) -> None:
    known = {Path(schema).name for schema in vscode(home, "settings.json")["yaml.schemas"]}
    assert known == {path.name for path in (home.content / ".schema").iterdir()}


def test_tasks_run_commands_that_exist(home: Home) -> None:
    for task in vscode(home, "tasks.json")["tasks"]:
        assert task["command"] == "bulletin"
        name, *options = task["args"]
        known = {word for each in main_group.commands[name].params for word in each.opts}
        assert {word for word in options if word.startswith("-")} <= known


@pytest.mark.parametrize(
    ("place", "severity", "caught"),
    [
        (
            Place(Path("content/1/甲 乙.md"), 3, 14),
            "error",
            {"file": "content/1/甲 乙.md", "line": "3", "column": "14"},
        ),
        (Place(Path("a.md"), 3, 1, 4), "warning", {"file": "a.md", "line": "3", "column": "1"}),
        (Place(Path("a.md")), "error", {"file": "a.md"}),
        (Place(Path("a.pdf"), page=2), "warning", {"file": "a.pdf"}),
    ],
)
@pytest.mark.parametrize("code", ["BP126", "PR101"])
def test_the_editor_finds_every_finding(
    home: Home, place: Place, severity: str, caught: dict[str, str], code: str
) -> None:
    """The lines that `terminal` draws, read by the patterns of the tasks: one pattern catches each."""
    finding = Diagnostic(code, Severity(severity), "两个星号：没有配对。", place, "改。")
    [line, *_] = draw(finding, None).plain.split("\n")
    found = []
    for matcher in vscode(home, "tasks.json")["tasks"][0]["problemMatcher"]:
        pattern = matcher["pattern"]
        if match := re.search(pattern["regexp"], line):
            names = [name for name in ("file", "line", "column", "code", "message") if name in pattern]
            found.append((matcher["severity"], {name: match[pattern[name]] for name in names}))
    assert found == [(severity, caught | {"code": code, "message": "两个星号：没有配对。"})]
