"""The named facts that concepts ask for and show."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from podwatch.core.concepts.examples import FACTS
from podwatch.core.concepts.facts import event_facts, pod_facts, transition_facts
from podwatch.core.concepts.patterns import Facts
from podwatch.core.identity import replacement
from podwatch.core.kube import Container, ContainerStatus, ObjectReference, Pod
from podwatch.core.kube.container_spec import ExitCodes, Probe, Resources, RestartRule
from podwatch.core.states import Existence
from podwatch.core.stream import Ref
from podwatch.core.transitions import transitions
from tests.build import (
    REPLICA_SET,
    at,
    being_deleted,
    condition,
    ended,
    event,
    in_phase,
    owned_by,
    pod,
    running,
    status,
    up,
    waiting,
)
from tests.strategies import arbitrary_pods

APP = Container(name="app", image="busybox:1.36")


def told(before: Pod | None, after: Pod) -> list[Facts]:
    """The facts of each transition."""
    return [transition_facts(one, before, after) for one in transitions(before, after, at(1), 1)]


def of_container(before: ContainerStatus, after: ContainerStatus, **more: str) -> Facts:
    """The facts of a container's last transition."""
    return told(pod(before, **more), pod(after, **more))[-1]  # type: ignore[arg-type]


class TestOfATransition:
    def test_of_a_condition(self) -> None:
        before = pod(conditions=[condition("PodScheduled", "False", "SchedulingGated")])
        after = pod(conditions=[condition("PodScheduled", "False", "Unschedulable", "0/3 nodes")])
        (facts,) = told(before, after)
        assert select(facts, "transition") == {
            "transition.facet": "condition",
            "transition.subject": "PodScheduled",
            "transition.before": "False",
            "transition.before_reason": "SchedulingGated",
            "transition.after": "False",
            "transition.reason": "Unschedulable",
            "transition.message": "0/3 nodes",
            "transition.detail": "0/3 nodes",
            "transition.short": "0/3 nodes",
            "transition.inferred": False,
        }

    def test_of_the_phase(self) -> None:
        (facts,) = told(pod(), in_phase(pod(), "Failed", "Evicted"))
        assert select(facts, "transition") == {
            "transition.facet": "phase",
            "transition.before": "Pending",
            "transition.after": "Failed",
            "transition.reason": "Evicted",
            "transition.inferred": False,
        }

    def test_of_what_was_not_there_before(self) -> None:
        (facts,) = told(up(), being_deleted(up()))
        assert "transition.before" not in facts
        assert facts["transition.after"] == "requested"

    def test_of_what_is_no_longer_there(self) -> None:
        (facts,) = told(pod(conditions=[condition("PodResizePending")]), pod())
        assert facts["transition.before"] == "True"
        assert "transition.after" not in facts

    def test_of_a_replacement(self) -> None:
        old, new = up("web-1"), up("web-2")
        one = replacement(Ref.of(old), Ref.of(new), Existence.ABSENT, at(1), 1)
        facts = transition_facts(one, old, old)
        assert facts["replacement.name"] == "web-2"
        assert facts["transition.after"] == "replaced"
        assert facts["transition.inferred"] is True
        assert "container.name" not in facts


def test_a_message_is_shown_without_what_says_nothing_to_a_reader() -> None:
    id_ = "a53738a52040" + "5e2571bc" * 6 + "5e25"
    said = (
        f'rpc error: code = Unknown desc = failed to setup network for sandbox "{id_}": no plugin'
    )
    facts = event_facts(event("FailedCreatePodSandBox", pod(), message=f"Failed: {said}"), pod())
    shown = 'Failed: failed to setup network for sandbox "a53738a52040": no plugin'
    assert facts["notice.message"] == shown


def test_a_message_is_decoded_to_the_class_of_its_error_and_its_cause() -> None:
    said = 'MountVolume.SetUp failed for volume "a" : configmap "absent" not found'
    facts = event_facts(event("FailedMount", pod(), message=said), pod())
    assert facts["notice.cause"] == "config-map-missing"
    assert "absent" in str(facts["notice.detail"])


