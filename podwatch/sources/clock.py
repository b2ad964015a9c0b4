"""The stream's time. Importable without the client."""

import time
from datetime import UTC, datetime


class Clock:
    """Seconds since the stream opened, and the time of day in UTC.

    `opened` False: the time of the stream stands still until `open`, however long the client
    takes to load and a login to be made.
    """

    def __init__(self, *, opened: bool = True) -> None:
        self._opened = time.monotonic() if opened else None

    def open(self) -> None:
        """The stream opens now."""
        self._opened = time.monotonic()

    def t(self) -> float:
        """Seconds since the stream opened."""
        return time.monotonic() - self._opened if self._opened is not None else 0.0

    def at(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)
