"""The story: transitions and Events become beats, each told once, with its cause.

Responsible for what belongs to which beat, by the table of `podwatch.core.story_table`; for what
waits for a part that is still to come; for what happens again; and for equal beats of several Pods.
A pure fold: the same items give the same beats, live and replayed. What a beat says is
`podwatch.core.beat`, which of them is on the card not decided here.
"""

import copy
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from podwatch.core.beat import Beat, BeatGroup, FoundInTrouble, Part, Telling
from podwatch.core.concepts import Weight
from podwatch.core.concepts.patterns import places
from podwatch.core.states import CONTAINER_FACETS
from podwatch.core.story_table import PartRow, StoryTable, story_table
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
STORY_LIMIT = 2_000
"""How many rows of the story are kept."""
POD_LIMIT = 60
"""How many beats of one Pod are kept."""
PODS_LIMIT = 20_000
"""Of how many Pods: of one that is gone nothing new comes."""
PARTS_LIMIT = 60
"""How many parts of a beat are kept: a crash loop goes on for days. The first ones stay."""


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
        self.groups: OrderedDict[int, BeatGroup] = OrderedDict()
        self._held: dict[Key, tuple[_Held, ...]] = {}
        self._alike: dict[tuple[object, ...], int] = {}
        self._group_of: dict[int, int] = {}
        self._numbers = 0

    def copy(self) -> "Narrator":
        """Another one that knows the same."""
        made = copy.copy(self)
        made.pods, made.groups = self.pods.copy(), self.groups.copy()
        made._held, made._alike = self._held.copy(), self._alike.copy()
        made._group_of = self._group_of.copy()
        return made

    def wakes_at(self) -> float | None:
        """When the next part has waited long enough."""
        return min((held[0].due for held in self._held.values()), default=None)

    def feed(self, parts: Iterable[Part], t: float) -> list[Telling]:
        """The beats that what came at `t` made or changed; before them, those that waited."""
        told = list(self.reach(t))
        for part in parts:
            told += self._take(part)
        return told

    def reach(self, t: float) -> Iterator[Telling]:
        """The beats of parts that have waited long enough at `t`, or for ever."""
        due = [one for held in self._held.values() for one in held if one.due <= t]
        for one in sorted(due, key=lambda one: one.due):
            key = one.part.ref.key
            left = tuple(other for other in self._held.get(key, ()) if other is not one)
            if len(left) == len(self._held.get(key, ())):
                continue  # it has joined another one that waited
            self._keep_held(key, left)
            yield self._alone(one.part, one.row)

    # ── a part ──

    def _take(self, part: Part) -> Iterator[Telling]:
        match part:
            case ExplainedTransition() | ExplainedEvent():
                row = self._table.row(part)
            case _:
                row = PartRow(concepts=(), opens=_KINDS[type(part)])
        if (beat := self._joined(part, row)) is not None:
            yield self._add(beat, part, row)
        elif row.joins and isinstance(part, Explained) and _may_wait(part, row):
            held = (*self._held.get(part.ref.key, ()), _Held(part.t + WAITS, part, row))
            self._keep_held(part.ref.key, held)
        else:
            yield self._open(part, row)

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
        known = self.pods.get(part.ref.key, ())
        for kind in row.joins:
            for beat in reversed(known):
                if beat.kind == kind and _of_one(beat.subject, _container(part)):
                    if part.t - beat.t <= row.within:
                        return beat
                    break
        return None

    def _add(self, beat: Beat, part: Part, row: PartRow) -> Telling:
        """A part more, which may be what is told of it from now on."""
        more = replace(beat, parts=_shortened((*beat.parts, part)))
        if row.leads:
            more = replace(more, head=part, weight=_weight(part, row), at=part.at, t=part.t)
        if self._table.kinds[beat.kind].events:
            more = replace(more, times=_event_times(more.parts))
        return self._keep(beat, more, (part,), told=row.leads and more.fact != beat.fact)

    def _open(self, part: Part, row: PartRow) -> Telling:
        """A beat of its own, or one that happens again, with what has waited for it."""
        kind = row.opens or "other"
        subject = _container(part) if self._table.kinds[kind].of == "container" else ""
        waited = self._waiting_for(part, kind, subject)
        old = self._before(part, kind, subject)
        cause = self._cause(part, row, subject)
        weight = _weight(part, row)
        if cause is not None and row.follows:
            weight = min(weight, Weight.NORMAL, key=lambda one: one.rank)
        if old is None:
            self._numbers += 1
            beat = Beat(
                number=self._numbers,
                kind=kind,
                ref=part.ref,
                subject=subject,
                head=part,
                parts=(*waited, part),
                at=part.at,
                t=part.t,
                first_at=part.at,
                first_t=part.t,
                weight=weight,
                counted=self._table.kinds[kind].counted,
                because=cause,
                next_is_news=self._is_next_news(part),
            )
            return self._keep(None, beat, (*waited, part), told=True)
        seen = not isinstance(old.head, ExplainedEvent)
        again = seen and isinstance(part, ExplainedTransition | Stalled)
        parts = _shortened((*old.parts, *waited, part))
        events = self._table.kinds[kind].events
        times = _event_times(parts) if events else old.times + again
        leads = isinstance(part, ExplainedTransition | Stalled) or not seen
        beat = replace(
            old,
            head=part if leads else old.head,
            parts=parts,
            times=times,
            weight=weight if leads else old.weight,
            because=cause or old.because,
            at=part.at if again or events else old.at,
            t=part.t if again or events else old.t,
        )
        news = times > old.times and (_text(old) != _text(beat) or times >= 2 * old.told_times)
        return self._keep(old, beat, (*waited, part), told=news)

    def _before(self, part: Part, kind: str, subject: str) -> Beat | None:
        """The beat that is this one, if it happens again or was told by an Event before."""
        known = self.pods.get(part.ref.key, ())
        same = (one for one in reversed(known) if (one.kind, one.subject) == (kind, subject))
        old = next(same, None)
        if old is None:
            return None
        again = self._table.kinds[kind].again
        if again is not None and _same(old.head, part, again):
            return old
        told_by_event = all(isinstance(one, ExplainedEvent) for one in old.parts)
        if told_by_event and isinstance(part, ExplainedTransition) and part.t - old.t < TOGETHER:
            return old
        return None

    def _waiting_for(self, part: Part, kind: str, subject: str) -> tuple[Explained, ...]:
        """The parts that have waited for a beat of this kind; they wait no more."""
        key = part.ref.key
        held = self._held.get(key, ())
        joining = [
            one for one in held if kind in one.row.joins and _of_one(subject, _container(one.part))
        ]
        if joining:
            self._keep_held(key, tuple(one for one in held if one not in joining))
        return tuple(one.part for one in joining)

    def _keep_held(self, key: Key, held: tuple[_Held, ...]) -> None:
        if held:
            self._held[key] = held
        else:
            self._held.pop(key, None)

    # ── what is said of it ──

    def _cause(self, part: Part, row: PartRow, subject: str) -> Beat | None:
        """The newest of its Pod's beats that can have caused it."""
        for beat in reversed(self.pods.get(part.ref.key, ())):
            if part.t - beat.t > CAUSE_WITHIN:
                return None
            if beat.kind in row.because and _of_one(beat.subject, subject):
                return beat
        return None

    def _is_next_news(self, part: Part) -> bool:
        """Whether what comes next was not said of its Pod just before."""
        known = self.pods.get(part.ref.key)
        if not isinstance(part, Explained) or not known or known[-1].explanation is None:
            return True
        text = part.explanation.prediction
        return bool(places(text)) or text != known[-1].explanation.prediction

    def _keep(
        self, old: Beat | None, beat: Beat, added: tuple[Part, ...], *, told: bool
    ) -> Telling:
        if told:
            beat = replace(beat, told_times=beat.times)
        key = beat.ref.key
        known = self.pods.pop(key, ())
        if old is not None and old.t == beat.t:
            known = tuple(beat if one.number == beat.number else one for one in known)
        else:
            others = [one for one in known if old is None or one.number != old.number]
            at = next((at for at, one in enumerate(others) if one.t > beat.t), len(others))
            known = (*others[:at], beat, *others[at:])[-POD_LIMIT:]
        self.pods[key] = known
        if len(self.pods) > PODS_LIMIT:
            self.pods.popitem(last=False)
        return Telling(beat=beat, added=added, told=told, nth=self._grouped(old, beat))

    # ── equal beats of several Pods ──

    def _grouped(self, old: Beat | None, beat: Beat) -> int:
        """Its place in its row of the story, which this brings up to date."""
        number = self._group_of.get(beat.number)
        group = self.groups.get(number) if number is not None else None
        if old is not None and group is not None and number is not None:
            if old.t == beat.t:  # nothing happened again
                if group.lead.number == beat.number:
                    self.groups[number] = BeatGroup(lead=beat, refs=group.refs)
                return group.refs.index(beat.ref) + 1
            left = tuple(ref for ref in group.refs if ref != beat.ref)
            if left:
                self.groups[number] = BeatGroup(lead=self._other(group, left), refs=left)
            else:
                del self.groups[number]
        alike = _alike(beat)
        wanted = self._alike.get(alike, 0) if alike is not None else 0
        together = TROUBLE_TOGETHER if beat.weight == Weight.TROUBLE else TOGETHER
        known = self.groups.get(wanted)
        if known is not None and beat.t - known.lead.t <= together and beat.ref not in known.refs:
            del self.groups[wanted]
            number, made = wanted, BeatGroup(lead=beat, refs=(*known.refs, beat.ref))
        else:
            number, made = beat.number, BeatGroup(lead=beat, refs=(beat.ref,))
            if number in self.groups:  # its first Pod has begun another one
                self._numbers += 1
                number = self._numbers
            if alike is not None:
                self._alike[alike] = number
        self.groups[number] = made
        self._group_of[beat.number] = number
        self._in_order(number, made)
        while len(self.groups) > STORY_LIMIT:
            gone, _ = self.groups.popitem(last=False)
            self._alike = {key: one for key, one in self._alike.items() if one != gone}
        return made.pods

    def _in_order(self, number: int, made: BeatGroup) -> None:
        """What happened before others came, but was told after them, has its place before them."""
        later = []
        for other in reversed(self.groups):
            if other != number:
                if self.groups[other].lead.t <= made.lead.t:
                    break
                later.append(other)
        for other in reversed(later):
            self.groups.move_to_end(other)

    def _other(self, group: BeatGroup, refs: tuple[Ref, ...]) -> Beat:
        """The newest beat of a row that is of one of these Pods."""
        if group.lead.ref in refs:
            return group.lead
        for ref in reversed(refs):
            for beat in reversed(self.pods.get(ref.key, ())):
                if beat.kind == group.lead.kind:
                    return beat
        return group.lead


