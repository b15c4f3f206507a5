"""Word files: every document in tests/word becomes the article beside it; what is no Word file is refused.

`UPDATE_CASES=1 pytest` writes the articles anew. tests/word/make.py says how each document was made.
"""

import io
import os
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from bulletin_pdf.diagnostics import Diagnostic
from bulletin_pdf.docx import package
from bulletin_pdf.docx.cleaning import cleaned
from bulletin_pdf.docx.importing import Account, Imported, file_stem, import_word
from bulletin_pdf.docx.numbering import chinese
from bulletin_pdf.docx.values import Paragraph, Span
from notation import findings

WORD = Path(__file__).parent / "word"
DIVIDER = "\n==========\n"
SHOWN = Path("稿.docx")


# --- documents of real programs -------------------------------------------------------------------------


def report(account: Account) -> str:
    """An account in one line a sum."""
    lines = [f"原稿 {account.characters_in} 字，稿件 {account.characters_out} 字"]
    for name in ("lost", "added", "changed", "cleaned"):
        counts = getattr(account, name)
        lines += (
            [f"{name}: {', '.join(f'{kind} {count}' for kind, count in counts.items())}"] if counts else []
        )
    return "\n".join(lines)


@pytest.mark.parametrize("case", sorted(WORD.glob("*.docx")), ids=lambda case: case.stem)
def test_case(case: Path) -> None:
    imported, found = import_word(case.read_bytes(), Path(case.name))
    assert imported is not None
    actual = [imported.markdown, report(imported.account)]
    if found:
        actual.append("\n".join(findings(found)))
    expected = case.with_suffix(".md")
    if os.environ.get("UPDATE_CASES"):
        expected.write_text(DIVIDER.join(actual) + "\n", encoding="utf-8")
    assert DIVIDER.join(actual) + "\n" == expected.read_text(encoding="utf-8")


def test_libreoffice_saves_the_same_document() -> None:
    """A document opened and saved by another program is the same article."""
    own, others = ((WORD / f"{name}.md").read_text("utf-8") for name in ("office", "lo-office"))
    assert own == others.replace("lo-office", "office")


def test_pictures_are_taken_out_as_they_are() -> None:
    imported, _ = import_word((WORD / "office.docx").read_bytes(), Path("投稿（1）.docx"))
    assert imported is not None
    [(name, data)] = imported.pictures.items()
    assert name == "投稿-1-1.jpg"
    assert Image.open(io.BytesIO(data)).size == (640, 400)
    assert f"]({name})" in imported.markdown


# --- documents made here --------------------------------------------------------------------------------

_SPACES = " ".join(
    f'xmlns:{prefix}="{address}"' for address, prefix in package._NAMESPACES.items() if "purl" not in address
)
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def word(body: str, parts: Mapping[str, str | bytes] | None = None, relations: str = "") -> bytes:
    """A Word file with this body and nothing but what it needs."""
    stream = io.BytesIO()
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        rels = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        root = f'<Relationship Id="r1" Type="{_RELATION}/officeDocument" Target="word/document.xml"/>'
        archive.writestr("_rels/.rels", f"{head}{rels}{root}</Relationships>")
        archive.writestr("word/_rels/document.xml.rels", f"{head}{rels}{relations}</Relationships>")
        document = f"{head}<w:document {_SPACES}><w:body>{body}</w:body></w:document>"
        archive.writestr("word/document.xml", document)
        for name, data in (parts or {}).items():
            archive.writestr(name, data)
    return stream.getvalue()


def relation(key: str, kind: str, target: str, mode: str = "") -> str:
    extra = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="{key}" Type="{_RELATION}/{kind}" Target="{target}"{extra}/>'


