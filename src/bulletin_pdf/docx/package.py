"""A .docx opened safely: a zip of XML parts and pictures, read into memory within limits, names never used as paths.

What is refused is refused with a diagnostic that says what the file is and what to do.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from bulletin_pdf.diagnostics import Diagnostic, Place, error

# A submission has a few pages and pictures; what is larger is a mistake or an attack.
MAX_FILE = 200_000_000
MAX_ENTRIES = 5000
MAX_XML = 40_000_000
MAX_PICTURE = 60_000_000
MAX_TOTAL = 400_000_000
# XML packs well, at most about a hundredfold; a bomb packs a thousandfold.
MAX_RATIO = 300
RATIO_FROM = 2_000_000
# Text boxes in tables in text boxes come to some forty elements.
MAX_DEPTH = 250

SAVE_AS = "在 Word 或 WPS 里打开它，另存为“Word 文档（.docx）”，再导入。"

# Short names for the namespaces, of both editions of the standard (Transitional and Strict).
_NAMESPACES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a",
    "http://purl.oclc.org/ooxml/drawingml/main": "a",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/drawingml/2006/chart": "c",
    "http://purl.oclc.org/ooxml/drawingml/chart": "c",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram": "dgm",
    "http://purl.oclc.org/ooxml/drawingml/diagram": "dgm",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part points to: the kind (`image`, `footnotes` …), and a part's name or an address outside."""

    kind: str
    target: str
    is_external: bool


@dataclass(frozen=True, slots=True)
class Part:
    """An XML part; tags and attributes have short names (`w:p`). relations: by their ids."""

    root: Element
    relations: Mapping[str, Relation] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Package:
    """What matters of a .docx. parts: by kind (`styles`, `footnotes` …), headers and footers several.

    pictures: the bytes of picture parts by name; those too large to be read are empty.
    """

    main: Part
    parts: Mapping[str, tuple[Part, ...]]
    pictures: Mapping[str, bytes]
    has_macros: bool = False

    def part(self, kind: str) -> Part | None:
        """The only part of a kind, if there is one."""
        return next(iter(self.parts.get(kind, ())), None)


def open_package(data: bytes, shown: Path) -> tuple[Package | None, list[Diagnostic]]:
    """The package in the bytes of a file, or what is wrong with it. shown: the file as diagnostics name it."""
    place = Place(shown)
    if fault := _not_a_zip(data, shown.suffix.lower()):
        return None, [error("BP140", fault[0], place, fault[1])]
    damaged = "在 Word 或 WPS 里打开它（程序会试着修复），另存后再导入；打不开，请作者重发一份。"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Archive(archive).package(), []
    except _RefusedError as problem:
        return None, [error(problem.code, str(problem), place, problem.hint or SAVE_AS)]
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, NotImplementedError):
        return None, [error("BP141", "文件已经损坏，读不完整。", place, damaged)]
    except RuntimeError:  # zipfile's word for an entry with a password
        return None, [error("BP140", "压缩包加了密码，读不了。", place, SAVE_AS)]
    except ElementTree.ParseError:
        return None, [error("BP141", "文件里的 XML 已经损坏。", place, damaged)]


# --- what it is -----------------------------------------------------------------------------------------

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# First bytes of what is called .docx by mistake.
_FOREIGN = (
    (b"{\\rtf", "RTF 文档"),
    (b"%PDF", "PDF 文件"),
    (b"\xff\xd8\xff", "图片"),
    (b"\x89PNG", "图片"),
    (b"Rar!", "RAR 压缩包"),
    (b"7z\xbc\xaf", "7z 压缩包"),
)


def _not_a_zip(data: bytes, suffix: str) -> tuple[str, str] | None:
    """Message and hint for bytes that are no zip file."""
    if not data:
        return "文件是空的（0 字节）。", "多半是没有下载完，请作者重发一份。"
    if len(data) > MAX_FILE:
        return f"文件太大（{len(data) // 1_000_000} MB）。", "把图片另外存放，压缩图片后另存，再导入。"
    if data.startswith(b"PK"):
        return None
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            hint = "在 Word 或 WPS 里用密码打开，去掉密码后另存为 .docx（文件—信息—保护文档），再导入。"
            return "文件有打开密码，读不了。", hint
        kind = " WPS 文字的 .wps" if suffix in (".wps", ".wpt") else "旧版 Word 的 .doc"
        return f"这是{kind} 格式，读不了。", SAVE_AS
    for mark, kind in _FOREIGN:
        if data.startswith(mark):
            hint = "请作者发 Word 原稿（.docx）。" if "PDF" in kind or "图片" in kind else SAVE_AS
            return f"这不是 .docx，是{kind}。", hint
    if data[:200].lstrip().lower().startswith((b"<html", b"<!doctype html", b"<?xml")):
        return "这不是 .docx，是网页或 XML 文件。", SAVE_AS
    return "这不是 .docx 文件，看不出是什么。", SAVE_AS


# --- reading --------------------------------------------------------------------------------------------


