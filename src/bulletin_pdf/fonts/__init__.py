"""Fonts 字体: one face for each role, its coverage and widths, and a fontconfig that knows nothing else.

A layout names roles, never fonts: `Bulletin Fang` is whatever face plays 仿宋 in this publication. The
vendored faces (`fonts/index.json`) play the roles unless publication.yaml names a font of its own.

Why every face is a private copy under a neutral name with the same ascent and descent:
* WeasyPrint 70 writes a broken PDF name for a family with parentheses;
* the box of a line that mixes faces grows with the tallest ascent and the deepest descent among them, so a
  single ① from another face would break the pitch of 28 pt lines;
* two versions of a font on two machines share a name but not their widths; a copy keyed by its content
  cannot be mistaken for another.

This module is the home of fontTools, and imports it only to derive a copy: what every build needs (coverage
and widths) is read straight from the tables `cmap` and `hmtx`, which costs milliseconds.
"""

import hashlib
import json
import os
import struct
import tempfile
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.fonts.mending import EDITION, blanks, family_name, full_name, licence_statement, unify
from bulletin_pdf.resources import FONTS

ROLES: Mapping[str, str] = {
    "fang": "仿宋",
    "kai": "楷体",
    "song": "宋体",
    "biaosong": "小标宋",
    "hei": "黑体",
    "latin": "西文",
}

FALLBACK: Mapping[str, tuple[str, ...]] = {
    "fang": ("song", "hei", "kai", "biaosong", "latin"),
    "kai": ("song", "hei", "fang", "biaosong", "latin"),
    "song": ("hei", "kai", "fang", "biaosong", "latin"),
    "biaosong": ("song", "hei", "kai", "fang", "latin"),
    "hei": ("song", "kai", "fang", "biaosong", "latin"),
    "latin": ("song", "hei", "fang", "kai", "biaosong"),
}
"""Where a character is looked for when the role's own face lacks it: first the nearest in colour."""


@dataclass(frozen=True, slots=True)
class ChosenFont:
    """A font that publication.yaml names for a role: a file name or a family or full name, and where."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Face:
    """One font file in one role.

    family: the neutral family name for style sheets. name: what the font calls itself.
    digest: sha256 of the file. embedding: fsType of its OS/2 table (see `describe_embedding`).
    """

    role: str
    family: str
    path: Path
    digest: str
    name: str
    licence: str
    embedding: int
    glyphs: int
    characters: frozenset[int] = field(repr=False)
    blanks: Mapping[str, float] = field(default_factory=dict)
    """Marks with less than half an em of blank on their open side, and how much they have, in em."""
    origin: Path | None = None
    """The publication's own font of which `path` is the derived copy."""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The faces of one publication by role, and the declared chain of roles for what a face lacks."""

    faces: Mapping[str, Face]
    fallback: Mapping[str, tuple[str, ...]]

    def __hash__(self) -> int:
        return hash(tuple(face.digest for face in self.faces.values()))

    def face_for(self, role: str, character: str) -> Face | None:
        """The role's own face if it has the character, else the first along the chain, else None."""
        code = ord(character)
        for candidate in (role, *self.fallback.get(role, ())):
            face = self.faces.get(candidate)
            if face and code in face.characters:
                return face
        return None


def load_fonts(
    chosen: Mapping[str, ChosenFont], folder: Path, cache: Path
) -> tuple[Fonts | None, list[Diagnostic]]:
    """The faces of a publication: the vendored set, with the chosen fonts in their roles.

    chosen: by role (one of ROLES). folder: where the publication keeps its fonts; need not exist.
    cache: folder for derived copies of them, made when needed.
    Errors BP301 (not in the folder), BP302 (not a usable font), BP303 (may not be embedded) and BP304 (the
    name fits several fonts); with any of them there are no Fonts, since nothing is substituted silently.
    """
    index = json.loads((FONTS / "index.json").read_text(encoding="utf-8"))
    faces: dict[str, Face] = {}
    diagnostics: list[Diagnostic] = []
    for role in ROLES:
        found: Face | Diagnostic
        if role in chosen:
            found = _own_face(role, chosen[role], folder, cache)
        else:
            found = _described_face(role, FONTS, index["faces"][role])
        if isinstance(found, Face):
            faces[role] = found
        else:
            diagnostics.append(found)
    return (None if diagnostics else Fonts(faces, FALLBACK)), diagnostics


