"""What a symptom is, and the facts that the states of concepts/states.toml ask for and show.

Responsible for the list of parts and facts, for the facts that hold for a whole Pod, and for how
Events and messages become facts. The walk over a Pod is `podwatch.core.present.symptoms`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec

from podwatch.core.concepts.facts import readable
from podwatch.core.concepts.patterns import Fact, Facts
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.states import Facet, State
from podwatch.core.text import one_line

PARTS = (
    "deletion",
    "phase",
    "scheduling",
    "sandbox",
    "container",
    "sidecars",
    "readiness",
    "event",
    "owner-condition",
    "owner-event",
)
"""What a symptom can be about."""

FACTS = {
    "pod.node": "the node that it is bound to",
    "pod.restart_policy": "Always, OnFailure or Never",
    "pod.owner_kind": "its controller's kind",
    "pod.kubelet": "`the kubelet on worker`",
    "pod.started": "whether any of its containers has ever started",
    "pod.sandbox_ready": "whether its condition PodReadyToStartContainers is True",
    "pod.own_restart_rules": "whether a container has a restart policy or rules of its own",
    "pod.why": "how it came to its end: its own reason, or the containers that failed",
    "nodes.all_ready": "whether every Node is known, Ready and not starting",
    "phase.value": "its phase",
    "deletion.mirror": "whether it is the mirror of a static Pod",
    "deletion.runs": "whether a container is reported to run, on a node",
    "deletion.overdue": "whether its grace period is over, on a node",
    "deletion.hooks": "whether a container has a preStop hook",
    "deletion.finalizers": "the finalizers that hold it",
    "deletion.ended": "whether all its containers are reported to have ended",
    "scheduling.gates": "the names of its scheduling gates",
    "scheduling.nominated": "the node that the scheduler plans for it",
    "scheduling.told": "FailedScheduling or TriggeredScaleUp, whichever Event is newer",
    "sandbox.begun": "whether the kubelet has written anything about it",
    "sandbox.pulls": "whether an image was pulled, where no condition tells of the sandbox",
    "sandbox.container": "the container that comes first",
    "sandbox.claims": "the claims of its volumes",
    "container.kind": "container, init container or sidecar",
    "container.name": "its name",
    "container.image": "the image that it waits for: its own, or that of a volume",
    "container.state": "waiting, running or terminated",
    "container.reason": "the reason of its state",
    "container.message": "the message of its state",
    "container.creating": "of one that waits: whether it only has not started yet",
    "container.step": "how far its creation is: Pulling, Pulled, Failed or Started, as the newest "
    "Event says",
    "container.step_takes": "since that Event, as `15 s`",
    "container.post_start": "whether it has a postStart hook",
    "container.pause": "how long the kubelet waits before it starts again: `40 s`, `up to 20 s`",
    "container.outlook": "of one that ended: ended, restarts-at-once or backs-off",
    "container.exit_code": "of one that ended: how",
    "container.last_reason": "the reason with which its previous run ended",
    "container.last_message": "the message with which its previous run ended",
    "container.runs_for": "of one that runs: ` for 15 s`",
    "probe.missing": "startup or readiness: the probe that has not succeeded",
    "readiness.ready": "whether the condition Ready is True, where ContainersReady is",
    "readiness.reason": "why Ready is False; empty where a node's controller set it",
    "readiness.gates": "the readiness gates whose conditions are not True",
    "readiness.gate": "the first of them",
    "readiness.resizing": "whether a resize is pending",
    "condition.type": "the condition's type; of scheduling, PodScheduled",
    "condition.status": "True, False or Unknown",
    "condition.reason": "its reason",
    "condition.message": "its message",
    "event.reason": "the Event's reason; of a sandbox, the newest about a volume or the network",
    "event.message": "its message",
    "owner.kind": "the owner's kind",
    "owner.observed": "whether its controller has seen its newest generation",
    "owner.has_pods": "whether it has Pods",
}
"""Every fact, with its meaning: those of the whole Pod hold for each of its parts.

