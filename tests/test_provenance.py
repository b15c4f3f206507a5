"""`bulletin verify`: a file is known by its bytes, and what was changed since it was made is told."""

import json
from pathlib import Path

import pytest

import publications
from bulletin_pdf import build, production, provenance, standing
from bulletin_pdf.diagnostics import Diagnostic
from bulletin_pdf.home import Home
from bulletin_pdf.record import record_file
from publications import KEY


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = publications.publication(tmp_path_factory.mktemp("verify"))
    built = build.build(home, KEY)
    assert built.pdf
    production.produce(home, KEY, built.pdf, ["booklet", "report"])
    return home


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    """A copy of that publication, with what was built of it."""
    import shutil

    shutil.copytree(made.root, tmp_path / "own")
    return Home(tmp_path / "own")


def codes(found: list[Diagnostic]) -> list[str]:
    return [each.code for each in found]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2021-17.pdf", "2021-17"),
        ("2021-17.小册子.pdf", "2021-17，小册子"),
        ("2021-17.检查.json", "2021-17，检查报告"),
    ],
)
def test_a_file_is_known_by_its_bytes(home: Home, tmp_path: Path, name: str, title: str) -> None:
    moved = tmp_path / "别的名字.pdf"
    moved.write_bytes((home.build / KEY / name).read_bytes())
    for file in (home.build / KEY / name, moved):
        origin, found = provenance.trace(home, file)
        assert origin
        assert (origin.title, found) == (title, [])


def test_a_changed_file_is_known_by_its_name(home: Home) -> None:
    file = home.build / KEY / "2021-17.小册子.pdf"
    file.write_bytes(file.read_bytes() + b"\n")
    origin, found = provenance.trace(home, file)
    assert origin
    assert (origin.title, codes(found)) == ("2021-17，小册子", ["BP652"])


def test_a_foreign_file_and_none(home: Home, tmp_path: Path) -> None:
    foreign = tmp_path / "x.pdf"
    foreign.write_bytes(b"%PDF-1.7\n")
    assert codes(provenance.trace(home, foreign)[1]) == ["BP651"]
    assert codes(provenance.trace(home, tmp_path / "没有.pdf")[1]) == ["BP651"]
    assert codes(provenance.trace(home, tmp_path)[1]) == ["BP651"]


def test_every_change_of_the_sources_is_told(home: Home) -> None:
    issue = home.content / KEY
    (issue / "01.md").write_text(publications.ARTICLE + "\n又一段。\n", encoding="utf-8")
    (issue / "02.md").write_text("# 新栏目\n", encoding="utf-8")
    _, found = provenance.trace(home, home.build / KEY / "2021-17.pdf")
    assert [each.message for each in found] == [
        "“content/2021-17/01.md”后来改动过。",
        "“content/2021-17/02.md”是后来加的。",
    ]
    (issue / "01.md").unlink()
    _, found = provenance.trace(home, home.build / KEY / "2021-17.pdf")
    assert found[0].message == "“content/2021-17/01.md”没有了。"


def test_other_tools_are_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provenance, "packages", lambda: {"python": "4.0"})
    monkeypatch.setattr(provenance, "__version__", "9")
    _, found = provenance.trace(home, home.build / KEY / "2021-17.pdf")
    assert codes(found) == ["BP654", "BP654"]
    assert "python" in found[1].message


def test_a_build_does_not_stand_with_other_tools(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert standing.standing(home, KEY)
    monkeypatch.setattr(standing, "packages", lambda: {"weasyprint": "71"})
    assert standing.standing(home, KEY) is None


def test_the_same_sources_give_the_same_bytes_again(home: Home) -> None:
    for name in ("2021-17.pdf", "2021-17.小册子.pdf", "2021-17.小册子.检查.pdf"):
        file = home.build / KEY / name
        origin, _ = provenance.trace(home, file)
        assert origin
        data, found = production.again(home, origin)
        assert (found, data == file.read_bytes()) == ([], True), name


def test_the_record_names_tools_and_faces(home: Home) -> None:
    record = json.loads(record_file(home.build / KEY / "2021-17.pdf").read_text(encoding="utf-8"))
    assert record["issue"] == KEY
    assert {"python", "weasyprint", "pypdf", "pango", "harfbuzz"} <= set(record["tools"])
    assert set(record["fonts"]) == {"仿宋", "楷体", "宋体", "小标宋", "黑体", "西文"}


def test_the_command(home: Home) -> None:
    file = home.build / KEY / "2021-17.pdf"
    result = publications.run("verify", file, "--rebuild", folder=home.root)
    assert (result.returncode, result.stdout) == (0, "2021-17.pdf（2021-17）：重新生成的一个字节也不差。\n")
    (home.content / KEY / "01.md").write_text("# 要闻\n\n## 改了\n\n别的。\n", encoding="utf-8")
    result = publications.run("verify", file, "--rebuild", "--format", "json", folder=home.root)
    values = json.loads(result.stdout)
    assert (result.returncode, values["verified"], values["rebuilt"]) == (1, False, True)
    assert [each["code"] for each in values["diagnostics"]] == ["BP653"]
