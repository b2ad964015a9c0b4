"""Where somebody is in the tour, kept between two evenings in a file of their own.

Responsible for `$XDG_STATE_HOME/podwatch/tour.json`: what is in it, and that a file that is broken,
old or of somebody else is no reason to fail. Chapters are kept by name, as their numbers may
change. Answers given on a cluster are kept there (`podwatch.core.learning`).
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec

from podwatch.core.learning import GivenAnswer
from podwatch.errors import PodwatchError
from podwatch.writing import OutputFile

_LARGEST = 1_000_000
"""Bytes that are read of it: what podwatch writes has a few thousand."""


class TourState(msgspec.Struct, frozen=True, kw_only=True):
    """Where one is, which chapters were read to their end, and what was answered, by question."""

    chapter: str = ""
    at: int = 0
    read: tuple[str, ...] = ()
    answers: Mapping[str, GivenAnswer] = msgspec.field(default_factory=dict)


def state_file(environment: Mapping[str, str]) -> Path | None:
    """Where it is kept; None where nobody says where that could be.

    Source: XDG Base Directory Specification 0.8. A path that is not absolute does not count.
    """
    base = environment.get("XDG_STATE_HOME", "")
    if not os.path.isabs(base):
        home = environment.get("HOME") or environment.get("USERPROFILE") or ""
        if not os.path.isabs(home):
            return None
        base = os.path.join(home, ".local", "state")
    return Path(base, "podwatch", "tour.json")


class Keeper:
    """Reads and writes the state. `problem` is what there is to say about it, once."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.problem = "" if path is not None else f"{_NOT_KEPT}: HOME is not set"

    @property
    def keeps(self) -> bool:
        """Whether the place can be gone on from."""
        return self._path is not None

    def read(self) -> TourState:
        """The state; that of a new tour where there is none or it can't be read."""
        if self._path is None:
            return TourState()
        try:
            with self._path.open("rb") as file:
                return msgspec.json.decode(file.read(_LARGEST), type=TourState)
        except FileNotFoundError:
            pass
        except (OSError, ValueError, RecursionError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is broken"
            self.problem = f"{self._path} can't be read ({why}): the tour begins at the beginning"
        return TourState()

    def write(self, state: TourState) -> None:
        """Keep it. Where that fails it is said once, and nothing is lost but the place."""
        if self._path is None:
            return
        try:
            with suppress(FileExistsError):
                self._path.parent.mkdir(mode=0o700, parents=True)
            OutputFile(self._path, "the tour's place").write(msgspec.json.encode(state))
        except (OSError, PodwatchError) as error:
            why = error.strerror if isinstance(error, OSError) else str(error)
            self.problem, self._path = f"{_NOT_KEPT}: {why} ({self._path})", None


_NOT_KEPT = "where you are in the tour is not kept"


class Unkept(Keeper):
    """For who reads it all at once: there is no place to go on from."""

    def __init__(self) -> None:
        super().__init__(None)
        self.problem = ""
