"""Commands about the publication: list, layouts, fonts, schema, doctor, init."""

import json
from datetime import date
from pathlib import Path

import click

from bulletin_pdf.commands.common import (
    Exit,
    chosen_keys,
    command,
    complete_issues,
    find_publication,
    format_option,
    oldest_first,
    report,
    report_table,
    verdict,
)
from bulletin_pdf.diagnostics import Diagnostic, in_order


@command("list", example="bulletin list")
@format_option
@click.pass_context
def list_(context: click.Context, style: str) -> int:
    """列出各期：期号、总期号、日期、页数、状态；缺期、重号一并指出。"""
    from bulletin_pdf import standing

    home = find_publication(context)
    entries, found = oldest_first(home)
    rows = []
    for entry in entries:
        pages, state = standing.state(home, entry.key)
        number = f"增刊{entry.number}" if entry.is_supplement else str(entry.number)
        rows.append(
            (entry.key, number, str(entry.total or "–"), entry.date.isoformat(), str(pages or "–"), state)
        )
    columns = ("期", "期号", "总期号", "日期", "页数", "状态")
    found = in_order(found)
    report_table("issues", columns, rows, found, style, home.root)
    return verdict(found, False)


@command(example="bulletin schema issue")
@click.argument(
    "which", type=click.Choice(["publication", "issue", "lexicon"]), metavar="publication|issue|lexicon"
)
def schema(which: str) -> None:
    """给出 publication.yaml、issue.yaml 或 lexicon.yaml 的 JSON Schema，供编辑器补全和检查。"""
    from bulletin_pdf.scaffold import schemas

    click.echo(json.dumps(schemas()[f"{which}.json"], ensure_ascii=False, indent=2))


@command(example="bulletin fonts 2021-17")
@click.argument("issue", required=False, metavar="[期]", shell_complete=complete_issues)
@format_option
@click.pass_context
def fonts(context: click.Context, issue: str | None, style: str) -> int:
    """列出每个字体角色用的是哪个字体、许可、能否嵌入、有多少字，以及这一期里它缺的字。"""
    from bulletin_pdf import build as pipeline
    from bulletin_pdf import terminal
    from bulletin_pdf.fonts import ROLES, describe_embedding

    home = find_publication(context)
    key = chosen_keys(context, home, [issue] if issue else [], False)[0]
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
    report(
        found,
        style,
        home.root,
        error=True,
        extra={"fonts": [dict(zip(columns, row, strict=True)) for row in rows]},
    )
    return verdict(found, False)


@command("layouts", example="bulletin layouts")
@format_option
@click.pass_context
def layouts_(context: click.Context, style: str) -> int:
    """列出可用的版式：名称、说明、页面、每行几个字、每页几行、样张。"""
    from bulletin_pdf.layout import describe_page, describe_type_area, find_layouts, load_layout

    home = find_publication(context)
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
    report_table("layouts", columns, rows, found, style, home.root)
    return verdict(found, False)


@command(example="bulletin doctor")
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


@command(example="bulletin init 我的简报")
@click.argument("folder", type=click.Path(path_type=Path), metavar="文件夹")
def init(folder: Path) -> int:
    """在一个文件夹里新建刊物：设置、样例一期、可以改动的版式。"""
    from bulletin_pdf.scaffold import new_publication

    home, found = new_publication(folder.resolve(), date.today())
    report(found, "text", folder, error=True, extra={})
    if home is None:
        return Exit.CONTENT
    click.echo(f'刊物建好了。接着运行：cd "{folder}" && bulletin build', err=True)
    click.echo(str(home.root))
    return Exit.OK


SHELLS = ("bash", "zsh", "fish")


@command(example="bulletin completion bash")
@click.argument("shell", type=click.Choice(SHELLS), metavar="bash|zsh|fish")
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """给出命令行补全的脚本：按 Tab 键补全命令、选项、期。"""
    from click.shell_completion import ShellComplete, get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    made = kind(context.find_root().command, {}, "bulletin", "_BULLETIN_COMPLETE")
    # Not its own source(), which runs bash to ask for the version and complains in English.
    click.echo(ShellComplete.source(made))
