"""What is made once for many pages and elements: the same file to the byte, and less work."""

from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pytest

import publications
from bulletin_pdf import build, paginate
from bulletin_pdf.engine import made_once
from bulletin_pdf.home import Home
from publications import KEY

PAGES = """
@page { size: 105mm 74mm; margin: 12mm; counter-increment: page;
  @top-left { content: string(head) } @bottom-center { content: counter(page) " / " counter(pages) }
  @footnote { border-top: 0.5pt solid red } }
@page :first { @bottom-center { content: "first" } }
@page :left { margin-left: 18mm; @bottom-left { content: "left"; background: #eee } }
@page :blank { @bottom-center { content: "blank" } }
@page wide { size: 148mm 74mm; @top-right { content: "wide" } }
@page wide:first { @top-right { content: "wide first" } }
h1 { string-set: head content(); break-before: right } .wide { page: wide } h1::before { content: counter(chapter) ". " }
li::marker { color: red } li.own::marker { color: blue } ol { list-style-position: inside }
.fn { float: footnote } .strange::footnote-call { content: "[" counter(footnote) "]"; color: blue }
.strange::footnote-marker { content: "«" counter(footnote) "» " }
.note { position: note(note) } p::first-letter { font-size: 150% }
table { width: 60%; margin: 2% } .collapsed { border-collapse: collapse } .collapsed td { padding: 1pt; border-left: 4pt double red } td { border: 1pt solid; padding: 3%; height: 20pt }
.row { display: flex; width: 50% } .row p { flex: 1; min-width: 0 } .part { width: 50%; margin-left: 10% }
.bordered { box-sizing: border-box; width: 80pt; padding: 5pt; border: 2pt solid } .tall { height: 30pt; max-width: 70% }
.columns { columns: 2 } .float { float: right; width: 30% } .calculated { width: calc(50% - 10pt); font-feature-settings: "kern" 0 }
h2 { color: navy } h2#d3 span { color: teal } h2 span::before { content: attr(title) " " } h2 b::after { content: "." }
h2 b[title]::after { content: "!" } h2 a::after { content: target-counter(attr(href), page) }
.logical { margin-inline-start: 20pt; padding-block: 3pt; inline-size: 60%; border-inline-end: 2pt solid; border-start-end-radius: 4pt }
.logical p { margin: inherit; text-indent: calc(10% + 3pt); color: initial; text-decoration: underline } .logical b { --x: 3pt; margin-left: var(--x) }
.cap { max-height: 20pt; overflow: hidden } u { letter-spacing: 1pt; word-spacing: 2pt }
"""
COUNTED = (
    PAGES + "@page :nth(3n) { @bottom-center { content: 'third' } } @page :nth(2 of wide) { margin: 20mm }"
)


def html(css: str) -> str:
    chapter = (
        "<h1 id=c{0}>Chapter {0}</h1><p>Text<span class=fn>one</span> and <b>more<span class='fn strange'>two</span></b>"
        "<aside class=note>note {0}</aside> <i>and <b>so</b></i> on.</p><ul><li>a<li class=own>b<ol><li>c</ol></ul>"
        "<p>{1}</p><div class=wide><p>{1}</p></div>"
        "<h2 id=d{0}><span title=t{0}>x <b>y</b><b title=z>z</b></span> <a href='#c{0}'>w</a></h2>"
        "<h2 id=e{0} style='color: olive'><span>x <b style='color: red'>y</b></span><b style='color: lime'>y</b></h2>"
        "<h2><span title=u{0}>x <b>y</b></span></h2><h2 name=f{0}><a id=g{0}><b>v</b></a></h2><table><tr><td>a<td class=part>b</table><table class=collapsed><tr><td>a<td>b<tr><td colspan=2>c</table>"
        "<div class=part><div class=part><div class=part><p class=tall>d</p></div></div><p class=bordered>e</p></div>"
        "<div class=row><p>f</p><p class=part>g <u>under line</u></p></div><div class=columns><p>{1}</p></div>"
        "<p class=float>h</p><p class=calculated>i</p><div class=logical>i <p>j <b dir=rtl class=logical>k</b></p></div><div class=cap><p>{1}</p></div>"
    )
    body = "".join(chapter.format(number, "Words and words. " * 60) for number in range(6))
    return f"<!DOCTYPE html><html lang=en><title>T</title><style>{css}</style><body>{body}</body></html>"


