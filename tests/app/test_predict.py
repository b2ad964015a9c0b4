"""Questions beside the lessons: each is asked before what decides it, and decided by it."""

from functools import cache
from pathlib import Path

import pytest

from podwatch.app.deeds import played_items
from podwatch.app.predict import (
    asked_live,
    general_questions,
    questions_for,
    questions_of,
    with_questions,
)
from podwatch.app.replay import lesson_of
from podwatch.core.concepts import catalog
from podwatch.core.concepts.examples import FACTS
from podwatch.core.concepts.loader import concept_of
from podwatch.core.predictions import PAUSE, Predictions, is_met
from podwatch.core.question import Question
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem, Posed, Tick
from podwatch.core.timeline import Decided, Explained, TimelineEntry
from podwatch.course import Ask, chapters
from podwatch.scenarios import names, scenario

QUESTIONS = {one.id: (name, one) for name in names() for one in questions_of(scenario(name))}
every_question = pytest.mark.parametrize("id_", sorted(QUESTIONS))


@cache
def told_in(name: str) -> tuple[TimelineEntry, ...]:
    """All that a lesson tells with its questions, to its end."""
    lesson = scenario(name)
    own = questions_of(lesson)
    session = Session(catalog(), predictions=Predictions(own))
    told: list[TimelineEntry] = []
    for item in with_questions(tuple(played_items(lesson.recording)), own):
        while (due := session.tells_at()) is not None and due <= item.t:
            told += session.feed(Tick(t=due)).entries
        told += session.feed(item).entries
    return (*told, *session.end().entries)


def place(told: tuple[TimelineEntry, ...], id_: str, kind: type[Posed | Decided]) -> int:
    found = [n for n, one in enumerate(told) if isinstance(one, kind) and one.question.id == id_]
    assert len(found) == 1, f"{id_}: {kind.__name__} {len(found)} times"
    return found[0]


@every_question
def test_it_is_asked_once_and_decided_afterwards_by_what_the_recording_shows(id_: str) -> None:
    name, question = QUESTIONS[id_]
    told = told_in(name)
    asked, decided = place(told, id_, Posed), place(told, id_, Decided)
    outcome = told[decided]
    assert isinstance(outcome, Decided)
    assert asked < decided
    assert not outcome.withdrawn
    assert outcome.right == question.right >= 0
    if question.before is not None:
        moment = [
            number
            for number, one in enumerate(told)
            if isinstance(one, Explained) and is_met(question.before, one)
        ]
        assert asked < moment[question.before.count - 1] < decided


@every_question
def test_it_is_one_of_its_lesson_and_only_of_that(id_: str) -> None:
    name, _ = QUESTIONS[id_]
    assert id_.startswith(f"{name}.")


# ── about any Pod ──

GENERAL = {one.id: one for one in general_questions()}
every_general_question = pytest.mark.parametrize("id_", GENERAL)
QUIET = 30.0
"""Seconds of silence after a recording, for what nothing decides."""


@cache
def items_of(name: str) -> tuple[KeptItem, ...]:
    return tuple(played_items(scenario(name).recording))


def decided_in(name: str, question: Question) -> list[Decided]:
    """How a question about any Pod ends in a lesson, after which nothing happens for a while."""
    session = Session(catalog(), predictions=Predictions((), [question]))
    told: list[TimelineEntry] = []
    items = items_of(name)
    for item in (*items, Tick(t=items[-1].t + QUIET)):
        while (due := session.tells_at()) is not None and due <= item.t:
            told += session.feed(Tick(t=due)).entries
        told += session.feed(item).entries
    asked = [one for one in told if isinstance(one, Posed)]
    decided = [one for one in told if isinstance(one, Decided)]
    assert len(asked) <= 1, "it is asked once"
    assert all(one.t >= asked[0].t for one in decided)
    return decided


OUTCOMES = {
    "live.ended-with-error": {"crash-loop": "It stays,", "emptydir-survives": "It stays,"},
    "live.ended-well": {"exits-and-restarts": "The kubelet starts"},
    "live.stays-ended": {"container-fails": "Failed:", "job-fails": "Failed:"},
    "live.crash-loop": {"crash-loop": "It is started again", "overview": "It is started again"},
    "live.image-not-pulled": {"missing-image": "The kubelet pauses"},
    "live.image-back-off": {"missing-image": "It tries again"},
    "live.no-node": {"unschedulable": "It waits", "unschedulable-taint": "It waits"},
    "live.readiness": {"readiness-late": "It only says", "drain": "It only says"},
    "live.liveness": {"liveness-kill": "It stops the container"},
    "live.startup": {"startup-probe": "It gets more tries"},
    "live.out-of-memory": {"oom-killed": "It stays ended"},
    "live.init-failed": {
        "init-container-fails": "The whole Pod",
        "init-container-retried": "The init container is started",
    },
    "live.asked-to-stop": {"graceful-end": "By itself", "sigterm-ignored": "By SIGKILL"},
    "live.deleted-with-owner": {"pod-replaced": "A new Pod", "drain": "A new Pod"},
    "live.drained": {"drain": "It is deleted; its controller"},
    "live.job-pod-failed": {
        "job-backoff-limit": "It makes another Pod",
        "job-fails": "It gives up",
    },
    "live.node-silent": {"node-crash": "It is marked for deletion"},
    "live.config-missing": {"missing-config": "It waits"},
    "live.volume-missing": {"missing-secret-volume": "It waits"},
}
"""The lessons that show a question's outcome, and how the choice begins that comes true there."""


