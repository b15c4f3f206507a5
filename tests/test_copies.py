"""Numbered copies: every number is read back from its copy; what is shared is there once; nothing is overprinted."""

import json
import re
from collections import Counter
from io import BytesIO
from pathlib import Path

import pypdf
import pypdfium2
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from PIL import ImageChops

import publications
from bulletin_pdf import build as pipeline
from bulletin_pdf.diagnostics import Diagnostic, Place
from bulletin_pdf.fonts import ChosenFont, Fonts, load_fonts
from bulletin_pdf.fonts.subset import cut
from bulletin_pdf.home import Home
from bulletin_pdf.issuing import Numbered, number_copies
from bulletin_pdf.layout import MM, load_layout
from bulletin_pdf.numbered.copies import NUMBER_SIZE, Copy, Site, Sites, print_file, separate_files
from bulletin_pdf.pdf import read_pdf
from bulletin_pdf.pdf.painting import painted_page
from bulletin_pdf.press.print_file import read_print_file
from bulletin_pdf.provenance import trace
from publications import ISSUE, KEY

LIST = "收件人,部门,份数\n张三,综合部,2\nABC Co. 档案室,,1\n"
SITES = Sites(Site(80, 700, NUMBER_SIZE), Site(80, 30, 9))
GB = f"{ISSUE}版式: gb9704\n"
TWO_PAGES = {"01.md": "# 要闻\n\n## 标题\n\n第一页的文字。\n\n{分页}\n\n第二页的文字。\n"}


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Fonts:
    folder = tmp_path_factory.mktemp("fonts")
    loaded, _ = load_fonts({}, folder, folder)
    assert loaded
    return loaded


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = publications.publication(tmp_path_factory.mktemp("two"), TWO_PAGES, settings=GB)
    assert pipeline.build(home, KEY).pdf
    return home


def pdf_of(home: Home) -> Path:
    return home.build / KEY / f"{KEY}.pdf"


def numbered(home: Home, **wish: object) -> tuple[Numbered | None, list[Diagnostic]]:
    return number_copies(home, KEY, pdf_of(home), **wish)  # type: ignore[arg-type]


def codes(found: list[Diagnostic]) -> list[str]:
    return [each.code for each in found]


def texts(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(data), strict=True).pages]


# --- one file -------------------------------------------------------------------------------------------


def test_every_copy_has_its_number_on_its_first_page_only(home: Home, tmp_path: Path) -> None:
    result, found = numbered(home, count=130, output=tmp_path)
    assert result == Numbered(130, 130, tmp_path / f"{KEY}.份号.pdf")
    assert found == []
    pages = texts(result.pages.read_bytes())
    assert len(pages) == 260
    assert [re.findall(r"\b\d{6}\b", page) for page in pages[::2]] == [[f"{n:06}"] for n in range(1, 131)]
    assert not any(re.search(r"\d{6}", page) for page in pages[1::2])
    assert all("第二页的文字" in page for page in pages[1::2])


def test_the_number_stands_flush_left_on_the_first_line(home: Home, tmp_path: Path) -> None:
    result, _ = numbered(home, count=1, output=tmp_path)
    assert result
    [stretch] = [
        each for each in painted_page(pypdf.PdfReader(result.pages), 1).stretches if each.text == "000001"
    ]
    layout, _ = load_layout("gb9704", home.layouts, None)
    assert layout
    geometry = layout.geometry
    assert stretch.x == pytest.approx(geometry.left, abs=0.01)
    assert stretch.y == pytest.approx(geometry.page_height - geometry.top - 0.88 * 15.75, abs=0.01)
    assert stretch.size == pytest.approx(15.75)


def test_a_viewer_opens_it_and_draws_the_number(home: Home, tmp_path: Path) -> None:
    result, _ = numbered(home, count=3, output=tmp_path)
    assert result
    document = pypdfium2.PdfDocument(result.pages.read_bytes())
    plain = pypdfium2.PdfDocument(pdf_of(home).read_bytes())
    assert len(document) == 6
    assert document.get_page_label(2) == "000002-1"
    assert "000003" in document[4].get_textpage().get_text_bounded()
    for page, source in ((0, 0), (1, 1), (2, 0)):
        drawn = document[page].render(scale=1, grayscale=True).to_pil()
        before = plain[source].render(scale=1, grayscale=True).to_pil()
        difference = ImageChops.difference(drawn, before).getbbox()
        if source == 1:
            assert difference is None
        else:  # nothing but the number
            assert difference
            left, top, right, bottom = difference
            assert 28 * MM - 2 < left < right < 28 * MM + 50
            assert 37 * MM - 2 < top < bottom < 37 * MM + 18


