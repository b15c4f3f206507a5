"""Derive the vendored faces in fonts/ from published packages, or check them against their index.

    python scripts/derive-fonts.py PACKAGES           the packages lie in the folder PACKAGES
    python scripts/derive-fonts.py PACKAGES --fetch   download those that are missing into it first
    python scripts/derive-fonts.py --check            only compare fonts/ with the sha256s of fonts/index.json

Fetching needs `npm` and Debian's `apt-get` (from the mirror this machine uses, into a private state; no
root). Debian's pool drops a version once it is superseded: look for it in Debian's snapshot archive then.
Unpacking needs `dpkg-deb`. The same packages and the same fontTools give the same bytes.
"""

import argparse
import bz2
import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fontTools
from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from bulletin_pdf.fonts import ROLES  # noqa: E402
from bulletin_pdf.fonts.mending import blanks, family_name, full_name, unify  # noqa: E402

FONTS = ROOT / "fonts"


@dataclass(frozen=True, slots=True)
class Package:
    """A published package: what its registry calls it, the file it comes in, and that file's sha256.

    licence: the path in the package of the licence of its fonts.
    """

    registry: str
    name: str
    version: str
    file: str
    sha256: str
    licence: str

    def __str__(self) -> str:
        return f"{self.registry} package {self.name} {self.version}"


TEXLIVE = Package(
    "Debian",
    "texlive-lang-chinese",
    "2026.20260911-1",
    "texlive-lang-chinese_2026.20260911-1_all.deb",
    "255b71528bae24e35c845b9aef3bf7de4d8d37b85f1bb3d338c4bb65052ff8da",
    "usr/share/doc/texlive-doc/fonts/lxgw-fonts/LICENSE.gz",
)
UNICODE = Package(
    "Debian",
    "unicode-data",
    "17.0.0-2",
    "unicode-data_17.0.0-2_all.deb",
    "6286fdf4e6d4bf1f46a2865f54df44feda9395ab66f50b12cc384d921a9af865",
    "usr/share/doc/unicode-data/copyright",
)
NOTO_SERIF = Package(
    "npm",
    "@expo-google-fonts/noto-serif-sc",
    "0.4.3",
    "expo-google-fonts-noto-serif-sc-0.4.3.tgz",
    "ff6bcf5ba68d92dfecc05544bb150f9e724741a932354a0dd97e7289c40a3f5e",
    "package/LICENSE_FONT",
)
NOTO_SANS = Package(
    "npm",
    "@expo-google-fonts/noto-sans-sc",
    "0.4.3",
    "expo-google-fonts-noto-sans-sc-0.4.3.tgz",
    "0d69d0f4971d2ff574e3d93cbc218dc950bf3f3f8f8e2c008d97687ed53aee59",
    "package/LICENSE_FONT",
)
TINOS = Package(
    "npm",
    "@expo-google-fonts/tinos",
    "0.4.2",
    "expo-google-fonts-tinos-0.4.2.tgz",
    "5ebc8f9f3ee14e9425b1a14391c713f8228be49a9127a21f60b06c482f4a844a",
    "package/LICENSE_FONT",
)
PACKAGES = (TEXLIVE, UNICODE, NOTO_SERIF, NOTO_SANS, TINOS)

