"""Tool: a layout 版式, which is a folder with `layout.yaml`, Jinja2 templates and a stylesheet.

Geometry and type styles are stated once, in layout.yaml. CSS (`stylesheet`) and line composition both take
them from here. Lengths are points.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from bulletin_pdf.composition import Kinsoku, Measure, Punctuation, Rules
from bulletin_pdf.diagnostics import Diagnostic, Place, error, has_errors
from bulletin_pdf.fonts import ROLES
from bulletin_pdf.fonts.mending import family_name
from bulletin_pdf.press.colour import Ink, read_cmyk, read_rgb, stated_inks
from bulletin_pdf.resources import LAYOUTS
from bulletin_pdf.schema import Settings, canonical, nearest, validated
from bulletin_pdf.source import inside
from bulletin_pdf.typesetting import Setting
from bulletin_pdf.yaml_tree import read_yaml

# 号 to points: standards CL-1.11.3; 三号 and 四号 as GB/T 9704 needs them to set 28 characters in 156 mm.
SIZES = {
    "初号": 42.0,
    "小初": 36.0,
    "一号": 27.5,
    "小一": 24.0,
    "二号": 21.0,
    "小二": 18.0,
    "三号": 15.75,
    "小三": 15.0,
    "四号": 13.75,
    "小四": 12.0,
    "五号": 10.5,
    "小五": 9.0,
    "六号": 7.875,
}
MM = 72 / 25.4


_COLOUR = re.compile(r"#[0-9a-fA-F]{3,4}|#(?:[0-9a-fA-F]{2}){3,4}|[a-zA-Z]+|[a-z-]+\([\w\s.,%/+-]*\)")


def _as_points(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value in SIZES:
        return SIZES[value]
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*(pt|mm)", value.strip())
    if not match:
        raise ValueError(f"“{value}”不是长度，请写成 27pt、156mm 或 三号。")
    return float(match[1]) * (MM if match[2] == "mm" else 1)


Length = Annotated[float, BeforeValidator(_as_points), WithJsonSchema({"type": "string"})]
Role = Literal["fang", "kai", "song", "biaosong", "hei", "latin"]


class Page(Settings):
    """The trimmed sheet."""

    width: Length = Field(title="宽", description="成品宽，如 210mm。", gt=0)
    height: Length = Field(title="高", description="成品高，如 297mm。", gt=0)


class TypeArea(Settings):
    """版心: a whole number of characters wide and of lines high (standards CL-1.11.1)."""

    top: Length = Field(title="天头", description="版心上边（第一行字的上边）到页面上边。", ge=0)
    left: Length | None = Field(None, title="订口", description="版心左边到页面左边；不写就居中。", ge=0)
    characters: int = Field(title="每行字数", description="每行多少个字。", ge=4, le=100)
    lines: int = Field(title="每页行数", description="每页多少行。", ge=4, le=100)
    size: Length = Field(title="字号", description="正文字号，如 三号 或 15.75pt。", gt=4)
    pitch: Length = Field(title="行距", description="相邻两行基线的距离。", gt=4)
    columns: int = Field(1, title="分栏", description="正文分几栏。", ge=1, le=4)
    column_gap: float = Field(2, title="栏距", description="两栏之间空几个字。", ge=0, le=10)


class TypeStyle(Settings):
    """How one kind of text is set. Indents are in characters of the body, space above and below in lines."""

    font: Role = Field("fang", title="字体", description="字体角色。")
    latin: Role = Field("latin", title="西文", description="数字和西文的字体角色。")
    strong: Role = Field("hei", title="着重", description="加重文字的字体角色。")
    emphasis: Role = Field("kai", title="强调", description="强调文字的字体角色。")
    size: Length | None = Field(None, title="字号", description="不写就同正文。", gt=2)
    pitch: Length | None = Field(None, title="行距", description="不写就同正文。", gt=2)
    align: Literal["justify", "left", "center", "right"] = Field(
        "justify", title="对齐", description="对齐方式。"
    )
    indent: float = Field(0, title="首行缩进", description="首行缩进几个字。")
    start: float = Field(0, title="左空", description="整段左边空几个字。", ge=0)
    end: float = Field(0, title="右空", description="整段右边空几个字。", ge=0)
    before: float = Field(0, title="段前", description="上面空几行。", ge=0)
    after: float = Field(0, title="段后", description="下面空几行。", ge=0)
    tracking: float = Field(0, title="字距", description="每字后加宽多少，以字为单位。")
    padding: Length = Field(0.0, title="内空", description="表格的格子里左右各空多少，如 6pt。", ge=0)
    colour: str | None = Field(None, title="颜色", description="colours 里的颜色名。")


class Composition(Settings):
    """How lines are composed; the defaults are those of a Mainland official document (docs/composition.md)."""

    mode: Literal["optimum", "first-fit"] = Field(
        "optimum", title="断行", description="optimum 通盘考虑全段；first-fit 逐行排满。"
    )
    kinsoku: Literal["none", "basic", "gb", "strict"] = Field(
        "gb", title="避头尾", description="避头尾的宽严：none 不避、basic 基本、gb 国标、strict 严格。"
    )
    punctuation: Literal["full", "kaiming", "half"] = Field(
        "full", title="标点", description="标点宽度：full 全身、kaiming 开明、half 半角。"
    )
    gap: float = Field(0.25, title="中西文间距", description="汉字和西文、数字之间空几个字。", ge=0, le=0.5)
    hanging: bool = Field(False, title="标点悬挂", description="行末的。，、；：可以排到版心外。")
    trim_start: bool = Field(False, title="行首缩半", description="行首的前引号、前括号缩去左半。")
    trim_indent: bool = Field(False, title="段首缩半", description="段首的前引号、前括号缩去左半。")
    runts: bool = Field(True, title="避孤字", description="段末一行不留单个字。")
    line_penalty: float = Field(
        0, title="缩行", description="为了少排一行，标点可以挤到多紧：0 照常，100 能少就少。", ge=0, le=200
    )

    def rules(self) -> Rules:
        """The same as the composer's switches."""
        return Rules(
            kinsoku=Kinsoku[self.kinsoku.upper()],
            punctuation=Punctuation[self.punctuation.upper()],
            gap=self.gap,
            hanging=self.hanging,
            trim_start=self.trim_start,
            trim_indent=self.trim_indent,
            optimum=self.mode == "optimum",
            runts=self.runts,
            line_penalty=self.line_penalty,
        )


