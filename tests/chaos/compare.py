"""The judge: what one stream gave, held against the truth.

Responsible for three numbers, each of which must be 0. It is strict about order: between two
lists, what a watch gives must be exactly what was written, in the order it was written.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from podwatch.core.concepts import catalog
from podwatch.core.kube.decode import decoder
from podwatch.core.kube.pod import Pod
from podwatch.core.session import Session
from podwatch.core.states import Existence, Facet
from podwatch.core.stream import Fetched, Gap, Observed, RecordedItem, Scope, Synced, Unreadable
from podwatch.core.timeline import ExplainedTransition
from podwatch.core.transitions import Transition
from tests.build import feed
from tests.chaos.truth import SELECTED, Event, Truth, as_seen, line

LATE = timedelta(seconds=0.5)
"""By how much an event may be older than what was received before it: the time on its way."""


@dataclass
class Findings:
    """What is wrong with a stream, in words; and how much there was."""

    events: int = 0
    """Versions that a watch or a list gave."""
    in_gaps: int = 0
    """Versions that were announced as perhaps missed."""
    unreadable: int = 0
    transitions: int = 0
    missing: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)
    unannounced: list[str] = field(default_factory=list)

    def add(self, other: "Findings") -> None:
        self.events += other.events
        self.in_gaps += other.in_gaps
        self.unreadable += other.unreadable
        self.transitions += other.transitions
        self.missing += other.missing
        self.extra += other.extra
        self.unannounced += other.unannounced


def expected(truth: Truth, selector: str) -> list[Event]:
    """All that a stream without faults would give."""
    seen = (as_seen(version, selector) for version in truth.log)
    return [event for event in seen if event is not None]


def compare(
    events: Sequence[Event], lists: Sequence[tuple[int, float]], items: Sequence[RecordedItem]
) -> Findings:
    """`lists` are those that were served: their version, and when in the stream's time."""
    return _Comparison(events, lists).run(items)


class _Comparison:
    def __init__(self, events: Sequence[Event], lists: Sequence[tuple[int, float]]) -> None:
        self.events = events
        self.numbers = [event.version.number for event in events]
        self.by_key = {(event.version.uid, event.version.number): event for event in events}
        self.lists = lists
        self.next = -1
        """The index of the event that a watch has to give; negative before the first list."""
        self.found = Findings()
        self.gaps: list[Gap] = []
        self.listed: set[tuple[str, int]] = set()
        self.last: dict[str, int] = {}
        self.unread: Counter[str] = Counter()
        self.alive: set[str] = set()
        self.unseen: set[int] = set()

    def run(self, items: Sequence[RecordedItem]) -> Findings:
        for item in items:
            match item:
                case Gap():
                    self.gaps.append(item)
                case Unreadable(ref=ref, error=error):
                    self.found.unreadable += 1
                    self.unread[error.split("-")[1] if "GARBLED" in error else ref] += 1
                case Observed(initial=True):
                    self.from_list(item)
                case Observed():
                    self.from_watch(item)
                case Synced():
                    self.complete(item)
        left = self.events[max(self.next, 0) :]
        self.found.missing += [f"never came: {describe(event)}" for event in left]
        return self.found

    def from_list(self, item: Observed) -> None:
        self.found.events += 1
        meta = item.object.metadata
        uid, number = meta.uid, int(meta.resource_version)
        if item.type == "DELETED":
            if uid not in self.alive:
                self.found.extra.append(f"deleted twice: {meta.name}/{uid}@{number}")
            self.alive.discard(uid)
            return
        if (uid, number) not in self.by_key:
            self.found.extra.append(f"listed, but never was: {meta.name}/{uid}@{number}")
        elif number <= self.last.get(uid, 0):
            self.found.extra.append(f"listed again or late: {meta.name}/{uid}@{number}")
        self.last[uid] = number
        self.alive.add(uid)
        self.listed.add((uid, number))

    def from_watch(self, item: Observed) -> None:
        self.found.events += 1
        meta = item.object.metadata
        event = self.by_key.get((meta.uid, int(meta.resource_version)))
        if event is None or event.type != item.type:
            self.found.extra.append(f"never was: {item.type} {meta.name}@{meta.resource_version}")
            return
        if event.version.number in self.unseen and event.version.number > self.last.get(
            meta.uid, 0
        ):
            self.unseen.discard(event.version.number)  # could not be read, and was sent again
            self.applied(item)
            return
        while self.next < len(self.events) and self.numbers[self.next] < event.version.number:
            self.skip(self.events[self.next])
            self.next += 1
        if self.next >= len(self.events) or self.events[self.next] is not event:
            due = describe(self.events[self.next]) if self.next < len(self.events) else "nothing"
            self.found.extra.append(f"again or late: {describe(event)}, due was {due}")
            return
        self.next += 1
        self.applied(item)

    def applied(self, item: Observed) -> None:
        meta = item.object.metadata
        self.last[meta.uid] = int(meta.resource_version)
        (self.alive.discard if item.type == "DELETED" else self.alive.add)(meta.uid)

    def skip(self, event: Event) -> None:
        """A watch went past this event: only as unreadable it is not missing."""
        version = event.version
        for said in (
            str(version.number),
            f"{event.object['metadata']['namespace']}/{version.name}",
        ):
            if self.unread[said] and (version.poison or said.isdecimal()):
                self.unread[said] -= 1
                self.unseen.add(version.number)
                return
        self.found.missing.append(f"skipped: {describe(event)}")

    def complete(self, item: Synced) -> None:
        """A list: what was written since the last event is listed, or a gap covers it."""
        number = max((number for number, when in self.lists if when <= item.t), default=0)
        end = bisect_right(self.numbers, number)
        if self.next >= 0:
            for event in self.events[self.next : end]:
                if (event.version.uid, event.version.number) not in self.listed:
                    self.cover(event)
        there = {e.version.uid: e for e in self.events[:end]}
        for uid in [u for u in self.alive if u not in there or there[u].type == "DELETED"]:
            if uid in there and not there[uid].version.poison:
                self.found.missing.append(f"not seen to end: {describe(there[uid])}")
            self.alive.discard(uid)
        if end < self.next:
            self.found.extra.append(f"a list of the past was believed: {number}")
        self.next = max(end, self.next)
        self.gaps, self.listed = [], set()
        self.unread.clear()

    def cover(self, event: Event) -> None:
        at = event.version.at
        if any(gap.since <= at + LATE and at <= gap.until + LATE for gap in self.gaps):
            self.found.in_gaps += 1
        elif not any(self.unread[said] for said in (str(event.version.number),)):
            said = ", ".join(f"{gap.since:%T.%f} to {gap.until:%T.%f}" for gap in self.gaps)
            self.found.unannounced.append(
                f"{describe(event)} at {at:%T.%f}; gaps: {said or 'none'}"
            )


