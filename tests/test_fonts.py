"""Fonts: the vendored faces keep their promises, a publication's own font is used or refused in plain words."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from bulletin_pdf.diagnostics import Diagnostic, Place, Severity
from bulletin_pdf.fonts import (
    FALLBACK,
    ROLES,
    ChosenFont,
    Face,
    Fonts,
    advance,
    describe_embedding,
    load_fonts,
)
from bulletin_pdf.fonts.fontconfig import fontconfig
from bulletin_pdf.resources import FONTS

ROOT = Path(__file__).resolve().parents[1]
PLACE = Place(Path("content/publication.yaml"), 12, 9)
CHINESE = [role for role in ROLES if role != "latin"]


@pytest.fixture(scope="module")
def vendored() -> Fonts:
    fonts, diagnostics = load_fonts({}, Path("nowhere"), Path("nowhere"))
    assert fonts
    assert diagnostics == []
    return fonts


def own_font(path: Path, **changes: Any) -> Path:
    """A small font as it might come from anywhere: a name with parentheses, Chinese names, other metrics.

    It has 国 (600 of 1024 units), narrow quotation marks, a wide ·, and a — that joins — by a ligature.
    """
    builder = FontBuilder(changes.get("em", 1024), isTTF=True)
    characters = "国A“”‘’·…—"
    names = [".notdef", *(f"uni{ord(character):04X}" for character in characters), "longdash"]
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(character): f"uni{ord(character):04X}" for character in characters})
    pen = TTGlyphPen(None)
    pen.moveTo((100, 300))
    for point in ((100, 400), (300, 400), (300, 300)):
        pen.lineTo(point)
    pen.closePath()
    builder.setupGlyf({name: pen.glyph() for name in names})
    builder.setupHorizontalMetrics(
        {name: (900 if name == "longdash" else 400 if "20" in name else 600, 100) for name in names}
    )
    builder.setupHorizontalHeader(ascent=1500, descent=-500, lineGap=200)
    family = changes.get("family", "Own Song (test)")
    builder.setupNameTable(
        {
            "copyright": "Copyright 2021 Somebody",
            "familyName": {"en": family, "zh": "自家宋体"},
            "styleName": changes.get("style", "Regular"),
            "fullName": {"en": f"{family} {changes.get('style', 'Regular')}", "zh": "自家宋体"},
            "psName": "OwnSong-Regular",
            "licenseDescription": "Free for this test",
        }
    )
    builder.setupOS2(sTypoAscender=1500, usWinAscent=1600, usWeightClass=700, fsType=changes.get("fsType", 0))
    builder.setupPost()
    ligature = "feature ccmp { sub uni2014 uni2014 by longdash; } ccmp; feature liga { sub uni0041 uni0041 by uni56FD; } liga;"
    addOpenTypeFeaturesFromString(builder.font, ligature)
    for tag in changes.get("without", ()):
        del builder.font[tag]
    builder.save(path)
    return path


def chosen(name: str, folder: Path, role: str = "song") -> tuple[Face | None, list[Diagnostic]]:
    """The face a publication gets that writes this name; its cache lies beside its fonts."""
    fonts, diagnostics = load_fonts({role: ChosenFont(name, PLACE)}, folder, folder.parent / "cache")
    return (fonts.faces[role] if fonts else None), diagnostics


def refusal(name: str, folder: Path) -> Diagnostic:
    """The one error for this name."""
    face, diagnostics = chosen(name, folder)
    assert face is None
    assert [diagnostic.severity for diagnostic in diagnostics] == [Severity.ERROR]
    assert diagnostics[0].place == PLACE
    return diagnostics[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "fonts"
    path.mkdir()
    return path


# The vendored faces


def test_files_are_those_of_the_index() -> None:
    check = [sys.executable, ROOT / "scripts" / "derive-fonts.py", "--check"]
    done = subprocess.run(check, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_licence_is_shipped() -> None:
    for entry in json.loads((FONTS / "index.json").read_text(encoding="utf-8"))["faces"].values():
        text = (FONTS / entry["licence_file"]).read_text(encoding="utf-8")
        assert "SIL OPEN FONT LICENSE Version 1.1" in text
        assert "Copyright" in text or "(c)" in text
        assert entry["sha256"] in (FONTS / "SOURCES.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("role", CHINESE)
def test_covers_gb2312(role: str, vendored: Fonts) -> None:
    rows = [bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF)]
    hanzi = "".join(pair.decode("gb2312", errors="ignore") for pair in rows)
    assert len(hanzi) == 6763
    assert [character for character in hanzi if ord(character) not in vendored.faces[role].characters] == []


def test_covers_general_standard_characters(vendored: Fonts) -> None:
    # Of the 8105 characters of 通用规范汉字表, Zhuque Fangsong draws one wrong: 饻, left out by derive-fonts.py.
    names = "喆堃甡昇镕翯㑇"
    assert all(set(map(ord, names)) <= vendored.faces[role].characters for role in CHINESE)
    assert ord("饻") not in vendored.faces["fang"].characters
    assert ord("饻") in vendored.faces["song"].characters


@pytest.mark.parametrize("role", CHINESE)
def test_punctuation_has_its_width(role: str, vendored: Fonts) -> None:
    face = vendored.faces[role]
    assert {mark: advance(face, mark) for mark in "“”‘’…—，"} == dict.fromkeys("“”‘’…—，", 1.0)
    assert advance(face, "·") == 0.5


@pytest.mark.parametrize("role", CHINESE)
def test_ink_lies_on_its_side_of_the_em(role: str, vendored: Fonts) -> None:
    font = TTFont(vendored.faces[role].path, lazy=True)
    glyph = {mark: font["glyf"][font.getBestCmap()[ord(mark)]] for mark in "“‘”’·—"}
    em = font["head"].unitsPerEm
    assert all(glyph[mark].xMin > em / 2 for mark in "“‘")
    assert all(glyph[mark].xMax < em / 2 for mark in "”’")
    assert abs(glyph["·"].xMin + glyph["·"].xMax - em / 2) <= 1
    # Two dashes are one line: each reaches both edges of its em.
    assert glyph["—"].xMin <= 0
    assert glyph["—"].xMax >= em


def test_latin_digits_are_half_an_em(vendored: Fonts) -> None:
    assert {advance(vendored.faces["latin"], digit) for digit in "0123456789"} == {0.5}


@pytest.mark.parametrize("role", ROLES)
def test_one_ascent_one_weight_neutral_names(role: str, vendored: Fonts) -> None:
    face = vendored.faces[role]
    font = TTFont(face.path, lazy=True)
    em, hhea, os2 = font["head"].unitsPerEm, font["hhea"], font["OS/2"]
    assert [hhea.ascent / em, hhea.descent / em, hhea.lineGap] == [0.88, -0.12, 0]
    assert [os2.sTypoAscender / em, os2.sTypoDescender / em, os2.sTypoLineGap] == [0.88, -0.12, 0]
    assert [os2.usWinAscent / em, os2.usWinDescent / em] == [0.88, 0.12]
    assert (os2.usWeightClass, os2.fsSelection, font["head"].macStyle) == (400, 0x40, 0)
    assert face.family == f"Bulletin {role.capitalize()}"
    assert [font["name"].getDebugName(number) for number in (1, 2, 4)] == [
        face.family,
        "Regular",
        face.family,
    ]


@pytest.mark.parametrize("role", ROLES)
def test_index_tells_the_truth(role: str, vendored: Fonts) -> None:
    face = vendored.faces[role]
    font = TTFont(face.path, lazy=True)
    assert face.glyphs == font["maxp"].numGlyphs
    assert face.embedding == font["OS/2"].fsType
    assert face.embedding & 0x0302 == 0
    # The quick reader and fontTools read the same.
    cmap = font.getBestCmap()
    assert face.characters == frozenset(cmap)
    em = font["head"].unitsPerEm
    assert all(advance(face, chr(code)) == font["hmtx"][glyph][0] / em for code, glyph in cmap.items())


def test_loading_needs_no_fonttools() -> None:
    program = """
