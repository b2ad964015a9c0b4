"""What will not heal decides: at once, after its grace, after so many restarts."""

from typing import Any

import pytest
from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.expectations import Expectations, Outcome, Target
from podwatch.core.kube import (
    Condition,
    Container,
    Node,
    ObjectMeta,
    ObjectReference,
    Pod,
    PodEvent,
    ReplicaSet,
    StatefulSet,
)
from podwatch.core.kube.container_spec import VolumeMount
from podwatch.core.kube.node import Taint
from podwatch.core.kube.owner import OwnerSpec, OwnerStatus
from podwatch.core.session import Session
from podwatch.core.stream import StreamItem
from tests import build as pods
from tests.build import added, feed, listed, modified, opened, synced
from tests.cases import cases
from tests.core.expectations.judging import (
    BARE,
    CAME,
    DONE,
    FAILED,
    JOB,
    LABELLED,
    LATE,
    ROLLOUT,
    SUCCEEDED,
    begun,
    crashed,
    end_of,
    followed,
    had_crashed,
    judged,
    met,
    stuck,
    verdict_of,
    violated,
    word,
)

NO_SECRET = stuck("CreateContainerConfigError", 'secret "x" not found')


@pytest.mark.parametrize(
    ("item", "rule", "t"),
    [
        pytest.param(stuck("ErrImagePull", pods.NO_IMAGE), "image-not-found", 32, id="no image"),
        pytest.param(stuck("InvalidImageName"), "invalid-image-name", 2, id="a wrong name"),
        pytest.param(NO_SECRET, "config-missing", 32, id="no Secret, after two graces"),
        pytest.param(modified(FAILED, 2), "pod-failed", 2, id="failed"),
        pytest.param(modified(SUCCEEDED, 2), "pod-succeeded", 2, id="ended, never ready"),
    ],
)
def test_where_nothing_will_change_it_fails_at_once(item: StreamItem, rule: str, t: float) -> None:
    verdict = verdict_of([*begun(), CAME, item], "ready")
    assert (verdict.outcome, verdict.t) == violated(t)
    assert verdict.cause is not None
    assert verdict.cause.rule == rule


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(stuck("ErrImagePull", "i/o timeout"), id="a slow registry"),
        pytest.param(stuck("ErrImagePull", "503 Service Unavailable"), id="a registry in trouble"),
        pytest.param(stuck("ContainerCreating"), id="a sandbox that fails for now"),
    ],
)
def test_what_heals_is_waited_for(item: StreamItem) -> None:
    assert judged([*begun(), CAME, item]) == LATE


@pytest.mark.parametrize(
    ("item", "begin", "certain"),
    [
        pytest.param(stuck("InvalidImageName"), "pod/web will not get ready: ", True, id="certain"),
        pytest.param(NO_SECRET, "gave up on pod/web after 30 s: ", False, id="it may heal"),
    ],
)
def test_only_what_nothing_will_change_is_called_certain(
    item: StreamItem, begin: str, certain: bool
) -> None:
    verdict = verdict_of([*begun(), CAME, item])
    assert verdict.sentence.startswith(begin)
    assert verdict.cause is not None
    assert verdict.cause.certain is certain


def test_what_healed_within_the_grace_is_forgotten() -> None:
    assert judged([*begun(), CAME, NO_SECRET, modified(pods.up(), 16)]) == met(16)


@pytest.mark.parametrize("last", [FAILED, SUCCEEDED], ids=["failed", "succeeded"])
@pytest.mark.parametrize("wanted", ["failed", "succeeded", "phase=Failed", "phase=Succeeded"])
def test_success_or_failure_decides_whichever_is_first(wanted: str, last: Any) -> None:
    once = replace(BARE, spec=replace(BARE.spec, restart_policy="Never"))
    came = judged([*begun(), added(once, 1), modified(last, 2)], wanted)
    as_wanted = wanted.removeprefix("phase=").capitalize() == last.status.phase
    assert came == (met(2) if as_wanted else violated(2))


def test_a_pod_that_is_always_restarted_never_succeeds() -> None:
    assert judged([*begun(), CAME], "succeeded") == violated(1)


@pytest.mark.parametrize(
    "wanted",
    [
        {"sequence": ("Pending", "Running")},
        {"words": (word("status=Running"),)},
        {"words": (word("jsonpath=.status.phase=Running"),)},
    ],
)
def test_a_phase_is_given_up_however_it_is_asked_for(wanted: dict[str, Any]) -> None:
    assert judged([*begun(), CAME, stuck("InvalidImageName")], **wanted) == violated(2)