def paragraph(text: str, properties: str = "", looks: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{looks}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


CENTRE = '<w:jc w:val="center"/>'
LARGE = '<w:b/><w:sz w:val="44"/>'
HEI = '<w:rFonts w:eastAsia="黑体"/>'
LONG = "这是正文的一段，写得长一些，好让程序知道它是正文，不是标题，也不是图注，更不是署名。"


def article(data: bytes) -> Imported:
    imported, _ = import_word(data, SHOWN)
    assert imported is not None
    return imported


def codes(data: bytes) -> list[str]:
    return [each.code for each in import_word(data, SHOWN)[1]]


def test_title_in_two_lines() -> None:
    lines = [paragraph(text, CENTRE, LARGE) for text in ("公司召开工作会议", "暨表彰大会")]
    assert article(word("".join(lines) + paragraph(LONG))).markdown.startswith(
        "# 公司召开工作会议\\暨表彰大会\n"
    )


def test_without_a_title_the_editor_is_told() -> None:
    imported, found = import_word(word(paragraph(LONG) * 2), SHOWN)
    assert imported is not None
    assert imported.markdown == f"{LONG}\n\n{LONG}\n"
    assert list(findings(found)) == [
        "稿.docx 警告 BP145 没有认出标题。",
        "    改法：在文件第一行写上“# 标题”。",
    ]


def test_headings_by_type_keep_their_order_of_levels() -> None:
    lines = [
        paragraph("标题", CENTRE, LARGE),
        paragraph("一、第一件", looks=HEI),
        paragraph(LONG),
        paragraph("小标题", looks="<w:b/>"),
        paragraph(LONG),
        paragraph("二、第二件", looks=HEI),
        paragraph(LONG),
        paragraph("一、这一行有句号，是正文。", looks=HEI),
    ]
    headings = [line for line in article(word("".join(lines))).markdown.split("\n") if line.startswith("#")]
    assert headings == ["# 标题", "## 一、第一件", "### 小标题", "## 二、第二件"]


def test_plain_labels_alone_in_a_line_are_headings() -> None:
    lines = [
        paragraph("标题", CENTRE, LARGE),
        paragraph("一、第一件"),
        paragraph(LONG),
        paragraph("一、甲"),
        paragraph("二、乙"),
    ]
    markdown = article(word("".join(lines))).markdown
    assert "\n## 一、第一件\n" in markdown
    assert "\n\n一、甲\n\n二、乙\n" in markdown


def drawing(key: str) -> str:
    return f'<w:p><w:r><w:drawing><a:blip r:embed="{key}"/></w:drawing></w:r></w:p>'


def png(size: tuple[int, int] = (20, 10)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size).save(stream, "png")
    return stream.getvalue()


def test_pictures_in_a_frame_take_the_captions_under_them() -> None:
    cells = "".join(
        f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in row)}</w:tr>"
        for row in ((drawing("p1"), drawing("p2")), (paragraph("开幕", CENTRE), paragraph("焊接", CENTRE)))
    )
    relations = relation("p1", "image", "media/1.png") + relation("p2", "image", "media/2.png")
    body = f"{paragraph('标题', CENTRE, LARGE)}{paragraph(LONG)}<w:tbl>{cells}</w:tbl>"
    parts = {"word/media/1.png": png(), "word/media/2.png": png()}
    markdown = article(word(body, parts, relations)).markdown
    assert markdown.endswith("![开幕](稿-1.png)\n\n![焊接](稿-2.png)\n")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x01\0\0\0" + b"\0" * 36 + b" EMF" + b"\0" * 40, "是 EMF 格式"),
        (b"\xd7\xcd\xc6\x9a" + b"\0" * 40, "是 WMF 格式"),
        (b"\xff\xd8\xff" + b"\0" * 40, "不是图片，或已经损坏"),
        (b"<svg/>", "格式不认识"),
        (b"", "不在文件里，或太大（超过 60 MB）"),
    ],
)
def test_a_picture_that_can_t_be_used_is_named(data: bytes, why: str) -> None:
    imported, found = import_word(
        word(
            paragraph(LONG) + drawing("p1"),
            {"word/media/1.emf": data},
            relation("p1", "image", "media/1.emf"),
        ),
        SHOWN,
    )
    assert imported is not None
    assert imported.pictures == {}
    assert f"第 2 段的图片没有取出来：{why}。" in [each.message for each in found]


