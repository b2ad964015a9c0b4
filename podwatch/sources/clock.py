"""The stream's time. Importable without the client."""

import time
from datetime import UTC, datetime


class Clock:
    """Seconds since the stream opened, and the time of day in UTC."""

    def __init__(self) -> None:
        self._opened = time.monotonic()

    def open(self) -> None:
        """The stream opens now."""
        self._opened = time.monotonic()

    def t(self) -> float:
        """Seconds since the stream opened."""
        return time.monotonic() - self._opened

    def at(self) -> datetime:
        """The time in UTC."""
        return datetime.now(UTC)
