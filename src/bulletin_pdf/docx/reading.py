"""What stands in a Word document: the body walked in order, notes fetched, all that has no place in text a loss.

Tracked changes are read as accepted: insertions are text, deletions losses.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from bulletin_pdf.docx.numbering import Numbering
from bulletin_pdf.docx.package import Package, Part
from bulletin_pdf.docx.styles import Styles, as_number, is_on, under, value
from bulletin_pdf.docx.values import NOTE, Block, Cell, Document, Loss, Paragraph, Picture, Span, Style, Table

# Elements that only wrap what they hold.
_WRAPPERS = {
    "w:sdtContent",
    "w:smartTag",
    "w:customXml",
    "w:ins",
    "w:moveTo",
    "w:dir",
    "w:bdo",
    "w:fldSimple",
}
_DELETED = {"w:del", "w:moveFrom"}
_RAISED = str.maketrans("0123456789+-−()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₍₎")
# Of Wingdings, by code: marks that people put into text.
_SYMBOLS = dict(
    zip((0x6C, 0x6E, 0x75, 0xA7, 0xA8, 0xD8, 0xFC, 0xFE, 0x52), "●■◆■□➢✓☑☑", strict=True)
)  # fmt: skip


def read_document(package: Package) -> Document:
    """The text of a package with its looks, and what of its text is lost."""
    reader = _Reader(package)
    blocks = tuple(reader.blocks(package.main.root.find("w:body") or ()))
    notes = reader.notes()
    reader.lose_margins()
    return Document(blocks, notes, tuple(reader.losses), tuple(reader.remarks))


@dataclass(slots=True)
class _Field:
    """An open field: its instruction, and whether its result has begun."""

    instruction: str = ""
    in_result: bool = False


class _Reader:
    """Walks the parts of one package."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = package.main
        self.styles = Styles(package.part("styles"))
        self.numbering = Numbering(package.part("numbering"))
        self.losses: list[Loss] = []
        self.remarks: list[Loss] = []
        self.number = 0
        self.fields: list[_Field] = []
        self.called: list[str] = []
        # Of the paragraph at work: its text so far, and what stands beside the text.
        self.spans: list[Span] = []
        self.beside: list[tuple[bool, Block]] = []

    def lose(self, kind: str, text: str = "") -> None:
        self.losses.append(Loss(kind, text, self.number))

    def remark(self, kind: str, text: str = "") -> None:
        self.remarks.append(Loss(kind, text, self.number))

    # --- blocks

    def blocks(self, parent: Iterable[Element]) -> Iterator[Block]:
        """What the children of an element are."""
        for child in parent:
            match child.tag:
                case "w:p":
                    yield from self.paragraph(child)
                case "w:tbl":
                    yield self.table(child)
                case "w:sdt":
                    yield from self.blocks(self.control(child))
                case "mc:AlternateContent":
                    yield from self.blocks(_chosen(child))
                case tag if tag in _WRAPPERS:
                    yield from self.blocks(child)
                case tag if tag in _DELETED:
                    self.lose("删除的修订", texts(child))
                case "w:altChunk":
                    self.lose("嵌入的另一份文件")

    def control(self, element: Element) -> Element | tuple[()]:
        """What a content control holds; a table of contents and a prompt to type something are lost."""
        content = element.find("w:sdtContent")
        if content is None:
            return ()
        gallery = under(element, "w:sdtPr", "w:docPartObj", "w:docPartGallery")
        if gallery is not None and gallery.get("w:val") == "Table of Contents":
            self.lose("目录", texts(content))
            return ()
        if is_on(under(element, "w:sdtPr", "w:showingPlcHdr")):
            self.lose("没有填写的占位文字", texts(content))
            return ()
        return content

    def paragraph(self, element: Element) -> list[Block]:
        """A paragraph, and before or after it the pictures and text boxes that stand in it."""
        outer = self.spans, self.beside
        self.spans, self.beside = [], []
        self.number += 1
        number = self.number
        properties = element.find("w:pPr")
        self.inlines(element, properties, "")
        spans, beside = self.spans, self.beside
        self.spans, self.beside = outer
        found = self.described(properties, tuple(spans), number)
        before = [block for is_before, block in beside if is_before]
        after = [block for is_before, block in beside if not is_before]
        return [*before, *([found] if spans else []), *after]

    def described(self, properties: Element | None, spans: tuple[Span, ...], number: int) -> Paragraph:
        """A paragraph with what its properties say. Only one with text takes a number, as in Word."""
        styles = self.styles
        name = styles.name(value(properties, "w:pStyle"))
        outline = _stated(styles.of_paragraph(properties, "w:outlineLvl"), 9)
        if name.startswith("heading ") and name[8:].isdecimal():
            outline = int(name[8:]) - 1
        numbered = styles.of_paragraph(properties, "w:numPr")
        key = value(numbered, "w:numId") or "0"
        level = as_number(value(numbered, "w:ilvl"))
        if name.startswith("list ") and name[-1:].isdecimal() and not level:
            level = int(name[-1]) - 1  # List Bullet 2 is the first level of a list of its own
        has_text = any(span.text.strip() for span in spans)
        label = (
            self.numbering.label(key, as_number(value(numbered, "w:ilvl"))) if key != "0" and has_text else ""
        )
        align = styles.of_paragraph(properties, "w:jc")
        word = align.get("w:val", "") if align is not None else ""
        return Paragraph(
            spans,
            number,
            label,
            key if label else "",
            level,
            outline if outline < 9 else None,
            name,
            {"start": "left", "end": "right", "distribute": "both"}.get(word, word),
        )

    def table(self, element: Element) -> Table:
        number = self.number + 1
        rows = []
        for row in _within(element, "w:tr"):
            if under(row, "w:trPr", "w:del") is not None:
                self.lose("删除的修订", texts(row))
                continue
            before = as_number(value(row.find("w:trPr"), "w:gridBefore"))
            cells = [Cell(())] * min(before, 100)
            for cell in _within(row, "w:tc"):
                properties = cell.find("w:tcPr")
                merge = properties.find("w:vMerge") if properties is not None else None
                goes_on = merge is not None and merge.get("w:val", "continue") == "continue"
                width = min(max(as_number(value(properties, "w:gridSpan"), 1), 1), 100)
                cells.append(Cell(tuple(self.blocks(cell)), width, goes_on))
            rows.append(tuple(cells))
        return Table(tuple(rows), number)

    # --- text

    def inlines(self, parent: Element, paragraph: Element | None, link: str) -> None:
        """Add what stands in a paragraph to its text."""
        for child in parent:
            match child.tag:
                case "w:r":
                    self.run(child, paragraph, link)
                case "w:hyperlink":
                    relation = self.part.relations.get(child.get("r:id", ""))
                    target = relation.target if relation and relation.is_external else ""
                    self.inlines(child, paragraph, target or link)
                case "w:fldSimple":
                    self.inlines(child, paragraph, _address(child.get("w:instr", "")) or link)
                case "w:sdt":
                    content = self.control(child)
                    if isinstance(content, Element):
                        self.inlines(content, paragraph, link)
                case "mc:AlternateContent":
                    for chosen in _chosen(child):
                        self.inlines(chosen, paragraph, link)
                case tag if tag in _DELETED:
                    self.lose("删除的修订", texts(child))
                case "m:oMath" | "m:oMathPara":
                    formula = texts(child)
                    self.remark("公式", formula)
                    self.add(formula, self.styles.look(None, paragraph), link)
                case tag if tag in _WRAPPERS:
                    self.inlines(child, paragraph, link)

    def run(self, element: Element, paragraph: Element | None, link: str) -> None:
        properties = element.find("w:rPr")
        look = self.styles.look(properties, paragraph)
        is_hidden = is_on(self.styles.of_run(properties, paragraph, "w:vanish"))
        for child in element:
            self.piece(child, properties, paragraph, look, link, is_hidden)

    def piece(
        self,
        element: Element,
        properties: Element | None,
        paragraph: Element | None,
        look: Style,
        link: str,
        is_hidden: bool,
    ) -> None:
        """Add one thing that stands in a run."""
        match element.tag:
            case "w:fldChar":
                self.field(element.get("w:fldCharType", ""))
            case "w:instrText":
                if self.fields:
                    self.fields[-1].instruction += element.text or ""
            case "w:delText":
                self.lose("删除的修订", element.text or "")
            case "w:t" if is_hidden:
                self.lose("隐藏文字", element.text or "")
            case "w:t":
                text = (element.text or "").replace("\n", " ").replace("\r", " ")
                self.add(self.marked(text, properties), look, link)
            case "w:tab" | "w:ptab":
                self.add("\t", look, link)
            case "w:br" | "w:cr":
                is_line = element.get("w:type", "textWrapping") == "textWrapping"
                self.add("\n", look, link)
                if not is_line:
                    self.remark("分页符、分栏符")
            case "w:noBreakHyphen":
                self.add("-", look, link)
            case "w:sym":
                code = int(element.get("w:char", "0"), 16) & 0xFF if _is_hex(element.get("w:char", "")) else 0
                self.add(_SYMBOLS.get(code, chr(0xF000 + code)), look, link)
            case "w:ruby":
                self.ruby(element, paragraph, link)
            case "w:footnoteReference" | "w:endnoteReference":
                key = f"{element.tag[2]}{element.get('w:id', '')}"
                self.called.append(key)
                self.add(NOTE, replace(look, note=key), "")
            case "w:drawing" | "w:pict":
                self.drawing(element)
            case "w:object":
                self.lose("嵌入的对象（公式、Excel 表格等）", texts(element))
            case "mc:AlternateContent":
                for chosen in _chosen(element):
                    for child in chosen:
                        self.piece(child, properties, paragraph, look, link, is_hidden)

    def add(self, text: str, look: Style, link: str) -> None:
        """Add text to the paragraph, unless it stands in a field that prints none of its own."""
        if any(not field.in_result for field in self.fields):
            if text.strip():
                self.lose("域代码", text)
            return
        if any(field.instruction.strip().upper().startswith("TOC") for field in self.fields):
            if text.strip():
                self.lose("目录", text)
            return
        address = next((found for field in self.fields if (found := _address(field.instruction))), link)
        style = replace(look, link=address if address.startswith(("http://", "https://", "mailto:")) else "")
        if text:
            self.spans.append(Span(text if look.note else text.replace(NOTE, ""), style))

    def field(self, kind: str) -> None:
        if kind == "begin":
            self.fields.append(_Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].in_result = True
        elif kind == "end" and self.fields:
            self.fields.pop()

    def marked(self, text: str, properties: Element | None) -> str:
        """The text of a run; raised and lowered digits as the characters of Unicode; other marks are remarked."""
        if properties is None:
            return text
        if is_on(properties.find("w:strike")) or is_on(properties.find("w:dstrike")):
            self.remark("删除线", text)
        if (value(properties, "w:u") or "none") != "none" and text.strip():
            self.remark("下划线", text)
        if (value(properties, "w:highlight") or "none") != "none":
            self.remark("突出显示", text)
        position = value(properties, "w:vertAlign")
        if position in ("superscript", "subscript") and text.strip():
            table = _RAISED if position == "superscript" else _LOWERED
            if all(ord(each) in table for each in text):
                return text.translate(table)
            self.remark("上标、下标", text)
        return text

    def ruby(self, element: Element, paragraph: Element | None, link: str) -> None:
        """A text with its reading over it, by characters where there is a reading for each, else in brackets."""
        base = texts(element.find("w:rubyBase"))
        reading = " ".join(texts(element.find("w:rt")).split())
        look = self.styles.look(under(element, "w:rubyBase", "w:r", "w:rPr"), paragraph)
        if reading and len(base) == len(reading.split()):
            self.add(base, replace(look, reading=reading), link)
        else:
            self.remark("注音", base)
            self.add(f"{base}（{reading}）" if reading else base, look, link)

    # --- what is drawn

    def drawing(self, element: Element) -> None:
        """Pictures and text boxes of a drawing beside the text at work; charts and the like are lost."""
        for child in element:
            match child.tag:
                case "a:blip":
                    self.picture(child.get("r:embed", ""), child.get("r:link", ""))
                case "v:imagedata":
                    self.picture(child.get("r:id", ""), "")
                case "w:txbxContent":
                    self.remark("文本框", texts(child))
                    for block in list(self.blocks(child)):
                        self.beside.append((False, block))
                case "c:chart":
                    self.lose("统计图")
                case "dgm:relIds":
                    self.lose("SmartArt 图形")
                case "a:srcRect" if any(as_number(cut) for cut in child.attrib.values()):
                    self.remark("裁剪过的图片")
                case "a:t":
                    self.lose("图形里的文字", child.text or "")
                case "mc:AlternateContent":
                    for chosen in _chosen(child):
                        self.drawing(chosen)
                case _:
                    self.drawing(child)

    def picture(self, embedded: str, linked: str) -> None:
        relation = self.part.relations.get(embedded) or self.part.relations.get(linked)
        if relation is None or relation.is_external:
            where = relation.target if relation else ""
            self.remark("没有存在文件里的图片", where)
            return
        is_before = not any(span.text.strip() for span in self.spans)
        self.beside.append((is_before, Picture(relation.target, self.number)))

    # --- beside the body

    def notes(self) -> dict[str, tuple[Paragraph, ...]]:
        """The notes that are called, by key; the others are lost."""
        found: dict[str, tuple[Paragraph, ...]] = {}
        last = self.number
        for kind in ("footnotes", "endnotes"):
            part = self.package.part(kind)
            for note in part.root if part else ():
                self.number = 0
                key = f"{kind[0]}{note.get('w:id', '')}"
                if part is None or note.get("w:type", "normal") != "normal":
                    continue
                if key not in self.called or key in found:
                    self.lose("没有用到的脚注", texts(note))
                    continue
                self.part = part
                found[key] = tuple(replace(each, number=0) for each in self.note(note))
        self.part = self.package.main
        self.number = last
        return found

    def note(self, element: Element) -> Iterator[Paragraph]:
        """The paragraphs of a note; what else stands there is flattened or lost."""
        for block in list(self.blocks(element)):
            if isinstance(block, Paragraph):
                yield block
            elif isinstance(block, Table):
                self.remark("脚注里的表格")
                yield from paragraphs_of(block)
            else:
                self.remark("脚注里的图片")

    def lose_margins(self) -> None:
        """Comments, headers and footers."""
        self.number = 0
        for kind, name in (("comments", "批注"), ("header", "页眉"), ("footer", "页脚")):
            for part in self.package.parts.get(kind, ()):
                for element in part.root if kind == "comments" else (part.root,):
                    if words := texts(element).strip():
                        self.lose(name, words)
        if self.package.has_macros:
            self.remark("宏")