import sys
from pathlib import Path
from bulletin_pdf.fonts import advance, load_fonts
fonts, _ = load_fonts({}, Path("nowhere"), Path("nowhere"))
advance(fonts.faces["fang"], "国")
print("fontTools" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment())
    assert (done.stdout.strip(), done.stderr) == ("False", "")


# The fallback chain


def test_a_missing_character_comes_from_the_chain(vendored: Fonts) -> None:
    roles = {
        character: face.role if (face := vendored.face_for("fang", character)) else None
        for character in "国①饻\U0010ffff"
    }
    assert roles == {"国": "fang", "①": "song", "饻": "song", "\U0010ffff": None}


def test_every_chain_names_roles() -> None:
    assert set(FALLBACK) == set(ROLES)
    assert all(role not in chain and set(chain) <= set(ROLES) for role, chain in FALLBACK.items())


def test_advance_of_a_missing_character_is_an_error(vendored: Fonts) -> None:
    with pytest.raises(KeyError):
        advance(vendored.faces["fang"], "①")


# A publication's own fonts


@pytest.mark.parametrize(
    "name", ["own.ttf", "OWN.TTF", "Own Song (test)", "自家宋体", "Own Song (test) Regular"]
)
def test_own_font_plays_its_role(name: str, folder: Path) -> None:
    own_font(folder / "own.ttf")
    face, diagnostics = chosen(name, folder)
    assert diagnostics == []
    assert face
    assert (face.family, face.name, face.licence) == ("Bulletin Song", "自家宋体", "Free for this test")
    assert face.path.parent == folder.parent / "cache"
    assert face.characters == frozenset(map(ord, "国A“”‘’·…—"))


