"""The quick import of WeasyPrint: the same pages to the byte, and a plain import whenever something is not as expected."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import proofs
import publications
from bulletin_pdf import words
from bulletin_pdf.system import user_cache
from bulletin_pdf.system.quick_start import PROMISED
from bulletin_pdf.system.user_cache import PLAIN
from publications import KEY

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="stands in for cffi on Linux only")


def run(code: str, cache: Path, **environment: str) -> str:
    process = subprocess.run(
        [sys.executable, "-c", code],
        env={
            "PYTHONPATH": str(publications.ROOT / "src"),
            "PATH": "/usr/bin:/bin",
            "XDG_CACHE_HOME": str(cache),
            **environment,
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert process.returncode == 0, process.stderr
    return process.stdout


IMPORT = """
import os, sys
from bulletin_pdf.system import native
from bulletin_pdf.system.quick_start import import_weasyprint
native.prepare(); import_weasyprint()
import weasyprint
from weasyprint.text.ffi import pango
assert pango.pango_version() > 14000
print('pycparser' in sys.modules, 'fontTools' in sys.modules)
"""


@LINUX
def test_the_second_import_needs_neither_parser_nor_font_tools(tmp_path: Path) -> None:
    assert run(IMPORT, tmp_path) == "True False\n"
    assert run(IMPORT, tmp_path) == "False False\n"
    assert run(IMPORT, tmp_path, **{PLAIN: "1"}) == "True True\n"


@LINUX
@pytest.mark.parametrize("table", [b"", b"{", b"0\n{'_version': 1}"])
def test_a_damaged_table_is_not_used(tmp_path: Path, table: bytes) -> None:
    run(IMPORT, tmp_path)
    (file,) = (tmp_path / "bulletin-pdf").iterdir()
    file.write_bytes(table)
    assert run(IMPORT, tmp_path) == "True False\n"


@LINUX
def test_without_a_folder_for_caches(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert run(IMPORT, tmp_path / "file") == "True False\n"


@LINUX
def test_promises_are_kept_together(tmp_path: Path) -> None:
    code = IMPORT + (
        "from weasyprint.pdf import fonts\n"
        "try: fonts.TTFont('/nowhere.ttf')\n"
        "except OSError: pass\n"
        "from fontTools.ttLib import TTFont, TTLibError\n"
        "assert fonts.TTFont is TTFont and fonts.TTLibError is TTLibError\n"
        "assert fonts.subset.__name__ == 'fontTools.subset' and fonts.ttFont.getTableClass('loca')\n"
        "from weasyprint.text import fonts\n"
        "assert fonts.woff2.__name__ == 'fontTools.ttLib.woff2'\n"
    )
    run(code, tmp_path)


@LINUX
def test_all_that_weasyprint_imports_of_font_tools_is_promised(tmp_path: Path) -> None:
    """What another version imports beside that would fail: it must be seen here first."""
    code = (
        "import re, pathlib, weasyprint\n"
        "for file in pathlib.Path(weasyprint.__file__).parent.rglob('*.py'):\n"
        "    for line in re.findall(r'^from (fontTools\\S*) import (.*)$', file.read_text(), re.M): print(*line, sep='|')"
    )
    for line in run(code, tmp_path).splitlines():
        module, names = line.split("|")
        assert set(names.split(", ")) <= set(PROMISED[module]), line


def test_the_same_bytes(tmp_path: Path) -> None:
    """Of an issue with letters in a drawing, which needs fontTools."""
    home = publications.rich(tmp_path / "rich")
    made = []
    for name, environment in (("first", {}), ("again", {}), ("plain", {PLAIN: "1"})):
        result = publications.run(
            "build", KEY, "--force", folder=home.root, XDG_CACHE_HOME=str(tmp_path / "cache"), **environment
        )
        assert result.returncode == 0, (name, result.stderr)
        made.append((home.build / KEY / "2021-17.pdf").read_bytes())
    assert made[0] == made[1] == made[2]


# --- words ----------------------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(user_cache, "folder", lambda: tmp_path)
    words._known.cache_clear()
    yield tmp_path
    words._known.cache_clear()


def test_words_are_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = words.words("重庆分公司举办培训班")
    assert "".join(found) == "重庆分公司举办培训班"
    assert len(found) > 2
    words._known.cache_clear()
    monkeypatch.setitem(sys.modules, "rjieba", None)  # to import it would fail
    assert words.words("重庆分公司举办培训班") == found


@pytest.mark.parametrize("text", ["", "[]", '{"甲乙": ["甲"]}'])
def test_damaged_words_are_cut_anew(cache: Path, text: str) -> None:
    (cache / words._name()).write_text(text, encoding="utf-8")
    assert "".join(words.words("甲乙")) == "甲乙"
    assert json.loads(user_cache.kept(words._name()) or b"")["甲乙"] == list(words.words("甲乙"))


def test_not_more_than_so_many_are_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "MOST_KEPT", 2)
    for text in ("甲", "乙", "丙"):
        words.words(text)
    assert list(words._known()) == ["丙"]


# --- templates ------------------------------------------------------------------------------------------


def test_compiled_templates_are_kept_until_they_change(tmp_path: Path) -> None:
    home = publications.publication(tmp_path / "own")
    proofs.own_layout(home, {})
    cache = tmp_path / "cache"

    def pdf() -> bytes:
        result = publications.run("build", KEY, "--force", folder=home.root, XDG_CACHE_HOME=str(cache))
        assert result.returncode == 0, result.stderr
        return (home.build / KEY / "2021-17.pdf").read_bytes()

    first = pdf()
    templates = list((cache / "bulletin-pdf").glob("template-*"))
    assert len(templates) > 3
    assert pdf() == first
    for template in templates:
        template.write_bytes(template.read_bytes()[:-40])
    assert pdf() == first
    page = home.layouts / "bulletin" / "issue.html.j2"
    page.write_text(
        page.read_text(encoding="utf-8").replace("<body", "<body class=changed"), encoding="utf-8"
    )
    with (home.layouts / "bulletin" / "style.css.j2").open("a", encoding="utf-8") as style:
        style.write(".changed { color: #003 }\n")
    assert pdf() != first
