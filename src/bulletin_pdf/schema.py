"""Typed settings: one model gives validation with places, JSON Schema, and the reference page of the docs.

The home of pydantic. A field's `title` is its Chinese name: both names are accepted as keys.
"""

import os
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from bulletin_pdf.diagnostics import Diagnostic, error
from bulletin_pdf.yaml_tree import Node

# For its first model pydantic would look through all installed packages for plug-ins.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")


class Settings(BaseModel):
    """Base of every settings model: frozen, and strict about keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=False)


Model = TypeVar("Model", bound=Settings)


def missing() -> Exception:
    """What a validator raises for a field that other fields make necessary."""
    return PydanticCustomError("missing", "missing")


def chinese_name(name: str, field: FieldInfo) -> str:
    """The Chinese key of a field; its English one where it has none."""
    return field.title or name


def _model_in(annotation: Any) -> type[Settings] | None:
    """The settings model inside an annotation such as `tuple[Entry, ...]` or `Entry | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _values_model(annotation: Any) -> type[Settings] | None:
    """The model of the values in a `dict[str, Model]`, whose keys are the editor's own."""
    arguments = get_args(annotation)
    return _model_in(arguments[1]) if len(arguments) == 2 and arguments[0] is str else None


def canonical(node: Node, model: type[Settings]) -> tuple[Node, list[Diagnostic]]:
    """The tree with every known key under its English name and empty values dropped.

    A key given in both languages is an error; an unknown key is kept for `validated` to report.
    """
    if isinstance(node.value, tuple):
        pairs = [canonical(item, model) for item in node.value]
        items = tuple(item for item, _ in pairs)
        return Node(items, node.place, node.key_place), [found for _, each in pairs for found in each]
    if not isinstance(node.value, dict):
        return node, []
    english = {chinese_name(name, field): name for name, field in model.model_fields.items()}
    entries: dict[str, Node] = {}
    diagnostics: list[Diagnostic] = []
    for key, child in node.value.items():
        name = english.get(key, key)
        if child.value is None:
            continue
        if name in entries:
            twin = next(chinese for chinese, given in english.items() if given == name)
            message = f"“{twin}”和“{name}”是同一项，写了两次。"
            diagnostics.append(error("BP111", message, child.key_place, "删去一处。"))
            continue
        field = model.model_fields.get(name)
        if field and (values := _values_model(field.annotation)) and isinstance(child.value, dict):
            inner = {}
            for own_key, value in child.value.items():
                inner[own_key], found = canonical(value, values)
                diagnostics += found
            child = Node(inner, child.place, child.key_place)
        elif field and (nested := _model_in(field.annotation)):
            child, found = canonical(child, nested)
            diagnostics += found
        entries[name] = child
    return Node(entries, node.place, node.key_place), diagnostics


def validated(node: Node, model: type[Model]) -> tuple[Model | None, list[Diagnostic]]:
    """The settings in a canonical tree, or every fault in it with its place."""
    try:
        return model.model_validate(node.bare()), []
    except ValidationError as problem:
        details = problem.errors(include_url=False)
        # A list whose items are wrong counts as too short as well.
        places = [detail["loc"] for detail in details]
        return None, [
            _translate(detail, node, model)
            for detail in details
            if detail["type"] != "too_short"
            or sum(loc[: len(detail["loc"])] == detail["loc"] for loc in places) == 1
        ]


# What a value should have been, by the kind of pydantic's error, and how to write it.
_INTEGER = ("应为整数", "只写阿拉伯数字，如 17。")
_NUMBER = ("应为数字", "只写阿拉伯数字，如 1.5。")
_SWITCH = ("应为 true 或 false", "要就写 true，不要就写 false。")
_LIST = ("应为列表", "另起一行写，每行以“- ”开头。")
_MAPPING = ("应为“键: 值”的形式", "另起一行写，每行一个“键: 值”，行首比上面多两个空格。")
_EMPTY = ("不能为空", "写上内容，或删去这一项。")
_EXPECTED = {
    "int_parsing": _INTEGER,
    "int_type": _INTEGER,
    "int_from_float": _INTEGER,
    "int_parsing_size": _INTEGER,
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "bool_parsing": _SWITCH,
    "bool_type": _SWITCH,
    "string_type": ("应为一段文字", "写在冒号后面，同一行里。"),
    "tuple_type": _LIST,
    "list_type": _LIST,
    "dict_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "string_too_short": _EMPTY,
    "too_short": _EMPTY,
}


def _translate(detail: ErrorDetails, tree: Node, model: type[Settings]) -> Diagnostic:
    """A pydantic error in Chinese, by its type; `loc` finds the place in the tree."""
    path = tuple(step for step in detail["loc"] if isinstance(step, str | int))
    node = tree.at(path)
    owner, label = _field_at(model, path)
    context = detail.get("ctx", {})
    kind = detail["type"]
    if kind == "missing":
        return error("BP116", f"缺少“{label}”（{path[-1]}）。", node.place, "补上这一项。")
    if kind == "extra_forbidden":
        message = f"没有“{path[-1]}”这一项。"
        return error(
            "BP114",
            message,
            node.key_place or node.place,
            nearest(str(path[-1]), keys(owner), chinese_keys(owner)),
        )
    what = f"“{label}”" + (f"的第 {path[-1] + 1} 项" if path and isinstance(path[-1], int) else "")
    if kind == "value_error":
        wrong, _, hint = str(context["error"]).partition("；")
        return error(
            "BP115", f"{what}不对：{wrong.rstrip('。')}。", node.place, hint or "照这一项的说明改写。"
        )
    given = _given(node)
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        bound = next(iter(context.values()))
        side, remedy = {
            "greater_than_equal": ("小", f"不小于 {bound}"),
            "greater_than": ("小", f"大于 {bound}"),
            "less_than_equal": ("大", f"不大于 {bound}"),
            "less_than": ("大", f"小于 {bound}"),
        }[kind]
        return error("BP115", f"{what}的值{given}太{side}了。", node.place, f"写{remedy} 的数。")
    if kind in ("literal_error", "enum"):
        allowed = context["expected"].replace(" or ", ", ").replace("'", "").replace(", ", "、")
        return error("BP115", f"{what}的值{given}不对。", node.place, f"可以写：{allowed}。")
    expected, hint = _EXPECTED.get(kind, ("的值不合要求", "照这一项的说明改写。"))
    if expected == _MAPPING[0] and isinstance(node.value, str) and "：" in node.value:
        hint = "中文冒号“：”改成英文冒号加一个空格。"
    if expected == _EMPTY[0]:
        return error("BP115", f"{what}{expected}。", node.place, hint)
    return error("BP115", f"{what}{expected}，这里写的是{given}。", node.place, hint)


def _given(node: Node) -> str:
    """What was written, fit to stand in a message."""
    if isinstance(node.value, str):
        return f"“{node.value if len(node.value) <= 20 else node.value[:20] + '……'}”"
    if node.value is None:
        return "空白"
    return "列表" if isinstance(node.value, tuple) else "“键: 值”"


def _field_at(model: type[Settings], path: tuple[str | int, ...]) -> tuple[type[Settings], str]:
    """The model that owns the last step of an error's path, and the field's Chinese name."""
    owner, label = model, str(path[-1]) if path else ""
    current: type[Settings] | None = model
    for step in path:
        if not isinstance(step, str) or current is None:
            continue
        owner = current
        field = current.model_fields.get(step)
        if field:
            label = chinese_name(step, field)
            current = _model_in(field.annotation)
        else:
            label = step
    return owner, label


def chinese_keys(model: type[Settings]) -> list[str]:
    """Every key that a model accepts, in Chinese."""
    return [chinese_name(name, field) for name, field in model.model_fields.items()]


def keys(model: type[Settings]) -> list[str]:
    """Every key that a model accepts, in both languages."""
    return [
        key
        for name, field in model.model_fields.items()
        for key in dict.fromkeys((chinese_name(name, field), name))
    ]


def nearest(word: str, known: Iterable[str], listed: Iterable[str] = ()) -> str:
    """A hint that names what was probably meant, or else lists what is known (or `listed` in its place)."""
    known = list(known)
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    if close:
        return f"是不是“{close[0]}”？"
    known = list(listed) or known
    return "可以写：" + "、".join(known[:40]) + ("……" if len(known) > 40 else "") + "。"


def json_schema(model: type[Settings], *, optional: Iterable[str] = ()) -> dict[str, Any]:
    """The model's JSON Schema, each property under both of its names; `optional` drops fields from required."""
    schema = model.model_json_schema()
    schema["required"] = [name for name in schema.get("required", []) if name not in set(optional)]
    for part in (schema, *schema.get("$defs", {}).values()):
        _both_names(part)
    return {"$schema": "http://json-schema.org/draft-07/schema#", **schema}


def _both_names(part: dict[str, Any]) -> None:
    """Give every property of one object schema its twin under the other name; in place."""
    part.pop("description", None)  # the model's docstring and name: English, for programmers
    part.pop("title", None)
    names = {name: (value.get("title", name), name) for name, value in part.get("properties", {}).items()}
    part["properties"] = {key: part["properties"][name] for name, twins in names.items() for key in twins}
    required = part.pop("required", [])
    if required:
        part["allOf"] = [{"anyOf": [{"required": [key]} for key in names[name]]} for name in required]
