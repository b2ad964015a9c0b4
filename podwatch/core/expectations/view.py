"""How a target stands at one instant: which of its Pods are there, and which of them are judged.

Responsible for that choice alone. What the stream has shown is kept in the store, what is kept of
the target in `target_state`; what is expected of the Pods is `checks`' business.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from podwatch.core.concepts import Catalog
from podwatch.core.concepts.owner_facts import job_facts
from podwatch.core.expectations import rollout
from podwatch.core.expectations.expectation import About, Expectations, Target, Word
from podwatch.core.expectations.target_state import TargetState
from podwatch.core.expectations.tracked_pod import TrackedPod
from podwatch.core.identity import came_after, family
from podwatch.core.kube import Deployment, Job, PersistentVolumeClaim, Pod, Workload
from podwatch.core.store import Store
from podwatch.core.stream import Key
from podwatch.core.surroundings import Objects, Surroundings

NEVER = float("inf")
"""The instant at which time alone decides what it does not decide."""
_REPLACING = frozenset({"ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Node"})
"""The kinds of controllers that always replace a Pod that failed."""


@dataclass(frozen=True)
class View:
    """One target at the instant `t`, with all that is known of it by then.

    `nodes_ready`: no Node may still start. `objects`: all that is known but Pods.
    """

    state: TargetState
    t: float
    store: Store
    wanted: Expectations
    catalog: Catalog
    nodes_ready: bool
    objects: Callable[[], Objects]

    @property
    def now(self) -> datetime | None:
        """The cluster's clock; None if it is not known."""
        return self.store.now(self.t)

    def around(self, pod: Pod) -> Surroundings:
        """What is known about one of its Pods."""
        return self.objects().around(pod)

    @property
    def target(self) -> Target:
        """What is judged."""
        return self.state.target

    @cached_property
    def owner(self) -> Workload | None:
        """The object that is named, if it is there and no Pod."""
        return self.store.owner(self.target.kind, self.target.namespace, self.target.name)

    @cached_property
    def claim(self) -> PersistentVolumeClaim | None:
        """The claim that is named, if it is there."""
        target = self.target
        named = ("", target.namespace, target.name)
        return self.store.claims.get(named) if target.is_claim else None

    @cached_property
    def had(self) -> list[TrackedPod]:
        """The Pods that it has had since the watch began, those that are ending or gone, too.

        Of a workload they are those of its current generation, of one that was deleted those of
        its last: what a rollout does to its old Pods says nothing about it.
        """
        every = [*self.state.pods.values()]
        if self.target.kind == "Pod":
            return every
        owner = self.owner
        if owner is None or owner.metadata.deletion_timestamp is not None:
            return [tracked for tracked in every if tracked.key in self.state.own]
        own = rollout.pods_of(owner, [tracked.pod for tracked in every], self.store.sets)
        uids = {pod.metadata.uid for pod in own}
        return [tracked for tracked in every if tracked.pod.metadata.uid in uids]

    @cached_property
    def there(self) -> list[TrackedPod]:
        """Those that are not gone; of several that had one name, the last."""
        there = [tracked for tracked in self.had if not tracked.gone]
        return there[-1:] if self.target.is_one_pod else there

    @cached_property
    def generation(self) -> list[TrackedPod]:
        """Those that are there and not being deleted."""
        if self.target.kind != "Pod" and self.owner is None:
            return []
        return [one for one in self.there if one.pod.metadata.deletion_timestamp is None]

    @cached_property
    def pods(self) -> list[TrackedPod]:
        """Those of the generation that are judged.

        One that failed and that a controller replaces does not count, its successor does.
        """
        if self.target.is_one_pod:
            return self.generation
        judged = [one for one in self.generation if not self._is_replaced(one.pod)]
        if isinstance(self.owner, Job):  # it replaces those that failed; its conditions decide
            return judged or self.generation[-1:]
        return judged

    def _is_replaced(self, pod: Pod) -> bool:
        """Whether it failed, and there is another one in its place or will be.

        A Job that failed makes no more; of one that is not known, or of an operator's own kind
        (Tekton's TaskRun, Argo's Workflow), only what it made since counts.
        """
        controller = pod.metadata.controller
        if pod.status.phase != "Failed" or (controller is None and self.target.selector):
            return False
        if controller is None or controller.kind in _REPLACING or not self.target.selector:
            return True
        if (job := self._job_of(pod)) is not None:
            return job_facts(job).get("owner.ended") != "failed"
        return any(
            family(one.pod) == family(pod) and came_after(one.pod, pod) for one in self.generation
        )

    def _job_of(self, pod: Pod) -> Job | None:
        """The Job that made a selected Pod, if it is known."""
        by = pod.metadata.controller
        if by is None or by.kind != "Job" or not self.target.selector:
            return None
        job = self.store.owner("Job", pod.metadata.namespace, by.name)
        return job if isinstance(job, Job) and job.metadata.uid == by.uid else None

    @property
    def jobs(self) -> list[Job]:
        """The Jobs that made what is selected by labels, as far as they are known."""
        found = filter(None, (self._job_of(tracked.pod) for tracked in self.generation))
        return [*{job.metadata.uid: job for job in found}.values()]

    def asked(self, word: Word) -> list[TrackedPod]:
        """Those that a word is about: `pods`, and those that are ending or gone where they may be.

        A concept is what a Pod has shown, so every Pod that it has had is asked. An end is asked of
        those that are ending, and of one Pod that is named everything but to go on.
        """
        if word.about is About.CONCEPT:
            return self.had
        if word.is_about_ends or (self.target.is_one_pod and not word.wants_to_go_on):
            return self.there
        return self.pods

    @property
    def settled(self) -> Workload | None:
        """The object that is named; a Job that has ended stays so, though it was removed since."""
        last = self.state.presence.last
        if self.owner is None and isinstance(last, Job) and rollout.is_over(last):
            return last
        return self.owner

    @property
    def makers(self) -> list[Workload]:
        """The workload, and of a Deployment its current ReplicaSet: what is told of its Pods."""
        made: list[Workload | None] = [self.owner]
        if isinstance(self.owner, Deployment):
            made.append(rollout.current_set(self.owner, self.store.sets))
        return [one for one in made if one is not None]

    @property
    def present(self) -> frozenset[Key]:
        """The keys of what `gone` is about: the object that is named, or the Pods."""
        if self.target.kind != "Pod":
            named = self.claim if self.target.is_claim else self.owner
            return frozenset([("", named.metadata.uid)] if named is not None else [])
        return frozenset(key for key, tracked in self.state.pods.items() if not tracked.gone)

    @property
    def went(self) -> bool:
        """Whether all that was there at the start is there no more."""
        return bool(self.state.first) and not self.present & self.state.first

    @property
    def never_came(self) -> bool:
        """Whether there is nothing that could be judged, and never was."""
        if self.target.kind != "Pod":
            return self.state.presence.last is None
        return not self.state.pods

    def is_complete(self, pods: Sequence[TrackedPod]) -> bool:
        """Whether these are as many Pods as there have to be: of an owner all, else any."""
        if self.owner is None:
            return bool(pods)
        wanted = rollout.wanted(self.owner, [tracked.pod for tracked in pods])
        return len(pods) >= max(wanted, 1)
