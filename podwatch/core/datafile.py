"""Files of data: read, with errors that name file, line and cure.

Responsible for turning TOML into values and for finding the line that a mistake is in. What the
files say is the business of whoever reads them.
"""

import pkgutil
import re
from collections.abc import Callable
from typing import Any, TypeVar

Where = tuple[tuple[str, int], ...]
"""Keys of a file to look for, one after the other, each with how many like it to pass over."""

T = TypeVar("T")


class BrokenFile(Exception):
    """A file can't be used; the message names file and line and says what to write."""


class Mistake(Exception):
    """What is wrong with a file, and the way to the line."""

    def __init__(self, message: str, *where: tuple[str, int]) -> None:
        super().__init__(message)
        self.where = where


def packaged(file: str) -> str:
    """The text of a file of `podwatch/concepts`.

    Without importlib.resources: that costs a program which only asks for a diagnosis more time to
    import than all of podwatch's typed objects.
    """
    data = pkgutil.get_data("podwatch", f"concepts/{file}")
    assert data is not None, file
    return data.decode()


def read(file: str, toml: str, convert: Callable[[dict[str, Any]], T]) -> T:
    """What a file's text says; its Mistakes become a BrokenFile that names the line."""
    import tomllib  # nothing is read by importing podwatch

    try:
        return convert(tomllib.loads(toml))
    except tomllib.TOMLDecodeError as error:
        raise BrokenFile(f"{file} is not TOML: {error}") from error
    except Mistake as mistake:
        number = line_of(toml, mistake.where)
        place = f"{file}, line {number}" if number else file
        raise BrokenFile(f"{place}: {mistake}") from mistake


def line_of(toml: str, where: Where) -> int:
    """The number of the line that the keys lead to, as far as they do; 0 if nowhere."""
    number = 0
    lines = toml.splitlines()
    for key, before in where:
        starts = re.compile(rf"\s*(\[\[?\s*)?{re.escape(key)}\b")
        hits = [at for at, line in enumerate(lines, 1) if at > number and starts.match(line)]
        if not hits:
            break
        number = hits[min(before, len(hits) - 1)]
    return number
