"""Stage: how the finished pages look: what a proofreader would mark on them.

Every check is a short generator of warnings, BP41x; see docs/diagnostics/output.md. A page that can't be used at
all is a matter of `preflight`.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, groupby, pairwise

from bulletin_pdf.diagnostics import Diagnostic, Place, warning
from bulletin_pdf.fonts.mending import ASCENT, DESCENT
from bulletin_pdf.layout import MM, Geometry
from bulletin_pdf.model import Issue
from bulletin_pdf.pdf import Pdf, PdfPage
from bulletin_pdf.pdf.painting import Box, Part
from bulletin_pdf.placement import FOOTNOTE, PlacedLine, Placement

BODY, CAPTION, IMPRINT = "body", "caption", "imprint"
TABLE = ("table-head", "table-cell")
# What stands at the foot of a page, under the running text.
AT_FOOT = (FOOTNOTE, IMPRINT)
# Titles, and what stands between a title and the text.
HEADINGS = ("section-title", "article-title", "article-subtitle", "byline", "box-title", "attachment-label")
# What is no part of the running text.
_APART = re.compile("masthead|classification|folio|running-head|imprint|footnote")

LEAST_AFTER_HEADING = 2
LEAST_ON_LAST_PAGE = 4
# In points: rounding of a layout engine that works in 1/1024 of a pixel, and nothing that an eye sees.
OFF_GRID = 0.1
# In pixels per inch. 300 is what print wants; below 150 edges show steps at reading distance.
LOWEST_RESOLUTION = 150
MISPLACED = 0.3 * MM
# A rule is no thicker than this, in points.
THICKEST_RULE = 3.0
# 图3, but not 地图3张 or 试图3次.
_REFERENCE = re.compile(r"(?<![地试企意版蓝贪力截])图\s?(\d+)(?![\d年月日张幅次个％%])")


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof 校样: the pages of an issue with what stands on them.

    flow: the lines of the running text in reading order, without footnotes. paragraphs: the same and footnotes, as
    paragraphs.
    """

    pdf: Pdf
    placement: Placement
    geometry: Geometry
    issue: Issue
    flow: tuple[PlacedLine, ...]
    paragraphs: tuple[tuple[PlacedLine, ...], ...]

    def page(self, number: int) -> PdfPage:
        """A page by its number, from 1."""
        return self.pdf.pages[number - 1]

    def is_upright(self, number: int) -> bool:
        """Whether a page has the layout's own size."""
        return is_upright(self.page(number), self.geometry)

    @property
    def foot(self) -> float:
        """The bottom of the type area, from the foot of the page."""
        return self.geometry.page_height - self.geometry.top - self.geometry.height

    def room(self, number: int) -> float:
        """How high the blank is between the running text of a page and its footnotes, or the foot."""
        ends = [line.y for line in self.flow if line.page == number]
        ends += [box[1] for box in _pictures(self.page(number))]
        apart = (line for line in self.placement.lines if line.page == number and line.line.style in AT_FOOT)
        return min(ends, default=0.0) - max((line.y + line.size for line in apart), default=self.foot)

    def imprint_height(self, number: int) -> float:
        """How high the imprint on a page is; 0 where it has none."""
        lines = (line for line in self.placement.lines if line.page == number and line.line.style == IMPRINT)
        return max((line.y + line.size - self.foot for line in lines), default=0.0)


def check_layout(pdf: Pdf, placement: Placement, geometry: Geometry, issue: Issue) -> list[Diagnostic]:
    """Every check of one issue's pages."""
    flow = tuple(line for line in placement.lines if not _APART.match(line.line.style))
    notes = (line for line in placement.lines if line.line.style == FOOTNOTE)
    paragraphs = (*_paragraphs(flow), *_paragraphs(notes))
    proof = Proof(pdf, placement, geometry, issue, flow, paragraphs)
    checks = (
        check_runts,
        check_headings,
        check_lone_lines,
        check_last_page,
        check_grid,
        check_rows,
        check_resolution,
        check_references,
        check_imprint,
    )
    return [finding for check in checks for finding in check(proof)]


