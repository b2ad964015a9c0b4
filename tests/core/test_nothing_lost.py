"""No reason and no message of a state that is shown is lost: the API's own words are the cause."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podwatch.core.diagnosis import diagnosed
from podwatch.core.kube import Container, KubeObject, Pod
from podwatch.core.kube.pod_status import ContainerState, PodCondition
from podwatch.core.messages import cause
from podwatch.core.stream import Observed
from podwatch.core.surroundings import Objects, Surroundings
from podwatch.core.text import printable
from podwatch.scenarios import names, scenario
from podwatch.sources.recording import read
from tests.build import NO_IMAGE, condition, ended, pod, running, status, waiting
from tests.core.test_reports import READ, objects_of

NOTHING = {
    "ContainerCreating": "it has not started, which the state says in its own words",
    "PodInitializing": "the same",
    "Completed": "it ended with exit code 0",
    "Error": "any other exit code, which is said",
    "ContainersNotReady": "what follows from a container, of which more is said",
    "ContainersNotInitialized": "the same",
    "ReadinessGatesNotReady": "the gates are named",
    "PodCompleted": "its phase says it",
    "PodFailed": "the same",
    "Unschedulable": "what the nodes lack says it",
    "SchedulingGated": "the gates are named",
    "PodSandboxNotFound": "nothing is prepared yet, or nothing is needed any more",
    "PodSandboxNotReady": "the same",
    "TerminationByKubelet": "the Pod's own reason says what for",
}
"""Reasons that say nothing beside what is said, each with why."""
SYMPTOMS = {
    "containers-not-ready",
    "containers-not-initialized",
    "gates-not-ready",
    "scheduling-gated",
    "back-off-restart",
    "back-off-pull",
    "pull-failed",
    "deadline-alone",
    "reason-alone",
    "sandbox-changed",
    "no-node-fits",  # each clause is said in the words of what nodes lack
}
"""Classes of messages that say nothing beside the state that is told, as their reasons do."""
OWN_WORDS = {
    "preempted": ["make room", "priority"],
    "preempted-by-kubelet": ["make room", "critical Pod"],
    "taint-eviction": ["NoExecute taint"],
    "eviction-api": ["evicted it over the API"],
    "deadline-exceeded": ["activeDeadlineSeconds"],
    "image-never-pulled": ["imagePullPolicy is Never"],
    "all-containers-restart": ["restarts all containers"],
    "node-silent": ["does not report", "doesn't answer", "does not answer"],
}
"""Classes of messages that a state says in words of its own."""


def told_by(pod: Pod) -> Iterator[tuple[str, str]]:
    """The reason and message of each part of it that is shown."""
    status = pod.status
    yield status.reason, status.message
    for one in pod.all_statuses():
        if one.state.waiting is not None:
            yield one.state.waiting.reason, one.state.waiting.message
        ended = one.state.terminated
        if ended is not None and (ended.exit_code or ended.reason != "Completed"):
            yield ended.reason, ended.message
    for told in status.conditions:
        amiss = "True" if told.type in BAD else "False"
        if told.status == amiss and not (status.is_over and told.type == "Ready"):
            yield told.reason, told.message


BAD = {"DisruptionTarget", "PodResizePending", "PodResizeInProgress"}


def lost(pod: Pod, around: Surroundings) -> list[str]:
    """The reasons and messages that no finding says."""
    found = diagnosed(pod, around).findings
    said = " ".join(part for one in found for part in (one.fact, one.sentence)).lower()
    missing = []
    for reason, message in told_by(pod):
        if reason and reason not in NOTHING and printable(reason).lower() not in said:
            missing.append(reason)
        known = cause(message)
        words = [printable(message), known.detail, *OWN_WORDS.get(known.id, ())]
        says = [one.lower() for one in words if one] if known.id not in SYMPTOMS else []
        if says and not any(one in said for one in says):
            missing.append(message)
    return missing


@pytest.mark.parametrize("name", names())
def test_a_recording_loses_nothing(name: str) -> None:
    objects: dict[object, KubeObject] = {}
    for item in read(scenario(name).recording):
        if isinstance(item, Observed) and item.type != "DELETED":
            one = item.object
            objects[type(one), one.metadata.uid] = one
            if isinstance(one, Pod):
                assert lost(one, Objects(objects.values()).around(one)) == []


@pytest.mark.parametrize("name", READ)
def test_a_report_loses_nothing(name: str) -> None:
    objects = objects_of(name)
    for one in objects:
        if isinstance(one, Pod):
            assert lost(one, Objects(objects).around(one)) == []


# ── Pods that nobody has reported yet ──

WAITS = st.sampled_from(
    [
        *("Tomorrow", "ErrImagePull", "ImagePullBackOff", "InvalidImageName", "RunContainerError"),
        *("CreateContainerConfigError", "CreateContainerError", "CrashLoopBackOff"),
        *("ErrImageNeverPull", "PostStartHookError", "SignatureValidationFailed"),
    ]
)
ENDS = st.sampled_from(
    ["Tomorrow", "Error", "OOMKilled", "StartError", "ContainerCannotRun", "ContainerStatusUnknown"]
)
MESSAGES = st.sampled_from(["", "the moon is full", "fork: the moon is full: 0x3"])
WHY = MESSAGES | st.sampled_from([NO_IMAGE, 'secret "keys" not found', "toomanyrequests"])
POD_REASONS = st.sampled_from(
    [
        *("", "Evicted", "NodeLost", "Terminated", "DeadlineExceeded", "Preempting", "OutOfcpu"),
        *("NodeAffinity", "UnexpectedAdmissionError", "Shutdown", "Tomorrow"),
    ]
)
CONDITIONS = st.builds(
    condition,
    st.sampled_from(["DisruptionTarget", "PodResizePending", "PodResizeInProgress"]),
    st.just("True"),
    st.sampled_from(["Tomorrow", "Infeasible", "Deferred", "Error", "DeletionByPodGC"]),
    MESSAGES,
)
STATES = st.one_of(
    st.builds(waiting, WAITS.filter(lambda one: one != "ErrImageNeverPull"), WHY),
    st.builds(waiting, WAITS, MESSAGES),
    st.builds(ended, st.just("A"), st.sampled_from([1, 137]), ENDS, message=MESSAGES),
    st.just(running()),
)


@given(
    state=STATES,
    restarts=st.integers(0, 3),
    phase=st.sampled_from(["Pending", "Running", "Failed"]),
    reason=POD_REASONS,
    message=MESSAGES,
    more=st.lists(CONDITIONS, max_size=2, unique_by=lambda one: one.type),
    init=st.booleans(),
    ready=st.sampled_from(["", "ContainersNotReady", "Tomorrow"]),
)
def test_a_pod_of_tomorrow_loses_nothing(
    state: ContainerState,
    restarts: int,
    phase: str,
    reason: str,
    message: str,
    more: list[PodCondition],
    init: bool,
    ready: str,
) -> None:
    shown = status(state, restarts=restarts, name="first" if init else "app")
    one = pod(
        *((status(waiting("PodInitializing")),) if init else (shown,)),
        init=[shown] if init else [],
        init_containers=[Container(name="first", image="web:2")] if init else [],
        node="worker",
        phase=phase,
        reason=reason,
        message=message if reason else "",
        conditions=[*more, *([condition("Ready", "False", ready)] if ready else [])],
    )
    assert lost(one, Surroundings()) == []
