"""The files of every profile: which come out, that the record knows them, when they are made anew or removed."""

import json
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from pypdf import PdfReader

import publications
from bulletin_pdf import build, production, standing
from bulletin_pdf.home import Home
from bulletin_pdf.outputs import MAKERS
from bulletin_pdf.preflight_report import names
from bulletin_pdf.profiles import EVERYTHING, PROFILES, Profile, chosen
from bulletin_pdf.record import digest
from bulletin_pdf.sheets.page_images import contact_sheet, page_images
from publications import KEY, ROOT

TWO_PAGES = "# 要闻\n\n第一页。\n\n{分页}\n\n第二页。\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return publications.publication(tmp_path, {"01.md": TWO_PAGES})


def made(home: Home, *words: str, **wishes: bool) -> dict[str, standing.Product]:
    """The products of the issue, by profile; it is built first when it does not stand."""
    built = standing.standing(home, KEY) or build.build(home, KEY)
    assert built.pdf, built.diagnostics
    products, found = production.produce(home, KEY, built.pdf, words, **wishes)
    assert found == []
    return {product.profile.name: product for product in products}


def beside(home: Home) -> set[str]:
    """The files of the issue's output folder."""
    folder = home.build / KEY
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def add_setting(home: Home, text: str) -> None:
    with home.publication.open("a", encoding="utf-8") as file:
        file.write(text)


def halves(pdf: Path) -> list[list[str]]:
    """What stands left and right on every side of a booklet, without blanks; page numbers left out."""
    document = pypdfium2.PdfDocument(pdf)
    texts = []
    for side in document:
        width, height = side.get_size()
        page = side.get_textpage()
        texts.append([page.get_text_bounded(left, 100, left + width / 2, height) for left in (0, width / 2)])
    document.close()
    return texts


# --- the registry ---------------------------------------------------------------------------------------


def test_every_profile_has_its_maker() -> None:
    assert {profile.name for profile in PROFILES} == {*MAKERS, *production.FINISHED, production.REPORT}
    words = [word for profile in PROFILES for word in (profile.name, profile.title)]
    assert len({*words, *EVERYTHING}) == len(words) + len(EVERYTHING)


