"""A compact notation for blocks and findings, so that case files read as examples.

段落：甲{黑:乙}丙           a paragraph; {黑:…} strong, {楷:…} emphasis, {点:…} dotted, {音 a b:…} with readings,
                            {链 URL:…} a link, {换行}, {注1:…}
段落 / 导语：… / 正文：…    a paragraph with a bold lead
列表 / [一、] 甲            a list, one line an item; what an item holds beside one paragraph is indented
诗 / ｜甲                   verse, ｜ before each line
"""

from collections.abc import Iterable, Iterator

from bulletin_pdf.diagnostics import Diagnostic
from bulletin_pdf.markdown import Heading, Part, Picture
from bulletin_pdf.model import (
    EditorNote,
    Figure,
    LineBreak,
    ListBlock,
    PageBreak,
    Paragraph,
    Quotation,
    Run,
    Subheading,
    Table,
    Text,
    Verse,
)

_ALIGNMENT = {"": "—", "left": "左", "center": "中", "right": "右"}


def shown(text: Text) -> str:
    """A text in the notation."""
    return "".join(map(_inline, text))


def _inline(inline: object) -> str:
    match inline:
        case Run(text=text, strong=strong, emphasis=emphasis, link=link, dotted=dotted, readings=readings):
            if dotted:
                text = f"{{点:{text}}}"
            if readings:
                text = f"{{音 {' '.join(readings)}:{text}}}"
            if emphasis:
                text = f"{{楷:{text}}}"
            if strong:
                text = f"{{黑:{text}}}"
            return f"{{链 {link}:{text}}}" if link else text
        case LineBreak():
            return "{换行}"
        case note:
            return f"{{注{note.number}:{'／'.join(line.strip() for line in outline(note.blocks))}}}"  # type: ignore[attr-defined]


def outline(parts: Iterable[Part]) -> Iterator[str]:
    """Blocks in the notation, line by line."""
    for part in parts:
        match part:
            case Heading(rank=rank, text=text):
                yield f"标题{rank}：{shown(text)}"
            case Subheading(level=level, text=text):
                yield f"小标题{level}：{shown(text)}"
            case Picture(target=target, alt=alt, caption=caption):
                yield f"图 {target}（{alt}）：{shown(caption)}"
            case Figure(file=file, alt=alt, caption=caption, width=width, height=height):
                yield f"图 {file.name} {width}×{height}（{alt}）：{shown(caption)}"
            case Paragraph(lead=(), credit=()):
                yield f"段落：{shown(part.text)}"
            case Paragraph(text=text, lead=lead, credit=credit):
                yield "段落"
                for name, piece in (("导语", lead), ("正文", text), ("署名", credit)):
                    if piece:
                        yield f"  {name}：{shown(piece)}"
            case Verse(lines=lines, credit=credit):
                yield "诗"
                yield from (f"  ｜{shown(line)}" for line in lines)
                if credit:
                    yield f"  署名：{shown(credit)}"
            case Quotation(blocks=blocks):
                yield "引文"
                yield from (f"  {line}" for line in outline(blocks))
            case EditorNote(blocks=blocks):
                yield "编者按"
                yield from (f"  {line}" for line in outline(blocks))
            case ListBlock(items=items):
                yield "列表"
                for item in items:
                    inner = list(outline(item.blocks))
                    first = (
                        [inner.pop(0).removeprefix("段落：")]
                        if inner and inner[0].startswith("段落：")
                        else []
                    )
                    yield " ".join([f"  [{item.label}]", *first])
                    yield from (f"    {line}" for line in inner)
            case Table(head=head, rows=rows, alignment=alignment, caption=caption):
                yield " ".join(["表", *(_ALIGNMENT[each] for each in alignment)]) + (
                    f"：{shown(caption)}" if caption else ""
                )
                yield from (f"  {' │ '.join(map(shown, row))}".rstrip() for row in (head, *rows))
            case PageBreak():
                yield "分页"


def findings(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Findings as the terminal words them: place, severity, code, message, and what to do."""
    for diagnostic in diagnostics:
        yield f"{diagnostic.place} {diagnostic.severity.chinese} {diagnostic.code} {diagnostic.message}"
        yield f"    改法：{diagnostic.hint}"
