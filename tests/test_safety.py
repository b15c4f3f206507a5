"""Safety: nothing is read or fetched from outside, content is never run, output is whole, the same every time."""

import os
import random
import shutil
import signal
import socket
import time
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image
from pypdf import PdfReader

import publications
from bulletin_pdf import files
from bulletin_pdf.build import build
from bulletin_pdf.home import Home
from bulletin_pdf.pdf import Pdf, read_pdf
from bulletin_pdf.resources import LAYOUTS
from bulletin_pdf.standing import Built
from publications import ARTICLE, ISSUE, KEY


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks the network in this process fails the test."""

    def refuse(*_: object, **__: object) -> None:
        pytest.fail("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def codes(built: Built) -> list[str]:
    """What was found, proofreading apart: hostile words are no good Chinese."""
    return [each.code for each in built.diagnostics if not each.code.startswith("PR")]


def pdf_of(built: Built) -> Pdf:
    assert built.pdf, built.diagnostics
    pdf, damaged = read_pdf(built.pdf.read_bytes(), built.pdf)
    assert pdf, damaged
    return pdf


def picture(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (20, 10), (200, 30, 30)).save(file)
    return file


def own_layout(home: Home, *, css: str = "", html: str = "") -> Path:
    """The publication's own copy of the layout, with more CSS and a piece of template in front of the text."""
    folder = home.layouts / "bulletin"
    shutil.copytree(LAYOUTS / "bulletin", folder)
    style, template = folder / "style.css.j2", folder / "issue.html.j2"
    style.write_text(style.read_text(encoding="utf-8") + css, encoding="utf-8")
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace("<main>", f"<main>{html}", 1), encoding="utf-8")
    return folder


# --- nothing from outside -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://example.com/a.png", "BP503"),
        ("https://example.com/a.png", "BP503"),
        ("//example.com/a.png", "BP503"),
        ("file:///tmp/a.png", "BP503"),
        ("data:image/png;base64,AAAA", "BP503"),
        ("../secret.png", "BP502"),
        ("%2e%2e/secret.png", "BP502"),
        ("a/../../secret.png", "BP502"),
        ("/etc/hostname", "BP502"),
        ("link.png", "BP502"),
        ("folder/secret.png", "BP502"),
    ],
)
def test_pictures_from_outside(tmp_path: Path, target: str, code: str) -> None:
    home = publications.publication(tmp_path, {"01.md": f"{ARTICLE}\n![图]({target})\n"})
    secret = picture(home.content / "secret.png")
    (home.content / KEY / "link.png").symlink_to(secret)
    (home.content / KEY / "folder").symlink_to(home.content)
    built = build(home, KEY)
    assert built.pdf is None
    assert codes(built) == [code]


@pytest.mark.parametrize(
    "inside",
    [
        '<image href="http://example.com/a.png" width="9" height="9"/>',
        '<image xlink:href="file:///etc/hostname" width="9" height="9"/>',
        '<image href="../secret.png" width="9" height="9"/>',
        '<use href="http://example.com/a.svg#x"/>',
        '<rect width="9" height="9" fill="url(http://example.com/a.svg#x)"/>',
        '<rect width="9" height="9" style="fill: url(file:///etc/hostname)"/>',
        "<style>@import 'http://example.com/a.css';</style>",
        "<style>rect { fill: url(http://example.com/a.svg#x) }</style>",
        "<style>@import url(file:///etc/hostname);</style>",
        "<script>alert(1)</script>",
        "<foreignObject><p/></foreignObject>",
    ],
)
def test_drawings_that_refer_to_outside(tmp_path: Path, inside: str) -> None:
    home = publications.publication(tmp_path, {"01.md": f"{ARTICLE}\n![图](a.svg)\n"})
    picture(home.content / "secret.png")
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{inside}</svg>'
    (home.content / KEY / "a.svg").write_text(svg, encoding="utf-8")
    built = build(home, KEY)
    assert built.pdf is None
    assert codes(built) == ["BP504"]


def test_a_drawing_with_entities(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, {"01.md": f"{ARTICLE}\n![图](a.svg)\n"})
    svg = (
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        '<svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>'
    )
    (home.content / KEY / "a.svg").write_text(svg, encoding="utf-8")
    assert codes(build(home, KEY)) == ["BP504"]


@pytest.mark.parametrize(
    "css",
    [
        "main { background: url(../../content/secret.png) }",
        "main { background: url(%2e%2e/%2e%2e/content/secret.png) }",
        "main { background: url('file://{secret}') }",
        "main { background: url('{secret}') }",
        "main { background: url(http://example.com/a.png) }",
        "main { background: url(https://issue.invalid/01.md) }",
        "main { background: url(link.png) }",
        "main::before { content: url(../secret.png) }",
        "ul { list-style-image: url(../secret.png) }",
    ],
)
def test_a_style_sheet_cannot_lead_outside_its_layout(tmp_path: Path, css: str) -> None:
    home = publications.publication(tmp_path, {"01.md": f"{ARTICLE}\n- 一\n"})
    secret = picture(home.content / "secret.png")
    picture(home.layouts / "secret.png")
    layout = own_layout(home, css=css.replace("{secret}", secret.as_posix()))
    (layout / "link.png").symlink_to(secret)
    built = build(home, KEY)
    assert built.pdf is None
    assert "BP404" in codes(built)


