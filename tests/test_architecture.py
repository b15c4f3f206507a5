"""The house as docs/architecture.md describes it: every module in its layer, every library in its home."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import bulletin_pdf
from bulletin_pdf import build

PACKAGE = Path(bulletin_pdf.__file__).parent
PAGE = (PACKAGE.parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")
# A module or a package directly in src/bulletin_pdf, by name.
MODULES = {
    file.stem: sorted(file.rglob("*.py")) if file.is_dir() else [file]
    for file in PACKAGE.iterdir()
    if file.suffix == ".py" or (file / "__init__.py").is_file()
}


def rows(columns: int) -> list[tuple[str, ...]]:
    """The rows of the page's tables with so many columns, heads left out."""
    lines = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| ")]
    cells = [tuple(cell.strip() for cell in line) for line in lines]
    return [row for row in cells if len(row) == columns and "`" in "".join(row[:2])]


LAYERS = {name.strip("`"): layer for layer, name, _ in rows(3)}
ORDER = list(dict.fromkeys(LAYERS.values()))
HOMES = {
    library: set(re.findall(r"`(\w+)(?:/\w+)*`", where))
    for libraries, where in rows(2)
    for library in re.findall(r"`(\w+)`", libraries)
    if "(" not in libraries
}


@cache
def imported(module: str) -> frozenset[str]:
    """What a module imports, at its top or inside functions: dotted names, those of the project without its own."""
    return frozenset(
        name for file in MODULES[module] for name in _imports(ast.parse(file.read_text(encoding="utf-8")))
    )


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module == "bulletin_pdf":
                names = (alias.name for alias in node.names)
                yield from (f"bulletin_pdf.{name if name in MODULES else '__init__'}" for name in names)
            else:
                yield node.module or ""


def own(module: str) -> set[str]:
    """The modules of the project that a module imports, itself left out."""
    parts = (name.split(".") for name in imported(module))
    return {part[1] for part in parts if part[0] == "bulletin_pdf" and len(part) > 1} - {module}


def foreign(module: str) -> set[str]:
    """The third-party libraries that a module imports."""
    tops = {name.partition(".")[0] for name in imported(module)}
    return tops - sys.stdlib_module_names - {"bulletin_pdf"}


def test_every_module_is_named_once() -> None:
    assert set(LAYERS) == set(MODULES)
    assert len(rows(3)) == len(LAYERS)
    assert ORDER == ["words", "composition", "tools", "stages", "order", "doors"]


def test_what_stands_in_a_package_is_listed() -> None:
    """Of the packages under “Inside the packages”."""
    inside = PAGE.partition("\n## Inside the packages\n")[2].partition("\n\nOutside")[0]
    listed = {
        name: set(re.findall(r"^\* `(\w+)`: .", body, re.MULTILINE))
        for name, body in re.findall(r"^`(\w+)`\n\n((?:[*] .*\n|  .*\n)+)", inside + "\n", re.MULTILINE)
    }
    assert len(listed) > 10
    files = {name: {file.stem for file in MODULES[name]} - {"__init__"} for name in listed}
    assert listed == files


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_lead_downwards(module: str) -> None:
    upwards = {name for name in own(module) if ORDER.index(LAYERS[name]) > ORDER.index(LAYERS[module])}
    assert not upwards


def test_stages_do_not_import_one_another() -> None:
    stages = {module for module, layer in LAYERS.items() if layer == "stages"}
    assert not {module: own(module) & stages for module in stages if own(module) & stages}


def test_only_the_order_and_the_doors_name_two_stages() -> None:
    stages = {module for module, layer in LAYERS.items() if layer == "stages"}
    several = {module for module in MODULES if len(own(module) & stages) > 1}
    assert {LAYERS[module] for module in several} <= {"order", "doors"}
    # One for the PDF, one for what is made of it, one for several issues, one for numbered copies, one for exports, one for
    # corrections, one for comparing, one for the archive.
    order = [module for module, layer in LAYERS.items() if layer == "order"]
    assert order == [
        "build",
        "proof",
        "prepress",
        "production",
        "batch",
        "issuing",
        "exporting",
        "correction",
        "comparing",
        "archiving",
    ]


def test_the_composer_knows_nothing_of_the_project() -> None:
    assert not own("composition")
    assert not foreign("composition")


def test_no_circles() -> None:
    files = {
        ".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__"): file
        for module in MODULES.values()
        for file in module
    }
    graph = {}
    for name, file in files.items():
        names = _imports(ast.parse(file.read_text(encoding="utf-8")))
        graph[name] = {found.removeprefix("bulletin_pdf.") for found in names} & set(files) - {name}
    TopologicalSorter(graph).prepare()


def test_libraries_have_a_home() -> None:
    found: dict[str, set[str]] = {}
    for module in MODULES:
        for library in foreign(module):
            found.setdefault(library, set()).add(module)
    assert found == HOMES


SCRIPTS = [file for file in sorted((PACKAGE.parents[1] / "scripts").iterdir()) if file.is_file()]


@pytest.mark.parametrize(
    "script", [file for file in SCRIPTS if "python" in file.read_text().partition("\n")[0]]
)
def test_what_scripts_take_from_the_order_is_there(script: Path) -> None:
    """No type checker reads them, and they use what is private."""
    used = set(re.findall(r"\bbuild\.(_\w+)", script.read_text(encoding="utf-8")))
    assert {name for name in used if not hasattr(build, name)} == set()
