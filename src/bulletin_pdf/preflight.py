"""Stage: 印前检查, the finished PDF against the issue it was made from.

Every check is a short generator of diagnostics: BP6xx, see docs/diagnostics/output.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote

from bulletin_pdf.collation import INVISIBLE, HtmlText, collate, read_html, without_space
from bulletin_pdf.composition.characters import HANGING
from bulletin_pdf.diagnostics import Diagnostic, Place, error, warning
from bulletin_pdf.fonts.mending import ASCENT, CLOSING_MARKS, DESCENT, HALF, OPENING_MARKS
from bulletin_pdf.layout import MM, Geometry
from bulletin_pdf.model import Footnote, Issue, Run, Text, plain, texts, texts_of
from bulletin_pdf.pdf import Pdf, PdfPage
from bulletin_pdf.pdf.painting import Part, Stretch

# How far text may stand outside the type area: rounding, and accents that rise over the em box.
TOLERANCE = 0.5
# What many mail services take as an attachment.
MOST_BYTES = 20_000_000
# Nothing may be printed nearer to the edge than this; trimming can be off by 2 mm (GB/T 9704 §6.3).
SAFE = 5 * MM


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the PDF must be: the issue, the HTML it came from, the page, the families of the fonts.

    file: the PDF as diagnostics name it.
    """

    issue: Issue
    html: str
    geometry: Geometry
    families: frozenset[str]
    file: Path
    overhang: float = 0.0
    """How far a mark may hang past the type area, in em."""
    blank_before_imprint: bool = False
    """Whether the page before the last may be blank."""

    def at(self, page: int | None = None) -> Place:
        """A place in the PDF; `page` is 1-based."""
        return Place(self.file, page=page)


def preflight(pdf: Pdf, expected: Expectation) -> list[Diagnostic]:
    """Every check on one PDF."""
    checks = (
        check_pages,
        check_fonts,
        check_glyphs,
        check_metadata,
        check_tags,
        check_bookmarks,
        check_links,
        check_foreign,
        check_size,
        check_texts,
        check_position,
    )
    return [finding for check in checks for finding in check(pdf, expected)]


def check_pages(pdf: Pdf, expected: Expectation) -> Iterator[Diagnostic]:
    """BP601: pages exist, all of the size the layout states; BP602: none is blank."""
    if not pdf.pages:
        yield error("BP601", "PDF 里没有页面。", expected.at())
    for number, page in enumerate(pdf.pages, 1):
        left, bottom, right, top = page.trim_box
        geometry = _geometry(page, expected)
        width, height = geometry.page_width, geometry.page_height
        if abs(right - left - width) > 0.1 * MM or abs(top - bottom - height) > 0.1 * MM:
            size = f"{(right - left) / MM:.1f}×{(top - bottom) / MM:.1f} mm"
            wanted = f"{width / MM:.1f}×{height / MM:.1f} mm"
            yield error(
                "BP601", f"页面大小是 {size}，应为 {wanted}。", expected.at(number), "核对版式的“页面”。"
            )
        # An imprint on the back of the last sheet may have a blank page before it (GB/T 9704 §7.5).
        is_meant = expected.blank_before_imprint and number == len(pdf.pages) - 1
        if not page.text.strip() and not page.has_picture and not is_meant:
            yield warning(
                "BP602",
                "这一页是空白的。",
                expected.at(number),
                "去掉多余的 {分页}，或看看图片、表格是不是太大。",
            )


def check_fonts(pdf: Pdf, expected: Expectation) -> Iterator[Diagnostic]:
    """BP603: every font is embedded, is a subset, and is one of the publication's."""
    for font in pdf.fonts:
        tag, _, name = font.name.rpartition("+")
        if not font.embedded:
            yield error(
                "BP603", f"字体“{font.name}”没有嵌入。", expected.at(), "用 bulletin fonts 核对这个字体。"
            )
        elif not re.fullmatch("[A-Z]{6}", tag):
            yield error(
                "BP603", f"字体“{font.name}”没有取子集。", expected.at(), "用 bulletin doctor 核对 HarfBuzz。"
            )
        if name not in expected.families:
            message = f"用了本刊以外的字体“{name}”。"
            yield error("BP603", message, expected.at(), "样式表里只能用版式的字体角色，不能写别的字体名。")