def test_pictures_elsewhere_are_not_fetched() -> None:
    """An address, and a name that leads out of the package."""
    relations = relation("p1", "image", "http://127.0.0.1:9/a.png", "External")
    relations += relation("p2", "image", "../../../../../../etc/hosts")
    imported, found = import_word(word(paragraph(LONG) + drawing("p1") + drawing("p2"), {}, relations), SHOWN)
    assert imported is not None
    assert imported.pictures == {}
    assert [each.code for each in found] == ["BP145", "BP145", "BP146"]
    assert "http://127.0.0.1:9/" in found[0].message


def test_names_inside_never_become_paths() -> None:
    parts = {"word/../../../evil.png": png(), "evil.png": png()}
    imported = article(word(drawing("p1") + paragraph(LONG), parts, relation("p1", "image", "../evil.png")))
    assert list(imported.pictures) == ["稿-1.png"]


def test_macros_are_left_behind() -> None:
    assert codes(word(paragraph(LONG), {"word/vbaProject.bin": b"x"})) == ["BP145", "BP145"]


def test_footnotes_come_with_their_text() -> None:
    notes = f'<w:footnotes {_SPACES}><w:footnote w:id="2">{paragraph("按可比口径。")}</w:footnote><w:footnote w:id="3">{paragraph("没人用。")}</w:footnote></w:footnotes>'
    body = '<w:p><w:r><w:t>产量增长</w:t><w:footnoteReference w:id="2"/></w:r><w:r><w:t>。</w:t></w:r></w:p>'
    data = word(body, {"word/footnotes.xml": notes}, relation("n", "footnotes", "footnotes.xml"))
    imported = article(data)
    assert imported.markdown == "产量增长[^1]。\n\n[^1]: 按可比口径。\n"
    assert imported.account.lost == {"没有用到的脚注": 4}


def test_a_list_style_is_numbered() -> None:
    """WPS: 一、 by japaneseCounting, the numbering reached through a style."""
    numbering = f"""<w:numbering {_SPACES}><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="3"/>
        <w:numFmt w:val="japaneseCounting"/><w:lvlText w:val="第%1条"/></w:lvl></w:abstractNum>
        <w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num></w:numbering>"""
    styles = f"""<w:styles {_SPACES}><w:style w:type="paragraph" w:styleId="a3"><w:name w:val="条"/><w:pPr><w:numPr>
        <w:numId w:val="7"/></w:numPr></w:pPr></w:style></w:styles>"""
    relations = relation("n", "numbering", "numbering.xml") + relation("s", "styles", "styles.xml")
    body = paragraph(LONG, '<w:pStyle w:val="a3"/>') * 2
    data = word(body, {"word/numbering.xml": numbering, "word/styles.xml": styles}, relations)
    assert article(data).markdown == f"第三条　{LONG}\n\n第四条　{LONG}\n"


def test_strict_documents_are_read() -> None:
    transitional = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    source = io.BytesIO(word(paragraph(LONG)))
    stream = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            text = (
                old.read(name)
                .decode()
                .replace(transitional, "http://purl.oclc.org/ooxml/wordprocessingml/main")
            )
            new.writestr(name, text)
    assert article(stream.getvalue()).markdown == f"{LONG}\n"


# --- the account can fail -------------------------------------------------------------------------------


def test_a_character_that_gets_lost_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulletin_pdf.docx.writing._at_start", lambda text: text[1:])
    imported, found = import_word(word(paragraph(LONG)), SHOWN)
    assert imported is not None
    assert [each.code for each in found] == ["BP145", "BP144"]
    assert found[1].message == f"字数对不上：应当有 {len(LONG)} 字，稿件里有 {len(LONG) - 1} 字。"


def test_text_in_another_order_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bulletin_pdf.docx.writing._at_start", lambda text: text[::-1])
    assert codes(word(paragraph(LONG)))[1:] == ["BP144"]


