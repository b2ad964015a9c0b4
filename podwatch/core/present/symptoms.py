"""The one walk over a Pod's present state, part by part in the order of its start.

Responsible for which parts there are at a moment, and for their facts; those of containers are
made in `podwatch.core.present.containers`. Which state a part is in, and what is said of that, is
data (`podwatch.core.present.states`).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import Condition, Owner, Pod, PodEvent
from podwatch.core.present.containers import container_symptoms
from podwatch.core.present.facts import (
    SANDBOX_TROUBLE,
    PartFacts,
    Seen,
    Symptom,
    after_colon,
    in_brackets,
    newest,
)
from podwatch.core.states import NOT_STARTED, Facet, State, condition_state


def symptoms(
    pod: Pod,
    events: Iterable[PodEvent] = (),
    now: datetime | None = None,
    *,
    nodes_ready: bool = False,
) -> Iterator[Symptom]:
    """The parts of a Pod's present state at `now` (the cluster's clock), in the order of a start.

    A deletion comes before all of that, then an end. `events` are those about this Pod, in any
    order: they add only what the fields leave out.
    """
    known = [event for event in events if event.last_seen is not None]
    if len(known) > 1:
        known.sort(key=lambda event: (event.last_seen, event.times))
    if pod.metadata.deletion_timestamp is not None:
        yield _deletion(pod, pod.metadata.deletion_timestamp, now)
    ended = pod.status.is_over
    if ended:
        yield _phase(pod, stops=True)
    if not pod.spec.node_name:
        yield _scheduling(pod, known, nodes_ready=nodes_ready)
    elif _is_prepared(pod):
        yield _sandbox(pod, known)
    yield from container_symptoms(Seen(pod, known, now))
    ready = pod.condition("Ready")
    if ready is not None and pod.is_true("ContainersReady"):
        yield _readiness(pod, ready)
    if not ended:
        yield _phase(pod, stops=False)


def event_symptoms(pod: Pod, events: Iterable[PodEvent]) -> Iterator[Symptom]:
    """The Events about a Pod, each by itself."""
    for event in events:
        facts = PartFacts(pod, {"event.reason": event.reason, "event.message": event.message})
        yield Symptom("event", facts, subject=event.container, event=event)


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
    common: Facts = {
        "owner.kind": type(owner).__name__,
        "owner.observed": observed,
        "owner.has_pods": has_pods,
    }
    for condition in owner.status.conditions:
        facts = common | _condition(condition)
        yield Symptom("owner-condition", facts, subject=condition.type)
    for event, may_be_old in events:
        facts = common | {"event.reason": event.reason, "event.message": event.message}
        yield Symptom(
            "owner-event", facts, subject=event.reason, event=event, may_be_old=may_be_old
        )


# ── the parts ──


def _deletion(pod: Pod, deadline: datetime, now: datetime | None) -> Symptom:
    statuses = pod.all_statuses()
    on_node = bool(pod.spec.node_name)
    facts: Facts = {
        "deletion.mirror": bool(pod.metadata.annotations.config_mirror),
        "deletion.runs": on_node and any(one.state.running is not None for one in statuses),
        "deletion.overdue": on_node and now is not None and now >= deadline,
        "deletion.hooks": any(
            spec.lifecycle is not None and spec.lifecycle.pre_stop is not None
            for spec in pod.all_containers()
        ),
        "deletion.finalizers": ", ".join(pod.metadata.finalizers),
        "deletion.ended": bool(statuses) and all(one.state.terminated for one in statuses),
    }
    until = {"grace period ends": lambda: deadline}
    return Symptom("deletion", PartFacts(pod, facts), Facet.DELETION, until=until, stops=True)


def _phase(pod: Pod, *, stops: bool) -> Symptom:
    status = pod.status
    state = State(status.phase, status.reason, status.message)
    facts = PartFacts(pod, {"phase.value": status.phase})
    return Symptom("phase", facts, Facet.PHASE, state=state, stops=stops)


def _scheduling(pod: Pod, events: list[PodEvent], *, nodes_ready: bool) -> Symptom:
    scheduled = pod.condition("PodScheduled")
    told = newest(events, "FailedScheduling", "TriggeredScaleUp")
    facts: Facts = {
        "scheduling.gates": ", ".join(gate.name for gate in pod.spec.scheduling_gates),
        "scheduling.nominated": pod.status.nominated_node_name,
        "scheduling.told": told.reason if told is not None else "",
        "nodes.all_ready": nodes_ready,
    }
    if scheduled is not None:
        facts |= _condition(scheduled)
        # Whom the scheduler might evict for it is told by no room, and is long.
        why, _, _ = scheduled.message.partition(" preemption:")
        facts["condition.in_brackets"] = in_brackets(
            why if scheduled.reason == "Unschedulable" else scheduled.message
        )
    return Symptom(
        "scheduling",
        PartFacts(pod, facts),
        Facet.CONDITION if scheduled is not None else None,
        "PodScheduled",
        condition_state(scheduled) if scheduled is not None else None,
        stops=True,
    )


def _is_prepared(pod: Pod) -> bool:
    """Whether the kubelet has still to set up its sandbox, volumes and network.

    A sandbox may be made anew later on, but then the containers tell more.
    """
    return not pod.is_true("PodReadyToStartContainers") and all(
        status.state.running is None
        and status.state.terminated is None
        and (status.state.waiting is None or status.state.waiting.reason in NOT_STARTED)
        for status in pod.all_statuses()
    )


def _sandbox(pod: Pod, events: list[PodEvent]) -> Symptom:
    sandbox = pod.condition("PodReadyToStartContainers")
    first = next((status.name for status in pod.all_statuses()), "")
    if not first and pod.spec.containers:
        first = pod.all_containers()[0].name
    facts: Facts = {
        "sandbox.begun": sandbox is not None
        or any(pod.all_statuses())
        or pod.condition("Initialized") is not None,
        "sandbox.pulls": sandbox is None and newest(events, "Pulling", "Pulled") is not None,
        "sandbox.container": first,
        "sandbox.claims": ", ".join(pod.spec.claims),
    }
    trouble = newest(events, *SANDBOX_TROUBLE)
    if trouble is not None:
        facts["event.reason"] = trouble.reason
        facts["event.in_brackets"] = in_brackets(trouble.message)
    return Symptom("sandbox", PartFacts(pod, facts))


def _readiness(pod: Pod, ready: Condition) -> Symptom:
    gates = [
        gate.condition_type
        for gate in pod.spec.readiness_gates
        if not pod.is_true(gate.condition_type)
    ]
    resize = pod.condition("PodResizePending")
    facts: Facts = {
        "readiness.ready": ready.status == "True",
        "readiness.reason": ready.reason,
        "readiness.gates": ", ".join(gates),
        "readiness.gate": gates[0] if gates else "",
        "readiness.resizing": resize is not None and resize.status == "True",
        "readiness.in_brackets": in_brackets(resize.message) if resize is not None else "",
    }
    return Symptom("readiness", PartFacts(pod, facts))


def _condition(condition: Condition) -> Facts:
    return {
        "condition.type": condition.type,
        "condition.status": condition.status,
        "condition.reason": condition.reason,
        "condition.message": condition.message,
        "condition.after_colon": after_colon(condition.message),
    }
