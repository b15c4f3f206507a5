"""The command line: what every command prints, where, and with which exit code; its help and its errors."""

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
import pytest

import publications
from bulletin_pdf import build as pipeline
from bulletin_pdf import cli, standing
from bulletin_pdf.commands.writing import _day
from bulletin_pdf.home import Home
from publications import ARTICLE, ISSUE, KEY

COMMANDS = list(cli.main_group.commands)


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        return self.out.splitlines()[-1]


Bulletin = Callable[..., Result]


@pytest.fixture
def bulletin(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Bulletin]:
    """The command, in this process and in a folder."""
    handler = signal.getsignal(signal.SIGPIPE) if hasattr(signal, "SIGPIPE") else None

    def call(*arguments: str | Path, folder: Path) -> Result:
        monkeypatch.chdir(folder)
        with pytest.raises(SystemExit) as end:
            cli.main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        code = end.value.code
        return Result(code if isinstance(code, int) else 0, out, err)

    yield call
    if handler is not None:
        signal.signal(signal.SIGPIPE, handler)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return publications.publication(tmp_path)


def add_issue(home: Home, key: str, number: int, total: int, day: str, text: str = ARTICLE) -> None:
    folder = home.content / key
    folder.mkdir()
    settings = f"期号: {number}\n总期号: {total}\n日期: {day}\n内容: [01.md]\n"
    (folder / "issue.yaml").write_text(settings, encoding="utf-8")
    (folder / "01.md").write_text(text, encoding="utf-8")


def spoil(home: Home, key: str = KEY) -> None:
    """Put an error into an issue: a picture that isn't there."""
    (home.content / key / "01.md").write_text(f"{ARTICLE}\n![图](没有.png)\n", encoding="utf-8")


def make_doubtful(home: Home) -> None:
    """Put a warning into the issue: a file that is not listed."""
    (home.content / KEY / "草稿.md").write_text("# 草稿\n\n文字。\n", encoding="utf-8")


# --- build ----------------------------------------------------------------------------------------------


def test_the_last_line_of_build_is_the_pdf(bulletin: Bulletin, home: Home) -> None:
    result = bulletin("build", KEY, folder=home.root)
    assert result == Result(0, f"{home.build / KEY / KEY}.pdf\n", "2021-17：1 页\n")
    assert Path(result.last).read_bytes().startswith(b"%PDF")


def test_build_takes_the_newest_issue(bulletin: Bulletin, home: Home) -> None:
    add_issue(home, "2021-18", 18, 18, "2021-07-23")
    assert Path(bulletin("build", folder=home.root).last).stem == "2021-18"


def test_build_does_not_pass_over_a_newest_issue_that_cannot_be_read(bulletin: Bulletin, home: Home) -> None:
    add_issue(home, "2021-18", 18, 18, "不是日期")
    result = bulletin("build", folder=home.root)
    assert (result.code, result.out) == (1, "")
    assert "content/2021-18/issue.yaml:3:5: 错误 BP115" in result.err


def test_build_takes_a_folder_for_its_issue(bulletin: Bulletin, home: Home) -> None:
    result = bulletin("build", f"content/{KEY}/", KEY, folder=home.root)
    assert result.out.count(".pdf\n") == 1


def test_build_of_an_unknown_issue(bulletin: Bulletin, home: Home) -> None:
    result = bulletin("build", "2021-71", folder=home.root)
    assert result.code == 1
    assert "没有“2021-71”这一期。" in result.err
    assert "是不是“2021-17”？" in result.err


def test_build_with_errors(bulletin: Bulletin, home: Home) -> None:
    spoil(home)
    result = bulletin("build", folder=home.root)
    assert (result.code, result.out) == (1, "")
    assert "content/2021-17/01.md:7:1: 错误 BP501  找不到图片“没有.png”。" in result.err
    assert result.err.endswith("2021-17：没有生成，1 处错误\n")


