"""One circuit breaker for all streams of a cluster: an outage costs what one stream would cost.

Responsible for who may ask the server, and when. Closed: everybody may. Open: after a connection
was lost, or a request was not answered, nobody may until a pause is over. Then it is half open:
one stream asks for all (the probe), and they take turns at it, with growing pauses, until one is
answered.
https://learn.microsoft.com/en-us/azure/architecture/patterns/circuit-breaker
"""

import threading
from collections.abc import Callable, Hashable
from math import inf

from podwatch.sources.api import ApiError, Failure, Stopped
from podwatch.sources.retry import Backoff

OVERDUE = 10.0
"""After how many seconds without an answer another stream may ask, too: a request that hangs, as
behind a broken load balancer, must not keep all others waiting for its time-out."""


class CircuitBreaker:
    """Whose turn it is; safe to ask from all threads. `who` is a stream, `t` gives seconds."""

    def __init__(self, rand: Callable[[], float], t: Callable[[], float]) -> None:
        self._backoff = Backoff(rand)
        self._t = t
        self._changed = threading.Condition()
        self.stopped = False
        self._closed = False
        self._next = 0.0
        """When the next probe may be made."""
        self._asking: Hashable | None = None
        """Who makes it."""
        self._asked_t = 0.0
        self._queue: dict[Hashable, None] = {}
        self._live: set[Hashable] = set()
        self.cause: Failure | None = None
        """Why it is open; None if nothing failed (yet)."""

    def wait(self, who: Hashable) -> float:
        """For how long: 0 is "ask now, and say what came of it", inf until something changes.

        At the latest then this has to be called again; `enter` does, and waits meanwhile.
        """
        if self._closed or self._asking == who:
            return 0.0
        t = self._t()
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
                if self.stopped:
                    raise Stopped
                seconds, cause = self.wait(who), self.cause
                if seconds and cause is told:
                    left = until() if cause is not None else inf
                    if left > 0:
                        self._changed.wait(min(seconds, left, threading.TIMEOUT_MAX))
                        continue
            if not seconds:
                return
            if cause is not None and cause is told:
                self.left(who)
                raise cause
            told = cause  # None: what was told is over, so wait for whoever asks now
            if cause is not None:
                waiting(cause)

    def pause(self, seconds: float) -> None:
        """Wait for so long; raises Stopped."""
        with self._changed:
            if self._changed.wait_for(lambda: self.stopped, min(seconds, threading.TIMEOUT_MAX)):
                raise Stopped

    def answered(self, who: Hashable, *, live: bool = False) -> None:
        """The server answered. `live`: with a watch, which goes on."""
        with self._changed:
            if live:
                self._live.add(who)
            self._backoff.reset()
            self._closed, self._asking, self.cause = True, None, None
            self._queue.clear()
            self._changed.notify_all()

    def lost(self, who: Hashable) -> None:
        """A watch ended, well or not: before all come back, one shall try."""
        with self._changed:
            self._live.discard(who)
            if self._closed:
                self._closed, self._next = False, 0.0

    def failed(self, who: Hashable, failure: Failure) -> None:
        """A request was not answered, or with an error that others would get too.

        If other streams have a watch, an error 500 is about what was asked for, no outage. (A
        503 or 429 is not: a watch can outlive the server that has it for a while.)
        """
        with self._changed:
            if self._asking == who:
                self._asking = None
            elif not self._closed:
                return  # it was asked before that, and is no news
            if isinstance(failure, ApiError) and (
                not failure.is_outage or (failure.code in {500, 504} and self._live - {who})
            ):
                self.answered(who)
                return
            least = failure.retry_after if isinstance(failure, ApiError) else None
            self._closed, self.cause = False, failure
            self._next = self._t() + self._backoff.seconds(least)
            self._changed.notify_all()

    def left(self, who: Hashable) -> None:
        """This stream asks no more."""
        with self._changed:
            self._live.discard(who)
            self._queue.pop(who, None)
            if self._asking == who:
                self._asking = None
            self._changed.notify_all()

    def stop(self) -> None:
        """Nobody waits any more."""
        with self._changed:
            self.stopped = True
            self._changed.notify_all()
