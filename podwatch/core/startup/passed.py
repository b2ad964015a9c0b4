"""Which stages of its start a Pod has passed by now, as `--within` names them.

Responsible for whether, by one version of the Pod and its Events; since when is `stages`' business.
"""

from collections.abc import Iterator

from podwatch.core.kube import Pod


def passed(pod: Pod, pulled: frozenset[str]) -> Iterator[str]:
    """The stages that the Pod has passed; one that ended well has passed them all.

    `pulled` are the containers whose images are there by an Event.
    """
    done = pod.status.phase == "Succeeded"
    statuses = pod.status.container_statuses
    started = done or (bool(statuses) and all(status.container_id for status in statuses))
    if done or pod.is_true("PodScheduled") or pod.spec.node_name:
        yield "scheduled"
    if done or pod.is_true("Initialized"):
        yield "initialized"
    if started or {container.name for container in pod.spec.containers} <= pulled:
        yield "pulled"
    if started:
        yield "started"
    if done or pod.is_true("Ready"):
        yield "ready"