MAPPINGS = "usr/share/unicode/Unihan_OtherMappings.txt.bz2"
LXGW_FONTS = "usr/share/texlive/texmf-dist/fonts/truetype/public/lxgw-fonts"
LICENCE = "OFL-1.1"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the face of a role comes from.

    file: in fonts/. member: in the package. licence: in fonts/licences/. without: characters whose glyphs are
    wrong, left out so that the fallback chain takes over.
    """

    role: str
    file: str
    licence: str
    package: Package
    member: str
    without: str = ""


SOURCES = (
    Source(
        "fang",
        "Fang-Regular.ttf",
        "zhuque-fangsong.txt",
        TEXLIVE,
        f"{LXGW_FONTS}/LXGWZhuqueFangsong-Regular.ttf",
        without="饻",  # drawn with the radical 钅 in 0.212
    ),
    Source(
        "kai",
        "Kai-Regular.ttf",
        "lxgw-wenkai-gb-lite.txt",
        TEXLIVE,
        f"{LXGW_FONTS}/LXGWWenKaiGBLite-Regular.ttf",
    ),
    Source(
        "song",
        "Song-Regular.ttf",
        "noto-serif-sc.txt",
        NOTO_SERIF,
        "package/400Regular/NotoSerifSC_400Regular.ttf",
    ),
    Source(
        "biaosong",
        "Biaosong-Black.ttf",
        "noto-serif-sc.txt",
        NOTO_SERIF,
        "package/900Black/NotoSerifSC_900Black.ttf",
    ),
    # Medium, for 黑体 also marks strong words in 仿宋: Regular hardly stands out there, Bold makes holes.
    Source(
        "hei",
        "Hei-Medium.ttf",
        "noto-sans-sc.txt",
        NOTO_SANS,
        "package/500Medium/NotoSansSC_500Medium.ttf",
    ),
    Source(
        "latin",
        "Latin-Regular.ttf",
        "tinos.txt",
        TINOS,
        "package/400Regular/Tinos_400Regular.ttf",
    ),
)

LATIN_RANGES = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x024F),  # Latin-1, Latin Extended-A and -B (ǚ of pinyin)
    (0x02B0, 0x036F),  # modifier letters, combining marks
    (0x0370, 0x03FF),  # Greek
    (0x1E00, 0x1EFF),  # Latin Extended Additional (ḿ of pinyin)
    (0x2000, 0x206F),  # general punctuation
    (0x2070, 0x209F),  # superscripts and subscripts
    (0x20A0, 0x20CF),  # currency
    (0x2100, 0x218F),  # letterlike symbols, number forms
)
CHINESE_RANGES = (
    *LATIN_RANGES,
    (0x0400, 0x045F),  # Cyrillic of Russian and its neighbours
    (0x2190, 0x23FF),  # arrows, mathematics, technical
    (0x2460, 0x27BF),  # enclosed numbers, boxes, shapes, symbols, dingbats
    (0x2E3A, 0x2E3B),  # two-em and three-em dash
    (0xFE01, 0xFE01),  # the variation selector behind which `unify` looks for full-width quotation marks
    (0x3000, 0x33FF),  # CJK punctuation, kana, bopomofo, strokes, enclosed, squared units
    (0xFE10, 0xFE1F),  # vertical forms
    (0xFE30, 0xFE4F),  # compatibility forms
    (0xFF00, 0xFFEF),  # full-width and half-width forms
)
# What a style sheet can ask for in horizontal text; the rest is vertical or dropped by `unify`.
FEATURES = [
    *("liga", "kern", "mark", "mkmk"),
    *("halt", "chws", "palt", "fwid", "hwid", "pwid"),
    *("lnum", "onum", "tnum", "pnum", "case", "frac", "sups", "subs", "smcp"),
]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def fetch(package: Package, folder: Path) -> None:
    """Download a package into a folder with the registry's own client."""
    if package.registry == "npm":
        command = ["npm", "pack", "--silent", f"{package.name}@{package.version}"]
        subprocess.run(command, cwd=folder, check=True)
        return
    indexes = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Origin: Debian"]
    mirror = subprocess.run(indexes, check=True, capture_output=True, text=True).stdout.split()[0]
    with tempfile.TemporaryDirectory() as private:
        root = Path(private)
        for name in ("state/lists/partial", "cache/archives/partial", "parts"):
            (root / name).mkdir(parents=True)
        (root / "status").touch()
        (root / "sources.list").write_text(f"deb {mirror} sid main\n")
        settings = {
            "Dir::Etc::SourceList": root / "sources.list",
            "Dir::Etc::SourceParts": root / "parts",
            "Dir::State": root / "state",
            "Dir::State::Status": root / "status",
            "Dir::Cache": root / "cache",
        }
        options = [f"-o{key}={value}" for key, value in settings.items()]
        subprocess.run(["apt-get", *options, "update"], check=True)
        wanted = f"{package.name}={package.version}"
        subprocess.run(["apt-get", *options, "download", wanted], cwd=folder, check=True)


