"""Judge: whether what is expected is met, by the stream's items and its time only.

Responsible for the verdict and its instant. A deadline, a grace, a budget fall at their own
instant of the stream, before any item that comes later: so a replay gives the verdict of the
live run. It never looks at a clock. What is hopeless is data (hopeless.toml); how an owner's
rollout stands is `rollout`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from podwatch.core.columns import columns, is_before_1_35
from podwatch.core.concepts import Catalog, Explanation
from podwatch.core.concepts.facts import event_facts, transition_facts
from podwatch.core.expectations import hopeless, rollout
from podwatch.core.expectations.awaited import awaited
from podwatch.core.expectations.grammar import (
    FAILED,
    GONE,
    MAX_RESTARTS,
    POD_CONDITIONS,
    READY,
    SUCCEEDED,
    Budget,
    Expectations,
    Target,
    Word,
    phase_decided_by,
)
from podwatch.core.expectations.target_state import Case, Check, Seen
from podwatch.core.expectations.verdict import Cause, Outcome, Pending, Result, Verdict
from podwatch.core.kube import Condition, Job, Node, Pod, PodEvent, ReplicaSet
from podwatch.core.kube.owner import Owner
from podwatch.core.states import Facet, container_state
from podwatch.core.stream import (
    Connection,
    ConnectionState,
    Observed,
    Opened,
    PodRef,
    Scope,
    StreamItem,
    Synced,
    Tick,
)
from podwatch.core.timeline import Explained, News
from podwatch.core.transitions import Transition, transitions

_LATE = timedelta(seconds=2)
"""Event's times have whole seconds, and a try takes its time."""
PODS_NAMED = 5
"""How many Pods of a target are named when it is said what they wait for."""


