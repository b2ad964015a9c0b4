"""Recordings: the stream itself, one item per line, as JSON.

Responsible for writing each item at once, so that a killed process leaves a readable
beginning, and for reading files that somebody else may have made or cut off.
"""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Literal, Self

import msgspec

from podwatch.core.kube import Undecodable, decoder
from podwatch.core.stream import FORMAT, Gap, Observed, RecordedItem, StreamItem, Synced, Tick
from podwatch.errors import ExitCode, PodwatchError, cant_write, in_words

MAX_LINE = 64 * 1024 * 1024
"""A longer line is no item: an object of the API has at most a few megabytes."""

_encode = msgspec.json.Encoder().encode


class Recorder:
    """Writes items to a file as they come.

    A file that is there already is emptied only when there is something to write in its
    place: `at_once` with the first item, else with the first of a cluster that answers.
    `redact_messages` leaves out the messages that objects carry, which may quote what
    containers print or how they are called.
    """

    def __init__(self, path: Path, *, redact_messages: bool = False, at_once: bool = False) -> None:
        self._path = path
        self._redact = redact_messages
        self._at_once = at_once
        self._file: BinaryIO | None = None
        self._full = False
        self._first: list[bytes] = []

    def __enter__(self) -> Self:
        try:
            # only its owner may read it, if it has to be made
            self._file = open(self._path, "ab", opener=partial(os.open, mode=0o600))
            self._full = _holds_something(self._file)
        except (OSError, ValueError) as error:
            raise cant_write(f"the recording {self._path}", error) from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            with suppress(OSError):  # a full disk was reported by the write that it stopped
                self._file.close()

    def write(self, item: StreamItem) -> None:
        """Write one item, at once; a Tick is no part of a recording."""
        if self._file is None or isinstance(item, Tick):
            return
        try:
            self._first.append(_encode(_without_messages(item) if self._redact else item) + b"\n")
            if self._full:
                if not (self._at_once or isinstance(item, Observed | Synced | Gap)):
                    return
                self._full = False
                self._file.truncate(0)
            self._file.write(b"".join(self._first))
            self._first.clear()
            self._file.flush()
        except (OSError, ValueError) as error:
            raise cant_write(f"the recording {self._path}", error) from error


def _holds_something(file: BinaryIO) -> bool:
    """Whether there is something to lose; a pipe or a device can't be emptied."""
    try:
        return file.seekable() and file.seek(0, io.SEEK_END) > 0 and Path(file.name).is_file()
    except OSError:
        return False


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
