"""Session: items in, what is to be told out, and a board of how everything stands.

Responsible for the way of an item, which goes in one direction: the store takes it in, Pods and
Events say what is new, the concepts explain it, the timeline keeps it, the judge judges. It never
looks at a clock: time comes with the items, so a replay tells the same as the live watch.
"""

import copy
import math
from collections import Counter, deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from podwatch.core.background import CONCERNED, background, behind_event
from podwatch.core.beat import FoundInTrouble, Part, Telling
from podwatch.core.board import Board, Update
from podwatch.core.concepts import Catalog
from podwatch.core.concepts.facts import event_facts, pod_facts, transition_facts
from podwatch.core.concepts.patterns import Facts
from podwatch.core.events import Events
from podwatch.core.expectations import Expectations
from podwatch.core.health import Health
from podwatch.core.kindred import beside
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.pods import PodTable
from podwatch.core.predictions import Predictions
from podwatch.core.selection import is_absent
from podwatch.core.stalled import next_stall, stalled
from podwatch.core.states import Facet
from podwatch.core.store import SILENCE, Store
from podwatch.core.story import Narrator
from podwatch.core.stream import (
    Deed,
    Fetched,
    Gap,
    Observed,
    Posed,
    RecordedItem,
    StreamItem,
    Synced,
    Tick,
)
from podwatch.core.timeline import (
    Explained,
    ExplainedEvent,
    ExplainedTransition,
    Listed,
    Stalled,
    TimelineEntry,
)

if TYPE_CHECKING:
    from podwatch.core.expectations.judge import Judge

TIMELINE_LIMIT = 2_000
"""How many transitions, Events and gaps the board keeps; the rest is counted."""


