"""The story: transitions and Events become beats, each told once, with its cause.

Responsible for what belongs to which beat, by the table of `podwatch.core.story_table`; for what
waits for a part that is still to come; and for what happens again. A pure fold: the same items give
the same beats, live and replayed. What a beat says is `podwatch.core.beat`; which of them is on the
card is not decided here.
"""

import copy
from collections import OrderedDict, deque
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from msgspec.structs import replace

from podwatch.core.beat import Alike, Beat, FoundInTrouble, Part, Telling
from podwatch.core.concepts import Weight
from podwatch.core.concepts.patterns import places
from podwatch.core.story_parts import (
    ROWS_OF_PARTS,
    alike_of,
    container_of,
    essence_of,
    event_times,
    is_news,
    is_trouble,
    may_wait,
    of_one,
    same_news,
    shortened_parts,
    told_as,
    weight_of,
    with_text,
)
from podwatch.core.story_rows import StoryRows
from podwatch.core.story_table import BeatKind, PartRow, StoryTable, story_table
from podwatch.core.stream import Deed, Key, Ref
from podwatch.core.timeline import Explained, ExplainedEvent, ExplainedTransition, Stalled

WAITS = 1.5
"""For how many seconds of the stream a part waits for the beat that it may belong to."""
CAUSE_WITHIN = 120.0
"""How many seconds old a beat may be that is called the cause of another one."""
TOGETHER = 10.0
"""How many seconds apart equal beats of several Pods are one row of the story."""
TROUBLE_TOGETHER = 60.0
"""The same of trouble: crash loops go on for minutes."""
_STARTS = frozenset({"created", "scheduled", "init", "running", "ready"})
"""The kinds of beats of a Pod that starts."""
_LEAVES = frozenset({"deletion", "deleted"})
"""The kinds of beats of a Pod that goes away."""
_LOOKED_AT = 8
"""How many Pods of a row are asked whether they go away: the newest."""
POD_LIMIT = 60
"""How many beats of one Pod are kept."""
PODS_LIMIT = 20_000
"""Of how many Pods, and of workloads."""
GONE_LIMIT = 500
"""Of how many Pods whose rows are forgotten: each has some 50 KB, as its versions are parts."""


class _Held(NamedTuple):
    """A part that waits for its beat until `due`."""

    due: float
    part: Explained
    row: PartRow


