"""Tool: the structure tags of a finished PDF: mended where the layout engine leaves them odd, and held to the rules.

A home of pypdf. Sources: PDF (ISO 32000-1, 14.8.4), PDF/UA-1 (ISO 14289-1, 7.2 to 7.6).
"""

from collections.abc import Iterator
from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject, NameObject

_ROWS = ("/THead", "/TBody", "/TFoot")
_CHILDREN = {
    "/Table": ("/Caption", "/TR", *_ROWS),
    **dict.fromkeys(_ROWS, ("/TR",)),
    "/TR": ("/TH", "/TD"),
    "/L": ("/Caption", "/L", "/LI"),
    "/LI": ("/Lbl", "/LBody"),
}
"""What may stand right inside a tag."""
_PARENTS = {
    "/TR": ("/Table", *_ROWS),
    **dict.fromkeys(_ROWS, ("/Table",)),
    **dict.fromkeys(("/TH", "/TD"), ("/TR",)),
    "/LI": ("/L",),
    "/LBody": ("/LI",),
}
"""What a tag may stand right inside."""


def mend_tables(root: Any) -> None:
    """Take out row groups without rows; call a head without a body a body, which keeps its cells heads. In place."""
    for element, _ in elements(root):
        if element.get("/S") != "/Table":
            continue
        kept = [child for child in children(element) if not _is_empty_group(child.get_object())]
        element[NameObject("/K")] = ArrayObject(kept)
        if not any(_tag(child) in ("/TBody", "/TR") for child in kept):
            for child in kept:
                if _tag(child) == "/THead":
                    child.get_object()[NameObject("/S")] = NameObject("/TBody")


def tag_faults(root: Any) -> list[str]:
    """What is wrong with the tags, in Chinese; each kind of fault once. root: the catalogue."""
    found = dict[str, None]()
    for element, parent in elements(root):
        tag, inside = str(element.get("/S", "")), str(parent.get("/S", ""))
        tags = [_tag(child) for child in children(element)]
        if tag in _PARENTS and inside not in _PARENTS[tag]:
            found[f"{tag[1:]} 在 {inside[1:]} 里"] = None
        for each in tags:
            if tag in _CHILDREN and each not in _CHILDREN[tag]:
                found[f"{tag[1:]} 里有 {each[1:] or '没有标签的内容'}"] = None
        if tag == "/Table" and "/THead" in tags and "/TBody" not in tags:
            found["表格只有表头"] = None
        if tag == "/Figure" and not str(element.get("/Alt", "")) and not str(element.get("/ActualText", "")):
            found["图没有替代文字"] = None
    return list(found)


def elements(root: Any) -> Iterator[tuple[Any, Any]]:
    """Every structure element with the one around it, in order."""
    tree = root.get("/StructTreeRoot")
    waiting = [(tree.get_object(), DictionaryObject())] if tree is not None else []
    while waiting:
        element, parent = waiting.pop()
        yield element, parent
        inner = [child.get_object() for child in children(element)]
        waiting += [
            (child, element)
            for child in reversed(inner)
            if isinstance(child, DictionaryObject) and "/S" in child
        ]


def children(element: Any) -> list[Any]:
    """What a structure element holds, references as they are."""
    if "/K" not in element:
        return []
    child = element.raw_get("/K")
    return list(child.get_object()) if isinstance(child.get_object(), ArrayObject) else [child]


def _tag(child: Any) -> str:
    value = child.get_object()
    return str(value.get("/S", "")) if isinstance(value, DictionaryObject) else ""


def _is_empty_group(element: Any) -> bool:
    """Whether a group of rows holds nothing but such groups."""
    return _tag(element) in _ROWS and all(_is_empty_group(child.get_object()) for child in children(element))
