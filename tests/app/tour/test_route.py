"""The way through the tour: each move leads to one place, and never beyond the ends."""

import pytest

from podwatch.app.tour.route import Jump, Move, Place, after, is_ending, scene_at, within
from podwatch.course import Chapter, Page


def chapter(number: int, scenes: int) -> Chapter:
    return Chapter(
        name=f"c{number}",
        number=number,
        title="",
        minutes=1,
        watch_for="",
        summary=(),
        scenes=tuple(Page(text=str(n)) for n in range(scenes)),
    )


TOUR = (chapter(1, 2), chapter(2, 1))


@pytest.mark.parametrize(
    ("place", "move", "leads"),
    [
        (Place(0, 0), Move.ON, Place(0, 1)),
        (Place(0, 2), Move.ON, Place(0, 3)),
        (Place(0, 3), Move.ON, Place(1, 0)),
        (Place(1, 2), Move.ON, None),
        (Place(0, 1), Move.BACK, Place(0, 0)),
        (Place(1, 0), Move.BACK, Place(0, 3)),
        (Place(0, 0), Move.BACK, Place(0, 0)),
        (Place(0, 2), Move.REPEAT, Place(0, 0)),
        (Place(0, 1), Move.NEXT_CHAPTER, Place(1, 0)),
        (Place(1, 1), Move.NEXT_CHAPTER, Place(1, 1)),
        (Place(1, 1), Move.PREVIOUS_CHAPTER, Place(1, 0)),
        (Place(1, 0), Move.PREVIOUS_CHAPTER, Place(0, 0)),
        (Place(0, 0), Move.PREVIOUS_CHAPTER, Place(0, 0)),
        (Place(0, 1), Move.LEAVE, None),
        (Place(0, 2), Jump(1), Place(1, 0)),
        (Place(0, 2), Jump(9), Place(1, 0)),
    ],
)
def test_a_move_leads_to(place: Place, move: Move | Jump, leads: Place | None) -> None:
    assert after(TOUR, place, move) == leads


def test_going_on_tells_each_scene_once_and_ends() -> None:
    place: Place | None = Place()
    told = []
    while place is not None:
        told.append(scene_at(TOUR, place) or ("ending" if is_ending(TOUR, place) else "opening"))
        place = after(TOUR, place, Move.ON)
    one, two, three = (*TOUR[0].scenes, *TOUR[1].scenes)
    assert told == ["opening", one, two, "ending", "opening", three, "ending"]


@pytest.mark.parametrize("kept", [Place(-1, 5), Place(7, 0), Place(0, 99), Place(1, -3)])
def test_a_place_that_there_is_not_any_more_becomes_one_that_there_is(kept: Place) -> None:
    there = within(TOUR, kept)
    assert 0 <= there.chapter < 2
    assert 0 <= there.at <= len(TOUR[there.chapter].scenes) + 1
