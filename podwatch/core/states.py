"""States: what a part of a Pod is in, and the one walk over a Pod's parts.

Responsible for the shape of a state and for telling conditions, containers, init containers,
sidecars and ephemeral containers apart. What a change from one state to another means, and which
changes there were, is not decided here (`podwatch.core.transitions`, `podwatch.core.concepts`).
"""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from podwatch.core.kube import ContainerStatus, Pod, PodCondition, Terminated


class Facet(StrEnum):
    """Which part of a Pod changed."""

    EXISTENCE = "existence"
    PHASE = "phase"
    CONDITION = "condition"
    CONTAINER = "container"
    INIT_CONTAINER = "init-container"
    SIDECAR = "sidecar"
    EPHEMERAL_CONTAINER = "ephemeral-container"
    DELETION = "deletion"
    OWNER = "owner"


CONTAINER_WORDS = {
    Facet.CONTAINER: "container",
    Facet.INIT_CONTAINER: "init container",
    Facet.SIDECAR: "sidecar",
    Facet.EPHEMERAL_CONTAINER: "ephemeral container",
}
"""The facets of containers, each with what such a container is called in a sentence."""
CONTAINER_FACETS = frozenset(CONTAINER_WORDS)


class Existence(StrEnum):
    """The values of the facet `existence`."""

    PRESENT = "present"
    ABSENT = "absent"
    MATCHING = "matching"
    NOT_MATCHING = "not matching"
    LOST_SIGHT = "out of sight"
    """It left the selection or was deleted: which of them could not be asked."""
    REPLACED = "replaced"


NO_OWNER = "none"
"""The value of the facet `owner` of a Pod without a controller; else `ReplicaSet web-5d9c`, say."""


class Deletion(StrEnum):
    """The values of the facet `deletion`."""

    REQUESTED = "requested"
    SHORTENED = "shortened"


class State(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What one facet of a Pod is in.

    `value` is the phase, a condition's status, or waiting, running, terminated. `run` is the
    container ID: two runs are two states even if both say running.
    """

    value: str
    reason: str = ""
    message: str = ""
    exit_code: int | None = None
    run: str = ""


NOT_STARTED = frozenset({"", "ContainerCreating", "PodInitializing"})
"""The kubelet's words for "not started yet": they say no more than having no status at all.

https://github.com/kubernetes/kubernetes/blob/v1.30.1/pkg/kubelet/kubelet_pods.go#L80
"""


class Part(msgspec.Struct, frozen=True, gc=False):
    """A condition or a container of a Pod, whichever of the two it is, and the state it is in."""

    facet: Facet
    subject: str
    state: State
    condition: PodCondition | None = None
    status: ContainerStatus | None = None


def parts(pod: Pod) -> Iterator[Part]:
    """Its conditions as they stand there, then its containers in the order of a start."""
    for condition in pod.status.conditions:
        state = condition_state(condition)
        yield Part(Facet.CONDITION, condition.type, state, condition=condition)
    for facet, status in containers(pod):
        yield Part(facet, status.name, container_state(status), status=status)


def containers(pod: Pod) -> Iterator[tuple[Facet, ContainerStatus]]:
    """The statuses of its containers with their facets, in the order of a start."""
    status = pod.status
    if status.init_container_statuses:
        sidecars = pod.sidecars()
        for one in status.init_container_statuses:
            yield Facet.SIDECAR if one.name in sidecars else Facet.INIT_CONTAINER, one
    for one in status.container_statuses:
        yield Facet.CONTAINER, one
    for one in status.ephemeral_container_statuses:
        yield Facet.EPHEMERAL_CONTAINER, one


def condition_state(condition: PodCondition) -> State:
    """A condition's state: its status, with the reason and message."""
    return State(condition.status, condition.reason, condition.message)


def container_state(status: ContainerStatus | None) -> State:
    """A container's state; without a status it waits, as the kubelet has not seen it yet."""
    if status is None:
        return State("waiting")
    if status.state.running is not None:
        return State("running", run=status.container_id)
    if status.state.terminated is not None:
        return ended_state(status.state.terminated, status.container_id)
    waiting = status.state.waiting
    return State("waiting", waiting.reason, waiting.message) if waiting else State("waiting")


def ended_state(ended: Terminated, container_id: str = "") -> State:
    """The state of a run that is over."""
    run = ended.container_id or container_id
    return State("terminated", ended.reason, ended.message, ended.exit_code, run)