# ── restarts ──


def test_a_crash_loop_is_borne_for_three_restarts() -> None:
    items = [*begun(), CAME, *(crashed(number) for number in range(3))]
    assert judged(items) == LATE
    verdict = verdict_of([*items, crashed(3)])
    assert (verdict.outcome, verdict.t) == violated(13)
    assert verdict.sentence.startswith("gave up on pod/web after 3 restarts: ")
    assert "after it was restarted 3 times (exit code 1)" in verdict.sentence
    assert verdict.cause is not None
    assert not verdict.cause.certain


def test_without_a_grace_and_without_restarts_no_time_and_no_number_is_named() -> None:
    items = [*begun(), CAME, stuck("CreateContainerConfigError", 'configmap "web" not found')]
    assert verdict_of(items, grace=0.0).sentence.startswith("gave up on pod/web: container ")
    crash = verdict_of([*begun(), CAME, crashed(0)], max_restarts=0)
    assert crash.sentence == 'pod/web: container "app" failed (exit code 1)'


def test_max_restarts_says_how_many_are_borne() -> None:
    items = [*begun(), CAME, crashed(0)]
    assert judged(items, max_restarts=0) == violated(10)
    assert judged(items, max_restarts=1) == LATE


@cases(
    "one",
    {
        "a container for debugging that ended": pods.pod(
            pods.status(pods.running(), "A"),
            ephemeral=[pods.status(pods.ended("B", 1), "B", name="debugger")],
            ephemeral_containers=[Container(name="debugger")],
            phase="Running",
        ),
        "a container whose own policy lets it end": pods.pod(
            pods.status(pods.ended("A", 0), "A"),
            containers=[Container(name="app", restart_policy="Never")],
            phase="Running",
        ),
    },
)
def test_an_end_after_which_nothing_starts_again_is_no_restart(one: Pod) -> None:
    assert judged([*begun(), CAME, modified(one, 5)], max_restarts=0) == LATE


def test_failures_from_before_are_past_while_the_container_runs() -> None:
    there: list[StreamItem] = [opened(), listed(had_crashed(pods.running())), synced(0)]
    assert judged(there) == LATE
    assert judged([*there, modified(had_crashed(pods.running(), 6), 8)]) == violated(8)


def test_a_crash_loop_from_before_that_goes_on_is_certain_at_once() -> None:
    looping = had_crashed(pods.waiting("CrashLoopBackOff"))
    assert judged([opened(), listed(looping), synced(0)]) == violated(0)


def test_restarts_from_before_a_long_run_are_forgotten() -> None:
    """A node that is started again has restarted each container once more."""
    long = pods.ended("long", 255, began=-7200, finished=1)
    before = pods.status(pods.running(-7200), "long", restarts=3, last=pods.ended("old", 1))
    again = pods.status(pods.running(5), "new", restarts=4, last=long)
    items: list[StreamItem] = [opened(), listed(pods.pod(before, phase="Running")), synced(0)]
    for down in (pods.status(long, "long", restarts=3), again):
        assert judged([*items, modified(pods.pod(down, phase="Running"), 5)]) == LATE
        there: list[StreamItem] = [opened(), listed(pods.pod(down, phase="Running")), synced(0)]
        assert judged(there) == LATE
    items += [modified(pods.pod(again, phase="Running"), 5)]
    for restarts, t in ((5, 20), (6, 30)):
        last = pods.ended(f"run{restarts}", 1, began=t - 1, finished=t)
        state = pods.waiting("CrashLoopBackOff")
        down = pods.status(state, f"run{restarts}", restarts=restarts, last=last)
        items.append(modified(pods.pod(down, phase="Running"), t))
    assert judged(items) == violated(30)


@pytest.mark.parametrize("text", ["phase=Running", "condition=PodScheduled"])
def test_a_pod_that_is_as_expected_does_not_decide_for_the_others(text: str) -> None:
    scheduled = pods.condition("PodScheduled")
    looping = had_crashed(pods.waiting("CrashLoopBackOff"))
    looping = replace(
        looping,
        metadata=replace(looping.metadata, labels={"app": "web"}),
        status=replace(looping.status, conditions=(scheduled,)),
    )
    late = pods.pod(name="late", labels={"app": "web"})
    there = pods.pod(name="late", labels={"app": "web"}, phase="Running", conditions=[scheduled])
    items = [*begun(), added(late, 1), added(looping, 2)]
    assert judged(items, text, target=LABELLED) == LATE
    assert judged([*items, modified(there, 9)], text, target=LABELLED) == met(9)


