"""Tool: the settings of a publication and of its issues, with their places."""

from dataclasses import dataclass, field
from pathlib import Path

from bulletin_pdf.diagnostics import Diagnostic, Place, error, has_errors
from bulletin_pdf.home import Home
from bulletin_pdf.lexicon import Lexicon
from bulletin_pdf.schema import Model, canonical, nearest, validated
from bulletin_pdf.settings import IssueSettings, Publication
from bulletin_pdf.source import inside
from bulletin_pdf.yaml_tree import Node, read_yaml


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """Settings with the tree that they came from, which knows every value's place; the house lexicon where it was
    asked for."""

    settings: IssueSettings
    tree: Node
    lexicon: Lexicon = field(default_factory=Lexicon)


def load_publication(home: Home) -> tuple[Publication | None, Node | None, list[Diagnostic]]:
    """What publication.yaml says, checked on its own."""
    return _load_settings(home, home.publication, Publication, {})


def load_lexicon(home: Home) -> tuple[Lexicon, list[Diagnostic]]:
    """The house lexicon, checked; empty where there is no file, or where it is wrong."""
    if not home.lexicon.exists():
        return Lexicon(), []
    lexicon, _, found = _load_settings(home, home.lexicon, Lexicon, {}, may_be_empty=True)
    return lexicon or Lexicon(), found


def load_issue_settings(home: Home, key: str) -> tuple[LoadedSettings | None, list[Diagnostic]]:
    """What issue.yaml says on top of publication.yaml, without reading the text."""
    settings, tree, found = read_issue_settings(home, key)
    return (LoadedSettings(settings, tree) if settings and tree else None), found


def read_issue_settings(home: Home, key: str) -> tuple[IssueSettings | None, Node | None, list[Diagnostic]]:
    """The settings if nothing in them is wrong, and their tree if it could be read, right or wrong."""
    file = home.content / key / "issue.yaml"
    if not (inside(home.content, key) and file.is_file()):
        hint = nearest(key, home.issues()) if home.issues() else "用 bulletin new 建立第一期。"
        return None, None, [error("BP105", f"没有“{key}”这一期。", Place(home.shown(file)), hint)]
    publication, standing, found = load_publication(home)
    if publication is None or standing is None or not isinstance(standing.value, dict):
        # Its own faults are reported; these stand for what it lacks while the issue's are looked for.
        place = Place(home.shown(home.publication))
        below = {name: Node(name, place) for name in ("name", "organs")}
    else:
        below = standing.value
    settings, tree, more = _load_settings(home, file, IssueSettings, below)
    found += more
    return (None if has_errors(found) else settings), tree, found


def _load_settings(
    home: Home, file: Path, model: type[Model], below: dict[str, Node], *, may_be_empty: bool = False
) -> tuple[Model | None, Node | None, list[Diagnostic]]:
    """Read one settings file, lay it over the entries `below`, and validate."""
    if inside(home.content, file.relative_to(home.content).as_posix()) is None:
        message, hint = "这个文件是指向别处的链接。", "换成文件本身：设置只能来自 content 文件夹。"
        return None, None, [error("BP106", message, Place(home.shown(file)), hint)]
    tree, diagnostics = read_yaml(file, home.shown(file), may_be_empty=may_be_empty)
    if tree is None:
        return None, None, diagnostics
    tree, found = canonical(tree, model)
    diagnostics += found
    if isinstance(tree.value, dict):
        tree = Node({**below, **tree.value}, tree.place)
    settings, found = validated(tree, model)
    diagnostics += found
    return (None if has_errors(diagnostics) else settings), tree, diagnostics