A message comes in two more forms, empty where there is none: `.in_brackets`, its first line
(also of `readiness` and `probe`), and `.after_colon`, all of it.
"""


def _why(pod: Pod) -> str:
    """How a Pod came to its end: by its own reason, or by the containers that failed."""
    if pod.status.reason:
        return one_line(f"{pod.status.reason}{after_colon(pod.status.message)}")
    ends = [
        f'container "{status.name}" ended with exit code {status.state.terminated.exit_code}'
        for status in pod.all_statuses()
        if status.state.terminated is not None and status.state.terminated.exit_code
    ]
    return ", ".join(ends) or "it does not say why"


_OF_THE_POD: dict[str, Callable[[Pod], Fact]] = {
    "pod.node": lambda pod: pod.spec.node_name,
    "pod.kubelet": lambda pod: (
        f"the kubelet on {pod.spec.node_name}" if pod.spec.node_name else "the kubelet"
    ),
    "pod.restart_policy": lambda pod: pod.spec.restart_policy,
    "pod.own_restart_rules": lambda pod: any(
        spec.restart_policy or spec.restart_policy_rules for spec in pod.spec.containers
    ),
    "pod.owner_kind": lambda pod: pod.metadata.controller.kind if pod.metadata.controller else "",
    "pod.started": lambda pod: any(status.container_id for status in pod.all_statuses()),
    "pod.sandbox_ready": lambda pod: pod.is_true("PodReadyToStartContainers"),
    "pod.why": _why,
}
"""The facts that hold for the whole Pod: made only when one of them is asked for."""


class PartFacts(dict[str, Fact]):
    """The facts of one part of a Pod, and those that hold for all of it."""

    __slots__ = ("_pod",)

    def __init__(self, pod: Pod, facts: Facts) -> None:
        super().__init__(facts)
        self._pod = pod

    def get(self, name: str, default: Any = None) -> Any:
        """The fact; patterns and texts ask by this method of a Mapping."""
        fact = super().get(name)
        if fact is not None:
            return fact
        of_the_pod = _OF_THE_POD.get(name)
        return of_the_pod(self._pod) if of_the_pod is not None else default


ENDS = ("grace period ends", "next start", "next pull")
"""The ends of a wait that can be computed: what a state's `until` can be."""
_NONE: Mapping[str, Callable[[], datetime | None]] = MappingProxyType({})


class Symptom(msgspec.Struct, frozen=True):
    """One part of a present state: which one (of PARTS), and its facts.

    `facet`, `subject` and `state` are those of the transition that led to it, for the
    catalogue; `event` stands instead where an Event says it. `until`: those of ENDS that are
    known, computed when asked for. `stops`: nothing of the Pod that comes after it has begun, or
    matters. What `may_be_old` has to last for the grace, whatever its state says.
    """

    part: str
    facts: Mapping[str, Fact]
    facet: Facet | None = None
    subject: str = ""
    state: State | None = None
    event: PodEvent | None = None
    until: Mapping[str, Callable[[], datetime | None]] = _NONE
    stops: bool = False
    may_be_old: bool = False


# ── Events and messages ──

SANDBOX_TROUBLE = (
    "FailedAttachVolume",
    "FailedMount",
    "FailedMapVolume",
    "FailedCreatePodSandBox",
    "NetworkNotReady",
)
"""The reasons of the Events about a volume or the network, without which nothing starts."""

TELLING = frozenset(
    {
        *SANDBOX_TROUBLE,
        "FailedScheduling",
        "TriggeredScaleUp",
        "Pulling",
        "Pulled",
        "Started",
        "Failed",
        "Unhealthy",
    }
)
"""The reasons of the Events that say something about a wait."""


def newest(events: Iterable[PodEvent], *reasons: str) -> PodEvent | None:
    """The newest Event with one of the reasons; of one second, the one that comes last in them."""
    last = None
    for event in events:
        if event.reason in reasons and (
            last is None
            or event.last_seen != last.last_seen
            or reasons.index(event.reason) > reasons.index(last.reason)
        ):
            last = event
    return last


_MESSAGE_LENGTH = 160
"""About as much as fits in two lines besides the sentence that it is part of."""
_LOOKED_AT = 4_000
"""Of a message; a program can write a megabyte, and what is left out of a line is no longer."""


def in_brackets(message: str) -> str:
    """A message's first line after other words; empty if there is none."""
    return f" ({first_line(message)})" if message.strip() else ""


def after_colon(message: str) -> str:
    """All of a message after other words; empty if there is none."""
    return f": {message}" if message else ""


def first_line(message: str) -> str:
    """The first line of a message that says anything, cut where it gets long."""
    lines = map(one_line, readable(message.lstrip()[:_LOOKED_AT]).splitlines())
    text = next((line for line in lines if line), "").rstrip(" .,;:")
    return text if len(text) <= _MESSAGE_LENGTH else text[: _MESSAGE_LENGTH - 1] + "…"