class LayoutSettings(Settings):
    """layout.yaml."""

    title: str = Field(title="名称", description="版式的中文名。")
    description: str = Field("", title="说明", description="这个版式什么样，一句话。")
    page: Page = Field(title="页面", description="页面大小。")
    type_area: TypeArea = Field(title="版心", description="版心的位置、字数、行数。")
    composition: Composition = Field(Composition(), title="行排", description="怎样断行、怎样处理标点。")
    imprint_page: Literal["last", "even"] = Field(
        "last",
        title="版记页",
        description="版记在哪一页：last 最后一页；even 最后一个双数页（双面印时的封底）。",
    )
    colours: dict[str, str] = Field(default_factory=dict, title="颜色", description="颜色名和 CSS 颜色值。")
    press_colours: dict[str, str] = Field(
        default_factory=dict,
        title="印刷颜色",
        description="付印时这些颜色用的四色油墨，如 C0 M80 Y80 K0；没有写的由程序换算。",
    )
    styles: dict[str, TypeStyle] = Field(
        default_factory=dict,
        title="样式",
        description="每种文字的样式；没有写的照 layouts/styles.yaml，正文叫 body。",
    )


class SharedStyles(Settings):
    """layouts/styles.yaml: the type styles of every layout that does not state its own."""

    styles: dict[str, TypeStyle] = Field(title="样式", description="每种文字的样式。")


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where the type area lies, in points. measure: the width of one column 分栏, the whole where there is one.

    A CSS line box holds its character in the middle of the pitch, so half the space between two lines
    stands above the first line and below the last. The content box is larger than the type area by that
    much at its top and foot; so the first character's top is the type area's top (standards §2.1, set-up b).
    """

    page_width: float
    page_height: float
    left: float
    top: float
    width: float
    measure: float
    height: float
    size: float
    pitch: float

    @property
    def half_leading(self) -> float:
        """The space above the characters in a line box."""
        return (self.pitch - self.size) / 2

    @property
    def margins(self) -> tuple[float, float, float, float]:
        """CSS page margins: top, right, bottom, left."""
        top = self.top - self.half_leading
        bottom = self.page_height - self.top - self.height - self.half_leading
        return top, self.page_width - self.left - self.width, bottom, self.left

    @property
    def turned(self) -> "Geometry":
        """The same sheet turned, its head to the left, for a wide table (GB/T 9704 §8)."""
        return replace(
            self,
            page_width=self.page_height,
            page_height=self.page_width,
            left=self.page_height - self.top - self.height,
            top=self.left,
            width=self.height,
            measure=self.height,
            height=self.width,
        )


def geometry_of(page: Page, area: TypeArea) -> Geometry:
    """The geometry that a page and its type area make."""
    width = area.characters * area.size
    gaps = (area.columns - 1) * area.column_gap * area.size
    return Geometry(
        page_width=page.width,
        page_height=page.height,
        left=(page.width - width) / 2 if area.left is None else area.left,
        top=area.top,
        width=width,
        measure=(width - gaps) / area.columns,
        height=(area.lines - 1) * area.pitch + area.size,
        size=area.size,
        pitch=area.pitch,
    )


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout, read and checked. picture_scale: how large pictures are, as a factor of what they would be."""

    name: str
    folder: Path
    settings: LayoutSettings
    geometry: Geometry
    picture_scale: float = 1.0

    def style(self, name: str) -> TypeStyle:
        """A type style by name. KeyError when the layout has none of that name."""
        return self.settings.styles[name]

    def size(self, style: TypeStyle) -> float:
        """Its type size in points."""
        return style.size or self.geometry.size

    def setting(self, name: str, measure: float | None = None) -> Setting:
        """How texts of a type style are set. KeyError when the layout has none of that name.

        measure: what the lines fill, in points; by default the type area less the style's indents.
        """
        style = self.style(name)
        size, body = self.size(style), self.geometry.size
        width = (self.geometry.measure if measure is None else measure) - (style.start + style.end) * body
        return Setting(
            name=name,
            font=style.font,
            latin=style.latin,
            strong=style.strong,
            emphasis=style.emphasis,
            size=size,
            tracking=style.tracking,
            measure=Measure(width / size, style.indent * body / size),
            align=style.align,
            rules=self.settings.composition.rules(),
        )

    def inks(self, plate: str = "") -> dict[tuple[int, int, int], Ink]:
        """What it states of its colours for the press. plate: a spot plate for the first of them."""
        stated = {name: read_cmyk(inks) for name, inks in self.settings.press_colours.items()}
        plates = dict.fromkeys(list(stated)[:1], plate)
        known = {name: inks for name, inks in stated.items() if inks}
        return stated_inks(self.settings.colours, known, plates)

    def pitch(self, style: TypeStyle) -> float:
        """The distance of its baselines in points."""
        return style.pitch or self.geometry.pitch


