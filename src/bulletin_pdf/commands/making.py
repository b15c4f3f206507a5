"""Commands that make files of an issue, or tell where one came from: build, copies, verify."""

import re
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bulletin_pdf.command_line import WrongUsage
from bulletin_pdf.commands.common import (
    Exit,
    chosen_keys,
    command,
    complete_issues,
    find_publication,
    format_option,
    report,
    strict_option,
    verdict,
)
from bulletin_pdf.diagnostics import in_order, summary

if TYPE_CHECKING:
    from bulletin_pdf.batch import Job, Made


@command(
    example="""bulletin build 2021-17
              bulletin build 2021-17 --for 小册子
              bulletin build --all -o 成品"""
)
@click.argument("issues", nargs=-1, metavar="[期]…", shell_complete=complete_issues)
@click.option("--all", "everything", is_flag=True, help="生成每一期。")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="文件夹",
    help="PDF 放在哪里；默认 build/期/。",
)
@click.option("--layout", metavar="版式", help="换一个版式；另存为“期-版式”。")
@click.option(
    "--fit",
    "wanted",
    metavar="pages=页数",
    help="排成这么多页，如 --fit pages=6；比 issue.yaml 里的“排满”优先。",
)
@click.option(
    "--for",
    "words",
    multiple=True,
    metavar="用途",
    help="另外生成：办公、小册子、校样、付印、存档、图片；几种用逗号隔开，写“全部”就是每一种；默认照设置里的“用途”。",
)
@click.option("--force", is_flag=True, help="没有改动也重新生成。")
@click.option("--annotate", is_flag=True, help="另写一个批注 PDF：页面照旧，问题标在上面。")
@click.option("--jobs", type=int, metavar="数", help="几期同时生成；默认有几个处理器核就几期。")
@click.option(
    "--executor",
    type=click.Choice(["local", "dask"]),
    default="local",
    metavar="地方",
    help="在哪里生成：local 本机（默认），dask 一个 Dask 集群。",
)
@click.option("--scheduler", metavar="地址", help="Dask 集群的调度器，如 tcp://10.0.0.1:8786。")
@strict_option
@format_option
@click.pass_context
def build(
    context: click.Context,
    issues: tuple[str, ...],
    everything: bool,
    output: Path | None,
    layout: str | None,
    wanted: str | None,
    words: tuple[str, ...],
    force: bool,
    annotate: bool,
    jobs: int | None,
    executor: str,
    scheduler: str | None,
    strict: bool,
    style: str,
) -> int:
    """生成 PDF；最后一行是 PDF 的路径。不写期就生成最新的一期。"""
    from bulletin_pdf.batch import Job, standing
    from bulletin_pdf.ledger import ledger_faults, read_ledger

    if jobs is not None and jobs < 1:
        raise WrongUsage(f"--jobs 不对：“{jobs}”；写 1 或更大的数。")
    if (executor == "dask") != (scheduler is not None):
        raise WrongUsage("--executor dask 和 --scheduler 地址 要一起写。")
    job = Job(
        find_publication(context),
        "",
        output=output.resolve() if output else None,
        layout=layout,
        wanted=_pages(wanted),
        profiles=tuple(_profiles(words)),
        force=force,
        annotated=annotate,
    )
    home = job.home
    todo = [replace(job, key=key) for key in chosen_keys(context, home, issues, everything)]
    wishes = {entry.key: entry.outputs for entry in read_ledger(home)[0]}
    made = {each.key: standing(each, wishes) for each in todo}
    made |= _make([each for each in todo if made[each.key] is None], jobs, scheduler)
    results = [each for each in made.values() if each is not None]
    found = [diagnostic for each in results for diagnostic in (*each.built.diagnostics, *each.found)]
    found = in_order([*ledger_faults(home, [each.key for each in results]), *found])
    extra = {"outputs": [_values(each, annotate) for each in results]}
    report(found, style, home.root, error=True, extra=extra)
    if style == "text":
        for each in results:
            _tell(each, annotate)
    if style != "json":
        for each in results:
            for file in (file for product in each.products for file in product.files):
                click.echo(str(file))
            if each.built.pdf:
                click.echo(str(each.built.pdf))
    return Exit.BUG if any(each.is_bug for each in results) else verdict(found, strict)