@pytest.mark.parametrize(("reason", "class_"), [("Error", None), ("StartError", "no-such-program")])
def test_what_a_program_leaves_is_no_error_of_kubernetes(reason: str, class_: str | None) -> None:
    said = 'first\nexec: "/no": stat /no: no such file or directory\n'
    facts = of_container(status(running(), "A"), status(ended("A", 1, reason, message=said)))
    assert facts.get("transition.cause") == class_
    assert "/no" in str(facts["transition.detail"])
    assert "first" not in str(facts["transition.detail"])


class TestOfAPod:
    def test_that_just_came(self) -> None:
        assert pod_facts(pod()) == {
            "pod.name": "web",
            "pod.namespace": "default",
            "pod.uid": "web-uid",
            "pod.kubelet": "the kubelet",
            "pod.phase": "Pending",
            "pod.restart_policy": "Always",
            "pod.containers": 1,
            "pod.init_containers": 0,
            "pod.sidecars": 0,
            "pod.deleting": False,
            "pod.scheduled": False,
            "pod.ready": False,
            "pod.sandbox_ready": False,
            "pod.started": False,
            "pod.runs": False,
        }

    def test_that_is_bound_to_a_node_owned_and_being_deleted(self) -> None:
        one = being_deleted(pod(node="worker", owner=owned_by("ReplicaSet", "web-5d9c")), 30, 30)
        facts = pod_facts(one)
        assert facts["pod.node"] == "worker"
        assert facts["pod.kubelet"] == "the kubelet on worker"
        assert facts["pod.scheduled"] is True
        assert facts["pod.owner"] == "ReplicaSet web-5d9c"
        assert facts["pod.owner_kind"] == "ReplicaSet"
        assert facts["pod.deleting"] is True
        assert facts["pod.grace_period"] == 30

    def test_counts_sidecars_apart_from_init_containers(self) -> None:
        facts = pod_facts(
            pod(
                init_containers=[
                    Container(name="proxy", restart_policy="Always"),
                    Container(name="prepare"),
                ]
            )
        )
        assert (facts["pod.init_containers"], facts["pod.sidecars"]) == (1, 1)


class TestOfAContainer:
    def test_that_started(self) -> None:
        limited = Container(
            name="app",
            image="busybox:1.36",
            resources=Resources(limits={"memory": "64Mi"}),
            readiness_probe=Probe(),
        )
        before = pod(containers=[limited])
        after = pod(status(running(), "A"), containers=[limited])
        assert select(told(before, after)[-1], "container") == {
            "container.name": "app",
            "container.image": "busybox:1.36",
            "container.memory_limit": "64Mi",
            "container.restart_policy": "Always",
            "container.readiness_probe": True,
            "container.startup_probe": False,
            "container.restarts": 0,
            "container.ran": True,
            "container.run": "1st",
        }

    def test_that_ended(self) -> None:
        facts = of_container(status(running(), "A"), status(ended("A", 3, began=10, finished=14)))
        assert select(facts, "container") == {
            "container.name": "app",
            "container.image": "busybox:1.36",
            "container.restart_policy": "Always",
            "container.readiness_probe": False,
            "container.startup_probe": False,
            "container.restarts": 0,
            "container.ran": True,
            "container.run": "1st",
            "container.run_is_past": False,
            "container.exit_code": 3,
            "container.ran_for": "4 s",
            "container.killed_after_grace": False,
            "container.outlook": "restarts-at-once",
        }

    def test_that_waits_in_back_off_knows_its_last_run(self) -> None:
        last = ended("A", 3, began=10, finished=14)
        facts = of_container(
            status(ended("A", 3), restarts=2),
            status(waiting("CrashLoopBackOff"), "A", restarts=2, last=last),
        )
        assert facts["container.exit_code"] == 3
        assert facts["container.ran_for"] == "4 s"
        assert facts["container.back_off"] == "20 s"
        assert facts["container.restarts"] == 2
        assert "transition.exit_code" not in facts

    def test_that_started_again_knows_how_its_last_run_ended(self) -> None:
        facts = of_container(
            status(ended("A", 3)), status(running(), "B", restarts=1, last=ended("A", 3))
        )
        assert facts["container.run"] == "2nd"
        assert facts["container.exit_code"] == 3

    def test_that_ended_at_an_unknown_time_with_an_unknown_code(self) -> None:
        *_, facts, _ = told(pod(status(running(), "A")), pod(status(running(), "B", restarts=1)))
        assert facts["transition.after"] == "terminated"
        assert "container.exit_code" not in facts
        assert "container.ran_for" not in facts

    def test_that_is_gone_from_the_spec(self) -> None:
        (facts,) = told(pod(containers=[]), pod(status(running(), "A"), containers=[]))
        assert select(facts, "container") == {
            "container.name": "app",
            "container.restarts": 0,
            "container.ran": True,
            "container.run": "1st",
        }


