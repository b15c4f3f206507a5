"""Exports read back: every format holds all the text in order, stands on its own, and is what its readers expect."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.oxml.ns import qn
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from PIL import Image

import publications
from bulletin_pdf.diagnostics import Severity
from bulletin_pdf.docx.account import printed_text
from bulletin_pdf.docx.importing import import_word
from bulletin_pdf.docx.writing import unseen
from bulletin_pdf.exporting import Exported, export
from bulletin_pdf.exports import FORMATS, chosen
from bulletin_pdf.exports.artwork import MOST, copy_of
from bulletin_pdf.exports.wechat import check
from bulletin_pdf.home import Home
from bulletin_pdf.load import load_issue
from bulletin_pdf.manuscript.markdown import parse_markdown
from bulletin_pdf.model import Issue, LineBreak, Run, Text, footnotes, texts, texts_of
from bulletin_pdf.source import SourceText
from publications import ISSUE, KEY, ROOT, publication

NAMES = [each.name for each in FORMATS]

# Things in things, and signs that some format reads as markup.
MIXED = r"""# 要闻 \<b>\&amp;

## 标题 \<script>alert(1)\</script> & "引号"[^title]

作者：王\<明>

**黑体的“话”。**接着的*楷体*，**相邻***样式*，\`反引号\`，\* 星号 \*，a_b_c，\[方括号\]，~波浪~，{重点|·}，{重|chóng}庆，]]> 完[^nested]。

1\. 不是列表

### 小标题 # 井号

1. 第一项

   > 项里的引文

2. 第二项
   - 里面的点
   - 又一点，带[链接](https://example.com/?a=1&b=2)

一、汉字序号

::: 方框 有题的方框
方框里的段落。

| 名 | 数 |
|:--|--:|
| 甲\|乙 | 1.50 |
| 丙[^cell] | 20.25 |
:::

{分页}

::: 图文 右
![图的说明 “引” \<b>](图.png "图注 \<i>")

图旁边的文字。
:::

::: 编者按
按语一。

- 按语里的列表
:::

::: 问答
问：第一问？

答：第一答。

答的第二段。
:::

::: 诗 两栏
一行
二行
三行
:::

[^title]: 标题的注。
[^nested]: 注里有注[^inner]，还有 \<u>。

    注的第二段。
[^inner]: 里面的注。
[^cell]: 格子的注。
"""
HOSTILE = (
    ISSUE + '刊名: 简报<script>&"\'\n关键词: ["a<b", \'c&d\']\n主题: "<&>"\n抄送: <甲>&"乙"\n要目: true\n'
)


def mixed(folder: Path) -> Home:
    home = publication(folder, {"01.md": MIXED}, settings=HOSTILE)
    Image.new("RGB", (300, 200), (10, 90, 160)).save(home.content / KEY / "图.png")
    return home


class Read:
    """An issue and its files."""

    def __init__(self, issue: Issue, files: dict[str, Exported]) -> None:
        self.issue = issue
        self.files = files

    def bytes(self, name: str) -> bytes:
        return self.files[name].file.read_bytes()

    def text(self, name: str) -> str:
        return self.bytes(name).decode("utf-8-sig")


SOURCES: dict[str, Callable[[Path], tuple[Home, str]]] = {
    "2021-17": lambda folder: (Home(ROOT), "2021-17"),
    "2026-01": lambda folder: (Home(ROOT), "2026-01"),
    "rich": lambda folder: (publications.rich(folder), KEY),
    "mixed": lambda folder: (mixed(folder), KEY),
}


@pytest.fixture(scope="module", params=SOURCES)
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Read:
    """Each issue, in every format."""
    home, key = SOURCES[request.param](tmp_path_factory.mktemp("home"))
    issue, _, found = load_issue(home, key)
    assert issue, found
    written, found = export(home, key, FORMATS, output=tmp_path_factory.mktemp("out"))
    assert [each for each in found if each.code not in ("BP822", "BP310")] == []
    return Read(issue, {each.format.name: each for each in written})


# --- what a reader sees ---------------------------------------------------------------------------------


class Visible(HTMLParser):
    """The text of a page in order, without readings; its elements."""

    SKIPPED = ("style", "title", "rp", "rt", "details")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.skipping = 0
        self.numbers: list[int] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.skipping += tag in self.SKIPPED
        if tag in ("ol", "ul"):
            self.numbers.append(int(dict(attrs).get("start") or 1) if tag == "ol" else 0)
        if tag == "li" and "role" not in self.lists():
            self.words += f"{self.numbers[-1]}." if self.numbers[-1] else "•"
            self.numbers[-1] += bool(self.numbers[-1])

    def lists(self) -> dict[str, str | None]:
        """The attributes of the list that began last: one with a role shows labels of its own."""
        return next(attributes for tag, attributes in reversed(self.elements) if tag in ("ol", "ul"))

    def handle_endtag(self, tag: str) -> None:
        self.skipping -= tag in self.SKIPPED
        if tag in ("ol", "ul"):
            self.numbers.pop()

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.words += data


def from_web(data: bytes) -> str:
    return Visible(data.decode()).words


def from_markdown(data: bytes) -> str:
    parser = MarkdownIt("commonmark").enable("table").use(footnote_plugin)
    return Visible(parser.render(data.decode())).words


def from_text(data: bytes) -> str:
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.count(b"\n") == data.count(b"\r\n")
    return data.decode("utf-8-sig")


def from_word(data: bytes) -> str:
    """The body, then the footnotes."""
    document = Document(io.BytesIO(data))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        notes = ElementTree.fromstring(archive.read("word/footnotes.xml"))
    return _words_of(document.element.body) + _words_of(notes)


def _words_of(root: Iterable[ElementTree.Element]) -> str:
    skipped = {each for rt in root.iter(qn("w:rt")) for each in rt.iter()}  # type: ignore[attr-defined]
    return "".join(each.text or "" for each in root.iter(qn("w:t")) if each not in skipped)  # type: ignore[attr-defined]


READERS = {
    "html": from_web,
    "docx": from_word,
    "md": from_markdown,
    "txt": from_text,
    "wechat": from_web,
}


def squeezed(words: str) -> str:
    return "".join(words.split())


def pieces(text: Text) -> Iterator[str]:
    """Stretches of a text that nothing interrupts: no note, reading or address."""
    words = ""
    for inline in text:
        if isinstance(inline, Run) and not inline.readings:
            words += inline.text
            if inline.link is None:
                continue
        elif isinstance(inline, Run):
            yield words
            yield from inline.text
            words = ""
            continue
        elif isinstance(inline, LineBreak):
            continue
        yield words
        words = ""
    yield words


def follow(words: str, wanted: Iterable[str], start: int = 0) -> int:
    """Find texts one behind the other; gives where the last one ends."""
    for each in filter(None, map(squeezed, wanted)):
        place = words.find(each, start)
        assert place >= 0, f"missing behind …{words[max(start - 30, 0) : start]}: {each}"
        start = place + len(each)
    return start


# --- all the text ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_all_the_text_is_there_in_order(read: Read, name: str) -> None:
    issue, masthead = read.issue, read.issue.masthead
    words = squeezed(READERS[name](read.bytes(name)))
    head = follow(words, [masthead.classification, masthead.name, masthead.numbering, *masthead.signers])
    head = follow(words, masthead.organs, head)
    end = follow(words, (piece for text in texts(issue) for piece in pieces(text)), head)
    follow(words, (line.text for line in issue.attendance))
    follow(words, (line.label + "：" + line.text for line in issue.imprint if line.key == "copy_to"), head)
    for line in issue.imprint:
        assert squeezed(line.text) in words[head:]
    if name != "docx":
        # Markdown's readers put the notes in order, and at the end.
        start = 0 if name == "md" else end
        for note in footnotes(issue):
            noted = (text for block in note.blocks for text in texts_of(block))
            place = follow(words, (piece for text in noted for piece in pieces(text)), start)
            start = 0 if name == "md" else place


def test_a_missing_text_is_noticed() -> None:
    with pytest.raises(AssertionError, match="missing"):
        follow("甲乙丙", ["丙", "乙"])


def test_word_has_real_footnotes(read: Read) -> None:
    with zipfile.ZipFile(io.BytesIO(read.bytes("docx"))) as archive:
        body = archive.read("word/document.xml").decode()
        notes = ElementTree.fromstring(archive.read("word/footnotes.xml"))
    called = re.findall(r'<w:footnoteReference w:id="(\d+)"', body)
    assert called == [str(number + 1) for number in range(len(called))]
    own = [each for each in notes if each.get(qn("w:type")) is None]
    assert [each.get(qn("w:id")) for each in own] == called
    words = squeezed(_words_of(notes))
    for note in footnotes(read.issue):
        for block in note.blocks:
            for text in texts_of(block):
                follow(words, pieces(text))


# --- the web page ---------------------------------------------------------------------------------------


def test_the_page_stands_alone(read: Read) -> None:
    page = Visible(read.text("html"))
    links = {run.link for text in texts(read.issue) for run in text if isinstance(run, Run)}
    links |= {
        run.link
        for note in footnotes(read.issue)
        for block in note.blocks
        for text in texts_of(block)
        for run in text
        if isinstance(run, Run)
    }
    for tag, attributes in page.elements:
        assert tag not in ("script", "link", "iframe", "object", "base")
        assert not [name for name in attributes if name.startswith("on")]
        source = attributes.get("src")
        assert source is None or source.startswith("data:image/")
        target = attributes.get("href")
        own = target is None or target.startswith(("#", "mailto:"))
        assert own or target in links
    assert not re.search(r"url\((?!data:)", read.text("html"))
    assert "@import" not in read.text("html")


def test_the_page_is_accessible(read: Read) -> None:
    page = Visible(read.text("html"))
    tags = [tag for tag, _ in page.elements]
    assert page.elements[0] == ("html", {"lang": "zh-CN"})
    for landmark in ("header", "nav", "main"):
        assert tags.count(landmark) == 1
    levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    names = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(names) == len(set(names))
    for tag, attributes in page.elements:
        for key in ("aria-labelledby", "href"):
            target = attributes.get(key) or ""
            if key == "aria-labelledby" and target:
                assert target in names
            if target.startswith("#"):
                assert target[1:] in names
        if tag == "img":
            assert attributes["alt"]
        if tag == "svg":
            assert attributes["role"] == "img"
            assert attributes["aria-label"]
        if tag in ("ol", "ul"):
            assert attributes["role"] == "list"


def test_notes_and_their_marks_lead_to_one_another(read: Read) -> None:
    targets = [
        attributes.get("href") for tag, attributes in Visible(read.text("html")).elements if tag == "a"
    ]
    for note in footnotes(read.issue):
        assert f"#note-{note.number}" in targets
        assert f"#call-{note.number}" in targets


# --- Word -----------------------------------------------------------------------------------------------


def test_word_opens_with_styles_and_properties(read: Read) -> None:
    document = Document(io.BytesIO(read.bytes("docx")))
    styles = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.style]
    titles = [text for name, text in styles if name == "Heading 1"]
    assert len(titles) == len(read.issue.sections)
    articles = [each for section in read.issue.sections for each in section.articles]
    titled = [each for each in (*articles, *read.issue.attachments) if each.title]
    assert len([text for name, text in styles if name == "Heading 2"]) == len(titled)
    assert document.core_properties.title == read.issue.title
    assert document.core_properties.author == "、".join(read.issue.masthead.organs)
    page = document.sections[0]
    assert [round(length.mm) for length in (page.top_margin, page.left_margin, page.right_margin, page.bottom_margin) if length] == [37, 28, 26, 35]  # fmt: skip
    assert "PAGE" in page.footer._element.xml
    known = {style.style_id for style in document.styles}
    used = set(re.findall(r'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]+)"', document.element.xml))
    assert used <= known


def test_word_refers_to_what_it_holds(read: Read) -> None:
    with zipfile.ZipFile(io.BytesIO(read.bytes("docx"))) as archive:
        names = archive.namelist()
        parts = {name: archive.read(name) for name in names}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    for name, data in parts.items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(data)
    for part in ("document", "footnotes"):
        relations = ElementTree.fromstring(parts[f"word/_rels/{part}.xml.rels"])
        targets = {each.get("Id"): each for each in relations}
        used = re.findall(r'r:(?:id|embed)="([^"]+)"', parts[f"word/{part}.xml"].decode())
        assert set(used) <= set(targets)
        for each in relations:
            if each.get("TargetMode") == "External":
                assert each.get("Type", "").endswith("/hyperlink")
            else:
                assert f"word/{each.get('Target')}" in names
    body = parts["word/document.xml"].decode()
    assert all(re.findall(r'<wp:docPr [^>]*descr="([^"]*)"', body))
    bookmarks = re.findall(r'w:name="(_Toc\d+)"', body)
    assert set(re.findall(r'w:anchor="(_Toc\d+)"', body)) <= set(bookmarks)


def test_word_comes_back_by_import(read: Read) -> None:
    """What is exported for a department to go on with can be taken in again, with all its text."""
    imported, found = import_word(read.bytes("docx"), Path("稿.docx"))
    assert imported, found
    assert [each.code for each in found if each.severity == Severity.ERROR] == []
    parts, *_ = parse_markdown(SourceText(Path("稿.md"), imported.markdown), unseen)
    words = squeezed(printed_text(parts))
    # Bullets come back as the dialect's own.
    wanted = (piece for text in texts(read.issue) for piece in pieces(text) if piece != "•")
    follow(words, wanted)


# --- Markdown, 公众号, plain text --------------------------------------------------------------------------


def test_markdown_keeps_emphasis(read: Read) -> None:
    parser = MarkdownIt("commonmark").enable("table").use(footnote_plugin)
    html = parser.render(read.text("md"))
    strong = squeezed("".join(re.findall(r"<strong>(.*?)</strong>", html, re.DOTALL)))
    inside = re.sub(r"<[^>]*>", "", strong)
    for text in texts(read.issue):
        for run in text:
            if isinstance(run, Run) and run.strong and not run.readings:
                word = re.sub(r"^\W+|\W+$", "", squeezed(run.text))
                assert word.replace("&", "&amp;").replace("<", "&lt;") in inside
    typed = "".join(run.text for text in texts(read.issue) for run in text if isinstance(run, Run))
    assert re.sub(r"<[^>]*>", "", html).count("*") == typed.count("*")


def test_pictures_lie_where_the_text_says(read: Read) -> None:
    for name in ("md", "wechat"):
        written = read.files[name]
        files = {file.name for file in written.pictures.iterdir()} if written.pictures else set()
        named = set(re.findall(r"\d\d\.(?:png|jpg)", read.text(name)))
        assert files == named
        for file in files:
            assert written.pictures
            with Image.open(written.pictures / file) as image:
                assert max(image.size) <= max(MOST, 3000)


def test_the_article_has_nothing_that_wechat_drops(read: Read) -> None:
    body = re.search(r"</p>\n(<section.*</section>)\n</body>", read.text("wechat"), re.DOTALL)
    assert body
    assert [each for each in check(body[1], "x") if each.code == "BP821"] == []


def test_what_wechat_drops_is_told() -> None:
    found = [str(each.message) for each in check('<p class="a"><a href="https://x">甲</a></p>', "x")]
    assert len(found) == 3
    assert "<a>" in "".join(found)
    assert [each.code for each in check("甲" * 20_000, "x")] == ["BP822"]


def test_columns_of_a_text_table_stand_under_one_another(tmp_path: Path) -> None:
    table = "| 名称 | 数量 |\n|:--|--:|\n| 甲 | 1,234.5 |\n| “长名称” AB | 7 |\n"
    home = publication(tmp_path, {"01.md": f"# 要闻\n\n## 题\n\n{table}"})
    [written], _ = export(home, KEY, chosen(["txt"]))
    lines = written.file.read_text(encoding="utf-8-sig").splitlines()
    start = next(index for index, line in enumerate(lines) if "名称" in line and "数量" in line)
    assert lines[start : start + 4] == [
        "    名称        数量",
        "-------------  -------",
        "甲             1,234.5",
        "“长名称” AB        7",
    ]


# --- pictures -------------------------------------------------------------------------------------------


def test_copies_of_pictures_are_fit_for_any_program(tmp_path: Path) -> None:
    def saved(name: str, mode: str, size: tuple[int, int], **options: object) -> Path:
        Image.new(mode, size).save(tmp_path / name, **options)  # type: ignore[arg-type]
        return tmp_path / name

    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "a camera"
    turned = copy_of(saved("a.jpg", "RGB", (40, 20), exif=exif))
    assert (turned.width, turned.height) == (20, 40)
    with Image.open(io.BytesIO(turned.data)) as image:
        assert not image.getexif()
    large = copy_of(saved("b.jpg", "RGB", (4000, 2000)))
    assert (large.width, large.height) == (MOST, MOST // 2)
    inks = copy_of(saved("c.jpg", "CMYK", (10, 10)))
    with Image.open(io.BytesIO(inks.data)) as image:
        assert image.mode == "RGB"
    assert copy_of(saved("d.tif", "RGB", (10, 10))).suffix == ".jpg"
    assert copy_of(saved("e.webp", "RGBA", (10, 10))).suffix == ".png"
    assert copy_of(saved("f.bmp", "RGB", (10, 10))).suffix == ".png"
    plain = saved("g.png", "RGB", (10, 10))
    assert copy_of(plain).data == plain.read_bytes()


# --- writing --------------------------------------------------------------------------------------------


def test_the_same_issue_gives_the_same_bytes(tmp_path: Path) -> None:
    home = mixed(tmp_path / "home")
    first, _ = export(home, KEY, FORMATS, output=tmp_path / "a")
    second, _ = export(home, KEY, FORMATS, output=tmp_path / "b")
    for one, other in zip(first, second, strict=True):
        assert one.file.read_bytes() == other.file.read_bytes()


def test_formats_have_names_in_two_languages() -> None:
    assert [each.name for each in chosen(["公众号", "HTML", "word"])] == ["html", "docx", "wechat"]
    assert chosen(["all"]) == chosen(["全部"]) == FORMATS
    with pytest.raises(ValueError, match="没有“pdf”这种格式"):
        chosen(["pdf"])


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    home = mixed(tmp_path)
    folder = home.build / KEY / f"{KEY}.插图"
    folder.mkdir(parents=True)
    (folder / "我的.txt").write_text("别删")
    written, found = export(home, KEY, chosen(["md", "txt"]))
    assert [each.format.name for each in written] == ["txt"]
    assert [each.code for each in found] == ["BP802"]
    assert (folder / "我的.txt").is_file()


def test_pictures_of_other_kinds_take_the_place_of_former_ones(tmp_path: Path) -> None:
    home = mixed(tmp_path)
    export(home, KEY, chosen(["md"]))
    source = home.content / KEY / "01.md"
    Image.new("RGB", (30, 20)).save(home.content / KEY / "图.jpg")
    source.write_text(source.read_text(encoding="utf-8").replace("图.png", "图.jpg"), encoding="utf-8")
    (home.content / KEY / "图.png").unlink()
    [written], found = export(home, KEY, chosen(["md"]))
    assert found == []
    assert written.pictures
    assert [file.name for file in written.pictures.iterdir()] == ["01.jpg"]


# --- the command ----------------------------------------------------------------------------------------


def test_the_command_writes_beside_the_pdf(tmp_path: Path) -> None:
    home = publication(tmp_path)
    done = publications.run("export", KEY, "--to", "网页，txt", folder=home.root)
    folder = home.build / KEY
    assert done.stdout.splitlines() == [str(folder / f"{KEY}.html"), str(folder / f"{KEY}.txt")]
    assert done.returncode == 0
    assert "网页：" in done.stderr


def test_an_issue_with_errors_is_not_exported(tmp_path: Path) -> None:
    home = publication(tmp_path, {"01.md": "# 要闻\n\n## 题\n\n![图](没有.png)\n"})
    done = publications.run("export", "--to", "all", folder=home.root)
    assert done.returncode == 1
    assert "BP501" in done.stderr
    assert not (home.build / KEY).exists()


@pytest.mark.parametrize("words", [[], ["--to", "pdf"]])
def test_wrong_formats_are_wrong_use(tmp_path: Path, words: list[str]) -> None:
    done = publications.run("export", *words, folder=publication(tmp_path).root)
    assert done.returncode == 2
    assert "--to" in done.stderr
    assert "Traceback" not in done.stderr