# --- cleaning, numbers, names ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("机 修 车 间 开 展 “ 突 击 周 ”活动", "机修车间开展“突击周”活动"),
        ("安  全  生  产  月", "安全生产月"),
        ("王 明　李 强　张 宁", "王　明　李　强　张　宁"),
        ("会议通知", "会议通知"),
    ],
)
def test_a_title_spread_with_blanks_is_closed(typed: str, clean: str) -> None:
    assert cleaned(Paragraph((Span(typed),), 1, align="center"), Counter()).text == clean


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("　　段首空两格，后面是正文的一句话。", "段首空两格，后面是正文的一句话。"),
        ("２０２１年 7 月 9 日，共 ３．５ 万人。", "2021年7月9日，共3.5万人。"),
        (
            "我 们要 认真 落实，不走 过场，不搞形式，一定抓出成效，让职工群众满意。",
            "我们要认真落实，不走过场，不搞形式，一定抓出成效，让职工群众满意。",
        ),
        ("王 明　李　强", "王　明　李　强"),
        ("文/王明    图/李强", "文/王明　图/李强"),
        ("Open  Source 软件", "Open Source软件"),
        ("安全\u200b生\u00ad产\ufeff", "安全生产"),
        ("图1 会议现场", "图1　会议现场"),
        ("(一) 加强领导", "（一）加强领导"),
        ("(12)第十二条", "（12）第十二条"),
        ("（综合部\u00a0 张三）", "（综合部　张三）"),
        ("末尾有空格 \t", "末尾有空格"),
        ("全角Ａ，％不动", "全角A，％不动"),
    ],
)
def test_cleaning(typed: str, clean: str) -> None:
    done: Counter[str] = Counter()
    result = cleaned(Paragraph((Span(typed),), 1), done)
    assert result.text == clean
    assert sum(done.values()) > 0
    again: Counter[str] = Counter()
    assert cleaned(result, again).text == clean
    assert not again


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1010, "一千零一十"),
    ],
)
def test_chinese_numbers(number: int, words: str) -> None:
    assert chinese(number) == words


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("关于（终稿） 2", "关于-终稿-2"),
        ("a/b:c", "a-b-c"),
        ("--", "来稿"),
        ("“七一”专题", "七一-专题"),
        ("x" * 90, "x" * 60),
    ],
)
def test_file_names(name: str, stem: str) -> None:
    assert file_stem(name) == stem


# --- what is refused ------------------------------------------------------------------------------------


