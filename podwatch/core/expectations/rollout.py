"""How far an owner is with its current generation, as `kubectl rollout status` judges it.

Responsible for the owner's own counts and for which Pods belong to its current generation.
https://github.com/kubernetes/kubectl/blob/v0.34.0/pkg/polymorphichelpers/rollout_status.go
"""

import re
from collections.abc import Iterable
from typing import TypeVar

from msgspec.structs import replace

from podwatch.core.kube import (
    Condition,
    DaemonSet,
    Deployment,
    Job,
    Owner,
    Pod,
    ReplicaSet,
    StatefulSet,
)
from podwatch.core.text import counted

_Made = TypeVar("_Made", Pod, ReplicaSet)


def is_observed(owner: Owner) -> bool:
    """Whether its controller has seen its current generation; a Job's does not say so."""
    seen = owner.status.observed_generation >= owner.metadata.generation
    return seen or isinstance(owner, Job)


def is_stopped(owner: Owner) -> bool:
    """Whether it makes no Pods that it lacks, as somebody has paused or suspended it.

    Whether those that a paused Deployment has made get ready is another matter.
    """
    if isinstance(owner, Job):
        return owner.spec.suspend and not is_over(owner)
    replicas = 1 if owner.spec.replicas is None else owner.spec.replicas
    return owner.spec.paused and owner.status.updated_replicas < replicas


def missing(owner: Owner) -> str:
    """What is missing until the owner is ready, in words; empty when nothing is."""
    spec, status = owner.spec, owner.status
    if not is_observed(owner):
        return f"the controller to notice the change of the {type(owner).__name__}"
    replicas = 1 if spec.replicas is None else spec.replicas
    match owner:
        case Deployment():
            if is_stopped(owner):
                return "somebody to resume the Deployment: it is paused"
            if status.updated_replicas < replicas:
                return f"new Pods: {status.updated_replicas} of {replicas} created"
            if status.replicas > status.updated_replicas:
                return f"{counted(status.replicas - status.updated_replicas, 'old Pod')} to end"
            if status.available_replicas < status.updated_replicas:
                return f"ready Pods: {status.available_replicas} of {replicas}"
        case ReplicaSet():
            if status.available_replicas < replicas:
                return f"ready Pods: {status.available_replicas} of {replicas}"
            if status.replicas > replicas:
                return f"{counted(status.replicas - replicas, 'Pod')} too many to end"
        case StatefulSet():
            if status.ready_replicas < replicas:
                return f"ready Pods: {status.ready_replicas} of {replicas}"
            wanted = max(replicas - _partition(owner), 0)
            updated = status.updated_replicas >= wanted
            if status.update_revision != status.current_revision and not updated:
                if spec.update_strategy.type == "OnDelete":
                    return _ON_DELETE
                return f"Pods of the new revision: {status.updated_replicas} of {wanted}"
        case DaemonSet():
            desired = status.desired_number_scheduled
            if status.updated_number_scheduled < desired:
                if spec.update_strategy.type == "OnDelete" and status.number_ready >= desired:
                    return _ON_DELETE
                return f"new Pods: {status.updated_number_scheduled} of {desired} created"
            if status.number_available < desired:
                return f"ready Pods: {status.number_available} of {desired}"
        case Job():
            at_once = 1 if spec.parallelism is None else spec.parallelism
            if is_stopped(owner):
                return "somebody to resume the Job: it is suspended"
            left = at_once
            if spec.completions is not None:
                left = min(at_once, spec.completions - status.succeeded)
            if (status.ready or 0) < max(left, 1):
                return f"ready Pods: {status.ready or 0} of {max(left, 1)}"
    return ""


_OVER = frozenset({"Complete", "Failed"})
"""The conditions of a Job that makes no more Pods."""


def is_over(job: Job) -> bool:
    """Whether a Job has ended, and stays so."""
    return any(one.status == "True" for one in job.status.conditions if one.type in _OVER)


