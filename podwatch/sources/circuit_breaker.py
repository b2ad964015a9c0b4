"""One gate for all streams of a cluster: an outage costs what one stream would cost.

Responsible for who may ask the server, and when. While it answers, everybody. Once a
connection was lost, one stream asks first; if it is not answered, the gate is closed and they
take turns, with growing pauses. `CircuitBreaker` decides and knows no clock; `Gate` makes threads
wait.
"""

import threading
from collections.abc import Callable, Hashable
from math import inf

from podwatch.sources.api import ApiError, Failure, Stopped
from podwatch.sources.reflect import Backoff

OVERDUE = 10.0
"""After how many seconds without an answer another one may ask, too."""


class CircuitBreaker:
    """Whose turn it is. Times are in seconds, `who` is a stream."""

    def __init__(self, rand: Callable[[], float]) -> None:
        self._backoff = Backoff(rand)
        self._open = False
        self._next = 0.0
        self._asking: Hashable | None = None
        self._asked_t = 0.0
        self._queue: dict[Hashable, None] = {}
        self._live: set[Hashable] = set()
        self.cause: Failure | None = None
        """Why the gate is closed; None if nothing failed (yet)."""

    def wait(self, who: Hashable, t: float) -> float:
        """For how long: 0 is "ask now, and say what came of it", inf until something changes.

        At the latest then it has to be asked again.
        """
        if self._open or self._asking == who:
            return 0.0
        self._queue.setdefault(who)
        if self._asking is not None and t < self._asked_t + OVERDUE:
            return self._asked_t + OVERDUE - t
        if t < self._next:
            return self._next - t
        if next(iter(self._queue)) != who:
            return inf
        del self._queue[who]
        self._asking, self._asked_t = who, t
        return 0.0

    def answered(self, who: Hashable, *, live: bool = False) -> None:
        """The server answered. `live`: with a watch, which goes on."""
        if live:
            self._live.add(who)
        self._backoff.reset()
        self._open, self._asking, self.cause = True, None, None
        self._queue.clear()

    def lost(self, who: Hashable) -> None:
        """A watch ended, well or not: before all others come back, one shall try."""
        self._live.discard(who)
        if self._open:
            self._open, self._next = False, 0.0

    def failed(self, who: Hashable, failure: Failure, t: float) -> None:
        """A request was not answered, or with an error that others would get too.

        If other streams have a watch, an error 500 is about what was asked for, no outage. (A
        503 or 429 is not: a watch can outlive the server that has it for a while.)
        """
        if self._asking == who:
            self._asking = None
        elif not self._open:
            return  # it was asked before the gate was closed, and is no news
        if isinstance(failure, ApiError) and (
            not is_outage(failure) or (failure.code in {500, 504} and self._live - {who})
        ):
            self.answered(who)
            return
        least = failure.retry_after if isinstance(failure, ApiError) else None
        self._open, self.cause = False, failure
        self._next = t + self._backoff.seconds(least)

    def left(self, who: Hashable) -> None:
        """This stream asks no more."""
        self._live.discard(who)
        self._queue.pop(who, None)
        if self._asking == who:
            self._asking = None


def is_outage(error: ApiError) -> bool:
    """Whether the server, not the request, is what is wrong."""
    return (error.code >= 500 or error.code == 429) and not error.ahead


class Gate:
    """Turns for threads."""

    def __init__(self, rand: Callable[[], float], t: Callable[[], float]) -> None:
        self._turns = CircuitBreaker(rand)
        self._t = t
        self._changed = threading.Condition()
        self._stopped = False

    @property
    def cause(self) -> Failure | None:
        """Why the gate is closed."""
        return self._turns.cause

    def enter(
        self, who: Hashable, waiting: Callable[[Failure], None], until: Callable[[], float]
    ) -> None:
        """Come back when it is this stream's turn.

        Tells `waiting` why it is not. Raises that cause once `until()` seconds have passed, and
        Stopped.
        """
        told: Failure | None = None
        while True:
            with self._changed:
                if self._stopped:
                    raise Stopped
                seconds = self._turns.wait(who, self._t())
                cause = self._turns.cause
                if seconds and cause is told:
                    left = until() if cause is not None else inf
                    if left > 0:
                        self._changed.wait(min(seconds, left, threading.TIMEOUT_MAX))
                        continue
            if not seconds:
                return
            if cause is None:
                continue
            if cause is told:
                with self._changed:
                    self._turns.left(who)
                raise cause
            told = cause
            waiting(cause)

    def answered(self, who: Hashable, *, live: bool = False) -> None:
        """See Turns."""
        with self._changed:
            self._turns.answered(who, live=live)
            self._changed.notify_all()

    def lost(self, who: Hashable) -> None:
        """See Turns."""
        with self._changed:
            self._turns.lost(who)

    def failed(self, who: Hashable, failure: Failure) -> None:
        """See Turns."""
        with self._changed:
            self._turns.failed(who, failure, self._t())
            self._changed.notify_all()

    def left(self, who: Hashable) -> None:
        """See Turns."""
        with self._changed:
            self._turns.left(who)
            self._changed.notify_all()

    def stop(self) -> None:
        """Nobody waits any more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
