"""Session: items in, what is to be told out, and a board of how everything stands.

Responsible for the way of an item, which goes in one direction: the store takes it in, Pods and
Events say what is new, the concepts explain it, the timeline keeps it, the judge judges. It never
looks at a clock: time comes with the items, so a replay tells the same as the live watch.
"""

import copy
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from podwatch.core.board import Board
from podwatch.core.concepts import Catalog
from podwatch.core.concepts.facts import event_facts, pod_facts, transition_facts
from podwatch.core.concepts.patterns import Facts
from podwatch.core.events import Events, Report
from podwatch.core.expectations import Expectations
from podwatch.core.expectations.verdict import Pending
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.pods import Change, PodTable
from podwatch.core.stalled import next_stall, stalled
from podwatch.core.store import SILENCE, Store
from podwatch.core.stream import Fetched, Gap, Observed, RecordedItem, StreamItem, Synced, Tick
from podwatch.core.timeline import (
    Explained,
    ExplainedEvent,
    ExplainedTransition,
    Listed,
    TimelineEntry,
)
from podwatch.core.update import Update

if TYPE_CHECKING:
    from podwatch.core.expectations.judge import Judge

TIMELINE_LIMIT = 2_000
"""How many transitions, Events and gaps the board keeps; the rest is counted."""