class Judge:
    """Feed it the stream's items with the news they brought; `verdict` is there once decided."""

    def __init__(self, wanted: Expectations, catalog: Catalog) -> None:
        self.wanted = wanted
        self.verdict: Verdict | None = None
        self._catalog = catalog
        self._cases = [Case(target, wanted) for target in wanted.targets]
        self._opened: Opened | None = None
        self._old_columns = False
        self._t = 0.0
        self._now = 0.0
        self._at: datetime | None = None
        self._due: list[float] = []
        self._deadline = float("inf")
        self._owners: dict[tuple[str, str, str], Owner] = {}
        self._sets: dict[str, ReplicaSet] = {}
        self._nodes: dict[str, Node] = {}
        self._nodes_ready = False
        self._concepts: dict[str, dict[str, float]] = {}
        self._events: dict[str, dict[str, PodEvent]] = {}
        self._events_before: set[str] = set()
        self._pulled: dict[str, set[str]] = {}
        self._synced: set[Scope] = set()
        self._connections: dict[Scope, Connection] = {}

    def reach(self, t: float) -> None:
        """Decide what is decided by time alone until `t`, before an item of that time."""
        self._now = max(self._now, t)
        self._advance(t)

    def feed(self, item: StreamItem, news: Sequence[News]) -> None:
        """Take one item, after `reach`; once there is a verdict, nothing changes it."""
        if self.verdict is not None or isinstance(item, Tick):
            return  # a Tick has no time of its own: an item that comes now may be older
        self._t = max(self._t, item.t)
        if self._applied(item, news):
            self._judge(self._t)

    def wakes_at(self) -> float | None:
        """The next instant at which something may be decided without an item."""
        return min(self._due, default=None) if self.verdict is None else None

    def end(self) -> Verdict | None:
        """The verdict if nothing more comes: time runs on to the deadline."""
        self._advance(self._deadline)
        return self.verdict

    def pending(self) -> Pending | None:
        """How the targets that are not met stand; None before the stream opens, and at its end."""
        if self.wakes_at() is None:
            return None
        waiting = (
            (
                case.target,
                self._stands(case) if self._known(case) else "the cluster's first answer",
            )
            for case in self._cases
            if not case.met
        )
        return Pending(tuple(waiting), self._deadline - self._now)

    def _advance(self, t: float) -> None:
        while self.verdict is None and (due := min(self._due, default=t + 1)) <= t:
            self._t = max(self._t, due)
            self._judge(self._t)

    # ── what items say ──

    def _applied(self, item: StreamItem, news: Sequence[News]) -> bool:
        """Take it in; whether it may change a verdict."""
        touched = self._heard(news)
        match item:
            case Opened():
                self._opened = item
                self._at = item.at
                self._old_columns = is_before_1_35(item.server_version)
                self._deadline = item.t + self.wanted.timeout
                return True
            case Synced():
                self._synced.add(item.scope)
                if item.scope.kind == "Node":
                    self._look_at_nodes()
                return True
            case Connection():
                self._connections[item.scope] = item
                return item.state == ConnectionState.FORBIDDEN
            case Observed(object=Pod() as pod):
                return self._pod(item, pod) or touched
            case Observed(object=PodEvent() as event):
                return self._event(item, event) or touched
            case Observed(object=Node() as node):
                if item.type == "DELETED":
                    self._nodes.pop(node.metadata.name, None)
                else:
                    self._nodes[node.metadata.name] = node
                return self._look_at_nodes()
            case Observed(object=Owner() as owner):
                return self._owner(item, owner)
        return touched

    def _heard(self, news: Sequence[News]) -> bool:
        heard = False
        for one in news:
            if isinstance(one, Explained) and one.explanation.concept is not None:
                t = one.t
                shown = self._concepts.setdefault(one.ref.uid, {})
                heard |= one.explanation.concept.id not in shown
                shown.setdefault(one.explanation.concept.id, t)
        return heard

    def _pod(self, item: Observed, pod: Pod) -> bool:
        uid = pod.metadata.uid
        touched = False
        for case in self._cases:
            seen = case.members.get(uid)
            if seen is None:
                if not case.owns(pod) or item.type == "DELETED":
                    continue
                there_before = self._there_before(item)
                seen = case.members[uid] = Seen(pod, item.t, there_before=there_before)
                if there_before:
                    self._look_back(item, pod)
            touched = True
            seen.pod = pod
            seen.matched = None
            seen.gone = item.type == "DELETED" or not case.owns(pod)
            if pod.status.phase and seen.phases[-1] != pod.status.phase:
                seen.phases.append(pod.status.phase)
            self._pass_stages(seen)
        return touched

    def _there_before(self, item: Observed) -> bool:
        return item.initial and item.scope not in self._synced

    def _look_back(self, item: Observed, pod: Pod) -> None:
        """What a Pod shows that was there before: nobody tells of it, but it counts."""
        shown = self._concepts.setdefault(pod.metadata.uid, {})
        for transition in transitions(None, pod, item.at, item.t):
            concept = self._catalog.explain(transition_facts(transition, None, pod)).concept
            if concept is not None:
                shown.setdefault(concept.id, item.t)

    def _event(self, item: Observed, event: PodEvent) -> bool:
        uid = event.involved_object.uid
        if item.type == "DELETED":
            return False
        self._events.setdefault(uid, {})[event.metadata.uid] = event
        if self._there_before(item):
            self._events_before.add(event.metadata.uid)
        else:
            self._events_before.discard(event.metadata.uid)
        if event.reason == "Pulled":
            self._pulled.setdefault(uid, set()).add(event.container)
        touched = event.involved_object.kind != "Pod"
        for case in self._cases:
            if (seen := case.members.get(uid)) is not None:
                touched = True
                seen.matched = None
                self._pass_stages(seen)
        return touched

    def _owner(self, item: Observed, owner: Owner) -> bool:
        meta = owner.metadata
        key = (type(owner).__name__, meta.namespace, meta.name)
        if item.type == "DELETED":
            self._owners.pop(key, None)
            self._sets.pop(meta.uid, None)
        else:
            self._owners[key] = owner
            if isinstance(owner, ReplicaSet):
                self._sets[meta.uid] = owner
        return any(
            meta.namespace == case.target.namespace and meta.name.startswith(case.target.name)
            for case in self._cases
            if case.target.kind != "Pod"
        )

    def _look_at_nodes(self) -> bool:
        ready = any(scope.kind == "Node" for scope in self._synced) and bool(self._nodes)
        for node in self._nodes.values():
            says = {one.type: one.status for one in node.status.conditions}
            starting = any(
                taint.key
                in {
                    "node.kubernetes.io/not-ready",
                    "node.cloudprovider.kubernetes.io/uninitialized",
                }
                for taint in node.spec.taints
            )
            ready = ready and says.get("Ready") == "True" and not starting
        changed = ready != self._nodes_ready
        self._nodes_ready = ready
        if changed:
            for case in self._cases:
                for seen in case.members.values():
                    seen.matched = None
        return changed

    def _pass_stages(self, seen: Seen) -> None:
        for stage, passed in _stages(seen.pod, self._pulled.get(seen.uid, set())):
            if passed:
                seen.stages.setdefault(stage, self._t)

    # ── judging ──

    def _judge(self, t: float) -> None:
        due = [self._deadline]
        if (refused := self._refused()) is not None:
            # Where others go on without them, an expectation can't.
            why = refused.cause.partition("; podwatch goes on")[0]
            self._decide(Outcome.UNAVAILABLE, t, Cause(sentence=why))
            return
        for case in self._cases:
            if self._known(case):
                due += self._judge_case(case, t)
        self._due = [one for one in due if one > t]
        broken = next((c for c in self._cases if self._broken(c)), None)
        if broken is not None:
            self._decide(Outcome.VIOLATED, t, case=broken)
        elif all(case.met for case in self._cases):
            self._decide(Outcome.MET, t)
        elif t >= self._deadline:
            lost = self._lost()
            if lost is None:
                self._decide(Outcome.TIMED_OUT, t)
            else:
                self._decide(Outcome.UNAVAILABLE, t, Cause(sentence=lost))

    def _broken(self, case: Case) -> bool:
        violated = [check for check in case.checks if check.outcome is Outcome.VIOLATED]
        if not violated or not self.wanted.any_:
            return bool(violated)
        guards = any(check.role != "for" for check in violated)
        return guards or all(check.outcome is Outcome.VIOLATED for check in case.words)

    def _judge_case(self, case: Case, t: float) -> list[float]:
        """How its checks stand now; the instants at which they may be decided by themselves."""
        due: list[float] = []
        if case.first is None:
            case.first = self._present(case)
        pods, owner = self._current(case), self._owner_of(case)
        for check in case.words:
            if check.open and isinstance(check.what, Word):
                self._judge_word(case, check, check.what, pods, owner, t, due)
        self._settle(case, t, due)
        for check in case.never:
            if check.open and isinstance(check.what, Word):
                self._judge_never(case, check, check.what, owner, t)
        for check in case.within:
            if check.open and isinstance(check.what, Budget):
                self._judge_budget(check, check.what, pods, t, due)
        for check in case.sequence:
            if check.open:
                self._judge_sequence(case, check, pods, owner, t, due)
        for check in case.restarts:
            if check.open and self.wanted.max_restarts is not None:
                cause = self._worn_out(pods, self.wanted.max_restarts)
                if cause is not None:
                    check.decide(Outcome.VIOLATED, t, cause)
        return due

    def _judge_word(
        self,
        case: Case,
        check: Check,
        word: Word,
        pods: list[Seen],
        owner: Owner | None,
        t: float,
        due: list[float],
    ) -> None:
        if self._holds(case, word, pods, owner):
            check.since = t if check.since is None else check.since
            return
        check.since = None
        if not word.decided_by:
            return
        cause = self._hopeless(case, word.decided_by, pods, owner, t, due)
        if cause is not None:
            check.decide(Outcome.VIOLATED, t, cause)

    def _settle(self, case: Case, t: float, due: list[float]) -> None:
        """Words that hold are met: at once, or when they held together for so long."""
        stable = self.wanted.stable
        holding = [check for check in case.words if check.open and check.since is not None]
        if not stable:
            for check in holding:
                check.decide(Outcome.MET, t)
            return
        if not holding or (
            not self.wanted.any_ and len(holding) < sum(check.open for check in case.words)
        ):
            return
        sinces = [check.since for check in holding if check.since is not None]
        at = (min(sinces) if self.wanted.any_ else max(sinces)) + stable
        if at > t:
            due.append(at)
            return
        for check in holding:
            if check.since is not None and check.since + stable <= t:
                check.decide(Outcome.MET, t)

    def _judge_never(
        self,
        case: Case,
        check: Check,
        word: Word,
        owner: Owner | None,
        t: float,
    ) -> None:
        guilty: Seen | None = None
        pods = self._generation(case, owner)
        if word.about in {"jsonpath", "condition"} and _of_owner(case.target, word):
            if owner is None or not _owner_holds(word, owner):
                return
        elif (
            word.about in {GONE, READY, SUCCEEDED, FAILED} and case.target.kind != "Pod"
        ) or word.about == GONE:
            if not self._holds(case, word, pods, owner):
                return
        else:
            guilty = next((seen for seen in pods if self._pod_holds(word, seen)), None)
            if guilty is None:
                return
        named = f"Pod {guilty.pod.metadata.name}" if guilty else str(case.target)
        cause = Cause(
            sentence=f"{named} shows {word.text}, which must never happen",
            pod=guilty.pod if guilty else None,
            explanation=self._concept_of(word),
        )
        check.decide(Outcome.VIOLATED, t, cause)

    def _concept_of(self, word: Word) -> Explanation | None:
        concept = self._catalog.by_id.get(word.name) if word.about == "concept" else None
        return Explanation(concept, concept.summary) if concept is not None else None

    def _judge_budget(
        self,
        check: Check,
        budget: Budget,
        pods: list[Seen],
        t: float,
        due: list[float],
    ) -> None:
        late = [seen for seen in pods if budget.stage not in seen.stages]
        check.passed = not late
        for seen in late:
            end = seen.created_t + budget.seconds
            if end > t:
                due.append(end)
                continue
            name = seen.pod.metadata.name
            waits = awaited(seen.pod)
            still = f"; it waits for {waits}" if waits else ""
            cause = Cause(
                sentence=f"Pod {name} is not {budget.stage} after {budget.seconds:g} s{still}",
                pod=seen.pod,
            )
            check.decide(Outcome.VIOLATED, t, cause)
            return

    def _judge_sequence(
        self,
        case: Case,
        check: Check,
        pods: list[Seen],
        owner: Owner | None,
        t: float,
        due: list[float],
    ) -> None:
        wanted = self.wanted.sequence
        if _all_made(pods, owner) and all(_is_subsequence(wanted, seen.phases) for seen in pods):
            check.decide(Outcome.MET, t)
            return
        for seen in pods:
            if seen.phases[-1] in {"Succeeded", "Failed"} and not _is_subsequence(
                wanted, seen.phases
            ):
                name, went = seen.pod.metadata.name, ", ".join(seen.phases)
                cause = Cause(
                    sentence=f"Pod {name} went {went}, which does not have {', '.join(wanted)} "
                    "in it in this order",
                    pod=seen.pod,
                )
                check.decide(Outcome.VIOLATED, t, cause)
                return
        if about := phase_decided_by(wanted[-1]):
            on_the_way = [seen for seen in pods if not _is_subsequence(wanted, seen.phases)]
            cause_now = self._hopeless(case, about, on_the_way, owner, t, due)
            if cause_now is not None:
                check.decide(Outcome.VIOLATED, t, cause_now)

    # ── what holds ──

    def _holds(self, case: Case, word: Word, pods: list[Seen], owner: Owner | None) -> bool:
        target = case.target
        if word.about == GONE:
            return not (self._present(case) & (case.first or frozenset()))
        if target.kind != "Pod":
            if owner is None:
                return False
            if word.about == READY:
                return rollout.missing(owner) == ""
            if word.about == SUCCEEDED and isinstance(owner, Job):
                return _true(owner.status.conditions, "Complete")
            if word.about == FAILED and isinstance(owner, Job):
                return _true(owner.status.conditions, "Failed")
            if _of_owner(target, word):
                return _owner_holds(word, owner)
        if word.about == "concept":
            return any(self._pod_holds(word, seen) for seen in pods)
        return _all_made(pods, owner) and all(self._pod_holds(word, seen) for seen in pods)

    def _pod_holds(self, word: Word, seen: Seen) -> bool:
        pod = seen.pod
        match word.about:
            case "ready":
                return _true(pod.status.conditions, "Ready")
            case "succeeded":
                return pod.status.phase == "Succeeded"
            case "failed":
                return pod.status.phase == "Failed"
            case "phase":
                return pod.status.phase == word.value
            case "status":
                return columns(pod, before_1_35=self._old_columns).status == word.value
            case "condition":
                return _condition_is(pod.status.conditions, word)
            case "jsonpath":
                return word.path is not None and _path_holds(word, word.path.found(pod))
        return word.name in self._concepts.get(seen.uid, {})

    def _hopeless(
        self,
        case: Case,
        about: str,
        pods: list[Seen],
        owner: Owner | None,
        t: float,
        due: list[float],
    ) -> Cause | None:
        """The first cause that decides a word, now or after its grace."""
        found: Cause | None = None
        alive = set()
        for seen, rule, symptom, uid in self._matched(pods, owner):
            if not rule.decides(about):
                continue
            key = (uid, rule.id, symptom.subject, about)
            alive.add(key)
            since = case.suffering.setdefault(key, t)
            end = since + (self.wanted.grace if rule.grace or symptom.may_be_old else 0.0)
            if end > t:
                due.append(end)
            elif found is None:
                found = self._cause(rule, symptom, seen, uid)
        for key in [key for key in case.suffering if key[3] == about and key not in alive]:
            del case.suffering[key]
        if found is None and about != FAILED and self.wanted.max_restarts is None:
            found = self._worn_out(
                [seen for seen in pods if _controller_kind(seen.pod) != "Job"], MAX_RESTARTS
            )
        return found

    def _matched(
        self, pods: list[Seen], owner: Owner | None
    ) -> Iterator[tuple[Seen | None, hopeless.Rule, hopeless.Symptom, str]]:
        for one in self._owners_asked(owner):
            events = [
                (event, uid in self._events_before and one.metadata.generation > 1)
                for uid, event in self._events.get(one.metadata.uid, {}).items()
            ]
            symptoms = hopeless.owner_symptoms(one, events, has_pods=bool(pods))
            for rule, symptom in hopeless.matches(symptoms):
                yield None, rule, symptom, one.metadata.uid
        for seen in pods:
            if seen.matched is None:
                seen.matched = hopeless.matches(
                    hopeless.pod_symptoms(
                        seen.pod,
                        self._lasting_events(seen.uid),
                        nodes_ready=self._nodes_ready,
                    )
                )
            for rule, symptom in seen.matched:
                yield seen, rule, symptom, seen.uid

    def _lasting_events(self, uid: str) -> Iterator[PodEvent]:
        """The Events about a Pod, without those that are over: others came in their place.

        What fails is tried again with pauses that double, and each try is an Event: one that
        stays away for longer than half of its time, while others like it come, has stopped.
        """
        events = list(self._events.get(uid, {}).values())
        for one in events:
            alike = [
                other.last_seen
                for other in events
                if (other.reason, other.container) == (one.reason, one.container)
            ]
            if not _has_stopped(one, max(filter(None, alike), default=None)):
                yield one

    def _owners_asked(self, owner: Owner | None) -> list[Owner]:
        if owner is None:
            return []
        if type(owner).__name__ != "Deployment":
            return [owner]
        current = rollout.current_set(owner, self._sets.values())  # type: ignore[arg-type]
        return [owner] if current is None else [owner, current]

    def _cause(
        self, rule: hopeless.Rule, symptom: hopeless.Symptom, seen: Seen | None, uid: str
    ) -> Cause:
        named = symptom.subject if symptom.facet is not Facet.CONDITION else ""
        return Cause(
            sentence=rule.said(symptom.facts),
            rule=rule.id,
            pod=seen.pod if seen else None,
            container=named if seen else "",
            explanation=self._explanation(symptom, seen) if seen is not None else self._warned(uid),
        )

    def _warned(self, uid: str) -> Explanation | None:
        """What the catalogue says of the newest Warning about an owner."""
        warnings = [one for one in self._events.get(uid, {}).values() if one.type == "Warning"]
        newest = max(warnings, key=lambda one: str(one.last_seen), default=None)
        if newest is None:
            return None
        made = self._catalog.explain(event_facts(newest, None))
        return made if made.concept is not None else None

    def _explanation(self, symptom: hopeless.Symptom, seen: Seen) -> Explanation | None:
        """What the catalogue says of a state as if it had just come."""
        pod = seen.pod
        if symptom.event is not None:
            made = self._catalog.explain(event_facts(symptom.event, pod))
        elif symptom.facet is not None and self._at is not None:
            transition = Transition(
                self._at,
                self._t,
                PodRef.of(pod),
                symptom.facet,
                symptom.subject,
                None,
                symptom.state,
            )
            made = self._catalog.explain(transition_facts(transition, None, pod))
        else:
            return None
        return made if made.concept is not None else None

    def _worn_out(self, pods: Iterable[Seen], after: int) -> Cause | None:
        """A container that failed again after so many restarts."""
        for seen in pods:
            pod = seen.pod
            init = {one.name for one in pod.spec.init_containers}
            sidecars = pod.sidecars()
            for status in pod.all_statuses():
                before = seen.restarts_before.get(status.name, 0)
                ended = hopeless.failed_again(status, after, before)
                if ended is None:
                    continue
                restarted_anyway = pod.spec.restart_policy == "Always" and status.name not in init
                if ended.exit_code == 0 and not (restarted_anyway or status.name in sidecars):
                    continue
                facet = Facet.CONTAINER
                if status.name in init:
                    facet = Facet.SIDECAR if status.name in sidecars else Facet.INIT_CONTAINER
                state = container_state(status)
                symptom = hopeless.Symptom(status.name, {}, facet, state)
                why = f", {ended.reason}" if ended.reason not in {"", "Error"} else ""
                again = "ended again" if ended.exit_code == 0 else "failed again"
                times = "once" if after == 1 else f"{after} times"
                after_restarts = f"after it was restarted {times}" if after else "once"
                return Cause(
                    sentence=f'container "{status.name}" {again} {after_restarts} '
                    f"(exit code {ended.exit_code}{why})",
                    rule="max-restarts",
                    pod=pod,
                    container=status.name,
                    explanation=self._explanation(symptom, seen),
                )
        return None

    # ── whose Pods ──

    def _owner_of(self, case: Case) -> Owner | None:
        target = case.target
        return self._owners.get((target.kind, target.namespace, target.name))

    def _generation(self, case: Case, owner: Owner | None) -> list[Seen]:
        """The Pods that are there, not being deleted, of the current generation."""
        there = [
            seen
            for seen in case.members.values()
            if not seen.gone and seen.pod.metadata.deletion_timestamp is None
        ]
        if case.target.kind == "Pod":
            return there if case.target.selector else there[-1:]
        if owner is None:
            return []
        own = rollout.pods_of(owner, [seen.pod for seen in there], self._sets.values())
        uids = {pod.metadata.uid for pod in own}
        return [seen for seen in there if seen.uid in uids]

    def _current(self, case: Case) -> list[Seen]:
        """The Pods that are judged.

        One that failed and that a controller replaces does not count: its successor does.
        """
        owner = self._owner_of(case)
        found = self._generation(case, owner)
        if isinstance(owner, Job):  # it replaces those that failed; its conditions decide
            return [seen for seen in found if seen.pod.status.phase != "Failed"] or found[-1:]
        if case.target.kind == "Pod":
            return [seen for seen in found if not (case.target.selector and _is_replaced(seen.pod))]
        return [seen for seen in found if seen.pod.status.phase != "Failed"]

    def _present(self, case: Case) -> frozenset[str]:
        """The uids of what `gone` is about: the object that is named, or the Pods."""
        if case.target.kind != "Pod":
            owner = self._owner_of(case)
            return frozenset([owner.metadata.uid] if owner is not None else [])
        return frozenset(uid for uid, seen in case.members.items() if not seen.gone)

    # ── what is known ──

    def _needed(self, case: Case) -> list[Scope]:
        """The scopes without which the target can't be judged."""
        target, kinds = case.target, kinds_needed(case.target)
        if any(one.stage == "pulled" for one in self.wanted.within):
            kinds.append("Event")  # only they say when an image was pulled
        return [
            scope
            for scope in (self._opened.scopes if self._opened else ())
            if scope.kind in kinds
            and scope.namespace in {"", target.namespace}
            and (not scope.name or scope.kind != target.kind or scope.name == target.name)
            and (not scope.label_selector or scope.label_selector == target.selector)
        ]

    def _known(self, case: Case) -> bool:
        scopes = self._needed(case)
        return bool(scopes) and all(scope in self._synced for scope in scopes)

    def _refused(self) -> Connection | None:
        """What is refused and can't be done without."""
        needed = {scope for case in self._cases for scope in self._needed(case)}
        for scope, connection in self._connections.items():
            if scope in needed and connection.state == ConnectionState.FORBIDDEN:
                return connection
        return None

    def _lost(self) -> str | None:
        """Why the cluster's state is not known at the deadline; None if it is."""
        if self._opened is None:
            return "the cluster did not answer in time"
        for case in self._cases:
            for scope in self._needed(case):
                connection = self._connections.get(scope)
                if connection is not None and connection.state == ConnectionState.RECONNECTING:
                    return f"the cluster can't be reached: {connection.cause}"
                if scope not in self._synced and (
                    connection is None or connection.state != ConnectionState.MISSING
                ):
                    return f"the cluster did not list its {scope.kind}s in time"
        return None

    # ── the verdict ──

    def _decide(
        self, outcome: Outcome, t: float, cause: Cause | None = None, case: Case | None = None
    ) -> None:
        if outcome is Outcome.MET:
            for one in self._cases:
                for check in one.checks:
                    if check.open and (check.role != "for" or not self.wanted.any_):
                        check.decide(Outcome.MET, t)
        violated: Check | None = None
        if case is not None:
            violated = next(c for c in case.checks if c.outcome is Outcome.VIOLATED)
            cause = violated.cause
        self.verdict = Verdict(
            outcome=outcome,
            t=t,
            sentence=self._sentence(outcome, case, violated, cause),
            cause=cause,
            results=tuple(self._results(outcome, t)),
            pods=tuple(self._pods_shown(outcome, case, cause)),
            notes=tuple(self._notes()),
        )

    def _results(self, outcome: Outcome, t: float) -> Iterator[Result]:
        undecided = outcome in {Outcome.TIMED_OUT, Outcome.UNAVAILABLE}
        for case in self._cases:
            missed = undecided and not case.met
            for check in case.checks:
                late = missed and check in case.awaited
                yield Result(
                    target=case.target,
                    role=check.role,
                    text=check.text,
                    outcome=outcome if late else check.outcome,
                    t=t if late else check.t,
                    cause=check.cause,
                    waits=tuple(self._waits(case, check)) if check.open else (),
                )

    def _sentence(
        self, outcome: Outcome, case: Case | None, check: Check | None, cause: Cause | None
    ) -> str:
        if case is not None and check is not None and cause is not None:
            if check.role != "for":
                return f"{case.target}: {cause.sentence}"
            return f"{case.target} will not {_reach(check.what)}: {cause.sentence}"
        if outcome is Outcome.UNAVAILABLE and cause is not None:
            return cause.sentence
        if outcome is Outcome.MET:
            said = []
            for one in self._cases:
                words = [c.text for c in one.words if c.outcome is Outcome.MET]
                words += [c.text for c in one.sequence]
                said.append(f"{one.target}: {', '.join(words)}")
            return "; ".join(said)
        missing = [one for one in self._cases if not one.met]
        absent = [str(one.target) for one in missing if self._never_came(one)]
        if absent and len(absent) == len(missing):
            none = all(one.target.selector for one in missing)
            what = "no Pod was ever selected by" if none else "never came into being:"
            names = ", ".join(absent)
            return f"{what} {names}" if none else f"{names} never came into being"
        open_ = [check for one in missing for check in one.awaited]
        texts = ", ".join(dict.fromkeys(check.text for check in open_))
        return f"{', '.join(str(one.target) for one in missing)}: {texts} not met in time"

    def _never_came(self, case: Case) -> bool:
        if case.target.kind != "Pod":
            return self._owner_of(case) is None
        return not case.members

    def _waits(self, case: Case, check: Check) -> Iterator[str]:
        word = check.what if isinstance(check.what, Word) else None
        about = word.about if word is not None else READY
        target = case.target
        if self._never_came(case):
            yield (
                "any Pod with these labels"
                if target.selector
                else f"somebody to create {target} in namespace {target.namespace}"
            )
            return
        if about == GONE:
            for seen in case.members.values():
                if not seen.gone:
                    yield f"Pod {seen.pod.metadata.name} waits for {awaited(seen.pod, GONE)}"
            if target.kind != "Pod":
                yield f"somebody to delete {target}, or its finalizers to be removed"
            return
        owner = self._owner_of(case)
        if owner is not None and about == READY and (missing := rollout.missing(owner)):
            yield missing
        elif owner is not None and about == SUCCEEDED:
            done, all_ = owner.status.succeeded, owner.spec.completions or 1
            yield f"Pods that end well: {done} of {all_}"
        pods = self._current(case)
        if not pods and target.kind == "Pod":
            yield "a Pod that is not ending" if case.members else "its Pod"
        named = 0
        for seen in pods:
            if word is not None and self._pod_holds(word, seen):
                continue
            phrase = awaited(seen.pod, about)
            if phrase and named < PODS_NAMED:
                named += 1
                yield f"Pod {seen.pod.metadata.name} waits for {phrase}"
        if not named and about in {"status", "phase", "jsonpath", "condition", "concept"}:
            yield f"{check.text}"

    def _stands(self, case: Case) -> str:
        for check in case.awaited:
            waits = list(self._waits(case, check))
            if check.since is not None:
                return f"{check.text} to stay so"
            return f"{check.text}: {waits[0]}" if waits else check.text
        return ""

    def _pods_shown(
        self, outcome: Outcome, case: Case | None, cause: Cause | None
    ) -> Iterator[PodRef]:
        if cause is not None and cause.pod is not None:
            yield PodRef.of(cause.pod)
            return
        if outcome is Outcome.MET:
            return
        for one in [case] if case is not None else self._cases:
            if not one.met:
                for seen in (self._current(one) or list(one.members.values()))[:PODS_NAMED]:
                    yield PodRef.of(seen.pod)

    def _notes(self) -> Iterator[str]:
        for connection in self._connections.values():
            if connection.state == ConnectionState.FORBIDDEN:
                yield connection.cause


