"""Versions of an issue compared: every planted change is found, boxed where it stands, and nothing else is."""

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

import publications
from bulletin_pdf import build
from bulletin_pdf.compare import compare
from bulletin_pdf.comparison import Change, Comparison, Kind, Mark, Version, in_words, listed
from bulletin_pdf.comparison.reading import divisions, read_passages
from bulletin_pdf.home import Home
from bulletin_pdf.pdf import read_pdf
from bulletin_pdf.placement import place
from proofs import own_layout

FIRST = "甲单位召开降本增效动员会，部署下半年的重点工作，要求各部门把任务分到人头，按月检查，按季通报。"
SECOND = "乙单位走访困难职工家庭，送去慰问金和慰问品，了解他们的生活情况和实际困难，逐户建立帮扶台账。"
LONG = "这一段很长，要从一页排到下一页，所以写了许多遍，内容没有什么要紧。" * 30
TEXTS = {
    "01.md": f"# 要闻\n\n## 降本增效\n\n{FIRST}\n\n![厂区](图.png)\n\n## 走访慰问\n\n{SECOND}\n",
    "02.md": f"# 动态\n\n## 长长的一篇\n\n开头一段。\n\n{LONG}\n\n结尾一段，到这里为止。\n",
}
SETTINGS = publications.ISSUE + "  - 02.md\n"


def version(folder: Path, changed: Callable[[dict[str, str]], None] = lambda texts: None) -> Version:
    texts = dict(TEXTS)
    changed(texts)
    return laid_out(home_of(folder, texts))


def home_of(folder: Path, texts: dict[str, str], colour: tuple[int, int, int] = (200, 30, 30)) -> Home:
    home = publications.publication(folder, texts, settings=SETTINGS)
    Image.new("RGB", (300, 100), colour).save(home.content / publications.KEY / "图.png")
    return home


def laid_out(home: Home, *, with_places: bool = True) -> Version:
    prepared, found = build.prepare(home, publications.KEY)
    assert prepared, found
    data, _ = build._paginating(home, prepared)()
    assert data
    pdf, _ = read_pdf(data, Path("x.pdf"))
    assert pdf
    placement = place(pdf, prepared.rendered.lines, []) if with_places else None
    return Version("版本", data, pdf, tuple(read_passages(pdf, placement)))


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Version:
    return version(tmp_path_factory.mktemp("old"))


def replacing(name: str, before: str, after: str) -> Callable[[dict[str, str]], None]:
    def change(texts: dict[str, str]) -> None:
        assert before in texts[name]
        texts[name] = texts[name].replace(before, after, 1)

    return change


def under(of: Version, mark: Mark) -> str:
    """The letters that a box surrounds, by another reader."""
    page, box = mark.spot
    document = pypdfium2.PdfDocument(of.data)
    words: str = document[page - 1].get_textpage().get_text_bounded(*box)
    return "".join(words.split())


def only(comparison: Comparison) -> Change:
    [change] = comparison.changes
    return change


def test_the_same_has_no_change(old: Version) -> None:
    found = compare(old, old)
    assert (found.changes, found.reflows) == ((), ())
    assert found.verdict() == "文字没有改动，版面也一样。"
    assert [(spread.old, spread.new) for spread in found.spreads] == [(1, 1), (2, 2), (3, 3)][
        : len(found.spreads)
    ]
    assert found.shown(everything=False) == []


def test_passages_are_whole_and_know_their_article(old: Version) -> None:
    found = {division.title: division for division in divisions(old.passages)}
    assert list(found) == ["报头", "要闻", "降本增效", "走访慰问", "动态", "长长的一篇", "版记"]
    texts = [passage.text for passage in found["长长的一篇"].passages]
    # One passage, although it stands on two pages.
    assert texts == ["长长的一篇", "开头一段。", LONG, "结尾一段，到这里为止。"]
    assert found["降本增效"].section == "要闻"
    place = found["降本增效"].passages[1].place
    assert place
    assert (str(place.file), place.line) == ("content/2021-17/01.md", 5)


def test_passages_of_a_file_without_its_sources_are_the_same(tmp_path: Path, old: Version) -> None:
    plain = laid_out(home_of(tmp_path, TEXTS), with_places=False)
    assert [passage.same_as for passage in plain.passages] == [passage.same_as for passage in old.passages]
    assert compare(plain, old).verdict() == "文字没有改动，版面也一样。"


def test_a_changed_word_is_boxed_on_both_pages(tmp_path: Path, old: Version) -> None:
    new = version(tmp_path, replacing("01.md", "降本增效动员会", "节能降耗推进会"))
    change = only(compare(old, new))
    assert (change.kind, change.subject, change.title) == (Kind.CHANGED, "文字", "降本增效")
    assert in_words(change.pieces).startswith("甲单位召开〔降本增效动员→节能降耗推进〕会")
    assert [under(old, mark) for mark in change.old] == ["降本增效动员"]
    assert [under(new, mark) for mark in change.new] == ["节能降耗推进"]
    assert change.new_place
    assert (change.new_place.file.name, change.new_place.line) == ("01.md", 5)