def test_a_style_sheet_may_use_the_layouts_own_pictures(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    layout = own_layout(home, css="main { background: url('我的 图.png') no-repeat }")
    picture(layout / "我的 图.png")
    built = build(home, KEY)
    assert codes(built) == []
    assert pdf_of(built).pages[0].has_picture


@pytest.mark.parametrize(
    "tag",
    [
        '<link rel="stylesheet" href="http://example.com/a.css">',
        '<link rel="stylesheet" href="file:///etc/hostname">',
        '<style>@import "http://example.com/a.css";</style>',
        '<img src="http://example.com/a.png" alt="图">',
        '<object data="file:///etc/hostname"></object>',
        '<embed src="file:///etc/hostname">',
        '<link rel="attachment" href="file:///etc/hostname">',
    ],
)
def test_a_template_cannot_lead_outside_its_layout(tmp_path: Path, tag: str) -> None:
    home = publications.publication(tmp_path)
    own_layout(home, html=tag)
    built = build(home, KEY)
    assert built.pdf is None
    assert "BP404" in codes(built)


# --- content is never run -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "literal", ["{{ 7*7 }}", "{% raw %}{# x #}", "& <b>x</b>", "</style>", '"引\'号"', "&amp; ${x}", "%s {0}"]
)
def test_words_come_out_as_they_were_typed(tmp_path: Path, literal: str) -> None:
    quoted = literal.replace("'", "''")
    settings = f"{ISSUE}刊名: 'A {quoted}'\n编发单位: 'B {quoted}'\n密级: 'C {quoted}'\n主题: 'D {quoted}'\n"
    settings += f"关键词: ['E {quoted}']\n发放: 'F {quoted}'\n"
    typed = literal.replace("<", "\\<").replace("&amp;", "\\&amp;").replace("#", "\\#").replace("*", "\\*")
    address = "https://example.com/?a=1&b={{7*7}}&c=%22%27%3E"
    text = f"# G {typed}\n\n## H {typed}\n\nI {typed}：[J {typed}](<{address}>)。\n"
    home = publications.publication(tmp_path, {"01.md": text}, settings=settings)
    built = build(home, KEY)
    assert codes(built) == []
    pdf = pdf_of(built)
    printed = "".join("".join(page.text for page in pdf.pages).split())
    for name in "ABCFGHIJ":
        assert name + "".join(literal.split()) in printed, name
    assert "49" not in printed
    assert pdf.information["/Title"] == f"A {literal}2021年第17期"
    assert pdf.information["/Author"] == f"B {literal}"
    assert pdf.information["/Subject"] == f"D {literal}"
    assert pdf.information["/Keywords"] == f"A {literal}, E {literal}"
    assert [bookmark.title for bookmark in pdf.bookmarks] == [f"G {literal}", f"H {literal}"]
    assert built.pdf
    annotations = PdfReader(built.pdf).pages[0]["/Annots"]
    assert {unquote(each.get_object()["/A"]["/URI"]) for each in annotations} == {unquote(address)}


def test_raw_html_is_refused(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, {"01.md": f"{ARTICLE}\n<script>alert(1)</script>\n"})
    assert codes(build(home, KEY)) == ["BP120"]


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ issue.__class__ }}",
        "{{ text.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.system('true') }}",
        "{{ issue.sections.__init__ }}",
        "{% set x = [] %}{{ x.append(1) }}",
        "{% include '../../content/publication.yaml' %}",
        "{% include '/etc/hostname' %}",
        "{{ range(10 ** 9) | list }}",
        "{{ no_such_name }}",
        "{% if %}",
    ],
)
def test_templates_run_in_a_sandbox(tmp_path: Path, template: str) -> None:
    home = publications.publication(tmp_path)
    own_layout(home, html=template)
    built = build(home, KEY)
    assert built.pdf is None
    assert codes(built) == ["BP403"]


# --- output is whole ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_killed_build_leaves_the_previous_pdf(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    target = home.build / KEY / f"{KEY}.pdf"
    assert build(home, KEY).pdf == target
    begun = time.perf_counter()
    assert publications.run("build", "--force", folder=tmp_path).returncode == 0
    duration = time.perf_counter() - begun
    article = home.content / KEY / "01.md"
    seeded = random.Random(17)
    for attempt in range(8):
        article.write_text(f"{ARTICLE}第{attempt}次。\n", encoding="utf-8")
        before = target.read_bytes()
        process = publications.start("build", "--force", folder=tmp_path)
        # The last part of the time, where files are written, is the one that matters.
        time.sleep(duration * seeded.uniform(0.5, 1.05))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        after = target.read_bytes()
        pdf, damaged = read_pdf(after, target)
        assert pdf, damaged
        assert after == before or f"第{attempt}次" in pdf.pages[0].text
    assert build(home, KEY).pdf == target
    assert publications.run("build", folder=tmp_path).returncode == 0


