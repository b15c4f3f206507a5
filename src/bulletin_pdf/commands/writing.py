"""Commands for writing an issue: check, new."""

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from bulletin_pdf.command_line import WrongUsage
from bulletin_pdf.commands.common import (
    Exit,
    chosen_keys,
    command,
    complete_issues,
    find_publication,
    format_option,
    oldest_first,
    report,
    strict_option,
    verdict,
)
from bulletin_pdf.diagnostics import Diagnostic, as_json, has_errors, in_order, summary

if TYPE_CHECKING:
    from bulletin_pdf.home import Home


@command(
    example="""bulletin check 2021-17
              bulletin check 2021-17 --diff
              bulletin check 2021-17 --fix"""
)
@click.argument("issues", nargs=-1, metavar="[期]…", shell_complete=complete_issues)
@click.option("--all", "everything", is_flag=True, help="检查每一期。")
@click.option("--fix", is_flag=True, help="把校对里能放心改的（标“自动”的）直接改到稿件里。")
@click.option("--unsafe-fix", "unsafe", is_flag=True, help="连要看过再改的建议也改；先用 --diff 看看。")
@click.option("--diff", "only_shown", is_flag=True, help="只给出会改哪些地方，不写文件。")
@strict_option
@format_option
@click.pass_context
def check(
    context: click.Context,
    issues: tuple[str, ...],
    everything: bool,
    fix: bool,
    unsafe: bool,
    only_shown: bool,
    strict: bool,
    style: str,
) -> int:
    """检查稿件，校对标点和数字，不生成 PDF。不写期就检查最新的一期。"""
    from bulletin_pdf import build as pipeline
    from bulletin_pdf.ledger import ledger_faults

    home = find_publication(context)
    keys = chosen_keys(context, home, issues, everything)
    if only_shown:
        return _show_corrections(home, keys, unsafe, style)
    fixed, found = _write_corrections(home, keys, unsafe) if fix or unsafe else ([], [])
    found += ledger_faults(home, keys)
    for key in keys:
        found += pipeline.prepare(home, key)[1]
    found = in_order(found)
    report(found, style, home.root, error=False, extra={"fixed": [as_json(each) for each in fixed]})
    if style == "text":
        for each in fixed:
            click.echo(f"已改 {each.place} {each.code} {each.message}{each.hint}", err=True)
        named = keys[0] if len(keys) == 1 else f"{len(keys)} 期"
        done = f"改了 {len(fixed)} 处，" + ("还有 " if found else "") if fixed else ""
        click.echo(f"{named}：{done}{summary(found) or '没有发现问题'}。", err=bool(found))
    return verdict(found, strict)


def _show_corrections(home: "Home", keys: Sequence[str], unsafe: bool, style: str) -> Exit:
    """--diff: what --fix would change."""
    from bulletin_pdf.correction import correct

    corrected = [correct(home, key, unsafe=unsafe) for key in keys]
    # Issues share publication.yaml.
    changed = {each.file: each for one in corrected for each in one.corrections}
    errors = in_order(error for one in corrected for error in one.errors)
    text = "".join(each.diff for each in changed.values())
    count = len({each for one in corrected for each in one.done})
    if style == "json":
        fixes = [as_json(each) for one in corrected for each in one.done]
        values = {"diff": text, "fixes": fixes, "diagnostics": [as_json(each) for each in errors]}
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
        return verdict(errors, False)
    click.echo(text, nl=False)
    report(errors, style, home.root, error=True, extra={})
    if count:
        told = f"会改 {count} 处（{len(changed)} 个文件）；要改，把 --diff 换成 --fix。"
    else:
        told = "没有可以直接改的。"
    if errors:
        told += "有错误的地方没有校对，改好以后再看一遍。"
    click.echo(told.replace("--fix", "--unsafe-fix") if unsafe else told, err=True)
    return verdict(errors, False)


def _write_corrections(
    home: "Home", keys: Sequence[str], unsafe: bool
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """--fix: what was put right, and what went wrong in writing it."""
    from bulletin_pdf.correction import correct, write

    fixed: list[Diagnostic] = []
    found: list[Diagnostic] = []
    for key in keys:
        corrected = correct(home, key, unsafe=unsafe)
        faults = write(home, corrected.corrections)
        unwritten = {fault.place.file for fault in faults if fault.place}
        fixed += (each for each in corrected.done if each.place and each.place.file not in unwritten)
        found += faults
    return fixed, found


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
