"""How texts, addresses and times are put in form, the same in every renderer.

Making a cluster's text harmless is `podwatch.renderers.sanitize`'s business.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, tzinfo


def capitalized(text: str) -> str:
    """A sentence that stands alone, which after a colon begins in lower case.

    A name keeps its small letter: `docker.io has no image …`, `worker-2 does not report`.
    """
    first, _, _ = text.partition(" ")
    is_name = any(letter in "./:_" or letter.isdigit() for letter in first.rstrip(":"))
    return text if is_name else text[:1].upper() + text[1:]


def one_line(text: str) -> str:
    """The text with every run of white space, line breaks too, as one blank."""
    return " ".join(text.split())


def printable(text: str) -> str:
    """The text on one line, with a blank for what can't be printed, or would act on a terminal."""
    if not text.isprintable():
        text = "".join(one if one.isprintable() else " " for one in text)
    return one_line(text) if "  " in text else text.strip()


def counted(number: int, word: str) -> str:
    """`1 Pod`, `2 Pods`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def times(number: int) -> str:
    """`once`, `twice`, `3 times`."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def listed(names: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def page(docs: str) -> str:
    """A page's address as people read it."""
    return docs.removeprefix("https://")


def time_of_day(at: datetime, tz: tzinfo | None) -> str:
    """Its time in a zone (None: the local one); as it is where the zone leads out of all years."""
    with suppress(OverflowError):  # anybody can write 0001-01-01T00:00:00Z into an Event
        at = at.astimezone(tz)
    return at.strftime("%H:%M:%S")
