"""What holds a workload, so that it makes no Pods, or no new ones, though none of them is wrong.

Responsible for what its own fields, and those of a Pod in its way, say of it. What is the matter
with its Pods is the diagnosis' business, what its conditions and Events say `workload`'s.
"""

from collections.abc import Iterable
from typing import NamedTuple

from podwatch.core.kube import CronJob, Job, Owner, Pod, StatefulSet
from podwatch.core.text import capitalized


class Note(NamedTuple):
    """A sentence about the workload itself, and a command that helps, if there is one.

    `who` can change it and their `cure`: where a message names an error that is known.
    """

    sentence: str
    command: str = ""
    who: str = ""
    cure: str = ""

    @property
    def standing_alone(self) -> str:
        """The sentence, not after a colon."""
        return capitalized(self.sentence)


def ending(head: Owner | CronJob) -> Note | None:
    """That its deletion is requested."""
    meta = head.metadata
    if meta.deletion_timestamp is None:
        return None
    held = ", ".join(meta.finalizers)
    return Note(
        "its deletion is requested; its Pods are deleted with it"
        + (f", and it stays until its finalizers are removed: {held}." if held else ".")
    )


_QUEUE = "kueue.x-k8s.io/queue-name"
"""The label that gives a Job to Kueue, which then suspends it."""


def stopped(head: Owner) -> Note | None:
    """That somebody has paused or suspended it."""
    meta, spec = head.metadata, head.spec
    at = f"{type(head).__name__.lower()}/{meta.name} -n {meta.namespace}"
    queue = meta.labels.get(_QUEUE)
    if spec.paused:
        return Note(
            "it is paused: a change of its template creates no new Pods until it is resumed.",
            f"kubectl rollout resume {at}",
        )
    if spec.suspend and queue:
        return Note(
            f"it is suspended: Kueue holds it in the queue {queue} until there is quota for it.",
            f"kubectl get workloads.kueue.x-k8s.io -n {meta.namespace}",
            "whoever runs the queue, or uses up its quota",
            "Wait for its turn, ask for less, or raise the queue's quota; Kueue resumes it.",
        )
    if spec.suspend and isinstance(head, Job):
        return Note(
            "it is suspended: it makes no Pods, and those that ran were deleted, until suspend is "
            "false.",
            f'kubectl patch {at} --type=merge -p \'{{"spec":{{"suspend":false}}}}\'',
        )
    return None


# ── a StatefulSet behind one of its own Pods ──


_REVISION = "controller-revision-hash"


def in_the_way(head: Owner, pods: Iterable[Pod], *, parallel: bool) -> Pod | None:
    """The Pod of an older revision that is not ready, before which no other one is replaced.

    Such a Pod, after a rollback say, is not replaced itself, either, until somebody deletes it:
    https://github.com/kubernetes/kubernetes/issues/67250. `parallel`: podManagementPolicy Parallel
    waits for it, too, as it does since 1.35.
    """
    if not isinstance(head, StatefulSet):
        return None
    spec, status, newest = head.spec, head.status, head.status.update_revision
    if status.observed_generation < head.metadata.generation:
        return None
    in_order = spec.pod_management_policy != "Parallel" or parallel
    if not newest or not in_order or spec.update_strategy.type == "OnDelete":
        return None
    rolling = spec.update_strategy.rolling_update
    first = rolling.partition if rolling is not None else 0
    held = {
        _ordinal(pod): pod
        for pod in pods
        if (by := pod.metadata.controller) is not None
        and by.uid == head.metadata.uid
        and pod.metadata.deletion_timestamp is None
        and pod.metadata.labels.get(_REVISION, newest) != newest
        and not pod.is_true("Ready")
        and _ordinal(pod) >= first
    }
    return held[min(held)] if held else None


def behind(pod: Pod) -> Note:
    """That this Pod is in the StatefulSet's way."""
    meta = pod.metadata
    return Note(
        f"Pod {meta.name} of an older revision is in its way: it is not ready, and until it is, "
        "the StatefulSet replaces neither it nor others.",
        f"kubectl delete pod/{meta.name} -n {meta.namespace}",
        "whoever may delete the Pod",
        "Delete that Pod: the StatefulSet creates it again from its newest revision.",
    )


def _ordinal(pod: Pod) -> int:
    text = pod.metadata.name.rpartition("-")[2]
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0
