"""Several issues at once: side by side, none stopping another, nothing left behind by an interruption."""

import logging
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import publications
from bulletin_pdf import batch, build
from bulletin_pdf.batch import Job, Made
from bulletin_pdf.home import Home
from bulletin_pdf.standing import Built
from bulletin_pdf.system.cluster import on_cluster
from bulletin_pdf.system.processes import Lost, in_processes
from bulletin_pdf.system.signals import deaf_children, on_ending
from bulletin_pdf.terminal import _duration, _how_far

UNIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")


def many(folder: Path, count: int) -> Home:
    """A publication of so many small issues."""
    home = publications.publication(folder)
    for number in range(18, 17 + count):
        issue = home.content / f"2021-{number}"
        issue.mkdir()
        settings = publications.ISSUE.replace("17", str(number)).replace("7月9日", f"8月{number - 17}日")
        (issue / "issue.yaml").write_text(settings, encoding="utf-8")
        (issue / "01.md").write_text(publications.ARTICLE, encoding="utf-8")
    return home


def spoil(home: Home, key: str) -> None:
    (home.content / key / "01.md").write_text("# 要闻\n\n![图](没有.png)\n", encoding="utf-8")


def pdfs(home: Home) -> dict[str, bytes]:
    return {file.stem: file.read_bytes() for file in home.build.glob("*/*.pdf")}


def half_files(home: Home) -> list[Path]:
    return [file for file in home.build.rglob("*") if file.name.endswith(".tmp")]


# --- processes ------------------------------------------------------------------------------------------


def twice_and_process(value: int) -> tuple[int, int]:
    return value * 2, os.getpid()


def killed_at_three(value: int) -> int:
    if value == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return value


def crashing_at_three(value: int) -> int:
    if value == 3:
        os.kill(os.getpid(), signal.SIGSEGV)
    return value


def raising_at_three(value: int) -> int:
    if value == 3:
        sys.exit(7)
    return value


def sleeping(folder: Path) -> None:
    """Writes down its process, and removes that when told to stop."""
    file = folder / str(os.getpid())
    file.touch()
    try:
        time.sleep(60)
    finally:
        file.unlink()


def test_every_value_has_its_result() -> None:
    results = dict(in_processes(twice_and_process, range(7), 2))
    assert {index: result for index, (result, _) in results.items()} == {n: n * 2 for n in range(7)}
    pids = {pid for _, pid in results.values()}
    assert os.getpid() not in pids
    assert len(pids) <= 2


def test_a_process_is_replaced_after_so_many() -> None:
    results = dict(in_processes(twice_and_process, range(6), 1, renew=2))
    assert len({pid for _, pid in results.values()}) == 3


@UNIX
@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (killed_at_three, "被系统结束了（SIGKILL），多半是内存不够"),
        (crashing_at_three, "崩溃了（SIGSEGV）"),
        (raising_at_three, "退出码 7"),
    ],
)
def test_a_dead_process_loses_one_value(function: Callable[[int], int], reason: str) -> None:
    results = dict(in_processes(function, range(6), 2))
    lost = results.pop(3)
    assert isinstance(lost, Lost)
    assert reason in lost.reason
    assert results == {n: n for n in range(6) if n != 3}


@UNIX
def test_to_leave_off_ends_the_processes(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    results = in_processes(first_returns, [None, *folders], 3)
    next(results)
    while not all(any(folder.iterdir()) for folder in folders):
        time.sleep(0.02)
    pids = [int(file.name) for folder in folders for file in folder.iterdir()]
    results.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    # What they were to remove is removed.
    assert not [file for folder in folders for file in folder.iterdir()]


def first_returns(folder: Path | None) -> None:
    if folder:
        sleeping(folder)


def lost_first(value: int) -> tuple[int, int] | Lost:
    return twice_and_process(value) if value else Lost(str(os.getpid()))


def test_a_process_that_gives_a_value_up_is_replaced() -> None:
    results = dict(in_processes(lost_first, range(3), 1))
    first = results.pop(0)
    assert isinstance(first, Lost)
    assert all(not isinstance(each, Lost) and str(each[1]) != first.reason for each in results.values())


@UNIX
def test_an_interruption_at_a_bad_moment_comes_later() -> None:
    children = []

    def start() -> None:
        with deaf_children():
            os.kill(os.getpid(), signal.SIGINT)
            child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
            child.send_signal(signal.SIGINT)
            children.append(child)

    with pytest.raises(KeyboardInterrupt):
        start()
    # What was started meanwhile does not hear it at all.
    (child,) = children
    child.communicate(b"\n", timeout=20)
    assert child.returncode == 0


def ended_twice(folder: Path) -> None:
    """Clears up slowly after it was told to end, and is told again meanwhile."""
    on_ending(lambda number, frame: sys.exit(1))
    file = folder / "half"
    file.touch()
    try:
        os.kill(os.getpid(), signal.SIGHUP)
        time.sleep(60)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.01)
        file.unlink()


