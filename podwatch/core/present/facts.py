"""What a symptom is, and the facts that the states of concepts/states.toml ask for and show.

Responsible for the list of parts, for the facts that hold for a whole Pod, and for how Events and
messages become facts; concepts/facts.toml lists them all. The walk over a Pod is
`podwatch.core.present.symptoms`.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from podwatch.core.concepts.patterns import Fact, Facts
from podwatch.core.kube import Pod, PodEvent
from podwatch.core.messages import readable
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


class Seen(NamedTuple):
    """A version of a Pod, the Events about it, the oldest first, and the cluster's clock."""

    pod: Pod
    events: list[PodEvent]
    now: datetime | None


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
    until: Mapping[str, Callable[[], datetime | None]] = {}
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
    """The newest Event with one of the reasons; of one second, the one that comes last in them.

    `events`: the oldest first.
    """
    told = [event for event in events if event.reason in reasons]
    last = (event for event in told if event.last_seen == told[-1].last_seen)
    return max(last, key=lambda event: reasons.index(event.reason), default=None)


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
