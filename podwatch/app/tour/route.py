"""The way through the tour: where one is, and where a move leads. Pure.

Responsible for the order of what is told: each chapter has an opening, its scenes and an ending.
Nothing advances by itself; each move was made by somebody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from podwatch.course import Chapter, Scene


class Move(Enum):
    """What somebody who takes the tour wants next."""

    ON = auto()
    BACK = auto()
    NEXT_CHAPTER = auto()
    PREVIOUS_CHAPTER = auto()
    REPEAT = auto()
    """The chapter, from its opening on."""
    LEAVE = auto()


@dataclass(frozen=True, slots=True)
class Jump:
    """A move to the opening of a chapter, counted from 0."""

    chapter: int


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the tour: the chapter, counted from 0, and what of it.

    `at` 0 is its opening, 1 its first scene, one more than it has scenes its ending.
    """

    chapter: int = 0
    at: int = 0


def scene_at(chapters: Sequence[Chapter], place: Place) -> Scene | None:
    """The scene there; None for an opening or an ending."""
    scenes = chapters[place.chapter].scenes
    return scenes[place.at - 1] if 0 < place.at <= len(scenes) else None


def is_ending(chapters: Sequence[Chapter], place: Place) -> bool:
    """Whether the chapter's summary is there."""
    return place.at > len(chapters[place.chapter].scenes)


def within(chapters: Sequence[Chapter], place: Place) -> Place:
    """The place, or the nearest that there is: a chapter may have changed since it was kept."""
    chapter = min(max(place.chapter, 0), len(chapters) - 1)
    return Place(chapter, min(max(place.at, 0), len(chapters[chapter].scenes) + 1))


def after(chapters: Sequence[Chapter], place: Place, move: Move | Jump) -> Place | None:
    """Where the move leads; None where the tour is left, or over."""
    match move:
        case Jump(chapter):
            return within(chapters, Place(chapter))
        case Move.LEAVE:
            return None
        case Move.REPEAT:
            return Place(place.chapter)
        case Move.BACK if place.at:
            return Place(place.chapter, place.at - 1)
        case Move.BACK if place.chapter:
            return Place(place.chapter - 1, len(chapters[place.chapter - 1].scenes) + 1)
        case Move.BACK:
            return place
        case Move.PREVIOUS_CHAPTER:
            # As a player does: first to where this one begins.
            return Place(place.chapter if place.at else max(place.chapter - 1, 0))
        case Move.ON if not is_ending(chapters, place):
            return Place(place.chapter, place.at + 1)
    following = place.chapter + 1
    if following == len(chapters):
        return None if move is Move.ON else place
    return Place(following)
