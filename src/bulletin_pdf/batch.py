"""The order for several issues: what stands stays, the others are built side by side, none stops another.

They are built one after the other, in processes of this machine, or on a cluster; wherever that is, it is `attempt`
that is run, with a `Job`, and a `Made` comes back. Files are written whole and are the same whoever writes them: to run
a job twice is to run it once.
"""

import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bulletin_pdf.diagnostics import Diagnostic, Place, error
from bulletin_pdf.home import Home
from bulletin_pdf.standing import Built, Product

if TYPE_CHECKING:
    from bulletin_pdf.system.processes import Lost

# The stages are imported where they run: what an unchanged build needs is here alone.

Progress = Callable[[str], None]

# In a worker of a cluster several threads may run jobs. WeasyPrint's fonts belong to the whole process.
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be made of one issue.

    output: the folder, default build/<issue>. layout, wanted: another layout, and a number of pages, than its settings
    say. profiles: names of profiles; none: those of its settings. force: though nothing has changed. annotated: a PDF with
    the findings marked as well.
    """

    home: Home
    key: str
    output: Path | None = None
    layout: str | None = None
    wanted: int | None = None
    profiles: tuple[str, ...] = ()
    force: bool = False
    annotated: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a job: the issue's PDF, what was made of it, and what was found in that.

    is_bug: whether the program itself failed.
    """

    key: str
    built: Built
    products: tuple[Product, ...] = ()
    found: tuple[Diagnostic, ...] = ()
    is_bug: bool = False


def standing(job: Job, wishes: Mapping[str, tuple[str, ...]]) -> Made | None:
    """What was made before, if all of it stands; imports nothing that takes time. wishes: the profiles that each issue of
    the ledger asks for."""
    from bulletin_pdf.profiles import chosen
    from bulletin_pdf.standing import standing_products

    built = None if job.force or job.annotated else _standing_pdf(job)
    if built is None or built.pdf is None:
        return None
    wished = wishes.get(job.key)
    products = None if wished is None else standing_products(built.pdf, chosen(job.profiles or wished))
    return products and Made(job.key, built, tuple(products[0]), tuple(products[1]))


def make(job: Job, progress: Progress = lambda stage: None) -> Made:
    """Build an issue, unless its PDF stands, and what is to be made of it."""
    from bulletin_pdf.build import build
    from bulletin_pdf.production import produce

    built = None if job.force or job.annotated else _standing_pdf(job)
    built = built or build(
        job.home,
        job.key,
        output=job.output,
        layout=job.layout,
        wanted=job.wanted,
        annotated=job.annotated,
        progress=progress,
    )
    if built.pdf is None:
        return Made(job.key, built)
    products, found = produce(job.home, job.key, built.pdf, job.profiles, force=job.force, progress=progress)
    with suppress(OSError):
        _report(job).unlink(missing_ok=True)  # of a failure that is no more
    return Made(job.key, built, tuple(products), tuple(found))


def _report(job: Job) -> Path:
    """Where a failure of the program is written down."""
    return job.home.build / job.key / f"{job.key}.意外.txt"


def attempt(job: Job) -> "Made | Lost":
    """`make`, where a failure of the program is a diagnostic of this issue (BP803), and a report for the maintainers. Lost
    where memory does not suffice: the process had better be replaced."""
    try:
        with _ONE_AT_A_TIME:
            return make(job)
    except MemoryError:
        from bulletin_pdf.system.processes import Lost

        return Lost("内存不够")
    except Exception as problem:
        from bulletin_pdf.files import write_whole
        from bulletin_pdf.system.bug_report import bug_report

        report = _report(job)
        hint = f"请把 {job.home.shown(report)} 发给维护的人；其他各期不受影响。"
        try:
            write_whole(report, bug_report().encode("utf-8", "replace"))
        except OSError:
            hint = "请单独生成这一期，把程序写的报告发给维护的人；其他各期不受影响。"
        kind = f"{type(problem).__name__}：{problem}"
        return _failed(
            job, "BP803", f"程序出了意外（{kind}），这是程序的毛病，不是稿件的。", hint, is_bug=True
        )


def make_all(
    jobs: Sequence[Job], *, processes: int, scheduler: str | None = None
) -> Generator[tuple[int, Made], None, None]:
    """What comes of several jobs as they are done, each with its index.

    processes: how many of this machine work on them. scheduler: of a cluster that does instead; NoClusterError is raised before
    anything is done where there is none. Closing the iterator, or interrupting it, leaves no process and no half file.
    """
    from bulletin_pdf.system.cluster import on_cluster
    from bulletin_pdf.system.processes import Lost, in_processes

    if scheduler is not None:
        outcomes = on_cluster(attempt, jobs, scheduler)
    elif min(processes, len(jobs)) > 1:
        outcomes = in_processes(attempt, jobs, processes)
    else:
        outcomes = ((index, attempt(job)) for index, job in enumerate(jobs))
    with closing(outcomes):
        for index, outcome in outcomes:
            yield index, _lost(jobs[index], outcome.reason) if isinstance(outcome, Lost) else outcome


def _standing_pdf(job: Job) -> Built | None:
    from bulletin_pdf.standing import standing as standing_pdf

    return standing_pdf(job.home, job.key, output=job.output, layout=job.layout, wanted=job.wanted)


def _lost(job: Job, reason: str) -> Made:
    """A job whose process ended before it was done."""
    message = f"“{job.key}”没有生成：{reason}。"
    hint = "再运行一遍，只做没有做好的；内存不够就用 --jobs 1。其他各期不受影响。"
    return _failed(job, "BP804", message, hint)


def _failed(job: Job, code: str, message: str, hint: str, *, is_bug: bool = False) -> Made:
    """Nothing came of a job."""
    place = Place(job.home.shown(job.home.content / job.key))
    return Made(job.key, Built(None, 0, (error(code, message, place, hint),)), is_bug=is_bug)