def test_warnings_and_strict(bulletin: Bulletin, home: Home) -> None:
    make_doubtful(home)
    result = bulletin("build", folder=home.root)
    assert result.code == 0
    assert "警告 BP130" in result.err
    assert result.err.endswith("2021-17：1 页，1 处警告\n")
    strict = bulletin("build", "--strict", folder=home.root)
    assert strict.code == 1
    assert Path(strict.last).is_file()


def test_an_unchanged_issue_is_not_built_again(
    bulletin: Bulletin, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_doubtful(home)
    first = bulletin("build", folder=home.root)
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "build", lambda *_, **__: pytest.fail("it was built again"))
        again = bulletin("build", folder=home.root)
    assert again == first
    assert "警告 BP130" in again.err


@pytest.mark.parametrize(
    "change",
    [
        lambda home: (home.content / KEY / "01.md").write_text(f"{ARTICLE}又一段。\n", encoding="utf-8"),
        lambda home: (home.content / KEY / "图.png").write_bytes(b""),
        lambda home: home.publication.write_text(
            home.publication.read_text(encoding="utf-8") + "密级: 内部\n", encoding="utf-8"
        ),
        lambda home: (home.build / KEY / f"{KEY}.pdf").write_bytes(b"%PDF-1.7"),
        lambda home: (home.build / KEY / f"{KEY}.pdf").unlink(),
        lambda home: (home.build / KEY / "build.json").write_text("{}", encoding="utf-8"),
        lambda home: home.layouts.mkdir() or (home.layouts / "甲").write_text("", encoding="utf-8"),
        lambda home: home.fonts.mkdir() or (home.fonts / "A.TTF").write_bytes(b""),
    ],
)
def test_whatever_changed_is_built_again(
    bulletin: Bulletin, home: Home, change: Callable[[Home], object]
) -> None:
    bulletin("build", folder=home.root)
    assert standing.standing(home, KEY)
    change(home)
    assert standing.standing(home, KEY) is None
    assert bulletin("build", folder=home.root).code == 0


