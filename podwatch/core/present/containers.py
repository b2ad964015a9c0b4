"""The symptoms of a Pod's containers that are not done, in the order in which they start.

Responsible for the facts of init containers, sidecars and containers; ephemeral containers are
nobody's start.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from podwatch.core.concepts.container_facts import image_meant, ordinal
from podwatch.core.concepts.patterns import Facts
from podwatch.core.durations import minutes_and_seconds, so_far
from podwatch.core.kube import Container, ContainerStatus, Pod, Terminated
from podwatch.core.kubelet import (
    mains_are_over,
    next_start,
    outlook,
    pause_before_start,
    restart_policy,
    starts_again,
    told_back_off,
)
from podwatch.core.present.creation import PULLS, best_message, creation, next_pull, step
from podwatch.core.present.facts import Makes, PartFacts, Seen, Symptom, decoded
from podwatch.core.present.probes import missing_probe
from podwatch.core.present.runs import run_facts
from podwatch.core.states import (
    CONTAINER_WORDS,
    NOT_STARTED,
    Facet,
    State,
    container_state,
    containers,
    ended_state,
)
from podwatch.core.stops import stopped_for
from podwatch.core.text import times

_PULLED = re.compile(r'^Back-off pulling image "([^"]+)"')


def container_symptoms(seen: Seen) -> Iterator[Symptom]:
    """Its containers that are not done, in the order in which they start; then what is past."""
    pod = seen.pod
    statuses = {status.name: status for status in pod.all_statuses()}
    sidecars_run = False
    for spec in pod.spec.init_containers:
        if (status := statuses.get(spec.name)) is None:
            continue
        facet = Facet.SIDECAR if spec.restart_policy == "Always" else Facet.INIT_CONTAINER
        sidecars_run |= facet is Facet.SIDECAR and status.state.running is not None
        if not _is_done(facet, status):
            yield _container(seen, facet, spec, status)
    mains = [(spec, statuses[spec.name]) for spec in pod.spec.containers if spec.name in statuses]
    if len(mains) > 1:
        mains.sort(key=lambda main: _comes_late(seen, *main))
    for spec, status in mains:
        yield _container(seen, Facet.CONTAINER, spec, status)
    if sidecars_run and mains and mains_are_over(pod):
        yield Symptom("sidecars", PartFacts(seen, {}))
    for spec in pod.spec.ephemeral_containers:
        if (status := statuses.get(spec.name)) is not None and status.state.running is None:
            made = _container(seen, Facet.EPHEMERAL_CONTAINER, spec, status)
            yield Symptom("debug", made.facts, made.facet, made.subject, made.state)
    yield from _restarts(seen)


def sandbox_awaited(seen: Seen) -> Iterator[Symptom]:
    """The ends of its containers, where none starts again before there is a sandbox."""
    for facet, status in containers(seen.pod):
        if (ended := status.state.terminated or status.last_state.terminated) is not None:
            facts = restart_facts(seen, facet, status, ended)
            facts["container.outlook"] = "awaits-sandbox"
            yield Symptom("container", facts, facet, status.name, container_state(status))


def _is_done(facet: Facet, status: ContainerStatus) -> bool:
    """Whether this init container or sidecar lets the next one start, and the Pod be ready."""
    ended = status.state.terminated
    return (ended is not None and ended.exit_code == 0) or (
        facet is Facet.SIDECAR and bool(status.started) and status.ready
    )


def _restarts(seen: Seen) -> Iterator[Symptom]:
    """The containers that run again, each with the run before this one."""
    for facet, status in containers(seen.pod):
        ended = status.last_state.terminated
        if ended is not None and status.restart_count and status.state.terminated is None:
            facts = restart_facts(seen, facet, status, ended)
            yield Symptom("restart", facts, facet, status.name, ended_state(ended))


def restart_facts(
    seen: Seen, facet: Facet, status: ContainerStatus, ended: Terminated
) -> PartFacts:
    """What is known of a restarted container and of the run that ended before."""
    spec = seen.pod.spec_of(status.name) or Container(name=status.name)
    facts: Facts = {
        "container.kind": CONTAINER_WORDS[facet],
        "container.name": status.name,
        "container.restarts": status.restart_count,
        "container.times": times(status.restart_count),
        "container.reason": container_state(status).reason,
    }
    return PartFacts(seen, facts, {"run": partial(run_facts, seen, spec, ended)})


def _holds_up(pod: Pod, facet: Facet, name: str, state: State) -> bool:
    """Whether nothing of what comes after it can have begun: it waits, or has failed for good."""
    if facet is Facet.SIDECAR:
        status = pod.status_of(name)
        return status is not None and not status.started and not mains_are_over(pod)
    if state.value == "terminated":
        return facet is Facet.INIT_CONTAINER and not pod.is_true("Initialized")
    return facet is Facet.INIT_CONTAINER


def _comes_late(seen: Seen, spec: Container, status: ContainerStatus) -> tuple[bool, bool]:
    """Those that run come last; of the others the one whose image is being pulled first."""
    reason = status.state.waiting.reason if status.state.waiting is not None else ""
    told = step(seen, spec) if reason in NOT_STARTED else None
    return status.state.running is not None, told is None or told.reason != "Pulling"


def _container(seen: Seen, facet: Facet, spec: Container, status: ContainerStatus) -> Symptom:
    pod, state = seen.pod, container_state(status)
    facts: Facts = {
        "container.kind": CONTAINER_WORDS[facet],
        "container.name": spec.name,
        "container.image": spec.image,
        "container.state": state.value,
        "container.restarts": status.restart_count,
        "container.reason": state.reason,
    }
    until: dict[str, Callable[[], datetime | None]] = {}
    groups: dict[str, Makes] = {}
    if state.value == "running":
        facts |= _running(seen, facet, spec, status)
    elif state.value == "waiting":
        facts["container.creating"] = state.reason in NOT_STARTED
        if state.reason in NOT_STARTED:
            facts |= creation(seen, spec)
        elif state.reason in PULLS:
            until["next pull"] = partial(next_pull, seen, spec)
        message = best_message(seen, spec, state)
        groups["message"] = partial(decoded, message)
        facts["container.image"] = (meant := image_meant(pod, spec, state.message))
        told = _PULLED.search(state.message) if state.reason in PULLS else None
        if told is not None and told[1] not in {meant, spec.image}:
            facts["container.differs"] = "; that is another image than the spec names now"
    else:
        ended = status.state.terminated
        why = stopped_for(pod, spec.name, ended, seen.stops) if ended is not None else ""
        facts["container.outlook"] = outlook(pod, spec, status, state, why)
        facts["container.exit_code"] = state.exit_code or 0
        facts["container.because"] = _not_again(pod, spec, state)
    if (ended := status.state.terminated or status.last_state.terminated) is not None:
        facts["container.run"] = ordinal(status.restart_count + (state.value != "running"))
        groups["run"] = partial(run_facts, seen, spec, ended)
    if state.reason == "CrashLoopBackOff" or facts.get("container.outlook") == "backs-off":
        if pause := pause_before_start(status, state):
            up_to = "" if told_back_off(state) is not None else "up to "
            facts["container.pause"] = f"{up_to}{minutes_and_seconds(pause.total_seconds())}"
        until["next start"] = partial(next_start, pod, status)
    return Symptom(
        "container",
        PartFacts(seen, facts, groups),
        facet,
        spec.name,
        state,
        until=until,
        stops=_holds_up(pod, facet, spec.name, state),
    )


def _not_again(pod: Pod, spec: Container, state: State) -> str:
    """What keeps it from being started again, in brackets; empty where nothing does."""
    if not starts_again(pod, spec, state.exit_code):
        return f" (restartPolicy {restart_policy(pod, spec)})"
    if pod.metadata.deletion_timestamp is not None:
        return " (the Pod is being deleted)"
    return f" (the Pod is {pod.status.phase})" if pod.status.is_over else ""


def _running(seen: Seen, facet: Facet, spec: Container, status: ContainerStatus) -> Facts:
    facts: Facts = {}
    since = status.state.running.started_at if status.state.running is not None else None
    if facet is Facet.INIT_CONTAINER and since is not None and seen.now is not None:
        facts["container.runs_for"] = so_far(seen.now - since)
    if facet is Facet.CONTAINER and seen.pod.status.phase == "Running":
        facts |= _done_beside(seen.pod)
    if spec.startup_probe is not None and status.started is False:
        facts |= missing_probe(seen, spec, spec.startup_probe, "startup")
    elif spec.readiness_probe is not None and not status.ready:
        facts |= missing_probe(seen, spec, spec.readiness_probe, "readiness")
    return facts


def _done_beside(pod: Pod) -> Facts:
    """Its main containers that ended for good, in words, and whether one of them failed."""
    done = {
        status.name: ended.exit_code
        for status in pod.status.container_statuses
        if (ended := status.state.terminated) is not None
        and (spec := pod.spec_of(status.name)) is not None
        and not starts_again(pod, spec, ended.exit_code)
    }
    return {
        "container.outlives": f"container{'s' if len(done) > 1 else ''} {', '.join(done)}"
        if done
        else "",
        "container.outlives_failed": any(done.values()),
    }
