"""What a Pod that is being deleted still waits for, and who had it deleted.

Responsible for the facts that start with `deletion.`.
"""

from datetime import datetime, timedelta
from functools import partial

from podwatch.core.concepts.patterns import Facts
from podwatch.core.durations import human_duration
from podwatch.core.messages import cause
from podwatch.core.present.facts import PartFacts, Seen, Symptom, after_colon, decoded
from podwatch.core.present.telling import most_telling
from podwatch.core.states import Facet


def deletion(seen: Seen, deadline: datetime, *, silent: bool) -> Symptom:
    """How far the deletion asked for is; `silent`: its node is known, or seems, not to answer."""
    pod, now = seen.pod, seen.now
    statuses = pod.all_statuses()
    on_node = bool(pod.spec.node_name)
    grace = pod.metadata.deletion_grace_period_seconds
    usual = pod.spec.termination_grace_period_seconds
    asked = deadline - timedelta(seconds=grace or 0)
    since = [one for one in seen.events if one.last_seen is not None and one.last_seen >= asked]
    if now is None and since:
        now = since[-1].last_seen  # a file has no clock, but it is not older than its Events
    fails = most_telling([one for one in since if one.reason in _FAILS])
    facts: Facts = {
        "deletion.mirror": bool(pod.metadata.annotations.config_mirror),
        "deletion.runs": on_node and any(one.state.running is not None for one in statuses),
        "deletion.overdue": (overdue := on_node and now is not None and now >= deadline),
        "deletion.ago": _ago(asked, deadline, now) if overdue and now is not None else "",
        "deletion.hooks": not any(one.reason == "FailedPreStopHook" for one in since)
        and any(
            spec.lifecycle is not None and spec.lifecycle.pre_stop is not None
            for spec in pod.all_containers()
        ),
        "deletion.finalizers": (names := ", ".join(pod.metadata.finalizers)),
        "deletion.keeper": _KEEPERS.get(names, ""),
        "deletion.held": f"finalizers {names} hold"
        if ", " in names
        else f"finalizer {names} holds",
        "deletion.ended": bool(statuses) and all(one.state.terminated for one in statuses),
        "deletion.silent": silent,
        "deletion.forced": grace == 0 and not pod.metadata.finalizers,
        "deletion.hurried": grace is not None and usual is not None and 0 < grace < usual,
        "deletion.fails": fails is not None,
        **_by_job(seen, asked),
    }
    groups = {"message": partial(decoded, fails.message)} if fails is not None else {}
    if grace is not None:
        facts["deletion.grace"] = f"{grace} s"
    until = {"grace period ends": lambda: deadline}
    part = PartFacts(seen, facts, groups)
    return Symptom("deletion", part, Facet.DELETION, until=until, stops=True)


_KEEPERS = {
    "batch.kubernetes.io/job-tracking": "the Job controller of the control plane",
    "foregroundDeletion": "the garbage collector of the control plane",
    "orphan": "the garbage collector of the control plane",
    "kueue.x-k8s.io/managed": "the controller of Kueue",
    "workflows.argoproj.io/status": "the workflow controller of Argo",
}
"""Who removes a finalizer, where that is known.

https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/api/batch/v1/types.go
https://github.com/kubernetes/kubernetes/blob/v1.34.0/staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go
https://github.com/kubernetes-sigs/kueue/blob/v0.14.0/pkg/controller/jobs/pod/constants/constants.go
https://github.com/argoproj/argo-workflows/blob/v3.6.0/workflow/common/common.go
"""


def _ago(asked: datetime, deadline: datetime, now: datetime) -> str:
    """Since when its end is asked for, and due: ` (asked for 40m ago, due since 20m)`."""
    since = human_duration((now - asked).total_seconds())
    return f" (asked for {since} ago, due since {human_duration((now - deadline).total_seconds())})"


_FAILS = frozenset({"FailedKillPod", "ExceededGracePeriod"})
_SYNC = timedelta(seconds=5)
"""The controller writes a condition at most so long after it has deleted the Pods for it."""
_SURE = frozenset(
    {
        "DeadlineExceeded",
        "PodFailurePolicy",
        "MaxFailedIndexesExceeded",
        "SuccessPolicy",
        "CompletionsReached",
    }
)
"""The reasons for which a Job ends its Pods, but for those that a Pod's deletion can lead to."""


_WAYS = {
    "DeadlineExceeded": "create the Job again with a longer activeDeadlineSeconds",
    "PodFailurePolicy": "fix why its Pod failed, or correct podFailurePolicy; create the Job again",
    "MaxFailedIndexesExceeded": "fix why its Pods failed, or raise maxFailedIndexes; "
    "create the Job again",
    "JobSuspended": "set suspend of the Job to false",
}
"""What lets the work of a Job go on, by the reason why it is over: one that failed stays Failed."""
_WAY = "fix what the Job says, and create it again"


def _by_job(seen: Seen, asked: datetime) -> Facts:
    """Why its Job had it deleted at `asked`, if it did."""
    for condition in seen.around.owners[0].status.conditions if seen.around.owners else ():
        at = condition.last_transition_time
        ends = condition.type == "Suspended" or condition.reason in _SURE
        if ends and condition.status == "True" and at is not None and asked >= at - _SYNC:
            return {
                "deletion.by_job": condition.reason or condition.type,
                "deletion.job_says": after_colon(cause(condition.message).detail),
                "deletion.job_way": _WAYS.get(condition.reason, _WAY),
            }
    return {}
