"""Whether a word holds at one instant.

Responsible for what each word means of a Pod and of an owner. Since when it holds, and what
follows from it, is `checks`' business.
"""

from collections.abc import Iterable, Sequence

from podwatch.core.expectations import claims, rollout
from podwatch.core.expectations.expectation import POD_CONDITIONS, About, Target, Word
from podwatch.core.expectations.tracked_pod import TrackedPod
from podwatch.core.expectations.view import View
from podwatch.core.identity import runs_once
from podwatch.core.kube import Condition, Job, Owner, PersistentVolumeClaim, Pod


def holds(view: View, word: Word, pods: Sequence[TrackedPod]) -> bool:
    """Whether it holds of the target. `pods`: those of it that are asked."""
    owner = view.settled
    if word.about is About.CREATE:
        return bool(view.present)
    if word.about is About.GONE:
        return not view.present & view.state.first
    if view.target.is_claim:
        return view.claim is not None and _claim_holds(view, view.claim, word)
    if word.about is About.CONCEPT:
        keys = [("", owner.metadata.uid) for owner in view.makers]
        told = any(word.name in view.state.shown.get(key, ()) for key in keys)
        return told or any(pod_holds(tracked, word) for tracked in pods)
    if view.target.kind != "Pod" and not word.is_about_ends:
        if owner is None:
            return False
        if word.about is About.READY:
            return rollout.missing(owner) == ""
        if word.about is About.SUCCEEDED and isinstance(owner, Job):
            return _condition_is(owner.status.conditions, "complete")
        if word.about is About.FAILED and isinstance(owner, Job):
            return _condition_is(owner.status.conditions, "failed")
        if word.about is About.JSONPATH:
            return _path_holds(owner, word)
        if _asks_owner(word):
            conditions = owner.status.conditions
            return rollout.is_observed(owner) and _condition_is(conditions, word.name, word.value)
    return view.is_complete(pods) and all(pod_holds(tracked, word) for tracked in pods)


def _claim_holds(view: View, claim: PersistentVolumeClaim, word: Word) -> bool:
    """Whether it holds of a claim."""
    match word.about:
        case About.READY:
            return claims.is_ready(view)
        case About.PHASE:
            return claim.status.phase == word.value
        case About.CONDITION:
            return _condition_is(claim.status.conditions, word.name, word.value)
        case About.JSONPATH:
            return _path_holds(claim, word)
    return False


def pod_holds(tracked: TrackedPod, word: Word) -> bool:
    """Whether it holds of one Pod."""
    pod = tracked.pod
    match word.about:
        case About.READY:
            return pod.is_true("Ready")
        case About.WELL:
            ready = pod.is_true("Ready") and pod.metadata.deletion_timestamp is None
            return ready or (pod.status.phase == "Succeeded" and runs_once(pod))
        case About.SUCCEEDED:
            return pod.status.phase == "Succeeded"
        case About.FAILED:
            return pod.status.phase == "Failed"
        case About.PHASE:
            return pod.status.phase == word.value
        case About.STATUS:
            return tracked.status == word.value
        case About.CONDITION:
            return _condition_is(pod.status.conditions, word.name, word.value)
        case About.JSONPATH:
            return _path_holds(pod, word)
        case About.CONCEPT:
            return word.name in tracked.concepts
        case About.GONE | About.CREATE:
            return False  # asked of the target, never of one Pod


def asks_target(target: Target, word: Word) -> bool:
    """Whether the word asks the target as a whole, not each of its Pods.

    Of what makes Pods only a Job ends: others are in no phase, their Pods are.
    """
    if target.is_claim or word.about in {About.GONE, About.CREATE}:
        return True
    if word.about in {About.SUCCEEDED, About.FAILED}:
        return target.kind == "Job"
    return target.kind != "Pod" and (word.about is About.READY or _asks_owner(word))


def _asks_owner(word: Word) -> bool:
    """Whether the word asks an owner's own fields, not its Pods."""
    if word.about is About.CONDITION:
        return word.name.lower() not in POD_CONDITIONS
    return word.about is About.JSONPATH


def _condition_is(conditions: Iterable[Condition], type_: str, value: str = "true") -> bool:
    return any(
        condition.type.lower() == type_.lower() and condition.status.lower() == value
        for condition in conditions
    )


def _path_holds(object_: Pod | Owner | PersistentVolumeClaim, word: Word) -> bool:
    """As kubectl wait has it: the value, or without one any value."""
    values = word.path.values_in(object_) if word.path is not None else []
    if not word.value:
        return any(values)
    return bool(values) and all(value == word.value for value in values)
