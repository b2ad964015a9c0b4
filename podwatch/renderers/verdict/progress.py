"""What `podwatch expect` says while it waits: a line when something changed, and a heartbeat.

Responsible for few lines: a CI log keeps them for ever. The verdict is `report`'s.
"""

from collections.abc import Callable

from podwatch.core.board import Update
from podwatch.core.durations import tenths
from podwatch.core.expectations.scopes import said
from podwatch.core.stream import Connection, ConnectionState, Gap
from podwatch.renderers import Renderer
from podwatch.renderers.sanitize import visible

HEARTBEAT = 15.0
"""After so many seconds without a line one is written: CI systems end what is silent."""
PAUSE = 1.0
"""The shortest time between two lines about how targets stand."""


class ProgressLines(Renderer):
    """Writes a line for each change of how the targets stand."""

    def __init__(self, write: Callable[[str], object], flush: Callable[[], None]) -> None:
        self._write = write
        self._flush = flush
        self._said: dict[str, str] = {}
        self._against: set[str] = set()
        self._last: float | None = None
        self._lost = False
        self._update = Update()

    def show(self, update: Update) -> None:
        """Say what of the connection people have to know; the rest waits for `frame`."""
        self._update = update
        for one in update.entries:
            if isinstance(one, Connection) and one.scope.kind == "Pod":
                if one.state == ConnectionState.RECONNECTING and not self._lost:
                    self._lost = True
                    self._line(f"connection lost, trying again: {one.cause}")
                elif one.state == ConnectionState.LIVE and self._lost:
                    self._lost = False
                    self._line("connected again")
                elif one.state == ConnectionState.MISSING:
                    self._line(one.cause)
            elif isinstance(one, Connection) and one.state == ConnectionState.FORBIDDEN:
                self._line(f"not allowed: {said(one)}")
            elif isinstance(one, Gap) and one.scope.kind == "Pod":
                self._line("something may have been missed; listed again")

    def frame(self) -> float | None:
        """Say how the targets stand where it changed; seconds until it wants to look again."""
        now = self._update.t
        if self._last is not None and now - self._last < PAUSE:
            return PAUSE
        pending = self._update.pending()
        if pending is None:
            return None
        for sentence in pending.against:
            if sentence not in self._against:
                self._against.add(sentence)
                self._line(sentence)
        standing = {str(target): text for target, text in pending.waiting}
        changed = {name: text for name, text in standing.items() if self._said.get(name) != text}
        if changed:
            self._said = standing
            for name, text in changed.items():
                self._line(f"{name} waits for {text}")
        elif self._last is None or now - self._last >= HEARTBEAT:
            for name, text in standing.items():
                self._line(f"{name} still waits for {text} ({tenths(pending.left)} left)")
        return PAUSE

    def close(self) -> None:
        """Hand over the rest."""
        self._flush()

    def _line(self, text: str) -> None:
        self._last = t = self._update.t
        shown = visible(text)
        self._write(f"{'+' + tenths(t):>9}  {shown[:300]}\n")
        self._flush()
