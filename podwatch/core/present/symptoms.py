"""The one walk over a Pod's present state, part by part in the order of its start.

Responsible for which parts there are at a moment, and for the facts of those that no module beside
this one makes. Which state a part is in, and what is said of that, is data
(`podwatch.core.present.states`).
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from podwatch.core.concepts.patterns import Facts
from podwatch.core.durations import human_duration
from podwatch.core.kube import ContainerStatus, Owner, Pod, PodCondition, PodEvent, Terminated
from podwatch.core.kubelet import FORGETS
from podwatch.core.present.containers import (
    container_symptoms,
    restart_facts,
    sandbox_awaited,
)
from podwatch.core.present.deletion import deletion
from podwatch.core.present.facts import PartFacts, Seen, Symptom, decoded
from podwatch.core.present.node import silent_node
from podwatch.core.present.probes import failing_liveness
from podwatch.core.present.readiness import condition_facts, readiness
from podwatch.core.present.scheduling import scheduling
from podwatch.core.present.telling import in_order, newest, troubles, volume_of
from podwatch.core.states import NOT_STARTED, Facet, State, condition_state, containers
from podwatch.core.surroundings import Surroundings


def symptoms(
    pod: Pod,
    around: Surroundings = Surroundings(),  # noqa: B008 - it is frozen
    now: datetime | None = None,
    *,
    nodes_ready: bool = False,
    named: bool = False,
) -> Iterator[Symptom]:
    """The parts of a Pod's present state at `now` (the cluster's clock), in the order of a start.

    What ends it comes before all of that. What is known `around` it adds only what the Pod's own
    fields leave out. `nodes_ready`: no Node may still come or start; `named`: as in Seen.
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
        yield scheduling(seen, nodes_ready=nodes_ready)
    elif (again := _is_made_again(seen)) or _is_prepared(pod):
        yield from _sandbox(seen)
    yield from sandbox_awaited(seen) if again else container_symptoms(seen)
    yield from readiness(seen)
    if not (ended or pod.status.reason):
        yield _phase(seen, stops=False)
    yield _progress(seen)


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
        facts = PartFacts(seen, common | condition_facts(condition))
        yield Symptom("owner-condition", facts, subject=condition.type)
    for event, may_be_old in events:
        told = common | {"event.reason": event.reason, "event.message": event.message}
        yield Symptom(
            "owner-event",
            PartFacts(seen, told),
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
        "phase.unexplained": _unexplained(seen.pod),
        "phase.outcome": "it does not run again"
        if seen.pod.has_started
        else "nothing of it ever ran",
    }
    groups = {"message": partial(decoded, status.message)}
    return Symptom("phase", PartFacts(seen, facts, groups), Facet.PHASE, state=state, stops=stops)


def _unexplained(pod: Pod) -> bool:
    """Whether nothing in the object tells why it failed."""
    status = pod.status
    return not (status.reason or status.message or pod.is_true("DisruptionTarget")) and not any(
        one.state.terminated is None or one.state.terminated.exit_code for one in pod.all_statuses()
    )


def _is_prepared(pod: Pod) -> bool:
    """Whether the kubelet has still to set up its sandbox, volumes and network.

    A sandbox may be made anew later on, but then the containers tell more. What is no kubelet
    (a virtual node) may tell that the Pod runs, and nothing of its containers.
    """
    if pod.status.phase == "Running" and not any(pod.all_statuses()):
        return False
    return not pod.is_true("PodReadyToStartContainers") and all(
        status.state.running is None
        and status.state.terminated is None
        and (status.state.waiting is None or status.state.waiting.reason in NOT_STARTED)
        for status in pod.all_statuses()
    )


def _is_made_again(seen: Seen) -> bool:
    """Whether its sandbox is gone, and can't be made again: no container starts before that."""
    pod, told = seen.pod, newest(seen.events, "FailedCreatePodSandBox")
    if told is None or told.last_seen is None or pod.is_true("PodReadyToStartContainers"):
        return False
    statuses = pod.all_statuses()
    ends = [one for it in statuses if (one := it.state.terminated or it.last_state.terminated)]
    return (
        bool(ends)
        and not pod.status.is_over
        and not any(it.state.running for it in statuses)
        and all(one.finished_at and one.finished_at < told.last_seen for one in ends)
    )


