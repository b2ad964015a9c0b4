"""The lines of a Pod's story: what changed, what Events say, equal ones once.

Responsible for folding: an Event that is reported anew again and again is one line, as `kubectl
describe` shows it. What changed is never folded: each time counts.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from podwatch.core.durations import human_duration
from podwatch.core.kube import PodEvent
from podwatch.core.timeline import Explained, ExplainedEvent, ExplainedTransition


class Moment(msgspec.Struct, frozen=True):
    """One line of a timeline, at `t` seconds after the stream opened.

    Of Events that are equal it is the first: there are so many (`times`) within `over` seconds.
    """

    t: float
    what: str
    sentence: str
    times: int = 1
    over: float = 0.0


def moments(entries: Sequence[Explained]) -> Iterator[Moment]:
    """The lines of these entries, in their order."""
    equal = _equal(entries)
    for entry in entries:
        made = _moment(entry)
        if not isinstance(entry, ExplainedEvent):
            yield made
        elif (events := equal.pop(_key(entry.event), None)) is not None:
            times, over = _count(events)
            yield Moment(made.t, made.what, made.sentence, times, over)


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


def _moment(entry: Explained) -> Moment:
    what = f"{entry.subject} {entry.change}".strip()
    after = entry.transition.after if isinstance(entry, ExplainedTransition) else None
    if after is not None and after.reason and after.reason not in what:
        what += f" ({after.reason})"
    return Moment(entry.t, what, entry.explanation.sentence)