def members(package: Package, folder: Path) -> dict[str, bytes]:
    """The wanted files of a package by their path in it; SystemExit if it is not the package we know."""
    data = (folder / package.file).read_bytes()
    if sha256(data) != package.sha256:
        raise SystemExit(f"{package.file}: sha256 is {sha256(data)}, expected {package.sha256}")
    if package.file.endswith(".deb"):
        unpack = ["dpkg-deb", "--fsys-tarfile", str(folder / package.file)]
        data = subprocess.run(unpack, check=True, capture_output=True).stdout
    wanted = {source.member for source in SOURCES if source.package == package}
    wanted |= {package.licence, MAPPINGS}
    found = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            name = member.name.removeprefix("./")
            if name in wanted and (file := archive.extractfile(member)):
                found[name] = file.read()
    return found


def general_standard_characters(mappings: bytes) -> frozenset[int]:
    """通用规范汉字表 (2013): the 8105 characters with the Unihan property kTGH."""
    lines = bz2.decompress(mappings).decode("utf-8").splitlines()
    codes = frozenset(int(line.split("\t")[0][2:], 16) for line in lines if "\tkTGH\t" in line)
    if len(codes) != 8105:
        raise SystemExit(f"kTGH: {len(codes)} characters instead of 8105")
    return codes


