"""A Word file's bytes to an article: Markdown, pictures, and an account of what was kept, changed and lost."""

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bulletin_pdf.diagnostics import Diagnostic, Place, warning
from bulletin_pdf.docx.account import kept_text, printed_text, typed_text, visible
from bulletin_pdf.docx.manuscript import Figures, Manuscript
from bulletin_pdf.docx.package import MAX_PICTURE, Package, open_package
from bulletin_pdf.docx.reading import read_document
from bulletin_pdf.docx.understanding import understood
from bulletin_pdf.docx.values import Loss
from bulletin_pdf.docx.writing import unseen, written
from bulletin_pdf.manuscript.markdown import parse_markdown
from bulletin_pdf.manuscript.pictures import raster_size
from bulletin_pdf.source import SourceText


@dataclass(frozen=True, slots=True)
class Account:
    """Characters of a document and of its article, blanks not counted, and what explains the difference.

    lost, added: characters by kind. changed: how often something was kept in another way, cleaned: how often debris
    was taken out, both by kind.
    """

    characters_in: int
    characters_out: int
    lost: Mapping[str, int]
    added: Mapping[str, int]
    changed: Mapping[str, int]
    cleaned: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Imported:
    """An article: the name of its file, its Markdown, pictures by file name."""

    name: str
    markdown: str
    pictures: Mapping[str, bytes]
    account: Account


def import_word(data: bytes, shown: Path) -> tuple[Imported | None, list[Diagnostic]]:
    """The article in the bytes of a .docx; nothing when it can't be read. shown: the file as diagnostics name it."""
    package, found = open_package(data, shown)
    if package is None:
        return None, found
    manuscript = understood(read_document(package))
    stem = file_stem(shown.stem)
    names, pictures, more = _pictures(package, manuscript, stem, shown)
    markdown = written(manuscript, names)
    article = Path(f"{stem}.md")
    parts, _, faults = parse_markdown(SourceText(article, markdown), unseen)
    account = _account(package, manuscript, printed_text(parts))
    found += [*_findings(manuscript, shown), *more, *(each for each in faults if each.code != "BP505")]
    found += _differences(manuscript, account, printed_text(parts), shown)
    if not visible(markdown):
        found.append(warning("BP144", "里面没有文字。", Place(shown), "核对是不是发错了文件。"))
    return Imported(article.name, markdown, pictures, account), found


def file_stem(name: str) -> str:
    """A file name without what Markdown, YAML or a system would trip over: 关于（终稿） 2 is 关于-终稿-2."""
    kept = re.sub(r"[^\w·-]+", "-", name.replace("_", "-")).strip("-·")
    return kept[:60].rstrip("-·") or "来稿"


# --- pictures -------------------------------------------------------------------------------------------

_FORMATS = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG", ".png"),
    (b"GIF8", ".gif"),
    (b"BM", ".bmp"),
    (b"II*\0", ".tif"),
    (b"MM\0*", ".tif"),
)


def _pictures(
    package: Package, manuscript: Manuscript, stem: str, shown: Path
) -> tuple[dict[str, str], dict[str, bytes], list[Diagnostic]]:
    """File names by part, bytes by file name, and what is wrong with the pictures that can't be used."""
    names: dict[str, str] = {}
    pictures: dict[str, bytes] = {}
    found = []
    refused: set[str] = set()
    for element in manuscript.elements:
        for picture in element.pictures if isinstance(element, Figures) else ():
            if picture.part in names or picture.part in refused:
                continue
            data = package.pictures.get(picture.part, b"")
            ending, fault = _examined(data)
            if fault:
                refused.add(picture.part)
                message = f"第 {picture.number} 段的图片没有取出来：{fault}。"
                hint = "在 Word 里右击图片，另存为 PNG 或 JPG，放到稿件旁边，再写上 ![说明](文件名)。"
                found.append(warning("BP146", message, Place(shown), hint))
                continue
            name = f"{stem}-{len(pictures) + 1}{ending}"
            names[picture.part], pictures[name] = name, data
    return names, pictures, found


def _examined(data: bytes) -> tuple[str, str]:
    """The ending for a picture's file, or what is wrong with it."""
    if not data:
        return "", f"不在文件里，或太大（超过 {MAX_PICTURE // 1_000_000} MB）"
    if data.startswith(b"\xd7\xcd\xc6\x9a") or data.startswith(b"\x01\x00\x09\x00"):
        return "", "是 WMF 格式"
    if data.startswith(b"\x01\0\0\0") and data[40:44] == b" EMF":
        return "", "是 EMF 格式"
    ending = next((ending for mark, ending in _FORMATS if data.startswith(mark)), "")
    ending = ".webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ending
    if not ending:
        return "", "格式不认识"
    size = raster_size(io.BytesIO(data))
    return (ending, "") if isinstance(size, tuple) else ("", size.rstrip("。"))


