"""The demonstration issue, content/2026-01, uses every element and every setting, and is built without a finding."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest

from bulletin_pdf import model
from bulletin_pdf.build import build
from bulletin_pdf.home import Home
from bulletin_pdf.load import load_issue
from bulletin_pdf.publication import LoadedSettings
from publications import ROOT, copy_issue

KEY = "2026-01"
# What an issue can do without: its layout, fonts and number of pages are the publication's or the program's choice.
NOT_SHOWN = {"layout", "fonts", "fit"}


@pytest.fixture(scope="module")
def loaded() -> tuple[model.Issue, LoadedSettings]:
    issue, settings, found = load_issue(Home(ROOT), KEY)
    assert [str(finding) for finding in found] == []
    assert issue
    assert settings
    return issue, settings


def values(value: Any) -> Iterator[Any]:
    """A frozen value and everything in it."""
    yield value
    if isinstance(value, tuple):
        for each in value:
            yield from values(each)
    elif is_dataclass(value):
        for field in fields(value):
            yield from values(getattr(value, field.name))


def test_every_element_is_there(loaded: tuple[model.Issue, LoadedSettings]) -> None:
    issue, _ = loaded
    everything = list(values(issue))

    def of(kind: type, field: str) -> set[Any]:
        return {getattr(value, field) for value in everything if type(value) is kind}

    assert {*get_args(model.Block), *get_args(model.Inline)} <= set(map(type, everything))
    assert of(model.Figure, "extent") == set(get_args(model.Extent))
    assert {file.suffix for file in of(model.Figure, "file")} == {".svg", ".png", ".jpg"}
    assert of(model.Chart, "kind") == {"bar", "line", "pie"}
    assert of(model.Verse, "columns") == {1, 2}
    assert of(model.EditorNote, "is_guide") == {True, False}
    assert of(model.Table, "is_wide") == {True, False}
    assert len(of(model.Table, "widths")) > 1
    assert {side for sides in of(model.Table, "alignment") for side in sides} >= {"left", "right", "decimal"}
    assert of(model.Subheading, "level") == {1, 2, 3}
    assert of(model.ListBlock, "ordered") == {True, False}
    assert len(of(model.Box, "title")) > 1
    for field in ("strong", "emphasis", "dotted", "link", "readings"):
        assert any(of(model.Run, field)), field
    for field in ("subtitle", "byline"):
        assert any(of(model.Article, field)), field
    for field in ("lead", "credit"):
        assert any(of(model.Paragraph, field)) or any(of(model.Verse, field)), field
    assert issue.front
    assert issue.has_contents
    assert len(issue.attachments) == 2
    assert len(issue.attendance) == 3


def test_every_setting_is_written(loaded: tuple[model.Issue, LoadedSettings]) -> None:
    _, settings = loaded
    assert isinstance(settings.tree.value, dict)
    assert set(type(settings.settings).model_fields) - NOT_SHOWN <= set(settings.tree.value)


def test_it_is_built_without_a_finding(tmp_path: Path) -> None:
    built = build(copy_issue(tmp_path, KEY), KEY)
    assert [str(finding) for finding in built.diagnostics] == []
    assert built.pdf