def test_force(bulletin: Bulletin, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    bulletin("build", folder=home.root)
    built = []
    real = pipeline.build
    monkeypatch.setattr(pipeline, "build", lambda *each, **named: built.append(1) or real(*each, **named))
    bulletin("build", folder=home.root)
    assert built == []
    bulletin("build", "--force", folder=home.root)
    assert built == [1]


def test_all_builds_what_can_be_built(bulletin: Bulletin, home: Home) -> None:
    add_issue(home, "2021-18", 18, 18, "2021-07-23")
    add_issue(home, "2021-19", 19, 19, "2021-08-06")
    spoil(home, "2021-18")
    result = bulletin("build", "--all", folder=home.root)
    assert result.code == 1
    assert [Path(line).stem for line in result.out.splitlines()] == ["2021-17", "2021-19"]
    assert "2021-18：没有生成，1 处错误\n" in result.err


def test_output_folder(bulletin: Bulletin, home: Home) -> None:
    result = bulletin("build", "-o", "成品 文件夹", folder=home.root)
    assert result.last == str(home.root / "成品 文件夹" / f"{KEY}.pdf")
    assert bulletin("build", "-o", "成品 文件夹", folder=home.root) == result
    assert not (home.build / KEY).exists()


def test_output_that_is_a_file(bulletin: Bulletin, home: Home) -> None:
    (home.root / "成品").write_text("", encoding="utf-8")
    result = bulletin("build", "-o", "成品", folder=home.root)
    assert result.code == 1
    assert "错误 BP801  写不了文件：成品/2021-17.pdf（路径里有个同名的文件）。" in result.err


def test_layout(bulletin: Bulletin, home: Home) -> None:
    result = bulletin("build", "--layout", "buletin", folder=home.root)
    assert result.code == 1
    assert "错误 BP401  没有“buletin”这个版式。" in result.err
    assert "是不是“bulletin”？" in result.err
    assert bulletin("build", "--layout", "bulletin", folder=home.root).code == 0


def test_json(bulletin: Bulletin, home: Home) -> None:
    make_doubtful(home)
    result = bulletin("build", "--format", "json", folder=home.root)
    values = json.loads(result.out)
    pdf = f"{home.build / KEY / KEY}.pdf"
    assert values["outputs"] == [{"issue": KEY, "pdf": pdf, "pages": 1, "changes": [], "products": []}]
    assert [each["code"] for each in values["diagnostics"]] == ["BP130"]
    assert result.err == ""
    spoil(home)
    values = json.loads(bulletin("build", "--format", "json", folder=home.root).out)
    assert values["outputs"] == [{"issue": KEY, "pdf": None, "pages": 0, "changes": [], "products": []}]
    place = {key: values["diagnostics"][0][key] for key in ("severity", "file", "line", "column", "page")}
    assert place == {
        "severity": "error",
        "file": "content/2021-17/01.md",
        "line": 7,
        "column": 1,
        "page": None,
    }


ANNOTATION = re.compile(r"::(error|warning) (?:file=[^,:]+,)?(?:line=\d+,)?(?:col=\d+,)?title=BP\d{3}::.+")


def test_github(bulletin: Bulletin, home: Home) -> None:
    make_doubtful(home)
    lines = bulletin("build", "--format", "github", folder=home.root).out.splitlines()
    assert ANNOTATION.fullmatch(lines[0])
    assert lines[-1] == f"{home.build / KEY / KEY}.pdf"
    spoil(home)
    lines = bulletin("check", "--format", "github", folder=home.root).out.splitlines()
    assert lines[0].startswith("::error file=content/2021-17/01.md,line=7,col=1,title=BP501::找不到图片")
    assert all(ANNOTATION.fullmatch(line) for line in lines)


def test_faults_of_the_ledger_are_shown_for_their_issue(bulletin: Bulletin, home: Home) -> None:
    add_issue(home, "2021-18", 17, 19, "2021-07-23")
    for command in ("build", "check"):
        result = bulletin(command, "2021-18", folder=home.root)
        assert result.code == 0
        shown = result.err if command == "build" else result.out
        assert "content/2021-18/issue.yaml:1:5: 警告 BP701  2021年第17期有两期" in shown
        assert "content/2021-18/issue.yaml:2:6: 警告 BP702  总期号从“2021-17”的 17 跳到了 19。" in shown
        other = bulletin(command, KEY, folder=home.root)
        assert "BP70" not in other.out + other.err


# --- exit code 3, interruption --------------------------------------------------------------------------


def test_a_bug_is_reported_without_a_traceback(
    bulletin: Bulletin, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise ZeroDivisionError("除以零")

    monkeypatch.setattr(pipeline, "make_pages", break_down)
    result = bulletin("build", KEY, folder=home.root)
    assert (result.code, result.out) == (3, "")
    assert "程序出了意外（ZeroDivisionError：除以零），这是程序的毛病，不是稿件的。" in result.err
    assert "Traceback" not in result.err
    match = re.search(r"请把这个文件发给维护的人：(.+)\n", result.err)
    assert match
    report = Path(match[1])
    text = report.read_text(encoding="utf-8")
    report.unlink()
    assert "bulletin build 2021-17\n" in text
    assert "Traceback" in text
    assert "ZeroDivisionError" in text


def test_an_interruption(bulletin: Bulletin, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline, "build", interrupt)
    result = bulletin("build", folder=home.root)
    assert result.code == 130
    assert result.err.strip() == "已中断，没有改动已有的文件。"


# --- the other commands ---------------------------------------------------------------------------------


def test_check(bulletin: Bulletin, home: Home) -> None:
    assert bulletin("check", folder=home.root) == Result(0, f"{KEY}：没有发现问题。\n", "")
    make_doubtful(home)
    result = bulletin("check", folder=home.root)
    assert (result.code, result.err) == (0, f"{KEY}：1 处警告。\n")
    assert "警告 BP130" in result.out
    assert bulletin("check", "--strict", folder=home.root).code == 1
    spoil(home)
    assert bulletin("check", "--all", folder=home.root).code == 1
    assert not home.build.joinpath(KEY).exists()


def test_new(bulletin: Bulletin, home: Home) -> None:
    result = bulletin("new", "--date", "2021年7月23日", folder=home.root)
    assert (result.code, result.last) == (0, str(home.content / "2021-18"))
    text = (home.content / "2021-18" / "issue.yaml").read_text(encoding="utf-8")
    assert "期号: 18\n总期号: 18\n日期: 2021年7月23日\n" in text
    early = bulletin("new", "--date", "2021-07-01", folder=home.root)
    assert (early.code, early.out) == (1, "")
    assert "错误 BP703" in early.err


def test_list(bulletin: Bulletin, home: Home) -> None:
    bulletin("build", KEY, folder=home.root)
    add_issue(home, "2021-18", 18, 18, "2021-07-23")
    add_issue(home, "2021-20", 20, 20, "2021-07-01")
    result = bulletin("list", folder=home.root)
    assert result.code == 0
    assert [line.split() for line in result.out.splitlines()] == [
        ["期", "期号", "总期号", "日期", "页数", "状态"],
        ["2021-17", "17", "17", "2021-07-09", "1", "已生成"],
        ["2021-18", "18", "18", "2021-07-23", "–", "未生成"],
        ["2021-20", "20", "20", "2021-07-01", "–", "未生成"],
    ]
    assert result.err.count("BP702") == 2
    assert result.err.count("BP703") == 1
    values = json.loads(bulletin("list", "--format", "json", folder=home.root).out)
    assert values["issues"][0]["状态"] == "已生成"
    (home.content / KEY / "01.md").write_text(f"{ARTICLE}又一段。\n", encoding="utf-8")
    assert "有改动，需重新生成" in bulletin("list", folder=home.root).out


def test_list_names_what_it_cannot_read(bulletin: Bulletin, home: Home) -> None:
    (home.content / KEY / "issue.yaml").write_text("期号: 十七\n", encoding="utf-8")
    result = bulletin("list", folder=home.root)
    assert result.code == 1
    assert "content/2021-17/issue.yaml:1:5: 错误 BP115" in result.err


@pytest.mark.parametrize("which", ["publication", "issue"])
def test_schema(bulletin: Bulletin, tmp_path: Path, which: str) -> None:
    schema = json.loads(bulletin("schema", which, folder=tmp_path).out)
    assert schema["properties"]["刊名"] == schema["properties"]["name"]


def test_fonts(bulletin: Bulletin, home: Home) -> None:
    result = bulletin("fonts", folder=home.root)
    assert result.code == 0
    assert "仿宋" in result.out
    values = json.loads(bulletin("fonts", KEY, "--format", "json", folder=home.root).out)
    assert len(values["fonts"]) == 6


def test_layouts(bulletin: Bulletin, home: Home) -> None:
    values = json.loads(bulletin("layouts", "--format", "json", folder=home.root).out)
    by_name = {layout["版式"]: layout for layout in values["layouts"]}
    assert by_name["gb9704"]["页面"] == "210×297 mm"
    assert by_name["gb9704"]["版心"] == "28 字×22 行"
    assert all(Path(layout["样张"]).is_file() for layout in by_name.values())


def test_layouts_of_the_publication_are_listed_and_broken_ones_told(bulletin: Bulletin, home: Home) -> None:
    for name, title in (("自己的", "title: 自己的样子"), ("坏的", "titel: 错")):
        (home.layouts / name).mkdir(parents=True)
        text = f"{title}\npage: {{width: 100mm, height: 140mm}}\ntype_area: {{top: 10mm, characters: 20, columns: 2, lines: 9, size: 五号, pitch: 18pt}}\n"
        (home.layouts / name / "layout.yaml").write_text(text, encoding="utf-8")
    result = bulletin("layouts", folder=home.root)
    assert result.code == 1
    row = next(line for line in result.out.splitlines() if line.startswith("自己的"))
    assert re.split(r" {2,}", row.rstrip()) == [
        "自己的",
        "自己的样子",
        "100×140 mm",
        "2 栏，每栏 9 字×9 行",
        "–",
    ]
    assert "layouts/坏的/layout.yaml:1:1: 错误" in result.err
    assert "bulletin" in result.out


def test_doctor(bulletin: Bulletin, tmp_path: Path) -> None:
    result = bulletin("doctor", folder=tmp_path)
    assert "Pango" in result.out
    assert result.code == (0 if "不合格" not in result.out else 1)


def test_init(bulletin: Bulletin, tmp_path: Path) -> None:
    result = bulletin("init", "我的 简报", folder=tmp_path)
    assert (result.code, result.last) == (0, str(tmp_path / "我的 简报"))
    assert 'cd "我的 简报" && bulletin build' in result.err
    built = bulletin("build", folder=tmp_path / "我的 简报")
    assert built.code == 0, built.err
    assert built.err.endswith("页\n")
    again = bulletin("init", "我的 简报", folder=tmp_path)
    assert again.code == 1
    assert "错误 BP802" in again.err


def test_no_publication_and_no_issue(
    bulletin: Bulletin, home: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    result = bulletin("--root", elsewhere, "list", folder=elsewhere)
    assert (result.code, result.out) == (2, "")
    assert f"在“{elsewhere}”和它上面的文件夹里没有找到 content/publication.yaml。" in result.err
    assert bulletin("--root", home.root, "list", folder=elsewhere).code == 0
    assert bulletin("list", folder=home.content / KEY).code == 0
    shutil.rmtree(home.content / KEY)
    empty = bulletin("build", folder=home.root)
    assert (empty.code, empty.err) == (2, "还没有一期。用 bulletin new 建立第一期。\n")


# --- wrong use ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["biuld"], "没有“biuld”这个命令。是不是“build”？\n看说明：bulletin --help\n"),
        (
            ["xyz"],
            f"没有“xyz”这个命令。可以写：{'、'.join(COMMANDS)}。\n",
        ),
        (["build", "--froce"], "没有 --froce 这个选项。是不是 --force？\n看说明：bulletin build --help\n"),
        (["build", "--xyz"], "没有 --xyz 这个选项。\n看说明：bulletin build --help\n"),
        (["build", "-x"], "没有 -x 这个选项。\n"),
        (["--xyz"], "没有 --xyz 这个选项。\n看说明：bulletin --help\n"),
        (["init"], "还缺 文件夹。\n看说明：bulletin init --help\n"),
        (["schema"], "还缺 publication|issue|lexicon。\n看说明：bulletin schema --help\n"),
        (["schema", "all"], "这里 只能写：publication、issue、lexicon。\n"),
        (["build", "--format", "xml"], "--format 只能写：text、json、github。\n"),
        (["build", "-o"], "-o 后面要写一个值。\n看说明：bulletin build --help\n"),
        (["--root"], "--root 后面要写一个值。\n看说明：bulletin --help\n"),
        (["build", "--layout"], "--layout 后面要写一个值。\n"),
        (["build", "--all=yes"], "--all 后面不能带值。\n"),
        (["list", "2021-17"], "多了 2021-17。\n看说明：bulletin list --help\n"),
        (["new", "2021-18", "甲"], "多了 2021-18 甲。\n"),
        (["new", "--date", "明天"], "--date 不对：“明天”不是日期"),
        (["new", "--date", "2021-02-30"], "--date 不对：没有“2021-02-30”这一天"),
    ],
)
def test_usage_errors(bulletin: Bulletin, home: Home, arguments: list[str], message: str) -> None:
    result = bulletin(*arguments, folder=home.root)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(message)


def test_without_a_command(bulletin: Bulletin, tmp_path: Path) -> None:
    result = bulletin(folder=tmp_path)
    assert (result.code, result.out) == (2, "")
    assert result.err == bulletin("--help", folder=tmp_path).out


# Words of other languages that an editor meets: names of files, formats and programs.
NAMES = {
    "bulletin",
    "PDF",
    "JSON",
    "Schema",
    "Python",
    "Pango",
    "HarfBuzz",
    "publication",
    "issue",
    "lexicon",
    "yaml",
}
NAMES |= {"Dask", "dask", "local", "tcp"}
NAMES |= (
    {"Word", "docx", "import", "into", "section"}
    | {"bash", "zsh", "fish", "Tab"}
    | {"text", "json", "github", "pages", "CSV", "csv", "pdf"}
)
NAMES |= {"html", "docx", "md", "txt", "wechat", "all", "Word", "Markdown", "HEAD", "git"}


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_chinese(bulletin: Bulletin, tmp_path: Path, command: str) -> None:
    result = bulletin(*command.split(), "--help", folder=tmp_path)
    assert result.code == 0
    words = set(re.findall(r"(?<![\w-])[A-Za-z]{2,}", result.out))
    assert words - NAMES - set(COMMANDS) == set()
    assert re.search("^(选项|命令|用法)：", result.out, re.MULTILINE)
    assert not re.search("(选项|命令|用法|例):", result.out)


def test_columns_of_help_line_up(bulletin: Bulletin, tmp_path: Path) -> None:
    from rich.cells import cell_len

    lines = bulletin("build", "--help", folder=tmp_path).out.splitlines()
    texts = [re.match(r"(  -.*?\s{2,})\S", line) for line in lines]
    assert len({cell_len(match[1]) for match in texts if match}) == 1


def test_version(bulletin: Bulletin, tmp_path: Path) -> None:
    from bulletin_pdf import __version__

    assert bulletin("--version", folder=tmp_path).out == f"{__version__}\n"


# --- streams --------------------------------------------------------------------------------------------


def test_a_pipe_sees_no_colours_and_no_progress(home: Home) -> None:
    make_doubtful(home)
    result = publications.run("build", folder=home.root)
    assert "\x1b" not in result.stdout + result.stderr
    assert result.stdout == f"{home.build / KEY / KEY}.pdf\n"
    assert "读取稿件" not in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pty")
def test_a_terminal_sees_the_stage_at_work(home: Home) -> None:
    import pty

    make_doubtful(home)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "bulletin_pdf", "build"],
        cwd=home.root,
        env=os.environ | {"PYTHONPATH": str(publications.ROOT / "src"), "TERM": "xterm", "NO_COLOR": ""},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    seen = b""
    while process.poll() is None or select.select([ours], [], [], 0)[0]:
        try:
            if select.select([ours], [], [], 0.1)[0]:
                seen += os.read(ours, 65536)
        except OSError:  # Linux: the other side was closed
            break
    out, _ = process.communicate()
    os.close(ours)
    assert out.decode() == f"{home.build / KEY / KEY}.pdf\n"
    shown = seen.decode("utf-8", "replace")
    assert "2021-17：" in shown
    assert "……" in shown
    assert "\x1b[" in shown
    assert "警告 BP130" in re.sub(r"\x1b\[[\d;?]*\w", "", shown)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGPIPE")
