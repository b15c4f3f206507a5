"""The door: the command `bulletin`. Thin; each command says what it does in Chinese.

Exit codes: 0 built or nothing wrong, 1 errors in the content, 2 wrong use, 3 a bug of ours.
"""

import json
import re
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from bulletin_pdf import __version__
from bulletin_pdf.command_line import Group, WrongUsage, usage_message
from bulletin_pdf.diagnostics import Diagnostic, as_annotation, as_json, has_errors, in_order

if TYPE_CHECKING:
    from bulletin_pdf.build import Built, Product
    from bulletin_pdf.publication import Home


class Exit(IntEnum):
    """How the command ends."""

    OK = 0
    CONTENT = 1
    USAGE = 2
    BUG = 3


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit; nothing that an editor does ends in a traceback."""
    if hasattr(signal, "SIGPIPE"):
        # End like any Unix command when the reader of a pipe has gone (bulletin list | head).
        with suppress(ValueError):  # not in the main thread
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows console may be GBK
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        code = main_group.main(arguments, standalone_mode=False, prog_name="bulletin")
        sys.exit(code if isinstance(code, int) else Exit.OK)
    except click.exceptions.NoArgsIsHelpError as problem:
        click.echo(problem.message, err=True)
        sys.exit(Exit.USAGE)
    except click.UsageError as problem:
        hint = f"看说明：{problem.ctx.command_path} --help" if problem.ctx else "看说明：bulletin --help"
        click.echo(f"{usage_message(problem)}\n{hint}", err=True)
        sys.exit(Exit.USAGE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断，没有改动已有的文件。", err=True)
        sys.exit(130)
    except Exception as problem:
        click.echo(
            f"程序出了意外（{type(problem).__name__}：{problem}），这是程序的毛病，不是稿件的。", err=True
        )
        click.echo(f"请把这个文件发给维护的人：{_bug_report(arguments)}", err=True)
        sys.exit(Exit.BUG)


def _bug_report(arguments: Sequence[str] | None) -> str:
    """Write down the exception at hand for the maintainers; gives the file."""
    import platform
    import tempfile
    import traceback

    words = sys.argv[1:] if arguments is None else arguments
    with tempfile.NamedTemporaryFile(
        "w", suffix=".txt", prefix="bulletin-", delete=False, encoding="utf-8", errors="replace"
    ) as report:
        report.write(f"bulletin {__version__}, Python {platform.python_version()}, {platform.platform()}\n")
        report.write(f"bulletin {' '.join(words)}\n\n")
        traceback.print_exc(file=report)
    return report.name


# --- shared options -------------------------------------------------------------------------------------

Function = TypeVar("Function", bound=Callable[..., Any])


def _format_option(function: Function) -> Function:
    return click.option(
        "--format",
        "style",
        type=click.Choice(["text", "json", "github"]),
        default="text",
        metavar="格式",
        help="结果的格式：text 给人看（默认），json 给程序，github 给代码托管平台。",
    )(function)


def _strict_option(function: Function) -> Function:
    return click.option("--strict", is_flag=True, help="有警告也算不合格。")(function)


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


def _home(context: click.Context) -> "Home":
    from bulletin_pdf.publication import find_home

    root: Path | None = context.find_root().obj
    home = find_home(root.resolve() if root else Path.cwd())
    if home is None:
        where = root or Path.cwd()
        click.echo(f"在“{where}”和它上面的文件夹里没有找到 content/publication.yaml。", err=True)
        click.echo("进入刊物的文件夹再运行，或用 bulletin init 新建一个刊物。", err=True)
        context.exit(Exit.USAGE)
    return home


def _report(
    diagnostics: Sequence[Diagnostic], style: str, root: Path, *, error: bool, extra: dict[str, Any]
) -> None:
    """Give diagnostics in the wanted format; for text to stderr when `error` is true, else to stdout."""
    if style == "json":
        values = {"diagnostics": [as_json(diagnostic) for diagnostic in diagnostics], **extra}
        click.echo(json.dumps(values, ensure_ascii=False, indent=2))
    elif style == "github":
        for diagnostic in diagnostics:
            click.echo(as_annotation(diagnostic))
    else:
        from bulletin_pdf import terminal

        terminal.show(diagnostics, root, terminal.console(error=error))


def _report_table(
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
    _report(found, style, root, error=True, extra=extra)


def _verdict(diagnostics: Sequence[Diagnostic], strict: bool) -> Exit:
    return Exit.CONTENT if has_errors(diagnostics) or (strict and diagnostics) else Exit.OK


def _keys(context: click.Context, home: "Home", issues: Sequence[str], everything: bool) -> list[str]:
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
    entries, _ = _ledger(home)
    # An issue whose settings can't be read is likely the one at work: it must not be passed over for an older.
    unread = set(known) - {entry.key for entry in entries}
    return [max([*unread, *(entry.key for entry in entries[-1:])])]


def _ledger(home: "Home") -> tuple[list[Any], list[Diagnostic]]:
    from bulletin_pdf.build import read_ledger
    from bulletin_pdf.ledger import in_order as oldest_first

    entries, diagnostics = read_ledger(home)
    return oldest_first(entries), diagnostics


# --- commands -------------------------------------------------------------------------------------------


@main_group.command(
    options_metavar="[选项]",
    epilog="""bulletin build 2021-17
              bulletin build 2021-17 --for 小册子
              bulletin build --all -o 成品""",
)
@click.argument("issues", nargs=-1, metavar="[期]…")
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
    help="另外生成：办公、小册子、付印、存档、图片；几种用逗号隔开，写“全部”就是每一种；默认照设置里的“用途”。",
)
@click.option("--force", is_flag=True, help="没有改动也重新生成。")
@click.option("--annotate", is_flag=True, help="另写一个批注 PDF：页面照旧，问题标在上面。")
@_strict_option
@_format_option
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
    strict: bool,
    style: str,
) -> int:
    """生成 PDF；最后一行是 PDF 的路径。不写期就生成最新的一期。"""
    from bulletin_pdf import build as pipeline
    from bulletin_pdf import terminal

    profiles = _profiles(words)

    home = _home(context)
    output = output.resolve() if output else None
    pages = _pages(wanted)
    results: dict[str, Built] = {}
    products: dict[str, list[Product]] = {}
    faults: list[Diagnostic] = []
    for key in _keys(context, home, issues, everything):
        built = None
        if not (force or annotate):
            built = pipeline.standing(home, key, output=output, layout=layout, wanted=pages)
        if built is None:
            with terminal.progress(key) as progress:
                built = pipeline.build(
                    home,
                    key,
                    output=output,
                    layout=layout,
                    wanted=pages,
                    annotated=annotate,
                    progress=progress,
                )
        results[key] = built
        products[key] = []
        if built.pdf:
            with terminal.progress(key) as progress:
                products[key], more = pipeline.produce(
                    home, key, built.pdf, profiles, force=force, progress=progress
                )
            faults += more
    found = [diagnostic for built in results.values() for diagnostic in built.diagnostics]
    found = in_order([*pipeline.ledger_faults(home, results), *found, *faults])
    outputs = [
        {
            "issue": key,
            "pdf": str(built.pdf) if built.pdf else None,
            "pages": built.pages,
            "changes": list(built.changes),
            "products": [
                {
                    "profile": product.profile.name,
                    "title": product.profile.title,
                    "note": product.note,
                    "files": [str(file) for file in product.files],
                }
                for product in products[key]
            ],
            **({"annotated": str(built.annotated) if built.annotated else None} if annotate else {}),
        }
        for key, built in results.items()
    ]
    _report(found, style, home.root, error=True, extra={"outputs": outputs})
    if style == "text":
        for key, built in results.items():
            if built.changes:
                click.echo(f"{key}：为了排成 {built.pages} 页，{'；'.join(built.changes)}。", err=True)
            count = terminal.summary(built.diagnostics)
            state = f"{built.pages} 页" if built.pdf else "没有生成"
            click.echo(f"{key}：{state}{'，' + count if count else ''}", err=True)
            for product in products[key]:
                click.echo(f"{key}：{product.profile.title}：{product.note}", err=True)
            if annotate:
                click.echo(f"{key}：批注 {built.annotated or '没有写：还没有页面'}", err=True)
    if style != "json":
        for key, built in results.items():
            for file in (file for product in products[key] for file in product.files):
                click.echo(str(file))
            if built.pdf:
                click.echo(str(built.pdf))
    return _verdict(found, strict)


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


@main_group.command(
    options_metavar="[选项]",
    epilog="""bulletin copies 2021-17 --count 500
              bulletin copies 2021-17 --list 发放名单.csv --separate""",
)
@click.argument("issue", required=False, metavar="[期]")
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
@_strict_option
@_format_option
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

    if (count is None) == (names is None):
        raise WrongUsage("写 --count 份数 或 --list 名单，两样写一样。")
    if not 1 <= start <= _MOST_COPIES:
        raise WrongUsage(f"--start 不对：“{start}”；号码是 1～{_MOST_COPIES}。")
    if count is not None and not 1 <= count <= _MOST_COPIES - start + 1:
        raise WrongUsage(f"--count 不对：“{count}”；份号是六位数，最多到 {_MOST_COPIES}。")
    home = _home(context)
    key = _keys(context, home, [issue] if issue else [], False)[0]
    with terminal.progress(key) as progress:
        built = pipeline.standing(home, key) or pipeline.build(home, key, progress=progress)
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
    _report(found, style, home.root, error=True, extra=extra)
    if style == "text":
        count_of_faults = terminal.summary(found)
        state = f"{numbered.copies} 份，份号 {start:06}～{numbered.last:06}" if numbered else "没有印份号"
        click.echo(f"{key}：{state}{'，' + count_of_faults if count_of_faults else ''}", err=True)
    if style != "json":
        for file in files:
            click.echo(str(file))
    return _verdict(found, strict)


# The last number of six digits (copies.MOST_NUMBER, whose module is slow to import).
_MOST_COPIES = 999_999


@main_group.command(options_metavar="[选项]", epilog="bulletin check 2021-17")
@click.argument("issues", nargs=-1, metavar="[期]…")
@click.option("--all", "everything", is_flag=True, help="检查每一期。")
@_strict_option
@_format_option
@click.pass_context
def check(context: click.Context, issues: tuple[str, ...], everything: bool, strict: bool, style: str) -> int:
    """检查稿件，不生成 PDF。不写期就检查最新的一期。"""
    from bulletin_pdf import build as pipeline
    from bulletin_pdf import terminal

    home = _home(context)
    keys = _keys(context, home, issues, everything)
    found = list(pipeline.ledger_faults(home, keys))
    for key in keys:
        found += pipeline.prepare(home, key)[1]
    found = in_order(found)
    _report(found, style, home.root, error=False, extra={})
    if style == "text":
        named = keys[0] if len(keys) == 1 else f"{len(keys)} 期"
        click.echo(f"{named}：{terminal.summary(found) or '没有发现问题'}。", err=bool(found))
    return _verdict(found, strict)


@main_group.command(options_metavar="[选项]", epilog="bulletin new --date 2021-07-23")
@click.option("--date", "day", metavar="日期", help="出刊日期，如 2021-07-23；默认今天。")
@click.pass_context
def new(context: click.Context, day: str | None) -> int:
    """建立下一期的文件夹：期号、总期号、日期和栏目都填好。"""
    from bulletin_pdf import build as pipeline
    from bulletin_pdf.scaffold import new_issue

    home = _home(context)
    entries, found = _ledger(home)
    if has_errors(found):
        _report(found, "text", home.root, error=True, extra={})
        return Exit.CONTENT
    titles, found = pipeline.next_titles(home, entries[-1].key if entries else None)
    key, more = (None, []) if has_errors(found) else new_issue(home, entries, titles, _day(day))
    found += more
    _report(found, "text", home.root, error=True, extra={})
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


@main_group.command("list", options_metavar="[选项]")
@_format_option
@click.pass_context
def list_(context: click.Context, style: str) -> int:
    """列出各期：期号、总期号、日期、页数、状态；缺期、重号一并指出。"""
    from bulletin_pdf import build as pipeline

    home = _home(context)
    entries, found = _ledger(home)
    rows = []
    for entry in entries:
        pages, state = pipeline.state(home, entry.key)
        number = f"增刊{entry.number}" if entry.is_supplement else str(entry.number)
        rows.append(
            (entry.key, number, str(entry.total or "–"), entry.date.isoformat(), str(pages or "–"), state)
        )
    columns = ("期", "期号", "总期号", "日期", "页数", "状态")
    found = in_order(found)
    _report_table("issues", columns, rows, found, style, home.root)
    return _verdict(found, False)


@main_group.command(options_metavar="[选项]")
@click.argument("which", type=click.Choice(["publication", "issue"]), metavar="publication|issue")
def schema(which: str) -> None:
    """给出 publication.yaml 或 issue.yaml 的 JSON Schema，供编辑器补全和检查。"""
    from bulletin_pdf.scaffold import schemas

    click.echo(json.dumps(schemas()[f"{which}.json"], ensure_ascii=False, indent=2))


@main_group.command(options_metavar="[选项]")
@click.argument("issue", required=False, metavar="[期]")
@_format_option
@click.pass_context
def fonts(context: click.Context, issue: str | None, style: str) -> int:
    """列出每个字体角色用的是哪个字体、许可、能否嵌入、有多少字，以及这一期里它缺的字。"""
    from bulletin_pdf import build as pipeline
    from bulletin_pdf import terminal
    from bulletin_pdf.fonts import ROLES, describe_embedding

    home = _home(context)
    key = _keys(context, home, [issue] if issue else [], False)[0]
    faces, missing, found = pipeline.font_report(home, key)
    rows = [
        (
            ROLES[face.role],
            face.name,
            str(home.shown(face.origin or face.path)),
            face.licence,
            describe_embedding(face.embedding),
            str(face.glyphs),
            missing.get(face.role, "") or "无",
        )
        for face in faces
    ]
    columns = ("角色", "字体", "文件", "许可", "嵌入", "字形数", f"“{key}”里缺的字")
    if style == "text" and rows:
        terminal.table(columns, rows, terminal.console())
    _report(
        found,
        style,
        home.root,
        error=True,
        extra={"fonts": [dict(zip(columns, row, strict=True)) for row in rows]},
    )
    return _verdict(found, False)


@main_group.command("layouts", options_metavar="[选项]")
@_format_option
@click.pass_context
def layouts_(context: click.Context, style: str) -> int:
    """列出可用的版式：名称、说明、页面、每行几个字、每页几行、样张。"""
    from bulletin_pdf.layout import describe_page, describe_type_area, find_layouts, load_layout

    home = _home(context)
    rows: list[tuple[str, ...]] = []
    found: list[Diagnostic] = []
    for name, folder in find_layouts(home.layouts).items():
        layout, more = load_layout(name, home.layouts, None)
        found += more
        if layout is not None:
            preview = folder / "preview.png"
            sample = str(home.shown(preview)) if preview.is_file() else "–"
            settings = layout.settings
            words = (settings.title, settings.description, describe_page(layout), describe_type_area(layout))
            rows.append((name, *words, sample))
    columns = ("版式", "名称", "说明", "页面", "版心", "样张")
    _report_table("layouts", columns, rows, found, style, home.root)
    return _verdict(found, False)


@main_group.command(options_metavar="[选项]")
def doctor() -> int:
    """检查运行条件：Python、Pango、HarfBuzz、字体和各个程序包；不合格的给出补救的命令。"""
    from bulletin_pdf import terminal
    from bulletin_pdf.doctor import examine

    requirements = examine()
    rows = [
        (
            "合格" if requirement.ok else "不合格" if requirement.needed else "欠佳",
            requirement.name,
            requirement.wanted,
            requirement.found,
            requirement.mend,
        )
        for requirement in requirements
    ]
    terminal.table(("", "项目", "要求", "现有", "补救"), rows, terminal.console())
    return (
        Exit.OK
        if all(requirement.ok or not requirement.needed for requirement in requirements)
        else Exit.CONTENT
    )


@main_group.command(options_metavar="[选项]", epilog="bulletin init 我的简报")
@click.argument("folder", type=click.Path(path_type=Path), metavar="文件夹")
def init(folder: Path) -> int:
    """在一个文件夹里新建刊物：设置、样例一期、可以改动的版式。"""
    from bulletin_pdf.scaffold import new_publication

    home, found = new_publication(folder.resolve(), date.today())
    _report(found, "text", folder, error=True, extra={})
    if home is None:
        return Exit.CONTENT
    click.echo(f'刊物建好了。接着运行：cd "{folder}" && bulletin build', err=True)
    click.echo(str(home.root))
    return Exit.OK
