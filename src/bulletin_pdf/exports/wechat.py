"""Format wechat: HTML to be pasted into the editor of a 微信公众号, which keeps inline styles and few tags.

No class, id, style sheet, script or link: an address stands behind its words. Pictures must be uploaded there, so each has
a numbered place in the text, and its file in a folder. What the editor would throw away is looked for in the result.
"""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import assert_never

from bulletin_pdf.diagnostics import Diagnostic, Place, warning
from bulletin_pdf.exports.material import (
    Made,
    Material,
    PictureFolder,
    alignments,
    attachment_label,
    day,
    heading_words,
    imprint_words,
    item_label,
    padded_names,
    picture_folder,
)
from bulletin_pdf.model import (
    Article,
    Beside,
    Block,
    Box,
    Chart,
    EditorNote,
    Figure,
    Footnote,
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
    footnotes,
)

SUFFIX = ".公众号.html"
# What the platform's interface for drafts takes in one article.
MOST_CHARACTERS, MOST_BYTES = 20_000, 1_000_000
# Pictures in a row, as a telephone still shows them.
IN_ROW = 3
TAGS = frozenset({"section", "p", "span", "strong", "br", "table", "tbody", "tr", "td", "th"})
ATTRIBUTES = frozenset({"style"})

RED, SOFT, RULE, TINT = "#b5121b", "#6b6661", "#ddd8d0", "#faf6f1"
_BODY = "margin:0 0 16px;font-size:16px;line-height:1.8;color:#1f1d1b;text-align:justify;"
STYLES = {
    "whole": "padding:0 8px;letter-spacing:0.3px;overflow-wrap:break-word;",
    "mark": "margin:0 0 8px;font-size:14px;line-height:1.6;font-weight:bold;",
    "name": f"margin:0 0 10px;font-size:32px;line-height:1.3;font-weight:bold;text-align:center;color:{RED};letter-spacing:2px;",
    "number": "margin:0 0 8px;font-size:15px;line-height:1.6;text-align:center;",
    "organs": f"margin:0 0 28px;padding:0 0 8px;font-size:14px;line-height:1.6;text-align:center;border-bottom:3px solid {RED};",
    "contents": f"margin:0 0 28px;padding:14px 16px 6px;background-color:{TINT};",
    "entry": "margin:0 0 8px;font-size:15px;line-height:1.6;",
    "section": f"margin:44px 0 24px;padding:0 0 6px;font-size:21px;line-height:1.5;font-weight:bold;text-align:center;color:{RED};border-bottom:1px solid {RED};",
    "title": "margin:32px 0 14px;font-size:20px;line-height:1.5;font-weight:bold;text-align:center;",
    "subtitle": "margin:0 0 10px;font-size:16px;line-height:1.6;text-align:center;",
    "byline": f"margin:0 0 18px;font-size:14px;line-height:1.6;text-align:center;color:{SOFT};",
    "body": _BODY,
    "heading": f"margin:26px 0 12px;padding:0 0 0 10px;font-size:17px;line-height:1.6;font-weight:bold;border-left:4px solid {RED};",
    "subheading": "margin:20px 0 10px;font-size:16px;line-height:1.7;font-weight:bold;",
    "names": _BODY.replace("justify", "left"),
    "verse": _BODY.replace("justify", "center"),
    "quotation": f"margin:0 0 18px;padding:2px 0 0 14px;border-left:3px solid {RULE};",
    "note": f"margin:0 0 20px;padding:14px 16px 0;background-color:{TINT};",
    "box": f"margin:0 0 22px;padding:14px 16px 0;border:1px solid {RED};",
    "box-title": f"margin:0 0 10px;font-size:16px;line-height:1.6;font-weight:bold;text-align:center;color:{RED};",
    "pull-quote": f"margin:24px 0;padding:12px 8px;font-size:19px;line-height:1.6;text-align:center;color:{RED};border-top:2px solid {RED};border-bottom:2px solid {RED};",
    "item": "margin:0 0 8px;font-size:16px;line-height:1.8;color:#1f1d1b;text-align:justify;",
    "picture": f"margin:0 0 6px;padding:26px 8px;font-size:14px;line-height:1.6;text-align:center;color:{SOFT};border:1px dashed {SOFT};",
    "caption": f"margin:0 0 20px;font-size:14px;line-height:1.6;text-align:center;color:{SOFT};",
    "table-name": "margin:0 0 8px;font-size:15px;line-height:1.6;font-weight:bold;text-align:center;",
    "scroll": "margin:0 0 20px;overflow-x:auto;",
    "table": "width:100%;border-collapse:collapse;",
    "footnote": f"margin:0 0 6px;font-size:14px;line-height:1.7;color:{SOFT};",
    "notes": f"margin:36px 0 0;padding:14px 0 0;border-top:1px solid {RULE};",
    "imprint": "margin:28px 0 0;padding:12px 0 6px;border-top:2px solid #1f1d1b;border-bottom:2px solid #1f1d1b;",
    "line": "margin:0 0 6px;font-size:14px;line-height:1.7;",
}
_WHOLE, _PARTED = "white-space:nowrap;", "word-break:break-all;"
_PLACE = "padding:0 4px;border:none;vertical-align:top;"
_CELL = f"padding:6px 8px;border:1px solid {RULE};font-size:14px;line-height:1.5;"


