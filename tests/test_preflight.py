"""Preflight: a good PDF gives no finding, and every check finds the defect that is planted for it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    RectangleObject,
    TextStringObject,
)

import publications
from bulletin_pdf import build, paginate, preflight
from bulletin_pdf.build import Prepared
from bulletin_pdf.collation import Spaced, collate, read_html, spaced
from bulletin_pdf.diagnostics import Diagnostic, has_errors
from bulletin_pdf.home import Home
from bulletin_pdf.pdf import Pdf, read_pdf
from bulletin_pdf.pdf.painting import Part
from bulletin_pdf.preflight import Expectation

SHOWN = Path("build/2021-17/2021-17.pdf")
TWO_ARTICLES = """# 要闻

## 第一篇

这是第一篇的正文。

## 第二篇

这是第二篇的正文，带脚注[^1]。

{分页}

第二页的文字。

# 来稿

没有标题的一段。

[^1]: 脚注的内容。
"""


@dataclass(frozen=True)
class Proof:
    """A prepared issue with its good PDF."""

    home: Home
    prepared: Prepared
    data: bytes

    @property
    def expected(self) -> Expectation:
        return build._expectation(self.prepared, SHOWN)

    def check(self, data: bytes, expected: Expectation | None = None) -> list[Diagnostic]:
        pdf, damaged = read_pdf(data, SHOWN)
        return preflight.preflight(pdf, expected or self.expected) if pdf else damaged

    def paginated(self, old: str, new: str) -> bytes:
        """The PDF of the HTML with one place changed."""
        html = self.prepared.rendered.html
        assert old in html
        rendered = replace(self.prepared.rendered, html=html.replace(old, new, 1))
        data, _ = build._paginating(self.home, replace(self.prepared, rendered=rendered))()
        assert data
        return data

    def styled(self, css: str) -> bytes:
        """The PDF with more CSS."""
        return self.paginated("</style>", css + "</style>")

    def edited(self, change: Callable[[PdfWriter], None]) -> bytes:
        """The PDF changed as an object tree."""
        writer = PdfWriter(clone_from=BytesIO(self.data))
        change(writer)
        stream = BytesIO()
        writer.write(stream)
        return stream.getvalue()


def proof(home: Home) -> Proof:
    prepared, found = build.prepare(home, publications.KEY)
    assert prepared, found
    data, found = build._paginating(home, prepared)()
    assert data
    assert found == []
    return Proof(home, prepared, data)


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    return proof(publications.seed(tmp_path_factory.mktemp("seed")))


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    return proof(publications.rich(tmp_path_factory.mktemp("rich")))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Proof:
    folder = tmp_path_factory.mktemp("small")
    return proof(publications.publication(folder, {"01.md": TWO_ARTICLES}))


def said(found: list[Diagnostic], code: str) -> list[str]:
    """The messages of one code, with pages."""
    return [
        f"{diagnostic.message}{diagnostic.place.page or '' if diagnostic.place else ''}"
        for diagnostic in found
        if diagnostic.code == code
    ]


# --- what is good ---------------------------------------------------------------------------------------


def test_the_seed_is_faultless(seed: Proof) -> None:
    assert seed.check(seed.data) == []


def test_an_issue_with_everything_is_faultless(rich: Proof) -> None:
    pdf, _ = read_pdf(rich.data, SHOWN)
    assert pdf
    assert len(pdf.pages) >= 3
    assert rich.check(rich.data) == []


def test_a_table_head_comes_again_on_the_next_page(rich: Proof) -> None:
    pdf, _ = read_pdf(rich.data, SHOWN)
    assert pdf
    assert sum(page.text.startswith("序号单位人数") for page in pdf.pages) >= 1
    html = read_html(rich.expected.html)
    assert [html.letters[start:end] for start, end, _ in html.tables] == ["序号单位人数"]


def test_a_footnote_stands_at_the_foot_of_its_page(rich: Proof) -> None:
    pdf, _ = read_pdf(rich.data, SHOWN)
    assert pdf
    first = pdf.pages[0].text
    assert re.sub(r"\s", "", first).endswith("①脚注的内容，强调，有网址。②第二个脚注。")
    assert "脚注的内容" not in "".join(page.text for page in pdf.pages[1:])


def test_letters_in_a_drawing_are_not_the_text(rich: Proof) -> None:
    pdf, _ = read_pdf(rich.data, SHOWN)
    assert pdf
    page = next(page for page in pdf.pages if any(each.part is Part.PICTURE for each in page.stretches))
    assert "图中字" not in page.text
    assert page.has_picture


def test_a_page_with_a_drawing_alone_is_not_blank(small: Proof) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>图</title><path d="M0 0h9v9z"/></svg>'
    page = f'<div style="break-before: page; break-after: page; height: 100pt">{drawing}</div>'
    data = small.paginated("<main>", f"<main>{page}")
    assert said(small.check(data), "BP602") == []


# --- BP600 ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: b"%PDF-1.7\nnothing else",
        lambda data: data.replace(b"startxref", b"startnorf"),
        lambda data: data.replace(b"FlateDecode", b"FlateDecoed"),
    ],
)
def test_a_damaged_file_is_a_finding(small: Proof, damage: Callable[[bytes], bytes]) -> None:
    (finding,) = small.check(damage(small.data))
    assert finding.code == "BP600"
    assert re.fullmatch(r"生成的 PDF 已损坏，读不回来（\w+）。", finding.message)


@pytest.mark.parametrize("operators", ["Q", "(abc) TJ", "1 0 0 1 cm", "/None 12 Tf", "] 1 w", "/None Do"])
def test_content_that_cannot_be_meant_is_damage(small: Proof, operators: str) -> None:
    def paint(writer: PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(operators.encode())
        writer.pages[0][NameObject("/Contents")] = stream

    (finding,) = small.check(small.edited(paint))
    assert finding.code == "BP600"


def test_a_build_that_gives_a_damaged_file_ends_in_a_finding(
    small: Proof, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paginate, "paginating", lambda *_, **__: lambda: (b"%PDF-1.7 broken", []))
    built = build.build(small.home, publications.KEY)
    assert (built.pdf, built.pages) == (None, 0)
    assert [finding.code for finding in built.diagnostics] == ["BP600"]


# --- planted in the PDF ---------------------------------------------------------------------------------


def objects(writer: PdfWriter, kind: str) -> Iterator[DictionaryObject]:
    """Every dictionary of a /Type."""
    for number in range(1, len(writer._objects) + 1):
        each = writer.get_object(number)
        if isinstance(each, DictionaryObject) and each.get("/Type") == kind:
            yield each


def resize(writer: PdfWriter) -> None:
    for name in ("/MediaBox", "/TrimBox", "/CropBox", "/BleedBox"):
        if name in writer.pages[1]:
            writer.pages[1][NameObject(name)] = RectangleObject((0, 0, 500, 700))


def remove_font_file(writer: PdfWriter) -> None:
    next(objects(writer, "/FontDescriptor")).pop("/FontFile2")


def rename_font(name: str) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        font = next(each for each in objects(writer, "/Font") if "/DescendantFonts" in each)
        font[NameObject("/BaseFont")] = NameObject(name)

    return change


def remove_to_unicode(writer: PdfWriter) -> None:
    next(each for each in objects(writer, "/Font") if "/ToUnicode" in each).pop("/ToUnicode")


def show_notdef(writer: PdfWriter) -> None:
    page = writer.pages[0]
    content = page.get_contents()
    assert content is not None
    stream = DecodedStreamObject()
    stream.set_data(re.sub(rb"\[<\w{4}", b"[<0000", content.get_data(), count=1))
    page[NameObject("/Contents")] = writer._add_object(stream)


def inform(key: str, value: str) -> Callable[[PdfWriter], None]:
    return lambda writer: writer.add_metadata({key: value})


def set_language(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/Lang")] = TextStringObject("en")


def remove_tags(writer: PdfWriter) -> None:
    writer.root_object.pop("/StructTreeRoot")


def unmark(writer: PdfWriter) -> None:
    writer.root_object.pop("/MarkInfo")


def empty_tree(writer: PdfWriter) -> None:
    tree = writer.root_object["/StructTreeRoot"].get_object()
    assert isinstance(tree, DictionaryObject)
    tree[NameObject("/K")] = ArrayObject()


def remove_bookmarks(writer: PdfWriter) -> None:
    writer.root_object.pop("/Outlines")


def misdirect_bookmarks(writer: PdfWriter) -> None:
    outlines = writer.root_object["/Outlines"].get_object()
    assert isinstance(outlines, DictionaryObject)
    entry = outlines["/First"].get_object()
    assert isinstance(entry, DictionaryObject)
    entry.pop("/A", None)
    page = writer.pages[1].indirect_reference
    assert page
    entry[NameObject("/Dest")] = ArrayObject([page, NameObject("/Fit")])


def set_type_3(writer: PdfWriter) -> None:
    """A font whose glyphs are drawings, which no press hints (PDF 32000-1, 9.6.5)."""
    font = next(each for each in objects(writer, "/Font") if "/DescendantFonts" in each)
    for key in ("/DescendantFonts", "/Encoding"):
        font.pop(key)
    font[NameObject("/Subtype")] = NameObject("/Type3")


def links(writer: PdfWriter) -> Iterator[DictionaryObject]:
    for page in writer.pages:
        yield from (each.get_object() for each in page.get("/Annots", ()))


def redirect_link(writer: PdfWriter) -> None:
    link = next(each for each in links(writer) if "/URI" in each["/A"].get_object())  # type: ignore[operator]
    action = link["/A"].get_object()
    assert isinstance(action, DictionaryObject)
    action[NameObject("/URI")] = TextStringObject("https://example.org/elsewhere")


def cut_link(writer: PdfWriter) -> None:
    link = next(links(writer))
    link.pop("/A")
    link[NameObject("/Dest")] = TextStringObject("nowhere")


def lead_off(writer: PdfWriter) -> None:
    link = next(links(writer))
    link.pop("/A")
    away = writer._add_object(DictionaryObject())
    link[NameObject("/Dest")] = ArrayObject([away, NameObject("/Fit")])


def launch(writer: PdfWriter) -> None:
    next(links(writer))[NameObject("/A")] = DictionaryObject({NameObject("/S"): NameObject("/Launch")})


def remove_links(writer: PdfWriter) -> None:
    for page in writer.pages:
        page.pop("/Annots", None)


def enter(name: str) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject(name)] = DictionaryObject()

    return change


def run_a_script(writer: PdfWriter) -> None:
    names = writer.root_object.setdefault(NameObject("/Names"), DictionaryObject()).get_object()
    names[NameObject("/JavaScript")] = DictionaryObject()


def act_on_opening_a_page(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/AA")] = DictionaryObject()


def comment(writer: PdfWriter) -> None:
    note = {NameObject("/Subtype"): NameObject("/Text"), NameObject("/Rect"): RectangleObject((0, 0, 9, 9))}
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(DictionaryObject(note))])


def add_blank_page(writer: PdfWriter) -> None:
    writer.add_blank_page(595.2756, 841.8898)


PLANTED_IN_PDF: list[tuple[str, Callable[[PdfWriter], None], str]] = [
    ("BP601", resize, r"页面大小是 176\.4×246\.9 mm，应为 210\.0×297\.0 mm。2"),
    ("BP602", add_blank_page, r"这一页是空白的。3"),
    ("BP603", remove_font_file, r"字体“[A-Z]{6}\+Bulletin-\w+”没有嵌入。"),
    ("BP603", rename_font("/ABCDEF+SimSun"), r"用了本刊以外的字体“SimSun”。"),
    ("BP603", rename_font("/Bulletin-Fang"), r"字体“Bulletin-Fang”没有取子集。"),
    ("BP604", show_notdef, r"有字体里没有的字，印出来是方框：“.+”。1"),
    ("BP604", remove_to_unicode, r"有字体里没有的字，印出来是方框：“□+”。\d"),
    ("BP605", inform("/Title", "简报"), r"PDF 的标题是“简报”，报头是“中铝股份党群工作2021年第17期”。"),
    ("BP605", inform("/Author", "某部"), r"PDF 的作者是“某部”，报头是“党群工作部”。"),
    ("BP605", inform("/Subject", ""), r"PDF 的主题是“”，报头是“中铝股份党群工作2021年第17期”。"),
    ("BP605", inform("/Keywords", "甲"), r"PDF 的关键词是“甲”，报头是“中铝股份党群工作”。"),
    ("BP605", inform("/CreationDate", "D:20210710"), r"PDF 的日期不是 2021-07-09。"),
    ("BP605", set_language, r"PDF 的语言是“en”，应为 zh-CN。"),
    ("BP606", remove_tags, r"PDF 没有结构标签，读屏软件读不了。"),
    ("BP606", unmark, r"PDF 没有结构标签，读屏软件读不了。"),
    ("BP606", empty_tree, r"版心里的“.+”没有结构标签，读屏软件读不到。1"),
    ("BP607", remove_bookmarks, r"第 1 个书签应为1 级的“要闻”，PDF 里是空。"),
    ("BP607", misdirect_bookmarks, r"书签“要闻”指向的页上没有这个标题。2"),
    ("BP613", lambda writer: writer.encrypt("", algorithm="RC4-128"), "PDF 加了密，读的人打不开或印不了。"),
    ("BP613", run_a_script, "PDF 里有 JavaScript，不该有。"),
    ("BP613", lambda writer: writer.add_attachment("a.txt", b"a"), "PDF 里有 EmbeddedFiles，不该有。"),
    ("BP613", enter("/OpenAction"), "PDF 里有 OpenAction，不该有。"),
    ("BP613", enter("/AcroForm"), "PDF 里有 AcroForm，不该有。"),
    ("BP613", act_on_opening_a_page, "PDF 里有 AA，不该有。"),
    ("BP613", comment, "PDF 里有 Text，不该有。"),
]
PLANTED_IN_LINKS: list[tuple[str, Callable[[PdfWriter], None], str]] = [
    ("BP603", set_type_3, r"字体“[A-Z]{6}\+Bulletin-\w+”没有嵌入。"),
    ("BP612", redirect_link, "链接指向“https://example.org/elsewhere”，稿件里没有这个网址。1"),
    ("BP612", cut_link, "这一页有个链接点了没有反应，它指的地方不在 PDF 里。1"),
    ("BP612", lead_off, "这一页有个链接点了没有反应，它指的地方不在 PDF 里。1"),
    ("BP612", remove_links, "“链接”的链接丢了。"),
    ("BP613", launch, "PDF 里有 Launch，不该有。"),
]


@pytest.mark.parametrize(("code", "change", "message"), PLANTED_IN_LINKS)
def test_planted_in_a_pdf_with_links(
    rich: Proof, code: str, change: Callable[[PdfWriter], None], message: str
) -> None:
    assert re.fullmatch(message, said(rich.check(rich.edited(change)), code)[0])


def test_a_file_too_large_to_be_mailed(small: Proof) -> None:
    pdf, _ = read_pdf(small.data, SHOWN)
    assert pdf
    assert pdf.size == len(small.data)
    found = preflight.preflight(replace(pdf, size=31_000_000), small.expected)
    assert said(found, "BP614") == ["PDF 有 31 MB，超过 20 MB，许多邮箱发不出去。"]
    assert not has_errors(found)


def test_an_address_in_chinese_is_the_one_that_was_typed(tmp_path: Path) -> None:
    text = TWO_ARTICLES.replace("没有标题的一段。", "见[网页](https://example.com/简报?号=17&页=2)。")
    made = proof(publications.publication(tmp_path, {"01.md": text}))
    assert made.check(made.data) == []


@pytest.mark.parametrize(("code", "change", "message"), PLANTED_IN_PDF)
def test_planted_in_the_pdf(
    small: Proof, code: str, change: Callable[[PdfWriter], None], message: str
) -> None:
    found = small.check(small.edited(change))
    assert re.fullmatch(message, said(found, code)[0])
    assert has_errors(found) == (code != "BP602")


def test_a_copy_by_pypdf_is_still_good(small: Proof) -> None:
    assert small.check(small.edited(lambda writer: None)) == []


def test_a_pdf_without_pages(small: Proof) -> None:
    pdf, _ = read_pdf(small.data, SHOWN)
    assert pdf
    empty: Pdf = replace(pdf, pages=(), bookmarks=())
    assert said(preflight.preflight(empty, small.expected), "BP601") == ["PDF 里没有页面。"]


# --- planted in what the layout gives -------------------------------------------------------------------

PLANTED_IN_CSS = [
    ("BP601", "@page { size: 148mm 297mm }", r"页面大小是 148\.0×297\.0 mm，应为 210\.0×297\.0 mm。1"),
    ("BP604", ".article-title::after { content: '\\0600' }", "有字体里没有的字，印出来是方框：“\u0600”。1"),
    (
        "BP606",
        "@page { @top-left { content: '书眉'; width: 100pt; padding-top: 300pt; margin-bottom: -400pt } }",
        r"版心里的“书眉”没有结构标签，读屏软件读不到。1",
    ),
    (
        "BP607",
        ".article-title { bookmark-level: none }",
        "第 2 个书签应为2 级的“第一篇”，PDF 里是1 级的“来稿”。",
    ),
    (
        "BP607",
        ".article-title { bookmark-level: 1 }",
        "第 2 个书签应为2 级的“第一篇”，PDF 里是1 级的“第一篇”。",
    ),
    (
        "BP607",
        ".section-title { bookmark-label: '甲' }",
        "第 1 个书签应为1 级的“要闻”，PDF 里是1 级的“甲”。",
    ),
    (
        "BP609",
        ".article-title { display: none }",
        r"PDF 的文字和原稿从这里起不一致：应为“第一篇这是第一篇的正文。”，PDF 里是“这是第一篇的正文。.*”。1",
    ),
    (
        "BP609",
        ".section-title { visibility: hidden }",
        r"PDF 的文字和原稿从这里起不一致：应为“要闻第一篇这.*”，PDF 里是“第一篇这.*”。1",
    ),
    (
        "BP609",
        ".footnote { display: none }",
        r"PDF 的文字和原稿从这里起不一致：应为“①脚注的内容。”，PDF 里是“”。2",
    ),
    (
        "BP609",
        ".article-title::before { content: '甲' }",
        r"PDF 的文字和原稿从这里起不一致：应为“第一篇.*”，PDF 里是“甲第一篇.*”。1",
    ),
    ("BP610", ".body { position: relative; left: -40pt }", r"文字超出版心 8\.5 pt：“没有标题的一段。”。2"),
    ("BP610", ".masthead-name { position: relative; top: -40pt }", r"文字超出版心 \d+\.\d pt：“中铝.*”。1"),
    ("BP610", ".body { position: relative; top: 640pt }", r"文字超出版心 \d+\.\d pt：“第二页的文字。”。2"),
    ("BP610", ".body { position: relative; left: 380pt }", r"文字印到了页边：“没有标题的一段。”。2"),
]


@pytest.mark.parametrize(("code", "css", "message"), PLANTED_IN_CSS)
def test_planted_in_the_style_sheet(small: Proof, code: str, css: str, message: str) -> None:
    found = said(small.check(small.styled(css)), code)
    assert [each for each in found if re.fullmatch(message, each)], found


PLANTED_IN_HTML = [
    ("文字丢失", "第二页的文字。", "第二页的。", "应为“文字。", "PDF 里是“。来稿"),
    (
        "文字重复",
        "第二页的文字。",
        "第二页的文字。第二页的文字。",
        "应为“来稿",
        "PDF 里是“第二页的文字。来稿",
    ),
    ("多出文字", "没有标题的一段。", "没有标题的一段。完", "应为“发放", "PDF 里是“完发放"),
]


@pytest.mark.parametrize(("name", "old", "new", "wanted", "found"), PLANTED_IN_HTML)
def test_planted_in_the_html(small: Proof, name: str, old: str, new: str, wanted: str, found: str) -> None:
    (message,) = said(small.check(small.paginated(old, new)), "BP609")
    assert wanted in message
    assert found in message
    assert message.endswith("2")


def test_a_space_that_slipped_in(small: Proof) -> None:
    found = small.check(small.paginated("第二页的文字。", "第二页 的文字。"))
    assert said(found, "BP609") == ["PDF 里多出了空格，在“的文字。来稿没有标题的一”之前。2"]


def test_characters_without_a_glyph(small: Proof) -> None:
    pdf, _ = read_pdf(small.data, SHOWN)
    assert pdf
    first, second = pdf.pages
    spoilt = replace(pdf, pages=(first, replace(second, text=second.text.replace("的", "的\u200b"))))
    found = preflight.preflight(spoilt, small.expected)
    assert said(found, "BP609") == ["PDF 里有看不见的字符 U+200B。2"]


def test_text_that_moved(small: Proof) -> None:
    html = small.prepared.rendered.html
    first, second = (
        re.search(rf"<h3[^>]*>{title}.*?</h3>", html, re.DOTALL) for title in ("第一篇", "第二篇")
    )
    if first is None or second is None:  # the titles are composed of more than one element
        first, second = list(re.finditer(r"<h3.*?</h3>", html, re.DOTALL))[:2]
    swapped = (
        html[: first.start()]
        + second[0]
        + html[first.end() : second.start()]
        + first[0]
        + html[second.end() :]
    )
    data = small.paginated(html, swapped)
    assert "应为“一篇这是第一篇" in said(small.check(data), "BP609")[0]


def test_a_table_head_twice_on_one_page(rich: Proof) -> None:
    html = rich.prepared.rendered.html
    head = re.search(r"<thead>(.*?)</thead>", html, re.DOTALL)
    assert head
    data = rich.paginated(head[0], f"<thead>{head[1]}{head[1]}</thead>")
    assert "PDF 里是“序号单位人数" in said(rich.check(data), "BP609")[0]


# --- BP608: the layout left something out ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("没有标题的一段。", "", "版式里漏了“没有标题的一段。”。"),
        ("脚注的内容。", "脚注。", "版式里漏了“脚注的内容。”。"),
        ("党群工作部", "某部", "版式里漏了“党群工作部”。"),
        ("公司领导", "", "版式里漏了“公司领导，本部各部门、各实体企业”。"),
    ],
)
def test_text_that_the_layout_leaves_out(small: Proof, old: str, new: str, message: str) -> None:
    expected = small.expected
    body = expected.html.index("<body")
    html = expected.html[:body] + expected.html[body:].replace(old, new)
    assert html != expected.html
    found = small.check(small.data, replace(expected, html=html))
    assert said(found, "BP608")[0].rstrip("0123456789") == message


def test_text_in_another_order(small: Proof) -> None:
    expected = small.expected
    html = expected.html.replace("这是第一篇的正文。", "§").replace("第二页的文字。", "这是第一篇的正文。")
    found = small.check(small.data, replace(expected, html=html.replace("§", "第二页的文字。")))
    assert said(found, "BP608")
    (place,) = {finding.place for finding in found if finding.code == "BP608" and "第二页" in finding.message}
    assert str(place) == "content/2021-17/01.md:13:1"


# --- BP611: a line that is not as it was composed -------------------------------------------------------


def test_a_line_that_the_style_sheet_stretches(small: Proof) -> None:
    checked, found = build._preflight(small.data, small.prepared, SHOWN)
    assert (checked.pages, found) == (2, [])
    _, found = build._preflight(
        small.styled(".body { word-spacing: 0; font-size: 16pt }"), small.prepared, SHOWN
    )
    assert "“这是第一篇的正文。……”这一行排成 141.75 pt，印出来是 144.00 pt。1" in said(found, "BP611")


# --- collation alone ------------------------------------------------------------------------------------


TABLE = "<table><thead><tr><th>头</th></tr></thead><tr><td>{}</td></tr><tr><td>{}</td></tr></table>"


def note(text: str) -> str:
    return f'<span class="footnote">{text}</span>'


@pytest.mark.parametrize(
    ("html", "pages"),
    [
        ("<p>甲乙</p>", ["甲乙"]),
        ("<p>one two</p>", ["one", "two"]),
        ("<p>甲①乙丙" + note("①　注") + "丁</p>", ["甲①乙丙丁①　注"]),
        ("<p>甲①乙丙" + note("①　注") + "丁</p>", ["甲①乙丙①　注", "丁"]),
        ("<p>甲①" + note("①　注") + "</p><p>①　项</p>", ["甲①①　注", "①　项"]),
        (
            "<p>甲①乙②" + note("①　注") + note("②　<b>注</b>") + "丙</p><p>尾</p>",
            ["甲①乙②丙①　注②　注", "尾"],
        ),
        ("<p>甲①" + note("①　注") + "</p><p>尾</p>", ["甲①", "尾①　注"]),
        (TABLE.format("一", "二"), ["头一", "头二"]),
        (TABLE.format("头", "头"), ["头头", "头头"]),
    ],
)
def test_the_same_text(html: str, pages: list[str]) -> None:
    collated = collate(read_html(f"<body>{html}</body>"), pages)
    assert (collated.difference, collated.extra_space) == (None, None)


@pytest.mark.parametrize(
    ("html", "pages", "difference"),
    [
        ("<p>甲乙丙</p>", ["甲丙"], (1, "乙丙", "丙")),
        ("<p>甲乙</p>", ["甲乙", "乙"], (2, "", "乙")),
        ("<p>甲乙</p>", [], (1, "甲乙", "")),
        ("<p>甲①" + note("①　注") + "乙</p>", ["甲①乙"], (1, "①注", "")),
        ("<p>甲①" + note("①　注") + "乙</p>", ["甲①乙①　注①　注"], (1, "", "①注")),
        ("<p>甲①" + note("①　注") + "乙</p>", ["①　注甲①乙"], (1, "甲①", "①注甲①乙")),
        (TABLE.format("一", "二"), ["头一头二"], (1, "二", "头二")),
    ],
)
def test_different_texts(html: str, pages: list[str], difference: tuple[int, str, str]) -> None:
    assert collate(read_html(f"<body>{html}</body>"), pages).difference == difference


@pytest.mark.parametrize(
    ("text", "letters", "spaces"),
    [
        ("", "", set()),
        (" \n", "", {0}),
        ("甲乙", "甲乙", set()),
        (" 甲\u3000\xa0乙\t", "甲乙", {0, 1, 2}),
        ("甲\u200b乙 \u2028 丙\u00ad", "甲乙丙", {2}),
    ],
)
def test_white_space_is_set_aside(text: str, letters: str, spaces: set[int]) -> None:
    assert spaced(text) == Spaced(letters, frozenset(spaces))


@pytest.mark.parametrize(
    ("html", "pages", "space"),
    [
        ("<p>甲乙丙</p>", ["甲", "乙 丙"], (2, "丙")),
        ("<p>甲 乙丙</p>", ["甲 乙\n丙 "], (1, "丙")),
        ("<p>甲①乙" + note("①　注解") + "丙</p>", ["甲①乙丙①　注 解"], (1, "解")),
    ],
)
def test_the_first_space_that_came(html: str, pages: list[str], space: tuple[int, str]) -> None:
    assert collate(read_html(f"<body>{html}</body>"), pages).extra_space == space


# --- completeness ---------------------------------------------------------------------------------------


def test_every_code_of_preflight_is_planted() -> None:
    source = Path(preflight.__file__).read_text(encoding="utf-8")
    codes = set(re.findall(r'"(BP6\d\d)"', source))
    planted = {code for code, *_ in (*PLANTED_IN_PDF, *PLANTED_IN_CSS, *PLANTED_IN_LINKS)}
    planted |= {"BP608", "BP614"}
    assert codes == planted


def test_what_weasyprint_says_is_said_in_chinese(small: Proof) -> None:
    html = small.prepared.rendered.html.replace(
        "</style>", ".body { colour: red } .x { background: url(missing.png) } }</style>"
    )
    html = html.replace("<main>", '<main class="x">')
    rendered = replace(small.prepared.rendered, html=html)
    _, found = build._paginating(small.home, replace(small.prepared, rendered=rendered))()
    assert {diagnostic.code for diagnostic in found} == {"BP404"}
    messages = [diagnostic.message for diagnostic in found]
    assert "样式“colour: red”不起作用。" in messages
    assert "打不开图片“missing.png”。" in messages
    assert not [message for message in messages if "排版引擎报告" in message]


def test_weasyprint_still_says_what_is_translated() -> None:
    import weasyprint

    files = Path(weasyprint.__file__).parent.rglob("*.py")
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [words for words in paginate._CHINESE if words not in source] == []
