"""The facts of conditions and of the phase: which container is not ready and why, what failed."""

from msgspec.structs import replace

from podwatch.core.concepts.condition_facts import condition_facts, phase_facts
from podwatch.core.kube import Container, ContainerStatus, Pod
from podwatch.core.kube.container_spec import Probe, ResizePolicy, Resources
from podwatch.core.kube.pod_spec import Toleration
from tests.build import being_deleted, condition, ended, pod, running, status, waiting
from tests.cases import cases

PLAIN = Container(name="app")
READINESS = Container(name="app", readiness_probe=Probe())
BOTH = Container(name="app", readiness_probe=Probe(), startup_probe=Probe())
STARTED = status(running(), "A", ready=True, started=True)


def of(
    now: ContainerStatus | None,
    spec: Container = PLAIN,
    was: ContainerStatus | None = None,
    policy: str = "Always",
) -> object:
    """Why the container is not ready."""

    def made(one: ContainerStatus | None) -> Pod:
        statuses = (one,) if one is not None else ()
        return pod(*statuses, containers=[spec], restart_policy=policy, phase="Running")

    return condition_facts(made(was), made(now), "Ready").get("pod.unready_because")


@cases(
    "now spec was policy because",
    {
        "no status yet": (None, PLAIN, None, "Always", "waits"),
        "an image is missing": (status(waiting("ErrImagePull")), PLAIN, None, "Always", "waits"),
        "a back-off": (
            status(waiting("CrashLoopBackOff"), last=ended("A")),
            PLAIN,
            None,
            "Always",
            "restarts",
        ),
        "an end, and it starts again": (
            status(ended("A", 1)),
            PLAIN,
            STARTED,
            "Always",
            "restarts",
        ),
        "an end for good": (status(ended("A", 0)), PLAIN, STARTED, "Never", "ended"),
        "a startup probe": (
            status(running(), "A", started=False),
            BOTH,
            None,
            "Always",
            "startup-probe",
        ),
        "a startup probe of a new run": (
            status(running(), "B", started=False),
            BOTH,
            STARTED,
            "Always",
            "startup-probe",
        ),
        "a startup probe that had succeeded": (
            status(running(), "A", started=False),
            BOTH,
            STARTED,
            "Always",
            "kubelet-restarted",
        ),
        "a readiness probe": (
            status(running(), "A", started=True),
            READINESS,
            STARTED,
            "Always",
            "readiness-probe",
        ),
        "no probe": (status(running(), "A", started=False), PLAIN, STARTED, "Always", "unchecked"),
        "ready": (STARTED, PLAIN, None, "Always", None),
    },
)
def test_why_a_container_is_not_ready(
    now: ContainerStatus | None,
    spec: Container,
    was: ContainerStatus | None,
    policy: str,
    because: str | None,
) -> None:
    assert of(now, spec, was, policy) == because


def test_of_several_containers_the_worst_is_named_and_sidecars_count() -> None:
    facts = condition_facts(
        None,
        pod(
            status(waiting("ContainerCreating"), name="app"),
            status(ended("B", 1), name="log"),
            init=[status(ended("S", 1), name="proxy"), status(ended("I", 0), name="prepare")],
            containers=[PLAIN, Container(name="log")],
            init_containers=[
                Container(name="proxy", restart_policy="Always"),
                Container(name="prepare"),
            ],
        ),
        "ContainersReady",
    )
    assert facts["pod.unready_because"] == "restarts"
    assert facts["pod.unready"] == "container proxy (and 1 more)"


def test_a_closed_gate_says_why() -> None:
    gated = pod(
        STARTED,
        gates=["example.com/open", "example.com/lb"],
        conditions=[
            condition("example.com/open"),
            condition("example.com/lb", "False", "Failed", "Health\nchecks failed"),
        ],
    )
    facts = condition_facts(None, gated, "Ready")
    assert facts["pod.closed_gates"] == "example.com/lb"
    assert facts["pod.gate_says"] == "Failed: Health checks failed"
    assert "pod.closed_gates" in condition_facts(None, gated, "example.com/open")


@cases(
    "seconds known",
    {
        "for a while": (300, {"pod.lost_after": "300 s"}),
        "for ever": (None, {"pod.stays_on_lost_node": True}),
    },
)
def test_how_long_it_waits_for_a_silent_node(seconds: int | None, known: dict[str, object]) -> None:
    one = pod(STARTED)
    tolerates = Toleration(operator="Exists", effect="NoExecute", toleration_seconds=seconds)
    facts = condition_facts(
        None, replace(one, spec=replace(one.spec, tolerations=(tolerates,))), "Ready"
    )
    assert {name: facts[name] for name in facts if "lost" in name} == known


def test_without_tolerations_nothing_is_claimed_of_a_silent_node() -> None:
    facts = condition_facts(None, pod(STARTED), "Ready")
    assert [name for name in facts if "lost" in name] == []


def resized(policy: str, cpu: str) -> object:
    """The containers that a resize to 200m restarts."""
    spec = Container(
        name="app",
        resources=Resources(requests={"cpu": "200m"}),
        resize_policy=(ResizePolicy(resource_name="cpu", restart_policy=policy),),
    )
    has = replace(STARTED, resources=Resources(requests={"cpu": cpu}))
    facts = condition_facts(None, pod(has, containers=[spec]), "PodResizeInProgress")
    return facts.get("pod.resize_restarts")


def test_a_resize_restarts_what_its_policy_says_and_what_changes() -> None:
    assert resized("RestartContainer", "100m") == "container app"
    assert resized("RestartContainer", "200m") is None
    assert resized("NotRequired", "100m") is None


def test_other_conditions_have_none() -> None:
    assert condition_facts(None, pod(status(waiting())), "PodScheduled") == {}


class TestOfThePhase:
    def test_failed_names_the_container_and_its_exit_code(self) -> None:
        one = pod(
            status(ended("A", 3), name="app"),
            status(ended("B", 0), name="log"),
            init=[status(ended("S", 2), name="proxy")],
            init_containers=[Container(name="proxy", restart_policy="Always")],
            phase="Failed",
        )
        assert phase_facts(None, one) == {"pod.failed": "container app ended with exit code 3"}

    def test_in_a_deletion_it_says_whether_all_had_ended_before(self) -> None:
        before = pod(status(ended("A", 3, finished=5)), phase="Failed")
        assert phase_facts(None, being_deleted(before, 40, 30))["pod.ended_before_deletion"] is True
        assert (
            phase_facts(None, being_deleted(before, 30, 30))["pod.ended_before_deletion"] is False
        )

    def test_running_says_what_is_not_ready(self) -> None:
        one = pod(status(running(), "A"), containers=[READINESS], phase="Running")
        assert phase_facts(None, one)["pod.unready"] == "container app"

    def test_pending_says_nothing(self) -> None:
        assert phase_facts(None, pod()) == {}
