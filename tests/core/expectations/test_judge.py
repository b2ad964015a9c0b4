"""The verdict and its instant, over items made in few words."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.expectations import Budget, Expectations, Outcome, Target, Verdict, Word, grammar
from podwatch.core.kube import (
    Condition,
    ContainerState,
    Deployment,
    Job,
    Node,
    ObjectMeta,
    ObjectReference,
    Pod,
    ReplicaSet,
    StatefulSet,
)
from podwatch.core.kube.meta import Annotations
from podwatch.core.kube.owner import OwnerSpec, OwnerStatus
from podwatch.core.session import Session
from podwatch.core.stream import Connection, ConnectionState, Scope, StreamItem, Tick
from tests import build as pods
from tests.build import added, at, condition, deleted, listed, modified, opened, synced

WEB = Target("Pod", "default", "web")
LABELLED = Target("Pod", "default", selector="app=web")
NODES = Scope("Node")
DEPLOYMENTS = Scope("Deployment", "default")
SETS = Scope("ReplicaSet", "default")
JOBS = Scope("Job", "default")


def word(text: str) -> Word:
    return grammar.word(text, catalog().by_id)


def judged(
    items: Iterable[StreamItem], *words: str, target: Target = WEB, **wanted: object
) -> Verdict:
    """The verdict of the items, if nothing more comes."""
    made: dict[str, object] = {"targets": (target,), "words": tuple(map(word, words))}
    made["timeout"] = 60.0
    session = Session(catalog(), Expectations(**{**made, **wanted}))  # type: ignore[arg-type]
    for item in items:
        session.feed(item)
    assert session.judge is not None
    verdict = session.judge.end()
    assert verdict is not None
    return verdict


def begun(*scopes: Scope) -> list[StreamItem]:
    """A stream whose lists are complete, and empty."""
    followed = (pods.PODS, *scopes)
    return [opened(*followed), *(synced(0, scope) for scope in followed)]


BARE = pods.pod()
FAILED = pods.pod(pods.status(pods.ended("A", 3), "A"), phase="Failed", restart_policy="Never")
SUCCEEDED = pods.pod(
    pods.status(pods.ended("A", 0), "A"), phase="Succeeded", restart_policy="Never"
)


def stuck(reason: str, message: str = "") -> StreamItem:
    return modified(pods.pod(pods.status(pods.waiting(reason, message)), node="worker"), 2)


# ── met ──


def test_a_pod_is_met_when_it_is_ready() -> None:
    verdict = judged([*begun(), added(BARE, 1), modified(pods.up(), 4)])
    assert (verdict.outcome, verdict.t) == (Outcome.MET, 4)


def test_nothing_is_judged_before_the_list_is_complete() -> None:
    verdict = judged([opened(), listed(pods.up("web"), 0), synced(3)])
    assert (verdict.outcome, verdict.t) == (Outcome.MET, 3)


def test_a_pod_that_is_being_deleted_does_not_count_as_ready() -> None:
    verdict = judged([*begun(), added(pods.being_deleted(pods.up()), 1)])
    assert verdict.outcome is Outcome.TIMED_OUT


def test_all_selected_pods_have_to_be_ready() -> None:
    labels = {"app": "web"}
    ready = pods.up("a")
    ready = replace(ready, metadata=replace(ready.metadata, labels=labels))
    waiting = pods.pod(name="b", labels=labels)
    other = pods.pod(name="c", labels={"app": "db"})
    items = [*begun(), added(waiting, 1), added(other, 1), added(ready, 2)]
    assert judged(items, target=LABELLED).outcome is Outcome.TIMED_OUT
    assert judged([*items, deleted(waiting, 5)], target=LABELLED).t == 5


def test_of_several_words_all_are_needed_unless_one_is_enough() -> None:
    items = [*begun(), added(BARE, 1), modified(pods.up(), 4)]
    assert judged(items, "ready", "status=Odd").outcome is Outcome.TIMED_OUT
    assert judged(items, "ready", "status=Odd", any_=True).t == 4


def test_it_has_to_stay_so() -> None:
    unready = replace(pods.up(), status=replace(pods.up().status, conditions=()))
    items = [*begun(), added(pods.up(), 1), modified(unready, 8), modified(pods.up(), 9)]
    assert judged(items, "ready", stable=10.0).t == 19


@pytest.mark.parametrize("items", [[], [added(BARE, 1)]], ids=["no Pod", "a Pod that came later"])
def test_gone_is_met_where_nothing_was(items: list[StreamItem]) -> None:
    assert judged([*begun(), *items], "gone").t == 0


def test_gone_is_about_the_pod_that_was_there_not_its_successor() -> None:
    again = [deleted(BARE, 5), added(pods.pod(uid="2"), 6)]
    assert judged([opened(), listed(BARE), synced(0), *again], "gone").t == 5


def test_a_concept_is_met_once_it_is_shown() -> None:
    crash = pods.pod(
        pods.status(pods.waiting("CrashLoopBackOff"), "A", restarts=1, last=pods.ended("A", 1)),
        phase="Running",
    )
    items = [*begun(), added(BARE, 1), modified(pods.up(), 2), modified(crash, 9)]
    assert judged(items, "crash-loop-back-off").t == 9


def test_phases_are_met_in_order() -> None:
    running = replace(pods.up(), spec=replace(BARE.spec, restart_policy="Never"))
    once = replace(BARE, spec=running.spec)
    items = [*begun(), added(once, 1), modified(running, 2), modified(SUCCEEDED, 5)]
    right = judged(items, sequence=("Pending", "Running", "Succeeded"))
    assert (right.outcome, right.t) == (Outcome.MET, 5)
    wrong = judged(items, sequence=("Running", "Failed"))
    assert (wrong.outcome, wrong.t) == (Outcome.VIOLATED, 5)
    assert "went Pending, Running, Succeeded" in wrong.sentence


def labelled(name: str, *, phase: str) -> Pod:
    ended = [pods.status(pods.ended("A", 0), "A")] if phase == "Succeeded" else []
    return pods.pod(
        *ended, name=name, phase=phase, labels={"app": "web"}, restart_policy="Never", node="worker"
    )


@pytest.mark.parametrize(
    ("wanted", "last"),
    [
        ({"sequence": ("Pending", "Running")}, "Running"),
        ({"words": (word("status=Completed"),)}, "Succeeded"),
    ],
)
def test_who_is_there_already_does_not_refuse_it_to_the_others(
    wanted: dict[str, Any], last: str
) -> None:
    items = [*begun()]
    for name, t in (("a", 2), ("b", 20)):
        items += [added(labelled(name, phase="Pending"), 1)]
        items += [modified(labelled(name, phase="Running"), t)]
        items += [modified(labelled(name, phase="Succeeded"), t + 3)] if name == "a" else []
    if last == "Succeeded":
        items += [modified(labelled("b", phase="Succeeded"), 23)]
    items.sort(key=lambda item: item.t)
    verdict = judged(items, target=LABELLED, **{"words": (), **wanted})
    assert (verdict.outcome, verdict.t) == (Outcome.MET, 23 if last == "Succeeded" else 20)


# ── certain failures ──


@pytest.mark.parametrize(
    ("item", "rule", "t"),
    [
        pytest.param(stuck("ErrImagePull", "x: not found"), "image-not-found", 2, id="no image"),
        pytest.param(stuck("InvalidImageName"), "invalid-image-name", 2, id="a wrong name"),
        pytest.param(
            stuck("CreateContainerConfigError", 'secret "x" not found'),
            "config-missing",
            17,
            id="no Secret, after the grace",
        ),
        pytest.param(modified(FAILED, 2), "pod-failed", 2, id="failed"),
        pytest.param(modified(SUCCEEDED, 2), "pod-succeeded", 2, id="ended, never ready"),
    ],
)
def test_where_nothing_will_change_it_fails_at_once(item: StreamItem, rule: str, t: float) -> None:
    verdict = judged([*begun(), added(BARE, 1), item])
    assert verdict.cause is not None
    assert (verdict.outcome, verdict.cause.rule, verdict.t) == (Outcome.VIOLATED, rule, t)


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(stuck("ErrImagePull", "i/o timeout"), id="a slow registry"),
        pytest.param(stuck("ErrImagePull", "503 Service Unavailable"), id="a registry in trouble"),
        pytest.param(stuck("ContainerCreating"), id="a sandbox that fails for now"),
    ],
)
def test_what_heals_is_waited_for(item: StreamItem) -> None:
    assert judged([*begun(), added(BARE, 1), item]).outcome is Outcome.TIMED_OUT


def test_what_healed_within_the_grace_is_forgotten() -> None:
    missing = stuck("CreateContainerConfigError", 'secret "x" not found')
    items = [*begun(), added(BARE, 1), missing, modified(pods.up(), 16)]
    assert judged(items).outcome is Outcome.MET


@pytest.mark.parametrize(
    ("words", "t"),
    [(("failed",), 2), (("succeeded",), 2), (("phase=Failed",), 2), (("phase=Succeeded",), 2)],
)
def test_success_or_failure_decides_whichever_is_first(words: tuple[str], t: float) -> None:
    once = replace(BARE, spec=replace(BARE.spec, restart_policy="Never"))
    for last in (FAILED, SUCCEEDED):
        verdict = judged([*begun(), added(once, 1), modified(last, 2)], *words)
        wanted = "Failed" if "ailed" in words[0] else "Succeeded"
        met = last.status.phase == wanted
        assert verdict.outcome is (Outcome.MET if met else Outcome.VIOLATED)
        assert verdict.t == t


def crashed(restarts: int, exit_code: int = 1) -> StreamItem:
    waiting = pods.status(
        pods.waiting("CrashLoopBackOff"),
        f"run{restarts}",
        restarts=restarts,
        last=pods.ended(f"run{restarts}", exit_code),
    )
    return modified(pods.pod(waiting, phase="Running"), 10 + restarts)


def test_a_crash_loop_is_borne_for_three_restarts() -> None:
    items = [*begun(), added(BARE, 1), *(crashed(number) for number in range(3))]
    assert judged(items).outcome is Outcome.TIMED_OUT
    verdict = judged([*items, crashed(3)])
    assert (verdict.outcome, verdict.t) == (Outcome.VIOLATED, 13)
    assert "after it was restarted 3 times (exit code 1)" in verdict.sentence


def test_max_restarts_says_how_many_are_borne() -> None:
    items = [*begun(), added(BARE, 1), crashed(0)]
    assert judged(items, max_restarts=0).t == 10
    assert judged(items, max_restarts=1).outcome is Outcome.TIMED_OUT


def had_crashed(state: ContainerState, restarts: int = 5) -> Pod:
    return pods.pod(
        pods.status(state, "now", restarts=restarts, last=pods.ended("before", 1)), phase="Running"
    )


def test_failures_from_before_are_past_while_the_container_runs() -> None:
    there: list[StreamItem] = [opened(), listed(had_crashed(pods.running())), synced(0)]
    assert judged(there).outcome is Outcome.TIMED_OUT
    verdict = judged([*there, modified(had_crashed(pods.running(), 6), 8)])
    assert (verdict.outcome, verdict.t) == (Outcome.VIOLATED, 8)


def test_a_crash_loop_from_before_that_goes_on_is_certain_at_once() -> None:
    looping = had_crashed(pods.waiting("CrashLoopBackOff"))
    verdict = judged([opened(), listed(looping), synced(0)])
    assert (verdict.outcome, verdict.t) == (Outcome.VIOLATED, 0)


def test_a_crash_loop_that_is_expected_does_not_fail() -> None:
    items = [*begun(), added(BARE, 1), *(crashed(number) for number in range(6))]
    assert judged(items, "status=CrashLoopBackOff").outcome is Outcome.MET


def test_what_must_never_happen_violates() -> None:
    items = [*begun(), added(BARE, 1), crashed(0), modified(pods.up(), 30)]
    verdict = judged(items, "ready", never=(word("status=CrashLoopBackOff"),))
    assert (verdict.outcome, verdict.t) == (Outcome.VIOLATED, 10)


@pytest.mark.parametrize("name", ["crash-loop-back-off", "status=CrashLoopBackOff"])
def test_what_is_there_at_the_start_counts(name: str) -> None:
    looping = had_crashed(pods.waiting("CrashLoopBackOff"), 1)
    there: list[StreamItem] = [opened(), listed(looping), synced(0)]
    verdict = judged(there, never=(word(name),))
    assert (verdict.outcome, verdict.t) == (Outcome.VIOLATED, 0)
    assert judged(there, name).t == 0


def test_what_must_never_happen_is_asked_of_failed_pods_too() -> None:
    evicted = pods.pod(
        name="web-2-a",
        phase="Failed",
        reason="Evicted",
        owner=pods.owned_by("ReplicaSet", "web-2", "set2"),
    )
    done = deployment(2, 2, **DONE)
    items = [*current(done), added(evicted, 1), synced(2, DEPLOYMENTS)]
    assert judged(items, target=ROLLOUT).outcome is Outcome.MET
    verdict = judged(items, target=ROLLOUT, never=(word("status=Evicted"),), stable=5.0)
    assert verdict.sentence.startswith("deployment/web: Pod web-2-a shows status=Evicted")


def test_a_pod_that_is_always_restarted_never_succeeds() -> None:
    verdict = judged([*begun(), added(BARE, 1)], "succeeded")
    assert (verdict.outcome, verdict.t) == (Outcome.VIOLATED, 1)


@pytest.mark.parametrize(
    "wanted",
    [
        {"sequence": ("Pending", "Running")},
        {"words": (word("status=Running"),)},
        {"words": (word("jsonpath=.status.phase=Running"),)},
    ],
)
def test_a_phase_is_given_up_however_it_is_asked_for(wanted: dict[str, Any]) -> None:
    items = [*begun(), added(BARE, 1), stuck("ErrImagePull", "x: not found")]
    verdict = judged(items, **{"words": (), **wanted})
    assert (verdict.outcome, verdict.t) == (Outcome.VIOLATED, 2)


def test_a_volume_that_was_missing_is_past_once_the_sandbox_is_ready() -> None:
    missing = pods.event(
        "FailedMount", BARE, message='MountVolume.SetUp failed: secret "keys" not found'
    )
    slow = pods.pod(conditions=[condition("PodReadyToStartContainers")], node="worker")
    items: list[StreamItem] = [
        *begun(pods.EVENTS),
        added(BARE, 1),
        added(missing, 1, scope=pods.EVENTS),
    ]
    assert judged(items).t == 16
    assert judged([*items, modified(slow, 9)]).outcome is Outcome.TIMED_OUT


def test_a_volume_that_came_is_past_while_another_one_fails() -> None:
    """Only the Event about the other one is repeated."""
    secret = pods.event(
        "FailedMount",
        BARE,
        message='MountVolume.SetUp failed: secret "keys" not found',
        uid="a",
        seen=2,
    )
    disk = pods.event("FailedMount", BARE, message="no driver", uid="b", seen=6)
    disk_again = pods.event("FailedMount", BARE, message="no driver", uid="b", count=2, seen=9)
    items: list[StreamItem] = [
        *begun(pods.EVENTS),
        added(BARE, 1),
        added(secret, 2, scope=pods.EVENTS),
        added(disk, 6, scope=pods.EVENTS),
        modified(disk_again, 9, scope=pods.EVENTS),
    ]
    assert judged(items).outcome is Outcome.TIMED_OUT


def test_another_volumes_failure_does_not_hide_the_one_that_is_certain() -> None:
    texts = ['MountVolume.SetUp failed: secret "keys" not found', "timed out waiting for the disk"]
    items: list[StreamItem] = [
        *begun(pods.EVENTS),
        added(BARE, 1),
        *(
            added(pods.event("FailedMount", BARE, message=text, uid=text), t, scope=pods.EVENTS)
            for t, text in enumerate(texts, 1)
        ),
    ]
    assert judged(items).t == 16


# ── nodes ──


def node(name: str, ready: str = "True") -> Node:
    made = Node(metadata=ObjectMeta(name=name))
    status = replace(made.status, conditions=(Condition(type="Ready", status=ready),))
    return replace(made, status=status)


UNSCHEDULABLE = pods.pod(conditions=[condition("PodScheduled", "False", "Unschedulable", "no cpu")])


def nodes(*made: Node) -> list[StreamItem]:
    return [
        opened(pods.PODS, NODES),
        synced(0),
        *(listed(one, scope=NODES) for one in made),
        synced(0, NODES),
    ]


def test_unschedulable_is_certain_after_the_grace_when_all_nodes_are_ready() -> None:
    verdict = judged([*nodes(node("a"), node("b")), added(UNSCHEDULABLE, 1)], grace=5.0)
    assert (verdict.outcome, verdict.t) == (Outcome.VIOLATED, 6)


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(nodes(node("a"), node("b", "False")), id="a node that is coming up"),
        pytest.param(nodes(), id="no node yet"),
        pytest.param(begun(), id="nodes that can't be read"),
    ],
)
def test_unschedulable_is_waited_for(made: list[StreamItem]) -> None:
    assert judged([*made, added(UNSCHEDULABLE, 1)]).outcome is Outcome.TIMED_OUT


# ── budgets and deadlines ──


def test_a_budget_counts_from_the_pods_creation() -> None:
    wanted = (Budget("scheduled", 5.0),)
    verdict = judged([*begun(), added(BARE, 10)], within=wanted)
    assert (verdict.outcome, verdict.t) == (Outcome.VIOLATED, 15)
    assert "not scheduled after 5 s" in verdict.sentence
    in_time = [*begun(), added(BARE, 10), modified(pods.up(), 14.9)]
    assert judged(in_time, within=wanted).outcome is Outcome.MET


def test_a_budget_of_a_pod_that_was_there_counts_from_the_start() -> None:
    wanted = (Budget("ready", 5.0),)
    assert judged([opened(), listed(BARE, 0.2), synced(0.2)], within=wanted).t == 5


def test_a_verdict_waits_until_its_budgets_are_kept() -> None:
    running = replace(pods.up(), status=replace(pods.up().status, conditions=()))
    items = [*begun(), added(BARE, 1), modified(running, 2)]
    wanted = (Budget("ready", 10.0),)
    late = judged(items, "phase=Running", within=wanted)
    assert (late.outcome, late.t) == (Outcome.VIOLATED, 11)
    kept = judged([*items, modified(pods.up(), 7)], "phase=Running", within=wanted)
    assert (kept.outcome, kept.t) == (Outcome.MET, 7)
    for words in (["phase=Running"], ["phase=Running", "condition=Foo"]):
        undecided = judged(items, *words, within=wanted, timeout=5.0, any_=True)
        assert undecided.sentence == "pod/web: ready=10s not met in time"
        assert {one.text for one in undecided.results if one.outcome is Outcome.TIMED_OUT} == {
            "ready=10s"
        }


def test_time_is_up_at_the_deadline_and_it_is_said_what_is_missing() -> None:
    verdict = judged([*begun(), added(BARE, 1)])
    assert (verdict.outcome, verdict.t) == (Outcome.TIMED_OUT, 60)
    assert verdict.results[0].waits == ("Pod web waits for a node, from the scheduler",)


def test_an_item_after_the_deadline_comes_too_late() -> None:
    verdict = judged([*begun(), added(BARE, 1), modified(pods.up(), 60.5)])
    assert (verdict.outcome, verdict.t) == (Outcome.TIMED_OUT, 60)


def test_what_came_after_the_verdict_is_not_on_the_board() -> None:
    wanted = Expectations(targets=(WEB,), words=(word("ready"),), timeout=60.0)
    session = Session(catalog(), wanted)
    for item in [*begun(), added(BARE, 1), modified(pods.up(), 90)]:
        session.feed(item)
    assert session.board.rows[0].pod == BARE


def test_a_target_that_never_comes_is_said_so() -> None:
    assert judged(begun()).sentence == "pod/web never came into being"
    assert judged(begun(), target=LABELLED).sentence == "no Pod was ever selected by -l app=web"


def test_a_cluster_that_is_away_at_the_deadline_is_unavailable() -> None:
    lost = Connection(
        t=9, at=at(9), scope=pods.PODS, state=ConnectionState.RECONNECTING, cause="refused"
    )
    verdict = judged([*begun(), added(BARE, 1), lost])
    assert (verdict.outcome, verdict.t) == (Outcome.UNAVAILABLE, 60)
    again = replace(lost, t=20, at=at(20), state=ConnectionState.LIVE)
    assert judged([*begun(), added(BARE, 1), lost, again]).outcome is Outcome.TIMED_OUT


# ── owners ──


def deployment(generation: int = 1, observed: int = 1, **counts: Any) -> Deployment:
    return Deployment(
        metadata=ObjectMeta(
            name="web",
            namespace="default",
            uid="deployment",
            generation=generation,
            annotations=Annotations(revision=str(observed)),
        ),
        spec=OwnerSpec(replicas=2),
        status=OwnerStatus(observed_generation=observed, **counts),
    )


DONE = {"replicas": 2, "updated_replicas": 2, "available_replicas": 2}


def replica_set(revision: int) -> ReplicaSet:
    return ReplicaSet(
        metadata=ObjectMeta(
            name=f"web-{revision}",
            namespace="default",
            uid=f"set{revision}",
            annotations=Annotations(revision=str(revision)),
            owner_references=(pods.owned_by("Deployment", "web", "deployment"),),
        )
    )


ROLLOUT = Target("Deployment", "default", "web")


def followed(*items: StreamItem) -> list[StreamItem]:
    return [*begun(DEPLOYMENTS, SETS), *items]


def test_a_deployment_is_ready_when_its_rollout_is_complete() -> None:
    items = followed(
        added(deployment(), 1, scope=DEPLOYMENTS),
        modified(deployment(**{**DONE, "available_replicas": 1}), 2, scope=DEPLOYMENTS),
        modified(deployment(**DONE), 3, scope=DEPLOYMENTS),
    )
    assert judged(items, target=ROLLOUT).t == 3


@pytest.mark.parametrize(
    ("made", "said"),
    [
        pytest.param(deployment(2, 1, **DONE), "controller to notice", id="not noticed yet"),
        pytest.param(
            deployment(**{**DONE, "replicas": 3}), "1 old Pods to end", id="an old Pod is left"
        ),
        pytest.param(
            deployment(**{**DONE, "updated_replicas": 1}), "1 of 2 are made", id="half the Pods"
        ),
    ],
)
def test_old_pods_do_not_pass_the_test(made: Deployment, said: str) -> None:
    verdict = judged(followed(added(made, 1, scope=DEPLOYMENTS)), target=ROLLOUT)
    assert verdict.outcome is Outcome.TIMED_OUT
    assert said in verdict.results[0].waits[0]


def broken(revision: int) -> StreamItem:
    missing = pods.pod(
        pods.status(pods.waiting("ErrImagePull", "x: not found")),
        name=f"web-{revision}-a",
        owner=pods.owned_by("ReplicaSet", f"web-{revision}", f"set{revision}"),
    )
    return added(missing, 3)


@pytest.mark.parametrize(
    ("revision", "outcome"), [(1, Outcome.TIMED_OUT), (2, Outcome.VIOLATED)], ids=["old", "new"]
)
def test_only_pods_of_the_current_generation_fail_a_rollout(
    revision: int, outcome: Outcome
) -> None:
    items = followed(
        added(deployment(2, 2), 1, scope=DEPLOYMENTS),
        added(replica_set(1), 1, scope=SETS),
        added(replica_set(2), 1, scope=SETS),
        broken(revision),
    )
    assert judged(items, target=ROLLOUT).outcome is outcome


def current(made: Deployment) -> list[StreamItem]:
    """A Deployment with the ReplicaSet of its second generation."""
    return followed(added(made, 1, scope=DEPLOYMENTS), added(replica_set(2), 1, scope=SETS))


def own_pod(name: str) -> Pod:
    owner = pods.owned_by("ReplicaSet", "web-2", "set2")
    made = pods.up(name)
    return replace(made, metadata=replace(made.metadata, owner_references=(owner,)))


@pytest.mark.parametrize(
    "wanted",
    [
        {"words": (word("condition=Ready"),)},
        {"words": (word("phase=Running"),)},
        {"sequence": ("Running",)},
    ],
)
def test_what_is_asked_of_an_owners_pods_needs_all_of_them(wanted: dict[str, Any]) -> None:
    items = [*current(deployment(2, 2)), added(own_pod("a"), 2)]
    wanted = {"words": (), **wanted}
    assert judged(items, target=ROLLOUT, **wanted).outcome is Outcome.TIMED_OUT
    assert judged([*items, added(own_pod("b"), 3)], target=ROLLOUT, **wanted).t == 3


def test_pods_of_a_deployment_with_a_longer_name_are_not_its_own() -> None:
    other = pods.pod(name="other", owner=pods.owned_by("ReplicaSet", "web-api-6d8", "set9"))
    verdict = judged([*current(deployment(2, 2)), added(other, 2)], target=ROLLOUT)
    assert verdict.pods == ()


STATEFUL_SETS = Scope("StatefulSet", "default")


@pytest.mark.parametrize(
    ("generation", "again", "t"),
    [(1, False, 0), (2, False, 15), (2, True, 4)],
    ids=["of a new one", "maybe of an earlier generation", "once more"],
)
def test_a_refusal_that_was_there_before_may_be_about_what_was_asked_before(
    generation: int, again: bool, t: float
) -> None:
    made = StatefulSet(
        metadata=ObjectMeta(name="db", namespace="default", uid="db", generation=generation),
        status=OwnerStatus(observed_generation=generation),
    )
    about = ObjectReference(kind="StatefulSet", namespace="default", name="db", uid="db")
    event = pods.event("FailedCreate", about, message="exceeded quota: q", type_="Warning")
    items: list[StreamItem] = [
        opened(pods.PODS, pods.EVENTS, STATEFUL_SETS),
        synced(0),
        listed(made, scope=STATEFUL_SETS),
        listed(event, scope=pods.EVENTS),
        synced(0, pods.EVENTS),
        synced(0, STATEFUL_SETS),
    ]
    if again:
        items.append(modified(replace(event, count=2), 4, scope=pods.EVENTS))
    verdict = judged(items, target=Target("StatefulSet", "default", "db"))
    assert (verdict.outcome, verdict.t) == (Outcome.VIOLATED, t)


REFUSED = Condition(
    type="ReplicaFailure", status="True", reason="FailedCreate", message="exceeded quota: q"
)


@pytest.mark.parametrize(
    ("revision", "outcome"), [(1, Outcome.TIMED_OUT), (2, Outcome.VIOLATED)], ids=["old", "new"]
)
def test_a_quota_that_refuses_the_pods_of_the_current_generation_is_certain(
    revision: int, outcome: Outcome
) -> None:
    made, refused = deployment(2, 2), replica_set(revision)
    # It takes over the condition of any of its ReplicaSets.
    made = replace(made, status=replace(made.status, conditions=(REFUSED,)))
    items = followed(
        added(made, 1, scope=DEPLOYMENTS),
        added(replica_set(2), 1, scope=SETS),
        added(replace(refused, status=OwnerStatus(conditions=(REFUSED,))), 1, scope=SETS),
    )
    verdict = judged(items, target=ROLLOUT)
    assert verdict.outcome is outcome
    if outcome is Outcome.VIOLATED:
        assert verdict.sentence.endswith("no Pod can be made: exceeded quota: q")


THE_JOB = Target("Job", "default", "web")


def job(*conditions: str) -> Job:
    made = tuple(Condition(type=one, status="True", reason="Why") for one in conditions)
    return Job(
        metadata=ObjectMeta(name="web", namespace="default", uid="job", generation=1),
        status=OwnerStatus(conditions=made),
    )


@pytest.mark.parametrize(
    ("words", "came", "outcome"),
    [
        ((), "Complete", Outcome.MET),
        ((), "FailureTarget", Outcome.VIOLATED),
        ((), "Failed", Outcome.VIOLATED),
        (("failed",), "Failed", Outcome.MET),
        (("failed",), "Complete", Outcome.VIOLATED),
        (("condition=Complete",), "Complete", Outcome.MET),
        (("condition=Complete",), "Failed", Outcome.VIOLATED),
    ],
)
def test_a_job_is_judged_by_its_conditions(
    words: Sequence[str], came: str, outcome: Outcome
) -> None:
    items = [*begun(JOBS), added(job(), 1, scope=JOBS), modified(job(came), 2, scope=JOBS)]
    verdict = judged(items, *words, target=Target("Job", "default", "web"))
    assert (verdict.outcome, verdict.t) == (outcome, 2)


def of_job(name: str, phase: str) -> Pod:
    return pods.pod(
        name=name, phase=phase, restart_policy="Never", owner=pods.owned_by("Job", "web", "job")
    )


def test_a_job_that_is_refused_is_certain_although_it_names_no_generation() -> None:
    about = ObjectReference(kind="Job", namespace="default", name="web", uid="job")
    event = pods.event("FailedCreate", about, message="exceeded quota: q", type_="Warning")
    items = [*begun(JOBS, pods.EVENTS), added(job(), 1, scope=JOBS)]
    verdict = judged([*items, added(event, 2, scope=pods.EVENTS)], target=THE_JOB)
    assert (verdict.outcome, verdict.t) == (Outcome.VIOLATED, 2)


@pytest.mark.parametrize(("came", "phase"), [("Failed", "Failed"), ("Complete", "Succeeded")])
def test_a_job_that_is_over_makes_no_more_pods(came: str, phase: str) -> None:
    three = replace(job(), spec=OwnerSpec(parallelism=3, completions=3))
    over = replace(three, status=job(came).status)
    items = [*begun(JOBS), added(three, 1, scope=JOBS), added(of_job("a", phase), 2)]
    items += [added(of_job("b", phase), 3), modified(over, 4, scope=JOBS)]
    verdict = judged(items, f"phase={phase}", target=THE_JOB)
    assert (verdict.outcome, verdict.t) == (Outcome.MET, 4)


def test_a_pod_of_a_job_that_failed_is_replaced_and_decides_nothing() -> None:
    failed = replace(
        FAILED,
        metadata=replace(FAILED.metadata, owner_references=(pods.owned_by("Job", "web", "job"),)),
    )
    items = [*begun(JOBS), added(job(), 1, scope=JOBS), added(failed, 2)]
    assert judged(items, target=Target("Job", "default", "web")).outcome is Outcome.TIMED_OUT


def test_an_owner_that_may_not_be_read_is_unavailable_at_once() -> None:
    refused = Connection(
        t=1, at=at(1), scope=DEPLOYMENTS, state=ConnectionState.FORBIDDEN, cause="may not list"
    )
    verdict = judged([opened(pods.PODS, DEPLOYMENTS), refused], target=ROLLOUT)
    assert (verdict.outcome, verdict.t, verdict.sentence) == (
        Outcome.UNAVAILABLE,
        1,
        "may not list",
    )


def test_events_that_may_not_be_read_are_missed_only_by_a_budget_that_needs_them() -> None:
    refused = Connection(
        t=1, at=at(1), scope=pods.EVENTS, state=ConnectionState.FORBIDDEN, cause="no events"
    )
    items: list[StreamItem] = [opened(pods.PODS, pods.EVENTS), synced(0), refused]
    items.append(added(pods.up(), 2))
    verdict = judged(items)
    assert (verdict.outcome, verdict.notes) == (Outcome.MET, ("no events",))
    needed = judged(items, within=(Budget("pulled", 9.0),))
    assert (needed.outcome, needed.t) == (Outcome.UNAVAILABLE, 1)


def test_a_budget_that_needs_events_waits_for_their_list() -> None:
    items: list[StreamItem] = [opened(pods.PODS, pods.EVENTS), listed(pods.up()), synced(0)]
    wanted = (Budget("pulled", 9.0),)
    assert judged([*items, synced(3, pods.EVENTS)], within=wanted).t == 3
    assert judged(items, within=wanted).outcome is Outcome.UNAVAILABLE


# ── time is an input ──


def test_a_tick_changes_nothing_about_the_instant() -> None:
    items = [*begun(), added(BARE, 1)]
    late = judged([*items, Tick(t=63.7)])
    assert late == judged(items)
