"""Tool: interruptions from outside, so that none ends the program at a bad moment."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def deaf() -> Iterator[None]:
    """An interruption from the keyboard waits until the end."""
    heard: list[int] = []
    try:
        usual = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    except ValueError:  # not in the main thread, which alone is interrupted
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
        if heard:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def deaf_children() -> Iterator[None]:
    """Deaf, and a process that is started now does not hear it at all: it goes to all processes of a terminal, and the one
    that started the others decides. That is inherited, for a handler of its own would come late: it imports first."""
    with deaf():
        if not hasattr(signal, "pthread_sigmask"):
            yield
            return
        from multiprocessing import resource_tracker  # slow to import

        resource_tracker.ensure_running()  # which else would be started now, and unblocks the signal
        usual = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, usual)


def on_ending(handler: Callable[[int, Any], None]) -> None:
    """Have a handler called when this process is told to end, or its terminal is closed; not where that is ignored (nohup).
    Once: what follows must not disturb the clearing up."""
    told: list[int] = []

    def once(number: int, frame: Any) -> None:
        told.append(number)
        if len(told) == 1:
            handler(number, frame)

    _handle_endings(once)


def not_on_ending() -> None:
    """Have this process ended at once, as usual; for one that was forked from one that has a handler."""
    _handle_endings(signal.SIG_DFL)


def _handle_endings(handler: Callable[[int, Any], None] | signal.Handlers) -> None:
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


@contextmanager
def broken_pipes_as_errors() -> Iterator[None]:
    """So that to write to a process that has died is an OSError. The command line lets it end the program."""
    if not hasattr(signal, "SIGPIPE"):
        yield
        return
    try:
        usual = signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGPIPE, usual)
