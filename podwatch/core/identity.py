"""Identity: whether a Pod came, went, is new, and which one replaces which.

Responsible for what tells Pods apart and what they have in common. A Pod is its uid: the same name
with a new uid is another Pod. "Replaced by" has no field in the API: it is inferred from a common
controller, said to be inferred, and not claimed when more than one could be meant.
"""

from datetime import datetime

from podwatch.core.kube import Pod
from podwatch.core.states import Existence, Facet, State
from podwatch.core.stream import Ref
from podwatch.core.transitions import Transition

_KEEP_NAMES = frozenset({"StatefulSet", "Node"})
"""The kinds of controllers whose new Pod has the name of the one that it replaces."""


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

    A ReplicaSet that carries its template's hash in its name belongs to a Deployment, which
    replaces Pods across its ReplicaSets. Where Pods keep their names (a StatefulSet's, a
    node's static ones) the name belongs to it, too. None for a Pod without a controller.
    """
    controller = pod.metadata.controller
    if controller is None:
        return None
    template_hash = pod.metadata.labels.get("pod-template-hash")
    if controller.kind == "ReplicaSet" and template_hash:
        name = controller.name.removesuffix(f"-{template_hash}")
        if name != controller.name:
            return (pod.metadata.namespace, "Deployment", name)
    own = f"{controller.uid}/{pod.metadata.name}" if controller.kind in _KEEP_NAMES else ""
    return (pod.metadata.namespace, controller.kind, own or controller.uid)


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
