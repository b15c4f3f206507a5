"""What each paragraph of a Word document is: title, heading, text, item, caption, credit.

People say it with styles or, more often, with type: a centred line in 小标宋 is the title, a line 一、…… in 黑体 a heading.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bulletin_pdf.docx.cleaning import cleaned, divided
from bulletin_pdf.docx.grids import is_frame, laid_out, unpacked
from bulletin_pdf.docx.manuscript import Element, Figures, Grid, Heading, Item, Items, Manuscript, Text
from bulletin_pdf.docx.numbering import BULLET
from bulletin_pdf.docx.values import NOTE, Block, Document, Loss, Paragraph, Picture, Span, Style, Table

MAX_TITLE = 60
MAX_HEADING = 40
MAX_CAPTION = 60
MAX_CREDIT = 30
# Where the title is looked for.
_FIRST = 4
# Half points by which a title or heading is larger than the text, at least.
_LARGER = 3
_LEVELS = 3

_HEI = re.compile("黑|hei|gothic", re.IGNORECASE)
_KAI = re.compile("楷|kai", re.IGNORECASE)
_FORMS = (
    re.compile(r"[一二三四五六七八九十]{1,3}、"),
    re.compile(r"（[一二三四五六七八九十]{1,3}）"),
    re.compile(r"\d{1,2}[.．、](?!\d)"),
    re.compile(r"（\d{1,2}）"),
)
_ENDS = re.compile(r"[。；！，：,;:.]$")
_CAPTION = re.compile(r"[图▲△▼▽]|[上下左右]图")
_TABLE_CAPTION = re.compile(r"表\s?[\d一二三四五六七八九十]")
_DASHES = re.compile(r"——|──|--(?!-)|－－")
_CREDIT = re.compile(r"\(([^()（）]{2,30})\)$")
_DATE = re.compile(r"\d{4}年|年.*月.*日")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")
_TYPED_BULLET = re.compile(r"([\ue000-\uf8ff]|[•·](?=[ \t\u3000]))[ \t\u3000]*")


def understood(document: Document) -> Manuscript:
    """The elements of a document in order, cleaned, and what was done to it."""
    reader = _Reader(document)
    elements = reader.elements()
    notes = {key: tuple(reader.prepared(note)) for key, note in document.notes.items()}
    return Manuscript(
        tuple(elements),
        notes,
        (*document.losses, *reader.losses),
        (*document.remarks, *reader.remarks),
        {kind: count for kind, count in reader.done.items() if count},
        tuple(reader.added),
    )


@dataclass(slots=True)
class _Reader:
    """Understands one document."""

    document: Document
    done: Counter[str] = field(default_factory=Counter)
    losses: list[Loss] = field(default_factory=list)
    remarks: list[Loss] = field(default_factory=list)
    added: list[Loss] = field(default_factory=list)
    font: str = ""
    size: int = 0
    # Kinds of the headings that are open, the highest first.
    open: list[tuple[str, int]] = field(default_factory=list)

    def elements(self) -> list[Element]:
        blocks = list(self.blocks(self.document.blocks))
        self.find_body(blocks)
        blocks = [self.marked(block) if isinstance(block, Paragraph) else block for block in blocks]
        head, rest = self.title(blocks)
        elements = self.body(rest)
        return [*head, *self.with_credit(elements)]

    def blocks(self, blocks: Sequence[Block]) -> Iterator[Block]:
        """The blocks cleaned, empty paragraphs left out, tables that are mere frames unpacked."""
        for block in blocks:
            if isinstance(block, Paragraph):
                yield from self.prepared([block])
            elif isinstance(block, Table) and is_frame(block):
                self.remarks.append(Loss("当边框、摆图片用的表格", "", block.number))
                yield from self.blocks(list(unpacked(block)))
            else:
                yield block

    def prepared(self, paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
        """Paragraphs divided and cleaned; those without text left out."""
        for paragraph in paragraphs:
            for piece in divided(self.with_bullet(paragraph), self.done):
                clean = self.without_private(cleaned(piece, self.done))
                if clean.text.strip() or any(span.style.note for span in clean.spans):
                    yield clean

    def with_bullet(self, paragraph: Paragraph) -> Paragraph:
        """A paragraph whose typed • or sign of a symbol font becomes its label."""
        first = paragraph.spans[0] if paragraph.spans else Span("")
        text = first.text.lstrip(" \t\u3000")
        match = _TYPED_BULLET.match(text)
        if not match or paragraph.label:
            return paragraph
        self.done["打字的圆点"] += 1
        self.losses.append(Loss("圆点（改成列表）", match[1], paragraph.number))
        spans = (replace(first, text=text[match.end() :]), *paragraph.spans[1:])
        return replace(paragraph, spans=spans, label=BULLET, list_key=BULLET)

    def without_private(self, paragraph: Paragraph) -> Paragraph:
        """A paragraph without characters that only one font knows; lost ones are reported."""
        if lost := "".join(_PRIVATE.findall(paragraph.text)):
            self.losses.append(Loss("符号字体里的字符", lost, paragraph.number))
        if "\ufffd" in paragraph.text:
            self.remarks.append(Loss("坏字（改成□）", paragraph.text[:20], paragraph.number))
        spans = (
            replace(span, text=_PRIVATE.sub("", span.text).replace("\ufffd", "□")) for span in paragraph.spans
        )
        return replace(paragraph, spans=tuple(span for span in spans if span.text))

    # --- looks

    def find_body(self, blocks: Sequence[Block]) -> None:
        """Which font and size most of the text has."""
        fonts: Counter[tuple[str, int]] = Counter()
        for block in blocks:
            if isinstance(block, Paragraph) and block.outline is None:
                for span in block.spans:
                    fonts[span.style.font, span.style.size] += len(span.text)
        if fonts:
            (self.font, self.size), _ = fonts.most_common(1)[0]

    def marked(self, paragraph: Paragraph) -> Paragraph:
        """The paragraph in which 黑体 is bold and 楷体 italic, unless the text is set in them."""

        def mark(style: Style) -> Style:
            is_hei = bool(_HEI.search(style.font)) and not _HEI.search(self.font)
            is_kai = bool(_KAI.search(style.font)) and not _KAI.search(self.font)
            return replace(style, bold=style.bold or is_hei, italic=style.italic or is_kai)

        return replace(
            paragraph, spans=tuple(replace(span, style=mark(span.style)) for span in paragraph.spans)
        )

    def is_larger(self, paragraph: Paragraph) -> bool:
        sizes = [span.style.size for span in paragraph.spans if span.text.strip()]
        return bool(sizes) and min(sizes) >= self.size + _LARGER

    def stands_out(self, paragraph: Paragraph) -> bool:
        """Whether a line is set so that it looks like a title."""
        is_set = paragraph.align == "center" or _is_bold(paragraph) or self.is_larger(paragraph)
        return (
            (is_set or paragraph.outline == 0)
            and len(paragraph.text) <= MAX_TITLE
            and not _ENDS.search(paragraph.text)
            and not paragraph.label
            and _form(paragraph.text) is None
            and not re.match(r"附件\d*[：:]?$", paragraph.text)
        )

    # --- title

    def title(self, blocks: list[Block]) -> tuple[list[Element], list[Block]]:
        """Title and subtitle, with what stands above them, and the blocks that follow."""
        first = [(at, block) for at, block in enumerate(blocks) if isinstance(block, Paragraph)][:_FIRST]
        at = next((at for at, block in first if block.style == "title"), None)
        if at is None:
            at = next((at for at, block in first[:3] if self.stands_out(block)), None)
        if at is None:
            self.remarks.append(Loss("没有认出标题"))
            return [], blocks
        title = blocks[at]
        assert isinstance(title, Paragraph)
        spans, end = title.spans, at + 1
        while end < len(blocks) and self.goes_on(title, blocks[end]):
            following = blocks[end]
            assert isinstance(following, Paragraph)
            spans, end = (*spans, Span("\n"), *following.spans), end + 1
        head: list[Element] = [*self.body(blocks[:at]), Heading(1, _unstyled(spans))]
        self.open = []
        subtitle = blocks[end] if end < len(blocks) else None
        if isinstance(subtitle, Paragraph) and (match := _DASHES.match(subtitle.text)):
            rest = replace(subtitle.spans[0], text=subtitle.spans[0].text[len(match[0]) :])
            if subtitle.spans[0].text.startswith(match[0]):
                head.append(Heading(2, _unstyled((Span("——"), rest, *subtitle.spans[1:]))))
                end += 1
        # Author and date under a title, centred like it: the layout gives them their look.
        while end < len(blocks) and self.is_under_title(block := blocks[end]):
            assert isinstance(block, Paragraph)
            head.append(Text(_unstyled(block.spans)))
            end += 1
        return head, blocks[end:]

    def is_under_title(self, block: Block) -> bool:
        return (
            isinstance(block, Paragraph)
            and block.align == "center"
            and len(block.text) <= MAX_HEADING
            and not block.label
            and block.outline is None
            and _form(block.text) is None
            and not _TABLE_CAPTION.match(block.text)
        )

    def goes_on(self, title: Paragraph, block: Block) -> bool:
        """Whether a block is another line of the title: set just like it, larger than the text."""
        return (
            isinstance(block, Paragraph)
            and bool(title.spans and block.spans)
            and self.is_larger(block)
            and block.align == title.align == "center"
            and block.style == title.style
            and replace(block.spans[0].style, note="") == replace(title.spans[0].style, note="")
            and not _DASHES.match(block.text)
            and self.stands_out(block)
            and len(title.text) + len(block.text) <= MAX_TITLE
        )

    # --- body

    def body(self, blocks: Sequence[Block]) -> list[Element]:
        """What the blocks behind the title are."""
        elements: list[Element] = []
        at = 0
        while at < len(blocks):
            block = blocks[at]
            following = blocks[at + 1] if at + 1 < len(blocks) else None
            count = 1
            if isinstance(block, Picture):
                figures, count = self.figures(blocks[at:])
                elements += figures
            elif isinstance(block, Table):
                elements.append(self.grid(block, ()))
            elif isinstance(following, Table) and self.is_table_caption(block):
                elements.append(self.grid(following, _unstyled(block.spans)))
                count = 2
            elif level := self.heading_level(block, following):
                elements.append(Heading(1 + level, _unstyled(self.labelled(block).spans)))
            elif count := _list_length(blocks[at:]):
                elements.append(self.items(blocks[at : at + count]))
            else:
                elements.append(Text(self.labelled(block).spans, block.align))
                count = 1
            at += count
        return elements

    def labelled(self, paragraph: Paragraph) -> Paragraph:
        """The paragraph with its automatic number typed before its text."""
        label = re.sub(r"^\(([^()]+)\)$", r"（\1）", paragraph.label)
        if not label or label == BULLET or not paragraph.spans:
            return paragraph
        self.added.append(Loss("自动编号", label, paragraph.number))
        text = paragraph.text
        joint = "" if label[-1] in "、．。）):：" or not label[-1].isalnum() else "\u3000"
        if label[-1] == "." and text[:1].isdigit():
            joint = " "
        style = replace(paragraph.spans[0].style, note="", link="", reading="")
        return replace(paragraph, spans=(Span(label + joint, style), *paragraph.spans))

    def heading_level(self, paragraph: Paragraph, following: Block | None) -> int:
        """The level of a heading from 1, 0 for what is none; remembers it."""
        kind = self.heading_kind(paragraph, following)
        if kind is None:
            return 0
        if kind in self.open:
            del self.open[self.open.index(kind) + 1 :]
        else:
            while self.open and _is_above(kind, self.open[-1]):
                self.open.pop()
            self.open.append(kind)
        return min(len(self.open), _LEVELS)

    def heading_kind(self, paragraph: Paragraph, following: Block | None) -> tuple[str, int] | None:
        """What makes a paragraph a heading: its outline level, the form of its label, its type."""
        text = re.sub(r"^\(([^()]+)\)$", r"（\1）", paragraph.label) + paragraph.text
        if paragraph.outline is not None and len(text) <= MAX_HEADING * 2:
            return ("outline", paragraph.outline)
        if len(text) > MAX_HEADING or _ENDS.search(text) or paragraph.label == BULLET or "\n" in text:
            return None
        form = _form(text)
        is_set = _is_bold(paragraph) or self.is_larger(paragraph)
        if form is not None:
            # A plain line 一、…… is a heading when text follows, not another such line or nothing.
            is_alone = (
                form < 2
                and not paragraph.label
                and isinstance(following, Paragraph)
                and _form(following.text) != form
                and len(following.text) > len(text)
            )
            return ("form", form) if is_set or _is_italic(paragraph) or is_alone else None
        return ("type", 0) if is_set and paragraph.align != "right" else None

    def items(self, blocks: Sequence[Block]) -> Items:
        """A list of consecutive paragraphs."""
        paragraphs = [block for block in blocks if isinstance(block, Paragraph)]
        is_bulleted = paragraphs[0].label == BULLET
        lowest = min(each.level for each in paragraphs)
        items = (
            Item(each.level - lowest if is_bulleted else 0, self.labelled(each).spans) for each in paragraphs
        )
        return Items(tuple(items), is_bulleted)

    # --- pictures, tables

    def figures(self, blocks: Sequence[Block]) -> tuple[list[Element], int]:
        """Pictures that stand together with their captions, and how many blocks they take."""
        pictures: list[Picture] = []
        for block in blocks:
            if not isinstance(block, Picture):
                break
            pictures.append(block)
        captions: list[Paragraph] = []
        for block in blocks[len(pictures) : 2 * len(pictures)]:
            if not isinstance(block, Paragraph) or not self.is_caption(block):
                break
            captions.append(block)
        if len(captions) == len(pictures):
            pairs = zip(pictures, captions, strict=True)
            return [Figures((picture,), _unstyled(caption.spans)) for picture, caption in pairs], 2 * len(
                pictures
            )
        caption = _unstyled(captions[0].spans) if captions else ()
        return [Figures(tuple(pictures), caption)], len(pictures) + bool(captions)

    def is_caption(self, paragraph: Paragraph) -> bool:
        sizes = [span.style.size for span in paragraph.spans]
        is_set = (
            paragraph.style in ("caption", "题注", "图注")
            or _CAPTION.match(paragraph.text)
            or (paragraph.align == "center" and _form(paragraph.text) is None)
            or (0 < max(sizes) < self.size)
        )
        return (
            bool(is_set)
            and len(paragraph.text) <= MAX_CAPTION
            and paragraph.outline is None
            and not paragraph.label
            and not any(span.style.note or span.style.link for span in paragraph.spans)
        )

    def is_table_caption(self, block: Block) -> bool:
        return (
            isinstance(block, Paragraph)
            and len(block.text) <= MAX_CAPTION
            and not block.label
            and block.outline is None
            and bool(
                _TABLE_CAPTION.match(block.text)
                or block.style == "caption"
                or (block.align == "center" and not _ENDS.search(block.text))
            )
        )

    def grid(self, table: Table, caption: tuple[Span, ...]) -> Grid:
        """A table as rows of equal length, with what was lost or changed on the way."""
        laid = laid_out(table)
        self.remarks += laid.remarks
        rows = tuple(tuple(self.cell(cell) for cell in row) for row in laid.rows)
        if laid.caption and not caption:
            caption = _unstyled(self.cell(laid.caption))
        elif laid.caption:
            rows = ((self.cell(laid.caption), *((),) * (len(rows[0]) - 1)), *rows)
        head = tuple(_unstyled(cell) for cell in rows[0])
        return Grid(caption, (head, *rows[1:]))

    def cell(self, paragraphs: Sequence[Paragraph]) -> tuple[Span, ...]:
        """The text of a cell: its paragraphs one behind the other, a full-width blank between them."""
        spans: list[Span] = []
        for paragraph in self.prepared(paragraphs):
            text = self.labelled(self.marked(paragraph)).spans
            spans += [Span("\u3000"), *text] if spans else text
        return tuple(replace(span, text=span.text.replace("\n", "\u3000")) for span in spans)

    # --- credit

    def with_credit(self, elements: list[Element]) -> list[Element]:
        """The elements with the credit that ends them as the dialect has it: in full-width brackets, run in."""
        last = elements[-1] if elements else None
        if not isinstance(last, Text):
            return elements
        text = "".join(span.text for span in last.spans)
        if NOTE in text[-MAX_CREDIT:] or "\n" in text:
            return elements
        credit: tuple[Span, ...]
        if (match := _CREDIT.search(text)) and re.search("[\u4e00-\u9fff]", match[1]):
            self.done["署名的半角括号"] += 1
            before, credit = _cut(last.spans, match.start()), (Span(f"（{match[1]}）"),)
        elif match := re.fullmatch("（[^（）]{2,30}）", text):
            before, credit = (), _unstyled(last.spans)
        elif last.align == "right" and _is_signature(text):
            self.added.append(Loss("署名的括号", "（）"))
            before, credit = (), (Span("（"), *_unstyled(last.spans), Span("）"))
        else:
            return elements
        former = elements[-2] if len(elements) > 1 else None
        if before:
            return [*elements[:-1], Text((*before, *credit))]
        if isinstance(former, Text) and re.search("[。！？…”’]$", former.spans[-1].text):
            return [*elements[:-2], Text((*former.spans, *credit))]
        return [*elements[:-1], Text(credit)]


def _is_signature(text: str) -> bool:
    """Whether a line set right at the end names who wrote it; with a date it would be a letter's."""
    return 2 <= len(text) <= MAX_CREDIT and not re.search("[。（）]", text) and not _DATE.search(text)


