"""Commands for writing an issue: check, new."""

from datetime import date

import click

from bulletin_pdf.command_line import WrongUsage
from bulletin_pdf.commands.common import (
    Exit,
    chosen_keys,
    command,
    find_publication,
    format_option,
    oldest_first,
    report,
    strict_option,
    verdict,
)
from bulletin_pdf.diagnostics import has_errors, in_order


@command(example="bulletin check 2021-17")
@click.argument("issues", nargs=-1, metavar="[期]…")
@click.option("--all", "everything", is_flag=True, help="检查每一期。")
@strict_option
@format_option
@click.pass_context
def check(context: click.Context, issues: tuple[str, ...], everything: bool, strict: bool, style: str) -> int:
    """检查稿件，不生成 PDF。不写期就检查最新的一期。"""
    from bulletin_pdf import build as pipeline
    from bulletin_pdf import terminal
    from bulletin_pdf.ledger import ledger_faults

    home = find_publication(context)
    keys = chosen_keys(context, home, issues, everything)
    found = list(ledger_faults(home, keys))
    for key in keys:
        found += pipeline.prepare(home, key)[1]
    found = in_order(found)
    report(found, style, home.root, error=False, extra={})
    if style == "text":
        named = keys[0] if len(keys) == 1 else f"{len(keys)} 期"
        click.echo(f"{named}：{terminal.summary(found) or '没有发现问题'}。", err=bool(found))
    return verdict(found, strict)


@command(example="bulletin new --date 2021-07-23")
@click.option("--date", "day", metavar="日期", help="出刊日期，如 2021-07-23；默认今天。")
@click.pass_context
def new(context: click.Context, day: str | None) -> int:
    """建立下一期的文件夹：期号、总期号、日期和栏目都填好。"""
    from bulletin_pdf import build as pipeline
    from bulletin_pdf.scaffold import new_issue

    home = find_publication(context)
    entries, found = oldest_first(home)
    if has_errors(found):
        report(found, "text", home.root, error=True, extra={})
        return Exit.CONTENT
    titles, found = pipeline.next_titles(home, entries[-1].key if entries else None)
    key, more = (None, []) if has_errors(found) else new_issue(home, entries, titles, _day(day))
    found += more
    report(found, "text", home.root, error=True, extra={})
    if key is None:
        return Exit.CONTENT
    click.echo(f"已建立 {key}。写好各栏目的稿件后运行：bulletin build {key}", err=True)
    click.echo(str(home.content / key))
    return Exit.OK


def _day(typed: str | None) -> date:
    if typed is None:
        return date.today()
    from bulletin_pdf.settings import as_date

    try:
        day = as_date(typed)
    except ValueError as problem:
        raise WrongUsage(f"--date 不对：{problem}") from None
    assert isinstance(day, date)
    return day
