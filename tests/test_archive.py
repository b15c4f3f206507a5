"""The archive read back: every text in the search, every link leads somewhere, the bound volume holds every page."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pypdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from PIL import ImageChops

from bulletin_pdf.archiving import make_archive
from bulletin_pdf.home import Home
from bulletin_pdf.load import load_issue
from bulletin_pdf.model import Footnote, Run, Text, texts, texts_of
from bulletin_pdf.pdf.font_sharing import united
from publications import RICH, rich, run

KEYS = ("2021-17", "2021-18", "2022-01")
LEADS = "# 动态\n\n**甲单位开展义诊。**为职工义诊。\n\n**乙单位修整厂区道路。**修了三条路。\n\n# 诗\n\n::: 诗\n春眠不觉晓，\n处处闻啼鸟。\n:::\n"


@dataclass(frozen=True)
class Archive:
    """An archive of three issues in two years."""

    home: Home
    folder: Path

    @property
    def data(self) -> dict[str, list[list[object]]]:
        """What the search reads."""
        script = (self.folder / "texts.js").read_text(encoding="utf-8")
        values: dict[str, list[list[object]]] = json.loads(
            script.removeprefix("self.ARCHIVE = ").rstrip(";\n")
        )
        return values


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    home = rich(tmp_path_factory.mktemp("刊物"))
    for key, (number, total, day) in zip(
        KEYS[1:], ((18, 18, "2021年7月23日"), (1, 19, "2022年1月7日")), strict=True
    ):
        folder = home.content / key
        folder.mkdir()
        settings = f"期号: {number}\n总期号: {total}\n日期: {day}\n内容:\n  - 01.md\n"
        (folder / "issue.yaml").write_text(settings, encoding="utf-8")
        (folder / "01.md").write_text(LEADS, encoding="utf-8")
    (folder / "issue.yaml").write_text(f"{settings}附件: [附件.md]\n", encoding="utf-8")
    (folder / "附件.md").write_text("# 参会名单\n\n名单从略。\n", encoding="utf-8")
    result = run("archive", folder=home.root)
    assert result.returncode == 0, result.stderr
    index = Path(result.stdout.splitlines()[-1])
    assert index == home.build / "archive" / "index.html"
    return Archive(home, index.parent)


def letters(text: str) -> str:
    return "".join(text.split())


def flat(text: Text) -> str:
    return "".join(
        inline.text
        if isinstance(inline, Run)
        else "".join(flat(each) for block in inline.blocks for each in texts_of(block))
        if isinstance(inline, Footnote)
        else ""
        for inline in text
    )


# --- search ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", KEYS)
def test_every_text_is_in_the_search_in_order(archive: Archive, key: str) -> None:
    issues, entries = archive.data["issues"], archive.data["entries"]
    number = [issue[0] for issue in issues].index(key)
    titled = [f"{entry[1]}\n{entry[5]}" for entry in entries if entry[0] == number]
    found = letters("".join(titled))
    issue, _, _ = load_issue(archive.home, key)
    assert issue
    at = 0
    for text in texts(issue):
        for piece in (inline for inline in text if isinstance(inline, Run)):
            words = letters(piece.text)
            place = found.find(words, at)
            assert place >= 0, f"{words} is not behind {found[max(at - 20, 0) : at]}"
            at = place
        for note in (inline for inline in text if isinstance(inline, Footnote)):
            assert letters(flat((note,))) in found


def test_entries_without_titles_are_listed_by_their_leads(archive: Archive) -> None:
    page = (archive.folder / "2021-18" / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<li class=\"(?:section|entry)\"><span><a [^>]*>([^<]*)", page) == [
        "动态",
        "甲单位开展义诊",
        "乙单位修整厂区道路",
        "诗",
    ]


def test_attachments_are_listed_under_a_heading_of_their_own(archive: Archive) -> None:
    page = (archive.folder / KEYS[2] / "index.html").read_text(encoding="utf-8")
    listed = re.findall(r"<li class=\"(section|entry)\"><span><a [^>]*#([^\"]*)\">([^<]*)", page)
    assert listed[-2:] == [("section", "attachment-1", "附件"), ("entry", "attachment-1", "参会名单")]


# --- pages ----------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Addresses and names in a page."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.names: set[str] = set()
        self.policy = ""
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.addresses += [found[name] or "" for name in ("href", "src", "action") if name in found]
        self.names |= {found["id"] or ""} if "id" in found else set()
        if (found.get("http-equiv") or "").lower() == "content-security-policy":
            self.policy = found["content"] or ""


def test_every_link_leads_to_something_in_the_folder(archive: Archive) -> None:
    pages = {file: Page(file) for file in sorted(archive.folder.rglob("*.html"))}
    # Of the web pages of issues, whose links lead outside too, only what is linked to is looked at.
    own = [file for file in pages if file.name == "index.html" or file.parent == archive.folder]
    assert len(own) == 1 + len(KEYS) + 2
    for file in own:
        assert pages[file].policy.startswith("default-src 'none'")
        for address in pages[file].addresses:
            parts = urlsplit(address)
            assert (parts.scheme, parts.netloc) == ("", ""), address
            target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            assert target.is_file(), address
            if parts.fragment and target.suffix == ".html":
                assert parts.fragment in pages[target].names, address
            elif parts.fragment:
                page = int(parts.fragment.removeprefix("page="))
                assert page <= len(pypdfium2.PdfDocument(target))


def test_hits_lead_to_places_of_the_web_page(archive: Archive) -> None:
    data = archive.data
    for index, _, _, page, anchor, _ in data["entries"]:
        key = str(data["issues"][int(str(index))][0])
        names = Page(archive.folder / key / f"{key}.html").names
        assert not anchor or anchor in names
        assert 1 <= int(str(page)) <= len(pypdfium2.PdfDocument(archive.folder / key / f"{key}.pdf"))


def test_nothing_is_asked_of_a_network(archive: Archive) -> None:
    for name in ("search.js", "style.css"):
        text = (archive.folder / name).read_text(encoding="utf-8")
        assert not re.search(r"https?:|//[a-z]|fetch|XMLHttp|import|eval|innerHTML", text)


# --- yearly files ---------------------------------------------------------------------------------------


def pages_of(file: Path) -> list[str]:
    return [letters(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(file)]


def test_the_yearly_index_has_section_title_issue_and_page(archive: Archive) -> None:
    text = "".join(pages_of(archive.folder / "2021年总目录.pdf"))
    assert (
        text.index("要闻")
        < text.index("一篇什么都有的稿件")
        < text.index("动态")
        < text.index("甲单位开展义诊")
    )
    assert "18·1" in text
    assert "17·1" in text


def test_the_bound_volume_holds_every_page_with_both_folios(archive: Archive) -> None:
    volume = archive.folder / "2021年合订本.pdf"
    found = pages_of(volume)
    sources = [archive.folder / key / f"{key}.pdf" for key in KEYS[:2]]
    first, second = (pages_of(source) for source in sources)
    front = len(found) - len(first) - len(first) % 2 - len(second)
    assert front % 2 == 0
    assert "2021年合订本" in found[0]
    assert all(
        words in "".join(found[:front]) for words in ("目录", "一篇什么都有的稿件", "乙单位修整厂区道路")
    )
    body = found[front:]
    start = len(first) + len(first) % 2  # the next right-hand page
    for offset, pages in ((0, first), (start, second)):
        for index, page in enumerate(pages):
            folio = f"合订本{offset + index + 1}"
            assert folio in body[offset + index]
            assert sorted(body[offset + index].replace(folio, "", 1)) == sorted(page)


def test_the_bound_volume_counts_and_leads_as_it_is_printed(archive: Archive) -> None:
    reader = pypdf.PdfReader(archive.folder / "2021年合订本.pdf")
    labels = reader.page_labels
    front = labels.index("1")
    assert labels[:2] == ["i", "ii"]
    assert labels[front:] == [str(number) for number in range(1, len(labels) - front + 1)]
    marks: list[tuple[int, str, int]] = []

    def walk(outline: list[object], level: int) -> None:
        for entry in outline:
            if isinstance(entry, list):
                walk(entry, level + 1)
            else:
                assert isinstance(entry, pypdf.generic.Destination)
                page = reader.get_destination_page_number(entry)
                assert page is not None
                marks.append((level, str(entry.title), page - front + 1))

    walk(list(reader.outline), 1)
    first = len(pypdf.PdfReader(archive.folder / "2021-17" / "2021-17.pdf").pages)
    second = first + first % 2 + 1
    assert (1, "2021年第17期（总第17期）", 1) in marks
    assert (1, "2021年第18期（总第18期）", second) in marks
    assert (3, "乙单位修整厂区道路", second) in marks


def test_issues_share_their_fonts_in_the_bound_volume(archive: Archive) -> None:
    reader = pypdf.PdfReader(archive.folder / "2021年合订本.pdf")
    files: dict[str, set[int]] = {}
    for page in reader.pages:
        resources = page["/Resources"].get_object()
        stack = [
            resources,
            *(form.get_object().get("/Resources", {}) for form in resources.get("/XObject", {}).values()),
        ]
        for found in stack:
            for font in found.get("/Font", {}).values():
                inner = font["/DescendantFonts"][0].get_object()
                file = inner["/FontDescriptor"].get_object().raw_get("/FontFile2")
                files.setdefault(str(font["/BaseFont"]), set()).add(file.idnum)
    assert len(files) >= 4
    assert {name: len(numbers) for name, numbers in files.items()} == dict.fromkeys(files, 1)


def test_shared_fonts_draw_the_same_letters(archive: Archive) -> None:
    volume = pypdfium2.PdfDocument(archive.folder / "2021年合订本.pdf")
    source = pypdfium2.PdfDocument(archive.folder / "2021-17" / "2021-17.pdf")
    front = pypdf.PdfReader(archive.folder / "2021年合订本.pdf").page_labels.index("1")
    for index, page in enumerate(source):
        pictures = [each.render(scale=1).to_pil().convert("L") for each in (page, volume[front + index])]
        # Without the foot, where the volume's folio stands.
        crops = [picture.crop((0, 0, picture.width, picture.height - 40)) for picture in pictures]
        assert ImageChops.difference(*crops).getextrema()[1] < 64


def test_subsets_that_contradict_each_other_are_not_made_one(archive: Archive) -> None:
    reader = pypdf.PdfReader(archive.folder / "2021-17" / "2021-17.pdf")
    font = next(iter(reader.pages[0]["/Resources"]["/Font"].values()))  # type: ignore[index]
    file = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]["/FontFile2"].get_data()
    changed = TTFont(BytesIO(file))
    drawn = [name for name in changed.getGlyphOrder() if changed["glyf"][name].numberOfContours > 0]
    numbers = [changed.getGlyphID(name) for name in drawn]
    assert united([(file, numbers), (file, numbers)])
    changed["glyf"][drawn[0]] = changed["glyf"][drawn[1]]
    stream = BytesIO()
    changed.save(stream)
    assert united([(file, numbers), (stream.getvalue(), numbers)]) is None


# --- whole or not at all --------------------------------------------------------------------------------


def test_the_same_twice_and_standing_issues_are_taken(archive: Archive) -> None:
    before = {file: file.read_bytes() for file in archive.folder.rglob("*") if file.is_file()}
    built = {key: (archive.home.build / key / f"{key}.pdf").stat().st_mtime_ns for key in KEYS}
    (archive.folder / "旧.txt").write_text("上次留下的")
    made, found = make_archive(archive.home)
    assert made, found
    assert {file: file.read_bytes() for file in archive.folder.rglob("*") if file.is_file()} == before
    assert built == {key: (archive.home.build / key / f"{key}.pdf").stat().st_mtime_ns for key in KEYS}


def test_one_year(archive: Archive, tmp_path: Path) -> None:
    made, _ = make_archive(archive.home, output=tmp_path / "一年", year=2022)
    assert made
    assert made.volumes == ("2022年总目录.pdf", "2022年合订本.pdf")
    assert sorted(file.name for file in made.folder.iterdir() if file.is_dir()) == ["2022-01"]


def test_a_folder_of_other_things_stays(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "要紧.txt").write_text("不能丢")
    made, found = make_archive(archive.home, output=tmp_path, year=2022)
    assert (made, [each.code for each in found]) == (None, ["BP671"])
    assert [file.name for file in tmp_path.iterdir()] == ["要紧.txt"]


def test_no_issue(archive: Archive) -> None:
    made, found = make_archive(archive.home, year=1921)
    assert (made, [each.code for each in found]) == (None, ["BP670"])


def test_an_issue_with_an_error_leaves_the_last_archive(tmp_path: Path) -> None:
    home = rich(tmp_path)
    (home.build / "archive").mkdir(parents=True)
    (home.content / "2021-17" / "01.md").write_text(RICH.replace("图.svg", "没有.svg"), encoding="utf-8")
    made, found = make_archive(home)
    assert made is None
    assert any(each.severity == "error" for each in found)
    assert not list((home.build / "archive").iterdir())


# --- in a browser ---------------------------------------------------------------------------------------

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="没有 Chromium：apt-get install chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture(params=[1280, 390])
def page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A window without network, of a desktop and of a telephone, in which nothing may go wrong."""
    context = browser.new_context(offline=True, viewport={"width": request.param, "height": 844})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.on("requestfailed", lambda failed: complaints.append(failed.url))
    yield page
    context.close()
    assert not complaints


