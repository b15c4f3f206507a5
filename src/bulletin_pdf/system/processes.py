"""Tool: one function over many values in several processes of this machine.

A process imports its libraries once and does many values. Not concurrent.futures: there one dead process takes the whole
pool along, nobody learns over which value it died, and an interruption waits for what is at work.
"""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from bulletin_pdf.system.compiled_once import compiled_once
from bulletin_pdf.system.garbage import collecting_seldom
from bulletin_pdf.system.signals import broken_pipes_as_errors, deaf, deaf_children, on_ending

Value = TypeVar("Value")
Result = TypeVar("Result")

# A process is replaced after so many values, so that what native libraries do not give back stays little.
RENEW = 200
# Seconds that a process which is told to stop has to remove what it has half written.
PATIENCE = 5
# By which the system ends a process that did wrong itself.
_CRASHES = ("SIGABRT", "SIGBUS", "SIGFPE", "SIGILL", "SIGSEGV", "SIGTRAP")
# Spawned, not forked: it works on every system, and no process inherits another's end of a pipe.
_CONTEXT = get_context("spawn")


@dataclass(frozen=True, slots=True)
class Lost:
    """What came of a value whose process ended before its result was there. reason: in Chinese."""

    reason: str


@dataclass(slots=True)
class _Worker:
    """A process and the way to it; index: of the value that it works on; given: how many it was given."""

    process: SpawnProcess
    connection: Any
    index: int = 0
    given: int = 0


def cores() -> int:
    """How many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def in_processes(
    function: Callable[[Value], Result], values: Sequence[Value], count: int, *, renew: int = RENEW
) -> Generator[tuple[int, Result | Lost], None, None]:
    """The results of a function as they come, each with the index of its value, by up to `count` processes.

    function: of a module, since each process imports it; what it raises makes its value lost. To close this iterator, or
    to interrupt it, ends the processes.
    """
    waiting = deque(enumerate(values))
    at_work: dict[Any, _Worker] = {}
    done: list[_Worker] = []

    def give(worker: _Worker) -> None:
        worker.index, value = waiting.popleft()
        worker.given += 1
        at_work[worker.connection] = worker
        with suppress(OSError):  # it has just died, as `wait` will tell
            worker.connection.send(value)

    with broken_pipes_as_errors():
        try:
            while waiting or at_work:
                while waiting and len(at_work) < count:
                    give(_started(function))
                for connection in wait(list(at_work)):
                    worker = at_work.pop(connection)
                    index, outcome = worker.index, _outcome(worker)
                    if waiting and worker.given < renew and not isinstance(outcome, Lost):
                        give(worker)
                    else:
                        connection.close()  # type: ignore[union-attr]  # which tells it to end
                        done.append(worker)
                    yield index, outcome
        finally:
            _stop(at_work.values())
            for worker in done:
                worker.process.join(PATIENCE)


def _started(function: Callable[[Any], Any]) -> _Worker:
    ours, theirs = _CONTEXT.Pipe()
    process = _CONTEXT.Process(target=_work, args=(function, theirs), daemon=True)
    with deaf_children():
        process.start()
    theirs.close()
    return _Worker(process, ours)


def _outcome(worker: _Worker) -> Any:
    """What a process sent; Lost where it ended without."""
    try:
        return worker.connection.recv()
    except (EOFError, OSError):
        worker.process.join(PATIENCE)
        return Lost(how_it_ended(worker.process.exitcode))


def how_it_ended(code: int | None) -> str:
    """How a process ended, by its exit code, in Chinese."""
    if code is not None and code < 0:
        with suppress(ValueError):
            name = signal.Signals(-code).name
            if name == "SIGKILL":
                return "生成它的进程被系统结束了（SIGKILL），多半是内存不够"
            return f"生成它的进程{'崩溃了' if name in _CRASHES else '被中断了'}（{name}）"
    return f"生成它的进程自己退出了（退出码 {code}）"


def _stop(workers: Iterable[_Worker]) -> None:
    """End processes at once; each removes first what it has half written."""
    with deaf():
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.process.join(PATIENCE)
            if worker.process.is_alive():
                worker.process.kill()
                worker.process.join()


# --- in the process -------------------------------------------------------------------------------------


def _work(function: Callable[[Any], Any], connection: Any) -> None:
    """Values in, results out, until the other end is closed or its process has gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # An exception, so that a file being written is removed.
    on_ending(lambda number, frame: sys.exit(1))
    with collecting_seldom():
        with compiled_once():  # the first value brings the libraries
            is_wanted = _work_once(function, connection)
        while is_wanted:
            is_wanted = _work_once(function, connection)


def _work_once(function: Callable[[Any], Any], connection: Any) -> bool:
    """One value; false where the other end is closed."""
    try:
        value = connection.recv()
    except (EOFError, OSError):
        return False
    result = function(value)
    try:
        connection.send(result)
    except OSError:
        return False
    return True
