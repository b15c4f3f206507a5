"""Tool: a comparison as pages of A4 across, to sign off: the list of changes, then old and new pages side by side.

The HTML has everything but the pages themselves, which are laid under it afterwards (`pdf/underlay`).
"""

from collections.abc import Iterator, Sequence
from html import escape

from bulletin_pdf.comparison import Change, Comparison, Kind, Mark, Piece, Spread, Version
from bulletin_pdf.pdf.painting import Box
from bulletin_pdf.pdf.underlay import Underlay
from bulletin_pdf.plain_page import document, families
from bulletin_pdf.sheets.imposition import MM

# Of the sheet, in points: its size, its edge, the band for captions, the gap between the two pages.
WIDTH, HEIGHT = 297 * MM, 210 * MM
EDGE, BAND, FOOT, GAP = 10 * MM, 9 * MM, 10 * MM, 8 * MM
# Where the line at the foot begins, from below.
UNDER = 8 * MM
# Height and width of a number in the margin, and how far a box stands off its letters.
TAG, TAG_WIDTH, AIR = 9.0, 15.0, 1.2
COLOURS = {
    Kind.DELETED: "#c00000",
    Kind.INSERTED: "#00803c",
    Kind.CHANGED: "#e08000",
    Kind.MOVED: "#0060c0",
    Kind.LOOK: "#808080",
}
LEGEND = {
    Kind.DELETED: "红：删去的",
    Kind.INSERTED: "绿：增加的",
    Kind.CHANGED: "橙：改动的",
    Kind.MOVED: "蓝：移动的",
    Kind.LOOK: "灰：线条、颜色或图",
}
SIGNED = ("改动人", "核对", "签发", "日期")


def sheet_html(comparison: Comparison, *, everything: bool) -> str:
    """The whole document. everything: pages without a change too."""
    spreads = "".join(
        _spread(comparison, spread, index)
        for index, spread in enumerate(comparison.shown(everything=everything))
    )
    title = f"{comparison.old.name} 与 {comparison.new.name} 对照"
    return document(title, _style(comparison), _front(comparison) + spreads)


def underlays(comparison: Comparison, *, everything: bool) -> list[list[Underlay]]:
    """What lies under each page of spreads: these come last in the document."""
    return [
        [
            Underlay(version.data, page, *_place(version, page, is_new))
            for version, page, is_new in _sides(comparison, spread)
            if page
        ]
        for spread in comparison.shown(everything=everything)
    ]


def _sides(comparison: Comparison, spread: Spread) -> Iterator[tuple[Version, int | None, bool]]:
    yield comparison.old, spread.old, False
    yield comparison.new, spread.new, True


def _place(version: Version, page: int, is_new: bool) -> tuple[float, float, float]:
    """Where a page stands on the sheet: left and lower edge, and its scale."""
    width, height = version.pdf.pages[page - 1].size
    room = (WIDTH - 2 * EDGE - GAP) / 2, HEIGHT - EDGE - BAND - FOOT
    scale = min(room[0] / width, room[1] / height)
    half = EDGE + (room[0] + GAP if is_new else 0)
    return half + (room[0] - scale * width) / 2, FOOT + (room[1] - scale * height), scale


# --- the list -------------------------------------------------------------------------------------------


def _front(comparison: Comparison) -> str:
    old, new = comparison.old, comparison.new
    legend = "".join(
        f"<span><i style='border-color: {COLOURS[kind]}'></i>{words}</span>"
        for kind, words in LEGEND.items()
        if any(mark.kind is kind for change in comparison.changes for mark in (*change.old, *change.new))
    )
    versions = "".join(
        f"<tr><th scope=row>{word}</th><td>{escape(version.name)}</td><td>{len(version.pdf.pages)} 页</td></tr>"
        for word, version in (("旧", old), ("新", new))
    )
    fields = "".join(f"<span>{word}<u></u></span>" for word in SIGNED)
    return (
        f"<div class=front><h1>改动对照</h1><table class=versions>{versions}</table>"
        f"<p class=verdict>{escape(comparison.verdict())}</p><p class=legend>{legend}</p>"
        f"{_list(comparison.changes)}<p class=signed>{fields}</p></div>"
    )