def test_a_validator_of_syntax_has_nothing_to_say(home: Home, fonts: Fonts) -> None:
    pikepdf = pytest.importorskip("pikepdf")
    data, copies = pdf_of(home).read_bytes(), [Copy(1, "发放：甲"), Copy(2, "发放：乙")]
    each = [made for _, made in separate_files(data, copies, fonts, "latin", SITES)]
    for made in (print_file(data, copies, fonts, "latin", SITES), *each):
        with pikepdf.open(BytesIO(made)) as pdf:
            assert pdf.check_pdf_syntax() == []


def test_black_is_stated_in_grey_as_for_an_office_printer(home: Home) -> None:
    result, _ = numbered(home, count=2)
    assert result
    file = read_print_file(result.pages.read_bytes())
    black = [paint for page in file.pages for paint in page.paints if set(paint.parts) == {0.0}]
    assert black
    assert {paint.space for paint in black} == {"DeviceGray"}


def test_everything_is_there_once(home: Home, tmp_path: Path) -> None:
    sizes = []
    for count in (10, 20):
        result, _ = numbered(home, count=count, output=tmp_path / str(count))
        assert result
        sizes.append(result.pages.stat().st_size)
    assert (sizes[1] - sizes[0]) / 10 < 1500
    reader = pypdf.PdfReader(tmp_path / "20" / f"{KEY}.份号.pdf")
    kinds = Counter(
        str(value.get("/Type"))
        for number in range(1, int(reader.trailer["/Size"]))
        if isinstance(value := reader.get_object(number), dict)
    )
    source = pypdf.PdfReader(pdf_of(home))
    fonts = {
        page["/Resources"]["/Font"].raw_get(name).idnum
        for page in source.pages
        for name in page["/Resources"]["/Font"]
    }
    assert kinds["/Page"] == 40
    assert kinds["/FontDescriptor"] == len(fonts) + 1


def test_the_same_input_gives_the_same_bytes(home: Home, tmp_path: Path, fonts: Fonts) -> None:
    data = pdf_of(home).read_bytes()
    copies = [Copy(1, "发放：甲"), Copy(2, "发放：乙")]
    made = [print_file(data, copies, fonts, "latin", SITES) for _ in range(2)]
    assert made[0] == made[1]
    assert made[0] != print_file(data, copies[:1], fonts, "latin", SITES)
    each = [list(separate_files(data, copies, fonts, "latin", SITES)) for _ in range(2)]
    assert each[0] == each[1]


def test_boxes_turned_pages_and_information_stay(fonts: Fonts) -> None:
    writer = pypdf.PdfWriter()
    for width, height in ((300, 400), (400, 300)):
        page = writer.add_blank_page(width, height)
        page.trimbox = pypdf.generic.RectangleObject((10, 10, width - 10, height - 10))
    writer.pages[1].rotate(90)
    writer.add_metadata({"/Title": "简报"})
    stream = BytesIO()
    writer.write(stream)
    reader = pypdf.PdfReader(
        BytesIO(print_file(stream.getvalue(), [Copy(8), Copy(9)], fonts, "latin", SITES)), strict=True
    )
    assert reader.metadata
    assert reader.metadata.title == "简报"
    assert [page.mediabox.width for page in reader.pages] == [300, 400, 300, 400]
    assert [page.trimbox.left for page in reader.pages] == [10] * 4
    assert [page.rotation for page in reader.pages] == [0, 90, 0, 90]
    assert reader.pages[2].extract_text() == "000009"
    assert reader.page_labels == ["000008-1", "000008-2", "000009-1", "000009-2"]


# --- a file each ----------------------------------------------------------------------------------------


def test_separate_files(home: Home, tmp_path: Path) -> None:
    result, found = numbered(home, count=12, start=5, separate=True, output=tmp_path)
    assert result
    assert found == []
    assert (result.pages, result.last) == (tmp_path / f"{KEY}.份号", 16)
    files = sorted(result.pages.iterdir())
    assert [file.name for file in files] == [f"{number:06}.pdf" for number in range(5, 17)]
    source = pypdf.PdfReader(pdf_of(home))
    plain, _ = read_pdf(pdf_of(home).read_bytes(), pdf_of(home))
    assert plain
    identities = set()
    for number, file in enumerate(files, 5):
        reader = pypdf.PdfReader(file, strict=True)
        assert len(reader.pages) == 2
        assert f"{number:06}" in reader.pages[0].extract_text()
        copy, _ = read_pdf(file.read_bytes(), file)
        assert copy
        assert copy.tagged
        assert copy.bookmarks == plain.bookmarks
        assert reader.metadata == source.metadata
        identities.add(str(reader.trailer["/ID"][1]))
    assert len(identities) == 12
    assert len(pypdfium2.PdfDocument(files[0].read_bytes())) == 2


