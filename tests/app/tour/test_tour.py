"""The tour: what is told in which order, kept, and gone on with."""

from pathlib import Path

import pytest

from podwatch.app.tour import chapter_named
from podwatch.app.tour.material import phases_until, pictured, played
from podwatch.app.tour.route import Jump, Move
from podwatch.core.kube import Pod
from podwatch.core.learning import GivenAnswer
from podwatch.core.question import Moment
from podwatch.core.stream import Observed
from podwatch.course import Chapter, Page, Play, chapters
from podwatch.errors import PodwatchError
from tests.app.tour.scripted import CHAPTERS, QUESTION, SMALL, Scripted, tour

ALL = [
    "small 0 opening",
    "small 1 page",
    "small 2 ask",
    "small 3 play",
    "small 4 page",
    "small 5 play",
    "small 6 ending",
    "second 0 opening",
    "second 1 page",
    "second 2 ending",
]


def test_a_tour_tells_everything_in_its_order(tmp_path: Path) -> None:
    guide = Scripted()
    tour(tmp_path).tell(guide)
    assert guide.told == ALL


def test_who_left_goes_on_where_they_were_and_is_told_so(tmp_path: Path) -> None:
    tour(tmp_path).tell(Scripted([Move.ON, Move.ON, Move.LEAVE]))
    again = Scripted()
    tour(tmp_path).tell(again)
    assert again.told == ["small 2 welcome back", *ALL[2:]]


def test_who_comes_back_may_begin_the_chapter_again(tmp_path: Path) -> None:
    tour(tmp_path).tell(Scripted([Move.ON, Move.ON, Move.LEAVE]))
    again = Scripted([Move.REPEAT])
    tour(tmp_path).tell(again)
    assert again.told == ["small 2 welcome back", *ALL]


def test_who_left_in_the_first_opening_is_not_welcomed_back(tmp_path: Path) -> None:
    tour(tmp_path).tell(Scripted([Move.LEAVE]))
    again = Scripted([Move.LEAVE])
    tour(tmp_path).tell(again)
    assert again.told == ["small 0 opening"]


def test_after_its_end_a_tour_begins_again_and_knows_what_was_read(tmp_path: Path) -> None:
    tour(tmp_path).tell(Scripted())
    assert tour(tmp_path).state.read == ("small", "second")
    again = Scripted()
    tour(tmp_path).tell(again)
    assert again.told == ALL


def test_a_chapter_can_be_asked_for_and_the_start(tmp_path: Path) -> None:
    named = Scripted()
    tour(tmp_path).tell(named, 1)
    assert named.told == ALL[7:]
    tour(tmp_path).tell(Scripted([Move.ON, Move.LEAVE]), 1)
    fresh = Scripted([Move.LEAVE])
    tour(tmp_path).tell(fresh, from_start=True)
    assert fresh.told == ["small 0 opening"]


def test_answers_are_kept_and_come_with_the_summary(tmp_path: Path) -> None:
    first = tour(tmp_path)
    first.answered(QUESTION, GivenAnswer(choice=1, reason="so"))
    guide = Scripted([Jump(0), *[Move.ON] * 7, Move.LEAVE])
    tour(tmp_path).tell(guide)
    (recap,) = guide.recaps[0]
    assert recap.question == QUESTION
    assert recap.answer is not None
    assert (recap.answer.choice, recap.answer.reason) == (1, "so")
    assert recap.answer.at is not None


def test_a_chapter_that_is_gone_is_no_place_to_go_on(tmp_path: Path) -> None:
    tour(tmp_path).tell(Scripted([Move.LEAVE]), 1)
    guide = Scripted([Move.LEAVE])
    tour(tmp_path, CHAPTERS[:1]).tell(guide)
    assert guide.told == ["small 0 opening"]


def test_a_state_that_cannot_be_read_is_said_once(tmp_path: Path) -> None:
    (tmp_path / "tour.json").write_text("{")
    guide = Scripted()
    tour(tmp_path).tell(guide)
    assert len(guide.notes) == 1


@pytest.mark.parametrize("text", ["2", "02", "second", " SECOND "])
def test_a_chapter_is_named_by_its_number_or_its_name(text: str) -> None:
    assert chapter_named(CHAPTERS, text) == 1


def test_a_chapter_that_there_is_not_is_an_error_that_helps() -> None:
    with pytest.raises(PodwatchError) as raised:
        chapter_named(CHAPTERS, "secnd")
    assert "second" in raised.value.hint
    with pytest.raises(PodwatchError):
        chapter_named(CHAPTERS, "0")


# ── what scenes are made of ──


def test_a_play_begins_after_its_since_and_ends_with_its_until() -> None:
    first, second = played(SMALL, 3), played(SMALL, 5)
    assert [*second.before] == [*first.before, *first.items]
    assert not any(
        isinstance(one, Observed) and isinstance(one.object, Pod) for one in first.before
    )
    seen = [one.object for one in second.items if isinstance(one, Observed)]
    assert [one.status.phase for one in seen if isinstance(one, Pod)][-1] == "Succeeded"


def test_the_phases_light_up_as_the_plays_of_a_chapter_meet_them() -> None:
    assert phases_until(SMALL, 3) == (frozenset(), frozenset())
    met, now = phases_until(SMALL, 4)
    assert met == {"Pending", "Running"}
    assert now == {"Running"}
    met, now = phases_until(SMALL, 6)
    assert met == {"Pending", "Running", "Succeeded"}
    assert now == {"Succeeded"}


def test_a_page_has_the_pod_of_its_moment() -> None:
    shown = pictured(SMALL, 4)
    assert shown.still is not None
    assert shown.still.page.pod.status.phase == "Running"
    assert shown.met == {"Pending", "Running"}
    assert "kind: Job" in shown.manifest


def test_a_moment_that_a_recording_lacks_is_said_and_the_rest_is_played() -> None:
    never = Moment(concept="evicted")
    old = Chapter(
        name="old",
        number=3,
        title="",
        minutes=1,
        watch_for="",
        summary=(),
        scenes=(
            Play(scenario="job-succeeds", see="", until=never),
            Page(text="", pictures=("box",), scenario="job-succeeds", moment=never),
        ),
    )
    assert "cut off, or older" in played(old, 1).problem
    assert played(old, 1).items
    assert "cut off, or older" in pictured(old, 2).problem


@pytest.mark.parametrize("chapter", chapters(), ids=lambda one: one.name)
def test_every_scene_of_the_tour_has_what_it_is_made_of(chapter: Chapter) -> None:
    for at, scene in enumerate(chapter.scenes, 1):
        if isinstance(scene, Play):
            made = played(chapter, at)
            assert not made.problem, scene
            assert made.items, scene
            assert {one.id for one in made.questions} == set(scene.ask)
        elif isinstance(scene, Page):
            assert not pictured(chapter, at).problem, scene
