"""What happened between two versions of a Pod."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from podwatch.core.concepts import catalog
from podwatch.core.concepts.facts import transition_facts
from podwatch.core.identity import family, looks_new, needs_replacement
from podwatch.core.kube import Container, ContainerStatus, Pod, PodCondition
from podwatch.core.states import Facet, State
from podwatch.core.stops import killed_after_grace
from podwatch.core.stream import Ref
from podwatch.core.transitions import Transition, transitions
from tests.build import (
    at,
    being_deleted,
    condition,
    ended,
    in_phase,
    owned_by,
    pod,
    running,
    status,
    up,
    waiting,
)
from tests.cases import cases
from tests.strategies import arbitrary_pods, container_chains, lives

NEW = pod()


def shown(state: State | None) -> str:
    if state is None:
        return "nothing"
    code = "" if state.exit_code is None else str(state.exit_code)
    return " ".join(part for part in (state.value, state.run, state.reason, code) if part)


def sentence(one: Transition) -> str:
    """`container app: running A → terminated A Error 1 (inferred)`."""
    facet = f"{one.facet} {one.subject}".strip()
    inferred = " (inferred)" if one.inferred else ""
    return f"{facet}: {shown(one.before)} → {shown(one.after)}{inferred}"


def story(*versions: Pod) -> list[str]:
    """What happened from the first version to the last."""
    return [
        sentence(one)
        for before, after in pairwise(versions)
        for one in transitions(before, after, at(1), 1)
    ]


def of_app(*statuses: ContainerStatus) -> list[str]:
    """What happened to one container, without "container app: "."""
    return [line.removeprefix("container app: ") for line in story(*(pod(one) for one in statuses))]


class TestTheParts:
    def test_the_phase_changes(self) -> None:
        assert story(NEW, in_phase(NEW, "Running")) == ["phase: Pending → Running"]

    def test_a_transition_says_when_and_of_which_pod(self) -> None:
        (one,) = transitions(NEW, in_phase(NEW, "Running"), at(7), 7)
        assert (one.at, one.t, one.pod) == (at(7), 7, Ref("default", "web", "web-uid"))

    def test_an_eviction_gives_the_phase_a_reason(self) -> None:
        evicted = in_phase(up(), "Failed", "Evicted", "The node was low on resource: memory.")
        (one,) = transitions(up(), evicted, at(1), 1)
        assert sentence(one) == "phase: Running → Failed Evicted"
        assert one.after is not None
        assert one.after.message == "The node was low on resource: memory."

    def test_a_new_reason_of_the_same_phase_is_a_transition(self) -> None:
        lost = in_phase(up(), "Running", "NodeLost")
        assert story(up(), lost) == ["phase: Running → Running NodeLost"]

    def test_no_phase_yet_is_pending(self) -> None:
        assert story(in_phase(NEW, ""), NEW) == []

    def test_a_condition_becomes_true(self) -> None:
        scheduled = pod(conditions=[condition("PodScheduled")])
        assert story(NEW, scheduled) == ["condition PodScheduled: nothing → True"]

    def test_a_condition_that_is_taken_away_is_told(self) -> None:
        resizing = pod(conditions=[condition("PodResizeInProgress")])
        assert story(resizing, NEW) == ["condition PodResizeInProgress: True → nothing"]

    def test_an_init_container_is_not_an_app_container(self) -> None:
        before = pod(init=[status(waiting(), name="prepare")])
        after = pod(init=[status(running(), "I", name="prepare")])
        assert story(before, after) == ["init-container prepare: waiting → running I"]

    def test_an_init_container_that_always_restarts_is_a_sidecar(self) -> None:
        spec = [Container(name="proxy", restart_policy="Always"), Container(name="prepare")]
        before = pod(init_containers=spec)
        after = pod(
            init_containers=spec,
            init=[status(running(), "S", name="proxy"), status(running(), "I", name="prepare")],
        )
        assert story(before, after) == [
            "sidecar proxy: waiting → running S",
            "init-container prepare: waiting → running I",
        ]

    def test_a_debug_container_is_an_ephemeral_container(self) -> None:
        after = pod(ephemeral=[status(running(), "D", name="debugger")])
        assert story(NEW, after) == ["ephemeral-container debugger: waiting → running D"]


class TestDeletion:
    def test_it_is_requested(self) -> None:
        assert story(up(), being_deleted(up())) == ["deletion: nothing → requested"]

    def test_it_names_the_disruption_that_asked_for_it(self) -> None:
        target = condition("DisruptionTarget", "True", "EvictionByEvictionAPI")
        conditions = (*up().status.conditions, target)
        disrupted = replace(up(), status=replace(up().status, conditions=conditions))
        assert story(up(), being_deleted(disrupted)) == [
            "condition DisruptionTarget: nothing → True EvictionByEvictionAPI",
            "deletion: nothing → requested EvictionByEvictionAPI",
        ]

    def test_a_second_deletion_shortens_the_grace_period(self) -> None:
        assert story(being_deleted(up(), 30, 30), being_deleted(up(), 6, 1)) == [
            "deletion: requested → shortened"
        ]

    def test_the_kubelets_own_last_delete_is_no_news(self) -> None:
        assert story(being_deleted(up(), 30, 30), being_deleted(up(), 12, 0)) == []

    def test_one_of_a_finished_pod_that_a_finalizer_holds_is_requested(self) -> None:
        done = in_phase(NEW, "Succeeded")
        assert story(done, being_deleted(done, 1, 0)) == ["deletion: nothing → requested"]


class TestAConditionThatCameBack:
    @pytest.mark.parametrize(("value", "other"), [("True", "False"), ("False", "True")])
    def test_is_proved_by_the_time_of_its_last_transition(self, value: str, other: str) -> None:
        before = pod(conditions=[condition("Ready", value, since=3)])
        after = pod(conditions=[condition("Ready", value, since=9)])
        assert story(before, after) == [
            f"condition Ready: {value} → {other} (inferred)",
            f"condition Ready: {other} → {value} (inferred)",
        ]

    @cases(
        "before after",
        {
            "same": (condition("Ready", since=3), condition("Ready", since=3)),
            "earlier": (condition("Ready", since=9), condition("Ready", since=3)),
            "unknown before": (condition("Ready"), condition("Ready", since=3)),
            "unknown now": (condition("Ready", since=3), condition("Ready")),
            "no opposite": (
                condition("Ready", "Unknown", since=3),
                condition("Ready", "Unknown", since=9),
            ),
        },
    )
    def test_is_not_claimed_of_one_whose_time_proves_nothing(
        self, before: PodCondition, after: PodCondition
    ) -> None:
        assert story(pod(conditions=[before]), pod(conditions=[after])) == []

    @pytest.mark.parametrize("type_", ["Ready", "ContainersReady", "PodReadyToStartContainers"])
    def test_is_explained(self, type_: str) -> None:
        before = pod(conditions=[condition(type_, since=3)])
        after = pod(conditions=[condition(type_, since=9)])
        for one in transitions(before, after, at(10), 10):
            assert catalog().explain(transition_facts(one, before, after)).concept is not None


class TestTheCausalOrder:
    def test_of_a_start_that_was_missed(self) -> None:
        before = pod(init_containers=[Container(name="prepare")], gates=["example.com/balanced"])
        after = pod(
            status(running(), "A", ready=True),
            phase="Running",
            init_containers=[Container(name="prepare")],
            init=[status(ended("I", 0), name="prepare")],
            gates=["example.com/balanced"],
            conditions=[
                condition("Ready"),
                condition("ContainersReady"),
                condition("example.com/balanced"),
                condition("Initialized"),
                condition("PodReadyToStartContainers"),
                condition("PodScheduled"),
            ],
        )
        assert story(before, after) == [
            "condition PodScheduled: nothing → True",
            "condition PodReadyToStartContainers: nothing → True",
            "init-container prepare: waiting → running I (inferred)",
            "init-container prepare: running I → terminated I Completed 0",
            "condition Initialized: nothing → True",
            "container app: waiting → running A",
            "phase: Pending → Running",
            "condition ContainersReady: nothing → True",
            "condition example.com/balanced: nothing → True",
            "condition Ready: nothing → True",
        ]

    def test_of_an_end_that_was_missed(self) -> None:
        before = pod(
            status(running(), "A", ready=True),
            phase="Running",
            conditions=[
                condition("PodReadyToStartContainers"),
                condition("Ready"),
                condition("ContainersReady"),
            ],
        )
        after = being_deleted(
            pod(
                status(ended("A", 137)),
                phase="Failed",
                conditions=[
                    condition("PodReadyToStartContainers", "False"),
                    condition("Ready", "False", "PodFailed"),
                    condition("ContainersReady", "False", "PodFailed"),
                    condition("DisruptionTarget", "True", "DeletionByTaintManager"),
                ],
            )
        )
        assert story(before, after) == [
            "condition DisruptionTarget: nothing → True DeletionByTaintManager",
            "deletion: nothing → requested DeletionByTaintManager",
            "container app: running A → terminated A Error 137",
            "phase: Running → Failed",
            "condition ContainersReady: True → False PodFailed",
            "condition Ready: True → False PodFailed",
            "condition PodReadyToStartContainers: True → False",
        ]

    def test_a_restart_of_all_containers_comes_before_their_ends(self) -> None:
        before = pod(status(running(), "A"), phase="Running")
        after = pod(
            status(ended("A", 137, "RestartingAllContainers")),
            phase="Running",
            conditions=[
                condition("AllContainersRestarting", "True", "RestartAllContainersStarted")
            ],
        )
        assert story(before, after) == [
            "condition AllContainersRestarting: nothing → True RestartAllContainersStarted",
            "container app: running A → terminated A RestartingAllContainers 137",
        ]

    def test_containers_keep_the_order_of_the_status(self) -> None:
        after = pod(status(running(), "B", name="b"), status(running(), "A", name="a"))
        assert [line.split(":")[0] for line in story(NEW, after)] == ["container b", "container a"]


class TestWhatIsNoNews:
    def test_the_kubelets_first_update(self) -> None:
        first = pod(
            status(waiting("ContainerCreating")),
            conditions=[
                condition("PodReadyToStartContainers", "False"),
                condition("Initialized", "False", "ContainersNotInitialized"),
                condition("Ready", "False", "ContainersNotReady"),
                condition("ContainersReady", "False", "ContainersNotReady"),
            ],
        )
        assert story(NEW, first) == []

    @pytest.mark.parametrize(
        "reason",
        [
            "ContainersNotReady",
            "ContainersNotInitialized",
            "PodCompleted",
            "PodFailed",
            "UnknownContainerStatuses",
        ],
    )
    def test_a_false_condition_that_repeats_others(self, reason: str) -> None:
        after = pod(conditions=[condition("Ready", "False", reason)])
        assert story(NEW, after) == []
        assert story(after, NEW) == []

    def test_initialized_that_repeats_the_phase(self) -> None:
        before = pod(conditions=[condition("Initialized")])
        after = pod(conditions=[condition("Initialized", "True", "PodCompleted")])
        assert story(before, after) == []

    @pytest.mark.parametrize("reason", ["ContainerCreating", "PodInitializing", ""])
    def test_waiting_to_be_created(self, reason: str) -> None:
        assert of_app(status(waiting(reason)), status(waiting("PodInitializing"))) == []
        assert story(NEW, pod(status(waiting(reason)))) == []

    def test_another_message(self) -> None:
        before = pod(
            status(waiting("ImagePullBackOff", 'Back-off pulling image "a"')),
            message="one",
            conditions=[condition("PodScheduled", "False", "Unschedulable", "0/1 nodes")],
        )
        after = pod(
            status(waiting("ImagePullBackOff", 'Back-off pulling image "a": timeout')),
            message="two",
            conditions=[condition("PodScheduled", "False", "Unschedulable", "0/2 nodes")],
        )
        assert story(before, after) == []

    def test_readiness_of_a_container_that_keeps_running(self) -> None:
        assert of_app(status(running(), "A"), status(running(), "A", ready=True)) == []

    def test_other_metadata(self) -> None:
        assert story(NEW, pod(version="2", labels={"a": "b"})) == []


class TestReasonsOfConditions:
    def test_a_false_condition_with_a_reason_of_its_own_is_told(self) -> None:
        after = pod(conditions=[condition("PodScheduled", "False", "Unschedulable")])
        assert story(NEW, after) == ["condition PodScheduled: nothing → False Unschedulable"]

    @cases(
        "type_ before after",
        {
            "another reason for False": (
                "PodScheduled",
                "False SchedulingGated",
                "False Unschedulable",
            ),
            "another reason for True": ("PodResizePending", "True Deferred", "True Infeasible"),
            "a node that is lost takes Ready away without a reason": ("Ready", "True", "False"),
            "a gate keeps Ready False": (
                "Ready",
                "False ContainersNotReady",
                "False ReadinessGatesNotReady",
            ),
        },
    )
    def test_each_change_is_told(self, type_: str, before: str, after: str) -> None:
        old, new = (pod(conditions=[condition(type_, *one.split())]) for one in (before, after))
        assert story(old, new) == [f"condition {type_}: {before} → {after}"]


class TestStringsThatNobodyKnows:
    def test_a_phase(self) -> None:
        assert story(NEW, in_phase(NEW, "Pondering")) == ["phase: Pending → Pondering"]

    def test_a_condition(self) -> None:
        after = pod(conditions=[condition("example.com/Fed", "Perhaps", "Hungry")])
        assert story(NEW, after) == ["condition example.com/Fed: nothing → Perhaps Hungry"]

    def test_a_waiting_reason(self) -> None:
        assert of_app(status(waiting()), status(waiting("Daydreaming"))) == [
            "waiting → waiting Daydreaming"
        ]

    def test_a_reason_of_an_end(self) -> None:
        assert of_app(status(running(), "A"), status(ended("A", 3, "Bored"))) == [
            "running A → terminated A Bored 3"
        ]


class TestRunsOfAContainer:
    """Two runs are two states; what lastState proves about the time between is inferred."""

    def test_a_first_start(self) -> None:
        assert of_app(status(waiting("ContainerCreating")), status(running(), "A")) == [
            "waiting ContainerCreating → running A"
        ]

    def test_an_end_that_was_seen(self) -> None:
        assert of_app(status(running(), "A"), status(ended("A", 0))) == [
            "running A → terminated A Completed 0"
        ]

    def test_a_restart_that_was_seen(self) -> None:
        assert of_app(status(ended("A")), status(running(), "B", restarts=1, last=ended("A"))) == [
            "terminated A Error 1 → running B"
        ]

    def test_running_twice_means_that_the_first_run_ended(self) -> None:
        assert of_app(
            status(running(), "A"), status(running(), "B", restarts=1, last=ended("A", 2))
        ) == ["running A → terminated A Error 2 (inferred)", "terminated A Error 2 → running B"]

    def test_running_twice_without_a_last_state_still_means_it(self) -> None:
        assert of_app(status(running(), "A"), status(running(), "B", restarts=1)) == [
            "running A → terminated A (inferred)",
            "terminated A → running B",
        ]

    def test_a_run_that_was_missed_in_between(self) -> None:
        assert of_app(
            status(running(), "A"), status(running(), "C", restarts=2, last=ended("B", 4))
        ) == [
            "running A → terminated A (inferred)",
            "terminated A → running B (inferred)",
            "running B → terminated B Error 4 (inferred)",
            "terminated B Error 4 → running C",
        ]

    def test_a_run_that_began_and_ended_unseen(self) -> None:
        assert of_app(status(waiting()), status(ended("A", 0))) == [
            "waiting → running A (inferred)",
            "running A → terminated A Completed 0",
        ]

    def test_the_end_of_the_next_run(self) -> None:
        assert of_app(status(ended("A")), status(ended("B", 3), restarts=1, last=ended("A"))) == [
            "terminated A Error 1 → running B (inferred)",
            "running B → terminated B Error 3",
        ]

    def test_a_back_off_that_was_seen(self) -> None:
        assert of_app(status(ended("A")), status(waiting("CrashLoopBackOff"), last=ended("A"))) == [
            "terminated A Error 1 → waiting CrashLoopBackOff"
        ]

    def test_a_back_off_after_a_run_whose_end_was_missed(self) -> None:
        assert of_app(
            status(running(), "A"), status(waiting("CrashLoopBackOff"), "A", last=ended("A"))
        ) == [
            "running A → terminated A Error 1 (inferred)",
            "terminated A Error 1 → waiting CrashLoopBackOff",
        ]

    def test_a_back_off_after_a_run_that_was_missed(self) -> None:
        assert of_app(
            status(waiting("CrashLoopBackOff"), "A", restarts=1, last=ended("A")),
            status(waiting("CrashLoopBackOff"), "B", restarts=2, last=ended("B")),
        ) == [
            "waiting CrashLoopBackOff → running B (inferred)",
            "running B → terminated B Error 1 (inferred)",
            "terminated B Error 1 → waiting CrashLoopBackOff",
        ]

    def test_the_same_back_off_again_is_no_news(self) -> None:
        back_off = status(waiting("CrashLoopBackOff", "back-off 10s"), "A", last=ended("A"))
        later = status(waiting("CrashLoopBackOff", "back-off 20s"), "A", last=ended("A"))
        assert of_app(back_off, later) == []

    def test_a_sandbox_that_is_lost_ends_the_run(self) -> None:
        assert of_app(status(running(), "A"), status(waiting("ContainerCreating"))) == [
            "running A → terminated A (inferred)",
            "terminated A → waiting ContainerCreating",
        ]

    def test_a_container_that_the_kubelet_can_not_find(self) -> None:
        assert of_app(
            status(running(), "A"),
            status(
                waiting("ContainerCreating"),
                restarts=1,
                last=ended("", 137, "ContainerStatusUnknown"),
            ),
        ) == [
            "running A → terminated A ContainerStatusUnknown 137 (inferred)",
            "terminated A ContainerStatusUnknown 137 → waiting ContainerCreating",
        ]

    def test_an_older_end_without_an_id_says_nothing_about_this_run(self) -> None:
        lost = ended("", 137, "ContainerStatusUnknown")
        assert of_app(
            status(running(), "A", restarts=1, last=lost),
            status(waiting("ContainerCreating"), restarts=1, last=lost),
        ) == ["running A → terminated A (inferred)", "terminated A → waiting ContainerCreating"]

    def test_an_unknown_end_without_an_id_invents_no_run(self) -> None:
        assert of_app(
            status(waiting("ImagePullBackOff")), status(ended("", 137, "ContainerStatusUnknown"))
        ) == ["waiting ImagePullBackOff → terminated ContainerStatusUnknown 137"]

    def test_an_unknown_end_of_a_run_is_its_end(self) -> None:
        assert of_app(
            status(running(), "A"), status(ended("", 137, "ContainerStatusUnknown"), "A")
        ) == ["running A → terminated A ContainerStatusUnknown 137"]

    def test_a_run_whose_id_comes_late_is_the_same_run(self) -> None:
        assert of_app(status(running()), status(running(), "A")) == []

    def test_a_run_whose_id_never_came_is_the_one_that_last_state_tells_of(self) -> None:
        assert of_app(status(running()), status(running(), "B", restarts=1, last=ended("A"))) == [
            "running A → terminated A Error 1 (inferred)",
            "terminated A Error 1 → running B",
        ]

    def test_the_end_of_an_earlier_run_that_comes_late_is_no_news(self) -> None:
        before = status(running(), "B", restarts=1)
        assert of_app(before, replace(before, last_state=ended("A"))) == []

    def test_a_pod_that_was_just_created_and_already_restarted(self) -> None:
        after = pod(status(running(), "B", restarts=1, last=ended("A")), phase="Running")
        assert [sentence(one) for one in transitions(None, after, at(1), 1)] == [
            "container app: waiting → running A (inferred)",
            "container app: running A → terminated A Error 1 (inferred)",
            "container app: terminated A Error 1 → running B",
            "phase: Pending → Running",
        ]

    def test_everything_between_two_lists_is_inferred(self) -> None:
        found = transitions(NEW, up(), at(1), 1, inferred=True)
        assert len(found) == 4
        assert all(one.inferred for one in found)


class TestANewPod:
    @cases(
        "conditions new",
        {
            "without conditions": ([], True),
            "held by a scheduling gate": (
                [condition("PodScheduled", "False", "SchedulingGated")],
                True,
            ),
            "scheduled": ([condition("PodScheduled")], False),
            "unschedulable": ([condition("PodScheduled", "False", "Unschedulable")], False),
        },
    )
    def test_is_told_by_its_conditions(self, conditions: list[PodCondition], new: bool) -> None:
        assert looks_new(pod(conditions=conditions)) is new

    def test_has_no_container_statuses(self) -> None:
        assert not looks_new(pod(status(waiting("ContainerCreating"))))
        assert not looks_new(pod(init=[status(waiting("PodInitializing"), name="prepare")]))


class TestFamilies:
    """Only a Pod of the same family can replace another."""

    def test_a_bare_pod_has_none(self) -> None:
        assert family(NEW) is None
        assert not needs_replacement(being_deleted(NEW), deleted=True)

    def test_each_replica_set_is_one_those_of_a_deployment_too(self) -> None:
        one, again = (pod(name=name, owner=owned_by("ReplicaSet", "web", "rs-1")) for name in "ab")
        other = pod(owner=owned_by("ReplicaSet", "web", "rs-2"))
        assert family(one) == family(again)
        assert family(one) != family(other)

    def test_in_an_indexed_job_only_the_same_index_is_family(self) -> None:
        one, other = (
            pod(owner=owned_by("Job", "j"), labels={"batch.kubernetes.io/job-completion-index": of})
            for of in ("1", "2")
        )
        assert family(one) == family(one)
        assert family(one) != family(other)

    @pytest.mark.parametrize("kind", ["StatefulSet", "Node"])
    def test_where_pods_keep_their_names_only_the_same_name_is_family(self, kind: str) -> None:
        owner = owned_by(kind, "db")
        zero, again = (pod(name="db-0", uid=uid, owner=owner) for uid in ("1", "2"))
        one = pod(name="db-1", owner=owner)
        assert family(zero) == family(again)
        assert family(zero) != family(one)

    @pytest.mark.parametrize(
        ("kind", "phase", "needs"),
        [
            ("Job", "Failed", True),
            ("Job", "Succeeded", False),
            ("Job", "Running", False),
            ("ReplicaSet", "Failed", True),
            ("ReplicaSet", "Succeeded", True),
            ("ReplicaSet", "Running", False),
        ],
    )
    def test_who_makes_a_new_pod_for_one_that_ended(
        self, kind: str, phase: str, needs: bool
    ) -> None:
        assert needs_replacement(pod(owner=owned_by(kind, "x"), phase=phase)) is needs

    @pytest.mark.parametrize("kind", ["Job", "ReplicaSet"])
    def test_who_makes_a_new_pod_for_one_that_is_deleted(self, kind: str) -> None:
        active = pod(owner=owned_by(kind, "x"), phase="Running")
        assert needs_replacement(being_deleted(active))
        assert needs_replacement(active, deleted=True)

    def test_a_job_makes_none_for_a_pod_that_succeeded_and_was_cleaned_up(self) -> None:
        done = pod(owner=owned_by("Job", "x"), phase="Succeeded")
        assert not needs_replacement(done, deleted=True)


def hash_label(value: str) -> dict[str, str]:
    return {"pod-template-hash": value}


@pytest.mark.parametrize(
    ("exit_code", "reason", "finished", "deadline", "killed"),
    [
        pytest.param(137, "Error", 30.0, 30.0, True, id="at the deadline"),
        pytest.param(137, "Error", 29.0, 30.0, True, id="a second before: both are whole seconds"),
        pytest.param(137, "Error", 12.0, 30.0, False, id="long before it"),
        pytest.param(143, "Error", 30.0, 30.0, False, id="by SIGTERM"),
        pytest.param(137, "OOMKilled", 30.0, 30.0, False, id="for its memory"),
        pytest.param(137, "ContainerStatusUnknown", 30.0, 30.0, False, id="the kubelet's own 137"),
        pytest.param(137, "Error", 30.0, None, False, id="not being deleted"),
        pytest.param(137, "Error", None, 30.0, False, id="at an unknown time"),
    ],
)
def test_sigkill_after_the_grace_period(
    exit_code: int, reason: str, finished: float | None, deadline: float | None, killed: bool
) -> None:
    end = ended("A", exit_code, reason, finished=finished).terminated
    assert end is not None
    assert killed_after_grace(pod(deletion=deadline), end) is killed


def test_the_first_second_of_the_calendar_is_no_trouble() -> None:
    beginning = at(0) - (at(0) - at(0).replace(year=1, month=1, day=1, hour=0))
    end = ended("A", 137).terminated
    assert end is not None
    one = replace(NEW, metadata=replace(NEW.metadata, deletion_timestamp=beginning))
    assert killed_after_grace(one, replace(end, finished_at=beginning + timedelta(seconds=1)))


# ── properties ──


@given(arbitrary_pods())
def test_the_same_version_twice_is_no_news(one: Pod) -> None:
    assert transitions(one, one, at(1), 1) == []


@given(arbitrary_pods() | st.none(), arbitrary_pods())
def test_no_two_versions_are_too_strange(before: Pod | None, after: Pod) -> None:
    for one in transitions(before, after, at(1), 1):
        assert one.before != one.after


@given(container_chains())
def test_the_states_of_a_container_follow_each_other(versions: Sequence[Pod]) -> None:
    value = "waiting"
    for before, after in pairwise([None, *versions]):
        assert after is not None
        for one in transitions(before, after, at(1), 1):
            if one.facet is Facet.CONTAINER:
                assert one.before is not None
                assert one.after is not None
                assert one.before.value == value
                value = one.after.value
        assert value == _state_of(after)


@given(lives())
def test_of_a_life_that_is_seen_in_part_each_run_starts_once_and_then_ends(
    versions: Sequence[Pod],
) -> None:
    told = [
        one.after
        for before, after in pairwise([None, *versions])
        if after is not None
        for one in transitions(before, after, at(1), 1)
        if one.after is not None
    ]
    starts = [state.run for state in told if state.value == "running"]
    ends = [state.run for state in told if state.value == "terminated"]
    assert len(set(starts)) == len(starts)
    assert ends == starts[: len(ends)]
    assert len(starts) - len(ends) in {0, 1}


def _state_of(one: Pod) -> str:
    state = one.status.container_statuses[0].state
    if state.running is not None:
        return "running"
    return "waiting" if state.terminated is None else "terminated"
