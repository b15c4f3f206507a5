"""Stage: an issue in a layout to HTML. The home of Jinja2.

Values from content are escaped and never run as templates; templates run in a sandbox. What they may call is
`_Composer`: it composes the texts that they print and gives blocks their places on the grid.
"""

import hashlib
import re
import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import BytecodeCache, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.bccache import Bucket
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from bulletin_pdf.composition import Measure
from bulletin_pdf.diagnostics import Diagnostic, Place, error, warning
from bulletin_pdf.fonts import Fonts
from bulletin_pdf.grid import (
    Frame,
    Grid,
    cell_padding,
    framed,
    name_rows,
    picture_frame,
    row_frames,
    share,
)
from bulletin_pdf.layout import Layout, stylesheet
from bulletin_pdf.model import (
    Article,
    Chart,
    Figure,
    Issue,
    LineBreak,
    ListItem,
    NameList,
    Paragraph,
    Run,
    Section,
    Table,
    Text,
    articles,
    plain,
)
from bulletin_pdf.resources import LAYOUTS
from bulletin_pdf.system.user_cache import keep, kept
from bulletin_pdf.system.versions import version
from bulletin_pdf.typesetting import SetLine, SetText, next_typesetter
from bulletin_pdf.typesetting.beside import SetThere, set_beside
from bulletin_pdf.typesetting.emission import spacing_rules

# Pictures and the layout's own files are named by these; see paginate.
PICTURES = "https://issue.invalid/"
LAYOUT_FILES = "https://layout.invalid/"
# A line that nothing breaks, in em.
ENDLESS = Measure(1000)
# What can't be parted may take so much of a page's height.
MOST_OF_PAGE = 0.7
# Words fitted to a line are told when they get smaller than this.
LEAST_FITTED = 1 / 3
# A chart is so many lines high.
CHART_LINES = 10
# A column of words no longer than this, in characters of the body, is centred where nobody says how.
SHORT_CELL = 6
# Rules of a table: between rows, and above and below all.
THIN, THICK = 0.35, 1.0
_NUMBER = re.compile(r"[+\-−]?[\d,，]+(?:\.(\d+))?[%％‰]?|[—-]|")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The HTML of an issue; every composed line in it in reading order; its pictures by address, as files or bytes."""

    html: str
    lines: tuple[SetLine, ...]
    pictures: Mapping[str, Path | bytes]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in its place."""

    address: str
    alt: str
    frame: Frame


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell, composed; `style` is CSS."""

    html: Markup
    style: str


@dataclass(frozen=True, slots=True)
class SetTable:
    """A table, composed: widths of its columns in points, and its rows, the head first."""

    widths: tuple[float, ...]
    head: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


def render(
    issue: Issue,
    layout: Layout,
    fonts: Fonts,
    settings_place: Place,
    settings_places: Mapping[str, Place],
    shown: Path,
    *,
    imprint_apart: bool = False,
) -> tuple[Rendered | None, list[Diagnostic]]:
    """The whole document as one HTML text, its stylesheet inside, with the lines in it.

    settings_places: where the values of the masthead and imprint are written, by value; settings_place: where
    to look for what else stands there. shown: the layout's folder as diagnostics name it. imprint_apart: the
    imprint stands on a page after the text. Gives no HTML when a template fails.
    """
    composer = _Composer(layout, fonts, settings_place, settings_places, len(issue.attachments))
    composer._begin(issue)
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader([layout.folder, LAYOUTS]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_KeptTemplates(),
    )
    closing = None if imprint_apart or not issue.imprint else _last_paragraph(issue)
    environment.globals |= {
        name: getattr(composer, name) for name in dir(composer) if not name.startswith("_")
    }
    environment.globals |= {
        "closes": lambda block: block is closing,
        "kind": lambda block: type(block).__name__,
        "plain": plain,
        "issue": issue,
        "masthead": issue.masthead,
        "layout": layout.settings,
        "geometry": layout.geometry,
        "imprint_apart": imprint_apart,
        "imprint_is_open": closing is None,
    }
    try:
        css = stylesheet(layout) + environment.get_template("style.css.j2").render()
        html = environment.get_template("issue.html.j2").render(css=Markup(css))
    except Exception as problem:  # a template may raise anything
        return None, [*composer._found, _template_error(problem, shown)]
    composer._check_foot()
    rules = f"<style>\n{spacing_rules(html)}</style>\n</head>"
    html = html.replace("</head>", rules, 1)
    return Rendered(html, tuple(composer._lines), composer._pictures), composer._found


def _last_paragraph(issue: Issue) -> Paragraph | None:
    """The paragraph that ends the issue's text, which the imprint follows; None where something else ends it."""
    if issue.attendance and not issue.attachments:
        return None
    last: Article = list(articles(issue))[-1]
    return last.blocks[-1] if last.blocks and isinstance(last.blocks[-1], Paragraph) else None


