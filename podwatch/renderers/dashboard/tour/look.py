"""How the tour is looked at: where one is in it, and what Enter does there.

Responsible for the frozen values that the bar, the footer and the list of keys read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.text import Text

from podwatch.renderers.dashboard.layout import Layout


class Ahead(StrEnum):
    """What Enter does; the words are shown."""

    MORE = "read on"
    """Not all of a sheet was seen."""
    ON = "go on"
    PLAY = "play it"
    NEXT = "next"
    """A recording plays: what is on the card is read."""
    PICK = "go there"
    WAIT = ""
    """Nothing: it goes on by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TourLook:
    """Where one is in the tour.

    Chapter `number` of `chapters` is called `title`, and `scene` of its `scenes` is shown, 0 before
    the first. `ahead` is what Enter does. `strip`: the phases that were met, and those in which
    Pods are now; None where the chapter is not about them. `later`: for how long nothing was told
    before the newest news, in words, if that was long.
    """

    number: int
    chapters: int
    title: str
    scene: int
    scenes: int
    ahead: Ahead = Ahead.ON
    strip: tuple[frozenset[str], frozenset[str]] | None = None
    later: str = ""


Sheet = Callable[[int, Layout], Sequence[Text]]
"""Draws something to read for a width: lines of exactly that width, as many as it takes."""