def paragraphs_of(table: Table) -> Iterator[Paragraph]:
    """Every paragraph of a table in reading order, those of tables in it too."""
    for block in (block for row in table.rows for cell in row for block in cell.blocks):
        if isinstance(block, Paragraph):
            yield block
        elif isinstance(block, Table):
            yield from paragraphs_of(block)


# --- characters -----------------------------------------------------------------------------------------

_TEXT = {"w:t", "m:t", "a:t", "w:delText"}
_ONE = {"w:sym", "w:noBreakHyphen"}


def texts(element: Element | None) -> str:
    """Every character under an element, straight from the XML; what stands there twice for older programs, once."""
    if element is None:
        return ""
    found: list[str] = []
    _collect(element, found.append)
    return "".join(found)


def _collect(element: Element, add: Callable[[str], None]) -> None:
    if element.tag in _TEXT:
        add(element.text or "")
    elif element.tag in _ONE:
        add("-" if element.tag == "w:noBreakHyphen" else "\uf000")
    for child in _chosen(element) if element.tag == "mc:AlternateContent" else element:
        _collect(child, add)


def text_parts(package: Package) -> Iterator[Part]:
    """Every part that holds text."""
    yield package.main
    for kind in ("footnotes", "endnotes", "comments", "header", "footer"):
        yield from package.parts.get(kind, ())


# --- elements -------------------------------------------------------------------------------------------


def _chosen(element: Element) -> list[Element]:
    """Of the same thing in several forms (mc:AlternateContent) the first, which is the newest."""
    return list(element)[:1]


def _within(parent: Element, tag: str) -> Iterator[Element]:
    """Children with a tag, also inside wrappers."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag == "w:sdt":
            content = child.find("w:sdtContent")
            yield from _within(content, tag) if content is not None else ()
        elif child.tag in _WRAPPERS:
            yield from _within(child, tag)


def _stated(element: Element | None, default: int) -> int:
    return as_number(element.get("w:val"), default) if element is not None else default


def _address(instruction: str) -> str:
    """The address in a field HYPERLINK "https://…"."""
    words = instruction.split()
    if len(words) < 2 or words[0].upper() != "HYPERLINK" or words[1].startswith("\\"):
        return ""
    return words[1].strip('"“”')


def _is_hex(text: str) -> bool:
    return bool(text) and all(each in "0123456789abcdefABCDEF" for each in text)