# --- the account ----------------------------------------------------------------------------------------


def _account(package: Package, manuscript: Manuscript, printed: str) -> Account:
    return Account(
        len(visible(typed_text(package))),
        len(visible(printed)),
        _characters(manuscript.losses),
        _characters(manuscript.added),
        dict(Counter(each.kind for each in manuscript.remarks)),
        dict(manuscript.cleaned),
    )


def _characters(losses: Iterable[Loss]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for loss in losses:
        counts[loss.kind] += len(visible(loss.text))
    return dict(counts)


def _differences(manuscript: Manuscript, account: Account, printed: str, shown: Path) -> Iterator[Diagnostic]:
    """Where the sum does not come out, or the article reads otherwise than the document."""
    hint = "对照原稿逐段核对这篇稿件，并请把原稿发给维护程序的人。"
    expected = account.characters_in - sum(account.lost.values()) + sum(account.added.values())
    if expected != account.characters_out:
        message = f"字数对不上：应当有 {expected} 字，稿件里有 {account.characters_out} 字。"
        yield warning("BP144", message, Place(shown), hint)
        return
    wanted, got = visible(kept_text(manuscript)), visible(printed)
    if wanted != got:
        at = next((at for at, (one, other) in enumerate(zip(wanted, got, strict=False)) if one != other), 0)
        message = f"文字或次序对不上，从“{wanted[max(at - 5, 0) : at + 10]}”起。"
        yield warning("BP144", message, Place(shown), hint)


# --- findings -------------------------------------------------------------------------------------------

# What is in the report, but no news to an editor.
_SILENT = {"圆点（改成列表）", "分页符、分栏符"}
_ADVICE = {
    "批注": "看看批注里的话要不要照办。",
    "删除的修订": "修订按“接受”处理；不该删的，在 Word 里拒绝修订后重新导入。",
    "隐藏文字": "要的话，在 Word 里取消隐藏后重新导入。",
    "统计图": "用“::: 柱图”等写法重画，或在 Word 里复制，粘贴为图片。",
    "SmartArt 图形": "在 Word 里另存为图片，放到稿件旁边。",
    "嵌入的对象（公式、Excel 表格等）": "在 Word 里转成图片或文字。",
    "符号字体里的字符": "对照原稿补上通用的符号。",
    "没有认出标题": "在文件第一行写上“# 标题”。",
    "合并的单元格": "文字放在第一格，其余空着；对照原稿看看。",
    "文本框": "文字放在所在的段落后面；看看位置对不对。",
    "裁剪过的图片": "取出的是没有裁剪的原图；要裁剪，先在图片软件里裁好。",
    "没有存在文件里的图片": "请作者另发图片，放到稿件旁边。",
    "公式": "只留下字母和数字；对照原稿补上结构，或改用图片。",
    "宏": "宏没有运行，也没有保留。",
    "坏字（改成□）": "对照原稿补上这个字。",
}
_QUOTED = 3


def _findings(manuscript: Manuscript, shown: Path) -> Iterator[Diagnostic]:
    """One finding for each kind of loss, and for each kind of change."""
    groups: tuple[tuple[str, tuple[Loss, ...], Callable[[str, str], str]], ...] = (
        ("BP143", manuscript.losses, lambda kind, count: f"{kind}没有保留（{count}）"),
        ("BP145", manuscript.remarks, lambda kind, count: f"{kind}（{count}），请核对"),
    )
    for code, losses, message in groups:
        for kind in dict.fromkeys(loss.kind for loss in losses):
            same = [loss for loss in losses if loss.kind == kind]
            is_margin = kind in ("页眉", "页脚") and not any(
                re.search(r"[^\W\d]", each.text) for each in same
            )
            if kind in _SILENT or is_margin:
                continue
            said = message(kind, f"{len(same)} 处") if kind not in _WHOLE else kind
            quotes = "；".join(_quotes(same))
            hint = _ADVICE.get(kind, "对照原稿看看要不要补上。")
            yield warning(code, f"{said}{'：' + quotes if quotes else ''}。", Place(shown), hint)


# Kinds that are no matter of counting.
_WHOLE = {"没有认出标题", "宏"}


def _quotes(losses: list[Loss]) -> Iterator[str]:
    """The first few, by paragraph and words."""
    for loss in losses[:_QUOTED]:
        where = f"第 {loss.number} 段" if loss.number else ""
        words = " ".join(loss.text.split())
        shown = f"“{words[:20]}{'……' if len(words) > 20 else ''}”" if words else ""
        if where or shown:
            yield where + shown
    if len(losses) > _QUOTED:
        yield "……"