class Session:
    """Feed it the stream's items; it returns what is to be told, and freezes a board on demand.

    `store`, `pods`, `events` and `story` are for reading only. `forgets`: what is gone, a Pod after
    a while, and Events that nobody waits for. `predictions` ask what happens next.
    """

    def __init__(
        self,
        catalog: Catalog,
        expectations: Expectations | None = None,
        *,
        forgets: bool = True,
        predictions: Predictions | None = None,
    ) -> None:
        self._catalog = catalog
        self._forgets = forgets
        self.store = Store(
            keeps_events=expectations is not None or not forgets, keeps_deleted=not forgets
        )
        self.pods = PodTable()
        self.events = Events()
        self.story = Narrator()
        self.predictions = predictions
        self.judge: Judge | None = None
        if expectations is not None:
            from podwatch.core.expectations import judge  # a watch that expects nothing needs none

            self.judge = judge.Judge(expectations, catalog, self.store)
        self._timeline: deque[Explained | Gap] = deque(maxlen=TIMELINE_LIMIT)
        self._told: Counter[type] = Counter()

    def feed(self, item: StreamItem) -> Update:
        """What this item brings. The same version of an object again brings nothing."""
        judge = self.judge
        if judge is not None and judge.verdict is None:
            judge.reach(item.t)
            if judge.verdict is not None:  # it fell before this came
                return self._update(())
        entries = tuple(self._entries(item))
        beats = tuple(self.story.feed(self._parts(item, entries), item.t))
        if self.predictions is not None:
            rows = self.pods.rows
            entries += tuple(self.predictions.feed(entries, beats, item.t, rows, self._facts))
        for entry in entries:
            # Events expire all the time: of gaps only what may be missing of Pods is counted.
            if isinstance(entry, Explained) or (
                isinstance(entry, Gap) and entry.scope.kind == "Pod"
            ):
                self._told[type(entry)] += 1
                self._timeline.append(entry)
        if judge is not None:
            judge.feed(item, entries)
        return self._update(entries, beats)

    def end(self) -> Update:
        """What there is to say when nothing more comes: what waited, and the verdict of a judge."""
        if self.judge is not None:
            self.judge.end()
        return self.rest()

    def rest(self) -> Update:
        """What waited to be told with something that does not come any more."""
        beats = tuple(self.story.reach(math.inf))
        decided = self.predictions.end(beats) if self.predictions is not None else ()
        return self._update(tuple(decided), beats)

    def wakes_at(self) -> float | None:
        """The next instant (stream time) at which something changes by itself or is told."""
        second = float(int(self.store.t) + 1)
        instants = [self.judge.wakes_at() if self.judge is not None else None, self.tells_at()]
        if self.pods.rows:
            instants.append(second)
        elif (heard := self.store.heard) is not None:
            instants.append(max(second, heard + SILENCE))
        return min((instant for instant in instants if instant is not None), default=None)

    def tells_at(self) -> float | None:
        """The next instant at which something is told by itself: before all that comes later."""
        instants = [self.story.wakes_at(), next_stall(self.pods)]
        if self.predictions is not None:
            instants.append(self.predictions.wakes_at())
        return min((instant for instant in instants if instant is not None), default=None)

    @property
    def board(self) -> Board:
        """Everything at this moment, frozen."""
        return self.freeze()

    def freeze(self) -> Board:
        """The board, for whoever wants it later or not at all."""
        store, pods, clock = self.store, self.pods, self.store.clock(self.store.t)
        pods.settle()
        return Board(
            opened=store.opened,
            now=clock[1] if clock is not None else None,
            t=store.t,
            rows=pods.in_order,
            by_key=pods.rows.copy(),
            leaving=tuple(pods.leaving.values()),
            folds=pods.folds.freeze(),
            counts=pods.healths.copy(),
            longest_name=max(pods.name_lengths, default=0),
            longest_namespace=max(map(len, pods.namespaces), default=0),
            timeline=tuple(self._timeline),
            story=self.story.rows.in_order(),
            beats=self.story.pods.copy(),
            connections=dict(store.connections),
            silent=store.silent,
            synced=store.complete,
            awaited=tuple(store.awaited.values()),
            transitions=self._told[ExplainedTransition],
            notices=self._told[ExplainedEvent],
            gaps=self._told[Gap],
            dropped=self._told.total() - len(self._timeline),
            foretells=self.predictions is None or not self.predictions.asks,
            teaches=self.predictions is None or self.predictions.teaches,
        )

    def fork(self) -> "Session":
        """Another session that knows the same, and that can be fed with something else.

        It judges and asks nothing: a verdict and questions are the first session's.
        """
        made = copy.copy(self)
        made.judge = made.predictions = None
        made.store, made.pods, made.events = self.store.copy(), self.pods.copy(), self.events.copy()
        made.story = self.story.copy()
        made._timeline, made._told = self._timeline.copy(), self._told.copy()
        return made

    def opening(self) -> list[RecordedItem]:
        """Items that make another session know what is there, as the stream's start."""
        present = [(row.ref.cluster, row.pod) for row in self.board.rows if not row.gone]
        return list(self.store.opening(present))

    # ── the way of an item ──

    def _entries(self, item: StreamItem) -> list[TimelineEntry]:
        store = self.store
        entries: list[TimelineEntry] = [*stalled(self.pods, store, item.t)]
        if isinstance(item, Tick):  # a replay has other Ticks, and shall tell the same
            store.reach(item.t)
            return entries
        if isinstance(item, Deed | Posed):
            store.reach(item.t)
            return [*entries, item]
        if self._forgets:
            self.story.forget(self.pods.forget_gone(item.t))
        is_news = store.apply(item)
        match item:
            case Observed(object=Pod() as pod):
                entries += self._pod(item, pod)
            case Observed(object=PodEvent() as event):
                entries += self._event(item, event)
            case Observed():
                pass
            case Fetched():
                self.pods.fetched(item)
            case Synced():
                entries += self._listed(item, again=not is_news)
            case _ if is_news:
                entries.append(item)
        return entries

    def _pod(self, item: Observed, pod: Pod) -> list[TimelineEntry]:
        seen = self.pods.apply(item, pod, self.store)
        if seen is None:
            return []
        ref, entries = seen.version.ref, list[TimelineEntry]([seen.version])
        common = pod_facts(pod) if seen.transitions else {}
        if any(one.facet in CONCERNED or one.subject in CONCERNED for one in seen.transitions):
            common |= background(self.store, pod, ref.cluster)
        common |= beside(self.pods, ref, seen.transitions)
        stops = self.pods.stops_of(ref) if seen.transitions else ()
        now = self.store.now(item.t) if seen.transitions else None
        for one in seen.transitions:
            if one.pod == ref:
                shows = pod
                facts = transition_facts(one, seen.before, pod, common, stops=stops, now=now)
            else:  # of the Pod that this one replaces
                shows = self.pods.rows[one.pod.key].pod
                around = background(self.store, shows, one.pod.cluster)
                facts = transition_facts(one, shows, shows, pod_facts(shows) | around)
            if one.facet is Facet.OWNER and seen.before is not None:  # who let it go, and why
                facts |= background(self.store, seen.before, ref.cluster) | common
            told = ExplainedTransition(
                at=one.at,
                t=one.t,
                ref=one.pod,
                explanation=self._catalog.explain(facts),
                transition=one,
                pod=shows,
            )
            entries.append(told)
        if seen.before is None:
            self.store.found(item.scope, ref.namespace)
            for held in self.events.release(ref, self.pods):
                if isinstance(held.object, PodEvent):
                    news = self._event(held, held.object)
                    if not seen.matches_now:  # from before it matched: counted, but no news
                        entries += news
        return entries

    def _event(self, item: Observed, event: PodEvent) -> list[TimelineEntry]:
        report = self.events.apply(item, event, self.pods, self.store)
        if report is None:
            return []
        told = ExplainedEvent(
            at=item.at,
            t=item.t,
            seen=event.last_seen,
            ref=report.ref,
            event=event,
            explanation=self._catalog.explain(
                event_facts(event, report.pod)
                | behind_event(self.store, event, report.ref, report.pod, self.pods.owned)
                | ({"pod.gone": True} if report.gone else {})
            ),
        )
        return [told]

    def _listed(self, item: Synced, *, again: bool) -> list[TimelineEntry]:
        scope, awaited = item.scope, self.store.awaited
        if scope.kind != "Pod":
            return []
        pods = self.pods.present(scope, self.store)
        is_awaited = is_absent(scope, self.store) if scope.owner else bool(scope.name)
        if is_awaited and not pods and not again:
            awaited[scope] = scope.place
        listed = Listed(
            at=item.at,
            t=item.t,
            scope=scope,
            pods=pods,
            clock_skew=item.clock_skew,
            again=again,
            awaited=awaited.get(scope, ""),
        )
        return [listed]

    def _parts(self, item: StreamItem, entries: tuple[TimelineEntry, ...]) -> Iterator[Part]:
        """What beats are made of."""
        if isinstance(item, Synced) and item.scope.kind == "Event" and self.store.complete:
            yield from self._found(item)  # what only Events say of a Pod
        for entry in entries:
            match entry:
                case ExplainedTransition() | ExplainedEvent() | Stalled() | Deed():
                    yield entry
                case Listed(again=False):
                    yield from self._found(entry)

    def _found(self, listed: Listed | Synced) -> Iterator[FoundInTrouble]:
        """The Pods that were in trouble already when they were listed first."""
        clock, scope = self.store.clock(listed.t), listed.scope
        for row in self.pods.rows.values():
            is_in = row.ref.cluster == scope.cluster and row.changed_t <= listed.t
            if is_in and scope.covers(row.ref.namespace, row.ref.name):
                known = self.story.pods.get(row.ref.key)
                if row.health is Health.TROUBLE and not known:
                    yield FoundInTrouble(
                        at=listed.at,
                        t=listed.t,
                        ref=row.ref,
                        pod=row.pod,
                        around=row.around,
                        now=clock[1] if clock is not None else None,
                    )

    def _facts(self, told: Explained) -> Facts:
        """What is known of what happened, by the names that patterns ask for."""
        if isinstance(told, ExplainedTransition):
            common = pod_facts(told.pod) | background(self.store, told.pod, told.ref.cluster)
            now, stops = self.store.now(told.t), self.pods.stops_of(told.ref)
            return transition_facts(told.transition, None, told.pod, common, stops=stops, now=now)
        row = self.pods.rows.get(told.ref.key)
        pod = row.pod if row is not None else None
        about = behind_event(self.store, told.event, told.ref, pod, self.pods.owned)
        return event_facts(told.event, pod) | about

    def _update(
        self, entries: tuple[TimelineEntry, ...], beats: tuple[Telling, ...] = ()
    ) -> Update:
        judge, t = self.judge, self.store.t
        if judge is None:
            return Update(entries, None, t, self.freeze, beats=beats)
        return Update(entries, judge.verdict, t, self.freeze, judge.pending, beats)
