"""What a command may import: an unchanged build, the ledger and the help pages wait for no library."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import publications
from bulletin_pdf import build, ledger, record, standing
from bulletin_pdf.home import Home
from publications import KEY

HEAVY = (
    "pydantic",
    "yaml",
    "jinja2",
    "markdown_it",
    "weasyprint",
    "pypdf",
    "PIL",
    "fontTools",
    "pygal",
    "rich",
)


def imported(home: Home, *words: str) -> set[str]:
    """The heavy libraries that a command imports."""
    code = (
        "import sys\n"
        "from bulletin_pdf import cli\n"
        f"try: cli.main({list(words)!r})\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        f"print('\\n'.join(name for name in {HEAVY!r} if name in sys.modules))"
    )
    process = subprocess.run(
        [sys.executable, "-c", code],
        cwd=home.root,
        env={"PYTHONPATH": str(publications.ROOT / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return set(process.stdout.splitlines()) & set(HEAVY)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A publication whose issue stands, and whose ledger was read once."""
    home = publications.publication(tmp_path_factory.mktemp("start"))
    assert build.build(home, KEY).pdf
    ledger.read_ledger(home)
    return home


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["build", "--help"], ["build", KEY], ["build"]])
def test_nothing_heavy_is_imported(home: Home, words: list[str]) -> None:
    assert imported(home, *words) == set()


def test_the_ledger_needs_a_table_alone(home: Home) -> None:
    assert imported(home, "list") <= {"rich"}


def test_what_is_imported_is_seen(home: Home, tmp_path: Path) -> None:
    assert "pydantic" in imported(publications.publication(tmp_path), "list")
    assert {"pydantic", "yaml"} <= imported(home, "check", KEY)


# --- the kept ledger ------------------------------------------------------------------------------------


def kept(home: Home) -> Path:
    return home.build / ".cache" / "ledger.json"


def test_the_kept_ledger_says_what_the_settings_say(home: Home) -> None:
    first, _ = ledger.read_ledger(home)
    assert kept(home).is_file()
    kept(home).unlink()
    assert ledger.read_ledger(home)[0] == first


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": 1}'])
def test_a_damaged_one_is_read_anew(home: Home, text: str) -> None:
    first, _ = ledger.read_ledger(home)
    kept(home).write_text(text, encoding="utf-8")
    assert ledger.read_ledger(home)[0] == first


def test_a_change_of_settings_is_seen(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    assert [entry.number for entry in ledger.read_ledger(home)[0]] == [17]
    file = home.content / KEY / "issue.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("期号: 17", "期号: 18"), encoding="utf-8")
    assert [entry.number for entry in ledger.read_ledger(home)[0]] == [18]
    with home.publication.open("a", encoding="utf-8") as settings:
        settings.write("用途: [办公]\n")
    assert [entry.outputs for entry in ledger.read_ledger(home)[0]] == [("office",)]


def test_what_is_wrong_with_settings_is_told_each_time(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, settings=publications.ISSUE + "刊号: 1\n")
    for _ in range(2):
        entries, found = ledger.read_ledger(home)
        assert (entries, [each.code for each in found]) == ([], ["BP114"])


def test_issues_with_the_same_settings_are_kept_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = publications.publication(tmp_path)
    shutil.copytree(home.content / KEY, home.content / "2021-18")
    first, _ = ledger.read_ledger(home)
    assert [entry.key for entry in first] == [KEY, "2021-18"]
    monkeypatch.setattr(ledger, "_read_entry", None)  # which nobody calls
    assert ledger.read_ledger(home)[0] == first


# --- many issues that stand -----------------------------------------------------------------------------


def test_what_all_issues_share_is_looked_at_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(home.content / KEY, home.content / "2021-18")
    standing.standing(home, KEY)
    searched, hashed = [], []
    usual_search, usual_hash = Path.rglob, record.digest

    def search(folder: Path, pattern: str) -> Iterator[Path]:
        searched.append(folder)
        return usual_search(folder, pattern)

    def hashing(data: bytes) -> str:
        hashed.append(data)
        return usual_hash(data)

    monkeypatch.setattr(Path, "rglob", search)
    monkeypatch.setattr(record, "digest", hashing)
    assert standing.standing(home, KEY)
    assert home.content / KEY in searched
    # Neither the folders of other issues, nor the modules of the program.
    assert not {home.content, home.content / "2021-18", Path(build.__file__).parent} & set(searched)
    assert Path(build.__file__).read_bytes() not in hashed