def test_leftovers_of_a_killed_build_are_removed_in_time(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    folder = home.build / KEY
    folder.mkdir(parents=True)
    old, fresh = folder / f".{KEY}.pdf.abc.tmp", folder / f".{KEY}.pdf.def.tmp"
    foreign = folder / ".other.pdf.abc.tmp"
    for file in (old, fresh, foreign):
        file.write_bytes(b"half")
    for file in (old, foreign):
        os.utime(file, (0, 0))
    assert build(home, KEY).pdf
    assert sorted(file.name for file in folder.iterdir()) == sorted(
        [foreign.name, fresh.name, f"{KEY}.pdf", "build.json"]
    )


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a[1].pdf"
    files.write_whole(file, b"old")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        files.write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == [file.name]


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 4])
def test_builds_at_once_do_not_spoil_each_other(tmp_path: Path, count: int) -> None:
    publications.publication(tmp_path)
    processes = [publications.start("build", "--force", folder=tmp_path) for _ in range(count)]
    ends = [(process.communicate(), process.returncode) for process in processes]
    assert [code for _, code in ends] == [0] * count, ends
    target = tmp_path / "build" / KEY
    assert sorted(file.name for file in target.iterdir()) == [f"{KEY}.pdf", "build.json"]
    together = (target / f"{KEY}.pdf").read_bytes()
    assert publications.run("build", "--force", folder=tmp_path).returncode == 0
    assert (target / f"{KEY}.pdf").read_bytes() == together


def test_an_output_folder_that_cannot_be_made(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    taken = tmp_path / "文件"
    taken.write_text("", encoding="utf-8")
    built = build(home, KEY, output=taken)
    (finding,) = built.diagnostics
    assert built.pdf is None
    assert finding.code == "BP801"
    assert finding.message == "写不了文件：文件/2021-17.pdf（路径里有个同名的文件）。"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_output_folder(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    output = tmp_path / "成品"
    output.mkdir(mode=0o500)
    (finding,) = build(home, KEY, output=output).diagnostics
    assert finding.message == "写不了文件：成品/2021-17.pdf（没有权限）。"


@pytest.mark.parametrize(
    ("number", "words"), [(13, "没有权限"), (28, "磁盘满了"), (30, "磁盘是只读的"), (5, "Input/output error")]
)
def test_why_a_file_was_not_written(number: int, words: str) -> None:
    assert files.reason(OSError(number, os.strerror(number))) == words


def test_paths_with_spaces_and_chinese(tmp_path: Path) -> None:
    home = publications.rich(tmp_path / "我的 简报" / "第 1 册 & [草]")
    output = tmp_path / "成品 文件夹" / "七月"
    built = build(home, KEY, output=output)
    assert codes(built) == []
    assert built.pdf == output / f"{KEY}.pdf"
    assert len(pdf_of(built).pages) == built.pages
    assert sorted(file.name for file in output.iterdir()) == [f"{KEY}.build.json", f"{KEY}.pdf"]


# --- the same every time --------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_same_bytes_whatever_surrounds_the_build(tmp_path: Path) -> None:
    surroundings = [
        {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.GBK"},
        {"PYTHONHASHSEED": "4711", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "COLUMNS": "20"},
    ]
    made = set()
    for index, environment in enumerate(surroundings):
        home = publications.rich(tmp_path / f"第 {index} 处" / ("x" * index))
        for file in home.content.rglob("*"):
            os.utime(file, (1_000_000_000 * index, 1_000_000_000 * index))
        finished = publications.run("build", folder=home.root, **environment)
        assert finished.returncode == 0, finished.stderr
        made.add((home.build / KEY / f"{KEY}.pdf").read_bytes())
    assert len(made) == 1


def test_the_same_bytes_after_another_issue_with_other_fonts(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    other = home.content / "2021-18"
    shutil.copytree(home.content / KEY, other)
    home.fonts.mkdir()
    shutil.copy(LAYOUTS.parent / "fonts" / "Kai-Regular.ttf", home.fonts / "我的.ttf")
    settings = ISSUE.replace("17", "18") + "字体:\n  仿宋: 我的.ttf\n"
    (other / "issue.yaml").write_text(settings, encoding="utf-8")
    results = []
    for order in ((KEY, "2021-18"), ("2021-18", KEY)):
        built = {key: build(home, key) for key in order}
        results.append({key: built[key].pdf.read_bytes() for key in order})
    assert results[0] == results[1]
    assert results[0][KEY] != results[0]["2021-18"]
