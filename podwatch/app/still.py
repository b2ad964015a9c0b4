"""`podwatch replay FILE --snapshot OUT`: one moment of a recording, as a picture.

Responsible for its card: the one that is up at that second, as the recording is played at its own
pace to a screen that nobody sees. What is drawn is `podwatch.renderers.dashboard.snapshot`.
"""

import io
import math
import os
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

from podwatch.app import refuse_same_file
from podwatch.app.cast import PlayedTime
from podwatch.app.deeds import played_items
from podwatch.app.feeds import ReplayFeed
from podwatch.app.run import run
from podwatch.core.board import Board, Update
from podwatch.core.concepts import catalog
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem, Tick
from podwatch.errors import PodwatchError
from podwatch.renderers.dashboard.screen import Screen
from podwatch.renderers.dashboard.snapshot import console_of_pictures, snapshot
from podwatch.renderers.dashboard.theme import DEFAULT, pictured
from podwatch.renderers.dashboard.view_state import ViewState, first_look
from podwatch.renderers.playback import Player
from podwatch.sources.recording import length

_READ = 60.0
"""For so many seconds before the moment the cards are read; what was up before that is over."""


def still(
    path: Path, to: Path, at: float | None, size: tuple[int, int], *, projector: bool = False
) -> None:
    """A picture of a recording, `at` seconds after its beginning (None: once all is read)."""
    refuse_same_file(("the recording", path), ("--snapshot", to))
    items, session, time = played_items(path), Session(catalog()), PlayedTime()
    screen = _UnseenScreen(time, first_look(projector=projector))
    ends = min(one for one in (at, length(path), math.inf) if one is not None)
    begins = 0.0 if math.isinf(ends) else max(ends - _READ, 0.0)
    recent = screen.from_then_on(items if at is None else screen.until(items, at), session, begins)
    broken: PodwatchError | None = None
    try:
        run(_Unseen(recent, time, screen), session, screen)
    except PodwatchError as error:
        if session.store.opened is None:
            raise
        broken = error  # told after what comes before it
    board, look = screen.read()
    snapshot(board, to, *size, look, theme=pictured(os.environ))
    if broken is not None:
        raise broken


class _UnseenScreen(Screen):
    """The screen without its pictures, until one moment of the stream."""

    def __init__(self, time: PlayedTime, look: ViewState) -> None:
        nowhere = console_of_pictures(io.StringIO(), 80, 24)
        super().__init__(
            None, nowhere, keys=False, monotonic=time, theme=DEFAULT, recorded=True, look=look
        )
        self._time = time
        self._moment = math.inf
        self._read: tuple[Board, ViewState] | None = None

    def until(self, items: Iterator[StreamItem], seconds: float) -> Iterator[StreamItem]:
        """What came so many seconds after the first item at the latest, and that moment."""
        first = next(items)
        yield first
        self._moment = first.t + seconds
        try:
            yield from takewhile(lambda item: item.t <= self._moment, items)
        except PodwatchError:
            yield Tick(t=self._moment)
            raise
        yield Tick(t=self._moment)

    def from_then_on(
        self, items: Iterator[StreamItem], session: Session, seconds: float
    ) -> Iterator[StreamItem]:
        """The items from so many seconds on; those before are taken at once."""
        begins: float | None = None
        for item in items:
            begins = item.t + seconds if begins is None else begins
            if item.t < begins:
                self.show(session.feed(item))
            else:
                yield item

    def show(self, update: Update) -> None:
        """Take the news; at the moment they are looked at without delay."""
        super().show(update)
        if update.t >= self._moment:
            self._next_frame = 0.0

    @property
    def begins(self) -> float:
        """The stream's time from which on it matters what changes by itself."""
        return self._moment - _READ if math.isfinite(self._moment) else 0.0

    def read(self) -> tuple[Board, ViewState]:
        """What is on the screen at the moment; at the end, once all cards were read."""
        while self._read is None and (wait := self.frame()) is not None:
            self._time.wait(wait)
        return self._read or self._seen(self._time())

    def _draw(self, now: float) -> None:
        seen = self._seen(now)
        if self._update.t >= self._moment and self._read is None:
            self._read = seen

    def close(self) -> None:
        """There is no terminal to leave."""


class _Unseen(ReplayFeed):
    """The items at their own pace; nothing wakes the loop long before the moment.

    So a moment long after the last item costs no more than one soon after it.
    """

    def __init__(
        self, items: Iterator[StreamItem], time: PlayedTime, screen: _UnseenScreen
    ) -> None:
        super().__init__(items, Player(1.0, monotonic=time), time.wait)
        self._screen = screen

    def seconds_until(self, t: float) -> float | None:
        """See Feed."""
        return super().seconds_until(max(t, self._screen.begins))
