"""What a Pod that does not move waits for, and from whom.

Responsible for one sentence about silence, made of the Pod's own fields; Events only add what
the fields leave out (since when an image is pulled, what a probe answered). Which Pods are
silent, and since when, is `podwatch.core.session`'s business.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import msgspec

from podwatch.core.concepts.facts import (
    image_meant,
    readable,
)
from podwatch.core.durations import approximate
from podwatch.core.kube import Container, ContainerStatus, Pod, PodEvent
from podwatch.core.kubelet import outlook, pause_before_start, told_back_off
from podwatch.core.states import NOT_STARTED, container_state
from podwatch.core.text import one_line

TELLING = frozenset(
    {
        "FailedScheduling",
        "TriggeredScaleUp",
        "FailedAttachVolume",
        "FailedMount",
        "FailedMapVolume",
        "FailedCreatePodSandBox",
        "NetworkNotReady",
        "Pulling",
        "Pulled",
        "Started",
        "Failed",
        "Unhealthy",
    }
)
"""The reasons of the Events that say something about a wait."""

_VOLUME_TROUBLE = ("FailedAttachVolume", "FailedMount", "FailedMapVolume")
_NETWORK_TROUBLE = ("FailedCreatePodSandBox", "NetworkNotReady")
_NO_IMAGE = frozenset({"ErrImagePull", "ImagePullBackOff", "RegistryUnavailable"})
_MESSAGE_LENGTH = 160
_OVERDUE = timedelta(seconds=20)
"""So long after its time nothing is said to come any moment."""


class Wait(msgspec.Struct, frozen=True):
    """What a Pod waits for: `sentence`, and `who` has to act.

    `brief`: the same in a few words, "a node"; with `until`, what comes then, "next start".
    `until`: when it ends (UTC), where the Pod's fields say it; about, as they have whole seconds.
    """

    sentence: str
    who: str
    brief: str
    until: datetime | None = None

    def short(self, now: datetime) -> str:
        """The few words with a countdown: "waits for a node", "next start in about 23 s"."""
        if self.until is None:
            return f"waits for {self.brief}"
        return f"{self.brief} {countdown(self.until, now)}"


def countdown(until: datetime, now: datetime) -> str:
    """How long it still takes: "in about 23 s", "any moment"."""
    left = (until - now).total_seconds()
    return f"in about {approximate(timedelta(seconds=left))}" if left >= 1 else "any moment"


def waiting_for(pod: Pod, events: Iterable[PodEvent], now: datetime) -> Wait | None:
    """What the Pod waits for at `now` (the cluster's clock); None if it waits for nothing.

    `events` are those about this Pod with a reason in TELLING, in any order.
    """
    known = sorted(
        (event for event in events if event.last_seen is not None),
        key=lambda event: (event.last_seen or now, event.times),
    )
    if pod.metadata.deletion_timestamp is not None:
        return _deletion(pod, pod.metadata.deletion_timestamp, now)
    if pod.status.phase in {"Succeeded", "Failed"}:
        return None
    if not pod.spec.node_name:
        return _scheduling(pod, known)
    return _node(pod, known) or _containers(pod, known, now) or _readiness(pod)


# ── deletion ──


def _deletion(pod: Pod, deadline: datetime, now: datetime) -> Wait:
    kubelet = _kubelet(pod)
    if pod.metadata.annotations.config_mirror:
        return Wait(
            f"this is the mirror of a static Pod: {kubelet} removes it and makes a new one, while "
            "the container runs on.",
            kubelet,
            "a new mirror",
        )
    if pod.spec.node_name and any(status.state.running for status in pod.all_statuses()):
        if now < deadline:
            hook = any(one.lifecycle and one.lifecycle.pre_stop for one in pod.all_containers())
            first = "preStop hooks run first, within the same time; " if hook else ""
            return Wait(
                f"its containers have a grace period to end by themselves; {first}"
                f"{kubelet} kills what still runs after it (SIGKILL).",
                "the programs in its containers",
                "grace period ends",
                deadline,
            )
        return Wait(
            f"the grace period is over, but {kubelet} has not reported that its containers ended; "
            "if that node is down, the Pod stays until it is back or its Node object is deleted.",
            kubelet,
            "the kubelet's report",
        )
    if pod.metadata.finalizers:
        names = ", ".join(pod.metadata.finalizers)
        return Wait(
            f"a finalizer ({names}) holds the object; nothing of it runs any more, and it is gone "
            "when the controller that set the finalizer has removed it.",
            "the controller that set the finalizer",
            "a finalizer",
        )
    statuses = list(pod.all_statuses())
    if statuses and all(status.state.terminated for status in statuses):
        return Wait(
            f"its containers have ended; {kubelet} cleans up and then lets the API server delete "
            "it.",
            kubelet,
            "the clean-up",
        )
    if now < deadline or not pod.spec.node_name:
        return Wait(
            f"none of its containers runs; {kubelet} cleans up and then lets the API server delete "
            "it.",
            kubelet,
            "the clean-up",
        )
    return Wait(
        f"none of its containers is reported to run, but {kubelet} has not reported that it is "
        "done; if that node is down, the Pod stays until it is back or its Node object is deleted.",
        kubelet,
        "the kubelet's report",
    )


# ── before a node has it ──


def _scheduling(pod: Pod, events: list[PodEvent]) -> Wait:
    if pod.spec.scheduling_gates:
        names = ", ".join(gate.name for gate in pod.spec.scheduling_gates)
        return Wait(
            f"the scheduler ignores it until its scheduling gates are removed: {names}.",
            "whoever set the gates",
            "a scheduling gate",
        )
    scheduled = pod.condition("PodScheduled")
    if scheduled is not None and scheduled.reason == "SchedulerError":
        return Wait(
            f"the scheduler failed while it placed the Pod{_colon(scheduled.message)}; it tries "
            "again.",
            "the scheduler",
            "the scheduler",
        )
    if scheduled is None or scheduled.status == "True" or scheduled.reason != "Unschedulable":
        return Wait(
            "the scheduler has not looked at it yet; if this lasts, it may not run.",
            "the scheduler",
            "the scheduler",
        )
    if pod.status.nominated_node_name:
        return Wait(
            f"the scheduler plans to put it on {pod.status.nominated_node_name}, as soon as there "
            "is room; Pods of lower priority may have to leave first.",
            "the scheduler",
            f"room on {pod.status.nominated_node_name}",
        )
    last = _last(events, "FailedScheduling", "TriggeredScaleUp")
    if last is not None and last.reason == "TriggeredScaleUp":
        return Wait(
            "no node has room for it, and the cluster autoscaler has asked for another one.",
            "the cluster autoscaler",
            "a new node",
        )
    why, _, _ = scheduled.message.partition(" preemption:")
    return Wait(
        f"the scheduler has found no node that fits{_colon(why)}; it looks again when something "
        "in the cluster changes.",
        "the scheduler",
        "a node that fits",
    )


# ── on the node, before the containers ──


def _node(pod: Pod, events: list[PodEvent]) -> Wait | None:
    kubelet = _kubelet(pod)
    sandbox = pod.condition("PodReadyToStartContainers")
    statuses = list(pod.all_statuses())
    if sandbox is None and not statuses and pod.condition("Initialized") is None:
        return Wait(
            f"{kubelet} has not begun with it; if this lasts, that node may be down.",
            kubelet,
            "the kubelet",
        )
    if any(status.state.running or status.state.terminated for status in statuses):
        return None  # a sandbox may be made anew, but then the containers tell more
    if sandbox is not None and sandbox.status == "True":
        return None
    if any(_reason(status) not in NOT_STARTED for status in statuses):
        return None
    trouble = _last(events, *_VOLUME_TROUBLE, *_NETWORK_TROUBLE)
    if trouble is not None and trouble.reason in _VOLUME_TROUBLE:
        return Wait(
            f"a volume can't be mounted{_colon(trouble.message)}; no container starts before "
            f"that, and {kubelet} tries again and again.",
            "whoever provides the volume",
            "a volume",
        )
    if trouble is not None:
        return Wait(
            f"its network can't be set up{_colon(trouble.message)}; {kubelet} tries again.",
            "the node's network plugin",
            "its network",
        )
    if sandbox is None and _last(events, "Pulling", "Pulled") is not None:
        return None
    claims = [
        volume.persistent_volume_claim.claim_name
        for volume in pod.spec.volumes
        if volume.persistent_volume_claim is not None
    ]
    volumes = f"its volumes (claim {', '.join(claims)})" if claims else "its volumes"
    return Wait(
        f"{kubelet} prepares {volumes} and its network; the containers start after that.",
        kubelet,
        "volumes and network",
    )


# ── containers ──


def _containers(pod: Pod, events: list[PodEvent], now: datetime) -> Wait | None:
    statuses = {status.name: status for status in pod.all_statuses()}
    sidecars = pod.sidecars()
    for spec in pod.spec.init_containers:
        status = statuses.get(spec.name)
        sidecar = spec.name in sidecars
        if status is None or _ended_well(status) or (sidecar and status.started):
            continue
        word = "sidecar" if sidecar else "init container"
        wait = _container(pod, spec, status, f"{word} {spec.name}", events, now)
        if wait is not None and not _initialized(pod):
            return wait
        if not sidecar and status.state.running is not None:
            since = status.state.running.started_at
            return Wait(
                f"init container {spec.name} has been running{_for(since, now)}; "
                "what comes after it starts when it has ended with exit code 0.",
                f"the program in init container {spec.name}",
                f"init container {spec.name}",
            )
        if wait is not None:
            return wait
        if status.state.running is None and status.state.terminated is None:
            return None  # it has started, and will be said to run; nothing comes before it
    mains = [
        (spec, status)
        for spec in pod.spec.containers
        if (status := statuses.get(spec.name)) is not None
    ]

    def order(pair: tuple[Container, ContainerStatus]) -> tuple[bool, bool]:
        """Those that run come last; of the others the one whose image is being pulled first."""
        spec, status = pair
        step = _step(spec, events) if _reason(status) in NOT_STARTED else None
        return (status.state.running is not None, step is None or step.reason != "Pulling")

    for spec, status in sorted(mains, key=order):
        wait = _container(pod, spec, status, f"container {spec.name}", events, now)
        if wait is not None:
            return wait
    running = [name for name in sidecars if name in statuses and statuses[name].state.running]
    if mains and running and all(_over(pod, spec, status) for spec, status in mains):
        return Wait(
            f"its containers have ended; {_kubelet(pod)} now stops its sidecars.",
            _kubelet(pod),
            "its sidecars' end",
        )
    return None


def _initialized(pod: Pod) -> bool:
    """Whether all init containers are done and the containers may start."""
    initialized = pod.condition("Initialized")
    return initialized is not None and initialized.status == "True"


def _container(
    pod: Pod,
    spec: Container,
    status: ContainerStatus,
    name: str,
    events: list[PodEvent],
    now: datetime,
) -> Wait | None:
    own = [event for event in events if event.container in {"", spec.name}]
    if status.state.terminated is not None:
        return _after_end(pod, spec, status, name)
    if status.state.running is not None:
        return _probes(pod, spec, status, name, own)
    reason = _reason(status)
    message = status.state.waiting.message if status.state.waiting else ""
    if reason == "CrashLoopBackOff":
        return _back_off(pod, status, name, "")
    if reason in NOT_STARTED:
        return _creation(pod, spec, name, own, now)
    if reason in _NO_IMAGE:
        return _image(pod, image_meant(pod, spec, message), name, own, now)
    if reason == "InvalidImageName":
        return Wait(
            f"\"{spec.image}\" can't be the name of an image, so {name} can't start; the spec has "
            "to be corrected.",
            "whoever wrote the spec",
            "a correct image name",
        )
    if reason == "ErrImageNeverPull":
        return Wait(
            f"image {spec.image} is not on the node, and imagePullPolicy is Never: somebody has "
            f"to load it there before {name} can start.",
            f"whoever prepares {pod.spec.node_name}",
            "an image on the node",
        )
    if reason == "CreateContainerConfigError":
        return Wait(
            f"{name} can't be configured{_colon(message)}; {_kubelet(pod)} looks again every few "
            "seconds.",
            "whoever makes what is missing",
            "what its configuration names",
        )
    return Wait(
        f"{name} can't start yet: {reason}{_colon(message)}; {_kubelet(pod)} tries again.",
        _kubelet(pod),
        f"an end of {reason}",
    )


def _after_end(pod: Pod, spec: Container, status: ContainerStatus, name: str) -> Wait | None:
    after = outlook(pod, spec, status)
    if after == "backs-off":
        return _back_off(pod, status, name, "; until then STATUS says how it ended")
    if after == "restarts-at-once":
        return Wait(
            f"{name} has ended and {_kubelet(pod)} starts it again at once.",
            _kubelet(pod),
            "its next start",
        )
    return None


def _back_off(pod: Pod, status: ContainerStatus, name: str, more: str) -> Wait:
    ended = status.state.terminated or status.last_state.terminated
    state = container_state(status)
    pause = pause_before_start(status, state)
    until = None
    if ended is not None and ended.finished_at is not None and pause:
        until = _later(ended.finished_at, pause)
    up_to = "" if told_back_off(state) is not None else "up to "
    for_ = f" {up_to}{approximate(pause)}" if pause else ""
    return Wait(
        f"{name} is in back-off: after its end {_kubelet(pod)} waits{for_} before it starts it "
        f"again{more}.",
        _kubelet(pod),
        "next start",
        until,
    )


def _step(spec: Container, events: list[PodEvent]) -> PodEvent | None:
    """How far the kubelet is with a container that it creates: the newest Event about that."""
    own = [event for event in events if event.container == spec.name]
    return _last(own, "Pulling", "Pulled", "Failed", "Started")


def _creation(
    pod: Pod, spec: Container, name: str, events: list[PodEvent], now: datetime
) -> Wait | None:
    step = _step(spec, events)
    if step is not None and step.reason == "Pulling":
        return Wait(
            f"{_kubelet(pod)} has been pulling image {spec.image}{_for(step.last_seen, now)}; "
            f"{name} starts after that.",
            f"the registry of {spec.image}",
            "an image",
        )
    if step is not None and step.reason == "Started":
        if spec.lifecycle is None or spec.lifecycle.post_start is None:
            return None  # the kubelet reports it together with those that it starts after it
        return Wait(
            f"{name} has started, and its postStart hook has not ended yet; until then "
            f"{_kubelet(pod)} does not count it as running.",
            f"the postStart hook of {name}",
            "a postStart hook",
        )
    return Wait(
        f"{_kubelet(pod)} prepares {name}: its image, if the node lacks it, and its file system.",
        _kubelet(pod),
        f"{name}",
    )


def _image(pod: Pod, image: str, name: str, events: list[PodEvent], now: datetime) -> Wait:
    failures = [
        event
        for event in events
        if event.reason == "Failed" and event.message.startswith("Failed to pull image")
    ]
    until = None
    if failures and failures[-1].last_seen is not None:
        pause = timedelta(seconds=min(10 * 2 ** min(failures[-1].times - 1, 5), 300))
        until = _later(failures[-1].last_seen, pause)
        if until is not None and now - until > _OVERDUE:
            until = None  # of many Events about one Pod only the first are counted
    return Wait(
        f"image {image} could not be pulled, so {name} can't start; {_kubelet(pod)} asks the "
        "registry again with growing pauses (10 s up to 5 min).",
        "whoever provides the image, or wrote its name",
        "next pull" if until else "an image",
        until,
    )


def _probes(
    pod: Pod, spec: Container, status: ContainerStatus, name: str, events: list[PodEvent]
) -> Wait | None:
    if spec.startup_probe is not None and status.started is False:
        said = _said(events, "Startup probe")
        return Wait(
            f"{name} runs, and its startup probe has not succeeded yet{said}; "
            f"{_kubelet(pod)} starts it anew if the probe fails too often.",
            f"the program in {name}",
            "a startup probe",
        )
    if spec.readiness_probe is not None and not status.ready:
        said = _said(events, "Readiness probe")
        return Wait(
            f"{name} runs, but its readiness probe has not succeeded{said}; "
            "Services send it no traffic before that.",
            f"the program in {name}",
            "a readiness probe",
        )
    return None


# ── after the containers ──


def _readiness(pod: Pod) -> Wait | None:
    ready, containers = pod.condition("Ready"), pod.condition("ContainersReady")
    if ready is None or containers is None or containers.status != "True":
        return None
    if ready.status != "True":
        missing = [
            gate.condition_type
            for gate in pod.spec.readiness_gates
            if (condition := pod.condition(gate.condition_type)) is None
            or condition.status != "True"
        ]
        if missing:
            return Wait(
                f"its containers are ready, but it counts as ready only when the condition "
                f"{', '.join(missing)} is True, too.",
                "the controller behind the readiness gate",
                "a readiness gate",
            )
        return Wait(
            f"node {pod.spec.node_name} does not report, so its Pods count as not ready; whether "
            "the containers still run is not known.",
            _kubelet(pod),
            "word from its node",
        )
    resize = pod.condition("PodResizePending")
    if resize is not None and resize.status == "True":
        return Wait(
            f"its resize is pending{_colon(resize.message)}; it runs on with what it has.",
            _kubelet(pod),
            "its resize",
        )
    return None


# ── parts ──


def _kubelet(pod: Pod) -> str:
    return f"the kubelet on {pod.spec.node_name}" if pod.spec.node_name else "the kubelet"


def _reason(status: ContainerStatus) -> str:
    return status.state.waiting.reason if status.state.waiting else ""


def _ended_well(status: ContainerStatus) -> bool:
    return status.state.terminated is not None and status.state.terminated.exit_code == 0


def _over(pod: Pod, spec: Container, status: ContainerStatus) -> bool:
    return status.state.terminated is not None and outlook(pod, spec, status) == "ended"


def _last(events: list[PodEvent], *reasons: str) -> PodEvent | None:
    """The newest Event with one of the reasons; of one second, the one that comes last in them."""
    found = [event for event in events if event.reason in reasons]
    if not found:
        return None
    newest = found[-1].last_seen
    same = [event for event in found if event.last_seen == newest]
    return max(same, key=lambda event: reasons.index(event.reason))


def _said(events: list[PodEvent], probe: str) -> str:
    for event in reversed(events):
        if event.reason == "Unhealthy" and event.message.startswith(probe):
            _, _, answer = event.message.partition(": ")
            return f' ("{_first_line(answer)}")' if answer.strip() else ""
    return ""


def _colon(message: str) -> str:
    return f" ({_first_line(message)})" if message.strip() else ""


def _first_line(message: str) -> str:
    lines: Iterator[str] = map(one_line, readable(message).splitlines())
    text = next((line for line in lines if line), "").rstrip(" .,;:")
    return text if len(text) <= _MESSAGE_LENGTH else text[: _MESSAGE_LENGTH - 1] + "…"


def _for(since: datetime | None, now: datetime) -> str:
    return f" for {approximate(now - since)}" if since is not None else ""


def _later(moment: datetime, pause: timedelta) -> datetime | None:
    try:
        return moment + pause
    except OverflowError:  # anybody can write the year 9999 into an Event
        return None