class Narrator:
    """Feed it what one item brought; it says which beats that made or changed."""

    def __init__(self, table: StoryTable | None = None) -> None:
        self._table = table if table is not None else story_table()
        self.pods: OrderedDict[Key, tuple[Beat, ...]] = OrderedDict()
        self.rows = StoryRows()
        self._gone: OrderedDict[Key, None] = OrderedDict()
        self._held: dict[Key, tuple[_Held, ...]] = {}
        self._due: deque[_Held] = deque()
        self._numbers = 0

    def copy(self) -> "Narrator":
        """Another one that knows the same."""
        made = copy.copy(self)
        made.pods, made.rows = self.pods.copy(), self.rows.copy()
        made._gone = self._gone.copy()
        made._held, made._due = self._held.copy(), self._due.copy()
        return made

    def wakes_at(self) -> float | None:
        """When the next part has waited long enough."""
        while self._due and not self._waits(self._due[0]):
            self._due.popleft()  # it has joined what came meanwhile
        return self._due[0].due if self._due else None

    def feed(self, parts: Iterable[Part], t: float) -> list[Telling]:
        """The beats that what came at `t` made or changed; before them, those that waited."""
        told = list(self.reach(t))
        for part in parts:
            if (telling := self._take(part)) is not None:
                told.append(telling)
        return told

    def reach(self, t: float) -> Iterator[Telling]:
        """The beats of parts that have waited long enough at `t`, or for ever."""
        while (due := self.wakes_at()) is not None and due <= t:
            one = self._due.popleft()
            self._keep_held(one.part.ref.key, [one])
            yield self._alone(one.part, one.row)

    def forget(self, pods: Iterable[Key]) -> None:
        """These are gone for long: what happened to the newest of them is kept."""
        self._gone |= dict.fromkeys(pods)
        while len(self._gone) > GONE_LIMIT:
            self.pods.pop(self._gone.popitem(last=False)[0], None)

    def _waits(self, one: _Held) -> bool:
        return any(held is one for held in self._held.get(one.part.ref.key, ()))

    # ── a part ──

    def _take(self, part: Part) -> Telling | None:
        row = self._table.row(part) if isinstance(part, Explained) else ROWS_OF_PARTS[type(part)]
        beat = self._joined(part, row) if row.joins else self._found(part)
        if beat is not None:
            return self._add(beat, part, row)
        if row.joins and isinstance(part, Explained) and may_wait(part, row):
            held = _Held(part.t + WAITS, part, row)
            self._held[part.ref.key] = (*self._held.get(part.ref.key, ()), held)
            self._due.append(held)
            return None
        return self._open(part, row)

    def _alone(self, part: Explained, row: PartRow) -> Telling:
        """What becomes of a part that has waited in vain."""
        if (beat := self._joined(part, row)) is not None:
            return self._add(beat, part, row)
        known = [one for one in self.pods.get(part.ref.key, ()) if not isinstance(one.head, Deed)]
        if not row.opens and known:
            return self._add(known[-1], part, row)
        return self._open(part, row)

    def _joined(self, part: Part, row: PartRow) -> Beat | None:
        """The beat that a part belongs to."""
        known, container = self.pods.get(part.ref.key, ()), container_of(part)
        for kind in row.joins:
            for beat in reversed(known):
                if beat.kind == kind and of_one(beat.subject, container):
                    is_past = kind == "found" and beat is not known[-1]  # it has moved since
                    if part.t - beat.t <= row.within and not is_past:
                        return beat
                    break
        return None

    def _found(self, part: Part) -> Beat | None:
        """The beat of a Pod that was found in the trouble in which it still is."""
        if not isinstance(part, Stalled | ExplainedEvent):
            return None
        known = self.pods.get(part.ref.key)
        if not known or not isinstance(known[-1].head, FoundInTrouble):
            return None
        finding = known[-1].head.finding
        if isinstance(part, Stalled):
            return known[-1] if finding.state == part.wait.state else None
        concept = part.explanation.concept  # its probe fails again
        return known[-1] if concept is not None and concept.id == finding.concept else None

    def _add(self, beat: Beat, part: Part, row: PartRow) -> Telling:
        """A part more, which may be what is told of it from now on."""
        changes: dict[str, Any] = {"parts": shortened_parts((*beat.parts, part))}
        if (reasons := self._table.kinds[beat.kind].events) and isinstance(part, ExplainedEvent):
            changes["times"] = max(event_times(changes["parts"], reasons), beat.times)
        if not row.leads or beat.kind != row.opens:
            return self._changed(beat, (part,), changes, told=False)
        changes |= {"head": part, "weight": weight_of(part, row), "at": part.at, "t": part.t}
        changes["essence"] = essence_of(part)
        if isinstance(beat.head, ExplainedEvent) and isinstance(part, ExplainedTransition):
            changes["told_as"] = with_text(told_as(beat), changes["essence"])
            return self._changed(beat, (part,), changes, told=False)  # the Event has told it
        told = is_news(beat, changes, part.t)
        return self._changed(beat, (part,), changes, told=told)

    def _open(self, part: Part, row: PartRow) -> Telling:
        """A beat of its own, or one that happens again, with what has waited for it."""
        name = row.opens or "other"
        kind = self._table.kinds[name]
        subject = container_of(part) if kind.of == "container" else ""
        waited = self._waiting_for(part, name, subject)
        old = self._before(part, name, subject)
        if isinstance(part, Stalled):
            cause = self._trouble(part)
        else:
            cause = self._cause(part, row, subject) if row.because else None
        weight = weight_of(part, row)
        if cause is not None and row.follows and weight == Weight.TROUBLE:
            weight = Weight.NORMAL
        if old is not None:
            return self._again(old, part, waited, kind, weight, cause)
        self._numbers += 1
        essence = essence_of(part) if weight == Weight.TROUBLE else ""
        alike = alike_of(part, name, subject, weight, essence)
        group, nth = self._row(alike, part.ref, part.t, weight, self._numbers)
        beat = Beat(
            number=self._numbers,
            kind=name,
            ref=part.ref,
            subject=subject,
            head=part,
            parts=(*waited, part),
            at=part.at,
            t=part.t,
            first_at=part.at,
            first_t=part.t,
            weight=weight,
            counted=kind.counted,
            because=cause,
            next_is_news=self._is_next_news(part),
            group=group,
            essence=essence,
        )
        self.rows.show(beat, alike)
        self._keep(None, beat)
        return Telling(beat=beat, added=beat.parts, told=True, nth=nth)

    def _again(
        self,
        old: Beat,
        part: Part,
        waited: tuple[Explained, ...],
        kind: BeatKind,
        weight: Weight,
        cause: Beat | None,
    ) -> Telling:
        """What happened before happens again, or is told by the Pod after an Event told it."""
        parts = shortened_parts((*old.parts, *waited, part))
        if isinstance(part, Stalled):  # it still waits for the same: no news, and nothing new
            return self._changed(old, (part,), {"parts": parts}, told=False)
        seen = not isinstance(old.head, ExplainedEvent)
        status = isinstance(part, ExplainedTransition)
        counted = event_times(parts, kind.events) if kind.events else 0
        times = max(counted, old.times) if counted else old.times + (seen and status)
        changes: dict[str, Any] = {"parts": parts, "times": times}
        if cause is not None:
            changes["because"] = cause
        if status or not seen:
            changes |= {"head": part, "weight": weight, "essence": essence_of(part)}
        if kind.events or (seen and status):
            changes |= {"at": part.at, "t": part.t}
        told = times > old.times and is_news(old, changes, part.t)
        return self._changed(old, (*waited, part), changes, told=told)

    def _before(self, part: Part, kind: str, subject: str) -> Beat | None:
        """The beat that is this one, if it happens again or was told by an Event before."""
        for old in reversed(self.pods.get(part.ref.key, ())):
            if old.kind == kind and old.subject == subject:
                break
        else:
            return None
        again = self._table.kinds[kind].again
        if again is not None and same_news(old.head, part, again):
            return old
        if isinstance(part, ExplainedTransition) and part.t - old.t < TOGETHER:
            told_by_event = all(isinstance(one, ExplainedEvent) for one in old.parts)
            return old if told_by_event else None
        return None

    def _waiting_for(self, part: Part, kind: str, subject: str) -> tuple[Explained, ...]:
        """The parts that have waited for a beat of this kind; they wait no more."""
        key = part.ref.key
        held = self._held.get(key)
        if held is None:
            return ()
        joining = [
            one for one in held if kind in one.row.joins and of_one(subject, container_of(one.part))
        ]
        if joining:
            self._keep_held(key, joining)
        return tuple(one.part for one in joining)

    def _keep_held(self, key: Key, but: Collection[_Held]) -> None:
        """These wait no more."""
        gone = set(map(id, but))
        left = tuple(one for one in self._held.get(key, ()) if id(one) not in gone)
        if left:
            self._held[key] = left
        else:
            del self._held[key]

    # ── what is said of it ──

    def _cause(self, part: Part, row: PartRow, subject: str) -> Beat | None:
        """The newest of its Pod's beats that can have caused it."""
        for beat in reversed(self.pods.get(part.ref.key, ())):
            if part.t - beat.t > CAUSE_WITHIN:
                return None
            if beat.kind in row.because and of_one(beat.subject, subject):
                return beat
        return None

    def _trouble(self, part: Stalled) -> Beat | None:
        """The trouble that a Pod which does not move is in, if that was told last."""
        if part.wait.role != "cause":
            return None
        known = self.pods.get(part.ref.key, ())
        last = next((one for one in reversed(known) if isinstance(one.head, Explained)), None)
        return last if last is not None and is_trouble(last) else None

    def _is_next_news(self, part: Part) -> bool:
        """Whether what comes next was not said of its Pod just before."""
        known = self.pods.get(part.ref.key)
        if not isinstance(part, Explained) or not known or known[-1].explanation is None:
            return True
        text = part.explanation.prediction
        return bool(places(text)) or text != known[-1].explanation.prediction

    def _changed(
        self, old: Beat, added: tuple[Part, ...], changes: dict[str, Any], *, told: bool
    ) -> Telling:
        """The beat with its changes; what happened again has a new place in the story."""
        if told:
            changes["told_times"] = changes.get("times", old.times)
            changes["told_t"] = added[-1].t
            if essence := changes.get("essence", ""):
                changes["told_as"] = with_text(told_as(old), essence)
        nth, alike = 1, None
        if "t" in changes and changes["t"] != old.t:
            self.rows.leave(old, self.pods)
            head, weight = changes.get("head", old.head), changes.get("weight", old.weight)
            essence = changes.get("essence", old.essence)
            if weight == Weight.TROUBLE and not essence:
                changes["essence"] = essence = essence_of(head)
            alike = alike_of(head, old.kind, old.subject, weight, essence)
            changes["group"], nth = self._row(alike, old.ref, changes["t"], weight, old.number)
        beat = replace(old, **changes)
        self.rows.show(beat, alike)
        self._keep(old, beat)
        return Telling(beat=beat, added=added, told=told, nth=nth)

    def _has_left(self, alike: Alike) -> bool:
        """Whether a Pod of that row goes away: who starts now comes in its place."""
        row = self.rows.of(alike)
        refs = row.refs[-_LOOKED_AT:] if row is not None else ()
        return any(one.kind in _LEAVES for ref in refs for one in self.pods.get(ref.key, ()))

    def _row(
        self, alike: Alike | None, ref: Ref, t: float, weight: Weight, number: int
    ) -> tuple[int, int]:
        """The row of the story for a beat of this number, and its place there."""
        if alike is not None:
            together = TROUBLE_TOGETHER if weight == Weight.TROUBLE else TOGETHER
            known = self.pods.get(ref.key, ())
            since = t if alike[1] in _STARTS and self._has_left(alike) else t - together
            group, nth = self.rows.place(alike, ref, since, known)
            if group:
                return group, nth
        if number in self.rows.groups:  # others go on with the row that it has begun
            self._numbers += 1
            number = self._numbers
        return number, 1

    def _keep(self, old: Beat | None, beat: Beat) -> None:
        """Keep it among those of its Pod, in the order in which they happened."""
        key = beat.ref.key
        known = self.pods.pop(key, ())
        self._gone.pop(key, None)
        if old is not None and old.t == beat.t:
            known = tuple([beat if one is old else one for one in known])
        else:
            others = known if old is None else tuple([one for one in known if one is not old])
            at = len(others)
            while at and others[at - 1].t > beat.t:
                at -= 1
            known = (*others[:at], beat, *others[at:])[-POD_LIMIT:]
        self.pods[key] = known
        if len(self.pods) > PODS_LIMIT:
            self.pods.popitem(last=False)