_KINDS: dict[type, str] = {Stalled: "stalled", FoundInTrouble: "found", Deed: "deed"}


def _container(part: Part) -> str:
    """The container that a part is about, if it is about one."""
    match part:
        case ExplainedTransition(transition=one) if one.facet in CONTAINER_FACETS:
            return one.subject
        case ExplainedEvent(event=event):
            return event.container
    return ""


def _of_one(one: str, other: str) -> bool:
    """Whether two containers are the same, or one of the two is the whole Pod."""
    return not one or not other or one == other


def _weight(part: Part, row: PartRow) -> Weight:
    if row.weight is not None:
        return row.weight
    match part:
        case ExplainedTransition() | ExplainedEvent():
            return part.explanation.weight
        case FoundInTrouble():
            return Weight.TROUBLE
        case Stalled(wait=wait):
            return Weight.TROUBLE if wait.role == "cause" else Weight.NORMAL
    return Weight.IMPORTANT


def _may_wait(part: Part, row: PartRow) -> bool:
    return row.waits or _weight(part, row) != Weight.TROUBLE


def _same(old: Part, new: Part, again: tuple[str, ...]) -> bool:
    """Whether two parts tell the same: the lesson, and the facts that their kind names."""
    match old, new:
        case Stalled(wait=one), Stalled(wait=other):
            return one.state == other.state
        case (
            (ExplainedTransition() | ExplainedEvent()),
            (ExplainedTransition() | ExplainedEvent()),
        ):
            was, now = old.explanation, new.explanation
            return was.concept is now.concept and all(
                was.facts.get(name) == now.facts.get(name) for name in again
            )
    return False


