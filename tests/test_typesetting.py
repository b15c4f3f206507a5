"""Faces of a text, its HTML, and what is told of it."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bulletin_pdf.diagnostics import Place
from bulletin_pdf.fonts import Fonts, load_fonts
from bulletin_pdf.layout import Layout, load_layout
from bulletin_pdf.model import Run
from bulletin_pdf.typesetting import SetText, Typesetter
from bulletin_pdf.typesetting.emission import spacing_rules

PLACE = Place(Path("a.md"), 1, 1)


@pytest.fixture(scope="module")
def fonts() -> Fonts:
    fonts, _ = load_fonts({}, Path("nowhere"), Path("nowhere"))
    assert fonts
    return fonts


@pytest.fixture(scope="module")
def layout() -> Layout:
    layout, _ = load_layout("bulletin", Path("nowhere"), None)
    assert layout
    return layout


def done(text: str, fonts: Fonts, layout: Layout, style: str = "body") -> SetText:
    return Typesetter(fonts, layout.setting("footnote")).set((Run(text, PLACE),), layout.setting(style))


def test_what_was_set_before_is_not_set_again(fonts: Fonts, layout: Layout) -> None:
    typesetter = Typesetter(fonts, layout.setting("footnote"))
    text, body, heading = (
        (Run("倾听人民心声。", PLACE),),
        layout.setting("body"),
        layout.setting("subheading-1"),
    )
    first = typesetter.set(text, body)
    assert typesetter.set((Run("倾听人民心声。", PLACE),), body) is first
    for other in (
        typesetter.set((Run("倾听人民心声。", Place(Path("a.md"), 2, 1)),), body),
        typesetter.set(text, heading),
        typesetter.set(text, body, credit=(Run("（作者）", PLACE),)),
    ):
        assert other.lines != first.lines


def test_what_the_document_before_has_set_stands(fonts: Fonts, layout: Layout) -> None:
    note, body = layout.setting("footnote"), layout.setting("body")
    text, other = (Run("倾听人民心声。", PLACE),), (Run("顺应时代潮流。", PLACE),)
    first = Typesetter(fonts, note)
    done = first.set(text, body)
    second = Typesetter(fonts, note, first)
    assert second.set(other, body).lines
    third = Typesetter(fonts, note, second)
    assert Typesetter(fonts, note, first).set(text, body) is done
    assert third.set(text, body) is not done  # the second did not need it
    assert third.set(text, body) == done


def test_with_other_faces_or_notes_all_is_set_anew(fonts: Fonts, layout: Layout) -> None:
    again, _ = load_fonts({}, Path("nowhere"), Path("nowhere"))
    assert again is not None
    note, body = layout.setting("footnote"), layout.setting("body")
    text = (Run("倾听人民心声。", PLACE),)
    first = Typesetter(fonts, note)
    done = first.set(text, body)
    assert Typesetter(again, note, first).set(text, body) is done
    others = replace(fonts, faces={**fonts.faces, "fang": replace(fonts.faces["fang"], digest="another")})
    assert Typesetter(others, note, first).set(text, body) is not done
    assert Typesetter(fonts, body, first).set(text, body) is not done


def stretches(text: str, fonts: Fonts, layout: Layout) -> list[str]:
    """The stretches of Latin in a text's HTML."""
    html = str(done(text, fonts, layout).html)
    return re.findall(r'<span class="latin[^"]*">([^<]*)', html)


def test_digits_and_letters_are_latin_and_marks_are_chinese(fonts: Fonts, layout: Layout) -> None:
    assert stretches("共12人——“A·B”……", fonts, layout) == ["12", "A", "B"]


def test_an_apostrophe_in_a_word_is_latin(fonts: Fonts, layout: Layout) -> None:
    assert stretches("他说“don’t”。", fonts, layout) == ["don’t"]


def test_marks_of_a_text_without_han_are_latin(fonts: Fonts, layout: Layout) -> None:
    assert "".join(stretches("“Yes” — no…", fonts, layout)) == "“Yes” — no…"


def test_every_spacing_class_has_its_rule(fonts: Fonts, layout: Layout) -> None:
    text = (
        "倾听人民心声，顺应时代潮流，朝着构建人类命运共同体的方向前行2021年，再启航程，共创未来，续写华章。"
        * 3
    )
    html = str(done(text, fonts, layout).html)
    used = {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split()} - {"latin"}
    assert used
    rules = spacing_rules(html)
    assert used == set(re.findall(r"^\.(\S+) ", rules, re.MULTILINE))


def test_lines_fill_the_measure_that_the_layout_states(fonts: Fonts, layout: Layout) -> None:
    """Other sizes, margins and columns are other measures; nothing else is touched."""
    text = "各单位要压实责任，排查隐患，做到“严、细、实”，确保全年不发生较大事故。" * 4
    for measure in (441.0, 300.0, 200.5):
        setting, note = layout.setting("body", measure), layout.setting("footnote")
        lines = Typesetter(fonts, note).set((Run(text, PLACE),), setting).lines
        lengths = [line.length or 0.0 for line in lines[1:-1]]
        # A mark at the end shows its blank half, or hangs.
        assert all(measure - 0.01 <= length <= measure + 1.01 * setting.size for length in lengths), measure


def test_a_word_longer_than_the_line_is_told(fonts: Fonts, layout: Layout) -> None:
    found = done("编号" + "A1" * 60 + "。", fonts, layout).diagnostics
    assert {finding.code for finding in found} == {"BP314"}
    assert "词中间断开" in found[0].message


def test_a_title_breaks_between_words(fonts: Fonts, layout: Layout) -> None:
    title = "习近平在中国共产党与世界政党领导人峰会上的主旨讲话（摘要）"
    lines = done(title, fonts, layout, "article-title").lines
    assert [line.text for line in lines] == ["习近平在中国共产党与世界", "政党领导人峰会上的主旨讲话（摘要）"]


def test_a_face_that_draws_a_mark_wide_gives_no_blank(fonts: Fonts, layout: Layout) -> None:
    wide = replace(fonts.faces["fang"], blanks={"，": 0.0, "”": 0.0})
    other = Fonts({**fonts.faces, "fang": wide}, fonts.fallback)
    text = "他说“好”，“行”。"
    usual, kept = (done(text, each, layout).lines[0].length or 0.0 for each in (fonts, other))
    # ”， and ”。 are half an em shorter each where the quotation mark has a blank to lose.
    assert kept - usual == pytest.approx(layout.geometry.size)
