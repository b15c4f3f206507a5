"""Files for the press and the archive: what they must be, and every check of them finds the defect planted for it."""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

import publications
from bulletin_pdf import build, prepress, production, standing
from bulletin_pdf.diagnostics import Diagnostic, has_errors
from bulletin_pdf.home import Home
from bulletin_pdf.pdf import read_pdf
from bulletin_pdf.press import finishing, inking, tagging
from bulletin_pdf.press import sheet as press_sheet
from bulletin_pdf.press.colour import Ink, Separation, screen, standard_press
from bulletin_pdf.press.identification import Attachment
from bulletin_pdf.press.print_file import read_print_file, standards
from bulletin_pdf.press_check import check_press
from bulletin_pdf.sheets.imposition import booklet
from bulletin_pdf.sheets.office import office
from proofs import own_layout

SHOWN = Path("build/2021-17/2021-17.付印.pdf")
MM = 72 / 25.4
TEXT = """# 要闻

## 标题

正文一段，有[链接](https://example.com)和*强调*[^1]。

![照片](照片.jpg "图1 照片")

![图](图.svg)

{分页}

第二页的文字。

[^1]: 脚注。
"""
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 50">
<linearGradient id="g"><stop stop-color="#c00"/><stop offset="1" stop-color="#fff"/></linearGradient>
<rect width="100" height="50" fill="url(#g)"/><rect width="50" height="25" fill="#00f" opacity="0.5"/>
</svg>"""


@dataclass(frozen=True)
class Pages:
    """A publication and its finished PDF."""

    home: Home
    data: bytes

    def press(self) -> tuple[bytes, list[Diagnostic]]:
        made, found = prepress.press(self.home, publications.KEY, self.data, SHOWN)
        assert made, found
        return made, found


def pages_of(home: Home) -> Pages:
    prepared, found = build.prepare(home, publications.KEY)
    assert prepared, found
    data, found = build._paginating(home, prepared)()
    assert data, found
    return Pages(home, data)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    home = publications.publication(tmp_path_factory.mktemp("small"), {"01.md": TEXT})
    folder = home.content / publications.KEY
    photo = Image.linear_gradient("L").resize((2400, 1600))
    Image.merge("RGB", (photo, photo.rotate(180), photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT))).save(
        folder / "照片.jpg", quality=90
    )
    (folder / "图.svg").write_text(DRAWING, encoding="utf-8")
    return pages_of(home)


@pytest.fixture(scope="module")
def printed(small: Pages) -> bytes:
    return small.press()[0]


@pytest.fixture(scope="module")
def archived(small: Pages) -> bytes:
    made, found = prepress.archive(small.home, publications.KEY, small.data, SHOWN)
    assert made, found
    assert found == []
    return made


def edited(data: bytes, change: Callable[[PdfWriter], None]) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(data))
    writer.pdf_header = PdfReader(BytesIO(data)).pdf_header
    change(writer)
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def said(data: bytes, purpose: str = "press") -> list[str]:
    profile = standard_press() if purpose == "press" else screen()
    found = prepress.check_print_file(data, purpose, profile, SHOWN)
    return [f"{each.code} {each.message}" for each in found]


def painted(operators: str) -> Callable[[PdfWriter], None]:
    """Paint something more on page 1."""

    def change(writer: PdfWriter) -> None:
        page = writer.pages[0]
        stream = DecodedStreamObject()
        before = page["/Contents"].get_object().get_data()
        stream.set_data(before + f"\nq {operators} Q\n".encode())
        page[NameObject("/Contents")] = writer._add_object(stream)

    return change


# --- what is good ---------------------------------------------------------------------------------------


def test_a_print_file_is_faultless(small: Pages, printed: bytes) -> None:
    assert small.press()[1] == []
    assert said(printed) == []


def test_the_seed_is_faultless(tmp_path: Path) -> None:
    seed = pages_of(publications.seed(tmp_path))
    assert seed.press()[1] == []
    assert prepress.archive(seed.home, publications.KEY, seed.data, SHOWN)[1] == []


def test_the_same_pages_give_the_same_bytes(small: Pages, printed: bytes, archived: bytes) -> None:
    assert small.press()[0] == printed
    assert prepress.archive(small.home, publications.KEY, small.data, SHOWN)[0] == archived
    assert PdfReader(BytesIO(printed)).trailer["/ID"] != PdfReader(BytesIO(archived)).trailer["/ID"]


def test_the_words_stay(small: Pages, printed: bytes, archived: bytes) -> None:
    before, *after = (read_pdf(data, SHOWN)[0] for data in (small.data, printed, archived))
    assert before
    for pdf in after:
        assert pdf
        assert [page.text for page in pdf.pages] == [page.text for page in before.pages]
        assert pdf.bookmarks == before.bookmarks


def test_black_is_black_ink_and_the_red_what_the_layout_states(printed: bytes) -> None:
    paints = {paint for page in read_print_file(printed).pages for paint in page.paints}
    assert {paint.parts for paint in paints if paint.what == "text"} == {(0, 0, 0, 1), (0, 0.8, 0.8, 0)}
    assert {paint.space for paint in paints} == {"DeviceCMYK", "Separation"}
    assert {paint.plate for paint in paints if paint.space == "Separation"} == {"All"}
    assert {paint.what for paint in paints} == {"text", "path", "picture", "gradient"}


def test_a_spot_plate_takes_the_place_of_the_red(small: Pages, tmp_path: Path) -> None:
    home = publications.publication(
        tmp_path, {"01.md": TEXT}, settings=publications.ISSUE + "付印:\n  专色: 专色红\n  裁切线: false\n"
    )
    for file in (small.home.content / publications.KEY).glob("*.[js]*g"):
        (home.content / publications.KEY / file.name).write_bytes(file.read_bytes())
    made, found = pages_of(home).press()
    assert found == []
    pages = read_print_file(made).pages
    assert {paint.plate for page in pages for paint in page.paints} == {"", "专色红"}
    assert not any(paint.parts == (0, 0.8, 0.8, 0) for page in pages for paint in page.paints)
    assert [code for code in said(made) if "专色“专色红”" in code], "a plate that nobody asked for is told"
    assert pages[0].media == pages[0].bleed, "without marks the sheet ends with the bleed"


def test_boxes_are_exact_and_marks_stand_outside_the_bleed(printed: bytes) -> None:
    file = read_print_file(printed)
    pdf, _ = read_pdf(printed, SHOWN)
    assert pdf
    for page, words in zip(file.pages, pdf.pages, strict=True):
        for side in range(4):
            assert abs(page.bleed[side] - page.trim[side]) == pytest.approx(3 * MM, abs=1e-3)
            assert abs(page.media[side] - page.bleed[side]) == pytest.approx(7 * MM, abs=1e-3)
        left, bottom, right, top = page.bleed
        marks = [
            box
            for box in (shape.box for shape in words.shapes)
            if box[0] >= right or box[2] <= left or box[1] >= top or box[3] <= bottom
        ]
        # Eight crop marks; four registration marks of two lines and a circle.
        assert len(marks) == 8 + 4 * 3


def test_what_is_painted_past_the_bleed_is_cut_off(printed: bytes) -> None:
    content = PdfReader(BytesIO(printed)).pages[0].get_contents()
    assert content is not None
    x, y, width, height = map(
        float, re.match(rb"q\s(\S+) (\S+) (\S+) (\S+) re\sW\sn", content.get_data()).groups()
    )  # type: ignore[union-attr]
    assert (x, y) == pytest.approx((-3 * MM, -3 * MM), abs=1e-3)
    assert (width, height) == pytest.approx((216 * MM, 303 * MM), abs=1e-3)


def test_links_go_from_the_print_file_and_stay_in_the_archive(printed: bytes, archived: bytes) -> None:
    assert not any("/Annots" in page for page in PdfReader(BytesIO(printed)).pages)
    assert b"/OBJR" not in printed
    links = [
        link.get_object() for page in PdfReader(BytesIO(archived)).pages for link in page.get("/Annots", ())
    ]
    assert links
    assert all(link["/F"] == 4 for link in links)


def test_transparent_pages_say_how_they_are_mixed(printed: bytes) -> None:
    said = [(page.transparent, page.blending) for page in read_print_file(printed).pages]
    assert said == [(False, ""), (True, "DeviceCMYK"), (False, "")]


def test_sources_go_along_to_the_archive_on_request(tmp_path: Path) -> None:
    settings = publications.ISSUE + "存档附原稿: true\n"
    pages = pages_of(publications.publication(tmp_path, settings=settings))
    made, found = prepress.archive(pages.home, publications.KEY, pages.data, SHOWN)
    assert made
    assert found == []
    attached = PdfReader(BytesIO(made)).attachments
    assert set(attached) == {"content/publication.yaml", "issue/01.md", "issue/issue.yaml"}
    assert attached["issue/01.md"] == [publications.ARTICLE.encode()]
    assert "<pdfaid:part>3" in read_print_file(made).metadata


def test_a_press_of_ones_own(tmp_path: Path) -> None:
    settings = publications.ISSUE + "付印:\n  色彩文件: 印厂.icc\n  印刷条件: FOGRA51\n"
    pages = pages_of(publications.publication(tmp_path, settings=settings))
    _, found = prepress.press(pages.home, publications.KEY, pages.data, SHOWN)
    assert [(each.code, each.place.line if each.place else 0) for each in found] == [("BP632", 7)]
    (pages.home.content / "印厂.icc").write_bytes(screen().data)
    made, found = prepress.press(pages.home, publications.KEY, pages.data, SHOWN)
    assert made is None
    assert "CMYK" in found[0].message
    (pages.home.content / "印厂.icc").write_bytes(standard_press().data)
    made, found = prepress.press(pages.home, publications.KEY, pages.data, SHOWN)
    assert made
    assert [intent.condition for intent in read_print_file(made).intents] == ["FOGRA51", "FOGRA51"]


def test_black_text_overprints_and_nothing_else(printed: bytes) -> None:
    paints = [paint for page in read_print_file(printed).pages for paint in page.paints]
    over = {(paint.what, paint.parts, paint.mode) for paint in paints if paint.overprints}
    assert over == {("text", (0, 0, 0, 1), 1)}
    assert not [
        paint
        for paint in paints
        if paint.parts == (0, 0, 0, 1) and paint.what == "text" and not paint.overprints
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"0 0 0 rg\nBT\nET", b"K\n/Overprint gs\nBT\nET\n/Knockout gs"),
        (b"1 0 0 rg\nBT\nET", b"R\nBT\nET"),
        (b"0 0 0 RG\n1 0 0 rg\nBT\nET", b"KS\nR\nBT\nET"),
        (b"0 0 0 rg\nq\n1 0 0 rg\nQ\nBT\nET", b"K\nq\nR\nQ\n/Overprint gs\nBT\nET\n/Knockout gs"),
        (b"q\n0 0 0 rg\nQ\nBT\nET", b"q\nK\nQ\nBT\nET"),
        (b"0 0 0 rg\nBT\n1 0 0 rg\nET", b"K\n/Overprint gs\nBT\nR\n/Knockout gs\nET"),
        (b"1 0 0 rg\nBT\n0 0 0 rg\nET", b"R\nBT\nK\n/Overprint gs\nET\n/Knockout gs"),
        (b"0 0 0 rg\n0 0 9 9 re\nf", b"K\n0 0 9 9 re\nf"),
    ],
)
def test_overprint_follows_the_colour(before: bytes, after: bytes) -> None:
    named = {b"0 0 0 1 k": b"K", b"0 0 0 1 K": b"KS", b"0 1 1 0 k": b"R"}

    def ink_of(colour: tuple[float, float, float]) -> Ink:
        return Ink((0.0, 1.0, 1.0, 0.0) if colour[0] else (0.0, 0.0, 0.0, 1.0))

    lines = inking.inked(before, ink_of).split(b"\n")
    assert b"\n".join(named.get(line, line) for line in lines) == after


def test_a_page_that_lies_across_stands_upright_with_its_head_to_the_left(tmp_path: Path) -> None:
    table = "::: 表 表1　题注 {横排}\n| 甲 | 乙 |\n|--|--|\n| 一 | 二 |\n:::\n"
    text = f"# 要闻\n\n## 标题\n\n正文。\n\n{table}"
    pages = pages_of(publications.publication(tmp_path, {"01.md": text}))
    made, found = pages.press()
    assert found == []
    sizes = {(round(page.trim[2]), round(page.trim[3])) for page in read_print_file(made).pages}
    assert sizes == {(595, 842)}
    before, after = (read_pdf(data, SHOWN)[0] for data in (pages.data, made))
    assert before
    assert after
    (number,) = [index for index, page in enumerate(before.pages) if page.size[0] > page.size[1]]
    for old, new in zip(before.pages[number].stretches, after.pages[number].stretches, strict=True):
        assert (new.x, new.y) == pytest.approx((before.pages[number].size[1] - old.y, old.x), abs=0.01)
    assert after.bookmarks == before.bookmarks


def test_a_pattern_turns_with_its_page(tmp_path: Path) -> None:
    """A gradient behind a page that lies across; PDFium shows both pages."""
    import pypdfium2

    writer = PdfWriter()
    writer.add_blank_page(200, 300)
    page = writer.add_blank_page(300, 200)
    shading = {"/ShadingType": NumberObject(2), "/ColorSpace": NameObject("/DeviceCMYK")}
    shading["/Coords"] = ArrayObject(map(FloatObject, (0, 0, 300, 0)))
    ends = {"/C0": (0, 0, 0, 0), "/C1": (0, 0, 0, 1), "/Domain": (0, 1)}
    function = {NameObject(key): ArrayObject(map(FloatObject, value)) for key, value in ends.items()}
    function |= {NameObject("/FunctionType"): NumberObject(2), NameObject("/N"): NumberObject(1)}
    shading["/Function"] = DictionaryObject(function)
    pattern = {NameObject("/PatternType"): NumberObject(2)}
    pattern[NameObject("/Shading")] = DictionaryObject(
        {NameObject(key): each for key, each in shading.items()}
    )
    patterns = DictionaryObject({NameObject("/p"): writer._add_object(DictionaryObject(pattern))})
    for each in writer.pages:
        each[NameObject("/TrimBox")] = ArrayObject(each.mediabox)
        each[NameObject("/Resources")] = DictionaryObject({NameObject("/Pattern"): patterns})
    stream = DecodedStreamObject()
    stream.set_data(b"/Pattern cs\n/p scn\n0 0 300 200 re\nf")
    page[NameObject("/Contents")] = writer._add_object(stream)
    press_sheet.make_sheets(writer, marks=False)
    file = BytesIO()
    writer.write(file)
    image = pypdfium2.PdfDocument(file.getvalue())[1].render(scale=1).to_pil().convert("L")
    assert image.size[0] < image.size[1]
    column = [image.getpixel((image.width // 2, y)) for y in (20, image.height // 2, image.height - 20)]
    assert column == sorted(column), "what was dark at the right is dark at the head"
    assert column[0] < 60 < 200 < column[2]


def test_a_table_with_a_head_alone_keeps_its_tags(tmp_path: Path) -> None:
    text = TEXT.partition("![照片]")[0] + "| 甲 | 乙 |\n|--|--|\n\n[^1]: 脚注。\n"
    pages = pages_of(publications.publication(tmp_path, {"01.md": text}))
    assert tagging.tag_faults(PdfReader(BytesIO(pages.data)).trailer["/Root"]) == [
        "TBody 里有 TBody",
        "TBody 在 TBody 里",
    ]
    for made, found in (
        pages.press(),
        prepress.archive(pages.home, publications.KEY, pages.data, SHOWN),
    ):
        assert made
        assert found == []
        assert standards(read_print_file(made).metadata)[-2:] == ["PDF/A-2a", "PDF/UA-1"]


def test_an_archive_whose_tags_do_not_hold_claims_less(small: Pages) -> None:
    odd = edited(small.data, without_alt)
    made, found = prepress.archive(small.home, publications.KEY, odd, SHOWN)
    assert made
    assert [each.code for each in found] == ["BP629"]
    assert not has_errors(found)
    assert standards(made.decode("latin-1")) == ["PDF/A-2u"]
    page = pytest.importorskip("page")
    report = page.validate_pdf_bytes(made, profile=page.ValidationProfile.PDF_A_2U)
    assert [failure.rule_id for failure in report.failures] == []


def test_a_plate_that_nothing_is_printed_on_is_told(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, settings=publications.ISSUE + "付印:\n  专色: 专色红\n")
    own_layout(home, {"press_colours:\n  red: C0 M80 Y80 K0": "press_colours: {}"})
    made, found = prepress.press(home, publications.KEY, pages_of(home).data, SHOWN)
    assert made is None
    assert [(each.code, each.message) for each in found] == [("BP631", "没有一处用到专色“专色红”。")]


def test_no_stream_ends_in_what_a_line_may_end_in(small: Pages) -> None:
    """The check sum of this file ends in 0D, which a reader would take for the line end before endstream."""
    attachment = Attachment("a.txt", b"\x0c")
    assert zlib.compress(attachment.data).endswith(b"\r")
    made = finishing.archive(small.data, [attachment])
    assert b"\r\nendstream" not in made
    assert PdfReader(BytesIO(made)).attachments == {"a.txt": [b"\x0c"]}


def built_for(home: Home, *profiles: str) -> tuple[dict[str, bytes], list[str]]:
    """The files of profiles, and the codes of what was found."""
    built = standing.standing(home, publications.KEY) or build.build(home, publications.KEY)
    assert built.pdf, built.diagnostics
    products, found = production.produce(home, publications.KEY, built.pdf, profiles)
    return {file.name: file.read_bytes() for each in products for file in each.files}, [
        each.code for each in found
    ]


def test_findings_are_told_again_while_the_print_file_stands(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, {"01.md": TEXT.replace("![图](图.svg)\n", "")})
    Image.effect_noise((600, 400), 50).save(home.content / publications.KEY / "照片.jpg")
    first = built_for(home, "press")
    assert set(first[0]) == {"2021-17.付印.pdf"}
    assert first[1] == ["BP635"]
    file = home.build / publications.KEY / "2021-17.付印.pdf"
    written = file.stat().st_mtime_ns
    assert built_for(home, "press") == first
    assert file.stat().st_mtime_ns == written


def test_a_print_file_with_errors_is_not_written(tmp_path: Path) -> None:
    settings = publications.ISSUE + "付印:\n  色彩文件: 没有.icc\n  印刷条件: FOGRA51\n"
    home = publications.publication(tmp_path, settings=settings)
    assert built_for(home, "press") == ({}, ["BP632"])
    assert not (home.build / publications.KEY / "2021-17.付印.pdf").exists()


def test_the_archive_with_its_record_is_the_same_again(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, settings=publications.ISSUE + "存档附原稿: true\n")
    first, found = built_for(home, "archive")
    assert found == []
    assert "build.json" in PdfReader(BytesIO(first["2021-17.存档.pdf"])).attachments
    built_for(home, "press", "office")
    (home.build / publications.KEY / "2021-17.存档.pdf").unlink()
    assert built_for(home, "archive")[0] == first


def test_another_layout_has_its_own_inks(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    built = build.build(home, publications.KEY, layout="magazine")
    assert built.pdf
    (product,), _ = production.produce(home, publications.KEY, built.pdf, ["press"])
    parts = {
        paint.parts for page in read_print_file(product.files[0].read_bytes()).pages for paint in page.paints
    }
    assert (0, 0.8, 0.8, 0) not in parts


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("red: C0 M80", "“C0 M80”不是四色油墨"),
        ("rot: C0 M80 Y80 K0", "“颜色”里没有“rot”"),
    ],
)
def test_wrong_inks_in_a_layout_are_told(tmp_path: Path, typed: str, message: str) -> None:
    home = publications.publication(tmp_path)
    own_layout(home, {"red: C0 M80 Y80 K0": typed})
    _, found = build.prepare(home, publications.KEY)
    assert [each.code for each in found] == ["BP402"]
    assert message in found[0].message


# --- what is planted ------------------------------------------------------------------------------------


def setting(name: str, value: Any) -> Callable[[PdfWriter], None]:
    """Change an entry of page 1."""

    def change(writer: PdfWriter) -> None:
        writer.pages[0][NameObject(name)] = value

    return change


def catalogue(name: str, value: Any = None) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        if value is None:
            del writer.root_object[name]
        else:
            writer.root_object[NameObject(name)] = value

    return change


def information(name: str, value: Any) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        assert writer._info is not None
        entries: Any = writer._info.get_object()
        if value is None:
            del entries[name]
        else:
            entries[NameObject(name)] = value

    return change


def metadata(old: str, new: str) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        packet: Any = writer.root_object["/Metadata"].get_object()
        before = packet.get_data()
        assert old.encode() in before
        packet.set_data(before.replace(old.encode(), new.encode()))

    return change


def intent(name: str, value: Any, which: int = 0) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        intents: Any = writer.root_object["/OutputIntents"]
        if callable(value):
            intents[which].get_object()[NameObject(name)] = value(writer)
        else:
            intents[which].get_object()[NameObject(name)] = value

    return change


def screen_profile(writer: PdfWriter) -> Any:
    stream = DecodedStreamObject()
    stream.set_data(screen().data)
    stream[NameObject("/N")] = NumberObject(3)
    return writer._add_object(stream)


def picture(space: str, pixels: bytes) -> Callable[[PdfWriter], None]:
    """A picture of one pixel on page 1, at 600 dpi."""

    def change(writer: PdfWriter) -> None:
        stream = DecodedStreamObject()
        stream.set_data(pixels)
        for key, value in {"Type": "XObject", "Subtype": "Image", "ColorSpace": space}.items():
            stream[NameObject(f"/{key}")] = NameObject(f"/{value}")
        for key, number in {"Width": 1, "Height": 1, "BitsPerComponent": 8}.items():
            stream[NameObject(f"/{key}")] = NumberObject(number)
        resources: Any = writer.pages[0]["/Resources"].get_object()
        resources.setdefault(NameObject("/XObject"), DictionaryObject()).get_object()[
            NameObject("/Planted")
        ] = writer._add_object(stream)
        painted("0.12 0 0 0.12 200 200 cm /Planted Do")(writer)

    return change


def gradient(writer: PdfWriter) -> None:
    resources: Any = writer.pages[0]["/Resources"].get_object()
    for shading in resources["/Shading"].get_object().values():
        shading.get_object()[NameObject("/ColorSpace")] = NameObject("/DeviceRGB")
    for form in writer._objects:
        if isinstance(form, DictionaryObject) and "/ShadingType" in form:
            form[NameObject("/ColorSpace")] = NameObject("/DeviceRGB")
        if (
            isinstance(form, DictionaryObject)
            and "/Shading" in form.get("/Resources", DictionaryObject()).get_object()
        ):
            for shading in form["/Resources"].get_object()["/Shading"].get_object().values():
                if shading.get_object()["/ColorSpace"] == "/DeviceCMYK":
                    shading.get_object()[NameObject("/ColorSpace")] = NameObject("/DeviceRGB")


def foreign_plate(writer: PdfWriter) -> None:
    resources: Any = writer.pages[0]["/Resources"].get_object()
    plate = inking.plate_space("金", inking.Ink((0.2, 0.3, 0.7, 0.0)))
    resources["/ColorSpace"].get_object()[NameObject("/Gold")] = plate
    painted("/Gold cs 1 scn 100 100 9 9 re f")(writer)


def annotation(writer: PdfWriter) -> None:
    writer.add_uri(0, "https://example.com", (100, 100, 200, 200))  # type: ignore[arg-type]


def attached(writer: PdfWriter) -> None:
    writer.add_attachment("a.txt", b"a")


def identified(writer: PdfWriter) -> None:
    writer._ID = None


def older(writer: PdfWriter) -> None:
    writer.pdf_header = "%PDF-1.4"


def larger_page(writer: PdfWriter) -> None:
    """Page 2 on a larger sheet, whose bleed is right in itself."""
    for name, by in (("/TrimBox", 10), ("/BleedBox", 10), ("/MediaBox", 10)):
        left, bottom, right, top = (float(number) for number in writer.pages[1][name])
        writer.pages[1][NameObject(name)] = ArrayObject(map(FloatObject, (left, bottom, right + by, top)))


def state(operators: str, **entries: Any) -> Callable[[PdfWriter], None]:
    """Paint something on page 1 in a graphics state with these entries, named /Planted."""

    def change(writer: PdfWriter) -> None:
        resources: Any = writer.pages[0]["/Resources"].get_object()
        values = {NameObject(f"/{key}"): value for key, value in entries.items()}
        resources["/ExtGState"].get_object()[NameObject("/Planted")] = DictionaryObject(values)
        painted(f"/Planted gs {operators}")(writer)

    return change


def replaced(old: bytes, new: bytes) -> Callable[[PdfWriter], None]:
    """Change the operators of page 1."""

    def change(writer: PdfWriter) -> None:
        page = writer.pages[0]
        before = page["/Contents"].get_object().get_data()
        assert old in before
        stream = DecodedStreamObject()
        stream.set_data(before.replace(old, new))
        page[NameObject("/Contents")] = writer._add_object(stream)

    return change


def shown(colour: str) -> str:
    """The operators that show a text in a colour, in a font of page 1, whose name stands for it."""
    return f"{colour} BT /FONT 9 Tf 1 0 0 1 200 400 Tm <0001> Tj ET"


def text_in(colour: str, **entries: Any) -> Callable[[PdfWriter], None]:
    def change(writer: PdfWriter) -> None:
        resources: Any = writer.pages[0]["/Resources"].get_object()
        font = next(iter(resources["/Font"].get_object()))[1:]
        state(shown(colour).replace("FONT", font), **entries)(writer)

    return change


def space(family: str) -> Callable[[PdfWriter], None]:
    """A path in another colour space."""

    def change(writer: PdfWriter) -> None:
        resources: Any = writer.pages[0]["/Resources"].get_object()
        white = DictionaryObject({NameObject("/WhitePoint"): ArrayObject([FloatObject(1)] * 3)})
        made = ArrayObject([NameObject(family), white])
        resources["/ColorSpace"].get_object()[NameObject("/Planted")] = made
        painted("/Planted cs 0.5 0.5 0.5 scn 100 100 9 9 re f")(writer)

    return change


def indexed(writer: PdfWriter) -> None:
    picture("DeviceGray", b"\0")(writer)
    resources: Any = writer.pages[0]["/Resources"].get_object()
    palette = [NameObject("/Indexed"), NameObject("/DeviceRGB"), NumberObject(0), TextStringObject("abc")]
    drawn = resources["/XObject"].get_object()["/Planted"].get_object()
    drawn[NameObject("/ColorSpace")] = ArrayObject(palette)


def coarse(writer: PdfWriter) -> None:
    """The photo of page 2 in fewer pixels."""
    for value in writer._objects:
        if isinstance(value, DictionaryObject) and value.get("/Width") == 2400:
            value[NameObject("/Width")] = NumberObject(600)


def untagged(tag: str, other: str) -> Callable[[PdfWriter], None]:
    """Call every structure element of one kind something else."""

    def change(writer: PdfWriter) -> None:
        elements = [
            each for each in writer._objects if isinstance(each, DictionaryObject) and each.get("/S") == tag
        ]
        assert elements
        for each in elements:
            each[NameObject("/S")] = NameObject(other)

    return change


def without_alt(writer: PdfWriter) -> None:
    for each in writer._objects:
        if isinstance(each, DictionaryObject) and each.get("/S") == "/Figure":
            each.pop("/Alt", None)


def script(writer: PdfWriter) -> None:
    names = writer.root_object.setdefault(NameObject("/Names"), DictionaryObject()).get_object()
    names[NameObject("/JavaScript")] = DictionaryObject()


def acting_page(writer: PdfWriter) -> None:
    writer.pages[0][NameObject("/AA")] = DictionaryObject()


ON, OFF = BooleanObject(True), BooleanObject(False)


def unmixed(writer: PdfWriter) -> None:
    for page in writer.pages:
        page.pop("/Group", None)


BOX = ArrayObject(FloatObject(number) for number in (-8, -8, 603, 850))
DEFECTS: dict[str, tuple[Callable[[PdfWriter], None], str]] = {
    "bleed too small": (setting("/BleedBox", BOX), "BP630 出血框不是成品框外 3 毫米"),
    "bleed past the sheet": (setting("/MediaBox", BOX), "BP630 出血框在页面之外"),
    "turned": (setting("/Rotate", NumberObject(90)), "BP630 页面转了 90 度"),
    "pages of two sizes": (larger_page, "BP630 成品是 213.5×297.0 毫米，第 1 页是 210.0×297.0 毫米"),
    "white text overprints": (
        text_in("0 0 0 0 k", op=ON, OPM=NumberObject(1)),
        "BP628 白色的文字叠印了，印不出来",
    ),
    "a white shape overprints": (
        state("0 0 0 0 k 100 100 9 9 re f", op=ON, OPM=NumberObject(1)),
        "BP628 白色的线条或色块叠印了",
    ),
    "red text overprints": (text_in("0 0.8 0.8 0 k", op=ON), "BP628 文字C0 M80 Y80 K0 叠印了"),
    "a stroke overprints": (
        state("0 1 0 0 K 1 w 100 100 m 200 100 l S", OP=ON),
        "BP628 线条或色块C0 M100 Y0 K0 叠印了",
    ),
    "black text knocks out": (replaced(b"/Overprint gs", b"/Knockout gs"), "BP628 黑字没有叠印"),
    "black text in the wrong mode": (
        text_in("0 0 0 1 k", op=ON, OPM=NumberObject(0)),
        "BP628 黑字没有叠印",
    ),
    "Lab": (space("/Lab"), "BP631 线条或色块用了Lab"),
    "calibrated RGB": (space("/CalRGB"), "BP631 线条或色块用了CalRGB"),
    "RGB text": (text_in("1 0 0 rg"), "BP631 文字用了DeviceRGB"),
    "a palette of RGB": (indexed, "BP631 图片用了DeviceRGB"),
    "too much ink in text": (text_in("1 1 0.9 0.5 k"), "BP633 文字C100 M100 Y90 K50 总墨量 340%"),
    "too few pixels": (coarse, "BP635 一张 600×1600 像素的图片每英寸只有"),
    "list items outside a list": (untagged("/Figure", "/LI"), "BP629 结构标签不合 PDF/UA-1（LI 在"),
    "figures without words": (without_alt, "BP629 结构标签不合 PDF/UA-1（图没有替代文字）"),
    "tags that do not hold what is claimed": (without_alt, "BP637 元数据 pdfaid:conformance 是“A”，应为“U”"),
    "another subject": (information("/Subject", TextStringObject("别的")), "BP637 元数据 dc:description"),
    "another day of change": (
        information("/ModDate", TextStringObject("D:20200101000000Z")),
        "BP637 元数据 xmp:ModifyDate",
    ),
    "a script": (script, "BP638 文件里有 JavaScript"),
    "an action of a page": (acting_page, "BP638 文件里有 AA"),
    "RGB path": (painted("1 0 0 rg 100 100 9 9 re f"), "BP631 线条或色块用了DeviceRGB"),
    "RGB stroke": (painted("1 0 0 RG 100 100 9 9 re S"), "BP631 线条或色块用了DeviceRGB"),
    "RGB picture": (picture("DeviceRGB", b"\xff\0\0"), "BP631 图片用了DeviceRGB"),
    "RGB gradient": (gradient, "BP631 渐变用了DeviceRGB"),
    "inline picture": (
        painted("9 0 0 9 100 100 cm BI /W 1 /H 1 /CS /RGB /BPC 8 ID abc EI"),
        "BP631 图片用了inline",
    ),
    "unknown plate": (foreign_plate, "BP631 线条或色块用了专色“金”"),
    "no intents": (catalogue("/OutputIntents"), "BP632 没有输出意图 GTS_PDFX"),
    "intent of another kind": (intent("/S", NameObject("/GTS_PDFE1"), 1), "BP632 没有输出意图 GTS_PDFA1"),
    "another condition": (
        intent("/OutputConditionIdentifier", TextStringObject("SWOP")),
        "BP632 输出意图 GTS_PDFX 是“SWOP”",
    ),
    "a screen's profile": (
        intent("/DestOutputProfile", screen_profile),
        "BP632 输出意图 GTS_PDFX 的色彩文件是 RGB",
    ),
    "too much ink": (
        painted("1 1 0.9 0.5 k 100 100 9 9 re f"),
        "BP633 线条或色块C100 M100 Y90 K50 总墨量 340%",
    ),
    "too much ink in a picture": (picture("DeviceCMYK", b"\xff\xff\xff\x7f"), "BP633 图片总墨量 350%"),
    "thin stroke": (painted("0.1 w 100 100 m 200 150 l S"), "BP634 有线条只有 0.10 pt"),
    "thin stroke by scale": (painted("0.1 0 0 0.1 0 0 cm 1 w 0 0 m 900 900 l S"), "BP634 有线条只有 0.10 pt"),
    "thin sliver": (painted("100 100 90 0.2 re f"), "BP634 有线条只有 0.20 pt"),
    "no blending space": (unmixed, "BP636 这一页有透明的东西，混色空间是“没有写”"),
    "no metadata": (catalogue("/Metadata"), "BP637 元数据 pdfaid:part 是“”"),
    "no PDF/X version": (metadata("PDF/X-4", "PDF/X-3"), "BP637 元数据 pdfxid:GTS_PDFXVersion 是“PDF/X-3”"),
    "another conformance": (
        metadata("conformance>A", "conformance>B"),
        "BP637 元数据 pdfaid:conformance 是“B”",
    ),
    "another title": (information("/Title", TextStringObject("别的")), "BP637 元数据 dc:title"),
    "another author": (information("/Author", TextStringObject("别的")), "BP637 元数据 dc:creator"),
    "another date": (
        information("/CreationDate", TextStringObject("D:20200101000000Z")),
        "BP637 元数据 xmp:CreateDate 是“2021-07-09T00:00:00Z”，应为“2020-01-01T00:00:00Z”",
    ),
    "not said whether trapped": (information("/Trapped", None), "BP637 没有写明有没有做过陷印"),
    "no identifier": (identified, "BP637 文件没有编号"),
    "no page labels": (catalogue("/PageLabels"), "BP637 没有页码标签"),
    "an older version": (older, "BP637 PDF 版本是 1.4"),
    "a link": (annotation, "BP638 这一页有 1 处链接"),
    "an action": (catalogue("/OpenAction", ArrayObject()), "BP638 文件里有 OpenAction"),
    "a form": (catalogue("/AcroForm", DictionaryObject()), "BP638 文件里有 AcroForm"),
    "an attachment": (attached, "BP638 文件里有 EmbeddedFiles"),
    "colour that ends at the trim": (
        painted("0 0 0 0.5 k 0 700 595.2756 141.8898 re f"),
        "BP639 色块或图片到了左、右、上边",
    ),
    "colour that ends in the bleed": (
        painted("0 0 0 0.5 k -3 300 100 100 re f"),
        "BP639 色块或图片到了左边",
    ),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_found(printed: bytes, name: str) -> None:
    change, message = DEFECTS[name]
    found = said(edited(printed, change))
    assert [each for each in found if each.startswith(message)], found


def test_a_page_lost_on_the_way_is_found(small: Pages, printed: bytes) -> None:
    def lose(writer: PdfWriter) -> None:
        writer.remove_page(0)

    data = edited(printed, lose)
    found = prepress.check_print_file(data, "press", standard_press(), SHOWN, source=small.data)
    assert {"BP640", "BP641"} <= {each.code for each in found}


def test_nothing_changed_gives_no_finding(printed: bytes, archived: bytes) -> None:
    assert said(edited(printed, lambda writer: None)) == []
    assert said(edited(archived, lambda writer: None), "archive") == []


def test_rgb_text_is_found(small: Pages) -> None:
    """The pages before they are made ready: everything in RGB."""
    found = said(small.data)
    for what in ("文字", "线条或色块", "图片", "渐变"):
        assert [each for each in found if each.startswith(f"BP631 {what}用了DeviceRGB")]


def test_full_bleed_is_no_finding(printed: bytes) -> None:
    bled = painted("0 0 0 0.5 k -8.504 700 612.284 150.394 re f")
    assert said(edited(printed, bled)) == []


def test_a_picture_of_too_few_pixels_is_found(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, {"01.md": TEXT.replace("![图](图.svg)\n", "")})
    Image.effect_noise((600, 400), 50).save(home.content / publications.KEY / "照片.jpg")
    _, found = pages_of(home).press()
    assert [each.code for each in found] == ["BP635"]
    assert "600×400" in found[0].message
    assert not has_errors(found)


def test_ink_in_the_archive_is_found(archived: bytes) -> None:
    found = said(edited(archived, painted("1 0 0 0 k 100 100 9 9 re f")), "archive")
    assert [each for each in found if each.startswith("BP631 线条或色块用了DeviceCMYK")]


def test_an_encrypted_file_is_found(printed: bytes) -> None:
    def lock(writer: PdfWriter) -> None:
        writer.encrypt("", algorithm="RC4-128")

    pdf, _ = read_pdf(printed, SHOWN)
    assert pdf
    file = read_print_file(edited(printed, lock))
    from bulletin_pdf.press_check import Wanted

    found = check_press(pdf, file, Wanted("press", standard_press(), SHOWN))
    assert "BP638" in [each.code for each in found]


# --- validators -----------------------------------------------------------------------------------------


def test_a_validator_of_conformance_has_nothing_to_say(printed: bytes, archived: bytes) -> None:
    page = pytest.importorskip("page")
    profiles = page.ValidationProfile
    for data in (printed, archived):
        for profile in (profiles.PDF_A_2A, profiles.PDF_UA_1):
            report = page.validate_pdf_bytes(data, profile=profile)
            assert [failure.rule_id for failure in report.failures] == []


def test_a_validator_of_conformance_finds_nothing_in_an_archive_with_its_sources(small: Pages) -> None:
    page = pytest.importorskip("page")
    made = finishing.archive(small.data, [Attachment("a.txt", b"\x0c"), Attachment("b.md", b"# b\n")])
    for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1):
        report = page.validate_pdf_bytes(made, profile=profile)
        assert [failure.rule_id for failure in report.failures] == []


def test_a_validator_of_syntax_has_nothing_to_say(small: Pages, printed: bytes, archived: bytes) -> None:
    pikepdf = pytest.importorskip("pikepdf")
    imposed = booklet(small.data, paper="SRA3", creep=0.1).data
    for data in (small.data, printed, archived, office(small.data, even=True)[0], imposed):
        with pikepdf.open(BytesIO(data)) as pdf:
            assert pdf.check_pdf_syntax() == []


def test_pages_look_as_before(small: Pages, printed: bytes) -> None:
    """Inks on paper are duller than the screen, but everything is where it was."""
    import pypdfium2

    def look(data: bytes) -> Image.Image:
        trimmed = edited(data, lambda writer: setting("/MediaBox", writer.pages[0]["/TrimBox"])(writer))
        return pypdfium2.PdfDocument(trimmed)[0].render(scale=0.5).to_pil().convert("L")

    before, after = look(small.data), look(printed)
    assert before.size == after.size
    from PIL import ImageChops

    difference = ImageChops.difference(before, after).histogram()
    assert sum(difference[100:]) < before.width * before.height / 100


def test_separation_is_named_in_the_file(small: Pages) -> None:
    """Without the layout's word the red goes through the profile."""
    made = finishing.press(small.data, Separation(standard_press()), marks=False)
    paints = {
        paint.parts for page in read_print_file(made).pages for paint in page.paints if paint.what == "text"
    }
    assert (0, 0.8, 0.8, 0) not in paints
    assert len(paints) == 2