class TestOfRunsThatWereMissed:
    def test_each_has_its_own_number(self) -> None:
        before = pod(status(running(), "A", restarts=3))
        after = pod(status(running(), "C", restarts=5, last=ended("B")))
        assert [
            (facts["transition.after"], facts["container.run"]) for facts in told(before, after)
        ] == [("terminated", "4th"), ("running", "5th"), ("terminated", "5th"), ("running", "6th")]

    def test_one_before_a_back_off_is_the_newest(self) -> None:
        before = pod(status(waiting("CrashLoopBackOff"), "A", restarts=1, last=ended("A")))
        after = pod(status(waiting("CrashLoopBackOff"), "B", restarts=2, last=ended("B")))
        assert [
            (facts["transition.after"], facts["container.run"]) for facts in told(before, after)
        ] == [("running", "3rd"), ("terminated", "3rd"), ("waiting", "3rd")]

    def test_a_start_does_not_know_how_it_will_end(self) -> None:
        before = pod(status(ended("A", 7)))
        after = pod(status(ended("B", 8), restarts=1, last=ended("A", 7)))
        start, end = told(before, after)
        assert (start["transition.after"], start["container.exit_code"]) == ("running", 7)
        assert (end["transition.after"], end["container.exit_code"]) == ("terminated", 8)

    def test_a_start_before_a_back_off_does_not_either(self) -> None:
        before = pod(status(waiting("ContainerCreating")))
        after = pod(status(waiting("CrashLoopBackOff"), "A", last=ended("A", 7)))
        start, *_ = told(before, after)
        assert "container.exit_code" not in start


@pytest.mark.parametrize(
    ("message", "pause"),
    [
        ("back-off 10s restarting failed container=app pod=web_default(1)", "10 s"),
        ("back-off 1m20s restarting failed container=app pod=web_default(1)", "80 s"),
        ("back-off 5m0s restarting failed container=app pod=web_default(1)", "300 s"),
        ("something else", "40 s"),
    ],
)
def test_the_kubelets_own_word_about_the_pause_counts_most(message: str, pause: str) -> None:
    last = ended("A", 3)
    facts = of_container(
        status(ended("A", 3), restarts=3),
        status(waiting("CrashLoopBackOff", message), "A", restarts=3, last=last),
    )
    assert facts["container.back_off"] == pause


def test_a_container_that_speaks_like_the_kubelet_is_not_believed() -> None:
    lie = "back-off 5m0s restarting failed container=app"
    facts = of_container(
        status(running(), "A", restarts=2), status(ended("A", 3, message=lie), restarts=2)
    )
    assert facts["container.back_off"] == "20 s"


def test_a_pause_beyond_all_measure_is_not_believed() -> None:
    message = f"back-off {'9' * 30}s restarting failed container=app"
    facts = of_container(
        status(ended("A", 3), restarts=2),
        status(waiting("CrashLoopBackOff", message), "A", restarts=2, last=ended("A", 3)),
    )
    assert facts["container.back_off"] == "20 s"


@pytest.mark.parametrize(
    ("started", "outlook"), [(15, "restarts-at-once"), (30, "backs-off")], ids=["at once", "later"]
)
def test_of_a_run_with_a_successor_it_is_known_what_came_of_it(started: int, outlook: str) -> None:
    before = pod(status(running(), "A", restarts=1))
    last = ended("A", 143, began=10, finished=14)
    after = pod(status(running(started), "B", restarts=2, last=last))
    (end, _) = told(before, after)
    assert (end["transition.after"], end["container.outlook"]) == ("terminated", outlook)


