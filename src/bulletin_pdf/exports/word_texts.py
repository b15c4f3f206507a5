"""Paragraphs and runs of a Word file as XML: styles by their identities, links, footnotes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, assert_never
from xml.sax.saxutils import escape

from bulletin_pdf.exports.word_styles import HEAD, KAI, NAMESPACES
from bulletin_pdf.model import Block, Footnote, LineBreak, Run, Text

# What XML cannot hold.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:line="240" w:lineRule="auto"/></w:pPr><w:r><w:{mark}/></w:r></w:p></w:footnote>'
    for number, kind, mark in (
        (-1, "separator", "separator"),
        (0, "continuationSeparator", "continuationSeparator"),
    )
)
Part = Literal["document", "footnotes"]


class Texts:
    """Writes texts; keeps the links and footnotes in them. note: what makes XML of a footnote's blocks."""

    def __init__(self, note: Callable[[Sequence[Block], str], str]) -> None:
        self.links: dict[str, dict[str, str]] = {"document": {}, "footnotes": {}}
        self._note = note
        self._notes: list[str] = []
        self._part: Part = "document"

    def text(self, text: Text, style: str = "") -> str:
        """A text as runs. style: a character style for all of it."""
        return "".join(self._inline(inline, style) for inline in text)

    def footnotes(self) -> str:
        """The part footnotes.xml."""
        return f"{HEAD}<w:footnotes {NAMESPACES}>{_SEPARATORS}{''.join(self._notes)}</w:footnotes>"

    def _inline(self, inline: Run | LineBreak | Footnote, style: str) -> str:
        match inline:
            case Run():
                return self._run(inline, style)
            case LineBreak():
                return "<w:r><w:br/></w:r>"
            case Footnote():
                return self._footnote(inline)
            case _:
                assert_never(inline)

    def _run(self, run: Run, style: str) -> str:
        styled = replace(
            run, strong=run.strong or style == "Strong", emphasis=run.emphasis or style == "Emphasis"
        )
        named = (
            "Strong" if styled.strong else "Emphasis" if styled.emphasis else "Hyperlink" if run.link else ""
        )
        properties = f'<w:rStyle w:val="{named}"/>' if named else ""
        if styled.strong and styled.emphasis:
            properties += f'<w:rFonts w:eastAsia="{KAI}"/>'
        if run.link and named != "Hyperlink":
            properties += '<w:u w:val="single"/>'
        if run.dotted:
            properties += '<w:em w:val="underDot"/>'
        if run.readings:
            pairs = zip(run.text, run.readings, strict=True)
            xml = "".join(_ruby(each, reading, properties) for each, reading in pairs)
        else:
            xml = plain_run(run.text, properties)
        if not run.link:
            return xml
        links = self.links[self._part]
        identity = f"link{len(links) + 1}"
        links[identity] = run.link
        return f'<w:hyperlink r:id="{identity}">{xml}</w:hyperlink>'

    def _footnote(self, note: Footnote) -> str:
        mark = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
        if self._part == "footnotes":
            # Word has no notes on notes: this one stands in the text of the other.
            return plain_run("〔") + self._note(note.blocks, "inline") + plain_run("〕")
        self._part = "footnotes"
        number = len(self._notes) + 1
        self._notes.append("")
        inner = self._note(note.blocks, f"<w:r>{mark}<w:footnoteRef/></w:r>{plain_run(' ')}")
        self._notes[number - 1] = f'<w:footnote w:id="{number}">{inner}</w:footnote>'
        self._part = "document"
        return f'<w:r>{mark}<w:footnoteReference w:id="{number}"/></w:r>'


def paragraph(style: str, runs: str, properties: str = "") -> str:
    """A paragraph. properties: more of them, in the order of the schema."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{runs}</w:p>'


def plain_run(words: str, properties: str = "") -> str:
    """Words as a run."""
    shown = escape(_FORBIDDEN.sub("", words))
    inner = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inner}<w:t xml:space="preserve">{shown}</w:t></w:r>'


TAB = "<w:r><w:tab/></w:r>"


def _ruby(character: str, reading: str, properties: str) -> str:
    base = plain_run(character, properties)
    sound = plain_run(reading, '<w:sz w:val="16"/>')
    return (
        '<w:r><w:ruby><w:rubyPr><w:rubyAlign w:val="center"/><w:hps w:val="16"/><w:hpsRaise w:val="28"/>'
        '<w:hpsBaseText w:val="32"/><w:lid w:val="zh-CN"/></w:rubyPr>'
        f"<w:rt>{sound}</w:rt><w:rubyBase>{base}</w:rubyBase></w:ruby></w:r>"
    )