def make(material: Material) -> Made:
    """A page whose whole is to be copied, and the pictures."""
    writer = _Writer(material)
    body = _section("whole", writer.whole())
    found = tuple(check(body, f"{material.issue.key}{SUFFIX}"))
    folder = f"{material.issue.key}{picture_folder(SUFFIX)}"
    count = len(writer.folder.files)
    pictures = f"；{count} 张图在“{folder}”里，照文中的编号上传" if count else ""
    page = (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(material.issue.title)}</title>\n</head>\n"
        '<body style="max-width:677px;margin:0 auto;padding:16px 0;font-family:sans-serif">\n'
        # Not copied by select-all.
        '<p style="user-select:none;-webkit-user-select:none;margin:0 8px 24px;padding:10px;font-size:14px;'
        'border:1px dashed #888">全选（Ctrl+A）、复制，粘贴到公众号的编辑器'
        f"{escape(pictures)}。这一框不会复制过去。</p>\n{body}\n</body>\n</html>\n"
    )
    note = f"在浏览器里打开，全选、复制，粘贴到公众号的编辑器{pictures}"
    return Made(SUFFIX, page.encode(), note, writer.folder.files, found)


def check(body: str, name: str) -> Iterator[Diagnostic]:
    """What the platform would refuse or throw away."""
    place = Place(Path(name))
    unkept = _Unkept()
    unkept.feed(body)
    for each in dict.fromkeys(unkept.found):
        yield warning("BP821", f"公众号的编辑器不留“{each}”，粘贴以后会丢掉。", place, "请告诉维护的人。")
    characters, size = len(body), len(body.encode())
    if characters >= MOST_CHARACTERS or size >= MOST_BYTES:
        message = (
            f"连同样式有 {characters} 个字符，公众号的接口一篇只收 {MOST_CHARACTERS} 个以内；"
            "在编辑器里粘贴一般不受此限。"
        )
        hint = "粘贴以后核对末尾是否完整；不完整，按栏目分成几篇发。"
        yield warning("BP822", message, place, hint)