def test_letters_that_went_or_came_are_boxed_on_their_page(tmp_path: Path, old: Version) -> None:
    def change(texts: dict[str, str]) -> None:
        replacing("01.md", "，按季通报", "")(texts)
        replacing("01.md", "慰问金和慰问品", "慰问金、慰问信和慰问品")(texts)

    new = version(tmp_path, change)
    went, came = compare(old, new).changes
    assert (went.kind, [under(old, mark) for mark in went.old], went.new) == (
        Kind.DELETED,
        ["，按季通报"],
        (),
    )
    assert came.kind in (Kind.INSERTED, Kind.CHANGED)
    assert "慰问信" in "".join(under(new, mark) for mark in came.new)


def test_a_paragraph_that_went_and_one_that_came(tmp_path: Path, old: Version) -> None:
    def change(texts: dict[str, str]) -> None:
        replacing("02.md", "开头一段。\n\n", "")(texts)
        replacing("01.md", SECOND, SECOND + "\n\n另加一段，说说后来的事情。")(texts)

    found = compare(old, version(tmp_path, change))
    assert {(each.kind, in_words(each.pieces)) for each in found.changes} == {
        (Kind.DELETED, "〔删：开头一段。〕"),
        (Kind.INSERTED, "〔增：另加一段，说说后来的事情。〕"),
    }


def test_a_moved_article_is_no_loss_and_no_gain(tmp_path: Path, old: Version) -> None:
    def change(texts: dict[str, str]) -> None:
        head, first, second = texts["01.md"].split("## ")
        texts["01.md"] = f"{head}## {second}\n## {first}"

    change_found = only(compare(old, version(tmp_path, change)))
    assert (change_found.kind, change_found.subject) == (Kind.MOVED, "稿件")
    assert change_found.note.startswith("在第1页里移动")


def test_an_article_in_another_section_is_told_so(tmp_path: Path, old: Version) -> None:
    def change(texts: dict[str, str]) -> None:
        head, first, second = texts["01.md"].split("## ")
        texts["01.md"] = f"{head}## {first}"
        texts["02.md"] = texts["02.md"].replace("# 动态\n", f"# 动态\n\n## {second}", 1)

    found = only(compare(old, version(tmp_path, change)))
    assert (found.kind, found.title) == (Kind.MOVED, "走访慰问")
    assert found.note.startswith("从“要闻”移到“动态”")


def test_a_moved_paragraph_is_told_so(tmp_path: Path, old: Version) -> None:
    def change(texts: dict[str, str]) -> None:
        replacing("02.md", "结尾一段，到这里为止。\n", "")(texts)
        replacing("01.md", SECOND, "结尾一段，到这里为止。\n\n" + SECOND)(texts)

    found = only(compare(old, version(tmp_path, change)))
    assert (found.kind, in_words(found.pieces)) == (Kind.MOVED, "结尾一段，到这里为止。")


def test_a_new_article_is_one_change(tmp_path: Path, old: Version) -> None:
    change = replacing(
        "02.md", "# 动态\n", "# 动态\n\n## 全新的稿件\n\n讲一件从来没有讲过的事。\n\n再讲一件。\n"
    )
    found = only(compare(old, version(tmp_path, change)))
    assert (found.kind, found.subject, found.title) == (Kind.INSERTED, "稿件", "全新的稿件")
    assert len(found.new) == 3


def test_a_renamed_article_is_found_by_its_text(tmp_path: Path, old: Version) -> None:
    found = only(compare(old, version(tmp_path, replacing("01.md", "## 走访慰问", "## 情暖职工"))))
    assert (found.kind, found.subject) == (Kind.CHANGED, "标题")
    assert in_words(found.pieces) == "〔走访慰问→情暖职工〕"


def test_another_layout_changes_lines_and_no_text(tmp_path: Path, old: Version) -> None:
    home = home_of(tmp_path, TEXTS)
    own_layout(home, {"characters: 28": "characters: 27"})
    found = compare(old, laid_out(home))
    assert not found.changes
    assert found.verdict().startswith("文字没有改动，第1～")
    assert "换行不同" in found.verdict()


def test_pages_are_shown_where_page_breaks_are_all_that_differs(tmp_path: Path, old: Version) -> None:
    home = home_of(tmp_path, TEXTS)
    own_layout(home, {"lines: 26": "lines: 24"})
    found = compare(old, laid_out(home))
    assert not found.changes
    assert {reflow.what for reflow in found.reflows} == {"分页"}
    assert found.shown(everything=False)


def test_another_picture_is_found(tmp_path: Path, old: Version) -> None:
    found = only(compare(old, laid_out(home_of(tmp_path, TEXTS, (30, 30, 200)))))
    assert (found.kind, found.subject, found.note) == (Kind.CHANGED, "图", "换了图，或改了图")
    assert found.new[0].spot[1] == pytest.approx(found.old[0].spot[1])


def test_another_colour_is_found_although_no_text_tells_of_it(tmp_path: Path, old: Version) -> None:
    home = home_of(tmp_path, TEXTS)
    own_layout(home, {}, "main p { color: #777 }")
    found = compare(old, laid_out(home))
    assert {change.kind for change in found.changes} == {Kind.LOOK}
    assert "线条、颜色或图不同" in found.verdict()


def test_text_pushed_to_another_page_is_no_change_of_text(tmp_path: Path, old: Version) -> None:
    added = "加进来的一段。" * 60
    found = compare(old, version(tmp_path, replacing("02.md", "开头一段。", f"开头一段。\n\n{added}")))
    assert [each.kind for each in found.changes] == [Kind.INSERTED]
    assert any(reflow.what == "分页" for reflow in found.reflows)


def test_pages_in_words() -> None:
    assert listed([4, 2, 5, 6]) == "第2、4～6页"
