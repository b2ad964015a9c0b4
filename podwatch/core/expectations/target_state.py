"""What is kept of a target while it is judged: its Pods, and what they have shown.

Responsible for which Pods can be a target's own. Which of them are judged at an instant is `view`'s
business.
"""

from collections.abc import Collection, Mapping

from podwatch.core.expectations.expectation import Target
from podwatch.core.expectations.presence import Presence
from podwatch.core.expectations.tracked_pod import TrackedPod
from podwatch.core.kube import Pod
from podwatch.core.kube.selectors import requirements
from podwatch.core.stream import Key


class TargetState:
    """One target. `pods` are all that ever were its own, by key.

    `first`: the keys of what the first lists held of what `gone` is about; other lists may be
    complete much later, and what came meanwhile is not first. `shown`: the ids of the concepts that
    Pods and workloads have shown, by key. `own`: the keys of its current Pods, when that was last
    known. `held`: how many Pods are held until it is stable, None before that.
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
