"""The chapters of the tour name what there is, in the order in which it happens."""

from functools import cache

import pytest

from podwatch.core.concepts import catalog
from podwatch.core.question import Moment, Question
from podwatch.core.session import Session
from podwatch.core.timeline import Explained, ExplainedTransition
from podwatch.course import Ask, Chapter, Page, Play, chapters, questions
from podwatch.renderers.pictures.manifest import excerpt, unknown_marks
from podwatch.scenarios import FOLDER, names, scenario
from podwatch.sources.recording import read
from tests.course.reading import first_question, minutes

CHAPTERS = chapters()
of_each = pytest.mark.parametrize("chapter", CHAPTERS, ids=[one.name for one in CHAPTERS])


@cache
def asked_in(lesson: str) -> dict[str, Question]:
    return {one.id: one for one in questions(FOLDER / lesson / "questions.toml")}


@cache
def news(lesson: str) -> list[Explained]:
    """What a lesson's recording tells, in its order."""
    session = Session(catalog())
    return [
        entry
        for item in read(scenario(lesson).recording)
        for entry in session.feed(item).entries
        if isinstance(entry, Explained)
    ]


def place(lesson: str, moment: Moment) -> int:
    """Where in a lesson's news a moment is."""
    met = [
        at
        for at, told in enumerate(news(lesson))
        if (moment.event or isinstance(told, ExplainedTransition))
        and told.explanation.concept is not None
        and told.explanation.concept.id == moment.concept
        and told.ref.name.startswith(moment.pod)
    ]
    assert len(met) >= moment.count, f"{lesson} has no such moment: {moment}"
    return met[moment.count - 1]


@of_each
def test_a_play_begins_before_it_ends(chapter: Chapter) -> None:
    for scene in chapter.scenes:
        if isinstance(scene, Play):
            since = -1 if scene.since is None else place(scene.scenario, scene.since)
            until = 10**6 if scene.until is None else place(scene.scenario, scene.until)
            assert since < until, scene


@of_each
def test_a_question_of_a_play_comes_before_what_decides_it(chapter: Chapter) -> None:
    for scene in chapter.scenes:
        if not isinstance(scene, Play):
            continue
        since = -1 if scene.since is None else place(scene.scenario, scene.since)
        until = 10**6 if scene.until is None else place(scene.scenario, scene.until)
        for id_ in scene.ask:
            question = asked_in(scene.scenario)[id_]
            asked = question.before or question.after
            assert asked is not None, f"{id_} has no moment"
            decided = question.decided_by or question.before or question.after
            assert decided is not None
            at, end = place(scene.scenario, asked), place(scene.scenario, decided)
            assert since < at <= end <= until, f"{id_} is not in its play"


@of_each
def test_the_pictures_of_a_page_have_what_they_show(chapter: Chapter) -> None:
    for scene in chapter.scenes:
        if not isinstance(scene, Page):
            continue
        if {"manifest", "box", "document box"} & set(scene.pictures):
            assert scene.scenario in names(), scene
        if scene.moment is not None:
            place(scene.scenario, scene.moment)
        if scene.pod:
            assert any(told.ref.name.startswith(scene.pod) for told in news(scene.scenario))
        if scene.marked:
            assert "manifest" in scene.pictures, scene
            manifest = scenario(scene.scenario).manifest_path.read_text("utf-8")
            assert unknown_marks(excerpt(manifest, scene.left_out), scene.marked) == []


def test_no_two_questions_of_the_course_have_one_id() -> None:
    ids = [one.id for name in names() for one in asked_in(name).values()]
    ids += [s.question.id for one in CHAPTERS for s in one.scenes if isinstance(s, Ask)]
    assert len(ids) == len(set(ids))


def test_a_question_begins_with_where_it_stands() -> None:
    for name in names():
        assert all(id_.startswith(f"{name}.") for id_ in asked_in(name))
    for chapter in CHAPTERS:
        for scene in chapter.scenes:
            if isinstance(scene, Ask):
                assert scene.question.id.startswith(f"{chapter.name}.")


def test_the_tour_takes_about_as_long_as_it_says() -> None:
    known: set[str] = set()
    taken = {one.name: minutes(one, known) for one in CHAPTERS}
    for chapter in CHAPTERS:
        assert abs(chapter.minutes - taken[chapter.name]) < 1, (chapter.name, taken[chapter.name])
    assert 40 <= sum(one.minutes for one in CHAPTERS) <= 50


@of_each
def test_the_first_question_comes_within_half_a_minute(chapter: Chapter) -> None:
    """Of the whole tour, and of whoever begins with a later chapter."""
    assert first_question(chapter) <= 30
    first = next(one for one in chapter.scenes if not isinstance(one, Page))
    assert isinstance(first, Ask | Play)


@of_each
def test_each_chapter_asks_and_sums_up(chapter: Chapter) -> None:
    assert any(
        isinstance(one, Ask) or (isinstance(one, Play) and one.ask) for one in chapter.scenes
    )
    assert 2 <= len(chapter.summary) <= 5
    assert chapter.watch_for


@of_each
def test_each_chapter_shows_what_was_asked_for_and_what_came_of_it(chapter: Chapter) -> None:
    pictures = {one for page in chapter.scenes if isinstance(page, Page) for one in page.pictures}
    assert "manifest" in pictures
    assert {"box", "phases", "container pod deployment"} & pictures


def test_there_are_thirteen_in_order() -> None:
    assert [one.number for one in CHAPTERS] == list(range(1, 14))
