"""The one loop: items → session → renderer, and the next Tick.

Responsible for what is the same live and replayed: when the next item, frame, tick or
deadline is due, and that a watch ends well. Where items come from is a `Feed`; what is shown
is a renderer's business.
"""

import queue
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from podwatch.core.expectations import Outcome, Verdict
from podwatch.core.session import Session
from podwatch.core.stream import RecordedItem, StreamItem, Tick
from podwatch.errors import ExitCode, PodwatchError
from podwatch.renderers import Renderer, TerminalSignal
from podwatch.renderers.dashboard.keys import Key


class EndOfStream(Exception):
    """A feed has no more items."""


Message = RecordedItem | PodwatchError | Key | TerminalSignal
Inbox = queue.SimpleQueue[Message]
"""What the main thread waits for: items and failures of the sources, keys and the terminal."""

ATTENTIVE = 0.25
"""The longest single wait, in seconds.

A signal that arrives just before a wait begins does not end it; without a bound ^C would now
and then seem to be ignored.
"""


def taken(inbox: Inbox, wait: float | None) -> Message:
    """What comes first; queue.Empty if nothing does within `wait` seconds (None: for ever)."""
    while wait is None or wait > ATTENTIVE:
        try:
            return inbox.get(timeout=ATTENTIVE)
        except queue.Empty:
            wait = None if wait is None else wait - ATTENTIVE
    return inbox.get(block=wait > 0, timeout=wait)


class Feed(Protocol):
    """Where the loop gets its items; times are in seconds."""

    def get(self, wait: float | None) -> StreamItem | Key | TerminalSignal | None:
        """The next item or key; None when `wait` seconds passed; EndOfStream at the end."""

    def now(self) -> float:
        """The stream's time."""

    def seconds_until(self, t: float) -> float | None:
        """For how long to wait, by our clock, until the stream's time is `t`; None: for ever."""


class LiveFeed:
    """Items as the sources' threads put them into the inbox."""

    def __init__(self, inbox: Inbox, now: Callable[[], float]) -> None:
        self._inbox = inbox
        self.now = now

    def get(self, wait: float | None) -> StreamItem | Key | TerminalSignal | None:
        """See Feed. A source's failure is raised here, on the main thread."""
        try:
            got = taken(self._inbox, wait)
        except queue.Empty:
            return None
        if isinstance(got, PodwatchError):
            raise got
        return got

    def seconds_until(self, t: float) -> float:
        """Stream time is our time."""
        return max(t - self.now(), 0.0)