def test_a_shorter_run_leaves_no_old_copies_and_no_folder_of_others_is_replaced(
    home: Home, tmp_path: Path
) -> None:
    for count in (5, 2):
        result, _ = numbered(home, count=count, separate=True, output=tmp_path)
    assert result
    assert [file.name for file in sorted(result.pages.iterdir())] == ["000001.pdf", "000002.pdf"]
    (result.pages / "说明.txt").write_text("", encoding="utf-8")
    refused, found = numbered(home, count=3, separate=True, output=tmp_path)
    assert refused is None
    assert codes(found) == ["BP802"]
    assert len(list(result.pages.iterdir())) == 3
    assert [file.name for file in tmp_path.iterdir()] == [f"{KEY}.份号"]


# --- distribution lists ---------------------------------------------------------------------------------


def write_list(folder: Path, text: str = LIST) -> Path:
    file = folder / "名单.csv"
    file.write_text(text, encoding="utf-8-sig", newline="\r\n")
    return file


@pytest.mark.parametrize("separate", [False, True])
def test_recipients_are_named_at_the_foot_of_page_1(home: Home, tmp_path: Path, separate: bool) -> None:
    result, found = numbered(home, names=write_list(tmp_path), output=tmp_path, separate=separate)
    assert result
    assert found == []
    files = sorted(result.pages.iterdir()) if separate else [result.pages]
    pages = [text for file in files for text in texts(file.read_bytes())]
    notes = [re.sub(r"\s", "", page.split("发放：")[1]) for page in pages[::2]]
    assert notes == ["综合部张三", "综合部张三", "ABCCo.档案室"]
    assert not any("综合部" in page for page in pages[1::2])
    [note] = [each for each in painted_page(pypdf.PdfReader(files[0]), 1).stretches if "综合部" in each.text]
    assert note.y == pytest.approx(12 * MM, abs=0.01)


def test_register_and_labels(home: Home, tmp_path: Path) -> None:
    rows = "".join(f"第{number}分公司,综合部,1\n" for number in range(1, 26))
    file = write_list(tmp_path, f"收件人,部门,份数\n{rows}")
    result, _ = numbered(home, names=file, start=100, output=tmp_path)
    assert result
    register, labels, sheet = result.files
    assert [each.name for each in result.files] == [
        f"{KEY}.发放登记表.pdf",
        f"{KEY}.标签.pdf",
        f"{KEY}.发放登记表.csv",
    ]
    assert len(sheet.read_text(encoding="utf-8-sig").splitlines()) == 26
    text = "".join(texts(register.read_bytes()))
    assert "共25份，25处" in re.sub(r"\s", "", text)
    assert re.findall(r"\b0001\d\d\b", text)[-1] == "000124"
    first, second = texts(labels.read_bytes())
    assert "第24分公司" in first.replace(" ", "")
    assert "第25分公司" not in first.replace(" ", "")
    assert "第25分公司" in second.replace(" ", "")


