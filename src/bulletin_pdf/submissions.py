"""Stage: submissions 来稿, Word files, to article files, and into an issue."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from bulletin_pdf.contents import add_article
from bulletin_pdf.diagnostics import Diagnostic, Place, error, has_errors, warning
from bulletin_pdf.docx.importing import Account, Imported, import_word
from bulletin_pdf.docx.package import MAX_FILE
from bulletin_pdf.docx.writing import unseen
from bulletin_pdf.files import reason, write_whole
from bulletin_pdf.home import Home
from bulletin_pdf.manuscript.markdown import Heading, parse_markdown
from bulletin_pdf.model import plain
from bulletin_pdf.publication import read_issue_settings
from bulletin_pdf.source import inside, read_text


@dataclass(frozen=True, slots=True)
class Submission:
    """A Word file that became an article file, with its pictures. section: which it is listed in, '' for none."""

    source: Path
    article: Path
    pictures: tuple[Path, ...]
    account: Account
    section: str = ""


def take_in(
    files: Iterable[Path], folder: Path | None, shown_from: Path
) -> tuple[list[Submission], list[Diagnostic]]:
    """Import Word files into a folder, by default each beside itself. One that is refused stops no other.

    shown_from: what the paths in diagnostics are relative to.
    """
    done: list[Submission] = []
    found: list[Diagnostic] = []
    for file in files:
        submission, more = _take_in_one(file, folder or file.parent, _shown(file, shown_from), shown_from)
        found += more
        done += [submission] if submission else []
    return done, found


def take_into_issue(
    home: Home, key: str, files: Iterable[Path], section: str | None
) -> tuple[list[Submission], list[Diagnostic]]:
    """Import Word files into an issue's folder and list them in its issue.yaml."""
    _, tree, found = read_issue_settings(home, key)
    if tree is None:
        return [], found
    done, found = take_in(files, home.content / key, home.root)
    listed = []
    for submission in done:
        title, more = _list(home, key, submission.article.name, section)
        listed.append(replace(submission, section=title))
        found += more
    return listed, found


def _shown(file: Path, start: Path) -> Path:
    return file.relative_to(start) if file.is_relative_to(start) else file


# --- one file -------------------------------------------------------------------------------------------


def _take_in_one(
    file: Path, folder: Path, shown: Path, shown_from: Path
) -> tuple[Submission | None, list[Diagnostic]]:
    place = Place(shown)
    if file.name.startswith("~$"):
        hint = "关上 Word，导入原来的文件。"
        return None, [warning("BP140", "这是 Word 打开文件时的临时文件，已跳过。", place, hint)]
    try:
        data = file.read_bytes() if file.stat().st_size <= MAX_FILE else b"PK" * (MAX_FILE // 2 + 1)
    except FileNotFoundError:
        return None, [error("BP105", f"找不到文件“{shown}”。", place, "核对文件名和它在哪个文件夹里。")]
    except OSError as problem:
        message = f"读不了文件“{shown}”：{reason(problem)}。"
        return None, [error("BP105", message, place, "核对它是不是普通文件、有没有读取权限。")]
    imported, found = import_word(data, shown)
    if imported is None or has_errors(found):
        return None, found
    names = [imported.name, *imported.pictures]
    if taken := next((name for name in names if (folder / name).exists()), None):
        message = f"“{_shown(folder / taken, shown_from)}”已经有了，没有导入“{file.name}”。"
        hint = "把已有的移开或改名，或把 Word 文件改个名，再导入。"
        return None, [error("BP802", message, place, hint)]
    try:
        return _write(file, folder, imported), found
    except OSError as problem:
        message = f"写不了“{_shown(folder / imported.name, shown_from)}”（{reason(problem)}）。"
        return None, [error("BP801", message, place, "核对权限和磁盘空间。")]


def _write(file: Path, folder: Path, imported: Imported) -> Submission:
    """Write pictures first: an article never names one that is not there."""
    for name, data in imported.pictures.items():
        write_whole(folder / name, data)
    article = folder / imported.name
    write_whole(article, imported.markdown.encode())
    return Submission(file, article, tuple(folder / name for name in imported.pictures), imported.account)


# --- the issue ------------------------------------------------------------------------------------------


def _list(home: Home, key: str, name: str, section: str | None) -> tuple[str, list[Diagnostic]]:
    """Add an article to issue.yaml. Gives its section, '' where that could not be done."""
    file = home.content / key / "issue.yaml"
    try:
        text = file.read_bytes().decode()
        added = add_article(text, name, section, lambda listed: _last_section(home, key, listed))
        if added:
            write_whole(file, added.text.encode())
            return added.section, []
    except (OSError, UnicodeDecodeError):
        pass  # said below: the editor can still write the line
    message = f"“{name}”没有列入 issue.yaml：看不出加在“内容”的哪里。"
    hint = f"在“内容”里写上：- 栏目: {section or '要闻'}，下一行“稿件:”，再下一行“- {name}”，照样缩进。"
    return "", [warning("BP147", message, Place(home.shown(file)), hint)]


def _last_section(home: Home, key: str, name: str) -> str | None:
    """The title of the last section in a file of an issue."""
    file = inside(home.content / key, name)
    source, _ = read_text(file, home.shown(file)) if file else (None, [])
    parts = parse_markdown(source, unseen)[0] if source else []
    titles = [plain(part.text) for part in parts if isinstance(part, Heading) and part.rank == 1]
    return titles[-1] if titles else None