@pytest.mark.parametrize("css", [PAGES, COUNTED], ids=["kinds", "counted"])
def test_the_same_bytes(tmp_path: Path, css: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home = publications.publication(tmp_path)
    prepared, _ = build.prepare(home, KEY)
    assert prepared
    files, found = build.lay_out(home, prepared.fonts, {"once": html(css)})
    monkeypatch.setattr(paginate, "made_once", nullcontext)
    plain, others = build.lay_out(home, prepared.fonts, {"once": html(css)})
    assert files["once"] == plain["once"]
    assert found == others
    assert len(pypdf.PdfReader(BytesIO(plain["once"])).pages) > 20


def styles_made(home: Home, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many styles a layout computes."""
    from weasyprint import css

    made = 0
    usual = css.ComputedStyle.__init__

    def counted(style: object, *rest: object) -> None:
        nonlocal made
        made += 1
        usual(style, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(css.ComputedStyle, "__init__", counted)
        assert build.make_pages(home, KEY).data
    return made


def test_styles_do_not_grow_with_pages_nor_with_elements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "# 要闻\n\n## 标题\n\n" + "正文一段，这里写得长一点，好让它占去两行的地方，而且没有别的。\n\n" * 40
    short = publications.publication(tmp_path / "short", {"01.md": text})
    long = publications.publication(
        tmp_path / "long",
        {"01.md": text + "正文又一段，也长一点，好让它占去两行的地方，没有别的。\n\n" * 160},
    )
    few = styles_made(short, monkeypatch)
    many = styles_made(long, monkeypatch)
    assert many <= few + 60  # the other side's pages; not seventeen for each page and six for each paragraph
    monkeypatch.setattr(paginate, "made_once", nullcontext)
    assert styles_made(long, monkeypatch) > few + 1000


def test_pages_are_listed_again_only_when_one_was_added() -> None:
    import pydyf

    pdf = pydyf.PDF()
    with made_once.made_once():
        for number in range(3):
            pdf.add_page(pydyf.Dictionary({"Type": "/Page"}))
            listed = pdf.page_references
            assert len(listed) == number + 1
            assert pdf.page_references is listed
    assert pdf.page_references == listed


def test_of_fonts_only_the_subsets_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.pdf import fonts

    home = publications.publication(tmp_path)
    read: list[int] = []
    usual = fonts.get_hb_object_data

    def counted(face: object, *rest: object) -> bytes:
        data: bytes = usual(face, *rest)
        read.append(len(data))
        return data

    monkeypatch.setattr(fonts, "get_hb_object_data", counted)
    once = build.make_pages(home, KEY).data
    assert 0 < max(read) < 500_000
    monkeypatch.setattr(paginate, "made_once", nullcontext)
    assert build.make_pages(home, KEY).data == once
    assert max(read) > 2_000_000


def test_a_font_that_cannot_be_subset_is_embedded_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from weasyprint.pdf import fonts

    monkeypatch.setattr(fonts.Font, "subset", lambda *_: None)
    home = publications.publication(tmp_path)
    once = build.make_pages(home, KEY)
    monkeypatch.setattr(paginate, "made_once", nullcontext)
    assert build.make_pages(home, KEY).data == once.data
    assert once.data
    assert len(once.data) > 2_000_000


def test_patterns_of_html_are_kept() -> None:
    import tinyhtml5
    from tinyhtml5 import inputstream

    usual = inputstream.characters_until_regex
    text = (
        "<p class=\"a b\"  title='c&amp;d' lang=e>f &lt; <!-- g - h --><br/>i</p><pre>\n\0</pre><script>j</script>"
        * 9
    )
    plain = ElementTree.tostring(tinyhtml5.parse(text))
    with made_once.made_once():
        kept = inputstream.characters_until_regex
        assert ElementTree.tostring(tinyhtml5.parse(text)) == plain
        few = len(kept)
        tinyhtml5.parse(text * 2)
        assert len(kept) == few > 5
    assert inputstream.characters_until_regex is usual


def test_another_version_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.css import StyleFor

    usual = StyleFor.set_computed_styles
    monkeypatch.setattr(made_once, "VERSIONS", ("70.0", "0.13.0", "9"))
    with made_once.made_once():
        assert StyleFor.set_computed_styles is usual
