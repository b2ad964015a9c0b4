"""Session: the only mutable object of the core; items in, news out.

Responsible for knowing the Pods, for what is news about them and for the board. It never
looks at a clock: time comes with the items, so a replay tells the same as the live watch.
"""

import copy
from bisect import bisect_left
from collections import Counter, deque
from datetime import datetime, timedelta
from itertools import islice

import msgspec

from podwatch.core.board import Board, Row, by_name, standing
from podwatch.core.columns import columns, is_before_1_35
from podwatch.core.concepts import Catalog, Explanation
from podwatch.core.concepts.facts import event_facts, transition_facts
from podwatch.core.expectations import Expectations, Judge
from podwatch.core.expectations.verdict import Pending
from podwatch.core.identity import existence, family, looks_new, needs_replacement, replacement
from podwatch.core.kube import OWNER_KINDS, ObjectMeta, ObjectReference, Pod, PodEvent
from podwatch.core.lifeline import begun, continued, ended
from podwatch.core.states import Existence
from podwatch.core.stream import (
    Connection,
    ConnectionState,
    Fetched,
    Gap,
    Observed,
    Opened,
    OwnerRef,
    PodRef,
    RecordedItem,
    Scope,
    StreamItem,
    Synced,
    Tick,
    Unreadable,
)
from podwatch.core.timeline import (
    Explained,
    ExplainedEvent,
    ExplainedTransition,
    Listed,
    News,
    PodVersion,
    Stalled,
)
from podwatch.core.transitions import Transition, transitions
from podwatch.core.update import Update
from podwatch.core.waits import TELLING, waiting_for

TIMELINE_LIMIT = 2_000
"""How many transitions, notices and gaps the board keeps; the rest is counted."""
REMEMBER_GONE = 60.0
"""For how many seconds a Pod that is gone is kept, to recognise the one that replaces it."""
GONE_LIMIT = 2_000
"""How many of them at most."""
HELD_PODS = 1_000
"""Of how many Pods that were not seen yet Events wait, when only some Pods are watched."""
STILL = 10.0
"""After how many seconds without a movement it is told what a Pod waits for."""
TELLING_EVENTS = 12
"""How many Events about its wait are kept of a Pod."""

SILENCE = 65.0
"""After how many seconds without a word a live stream is called silent: bookmarks come each 60."""