@pytest.mark.parametrize(
    ("exit_code", "policy", "outlook"),
    [
        (0, "Always", "restarts-at-once"),
        (1, "Always", "restarts-at-once"),
        (0, "OnFailure", "ended"),
        (1, "OnFailure", "restarts-at-once"),
        (0, "Never", "ended"),
        (1, "Never", "ended"),
    ],
)
def test_the_outlook_after_a_first_end(exit_code: int, policy: str, outlook: str) -> None:
    facts = of_container(
        status(running(), "A"), status(ended("A", exit_code)), restart_policy=policy
    )
    assert facts["container.outlook"] == outlook


class TestTheOutlook:
    def test_after_a_second_end_is_a_pause(self) -> None:
        facts = of_container(status(running(), "B", restarts=1), status(ended("B"), restarts=1))
        assert facts["container.outlook"] == "backs-off"
        assert facts["container.back_off"] == "10 s"

    def test_after_ten_minutes_without_trouble_is_a_start_at_once(self) -> None:
        facts = of_container(
            status(running(), "B", restarts=6),
            status(ended("B", began=0, finished=600), restarts=6),
        )
        assert facts["container.outlook"] == "restarts-at-once"
        assert "container.back_off" not in facts

    def test_of_a_pod_that_is_deleted_is_its_end(self) -> None:
        (facts,) = told(
            being_deleted(pod(status(running(), "A"))), being_deleted(pod(status(ended("A"))))
        )
        assert facts["container.outlook"] == "pod-ends"

    def test_of_a_pod_that_failed_is_its_end(self) -> None:
        facts, _ = told(
            pod(status(running(), "A"), phase="Running"), pod(status(ended("A")), phase="Failed")
        )
        assert facts["container.outlook"] == "ended"

    def test_of_an_init_container_that_is_done_is_its_end(self) -> None:
        assert self.of_init([Container(name="prepare")], exit_code=0) == "ended"

    def test_of_an_init_container_that_failed_is_another_try(self) -> None:
        assert self.of_init([Container(name="prepare")], exit_code=1) == "restarts-at-once"

    def test_of_a_sidecar_is_another_start_whatever_the_pod_says(self) -> None:
        spec = [Container(name="prepare", restart_policy="Always")]
        assert self.of_init(spec, exit_code=0, policy="Never") == "restarts-at-once"

    def test_of_a_debug_container_is_its_end(self) -> None:
        spec = [Container(name="debugger")]
        before = pod(ephemeral=[status(running(), "D", name="debugger")])
        after = pod(ephemeral=[status(ended("D"), name="debugger")], ephemeral_containers=spec)
        assert told(before, after)[-1]["container.outlook"] == "ended"

    def test_of_a_container_follows_its_own_restart_policy(self) -> None:
        own = Container(name="app", restart_policy="Never")
        before = pod(status(running(), "A"), containers=[own])
        after = pod(status(ended("A")), containers=[own])
        assert told(before, after)[-1]["container.outlook"] == "ended"

    @pytest.mark.parametrize(
        ("operator", "exit_code", "outlook"),
        [
            ("In", 42, "restarts-at-once"),
            ("In", 1, "ended"),
            ("NotIn", 42, "ended"),
            ("NotIn", 1, "restarts-at-once"),
        ],
    )
    def test_of_a_container_follows_its_restart_rules(
        self, operator: str, exit_code: int, outlook: str
    ) -> None:
        rule = RestartRule(action="Restart", exit_codes=ExitCodes(operator=operator, values=(42,)))
        own = Container(name="app", restart_policy="Never", restart_policy_rules=(rule,))
        before = pod(status(running(), "A"), containers=[own])
        after = pod(status(ended("A", exit_code)), containers=[own])
        assert told(before, after)[-1]["container.outlook"] == outlook

    @staticmethod
    def of_init(spec: Iterable[Container], exit_code: int, policy: str = "Always") -> object:
        before = pod(
            init=[status(running(), "I", name="prepare")],
            init_containers=spec,
            restart_policy=policy,
        )
        after = pod(
            init=[status(ended("I", exit_code), name="prepare")],
            init_containers=spec,
            restart_policy=policy,
        )
        return told(before, after)[-1]["container.outlook"]


