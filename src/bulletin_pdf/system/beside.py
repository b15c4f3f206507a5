"""Tool: a process beside this one, which gets ready at once and then does what it is asked, one thing after the other.

For a stage whose library takes long to import while there is other work to do. Forked, so that it begins without
importing anything twice; hence on Linux only, and only where there is a second core.
"""

import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, BinaryIO, NoReturn, TypeVar

from bulletin_pdf.system.compiled_once import compiled_once
from bulletin_pdf.system.processes import cores, how_it_ended
from bulletin_pdf.system.signals import broken_pipes_as_errors, not_on_ending

Result = TypeVar("Result")
# Bytes of answers that may wait to be read.
ROOM = 1 << 20
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


class BesideLostError(Exception):
    """The process ended before it had answered. Its text says in Chinese how."""


class Beside:
    """The process, and the way to it."""

    def __init__(self, process: int, questions: BinaryIO, answers: BinaryIO) -> None:
        self._process = process
        self._questions = questions
        self._answers = answers
        self._asked = 0
        self._answered: list[tuple[bool, Any]] = []
        self._ended = ""

    def begin(self, function: Callable[..., Result], *arguments: Any) -> Callable[[], Result]:
        """Have a function of a module run there; its outcome is waited for when it is asked for.

        The outcome raises what the function raises, or BesideLostError.
        """
        [outcome] = self.begin_each(function, [arguments])
        return outcome

    def begin_each(
        self, function: Callable[..., Result], calls: Sequence[tuple[Any, ...]]
    ) -> list[Callable[[], Result]]:
        """Have a function run for several arguments, one after the other; an outcome each, as of `begin`."""
        first = self._asked
        self._answer(first - 1)  # neither may wait for the other to read
        try:
            with broken_pipes_as_errors():
                pickle.dump((function, calls), self._questions)
                self._questions.flush()
        except OSError:
            raise BesideLostError(self._end()) from None
        self._asked += len(calls)
        return [partial(self._outcome, first + index) for index in range(len(calls))]

    def _outcome(self, number: int) -> Any:
        is_result, value = self._answer(number)
        if not is_result:
            raise value
        return value

    def _answer(self, number: int) -> Any:
        """One answer; those before it are read on the way."""
        while len(self._answered) <= number:
            try:
                self._answered.append(pickle.load(self._answers))
            except (EOFError, OSError, pickle.UnpicklingError):
                raise BesideLostError(self._end()) from None
        return self._answered[number] if number >= 0 else None

    def _end(self) -> str:
        """How the process ended; asked for once more, the same."""
        if self._process:
            _, status = os.waitpid(self._process, 0)
            self._process = 0
            self._ended = how_it_ended(os.waitstatus_to_exitcode(status))
        return self._ended

    def close(self, *, at_once: bool) -> None:
        """End the process; at once, though it is at work."""
        for end in (self._questions, self._answers):
            with broken_pipes_as_errors(), suppress(OSError):
                end.close()
        if self._process:
            if at_once:
                os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)


_at_hand: Beside | None = None


def at_hand() -> Beside | None:
    """The process beside this one, if there is one now."""
    return _at_hand


@contextmanager
def beside(get_ready: Callable[[], None]) -> Iterator[Beside | None]:
    """The process, which is at hand while it holds; None where there can or should be none. get_ready: what it does
    first."""
    global _at_hand
    if sys.platform != "linux" or cores() < 2:
        yield None
        return
    their_questions, our_questions = os.pipe()
    our_answers, their_answers = os.pipe()
    _make_room(their_answers)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # as where it was closed from the start
            stream.flush()
    parent = os.getpid()
    process = os.fork()
    if not process:
        os.close(our_questions)
        os.close(our_answers)
        _serve(get_ready, parent, os.fdopen(their_questions, "rb"), os.fdopen(their_answers, "wb"))
    os.close(their_questions)
    os.close(their_answers)
    _at_hand = Beside(process, os.fdopen(our_questions, "wb"), os.fdopen(our_answers, "rb"))
    at_once = True
    try:
        yield _at_hand
        at_once = False
    finally:
        made, _at_hand = _at_hand, None
        made.close(at_once=at_once)


def _make_room(pipe: int) -> None:
    """Let the process go on while its answers wait."""
    import fcntl

    if hasattr(fcntl, "F_SETPIPE_SZ"):
        with suppress(OSError):  # this user has too many large ones
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, ROOM)


def _serve(get_ready: Callable[[], None], parent: int, questions: BinaryIO, answers: BinaryIO) -> NoReturn:
    """What the process does, until nobody asks any more."""
    try:
        # It goes to all processes of a terminal; the one that began decides.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        not_on_ending()
        _die_with(parent)
        with compiled_once():
            with suppress(Exception):  # what is wrong is told when it is needed
                get_ready()
            with suppress(EOFError, OSError):
                while True:
                    function, calls = pickle.load(questions)
                    for arguments in calls:
                        _send(answers, function, arguments)
    finally:
        os._exit(0)


def _send(answers: BinaryIO, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        answer = True, function(*arguments)
    except Exception as problem:
        problem.add_note("".join(traceback.format_exception(problem)))
        answer = False, problem
    try:
        data = pickle.dumps(answer)
    except Exception as problem:  # an exception, or a result, that cannot be sent
        data = pickle.dumps((False, RuntimeError(f"{answer[1]!r}: {problem}")))
    answers.write(data)
    answers.flush()


def _die_with(parent: int) -> None:
    """Have the system end this process when the other one is ended by force."""
    import ctypes

    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)
