"""What went wrong meanwhile is told, whatever the verdict is."""

from typing import Any

from msgspec.structs import replace

from podwatch.core.expectations import Outcome
from podwatch.core.kube import Container, ContainerState, Pod
from podwatch.core.stream import StreamItem
from tests import build as pods
from tests.build import added, listed, modified, opened, synced
from tests.cases import cases
from tests.core.expectations.judging import (
    CAME,
    DONE,
    JOB,
    ROLLOUT,
    begun,
    current,
    verdict_of,
)


def run_again(exit_code: int = 137, reason: str = "OOMKilled", restarts: int = 1) -> Pod:
    """A Pod that is ready; the run before this one ended so."""
    before = pods.ended(f"run{restarts}", exit_code, reason, finished=restarts)
    made = pods.status(pods.running(), "now", restarts=restarts, last=before, ready=True)
    return replace(pods.up(), status=replace(pods.up().status, container_statuses=(made,)))


def seen(*items: StreamItem, **wanted: Any) -> list[str]:
    verdict = verdict_of(items, **wanted)
    return [one.sentence for one in verdict.seen]


def test_a_restart_is_told_on_a_pass() -> None:
    verdict = verdict_of([*begun(), CAME, modified(run_again(), 4)])
    assert verdict.outcome is Outcome.MET
    (one,) = verdict.seen
    assert one.sentence == (
        "container app of Pod web ended with exit code 137 (OOMKilled) and was restarted"
    )
    assert (one.restarts, one.ends[0].exit_code, one.ends[0].reason) == (1, 137, "OOMKilled")


def test_several_ends_of_a_container_are_one_line() -> None:
    first = pods.pod(pods.status(pods.ended("run1", 3, finished=1), "run1"), phase="Running")
    items = [*begun(), CAME, modified(first, 3), modified(run_again(restarts=3), 5)]
    assert seen(*items) == [
        "container app of Pod web ended with exit codes 3 and 137 (OOMKilled) "
        "and was restarted 3 times"
    ]


def test_an_end_that_the_watch_skipped_leaves_its_restart() -> None:
    items: list[StreamItem] = [opened(), listed(run_again()), synced(0)]
    items.append(modified(run_again(restarts=2), 1))
    lost = replace(run_again(restarts=4), metadata=run_again().metadata)
    unknown = replace(lost.status.container_statuses[0], last_state=ContainerState())
    last = replace(lost, status=replace(lost.status, container_statuses=(unknown,)))
    told = seen(*items, modified(last, 2), words=(), stable=3.0)
    assert told == [
        "container app of Pod web ended with exit code 137 (OOMKilled) and was restarted 3 times"
    ]


def over(exit_code: int, *, deletion: float | None = None, reason: str = "", **made: Any) -> Pod:
    app = pods.status(pods.ended("A", exit_code, reason, finished=9), "A")
    return pods.pod(app, phase="Running", deletion=deletion, grace=30, **made)


@cases(
    "one told",
    {
        "as its Pod is deleted": (over(143, deletion=35), 0),
        "out of memory as its Pod is deleted": (over(137, deletion=35, reason="OOMKilled"), 1),
        "before its Pod is deleted": (over(1, deletion=45), 1),
        "done": (over(0, restart_policy="Never"), 0),
        "done, and started again": (over(0), 1),
        "a container for debugging": (
            pods.pod(
                pods.status(pods.running(), "A"),
                ephemeral=[pods.status(pods.ended("B", 1), "B", name="debugger")],
                ephemeral_containers=[Container(name="debugger")],
            ),
            0,
        ),
    },
)
def test_an_end_that_nobody_minds_is_not_told(one: Pod, told: int) -> None:
    assert len(seen(*begun(), CAME, modified(one, 10))) == told


def test_what_was_over_before_is_past() -> None:
    assert seen(opened(), listed(run_again()), synced(0)) == []


def test_pods_that_were_replaced_meanwhile_are_told_too() -> None:
    owner = pods.owned_by("ReplicaSet", "web-2", "set2")
    evicted = pods.pod(name="web-2-a", owner=owner, phase="Failed", reason="Evicted")
    message = "The node was low on resource: memory."
    evicted = replace(evicted, status=replace(evicted.status, message=message))
    items = [*current(pods.deployment(2, 2)), added(evicted, 2), pods.deleted(evicted, 3)]
    items.append(added(pods.deployment(2, 2, **DONE), 5))
    verdict = verdict_of(items, target=ROLLOUT)
    assert verdict.outcome is Outcome.MET
    assert [one.sentence for one in verdict.seen] == [
        "Pod web-2-a failed (Evicted: the node was low on memory)"
    ]


def test_a_job_that_failed_before_it_succeeded_tells_so() -> None:
    by = pods.owned_by("Job", "web", "job")
    failed = pods.pod(
        pods.status(pods.ended("A", 7), "A"), phase="Failed", owner=by, restart_policy="Never"
    )
    items = [*begun("Job"), added(pods.job(), 1), added(failed, 2)]
    assert seen(*items, added(pods.job("Complete"), 5), target=JOB) == [
        "container app of Pod web ended with exit code 7"
    ]
