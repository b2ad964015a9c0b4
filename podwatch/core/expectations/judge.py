"""Judge: whether what is expected is met, by the stream's items and its time only.

Responsible for the verdict and its instant; never for a clock. The story of its time: every item
says at which `t` of the stream it came. Some things are decided by no item, but by time itself: a
deadline passes, a grace is over, a budget is spent, a word has held for long enough. Each of them
falls at its own instant. `wakes_at` names the next one; live, the driver feeds a Tick then, which
comes a little late and may come together with newer items; a replay has no Ticks at all. So before
an item of the time `t` is looked at, `reach(t)` decides everything that time alone decided until
then, each thing at its own instant and with what was known at that instant. A verdict therefore
never depends on when it was noticed: a replay gives the same one, at the same `t`, as the live run.

What each thing expected needs is `checks`, how it is said is `sentences`.
"""

from collections.abc import Iterator, Sequence

from podwatch.core.concepts import Catalog
from podwatch.core.concepts.facts import transition_facts
from podwatch.core.expectations import permanent, scopes, sentences
from podwatch.core.expectations.checks import Check, Checks
from podwatch.core.expectations.expectation import Expectations
from podwatch.core.expectations.permanent import NEVER
from podwatch.core.expectations.target_state import TargetState, TrackedPod, View, view
from podwatch.core.expectations.verdict import Cause, Outcome, Pending, Result, Verdict
from podwatch.core.kube import Node, PodEvent
from podwatch.core.kube.owner import Owner
from podwatch.core.store import Store
from podwatch.core.stream import (
    Connection,
    ConnectionState,
    Key,
    Observed,
    Opened,
    PodRef,
    StreamItem,
    Synced,
    Tick,
)
from podwatch.core.timeline import ExplainedEvent, ExplainedTransition, News, PodVersion
from podwatch.core.transitions import transitions


