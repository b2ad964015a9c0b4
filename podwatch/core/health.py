"""Health: in one word how a Pod stands.

Responsible for a rough sorting for counts, colours and what is called trouble, like Argo CD's
health of a resource: it says the same as the diagnosis. The truth is in the columns and the phase.
"""

from enum import StrEnum

from podwatch.core.diagnosis import diagnosed
from podwatch.core.kube import ContainerStatus, Pod, PodCondition
from podwatch.core.kubelet import mains_are_over
from podwatch.core.states import NOT_STARTED
from podwatch.core.surroundings import Surroundings


class Health(StrEnum):
    """How a Pod stands."""

    READY = "ready"
    WAITING = "waiting"
    TROUBLE = "trouble"
    DELETING = "deleting"
    ENDED = "ended"
    GONE = "gone"


HEALTH_WORDS = {
    Health.READY: "ready",
    Health.WAITING: "waiting",
    Health.TROUBLE: "in trouble",
    Health.DELETING: "being deleted",
    Health.ENDED: "ended",
}
"""How a Pod that is there can stand, with the words for it."""


def health_of(pod: Pod, around: Surroundings, *, gone: bool) -> Health:
    """How it stands; `gone`: it is there no more, or not among those that are watched."""
    if gone:
        return Health.GONE
    if pod.metadata.deletion_timestamp is not None:
        return Health.DELETING
    if over := _OVER.get(pod.status.phase):
        return over
    if pod.is_true("Ready"):
        return Health.READY
    if pod.spec.containers and mains_are_over(pod):  # its phase says so a little later
        return Health.TROUBLE if any(map(_failed, pod.status.container_statuses)) else Health.ENDED
    if starts_quietly(pod, around) or diagnosed(pod, around).role != "cause":
        return Health.WAITING
    return Health.TROUBLE


_OVER = {"Succeeded": Health.ENDED, "Failed": Health.TROUBLE}


def _failed(status: ContainerStatus) -> bool:
    ended = status.state.terminated
    return ended is not None and ended.exit_code != 0


def starts_quietly(pod: Pod, around: Surroundings) -> bool:
    """Whether nothing about a Pod that is not ready yet can be trouble: a diagnosis says no more.

    It costs a tenth of one, and thousands of Pods may start at once.
    """
    status = pod.status
    return (
        status.phase in {"Pending", "Running"}
        and not status.reason
        and all(one.type != "Warning" for one in around.events)
        and all(map(_is_usual, status.conditions))
        and all(map(_starts, status.container_statuses))
        and all(_starts(one) or _is_done(one) for one in status.init_container_statuses)
        and not status.ephemeral_container_statuses
    )


_OF_A_START = frozenset({"PodScheduled", "Initialized", "ContainersReady", "Ready"})
_USUAL = frozenset({"ContainersNotReady", "ContainersNotInitialized"})
"""The reasons for which those are False while a Pod starts.

https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/kubelet/status/generate.go
"""


def _is_usual(condition: PodCondition) -> bool:
    if condition.type not in _OF_A_START:
        return condition.type == "PodReadyToStartContainers"
    return condition.status == "True" or condition.reason in _USUAL


def _starts(status: ContainerStatus) -> bool:
    """Whether it waits for its first start or runs for the first time."""
    state, waiting = status.state, status.state.waiting
    return (
        state.terminated is None
        and status.last_state.terminated is None
        and (waiting is None or waiting.reason in NOT_STARTED)
    )


def _is_done(status: ContainerStatus) -> bool:
    ended = status.state.terminated
    return ended is not None and ended.exit_code == 0
