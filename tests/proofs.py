"""Small issues made into PDFs and checked, with defects planted in their style sheet or HTML. Not a test itself."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import publications
from bulletin_pdf import build
from bulletin_pdf.build import Prepared
from bulletin_pdf.diagnostics import Diagnostic
from bulletin_pdf.home import Home
from bulletin_pdf.pdf import Pdf, read_pdf
from bulletin_pdf.placement import Placement
from bulletin_pdf.resources import LAYOUTS

SHOWN = Path("build/2021-17/2021-17.pdf")


@dataclass(frozen=True)
class Proof:
    """The pages of an issue and what was found on them."""

    prepared: Prepared
    data: bytes
    pdf: Pdf
    placement: Placement
    found: tuple[Diagnostic, ...]

    def said(self, code: str) -> list[str]:
        """The messages of one code, each behind its place."""
        return [f"{each.place} {each.message}" for each in self.found if each.code == code]

    @property
    def layout_codes(self) -> list[str]:
        """The codes of what the layout checks found."""
        return [each.code for each in self.found if each.code.startswith("BP41")]


def proof(home: Home, css: str = "", old: str = "", new: str = "") -> Proof:
    """The pages of the issue: with more CSS, and with one place of its HTML changed."""
    prepared, found = build.prepare(home, publications.KEY)
    assert prepared, found
    html = prepared.rendered.html
    assert old in html
    html = html.replace(old, new, 1).replace("</style>", css + "</style>", 1)
    prepared = replace(prepared, rendered=replace(prepared.rendered, html=html))
    data, _ = build._paginating(home, prepared)()
    assert data
    pdf, _ = read_pdf(data, SHOWN)
    assert pdf
    checked, found = build._preflight(data, prepared, SHOWN)
    assert checked.placement
    return Proof(prepared, data, pdf, checked.placement, tuple(found))


def small(folder: Path, text: str, css: str = "", old: str = "", new: str = "") -> Proof:
    """The same for an issue of one text, under the section 要闻."""
    return proof(publications.publication(folder, {"01.md": f"# 要闻\n\n{text}\n"}), css, old, new)


def own_layout(home: Home, changes: Mapping[str, str], css: str = "") -> None:
    """Give a publication a layout of its own: the standard one with changes in its settings, and more CSS."""
    folder = home.layouts / "bulletin"
    shutil.copytree(LAYOUTS / "bulletin", folder)
    settings = folder / "layout.yaml"
    text = settings.read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new, 1)
    settings.write_text(text, encoding="utf-8")
    with (folder / "style.css.j2").open("a", encoding="utf-8") as sheet:
        sheet.write(css)