def check_runts(proof: Proof) -> Iterator[Diagnostic]:
    """BP410: no paragraph's last line has a single character, marks apart.

    Wrong: …会议圆满结 / 束。  Right: …会议圆满 / 结束。  The narrow cells of a table may have one.
    """
    for paragraph in proof.paragraphs:
        last = paragraph[-1].line
        if last.index and last.is_last and last.style not in TABLE and _letters(last.text) == 1:
            message = f"段末一行只有一个字：“{last.text}”。"
            yield warning("BP410", message, _at(paragraph[-1]), "在这一段里增减一两个字。")


def check_headings(proof: Proof) -> Iterator[Diagnostic]:
    """BP411: at least two lines of its text, or a picture or table, stand under a heading on the same page.

    Wrong: a title on the last line of page 2, its text on page 3.  Right: both on page 3. One line is enough where
    the page has room for more: there a {分页} follows. The same holds for columns.
    """
    runs = [(is_heading, list(lines)) for is_heading, lines in groupby(proof.flow, key=_is_heading)]
    for (is_heading, headings), (_, text) in pairwise(runs):
        if not is_heading:
            continue
        following = text[:LEAST_AFTER_HEADING]
        for first, *others in _parts(headings):
            last = others[-1] if others else first
            after = [line for line in following if line.page == last.page and line.y < last.y]
            if len(after) == len(following) or any(line.line.style in (CAPTION, *TABLE) for line in after):
                continue
            has_picture = any(box[3] < last.y for box in _pictures(proof.page(last.page)))
            if not has_picture and (not after or proof.room(last.page) < proof.geometry.pitch):
                message = f"标题“{first.line.text}”落在页末，下面的正文不到两行。"
                hint = "在前面增减几行，或在标题前写 {分页}。"
                yield warning("BP411", message, _at(first), hint)


def check_lone_lines(proof: Proof) -> Iterator[Diagnostic]:
    """BP412: neither the first nor the last line of a paragraph stands alone in a page or column.

    Wrong: one line of a paragraph at the foot of page 2, three on page 3.  Right: two and two.
    """
    for paragraph in proof.paragraphs:
        style = paragraph[0].line.style
        if style in (*TABLE, FOOTNOTE) or _is_heading(paragraph[0]):
            continue
        parts = list(_parts(paragraph))
        for part, is_first in ((parts[0], True), (parts[-1], False)):
            if len(parts) > 1 and len(part) == 1:
                words = f"“{part[0].line.text[:16]}……”"
                where = f"首行{words}单独落在页末或栏末" if is_first else f"末行{words}单独落在页首或栏首"
                yield warning("BP412", f"段落的{where}。", _at(part[0]), "在这一段或前面增减几个字。")


def check_last_page(proof: Proof) -> Iterator[Diagnostic]:
    """BP413: the last page of text has four lines of it or more, unless it had to begin where it does.

    Wrong: five full pages and two lines.  Right: five pages.  After {分页}, or where an attachment begins, the page
    before has room left: then the page is short on purpose.
    """
    if not proof.flow or (number := max(line.page for line in proof.flow)) == 1:
        return
    lines = [line for line in proof.flow if line.page == number]
    count = len({round(line.y) for line in lines})
    if count >= LEAST_ON_LAST_PAGE or _pictures(proof.page(number)) or not proof.is_upright(number - 1):
        return
    if proof.room(number - 1) < (count + 0.5) * proof.geometry.pitch + proof.imprint_height(number):
        message = f"最后一页正文只有 {count} 行。"
        hint = "删去几行，收回到前一页，或用 --fit 少排一页；也可以加写几行。"
        yield warning("BP413", message, _at(lines[0]), hint)


