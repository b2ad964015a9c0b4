"""A replay's pace: when the next item of a recording is due.

Responsible for what keys of the dashboard change while it plays, and for a replay that waits for
its reader (`paced`). Waiting itself is the feed's (`podwatch.app.feeds`); how long something has to
be read is said by `podwatch.core.cards`.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a lesson's recording is played for, in sentences.

    What to `watch_for` is told before, the `point` afterwards; `following` is the command that
    plays the next one, empty where Enter does.
    """

    title: str
    summary: str
    watch_for: str
    point: str
    following: str
    following_title: str


class Holdable(Protocol):
    """What can be held: a replay, or whoever does something live."""

    def wait(self, waits: bool, /) -> None:
        """Stand still as somebody is asked, or go on from there."""


@dataclass(frozen=True, slots=True)
class ReplayProgress:
    """How far a replay is, in seconds of the recording. `length` None: that is not known.

    `leapt`: for how long nothing was told before the newest news, if that was long.
    """

    seconds: float
    length: float | None
    ended: bool
    leapt: float = 0.0


QUIET = 1.0
"""A paced replay goes faster and faster once nothing was told for so many seconds."""
_DOUBLINGS = 6.0
"""How often its speed doubles in each second after that: 48 s are over in about two."""
IDLE = 4.0
"""Seconds of the recording without news that are worth being named when they are over."""


class Player:
    """How a recording's time passes by our clock: `speed` times as fast; at once without a speed.

    `paced`: it stands still while something is to be read (`hold`), and hurries while nothing is
    told (`tell`). `waits`: it stands still for as long as somebody is asked. `over`: nothing comes
    any more, and all was told. `length` is how many seconds the recording has, as far as is known.
    `paused` and `hurries` say what `pause` and `hurry` have asked for; `leapt` is for how many
    seconds nothing was told before the newest news, if that was long.
    """

    def __init__(
        self,
        speed: float | None = None,
        *,
        paced: bool = False,
        length: float | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.speed = speed
        self.paced = paced and speed is not None
        self.length = length
        self.paused = False
        self.hurries = False
        self.waits = False
        self.leapt = 0.0
        self.over = False
        self._monotonic = monotonic
        self._begin_t = 0.0
        self._told_t: float | None = None
        self._t = 0.0
        self._from_t, self._from = 0.0, monotonic()
        self._next_t: float | None = None

    def begin(self, next_t: float | None) -> None:
        """The first item's time is reached at once; None if there is no item."""
        self._next_t = next_t
        self._begin_t = self._from_t = next_t or 0.0
        self._from = self._monotonic()

    def reach(self, t: float, next_t: float | None) -> None:
        """An item of time `t` is given, and the next has this time; None if it was the last."""
        self._t, self._next_t = t, next_t

    @property
    def at_end(self) -> bool:
        """Whether nothing comes any more."""
        return self._next_t is None

    def end(self) -> None:
        """Nothing comes any more, and what is left to be told is told now."""
        self.over = True

    @property
    def progress(self) -> ReplayProgress:
        """How far it is."""
        passed = max(self.now() - self._begin_t, 0.0)
        seconds = passed if self.length is None else min(passed, self.length)
        return ReplayProgress(seconds, self.length, self.over, self.leapt)

    def set_speed(self, speed: float) -> None:
        """Go on at another speed, from the moment that is reached."""
        self._go_on_from(self.now())
        self.speed = speed

    def pause(self, paused: bool) -> None:
        """Stop the recording's time, or let it go on."""
        self._go_on_from(self.now())
        self.paused, self.hurries = paused, False

    def wait(self, waits: bool) -> None:
        """Stand still as somebody is asked, or go on from there."""
        if waits != self.waits:
            self._go_on_from(self.now())
            self.waits = waits

    def hurry(self, hurries: bool) -> None:
        """Give what comes next without any pause, until it is told to go on as before."""
        if self.hurries and not hurries:
            self._go_on_from(self._t)
        self.hurries = hurries

    def tell(self, t: float) -> None:
        """Something was told at the recording's time `t`: a paced replay goes slowly again."""
        quiet = t - self._told_t if self._told_t is not None else 0.0
        self.leapt = quiet if self.paced and quiet >= IDLE else 0.0
        self._told_t = t
        if self.paced and self._from <= self._monotonic():  # what is held stays so
            self._go_on_from(self.now())

    def hold(self, seconds: float) -> None:
        """Stand still for so long from now on, as something is to be read; at speed 2 for half."""
        if self.paced and self.speed is not None:
            self._go_on_from(self.now())
            self._from += seconds / self.speed

    def now(self) -> float:
        """The recording's time; it stands still after the last item."""
        stands = self.paused or self.hurries or self.waits
        if self.speed is None or self._next_t is None or stands:
            return self._t
        passed = max(self._monotonic() - self._from, 0.0) * self.speed
        reached = self._from_t + (_hastened(passed) if self.paced else passed)
        return max(self._t, min(reached, self._next_t))

    def seconds_until(self, t: float) -> float | None:
        """By our clock; None, for ever, while it is paused."""
        if self.waits:
            return None
        if self.speed is None or self.hurries:
            return 0.0
        if self.paused:
            return None
        ahead = max(t - self._from_t, 0.0) if self.paced else t - self._from_t
        due = self._from + (_needed(ahead) if self.paced else ahead) / self.speed
        return max(due - self._monotonic(), 0.0)

    def _go_on_from(self, t: float) -> None:
        self._t, self._from_t, self._from = t, t, self._monotonic()


_STEEPNESS = _DOUBLINGS * math.log(2)


def _hastened(seconds: float) -> float:
    """How much of a recording passes in so many quiet seconds: first as much, then ever more."""
    over = min(seconds - QUIET, 60.0)  # then whole ages have passed
    return seconds if over <= 0.0 else QUIET + math.expm1(_STEEPNESS * over) / _STEEPNESS


def _needed(passed: float) -> float:
    """How many quiet seconds it takes until so much of a recording has passed."""
    over = passed - QUIET
    return passed if over <= 0.0 else QUIET + math.log1p(_STEEPNESS * over) / _STEEPNESS