@UNIX
def test_to_be_ended_twice_does_not_disturb_the_clearing_up(tmp_path: Path) -> None:
    assert dict(in_processes(ended_twice, [tmp_path], 1)) == {0: Lost("生成它的进程自己退出了（退出码 1）")}
    assert not list(tmp_path.iterdir())


# --- a batch --------------------------------------------------------------------------------------------


def dying_over_18(job: Job) -> Made:
    if job.key == "2021-18":
        os.kill(os.getpid(), signal.SIGKILL)
    return Made(job.key, Built(None, 0, ()))


@UNIX
def test_an_issue_over_which_a_process_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = [Job(Home(tmp_path), f"2021-{number}") for number in (17, 18, 19)]
    monkeypatch.setattr(batch, "attempt", dying_over_18)
    made = dict(batch.make_all(jobs, processes=2))
    assert [each.code for each in made[1].built.diagnostics] == ["BP804"]
    assert "“2021-18”没有生成" in made[1].built.diagnostics[0].message
    assert made[0].built.diagnostics == made[2].built.diagnostics == ()


@pytest.mark.slow
def test_side_by_side_as_one_after_the_other(tmp_path: Path) -> None:
    home = many(tmp_path, 4)
    spoil(home, "2021-18")
    printed = []
    made = []
    for jobs in ("1", "2"):
        result = publications.run("build", "--all", "--force", "--jobs", jobs, folder=home.root)
        assert result.returncode == 1
        printed.append((result.stdout, result.stderr))
        made.append(pdfs(home))
    assert printed[0] == printed[1]
    assert made[0] == made[1]
    keys = ["2021-17", "2021-19", "2021-20"]
    assert [Path(line).stem for line in printed[1][0].splitlines()] == keys == sorted(made[1])
    assert "content/2021-18/01.md:3:1: 错误 BP" in printed[1][1]
    assert not half_files(home)
    # What stands is not built again.
    written = {file: file.stat().st_mtime_ns for file in home.build.rglob("*.pdf")}
    assert publications.run("build", *keys, folder=home.root).returncode == 0
    assert {file: file.stat().st_mtime_ns for file in home.build.rglob("*.pdf")} == written
    assert pdfs(home) == made[1]


def test_a_failure_of_the_program_stops_no_other_issue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = many(tmp_path, 3)
    usual = build.build

    def failing(home: Home, key: str, **rest: object) -> Built:
        if key == "2021-18":
            raise ZeroDivisionError("除以零")
        return usual(home, key, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(build, "build", failing)
    jobs = [Job(home, key) for key in home.issues()]
    made = dict(batch.make_all(jobs, processes=1))
    assert [each.built.pdf is not None for each in made.values()] == [True, False, True]
    (found,) = made[1].built.diagnostics
    assert (found.code, made[1].is_bug) == ("BP803", True)
    assert "ZeroDivisionError：除以零" in found.message
    assert "build/2021-18/2021-18.意外.txt" in found.hint
    report = (home.build / "2021-18" / "2021-18.意外.txt").read_text(encoding="utf-8")
    assert "Traceback" in report
    monkeypatch.setattr(build, "build", usual)
    assert batch.attempt(jobs[1]).built.pdf
    assert not (home.build / "2021-18" / "2021-18.意外.txt").exists()


def without_memory(*_: object, **__: object) -> None:
    raise MemoryError


def test_too_little_memory_is_no_fault_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "build", without_memory)
    ((_, made),) = batch.make_all([Job(publications.publication(tmp_path), publications.KEY)], processes=1)
    assert [(each.code, each.message) for each in made.built.diagnostics] == [
        ("BP804", f"“{publications.KEY}”没有生成：内存不够。")
    ]
    assert not made.is_bug


