"""Every way out of a command: its exit code, what is said on standard error, and signals.

Responsible for errors being told in three parts and never as a traceback.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from functools import wraps
from types import FrameType
from typing import NoReturn, ParamSpec

import typer

from podwatch.errors import ExitCode, PodwatchError, ProcessTerminated, exit_code_of, told

P = ParamSpec("P")


def guarded(command: Callable[P, int | None]) -> Callable[P, NoReturn]:
    """The command as one that leaves with its exit code, however it ends; None is 0."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> NoReturn:
        let_signals_raise()
        try:
            try:
                code = command(*args, **kwargs)
                sys.stdout.flush()
            finally:
                # Only the way out is left; nobody shall interrupt it: it removes files with keys.
                signal.signal(signal.SIGINT, signal.SIG_IGN)
        except PodwatchError as error:
            complain(error.message, error.hint)
            code = error.exit_code
        except typer.BadParameter:
            raise  # Typer says it
        except (Exception, KeyboardInterrupt, ProcessTerminated) as error:
            code = _ended(error)
        raise typer.Exit(int(code or 0))

    return run


def _ended(error: BaseException) -> ExitCode:
    """Say what nobody has foreseen; the exit code."""
    code = exit_code_of(error)
    match code:
        case ExitCode.BROKEN_PIPE:
            _drop_output()
        case ExitCode.UNREADABLE if isinstance(error, OSError):
            return unwritable_output(error)
        case ExitCode.INTERNAL:
            if os.environ.get("PODWATCH_DEBUG"):
                raise error
            complain(
                told(error), "this is a defect: please report it, with what PODWATCH_DEBUG=1 prints"
            )
    return code


def let_signals_raise() -> None:
    """Have ^C and its like end what is going on by an error, so that it is cleaned up."""
    _raised.clear()
    # A terminal that is closed ends us as SIGTERM does, so that no key of a kubeconfig stays in
    # a temporary file; Windows has no such signal.
    for name, error in {
        "SIGINT": KeyboardInterrupt,
        "SIGTERM": ProcessTerminated,
        "SIGHUP": ProcessTerminated,
    }.items():
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup's way
            signal.signal(number, _raises(error, name))


_SAME = 2.0
"""Two signals within so many seconds are one: timeout(1), npm and others send it on as well."""
_raised: list[float] = []
"""When the last one was raised, by the monotonic clock."""


def _raises(error: type[BaseException], name: str) -> Callable[[int, FrameType | None], None]:
    """A handler that raises this error, as soon as nothing is imported.

    What is told of what came so far is not interrupted by the same signal once more.

    Imports call back when the lock of a module goes away (`importlib._bootstrap`,
    `_get_module_lock`), and Python drops what is raised in such a callback: ^C would be lost.
    """

    def handler(number: int, frame: FrameType | None) -> None:
        while frame is not None and hasattr(signal, "pthread_kill"):  # Windows has none
            if frame.f_code.co_filename.startswith("<frozen importlib."):
                _once_more(number)
                return
            frame = frame.f_back
        now = time.monotonic()
        if _raised and now - _raised[-1] < _SAME:
            return
        _raised[:] = [now]
        raise error(name)

    return handler


def _once_more(number: int) -> None:
    """Send it in a moment to the main thread, so that it ends whatever that waits for then."""
    main = threading.main_thread().ident
    later = threading.Timer(0.02, signal.pthread_kill, (main, number))
    later.daemon = True
    later.start()


def complain(message: str, hint: str) -> None:
    """Say on standard error what went wrong and what to do."""
    from podwatch.renderers.sanitize import visible

    with suppress(OSError):  # the exit code says it, too
        typer.echo(f"podwatch: {visible(message)}", err=True)
        if hint:
            typer.echo(f"  {visible(hint)}", err=True)


@contextmanager
def without_notes() -> Iterator[None]:
    """Keep from standard error what a command says beside its output. Its error comes later."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere, redirect_stderr(nowhere):
        yield


def unwritable_output(error: OSError) -> ExitCode:
    """Say that what is printed can't be; the exit code."""
    _drop_output()
    complain(
        told(error),
        "make room on the disk that it goes to, or send it elsewhere",
    )
    return ExitCode.UNREADABLE


def _drop_output() -> None:
    """What is left in the buffer can't be written either; Python would complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