class _Unkept(HTMLParser):
    """Finds the tags and attributes that are not kept."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.found += [f"<{tag}>"] if tag not in TAGS else []
        self.found += [name for name, _ in attrs if name not in ATTRIBUTES]


class _Writer:
    """Writes the body; every method gives HTML."""

    def __init__(self, material: Material) -> None:
        self.issue = material.issue
        self.folder = PictureFolder(material)

    def whole(self) -> str:
        issue = self.issue
        parts = [*self.masthead(), *self.contents(), self.blocks(issue.front)]
        for section in issue.sections:
            parts.append(_p("section", self.text(section.title)))
            parts += map(self.article, section.articles)
        parts += (
            _p("line", f"<strong>{line.label}：</strong>{escape(line.text)}") for line in issue.attendance
        )
        for article in issue.attachments:
            label = attachment_label(issue, article)
            parts += (_p("heading", label), self.article(article))
        notes = "".join(map(self.note, footnotes(issue)))
        if notes:
            parts.append(_section("notes", notes))
        imprint = "".join(_p("line", escape("".join(imprint_words(line)))) for line in issue.imprint)
        if imprint:
            parts.append(_section("imprint", imprint))
        return "\n".join(parts)

    def masthead(self) -> Iterator[str]:
        masthead = self.issue.masthead
        if masthead.classification:
            yield _p("mark", escape(masthead.classification))
        if masthead.copy_number:
            yield _p("mark", f"编号：{escape(masthead.copy_number)}")
        if masthead.logo:
            yield self.picture(masthead.logo)
        yield _p("name", escape(masthead.name))
        yield _p("number", escape(masthead.numbering))
        if masthead.signers:
            yield _p("number", f"签发人：{escape('　'.join(masthead.signers))}")
        yield _p("organs", f"{escape('　'.join(masthead.organs))}　{day(masthead)}")

    def contents(self) -> Iterator[str]:
        issue = self.issue
        if not issue.has_contents:
            return
        entries = [_p("entry", "<strong>本期要目</strong>")]
        for section in issue.sections:
            entries.append(_p("entry", f"<strong>{escape(heading_words(section.title))}</strong>"))
            titles = [heading_words(article.title) for article in section.articles if article.title]
            entries += (_p("entry", f"　{escape(title)}") for title in titles)
        for article in issue.attachments:
            words = f"{attachment_label(issue, article)}　{heading_words(article.title)}"
            entries.append(_p("entry", escape(words)))
        yield _section("contents", "\n".join(entries))

    def article(self, article: Article) -> str:
        heads = (("title", article.title), ("subtitle", article.subtitle), ("byline", article.byline))
        head = "".join(_p(style, self.text(text)) for style, text in heads if text)
        return head + self.blocks(article.blocks)

    def note(self, note: Footnote) -> str:
        return self.blocks(note.blocks, "footnote", f"{note.mark} ")

    # --- blocks

    def blocks(self, blocks: Iterable[Block], style: str = "body", label: str = "") -> str:
        """Blocks, the first one behind a label."""
        html = []
        for index, block in enumerate(blocks):
            html.append(self.block(block, style, "" if index else label))
        return "\n".join(html)

    def block(self, block: Block, style: str, label: str) -> str:
        """A block; style: of its paragraphs. Only a paragraph can begin with a label: for others it stands by itself."""
        before = _p(style, label) if label else ""
        match block:
            case Paragraph():
                lead = f"<strong>{self.text(block.lead)}</strong>" if block.lead else ""
                return _p(style, f"{label}{lead}{self.text(block.text + block.credit)}")
            case Subheading():
                return _p("heading" if block.level == 1 else "subheading", self.text(block.text))
            case Verse():
                *lines, last = block.lines
                return _p("verse", "<br>".join(map(self.text, (*lines, last + block.credit))))
            case Quotation():
                return before + _section("quotation", self.blocks(block.blocks, style))
            case EditorNote():
                return before + _section("note", self.blocks(block.blocks, style))
            case Box():
                title = _p("box-title", self.text(block.title)) if block.title else ""
                return before + _section("box", title + self.blocks(block.blocks, style))
            case PullQuote():
                return before + _p("pull-quote", self.text(block.text))
            case Interview():
                return before + "".join(
                    _p(style, f"<strong>{self.text(each.question)}</strong>")
                    + self.blocks(each.answer, style)
                    for each in block.exchanges
                )
            case NameList():
                names = (f'<span style="{_WHOLE}">{self.text(name)}</span>' for name in padded_names(block))
                return before + _p("names", "　 ".join(names))
            case ListBlock():
                inner = "item" if style == "body" else style
                return before + "".join(
                    self.blocks(item.blocks, inner, escape(item_label(item))) for item in block.items
                )
            case Figure():
                return before + self.picture(block) + self.caption(block.caption)
            case Photos():
                figures = [figure for row in block.rows for figure in row]
                rows = (figures[at : at + IN_ROW] for at in range(0, len(figures), IN_ROW))
                return before + "".join(map(self.photo_row, rows)) + self.caption(block.caption)
            case Beside():
                figure = self.picture(block.figure) + self.caption(block.figure.caption)
                return before + figure + self.blocks(block.blocks, style)
            case Table():
                return before + self.table(block)
            case Chart():
                return before + self.picture(block) + self.caption(block.table.caption)
            case PageBreak():
                return before
            case _:
                assert_never(block)

    def picture(self, block: Figure | Chart) -> str:
        """The place where a picture is to be put."""
        from bulletin_pdf.charts import describe

        alt = describe(block) if isinstance(block, Chart) else block.alt
        return _p("picture", f"〔此处换成图 {self.folder.name(block)}：{escape(alt)}〕")

    def photo_row(self, figures: Sequence[Figure]) -> str:
        """Pictures side by side: a table, since nothing else is kept that puts them so."""
        cells = "".join(
            f'<td style="{_PLACE}">{self.picture(figure)}{self.caption(figure.caption)}</td>'
            for figure in figures
        )
        return f'<table style="{STYLES["table"]}"><tbody><tr>{cells}</tr></tbody></table>'

    def caption(self, caption: Text) -> str:
        return _p("caption", self.text(caption)) if caption else ""

    def table(self, table: Table) -> str:
        sides = alignments(table)

        def row(cells: Sequence[Text], tag: str, more: str) -> str:
            return "".join(
                f'<{tag} style="{_CELL}text-align:{side};{more}">{self.text(cell)}</{tag}>'
                for cell, side in zip(cells, sides, strict=True)
            )

        head = f"<tr>{row(table.head, 'th', f'background-color:{TINT};')}</tr>"
        body = "".join(f"<tr>{row(cells, 'td', '')}</tr>" for cells in table.rows)
        name = _p("table-name", self.text(table.caption)) if table.caption else ""
        return name + _section(
            "scroll", f'<table style="{STYLES["table"]}"><tbody>{head}{body}</tbody></table>'
        )

    # --- texts

    def text(self, text: Text) -> str:
        return "".join(map(self.inline, text))

    def inline(self, inline: Run | LineBreak | Footnote) -> str:
        match inline:
            case Run():
                return _run(inline)
            case LineBreak():
                return "<br>"
            case Footnote(mark=mark):
                return f'<span style="color:{RED};">{f"[{mark}]" if mark.isdecimal() else mark}</span>'
            case _:
                assert_never(inline)


def _run(run: Run) -> str:
    html = escape(run.text)
    if run.readings:
        pairs = zip(run.text, run.readings, strict=True)
        html = "".join(f"{escape(each)}（{escape(reading)}）" for each, reading in pairs)
    if run.dotted:
        html = f'<span style="border-bottom:2px dotted {RED};">{html}</span>'
    if run.emphasis:
        html = f'<span style="font-family:Kaiti SC,STKaiti,KaiTi,serif;">{html}</span>'
    if run.strong:
        html = f"<strong>{html}</strong>"
    address = (run.link or "").removeprefix("mailto:")
    if not address:
        return html
    # A long address may be parted anywhere, so that the line before it is not drawn apart.
    if address == run.text:
        return f'<span style="{_PARTED}">{html}</span>'
    return f'{html}（<span style="{_PARTED}">{escape(address)}</span>）'


def _p(style: str, html: str) -> str:
    return f'<p style="{STYLES[style]}">{html}</p>'


def _section(style: str, html: str) -> str:
    return f'<section style="{STYLES[style]}">{html}</section>'