def fits(page: Any) -> bool:
    """Whether nothing stands out at the right edge."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@in_browser
def test_the_search_answers_from_a_folder_without_network(archive: Archive, page: Any) -> None:
    page.goto((archive.folder / "index.html").as_uri())
    assert fits(page)
    assert page.locator(".issues > li").count() == len(KEYS)
    page.fill("#query", "义诊")
    page.wait_for_selector("#results li")
    assert page.inner_text("#found") == "“义诊”，找到 2 处"
    assert page.locator("#results mark").first.inner_text() == "义诊"
    assert fits(page)
    # The newest issue first; its web page opens at the place.
    page.locator("#results h3 a").first.click()
    page.wait_for_load_state()
    assert unquote(page.url).endswith("2022-01/2022-01.html#part-1")


@in_browser
def test_several_words_full_width_letters_and_nothing(archive: Archive, page: Any) -> None:
    page.goto((archive.folder / "index.html").as_uri())
    page.fill("#query", "　修整　三条 ")
    page.wait_for_selector("#results li")
    assert page.locator("#results li").count() == 2
    page.fill("#query", "ＬＡＴＩＮ")
    page.wait_for_selector("mark:text('Latin')")
    assert page.locator("#results li").count() == 1
    page.fill("#query", "<b>没有的话")
    page.wait_for_selector("#found:text('没有找到“<b>没有的话”')")
    assert page.locator("#results li").count() == 0
    page.fill("#query", "")
    page.wait_for_selector("#shelf", state="visible")


@in_browser
def test_other_pages_hand_their_question_to_the_first(archive: Archive, page: Any) -> None:
    for name in ("2021.html", "2021-17/index.html"):
        page.goto((archive.folder / name).as_uri())
        assert fits(page), name
        page.fill("#query", "春眠")
        page.press("#query", "Enter")
        page.wait_for_selector("#results li")
        assert page.input_value("#query") == "春眠"


@in_browser
def test_a_hundred_issues_are_searched_in_no_time(archive: Archive, page: Any, tmp_path: Path) -> None:
    folder = tmp_path / "一百期"
    shutil.copytree(archive.folder, folder)
    text = "\n".join(
        f"第{number}段，写一些大家都会写的话，长短和平常的一段差不多，" * 4 for number in range(14)
    )
    issues = [[f"2021-{number}", f"2021年第{number}期", "2021-07-09", False] for number in range(100)]
    entries = [[number, f"稿件{index}", "要闻", 1, "", text] for number in range(100) for index in range(8)]
    assert sum(len(str(entry[5])) for entry in entries) > 1_000_000
    values = json.dumps({"issues": issues, "entries": entries}, ensure_ascii=False)
    (folder / "texts.js").write_text(f"self.ARCHIVE = {values};", encoding="utf-8")
    page.goto((folder / "index.html").as_uri())
    took = page.evaluate(
        """() => {
          const field = document.getElementById("query"), times = [];
          for (const words of ["都会写的话", "没有的词", "第 大家"]) {
            field.value = words;
            const start = performance.now();
            field.form.requestSubmit();
            times.push(performance.now() - start);
          }
          return Math.max(...times);
        }"""
    )
    assert took < 100