def _make(jobs: "Sequence[Job]", processes: int | None, scheduler: str | None) -> "dict[str, Made]":
    """What comes of jobs, by issue, while a line tells how far it is."""
    if not jobs:
        return {}
    from bulletin_pdf import batch

    if len(jobs) == 1 and scheduler is None:
        from bulletin_pdf.paginate import laid_out_beside

        with laid_out_beside(jobs[0].home.font_configurations):
            from bulletin_pdf import terminal  # only now, since it takes time to import

            with terminal.progress(jobs[0].key) as progress:
                return {jobs[0].key: batch.make(jobs[0], progress)}
    from bulletin_pdf import terminal
    from bulletin_pdf.system.cluster import NoClusterError
    from bulletin_pdf.system.processes import cores

    made: dict[str, Made] = {}
    try:
        with (
            closing(batch.make_all(jobs, processes=processes or cores(), scheduler=scheduler)) as results,
            terminal.countdown(len(jobs)) as tell,
        ):
            for index, each in results:
                made[jobs[index].key] = each
                tell(len(made), sum(each.built.pdf is None for each in made.values()))
    except KeyboardInterrupt:
        if not made:
            raise
        click.echo(f"已中断：{len(made)} 期已经做好，没有半个文件；再运行一遍，只做剩下的。", err=True)
        raise click.exceptions.Exit(Exit.INTERRUPTED) from None
    except NoClusterError as problem:
        raise WrongUsage(f"--scheduler 不行：{problem}。") from None
    return made


def _values(made: "Made", annotated: bool) -> dict[str, Any]:
    """What --format json says of an issue."""
    built = made.built
    products = [
        {
            "profile": product.profile.name,
            "title": product.profile.title,
            "note": product.note,
            "files": [str(file) for file in product.files],
        }
        for product in made.products
    ]
    values = {
        "issue": made.key,
        "pdf": str(built.pdf) if built.pdf else None,
        "pages": built.pages,
        "changes": list(built.changes),
        "products": products,
    }
    return values | ({"annotated": str(built.annotated) if built.annotated else None} if annotated else {})


def _tell(made: "Made", annotated: bool) -> None:
    """What came out, for people."""
    key, built = made.key, made.built
    if built.changes:
        click.echo(f"{key}：为了排成 {built.pages} 页，{'；'.join(built.changes)}。", err=True)
    count = summary(built.diagnostics)
    state = f"{built.pages} 页" if built.pdf else "没有生成"
    click.echo(f"{key}：{state}{'，' + count if count else ''}", err=True)
    for product in made.products:
        click.echo(f"{key}：{product.profile.title}：{product.note}", err=True)
    if annotated:
        click.echo(f"{key}：批注 {built.annotated or '没有写：还没有页面'}", err=True)


def _profiles(typed: Sequence[str]) -> list[str]:
    """The names of profiles in `booklet,images`, each known."""
    from bulletin_pdf.profiles import chosen

    words = [word for each in typed for word in re.split("[,，、]", each)]
    try:
        return [profile.name for profile in chosen(words)]
    except ValueError as problem:
        raise WrongUsage(f"--for 不对：{str(problem).replace('；', '，')}") from None


def _pages(typed: str | None) -> int | None:
    """The number in `pages=6` or `页数=6`."""
    if typed is None:
        return None
    match = re.fullmatch(r"(?:pages|页数)=([1-9]\d{0,2})", typed, re.ASCII)
    if not match:
        raise WrongUsage(f"--fit 不对：“{typed}”；写成 pages=6，页数是 1～999。")
    return int(match[1])


