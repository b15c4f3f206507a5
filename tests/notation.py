"""A compact notation for blocks and findings, so that case files read as examples.

段落：甲{黑:乙}丙           a paragraph; {黑:…} strong, {楷:…} emphasis, {点:…} dotted, {音 a b:…} with readings,
                            {链 URL:…} a link, {换行}, {注1:…}
段落 / 导语：… / 正文：…    a paragraph with a bold lead
图 a.jpg（说明） 全宽：图注  a figure, how wide it is asked to be, its caption; 组图 / 图 … ｜ 图 … rows of figures
图文 左 / 图 … / 段落：…     a picture beside text
表 左 小数 2:1 横排：题注    a table: alignment of its columns, their widths, whether it is landscape; 柱图 / 表 … a chart
方框：标题 / 段落：…         a box; 摘句：…, 导读, 编者按; 名单：王明、李强; 问答 / 问：… / 答 / 段落：…
列表 / [一、] 甲            a list, one line an item; what an item holds beside one paragraph is indented
诗 / ｜甲                   verse, ｜ before each line
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bulletin_pdf.diagnostics import Diagnostic
from bulletin_pdf.manuscript.figures import Picture
from bulletin_pdf.manuscript.markdown import Heading, Part
from bulletin_pdf.model import (
    Beside,
    Box,
    Chart,
    EditorNote,
    Figure,
    Interview,
    LineBreak,
    ListBlock,
    NameList,
    PageBreak,
    Paragraph,
    Photos,
    PullQuote,
    Quotation,
    Run,
    Subheading,
    Table,
    Text,
    Verse,
)

_ALIGNMENT = {"": "—", "left": "左", "center": "中", "right": "右", "decimal": "小数"}
_EXTENT = {"": "", "full": " 全宽", "half": " 半宽"}
_CHART = {"bar": "柱图", "line": "折线图", "pie": "饼图"}


def as_typed(picture: Picture) -> tuple[Figure | Table | None, list[Diagnostic]]:
    """A picture or CSV file that nobody looked at."""
    if picture.is_table:
        cell = (Run("1", picture.place),)
        return Table((cell, cell), ((cell, cell),), ("", ""), (), picture.place), []
    return Figure(Path(picture.target), picture.alt, picture.caption, 0, 0, picture.place), []


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
            case Figure():
                yield _figure(part)
            case Photos(rows=rows, caption=caption):
                yield "组图" + (f"：{shown(caption)}" if caption else "")
                yield from (f"  {' ｜ '.join(map(_figure, row))}" for row in rows)
            case Beside(figure=figure, blocks=blocks, side=side):
                yield f"图文 {_ALIGNMENT[side]}"
                yield from (f"  {line}" for line in outline((figure, *blocks)))
            case Chart(kind=kind, table=table):
                yield _CHART[kind]
                yield from (f"  {line}" for line in outline([table]))
            case Box(title=title, blocks=blocks):
                yield "方框" + (f"：{shown(title)}" if title else "")
                yield from (f"  {line}" for line in outline(blocks))
            case PullQuote(text=text):
                yield f"摘句：{shown(text)}"
            case NameList(names=names):
                yield f"名单：{'、'.join(map(shown, names))}"
            case Interview(exchanges=exchanges):
                yield "问答"
                for exchange in exchanges:
                    yield f"  问：{shown(exchange.question)}"
                    yield from (f"    {line}" for line in outline(exchange.answer))
            case Paragraph(lead=(), credit=()):
                yield f"段落：{shown(part.text)}"
            case Paragraph(text=text, lead=lead, credit=credit):
                yield "段落"
                for name, piece in (("导语", lead), ("正文", text), ("署名", credit)):
                    if piece:
                        yield f"  {name}：{shown(piece)}"
            case Verse(lines=lines, credit=credit, columns=columns):
                yield "诗" if columns == 1 else f"诗 {columns} 栏"
                yield from (f"  ｜{shown(line)}" for line in lines)
                if credit:
                    yield f"  署名：{shown(credit)}"
            case Quotation(blocks=blocks):
                yield "引文"
                yield from (f"  {line}" for line in outline(blocks))
            case EditorNote(blocks=blocks, is_guide=is_guide):
                yield "导读" if is_guide else "编者按"
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
            case Table(head=head, rows=rows, alignment=alignment, caption=caption, widths=widths):
                words = ["表", *(_ALIGNMENT[each] for each in alignment)]
                words += [":".join(f"{width:g}" for width in widths)] if widths else []
                words += ["横排"] if part.is_wide else []
                yield " ".join(words) + (f"：{shown(caption)}" if caption else "")
                yield from (f"  {' │ '.join(map(shown, row))}".rstrip() for row in (head, *rows))
            case PageBreak():
                yield "分页"


def _figure(figure: Figure) -> str:
    size = f" {figure.width}×{figure.height}" if figure.width else ""
    return f"图 {figure.file}{size}（{figure.alt}）{_EXTENT[figure.extent]}：{shown(figure.caption)}"


def findings(diagnostics: Iterable[Diagnostic]) -> Iterator[str]:
    """Findings as the terminal words them: place, severity, code, message, and what to do."""
    for diagnostic in diagnostics:
        yield f"{diagnostic.place} {diagnostic.severity.chinese} {diagnostic.code} {diagnostic.message}"
        yield f"    改法：{diagnostic.hint}"