def test_copy_of_own_font_is_unified(folder: Path) -> None:
    own_font(folder / "own.ttf")
    face, _ = chosen("own.ttf", folder)
    assert face
    font = TTFont(face.path)
    em, hhea, os2 = font["head"].unitsPerEm, font["hhea"], font["OS/2"]
    assert [hhea.ascent / em, hhea.descent / em, hhea.lineGap] == [0.88, -0.12, 0]
    assert [os2.usWinAscent / em, os2.sTypoDescender / em, os2.usWeightClass] == [0.88, -0.12, 400]
    names = {str(record) for record in font["name"].names if record.nameID in (1, 2, 4, 6, 16, 17)}
    assert names == {"Bulletin Song", "Regular", "BulletinSong"}
    assert {mark: advance(face, mark) for mark in "“‘…—·"} == {"“": 1, "‘": 1, "…": 1, "—": 1, "·": 0.5}
    assert advance(face, "国") == pytest.approx(600 / 1024, abs=1 / 2000)
    features = {record.FeatureTag: record.Feature for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert features["ccmp"].LookupListIndex == []
    assert features["liga"].LookupListIndex != []


def test_copy_is_made_once_for_each_content(folder: Path) -> None:
    own_font(folder / "own.ttf")
    first, _ = chosen("own.ttf", folder)
    assert first
    written = first.path.stat().st_mtime_ns
    again, _ = chosen("own.ttf", folder)
    assert again == first
    assert first.path.stat().st_mtime_ns == written
    own_font(folder / "own.ttf", family="Another")
    other, _ = chosen("own.ttf", folder)
    assert other
    assert other.path != first.path
    assert list((folder.parent / "cache").glob(".draft-*")) == []


def test_regular_style_of_a_family_is_meant(folder: Path) -> None:
    own_font(folder / "a.ttf", family="Pair", style="Bold")
    own_font(folder / "b.ttf", family="Pair")
    face, diagnostics = chosen("Pair", folder)
    assert diagnostics == []
    regular, _ = chosen("b.ttf", folder)
    assert face == regular


def test_ambiguous_name(folder: Path) -> None:
    own_font(folder / "a.ttf")
    own_font(folder / "b.ttf", family="Other")
    found = refusal("自家宋体", folder)
    assert (found.code, found.message) == ("BP304", "字体名“自家宋体”不止指一种字体。")
    assert found.hint == "写文件名，指明其中一种：a.ttf、b.ttf。"


def test_missing_font_lists_what_is_there(folder: Path) -> None:
    own_font(folder / "own.ttf")
    found = refusal("没有.ttf", folder)
    assert (found.code, found.message) == ("BP301", "字体“没有.ttf”在文件夹“fonts”里找不到。")
    assert found.hint == "改成其中一种：own.ttf（自家宋体）；或者把字体文件放进这个文件夹。"


def test_missing_font_without_a_folder(tmp_path: Path) -> None:
    found = refusal("没有.ttf", tmp_path / "fonts")
    assert (found.code, found.hint) == ("BP301", "文件夹里还没有字体文件；或者把字体文件放进这个文件夹。")


@pytest.mark.parametrize(
    ("fs_type", "stated"),
    [
        (0x0002, "禁止嵌入"),
        (0x0104, "允许嵌入，仅供预览和打印，不得只嵌入所用字"),
        (0x0200, "允许嵌入并安装，只许嵌入点阵"),
    ],
)
def test_font_that_may_not_be_embedded(fs_type: int, stated: str, folder: Path) -> None:
    own_font(folder / "own.ttf", fsType=fs_type)
    found = refusal("own.ttf", folder)
    message = f"字体“自家宋体”（own.ttf）不能嵌入 PDF：字体注明“{stated}”。"
    assert (found.code, found.message) == ("BP303", message)
    assert found.hint == "换用许可允许嵌入的字体，或者删去这一行，用随软件提供的字体。"


@pytest.mark.parametrize(
    ("fs_type", "stated"), [(0, "允许嵌入并安装"), (8, "允许嵌入，可编辑"), (6, "允许嵌入，仅供预览和打印")]
)
def test_embedding_in_words(fs_type: int, stated: str) -> None:
    assert describe_embedding(fs_type) == stated


def test_corrupt_file(folder: Path) -> None:
    (folder / "坏.ttf").write_bytes(b"not a font at all, but long enough to be read")
    found = refusal("坏.ttf", folder)
    assert (found.code, found.message) == ("BP302", "字体文件“坏.ttf”读不了：文件已损坏，或者不是字体。")


def test_truncated_file(folder: Path) -> None:
    data = own_font(folder / "own.ttf").read_bytes()
    (folder / "own.ttf").write_bytes(data[: len(data) // 2])
    assert refusal("own.ttf", folder).code == "BP302"
    assert list((folder.parent / "cache").glob("*")) == []


def test_corrupt_neighbour_does_no_harm(folder: Path) -> None:
    own_font(folder / "own.ttf")
    (folder / "坏.ttf").write_bytes(b"")
    assert chosen("own.ttf", folder)[1] == []


def test_web_font(folder: Path) -> None:
    font = TTFont(own_font(folder / "own.ttf"))
    font.flavor = "woff"
    font.save(folder / "own.woff")
    assert refusal("own.woff", folder).message == "字体文件“own.woff”是网页字体，不能用来排版。"


def test_font_without_outlines(folder: Path) -> None:
    own_font(folder / "own.ttf", without=("glyf", "loca"))
    assert refusal("own.ttf", folder).message == "字体文件“own.ttf”缺少排版需要的轮廓或数据表。"


# Fontconfig


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), **more}


RENDER = """
import sys
from weasyprint import HTML
HTML(string=sys.argv[1]).write_pdf(sys.argv[2])
"""


def embedded(html: str, fonts: Fonts, tmp_path: Path) -> set[str]:
    """The names of the fonts in the PDF of some HTML, rendered in a process of its own."""
    target = tmp_path / "page.pdf"
    configuration = fontconfig(fonts, tmp_path / "fontconfig")
    command = [sys.executable, "-c", RENDER, html, str(target)]
    subprocess.run(command, check=True, env=environment(FONTCONFIG_FILE=str(configuration)))
    found = set()
    for page in PdfReader(target).pages:
        for font in page["/Resources"]["/Font"].values():
            found.add(font.get_object()["/BaseFont"].partition("+")[2])
    return found


def test_only_our_faces_are_seen(vendored: Fonts, tmp_path: Path) -> None:
    # A family of the system, one that nobody has, and a character that no face of ours has.
    html = """<p style="font-family: 'Bulletin Fang'">国①<b>国</b><i>国</i></p>
    <p style="font-family: 'DejaVu Sans', 'Noto Sans CJK SC', monospace">国A\u0e01</p>"""
    found = embedded(html, vendored, tmp_path)
    assert "Bulletin-Fang" in found
    assert found <= {face.family.replace(" ", "-") for face in vendored.faces.values()}


def test_own_font_is_embedded(folder: Path, tmp_path: Path) -> None:
    own_font(folder / "own.ttf")
    fonts, _ = load_fonts({"song": ChosenFont("own.ttf", PLACE)}, folder, tmp_path / "cache")
    assert fonts
    only = Fonts({"song": fonts.faces["song"]}, {})
    assert embedded("<p style=\"font-family: 'Bulletin Song'\">国", only, tmp_path) == {"Bulletin-Song"}


def test_lines_of_mixed_faces_keep_their_pitch(vendored: Fonts, tmp_path: Path) -> None:
    program = """
import sys
from weasyprint import HTML
style = "font: 16pt/28pt 'Bulletin Fang', 'Bulletin Song'; margin: 0; width: 400pt"
spans = "".join(f'<span style="font-family: Bulletin {role}">国</span>' for role in sys.argv[1:])
page = HTML(string=f'<p style="{style}">国①{spans}<br>国').render().pages[0]
lines = [box for box in page._page_box.descendants() if type(box).__name__ == "LineBox"]
print([round(line.height * 0.75, 6) for line in lines])
"""
    configuration = fontconfig(vendored, tmp_path)
    command = [sys.executable, "-c", program, *(role.capitalize() for role in ROLES)]
    variables = environment(FONTCONFIG_FILE=str(configuration))
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=variables)
    assert done.stdout.strip() == "[28.0, 28.0]"


