"""The process beside: outcomes in whatever order, failures as they are, an end however it comes, and no stray process."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import publications
from bulletin_pdf import batch, build, paginate
from bulletin_pdf.batch import Job
from bulletin_pdf.diagnostics import Severity
from bulletin_pdf.system import beside
from bulletin_pdf.system.beside import BesideLostError
from bulletin_pdf.system.signals import on_ending
from publications import KEY

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forked on Linux only")


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "cores", lambda: 2)


def nothing() -> None:
    pass


def doubled(text: str) -> str:
    return text * 2


def failing() -> None:
    raise LookupError("没有")


def ended(number: int) -> None:
    os.kill(os.getpid(), number)


def unsendable() -> object:
    return lambda: None


def identity() -> int:
    return os.getpid()


def test_outcomes_in_whatever_order() -> None:
    large = "甲" * 300_000  # more than a pipe holds, in both directions
    with beside.beside(nothing) as process:
        assert process
        outcomes = [process.begin(doubled, large + str(number)) for number in range(3)]
        assert outcomes[2]() == (large + "2") * 2
        assert outcomes[0]() == (large + "0") * 2
        assert outcomes[0]() == (large + "0") * 2
        assert process.begin(identity)() != os.getpid()


def picky(number: int) -> int:
    if number == 1:
        raise LookupError("没有")
    return number


def test_several_calls_have_an_outcome_each() -> None:
    with beside.beside(nothing) as process:
        assert process
        outcomes = process.begin_each(picky, [(number,) for number in range(3)])
        after = process.begin(doubled, "a")
        assert after() == "aa"
        assert outcomes[2]() == 2
        with pytest.raises(LookupError):
            outcomes[1]()
        assert outcomes[0]() == 0
        assert process.begin_each(picky, []) == []


def test_it_goes_on_while_answers_wait(tmp_path: Path) -> None:
    file = tmp_path / "done"
    with beside.beside(nothing) as process:
        assert process
        outcomes = process.begin_each(lengthy, [(file,)] * 3)
        wait_for = time.monotonic() + 10
        while not (file.exists() and file.stat().st_size == 3) and time.monotonic() < wait_for:
            time.sleep(0.01)
        assert file.stat().st_size == 3
        assert [len(each()) for each in outcomes] == [100_000] * 3


def lengthy(file: Path) -> str:
    with file.open("a") as done:
        done.write("a")
    return "a" * 100_000


def test_what_it_raises_is_raised_here_and_it_goes_on() -> None:
    with beside.beside(nothing) as process:
        assert process
        with pytest.raises(LookupError, match="没有") as caught:
            process.begin(failing)()
        assert "in failing" in caught.value.__notes__[0]  # where, for the report
        with pytest.raises(RuntimeError, match="pickle"):
            process.begin(unsendable)()
        assert process.begin(doubled, "a")() == "aa"


def test_what_is_wrong_in_getting_ready_is_told_when_it_is_needed() -> None:
    with beside.beside(failing) as process:
        assert process
        assert process.begin(doubled, "a")() == "aa"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_lost_process_is_told_of(number: signal.Signals) -> None:
    with beside.beside(nothing) as process:
        assert process
        with pytest.raises(BesideLostError, match=signal.Signals(number).name):
            process.begin(ended, number)()


def test_a_process_beside_does_not_take_after_its_parent() -> None:
    usual = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
    on_ending(signal.default_int_handler)
    try:
        test_a_lost_process_is_told_of(signal.SIGTERM)
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)


def test_a_process_that_is_gone_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as the command line has it
    try:
        with beside.beside(nothing) as process:
            assert process
            os.kill(process.begin(identity)(), signal.SIGKILL)
            time.sleep(0.2)
            with pytest.raises(BesideLostError, match="SIGKILL"):
                process.begin(doubled, "甲" * 300_000)()
    finally:
        signal.signal(signal.SIGPIPE, usual)


def test_one_core_has_no_process_beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "cores", lambda: 1)
    with beside.beside(nothing) as process:
        assert process is None


def is_there(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def sleeping() -> None:
    time.sleep(60)


@pytest.mark.parametrize("end", ["asked nothing more", "error", "interrupted"])
def test_no_process_stays(end: str) -> None:
    began = time.monotonic()
    number = 0
    try:
        with beside.beside(nothing) as process:
            assert process
            number = process.begin(identity)()
            if end != "asked nothing more":
                process.begin(sleeping)
                raise ValueError if end == "error" else KeyboardInterrupt
    except (ValueError, KeyboardInterrupt):
        pass
    assert not is_there(number)
    assert time.monotonic() - began < 30


KILLED = """
import os, signal, sys, time
from bulletin_pdf.system import beside
beside.cores = lambda: 2
def sleeping():
    print(os.getpid(), flush=True)
    time.sleep(60)
