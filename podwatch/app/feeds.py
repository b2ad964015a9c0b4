"""Where the loop gets its items: from a live stream, or from a recording at a pace of its own.

Responsible for waiting: for an item, a key or what happens to the terminal. What is done with
them is `podwatch.app.run`.
"""

import queue
import time
from collections.abc import Callable, Iterator

from podwatch.app.run import EndOfStream
from podwatch.core.stream import RecordedItem, StreamItem
from podwatch.errors import PodwatchError
from podwatch.renderers import TerminalSignal
from podwatch.renderers.dashboard.keys import Key

Message = RecordedItem | PodwatchError | Key | TerminalSignal
Inbox = queue.SimpleQueue[Message]
"""What the main thread waits for: items and failures of the sources, keys and the terminal."""

ATTENTIVE = 0.25
"""The longest single wait, in seconds.

A signal that arrives just before a wait begins does not end it; without a bound ^C would now
and then seem to be ignored.
"""


def taken(inbox: Inbox, wait: float | None) -> Message | None:
    """What comes first; None if nothing does within `wait` seconds (None: wait for ever)."""
    while wait is None or wait > ATTENTIVE:
        try:
            return inbox.get(timeout=ATTENTIVE)
        except queue.Empty:
            wait = None if wait is None else wait - ATTENTIVE
    try:
        return inbox.get(block=wait > 0, timeout=wait)
    except queue.Empty:
        return None


class LiveFeed:
    """Items as the sources' threads put them into the inbox."""

    def __init__(self, inbox: Inbox, now: Callable[[], float]) -> None:
        self._inbox = inbox
        self.now = now

    @property
    def waiting(self) -> bool:
        """See Feed."""
        return not self._inbox.empty()

    def get(self, wait: float | None) -> StreamItem | Key | TerminalSignal | None:
        """See Feed. A source's failure is raised here, on the main thread."""
        message = taken(self._inbox, wait)
        if isinstance(message, PodwatchError):
            raise message
        return message

    def seconds_until(self, t: float) -> float:
        """Stream time is our time."""
        return max(t - self.now(), 0.0)


class Player:
    """How a recording's time passes by our clock: `speed` times as fast; at once without a speed.

    Keys change its pace while it plays: it is a `podwatch.renderers.Playback`.
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


Keys = Callable[[float | None], Key | TerminalSignal | None]
"""Waits so many seconds (None: for ever) for a key; None if none came."""


def keys_of(inbox: Inbox) -> Keys:
    """The keys that come into an inbox to which no source puts anything."""

    def key(wait: float | None) -> Key | TerminalSignal | None:
        message = taken(inbox, wait)
        return message if isinstance(message, Key | TerminalSignal) else None

    return key


def _no_keys(_: float | None) -> None:
    """Where nothing is waited for, there are no keys either."""


class ReplayFeed:
    """A recording's items at the pace of a player, and keys while it waits for them.

    Without a player all come at once. `hold`: at the end the last state stays to be looked at,
    until a key ends it.
    """

    waiting = False
    """Each item has an instant of its own, for which the output is brought up to date."""

    def __init__(
        self,
        items: Iterator[StreamItem],
        player: Player | None = None,
        keys: Keys = _no_keys,
        *,
        hold: bool = False,
    ) -> None:
        self._items = items
        self._player = player if player is not None else Player()
        self._keys = keys
        self._hold = hold
        self._failure: PodwatchError | None = None
        self._next = self._read()
        self._player.begin(self._next_t)
        self.now = self._player.now

    def get(self, wait: float | None) -> StreamItem | Key | TerminalSignal | None:
        """See Feed."""
        item = self._next
        if item is None:
            if self._failure is not None:
                raise self._failure
            if not self._hold:
                raise EndOfStream
            return self._keys(wait)
        pause = self._player.seconds_until(item.t)
        due = pause is not None and (wait is None or pause <= wait)
        key = self._keys(pause if due else wait)
        if key is not None or not due:
            return key
        self._next = self._read()
        self._player.reach(item.t, self._next_t)
        return item

    def seconds_until(self, t: float) -> float | None:
        """By our clock; nothing at unlimited speed. After the last item time stands still."""
        return self._player.seconds_until(t) if self._next is not None else None

    @property
    def _next_t(self) -> float | None:
        return self._next.t if self._next is not None else None

    def _read(self) -> StreamItem | None:
        try:
            return next(self._items, None)
        except PodwatchError as failure:
            self._failure = failure  # told once everything before it was played
            return None
