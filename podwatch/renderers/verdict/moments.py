"""The lines of a Pod's story: its beats, and what its Warning Events say, equal ones once.

Responsible for folding: what happened again and again is one line, as `kubectl describe` shows
Events.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from podwatch.core.beat import Beat
from podwatch.core.durations import human_duration
from podwatch.core.kube import PodEvent
from podwatch.core.timeline import Explained, ExplainedEvent
from podwatch.renderers.told import heading


class ToldMoment(msgspec.Struct, frozen=True):
    """One line of a timeline, at `t` seconds after the stream opened.

    Of what happened `times` times within `over` seconds it is the first, with the newest words.
    """

    t: float
    what: str
    sentence: str
    times: int = 1
    over: float = 0.0


def moments(beats: Iterable[Beat]) -> Iterator[ToldMoment]:
    """The lines of these beats, in the order in which they happened first.

    What a Pod waits for, and what was the matter before, its diagnosis says.
    """
    for beat in sorted(beats, key=lambda one: one.number):
        if isinstance(beat.head, Explained):
            over = beat.t - beat.first_t
            if isinstance(beat.head, ExplainedEvent):  # what it says of the time before the watch
                parts = [one for one in beat.parts if isinstance(one, Explained)]
                over = max([over, *(_count(events)[1] for events in _equal(parts).values())])
            yield ToldMoment(beat.first_t, heading(beat.head), beat.sentence, beat.times, over)


def warnings(entries: Sequence[Explained]) -> Iterator[str]:
    """What its Warning Events say."""
    for events in _equal(entries).values():
        event = events[0]
        if event.type == "Warning":
            yield f"{event.reason}: {event.message}{folded(*_count(events))}"


def folded(times: int, over: float) -> str:
    """As `kubectl describe` counts Events that are equal; empty for a single one."""
    if times < 2:
        return ""
    return f" (x{times} over {human_duration(over)})" if over >= 1 else f" (x{times})"


_Key = tuple[str, str, str]


def _key(event: PodEvent) -> _Key:
    return event.reason, event.message, event.container


def _equal(entries: Sequence[Explained]) -> dict[_Key, list[PodEvent]]:
    """The newest version of each Event, those together that say the same."""
    newest = {
        entry.event.metadata.uid: entry.event
        for entry in entries
        if isinstance(entry, ExplainedEvent)
    }
    found: dict[_Key, list[PodEvent]] = {}
    for event in newest.values():
        found.setdefault(_key(event), []).append(event)
    return found


def _count(events: Sequence[PodEvent]) -> tuple[int, float]:
    """How often they say it, and from the first to the last time in seconds."""
    first = [time for event in events if (time := _first_seen(event)) is not None]
    last = [time for event in events if (time := event.last_seen) is not None]
    over = (max(last) - min(first)).total_seconds() if first and last else 0.0
    return sum(event.times for event in events), max(over, 0.0)


def _first_seen(event: PodEvent) -> datetime | None:
    return event.first_timestamp or event.event_time or event.metadata.creation_timestamp
