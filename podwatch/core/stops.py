"""Stops: why a run of a container was stopped from outside, where the exit code does not tell.

Responsible for what the Pod's deletion, its own reason and Events prove of that: a stop is about
the run that it falls into. Whether a container is started again is `podwatch.core.kubelet`'s.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from podwatch.core.durations import LONGEST
from podwatch.core.kube import Pod, PodEvent, Terminated


class Stop(msgspec.Struct, frozen=True, gc=False):
    """What an Event says of one: why (a value of the fact container.stopped_for), and when.

    `container` is empty where all of the Pod's are meant. `times`: how often it has happened so
    far, the last time at `at`. Small, as a busy cluster has many.
    """

    container: str
    why: str
    at: datetime
    times: int = 1


_TOLD = (
    ("liveness probe", "liveness-probe"),
    ("startup probe", "startup-probe"),
    ("definition changed", "definition-changed"),
    ("spec hash changed", "definition-changed"),
    ("resize requires restart", "resize"),
    ("PostStartHook", "post-start-hook"),
)
"""Parts of the message of a Killing Event. "Stopping container app" says no cause.

https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/kuberuntime/kuberuntime_manager.go
(`computePodActions`); "spec hash changed" is of kubelets up to 1.11.
"""

_OF_THE_POD = {
    "Evicted": "eviction",
    "Preempting": "critical-pod",
    "DeadlineExceeded": "deadline",
    "Terminated": "node-shutdown",
    "NodeShutdown": "node-shutdown",
}
"""Reasons with which the kubelet ends a whole Pod; `Terminated` is that of a node's shutdown.

https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/nodeshutdown/nodeshutdown_manager.go
"""

_EVENTS = frozenset({"Evicted", "Preempting"})

_PROBES = (
    ("Liveness probe failed", "liveness-probe"),
    ("Startup probe failed", "startup-probe"),
)
_AT_MOST = timedelta(seconds=5)
"""From the last failure of a probe to the kill that it leads to."""

RESTARTS = frozenset({"resize", "definition-changed"})
"""After these the kubelet starts the container again whatever its restart policy says."""

AT_ONCE = RESTARTS | {"liveness-probe", "startup-probe"}
"""The kubelet stops and starts the container in one go: no pause is counted from this end."""

STOPS_KEPT = 8
"""How many are kept of a Pod, the newest of each container."""


def stop(event: PodEvent) -> Stop | None:
    """The stop that an Event tells of; None if it tells of none, or not why."""
    if event.reason == "Killing":
        why = next((why for part, why in _TOLD if part in event.message), "")
    else:
        why = _OF_THE_POD[event.reason] if event.reason in _EVENTS else ""
    at = event.last_seen
    return Stop(event.container, why, at, event.times) if why and at is not None else None


def unsaid_stops(pod: Pod, events: Iterable[PodEvent]) -> list[Stop]:
    """The stops for a probe where the Event of the kill doesn't name it: `events`, oldest first.

    Of a Pod whose containers are not started again the kubelet then kills the whole Pod, with
    "Stopping container app" (https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/kuberuntime/kuberuntime_manager.go,
    `computePodActions`, where nothing is left to keep).
    """
    over = pod.metadata.deletion_timestamp is not None or pod.status.reason
    if over or pod.spec.restart_policy != "Never":
        return []
    failed: dict[str, tuple[str, datetime]] = {}
    stops = []
    for event in events:
        at = event.last_seen
        why = next((why for begins, why in _PROBES if event.message.startswith(begins)), "")
        if event.reason == "Unhealthy" and why and at is not None:
            failed[event.container] = why, at
        elif event.reason == "Killing" and at is not None and event.container in failed:
            why, since = failed[event.container]
            if event.message.startswith("Stopping container") and at - since <= _AT_MOST:
                stops.append(Stop(event.container, why, at, event.times))
    return stops


def with_stop(known: tuple[Stop, ...], new: Stop) -> tuple[Stop, ...]:
    """What is known of a Pod with a stop more, the newest of each container."""
    others = [one for one in known if one.container != new.container]
    return (*others, new)[-STOPS_KEPT:]


def stopped_for(pod: Pod, name: str, ended: Terminated, stops: Iterable[Stop] = ()) -> str:
    """Why the kubelet stopped this run of a container; empty if nothing says that it did.

    An Event proves it if it is younger than the run's start and not younger than its end, or if
    it has happened as often as the container has ended.
    """
    if ended.reason not in {"Error", "Completed", ""}:
        return ""  # OOMKilled and the like say it themselves
    for one in stops:
        if one.container in {name, ""} and (_within(one.at, ended) or _each_time(one, pod, ended)):
            return one.why
    return _for_the_pod(pod, ended)


def _within(at: datetime, ended: Terminated) -> bool:
    return (ended.started_at is None or at >= ended.started_at) and (
        ended.finished_at is None or at <= ended.finished_at
    )


def _each_time(stop: Stop, pod: Pod, ended: Terminated) -> bool:
    """Whether all ends of the container up to this one were stops.

    Of an Event that is repeated only the last time is known, which may be about the run after.
    """
    status, finished = pod.status_of(stop.container), ended.finished_at
    if status is None or finished is None:
        return False
    ends = status.restart_count + (status.state.terminated == ended)
    return stop.times - (stop.at > finished) >= ends > 0


def _for_the_pod(pod: Pod, ended: Terminated) -> str:
    """Whether the kubelet ended the whole Pod, as its reason says, and this run with it."""
    status, finished = pod.status, ended.finished_at
    why = _OF_THE_POD.get(status.reason, "") if status.is_over else ""
    if not why or finished is None:
        return ""
    if why == "deadline":
        begun, seconds = status.start_time, pod.spec.active_deadline_seconds or 0
        return why if begun is None or _seconds(begun, finished) >= seconds else ""
    disrupted = pod.condition("DisruptionTarget")
    if disrupted is not None and disrupted.last_transition_time is not None:
        return why if finished >= disrupted.last_transition_time else ""
    # A full emptyDir sets no condition: only a signal shows that the run did not end before.
    return why if ended.exit_code in {137, 143} else ""


# ── the deletion ──


_CLEAN_UP = 60
"""Seconds that the kubelet may take from the end of a Pod's containers to its own last delete."""


