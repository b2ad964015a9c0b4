"""Where the loop gets its items: from a cluster, or from a recording at a pace of its own.

Responsible for waiting: for an item, a key or what happens to the terminal; and for failures, on
whatever thread, reaching the loop. What is done with them is `podwatch.app.run`.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from podwatch.app.run import EndOfStream, Over
from podwatch.core.selection import Selection
from podwatch.core.stream import Item, KeptItem, Opened, RecordedItem, Scope, StreamItem
from podwatch.errors import PodwatchError, defect
from podwatch.renderers import TerminalSignal
from podwatch.renderers.dashboard.keys import Key, Mouse
from podwatch.renderers.playback import Player
from podwatch.sources.clock import Clock

if TYPE_CHECKING:
    from podwatch.sources.cluster.cluster import Cluster

Message = KeptItem | PodwatchError | Key | Mouse | TerminalSignal
Inbox = queue.SimpleQueue[Message]
"""What the main thread waits for: items and failures of the sources, what is done on purpose
meanwhile, keys and the terminal."""

ATTENTIVE = 0.25
"""The longest single wait, in seconds.

A signal that arrives just before a wait begins does not end it; without a bound ^C would now
and then seem to be ignored.
"""

PASSED_OVER = 200
"""How many items that nobody asked for are taken before the output is brought up to date."""


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
        self.inbox = inbox
        self.now = now
        self._selection = Selection(())
        self._selected: deque[RecordedItem] = deque()

    @property
    def waiting(self) -> bool:
        """See Feed."""
        return bool(self._selected) or not self.inbox.empty()

    def get(self, wait: float | None) -> StreamItem | Key | Mouse | TerminalSignal | None:
        """See Feed. A source's failure is raised here, on the main thread.

        For items that are about nothing that is watched, time passes.
        """
        for _ in range(PASSED_OVER):
            if self._selected:
                return self._selected.popleft()
            message = taken(self.inbox, wait)
            if isinstance(message, PodwatchError):
                raise message
            if not isinstance(message, Item):
                return message
            if isinstance(message, Opened):
                self._selection = Selection(message.scopes)
            self._selected.extend(self._selection.passes(message))
            wait = 0.0
        return None

    def seconds_until(self, t: float) -> float:
        """Stream time is our time."""
        return max(t - self.now(), 0.0)


class Following(LiveFeed):
    """What comes of a cluster, by a clock of the stream's own, once it is followed.

    The one way in which a watch, `expect` and the pytest plugin open a cluster.
    """

    def __init__(self) -> None:
        self.clock = Clock(opened=False)
        super().__init__(Inbox(), self.clock.t)

    def open(self, cluster: "Cluster", scopes: tuple[Scope, ...]) -> None:
        """Begin the stream, and follow these scopes."""
        self.inbox.put(cluster.opened(scopes, self.clock))
        self.add(cluster, scopes)

    def add(self, cluster: "Cluster", scopes: Sequence[Scope]) -> None:
        """Follow these scopes, too, from now on."""
        cluster.follow(scopes, self.inbox.put, self.clock, self.inbox.qsize)

    def on_a_thread(self, open_: Callable[[], None]) -> None:
        """Connect and follow beside the loop, which draws meanwhile."""

        def opened() -> None:
            try:
                open_()
            except PodwatchError as error:
                self.inbox.put(error)
            except Exception as error:
                self.inbox.put(defect("could not open the cluster", error))

        threading.Thread(target=opened, name="podwatch-open", daemon=True).start()


Keys = Callable[[float | None], Key | Mouse | TerminalSignal | None]
"""Waits so many seconds (None: for ever) for a key; None if none came."""


def keys_of(inbox: Inbox) -> Keys:
    """The keys that come into an inbox to which no source puts anything."""

    def key(wait: float | None) -> Key | Mouse | TerminalSignal | None:
        message = taken(inbox, wait)
        return message if isinstance(message, Key | Mouse | TerminalSignal) else None

    return key


def _no_keys(_: float | None) -> None:
    """Where nothing is waited for, there are no keys either."""


class ReplayFeed:
    """A recording's items at the pace of a player, and keys while it waits for them.

    Without a player all come at once. `hold`: at the end the last state stays to be looked at,
    until a key ends it. `rests` False: it is only a part, so what waits there for something still
    to come goes on waiting.
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
        rests: bool = True,
    ) -> None:
        self._items = items
        self._player = player if player is not None else Player()
        self._keys = keys
        self._hold, self._rests = hold, rests
        self._failure: PodwatchError | None = None
        self._next = self._read()
        self._player.begin(self._next_t)
        self.now = self._player.now

    def get(self, wait: float | None) -> StreamItem | Key | Mouse | TerminalSignal | Over | None:
        """See Feed."""
        item = self._next
        if item is None:
            if self._failure is not None:
                raise self._failure
            if not self._hold:
                raise EndOfStream
            if self._rests and not self._player.over and not self._player.waits:
                self._player.end()
                return Over()
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
