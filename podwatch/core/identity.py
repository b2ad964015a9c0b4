"""Identity: whether a Pod came, went, is new, and which one replaces which.

Responsible for what tells Pods apart and what they have in common. A Pod is its uid: the same name
with a new uid is another Pod. "Replaced by" has no field in the API: it is inferred from a common
controller, said to be inferred, and not claimed when more than one could be meant.
"""

from datetime import datetime

from podwatch.core.kube import Owner, PersistentVolumeClaim, Pod
from podwatch.core.states import Existence, Facet, State
from podwatch.core.stream import Ref
from podwatch.core.transitions import Transition

_KEEP_NAMES = frozenset({"StatefulSet", "Node"})
"""The kinds of controllers whose new Pod has the name of the one that it replaces."""
_NAME_ANEW = frozenset({"ReplicaSet", "ReplicationController", "DaemonSet", "Job", "CronJob"})
"""The kinds of controllers that give a new Pod, or Job, another name than the last one had.

Operators' own kinds often keep it: Strimzi's StrimziPodSet, CloudNativePG's Cluster.
"""

_INDEX = "batch.kubernetes.io/job-completion-index"
"""The label of an Indexed Job's Pods: another index is other work.

https://github.com/kubernetes/api/blob/v0.34.0/batch/v1/types.go
"""


def existence(
    ref: Ref, old: Existence, new: Existence, at: datetime, t: float, *, inferred: bool = False
) -> Transition:
    """The Pod came, went, entered or left the selection (values of `Existence`)."""
    return Transition(at, t, ref, Facet.EXISTENCE, "", State(old.value), State(new.value), inferred)


def replacement(old: Ref, new: Ref, before: Existence, at: datetime, t: float) -> Transition:
    """`new` took the place of `old`; always inferred, as no field of the API says it."""
    return Transition(
        at,
        t,
        old,
        Facet.EXISTENCE,
        new.name,
        State(before.value),
        State(Existence.REPLACED.value, run=new.uid),
        inferred=True,
    )


def looks_new(pod: Pod) -> bool:
    """Whether a Pod that appears in a selection was just created.

    Such a Pod has no container statuses and no conditions yet, but for the one that the API
    server sets on a Pod with scheduling gates.
    """
    return not any(pod.all_statuses()) and all(
        condition.reason == "SchedulingGated" for condition in pod.status.conditions
    )


def family(pod: Pod) -> tuple[str, str, str] | None:
    """What two Pods have in common if one can replace the other: their controller.

    Where Pods keep their names (a StatefulSet's, a node's static ones) the name belongs to it, too,
    and in an Indexed Job the index. A Deployment's ReplicaSets are no family: in a rollout Pods of
    the one go when Pods of the other are ready, and which belongs to which is nobody's decision.
    None for a Pod without a controller.
    """
    controller = pod.metadata.controller
    if controller is None:
        return None
    own = pod.metadata.name if controller.kind in _KEEP_NAMES else ""
    if controller.kind == "Job":
        own = pod.metadata.labels.get(_INDEX, "")
    return (pod.metadata.namespace, controller.kind, f"{controller.uid}/{own}")


def comes_again(one: Pod | Owner | PersistentVolumeClaim) -> bool:
    """Whether its controller makes, or may make, one of the same name when it is deleted."""
    controller = one.metadata.controller
    return controller is not None and controller.kind not in _NAME_ANEW


def came_before(new: Pod, old: Pod) -> bool:
    """Whether the new Pod was created before anybody deleted the old one: it can't replace that.

    The kubelet's own last delete, without a grace period, says nothing of the first.
    """
    created, deadline = new.metadata.creation_timestamp, old.metadata.deletion_timestamp
    grace = old.metadata.deletion_grace_period_seconds
    if created is None or deadline is None or not grace:
        return False
    # In whole seconds, with all their roundings.
    return (deadline - created).total_seconds() > grace + 1


def came_after(one: Pod, other: Pod) -> bool:
    """Whether it was created later, as far as whole seconds say."""
    created, before = one.metadata.creation_timestamp, other.metadata.creation_timestamp
    return created is not None and before is not None and created > before


def runs_once(pod: Pod) -> bool:
    """Whether it is done when its program has ended: nothing starts that again.

    Controllers that keep Pods running ask for restartPolicy Always; a static Pod's kubelet makes
    it again whatever its policy.
    """
    controller = pod.metadata.controller
    kept = controller is not None and controller.kind == "Node"
    return pod.spec.restart_policy in {"Never", "OnFailure"} and not kept


def needs_replacement(pod: Pod, *, deleted: bool = False) -> bool:
    """Whether a controller makes a new Pod for this one, which ended or is being deleted.

    `deleted`: it is no more. A Job replaces Pods that failed, not those that succeeded.
    """
    controller = pod.metadata.controller
    if controller is None:
        return False
    if controller.kind == "Job" and pod.status.phase == "Succeeded":
        return False
    return deleted or pod.metadata.deletion_timestamp is not None or pod.status.is_over
