"""Exit codes, and what podwatch raises on purpose."""

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """What podwatch's exit code says. Stable; `docs/exit-codes.md` is made from this."""

    MET = 0
    """done, or what was expected is met; also after `q` and at the end of a recording"""
    NOT_MET = 1
    """what was expected is not met"""
    USAGE = 2
    """the command line can't be carried out as written, or a word in it is unknown"""
    INTERNAL = 3
    """a defect of podwatch: please report it"""
    TIMED_OUT = 4
    """time was up before it was decided"""
    UNAVAILABLE = 5
    """the cluster can't be reached, or it refuses"""
    UNREADABLE = 6
    """a recording or file can't be read or written"""
    INTERRUPTED = 130
    """stopped by ^C"""
    BROKEN_PIPE = 141
    """the reader of the output went away"""
    TERMINATED = 143
    """stopped by SIGTERM, or its terminal was closed"""


class PodwatchError(Exception):
    """Something that the user can mend, in three parts: what happened, to what, what to do.

    `message` is the first two in one sentence, `hint` the third. The exit code, if nothing else is
    said, is that of a command line that is written wrong.
    """

    def __init__(self, message: str, hint: str, exit_code: ExitCode = ExitCode.USAGE) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}" if self.hint else self.message


class Undiagnosable(PodwatchError, ValueError):
    """What was given to `podwatch.diagnose` can't be read, or is no Pod of a cluster.

    A ValueError, as every program expects it of a value that a function can't take, and a
    PodwatchError, so that one `except` gets all that podwatch raises on purpose.
    """


def close_match(name: str, names: Iterable[str], *, cutoff: float = 0.6) -> str:
    """The begin of a hint, `did you mean "web"? `; empty if none of `names` is like `name`."""
    return meant(nearest(name, names, cutoff=cutoff))


def meant(name: str) -> str:
    """The begin of a hint that names what was probably meant; empty for no name."""
    return f'did you mean "{name}"? ' if name else ""


def nearest(name: str, names: Iterable[str], *, cutoff: float = 0.6) -> str:
    """The one of `names` that is like `name`; empty if none is."""
    import difflib  # only a typing error needs it

    return next(iter(difflib.get_close_matches(name, list(names), n=1, cutoff=cutoff)), "")


def cant_write(what: str, error: OSError | ValueError) -> PodwatchError:
    """The error for a file that can't be written; `what` names it with its path."""
    return PodwatchError(
        f"{what} can't be written: {in_words(error)}",
        "name a file in a folder that exists and that you may write to, with room on its disk",
        ExitCode.UNREADABLE,
    )


def defect(where: str, error: Exception) -> PodwatchError:
    """The error for what must not happen: it ends the watch, not a thread in silence."""
    return PodwatchError(
        f"podwatch {where}: {type(error).__name__}: {error}",
        "this is a defect of podwatch: please report it",
        ExitCode.INTERNAL,
    )


def in_words(error: OSError | ValueError) -> str:
    """Why a file can't be opened, read or written; a path with a NUL in it is a ValueError."""
    return str(getattr(error, "strerror", None) or error)


class ProcessTerminated(BaseException):
    """SIGTERM or SIGHUP, which it names, arrived. Not an Exception: nothing may take it for a
    failure.
    """


def exit_code_of(error: BaseException) -> ExitCode:
    """The exit code of a command that this ends."""
    match error:
        case PodwatchError():
            return error.exit_code
        case KeyboardInterrupt():
            return ExitCode.INTERRUPTED
        case ProcessTerminated():
            return ExitCode.TERMINATED
        case BrokenPipeError():
            return ExitCode.BROKEN_PIPE
        case OSError(filename=None):  # not of a file, all of which have names: of standard output
            return ExitCode.UNREADABLE
    return ExitCode.INTERNAL


def told(error: BaseException) -> str:
    """What ended a command, in words."""
    match exit_code_of(error):
        case _ if isinstance(error, PodwatchError):
            return error.message
        case ExitCode.INTERRUPTED:
            return "interrupted by ^C"
        case ExitCode.TERMINATED:
            return f"interrupted by {error}"
        case ExitCode.BROKEN_PIPE:
            return "the reader of standard output went away"
        case ExitCode.UNREADABLE if isinstance(error, OSError):
            return f"standard output can't be written: {error.strerror}"
    return f"podwatch failed: {type(error).__name__}: {error}"