@pytest.mark.parametrize("page", ["docs/commands.md", "docs/printing.md"])
@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_every_profile_is_explained(profile: object, page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert f"| `{profile.name}` | {profile.title} |" in text  # type: ignore[attr-defined]


def test_profiles_by_either_name_in_the_order_of_the_registry() -> None:
    assert [profile.name for profile in chosen(["图片", "booklet", "images"])] == ["booklet", "images"]
    assert chosen(["all"]) == chosen(["ALL"]) == chosen(["全部"]) == PROFILES
    assert [profile.name for profile in chosen(["Booklet"])] == ["booklet"]
    assert chosen([]) == ()
    with pytest.raises(ValueError, match=r"没有“书”这种用途；可以写：屏幕（screen）"):
        chosen(["书"])


# --- what comes out -------------------------------------------------------------------------------------


def test_all_profiles(home: Home) -> None:
    products = made(home, "all")
    assert list(products) == [profile.name for profile in PROFILES]
    files = {
        "2021-17.屏幕.pdf",
        "2021-17.办公.pdf",
        "2021-17.小册子.pdf",
        "2021-17.拼页.pdf",
        "2021-17.校样.pdf",
        "2021-17.付印.pdf",
        "2021-17.存档.pdf",
        "2021-17.图片/2021-17-01.png",
        "2021-17.图片/2021-17-02.png",
        "2021-17.总览.png",
    }
    pdfs = {"2021-17.pdf", *(file for file in files if file.endswith(".pdf"))}
    files |= {name for file in pdfs if "校样" not in file for name in names(file)}
    assert beside(home) == files | {"2021-17.pdf", "build.json"}
    record = json.loads((home.build / KEY / "build.json").read_text(encoding="utf-8"))
    recorded = {name: hashed for each in record["outputs"].values() for name, hashed in each["files"].items()}
    assert recorded == {name: digest((home.build / KEY / name).read_bytes()) for name in files}


def test_the_booklet_says_how_to_print_it(home: Home) -> None:
    note = made(home, "booklet")["booklet"].note
    assert note == (
        "1 张 A3，双面打印，翻转方式选“短边翻转”，不缩放；补 2 个空白页，在末尾，版记因此不在封底；"
        "纸边没有余地，不印折线和裁切标记"
    )


def test_wishes_for_printing(home: Home) -> None:
    add_setting(home, "印制:\n  纸: A4\n  爬移: 0.1\n  补成双数页: true\n")
    (home.content / KEY / "01.md").write_text(TWO_PAGES + "\n{分页}\n\n第三页。\n", encoding="utf-8")
    products = made(home, "booklet", "office")
    assert "1 张 A4，双面打印" in products["booklet"].note
    assert "页面缩到 71%" in products["booklet"].note
    assert products["office"].note.startswith("4 页，")
    assert len(PdfReader(products["office"].files[0]).pages) == 4


def test_an_imprint_alone_on_the_last_page_is_on_the_back_cover(home: Home) -> None:
    """GB/T 9704 §7.4.1 and §7.5; the layout gb9704 puts the imprint on an even page, here alone."""
    (home.content / KEY / "01.md").write_text("# 要闻\n\n第一页。\n", encoding="utf-8")
    built = build.build(home, KEY, layout="gb9704")
    assert built.pdf
    assert built.pages == 2
    (product,), _ = production.produce(home, KEY, built.pdf, ["booklet"])
    assert "补 2 个空白页，在版记页前面" in product.note
    (left, right), inside = halves(product.files[0])
    assert "抄送" in left
    assert "第一页" in right
    assert inside == ["", ""]


def test_an_imprint_under_text_stays_with_it(home: Home) -> None:
    (product,) = made(home, "booklet").values()
    (left, right), (second, third) = halves(product.files[0])
    assert left == third == ""
    assert "第一页" in right
    assert "抄送" in second


def test_without_an_imprint_nothing_is_said_of_it(home: Home) -> None:
    home.publication.write_text("刊名: 简报\n编发单位: 办公室\n", encoding="utf-8")
    note = made(home, "booklet")["booklet"].note
    assert "补 2 个空白页，在末尾；" in note


def test_images(home: Home) -> None:
    product = made(home, "images")["images"]
    *pages, overview = (Image.open(file) for file in product.files)
    assert [page.size for page in pages] == [(1241, 1754)] * 2
    assert [round(value) for value in pages[0].info["dpi"]] == [150, 150]
    # The masthead is red, the paper white.
    colours = pages[0].getcolors(1 << 24)
    assert any(red > 150 and green < 80 for _, (red, green, _) in colours or ())
    assert pages[0].getpixel((5, 5)) == (255, 255, 255)
    assert overview.width > overview.height


def test_the_contact_sheet_holds_every_page() -> None:
    colours = [(index * 10, 0, 0) for index in range(1, 8)]
    pages = [
        Image.new("RGB", (1754, 1241) if index == 3 else (1241, 1754), colour)
        for index, colour in enumerate(colours)
    ]
    sheet = contact_sheet(pages)
    places = {colour: [] for colour in colours}  # type: ignore[var-annotated]
    for y in range(0, sheet.height, 20):
        for x in range(0, sheet.width, 20):
            if (colour := sheet.getpixel((x, y))) in places:
                places[colour].append((x, y))
    firsts = [min(place, key=lambda at: at[::-1]) for place in places.values()]
    rows = [round(y / (sheet.height / 3)) for _, y in firsts]
    assert rows == [0, 0, 0, 1, 1, 1, 2]
    assert [x for x, _ in firsts[:3]] == sorted(x for x, _ in firsts[:3])


def test_pages_are_drawn_as_they_are(home: Home) -> None:
    made(home, "images")
    data = (home.build / KEY / "2021-17.pdf").read_bytes()
    drawn = page_images(data)
    kept = Image.open(BytesIO((home.build / KEY / "2021-17.图片" / "2021-17-02.png").read_bytes()))
    assert drawn[1].tobytes() == kept.tobytes()


# --- what stands, and what goes -------------------------------------------------------------------------


def test_what_stands_is_not_made_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    first = made(home, "all")
    before = {name: (home.build / KEY / name).read_bytes() for name in beside(home)}
    with monkeypatch.context() as patch:
        patch.setattr("bulletin_pdf.outputs.make_outputs", lambda *_: pytest.fail("it was made again"))
        assert made(home, "all") == first
    assert made(home, "all", force=True) == first
    assert {name: (home.build / KEY / name).read_bytes() for name in beside(home)} == before


@pytest.mark.parametrize("harm", ["change", "remove"])
def test_a_file_that_was_harmed_is_made_again(home: Home, harm: str) -> None:
    (file,) = made(home, "booklet")["booklet"].files
    data = file.read_bytes()
    file.unlink() if harm == "remove" else file.write_bytes(b"%PDF")
    made(home, "booklet")
    assert file.read_bytes() == data


def test_profiles_gather(home: Home) -> None:
    made(home, "office")
    made(home, "booklet")
    record = json.loads((home.build / KEY / "build.json").read_text(encoding="utf-8"))
    assert set(record["outputs"]) == {"office", "booklet"}


@pytest.mark.parametrize("what", ["text", "wish"])
def test_files_of_an_older_issue_are_removed(home: Home, what: str) -> None:
    made(home, "all")
    if what == "text":
        (home.content / KEY / "01.md").write_text("# 要闻\n\n只有一页。\n", encoding="utf-8")
    else:
        add_setting(home, "印制:\n  纸: A4\n")
    made(home)
    assert beside(home) == {"2021-17.pdf", "build.json"}
    assert not (home.build / KEY / "2021-17.图片").exists()


def test_files_that_somebody_changed_stay(home: Home) -> None:
    made(home, "all")
    folder = home.build / KEY
    (folder / "2021-17.小册子.pdf").write_bytes(b"changed")
    (folder / "2021-17.图片" / "mine.txt").write_text("mine", encoding="utf-8")
    (home.content / KEY / "01.md").write_text("# 要闻\n\n只有一页。\n", encoding="utf-8")
    made(home)
    assert beside(home) == {"2021-17.pdf", "build.json", "2021-17.小册子.pdf", "2021-17.图片/mine.txt"}


def test_a_record_cannot_remove_files_elsewhere(home: Home) -> None:
    made(home, "booklet")
    victim = home.root / "victim.txt"
    victim.write_text("mine", encoding="utf-8")
    file = home.build / KEY / "build.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    record["outputs"]["booklet"]["files"] = {"../../victim.txt": digest(b"mine")}
    file.write_text(json.dumps(record), encoding="utf-8")
    (home.content / KEY / "01.md").write_text("# 要闻\n\n只有一页。\n", encoding="utf-8")
    made(home)
    assert victim.is_file()


def test_a_failed_build_leaves_everything(home: Home) -> None:
    made(home, "all")
    before = beside(home)
    (home.content / KEY / "01.md").write_text("# 要闻\n\n![图](没有.png)\n", encoding="utf-8")
    assert build.build(home, KEY).pdf is None
    assert beside(home) == before


# --- the command ----------------------------------------------------------------------------------------


def test_the_command(home: Home) -> None:
    result = publications.run("build", "--for", "booklet,图片", "--for", "office", folder=home.root)
    assert result.returncode == 0, result.stderr
    folder = home.build / KEY
    names = ["办公.pdf", "小册子.pdf", "图片/2021-17-01.png", "图片/2021-17-02.png", "总览.png", "pdf"]
    assert result.stdout.splitlines() == [f"{folder / KEY}.{name}" for name in names]
    assert "2021-17：办公：2 页，双面打印，翻转方式选“长边翻转”\n" in result.stderr
    result = publications.run("build", "--for", "booklet", "--format", "json", folder=home.root)
    (output,) = json.loads(result.stdout)["outputs"]
    (product,) = output["products"]
    assert (product["profile"], product["title"]) == ("booklet", "小册子")
    assert product["files"] == [f"{folder / KEY}.小册子.pdf"]


def test_an_unknown_profile(home: Home) -> None:
    result = publications.run("build", "--for", "booklet,书", folder=home.root)
    assert (result.returncode, result.stdout) == (2, "")
    assert "--for 不对：没有“书”这种用途，可以写：屏幕（screen）、" in result.stderr
    assert not home.build.exists()


def test_profiles_of_a_publication(home: Home) -> None:
    add_setting(home, "用途: [办公, booklet]\n")
    assert list(made(home)) == ["office", "booklet"]
    assert list(made(home, "images")) == ["images"]


def test_two_runs_at_once_forget_nothing_of_one_another(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    pdf = home.build / KEY / f"{KEY}.pdf"
    made(home)
    make = production._make

    def meanwhile(source: production._Source, profile: Profile) -> object:
        monkeypatch.setattr(production, "_make", make)
        production.produce(home, KEY, pdf, ["booklet"])
        return make(source, profile)

    monkeypatch.setattr(production, "_make", meanwhile)
    production.produce(home, KEY, pdf, ["office"])
    record = json.loads((home.build / KEY / "build.json").read_text(encoding="utf-8"))
    assert set(record["outputs"]) == {"office", "booklet"}


def test_a_folder_that_cannot_be_written_is_told(home: Home) -> None:
    made(home)
    (home.build / KEY / "2021-17.办公.pdf").mkdir()
    products, found = production.produce(home, KEY, home.build / KEY / "2021-17.pdf", ["office", "booklet"])
    assert [each.code for each in found] == ["BP801"]
    assert "2021-17.办公.pdf（" in found[0].message
    assert [product.profile.name for product in products] == ["booklet"]
    record = json.loads((home.build / KEY / "build.json").read_text(encoding="utf-8"))
    assert set(record["outputs"]) == {"booklet"}


def test_outputs_of_another_layout_have_names_of_their_own(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    made = []
    for layout in (None, "gb9704"):
        built = build.build(home, KEY, layout=layout)
        assert built.pdf
        products, _ = production.produce(home, KEY, built.pdf, ["booklet"])
        made += [file.name for product in products for file in product.files]
    assert made == [f"{KEY}.小册子.pdf", f"{KEY}-gb9704.小册子.pdf"]


# --- for screens ----------------------------------------------------------------------------------------


def test_pictures_for_screens_have_no_more_pixels_than_screens_show(tmp_path: Path) -> None:
    text = "# 要闻\n\n![大图](大.jpg)\n\n![小图](小.png)\n"
    home = publications.publication(tmp_path, {"01.md": text})
    gradient = Image.radial_gradient("L").resize((3000, 1500))
    Image.merge("RGB", (gradient, gradient, gradient)).save(home.content / KEY / "大.jpg")
    Image.new("RGB", (300, 100), (200, 30, 30)).save(home.content / KEY / "小.png")
    built = build.build(home, KEY)
    assert built.pdf
    (product,), _ = production.produce(home, KEY, built.pdf, ["screen"])
    before, after = (
        [image.image.size for page in PdfReader(file).pages for image in page.images]
        for file in (built.pdf, product.files[0])
    )
    assert before == [(3000, 1500), (300, 100)]
    width, height = after[0]
    assert 800 < width < 1000
    assert abs(width - 2 * height) <= 1
    assert after[1] == (300, 100)
    assert product.files[0].stat().st_size < built.pdf.stat().st_size
    assert "PDF/UA-1" in product.note