def test_labels_stand_on_their_grid(home: Home, tmp_path: Path) -> None:
    rows = "".join(f"第{number}人,1\n" for number in range(24))
    long = "中国铝业股份有限公司某某分公司党委工作部宣传科"
    result, _ = numbered(
        home, names=write_list(tmp_path, f"收件人,份数\n{rows.replace('第0人', long)}"), output=tmp_path
    )
    assert result
    page = painted_page(pypdf.PdfReader(result.files[1]), 1)
    cells = Counter(
        (int(each.x // (70 * MM)), int((297 * MM - each.y) // (37.125 * MM))) for each in page.stretches
    )
    assert set(cells) == {(column, row) for column in range(3) for row in range(8)}
    assert all(int(each.end // (70 * MM)) == int(each.x // (70 * MM)) for each in page.stretches)


@pytest.mark.parametrize(
    ("text", "start", "code"),
    [
        ("收件人,份数\n张三,x\n", 1, "BP136"),
        ("收件人,份数\n张三,3\n李四,2\n", 999_996, "BP136"),
        ("收件人,份数\n张😊,3\n", 1, "BP311"),
        ("收件人；份数\n张三；3\n", 1, "BP135"),
    ],
)
def test_nothing_is_written_for_a_wrong_list(
    home: Home, tmp_path: Path, text: str, start: int, code: str
) -> None:
    result, found = numbered(home, names=write_list(tmp_path, text), start=start, output=tmp_path / "o")
    assert result is None
    assert code in codes(found)
    assert not (tmp_path / "o").exists()


def test_a_list_that_is_not_there(home: Home, tmp_path: Path) -> None:
    assert codes(numbered(home, names=tmp_path / "没有.csv")[1]) == ["BP105"]


def test_the_last_number_of_six_digits(home: Home, tmp_path: Path) -> None:
    file = write_list(tmp_path, "收件人,份数\n张三,2\n")
    result, _ = numbered(home, names=file, start=999_998, output=tmp_path)
    assert result
    assert result.last == 999_999


# --- places ---------------------------------------------------------------------------------------------


def rebuilt(folder: Path, settings: str) -> Home:
    home = publications.publication(folder, settings=settings)
    assert pipeline.build(home, KEY).pdf
    return home


def test_a_number_does_not_stand_on_the_name(tmp_path: Path) -> None:
    home = rebuilt(tmp_path, ISSUE)  # the layout bulletin, whose name stands on the first line
    result, found = numbered(home, count=1)
    assert codes(found) == ["BP620"]
    assert result
    stretches = painted_page(pypdf.PdfReader(result.pages), 1).stretches
    [number] = [each for each in stretches if each.text == "000001"]
    assert number.y > max(each.y + each.size for each in stretches if each is not number) - 5


def test_on_a_cover_the_number_stands_at_the_foot(tmp_path: Path) -> None:
    home = rebuilt(tmp_path, f"{ISSUE}版式: magazine\n")
    result, found = numbered(home, names=write_list(tmp_path))
    assert codes(found) == ["BP620"]
    assert "页面下端" in found[0].message
    assert result
    stretches = painted_page(pypdf.PdfReader(result.pages), 1).stretches
    [number] = [each for each in stretches if each.text == "000001"]
    [note] = [each for each in stretches if "综合部" in each.text]
    assert (number.y, note.y) == (pytest.approx(12 * MM, abs=0.01), pytest.approx(8 * MM, abs=0.01))


def test_a_copy_number_in_the_masthead_is_another_thing(tmp_path: Path) -> None:
    home = rebuilt(tmp_path, f"{GB}编号: '000018'\n")
    result, found = numbered(home, count=1)
    assert result
    assert codes(found) == ["BP620", "BP622"]
    assert str(found[1].place) == f"content/{KEY}/issue.yaml:7:6"


def test_no_place_is_an_error(tmp_path: Path) -> None:
    home = rebuilt(tmp_path, GB)
    full = "0.5 g 0 0 700 900 re f"
    writer = pypdf.PdfWriter(clone_from=pdf_of(home))
    stream = pypdf.generic.DecodedStreamObject()
    stream.set_data(full.encode())
    writer.pages[0][pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
    writer.write(pdf_of(home))
    result, found = numbered(home, names=write_list(tmp_path))
    assert result is None
    assert codes(found) == ["BP621", "BP621"]


# --- fonts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["latin", "fang", "song", "hei", "kai", "biaosong"])
def test_a_subset_has_what_was_asked_for(fonts: Fonts, role: str) -> None:
    from fontTools.ttLib import TTFont

    face = fonts.faces[role]
    subset = cut(face, "0123456789")
    font = TTFont(BytesIO(subset.data))
    assert font["maxp"].numGlyphs == 11  # and .notdef
    assert sorted(subset.codes) == list("0123456789")
    for character, code in subset.codes.items():
        own = TTFont(face.path)
        name = own.getBestCmap()[ord(character)]
        assert subset.widths[code] == pytest.approx(own["hmtx"][name][0] * 1000 / own["head"].unitsPerEm)
        assert font["hmtx"].metrics[font.getGlyphName(code)][0] == own["hmtx"][name][0]
    assert cut(face, "9876543210") == subset
    assert cut(face, "01").name != subset.name


def test_a_publication_s_own_font_with_cff_outlines(home: Home, tmp_path: Path) -> None:
    builder = FontBuilder(1000, isTTF=False)
    characters = "0123456789国"
    names = [".notdef", *(f"uni{ord(character):04X}" for character in characters)]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(character): f"uni{ord(character):04X}" for character in characters})
    shapes = {}
    for index, name in enumerate(names):
        pen = T2CharStringPen(600, None)
        pen.moveTo((50, 0))
        for point in ((50, 60 * index), (550, 60 * index), (550, 0)):
            pen.lineTo(point)
        pen.closePath()
        shapes[name] = pen.getCharString()
    builder.setupCFF("Own", {"FullName": "Own"}, shapes, {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (600, 50)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Own", "styleName": "Regular", "fullName": "Own"})
    builder.setupOS2(fsType=0)
    builder.setupPost()
    builder.save(tmp_path / "own.otf")
    chosen = {"latin": ChosenFont("own.otf", Place(Path("publication.yaml")))}
    loaded, found = load_fonts(chosen, tmp_path, tmp_path / "cache")
    assert loaded, found
    data = print_file(pdf_of(home).read_bytes(), [Copy(159)], loaded, "latin", SITES)
    assert "000159" in texts(data)[0]
    page = pypdfium2.PdfDocument(data)[0]
    drawn = page.render(scale=4, grayscale=True).to_pil()
    foot = round((page.get_height() - SITES.number.y) * 4) if SITES.number else 0
    for position, digit in enumerate("000159"):
        left = round((80 + (position + 0.5) * 0.6 * NUMBER_SIZE) * 4)
        height = 60 * (int(digit) + 1) / 1000 * NUMBER_SIZE * 4
        column = [drawn.getpixel((left, foot - 1 - row)) for row in range(60)]
        assert sum(value < 128 for value in column) == pytest.approx(height, abs=2), digit


# --- the command ----------------------------------------------------------------------------------------


def test_the_command_builds_what_is_stale_and_gives_the_file_last(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, settings=GB)
    result = publications.run("copies", KEY, "--count", "2", folder=home.root)
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"{home.build / KEY / KEY}.份号.pdf\n"
    assert result.stderr == f"{KEY}：2 份，份号 000001～000002\n"
    write_list(tmp_path)
    result = publications.run("copies", "--list", "名单.csv", "--format", "json", folder=home.root)
    said = json.loads(result.stdout)
    assert said["copies"] == 3
    assert [Path(file).exists() for file in said["files"]] == [True] * 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "写 --count 份数 或 --list 名单，两样写一样。"),
        (("--count", "3", "--list", "a.csv"), "写 --count 份数 或 --list 名单，两样写一样。"),
        (("--count", "0"), "--count 不对：“0”；份号是六位数，从 000001 起最多 999999 份。"),
        (
            ("--count", "2", "--start", "999999"),
            "--count 不对：“2”；份号是六位数，从 999999 起最多 1 份。",
        ),
        (("--count", "2", "--start", "0"), "--start 不对：“0”；号码是 1～999999。"),
    ],
)
def test_wrong_use(home: Home, arguments: tuple[str, ...], message: str) -> None:
    result = publications.run("copies", KEY, *arguments, folder=home.root)
    assert result.returncode == 2
    assert message in result.stderr


def test_an_issue_with_errors_has_no_copies(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, {"01.md": "# 要闻\n\n![图](没有.png)\n"})
    result = publications.run("copies", KEY, "--count", "2", folder=home.root)
    assert (result.returncode, result.stdout) == (1, "")
    assert "BP501" in result.stderr
    assert "没有印份号" in result.stderr


# --- the record -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("separate", [False, True])
def test_copies_are_in_the_record_and_go_with_the_pdf(tmp_path: Path, separate: bool) -> None:
    """`verify` knows them; when the issue changes they are removed, the register is not."""
    home = publications.publication(tmp_path, TWO_PAGES, settings=GB)
    assert pipeline.build(home, KEY).pdf
    names = tmp_path / "名单.csv"
    names.write_text(LIST, encoding="utf-8")
    made, _ = numbered(home, names=names, separate=separate)
    assert made
    file = made.pages / "000002.pdf" if separate else made.pages
    origin, found = trace(home, file)
    assert origin
    assert (origin.title, found) == ("2021-17，份号", [])
    assert "000001～000003" in origin.record.outputs["copies"].note
    (home.content / KEY / "01.md").write_text(publications.ARTICLE, encoding="utf-8")
    assert [each.code for each in trace(home, file)[1]] == ["BP653"]
    assert pipeline.build(home, KEY).pdf
    assert not made.pages.exists()
    assert all(register.is_file() for register in made.files)


def test_copies_elsewhere_are_not_in_the_record(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, TWO_PAGES, settings=GB)
    assert pipeline.build(home, KEY).pdf
    made, _ = numbered(home, count=2, output=tmp_path / "别处")
    assert made
    assert [each.code for each in trace(home, made.pages)[1]] == ["BP651"]