def advance(face: Face, character: str) -> float:
    """The width of a character in em. KeyError if the face lacks it; ask `Fonts.face_for` first."""
    return _metrics(str(face.path)).advance(ord(character))


def describe_embedding(embedding: int) -> str:
    """What the font's maker allows, in Chinese; `embedding` is fsType (OpenType, OS/2 table)."""
    usage = embedding & 0x000F
    # Before OS/2 version 3 several bits could be set, of which the most generous one holds.
    if usage == 0:
        allowed = "允许嵌入并安装"
    elif usage & 0x0008:
        allowed = "允许嵌入，可编辑"
    elif usage & 0x0004:
        allowed = "允许嵌入，仅供预览和打印"
    else:
        allowed = "禁止嵌入"
    limits = [
        words for bit, words in ((0x0100, "不得只嵌入所用字"), (0x0200, "只许嵌入点阵")) if embedding & bit
    ]
    return "，".join([allowed, *limits])


def _may_embed_subset(embedding: int) -> bool:
    """Whether outlines may be embedded and cut down to the characters used, as WeasyPrint does."""
    return embedding & 0x000F != 0x0002 and not embedding & 0x0300


# Reading what every build needs, without fontTools


def _tables(path: Path, *tags: str) -> list[bytes]:
    """The named tables of a single font (not a collection), in the order asked for."""
    with path.open("rb") as file:
        count = struct.unpack(">4xH6x", file.read(12))[0]
        directory = struct.iter_unpack(">4s4xII", file.read(16 * count))
        records = {tag: (offset, size) for tag, offset, size in directory}
        found = []
        for tag in tags:
            offset, size = records[tag.encode("ascii")]
            file.seek(offset)
            found.append(file.read(size))
    return found


def _groups(cmap: bytes) -> Iterator[tuple[int, int, int]]:
    """First and last code point and first glyph of each run in a cmap of format 12, as `unify` leaves it."""
    count = struct.unpack_from(">H", cmap, 2)[0]
    for _, _, offset in struct.iter_unpack(">HHI", cmap[4 : 4 + 8 * count]):
        if struct.unpack_from(">H", cmap, offset)[0] == 12:
            length = struct.unpack_from(">I", cmap, offset + 4)[0]
            return struct.iter_unpack(">III", cmap[offset + 16 : offset + length])
    raise ValueError("no cmap of format 12")


@lru_cache(maxsize=32)
def _coverage(path: Path, digest: str) -> frozenset[int]:
    """The code points a derived face has a glyph for. digest: of the file, which may be another one next time."""
    (cmap,) = _tables(path, "cmap")
    return frozenset(chain.from_iterable(range(first, last + 1) for first, last, _ in _groups(cmap)))


@dataclass(frozen=True, slots=True)
class _Metrics:
    """What says how wide a derived face is: first and last code point and first glyph of each run in its cmap, the table
    hmtx with so many entries, and how many of its units make an em."""

    firsts: Sequence[int]
    lasts: Sequence[int]
    glyphs: Sequence[int]
    hmtx: bytes
    count: int
    units: int

    def advance(self, code: int) -> float:
        """The width of a character in em. KeyError if the face lacks it."""
        run = bisect_right(self.firsts, code) - 1
        if run < 0 or code > self.lasts[run]:
            raise KeyError(code)
        # Glyphs beyond the last entry repeat its width (OpenType, hmtx table).
        entry = min(self.glyphs[run] + code - self.firsts[run], self.count - 1)
        return int(struct.unpack_from(">H", self.hmtx, 4 * entry)[0]) / self.units


@lru_cache(maxsize=32)
def _metrics(path: str) -> _Metrics:
    cmap, head, hhea, hmtx = _tables(Path(path), "cmap", "head", "hhea", "hmtx")
    count, units = struct.unpack_from(">H", hhea, 34)[0], struct.unpack_from(">H", head, 18)[0]
    numbers = tuple(chain.from_iterable(_groups(cmap)))
    return _Metrics(numbers[::3], numbers[1::3], numbers[2::3], hmtx, count, units)


