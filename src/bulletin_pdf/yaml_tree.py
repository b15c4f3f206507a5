"""Tool: YAML to a tree in which every value knows its place. The home of PyYAML.

A settings file is read by people who don't know YAML, so what it refuses it explains: by the kind of PyYAML's
error and by what stands at the place, never by PyYAML's words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bulletin_pdf.diagnostics import Diagnostic, Place, error, has_errors
from bulletin_pdf.source import SourceText, read_text

# Deeper nesting than any settings file needs; PyYAML's composer recurses once a level.
MAX_DEPTH = 20
# Settings take 1 kB. The loader is PyYAML's own, not libyaml's: it gives the same places on every machine.
MAX_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML value with its place.

    value: text of a scalar as typed (numbers and dates too; whoever knows the type converts them),
    None for an empty scalar, a tuple of nodes for a sequence, a dict of nodes for a mapping.
    key_place: where the key of this value stands, in a mapping.
    """

    value: "str | tuple[Node, ...] | dict[str, Node] | None"
    place: Place
    key_place: Place | None = None

    def at(self, path: tuple[str | int, ...]) -> "Node":
        """The node at a path of keys and indices, or the deepest one on the way that exists."""
        node = self
        for step in path:
            children: Any = None if isinstance(node.value, str) else node.value
            try:
                node = children[step]
            except (TypeError, KeyError, IndexError):
                break
        return node

    def bare(self) -> object:
        """The value without places: str, None, list, dict."""
        if isinstance(self.value, dict):
            return {key: node.bare() for key, node in self.value.items()}
        if isinstance(self.value, tuple):
            return [node.bare() for node in self.value]
        return self.value


def read_yaml(file: Path, shown: Path, *, may_be_empty: bool = False) -> tuple[Node | None, list[Diagnostic]]:
    """Read one YAML file whose top is a mapping. Gives no tree when it can't be built."""
    source, diagnostics = read_text(file, shown, MAX_BYTES)
    if source is None or has_errors(diagnostics):
        return None, diagnostics
    node, found = _parsed(source, may_be_empty)
    return node, [*diagnostics, *found]


# A preview reads the same settings again and again, and a build of many issues those of the publication.
@lru_cache(maxsize=16)
def _parsed(source: SourceText, may_be_empty: bool) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    node, found = parse_yaml(source, may_be_empty=may_be_empty)
    return node, tuple(found)


def parse_yaml(source: SourceText, *, may_be_empty: bool = False) -> tuple[Node | None, list[Diagnostic]]:
    """Parse YAML text whose top is a mapping. Anchors, aliases and tags are refused: settings need none."""
    try:
        events: list[yaml.Event] = []
        if problems := list(_refused(source, events)):
            return None, problems
        root = _Composer(events).get_single_node()
    except yaml.MarkedYAMLError as problem:
        return None, [_syntax_error(source, problem)]
    except (yaml.YAMLError, ValueError):
        return None, [error("BP110", "这个文件读不通。", Place(source.file), "从最近改动的一行查起。")]
    if root is None and may_be_empty:
        return Node({}, Place(source.file, 1, 1)), []
    if not isinstance(root, yaml.MappingNode):
        return None, [_no_mapping(source, root)]
    diagnostics: list[Diagnostic] = []
    return _node(root, source.file, diagnostics), diagnostics


class _Composer(yaml.composer.Composer, yaml.resolver.Resolver):
    """Makes nodes of events that were parsed before."""

    def __init__(self, events: list[yaml.Event]) -> None:
        yaml.composer.Composer.__init__(self)
        yaml.resolver.Resolver.__init__(self)
        self._events = events[::-1]

    def check_event(self, *kinds: type[yaml.Event]) -> bool:
        return bool(self._events) and (not kinds or isinstance(self._events[-1], kinds))

    def peek_event(self) -> yaml.Event:
        return self._events[-1]

    def get_event(self) -> yaml.Event:
        return self._events.pop()


