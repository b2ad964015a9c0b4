"""The one walk over a Pod's present state, part by part in the order of its start.

Responsible for which parts there are at a moment, and for the facts of those that no module beside
this one makes. Which state a part is in, and what is said of that, is data
(`podwatch.core.present.states`).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial

from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import Owner, Pod, PodCondition, PodEvent
from podwatch.core.present.containers import container_symptoms, sandbox_awaited
from podwatch.core.present.deletion import deletion
from podwatch.core.present.facts import PartFacts, Seen, Symptom, decoded, of_quota
from podwatch.core.present.node import silent_node
from podwatch.core.present.probes import failing_liveness
from podwatch.core.present.progress import progress
from podwatch.core.present.readiness import condition_facts, readiness
from podwatch.core.present.sandbox import is_made_again, is_prepared, sandbox
from podwatch.core.present.scheduling import scheduling
from podwatch.core.present.telling import in_order
from podwatch.core.states import Facet, State, condition_state
from podwatch.core.surroundings import Surroundings


def symptoms(
    pod: Pod,
    around: Surroundings = Surroundings(),  # noqa: B008 - it is frozen
    now: datetime | None = None,
    *,
    nodes_ready: bool = False,
    makes_room: bool = False,
    named: bool = False,
) -> Iterator[Symptom]:
    """The parts of a Pod's present state at `now` (the cluster's clock), in the order of a start.

    What ends it comes before all of that. What is known `around` it adds only what the Pod's own
    fields leave out. `nodes_ready`, `makes_room`: as in `scheduling`; `named`: as in Seen.
    """
    seen = Seen(pod, in_order(around.events), now, around, named)
    ended = pod.status.is_over
    disruption = pod.condition("DisruptionTarget")
    if disruption is not None:
        yield _disruption(seen, disruption)
    node = silent_node(seen)
    if pod.metadata.deletion_timestamp is not None:
        yield deletion(seen, pod.metadata.deletion_timestamp, silent=node is not None)
    if ended or pod.status.reason:
        yield _phase(seen, stops=ended)
    if node is not None:
        yield node
    again = False
    if not pod.spec.node_name and pod.status.phase != "Running":
        yield scheduling(seen, nodes_ready=nodes_ready, makes_room=makes_room)
    elif (again := is_made_again(seen)) or is_prepared(pod):
        yield from sandbox(seen)
    yield from sandbox_awaited(seen) if again else container_symptoms(seen)
    yield from readiness(seen)
    if not (ended or pod.status.reason):
        yield _phase(seen, stops=False)
    yield progress(seen)


def event_symptoms(pod: Pod, events: Iterable[PodEvent]) -> Iterator[Symptom]:
    """The Events about a Pod, each by itself."""
    seen = Seen(pod)
    for event in events:
        facts: Facts = {
            "event.reason": event.reason,
            "event.type": event.type,
            "event.message": event.message,
        }
        groups = {
            "message": partial(decoded, event.message),
            "probe": partial(failing_liveness, pod, event),
        }
        yield Symptom("event", PartFacts(seen, facts, groups), subject=event.container, event=event)


def owner_symptoms(
    owner: Owner,
    events: Iterable[tuple[PodEvent, bool]] = (),
    *,
    observed: bool,
    has_pods: bool = False,
) -> Iterator[Symptom]:
    """An owner's conditions and the Events about it.

    An Event comes with whether it may be about an earlier generation.
    """
    seen = Seen(Pod())
    common: Facts = {
        "owner.kind": type(owner).__name__,
        "owner.observed": observed,
        "owner.has_pods": has_pods,
    }
    for condition in owner.status.conditions:
        groups = {"quota": partial(of_quota, condition.message)}
        facts = PartFacts(seen, common | condition_facts(condition), groups)
        yield Symptom("owner-condition", facts, subject=condition.type)
    for event, may_be_old in events:
        told = common | {"event.reason": event.reason, "event.message": event.message}
        yield Symptom(
            "owner-event",
            PartFacts(seen, told, {"quota": partial(of_quota, event.message)}),
            subject=event.reason,
            event=event,
            may_be_old=may_be_old,
        )


# ── the parts ──


def _disruption(seen: Seen, condition: PodCondition) -> Symptom:
    facts = condition_facts(condition)
    for event in seen.events:
        if event.type == "Warning":  # an eviction that failed
            continue
        if by := _EVICTS.get((event.reporter, event.reason), _EVICTS.get((event.reporter, ""))):
            facts |= {"disruption.by": by, "disruption.reason": event.reason}
            facts["disruption.said"] = event.message.rstrip(".")
    groups = {"message": partial(decoded, condition.message)}
    state = condition_state(condition)
    return Symptom(
        "disruption", PartFacts(seen, facts, groups), Facet.CONDITION, "DisruptionTarget", state
    )


_EVICTS = {
    ("karpenter", "Evicted"): "Karpenter",
    ("karpenter", "Evict"): "Karpenter",
    ("cluster-autoscaler", "ScaleDown"): "the cluster autoscaler",
    ("sigs.k8s.io.descheduler", ""): "the descheduler",
}
"""Who evicts over the API and tells of it in an Event, by its reporter and reason.

https://github.com/kubernetes-sigs/descheduler/blob/v0.31.0/pkg/utils/events.go
"""


def _phase(seen: Seen, *, stops: bool) -> Symptom:
    status = seen.pod.status
    state = State(status.phase, status.reason, status.message)
    facts: Facts = {
        "phase.value": status.phase,
        "phase.reason": status.reason,
        "phase.message": status.message,
        "phase.unexplained": status.phase == "Failed" and _unexplained(seen.pod),
        "phase.outcome": "it does not run again"
        if seen.pod.has_started
        else "nothing in it ever ran",
    }
    groups = {"message": partial(decoded, status.message)}
    return Symptom("phase", PartFacts(seen, facts, groups), Facet.PHASE, state=state, stops=stops)


def _unexplained(pod: Pod) -> bool:
    """Whether nothing in the object tells why it failed."""
    status = pod.status
    return not (status.reason or status.message or pod.is_true("DisruptionTarget")) and not any(
        one.state.terminated is None or one.state.terminated.exit_code for one in pod.all_statuses()
    )
