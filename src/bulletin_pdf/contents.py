"""Tool: an article added to the contents 内容 of issue.yaml, every other byte of the file as it was."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bulletin_pdf.schema import canonical
from bulletin_pdf.settings import IssueSettings
from bulletin_pdf.source import SourceText
from bulletin_pdf.yaml_tree import Node, parse_yaml

# Of a file that is listed, the title of the section that it ends in; None where that can't be said.
TitleOf = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Added:
    """The text of issue.yaml with an article in it, and the section 栏目 that the article is in."""

    text: str
    section: str


def add_article(text: str, name: str, section: str | None, title_of: TitleOf) -> Added | None:
    """List the file `name` in a section: the one called so, by default the last one of the issue.

    The article comes last in its section. A section that is not there becomes the issue's last. Gives nothing where
    the contents are not a list with one entry a line, or would not read as before.
    """
    before = _read(text)
    entries = _entries(before)
    if before is None or not entries:
        return None
    titles = [_title(entry, title_of) for entry in entries]
    wanted = section or titles[-1]
    if wanted is None:
        return None
    index = max((at for at, title in enumerate(titles) if title == wanted), default=len(entries) - 1)
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z", text)
    articles = entries[index].at(("articles",))
    is_list = articles is not entries[index] and isinstance(articles.value, tuple) and bool(articles.value)
    if titles[index] == wanted and is_list and (indent := _indent(lines, articles.at((0,)))) is not None:
        new = [f"{indent}- {name}"]
        path: tuple[str | int, ...] = ("contents", index, "articles")
    elif (indent := _indent(lines, entries[index])) is not None:
        is_english = bool(re.search(r"^contents\s*:", text, re.MULTILINE))
        first, second = ("section", "articles") if is_english else ("栏目", "稿件")
        new = [f"{indent}- {first}: {_scalar(wanted)}", f"{indent}  {second}:", f"{indent}    - {name}"]
        path = ("contents", index)
    else:
        return None
    last = max(_lines_of(entries[index]))
    end = re.search(r"[\r\n]*\Z", lines[last - 1])
    newline = (end[0] if end else "") or "\n"
    if not (end and end[0]):
        lines[last - 1] += newline
    lines[last:last] = [line + newline for line in new]
    result = "".join(lines)
    return Added(result, wanted) if _is_only_addition(before, _read(result), name, wanted, path) else None


def _read(text: str) -> Node | None:
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    tree, _ = parse_yaml(SourceText(Path("issue.yaml"), plain))
    return canonical(tree, IssueSettings)[0] if tree else None


def _entries(tree: Node | None) -> tuple[Node, ...]:
    contents = tree.value.get("contents") if tree and isinstance(tree.value, dict) else None
    return contents.value if contents and isinstance(contents.value, tuple) else ()


def _title(entry: Node, title_of: TitleOf) -> str | None:
    """The section that an entry of the contents ends in."""
    named = entry.value.get("section") if isinstance(entry.value, dict) else None
    if named is not None:
        return named.value if isinstance(named.value, str) else None
    file = entry.value.get("file") if isinstance(entry.value, dict) else entry
    return title_of(file.value) if file is not None and isinstance(file.value, str) else None


def _indent(lines: list[str], item: Node) -> str | None:
    """The blanks before the hyphen of an item that has a line of its own; None where it has none."""
    line, column = item.place.line or 1, item.place.column or 1
    match = re.fullmatch(r"\ufeff?( *)- +", lines[line - 1][: column - 1])
    return match[1] if match else None


def _lines_of(node: Node) -> Iterator[int]:
    yield node.place.line or 1
    children: Iterable[Node] = ()
    if isinstance(node.value, dict):
        children = node.value.values()
    elif isinstance(node.value, tuple):
        children = node.value
    for child in children:
        yield from _lines_of(child)


def _scalar(text: str) -> str:
    """A text as YAML: bare where nothing in it means something."""
    is_bare = re.fullmatch(r"[\w·“”《》（）、—]+(?: [\w·“”《》（）、—]+)*", text) and not text[0].isdigit()
    return text if is_bare else json.dumps(text, ensure_ascii=False)


def _is_only_addition(
    before: Node, after: Node | None, name: str, section: str, path: tuple[str | int, ...]
) -> bool:
    """Whether two readings of a file differ by the article alone."""
    wanted, got = before.bare(), after.bare() if after else None
    assert isinstance(wanted, dict)
    if len(path) == 3:
        wanted["contents"][path[1]]["articles"].append(name)
    else:
        wanted["contents"].insert(int(path[1]) + 1, {"section": section, "articles": [name]})
    return wanted == got