with beside.beside(sleeping):
    time.sleep(60)
"""


def test_it_ends_with_the_process_that_began_it() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED],
        env=os.environ | {"PYTHONPATH": str(publications.ROOT / "src")},
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    number = int(process.stdout.readline())
    assert is_there(number)
    process.kill()
    process.wait()
    for _ in range(100):
        if not is_there(number):
            break
        time.sleep(0.1)
    assert not is_there(number)


# --- pages ----------------------------------------------------------------------------------------------


def test_the_same_pages_and_findings_beside_and_here(tmp_path: Path) -> None:
    home = publications.rich(tmp_path)
    here = build.make_pages(home, KEY)
    with paginate.laid_out_beside(home.font_configurations):
        there = build.make_pages(home, KEY)
        fitted = build.make_pages(home, KEY, wanted=here.checked.pages)
    assert here.data is not None
    assert there.data == here.data == fitted.data
    assert there.diagnostics == here.diagnostics
    assert beside.at_hand() is None


def test_pages_of_a_text_that_proofreading_stops_are_given_up(tmp_path: Path) -> None:
    text = "# 要闻\n\n## 标题\n\n<!-- 保留 PR999：因为如此 -->\n\n正文一段。\n"
    home = publications.publication(tmp_path, {"01.md": text})
    here = build.make_pages(home, KEY)
    with paginate.laid_out_beside(home.font_configurations):
        there = build.make_pages(home, KEY)
    assert there == here
    assert there.data is None
    assert any(each.severity is Severity.ERROR for each in there.diagnostics)


def test_a_lost_layout_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    home = publications.publication(tmp_path)
    monkeypatch.setattr(paginate, "_laid_out", lost)
    with paginate.laid_out_beside(home.font_configurations):
        made = batch.make(Job(home, KEY))
    assert made.built.pdf is None
    assert not (home.build / KEY / f"{KEY}.pdf").exists()
    (finding,) = [each for each in made.built.diagnostics if each.code == "BP804"]
    assert "SIGKILL" in finding.message


def test_a_process_lost_before_it_is_asked_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paginate.native, "prepare", lambda: ended(signal.SIGKILL))
    home = publications.publication(tmp_path)
    home.font_configurations.joinpath("x").mkdir(parents=True)
    home.font_configurations.joinpath("x", "fonts.conf").touch()
    with paginate.laid_out_beside(home.font_configurations):
        time.sleep(0.2)
        made = batch.make(Job(home, KEY, wanted=3))  # which asks more than once
    assert made.built.pdf is None
    assert {each.code for each in made.built.diagnostics if each.severity is Severity.ERROR} == {"BP804"}
    assert not made.is_bug


def test_how_it_was_lost_is_told_each_time() -> None:
    with beside.beside(nothing) as process:
        assert process
        outcome = process.begin(ended, signal.SIGKILL)
        for _ in range(2):
            with pytest.raises(BesideLostError, match="SIGKILL"):
                outcome()
            with pytest.raises(BesideLostError, match="SIGKILL"):
                process.begin(identity)()


def test_closed_output(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with beside.beside(nothing) as process:
        assert process
        assert process.begin(doubled, "a")() == "aa"
