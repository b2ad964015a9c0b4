"""What went wrong with a target's Pods while it was judged, whatever the verdict is.

Responsible for which ends of containers and of Pods are worth a line, also of Pods that were
replaced meanwhile. What was over before the watch began is past; a container that ends as its Pod
is deleted, or whose work is done, is no news.
"""

from collections.abc import Iterator

from podwatch.core.expectations.tracked_pod import TrackedPod
from podwatch.core.expectations.verdict import End, Mishap
from podwatch.core.expectations.view import View
from podwatch.core.kubelet import starts_again
from podwatch.core.messages import cause
from podwatch.core.states import Facet, containers
from podwatch.core.stream import Ref


def seen(view: View) -> Iterator[Mishap]:
    """What was seen of one target, Pod by Pod."""
    for tracked in view.had:
        yield from _of_containers(tracked)
        yield from _of_the_pod(tracked)


def _of_containers(tracked: TrackedPod) -> Iterator[Mishap]:
    pod, restarts = tracked.pod, tracked.runs.restarts(tracked.pod)
    for facet, status in containers(pod):
        spec = pod.spec_of(status.name)
        times = restarts.get(status.name, 0)
        ends = tuple(
            End(exit_code=ended.exit_code, reason=ended.reason)
            for ended in tracked.runs.ends_of(status.name)
            if ended.exit_code or (spec is not None and starts_again(pod, spec, 0))
        )
        if facet is not Facet.EPHEMERAL_CONTAINER and (ends or times):
            ref = Ref.of(pod)
            yield Mishap(pod=ref, container=status.name, ends=ends, restarts=times)


def _of_the_pod(tracked: TrackedPod) -> Iterator[Mishap]:
    """That it failed for a reason of its own, as in an eviction."""
    pod, status = tracked.pod, tracked.pod.status
    if status.phase == "Failed" and status.reason and not tracked.runs.failed_before:
        detail = cause(status.message).detail
        said = f"{status.reason}: {detail}" if detail else status.reason
        yield Mishap(pod=Ref.of(pod), failed=said)