def find_layouts(own: Path) -> dict[str, Path]:
    """Folders of every layout by name; a publication's own layouts hide those that come with the program."""
    found: dict[str, Path] = {}
    for folder in (LAYOUTS, own):
        found |= {file.parent.name: file.parent for file in sorted(folder.glob("*/layout.yaml"))}
    return found


def describe_page(layout: Layout) -> str:
    """The trimmed sheet in words: 210×297 mm."""
    page = layout.settings.page
    return f"{page.width / MM:g}×{page.height / MM:g} mm"


def describe_type_area(layout: Layout) -> str:
    """Characters and lines in words: 28 字×22 行, or 2 栏，每栏 21 字×38 行."""
    area, geometry = layout.settings.type_area, layout.geometry
    words = f"{geometry.measure / geometry.size:g} 字×{area.lines} 行"
    return words if area.columns == 1 else f"{area.columns} 栏，每栏 {words}"


def load_layout(name: str, own: Path, named_at: Place | None) -> tuple[Layout | None, list[Diagnostic]]:
    """Read one layout. `own`: the publication's layouts folder; `named_at`: where its name was written."""
    known = find_layouts(own)
    folder = known.get(name)
    if folder is None:
        return None, [error("BP401", f"没有“{name}”这个版式。", named_at, nearest(name, known))]
    file = folder / "layout.yaml"
    shown = file.relative_to(own.parent) if file.is_relative_to(own.parent) else file
    if not inside(folder, "layout.yaml"):
        return None, [error("BP401", f"版式“{name}”的 layout.yaml 在版式文件夹之外。", Place(shown))]
    tree, diagnostics = read_yaml(file, shown)
    if tree is None:
        return None, diagnostics
    tree, found = canonical(tree, LayoutSettings)
    settings, more = validated(tree, LayoutSettings)
    diagnostics += found + more
    if settings is None or has_errors(diagnostics):
        return None, diagnostics
    area, geometry = settings.type_area, geometry_of(settings.page, settings.type_area)
    place = tree.at(("type_area",)).key_place
    if area.pitch < area.size:
        diagnostics.append(
            error("BP402", "行距比字号还小，行会叠在一起。", place, "把行距改到字号的 1.5～2 倍。")
        )
    if min(geometry.margins) < 0:
        message = f"版心（{geometry.width / MM:.1f}×{geometry.height / MM:.1f} mm）超出了页面。"
        diagnostics.append(
            error("BP402", message, place, "减少每行字数或每页行数，或改小字号、行距、天头、订口。")
        )
    if geometry.measure < 4 * area.size:
        message = f"每栏只有 {geometry.measure / area.size:.1f} 个字宽，排不成行。"
        diagnostics.append(error("BP402", message, place, "减少分栏，或加多每行字数。"))
    for name_of, colour in settings.colours.items():
        if not _COLOUR.fullmatch(colour.strip()):
            at = tree.at(("colours", name_of)).place
            hint = "写成 #c8161d、black 或 rgb(200, 22, 29)。"
            diagnostics.append(error("BP402", f"“{colour}”不是颜色。", at, hint))
    for colour, inks in settings.press_colours.items():
        at = tree.at(("press_colours", colour)).place
        if colour not in settings.colours:
            message = f"“颜色”里没有“{colour}”。"
            diagnostics.append(error("BP402", message, at, nearest(colour, settings.colours)))
        elif read_rgb(settings.colours[colour]) is None:
            message = f"“{colour}”的值“{settings.colours[colour]}”看不出是哪种颜色，换不成油墨。"
            diagnostics.append(error("BP402", message, at, "在“颜色”里写成 #c8161d 的样子。"))
        if read_cmyk(inks) is None:
            message = f"“{inks}”不是四色油墨。"
            diagnostics.append(error("BP402", message, at, "写成 C0 M80 Y80 K0 的样子，每个数是 0～100。"))
    for style_name, style in settings.styles.items():
        if style.colour and style.colour not in settings.colours:
            at = tree.at(("styles", style_name, "colour")).place
            diagnostics.append(
                error("BP402", f"没有“{style.colour}”这个颜色。", at, nearest(style.colour, settings.colours))
            )
    settings = settings.model_copy(update={"styles": _scaled_styles(area.size) | settings.styles})
    return (None if has_errors(diagnostics) else Layout(name, folder, settings, geometry)), diagnostics


