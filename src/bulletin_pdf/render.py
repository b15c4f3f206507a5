"""Stage: an issue in a layout to HTML. The home of Jinja2.

Values from content are escaped and never run as templates; templates run in a sandbox.
"""

import hashlib
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from bulletin_pdf.composition import Measure
from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.emission import spacing_rules
from bulletin_pdf.fonts import Fonts
from bulletin_pdf.layout import Layout, stylesheet
from bulletin_pdf.model import Figure, Issue, ListItem, Run, Table, Text, plain
from bulletin_pdf.resources import LAYOUTS
from bulletin_pdf.typesetting import SetLine, SetText, set_text

# Pictures and the layout's own files are named by these; see paginate.
PICTURES = "https://issue.invalid/"
LAYOUT_FILES = "https://layout.invalid/"


@dataclass(frozen=True, slots=True)
class Rendered:
    """The HTML of an issue, and every composed line in it in reading order."""

    html: str
    lines: tuple[SetLine, ...]


def picture_url(figure: Figure) -> str:
    """The address under which a figure's file is given to the layout engine.

    It tells pictures of one name apart by what is in them: the folder of the publication must not change the
    PDF, in which WeasyPrint names pictures by their addresses.
    """
    return f"{PICTURES}{quote(figure.file.name)}?{hashlib.sha256(figure.file.read_bytes()).hexdigest()[:16]}"


def render(
    issue: Issue,
    layout: Layout,
    fonts: Fonts,
    settings_place: Place,
    settings_places: Mapping[str, Place],
    shown: Path,
) -> tuple[Rendered | None, list[Diagnostic]]:
    """The whole document as one HTML text, its stylesheet inside, with the lines in it.

    settings_places: where the values of the masthead and imprint are written, by value; settings_place: where
    to look for what else stands there.
    shown: the layout's folder as diagnostics name it. Gives no HTML when a template fails.
    """
    found: list[Diagnostic] = []
    lines: list[SetLine] = []
    note = layout.setting("footnote")

    def run_of(words: str) -> Text:
        """Words of the masthead and imprint, at the place of the setting that they show."""
        for value, place in settings_places.items():
            if (at := words.find(value)) >= 0:
                return (Run(words, place.right(-at)),)
        return (Run(words, settings_place),)

    def text(content: Text, style: str, *, credit: Text = (), measure: float | None = None) -> Markup:
        """A text in a type style; `measure` in points where it is not the type area's."""
        return keep(set_text(content, layout.setting(style, measure), note, fonts, credit=credit))

    def keep(done: SetText) -> Markup:
        # A character that a face lacks is told once, where it stands first.
        told = {finding.message for finding in found if finding.code == "BP310"}
        found.extend(finding for finding in done.diagnostics if finding.message not in told)
        lines.extend(done.lines)
        return done.html

    def line(words: str, style: str, *, measure: float | None = None) -> Markup:
        """Words of the masthead and imprint, which come from settings."""
        return text(run_of(words), style, measure=layout.geometry.width if measure is None else measure)

    def fitted(words: str, style: str) -> Markup:
        """One line of words, smaller than its style where it would be wider than the type area."""
        size = layout.size(layout.style(style)) * min(1.0, layout.geometry.width / length(words, style))
        shrunk = replace(layout.setting(style), measure=Measure(1000), size=size)
        html = keep(set_text(run_of(words), shrunk, note, fonts))
        return Markup('<span style="font-size:{:.4f}pt">{}</span>').format(shrunk.size, html)

    def length(words: str, style: str) -> float:
        """How long words are on one line, in points."""
        wide = replace(layout.setting(style), measure=Measure(1000))
        lines = set_text(run_of(words), wide, note, fonts).lines
        return lines[0].length or 0.0 if lines else 0.0

    def count(words: str, style: str, measure: float | None = None) -> int:
        """How many lines words take."""
        return len(set_text(run_of(words), layout.setting(style, measure), note, fonts).lines)

    def columns(table: Table, head: str, cell: str) -> list[float]:
        """The widths of a table's columns in points; together the type area's."""
        padding = 2 * layout.style(cell).padding

        def longest(texts: tuple[Text, ...], style: str) -> list[float]:
            wide = replace(layout.setting(style), measure=Measure(1000))
            set_texts = (set_text(content, wide, note, fonts) for content in texts)
            return [
                max((line.length or 0.0 for line in done.lines), default=0.0) + padding for done in set_texts
            ]

        rows = [longest(table.head, head), *(longest(row, cell) for row in table.rows)]
        return share([max(column) for column in zip(*rows, strict=True)], layout.geometry.measure)

    def label(item: ListItem) -> Text:
        """A list item's label as the beginning of its text; 1. and • stand off by a space."""
        stands_off = item.label.isascii() or item.label == "•"
        return (Run(item.label + (" " if stands_off else ""), item.place),)

    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([layout.folder, LAYOUTS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "text": text,
        "line": line,
        "fitted": fitted,
        "length": length,
        "columns": columns,
        "count": count,
        "plain": plain,
        "label": label,
        "kind": lambda block: type(block).__name__,
        "picture": picture_url,
    }
    values: dict[str, Any] = {
        "issue": issue,
        "masthead": issue.masthead,
        "layout": layout.settings,
        "geometry": layout.geometry,
    }
    try:
        css = stylesheet(layout) + environment.get_template("style.css.j2").render(values)
        html = environment.get_template("issue.html.j2").render(values, css=Markup(css))
    except Exception as problem:  # a template may raise anything
        return None, [*found, _template_error(problem, shown)]
    rules = f"<style>\n{spacing_rules(html)}</style>\n</head>"
    return Rendered(html.replace("</head>", rules, 1), tuple(lines)), found


def share(wanted: list[float], total: float) -> list[float]:
    """Give columns what they want of a total width, or else an equal share of what narrower ones leave.

    What is left over goes to all in proportion.
    """
    widths = list(wanted)
    open_columns, left = set(range(len(wanted))), total
    while open_columns and sum(wanted[index] for index in open_columns) > left:
        fair = left / len(open_columns)
        content = {index for index in open_columns if wanted[index] <= fair}
        if not content:
            for index in open_columns:
                widths[index] = fair
            break
        left -= sum(wanted[index] for index in content)
        open_columns -= content
    factor = total / sum(widths) if sum(widths) else 1.0
    return [width * max(factor, 1.0) for width in widths]


def _template_error(problem: Exception, shown: Path) -> Diagnostic:
    """What a template did wrong, at its file and line."""
    reason = str(problem).split("\n")[0]
    if isinstance(problem, TemplateNotFound):
        return error("BP403", f"版式里缺少文件“{problem.name}”。", Place(shown), "照自带的版式补上。")
    if isinstance(problem, TemplateSyntaxError):
        return error(
            "BP403", f"模板写法有误：{reason}。", Place(shown / (problem.name or ""), problem.lineno)
        )
    frames = [
        frame for frame in traceback.extract_tb(problem.__traceback__) if frame.filename.endswith(".j2")
    ]
    place = Place(shown)
    if frames:
        file = Path(frames[-1].filename)
        folder = Path(LAYOUTS.name) if file.parent == LAYOUTS else shown
        place = Place(folder / file.name, frames[-1].lineno)
    hint = "样式名要写进 layout.yaml 的“样式”。" if isinstance(problem, KeyError) else "核对变量名和写法。"
    return error("BP403", f"模板执行出错：{type(problem).__name__}：{reason}。", place, hint)
