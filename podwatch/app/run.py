"""The one loop: items → session → renderer, and the next Tick.

Responsible for what is the same live and replayed: when the next item, frame, tick or
deadline is due, and that a watch ends well. Where items come from is a `Feed`
(`podwatch.app.feeds`); what is shown is a renderer's business.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from podwatch.core.board import Update
from podwatch.core.expectations import Verdict
from podwatch.core.session import Session
from podwatch.core.stream import KeptItem, StreamItem, Tick
from podwatch.loading import collector
from podwatch.renderers import Renderer, TerminalSignal
from podwatch.renderers.dashboard.keys import Key, Mouse


class EndOfStream(Exception):
    """A feed has no more items."""


class Over:
    """A feed has no more items, but does not end: what was played is still looked at."""


class Feed(Protocol):
    """Where the loop gets its items; times are in seconds.

    `waiting`: the next one is there already, and many may be behind it.
    """

    @property
    def waiting(self) -> bool:
        """Whether nothing has to be waited for."""

    def get(self, wait: float | None) -> StreamItem | Key | Mouse | TerminalSignal | Over | None:
        """The next item or key; None when `wait` seconds passed; EndOfStream at the end.

        Over, once, where it goes on without items.
        """

    def now(self) -> float:
        """The stream's time."""

    def seconds_until(self, t: float) -> float | None:
        """For how long to wait, by our clock, until the stream's time is `t`; None: for ever."""


BURST = 20
"""How many items that are there already are taken before the output is brought up to date."""


def run(
    feed: Feed,
    session: Session,
    renderer: Renderer,
    *,
    timeout: float | None = None,
    takers: Sequence[Callable[[KeptItem], None]] = (),
) -> Verdict | None:
    """Play the feed until it ends, the renderer or a verdict ends it, or `timeout` seconds passed.

    The verdict is returned; None where nothing is expected.
    Each of `takers` is given every item right before the session is, but for Ticks.
    """
    deadline = None if timeout is None else feed.now() + timeout
    try:
        _play(feed, session, renderer, deadline, takers)
        _show_last(session.rest(), renderer)
    except EndOfStream:
        _show_last(session.end(), renderer)
    finally:
        renderer.close()
    return session.judge.verdict if session.judge is not None else None


def _play(
    feed: Feed,
    session: Session,
    renderer: Renderer,
    deadline: float | None,
    takers: Sequence[Callable[[KeptItem], None]],
) -> None:
    # In a function of its own: Python 3.11 and 3.12 take ^C at the jump back to a loop that begins
    # a `try` for one outside of it, and the terminal would not be given back.
    burst = 0
    while not renderer.done and (deadline is None or feed.now() < deadline):
        burst = burst + 1 if feed.waiting and burst < BURST else 0
        due = 0.0 if burst else _least(feed, renderer.frame(), session.wakes_at(), deadline)
        got = feed.get(due)
        if isinstance(got, Key):
            renderer.key(got.name)
            continue
        if isinstance(got, Mouse):
            renderer.click(got.action, got.x, got.y)
            continue
        if isinstance(got, TerminalSignal):
            renderer.signal(got)
            continue
        if isinstance(got, Over):
            _show_last(session.rest(), renderer)
            continue
        item: StreamItem = got if got is not None else Tick(t=feed.now())
        if _told_before(item.t, session, renderer):
            break
        if not isinstance(item, Tick):
            collector.go_on()  # all is loaded by now
            for take in takers:
                take(item)
        update = session.feed(item)
        renderer.show(update)
        if update.verdict is not None:
            break


def _told_before(t: float, session: Session, renderer: Renderer) -> bool:
    """Show what is told by itself up to `t`, each at its instant; whether a verdict fell then.

    So it has its place between the items, however late the loop gets to them.
    """
    while (due := session.tells_at()) is not None and due <= t:
        update = session.feed(Tick(t=due))
        renderer.show(update)
        if update.verdict is not None:
            return True
    return False


def _show_last(update: Update, renderer: Renderer) -> None:
    """Show what is told at the end, if anything is."""
    if update.entries or update.beats or update.verdict is not None:
        renderer.show(update)


def _least(feed: Feed, frame: float | None, *instants: float | None) -> float | None:
    waits = [feed.seconds_until(instant) for instant in instants if instant is not None]
    return min((wait for wait in (frame, *waits) if wait is not None), default=None)
