"""Files that podwatch writes: whole or not at all, and private.

Responsible for a file that a killed run or a full disk leaves as it was or not at all: it is
written beside its place and takes it when it is complete. Reports quote what containers print, so
nobody but their owner reads them; of a file that was there the mode and the owner are kept, for a
program of another user that collects it. A recording grows instead (`podwatch.sources.recording`).
"""

import os
import re
import stat
import sys
import tempfile
from contextlib import suppress
from io import FileIO
from pathlib import Path

from podwatch.errors import cant_write

PRIVATE = 0o600
"""The mode of a file that podwatch makes."""
STANDARD_OUTPUT = 1

_PREFIX = ".podwatch-"
"""What a file is called until it is complete."""


class OutputFile:
    """A file that is written once; `-` is standard output. `what` names it where it can't be."""

    def __init__(self, path: Path, what: str) -> None:
        self._path = path
        self._what = f"{what} {path}"
        self._number = _open_already(path)
        self._before: os.stat_result | None = None
        self._in_place = False

    @property
    def is_standard_output(self) -> bool:
        """Whether it is what else is printed to, by whatever name."""
        return self._number == STANDARD_OUTPUT

    def prepare(self) -> None:
        """Take away what an earlier run left, so that it is not taken for this one's.

        PodwatchError if it can't be written. A pipe or a device is opened here, and stays open: its
        reader would take the end of a first look for the end of the file.
        """
        try:
            self._look()
            if self._number is not None:
                return
            folder = self._real.parent
            if self._before is None:
                _make_and_remove(folder)
                return
            with self._path.open("ab"):  # who may not write into it shall not replace it either
                pass
            try:
                _make_and_remove(folder)
                self._real.unlink()
            except OSError:  # it can't be replaced: it is a mount of its own, say
                self._in_place = True
                os.truncate(self._path, 0)
        except (OSError, ValueError) as error:
            raise cant_write(self._what, error) from error

    def write(self, content: bytes) -> None:
        """Write it; PodwatchError if that fails, and then nothing is left of it."""
        if self.is_standard_output:  # what fails there has an end of its own
            sys.stdout.flush()
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
            return
        try:
            self._look()
            if self._number is not None:
                opened_here = self._before is not None
                with open(self._number, "wb", closefd=opened_here) as file:
                    file.write(content)
            elif self._in_place:
                self._write_in_place(content)
            else:
                self._write_beside(content)
        except (OSError, ValueError) as error:
            raise cant_write(self._what, error) from error

    def _look(self) -> None:
        """Note what is there; open what is no regular file."""
        if self._number is None and self._before is None:
            with suppress(FileNotFoundError):
                self._before = os.stat(self._path)
            if self._before is not None and not stat.S_ISREG(self._before.st_mode):
                self._number = os.open(self._path, os.O_WRONLY)

    @property
    def _real(self) -> Path:
        """The file itself: a symbolic link to it stays one."""
        return Path(os.path.realpath(self._path))

    def _write_in_place(self, content: bytes) -> None:
        with open(self._path, "wb", buffering=0) as file:
            try:
                write_all(file.fileno(), content)
            except OSError:
                file.truncate(0)
                raise

    def _write_beside(self, content: bytes) -> None:
        number, beside = tempfile.mkstemp(dir=self._real.parent, prefix=_PREFIX)  # of mode PRIVATE
        try:
            with open(number, "wb") as file:
                file.write(content)
            if self._before is not None:
                os.chmod(beside, stat.S_IMODE(self._before.st_mode))
                with suppress(OSError, AttributeError):  # only root may; Windows has no such owners
                    os.chown(beside, self._before.st_uid, self._before.st_gid)
            os.replace(beside, self._real)
        except BaseException:
            with suppress(OSError):
                os.unlink(beside)
            raise


class AppendedFile:
    """A file of somebody else to which something is added, all of it or nothing."""

    def __init__(self, path: Path, what: str) -> None:
        self._path = path
        self._what = f"{what} {path}"

    def prepare(self) -> None:
        """PodwatchError if it can't be written."""
        self.write(b"")

    def write(self, content: bytes) -> None:
        """Add it; PodwatchError if that fails."""
        try:
            with open(self._path, "ab", buffering=0) as file:
                append_whole(file, content)
        except (OSError, ValueError) as error:
            raise cant_write(self._what, error) from error


def append_whole(file: FileIO, content: bytes) -> None:
    """Add to a file; where not all of it can be written, nothing is left of it."""
    before = os.fstat(file.fileno())
    try:
        write_all(file.fileno(), content)
    except OSError:
        if stat.S_ISREG(before.st_mode):
            file.truncate(before.st_size)
        raise


def write_all(number: int, content: bytes) -> None:
    """Write to a file that is open; OSError if not all of it could be."""
    left = memoryview(content)
    while left:
        left = left[os.write(number, left) :]


def _make_and_remove(folder: Path) -> None:
    """OSError if no file can be made here."""
    number, path = tempfile.mkstemp(dir=folder, prefix=_PREFIX)
    os.close(number)
    os.unlink(path)


def _open_already(path: Path) -> int | None:
    """The number under which this process has the file open: 1 is standard output."""
    names = {"-": 1, "/dev/stdout": 1, "/dev/stderr": 2}
    if (number := names.get(str(path))) is not None:
        return number
    if (inherited := re.fullmatch(r"/(?:dev|proc/self)/fd/(\d+)", str(path))) is not None:
        return int(inherited[1])
    for number in (1, 2):  # the shell sent it to a file, and that is named again
        with suppress(OSError, ValueError):
            if os.path.samestat(os.stat(path), os.fstat(number)):
                return number
    return None