def check_grid(proof: Proof) -> Iterator[Diagnostic]:
    """BP414: the baselines of the body stand on the lines of the type area.

    Wrong: after a picture the text stands a third of a line lower than on the back of the sheet.  Right: pictures
    and tables take whole lines. Told once where lines leave the grid, not for every line.
    """
    before: tuple[int, float] | None = None
    for line in proof.flow:
        if line.line.style != BODY or not proof.is_upright(line.page):
            continue
        off = off_grid(line, proof.geometry)
        if abs(off) > OFF_GRID and (
            before is None or before[0] != line.page or abs(off - before[1]) > OFF_GRID
        ):
            message = f"“{line.line.text[:16]}……”起，正文偏离行格 {abs(off):.1f} pt。"
            hint = "上面的图、表或标题应占整行；自己改的版式，核对样式表里的高度和段前段后。"
            yield warning("BP414", message, _at(line), hint)
        before = (line.page, off)


def is_upright(page: PdfPage, geometry: Geometry) -> bool:
    """Whether a page has the layout's own size; a wide table's page is turned and has no grid."""
    width, height = page.size
    return abs(width - geometry.page_width) < 1 and abs(height - geometry.page_height) < 1


def off_grid(line: PlacedLine, geometry: Geometry) -> float:
    """How far above (or, negative, below) the nearest line of the type area a line stands, in points.

    The first line's characters touch the top of the type area; faces have one ascent (`fonts/mending`).
    """
    first = geometry.page_height - geometry.top - ASCENT * geometry.size
    off = (line.y - first) % geometry.pitch
    return off if off <= geometry.pitch / 2 else off - geometry.pitch


def check_rows(proof: Proof) -> Iterator[Diagnostic]:
    """BP415: no row of a table runs over two pages.

    Wrong: half of a long cell on the next page.  Right: the row as a whole on the next page.
    """
    cells = (line for line in proof.flow if line.line.style in TABLE)
    for _, row in groupby(cells, key=lambda line: (line.line.place.file, line.line.place.line)):
        first, *others = row
        if any(line.page != first.page for line in others):
            message = f"表格的一行拆在两页上：“{first.line.text[:16]}”。"
            yield warning("BP415", message, _at(first), "把这一行的文字分成几行，或改短。")


def check_resolution(proof: Proof) -> Iterator[Diagnostic]:
    """BP416: pictures have 150 pixels or more per inch of paper.

    Wrong: a picture of 400 pixels printed 150 mm wide (68 dpi).  Right: the camera's own file.
    """
    for placed in proof.placement.figures:
        if placed.resolution < LOWEST_RESOLUTION:
            width = (placed.box[2] - placed.box[0]) / MM
            figure = placed.figure
            message = (
                f"图片“{figure.file.name}”印出来不清楚：{figure.width}×{figure.height} 像素，印 {width:.0f} mm 宽，"
                f"每英寸只有 {placed.resolution:.0f} 点。"
            )
            hint = f"换用原图（每英寸至少 {LOWEST_RESOLUTION} 点，最好 300 点），或印小一些。"
            yield warning("BP416", message, replace(figure.place, page=placed.page), hint)


def check_references(proof: Proof) -> Iterator[Diagnostic]:
    """BP417: a picture stands on the page that speaks of it, or the one before or after.

    Wrong: 见图3 on page 2, 图3 on page 5.  Right: the picture right behind the paragraph.
    """
    captions: dict[str, list[PlacedLine]] = {}
    speaking: dict[str, set[int]] = {}
    for paragraph in proof.paragraphs:
        text = "".join(line.line.text for line in paragraph)
        if paragraph[0].line.style == CAPTION and (match := _REFERENCE.match(text)):
            captions.setdefault(match[1], []).append(paragraph[0])
        elif paragraph[0].line.style != CAPTION:
            owners = list(chain.from_iterable([line] * len(line.line.text) for line in paragraph))
            for match in _REFERENCE.finditer(text):
                speaking.setdefault(match[1], set()).add(owners[match.start()].page)
    for number, shown in captions.items():
        pages = speaking.get(number, set())
        distance = min((abs(page - caption.page) for page in pages for caption in shown), default=0)
        if distance > 1:
            caption = shown[0]
            where = "、".join(str(page) for page in sorted(pages))
            message = f"图{number}在第 {caption.page} 页，说到它的文字在第 {where} 页。"
            yield warning("BP417", message, _at(caption), "把图移到说到它的那一段后面。")