def describe(event: Event) -> str:
    version = event.version
    return f"{event.type} {version.name}/{version.uid}@{version.number}"


# ── what the session tells ──

_pod = decoder(Pod)


def transitions_of(items: Sequence[RecordedItem]) -> list[ExplainedTransition]:
    """What a session tells of these items."""
    told = feed(Session(catalog()), *items)
    return [one for one in told if isinstance(one, ExplainedTransition)]


def judge_transitions(
    scope: Scope, events: Sequence[Event], items: Sequence[RecordedItem]
) -> Findings:
    """Nothing is told twice or falsely; of Pods that were seen whole, exactly the truth."""
    found = Findings()
    told = transitions_of(items)
    found.transitions = len(told)
    again: Counter[object] = Counter()
    born: Counter[str] = Counter()
    first = next((item for item in items if isinstance(item, Synced)), None)
    for one in told:
        change = one.transition
        again[(one.pod.metadata.resource_version, _key(change))] += 1
        if change.facet is not Facet.EXISTENCE or change.after is None:
            continue
        story = [event for event in events if event.version.uid == change.pod.uid]
        if change.after.value == Existence.PRESENT:
            born[change.pod.uid] += 1
            if first is not None and story[0].version.at < first.at - LATE:
                found.extra.append(f"false created: {describe(story[0])}")
        elif change.after.value == Existence.ABSENT and not (
            story[-1].type == "DELETED" and story[-1].version.at <= one.at
        ):
            found.extra.append(f"false deleted: {describe(story[-1])}")
    found.extra += [f"told twice: {key}" for key, count in again.items() if count > 1]
    found.extra += [f"created twice: {uid}" for uid, count in born.items() if count > 1]
    _compare_whole_lives(scope, events, items, told, found)
    return found


def _key(change: Transition) -> tuple[object, ...]:
    return (change.pod.uid, change.facet, change.subject, change.before, change.after)


def _compare_whole_lives(
    scope: Scope,
    events: Sequence[Event],
    items: Sequence[RecordedItem],
    told: Sequence[ExplainedTransition],
    found: Findings,
) -> None:
    seen: dict[str, list[Observed]] = {}
    for item in items:
        if isinstance(item, Observed):
            seen.setdefault(item.object.metadata.uid, []).append(item)
    for uid, observed in seen.items():
        story = [event for event in events if event.version.uid == uid]
        if any(item.initial for item in observed) or [
            (int(item.object.metadata.resource_version), item.type) for item in observed
        ] != [(event.version.number, event.type) for event in story]:
            continue
        clean: list[RecordedItem] = [Synced(at=observed[0].at, t=0, scope=scope)]
        for item, event in zip(observed, story, strict=True):
            pod = _pod(line("", event.object)[len('{"type":"","object":') : -2])
            if scope.selective and event.type == "DELETED":
                answers = (i for i in items if isinstance(i, Fetched) and i.ref.uid == uid)
                clean += [answer for answer in answers if answer.t <= item.t][-1:]
            clean.append(Observed(at=item.at, t=item.t, scope=scope, type=event.type, object=pod))
        want = Counter(
            (_key(one.transition), one.transition.inferred) for one in transitions_of(clean)
        )
        got = Counter(
            (_key(one.transition), one.transition.inferred) for one in told if one.ref.uid == uid
        )
        found.missing += [f"not told of {uid}: {key}" for key in want - got]
        found.extra += [f"told of {uid} without cause: {key}" for key in got - want]


def label(scope: Scope) -> str:
    """The scope's selector as the truth knows it."""
    return SELECTED if scope.label_selector else ""