def _sandbox(seen: Seen) -> Iterator[Symptom]:
    """What its sandbox waits for: one symptom for each volume in trouble."""
    pod = seen.pod
    sandbox = pod.condition("PodReadyToStartContainers")
    first = next((status.name for status in pod.all_statuses()), "")
    if not first and pod.spec.containers:
        first = pod.all_containers()[0].name
    facts: Facts = {
        "sandbox.begun": sandbox is not None
        or any(pod.all_statuses())
        or pod.condition("Initialized") is not None,
        "sandbox.pulls": sandbox is None and newest(seen.events, "Pulling", "Pulled") is not None,
        "sandbox.container": first,
        "sandbox.claims": ", ".join(pod.spec.claims),
    }
    found = troubles(seen.events)
    for trouble in found:
        told = facts | {"event.reason": trouble.reason}
        groups = {"message": partial(decoded, _with_object(pod, trouble.message))}
        yield Symptom("sandbox", PartFacts(seen, told, groups), event=trouble)
    if not found:
        yield Symptom("sandbox", PartFacts(seen, facts))


_NO_KEY = re.compile(r"references non-existent (config|secret) key: (\S+)$")


def _with_object(pod: Pod, message: str) -> str:
    """The message, with the ConfigMap or Secret of its volume where it names only the key."""
    if (told := _NO_KEY.search(message)) is None:
        return message
    name = volume_of(message)
    kind = "ConfigMap" if told[1] == "config" else "Secret"
    for volume in (one for one in pod.spec.volumes if one.name == name):
        found = []
        if kind == "ConfigMap" and volume.config_map is not None:
            found = [volume.config_map.name]
        elif kind == "Secret" and volume.secret is not None:
            found = [volume.secret.secret_name]
        elif volume.projected is not None:
            parts = (
                part.config_map if kind == "ConfigMap" else part.secret
                for part in volume.projected.sources
            )
            found = [
                part.name
                for part in parts
                if part is not None and told[2] in {item.key for item in part.items}
            ]
        if found:
            return f"{message} in {kind} {found[0]}"
    return message


_PAST = timedelta(hours=1)
"""After that a restart says nothing about now, and how long ago it was is news."""
_OFTEN = 2
"""After so many restarts a container that has just begun again is not said to be well."""


def _loops(status: ContainerStatus, ended: Terminated, now: datetime | None) -> bool:
    """Whether a container was restarted often, last so recently that the kubelet remembers it."""
    often = status.state.running is not None and status.restart_count >= _OFTEN
    if not often or now is None or ended.finished_at is None:
        return False
    return now - ended.finished_at < FORGETS


def _long_ago(status: ContainerStatus, ended: Terminated, now: datetime | None) -> str:
    """How long ago it was restarted last, as kubectl writes it, where that is long past."""
    if now is None or ended.finished_at is None or now - ended.finished_at < _PAST:
        return ""
    ago = human_duration((now - ended.finished_at).total_seconds())
    return f" (last {ago} ago)" if status.restart_count > 1 else f" ({ago} ago)"


def _progress(seen: Seen) -> Symptom:
    """How far it has come, where nothing is amiss."""
    pod = seen.pod
    again = [
        (ended.finished_at or pod.metadata.creation_timestamp, facet, status, ended)
        for facet, status in containers(pod)
        if status.restart_count and (ended := status.last_state.terminated) is not None
    ]
    facts: Facts = {
        "progress.restarted": bool(again),
        "progress.told": any(pod.all_statuses()),
    }
    if again:
        # One that was stopped because another one ended says less than that one.
        _, facet, status, ended = max(
            again, key=lambda one: (one[3].reason != "RestartingAllContainers", str(one[0]))
        )
        facts["progress.loops"] = _loops(status, ended, seen.now)
        facts["progress.ago"] = _long_ago(status, ended, seen.now)
        of_run = restart_facts(seen, facet, status, ended)
        of_run.update(facts)
        return Symptom("progress", of_run, subject=status.name)
    return Symptom("progress", PartFacts(seen, facts))