def wanted(owner: Owner, pods: Iterable[Pod]) -> int:
    """How many Pods the current generation has to have now. `pods`: those that it has."""
    spec = owner.spec
    match owner:
        case DaemonSet():
            return owner.status.desired_number_scheduled
        case Job():
            if is_over(owner):
                return 0
            at_once = 1 if spec.parallelism is None else spec.parallelism
            if spec.completions is None:
                return at_once
            done = sum(pod.status.phase == "Succeeded" for pod in pods)
            return done + max(min(at_once, spec.completions - done), 0)
    return 1 if spec.replicas is None else spec.replicas


_ON_DELETE = "somebody to delete the old Pods: its updateStrategy is OnDelete"


def _partition(owner: StatefulSet) -> int:
    rolling = owner.spec.update_strategy.rolling_update
    return rolling.partition if rolling is not None else 0


def pods_of(owner: Owner, pods: Iterable[Pod], sets: Iterable[ReplicaSet]) -> list[Pod]:
    """Those of the Pods that belong to the owner's current generation."""
    maker = current_set(owner, sets) if isinstance(owner, Deployment) else owner
    if maker is None or not is_observed(owner):
        return []
    own = _controlled(maker.metadata.uid, pods)
    if isinstance(owner, StatefulSet) and owner.status.update_revision:
        wanted, partition = owner.status.update_revision, _partition(owner)
        return [
            pod
            for pod in own
            if pod.metadata.labels.get(_REVISION) in {None, wanted}
            or _number(pod.metadata.name.rpartition("-")[2]) < partition
        ]
    if isinstance(owner, DaemonSet):
        # Each change of the template counts it up, a roll-back too; but a roll-back leaves the Pods
        # that are of its revision already.
        newest = max(own, key=_template_generation, default=None)
        if newest is None or not owner.status.updated_number_scheduled:
            return []
        of = _template_generation(newest), newest.metadata.labels.get(_REVISION)
        return [
            pod
            for pod in own
            if _template_generation(pod) == of[0]
            or (of[1] is not None and pod.metadata.labels.get(_REVISION) == of[1])
        ]
    return own


_REVISION = "controller-revision-hash"


def current_set(owner: Deployment, sets: Iterable[ReplicaSet]) -> ReplicaSet | None:
    """The ReplicaSet of the Deployment's current template, once its controller made it.

    The Deployment's revision is that of its current ReplicaSet. Where a recording lacks it,
    the Deployment's own message names the set, or else the newest one is it.
    """
    if not is_observed(owner):
        return None
    own, revision = _controlled(owner.metadata.uid, sets), owner.metadata.annotations.revision
    if revision:
        return next((set_ for set_ in own if set_.metadata.annotations.revision == revision), None)
    for condition in owner.status.conditions:
        if named := _set_named_by(condition):
            return next((set_ for set_ in own if set_.metadata.name == named), None)
    return max(own, key=lambda set_: str(set_.metadata.creation_timestamp), default=None)


def without_past(owner: Owner, sets: Iterable[ReplicaSet]) -> Owner:
    """The owner without a condition that is about an earlier ReplicaSet than its current one.

    After a roll-back its controller notes the new generation first and the progress a moment later:
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/deployment/progress.go
    """
    current = current_set(owner, sets) if isinstance(owner, Deployment) else None
    if current is None:
        return owner
    of_now = {"", current.metadata.name}
    kept = tuple(one for one in owner.status.conditions if _set_named_by(one) in of_now)
    return replace(owner, status=replace(owner.status, conditions=kept))


def _set_named_by(condition: Condition) -> str:
    """The ReplicaSet whose progress a Deployment's condition is about; empty if it names none."""
    named = re.search(r'[Rr]eplica ?[Ss]et "([^"]+)"', condition.message)
    return named[1] if condition.type == "Progressing" and named is not None else ""


def _controlled(uid: str, objects: Iterable[_Made]) -> list[_Made]:
    """Those of the objects that this owner manages."""
    return [one for one in objects if (by := one.metadata.controller) and by.uid == uid]


def _template_generation(pod: Pod) -> int:
    return _number(pod.metadata.labels.get("pod-template-generation", ""))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0
