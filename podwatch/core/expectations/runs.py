"""What is kept of the runs of one Pod's containers while the Pod is judged.

Responsible for since when the present ones go on, and for how others ended since the watch began.
Which of that matters is `stability`'s and `seen`'s business.
"""

from collections.abc import Iterator

from podwatch.core.kube import ContainerStatus, Pod, Terminated
from podwatch.core.kubelet import FORGETS, restarts_before, run_time
from podwatch.core.states import State
from podwatch.core.stops import ended_before_deletion
from podwatch.core.timeline import PodVersion

NEVER_YET = float("-inf")
"""The instant of what has not happened."""
_Run = tuple[str, str]
"""A container and what tells its runs apart."""


class Runs:
    """Of one Pod. `since`: when it got ready, or a container of it was started, last; `was_seen`:
    whether that was seen to happen, or else happened at any time before. `restarted`: when a
    container was seen to have been restarted last.
    """

    def __init__(self, version: PodVersion) -> None:
        pod = version.pod
        self.since = version.t
        self.was_seen = False
        self.restarted = NEVER_YET
        self.failed_before = version.initial and pod.status.phase == "Failed"
        self._restarts_before = {
            one.name: one.restart_count for one in pod.all_statuses() if version.initial
        }
        self._before = frozenset(run for run, _ in _ends(pod) if version.initial)
        self._ends: dict[_Run, Terminated] = {}
        self._forgotten: dict[str, int] = {}
        self._forget(pod)
        self._present = _present(pod)
        self._restarts = _restarts(pod)

    def take(self, version: PodVersion) -> None:
        """Another version of it."""
        if (present := _present(version.pod)) != self._present:
            self._present, self.since, self.was_seen = present, version.t, True
        if (restarts := _restarts(version.pod)) > self._restarts:
            self._restarts, self.restarted = restarts, version.t
        for run, ended in _ends(version.pod):
            if run not in self._before and not _is_of_deletion(version.pod, ended):
                self._ends[run] = ended
        self._forget(version.pod)

    def _forget(self, pod: Pod) -> None:
        """Note which restarts were before a long run, after which the kubelet counts anew."""
        for status in pod.all_statuses():
            for ended in (status.last_state.terminated, status.state.terminated):
                ran = run_time(ended)
                if ended is not None and ran is not None and ran >= FORGETS:
                    its_end = State("terminated", run=ended.container_id)
                    self._forgotten[status.name] = restarts_before(status, its_end)

    def in_a_row(self, status: ContainerStatus) -> int:
        """How often a container was restarted since it last ran for long."""
        return max(status.restart_count - self._forgotten.get(status.name, 0), 0)

    def restarts_before(self, container: str) -> int:
        """How often a container had been restarted when the watch began."""
        return self._restarts_before.get(container, 0)

    def ends_of(self, container: str) -> Iterator[Terminated]:
        """How runs of it ended since, but for those that its Pod's deletion ended."""
        return (ended for (name, _), ended in self._ends.items() if name == container)

    def restarts(self, pod: Pod) -> dict[str, int]:
        """How often each container was restarted since."""
        return {
            one.name: max(one.restart_count - self.restarts_before(one.name), 0)
            for one in pod.all_statuses()
        }


def _present(pod: Pod) -> tuple[bool, tuple[str, ...]]:
    """Whether it is ready, and which runs of its containers go on; one that debugs it is none."""
    own = (*pod.status.init_container_statuses, *pod.status.container_statuses)
    running = (one.container_id for one in own if one.state.running is not None)
    return pod.is_true("Ready"), tuple(running)


def _restarts(pod: Pod) -> int:
    """How often its containers were restarted, together."""
    return sum(one.restart_count for one in pod.all_statuses())


def _ends(pod: Pod) -> Iterator[tuple[_Run, Terminated]]:
    """The ends of runs that a version tells."""
    for status in pod.all_statuses():
        for ended in (status.last_state.terminated, status.state.terminated):
            if ended is not None:
                yield (status.name, ended.container_id or str(ended.finished_at)), ended


def _is_of_deletion(pod: Pod, ended: Terminated) -> bool:
    """Whether a container was ended as its Pod was to go."""
    deleting = pod.metadata.deletion_timestamp is not None
    return deleting and ended.reason != "OOMKilled" and not ended_before_deletion(pod, ended)
