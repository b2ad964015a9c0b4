"""The symptoms of a Pod's containers that are not done, in the order in which they start.

Responsible for the facts of init containers, sidecars and containers; ephemeral containers are
nobody's start.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial

from podwatch.core.concepts.container_facts import image_meant
from podwatch.core.concepts.patterns import Facts
from podwatch.core.durations import approximate
from podwatch.core.kube import Container, ContainerStatus, Pod, PodEvent
from podwatch.core.kubelet import (
    back_off,
    mains_are_over,
    next_start,
    outlook,
    pause_before_start,
    told_back_off,
)
from podwatch.core.present.facts import (
    PartFacts,
    Seen,
    Symptom,
    after_colon,
    first_line,
    in_brackets,
    newest,
)
from podwatch.core.states import CONTAINER_WORDS, NOT_STARTED, Facet, State, container_state

_OVERDUE = timedelta(seconds=20)
"""So long after its time a pull is not said to come any moment."""


def container_symptoms(seen: Seen) -> Iterator[Symptom]:
    """Its containers that are not done, in the order in which they start; no ephemeral ones."""
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
        yield Symptom("sidecars", PartFacts(pod, {}))


def _is_done(facet: Facet, status: ContainerStatus) -> bool:
    """Whether this init container or sidecar lets what comes after it start."""
    ended = status.state.terminated
    return (ended is not None and ended.exit_code == 0) or (
        facet is Facet.SIDECAR and bool(status.started)
    )


def _holds_up(pod: Pod, facet: Facet, state: State) -> bool:
    """Whether nothing of what comes after it can have begun: it waits, or has failed for good."""
    if state.value == "terminated":
        return facet is Facet.INIT_CONTAINER and not pod.is_true("Initialized")
    return facet is not Facet.CONTAINER and state.value == "waiting"


def _comes_late(seen: Seen, spec: Container, status: ContainerStatus) -> tuple[bool, bool]:
    """Those that run come last; of the others the one whose image is being pulled first."""
    reason = status.state.waiting.reason if status.state.waiting is not None else ""
    step = _step(seen, spec) if reason in NOT_STARTED else None
    return status.state.running is not None, step is None or step.reason != "Pulling"


def _container(seen: Seen, facet: Facet, spec: Container, status: ContainerStatus) -> Symptom:
    pod, state = seen.pod, container_state(status)
    facts: Facts = {
        "container.kind": CONTAINER_WORDS[facet],
        "container.name": spec.name,
        "container.image": spec.image,
        "container.state": state.value,
    }
    if state.reason:
        facts["container.reason"] = state.reason
    if state.message:
        facts["container.image"] = image_meant(pod, spec, state.message)
        facts["container.message"] = state.message
        facts["container.in_brackets"] = in_brackets(state.message)
        facts["container.after_colon"] = after_colon(state.message)
    until: dict[str, Callable[[], datetime | None]] = {}
    last = status.last_state.terminated
    if last is not None:
        facts["container.last_reason"] = last.reason
        facts["container.last_message"] = last.message
    if state.value == "running":
        facts |= _running(seen, facet, spec, status)
    elif state.value == "waiting":
        facts["container.creating"] = state.reason in NOT_STARTED
        if state.reason in NOT_STARTED:
            facts |= _creation(seen, spec)
        until["next pull"] = partial(_next_pull, seen, spec)
    else:
        facts["container.outlook"] = outlook(pod, spec, status)
        facts["container.exit_code"] = state.exit_code or 0
    if state.reason == "CrashLoopBackOff" or facts.get("container.outlook") == "backs-off":
        if pause := pause_before_start(status, state):
            up_to = "" if told_back_off(state) is not None else "up to "
            facts["container.pause"] = f"{up_to}{approximate(pause)}"
        until["next start"] = partial(next_start, pod, status)
    return Symptom(
        "container",
        PartFacts(pod, facts),
        facet,
        spec.name,
        state,
        until=until,
        stops=_holds_up(pod, facet, state),
    )


def _running(seen: Seen, facet: Facet, spec: Container, status: ContainerStatus) -> Facts:
    facts: Facts = {}
    since = status.state.running.started_at if status.state.running is not None else None
    if facet is Facet.INIT_CONTAINER and since is not None and seen.now is not None:
        facts["container.runs_for"] = f" for {approximate(seen.now - since)}"
    if spec.startup_probe is not None and status.started is False:
        facts["probe.missing"] = "startup"
        facts["probe.in_brackets"] = _answer(seen, spec, "Startup probe")
    elif spec.readiness_probe is not None and not status.ready:
        facts["probe.missing"] = "readiness"
        facts["probe.in_brackets"] = _answer(seen, spec, "Readiness probe")
    return facts


def _creation(seen: Seen, spec: Container) -> Facts:
    step = _step(seen, spec)
    if step is None or step.last_seen is None:
        return {}
    return {
        "container.step": step.reason,
        "container.step_takes": approximate((seen.now or step.last_seen) - step.last_seen),
        "container.post_start": spec.lifecycle is not None
        and spec.lifecycle.post_start is not None,
    }


def _step(seen: Seen, spec: Container) -> PodEvent | None:
    """How far the kubelet is with a container that it creates: the newest Event about that."""
    own = [event for event in seen.events if event.container == spec.name]
    return newest(own, "Pulling", "Pulled", "Failed", "Started")


def _next_pull(seen: Seen, spec: Container) -> datetime | None:
    """When the kubelet asks the registry again; None if no Event tells that any more.

    Pulls that fail pause like containers that do: from 10 s on, doubled up to 5 minutes.
    https://v1-34.docs.kubernetes.io/docs/concepts/containers/images/#imagepullbackoff
    """
    failure = _last_told(seen, spec, "Failed", "Failed to pull image")
    if failure is None or failure.last_seen is None:
        return None
    try:
        until = failure.last_seen + back_off(failure.times)
    except OverflowError:  # anybody can write the year 9999 into an Event
        return None
    # The reporter's spam filter lets through 25 Events about one Pod, then one in 5 minutes:
    # https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/client-go/tools/record/events_cache.go
    return until if seen.now is None or seen.now - until <= _OVERDUE else None


def _answer(seen: Seen, spec: Container, probe: str) -> str:
    """What the probe said when it failed last."""
    failure = _last_told(seen, spec, "Unhealthy", probe)
    answer = failure.message.partition(": ")[2] if failure is not None else ""
    return f' ("{first_line(answer)}")' if answer.strip() else ""


def _last_told(seen: Seen, spec: Container, reason: str, beginning: str) -> PodEvent | None:
    """The newest Event of a reason that may be about a container, with such a message."""
    names = {"", spec.name}
    told = [one for one in seen.events if one.reason == reason and one.container in names]
    return next((one for one in reversed(told) if one.message.startswith(beginning)), None)