def test_each_word_has_a_grace_of_its_own() -> None:
    """One that is about fewer Pods forgets nothing of the others."""
    scheduled = pods.condition("PodScheduled")
    lacks = pods.pod(
        pods.status(pods.waiting("CreateContainerConfigError", 'secret "x" not found')),
        labels={"app": "web"},
        conditions=[scheduled],
        node="worker",
    )
    late = pods.pod(name="late", labels={"app": "web"})
    items = [*begun(), added(late, 1), added(lacks, 2)]
    items += [modified(pods.pod(name="late", labels={"app": "web"}, phase=""), t) for t in (20, 25)]
    words = ("condition=PodScheduled", "condition=Ready")
    assert judged(items, *words, target=LABELLED) == violated(32)
    assert judged(items, *words[::-1], target=LABELLED) == violated(32)


def test_a_crash_loop_that_is_expected_does_not_fail() -> None:
    items = [*begun(), CAME, *(crashed(number) for number in range(6))]
    assert judged(items, "status=CrashLoopBackOff") == met(10)


# ── Events ──


def no_mount(message: str, uid: str, seen: float, count: int = 1) -> PodEvent:
    return pods.event("FailedMount", BARE, message=message, uid=uid, seen=seen, count=count)


NO_KEYS = 'MountVolume.SetUp failed: secret "keys" not found'


def test_a_volume_that_was_missing_is_past_once_the_sandbox_is_ready() -> None:
    items = [*begun("Event"), CAME, added(no_mount(NO_KEYS, "a", 0), 1)]
    assert judged(items) == violated(31)
    slow = pods.pod(conditions=[pods.condition("PodReadyToStartContainers")], node="worker")
    assert judged([*items, modified(slow, 9)]) == LATE


def test_a_volume_that_came_is_past_while_another_one_fails() -> None:
    """Only the Event about the other one is repeated."""
    items = [*begun("Event"), CAME, added(no_mount(NO_KEYS, "a", 2), 2)]
    items += [
        added(no_mount("no driver", "b", 6), 6),
        modified(no_mount("no driver", "b", 9, 2), 9),
    ]
    assert judged(items) == LATE


def test_another_volumes_failure_does_not_hide_the_one_that_is_certain() -> None:
    items = [*begun("Event"), CAME, added(no_mount(NO_KEYS, "a", 0), 1)]
    items.append(added(no_mount("timed out waiting for the disk", "b", 0), 2))
    assert judged(items) == violated(31)


def tried(reason: str, message: str, *seconds: float, container: str = "app") -> list[StreamItem]:
    """The same failure at these seconds, the first of them two seconds after the start."""
    made = pods.event(reason, BARE, message=message, container=container, uid="a")
    return [
        added(replace(made, first_timestamp=pods.at(2), last_timestamp=pods.at(t), count=number), t)
        for number, t in enumerate(seconds, 1)
    ]


@cases(
    "tries end",
    {
        "nothing is tried again": (tried("Failed", "not found", 2), violated(32)),
        "too early": (tried("Failed", "not found", 2, 3), violated(32)),
        "late in the grace": (tried("Failed", "not found", 2, 13), violated(17)),
        "after it": (tried("Failed", "not found", 2, 3, 19), violated(19)),
        "only the pause goes on": (tried("Failed", "Error: ImagePullBackOff", 2, 14), violated(32)),
        "another container": (tried("Failed", "not found", 2, 14, container="b"), violated(32)),
    },
)
@pytest.mark.parametrize(
    "item", [NO_SECRET, stuck("ErrImagePull", pods.NO_IMAGE)], ids=["Secret", "image"]
)
def test_it_is_given_up_only_after_the_kubelet_has_tried_again(
    item: StreamItem, tries: list[StreamItem], end: tuple[Outcome, float]
) -> None:
    assert judged([*begun("Event"), CAME, item, *tries]) == end


def test_without_a_grace_nothing_is_waited_for() -> None:
    assert judged([*begun(), CAME, NO_SECRET], grace=0.0) == violated(2)


