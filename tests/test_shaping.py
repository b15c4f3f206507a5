"""Texts shaped once: the same file to the byte, with fewer texts shaped."""

from contextlib import nullcontext
from pathlib import Path

import pytest

import publications
from bulletin_pdf import build, paginate
from bulletin_pdf.home import Home
from publications import KEY

TEXTS = """<!DOCTYPE html><html lang=zh-CN><title>T</title><style>
@page { size: 105mm 74mm; margin: 10mm; @bottom-center { content: counter(page); white-space: pre } }
p, th, td { font: 10pt/15pt "Bulletin Latin", "Bulletin Fang"; margin: 0 }
.pre { white-space: pre } .wrap { white-space: pre-wrap } .line { white-space: pre-line } .no { white-space: nowrap }
.just { text-align: justify } .wide { letter-spacing: 2pt; word-spacing: 3pt } .cut { overflow: hidden; text-overflow: ellipsis }
.clamp { block-ellipsis: auto; max-lines: 1; continue: discard } .two { block-ellipsis: auto; max-lines: 2; continue: discard } .under { text-decoration: underline } .tab { tab-size: 4 }
.apart { text-align: justify; text-align-last: justify }
</style><body>
{0}<p class=apart>甲 <span class=pre>of the words</span> 乙 丙</p>
<table><thead><tr><th class=pre>表头一\n二</thead><tbody>{1}</table></body></html>"""
BODY = (
    "甲乙丙 word and 丁，戊己。\n第二行 of it\n\n空行之后\u2028分行 <b>粗</b><span class=wide>宽 松</span>\n"
)
LONG = "甲乙丙 word and 丁，戊己。" * 12 + "\n" + "more words to follow " * 12
CLASSES = (
    *("pre", "wrap", "line", "no", "pre just", "wrap just", "pre wide", "pre cut", "pre clamp", "pre under"),
    *("pre two", "pre tab", "just", "just under"),
)


def html() -> str:
    paragraphs = "".join(
        f'<p class="{each}">{BODY}\t末</p><p class="{each}">\n</p><p class="{each}">{LONG}</p>'
        for each in CLASSES
    )
    # Single characters, which are shaped for all places; those that are cut stand among them.
    paragraphs += "".join(
        f'<p class="{each}"{width}>。\n。\n<b>。</b>\n\n<b>\n。</b></p>'
        for width in ("", ' style="width:5pt"', "")
        for each in CLASSES
    )
    paragraphs += '<p class="pre under wide"> \n </p><p class="pre wide">a \n b\n \nc  \n  \n</p>'
    rows = "".join(f"<tr><td class=pre>第 {number} 行\n又一行</td></tr>" for number in range(40))
    return TEXTS.replace("{0}", paragraphs).replace("{1}", rows)


def lay_out(home: Home) -> bytes:
    prepared, _ = build.prepare(home, KEY)
    assert prepared
    files, _ = build.lay_out(home, prepared.fonts, {"texts": html()})
    return files["texts"]


def test_the_same_bytes_with_fewer_texts_shaped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.text.line_break import Layout

    home = publications.publication(tmp_path)
    lay_out(home)
    shaped = 0
    usual = Layout.set_text

    def counted(layout: Layout, text: str, **named: bool) -> None:
        nonlocal shaped
        shaped += 1
        usual(layout, text, **named)

    monkeypatch.setattr(Layout, "set_text", counted)
    once = lay_out(home)
    few, shaped = shaped, 0
    monkeypatch.setattr(paginate, "shaped_once", nullcontext)
    assert lay_out(home) == once
    assert few < 0.8 * shaped  # not all of these texts are composed lines
