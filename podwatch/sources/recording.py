"""Recordings: the stream itself, one item per line, as JSON.

Responsible for writing each item at once, so that a killed process leaves a readable
beginning, and for reading files that somebody else may have made or cut off.
"""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from io import FileIO
from pathlib import Path
from typing import Any, Literal, Self

import msgspec

from podwatch.core.kube import Undecodable, decoder
from podwatch.core.stream import (
    FORMAT,
    Deed,
    Gap,
    Observed,
    Posed,
    RecordedItem,
    StreamItem,
    Synced,
    Tick,
)
from podwatch.errors import ExitCode, PodwatchError, cant_write, in_words
from podwatch.writing import PRIVATE, append_whole

MAX_LINE = 64 * 1024 * 1024
"""A longer line is no item: an object of the API has at most a few megabytes."""

_encode = msgspec.json.Encoder().encode


class Recorder:
    """Writes items to a file as they come, whole lines also on a disk that gets full.

    A file that is there already is emptied: `at_once` at the start, so that it is never taken for
    this run's, else once there is something to write in its place, an item of a cluster that
    answers. One that gets none is taken away. `redact_messages` leaves out the messages that
    objects carry, which may quote what containers print or how they are called.
    """

    def __init__(self, path: Path, *, redact_messages: bool = False, at_once: bool = False) -> None:
        self._path = path
        self._redact = redact_messages
        self._at_once = at_once
        self._file: FileIO | None = None
        self._full = False
        self._first: list[bytes] = []

    def __enter__(self) -> Self:
        try:
            opener = partial(os.open, mode=PRIVATE)  # if it has to be made
            self._file = open(self._path, "ab", buffering=0, opener=opener)
            self._full = _holds_something(self._file)
            if self._full and self._at_once:
                self._empty(self._file)
        except (OSError, ValueError) as error:
            raise cant_write(f"the recording {self._path}", error) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            with suppress(OSError):
                if _is_regular(self._file) and not os.fstat(self._file.fileno()).st_size:
                    os.unlink(os.path.realpath(self._path))
            self._file.close()

    def write(self, item: StreamItem) -> None:
        """Write one item, at once; Ticks, Deeds and questions are no part of a recording."""
        if self._file is None or isinstance(item, Tick | Deed | Posed):
            return
        try:
            self._first.append(_encode(_without_messages(item) if self._redact else item) + b"\n")
            if self._full:
                if not isinstance(item, Observed | Synced | Gap):
                    return
                self._empty(self._file)
            lines = b"".join(self._first)
            self._first.clear()
            append_whole(self._file, lines)
        except (OSError, ValueError) as error:
            raise cant_write(f"the recording {self._path}", error) from error

    def _empty(self, file: FileIO) -> None:
        file.truncate(0)
        self._full = False


def _is_regular(file: FileIO) -> bool:
    return stat.S_ISREG(os.fstat(file.fileno()).st_mode)


def _holds_something(file: FileIO) -> bool:
    """Whether there is something to lose; a pipe or a device can't be emptied."""
    return _is_regular(file) and os.fstat(file.fileno()).st_size > 0


def _without_messages(value: Any) -> Any:
    """The same, where structs have a message without its text; a label may be called so, too."""
    if isinstance(value, tuple):
        return tuple(_without_messages(one) for one in value)
    if not isinstance(value, msgspec.Struct):
        return value
    changes = {
        name: "" if name == "message" else _without_messages(getattr(value, name))
        for name in value.__struct_fields__
    }
    return msgspec.structs.replace(value, **changes)


def read(path: Path) -> Iterator[RecordedItem]:
    """The items of a recording.

    PodwatchError at the first line that can't be read, after everything before it was given.
    """
    number = 0
    for number, line in enumerate(_lines(path), 1):
        if number == 1:
            _check_format(line, path)
        try:
            yield _item(line)
        except Undecodable as error:
            cut = "" if line.endswith(b"\n") else " (the file ends in the middle of it)"
            raise _unreadable(
                f"line {number} of the recording {path} can't be read{cut}: {error}",
                "what comes before it was played; the rest is lost",
            ) from error
    if not number:
        raise _foreign(path, "it is empty")


def length(path: Path) -> float | None:
    """How many seconds a recording has, without reading all of it; None if that can't be told.

    A pipe is left alone: what is read of it would be lost for who plays it.
    """
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file:
            first = file.readline(MAX_LINE)
            size = file.seek(0, os.SEEK_END)
            file.seek(max(size - _TAIL, 0))
            whole = file.read(_TAIL).rpartition(b"\n")[0]
        begun, ended = _moment(first), _moment(whole.rpartition(b"\n")[2])
    except (OSError, ValueError, Undecodable):
        return None
    return max(ended.t - begun.t, 0.0)


_TAIL = 4 * 1024 * 1024
"""Among so many bytes at the end of a recording is its last line, as good as ever."""


class _Stamp(msgspec.Struct):
    t: float


_moment = decoder(_Stamp)
_item: Callable[[bytes], RecordedItem] = decoder(RecordedItem)  # type: ignore[arg-type]


class _Head(msgspec.Struct):
    item: Literal["opened"]
    format: int


_head = decoder(_Head)


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while line := file.readline(MAX_LINE):
                yield line
    except (OSError, ValueError) as error:
        raise _unreadable(f"the recording {path} can't be read: {in_words(error)}") from error


def _check_format(line: bytes, path: Path) -> None:
    try:
        head = _head(line)
    except Undecodable as error:
        if line.startswith(b'{"item":"opened"') and not line.endswith(b"\n"):
            return  # a recording that was cut off in its first line: read() says so
        raise _foreign(path, "its first line does not open one") from error
    if head.format > FORMAT:
        raise _unreadable(
            f"the recording {path} has format {head.format}; this podwatch reads up to {FORMAT}",
            "update podwatch",
        )


def _foreign(path: Path, why: str) -> PodwatchError:
    return _unreadable(f"{path} is not a recording of podwatch: {why}")


def _unreadable(
    message: str, hint: str = "name a file that podwatch ns --record FILE wrote"
) -> PodwatchError:
    return PodwatchError(message, hint, ExitCode.UNREADABLE)
