"""The JSON Schemas: they are in Chinese, name every key twice, and accept what the models accept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bulletin_pdf.scaffold import schemas
from bulletin_pdf.schema import Settings, canonical, chinese_name, validated
from bulletin_pdf.settings import Entry, FontChoice, IssueSettings, Publication
from bulletin_pdf.source import SourceText
from bulletin_pdf.yaml_tree import parse_yaml

ROOT = Path(__file__).parents[1]
MODELS: tuple[type[Settings], ...] = (Publication, IssueSettings, Entry, FontChoice)
STANDING = "刊名: 简报\n编发单位: 办公室\n"
ISSUE = STANDING + "期号: 1\n总期号: 1\n日期: 2024-01-05\n内容:\n  - 01.md\n"


@pytest.mark.parametrize("model", MODELS)
def test_every_field_speaks_chinese(model: type[Settings]) -> None:
    titles = [chinese_name(name, field) for name, field in model.model_fields.items()]
    assert len(set(titles)) == len(titles)
    assert not set(titles) & set(model.model_fields)
    for name, field in model.model_fields.items():
        assert field.title, name
        assert any("\u4e00" <= character <= "\u9fff" for character in field.title), name
        assert field.description, name
        assert field.description.endswith("。"), name


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Every object of a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from parts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from parts(value)


@pytest.mark.parametrize("name", ["publication.json", "issue.json", "lexicon.json"])
def test_every_property_stands_under_both_names(name: str) -> None:
    schema = schemas()[name]
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    for part in parts(schema):
        if part.get("type") == "object" and "properties" in part:
            assert part["additionalProperties"] is False
            # Nothing that an editor sees is a programmer's English.
            assert "title" not in part
            assert "description" not in part
            for key, value in part["properties"].items():
                assert value["title"]
                assert value["description"]
                assert part["properties"][value["title"]] == value, key


def accepts(schema: dict[str, Any], value: Any, root: dict[str, Any]) -> bool:
    """As much of JSON Schema as these schemas use; anything else in them fails the test."""
    kinds: dict[str, Any] = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}
    for word, wanted in schema.items():
        match word:
            case "$ref":
                *_, name = wanted.split("/")
                fits = accepts(root["$defs"][name], value, root)
            case "type":
                fits = isinstance(value, kinds[wanted])
            case "anyOf":
                fits = any(accepts(each, value, root) for each in wanted)
            case "allOf":
                fits = all(accepts(each, value, root) for each in wanted)
            case "required":
                fits = isinstance(value, dict) and set(wanted) <= set(value)
            case "properties":
                fits = not isinstance(value, dict) or all(
                    accepts(wanted[key], each, root) for key, each in value.items() if key in wanted
                )
            case "additionalProperties":
                fits = not isinstance(value, dict) or set(value) <= set(schema["properties"])
            case "items":
                fits = not isinstance(value, list) or all(accepts(wanted, each, root) for each in value)
            case "minItems":
                fits = not isinstance(value, list) or len(value) >= wanted
            case "minLength":
                fits = not isinstance(value, str) or len(value) >= wanted
            case "minimum":
                fits = not isinstance(value, int) or value >= wanted
            case "maximum":
                fits = not isinstance(value, int) or value <= wanted
            case "title" | "description" | "default" | "$defs" | "$schema":
                fits = True
            case _:
                raise AssertionError(word)
        if not fits:
            return False
    return True


def typed(value: object) -> Any:
    """A tree's bare value as an editor's YAML support sees it: digits alone are a number."""
    if isinstance(value, dict):
        return {key: typed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [typed(each) for each in value]
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value


def verdicts(text: str, model: type[Settings], name: str) -> tuple[bool, bool]:
    """Whether the model takes a text, and whether the schema does."""
    tree, found = parse_yaml(SourceText(Path("x.yaml"), text))
    assert tree is not None
    assert found == []
    english, found = canonical(tree, model)
    settings, more = validated(english, model)
    schema = schemas()[name]
    return settings is not None and not found + more, accepts(schema, typed(tree.bare()), schema)


@pytest.mark.parametrize(
    "text",
    [
        ISSUE,
        ISSUE.replace("刊名", "name").replace("期号: 1\n总", "issue: 1\n总").replace("内容", "contents"),
        ISSUE.replace("办公室", "[办公室, 人事处]"),
        ISSUE
        + "  - 栏目: 要闻\n    稿件: 02.md\n  - section: 动态\n    articles: [03.md, 04.md]\n  - file: 05.md\n",
        ISSUE
        + "印数: 120\n密级: 内部资料\n关键词: [甲, 乙]\n常设栏目: 要闻\n字体:\n  仿宋: a.ttf\n  kai: b.ttf\n",
    ],
)
def test_good_settings_are_good_for_both(text: str) -> None:
    assert verdicts(text, IssueSettings, "issue.json") == (True, True)


@pytest.mark.parametrize(
    "text",
    [
        ISSUE.replace("总期号: 1\n", ""),
        ISSUE + "责任编缉: 张三\n",
        ISSUE.replace("期号: 1\n总", "期号: 十七\n总"),
        ISSUE.replace("期号: 1\n总", "期号: 0\n总"),
        ISSUE.replace("内容:\n  - 01.md\n", "内容: 01.md\n"),
        ISSUE.replace("内容:\n  - 01.md\n", "内容: []\n"),
        ISSUE.replace("- 01.md", "- [01.md]"),
        ISSUE.replace("- 01.md", "- 文档: 01.md"),
        ISSUE.replace("刊名: 简报", "刊名: ''"),
        ISSUE + "字体: a.ttf\n",
        ISSUE + "印数: [1]\n",
    ],
)
def test_bad_settings_are_bad_for_both(text: str) -> None:
    assert verdicts(text, IssueSettings, "issue.json") == (False, False)


def test_the_seed_fits_its_schemas() -> None:
    publication = (ROOT / "content" / "publication.yaml").read_text(encoding="utf-8")
    assert verdicts(publication, Publication, "publication.json") == (True, True)
    issue = (ROOT / "content" / "2021-17" / "issue.yaml").read_text(encoding="utf-8")
    tree, _ = parse_yaml(SourceText(Path("issue.yaml"), issue))
    assert tree is not None
    # What publication.yaml says need not stand in issue.yaml.
    schema = schemas()["issue.json"]
    assert accepts(schema, typed(tree.bare()), schema)


def test_publication_yaml_needs_a_name_and_an_organ() -> None:
    assert verdicts(STANDING, Publication, "publication.json") == (True, True)
    assert verdicts("刊名: 简报\n", Publication, "publication.json") == (False, False)


@pytest.mark.parametrize(
    "day", ["2021-07-09", "2021-7-9", "2021/7/9", "2021.7.9", "2021年7月9日", "2021 年 7 月 9 日"]
)
def test_dates_in_every_form(day: str) -> None:
    tree, _ = parse_yaml(SourceText(Path("x.yaml"), ISSUE.replace("2024-01-05", day)))
    assert tree is not None
    settings, found = validated(canonical(tree, IssueSettings)[0], IssueSettings)
    assert found == []
    assert settings is not None
    assert settings.date.isoformat() == "2021-07-09"