def gb2312() -> Iterator[int]:
    """Every character and symbol of GB/T 2312—1980, by Python's codec."""
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                yield ord(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue


def codes_of(role: str, standard: frozenset[int]) -> set[int]:
    """The code points a face of this role is cut down to, as far as its source has them."""
    if role == "latin":
        return {code for first, last in LATIN_RANGES for code in range(first, last + 1)}
    symbols = {code for first, last in CHINESE_RANGES for code in range(first, last + 1)}
    return symbols | standard | set(gb2312())


def derived(source: Source, data: bytes, standard: frozenset[int]) -> tuple[bytes, dict[str, Any]]:
    """The face of a role as a file, and its entry in the index."""
    font = TTFont(io.BytesIO(data), recalcTimestamp=False)
    name, version = full_name(font), str(font["name"].getDebugName(5))
    options = subset.Options(
        hinting=False,
        layout_features=FEATURES,
        name_IDs=["*"],
        notdef_outline=True,
        recalc_timestamp=False,
    )
    options.drop_tables += ["BASE", "DSIG", "STAT", "VORG", "gasp", "vhea", "vmtx"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes_of(source.role, standard) - set(map(ord, source.without)))
    subsetter.subset(font)
    unify(font, source.role)
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    entry = {
        "family": family_name(source.role),
        "file": source.file,
        "sha256": sha256(out.getvalue()),
        "name": name,
        "version": version,
        "licence": LICENCE,
        "licence_file": f"licences/{source.licence}",
        "embedding": font["OS/2"].fsType,
        "glyphs": font["maxp"].numGlyphs,
        "blanks": blanks(font) if source.role != "latin" else {},
        "source": f"{source.package}, {source.member.rpartition('/')[2]}",
    }
    return out.getvalue(), entry


def licence_text(source: Source, data: bytes, package_licence: bytes) -> str:
    """What the font says of its copyright and licence, then the licence as the package has it."""
    names = TTFont(io.BytesIO(data), lazy=True)["name"]
    said = [str(names.getDebugName(number) or "") for number in (0, 7, 13, 14)]
    if source.package.licence.endswith(".gz"):
        package_licence = gzip.decompress(package_licence)
    text = package_licence.decode("utf-8").replace("\r\n", "\n").strip()
    family = str(names.getDebugName(16) or names.getDebugName(1))
    return "\n".join(
        [
            f"{family}: what the font itself says",
            "",
            *(line.strip() for statement in said if statement for line in statement.splitlines()),
            "",
            f"The licence as it lies in the {source.package}",
            "",
            *(line.rstrip() for line in text.splitlines()),
            "",
        ]
    )


def sources_page(faces: Mapping[str, Mapping[str, Any]], tool: str) -> str:
    """fonts/SOURCES.md."""
    rows = [
        f"| `{faces[source.role]['file']}` | {ROLES[source.role]} | {faces[source.role]['name']},"
        f" {faces[source.role]['version'].partition(';')[0]} | {source.package}:"
        f" `{source.member.rpartition('/')[2]}` | `{faces[source.role]['sha256']}` |"
        f" {LICENCE}, [text](licences/{source.licence}) |"
        for source in SOURCES
    ]
    packages = [f"| {package} | `{package.file}` | `{package.sha256}` |" for package in PACKAGES]
    return f"""# Where the fonts come from

Written by `scripts/derive-fonts.py` ({tool}), together with the fonts and `index.json`; do not edit.
All the fonts are under the SIL Open Font License 1.1, which lets anyone use, embed, change and pass them on.

| file | role | derived from | found in | sha256 of the file | licence |
|---|---|---|---|---|---|
{chr(10).join(rows)}

| package | file | sha256 of the package |
|---|---|---|
{chr(10).join(packages)}

The Debian packages are in the suite sid. From unicode-data comes the list of the 8105 characters of
通用规范汉字表 (Unihan property kTGH).

## What was changed

* Cut down to the characters and symbols of GB/T 2312, the 8105 characters, and Latin, Greek, Russian,
  punctuation, units, enclosed numbers and full-width forms, as far as the font has them; no hints, nothing
  for vertical text. `Latin-Regular.ttf` has Latin, Greek, punctuation and currency only.
* Named `Bulletin Fang`, `Bulletin Kai` and so on, all Regular, weight 400: some makers reserve their names
  for unchanged fonts, and a family name with parentheses breaks the PDF.
* One ascent and descent (0.88 and 0.12 em, no gap), so that a line that mixes faces keeps its height. For
  that `Latin-Regular.ttf` is scaled from 2048 to 2000 units to the em.
* In the Chinese faces “ ” ‘ ’ … — are one em wide; the dash lies halfway up the em and reaches from edge to
  edge, so that —— is one line. · (U+00B7) is half an em wide, by GB/T 15834—2011, 5.1.7.
* Features that apply unasked and change widths (`locl`, `ccmp`, `calt`) are gone.
* `Fang-Regular.ttf` has no 饻, which its source draws with the radical 钅. It has no ①, ★, Ⅷ, ㎡ either, for
  its source has none: such characters come from the next face of the chain, in
  `src/bulletin_pdf/fonts/`.
"""


def write(path: Path, data: bytes) -> None:
    """Put a file in its place in one step: a build that reads the old one keeps it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(data)
    draft.replace(path)


def derive(packages: Path) -> None:
    """Write everything in fonts/."""
    files = {package: members(package, packages) for package in PACKAGES}
    standard = general_standard_characters(files[UNICODE][MAPPINGS])
    faces = {}
    for source in SOURCES:
        data = files[source.package][source.member]
        face, faces[source.role] = derived(source, data, standard)
        write(FONTS / source.file, face)
        text = licence_text(source, data, files[source.package][source.package.licence])
        write(FONTS / "licences" / source.licence, text.encode())
        print(f"{source.file}: {len(face):,} bytes, {faces[source.role]['glyphs']} glyphs")
    tool = f"fontTools {fontTools.version}"
    index = json.dumps({"tool": tool, "faces": faces}, ensure_ascii=False, indent=2)
    write(FONTS / "index.json", f"{index}\n".encode())
    write(FONTS / "SOURCES.md", sources_page(faces, tool).encode())


def differences() -> list[str]:
    """What in fonts/ is not as its index has it; empty if all is well."""
    faces = json.loads((FONTS / "index.json").read_text(encoding="utf-8"))["faces"]
    found = [f"no face for the role {role}" for role in ROLES if role not in faces]
    for entry in faces.values():
        path = FONTS / entry["file"]
        if not path.is_file():
            found.append(f"{entry['file']} is missing")
        elif sha256(path.read_bytes()) != entry["sha256"]:
            found.append(f"{entry['file']} is not the file that was derived")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("packages", type=Path, nargs="?", help="folder of the packages")
    parser.add_argument("--fetch", action="store_true", help="download the packages that are missing")
    parser.add_argument("--check", action="store_true", help="only check fonts/ against its index")
    arguments = parser.parse_args()
    if arguments.check:
        found = differences()
        raise SystemExit("\n".join(found) if found else 0)
    if not arguments.packages:
        parser.error("name the folder of the packages")
    for package in PACKAGES:
        if arguments.fetch and not (arguments.packages / package.file).exists():
            fetch(package, arguments.packages)
    derive(arguments.packages)


if __name__ == "__main__":
    main()
