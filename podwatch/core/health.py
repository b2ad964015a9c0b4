"""Health: in one word how a Pod stands.

Responsible for a rough sorting for counts and colours, like Argo CD's health of a resource; the
truth is in the columns and the phase.
"""

from enum import StrEnum

from podwatch.core.columns import Columns
from podwatch.core.kube import Pod
from podwatch.core.kubelet import next_start


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

_TROUBLE = ("Err", "Crash", "OOM", "Invalid", "Evicted", "Unknown", "Unschedulable")


def health_of(pod: Pod, columns: Columns, *, gone: bool) -> Health:
    """How it stands; `gone`: it is there no more, or not among those that are watched."""
    if gone:
        return Health.GONE
    if pod.metadata.deletion_timestamp is not None:
        return Health.DELETING
    phase = pod.status.phase
    if phase == "Succeeded":
        return Health.ENDED
    words, scheduled = columns.status.removeprefix("Init:"), pod.condition("PodScheduled")
    if (
        phase == "Failed"
        or words.startswith(_TROUBLE)
        or words.endswith(("Error", "BackOff", "Failed"))
        or (scheduled is not None and scheduled.reason == "Unschedulable")
        or _backs_off(pod)
    ):
        return Health.TROUBLE
    return Health.READY if pod.is_true("Ready") else Health.WAITING


def _backs_off(pod: Pod) -> bool:
    """Whether a container waits for its next start; STATUS may say Completed all that time."""
    return any(
        status.state.terminated is not None and next_start(pod, status) is not None
        for status in pod.status.container_statuses
    )