def test_configuration_is_made_once_for_each_set(vendored: Fonts, tmp_path: Path) -> None:
    first = fontconfig(vendored, tmp_path)
    assert fontconfig(vendored, tmp_path) == first
    fewer = Fonts({role: vendored.faces[role] for role in ("fang", "latin")}, {})
    other = fontconfig(fewer, tmp_path)
    assert sorted(path.name for path in (other.parent / "faces").iterdir()) == ["fang.ttf", "latin.ttf"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([first.parent.name, other.parent.name])


def test_configuration_is_safe_when_builds_race(vendored: Fonts, tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from bulletin_pdf.fonts.fontconfig import fontconfig
from bulletin_pdf.fonts import load_fonts
fonts, _ = load_fonts({}, Path("nowhere"), Path("nowhere"))
sys.stdin.readline()
print(fontconfig(fonts, Path(sys.argv[1])))
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    builds = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment())
        for _ in range(4)
    ]
    for build in builds:
        assert build.stdin
        build.stdin.write("go\n")
        build.stdin.flush()
    paths = {build.communicate()[0].strip() for build in builds}
    assert [build.returncode for build in builds] == [0] * 4
    assert paths == {str(fontconfig(vendored, tmp_path))}
    assert len(list(tmp_path.iterdir())) == 1