def zipped(entries: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GOOD = word(paragraph(LONG))
ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hosts">]>'


def with_document(text: str | bytes) -> bytes:
    return zipped({"word/document.xml": text.encode() if isinstance(text, str) else text})


def spoilt() -> bytes:
    """A Word file in which a byte of the text changed on the way."""
    at = GOOD.index(b"word/document.xml") + len("word/document.xml") + 20
    return GOOD[:at] + bytes([GOOD[at] ^ 0xFF]) + GOOD[at + 1 :]


REFUSED = {
    "空文件": (b"", "BP140", "0 字节"),
    "旧版": ((WORD / "refused.doc").read_bytes(), "BP140", "旧版 Word 的 .doc"),
    "RTF": ((WORD / "refused.rtf").read_bytes(), "BP140", "RTF"),
    "ODT": ((WORD / "refused.odt").read_bytes(), "BP140", "OpenDocument"),
    "密码": (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "BP140", "打开密码"),
    "PDF": (b"%PDF-1.7\n", "BP140", "PDF 文件"),
    "网页": (b"<html><body>", "BP140", "网页"),
    "图片": (png(), "BP140", "图片"),
    "乱码": (b"\0\1\2\3" * 50, "BP140", "看不出是什么"),
    "Excel": (zipped({"xl/workbook.xml": b"<x/>"}), "BP140", "Excel"),
    "演示": (zipped({"ppt/presentation.xml": b"<x/>"}), "BP140", "PowerPoint"),
    "压缩包": (zipped({"稿.docx": GOOD}), "BP140", "压缩包"),
    "截断": (GOOD[: len(GOOD) // 2], "BP141", "损坏"),
    "坏字节": (spoilt(), "BP141", "损坏"),
    "坏 XML": (with_document("<w:document"), "BP141", "XML 已经损坏"),
    "UTF-16": (with_document("<?xml version='1.0' encoding='utf-16'?><a/>".encode("utf-16")), "BP141", "UTF-8"),
    "藏起来的编码": (with_document(b"<?xml version='1.0' encoding='cp037'?>" + "<a/>".encode("cp037")), "BP141", "UTF-8"),
    "实体炸弹": (with_document(f"{ENTITIES}<a>&b;</a>"), "BP142", "实体声明"),
    "外部实体": (with_document(f"{OUTSIDE}<a>&a;</a>"), "BP142", "实体声明"),
    "压缩炸弹": (with_document(b"<a>" + b" " * 50_000_000 + b"</a>"), "BP142", "压缩炸弹"),
    "压缩比": (with_document(b"<a>" + b" " * 5_000_000 + b"</a>"), "BP142", "压缩炸弹"),
    "文件太多": (zipped({f"{number}": b"" for number in range(5001)}), "BP142", "5001 个文件"),
    "套得太深": (with_document("<a>" * 300 + "</a>" * 300), "BP142", "套得太深"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    data, code, words = REFUSED[name]
    imported, found = import_word(data, SHOWN)
    assert imported is None
    assert [each.code for each in found] == [code]
    assert words in found[0].message
    assert found[0].hint
    assert re.search(r"[。]$", found[0].message)


def test_a_wps_file_is_called_by_its_name() -> None:
    _, found = import_word((WORD / "refused.doc").read_bytes(), Path("稿.wps"))
    assert found[0].message == "这是 WPS 文字的 .wps 格式，读不了。"


def test_sizes_in_headers_are_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes that come out are counted, not those that an entry says it has."""
    data = bytearray(with_document(b"<a>" + b"x" * 90_000 + b"</a>"))
    monkeypatch.setattr(package, "MAX_XML", 50_000)
    at = data.index(b"PK\x01\x02") + 24
    data[at : at + 4] = (100).to_bytes(4, "little")
    _, found = import_word(bytes(data), SHOWN)
    assert found[0].code in ("BP141", "BP142")


def test_every_cut_and_every_flipped_byte_is_explained() -> None:
    """No damage raises: the file is read, or a finding says why not."""
    good = (WORD / "lo-page.docx").read_bytes()
    for cut in range(0, len(good), 397):
        assert codes(good[:cut])
    for at in range(0, len(good), 211):
        imported, found = import_word(good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1 :], SHOWN)
        assert imported is not None or [each for each in found if each.code in ("BP140", "BP141", "BP142")]


def test_odd_attributes_do_no_harm() -> None:
    """Numbers that are none, styles in a circle, lists that do not exist, fields without an end."""
    styles = f'<w:styles {_SPACES}><w:style w:styleId="a"><w:basedOn w:val="b"/></w:style><w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
    body = (
        paragraph(LONG, '<w:pStyle w:val="a"/><w:outlineLvl w:val="x"/><w:numPr><w:ilvl w:val="-5"/><w:numId w:val="9"/></w:numPr>', '<w:sz w:val="1e999"/>')
        + '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr></w:tc></w:tr></w:tbl><w:tbl/>'
        + '<w:p><w:r><w:sym w:char="zz"/><w:fldChar w:fldCharType="end"/><w:fldChar w:fldCharType="begin"/></w:r></w:p>'
    )  # fmt: skip
    data = word(body, {"word/styles.xml": styles}, relation("s", "styles", "styles.xml"))
    assert article(data).markdown.startswith(LONG)


def test_packed_data_that_breaks_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Diagnostic:
        raise zlib.error("Error -3")

    monkeypatch.setattr(package._Archive, "xml", broken)
    assert codes(GOOD) == ["BP141"]