def _list(changes: Sequence[Change]) -> str:
    if not changes:
        return ""
    columns = "".join(f"<col style='width: {width}mm'>" for width in (10, 21, 42, 134, 20, 50))
    heads = "".join(f"<th scope=col>{head}</th>" for head in ("号", "改动", "稿件", "内容", "页", "出处"))
    rows = "".join(_row(change) for change in changes)
    return (
        f"<table class=list><colgroup>{columns}</colgroup><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def _row(change: Change) -> str:
    pages = "→".join(str(page) for page in (change.old_page, change.new_page) if page)
    place = change.new_place or change.old_place
    where = f"{place.file}{f':{place.line}' if place.line else ''}" if place else ""
    words = "".join(map(_piece, change.pieces)) + (
        f"<small>{escape(change.note)}</small>" if change.note else ""
    )
    colour = COLOURS[change.kind]
    subject = escape(change.subject)
    return (
        f"<tr><td class=number style='color: {colour}'>{change.number}</td>"
        f"<td>{change.kind.chinese}·{subject}</td><td>{escape(change.title)}</td><td>{words}</td>"
        f"<td>{_side_word(change)}{pages}</td><td class=place>{escape(where)}</td></tr>"
    )


def _side_word(change: Change) -> str:
    if change.old and change.new:
        return ""
    return "新 " if change.new else "旧 "


def _piece(piece: Piece) -> str:
    text = escape(piece.text)
    return {"old": f"<del>{text}</del>", "new": f"<ins>{text}</ins>", "gap": "……"}.get(piece.what, text)


# --- spreads --------------------------------------------------------------------------------------------


def _spread(comparison: Comparison, spread: Spread, index: int) -> str:
    parts = []
    for version, page, is_new in _sides(comparison, spread):
        word = "新" if is_new else "旧"
        if page is None:
            other = spread.old if is_new else spread.new
            left = EDGE + ((WIDTH - 2 * EDGE + GAP) / 2 if is_new else 0)
            words = f"{'旧' if is_new else '新'}的第{other}页，这一边没有相应的一页。"
            parts.append(f"<p class=caption style='left: {left:.2f}pt'><b>{word}</b>　{words}</p>")
            continue
        x, y, scale = _place(version, page, is_new)
        width, height = (length * scale for length in version.pdf.pages[page - 1].size)
        top = HEIGHT - y - height
        parts.append(
            f"<p class=caption style='left: {x:.2f}pt; width: {width:.2f}pt'>"
            f"<b>{word}</b>　{escape(version.name)}　第{page}页</p>"
            f"<div class=page style='left: {x:.2f}pt; top: {top:.2f}pt; width: {width:.2f}pt;"
            f" height: {height:.2f}pt'>{_marks(comparison, version, page, scale, is_new)}</div>"
        )
    return f"<section id=s{index}>{''.join(parts)}</section>"


def _marks(comparison: Comparison, version: Version, page: int, scale: float, is_new: bool) -> str:
    """Boxes on a page, and the numbers of the changes in its outer margin, none over another."""
    left, bottom, right, top = version.pdf.pages[page - 1].trim_box
    own = [
        (change, mark)
        for change in comparison.changes
        for mark in (change.new if is_new else change.old)
        if mark.spot[0] == page
    ]
    boxes = "".join(_box(mark, (left, bottom, right, top), scale) for _, mark in own)
    heights: dict[Change, float] = {}
    for change, mark in own:
        heights.setdefault(change, (top - mark.spot[1][3]) * scale)
    numbers, free = [], 0.0
    for change, y in sorted(heights.items(), key=lambda entry: entry[1]):
        free = max(y, free)
        side = "right" if is_new else "left"
        numbers.append(
            f"<b class=tag style='{side}: 1pt; top: {free:.2f}pt; background: {COLOURS[change.kind]}'>"
            f"{change.number}</b>"
        )
        free += TAG + 1
    return boxes + "".join(numbers)


def _box(mark: Mark, trim: Box, scale: float) -> str:
    x, bottom, right, top = mark.spot[1]
    left, y = (x - trim[0] - AIR) * scale, (trim[3] - top) * scale
    width, height = (right - x + 2 * AIR) * scale, (top - bottom) * scale
    return (
        f"<i class=mark style='left: {left:.2f}pt; top: {y:.2f}pt; width: {width:.2f}pt; height: {height:.2f}pt;"
        f" border-color: {COLOURS[mark.kind]}'></i>"
    )


def _style(comparison: Comparison) -> str:
    song, hei, kai = families("song"), families("hei"), families("kai")
    names = escape(f"{comparison.old.name} → {comparison.new.name}").replace('"', "'").replace("\\", "/")
    return f"""
@page {{ size: A4 landscape; margin: 12mm 10mm;
  @bottom-left {{ content: "{names}"; font: 7.5pt {song}; color: #555 }}
  @bottom-right {{ content: counter(page) " / " counter(pages); font: 7.5pt {song}; color: #555 }} }}
@page spread {{ margin: 0 0 {UNDER:.2f}pt;
  @bottom-left {{ margin-left: {EDGE:.2f}pt; width: 70%; vertical-align: top }}
  @bottom-right {{ margin-right: {EDGE:.2f}pt; width: 20%; vertical-align: top }} }}
body {{ margin: 0; font: 9.5pt/1.45 {song} }}
h1 {{ font: 18pt/1.3 {families("biaosong")}; text-align: center; margin: 0 0 3mm }}
table {{ border-collapse: collapse; width: 277mm; table-layout: fixed }}
.versions {{ width: auto; table-layout: auto; margin: 0 auto }}
.versions td, .versions th {{ padding: 0.6mm 4mm 0.6mm 0; border: 0; text-align: left }}
th {{ font-family: {hei}; font-weight: 400 }}
.verdict {{ font: 11pt/1.5 {hei}; margin: 3mm 0 1mm; text-align: center }}
.legend {{ text-align: center; margin: 0 0 3mm; font-size: 8.5pt }}
.legend span {{ margin: 0 3mm; white-space: nowrap }}
.legend i {{ display: inline-block; width: 9pt; height: 6pt; border: 1pt solid; margin-right: 1.5mm }}
.list td, .list th {{ border-top: 0.4pt solid #888; border-bottom: 0.4pt solid #888; padding: 1mm 1.5mm;
  vertical-align: top; text-align: left; overflow-wrap: anywhere }}
.list thead th {{ border-bottom-width: 0.8pt; border-top-width: 0.8pt }}
.list tr {{ break-inside: avoid }}
.number {{ font-family: {hei} }}
.place {{ font-size: 8pt; color: #444 }}
small {{ font: 8.5pt {kai}; color: #444; margin-left: 2mm }}
del {{ color: {COLOURS[Kind.DELETED]}; text-decoration: line-through }}
del + ins {{ margin-left: 0.3em }}
ins {{ color: {COLOURS[Kind.INSERTED]}; text-decoration: underline }}
.signed {{ margin: 9mm 0 0; text-align: center; break-inside: avoid; font: 11pt {song} }}
.signed span {{ margin: 0 4mm; white-space: nowrap }}
.signed u {{ display: inline-block; width: 38mm; border-bottom: 0.6pt solid #000; margin-left: 2mm;
  text-decoration: none }}
section {{ page: spread; break-before: page; position: relative; width: {WIDTH:.2f}pt; height: {HEIGHT - UNDER - 1:.2f}pt;
  overflow: hidden }}
.caption {{ position: absolute; top: {EDGE - 3:.2f}pt; margin: 0; font: 9pt/1.3 {song}; white-space: nowrap }}
.caption b {{ font: 9pt {hei} }}
.page {{ position: absolute; outline: 0.4pt solid #999 }}
.mark {{ position: absolute; border: 0.9pt solid; border-radius: 1pt; box-sizing: border-box }}
.tag {{ position: absolute; width: {TAG_WIDTH}pt; height: {TAG}pt; font: 7pt/{TAG}pt {hei}; color: #fff; text-align: center;
  border-radius: 2pt }}"""
