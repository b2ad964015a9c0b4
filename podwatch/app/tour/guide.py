"""The guide: how the tour is told, on a dashboard or in lines.

Responsible for the contract. A guide shows one place of the tour, waits until somebody has decided
where to go, and says so; it knows nothing of what comes before or after. Questions that it asks are
given to `answered`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from podwatch.app.tour.material import Pictured, Played
from podwatch.app.tour.route import Jump, Move
from podwatch.core.learning import GivenAnswer
from podwatch.core.question import Question
from podwatch.course import Chapter, Page, Play

Answered = Callable[[Question, GivenAnswer], None]
"""Takes what somebody answered."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where one is: the chapter, of all chapters, and the scene, counted from 1, 0 in its opening.

    `read` are the chapters that were read to their end, by name. `note` is to be said here, once.
    """

    chapter: Chapter
    chapters: Sequence[Chapter]
    at: int
    read: frozenset[str] = frozenset()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recap:
    """A question of a chapter, and what was answered; None if it was skipped."""

    question: Question
    answer: GivenAnswer | None


@dataclass(frozen=True, slots=True)
class AwaitedLive:
    """Something that happens on a cluster. What it is, is not told: a name may give away answers.

    `told()` says what is done beside it, `is_over()` whether it has happened.
    """

    told: Callable[[], str]
    is_over: Callable[[], bool]


class Guide(Protocol):
    """Shows one place, and says where to go from there."""

    def welcome_back(self, here: Here) -> Move | Jump:
        """Say where one was: ON goes on there, REPEAT begins the chapter again."""

    def opening(self, here: Here) -> Move | Jump:
        """A chapter's title, how long it takes and what to watch for."""

    def page(self, here: Here, page: Page, shown: Pictured) -> Move | Jump:
        """Something to read, with its pictures."""

    def wait(self, here: Here, what: AwaitedLive) -> Move | Jump | None:
        """Wait for something on a cluster; None once it is there."""

    def play(self, here: Here, play: Play, played: Played) -> Move | Jump:
        """A part of a recording, with its questions; held at its end."""

    def ask(self, here: Here, question: Question) -> Move | Jump:
        """A question without a Pod."""

    def ending(self, here: Here, recaps: Sequence[Recap]) -> Move | Jump:
        """A chapter's summary, and what was right."""

    def close(self) -> None:
        """Give back what was taken. Can be called twice."""
