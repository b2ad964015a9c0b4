"""Plug point 3: renderers turn updates into something to look at or to read.

Responsible for the contract that `podwatch.app.run` drives. A renderer draws what it is given;
it decides nothing, asks no cluster and never holds the session: what it gets is an `Update`, and
a board that is frozen.
"""

from collections.abc import Callable
from enum import Enum, auto
from typing import Protocol

from podwatch.core.board import Update
from podwatch.core.learning import GivenAnswer
from podwatch.core.question import Question


class TerminalSignal(Enum):
    """What happened to the terminal."""

    RESIZED = auto()
    SUSPEND = auto()
    CONTINUED = auto()
    ANSWERED = auto()
    """It said what its ground is."""


class Renderer:
    """What shows the updates, whatever it looks like. Most need no more than `show`."""

    done = False
    """Whether the watch shall end."""

    def show(self, update: Update) -> None:
        """Take what one item brought."""
        raise NotImplementedError

    def frame(self) -> float | None:
        """Bring the output up to date; seconds until it wants to be asked again, if at all."""
        return None

    def key(self, name: str) -> None:
        """Act on a key."""

    def click(self, action: str, x: int, y: int) -> None:
        """Act on the mouse: `click`, `wheelup` or `wheeldown` in a cell from the upper left."""

    def signal(self, signal: TerminalSignal) -> None:
        """Act on what happened to the terminal."""

    def close(self) -> None:
        """Leave everything as it was found. Can be called twice."""


class StreamRenderer(Renderer):
    """Writes each piece of news as it comes; whoever reads gets it with the next frame."""

    def __init__(self, flush: Callable[[], None]) -> None:
        self._flush = flush
        self._dirty = False

    def frame(self) -> None:
        """Hand over what is written so far."""
        if self._dirty:
            self._flush()
            self._dirty = False

    def close(self) -> None:
        """Hand over the rest."""
        self.frame()


class Silent(Renderer):
    """Shows nothing: where only the end counts."""

    def show(self, update: Update) -> None:
        """Let it pass."""


class RecordingKey(Protocol):
    """Where `r` records to."""

    name: str
    """The file that is being written; empty if none is."""
    problem: str
    """What ended the last recording before it was stopped."""

    def toggle(self) -> str:
        """Start or stop; what there is to say about it."""


class AnswerKeeper(Protocol):
    """Where answers are kept."""

    problem: str
    """Why they can't be; said once, by whoever takes it away from here."""

    def keep(self, question: Question, answer: GivenAnswer) -> None:
        """Take an answer. Returns at once."""
