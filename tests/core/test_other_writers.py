"""Pods whose status leaves out what a usual kubelet says: old ones, virtual nodes, fixtures."""

import pytest

from podwatch.core.diagnosis import diagnosed
from podwatch.core.kube import Container, Pod
from tests.build import condition, ended, pod, running, status
from tests.cases import cases

LOW_ON_DISK = (
    "The node was low on resource: ephemeral-storage. "
    "Threshold quantity: 1Gi, available: 898240Ki. "
)
NO_ROOM = (
    "Pod Unexpected error while attempting to recover from admission failure: preemption: error "
    "finding a set of pods to preempt: no set of running pods found to reclaim resources: "
    "[(res: pods, q: 1), ]"
)
READY = condition("Ready")
DONE, BESIDE = status(ended("A", 0), name="job"), status(running(), "B", name="proxy", ready=True)
BOTH = [Container(name="job"), Container(name="proxy")]
MIGRATE = [Container(name="migrate", image="busybox:1.36")]


def ended_by_kubelet(message: str) -> Pod:
    target = condition("DisruptionTarget", "True", "TerminationByKubelet", message)
    return pod(status(ended("A", 0)), node="worker", phase="Failed", conditions=[target])


def unschedulable(message: str) -> Pod:
    return pod(conditions=[condition("PodScheduled", "False", "Unschedulable", message)])


def job_and_proxy(restart_policy: str) -> Pod:
    return pod(
        DONE,
        BESIDE,
        containers=BOTH,
        node="worker",
        phase="Running",
        restart_policy=restart_policy,
    )


@cases(
    "one state words",
    {
        "evicted, and the reason is lost": (
            ended_by_kubelet(LOW_ON_DISK),
            "evicted-by-condition",
            ["evicted", "low on local disk", "0.8Gi left"],
        ),
        "stopped for a reason of tomorrow, which is lost": (
            ended_by_kubelet("The node moved to the moon."),
            "ended-by-condition",
            ["kubelet on worker ended it", "moved to the moon"],
        ),
        "failed, and nothing tells why": (
            pod(status(ended("A", 0)), node="worker", phase="Failed"),
            "failed-without-a-reason",
            ["does not say why"],
        ),
        "failed with a message and no reason": (
            pod(node="worker", phase="Failed", message="the quota of the provider is used up"),
            "own-message",
            ["quota of the provider"],
        ),
        "another scheduler's own words": (
            unschedulable("Pod provisioning timed out (will retry)"),
            "no-node-in-its-words",
            ["provisioning timed out"],
        ),
        "a node says that it runs, and nothing else": (
            pod(node="virtual", phase="Running"),
            "containers-not-told",
            ["Running"],
        ),
        "it runs, nobody says where": (
            pod(phase="Running"),
            "containers-not-told",
            ["Running"],
        ),
        "a node says that it is ready, and nothing else": (
            pod(node="virtual", phase="Running", conditions=[READY]),
            "ready",
            ["Ready"],
        ),
        "ready, although an init container is said to run": (
            pod(
                status(running(), "A", ready=True),
                node="worker",
                phase="Running",
                conditions=[READY],
                init=[status(running(), "I", name="migrate", ready=True)],
                init_containers=MIGRATE,
            ),
            "ready",
            ["Ready"],
        ),
        "the work is done, and a proxy runs on": (
            job_and_proxy("Never"),
            "runs-on-beside-ended",
            ["job ended with exit code 0", "proxy still runs", "not Succeeded"],
        ),
    },
)
def test_what_is_left_out_is_not_made_up(one: Pod, state: str, words: list[str]) -> None:
    first = diagnosed(one).findings[0]
    assert first.state == state
    assert [word for word in words if word not in first.sentence] == []


@pytest.mark.parametrize(
    ("has_run", "said"), [(False, "nothing in it ever ran"), (True, "does not run again")]
)
def test_a_refused_pod_is_said_to_have_run_where_it_did(has_run: bool, said: str) -> None:
    runs = [status(ended("A", 0), restarts=6)] if has_run else []
    refused = pod(
        *runs,
        node="worker",
        phase="Failed",
        reason="UnexpectedAdmissionError",
        message=NO_ROOM,
    )
    first = diagnosed(refused).findings[0]
    assert (first.state, said in first.sentence) == ("refused-by-node", True)


def test_a_container_that_is_started_again_is_not_outlived() -> None:
    again = job_and_proxy("Always")
    assert "runs-on-beside-ended" not in [one.state for one in diagnosed(again).findings]