class Session:
    """Feed it the stream's items; it returns what is to be told, and freezes a board on demand.

    `store`, `pods` and `events` are for reading only. `forgets`: what is gone, a Pod after a while,
    and Events that nobody waits for.
    """

    def __init__(
        self, catalog: Catalog, expectations: Expectations | None = None, *, forgets: bool = True
    ) -> None:
        self._catalog = catalog
        self._forgets = forgets
        self.store = Store(
            keeps_events=expectations is not None or not forgets, keeps_deleted=not forgets
        )
        self.pods = PodTable()
        self.events = Events()
        self.judge = _judge(expectations, catalog, self.store) if expectations else None
        self._timeline: deque[Explained | Gap] = deque(maxlen=TIMELINE_LIMIT)
        self._transitions = self._notices = self._gaps = 0

    def feed(self, item: StreamItem) -> Update:
        """What this item brings. The same version of an object again brings nothing."""
        judge = self.judge
        if judge is not None and judge.verdict is None:
            judge.reach(item.t)
            if judge.verdict is not None:  # it fell before this came
                return self._update(())
        entries = tuple(self._entries(item))
        for entry in entries:
            self._keep(entry)
        if judge is not None:
            judge.feed(item, entries)
        return self._update(entries)

    def end(self) -> Update:
        """What there is to say when nothing more comes: the verdict, if there is a judge."""
        if self.judge is not None:
            self.judge.end()
        return self._update(())

    def wakes_at(self) -> float | None:
        """The next instant (stream time) at which something changes by itself or is told."""
        instants = [self._board_changes_at()]
        if self.judge is not None:
            instants.append(self.judge.wakes_at())
        return min((instant for instant in instants if instant is not None), default=None)

    @property
    def synced(self) -> bool:
        """Whether the Pods of every scope are known."""
        return self.store.complete

    @property
    def board(self) -> Board:
        """Everything at this moment, frozen."""
        return self.freeze()

    def freeze(self) -> Board:
        """The board, for whoever wants it later or not at all."""
        store, pods, clock = self.store, self.pods, self.store.clock(self.store.t)
        return Board(
            opened=store.opened,
            now=clock[1] if clock is not None else None,
            t=store.t,
            rows=pods.in_order,
            leaving=pods.leaving,
            healths=pods.healths,
            longest_name=pods.longest_name,
            longest_namespace=pods.longest_namespace,
            timeline=tuple(self._timeline),
            connections=dict(store.connections),
            silent=store.silent,
            synced=store.complete,
            awaited=tuple(store.awaited.values()),
            transitions=self._transitions,
            notices=self._notices,
            gaps=self._gaps,
            dropped=self._transitions + self._notices + self._gaps - len(self._timeline),
        )

    def fork(self) -> "Session":
        """Another session that knows the same, and that can be fed with something else.

        It judges nothing: a verdict is the first session's.
        """
        made = copy.copy(self)
        made.judge = None
        made.store, made.pods, made.events = self.store.copy(), self.pods.copy(), self.events.copy()
        made._timeline = self._timeline.copy()
        return made

    def opening(self) -> list[RecordedItem]:
        """Items that make another session know what is there, as the stream's start."""
        present = [(row.ref.cluster, row.pod) for row in self.pods.in_order if not row.gone]
        return list(self.store.opening(present))

    # ── the way of an item ──

    def _entries(self, item: StreamItem) -> Iterator[TimelineEntry]:
        store = self.store
        yield from stalled(self.pods, store, item.t)
        if isinstance(item, Tick):  # a replay has other Ticks, and shall tell the same
            store.reach(item.t)
            return
        if self._forgets:
            self.pods.forget_gone(item.t)
        is_news = store.apply(item)
        match item:
            case Observed():
                if isinstance(item.object, Pod):
                    yield from self._pod(item, item.object)
                elif isinstance(item.object, PodEvent):
                    yield from self._event(item, item.object)
            case Fetched():
                self.pods.fetched(item)
            case Synced():
                yield from self._listed(item, again=not is_news)
            case _ if is_news:
                yield item

    def _pod(self, item: Observed, pod: Pod) -> Iterator[TimelineEntry]:
        observation = self.pods.apply(item, pod, self.store)
        if observation is None:
            return
        yield observation.version
        common = pod_facts(pod) if observation.changes else {}
        for change in observation.changes:
            yield self._transition(change, common if change.after is pod else None)
        if not observation.appeared:
            return
        ref = observation.version.ref
        self.store.found(item.scope, ref.namespace)
        for held in self.events.release(ref, self.pods):
            if isinstance(held.object, PodEvent):
                told = list(self._event(held, held.object))
                if not observation.matches_now:  # from before it matched: counted, but no news
                    yield from told

    def _event(self, item: Observed, event: PodEvent) -> Iterator[TimelineEntry]:
        report = self.events.apply(item, event, self.pods, self.store)
        if report is not None:
            yield self._report(report)

    def _listed(self, item: Synced, *, again: bool) -> Iterator[TimelineEntry]:
        scope = item.scope
        if scope.kind != "Pod":
            return
        pods = sum(1 for _ in self.pods.present(scope))
        if scope.name and not pods and not again:
            self.store.awaited[scope] = f"{scope.namespace}/{scope.name}"
        yield Listed(
            at=item.at,
            t=item.t,
            scope=scope,
            pods=pods,
            clock_skew=item.clock_skew,
            again=again,
            awaited=self.store.awaited.get(scope, ""),
        )

    def _transition(self, change: Change, common: Facts | None) -> ExplainedTransition:
        facts = transition_facts(change.transition, change.before, change.after, common)
        return ExplainedTransition(
            transition=change.transition, explanation=self._catalog.explain(facts), pod=change.after
        )

    def _report(self, report: Report) -> ExplainedEvent:
        item, event = report.item, report.event
        return ExplainedEvent(
            at=item.at,
            t=item.t,
            seen=event.last_seen,
            ref=report.ref,
            event=event,
            explanation=self._catalog.explain(event_facts(event, report.pod)),
        )

    def _keep(self, entry: TimelineEntry) -> None:
        match entry:
            case ExplainedTransition():
                self._transitions += 1
            case ExplainedEvent():
                self._notices += 1
            case Gap() if entry.scope.kind == "Pod":
                # Events expire all the time; only what may be missing of Pods is counted.
                self._gaps += 1
            case _:
                return
        self._timeline.append(entry)

    def _update(self, entries: tuple[TimelineEntry, ...]) -> Update:
        verdict = self.judge.verdict if self.judge is not None else None
        return Update(entries, verdict, self.store.t, self.freeze, self._pending)

    def _pending(self) -> Pending | None:
        return self.judge.pending() if self.judge is not None else None

    def _board_changes_at(self) -> float | None:
        second = float(int(self.store.t) + 1)
        if self.pods.rows:
            return min(second, next_stall(self.pods) or second)
        heard = self.store.heard
        return max(second, heard + SILENCE) if heard is not None else None


def _judge(wanted: Expectations, catalog: Catalog, store: Store) -> "Judge":
    from podwatch.core.expectations.judge import Judge  # a watch that expects nothing needs none

    return Judge(wanted, catalog, store)
