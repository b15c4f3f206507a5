"""Tool: reading content files as text, and never from outside their folder."""

import codecs
import re
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bulletin_pdf.diagnostics import Diagnostic, Place, error, warning
from bulletin_pdf.files import reason

# A bulletin's text is some 10 kB; a million bytes are a book of 500 pages.
MAX_BYTES = 1_000_000
# What nobody sees and nobody typed on purpose: control characters, soft hyphen, zero-width marks, the
# Unicode line ends, and the signs that turn the direction of writing. Variation selectors are no such thing.
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]"
)
# More of the same would hide everything else.
MAX_INVISIBLE = 20

# First bytes of what editors save by mistake under a text file's name.
_FOREIGN = {
    b"PK\x03\x04": " Word 文档或压缩包",
    b"\xd0\xcf\x11\xe0": "旧版 Word 文档",
    b"%PDF": " PDF 文件",
    b"{\\rtf": " RTF 文档",
    b"\xff\xd8\xff": "图片",
    b"\x89PNG": "图片",
}


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file's text: decoded, without byte order mark, every line end a single U+000A."""

    file: Path
    text: str

    @property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return self.text.split("\n")


def read_text(file: Path, shown: Path, limit: int = MAX_BYTES) -> tuple[SourceText | None, list[Diagnostic]]:
    """Read a UTF-8 text file of at most `limit` bytes.

    file: where it is; shown: the path that diagnostics name (relative to the publication).
    Gives no text when the file can't be read as text at all; the diagnostics say why.
    """
    try:
        size = file.stat().st_size
        data = file.read_bytes() if size <= limit else b""
    except FileNotFoundError:
        return None, [error("BP105", f"找不到文件“{shown}”。", Place(shown), "核对文件名，或新建这个文件。")]
    except OSError as problem:
        message = f"读不了文件“{shown}”：{reason(problem)}。"
        return None, [error("BP105", message, Place(shown), "核对它是不是普通文件、有没有读取权限。")]
    if size > limit:
        message = f"文件太大：{size // 1000} kB，最多 {limit // 1000} kB，不像文字稿。"
        return None, [error("BP107", message, Place(shown), "核对是不是放错了文件；图片另存为图片文件。")]

    text, diagnostics = _decoded(data, shown)
    if text is None:
        return None, diagnostics
    if found := re.search(r"\r\n?", text):
        kind = " Windows 换行（CRLF）" if found.group() == "\r\n" else "旧式换行（CR）"
        place = _place_at(shown, text, found.start())
        hint = "不改也能排；要改，在编辑器右下角把换行改为 LF 后保存。"
        diagnostics.append(warning("BP103", f"文件用的是{kind}。", place, hint))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    for found in islice(INVISIBLE.finditer(text), MAX_INVISIBLE):
        message = f"这里有看不见的字符 U+{ord(found.group()):04X}。"
        place = _place_at(shown, text, found.start())
        diagnostics.append(error("BP104", message, place, "把光标移到这里，删去它。"))
    if (at := text.find("\ufffd")) >= 0:
        message = "这里有坏字“\ufffd”：原来的字在转换编码时丢了。"
        diagnostics.append(error("BP104", message, _place_at(shown, text, at), "对照原稿补上这个字。"))
    return SourceText(shown, text), diagnostics


def inside(folder: Path, name: str) -> Path | None:
    """The file called `name` in `folder`, or None when the name leads out of it (.., absolute, symlink)."""
    if not name or "\0" in name or "\\" in name or Path(name).is_absolute() or re.match(r"[A-Za-z]:", name):
        return None
    try:
        target = (folder / name).resolve()
        is_loop = target.is_symlink()  # where resolve() does not raise for one: Python 3.13
        return target if target.is_relative_to(folder.resolve()) and not is_loop else None
    except (OSError, ValueError, RuntimeError):  # a loop of links, a name too long
        return None


def _place_at(shown: Path, text: str, offset: int) -> Place:
    """Line and column of an offset into a text in which LF ends lines."""
    return Place(shown, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _decoded(data: bytes, shown: Path) -> tuple[str | None, list[Diagnostic]]:
    """The text, if the bytes are UTF-8, and what was wrong with them."""
    for mark, kind in _FOREIGN.items():
        if data.startswith(mark):
            hint = "文字稿要存为纯文本（UTF-8）；Word 文件用 bulletin import 导入，别的把文字复制到新的 .md 文件里。"
            return None, [error("BP101", f"这不是文字文件，看起来是{kind}。", Place(shown), hint)]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None, [_wrong_encoding(shown, data, 0, "UTF-16")]
    diagnostics = []
    if data.startswith(codecs.BOM_UTF8):
        data = data[len(codecs.BOM_UTF8) :]
        message, hint = "文件开头有字节顺序标记（BOM）。", "另存为“UTF-8”，不要选“带 BOM 的 UTF-8”。"
        diagnostics.append(warning("BP102", message, Place(shown, 1, 1), hint))
    try:
        return data.decode("utf-8"), diagnostics
    except UnicodeDecodeError as problem:
        return None, [_wrong_encoding(shown, data, problem.start, _guess(data))]


def _guess(data: bytes) -> str:
    """The likely encoding of bytes that are not good UTF-8; '' when nothing fits.

    Text in the right encoding is mostly Han here; read in a wrong one it is not.
    """
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if sum(not character.isascii() for character in text) > damaged * 4:
        return "UTF-8"
    candidates = [("gbk", "GBK"), ("gb18030", "GB18030")]
    if b"\0" in data:
        candidates = [("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"), *candidates]
    for encoding, name in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        han = sum("\u3400" <= character <= "\u9fff" or character >= "\U00020000" for character in text)
        if han * 2 >= sum(not character.isascii() for character in text):
            return name
    return ""


def _wrong_encoding(shown: Path, data: bytes, offset: int, name: str) -> Diagnostic:
    before = data[:offset]
    line = before.count(b"\n") + 1
    # What precedes the first bad byte is good UTF-8; its length in characters gives the column.
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    place = Place(shown, line, column)
    if not name:
        hint = "核对是不是放错了文件；文字稿要存为纯文本，编码选 UTF-8。"
        return error("BP101", "文件不是 UTF-8 编码，也看不出是什么编码。", place, hint)
    if name == "UTF-8":
        return error(
            "BP101", "这里有损坏的字节，不成文字。", place, "对照原稿把这里重打一遍，以 UTF-8 编码保存。"
        )
    hint = f"在编辑器里用 {name} 编码重新打开，看到文字正常后，再以 UTF-8 编码保存。"
    return error("BP101", f"文件不是 UTF-8 编码，看起来是 {name}。", place, hint)