@every_general_question
def test_it_is_decided_by_what_really_happens_to_the_pod(id_: str) -> None:
    for name, begins in OUTCOMES[id_].items():
        decided = decided_in(name, GENERAL[id_])
        assert len(decided) == 1, name
        assert not decided[0].withdrawn, name
        assert decided[0].question.choices[decided[0].right].text.startswith(begins), name


@every_general_question
def test_its_texts_have_the_pods_own_names(id_: str) -> None:
    for name in OUTCOMES[id_]:
        (one,) = decided_in(name, GENERAL[id_])
        texts = [one.question.prompt, *(choice.answer for choice in one.question.choices)]
        assert not any("{" in text or "  " in text for text in texts)


@pytest.mark.parametrize("name", ["overview", "drain", "crash-loop", "job-backoff-limit"])
def test_all_together_never_ask_two_at_once_nor_soon_after_each_other(name: str) -> None:
    session = Session(catalog(), predictions=Predictions((), general_questions()))
    told: list[TimelineEntry] = []
    for item in items_of(name):
        while (due := session.tells_at()) is not None and due <= item.t:
            told += session.feed(Tick(t=due)).entries
        told += session.feed(item).entries
    told += session.end().entries
    turns = [one for one in told if isinstance(one, Posed | Decided)]
    assert turns, "something is asked"
    assert [type(one) for one in turns] == [Posed, Decided] * (len(turns) // 2)
    for decided, asked in zip(turns[1::2], turns[2::2], strict=False):
        assert asked.t - decided.t >= PAUSE


def test_a_lesson_with_questions_of_its_own_is_asked_only_those() -> None:
    own, general = questions_for(scenario("container-fails").recording)
    assert own
    assert not general


def test_any_other_recording_is_asked_what_can_be_asked_of_any_pod(tmp_path: Path) -> None:
    copied = tmp_path / "mine.jsonl"
    copied.write_bytes(scenario("container-fails").recording.read_bytes())
    own, general = questions_for(copied)
    assert not own
    assert [one.id for one in general] == list(GENERAL)


# ── all of them ──


@pytest.mark.parametrize("question", [*GENERAL.values(), *(q for _, q in QUESTIONS.values())])
def test_each_question_is_short_enough_for_a_small_screen(question: Question) -> None:
    assert len(question.prompt) <= 220
    assert all(len(choice.text) <= 90 for choice in question.choices)
    assert all(len(choice.answer) <= 220 for choice in question.choices)


def test_ids_are_unique_over_all() -> None:
    asked = [
        one.question for one in (s for c in chapters() for s in c.scenes) if isinstance(one, Ask)
    ]
    ids = [*(one.id for one in asked), *QUESTIONS, *GENERAL]
    assert len(ids) == len(set(ids))
    assert len(QUESTIONS) == sum(len(questions_of(scenario(name))) for name in names())


def test_each_concept_and_fact_that_a_question_names_exists() -> None:
    for question in [*GENERAL.values(), *(q for _, q in QUESTIONS.values())]:
        named = {one.concept for one in (question.before, question.after) if one is not None}
        named |= {id_ for choice in question.choices for id_ in choice.shown_by}
        assert {concept_of(id_).id for id_ in named} == named
        tested = {f"{group}.{key}" for group, keys in question.when.items() for key in keys}
        assert tested <= set(FACTS), question.id


# ── live ──


def test_what_a_deed_leads_to_is_asked_before_that_deed() -> None:
    for name, number, id_ in (
        ("finalizer", 1, "finalizer.deleted"),
        ("drain", 1, "drain.budget"),
        ("pod-replaced", 1, "pod-replaced.next"),
        ("oom-killed", 0, "oom-killed.memory"),
    ):
        assert id_ in [one.id for one in asked_live(scenario(name))[number]]


def test_what_is_read_before_a_lesson_answers_none_of_its_questions() -> None:
    one, then = scenario("pod-with-storage"), scenario("crash-loop")
    told = lesson_of(one, then, "", len(questions_of(one)))
    assert told.summary.startswith("You are asked 2 questions.")
    assert one.summary not in told.summary
    assert one.watch_for != told.watch_for
    assert told.point == one.point  # which is read afterwards
    assert lesson_of(one, then, "").summary == one.summary  # nobody is asked
