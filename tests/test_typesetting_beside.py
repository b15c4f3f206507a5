"""Paragraphs set in two processes: the same pages, half of the paragraphs set elsewhere."""

import os
import shutil
import signal
import sys
from pathlib import Path

import pytest

import publications
from bulletin_pdf import build, paginate
from bulletin_pdf.build import Pages
from bulletin_pdf.home import Home
from bulletin_pdf.resources import LAYOUTS
from bulletin_pdf.system import beside
from bulletin_pdf.typesetting import Typesetter
from bulletin_pdf.typesetting import beside as typesetting_beside
from publications import KEY

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forked on Linux only")


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "cores", lambda: 2)
    monkeypatch.setattr(typesetting_beside, "MANY", 100)


def made_beside(home: Home) -> Pages:
    with paginate.laid_out_beside(home.font_configurations):
        return build.make_pages(home, KEY)


def test_the_same_pages_of_which_a_part_is_set_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = publications.rich(tmp_path)
    with (home.content / KEY / "01.md").open("a", encoding="utf-8") as file:
        file.writelines(
            f"\n第 {n} 段有脚注[^n{n}]，①♥字，**着重**。（作者）\n\n[^n{n}]: 注 {n}。\n" for n in range(9)
        )
    set_here: list[str] = []
    usual = Typesetter.set

    def noted(self: Typesetter, text, setting, **named):  # type: ignore[no-untyped-def]
        set_here.append(setting.name)
        return usual(self, text, setting, **named)

    here = build.make_pages(home, KEY)
    monkeypatch.setattr(Typesetter, "set", noted)
    there = made_beside(home)
    few = set_here.count("body")
    set_here.clear()
    monkeypatch.setattr(typesetting_beside, "MANY", float("inf"))
    assert made_beside(home).data == there.data == here.data
    assert here.data is not None
    assert there.diagnostics == here.diagnostics
    assert [each.code for each in there.diagnostics].count("BP310") == 2
    assert 0 < few < set_here.count("body") * 0.7


def test_a_process_lost_on_the_way_is_told_as_lost_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = publications.rich(tmp_path)
    monkeypatch.setattr(typesetting_beside, "_set", lost)
    made = made_beside(home)
    assert made.data is None
    assert "BP804" in {each.code for each in made.diagnostics}


def lost(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_layout_that_sets_paragraphs_otherwise(tmp_path: Path) -> None:
    home = publications.rich(tmp_path)
    own = home.layouts / "bulletin"
    shutil.copytree(LAYOUTS / "bulletin", own)
    blocks = (LAYOUTS / "blocks.html.j2").read_text("utf-8")
    changed = blocks.replace(
        "text(block.lead + block.text, style,", 'text(block.lead + block.text, "quotation",'
    )
    assert changed != blocks
    (own / "blocks.html.j2").write_text(changed, "utf-8")
    here = build.make_pages(home, KEY)
    assert here.data is not None
    assert made_beside(home).data == here.data
