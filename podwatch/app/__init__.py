"""One module a command: options become objects, something runs, an exit code comes back."""

import os
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from podwatch.errors import PodwatchError


class Output(StrEnum):
    """What `-o` can name."""

    DASHBOARD = "dashboard"
    LINES = "lines"
    JSON = "json"


class Detail(StrEnum):
    """What `--detail` can name: what has a line of its own."""

    BEATS = "beats"
    ALL = "all"


def refuse_same_file(*named: tuple[str, Path | None]) -> None:
    """PodwatchError if two of these options name one file: one would be written over the other."""
    for (other, before), (option, path) in combinations(named, 2):
        if before is not None and path is not None and _is_same(path, before):
            raise PodwatchError(
                f"{other} and {option} are the same file, {path}",
                "name different files: one would be written over the other",
            )


def _is_same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):  # one of them is not there yet
        return os.path.realpath(one) == os.path.realpath(other)


class Form(StrEnum):
    """What `-o` can name where a page is printed and nothing is watched."""

    TEXT = "text"
    JSON = "json"


class Which(NamedTuple):
    """What is to be explained: a Pod or workload by name, else all that is there.

    Without a namespace: that of the context; in a file or a recording, any.
    """

    kind: str = ""
    name: str = ""
    namespace: str = ""