def test_a_program_that_a_volume_lacks_may_come() -> None:
    mounts = (VolumeMount(name="scripts", mount_path="/scripts"),)
    why = 'exec: "/scripts/run": stat /scripts/run: no such file or directory'
    failed = pods.status(pods.ended("A", 128, "StartError", message=why), "A")
    for app, end in (
        (Container(name="app"), violated(2)),
        (Container(name="app", volume_mounts=mounts), LATE),
    ):
        one = pods.pod(failed, containers=[app], phase="Running", node="worker")
        assert judged([*begun(), CAME, modified(one, 2)]) == end


# ── Nodes ──

UNSCHEDULABLE = added(
    pods.pod(conditions=[pods.condition("PodScheduled", "False", "Unschedulable")]), 1
)


def nodes(*made: Node) -> list[StreamItem]:
    scope = pods.scope_of("Node")
    there = [listed(one) for one in made]
    return [opened(pods.scope_of("Pod"), scope), synced(0), *there, synced(0, scope)]


def test_unschedulable_is_certain_after_the_grace_when_all_nodes_are_ready() -> None:
    assert judged([*nodes(pods.node("a"), pods.node("b")), UNSCHEDULABLE], grace=5.0) == violated(6)


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(nodes(pods.node("a"), pods.node("b", "False")), id="a node that is coming up"),
        pytest.param(nodes(), id="no node yet"),
        *(
            pytest.param(nodes(pods.node("a", taints=[Taint(key=key)])), id=key)
            for key in (
                "node.kubernetes.io/not-ready",
                "node.cilium.io/agent-not-ready",
                "startup-taint.cluster-autoscaler.kubernetes.io/gpu",
            )
        ),
        pytest.param(begun(), id="nodes that can't be read"),
    ],
)
def test_unschedulable_is_waited_for(made: list[StreamItem]) -> None:
    assert judged([*made, UNSCHEDULABLE]) == LATE


WAITING = pods.pod(
    created=1, conditions=[pods.condition("PodScheduled", "False", "Unschedulable", "0/1 nodes")]
)
TWO_NODES = [pods.node("a"), pods.node("b")]


def said(*reasons: str, message: str = "") -> list[StreamItem]:
    """What an autoscaler says of the Pod, a second after the other."""
    return [
        added(pods.event(reason, WAITING, uid=reason, seen=t, message=message), t)
        for t, reason in enumerate(reasons, 2)
    ]


@cases(
    "reasons end",
    {
        "a scale-up": (("TriggeredScaleUp",), LATE),
        "a scale-up, and the scheduler again": (("TriggeredScaleUp", "FailedScheduling"), LATE),
        "Karpenter": (("Nominated", "FailedScheduling"), LATE),
        "none": (("NotTriggerScaleUp",), violated(16)),
        "none after all": (("TriggeredScaleUp", "NotTriggerScaleUp"), violated(18)),
        "one that failed": (("TriggeredScaleUp", "FailedScaleUp"), violated(18)),
        "one after all": (("NotTriggerScaleUp", "TriggeredScaleUp"), LATE),
    },
)
def test_a_pod_without_a_node_is_waited_for_while_an_autoscaler_helps_it(
    reasons: tuple[str, ...], end: tuple[Outcome, float]
) -> None:
    scopes = [pods.scope_of(kind) for kind in ("Pod", "Event", "Node")]
    items: list[StreamItem] = [opened(*scopes), *(listed(one) for one in TWO_NODES)]
    items += [*(synced(0, scope) for scope in scopes), added(WAITING, 1), *said(*reasons)]
    assert judged(items) == end


@cases(
    "reasons help_",
    {
        "a scale-up": (("TriggeredScaleUp", "FailedScheduling"), "asked for another one"),
        "Karpenter": (("Nominated", "FailedScheduling"), "Karpenter plans it onto node/c"),
        "room": ((), "the scheduler plans to put it on b"),
    },
)
def test_the_help_that_did_not_come_is_the_cause(reasons: tuple[str, ...], help_: str) -> None:
    scopes = [pods.scope_of(kind) for kind in ("Pod", "Event", "Node")]
    items: list[StreamItem] = [opened(*scopes), *(listed(one) for one in TWO_NODES)]
    known = replace(WAITING.status, nominated_node_name="" if reasons else "b")
    lacks = "0/2 nodes are available: 2 Insufficient cpu."
    unscheduled = pods.condition("PodScheduled", "False", "Unschedulable", lacks)
    one = replace(WAITING, status=replace(known, conditions=(unscheduled,)))
    told = said(*reasons, message="Pod should schedule on: node/c")
    verdict = verdict_of([*items, *(synced(0, scope) for scope in scopes), added(one, 1), *told])
    assert (verdict.outcome, verdict.t) == LATE
    assert help_ in verdict.sentence