def lacking(opened: Opened, target: Target) -> list[str]:
    """The kinds that a stream does not follow and without which the target can't be judged."""
    followed = {
        scope.kind
        for scope in opened.scopes
        if scope.namespace in {"", target.namespace}
        and (not scope.name or scope.kind != target.kind or scope.name == target.name)
        and (not scope.label_selector or scope.label_selector == target.selector)
    }
    return [kind for kind in kinds_needed(target) if kind not in followed]


def kinds_needed(target: Target) -> list[str]:
    """The kinds of objects without which the target can't be judged."""
    return list(
        dict.fromkeys(
            ["Pod", target.kind, *(["ReplicaSet"] if target.kind == "Deployment" else [])]
        )
    )


# ── parts ──


def _stages(pod: Pod, pulled: set[str]) -> Iterator[tuple[str, bool]]:
    """Whether the Pod has passed each stage; one that ended well has passed them all."""
    conditions = pod.status.conditions
    done = pod.status.phase == "Succeeded"
    started = bool(pod.status.container_statuses) and all(
        one.container_id for one in pod.status.container_statuses
    )
    yield "scheduled", done or _true(conditions, "PodScheduled") or bool(pod.spec.node_name)
    yield "initialized", done or _true(conditions, "Initialized")
    names = {one.name for one in pod.spec.containers}
    yield "pulled", done or started or names <= pulled
    yield "started", done or started
    yield "ready", done or _true(conditions, "Ready")


