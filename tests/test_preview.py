"""The preview's server, without a browser: who gets in, what is told, what happens when files change or go wrong."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPResponse
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

import publications
from bulletin_pdf.build import make_pages
from bulletin_pdf.preview import view as views
from bulletin_pdf.preview.feed import Feed
from bulletin_pdf.preview.server import HOST, PORT
from bulletin_pdf.preview.view import View, as_values, look_again
from bulletin_pdf.preview.watching import changes, matters
from bulletin_pdf.publication import Home
from bulletin_pdf.sheets.page_images import draw_page, prints

KEY = publications.KEY
TEXT = "# 要闻\n\n## 标题\n\n正文一段。\n\n{分页}\n\n第二页。\n"


@dataclass(frozen=True)
class Running:
    """A preview at work."""

    process: "subprocess.Popen[str]"
    home: Home
    port: int

    def ask(self, path: str, method: str = "GET", **headers: str) -> HTTPResponse:
        """An answer, read to its end, to a path sent as it is."""
        connection = HTTPConnection(HOST, self.port, timeout=20)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, path, skip_host="Host" in named)
        for name, value in named.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        connection.close()
        return answer

    def views(self) -> Iterator[dict[str, object]]:
        """Every view that is told, the present one first."""
        with socket.create_connection((HOST, self.port), timeout=30) as stream:
            stream.sendall(f"GET /events HTTP/1.1\r\nHost: {HOST}:{self.port}\r\n\r\n".encode())
            name = ""
            for line in stream.makefile(encoding="utf-8"):
                key, _, value = line.rstrip("\n").partition(": ")
                name = value if key == "event" else name
                if key == "data" and name == "view":
                    yield json.loads(value)


def start(home: Home) -> Running:
    process = publications.start("preview", folder=home.root)
    assert process.stdout
    address = process.stdout.readline().strip()
    assert address.startswith(f"http://{HOST}:"), address
    return Running(process, home, int(address.strip("/").rpartition(":")[2]))


def stop(running: Running) -> tuple[int, str]:
    """The exit code, and what was said."""
    running.process.send_signal(signal.SIGINT)
    _, said = running.process.communicate(timeout=20)
    return running.process.returncode, said


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    preview = start(publications.publication(tmp_path_factory.mktemp("预览"), {"01.md": TEXT}))
    yield preview
    if preview.process.poll() is None:
        stop(preview)


# --- who gets in ----------------------------------------------------------------------------------------


def test_it_answers_to_its_own_names(running: Running) -> None:
    for host in (f"{HOST}:{running.port}", f"localhost:{running.port}"):
        assert running.ask("/", Host=host, Origin=f"http://{host}").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "example.com"},
        {"Host": "example.com:{port}"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:1"},
        {"Host": "127.0.0.1.example.com:{port}"},
        {"Origin": "http://example.com"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/", "/events", "/preview.js", "/nothing"])
def test_others_are_refused(running: Running, headers: dict[str, str], path: str) -> None:
    named = {name: value.format(port=running.port) for name, value in headers.items()}
    answer = running.ask(path, **named)
    assert (answer.status, answer.body) == (403, b"")  # type: ignore[attr-defined]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "BREW"])
@pytest.mark.parametrize("path", ["/", "/events", "/nothing"])
def test_it_is_for_reading_only(running: Running, method: str, path: str) -> None:
    assert running.ask(path, method).status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/../server.py",
        "/%2e%2e/server.py",
        "/..%2fserver.py",
        "/assets/preview.js",
        "/./preview.js/../../server.py",
        "//etc/passwd",
        "/pages/..%2f..%2f..%2fetc%2fpasswd/100.png",
        "/pages/../../content/publication.yaml",
        "/pages/0123456789abcdef/100.png",
        "/content/publication.yaml",
        "/preview.js%00",
    ],
)
def test_there_is_nothing_but_its_own_pages(running: Running, path: str) -> None:
    assert running.ask(path).status == 404


def test_headers_keep_others_out_whatever_the_answer(running: Running) -> None:
    answers = [
        running.ask("/"),
        running.ask("/nothing"),
        running.ask("/", "POST"),
        running.ask("/", Host="x"),
    ]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in answer.headers


def test_only_this_machine_can_connect(running: Running) -> None:
    # All of 127.0.0.0/8 is this machine; a server that listens everywhere answers to each of it.
    with pytest.raises(OSError, match=r"refused|timed out"):
        socket.create_connection(("127.0.0.2", running.port), timeout=2)


# --- what is told ---------------------------------------------------------------------------------------


def test_a_view_has_pages_with_their_sources(running: Running) -> None:
    view = next(running.views())
    assert (view["issue"], view["isCurrent"], view["root"]) == (KEY, True, running.home.root.as_posix())
    first, second = view["pages"]  # type: ignore[misc]
    assert (round(first["width"]), round(first["height"])) == (595, 842)
    (text,) = [each for each in second["sources"] if each["line"] == 9]
    assert (text["file"], text["column"]) == (f"content/{KEY}/01.md", 1)
    left, top, right, bottom = text["box"]
    assert 0 < left < right < first["width"]
    assert 0 < top < bottom < first["height"] / 4


def test_a_page_is_drawn_as_wide_as_it_is_asked_for(running: Running) -> None:
    digest = next(running.views())["pages"][0]["digest"]  # type: ignore[index]
    answer = running.ask(f"/pages/{digest}/300.png")
    assert Image.open(BytesIO(answer.body)).size == (300, 425)  # type: ignore[attr-defined]
    assert "immutable" in answer.headers["Cache-Control"]
    for width in ("0", "-1", "8001", "99999999999999999999", "x", "1.5"):
        assert running.ask(f"/pages/{digest}/{width}.png").status == 404


def test_a_change_is_told_and_what_passes_is_not(running: Running) -> None:
    told = running.views()
    before = next(told)
    issue = running.home.content / KEY
    (issue / ".01.md.swp").write_text("x", encoding="utf-8")
    (issue / "~$01.md").write_text("x", encoding="utf-8")
    time.sleep(0.3)
    (issue / "01.md").write_text(TEXT.replace("第二页。", "第二页改了。"), encoding="utf-8")
    after = next(told)
    old, new = ([page["digest"] for page in view["pages"]] for view in (before, after))  # type: ignore[attr-defined]
    assert (old[0], old[1] != new[1]) == (new[0], True)
    (issue / "01.md").write_text("# 要闻\n\n![图](没有.png)\n", encoding="utf-8")
    broken = next(told)
    assert [finding["code"] for finding in broken["findings"]] == ["BP501"]  # type: ignore[attr-defined]
    assert (broken["isCurrent"], [page["digest"] for page in broken["pages"]]) == (False, new)  # type: ignore[attr-defined]
    (issue / "01.md").write_text(TEXT, encoding="utf-8")
    assert next(told)["isCurrent"]


def test_a_window_that_closes_in_the_middle_is_no_matter(running: Running) -> None:
    digest = next(running.views())["pages"][0]["digest"]  # type: ignore[index]
    for _ in range(5):
        with socket.create_connection((HOST, running.port)) as stream:
            stream.sendall(
                f"GET /pages/{digest}/3000.png HTTP/1.1\r\nHost: {HOST}:{running.port}\r\n\r\n".encode()
            )
            time.sleep(0.05)
    assert running.ask("/").status == 200
    if sys.platform == "linux":  # the command is made to end by that signal, as others should
        status = Path(f"/proc/{running.process.pid}/status").read_text(encoding="utf-8")
        ignored = int(status.split("SigIgn:")[1].split()[0], 16)
        assert ignored >> (signal.SIGPIPE - 1) & 1


def test_a_taken_port_gives_way_and_an_interrupt_ends_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        try:
            taken.bind((HOST, PORT))
            taken.listen()
        except OSError:
            pass  # by the preview of another test
        preview = start(publications.publication(tmp_path))
        try:
            assert preview.port != PORT
            next(preview.views())
            with socket.create_connection((HOST, preview.port)) as window:
                window.sendall(f"GET /events HTTP/1.1\r\nHost: {HOST}:{preview.port}\r\n\r\n".encode())
                assert window.recv(100)
                start_of_end = time.monotonic()
                code, said = stop(preview)
                assert time.monotonic() - start_of_end < 5
        finally:
            preview.process.kill()
    assert (code, said.splitlines()[-1]) == (0, "预览结束。")


def test_what_cannot_be_previewed_is_said(tmp_path: Path) -> None:
    preview = start(publications.publication(tmp_path, {"01.md": "正文"}, settings="期号: x\n"))
    view = next(preview.views())
    stop(preview)
    assert (view["pages"], view["isCurrent"]) == ([], False)
    assert view["findings"]


def test_an_issue_that_is_not_there_is_not_waited_for(tmp_path: Path) -> None:
    home = publications.publication(tmp_path, {"01.md": "正文"})
    refused = publications.run("preview", "2024-99", folder=home.root)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("没有“2024-99”这一期。是不是“2021-17”？")


# --- views ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return publications.publication(tmp_path_factory.mktemp("views"), {"01.md": TEXT})


@pytest.fixture(scope="module")
def seen(home: Home) -> View:
    return look_again(home, KEY, None, View(), lambda: Path("report.txt"))


def test_an_end_amid_a_build_is_no_bug(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise RuntimeError("cannot schedule new futures after interpreter shutdown")

    def report() -> Path:
        raise AssertionError

    monkeypatch.setattr(views.ThreadPoolExecutor, "submit", refused)
    view = look_again(home, KEY, None, View(), report)
    assert not view.is_current


def test_a_bug_is_told_and_the_last_pages_stay(
    home: Home, seen: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("坏了")

    monkeypatch.setattr(views, "make_pages", broken)
    view = look_again(home, KEY, None, seen, lambda: Path("report.txt"))
    assert (view.pages, view.prints, view.is_current) == (seen.pages, seen.prints, False)
    (finding,) = view.findings
    assert (finding.code, "RuntimeError：坏了" in finding.message) == ("BP803", True)
    assert "report.txt" in finding.hint


def test_a_finding_stands_where_its_line_does(home: Home, tmp_path: Path) -> None:
    flawed = publications.publication(tmp_path, {"01.md": TEXT.replace("第二页。", "第二页*。")})
    values = as_values(look_again(flawed, KEY, None, View(), lambda: Path()))
    (finding,) = values["findings"]
    (line,) = [each for each in values["pages"][1]["sources"] if each["line"] == 9]
    assert (finding["page"], finding["box"], finding["line"]) == (2, line["box"], 9)


def test_findings_have_no_place_on_pages_that_are_not_theirs(seen: View) -> None:
    finding = views.error("BP803", "某事。", views.Place(Path(f"content/{KEY}/01.md"), 5, 1))
    current = as_values(replace(seen, findings=(finding,)))
    assert current["findings"][0]["page"] == 1
    stale = as_values(replace(seen, findings=(finding,), is_current=False))
    assert stale["findings"][0]["page"] is None


def test_prints_tell_pages_apart_by_their_looks(home: Home, seen: View, tmp_path: Path) -> None:
    assert seen.pages
    assert seen.pages.data
    assert tuple(prints(seen.pages.data)) == seen.prints
    moved = publications.publication(tmp_path, {"01.md": "\n\n" + TEXT})  # other source lines, the same look
    pages = make_pages(moved, KEY)
    assert pages.data
    assert tuple(prints(pages.data)) == seen.prints
    assert draw_page(pages.data, 1, 200) == draw_page(seen.pages.data, 1, 200)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_layout_leaves_no_memory_behind(tmp_path: Path) -> None:
    """In a process of its own; what the C library keeps for itself is given back before it is measured."""
    home = publications.publication(
        tmp_path, {"01.md": "# 要闻\n\n## 标题\n\n" + "正文一段，2021 年。\n\n" * 150}
    )
    grown = subprocess.run(
        [sys.executable, "-c", GROWTH, str(home.root)],
        env=os.environ | {"PYTHONPATH": str(publications.ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    # Of 25 layouts: 4.3 where attributes stay, 6.8 where fonts do; what the allocator happens to keep is 1 at most.
    assert float(grown.stdout) < 2.5, grown.stdout


GROWTH = """
import ctypes, gc, os, sys
from pathlib import Path
from bulletin_pdf import build
from bulletin_pdf.publication import Home