def check_imprint(proof: Proof) -> Iterator[Diagnostic]:
    """BP418: the imprint stands at the foot of the last page, its last rule on the bottom of the type area.

    Wrong: the imprint right under the text, half a page empty below.  Right: GB/T 9704 §7.4.1, 置于公文最后一面.
    """
    lines = [line for line in proof.placement.lines if line.line.style.startswith(IMPRINT)]
    if not lines:
        return
    last = max(lines, key=lambda line: (line.page, -line.y))
    shown = [number for number, page in enumerate(proof.pdf.pages, 1) if page.text.strip()]
    hint = "核对版式里版记的位置：在最后一页，底线压版心下边。"
    if shown and last.page != shown[-1]:
        yield warning("BP418", f"版记在第 {last.page} 页，不在最后一页。", _at(last), hint)
        return
    below = [stretch for stretch in proof.page(last.page).stretches if stretch.part is Part.TEXT]
    if any(stretch.y < last.y - 1 for stretch in below if stretch.text.strip()):
        yield warning("BP418", "版记下面还有文字。", _at(last), hint)
    elif proof.is_upright(last.page):
        rule = last_rule(proof.page(last.page), last)
        # Without a rule the last line stands somewhere on the last line of the type area.
        off = last.y - DESCENT * last.size - proof.foot if rule is None else rule[1] - proof.foot
        if not -MISPLACED <= off <= (proof.geometry.pitch if rule is None else MISPLACED):
            message = f"版记离版心下边 {abs(off) / MM:.1f} mm，应压在版心下边上。"
            yield warning("BP418", message, _at(last), hint)


def last_rule(page: PdfPage, last: PlacedLine) -> Box | None:
    """The rule that closes the imprint: the lowest within two lines of its last line; None where there is none."""
    rules = [
        shape.box
        for shape in page.shapes
        if shape.part is not Part.PICTURE
        and shape.box[3] - shape.box[1] <= THICKEST_RULE < shape.box[2] - shape.box[0]
        and last.y - 2 * last.size <= shape.box[1] <= last.y
    ]
    return min(rules, key=lambda box: box[1], default=None)


def _at(line: PlacedLine) -> Place:
    """Where a line comes from and on which page it stands."""
    return replace(line.line.place, page=line.page)


def _is_heading(line: PlacedLine) -> bool:
    return line.line.style in HEADINGS or line.line.style.startswith("subheading")


def _letters(text: str) -> int:
    """How many characters are neither marks nor spaces nor marks of notes such as ①."""
    return sum(unicodedata.category(character)[0] == "L" or character.isdecimal() for character in text)


def _paragraphs(lines: Iterable[PlacedLine]) -> Iterator[tuple[PlacedLine, ...]]:
    paragraph: list[PlacedLine] = []
    for line in lines:
        if paragraph and line.line.index <= paragraph[-1].line.index:
            yield tuple(paragraph)
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield tuple(paragraph)


def _parts(paragraph: Sequence[PlacedLine]) -> Iterator[list[PlacedLine]]:
    """The lines of a paragraph by page and column: a line that stands higher than the one before opens a column."""
    part = [paragraph[0]]
    for before, line in pairwise(paragraph):
        if line.page != before.page or line.y > before.y + line.size / 2:
            yield part
            part = []
        part.append(line)
    yield part


def _pictures(page: PdfPage) -> list[Box]:
    """The boxes of pictures on a page: rasters, and what drawings paint."""
    drawn = (shape.box for shape in page.shapes if shape.part is Part.PICTURE)
    return [*(raster.box for raster in page.rasters), *drawn]