def _described_face(role: str, folder: Path, entry: Mapping[str, Any]) -> Face:
    """A face from a derived file and its entry (in fonts/index.json or beside the copy in the cache)."""
    path = folder / entry["file"]
    return Face(
        role=role,
        family=family_name(role),
        path=path,
        digest=entry["sha256"],
        name=entry["name"],
        licence=entry["licence"],
        embedding=entry["embedding"],
        glyphs=entry["glyphs"],
        characters=_coverage(path, entry["sha256"]),
        blanks=entry["blanks"],
    )


# Deriving a copy, with fontTools


@dataclass(frozen=True, slots=True)
class _Member:
    """One font in a file of the publication's folder; `number` counts from 0 within a collection (TTC)."""

    path: Path
    number: int
    name: str
    full_names: frozenset[str]
    families: frozenset[str]
    regular: bool


def _own_face(role: str, chosen: ChosenFont, folder: Path, cache: Path) -> Face | Diagnostic:
    """The face for a role from the publication's folder, or why there is none."""
    member = _chosen_member(chosen, folder)
    if isinstance(member, Diagnostic):
        return member
    source = hashlib.sha256(member.path.read_bytes()).hexdigest()
    key = hashlib.sha256(f"{source} {member.number} {role} {EDITION}".encode()).hexdigest()[:32]
    entry = cache / f"{key}.json"
    # The entry is written last: where it is, its copy is whole.
    refusal = None if entry.is_file() else _derive_copy(member, role, chosen.place, entry)
    face = refusal or _described_face(role, cache, json.loads(entry.read_text(encoding="utf-8")))
    return replace(face, origin=member.path) if isinstance(face, Face) else face


def _chosen_member(chosen: ChosenFont, folder: Path) -> _Member | Diagnostic:
    """The font that a name means: a file name first, then a full name, then a family (its regular style)."""
    present = folder.iterdir() if folder.is_dir() else ()
    files = sorted(path for path in present if path.suffix.lower() in _SUFFIXES)
    wanted = _folded(chosen.name)
    members: list[_Member] = []
    unreadable: list[Path] = []
    for path in files:
        try:
            members += _members(path)
        # fontTools raises whatever a damaged table happens to cause; all of it means the same here.
        except Exception:
            unreadable.append(path)
    for path in unreadable:
        if _folded(path.name) == wanted:
            return _unusable(path, chosen.place)
    by_family = [member for member in members if wanted in member.families]
    regular = [member for member in by_family if member.regular]
    by_file = [member for member in members if _folded(member.path.name) == wanted]
    by_name = [member for member in members if wanted in member.full_names]
    found = by_file or by_name or regular or by_family
    if len(found) == 1:
        return found[0]
    if found:
        # Several fonts of one file can only be told apart by their names, several files by theirs.
        one_file = len({member.path for member in found}) == 1
        names = "、".join(member.name if one_file else member.path.name for member in found)
        hint = f"写{'全名' if one_file else '文件名'}，指明其中一种：{names}。"
        return error("BP304", f"字体名“{chosen.name}”不止指一种字体。", chosen.place, hint)
    there = [f"{member.path.name}（{member.name}）" for member in members]
    there += [path.name for path in unreadable]
    hint = f"改成其中一种：{'、'.join(there)}；" if there else "文件夹里还没有字体文件；"
    message = f"字体“{chosen.name}”在文件夹“{folder.name}”里找不到。"
    return error("BP301", message, chosen.place, hint + "或者把字体文件放进这个文件夹。")


_SUFFIXES = frozenset({".ttf", ".otf", ".ttc", ".otc", ".woff", ".woff2"})


def _folded(name: str) -> str:
    """A name as it is compared: macOS decomposes file names, and editors do not mind case."""
    return unicodedata.normalize("NFC", name).strip().casefold()


