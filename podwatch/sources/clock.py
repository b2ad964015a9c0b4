"""The stream's time, and how far the server's clock is from ours. Importable without the client."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple


class ClockReading(NamedTuple):
    """The stream's time and the time of day, at once."""

    t: float
    at: datetime


class Clock:
    """Seconds since the stream opened, and the time of day in UTC.

    `opened` False: the time of the stream stands still until `open`, however long the client
    takes to load and a login to be made.
    """

    def __init__(
        self,
        *,
        opened: bool = True,
        monotonic: Callable[[], float] = time.monotonic,
        utc: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._monotonic = monotonic
        self._opened = monotonic() if opened else None
        self.at = utc
        """The time in UTC."""

    def open(self) -> None:
        """The stream opens now."""
        self._opened = self._monotonic()

    def t(self) -> float:
        """Seconds since the stream opened."""
        return self._monotonic() - self._opened if self._opened is not None else 0.0

    def now(self) -> ClockReading:
        """Both."""
        return ClockReading(self.t(), self.at())


def clock_skew(date: datetime | None, now: datetime) -> float:
    """The server's clock minus ours, in seconds; 0 where its whole seconds prove nothing."""
    if date is None:
        return 0.0
    least = (date - now).total_seconds()
    return max(least, 0.0) + min(least + 1, 0.0)
