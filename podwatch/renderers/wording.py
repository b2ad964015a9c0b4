"""How pages and times are written, the same in every renderer."""

from contextlib import suppress
from datetime import datetime, tzinfo


def page(docs: str) -> str:
    """A page's address as people read it."""
    return docs.removeprefix("https://")


def time_of_day(at: datetime, tz: tzinfo | None) -> str:
    """Its time in a zone (None: the local one); as it is where the zone leads out of all years."""
    with suppress(OverflowError):  # anybody can write 0001-01-01T00:00:00Z into an Event
        at = at.astimezone(tz)
    return at.strftime("%H:%M:%S")