def _true(conditions: Iterable[Condition], type_: str) -> bool:
    return any(one.type == type_ and one.status == "True" for one in conditions)


def _condition_is(conditions: Iterable[Condition], word: Word) -> bool:
    return any(
        one.type.lower() == word.name.lower() and one.status.lower() == word.value
        for one in conditions
    )


def _of_owner(target: Target, word: Word) -> bool:
    """Whether the word asks the owner itself, not its Pods."""
    if target.kind == "Pod":
        return False
    if word.about == "condition":
        return word.name.lower() not in POD_CONDITIONS
    return word.about == "jsonpath"


def _owner_holds(word: Word, owner: Owner) -> bool:
    if word.path is not None:
        return _path_holds(word, word.path.found(owner))  # type: ignore[arg-type]
    return rollout.is_observed(owner) and _condition_is(owner.status.conditions, word)


def _path_holds(word: Word, values: list[str]) -> bool:
    """As kubectl wait has it: the value, or without one any value."""
    if not word.value:
        return any(values)
    return bool(values) and all(value == word.value for value in values)


def _controller_kind(pod: Pod) -> str:
    controller = pod.metadata.controller
    return controller.kind if controller is not None else ""


def _is_replaced(pod: Pod) -> bool:
    """Whether it failed and a controller makes another for it."""
    return pod.status.phase == "Failed" and _controller_kind(pod) not in {"", "Job"}


def _all_made(pods: list[Seen], owner: Owner | None) -> bool:
    """Whether there are as many Pods as there have to be: of an owner all, else any."""
    if owner is None:
        return bool(pods)
    return len(pods) >= max(rollout.wanted(owner, [seen.pod for seen in pods]), 1)


def _has_stopped(event: PodEvent, newest: datetime | None) -> bool:
    """See `_lasting_events`; `newest` is when something like it was last seen."""
    first = event.first_timestamp or event.event_time or event.last_seen
    if newest is None or first is None or event.last_seen is None:
        return False
    return newest - event.last_seen > (newest - first) / 2 + _LATE


def _is_subsequence(wanted: Sequence[str], seen: Sequence[str]) -> bool:
    rest = iter(seen)
    return all(one in rest for one in wanted)


def _reach(what: Word | Budget | None) -> str:
    if not isinstance(what, Word):
        return "come so far"
    match what.about:
        case "ready":
            return "get ready"
        case "succeeded":
            return "succeed"
        case "failed":
            return "fail"
        case "condition":
            return f"have {what.text}"
    return f"reach {what.text}"
