"""The command `import`: files from Word into folders and issues; nothing is ever overwritten."""

import json
import shutil
from pathlib import Path

import pytest

from bulletin_pdf.home import Home
from bulletin_pdf.load import load_issue
from bulletin_pdf.model import plain
from bulletin_pdf.submissions import take_in, take_into_issue
from notation import findings
from publications import ARTICLE, KEY, publication, run

WORD = Path(__file__).parent / "word"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return publication(tmp_path / "刊物", {"01.md": ARTICLE})


def inbox(folder: Path, *names: str) -> list[Path]:
    """Copies of documents, as mail leaves them."""
    folder.mkdir(exist_ok=True)
    return [Path(shutil.copy(WORD / name, folder)) for name in names]


def test_an_import_is_in_the_issue_and_loads(home: Home, tmp_path: Path) -> None:
    files = inbox(tmp_path / "收件", "office.docx", "styles.docx", "revised.docx", "lo-page.docx")
    done, found = take_into_issue(home, KEY, files, None)
    assert [each.article.name for each in done] == ["office.md", "styles.md", "revised.md", "lo-page.md"]
    assert {each.section for each in done} == {"要闻"}
    assert {each.code for each in found} == {"BP143", "BP145"}
    issue, _, faults = load_issue(home, KEY)
    assert issue is not None
    assert {each.code for each in faults} == {"BP505"}
    # The file 01.md and the entry behind it, both called 要闻, are one section.
    assert [(plain(section.title), len(section.articles)) for section in issue.sections] == [("要闻", 5)]
    article = issue.sections[0].articles[1]
    assert plain(article.title) == "连城分公司开展安全生产月活动"
    assert plain(article.subtitle) == "——打好“三大攻坚战”侧记"
    assert plain(article.byline) == "文/王明　图/李强"
    assert plain(article.blocks[-1].credit) == "（综合办公室　张三）"  # type: ignore[union-attr]


def test_a_section_of_its_own(home: Home, tmp_path: Path) -> None:
    take_into_issue(home, KEY, inbox(tmp_path / "收件", "lo-page.docx"), "基层动态")
    issue, _, faults = load_issue(home, KEY)
    assert issue is not None
    assert faults == []
    assert [plain(section.title) for section in issue.sections] == ["要闻", "基层动态"]


def test_nothing_is_overwritten(home: Home, tmp_path: Path) -> None:
    [file] = inbox(tmp_path / "收件", "office.docx")
    folder = home.content / KEY
    (folder / "office-1.jpg").write_bytes(b"mine")
    settings = (folder / "issue.yaml").read_bytes()
    done, found = take_into_issue(home, KEY, [file], None)
    assert done == []
    assert list(findings(found)) == [
        f"{file} 错误 BP802 “content/{KEY}/office-1.jpg”已经有了，没有导入“office.docx”。",
        "    改法：把已有的移开或改名，或把 Word 文件改个名，再导入。",
    ]
    assert (folder / "issue.yaml").read_bytes() == settings
    assert sorted(each.name for each in folder.iterdir()) == ["01.md", "issue.yaml", "office-1.jpg"]


def test_two_files_of_one_name(tmp_path: Path) -> None:
    files = inbox(tmp_path / "甲", "lo-page.docx") + inbox(tmp_path / "乙", "lo-page.docx")
    done, found = take_in(files, tmp_path / "稿件", tmp_path)
    assert len(done) == 1
    assert [each.code for each in found] == ["BP802"]


def test_bad_files_stop_no_others(tmp_path: Path) -> None:
    """A refused file, one that is not there, a folder, the file that Word leaves while a document is open."""
    folder = tmp_path / "收件"
    good = inbox(folder, "lo-page.docx", "refused.doc")
    (folder / "~$page.docx").write_bytes(b"x" * 162)
    files = [good[1], folder / "没有.docx", folder, folder / "~$page.docx", good[0]]
    done, found = take_in(files, None, tmp_path)
    assert [each.article for each in done] == [folder / "lo-page.md"]
    assert [(each.code, each.severity) for each in found] == [
        ("BP140", "error"),
        ("BP105", "error"),
        ("BP105", "error"),
        ("BP140", "warning"),
    ]


def test_settings_that_can_t_be_added_to(tmp_path: Path) -> None:
    settings = "期号: 17\n总期号: 17\n日期: 2021年7月9日\n内容: [01.md]\n"
    home = publication(tmp_path / "刊物", settings=settings)
    done, found = take_into_issue(home, KEY, inbox(tmp_path / "收件", "lo-page.docx"), None)
    assert len(done) == 1
    assert list(findings(found)) == [
        f"content/{KEY}/issue.yaml 警告 BP147 “lo-page.md”没有列入 issue.yaml：看不出加在“内容”的哪里。",
        "    改法：在“内容”里写上：- 栏目: 要闻，下一行“稿件:”，再下一行“- lo-page.md”，照样缩进。",
    ]
    assert (home.content / KEY / "issue.yaml").read_text("utf-8") == settings


def test_an_issue_that_is_not_there(home: Home, tmp_path: Path) -> None:
    done, found = take_into_issue(home, "2021-18", inbox(tmp_path / "收件", "lo-page.docx"), None)
    assert done == []
    assert [each.code for each in found] == ["BP105"]


# --- the command ----------------------------------------------------------------------------------------


def test_the_command_says_what_it_did(home: Home, tmp_path: Path) -> None:
    inbox(tmp_path / "收件", "office.docx", "refused.doc")
    result = run(
        "--root", home.root, "import", "office.docx", "refused.doc", "--into", KEY, folder=tmp_path / "收件"
    )
    assert result.returncode == 1
    assert result.stdout == f"{home.content / KEY / 'office.md'}\n"
    assert "refused.doc: 错误 BP140  这是旧版 Word 的 .doc 格式，读不了。" in result.stderr
    assert "office.docx → office.md：原稿 314 字，稿件 314 字，图片 1 张。" in result.stderr
    assert "    列入 issue.yaml：栏目“要闻”。" in result.stderr
    assert result.stderr.endswith("导入 1 篇，共 2 个文件；1 处错误。\n")


def test_without_an_issue_articles_lie_beside_their_documents(tmp_path: Path) -> None:
    inbox(tmp_path / "收件", "revised.docx")
    result = run("import", "收件/revised.docx", "--format", "json", folder=tmp_path)
    assert result.returncode == 0
    values = json.loads(result.stdout)
    [article] = values["articles"]
    assert Path(article["article"]) == tmp_path / "收件" / "revised.md"
    assert article["section"] is None
    lost, added = sum(article["lost"].values()), sum(article["added"].values())
    assert article["characters_in"] - lost + added == article["characters_out"]
    assert {each["file"] for each in values["diagnostics"]} == {"收件/revised.docx"}
    assert run("import", "收件/revised.docx", "-o", "稿件", "--strict", folder=tmp_path).returncode == 1
    assert (tmp_path / "稿件" / "revised.md").is_file()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["import"], "还缺 文件…。"),
        (["import", "a.docx", "--section", "要闻"], "--section 要和 --into 一起用。"),
        (["import", "a.docx", "--into", "1", "-o", "b"], "--into 和 --output 只能写一样。"),
    ],
)
def test_wrong_use(tmp_path: Path, arguments: list[str], said: str) -> None:
    result = run(*arguments, folder=tmp_path)
    assert result.returncode == 2
    assert said in result.stderr
