"""The command that writes an issue for readers other than the press: export."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin_pdf.command_line import WrongUsage
from bulletin_pdf.commands.common import (
    chosen_keys,
    command,
    find_publication,
    format_option,
    report,
    strict_option,
    verdict,
)
from bulletin_pdf.diagnostics import in_order, summary

if TYPE_CHECKING:
    from bulletin_pdf.exports import Format


@command(
    example="""bulletin export --to html
              bulletin export 2021-17 --to 公众号
              bulletin export 2021-17 --to docx,txt -o 交稿"""
)
@click.argument("issue", required=False, metavar="[期]")
@click.option(
    "--to",
    "words",
    multiple=True,
    metavar="格式",
    help="写成什么：网页（html）、Word（docx）、Markdown（md）、纯文本（txt）、公众号（wechat）；几种用逗号隔开，all 是每一种。",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="放在哪里；默认 build/期/。",
)
@strict_option
@format_option
@click.pass_context
def export(
    context: click.Context,
    issue: str | None,
    words: tuple[str, ...],
    output: Path | None,
    strict: bool,
    style: str,
) -> int:
    """把一期写成网页、Word、Markdown、纯文本或公众号文章；不写期就是最新的一期。"""
    from bulletin_pdf import exporting, terminal

    formats = _formats(words)
    home = find_publication(context)
    key = chosen_keys(context, home, [issue] if issue else [], False)[0]
    with terminal.progress(key) as progress:
        written, found = exporting.export(
            home, key, formats, output=output.resolve() if output else None, progress=progress
        )
    found = in_order(found)
    exports = [
        {
            "format": each.format.name,
            "title": each.format.title,
            "note": each.note,
            "file": str(each.file),
            "pictures": str(each.pictures) if each.pictures else None,
        }
        for each in written
    ]
    report(found, style, home.root, error=True, extra={"issue": key, "exports": exports})
    if style == "text":
        for each in written:
            click.echo(f"{key}：{each.format.title}：{each.note}", err=True)
        if len(written) < len(formats):
            click.echo(f"{key}：没有写全：{summary(found)}", err=True)
    if style != "json":
        for each in written:
            click.echo(str(each.file))
    return verdict(found, strict)


def _formats(typed: Sequence[str]) -> "tuple[Format, ...]":
    """The formats in `html,docx`, each known."""
    from bulletin_pdf.exports import chosen

    words = [word for each in typed for word in re.split("[,，、]", each)]
    if not words:
        raise WrongUsage("写 --to 格式，如 --to html；几种用逗号隔开，全部写 --to all。")
    try:
        return chosen(words)
    except ValueError as problem:
        raise WrongUsage(f"--to 不对：{str(problem).replace('；', '，')}") from None