class _KeptTemplates(BytecodeCache):
    """Templates compiled once, kept by the user's cache until their source changes; compiling takes longer than filling."""

    def __init__(self) -> None:
        # The code depends on how the environment is set up, which is said in this module.
        setup = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:8]
        self._prefix = f"template-{version('jinja2')}-{setup}"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what was kept, which it checks for itself."""
        if data := kept(self._name(bucket)):
            bucket.bytecode_from_string(data)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what a bucket holds."""
        keep(self._name(bucket), bucket.bytecode_to_string())

    def _name(self, bucket: Bucket) -> str:
        return f"{self._prefix}-{bucket.key}"


class _Composer:
    """What templates call. Collects the lines, pictures and findings of a document."""

    def __init__(
        self,
        layout: Layout,
        fonts: Fonts,
        settings_place: Place,
        settings_places: Mapping[str, Place],
        attachments: int,
    ) -> None:
        self._layout = layout
        self._fonts = fonts
        self._settings_place = settings_place
        self._settings_places = settings_places
        self._setting = cache(layout.setting)
        self._typesetter = next_typesetter(fonts, layout.setting("footnote", layout.geometry.width))
        self._set_there: SetThere = lambda text, credit, setting: None
        geometry = layout.geometry
        self._grid = Grid(geometry.size, geometry.pitch, geometry.height)
        self._found: list[Diagnostic] = []
        self._lines: list[SetLine] = []
        self._pictures: dict[str, Path | bytes] = {}
        self._anchors: dict[int, str] = {}
        self._attachments = attachments

    def _begin(self, issue: Issue) -> None:
        """Begin to set paragraphs, as most of them will be asked for, where another process can do that."""
        paragraphs = [
            (block.lead + block.text, block.credit)
            for article in articles(issue)
            for block in article.blocks
            if isinstance(block, Paragraph)
        ]
        typesetter = self._typesetter
        self._set_there = set_beside(paragraphs, self._setting("body"), self._fonts, typesetter.note)

    # --- texts

    def text(self, content: Text, style: str, measure: float | None = None, *, credit: Text = ()) -> Markup:
        """A text in a type style; `measure` in points where it is not the column's."""
        return self._keep(self._set(content, style, measure, credit))

    def line(self, words: str, style: str, measure: float | None = None) -> Markup:
        """Words of the masthead and imprint, which come from settings."""
        return self.text(
            self._run(words), style, measure=self._layout.geometry.width if measure is None else measure
        )

    def fitted(self, words: str, style: str, width: float | None = None) -> Markup:
        """One line of words, smaller than its style where it would be wider than `width` (the type area)."""
        layout = self._layout
        width = layout.geometry.width if width is None else width
        factor = min(1.0, width / self.length(words, style))
        if factor < LEAST_FITTED:
            message = f"“{words[:16]}……”太长，一行排不下，缩到了原来的 {factor:.0%}。"
            hint = "写短一些，或换一个版式。"
            self._found.append(warning("BP315", message, self._run(words)[0].place, hint))
        size = layout.size(layout.style(style)) * factor
        shrunk = replace(self._setting(style), measure=ENDLESS, size=size)
        html = self._keep(self._typesetter.set(self._run(words), shrunk))
        # No line height: smaller letters on the baseline of larger ones would make the line higher.
        return Markup('<span style="font-size:{:.4f}pt;line-height:0">{}</span>').format(shrunk.size, html)

    def length(self, words: str, style: str) -> float:
        """How long words are on one line, in points."""
        return self._longest(self._run(words), style)

    def count(self, words: str, style: str, measure: float | None = None) -> int:
        """How many lines words take."""
        return len(self._set(self._run(words), style, measure).lines)

    def lines_of(self, content: Text, style: str, measure: float | None = None) -> int:
        """How many lines a text takes."""
        return len(self._set(content, style, measure).lines)

    def label(self, item: ListItem) -> Text:
        """A list item's label as the beginning of its text; 1. and • stand off by a space."""
        stands_off = item.label.isascii() or item.label == "•"
        return (Run(item.label + (" " if stands_off else ""), item.place),)

    def css_string(self, words: str) -> Markup:
        """Words as a string of a style sheet."""
        escaped = "".join(rf"\{ord(sign):x} " if sign in '"\\<>&\n' else sign for sign in words)
        return Markup(f'"{escaped}"')

    def _run(self, words: str) -> Text:
        """Words of the masthead and imprint, at the place of the setting that they show."""
        for value, place in self._settings_places.items():
            if (at := words.find(value)) >= 0:
                return (Run(words, place.right(-at)),)
        return (Run(words, self._settings_place),)

    def _set(self, content: Text, style: str, measure: float | None = None, credit: Text = ()) -> SetText:
        """A text, set."""
        setting = self._setting(style, measure)
        done = self._set_there(content, credit, setting)
        return done or self._typesetter.set(content, setting, credit=credit)

    def _longest(self, content: Text, style: str) -> float:
        """The length of a text on one line, in points."""
        wide = replace(self._setting(style), measure=ENDLESS)
        lines = self._typesetter.set(content, wide).lines
        return max((line.length or 0.0 for line in lines), default=0.0)

    def _keep(self, done: SetText) -> Markup:
        # A character that a face lacks is told once, where it stands first.
        told = {finding.message for finding in self._found if finding.code == "BP310"}
        self._found.extend(finding for finding in done.diagnostics if finding.message not in told)
        self._lines.extend(done.lines)
        return done.html

    def anchor(self, part: Section | Article) -> str:
        """The name of a section or article as the target of a link."""
        return self._anchors.setdefault(id(part), f"part-{len(self._anchors) + 1}")

    def bare(self, content: Text) -> Text:
        """A title in a list of contents: without footnotes, a typed line break as a blank unless a mark stands there."""
        kept: list[Run] = []
        for inline in content:
            if isinstance(inline, Run):
                kept.append(inline)
            elif isinstance(inline, LineBreak) and kept and kept[-1].text[-1:].isalnum():
                kept.append(Run("\u3000", inline.place))
        return tuple(kept)

    def attachment_label(self, number: int) -> Text:
        """附件, or 附件2 where there are several, and a blank."""
        count = self._attachments
        words = f"附件{number}" if count > 1 else "附件"
        return (Run(words, self._settings_place), Run("\u3000", self._settings_place))

    def _too_tall(self, what: str, lines: int, place: Place, hint: str) -> None:
        """BP407: what can't be parted is too tall for a page."""
        self._found.append(error("BP407", f"{what}太长（排成 {lines} 行），一页放不下。", place, hint))

    def _check_foot(self) -> None:
        """BP407: a footnote, and the imprint, leave room for text on their page."""
        geometry = self._layout.geometry
        notes: dict[tuple[Path, int | None], list[SetLine]] = {}
        for line in self._lines:
            if line.style == "footnote":
                notes.setdefault((line.place.file, line.place.line), []).append(line)
        pitch = self._layout.pitch(self._layout.style("footnote"))
        for lines in notes.values():
            if len(lines) * pitch > MOST_OF_PAGE * geometry.height:
                hint = "写短一些，或移到正文里、附件里。"
                self._too_tall("这条脚注", len(lines), lines[0].place, hint)
        imprint = [line for line in self._lines if line.style == "imprint"]
        pitch = self._layout.pitch(self._layout.style("imprint")) if imprint else 0.0
        if len(imprint) * pitch > MOST_OF_PAGE * geometry.height:
            hint = "写短一些；发送的单位很多时，改用“各部门”这样的统称，或另附名单。"
            # The entry with the most lines is the one to mend.
            places = Counter(replace(line.place, column=1) for line in imprint)
            place = places.most_common(1)[0][0]
            self._too_tall("版记", len(imprint), place, hint)

    # --- tables and names

    def table(self, table: Table, head: str, cell: str, measure: float) -> SetTable:
        """A table in a column `measure` wide, in the styles of its head and cells."""
        padding = self._layout.style(cell).padding
        wanted = [
            max(
                self._longest(text, style)
                for text, style in zip(column, (head, *[cell] * len(column)), strict=False)
            )
            + 2 * padding
            for column in zip(table.head, *table.rows, strict=True)
        ]
        widths = share(wanted, measure)
        if table.widths:
            widths = [width * measure / sum(table.widths) for width in table.widths]
        columns = [self._figures(table, index, cell, widths[index]) for index in range(len(widths))]
        short = SHORT_CELL * self._grid.size
        alignment = [
            typed or ("center" if longest - 2 * padding <= short else "left")
            for typed, longest in zip(table.alignment, wanted, strict=True)
        ]
        rows = [self._row(table.head, head, widths, [None] * len(widths), ("",) * len(widths), (THICK, 0.0))]
        for number, texts in enumerate(table.rows):
            places = [column[number] if column else None for column in columns]
            rules = THIN, THICK if number == len(table.rows) - 1 else 0.0
            rows.append(self._row(texts, cell, widths, places, alignment, rules))
        return SetTable(tuple(widths), rows[0], tuple(rows[1:]))

    def _figures(self, table: Table, index: int, style: str, width: float) -> list[float] | None:
        """For a column of figures the space to the right of each: their points stand under one another, and the
        widest stands in the middle of the column. None for a column of words."""
        cells = [plain(row[index]).strip() for row in table.rows]
        matches = [_NUMBER.fullmatch(cell) for cell in cells]
        if table.alignment[index] in ("left", "center") or not all(matches) or not any(cells):
            return None
        tails = [
            cell[match.start(1) - 1 :] if match and match[1] else ""
            for cell, match in zip(cells, matches, strict=True)
        ]
        behind = [self.length(tail, style) if tail else 0.0 for tail in tails]
        whole = [
            self.length(cell, style) - after if cell else 0.0
            for cell, after in zip(cells, behind, strict=True)
        ]
        side = max((width - max(whole) - max(behind)) / 2, 0.0)
        return [side + max(behind) - after for after in behind]

    def _row(
        self,
        texts: Sequence[Text],
        style: str,
        widths: Sequence[float],
        places: Sequence[float | None],
        alignment: Sequence[str],
        rules: tuple[float, float],
    ) -> tuple[Cell, ...]:
        """A row. places: see `_figures`. rules: how thick the ones above and below are; they take no room."""
        padding = self._layout.style(style).padding
        pitch = self._layout.pitch(self._layout.style(style))
        done = [
            self._set(text, style, width - 2 * padding if place is None else width)
            for text, width, place in zip(texts, widths, places, strict=True)
        ]
        most = max(len(each.lines) for each in done) or 1
        if most * pitch > MOST_OF_PAGE * self._layout.geometry.height:
            first = next(line for each in done for line in each.lines)
            self._too_tall("表格的这一行", most, first.place, "把这一行的文字移到表格外面，或分成几行。")
        above = cell_padding(most, pitch, self._grid)
        cells = []
        for each, place, aligned in zip(done, places, alignment, strict=True):
            left, right = (padding, padding) if place is None else (0.0, place)
            aligned = "right" if place is not None else aligned
            top, bottom = above - rules[0], above - rules[1]
            style = f"padding:{top:.4f}pt {right:.4f}pt {bottom:.4f}pt {left:.4f}pt;"
            style += f"border-top:{rules[0]}pt solid;border-bottom:{rules[1]}pt solid;"
            cells.append(Cell(self._keep(each), style + (f"text-align:{aligned}" if aligned else "")))
        return tuple(cells)

    def names(self, block: NameList, style: str, measure: float) -> list[list[tuple[Text, float]]]:
        """A list of names as rows of names and the width of their cells in points; two characters are padded to three."""
        padded = [_padded(name) for name in block.names]
        size = self._layout.size(self._layout.style(style))
        rows = name_rows([self._longest(name, style) for name in padded], measure, size)
        names = iter(padded)
        return [[(next(names), width) for width in row] for row in rows]

    # --- pictures

    def picture(self, figure: Figure, measure: float | None = None) -> Picture:
        """A figure in a column, on the grid."""
        measure = self._layout.geometry.measure if measure is None else measure
        pixels = figure.width, figure.height
        frame = picture_frame(pixels, figure.extent, measure, self._grid, scale=self._scale)
        return Picture(self._address(figure), figure.alt, frame)

    def photo_row(self, row: Sequence[Figure], measure: float | None = None) -> list[Picture]:
        """Figures side by side, a character apart."""
        geometry = self._layout.geometry
        measure = geometry.measure if measure is None else measure
        sizes = [(figure.width, figure.height) for figure in row]
        frames = row_frames(sizes, measure, geometry.size, self._grid, scale=self._scale)
        return [
            Picture(self._address(figure), figure.alt, frame)
            for figure, frame in zip(row, frames, strict=True)
        ]

    def chart(self, chart: Chart, measure: float, colours: Sequence[str]) -> Picture:
        """A chart as wide as the column; `colours` are its palette."""
        from bulletin_pdf.charts import describe, draw

        height = round(CHART_LINES * self._scale) * self._grid.pitch - self._grid.leading
        data = draw(chart, measure, height, colours, self._fonts)
        address = f"{PICTURES}chart-{hashlib.sha256(data).hexdigest()[:16]}.svg"
        self._pictures[address] = data
        return Picture(address, describe(chart), framed(measure, height, self._grid))

    def address(self, figure: Figure) -> str:
        """The address of a picture of the masthead."""
        return self._address(figure)

    @property
    def _scale(self) -> float:
        return self._layout.picture_scale

    def _address(self, figure: Figure) -> str:
        """The address under which a figure's file is given to the layout engine.

        It tells pictures of one name apart by what is in them: the folder of the publication must not change
        the PDF, in which WeasyPrint names pictures by their addresses.
        """
        digest = hashlib.sha256(figure.file.read_bytes()).hexdigest()[:16]
        address = f"{PICTURES}{quote(figure.file.name)}?{digest}"
        self._pictures[address] = figure.file
        return address


def _padded(name: Text) -> Text:
    """A name of two characters with a blank of one between them (CL-1.11.7), and a blank behind it."""
    place = name[-1].place
    blank = Run("\u3000", place)
    characters = [
        replace(run, text=character, place=run.place.right(offset))
        for run in name
        if isinstance(run, Run)
        for offset, character in enumerate(run.text)
    ]
    return (characters[0], blank, characters[1], blank) if len(characters) == 2 else (*name, blank)


def _template_error(problem: Exception, shown: Path) -> Diagnostic:
    """What a template did wrong, at its file and line."""
    reason = str(problem).split("\n")[0].replace("_Composer.", "")
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
    hints = {
        KeyError: "没有这个样式；写进 layout.yaml 的“样式”。",
        TypeError: "核对函数的参数，见 docs/layouts.md 的“模板”。",
    }
    hint = hints.get(type(problem), "核对变量名和写法。")
    return error("BP403", f"模板执行出错：{type(problem).__name__}：{reason}。", place, hint)
