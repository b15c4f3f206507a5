"""Tool: click in Chinese, the help pages and what was wrong with a command line.

click translates by gettext, of which it ships no Chinese; and it counts characters where a terminal counts cells.
"""

import unicodedata
from collections.abc import Iterable

import click


class _Formatter(click.HelpFormatter):
    """Columns that line up although a Chinese character is two cells wide; headings with a Chinese colon."""

    def write_heading(self, heading: str) -> None:
        self.write(f"{heading}：\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        first = max(_cells(term) for term, _ in rows) + col_spacing
        for term, words in rows:
            lines = list(_folded(words, max(self.width - first - self.current_indent, 20)))
            self.write(" " * self.current_indent + term + " " * (first - _cells(term)) + lines[0] + "\n")
            for line in lines[1:]:
                self.write(" " * (self.current_indent + first) + line + "\n")


def _cells(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _folded(text: str, width: int) -> Iterable[str]:
    """A text in lines of so many cells, none of which begins with a mark that may not."""
    line = ""
    for index, character in enumerate(text):
        line += character
        following = text[index + 1 : index + 2]
        if following and _cells(line + following) > width and following not in "，。；：、）":
            yield line
            line = ""
    yield line


class _Context(click.Context):
    formatter_class = _Formatter


class WrongUsage(click.UsageError):
    """A usage error whose message is in Chinese already."""


class Command(click.Command):
    """A command whose help page and errors are in Chinese."""

    context_class = _Context

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        is_group = context.allow_extra_args
        context.allow_extra_args = True  # so that they are reported here, not in English
        try:
            rest = super().parse_args(context, args)
        except click.BadOptionUsage as problem:
            flags = {
                name
                for each in self.params
                if isinstance(each, click.Option) and each.is_flag
                for name in each.opts
            }
            fault = "后面不能带值" if problem.option_name in flags else "后面要写一个值"
            raise WrongUsage(f"{problem.option_name} {fault}。", context) from None
        if rest and not is_group and not context.resilient_parsing:  # completion looks at half a line
            raise WrongUsage(f"多了 {' '.join(rest)}。", context)
        return rest

    def format_usage(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage(
            context.command_path, " ".join(self.collect_usage_pieces(context)), prefix="用法："
        )

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        options = [parameter for parameter in self.get_params(context) if isinstance(parameter, click.Option)]
        records = [record for option in options if (record := option.get_help_record(context))]
        with formatter.section("选项"):
            formatter.write_dl(records)

    def get_help_option(self, context: click.Context) -> click.Option | None:
        option = super().get_help_option(context)
        if option:
            option.help = "显示这份说明。"
        return option

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        if self.epilog:
            formatter.write("\n例：\n")
            formatter.write("".join(f"  {line.strip()}\n" for line in self.epilog.strip().split("\n")))


class Group(Command, click.Group):
    """The group of all commands."""

    command_class = Command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands:
            from bulletin_pdf.schema import nearest  # which brings pydantic: slow to import

            raise WrongUsage(f"没有“{args[0]}”这个命令。{nearest(args[0], self.commands)}", context)
        return super().resolve_command(context, args)

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(context, formatter)
        names = self.list_commands(context)
        with formatter.section("命令"):
            formatter.write_dl([(name, self.commands[name].get_short_help_str(60)) for name in names])

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)


def usage_message(problem: click.UsageError) -> str:
    """What was wrong with the command line, in Chinese, by the kind of the error."""
    match problem:
        case WrongUsage():
            return problem.message
        case click.NoSuchOption():
            close = f"是不是 {problem.possibilities[0]}？" if problem.possibilities else ""
            return f"没有 {problem.option_name} 这个选项。{close}"
        case click.MissingParameter():
            name = problem.param.make_metavar(problem.ctx) if problem.param and problem.ctx else "参数"
            return f"还缺 {name}。"
        case click.BadParameter(param=click.Parameter(type=click.Choice() as choice) as parameter):
            name = parameter.opts[-1] if isinstance(parameter, click.Option) else "这里"
            return f"{name} 只能写：{'、'.join(map(str, choice.choices))}。"
        case _:
            return "命令写得不对。"