def _refused(source: SourceText, events: list[yaml.Event]) -> Iterator[Diagnostic]:
    """What YAML knows and settings must not use. Reads events one by one, so that a bomb never goes off, and gathers
    them."""
    depth = 0
    for event in yaml.parse(source.text, Loader=yaml.SafeLoader):
        events.append(event)
        place = _place(source.file, event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            yield _sign("*", place)
        elif getattr(event, "anchor", None):
            yield _sign("&", place)
        elif getattr(event, "tag", None):
            yield _sign("!", place)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                yield error("BP113", f"嵌套超过 {MAX_DEPTH} 层。", place, "检查缩进和括号。")
                return
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


_SIGNS = {"*": "别名", "&": "锚点", "!": "标签"}


def _sign(sign: str, place: Place) -> Diagnostic:
    message = f"“{sign}”开头的文字在 YAML 里是{_SIGNS[sign]}，这里不能用。"
    return error("BP112", message, place, f"文字本身以 {sign} 开头的，整个放进英文引号里；不是文字，就删去。")


def _place(file: Path, mark: Any) -> Place:
    return Place(file, mark.line + 1, mark.column + 1)


def _node(node: yaml.Node, file: Path, diagnostics: list[Diagnostic], key_place: Place | None = None) -> Node:
    place = _place(file, node.start_mark)
    if isinstance(node, yaml.ScalarNode):
        is_null = node.tag.endswith(":null") and node.style is None
        if node.style in ("'", '"'):
            place = place.right(1)  # where the text begins
        return Node(None if is_null else node.value, place, key_place)
    if isinstance(node, yaml.SequenceNode):
        return Node(tuple(_node(item, file, diagnostics) for item in node.value), place, key_place)
    entries: dict[str, Node] = {}
    for key, value in node.value:
        at = _place(file, key.start_mark)
        if not isinstance(key, yaml.ScalarNode) or not key.value:
            diagnostics.append(error("BP110", "冒号前面应当有一个词。", at, "写成“键: 值”，如“期号: 17”。"))
        elif key.value in entries:
            first = entries[key.value].key_place
            message = f"“{key.value}”写了两次（第一次在第 {first.line if first else '?'} 行）。"
            diagnostics.append(error("BP111", message, at, "删去一处。"))
        else:
            entries[key.value] = _node(value, file, diagnostics, at)
    return Node(entries, place, key_place)


# --- what makes YAML fail, in words ---------------------------------------------------------------------

# A key before a Chinese colon, or before an English one without the space that YAML wants after it.
_CHINESE_COLON = re.compile(r"\s*(?:- +)?[^\s:：#\"'][^:：#\"']{0,20}(?=：)")
_NARROW_COLON = re.compile(r"\s*(?:- +)?[^\s:：#\"'][^:：#\"']{0,20}(?=:[^\s/])")
_HEALTHY = re.compile(r"[^#]*:(?: |$)")


def _no_mapping(source: SourceText, root: yaml.Node | None) -> Diagnostic:
    if root is None:
        return error(
            "BP110", "文件是空的。", Place(source.file, 1, 1), "照别的一期填写，或用 bulletin new 建立。"
        )
    place = _place(source.file, root.start_mark)
    first = (place.line or 1) - 1
    message = "文件应当由“键: 值”组成。"
    return _bad_colon(source, range(first, len(source.lines))) or error(
        "BP110", message, place, "每行写成“键: 值”，如“期号: 17”。"
    )


def _bad_colon(source: SourceText, numbers: range) -> Diagnostic | None:
    """The first line of some (numbers from 0) whose colon is Chinese or lacks its space."""
    for number in numbers:
        line = source.lines[number]
        if _HEALTHY.match(line):
            continue
        if match := _CHINESE_COLON.match(line):
            place = Place(source.file, number + 1, match.end() + 1)
            hint = "改成英文冒号加一个空格，如“期号: 17”。"
            return error("BP110", f"“{_typed(line)}”里的冒号是中文的“：”。", place, hint)
        if match := _NARROW_COLON.match(line):
            place = Place(source.file, number + 1, match.end() + 1)
            message = f"“{_typed(line)}”的冒号后面少一个空格。"
            return error("BP110", message, place, "在冒号后面加一个空格，如“期号: 17”。")
    return None


def _syntax_error(source: SourceText, problem: yaml.MarkedYAMLError) -> Diagnostic:
    """What is most likely wrong where YAML stopped; falls back to the place alone."""
    file, lines = source.file, source.lines
    mark, context = problem.problem_mark or problem.context_mark, problem.context_mark
    if mark is None:
        return error("BP110", "这个文件读不通。", Place(file), "从最近改动的一行查起。")

    # The mark may stand past the end: an unfinished line is noticed only there.
    number = min(mark.line, len(lines) - 1)
    while number and not lines[number].strip():
        number -= 1
    line = lines[number]
    column = mark.column if number == mark.line else len(line)
    place = Place(file, number + 1, min(column, len(line)) + 1)
    opening = _character(lines, context)

    if opening in ('"', "'") and isinstance(problem, yaml.scanner.ScannerError):
        hint = f"在文字末尾补上 {opening}，或去掉引号。"
        return error("BP110", f"英文引号（{opening}）没有配对。", _place(file, context), hint)
    if "\t" in line[: len(line) - len(line.lstrip())]:
        place = Place(file, number + 1, line.index("\t") + 1)
        return error("BP110", "这一行用制表符缩进。", place, "YAML 只认空格：把行首的制表符换成两个空格。")
    first = number
    while first and not _HEALTHY.match(lines[first - 1]):
        first -= 1
    if context is not None:
        first = min(first, context.line)
    if found := _bad_colon(source, range(first, number + 1)):
        return found
    for suspect in range(first, number + 1):
        if lines[suspect].rstrip() in ("---", "..."):
            message = f"“{_typed(lines[suspect])}”把文件分成了两份。"
            return error("BP110", message, Place(file, suspect + 1, 1), "一个文件只写一份，删去这一行。")
    if opening in ("[", "{"):
        message = f"“{opening}”没有配对。"
        hint = f"补上另一半；文字本身以 {opening} 开头的，整个放进英文引号里。"
        return error("BP110", message, _place(file, context), hint)
    for at in (context, mark):
        if (sign := _character(lines, at)) and sign in "*&!@`%|>,]}":
            if sign in _SIGNS:
                return _sign(sign, _place(file, at))
            hint = "把冒号后面的文字整个放进英文引号里。"
            return error("BP110", f"文字不能以“{sign}”开头。", _place(file, at), hint)
    before = line[:column].rstrip()
    if line[column : column + 1] == ":" and ": " in before:
        hint = "把第一个冒号后面的文字整个放进英文引号里，或改用中文冒号。"
        return error("BP110", f"“{_typed(line)}”里有两个冒号。", place, hint)
    if before.endswith(('"', "'")):
        hint = "整个值放进一对英文引号里，里面的引号用中文的“ ”。"
        return error("BP110", "英文引号后面还有文字。", place, hint)
    for suspect in range(first, number + 1):
        if re.match(r"\s*[^\s#:-][^:]*$", lines[suspect]):
            place = Place(file, suspect + 1, _indent(lines[suspect]) + 1)
            message = f"“{_typed(lines[suspect])}”没有冒号。"
            return error("BP110", message, place, "写成“键: 值”，或并到上一行去。")
    if number and _indent(line) != _indent(lines[number - 1]):
        place = Place(file, number + 1, _indent(line) + 1)
        hint = "同一层的各行，行首空格要一样多；下一层多两个空格。"
        return error("BP110", "这一行的缩进和上面对不上。", place, hint)
    return error("BP110", "从这里起读不通。", place, "检查这一行和上一行的冒号、缩进、引号和括号。")


def _character(lines: list[str], mark: Any) -> str:
    return "" if mark is None or mark.line >= len(lines) else lines[mark.line][mark.column : mark.column + 1]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _typed(line: str) -> str:
    """A line fit to be quoted in a message."""
    text = line.strip().removeprefix("- ").strip()
    return text if len(text) <= 20 else text[:20] + "……"