def ended_before_deletion(pod: Pod, ended: Terminated | None) -> bool:
    """Whether this run was over before the deletion was asked for (both in whole seconds).

    The time of asking is what the API server keeps the same, however often the grace period is
    shortened: the deletion's deadline without the grace period.
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go
    With a grace period of zero it is gone: the deadline is that of the last delete, the kubelet's
    own after the end, or that of a Pod that was over. Only an end long before proves anything.
    """
    deadline = pod.metadata.deletion_timestamp
    grace = pod.metadata.deletion_grace_period_seconds
    if deadline is None or grace is None or ended is None or ended.finished_at is None:
        return False
    if grace == 0:
        usual = pod.spec.termination_grace_period_seconds
        grace = _CLEAN_UP + (30 if usual is None else usual)
    return _seconds(deadline, ended.finished_at) < -grace


def stop_took(pod: Pod, ended: Terminated) -> timedelta | None:
    """How long a run went on after its Pod's deletion was asked for, at least a second.

    A kill at the end of the grace period took that long: what is more is in the whole seconds.
    """
    deadline = pod.metadata.deletion_timestamp
    grace = pod.metadata.deletion_grace_period_seconds
    if deadline is None or grace is None or ended.finished_at is None:
        return None
    late = _seconds(deadline, ended.finished_at)
    if ended.exit_code == 137 and grace and -1 <= late <= 2:
        late = 0
    return timedelta(seconds=max(late + grace, 1)) if 0 <= late + grace < LONGEST else None


def killed_after_grace(pod: Pod, ended: Terminated) -> bool:
    """Whether this run was ended by SIGKILL because the grace period was over.

    137 alone proves only that; here the Pod was being deleted, and the end is not before
    the deletion's deadline (both in whole seconds). The kubelet's own last delete sets the grace
    period to zero, and a finalizer can show the Pod after that: then the spec's counts.
    """
    deadline = pod.metadata.deletion_timestamp
    if (
        ended.exit_code != 137
        or ended.reason in {"OOMKilled", "ContainerStatusUnknown", "RestartingAllContainers"}
        or deadline is None
        or ended.finished_at is None
        or ended_before_deletion(pod, ended)
    ):
        return False
    grace = pod.metadata.deletion_grace_period_seconds
    more = pod.spec.termination_grace_period_seconds or 0 if grace == 0 else 0
    return _seconds(deadline, ended.finished_at) >= more - 1


def _seconds(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds()
