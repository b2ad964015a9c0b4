"""`podwatch tour`: the course on Pods, chapter by chapter.

Responsible for going from place to place and for keeping where one is. How a place is shown is a
guide's (`guide`), where a move leads `route`'s, what a scene is made of `material`'s.
"""

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from msgspec.structs import replace

from podwatch.app.tour.guide import AwaitedLive, Guide, Here, Recap
from podwatch.app.tour.kept import Keeper, TourState
from podwatch.app.tour.material import pictured, played, questions_asked
from podwatch.app.tour.route import Jump, Move, Place, after, is_ending, scene_at, within
from podwatch.core.learning import GivenAnswer
from podwatch.core.question import Question
from podwatch.core.stream import KeptItem
from podwatch.core.text import capitalized
from podwatch.course import Ask, Chapter, Page, Play
from podwatch.errors import PodwatchError, close_match
from podwatch.scenarios import Scenario, scenario


def chapter_named(chapters: Sequence[Chapter], text: str) -> int:
    """The chapter of this number or name, counted from 0; PodwatchError if there is none."""
    for index, one in enumerate(chapters):
        if text.strip().lower() in {str(one.number), f"{one.number:02}", one.name}:
            return index
    names = [one.name for one in chapters]
    raise PodwatchError(
        f'the tour has no chapter "{text}"',
        close_match(text.lower(), names).rstrip() or "podwatch tour --list names them all",
    )


class Staged(Protocol):
    """A lesson that is performed on a cluster."""

    items: list[KeptItem]
    told: str
    failure: PodwatchError | None

    def has(self, play: Play) -> bool:
        """Whether all that a scene plays of it is there."""


class Live(Protocol):
    """Performs lessons on a cluster."""

    def prepare(self, chapter: Chapter, at: int) -> None:
        """Begin with the one that is played next."""

    def of(self, play: Play) -> Staged | None:
        """The one that a scene plays; None where its recording is played."""

    def why_not(self, lesson: Scenario) -> str:
        """Why a lesson is not performed; empty if it is."""


_INSTEAD = "This is a recording."


class Tour:
    """The tour of one person.

    `keeper` is where their place is kept; `live` performs its lessons, instead of recordings.
    """

    def __init__(
        self, chapters: Sequence[Chapter], keeper: Keeper, live: Live | None = None
    ) -> None:
        self._chapters = chapters
        self._keeper = keeper
        self._live = live
        self.state = keeper.read()
        self._note = keeper.problem

    @property
    def place(self) -> Place:
        """Where one left it; the first opening of a new one, or of one that was over."""
        names = [one.name for one in self._chapters]
        if self.state.chapter not in names:
            return Place()
        place = Place(names.index(self.state.chapter), self.state.at)
        return within(self._chapters, place)

    def tell(
        self,
        guide: Guide,
        chapter: int | None = None,
        *,
        from_start: bool = False,
        alone: bool = False,
    ) -> Place | None:
        """Take the tour from where it was left, or from a chapter, until it is left or over.

        Where it was left; None if it is over. `alone`: nothing but this chapter.
        """
        if from_start:
            self.state = TourState(answers=self.state.answers)
        place: Place | None = self.place if chapter is None else Place(chapter)
        if chapter is None and place != Place() and place is not None:
            move = guide.welcome_back(self._here(place))
            if move is Move.LEAVE:
                return place
            if move is not Move.ON:
                place = after(self._chapters, place, move)
        while place is not None:
            self._keep(place)
            move = self._told(guide, place)
            if move is Move.LEAVE:
                return place
            if move is Move.ON and is_ending(self._chapters, place):
                self._read_to_its_end(place)
            place = after(self._chapters, place, move)
            if alone and place is not None and place.chapter != chapter:
                break
        return None

    def answered(self, question: Question, answer: GivenAnswer) -> None:
        """Keep what was answered."""
        dated = answer if answer.at else replace(answer, at=datetime.now(UTC))
        answers = {**self.state.answers, question.id: dated}
        self.state = replace(self.state, answers=answers)
        self._keeper.write(self.state)

    def _told(self, guide: Guide, place: Place) -> Move | Jump:
        here, chapter = self._here(place), self._chapters[place.chapter]
        if self._live is not None:
            self._live.prepare(chapter, place.at)
        match scene_at(self._chapters, place):
            case Page() as page:
                return guide.page(here, page, pictured(chapter, place.at))
            case Play() as play:
                return self._played(guide, here, play)
            case Ask(question=question):
                return guide.ask(here, question)
        if not is_ending(self._chapters, place):
            return guide.opening(here)
        answers = self.state.answers
        asked = questions_asked(chapter)
        return guide.ending(here, [Recap(one, answers.get(one.id)) for one in asked])

    def _played(self, guide: Guide, here: Here, play: Play) -> Move | Jump:
        live = self._live.of(play) if self._live is not None else None
        if live is None:
            if self._live is not None:
                why = self._live.why_not(scenario(play.scenario))
                here = dataclasses.replace(here, note=f"{_INSTEAD} {capitalized(why)}.")
            return guide.play(here, play, played(here.chapter, here.at))
        move = guide.wait(here, AwaitedLive(lambda: live.told, lambda: live.has(play)))
        if move is not None:
            return move
        if live.failure is None:
            return guide.play(here, play, played(here.chapter, here.at, live.items))
        here = dataclasses.replace(here, note=f"{live.failure}. {_INSTEAD}")
        return guide.play(here, play, played(here.chapter, here.at))

    def _here(self, place: Place) -> Here:
        note, self._note = self._note, ""
        chapters, read = self._chapters, frozenset(self.state.read)
        return Here(chapters[place.chapter], chapters, place.at, read, note)

    def _keep(self, place: Place) -> None:
        name = self._chapters[place.chapter].name
        self._write(replace(self.state, chapter=name, at=place.at))

    def _read_to_its_end(self, place: Place) -> None:
        name = self._chapters[place.chapter].name
        read = tuple(dict.fromkeys((*self.state.read, name)))
        last = place.chapter + 1 == len(self._chapters)
        if last:  # it is over, and begins at the beginning the next time
            self._write(replace(self.state, read=read, chapter="", at=0))
        else:
            self._write(replace(self.state, read=read))

    def _write(self, state: TourState) -> None:
        self.state = state
        before = self._keeper.problem
        self._keeper.write(state)
        if self._keeper.problem != before:
            self._note = self._keeper.problem
