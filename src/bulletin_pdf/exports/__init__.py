"""Stage: an issue to files for readers other than the press 导出: a web page, Word, Markdown, plain text, 公众号.

    Issue + its pictures (`Material`) → a module for each format → `Made`

An export starts from the issue, not from its pages, so it flows with the reader's window. Every format takes every kind
of block: each module has one `match` over `Block`, which mypy knows to be whole. A further format is a row of `FORMATS`
and a module with a function `make`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module

from bulletin_pdf.exports.material import Made, Material

__all__ = ["FORMATS", "Format", "Made", "Material", "chosen", "make"]


@dataclass(frozen=True, slots=True)
class Format:
    """name: as typed after --to. title: the Chinese name, as good as the other. has_pictures: whether it shows any."""

    name: str
    title: str
    has_pictures: bool = True


FORMATS = (
    Format("html", "网页"),
    Format("docx", "Word"),
    Format("md", "Markdown"),
    Format("txt", "纯文本", has_pictures=False),
    Format("wechat", "公众号"),
)
EVERYTHING = ("all", "全部")
_MODULES = {
    "html": "web",
    "docx": "word",
    "md": "markdown_text",
    "txt": "plain_text",
    "wechat": "wechat",
}


def chosen(words: Iterable[str]) -> tuple[Format, ...]:
    """The formats that words name, in the order of the table; ValueError, in Chinese: wrong；what to do."""
    known = {word.casefold(): each for each in FORMATS for word in (each.name, each.title)}
    named: set[Format] = set()
    for word in words:
        if word.casefold() in EVERYTHING:
            named.update(FORMATS)
        elif word.casefold() in known:
            named.add(known[word.casefold()])
        else:
            allowed = "、".join(f"{each.name}（{each.title}）" for each in FORMATS)
            raise ValueError(f"没有“{word}”这种格式；可以写：{allowed}、all（全部）。")
    return tuple(each for each in FORMATS if each in named)


def make(format_: Format, material: Material) -> Made:
    """An issue in a format; the same material gives the same bytes."""
    made: Made = import_module(f"bulletin_pdf.exports.{_MODULES[format_.name]}").make(material)
    return made