def _event_times(parts: tuple[Part, ...]) -> int:
    """How often it happened, as its Events count."""
    counts = {
        one.event.metadata.uid: one.event.times for one in parts if isinstance(one, ExplainedEvent)
    }
    return max(sum(counts.values()), 1)


def _shortened(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    first = PARTS_LIMIT // 3
    return parts if len(parts) <= PARTS_LIMIT else (*parts[:first], *parts[first - PARTS_LIMIT :])


_PASSING = re.compile(r",? ?\b\d+(?:st|nd|rd|th) (?:run|time)\b|,? try \d+")
"""What differs each time that something happens again."""


def _text(beat: Beat) -> str:
    """What makes it worth being told again."""
    if isinstance(beat.head, Stalled):
        return beat.head.wait.state
    return _PASSING.sub("", beat.fact)


def _alike(beat: Beat) -> tuple[object, ...] | None:
    """What equal beats of several Pods have in common; None where there is none like it.

    Of trouble the news itself, whosever Pods they are; else the controller of the Pods, too.
    """
    if beat.kind == "deed" or beat.ref.kind != "Pod":
        return None
    concept = beat.concept.id if beat.concept else ""
    name = beat.ref.name
    if beat.weight == Weight.TROUBLE:
        return (
            beat.ref.cluster,
            beat.kind,
            concept,
            _PASSING.sub("", beat.fact).replace(name, "…"),
        )
    head = beat.head
    if not isinstance(head, ExplainedTransition):
        return None
    by = head.pod.metadata.controller
    return (beat.ref.cluster, beat.kind, concept, beat.subject, by.uid) if by is not None else None