def _members(path: Path) -> list[_Member]:
    """The fonts in a file, with every name they go by in any language. Raises what fontTools raises."""
    from fontTools.ttLib import TTFont

    with path.open("rb") as file:
        magic, count = struct.unpack(">4s4xI", file.read(12))
    if magic in (b"wOFF", b"wOF2"):
        raise ValueError("a web font")
    found = []
    for number in range(count if magic == b"ttcf" else 1):
        with TTFont(path, fontNumber=number, lazy=True) as font:
            names: dict[int, set[str]] = {}
            for record in font["name"].names:
                names.setdefault(record.nameID, set()).add(_folded(record.toUnicode(errors="replace")))
            found.append(
                _Member(
                    path=path,
                    number=number,
                    name=full_name(font) or path.stem,
                    full_names=frozenset(names.get(4, set()) | names.get(6, set())),
                    families=frozenset(names.get(1, set()) | names.get(16, set())),
                    regular="regular" in names.get(17, names.get(2, {"regular"})),
                )
            )
    return found


def _unusable(path: Path, place: Place) -> Diagnostic:
    """A file that cannot be read as a font."""
    if path.suffix.lower() in {".woff", ".woff2"}:
        message = f"字体文件“{path.name}”是网页字体，不能用来排版。"
        return error("BP302", message, place, "换用同一字体的 TTF 或 OTF 文件。")
    message = f"字体文件“{path.name}”读不了：文件已损坏，或者不是字体。"
    return error("BP302", message, place, "重新复制或下载这个文件再试；也可以换用别的 TTF 或 OTF 字体。")


def _derive_copy(member: _Member, role: str, place: Place, entry: Path) -> Diagnostic | None:
    """Write the copy of a font for a role, then its entry beside it; or say why that cannot be."""
    from fontTools.ttLib import TTFont

    file = member.path.name
    try:
        # Recalculating the boxes would interpret every outline: minutes for a large CFF font.
        with TTFont(member.path, fontNumber=member.number, recalcTimestamp=False, recalcBBoxes=False) as font:
            if "fvar" in font:
                hint = "用字体工具导出所需粗细的静态字体（TTF 或 OTF），换用那个文件。"
                return error("BP302", f"字体文件“{file}”是可变字体，粗细不固定，不能用来排版。", place, hint)
            lacking = {"cmap", "OS/2", "hmtx", "hhea", "head"} - set(font.keys())
            if lacking or not ({"glyf", "CFF "} & set(font.keys())):
                hint = "换用带 TrueType 或 CFF 轮廓的 TTF 或 OTF 字体。"
                return error("BP302", f"字体文件“{file}”缺少排版需要的轮廓或数据表。", place, hint)
            embedding = font["OS/2"].fsType
            if not _may_embed_subset(embedding):
                stated = describe_embedding(embedding)
                message = f"字体“{member.name}”（{file}）不能嵌入 PDF：字体注明“{stated}”。"
                hint = "换用许可允许嵌入的字体，或者删去这一行，用随软件提供的字体。"
                return error("BP303", message, place, hint)
            licence = licence_statement(font)
            unify(font, role)
            copy = entry.with_suffix(".ttf" if "glyf" in font else ".otf")
            _write(copy, lambda path: font.save(path))
            described = {
                "file": copy.name,
                "sha256": hashlib.sha256(copy.read_bytes()).hexdigest(),
                "name": member.name,
                "licence": licence,
                "embedding": embedding,
                "glyphs": font["maxp"].numGlyphs,
                "blanks": blanks(font),
            }
    except OSError:
        # A full disk is not the font's fault.
        raise
    except Exception:
        return _unusable(member.path, place)
    text = json.dumps(described, ensure_ascii=False, indent=2)
    _write(entry, lambda path: path.write_text(text, encoding="utf-8"))
    return None


def _write(target: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file beside the target, then put it in the target's place in one step."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".draft-", suffix=target.suffix)
    os.close(handle)
    draft = Path(name)
    try:
        write(draft)
        draft.replace(target)
    except PermissionError:
        # Windows refuses to replace a file that another build is reading; its content is the same.
        if not target.is_file():
            raise
    finally:
        draft.unlink(missing_ok=True)


# Fontconfig