@pytest.mark.slow
@UNIX
@pytest.mark.parametrize(
    ("to", "number", "jobs"),
    [
        ("everyone", signal.SIGINT, "2"),
        ("the parent", signal.SIGINT, "2"),
        ("the parent", signal.SIGTERM, "1"),
        ("everyone", getattr(signal, "SIGHUP", None), "2"),  # the window is closed
    ],
)
def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, to: str, number: signal.Signals, jobs: str
) -> None:
    home = many(tmp_path, 30)
    process = subprocess.Popen(
        [sys.executable, "-m", "bulletin_pdf", "build", "--all", "--jobs", jobs],
        cwd=home.root,
        env=os.environ | {"PYTHONPATH": str(publications.ROOT / "src")},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    while len(pdfs(home)) < 4:  # whoever makes the third or fourth has told of one before
        assert process.poll() is None, process.communicate()
        time.sleep(0.02)
    (os.killpg if to == "everyone" else os.kill)(process.pid, number)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert re.fullmatch(r"已中断：\d+ 期已经做好，没有半个文件；再运行一遍，只做剩下的。\n", err)
    assert len(pdfs(home)) < 30
    assert all(data.rstrip().endswith(b"%%EOF") for data in pdfs(home).values())
    assert not half_files(home)
    assert is_soon_empty(process.pid)


def is_soon_empty(group: int) -> bool:
    """Whether no process of a group is left, those apart that multiprocessing ends a moment later."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--jobs", "0"], "--jobs 不对：“0”"),
        (["--executor", "dask"], "--executor dask 和 --scheduler"),
        (["--scheduler", "tcp://127.0.0.1:1"], "--executor dask 和 --scheduler"),
        (["--executor", "cloud"], "--executor 只能写：local、dask。"),
    ],
)
def test_wrong_use(tmp_path: Path, words: list[str], said: str) -> None:
    home = publications.publication(tmp_path)
    result = publications.run("build", *words, folder=home.root)
    assert result.returncode == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, " 0 秒"), (59.6, " 1 分 0 秒"), (200, " 3 分 20 秒"), (3900, " 1 小时 5 分")]
)
def test_times_in_words(seconds: float, words: str) -> None:
    assert _duration(seconds) == words


@pytest.mark.parametrize(
    ("done", "failed", "words"),
    [
        (25, 0, "做好 25 期，还要约 30 秒"),
        (25, 2, "做好 23 期，2 期没有生成，还要约 30 秒"),
        (100, 1, "做好 99 期，1 期没有生成"),
    ],
)
def test_how_far_it_is(done: int, failed: int, words: str) -> None:
    assert _how_far(100, done, failed, 10.0) == words


# --- a cluster ------------------------------------------------------------------------------------------


def test_without_distributed(tmp_path: Path) -> None:
    home = publications.publication(tmp_path)
    (tmp_path / "distributed.py").write_text("raise ImportError")
    words = ("build", "--executor", "dask", "--scheduler", "tcp://127.0.0.1:1")
    path = f"{tmp_path}{os.pathsep}{publications.ROOT / 'src'}"
    result = publications.run(*words, folder=home.root, PYTHONPATH=path)
    assert result.returncode == 2
    assert "--scheduler 不行：没有装 Dask；请运行：pip install 'bulletin-pdf[dask]'。" in result.stderr


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "好", "tcp://127.0.0.1:好", "tcp://"])
def test_no_scheduler_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    from bulletin_pdf.system import cluster

    monkeypatch.setattr(cluster, "PATIENCE", 1)
    with pytest.raises(cluster.NoClusterError, match=f"连不上“{address}”"):
        next(cluster.on_cluster(str, [1], address))


@pytest.mark.slow
@UNIX
def test_a_cluster_of_which_a_worker_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import LocalCluster

    home = many(tmp_path, 8)
    spoil(home, "2021-18")
    monkeypatch.setenv("PYTHONPATH", str(publications.ROOT / "src"))
    jobs = [Job(home, key) for key in home.issues()]
    made: dict[int, Made] = {}
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, processes=True) as local:
        victim = next(iter(local.workers.values())).process.process.pid
        for index, each in batch.make_all(jobs, processes=1, scheduler=local.scheduler_address):
            assert index not in made
            if not made:
                os.kill(victim, signal.SIGKILL)
            made[index] = each
    assert sorted(made) == list(range(8))
    assert [made[index].key for index in range(8)] == home.issues()
    assert sorted(pdfs(home)) == [key for key in home.issues() if key != "2021-18"]
    assert made[1].built.pdf is None
    assert not half_files(home)
    # The same bytes as here.
    before = pdfs(home)["2021-19"]
    assert batch.make(Job(home, "2021-19", force=True)).built.pdf
    assert pdfs(home)["2021-19"] == before


def at_once_or_never(value: int) -> int:
    time.sleep(60 if value else 0)
    return value


@pytest.mark.slow
def test_a_cluster_whose_scheduler_goes_away() -> None:
    from distributed import LocalCluster

    results: dict[int, int | Lost] = {}
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as local:
        for index, result in on_cluster(at_once_or_never, range(3), local.scheduler_address):
            if not results:
                threading.Thread(target=local.close).start()
            results[index] = result
    lost = Lost("和集群的调度器断了联系")
    assert results == {0: 0, 1: lost, 2: lost}
    # Nobody is told in English besides.
    assert not logging.getLogger("distributed.client").isEnabledFor(logging.CRITICAL)
