"""A guide that does what a script says, and chapters that are small."""

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from podwatch.app.tour import Tour
from podwatch.app.tour.guide import AwaitedLive, Here, Recap
from podwatch.app.tour.kept import Keeper
from podwatch.app.tour.material import Pictured, Played
from podwatch.app.tour.route import Jump, Move
from podwatch.core.question import Choice, Moment, Question
from podwatch.course import Ask, Chapter, Page, Play

QUESTION = Question(
    id="small.wrapper",
    prompt="What is a Pod?",
    choices=(
        Choice(text="A container", answer="It wraps one."),
        Choice(text="A wrapper", answer="It wraps containers.", right=True),
    ),
    point="A Pod wraps containers.",
)
SMALL = Chapter(
    name="small",
    number=1,
    title="A small chapter",
    minutes=2,
    watch_for="How a Job's Pod ends.",
    summary=("It ended.", "And it stays there."),
    scenes=(
        Page(
            title="A Job",
            text="This Job runs once.\n\nThen it is over.",
            pictures=("manifest",),
            scenario="job-succeeds",
            marked=("restartPolicy: Never",),
        ),
        Ask(question=QUESTION),
        Play(
            scenario="job-succeeds",
            see="It is created, and starts.",
            until=Moment(concept="running"),
        ),
        Page(
            text="It runs now.",
            pictures=("box", "phases"),
            scenario="job-succeeds",
            moment=Moment(concept="running"),
        ),
        Play(
            scenario="job-succeeds",
            see="It ends.",
            since=Moment(concept="running"),
            until=Moment(concept="succeeded"),
        ),
    ),
)
SECOND = Chapter(
    name="second",
    number=2,
    title="Another one",
    minutes=0.5,
    watch_for="Nothing.",
    summary=("Nothing came.",),
    scenes=(Page(text="Nothing."),),
)
CHAPTERS = (SMALL, SECOND)


class Scripted:
    """Makes the moves of a script, then goes on until the tour is over; notes what was told."""

    def __init__(self, moves: Iterable[Move | Jump] = ()) -> None:
        self._moves = iter(moves)
        self.told: list[str] = []
        self.notes: list[str] = []
        self.recaps: list[Sequence[Recap]] = []

    def _next(self, what: str, here: Here) -> Move | Jump:
        self.told.append(f"{here.chapter.name} {here.at} {what}")
        self.notes += [here.note] if here.note else []
        return next(self._moves, Move.ON)

    def welcome_back(self, here: Here) -> Move | Jump:
        return self._next("welcome back", here)

    def opening(self, here: Here) -> Move | Jump:
        return self._next("opening", here)

    def page(self, here: Here, page: Page, shown: Pictured) -> Move | Jump:
        assert page in here.chapter.scenes
        assert not shown.problem
        return self._next("page", here)

    def wait(self, here: Here, what: AwaitedLive) -> Move | Jump | None:
        while not what.is_over():
            time.sleep(0.05)
        self.told.append(f"{here.chapter.name} {here.at} waited")
        return None

    def play(self, here: Here, play: Play, played: Played) -> Move | Jump:
        assert play in here.chapter.scenes
        assert not played.problem
        assert played.items
        return self._next("play", here)

    def ask(self, here: Here, question: Question) -> Move | Jump:
        assert Ask(question=question) in here.chapter.scenes
        return self._next("ask", here)

    def ending(self, here: Here, recaps: Sequence[Recap]) -> Move | Jump:
        self.recaps.append(recaps)
        return self._next("ending", here)

    def close(self) -> None:
        self.told.append("closed")


def tour(path: Path, chapters: Sequence[Chapter] = CHAPTERS) -> Tour:
    return Tour(chapters, Keeper(path / "tour.json"))