def megabytes():
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

home = Home(Path(sys.argv[1]))
prepared, _ = build.prepare(home, "2021-17")
def lay_out(times):
    for _ in range(times):
        build._extent(home, prepared)
lay_out(8)
before = megabytes()
lay_out(25)
print(megabytes() - before)
"""


# --- watching -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("2021-17/01.md", True),
        ("2021-17/图 1.png", True),
        ("publication.yaml", True),
        ("bulletin/style.css.j2", True),
        ("2021-17/.01.md.swp", False),
        ("2021-17/01.md~", False),
        ("2021-17/4913", False),
        ("2021-17/#01.md#", False),
        ("2021-17/~$数据.csv", False),
        ("2021-17/.~lock.数据.csv#", False),
        ("2021-17/01.md.tmp", False),
        (".schema/issue.json", False),
        (".git/index", False),
        ("2021-17/.DS_Store", False),
    ],
)
def test_what_programs_leave_beside_a_file_is_passed_over(name: str, wanted: bool, tmp_path: Path) -> None:
    assert matters(tmp_path, tmp_path / name) is wanted


def test_changes_come_together_and_new_folders_are_seen(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    file = home.content / KEY / "01.md"

    async def watch() -> list[str]:
        seen = []
        coming = changes(home)

        async def next_after(name: str, *changed: Path) -> None:
            waiting = asyncio.create_task(anext(coming))
            await asyncio.sleep(0.3)
            for each in changed:
                each.parent.mkdir(parents=True, exist_ok=True)
                each.write_text("x", encoding="utf-8")
            await asyncio.wait_for(waiting, 10)
            seen.append(name)

        await next_after("text", file, file.with_name("02.md"))
        await next_after("new folder", home.layouts / "own" / "layout.yaml")
        await next_after("in the new folder", home.layouts / "own" / "style.css.j2")
        rest = asyncio.create_task(anext(coming))
        (home.build).mkdir()
        (home.build / "x.pdf").write_text("x", encoding="utf-8")
        _, pending = await asyncio.wait([rest], timeout=0.5)
        rest.cancel()
        assert pending, "a change in build/ is none"
        return seen

    assert asyncio.run(watch()) == ["text", "new folder", "in the new folder"]


def test_a_slow_window_hears_the_newest_only() -> None:
    async def listen() -> list[str]:
        feed = Feed()
        heard = feed.listen()
        events = [await anext(heard)]
        await feed.tell("view", "1")
        events.append(await anext(heard))
        for number in range(2, 9):
            await feed.tell("view", str(number))
        events.append(await anext(heard))
        await feed.close()
        return events + [event async for event in heard]

    assert asyncio.run(listen()) == [
        "retry: 1000\n\n",
        "event: view\ndata: 1\n\n",
        "event: view\ndata: 8\n\n",
    ]
