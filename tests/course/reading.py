"""How long the tour takes: read off its data, as somebody reads who is new to it.

Responsible for an estimate, not for a measurement: 200 words a minute, a while to think about each
question, and what a play's cards take, which the dashboard knows.
"""

from itertools import chain

from podwatch.app.feeds import ReplayFeed
from podwatch.app.run import run
from podwatch.app.tour.material import played
from podwatch.core.board import Update
from podwatch.core.cards import time_to_read
from podwatch.core.concepts import catalog
from podwatch.core.question import Question
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem
from podwatch.course import Ask, Chapter, Page, Play
from podwatch.renderers import StreamRenderer

PER_WORD = 60 / 200
"""Seconds."""
THINKING = 8.0
"""Seconds for a question, besides reading it."""


def words(*texts: str) -> int:
    return sum(len(text.split()) for text in texts)


def of_page(page: Page) -> float:
    """Seconds; what is drawn is looked at while its text is read."""
    quotes = chain.from_iterable((one.often_read, one.in_fact) for one in page.quotes)
    links = (one.text for one in page.links)
    return PER_WORD * words(page.title, page.text, *quotes, *links, *page.commands)


def of_question(question: Question) -> float:
    """Seconds: it, its choices, and of the answers the right one and that of one's own choice."""
    texts = [question.prompt, question.point, *(one.text for one in question.choices)]
    answers = words(*(one.answer for one in question.choices)) * 2 / len(question.choices)
    return THINKING + PER_WORD * (words(*texts) + answers)


class _Cards(StreamRenderer):
    """How long the cards of what is told after the first items are read."""

    def __init__(self, before: int, known: set[str]) -> None:
        super().__init__(lambda: None)
        self.seconds = 0.0
        self._before = before
        self._items = 0
        self._known = known

    def count(self, _: KeptItem) -> None:
        self._items += 1

    def show(self, update: Update) -> None:
        for telling in update.beats if self._items > self._before else ():
            beat = telling.beat
            if not telling.told or not beat.matters:
                continue
            lesson = beat.concept.id if beat.concept is not None else ""
            if lesson in self._known:
                self.seconds += time_to_read(beat.fact)
            else:
                self.seconds += time_to_read(beat.sentence, beat.then)
                self._known.add(lesson)


def of_play(chapter: Chapter, at: int, known: set[str]) -> float:
    """Seconds: what is said before it, and its cards; `known` are the lessons of cards before."""
    part, scene = played(chapter, at), chapter.scenes[at - 1]
    assert isinstance(scene, Play)
    cards = _Cards(len(part.before), known)
    run(ReplayFeed(chain(part.before, part.items)), Session(catalog()), cards, takers=[cards.count])
    questions = sum(map(of_question, part.questions))
    return PER_WORD * words(scene.see) + cards.seconds + questions


def minutes(chapter: Chapter, known: set[str]) -> float:
    """Of a whole chapter."""
    seconds = PER_WORD * words(chapter.title, chapter.watch_for, *chapter.summary)
    for at, scene in enumerate(chapter.scenes, 1):
        match scene:
            case Page():
                seconds += of_page(scene)
            case Ask(question=question):
                seconds += of_question(question)
            case Play():
                seconds += of_play(chapter, at, known)
    return seconds / 60


def first_question(chapter: Chapter) -> float:
    """After how many seconds the first question of a chapter that begins with reading is asked."""
    seconds = PER_WORD * words(chapter.title, chapter.watch_for)
    for scene in chapter.scenes:
        if not isinstance(scene, Page):
            break
        seconds += of_page(scene)
    return seconds
