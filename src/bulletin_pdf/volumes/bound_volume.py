"""Tool: the bound volume 合订本 of a year: cover, contents, the issues with continuous folios.

What is laid out is everything but the issues' own pages, which are laid under it afterwards (`pdf/underlay`): a page of the
volume for each of theirs, of its size, with the volume's folio where theirs leaves room. Each issue begins on a right-hand
page. The issues keep their own folios: the volume's stands below, at the outer edge. A page without room for it, as a
cover, has none but counts 暗码.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from bulletin_pdf.pdf.painting import Box
from bulletin_pdf.plain_page import document, families
from bulletin_pdf.sheets.imposition import MM
from bulletin_pdf.volumes.catalogue import Catalogued, Entry
from bulletin_pdf.volumes.yearly_index import ENTRY

# The folio: its size, the room that it takes, its distance from the outer edge, and how far its foot may stand above the
# foot of the page or below its head.
SIZE, WIDTH, HEIGHT, OUTER = 8.0, 60.0, 10.0, 15 * MM
RISES = (9 * MM, 12 * MM, 7 * MM)
Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Bound:
    """An issue in the volume. sizes: of its pages in points. folios: where each page has room for the volume's."""

    issue: Catalogued
    sizes: tuple[Size, ...]
    folios: tuple[Box | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page of the volume behind its front: its folio, and what it shows, an issue by its index with a page from 1;
    None for a blank one."""

    folio: int
    shows: tuple[int, int] | None


def leaves(volumes: Sequence[Bound]) -> list[Leaf]:
    """The pages of the volume, each issue from a right-hand page on."""
    found: list[Leaf] = []
    for index, volume in enumerate(volumes):
        if len(found) % 2:
            found.append(Leaf(len(found) + 1, None))
        for page in range(1, len(volume.sizes) + 1):
            found.append(Leaf(len(found) + 1, (index, page)))
    return found


def first_folio(volumes: Sequence[Bound], index: int) -> int:
    """The folio on which an issue begins."""
    return next(leaf.folio for leaf in leaves(volumes) if leaf.shows == (index, 1))


def folio_boxes(size: Size, folio: int) -> list[Box]:
    """Where a folio may stand on a page, the best place first: at the foot, then at the head."""
    width, height = size
    left = width - OUTER - WIDTH if folio % 2 else OUTER
    bottoms = [*RISES, *(height - rise - HEIGHT for rise in RISES)]
    return [(left, bottom, left + WIDTH, bottom + HEIGHT) for bottom in bottoms]


def volume_html(name: str, year: int, organs: Sequence[str], volumes: Sequence[Bound]) -> str:
    """Cover, contents, and a page for each leaf."""
    pages = leaves(volumes)
    starts = {leaf.shows[0]: leaf.folio for leaf in pages if leaf.shows and leaf.shows[1] == 1}
    sizes = list(dict.fromkeys(size for volume in volumes for size in volume.sizes))
    own = volumes[0].sizes[0]
    contents = "".join(_contents(volume.issue, starts[index]) for index, volume in enumerate(volumes))
    body = (
        f"<div class=cover>{_cover(name, year, organs, volumes)}</div>"
        f"<div class=contents><h1 class=mark data-title=目录>目　录</h1>{contents}</div>"
        f"{''.join(_leaf(leaf, volumes, sizes, own) for leaf in pages)}"
    )
    return document(f"{name}{year}年合订本", _style(own, sizes), body)


# --- parts ----------------------------------------------------------------------------------------------


def _cover(name: str, year: int, organs: Sequence[str], volumes: Sequence[Bound]) -> str:
    first, last = volumes[0].issue, volumes[-1].issue
    regular = [volume.issue.number for volume in volumes if volume.issue.number.isdecimal()]
    extra = len(volumes) - len(regular)
    span = (
        f"第{regular[0]}期～第{regular[-1]}期" if len(regular) > 1 else "".join(f"第{n}期" for n in regular)
    )
    words = "，".join(filter(None, (span, f"增刊 {extra} 期" if extra else "")))
    return (
        f"<p class=name>{escape(name)}</p><p class=year>{year}年合订本</p><p class=span>{words}</p>"
        f"<p class=days>{first.day}～{last.day}</p><p class=organs>{escape('　'.join(organs))}</p>"
    )


def _contents(issue: Catalogued, start: int) -> str:
    rows = "".join(_row(entry, start) for entry in issue.listed)
    return (
        f"<section><h2><a href=#f{start}><span class=title>{escape(issue.numbering)}</span>"
        f"<span class=day>{issue.day}</span></a><span class=page>{start}</span></h2>{rows}</section>"
    )


def _row(entry: Entry, start: int) -> str:
    folio = start + entry.page - 1
    kind = "section" if entry.is_section else "entry"
    byline = f"<span class=byline>{escape(entry.byline)}</span>" if entry.byline else ""
    return (
        f"<p class={kind}><a href=#f{folio}><span class=title>{escape(entry.title)}</span></a>{byline}"
        f"<span class=page>{folio}</span></p>"
    )


def _leaf(leaf: Leaf, volumes: Sequence[Bound], sizes: Sequence[Size], own: Size) -> str:
    first = " first" if leaf.folio == 1 else ""
    if leaf.shows is None:
        return f"<div class='leaf s{sizes.index(own)}' id=f{leaf.folio}></div>"
    index, page = leaf.shows
    volume = volumes[index]
    size, box = volume.sizes[page - 1], volume.folios[page - 1]
    marks = "".join(_bookmarks(volume.issue, page))
    folio = ""
    if box is not None:
        side = "right" if leaf.folio % 2 else "left"
        top = size[1] - box[3]
        folio = f"<b style='left:{box[0]:.2f}pt;top:{top:.2f}pt;text-align:{side}'>合订本 {leaf.folio}</b>"
    return f"<div class='leaf s{sizes.index(size)}{first}' id=f{leaf.folio}>{marks}{folio}</div>"


def _bookmarks(issue: Catalogued, page: int) -> Iterator[str]:
    """What the outline has of a page: the issue on its first, sections and articles."""
    if page == 1:
        yield f"<i class=b1 data-title='{escape(issue.numbering)}'></i>"
    for entry in issue.listed:
        if entry.page == page:
            yield f"<i class={'b2' if entry.is_section else 'b3'} data-title='{escape(entry.title)}'></i>"


def _style(own: Size, sizes: Sequence[Size]) -> str:
    song, kai, hei = families("song"), families("kai"), families("hei")
    pages = "".join(
        f"@page s{index} {{ size: {width:.4f}pt {height:.4f}pt; margin: 0 }}"
        f".s{index} {{ page: s{index}; height: {height - 0.5:.4f}pt }}"
        for index, (width, height) in enumerate(sizes)
    )
    edge, middle = 22 * MM, own[1]
    return f"""
@page {{ size: {own[0]:.4f}pt {own[1]:.4f}pt; margin: {edge:.2f}pt }}
@page front {{ @bottom-center {{ content: counter(page, lower-roman); font: 9pt {song} }} }}
@page front:blank {{ @bottom-center {{ content: none }} }}
{pages}
body {{ margin: 0; font: 10.5pt/1.6 {song} }}
.cover {{ text-align: center; height: {middle - 2 * edge - 1:.2f}pt; position: relative; border-top: 2pt solid #b5121b;
  border-bottom: 2pt solid #b5121b; box-sizing: border-box }}
.cover p {{ margin: 0; padding: 0; position: static; text-align: center }} .cover p::after {{ content: none }}
.cover .name {{ font: 38pt/1.3 {families("biaosong")}; color: #b5121b; margin-top: {0.17 * middle:.2f}pt }}
.cover .year {{ font: 24pt/1.4 {families("biaosong")}; margin-top: 14mm }}
.cover .span {{ font: 14pt/1.6 {kai}; margin-top: 8mm }}
.cover .days {{ font: 12pt/1.6 {kai} }}
.cover .organs {{ font: 14pt/1.5 {kai}; position: absolute; bottom: 14mm; left: 0; right: 0 }}
.contents {{ page: front; break-before: right }}
h1 {{ font: 20pt/1.4 {families("biaosong")}; text-align: center; margin: 0 0 5mm; bookmark-level: 1;
  bookmark-label: attr(data-title) }}
h2 {{ font: 11pt/1.6 {hei}; margin: 4.5mm 0 1mm; position: relative; bookmark-level: none; break-after: avoid }}
{ENTRY}
h2 .page {{ font: 11pt/1.6 {hei} }}
h2 .day {{ font: 9.5pt {kai}; margin-left: 1em }}
a {{ color: inherit; text-decoration: none }}
.entry {{ padding-left: 2em }} .section {{ padding-left: 1em; font-family: {hei}; font-size: 9.5pt; break-after: avoid }}
.byline {{ font-family: {kai}; margin-left: 1em }}
.leaf {{ break-before: page; position: relative; overflow: hidden }}
.leaf.first {{ break-before: right }}
.leaf b {{ position: absolute; width: {WIDTH}pt; height: {HEIGHT}pt; font: {SIZE}pt/{HEIGHT}pt {song}; white-space: nowrap }}
.leaf i {{ position: absolute; top: 0; left: 0; height: 0; bookmark-label: attr(data-title) }}
.b1 {{ bookmark-level: 1 }} .b2 {{ bookmark-level: 2 }} .b3 {{ bookmark-level: 3 }}"""
