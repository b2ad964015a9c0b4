"""Ready for a moment is no success: what is held, for how long, and what is not."""

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from podwatch.core.expectations import Outcome, Target
from podwatch.core.kube import Container, Pod
from podwatch.core.kube.container_spec import Probe
from podwatch.core.stream import StreamItem
from tests import build as pods
from tests.build import added, condition, listed, modified, opened, synced
from tests.cases import cases
from tests.core.expectations.judging import (
    BARE,
    CAME,
    DONE,
    LABELLED,
    LATE,
    ROLLOUT,
    begun,
    current,
    judged,
    met,
    verdict_of,
    violated,
)

PROBED = Container(name="app", readiness_probe=Probe())


def ready(
    since: float | None,
    run: str = "A",
    *,
    began: float | None = None,
    restarts: int = 0,
    ran: float | None = None,
    name: str = "web",
    **made: Any,
) -> Pod:
    """A Pod that is Ready since then; its container was started at `began`, the run before that
    ended after `ran` seconds.
    """
    begin = since if began is None else began
    state = pods.running(begin) if begin is not None else pods.running()
    last = pods.ended("before", 3, began=0, finished=ran) if ran is not None else None
    app = pods.status(state, run, ready=True, restarts=restarts, last=last)
    conditions = [condition("PodScheduled"), condition("Ready", since=since)]
    made = {"labels": {"app": "web"}, "node": "worker", "phase": "Running", **made}
    return pods.pod(app, name=name, conditions=conditions, **made)


def failed(restarts: int, run: str, t: float) -> StreamItem:
    """After a second of this run it waits to be started again."""
    last = pods.ended(run, 3, began=t - 1, finished=t)
    app = pods.status(pods.waiting("CrashLoopBackOff"), run, restarts=restarts, last=last)
    return modified(
        pods.pod(app, phase="Running", node="worker", conditions=[condition("Ready", "False")]), t
    )


def runs(restarts: int, run: str, t: float) -> StreamItem:
    return modified(ready(t, run, restarts=restarts, ran=1), t)


def looping() -> Iterable[StreamItem]:
    """`sleep 1; exit 3` without a probe."""
    for restarts, t in enumerate((2, 4, 15, 36)):
        yield runs(restarts, f"run{restarts}", t)
        yield failed(restarts, f"run{restarts}", t + 1)


def test_a_container_that_fails_after_a_second_is_never_ready_for_long_enough() -> None:
    assert judged([*begun(), CAME, *looping()], stable=None) == violated(37)
    assert judged([*begun(), CAME, *looping()]) == met(2)


@cases(
    "word t",
    {
        "ready": ("ready", 14),
        "its condition": ("condition=Ready", 14),
        "another condition": ("condition=PodScheduled", 4),
        "its phase": ("phase=Running", 4),
        "its status": ("status=Running", 4),
    },
)
def test_what_is_ready_has_to_stay_so_for_ten_seconds(word: str, t: float) -> None:
    items = [*begun(), CAME, modified(ready(4), 4)]
    assert judged(items, word, stable=None) == met(t)


def test_a_readiness_probe_is_believed() -> None:
    assert judged([*begun(), CAME, modified(ready(4, containers=[PROBED]), 4)], stable=None) == met(
        4
    )


@cases(
    "more",
    {
        "another container": {"containers": [PROBED, Container(name="b")]},
        "a sidecar": {
            "containers": [PROBED],
            "init_containers": [Container(name="side", restart_policy="Always")],
        },
    },
)
def test_one_container_without_a_probe_is_enough(more: dict[str, Any]) -> None:
    assert judged([*begun(), CAME, modified(ready(4, **more), 4)], stable=None) == met(14)


def test_an_init_container_that_ended_needs_no_probe() -> None:
    more: dict[str, Any] = {"containers": [PROBED], "init_containers": [Container(name="first")]}
    assert judged([*begun(), CAME, modified(ready(4, **more), 4)], stable=None) == met(4)


def test_what_has_been_ready_for_long_is_met_at_once() -> None:
    there: list[StreamItem] = [opened(), listed(ready(-60)), synced(0)]
    assert judged(there, stable=None) == met(0)
    young: list[StreamItem] = [opened(), listed(ready(-4)), synced(0)]
    assert judged(young, stable=None) == met(6)


def test_a_restart_that_nobody_saw_counts_from_the_start_of_the_run() -> None:
    there: list[StreamItem] = [opened(), listed(ready(-60, began=-3, restarts=1)), synced(0)]
    assert judged(there, stable=None) == met(7)


def test_a_nodes_clock_that_is_wrong_makes_nothing_ready_for_longer() -> None:
    for began in (-60, 90):
        assert judged([*begun(), CAME, modified(ready(began), 4)], stable=None) == met(14)


def test_a_container_that_debugs_a_pod_begins_nothing_anew() -> None:
    debugs = pods.status(pods.running(2), "D", name="debug")
    known = ready(-4)
    debugged = replace(known, status=replace(known.status, ephemeral_container_statuses=(debugs,)))
    there: list[StreamItem] = [opened(), listed(known), synced(0), modified(debugged, 2)]
    assert judged(there, stable=None) == met(6)


