"""The command preview."""

import click

from bulletin_pdf.command_line import WrongUsage
from bulletin_pdf.commands.common import (
    chosen_keys,
    command,
    complete_issues,
    find_publication,
    write_bug_report,
)


@command(example="bulletin preview\nbulletin preview 2021-17 --open")
@click.argument("issue", required=False, metavar="[期]", shell_complete=complete_issues)
@click.option("--open", "is_opened", is_flag=True, help="在浏览器里打开。")
@click.option("--layout", metavar="版式", help="换一个版式看。")
@click.pass_context
def preview(context: click.Context, issue: str | None, is_opened: bool, layout: str | None) -> None:
    """在浏览器里看排好的版面，稿件一改就更新。不写期就看最新的一期。"""
    home = find_publication(context)
    (key,) = chosen_keys(context, home, [issue] if issue else [], False)
    if key not in home.issues():
        from bulletin_pdf.schema import nearest

        raise WrongUsage(f"没有“{key}”这一期。{nearest(key, home.issues())}")

    from bulletin_pdf.preview.server import Subject, serve

    def ready(address: str) -> None:
        click.echo(f"{key}：预览已打开，按 Ctrl+C 结束。", err=True)
        click.echo(address)
        if is_opened:
            click.launch(address)

    serve(Subject(home, key, layout), ready, write_bug_report)
    click.echo("预览结束。", err=True)