def check_glyphs(pdf: Pdf, expected: Expectation) -> Iterator[Diagnostic]:
    """BP604: no glyph 0, which prints as an empty box, and none that nobody can copy."""
    for number, page in enumerate(pdf.pages, 1):
        for stretch in page.stretches:
            if 0 in stretch.glyphs or "\ufffd" in stretch.text:
                around = stretch.text.replace("\ufffd", "□")[:20]
                yield error(
                    "BP604",
                    f"有字体里没有的字，印出来是方框：“{around}”。",
                    expected.at(number),
                    "用 bulletin fonts 查缺字。",
                )


def check_metadata(pdf: Pdf, expected: Expectation) -> Iterator[Diagnostic]:
    """BP605: title, author, subject, keywords, date and language say what the masthead says."""
    issue = expected.issue
    wanted = {
        "/Title": issue.title,
        "/Author": ", ".join(issue.masthead.organs),
        "/Subject": issue.subject or issue.title,
        "/Keywords": ", ".join((issue.masthead.name, *issue.keywords)),
    }
    names = {"/Title": "标题", "/Author": "作者", "/Subject": "主题", "/Keywords": "关键词"}
    for key, value in wanted.items():
        found = pdf.information.get(key, "")
        if found != value:
            message = f"PDF 的{names[key]}是“{found}”，报头是“{value}”。"
            yield error("BP605", message, expected.at(), "核对版式 issue.html.j2 的 <head>。")
    if pdf.created is None or pdf.created.date() != issue.masthead.date:
        yield error(
            "BP605",
            f"PDF 的日期不是 {issue.masthead.date}。",
            expected.at(),
            "核对版式 issue.html.j2 的 <head>。",
        )
    if pdf.language != "zh-CN":
        yield error(
            "BP605",
            f"PDF 的语言是“{pdf.language}”，应为 zh-CN。",
            expected.at(),
            '在 <html> 上写 lang="zh-CN"。',
        )


def check_tags(pdf: Pdf, expected: Expectation) -> Iterator[Diagnostic]:
    """BP606: the PDF has a structure tree for screen readers, and all text in the type area is in it."""
    if not pdf.tagged:
        yield error("BP606", "PDF 没有结构标签，读屏软件读不了。", expected.at())
        return
    for number, page in enumerate(pdf.pages, 1):
        area = _geometry(page, expected)
        bottom, top = area.page_height - area.top - area.height, area.page_height - area.top
        for stretch in page.stretches:
            inside = bottom < stretch.y < top and area.left < stretch.x < area.left + area.width
            if stretch.part is Part.FURNITURE and stretch.text.strip() and inside:
                message = f"版心里的“{stretch.text[:20]}”没有结构标签，读屏软件读不到。"
                yield error("BP606", message, expected.at(number), "页码、书眉要放在版心以外。")


def check_bookmarks(pdf: Pdf, expected: Expectation) -> Iterator[Diagnostic]:
    """BP607: one bookmark for every section, and below it every titled article, on the page that shows it; one for
    every attachment."""
    wanted = []
    for section in expected.issue.sections:
        wanted.append((1, plain(section.title)))
        wanted += [(2, plain(article.title)) for article in section.articles if article.title]
    wanted += [(1, plain(article.title)) for article in expected.issue.attachments if article.title]
    found = [(bookmark.level, bookmark.title) for bookmark in pdf.bookmarks]
    hint = "核对版式里标题的 bookmark-level：栏目、附件 1，稿件 2，其他 none。"
    for index in range(max(len(wanted), len(found))):
        want, have = wanted[index : index + 1], found[index : index + 1]
        if [(level, without_space(title)) for level, title in want] != [
            (level, without_space(title)) for level, title in have
        ]:
            message = f"第 {index + 1} 个书签应为{_bookmark(want)}，PDF 里是{_bookmark(have)}。"
            yield error("BP607", message, expected.at(), hint)
            return
    for bookmark in pdf.bookmarks:
        shown = pdf.pages[bookmark.page - 1].text if bookmark.page else ""
        if without_space(bookmark.title) not in without_space(shown):
            message = f"书签“{bookmark.title}”指向的页上没有这个标题。"
            yield error("BP607", message, expected.at(bookmark.page), hint)


