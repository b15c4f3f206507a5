"""Tool: the yearly index 年度总目录: what a year's issues held, by section, with issue and page.

As periodicals have it at the end of a year: sections in the order in which they first appeared, in each the articles in the
order of issues, behind each 期·页.
"""

from collections.abc import Sequence
from html import escape

from bulletin_pdf.plain_page import document, families
from bulletin_pdf.volumes.catalogue import ATTACHMENTS, Catalogued, Entry

OTHERS = "其他"


def by_section(issues: Sequence[Catalogued]) -> list[tuple[str, list[tuple[Catalogued, Entry]]]]:
    """The entries of issues, oldest first, under their sections; a section without articles stands for itself."""
    found: dict[str, list[tuple[Catalogued, Entry]]] = {}
    for issue in issues:
        titles = {entry.section for entry in issue.listed}
        for entry in issue.listed:
            if not entry.is_section:
                found.setdefault(entry.section or OTHERS, []).append((issue, entry))
            elif entry.title not in titles:
                found.setdefault(entry.title, []).append((issue, entry))
            else:
                found.setdefault(entry.title, [])
    # Attachments belong to no section; they come last.
    return sorted(found.items(), key=lambda item: item[0] in (ATTACHMENTS, OTHERS))


def index_html(name: str, year: int, issues: Sequence[Catalogued]) -> str:
    """The index as pages of A4. issues: oldest first."""
    song, kai = families("song"), families("kai")
    parts = []
    for title, found in by_section(issues):
        rows = "".join(
            f"<p><span class=title>{escape(entry.title)}</span>"
            f"{f'<span class=byline>{escape(entry.byline)}</span>' if entry.byline else ''}"
            f"<span class=page>{issue.number}·{entry.page}</span></p>"
            for issue, entry in found
        )
        parts.append(f"<section><h2>{escape(title)}</h2>{rows}</section>")
    style = f"""
@page {{ size: A4; margin: 25mm 24mm 24mm;
  @bottom-center {{ content: "— " counter(page) " —"; font: 9pt {song} }} }}
@page {{ @top-center {{ content: "{year}年总目录"; font: 9pt {song}; color: #555 }} }}
@page :first {{ @top-center {{ content: none }} }}
body {{ font: 10.5pt/1.6 {song}; margin: 0 }}
h1 {{ font: 20pt/1.4 {families("biaosong")}; text-align: center; margin: 0 }}
h2 {{ font: 12pt/1.5 {families("hei")}; margin: 5mm 0 1.5mm; break-after: avoid; bookmark-level: 1 }}
h1, h2 {{ position: relative }} h1 {{ bookmark-level: none }}
{ENTRY}
.note {{ font: 9pt/1.5 {kai}; text-align: center; margin: 0 0 6mm; padding: 0 }} .note::after {{ content: none }}
.byline {{ font-family: {kai} }}"""
    body = f"<h1>{escape(name)}<br>{year}年总目录</h1><p class=note>后面的数字是期号·页码</p>{''.join(parts)}"
    return document(f"{name}{year}年总目录", style, body)


# An entry with its number at the right edge, dots between; a long title turns over before them.
ENTRY = """p { margin: 0; padding-right: 14mm; position: relative; break-inside: avoid; text-align: left }
.title::after { content: ""; }
.byline { margin-left: 1em; color: #444 }
.page { position: absolute; right: 0; bottom: 0; width: 13mm; text-align: right; background: #fff }
p::after { content: leader(" · "); color: #777 }"""
