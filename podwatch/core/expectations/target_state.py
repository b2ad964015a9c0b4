"""What is kept of a target while it is judged: its Pods, and how they stand at one instant.

Responsible for which Pods are a target's own and which of them are judged. What the stream has
shown is kept elsewhere; what is expected of the Pods is `checks`' business.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from podwatch.core.concepts import Catalog
from podwatch.core.concepts.owner_facts import job_facts
from podwatch.core.expectations import rollout
from podwatch.core.expectations.expectation import About, Expectations, Target, Word
from podwatch.core.expectations.presence import Presence
from podwatch.core.expectations.runs import Runs
from podwatch.core.identity import came_after, family
from podwatch.core.kube import Deployment, Job, PersistentVolumeClaim, Pod, Workload
from podwatch.core.kube.selectors import requirements
from podwatch.core.present import PresentState, Symptom
from podwatch.core.store import Store
from podwatch.core.stream import Key
from podwatch.core.surroundings import Objects, Surroundings
from podwatch.core.timeline import PodVersion

NEVER = float("inf")
"""The instant at which time alone decides what it does not decide."""
_REPLACING = frozenset({"ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Node"})
"""The kinds of controllers that always replace a Pod that failed."""


class TrackedPod:
    """One Pod as it is judged.

    `concepts` are the ids of those that it has shown, and whether by itself: what a deletion does
    to phase and conditions only follows from it. `permanent` the states of this version that
    can't heal, with their symptoms, None until somebody asks.
    """

    def __init__(self, version: PodVersion, concepts: Mapping[str, bool]) -> None:
        self.key = version.ref.key
        self.pod = version.pod
        self.status = version.columns.status
        self.concepts = concepts
        self.created_t = 0.0 if version.initial else version.t
        self.gone = False
        # The API server makes every Pod so, whatever its maker wrote (PrepareForCreate):
        # https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/registry/core/pod/strategy.go
        self.phases = ["Pending"]
        self.passed: set[str] = set()
        self.permanent: list[tuple[PresentState, Symptom]] | None = None
        self.runs = Runs(version)

    @property
    def controller_kind(self) -> str:
        """The kind of what made it; empty for a bare Pod."""
        controller = self.pod.metadata.controller
        return controller.kind if controller is not None else ""

    @property
    def leaves(self) -> bool:
        """Whether it is being deleted and still has its node's room."""
        meta, spec = self.pod.metadata, self.pod.spec
        return not self.gone and meta.deletion_timestamp is not None and bool(spec.node_name)

    def take(self, version: PodVersion, *, own: bool) -> None:
        """Another version of it; `own`: the target still has it."""
        self.pod, self.status = version.pod, version.columns.status
        self.gone = version.type == "DELETED" or not own
        self.permanent = None
        self.runs.take(version)
        phase = self.pod.status.phase
        if phase and self.phases[-1] != phase:
            self.phases.append(phase)


class TargetState:
    """One target. `pods` are all that ever were its own, by key.

    `first`: the keys of what the first lists held of what `gone` is about; other lists may be
    complete much later, and what came meanwhile is not first. `suffering`: since when a permanent
    state lasts, by what it decides, then by key, its id and part. `shown`: the ids of the concepts
    that Pods and workloads have shown, by key. `own`: the keys of its current Pods, when that was
    last known. `held`: how many Pods are held until it is stable, None before that.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self.presence = Presence(target)
        self.shown: Mapping[Key, Collection[str]] = {}
        self.own: frozenset[Key] = frozenset()
        self.held: int | None = None
        self._labels = requirements(target.selector) if target.selector else ()
        self.pods: dict[Key, TrackedPod] = {}
        self.first: set[Key] = set()

    def forget_permanent(self) -> None:
        """Something changed around its Pods: what can't heal has to be asked again."""
        for tracked in self.pods.values():
            tracked.permanent = None

    def owns(self, pod: Pod) -> bool:
        """Whether the Pod can be this target's; which generation it is of is asked later.

        A claim has none of its own: here they are those that use it.
        """
        meta, target = pod.metadata, self.target
        if meta.namespace != target.namespace:
            return False
        if target.is_claim:
            return target.name in pod.claims
        if target.selector:
            return all(requirement.holds(meta.labels) for requirement in self._labels)
        if target.kind == "Pod":
            return meta.name == target.name
        controller = meta.controller
        if controller is None:
            return False
        if target.kind == "Deployment":
            made_for, _, _ = controller.name.rpartition("-")  # then comes its template's hash
            return controller.kind == "ReplicaSet" and made_for == target.name
        return controller.kind == target.kind and controller.name == target.name


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
    def owner_keys(self) -> list[Key]:
        """What may tell of the workload beside its Pods: itself, and its current ReplicaSet."""
        owners = [self.owner]
        if isinstance(self.owner, Deployment):
            owners.append(rollout.current_set(self.owner, self.store.sets))
        return [("", owner.metadata.uid) for owner in owners if owner is not None]

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