@command(
    example="""bulletin copies 2021-17 --count 500
              bulletin copies 2021-17 --list 发放名单.csv --separate"""
)
@click.argument("issue", required=False, metavar="[期]", shell_complete=complete_issues)
@click.option("--count", type=int, metavar="份数", help="印多少份，份号从 000001 起。")
@click.option(
    "--list",
    "names",
    type=click.Path(path_type=Path),
    metavar="名单",
    help="发放名单（CSV：收件人,部门,份数）；另外生成发放登记表和标签。",
)
@click.option("--separate", is_flag=True, help="每份一个文件；不写就合成一个付印的文件。")
@click.option("--start", type=int, default=1, metavar="号码", help="第一份的号码；默认 1。")
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
def copies(
    context: click.Context,
    issue: str | None,
    count: int | None,
    names: Path | None,
    separate: bool,
    start: int,
    output: Path | None,
    strict: bool,
    style: str,
) -> int:
    """印有份号的各份：每份第一页印 000001、000002……；最后一行是文件的路径。不写期就是最新的一期。"""
    from bulletin_pdf import build as pipeline
    from bulletin_pdf import terminal
    from bulletin_pdf.issuing import number_copies
    from bulletin_pdf.standing import standing

    if (count is None) == (names is None):
        raise WrongUsage("写 --count 份数 或 --list 名单，两样写一样。")
    if not 1 <= start <= _MOST_COPIES:
        raise WrongUsage(f"--start 不对：“{start}”；号码是 1～{_MOST_COPIES}。")
    if count is not None and not 1 <= count <= _MOST_COPIES - start + 1:
        left = _MOST_COPIES - start + 1
        raise WrongUsage(f"--count 不对：“{count}”；份号是六位数，从 {start:06} 起最多 {left} 份。")
    home = find_publication(context)
    key = chosen_keys(context, home, [issue] if issue else [], False)[0]
    with terminal.progress(key) as progress:
        built = standing(home, key) or pipeline.build(home, key, progress=progress)
        numbered = None
        found = in_order(built.diagnostics)
        if built.pdf:
            progress("印份号")
            numbered, more = number_copies(
                home,
                key,
                built.pdf,
                count=count or 0,
                names=names.resolve() if names else None,
                start=start,
                separate=separate,
                output=output.resolve() if output else None,
            )
            found = in_order([*found, *more])
    files = [*numbered.files, numbered.pages] if numbered else []
    extra = {
        "issue": key,
        "copies": numbered.copies if numbered else 0,
        "files": [str(file) for file in files],
    }
    report(found, style, home.root, error=True, extra=extra)
    if style == "text":
        count_of_faults = summary(found)
        state = f"{numbered.copies} 份，份号 {start:06}～{numbered.last:06}" if numbered else "没有印份号"
        click.echo(f"{key}：{state}{'，' + count_of_faults if count_of_faults else ''}", err=True)
    if style != "json":
        for file in files:
            click.echo(str(file))
    return verdict(found, strict)


# The last number of six digits (copies.MOST_NUMBER, whose module is slow to import).
_MOST_COPIES = 999_999


@command(
    example="""bulletin verify build/2021-17/2021-17.pdf
              bulletin verify ~/下载/2021-17.付印.pdf --rebuild"""
)
@click.argument("file", type=click.Path(path_type=Path), metavar="文件")
@click.option("--rebuild", is_flag=True, help="照现在的原稿重新生成一遍（不动已有的文件），逐字节比较。")
@format_option
@click.pass_context
def verify(context: click.Context, file: Path, rebuild: bool, style: str) -> int:
    """核对一个文件是不是现在的原稿生成的：有没有被改动，生成以后原稿、程序改了什么。"""
    from bulletin_pdf.production import again
    from bulletin_pdf.provenance import trace

    home = find_publication(context)
    origin, found = trace(home, file.resolve())
    is_same = False
    if rebuild and origin is not None:
        made, more = again(home, origin)
        found += [each for each in more if made is None]
        is_same = made is not None and file.read_bytes() == made
        if is_same:
            # Whatever was changed since has not changed the outcome.
            found = [each for each in found if each.code not in ("BP653", "BP654")]
    is_true = is_same or (not found and not rebuild)
    found = in_order(found)
    title = origin.title if origin else None
    extra = {"file": str(file), "of": title, "verified": is_true, "rebuilt": rebuild}
    report(found, style, home.root, error=False, extra=extra)
    if style == "text":
        how = (
            "重新生成的一个字节也不差" if is_same else "生成以后没有改动，原稿、版式、字体、程序也都没有改动"
        )
        differs = "重新生成的和它不一样" if rebuild else "不能认定是现在的原稿生成的"
        click.echo(
            f"{file.name}（{title}）：{how if is_true else differs}。"
            if title
            else f"{file.name}：来历不明。"
        )
    return Exit.OK if is_true else Exit.CONTENT
