"""What is kept of a target while it is judged: its Pods, and how they stand at one instant.

Responsible for which Pods are a target's own and which of them are judged. What the stream has
shown is kept elsewhere; what is expected of the Pods is `checks`' business.
"""

from collections.abc import Iterable

import msgspec

from podwatch.core.concepts import Catalog
from podwatch.core.expectations import rollout
from podwatch.core.expectations.expectation import Expectations, Target
from podwatch.core.kube import Job, Pod
from podwatch.core.kube.owner import Owner
from podwatch.core.kube.selectors import requirements
from podwatch.core.present import PresentState, Symptom
from podwatch.core.startup import passed
from podwatch.core.store import Store
from podwatch.core.stream import Key
from podwatch.core.timeline import PodVersion

NEVER = float("inf")
"""The instant at which time alone decides what it does not decide."""


class TrackedPod:
    """One Pod as it is judged.

    `concepts` are the ids of those that it has shown; `permanent` the states of this version that
    can't heal, with their symptoms, None until somebody asks.
    """

    def __init__(self, version: PodVersion, concepts: set[str]) -> None:
        self.key = version.ref.key
        self.pod = version.pod
        self.status = version.columns.status
        self.concepts = concepts
        self.created_t = 0.0 if version.initial else version.t
        self.restarts_before = {
            status.name: status.restart_count
            for status in version.pod.all_statuses()
            if version.initial
        }
        self.gone = False
        # The API server makes every Pod so, whatever its maker wrote (PrepareForCreate):
        # https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/registry/core/pod/strategy.go
        self.phases = ["Pending"]
        self.passed: set[str] = set()
        self.permanent: list[tuple[PresentState, Symptom]] | None = None

    @property
    def controller_kind(self) -> str:
        """The kind of what made it; empty for a bare Pod."""
        controller = self.pod.metadata.controller
        return controller.kind if controller is not None else ""

    def take(self, version: PodVersion, *, own: bool) -> None:
        """Another version of it; `own`: the target still has it."""
        self.pod, self.status = version.pod, version.columns.status
        self.gone = version.type == "DELETED" or not own
        self.permanent = None
        phase = self.pod.status.phase
        if phase and self.phases[-1] != phase:
            self.phases.append(phase)

    def pass_stages(self, pulled: Iterable[str]) -> None:
        """Note which stages it has passed, with the containers whose images were pulled."""
        self.passed.update(passed(self.pod, frozenset(pulled)))


class TargetState:
    """One target. `pods` are all that ever were its own, by key.

    `first`: the keys of what was there when the lists were complete. `suffering`: since when a
    permanent state lasts, by key, its id, part and what it decides.
    """

    def __init__(self, target: Target) -> None:
        self.target = target
        self._labels = requirements(target.selector) if target.selector else ()
        self.pods: dict[Key, TrackedPod] = {}
        self.first: frozenset[Key] | None = None
        self.suffering: dict[tuple[Key, str, str, str], float] = {}

    def owns(self, pod: Pod) -> bool:
        """Whether the Pod can be this target's; which generation it is of is asked later."""
        meta, target = pod.metadata, self.target
        if meta.namespace != target.namespace:
            return False
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


class View(msgspec.Struct, frozen=True, kw_only=True):
    """One target at the instant `t`, with all that is known of it by then.

    `generation`: the Pods that are there, not being deleted, of the current generation; `pods`:
    those of them that are judged. One that failed and that a controller replaces does not count,
    its successor does. `nodes_ready`: no Node may still come that has room.
    """

    state: TargetState
    t: float
    store: Store
    wanted: Expectations
    catalog: Catalog
    nodes_ready: bool
    owner: Owner | None
    generation: tuple[TrackedPod, ...]
    pods: tuple[TrackedPod, ...]

    @property
    def target(self) -> Target:
        """What is judged."""
        return self.state.target

    @property
    def present(self) -> frozenset[Key]:
        """The keys of what `gone` is about: the object that is named, or the Pods."""
        if self.target.kind != "Pod":
            return frozenset([("", self.owner.metadata.uid)] if self.owner is not None else [])
        return frozenset(key for key, tracked in self.state.pods.items() if not tracked.gone)

    @property
    def never_came(self) -> bool:
        """Whether there is nothing that could be judged, and never was."""
        return self.owner is None if self.target.kind != "Pod" else not self.state.pods

    @property
    def has_all_pods(self) -> bool:
        """Whether there are as many Pods as there have to be: of an owner all, else any."""
        if self.owner is None:
            return bool(self.pods)
        wanted = rollout.wanted(self.owner, [tracked.pod for tracked in self.pods])
        return len(self.pods) >= max(wanted, 1)


def view(
    state: TargetState,
    t: float,
    store: Store,
    wanted: Expectations,
    catalog: Catalog,
    *,
    nodes_ready: bool,
) -> View:
    """The target as it is now."""
    owner = store.owner(state.target.kind, state.target.namespace, state.target.name)
    generation = _generation(state, owner, store)
    return View(
        state=state,
        t=t,
        store=store,
        wanted=wanted,
        catalog=catalog,
        nodes_ready=nodes_ready,
        owner=owner,
        generation=tuple(generation),
        pods=tuple(_judged(state.target, owner, generation)),
    )


def _generation(state: TargetState, owner: Owner | None, store: Store) -> list[TrackedPod]:
    there = [
        tracked
        for tracked in state.pods.values()
        if not tracked.gone and tracked.pod.metadata.deletion_timestamp is None
    ]
    if state.target.kind == "Pod":
        return there if state.target.selector else there[-1:]
    if owner is None:
        return []
    own = rollout.pods_of(owner, [tracked.pod for tracked in there], store.sets)
    uids = {pod.metadata.uid for pod in own}
    return [tracked for tracked in there if tracked.pod.metadata.uid in uids]


def _judged(
    target: Target, owner: Owner | None, generation: list[TrackedPod]
) -> Iterable[TrackedPod]:
    if target.kind == "Pod":
        return [
            tracked for tracked in generation if not (target.selector and _is_replaced(tracked))
        ]
    well = [tracked for tracked in generation if tracked.pod.status.phase != "Failed"]
    if isinstance(owner, Job):  # it replaces those that failed; its conditions decide
        return well or generation[-1:]
    return well


def _is_replaced(tracked: TrackedPod) -> bool:
    """Whether it failed and a controller makes another for it."""
    return tracked.pod.status.phase == "Failed" and tracked.controller_kind not in {"", "Job"}
