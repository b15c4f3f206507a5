"""The SVG while it is drawn: labels measured in the faces, plain shapes, colours that print in grey."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from bulletin_pdf.fonts import Fonts, advance

INK, AXIS, GRID = "#231f20", "#8a8a8a", "#d4d4d4"
HAIRLINE = 0.5
"""Width of axes and guides in points."""

LEADING = 1.25
"""From line to line of a label, in em."""


@dataclass(frozen=True, slots=True)
class LabelStyle:
    """The labels' face and size in points."""

    fonts: Fonts
    size: float
    role: str = "hei"

    def width(self, text: str) -> float:
        """How long a text is, in points."""
        faces = ((self.fonts.face_for(self.role, each), each) for each in text)
        return self.size * sum(advance(face, each) if face else 1.0 for face, each in faces)

    @property
    def families(self) -> str:
        roles = (self.role, *self.fonts.fallback.get(self.role, ()))
        # Without blanks: the layout engine would take them for part of the names.
        return ",".join(face.family for role in roles if (face := self.fonts.faces.get(role)))

    def of_size(self, size: float) -> "LabelStyle":
        return LabelStyle(self.fonts, size, self.role)

    def wrapped(self, text: str, measure: float) -> list[str]:
        """A text in as few lines as the measure takes, of about the same length.

        Latin words and numbers are not parted, nor marks from what they cling to: such a line may be longer.
        """
        lines = self._filled(text, measure)
        narrower = measure
        while len(lines) > 1 and narrower > self.size:
            narrower -= self.size / 2
            if len(tried := self._filled(text, narrower)) > len(lines):
                break
            if max(map(self.width, tried)) <= measure:
                lines = tried
        return lines

    def _filled(self, text: str, measure: float) -> list[str]:
        lines = [""]
        for piece in re.findall(
            r"\s+|[（《“【]*(?:[!-~]+[年月日季]?|.)[，。、；：？！）》”】％‰]*", text, re.DOTALL
        ):
            if lines[-1] and self.width((lines[-1] + piece).rstrip()) > measure:
                lines.append("")
            lines[-1] += piece if lines[-1] else piece.lstrip()
        return [line.rstrip() for line in lines]


class Sheet:
    """The SVG while it is drawn; lengths in points from the upper left corner."""

    def __init__(self, width: float, height: float, type_: LabelStyle, palette: tuple[str, ...]) -> None:
        self.width, self.height, self.type, self.palette = width, height, type_, palette
        box = f"0 0 {points(width)} {points(height)}"
        self.root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": box})
        self.root.set("width", f"{points(width)}pt")
        self.root.set("height", f"{points(height)}pt")

    def add(self, tag: str, **attributes: str | float) -> ET.Element:
        """An element; stroke_width stands for stroke-width."""
        named = {
            name.replace("_", "-"): value if isinstance(value, str) else points(value)
            for name, value in attributes.items()
        }
        return ET.SubElement(self.root, tag, named)

    def line(self, x: float, y: float, to_x: float, to_y: float, colour: str) -> None:
        self.add("line", x1=x, y1=y, x2=to_x, y2=to_y, stroke=colour, stroke_width=HAIRLINE)

    def text(
        self, text: str, x: float, middle: float, anchor: str = "middle", type_: LabelStyle | None = None
    ) -> None:
        """A line of text, its characters centred on the height `middle`; anchor: start, middle, end."""
        if not text:
            return
        type_ = type_ or self.type
        left = x - type_.width(text) * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        # The em box reaches from 0.88 em above the baseline to 0.12 em below (font_mending).
        baseline = middle + 0.36 * type_.size
        node = self.add("text", x=left, y=baseline, font_size=type_.size, fill=INK)
        node.set("font-family", type_.families)
        node.text = text

    def lines(
        self,
        lines: Sequence[str],
        x: float,
        top: float,
        anchor: str = "middle",
        type_: LabelStyle | None = None,
    ) -> None:
        pitch = (type_ or self.type).size * LEADING
        for index, line in enumerate(lines):
            self.text(line, x, top + (index + 0.5) * pitch, anchor, type_)


def points(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace("-0", "0") if abs(value) < 0.005 else f"{value:.2f}"


def shades(palette: Sequence[str], count: int, lightest: float = 0.82) -> list[str]:
    """A colour for each of so many series, told apart by lightness alone if need be.

    More than six kinds of grey cannot be told apart in print: they are used again.
    """
    if count == 1:
        return [palette[0]]
    steps = min(count, 6)
    targets = [0.28 + (lightest - 0.28) * step / (steps - 1) for step in range(steps)]
    # Neighbours differ most when the darker half alternates with the lighter one.
    if steps > 3:
        half = (steps + 1) // 2
        order = [step // 2 + (half if step % 2 else 0) for step in range(steps)]
        targets = [targets[step] for step in order]
    shades = [_shade(palette[index % len(palette)], targets[index % steps]) for index in range(count)]
    if count > steps and count % steps == 1:
        # The last slice of a pie lies beside the first.
        shades[-1] = _shade(palette[(count - 1) % len(palette)], targets[steps // 2])
    return shades


def _shade(colour: str, target: float) -> str:
    """A colour mixed with white or black until its grey (ITU-R BT.601) is `target`, from 0 to 1."""
    digits = re.fullmatch(r"#([0-9a-fA-F]{6})", colour)
    parts = [int(digits[1][at : at + 2], 16) / 255 for at in (0, 2, 4)] if digits else [0.35] * 3
    grey = sum(weight * part for weight, part in zip((0.299, 0.587, 0.114), parts, strict=True))
    if grey < target:
        share = (target - grey) / (1 - grey)
        parts = [part + share * (1 - part) for part in parts]
    elif grey:
        parts = [part * target / grey for part in parts]
    return "#" + "".join(f"{round(255 * min(part, 1.0)):02x}" for part in parts)


def cut(type_: LabelStyle, text: str, measure: float) -> str:
    if type_.width(text) <= measure:
        return text
    while text and type_.width(text + "…") > measure:
        text = text[:-1]
    return text + "…"
