"""The look of paragraphs and runs: defaults, styles one upon the other, and what is stated directly.

ISO/IEC 29500-1, 17.7.2. Of the look only what says something about the text is kept.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from bulletin_pdf.docx.package import Part
from bulletin_pdf.docx.values import Style

# Styles may name one another in a circle.
_MAX_CHAIN = 20


def is_on(element: Element | None) -> bool:
    """Whether a switch such as w:b is there and not turned off."""
    return element is not None and element.get("w:val", "1") not in ("0", "false", "off", "none")


def as_number(text: str | None, default: int = 0) -> int:
    """A whole number as an attribute states it, also with a fraction; the default for anything else."""
    try:
        return int(float(text)) if text is not None else default
    except (ValueError, OverflowError):
        return default


def under(element: Element | None, *tags: str) -> Element | None:
    """The first child of the first child … by tags. ElementTree's own paths would take w:p for a namespace."""
    for tag in tags:
        element = element.find(tag) if element is not None else None
    return element


def value(parent: Element | None, tag: str) -> str | None:
    """The w:val of a child, None where there is none."""
    child = parent.find(tag) if parent is not None else None
    return child.get("w:val") if child is not None else None


class Styles:
    """The styles of a document by id."""

    def __init__(self, part: Part | None) -> None:
        root = part.root if part else Element("w:styles")
        self.defaults = under(root, "w:docDefaults", "w:rPrDefault", "w:rPr")
        self.styles = {each.get("w:styleId", ""): each for each in root.iter("w:style")}
        self.default = next(
            (
                each.get("w:styleId", "")
                for each in root.iter("w:style")
                if each.get("w:type") == "paragraph" and each.get("w:default") in ("1", "true")
            ),
            "",
        )

    def chain(self, key: str | None) -> Iterator[Element]:
        """A style and those that it is based on, the nearest first."""
        seen: list[str] = []
        while key in self.styles and key not in seen and len(seen) < _MAX_CHAIN:
            seen.append(key)
            yield self.styles[key]
            key = value(self.styles[key], "w:basedOn")

    def name(self, key: str | None) -> str:
        """What a style is called, lower case: `heading 1`, `title`, `caption` also in a Chinese Word."""
        style = self.styles.get(key or "")
        return (value(style, "w:name") or "").lower() if style is not None else ""

    def of_paragraph(self, properties: Element | None, tag: str) -> Element | None:
        """A property of a paragraph: stated directly, or by the nearest style that has it."""
        if properties is not None and (found := properties.find(tag)) is not None:
            return found
        for style in self.chain(value(properties, "w:pStyle") or self.default):
            if (found := under(style, "w:pPr", tag)) is not None:
                return found
        return None

    def of_run(self, run: Element | None, paragraph: Element | None, tag: str) -> Element | None:
        """A property of a run: stated directly, or by its style, its paragraph's style or the defaults."""
        layers = [run] if run is not None else []
        for key in (value(run, "w:rStyle"), value(paragraph, "w:pStyle") or self.default):
            layers += [each for style in self.chain(key) if (each := style.find("w:rPr")) is not None]
        layers += [self.defaults] if self.defaults is not None else []
        return next((found for layer in layers if (found := layer.find(tag)) is not None), None)

    def look(self, run: Element | None, paragraph: Element | None) -> Style:
        """How a run looks."""
        fonts = self.of_run(run, paragraph, "w:rFonts")
        size = self.of_run(run, paragraph, "w:sz")
        dots = self.of_run(run, paragraph, "w:em")
        return Style(
            bold=is_on(self.of_run(run, paragraph, "w:b")),
            italic=is_on(self.of_run(run, paragraph, "w:i")),
            dotted=is_on(dots),
            font=(fonts.get("w:eastAsia") or "") if fonts is not None else "",
            size=as_number(size.get("w:val")) if size is not None else 0,
        )