def _is_bold(paragraph: Paragraph) -> bool:
    return all(span.style.bold for span in paragraph.spans if span.text.strip() and not span.style.note)


def _is_italic(paragraph: Paragraph) -> bool:
    return all(span.style.italic for span in paragraph.spans if span.text.strip() and not span.style.note)


def _form(text: str) -> int | None:
    """Which form of label a text begins with."""
    return next((at for at, form in enumerate(_FORMS) if form.match(text)), None)


def _is_above(kind: tuple[str, int], other: tuple[str, int]) -> bool:
    """Whether a heading that was not met before is surely higher than an open one."""
    return kind[0] == other[0] and kind[1] < other[1]


def _list_length(blocks: Sequence[Block]) -> int:
    """How many blocks make a list: bullets, or at least two automatic numbers of one list and level."""
    first = blocks[0]
    if not isinstance(first, Paragraph) or not first.label:
        return 0
    count = 0
    for block in blocks:
        if not isinstance(block, Paragraph) or not block.label or block.outline is not None:
            break
        if (block.label == BULLET) != (first.label == BULLET):
            break
        if first.label != BULLET and (block.list_key, block.level) != (first.list_key, first.level):
            break
        count += 1
    is_known = first.label == BULLET or _is_list_label(first.label)
    return count if is_known and (count > 1 or first.label == BULLET) else 0


def _is_list_label(label: str) -> bool:
    return bool(
        re.fullmatch(
            r"[一二三四五六七八九十百]+、|[（(][一二三四五六七八九十百]+[）)]|\d{1,2}[.．、]|[（(]\d{1,2}[）)]|[①-⑳]",
            label,
        )
    )


def _unstyled(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans without bold and italic, where the layout gives a style to the whole."""
    return tuple(replace(span, style=replace(span.style, bold=False, italic=False)) for span in spans)


def _cut(spans: Sequence[Span], length: int) -> tuple[Span, ...]:
    """The first so many characters of some spans."""
    result = []
    for span in spans:
        if length <= 0:
            break
        result.append(replace(span, text=span.text[:length]))
        length -= len(span.text)
    return tuple(result)