@pytest.mark.parametrize(
    ("exit_code", "name"),
    [
        (137, "SIGKILL"),
        (143, "SIGTERM"),
        (139, "SIGSEGV"),
        (138, "SIGUSR1"),
        (159, "SIGSYS"),
        (127, None),
        (128, None),
        (160, None),
        (255, None),
        (-1, None),
    ],
)
def test_the_signal_of_an_exit_code_is_linuxs(exit_code: int, name: str | None) -> None:
    facts = of_container(status(running(), "A"), status(ended("A", exit_code)))
    assert facts.get("container.signal") == name


@pytest.mark.parametrize(
    ("restarts", "ordinal"),
    [(0, "1st"), (1, "2nd"), (2, "3rd"), (3, "4th"), (10, "11th"), (11, "12th"), (20, "21st")],
)
def test_runs_are_counted_in_words(restarts: int, ordinal: str) -> None:
    facts = of_container(status(waiting()), status(running(), "A", restarts=restarts))
    assert facts["container.run"] == ordinal


def test_sigkill_at_the_end_of_the_grace_period() -> None:
    before = being_deleted(pod(status(running(), "A")), 30)
    after = being_deleted(pod(status(ended("A", 137, began=0, finished=30))), 30)
    (facts,) = told(before, after)
    assert facts["container.killed_after_grace"] is True
    assert facts["container.signal"] == "SIGKILL"


class TestOfAnEvent:
    def test_about_a_container(self) -> None:
        pulled = event("Pulled", up(), container="app", count=3, message="Pulled it.")
        facts = event_facts(pulled, up())
        assert select(facts, "notice") == {
            "notice.reason": "Pulled",
            "notice.type": "Normal",
            "notice.message": "Pulled it.",
            "notice.detail": "Pulled it",
            "notice.short": "Pulled it",
            "notice.reporter": "kubelet",
            "notice.count": 3,
            "notice.container": "app",
        }
        assert facts["container.name"] == "app"
        assert facts["container.image"] == "busybox:1.36"
        assert facts["pod.node"] == "worker"

    def test_about_a_pod_that_was_never_seen(self) -> None:
        about = ObjectReference(kind="Pod", namespace="default", name="gone", uid="1")
        facts = event_facts(event("Killing", about), None)
        assert select(facts, "pod") == {
            "pod.name": "gone",
            "pod.namespace": "default",
            "pod.kubelet": "the kubelet",
        }
        assert "notice.message" not in facts

    def test_about_a_workload(self) -> None:
        facts = event_facts(event("FailedCreate", REPLICA_SET), None)
        assert select(facts, "pod") == {}
        assert select(facts, "object") == {
            "object.kind": "ReplicaSet",
            "object.name": "web-5d9c",
            "object.namespace": "default",
        }


def test_what_holds_a_pod_is_a_fact() -> None:
    held = pod()
    metadata = replace(held.metadata, finalizers=("example.com/a", "example.com/b"))
    assert pod_facts(replace(held, metadata=metadata))["pod.finalizers"] == (
        "example.com/a, example.com/b"
    )


def test_a_readiness_gate_is_told_from_other_conditions() -> None:
    gate = "example.com/registered"
    before = pod(gates=[gate])
    after = pod(gates=[gate], conditions=[condition(gate), condition("example.com/other")])
    told_of = {facts["transition.subject"]: facts for facts in told(before, after)}
    assert told_of[gate]["transition.readiness_gate"] is True
    assert "transition.readiness_gate" not in told_of["example.com/other"]


def select(facts: Facts, group: str) -> Facts:
    return {name: value for name, value in facts.items() if name.startswith(f"{group}.")}


@given(arbitrary_pods() | st.none(), arbitrary_pods())
def test_every_fact_of_any_pod_has_a_documented_name(before: Pod | None, after: Pod) -> None:
    for facts in told(before, after):
        assert facts.keys() <= FACTS.keys()
    assert event_facts(event("Pulled", after, container="app"), after).keys() <= FACTS.keys()