def since(node: Node, t: float) -> Node:
    return replace(node, metadata=replace(node.metadata, creation_timestamp=pods.at(t)))


def test_a_pod_without_a_node_is_waited_for_while_nodes_come() -> None:
    there = [since(pods.node("a"), 0), since(pods.node("b"), 1)]
    items = [*nodes(*there), added(WAITING, 1)]
    assert judged(items) == violated(16)
    assert judged([*items, added(since(pods.node("c"), 5), 6)]) == LATE


def test_a_pod_without_a_node_is_waited_for_while_the_one_before_it_leaves_its_own() -> None:
    """A rolling update on a full cluster."""
    labels = {"app": "web"}
    old = pods.pod(name="old", node="a", phase="Running", labels=labels)
    new = replace(WAITING, metadata=replace(WAITING.metadata, labels=labels))
    items = [*nodes(*TWO_NODES), added(pods.being_deleted(old), 1), added(new, 1)]
    assert judged(items, target=LABELLED) == LATE
    assert judged([*items, pods.deleted(old, 31)], target=LABELLED) == violated(46)


# ── owners ──


TOO_SMALL = "exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0"
USED_UP = "exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2"
TOLD = "quota q is used up: asked pods=1, used pods=2, limit pods=2"


def refusal(kind: str, name: str, uid: str, message: str = TOO_SMALL) -> PodEvent:
    about = ObjectReference(kind=kind, namespace="default", name=name, uid=uid)
    return pods.event("FailedCreate", about, message=message, type_="Warning")


def refused_set(revision: int, message: str) -> ReplicaSet:
    refused = Condition(
        type="ReplicaFailure", status="True", reason="FailedCreate", message=message
    )
    return pods.replica_set(revision, refused)


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
    warning = refusal("StatefulSet", "db", "db")
    scopes = [pods.scope_of(kind) for kind in ("Pod", "Event", "StatefulSet")]
    items: list[StreamItem] = [opened(*scopes), listed(made), listed(warning)]
    items += [synced(0, scope) for scope in scopes]
    if again:
        items.append(modified(replace(warning, count=2), 4))
    assert judged(items, target=Target("StatefulSet", "default", "db")) == violated(t)


@pytest.mark.parametrize("kind", ["StatefulSet", "ReplicaSet"])
def test_a_refusal_of_long_ago_waits_for_the_next_try(kind: str) -> None:
    warning = refusal(kind, "db", "db")
    scopes = [pods.scope_of(one) for one in ("Pod", "Event", kind)]

    def seen(age: float, *more: StreamItem) -> tuple[Outcome, float]:
        meta = ObjectMeta(
            name="db",
            namespace="default",
            uid="db",
            generation=1,
            creation_timestamp=pods.at(-age),
        )
        made: StatefulSet | ReplicaSet = StatefulSet(
            metadata=meta, status=OwnerStatus(observed_generation=1)
        )
        if kind == "ReplicaSet":
            refused = refused_set(1, TOO_SMALL).status
            made = ReplicaSet(metadata=meta, status=replace(refused, observed_generation=1))
        past = replace(warning, last_timestamp=pods.at(-4))
        items: list[StreamItem] = [opened(*scopes), listed(made), listed(past)]
        items += [synced(0, scope) for scope in scopes]
        return judged([*items, *more], target=Target(kind, "default", "db"))

    assert seen(5) == violated(0)
    assert seen(30) == LATE
    again = replace(warning, count=2, last_timestamp=pods.at(20))
    assert seen(30, modified(again, 20)) == violated(20)


@pytest.mark.parametrize(
    ("revision", "outcome"), [(1, Outcome.TIMED_OUT), (2, Outcome.VIOLATED)], ids=["old", "new"]
)
def test_a_quota_that_refuses_the_pods_of_the_current_generation_is_certain(
    revision: int, outcome: Outcome
) -> None:
    # It takes over the condition of any of its ReplicaSets.
    failing = refused_set(revision, TOO_SMALL)
    made = pods.deployment(2, 2, conditions=failing.status.conditions)
    sets = (pods.replica_set(2), failing)
    verdict = verdict_of(followed(*(added(one, 1) for one in (made, *sets))), target=ROLLOUT)
    assert verdict.outcome is outcome
    if outcome is Outcome.VIOLATED:
        assert verdict.sentence.endswith(f"no Pod can be created: {TOO_SMALL}")