def check_links(pdf: Pdf, expected: Expectation) -> Iterator[Diagnostic]:
    """BP612: every link leads somewhere, and those that lead out are the ones typed, all of them."""
    typed = {
        unquote(run.link): run
        for text in texts(expected.issue)
        for run in (*_runs(text), *(run for note in _notes([text]) for run in _runs(note)))
        if run.link
    }
    for link in pdf.links:
        if link.is_dead:
            message = "这一页有个链接点了没有反应，它指的地方不在 PDF 里。"
            yield error("BP612", message, expected.at(link.page), "核对版式模板里的 href 和 id。")
        elif link.uri and unquote(link.uri) not in typed:
            message = f"链接指向“{link.uri[:60]}”，稿件里没有这个网址。"
            yield error("BP612", message, expected.at(link.page), "网址写在稿件里，不写在版式的模板里。")
    found = {unquote(link.uri) for link in pdf.links}
    for uri, run in typed.items():
        if uri not in found:
            message = f"“{run.text[:20]}”的链接丢了。"
            yield error("BP612", message, run.place, "核对版式的样式表有没有遮住链接。")


def _runs(text: Text) -> list[Run]:
    return [inline for inline in text if isinstance(inline, Run)]


def check_foreign(pdf: Pdf, expected: Expectation) -> Iterator[Diagnostic]:
    """BP613: no lock, nothing that acts by itself, no files inside."""
    hint = "重新生成，不要用别的软件另存。"
    if pdf.is_encrypted:
        yield error("BP613", "PDF 加了密，读的人打不开或印不了。", expected.at(), hint)
    for name in pdf.foreign:
        yield error("BP613", f"PDF 里有 {name}，不该有。", expected.at(), hint)


def check_size(pdf: Pdf, expected: Expectation) -> Iterator[Diagnostic]:
    """BP614: small enough to be mailed."""
    if pdf.size > MOST_BYTES:
        message = f"PDF 有 {pdf.size / 1e6:.0f} MB，超过 {MOST_BYTES / 1e6:.0f} MB，许多邮箱发不出去。"
        yield warning("BP614", message, expected.at(), "把大照片缩小：版心宽的照片 1900 像素就够印了。")


def _bookmark(entry: list[tuple[int, str]]) -> str:
    return f"{entry[0][0]} 级的“{entry[0][1]}”" if entry else "空"


def check_texts(pdf: Pdf, expected: Expectation) -> Iterator[Diagnostic]:
    """BP608, BP609: the issue's texts stand in the HTML, and the HTML's in the PDF."""
    html = read_html(expected.html)
    yield from _source_text(html, expected)
    yield from _printed_text(html, pdf, expected)


def _source_text(html: HtmlText, expected: Expectation) -> Iterator[Diagnostic]:
    """BP608: every text of the issue stands in the layout's HTML, in order; what settings say, anywhere."""
    running, footnotes = html.running, html.footnotes
    masthead = expected.issue.masthead
    settings = [*masthead.organs, masthead.classification, masthead.copy_number, *masthead.signers]
    settings += [line.text for line in (*expected.issue.attendance, *expected.issue.imprint)]
    day = f"{masthead.date.year}年{masthead.date.month}月{masthead.date.day}日"
    for words in (masthead.name, masthead.numbering, day, *settings):
        if without_space(words) not in running:
            message = f"版式里漏了“{words[:20]}”。"
            yield error("BP608", message, expected.at(), "核对版式的模板：报头和版记的每一项都要印出来。")
    issue_texts = list(texts(expected.issue))
    hint = "核对版式的模板：每一种内容都要印出来，次序不变。"
    for printed, pieces in (
        (running, _running_pieces(issue_texts)),
        (footnotes, _running_pieces(_notes(issue_texts))),
    ):
        position = 0
        for piece, place in pieces:
            found = printed.find(piece, position)
            if found < 0:
                yield error("BP608", f"版式里漏了“{piece[:20]}”。", place, hint)
            else:
                position = found + len(piece)


def _running_pieces(all_texts: Iterable[Text]) -> Iterator[tuple[str, Place]]:
    """Texts without white space and their places, cut where footnotes have their marks."""
    for text in all_texts:
        for is_run, inlines in groupby(text, key=lambda inline: not isinstance(inline, Footnote)):
            runs = [inline for inline in inlines if isinstance(inline, Run)]
            piece = without_space("".join(run.printed for run in runs))
            if is_run and piece:
                yield piece, runs[0].place


