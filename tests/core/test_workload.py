"""What is said of a workload: of itself, and of its Pods, those with one cause together."""

from datetime import UTC, datetime
from typing import Any

import pytest

from podwatch.core.family import Family
from podwatch.core.kube import (
    Condition,
    CronJob,
    DaemonSet,
    Deployment,
    Job,
    ObjectMeta,
    Owner,
    Pod,
    PodEvent,
    ReplicaSet,
)
from podwatch.core.kube.cron_job import CronJobSpec
from podwatch.core.kube.event import ObjectReference
from podwatch.core.kube.owner import OwnerSpec, OwnerStatus
from podwatch.core.pod_page import pod_page
from podwatch.core.surroundings import Surroundings
from podwatch.core.workload import WorkloadPage, about, workload_page
from tests.build import ended, pod, running, status, waiting
from tests.cases import cases

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def made(kind: type[Any], *conditions: Condition, generation: int = 1, **fields: Any) -> Any:
    """A workload `web`; fields of its status begin with an underscore."""
    spec = {name: value for name, value in fields.items() if name[0] != "_"}
    status_ = {name[1:]: value for name, value in fields.items() if name[0] == "_"}
    return kind(
        metadata=ObjectMeta(name="web", namespace="shop", uid="web", generation=generation),
        spec=OwnerSpec(**spec),
        status=OwnerStatus(conditions=conditions, **status_),
    )


def true(type_: str, reason: str = "", message: str = "", status: str = "True") -> Condition:
    return Condition(type=type_, status=status, reason=reason, message=message)


def page(head: Any, *pods: Pod, between: tuple[Owner, ...] = (), events: Any = ()) -> WorkloadPage:
    family = Family(type(head).__name__, "shop", "web", head, between, pods)
    pages = [pod_page(one, Surroundings(), NOW) for one in pods]
    return workload_page(family, pages, about(family, events), NOW)


def crashed(name: str, code: int) -> Pod:
    last = ended(exit_code=code)
    return pod(status(waiting("CrashLoopBackOff"), last=last, restarts=3), name=name, node="w")


# ── its Pods ──


def test_pods_with_one_cause_are_together_and_the_most_come_first() -> None:
    shown = page(
        made(Deployment, replicas=4),
        crashed("a", 1),
        crashed("b", 127),
        crashed("c", 127),
        pod(status(running(), ready=True), name="d", node="w", conditions=[]),
    )
    assert [[one.pod.metadata.name for one in group.members] for group in shown.groups] == [
        ["b", "c"],
        ["a"],
    ]


# ── itself ──


@cases(
    "head words",
    {
        "no replicas": (made(Deployment, replicas=0), "replicas is 0"),
        "paused": (made(Deployment, replicas=1, paused=True), "it is paused"),
        "suspended": (made(Job, suspend=True), "it is suspended"),
        "not seen": (
            made(Deployment, generation=3, replicas=1, _observed_generation=2),
            "has not seen its newest spec",
        ),
        "no node": (made(DaemonSet), "no node is meant for it"),
        "refused": (
            made(ReplicaSet, true("ReplicaFailure", "FailedCreate", "exceeded quota: q")),
            "a Pod can't be made",
        ),
        "too slow": (
            made(Deployment, true("Progressing", "ProgressDeadlineExceeded", status="False")),
            "no progress within its deadline",
        ),
        "a failed Job": (
            made(Job, true("Failed", "BackoffLimitExceeded")),
            "the Job failed (BackoffLimitExceeded)",
        ),
        "a Job that is done": (made(Job, true("Complete")), "the Job is complete"),
        "nothing known": (made(Deployment, replicas=1), "nor Events say why"),
    },
)
def test_of_one_without_Pods_it_is_said_why(head: Owner, words: str) -> None:
    assert any(words in note.sentence for note in page(head).notes), page(head).notes


def test_a_suspended_CronJob_makes_no_Jobs() -> None:
    spec = CronJobSpec(schedule="0 3 * * *", suspend=True)
    head = CronJob(metadata=ObjectMeta(name="web", namespace="shop"), spec=spec)
    sentences = [note.sentence for note in page(head).notes]
    assert any("it is suspended" in one for one in sentences)
    assert not any("is due" in one for one in sentences)


def test_what_refuses_the_Pods_of_its_ReplicaSet_is_said_of_a_Deployment() -> None:
    refused = true("ReplicaFailure", "FailedCreate", "exceeded quota: q")
    between = (made(ReplicaSet, refused),)
    notes = page(made(Deployment, replicas=1), between=between).notes
    assert [note for note in notes if "can't be made" in note.sentence]


def test_who_can_change_what_refuses_Pods_and_how_is_said_with_it() -> None:
    said = 'pods "web-5d9c-x" is forbidden: failed quota: team: must specify requests.cpu for: app'
    (note,) = page(made(ReplicaSet, true("ReplicaFailure", "FailedCreate", said))).notes
    assert "wrote the spec" in note.who
    assert "resources of each container" in note.cure


def warning(kind: str, name: str, reason: str) -> PodEvent:
    of = ObjectReference(kind=kind, namespace="shop", name=name)
    return PodEvent(
        involved_object=of, type="Warning", reason=reason, message="no", last_timestamp=NOW
    )


@pytest.mark.parametrize(("ready", "told"), [(0, True), (1, False)])
def test_its_own_Warnings_are_told_as_long_as_Pods_are_missing(ready: int, told: bool) -> None:
    head = made(Deployment, replicas=1, _ready_replicas=ready)
    events = [warning("Deployment", "web", "FailedCreate"), warning("Pod", "web", "BackOff")]
    notes = [note.sentence for note in page(head, events=events).notes]
    assert any("refused a Pod" in one for one in notes) is told
    assert not any("BackOff" in one for one in notes)
