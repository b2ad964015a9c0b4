"""The facts that a Pod does not hold itself: what its controller wants, and how its node is.

Responsible for names and values, as `podwatch.core.concepts.facts` is for those of the Pod;
concepts/facts.toml lists them. Who has the objects (a session's store, a file) is not decided here.
"""

from collections.abc import Iterable

from podwatch.core.concepts.patterns import Facts
from podwatch.core.kube import (
    Deployment,
    Job,
    Node,
    Owner,
    Pod,
    ReplicaSet,
    StatefulSet,
)
from podwatch.core.kube.node import Taint
from podwatch.core.kube.pod_spec import Toleration


def owner_facts(
    pod: Pod, owner: Owner | None, deployment: Deployment | None, sets: Iterable[ReplicaSet]
) -> Facts:
    """What the Pod's controller wants, and whether its Deployment is replacing its Pods.

    `owner`: None if it is not there any more. `sets`: the ReplicaSets of the `deployment`.
    """
    if owner is None or owner.metadata.deletion_timestamp is not None:
        return {"owner.gone": True}
    facts: Facts = {}
    spec, status = owner.spec, owner.status
    if isinstance(owner, Job):
        return job_facts(owner)
    wanted = 1 if spec.replicas is None else spec.replicas
    if isinstance(owner, ReplicaSet | StatefulSet):
        facts["owner.wanted"], facts["owner.replicas"] = wanted, status.replicas
        facts["owner.surplus"] = status.replicas > wanted
    if isinstance(owner, StatefulSet):
        number = pod.metadata.name.rpartition("-")[2]
        facts["owner.wants_it"] = number.isdecimal() and _number(number) < wanted
    if isinstance(owner, StatefulSet) and spec.update_strategy.type != "OnDelete":
        revision = pod.metadata.labels.get("controller-revision-hash", "")
        newest = status.update_revision
        if revision and newest and newest != status.current_revision:
            facts["owner.template"] = "new" if revision == newest else "old"
    if isinstance(owner, ReplicaSet) and deployment is not None:
        facts["owner.deployment"] = deployment.metadata.name
        facts |= _rollout_facts(owner, deployment, list(sets))
    return facts


def _rollout_facts(owner: ReplicaSet, deployment: Deployment, sets: list[ReplicaSet]) -> Facts:
    """Whether the Pod is of the old or the new template, while there are Pods of both."""
    newest = newest_set(sets)
    if newest is None or all(
        one is newest or not (one.status.replicas or one.spec.replicas) for one in sets
    ):
        return {}
    return {
        "owner.template": "new" if owner.metadata.uid == newest.metadata.uid else "old",
        "owner.newest": newest.metadata.name,
        "deployment.wanted": 1 if deployment.spec.replicas is None else deployment.spec.replicas,
        "deployment.updated": newest.status.replicas,
    }


def newest_set(sets: Iterable[ReplicaSet]) -> ReplicaSet | None:
    """The ReplicaSet of a Deployment's present template.

    Its revision is the highest, also after a roll-back, and it was made last where a recording has
    no revisions; of one second, the one that was seen last.
    """
    known = list(sets)
    return max(reversed(known), key=_age, default=None)


def _age(one: ReplicaSet) -> tuple[int, str]:
    meta = one.metadata
    return _number(meta.annotations.revision), str(meta.creation_timestamp)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 10 else 0


_JOB_ENDS = {
    "FailureTarget": "failed",
    "Failed": "failed",
    "SuccessCriteriaMet": "complete",
    "Complete": "complete",
}
"""Conditions of a Job that decide how it ends, some before its Pods are stopped.

`JobConditionType`, https://github.com/kubernetes/api/blob/v0.34.0/batch/v1/types.go
"""


def job_facts(job: Job) -> Facts:
    """What a Job allows, and whether it is decided how it ends."""
    facts: Facts = {"owner.suspended": job.spec.suspend}
    if job.spec.backoff_limit is not None:
        facts["owner.backoff_limit"] = job.spec.backoff_limit
    if job.spec.active_deadline_seconds is not None:
        facts["owner.deadline"] = job.spec.active_deadline_seconds
    for one in job.status.conditions:
        if one.status == "True" and one.type in _JOB_ENDS:
            facts["owner.ended"] = _JOB_ENDS[one.type]
            if one.reason:
                facts["owner.why"] = one.reason
    return facts


def node_facts(pod: Pod, node: Node) -> Facts:
    """How the Pod's node is, and which of its NoExecute taints ends the Pod, after what time."""
    facts: Facts = {}
    for condition in node.status.conditions:
        if condition.type == "Ready":
            facts["node.ready"] = condition.status
    for taint in node.spec.taints:
        if taint.key == "node.kubernetes.io/out-of-service":
            facts["node.out_of_service"] = True
    first: tuple[int, Taint] | None = None
    for taint in node.spec.taints:
        if taint.effect != "NoExecute":
            continue
        seconds = tolerated_for(taint, pod.spec.tolerations)
        if seconds is not None and (first is None or seconds < first[0]):
            first = seconds, taint
    if first is not None:
        facts["node.taint"] = first[1].key
        if first[0]:
            facts["pod.tolerates_for"] = f"{first[0]} s"
    return facts


def tolerated_for(taint: Taint, tolerations: Iterable[Toleration]) -> int | None:
    """For how many seconds a taint is tolerated, 0 if it is not; None if for ever.

    The shortest of the tolerations that match counts (`getMinTolerationTime`).
    https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/controller/tainteviction/taint_eviction.go
    """
    matching = [one for one in tolerations if _matches(one, taint)]
    if not matching:
        return 0
    seconds = [one.toleration_seconds for one in matching if one.toleration_seconds is not None]
    return max(min(seconds), 0) if seconds else None


def _matches(one: Toleration, taint: Taint) -> bool:
    if one.effect not in {"", taint.effect} or one.key not in {"", taint.key}:
        return False
    if one.operator == "Exists":
        return True
    return one.operator in {"", "Equal"} and one.key != "" and one.value == taint.value