@pytest.mark.parametrize("arguments", [["list"], ["schema", "issue"], ["--help"], ["check"]])
def test_a_reader_that_goes_away(home: Home, arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-m", "bulletin_pdf", *arguments],
        cwd=home.root,
        env=os.environ | {"PYTHONPATH": str(publications.ROOT / "src")},
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert process.stderr == b""
    assert process.returncode == -signal.SIGPIPE


HEAVY = {"weasyprint", "fontTools", "jinja2", "PIL", "pypdf", "markdown_it", "pygal"}


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        (["--help"], {*HEAVY, "rich", "pydantic", "yaml"}),
        (["build", "--help"], {*HEAVY, "rich", "pydantic", "yaml"}),
        (["list"], HEAVY),
        (["list", "--format", "json"], {*HEAVY, "rich"}),
        (["build"], HEAVY),
    ],
)
def test_what_is_not_needed_is_not_imported(home: Home, arguments: list[str], unwanted: set[str]) -> None:
    assert publications.run("build", folder=home.root).returncode == 0
    program = (
        "import sys, bulletin_pdf.cli as cli\n"
        "try: cli.main(sys.argv[1:])\n"
        "except SystemExit as end: print(end.code, *{name.partition('.')[0] for name in sys.modules})"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=home.root,
        env=os.environ | {"PYTHONPATH": str(publications.ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    code, *modules = finished.stdout.splitlines()[-1].split()
    assert code == "0"
    assert unwanted & set(modules) == set()


# --- docs/commands.md -----------------------------------------------------------------------------------


def documented() -> dict[str, str]:
    """The sections of docs/commands.md by command; the one before the first is that of `bulletin` itself."""
    text = (publications.ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    first, *others = re.split(r"^## ", text, flags=re.MULTILINE)
    sections = {other.split("\n", 1)[0].strip("`").removeprefix("bulletin "): other for other in others}
    return {"": first} | sections


def test_every_command_and_option_is_documented() -> None:
    sections = documented()
    commands: dict[str, click.Command] = {"": cli.main_group, **cli.main_group.commands}
    assert list(sections) == list(commands)
    for name, command in commands.items():
        rows = re.findall(r"^\| (`-[^|]*)\|", sections[name], re.MULTILINE)
        typed = {word for row in rows for word in re.findall(r"`(--?[\w-]+)", row)}
        options = {word for each in command.params if isinstance(each, click.Option) for word in each.opts}
        assert typed == options | {"--help"} if name == "" else typed == options, name
        for argument in (each for each in command.params if isinstance(each, click.Argument)):
            assert argument.metavar
            assert f"`bulletin {name}" in sections[name]
            assert argument.metavar in sections[name], name


def test_every_help_page_has_examples() -> None:
    assert not [name for name, command in cli.main_group.commands.items() if not command.epilog]


def test_the_examples_of_help_are_in_the_manual() -> None:
    sections = documented()
    for name, command in cli.main_group.commands.items():
        for line in (command.epilog or "").splitlines():
            assert line.strip() in sections[name], name


def test_every_example_of_the_manual_is_a_command() -> None:
    text = "".join(documented().values())
    examples = [
        line.partition("#")[0].split()
        for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
    ]
    assert len(examples) > 10
    for words in (each for each in examples if each[0] == "bulletin"):
        if words[1] in COMMANDS and "--help" not in words:
            command = cli.main_group.commands[words[1]]
            command.make_context(words[1], words[2:])


def test_today_is_the_date_of_a_new_issue() -> None:
    assert _day(None) == date.today()
    assert _day("2021/7/9") == date(2021, 7, 9)


def test_settings_are_those_of_the_tests() -> None:
    assert "期号: 17\n" in ISSUE


# --- completion -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(bulletin: Bulletin, tmp_path: Path, shell: str) -> None:
    result = bulletin("completion", shell, folder=tmp_path)
    assert result.code == 0
    assert f"_BULLETIN_COMPLETE={shell}_complete" in result.out


def test_bash_completes_commands_options_and_issues(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    for line, wanted in (
        ("bulletin che", "check"),
        ("bulletin check --str", "--strict"),
        ("bulletin build 2021", KEY),
        (f"bulletin --root {home.root} import a.docx --into ", KEY),
    ):
        words = line.split(" ")
        environment = {
            "_BULLETIN_COMPLETE": "bash_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        }
        result = publications.run(folder=tmp_path, **environment)
        assert result.stdout == f"plain,{wanted}\n", line
