"""The preview in a real browser: Chromium of the system, driven by Playwright. Skipped where there is none."""

import re
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

import publications
from test_preview import Running, start, stop

KEY = publications.KEY
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chromium-browser"))), None)

# Of the last article, which stands on the last page: words, and others as wide.
OLD, NEW = "降本", "降耗"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="没有 Chromium：apt-get install chromium"),
]


@dataclass(frozen=True)
class Window:
    """A browser window on a preview of the seed, and all that it asked for or complained of."""

    page: Page
    running: Running
    requests: list[str]
    complaints: list[str]

    @property
    def article(self) -> Path:
        """The last text of the issue."""
        return sorted((self.running.home.content / KEY).glob("*.md"))[-1]

    def change(self, old: str, new: str) -> None:
        """Save the last text with one change."""
        text = self.article.read_text(encoding="utf-8")
        assert old in text
        self.article.write_text(text.replace(old, new, 1), encoding="utf-8")

    def view(self) -> Any:
        """What the server tells of the pages."""
        return next(self.running.views())

    def digests(self) -> list[str | None]:
        """What stands in the pictures of the pages; None for those not drawn yet."""
        pages = self.page.locator(".page").all()
        return [page.get_attribute("data-digest") for page in pages]

    def until(self, condition: str) -> None:
        """Until a condition in JavaScript holds, at a moment when the window is painted."""
        look = f"const look = () => ({condition}) ? resolve() : requestAnimationFrame(look)"
        self.page.evaluate(f"new Promise((resolve) => {{ {look}; look(); }})")

    def await_current(self) -> None:
        """Until the newest pages are there."""
        expect(self.page.locator("#status")).to_have_class("fine", timeout=20_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    preview = start(publications.seed(tmp_path_factory.mktemp("预览")))
    yield preview
    if preview.process.poll() is None:
        stop(preview)


@pytest.fixture
def window(browser: Browser, running: Running) -> Iterator[Window]:
    context = browser.new_context(
        viewport={"width": 1400, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    window = Window(page, running, [], [])
    page.on("request", lambda request: window.requests.append(request.url))
    page.on(
        "console", lambda message: window.complaints.append(message.text) if message.type == "error" else None
    )
    page.on("pageerror", lambda problem: window.complaints.append(str(problem)))
    before = window.article.read_text(encoding="utf-8")
    page.goto(f"http://127.0.0.1:{running.port}/")
    window.await_current()
    page.keyboard.press("3")  # all pages in sight, so that all are drawn
    window.until("[...document.querySelectorAll('.page')].every((page) => page.dataset.digest)")
    page.keyboard.press("1")
    yield window
    context.close()
    window.article.write_text(before, encoding="utf-8")


# Notes down which pages get another picture.
WATCH = """() => {
    window.swapped = [];
    for (const page of document.querySelectorAll(".page"))
        new MutationObserver(() => window.swapped.push(Number(page.dataset.number)))
            .observe(page, { attributeFilter: ["data-digest"] });
}"""


def test_a_change_swaps_the_changed_page_only(
    window: Window, record_property: Callable[[str, object], None]
) -> None:
    page = window.page
    page.keyboard.press("3")
    page.evaluate(WATCH)
    before = window.digests()
    times = []
    for old, new in [(OLD, NEW), (NEW, OLD)] * 3:
        page.evaluate("window.swapped.length = 0")
        began = time.perf_counter()
        window.change(old, new)
        window.until("window.swapped.length")
        times.append(time.perf_counter() - began)
        window.await_current()
        assert page.evaluate("window.swapped") == [len(before)]
    assert window.digests() == before
    record_property("seconds until a change shows, median", round(statistics.median(times), 2))
    assert statistics.median(times) < 5  # on a busy machine; scripts/bench-preview holds a quiet one to 1.0


def test_a_changed_page_flashes(window: Window) -> None:
    page = window.page
    page.keyboard.press("3")
    flashing = """[...document.querySelectorAll(".page")]
        .filter((page) => page.querySelector(".flash").getAnimations().length)
        .map((page) => Number(page.dataset.number))"""
    assert page.evaluate(flashing) == []
    window.change(OLD, NEW)
    window.until(f"{flashing}.length")
    assert page.evaluate(flashing) == [len(window.digests())]


def test_zoom_and_place_stay_as_pages_change(window: Window) -> None:
    page = window.page
    page.keyboard.press("0")
    expect(page.locator("#percent")).to_have_text("100%")
    page.evaluate("document.querySelector('#stage').scrollTo({ top: 3333 })")
    where = "document.querySelector('#stage').scrollTop"
    before = page.evaluate(WATCH), page.evaluate(where)
    window.change(OLD, f"{NEW}，又多了一句话，")
    window.await_current()
    window.change(f"{NEW}，又多了一句话，", OLD)
    window.await_current()
    assert page.evaluate(where) == before[1] == 3333
    expect(page.locator("#percent")).to_have_text("100%")
    page.reload()
    expect(page.locator("#percent")).to_have_text("100%")
    window.until(f"Math.abs({where} - 3333) < 2")


def test_errors_lie_over_the_last_good_pages_until_they_are_mended(window: Window) -> None:
    page = window.page
    broken = page.locator("#broken")
    expect(broken).to_be_hidden()
    before = window.digests()
    window.change(OLD, f"\n\n![图](没有.png)\n\n{OLD}")
    expect(broken).to_contain_text("找不到图片“没有.png”", timeout=20_000)
    expect(broken).to_be_visible()
    expect(page.locator("#findings li.error")).to_have_count(1)
    expect(page.locator("#tally")).to_have_class("error")
    expect(page.locator("#status")).to_have_text("上一次的版面")
    assert window.digests() == before
    broken.get_by_role("button", name="收起").click()
    expect(broken.locator("li")).to_be_hidden()
    window.change(f"\n\n![图](没有.png)\n\n{OLD}", OLD)
    expect(broken).to_be_hidden(timeout=20_000)
    expect(page.locator("#findings li.error")).to_have_count(0)
    assert window.digests() == before


def test_a_half_saved_file_passes(window: Window) -> None:
    text = window.article.read_text(encoding="utf-8")
    before = window.digests()
    for part in (text[:100], "", text[:-50], text):
        window.article.write_bytes(part.encode()[: len(part.encode()) - (part != text)])  # within a character
        time.sleep(0.2)
    window.await_current()
    assert window.digests() == before


def test_a_finding_leads_to_its_place_on_the_page(window: Window) -> None:
    page = window.page
    window.change(OLD, f"*{OLD}")
    finding = page.locator("#findings li", has_text="单个“*”")
    expect(finding).to_have_count(1, timeout=20_000)
    mark = page.locator(".mark[title*='单个“*”']")
    expect(mark).to_have_count(1)
    expect(mark).not_to_be_in_viewport()
    finding.click()
    expect(mark).to_be_in_viewport()
    line = window.article.read_text(encoding="utf-8").split(f"*{OLD}")[0].count("\n") + 1
    link = finding.get_by_role("link")
    expect(link).to_have_text(re.compile(rf"{window.article.name}:{line}:\d+"))
    expect(link).to_have_attribute("href", re.compile(rf"^vscode://file/\S+:{line}:\d+$"))
    page.evaluate("document.querySelector('#stage').scrollTo(0, 0)")
    expect(mark).not_to_be_in_viewport()
    page.keyboard.press("n")
    page.keyboard.press("N")
    expect(mark).to_be_in_viewport()


def test_a_line_of_the_page_leads_to_its_source(window: Window) -> None:
    page = window.page
    page.keyboard.press("h")
    page.evaluate("document.querySelector('#stage').scrollTo(0, 0)")
    window.until("document.querySelector('#stage').scrollTop === 0")
    first = window.view()["pages"][0]
    source = first["sources"][-1]
    paper = page.locator(".page").first
    box = paper.bounding_box()
    assert box
    left, top, right, bottom = source["box"]
    scale = box["width"] / first["width"]
    popup = page.locator("#source")
    expect(popup).to_be_hidden()
    paper.click(position={"x": (left + right) / 2 * scale, "y": (top + bottom) / 2 * scale})
    expect(popup).to_be_visible()
    words = f"{source['file']}:{source['line']}:{source['column']}"
    assert popup.locator("span").get_attribute("title") == words
    popup.get_by_role("button", name="复制").click()
    expect(popup.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == words
    page.keyboard.press("Escape")
    expect(popup).to_be_hidden()


def test_pages_one_below_the_other_side_by_side_and_all_at_once(window: Window) -> None:
    page = window.page

    def box(number: int) -> Any:
        return page.locator(f".page[data-number='{number}']").bounding_box()

    page.keyboard.press("2")
    assert box(1)["x"] == pytest.approx(box(3)["x"], abs=1)
    assert box(2)["x"] + box(2)["width"] == pytest.approx(box(3)["x"], abs=1)
    assert box(2)["y"] == box(3)["y"]
    page.keyboard.press("1")
    assert box(1)["x"] == box(2)["x"]
    page.keyboard.press("3")
    for number in range(1, len(window.digests()) + 1):
        expect(page.locator(f".page[data-number='{number}']")).to_be_in_viewport(ratio=1)
    page.locator(".page").nth(3).click()
    expect(page.get_by_role("radio", name="单页")).to_be_checked()
    expect(page.locator("#count")).to_have_text(re.compile("^4 /"))


def test_pages_are_drawn_for_the_pixels_of_the_screen(window: Window) -> None:
    page = window.page
    for key in ("0", "+", "-", "w"):
        page.keyboard.press(key)
        window.until(
            "Math.abs(document.querySelector('.page img').naturalWidth"
            " - document.querySelector('.page').clientWidth * devicePixelRatio) <= 1"
        )


def test_nothing_leaves_the_machine_and_nothing_fails(window: Window) -> None:
    address = f"http://127.0.0.1:{window.running.port}/"
    assert window.requests
    assert [each for each in window.requests if not each.startswith(address)] == []
    assert window.complaints == []
    window.page.evaluate("fetch('https://example.com/').catch(() => null)")
    assert any("Content Security Policy" in each for each in window.complaints)
