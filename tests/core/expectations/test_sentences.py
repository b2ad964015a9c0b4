"""What a verdict says that a Pod waits for is what everybody else says."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from podwatch.core.expectations import Outcome
from podwatch.core.kube import Container, ContainerStatus, Pod
from podwatch.core.kube.container_spec import Probe
from tests import build as pods
from tests.build import condition, listed, opened, synced
from tests.cases import cases
from tests.core.expectations.judging import verdict_of


def silent_node() -> Pod:
    """Its node's controller has set Ready to False, and the kubelet ContainersReady to True."""
    conditions = [condition("ContainersReady"), condition("Ready", "False")]
    up = pods.status(pods.running(), "A", ready=True)
    return pods.pod(up, phase="Running", node="worker", conditions=conditions)


FIRST = pods.initializing(
    Container(name="first"), pods.status(pods.waiting("PodInitializing"), name="first")
)
SIDECAR = Container(name="side", restart_policy="Always", startup_probe=Probe())
SLOW_SIDECAR = pods.initializing(SIDECAR, pods.status(pods.running(), name="side", started=False))


def ending_with_finalizer() -> Pod:
    """It has finalizers, which matter only when its containers have ended."""
    ending = pods.being_deleted(pods.up(), deadline=90)
    return replace(ending, metadata=replace(ending.metadata, finalizers=("example.com/hold",)))


PREPARED = [condition("PodReadyToStartContainers"), condition("Initialized")]
FAILED = pods.status(pods.ended("A", 1))


def beside_one_that_failed(
    *others: ContainerStatus,
    sidecars: Sequence[ContainerStatus] = (),
    containers: Iterable[Container],
) -> Pod:
    """Its container app has ended for good with exit code 1; others run on."""
    return pods.pod(
        FAILED,
        *others,
        init=sidecars,
        phase="Running",
        node="worker",
        restart_policy="Never",
        conditions=PREPARED,
        containers=[Container(name="app"), *containers],
        init_containers=[Container(name=one.name, restart_policy="Always") for one in sidecars],
    )


HAS_FAILED = 'container "app", which ended with exit code 1'
WITH_SIDECAR = beside_one_that_failed(
    sidecars=[pods.status(pods.running(), "B", name="side", started=True)], containers=()
)
WITH_SLOW_ONE = beside_one_that_failed(
    pods.status(pods.running(), "B", name="b", started=True),
    containers=[Container(name="b", readiness_probe=Probe())],
)


@cases(
    "one word phrase",
    {
        "silent node": (silent_node(), "ready", "word from node worker, which does not report"),
        "sidecar": (SLOW_SIDECAR, "ready", 'the startup probe of sidecar "side" to succeed'),
        "finalizer": (
            ending_with_finalizer(),
            "gone",
            "its containers to end, from the kubelet on worker",
        ),
        "ended, and its sidecar is stopped": (WITH_SIDECAR, "ready", HAS_FAILED),
        "ended, to succeed": (WITH_SIDECAR, "succeeded", HAS_FAILED),
        "ended, and another is not ready": (WITH_SLOW_ONE, "ready", HAS_FAILED),
        "first init container": (
            FIRST,
            "ready",
            'network, volumes and image of container "first", from the kubelet on worker',
        ),
    },
)
def test_a_verdict_says_what_the_dashboard_says_a_pod_waits_for(
    one: Pod, word: str, phrase: str
) -> None:
    verdict = verdict_of([opened(), listed(one), synced(0)], word)
    assert verdict.outcome is Outcome.TIMED_OUT
    assert verdict.results[0].waits == (f"Pod web waits for {phrase}",)
