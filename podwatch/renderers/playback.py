"""A replay's pace: when the next item of a recording is due.

Responsible for what keys of the dashboard change while it plays. Waiting is the feed's
(`podwatch.app.feeds`).
"""

import time
from collections.abc import Callable


class Player:
    """How a recording's time passes by our clock: `speed` times as fast; at once without a speed.

    `paused` and `hurries` say what `pause` and `hurry` have asked for.
    """

    def __init__(
        self, speed: float | None = None, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self.speed = speed
        self.paused = False
        self.hurries = False
        self._monotonic = monotonic
        self._t = 0.0
        self._from_t, self._from = 0.0, monotonic()
        self._next_t: float | None = None

    def begin(self, next_t: float | None) -> None:
        """The first item's time is reached at once; None if there is no item."""
        self._next_t = next_t
        self._from_t, self._from = next_t or 0.0, self._monotonic()

    def reach(self, t: float, next_t: float | None) -> None:
        """An item of time `t` is given, and the next has this time; None if it was the last."""
        self._t, self._next_t = t, next_t

    @property
    def at_end(self) -> bool:
        """Whether nothing comes any more."""
        return self._next_t is None

    def set_speed(self, speed: float) -> None:
        """Go on at another speed, from the moment that is reached."""
        self._go_on_from(self.now())
        self.speed = speed

    def pause(self, paused: bool) -> None:
        """Stop the recording's time, or let it go on."""
        self._go_on_from(self.now())
        self.paused, self.hurries = paused, False

    def hurry(self, hurries: bool) -> None:
        """Give what comes next without any pause, until it is told to go on as before."""
        if self.hurries and not hurries:
            self._go_on_from(self._t)
        self.hurries = hurries

    def now(self) -> float:
        """The recording's time; it stands still after the last item."""
        if self.speed is None or self._next_t is None or self.paused or self.hurries:
            return self._t
        passed = (self._monotonic() - self._from) * self.speed
        return max(self._t, min(self._from_t + passed, self._next_t))

    def seconds_until(self, t: float) -> float | None:
        """By our clock; None, for ever, while it is paused."""
        if self.speed is None or self.hurries:
            return 0.0
        if self.paused:
            return None
        due = self._from + (t - self._from_t) / self.speed
        return max(due - self._monotonic(), 0.0)

    def _go_on_from(self, t: float) -> None:
        self._t, self._from_t, self._from = t, t, self._monotonic()
