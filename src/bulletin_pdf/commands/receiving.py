"""Commands for what comes in: import."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulletin_pdf.command_line import WrongUsage
from bulletin_pdf.commands.common import (
    command,
    complete_issues,
    find_publication,
    format_option,
    report,
    strict_option,
    verdict,
)
from bulletin_pdf.diagnostics import summary

if TYPE_CHECKING:
    from bulletin_pdf.submissions import Submission


@command(
    "import",
    example="""bulletin import 来稿.docx
              bulletin import 来稿/*.docx --into 2021-17
              bulletin import 简讯.docx --into 2021-17 --section 基层动态""",
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件…")
@click.option(
    "--into",
    "issue",
    metavar="期",
    shell_complete=complete_issues,
    help="放进这一期的文件夹，并列入 issue.yaml。",
)
@click.option("--section", metavar="栏目", help="列入哪个栏目；不写就是这一期的最后一个。和 --into 一起用。")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="不用 --into 时，稿件放在哪里；默认在 Word 文件旁边。",
)
@strict_option
@format_option
@click.pass_context
def import_(
    context: click.Context,
    files: tuple[Path, ...],
    issue: str | None,
    section: str | None,
    output: Path | None,
    strict: bool,
    style: str,
) -> int:
    """把 Word 来稿（.docx）变成稿件文件：清理空格，取出图片，报告哪些没有保留。"""
    from bulletin_pdf.submissions import take_in, take_into_issue

    if issue and output:
        raise WrongUsage("--into 和 --output 只能写一样。")
    if section and not issue:
        raise WrongUsage("--section 要和 --into 一起用。")
    sources = [file.absolute() for file in files]
    if issue:
        home = find_publication(context)
        root = home.root
        done, found = take_into_issue(home, Path(issue).name, sources, section)
    else:
        root = Path.cwd()
        done, found = take_in(sources, output.resolve() if output else None, root)
    report(found, style, root, error=True, extra={"articles": [_as_json(each) for each in done]})
    if style == "text":
        for each in done:
            for line in _lines(each):
                click.echo(line, err=True)
        count = summary(found)
        click.echo(f"导入 {len(done)} 篇，共 {len(files)} 个文件{'；' + count if count else ''}。", err=True)
    if style != "json":
        for each in done:
            click.echo(str(each.article))
    return verdict(found, strict)


def _as_json(submission: "Submission") -> dict[str, object]:
    return {
        "source": str(submission.source),
        "article": str(submission.article),
        "pictures": [str(each) for each in submission.pictures],
        "section": submission.section or None,
        **asdict(submission.account),
    }


def _lines(submission: "Submission") -> list[str]:
    """The account of one file for people."""
    account = submission.account
    counts = f"原稿 {account.characters_in} 字，稿件 {account.characters_out} 字"
    if submission.pictures:
        counts += f"，图片 {len(submission.pictures)} 张"
    lines = [f"{submission.source.name} → {submission.article.name}：{counts}。"]
    for title, unit, counted in (
        ("没有保留", "字", account.lost),
        ("补上", "字", account.added),
        ("清理", "处", account.cleaned),
    ):
        if words := _counted(counted, unit):
            lines.append(f"    {title}：{words}。")
    if submission.section:
        lines.append(f"    列入 issue.yaml：栏目“{submission.section}”。")
    return lines


def _counted(counts: Mapping[str, int], unit: str) -> str:
    return "，".join(f"{kind} {count} {unit}" for kind, count in counts.items())