class _RefusedError(Exception):
    """The package can't be used."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code, self.hint = code, hint


_SUSPECT = "不要打开它；请作者在 Word 里另存一份新的 .docx。"
# Parts that hold text, styles or numbers, by the kind of relation that leads to them.
_KINDS = ("styles", "numbering", "footnotes", "endnotes", "comments", "header", "footer")


class _Archive:
    """Reads the entries of a zip file within limits, whatever their headers say."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = {name.lstrip("/").lower(): name for name in archive.namelist()}
        self.total = 0
        if len(self.names) > MAX_ENTRIES:
            raise _RefusedError("BP142", f"压缩包里有 {len(self.names)} 个文件，不像稿件。", _SUSPECT)

    def package(self) -> Package:
        roots = self.relations("")
        document = next((each for each in roots.values() if each.kind == "officeDocument"), None)
        name = document.target if document else "word/document.xml"
        if not self.has(name):
            raise _RefusedError("BP140", self.other_kind())
        main = self.part(name)
        if main.root.tag != "w:document":
            raise _RefusedError("BP140", self.other_kind())
        parts = {
            kind: tuple(self.part(each.target) for each in _targets(main, kind) if self.has(each.target))
            for kind in _KINDS
        }
        with_pictures = [main, *parts["footnotes"], *parts["endnotes"]]
        pictures = {
            relation.target: self.picture(relation.target)
            for part in with_pictures
            for relation in _targets(part, "image")
        }
        has_macros = any(name.endswith("vbaproject.bin") for name in self.names)
        return Package(main, parts, pictures, has_macros)

    def other_kind(self) -> str:
        """What a zip file is that holds no Word document."""
        if "xl/workbook.xml" in self.names:
            return "这是 Excel 表格，不是 Word 文档。"
        if "ppt/presentation.xml" in self.names:
            return "这是 PowerPoint 演示文稿，不是 Word 文档。"
        if "mimetype" in self.names and b"opendocument" in self.read("mimetype", 200):
            return "这是 OpenDocument 文档（.odt），不是 .docx。"
        if "encryption.xml" in self.names or "meta-inf/encryption.xml" in self.names:
            return "文件加了密，读不了。"
        return "这是压缩包，里面没有 Word 文档。"

    def has(self, name: str) -> bool:
        return name.lower() in self.names

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of an entry; raises if there are more than so many."""
        info = self.archive.getinfo(self.names[name.lower()])
        with self.archive.open(info) as stream:
            data = stream.read(limit + 1)
        self.total += len(data)
        packed = max(info.compress_size, 1)
        is_bomb = len(data) > RATIO_FROM and len(data) > MAX_RATIO * packed
        if len(data) > limit or self.total > MAX_TOTAL or (is_bomb and name.lower().endswith(".xml")):
            message = f"解开以后太大（“{posixpath.basename(name)}”），像是压缩炸弹。"
            raise _RefusedError("BP142", message, _SUSPECT)
        return data

    def picture(self, name: str) -> bytes:
        """A picture's bytes; nothing for one that is missing or too large, which is reported where it stands."""
        if not self.has(name) or self.archive.getinfo(self.names[name.lower()]).file_size > MAX_PICTURE:
            return b""
        return self.read(name, MAX_PICTURE)

    def part(self, name: str) -> Part:
        return Part(self.xml(name), self.relations(name))

    def relations(self, name: str) -> dict[str, Relation]:
        """The relations of a part ('' for the package), by id."""
        folder, base = posixpath.split(name)
        file = posixpath.join(folder, "_rels", f"{base}.rels")
        if not self.has(file):
            return {}
        found = {}
        for each in self.xml(file):
            kind = each.get("Type", "").rpartition("/")[2]
            is_external = each.get("TargetMode") == "External"
            target = each.get("Target", "")
            if not is_external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[each.get("Id", "")] = Relation(kind, target, is_external)
        return found

    def xml(self, name: str) -> Element:
        """The tree of an XML part. The standard forbids DTDs (ISO/IEC 29500-2, 8.1.4), so entities can't be declared."""
        data = self.read(name, MAX_XML)
        declared = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*encoding=[\"']([^\"']+)", data)
        if b"\0" in data or (declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii")):
            raise _RefusedError("BP141", f"“{posixpath.basename(name)}”不是 UTF-8 编码。")
        if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
            message = f"“{posixpath.basename(name)}”里有实体声明（DTD），Word 不会这样写。"
            raise _RefusedError("BP142", message, _SUSPECT)
        root = ElementTree.fromstring(data)
        layer, depth = [root], 0
        while layer:
            layer, depth = [child for element in layer for child in element], depth + 1
            if depth > MAX_DEPTH:
                raise _RefusedError("BP142", "XML 套得太深，Word 不会这样写。", _SUSPECT)
        _shorten(root)
        return root


def _targets(part: Part, kind: str) -> Iterator[Relation]:
    """The relations of a kind to parts, each part once."""
    seen = set()
    for relation in part.relations.values():
        if relation.kind == kind and not relation.is_external and relation.target not in seen:
            seen.add(relation.target)
            yield relation


def _shorten(root: Element) -> None:
    """Give tags and attributes their short names."""
    short: dict[str, str] = {}

    def name(long: str) -> str:
        if long not in short:
            space, _, local = long[1:].rpartition("}") if long.startswith("{") else ("", "", long)
            prefix = _NAMESPACES.get(space)
            short[long] = f"{prefix}:{local}" if prefix else local
        return short[long]

    for element in root.iter():
        element.tag = name(element.tag)
        if any(key.startswith("{") for key in element.attrib):
            element.attrib = {name(key): value for key, value in element.attrib.items()}