def _notes(all_texts: Iterable[Text]) -> Iterator[Text]:
    """The texts of all footnotes in order."""
    for text in all_texts:
        for inline in text:
            if isinstance(inline, Footnote):
                yield from (note for block in inline.blocks for note in texts_of(block))


def _printed_text(html: HtmlText, pdf: Pdf, expected: Expectation) -> Iterator[Diagnostic]:
    """BP609: the PDF's text is the HTML's text: nothing lost, doubled, moved or slipped in."""
    for number, page in enumerate(pdf.pages, 1):
        if match := INVISIBLE.search(page.text):
            message = f"PDF 里有看不见的字符 U+{ord(match.group()):04X}。"
            yield error("BP609", message, expected.at(number), "核对版式的模板，不要用零宽字符。")
    collated = collate(html, [page.text for page in pdf.pages])
    if collated.extra_space:
        number, after = collated.extra_space
        message = f"PDF 里多出了空格，在“{after}”之前。"
        yield error("BP609", message, expected.at(number), "核对版式的模板，文字之间不要留空格。")
    if collated.difference:
        number, wanted, found = collated.difference
        message = f"PDF 的文字和原稿从这里起不一致：应为“{wanted}”，PDF 里是“{found}”。"
        hint = "核对版式的模板和样式表有没有遮住、重复或挪动文字。"
        yield error("BP609", message, expected.at(number), hint)


def check_position(pdf: Pdf, expected: Expectation) -> Iterator[Diagnostic]:
    """BP610: the document's text stands inside the type area, and everything well inside the page."""
    for number, page in enumerate(pdf.pages, 1):
        geometry = _geometry(page, expected)
        for stretch in page.stretches:
            if not stretch.text.strip():
                continue
            if _to_edge(stretch, geometry) < SAFE:
                message = f"文字印到了页边：“{stretch.text[:20]}”。"
                yield error("BP610", message, expected.at(number), "核对版式的版心和样式表。")
            outside = _outside(stretch, geometry, expected.overhang) if stretch.part is Part.TEXT else 0
            if outside > TOLERANCE:
                message = f"文字超出版心 {outside:.1f} pt：“{stretch.text[:20]}”。"
                hint = "太长的网址或编号在中间加空格，或缩小字号。"
                yield error("BP610", message, expected.at(number), hint)


def _geometry(page: PdfPage, expected: Expectation) -> Geometry:
    """The geometry that a page must have: a page with a wide table is turned."""
    left, bottom, right, top = page.trim_box
    is_portrait = expected.geometry.page_width <= expected.geometry.page_height
    lies_across = (right - left > top - bottom) == is_portrait
    return expected.geometry.turned if lies_across and 'class="wide"' in expected.html else expected.geometry


def _to_edge(stretch: Stretch, geometry: Geometry) -> float:
    """How near to an edge of the page a stretch comes."""
    return min(
        stretch.x,
        geometry.page_width - stretch.end,
        stretch.y - DESCENT * stretch.size,
        geometry.page_height - stretch.y - ASCENT * stretch.size,
    )


def _outside(stretch: Stretch, geometry: Geometry, overhang: float) -> float:
    """How far a stretch stands outside the type area.

    A line of smaller type, such as a footnote, has less space above and below in its line box than the
    body has; so it may use the half leading at the head and foot of the type area.
    """
    top = geometry.page_height - geometry.top
    # The blank half of a mark that ends a line is no ink; of one that begins a line neither.
    last, first = stretch.text[-1], stretch.text[0]
    blank = (HALF if last in CLOSING_MARKS else 0.0) + (overhang if last in HANGING else 0.0)
    # A reading 注音 over the first line of a page stands above the type area.
    rise = geometry.size / 2 if stretch.size <= geometry.size * 0.55 else 0.0
    return max(
        geometry.left - stretch.x - (HALF * stretch.size if first in OPENING_MARKS else 0.0),
        stretch.end - blank * stretch.size - geometry.left - geometry.width,
        stretch.y + ASCENT * stretch.size - top - geometry.half_leading - rise,
        top - geometry.height - geometry.half_leading - stretch.y + DESCENT * stretch.size,
    )
