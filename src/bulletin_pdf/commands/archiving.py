"""Commands that set issues beside one another: diff, archive."""

from pathlib import Path

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
from bulletin_pdf.diagnostics import in_order


@command(
    example="""bulletin diff 2021-17
              bulletin diff HEAD~3:2021-17 2021-17
              bulletin diff 初稿.pdf build/2021-17/2021-17.pdf"""
)
@click.argument("versions", nargs=-1, metavar="[旧] [新]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="对照表放在哪里；默认 build/期/，比较 PDF 时在新的 PDF 旁边。",
)
@click.option("--all-pages", "everything", is_flag=True, help="没有改动的页也印在对照表里。")
@format_option
@click.pass_context
def diff(
    context: click.Context, versions: tuple[str, ...], output: Path | None, everything: bool, style: str
) -> int:
    """比较两个版本：列出改动，另写一个对照 PDF，旧页、新页并排，改动加框，供签发；最后一行是它的路径。

    版本写成期（2021-17，现在的原稿）、PDF 文件，或 git 版本加冒号加期（HEAD~3:2021-17）。只写一个期，是上次提交的和现在的比；不写，比最新的一期。
    """
    from bulletin_pdf import terminal
    from bulletin_pdf.comparing import compare_versions
    from bulletin_pdf.comparison import as_json

    if len(versions) > 2:
        raise WrongUsage("diff 至多比较两个版本。")
    home = find_publication(context)
    if len(versions) == 2:
        old, new = versions
    else:
        new = chosen_keys(context, home, versions, False)[0]
        old = f"HEAD:{new}"
        if new.lower().endswith(".pdf") or ":" in new:
            raise WrongUsage(f"和“{new}”比较的是什么？再写一个版本，旧的写在前面。")
    with terminal.progress("对照") as progress:
        compared, found = compare_versions(
            home,
            old,
            new,
            output=output.resolve() if output else None,
            everything=everything,
            progress=progress,
        )
    values = as_json(compared.comparison) if compared else {}
    extra = {**values, "sheet": str(compared.sheet) if compared else None}
    report(found, style, home.root, error=True, extra=extra)
    if compared and style == "text":
        terminal.show_comparison(compared.comparison, terminal.console(error=True))
    if compared and style != "json":
        click.echo(str(compared.sheet))
    return verdict(found, False)


@command(
    example="""bulletin archive
              bulletin archive --year 2021 -o 2021年档案"""
)
@click.option("--year", type=int, metavar="年份", help="只要这一年的各期；默认所有的期。")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="放在哪里；默认 build/archive/。",
)
@strict_option
@format_option
@click.pass_context
def archive(context: click.Context, year: int | None, output: Path | None, strict: bool, style: str) -> int:
    """把各期做成一个可以翻看、检索的网站，不用联网；另有年度总目录和合订本的 PDF；最后一行是首页的路径。"""
    from bulletin_pdf import terminal
    from bulletin_pdf.archiving import make_archive

    home = find_publication(context)
    with terminal.progress("档案") as progress:
        made, found = make_archive(
            home, output=output.resolve() if output else None, year=year, progress=progress
        )
    index = made.folder / "index.html" if made else None
    extra = {
        "archive": str(index) if index else None,
        "issues": made.issues if made else 0,
        "volumes": [str(made.folder / name) for name in made.volumes] if made else [],
    }
    found = in_order(found)
    report(found, style, home.root, error=True, extra=extra)
    if made and style == "text":
        click.echo(f"档案：{made.issues} 期，{'、'.join(made.volumes)}", err=True)
    if made and style != "json":
        click.echo(str(index))
    return verdict(found, strict)
