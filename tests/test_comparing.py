"""`bulletin diff`: versions from git, the sheet to sign off read back, and what is wrong with a version."""

import json
import subprocess
from pathlib import Path

import pypdfium2
import pytest

from bulletin_pdf.comparing import compare_versions
from bulletin_pdf.home import Home
from publications import KEY, publication, run

OLD, NEW = "开会三次，走访五家，办成七件实事。", "开会三次，走访八家，办成九件实事。"
LONG = "后面的一段，写得很长，为的是排到第二页去，没有别的意思。" * 40


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=编辑", "-c", "user.email=editor@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A publication deep in a repository, changed since its last commit."""
    repository = tmp_path_factory.mktemp("仓库")
    texts = {"01.md": f"# 要闻\n\n## 标题\n\n{OLD}\n\n{LONG}\n"}
    home = publication(repository / "资料" / "简报", texts)
    other = home.content / "2021-16"
    other.mkdir()
    (other / "issue.yaml").write_text("期号: 16\n", encoding="utf-8")
    git(repository, "init", "--quiet")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message=初稿")
    (home.content / KEY / "01.md").write_text(f"# 要闻\n\n## 标题\n\n{NEW}\n\n{LONG}\n", encoding="utf-8")
    return home


def status(home: Home) -> str:
    words = ["git", "status", "--porcelain", "--untracked-files=no"]
    return subprocess.run(words, cwd=home.root, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def told(home: Home) -> dict[str, object]:
    """What the command says of the last commit and now."""
    before = status(home)
    result = run("diff", KEY, "--format", "json", folder=home.root)
    assert result.returncode == 0, result.stderr
    # The repository was only read.
    assert status(home) == before
    values: dict[str, object] = json.loads(result.stdout)
    return values


def words_of(file: Path) -> list[str]:
    document = pypdfium2.PdfDocument(file)
    return ["".join(page.get_textpage().get_text_range().split()) for page in document]


def test_the_last_commit_is_compared_with_what_stands(told: dict[str, object]) -> None:
    changes = told["changes"]
    assert isinstance(changes, list)
    [change] = changes
    assert change["text"].startswith("开会三次，走访〔五→八〕家，办成〔七→九〕件实事。")
    assert change["new_place"] == {"file": f"content/{KEY}/01.md", "line": 5}
    assert "HEAD" in str(told["old"])
    assert "现在的原稿" in str(told["new"])


def test_the_sheet_holds_list_fields_and_both_pages(told: dict[str, object], home: Home) -> None:
    sheet = Path(str(told["sheet"]))
    assert sheet == home.build / KEY / f"{KEY}.对照.pdf"
    front, spread = words_of(sheet)  # page 2 of the issue has no change
    assert "走访五八家，办成七九件实事" in front
    assert all(field in front for field in ("改动人", "核对", "签发", "日期"))
    assert OLD in spread
    assert NEW in spread
    size = pypdfium2.PdfDocument(sheet)[1].get_size()
    assert size == pytest.approx((841.89, 595.28), abs=0.1)


def test_the_sheet_comes_out_the_same_twice_and_with_all_pages(home: Home, tmp_path: Path) -> None:
    made = []
    for name in ("一", "二"):
        compared, found = compare_versions(home, f"HEAD:{KEY}", KEY, output=tmp_path / name, everything=True)
        assert compared, found
        made.append(compared.sheet.read_bytes())
    assert made[0] == made[1]
    pages = len(compared.comparison.new.pdf.pages)
    assert len(words_of(compared.sheet)) == 1 + pages > 2


def test_a_pdf_is_compared_with_an_issue(home: Home, told: dict[str, object], tmp_path: Path) -> None:
    result = run("build", KEY, "-o", tmp_path, folder=home.root)
    file = result.stdout.splitlines()[-1]
    result = run("diff", file, KEY, folder=home.root)
    assert result.returncode == 0
    assert "文字没有改动，版面也一样。" in result.stderr
    assert result.stdout.strip().endswith(f"{KEY}.对照.pdf")


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("上一版", "BP660"),
        ("昨天:2021-17", "BP662"),
        ("--help:2021-17", "BP662"),
        ("HEAD:2099-01", "BP662"),
        ("没有.pdf", "BP663"),
        ("假的.pdf", "BP663"),
    ],
)
def test_what_is_no_version_is_told(home: Home, version: str, code: str) -> None:
    (home.root / "假的.pdf").write_text("不是 PDF", encoding="utf-8")
    result = run("diff", "--", version, KEY, folder=home.root)
    assert result.returncode == 1
    assert code in result.stderr
    assert "Traceback" not in result.stderr


def test_an_error_in_a_revision_names_the_revision(home: Home) -> None:
    result = run("diff", "HEAD:2021-16", KEY, folder=home.root)
    assert result.returncode == 1
    assert "HEAD:content/2021-16/issue.yaml" in result.stderr


def test_without_a_repository(tmp_path: Path) -> None:
    home = publication(tmp_path)
    result = run("diff", folder=home.root, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert (result.returncode, "BP661" in result.stderr) == (1, True)


def test_in_a_repository_without_a_commit(tmp_path: Path) -> None:
    home = publication(tmp_path)
    git(home.root, "init", "--quiet")
    result = run("diff", folder=home.root)
    assert (result.returncode, "BP662" in result.stderr) == (1, True)
    assert "还没有提交过" in result.stderr


def test_wrong_use(home: Home) -> None:
    assert run("diff", "a", "b", "c", folder=home.root).returncode == 2
    assert run("diff", "初稿.pdf", folder=home.root).returncode == 2