def _scaled_styles(size: float) -> dict[str, TypeStyle]:
    """The shared styles for a body of another size than the 三号 for which they are written."""
    factor = size / SIZES["三号"]
    lengths = ("size", "pitch", "padding")
    return {
        name: style.model_copy(
            update={
                each: getattr(style, each) * factor for each in lengths if getattr(style, each) is not None
            }
        )
        for name, style in shared_styles().items()
    }


@cache
def shared_styles() -> dict[str, TypeStyle]:
    """The type styles of a layout that states none."""
    tree, _ = read_yaml(LAYOUTS / "styles.yaml", Path("layouts/styles.yaml"))
    assert tree is not None
    styles, faults = validated(canonical(tree, SharedStyles)[0], SharedStyles)
    assert styles is not None, faults
    return styles.styles


def stylesheet(layout: Layout) -> str:
    """The CSS that layout.yaml implies: the page, and one class for every type style and font role.

    Line spacing is set on blocks only; inline elements keep the block's, so no face can raise a line.
    """
    geometry = layout.geometry
    top, right, bottom, left = geometry.margins
    # A hair more than the lines need: the sum of rounded line heights must not push out the last line.
    bottom -= 0.01
    rules = [
        f"@page {{ size: {_pt(geometry.page_width)} {_pt(geometry.page_height)};"
        f" margin: {_pt(top)} {_pt(right)} {_pt(bottom)} {_pt(left)}; }}",
        # Real faces only: a browser's bold and italic would be synthetic.
        "h1, h2, h3, h4, h5, h6, p, strong, em, a, ul, ol, li, table, th, td, figure, figcaption, blockquote, body"
        " { margin: 0; padding: 0; font: inherit; color: inherit; text-decoration: none; }",
        "table { border-collapse: collapse; } ul, ol { list-style: none; }",
        # Lines come composed: nothing may break, collapse, kern or join them again.
        "p, h1, h2, h3, h4, h5, h6, th, td, figcaption"
        " { white-space: pre; font-kerning: none; font-variant-ligatures: none; }",
        ".reading, .dot { display: inline-block; line-height: 0; text-indent: 0; letter-spacing: 0; }",
        ".reading { width: 0; height: 0; } .dot { border-radius: 50%; background: currentColor; }",
    ]
    area = layout.settings.type_area
    if area.columns > 1:
        gap = _pt(area.column_gap * area.size)
        rules.append(f"main {{ column-count: {area.columns}; column-gap: {gap}; }}")
    rules += [f'.{role} {{ font-family: "{family_name(role)}"; }}' for role in ROLES]
    for name, style in layout.settings.styles.items():
        size, pitch = layout.size(style), layout.pitch(style)
        declarations = {
            "font-family": f'"{family_name(style.font)}"',
            "font-size": _pt(size),
            "line-height": _pt(pitch),
            "text-align": "left" if style.align == "justify" else style.align,
            "text-indent": _pt(style.indent * geometry.size),
            "margin": f"{_pt(style.before * geometry.pitch)} {_pt(style.end * geometry.size)}"
            f" {_pt(style.after * geometry.pitch)} {_pt(style.start * geometry.size)}",
        }
        if style.colour:
            declarations["color"] = layout.settings.colours[style.colour]
        rules.append(
            f".{name} {{ " + " ".join(f"{key}: {value};" for key, value in declarations.items()) + " }"
        )
    return "\n".join(rules) + "\n"


def _pt(length: float) -> str:
    return f"{length:.4f}".rstrip("0").rstrip(".") + "pt"