class ReplayFeed:
    """A recording's items at their own pace times `speed`; at once without a speed.

    `hold`: at the end the last state stays to be looked at, until a key ends it. Its pace can be
    changed while it plays: it is a `podwatch.renderers.Playback`.
    """

    def __init__(
        self,
        items: Iterator[RecordedItem],
        inbox: Inbox,
        speed: float | None = None,
        *,
        hold: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._items = items
        self._inbox = inbox
        self.speed = speed
        self.paused = False
        self._hurries = False
        self._hold = hold
        self._monotonic = monotonic
        self._started = monotonic()
        self._t = 0.0
        self._failure: PodwatchError | None = None
        self._next = self._read()
        self._first_t = self._next.t if self._next is not None else 0.0

    def set_speed(self, speed: float) -> None:
        """Go on at another speed, from the moment that is reached."""
        self._go_on_from(self.now())
        self.speed = speed

    def pause(self, paused: bool) -> None:
        """Stop the recording's time, or let it go on."""
        self._go_on_from(self.now())
        self.paused, self._hurries = paused, False

    def hurry(self, hurries: bool) -> None:
        """Give what comes next without any pause, until it is told to go on as before."""
        if self._hurries and not hurries:
            self._hurries = False
            self._go_on_from(self._t)
        self._hurries = hurries

    @property
    def hurries(self) -> bool:
        """Whether it hurries."""
        return self._hurries

    @property
    def at_end(self) -> bool:
        """Whether nothing comes any more."""
        return self._next is None

    def get(self, wait: float | None) -> StreamItem | Key | TerminalSignal | None:
        """See Feed."""
        following = self._next
        if following is None:
            if self._failure is not None:
                raise self._failure
            if not self._hold:
                raise EndOfStream
            return self._key(wait)
        pause = self._pause_until(following.t)
        if pause is None:
            return self._key(wait)
        due = wait is None or pause <= wait
        key = self._key(pause if due else wait)
        if key is not None:
            return key
        if not due:
            return None
        self._t = following.t
        self._next = self._read()
        return following

    def now(self) -> float:
        """The recording's time; it stands still after the last item."""
        if self.speed is None or self._next is None or self.paused or self._hurries:
            return self._t
        passed = (self._monotonic() - self._started) * self.speed
        return max(self._t, min(self._first_t + passed, self._next.t))

    def seconds_until(self, t: float) -> float | None:
        """By our clock; nothing at unlimited speed. After the last item time stands still."""
        return self._pause_until(t) if self._next is not None else None

    def _pause_until(self, t: float) -> float | None:
        """None for ever: while it is paused."""
        if self.speed is None or self._hurries:
            return 0.0
        if self.paused:
            return None
        due = self._started + (t - self._first_t) / self.speed
        return max(due - self._monotonic(), 0.0)

    def _go_on_from(self, t: float) -> None:
        self._t, self._first_t, self._started = t, t, self._monotonic()

    def _key(self, wait: float | None) -> Key | TerminalSignal | None:
        try:
            got = taken(self._inbox, wait)
        except queue.Empty:
            return None
        return got if isinstance(got, Key | TerminalSignal) else None

    def _read(self) -> RecordedItem | None:
        try:
            return next(self._items, None)
        except PodwatchError as failure:
            self._failure = failure  # told once everything before it was played
            return None


def run(
    feed: Feed,
    session: Session,
    renderer: Renderer,
    *,
    timeout: float | None = None,
    takers: Sequence[Callable[[RecordedItem], None]] = (),
) -> ExitCode:
    """Play the feed until it ends, the renderer or a verdict ends it, or `timeout` seconds passed.

    Each of `takers` is given every item right before the session is, but for Ticks.
    """
    deadline = None if timeout is None else feed.now() + timeout
    try:
        while not renderer.done and (deadline is None or feed.now() < deadline):
            got = feed.get(_least(feed, renderer.frame(), session.wakes_at(), deadline))
            if isinstance(got, Key):
                renderer.key(got.name)
                continue
            if isinstance(got, TerminalSignal):
                renderer.signal(got)
                continue
            item: StreamItem = got if got is not None else Tick(t=feed.now())
            if not isinstance(item, Tick):
                for take in takers:
                    take(item)
            update = session.feed(item)
            renderer.show(update)
            if update.verdict is not None:
                break
    except EndOfStream:
        if session.judge is not None:
            renderer.show(session.end())
    finally:
        renderer.close()
    verdict = session.judge.verdict if session.judge is not None else None
    return exit_code(verdict) if verdict is not None else ExitCode.MET


def exit_code(verdict: Verdict) -> ExitCode:
    """What a verdict means for the shell."""
    return _EXIT_CODES[verdict.outcome]


_EXIT_CODES = {
    Outcome.MET: ExitCode.MET,
    Outcome.VIOLATED: ExitCode.NOT_MET,
    Outcome.TIMED_OUT: ExitCode.TIMED_OUT,
    Outcome.UNAVAILABLE: ExitCode.UNAVAILABLE,
}


def _least(feed: Feed, frame: float | None, *instants: float | None) -> float | None:
    waits = [feed.seconds_until(instant) for instant in instants if instant is not None]
    return min((wait for wait in (frame, *waits) if wait is not None), default=None)
