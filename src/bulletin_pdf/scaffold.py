"""Stage: new folders for editors, a publication (`init`) or its next issue (`new`)."""

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.files import reason, write_whole
from bulletin_pdf.home import Home
from bulletin_pdf.ledger import Entry, in_order
from bulletin_pdf.lexicon import Lexicon
from bulletin_pdf.resources import LAYOUTS
from bulletin_pdf.schema import json_schema
from bulletin_pdf.settings import STANDING, IssueSettings, Publication

STARTER = Path(__file__).parent / "starter"
# Where the schemas lie, seen from content/ and from an issue's folder.
SCHEMAS = ".schema"


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schemas of the settings files, by file name."""
    return {
        "publication.json": json_schema(Publication),
        "issue.json": json_schema(IssueSettings, optional=STANDING),
        "lexicon.json": json_schema(Lexicon),
    }


def write_schemas(home: Home) -> None:
    """Put the schemas where the settings files' first lines point to."""
    for name, schema in schemas().items():
        text = json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        write_whole(home.content / SCHEMAS / name, text.encode())


def new_publication(folder: Path, today: date) -> tuple[Home | None, list[Diagnostic]]:
    """Make a publication in a folder: settings, a sample issue, the layout to change, a place for fonts."""
    home = Home(folder)
    for taken in (home.content, home.layouts, home.fonts):
        if taken.exists():
            message = f"“{taken}”已经存在，没有改动任何文件。"
            return None, [error("BP802", message, Place(taken), "换一个空文件夹，或先把它移开。")]
    try:
        home.content.mkdir(parents=True)
        for file in (home.publication, home.lexicon):
            header = f"# yaml-language-server: $schema={SCHEMAS}/{file.stem}.json\n"
            starter = (STARTER / file.name).read_text(encoding="utf-8")
            write_whole(file, (header + starter).encode())
        articles = sorted((STARTER / "issue").glob("*.md"))
        texts = {file.name: file.read_text(encoding="utf-8") for file in articles}
        _write_issue(home, _key(today.year, 1), 1, 1, today, texts)
        write_schemas(home)
        shutil.copytree(LAYOUTS / "bulletin", home.layouts / "bulletin")
        home.fonts.mkdir()
        write_whole(
            home.fonts / "说明.txt",
            "本单位自己的字体放在这里，再在 content/publication.yaml 的“字体”里写明。\n".encode(),
        )
        ignored = home.root / ".gitignore"
        if not ignored.exists():
            write_whole(ignored, b"/build/\n")
        _write_editor_settings(home)
    except OSError as problem:
        return None, [
            error("BP801", f"建不了“{folder}”（{reason(problem)}）。", None, "核对权限和磁盘空间。")
        ]
    return home, []


def _write_editor_settings(home: Home) -> None:
    """Settings and tasks for VS Code; files that are there stay as they are."""
    for file in sorted((STARTER / "vscode").glob("*.json")):
        target = home.root / ".vscode" / file.name
        if not target.exists():
            write_whole(target, file.read_bytes())


def new_issue(
    home: Home, ledger: list[Entry], titles: list[str], day: date
) -> tuple[str | None, list[Diagnostic]]:
    """Make the folder of the next issue: its number, total and date, and one file for every section.

    titles: the section titles to begin with. Gives the issue's key.
    """
    last = in_order(ledger)[-1] if ledger else None
    this_year = [entry.number for entry in ledger if entry.date.year == day.year and not entry.is_supplement]
    number = max(this_year, default=0) + 1
    total = max((entry.total for entry in ledger if entry.total is not None), default=0) + 1
    key = _key(day.year, number)
    folder = home.content / key
    if folder.exists():
        return None, [
            error(
                "BP802",
                f"“{key}”已经有了，没有改动任何文件。",
                Place(home.shown(folder)),
                "核对各期的期号和日期：bulletin list。",
            )
        ]
    if last and day < last.date:
        message = f"新一期的日期 {day} 早于上一期“{last.key}”的 {last.date}。"
        return None, [error("BP703", message, Place(home.shown(home.content)), "用 --date 写明出刊日期。")]
    texts = {
        f"{index:02d}-{_file_name(title)}.md": f"# {title}\n\n"
        for index, title in enumerate(titles or ["要闻"], 1)
    }
    try:
        _write_issue(home, key, number, total, day, texts)
        write_schemas(home)
    except OSError as problem:
        return None, [error("BP801", f"建不了“{key}”（{reason(problem)}）。", None, "核对权限和磁盘空间。")]
    return key, []


def _write_issue(home: Home, key: str, number: int, total: int, day: date, texts: dict[str, str]) -> None:
    folder = home.content / key
    lines = [
        f"# yaml-language-server: $schema=../{SCHEMAS}/issue.json",
        f"期号: {number}",
        f"总期号: {total}",
        f"日期: {day.year}年{day.month}月{day.day}日",
        "内容:",
        *(f"  - {name}" for name in texts),
    ]
    for name, text in texts.items():
        write_whole(folder / name, text.encode())
    write_whole(folder / "issue.yaml", ("\n".join(lines) + "\n").encode())


def _key(year: int, number: int) -> str:
    return f"{year}-{number:02d}"


def _file_name(title: str) -> str:
    """A section's title as part of a file name: letters, digits and Han only."""
    return "".join(character for character in title if character.isalnum()) or "栏目"