class Session:
    """Feed it the stream's items; it returns what is to be told, and keeps the board."""

    def __init__(self, catalog: Catalog, expectations: Expectations | None = None) -> None:
        self._catalog = catalog
        self.judge = Judge(expectations, catalog) if expectations is not None else None
        self._opened: Opened | None = None
        self._old_columns = False
        self._at: datetime | None = None
        self._at_t = 0.0
        self._t = 0.0
        self._skew = 0.0
        self._rows: dict[str, Row] = {}
        self._in_order: list[Row] = []
        self._frozen: tuple[Row, ...] | None = ()
        self._leaving: dict[str, Row] = {}
        self._standings: Counter[str] = Counter()
        self._name_lengths: Counter[int] = Counter()
        self._namespaces: Counter[str] = Counter()
        self._gone: deque[tuple[float, str]] = deque()
        self._families: dict[tuple[str, str, str], dict[str, None]] = {}
        self._mirrors: dict[str, str] = {}
        self._still_there: dict[str, str | None] = {}
        self._synced: set[Scope] = set()
        self._awaited: dict[Scope, str] = {}
        self._connections: dict[Scope, Connection] = {}
        self._heard: dict[Scope, float] = {}
        self._event_counts: dict[str, int] = {}
        self._held: dict[str, dict[str, Observed]] = {}
        self._early: dict[str, tuple[PodEvent, ...]] = {}
        self._moved: deque[tuple[float, str]] = deque()
        self._timeline: deque[Explained | Gap] = deque(maxlen=TIMELINE_LIMIT)
        self._transitions = self._notices = self._gaps = 0

    def feed(self, item: StreamItem) -> Update:
        """What this item brings. The same version of an object again brings nothing."""
        if self.judge is None:
            return self._update(self._news(item))
        if self.judge.verdict is None:
            self.judge.reach(item.t)
            if self.judge.verdict is not None:  # it fell before this came
                return self._update(())
        news = self._news(item)
        self.judge.feed(item, news)
        return self._update(news)

    def end(self) -> Update:
        """What there is to say when nothing more comes: the verdict, if there is a judge."""
        if self.judge is not None:
            self.judge.end()
        return self._update(())

    def _update(self, news: tuple[News, ...]) -> Update:
        verdict = self.judge.verdict if self.judge is not None else None
        return Update(news, verdict, self._t, self.freeze, self._pending)

    def _pending(self) -> Pending | None:
        return self.judge.pending() if self.judge is not None else None

    def _news(self, item: StreamItem) -> tuple[News, ...]:
        silences = self._silences(item.t)
        self._t = max(self._t, item.t)
        if not isinstance(item, Tick):  # a replay has other Ticks, and shall tell the same
            self._forget_gone(item.t)
        match item:
            case Observed(object=Pod() as pod):
                news = self._pod(item, pod)
            case Observed(object=PodEvent() as event):
                news = self._event(item, event)
            case Fetched():
                self._still_there[item.ref.uid] = item.uid
                news = []
            case Opened():
                self._opened = item
                self._old_columns = is_before_1_35(item.server_version)
                news = [item]
            case Synced():
                news = self._complete(item)
            case Gap():
                # Events expire all the time; only what may be missing of Pods is counted.
                self._gaps += item.scope.kind == "Pod"
                news = [item]
            case Connection():
                news = self._connection(item)
            case Unreadable():
                news = [item]
            case _:
                return tuple(silences)
        if isinstance(item, Observed | Connection):
            self._heard[item.scope] = item.t
        self._at, self._at_t = item.at, item.t
        self._keep(news)
        return (*silences, *news)

    def wakes_at(self) -> float | None:
        """The next instant (stream time) at which something changes by itself or is told."""
        instants = [self._board_changes_at()]
        if self.judge is not None:
            instants.append(self.judge.wakes_at())
        return min((one for one in instants if one is not None), default=None)

    def _board_changes_at(self) -> float | None:
        second = float(int(self._t) + 1)
        if self._rows:
            return min(second, self._moved[0][0] + STILL) if self._moved else second
        heard = self._heard_of_pods()
        return max(second, heard + SILENCE) if heard is not None else None

    @property
    def board(self) -> Board:
        """Everything at this moment, frozen."""
        return self.freeze()

    def freeze(self) -> Board:
        """The board, for whoever wants it later or not at all."""
        if self._frozen is None:
            self._frozen = tuple(self._in_order)
        return Board(
            opened=self._opened,
            now=self._now(),
            t=self._t,
            rows=self._frozen,
            leaving=tuple(self._leaving.values()),
            standings=dict(self._standings),
            longest_name=max(self._name_lengths, default=0),
            longest_namespace=max(map(len, self._namespaces), default=0),
            timeline=tuple(self._timeline),
            connections=dict(self._connections),
            silent=self._silent(),
            synced=self.synced,
            awaited=tuple(self._awaited.values()),
            transitions=self._transitions,
            notices=self._notices,
            gaps=self._gaps,
            dropped=self._transitions + self._notices + self._gaps - len(self._timeline),
        )

    @property
    def synced(self) -> bool:
        """Whether the Pods of every scope are known."""
        return self._opened is not None and self._all_listed(self._opened)

    def fork(self) -> "Session":
        """Another session that knows the same, and that can be fed with something else.

        It judges nothing: a verdict is the first session's.
        """
        made = copy.copy(self)
        made.judge = None
        for name, value in vars(self).items():
            if isinstance(value, dict | list | set | deque):
                setattr(made, name, value.copy())
        made._families = {kin: dict(members) for kin, members in self._families.items()}
        made._held = {uid: dict(items) for uid, items in self._held.items()}
        return made

    def opening(self) -> list[RecordedItem]:
        """Items that make another session know the Pods that are there, as the stream's start."""
        opened, at, t = self._opened, self._at, self._t
        if opened is None or at is None:
            return []
        at += timedelta(seconds=t - self._at_t)
        items: list[RecordedItem] = [msgspec.structs.replace(opened, at=at, t=t)]
        scopes = [scope for scope in opened.scopes if scope.kind == "Pod"]
        for row in self._in_order:
            scope = next((one for one in scopes if one.namespace in {"", row.ref.namespace}), None)
            if scope is None or row.gone:
                continue
            items.append(
                Observed(at=at, t=t, scope=scope, type="ADDED", object=row.pod, initial=True)
            )
        items += [
            Synced(at=at, t=t, scope=scope, clock_skew=self._skew)
            for scope in opened.scopes
            if scope in self._synced
        ]
        items += [msgspec.structs.replace(one, at=at, t=t) for one in self._connections.values()]
        return items

    # ── Pods ──

    def _pod(self, item: Observed, pod: Pod) -> list[News]:
        uid = pod.metadata.uid
        known = self._rows.get(uid)
        present = known is not None and not known.gone
        if present and known is not None and known.pod == pod and item.type != "DELETED":
            return []
        if not present and item.type == "DELETED":
            return []
        version = PodVersion(
            at=item.at,
            t=item.t,
            type=item.type,
            initial=item.initial and item.scope not in self._synced,
            ref=PodRef.of(pod),
            pod=pod,
            columns=columns(pod, before_1_35=self._old_columns),
        )
        news: list[News] = [version]
        if present and known is not None:
            news += self._changed(item, known, version)
        else:
            news += self._appeared(item, known, version)
        return news

    def _appeared(self, item: Observed, gone: Row | None, version: PodVersion) -> list[News]:
        pod = version.pod
        ref = gone.ref if gone is not None else version.ref
        # A change of what was not there: it was, but could not be read. First sight is no news.
        first_sight = version.initial or (gone is None and item.type == "MODIFIED")
        row = Row(
            ref=ref,
            pod=pod,
            columns=version.columns,
            changed_t=item.t,
            moved_t=self._t,
            lifeline=continued(gone.lifeline, pod, item.t)
            if gone is not None
            else begun(pod, item.t, unseen=first_sight),
            was_over=first_sight and pod.status.phase in {"Failed", "Succeeded"},
            events=self._early.pop(ref.uid, ()),
        )
        self._put(row)
        self._awaited.pop(item.scope, None)
        self._connections.pop(Scope("Namespace", version.ref.namespace), None)  # not missing now
        news: list[News] = []
        if first_sight:
            return self._release_events(pod)
        if gone is not None or (item.scope.selective and not looks_new(pod)):
            moved = existence(
                pod,
                Existence.NOT_MATCHING,
                Existence.MATCHING,
                item.at,
                item.t,
                inferred=item.initial,
            )
            news.append(self._told(moved, None, pod))
            self._release_events(pod)  # from before it matched: counted, but no news
            return news
        created = existence(
            pod, Existence.ABSENT, Existence.PRESENT, item.at, item.t, inferred=item.initial
        )
        news.append(self._told(created, None, pod))
        news += self._replaced(row, item)
        for transition in transitions(None, pod, item.at, item.t, inferred=item.initial):
            news.append(self._told(transition, None, pod))
        return news + self._release_events(pod)

    def _changed(self, item: Observed, known: Row, version: PodVersion) -> list[News]:
        pod = version.pod
        changes = transitions(known.pod, pod, item.at, item.t, inferred=item.initial)
        news: list[News] = [self._told(transition, known.pod, pod) for transition in changes]
        row = msgspec.structs.replace(
            known,
            pod=pod,
            columns=version.columns,
            changed_t=item.t if news else known.changed_t,
            moved_t=self._t if news else known.moved_t,
            lifeline=continued(known.lifeline, pod, item.t, changes),
        )
        if item.type == "DELETED":
            after = self._whereabouts(item.scope, version.ref.uid)
            before = Existence.MATCHING if after != Existence.ABSENT else Existence.PRESENT
            left = existence(pod, before, after, item.at, item.t, inferred=item.initial)
            news.append(self._told(left, known.pod, pod))
            row = msgspec.structs.replace(
                row,
                gone=after,
                gone_t=item.t,
                changed_t=item.t,
                moved_t=self._t,
                lifeline=ended(row.lifeline, after, item.t),
            )
            self._gone.append((item.t, version.ref.uid))
        if row.gone or pod.is_true("Ready"):
            row = msgspec.structs.replace(row, events=())  # it waits for nothing
        self._put(row)
        return news

    def _whereabouts(self, scope: Scope, uid: str) -> Existence:
        """What a DELETED means: the Pod is no more, or it left the selection."""
        if not scope.selective:
            return Existence.ABSENT
        now = self._still_there.pop(uid, None)
        if now is None:
            return Existence.LOST_SIGHT
        return Existence.NOT_MATCHING if now == uid else Existence.ABSENT

    def _replaced(self, new: Row, item: Observed) -> list[News]:
        """The Pod that the new one replaces, if only one can be meant."""
        relatives = self._families.get(family(new.pod) or ("", "", ""), {})
        candidates = [
            row
            for row in (self._rows[uid] for uid in relatives if uid != new.ref.uid)
            if not (row.replaced_by or row.was_over)
            and (row.deleted or not row.gone)
            and needs_replacement(row.pod, deleted=row.deleted)
        ]
        if len(candidates) != 1:
            return []
        old = candidates[0]
        self._put(msgspec.structs.replace(old, replaced_by=new.ref))
        self._put(msgspec.structs.replace(new, replaces=old.ref))
        before = Existence.ABSENT if old.gone else Existence.PRESENT
        return [
            self._told(replacement(old.ref, new.ref, before, item.at, item.t), old.pod, old.pod)
        ]

    def _told(self, transition: Transition, before: Pod | None, pod: Pod) -> ExplainedTransition:
        facts = transition_facts(transition, before, pod)
        return ExplainedTransition(
            transition=transition, explanation=self._catalog.explain(facts), pod=pod
        )

    def _put(self, row: Row) -> None:
        uid = row.ref.uid
        known = self._rows.get(uid)
        row = msgspec.structs.replace(row, stands=standing(row))
        self._rows[uid] = row
        at = bisect_left(self._in_order, row.ref, key=by_name)
        if known is None:
            self._in_order.insert(at, row)
            self._measure(row.ref, 1)
            if mirror := row.pod.metadata.annotations.config_mirror:
                self._mirrors[mirror] = uid
        else:
            self._in_order[at] = row
            self._count(known, -1)
        self._count(row, 1)
        self._frozen = None
        if row.gone or row.replaced_by:
            self._leaving[uid] = row
        else:
            self._leaving.pop(uid, None)
        if known is None or known.moved_t != row.moved_t:  # news at one instant: one movement
            self._moved.append((row.moved_t, uid))
        if known is not None and _same_kin(known.pod.metadata, row.pod.metadata):
            return
        was, kin = family(known.pod) if known else None, family(row.pod)
        if was != kin:  # a controller can adopt a Pod and let it go
            self._leave_family(was, uid)
            if kin is not None:
                self._families.setdefault(kin, {})[uid] = None

    def _count(self, row: Row, by: int) -> None:
        if not row.gone:
            self._standings[row.stands] += by

    def _measure(self, ref: PodRef, by: int) -> None:
        lengths, namespaces = self._name_lengths, self._namespaces
        lengths[len(ref.name)] += by
        namespaces[ref.namespace] += by
        if by < 0:  # what is counted no more is no key: the longest is looked for among keys
            self._name_lengths, self._namespaces = +lengths, +namespaces

    def _leave_family(self, kin: tuple[str, str, str] | None, uid: str) -> None:
        if kin is not None and kin in self._families:
            self._families[kin].pop(uid, None)
            if not self._families[kin]:
                del self._families[kin]

    def _forget_gone(self, t: float) -> None:
        while self._gone and (self._gone[0][0] < t - REMEMBER_GONE or len(self._gone) > GONE_LIMIT):
            gone_t, uid = self._gone.popleft()
            row = self._rows.get(uid)
            if row is None or not row.gone or row.gone_t != gone_t:
                continue  # it came back into the selection
            del self._rows[uid]
            del self._in_order[bisect_left(self._in_order, row.ref, key=by_name)]
            self._leaving.pop(uid, None)
            self._measure(row.ref, -1)
            self._frozen = None
            self._leave_family(family(row.pod), uid)
            mirror = row.pod.metadata.annotations.config_mirror
            if self._mirrors.get(mirror) == uid:  # not yet another Pod's
                del self._mirrors[mirror]

    # ── Events ──

    def _event(self, item: Observed, event: PodEvent) -> list[News]:
        about = event.involved_object
        uid = event.metadata.uid
        if about.kind != "Pod" and not self._warns_about_an_owner(event):
            return []
        if item.type == "DELETED":
            self._event_counts.pop(uid, None)
            return []
        known = self._event_counts.get(uid, 0)
        if event.times <= known:
            return []
        self._remember(event)
        if item.initial and item.scope not in self._synced:
            self._event_counts[uid] = event.times
            return []
        row = self._meant(about)
        if row is None and about.kind == "Pod" and self._selecting():
            self._hold(item, event)
            return []
        self._event_counts[uid] = event.times
        ref: PodRef | OwnerRef = PodRef(about.namespace, about.name, about.uid)
        if about.kind != "Pod":
            ref = OwnerRef(about.kind, about.namespace, about.name, about.uid)
        elif row is not None:
            ref = row.ref
            if event.times == 1:
                self._put(msgspec.structs.replace(row, moved_t=self._t))
        return [
            ExplainedEvent(
                at=item.at,
                t=item.t,
                seen=event.last_seen,
                ref=ref,
                event=event,
                explanation=self._explained(event, row.pod if row else None),
            )
        ]

    def _meant(self, about: ObjectReference) -> Row | None:
        """The Pod that an Event is about, by its uid; the taint controller gives only its name."""
        if about.uid or about.kind != "Pod":
            return self._rows.get(self._mirrors.get(about.uid, about.uid))
        first = bisect_left(self._in_order, PodRef(about.namespace, about.name, ""), key=by_name)
        for row in islice(self._in_order, first, None):
            if (row.ref.namespace, row.ref.name) != (about.namespace, about.name):
                return None
            if not row.gone:
                return row
        return None

    def _remember(self, event: PodEvent) -> None:
        """Keep what it says about a wait, also if it comes before its Pod."""
        about = event.involved_object
        if about.kind != "Pod" or event.reason not in TELLING:
            return
        row = self._meant(about)
        uid = row.ref.uid if row is not None else self._mirrors.get(about.uid, about.uid)
        known = row.events if row is not None else self._early.get(uid, ())
        others = [one for one in known if one.metadata.uid != event.metadata.uid]
        events = (*others, event)[-TELLING_EVENTS:]
        if row is None:
            self._early[uid] = events
            if len(self._early) > HELD_PODS:
                del self._early[next(iter(self._early))]  # most are about Pods that are no more
        elif not row.gone and not row.pod.is_true("Ready"):
            self._put(msgspec.structs.replace(row, events=events))

    def _warns_about_an_owner(self, event: PodEvent) -> bool:
        """Whether it is trouble of a workload; of selected Pods' controllers if only some are."""
        about = event.involved_object
        if about.kind not in OWNER_KINDS or event.type != "Warning":
            return False
        controllers = (row.pod.metadata.controller for row in self._rows.values())
        return not self._selecting() or any(
            controller is not None and controller.uid == about.uid for controller in controllers
        )

    def _explained(self, event: PodEvent, pod: Pod | None) -> Explanation:
        return self._catalog.explain(event_facts(event, pod))

    def _selecting(self) -> bool:
        return self._opened is not None and any(
            scope.kind == "Pod" and scope.selective for scope in self._opened.scopes
        )

    def _hold(self, item: Observed, event: PodEvent) -> None:
        held = self._held.setdefault(event.involved_object.uid, {})
        held[event.metadata.uid] = item
        if len(self._held) > HELD_PODS:
            del self._held[next(iter(self._held))]  # most are about Pods that are not selected

    def _release_events(self, pod: Pod) -> list[News]:
        meta = pod.metadata
        news: list[News] = []
        for uid in (meta.uid, meta.annotations.config_mirror):
            for item in self._held.pop(uid, {}).values():
                if isinstance(item.object, PodEvent):
                    news += self._event(item, item.object)
        return news

    # ── silence ──

    def _silences(self, t: float) -> list[News]:
        """What Pods wait for that have not moved for STILL seconds before `t`.

        Each at its own instant, whenever the next item or Tick comes: so a replay says the same.
        """
        news: list[News] = []
        while self._moved and self._moved[0][0] + STILL <= t:
            moved_t, uid = self._moved.popleft()
            row = self._rows.get(uid)
            if row is None or row.gone or row.moved_t != moved_t or self._at is None:
                continue
            at, now = self._clock(self._at, moved_t + STILL)
            wait = waiting_for(row.pod, row.events, now)
            if wait is not None:
                due = moved_t + STILL
                news.append(Stalled(at=at, t=due, ref=row.ref, seconds=STILL, now=now, wait=wait))
        return news

    # ── the rest ──

    def _complete(self, item: Synced) -> list[News]:
        again = item.scope in self._synced
        self._synced.add(item.scope)
        self._skew = item.clock_skew
        if item.scope.kind != "Pod":
            return []
        pods = sum(
            1
            for row in self._rows.values()
            if not row.gone and item.scope.namespace in {"", row.ref.namespace}
        )
        if item.scope.name and not pods and not again:
            self._awaited[item.scope] = f"{item.scope.namespace}/{item.scope.name}"
        return [
            Listed(
                at=item.at,
                t=item.t,
                scope=item.scope,
                pods=pods,
                clock_skew=item.clock_skew,
                again=again,
                awaited=self._awaited.get(item.scope, ""),
            )
        ]

    def _connection(self, item: Connection) -> list[News]:
        """The same state again is only a sign of life."""
        known = self._connections.get(item.scope)
        if known is not None and (known.state, known.cause) == (item.state, item.cause):
            return []
        self._connections[item.scope] = item
        return [item]

    def _heard_of_pods(self) -> float | None:
        """When the live stream of Pods that has been quiet for longest gave its last item."""
        return min(
            (
                self._heard[scope]
                for scope, one in self._connections.items()
                if scope.kind == "Pod" and one.state == ConnectionState.LIVE
            ),
            default=None,
        )

    def _silent(self) -> float:
        heard = self._heard_of_pods()
        silent = self._t - heard if heard is not None else 0.0
        return silent if silent >= SILENCE else 0.0

    def _all_listed(self, opened: Opened) -> bool:
        """Whether the Pods of every scope are known: before that, none seen does not mean none."""
        return all(scope in self._synced for scope in opened.scopes if scope.kind == "Pod")

    def _now(self) -> datetime | None:
        return self._clock(self._at, self._t)[1] if self._at is not None else None

    def _clock(self, at: datetime, t: float) -> tuple[datetime, datetime]:
        """The stream's time `t` by our clock, whose last word is `at`, and by the cluster's."""
        try:
            ours = at + timedelta(seconds=t - self._at_t)
            return ours, ours + timedelta(seconds=self._skew)
        except OverflowError:  # a recording can hold any numbers
            return at, at

    def _keep(self, news: list[News]) -> None:
        for one in news:
            if isinstance(one, ExplainedTransition):
                self._transitions += 1
                self._timeline.append(one)
            elif isinstance(one, ExplainedEvent):
                self._notices += 1
                self._timeline.append(one)
            elif isinstance(one, Gap) and one.scope.kind == "Pod":
                self._timeline.append(one)


def _same_kin(one: ObjectMeta, other: ObjectMeta) -> bool:
    """Whether two versions of a Pod surely are of one family."""
    return one.labels == other.labels and one.owner_references == other.owner_references
