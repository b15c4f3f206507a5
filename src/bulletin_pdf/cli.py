"""The door: the command `bulletin`. Thin; each command says what it does in Chinese.

Exit codes: 0 built or nothing wrong, 1 errors in the content, 2 wrong use, 3 a bug of ours.
"""

import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

from bulletin_pdf import __version__
from bulletin_pdf.command_line import Group, usage_message
from bulletin_pdf.commands.archiving import archive, diff
from bulletin_pdf.commands.common import Exit, write_bug_report
from bulletin_pdf.commands.exporting import export
from bulletin_pdf.commands.house import completion, doctor, fonts, init, layouts_, list_, schema
from bulletin_pdf.commands.making import build, copies, verify
from bulletin_pdf.commands.preview import preview
from bulletin_pdf.commands.receiving import import_
from bulletin_pdf.commands.writing import check, new
from bulletin_pdf.system.compiled_once import compiled_once
from bulletin_pdf.system.garbage import collecting_seldom, leave_to_the_system
from bulletin_pdf.system.signals import on_ending


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit; nothing that an editor does ends in a traceback."""
    with suppress(ValueError):  # not in the main thread
        if hasattr(signal, "SIGPIPE"):
            # End like any Unix command when the reader of a pipe has gone (bulletin list | head).
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        on_ending(signal.default_int_handler)  # as by Ctrl+C
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may be GBK
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    """The exit code of a command, with what ended it told."""
    try:
        with compiled_once(), collecting_seldom():
            code = main_group.main(arguments, standalone_mode=False, prog_name="bulletin")
            leave_to_the_system()
        return code if isinstance(code, int) else Exit.OK
    except click.exceptions.NoArgsIsHelpError as problem:
        click.echo(problem.message, err=True)
        return Exit.USAGE
    except click.UsageError as problem:
        hint = f"看说明：{problem.ctx.command_path} --help" if problem.ctx else "看说明：bulletin --help"
        click.echo(f"{usage_message(problem)}\n{hint}", err=True)
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断，没有改动已有的文件。", err=True)
        return Exit.INTERRUPTED
    except Exception as problem:
        click.echo(
            f"程序出了意外（{type(problem).__name__}：{problem}），这是程序的毛病，不是稿件的。", err=True
        )
        click.echo(f"请把这个文件发给维护的人：{write_bug_report(arguments)}", err=True)
        return Exit.BUG


@click.group(cls=Group, subcommand_metavar="命令 [参数]…", options_metavar="[选项]")
@click.option(
    "--root",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="刊物所在的文件夹；不写就从当前文件夹往上找。",
)
@click.version_option(__version__, message="%(version)s", help="显示版本。")
@click.pass_context
def main_group(context: click.Context, root: Path | None) -> None:
    """排简报：写好一期的文件夹，运行一个命令，得到可以付印的 PDF。"""
    context.obj = root


for _each in (
    build,
    export,
    preview,
    copies,
    verify,
    diff,
    archive,
    check,
    new,
    import_,
    list_,
    schema,
    fonts,
    layouts_,
    doctor,
    init,
    completion,
):
    main_group.add_command(_each)