class Judge:
    """Feed it the items that the store has taken in, with the news they brought; `verdict` is there
    once decided.
    """

    def __init__(self, wanted: Expectations, catalog: Catalog, store: Store) -> None:
        self.wanted = wanted
        self.verdict: Verdict | None = None
        self._catalog = catalog
        self._store = store
        self._targets = [(TargetState(target), Checks(target, wanted)) for target in wanted.targets]
        self._concepts: dict[Key, set[str]] = {}
        self._nodes_ready = False
        self._t = 0.0
        self._reached = 0.0
        self._due = NEVER
        self._deadline = NEVER

    def reach(self, t: float) -> None:
        """Decide what is decided by time alone until `t`, before an item of that time."""
        self._reached = max(self._reached, t)
        self._run_to(t)

    def feed(self, item: StreamItem, news: Sequence[News]) -> None:
        """Take one item, after `reach`; once there is a verdict, nothing changes it."""
        if self.verdict is not None or isinstance(item, Tick):
            return  # a Tick has no time of its own: an item that comes now may be older
        self._t = max(self._t, item.t)
        if self._matters(item, news):
            self._judge()

    def wakes_at(self) -> float | None:
        """The next instant at which something may be decided without an item."""
        return self._due if self.verdict is None and self._due < NEVER else None

    def end(self) -> Verdict | None:
        """The verdict if nothing more comes: time runs on to the deadline."""
        self._run_to(self._deadline)
        return self.verdict

    def pending(self) -> Pending | None:
        """How the targets that are not met stand; None before the stream opens, and at its end."""
        if self.wakes_at() is None:
            return None
        waiting = (
            (state.target, self._stands(state, checks))
            for state, checks in self._targets
            if not checks.met
        )
        return Pending(tuple(waiting), self._deadline - self._reached)

    def _stands(self, state: TargetState, checks: Checks) -> str:
        if not scopes.known(self._store, self.wanted, state.target):
            return sentences.CLUSTER
        return next((one.stands(self._view(state)) for one in checks.awaited), "")

    def _view(self, state: TargetState) -> View:
        return view(
            state,
            self._t,
            self._store,
            self.wanted,
            self._catalog,
            nodes_ready=self._nodes_ready,
        )

    # ── what items change ──

    def _matters(self, item: StreamItem, news: Sequence[News]) -> bool:
        """Note what is about an expectation; whether it may change the verdict."""
        touched = self._note(news)
        match item:
            case Opened():
                self._deadline = item.t + self.wanted.timeout
                return True
            case Synced():
                self._look_at_nodes()
                return True
            case Connection():
                return item.state == ConnectionState.FORBIDDEN
            case Observed(object=PodEvent() as event) if item.type != "DELETED":
                about = (item.scope.cluster, event.involved_object.uid)
                return self._event(about, event.involved_object.kind) or touched
            case Observed(object=Node()):
                return self._look_at_nodes()
            case Observed(object=Owner() as owner):
                meta = owner.metadata
                return any(
                    meta.namespace == target.namespace and meta.name.startswith(target.name)
                    for target in self.wanted.targets
                    if target.kind != "Pod"
                )
        return touched

    def _note(self, news: Sequence[News]) -> bool:
        touched = False
        for one in news:
            if isinstance(one, PodVersion):
                touched |= self._version(one)
            elif isinstance(one, ExplainedTransition | ExplainedEvent):
                concept = one.explanation.concept
                shown = self._concepts.setdefault(one.ref.key, set())
                if concept is not None and concept.id not in shown:
                    shown.add(concept.id)
                    touched = True
        return touched

    def _version(self, version: PodVersion) -> bool:
        key = version.ref.key
        touched = False
        for state, _ in self._targets:
            own = state.owns(version.pod)
            tracked = state.pods.get(key)
            if tracked is None:
                if not own or version.type == "DELETED":
                    continue
                concepts = self._concepts.setdefault(key, set())
                tracked = state.pods[key] = TrackedPod(version, concepts)
                if version.initial:
                    concepts.update(self._look_back(version))
            touched = True
            tracked.take(version, own=own)
            self._pass_stages(tracked)
        return touched

    def _look_back(self, version: PodVersion) -> Iterator[str]:
        """The concepts that a Pod shows that was there before: nobody tells of it."""
        for transition in transitions(None, version.pod, version.at, version.t):
            explanation = self._catalog.explain(transition_facts(transition, None, version.pod))
            if explanation.concept is not None:
                yield explanation.concept.id

    def _event(self, about: Key, kind: str) -> bool:
        touched = kind != "Pod"
        for state, _ in self._targets:
            if (tracked := state.pods.get(about)) is not None:
                touched = True
                tracked.permanent = None
                self._pass_stages(tracked)
        return touched

    def _pass_stages(self, tracked: TrackedPod) -> None:
        events = self._store.events.get(tracked.key, {}).values()
        tracked.pass_stages(one.container for one in events if one.reason == "Pulled")

    def _look_at_nodes(self) -> bool:
        listed = any(scope.kind == "Node" for scope in self._store.synced)
        ready = listed and permanent.nodes_ready(self._store.nodes.values())
        changed = ready != self._nodes_ready
        self._nodes_ready = ready
        for state, _ in self._targets if changed else ():
            for tracked in state.pods.values():
                tracked.permanent = None
        return changed

    # ── the verdict ──

    def _run_to(self, t: float) -> None:
        while self.verdict is None and self._due <= t:
            self._t = max(self._t, self._due)
            self._judge()

    def _judge(self) -> None:
        if (refused := scopes.refused(self._store, self.wanted)) is not None:
            # Where others go on without them, an expectation can't.
            self._give_up(refused.cause.partition("; podwatch goes on")[0])
            return
        self._due = self._deadline
        for state, checks in self._targets:
            if scopes.known(self._store, self.wanted, state.target):
                now = self._view(state)
                state.first = now.present if state.first is None else state.first
                self._due = min(self._due, checks.judge(now))
        for state, checks in self._targets:
            if (violated := checks.violated) is not None:
                self._violate(state, violated)
                return
        if all(checks.met for _, checks in self._targets):
            for _, checks in self._targets:
                checks.fulfil(self._t)
            self._decide(Outcome.MET)
        elif self._t >= self._deadline:
            lost = scopes.lost(self._store, self.wanted)
            if lost is None:
                self._decide(Outcome.TIMED_OUT)
            else:
                self._give_up(lost)

    def _give_up(self, why: str) -> None:
        self._decide(Outcome.UNAVAILABLE, why, Cause(sentence=why))

    def _violate(self, state: TargetState, check: Check) -> None:
        said = sentences.violated(state.target, check.role, check.word, check.cause)
        self._decide(Outcome.VIOLATED, said, check.cause, state)

    def _decide(
        self,
        outcome: Outcome,
        sentence: str = "",
        cause: Cause | None = None,
        only: TargetState | None = None,
    ) -> None:
        results = tuple(self._results(outcome))
        missed = [self._view(state) for state, checks in self._targets if not checks.met]
        if not sentence:
            absent = [one.target for one in missed if one.never_came]
            sentence = sentences.timed_out(results, absent) if missed else sentences.met(results)
        self.verdict = Verdict(
            outcome=outcome,
            t=self._t,
            sentence=sentence,
            cause=cause,
            results=results,
            pods=tuple(_pods_shown([one for one in missed if only in {None, one.state}], cause)),
            notes=tuple(one.cause for one in scopes.forbidden(self._store)),
        )

    def _results(self, outcome: Outcome) -> Iterator[Result]:
        for state, checks in self._targets:
            now = self._view(state)
            late = checks.awaited if outcome in {Outcome.TIMED_OUT, Outcome.UNAVAILABLE} else []
            for check in checks.all:
                if check in late:
                    yield check.result(now, outcome, self._t)
                else:
                    yield check.result(now, check.outcome, check.t)


def _pods_shown(missed: Sequence[View], cause: Cause | None) -> Iterator[PodRef]:
    """The Pods that the verdict is about."""
    if cause is not None and cause.pod is not None:
        yield PodRef.of(cause.pod)
        return
    for now in missed:
        pods = now.pods or tuple(now.state.pods.values())
        for tracked in pods[: sentences.PODS_NAMED]:
            yield PodRef.of(tracked.pod)
