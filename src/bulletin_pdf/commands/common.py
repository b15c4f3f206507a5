"""What commands share: options, the publication and issues they are about, how they report and end."""

import json
from collections.abc import Callable, Sequence
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bulletin_pdf.command_line import Command
from bulletin_pdf.diagnostics import Diagnostic, as_annotation, as_json, has_errors

if TYPE_CHECKING:
    from bulletin_pdf.home import Home
    from bulletin_pdf.ledger import Entry


class Exit(IntEnum):
    """How the command ends."""

    OK = 0
    CONTENT = 1
    USAGE = 2
    BUG = 3
    INTERRUPTED = 130


Function = TypeVar("Function", bound=Callable[..., Any])


def command(name: str | None = None, *, example: str | None = None) -> Callable[[Function], Command]:
    """A command with its help page in Chinese. name: where it is not the function's. example: a line each."""
    return click.command(name, cls=Command, options_metavar="[选项]", epilog=example)


def format_option(function: Function) -> Function:
    """--format, as `style`."""
    return click.option(
        "--format",
        "style",
        type=click.Choice(["text", "json", "github"]),
        default="text",
        metavar="格式",
        help="结果的格式：text 给人看（默认），json 给程序，github 给代码托管平台。",
    )(function)


def strict_option(function: Function) -> Function:
    """--strict."""
    return click.option("--strict", is_flag=True, help="有警告也算不合格。")(function)


def complete_issues(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    """For the shell: the issues whose names begin so, newest first."""
    from bulletin_pdf.home import find_home

    root: Path | None = context.find_root().params.get("root")
    home = find_home(root.resolve() if root else Path.cwd())
    keys = home.issues() if home else []
    return [key for key in reversed(keys) if key.startswith(incomplete)]


def find_publication(context: click.Context) -> "Home":
    """The publication that --root or the current folder is in; ends the command where there is none."""
    from bulletin_pdf.home import find_home

    root: Path | None = context.find_root().obj
    home = find_home(root.resolve() if root else Path.cwd())
    if home is None:
        where = root or Path.cwd()
        click.echo(f"在“{where}”和它上面的文件夹里没有找到 content/publication.yaml。", err=True)
        click.echo("进入刊物的文件夹再运行，或用 bulletin init 新建一个刊物。", err=True)
        context.exit(Exit.USAGE)
    return home


def report(
    diagnostics: Sequence[Diagnostic], style: str, root: Path, *, error: bool, extra: dict[str, Any]
) -> None:
    """Give diagnostics in the wanted format; for text to stderr when `error` is true, else to stdout."""
    if style == "json":
        values = {"diagnostics": [as_json(diagnostic) for diagnostic in diagnostics], **extra}
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
    elif style == "github":
        for diagnostic in diagnostics:
            click.echo(as_annotation(diagnostic))
    elif diagnostics:
        from bulletin_pdf import terminal  # slow to import

        terminal.show(diagnostics, root, terminal.console(error=error))


def report_table(
    name: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    found: Sequence[Diagnostic],
    style: str,
    root: Path,
) -> None:
    """Give a table, and diagnostics, in the wanted format; in JSON its rows stand under `name`."""
    if style == "text" and rows:
        from bulletin_pdf import terminal

        terminal.table(columns, rows, terminal.console())
    extra = {name: [dict(zip(columns, row, strict=True)) for row in rows]}
    report(found, style, root, error=True, extra=extra)


def verdict(diagnostics: Sequence[Diagnostic], strict: bool) -> Exit:
    """How a command ends that found this."""
    return Exit.CONTENT if has_errors(diagnostics) or (strict and diagnostics) else Exit.OK


def chosen_keys(context: click.Context, home: "Home", issues: Sequence[str], everything: bool) -> list[str]:
    """The issues that a command is about: those named, all, or the newest."""
    known = home.issues()
    if not known:
        click.echo("还没有一期。用 bulletin new 建立第一期。", err=True)
        context.exit(Exit.USAGE)
    if everything:
        return known
    if issues:
        # The shell completes folders: content/2021-17/ means 2021-17.
        return list(dict.fromkeys(Path(issue).name for issue in issues))
    entries, _ = oldest_first(home)
    # An issue whose settings can't be read is likely the one at work: it must not be passed over for an older.
    unread = set(known) - {entry.key for entry in entries}
    return [max([*unread, *(entry.key for entry in entries[-1:])])]


def oldest_first(home: "Home") -> tuple[list["Entry"], list[Diagnostic]]:
    """The ledger in order, and what is wrong in it."""
    from bulletin_pdf.ledger import in_order, read_ledger

    entries, diagnostics = read_ledger(home)
    return in_order(entries), diagnostics


def write_bug_report(arguments: Sequence[str] | None = None) -> Path:
    """Write down the exception at hand for the maintainers; gives the file. arguments: those of the command line."""
    import tempfile

    from bulletin_pdf.system.bug_report import bug_report

    with tempfile.NamedTemporaryFile(
        "w", suffix=".txt", prefix="bulletin-", delete=False, encoding="utf-8", errors="replace"
    ) as report:
        report.write(bug_report(arguments))
    return Path(report.name)
