"""What `podwatch expect` says while it waits: a line when something changed, and a heartbeat.

Responsible for few lines: a CI log keeps them for ever. The verdict is `report`'s.
"""

from collections.abc import Callable

from podwatch.core.session import Session, Update
from podwatch.core.stream import Connection, ConnectionState, Gap
from podwatch.renderers.sanitize import visible
from podwatch.renderers.verdict.report import seconds

HEARTBEAT = 15.0
"""After so many seconds without a line one is written: CI systems end what is silent."""
PAUSE = 1.0
"""The shortest time between two lines about how targets stand."""


class Progress:
    """Writes a line for each change of how the targets stand."""

    def __init__(self, write: Callable[[str], object], flush: Callable[[], None]) -> None:
        self._write = write
        self._flush = flush
        self._said: dict[str, str] = {}
        self._last: float | None = None
        self._lost = False

    def show(self, step: Update, session: Session) -> None:
        """Say what of the connection people have to know; the rest waits for `frame`."""
        for one in step.news:
            if isinstance(one, Connection) and one.scope.kind == "Pod":
                if one.state == ConnectionState.RECONNECTING and not self._lost:
                    self._lost = True
                    self._line(session, f"connection lost, trying again: {one.cause}")
                elif one.state == ConnectionState.LIVE and self._lost:
                    self._lost = False
                    self._line(session, "connected again")
                elif one.state == ConnectionState.MISSING:
                    self._line(session, one.cause)
            elif isinstance(one, Connection) and one.state == ConnectionState.FORBIDDEN:
                self._line(session, f"not allowed: {one.cause}")
            elif isinstance(one, Gap) and one.scope.kind == "Pod":
                self._line(session, "something may have been missed; listed again")

    def frame(self, session: Session) -> float | None:
        """Say how the targets stand where it changed; seconds until it wants to look again."""
        judge = session.judge
        if judge is None or judge.verdict is not None or judge.wakes_at() is None:
            return None
        now = judge.t
        if self._last is not None and now - self._last < PAUSE:
            return PAUSE
        standing = {str(target): text for target, text in judge.standing()}
        changed = {name: text for name, text in standing.items() if self._said.get(name) != text}
        if changed:
            self._said = standing
            for name, text in changed.items():
                self._line(session, f"{name} waits for {text}")
        elif self._last is None or now - self._last >= HEARTBEAT:
            left = judge.deadline - now
            for name, text in standing.items():
                self._line(session, f"{name} still waits for {text} ({seconds(left)} left)")
        return PAUSE

    def key(self, name: str, session: Session) -> bool:  # noqa: ARG002
        """It has no keys."""
        return False

    def close(self, session: Session) -> None:  # noqa: ARG002
        """Hand over the rest."""
        self._flush()

    def _line(self, session: Session, text: str) -> None:
        t = session.judge.t if session.judge is not None else 0.0
        self._last = t
        shown = visible(text)
        self._write(f"{'+' + seconds(t):>9}  {shown[:300]}\n")
        self._flush()
