"""Questions of a lesson, put among the items of its recording by looking ahead.

Responsible for which questions there are, and for where one stands that is asked `before` its
moment: right before the item that shows it, and before what a person did that has led to it.
What is asked afterwards, and what decides a question, is `podwatch.core.predictions`.

How it is used, `podwatch demo --predict` and the tour alike:

    asked = questions_of(scenario)                     # all, or those that a chapter names
    items = with_questions(with_deeds(items, scenario), asked)
    session = Session(catalog(), predictions=Predictions(asked))
    asker = Asker(player)                              # renderers/dashboard/asking.py
    screen = Screen(..., playback=player, asker=asker)

The session gives `Posed` and `Decided` among the entries of its updates. The Screen asks, and lets
the player wait for the answer and until the outcome is read. A question without a Pod needs no
session: `asker.ask(question)`; it is over when `asker.current` is None.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from podwatch.app.deeds import with_deeds
from podwatch.core.concepts import catalog
from podwatch.core.kube import Pod
from podwatch.core.predictions import is_met
from podwatch.core.question import Question
from podwatch.core.session import Session
from podwatch.core.stream import Deed, Fetched, KeptItem, Observed, Posed, Ref
from podwatch.core.timeline import Explained
from podwatch.course import FOLDER as COURSE
from podwatch.course import questions
from podwatch.scenarios import FOLDER, Scenario, scenario_of
from podwatch.sources.recording import read


def questions_of(lesson: Scenario) -> tuple[Question, ...]:
    """A lesson's own questions."""
    return questions(FOLDER / lesson.name / "questions.toml")


def general_questions() -> tuple[Question, ...]:
    """Those about any Pod."""
    return questions(COURSE / "live.toml")


def questions_for(recording: Path) -> tuple[tuple[Question, ...], tuple[Question, ...]]:
    """What is asked in a recording: a lesson's own questions, or else those about any Pod."""
    lesson = scenario_of(recording)
    own = questions_of(lesson) if lesson is not None else ()
    return own, () if own else general_questions()


def with_questions(items: Sequence[KeptItem], asked: Iterable[Question]) -> list[KeptItem]:
    """The items, with each question before its moment; without it where that never comes."""
    waiting = [one for one in asked if one.before is not None]
    places: list[tuple[int, Posed]] = []
    times = Counter[str]()
    known: set[Ref] = set()
    session = Session(catalog())
    for number, item in enumerate(items) if waiting else ():
        for told in session.feed(item).entries:
            if not isinstance(told, Explained):
                continue
            for question in [one for one in waiting if one.before and is_met(one.before, told)]:
                times[question.id] += 1
                if question.before is not None and times[question.id] == question.before.count:
                    waiting.remove(question)
                    at = _before(items, number)
                    ref = told.ref if told.ref in known else None
                    first = items[at]
                    moment = Posed(at=first.at, t=first.t, question=question, ref=ref)
                    places.append((at, moment))
            known.add(told.ref)
    made = list(items)
    for at, moment in reversed(places):
        made.insert(at, moment)
    return made


def asked_live(lesson: Scenario) -> dict[int, list[Question]]:
    """A lesson's own questions that are asked before their moment, for who performs it live.

    By the number of the deed that they are asked before, from 1 on; 0 is the manifest's. Nobody
    knows what comes then, but what was done last before the moment in the recording leads to it.
    """
    own = [one for one in questions_of(lesson) if one.before is not None]
    if not own:
        return {}
    items = with_questions(with_deeds(tuple(read(lesson.recording)), lesson), own)
    found: dict[int, list[Question]] = {}
    deeds = 0
    for number, item in enumerate(items):
        if isinstance(item, Posed):
            follows = next(one for one in items[number:] if not isinstance(one, Posed))
            before = deeds + 1 if isinstance(follows, Deed) else deeds
            found.setdefault(before, []).append(item.question)
        deeds += isinstance(item, Deed)
    return found


def _before(items: Sequence[KeptItem], number: int) -> int:
    """Where nothing of what this item shows is known: before the deed that it is the effect of.

    Other kinds may have shown the effect before the Pods: a Node its taint, say.
    """
    at = number
    while at and _is_beside(items[at - 1]):
        at -= 1
    if not at or not isinstance(items[at - 1], Deed):
        return number - isinstance(items[number - 1], Fetched)  # which belongs to what it explains
    while at and isinstance(items[at - 1], Deed):
        at -= 1
    return at


def _is_beside(item: KeptItem) -> bool:
    """Whether it is about no Pod."""
    if isinstance(item, Observed):
        return not isinstance(item.object, Pod)
    return isinstance(item, Fetched)