@pytest.mark.parametrize(("timed_out", "t"), [(2, 3), (1, 60)], ids=["current", "rolled back"])
def test_only_the_current_rollout_is_too_slow(timed_out: int, t: float) -> None:
    """After a roll-back the condition is for a moment still that of the set before."""
    slow = Condition(
        type="Progressing",
        status="False",
        reason="ProgressDeadlineExceeded",
        message=f'ReplicaSet "web-{timed_out}" has timed out progressing.',
    )
    sets = [added(pods.replica_set(n), 1) for n in (1, 2)]
    items = followed(*sets, added(pods.deployment(2, 2, conditions=(slow,)), 3))
    assert judged(items, target=ROLLOUT)[1] == t


@cases(
    "message rule t",
    {
        "the policy of its namespace": ("pods x is forbidden: violates PodSecurity", "refused", 1),
        "too large": ("maximum cpu usage per Container is 10m, but", "refused", 1),
        "no requests": ("failed quota: q: must specify cpu", "refused-for-now", 16),
        "a webhook": ("admission webhook x denied the request: no", "refused-for-now", 16),
    },
)
def test_a_refusal_that_may_heal_is_borne_for_the_grace(message: str, rule: str, t: float) -> None:
    verdict = verdict_of(
        followed(added(pods.deployment(2, 2), 1), added(refused_set(2, message), 1)), target=ROLLOUT
    )
    assert (verdict.outcome, verdict.t) == violated(t)
    assert verdict.cause is not None
    assert verdict.cause.rule == rule


def test_a_quota_that_is_used_up_is_waited_for_and_named() -> None:
    full = replace(refused_set(2, USED_UP), spec=OwnerSpec(replicas=2))
    items = followed(added(pods.deployment(2, 2), 1), added(full, 1))
    session = Session(catalog(), Expectations(targets=(ROLLOUT,), timeout=60.0))
    feed(session, *items)
    assert session.judge is not None
    pending = session.judge.pending()
    assert pending is not None
    assert TOLD in pending.waiting[0][1]
    verdict = end_of(session)
    assert (verdict.outcome, verdict.t) == LATE
    assert TOLD in verdict.sentence
    assert verdict.cause is not None
    assert (verdict.cause.rule, verdict.cause.certain) == ("pods-over-quota", False)
    assert verdict.results[0].cause == verdict.cause
    ready = added(pods.deployment(2, 2, **DONE), 9)
    assert judged([*items, ready], target=ROLLOUT) == met(9)


def test_a_full_quota_is_told_as_of_the_last_refusal() -> None:
    """The condition keeps what the first one said."""
    full = replace(refused_set(2, USED_UP), spec=OwnerSpec(replicas=2))
    again = refusal("ReplicaSet", "web-2", "set2", USED_UP.replace("used: pods=2", "used: pods=3"))
    again = replace(again, last_timestamp=pods.at(12))
    items = followed(added(pods.deployment(2, 2), 1), added(full, 1))
    first = verdict_of(items, target=ROLLOUT)
    assert first.sentence.endswith(
        "; so it was when that was tried, and its controller tries again after pauses that double"
    )
    last = verdict_of([*items, added(again, 12)], target=ROLLOUT)
    assert "used pods=3, limit pods=2; so it was 48 s ago, and its controller" in last.sentence


@pytest.mark.parametrize("created", [1, 9], ids=["before", "after"])
def test_a_refusal_from_before_the_newest_pod_is_no_cause(created: float) -> None:
    """A Job whose first Pod was refused, and made later."""
    made = replace(pods.job(parallelism=2), status=OwnerStatus(active=1))
    warning = replace(refusal("Job", "web", "job", USED_UP), last_timestamp=pods.at(5))
    by = pods.owned_by("Job", "web", "job")
    one = pods.pod(pods.status(pods.running()), created=created, owner=by, restart_policy="Never")
    items = [*begun("Job", "Event"), added(made, 1), added(warning, 5), added(one, 9)]
    verdict = verdict_of(items, target=JOB)
    told = verdict.cause is not None and verdict.cause.rule == "pods-over-quota"
    assert told is (created < 5)


def test_a_job_that_is_refused_is_certain_although_it_names_no_generation() -> None:
    items = [*begun("Job", "Event"), added(pods.job(), 1), added(refusal("Job", "web", "job"), 2)]
    assert judged(items, target=JOB) == violated(2)