def test_a_container_has_to_outlive_the_run_that_failed() -> None:
    there: list[StreamItem] = [opened(), listed(ready(-5, restarts=4, ran=30)), synced(0)]
    assert judged(there, stable=None) == met(35)
    long_ago: list[StreamItem] = [opened(), listed(ready(-5, restarts=1, ran=7200)), synced(0)]
    assert judged(long_ago, stable=None) == met(5)


def test_a_probe_is_not_believed_of_a_container_that_failed_a_moment_ago() -> None:
    more: dict[str, Any] = {"containers": [PROBED]}
    again = [*begun(), CAME, modified(ready(4, restarts=2, ran=3, **more), 4)]
    assert judged(again, stable=None) == met(17)
    assert judged([*again, failed(2, "A", 6)], stable=None) != met(17)
    long_run = [*begun(), CAME, modified(ready(4, restarts=2, ran=7200, **more), 4)]
    assert judged(long_run, stable=None) == met(4)
    there: list[StreamItem] = [opened(), listed(ready(-60, restarts=2, ran=3, **more)), synced(0)]
    assert judged(there, stable=None) == met(0)


def test_it_is_said_that_a_container_just_failed() -> None:
    again = ready(57, restarts=2, ran=3, containers=[PROBED])
    late = verdict_of([*begun(), CAME, modified(again, 57)], stable=None)
    assert late.results[0].waits == (
        'to stay so for 13 s, because container "app" has just failed',
    )


def test_it_is_said_for_what_is_waited() -> None:
    items = [*begun(), CAME, modified(ready(4), 4)]
    (result,) = verdict_of([*items, failed(0, "A", 6)], stable=None).results
    assert result.outcome is Outcome.TIMED_OUT
    late = verdict_of([*items, failed(0, "A", 6), runs(1, "B", 57)], stable=None)
    assert late.results[0].waits == (
        'to stay so for 11 s, because container "app" has no readiness probe',
    )


def test_a_time_out_in_between_is_enough_for_what_has_not_failed() -> None:
    items = [*begun(), CAME, modified(ready(55), 55)]
    assert judged(items, stable=None) == met(60)
    assert judged([*begun(), CAME, modified(ready(55, restarts=1), 55)], stable=None) == LATE


@cases(
    "word t",
    {
        "ready": ("ready", 19),
        "its condition": ("condition=Ready", 19),
        "its phase": ("phase=Running", 14),
    },
)
def test_a_restart_that_never_was_seen_as_not_ready_breaks_what_has_to_stay(
    word: str, t: float
) -> None:
    items = [*begun(), CAME, modified(ready(4), 4), modified(ready(4, "B", restarts=1), 9)]
    assert judged(items, word, stable=10.0) == met(t)
    assert judged(items, word) == met(4)


# ── workloads ──

OWNER = pods.owned_by("ReplicaSet", "web-2", "set2")


def replica(name: str, t: float) -> Pod:
    return ready(t, name=f"web-2-{name}", owner=OWNER)


def rollout(*items: StreamItem) -> list[StreamItem]:
    return [*current(pods.deployment(2, 2, **DONE)), *items]


def test_the_youngest_pod_of_a_workload_counts() -> None:
    both = rollout(added(replica("a", 3), 3), added(replica("b", 7), 7))
    assert judged(both, target=ROLLOUT, stable=None) == met(17)


def test_pods_that_come_as_it_is_scaled_do_not_prolong_it() -> None:
    items = rollout(added(replica("a", 3), 3), added(replica("b", 3), 3))
    more = [added(replica(str(t), t), t) for t in (5, 8, 11)]
    assert judged([*items, *more], target=ROLLOUT, stable=None) == met(13)


def test_pods_in_place_of_those_that_are_gone_do() -> None:
    items = rollout(added(replica("a", 3), 3), added(replica("b", 3), 3))
    items += [pods.deleted(replica("a", 3), 6), added(replica("c", 8), 8)]
    assert judged(items, target=ROLLOUT, stable=None) == met(18)


def test_of_selected_pods_each_is_held() -> None:
    items = [*begun(), added(ready(3, name="a"), 3), added(ready(9, name="b"), 9)]
    assert judged(items, target=LABELLED, stable=None) == met(19)


def test_a_job_is_not_held() -> None:
    made = replace(pods.job("Complete"), metadata=pods.job().metadata)
    target = Target("Job", "default", "web")
    assert judged([*begun("Job"), added(made, 2)], target=target, stable=None) == met(2)


def test_a_pod_that_runs_once_is_held_unless_it_succeeds() -> None:
    once: dict[str, Any] = {"restart_policy": "Never"}
    items = [*begun(), added(replace(BARE, spec=replace(BARE.spec, **once)), 1)]
    items.append(modified(ready(3, **once), 3))
    assert judged(items, stable=None) == met(13)
    for exit_code, phase, end in ((0, "Succeeded", met(4)), (1, "Failed", violated(4))):
        over = pods.pod(pods.status(pods.ended("A", exit_code), "A"), phase=phase, **once)
        assert judged([*items, modified(over, 4)], stable=None) == end
